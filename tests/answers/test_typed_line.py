"""The notebook's reader of typed lines, held to the table of cases that the page's reader is held to as well."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.answers import typed_line as line
from inference_scaling.answers.judge import BOOK, judge
from inference_scaling.lessons import registry

CASES = json.loads((Path(__file__).parents[1] / "js" / "typed_lines.json").read_text(encoding="utf-8"))
SYMBOLS = CASES["symbols"]


@pytest.mark.parametrize("case", CASES["accepted"], ids=lambda case: case["line"])
def test_an_accepted_line_is_read_as_the_table_says(case):
    assert line.parse(case["line"], case.get("symbols", SYMBOLS)) == case["tree"]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["line"][:20])
def test_a_refused_line_is_told_where_and_why(case):
    with pytest.raises(line.LineError) as refused:
        line.parse(case["line"], SYMBOLS)
    assert (refused.value.position, refused.value.message) == (case["at"], case["message"])


@pytest.mark.parametrize("case", CASES["values"], ids=lambda case: case["line"])
def test_a_line_has_the_value_of_the_table(case):
    with np.errstate(all="ignore"):
        got = float(line.value(line.parse(case["line"], case["at"]), case["at"]))
    assert got == pytest.approx(case["value"], rel=1e-12) if case["value"] is not None else not math.isfinite(got)


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: case["text"])
def test_a_number_is_read_as_people_type_it_or_told_what_would_be_right(case):
    if "says" in case:
        with pytest.raises(ValueError) as refused:
            line.number(case["text"])
        assert str(refused.value) == case["says"]
    else:
        assert line.number(case["text"]) == pytest.approx(case["value"], rel=1e-12)


def test_the_hint_is_the_table_s_and_every_example_in_it_is_read():
    assert CASES["hint"] == line.HINT
    for example in ["2x", "x(1-x)", "2*x", "x^2", "x**2", "n!", "C(n,k)", r"\frac{a}{b}", "ln x", "exp x", "sqrt x"]:
        line.parse(example, ["x", "n", "k", "a", "b"])


def test_values_come_for_arrays_of_points():
    points = {"p": np.array([0.1, 0.5]), "k": np.array([1.0, 3.0])}
    assert line.value(line.parse("1-(1-P)ᵏ", SYMBOLS), points) == pytest.approx([0.1, 0.875])


@pytest.mark.parametrize(
    "text", [r"\frac{\ln 2}{-\ln(1-p)}", "-np.log(2)/np.log(1-P)", "-ln(2)(ln(1-p))⁻¹", "further = -log(2)/log1p(-p)"]
)
def test_a_learner_s_way_of_writing_earns_the_points_of_the_task(text):
    assert judge(registry.find("T-3"), BOOK, {"text": text}).verdict == "right"


def test_a_line_that_cannot_be_read_is_answered_with_the_place_and_what_may_be_written():
    says = judge(registry.find("T-3"), BOOK, {"text": "ln(2)/x"}).says
    assert says == (
        "Not understood at character 7: “x” is not known here; write with p, k. Before it: “ln(2)/”. " + line.HINT
    )


SIGNS = st.sampled_from([*"pk25.^*/+-()!,{}[]=|", "**", r"\frac", r"\ln ", "ᵏ", "⁻", "ln", "C(", "K", " ", "np.", "e"])


@given(st.lists(SIGNS, max_size=60).map("".join) | st.text(max_size=220))
def test_any_text_is_read_or_refused_at_one_of_its_characters(text):
    try:
        tree = line.parse(text, SYMBOLS)
    except line.LineError as refused:
        assert 0 <= refused.position <= len(text)
        assert str(refused).startswith(f"Not understood at character {refused.position + 1}: ")
    else:
        with np.errstate(all="ignore"):
            float(line.value(tree, {"p": 0.3, "k": 4.0}))

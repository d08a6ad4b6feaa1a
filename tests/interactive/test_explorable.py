"""Explorables: checked against the library when made, complete at rest, and an author's mistake is named."""

from __future__ import annotations

import itertools
import math
import re
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
import sympy as sp
from inference_scaling import laws, verifiers
from inference_scaling.display import line_plot
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import explorable
from inference_scaling.interactive.explorable import (
    Axis,
    Derived,
    Draws,
    Explorable,
    Grid,
    GridAxis,
    Handle,
    Menu,
    Panel,
    PlottedCurve,
    Regions,
    Sentence,
    Slider,
)
from inference_scaling.lessons.setup import explorables as of_setup
from inference_scaling.lessons.theorem import explorables as of_theorem
from inference_scaling.sources import next_tokens

p, k, x = sp.symbols("p k x")


def made(**changes) -> Explorable:
    curve = changes.pop(
        "curve", PlottedCurve("c", "coverage", 1 - (1 - p) ** x, reference=lambda p, x: laws.coverage(p, x))
    )
    panel = Panel("Coverage", "x", Axis("k", "log", (1, 100)), Axis("coverage", limits=(0, 1)), [curve], whole=True)
    values = {
        "id": "X",
        "title": "What if?",
        "controls": [Slider("p", "p", 0.01, 0.9, 0.1)],
        "panels": [panel],
        "sentences": [Sentence("p = {p:number}.")],
    }
    return Explorable(**(values | changes))


# Drawn between whole numbers, where the library has no value.
CURVE = PlottedCurve("c", "c", 1 - (1 - p) ** x, reference=lambda p, x: laws.coverage(p, x))
BETWEEN = Panel("C", "x", Axis("k", "log", (1, 100)), Axis("c", limits=(0, 1)), [CURVE], points=80)


def held(*handles: Handle, **options) -> Panel:
    return Panel(
        "Coverage",
        "x",
        Axis("k", limits=(1, 9)),
        Axis("c", limits=(0, 1)),
        [PlottedCurve("c", "c", p)],
        handles=handles,
        **options,
    )


def test_a_sound_explorable_tells_its_state_and_its_numbers() -> None:
    one = made()
    assert one.finding == "p = 0.1."
    assert one.text().splitlines()[2].startswith("coverage: 1 → 0.1, ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"controls": [Slider("p", "p", 0.01, 0.9, 0.95)]}, "control 'p' starts at 0.95, outside"),
        ({"controls": [Slider("p", "p", 0.9, 0.1, 0.5)]}, "low < high"),
        ({"controls": [Slider("p", "p", 0, 0.9, 0.5, log=True)]}, "spread by ratio"),
        ({"controls": [Slider("p", "p", 0.1, 0.9, 0.5, whole=True)]}, "whole"),
        ({"controls": [Menu("p", "p", {"a": 0.1, "b": 0.2}, 0.3)]}, "one of them 0.3"),
        ({"controls": [Slider("p", "p", 0.01, 0.9, 0.1)] * 2}, "'p' is malformed or used twice"),
        ({"curve": PlottedCurve("c", "c", 1 - k)}, "names 'k'"),
        ({"curve": PlottedCurve("c", "c", sp.log(p - 1 / x))}, "'c'"),
        ({"curve": PlottedCurve("c", "c", p * x, reference=lambda p, x: laws.coverage(p, x))}, "the library says"),
        ({"panels": [BETWEEN]}, "the reference of the curve 'c': k = "),
        ({"panels": [BETWEEN]}, "a panel of whole numbers says whole=True"),
        ({"curve": PlottedCurve("c", "c")}, "exactly one of"),
        ({"curve": PlottedCurve("c", "c", grid="g", at=(x,))}, "reads the grid 'g'"),
        ({"panels": [held(Handle("h", p, p))]}, "'h' moves nothing"),
        ({"panels": [held(Handle("h", p, p, up="q"))]}, "'h' moves 'q'; the sliders are ['p']"),
        ({"panels": [held(Handle("h", p, k, up="p"))]}, "names 'k'"),
        ({"panels": [held(Handle("h", p, (p - sp.Rational(1, 2)) ** 2, up="p"))]}, "neither rises nor falls"),
        ({"panels": [held(regions=Regions("p", "q", ([0, 1], [0, 1]), {}))]}, "the map is over 'q'"),
        ({"panels": [held(regions=Regions("p", "p", ([0, 1], [0, 1]), {"z": ("z", 1)}))]}, "compares 'z'"),
        ({"panels": [held(draws=Draws(p, p, [(0, 0), (1, 1)], "z"))]}, "the chance 'z', which is no quantity"),
        ({"panels": [held(aside=True)]}, "of which there is at least one"),
        ({"sentences": [Sentence("{q:number}")]}, "{q:number} is unknown"),
        ({"sentences": [Sentence("{p:colour}")]}, "{p:colour} is unknown"),
        ({"sentences": [Sentence("p = {p:number}", when=p)]}, "must always apply"),
        ({"ordered": [["p", "q"]]}, "must exist and start in rising order"),
        ({"derived": [Derived("d", p, reference=lambda p: p + 1e-6)]}, "'d' is 0.1 and the library says"),
    ],
)
def test_author_s_mistake_is_refused_with_its_place(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"X.*{re.escape(message)}"):
        made(**changes)


def coarse(error: float, nodes: list[float]) -> Explorable:
    grid = Grid("g", "The curve is", [GridAxis(nodes, "log")], lambda x: 1 - 0.9**x, error)
    curve = PlottedCurve("c", "c", grid="g", at=(x,), reference=lambda p, x: 1 - 0.9**x)
    return made(curve=curve, grids=[grid])


def test_grid_too_coarse_for_its_stated_error_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the grid 'g' is off by 0\.1.*0\.01 is stated"):
        coarse(0.01, [1, 10, 100])
    fine = coarse(0.02, [10 ** (i / 10) for i in range(21)])
    assert fine.grids[0].measured < 0.02
    assert "off by at most 0.02: measured" in to_html("explorable", rounded(fine.payload()))


def test_interpolation_is_exact_where_the_function_is_linear_in_the_scales() -> None:
    axes = [GridAxis([0.1, 0.3, 0.9], "logit"), GridAxis([1, 10, 100], "log")]

    def function(a: float, b: float) -> float:
        return 1 / (1 + math.exp(-(math.log(a / (1 - a)) + 2 * math.log(b) - 3)))

    grid = Grid("g", "It is", axes, function, 1e-3, scale="logit")
    assert grid.measured < 1e-3
    # Beyond the last node the value there is held.
    assert explorable.interpolate(grid.data(), (0.5, 1e6)) == explorable.interpolate(grid.data(), (0.5, 100))


PARTS = ("setup", "theorem", "phenomena", "confusions", "reliability", "remedies")
MODULES = [import_module(f"inference_scaling.lessons.{part}.explorables") for part in PARTS]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module in MODULES for name in module.__all__])
def test_book_s_explorables_are_complete_at_rest(module: ModuleType, name: str) -> None:
    one = getattr(module, name)
    payload = rounded(one.payload())
    page = re.sub(r"<script.*?</script>", "", to_html("explorable", payload))
    assert page.count('role="img"') == len(one.panels)
    assert explorable.line_plot.html.escape(one.finding) in page
    assert "<table>" in page and "<input" not in page
    assert re.search(r"\d", one.finding)


def test_law_of_a_bent_roc_is_the_library_s_everywhere() -> None:
    one = of_theorem.ROC_TO_BEST_OF_N
    for rates in itertools.combinations_with_replacement((0.0, 0.3, 0.8, 1.0), 4):
        state = {"p": 0.2, "k": 50, **dict(zip(("t1", "t5", "t20", "t50"), rates, strict=True))}
        env = explorable.environment(one.payload(), state)
        roc = verifiers.Roc.piecewise_linear(list(zip((0.01, 0.05, 0.2, 0.5), rates, strict=True)))
        assert env["best"] == pytest.approx(verifiers.best_of_n_law(0.2, roc, 50), abs=1e-12)


def test_needed_samples_are_the_library_s() -> None:
    one = of_theorem.DIMINISHING_RETURNS
    for chance, target in itertools.product((0.001, 0.01, 0.2, 0.5, 0.9), (0.5, 0.75, 0.9, 0.999)):
        env = explorable.environment(one.payload(), {"p": chance, "k": 1, "target": target})
        assert explorable.FORMS["up"](env["needed"]) == f"{laws.samples_needed(chance, target):,}"


def test_sentence_says_when_an_end_is_below_one_sample() -> None:
    one = of_theorem.ROC_TO_BEST_OF_N
    state = {"p": 0.1, "k": 10, "t1": 0.005, "t5": 0.25, "t20": 0.7, "t50": 0.95}
    assert "less than one sample’s" in explorable.sentence(one.payload(), explorable.environment(one.payload(), state))
    better = explorable.environment(one.payload(), {**state, "t1": 0.2})
    assert "less than" not in explorable.sentence(one.payload(), better)


def test_budget_buys_whole_candidates_and_says_where_it_buys_none() -> None:
    payload = of_setup.VERIFIER_TAX.payload()
    rest = {"p": 0.1, "budget": 44, "cheap": 0.1, "cheap_auc": 0.7, "dear": 3, "dear_auc": 0.85}
    # 18 generations pay for 16 looks at 0.1, with 0.4 left, and for 4 at 3, with 2 left.
    told = explorable.sentence(payload, explorable.environment(payload, rest | {"budget": 18}))
    assert "buy 16 candidates with a cheap look" in told and "or 4 with a dear look" in told
    bill = [verifiers.verifier_tax(1, price, budget=18).k for price in (0.1, 3)]
    assert bill == [16, 4]
    poor = rest | {"budget": 4, "dear": 3.5}
    assert "do not pay for one" in explorable.sentence(payload, explorable.environment(payload, poor))


@pytest.mark.parametrize("name", ["capital", "violets"])
def test_top_p_keeps_the_fewest_tokens_that_reach_p_and_scales_what_they_had(name: str) -> None:
    recorded = np.exp(next_tokens.after(name).logits - next_tokens.after(name).logits.max())
    chances = np.sort(recorded / recorded.sum())[::-1]
    reached = chances.cumsum()
    for percent in range(1, 100):
        env = explorable.environment(of_setup.TOP_P.payload(), {"percent": percent})
        many = int(np.argmax(reached >= percent / 100)) + 1
        assert env[f"{name}_count"] == many
        bars = [env[f"{name}{place}"] for place in range(5)]
        wanted = np.where(np.arange(5) < many, chances[:5] / reached[many - 1], 0)
        assert bars == pytest.approx(wanted, abs=2e-4)
        assert sum(bars) + env[f"{name}_others"] == pytest.approx(1)
    said = explorable.sentence(
        of_setup.TOP_P.payload(), explorable.environment(of_setup.TOP_P.payload(), {"percent": 90})
    )
    assert "keeps 10 of the 49,152 tokens" in said and "233 after the violets" in said


def test_verdict_between_looks_is_told_only_where_the_library_agrees() -> None:
    payload, rng = of_setup.VERIFIER_TAX.payload(), np.random.default_rng(2)
    for _ in range(60):
        state = {"p": rng.uniform(0.02, 0.5), "budget": int(rng.integers(20, 400)), "cheap": 0.1, "dear": 3.0}
        state |= {"cheap_auc": rng.uniform(0.5, 0.95), "dear_auc": rng.uniform(0.5, 0.95)}
        told = explorable.sentence(payload, explorable.environment(payload, state))
        by = {
            name: float(
                verifiers.best_of_n_law(
                    state["p"], verifiers.Roc.binormal(state[f"{name}_auc"]), int(state["budget"] / (1 + price))
                )
            )
            for name, price in (("cheap", 0.1), ("dear", 3.0))
        }
        for name, words in (("dear", "the dear verifier pays"), ("cheap", "the cheap verifier is enough")):
            assert words not in told or by[name] == max(by.values())


def test_free_starts_have_no_best_length() -> None:
    one = of_setup.BREADTH_AND_DEPTH
    state = {"budget": 6400, "ceiling": 0.1, "scale": 400, "start": 0}
    said = explorable.sentence(one.payload(), explorable.environment(one.payload(), state))
    assert "no best length" in said
    paid = explorable.environment(one.payload(), {**state, "ceiling": 0.6, "start": 200})
    assert paid["best"] == pytest.approx(laws.best_chain_length(0.6, 400, 200), rel=0.02)


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        ({"min": 0, "max": 1}, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ({"min": 1, "max": 64, "log": 2}, [1, 2, 4, 8, 16, 32, 64]),
        ({"min": 1, "max": 1000, "log": True}, [1, 10, 100, 1000]),
        ({"min": 4, "max": 400, "log": True}, [5, 10, 20, 50, 100, 200]),
    ],
)
def test_ticks_are_round_numbers(axis: dict, ticks: list[float]) -> None:
    assert line_plot._ticks(axis) == pytest.approx(ticks)


def test_plot_breaks_where_there_is_no_value_and_escapes_labels() -> None:
    axis = {"label": "<k>", "min": 0, "max": 2}
    line = {"id": "a", "label": "a & b", "points": [[0, 0], [1, None], [2, 2]]}
    drawn = line_plot.figure({"x": axis, "y": axis, "series": [line, line], "title": 'say "x"'})
    path = drawn.partition('its-line its-s1" d="')[2].partition('"')[0]
    assert path.count("M") == 2 and "None" not in drawn
    assert "&lt;k&gt;" in drawn and "a &amp; b" in drawn and "say &quot;x&quot;" in drawn

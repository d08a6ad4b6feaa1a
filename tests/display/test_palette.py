"""A series is named by its role: one table says its colour and dash, in pictures, in styles and in scripts."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import inference_scaling
import pytest
import sympy as sp
from inference_scaling import figures
from inference_scaling.display.palette import DASHES, ROLES, TOKENS
from inference_scaling.figures import Axis, Series
from inference_scaling.interactive import replay
from inference_scaling.interactive.explorable import Explorable, Panel, PlottedCurve, Sentence, Slider

STATIC = Path(inference_scaling.__file__).parent / "display" / "static"


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--its-(\w+): (#[0-9a-f]{6});", block))


def test_browsers_are_told_the_colours_of_the_table() -> None:
    light, dark, printed = re.findall(r"\{[^{}]*\}", (STATIC / "css/tokens.css").read_text(encoding="utf-8"))[:3]
    for name, token in TOKENS.items():
        assert (colours(light)[name], colours(dark)[name], colours(printed)[name]) == token


def test_scripts_draw_the_dashes_of_the_table() -> None:
    script = (STATIC / "js/plot.js").read_text(encoding="utf-8")
    (body,) = re.findall(r"const DASHES = (\{.*?\});", script, flags=re.S)
    assert dict(re.findall(r'(\w+): "([^"]+)"', body)) == {style: dash.svg for style, dash in DASHES.items()}


def test_no_two_roles_share_a_colour_or_a_dash() -> None:
    for one, other in itertools.combinations(ROLES.values(), 2):
        assert one.colour != other.colour
        assert one.style != other.style


def moved(curve: PlottedCurve) -> Explorable:
    axis = Axis("k", limits=(1, 4))
    panel = Panel("Coverage", "x", axis, Axis("chance", limits=(0, 1)), [curve])
    return Explorable("X", "What if?", [Slider("p", "p", 0.1, 0.9, 0.5)], [panel], [Sentence("p = {p:number}.")])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_looks_the_same_in_a_picture_and_in_an_explorable(role: str) -> None:
    figure = figures.plot([Series("a", [1, 2], [0.1, 0.2], role=role)], finding="{n} more.", x="k", y="y", n=0.2)
    drawn = figure.payload()["series"][0]
    x = sp.Symbol("x")
    curve = moved(PlottedCurve("c", "a", x / 4, role=role)).payload()["panels"][0]["curves"][0]
    assert (drawn["style"], drawn["colour"]) == (curve["style"], curve["colour"])
    assert f"var(--its-{ROLES[role].token}, {TOKENS[ROLES[role].token].light})" in figure.svg()


def test_a_style_or_a_colour_that_is_given_outweighs_the_role() -> None:
    one = Series("a", [1], [1], style="points", role="ceiling").data(5)
    assert (one["style"], one["colour"]) == ("points", ROLES["ceiling"].colour)
    assert Series("a", [1], [1], colour=2, role="ceiling").data(5)["colour"] == 2


def test_without_a_role_colours_come_in_order() -> None:
    series = [Series(str(i), [1], [1]) for i in range(6)]
    made = figures.plot(series, finding="{n} of them.", x="k", y="y", n=1).payload()["series"]
    assert [one["colour"] for one in made] == [1, 2, 3, 4, 5, 1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"role": "oracle"}, "role must be one of"),
        ({"style": "wave"}, "style must be one of"),
        ({"colour": 6}, "colour must be 0 .* got 6"),
    ],
)
def test_unknown_roles_styles_and_colours_are_named(wrong: dict, told: str) -> None:
    with pytest.raises(ValueError, match=f"series 'a': {told}"):
        Series("a", [1], [1], **wrong)
    with pytest.raises(ValueError, match=f"explorable X: the curve 'c': {told}"):
        moved(PlottedCurve("c", "a", sp.Symbol("x"), **wrong))


def test_the_rules_of_a_replay_look_as_their_roles() -> None:
    script = (STATIC / "js/ask.js").read_text(encoding="utf-8")
    (body,) = re.findall(r"const FORMS = (\{.*?\});", script)
    assert json.loads(re.sub(r"(\w+):", r'"\1":', body)) == {pick: list(form) for pick, form in replay.FORMS.items()}
    assert replay.FORMS["checker"] == (ROLES["ceiling"].style, ROLES["ceiling"].colour)


def test_a_doubling_axis_is_labelled_at_powers_of_two() -> None:
    figure = figures.plot(
        [Series("a", [1, 5, 40], [0.1, 0.2, 0.3])], finding="{n} more.", x=Axis("k", "doubling"), y="y", n=0.2
    )
    assert all(f">{power}<" in figure.svg() for power in (1, 2, 4, 8, 16, 32))


def test_an_axis_of_an_explorable_needs_limits() -> None:
    panel = Panel("C", "x", Axis("k"), Axis("y", limits=(0, 1)), [PlottedCurve("c", "a", sp.Symbol("x"))])
    with pytest.raises(ValueError, match="explorable X: the axis 'k' of a line plot needs limits"):
        Explorable("X", "What if?", [Slider("p", "p", 0.1, 0.9, 0.5)], [panel], [Sentence("p = {p:number}.")])

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
from inference_scaling.display.palette import DASHES, PLAIN, ROLES, TOKENS
from inference_scaling.figures import Axis, Series
from inference_scaling.interactive import replay
from inference_scaling.interactive.explorable import Explorable, Panel, PlottedCurve, Sentence, Slider

# Lines of the grid, and the page itself.
PALE = ("grid", "paper")
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
    assert [one["colour"] for one in made] == [*PLAIN, *PLAIN]
    assert len({(one["colour"], one["style"]) for one in made}) == 6, "two lines of a figure look alike"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"role": "oracle"}, "role must be one of 'ceiling' .a right one exists.; 'verifier' .*, got 'oracle'"),
        ({"style": "wave"}, "style must be one of"),
        ({"colour": 9}, "colour must be 0 .* got 9"),
    ],
)
def test_unknown_roles_styles_and_colours_are_named(wrong: dict, told: str) -> None:
    with pytest.raises(ValueError, match=f"series 'a': {told}"):
        Series("a", [1], [1], **wrong)
    with pytest.raises(ValueError, match=f"explorable X: the curve 'c': {told}"):
        moved(PlottedCurve("c", "a", sp.Symbol("x"), **wrong))


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_names_in_the_colours_of_lines_can_be_read(theme: str) -> None:
    paper = getattr(TOKENS["paper"], theme)
    weak = {name: contrast(getattr(token, theme), paper) for name, token in TOKENS.items() if name not in PALE}
    assert min(weak.values()) >= 4.5, weak


def test_lines_of_one_role_share_its_colour_and_differ_by_dash() -> None:
    curves = {"a": [1, 2], "b": [2, 3], "c": [3, 4]}
    figure = figures.lines(
        [1, 2], curves, finding="{n}.", x_axis="k", y_axis="y", roles=dict.fromkeys("ab", "vote"), n=1
    )
    first, second, other = figure.payload()["series"]
    assert first["colour"] == second["colour"] == ROLES["vote"].colour and first["style"] == ROLES["vote"].style
    assert second["style"] != first["style"] and first["role"] == "vote"
    assert other["colour"] in PLAIN and "role" not in other


def test_a_role_for_what_is_not_drawn_or_not_in_the_table_is_named() -> None:
    made = {"finding": "{n}.", "x_axis": "k", "y_axis": "y", "n": 1}
    with pytest.raises(ValueError, match=r"a role is given to 'b', which is not drawn; drawn: \['a'\]"):
        figures.lines([1], {"a": [1]}, roles={"b": "vote"}, **made)
    with pytest.raises(ValueError, match=r"role must be one of 'ceiling' .*, got 'oracle'"):
        figures.lines([1], {"a": [1]}, roles={"a": "oracle"}, **made)


def test_named_points_and_regions_of_maps_take_roles_too() -> None:
    points = figures.bars({"vote": 0.4, "best": 0.6}, roles={"best": "verifier"}, finding="{n}.", y_label="y", n=1)
    picture = points.svg()
    assert f"var(--its-{ROLES['verifier'].token}," in picture and "var(--its-n1," in picture
    axes = {"x_axis": Axis("x"), "y_axis": Axis("y"), "z_label": "z", "levels": [0.5], "finding": "{n}.", "n": 1}
    grid = figures.heatmap([1, 2], [1, 2], [[0, 1], [0, 1]], level_labels=["a", "b"], roles={"b": "search"}, **axes)
    assert f"var(--its-{ROLES['search'].token}," in grid.svg()


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

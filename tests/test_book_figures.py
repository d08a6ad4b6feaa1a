"""Every figure of the committed lessons can be read: by its axes, by its regions, and by its numbers."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inference_scaling.display.output import MIME
from inference_scaling.figures import draw, numbers_in
from inference_scaling.figures.data_table import table
from inference_scaling.figures.draw import NARROW, WIDE, drawn
from inference_scaling.site import claims, multiplicity
from maps import check_map
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from shares import a_third_of

ROOT = Path(__file__).resolve().parents[1]
# What an axis counts: its ticks are whole numbers, whatever the data are.
COUNTED = re.compile(r"^[kmnL], |^d, (?!root)|\b(?:steps|samples|tries|queries|puzzles|problems|programs)\b")
RATIO = re.compile(r"share|against|price")
NONE_OR_ALL = re.compile(r"\b(?:never|always|not .*at all)\b")


def committed() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted((ROOT / "book").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
        found = [one[MIME.format(kind="figure")] for one in data if MIME.format(kind="figure") in one]
        yield from ((f"{path.stem}-{number}", payload) for number, payload in enumerate(found, 1))


BOOK = dict(committed())


def of_form(*forms: str) -> pytest.MarkDecorator:
    chosen = {name: payload for name, payload in BOOK.items() if payload["form"] in forms}
    return pytest.mark.parametrize("payload", chosen.values(), ids=chosen)


def labels_in_view(axis: Axis) -> list[str]:
    """Return the labels of the ticks between the ends of a drawn axis."""
    low, high = sorted(axis.get_view_interval())
    near = 1e-9 * (high - low)
    return [
        tick.label1.get_text()
        for tick in axis.get_major_ticks()
        if low - near <= tick.get_loc() <= high + near and tick.label1.get_text()
    ]


def test_the_book_has_figures() -> None:
    assert len(BOOK) > 80


def boxes(canvas: Canvas) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Yield each text of a drawn figure with the box of its letters; ticks beyond the ends of an axis do not show."""
    drawn_ticks = {tick for axis in (canvas.axes[0].xaxis, canvas.axes[0].yaxis) for tick in labels_in_view(axis)}
    ticks = {
        id(one)
        for axis in (canvas.axes[0].xaxis, canvas.axes[0].yaxis)
        for one in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True))
        if one.get_text() not in drawn_ticks
    }
    for text in canvas.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in ticks:
            box = text.get_window_extent()
            # Names of ticks that take turns in two rows begin with an empty line.
            empty = text.get_text().count("\n") if text.get_text().startswith("\n") else 0
            yield text.get_text().strip(), (box.x0, box.y0, box.x1, box.y1 - box.height * empty / (1 + empty))


# Each is laid out for a phone, where texts meet first.
@pytest.mark.parametrize("name", a_third_of(BOOK))
def test_no_text_of_a_figure_stands_on_another(name: str) -> None:
    _apart(BOOK[name], NARROW)


@pytest.mark.evidence
@pytest.mark.parametrize("name", BOOK)
def test_no_text_of_a_wide_figure_stands_on_another(name: str) -> None:
    _apart(BOOK[name], WIDE)


def test_no_text_of_the_claims_own_figure_stands_on_another() -> None:
    register = claims.read(ROOT / "book" / "reference" / "claims.toml").values()
    for width in (NARROW, WIDE):
        _apart(multiplicity.figure(multiplicity.distances(register)).payload(), width)


def _apart(payload: Mapping[str, Any], width: int) -> None:
    canvas = drawn(payload, width)
    canvas.draw_without_rendering()
    for (one, first), (other, second) in itertools.combinations(boxes(canvas), 2):
        across = min(first[2], second[2]) - max(first[0], second[0])
        up = min(first[3], second[3]) - max(first[1], second[1])
        assert across <= 1 or up <= 3, f"{width} wide: {one!r} stands on {other!r}"


# Each is laid out for it.
@pytest.mark.parametrize("name", a_third_of(BOOK))
def test_axes_can_be_read(name: str) -> None:
    payload = BOOK[name]
    canvas = drawn(payload)
    canvas.draw_without_rendering()
    axes = canvas.axes[0]
    for which in "xy":
        if which not in payload:
            continue
        told, axis = payload[which], getattr(axes, f"{which}axis")
        labels = labels_in_view(axis)
        needed = len(told["ticks"]) if "ticks" in told else 3
        assert len(labels) >= needed, f"{told['label']}: only {labels} can be read"
        assert len(set(labels)) == len(labels), f"{told['label']}: {labels} names two places alike"
        if "tick_labels" in told:
            assert [label.strip() for label in labels] == told["tick_labels"]
            continue
        values = [value for one in payload.get("series", []) for value in one[which]]
        whole = bool(values) and all(float(value).is_integer() for value in values) and np.ptp(values) >= 3
        counted = COUNTED.search(told["label"]) and not RATIO.search(told["label"]) and max(values, default=0) > 1
        if whole or counted:
            assert all(re.fullmatch(r"−?[\d,]+|10[⁰¹²³⁴⁵⁶⁷⁸⁹]+", label) for label in labels), (told["label"], labels)


@of_form("plot")
def test_ticks_that_are_names_are_names_in_the_table(payload: Mapping[str, Any]) -> None:
    names = payload["x"].get("tick_labels")
    _, rows = table(payload)
    if names:
        assert [row[0] for row in rows] == names
        assert all(any(row[1:]) for row in rows), "a name without a number"
        places = {x for one in payload["series"] for x in one["x"]}
        assert places <= set(payload["x"]["ticks"]), f"no name stands at {places - set(payload['x']['ticks'])}"


@of_form("plot")
def test_points_stand_where_they_were_measured(payload: Mapping[str, Any]) -> None:
    # Points of several series that are drawn beside one another, to be told apart, have one x in the data; and where
    # places lie close together, nothing is drawn beside its own.
    series = [one["x"] for one in payload["series"] if one["style"] == "points"]
    scale = np.log if payload["x"]["scale"] == "log" else np.asarray
    places = scale(sorted({x for one in series for x in one}))
    close = [pair for pair in itertools.pairwise(places) if pair[1] - pair[0] < 0.04 * np.ptp(places)]
    moved = any(draw._sides(payload["series"], payload["x"]["scale"]))
    one_place = len({tuple(one) for one in series}) <= 1
    assert not (close and (moved or not one_place)), f"drawn apart, not measured apart: {close}"


@of_form("plot")
def test_what_never_or_always_happens_has_its_own_bar(payload: Mapping[str, Any]) -> None:
    bars = [one for one in payload["series"] if one["style"] == "bars"]
    if not bars or not NONE_OR_ALL.search(payload["finding"]):
        return
    heights = [height for one in bars for height in one["y"]]
    said = [value for value in payload["numbers"].values() if float(value).is_integer()]
    assert said
    for count in said:
        assert count in heights, f"the sentence says {count:g}, the bars are {heights}"


@of_form("plot")
def test_bars_of_a_histogram_are_named_by_their_bins(payload: Mapping[str, Any]) -> None:
    if "edges" in payload:
        _, rows = table(payload)
        inner = len(payload["edges"]) - 1
        assert sum(" to " in row[0] for row in rows) == inner, "every bin has its row, with both ends"
        assert sum(float(row[1]) for row in rows) == sum(sum(one["y"]) for one in payload["series"])


@of_form("map")
def test_every_region_of_a_map_is_named_rightly(payload: Mapping[str, Any]) -> None:
    check_map(payload)


@of_form("map")
def test_table_of_a_map_says_what_its_numbers_are(payload: Mapping[str, Any]) -> None:
    head, rows = table(payload)
    assert payload["z_label"] in head[0]
    assert all(numbers_in(cell) for row in rows for cell in row)

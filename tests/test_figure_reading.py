"""What a reader takes from a figure is what its data say: regions, ticks, bars and the table."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from inference_scaling import figures
from inference_scaling.display.output import rounded
from inference_scaling.figures import Axis, Mark, Series
from inference_scaling.figures.data_table import table
from inference_scaling.figures.draw import drawn, svg, to_html
from maps import check_map

COLUMNS, ROWS = np.geomspace(1, 1000, 9), np.linspace(0.5, 1, 8)


def a_map(z, levels, names, marks=()):
    return rounded(
        figures.heatmap(
            COLUMNS,
            ROWS,
            z,
            finding="Up to {most}.",
            x_axis=Axis("k", scale="log"),
            y_axis=Axis("AUC"),
            z_label="gain",
            levels=levels,
            level_labels=names,
            marks=marks,
            most=float(np.max(z)),
        ).payload()
    )


def slope(low: float, high: float) -> np.ndarray:
    return np.tile(np.linspace(low, high, COLUMNS.size), (ROWS.size, 1))


@pytest.mark.parametrize(
    ("z", "levels", "places"),
    [
        # Two halves: each name stands in its own.
        (slope(0.5, 3.5), [2.0], {"none": "region", "some": "region"}),
        # The first band is empty, then the last, then all but one.
        (slope(2.5, 4.5), [2.0, 3.0], {"some": "region", "more": "region"}),
        (slope(0.5, 2.5), [2.0, 3.0], {"none": "region", "some": "region"}),
        (slope(2.2, 2.8), [2.0, 3.0], {"some": "region"}),
        # A band too thin for words is named in the key.
        (np.where(slope(0, 1) < 0.5, 0.0, 10.0), [4.9, 5.1], {"none": "region", "some": "legend", "more": "region"}),
    ],
)
def test_each_region_is_called_by_its_name(z, levels, places) -> None:
    names = ["none", "some", "more"][: len(levels) + 1]
    assert check_map(a_map(z, levels, names)) == places


# A map is laid out again for each place that is looked for: three seconds.
@pytest.mark.parametrize("maps", [2, pytest.param(15, marks=pytest.mark.evidence)])
def test_names_of_regions_are_true_on_any_map(maps) -> None:
    settings(max_examples=maps, deadline=None)(names_of_regions_are_true)()


@given(
    corners=st.lists(st.floats(-3, 3), min_size=4, max_size=4),
    bend=st.floats(-3, 3),
    levels=st.lists(st.integers(-5, 5), min_size=1, max_size=4, unique=True).map(sorted),
    marks=st.lists(
        st.tuples(st.sampled_from([2.0, 30.0, 400.0]), st.sampled_from([0.6, 0.9])), max_size=2, unique=True
    ),
)
@example(corners=[0, 0, 0, 0], bend=0, levels=[-2, -1], marks=[])
@example(corners=[0, 0, 0, 0], bend=0, levels=[1, 2, 3, 4], marks=[])
# Five bands, four of them in the map: more than there are plain shades.
@example(corners=[0, 0, 0, 2.6], bend=3, levels=[-5, 1, 3, 4], marks=[])
def names_of_regions_are_true(corners, bend, levels, marks) -> None:
    across, up = np.meshgrid(np.linspace(0, 1, COLUMNS.size), np.linspace(0, 1, ROWS.size))
    a, b, c, d = corners
    z = a * (1 - across) * (1 - up) + b * across * (1 - up) + c * (1 - across) * up + d * across * up
    z = z + bend * np.sin(3 * across) * up
    assume(np.min(np.abs(np.subtract.outer(z, levels))) > 1e-3)
    names = ["it hurts", "nothing changes much", "a little", "much", "more than anybody needs"]
    check_map(a_map(z, levels, names[: len(levels) + 1], [Mark("a place", *place) for place in marks]))


def test_names_of_regions_are_in_the_picture_and_keep_clear_of_marks() -> None:
    picture = svg(a_map(slope(0.5, 3.5), [2.0], ["it hurts", "it helps"], [Mark("here", 5, 0.75)]))
    assert ">it hurts<" in picture and ">it helps<" in picture


@pytest.mark.parametrize(
    ("levels", "names", "message"),
    [
        ([0, 1], ["a", "b"], "2 levels part 3 bands, each with a name; got 2 names"),
        ([0, 1], ["a", "b", "c", "d"], "got 4 names"),
        ([1, 0], None, "increasing"),
        ([1, 1], None, "increasing"),
        ([], None, "one to four"),
        ([1, 2, 3, 4, 5], None, "one to four"),
    ],
)
def test_map_whose_bands_and_names_differ_is_refused(levels, names, message) -> None:
    with pytest.raises(ValueError, match=message):
        a_map(slope(0, 6), levels, names)


@settings(max_examples=40, deadline=None)
@given(low=st.floats(-9, 9), span=st.floats(0.02, 12))
@example(low=np.log10(12.5), span=np.log10(93 / 12.5))
def test_log_axis_has_at_least_three_labels(low, span) -> None:
    ends = [10.0**low, 10.0 ** (low + span)]
    figure = figures.lines([1, 2], {"a": ends}, finding="At 1.", x_axis="x", y_axis=Axis("y", scale="log"), one=1)
    canvas = drawn(rounded(figure.payload()))
    canvas.draw_without_rendering()
    axis = canvas.axes[0].yaxis
    first, last = axis.get_view_interval()
    labels = [tick.label1.get_text() for tick in axis.get_major_ticks() if first <= tick.get_loc() <= last]
    assert 3 <= len(set(labels)) == len(labels) <= 10


@settings(max_examples=25, deadline=None)
@given(first=st.integers(-20, 2000), span=st.integers(3, 300))
@example(first=2, span=8)
def test_counts_have_whole_ticks(first, span) -> None:
    figure = figures.lines([first, first + span], {"a": [0.1, 0.2]}, finding="At 1.", x_axis="L, steps", y_axis="y")
    canvas = drawn(rounded(figure.payload()))
    canvas.draw_without_rendering()
    axis = canvas.axes[0].xaxis
    labels = [tick.label1.get_text() for tick in axis.get_major_ticks()]
    assert len(labels) >= 3 and all(re.fullmatch(r"−?[\d,]+", label) for label in labels), labels


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=60))
def test_bars_beside_a_histogram_count_never_and_always(right) -> None:
    shares = np.array(right) / 20
    figure = figures.histogram(shares, np.linspace(0, 1, 5), finding="{n} puzzles.", x_label="share", n=len(right))
    head, rows = table(rounded(figure.payload()))
    found = {name: float(count) for name, count in rows}
    assert head == ["share", "problems"]
    assert found.get("exactly 0", 0) == right.count(0)
    assert found.get("exactly 1", 0) == right.count(20)
    assert sum(found.values()) == len(right)
    bars = drawn(rounded(figure.payload())).axes[0].patches
    heights = [bar.get_height() for bar in bars]
    assert sorted(heights) == sorted(found.values())
    spans = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars)
    assert all(a[1] <= b[0] + 1e-9 for a, b in itertools.pairwise(spans)), "one bar covers another"


def test_bar_of_zero_has_a_colour_and_a_name_of_its_own() -> None:
    figure = figures.histogram([0, 0, 0.2], [0, 0.5, 1], finding="{n} never.", x_label="share", n=2)
    canvas = drawn(rounded(figure.payload()))
    colours = {bar.get_facecolor() for bar in canvas.axes[0].patches if bar.get_height()}
    assert len(colours) == 2
    assert [text.get_text() for text in canvas.legends[0].get_texts()] == ["problems", "exactly 0"]
    plain = figures.histogram([0, 0.2], [0, 0.5, 1], finding="{n}.", x_label="share", n=2, apart=())
    assert table(rounded(plain.payload()))[1] == [["0 to 0.5", "2"], ["0.5 to 1", "0"]]


@pytest.mark.parametrize("edges", [[0], [0, 1, 1], [1, 0]])
def test_edges_that_do_not_increase_are_refused(edges) -> None:
    with pytest.raises(ValueError, match="increasing"):
        figures.histogram([0.5], edges, finding="1.", x_label="x")


def three_strategies(scale: str = "linear", **axis):
    places = np.array([1.0, 2.0, 4.0])
    series = [
        Series(kind, places, [value] * 3, [value - 0.1] * 3, [value + 0.1] * 3, style="points")
        for kind, value in (("hard", 0.1), ("middle", 0.2), ("easy", 0.3))
    ]
    return rounded(figures.plot(series, finding="Up to 0.3.", x=Axis("n", scale=scale, **axis), y="gain").payload())


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_intervals_stand_side_by_side_and_their_numbers_in_one_row(scale) -> None:
    payload = three_strategies(scale)
    assert [row[0] for row in table(payload)[1]] == ["1", "2", "4"]
    assert all(all(row) for row in table(payload)[1])
    canvas = drawn(payload)
    canvas.draw_without_rendering()
    points = [line for line in canvas.axes[0].lines if line.get_marker() in "os^"]
    seen = [line.get_transform().transform([(2.0, 0.2)])[0, 0] for line in points]
    assert len(seen) == 3 and np.all(np.diff(np.sort(seen)) > 5), "points of three series cover one another"


def test_names_of_ticks_are_the_names_of_the_rows() -> None:
    names = ("beam", "backtracking with a very long name", "best-first")
    payload = three_strategies(ticks=(1.0, 2.0, 4.0), tick_labels=names)
    assert [row[0] for row in table(payload)[1]] == list(names)
    for name in names:
        assert f'<th scope="row">{name}</th>' in to_html(payload)

"""A figure is its finding, its numbers and a picture made from them alone."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import BetaBinomial, SampleSet, figures
from inference_scaling.display.output import rounded
from inference_scaling.display.palette import ROLES
from inference_scaling.figures import Axis, Mark, Series
from inference_scaling.figures.draw import SERIES, _band_colours, _svg, drawn, svg, to_html


def small(**options) -> figures.Figure:
    series = [
        Series("measured", [1, 10, 100], [0.1, 0.4, 0.5], low=[0.05, 0.3, 0.4], high=[0.2, 0.5, 0.6]),
        Series("law", [1, 10, 100], [0.1, 0.6, 1.0], style="dash"),
    ]
    defaults = {
        "finding": "A hundred samples solve {last:.0%}.",
        "x": Axis("k", scale="log"),
        "y": Axis("coverage", limits=(0, 1)),
        "last": 0.5,
    }
    return figures.plot(series, **(defaults | options))


def test_text_form_is_the_finding_and_the_numbers() -> None:
    assert small().text().splitlines() == [
        "A hundred samples solve 50%.",
        "k    measured  interval     law",
        "1    0.1       [0.05, 0.2]  0.1",
        "10   0.4       [0.3, 0.5]   0.6",
        "100  0.5       [0.4, 0.6]   1",
    ]


def test_rounding_error_on_a_linear_axis_is_0_and_a_small_number_on_a_logarithmic_one_is_kept() -> None:
    noisy = [Series("gap", [1, 2, 3], [0.5, 1.1e-17, -2.2e-16], low=[0.4, -3e-17, -1.0], high=[0.6, 4e-16, 1e-9])]
    linear = figures.plot(noisy, finding="{n} gaps.", x="k", y="gap", n=3)
    assert "e-1" not in linear.text() and linear.text().splitlines()[3] == "2  0    [0, 0]"
    assert rounded(linear.payload())["series"][0]["high"] == [0.6, 0.0, 1e-09]
    log = figures.plot(noisy[:1], finding="{n} gaps.", x="k", y=Axis("gap", scale="log"), n=3)
    assert "1.1e-17" in log.text()
    named = figures.bars({"one": 1.0, "none": 1e-16}, finding="{n} bars.", y_label="gap", n=2)
    assert named.text().splitlines()[-1].split() == ["none", "0"]


def test_picture_is_named_by_the_finding_and_has_no_fixed_colour() -> None:
    picture = svg(rounded(small().payload()))
    assert 'role="img"' in picture
    assert 'aria-label="A hundred samples solve 50%."' in picture
    outside_variables = re.sub(r"var\([^)]*\)", "", picture)
    assert not re.search(r"#[0-9a-f]{6}\b", outside_variables)
    assert ">coverage<" in picture, "text must stay text"


def test_the_finding_stands_above_the_picture_on_a_page_and_in_a_file() -> None:
    page = to_html(rounded(small().payload()))
    assert page.index("<figcaption") < page.index("A hundred samples solve 50%.</figcaption>") < page.index("<svg")
    assert ">A hundred samples solve 50%.<" in svg(rounded(small().payload()), titled=True)
    with pytest.raises(ValueError, match="a figure has a finding, its title; this one, of the form 'plot', has none"):
        svg({**rounded(small().payload()), "finding": ""})


def test_same_data_give_the_same_bytes() -> None:
    assert svg(rounded(small().payload())) == svg(rounded(small().payload()))


def test_pictures_drawn_in_several_threads_are_those_drawn_one_by_one() -> None:
    # `make tidy` draws in threads, and what matplotlib is told is told to all of them.
    payloads = [rounded(small(last=last).payload()) for last in np.linspace(0.1, 0.9, 6).round(1).tolist()]
    one_by_one = [svg(payload) for payload in payloads]
    _svg.cache_clear()
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(svg, payloads)) == one_by_one


def test_two_figures_on_a_page_share_no_id() -> None:
    one = set(re.findall(r'id="([^"]+)"', svg(rounded(small().payload()))))
    two = set(re.findall(r'id="([^"]+)"', svg(rounded(small(last=0.51).payload()))))
    assert not one & two


def test_page_form_holds_every_number_of_the_table() -> None:
    class Cells(HTMLParser):
        def handle_data(self, data: str) -> None:
            cells.append(data)

    cells: list[str] = []
    reader = Cells()
    reader.feed(to_html(rounded(small().payload())))
    for number in ("0.1", "[0.3, 0.5]", "100", "1"):
        assert number in cells


def test_finding_must_rest_on_data() -> None:
    assert figures.finding_rests_on_data(rounded(small().payload()))
    invented = {**rounded(small().payload()), "finding": "A hundred samples solve 77%."}
    assert not figures.finding_rests_on_data(invented)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"finding": "It rises."}, "at least one number"),
        ({"finding": "It rises to {top}."}, "names 'top'"),
        ({"finding": " "}, "`finding` is a sentence"),
    ],
)
def test_finding_without_number_is_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small(**options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Series("a", [1, 2], [1]), "equal length"),
        (lambda: Series("a", [], []), "non-empty"),
        (lambda: Series("a", [1], [1], low=[0]), "both low and high"),
        (lambda: Series("a", [1], [1], style="wavy"), "style must be one of"),
        (lambda: Axis("a", scale="cubic"), "one of the scales"),
        (lambda: figures.plot([], finding="1", x="x", y="y"), "at least one series"),
        (lambda: figures.histogram([0.5, 2], [0, 1], finding="1", x_label="x"), "got 2"),
    ],
)
def test_malformed_figure_is_refused_with_its_reason(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_not_a_number_is_refused() -> None:
    figure = figures.plot([Series("a", [1.0], [np.nan])], finding="At 1.", x="x", y="y")
    with pytest.raises(ValueError, match="finite"):
        figure._repr_mimebundle_()


def test_other_forms_draw() -> None:
    histogram = figures.histogram([0.1, 0.9, 0.95], [0, 0.5, 1], finding="{n} high.", x_label="p", n=2)
    names = figures.bars(
        {"a": 0.5, "b": 0.7}, low={"a": 0.4, "b": 0.6}, high={"a": 0.6, "b": 0.8}, finding="{b}.", y_label="v", b=0.7
    )
    grid = figures.heatmap(
        [1, 2, 3],
        [1, 2],
        [[-1, 0, 1], [0, 1, 2]],
        finding="{top} at most.",
        x_axis=Axis("x"),
        y_axis=Axis("y"),
        z_label="z",
        levels=[0.5],
        level_labels=["low", "high"],
        marks=[Mark("here", 2, 1.5)],
        top=2,
    )
    for figure in (histogram, names, grid):
        bundle = figure._repr_mimebundle_()
        assert "<svg" in bundle["text/html"]
        assert bundle["text/plain"].startswith(figure.finding)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_figure_is_saved_in_the_form_of_the_ending(tmp_path, ending: str) -> None:
    path = tmp_path / f"figure.{ending}"
    small().save(str(path))
    assert path.read_bytes()[:5] in (b"<?xml", b"\x89PNG\r", b"%PDF-")


def _zero_lines(low: float, high: float) -> int:
    figure = figures.bars(
        {"gain": (low + high) / 2},
        low={"gain": low},
        high={"gain": high},
        y_label="difference",
        finding="It is {g}.",
        g=low,
    )
    axes = drawn(figure.payload()).axes[0]
    return sum(list(line.get_xdata()) == [0, 0] for line in axes.lines)


def test_differences_are_read_against_a_line_at_no_difference() -> None:
    assert _zero_lines(-0.1, 0.2) == 1


def test_values_that_all_lie_above_zero_need_no_such_line() -> None:
    assert _zero_lines(0.3, 0.6) == 0


def test_a_band_of_a_map_has_the_colour_of_a_role_only_with_the_role() -> None:
    own = {SERIES[role.colour] for role in ROLES.values()}
    for count in range(2, 6):
        colours = _band_colours(count, ())
        assert not own & {colour for colour, _ in colours}
        assert len(set(colours)) == count
    assert _band_colours(2, ("", "vote"))[1] == (SERIES[ROLES["vote"].colour], 0.25)


def test_success_rates_are_counts_of_problems_beside_what_a_family_expects() -> None:
    samples = SampleSet.from_counts([4] * 50, np.repeat([0, 1, 2, 3, 4], [14, 12, 10, 4, 10]))
    family = BetaBinomial(1, 1)
    figure = figures.success_rates(samples, family, finding="{always} always, {never} never.", what="tasks")
    assert figure.finding == "10 always, 14 never."
    bars, points = figure.data["series"]
    assert list(bars["y"]) == [14, 12, 10, 4, 10] and list(points["y"]) == pytest.approx([10] * 5)
    assert "<svg" in figure.svg() and "14" in figure.text()
    unequal = SampleSet.from_counts([4, 3], [1, 1])
    with pytest.raises(ValueError, match=r"4 of one problem and 3 of '1'.*at_least_samples\(4\)"):
        figures.success_rates(unequal, finding="{always} always.")


def _forecast_figure(most: int = 1000) -> tuple[figures.Figure, its.Forecast]:
    pilot = SampleSet.from_counts([10] * 40, [0, 0, 1, 2, 5, 9, 10, 10] * 5)
    measured = its.curve(pilot, "pass", [1, 2, 5, 10], rng=0)
    found = its.forecast(pilot, [1, 10, 100, most])
    return figures.forecast(measured, found, finding="At k = {k_max} between {low:.2f} and {high:.2f}."), found


def test_a_forecast_shows_the_record_the_family_the_range_and_where_the_record_ends() -> None:
    figure, found = _forecast_figure()
    recorded, family = figure.data["series"]
    assert list(recorded["x"]) == [1, 2, 5, 10] and recorded["style"] == "line"
    assert list(family["y"]) == pytest.approx(found.value) and family["style"] == "dash"
    # Shaded is the range over all distributions, not the family's own and narrower interval.
    assert list(family["low"]) == pytest.approx(found.low) and family["low"][-1] < found.family_low[-1]
    (mark,) = figure.data["marks"]
    assert mark["x"] == 10 and mark["line"] == "x" and "beyond 10" in mark["text"]
    assert figure.finding == f"At k = 1000 between {found.low[-1]:.2f} and {found.high[-1]:.2f}."
    assert "<svg" in figure.svg() and "Beta family" in figure.text()


def test_a_forecast_that_does_not_go_beyond_the_record_or_of_another_rule_is_refused() -> None:
    pilot = SampleSet.from_counts([10] * 8, [0, 0, 1, 2, 5, 9, 10, 10])
    measured, found = its.curve(pilot, "pass", [1, 10], rng=0), its.forecast(pilot, [5, 10])
    with pytest.raises(ValueError, match="up to k = 10, and the record reaches 10: must go beyond"):
        figures.forecast(measured, found, finding="At {k_max}.")
    every = its.curve(pilot, "all", [1, 10], rng=0)
    with pytest.raises(ValueError, match="measured is a curve of 'all', and the forecast is of 'pass'"):
        figures.forecast(every, its.forecast(pilot, [10, 100]), finding="At {k_max}.")
    later = its.curve(SampleSet.from_counts([20] * 3, [1, 2, 3]), "pass", [1, 20], rng=0)
    with pytest.raises(ValueError, match="measured reaches k = 20, and the forecast rests on 10 samples"):
        figures.forecast(later, its.forecast(pilot, [10, 100]), finding="At {k_max}.")

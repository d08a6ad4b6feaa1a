"""Intervals over problems: what they hold, what they refuse, where they warn."""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, curve
from inference_scaling.estimates import INTERVALS, IntervalWarning, problem_interval
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
shares = st.integers(0, 16).map(lambda right: right / 16)
tables = st.lists(shares, min_size=2, max_size=40)


@pytest.mark.parametrize("method", INTERVALS)
@given(values=tables)
@settings(max_examples=40, deadline=None)
def test_an_interval_is_ordered_and_stays_on_the_scale(method, values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        low, high = problem_interval(values, method=method, rng=0)
    assert np.all((low >= 0) & (low <= high) & (high <= 1))
    assert low[0] <= np.mean(values) + 1e-12 and high[0] >= np.mean(values) - 1e-12


@given(values=tables)
@settings(max_examples=40, deadline=None)
def test_the_default_is_the_mirror_image_for_mirrored_problems(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        low, high = problem_interval(values)
        mirrored_low, mirrored_high = problem_interval(1 - np.array(values))
    np.testing.assert_allclose([low, high], [1 - mirrored_high, 1 - mirrored_low], atol=1e-12)


def test_the_default_is_t_on_the_logit_with_half_a_problem_at_each_end():
    values = np.array([0.1, 0.4, 0.7, 0.2, 0.9])
    weight = np.array([1, 1, 1, 1, 1, 0.5, 0.5])
    points = np.append(values, [0, 1])
    mean = weight @ points / 6
    error = np.sqrt(weight @ (points - mean) ** 2 / 5 / 6) / (mean * (1 - mean))
    reach = stats.t(5).ppf(0.95) * error
    centre = np.log(mean / (1 - mean))
    low, high = problem_interval(values, level=0.9)
    expected = 1 / (1 + np.exp(-np.array([centre - reach, centre + reach])))
    np.testing.assert_allclose([low[0], high[0]], expected, rtol=1e-12)


def test_the_plain_logit_is_the_delta_method():
    values = np.array([0.1, 0.4, 0.7, 0.2, 0.9])
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(5)
    reach = stats.t(4).ppf(0.975) * error / (mean * (1 - mean))
    low, high = problem_interval(values, method="logit")
    expected = 1 / (1 + np.exp(-(np.log(mean / (1 - mean)) + np.array([-reach, reach]))))
    np.testing.assert_allclose([low[0], high[0]], expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_bootstraps_agree_with_scipy(method):
    values = np.random.default_rng(3).beta(0.5, 2, 80)
    low, high = problem_interval(values, method=method, rng=1)
    theirs = stats.bootstrap((values,), np.mean, method=method, n_resamples=20_000, rng=np.random.default_rng(2))
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert abs(low[0] - theirs.confidence_interval.low) < 0.06 * width
    assert abs(high[0] - theirs.confidence_interval.high) < 0.06 * width


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_merging_equal_problems_leaves_the_bootstrap_as_it_is(method):
    values = np.repeat([0.0, 0.25, 0.5, 1.0], [20, 10, 5, 15])
    # The same problems, told apart by differences far below the interval's width.
    apart = np.clip(values + np.linspace(0, 1e-9, values.size), 0, 1)
    low, high = problem_interval(values, method=method, rng=1)
    other_low, other_high = problem_interval(apart, method=method, rng=2)
    assert abs(low[0] - other_low[0]) < 0.02 and abs(high[0] - other_high[0]) < 0.02


@pytest.mark.parametrize("method", INTERVALS)
def test_every_column_has_the_interval_that_it_has_alone(method):
    values = np.random.default_rng(4).uniform(0, 1, (30, 3))
    low, high = problem_interval(values, method=method, rng=7)
    for column in range(3):
        alone = problem_interval(values[:, column], method=method, rng=7)
        tolerance = 1e-12 if method in ("adjusted", "logit") else 0.03
        np.testing.assert_allclose([low[column], high[column]], np.ravel(alone), atol=tolerance)


@pytest.mark.parametrize("method", INTERVALS)
def test_a_higher_level_gives_a_wider_interval(method):
    values = np.random.default_rng(5).uniform(0, 1, 40)
    narrow, wide = (problem_interval(values, level=level, method=method, rng=0) for level in (0.8, 0.99))
    assert wide[0] < narrow[0] and narrow[1] < wide[1]


@pytest.mark.parametrize(("right", "end"), [(0, 0.0), (8, 1.0)])
@pytest.mark.parametrize("selector", ["pass", "best_of_n", "majority", "weighted"])
def test_tables_all_right_or_all_wrong_have_an_open_interval(right, end, selector):
    samples = SampleSet.from_matrix(np.full((30, 8), right == 8), score=np.ones((30, 8)), answer=np.zeros((30, 8)))
    found = curve(samples, selector, [1, 8], rng=0)
    bound = 0.05 ** (1 / 30) if end else 1 - 0.05 ** (1 / 30)
    assert np.all(found.value == end)
    np.testing.assert_allclose(found.low if end else found.high, bound)
    np.testing.assert_allclose(found.high if end else found.low, end)


def test_one_problem_has_the_interval_of_ignorance():
    found = curve(SampleSet.from_counts([8], [3]), "pass", [1, 4], rng=0)
    assert found.low.tolist() == [0, 0] and found.high.tolist() == [1, 1]


def test_nearly_all_solved_is_warned_of_and_nearly_none_too():
    for values in ([1.0] * 99 + [0.5], [0.0] * 99 + [0.5]):
        with pytest.warns(IntervalWarning, match=r"about 1 of 100 problems"):
            problem_interval(values)


@pytest.mark.parametrize("values", [[1.0] * 90 + [0.0] * 10, [0.9, 0.5, 0.1], [1.0] * 50, [0.99, 1.0] * 40])
def test_tables_with_enough_on_both_sides_are_not_warned_of(values):
    problem_interval(values)


def test_the_default_covers_where_the_bootstraps_do_not():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import interval_coverage
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    easy, skewed = interval_coverage.run(interval_coverage.SMALL)
    assert min(easy.covered["adjusted"], easy.covered["bca"]) > 0.88
    assert skewed.covered["adjusted"] > 0.8 > 0.7 > skewed.covered["percentile"]
    assert "| Beta(2, 0.1) | 8 | 50 |" in interval_coverage.page([easy, skewed])


def test_pooled_samples_make_an_interval_far_too_narrow():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import interval_coverage
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    row = interval_coverage.simulate(0.5, 0.5, 1, 50, 300, np.random.default_rng(0))
    assert row.pooled < 0.6 < 0.9 < row.covered["adjusted"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"per_problem": []}, "per_problem"),
        ({"per_problem": [0.5, np.nan]}, "per_problem"),
        ({"per_problem": [0.5, 1.5]}, "per_problem"),
        ({"per_problem": np.zeros((2, 2, 2))}, "per_problem"),
        ({"per_problem": [0.5, 0.6], "level": 0.0}, "level"),
        ({"per_problem": [0.5, 0.6], "level": 1.0}, "level"),
        ({"per_problem": [0.5, 0.6], "method": "basic"}, "method"),
    ],
)
def test_impossible_tables_levels_and_methods_are_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=rf"\b{named}\b"):
        problem_interval(**arguments)

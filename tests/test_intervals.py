"""Intervals over problems: what they hold, what they refuse, where they warn."""

import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, curve, estimates
from inference_scaling.estimates import INTERVALS, IntervalWarning, paired_interval, problem_interval
from inference_scaling.estimates.paired import PAIRED
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
    theirs = stats.bootstrap(
        (values,), np.mean, method=method, n_resamples=20_000, random_state=np.random.default_rng(2)
    )
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert abs(low[0] - theirs.confidence_interval.low) < 0.06 * width
    assert abs(high[0] - theirs.confidence_interval.high) < 0.06 * width


@pytest.mark.parametrize("shape", ["many near 0", "many near 1", "even"])
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_bootstraps_of_few_problems_agree_with_scipy(monkeypatch, method, shape):
    monkeypatch.setattr(estimates.intervals, "RESAMPLES", 40_000)
    rng = np.random.default_rng(3)
    skewed = rng.beta(0.3, 2, 25)
    values = {"many near 0": skewed, "many near 1": 1 - skewed, "even": rng.uniform(0, 1, 25)}[shape]
    theirs = stats.bootstrap(
        (values,), np.mean, method=method, n_resamples=40_000, random_state=np.random.default_rng(2)
    )
    found = np.ravel(problem_interval(values, method=method, rng=1))
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert found == pytest.approx(tuple(theirs.confidence_interval), abs=0.02 * width)


def test_bca_is_efrons_formula_on_its_own_resamples(monkeypatch):
    drawn, resampled = [], estimates.intervals._resampled
    monkeypatch.setattr(estimates.intervals, "_resampled", lambda *given: drawn.append(resampled(*given)) or drawn[-1])
    values = np.sort(np.random.default_rng(3).beta(0.3, 2, 25))
    low, high = problem_interval(values, level=0.9, method="bca", rng=1)
    means = drawn[0] @ values / 25
    bias = stats.norm.ppf(np.mean(means < values.mean()))
    without = (values.sum() - values) / 24
    distance = without.mean() - without
    skew = np.sum(distance**3) / (6 * np.sum(distance**2) ** 1.5)
    z = bias + stats.norm.ppf([0.05, 0.95])
    expected = np.quantile(means, stats.norm.cdf(bias + z / (1 - skew * z)))
    np.testing.assert_allclose([low[0], high[0]], expected, rtol=1e-9)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(0, 30))
@settings(max_examples=30, deadline=None)
def test_every_resample_draws_as_many_problems_as_there_are(times, often):
    back = np.repeat(np.arange(len(times)), times)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(estimates.intervals, "MULTINOMIAL_MIN", often)
        drawn = estimates.intervals._resampled(np.array(times), back, 8, np.random.default_rng(0))
    assert drawn.shape == (8, len(times))
    assert drawn.min() >= 0 and np.all(drawn.sum(axis=1) == back.size)


@pytest.mark.parametrize("often", [0, 3, 30, 1000])
def test_rows_are_drawn_as_often_as_a_multinomial_draws_them(monkeypatch, often):
    monkeypatch.setattr(estimates.intervals, "MULTINOMIAL_MIN", often)
    times = np.array([1, 2, 40, 5, 52])
    drawn = estimates.intervals._resampled(times, np.repeat(np.arange(5), times), 20_000, np.random.default_rng(0))
    share = times / 100
    # Three standard errors and more: of a mean they are at most 0.04 here, of a covariance 0.25.
    np.testing.assert_allclose(drawn.mean(axis=0), times, atol=0.15)
    np.testing.assert_allclose(np.cov(drawn.T), 100 * (np.diag(share) - np.outer(share, share)), atol=0.8)


def test_quantiles_are_interpolated_as_usual():
    ordered = np.sort(np.random.default_rng(0).normal(size=(4, 7)), axis=1)
    at = np.array([[0.0, 0.3, 0.5, 0.99], [1.0, 0.71, 1 / 6, 0.01]])
    expected = [[np.quantile(row, share) for row, share in zip(ordered, shares, strict=True)] for shares in at]
    np.testing.assert_allclose(estimates.intervals._quantiles(ordered, at), expected, rtol=1e-12)


@pytest.mark.parametrize("resamples", [2, 3, 5])
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_bootstraps_hold_resamples_and_nothing_else(monkeypatch, method, resamples):
    monkeypatch.setattr(estimates.intervals, "RESAMPLES", resamples)
    values = np.random.default_rng(0).uniform(0.6, 0.7, (30, 200))
    low, high = problem_interval(values, method=method, rng=1)
    assert np.all((low > 0.6) & (high < 0.7))
    assert np.all(low < high)


def test_resamples_that_equal_the_mean_count_half_in_the_bias():
    values = np.repeat([0.0, 1.0], [12, 8])
    theirs = stats.bootstrap(
        (values,), np.mean, method="bca", n_resamples=20_000, random_state=np.random.default_rng(2)
    )
    found = np.ravel(problem_interval(values, method="bca", rng=1))
    assert found == pytest.approx(tuple(theirs.confidence_interval), abs=0.01)


@pytest.mark.parametrize("scale", [0.02, 0.3])
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_bootstraps_do_not_depend_on_the_unit(method, scale):
    values = np.random.default_rng(3).beta(0.3, 2, 40)
    small = np.array(problem_interval(scale * values, method=method, rng=1))
    np.testing.assert_allclose(small, scale * np.array(problem_interval(values, method=method, rng=1)), rtol=1e-9)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_merging_equal_problems_leaves_the_bootstrap_as_it_is(method):
    values = np.repeat([0.0, 0.25, 0.5, 1.0], [20, 10, 5, 15])
    # The same problems, told apart by differences far below the interval's width.
    apart = np.clip(values + np.linspace(0, 1e-9, values.size), 0, 1)
    low, high = problem_interval(values, method=method, rng=1)
    other_low, other_high = problem_interval(apart, method=method, rng=2)
    assert abs(low[0] - other_low[0]) < 0.02 and abs(high[0] - other_high[0]) < 0.02


@pytest.mark.parametrize("distinct", [3, 50])
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_no_interval_depends_on_how_many_resamples_are_held_at_once(monkeypatch, method, distinct):
    values = np.random.default_rng(2).integers(0, distinct, (60, 2)) / distinct
    whole = problem_interval(values, method=method, rng=4)
    for block in (1, 700, 7000):
        monkeypatch.setattr(estimates.intervals, "BLOCK", block)
        np.testing.assert_allclose(problem_interval(values, method=method, rng=4), whole, rtol=1e-12)


@pytest.mark.parametrize("method", INTERVALS)
def test_a_curve_has_the_interval_of_its_table(method):
    n, c = np.random.default_rng(3).integers([[20], [0]], [[30], [12]], (2, 90))
    found = curve(SampleSet.from_counts(n, c), "pass", [1, 4, 20], interval=method, rng=3)
    low, high = problem_interval(found.per_problem, method=method, rng=np.random.default_rng(3))
    # Two bootstraps whose rows stand in another order differ by the noise of their resamples.
    tolerance = {"rtol": 1e-12} if method in ("adjusted", "logit") else {"atol": 0.015}
    np.testing.assert_allclose([found.low, found.high], [low, high], **tolerance)


def test_only_rows_that_are_alike_in_every_digit_are_taken_together():
    rows, back = estimates.intervals._distinct(np.array([[0.5, 1.0], [0.25, 0.0], [0.5, 1.0]]))
    assert rows.tolist() in ([[0.25, 0.0], [0.5, 1.0]], [[0.5, 1.0], [0.25, 0.0]])
    assert rows[back].tolist() == [[0.5, 1.0], [0.25, 0.0], [0.5, 1.0]]
    nearly = np.array([[0.5, 0.0], [0.5, 1e-30], [0.5, 0.0]])
    rows, back = estimates.intervals._distinct(nearly)
    assert rows[back].tolist() == nearly.tolist()


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


def test_the_warning_stands_at_the_line_that_asked_for_the_curve():
    samples = SampleSet.from_counts([4] * 200, [0] * 199 + [1])
    with pytest.warns(IntervalWarning) as caught:
        curve(samples, "pass", 1)
    assert caught[0].filename == __file__


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


# -- paired differences ---------------------------------------------------------------------------------------

pairs = st.lists(st.tuples(shares, shares), min_size=2, max_size=40).map(lambda rows: np.array(rows).T)


def test_the_paired_t_interval_is_that_of_scipy():
    a, b = np.random.default_rng(6).uniform(0, 1, (2, 25))
    found = paired_interval(a, b, level=0.9, method="t")
    theirs = stats.ttest_rel(a, b).confidence_interval(0.9)
    assert found.value == pytest.approx(np.mean(a - b), abs=1e-15)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-12)


def test_the_default_paired_interval_adds_half_a_problem_at_each_end():
    a, b = np.array([0.9, 0.4, 0.8, 0.5]), np.array([0.7, 0.3, 0.9, 0.1])
    points, weight = np.append(a - b, [-1, 1]), np.array([1, 1, 1, 1, 0.5, 0.5])
    mean = weight @ points / 5
    reach = stats.t(4).ppf(0.9) * np.sqrt(weight @ (points - mean) ** 2 / 4 / 5)
    found = paired_interval(a, b, level=0.8)
    assert found == pytest.approx((0.15, mean - reach, mean + reach), rel=1e-12)


@pytest.mark.parametrize("method", PAIRED)
@given(pair=pairs)
@settings(max_examples=40, deadline=None)
def test_a_paired_interval_holds_its_value_and_turns_round_with_the_methods(method, pair):
    value, low, high = paired_interval(*pair, method=method)
    assert -1 <= low <= value + 1e-12 and value - 1e-12 <= high <= 1
    np.testing.assert_allclose(paired_interval(*pair[::-1], method=method), [-value, -high, -low], atol=1e-12)


@pytest.mark.parametrize("method", PAIRED)
@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.7, 0.4), (1.0, 0.0), (0.0, 1.0)])
def test_equal_differences_leave_room_for_problems_that_were_never_seen(method, a, b):
    # Forty problems can miss a share of them with probability 5 %; these may differ by 1 either way.
    share = 1 - 0.05 ** (1 / 40)
    value, low, high = paired_interval(np.full(40, a), np.full(40, b), method=method)
    assert value == pytest.approx(a - b)
    assert low <= (1 - share) * (a - b) - share + 1e-12
    assert high >= (1 - share) * (a - b) + share - 1e-12
    if method == "t":
        ends = (1 - share) * (a - b) + np.array([-share, share])
        assert (low, high) == pytest.approx(np.clip(ends, min(a - b, ends[0]), max(a - b, ends[1])))


@pytest.mark.parametrize("method", PAIRED)
def test_every_column_has_the_paired_interval_that_it_has_alone(method):
    a, b = np.random.default_rng(8).uniform(0, 1, (2, 30, 3))
    a[:, 1] = b[:, 1]
    found = np.array(paired_interval(a, b, method=method))
    assert found.shape == (3, 3)
    for column in range(3):
        np.testing.assert_allclose(
            found[:, column], paired_interval(a[:, column], b[:, column], method=method), atol=1e-15
        )
    assert isinstance(paired_interval(a[:, 0], b[:, 0]).low, float)


def test_pairing_takes_the_difficulty_of_the_problems_out():
    rng = np.random.default_rng(9)
    b = rng.uniform(0, 0.9, 400)
    low, high = problem_interval(b)
    found = paired_interval(b + 0.1, b)
    assert found.high - found.low < 0.5 * (high - low)[0]


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([0.5], [0.4], "a and b have one problem"),
        ([0.5, 0.6], [0.5, 0.6, 0.7], r"b has shape \(3,\): must have the shape of a, \(2,\)"),
        ([0.5, 0.6], [[0.5], [0.6]], r"b has shape \(2, 1\)"),
        ([0.5, 1.5], [0.5, 0.6], r"a\[1\] = 1.5"),
        ([0.5, 0.6], [0.5, np.nan], r"b\[1\] = nan"),
        ([], [], r"a has shape \(0,\)"),
        (0.5, 0.5, r"a has shape \(\)"),
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), r"a has shape \(2, 2, 2\)"),
    ],
)
def test_tables_that_are_no_pair_are_refused_by_name(a, b, message):
    with pytest.raises(ValueError, match=message):
        paired_interval(a, b)


def test_the_paired_default_covers_where_student_alone_does_not():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import interval_coverage
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    found = interval_coverage.run_paired(400, problems=(50,))
    assert min(pair.covered["adjusted"] for pair in found) > 0.92
    assert min(pair.covered["t"] for pair in found) < 0.75
    assert "| small on all problems | 50 | 0.0000 |" in interval_coverage.paired_page(found)


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


# Problems that come in groups: the unit that was sampled is the group.
UNIT = np.repeat(np.arange(40), np.tile([1, 2, 3, 6], 10))
WITHIN = np.random.default_rng(31)
FIRST, SECOND = np.clip(WITHIN.normal(0.5, 0.1, (2, UNIT.size)) + 0.3 * WITHIN.normal(size=(2, 40))[:, UNIT], 0, 1)


def test_units_of_one_problem_each_change_nothing():
    names = [f"q{i}" for i in range(FIRST.size)]
    for method in ("adjusted", "t"):
        alone = paired_interval(FIRST, SECOND, method=method)
        assert np.allclose(alone, paired_interval(FIRST, SECOND, method=method, unit=names), rtol=1e-12)
    for method in ("adjusted", "logit"):
        alone = problem_interval(FIRST, method=method)
        assert np.allclose(alone, problem_interval(FIRST, method=method, unit=names), rtol=1e-12)


def test_units_of_one_size_are_an_interval_over_their_means():
    unit = np.arange(120) % 30
    a, b = FIRST[:120], SECOND[:120]
    means = [np.array([one[unit == u].mean() for u in range(30)]) for one in (a, b)]
    assert np.allclose(paired_interval(a, b, unit=unit), paired_interval(*means), rtol=1e-12)
    assert np.allclose(problem_interval(a, unit=unit), problem_interval(means[0]), rtol=1e-12)


def test_units_of_unequal_size_keep_the_mean_over_problems_and_have_the_error_of_a_ratio():
    found = paired_interval(FIRST, SECOND, method="t", unit=UNIT)
    difference = FIRST - SECOND
    assert found.value == pytest.approx(difference.mean())
    # Cochran's ratio estimator of a total over a size, by hand.
    total, size = (np.bincount(UNIT, weights) for weights in (difference, None))
    ratio = total.sum() / size.sum()
    error = np.sqrt(40 * ((total - ratio * size) ** 2).sum() / 39) / size.sum()
    reach = stats.t.ppf(0.975, 39) * error
    assert np.allclose([found.low, found.high], [ratio - reach, ratio + reach], rtol=1e-10)


def test_the_order_of_the_problems_and_the_names_of_the_units_do_not_matter():
    mixed = np.random.default_rng(2).permutation(UNIT.size)
    named = np.array([f"contest {u}" for u in UNIT])
    one = paired_interval(FIRST, SECOND, unit=UNIT)
    assert np.allclose(one, paired_interval(FIRST[mixed], SECOND[mixed], unit=named[mixed]), rtol=1e-12)


def test_an_interval_over_units_covers_where_one_over_problems_does_not():
    rng, runs, truth = np.random.default_rng(5), 400, 0.1
    size = np.tile([1, 3, 6], 12)
    unit = np.repeat(np.arange(size.size), size)
    held = {"units": 0, "problems": 0}
    for _ in range(runs):
        # What a unit's problems share moves the difference as much as what they do not.
        move = truth + 0.15 * rng.normal(size=size.size)[unit] + 0.15 * rng.normal(size=unit.size)
        a, b = np.clip(0.5 + move / 2, 0, 1), np.clip(0.5 - move / 2, 0, 1)
        for name, labels in (("units", unit), ("problems", None)):
            low, high = paired_interval(a, b, method="t", unit=labels)[1:]
            held[name] += low <= truth <= high
    assert held["units"] / runs > 0.92 and held["problems"] / runs < 0.8


def test_equal_differences_leave_room_for_units_that_were_never_seen():
    low, high = paired_interval(np.ones(60), np.ones(60), method="t", unit=np.repeat(np.arange(20), 3))[1:]
    unseen = 1 - 0.05 ** (1 / 20)
    assert (low, high) == (pytest.approx(-unseen), pytest.approx(unseen))
    low, high = problem_interval(np.ones(60), unit=np.repeat(np.arange(20), 3))
    assert low[0] == pytest.approx(1 - unseen) and high[0] == 1


@pytest.mark.parametrize(
    ("unit", "named"),
    [
        ([1, 2], "unit has shape (2,)"),
        ([7] * 4, "unit is 7 for all problems"),
        (["a", "b", None, "b"], "unit[2] is None"),
        ([1.0, 2.0, np.nan, 2.0], "unit[2] is nan"),
    ],
)
def test_units_that_say_nothing_are_refused_by_name(unit, named):
    with pytest.raises(ValueError, match=re.escape(named)):
        paired_interval([0.1, 0.2, 0.3, 0.4], [0.2] * 4, unit=unit)
    with pytest.raises(ValueError, match=re.escape(named)):
        problem_interval([0.1, 0.2, 0.3, 0.4], unit=unit)


def test_a_bootstrap_over_units_is_refused_by_name():
    with pytest.raises(ValueError, match="method = 'bca'"):
        problem_interval(FIRST, method="bca", unit=UNIT)

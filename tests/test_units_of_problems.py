"""Problems drawn in groups: curves and comparisons whose intervals are over the groups."""

from __future__ import annotations

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import (
    SampleSet,
    compare,
    compare_at_cost,
    curve,
    paired_interval,
    problem_interval,
    reward_curve,
)
from inference_scaling.estimates._bands import critical_value

GROUPS = 12
UNIT = np.repeat([f"exam {i}" for i in range(GROUPS)], 4)


def samples(seed, shift=0.0):
    """Groups of four problems that are hard or easy together; tokens and rewards beside."""
    rng = np.random.default_rng(seed)
    hard = np.random.default_rng(9).beta(1, 1, GROUPS)
    p = np.clip(np.repeat(hard, 4)[:, None] + shift, 0, 1)
    correct = rng.random((4 * GROUPS, 6)) < p
    columns = {
        "problem": np.repeat(np.arange(4 * GROUPS), 6),
        "correct": correct.ravel(),
        "reward": 1.0 * correct.ravel(),
    }
    return SampleSet.from_columns(columns | {"tokens": rng.integers(50, 150, correct.size)})


A, B = samples(1, 0.1), samples(2)


@pytest.mark.parametrize("interval", ["adjusted", "logit"])
def test_a_curve_over_units_has_the_interval_of_problem_interval_over_units(interval):
    alone = curve(A, "pass", [1, 3], interval=interval)
    found = curve(A, "pass", [1, 3], interval=interval, unit=UNIT)
    assert found.value.tolist() == alone.value.tolist()
    low, high = problem_interval(alone.per_problem, method=interval, unit=UNIT)
    assert (found.low.tolist(), found.high.tolist()) == (low.tolist(), high.tolist())
    # What the problems of a group share is counted once.
    assert np.all(found.high - found.low > alone.high - alone.low)
    rewarded = reward_curve(A, "highest", [1, 3], interval=interval, unit=UNIT)
    assert (rewarded.low.tolist(), rewarded.high.tolist()) == (low.tolist(), high.tolist())
    assert "interval over 12 units of 48 problems" in repr(found)


def test_the_standard_error_of_a_curve_is_over_its_units():
    found = curve(A, "pass", 2, unit=UNIT)
    means = np.asarray(found.per_problem).reshape(GROUPS, 4).mean(axis=1)
    assert found.standard_error[0] == pytest.approx(means.std(ddof=1) / np.sqrt(GROUPS))
    assert curve(A, "pass", 2).standard_error[0] < found.standard_error[0]


def test_units_of_one_problem_change_nothing():
    names = [f"q{i}" for i in range(4 * GROUPS)]
    alone, named = compare(A, B, rng=0), compare(A, B, unit=names, rng=0)
    for part in ("value", "low", "high", "band_low", "band_high"):
        np.testing.assert_allclose(getattr(alone, part), getattr(named, part), rtol=1e-12)
    assert alone.settle(1) == named.settle(1)


def test_a_comparison_over_units_is_that_of_the_means_of_units_of_one_size():
    found = compare(A, B, k=[1, 2, 4], unit=UNIT, rng=0)
    means = [np.asarray(one.per_problem).reshape(GROUPS, 4, 3).mean(axis=1) for one in (found.a, found.b)]
    expected = paired_interval(*means)
    np.testing.assert_allclose([found.value, found.low, found.high], expected, rtol=1e-12)
    assert np.all(found.band_low <= found.low) and np.all(found.high <= found.band_high)
    critical = critical_value(means[0] - means[1], 0.5, 0.95, np.random.default_rng(3))
    whole = critical_value(np.asarray(found.per_problem), 0.5, 0.95, np.random.default_rng(3), UNIT)
    assert whole == pytest.approx(critical, rel=1e-9)
    alone = compare(A, B, k=[1, 2, 4], rng=0)
    assert found.value.tolist() == alone.value.tolist() and found.low.tolist() != alone.low.tolist()


def test_units_follow_the_problems_that_are_compared():
    order = list(reversed(A.problems))[4:]
    found = compare(A, B.select(order), unit=UNIT, shared=True, rng=0)
    kept = [A.problems.index(label) for label in found.problems]
    direct = compare(A.select(found.problems), B.select(found.problems), unit=UNIT[kept], rng=0)
    assert (found.low.tolist(), found.band_low.tolist()) == (direct.low.tolist(), direct.band_low.tolist())
    assert found.a.unit.tolist() == UNIT[kept].tolist()


def test_more_problems_come_in_whole_units():
    close = compare(samples(1, 0.03), samples(2), k=[1], unit=UNIT, rng=0)
    needed = close.settle(1)
    assert not needed.told_apart and needed.more_problems % 4 == 0
    means = np.asarray(close.per_problem).reshape(GROUPS, 4).mean(axis=1)
    many = np.tile(means, 1 + -(-needed.more_problems // (4 * GROUPS)))
    assert paired_interval(np.clip(many, 0, 1), np.clip(-many, 0, 1)).low > 0
    assert needed.samples is None or needed.samples > 6


def test_a_comparison_at_equal_cost_is_over_units_too():
    curves = [curve(one, "pass", range(1, 7), cost="tokens") for one in (A, B)]
    alone, found = (compare_at_cost(*curves, [200.0, 300.0], unit=unit, rng=0) for unit in (None, UNIT))
    assert found.value.tolist() == alone.value.tolist() and found.unit == "tokens"
    assert np.all(found.low != alone.low) and np.all(found.band_high >= found.high)
    one = compare_at_cost(*curves, [200.0, 300.0], unit=list(range(48)), rng=0)
    np.testing.assert_allclose(one.low, alone.low, rtol=1e-12)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: curve(A, "pass", 1, unit=["a"] * 3), r"unit has shape \(3,\): must have one label a problem"),
        (lambda: curve(A, "pass", 1, unit=["a"] * 48), "unit is a for all problems"),
        (lambda: curve(A, "pass", 1, unit=UNIT, interval="bca"), "interval = 'bca': with unit it must be one of"),
        (lambda: compare(A, B, unit=[None] * 48), r"unit\[0\] is None"),
    ],
)
def test_units_that_are_none_are_refused(ask, said):
    with pytest.raises(ValueError, match=said):
        ask()


def test_a_curve_with_units_is_pickled_whole():
    import pickle

    found = curve(A, "pass", 1, unit=UNIT)
    again = pickle.loads(pickle.dumps(found))
    assert again.unit.tolist() == UNIT.tolist() and repr(again) == repr(found)
    assert its.reports.table_of(again) == its.reports.table_of(found)


def grouped_tables(units, rng):
    """Counts of 16 samples of two systems: units of one to seven problems have a level and a difference in common."""
    unit = np.repeat(np.arange(units), rng.integers(1, 8, units))
    level, gap = rng.normal(-0.5, 1.2, units)[unit], rng.normal(0.3, 0.6, units)[unit]
    own = rng.normal(0, 0.7, unit.size)
    return unit, *(1 / (1 + np.exp(-(level + own + more))) for more in (gap, 0))


@pytest.mark.evidence
@pytest.mark.filterwarnings("ignore::inference_scaling.IntervalWarning")
def test_the_band_over_units_holds_as_often_as_it_says_and_one_over_problems_does_not():
    k = np.array([1, 2, 4, 8])
    rng = np.random.default_rng(11)
    _, first, second = grouped_tables(200_000, rng)
    truth = [np.mean((1 - second) ** one - (1 - first) ** one) for one in k]
    ways = {"adjusted": {}, "t": {"method": "t"}, "over problems": {"unit": None}}
    held = dict.fromkeys(ways, 0)
    tables = 300
    for _ in range(tables):
        unit, *chances = grouped_tables(40, rng)
        sets = [SampleSet.from_counts(np.full(unit.size, 16), rng.binomial(16, p)) for p in chances]
        for way, options in ways.items():
            found = compare(*sets, k=k, rng=0, **{"unit": unit} | options)
            held[way] += np.all((found.band_low <= truth) & (truth <= found.band_high))
    shares = {way: number / tables for way, number in held.items()}
    # Three standard errors of a share of 0.95 are 0.038.
    assert shares["adjusted"] > 0.98 and abs(shares["t"] - 0.95) < 0.04, shares
    assert shares["over problems"] < 0.9, shares

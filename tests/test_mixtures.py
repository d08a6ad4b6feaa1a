"""Coverage beyond the recorded samples: the mixing distribution, the inflated family, and what a forecast promises."""

import math

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import BetaBinomial, InflatedBetaBinomial, MixingDistribution, SampleSet
from scipy.special import stdtrit
from scipy.stats import betabinom, binom

FEW = settings(max_examples=15, deadline=None)
COUNTS = st.integers(2, 12).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.integers(0, n), min_size=2, max_size=25))
)


def drop(problems, level=0.95):
    return stdtrit(problems - 1, (1 + level) / 2) ** 2 / 2


def likelihood(n, c, p, weight):
    """Log-likelihood of counts under chances with weights."""
    return np.log(binom.pmf(np.asarray(c)[:, None], n, p) @ weight).sum()


# -- the mixing distribution ---------------------------------------------------------------------------------


@FEW
@given(COUNTS)
def test_no_chance_added_to_the_fit_makes_the_counts_likelier(counts):
    n, c = counts
    found = MixingDistribution.fit(n, c)
    assert found.weight.sum() == pytest.approx(1) and (found.weight > 0).all()
    mixed = binom.pmf(np.array(c)[:, None], n, found.p) @ found.weight
    # The gradient towards each chance: at a maximum none is positive.
    slope = (binom.pmf(np.array(c)[:, None], n, np.linspace(0, 1, 301)) / mixed[:, None]).sum(axis=0) - len(c)
    assert slope.max() < 0.05


def test_counts_of_few_samples_are_fitted_exactly_where_a_distribution_can():
    # Of two samples 4, 8 and 4 of 16 problems: a mean of 1/2 and a second moment of 1/4, which one chance has.
    found = MixingDistribution.fit(2, [0] * 4 + [1] * 8 + [2] * 4)
    assert found.coverage([1, 2]) == pytest.approx([0.5, 0.75], abs=1e-4)
    # 8, 0 and 8 ask for chances of 0 and 1 alone.
    ends = MixingDistribution.fit(2, [0] * 8 + [2] * 8)
    assert ends.p.tolist() == [0, 1] and ends.coverage(10**9) == pytest.approx(0.5)


@pytest.mark.parametrize(("problems", "n"), [(20, 10), (200, 100), (1000, 4)])
def test_the_range_where_no_sample_is_right_has_a_closed_form(problems, n):
    found = MixingDistribution.fit(n, [0] * problems)
    # n samples of a problem fail with exp(-drop / problems) at least; worst of all is then one chance for all.
    k = np.array([n, 2 * n, 50 * n])
    low, high = found.range(k)
    assert low.tolist() == [0, 0, 0]
    assert high == pytest.approx(1 - np.exp(-drop(problems) * k / n / problems), abs=2e-3)
    # Below n it is a few problems that are always solved.
    assert found.range(1)[1] == pytest.approx(1 - np.exp(-drop(problems) / problems), abs=2e-3)


def test_the_range_agrees_with_a_search_over_two_chances_where_one_sample_each_was_drawn():
    # One sample of each problem fixes the mean of p alone: the worst at k are chances 0 and 1, the best one chance.
    c, k = [0] * 30 + [1] * 20, 7
    low, high = MixingDistribution.fit(1, c).range(k)
    means = np.linspace(0.001, 0.999, 9999)
    log = 20 * np.log(means) + 30 * np.log1p(-means)
    inside = means[log >= log.max() - drop(50)]
    assert low == pytest.approx(inside.min(), abs=1e-3)
    assert high == pytest.approx(1 - (1 - inside.max()) ** k, abs=1e-3)


@FEW
@given(COUNTS, st.integers(0, 2**32 - 1))
def test_no_distribution_that_fits_lies_outside_the_range(counts, seed):
    n, c = counts
    found, k = MixingDistribution.fit(n, c), np.array([1, n, 10 * n])
    low, high = found.range(k)
    assert (low <= found.coverage(k) + 1e-12).all() and (found.coverage(k) <= high + 1e-12).all()
    assert (np.diff(low) >= -2e-3).all() and (np.diff(high) >= -2e-3).all()
    best, rng = likelihood(n, c, found.p, found.weight), np.random.default_rng(seed)
    for _ in range(40):
        p = np.concatenate([found.p, rng.beta(0.5, 0.5, 2), [1e-6]])
        other = rng.dirichlet(np.full(p.size, 0.3))
        weight = rng.random() * np.append(found.weight, [0, 0, 0]) + 0 * other
        weight = weight + (1 - weight.sum()) * other
        if likelihood(n, c, p, weight) >= best - drop(len(c)):
            value = (1 - (1 - p) ** k[:, None]) @ weight
            assert (low - 2e-3 <= value).all() and (value <= high + 2e-3).all()


def test_the_extreme_distributions_fit_and_have_the_means_at_the_ends_of_the_range():
    counts = [0] * 30 + [1] * 10 + [2, 3, 5, 8, 9, 10]
    found = MixingDistribution.fit(10, counts)
    low, high = found.range(100)
    (p, weight), (q, share) = found.extremes(lambda p: 1 - (1 - p) ** 100)
    assert weight @ (1 - (1 - p) ** 100) == pytest.approx(low, abs=2e-3)
    assert share @ (1 - (1 - q) ** 100) == pytest.approx(high, abs=2e-3)
    drop = stdtrit(len(counts) - 1, 0.975) ** 2 / 2

    def likely(p, weight):
        return sum(math.log(binom.pmf(c, 10, p) @ weight) for c in counts)

    best = likely(found.p, found.weight)
    for one in ((p, weight), (q, share)):
        assert one[1].sum() == pytest.approx(1) and likely(*one) >= best - drop - 1e-3


@pytest.mark.parametrize(
    ("counts", "worth", "said"),
    [
        ([3], lambda p: p, "one problem"),
        ([3, 4], lambda p: 2 * p, r"worth\(p\)"),
        ([3, 4], lambda p: 0.5, r"worth\(p\) has shape \(\)"),
    ],
)
def test_a_function_that_is_no_chance_and_one_problem_are_refused(counts, worth, said):
    with pytest.raises(ValueError, match=said):
        MixingDistribution.fit(10, counts).extremes(worth)


def test_a_higher_level_is_wider_and_one_problem_says_nothing():
    found = MixingDistribution.fit(8, [0, 0, 1, 3, 8] * 6)
    low, high = np.transpose([found.range(40, level) for level in (0.5, 0.8, 0.95, 0.99)])
    assert (np.diff(low) < 0).all() and (np.diff(high) > 0).all()
    assert MixingDistribution.fit(8, 3).range([0, 1, 9])[0].tolist() == [0, 0, 0]
    assert MixingDistribution.fit(8, 3).range([0, 1, 9])[1].tolist() == [0, 1, 1]


def test_the_range_of_problems_with_a_chance_far_from_any_failure_ends_near_one():
    # Fits whose failure at k is below the smallest float must still give a lower end.
    low, high = MixingDistribution.fit(100, [50] * 100).range(100_000)
    assert high == pytest.approx(1)
    assert low == pytest.approx(math.exp(-drop(100) / 100), abs=2e-3)


def test_unequal_numbers_of_samples_and_very_many_are_taken():
    low, high = MixingDistribution.fit([3, 3000, 10**6], [0, 7, 400_000]).range([10, 10**12])
    assert (low >= 0).all() and (low <= high).all() and (high <= 1).all()


@pytest.mark.parametrize(
    ("n", "c", "said"),
    [
        (5, [], "c is empty"),
        (5, [6], "c = 6 with n = 5"),
        ([5, 5], [1, 2, 3], "n has 2 entries and c has 3"),
        (0, [0], "n = 0"),
        (10**8, [0], "at most 10"),
        (np.arange(1, 20_001) * 10, np.arange(1, 20_001), "different counts: must be at most"),
    ],
)
def test_impossible_counts_are_refused_by_value(n, c, said):
    with pytest.raises(ValueError, match=said):
        MixingDistribution.fit(n, c)


# -- the inflated family -------------------------------------------------------------------------------------


def test_the_inflated_family_finds_the_masses_that_made_the_counts():
    rng, size = np.random.default_rng(1), 3000
    kind, p = rng.random(size), rng.beta(2, 3, size)
    p = np.where(kind < 0.3, 0, np.where(kind < 0.4, 1, p))
    fit = InflatedBetaBinomial.fit(20, rng.binomial(20, p))
    assert (fit.zero, fit.sure) == pytest.approx((0.3, 0.1), abs=0.03)
    assert (fit.a, fit.b) == pytest.approx((2, 3), rel=0.15)
    assert fit.coverage(10**9) == pytest.approx(1 - fit.zero) and fit.mean == pytest.approx(p.mean(), abs=0.02)


def test_its_fit_is_no_less_likely_than_a_beta_fit_or_any_neighbour():
    c = np.array([0] * 12 + [1, 2, 2, 3, 5, 7, 8, 9] + [10] * 5)

    def value(a, b, zero, sure):
        inner = (1 - zero - sure) * betabinom.pmf(c, 10, a, b)
        return np.log(inner + zero * (c == 0) + sure * (c == 10)).sum()

    fit, beta = InflatedBetaBinomial.fit(10, c), BetaBinomial.fit(10, c)
    best = value(fit.a, fit.b, fit.zero, fit.sure)
    assert best >= value(beta.a, beta.b, 0, 0) and fit.note == ""
    for factor in (0.99, 1.01):
        for at in range(4):
            near = np.array([fit.a, fit.b, fit.zero, fit.sure])
            near[at] *= factor
            assert value(*near) <= best + 1e-6


def test_its_interval_holds_every_member_of_a_grid_that_fits():
    c = np.array([0] * 12 + [1, 2, 2, 3, 5, 7, 8, 9] + [10] * 5)
    fit = InflatedBetaBinomial.fit(10, c)
    low, high = fit.interval(200)
    shapes = [(a, b) for a in np.geomspace(0.1, 8, 14) for b in np.geomspace(0.1, 8, 14)]
    inner = np.array([betabinom.pmf(np.arange(11), 10, a, b) for a, b in shapes])
    covered = np.array([BetaBinomial(a, b).coverage(200) for a, b in shapes])
    ends, values, best = np.zeros((2, 11)), [], -np.inf
    ends[0, 0] = ends[1, 10] = 1
    for zero in np.linspace(0, 0.7, 15):
        for sure in np.linspace(0, 0.25, 11):
            chance = (1 - zero - sure) * inner + zero * ends[0] + sure * ends[1]
            log = np.log(chance[:, c]).sum(axis=1)
            best = max(best, log.max())
            values += zip(log, (1 - zero - sure) * covered + sure, strict=True)
    log, value = np.array(values).T
    inside = value[log >= best - 1.9207]
    assert low <= inside.min() + 0.01 and inside.max() - 0.01 <= high
    assert low == pytest.approx(inside.min(), abs=0.03) and high == pytest.approx(inside.max(), abs=0.03)


def test_without_hopeless_problems_it_says_that_no_mass_is_asked_for():
    fit = InflatedBetaBinomial.fit(10, [3, 4, 4, 5, 5, 6, 6, 7])
    assert fit.zero == fit.sure == 0 and fit.note == "the counts ask for no mass at 0 or 1"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: InflatedBetaBinomial(0, 1), "a = 0"),
        (lambda: InflatedBetaBinomial(1, 1, zero=0.6, sure=0.4), "zero = 0.6, sure = 0.4: together"),
        (lambda: InflatedBetaBinomial(1, 1, zero=-0.1), "zero"),
        (lambda: InflatedBetaBinomial(1, 1).interval(3), "interval needs data"),
        (lambda: InflatedBetaBinomial.fit(10, [0, 10, 10, 5]), "1 problems have right samples and wrong ones"),
        (lambda: its.forecast(SampleSet.from_counts([9] * 3, [1, 2, 3]), 5, family="gamma"), "family = 'gamma'"),
    ],
)
def test_what_the_family_cannot_be_is_refused_by_value(make, said):
    with pytest.raises(ValueError, match=said):
        make()


# -- the forecast --------------------------------------------------------------------------------------------


def test_with_hopeless_problems_the_forecast_holds_the_truth_where_the_familys_own_interval_does_not():
    rng = np.random.default_rng(4)
    p = np.where(rng.random(1000) < 0.3, 0, rng.beta(0.6, 1.2, 1000))
    samples = SampleSet.from_counts([16] * 1000, rng.binomial(16, p))
    ahead, truth = its.forecast(samples, [1000]), its.coverage(p, 1000).mean()
    assert ahead.family_low[0] > truth
    assert ahead.low[0] <= truth <= ahead.high[0]
    masses = its.forecast(samples, [1000], family="inflated")
    assert abs(masses.value[0] - truth) < abs(ahead.value[0] - truth)
    assert "Zero-and-one-inflated" in str(masses) and "any distribution" in str(ahead)


@FEW
@given(COUNTS)
def test_the_promised_interval_holds_the_value_and_the_familys_own(counts):
    n, c = counts
    ahead = its.forecast(SampleSet.from_counts([n] * len(c), c), [1, n, 5 * n])
    assert (ahead.low <= ahead.family_low).all() and (ahead.family_high <= ahead.high).all()
    assert (ahead.low <= ahead.value).all() and (ahead.value <= ahead.high).all()

"""Tables with many samples a problem: the short sums that stand for long ones are the long ones, to the last digits."""

import math
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, best_of_n, forecast
from inference_scaling.laws import BetaBinomial, PowerLaw, many_problems
from scipy.special import expit

LONG = 10_000
FEW = settings(max_examples=40, deadline=None)


def exact(n, c, x, log_theta):
    """Log-likelihood of one problem by log-gammas of forty digits, and the size of the terms that were summed."""
    mp.mp.dps = 40
    theta = mp.exp(mp.mpf(log_theta))
    mean = 1 / (1 + mp.exp(-mp.mpf(x)))

    def rising(start, times):
        return times * mp.log(theta) + mp.loggamma(start / theta + times) - mp.loggamma(start / theta)

    terms = rising(mean, c), rising(1 - mean, n - c), -rising(mp.mpf(1), n)
    return sum(terms), sum(map(abs, terms))


@FEW
@given(
    st.sampled_from([65, 100, 3000, LONG, 100_000]).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.floats(-30, 30),
    st.floats(-15, 15),
)
def test_the_likelihood_of_long_counts_is_that_of_log_gammas_of_forty_digits(pair, x, log_theta):
    n, c = pair
    like = many_problems._Likelihood.of([n], [c])
    at = np.array([x]), np.exp([log_theta])
    found = (like._of_mean(*at) - like._of_spread(at[1]))[0]
    value, size = exact(n, c, x, log_theta)
    assert abs(found - value) <= 1e-11 * (1 + size)


def test_few_nodes_stand_for_long_counts_and_short_ones_are_summed_one_by_one():
    assert len(many_problems._Likelihood.of([10**6], [3])._short[0]) < 400
    like = many_problems._Likelihood.of([60, 9], [3, 9])
    j, *sums = like._short
    assert j.tolist() == list(range(60))
    assert all(map(np.array_equal, sums, (like.right, like.wrong, like.drawn)))


@pytest.mark.parametrize("n", [65, 700, 3000])
def test_the_interval_of_long_counts_is_that_of_every_term(monkeypatch, n):
    rng = np.random.default_rng(n)
    c = rng.binomial(n, rng.beta(0.3, 1.2, 60))
    k = [1, 10, n, 100 * n]
    found = BetaBinomial.fit(n, c).interval(k)
    monkeypatch.setattr(many_problems, "_SINGLE", n)
    np.testing.assert_allclose(found, BetaBinomial.fit(n, c).interval(k), rtol=1e-8)


@pytest.mark.parametrize("n", [LONG, 100_000])
def test_the_ends_of_the_interval_of_ten_thousand_samples_lie_on_the_contour(n):
    rng = np.random.default_rng(1)
    c = rng.binomial(n, rng.beta(0.3, 1.2, 20))
    fit = BetaBinomial.fit(n, c)
    x, theta = fit._likelihood.contour(1.92)

    def value(mean, spread):
        return float(sum(exact(n, one, mean, math.log(spread))[0] for one in c.tolist()))

    best = value(math.log(fit.a / fit.b), 1 / (fit.a + fit.b))
    for point in (20, 60, 100, 140):
        assert best - value(x[point], theta[point]) == pytest.approx(1.92, abs=1e-5)
    ahead = forecast(SampleSet.from_counts([n] * 20, c), [n, 100 * n])
    assert np.all(ahead.low < ahead.value) and np.all(ahead.value < ahead.high)
    assert np.all((expit(x) > 0) & (expit(x) < 1))


# -- best-of-n ----------------------------------------------------------------------------------------------


def test_the_best_of_nearly_all_of_twenty_thousand_is_decided_by_the_few_at_the_top():
    n = 20_000
    order = np.random.default_rng(2).permutation(n)
    # The two at the top are wrong, the third is right; below, nothing is.
    correct = order == n - 3
    assert best_of_n(correct, order, n) == best_of_n(correct, order, n - 1) == 0
    # Both left out, the third among those kept.
    expected = Fraction(2, n * (n - 1))
    assert best_of_n(correct, order, n - 2) == pytest.approx(float(expected), rel=1e-12)
    k = 7000
    expected = Fraction(n - k, n) * Fraction(n - k - 1, n - 1) * Fraction(k, n - 2)
    assert best_of_n(correct, order, [1, k])[1] == pytest.approx(float(expected), rel=1e-12)


@FEW
@given(st.integers(1, 40), st.integers(0, 2**32))
def test_best_of_n_is_the_mean_over_all_subsets_in_fractions_for_any_order_of_k(n, seed):
    rng = np.random.default_rng(seed)
    score, correct = rng.integers(0, 12, n), rng.random(n) < 0.5
    k = rng.integers(1, n + 1, (2, 3))
    levels = np.unique(score)
    below = {int(s): int((score < s).sum()) for s in levels}
    for size, found in zip(k.ravel().tolist(), best_of_n(correct, score, k).ravel(), strict=True):
        value = Fraction(0)
        for s in levels.tolist():
            alike = score == s
            ways = math.comb(below[s] + int(alike.sum()), size) - math.comb(below[s], size)
            value += Fraction(ways * int(correct[alike].sum()), int(alike.sum()) * math.comb(n, size))
        assert found == pytest.approx(float(value), rel=1e-13, abs=1e-15)


# -- a level that is only rounded -----------------------------------------------------------------------------


@FEW
@given(st.floats(0.01, 0.99), st.integers(2, 9), st.integers(0, 2**32))
def test_level_coverage_is_refused_whatever_the_rounding_makes_of_its_slope(level, points, seed):
    rng = np.random.default_rng(seed)
    k = np.unique(rng.integers(1, 10_000, points + 3))
    value = level * (1 + rng.integers(-2, 3, k.size) * 2.0**-52)
    with pytest.raises(ValueError, match="falls or stays level"):
        PowerLaw.fit(k, value)


def test_coverage_that_rises_slowly_is_fitted():
    law = PowerLaw(1.2, 1e-6)
    k = [1, 10, 100, 1000]
    assert PowerLaw.fit(k, law.coverage(k)).exponent == pytest.approx(1e-6, rel=1e-4)
    rare = PowerLaw(30.0, 0.01)
    assert PowerLaw.fit(k, rare.coverage(k)).exponent == pytest.approx(0.01, rel=1e-6)

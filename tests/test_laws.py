"""Closed forms, families, chains and prices against exact arithmetic, enumeration and simulation."""

from fractions import Fraction
from itertools import product
from math import comb

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import laws
from inference_scaling.samples import SampleSet

mp.mp.dps = 50
PROBABILITIES = st.one_of(
    st.floats(1e-12, 1.0), st.floats(-12, 0).map(lambda x: 10.0**x), st.sampled_from([0.5, 1.0, 1 - 1e-15])
)
COUNTS = st.one_of(st.integers(1, 50), st.floats(0, 9).map(lambda x: round(10**x)))
quick = settings(max_examples=60, deadline=None)


def close(value, exact, rel=1e-12):
    """Relative agreement, except where float64 itself runs out."""
    assert abs(value - exact) <= rel * abs(exact) + mp.mpf(10) ** -290, (value, exact)


@quick
@given(PROBABILITIES, COUNTS)
def test_closed_forms_agree_with_fifty_digits(p, k):
    exact_p = mp.mpf(p)
    fail = (1 - exact_p) ** k
    close(laws.coverage(p, k), 1 - fail)
    close(laws.marginal_gain(p, k), exact_p * (1 - exact_p) ** (k - 1))
    close(laws.expected_draws(p, k), (1 - fail) / exact_p)
    if p < 1:
        close(laws.marginal_derivative(p, k), -mp.log(1 - exact_p) * fail)
        close(laws.halving_cost(p), mp.log(2) / -mp.log(1 - exact_p))


def test_edges_of_p_and_k_are_exact():
    assert laws.coverage([0.0, 0.3, 1.0], 0).tolist() == [0.0, 0.0, 0.0]
    assert laws.coverage([0.0, 1.0], 7).tolist() == [0.0, 1.0]
    assert not np.signbit(laws.coverage(0.0, 3))
    assert laws.marginal_gain([0.0, 1.0, 1.0], [1, 1, 2]).tolist() == [0.0, 1.0, 0.0]
    assert laws.marginal_derivative([0.0, 1.0], [3, 2]).tolist() == [0.0, 0.0]
    assert laws.marginal_derivative(1.0, 0) == np.inf
    assert laws.expected_draws([0.0, 1.0], [9, 9]).tolist() == [9.0, 1.0]
    assert laws.expected_draws(0.3, 0) == 0.0
    assert laws.halving_cost(1.0) == 0.0


def test_scalars_come_back_as_python_numbers_and_arrays_broadcast():
    assert type(laws.coverage(0.1, 3)) is float
    assert type(laws.samples_needed(0.1, 0.5)) is int
    assert laws.coverage([[0.1], [0.2]], [1, 2, 3]).shape == (2, 3)


@quick
@given(st.floats(1e-6, 0.999), st.integers(1, 1000))
def test_marginal_gain_lies_between_the_derivatives_at_its_ends(p, k):
    gain = laws.marginal_gain(p, k)
    assert laws.marginal_derivative(p, k) <= gain * (1 + 1e-12)
    assert gain <= laws.marginal_derivative(p, k - 1) * (1 + 1e-12)
    assert gain == pytest.approx(laws.coverage(p, k) - laws.coverage(p, k - 1), rel=1e-9, abs=1e-15)


def test_samples_needed_matches_known_values():
    p = [0.001, 0.01, 0.05, 0.1, 0.2, 0.3]
    assert laws.samples_needed(p, 0.999).tolist() == [6905, 688, 135, 66, 31, 20]
    assert laws.samples_needed([0.0, 1.0, 1.0, 0.4], [0.0, 0.0, 1.0, 0.0]).tolist() == [0, 0, 1, 0]
    assert laws.samples_needed(0.2, 1e-9) == 1
    assert laws.samples_needed(1e-12, 0.999) == 6907755278979
    assert laws.samples_needed(np.nextafter(1.0, 0), 0.5) == 1


@pytest.mark.parametrize("tenths", range(1, 10))
@pytest.mark.parametrize("k", range(1, 9))
def test_samples_needed_counts_a_target_met_exactly(tenths, k):
    target = 1 - (1 - Fraction(tenths, 10)) ** k
    assert laws.samples_needed(tenths / 10, float(target)) == k


@quick
@given(st.floats(1e-9, 0.999), st.floats(1e-6, 0.999999))
def test_samples_needed_is_the_smallest_number(p, target):
    k = laws.samples_needed(p, target)
    assert laws.coverage(p, k) >= target * (1 - 1e-12)
    assert laws.coverage(p, k - 1) < target


def test_best_p_is_where_the_gain_is_largest():
    for k in (2, 6, 30, 1000):
        best, step = laws.best_p(k), 1e-4
        gain = laws.coverage([best - step, best, best + step], k) - [best - step, best, best + step]
        assert gain.argmax() == 1
    assert laws.best_p([6, 100]).round(3).tolist() == [0.301, 0.045]


@quick
@given(st.floats(0, 1), st.integers(0, 10_000))
def test_approximations_keep_to_their_side_and_their_bound(p, k):
    exact, slack = laws.coverage(p, k), 1e-12
    poisson, linear = laws.poisson_coverage(p, k), laws.linear_coverage(p, k)
    assert -slack <= exact - poisson.value <= poisson.bound + slack
    assert -slack <= linear.value - exact <= linear.bound * (1 + slack) + slack


@quick
@given(st.floats(-6, 6).map(lambda x: 10**x), st.floats(-6, 6).map(lambda x: 10**x), COUNTS)
def test_beta_binomial_coverage_agrees_with_fifty_digits(a, b, k):
    g = [mp.loggamma(x) for x in (mp.mpf(b) + k, mp.mpf(a) + mp.mpf(b), mp.mpf(b), mp.mpf(a) + mp.mpf(b) + k)]
    close(laws.BetaBinomial(a, b).coverage(k), -mp.expm1(g[0] + g[1] - g[2] - g[3]), rel=1e-11)


def test_beta_binomial_limits_mean_one_p_and_all_or_nothing():
    assert laws.BetaBinomial(np.inf, np.inf, mean=0.3).coverage(5) == laws.coverage(0.3, 5)
    assert laws.BetaBinomial(0, 0, mean=0.3).coverage([0, 1, 1000]).tolist() == [0.0, 0.3, 0.3]
    assert laws.BetaBinomial(2, 3).coverage(1) == pytest.approx(0.4, rel=1e-14)
    assert laws.BetaBinomial(0, 0, mean=0.3).correlation == 1.0
    with pytest.raises(ValueError, match="a = 0"):
        _ = laws.BetaBinomial(0, 0, mean=0.3).tail


def test_beta_tail_is_reached():
    family = laws.BetaBinomial(0.4, 1.3)
    k = 10**8
    assert 1 - family.coverage(k) == pytest.approx(family.tail.constant * k**-family.tail.exponent, rel=1e-6)


def _log_likelihood(a, b, n, c):
    j = np.arange
    return sum(
        np.log(a + j(ci)).sum() + np.log(b + j(ni - ci)).sum() - np.log(a + b + j(ni)).sum()
        for ni, ci in zip(n, c, strict=True)
    )


@quick
@given(st.lists(st.integers(2, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=9))
def test_fit_is_a_maximum_of_the_likelihood(pairs):
    n, c = (np.array(x) for x in zip(*pairs, strict=True))
    fit = laws.BetaBinomial.fit(n, c)
    if fit.note:
        return
    best = _log_likelihood(fit.a, fit.b, n, c)
    for u, v in product((0.5, 0.99, 1.0, 1.01, 2.0), repeat=2):
        assert _log_likelihood(fit.a * u, fit.b * v, n, c) <= best + 1e-9


@pytest.mark.parametrize(
    ("n", "c", "ends", "mean", "words"),
    [
        (5, [0, 0, 0], np.inf, 0.0, "all samples are wrong"),
        (5, [5, 5], np.inf, 1.0, "all samples are right"),
        (10, [5, 5, 5, 5], np.inf, 0.5, "no more spread"),
        (100, [3], np.inf, 0.03, "no more spread"),
        (5, [0, 5, 5], 0.0, 2 / 3, "all right or all wrong"),
        ([1, 4, 4], [1, 0, 4], 0.0, 2 / 3, "all right or all wrong"),
    ],
)
def test_fit_says_which_boundary_it_sits_on(n, c, ends, mean, words):
    fit = laws.BetaBinomial.fit(n, c)
    assert (fit.a, fit.b) == (ends, ends)
    assert fit.mean == pytest.approx(mean)
    assert words in fit.note
    low, high = fit.interval([1, 10])
    assert (low <= fit.coverage([1, 10])).all() and (fit.coverage([1, 10]) <= high).all()


def test_fit_recovers_the_parameters_of_many_problems():
    rng = np.random.default_rng(0)
    fit = laws.BetaBinomial.fit(50, rng.binomial(50, rng.beta(0.4, 1.2, 20_000)))
    assert (fit.a, fit.b) == pytest.approx((0.4, 1.2), rel=0.04)


def test_profile_interval_agrees_with_a_search_over_a_and_b():
    n, c, k = np.full(8, 10), np.array([0, 0, 1, 2, 5, 9, 10, 10]), np.array([10, 1000])
    a, b = (x.ravel() for x in np.meshgrid(*[np.exp(np.linspace(-5, 4, 120))] * 2))
    j = np.arange(10)
    rise_a, rise_b, rise = (np.log(x[:, None] + j) for x in (a, b, a + b))
    value = sum(rise_a[:, :ci].sum(1) + rise_b[:, : 10 - ci].sum(1) - rise.sum(1) for ci in c)
    good = value >= value.max() - 1.959963984540054**2 / 2
    low, high = laws.BetaBinomial.fit(n, c).interval(k)
    for i in range(2):
        curves = [laws.BetaBinomial(x, y).coverage(k[i]) for x, y in zip(a[good], b[good], strict=True)]
        assert low[i] == pytest.approx(min(curves), abs=0.02)
        assert high[i] == pytest.approx(max(curves), abs=0.02)


def test_profile_interval_covers_at_its_level():
    rng, hits, truth = np.random.default_rng(1), 0, laws.BetaBinomial(0.5, 1.5).coverage(100)
    for _ in range(25):
        fit = laws.BetaBinomial.fit(20, rng.binomial(20, rng.beta(0.5, 1.5, 40)))
        low, high = fit.interval(100)
        hits += low <= truth <= high
    assert hits >= 21  # 23.75 are expected; fewer than 21 has a probability below 1 in 100 at level 0.95


def test_power_law_fit_recovers_its_own_curve_and_uses_points_at_the_ends():
    k = np.array([1, 3, 10, 100, 1000])
    fit = laws.PowerLaw.fit(k, laws.PowerLaw(2.0, 0.6).coverage(k))
    assert (fit.scale, fit.exponent) == pytest.approx((2.0, 0.6), rel=1e-6)
    assert fit.rms < 1e-8
    assert laws.PowerLaw.fit([1, 10, 100], [0.2, 0.7, 1.0]).rms > 0


def test_forecast_says_where_the_data_stop_and_where_the_family_stands_alone():
    samples = SampleSet.from_counts([10, 20, 20], [1, 9, 20])
    ahead = laws.forecast(samples, [5, 500], level=0.9)
    assert (ahead.data_end, ahead.family_alone, ahead.level) == (10, 10, 0.9)
    assert (ahead.low <= ahead.value).all() and (ahead.value <= ahead.high).all()
    assert "The data reach k = 10; beyond that" in str(ahead)


@pytest.mark.parametrize("cap", [None, 3, 6])
def test_inverse_binomial_is_unbiased_with_and_without_a_cap(cap):
    wanted, p = 3, Fraction(2, 5)
    total, last = 0.0, cap or 200
    for n in range(wanted, last + 1):
        chance = comb(n - 1, wanted - 1) * p**wanted * (1 - p) ** (n - wanted)
        total += float(chance) * laws.inverse_binomial(wanted, n)
    if cap:
        for c in range(wanted):
            chance = comb(cap, c) * p**c * (1 - p) ** (cap - c)
            total += float(chance) * laws.inverse_binomial(c, cap, wanted=wanted)
    assert total == pytest.approx(0.4, rel=1e-12)


def test_effective_numbers_agree_at_their_ends_and_with_the_beta_binomial():
    assert laws.effective_samples(50, [0.0, 1.0]).tolist() == [50.0, 1.0]
    assert laws.coverage_equivalent(0.3, 50, [0.0, 1.0]).tolist() == [50.0, 1.0]
    m = laws.coverage_equivalent(0.2, 40, 0.25)
    assert 1 - 0.8**m == pytest.approx(laws.BetaBinomial(0.6, 2.4).coverage(40), rel=1e-12)


def _simulated_steps(length, q, block, rng, runs=4000, restart=False):
    total = 0
    for _ in range(runs):
        done = 0
        while done < length:
            size = 1 if restart else min(block, length - done)
            right = (rng.random(size) < q).all()
            total += size
            done = done + size if right else (0 if restart else done)
    return total / runs


@pytest.mark.parametrize("block", [1, 3, 4])
def test_steps_to_solve_agrees_with_simulation_with_and_without_a_remainder(block):
    found = _simulated_steps(7, 0.8, block, np.random.default_rng(block))
    assert laws.steps_to_solve(7, 0.8, block) == pytest.approx(found, rel=0.03)


def test_chain_laws_give_the_known_figures():
    assert round(laws.steps_to_solve(12, 0.8, 12), 1) == 174.6
    assert round(laws.steps_late_alarm(12, 0.8, 12), 1) == 31.5
    assert round(laws.steps_with_restart(12, 0.8), 1) == 67.8
    assert laws.steps_late_alarm(12, 0.8, 1) == pytest.approx(laws.steps_to_solve(12, 0.8, 1)) == pytest.approx(15)
    assert laws.steps_with_restart(5, 1.0) == 5.0


def test_steps_with_restart_agrees_with_simulation():
    found = _simulated_steps(5, 0.8, 1, np.random.default_rng(5), restart=True)
    assert laws.steps_with_restart(5, 0.8) == pytest.approx(found, rel=0.04)


def test_late_alarm_agrees_with_simulation():
    rng, length, q, delay, runs, total = np.random.default_rng(2), 6, 0.7, 3, 6000, 0
    for _ in range(runs):
        step = 1
        while step <= length:
            if rng.random() < q:
                total, step = total + 1, step + 1
            else:
                total += min(delay, length - step + 1)
    assert laws.steps_late_alarm(length, q, delay) == pytest.approx(total / runs, rel=0.03)


def test_solved_within_agrees_with_the_binomial_sum():
    for budget, delay in product((0, 5, 6, 20, 36), (1, 2, 3, 6)):
        n, need, q = budget // delay, 6 // delay, 0.8**delay
        exact = sum(comb(n, j) * q**j * (1 - q) ** (n - j) for j in range(need, n + 1))
        assert laws.solved_within(budget, 6, 0.8, delay) == pytest.approx(exact, abs=1e-13)


@pytest.mark.parametrize(("q", "check"), [(0.9, 1.0), (0.99, 0.1), (0.999, 30.0)])
def test_best_delay_is_a_minimum(q, check):
    d = laws.best_delay(q, check) * np.array([0.99, 1.0, 1.01])
    assert ((1 + check / d) * q**-d).argmin() == 1


def test_short_chains_win_without_a_cost_of_starting():
    length = [6400, 400, 100, 1]
    covered = laws.chain_coverage(6400, length, 0.6, 400)
    assert covered[:3].round(4).tolist() == [0.6, 0.9995, 0.9999]
    assert (np.diff(covered) > 0).all()
    assert laws.chain_coverage([0, 10], 5, 1.0, 1e-3).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("start", [1e-3, 20, 50, 200, 1e6])
def test_best_chain_length_is_a_maximum(start):
    best = laws.best_chain_length(0.6, 400, start) * np.array([0.99, 1.0, 1.01])
    assert (-np.log1p(-laws.chain_success(best, 0.6, 400)) / (best + start)).argmax() == 1


def test_break_even_counts_draws_or_expected_draws():
    assert laws.break_even_queries(6839, 0.001, 0.1, 0.999) == 1.0
    assert laws.break_even_queries(6839, 0.001, 0.1, 0.999, generate=0.5, verify=0.5) == 1.0
    saved = laws.expected_draws(0.001, 6905) - laws.expected_draws(0.1, 66)
    assert laws.break_even_queries(100, 0.001, 0.1, 0.999, stop_early=True) == pytest.approx(100 / saved)
    assert laws.break_even_queries(1, 0.5, 0.51, 0.6) == np.inf


def test_inference_multiplier_equates_the_flops():
    m, params, pre, inference = 14.0, 3.0, 40.0, 8.0
    k = laws.inference_multiplier(m, pre, inference)
    large = 6 * m * params * pre + 2 * m * params * inference
    assert 6 * params * pre + 2 * params * inference * k == pytest.approx(large)


NUMBERS = [float("nan"), "a", None, True, [1, [2]], 10**400, 1j]
FIT = laws.BetaBinomial.fit(4, [0, 1, 4])
CASES = [
    *[(f, (bad, 3), "p") for f in (laws.coverage, laws.expected_draws) for bad in [*NUMBERS, -0.1, 1.1]],
    *[(laws.coverage, (0.1, bad), "k") for bad in [*NUMBERS, -1, 1.5, float("inf"), 2.0**54]],
    (laws.coverage, ([0.1, 0.2], [1, 2, 3]), "p has shape"),
    (laws.marginal_gain, (0.1, 0), "k"),
    (laws.marginal_gain, (2, 1), "p"),
    (laws.marginal_derivative, (0.1, -1), "k"),
    (laws.marginal_derivative, (0.1, np.inf), "k"),
    (laws.samples_needed, (0, 0.1), "p = 0"),
    (laws.samples_needed, (0.1, 1), "target = 1"),
    (laws.samples_needed, (5e-324, 0.5), "p = 5e-324"),
    (laws.halving_cost, (0,), "p"),
    (laws.best_p, (1,), "k"),
    (laws.poisson_coverage, (-1, 1), "p"),
    (laws.linear_coverage, (0.1, -1), "k"),
    (laws.BetaBinomial, (-1, 1), "a = -1"),
    (laws.BetaBinomial, (1, float("nan")), "b = nan"),
    (laws.BetaBinomial, (True, 1), "a = True"),
    (laws.BetaBinomial, (0, 1), "a = 0"),
    (laws.BetaBinomial, (0, 0), "mean"),
    (laws.BetaBinomial, (1, 1, 0.5), "mean"),
    (laws.BetaBinomial.fit, (5, [6]), "c = 6"),
    (laws.BetaBinomial.fit, (5, []), "c is empty"),
    (laws.BetaBinomial.fit, (1, [0, 1]), "n = 1"),
    (laws.BetaBinomial.fit, (10**8, [1]), "n = 1000"),
    (laws.BetaBinomial.fit, (0, [0]), "n"),
    (FIT.coverage, (-1,), "k"),
    (FIT.interval, (5, 1.0), "level"),
    (laws.BetaBinomial(1, 1).interval, (5,), "fit"),
    (laws.PowerLaw, (0, 1), "scale"),
    (laws.PowerLaw.fit, ([1, 2], [0.5]), "shape"),
    (laws.PowerLaw.fit, ([1, 2], [0.0, 1.0]), "value"),
    (laws.PowerLaw.fit, ([1, 2], [0.6, 0.5]), "value falls"),
    (laws.PowerLaw(1, 1).coverage, (0,), "k"),
    (laws.forecast, ([1, 2], 3), "samples is a list"),
    (laws.forecast, (SampleSet.from_counts([4], [1]), 0), "k"),
    (laws.inverse_binomial, (1, 5), "wanted"),
    (laws.inverse_binomial, (5, 4), "c = 5"),
    (laws.effective_samples, (0, 0.1), "k"),
    (laws.effective_samples, (3, 1.1), "correlation"),
    (laws.coverage_equivalent, (0, 3, 0.1), "p"),
    (laws.steps_to_solve, (5, 0.5, 6), "delay = 6"),
    (laws.steps_to_solve, (5, 0, 1), "q"),
    (laws.steps_to_solve, (10**6, 0.1, 10**6), "q = 0.1"),
    (laws.steps_late_alarm, (0, 0.5, 1), "length"),
    (laws.steps_with_restart, (5, 1.1), "q"),
    (laws.solved_within, (10, 5, 0.5, 2), "delay = 2"),
    (laws.solved_within, (-1, 5, 0.5, 1), "budget"),
    (laws.best_delay, (1.0, 1), "q"),
    (laws.best_delay, (0.5, 0), "check"),
    (laws.chain_success, (-1, 0.5, 1), "length"),
    (laws.chain_coverage, (10, 0, 0.5, 1), "length"),
    (laws.best_chain_length, (0.5, 100, 0), "start"),
    (laws.best_chain_length, ([0.5, 0.6], 100, 1), "ceiling"),
    (laws.break_even_queries, (1, 0.5, 0.4, 0.9), "before"),
    (laws.inference_multiplier, (0.5, 1, 1), "size"),
    (laws.inference_multiplier, (2, 1, 0), "inference_tokens"),
]


@pytest.mark.parametrize(("function", "arguments", "words"), CASES)
def test_bad_input_is_refused_by_name(function, arguments, words):
    with pytest.raises(ValueError, match=words):
        function(*arguments)


# -- edges that a changed line would move ------------------------------------------------------------------------


@quick
@given(
    st.lists(st.integers(2, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=6),
    st.floats(-3, 3),
    st.floats(-4, 3),
)
def test_the_derivatives_of_the_likelihood_are_those_of_its_value(pairs, x, log_theta):
    n, c = (np.array(column) for column in zip(*pairs, strict=True))
    like = laws.many_problems._Likelihood.of(n, c)
    at = np.array([x, log_theta])
    j, step = np.arange(n.max()), 1e-5
    value, gradient, hessian = like._derivatives(j, at)
    theta = np.exp(at[1:])
    assert value == pytest.approx((like._of_mean(at[:1], theta) - like._of_spread(theta))[0], rel=1e-9, abs=1e-9)
    size = 1 + np.abs(hessian).max()
    for i, move in enumerate(np.eye(2) * step):
        up, down = like._derivatives(j, at + move), like._derivatives(j, at - move)
        assert (up[0] - down[0]) / (2 * step) == pytest.approx(gradient[i], abs=1e-6 * (size + abs(value)))
        np.testing.assert_allclose((up[1] - down[1]) / (2 * step), hessian[i], atol=1e-6 * size)


def test_beta_binomial_numbers_are_the_simple_ones():
    family = laws.BetaBinomial(1, 3)
    assert (family.mean, family.correlation) == (0.25, 0.2)
    assert np.copysign(1, family.coverage(0)) == 1
    with pytest.raises(ValueError, match="mean = None"):
        laws.BetaBinomial(0, 0)
    with pytest.raises(ValueError, match=r"a = 1\.0, b = inf"):
        laws.BetaBinomial(1, np.inf)
    fit = laws.BetaBinomial.fit(10, [0, 3, 9])
    assert "_likelihood" not in repr(fit) and fit == laws.BetaBinomial(fit.a, fit.b)


@pytest.mark.parametrize(
    ("n", "c", "words"),
    [
        ([3, 3, 3], [1, 2], "n has 3 entries and c has 2"),
        ([3, 3], [1, 2, 3], "n has 2 entries and c has 3"),
        ([], [1, 2], "n has 0 entries and c has 2"),
        ([[3, 3]], [1, 2, 3], "n has shape"),
        ([3, 3], [3, 4], "c = 4 with n = 3"),
        ([10**7 + 1], [3], r"at most 10\*\*7"),
    ],
)
def test_counts_that_are_no_table_are_refused_with_their_lengths_or_values(n, c, words):
    with pytest.raises(ValueError, match=words):
        laws.BetaBinomial.fit(n, c)


def test_one_number_stands_for_every_problem_of_a_fit():
    whole = laws.BetaBinomial.fit([9, 9, 9], [0, 3, 9])
    assert whole == laws.BetaBinomial.fit(9, [0, 3, 9]) == laws.BetaBinomial.fit([9], [0, 3, 9])
    assert (
        laws.BetaBinomial.fit([4, 8], 2) == laws.BetaBinomial.fit([4, 8], [2]) == laws.BetaBinomial.fit([4, 8], [2, 2])
    )


def test_the_longest_table_of_a_fit_is_allowed(monkeypatch):
    monkeypatch.setattr(laws.many_problems, "_MOST_SAMPLES", 10)
    assert laws.BetaBinomial.fit(10, [3, 9]).mean > 0
    with pytest.raises(ValueError, match="n = 11"):
        laws.BetaBinomial.fit(11, [3, 9])


@pytest.mark.parametrize(
    ("n", "c", "inside"),
    [
        (2, [0, 1, 1, 2], False),  # exactly the spread of one common p
        (2, [0, 0, 1, 1, 2], True),  # a little more
        (2, [1, 1], False),
        (3, [0, 2, 2, 2, 3, 0, 1], True),
    ],
)
def test_the_boundary_of_one_common_p_is_where_the_spread_ends(n, c, inside):
    fit = laws.BetaBinomial.fit(n, c)
    assert np.isfinite(fit.a) == inside
    assert fit.note == ("" if inside else "no more spread than one common p gives")


@pytest.mark.parametrize(
    "c", [[2, 5, 3, 6, 4, 8, 1, 5], [5, 5, 5, 5, 4, 6, 5, 5], [0, 0, 1, 2, 5, 9, 10, 10], [0, 0, 0, 0, 0, 0, 1, 0]]
)
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_profile_interval_agrees_with_a_fine_search(c, level):
    fit, k = laws.BetaBinomial.fit(10, c), np.array([1, 100])
    mean, spread = np.meshgrid(1 / (1 + np.exp(np.linspace(-8, 8, 400))), np.exp(np.linspace(-9, 9, 300)))
    a, b = (mean / spread).ravel(), ((1 - mean) / spread).ravel()
    value, j = np.zeros(a.size), np.arange(10)[:, None]
    rise_a, rise_b, rise = (np.log(x + j).cumsum(axis=0) for x in (a, b, a + b))
    for one in c:
        value += (rise_a[one - 1] if one else 0) + (rise_b[9 - one] if one < 10 else 0) - rise[9]
    # Half of the chi-square quantiles with one degree of freedom.
    good = value >= value.max() - {0.5: 0.22746821, 0.95: 1.92072941}[level]
    low, high = fit.interval(k, level)
    for i, tries in enumerate(k):
        curves = -np.expm1(laws.many_problems._log_failure(a[good], b[good], tries))
        assert (low[i], high[i]) == pytest.approx((curves.min(), curves.max()), abs=0.01)
        # The grid lies inside the contour: the interval must reach as far as the grid does.
        assert low[i] <= curves.min() + 5e-4 and high[i] >= curves.max() - 5e-4


def test_profile_interval_of_no_samples_is_zero_and_of_no_level_an_error():
    fit = laws.BetaBinomial.fit(10, [0, 3, 9])
    low, high = fit.interval(0)
    assert (low, high) == (0, 0) and np.copysign(1, low) == 1
    with pytest.raises(ValueError, match="level = 0"):
        fit.interval(5, 0)


def test_the_power_law_has_least_squares_and_leaves_out_the_ends_at_the_start():
    k, value = np.array([1, 4, 16, 64, 256]), np.array([0.0, 0.35, 0.5, 0.9, 1.0])
    law = laws.PowerLaw.fit(k, value)

    def squares(scale, exponent):
        return float(((laws.PowerLaw(scale, exponent).coverage(k) - value) ** 2).sum())

    best = squares(law.scale, law.exponent)
    assert law.rms == pytest.approx(np.sqrt(best / 5))
    for u, v in product((1 - 1e-4, 1, 1 + 1e-4), repeat=2):
        assert squares(law.scale * u, law.exponent * v) >= best - 1e-15


def test_a_forecast_says_its_level_and_the_note_of_its_fit():
    samples = SampleSet.from_counts([10, 10], [5, 5])
    ahead = laws.forecast(samples, 1)
    assert ahead.level == 0.95 and ahead.k.tolist() == [1]
    assert "Beta-binomial fit (no more spread than one common p gives). The data" in str(ahead)
    assert "Beta-binomial fit. The data" in str(laws.forecast(SampleSet.from_counts([10, 10], [1, 9]), 1))


def test_the_smallest_allowed_arguments_are_allowed():
    assert laws.inverse_binomial(2, 5) == 0.25
    assert laws.inverse_binomial(0, 1, wanted=2) == 0
    assert laws.effective_samples(1, 0.3) == 1
    assert laws.coverage_equivalent(0.2, 1, 0.3) == pytest.approx(1)
    assert laws.steps_with_restart(1, 0.5) == pytest.approx(2)
    assert laws.chain_success(0, 0.5, 3) == 0 and np.copysign(1, laws.chain_success(0, 0.5, 3)) == 1
    assert laws.break_even_queries(0.5, 0.1, 1.0, 0.5, generate=0.25, verify=0.25) > 0
    assert laws.inference_multiplier(1, 0, 0.5) == 1


def test_no_training_pays_where_no_draw_is_saved():
    assert laws.break_even_queries(1.0, 0.5, 0.6, 0.3, stop_early=False) == np.inf
    # Seven draws become four, at a hundredth each.
    found = laws.break_even_queries(3.0, 0.1, 0.16, 0.5, generate=0.01, verify=0.0, stop_early=False)
    assert found == pytest.approx(3.0 / (0.01 * (7 - 4)))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: laws.inverse_binomial([2, 3], [2, 2]), "c = 3 with n = 2"),
        (lambda: laws.inverse_binomial([2, 4], 9, wanted=[2, 3]), "c = 4: must not exceed wanted = 3"),
        (lambda: laws.inverse_binomial(1, 9), "wanted = 1"),
        (lambda: laws.coverage_equivalent(0.0, 3, 0.1), r"p = 0.0: must lie in \(0"),
        (lambda: laws.coverage_equivalent(1.0, 3, 0.1), r"p = 1.0: must lie in \(0"),
        (lambda: laws.best_delay(0.0, 1), r"q = 0.0: must lie in \(0"),
        (lambda: laws.break_even_queries(1, 0.1, 0.2, 0.9, stop_early="no"), "stop_early"),
        (lambda: laws.break_even_queries(1, 0.0, 0.2, 0.9), r"before = 0.0: must lie in \(0"),
        (lambda: laws.break_even_queries(1, 0.1, 0.2, 0.0), r"target = 0.0: must lie in \(0"),
        (lambda: laws.break_even_queries(1, 0.1, 0.2, 1.0), r"target = 1.0: must lie in \(0"),
        (lambda: laws.break_even_queries(1, [0.1, 0.3], [0.2, 0.3], 0.9), "before = 0.3: must be below after = 0.3"),
    ],
)
def test_the_first_forbidden_values_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_nothing_drawn_is_zero_and_not_minus_zero():
    for zero in (
        laws.coverage(0.0, 5),
        laws.coverage(0.3, 0),
        laws.marginal_derivative(0.0, 3),
        laws.poisson_coverage(0.0, 5).value,
        laws.linear_coverage(0.0, 5).value,
    ):
        assert zero == 0 and np.copysign(1, zero) == 1
    assert laws.marginal_derivative(1.0, [0.5, 1, 2]).tolist() == [0, 0, 0]


def test_samples_needed_ends_at_the_largest_exact_number_and_names_who_exceeds_it():
    assert laws.samples_needed(1e-16, 0.5) == pytest.approx(np.log(2) * 1e16, rel=1e-12)
    with pytest.raises(ValueError, match="p = 1e-16 needs more than"):
        laws.samples_needed([0.001, 1e-16], 0.6)


def test_the_bounds_of_the_approximations_are_their_formulas():
    assert laws.linear_coverage(0.01, 5).bound == pytest.approx(10 * 0.01**2, rel=1e-14)
    assert laws.poisson_coverage(0.01, 5).bound == pytest.approx(5 * 0.01**2 * np.exp(-0.05), rel=1e-14)


def test_chains_by_hand_at_their_edges():
    p = laws.chain_success(400, 0.6, 400)
    assert laws.chain_coverage(6400, 400, 0.6, 400, start=20) == pytest.approx(1 - (1 - p) ** (6400 / 420))
    nothing = laws.chain_coverage(0, 400, 0.6, 400)
    assert nothing == 0 and np.copysign(1, nothing) == 1
    assert laws.best_chain_length(0.6, 0.5, 0.0625) == pytest.approx(laws.best_chain_length(0.6, 400, 50) / 800)
    with pytest.raises(ValueError, match="delay = 4: must not exceed length = 3"):
        laws.steps_to_solve([3, 3], 0.5, [3, 4])


def test_a_level_curve_has_no_power_law_and_a_family_at_its_limit_needs_a_mean():
    with pytest.raises(ValueError, match="falls or stays level"):
        laws.PowerLaw.fit([1, 4, 16], [np.exp(-1)] * 3)
    with pytest.raises(ValueError, match="must be given when a = b = 0"):
        laws.BetaBinomial(0, 0)


@pytest.mark.parametrize("value", [0.05, 0.25, 0.5, 0.7, 0.9, 0.95])
@pytest.mark.parametrize("k", [[1, 4, 16], [1, 2, 4, 8], [1, 10, 100, 1000]])
def test_a_level_curve_has_no_power_law_whatever_the_rounding_of_its_slope(k, value):
    with pytest.raises(ValueError, match="falls or stays level"):
        laws.PowerLaw.fit(k, [value] * len(k))

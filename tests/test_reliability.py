"""pass^k and its kin equal what enumeration gives; an audit finds every histogram that a published row allows."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from itertools import combinations, product

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import BetaBinomial, SampleSet, audit, estimates, g_pass_at_k, pass_at_k, pass_hat_k
from scipy.stats import betabinom, hypergeom

FEW = settings(max_examples=60, deadline=None)
counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))


# -- pass^k ---------------------------------------------------------------------------------------------------


def test_pass_hat_k_is_the_share_of_subsets_that_are_all_right() -> None:
    for n in range(1, 8):
        for c, k in product(range(n + 1), range(1, n + 1)):
            right = [i < c for i in range(n)]
            share = np.mean([all(subset) for subset in combinations(right, k)])
            assert pass_hat_k(n, c, k) == pytest.approx(share, rel=1e-13)


@FEW
@given(counts)
def test_pass_hat_k_is_the_mirror_image_of_pass_at_k(row) -> None:
    n, c, k = row
    assert pass_hat_k(n, c, k) == pytest.approx(1 - pass_at_k(n, n - c, k), abs=1e-12)


@FEW
@given(counts)
def test_pass_hat_k_keeps_every_digit(row) -> None:
    n, c, k = row
    exact = Fraction(math.comb(c, k), math.comb(n, k))
    assert pass_hat_k(n, c, k) == pytest.approx(float(exact), rel=1e-12, abs=1e-300)
    # Column against row: the table, not the single value.
    found = pass_hat_k([[n], [n]], [[c], [n]], np.arange(1, k + 1))
    assert found[0, -1] == pytest.approx(float(exact), rel=1e-12, abs=1e-300)
    assert np.all(found[1] == 1)
    assert np.all(np.diff(found[0]) <= 0)


def test_pass_hat_k_of_huge_counts_neither_overflows_nor_loses_digits() -> None:
    assert pass_hat_k(10**15, 10**15 - 3, 10**14) == pytest.approx(0.9**3, rel=1e-12)
    assert pass_hat_k(2**53, 2**53, 2**53) == 1
    k = np.array([1, 1023, 1024, 1025, 10**5, 10**6])
    # One wrong sample: none of k is it with probability 1 - k / 10^6.
    np.testing.assert_allclose(pass_hat_k(10**6, 10**6 - 1, k), 1 - k / 10**6, rtol=1e-12)
    exact = float(Fraction(math.comb(1500, 900), math.comb(2000, 900)))
    assert pass_hat_k(2000, 1500, 900) == pytest.approx(exact, rel=1e-12)
    assert pass_hat_k(10**6, 10**5, 10**4) == 0


def test_pass_hat_k_is_unbiased_and_the_usual_power_is_too_high() -> None:
    n, p, k = 6, 0.4, 4
    c = np.arange(n + 1)
    chance = [math.comb(n, int(i)) * p**i * (1 - p) ** (n - i) for i in c]
    assert pass_hat_k(n, c, k) @ chance == pytest.approx(p**k, rel=1e-12)
    assert ((c / n) ** k) @ chance > 1.5 * p**k


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pass_hat_k(3, 1, 4), "k = 4: must be at most n = 3"),
        (lambda: pass_hat_k([5, 3], [1, 1], 4), "k = 4: must be at most n = 3"),
        (lambda: pass_hat_k(3, 4, 1), "c = 4: must be at most n = 3"),
        (lambda: pass_hat_k(3, 1.5, 1), "c = 1.5"),
        (lambda: pass_hat_k(3, 1, 0), "k = 0.0"),
        (lambda: g_pass_at_k(3, 1, 4, 0.5), "k = 4: must be at most n = 3"),
        (lambda: g_pass_at_k(3, 1, 2, 0.0), "tau = 0.0"),
        (lambda: g_pass_at_k(3, 1, 2, 50), "tau = 50"),
    ],
)
def test_impossible_counts_are_refused_as_pass_at_k_refuses_them(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_no_problem_and_no_budget_have_no_pass_hat_k() -> None:
    assert pass_hat_k([], [], 1).shape == pass_hat_k(5, 2, []).shape == (0,)
    assert g_pass_at_k([], [], 1, 0.5).shape == (0,)


@pytest.mark.parametrize("block", [1, 3, 7])
def test_pass_hat_k_does_not_depend_on_how_much_is_held_at_once(monkeypatch, block: int) -> None:
    rows = [(n, c, k) for n in range(1, 8) for c in range(n + 1) for k in range(1, n + 1)]
    n, c, k = np.transpose(rows)
    exact = [math.comb(b, d) / math.comb(a, d) for a, b, d in rows]
    for name in ("BLOCK", "CACHE_ELEMENTS"):
        monkeypatch.setattr(estimates.pools, name, block)
    monkeypatch.setattr(estimates._numerics, "SUM_BLOCK", block)
    np.testing.assert_allclose(pass_hat_k(n, c, k), exact, rtol=1e-12)
    np.testing.assert_allclose([pass_hat_k(*row) for row in rows], exact, rtol=1e-12)


# -- G-Pass ---------------------------------------------------------------------------------------------------


@FEW
@given(counts, st.floats(0.01, 1))
def test_g_pass_is_the_hypergeometric_tail(row, tau: float) -> None:
    n, c, k = row
    need = math.ceil(tau * k)
    exact = Fraction(sum(math.comb(c, j) * math.comb(n - c, k - j) for j in range(need, k + 1)), math.comb(n, k))
    assert g_pass_at_k(n, c, k, tau) == pytest.approx(float(exact), rel=1e-11, abs=1e-300)


def test_g_pass_ends_at_pass_at_k_and_at_pass_hat_k() -> None:
    n, c, k = np.array([8, 9, 40])[:, None], np.array([0, 5, 37])[:, None], np.arange(1, 9)
    np.testing.assert_array_equal(g_pass_at_k(n, c, k, 1.0), pass_hat_k(n, c, k))
    np.testing.assert_allclose(g_pass_at_k(n, c, k, 1e-9), pass_at_k(n, c, k), rtol=1e-14)


def test_seven_of_ten_are_seven_although_the_product_is_above_seven() -> None:
    assert 0.7 * 10 > 7 or math.ceil(0.07 * 100) == 8
    assert g_pass_at_k(10, 7, 10, 0.7) == 1
    assert g_pass_at_k(100, 7, 100, 0.07) == 1
    assert g_pass_at_k(100, 6, 100, 0.07) == 0


def test_g_pass_of_a_million_samples() -> None:
    found = g_pass_at_k(10**6, 4 * 10**5, 1000, 0.42)
    assert found == pytest.approx(hypergeom(10**6, 4 * 10**5, 1000).sf(419), rel=1e-8)


# -- curves and shares ----------------------------------------------------------------------------------------


def test_the_curve_of_all_right_is_the_mean_of_pass_hat_k() -> None:
    samples = SampleSet.from_counts([5, 7, 9], [5, 3, 0])
    found = its.curve(samples, "all", [1, 2, 5], rng=0)
    np.testing.assert_allclose(found.per_problem, pass_hat_k(samples.n[:, None], samples.c[:, None], [1, 2, 5]))
    assert found.selector == "all"
    assert np.all((found.low <= found.value) & (found.value <= found.high))


def test_too_few_samples_name_the_problems_and_the_way_out() -> None:
    samples = SampleSet.from_counts([4, 2, 3, 1, 1, 5], [1] * 6)
    with pytest.raises(ValueError, match=r"problem '1' has only 2 samples, '2' has only 3.*at_least_samples\(4\)"):
        its.curve(samples, "all", [4])
    kept = samples.at_least_samples(4)
    assert kept.problems == ("0", "5") and kept.n.tolist() == [4, 5]
    assert its.curve(kept, "all", [4]).value.shape == (1,)
    assert samples.at_least_samples(1) is samples
    with pytest.raises(ValueError, match="least = 6: no problem has that many samples; the most is 5"):
        samples.at_least_samples(6)
    with pytest.raises(ValueError, match="least = '4'"):
        samples.at_least_samples("4")


def test_one_problem_says_nothing_of_others_and_all_right_has_a_lower_bound() -> None:
    alone = its.curve(SampleSet.from_counts([4], [4]), "all", [4])
    assert (alone.value[0], alone.low[0], alone.high[0]) == (1, 0, 1)
    all_right = its.solved_shares(SampleSet.from_counts([4] * 30, [4] * 30))
    assert all_right.always == 1 and all_right.never == 0
    assert all_right.always_interval == (pytest.approx(0.05 ** (1 / 30)), 1)


def test_shares_of_problems_solved_always_never_and_sometimes() -> None:
    found = its.solved_shares(SampleSet.from_counts([4] * 50, np.repeat([0, 1, 2, 3, 4], [14, 12, 10, 4, 10])))
    assert (found.never, found.sometimes, found.always) == pytest.approx((0.28, 0.52, 0.2))
    assert found.never_interval[0] < 0.28 < found.never_interval[1]
    assert "always right 0.200" in str(found)
    # With unequal numbers of samples the shares are those of the fewest.
    mixed = SampleSet.from_counts([4, 8], [4, 7])
    assert its.solved_shares(mixed).always == pytest.approx((1 + pass_hat_k(8, 7, 4)) / 2)
    with pytest.raises(ValueError, match=r"k = 5: problem '0' has only 4 samples"):
        its.solved_shares(mixed, 5)


# -- the Beta-binomial family ---------------------------------------------------------------------------------


@FEW
@given(st.floats(0.01, 50), st.floats(0.01, 50), st.integers(0, 1000))
def test_both_tails_of_a_beta_distribution_mirror_each_other(a: float, b: float, k: int) -> None:
    assert BetaBinomial(a, b).pass_hat_k(k) == pytest.approx(1 - BetaBinomial(b, a).coverage(k), rel=1e-9, abs=1e-13)


def test_pass_hat_k_of_a_family_is_a_ratio_of_beta_functions() -> None:
    for k in (1, 4, 30, 400):
        exact = betabinom(k, 0.7, 0.9).pmf(k)
        assert BetaBinomial(0.7, 0.9).pass_hat_k(k) == pytest.approx(exact, rel=1e-9)
    assert BetaBinomial(np.inf, np.inf, mean=0.3).pass_hat_k([0, 2]).tolist() == pytest.approx([1, 0.09])
    assert BetaBinomial(0, 0, mean=0.3).pass_hat_k([0, 2, 99]).tolist() == [1, 0.3, 0.3]


def test_chances_of_a_family_are_those_of_the_beta_binomial_distribution() -> None:
    np.testing.assert_allclose(
        BetaBinomial(0.7, 0.9).chances(40), betabinom(40, 0.7, 0.9).pmf(np.arange(41)), rtol=1e-9
    )
    np.testing.assert_allclose(BetaBinomial(np.inf, np.inf, mean=0.5).chances(2), [0.25, 0.5, 0.25])
    assert BetaBinomial(0, 0, mean=0.25).chances(3).tolist() == [0.75, 0, 0, 0.25]
    assert BetaBinomial(np.inf, np.inf, mean=1).chances(3).tolist() == [0, 0, 0, 1]
    assert BetaBinomial(1e-3, 50).chances(10**4).sum() == pytest.approx(1)


def test_posterior_of_a_problem() -> None:
    found = BetaBinomial(1, 1).posterior(4, [0, 4])
    np.testing.assert_allclose(found.mean, [1 / 6, 5 / 6])
    # Beta(1, 5): 1 - (1 - x)^5.
    np.testing.assert_allclose([found.low[0], found.high[0]], 1 - np.array([0.975, 0.025]) ** 0.2, rtol=1e-9)
    assert BetaBinomial(0, 0, mean=0.3).posterior([0, 4, 4], [0, 0, 4]).mean.tolist() == [0.3, 0, 1]
    assert BetaBinomial(np.inf, np.inf, mean=0.3).posterior(4, 4) == (0.3, 0.3, 0.3)
    with pytest.raises(ValueError, match=r"c = 2 with n = 4: must be 0 or n"):
        BetaBinomial(0, 0, mean=0.3).posterior(4, 2)
    with pytest.raises(ValueError, match="c = 5 with n = 4"):
        BetaBinomial(1, 1).posterior(4, 5)


def test_share_of_problems_above_a_success_probability() -> None:
    assert BetaBinomial(1, 1).cdf([0, 0.25, 1]).tolist() == pytest.approx([0, 0.25, 1])
    assert BetaBinomial(0, 0, mean=0.3).cdf([0, 0.99, 1]).tolist() == [0.7, 0.7, 1]
    assert BetaBinomial(np.inf, np.inf, mean=0.3).cdf([0.2, 0.3]).tolist() == [0, 1]


def test_a_forecast_of_pass_hat_k_holds_the_fit_and_says_how_far_it_carries() -> None:
    samples = SampleSet.from_counts([10] * 8, [0, 0, 1, 2, 5, 9, 10, 10])
    found = its.forecast(samples, [1, 10, 100], selector="all")
    np.testing.assert_allclose(found.value, found.family.pass_hat_k([1, 10, 100]))
    assert found.selector == "all" and np.all(found.low < found.value) and np.all(found.value < found.high)
    # The mirror image: right and wrong exchanged.
    mirrored = its.forecast(SampleSet.from_counts([10] * 8, [10, 10, 9, 8, 5, 1, 0, 0]), [1, 10, 100])
    np.testing.assert_allclose(found.value, 1 - mirrored.value, rtol=1e-6)
    np.testing.assert_allclose(found.low, 1 - mirrored.high, rtol=1e-4)
    assert "rests on the family alone" in str(found)


# -- audit ----------------------------------------------------------------------------------------------------


def exact_row(histogram) -> list[Fraction]:
    """pass^1, … of a histogram of successes, exactly."""
    trials, tasks = len(histogram) - 1, sum(histogram)
    sets = [sum(math.comb(j, k) * count for j, count in enumerate(histogram)) for k in range(1, trials + 1)]
    return [Fraction(one, tasks * math.comb(trials, k)) for k, one in enumerate(sets, 1)]


def published(histogram, decimals: int) -> list[str]:
    """The row that a histogram gives, rounded."""
    return [f"{float(round(one, decimals)):.{decimals}f}" for one in exact_row(histogram)]


def rounds_to(histogram, values, half: Fraction) -> bool:
    return all(abs(one - Fraction(value)) <= half for one, value in zip(exact_row(histogram), values, strict=True))


@FEW
@given(st.lists(st.integers(0, 60), min_size=2, max_size=7).filter(any), st.integers(2, 12))
def test_the_histogram_of_a_row_is_always_found(histogram, decimals: int) -> None:
    found = audit(published(histogram, decimals), sum(histogram), decimals=decimals)
    assert tuple(histogram) in found.histograms or not found.complete
    half = Fraction(1, 2 * 10**decimals)
    assert all(rounds_to(one, published(histogram, decimals), half) for one in found.histograms)


@FEW
@given(st.lists(st.integers(0, 40), min_size=5, max_size=5).filter(any))
def test_many_digits_leave_one_histogram(histogram) -> None:
    tasks = sum(histogram)
    found = audit(published(histogram, 12), tasks)
    assert found.histograms == (tuple(histogram),) and found.verdict == "one"
    np.testing.assert_allclose(found.unrounded, histogram, atol=1e-6)


@FEW
@given(st.integers(1, 6), st.lists(st.sampled_from(["0", "0.3", "0.5", "0.7", "1", "0.25"]), min_size=2, max_size=3))
def test_an_audit_finds_what_trying_every_histogram_finds(tasks: int, values) -> None:
    decimals, trials = max(len(one.partition(".")[2]) for one in values), len(values)
    half = Fraction(1, 2 * 10**decimals)
    every = (one for one in product(range(tasks + 1), repeat=trials + 1) if sum(one) == tasks)
    expected = [histogram for histogram in every if rounds_to(histogram, values, half)]
    found = audit(values, tasks)
    assert list(found.histograms) == expected
    assert bool(found.reason) == (not expected)


def test_the_airline_row_of_the_first_benchmark_has_one_histogram() -> None:
    found = audit(["0.420", "0.273", "0.220", "0.200"], 50)
    assert found.histograms == ((14, 12, 10, 4, 10),)
    assert str(found).startswith("50 tasks, 4 trials each: one histogram. Tasks by successes: 14 with 0, 12 with 1")


@pytest.mark.parametrize(
    ("values", "tasks", "reason"),
    [
        (["0.0979", "0.0722", "0.0567", "0.0309"], 97, "-6 tasks with exactly 2 successes"),
        (["0.642", "0.589", "0.554", "0.521"], 50, r"pass\^1 = 0.642 of 200 trials is 128.4, between 128.3 and 128.5"),
        (["1.0", "0.0"], 3, "successes"),
    ],
)
def test_a_row_that_no_data_can_give_says_why(values, tasks: int, reason: str) -> None:
    found = audit(values, tasks)
    assert found.verdict == "none" and found.histograms == ()
    assert re.search(reason, str(found))


def test_a_row_that_was_rounded_twice_has_a_histogram_once_this_is_said() -> None:
    # 68 of 114 is 59.649 per cent: 59.65, and from there 59.7.
    row = ["0.721", "0.668", "0.632", "0.597"]
    assert audit(row, 114).verdict == "none"
    assert audit(row, 114, roundings=2).verdict == "one"


def test_few_digits_allow_several_histograms_and_a_long_search_is_given_up(monkeypatch) -> None:
    several = audit(["0.5", "0.3"], 20)
    assert several.verdict == "several" and len(several.histograms) > 1
    assert len(audit(["0.5", "0.3", "0.2"], 2000).histograms) == estimates.audits.MOST_HISTOGRAMS
    monkeypatch.setattr(estimates.audits, "MOST_STEPS", 3)
    given_up = audit(["0.5", "0.3", "0.2"], 20)
    assert given_up.verdict == "undecided" and "undecided" in str(given_up)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: audit(["42.0", "27.3"], 50), r"pass\^1 = 42.0 must lie in \[0, 1\]; divide per cents by 100"),
        (lambda: audit(["0.4", "many"], 50), r"pass\^2 = 'many' is not a number"),
        (lambda: audit([0.4, float("nan")], 50), r"pass\^2 = nan is not a number"),
        (lambda: audit([0.4, None], 50), r"pass\^2 = None"),
        (lambda: audit([0.4, True], 50), r"pass\^2 = True"),
        (lambda: audit("0.4", 50), "values = '0.4': must be a list"),
        (lambda: audit([], 50), "values is empty"),
        (lambda: audit([0.4], 0), "tasks = 0"),
        (lambda: audit([0.4], 5, decimals=13), "decimals = 13"),
        (lambda: audit([0.4], 5, decimals=-1), "decimals = -1"),
        (lambda: audit([0.4], 5, roundings=3), "roundings = 3"),
    ],
)
def test_what_is_no_row_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_text_keeps_the_zeros_that_say_how_many_digits_were_published() -> None:
    # As a number, 0.5 has one digit, and more histograms round to it.
    assert len(audit([0.5, 0.3], 20).histograms) > len(audit(["0.500", "0.300"], 20).histograms)
    assert audit(["5e-1", "0.3"], 20).histograms == audit(["0.5", "0.3"], 20).histograms

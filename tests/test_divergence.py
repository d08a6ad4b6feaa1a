"""Selections on the axis of divergence: exact by enumeration, equal to the bound without ties, and never above it."""

from __future__ import annotations

import math
from itertools import product

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

FEW = settings(max_examples=25, deadline=None)


@st.composite
def pools(draw):
    """Small pools with ties, and any rewards."""
    size = draw(st.integers(1, 5))
    score = np.array(draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size)), float)
    reward = np.array(draw(st.lists(st.integers(-3, 3), min_size=size, max_size=size)), float)
    return score, reward


def enumerated(score, reward, n: int, chances) -> tuple[float, float, float]:
    """Divergence of the picked sample from one sample, its score and reward, over all draws of n with replacement."""
    picked = np.zeros(score.size)
    for draw in product(range(score.size), repeat=n):
        for i, chance in zip(draw, chances(score[list(draw)]), strict=True):
            picked[i] += chance / score.size**n
    return (
        float(sum(q * math.log(q * score.size) for q in picked if q > 0)),
        float(picked @ score),
        float(picked @ reward),
    )


def hard(scores):
    top = scores == scores.max()
    return top / top.sum()


def softly(temperature: float):
    def chances(scores):
        weight = np.exp((scores - scores.max()) / temperature)
        return weight / weight.sum()

    return chances


@FEW
@given(pools(), st.integers(1, 4))
def test_best_of_n_on_a_pool_equals_enumeration_of_all_draws(pool, n) -> None:
    score, reward = pool
    axis = its.best_of_n_axis(score, reward, n)
    expected = enumerated(score, reward, n, hard)
    assert (axis.divergence, axis.score, axis.reward) == pytest.approx(expected, abs=1e-12)
    assert axis.divergence <= axis.bound == its.divergence_bound(n)


@FEW
@given(pools(), st.integers(1, 4), st.sampled_from([0.003, 0.1, 1.0, 7.0, 1e6]))
def test_soft_best_of_n_on_a_pool_equals_enumeration_of_all_draws(pool, n, temperature) -> None:
    score, reward = pool
    axis = its.soft_best_of_n_axis(score, reward, n, temperature)
    expected = enumerated(score, reward, n, softly(temperature))
    assert (axis.divergence, axis.score, axis.reward) == pytest.approx(expected, abs=1e-11)
    assert axis.divergence <= its.best_of_n_axis(score, reward, n).bound


@FEW
@given(pools(), st.floats(1, 30))
def test_best_of_poisson_on_a_pool_is_the_mixture_of_best_of_n(pool, samples) -> None:
    score, reward = pool
    axis = its.best_of_poisson_axis(score, reward, samples)
    others = np.arange(200)
    mixed = stats.poisson(samples - 1).pmf(others) @ its.best_of_n_axis(score, reward, others + 1).reward
    assert axis.reward == pytest.approx(mixed, abs=1e-10)
    assert -1e-15 <= axis.divergence <= axis.bound == its.poisson_divergence(samples)


def test_without_ties_the_divergence_is_the_bound() -> None:
    n = np.array([1, 2, 3, 10, 100, 1000])
    for one_n, found in zip(n, its.divergence_bound(n), strict=True):
        # The density k u^(k − 1) times its logarithm, in t = u^k.
        value = integrate.quad(lambda t, k=one_n: math.log(k) + (k - 1) / k * math.log(t), 0, 1)[0]
        assert found == pytest.approx(value, abs=1e-8)
    # A pool with many levels comes near it from below, the nearer the more there are.
    gaps = []
    for size in (100, 1000, 10_000):
        axis = its.best_of_n_axis(np.arange(size), np.zeros(size), 10)
        gaps.append(axis.bound - axis.divergence)
    assert gaps == sorted(gaps, reverse=True)
    assert 0 < gaps[-1] < 1e-6
    poisson = its.best_of_poisson_axis(np.arange(10_000), np.zeros(10_000), 10)
    assert 0 < poisson.bound - poisson.divergence < 1e-6


def test_best_of_poisson_has_the_divergence_of_its_density() -> None:
    for samples in (1, 1 + 1e-9, 1.001, 1.5, 2, 2.0001, 10, 48.9, 51.1, 300.0):
        mu = samples - 1
        weighted = lambda u, m=mu: (1 + m * u) * math.exp(m * (u - 1)) * (math.log1p(m * u) + m * (u - 1))  # noqa: E731
        value = integrate.quad(weighted, 0, 1, epsabs=1e-13, limit=300)[0]
        assert its.poisson_divergence(samples) == pytest.approx(value, abs=1e-12)
    # A mean of very many samples: that of a best-of-N which is spread a little.
    assert its.poisson_divergence(1e9) == pytest.approx(its.divergence_bound(10**9), rel=1e-3)


@FEW
@given(st.lists(st.floats(0, 1), min_size=6, max_size=6), st.integers(1, 6))
def test_no_way_of_picking_moves_further_than_the_bound(weights, n) -> None:
    # Any preference by rank among the drawn, over three equally likely values.
    score = np.arange(3.0)

    def chances(scores):
        weight = np.array(weights[:n])[np.argsort(np.argsort(scores, kind="stable"))] + 1e-9
        return weight / weight.sum()

    assert enumerated(score, score, n, chances)[0] <= its.divergence_bound(n) + 1e-12


def test_temperature_leads_from_best_of_n_to_one_sample() -> None:
    rng = np.random.default_rng(5)
    score = np.round(rng.normal(size=60), 1)
    reward = rng.random(60) < 0.3
    for n in (2, 30, 1000):
        cold, one = its.soft_best_of_n_axis(score, reward, n, [1e-4, 1e8]).divergence
        assert cold == pytest.approx(its.best_of_n_axis(score, reward, n).divergence, abs=1e-9)
        assert one == pytest.approx(0, abs=1e-9)
        axis = its.soft_best_of_n_axis(score, reward, n, np.geomspace(0.01, 100, 12))
        assert np.all(np.diff(axis.divergence) <= 1e-9)
        assert np.all(np.diff(axis.score) <= 1e-9)
    # Very many samples: the model tilted by exp(score / temperature).
    tilted = np.exp(score) / np.exp(score).sum()
    axis = its.soft_best_of_n_axis(score, reward, 10**6, 1.0)
    assert axis.reward == pytest.approx(tilted @ reward, abs=1e-4)


def test_along_a_roc_the_reward_is_the_law_and_its_mean_over_the_poisson_number() -> None:
    rng = np.random.default_rng(2)
    score, correct = rng.normal(size=40), rng.random(40) < 0.4
    p, roc = correct.mean(), its.Roc.from_scores(score, correct)
    n = np.array([1, 3, 20])
    axis = its.roc_axis(p, roc, n)
    np.testing.assert_allclose(axis.reward, its.best_of_n_axis(score, correct, n).reward, atol=1e-12)
    np.testing.assert_array_equal(axis.divergence, its.divergence_bound(n))
    poisson = its.roc_axis(p, roc, [1.0, 2.5, 40.0], pick="poisson")
    expected = its.best_of_poisson_axis(score, correct, [1.0, 2.5, 40.0]).reward
    np.testing.assert_allclose(poisson.reward, expected, atol=1e-10)
    assert its.roc_axis(p, roc, 4).score is None


def test_the_fit_finds_the_law_and_its_intervals_are_those_of_the_problems_own_coefficients() -> None:
    kl = its.divergence_bound([1, 2, 4, 8, 16, 64])
    d = np.sqrt(kl)
    own = np.array([[0.5, 0.2], [0.3, 0.1], [0.1, 0.15], [0.4, 0.0]])
    fit = its.OverOptimisation.fit(kl, [d * (a - b * d) for a, b in own], level=0.9)
    assert (fit.alpha, fit.beta) == pytest.approx(own.mean(axis=0))
    for i, interval in enumerate((fit.alpha_interval, fit.beta_interval)):
        expected = stats.t(3, own[:, i].mean(), stats.sem(own[:, i])).interval(0.9)
        assert interval == pytest.approx(expected)
    assert fit.gain(fit.peak) == pytest.approx(fit.gain(np.linspace(0, 4, 40001)).max(), abs=1e-8)
    low, high = fit.interval(kl)
    own_gains = np.array([d * (a - b * d) for a, b in own])
    np.testing.assert_allclose(high - low, 2 * stats.t(3).ppf(0.95) * stats.sem(own_gains), atol=1e-12)
    # Divergences of each problem's own, as where scores tie.
    wide = kl * np.array([[1.0], [0.8], [0.5], [0.9]])
    alike = its.OverOptimisation.fit(wide, np.sqrt(wide) * (0.4 - 0.1 * np.sqrt(wide)))
    assert (alike.alpha, alike.beta, *alike.alpha_interval) == pytest.approx((0.4, 0.1, 0.4, 0.4))
    assert its.OverOptimisation.fit(kl, [d, 2 * d]).peak == pytest.approx(math.inf)
    assert its.OverOptimisation.fit(kl, [-d - d**2, -d - 2 * d**2]).peak == 0


def test_intervals_of_the_fit_hold_their_level_over_problems() -> None:
    rng = np.random.default_rng(11)
    kl = its.divergence_bound([2, 4, 8, 16])
    d = np.sqrt(kl)
    inside = 0
    for _ in range(400):
        slopes, bends = rng.normal(0.4, 0.3, 30), rng.exponential(0.1, 30)
        gains = d * (slopes[:, None] - bends[:, None] * d) + rng.normal(0, 0.02, (30, 4))
        low, high = its.OverOptimisation.fit(kl, gains).alpha_interval
        inside += low <= 0.4 <= high
    # 380 are expected; a tenth of a percent of such runs lies outside.
    assert 364 <= inside <= 394


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("n = 0.0: must be a whole number from 1", lambda: its.divergence_bound(0)),
        ("samples = 0.5: must be finite, at least 1", lambda: its.poisson_divergence(0.5)),
        ("score has shape (0,)", lambda: its.best_of_n_axis([], [], 1)),
        ("reward has shape (1,): must be that of score, (2,)", lambda: its.best_of_n_axis([1.0, 2.0], [1.0], 1)),
        ("temperature = 0.0: must be finite, above 0", lambda: its.soft_best_of_n_axis([1.0], [1.0], 1, 0)),
        ("pick = 'soft': must be one of", lambda: its.roc_axis(0.1, its.Roc.binormal(0.8), 2, pick="soft")),
        (
            "discrete = True: must be False",
            lambda: its.roc_axis(0.1, its.Roc.binormal(0.8), 2, discrete=True),
        ),
        ("gain has shape (1, 2)", lambda: its.OverOptimisation.fit([0.1, 0.2], [[0.1, 0.2]])),
        ("divergence has shape (3,)", lambda: its.OverOptimisation.fit([0.1, 0.2, 0.3], [[0.1, 0.2]] * 2)),
        ("divergence: needs two different values", lambda: its.OverOptimisation.fit([0.0, 0.2], [[0.0, 0.2]] * 2)),
    ],
)
def test_bad_input_names_the_value(words, call) -> None:
    with pytest.raises(ValueError, match=words.split(" ", maxsplit=1)[0].rstrip(":")) as error:
        call()
    assert words in str(error.value)


@pytest.mark.parametrize("temperature", [0.1, 0.3, 2.0])
def test_soft_best_of_n_of_very_many_samples_is_the_mean_over_their_binomial_number(temperature) -> None:
    # One sample in five has the higher score: the weights of the others depend on how many of them have it.
    n, weight = 10**6, math.exp(-1 / temperature)
    others = np.arange(n)
    chance = stats.binom.pmf(others, n - 1, 0.2)
    expected = 0.2 * n * (chance / (1 + others + (n - 1 - others) * weight)).sum()
    score = [0, 0, 0, 0, 1]
    assert its.soft_best_of_n_axis(score, score, n, temperature).reward == pytest.approx(expected, abs=1e-13)


def test_a_pool_of_few_scores_has_the_axis_of_its_own_curve() -> None:
    rng = np.random.default_rng(3)
    score, correct = rng.integers(0, 5, 80), rng.random(80) < 0.4
    p, roc = correct.mean(), its.Roc.from_scores(score, correct)
    for pool, pick in ((its.best_of_n_axis, "best_of_n"), (its.best_of_poisson_axis, "poisson")):
        samples = np.array([1, 2, 9, 300])
        found, expected = its.roc_axis(p, roc, samples, pick=pick, discrete=True), pool(score, correct, samples)
        np.testing.assert_allclose(found.divergence, expected.divergence, atol=1e-12)
        np.testing.assert_allclose(found.reward, expected.reward, atol=1e-12)
        # The law of the curve itself, in another room, and the distance that it would have without ties.
        without = its.roc_axis(p, roc, samples, pick=pick)
        np.testing.assert_allclose(found.reward, without.reward, atol=1e-10)
        np.testing.assert_array_equal(found.bound, without.divergence)
        assert np.all(found.divergence[1:] < found.bound[1:]) and found.score is None
    assert its.roc_axis(p, roc, 9, discrete=True).divergence == pytest.approx(
        its.best_of_n_axis(score, score, 9).divergence
    )


def test_ends_of_p_leave_one_kind_of_samples() -> None:
    roc = its.Roc.piecewise_linear([(0.0, 0.5), (0.3, 1.0)])
    for p in (0.0, 1.0):
        axis = its.roc_axis(p, roc, [1, 8], discrete=True)
        assert axis.reward.tolist() == [p, p] and np.all(axis.divergence < axis.bound + 1e-12)

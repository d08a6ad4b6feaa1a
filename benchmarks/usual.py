"""What people use today, written by us from its description: the other side of the benchmark."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable

import numpy as np
import scipy.integrate
import scipy.optimize
import scipy.stats


def pass_at_k_product(n: np.ndarray, c: np.ndarray, k: int) -> np.ndarray:
    """The estimator as published with HumanEval: a product of ratios, problem by problem, one k at a time."""
    return np.array(
        [
            1.0 if n_i - c_i < k else 1.0 - np.prod(1.0 - k / np.arange(n_i - c_i + 1, n_i + 1))
            for n_i, c_i in zip(n, c, strict=True)
        ]
    )


def pass_hat_k_binomials(n: np.ndarray, c: np.ndarray, k: int) -> np.ndarray:
    """pass^k as agent benchmarks compute it: a ratio of two binomials, problem by problem, one k at a time."""
    return np.array([math.comb(c_i, k) / math.comb(n_i, k) for n_i, c_i in zip(n.tolist(), c.tolist(), strict=True)])


def bootstrap_loop(per_problem: np.ndarray, resamples: int, level: float, rng: np.random.Generator) -> np.ndarray:
    """A percentile bootstrap over problems as a loop of draws; returns low and high."""
    problems = len(per_problem)
    means = [per_problem[rng.integers(problems, size=problems)].mean(axis=0) for _ in range(resamples)]
    return np.quantile(means, [(1 - level) / 2, (1 + level) / 2], axis=0)


def bootstrap_scipy(per_problem: np.ndarray, resamples: int, level: float, rng: np.random.Generator) -> np.ndarray:
    """`scipy.stats.bootstrap` over problems, vectorised in small batches; returns low and high."""
    found = scipy.stats.bootstrap(
        (per_problem,),
        np.mean,
        axis=0,
        n_resamples=resamples,
        batch=1,
        confidence_level=level,
        method="percentile",
        rng=rng,
    )
    return np.array(found.confidence_interval)


def compared_by_bootstrap(
    first: np.ndarray, second: np.ndarray, resamples: int, level: float, rng: np.random.Generator
) -> np.ndarray:
    """Two systems by a paired percentile bootstrap: the same drawn problems for both; returns low and high."""
    problems, differences = len(first), []
    for _ in range(resamples):
        drawn = rng.integers(problems, size=problems)
        differences.append(first[drawn].mean(axis=0) - second[drawn].mean(axis=0))
    return np.quantile(differences, [(1 - level) / 2, (1 + level) / 2], axis=0)


def best_of_n_drawn(
    correct: np.ndarray, score: np.ndarray, k: Iterable[int], draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Best-of-k by drawing subsets and taking the first of the highest scores."""
    found = []
    for size in k:
        subsets = (rng.choice(len(correct), size, replace=False) for _ in range(draws))
        found.append(np.mean([correct[subset[np.argmax(score[subset])]] for subset in subsets]))
    return np.array(found)


def best_of_n_table(correct: np.ndarray, score: np.ndarray, k: int) -> float:
    """Best-of-k of a pool without ties, counted for every smaller k on the way: work that grows as the pool times k."""
    ranked = correct[np.argsort(score)].astype(float)
    below, others = np.arange(len(ranked), dtype=float), len(ranked) - 1.0 - np.arange(k - 1)
    value, step = 0.0, max(1, 2_000_000 // k)
    for start in range(0, len(ranked), step):
        factors = np.maximum(below[start : start + step, None] - np.arange(k - 1), 0) / others
        value += ranked[start : start + step] @ np.cumprod(factors, axis=1)[:, -1]
    return float(value * k / len(ranked))


def majority_drawn(
    answer: np.ndarray, correct: np.ndarray, k: Iterable[int], draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Majority voting by drawing subsets and taking the first of the most frequent answers."""
    right = np.zeros(answer.max() + 1)
    right[answer[correct]] = 1.0
    found = []
    for size in k:
        subsets = (rng.choice(len(answer), size, replace=False) for _ in range(draws))
        found.append(np.mean([right[np.argmax(np.bincount(answer[subset]))] for subset in subsets]))
    return np.array(found)


def votes_that_stop(
    answer: np.ndarray, correct: np.ndarray, confidence: float, budget: int, votes: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Adaptive consistency by simulation: whether each vote is right (ties share), and its samples."""
    right = np.zeros(answer.max() + 1)
    right[answer[correct]] = 1.0
    worth, drawn = np.empty(votes), np.empty(votes, int)
    sure: dict[tuple[int, int], bool] = {}
    for i in range(votes):
        counts = [0] * right.size
        for one in rng.permutation(answer)[:budget].tolist():
            counts[one] += 1
            second, first = sorted(counts)[-2:]
            if (first, second) not in sure:
                sure[first, second] = scipy.stats.beta(first + 1, second + 1).sf(0.5) >= confidence
            if sure[first, second]:
                break
        worth[i] = right[[a for a, count in enumerate(counts) if count == first]].mean()
        drawn[i] = sum(counts)
    return worth, drawn


def fit_beta_binomial(n: np.ndarray, c: np.ndarray) -> tuple[float, float]:
    """Maximum likelihood with `scipy.stats.betabinom` and Nelder-Mead on the logarithms."""

    def loss(theta: np.ndarray) -> float:
        return -scipy.stats.betabinom.logpmf(c, n, *np.exp(theta)).sum()

    a, b = np.exp(scipy.optimize.minimize(loss, np.zeros(2), method="Nelder-Mead").x)
    return float(a), float(b)


def best_of_n_trapezoid(p: float, false: np.ndarray, true: np.ndarray, k: int) -> float:
    """The best-of-k law with the trapezoidal rule on the corners of the ROC curve."""
    accepted = (1 - p) * (1 - false) + p * (1 - true)
    return float(1 - k * (1 - p) * np.trapezoid(accepted ** (k - 1), false))


def best_of_n_quadrature(p: float, false: np.ndarray, true: np.ndarray, k: int) -> float:
    """The best-of-k law with an interpolated ROC curve and general quadrature."""

    def integrand(f: float) -> float:
        return ((1 - p) * (1 - f) + p * (1 - np.interp(f, false, true))) ** (k - 1)

    with warnings.catch_warnings():
        # A curve of thousands of corners exhausts the subdivisions: that is the error the benchmark shows.
        warnings.simplefilter("ignore", scipy.integrate.IntegrationWarning)
        return 1 - k * (1 - p) * scipy.integrate.quad(integrand, 0, 1, limit=200)[0]

"""The estimator clinic: the field's common mistakes, each beside the estimate that is right.

Every function here is wrong, on purpose, in a way seen in published code. The docstring says what is
believed, which way the number errs, and what to use instead; `CASES` holds the pairs. They live here and
not at the top level so that nobody meets one by accident.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ... import estimates, laws
from ..._arguments import as_counts, as_level, one

__all__ = [
    "CASES",
    "Case",
    "average_first",
    "one_when_short",
    "per_sample_asked",
    "plug_in",
    "pooled_interval",
    "stop_on_success",
    "with_replacement",
]


def plug_in(n: ArrayLike, c: ArrayLike, k: int) -> np.ndarray:
    """Put the observed rate into the formula for a known p: 1 − (1 − c/n)^k.

    Belief: c/n estimates p without bias, so the formula at c/n estimates pass@k without bias.
    Error: (1 − p)^k is convex in p, so the noise of c/n makes the result too low on average, most of all
    for small n and for k near n. Instead: `inference_scaling.pass_at_k`.

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples recorded and samples correct.
    k : int
        Samples allowed; any k is accepted, which is part of the mistake.

    Returns
    -------
    ndarray of float, shape (problems,)

    Raises
    ------
    ValueError
        Unless 0 <= c <= n, n >= 1 and k >= 1, whole numbers.

    References
    ----------
    Chen et al. 2021, arXiv:2107.03374, section 2.1 and appendix A, show the bias.

    Examples
    --------
    One of four samples is right. Two drawn without replacement hold it in half of the cases:

    >>> float(plug_in(4, 1, 2)), float(estimates.pass_at_k(4, 1, 2))
    (0.4375, 0.5)
    """
    n, c = _counts(n, c)
    k = _whole("k", k)
    return 1 - (1 - c / n) ** k


def with_replacement(
    n: ArrayLike, c: ArrayLike, k: int, *, repeats: int = 1000, rng: int | np.random.Generator | None = None
) -> np.ndarray:
    """Draw k of the recorded samples with replacement, again and again, and count the draws with a success.

    Belief: drawing from the recording imitates drawing from the model.
    Error: the same sample can be drawn twice, so this converges to `plug_in`, with its bias; the noise of
    the draws comes on top, and for k > n it goes on as if there were new samples. Instead:
    `inference_scaling.pass_at_k`, the exact average over draws without replacement.

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples recorded and samples correct.
    k : int
        Samples drawn.
    repeats : int
        Draws for each problem.
    rng : int or Generator, optional

    Returns
    -------
    ndarray of float, shape (problems,)

    Raises
    ------
    ValueError
        Unless 0 <= c <= n, n >= 1, k >= 1 and repeats >= 1, whole numbers.

    Examples
    --------
    >>> value = float(with_replacement(4, 1, 2, repeats=100_000, rng=0))
    >>> round(value, 2), float(plug_in(4, 1, 2))
    (0.44, 0.4375)
    """
    n, c = _counts(n, c)
    k, repeats = _whole("k", k), _whole("repeats", repeats)
    hits = np.random.default_rng(rng).binomial(k, c / n, size=(repeats, *n.shape))
    return (hits > 0).mean(axis=0)


def average_first(n: ArrayLike, c: ArrayLike, k: int) -> float:
    """Average the success rate over problems first, then repeat: 1 − (1 − mean(c/n))^k.

    Belief: a benchmark with mean accuracy p behaves as one problem with success probability p.
    Error: too high whenever problems differ (Jensen), often by a lot: the hard problems stay unsolved.
    Instead: repeat each problem, then average; the mean of `inference_scaling.pass_at_k`.

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples recorded and samples correct.
    k : int
        Samples allowed.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Unless 0 <= c <= n, n >= 1 and k >= 1, whole numbers.

    Examples
    --------
    One problem is always solved, one never: ten tries change nothing.

    >>> average_first([10, 10], [10, 0], 10), float(estimates.pass_at_k([10, 10], [10, 0], 10).mean())
    (0.9990234375, 0.5)
    """
    n, c = _counts(n, c)
    k = _whole("k", k)
    return float(1 - (1 - np.mean(c / n)) ** k)


def one_when_short(n: ArrayLike, c: ArrayLike, k: int) -> np.ndarray:
    """The unbiased estimate, but 1.0 wherever fewer than k samples are wrong, even when n < k.

    Belief: if fewer than k samples failed, k samples must contain a success.
    Error: true only if k samples exist. With n < k the number is not defined, and here an unsolved
    problem (c = 0) counts as solved. Instead: `inference_scaling.pass_at_k`, which refuses k > n.

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples recorded and samples correct.
    k : int
        Samples allowed.

    Returns
    -------
    ndarray of float, shape (problems,)

    Raises
    ------
    ValueError
        Unless 0 <= c <= n, n >= 1 and k >= 1, whole numbers.

    Examples
    --------
    Two samples, both wrong, five allowed:

    >>> float(one_when_short(2, 0, 5))
    1.0
    """
    n, c = _counts(n, c)
    k = _whole("k", k)
    wrong = n - c
    steps = np.arange(k).reshape(-1, *[1] * n.ndim)
    enough = wrong >= k
    missed = np.prod(np.where(enough, wrong - steps, 0) / np.where(enough, n - steps, 1), axis=0)
    return 1 - missed


def pooled_interval(n: ArrayLike, c: ArrayLike, *, level: float = 0.95) -> tuple[float, float]:
    """An interval for the mean success rate that takes all samples of all problems as one independent pool.

    Belief: a thousand samples are a thousand observations.
    Error: samples of one problem share its difficulty, so the interval is too narrow; with many samples a
    problem it shrinks towards nothing while the choice of problems stays as uncertain as it was. Instead:
    resample problems, as `inference_scaling.curve` does.

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples recorded and samples correct.
    level : float in (0, 1)
        Confidence level.

    Returns
    -------
    low, high : float
        Wilson interval of the pooled rate.

    Raises
    ------
    ValueError
        Unless 0 <= c <= n, n >= 1, whole numbers, and 0 < level < 1.

    References
    ----------
    Wilson 1927, JASA 22:209, for the interval itself, which is right for one problem.

    Examples
    --------
    Ten problems, five of them always solved: what is known about the mean rests on ten, not on a thousand.

    >>> low, high = pooled_interval([100] * 10, [100] * 5 + [0] * 5)
    >>> round(low, 2), round(high, 2)
    (0.47, 0.53)
    """
    n, c = _counts(n, c)
    level = as_level(level)
    total, z = n.sum(), float(ndtri((1 + level) / 2))
    rate = c.sum() / total
    centre = (rate + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(rate * (1 - rate) / total + z**2 / (4 * total**2))
    return float(centre - half), float(centre + half)


def stop_on_success(n: ArrayLike, c: ArrayLike) -> np.ndarray:
    """The rate c/n of a problem that was sampled until it had been solved c times.

    Belief: successes over samples is the success rate, whenever one stops.
    Error: too high. Stopping at a success chooses a lucky moment: for c = 1 and p = 0.1 the mean of 1/n is
    0.256. Instead: `inference_scaling.inverse_binomial`, (c − 1)/(n − 1).

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples drawn until the c-th success.

    Returns
    -------
    ndarray of float, shape (problems,)

    Raises
    ------
    ValueError
        Unless 1 <= c <= n, whole numbers.

    References
    ----------
    Haldane 1945, Biometrika 33:222.

    Examples
    --------
    >>> float(stop_on_success(11, 2))
    0.18181818181818182
    """
    n, c = _counts(n, c, least=1)
    return c / n


def per_sample_asked(n: ArrayLike, c: ArrayLike, asked: int) -> np.ndarray:
    """The share of right samples among those asked for, c / asked, whether or not they were recorded.

    Belief: the mean over k samples is the number of right ones divided by k.
    Error: too low where fewer than k were recorded: a request that failed counts as a wrong answer. Instead: divide
    by what was recorded, `inference_scaling.pass_at_k` with k = 1, and report the lost requests beside it.

    Parameters
    ----------
    n, c : array_like of int, shape (problems,)
        Samples recorded and samples correct.
    asked : int
        Samples asked for, at least those recorded.

    Returns
    -------
    ndarray of float, shape (problems,)

    Raises
    ------
    ValueError
        Unless 0 <= c <= n <= asked and n >= 1, whole numbers.

    Examples
    --------
    Of 16 recorded samples 7 are right, whatever was asked for:

    >>> [round(float(per_sample_asked(16, 7, asked)), 4) for asked in (16, 32, 64, 128)]
    [0.4375, 0.2188, 0.1094, 0.0547]
    >>> float(estimates.pass_at_k(16, 7, 1))
    0.4375
    """
    n, c = _counts(n, c)
    asked = _whole("asked", asked)
    if (n > asked).any():
        raise ValueError(f"asked = {asked}: must be at least n = {n.max():g}, the samples recorded")
    return c / asked


class Case(NamedTuple):
    """A mistake, the right estimate beside it, and which way the mistake errs."""

    mistake: Callable
    right: Callable
    errs: str


CASES = (
    Case(plug_in, estimates.pass_at_k, "too low"),
    Case(with_replacement, estimates.pass_at_k, "too low, and noisy"),
    Case(average_first, estimates.pass_at_k, "too high when problems differ"),
    Case(one_when_short, estimates.pass_at_k, "too high where n < k"),
    Case(pooled_interval, estimates.curve, "too narrow"),
    Case(stop_on_success, laws.inverse_binomial, "too high"),
    Case(per_sample_asked, estimates.pass_at_k, "too low where samples are lost"),
)


def _counts(n: ArrayLike, c: ArrayLike, *, least: int = 0) -> tuple[np.ndarray, np.ndarray]:
    n, c = np.broadcast_arrays(as_counts("n", n, least=1), as_counts("c", c, least=least))
    if not n.size:
        raise ValueError("n and c are empty: at least one problem is needed")
    if (c > n).any():
        raise ValueError(f"c = {c[c > n][0]:g}: must be at most n = {n[c > n][0]:g}")
    return n, c


def _whole(name: str, value: int) -> int:
    return int(one(name, as_counts(name, value, least=1)))

"""One problem with a known success probability: the closed forms of repeated sampling.

Everything is computed from ``log1p`` and ``expm1``, so that nothing is lost for p down to 1e-12 and k up
to 1e9: the naive ``1 - (1 - p) ** k`` has no correct digit there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlog1py

from .._arguments import ScalarOrArray, as_counts, as_numbers, as_probabilities, plain, together

__all__ = [
    "Approximation",
    "best_p",
    "coverage",
    "expected_draws",
    "halving_cost",
    "linear_coverage",
    "marginal_derivative",
    "marginal_gain",
    "poisson_coverage",
    "samples_needed",
]


class Approximation(NamedTuple):
    """An approximate value and a bound on its distance from the exact one."""

    value: float | np.ndarray
    bound: float | np.ndarray


def coverage(p: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """Probability that at least one of k independent samples is right (pass@N for a known p).

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    k : int or array_like
        Samples allowed, k >= 0 (the N of "pass@N"). Broadcasts with ``p``.

    Returns
    -------
    float or ndarray
        1 - (1 - p)^k.

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1] or is NaN, or k is negative or not whole.

    Notes
    -----
    For a benchmark whose problems differ, ``coverage(p.mean(), k)`` is an upper bound (Jensen) and not an
    estimate: average ``coverage(p, k)`` over problems instead.

    References
    ----------
    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv 2107.03374.

    Examples
    --------
    >>> round(coverage(0.2, 11), 4)
    0.9141
    >>> coverage([0.0, 1e-12, 1.0], 1000).tolist()
    [0.0, 9.999999995005e-10, 1.0]
    """
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k))
    return plain(-np.expm1(xlog1py(k, -p)) + 0.0)


def marginal_gain(p: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """What the k-th sample adds: coverage(p, k) - coverage(p, k - 1).

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    k : int or array_like
        Which sample, k >= 1. Broadcasts with ``p``.

    Returns
    -------
    float or ndarray
        p (1 - p)^(k - 1): the first k - 1 samples are wrong and the k-th is right.

    Raises
    ------
    ValueError
        If p is outside [0, 1] or NaN, or k is below 1 or not whole.

    See Also
    --------
    marginal_derivative : the derivative with respect to k, which is a different number.

    Examples
    --------
    >>> marginal_gain(0.5, [1, 2, 3]).tolist()
    [0.5, 0.25, 0.125]
    """
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k, least=1))
    return plain(p * np.exp(xlog1py(k - 1, -p)))


def marginal_derivative(p: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """Derivative of 1 - (1 - p)^k with respect to k, treated as a real number.

    This is not the gain of the k-th sample. The gain is the derivative's integral from k - 1 to k; it lies
    between the derivative at k (below it) and at k - 1 (above it).

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    k : float or array_like
        Where to differentiate, k >= 0; need not be whole. Broadcasts with ``p``.

    Returns
    -------
    float or ndarray
        -log(1 - p) (1 - p)^k. For p = 1 it is 0 when k > 0 and infinite at k = 0, where the curve jumps.

    Raises
    ------
    ValueError
        If p is outside [0, 1] or NaN, or k is negative or not finite.

    See Also
    --------
    marginal_gain : the difference, which is what a sample adds.

    Examples
    --------
    >>> round(marginal_derivative(0.5, 1), 4), marginal_gain(0.5, 1)
    (0.3466, 0.5)
    """
    p, k = together(p=as_probabilities("p", p), k=as_numbers("k", k, least=0))
    sure = (p == 1.0) & (k > 0)
    rate = -xlog1py(1.0, -np.where(sure, 0.0, p))
    return plain(np.where(sure, 0.0, rate * np.exp(xlog1py(k, -p))) + 0.0)


def samples_needed(p: ArrayLike, target: ArrayLike) -> ScalarOrArray:
    """Smallest k for which coverage(p, k) reaches the target.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    target : float or array_like
        Wanted probability of at least one right sample, in [0, 1]. Broadcasts with ``p``.

    Returns
    -------
    int or ndarray of int
        ceil(log(1 - target) / log(1 - p)).

    Raises
    ------
    ValueError
        If an argument lies outside [0, 1] or is NaN; if no number of samples is enough (p = 0 with a target
        above 0, or a target of 1 with p < 1); if the number exceeds 2**53.

    Notes
    -----
    A target that is met up to the rounding of the two arguments counts as met: ``samples_needed(0.1, 0.19)``
    is 2, although the nearest binary fractions to 0.1 and 0.19 need not satisfy 1 - 0.9² = 0.19.

    Examples
    --------
    >>> samples_needed(0.2, 0.9)
    11
    >>> samples_needed(0.5, 0.75)
    2
    >>> samples_needed([0.001, 0.01, 0.1], 0.999).tolist()
    [6905, 688, 66]
    """
    p, target = together(p=as_probabilities("p", p), target=as_probabilities("target", target))
    hopeless = (target > 0) & ((p == 0) | ((target == 1) & (p < 1)))
    if hopeless.any():
        i = np.flatnonzero(hopeless)[0]
        raise ValueError(
            f"no number of samples reaches target = {target.flat[i]} with p = {p.flat[i]}: "
            "the target must be 0 if p = 0, and below 1 unless p = 1"
        )
    easy = (target == 0) | (p == 1)
    # Tolerance: one unit in the last place of each argument, and four of the quotient.
    t = np.where(easy, 0.5, np.nextafter(target, 0.0))
    q = np.where(easy, 0.5, np.minimum(np.nextafter(p, 1.0), np.nextafter(1.0, 0.0)))
    with np.errstate(over="ignore"):
        need = np.log1p(-t) / np.log1p(-q)
    need = np.maximum(np.ceil(need * (1 - 4 * np.finfo(float).eps)), 1.0)
    need = np.where(easy, (target > 0).astype(float), need)
    if (need > 2.0**53).any():
        i = np.flatnonzero(need > 2.0**53)[0]
        raise ValueError(f"p = {p.flat[i]} needs more than 2**53 samples: p must be larger")
    return plain(need.astype(np.int64))


def halving_cost(p: ArrayLike) -> ScalarOrArray:
    """Further samples that halve the probability of failure, whatever has been drawn before.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in (0, 1].

    Returns
    -------
    float or ndarray
        ln 2 / (-ln(1 - p)), a real number; 0 for p = 1.

    Raises
    ------
    ValueError
        If p is outside (0, 1] or NaN: with p = 0 failure never halves.

    Notes
    -----
    The usual ln 2 / p is larger by between (ln 2) / 2 (as p → 0) and ln 2 (as p → 1).

    Examples
    --------
    >>> halving_cost([0.01, 0.1, 0.3]).round(2).tolist()
    [68.97, 6.58, 1.94]
    """
    p = as_probabilities("p", p, positive=True)
    with np.errstate(divide="ignore"):
        return plain(np.log(2.0) / -np.log1p(-p))


def best_p(k: ArrayLike) -> ScalarOrArray:
    """The success probability that gains most, in absolute terms, from k samples in place of one.

    Parameters
    ----------
    k : int or array_like
        Samples allowed, k >= 2.

    Returns
    -------
    float or ndarray
        1 - k^(-1 / (k - 1)), where coverage(p, k) - p is largest.

    Raises
    ------
    ValueError
        If k is below 2 or not whole: one sample gains nothing for any p.

    Examples
    --------
    >>> best_p([2, 6, 10, 30, 100]).round(3).tolist()
    [0.5, 0.301, 0.226, 0.111, 0.045]
    """
    k = as_counts("k", k, least=2)
    return plain(-np.expm1(-np.log(k) / (k - 1)))


def expected_draws(p: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """Mean number of samples drawn when drawing stops at the first right one, or after k.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    k : int or array_like
        The cap, k >= 0. Broadcasts with ``p``.

    Returns
    -------
    float or ndarray
        (1 - (1 - p)^k) / p, and its limit k at p = 0.

    Raises
    ------
    ValueError
        If p is outside [0, 1] or NaN, or k is negative or not whole.

    Notes
    -----
    Needs a check that is right, and draws made one after the other.

    Examples
    --------
    >>> round(expected_draws(0.2, 10), 2)
    4.46
    >>> expected_draws(0.0, 10)
    10.0
    """
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k))
    none = p == 0
    return plain(np.where(none, k, -np.expm1(xlog1py(k, -p)) / np.where(none, 1.0, p)))


def poisson_coverage(p: ArrayLike, k: ArrayLike) -> Approximation:
    """Coverage by the form 1 - e^(-kp), with a bound on its error.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    k : int or array_like
        Samples allowed, k >= 0. Broadcasts with ``p``.

    Returns
    -------
    Approximation
        ``value`` = 1 - e^(-kp), never above coverage(p, k); ``bound`` = k p² e^(-kp).

    Raises
    ------
    ValueError
        If p is outside [0, 1] or NaN, or k is negative or not whole.

    Examples
    --------
    >>> value, bound = poisson_coverage(0.01, 100)
    >>> round(value, 4), round(coverage(0.01, 100), 4), round(bound, 4)
    (0.6321, 0.634, 0.0037)
    """
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k))
    return Approximation(plain(-np.expm1(-k * p) + 0.0), plain(k * p**2 * np.exp(-k * p)))


def linear_coverage(p: ArrayLike, k: ArrayLike) -> Approximation:
    """Coverage by the form k p, with a bound on its error.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    k : int or array_like
        Samples allowed, k >= 0. Broadcasts with ``p``.

    Returns
    -------
    Approximation
        ``value`` = k p, never below coverage(p, k); ``bound`` = k (k - 1) p² / 2.

    Raises
    ------
    ValueError
        If p is outside [0, 1] or NaN, or k is negative or not whole.

    Notes
    -----
    The two sides are the first two Bonferroni inequalities. The value exceeds 1 once k p does: the form is of
    use only while k p is well below 1.

    Examples
    --------
    >>> value, bound = linear_coverage(0.001, 100)
    >>> round(value, 4), round(coverage(0.001, 100), 4), round(bound, 5)
    (0.1, 0.0952, 0.00495)
    """
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k))
    return Approximation(plain(k * p), plain(k * (k - 1) / 2 * p**2))

"""How far a selection moves from the model: its divergence from one sample, and what it gains on the way.

Best-of-N, soft best-of-N and best-of-Poisson pick one of several samples by score. The Kullback-Leibler divergence
KL(picked ‖ one sample), in nats, puts all of them on one axis. It is exact for a recorded pool, ties included: equally
good samples of one score are picked equally often, so that only the law of the score changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expi, gammaln, stdtrit

from .._arguments import (
    Floats,
    ScalarOrArray,
    as_counts,
    as_level,
    as_numbers,
    as_probabilities,
    flag,
    one,
    one_of,
    plain,
    together,
)
from ..samples.native import Framed
from .laws import best_of_n_law
from .roc import Roc, _is_roc, _LinearRoc

__all__ = [
    "OverOptimisation",
    "SelectionAxis",
    "best_of_n_axis",
    "best_of_poisson_axis",
    "divergence_bound",
    "poisson_divergence",
    "roc_axis",
    "soft_best_of_n_axis",
]

PICKS = ("best_of_n", "poisson")
# Elements of a work array.
_BLOCK = 2_000_000
# The integral over a rate, on a logarithmic scale: the rule of equal steps converges exponentially there. Its nodes
# reach from e^−38 / n to e^5 times the rate of a level; what lies outside is below the last digit.
_STEP = 0.2
_LOWEST, _HIGHEST = -38.0, 5.0
# From here on the exponential integral is its asymptotic series.
_SERIES_FROM = 50.0


@dataclass(frozen=True, eq=False)
class SelectionAxis(Framed):
    """Where selections lie on the axis of divergence, and what each of them gives; arrays of one shape, or numbers.

    Attributes
    ----------
    samples : int, float or array
        Samples drawn, on average.
    divergence : float or array
        KL of the picked sample from one sample, in nats; its square root is the d of `OverOptimisation`.
    bound : float or array
        What the divergence would be for scores without ties; never less.
    score : float, array or None
        Expected score of the picked sample; None where only a ROC curve is known.
    reward : float or array
        Expected reward of the picked sample: its accuracy where rewards are right or wrong.
    """

    _columns = ("samples", "divergence", "bound", "score", "reward")

    samples: Any
    divergence: Any
    bound: Any
    score: Any
    reward: Any


def divergence_bound(n: ArrayLike) -> ScalarOrArray:
    """Largest KL divergence from one sample that picking one of n samples can have: ln n − (n − 1)/n, in nats.

    Parameters
    ----------
    n : int or array_like of int
        Samples, at least 1.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If n is no whole number from 1.

    Notes
    -----
    Best-of-N by a score without ties reaches it. No way of picking exceeds it: a set that one sample hits with
    probability a holds the picked one with at most 1 − (1 − a)^n, so the density of the picked one is majorised by
    n u^(n − 1), that of the largest of n uniform numbers, and the divergence is the mean of a convex function of it.

    References
    ----------
    Gao et al. 2022, arXiv:2210.10760, use it as the divergence of best-of-N; Beirami et al. 2024, arXiv:2401.01879,
    show that it bounds that of best-of-N. For other ways of picking: own derivation.

    Examples
    --------
    >>> divergence_bound([1, 2, 64]).round(4).tolist()
    [0.0, 0.1931, 3.1745]
    """
    count = as_counts("n", n, least=1)
    return plain(np.log(count) - (count - 1) / count)


def poisson_divergence(samples: ArrayLike) -> ScalarOrArray:
    """KL divergence of best-of-Poisson from one sample, for scores without ties, in nats.

    Parameters
    ----------
    samples : float or array_like
        Mean number of samples, at least 1: one, and a Poisson number of others.

    Returns
    -------
    float or ndarray
        ln(1 + μ) − 1 + e^(−1−μ) (Ei(1 + μ) − Ei(1)) / μ with μ = samples − 1; the absolute error is below 1e-12.

    Raises
    ------
    ValueError
        If the mean is below 1 or not finite.

    Notes
    -----
    The rank of the picked sample has distribution function u e^(μ(u − 1)) and density (1 + μu) e^(μ(u − 1)).

    References
    ----------
    Khalaf et al. 2025, arXiv:2506.19248.

    Examples
    --------
    >>> round(poisson_divergence(64), 4), round(divergence_bound(64), 4)
    (3.1591, 3.1745)
    """
    mean = as_numbers("samples", samples, least=1) - 1
    mu = np.maximum(mean, 1.0)
    found = np.log1p(mu) - 1 + (_scaled_expi(1 + mu) - np.exp(-1 - mu) * expi(1.0)) / mu
    # For small μ the terms cancel, and the integrand is a short polynomial to all digits.
    nodes, weights = np.polynomial.legendre.leggauss(32)
    less, u = np.minimum(mean, 1.0)[..., None], (nodes + 1) / 2
    log_density = np.log1p(less * u) + less * (u - 1)
    near = (np.exp(log_density) * log_density) @ (weights / 2)
    return plain(np.where(mean > 1, found, np.maximum(near, 0.0)))


def _scaled_expi(x: Floats) -> Floats:
    """e^(−x) Ei(x) for x of at least 1."""
    near = np.minimum(x, _SERIES_FROM)
    terms = np.ones_like(x)
    total = np.ones_like(x)
    far = np.maximum(x, _SERIES_FROM)
    for order in range(1, 25):
        terms = terms * order / far
        total = total + terms
    found: Floats = np.where(x < _SERIES_FROM, np.exp(-near) * expi(near), total / far)
    return found


def best_of_n_axis(score: ArrayLike, reward: ArrayLike, n: ArrayLike) -> SelectionAxis:
    """Best-of-N from one recorded pool, whose samples stand for the model: divergence, score and reward for each n.

    Parameters
    ----------
    score : array_like of float, shape (samples,)
        What the pick goes by; finite, higher is better.
    reward : array_like of bool or float, shape (samples,)
        What is wanted: right or wrong, or any finite number.
    n : int or array_like of int
        Samples, at least 1.

    Returns
    -------
    SelectionAxis
        Exact for n independent draws from the pool, with replacement. `best_of_n` draws without: it estimates the
        reward for a model that the pool was drawn from without bias, but at n = samples nothing is left of chance.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> axis = best_of_n_axis([1, 1, 2, 3], [False, True, True, False], [1, 2, 8])
    >>> axis.divergence.round(3).tolist(), axis.bound.round(3).tolist(), axis.reward.round(2).tolist()
    ([0.0, 0.141, 1.042], [0.0, 0.193, 1.204], [0.5, 0.44, 0.1])
    """
    levels = _Levels.of(score, reward)
    count = as_counts("n", n, least=1)
    picked = np.array([levels.of_power(one_n) for one_n in count.ravel()]).reshape(*count.shape, -1)
    return levels.axis(picked, count, np.asarray(divergence_bound(count)))


def best_of_poisson_axis(score: ArrayLike, reward: ArrayLike, samples: ArrayLike) -> SelectionAxis:
    """Best-of-Poisson from one recorded pool: the best of one sample and a Poisson number of others.

    Parameters
    ----------
    score : array_like of float, shape (samples,)
    reward : array_like of bool or float, shape (samples,)
    samples : float or array_like of float
        Mean number drawn, at least 1: unlike n it can be any number, so that the divergence can be set finely.

    Returns
    -------
    SelectionAxis
        Exact for draws from the pool with replacement; its bound is `poisson_divergence`.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    References
    ----------
    Khalaf et al. 2025, arXiv:2506.19248.

    Examples
    --------
    >>> axis = best_of_poisson_axis([1, 1, 2, 3], [False, True, True, False], [1, 2.5])
    >>> axis.divergence.round(3).tolist(), axis.reward.round(3).tolist()
    ([0.0, 0.174], [0.5, 0.397])
    """
    levels = _Levels.of(score, reward)
    mean = as_numbers("samples", samples, least=1)
    picked = np.array([levels.of_power(1.0, one_mean - 1) for one_mean in mean.ravel()]).reshape(*mean.shape, -1)
    return levels.axis(picked, mean, np.asarray(poisson_divergence(mean)))


def soft_best_of_n_axis(score: ArrayLike, reward: ArrayLike, n: ArrayLike, temperature: ArrayLike) -> SelectionAxis:
    """Soft best-of-N from one recorded pool: one of n samples, picked with weight exp(score / temperature).

    Parameters
    ----------
    score : array_like of float, shape (samples,)
    reward : array_like of bool or float, shape (samples,)
    n : int or array_like of int
        Samples, at least 1.
    temperature : float or array_like of float
        In units of the score, above 0. Towards 0 it is best-of-N, towards infinity one sample. Broadcasts with n.

    Returns
    -------
    SelectionAxis
        Exact for independent draws from the pool with replacement, to 1e-12; its bound is `divergence_bound`.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    The chance to pick a level of the score with weight w is n q w E[1 / (w + S)], S the summed weights of the n − 1
    others. As 1/x is the integral of e^(−tx), it is n q ∫ w e^(−tw) L(t)^(n − 1) dt with L the Laplace transform of
    one weight: a single integral, done in ln t, where equal steps converge exponentially.

    References
    ----------
    Verdun et al. 2025, arXiv:2505.03156.

    Examples
    --------
    >>> axis = soft_best_of_n_axis([1, 1, 2, 3], [False, True, True, False], 8, [0.01, 1.0, 100.0])
    >>> axis.divergence.round(3).tolist(), axis.reward.round(3).tolist()
    ([1.042, 0.249, 0.0], [0.098, 0.35, 0.499])
    """
    levels = _Levels.of(score, reward)
    counts, heat = together(n=as_counts("n", n, least=1), temperature=as_numbers("temperature", temperature, above=0))
    pairs = zip(counts.ravel(), heat.ravel(), strict=True)
    picked = np.array([levels.softly(one_n, one_heat) for one_n, one_heat in pairs]).reshape(*counts.shape, -1)
    return levels.axis(picked, counts, np.asarray(divergence_bound(counts)))


def roc_axis(
    p: float, roc: Roc, samples: ArrayLike, *, pick: str = "best_of_n", discrete: bool = False
) -> SelectionAxis:
    """Best-of-N or best-of-Poisson along the axis of divergence, from a ROC curve.

    Parameters
    ----------
    p : float
        Success probability of one sample, in [0, 1].
    roc : Roc
        The verifier.
    samples : int, float or array_like
        n, or for "poisson" the mean number of samples; at least 1.
    pick : {"best_of_n", "poisson"}
        Soft best-of-N needs scores in a unit, which a ROC curve has not: see `soft_best_of_n_axis`.
    discrete : bool
        Whether each straight piece of the curve is one score that many samples share, as in
        `Roc.piecewise_linear` and `Roc.from_scores`. Else scores do not tie. Neighbouring scores that only right or
        only wrong samples have are one piece of the curve; `best_of_n_axis` tells them apart.

    Returns
    -------
    SelectionAxis
        `reward` is the accuracy, `best_of_n_law` or its mean over the Poisson number; `score` is None. Where scores
        do not tie the divergence equals its bound. Ties, broken at random, leave the accuracy as it is and make the
        divergence smaller: within a straight piece a higher rank is no better.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> axis = roc_axis(0.1, Roc.binormal(0.8, 0.5), [1, 4, 64])
    >>> axis.divergence.round(3).tolist(), axis.reward.round(3).tolist()
    ([0.0, 0.636, 3.175], [0.1, 0.201, 0.092])
    >>> tests = Roc.piecewise_linear([(0.2, 0.9)])  # pass or fail
    >>> roc_axis(0.1, tests, [1, 4, 64], discrete=True).divergence.round(3).tolist()
    [0.0, 0.43, 1.309]
    """
    chance = one("p", as_probabilities("p", p))
    _is_roc(roc)
    one_of("pick", pick, PICKS)
    levels = _Levels.of_roc(chance, roc) if flag("discrete", discrete) else None
    if pick == "best_of_n":
        count = as_counts("samples", samples, least=1)
        bound = divergence_bound(count)
        if levels:
            picked = np.array([levels.of_power(one_n) for one_n in count.ravel()]).reshape(*count.shape, -1)
            return replace(levels.axis(picked, count, np.asarray(bound)), score=None)
        return SelectionAxis(plain(count), bound, bound, None, best_of_n_law(chance, roc, count))
    mean = as_numbers("samples", samples, least=1)
    if levels:
        picked = np.array([levels.of_power(1.0, one_mean - 1) for one_mean in mean.ravel()]).reshape(*mean.shape, -1)
        return replace(levels.axis(picked, mean, np.asarray(poisson_divergence(mean))), score=None)
    accuracy = np.array([_poisson_mean(chance, roc, one_mean - 1) for one_mean in mean.ravel()]).reshape(mean.shape)
    bound = poisson_divergence(mean)
    return SelectionAxis(plain(mean), bound, bound, None, plain(accuracy))


def _poisson_mean(p: float, roc: Roc, mu: float) -> float:
    """Mean of the law of best-of-N over one sample and a Poisson number of others."""
    if mu == 0:
        return p
    reach = 10 * np.sqrt(mu) + 40
    others = np.arange(max(0, np.floor(mu - reach)), np.ceil(mu + reach))
    weight = np.exp(others * np.log(mu) - mu - gammaln(others + 1))
    return float(weight @ np.asarray(best_of_n_law(p, roc, others + 1)) / weight.sum())


@dataclass(frozen=True, eq=False)
class _Levels:
    """The distinct scores of a pool in ascending order: shares of its samples, and their mean rewards."""

    score: Floats
    share: Floats
    up_to: Floats
    reward: Floats

    @classmethod
    def of(cls, score: ArrayLike, reward: ArrayLike) -> _Levels:
        scores = as_numbers("score", score)
        given = np.asarray(reward) if not isinstance(reward, list) or _regular(reward) else None
        rewards = as_numbers("reward", given.astype(float) if given is not None and given.dtype == bool else reward)
        if scores.ndim != 1 or scores.size == 0:
            raise ValueError(f"score has shape {scores.shape}: must be one-dimensional, one number a sample")
        if rewards.shape != scores.shape:
            raise ValueError(f"reward has shape {rewards.shape}: must be that of score, {scores.shape}")
        levels, place, times = np.unique(scores, return_inverse=True, return_counts=True)
        mean = np.bincount(place.ravel(), rewards) / times
        return cls(levels, times / scores.size, times.cumsum() / scores.size, mean)

    @classmethod
    def of_roc(cls, p: float, roc: Roc) -> _Levels:
        """The straight pieces of a curve, from its end to its beginning: as scores they are 0, 1, 2, …"""
        if not isinstance(roc, _LinearRoc):
            raise ValueError("discrete = True: must be False for this curve, which has no straight pieces")
        wrong, right = np.diff(roc.points[::-1], axis=0).T * -1
        share = p * right + (1 - p) * wrong
        wrong, right, share = wrong[share > 0], right[share > 0], share[share > 0]
        return cls(np.arange(share.size, dtype=float), share, share.cumsum(), p * right / share)

    def of_power(self, n: float, mu: float = 0.0) -> Floats:
        """Shares where the rank's distribution function is u^n e^(μ(u − 1))."""
        before = np.append(0.0, self.up_to[:-1])
        with np.errstate(divide="ignore"):
            top = n * np.log(self.up_to) + mu * (self.up_to - 1)
            # The share of a level, not a difference of two that are nearly alike.
            fall = n * np.log1p(-np.minimum(self.share / self.up_to, 1.0)) - mu * (self.up_to - before)
        fall[0] = -np.inf
        found: Floats = np.exp(top) * -np.expm1(fall)
        return found

    def softly(self, n: float, temperature: float) -> Floats:
        """Shares where each of n samples is picked with weight exp(score / temperature)."""
        if n == 1 or self.score.size == 1:
            return self.share
        # Beyond 100 apart the lower of two scores counts for nothing beside the higher one.
        with np.errstate(over="ignore"):
            apart = np.minimum(np.diff(self.score) / temperature, 100.0)
        log_weight = np.append(0.0, np.cumsum(apart))
        log_weight -= log_weight[-1]
        # The integral of each level needs the nodes around its own weight. They lie on one grid, so that levels near
        # each other share theirs: the rule converges as fast wherever its first node is.
        around = np.arange(np.floor((_LOWEST - np.log(n)) / _STEP), np.ceil(_HIGHEST / _STEP) + 1)
        mine = np.rint(-log_weight / _STEP)[:, None] + around
        nodes, place = np.unique(mine, return_inverse=True)
        log_rate = nodes * _STEP
        log_left = np.empty(nodes.size)
        step = max(1, _BLOCK // self.score.size)
        for start in range(0, nodes.size, step):
            block = slice(start, start + step)
            times = np.exp(np.minimum(log_rate[block, None] + log_weight, 700.0))
            lost = -np.expm1(-times) @ self.share
            with np.errstate(divide="ignore"):
                far = np.log(np.exp(-times) @ self.share)
                log_left[block] = np.where(lost < 0.5, np.log1p(-np.minimum(lost, 0.5)), far)
        # rate · weight · e^(−rate · weight) d(ln rate)
        at = mine * _STEP + log_weight[:, None]
        left = np.exp((n - 1) * log_left[place.reshape(mine.shape)])
        found = n * self.share * (left * np.exp(at - np.exp(at))).sum(axis=1) * _STEP
        whole: Floats = found / found.sum()
        return whole

    def axis(self, picked: Floats, samples: Floats, bound: Floats) -> SelectionAxis:
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(picked > 0, picked * np.log(picked / self.share), 0.0)
        # A sum of terms of both signs: by rounding alone it may lie below 0 or above the bound.
        divergence = np.clip(terms.sum(axis=-1), 0.0, bound)
        return SelectionAxis(
            plain(samples), plain(divergence), plain(bound), plain(picked @ self.score), plain(picked @ self.reward)
        )


def _regular(rows: list[Any]) -> bool:
    try:
        np.asarray(rows)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, eq=False)
class OverOptimisation(Framed):
    """The law gain = d(α − βd) of a selection, d = √KL: it rises, and falls where β is above 0. Made by ``fit``.

    Attributes
    ----------
    alpha, beta : float
        Gain per unit of d at the beginning, and how fast it is used up.
    alpha_interval, beta_interval : tuple of float
        Over the population that the problems were drawn from, at `level`.
    level : float
    problems : int
    covariance : array of float, shape (2, 2)
        Of alpha and beta, over problems.
    """

    _columns = ("alpha", "beta", "level", "problems")

    alpha: float
    beta: float
    alpha_interval: tuple[float, float]
    beta_interval: tuple[float, float]
    level: float
    problems: int
    covariance: Floats

    @classmethod
    def fit(cls, divergence: ArrayLike, gain: ArrayLike, *, level: float = 0.95) -> OverOptimisation:
        """Fit by least squares, with intervals over problems.

        Parameters
        ----------
        divergence : array_like of float, shape (points,) or (problems, points)
            KL from one sample in nats, at least 0; in one row where it is the same for all problems. Points at 0 say
            nothing.
        gain : array_like of float, shape (problems, points)
            Reward less that of one sample. At least two problems.
        level : float
            Of the intervals, in (0, 1).

        Returns
        -------
        OverOptimisation

        Raises
        ------
        ValueError
            Naming the argument and the value; where fewer than two different divergences above 0 are given, no α and β
            can be told apart.

        Notes
        -----
        The law is linear in α and β. Points of one problem share its samples, so problems are the unit: their
        contributions to the normal equations give the variance, and Student's t with problems − 1 degrees of freedom
        the intervals. Where all problems have the same divergences these are the intervals of the mean of each
        problem's own α and β. They say how sure the fit is, not that the law holds.

        References
        ----------
        Gao et al. 2022, arXiv:2210.10760 (the form for best-of-N).

        Examples
        --------
        >>> kl = divergence_bound([1, 2, 4, 8, 16])
        >>> d = kl**0.5
        >>> fit = OverOptimisation.fit(kl, [d * (0.5 - 0.2 * d), d * (0.3 - 0.1 * d)])
        >>> round(fit.alpha, 6), round(fit.beta, 6), round(fit.peak, 4)
        (0.4, 0.15, 1.7778)
        """
        gains = as_numbers("gain", gain)
        level = as_level(level)
        if gains.ndim != 2 or len(gains) < 2:
            raise ValueError(
                f"gain has shape {gains.shape}: must be (problems, points) with two or more problems; "
                "one problem says nothing about others"
            )
        kl = as_numbers("divergence", divergence, least=0)
        if kl.shape not in (gains.shape, gains.shape[1:]):
            raise ValueError(f"divergence has shape {kl.shape}: must be {gains.shape} or {gains.shape[1:]}, as gain")
        kl = np.broadcast_to(kl, gains.shape)
        if np.unique(kl[kl > 0]).size < 2:
            raise ValueError("divergence: needs two different values above 0, or α and β cannot be told apart")
        d = np.sqrt(kl)
        design = np.stack([d, -(d**2)], axis=-1)
        bread = np.linalg.inv(np.einsum("ijk,ijl->kl", design, design))
        found = bread @ np.einsum("ijk,ij->k", design, gains)
        pushes = np.einsum("ijk,ij->ik", design, gains - design @ found) @ bread
        problems = len(gains)
        covariance = pushes.T @ pushes * (problems / (problems - 1))
        reach = stdtrit(problems - 1, (1 + level) / 2) * np.sqrt(np.diag(covariance))
        low, high = (found - reach).tolist(), (found + reach).tolist()
        alpha, beta = found.tolist()
        return cls(alpha, beta, (low[0], high[0]), (low[1], high[1]), level, problems, covariance)

    def gain(self, divergence: ArrayLike) -> ScalarOrArray:
        """The law's gain at these divergences.

        Parameters
        ----------
        divergence : float or array_like
            In nats, at least 0.

        Returns
        -------
        float or ndarray

        Raises
        ------
        ValueError
            If a value is below 0.
        """
        d = np.sqrt(as_numbers("divergence", divergence, least=0))
        return plain(d * (self.alpha - self.beta * d))

    def interval(self, divergence: ArrayLike) -> tuple[ScalarOrArray, ScalarOrArray]:
        """Interval of the law's gain over problems, at each divergence by itself.

        Parameters
        ----------
        divergence : float or array_like
            In nats, at least 0.

        Returns
        -------
        low, high : float or ndarray

        Raises
        ------
        ValueError
            If a value is below 0.
        """
        d = np.sqrt(as_numbers("divergence", divergence, least=0))
        at = np.stack([d, -(d**2)], axis=-1)
        spread = np.sqrt(np.maximum(np.einsum("...k,kl,...l->...", at, self.covariance, at), 0.0))
        reach = stdtrit(self.problems - 1, (1 + self.level) / 2) * spread
        middle = d * (self.alpha - self.beta * d)
        return plain(middle - reach), plain(middle + reach)

    @property
    def peak(self) -> float:
        """Divergence of the law's largest gain, (α/2β)² nats; 0 where it only falls, infinite where it only rises."""
        if self.beta <= 0:
            return float("inf") if self.alpha > 0 or self.beta < 0 else 0.0
        return (max(self.alpha, 0.0) / (2 * self.beta)) ** 2

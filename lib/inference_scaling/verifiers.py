"""Verifiers: their ROC curve, what best-of-n makes of it, and what it costs.

Throughout, F is the false and T the true positive rate of a threshold: the shares of wrong and of right answers
that score above it. A higher score means "more likely right".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, log_ndtr, ndtr, ndtri

from ._arguments import as_counts, as_numbers, as_probabilities, one, one_of, plain, together

__all__ = [
    "Range",
    "Rejection",
    "Roc",
    "Slope",
    "Split",
    "StepCheck",
    "Tax",
    "aggregate",
    "best_of_n_law",
    "best_of_n_limit",
    "best_of_n_range",
    "best_split",
    "break_even_price",
    "gain_per_auc",
    "gain_per_log_k",
    "knock_out",
    "mixed_pool_law",
    "odds_after_check",
    "rejection",
    "source_approximation",
    "step_check",
    "verifier_tax",
    "vote_weight",
]

# Doubles held at once while a law is evaluated: a block that stays in a processor's cache.
_BLOCK = 2**17
# What lies below exp(-_NOTHING) is far below the last digit of a law above 1e-9.
_NOTHING = 60.0
# A normal density is 0 to float64 beyond this many standard deviations.
_REACH = 38.5


class Slope(NamedTuple):
    """Slope of a ROC curve at its beginning, with its uncertainty and what it rests on."""

    value: float
    low: float
    high: float
    note: str


class Roc:
    """ROC curve of a verifier. Made by ``from_scores``, ``piecewise_linear`` or ``binormal``.

    Attributes
    ----------
    auc : float
        Probability that a right answer scores above a wrong one, ties counted half.
    """

    @staticmethod
    def from_scores(score, correct):
        """Empirical ROC; answers of equal score form one straight piece, so that ties are exact.

        Parameters
        ----------
        score : array_like, shape (n,)
            Finite scores, higher for answers held to be right.
        correct : array_like of bool, shape (n,)
            At least one right and one wrong.

        Returns
        -------
        Roc

        Raises
        ------
        ValueError
            If the lengths differ, a score is not finite, ``correct`` is not of bools, or one kind is missing.

        Notes
        -----
        The straight piece of a tie is the ROC of breaking it at random, which is how best-of-n shares it.

        Examples
        --------
        >>> roc = Roc.from_scores([3.0, 2.0, 2.0, 1.0], [True, True, False, False])
        >>> roc.auc
        0.875
        """
        score, correct = as_numbers("score", score), np.asarray(correct)
        if correct.dtype != bool:
            raise ValueError(f"correct has type {correct.dtype}: must be bool")
        if score.ndim != 1 or score.shape != correct.shape:
            raise ValueError(
                f"score has shape {score.shape} and correct {correct.shape}: must be one-dimensional and alike"
            )
        if correct.all() or not correct.any():
            raise ValueError(f"correct has {correct.sum()} right of {correct.size}: needs right and wrong answers")
        levels, place = np.unique(-score, return_inverse=True)
        right = np.bincount(place, weights=correct, minlength=len(levels))
        wrong = np.bincount(place, weights=~correct, minlength=len(levels))
        return _LinearRoc.of(wrong, right, counts=(wrong, right))

    @staticmethod
    def piecewise_linear(points):
        """ROC through given points, such as published ones, joined by straight lines.

        Parameters
        ----------
        points : array_like, shape (m, 2)
            Pairs (F, T), each column in [0, 1] and not falling. (0, 0) and (1, 1) are added where missing.

        Returns
        -------
        Roc

        Raises
        ------
        ValueError
            If the shape is another, a value lies outside [0, 1], or a column falls.

        Examples
        --------
        >>> round(Roc.piecewise_linear([(0.1, 0.6), (0.4, 0.9)]).auc, 3)
        0.825
        """
        points = as_probabilities("points", points)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"points has shape {points.shape}: must be (m, 2), pairs of F and T")
        points = np.vstack([[0.0, 0.0], points, [1.0, 1.0]])
        steps = np.diff(points, axis=0)
        if (steps < 0).any():
            i = int(np.argwhere(steps < 0)[0, 0]) - 1
            raise ValueError(f"points[{i + 1}] lies below points[{i}] in F or T: neither may fall")
        return _LinearRoc.of(steps[:, 0], steps[:, 1])

    @staticmethod
    def binormal(auc, ratio=1.0):
        """ROC of normal scores: wrong answers spread 1, right ones spread ``ratio``.

        Parameters
        ----------
        auc : float
            In (0, 1).
        ratio : float, optional
            Spread of right over wrong scores, above 0.

        Returns
        -------
        Roc

        Raises
        ------
        ValueError
            If an argument is outside its range.

        Examples
        --------
        >>> Roc.binormal(0.8).auc
        0.8
        """
        auc = one("auc", as_probabilities("auc", auc, positive=True, below_one=True))
        return _BinormalRoc(auc, one("ratio", as_numbers("ratio", ratio, above=0)))

    def true_positive(self, false_positive):
        """T at given F; where the curve rises vertically, its upper end.

        Parameters
        ----------
        false_positive : float or array_like
            In [0, 1].

        Returns
        -------
        float or ndarray

        Raises
        ------
        ValueError
            If a value lies outside [0, 1].

        Examples
        --------
        >>> round(Roc.binormal(0.8).true_positive(0.1), 4)
        0.4636
        """
        return plain(self._true_positive(as_probabilities("false_positive", false_positive)))

    def slope_at_zero(self, *, top=20, level=0.95):
        """Slope dT/dF where the curve leaves (0, 0): it alone decides best-of-n for n → ∞.

        Parameters
        ----------
        top : int, optional
            For a ROC made from scores: how many of the highest answers to use, ties included, at least 1.
        level : float, optional
            Confidence of the interval, in (0, 1).

        Returns
        -------
        Slope
            From scores: the mean slope over the ``top`` answers and its Clopper-Pearson interval. Otherwise the
            curve's own slope, low = value = high.

        Raises
        ------
        ValueError
            If an argument is outside its range.

        Notes
        -----
        No finite sample identifies the slope *at* 0: curves with slope 0 and with slope ∞ there agree with any
        data. What is estimated is the mean slope over a stretch; the note says which.

        Examples
        --------
        >>> Roc.binormal(0.8, 0.5).slope_at_zero().value
        0.0
        >>> scores = [float(s) for s in range(100)]
        >>> slope = Roc.from_scores(scores, [s % 3 == 0 for s in range(100)]).slope_at_zero()
        >>> round(slope.value, 2), round(slope.low, 2), round(slope.high, 2)
        (1.05, 0.35, 2.82)
        """
        top = int(one("top", as_counts("top", top, least=1)))
        level = one("level", as_probabilities("level", level, positive=True, below_one=True))
        return self._slope(top, level)


@dataclass(frozen=True, eq=False)
class _LinearRoc(Roc):
    """Straight pieces: the rises dF and dT of each, from the highest scores down."""

    wrong: np.ndarray
    right: np.ndarray
    counts: tuple | None = field(default=None, repr=False)

    @classmethod
    def of(cls, wrong, right, counts=None):
        wrong, right = np.asarray(wrong, float), np.asarray(right, float)
        used = (wrong > 0) | (right > 0)
        wrong, right = wrong[used], right[used]
        # Neighbouring pieces that are both vertical or both horizontal are one piece: same curve, less work.
        kind = np.where(wrong == 0, 1, np.where(right == 0, 2, 3))
        starts = np.flatnonzero(np.r_[True, (kind[1:] != kind[:-1]) | (kind[1:] == 3)])
        wrong, right = np.add.reduceat(wrong, starts), np.add.reduceat(right, starts)
        return cls(wrong / wrong.sum(), right / right.sum(), counts)

    @property
    def points(self):
        """Corners (F, T) of the curve, shape (m, 2)."""
        corners = np.vstack([[0.0, 0.0], np.column_stack([self.wrong, self.right]).cumsum(axis=0)])
        corners[-1] = 1.0
        return np.minimum(corners, 1.0)

    @property
    def auc(self):
        height = self.points[:-1, 1] + self.right / 2
        return float(self.wrong @ height)

    def hull(self):
        """Upper convex hull, for pictures: randomised thresholds reach it, best-of-n does not.

        Returns
        -------
        Roc

        Examples
        --------
        >>> Roc.piecewise_linear([(0.5, 0.2)]).hull().auc
        0.5
        """
        kept = []
        for x, y in self.points:
            while len(kept) > 1 and (kept[-1][1] - kept[-2][1]) * (x - kept[-2][0]) <= (y - kept[-2][1]) * (
                kept[-1][0] - kept[-2][0]
            ):
                kept.pop()
            kept.append((x, y))
        return Roc.piecewise_linear(kept)

    def _true_positive(self, f):
        x, y = self.points.T
        i = np.clip(np.searchsorted(x, f, side="right"), 1, len(x) - 1)
        run = x[i] - x[i - 1]
        share = np.where(run > 0, (f - x[i - 1]) / np.where(run > 0, run, 1.0), 1.0)
        return np.minimum(y[i - 1] + np.clip(share, 0.0, 1.0) * (y[i] - y[i - 1]), 1.0)

    def _first_slope(self):
        return np.inf if self.wrong[0] == 0 else self.right[0] / self.wrong[0]

    def _slope(self, top, level):
        if self.counts is None:
            value = float(self._first_slope())
            return Slope(value, value, value, "slope of the first piece of the given curve")
        wrong, right = self.counts
        stop = min(int(np.searchsorted((wrong + right).cumsum(), top)) + 1, len(wrong))
        w, r = wrong[:stop].sum(), right[:stop].sum()
        scale = wrong.sum() / right.sum()
        low = betaincinv(r, w + 1, (1 - level) / 2) if r else 0.0
        high = betaincinv(r + 1, w, (1 + level) / 2) if w else 1.0

        def odds(share):
            return float(scale * share / (1 - share)) if share < 1 else np.inf

        note = (
            f"mean slope over the {w + r:.0f} highest answers ({r:.0f} right, {w:.0f} wrong); "
            "the slope at 0 itself is not identified by data"
        )
        return Slope(odds(r / (r + w)), odds(low), odds(high), note)

    @cached_property
    def _tails(self):
        """Shares of wrong and right answers above each piece, and from its top down."""
        wrong, right = self.wrong, self.right
        above = (np.r_[0.0, rise[:-1].cumsum()] for rise in (wrong, right))
        rest = (rise[::-1].cumsum()[::-1] for rise in (wrong, right))
        return *above, *rest

    def _evaluate(self, p, k, log_k=False):
        """The law for flat arrays of 0 < p < 1 and k, or its derivative in ln k."""
        out = np.empty(p.size)
        block = max(1, _BLOCK // len(self.wrong))
        for value in np.unique(p):
            mine = np.flatnonzero(p == value)
            mine = mine[np.argsort(k[mine])]
            for start in range(0, len(mine), block):
                rows = mine[start : start + block]
                out[rows] = (self._gain if log_k else self._law)(value, k[rows])
        return out

    def _law(self, p, k):
        """The law for ascending k. The pieces below which ψ^k is nothing beside the sum are left out."""
        for reach in (_NOTHING, np.inf):
            share, top, fall = self._pieces(p, reach / k[0])
            law = (np.exp(k[:, None] * top) * -np.expm1(k[:, None] * fall)) @ share
            if law.min() > 1e17 * np.exp(-reach):
                break
        return law

    def _gain(self, p, k):
        share, top, _ = self._pieces(p, np.inf)
        ends = k[:, None] * np.r_[top, -np.inf]
        with np.errstate(invalid="ignore"):
            terms = np.where(np.isinf(ends), 0.0, np.exp(ends) * ends)
        return (terms[:, :-1] - terms[:, 1:]) @ share

    def _pieces(self, p, depth):
        """Of the pieces with -log ψ up to `depth`: right share, log ψ at the top, and how far that falls."""

        def mix(wrong, right, part):
            return (1 - p) * wrong[part] + p * right[part]

        wrong_above, right_above, wrong_rest, right_rest = self._tails
        above = mix(wrong_above, right_above, slice(None))
        low = -np.expm1(-depth)
        part = slice(np.searchsorted(above, low, side="right") if low < 1 else None)
        above, mass, rest = above[part], mix(self.wrong, self.right, part), mix(wrong_rest, right_rest, part)
        # Near 1 what is above has the digits, near 0 what is left.
        half = np.searchsorted(above, 0.5)
        top = np.r_[np.log1p(-above[:half]), np.log(rest[half:])]
        with np.errstate(divide="ignore"):
            fall = np.log1p(-np.minimum(mass / rest, 1.0))
        return p * self.right[part] / mass, top, fall


@dataclass(frozen=True)
class _BinormalRoc(Roc):
    auc: float
    ratio: float

    @property
    def shift(self):
        """Mean of right scores; wrong ones have mean 0 and spread 1."""
        return float(ndtri(self.auc) * np.hypot(1.0, self.ratio))

    def _true_positive(self, f):
        return ndtr((self.shift + ndtri(f)) / self.ratio)

    def _first_slope(self):
        if self.ratio != 1:
            return np.inf if self.ratio > 1 else 0.0
        return 1.0 if self.shift == 0 else (np.inf if self.shift > 0 else 0.0)

    def _slope(self, top, level):
        value = self._first_slope()
        return Slope(value, value, value, "exact for normal scores; a property of the family, not of any data")

    def _nodes(self):
        """Gauss-Legendre nodes z and weights; pieces are short beside either spread."""
        halves = np.arange(-_REACH, _REACH + 0.1, 0.5)
        edges = np.concatenate([halves, (halves - self.shift) / self.ratio])
        edges = np.unique(edges[np.abs(edges) <= _REACH])
        x, w = np.polynomial.legendre.leggauss(16)
        width = np.diff(edges)[:, None] / 2
        z = (edges[:-1, None] + width + width * x).ravel()
        return z, (width * w).ravel() * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    def _evaluate(self, p, k, log_k=False, by_auc=False):
        """The law ∫ k p H(s)^(k-1) f1(s) ds for flat arrays, or a derivative of it.

        H is the share of answers below s. The integrand is positive, so nothing cancels, and its nodes do not
        depend on p and k.
        """
        z, weight = self._nodes()
        s = self.shift + self.ratio * z
        above = ndtr(-s), ndtr(-z)
        logs = log_ndtr(s), log_ndtr(z)
        density = np.exp(-(s**2) / 2) / np.sqrt(2 * np.pi)
        out = np.empty(p.size)
        for i, (pp, kk) in enumerate(zip(p, k, strict=True)):
            tail = (1 - pp) * above[0] + pp * above[1]
            far = np.logaddexp(np.log1p(-pp) + logs[0], np.log(pp) + logs[1])
            log_h = np.where(tail < 0.5, np.log1p(-np.minimum(tail, 0.5)), far)
            if by_auc:
                # dH/dshift = (1 - p) f0(s), and dshift/dauc is the inverse slope of the AUC.
                terms = (kk - 1) * np.exp(max(kk - 2, 0) * log_h) * (1 - pp) * density
                out[i] = kk * pp * (weight @ terms) * self._shift_per_auc()
            else:
                terms = np.exp((kk - 1) * log_h) * ((1 + kk * log_h) if log_k else 1.0)
                out[i] = kk * pp * (weight @ terms)
        return out

    def _shift_per_auc(self):
        z = ndtri(self.auc)
        return np.hypot(1.0, self.ratio) * np.sqrt(2 * np.pi) * np.exp(z**2 / 2)


def best_of_n_law(p, roc, k):
    """Probability that the highest-scored of k independent answers is right.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    roc : Roc
        The verifier; its scores depend on nothing but correctness.
    k : int or array_like
        Candidates, k >= 1. Broadcasts with ``p``.

    Returns
    -------
    float or ndarray
        1 - k (1 - p) ∫ ψ(F)^(k-1) dF with ψ(F) = (1 - p)(1 - F) + p (1 - T(F)).

    Raises
    ------
    ValueError
        If an argument is outside its range or ``roc`` is no Roc.

    Notes
    -----
    On a straight piece the integral is closed: the sum of (right share of the piece) · (ψ_i^k - ψ_{i+1}^k), whose
    terms are all positive. Ties are broken at random. The convex hull must not be used in place of the curve.

    Examples
    --------
    >>> [round(best_of_n_law(0.1, Roc.binormal(0.8, ratio), 100), 2) for ratio in (1, 0.5, 2)]
    [0.62, 0.06, 0.97]
    """
    return _over_inner(p, roc, k, lambda p, k: roc._evaluate(p, k), edges=True)


def gain_per_log_k(p, roc, k):
    """Derivative of the best-of-n law in ln k, with k treated as real: what a doubling buys, per unit of ln 2.

    Parameters
    ----------
    p, roc, k
        As for ``best_of_n_law``.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        As for ``best_of_n_law``.

    Examples
    --------
    >>> round(gain_per_log_k(0.1, Roc.binormal(0.8), 100), 4)
    0.1109
    """
    return _over_inner(p, roc, k, lambda p, k: roc._evaluate(p, k, log_k=True))


def gain_per_auc(p, roc, k):
    """Derivative of the best-of-n law in the AUC, at the same ratio of spreads.

    Parameters
    ----------
    p, k
        As for ``best_of_n_law``.
    roc : Roc
        A binormal one: other curves have no single direction of "better".

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        As for ``best_of_n_law``, and if ``roc`` is not binormal.

    Examples
    --------
    >>> round(gain_per_auc(0.5, Roc.binormal(0.8), 2), 4)
    0.5
    """
    if not isinstance(roc, _BinormalRoc):
        raise ValueError(f"roc = {type(roc).__name__}: must come from Roc.binormal")
    return _over_inner(p, roc, k, lambda p, k: roc._evaluate(p, k, by_auc=True))


def best_of_n_limit(p, roc):
    """Limit of the best-of-n law for k → ∞.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    roc : Roc
        The verifier.

    Returns
    -------
    float or ndarray
        ℓ p / (ℓ p + 1 - p), where ℓ is the slope of the curve at 0. It is above p exactly if ℓ > 1.

    Raises
    ------
    ValueError
        If p is outside [0, 1] or ``roc`` is no Roc.

    Notes
    -----
    For a ROC made from scores this is the limit for that very pool, set by its few highest answers. It says
    nothing about the verifier: see ``Roc.slope_at_zero``.

    Examples
    --------
    >>> round(best_of_n_limit(0.1, Roc.piecewise_linear([(0.1, 0.6)])), 4)
    0.4
    """
    p = as_probabilities("p", p)
    slope = _is_roc(roc)._first_slope()
    if slope == np.inf:
        return plain((p > 0).astype(float))
    inner = np.where(p == 1, 0.5, p)
    return plain(np.where(p == 1, 1.0, slope * inner / (slope * inner + 1 - inner)))


def best_of_n_range(p, auc, k):
    """What best-of-n can be, given no more than p, the AUC and k.

    Parameters
    ----------
    p, auc : float or array_like
        In [0, 1].
    k : int or array_like
        Candidates, k >= 1.

    Returns
    -------
    Range
        ``low`` = (1 - (1 - p)(1 - v))^k - ((1 - p) v)^k and ``high`` = 1 - (1 - pv)^k + (p (1 - v))^k with v the
        AUC. Both are reached; that nothing lies below ``low`` was checked numerically only.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> low, high = best_of_n_range(0.2, 0.8, 10)
    >>> round(low, 3), round(high, 3)
    (0.163, 0.825)
    """
    p, v = as_probabilities("p", p), as_probabilities("auc", auc)
    p, v, k = together(p=p, auc=v, k=as_counts("k", k, least=1))
    low = (1 - (1 - p) * (1 - v)) ** k - ((1 - p) * v) ** k
    high = -np.expm1(k * np.log1p(-np.minimum(p * v, 1 - 1e-16))) + (p * (1 - v)) ** k
    return Range(plain(low), plain(np.minimum(high, 1.0)))


class Range(NamedTuple):
    """Ends of a range of possible values."""

    low: float | np.ndarray
    high: float | np.ndarray


def source_approximation(p, v, k):
    """v (1 - (1 - p)^k): verifier accuracy times coverage, the approximation that this book corrects.

    Parameters
    ----------
    p, v : float or array_like
        Success probability of one sample and ranking accuracy, in [0, 1].
    k : int or array_like
        Candidates, k >= 1.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    At k = 1 it gives v p, where no verifier can change p; and v is not a bound for large k, in either direction.

    Examples
    --------
    >>> round(source_approximation(0.2, 0.8, 10), 4)
    0.7141
    """
    p, v, k = together(p=as_probabilities("p", p), v=as_probabilities("v", v), k=as_counts("k", k, least=1))
    with np.errstate(divide="ignore"):
        return plain(v * -np.expm1(k * np.log1p(-p)))


def mixed_pool_law(p, v, k):
    """Best-of-n when one coin of bias v decides every pool that holds right and wrong answers.

    Parameters
    ----------
    p, v : float or array_like
        Success probability of one sample and the coin's bias, in [0, 1].
    k : int or array_like
        Candidates, k >= 1.

    Returns
    -------
    float or ndarray
        v (1 - (1 - p)^k - p^k) + p^k.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    Exact also for a verifier that is perfect on a share v of the problems and inverted on the rest.

    Examples
    --------
    >>> mixed_pool_law(0.2, 0.8, 1), round(mixed_pool_law(0.2, 0.8, 10), 4)
    (0.2, 0.7141)
    """
    p, v, k = together(p=as_probabilities("p", p), v=as_probabilities("v", v), k=as_counts("k", k, least=1))
    with np.errstate(divide="ignore"):
        some = -np.expm1(k * np.log1p(-p))
    return plain(v * some + (1 - v) * p**k)


def knock_out(p, v, k):
    """Winner of a knock-out tournament with fresh, independent comparisons in every round.

    Parameters
    ----------
    p, v : float or array_like
        Success probability of one sample, and of a comparison of right and wrong, in [0, 1].
    k : int or array_like
        Entrants, a power of 2.

    Returns
    -------
    float or ndarray
        log2(k) rounds of p → p² + 2p(1 - p)v. The limit is 1 for v > 1/2, p for v = 1/2 and 0 for v < 1/2.

    Raises
    ------
    ValueError
        If an argument is outside its range or k is no power of 2.

    Notes
    -----
    With fixed scores a knock-out is best-of-n and obeys ``best_of_n_law`` instead.

    Examples
    --------
    >>> knock_out(0.1, 0.8, [1, 2, 64]).round(4).tolist()
    [0.1, 0.154, 0.7641]
    """
    p, v, k = together(p=as_probabilities("p", p), v=as_probabilities("v", v), k=as_counts("k", k, least=1))
    mantissa, exponent = np.frexp(k)
    if (mantissa != 0.5).any():
        raise ValueError(f"k = {k[mantissa != 0.5].flat[0]:.0f}: must be a power of 2")
    win = p.copy()
    for played in range(int((exponent - 1).max(initial=0))):
        win = np.where(played < exponent - 1, win * (win + 2 * (1 - win) * v), win)
    return plain(win)


def aggregate(step_scores, how):
    """One score for each solution from the scores of its steps.

    Parameters
    ----------
    step_scores : iterable of sequences of float
        One entry a solution, as from ``SampleSet.steps``; numbers of steps may differ, but none is empty.
    how : {"product", "sum_log", "min", "last"}
        "product" and "sum_log" need probabilities; "sum_log" needs them above 0.

    Returns
    -------
    ndarray, shape (solutions,)

    Raises
    ------
    ValueError
        If ``how`` is another word, a solution has no step, or a score is outside its range.

    Notes
    -----
    Product and sum of logs rank alike, until long products underflow to 0 and tie. Both fall with every further
    step; "min" falls with length more slowly, "last" does not depend on it.

    Examples
    --------
    >>> steps = [[0.9, 0.8], [0.9, 0.5, 1.0]]
    >>> aggregate(steps, "product").round(2).tolist(), aggregate(steps, "min").tolist()
    ([0.72, 0.45], [0.8, 0.5])
    """
    one_of("how", how, ("product", "sum_log", "min", "last"))
    if isinstance(step_scores, str) or not isinstance(step_scores, Iterable):
        raise ValueError(f"step_scores = {step_scores!r}: must be a sequence of sequences of numbers")
    solutions = []
    for i, steps in enumerate(step_scores):
        name = f"step_scores[{i}]"
        if how in ("product", "sum_log"):
            array = as_probabilities(name, steps, positive=how == "sum_log")
        else:
            array = as_numbers(name, steps)
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name} has shape {array.shape}: must be a non-empty sequence of numbers")
        solutions.append(array)
    reduce = {
        "product": np.prod,
        "sum_log": lambda x: np.log(x).sum(),
        "min": np.min,
        "last": lambda x: x[-1],
    }[how]
    return np.array([reduce(x) for x in solutions], dtype=np.float64)


class Rejection(NamedTuple):
    """Accuracy of the answers given, share of questions answered, and mean draws a question."""

    accuracy: float | np.ndarray
    answered: float | np.ndarray
    draws: float | np.ndarray


def rejection(p, false_positive, true_positive, k=1):
    """Answer with the first of at most k candidates above a threshold, otherwise not at all.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    false_positive, true_positive : float or array_like
        F and T at the threshold, in [0, 1].
    k : int or array_like, optional
        Candidates at most, k >= 1.

    Returns
    -------
    Rejection
        With a = pT + (1 - p)F: accuracy pT / a whatever k is, answered 1 - (1 - a)^k, draws (1 - (1 - a)^k) / a.

    Raises
    ------
    ValueError
        If an argument is outside its range, or nothing is ever accepted (a = 0).

    Examples
    --------
    >>> accuracy, answered, draws = rejection(0.2, 0.05, 0.6, k=5)
    >>> round(accuracy, 3), round(answered, 3), round(draws, 3)
    (0.75, 0.582, 3.636)
    """
    p, k = as_probabilities("p", p), as_counts("k", k, least=1)
    f, t = as_probabilities("false_positive", false_positive), as_probabilities("true_positive", true_positive)
    p, f, t, k = together(p=p, false_positive=f, true_positive=t, k=k)
    accept = p * t + (1 - p) * f
    _accepted(accept, p, t, f)
    with np.errstate(divide="ignore"):
        answered = -np.expm1(k * np.log1p(-np.minimum(accept, 1.0)))
    return Rejection(plain(p * t / accept), plain(answered), plain(answered / accept))


def odds_after_check(p, true_positive, false_positive):
    """Odds that an answer is right once one or several independent checks have accepted it.

    Parameters
    ----------
    p : float or array_like
        Probability before, in [0, 1].
    true_positive, false_positive : float or sequence of float
        T and F of each check, in [0, 1]; a sequence stands for several checks, all of which accepted.

    Returns
    -------
    float or ndarray
        p / (1 - p) · Π T / F; infinite where no wrong answer can be accepted.

    Raises
    ------
    ValueError
        If an argument is outside its range, the sequences differ in length, or no answer can be accepted.

    Notes
    -----
    The factors multiply only if the checks are independent *given* whether the answer is right.

    Examples
    --------
    >>> round(odds_after_check(0.2, 0.9, 0.1), 4), round(odds_after_check(0.2, [0.9, 0.9], [0.1, 0.1]), 4)
    (2.25, 20.25)
    """
    p = as_probabilities("p", p)
    t, f = as_probabilities("true_positive", true_positive), as_probabilities("false_positive", false_positive)
    if t.shape != f.shape or t.ndim > 1:
        raise ValueError(
            f"true_positive has shape {t.shape} and false_positive {f.shape}: must be two numbers or two lists alike"
        )
    right, wrong = p * t.prod(), (1 - p) * f.prod()
    _accepted(right + wrong, p, t, f)
    with np.errstate(divide="ignore"):
        return plain(right / wrong)


class StepCheck(NamedTuple):
    """Success of an accepted step and of the solution; tries for a step on a right prefix; steps in all."""

    step: float | np.ndarray
    solution: float | np.ndarray
    tries: float | np.ndarray
    steps: float | np.ndarray


def step_check(q, true_positive, false_positive, length):
    """A step verifier that has each step drawn again until it accepts it.

    Parameters
    ----------
    q : float or array_like
        Probability that a step is right on a right prefix, in (0, 1].
    true_positive, false_positive : float or array_like
        T and F of the check of a step; T in (0, 1], F in [0, 1].
    length : int or array_like
        Steps of a solution, >= 1.

    Returns
    -------
    StepCheck
        step q' = qT / (qT + (1 - q)F), solution q'^L, tries 1 / (qT + (1 - q)F) for a step on a right prefix, and
        the expected steps drawn for a whole solution.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    After an accepted error every later step counts as wrong and takes 1/F tries: the tries for a right prefix,
    multiplied by L, are therefore too few.

    Examples
    --------
    >>> step, solution, tries, steps = step_check(0.8, 0.95, 0.2, 12)
    >>> round(step, 3), round(solution, 3), round(tries, 3), round(steps, 1)
    (0.95, 0.54, 1.25, 25.5)
    """
    q, t = as_probabilities("q", q, positive=True), as_probabilities("true_positive", true_positive, positive=True)
    f, length = as_probabilities("false_positive", false_positive), as_counts("length", length, least=1)
    q, t, f, length = together(q=q, true_positive=t, false_positive=f, length=length)
    accept = q * t + (1 - q) * f
    wrong = (1 - q) * f / accept
    step = q * t / accept
    sure = wrong == 0
    # Mean number of steps that start from a right prefix: Σ q'^i for i < L.
    clean = np.where(sure, length, -np.expm1(length * np.log1p(-np.where(sure, 0.5, wrong))) / np.where(sure, 1, wrong))
    steps = clean / accept + (length - clean) / np.where(sure, 1.0, f)
    return StepCheck(plain(step), plain(step**length), plain(1 / accept), plain(steps))


class Tax(NamedTuple):
    """What k candidates cost: generation, verification, both, and the verifier's share."""

    k: int | np.ndarray
    generation: float | np.ndarray
    verification: float | np.ndarray
    total: float | np.ndarray
    share: float | np.ndarray


def verifier_tax(generate, verify, *, k=None, budget=None):
    """Ledger of best-of-n: what k candidates cost, or how many a budget buys and what is then spent.

    Parameters
    ----------
    generate, verify : float or array_like
        Price of one candidate, above 0, and of scoring it, >= 0, in one unit (tokens, FLOPs, money).
    k : int or array_like, optional
        Candidates, >= 0. Give this or ``budget``.
    budget : float or array_like, optional
        Units that may be spent, >= 0.

    Returns
    -------
    Tax
        k (generate + verify) and its parts. FLOPs are about 2 · parameters for each token.

    Raises
    ------
    ValueError
        If an argument is outside its range, or not exactly one of ``k`` and ``budget`` is given.

    Notes
    -----
    Doubling k doubles both parts, unless candidates share the prompt's prefill.

    Examples
    --------
    >>> verifier_tax(500, 125, budget=10_000)
    Tax(k=16, generation=8000.0, verification=2000.0, total=10000.0, share=0.2)
    """
    generate, verify = as_numbers("generate", generate, above=0), as_numbers("verify", verify, least=0)
    generate, verify = together(generate=generate, verify=verify)
    if (k is None) == (budget is None):
        raise ValueError(f"k = {k}, budget = {budget}: give exactly one of them")
    if k is None:
        # A budget that pays for the last candidate up to rounding pays for it.
        k = np.floor(as_numbers("budget", budget, least=0) / (generate + verify) * (1 + 1e-15))
    else:
        k = as_counts("k", k)
    total = k * (generate + verify)
    return Tax(
        plain(np.asarray(k).astype(np.int64)),
        plain(k * generate),
        plain(k * verify),
        plain(total),
        plain(np.broadcast_to(verify / (generate + verify), total.shape)),
    )


class Split(NamedTuple):
    """The best verifier of a list for a budget: its index, the candidates to draw, and the accuracy."""

    option: int
    k: int
    accuracy: float


def best_split(p, options, budget, generate):
    """Compute-optimal choice between few candidates scored dearly and many scored cheaply.

    Parameters
    ----------
    p : float
        Success probability of one sample, in [0, 1].
    options : sequence of (Roc, float)
        Verifiers and the price of scoring one candidate, >= 0.
    budget, generate : float
        Units that may be spent, and the price of one candidate, above 0.

    Returns
    -------
    Split
        Not all of the budget need be spent: best-of-n may fall with k. Among more than 1,000 affordable numbers of
        candidates, 1,000 spaced evenly in the logarithm are tried.

    Raises
    ------
    ValueError
        If an argument is outside its range, there is no option, or the budget buys no candidate.

    Examples
    --------
    >>> cheap, dear = (Roc.binormal(0.7), 50), (Roc.binormal(0.9), 500)
    >>> best_split(0.2, [cheap, dear], 8000, 500).option
    1
    """
    p = one("p", as_probabilities("p", p))
    if not isinstance(options, (list, tuple)) or not options:
        raise ValueError(f"options = {options!r}: must be a non-empty list of pairs (Roc, price)")
    budget, generate = _price("budget", budget), _price("generate", generate)
    best = None
    for i, option in enumerate(options):
        if not isinstance(option, (list, tuple)) or len(option) != 2:
            raise ValueError(f"options[{i}] = {option!r}: must be a pair (Roc, price)")
        tries = _numbers_up_to(verifier_tax(generate, option[1], budget=budget).k)
        if len(tries) == 0:
            continue
        law = np.atleast_1d(best_of_n_law(p, option[0], tries))
        j = int(law.argmax())
        if best is None or law[j] > best.accuracy:
            best = Split(i, int(tries[j]), float(law[j]))
    if best is None:
        raise ValueError(f"budget = {budget}: buys no candidate with any option")
    return best


def break_even_price(p, roc, better, budget, generate, verify):
    """Highest price of scoring at which a better verifier is as good as a given one, for one budget.

    Parameters
    ----------
    p : float
        Success probability of one sample, in [0, 1].
    roc, better : Roc
        The verifier at hand, and the one that is offered.
    budget, generate, verify : float
        Units that may be spent; the price of one candidate; and of scoring it by ``roc``.

    Returns
    -------
    float
        budget / k - generate for the least k at which ``better`` reaches what ``roc`` does with the whole budget;
        negative if it would have to be paid for being used, -inf if it does not get there at all.

    Raises
    ------
    ValueError
        If an argument is outside its range or the budget buys no candidate.

    Examples
    --------
    >>> round(break_even_price(0.2, Roc.binormal(0.7), Roc.binormal(0.9), 8000, 500, 50), 1)
    1500.0
    """
    p, budget, generate = one("p", as_probabilities("p", p)), _price("budget", budget), _price("generate", generate)
    verify = one("verify", as_numbers("verify", verify, least=0))
    _is_roc(roc), _is_roc(better, "better")
    k = verifier_tax(generate, verify, budget=budget).k
    if k == 0:
        raise ValueError(f"budget = {budget}: buys no candidate at {generate} + {verify} each")
    goal = best_of_n_law(p, roc, k)
    tries = _numbers_up_to(int(budget / generate))
    enough = np.flatnonzero(np.atleast_1d(best_of_n_law(p, better, tries)) >= goal)
    return float(budget / tries[enough[0]] - generate) if len(enough) else -np.inf


def vote_weight(p, answers, log_ratio=0.0):
    """Weight of one vote in the Bayes rule, when wrong answers are spread evenly.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in (0, 1).
    answers : int or array_like
        Possible answers K, >= 2: one right and K - 1 wrong.
    log_ratio : float or array_like, optional
        log f1(s) / f0(s), the verifier's log-likelihood ratio for this sample's score.

    Returns
    -------
    float or ndarray
        log(p (K - 1) / (1 - p)) + log_ratio. The answer with the greatest sum of weights is the Bayes choice; equal
        scores give plain voting if p > 1/K and its opposite if p < 1/K.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> round(vote_weight(0.3, 10), 4)
    1.3499
    """
    p = as_probabilities("p", p, positive=True, below_one=True)
    answers, log_ratio = as_counts("answers", answers, least=2), as_numbers("log_ratio", log_ratio)
    p, answers, log_ratio = together(p=p, answers=answers, log_ratio=log_ratio)
    return plain(np.log(p) - np.log1p(-p) + np.log(answers - 1) + log_ratio)


def _is_roc(roc, name="roc"):
    if not isinstance(roc, (_LinearRoc, _BinormalRoc)):
        raise ValueError(f"{name} = {roc!r}: must be a Roc (from_scores, piecewise_linear or binormal)")
    return roc


def _over_inner(p, roc, k, evaluate, edges=False):
    """Evaluate where 0 < p < 1; beyond, every answer is alike and the verifier changes nothing."""
    _is_roc(roc)
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k, least=1))
    out = p.copy() if edges else np.zeros(p.shape)
    inner = (p > 0) & (p < 1)
    out[inner] = evaluate(p[inner], k[inner])
    return plain(np.clip(out, 0.0, 1.0) if edges else out)


def _accepted(accept, p, t, f):
    if np.any(accept == 0):
        raise ValueError(
            f"p = {plain(p)}, true_positive = {plain(t)}, false_positive = {plain(f)}: "
            "some answer must have a chance to be accepted"
        )


def _numbers_up_to(k):
    if k <= 1000:
        return np.arange(1, k + 1)
    return np.unique(np.geomspace(1, k, 1000).round().astype(np.int64))


def _price(name, value):
    return one(name, as_numbers(name, value, above=0))

"""ROC curves of verifiers.

Throughout, F is the false and T the true positive rate of a threshold: the shares of wrong and of right answers
that score above it. A higher score means "more likely right".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, log_ndtr, ndtr, ndtri

from .._arguments import Floats, ScalarOrArray, as_counts, as_level, as_numbers, as_probabilities, one, plain

__all__ = ["Roc", "Slope"]

# Elements of the work array while a law is evaluated: they fit into a processor's cache.
_BLOCK = 2**17
# Terms below exp(-_NOTHING) do not change the last digit of a law above 1e-9.
_NOTHING = 60.0
# A normal density is 0 in float64 beyond this many standard deviations.
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

    auc: float

    @staticmethod
    def from_scores(score: ArrayLike, correct: ArrayLike) -> Roc:
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
        The straight piece of a tie is the ROC of breaking it at random, which is how best-of-N shares it.

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
        right = np.asarray(np.bincount(place, weights=correct, minlength=len(levels)), float)
        wrong = np.asarray(np.bincount(place, weights=~correct, minlength=len(levels)), float)
        return _LinearRoc.of(wrong, right, counts=(wrong, right))

    @staticmethod
    def piecewise_linear(points: ArrayLike) -> Roc:
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
    def binormal(auc: float, ratio: float = 1.0) -> Roc:
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

    def true_positive(self, false_positive: ArrayLike) -> ScalarOrArray:
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
        return plain(_is_roc(self)._true_positive(as_probabilities("false_positive", false_positive)))

    def slope_at_zero(self, *, top: int = 20, level: float = 0.95) -> Slope:
        """Slope dT/dF where the curve leaves (0, 0): it alone decides best-of-N for n → ∞.

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
        level = as_level(level)
        return _is_roc(self)._slope(top, level)


@dataclass(frozen=True, eq=False)
class _LinearRoc(Roc):
    """Straight pieces: the rises dF and dT of each, from the highest scores down."""

    wrong: np.ndarray
    right: np.ndarray
    counts: tuple[Floats, Floats] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, wrong: ArrayLike, right: ArrayLike, counts: tuple[Floats, Floats] | None = None) -> _LinearRoc:
        wrong, right = np.asarray(wrong, float), np.asarray(right, float)
        used = (wrong > 0) | (right > 0)
        wrong, right = wrong[used], right[used]
        # Neighbouring pieces that are both vertical or both horizontal are one piece: same curve, less work.
        kind = np.where(wrong == 0, 1, np.where(right == 0, 2, 3))
        starts = np.flatnonzero(np.r_[True, (kind[1:] != kind[:-1]) | (kind[1:] == 3)])
        wrong, right = np.add.reduceat(wrong, starts), np.add.reduceat(right, starts)
        return cls(wrong / wrong.sum(), right / right.sum(), counts)

    @property
    def points(self) -> Floats:
        """Corners (F, T) of the curve, shape (m, 2)."""
        corners = np.vstack([[0.0, 0.0], np.column_stack([self.wrong, self.right]).cumsum(axis=0)])
        corners[-1] = 1.0
        found: Floats = np.minimum(corners, 1.0)
        return found

    @property
    def auc(self) -> float:  # type: ignore[override]
        height = self.points[:-1, 1] + self.right / 2
        return float(self.wrong @ height)

    def hull(self) -> Roc:
        """Upper convex hull, for pictures: randomised thresholds reach it, best-of-N does not.

        Returns
        -------
        Roc

        Examples
        --------
        >>> Roc.piecewise_linear([(0.5, 0.2)]).hull().auc
        0.5
        """
        kept: list[tuple[float, float]] = []
        for x, y in self.points:
            while len(kept) > 1 and (kept[-1][1] - kept[-2][1]) * (x - kept[-2][0]) <= (y - kept[-2][1]) * (
                kept[-1][0] - kept[-2][0]
            ):
                kept.pop()
            kept.append((x, y))
        return Roc.piecewise_linear(kept)

    def _true_positive(self, f: Floats) -> Floats:
        x, y = self.points.T
        i = np.clip(np.searchsorted(x, f, side="right"), 1, len(x) - 1)
        run = x[i] - x[i - 1]
        share = np.where(run > 0, (f - x[i - 1]) / np.where(run > 0, run, 1.0), 1.0)
        found: Floats = np.minimum(y[i - 1] + np.clip(share, 0.0, 1.0) * (y[i] - y[i - 1]), 1.0)
        return found

    def _first_slope(self) -> float:
        return np.inf if self.wrong[0] == 0 else self.right[0] / self.wrong[0]

    def _slope(self, top: int, level: float) -> Slope:
        if self.counts is None:
            value = float(self._first_slope())
            return Slope(value, value, value, "slope of the first piece of the given curve")
        wrong, right = self.counts
        stop = min(int(np.searchsorted((wrong + right).cumsum(), top)) + 1, len(wrong))
        w, r = wrong[:stop].sum(), right[:stop].sum()
        scale = wrong.sum() / right.sum()
        low = betaincinv(r, w + 1, (1 - level) / 2) if r else 0.0
        high = betaincinv(r + 1, w, (1 + level) / 2) if w else 1.0

        def odds(share: float) -> float:
            return float(scale * share / (1 - share)) if share < 1 else np.inf

        note = (
            f"mean slope over the {w + r:.0f} highest answers ({r:.0f} right, {w:.0f} wrong); "
            "the slope at 0 itself is not identified by data"
        )
        return Slope(odds(r / (r + w)), odds(low), odds(high), note)

    @cached_property
    def _tails(self) -> tuple[Floats, ...]:
        """Shares of wrong and right answers above each piece, and from its top down."""
        wrong, right = self.wrong, self.right
        above = (np.r_[0.0, rise[:-1].cumsum()] for rise in (wrong, right))
        rest = (rise[::-1].cumsum()[::-1] for rise in (wrong, right))
        return *above, *rest

    def _above(self, p: Floats, share: Floats) -> Floats:
        """Chance to be right and among this share of all answers, the best-scored ones; flat arrays, 0 < p < 1."""
        wrong, right = self.points.T
        # A share that ends inside a straight piece takes part of the piece: ties are accepted by a coin.
        return np.array([np.interp(u, (1 - q) * wrong + q * right, q * right) for q, u in zip(p, share, strict=True)])

    def _below(self, p: Floats, share: Floats, k: Floats) -> Floats:
        """Chance that the best of k is right and below the best-scored share of all answers; flat arrays, 0 < p < 1."""
        out = np.empty(p.size)
        for i, (q, u, n) in enumerate(zip(p, share, k, strict=True)):
            mass = (1 - q) * self.wrong + q * self.right
            above = np.minimum(np.r_[0.0, mass.cumsum()[:-1], 1.0], 1.0)
            with np.errstate(divide="ignore"):
                none = np.exp(n * np.log1p(-np.maximum(above, u)))
            out[i] = (q * self.right / mass) @ (none[:-1] - none[1:])
        return out

    def _evaluate(self, p: Floats, k: Floats, log_k: bool = False) -> Floats:
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

    def _law(self, p: float, k: Floats) -> Floats:
        """The law for ascending k. The pieces below which ψ^k is nothing beside the sum are left out."""
        for reach in (_NOTHING, np.inf):
            share, top, fall = self._pieces(p, reach / k[0])
            law = (np.exp(k[:, None] * top) * -np.expm1(k[:, None] * fall)) @ share
            if law.min() > 1e17 * np.exp(-reach):
                break
        return law

    def _gain(self, p: float, k: Floats) -> Floats:
        share, top, _ = self._pieces(p, np.inf)
        ends = k[:, None] * np.r_[top, -np.inf]
        with np.errstate(invalid="ignore"):
            terms = np.where(np.isinf(ends), 0.0, np.exp(ends) * ends)
        return (terms[:, :-1] - terms[:, 1:]) @ share

    def _pieces(self, p: float, depth: float) -> tuple[Floats, Floats, Floats]:
        """Of the pieces with -log ψ up to `depth`: right share, log ψ at the top, and how far that falls."""

        def mix(wrong: Floats, right: Floats, part: slice) -> Floats:
            return (1 - p) * wrong[part] + p * right[part]

        wrong_above, right_above, wrong_rest, right_rest = self._tails
        above = mix(wrong_above, right_above, slice(None))
        low = -np.expm1(-depth)
        part = slice(np.searchsorted(above, low, side="right") if low < 1 else None)
        above, mass, rest = above[part], mix(self.wrong, self.right, part), mix(wrong_rest, right_rest, part)
        # Near 1 the share above is accurate, near 0 the share that is left.
        half = np.searchsorted(above, 0.5)
        top = np.r_[np.log1p(-above[:half]), np.log(rest[half:])]
        with np.errstate(divide="ignore"):
            fall = np.log1p(-np.minimum(mass / rest, 1.0))
        return p * self.right[part] / mass, top, fall


class _NormalShares(NamedTuple):
    """Shares of wrong and of right answers above some scores, and the logarithms of those below them."""

    wrong_above: Floats
    right_above: Floats
    log_wrong_below: Floats
    log_right_below: Floats

    def log_below(self, p: float) -> Floats:
        """Logarithm of the share of all answers below each score, exact in either tail."""
        tail = (1 - p) * self.wrong_above + p * self.right_above
        far = np.logaddexp(np.log1p(-p) + self.log_wrong_below, np.log(p) + self.log_right_below)
        found: Floats = np.where(tail < 0.5, np.log1p(-np.minimum(tail, 0.5)), far)
        return found


@dataclass(frozen=True)
class _BinormalRoc(Roc):
    auc: float
    ratio: float

    @property
    def shift(self) -> float:
        """Mean of right scores; wrong ones have mean 0 and spread 1."""
        return float(ndtri(self.auc) * np.hypot(1.0, self.ratio))

    def _true_positive(self, f: Floats) -> Floats:
        found: Floats = ndtr((self.shift + ndtri(f)) / self.ratio)
        return found

    def _first_slope(self) -> float:
        if self.ratio != 1:
            return np.inf if self.ratio > 1 else 0.0
        return 1.0 if self.shift == 0 else (np.inf if self.shift > 0 else 0.0)

    def _slope(self, top: int, level: float) -> Slope:
        value = self._first_slope()
        return Slope(value, value, value, "exact for normal scores; a property of the family, not of any data")

    def _nodes(self, top: float = _REACH) -> tuple[Floats, Floats]:
        """Gauss-Legendre nodes z up to ``top`` and weights; pieces are short beside either spread."""
        halves = np.arange(-_REACH, _REACH + 0.1, 0.5)
        edges = np.concatenate([halves, (halves - self.shift) / self.ratio])
        top = min(max(top, -_REACH), _REACH)
        edges = np.unique(np.append(edges[(edges >= -_REACH) & (edges < top)], top))
        x, w = np.polynomial.legendre.leggauss(16)
        width = np.diff(edges)[:, None] / 2
        z = (edges[:-1, None] + width + width * x).ravel()
        return z, (width * w).ravel() * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    def _threshold(self, p: float, share: float) -> float:
        """Score that this share of all answers reaches, by bisection; the share as a tail keeps its digits."""
        reach = abs(self.shift) + max(1.0, self.ratio) * _REACH
        low, high = -reach, reach
        for _ in range(200):
            middle = (low + high) / 2
            above = (1 - p) * ndtr(-middle) + p * ndtr((self.shift - middle) / self.ratio)
            low, high = (middle, high) if above > share else (low, middle)
        return float(low + high) / 2

    def _above(self, p: Floats, share: Floats) -> Floats:
        """Chance to be right and among this share of all answers, the best-scored ones; flat arrays, 0 < p < 1."""
        bars = np.array([self._threshold(q, u) for q, u in zip(p, share, strict=True)])
        found: Floats = np.where(share < 1, p * ndtr((self.shift - bars) / self.ratio), p)
        return found

    def _below(self, p: Floats, share: Floats, k: Floats) -> Floats:
        """Chance that the best of k is right and below the best-scored share of all answers; flat arrays, 0 < p < 1."""
        out = np.empty(p.size)
        for i, (q, u, n) in enumerate(zip(p, share, k, strict=True)):
            bar = self._threshold(q, u) if u > 0 else np.inf
            z, weight = self._nodes((bar - self.shift) / self.ratio)
            out[i] = n * q * (weight @ np.exp((n - 1) * self._shares_at(z).log_below(q)))
        return out

    def _shares_at(self, z: Floats) -> _NormalShares:
        s = self.shift + self.ratio * z
        return _NormalShares(ndtr(-s), ndtr(-z), log_ndtr(s), log_ndtr(z))

    def _evaluate(self, p: Floats, k: Floats, log_k: bool = False, by_auc: bool = False) -> Floats:
        """The law ∫ k p H(s)^(k-1) f1(s) ds for flat arrays, or a derivative of it.

        H is the share of answers below s. The integrand is positive, so nothing cancels, and its nodes do not
        depend on p and k.
        """
        z, weight = self._nodes()
        s, shares = self.shift + self.ratio * z, self._shares_at(z)
        density = np.exp(-(s**2) / 2) / np.sqrt(2 * np.pi)
        out = np.empty(p.size)
        for i, (pp, kk) in enumerate(zip(p, k, strict=True)):
            log_h = shares.log_below(pp)
            if by_auc:
                # dH/dshift = (1 - p) f0(s), and dshift/dauc is the inverse slope of the AUC.
                terms = (kk - 1) * np.exp(max(kk - 2, 0) * log_h) * (1 - pp) * density
                out[i] = kk * pp * (weight @ terms) * self._shift_per_auc()
            else:
                terms = np.exp((kk - 1) * log_h) * ((1 + kk * log_h) if log_k else 1.0)
                out[i] = kk * pp * (weight @ terms)
        return out

    def _shift_per_auc(self) -> float:
        z = ndtri(self.auc)
        return float(np.hypot(1.0, self.ratio) * np.sqrt(2 * np.pi) * np.exp(z**2 / 2))


def _is_roc(roc: Roc, name: str = "roc") -> _LinearRoc | _BinormalRoc:
    if not isinstance(roc, (_LinearRoc, _BinormalRoc)):
        raise ValueError(f"{name} = {roc!r}: must be a Roc (from_scores, piecewise_linear or binormal)")
    return roc

"""A benchmark, whose problems differ: families of curves, their fits, and what a fit may say beyond the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, expit, gammaln, ndtri

from .._arguments import (
    Bools,
    Floats,
    ScalarOrArray,
    as_counts,
    as_level,
    as_numbers,
    as_probabilities,
    one,
    one_of,
    plain,
    together,
)
from .one_problem import coverage as single_coverage

__all__ = [
    "BetaBinomial",
    "Posterior",
    "PowerLaw",
    "Tail",
    "coverage_equivalent",
    "effective_samples",
    "inverse_binomial",
]

# The likelihood is a sum over j < n of logarithms, so that its cost grows with n: larger n are refused.
_MOST_SAMPLES = 10**7
# Spreads theta = 1 / (a + b) outside these are in effect one common p, and "always right or always wrong".
_LOG_THETA = (-23.0, 23.0)
# Beyond this logit a mean is 0 or 1 in float64; and the number of points on a likelihood contour.
_LOGIT, _CONTOUR = 40.0, 80
# Leading terms of the likelihood that a contour sums one by one, and quadrature nodes for each further doubling of j.
_SINGLE, _NODES = 64, 20
# At least one of k samples right, or all of them: the two tails of one distribution of p.
_TAILS = ("pass", "all")
# Coverage that rises by less than this, relative to its value, counts as constant.
_LEVEL = 1e-12


class Tail(NamedTuple):
    """Failure at large k: constant · k^(-exponent)."""

    constant: float
    exponent: float


class Posterior(NamedTuple):
    """What is known of each problem's success probability p: its mean, and an interval of it."""

    mean: ScalarOrArray
    low: ScalarOrArray
    high: ScalarOrArray


@dataclass(frozen=True)
class BetaBinomial:
    """Problems whose success probabilities follow a Beta(a, b) distribution.

    Parameters
    ----------
    a, b : float
        Shape parameters, above 0. Both infinite: one common p for all problems. Both 0: every problem is
        either always right or always wrong.
    mean : float, optional
        Mean of p. Only, and then necessarily, given in those two limits; otherwise it is a / (a + b).
    note : str, optional
        What a fit has to say about itself: empty, or which boundary it sits on.

    Raises
    ------
    ValueError
        If a or b is negative or NaN, only one of them is 0 or infinite, or ``mean`` is missing or superfluous.

    Notes
    -----
    Each problem fails exponentially, (1 - p)^k; their mean fails as a power of k.

    References
    ----------
    Schaeffer et al. 2025, "How Do Large Language Monkeys Get Their Power (Laws)?", arXiv 2502.17578.

    Examples
    --------
    >>> family = BetaBinomial(0.715, 1.669)
    >>> round(family.mean, 3), round(family.coverage(100), 3)
    (0.3, 0.95)
    """

    a: float
    b: float
    mean: float | None = None
    note: str = ""
    _likelihood: _Likelihood | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        limits = (0.0, np.inf)
        for name in ("a", "b"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
                raise ValueError(f"{name} = {value!r}: must be a number")
            if not value >= 0:
                raise ValueError(f"{name} = {value}: must be above 0")
            object.__setattr__(self, name, float(value))
        if self.a in limits or self.b in limits:
            if self.a != self.b:
                raise ValueError(f"a = {self.a}, b = {self.b}: 0 and infinity are allowed only for both")
            if self.mean is None:
                raise ValueError(f"mean = None: must be given when a = b = {self.a}")
            object.__setattr__(self, "mean", one("mean", as_probabilities("mean", self.mean)))
        elif self.mean is not None:
            raise ValueError(f"mean = {self.mean}: must be left out, since a and b fix it")
        else:
            object.__setattr__(self, "mean", self.a / (self.a + self.b))

    @classmethod
    def fit(cls, n: ArrayLike, c: ArrayLike) -> BetaBinomial:
        """Maximum-likelihood fit to the counts of several problems.

        Parameters
        ----------
        n : int or array_like
            Samples recorded for each problem, 1 <= n <= 10^7. Broadcasts with ``c``.
        c : array_like of int
            How many of them are right, 0 <= c <= n.

        Returns
        -------
        BetaBinomial
            With ``note`` saying so when the likelihood is largest at a boundary: no more spread than one
            common p gives (a = b = inf), or every problem all right or all wrong (a = b = 0).

        Raises
        ------
        ValueError
            If counts are impossible, the table is empty, or no problem has two samples: then the spread of
            p leaves no trace in the data.

        Examples
        --------
        >>> fit = BetaBinomial.fit(10, [0, 0, 1, 2, 5, 9, 10, 10])
        >>> round(fit.a, 3), round(fit.b, 3)
        (0.271, 0.289)
        >>> BetaBinomial.fit(10, [0, 0, 0]).note
        'all samples are wrong: the mean is 0, and the spread leaves no trace'
        """
        like = _Likelihood.of(n, c)
        mean, theta, note = like.maximum()
        return cls._at(mean, theta, note, like)

    @classmethod
    def _at(cls, mean: float, theta: float, note: str, likelihood: _Likelihood) -> BetaBinomial:
        if theta == 0 or theta == np.inf:
            edge = np.inf if theta == 0 else 0.0
            return cls(edge, edge, mean=mean, note=note, _likelihood=likelihood)
        return cls(mean / theta, (1 - mean) / theta, note=note, _likelihood=likelihood)

    @property
    def correlation(self) -> float:
        """Correlation of two samples of the same problem, 1 / (a + b + 1).

        Examples
        --------
        >>> BetaBinomial(1, 1).correlation
        0.3333333333333333
        """
        return 1 / (self.a + self.b + 1)

    @property
    def tail(self) -> Tail:
        """How failure decays: Γ(a + b) / Γ(b) · k^(-a) for large k.

        Raises
        ------
        ValueError
            In the two limits, where failure is not a power of k.

        Examples
        --------
        >>> constant, exponent = BetaBinomial(0.5, 1).tail
        >>> round(constant, 4), exponent
        (0.8862, 0.5)
        """
        if self.a in (0.0, np.inf):
            raise ValueError(f"a = {self.a}: must be finite and above 0 for failure to be a power of k")
        return Tail(float(np.exp(gammaln(self.a + self.b) - gammaln(self.b))), self.a)

    def coverage(self, k: ArrayLike) -> ScalarOrArray:
        """Mean over problems of the probability that one of k samples is right.

        Parameters
        ----------
        k : int or array_like
            Samples allowed, k >= 0.

        Returns
        -------
        float or ndarray
            1 - B(a, b + k) / B(a, b).

        Raises
        ------
        ValueError
            If k is negative or not whole.

        Examples
        --------
        >>> BetaBinomial(1, 1).coverage([0, 1, 3, 99]).round(12).tolist()
        [0.0, 0.5, 0.75, 0.99]
        """
        k = as_counts("k", k)
        if self.a == np.inf:
            return plain(single_coverage(cast(float, self.mean), k))
        if self.a == 0:
            return plain(np.where(k > 0, cast(float, self.mean), 0.0))
        return plain(-np.expm1(_log_failure(self.a, self.b, k)) + 0.0)

    def pass_hat_k(self, k: ArrayLike) -> ScalarOrArray:
        """Mean over problems of the probability that all of k samples are right, written pass^k.

        Parameters
        ----------
        k : int or array_like
            Samples that must all be right, k >= 0.

        Returns
        -------
        float or ndarray
            B(a + k, b) / B(a, b): the other tail of the same distribution of p. It falls as k^(-b), where failure of
            ``coverage`` falls as k^(-a).

        Raises
        ------
        ValueError
            If k is negative or not whole.

        Examples
        --------
        >>> BetaBinomial(1, 1).pass_hat_k([0, 1, 3, 99]).round(12).tolist()
        [1.0, 0.5, 0.25, 0.01]
        """
        k = as_counts("k", k)
        if self.a == np.inf:
            return plain(np.asarray(cast(float, self.mean) ** k))
        if self.a == 0:
            return plain(np.where(k > 0, cast(float, self.mean), 1.0))
        return plain(np.exp(_log_failure(self.b, self.a, k)))

    def cdf(self, p: ArrayLike) -> ScalarOrArray:
        """Share of problems whose success probability is at most p.

        Parameters
        ----------
        p : float or array_like
            In [0, 1].

        Returns
        -------
        float or ndarray

        Raises
        ------
        ValueError
            If p is outside [0, 1].

        Examples
        --------
        >>> round(1 - BetaBinomial(0.4, 0.6).cdf(0.95), 4)
        0.0846
        """
        p = as_probabilities("p", p)
        if self.a == np.inf:
            return plain(np.where(p >= cast(float, self.mean), 1.0, 0.0))
        if self.a == 0:
            return plain(np.where(p < 1, 1 - cast(float, self.mean), 1.0))
        return plain(betainc(self.a, self.b, p))

    def chances(self, n: int) -> Floats:
        """Chance that a problem has 0, 1, …, n right of n samples.

        Parameters
        ----------
        n : int
            Samples, 1 <= n <= 10^7.

        Returns
        -------
        ndarray, shape (n + 1,)

        Raises
        ------
        ValueError
            If n is outside its range or not a single whole number.

        Examples
        --------
        >>> BetaBinomial(1, 1).chances(3).round(12).tolist()
        [0.25, 0.25, 0.25, 0.25]
        """
        size = int(one("n", as_counts("n", n, least=1)))
        if size > _MOST_SAMPLES:
            raise ValueError(f"n = {size}: must be at most 10**7")
        mean = cast(float, self.mean)
        if self.a == 0 or mean in (0.0, 1.0):
            found = np.zeros(size + 1)
            found[0], found[-1] = 1 - mean, mean
            return found
        c = np.arange(size)
        if self.a == np.inf:
            ratio, none = mean / (1 - mean), size * np.log1p(-mean)
            steps = np.log((size - c) / (c + 1) * ratio)
        else:
            none = _log_failure(self.a, self.b, size)
            steps = np.log((size - c) / (c + 1)) + np.log((self.a + c) / (self.b + size - c - 1))
        logs = none + np.concatenate([[0.0], np.cumsum(steps)])
        found = np.exp(logs - logs.max())
        return cast(Floats, found / found.sum())

    def posterior(self, n: ArrayLike, c: ArrayLike, level: float = 0.95) -> Posterior:
        """What is known of a problem's p once c of n samples were right: the family as prior, Beta(a + c, b + n - c).

        Parameters
        ----------
        n : int or array_like
            Samples recorded, n >= 0.
        c : int or array_like
            How many of them are right, 0 <= c <= n.
        level : float, optional
            Probability that the interval holds, in (0, 1), with equal tails.

        Returns
        -------
        Posterior
            ``mean``, ``low`` and ``high``, floats or arrays. The family is taken as known: with few problems the
            interval is too narrow.

        Raises
        ------
        ValueError
            If counts are impossible, or a = b = 0 and c is neither 0 nor n.

        Examples
        --------
        >>> family = BetaBinomial(0.4, 0.6)
        >>> [round(one, 3) for one in family.posterior(4, 4)]
        [0.88, 0.518, 1.0]
        """
        n, c = together(n=as_counts("n", n), c=as_counts("c", c))
        level = as_level(level)
        if (c > n).any():
            i = np.flatnonzero(c > n)[0]
            raise ValueError(f"c = {c.flat[i]:.0f} with n = {n.flat[i]:.0f}: c must not exceed n")
        mean = cast(float, self.mean)
        if self.a == np.inf:
            same = plain(np.full(n.shape, mean))
            return Posterior(same, same, same)
        if self.a == 0:
            return self._two_points(n, c)
        a, b = self.a + c, self.b + n - c
        tail = (1 - level) / 2
        return Posterior(plain(a / (a + b)), plain(betaincinv(a, b, tail)), plain(betaincinv(a, b, 1 - tail)))

    def _two_points(self, n: Floats, c: Floats) -> Posterior:
        """The posterior where every p is 0 or 1: one sample tells which."""
        if ((c > 0) & (c < n)).any():
            i = np.flatnonzero((c > 0) & (c < n))[0]
            raise ValueError(f"c = {c.flat[i]:.0f} with n = {n.flat[i]:.0f}: must be 0 or n where a = b = 0")
        known = n > 0
        value = np.where(known, (c > 0).astype(float), cast(float, self.mean))
        return Posterior(plain(value), plain(np.where(known, value, 0.0)), plain(np.where(known, value, 1.0)))

    def interval(
        self, k: ArrayLike, level: float = 0.95, selector: str = "pass"
    ) -> tuple[ScalarOrArray, ScalarOrArray]:
        """Profile-likelihood interval of ``coverage(k)`` or ``pass_hat_k(k)``, if the family is right.

        Parameters
        ----------
        k : int or array_like
            Samples allowed, k >= 0.
        level : float, optional
            Confidence, in (0, 1).
        selector : {"pass", "all"}, optional
            ``coverage`` or ``pass_hat_k``.

        Returns
        -------
        low, high : float or ndarray

        Raises
        ------
        ValueError
            If the object does not come from ``fit``, or an argument is outside its range.

        Notes
        -----
        The ends are the least and the greatest value over all (a, b) whose log-likelihood lies within half
        the chi-square quantile (one degree of freedom) of the maximum. Problems are the sampling unit.

        Examples
        --------
        >>> low, high = BetaBinomial.fit(10, [0, 0, 1, 2, 5, 9, 10, 10]).interval(10)
        >>> round(low, 3), round(high, 3)
        (0.395, 0.933)
        """
        k = as_counts("k", k)
        level = as_level(level)
        one_of("selector", selector, _TAILS)
        if self._likelihood is None:
            raise ValueError("interval needs data: it is defined for the result of BetaBinomial.fit")
        drop = ndtri((1 + level) / 2) ** 2 / 2
        x, theta = self._likelihood.contour(drop)
        k = k[..., None]
        a, b = expit(x) / theta, expit(-x) / theta
        if selector == "pass":
            curves, middle = -np.expm1(_log_failure(a, b, k)), np.asarray(self.coverage(k[..., 0]))
        else:
            curves, middle = np.exp(_log_failure(b, a, k)), np.asarray(self.pass_hat_k(k[..., 0]))
        return plain(np.minimum(curves.min(-1), middle) + 0.0), plain(np.maximum(curves.max(-1), middle))


def checked_counts(n: ArrayLike, c: ArrayLike) -> tuple[Floats, Floats]:
    """The samples and the right ones of each problem, or a ValueError that names what cannot be."""
    n, c = as_counts("n", n, least=1), as_counts("c", c)
    if n.ndim == c.ndim == 1 and 1 not in (n.size, c.size) and n.size != c.size:
        raise ValueError(f"n has {n.size} entries and c has {c.size}: must have one entry a problem each")
    n, c = together(n=n, c=c)
    if n.size == 0:
        raise ValueError("c is empty: a fit needs at least one problem")
    if n.max() > _MOST_SAMPLES:
        raise ValueError(f"n = {n.max():.0f}: must be at most 10**7")
    if (c > n).any():
        i = np.flatnonzero(c > n)[0]
        raise ValueError(f"c = {c.flat[i]:.0f} with n = {n.flat[i]:.0f}: c must not exceed n")
    return n, c


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """Log-likelihood of a Beta-binomial in the mean m and the spread theta = 1 / (a + b).

    It is sum_j right[j] log(m + j theta) + wrong[j] log(1 - m + j theta) - drawn[j] log(1 + j theta), where
    right[j] counts the problems with more than j right samples, and so on: no gamma function whose digits
    would cancel when theta is small, and work that grows with the largest n, not with the problems.
    """

    right: np.ndarray
    wrong: np.ndarray
    drawn: np.ndarray

    @classmethod
    def of(cls, n: ArrayLike, c: ArrayLike) -> _Likelihood:
        n, c = checked_counts(n, c)
        if n.max() == 1:
            raise ValueError("n = 1 for every problem: the spread of p needs a problem with two samples")
        length = int(n.max())

        def more_than(x: Floats) -> Floats:
            seen = np.bincount(x.astype(np.intp).ravel(), minlength=length + 1)
            return seen[::-1].cumsum()[::-1][1:].astype(np.float64)

        return cls(more_than(c), more_than(n - c), more_than(n))

    def maximum(self) -> tuple[float, float, str]:
        """The best (mean, theta) and a note if it lies on a boundary."""
        right, wrong, drawn = self.right, self.wrong, self.drawn
        pooled = right.sum() / drawn.sum()
        if pooled == 0:
            return 0.0, 0.0, "all samples are wrong: the mean is 0, and the spread leaves no trace"
        if pooled == 1:
            return 1.0, 0.0, "all samples are right: the mean is 1, and the spread leaves no trace"
        problems, solved = drawn[0], right[0]
        # Every problem is all right or all wrong exactly if each one has right samples or wrong ones, not both.
        if right[0] + wrong[0] == problems:
            note = "every problem is all right or all wrong: the spread is as large as it can be"
            return float(solved / problems), np.inf, note
        j = np.arange(len(drawn))
        if (j * (right / pooled + wrong / (1 - pooled) - drawn)).sum() <= 0:
            return float(pooled), 0.0, "no more spread than one common p gives"
        return (*self._newton(j, pooled), "")

    def _newton(self, j: NDArray[np.intp], mean: float) -> tuple[float, float]:
        """Newton's method in (logit mean, log theta), damped so that every step goes up."""
        x = np.array([np.log(mean / (1 - mean)), np.log(0.3)])
        value, gradient, hessian = self._derivatives(j, x)
        damping = 0.0
        for _ in range(200):
            if np.abs(gradient).max() <= 1e-10 * self.drawn.sum():
                break
            curvature = -hessian + damping * np.eye(2)
            if np.linalg.eigvalsh(curvature)[0] <= 0:
                damping = max(2 * damping, 1e-3 * np.abs(hessian).max())
                continue
            step = np.clip(np.linalg.solve(curvature, gradient), -2.0, 2.0)
            new = self._derivatives(j, x + step)
            if new[0] < value:
                damping = max(4 * damping, 1e-3 * np.abs(hessian).max())
                if np.abs(step).max() < 1e-9:
                    break
                continue
            x, damping = x + step, damping / 4
            value, gradient, hessian = new
        return float(1 / (1 + np.exp(-x[0]))), float(np.exp(x[1]))

    def _derivatives(self, j: NDArray[np.intp], x: Floats) -> tuple[float, Floats, Floats]:
        m, theta = 1 / (1 + np.exp(-x[0])), np.exp(x[1])
        up, down, all_ = m + j * theta, 1 - m + j * theta, 1 + j * theta
        value = (self.right * np.log(up) + self.wrong * np.log(down) - self.drawn * np.log(all_)).sum()
        r, w, d = self.right / up, self.wrong / down, self.drawn / all_
        by_m, by_t = (r - w).sum(), (j * (r + w - d)).sum()
        r, w, d = r / up, w / down, d / all_
        mm, mt, tt = -(r + w).sum(), -(j * (r - w)).sum(), -(j**2 * (r + w - d)).sum()
        s, curve = m * (1 - m), m * (1 - m) * (1 - 2 * m)
        gradient = np.array([by_m * s, by_t * theta])
        cross = mt * s * theta
        hessian = np.array([[mm * s**2 + by_m * curve, cross], [cross, tt * theta**2 + by_t * theta]])
        return value, gradient, hessian

    @cached_property
    def _short(self) -> tuple[Floats, ...]:
        """The same sums over few nodes: j, right, wrong, drawn.

        log(m + j theta) has its one singularity at some j <= 0. From j to 2 j it is therefore a polynomial of degree
        _NODES - 1 to sixteen digits, whatever m and theta are, and so are the others: values at Chebyshev points
        stand for all terms between, at weights found once from the counts.
        """
        counts = np.stack([self.right, self.wrong, self.drawn])
        end = counts.shape[1]
        nodes, weights = [np.arange(min(end, _SINGLE), dtype=float)], [counts[:, :_SINGLE]]
        for start in _SINGLE * 2 ** np.arange(max(0, int(np.ceil(np.log2(end / _SINGLE))))):
            part = counts[:, start : 2 * start]
            if part.shape[1] > _NODES:
                at, part = _condensed(part)
            else:
                at = np.arange(part.shape[1], dtype=float)
            nodes.append(start + at)
            weights.append(part)
        return np.concatenate(nodes), *np.concatenate(weights, axis=1)

    def _of_mean(self, x: Floats, theta: Floats) -> Floats:
        """The terms of the log-likelihood that hold the mean, for arrays of logit means and spreads."""
        j, right, wrong, _ = self._short
        steps = j * theta[:, None]
        found: Floats = np.log(expit(x)[:, None] + steps) @ right + np.log(expit(-x)[:, None] + steps) @ wrong
        return found

    def _of_spread(self, theta: Floats) -> Floats:
        """The other terms, which hold the spread alone."""
        j, _, _, drawn = self._short
        return np.log1p(j * theta[:, None]) @ drawn

    def _peak(self, theta: Floats) -> Floats:
        """The best logit mean for each spread: the slope in the mean falls, so its sign can be bisected."""
        j, right, wrong, _ = self._short
        steps = j * theta[:, None]

        def rising(x: Floats) -> Bools:
            found: Bools = (1 / (expit(x)[:, None] + steps)) @ right > (1 / (expit(-x)[:, None] + steps)) @ wrong
            return found

        return _bisect(rising, np.full(len(theta), -_LOGIT), np.full(len(theta), _LOGIT))

    def contour(self, drop: float) -> tuple[Floats, Floats]:
        """Logit means and spreads on the line where the log-likelihood is ``drop`` below its maximum."""

        def highest(theta: Floats) -> Floats:
            return self._of_mean(self._peak(theta), theta) - self._of_spread(theta)

        _, theta, _ = self.maximum()
        centre = np.clip(np.log(theta) if theta > 0 else -np.inf, *_LOG_THETA)
        cut = highest(np.exp([centre]))[0] - drop
        edges = _bisect(
            lambda log_theta: highest(np.exp(log_theta)) >= cut, np.full(2, centre), np.array(_LOG_THETA), steps=30
        )
        # Near both edges the contour behaves like a square root: the points are denser there.
        share = (1 - np.cos(np.linspace(0, np.pi, _CONTOUR))) / 2
        theta = np.exp(edges[0] + (edges[1] - edges[0]) * share)
        x, least = self._peak(theta), cut + self._of_spread(theta)
        ends = [
            _bisect(lambda y: self._of_mean(y, theta) >= least, x, np.full(_CONTOUR, end)) for end in (-_LOGIT, _LOGIT)
        ]
        return np.concatenate(ends), np.concatenate([theta, theta])


def _condensed(counts: Floats) -> tuple[Floats, Floats]:
    """Chebyshev points between 0 and the last column, and for each row the weights that sum polynomials as it does."""
    half = (counts.shape[1] - 1) / 2
    angle = np.pi * (np.arange(_NODES) + 0.5) / _NODES
    # Moments of the Chebyshev polynomials by their recurrence; their values at the points are cosines.
    place = np.arange(counts.shape[1]) / half - 1
    before, now = np.ones_like(place), place
    weights = np.repeat(counts.sum(axis=1, keepdims=True), _NODES, axis=1)
    for degree in range(1, _NODES):
        weights += 2 * (counts @ now)[:, None] * np.cos(degree * angle)
        before, now = now, 2 * place * now - before
    return half * (1 + np.cos(angle)), weights / _NODES


def _bisect(holds: Callable[[Floats], Bools], yes: Floats, no: Floats, steps: int = 45) -> Floats:
    """The edge of a condition that holds at ``yes`` and, unless it holds there too, fails at ``no``."""
    yes, no = yes.copy(), no.copy()
    far = holds(no)
    yes[far] = no[far]
    for _ in range(steps):
        middle = (yes + no) / 2
        good = holds(middle)
        yes, no = np.where(good, middle, yes), np.where(good, no, middle)
    return (yes + no) / 2


def _log_failure(a: ArrayLike, b: ArrayLike, k: ArrayLike) -> Floats:
    """log(B(a, b + k) / B(a, b)), exact to a few units in the last place.

    Sixteen factors are taken one by one; from there Stirling's series is applied to the mixed difference of the
    four log-gammas, written so that no large terms are left to cancel.
    """
    a, b, k = np.broadcast_arrays(a, b, k)
    total = np.zeros(a.shape)
    with np.errstate(over="ignore", divide="ignore"):
        for j in range(16):
            total -= np.where(k > j, np.log1p(a / (b + j)), 0.0)
    rest, b = np.maximum(k - 16, 0.0), b + 16
    total -= (
        (b - 0.5) * np.log1p(-(a / (b + a)) * (rest / (b + rest)))
        + a * np.log1p(rest / (b + a))
        + rest * np.log1p(a / (b + rest))
    )

    def series(z: Floats) -> Floats:
        # z -> 1/(12 z) - 1/(360 z^3) + ...: differenced term by term in the factored form.
        return _fall(z, a, 1) / 12 - _fall(z, a, 3) / 360 + _fall(z, a, 5) / 1260 - _fall(z, a, 7) / 1680

    return total - (series(b) - series(b + rest))


def _fall(z: Floats, a: Floats, power: int) -> Floats:
    """z^-power - (z + a)^-power without cancellation."""
    found: Floats = -np.expm1(-power * np.log1p(a / z)) / z**power
    return found


@dataclass(frozen=True)
class PowerLaw:
    """Coverage of the form exp(-scale · k^(-exponent)): a straight line of log(-log coverage) in log k.

    Parameters
    ----------
    scale, exponent : float
        Both above 0.
    rms : float, optional
        Root mean square of the fit's residuals in coverage; ``nan`` when it was not fitted.

    Raises
    ------
    ValueError
        If scale or exponent is not a finite number above 0.

    Notes
    -----
    An empirical curve, not derived from a distribution of p: it says nothing of its own accord about the error
    of an extrapolation.

    References
    ----------
    Brown et al. 2024, "Large Language Monkeys", arXiv 2407.21787.

    Examples
    --------
    >>> round(PowerLaw(1.2, 0.5).coverage(100), 4)
    0.8869
    """

    scale: float
    exponent: float
    rms: float = float("nan")

    def __post_init__(self) -> None:
        for name in ("scale", "exponent"):
            value = one(name, as_numbers(name, getattr(self, name), above=0))
            object.__setattr__(self, name, value)

    @classmethod
    def fit(cls, k: ArrayLike, value: ArrayLike) -> PowerLaw:
        """Least squares in coverage, started from the straight line of the logarithms.

        Parameters
        ----------
        k : array_like of int
            Samples allowed, k >= 1, at least two different.
        value : array_like
            Coverage at each k, in [0, 1], at least two of them strictly inside.

        Returns
        -------
        PowerLaw

        Raises
        ------
        ValueError
            If the lengths differ, a value is outside its range, fewer than two points fix the line, or
            coverage does not rise with k.

        Examples
        --------
        >>> k = [1, 2, 5, 10, 50]
        >>> law = PowerLaw.fit(k, PowerLaw(1.2, 0.5).coverage(k))
        >>> round(law.scale, 6), round(law.exponent, 6)
        (1.2, 0.5)
        """
        k, value = as_counts("k", k, least=1), as_probabilities("value", value)
        if k.ndim != 1 or k.shape != value.shape:
            raise ValueError(f"k has shape {k.shape} and value {value.shape}: must be one-dimensional and alike")
        inner = (value > 0) & (value < 1)
        if len(np.unique(k[inner])) < 2:
            raise ValueError(f"value has {inner.sum()} usable points: needs two k with coverage inside (0, 1)")
        slope, level = np.polyfit(np.log(k[inner]), np.log(-np.log(value[inner])), 1)
        first, last = np.exp(-np.exp(level + slope * np.log([k[inner].min(), k[inner].max()])))
        # Rounding gives constant values a small slope of either sign.
        if last - first <= _LEVEL * last:
            raise ValueError(f"value falls or stays level with k (slope {slope:.3g}): must rise")
        log_k = np.log(k)

        def misfit(x: Floats) -> Floats:
            found: Floats = np.exp(-np.exp(np.clip(x[0] - np.exp(x[1]) * log_k, -700, 700))) - value
            return found

        from scipy.optimize import least_squares  # here, for a quick import of the package

        found = least_squares(misfit, [level, np.log(-slope)], xtol=1e-14, ftol=1e-14, gtol=1e-14)
        rms = float(np.sqrt(np.mean(found.fun**2)))
        return cls(float(np.exp(found.x[0])), float(np.exp(found.x[1])), rms)

    def coverage(self, k: ArrayLike) -> ScalarOrArray:
        """Coverage at k samples.

        Parameters
        ----------
        k : int or array_like
            Samples allowed, k >= 1.

        Returns
        -------
        float or ndarray

        Raises
        ------
        ValueError
            If k is below 1 or not whole.

        Examples
        --------
        >>> PowerLaw(1.0, 0.5).coverage([1, 4]).round(4).tolist()
        [0.3679, 0.6065]
        """
        return plain(np.exp(-self.scale * as_counts("k", k, least=1) ** -self.exponent))


def inverse_binomial(c: ArrayLike, n: ArrayLike, *, wanted: ArrayLike | None = None) -> ScalarOrArray:
    """Unbiased estimate of p when sampling stopped at a wanted number of successes.

    Parameters
    ----------
    c : int or array_like
        Right samples seen.
    n : int or array_like
        Samples drawn, n >= c.
    wanted : int or array_like, optional
        Right samples at which drawing would have stopped, at least 2 and at least c; by default c itself.

    Returns
    -------
    float or ndarray
        (c - 1) / (n - 1) where c = wanted; c / n where a cap on the draws came first.

    Raises
    ------
    ValueError
        If wanted < 2 (no unbiased estimate exists from the first success alone in this form), c > n, or
        c > wanted.

    Notes
    -----
    c / n is too high here, since the last draw is right by design. With the two branches together the estimate
    is unbiased for every cap.

    References
    ----------
    Haldane 1945, "On a Method of Estimating Frequencies", Biometrika 33.

    Examples
    --------
    >>> inverse_binomial(3, 9)
    0.25
    >>> inverse_binomial(2, 20, wanted=3)
    0.1
    """
    c, n = as_counts("c", c), as_counts("n", n, least=1)
    wanted = c if wanted is None else as_counts("wanted", wanted)
    c, n, wanted = together(c=c, n=n, wanted=wanted)
    if (wanted < 2).any():
        raise ValueError(f"wanted = {wanted.min():.0f}: must be at least 2 (c, where it is not given)")
    if (c > n).any():
        i = np.flatnonzero(c > n)[0]
        raise ValueError(f"c = {c.flat[i]:.0f} with n = {n.flat[i]:.0f}: c must not exceed n")
    if (c > wanted).any():
        i = np.flatnonzero(c > wanted)[0]
        raise ValueError(f"c = {c.flat[i]:.0f}: must not exceed wanted = {wanted.flat[i]:.0f}")
    stopped = c == wanted
    return plain(np.where(stopped, c - 1, c) / np.where(stopped, n - 1, n))


def effective_samples(k: ArrayLike, correlation: ArrayLike) -> ScalarOrArray:
    """Independent samples that estimate p as well as k correlated ones.

    Parameters
    ----------
    k : int or array_like
        Samples of one problem, k >= 1.
    correlation : float or array_like
        Correlation of two of them, in [0, 1]: 0 for independent draws, 1 for greedy decoding.

    Returns
    -------
    float or ndarray
        k / (1 + (k - 1) correlation), never above 1 / correlation.

    Raises
    ------
    ValueError
        If k is below 1 or not whole, or the correlation is outside [0, 1] or NaN.

    See Also
    --------
    coverage_equivalent : the same question asked about coverage, with another answer.

    Examples
    --------
    >>> effective_samples(100, [0.0, 0.1, 1.0]).round(3).tolist()
    [100.0, 9.174, 1.0]
    """
    k = as_counts("k", k, least=1)
    k, correlation = together(k=k, correlation=as_probabilities("correlation", correlation))
    return plain(k / (1 + (k - 1) * correlation))


def coverage_equivalent(p: ArrayLike, k: ArrayLike, correlation: ArrayLike) -> ScalarOrArray:
    """Independent samples that cover as much as k correlated ones of the same problem.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in (0, 1).
    k : int or array_like
        Dependent samples, k >= 1.
    correlation : float or array_like
        Correlation of two of them, in [0, 1]; the samples are Beta-binomial with this spread around p.

    Returns
    -------
    float or ndarray
        The m with 1 - (1 - p)^m equal to the coverage of the k dependent samples; a real number.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> coverage_equivalent(0.1, 100, [0.0, 0.1, 1.0]).round(2).tolist()
    [100.0, 22.18, 1.0]
    """
    p = as_probabilities("p", p, positive=True, below_one=True)
    k, rho = as_counts("k", k, least=1), as_probabilities("correlation", correlation)
    p, k, rho = together(p=p, k=k, correlation=rho)
    inner = (rho > 0) & (rho < 1)
    size = 1 / np.where(inner, rho, 0.5) - 1
    fail = _log_failure(p * size, (1 - p) * size, k)
    return plain(np.where(inner, fail / np.log1p(-p), np.where(rho == 0, k, 1.0)))

"""A benchmark with hopeless problems and with sure ones: a Beta distribution beside masses at p = 0 and p = 1."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma, expit, logit, ndtri

from .._arguments import Floats, ScalarOrArray, as_counts, as_level, as_numbers, as_probabilities, one, plain
from .many_problems import BetaBinomial, checked_counts

__all__ = ["InflatedBetaBinomial"]

# The logit of the mean, the logarithm of a + b and the log-odds of the two masses are kept within these.
_LOGIT, _LOG_SIZE, _LOG_ODDS = 20.0, 12.0, 30.0
# A mass that the likelihood does not miss by more than this is 0.
_NOTHING = 1e-6
# Rounds of the search for an end of an interval, how near the log-likelihood must come to the cut, in parts of the
# drop, and the weight of an imaginary problem beyond which the end is reached.
_ROUNDS, _NEAR, _MOST_MASS = 40, 0.01, 1e7


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """Log-likelihood of the logit of a / (a + b), log(a + b), and the logarithms of the two masses against the rest."""

    n: Floats
    c: Floats
    times: Floats

    def parts(self, x: Floats) -> tuple[Floats, Floats]:
        """The log-likelihood of each distinct count, and its gradient, shape (counts, 4)."""
        mean, size = expit(x[0]), np.exp(x[1])
        a, b = size * mean, size * expit(-x[0])
        shares = np.exp(x[2:] - x[2:].max(initial=0))
        rest = np.exp(-x[2:].max(initial=0))
        zero, sure, rest = np.array([*shares, rest]) / (shares.sum() + rest)
        inner = np.exp(betaln(a + self.c, b + self.n - self.c) - betaln(a, b))
        none, all_ = self.c == 0, self.c == self.n
        total = rest * inner + zero * none + sure * all_
        by_a = digamma(a + self.c) - digamma(a + b + self.n) - digamma(a) + digamma(a + b)
        by_b = digamma(b + self.n - self.c) - digamma(a + b + self.n) - digamma(b) + digamma(a + b)
        spread = rest * inner / total
        by_mean, by_size = (by_a - by_b) * a * (1 - mean), by_a * a + by_b * b
        gradient = np.stack(
            [spread * by_mean, spread * by_size, zero * none / total - zero, sure * all_ / total - sure]
        )
        return np.log(total), gradient.T

    def of(self, x: Floats) -> tuple[float, Floats]:
        value, gradient = self.parts(x)
        return float(self.times @ value), self.times @ gradient

    def highest(self, starts: list[Floats], event: tuple[float, int, float] | None = None) -> Floats:
        """The best parameters; with an event, k samples all wrong (0) or not (1), seen that many times more."""
        from scipy.optimize import minimize  # here, for a quick import of the package

        def misfit(x: Floats) -> tuple[float, Floats]:
            value, gradient = self.of(x)
            if event is not None:
                k, right, mass = event
                log, by = _event(x, k, right)
                value, gradient = value + mass * log, gradient + mass * by
            return -value, -gradient

        bounds = [(-end, end) for end in (_LOGIT, _LOG_SIZE, _LOG_ODDS, _LOG_ODDS)]
        options = {"maxiter": 2000, "ftol": 1e-11, "gtol": 1e-6}
        found = [minimize(misfit, x, jac=True, method="L-BFGS-B", bounds=bounds, options=options) for x in starts]
        best: Floats = min(found, key=lambda each: float(each.fun)).x
        return best


def _event(x: Floats, k: float, right: int) -> tuple[float, Floats]:
    """The logarithm of failure at k, or of coverage, and its gradient: failure is the likelihood of 0 right of k."""
    log, gradient = _Likelihood(np.array([k]), np.array([0.0]), np.ones(1)).parts(x)
    if not right:
        return float(log[0]), gradient[0]
    failure = float(np.exp(log[0]))
    coverage = max(-float(np.expm1(log[0])), 1e-300)
    return float(np.log(coverage)), -failure / coverage * gradient[0]


@dataclass(frozen=True)
class InflatedBetaBinomial:
    """Problems of which a share is hopeless, a share sure, and the rest has chances from a Beta(a, b) distribution.

    Parameters
    ----------
    a, b : float
        Shape parameters of the rest, finite and above 0.
    zero, sure : float
        Shares of the problems with p = 0 and with p = 1; together below 1.
    note : str, optional
        What a fit has to say about itself.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    The zero-and-one-inflated Beta-binomial. At large k coverage ends at 1 - ``zero``, where a Beta distribution alone
    ends at 1. Which of the two holds cannot be seen in counts: a problem of chance 0 and one of chance far below 1/n
    look the same.

    References
    ----------
    Ospina and Ferrari 2010, "Inflated Beta Distributions", Statistical Papers 51.

    Examples
    --------
    >>> family = InflatedBetaBinomial(0.6, 1.2, zero=0.3)
    >>> round(family.coverage(100), 3), round(family.coverage(10**9), 3), round(family.mean, 3)
    (0.655, 0.7, 0.233)
    """

    a: float
    b: float
    zero: float = 0.0
    sure: float = 0.0
    note: str = ""
    _likelihood: _Likelihood | None = field(default=None, repr=False, compare=False)
    _at: tuple[float, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("a", "b"):
            object.__setattr__(self, name, one(name, as_numbers(name, getattr(self, name), above=0)))
        for name in ("zero", "sure"):
            object.__setattr__(self, name, one(name, as_probabilities(name, getattr(self, name), below_one=True)))
        if self.zero + self.sure >= 1:
            raise ValueError(f"zero = {self.zero:g}, sure = {self.sure:g}: together they must stay below 1")

    @classmethod
    def fit(cls, n: ArrayLike, c: ArrayLike) -> InflatedBetaBinomial:
        """Maximum-likelihood fit to the counts of several problems.

        Parameters
        ----------
        n : int or array_like
            Samples recorded for each problem, at least 1. Broadcasts with ``c``.
        c : array_like of int
            How many of them are right, 0 <= c <= n.

        Returns
        -------
        InflatedBetaBinomial
            With ``note`` saying which of the two masses the counts do not ask for.

        Raises
        ------
        ValueError
            If counts are impossible, the table is empty, or fewer than three problems have right samples and wrong
            ones: then nothing tells the masses from the rest.

        Examples
        --------
        >>> fit = InflatedBetaBinomial.fit(10, [0] * 40 + [3, 4, 4, 5, 5, 5, 6, 6, 7])
        >>> round(fit.zero, 3), round(fit.coverage(1000), 3)
        (0.816, 0.184)
        """
        n, c = checked_counts(n, c)
        mixed = int(((c > 0) & (c < n)).sum())
        if mixed < 3:
            raise ValueError(
                f"{mixed} problems have right samples and wrong ones: must be at least 3, or nothing tells the masses "
                "at 0 and 1 from the rest"
            )
        (drawn, right), times = np.unique(np.stack([n.ravel(), c.ravel()]), axis=1, return_counts=True)
        like = _Likelihood(drawn, right, times.astype(float))
        x = like.highest(_starts(n, c))
        best = like.of(x)[0]
        notes = []
        for at, name in ((2, "0"), (3, "1")):
            without = x.copy()
            without[at] = -np.inf
            if like.of(without)[0] >= best - _NOTHING:
                x = without
                notes.append(name)
        note = f"the counts ask for no mass at {' or '.join(notes)}" if notes else ""
        return cls._from(x, note, like)

    @classmethod
    def _from(cls, x: Floats, note: str, like: _Likelihood) -> InflatedBetaBinomial:
        shares = np.exp(x[2:])
        zero, sure = shares / (1 + shares.sum())
        mean, size = expit(x[0]), np.exp(x[1])
        a, b = float(size * mean), float(size * expit(-x[0]))
        return cls(a, b, float(zero), float(sure), note, like, tuple(x.tolist()))

    @property
    def mean(self) -> float:
        """Mean of p over all problems."""
        return (1 - self.zero - self.sure) * self.a / (self.a + self.b) + self.sure

    def coverage(self, k: ArrayLike) -> ScalarOrArray:
        """Mean over problems of the probability that one of k samples is right.

        Parameters
        ----------
        k : int or array_like
            Samples allowed, k >= 0.

        Returns
        -------
        float or ndarray

        Raises
        ------
        ValueError
            If k is negative or not whole.

        Examples
        --------
        >>> InflatedBetaBinomial(1, 1, zero=0.2, sure=0.1).coverage([0, 1, 99]).round(3).tolist()
        [0.0, 0.45, 0.793]
        """
        k = as_counts("k", k)
        rest = 1 - self.zero - self.sure
        return plain(rest * np.asarray(BetaBinomial(self.a, self.b).coverage(k)) + np.where(k > 0, self.sure, 0.0))

    def interval(self, k: ArrayLike, level: float = 0.95) -> tuple[ScalarOrArray, ScalarOrArray]:
        """Profile-likelihood interval of ``coverage(k)``, on the assumption that the family is right.

        Parameters
        ----------
        k : int or array_like
            Samples allowed, k >= 0.
        level : float, optional
            Confidence, in (0, 1).

        Returns
        -------
        low, high : float or ndarray

        Raises
        ------
        ValueError
            If the object does not come from ``fit``, or an argument is outside its range.

        Notes
        -----
        The ends are found as in `MixingDistribution.range`: an imaginary problem of which k samples all failed, or
        did not, has its weight raised until the log-likelihood of the counts has lost half the chi-square quantile.
        """
        k = as_counts("k", k)
        level = as_level(level)
        if self._likelihood is None:
            raise ValueError("interval needs data: it is defined for the result of InflatedBetaBinomial.fit")
        drop = float(ndtri((1 + level) / 2)) ** 2 / 2
        flat, where = np.unique(k, return_inverse=True)
        ends = np.array([[self._end(self._likelihood, each, right, drop) for right in (0, 1)] for each in flat])
        ends = ends[where].reshape(*k.shape, 2)
        return plain(ends[..., 0]), plain(ends[..., 1])

    def _end(self, like: _Likelihood, k: float, right: int, drop: float) -> float:
        if k == 0:
            return 0.0
        start = np.clip(np.array(self._at), -_LOG_ODDS, _LOG_ODDS)
        cut = like.of(start)[0] - drop
        # A start with the masses that are not there yet, too, since a search does not find them from far away.
        starts = [start, np.maximum(start, [-_LOGIT, -_LOG_SIZE, -3.0, -6.0])]
        value, mass, least, most = float(self.coverage(k)), 1.0, 0.0, np.inf
        for _ in range(_ROUNDS):
            x = like.highest(starts, (k, right, mass))
            left = like.of(x)[0] - cut
            if left >= 0:
                value, least = float(InflatedBetaBinomial._from(x, "", like).coverage(k)), mass
                starts = [x]
            else:
                most = mass
            if 0 <= left <= _NEAR * drop or most - least < _NEAR * most or mass > _MOST_MASS:
                break
            mass = mass * 4 if most == np.inf else mass / 4 if least == 0 else float(np.sqrt(least * most))
        return value


def _starts(n: Floats, c: Floats) -> list[Floats]:
    """Starts of the fit: the moments of the problems between, with a half or nearly none of the ends as masses."""
    inner = (c > 0) & (c < n)
    share = (c[inner] / n[inner]).astype(float)
    mean, variance = share.mean(), max(share.var(), 1e-3)
    size = max(mean * (1 - mean) / variance - 1, 0.3)
    none, all_ = (c == 0).mean(), (c == n).mean()
    found = []
    for part in (0.9, 0.5, 0.02):
        zero, sure = part * none + 1e-4, part * all_ + 1e-4
        rest = max(1 - zero - sure, 1e-3)
        found.append(np.array([logit(mean), np.log(size), np.log(zero / rest), np.log(sure / rest)]))
    return found

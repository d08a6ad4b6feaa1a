"""The distribution of p over problems without a family: what the counts alone say, and what they leave open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, stdtrit, xlog1py, xlogy

from .._arguments import Floats, ScalarOrArray, as_counts, as_level, as_probabilities, plain
from ..samples.native import Framed
from .many_problems import checked_counts
from .one_problem import coverage as single_coverage

__all__ = ["MixingDistribution"]

# The chances on the grid lie evenly in log-odds. Below 1/n every recorded count says the same of them: wider steps do.
_FINE, _WIDE, _LEAST = 0.01, 0.1, -40.0
# The most entries of the table of likelihoods, distinct counts times chances: 400 MB.
_MOST_ENTRIES = 5 * 10**7
# How far the log-likelihood of a worst case may stay below its maximum, and the ends of a range from the true ones.
_GAP, _PRECISION, _FLOOR = 1e-3, 1e-3, 1e-6
_ROUNDS = 200
# Rows from which on it pays to make a least-squares problem square.
_LONG = 1_000


@dataclass(frozen=True, eq=False)
class _Counts:
    """Distinct pairs of n and c, how many problems have each, and the likelihood of each on the grid of chances."""

    times: Floats
    p: Floats
    likelihood: Floats

    @classmethod
    def of(cls, n: Floats, c: Floats) -> _Counts:
        pairs, times = np.unique(np.stack([n, c]), axis=1, return_counts=True)
        drawn, right = pairs
        odds = _grid(int(drawn.max()))
        p, q = np.concatenate([[0.0], expit(odds), [1.0]]), np.concatenate([[1.0], expit(-odds), [0.0]])
        # Many samples fix a chance better than the steps of the grid: the shares of right samples belong to it. Where
        # they are too many, the step, less than a standard error up to 10^4 samples, says nearly the same.
        share = np.unique(right / drawn)
        if times.size * (p.size + share.size) <= _MOST_ENTRIES:
            p, at = np.unique(np.concatenate([p, share]), return_index=True)
            q = np.concatenate([q, 1 - share])[at]
        if times.size * p.size > _MOST_ENTRIES:
            raise ValueError(
                f"{times.size:,} problems have different counts: must be at most {_MOST_ENTRIES // p.size:,} with "
                f"up to {drawn.max():.0f} samples of a problem. Take as many samples of each problem, m of them: "
                "n = m, c = rng.hypergeometric(c, n - c, m) has at most m + 1 different counts and forecasts the same"
            )
        log = xlogy(right[:, None], p) + xlogy((drawn - right)[:, None], q)
        return cls(times.astype(float), p, np.exp(log - log.max(axis=1, keepdims=True)))

    def start(self, n: Floats, c: Floats) -> Floats:
        """Weights under which nothing recorded is impossible: alike on the shares of right samples, or where they lie.

        On the grid alone every eighth step will do: it is at most a few standard errors away.
        """
        weight = np.isin(self.p, c / n).astype(float)
        if weight.sum() < np.unique(c / n).size:
            weight[:] = 0
            weight[[0, *range(1, weight.size - 1, 8), -1]] = 1
        return np.asarray(weight / weight.sum())

    def log_likelihood(self, weight: Floats) -> float:
        return float(self.times @ np.log(self.likelihood @ weight))


def _grid(n: int) -> Floats:
    """Log-odds of the chances: fine where n samples tell them apart, wide below."""
    edge = np.log(n) + 2
    step = max(_FINE, min(_WIDE, 0.5 / np.sqrt(n)))
    return np.concatenate([np.arange(_LEAST, -edge, _WIDE), np.arange(-edge, edge + 3, step)])


@dataclass(frozen=True, eq=False)
class MixingDistribution(Framed):
    """The distribution of p over problems that makes the recorded counts likeliest, of all distributions (NPMLE).

    Attributes
    ----------
    p : ndarray
        The chances that have weight.
    weight : ndarray
        Their weights, summing to 1.
    log_likelihood : float
        Of the counts, up to a constant that does not depend on the distribution.
    problems : int
        How many were recorded.

    Notes
    -----
    The nonparametric maximum-likelihood estimate has at most as many chances as there are different counts. Of n
    samples of each problem the counts fix no more than n moments of the distribution: coverage at k > n is not among
    them, and many distributions fit equally well. `range` gives the coverage of all of them.

    References
    ----------
    Laird 1978, "Nonparametric Maximum Likelihood Estimation of a Mixing Distribution"; Lindsay 1983, "The Geometry of
    Mixture Likelihoods"; the algorithm is Wang 2007, "On Fast Computation of the Non-Parametric Maximum Likelihood
    Estimate of a Mixing Distribution".

    Examples
    --------
    >>> found = MixingDistribution.fit(10, [0] * 30 + [5] * 30)
    >>> found.p.round(2).tolist(), found.weight.round(2).tolist()
    ([0.0, 0.5], [0.5, 0.5])
    """

    _columns = ("p", "weight")

    p: Floats
    weight: Floats
    log_likelihood: float
    problems: int
    _counts: _Counts = field(repr=False)
    _on_grid: Floats = field(repr=False)

    @classmethod
    def fit(cls, n: ArrayLike, c: ArrayLike) -> MixingDistribution:
        """Maximum likelihood over all distributions of p.

        Parameters
        ----------
        n : int or array_like
            Samples recorded for each problem, 1 <= n <= 10^7. Broadcasts with ``c``.
        c : array_like of int
            How many of them are right, 0 <= c <= n.

        Returns
        -------
        MixingDistribution
            Its log-likelihood is within 10^-6 of the maximum over a grid of chances.

        Raises
        ------
        ValueError
            If counts are impossible, the table is empty, or too many problems have different counts: about 20,000 are
            possible with up to some thousand samples of a problem, and the message says how many, and what to do.

        Examples
        --------
        >>> MixingDistribution.fit(4, [0, 0, 0]).coverage([1, 100]).tolist()
        [0.0, 0.0]
        """
        n, c = checked_counts(n, c)
        counts = _Counts.of(n.ravel(), c.ravel())
        weight = counts.start(n, c)
        weight = _fit(counts.likelihood, counts.times, weight, 1e-6)
        here = weight > 0
        return cls(counts.p[here], weight[here], counts.log_likelihood(weight), n.size, counts, weight)

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
        >>> MixingDistribution.fit(4, [0, 4]).coverage(100)
        0.5
        """
        k = as_counts("k", k)
        return plain(np.asarray(single_coverage(self.p, k[..., None])) @ self.weight)

    def range(self, k: ArrayLike, level: float = 0.95) -> tuple[ScalarOrArray, ScalarOrArray]:
        """The least and the greatest coverage of k samples over all distributions of p that fit the counts.

        Parameters
        ----------
        k : int or array_like
            Samples allowed, k >= 0; about 0.02 s each for 100 problems, 0.3 s where 400 have a hundred samples, ten
            seconds where 10^5 have 10^4.
        level : float, optional
            Confidence, in (0, 1).

        Returns
        -------
        low, high : float or ndarray

        Raises
        ------
        ValueError
            If an argument is outside its range.

        Notes
        -----
        A distribution fits where its log-likelihood is within t²/2 of the maximum, t being Student's quantile for the
        number of problems: the profile likelihood of one number. Up to k = n that is an interval of the usual
        kind. Beyond, where the counts do not fix coverage, the range also holds all that they leave open. No theorem
        states its level there; `benchmarks/forecasts.py` measures it on simulated and recorded tables.

        The ends need no search over distributions of its own: adding an imaginary problem of which k samples all
        failed, with a weight, and fitting anew gives the distribution that is worst at k for its likelihood; the
        weight is chosen so that the recorded counts lose just what is allowed. For the other end one of the k is right.

        One problem says nothing about others: the range is then [0, 1].

        Examples
        --------
        >>> low, high = MixingDistribution.fit(10, [0] * 20).range(20)
        >>> low, round(high, 3)
        (0.0, 0.197)
        """
        k = as_counts("k", k)
        level = as_level(level)
        if self.problems == 1:
            return plain(np.zeros(k.shape)), plain(np.where(k > 0, 1.0, 0.0))
        drop = self._drop(level)
        flat, where = np.unique(k, return_inverse=True)
        ends = np.array([self._ends(each, drop) for each in flat])[where].reshape(*k.shape, 2)
        return plain(ends[..., 0]), plain(ends[..., 1])

    def extremes(
        self, worth: Callable[[Floats], ArrayLike], level: float = 0.95
    ) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The distributions that fit the counts and have the least and the greatest mean of a function of p.

        Parameters
        ----------
        worth : callable
            Takes an array of chances and returns as many numbers, in [0, 1].
        level : float, optional
            Confidence, in (0, 1), as in `range`.

        Returns
        -------
        least, greatest : pair of ndarray
            The chances that have weight, and their weights.

        Raises
        ------
        ValueError
            If an argument is outside its range, or for one problem: it says nothing about others.

        Examples
        --------
        >>> found = MixingDistribution.fit(10, [0] * 20)
        >>> _, (p, weight) = found.extremes(lambda p: 1 - (1 - p) ** 20)
        >>> round(float(weight @ (1 - (1 - p) ** 20)), 3), round(float(found.range(20)[1]), 3)
        (0.197, 0.197)
        """
        level = as_level(level)
        if self.problems == 1:
            raise ValueError("the counts are of one problem: it says nothing about others; two are needed")
        counts = self._counts
        event = as_probabilities("worth(p)", worth(counts.p))
        if event.shape != counts.p.shape:
            raise ValueError(f"worth(p) has shape {event.shape}: must have that of p, {counts.p.shape}")
        drop = self._drop(level)
        found = []
        for wanted in (event.max() - event, event - event.min()):
            weight = self._greatest(wanted, drop, _PRECISION / 100)[1]
            found.append((counts.p[weight > 0], weight[weight > 0]))
        return found[0], found[1]

    def _drop(self, level: float) -> float:
        """By how much the log-likelihood of a distribution that fits may lie below the greatest."""
        return float(stdtrit(self.problems - 1, (1 + level) / 2)) ** 2 / 2

    def _ends(self, k: float, drop: float) -> tuple[float, float]:
        if k == 0:
            return 0.0, 0.0
        right = np.asarray(single_coverage(self._counts.p, k))
        wrong = np.exp(xlog1py(k, -self._counts.p))
        middle = float(right @ self._on_grid)
        low, high = 1 - self._greatest(wrong, drop)[0], self._greatest(right, drop)[0]
        return min(max(low, 0.0), middle), max(min(high, 1.0), middle)

    def _greatest(self, event: Floats, drop: float, precision: float = _PRECISION) -> tuple[float, Floats]:
        """The greatest mean chance of an event over the distributions that fit, and the weights of one that is near.

        The number is from above to the precision.
        """
        counts, best = self._counts, self._on_grid
        cut = self.log_likelihood - drop
        table = np.vstack([counts.likelihood, event])
        near, reached, bound = best, float(event @ best), 1.0
        mass, most, least = max(1.0, 0.02 * counts.times.sum()), np.inf, 0.0
        for _ in range(40):
            start = 0.99 * near
            start[event.argmax()] += 0.01
            found = _fit(table, np.append(counts.times, mass), start)
            mean, log = float(event @ found), counts.log_likelihood(found)
            # The greatest log-likelihood at a given mean is concave in it, with slope -mass / mean here.
            bound = min(bound, mean + (log - cut) * mean / mass)
            if log >= cut:
                near, least = found, mass
            else:
                near, most = self._up_to(cut, near, found), mass
            reached = max(reached, float(event @ near))
            if bound - reached <= precision * bound + _FLOOR:
                break
            mass = mass * 4 if most == np.inf else mass / 4 if least == 0 else float(np.sqrt(least * most))
        return max(bound, reached), near

    def _up_to(self, cut: float, inside: Floats, outside: Floats) -> Floats:
        """The mixture of two distributions at which the log-likelihood falls to the cut."""
        first, second = self._counts.likelihood @ inside, self._counts.likelihood @ outside
        low, high = 0.0, 1.0
        for _ in range(30):
            share = (low + high) / 2
            fits = self._counts.times @ np.log((1 - share) * first + share * second) >= cut
            low, high = (share, high) if fits else (low, share)
        return (1 - low) * inside + low * outside


def _fit(likelihood: Floats, times: Floats, weight: Floats, gap: float = _GAP) -> Floats:
    """The weights that maximise times · log(likelihood @ weights), from a start under which nothing is impossible.

    Each round adds the chances at which the slope has a peak, fits the quadratic approximation by nonnegative least
    squares on them and those that have weight, and goes towards that as far as the log-likelihood rises. The largest
    slope bounds what is missing to the maximum.
    """
    from scipy.optimize import nnls  # here, for a quick import of the package

    total, root = times.sum(), np.sqrt(times)
    # A heavy row holds the sum of the weights at 1.
    heavy = 1e3 * np.sqrt(total)
    peaks = likelihood.argmax(axis=1)
    # At the maximum no count is less likely than this. Well below it, a weight where it is likeliest gains.
    least = times * likelihood[np.arange(times.size), peaks] / total
    for _ in range(_ROUNDS):
        mixed = likelihood @ weight
        faint = np.flatnonzero(mixed < 0.01 * least)
        if faint.size:
            # A step of the quadratic fit would only double the chance of such a count.
            np.add.at(weight, peaks[faint], times[faint] / total)
            weight /= weight.sum()
            mixed = likelihood @ weight
        slope = (times / mixed) @ likelihood - total
        if slope.max() <= gap:
            break
        around = np.concatenate([[-np.inf], slope, [-np.inf]])
        peak = (around[1:-1] > around[:-2]) & (around[1:-1] >= around[2:]) & (slope > 0)
        at = np.flatnonzero(peak | (weight > 0))
        columns = root[:, None] * likelihood[:, at] / mixed[:, None]
        left, right = np.vstack([columns, np.full(at.size, heavy)]), np.append(2 * root, heavy)
        if left.shape[0] > max(_LONG, 2 * at.size):
            # The same sums of squares in as many rows as columns: the search for the signs is far quicker on them.
            both = np.asarray(np.linalg.qr(np.column_stack([left, right]), mode="r"))
            left, right = both[:, :-1], both[:, -1]
        found, _ = nnls(left, right, maxiter=100 * at.size)
        towards = -weight
        towards[at] += found / found.sum()
        step = _step(times, mixed, likelihood @ towards)
        if step == 0:
            break
        weight = np.maximum(weight + step * towards, 0)
        weight[weight < 1e-14] = 0
        weight /= weight.sum()
    return weight


def _step(times: Floats, mixed: Floats, towards: Floats) -> float:
    """The largest of 1, 1/2, 1/4, … at which the log-likelihood has risen as it should."""
    rise, step = (times / mixed) @ towards, 1.0
    while step > 1e-9:
        ratio = step * towards / mixed
        if ratio.min() > -1 and times @ np.log1p(ratio) >= step * rise / 3:
            return step
        step /= 2
    return 0.0

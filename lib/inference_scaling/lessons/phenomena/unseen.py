"""How many problems that were never solved may fall later: over all distributions of p that fit the counts.

A fitted family gives one number. Here the family is left open: the chances of the problems may have any distribution,
and those whose likelihood is close to the largest are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlog1py, xlogy

__all__ = ["solved_later"]

# Half the 95 % point of the chi-square distribution with one degree of freedom.
_DROP = 1.92
_POINTS = 60


def solved_later(c: ArrayLike, n: int, k: int) -> tuple[float, float]:
    """Return how many problems with no right sample among `n` may be solved within `k`: the least and the most.

    Parameters
    ----------
    c : array_like of int, shape (problems,)
        Right samples of each problem, 0 <= c <= n.
    n, k : int
        Samples recorded of each problem, and allowed later; 1 <= n < k.

    Returns
    -------
    low, high : float
        Of the problems without a right sample, how many are expected to have one among k: at the two ends of the 95 %
        profile likelihood interval of all problems that fail n times and not k times. The distribution of p is free, on
        a grid of 60 points.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> low, high = solved_later([0] * 40 + [50] * 60, 100, 1000)
    >>> low < 0.1, 10 < high < 20
    (True, True)
    """
    counts = np.asarray(c)
    if not 1 <= n < k:
        raise ValueError(f"n and k must be 1 <= n < k, got n = {n} and k = {k}")
    if counts.ndim != 1 or not counts.size or counts.min() < 0 or counts.max() > n:
        raise ValueError(f"c must be a row of counts from 0 to n = {n}, got {counts!r}")
    seen, times = np.unique(counts, return_counts=True)
    p = np.concatenate([[0.0], np.geomspace(0.05 / k, 0.5, _POINTS - 12), np.linspace(0.55, 1, 11)])
    logs = xlogy(seen[:, None], p) + xlog1py(n - seen[:, None], -p)
    # Each row divided by its largest entry: the likelihood's ratios stay.
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    unsolved, never = (counts == 0).sum(), len(counts) * (1 - p) ** n
    later = never - len(counts) * (1 - p) ** k

    def weighed(pull: np.ndarray, w: np.ndarray, rounds: int) -> np.ndarray:
        """The distribution that is best in log-likelihood plus `pull`: each round raises this sum."""
        for _ in range(rounds):
            w = w * ((times / (likely @ w)) @ likely + pull)
            w = w / w.sum()
        return w

    def fit(w: np.ndarray) -> float:
        return float(times @ np.log(likely @ w))

    even = np.full(p.size, 1 / p.size)
    best = weighed(np.zeros(p.size), even, 3_000)
    ends = []
    for wanted in (later.max() - later, later):
        weak, strong, end = 1e-3, 10.0, best
        for _ in range(10):
            pull = np.sqrt(weak * strong)
            # From a start without zeros: a weight of zero would stay zero.
            w = weighed(pull * wanted, (best + even) / 2, 1_500)
            if fit(w) > fit(best) - _DROP:
                weak, end = pull, w
            else:
                strong = pull
        ends.append(float(unsolved * (later @ end) / (never @ end)))
    return ends[0], ends[1]

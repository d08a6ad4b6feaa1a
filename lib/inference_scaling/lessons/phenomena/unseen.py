"""How many problems that were never solved may fall later: over all distributions of p that fit the counts.

A fitted family gives one number. Here the family is left open: the chances of the problems may have any distribution,
and those whose likelihood is close to the largest are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
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
        Ends of the profile likelihood interval, at 95 %, of the number of problems that have no right sample among n
        and at least one among k. The distribution of p is free, on a grid of 60 points.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> low, high = solved_later([0] * 40 + [50] * 60, 100, 1000)
    >>> low < 0.1, 35 < high < 40
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
    later = len(counts) * ((1 - p) ** n - (1 - p) ** k)

    def miss(w: np.ndarray) -> tuple[float, np.ndarray]:
        mixed = likely @ w + 1e-300
        return -float(times @ np.log(mixed)), -(times / mixed) @ likely

    start = np.full(p.size, 1 / p.size)
    for _ in range(3000):  # Expectation maximisation: slow and sure.
        start = start * -miss(start)[1] / len(counts)
    most = miss(start)[0] + _DROP
    ends = []
    for sign in (1.0, -1.0):
        found = minimize(
            lambda w, sign=sign: (sign * float(later @ w), sign * later),
            start,
            jac=True,
            method="SLSQP",
            bounds=[(0, 1)] * p.size,
            constraints=[
                {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(p.size)},
                {"type": "ineq", "fun": lambda w: most - miss(w)[0], "jac": lambda w: -miss(w)[1]},
            ],
            options={"maxiter": 500, "ftol": 1e-8},
        )
        ends.append(float(later @ found.x))
    return ends[0], ends[1]

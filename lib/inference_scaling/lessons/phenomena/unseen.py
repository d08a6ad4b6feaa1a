"""How many problems that were never solved may fall later: over all distributions of p that fit the counts.

A fitted family gives one number. Here the family is left open: the chances of the problems may have any distribution,
and those whose likelihood is close to the largest are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlog1py

from ...laws import MixingDistribution

__all__ = ["solved_later"]


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
        Of the problems without a right sample, how many are expected to have one among k: under the two distributions
        of p, of all that fit the counts at 95 %, with the fewest and with the most problems that fail n times and not
        k times. See `MixingDistribution.extremes`.

    Raises
    ------
    ValueError
        Naming the argument and the value, and for one problem.

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
    unsolved = np.count_nonzero(counts == 0)
    if not unsolved:
        return 0.0, 0.0

    def fail(p: np.ndarray, tries: int) -> np.ndarray:
        return np.exp(xlog1py(tries, -p))

    ends = MixingDistribution.fit(n, counts).extremes(lambda p: fail(p, n) - fail(p, k))
    low, high = (unsolved * (1 - weight @ fail(p, k) / (weight @ fail(p, n))) for p, weight in ends)
    return float(low), float(high)

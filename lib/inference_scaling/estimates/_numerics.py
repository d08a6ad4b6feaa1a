"""Sums, products and quadrature that several estimators share, and how much memory they take at a time."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import roots_legendre

# Work arrays hold fewer elements than this, so that memory does not grow with the table.
BLOCK = 2_000_000
# Work arrays of this many elements stay in a processor's cache.
CACHE_ELEMENTS = 100_000
# Terms that are accumulated one after the other: their rounding errors add up to far less than 1e-12.
SUM_BLOCK = 1024


def running(join: np.ufunc, values: np.ndarray) -> np.ndarray:
    """Running sums or products of each row: first within pieces, so that rounding does not pile up over long rows."""
    rows, length = values.shape
    if length <= SUM_BLOCK:
        return join.accumulate(values, axis=1)
    pieces = -(-length // SUM_BLOCK)
    wide = np.full((rows, pieces * SUM_BLOCK), float(join.identity))
    wide[:, :length] = values
    within = join.accumulate(wide.reshape(rows, pieces, SUM_BLOCK), axis=2)
    before = join.accumulate(within[:, :-1, -1], axis=1)
    within[:, 1:] = join(within[:, 1:], before[:, :, None])
    return within.reshape(rows, -1)[:, :length]


def unit_legendre(degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes on [0, 1]: exact up to `degree`; with many ties exact to 1e-13."""
    return _nodes(min(degree // 2 + 1, 8 + 4 * math.isqrt(degree)))


@lru_cache(maxsize=256)
def _nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = roots_legendre(count)
    return (nodes + 1) / 2, weights / 2

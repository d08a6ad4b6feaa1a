"""The critical value of a band over several points at once: the sup-t quantile of a multivariate t."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri, stdtrit

from ._numerics import BLOCK
from ._units import in_units
from .paired import EQUAL

# Directions that are drawn; the length along each of them is integrated exactly.
DIRECTIONS, GROUPS = 50_000, 500
# Directions in which the points vary less than this share of the largest are left out.
SMALL = 1e-6


def critical_value(
    difference: np.ndarray, added: float, level: float, rng: np.random.Generator, unit: ArrayLike | None = None
) -> float:
    """How many standard errors a band must reach so that it holds at all points at once with probability `level`.

    The studentised means are taken as a multivariate t whose correlation is that of the differences, shape (problems,
    points), with `added` problems at −1 and as many at +1; over units, where `unit` names them. For a normal vector of
    rank r, written as length times
    direction, the largest |t| given the direction is a constant h times the root of r·F(r, df): only directions are
    drawn. With one direction this is the quantile of Student's t. A multivariate t has one spread for all points, while
    each has its own: with a dozen problems and points that differ much, the value is some hundredths short.
    """
    factor, df = correlation_factor(difference, added, unit)
    single = float(stdtrit(df, (1 + level) / 2))
    if factor.shape[1] <= 1:
        return single
    rank = factor.shape[1]
    drawn = rng.standard_normal((rank, DIRECTIONS))
    drawn /= np.sqrt((drawn**2).sum(axis=0))
    step = max(1, BLOCK // len(factor))
    parts = (drawn[:, start : start + step] for start in range(0, DIRECTIONS, step))
    farthest = np.sort(np.concatenate([np.abs(factor @ part).max(axis=0) for part in parts]))
    # Neighbours in order are taken together: the chance below is smooth in them.
    square = rank * farthest.reshape(GROUPS, -1).mean(axis=1) ** 2

    def beyond(c: float) -> float:
        return float(fdtrc(rank, df, c**2 / square).mean()) - (1 - level)

    # The band of Scheffé holds for every combination of the points.
    most = float(np.sqrt(rank * fdtri(rank, df, level)))
    if beyond(single) <= 0:
        return single
    from scipy.optimize import brentq  # here, for a quick import of the package

    return float(brentq(beyond, single, max(most, single), xtol=1e-6))


def correlation_factor(difference: np.ndarray, added: float, unit: ArrayLike | None = None) -> tuple[np.ndarray, float]:
    """A matrix F, shape (points that vary, rank), with F Fᵀ the means' correlation; and the degrees of freedom."""
    total, weight = in_units(difference, unit)
    size = len(total) + 2 * added
    centre = total.sum(axis=0) / size
    ends = np.array([[-1.0], [1.0]]) - centre
    rows = np.concatenate([total - centre * weight, np.sqrt(added) * ends])
    rows = rows[:, np.ptp(rows, axis=0) >= EQUAL]
    if rows.shape[1] == 0:
        return np.zeros((0, 0)), size - 1
    rows = rows / np.sqrt((rows**2).sum(axis=0))
    # The smaller of the two products of the rows with themselves has the same roots.
    wide = rows.shape[0] < rows.shape[1]
    roots, vectors = np.linalg.eigh(rows @ rows.T if wide else rows.T @ rows)
    keep = roots > SMALL * roots[-1]
    factor = rows.T @ vectors[:, keep] if wide else vectors[:, keep] * np.sqrt(roots[keep])
    # A root's vector is known but for its sign: one sign for all, so that the same draws give the same value.
    factor = factor * np.sign(factor[np.abs(factor).argmax(axis=0), np.arange(factor.shape[1])])
    return factor / np.sqrt((factor**2).sum(axis=1, keepdims=True)), size - 1

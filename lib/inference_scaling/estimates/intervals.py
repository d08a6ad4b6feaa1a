"""Confidence intervals of a mean over problems, the unit that was sampled."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtr, ndtri, stdtrit

from .._arguments import as_level, as_numbers, one_of
from ._numerics import BLOCK, CACHE_ELEMENTS
from ._units import Units, in_units

__all__ = ["INTERVALS", "IntervalWarning", "problem_interval"]

INTERVALS = ("adjusted", "logit", "bca", "percentile")
# Problems that are added at 0 and as many at 1, by method; the other methods resample.
ADDED = {"adjusted": 0.5, "logit": 0.0}
# Bootstrap resamples.
RESAMPLES = 2000
# With nearly all problems at one end, 0 or 1, and fewer informative problems (away from that end) than this, the
# interval was measured to cover less often than its level.
MIN_INFORMATIVE = 5
# Where more problems than this have equal values, the bootstrap draws how many of them are resampled as one count.
MULTINOMIAL_MIN = 30
# A mean of recorded samples that is nearer to 0 or 1 than this is 0 or 1, but for rounding.
END = 1e-12


class IntervalWarning(UserWarning):
    """The interval is known to be too narrow here; the message says why and what would help."""


def problem_interval(
    per_problem: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "adjusted",
    rng: np.random.Generator | int | None = None,
    unit: ArrayLike | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of a mean over the population that the problems were drawn from.

    Parameters
    ----------
    per_problem : array_like of float, shape (problems,) or (problems, points)
        A value in [0, 1] for each problem.
    level : float
        In (0, 1).
    method : {"adjusted", "logit", "bca", "percentile"}
        Student's t on the logit of the mean, with half a problem added at 0 and half a one at 1, or without
        them; bootstrap over problems, bias-corrected and accelerated, or its plain percentiles.
    rng : int or Generator
    unit : array_like, shape (problems,), optional
        A label for each problem, where problems were drawn in groups, as in `paired_interval`; with "adjusted" and
        "logit".

    Returns
    -------
    low, high : arrays of float, shape (points,)

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Warns
    -----
    IntervalWarning
        Where so few problems differ from the rest that the table cannot know how many there
        are: nearly all solved, or nearly all not.

    Notes
    -----
    Near 0 and 1 a table may hold none of the rare problems that decide the mean. A bootstrap cannot draw what it
    does not have, and covers far less often than it says. The two halves of a problem keep the interval open there
    (for a share they are Jeffreys' prior); the measured coverage made this method the default.

    One problem says nothing about others: the interval is then [0, 1]. The same holds where all problems
    have the value 0 or 1, whose spread was never seen: the interval then ends at 1 − (1 − level)^(1/problems),
    the exact bound for a share of problems of which none was seen.

    References
    ----------
    Efron 1987, Better bootstrap confidence intervals; coverage measured in `benchmarks/interval_coverage.py`.

    Examples
    --------
    >>> low, high = problem_interval([0.0] * 30, rng=0)
    >>> low.round(3), high.round(3)
    (array([0.]), array([0.095]))
    """
    values = as_numbers("per_problem", per_problem, least=0, most=1, copy=False)
    if values.ndim not in (1, 2) or values.size == 0:
        raise ValueError(f"per_problem has shape {values.shape}: must be (problems,) or (problems, points), not empty")
    values = values.reshape(len(values), -1)
    level, method = as_level(level), one_of("method", method, INTERVALS)
    if unit is not None:
        return _over_units(values, in_units(values, unit), level, method)
    return mean_interval(values.mean(axis=0), *merged(values, method), level, method, np.random.default_rng(rng))


def _over_units(values: np.ndarray, units: Units, level: float, method: str) -> tuple[np.ndarray, np.ndarray]:
    if method not in ADDED:
        raise ValueError(f"method = {method!r}: with unit it must be one of {', '.join(map(repr, ADDED))}")
    mean = _snapped_to_ends(values.mean(axis=0))
    times = np.ones(len(units.total))
    _warn(mean, units.total / units.size, times)
    found = _logit(units.total, times, level, ADDED[method], units.size)
    return _open_at_ends(found, mean, level, times.size)


def merged(values: np.ndarray, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows, and for each problem the number of its row; equal rows are merged where that saves work."""
    return _distinct(values) if method in ("bca", "percentile") else (values, np.arange(len(values)))


def mean_interval(
    mean: np.ndarray, rows: np.ndarray, back: np.ndarray, level: float, method: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The interval of `problem_interval`, where problem i has the values `rows[back[i]]`."""
    problems, times = back.size, np.bincount(back)
    if problems == 1:
        return np.zeros_like(mean), np.ones_like(mean)
    mean, rows = _snapped_to_ends(mean), _snapped_to_ends(rows)
    _warn(mean, rows, times)
    if method in ADDED:
        found = _logit(rows, times, level, ADDED[method])
    else:
        found = _bootstrap(mean, rows, back, level, method, rng)
    return _open_at_ends(found, mean, level, problems)


def _open_at_ends(
    found: tuple[np.ndarray, np.ndarray], mean: np.ndarray, level: float, units: int
) -> tuple[np.ndarray, np.ndarray]:
    """The interval on the scale; where all values are 0 or 1, it leaves room for units that were never seen."""
    low, high = (np.clip(bound, 0, 1) for bound in found)
    unseen = 1 - (1 - level) ** (1 / units)
    low = np.where(mean == 1, 1 - unseen, np.minimum(low, mean))
    high = np.where(mean == 0, unseen, np.maximum(high, mean))
    return low, high


def _snapped_to_ends(values: np.ndarray) -> np.ndarray:
    """The values, those that differ from 0 or 1 by rounding alone set to it: the interval there has another form."""
    return np.where(values < END, 0.0, np.where(values > 1 - END, 1.0, values))


def _warn(mean: np.ndarray, rows: np.ndarray, times: np.ndarray) -> None:
    problems = times.sum()
    # The effective number of problems that keep the mean away from its nearer end, 0 or 1.
    gap = np.minimum(mean, 1 - mean)
    square = np.where(mean > 0.5, 1 - 2 * mean, 0.0) + np.einsum("i,ij,ij->j", times, rows, rows) / problems
    informative = problems * gap**2 / np.maximum(square, 1e-300)
    few = (informative < MIN_INFORMATIVE) & (gap > 0) & (gap < 0.02)
    if np.any(few):
        message = (
            f"only about {max(informative[few].min(), 1):.0f} of {problems} problems differ from the rest: "
            "the interval is too narrow; more problems would help, more samples would not"
        )
        warnings.warn(message, IntervalWarning, stacklevel=4)


def _logit(
    rows: np.ndarray, times: np.ndarray, level: float, added: float, weight: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Student's t on the logit, with `added` problems put at 0 and as many at 1; rows may be totals of that weight."""
    size = times.sum() + 2 * added
    mean = (times @ rows + added) / size
    # 0 and 1 have no logit; the caller sets the bound there.
    inside = np.clip(mean, 1e-15, 1 - 1e-15)
    distance = rows - mean * weight
    squares = np.einsum("i,ij,ij->j", times, distance, distance) + added * (mean**2 + (1 - mean) ** 2)
    error = np.sqrt(squares / (size - 1) / size) / (inside * (1 - inside))
    reach = stdtrit(size - 1, (1 + level) / 2) * error
    return expit(logit(inside) - reach), expit(logit(inside) + reach)


def _bootstrap(
    centre: np.ndarray, rows: np.ndarray, back: np.ndarray, level: float, method: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    times = np.bincount(back)
    means = np.empty((centre.size, RESAMPLES))
    step = max(1, BLOCK // len(rows))
    for start in range(0, RESAMPLES, step):
        weights = _resampled(times, back, min(step, RESAMPLES - start), rng)
        means[:, start : start + step] = rows.T @ weights.T
    means /= back.size
    tails = np.array([(1 - level) / 2, (1 + level) / 2])[:, None]
    if method == "percentile":
        at = np.broadcast_to(tails, (2, centre.size))
    else:
        slack = 1e-12
        upto = centre[:, None] + np.array([-slack, slack])
        share = ((means < upto[:, :1]).mean(axis=1) + (means <= upto[:, 1:]).mean(axis=1)) / 2
        bias = ndtri(np.clip(share, 0.5 / RESAMPLES, 1 - 0.5 / RESAMPLES))
        distance = rows - centre
        spread, third = times @ distance**2, times @ distance**3
        skew = third / (6 * np.maximum(spread, 1e-30) ** 1.5)
        z = bias + ndtri(tails)
        at = np.clip(ndtr(bias + z / np.maximum(1 - skew * z, 1e-6)), 0, 1)
    low, high = _quantiles(np.sort(means, axis=1), at)
    return low, high


def _resampled(times: np.ndarray, back: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """How often each row is drawn, in each of `count` resamples of all problems."""
    often = times > MULTINOMIAL_MIN
    others = back[~often[back]]
    # Problems with the same row are interchangeable: how many of them are drawn is one binomial number. The others
    # come first, so that rounding of the shares leaves nothing over for them where there are none.
    totals = rng.multinomial(back.size, np.append(others.size, times[often]) / back.size, size=count)
    drawn = np.zeros((count, times.size))
    drawn[:, often] = totals[:, 1:]
    for weights, total in zip(drawn, totals[:, 0], strict=True):
        if total:
            weights += np.bincount(others[rng.integers(others.size, size=total)], minlength=times.size)
    return drawn


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct rows, and for each problem the number of its row.

    Rows are put together by a random combination of their columns, then compared; where that put unlike rows
    together, all are kept: more work, the same interval.
    """
    keys = values @ np.random.default_rng(0).random(values.shape[1])
    _, first, back = np.unique(keys, return_index=True, return_inverse=True)
    rows = values[first]
    step = max(1, CACHE_ELEMENTS // values.shape[1])
    parts = (slice(start, start + step) for start in range(0, len(values), step))
    same = all(np.array_equal(rows[back[part]], values[part]) for part in parts)
    return (rows, back) if same else (values, np.arange(len(values)))


def _quantiles(ordered: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The quantile `at[:, j]` of the ordered row j, interpolated."""
    place = at * (ordered.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    row = np.arange(len(ordered))
    found: np.ndarray = ordered[row, below] + (place - below) * (ordered[row, above] - ordered[row, below])
    return found

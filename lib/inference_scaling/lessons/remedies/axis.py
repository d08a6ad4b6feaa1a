"""What the lesson *The fall on one axis* does with whole pools: selections along the axis, pairs at one distance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ... import estimates, verifiers

__all__ = ["Along", "along", "as_far", "no_top", "stretched"]


class Along(NamedTuple):
    """Divergence, score and accuracy of a selection, arrays of shape (problems, settings)."""

    divergence: np.ndarray
    score: np.ndarray
    right: np.ndarray

    @property
    def d(self) -> np.ndarray:
        """Root of the mean divergence at each setting."""
        found: np.ndarray = self.divergence.mean(axis=0) ** 0.5
        return found


def along(
    score: Iterable[ArrayLike],
    correct: Iterable[ArrayLike],
    axis_of: Callable[..., verifiers.SelectionAxis],
    *setting: ArrayLike,
) -> Along:
    """Put one selection on the axis, problem by problem.

    Parameters
    ----------
    score, correct : iterable of arrays, one a problem
    axis_of : callable
        `verifiers.best_of_n_axis` or another of its kind.
    *setting
        What it takes after score and correct: n, or n and temperatures.

    Returns
    -------
    Along

    Examples
    --------
    >>> along([[1, 2, 2]], [[False, True, False]], verifiers.best_of_n_axis, [1, 2]).right.round(2).tolist()
    [[0.33, 0.44]]
    """
    rows = [axis_of(one, right, *setting) for one, right in zip(score, correct, strict=True)]
    return Along(*(np.array([getattr(row, name) for row in rows]) for name in ("divergence", "score", "reward")))


def as_far(one: Along, setting: int, other: Along) -> tuple[int, Any]:
    """Compare a selection with the setting of another whose mean divergence is nearest.

    Returns
    -------
    int
        The place of that setting.
    Difference
        Accuracy of the first less that of the other, paired by problem, with its interval.
    """
    at = int(np.abs(other.divergence.mean(axis=0) - one.divergence.mean(axis=0)[setting]).argmin())
    return at, estimates.paired_interval(one.right[:, setting], other.right[:, at])


def no_top(score: np.ndarray, correct: np.ndarray) -> np.ndarray:
    """Cut the wrong scores of each problem at the value that nine tenths of them do not exceed."""
    return _each(score, correct, lambda wrong, right: (np.minimum(wrong, np.quantile(wrong, 0.9)), right))


def stretched(score: np.ndarray, correct: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Replace the right scores of each problem by normal ones of the same mean, with the spread of the wrong ones."""
    return _each(
        score, correct, lambda wrong, right: (wrong, right.mean() + wrong.std() * rng.standard_normal(right.size))
    )


def _each(score: np.ndarray, correct: np.ndarray, how: Callable[..., tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    changed = np.array(score, dtype=float)
    for one, right in zip(changed, correct, strict=True):
        # Where all are right or all wrong nothing is chosen between.
        if right.any() and not right.all():
            one[~right], one[right] = how(one[~right], one[right])
    return changed

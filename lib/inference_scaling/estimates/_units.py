"""Problems sampled in groups: totals and sizes of the units, scaled so that the mean stays one over problems."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Units", "in_units"]


class Units(NamedTuple):
    """Totals of the units and their sizes, both in problems of an average unit: their means are the mean and 1."""

    total: np.ndarray
    size: np.ndarray


def in_units(values: np.ndarray, unit: ArrayLike | None) -> Units:
    """The values, shape (problems, …), as totals over units; without units each problem is one of its own.

    Parameters
    ----------
    values : ndarray, shape (problems, …)
    unit : array_like, shape (problems,), or None
        The label of each problem's unit: whole numbers or text.

    Returns
    -------
    Units

    Raises
    ------
    ValueError
        If the labels are not one a problem, one is missing, or all are the same.
    """
    sizes: tuple[int, ...] = (-1,) + (1,) * (values.ndim - 1)
    if unit is None:
        return Units(values, np.ones(len(values)).reshape(sizes))
    back = _codes(unit, len(values))
    count = np.bincount(back)
    total = np.zeros((count.size, *values.shape[1:]))
    np.add.at(total, back, values)
    average = len(values) / count.size
    return Units(total / average, (count / average).reshape(sizes))


def _codes(unit: ArrayLike, problems: int) -> np.ndarray:
    labels = np.asarray(unit, dtype=object)
    if labels.shape != (problems,):
        raise ValueError(f"unit has shape {labels.shape}: must have one label a problem, shape ({problems},)")
    names: dict[object, int] = {}
    back = np.empty(problems, np.intp)
    for i, label in enumerate(labels.tolist()):
        # NaN is the one number that differs from itself.
        if label is None or label != label:
            raise ValueError(f"unit[{i}] is {label}: must name the unit that the problem belongs to")
        back[i] = names.setdefault(label, len(names))
    if len(names) == 1 and problems > 1:
        raise ValueError(f"unit is {labels[0]} for all problems: one unit says nothing about others; two are needed")
    return back

"""Checks of numeric arguments: each returns a float64 array or raises a ValueError that names the fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# A Python number where all arguments are single numbers, an array where one of them is an array.
ScalarOrArray = Any

_RULES = "a number or an array of numbers"


def as_numbers(
    name: str,
    value: ArrayLike,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    above: float = -np.inf,
    copy: bool = True,
) -> Floats:
    """Finite real numbers with least <= number <= most, and number > above; with ``copy=False``, only to be read."""
    array = _array(name, value, copy)

    def wrong(x: Floats) -> Bools:
        return ~(np.isfinite(x) & (x >= least) & (x <= most) & (x > above))

    # min and max are NaN where any number is: only where one of these two is wrong are all looked at.
    if array.size and wrong(np.array([array.min(), array.max()])).any():
        bad = wrong(array)
        rules = ["finite"]
        rules += [f"at least {least:g}"] if least > -np.inf else []
        rules += [f"above {above:g}"] if above > -np.inf else []
        rules += [f"at most {most:g}"] if most < np.inf else []
        raise ValueError(f"{_place(name, array, bad)}: must be {', '.join(rules)}")
    return array


def as_probabilities(name: str, value: ArrayLike, *, positive: bool = False, below_one: bool = False) -> Floats:
    """Numbers in [0, 1], without 0 if ``positive`` and without 1 if ``below_one``."""
    array = _array(name, value)
    bad = ~((array > 0) if positive else (array >= 0)) | ~((array < 1) if below_one else (array <= 1))
    if bad.any():
        left, right = "(" if positive else "[", ")" if below_one else "]"
        raise ValueError(f"{_place(name, array, bad)}: must lie in {left}0, 1{right}")
    return array


def as_counts(name: str, value: ArrayLike, *, least: int = 0) -> Floats:
    """Whole numbers from ``least`` to 2**53, where float64 still holds each of them exactly."""
    array = _array(name, value)
    bad = ~((array == np.floor(array)) & (array >= least) & (array <= 2.0**53))
    if bad.any():
        raise ValueError(f"{_place(name, array, bad)}: must be a whole number from {least} to 2**53")
    return array


def together(**arrays: Floats) -> tuple[Floats, ...]:
    """The arrays broadcast against each other, in the order given."""
    try:
        return tuple(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} has shape {np.shape(array)}" for name, array in arrays.items())
        raise ValueError(f"{shapes}: must broadcast against each other") from None


def one(name: str, array: Floats) -> float:
    """The array's single value as a float."""
    if array.ndim:
        raise ValueError(f"{name} has shape {array.shape}: must be a single number")
    return float(array)


def one_of(name: str, value: Any, allowed: Sequence[str]) -> str:
    """One of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} = {_short(value)}: must be one of {', '.join(map(repr, allowed))}")
    return value


def as_level(level: Any) -> float:
    """A confidence level in (0, 1)."""
    return one("level", as_probabilities("level", level, positive=True, below_one=True))


def flag(name: str, value: Any) -> bool:
    """True or False, and nothing that only counts as one of them."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} = {_short(value)}: must be True or False")
    return bool(value)


def plain(array: ArrayLike) -> ScalarOrArray:
    """A Python number for a 0-d array, so that scalars in give a scalar out."""
    found = np.asarray(array)
    return found.item() if found.ndim == 0 else found


def _array(name: str, value: ArrayLike, copy: bool = True) -> Floats:
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise ValueError(f"{name} = {_short(value)}: must be {_RULES}, not ragged") from None
    # dtype "O" is how NumPy holds whole numbers beyond 64 bits, None, and mixtures: none of them is a number here.
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} = {_short(value)} has type {array.dtype}: must be {_RULES}")
    return array.astype(np.float64, copy=copy)


def _place(name: str, array: Floats, bad: Bools) -> str:
    if array.ndim == 0:
        return f"{name} = {array.item()}"
    index = tuple(int(i[0]) for i in np.nonzero(bad))
    return f"{name}[{', '.join(map(str, index))}] = {array[index].item()}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

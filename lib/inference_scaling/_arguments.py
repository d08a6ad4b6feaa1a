"""Checks of numeric arguments: each returns a float64 array or raises a ValueError that names the fault."""

import numpy as np

_RULES = "a number or an array of numbers"


def as_numbers(name, value, *, least=-np.inf, most=np.inf, above=-np.inf, copy=True):
    """Finite real numbers with least <= number <= most, and number > above; with ``copy=False``, only to be read."""
    array = _array(name, value, copy)

    def wrong(x):
        return ~(np.isfinite(x) & (x >= least) & (x <= most) & (x > above))

    # NaN is the smallest and the largest of any numbers: two of them tell whether one is wrong, all of them which.
    if array.size and wrong(np.array([array.min(), array.max()])).any():
        bad = wrong(array)
        rules = ["finite"]
        rules += [f"at least {least:g}"] if least > -np.inf else []
        rules += [f"above {above:g}"] if above > -np.inf else []
        rules += [f"at most {most:g}"] if most < np.inf else []
        raise ValueError(f"{_place(name, array, bad)}: must be {', '.join(rules)}")
    return array


def as_probabilities(name, value, *, positive=False, below_one=False):
    """Numbers in [0, 1], without 0 if ``positive`` and without 1 if ``below_one``."""
    array = _array(name, value)
    bad = ~((array > 0) if positive else (array >= 0)) | ~((array < 1) if below_one else (array <= 1))
    if bad.any():
        left, right = "(" if positive else "[", ")" if below_one else "]"
        raise ValueError(f"{_place(name, array, bad)}: must lie in {left}0, 1{right}")
    return array


def as_counts(name, value, *, least=0):
    """Whole numbers from ``least`` to 2**53, where float64 still holds each of them exactly."""
    array = _array(name, value)
    bad = ~((array == np.floor(array)) & (array >= least) & (array <= 2.0**53))
    if bad.any():
        raise ValueError(f"{_place(name, array, bad)}: must be a whole number from {least} to 2**53")
    return array


def together(**arrays):
    """The arrays broadcast against each other, in the order given."""
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        shapes = ", ".join(f"{name} has shape {np.shape(array)}" for name, array in arrays.items())
        raise ValueError(f"{shapes}: must broadcast against each other") from None


def one(name, array):
    """The array's single value as a float."""
    if array.ndim:
        raise ValueError(f"{name} has shape {array.shape}: must be a single number")
    return float(array)


def one_of(name, value, allowed):
    """One of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} = {_short(value)}: must be one of {', '.join(map(repr, allowed))}")
    return value


def plain(array):
    """A Python number for a 0-d array, so that scalars in give a scalar out."""
    array = np.asarray(array)
    return array.item() if array.ndim == 0 else array


def _array(name, value, copy=True):
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise ValueError(f"{name} = {_short(value)}: must be {_RULES}, not ragged") from None
    # dtype "O" is how NumPy holds whole numbers beyond 64 bits, None, and mixtures: none of them is a number here.
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} = {_short(value)} has type {array.dtype}: must be {_RULES}")
    return array.astype(np.float64, copy=copy)


def _place(name, array, bad):
    if array.ndim == 0:
        return f"{name} = {array.item()}"
    index = tuple(int(i[0]) for i in np.nonzero(bad))
    return f"{name}[{', '.join(map(str, index))}] = {array[index].item()}"


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

"""Values of a column made into an array of one type, or an error that names the first that does not fit."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from .answers import NO_ANSWER, code_each, is_missing
from .coded import Coded
from .errors import SampleError, short

_TRUE, _FALSE = {"1", "true", "1.0"}, {"0", "false", "0.0"}
# What people write in a column of judgements.
RIGHT = _TRUE | {"t", "yes", "y", "pass", "passed", "correct", "right"}
WRONG = _FALSE | {"f", "no", "n", "fail", "failed", "incorrect", "wrong"}
_SHARES = "; at_least = … would set the lowest value that is right, and a column 'reward' keeps shares"


def judgements(values: Sequence[Any], at_least: float | None) -> np.ndarray:
    """Return one truth value a sample from what people write; `at_least` is the lowest number that is right."""
    kinds = {str} if isinstance(values, Coded) else set(map(type, values))
    if at_least is None and not any(issubclass(kind, (str, list)) for kind in kinds):
        return booleans("correct", values)
    # Values repeat: each is looked at once; 2 stands for one that is no judgement.
    codes = code_each(values, lambda value: _judged(value, at_least), np.int8)
    if codes is None:
        codes = np.fromiter((_judged(value, at_least) for value in values), np.int8, len(values))
    if np.any(codes > 1):
        row = int((codes > 1).argmax())
        value = next(islice(values, row, None))
        expected = "true or false (or 1 or 0)" if at_least is None else "a number, or true or false"
        more = "" if at_least is not None or _number(str(value).strip().lower()) is None else _SHARES
        raise SampleError(f"expected {expected}, got {short(value)}{more}", "correct", row)
    return codes.astype(bool)


def _judged(value: Any, at_least: float | None) -> int:
    """1 for right, 0 for wrong, 2 for neither."""
    word = str(value).strip().lower()
    number = None if at_least is None else _number(word)
    if number is not None and at_least is not None:
        return int(number >= at_least)
    return 1 if word in RIGHT else 0 if word in WRONG else 2


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def threshold(at_least: Any) -> float | None:
    """The lowest value that is right, where there is one."""
    if at_least is None:
        return None
    try:
        found = float(at_least)
    except (TypeError, ValueError):
        raise SampleError(f"at_least = {short(at_least)}: must be a number") from None
    if not np.isfinite(found):
        raise SampleError(f"at_least = {found}: must be a finite number")
    return found


def as_shares(name: str, values: Any, rows: int) -> np.ndarray:
    """Return numbers from 0 to 1 as float64."""
    array = as_finite(name, values, rows)
    bad = np.flatnonzero((array < 0) | (array > 1))
    if bad.size:
        hint = "credit as a share of the whole; a score that only orders samples is the column 'score'"
        raise SampleError(f"expected a number from 0 to 1, got {array[bad[0]]:g}: {hint}", name, int(bad[0]))
    return array


def booleans(name: str, values: Any) -> np.ndarray:
    """Return one truth value a sample from booleans, 0 and 1, or their usual words; name the first other value."""
    array = np.asarray(values)
    if array.dtype == bool and array.ndim == 1:
        return array
    if array.ndim == 1 and array.dtype.kind in "iuf" and np.all((array == 0) | (array == 1)):
        return array.astype(bool)
    if array.ndim != 1:
        raise SampleError(f"{name}: expected one value a sample, got shape {array.shape}")
    out = np.empty(array.size, dtype=bool)
    for row, value in enumerate(np.asarray(values, dtype=object)):
        text = str(value).strip().lower()
        if text not in _TRUE | _FALSE:
            more = _SHARES if name == "correct" and _number(text) is not None else ""
            raise SampleError(f"expected true or false (or 1 or 0), got {short(value)}{more}", name, row)
        out[row] = text in _TRUE
    return out


def as_whole(name: str, values: Any, rows: int | None) -> np.ndarray:
    """Return whole numbers of 0 or more as int64; `rows` says how many are expected, None any number."""
    array = np.atleast_1d(np.asarray(values))
    if array.ndim != 1 or (rows is not None and array.size != rows):
        raise SampleError(
            f"{name}: expected {rows if rows is not None else 'one'} values in a row, got shape {array.shape}"
        )
    if array.dtype.kind not in "iu":
        if array.dtype.kind == "f":
            # NaN and the infinities are no whole numbers: every comparison with the first is false.
            bad = np.flatnonzero(~((np.abs(array) < 2.0**63) & (np.trunc(array) == array)))
        else:
            bad = np.flatnonzero([not _is_whole(value) for value in array.tolist()])
        if bad.size:
            raise SampleError(f"expected a whole number, got {short(array[bad[0]])}", name, int(bad[0]))
        array = array.astype(np.int64)
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise SampleError(f"{array.max()} is too large", name, int(array.argmax()))
    if np.any(array < 0):
        row = int(np.flatnonzero(array < 0)[0])
        raise SampleError(f"expected 0 or more, got {array[row]}", name, row)
    return array.astype(np.int64, copy=False)


def _is_whole(value: Any) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < 2**63
        and float(value).is_integer()
    )


def as_codes(name: str, values: Any, rows: int, labels: int, *, missing: bool) -> np.ndarray:
    """Return codes of labels as index integers; with `missing`, -1 means that there is none."""
    array = np.asarray(values)
    if array.shape != (rows,) or array.dtype.kind not in "iu":
        raise SampleError(f"{name}: expected {rows} whole codes, got shape {array.shape} of {array.dtype}")
    low = NO_ANSWER if missing else 0
    bad = np.flatnonzero((array < low) | (array >= labels))
    if bad.size:
        raise SampleError(f"expected a code from {low} to {labels - 1}, got {array[bad[0]]}", name, int(bad[0]))
    return array.astype(np.intp, copy=False)


def as_finite(name: str, values: Any, rows: int | None) -> np.ndarray:
    """Return finite numbers as float64."""
    array = np.asarray(values)
    if array.ndim != 1 or (rows is not None and array.size != rows):
        raise SampleError(
            f"{name}: expected {rows if rows is not None else 'one'} values in a row, got shape {array.shape}"
        )
    if array.dtype.kind not in "iuf":
        raise SampleError(f"{name}: expected numbers, got {array.dtype}")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise SampleError(f"expected a finite number, got {array[bad[0]]}", name, int(bad[0]))
    return array.astype(np.float64, copy=False)


def as_numbers(name: str, values: Sequence[Any]) -> np.ndarray:
    """Return numbers, read from text where necessary."""
    if isinstance(values, Coded) or (isinstance(values, (list, tuple)) and set(map(type, values)) == {str}):
        try:
            if isinstance(values, Coded):
                return values.each(float, np.float64)
            return np.fromiter(map(float, values), np.float64, len(values))
        except ValueError:
            # The loop below names the text that is none.
            pass
    array = np.asarray(values)
    if array.dtype.kind in "iuf" and array.ndim == 1:
        return array
    out = np.empty(len(values))
    for row, value in enumerate(values):
        try:
            if isinstance(value, (bool, np.bool_)) or is_missing(value):
                raise ValueError
            out[row] = float(value)
        except (TypeError, ValueError, OverflowError):
            raise SampleError(f"expected a number, got {short(value)}", name, row) from None
    return out


def as_labels(given: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Return one label a problem; "0", "1", … where none are given."""
    if given is None:
        return tuple(map(str, range(count)))
    if len(given) != count:
        raise SampleError(f"problems: expected {count} labels, got {len(given)}")
    return tuple(map(str, given))


def as_steps(rows: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the offsets and values of step scores, given as lists of numbers or as JSON text."""
    parts = []
    for row, value in enumerate(rows):
        try:
            part = np.asarray(json.loads(value) if isinstance(value, str) else value, dtype=float)
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise SampleError(f"expected a list of numbers, got {short(value)}", "step_scores", row) from None
        if part.ndim != 1 or not np.all(np.isfinite(part)):
            raise SampleError(f"expected a list of finite numbers, got {short(value)}", "step_scores", row)
        parts.append(part)
    return np.concatenate([[0], np.cumsum([part.size for part in parts])]).astype(np.int64), np.concatenate(parts)

"""Labels and missing values: which values of a column are equal, and which are missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from .coded import Coded

NO_ANSWER = -1
# Texts that mean a missing value: the second is how pandas writes one. The words may be answers: a note names them.
MISSING, DOUBTFUL = {"", "<NA>"}, {"nan", "nat", "none", "null", "[invalid]"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.IGNORECASE)
# Numbers with more digits before or after the point are spelled with an exponent.
_PLAIN = 40
# Types whose equal values are written alike, and those of them that no other type's value equals.
_TEXTS = {str, type(None)}
_HASHED = _TEXTS | {int, bool, float}


def is_missing(value: Any) -> bool:
    """Return whether a value is missing: None, NaN or NaT of any library, pandas' NA, or an empty text."""
    if isinstance(value, str):
        return value.strip() in MISSING
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        # pandas' NA has no truth value, and is recognised by its name, without pandas; an array has none either.
        return type(value).__name__ == "NAType"


def encode(values: Sequence[Any], label: Callable[[Any], str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the code of each value, -1 where it is missing, and the labels; `label` gives equal values one label."""
    values = _of_python(values)
    known: dict[str, int] = {}

    def code_of(value: Any) -> int:
        return NO_ANSWER if is_missing(value) else known.setdefault(label(value), len(known))

    # Values repeat: each is looked at once, in the order in which they first occur, where equal ones are alike.
    each = code_each(values, code_of)
    codes = np.fromiter(map(code_of, values), np.intp, len(values)) if each is None else each
    return codes, tuple(known)


def code_each(values: Sequence[Any], code_of: Callable[[Any], int], dtype: Any = np.intp) -> np.ndarray | None:
    """Return `code_of` of each value, called once for each that is different; None where equal values may be unlike.

    Of whole numbers, truth values and floats, 1, True and 1.0 are equal but written differently: one of the three may
    occur beside texts.
    """
    if isinstance(values, Coded):
        return values.each(code_of, dtype)
    kinds = set(map(type, values))
    if not kinds <= _HASHED or len(kinds - _TEXTS) > 1:
        return None
    codes = {value: code_of(value) for value in dict.fromkeys(values)}
    return np.fromiter(map(codes.__getitem__, values), dtype, len(values))


def _of_python(values: Sequence[Any]) -> Sequence[Any]:
    """The values of an array as Python's own, where they are written alike; others as they are."""
    if isinstance(values, np.ndarray) and (values.dtype.kind in "iubUO" or values.dtype == np.float64):
        found: list[Any] = values.tolist()
        return found
    return values


def encode_answers(values: Sequence[Any]) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """The codes and labels of answers; no column where nobody answered anything."""
    codes, labels = encode(values, answer_label)
    return (codes, labels) if labels else (None, ())


def problem_label(value: Any) -> str:
    """Return the label of a problem, or of a number that identifies a sample."""
    # A dataframe turns the whole number 7 into 7.0 where other values of its column are missing.
    return (
        str(int(value)) if isinstance(value, (float, np.floating)) and float(value).is_integer() else str(value).strip()
    )


def answer_label(value: Any) -> str:
    """Return the label of an answer: two answers are the same where their labels are.

    Numbers are the same where their values are, whatever their type and spelling; other answers are compared letter by
    letter, without the space around them.

    Examples
    --------
    >>> [answer_label(value) for value in (7, 7.0, "7.0", " 07", "7e0", "1/2", "x = 7")]
    ['7', '7', '7', '7', '7', '1/2', 'x = 7']
    """
    text = str(value).strip()
    # Decimal would also accept digits of other scripts, and words such as "inf".
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return text
    sign, digits, exponent = Decimal(text).as_tuple()
    whole = "".join(map(str, digits)).rstrip("0")
    if not whole:
        return "0"
    # The pattern admits finite numbers only, whose exponent is a whole number.
    exponent = int(exponent) + len(digits) - len(whole)
    minus = "-" * sign
    if exponent > _PLAIN or exponent < -_PLAIN - len(whole):
        return f"{minus}{whole}e{exponent}"
    if exponent >= 0:
        return minus + whole + "0" * exponent
    whole = whole.zfill(1 - exponent)
    return f"{minus}{whole[:exponent]}.{whole[exponent:]}"

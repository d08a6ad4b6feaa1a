"""Cells of tables that people open in a spreadsheet: none is a formula, and what we wrote is read back as it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from .shown import visible

__all__ = ["as_written", "csv_text"]


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV in which no field is a formula."""
    text = io.StringIO()
    # Every field between quotation marks: in half of Europe a spreadsheet separates at semicolons, not at commas.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


# What begins a formula, in both widths, at the start of a text and behind whatever separates fields somewhere.
_BEGINS = r"(?=[=+\-@＝＋－＠])"
_FORMULA = re.compile(rf"(^|[,;\t\r\n|\"])(\s*){_BEGINS}")


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a student's text for a formula, wherever its locale separates fields.

    Examples
    --------
    >>> _harmless("=1+1"), _harmless("Ada-Lee"), _harmless("y;=1+1;z"), _harmless(-1.0)
    ("'=1+1", 'Ada-Lee', "y;'=1+1;z", -1)
    """
    if isinstance(value, float) and value.is_integer():
        # One form for one number, wherever it comes from.
        return int(value)
    return _FORMULA.sub(r"\1\2'", visible(value)) if isinstance(value, str) else value


_GUARDED = re.compile(rf"{_FORMULA.pattern.removesuffix(_BEGINS)}'{_BEGINS}")


def as_written(text: str) -> str:
    """Return a cell's text without the signs that keep it from being a formula.

    Examples
    --------
    >>> as_written("'=1+1"), as_written("y;'=1+1;z"), as_written("it's -1")
    ('=1+1', 'y;=1+1;z', "it's -1")
    """
    return _GUARDED.sub(r"\1\2", text)

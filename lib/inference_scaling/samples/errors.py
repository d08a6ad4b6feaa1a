"""The error that a malformed table raises, and how its message shows a value."""

from __future__ import annotations

from typing import Any

import numpy as np

SHOWN = 60


class SampleError(ValueError):
    """A table of samples is malformed; the message names the column, the row and the value.

    Parameters
    ----------
    message : str
    column : str, optional
    row : int, optional
        Of the table, 0-based; given together with the column, which the message then names.
    """

    def __init__(self, message: str, column: str | None = None, row: int | None = None) -> None:
        super().__init__(message if row is None else f"{column}: row {row}: {message}")
        self.message, self.column, self.row = message, column, row

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.column, self.row)


def short(value: Any) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"

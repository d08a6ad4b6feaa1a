"""A column of texts that repeat: each different text once, and a code for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, overload

import numpy as np

__all__ = ["Coded", "coded", "joined", "taken"]


@dataclass(frozen=True, eq=False)
class Coded(Sequence[str]):
    """Texts of a column, which reads as the sequence of its rows.

    Parameters
    ----------
    codes : array of int, shape (rows,)
        Of each row, the place of its text in `texts`.
    texts : list of str
        Different texts, in the order in which they first occur; each occurs.
    """

    codes: np.ndarray
    texts: list[str]

    def __len__(self) -> int:
        return int(self.codes.size)

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...

    def __getitem__(self, row: int | slice) -> Any:
        if isinstance(row, slice):
            return list(map(self.texts.__getitem__, self.codes[row].tolist()))
        return self.texts[int(self.codes[row])]

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.codes.tolist())

    def each(self, function: Callable[[str], Any], dtype: Any) -> np.ndarray:
        """The value of a function for each row, found once for each text that is different."""
        found: np.ndarray = np.fromiter(map(function, self.texts), dtype, len(self.texts))[self.codes]
        return found


def coded(codes: np.ndarray, texts: Sequence[str]) -> Coded:
    """Return a column of these codes; the texts may repeat, occur nowhere and stand in any order."""
    known: dict[str, int] = {}
    numbers = [known.setdefault(text, len(known)) for text in texts]
    # Long columns are not copied where they are as they should be.
    if len(known) < len(texts):
        codes = np.array(numbers, np.intp)[codes]
    first = np.full(len(known), codes.size)
    # Assigned last, the first row of each text stays.
    first[codes[::-1]] = np.arange(codes.size)[::-1]
    order = np.argsort(first, kind="stable")[: int((first < codes.size).sum())]
    names = list(known)
    if np.array_equal(order, np.arange(len(names))):
        return Coded(codes, names)
    place = np.empty(len(names), np.intp)
    place[order] = np.arange(order.size)
    return Coded(place[codes], [names[at] for at in order.tolist()])


def taken(values: Any, rows: np.ndarray) -> Any:
    """The values at these rows."""
    if isinstance(values, Coded):
        return coded(values.codes[rows], values.texts)
    if isinstance(values, np.ndarray):
        return values[rows]
    return list(map(values.__getitem__, rows.tolist()))


def joined(parts: Sequence[Any]) -> Any:
    """The values of all parts, one below the other."""
    if len(parts) == 1:
        return parts[0]
    if parts and all(isinstance(part, Coded) for part in parts):
        texts = [part.texts for part in parts]
        starts = np.cumsum([0, *map(len, texts[:-1])])
        codes = [part.codes + start for part, start in zip(parts, starts, strict=True)]
        return coded(np.concatenate(codes), list(chain.from_iterable(texts)))
    if parts and all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts)
    return list(chain.from_iterable(parts))

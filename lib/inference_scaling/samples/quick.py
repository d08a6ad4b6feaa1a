"""CSV read by pyarrow, where that gives the very table that Python's own reader does.

Long files are taken in pieces that end with a row. Before a piece is read it is looked at as bytes: only where every
quote opens or closes a field, and every line ends as lines do, do the two readers agree on what a field is. Where they
might not, or where pyarrow refuses, there is no quick reading, and the slower reader reads the file or names its fault.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from .._progress import tell
from .coded import coded, joined
from .opening import Source, is_packing_fault

__all__ = ["QuickTable", "quick_table"]

# Bytes of a file that are read at a time; a smaller file is read before pyarrow is imported.
PIECE, LEAST = 1 << 26, 1 << 22
# Bytes that pyarrow gives to one thread at a time; a longer row is left to the slower reader.
_BLOCK = 1 << 22
_MARK = b"\xef\xbb\xbf"
_QUOTE, _LINE, _RETURN = b'"'[0], b"\n"[0], b"\r"[0]


class QuickTable(NamedTuple):
    """Columns of a file by their names, all names in the header, and the line on which each row begins."""

    columns: dict[str, Any]
    names: list[str]
    lines: Sequence[int]


_Read: TypeAlias = tuple[dict[str, Any], Sequence[int]]


class _Places(NamedTuple):
    """How many columns a file has, and of each wanted one its place, as text, and whether it holds numbers."""

    columns: int
    kept: Mapping[str, tuple[str, bool]]


class _Piece(NamedTuple):
    """Whole rows as bytes: whether a field has several lines, the line on which the first row begins, and line ends."""

    data: bytes
    several: bool
    line: int
    ends: int


def quick_table(source: Source, wanted: Mapping[str, bool], separator: str) -> QuickTable | None:
    """Return the wanted columns, True for those of numbers; None where the file must be read slowly."""
    try:
        with source.open() as file:
            return _table(file, wanted, separator, source.name)
    except Exception as error:
        # A fault of a row before the place where a packed file is cut off comes first.
        if not is_packing_fault(error):
            raise
        return None


def _table(file: Any, wanted: Mapping[str, bool], separator: str, shown: str) -> QuickTable | None:
    first, data = file.readline(PIECE), file.read(PIECE)
    if len(data) < LEAST:
        return None
    head = _header(first, separator)
    kept = {name: (str(head.index(name)), wanted[name]) for name in head if name in wanted}
    if not kept or len(set(head)) != len(head):
        return None
    try:
        arrow = import_module("pyarrow"), import_module("pyarrow.csv")
    except ImportError:
        return None
    parts, lines = [], []
    for piece in _pieces(file, data, separator.encode()):
        read = None if piece is None else _read(arrow, piece, _Places(len(head), kept), separator)
        if piece is None or read is None:
            return None
        parts.append(read[0])
        lines.append(read[1])
        tell(f"reading {shown}: rows", sum(map(len, lines)))
    if not any(map(len, lines)):
        return None
    return QuickTable({name: joined([part[name] for part in parts]) for name in kept}, head, lines_of(lines))


def _header(first: bytes, separator: str) -> list[str]:
    """The names of the columns in a file's first line; none where it does not show them for sure."""
    first = first.removeprefix(_MARK)
    if not first.strip() or not first.endswith(b"\n") or first.count(b'"') % 2 or b"\0" in first:
        return []
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        return []
    if text.count("\r") != text.endswith("\r\n"):
        return []
    return [name.strip() for name in next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))]


def _pieces(file: Any, data: bytes, separator: bytes) -> Iterator[_Piece | None]:
    """Pieces of whole rows; None where a field may be read in two ways, and the last one then."""
    line = 2
    while data:
        more = file.read(PIECE)
        piece = _piece(data, separator, line, last=not more)
        if piece is None or piece.data:
            yield piece
        if piece is None:
            return
        line += piece.ends
        data = data[len(piece.data) :] + more


def _piece(data: bytes, separator: bytes, line: int, *, last: bool) -> _Piece | None:
    """The whole rows at the start of these bytes; they begin on this line of the file."""
    quoted, several = np.zeros(0, np.intp), False
    used = len(data) if last else data.rfind(b"\n") + 1
    if b'"' in data:
        quoted = np.flatnonzero(np.frombuffer(data, np.uint8) == _QUOTE)
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE)
        whole = _outside(ends, quoted)
        used = len(data) if last else int(ends[whole].max(initial=-1)) + 1
        several = not whole.all()
    rows = data[:used]
    if not _one_reading(rows, quoted[quoted < used], separator):
        return None
    return _Piece(rows, several, line, rows.count(b"\n"))


def _outside(ends: np.ndarray, quoted: np.ndarray) -> np.ndarray:
    """Which ends of lines are ends of rows: after an even number of quotes no field is open."""
    found: np.ndarray = np.searchsorted(quoted, ends) % 2 == 0
    return found


def _lines(piece: _Piece, rows: int) -> Sequence[int] | None:
    """The line on which each of so many rows begins; None where the bytes show another number of rows."""
    if not piece.several and rows == piece.ends + (not piece.data.endswith(b"\n")):
        # Each line is a row: no line is blank, or there would be fewer rows.
        return range(piece.line, piece.line + rows)
    bytes_ = np.frombuffer(piece.data + b"\n", np.uint8)
    ends = np.flatnonzero(bytes_ == _LINE)
    whole = _outside(ends, np.flatnonzero(bytes_ == _QUOTE))
    begins = np.concatenate([[0], ends[whole][:-1] + 1])
    blank = (ends[whole] == begins) | ((ends[whole] == begins + 1) & (bytes_[begins] == _RETURN))
    lines: list[int] = (piece.line + np.concatenate([[0], np.flatnonzero(whole)[:-1] + 1]))[~blank].tolist()
    return lines if len(lines) == rows else None


def _one_reading(rows: bytes, quoted: np.ndarray, separator: bytes) -> bool:
    """Whether every quote opens, closes or doubles as in RFC 4180, lines end with or without a return, in UTF-8."""
    if b"\0" in rows or (b"\r" in rows and rows.count(b"\r") != rows.count(b"\r\n")):
        return False
    if not rows.isascii():
        try:
            rows.decode("utf-8")
        except UnicodeDecodeError:
            return False
    if quoted.size == 0:
        return True
    if quoted.size % 2:
        return False
    around = np.frombuffer(b"\n" + rows + b"\n", np.uint8)
    before, after = around[quoted[::2]], around[quoted[1::2] + 2]
    opens = np.isin(before, np.frombuffer(separator + b'\n"', np.uint8))
    closes = np.isin(after, np.frombuffer(separator + b'\n\r"', np.uint8))
    return bool(opens.all() and closes.all())


def _read(arrow: Any, piece: _Piece, places: _Places, separator: str) -> _Read | None:
    """The columns of a piece and the lines of its rows; None where pyarrow refuses it or a number is none."""
    package, reader = arrow
    texts, numbers = package.dictionary(package.int32(), package.string()), package.float64()
    try:
        table = reader.read_csv(
            package.py_buffer(piece.data),
            read_options=reader.ReadOptions(column_names=list(map(str, range(places.columns))), block_size=_BLOCK),
            parse_options=reader.ParseOptions(delimiter=separator, newlines_in_values=piece.several),
            convert_options=reader.ConvertOptions(
                column_types={place: numbers if number else texts for place, number in places.kept.values()},
                include_columns=[place for place, _ in places.kept.values()],
                null_values=[],
                strings_can_be_null=False,
            ),
        ).unify_dictionaries()
    except package.ArrowInvalid:
        return None
    lines = _lines(piece, table.num_rows)
    if lines is None:
        return None
    found: dict[str, Any] = {}
    for (name, (_, number)), column in zip(places.kept.items(), table.columns, strict=True):
        if number:
            found[name] = column.to_numpy()
            # Words for what is no number differ between readers.
            if not np.isfinite(found[name]).all():
                return None
        else:
            whole = column.combine_chunks()
            found[name] = coded(whole.indices.to_numpy(), whole.dictionary.to_pylist())
    return found, lines


def lines_of(parts: Sequence[Sequence[int]]) -> Sequence[int]:
    """The lines of all rows; as a range where each row has one line and none is blank."""
    full = [part for part in parts if len(part)]
    if not full:
        return []
    if all(isinstance(part, range) for part in full) and full[-1][-1] - full[0][0] + 1 == sum(map(len, full)):
        return range(full[0][0], full[-1][-1] + 1)
    return [line for part in full for line in part]

"""Tables in files: CSV, TSV, JSON Lines, JSON and Parquet."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice, repeat
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .._progress import tell, told
from .answers import answer_label, encode, is_missing, problem_label
from .coded import Coded, coded, joined, taken
from .columns import CHECKED, COLUMNS, NUMBERS, NUMERIC, RUNS, check_names, check_needed, check_scores, shown_name
from .errors import SampleError, short
from .opening import Source, are_runs, check_different_files, ending_of, faults_named, files_of, open_text, source_of
from .quick import lines_of, quick_table
from .spellings import Same
from .table import SampleSet

# The column that tells rows of several files apart where they have no column of this name.
FILE = "file"
_Paths = str | Path | Sequence[str | Path]
# A completion may be longer than the 131,072 characters that Python's reader of CSV takes by itself.
_LONGEST_FIELD = 2**31 - 1
# Rows of a CSV file that are taken at a time.
_BLOCK = 256


class _Wanted(NamedTuple):
    """Columns that are read: whether each row must have one, and those that hold numbers and nothing else."""

    needed: Mapping[str, bool]
    numbers: frozenset[str]


class _Columns(NamedTuple):
    """Columns of a file that are of use, the names of all that it has, and the line on which each row begins."""

    columns: dict[str, Any]
    names: list[str]
    lines: Sequence[int] | None


class _Table(NamedTuple):
    """The rows of all files: columns, and of each file its name, its first row and its lines."""

    columns: dict[str, Any]
    files: list[tuple[str, int, Sequence[int] | None]]
    notes: list[str]

    def place(self, row: int) -> tuple[str, str]:
        """The name of a row's file, and how the row is found there."""
        name, first, lines = next(one for one in reversed(self.files) if one[1] <= row)
        # The line as an editor shows it: blank lines, a header and quoted line ends shift the rows.
        return name, f"row {row - first}" if lines is None else f"line {lines[row - first]}"


def read_samples(
    path: _Paths,
    *,
    names: Mapping[str, str] | None = None,
    where: Mapping[str, Any] | None = None,
    scores: Sequence[str] = (),
    at_least: float | None = None,
    same: Same | None = None,
    meta: Mapping[str, Any] | None = None,
) -> SampleSet:
    """Read samples from CSV, JSON Lines, JSON or Parquet files, recognised by the ending.

    Parameters
    ----------
    path : str, Path or sequence of these
        ``.csv``, or ``.tsv`` with tabs; ``.jsonl`` or ``.ndjson`` with one object a line; ``.json`` with a list of
        objects; any of these compressed, ``.csv.gz`` or ``.csv.zst`` (needs backports.zstd before Python 3.14);
        ``.parquet`` (needs pyarrow or polars). A folder is all such files in it, ``"runs/*.csv"`` all that fit, "-"
        the standard input, recognised by how it begins. Rows of several files are one table.
        Columns as in `SampleSet.from_columns`; others are ignored. A row of lists, as many answers and judgements as
        samples, is as many samples.
    names : mapping of str to str, optional
        Where the columns have other names: ``{"problem": "task_id", "correct": "passed"}``. In JSON, "judge.passed"
        is the entry "passed" of the object "judge".
    where : mapping of str to value, optional
        Only rows that have these values in these columns, as ``{"model": "small"}``, or one of several,
        ``{"model": ["small", "large"]}``; compared as answers are. The column ``file`` holds the name of a row's file
        without its ending, unless the file has such a column.
    scores : sequence of str
        Columns that hold one score each, where several are to be compared, see `SampleSet.scores`.
    at_least : float, optional
        Where ``correct`` holds numbers such as shares of tests passed: the lowest that counts as right.
    same : str, callable or sequence of these, optional
        Which answers mean the same, see `SampleSet.with_same_answers`.
    meta : mapping, optional

    Returns
    -------
    SampleSet

    Raises
    ------
    SampleError
        Naming the file, the line and what is wrong with it. No part of a table is ever returned. A copy of a file
        beside it is refused.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("model,task_id,passed\\nsmall,a,no\\nlarge,a,yes\\n")
    ...     file.flush()
    ...     names = {"problem": "task_id", "correct": "passed"}
    ...     read_samples(file.name, names=names, where={"model": "large"}).c
    array([1])
    """
    where, names = dict(where or {}), check_names(names)
    table = _matching_rows(_gathered(path, names, where, scores), where)
    return _sample_set(table, names, scores, at_least, same, meta)


def read_systems(
    path: _Paths,
    by: str,
    *,
    names: Mapping[str, str] | None = None,
    where: Mapping[str, Any] | None = None,
    scores: Sequence[str] = (),
    at_least: float | None = None,
    same: Same | None = None,
) -> dict[str, SampleSet]:
    """Read the samples of several systems from one file or several, told apart by a column; each file is read once.

    Parameters
    ----------
    path, names, where, scores, at_least, same
        As for `read_samples`.
    by : str
        The column that names a row's system, as "model"; "file" for the name of its file.

    Returns
    -------
    dict of str to SampleSet
        In the order in which the file has them.

    Raises
    ------
    SampleError
        As `read_samples`, and for a column that the file has not, or with an empty field.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("model,problem,correct\\nsmall,a,0\\nlarge,a,1\\n")
    ...     file.flush()
    ...     {name: samples.c.tolist() for name, samples in read_systems(file.name, "model").items()}
    {'small': [0], 'large': [1]}
    """
    where, names = dict(where or {}), check_names(names)
    table = _gathered(path, names, [*where, by], scores)
    first = table.files[0][0]
    if by not in table.columns:
        raise SampleError(f"{first}: the file has no column {by!r}; it has {', '.join(map(shown_name, table.columns))}")
    table = _matching_rows(table, where)
    values = table.columns[by]
    if any(map(is_missing, _different(values))):
        raise SampleError(f"{first}: the column {by!r} has empty fields, so that rows belong to no system")
    if not len(values):
        raise SampleError(f"{first}: the table has no rows")
    systems, names_found = encode(values, answer_label)
    found = {}
    for code, name in enumerate(names_found):
        mine = _kept(table, np.flatnonzero(systems == code))
        found[name] = _sample_set(mine, names, scores, at_least, same, None)
    return found


def _gathered(path: _Paths, names: Mapping[str, str], others: Iterable[str], scores: Sequence[str]) -> _Table:
    """The rows of all files, in columns of their own names: those of samples, and these others."""
    sources = [source_of(one) for one in files_of(path, tuple(_READERS))]
    notes = check_different_files(sources) if len(sources) > 1 else []
    others = list(others)
    # An answer may be missing, and so may a column that is not part of a sample.
    needed = {names.get(name, name): name != "answer" for name in COLUMNS}
    check_scores(scores, scores)
    needed |= dict.fromkeys(scores, True)
    checked = [*CHECKED, *others]
    # A column of numbers that is also something else is kept as it is written.
    roles = Counter([*checked, *(names.get(name, name) for name in COLUMNS), *scores])
    numeric = [*(names.get(name, name) for name in NUMERIC), *scores]
    numbers = frozenset(name for name in numeric if roles[name] == 1)
    wanted = _Wanted(dict.fromkeys(checked, False) | needed, numbers)
    parts = [_rows(source, wanted, names, scores) for source in told(sources, "files", len(sources))]
    every = list(dict.fromkeys(name for part in parts for name in part.columns))
    sizes = [len(next(iter(part.columns.values()))) for part in parts]
    for source, part in zip(sources, parts, strict=True):
        for name in needed:
            if name in every and name not in part.columns:
                other = next(one.name for one, its in zip(sources, parts, strict=True) if name in its.columns)
                raise SampleError(f"{source.name}: no column {name!r}, which {other} has")
    columns = {
        name: joined([part.columns.get(name, [None] * size) for part, size in zip(parts, sizes, strict=True)])
        for name in every
    }
    starts = np.cumsum([0, *sizes[:-1]]).tolist()
    files = [(source.name, start, part.lines) for source, start, part in zip(sources, starts, parts, strict=True)]
    stems = [source.name.partition(".")[0] for source in sources]
    each = np.repeat(np.arange(len(sources)), sizes)
    if FILE in others and FILE not in columns:
        columns[FILE] = coded(each, stems)
    numbered = any(name in columns for name in NUMBERS)
    if len(sources) > 1 and numbered and are_runs(stems) and not any(name in columns for name in RUNS):
        columns[RUNS[0]] = each
    return _Table(columns, files, notes)


def _rows(source: Source, wanted: _Wanted, names: Mapping[str, str], scores: Sequence[str]) -> _Columns:
    """The columns of a file that are of use, with a row for each sample."""
    if source.ending not in _READERS:
        with faults_named(source.name):
            raise SampleError(f"expected a file ending in {', '.join(_READERS)}, got {source.ending or 'no ending'}")
    with faults_named(source.name):
        tell(f"reading {source.name}: rows", 0)
        found = _READERS[source.ending](source, wanted)
        check_needed(found.names, names)
        check_scores(scores, found.names)
        return _spread(found, names)


def _spread(found: _Columns, names: Mapping[str, str]) -> _Columns:
    """Rows of lists, a sample for each entry: the judgements say how many samples a row holds."""
    judged = found.columns.get(names.get("correct", "correct"), found.columns.get(names.get("reward", "reward"), []))
    if isinstance(judged, (Coded, np.ndarray)):
        return found
    if not any(issubclass(kind, (list, tuple)) for kind in set(map(type, judged))):
        return found
    sizes = []
    for row, value in enumerate(judged):
        if not isinstance(value, (list, tuple)):
            raise SampleError(f"{_place(found, row)}: expected a list of judgements, got {short(value)}")
        sizes.append(len(value))
    columns: dict[str, Any] = {}
    for name, values in found.columns.items():
        spread: list[Any] = []
        for row, (value, size) in enumerate(zip(values, sizes, strict=True)):
            if not isinstance(value, (list, tuple)):
                spread += [value] * size
            elif len(value) == size:
                # A score may stand in a list of its own, as one that some reward models write.
                spread += [one[0] if isinstance(one, list) and len(one) == 1 else one for one in value]
            else:
                raise SampleError(f"{_place(found, row)}: {name} has {len(value)} entries for {size} samples")
        columns[name] = spread
    lines = None if found.lines is None else np.repeat(found.lines, sizes).tolist()
    return _Columns(columns, found.names, lines)


def _place(found: _Columns, row: int) -> str:
    return f"row {row}" if found.lines is None else f"line {found.lines[row]}"


def _sample_set(
    table: _Table,
    names: Mapping[str, str],
    scores: Sequence[str],
    at_least: float | None,
    same: Same | None,
    meta: Mapping[str, Any] | None,
) -> SampleSet:
    shown = [name for name, _, _ in table.files]
    source = ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
    noted = {"notes": tuple(table.notes)} if table.notes else {}
    try:
        samples = SampleSet.from_columns(
            table.columns, names=names, scores=scores, at_least=at_least, meta={**(meta or {"source": source}), **noted}
        )
    except SampleError as error:
        name, place, more = shown[0], str(error), ""
        if error.row is not None:
            name, at = table.place(error.row)
            place = f"{error.column}: {at}: {error.message}"
        if len(shown) > 1 and error.column in NUMBERS:
            more = "; files of several runs are told apart by their names, as in seed0 and seed1, or by a column run"
        raise SampleError(f"{name}: {place}{more}", error.column) from None
    return samples if same is None else samples.with_same_answers(same)


def _matching_rows(table: _Table, where: Mapping[str, Any]) -> _Table:
    """The rows that have the values asked for."""
    first = table.files[0][0]
    for name, value in where.items():
        if name not in table.columns:
            raise SampleError(
                f"{first}: where: the file has no column {name!r}; it has {', '.join(map(shown_name, table.columns))}"
            )
        wanted = {answer_label(one) for one in (value if isinstance(value, (list, tuple, set)) else [value])}
        codes, labels = _labels(table.columns[name])
        missing = wanted - set(labels)
        if missing or not labels:
            known = ", ".join(map(repr, labels[:10]))
            gone = min(missing, default="")
            raise SampleError(f"{first}: where: no row has {name} = {gone!r}; it is one of {known}")
        table = _kept(table, np.flatnonzero(np.isin(codes, [labels.index(one) for one in wanted])))
    return table


def _different(values: Sequence[Any]) -> Iterable[Any]:
    """The values, or each different one once where that is known."""
    return values.texts if isinstance(values, Coded) else values


def _labels(values: Sequence[Any]) -> tuple[np.ndarray, list[str]]:
    """The code of each value's label, and the labels, each found once for each text that is different."""
    known: dict[str, int] = {}
    texts: dict[str, int] = {}

    def code_of(value: Any) -> int:
        if isinstance(value, str) and value in texts:
            return texts[value]
        code = known.setdefault(answer_label(value), len(known))
        if isinstance(value, str):
            texts[value] = code
        return code

    if isinstance(values, Coded):
        return values.each(code_of, np.intp), list(known)
    return np.fromiter(map(code_of, values), np.intp, len(values)), list(known)


def _kept(table: _Table, rows: np.ndarray) -> _Table:
    """These rows alone."""
    files: list[tuple[str, int, Sequence[int] | None]] = []
    starts = [first for _, first, _ in table.files]
    for (name, first, lines), stop in zip(table.files, [*starts[1:], np.inf], strict=True):
        mine = rows[(rows >= first) & (rows < stop)]
        kept = None if lines is None else [lines[row] for row in (mine - first).tolist()]
        if mine.size or len(table.files) == 1:
            files.append((name, int(np.searchsorted(rows, first)), kept))
    return _Table({name: taken(values, rows) for name, values in table.columns.items()}, files, table.notes)


def read_columns(path: str | Path) -> dict[str, list[str]]:
    """Return the columns of a CSV or TSV file as text, whatever they are called.

    Raises
    ------
    SampleError
        For another ending, a file without rows, two columns of one name or a row of another length; it names the line.
    """
    where = Path(path)
    if where.is_dir():
        raise SampleError(f"{where}: a folder; expected a file ending in .csv or .tsv")
    separator = {".csv": ",", ".tsv": "\t"}.get(ending_of(where))
    if separator is None:
        raise SampleError(f"{path}: must end in .csv or .tsv, or one of these with .gz")
    with faults_named(where.name), _long_fields(), open_text(where) as file:
        reader = csv.reader(file, delimiter=separator)
        head = [name.strip() for name in next(reader, [])]
        rows = [(reader.line_num, row) for row in reader if row]
    if not rows:
        raise SampleError(f"{path}: has no rows")
    if len(set(head)) != len(head):
        raise SampleError(f"{path}: two columns have one name: {', '.join(head)}")
    for line, row in rows:
        if len(row) != len(head):
            raise SampleError(f"{path}, line {line}: {len(row)} fields, the first line has {len(head)}")
    return {name: [row[i].strip() for _, row in rows] for i, name in enumerate(head)}


@contextmanager
def _long_fields() -> Iterator[None]:
    """Fields of any length while a file is read; what else the reader of CSV refuses is named as it does."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        yield
    except csv.Error as error:
        raise SampleError(f"not CSV: {error}") from None
    finally:
        csv.field_size_limit(before)


def _read_csv(source: Source, wanted: _Wanted, separator: str = ",") -> _Columns:
    """Columns, and the line of the file on which each row begins."""
    quick = quick_table(source, {name: name in wanted.numbers for name in wanted.needed}, separator)
    return _read_csv_by_rows(source, wanted, separator) if quick is None else _Columns(*quick)


def _read_csv_by_rows(source: Source, wanted: _Wanted, separator: str = ",") -> _Columns:
    """The same by Python's own reader, which names the line of a fault."""
    with _long_fields(), source.text() as file:
        reader = csv.reader(file, delimiter=separator)
        head = [name.strip() for name in next(reader, [])]
        if len(set(head)) != len(head):
            raise SampleError(
                f"the column {next(name for name in head if head.count(name) > 1)!r} occurs twice in the header"
            )
        kept = {name: _Gathered(name in wanted.numbers) for name in head if name in wanted.needed}
        places = [(kept[name], itemgetter(i)) for i, name in enumerate(head) if name in kept]
        lines, read = [], 0
        for rows, begins in _blocks(reader, len(head)):
            for column, at in places:
                column.add(list(map(at, rows)))
            lines.append(begins)
            read += len(rows)
            tell(f"reading {source.name}: rows", read)
    if any(column.numbers and column.refused for column in kept.values()):
        # A text in place of a number is named by what reads numbers, which needs the texts of the whole column.
        return _read_csv_by_rows(source, wanted._replace(numbers=frozenset()), separator)
    return _Columns({name: column.values() for name, column in kept.items()}, head, lines_of(lines))


class _Codes(dict[str, int]):
    """The code of each text, which a new one gets when it is first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return len(self) - 1


class _Gathered:
    """A column that grows by blocks of texts: equal texts are kept once, and numbers as such."""

    def __init__(self, numbers: bool) -> None:
        self.numbers, self.refused = numbers, False
        self._blocks: list[np.ndarray] = []
        self._codes = _Codes()

    def add(self, texts: list[str]) -> None:
        if self.refused:
            return
        if not self.numbers:
            self._blocks.append(np.fromiter(map(self._codes.__getitem__, texts), np.intp, len(texts)))
            return
        try:
            self._blocks.append(np.fromiter(map(float, texts), np.float64, len(texts)))
        except ValueError:
            self.refused = True

    def values(self) -> Any:
        if not self._blocks:
            return []
        whole = np.concatenate(self._blocks)
        return whole if self.numbers else Coded(whole, list(self._codes))


def _blocks(reader: Any, fields: int) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
    """Rows in blocks, without blank ones, and the line on which each begins: a loop over the rows would take longer."""
    # The reader is asked for its line after each row, so that a row of several lines is counted as it is.
    numbered = zip(reader, map(attrgetter("line_num"), repeat(reader)))  # noqa: B905 (the second never ends)
    begin = reader.line_num + 1
    while True:
        pairs: list[tuple[list[str], int]] = []
        try:
            pairs += islice(numbered, _BLOCK)
        except (csv.Error, UnicodeDecodeError):
            # What was read before the fault is in the list: a fault of these rows is the earlier one.
            _whole_rows(pairs, begin, fields)
            raise
        if not pairs:
            return
        yield _whole_rows(pairs, begin, fields)
        begin = pairs[-1][1] + 1


def _whole_rows(pairs: list[tuple[list[str], int]], begin: int, fields: int) -> tuple[list[list[str]], Sequence[int]]:
    """The rows of a block that are not blank, each with its line; the first begins on line `begin`."""
    rows = [row for row, _ in pairs]
    begins: Sequence[int] = range(begin, begin + len(rows))
    if pairs and pairs[-1][1] >= begin + len(rows):
        begins = [begin, *(line + 1 for _, line in pairs[:-1])]
    if not all(rows):
        begins = [line for line, row in zip(begins, rows, strict=True) if row]
        rows = [row for row in rows if row]
    if set(map(len, rows)) - {fields}:
        odd = next(i for i, row in enumerate(rows) if len(row) != fields)
        raise SampleError(f"line {begins[odd]}: {len(rows[odd])} fields, but the header has {fields}")
    return rows, begins


def _read_tsv(source: Source, wanted: _Wanted) -> _Columns:
    return _read_csv(source, wanted, "\t")


def parse_json(text: str, place: str = "") -> Any:
    """Return the value of a JSON text, or raise an error that starts with its place."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = place or (f"line {error.lineno}: " if error.lineno > 1 else "")
        raise SampleError(f"{where}not JSON ({error.msg}): {short(error.doc[error.pos :].strip())}") from None
    except RecursionError:
        raise SampleError(f"{place}JSON nested too deeply to be read") from None
    except ValueError:
        # Python reads no whole number of more than 4,300 digits.
        raise SampleError(f"{place}a number with too many digits to be read") from None


def read_json_lines(source: Source) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects of a JSON Lines file, each with its line number; blank lines are ignored."""
    rows = []
    with source.text() as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            row = parse_json(line, f"line {number}: ")
            if not isinstance(row, dict):
                raise SampleError(f"line {number}: expected an object, got {short(row)}")
            rows.append((number, row))
    return rows


def _read_jsonl(source: Source, wanted: _Wanted) -> _Columns:
    """Columns, and the line of the file that holds each row."""
    rows = read_json_lines(source)
    return _columns_of(rows, wanted, "line")._replace(lines=[number for number, _ in rows])


def _read_json(source: Source, wanted: _Wanted) -> _Columns:
    with source.text() as file:
        rows = parse_json(file.read())
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SampleError("expected a list of objects, one a sample")
    return _columns_of(list(enumerate(rows)), wanted, "row")


def _columns_of(rows: list[tuple[int, dict[str, Any]]], wanted: _Wanted, place: str) -> _Columns:
    """Columns of objects; "judge.passed" is the entry "passed" of the entry "judge", where no entry has that name."""
    names = dict.fromkeys(name for _, row in rows for name in row)
    for name in [name for name in wanted.needed if "." in name and name not in names]:
        if any(_within(row, name) is not _ABSENT for _, row in rows):
            names[name] = None
            rows = [(number, _with(row, name, _within(row, name))) for number, row in rows]
    for name in names:
        absent = [number for number, row in rows if name not in row] if wanted.needed.get(name) else []
        if absent:
            raise SampleError(f"{place} {absent[0]}: the column {name!r} is missing, but others have it")
    columns = {name: [row.get(name) for _, row in rows] for name in names if name in wanted.needed}
    return _Columns(columns, list(names), None)


_ABSENT = object()


def _within(row: Any, name: str) -> Any:
    for part in name.split("."):
        if not isinstance(row, dict) or part not in row:
            return _ABSENT
        row = row[part]
    return row


def _with(row: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    return row if value is _ABSENT else {**row, name: value}


def _read_parquet(source: Source, wanted: _Wanted) -> _Columns:
    with source.open() as file:
        columns = parquet_columns(file)
    return _Columns({name: values for name, values in columns.items() if name in wanted.needed}, list(columns), None)


def parquet_columns(file: Any) -> dict[str, list[Any]]:
    """The columns of a Parquet file, by whichever package reads one."""
    try:
        found = import_module("pyarrow.parquet").read_table(file).to_pydict()
    except ImportError:
        try:
            found = import_module("polars").read_parquet(file).to_dict(as_series=False)
        except ImportError:
            raise ImportError(
                "Parquet files need the package pyarrow or polars: pip install 'inference-scaling[parquet]'"
            ) from None
    return dict(found)


_Read = Callable[[Source, _Wanted], _Columns]
_READERS: dict[str, _Read] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".json": _read_json,
    ".parquet": _read_parquet,
}
# The endings of files that hold a table.
ENDINGS = tuple(_READERS)


def write_samples(samples: SampleSet, path: str | Path) -> None:
    """Write samples to a CSV or JSON Lines file, recognised by the ending; `read_samples` reads the same set back.

    Several scores are columns of their own names: `read_samples` needs these, as `scores`.

    Parameters
    ----------
    samples : SampleSet
    path : str or Path
        ``.csv``; ``.jsonl`` or ``.ndjson``. An existing file is replaced.

    Raises
    ------
    SampleError
        For another ending, or a label that would not be read back unchanged: an empty one, one with space around it,
        "<NA>", or an answer such as "7.0", which is read as "7".

    Examples
    --------
    >>> import tempfile
    >>> samples = SampleSet.from_columns({"problem": ["a", "a"], "correct": [1, 0], "answer": ["7", None]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_samples(samples, f"{folder}/samples.csv")
    ...     print(Path(folder, "samples.csv").read_text())
    problem,correct,answer
    a,1,7
    a,0,
    <BLANKLINE>
    """
    _write(_written_columns(samples), Path(path))


def write_systems(systems: Mapping[str, SampleSet], by: str, path: str | Path) -> None:
    """Write the samples of several systems to one file, with a column that names each row's system.

    Parameters
    ----------
    systems : mapping of str to SampleSet
    by : str
        The name of that column, as "model"; `read_systems` reads the same sets back by it.
    path : str or Path
        As for `write_samples`.

    Raises
    ------
    SampleError
        As `write_samples`; also for a name of a system or a column that would not be read back.

    Examples
    --------
    >>> import tempfile
    >>> systems = {"small": SampleSet.from_counts([2], [0]), "large": SampleSet.from_counts([2], [1])}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_systems(systems, "model", f"{folder}/both.csv")
    ...     {name: one.c.tolist() for name, one in read_systems(f"{folder}/both.csv", "model").items()}
    {'small': [0], 'large': [1]}
    """
    if by in COLUMNS:
        raise SampleError(f"by = {by!r}: a table of samples has such a column of its own")
    for name in systems:
        if is_missing(name) or answer_label(name) != name:
            raise SampleError(f"{by}: {name!r} would be read as {None if is_missing(name) else answer_label(name)!r}")
    parts = [(name, _written_columns(samples)) for name, samples in systems.items()]
    columns: dict[str, list[Any]] = {by: []}
    # A column that only some systems have would be refused, or read as missing.
    shared = [name for name in (parts[0][1] if parts else ()) if all(name in part for _, part in parts)]
    for name, part in parts:
        columns[by] += [name] * len(part["problem"])
        for column in shared:
            columns.setdefault(column, []).extend(part[column])
    _write(columns, Path(path))


def _written_columns(samples: SampleSet) -> dict[str, list[Any]]:
    for name in ("problems", "answers"):
        for label in getattr(samples, name):
            read = None if is_missing(label) else (answer_label if name == "answers" else problem_label)(label)
            if label != read:
                raise SampleError(f"{name}: {label!r} would be read as {read!r}")
    labels = (*samples.answers, None)
    columns: dict[str, list[Any]] = {
        "problem": [samples.problems[code] for code in samples.problem.tolist()],
        "correct": samples.correct.astype(int).tolist(),
    }
    if samples.answer is not None:
        columns["answer"] = [labels[code] for code in samples.answer.tolist()]
    for name in NUMERIC:
        if getattr(samples, name) is not None:
            columns[name] = getattr(samples, name).tolist()
    if samples.step_offsets is not None:
        columns["step_scores"] = [steps.tolist() for steps in samples.steps()]
    for name, one in samples.scores.items():
        if name in COLUMNS and (name != "score" or samples.score is None or not np.array_equal(one, samples.score)):
            raise SampleError(f"scores: {name!r} would be read as another column of a table of samples: rename it")
        columns[name] = one.tolist()
    return columns


def _write(columns: dict[str, list[Any]], path: Path) -> None:
    rows = zip(*columns.values(), strict=True)
    if path.suffix.lower() == ".csv":
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
    else:
        raise SampleError(f"{path.name}: expected a file ending in .csv, .jsonl or .ndjson")

"""Tables in files: CSV, TSV, JSON Lines, JSON and Parquet."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, TypeAlias

from .answers import answer_label, is_missing, problem_label
from .columns import CHECKED, COLUMNS, NUMERIC, check_needed
from .errors import SampleError, short
from .table import SampleSet

# The columns of a file, and the line on which each row begins, where the format has lines.
_Columns: TypeAlias = tuple[dict[str, list[Any]], list[int] | None]


def read_samples(
    path: str | Path, *, where: Mapping[str, Any] | None = None, meta: Mapping[str, Any] | None = None
) -> SampleSet:
    """Read samples from a CSV, JSON Lines, JSON or Parquet file, recognised by the ending.

    Parameters
    ----------
    path : str or Path
        ``.csv``, or ``.tsv`` with tabs; ``.jsonl`` or ``.ndjson`` with one object a line; ``.json`` with a list of
        objects; any of these compressed, ``.csv.gz``; ``.parquet`` (needs pyarrow).
        Columns as in `SampleSet.from_columns`; others are ignored.
    where : mapping of str to value, optional
        Only rows that have these values in these columns, as ``{"model": "small"}``; compared as answers are.
    meta : mapping, optional

    Returns
    -------
    SampleSet

    Raises
    ------
    SampleError
        Naming the file, the line and what is wrong with it. No part of a table is ever returned.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("model,problem,correct\\nsmall,a,0\\nlarge,a,1\\n")
    ...     file.flush()
    ...     read_samples(file.name, where={"model": "large"}).c
    array([1])
    """
    path = Path(path)
    where = dict(where or {})
    with _readable(path):
        columns, lines = _matching_rows(*_rows(path, where), where)
    return _sample_set(path, columns, lines, meta)


def read_systems(path: str | Path, by: str, *, where: Mapping[str, Any] | None = None) -> dict[str, SampleSet]:
    """Read the samples of several systems from one file, told apart by a column; the file is read once.

    Parameters
    ----------
    path, where
        As for `read_samples`.
    by : str
        The column that names a row's system, as "model".

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
    path = Path(path)
    where = dict(where or {})
    with _readable(path):
        columns, lines = _matching_rows(*_rows(path, {*where, by}), where)
        if by not in columns:
            raise SampleError(f"the file has no column {by!r}; it has {', '.join(columns)}")
        names = [answer_label(value) for value in columns[by]]
        if None in names:
            raise SampleError(f"the column {by!r} has empty fields, so that rows belong to no system")
        if not names:
            raise SampleError("the table has no rows")
    found = {}
    for name in dict.fromkeys(names):
        mine, mine_lines = _kept(columns, lines, [row for row, one in enumerate(names) if one == name])
        found[str(name)] = _sample_set(path, mine, mine_lines, {"source": path.name})
    return found


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Every reason why a file cannot be read, as one error that names the file."""
    if path.is_dir():
        raise SampleError(f"{path}: a folder; expected a file ending in {', '.join(_READERS)}")
    try:
        yield
    except UnicodeDecodeError as error:
        raise SampleError(f"{path.name}: not text in UTF-8 (byte {error.start})") from None
    except (gzip.BadGzipFile, EOFError):
        raise SampleError(f"{path.name}: not a gzip file, or cut off") from None
    except SampleError as error:
        raise SampleError(f"{path.name}: {error}") from None


def _rows(path: Path, others: Iterable[str]) -> _Columns:
    """The columns of samples that a file has, and these others; with the line of each row where it has lines."""
    ending = ending_of(path)
    if ending not in _READERS:
        raise SampleError(f"expected a file ending in {', '.join(_READERS)}, got {ending or 'no ending'}")
    return _READERS[ending](path, {*COLUMNS, *CHECKED, *others})


def _sample_set(
    path: Path, columns: dict[str, list[Any]], lines: list[int] | None, meta: Mapping[str, Any] | None
) -> SampleSet:
    try:
        return SampleSet.from_columns(columns, meta=meta or {"source": path.name})
    except SampleError as error:
        # The line as an editor shows it: blank lines, a header and quoted line ends shift the rows.
        place = str(error)
        if error.row is not None and lines is not None:
            place = f"{error.column}: line {lines[error.row]}: {error.message}"
        raise SampleError(f"{path.name}: {place}", error.column) from None


def _matching_rows(columns: dict[str, list[Any]], lines: list[int] | None, where: Mapping[str, Any]) -> _Columns:
    """The rows that have the values asked for."""
    for name, value in where.items():
        if name not in columns:
            raise SampleError(f"where: the file has no column {name!r}; it has {', '.join(columns)}")
        wanted = answer_label(value)
        keep = [row for row, one in enumerate(columns[name]) if answer_label(one) == wanted]
        if not keep:
            known = ", ".join(repr(one) for one in list(dict.fromkeys(map(answer_label, columns[name])))[:10])
            raise SampleError(f"where: no row has {name} = {value!r}; it is one of {known}")
        columns, lines = _kept(columns, lines, keep)
    return columns, lines


def _kept(columns: dict[str, list[Any]], lines: list[int] | None, rows: list[int]) -> _Columns:
    """These rows alone."""
    mine = {name: [values[row] for row in rows] for name, values in columns.items()}
    return mine, None if lines is None else [lines[row] for row in rows]


def ending_of(path: Path) -> str:
    """Return the ending that gives a file's format, in lower case, without a final ``.gz``."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()


def open_text(path: Path) -> IO[str]:
    """Open a text file, compressed with gzip or not, with or without a byte order mark."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8-sig")
    return open(path, newline="", encoding="utf-8-sig")


def read_columns(path: str | Path) -> dict[str, list[str]]:
    """Return the columns of a CSV or TSV file as text, whatever they are called.

    Raises
    ------
    SampleError
        For another ending, a file without rows, two columns of one name or a row of another length; it names the line.
    """
    where = Path(path)
    separator = {".csv": ",", ".tsv": "\t"}.get(ending_of(where))
    if separator is None:
        raise SampleError(f"{path}: must end in .csv or .tsv, or one of these with .gz")
    with _readable(where), open_text(where) as file:
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


def _read_csv(path: Path, wanted: set[str], separator: str = ",") -> tuple[dict[str, list[Any]], list[int]]:
    """Columns, and the line of the file on which each row begins."""
    with open_text(path) as file:
        reader = csv.reader(file, delimiter=separator)
        head = [name.strip() for name in next(reader, [])]
        if len(set(head)) != len(head):
            raise SampleError(
                f"the column {next(name for name in head if head.count(name) > 1)!r} occurs twice in the header"
            )
        columns: dict[str, list[Any]] = {name: [] for name in head}
        lines = []
        begin = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(head):
                    raise SampleError(f"line {begin}: {len(row)} fields, but the header has {len(head)}")
                for name, value in zip(head, row, strict=True):
                    columns[name].append(value)
                lines.append(begin)
            begin = reader.line_num + 1
    check_needed(columns)
    return {name: values for name, values in columns.items() if name in wanted}, lines


def _read_tsv(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], list[int]]:
    return _read_csv(path, wanted, "\t")


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


def read_json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects of a JSON Lines file, each with its line number; blank lines are ignored."""
    rows = []
    with open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            row = parse_json(line, f"line {number}: ")
            if not isinstance(row, dict):
                raise SampleError(f"line {number}: expected an object, got {short(row)}")
            rows.append((number, row))
    return rows


def _read_jsonl(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], list[int]]:
    """Columns, and the line of the file that holds each row."""
    rows = read_json_lines(path)
    return _columns_of(rows, wanted, "line"), [number for number, _ in rows]


def _read_json(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], None]:
    with open_text(path) as file:
        rows = parse_json(file.read())
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SampleError("expected a list of objects, one a sample")
    return _columns_of(list(enumerate(rows)), wanted, "row"), None


def _columns_of(rows: list[tuple[int, dict[str, Any]]], wanted: set[str], place: str) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for _, row in rows for name in row)
    check_needed(names)
    # An answer may be missing, and so may a column that is not part of a sample.
    for name in [name for name in COLUMNS if name in names and name != "answer"]:
        for number, row in rows:
            if name not in row:
                raise SampleError(f"{place} {number}: the column {name!r} is missing, but others have it")
    return {name: [row.get(name) for _, row in rows] for name in names if name in wanted}


def _read_parquet(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], None]:
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        raise ImportError("Parquet files need the package pyarrow: pip install 'inference-scaling[parquet]'") from None
    columns = parquet.read_table(path).to_pydict()
    check_needed(columns)
    return {name: values for name, values in columns.items() if name in wanted}, None


_Read = Callable[[Path, set[str]], _Columns]
_READERS: dict[str, _Read] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".json": _read_json,
    ".parquet": _read_parquet,
}


def write_samples(samples: SampleSet, path: str | Path) -> None:
    """Write samples to a CSV or JSON Lines file, recognised by the ending; `read_samples` reads the same set back.

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
    path = Path(path)
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

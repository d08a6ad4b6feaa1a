"""The log of a run, which only grows, and the table that is made from it."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from ...samples import SampleError
from ...samples.errors import short
from ...samples.files import parse_json
from .ledger import MODEL, Charge, SpendingLedger

try:
    import fcntl
except ImportError:  # there is none on Windows, where a second run on one log is not noticed
    fcntl = None  # type: ignore[assignment]

EVENTS = ("run", "asked", "free", "answered", "sample", "judged")
COLUMNS = (
    "problem",
    "sample_id",
    "correct",
    "answer",
    "score",
    "tokens",
    "prompt_tokens",
    "logprob",
    "seed",
    "model",
    "id",
)
ENDINGS = (".csv", ".jsonl", ".ndjson")
Pair = tuple[str, int]


class SampleLog:
    """The log of a run; a context manager that holds the file alone.

    Attributes
    ----------
    samples : dict of (problem, sample_id) to dict
        The line of each sample.
    verdicts : dict of (judge, problem, sample_id) to dict
    dropped : bool
        Whether the last line was half-written, and so was dropped.

    Raises
    ------
    SampleError
        For a line that is no event of a run, or a log that another run is writing.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.samples: dict[Pair, dict[str, Any]] = {}
        self.verdicts: dict[tuple[str, str, int], dict[str, Any]] = {}
        self.settings: dict[str, Any] | None = None
        self.dropped = False
        self._open: dict[int, dict[str, Any]] = {}
        self._taken: list[tuple[str, Charge]] = []
        self._requests = 0
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> SampleLog:
        self._file = open(self.path, "a+b", buffering=0)
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._file.close()
                raise SampleError(f"{self.path.name}: another run is writing this log") from None
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *error: Any) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()

    def _read(self) -> None:
        assert self._file is not None
        self._file.seek(0)
        data = self._file.read()
        whole, _, rest = data.rpartition(b"\n")
        if rest:
            try:
                # A line that was cut off is no JSON object: its last brace is missing.
                json.loads(rest)
                self._file.write(b"\n")
                whole = data
            except ValueError:
                self._file.truncate(len(data) - len(rest))
                self.dropped = True
        for number, line in enumerate(whole.split(b"\n"), start=1):
            if line.strip():
                place = f"{self.path.name}: line {number}: "
                try:
                    event = parse_json(line.decode("utf-8"), place)
                except UnicodeDecodeError:
                    raise SampleError(f"{place}not text in UTF-8") from None
                self._take(event, place)

    def _take(self, event: Any, place: str) -> None:
        """Take an event into account."""
        if not isinstance(event, dict) or event.get("event") not in EVENTS:
            raise SampleError(f"{place}not an event of a log of samples: name another file with --log")
        try:
            self._known(event)
        except KeyError as error:
            raise SampleError(f"{place}an event {event['event']!r} without {error}") from None
        except TypeError as error:
            raise SampleError(f"{place}an event {event['event']!r} {error}") from None

    def _known(self, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "run":
            self.settings = _of(event, "settings", dict)
        elif kind == "asked":
            _charge(event), _of(event, "payer", str)
            self._open[_of(event, "request", int)] = event
            self._requests = max(self._requests, event["request"])
        elif kind == "free":
            self._open.pop(_of(event, "request", int), None)
        elif kind == "answered":
            asked = self._open.pop(_of(event, "request", int), event)
            self._taken.append((asked.get("payer", MODEL), _charge(event)))
        else:
            pair = _of(event, "problem", str), _of(event, "sample_id", int)
            if kind == "sample":
                for name in ("text", "prompt_sha256"):
                    _of(event, name, str)
                for name in ("tokens", "prompt_tokens", "logprob", "finish"):
                    _of(event, name, (int, float, str, type(None)))
                # The first line of a pair counts.
                self.samples.setdefault(pair, event)
            else:
                for name in ("correct", "answer", "score"):
                    _of(event, name, (bool, int, float, str, type(None)))
                self.verdicts[_of(event, "judge", str), *pair] = event

    def write(self, *events: dict[str, Any]) -> None:
        """Append events, all in one write, and take them into account."""
        lines = b"".join(_encoded(event) + b"\n" for event in events)
        with self._lock:
            if self._file is None or self._file.closed:
                raise ValueError("the log is closed")
            left = memoryview(lines)
            while left:
                left = left[self._file.write(left) :]
            for event in events:
                self._known(event)

    def ask(self, payer: str, problem: str, most: Charge) -> int:
        """Write that a request is about to be sent, and return its number."""
        with self._lock:
            self._requests += 1
            number = self._requests
        self.write({"event": "asked", "request": number, "payer": payer, "problem": problem, **most._asdict()})
        return number

    def tell(self, ledger: SpendingLedger) -> int:
        """Tell a ledger what was spent; return the number of requests that count with their most."""
        for payer, taken in self._taken:
            ledger.note(taken, payer)
        for event in self._open.values():
            ledger.note(_charge(event), event["payer"])
        return len(self._open)


def _of(event: dict[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    """An entry of an event, of the kind that it has."""
    value = event[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise TypeError(f"with {name} = {short(value)}")
    return value


def _charge(event: dict[str, Any]) -> Charge:
    counts = [_of(event, name, int) for name in Charge._fields]
    if min(counts) < 0:
        raise TypeError(f"with a number below 0: {counts}")
    return Charge(*counts)


def _encoded(event: dict[str, Any]) -> bytes:
    try:
        return json.dumps(event, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Half of a letter of two parts, as of a token that was cut off; escaped it is read back as it was.
        return json.dumps(event).encode()


def rows_of(log: SampleLog, problems: Sequence[str], judge: str, score: str | None) -> list[dict[str, Any]]:
    """The rows of the table, a problem after the other, the samples of each in their order."""
    place = {name: i for i, name in enumerate(problems)}
    pairs = sorted((pair for pair in log.samples if pair[0] in place), key=lambda pair: (place[pair[0]], pair[1]))
    rows = []
    for problem, number in pairs:
        sample = log.samples[problem, number]
        verdict = log.verdicts.get((judge, problem, number), {})
        row = {**sample, **{name: verdict.get(name) for name in ("correct", "answer", "score")}}
        if score is not None and sample["logprob"] is not None:
            row["score"] = sample["logprob"] / (max(sample["tokens"] or 1, 1) if score == "mean-logprob" else 1)
        rows.append({name: row.get(name) for name in COLUMNS})
    # A number that some samples lack says nothing of the others: such a column is left out.
    gone = [name for name in ("score", "tokens", "prompt_tokens", "logprob") if any(row[name] is None for row in rows)]
    return [{name: value for name, value in row.items() if name not in gone} for row in rows]


def write_table(rows: Sequence[dict[str, Any]], path: str | Path) -> None:
    """Write rows to CSV or JSON Lines, by the ending; the file is there whole or not at all."""
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    with open(part, "w", newline="", encoding="utf-8", errors="replace") as file:
        if path.suffix.lower() == ".csv":
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(rows[0])
            writer.writerows([_cell(value) for value in row.values()] for row in rows)
        else:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    os.replace(part, path)


def _cell(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value

"""What a reader makes of a log: what was opened, and of each sample where it is, how it was judged, whence it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple

from ...samples import SampleError
from ...samples.errors import short


class UnknownLog(SampleError):
    """A file that no reader knows."""


class Opened(NamedTuple):
    """A log as it lies in its file: numbered lines of objects, or one value."""

    path: Path
    lines: list[tuple[int, dict[str, Any]]] | None = None
    value: Any = None

    def first_line(self) -> dict[str, Any]:
        """The first of its lines, empty where it has none."""
        return self.lines[0][1] if self.lines else {}

    def first_item(self) -> dict[str, Any]:
        """The first object of its list, empty where it is no list of objects."""
        listed = isinstance(self.value, list) and bool(self.value) and isinstance(self.value[0], dict)
        return self.value[0] if listed else {}


class Origin(NamedTuple):
    """Where a log's samples came from, as far as the tool records it; None where it does not."""

    file: str
    model: str | None = None
    task: str | None = None
    run: str | None = None


class JudgedSample(NamedTuple):
    """One sample: its place in the log, and the value and the answer that each metric gives it."""

    place: str
    problem: str
    metrics: MutableMapping[str, Any]
    answers: MutableMapping[str, Any]
    origin: Origin
    # Equal for the same problem in every log, where the tool records such a mark.
    problem_mark: str | None = None
    # Equal for the same sample in every log, where the tool records such a mark.
    sample_mark: tuple[Any, ...] | None = None
    # All responses of which this one was judged, and the reference answers: for a judge of one's own.
    drawn: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    # Of the sample itself: partial credit, a score for best-of-N, tokens; whether the run of it broke.
    reward: Any = None
    score: Any = None
    tokens: Any = None
    prompt_tokens: Any = None
    broke: bool = False


class Reader(NamedTuple):
    """The reader of one tool's logs: its name, what its logs look like, and its samples."""

    tool: str
    knows: Callable[[Opened], bool]
    read: Callable[[Opened], Iterator[JudgedSample]]
    # What the tool writes where it found no answer; an empty text means that in every tool.
    no_answers: frozenset[str] = frozenset()
    # Whether a run of the tool itself, and not its source alone, shows that the numbers agree.
    tried: bool = True


def required(row: Any, name: str, place: str) -> Any:
    """Return an entry of an object in a log, or refuse the object without it."""
    if not isinstance(row, dict) or row.get(name) is None:
        raise SampleError(f"{place}: {name!r} is missing")
    return row[name]


def required_list(row: Any, name: str, place: str) -> list[Any]:
    """Return an entry that is a list, or refuse the object."""
    found = required(row, name, place)
    if not isinstance(found, list):
        raise SampleError(f"{place}: {name}: expected a list, got {short(found)}")
    return found


def text_of(value: Any) -> str | None:
    """Return a text as it is, and None for anything else."""
    return value if isinstance(value, str) else None


def within(value: Any, *names: str) -> Any:
    """Return what lies at these names in nested objects, None where one of them is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def check_same_problem(first: JudgedSample, place: str, problem_mark: str | None) -> None:
    """Refuse two different problems under one name."""
    if problem_mark != first.problem_mark:
        raise SampleError(f"{place}: problem {first.problem} is not the same as at {first.place}")

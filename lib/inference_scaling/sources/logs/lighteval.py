"""Logs of lighteval: ``details_….parquet``, a document a row with its responses and their metrics."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from typing import Any

from ...samples import SampleError
from ...samples.errors import short
from .record import JudgedSample, Opened, Origin, Reader, text_of, within

# Metrics over several responses that are the share of the right ones, which is all that is recorded of them.
_SHARE = re.compile(r"(avg@n?|mean@n?|pass@(k:k=)?1(?!\d)).*")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT[\d.:-]+")


def _knows(log: Opened) -> bool:
    return {"doc", "metric", "model_response"} <= log.first_item().keys()


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples: the one response of a row, or as many right and wrong ones as its shares say."""
    folder = log.path.parent
    model = folder.parent.name if _DATE.fullmatch(folder.name) and folder.parent.name else None
    for i, row in enumerate(log.value):
        problem = str(within(row, "doc", "id") or i)
        place = f"{log.path.name}: row {i}"
        metrics = row.get("metric")
        if not isinstance(metrics, dict):
            raise SampleError(f"{place}: 'metric' must name the metrics, got {short(metrics)}")
        given = within(row, "model_response", "text")
        responses = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
        query = within(row, "doc", "query")
        asked = hashlib.sha256(query.encode()).hexdigest() if isinstance(query, str) else None
        origin = Origin(log.path.name, model, text_of(within(row, "doc", "task_name")))
        drawn = max(1, len(responses))
        values = {name: _of_each(name, value, drawn, place) for name, value in metrics.items()}
        for j in range(drawn):
            here = f"{place}, response {j}" if drawn > 1 else place
            judged = {name: value[j] for name, value in values.items() if value is not None}
            yield JudgedSample(here, problem, judged, {}, origin, asked)


def _of_each(name: str, value: Any, drawn: int, place: str) -> list[Any] | None:
    """A judgement of each response; None where a metric of several says nothing of each."""
    if drawn == 1:
        return [value]
    if not _SHARE.fullmatch(name) or not isinstance(value, (int, float)):
        return None
    if math.isnan(value):
        return [None] * drawn
    right = value * drawn
    if abs(right - round(right)) > 1e-6 * drawn or not 0 <= right <= drawn:
        raise SampleError(f"{place}: {name} is {value:g}, which is no share of {drawn} responses")
    return [j < round(right) for j in range(drawn)]


READER = Reader("lighteval", _knows, _read)

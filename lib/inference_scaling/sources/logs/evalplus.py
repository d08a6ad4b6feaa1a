"""Logs of EvalPlus: the samples of each problem, judged by the base tests and by more of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .record import JudgedSample, Opened, Origin, Reader, required, required_list


def first_judged(log: Opened) -> dict[str, Any] | None:
    """The first sample of the entry ``eval``, empty where it has none; None where the log is of another form."""
    judged = log.value.get("eval") if isinstance(log.value, dict) else None
    if not isinstance(judged, dict) or "plan" in log.value:
        return None
    for samples in judged.values():
        if isinstance(samples, list) and samples and isinstance(samples[0], dict):
            return dict(samples[0])
    return {}


def _knows(log: Opened) -> bool:
    return first_judged(log) is not None


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of the entry ``eval`` of ``…_eval_results.json``."""
    origin = Origin(log.path.name)
    for problem in log.value["eval"]:
        for i, sample in enumerate(required_list(log.value["eval"], problem, log.path.name)):
            place = f"{log.path.name}: {problem}, sample {i}"
            metrics = {"base": required(sample, "base_status", place)}
            if sample.get("plus_status") is not None:
                # As EvalPlus counts: a sample that fails the base tests has not passed the others either.
                metrics["plus"] = sample["plus_status"] if metrics["base"] == "pass" else metrics["base"]
            yield JudgedSample(place, problem, metrics, {}, origin)


READER = Reader("EvalPlus", _knows, _read)

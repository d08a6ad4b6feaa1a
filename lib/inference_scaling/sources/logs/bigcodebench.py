"""Logs of BigCodeBench: the samples of each problem, with one ``status``."""

from __future__ import annotations

from collections.abc import Iterator

from .evalplus import first_judged
from .record import JudgedSample, Opened, Origin, Reader, required, required_list


def _knows(log: Opened) -> bool:
    return "status" in (first_judged(log) or {})


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of the entry ``eval`` of ``…_eval_results.json``."""
    origin = Origin(log.path.name)
    for problem in log.value["eval"]:
        for i, sample in enumerate(required_list(log.value["eval"], problem, log.path.name)):
            place = f"{log.path.name}: {problem}, sample {i}"
            yield JudgedSample(place, problem, {"status": required(sample, "status", place)}, {}, origin)


READER = Reader("BigCodeBench", _knows, _read)

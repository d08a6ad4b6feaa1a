"""Logs of EvalPlus: the samples of each problem, judged by the base tests and by more of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...samples import SampleError
from ...samples.errors import short
from .record import JudgedSample, Origin, required


def read_problems(path: Path, problems: dict[str, Any]) -> Iterator[JudgedSample]:
    """Yield the samples of the entry ``eval`` of ``…_eval_results.json``."""
    origin = Origin(path.name)
    for problem, samples in problems.items():
        if not isinstance(samples, list):
            raise SampleError(f"{path.name}: {problem}: expected a list of samples, got {short(samples)}")
        for i, sample in enumerate(samples):
            place = f"{path.name}: {problem}, sample {i}"
            metrics = {"base": required(sample, "base_status", place)}
            if sample.get("plus_status") is not None:
                # As EvalPlus counts: a sample that fails the base tests has not passed the others either.
                metrics["plus"] = sample["plus_status"] if metrics["base"] == "pass" else metrics["base"]
            yield JudgedSample(place, problem, metrics, {}, origin)

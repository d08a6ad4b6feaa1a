"""Which logs belong in one table: no file twice, one model and task, no sample twice."""

from __future__ import annotations

from ...samples import SampleError
from .record import JudgedSample, check_same_problem


def check_one_experiment(samples: list[JudgedSample]) -> None:
    """Refuse samples that do not belong in one table: of two models or tasks, of different problems under one name, or
    the same sample twice."""
    origins: dict[str, JudgedSample] = {}
    problems: dict[str, JudgedSample] = {}
    marks: dict[tuple[object, ...], JudgedSample] = {}
    for sample in samples:
        _check_origin(origins, sample)
        check_same_problem(problems.setdefault(sample.problem, sample), sample.place, sample.problem_mark)
        if sample.sample_mark is not None:
            _check_new(marks.setdefault(sample.sample_mark, sample), sample)


def _check_origin(origins: dict[str, JudgedSample], sample: JudgedSample) -> None:
    for name in ("model", "task"):
        value = getattr(sample.origin, name)
        if value is None:
            continue
        first = origins.setdefault(name, sample).origin
        if getattr(first, name) != value:
            raise SampleError(
                f"{sample.origin.file} is a log of the {name} {value!r}, {first.file} of {getattr(first, name)!r}: "
                f"read them separately, or choose one with where = {{{name!r}: …}}"
            )


def _check_new(first: JudgedSample, sample: JudgedSample) -> None:
    if first is sample:
        return
    if sample.origin.file == first.origin.file:
        raise SampleError(f"{sample.place}: occurs twice in the file")
    run = "" if sample.origin.run is None else f" of run {sample.origin.run!r}"
    raise SampleError(
        f"{sample.place}: the same sample{run} is at {first.place}: the same run twice adds no information"
    )

"""Which logs belong in one table: no file twice, one model and task, no sample twice."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

from ...samples import SampleError
from .record import JudgedSample, check_same_problem

# The part of a file's name that tells which of several runs it holds.
_RUN = re.compile(r"(?:seed|run|rs|epoch|trial|sample)[-_]?(\d+)", re.IGNORECASE)


def check_different_files(files: list[Path]) -> list[str]:
    """Refuse a file that is given twice, by its path or by its contents; a note where only its name differs."""
    notes = []
    resolved: set[Path] = set()
    contents: dict[str, Path] = {}
    for path in files:
        if not path.is_file():
            continue
        if path.resolve() in resolved:
            raise SampleError(f"{path.name}: given twice; the same samples again add no information")
        resolved.add(path.resolve())
        first = contents.setdefault(_digest(path), path)
        if first is path:
            continue
        runs = [_RUN.findall(file.name) for file in (first, path)]
        if runs[0] == runs[1] or not all(runs):
            raise SampleError(
                f"{path.name}: has the same contents as {first.name}; a copy adds no information. Two runs with equal "
                "results are read if their file names show that they are two, as in seed0 and seed1"
            )
        notes.append(
            f"{path.name} has the same contents as {first.name}, and counts as a run of its own because of its name: "
            "is it a copy, or was nothing drawn at random?"
        )
    return notes


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with gzip.open(path) if path.suffix.lower() == ".gz" else open(path, "rb") as file:
        try:
            while block := file.read(1 << 20):
                found.update(block)
        except (gzip.BadGzipFile, EOFError):
            raise SampleError(f"{path.name}: not a gzip file, or cut off") from None
    return found.hexdigest()


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
                "read them separately"
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

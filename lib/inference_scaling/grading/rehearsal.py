"""Rehearse an instructor's own parts as a course uses them, from the solutions to the points.

``make rehearse``, or ``python -m inference_scaling.grading.rehearsal`` from the top folder of the project: first the
solutions of every part in `exercises/private/` are tried in twenty cohorts, then its notebook is handed out with one
key and graded with another, once with all solutions in it and once as it was handed out. What runs is the instructor's
own, so that this works without a sandbox too.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._project import project_root
from ..answers import judge
from ..answers.task import Picture
from ..classroom import release as exercises
from ..lessons import registry
from . import grade, report, submissions, tables

__all__ = ["KEYS", "graded", "main"]

# Of the handed-out notebooks, and of the grading.
KEYS = ("rehearsal-handed-out", "rehearsal-graded")
SOLVED, BLANK = "with all solutions", "as handed out"


def graded(part: str, root: Path, out: Path) -> list[str]:
    """Hand a part out, hand it in and grade it; return in sentences what is not as it should be.

    Parameters
    ----------
    part : str
    root : Path
        The top folder of the project.
    out : Path
        A folder for the notebooks and the results.
    """
    solved = exercises.for_cohort(exercises.source(part, root), part, KEYS[0])
    found = []
    for name, notebook in ((SOLVED, solved), (BLANK, exercises.released(solved))):
        path = out / f"{name.replace(' ', '_')}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        found.append(submissions.Submission(name, part, path, path.name))
    settings = grade.run_settings(KEYS[1], KEYS[0], trust=True, root=root.resolve())
    results = [result for result, _ in grade.grade(found, out / "results", settings)]
    return [f"{result['student']}: {said}" for result in results for said in _wrong(result)]


def _wrong(result: dict[str, Any]) -> Iterator[str]:
    if result["state"] != "graded":
        yield from result["notes"]
        return
    for task in result["tasks"]:
        specified = registry.find(task["id"])
        wanted = judge.UNTOUCHED
        # A figure stands in the output of its cell, and a source notebook may have been saved without any.
        if result["student"] == SOLVED and not isinstance(specified.answer_type, Picture):
            wanted = judge.WAITING if specified.for_a_person else judge.RIGHT
        if task["verdict"] != wanted and not isinstance(specified.answer_type, Picture):
            yield f"{task['id']} is {task['verdict']!r}, not {wanted!r}. {task['says']}"
    yield from report.counted(result, "", tables.Course(), {}, {}).for_a_person


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="rehearsal", description=__doc__)
    parser.add_argument("--cohorts", type=int, default=20, help="how many cohorts, 20 unless given")
    options = parser.parse_args(arguments)
    try:
        root = project_root(Path.cwd())
        wrong = exercises.rehearse(options.cohorts, root)
        for part in registry.private_parts():
            with tempfile.TemporaryDirectory() as folder:
                said = graded(part, root, Path(folder))
            ends = "\n  ".join(said) or "the solutions have all points, the notebook as handed out has none"
            print(f"{part}, handed out, handed in and graded with other numbers: {ends}")
            wrong = wrong or bool(said)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())

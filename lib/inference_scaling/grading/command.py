"""`inference-scaling grade`: the whole run, from a folder of submissions to a report."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..lessons import registry
from . import grade, report, submissions, tables
from .sandbox import Limits, SandboxError
from .submissions import Submission

__all__ = ["add", "run"]

ALL_GRADED, SOME_NEED_A_PERSON, WRONG_INPUT, NO_SANDBOX = range(4)
INTERRUPTED = 130


def add(commands: Any) -> tuple[argparse.ArgumentParser, Any]:
    """Add the command to a parser; return it with the function that runs it."""
    command = commands.add_parser(
        "grade",
        help="grade a folder of exercise notebooks in a sandbox, with feedback and gradebooks",
        description=(
            "Grade exercise notebooks. SUBMISSIONS is what nbgrader, Moodle or Canvas gives, unpacked, or flat files "
            "STUDENT_PART.ipynb. It is never changed; a second run grades only what is new. "
            "Exit codes: 0 all graded, 1 some need a person, 2 wrong input, 3 no sandbox on this machine, "
            "130 interrupted."
        ),
    )
    command.add_argument("submissions", metavar="SUBMISSIONS", type=Path, help="folder with the submissions")
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="where the report goes")
    command.add_argument("--course", metavar="FILE", type=Path, help="course.toml: keys, due dates, late rule, points")
    command.add_argument("--root", metavar="DIR", type=Path, default=Path(), help="folder of the project (default: .)")
    command.add_argument("--cohort", metavar="KEY", help="key of the numbers to grade with, instead of the course's")
    command.add_argument("--part", help="the part of every submission; else name or content says it")
    command.add_argument("--roster", metavar="FILE", type=Path, help="CSV with a column student and other identifiers")
    command.add_argument(
        "--submitted",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help="times of submission: CSV with the columns student, part, submitted, or Moodle's grading worksheets",
    )
    command.add_argument(
        "--only", metavar="ID", nargs="+", help="grade these students and leave the others as they are"
    )
    command.add_argument("--again", action="store_true", help="grade also what has not changed")
    command.add_argument("--jobs", type=int, default=2, help="submissions at one time (default: 2)")
    command.add_argument("--seconds", type=float, default=10.0, help="time for one answer (default: 10)")
    command.add_argument("--memory", type=int, default=1024, help="memory for one answer, MB (default: 1024)")
    command.add_argument(
        "--templates",
        metavar="DIR",
        type=Path,
        help="folder of Jinja2 templates that replace those of the report's pages of the same name",
    )
    command.add_argument("--trust", action="store_true", help="run without a sandbox where there is none")
    return command, run


def run(arguments: argparse.Namespace) -> tuple[str, int]:
    """Grade, write the report; return what to print and the exit code."""
    # SIGTERM is handled like Ctrl-C.
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if in_main else None
    try:
        return _run(arguments)
    except SandboxError as error:
        print(f"{arguments.prog}: {error}", file=sys.stderr)
        return "", NO_SANDBOX
    except KeyboardInterrupt:
        print(
            f"{arguments.prog}: interrupted. What is graded is kept; the same command goes on with the rest.",
            file=sys.stderr,
        )
        return "", INTERRUPTED
    finally:
        if in_main:
            signal.signal(signal.SIGTERM, before)


@dataclass(frozen=True)
class _Inputs:
    """What the options name, read before anything is graded: a fault in it should not cost an evening's run."""

    course: tables.Course
    known: tables.Roster | None
    times: Mapping[tuple[str, str], datetime]
    pages: report.Pages


def _run(arguments: argparse.Namespace) -> tuple[str, int]:
    parts = (*registry.parts(), *registry.private_parts())
    inputs = _read(arguments, parts)
    every, others = _submissions(arguments, inputs, parts)
    out, corrections = arguments.out, arguments.out / "overrides.csv"
    _check_names(arguments, inputs, every, corrections)
    chosen = _chosen(every, arguments.only)
    limits = Limits(seconds=arguments.seconds, memory=arguments.memory << 20)
    settings = grade.run_settings(
        inputs.course.graded, inputs.course.cohort, trust=arguments.trust, limits=limits, root=arguments.root.resolve()
    )
    protections = grade.protections(settings.tool, limits)
    _forget(out, every, arguments.submissions)
    new = _grade(chosen, arguments, settings)
    when = datetime.now(inputs.course.zone)
    stored = grade.every_stored(out)
    own = tables.overrides(corrections, {result["student"] for _, result in stored})
    counted = [report.counted(result, stem, inputs.course, own, inputs.times, inputs.known) for stem, result in stored]
    receipt = report.receipt(
        settings, protections, [result for _, result in stored], when.isoformat(timespec="seconds")
    )
    changed = report.write_all(out, counted, receipt, inputs.known, others, inputs.course, when, inputs.pages)
    persons = sum(bool(one.for_a_person) for one in counted)
    waiting = sorted({student for student, _ in inputs.course.extensions} - {one.student for one in counted})
    held = f"{sum(protections.values())} of {len(protections)} protections held"
    text = [
        f"{len(chosen)} submissions, {new} graded now, {len(chosen) - new} as before.",
        f"Sandbox: {settings.tool or 'none, by your --trust'}; {held}.",
        f"For a person: {persons}.",
        *([f"An extension and nothing handed in: {', '.join(waiting)}."] if waiting else []),
        *([f"Changed since the last report: {len(changed)} rows, see {out / 'changes.csv'}."] if changed else []),
        f"Read {out / 'index.html'}.",
    ]
    return "\n".join(text), SOME_NEED_A_PERSON if persons else ALL_GRADED


def _read(arguments: argparse.Namespace, parts: Sequence[str]) -> _Inputs:
    """Check the options and read the files that they name."""
    if arguments.jobs < 1:
        raise ValueError(f"--jobs must be at least 1, got {arguments.jobs}")
    course = tables.load(arguments.course) if arguments.course else tables.Course()
    if arguments.cohort:
        handed_out = course.cohort if arguments.course else arguments.cohort
        course = replace(course, graded=arguments.cohort, cohort=handed_out)
    pages = report.Pages(arguments.templates)
    known = tables.roster(arguments.roster) if arguments.roster else None
    if arguments.part is not None and arguments.part not in parts:
        raise ValueError(f"--part must be one of {', '.join(parts)}, got {arguments.part!r}")
    times: dict[tuple[str, str], datetime] = {}
    for path in arguments.submitted:
        times |= tables.submitted(path, course.zone, known, arguments.part)
    if not (arguments.root / "exercises" / "source").is_dir():
        raise ValueError(f"{arguments.root} is not the project's folder: it has no exercises/source; say it by --root")
    return _Inputs(course, known, times, pages)


def _submissions(
    arguments: argparse.Namespace, inputs: _Inputs, parts: Sequence[str]
) -> tuple[list[Submission], dict[str, str]]:
    """Return one submission for each student and part, and why every other file is not graded."""
    out, folder = arguments.out, arguments.submissions
    if out.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"--out {out} lies in {folder}: a report in there would be graded the next time")
    found, others = submissions.find(folder, parts, arguments.part)
    if not found:
        raise ValueError(f"{folder} holds no submission: no .ipynb file and no folder")
    if inputs.known is not None:
        found = [inputs.known.named(one) for one in found]
    released = {part: grade.released_notebook(part, str(arguments.root.resolve())) for part in parts}
    found, replaced = submissions.latest_per_student(found, folder, released)
    return found, others | replaced


def _check_names(
    arguments: argparse.Namespace, inputs: _Inputs, every: Sequence[Submission], corrections: Path
) -> None:
    """Raise ValueError where an extension or a correction by hand names a student whom nobody knows."""
    for student, _ in inputs.course.extensions:
        if inputs.known is not None and student not in inputs.known.rows:
            raise ValueError(f"{arguments.course}: extensions.{student}: the roster knows nobody called {student!r}")
    stored = {result["student"] for _, result in grade.every_stored(arguments.out, damaged=True)}
    tables.overrides(corrections, {one.student for one in every} | stored)


def _grade(chosen: Sequence[Submission], arguments: argparse.Namespace, settings: grade.RunSettings) -> int:
    """Grade what is new; return how many that were."""
    graded = grade.grade(chosen, arguments.out, settings, jobs=arguments.jobs, again=arguments.again)
    # The bar shows on a terminal only.
    bar = tqdm(graded, total=len(chosen), unit="submission", disable=None, file=sys.stderr)
    return sum(before is not now for now, before in bar)


def _chosen(found: list[Submission], only: list[str] | None) -> list[Submission]:
    if only is None:
        return found
    students = {one.student for one in found}
    if unknown := [name for name in only if name not in students]:
        raise ValueError(f"--only: {unknown[0]!r} handed nothing in")
    return [one for one in found if one.student in only]


def _forget(out: Path, found: list[Submission], folder: Path) -> None:
    """Remove results of files that count no longer: replaced by a later one, or another student's by a mended roster.

    A report may hold several folders of submissions, and a folder may be emptied for the next part: only files that
    are still in this one are looked at.
    """
    places = {(one.student, str(one.path.resolve())) for one in found}
    for place, result in grade.every_stored(out, damaged=True):
        path = Path(result["file"]).resolve()
        here = path.is_relative_to(folder.resolve()) and path.exists()
        if here and (result["student"], str(path)) not in places:
            (out / "results" / f"{place}.json").unlink()

"""`inference-scaling grade`: the whole run, from a folder of submissions to a report."""

from __future__ import annotations

import argparse
import contextlib
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..lessons import registry
from . import grade, marks, names, report, rubric, similar, submissions, tables
from .cluster import Workers, shared
from .sandbox import Limits, SandboxError
from .submissions import Submission

__all__ = ["add", "run"]

ALL_GRADED, SOME_NEED_A_PERSON, WRONG_INPUT, NO_SANDBOX = range(4)
INTERRUPTED = 130
ON_WINDOWS = (
    "the grader does not run on Windows itself, with or without --trust. Run it in the container of "
    "exercises/Containerfile, as the page Grading says."
)


def add(commands: Any) -> tuple[argparse.ArgumentParser, Any]:
    """Add the command to a parser; return it with the function that runs it."""
    command = commands.add_parser(
        "grade",
        help="grade a folder of exercise notebooks in a sandbox, with feedback and gradebooks",
        description=(
            "Grade exercise notebooks. SUBMISSIONS is what nbgrader, Moodle, Canvas, Gradescope, Blackboard, D2L or "
            "ILIAS gives, unpacked or as the zip archive, or flat files STUDENT_PART.ipynb. It is never changed; a "
            "second run grades only what is new. "
            "Exit codes: 0 all graded, 1 some need a person, 2 wrong input, 3 no sandbox on this machine, "
            "130 interrupted."
        ),
    )
    command.add_argument("submissions", metavar="SUBMISSIONS", type=Path, help="folder or zip archive of submissions")
    command.add_argument("--out", metavar="DIR", type=Path, required=True, help="where the report goes")
    command.add_argument("--course", metavar="FILE", type=Path, help="course.toml: keys, due dates, late rule, points")
    command.add_argument("--root", metavar="DIR", type=Path, default=Path(), help="folder of the project (default: .)")
    command.add_argument("--cohort", metavar="KEY", help="key of the numbers to grade with, instead of the course's")
    command.add_argument("--part", help="the part of every submission; else name or content says it")
    command.add_argument(
        "--pattern",
        metavar="REGEX",
        help="whose a file is, by its path below SUBMISSIONS: a regular expression with (?P<student>…), and perhaps "
        "(?P<part>…) and (?P<submitted>…)",
    )
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
        "--rubric",
        metavar="FILE",
        type=Path,
        help=f"items, points and comments for what a person marks (default: {rubric.RUBRIC} in the report)",
    )
    command.add_argument(
        "--only", metavar="ID", nargs="+", help="grade these students and leave the others as they are"
    )
    command.add_argument("--again", action="store_true", help="grade also what has not changed")
    command.add_argument("--jobs", type=int, default=2, help="submissions at one time (default: 2)")
    command.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="scheduler of a Dask cluster whose workers share the batch, each in its own sandbox, instead of --jobs",
    )
    command.add_argument("--seconds", type=float, default=10.0, help="processor time for one answer (default: 10)")
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
        if sys.platform == "win32":
            raise SandboxError(ON_WINDOWS)
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
    pattern: re.Pattern[str] | None
    rules: Mapping[str, submissions.AttemptRule]


def _run(arguments: argparse.Namespace) -> tuple[str, int]:
    parts = (*registry.parts(), *registry.private_parts())
    inputs = _read(arguments, parts)
    every, others = _submissions(arguments, inputs, parts)
    out, corrections = arguments.out, arguments.out / "overrides.csv"
    _check_names(arguments, inputs, every, corrections)
    marking(out, arguments.rubric)
    chosen = _chosen(every, arguments.only)
    with _workers(arguments, inputs.course) as (settings, workers):
        _forget(out, every, arguments.submissions)
        new = _grade(chosen, arguments, settings, workers)
    protections = workers.protections
    when = datetime.now(inputs.course.zone)
    stored = grade.every_stored(out)
    own = tables.overrides(corrections, {result["student"] for _, result in stored}, inputs.known, inputs.course)
    marked = marking(out, arguments.rubric)
    stored += _decided(own, stored)
    course, times = inputs.course, inputs.times
    counted = report.best_of(
        replace(report.counted(result, stem, course, own, times, inputs.known, marked), source=source)
        for stem, source, result in report.for_everybody(stored)
    )
    results = [result for _, result in stored]
    receipt = report.receipt(settings, protections, results, when.isoformat(timespec="seconds"))
    stubs = _stubs({result["part"] for result in results if result["part"]}, settings.root)
    alike = similar.find(results, stubs)
    changed = report.write_all(out, counted, receipt, inputs.known, others, course, when, inputs.pages, alike)
    persons = sum(bool(one.for_a_person) for one in counted)
    waiting = sorted({student for student, _ in inputs.course.extensions} - {one.student for one in counted})
    held = f"{sum(protections.values())} of {len(protections)} protections held"
    text = [
        f"{len(chosen)} submissions, {new} graded now, {len(chosen) - new} as before.",
        f"Sandbox: {settings.tool or 'none, by your --trust'}; {held}; {workers.account}.",
        f"For a person: {persons}.",
        *_to_mark(counted, marked, out),
        *([f"An extension and nothing handed in: {', '.join(waiting)}."] if waiting else []),
        *([f"Changed since the last report: {len(changed)} rows, see {out / 'changes.csv'}."] if changed else []),
        f"Read {out / 'index.html'}.",
    ]
    needed = persons or any(one.waiting for one in counted)
    return "\n".join(text), SOME_NEED_A_PERSON if needed else ALL_GRADED


def marking(out: Path, sheets_at: Path | None) -> marks.Marking:
    """Return the marks of a report, and the rubric by which they were given: that of the report unless one is named.

    Raises
    ------
    CourseError
        For a table or a rubric with a fault, and for marks with items of a rubric that is not there.
    OSError
        For a rubric that was named and cannot be read.
    """
    place = sheets_at or out / rubric.RUBRIC
    sheets = rubric.load(place) if sheets_at or place.exists() else {}
    found = marks.Marking(marks.read(out / marks.MARKS), sheets)
    found.check(out / marks.MARKS, place)
    return found


def _stubs(parts: Iterable[str], root: str) -> dict[str, str]:
    """Return what was handed out for each task of these parts."""
    return {task: stub for part in parts for task, stub in grade.released_notebook(part, root).stubs.items()}


def _to_mark(counted: Sequence[report.Graded], marked: marks.Marking, out: Path) -> list[str]:
    """Say what waits to be marked, and which marks are nobody's."""
    waiting = Counter(task for one in counted if "by" not in one.result for task in one.waiting)
    here = {one.student for one in counted}
    absent = sorted({student for student, _ in marked.marks} - here)
    text = [f"To be marked: {', '.join(f'{many} of {task}' for task, many in waiting.items())}."] if waiting else []
    text += [f"Mark them with: inference-scaling review {out}"] if waiting else []
    return [*text, *([f"Marks of students who handed nothing in: {', '.join(absent)}."] if absent else [])]


@contextlib.contextmanager
def _workers(arguments: argparse.Namespace, course: tables.Course) -> Iterator[tuple[grade.RunSettings, Workers]]:
    """Yield the settings and who grades by them: this machine, or a cluster, and what protects either."""
    limits = Limits(seconds=arguments.seconds, memory=arguments.memory << 20)
    root = arguments.root.resolve()
    if arguments.cluster is None:
        settings = grade.run_settings(course.graded, course.cohort, trust=arguments.trust, limits=limits, root=root)
        protections = grade.protections(settings.tool, limits)
        yield settings, Workers(None, arguments.jobs, settings.tool or "", protections, grade.account())
        return
    if arguments.trust:
        raise ValueError("--trust and --cluster exclude each other: a worker without a sandbox grades nothing")
    settings = grade.RunSettings(course.graded, course.cohort, None, limits, str(root))
    with shared(arguments.cluster, settings, arguments.submissions.resolve()) as workers:
        yield replace(settings, tool=workers.tool), workers


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
    pattern = names.pattern(arguments.pattern, parts) if arguments.pattern is not None else None
    rules = {
        name: submissions.AttemptRule(
            part.attempts, part.best, tables.groups(known, name, arguments.course) if part.groups else {}
        )
        for name, part in course.parts.items()
    }
    return _Inputs(course, known, times, pages, pattern, rules)


def _submissions(
    arguments: argparse.Namespace, inputs: _Inputs, parts: Sequence[str]
) -> tuple[list[Submission], dict[str, str]]:
    """Return one submission for each student and part, and why every other file is not graded."""
    out, folder = arguments.out, arguments.submissions
    if out.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"--out {out} lies in {folder}: a report in there would be graded the next time")
    found, others = submissions.find(folder, parts, arguments.part, inputs.pattern)
    if not found and inputs.pattern is not None and others:
        raise ValueError(f"--pattern {arguments.pattern!r} fits nothing in {folder}, such as {min(others)!r}")
    if not found:
        raise ValueError(f"{folder} holds no submission: no .ipynb file, no zip archive and no folder")
    if inputs.known is not None:
        found = [inputs.known.named(one) for one in found]
    released = {part: grade.released_notebook(part, str(arguments.root.resolve())) for part in parts}
    found, replaced = submissions.latest_per_student(found, folder, released, inputs.rules)
    return found, others | replaced


def _check_names(
    arguments: argparse.Namespace, inputs: _Inputs, every: Sequence[Submission], corrections: Path
) -> None:
    """Raise ValueError where an extension or a correction by hand names a student whom nobody knows."""
    for student, _ in inputs.course.extensions:
        if inputs.known is not None and student not in inputs.known.rows:
            raise ValueError(f"{arguments.course}: extensions.{student}: the roster knows nobody called {student!r}")
    stored = {result["student"] for _, result in grade.every_stored(arguments.out, damaged=True)}
    tables.overrides(corrections, {one.student for one in every} | stored, inputs.known, inputs.course)


def _decided(
    own: Mapping[tuple[str, str], tables.Override], stored: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[tuple[str, dict[str, Any]]]:
    """Return a result for each part about which a person decided something and which was not handed in."""
    there = {(result["student"], result["part"]) for _, _, result in report.for_everybody(stored)}
    every = {*registry.parts(), *registry.private_parts()}
    named = dict.fromkeys((student, what if what in every else registry.part_of(what)) for student, what in own)
    return [grade.absent(student, part) for student, part in named if (student, part) not in there]


def _grade(
    chosen: Sequence[Submission], arguments: argparse.Namespace, settings: grade.RunSettings, workers: Workers
) -> int:
    """Grade what is new; return how many that were."""
    if workers.executor is not None:
        # The workers have another working directory.
        chosen = [replace(one, path=one.path.absolute()) for one in chosen]
    graded = grade.grade(
        chosen, arguments.out, settings, jobs=workers.at_once, executor=workers.executor, again=arguments.again
    )
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
    wanted = {
        (one.student, str(Path(one.place).resolve())): grade.result_name(one.student, one.part, one.attempt)
        for one in found
    }
    for place, result in grade.every_stored(out, damaged=True):
        path = Path(result["file"]).resolve()
        # What lies in an archive is there as long as the archive is.
        there = path.exists() or any(above.is_file() for above in path.parents)
        current = wanted.get((result["student"], str(path))) == f"{place}.json"
        if path.is_relative_to(folder.resolve()) and there and not current:
            (out / "results" / f"{place}.json").unlink()

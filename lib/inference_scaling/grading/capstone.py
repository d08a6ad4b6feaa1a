"""`inference-scaling capstone`: pilots for a class from a secret key, and marks from the rest that the key makes again.

Nothing of a submission runs: its answers are typed data, read from the text of their cells. The marks are rows of the
grader's `overrides.csv`. The page is for a person, as every text that the grader meets.
"""

from __future__ import annotations

import argparse
import ast
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..answers import collect, judge
from ..answers.task import Task
from ..lessons import registry
from ..lessons.workshop import capstone as lesson
from ..lessons.workshop import pilots
from . import grade, submissions, tables
from .csv_cells import csv_text

__all__ = ["Handed", "add", "hand_out", "marks", "run", "typed"]

PART = "workshop_capstone"
# The page is marked by a person, with `inference-scaling review`.
JUDGED_HERE = tuple(task for task in lesson.TASKS if not task.for_a_person)
PAGE = lesson.TASKS[-1].id
# A row of the table whose reason begins otherwise is a person's, and is kept.
BY_MACHINE = "By machine: "
FOR_A_PERSON = f"{BY_MACHINE}for a person. "
LONGEST = 10_000
PILOTS = ("student", "pilot")
JUDGED, SOME_NEED_A_PERSON = 0, 1


def add(commands: Any) -> tuple[argparse.ArgumentParser, Any]:
    """Add the command to a parser; return it with the function that runs it."""
    command: argparse.ArgumentParser = commands.add_parser(
        "capstone",
        help="make the pilots of the capstone from a secret key, and judge what was promised from them",
        description=(
            "Make a pilot for each student from a secret key, or judge submissions against the rest that the key makes "
            "again. Exit codes: 0 done, 1 some need a person, 2 wrong input."
        ),
    )
    parts = command.add_subparsers(dest="what", metavar="pilots | judge", required=True)
    make = parts.add_parser("pilots", help="write a pilot for each student")
    check = parts.add_parser("judge", help="write marks as rows of overrides.csv")
    check.add_argument("submissions", metavar="SUBMISSIONS", type=Path, help="folder with the submissions")
    check.add_argument("--root", metavar="DIR", type=Path, default=Path(), help="folder of the project (default: .)")
    for one in (make, check):
        one.add_argument(
            "--key-file", metavar="FILE", type=Path, required=True,
            help="a file that holds the secret key alone; - for standard input",
        )  # fmt: skip
        one.add_argument("--cohort", required=True, help="a word for this class, such as autumn-2027")
        one.add_argument("--roster", metavar="FILE", type=Path, help="CSV with a column student")
    make.add_argument("--student", metavar="ID", nargs="+", default=[], help="these students, instead of a roster")
    make.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder of the pilots")
    check.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="marks; rows in it that a person wrote are kept"
    )
    return command, run


def run(arguments: argparse.Namespace) -> tuple[str, int]:
    """Do what the command says; return what to print and the exit code.

    Raises
    ------
    ValueError
        For a key that is none, nobody to make a pilot for, a folder that is not the project's or holds no capstone.
    OSError
        For a key file that cannot be read.
    CourseError
        For a table that cannot be read.
    """
    given = arguments.key_file
    key = pilots.secret(sys.stdin.read() if given == Path("-") else given.read_text(encoding="utf-8"))
    known = tables.roster(arguments.roster) if arguments.roster else None
    if arguments.what == "pilots":
        students = [*(known.rows if known else ()), *arguments.student]
        if not students:
            raise ValueError("nobody to make a pilot for: give --roster FILE or --student ID …")
        return hand_out(key, arguments.cohort, students, arguments.out), JUDGED
    if not (arguments.root / "exercises" / "source").is_dir():
        raise ValueError(f"{arguments.root} is not the project's folder: it has no exercises/source; say it by --root")
    submitted, unknown, others = _submitted(arguments, known)
    found = [_read(one, arguments.root) for one in submitted]
    rows = [row for one in found for row in marks(one, key, arguments.cohort)]
    grade.write(arguments.out, csv_text(_merged(arguments.out, rows)))
    persons = sorted({student for student, _, _, reason in rows if reason.startswith(FOR_A_PERSON)})
    text = [
        f"{len(found)} capstones judged, marks in {arguments.out}.",
        f"For a person: {', '.join(persons) or 'none'}.",
        *([f"Of no part that can be told: {', '.join(unknown)}."] if unknown else []),
        *(f"Not judged: {submissions.printable(name)}, {why}." for name, why in others.items()),
        f"The pages ({PAGE}) wait for a person: inference-scaling review with the folder of the report.",
    ]
    return "\n".join(text), SOME_NEED_A_PERSON if persons or unknown else JUDGED


def hand_out(key: str, cohort: str, students: list[str], out: Path) -> str:
    """Write a pilot for each student into a folder, and beside it who has which; return what to print.

    The list of names is for the instructor: with it a pilot belongs to a student, without it to nobody. Whoever stands
    there already and is not asked for now, stays.

    Raises
    ------
    ValueError
        As `pilots.keyed`.
    CourseError
        For a list that is there and cannot be read.
    """
    made = {student: pilots.keyed(key, cohort, student) for student in students}
    out.mkdir(parents=True, exist_ok=True)
    for one in made.values():
        one.write(out)
    place = out.resolve()
    names = place.with_name(f"{place.name}.csv")
    known = [row for _, row in tables.rows_of(names, PILOTS)] if names.exists() else []
    whose = {row["student"]: row["pilot"] for row in known} | {student: one.name for student, one in made.items()}
    grade.write(names, csv_text([PILOTS, *whose.items()]))
    return f"{len(made)} pilots in {out}. Who has which: {names}, which is yours alone."


@dataclass(frozen=True)
class Handed:
    """A student's submission: the code of the answers by task, and what keeps the machine from marking it, if so.

    `elsewhere` are the tasks whose name gets a value in another cell than the answer's.
    """

    student: str
    codes: Mapping[str, str]
    wrong: str = ""
    elsewhere: frozenset[str] = frozenset()


def _submitted(
    arguments: argparse.Namespace, known: tables.Roster | None
) -> tuple[list[submissions.Submission], list[str], dict[str, str]]:
    """Return the capstones, one for each student, the files of which nothing says what they are, and those left out."""
    parts = (*registry.parts(), *registry.private_parts())
    found, no_notebooks = submissions.find(arguments.submissions, parts)
    if known is not None:
        found = [known.named(one) for one in found]
    released = {PART: grade.released_notebook(PART, str(arguments.root.resolve()))}
    found, replaced = submissions.latest_per_student(found, arguments.submissions, released)
    unknown = [submissions.printable(one.entry) for one in found if one.part is None]
    found = [one for one in found if one.part == PART]
    if not found:
        raise ValueError(f"{arguments.submissions} holds no capstone: no notebook of the part {PART}")
    return found, unknown, no_notebooks | replaced


def _read(found: submissions.Submission, root: Path) -> Handed:
    if found.doubts:
        return Handed(found.student, {}, " ".join(found.doubts))
    try:
        read = submissions.extract_answers(
            submissions.content(found.path, found.inside), grade.released_notebook(PART, str(root.resolve()))
        )
    except submissions.Unreadable as error:
        return Handed(found.student, {}, f"The file cannot be read. {error}")
    return Handed(found.student, {task: one.code for task, one in read.answers.items()}, elsewhere=read.assigned)


def typed(code: str, name: str) -> dict[str, Any]:
    """Return what a cell stores in a name, as collected data, without running it.

    Raises
    ------
    ValueError
        Where the cell does not store typed data: numbers, texts, tuples and lists.

    Examples
    --------
    >>> typed('choice = ("codet-7", 4)', "choice")
    {'list': [{'text': 'codet-7'}, {'number': 4}]}
    """
    try:
        if len(code) > LONGEST:
            raise ValueError("longer than anybody types")
        tree = _parsed(code)
        values = [value for statement in tree.body if (value := _plainly(statement, name)) is not None]
        if len(values) != sum(_binds(node, name) for node in ast.walk(tree)):
            raise ValueError("stored in another way than by typing it")
        return collect.plain(ast.literal_eval(values[-1])) if values else {"undefined": True}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise ValueError(f"`{name}` is computed or cannot be read; typed numbers and texts are needed.") from None


def _plainly(statement: ast.stmt, name: str) -> ast.expr | None:
    """Return what a statement of the form `name = …` stores; None for every other statement."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=stored)], value=value) if stored == name:
            return value
        case ast.AnnAssign(target=ast.Name(id=stored), value=value) if stored == name:
            return value
    return None


def _binds(node: ast.AST, name: str) -> bool:
    """Whether a node gives a name a value, or takes it away."""
    match node:
        case ast.Name(id=stored, ctx=ast.Store() | ast.Del()):
            return stored == name
        case ast.FunctionDef(name=stored) | ast.ClassDef(name=stored) | ast.alias(asname=stored):
            return stored == name
    return False


def _parsed(code: str) -> ast.Module:
    with warnings.catch_warnings():
        # A student's unknown escape is no news for the instructor.
        warnings.simplefilter("ignore")
        return ast.parse(code)


def marks(handed: Handed, key: str, cohort: str) -> list[list[str]]:
    """Return the rows of a student: student, task, points, reason.

    Parameters
    ----------
    handed : Handed
    key, cohort : str
        As for `pilots.keyed`.

    Raises
    ------
    ValueError
        As `pilots.keyed`.
    """
    if handed.wrong:
        return [[handed.student, task.id, "0", f"{FOR_A_PERSON}{handed.wrong}"] for task in JUDGED_HERE]
    held = pilots.keyed(key, cohort, handed.student).held_out()
    rows = []
    for task in JUDGED_HERE:
        points, says = _marked(task, handed, held)
        rows.append([handed.student, task.id, f"{points:g}", says])
    return rows


def _marked(task: Task, handed: Handed, held: pilots.HeldOut) -> tuple[float, str]:
    try:
        data = typed(handed.codes.get(task.id, ""), task.variable)
    except ValueError as error:
        return 0.0, f"{FOR_A_PERSON}{error}"
    if "undefined" in data and task.id in handed.elsewhere:
        return 0.0, f"{FOR_A_PERSON}`{task.variable}` gets its value in another cell than the answer's."
    if "undefined" in data or "untouched" in data:
        return 0.0, f"{BY_MACHINE}nothing was handed in for this task."
    try:
        value = judge.bare(data)
    except ValueError as error:
        return 0.0, f"{FOR_A_PERSON}`{task.variable}` holds {error}; typed numbers and texts are needed."
    if isinstance(value, list) and value and isinstance(value[0], str) and value[0] != held.name:
        return 0.0, (
            f"{FOR_A_PERSON}The answer names the pilot {value[0]!r}, and the key makes {held.name!r} for "
            f"{handed.student!r}: another key, another cohort, or somebody else's pilot."
        )
    reached = lesson.JUDGES[task.id](value, held)
    return round(reached.share * task.points, 1), BY_MACHINE + reached.says


def _by_machine(row: Mapping[str, str]) -> bool:
    """Whether nobody has touched a row: one of a page that has points was marked, even where the reason stayed."""
    marked = row["task"] == PAGE and row["points"].strip("0., ")
    return row["reason"].startswith(BY_MACHINE.strip()) and not marked


def _merged(path: Path, rows: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the heading, the rows that stay, then the new ones: what a person wrote is kept, more columns too, and so
    is every other task's row. A page has no row of the machine's: its 0 points would pass for a mark."""
    old = [row for _, row in tables.rows_of(path, tables.OVERRIDES)] if path.exists() else []
    heading = [*old[0]] if old else [*tables.OVERRIDES]
    new = {(student, task) for student, task, *_ in rows} | {(row["student"], PAGE) for row in old}
    kept = [row for row in old if (row["student"], row["task"]) not in new or not _by_machine(row)]
    yield heading
    yield from ([row[column] for column in heading] for row in kept)
    by_hand = {(row["student"], row["task"]) for row in kept}
    for row in rows:
        if (row[0], row[1]) not in by_hand:
            said = dict(zip(tables.OVERRIDES, row, strict=True))
            yield [said.get(column, "") for column in heading]

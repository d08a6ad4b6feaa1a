"""`inference-scaling capstone`: pilots for a class from a secret key, and marks from the rest that the key makes again.

Nothing of a submission runs: its answers are typed data, read from the text of their cells. The marks are rows of the
grader's `overrides.csv`; a person replaces those of the page by what the rubric gives.
"""

from __future__ import annotations

import argparse
import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..answers import collect, judge
from ..answers.task import Achieved, Task
from ..lessons import registry
from ..lessons.workshop import capstone, pilots
from . import grade, submissions, tables
from .report.gradebooks import csv_text

__all__ = ["TO_READ", "add", "hand_out", "marks", "run", "typed"]

PART = "workshop_capstone"
PAGE = capstone.TASKS[-1].id
JUDGES: dict[str, Callable[[Any, pilots.HeldOut], Achieved]] = {
    task.id: judged
    for task, judged in zip(
        capstone.TASKS, (pilots.control_reached, pilots.regret_reached, pilots.value_reached), strict=False
    )
}
# A row of the table whose reason begins otherwise is a person's, and is kept.
BY_MACHINE = "By machine: "
FOR_A_PERSON = f"{BY_MACHINE}for a person, because "
TO_READ = f"{BY_MACHINE}nobody has read the page yet."
LONGEST = 10_000
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
        secret = one.add_mutually_exclusive_group(required=True)
        secret.add_argument("--key-file", metavar="FILE", type=Path, help="a file that holds the secret key alone")
        secret.add_argument("--key", help="the key itself; it then stays in the history of your shell")
        one.add_argument("--cohort", required=True, help="a word for this class, such as autumn-2027")
        one.add_argument("--roster", metavar="FILE", type=Path, help="CSV with a column student")
    make.add_argument("--student", metavar="ID", nargs="+", default=[], help="these students, instead of a roster")
    make.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder of the pilots")
    check.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="marks; rows in it that a person wrote are kept"
    )
    return command, run


def run(arguments: argparse.Namespace) -> tuple[str, int]:
    """Do what the command says; return what to print and the exit code."""
    key = pilots.secret(arguments.key if arguments.key_file is None else arguments.key_file.read_text(encoding="utf-8"))
    known = tables.roster(arguments.roster) if arguments.roster else None
    if arguments.what == "pilots":
        students = [*(known.rows if known else ()), *arguments.student]
        if not students:
            raise ValueError("nobody to make a pilot for: give --roster FILE or --student ID …")
        return hand_out(key, arguments.cohort, students, arguments.out), JUDGED
    if not (arguments.root / "exercises" / "source").is_dir():
        raise ValueError(f"{arguments.root} is not the project's folder: it has no exercises/source; say it by --root")
    submitted, unknown = _submitted(arguments, known)
    found = [_Read(one.student, *_answers(one, arguments.root)) for one in submitted]
    rows = [row for one in found for row in marks(one.student, one.codes, key, arguments.cohort, one.wrong)]
    grade.write(arguments.out, csv_text([tables.OVERRIDES, *_merged(arguments.out, rows)]))
    persons = sorted({student for student, _, _, reason in rows if reason.startswith(FOR_A_PERSON)})
    text = [
        f"{len(found)} capstones judged, marks in {arguments.out}.",
        f"For a person: {', '.join(persons) or 'none'}.",
        *([f"Of no part that can be told: {', '.join(unknown)}."] if unknown else []),
        f"The pages ({PAGE}) have 0 points until somebody reads them.",
    ]
    return "\n".join(text), SOME_NEED_A_PERSON if persons or unknown else JUDGED


def hand_out(key: str, cohort: str, students: list[str], out: Path) -> str:
    """Write a pilot for each student, and who has which; return what to print.

    The list of names is for the instructor: with it a pilot belongs to a student, without it to nobody.
    """
    made = [(student, pilots.keyed(key, cohort, student)) for student in dict.fromkeys(students)]
    out.mkdir(parents=True, exist_ok=True)
    for _, one in made:
        one.write(out)
    grade.write(out / "pilots.csv", csv_text([("student", "pilot"), *((who, one.name) for who, one in made)]))
    return f"{len(made)} pilots in {out}. Who has which: {out / 'pilots.csv'}, which is yours alone."


@dataclass(frozen=True)
class _Read:
    """What a submission holds: the code of its answers by task, and what is wrong with the file."""

    student: str
    codes: dict[str, str]
    wrong: str = ""


def _submitted(
    arguments: argparse.Namespace, known: tables.Roster | None
) -> tuple[list[submissions.Submission], list[str]]:
    """Return the capstones, one for each student, and the files of which nothing says what they are."""
    parts = (*registry.parts(), *registry.private_parts())
    found, _ = submissions.find(arguments.submissions, parts)
    if known is not None:
        found = [known.named(one) for one in found]
    released = {PART: grade.released_notebook(PART, str(arguments.root.resolve()))}
    found, _ = submissions.latest_per_student(found, arguments.submissions, released)
    unknown = [submissions.printable(one.entry) for one in found if one.part is None]
    found = [one for one in found if one.part == PART]
    if not found:
        raise ValueError(f"{arguments.submissions} holds no capstone: no notebook of the part {PART}")
    return found, unknown


def _answers(found: submissions.Submission, root: Path) -> tuple[dict[str, str], str]:
    try:
        read = submissions.extract_answers(
            submissions.content(found.path), grade.released_notebook(PART, str(root.resolve()))
        )
    except submissions.Unreadable as error:
        return {}, str(error)
    return {task: one.code for task, one in read.answers.items()}, ""


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
        stored = [
            node.value
            for node in _parsed(code).body
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        ]
        if not stored:
            return {"undefined": True}
        return collect.plain(ast.literal_eval(stored[-1]))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise ValueError(f"`{name}` is computed or cannot be read; typed numbers and texts are needed.") from None


def _parsed(code: str) -> ast.Module:
    with warnings.catch_warnings():
        # A student's unknown escape is no news for the instructor.
        warnings.simplefilter("ignore")
        return ast.parse(code)


def marks(student: str, codes: dict[str, str], key: str, cohort: str, wrong: str = "") -> list[list[Any]]:
    """Return the rows of a student: student, task, points, reason.

    Parameters
    ----------
    student : str
    codes : dict of str to str
        The code of the answers, by task.
    key, cohort : str
        As for `pilots.keyed`.
    wrong : str
        Why the submission could not be read, if so.
    """
    held = pilots.keyed(key, cohort, student).held_out()
    rows = []
    for task in capstone.TASKS:
        if wrong:
            points, says = 0.0, f"{FOR_A_PERSON}the file cannot be read. {wrong}"
        elif task.id == PAGE:
            points, says = 0.0, TO_READ
        else:
            points, says = _judged(task, codes.get(task.id, ""), held, student)
        rows.append([student, task.id, f"{points:g}", says])
    return rows


def _judged(task: Task, code: str, held: pilots.HeldOut, student: str) -> tuple[float, str]:
    try:
        data = typed(code, task.variable)
        if "undefined" in data or "untouched" in data:
            return 0.0, f"{BY_MACHINE}nothing was handed in for this task."
        value = judge.bare(data)
    except ValueError as error:
        return 0.0, f"{FOR_A_PERSON}{error}"
    if isinstance(value, list) and value and isinstance(value[0], str) and value[0] != held.name:
        return 0.0, (
            f"{FOR_A_PERSON}the answer names the pilot {value[0]!r}, and the key makes {held.name!r} for {student!r}: "
            "another key, another cohort, or somebody else's pilot."
        )
    reached = JUDGES[task.id](value, held)
    return round(reached.share * task.points, 1), BY_MACHINE + reached.says


def _merged(path: Path, rows: list[list[Any]]) -> Iterator[list[Any]]:
    """Yield the rows that stay, then the new ones: what a person wrote is kept, and so is every other task's row."""
    old = [row for _, row in tables.rows_of(path, tables.OVERRIDES)] if path.exists() else []
    new = {(student, task) for student, task, *_ in rows}
    kept = [
        row
        for row in old
        if (row["student"], row["task"]) not in new or not row["reason"].startswith(BY_MACHINE.strip())
    ]
    yield from ([row[column] for column in tables.OVERRIDES] for row in kept)
    by_hand = {(row["student"], row["task"]) for row in kept}
    yield from (row for row in rows if (row[0], row[1]) not in by_hand)

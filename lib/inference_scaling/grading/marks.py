"""Marks that a person gave: a plain table, which the review page and any spreadsheet write and the grader reads."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import rubric
from .csv_cells import csv_text
from .grade import write
from .rubric import RubricSheet
from .tables import CourseError, rows_of

__all__ = ["COLUMNS", "MARKS", "Conflict", "GivenMark", "Marking", "read", "save"]

# Where the marks lie in a report.
MARKS = "marks.csv"
COLUMNS = ("student", "task", "items", "adjust", "points", "comment", "answer")
NEEDED = ("student", "task", "points")
LONGEST_COMMENT = 5_000


@dataclass(frozen=True)
class GivenMark:
    """What a person gave one answer.

    `items` are names of the rubric, `adjust` is what was added or taken off beside them, `answer` the digest of the
    answer that was marked; it is empty where the table was written by hand. Without points it is a comment alone, and
    the answer still waits.
    """

    student: str
    task: str
    points: float | None
    items: tuple[str, ...] = ()
    adjust: float = 0.0
    comment: str = ""
    answer: str = ""

    @property
    def row(self) -> list[Any]:
        adjust = f"{self.adjust:g}" if self.adjust else ""
        items = rubric.written(self.items)
        points = "" if self.points is None else f"{self.points:g}"
        return [self.student, self.task, items, adjust, points, self.comment, self.answer]

    @property
    def version(self) -> str:
        """What tells this mark from an earlier or later one of the same answer, by whatever it was written."""
        return hashlib.sha256(repr(self.row).encode()).hexdigest()[:16]


class Conflict(ValueError):
    """Somebody has saved another mark for this answer since; `mark` is that one, None where it was taken back."""

    def __init__(self, mark: GivenMark | None):
        super().__init__("this answer was marked in another window since")
        self.mark = mark


def read(path: Path) -> dict[tuple[str, str], GivenMark]:
    """Read marks by student and task; none where there is no file.

    Raises
    ------
    CourseError
        For an unknown task or one that the machine judges, points that are no number from 0 to the task's, and two
        marks for one answer.
    """
    if not path.exists():
        return {}
    found: dict[tuple[str, str], GivenMark] = {}
    for line, row in rows_of(path, NEEDED):
        where = f"{path}, line {line}"
        task = rubric.marked_task(where, row["task"], "correct its points in overrides.csv")
        if not row["student"]:
            raise CourseError(f"{where}: the student is missing")
        if (row["student"], task.id) in found:
            raise CourseError(f"{where}: {row['student']!r} has a mark for {task.id} already; leave one of them")
        alone = not row["points"] and not row.get("items") and row.get("comment")
        points = None if alone else _number(row["points"])
        if points is not None and not 0 <= points <= task.points:
            raise CourseError(
                f"{where}: points for {task.id} must be a number from 0 to {task.points}, got {row['points']!r}"
            )
        adjust = _number(row.get("adjust") or "0")
        if not math.isfinite(adjust):
            raise CourseError(f"{where}: adjust must be a number or empty, got {row['adjust']!r}")
        found[row["student"], task.id] = GivenMark(
            row["student"],
            task.id,
            points,
            rubric.parsed(row.get("items", "")),
            adjust,
            row.get("comment", ""),
            row.get("answer", ""),
        )
    return found


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time change a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(f".{path.name}.lock"), "a", encoding="utf-8") as lock:
        if os.name == "posix":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def save(path: Path, student: str, task: str, mark: GivenMark | None, seen: str) -> None:
    """Put a mark into the table, or take one back; every other row stays, whoever wrote it.

    Parameters
    ----------
    path : Path
    student, task : str
    mark : GivenMark or None
        None takes the mark back.
    seen : str
        The `version` of the mark that this one replaces, empty where there was none.

    Raises
    ------
    Conflict
        Where the table holds another version than the one that was seen: nothing is written.
    CourseError
        As `read`.
    """
    with _alone(path):
        there = read(path).get((student, task))
        if (there.version if there else "") != seen:
            raise Conflict(there)
        rows = {(row["student"], row["task"]): row for _, row in rows_of(path, NEEDED)} if path.exists() else {}
        before = rows.pop((student, task), {})
        if mark is not None:
            # Columns of the marker's own stay.
            rows[student, task] = before | dict(zip(COLUMNS, mark.row, strict=True))
        heading = list(dict.fromkeys([*COLUMNS, *(column for row in rows.values() for column in row)]))
        ordered = sorted(rows.items(), key=lambda one: (one[0][1], one[0][0]))
        write(path, csv_text([heading, *([row.get(column, "") for column in heading] for _, row in ordered)]))


@dataclass(frozen=True)
class Marking:
    """The marks of a course and the rubric by which they were given."""

    marks: Mapping[tuple[str, str], GivenMark] = field(default_factory=dict)
    sheets: Mapping[str, RubricSheet] = field(default_factory=dict)

    def of(self, student: str, task: Mapping[str, Any]) -> tuple[GivenMark | None, str]:
        """Return the mark of an answer, None for one without points, and why it does not hold, empty where it does.

        Parameters
        ----------
        student : str
        task : mapping
            The task's result.
        """
        mark = self.marks.get((student, task["id"]))
        if mark is None or mark.points is None:
            return None, ""
        return mark, self._wrong(mark, mark.points, task)

    def _wrong(self, mark: GivenMark, points: float, task: Mapping[str, Any]) -> str:
        if mark.answer and mark.answer != task.get("answer"):
            return "The answer has changed since it was marked."
        if not mark.items:
            return ""
        sheet = self.sheets.get(mark.task, RubricSheet())
        for name in mark.items:
            if name not in sheet.values:
                return f"It was marked with {name!r}, and the rubric has no such item now."
        now = sheet.points(mark.items, mark.adjust, task["of"])
        if abs(now - points) > 0.005:
            return f"It was marked with {points:g} points, and by the rubric its items give {now:g} now."
        return ""

    def check(self, where: Path, sheets_at: Path) -> None:
        """Raise `CourseError` where marks hold items of a rubric that is not there."""
        for mark in self.marks.values():
            if mark.items and mark.task not in self.sheets:
                raise CourseError(
                    f"{where} holds items of a rubric for {mark.task}, and {sheets_at} has none; "
                    "say its file by --rubric"
                )

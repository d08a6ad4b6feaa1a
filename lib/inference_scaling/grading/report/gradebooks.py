"""Gradebooks: one of our own, and those that Moodle and Canvas read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...answers import judge
from ...lessons import registry
from ..csv_cells import csv_text
from ..tables import Course, Roster
from .counting import CANVAS, MOODLE, Graded
from .totals import Total, total

__all__ = ["Gradebooks"]


@dataclass(frozen=True)
class Gradebooks:
    """What gradebooks are made of: every submission by student and part, the roster, and the moment."""

    every: Sequence[Graded]
    known: Roster | None
    course: Course
    when: datetime

    @property
    def by(self) -> dict[tuple[str, str], Graded]:
        return {(one.student, one.part): one for one in self.every}

    def row(self, student: str, column: str) -> str:
        return self.known.rows.get(student, {}).get(column, "") if self.known else ""

    def points(self, student: str, part: str) -> float | None:
        """Return the number for a gradebook, None where there is none to enter yet."""
        one = self.by.get((student, part))
        if one is not None:
            return one.points if one.has_points else None
        due = self.course.due(student, part)
        return 0.0 if self.course.absent_zero and (due is None or due < self.when) else None

    def listed(self, part: str) -> list[tuple[str, float]]:
        """Return students with a number. A platform gets no empty field: it would take it for "erase"."""
        students = self.known.rows if self.known else dict.fromkeys(one.student for one in self.every)
        numbers = ((student, self.points(student, part)) for student in students)
        return [(student, points) for student, points in numbers if points is not None]

    def files(self) -> dict[str, str]:
        """Return every table, text by its place in the report."""
        parts = list(dict.fromkeys(one.part for one in self.every if one.result["part"]))
        # With its mark in front a spreadsheet reads the names right.
        files = {"gradebook.csv": "\ufeff" + csv_text(self._whole(parts))}
        for part in parts:
            if listed := self.listed(part):
                files[f"moodle/{part}.csv"] = csv_text(self._moodle(part, listed))
            if listed and self._on_canvas(part):
                files[f"canvas/{part}.csv"] = csv_text(self._canvas(part, listed))
            if worksheet := self._worksheet(part):
                files[f"moodle/{part}_worksheet.csv"] = csv_text(worksheet)
        return files

    def _on_canvas(self, part: str) -> bool:
        """Whether the course uses Canvas: by its heading, the roster's numbers, or the names of submissions."""
        said = self.course.parts.get(part)
        numbered = self.known is not None and any(row.get("canvas") for row in self.known.rows.values())
        return bool(said and said.canvas) or numbered or any(CANVAS.match(one.result["entry"]) for one in self.every)

    def _whole(self, parts: Sequence[str]) -> Iterable[Sequence[Any]]:
        by = self.by
        students = list(dict.fromkeys([*(self.known.rows if self.known else ()), *(one.student for one in self.every)]))
        ids = {part: self._task_ids(part) for part in parts}
        totals = self.totals()
        last = ["total", "left out"] if totals else []
        yield ["student", "name", *(column for part in parts for column in (*ids[part], part, f"{part} state")), *last]
        for student in students:
            line = [student, self.row(student, "name")]
            for part in parts:
                points = self.points(student, part)
                by_task, state = _points_and_state(by.get((student, part)))
                line += [*(by_task.get(task, "") for task in ids[part]), "" if points is None else points, state]
            if totals:
                mine = totals.get(student)
                line += [mine.points, " ".join(mine.dropped)] if mine else ["", ""]
            yield line

    def totals(self) -> dict[str, Total]:
        """Return the total of every student who has one; nothing where the course has none."""
        if self.course.total is None:
            return {}
        students = dict.fromkeys([*(self.known.rows if self.known else ()), *(one.student for one in self.every)])
        handed_in = dict.fromkeys(one.part for one in self.every if one.result["part"])
        parts = [part for part in self.course.handed_out() if part in self.course.parts or part in handed_in]
        totals = {}
        for student in students:
            numbers = {part: self.points(student, part) for part in parts}
            known = {part: points for part, points in numbers.items() if points is not None}
            if mine := total(known, self.course):
                totals[student] = mine
        return totals

    def _task_ids(self, part: str) -> list[str]:
        graded = next((one.result["tasks"] for one in self.every if one.part == part and one.result["tasks"]), [])
        return [task["id"] for task in graded]

    def _moodle(self, part: str, listed: Sequence[tuple[str, float]]) -> Iterable[Sequence[Any]]:
        """Yield the rows for Moodle's gradebook, which takes one identifier and stops at an unknown or empty one."""
        ways = {"ID number": "idnumber", "Email address": "email", "Username": "login"}
        whole = {
            title: column for title, column in ways.items() if all(self.row(student, column) for student, _ in listed)
        }
        if not whole:
            whole = {"ID number": "student"}
        yield [*whole, "Full name", registry.title(part)]
        for student, points in listed:
            ids = [self.row(student, column) or student for column in whole.values()]
            yield [*ids, self.row(student, "name"), points]

    def _worksheet(self, part: str) -> list[Sequence[Any]]:
        """Return the rows of a grading worksheet for the submissions that came from Moodle, under its own numbers."""
        when = f"{self.when:%Y-%m-%d %H:%M:%S %z}"
        rows = [
            (f"Participant {match['id']}", self.row(one.student, "name"), one.points, when)
            for one in self.every
            if one.part == part and one.has_points and "by" not in one.result
            if (match := MOODLE.search(one.result["entry"]))
        ]
        return [("Identifier", "Full name", "Grade", "Last modified (grade)"), *rows] if rows else []

    def _canvas(self, part: str, listed: Sequence[tuple[str, float]]) -> Iterable[Sequence[Any]]:
        said = self.course.parts.get(part)
        title = (said and said.canvas) or registry.title(part)
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
        yield ["    Points Possible", "", "", "", "", self.course.points_of(part)]
        excused = [(one.student, "EX") for one in self.every if one.part == part and one.excused]
        for student, points in (*listed, *excused):
            one = self.by.get((student, part))
            match = CANVAS.match(one.result["entry"]) if one else None
            number = self.row(student, "canvas") or (match["id"] if match else "")
            ids = [number, self.row(student, "sis"), self.row(student, "login"), self.row(student, "section")]
            yield [self.row(student, "name") or student, *ids, points]


def _points_and_state(one: Graded | None) -> tuple[dict[str, float | str], str]:
    """Return the points of a submission by task, and its state with what lateness leaves. What a person has not marked
    yet has no points, and neither has its sum."""
    if one is None:
        return {}, "nothing handed in"
    points: dict[str, float | str] = {task["id"]: one.points_for(task) for task in one.result["tasks"]}
    points |= {task: own.points for task, own in one.overrides.items() if own.points is not None}
    points |= dict.fromkeys(one.waiting, judge.WAITING)
    kept = f", {one.late_factor:.0%} kept" if one.late_factor < 1 else ""
    tries = f", best of {one.attempts} attempts" if one.attempts > 1 else ""
    together = f", with {one.result['by']}" if "by" in one.result else ""
    return points, f"{one.state}{kept}{tries}{together}"

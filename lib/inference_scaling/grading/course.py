"""The course around the grader: `course.toml`, the roster, times of submission, late work, overrides.

Every file is read whole before anything is graded, and a fault is named with its line.
"""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..lesson import tasks
from ..lesson.tasks.form import BOOK
from .read import Found

__all__ = ["Course", "CourseError", "Late", "Override", "Part", "Roster", "load", "overrides", "roster", "submitted"]


class CourseError(ValueError):
    """A file of the course says something that cannot be."""


@dataclass(frozen=True)
class Late:
    """What late work costs: a share of the points for each day begun after the grace, up to `at_most`."""

    grace_minutes: float = 0.0
    per_day: float = 0.0
    at_most: float = 1.0

    def kept(self, due: datetime, submitted: datetime) -> float:
        """Return the share of the points that is kept.

        Examples
        --------
        >>> due = datetime(2027, 10, 15, 12, tzinfo=UTC)
        >>> rule = Late(grace_minutes=15, per_day=0.25, at_most=0.5)
        >>> [rule.kept(due, due + timedelta(minutes=m)) for m in (-60, 15, 16, 1440, 1456, 99999)]
        [1.0, 1.0, 0.75, 0.75, 0.5, 0.5]
        """
        over = submitted - due - timedelta(minutes=self.grace_minutes)
        if over <= timedelta(0):
            return 1.0
        return 1.0 - min(self.at_most, self.per_day * math.ceil(over / timedelta(days=1)))


@dataclass(frozen=True)
class Part:
    """A part as the course counts it: when it is due, which tasks count, and to how many points they are scaled."""

    due: datetime | None = None
    tasks: tuple[str, ...] | None = None
    points: float | None = None


@dataclass(frozen=True)
class Course:
    """What `course.toml` says.

    `graded` is the key whose numbers the grader uses, `cohort` that of the handed-out notebooks.
    """

    cohort: str = BOOK
    graded: str = BOOK
    zone: Any = UTC
    late: Late = field(default_factory=Late)
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))

    def counted(self, part: str) -> tuple[str, ...]:
        """Return the tasks of a part that count; a bonus task comes on top of them."""
        chosen = self.parts.get(part, Part()).tasks
        return tuple(task.id for task in tasks.part(part) if not task.bonus and (chosen is None or task.id in chosen))

    def of(self, part: str) -> float:
        """Return the points that a part is worth."""
        own = self.parts.get(part, Part()).points
        return own if own is not None else sum(tasks.find(task).points for task in self.counted(part))

    def kept(self, part: str | None, when: datetime | None) -> float:
        """Return the share of the points that is kept for the time of submission; all of them where it is unknown."""
        due = self.parts.get(part or "", Part()).due
        return 1.0 if due is None or when is None else self.late.kept(due, when)


def _known(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise CourseError(f"{where}: {key!r} is not known; possible are {', '.join(known)}")


def _number(value: Any, low: float, high: float, where: str) -> float:
    if type(value) not in (int, float) or not low <= value <= high:
        raise CourseError(f"{where} must be a number from {low:g} to {high:g}, got {value!r}")
    return float(value)


def load(path: Path) -> Course:
    """Read a `course.toml`.

    Raises
    ------
    CourseError
        For anything that is not as documented; the message names file, key and value.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    _known(table, ("cohort", "graded", "timezone", "late", "parts"), str(path))
    cohort = table.get("cohort", BOOK)
    graded = table.get("graded", cohort)
    for name, key in (("cohort", cohort), ("graded", graded)):
        if type(key) is not str or not key.strip():
            raise CourseError(f"{path}: {name} must be a text that is not empty, got {key!r}")
    try:
        zone = ZoneInfo(table.get("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise CourseError(f"{path}: there is no time zone {table['timezone']!r}; say it as 'Europe/Berlin'") from None
    late = table.get("late", {})
    _known(late, ("grace_minutes", "per_day", "at_most"), f"{path}: late")
    rule = Late(
        _number(late.get("grace_minutes", 0), 0, 1e6, f"{path}: late.grace_minutes"),
        _number(late.get("per_day", 0), 0, 1, f"{path}: late.per_day"),
        _number(late.get("at_most", 1), 0, 1, f"{path}: late.at_most"),
    )
    known = tasks.parts() + tasks.private_parts()
    parts = {}
    for name, said in table.get("parts", {}).items():
        if name not in known:
            raise CourseError(f"{path}: there is no part {name!r}; there are {', '.join(known)}")
        parts[name] = _part(name, said, zone, f"{path}: parts.{name}")
    return Course(cohort, graded, zone, rule, MappingProxyType(parts))


def _part(name: str, said: Mapping[str, Any], zone: Any, where: str) -> Part:
    _known(said, ("due", "tasks", "points"), where)
    due = said.get("due")
    if due is not None:
        if type(due) is not datetime:
            raise CourseError(f"{where}.due must be a date with a time, as 2027-10-15T23:59:00, got {due!r}")
        due = due if due.tzinfo else due.replace(tzinfo=zone)
    chosen = said.get("tasks")
    ids = [task.id for task in tasks.part(name)]
    if chosen is not None and not (type(chosen) is list and chosen and all(task in ids for task in chosen)):
        raise CourseError(f"{where}.tasks must be some of {', '.join(ids)}, got {chosen!r}")
    points = said.get("points")
    if points is not None:
        points = _number(points, 0.1, 1e6, f"{where}.points")
    return Part(due, None if chosen is None else tuple(chosen), points)


# Tables


def _rows(path: Path, needed: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [column for column in needed if column not in (reader.fieldnames or ())]:
                raise CourseError(f"{path}: the column {missing[0]!r} is missing; there are {reader.fieldnames or []}")
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path}: {error}") from None
    for line, row in rows:
        if None in row or None in row.values():
            raise CourseError(f"{path}, line {line}: the row has not as many fields as the heading")
    return [(line, {key: value.strip() for key, value in row.items()}) for line, row in rows]


@dataclass(frozen=True)
class Roster:
    """The students of the course: their columns by identifier, and whom every other identifier means."""

    rows: Mapping[str, Mapping[str, str]]
    means: Mapping[str, str]

    def named(self, found: Found) -> Found:
        """Return a submission under the student's own identifier, as it is when the roster does not know it."""
        for word in (found.student, *found.also):
            if student := self.means.get(_key(word)):
                return replace(found, student=student)
        return found


def _key(word: str) -> str:
    return re.sub(r"\W+", "", word).casefold()


def roster(path: Path) -> Roster:
    """Read a roster: a column `student`, and any others (`name`, `moodle`, `canvas`, `login`, …) that identify.

    Raises
    ------
    CourseError
        For a student without identifier, twice, or one identifier of two students.
    """
    rows: dict[str, dict[str, str]] = {}
    means: dict[str, str] = {}
    for line, row in _rows(path, ("student",)):
        student = row["student"]
        if not student or student in rows:
            raise CourseError(
                f"{path}, line {line}: the student {student!r} is {'there twice' if student else 'empty'}"
            )
        rows[student] = row
        for word in filter(None, {_key(value) for value in row.values()}):
            if means.setdefault(word, student) != student:
                raise CourseError(f"{path}, line {line}: {word!r} stands for {means[word]!r} and for {student!r}")
    return Roster(rows, means)


def moment(text: str | None, zone: Any) -> datetime | None:
    """Return a time: ISO 8601, or as nbgrader writes it with the zone's name behind; None when it is none.

    Examples
    --------
    >>> moment("2027-10-15 12:00:00 Europe/Berlin", UTC).isoformat(), moment("yesterday", UTC)
    ('2027-10-15T12:00:00+02:00', None)
    """
    if not text:
        return None
    text, _, name = text.strip().rpartition(" ") if re.search(r" [A-Za-z]", text) else (text.strip(), "", "")
    try:
        when = datetime.fromisoformat(text)
        own = ZoneInfo(name) if name else zone
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=own)


def submitted(path: Path, zone: Any) -> dict[tuple[str, str], datetime]:
    """Read times of submission: columns `student`, `part`, `submitted`.

    Raises
    ------
    CourseError
        For a time that is none.
    """
    times = {}
    for line, row in _rows(path, ("student", "part", "submitted")):
        when = moment(row["submitted"], zone)
        if when is None:
            raise CourseError(f"{path}, line {line}: {row['submitted']!r} is not a time; write 2027-10-15T23:59:00")
        times[row["student"], row["part"]] = when
    return times


@dataclass(frozen=True)
class Override:
    """Points that a person gave for a task, and why."""

    points: float
    reason: str


OVERRIDES = ("student", "task", "points", "reason")


def overrides(path: Path, students: Iterable[str]) -> dict[tuple[str, str], Override]:
    """Read the instructor's corrections; make the empty file where there is none.

    Raises
    ------
    CourseError
        For an unknown student or task, points that are no number, or a row without a reason.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(",".join(OVERRIDES) + "\n", encoding="utf-8")
        return {}
    known = set(students)
    found = {}
    for line, row in _rows(path, OVERRIDES):
        where = f"{path}, line {line}"
        if row["student"] not in known:
            raise CourseError(f"{where}: nobody called {row['student']!r} handed anything in")
        try:
            tasks.find(row["task"])
            points = float(row["points"])
        except ValueError as error:
            raise CourseError(f"{where}: {error}") from None
        if not math.isfinite(points) or points < 0:
            raise CourseError(f"{where}: points must be a number of at least 0, got {row['points']!r}")
        if not row["reason"]:
            raise CourseError(f"{where}: a reason is missing; the student reads it")
        found[row["student"], row["task"]] = Override(points, row["reason"])
    return found

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
        grace = timedelta(minutes=self.grace_minutes)
        if submitted.astimezone(UTC) - due.astimezone(UTC) <= grace:
            return 1.0
        # Days are those of the clock on the wall: "the same time tomorrow" is one day also when the clocks change.
        over = submitted.astimezone(due.tzinfo).replace(tzinfo=None) - due.replace(tzinfo=None) - grace
        return 1.0 - min(self.at_most, self.per_day * max(1, math.ceil(over / timedelta(days=1))))


@dataclass(frozen=True)
class Part:
    """A part as the course counts it: when it is due, which tasks count, and to how many points they are scaled.

    `canvas` is the heading of its column in Canvas's gradebook.
    """

    due: datetime | None = None
    tasks: tuple[str, ...] | None = None
    points: float | None = None
    canvas: str | None = None


@dataclass(frozen=True)
class Course:
    """What `course.toml` says.

    `graded` is the key whose numbers the grader uses, `cohort` that of the handed-out notebooks. `extensions` maps
    student and part to a later due date. With `absent_zero` a part that nobody handed in counts 0 once it was due.
    """

    cohort: str = BOOK
    graded: str = BOOK
    zone: Any = UTC
    late: Late = field(default_factory=Late)
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=lambda: MappingProxyType({}))
    absent_zero: bool = False

    def counted(self, part: str) -> tuple[str, ...]:
        """Return the tasks of a part that count; a bonus task comes on top of them."""
        chosen = self.parts.get(part, Part()).tasks
        return tuple(task.id for task in tasks.part(part) if not task.bonus and (chosen is None or task.id in chosen))

    def of(self, part: str) -> float:
        """Return the points that a part is worth."""
        own = self.parts.get(part, Part()).points
        return own if own is not None else sum(tasks.find(task).points for task in self.counted(part))

    def handed_out(self) -> tuple[str, ...]:
        """Return the parts of the course: those that `course.toml` has a table of, all where it has none."""
        every = tasks.parts() + tasks.private_parts()
        return tuple(part for part in every if part in self.parts) or every

    def due(self, student: str, part: str) -> datetime | None:
        """Return when a part is due for a student, None where nothing says it."""
        return self.extensions.get((student, part), self.parts.get(part, Part()).due)

    def kept(self, student: str, part: str, when: datetime | None) -> float:
        """Return the share of the points that is kept for the time of submission; all of them where it is unknown."""
        due = self.due(student, part)
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
    _known(table, ("cohort", "graded", "timezone", "absent", "late", "parts", "extensions"), str(path))
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
    absent = table.get("absent", "blank")
    if absent not in ("blank", "zero"):
        raise CourseError(f"{path}: absent must be 'blank' or 'zero', got {absent!r}")
    parts = {}
    for name, said in table.get("parts", {}).items():
        _is_part(name, str(path))
        parts[name] = _part(name, said, zone, f"{path}: parts.{name}")
    extensions = {}
    for student, dates in table.get("extensions", {}).items():
        where = f"{path}: extensions.{student}"
        if type(dates) is not dict:
            raise CourseError(f"{where} must say part and date, as theorem = 2027-10-22T23:59:00, got {dates!r}")
        for name, due in dates.items():
            _is_part(name, where)
            extensions[student, name] = _due(due, zone, f"{where}.{name}")
    own = MappingProxyType(parts), MappingProxyType(extensions)
    return Course(cohort, graded, zone, rule, *own, absent_zero=absent == "zero")


def _is_part(name: str, where: str) -> None:
    known = tasks.parts() + tasks.private_parts()
    if name not in known:
        raise CourseError(f"{where}: there is no part {name!r}; there are {', '.join(known)}")


def _due(said: Any, zone: Any, where: str) -> datetime:
    if type(said) is not datetime:
        raise CourseError(f"{where} must be a date with a time, as 2027-10-15T23:59:00, got {said!r}")
    return said.astimezone(zone) if said.tzinfo else said.replace(tzinfo=zone)


def _part(name: str, said: Mapping[str, Any], zone: Any, where: str) -> Part:
    _known(said, ("due", "tasks", "points", "canvas"), where)
    due = None if "due" not in said else _due(said["due"], zone, f"{where}.due")
    chosen = said.get("tasks")
    ids = [task.id for task in tasks.part(name)]
    if chosen is not None and not (type(chosen) is list and chosen and all(task in ids for task in chosen)):
        raise CourseError(f"{where}.tasks must be some of {', '.join(ids)}, got {chosen!r}")
    points = said.get("points")
    if points is not None:
        points = _number(points, 0.1, 1e6, f"{where}.points")
    canvas = said.get("canvas")
    if canvas is not None and not (type(canvas) is str and canvas.strip()):
        raise CourseError(
            f"{where}.canvas must be the column's heading in Canvas, as 'Exercises (1234)', got {canvas!r}"
        )
    return Part(due, None if chosen is None else tuple(chosen), points, canvas)


# Tables


def _table(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return a table's heading and its rows with their lines, whatever spreadsheet wrote it, without empty rows."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            # Spreadsheets write semicolons where the comma is the decimal sign.
            reader = csv.DictReader(file, delimiter=";" if ";" in first and "," not in first else ",")
            heading = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = heading
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not UTF-8; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise CourseError(f"{path}: {error}") from None
    full = []
    for line, row in rows:
        if None in row or None in row.values():
            raise CourseError(f"{path}, line {line}: the row has not as many fields as the heading")
        stripped = {key: value.strip() for key, value in row.items()}
        if any(stripped.values()):
            full.append((line, stripped))
    return heading, full


def _rows(path: Path, needed: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    heading, rows = _table(path)
    if missing := [column for column in needed if column not in heading]:
        raise CourseError(f"{path}: the column {missing[0]!r} is missing; there are {heading}")
    return rows


@dataclass(frozen=True)
class Roster:
    """The students of the course: their columns by identifier, and whom every other identifier means."""

    rows: Mapping[str, Mapping[str, str]]
    means: Mapping[str, str]

    def named(self, found: Found) -> Found:
        """Return a submission under the student's own identifier, as it is when the roster does not know it."""
        student = self.of(found.student, *found.also)
        return replace(found, student=student) if student else found

    def of(self, *words: str) -> str | None:
        """Return the student whom the first known word means."""
        return next((self.means[key] for word in words if (key := _key(word)) in self.means), None)


def _key(word: str) -> str:
    return re.sub(r"\W+", "", word).casefold()


def roster(path: Path) -> Roster:
    """Read a roster: a column `student`, and any others (`name`, `email`, `canvas`, `login`, …) that identify.

    Names may be shared: a name of two students identifies neither. The column `section` identifies nobody.

    Raises
    ------
    CourseError
        For a student without identifier, twice, or one identifier of two students.
    """
    rows: dict[str, dict[str, str]] = {}
    means: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    for line, row in _rows(path, ("student",)):
        student = row["student"]
        if not student or student in rows:
            raise CourseError(
                f"{path}, line {line}: the student {student!r} is {'there twice' if student else 'empty'}"
            )
        rows[student] = row
        for column, value in row.items():
            if not (word := _key(value)) or column == "section":
                continue
            if column == "name":
                names.setdefault(word, set()).add(student)
            elif means.setdefault(word, student) != student:
                raise CourseError(f"{path}, line {line}: {value!r} stands for {means[word]!r} and for {student!r}")
    for word, whose in names.items():
        if len(whose) == 1:
            means.setdefault(word, *whose)
    return Roster(rows, means)


# How Moodle's grading worksheet writes a time in English.
_WORKSHEET = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p")


def moment(text: str | None, zone: Any) -> datetime | None:
    """Return a time: ISO 8601, or as nbgrader or Moodle's worksheet write it; None when it is none.

    A zone behind the time is its name (Europe/Berlin, UTC), or what the clocks of `zone` call themselves then (CEST).

    Examples
    --------
    >>> moment("2027-10-15 12:00:00 Europe/Berlin", UTC).isoformat(), moment("yesterday", UTC)
    ('2027-10-15T12:00:00+02:00', None)
    >>> moment("Friday, 15 October 2027, 11:59 PM", ZoneInfo("Europe/Berlin")).isoformat()
    '2027-10-15T23:59:00+02:00'
    """
    text = (text or "").strip()
    for form in _WORKSHEET:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    text, _, name = text.rpartition(" ") if re.search(r" [A-Za-z]", text) else (text, "", "")
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo or not name:
        return when if when.tzinfo else when.replace(tzinfo=zone)
    for fold in (0, 1):
        local = when.replace(tzinfo=zone, fold=fold)
        if local.tzname() == name:
            return local
    try:
        return when.replace(tzinfo=ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


SUBMITTED = ("student", "part", "submitted")


def submitted(
    path: Path, zone: Any, known: Roster | None = None, part: str | None = None
) -> dict[tuple[str, str], datetime]:
    """Read times of submission: our table `student,part,submitted`, or a grading worksheet as Moodle gives it.

    Parameters
    ----------
    path : Path
    zone : tzinfo
        Of times that do not say theirs.
    known : Roster, optional
        Says who is who.
    part : str, optional
        The part of a worksheet; without it, the file's name says it.

    Raises
    ------
    CourseError
        For a time that is none, a part that is none, and a student whom the roster does not know.
    """
    heading, rows = _table(path)
    if "Last modified (submission)" in heading:
        return _worksheet(path, zone, rows, known, part)
    times = {}
    for line, row in _rows(path, SUBMITTED):
        where = f"{path}, line {line}"
        _is_part(row["part"], where)
        student = known.of(row["student"]) if known else row["student"]
        if not student:
            raise CourseError(f"{where}: the roster knows nobody called {row['student']!r}")
        when = moment(row["submitted"], zone)
        if when is None:
            raise CourseError(f"{where}: {row['submitted']!r} is not a time; write 2027-10-15T23:59:00")
        times[student, row["part"]] = when
    return times


def _worksheet(
    path: Path, zone: Any, rows: Iterable[tuple[int, Mapping[str, str]]], known: Roster | None, part: str | None
) -> dict[tuple[str, str], datetime]:
    every = tasks.parts() + tasks.private_parts()
    words = re.split(r"[^a-z0-9]+", path.stem.lower())
    part = part or next((name for name in every if name in words), None)
    if part is None:
        raise CourseError(f"{path}: the name of a worksheet must say which part it is ({', '.join(every)}), or --part")
    times = {}
    for line, row in rows:
        number = row.get("Identifier", "").rpartition(" ")[2]
        words = (row.get("ID number", ""), row.get("Email address", ""), row.get("Full name", ""), number)
        student = (known.of(*words) if known else None) or number
        said = row["Last modified (submission)"]
        if said in ("", "-") or not student:
            continue
        if (when := moment(said, zone)) is None:
            raise CourseError(f"{path}, line {line}: {said!r} is not a time as Moodle writes it in English")
        times[student, part] = when
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
    found: dict[tuple[str, str], Override] = {}
    for line, row in _rows(path, OVERRIDES):
        where = f"{path}, line {line}"
        if row["student"] not in known:
            raise CourseError(f"{where}: nobody called {row['student']!r} handed anything in")
        try:
            task = tasks.find(row["task"])
        except ValueError as error:
            raise CourseError(f"{where}: {error}") from None
        try:
            points = float(row["points"].replace(",", "."))
        except ValueError:
            points = math.nan
        if not 0 <= points <= task.points:
            raise CourseError(
                f"{where}: points for {task.id} must be a number from 0 to {task.points}, got {row['points']!r}"
            )
        if (row["student"], task.id) in found:
            raise CourseError(f"{where}: {row['student']!r} has a correction for {task.id} already; leave one of them")
        if not row["reason"]:
            raise CourseError(f"{where}: a reason is missing; the student reads it")
        found[row["student"], task.id] = Override(points, row["reason"])
    return found

"""The tables around the grader: the roster, times of submission, corrections by hand.

Every file is read whole before anything is graded, and a fault is named with its line.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..classroom.course import Course, CourseError, Late, Part, is_part, load
from ..lessons import registry
from .csv_cells import as_written
from .submissions import PARTICIPANT, Submission

__all__ = [
    "Course",
    "CourseError",
    "Late",
    "Override",
    "Part",
    "Roster",
    "load",
    "overrides",
    "roster",
    "rows_of",
    "submitted",
]


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
        stripped = {key: as_written(value.strip()) for key, value in row.items()}
        if any(stripped.values()):
            full.append((line, stripped))
    return heading, full


def rows_of(path: Path, needed: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table with their lines.

    Raises
    ------
    CourseError
        For a file that is no table, or one without a needed column.
    """
    heading, rows = _table(path)
    if missing := [column for column in needed if column not in heading]:
        raise CourseError(f"{path}: the column {missing[0]!r} is missing; there are {heading}")
    return rows


@dataclass(frozen=True)
class Roster:
    """The students of the course: their columns by identifier, and whom every other identifier means.

    `numbers` holds by platform whom its numbers mean: those of the column `canvas`, and those of a column `moodle` or
    `moodle…`. In a submission's name no other column's number means anybody.
    """

    rows: Mapping[str, Mapping[str, str]]
    means: Mapping[str, str]
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def named(self, found: Submission) -> Submission:
        """Return a submission under the student's own identifier, as it is when the roster does not know it.

        A number of Moodle's is another one in each assignment: the name decides, and where a column of the roster
        gives that number to somebody else it is for a person.
        """
        if found.platform is None:
            student = self.of(found.student, *found.also)
            return replace(found, student=student) if student else found
        by_number = self.numbers.get(found.platform, {}).get(found.number)
        by_name = next((self.means[key] for word in found.also if (key := _key(word)) in self.means), None)
        if found.platform == "moodle" and by_number and by_name and by_number != by_name:
            doubt = (
                f"`{found.entry}` carries the name of {by_name!r} and a number that the roster gives to {by_number!r}."
            )
            return replace(found, doubts=(*found.doubts, doubt))
        # An unknown student must not be taken for one whose identifier equals the platform's number.
        unknown = found.student if found.student not in self.rows else f"{found.platform.capitalize()} {found.number}"
        return replace(found, student=by_number or by_name or unknown)

    def of(self, *words: str) -> str | None:
        """Return the student whom the first known word means; in a table of ours Canvas's number is such a word too."""
        means = {**self.numbers.get("canvas", {}), **self.means}
        return next((means[key] for word in words if (key := _key(word)) in means), None)


def _key(word: str) -> str:
    return re.sub(r"\W+", "", word).casefold()


def roster(path: Path) -> Roster:
    """Read a roster: a column `student`, and any others (`name`, `email`, `canvas`, `login`, …) that identify.

    Names may be shared: a name of two students identifies neither. The column `section` identifies nobody; `canvas`
    and `moodle…` hold numbers of these platforms, which identify only what comes from there.

    Raises
    ------
    CourseError
        For a student without identifier, twice, or one identifier of two students.
    """
    rows: dict[str, dict[str, str]] = {}
    means: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    numbers: dict[str, dict[str, str]] = {"canvas": {}, "moodle": {}}
    for line, row in rows_of(path, ("student",)):
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
                continue
            platform = next((name for name in numbers if column.startswith(name)), None) if word.isdecimal() else None
            known = means if platform is None else numbers[platform]
            if known.setdefault(word, student) != student:
                raise CourseError(f"{path}, line {line}: {value!r} stands for {known[word]!r} and for {student!r}")
    for word, whose in names.items():
        if len(whose) == 1:
            means.setdefault(word, *whose)
    return Roster(rows, means, numbers)


# How Moodle's grading worksheet writes a time in English.
_WORKSHEET = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p")


def moment(text: str | None, zone: Any) -> datetime | None:
    """Return a time: ISO 8601, or as nbgrader or Moodle's worksheet write it; None when it is none.

    A zone behind the time is its name (Europe/Berlin, UTC), or what the clocks of `zone` call themselves then (CEST).

    Examples
    --------
    >>> moment("2027-10-15 12:00:00 Europe/Berlin", ZoneInfo("UTC")).isoformat(), moment("yesterday", None)
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
    for line, row in rows_of(path, SUBMITTED):
        where = f"{path}, line {line}"
        is_part(row["part"], where)
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
    every = registry.parts() + registry.private_parts()
    words = re.split(r"[^a-z0-9]+", path.stem.lower())
    part = part or next((name for name in every if name in words), None)
    if part is None:
        raise CourseError(f"{path}: the name of a worksheet must say which part it is ({', '.join(every)}), or --part")
    times = {}
    for line, row in rows:
        number = row.get("Identifier", "").rpartition(" ")[2]
        words = (row.get("ID number", ""), row.get("Email address", ""), row.get("Full name", ""))
        student = (known.of(*words) or known.numbers.get("moodle", {}).get(number)) if known else None
        said = row["Last modified (submission)"]
        if said in ("", "-") or not (student or number):
            continue
        student = student or f"{PARTICIPANT} {number}"
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
    for line, row in rows_of(path, OVERRIDES):
        where = f"{path}, line {line}"
        if row["student"] not in known:
            raise CourseError(f"{where}: nobody called {row['student']!r} handed anything in")
        try:
            task = registry.find(row["task"])
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

"""The tables around the grader: the roster, times of submission, corrections by hand.

Every file is read whole before anything is graded, and a fault is named with its line.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..classroom.course import Course, CourseError, Late, Part, is_part, load
from ..lessons import registry
from .csv_cells import as_written
from .names import PARTICIPANT, exact, loose
from .shown import quoted
from .submissions import Submission

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
        # A name is one name, in whichever of its two forms a machine stored the accents.
        stripped = {key: unicodedata.normalize("NFC", as_written(value.strip())) for key, value in row.items()}
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

    `means` holds every word of one student alone, as `exact` writes it, and `loosely` whom a word may mean when signs
    and spaces count for nothing: of several students none, and a person decides. `numbers` holds by platform whom its
    numbers mean: those of the columns `canvas`, `d2l`, `ilias` and `gradescope`, and those of a column `moodle` or
    `moodle…`. In a submission's name no other column's number means anybody.
    """

    rows: Mapping[str, Mapping[str, str]]
    means: Mapping[str, str]
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    loosely: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def who(self, word: str) -> frozenset[str]:
        """Return the students whom a word may mean: one, none, or several who share it."""
        whose = self.means.get(exact(word))
        return frozenset({whose}) if whose else self.loosely.get(loose(word), frozenset())

    def named(self, found: Submission) -> Submission:
        """Return a submission under the student's own identifier, as it is when the roster does not know it.

        A number of Moodle's is another one in each assignment: the name decides. Where name and number mean different
        students, where the name's words do, or where students share the word, it is for a person.
        """
        words = (found.student, *found.also) if found.platform is None else (*found.also, *self._behind_a_group(found))
        if found.doubts:
            return found
        found = self._with_members(found)
        numbered = self.numbers.get(found.platform or "", {}).get(found.number)
        certain = {student for word in words if len(who := self.who(word)) == 1 for student in who}
        if found.platform is None and len(self.who(found.student)) == 1:
            # What stands where the identifier belongs is it; the other words are guesses at a platform's form.
            certain = set(self.who(found.student))
        meant = certain | ({numbered} if numbered else set())
        if len(meant) == 1:
            return replace(found, student=meant.pop())
        # An unknown student must not be taken for one whose identifier equals the platform's number.
        unknown = found.student
        if found.platform and (unknown in self.rows or meant):
            unknown = f"{found.platform.capitalize()} {found.number or found.entry}"
        elif meant:
            unknown = found.entry
        return replace(found, student=unknown, doubts=(*found.doubts, *self._doubts(found, words, certain, numbered)))

    def _behind_a_group(self, found: Submission) -> Iterable[str]:
        """Yield the name that Moodle writes behind that of the student's group."""
        named = {exact(value) for row in self.rows.values() for key, value in row.items() if key.startswith(GROUP)}
        for name in found.also if found.platform == "moodle" and named else ():
            pieces = name.split("-")
            yield from ("-".join(pieces[at:]) for at in range(1, len(pieces)) if exact("-".join(pieces[:at])) in named)

    def _with_members(self, found: Submission) -> Submission:
        """Return a submission with the students who handed it in together, as the roster calls them."""
        known = [self.of(*words) for words in found.with_words]
        unknown = [who for who, student in zip(found.with_words, known, strict=True) if student is None]
        doubts = tuple(
            f"The roster does not know {quoted(words[-1])}, who handed this in as well." for words in unknown
        )
        members = tuple(student for student in known if student is not None)
        return replace(found, members=members, doubts=(*found.doubts, *doubts))

    def _doubts(
        self, found: Submission, words: Iterable[str], certain: Iterable[str], numbered: str | None
    ) -> Iterable[str]:
        named, entry = _listed(certain), quoted(found.entry)
        if certain and numbered:
            yield f"{entry} carries the name of {named} and a number that the roster gives to {numbered!r}."
        elif certain:
            yield f"{entry} fits several students of the roster: {named}."
        elif shared := frozenset().union(*map(self.who, words)):
            yield f"{entry} carries a name that students of the roster share: {_listed(shared)}."

    def of(self, *words: str) -> str | None:
        """Return the student whom the first known word means; in a table of ours Canvas's number is such a word too."""
        for word in words:
            if len(who := self.who(word)) == 1:
                return next(iter(who))
            if whose := self.numbers.get("canvas", {}).get(exact(word)):
                return whose
        return None


def _listed(students: Iterable[str]) -> str:
    return ", ".join(map(repr, sorted(students)))


def _as_also_written(name: str) -> tuple[str, ...]:
    """Return a name, and, where its family name stands in front of a comma, as it is said.

    Examples
    --------
    >>> _as_also_written("Lovelace, Ada"), _as_also_written("Ada")
    (('Lovelace, Ada', 'Ada Lovelace'), ('Ada',))
    """
    last, comma, first = name.partition(",")
    return (name, f"{first.strip()} {last.strip()}") if comma and first.strip() else (name,)


PLATFORMS = ("canvas", "moodle", "gradescope", "d2l", "ilias")


def roster(path: Path) -> Roster:
    """Read a roster: a column `student`, and any others (`name`, `email`, `canvas`, `login`, …) that identify.

    Names may be shared: a name of two students identifies neither. The column `section` identifies nobody; `canvas`,
    `d2l`, `ilias`, `gradescope` and `moodle…` hold numbers of these platforms, which identify only what comes from
    there.

    Raises
    ------
    CourseError
        For a student without identifier, twice, or one identifier of two students.
    """
    rows: dict[str, dict[str, str]] = {}
    means: dict[str, str] = {}
    names: dict[str, set[str]] = {}
    loosely: dict[str, set[str]] = {}
    numbers: dict[str, dict[str, str]] = {name: {} for name in PLATFORMS}
    for line, row in rows_of(path, ("student",)):
        student = row["student"]
        if not student or student in rows:
            raise CourseError(
                f"{path}, line {line}: the student {student!r} is {'there twice' if student else 'empty'}"
            )
        rows[student] = row
        for column, value in row.items():
            if not (word := exact(value)) or column == "section" or column.startswith(GROUP):
                continue
            if column == "name":
                for written in _as_also_written(value):
                    names.setdefault(exact(written), set()).add(student)
                    loosely.setdefault(loose(written), set()).add(student)
                continue
            platform = next((name for name in numbers if column.startswith(name)), None) if word.isdecimal() else None
            known = means if platform is None else numbers[platform]
            if known.setdefault(word, student) != student:
                raise CourseError(f"{path}, line {line}: {value!r} stands for {known[word]!r} and for {student!r}")
            if platform is None:
                loosely.setdefault(loose(value), set()).add(student)
    for word, whose in names.items():
        if len(whose) == 1:
            means.setdefault(word, *whose)
    return Roster(rows, means, numbers, {word: frozenset(whose) for word, whose in loosely.items() if word})


# Begins the name of a column that says who works together: for all parts, or for one as `group theorem`.
GROUP = "group"


def groups(known: Roster | None, part: str, where: Path) -> dict[str, tuple[str, ...]]:
    """Return for each student the others of the group that hands in a part together.

    Raises
    ------
    CourseError
        Where the roster has no column that says it.
    """
    columns = set(next(iter(known.rows.values()), ())) if known else set()
    column = next((name for name in (f"{GROUP} {part}", GROUP) if name in columns), None)
    if known is None or column is None:
        raise CourseError(f"{where}: parts.{part}.groups needs a roster with a column {GROUP!r} or '{GROUP} {part}'")
    by_group: dict[str, list[str]] = {}
    for student, row in known.rows.items():
        if name := exact(row[column]):
            by_group.setdefault(name, []).append(student)
    return {
        student: tuple(other for other in together if other != student)
        for together in by_group.values()
        for student in together
    }


# How Moodle's grading worksheet writes a time in English, and in German once its months have English names.
_WORKSHEET = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p")
_GERMAN_TIME = re.compile(r"\w+, (\d{1,2})\. (\w+) (\d{4}), (\d{1,2}):(\d\d)")
_GERMAN_MONTHS = (
    *("januar", "februar", "märz", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "dezember"),
)


def _german(text: str) -> datetime | None:
    match = _GERMAN_TIME.fullmatch(text)
    month = match[2].casefold() if match else ""
    if match is None or month not in _GERMAN_MONTHS:
        return None
    day, _, year, hour, minute = match.groups()
    try:
        return datetime(int(year), _GERMAN_MONTHS.index(month) + 1, int(day), int(hour), int(minute))
    except ValueError:
        return None


def moment(text: str | None, zone: Any) -> datetime | None:
    """Return a time: ISO 8601, or as nbgrader or Moodle's worksheet write it; None when it is none.

    A zone behind the time is its name (Europe/Berlin, UTC), or what the clocks of `zone` call themselves then (CEST).

    Examples
    --------
    >>> moment("2027-10-15 12:00:00 Europe/Berlin", ZoneInfo("UTC")).isoformat(), moment("yesterday", None)
    ('2027-10-15T12:00:00+02:00', None)
    >>> moment("Friday, 15 October 2027, 11:59 PM", ZoneInfo("Europe/Berlin")).isoformat()
    '2027-10-15T23:59:00+02:00'
    >>> moment("Freitag, 15. Oktober 2027, 23:59", ZoneInfo("Europe/Berlin")).isoformat()
    '2027-10-15T23:59:00+02:00'
    """
    text = (text or "").strip()
    for form in _WORKSHEET:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    if german := _german(text):
        return german.replace(tzinfo=zone)
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
    if columns := next((columns for columns in WORKSHEETS if columns["time"] in heading), None):
        return _worksheet(path, zone, rows, known, part, columns)
    if "student" not in heading and len(heading) > 6:
        raise CourseError(
            f"{path} has no column 'student', and is no grading worksheet that is known. Moodle's is read in English "
            f"and German: choose one of them in Moodle and download it again. There are {heading}"
        )
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


# The headings of Moodle's grading worksheet by language. Its last time is always that of the submission's change.
WORKSHEETS: tuple[dict[str, str], ...] = (
    {
        "number": "Identifier",
        "time": "Last modified (submission)",
        "id": "ID number",
        "email": "Email address",
        "name": "Full name",
    },
    {
        "number": "ID",
        "time": "Zuletzt geändert (Abgabe)",
        "id": "ID-Nummer",
        "email": "E-Mail-Adresse",
        "name": "Vollständiger Name",
    },
)


def _worksheet(
    path: Path,
    zone: Any,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    known: Roster | None,
    part: str | None,
    columns: Mapping[str, str],
) -> dict[tuple[str, str], datetime]:
    every = registry.parts() + registry.private_parts()
    words = re.split(r"[^a-z0-9]+", path.stem.lower())
    part = part or next((name for name in every if name in words), None)
    if part is None:
        raise CourseError(f"{path}: the name of a worksheet must say which part it is ({', '.join(every)}), or --part")
    times = {}
    for line, row in rows:
        digits = re.search(r"\d+$", row.get(columns["number"], ""))
        number = digits[0] if digits else ""
        words = [row.get(columns[column], "") for column in ("id", "email", "name")]
        student = (known.of(*words) or known.numbers.get("moodle", {}).get(number)) if known else None
        said = row[columns["time"]]
        if said in ("", "-") or not (student or number):
            continue
        student = student or f"{PARTICIPANT} {number}"
        if (when := moment(said, zone)) is None:
            raise CourseError(f"{path}, line {line}: {said!r} is not a time as Moodle writes it in English or German")
        times[student, part] = when
    return times


@dataclass(frozen=True)
class Override:
    """What a person decided about a task or a whole part, and why.

    `points` replace those of the task, or of the part as the gradebook has them; None leaves them as they are, so that
    the reason is a comment. What is `excused` does not count for this student.
    """

    points: float | None
    reason: str
    excused: bool = False


EXCUSED = "excused"
OVERRIDES = ("student", "task", "points", "reason")


def overrides(
    path: Path, students: Iterable[str], known: Roster | None = None, course: Course | None = None
) -> dict[tuple[str, str], Override]:
    """Read the instructor's decisions by student and task or part; make the empty file where there is none.

    Parameters
    ----------
    path : Path
    students : iterable of str
        Those who handed something in.
    known : Roster, optional
        Its students may be decided about as well, whether they handed anything in or not.
    course : Course, optional
        Says what a part is worth, and whether there may be more points than that.

    Raises
    ------
    CourseError
        For an unknown student or task, points that are no number or too many, or a row without a reason.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(",".join(OVERRIDES) + "\n", encoding="utf-8")
        return {}
    everybody = {*students, *(known.rows if known else ())}
    found: dict[tuple[str, str], Override] = {}
    for line, row in rows_of(path, OVERRIDES):
        where = f"{path}, line {line}"
        student = row["student"] if row["student"] in everybody else known and known.of(row["student"])
        if not student:
            unknown = f"nobody called {row['student']!r} handed anything in"
            raise CourseError(f"{where}: {unknown}{', and the roster has no such student' if known else ''}")
        name, most = _what(row["task"], course or Course(), where)
        if (student, name) in found:
            raise CourseError(f"{where}: {student!r} has a correction for {name} already; leave one of them")
        if not row["reason"]:
            raise CourseError(f"{where}: a reason is missing; the student reads it")
        if row["points"].casefold() == EXCUSED:
            found[student, name] = Override(None, row["reason"], excused=True)
        else:
            found[student, name] = Override(_points(row["points"], name, most, course, where), row["reason"])
    return found


def _what(said: str, course: Course, where: str) -> tuple[str, float]:
    """Return the task or part that a decision is about, and what it is worth."""
    if said in (*registry.parts(), *registry.private_parts()):
        return said, course.points_of(said)
    try:
        task = registry.find(said)
    except ValueError as error:
        raise CourseError(f"{where}: {error}, or the name of a part") from None
    return task.id, task.points


def _points(said: str, name: str, most: float, course: Course | None, where: str) -> float | None:
    if not said:
        return None
    try:
        points = float(said.replace(",", "."))
    except ValueError:
        points = math.nan
    above = course is not None and course.above_maximum
    if not 0 <= points <= (1e6 if above else most):
        more = "" if above or not points > most else "; more is possible with above_maximum = true in course.toml"
        raise CourseError(
            f"{where}: points for {name} must be a number from 0 to {most:g}, {EXCUSED!r}, or empty for a comment "
            f"alone, got {said!r}{more}"
        )
    return points

"""A course: the settings in `course.toml` of its cohort, parts, due dates, late rule and points.

Handing out and grading read the same file, so that a student's page and the gradebook agree.
"""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..answers.task import BOOK
from ..lessons import registry

__all__ = ["Course", "CourseError", "Late", "Part", "Totals", "is_part", "load"]


class CourseError(ValueError):
    """A file of the course holds a value that is not allowed."""


@dataclass(frozen=True)
class Late:
    """What late work costs: a share of the points for each day begun after the grace, up to `at_most`."""

    grace_minutes: float = 0.0
    per_day: float = 0.0
    at_most: float = 1.0

    def share_left(self, due: datetime, submitted: datetime) -> float:
        """Return the share of the points that is left after lateness.

        Examples
        --------
        >>> due = datetime(2027, 10, 15, 12, tzinfo=UTC)
        >>> rule = Late(grace_minutes=15, per_day=0.25, at_most=0.5)
        >>> [rule.share_left(due, due + timedelta(minutes=m)) for m in (-60, 15, 16, 1440, 1456, 99999)]
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

    `canvas` is the heading of its column in Canvas's gradebook. With `groups` one file counts for all of a group. Of
    the first `attempts` files with work the last counts, or with `best` the one with most points. In the total the part
    has its `weight`, that of its points unless given; with `extra` it only adds.
    """

    due: datetime | None = None
    tasks: tuple[str, ...] | None = None
    points: float | None = None
    canvas: str | None = None
    groups: bool = False
    attempts: int | None = None
    best: bool = False
    weight: float | None = None
    extra: bool = False


@dataclass(frozen=True)
class Totals:
    """The points of the whole course, and how many of a student's lowest parts are left out."""

    points: float = 100.0
    drop_lowest: int = 0


@dataclass(frozen=True)
class Course:
    """The settings of `course.toml`.

    `graded` is the key whose numbers the grader uses, `cohort` that of the handed-out notebooks. `extensions` maps
    student and part to a later due date. With `absent_zero` a part that nobody handed in counts 0 once it was due. With
    `above_maximum` a correction by hand may give more points than a task or a part is worth.
    """

    cohort: str = BOOK
    graded: str = BOOK
    zone: Any = UTC
    late: Late = field(default_factory=Late)
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=lambda: MappingProxyType({}))
    absent_zero: bool = False
    above_maximum: bool = False
    total: Totals | None = None

    def counted(self, part: str) -> tuple[str, ...]:
        """Return the tasks of a part that count; a bonus task comes on top of them."""
        chosen = self.parts.get(part, Part()).tasks
        return tuple(
            task.id for task in registry.part(part) if not task.bonus and (chosen is None or task.id in chosen)
        )

    def points_of(self, part: str) -> float:
        """Return the points that a part is worth."""
        own = self.parts.get(part, Part()).points
        return own if own is not None else sum(registry.find(task).points for task in self.counted(part))

    def is_extra(self, part: str) -> bool:
        """Whether a part only adds to the total."""
        return self.parts.get(part, Part()).extra

    def weight(self, part: str) -> float:
        """Return a part's weight in the total."""
        own = self.parts.get(part, Part()).weight
        return own if own is not None else self.points_of(part)

    def handed_out(self) -> tuple[str, ...]:
        """Return the parts of the course: those that `course.toml` has a table of, all where it has none."""
        every = registry.parts() + registry.private_parts()
        return tuple(part for part in every if part in self.parts) or every

    def due(self, student: str, part: str) -> datetime | None:
        """Return when a part is due for a student, None where nothing says it."""
        return self.extensions.get((student, part), self.parts.get(part, Part()).due)

    def share_left(self, student: str, part: str, when: datetime | None) -> float:
        """Return the share of the points left at the time of submission; all of them where it is unknown."""
        due = self.due(student, part)
        return 1.0 if due is None or when is None else self.late.share_left(due, when)


def _known(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise CourseError(f"{where}: {key!r} is not known; possible are {', '.join(known)}")


def _number(value: Any, low: float, high: float, where: str) -> float:
    if type(value) not in (int, float) or not low <= value <= high:
        raise CourseError(f"{where} must be a number from {low:g} to {high:g}, got {value!r}")
    return float(value)


KEYS = ("cohort", "graded", "timezone", "absent", "above_maximum", "late", "parts", "extensions", "total")


def load(path: Path) -> Course:
    """Read a `course.toml`.

    Raises
    ------
    CourseError
        For anything that is not as documented; the message names file, key and value.
    """
    try:
        table = tomllib.loads(unicodedata.normalize("NFC", path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    _known(table, KEYS, str(path))
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
        is_part(name, str(path))
        parts[name] = _part(name, said, zone, f"{path}: parts.{name}")
    extensions = {}
    for student, dates in table.get("extensions", {}).items():
        where = f"{path}: extensions.{student}"
        if type(dates) is not dict:
            raise CourseError(f"{where} must say part and date, as theorem = 2027-10-22T23:59:00, got {dates!r}")
        for name, due in dates.items():
            is_part(name, where)
            extensions[student, name] = _due(due, zone, f"{where}.{name}")
    own = MappingProxyType(parts), MappingProxyType(extensions)
    above = _truth(table, "above_maximum", str(path))
    total = _totals(table, parts, str(path))
    return Course(cohort, graded, zone, rule, *own, absent_zero=absent == "zero", above_maximum=above, total=total)


def _totals(table: Mapping[str, Any], parts: Mapping[str, Part], where: str) -> Totals | None:
    said = table.get("total")
    if said is None:
        if weighed := next((name for name, part in parts.items() if part.weight is not None or part.extra), None):
            raise CourseError(f"{where}: parts.{weighed} has a weight or is extra, and there is no total: add [total]")
        return None
    if type(said) is not dict:
        raise CourseError(f"{where}: total must be a table, as [total] with points = 100, got {said!r}")
    _known(said, ("points", "drop_lowest"), f"{where}: total")
    if parts and all(part.extra for part in parts.values()):
        raise CourseError(f"{where}: every part is extra, so there is nothing for a total to be of")
    usual = sum(not part.extra for part in parts.values()) if parts else 1_000
    drop = _whole(said.get("drop_lowest", 0), 0, usual - 1, f"{where}: total.drop_lowest")
    return Totals(_number(said.get("points", 100), 0.1, 1e6, f"{where}: total.points"), drop)


def _whole(value: Any, low: int, high: int, where: str) -> int:
    if type(value) is not int or not low <= value <= high:
        raise CourseError(f"{where} must be a whole number from {low} to {high}, got {value!r}")
    return value


def _truth(table: Mapping[str, Any], key: str, where: str) -> bool:
    value = table.get(key, False)
    if type(value) is not bool:
        raise CourseError(f"{where}: {key} must be true or false, got {value!r}")
    return value


def is_part(name: str, where: str) -> None:
    """Raise CourseError for what is not the name of a part."""
    known = registry.parts() + registry.private_parts()
    if name not in known:
        raise CourseError(f"{where}: there is no part {name!r}; there are {', '.join(known)}")


def _due(said: Any, zone: Any, where: str) -> datetime:
    if type(said) is not datetime:
        raise CourseError(f"{where} must be a date with a time, as 2027-10-15T23:59:00, got {said!r}")
    return said.astimezone(zone) if said.tzinfo else said.replace(tzinfo=zone)


def _part(name: str, said: Mapping[str, Any], zone: Any, where: str) -> Part:
    if type(said) is not dict:
        raise CourseError(f"{where} must be a table, as [parts.{name}], got {said!r}")
    _known(said, ("due", "tasks", "points", "canvas", "groups", "attempts", "counts", "weight", "extra"), where)
    due = None if "due" not in said else _due(said["due"], zone, f"{where}.due")
    chosen = said.get("tasks")
    ids = [task.id for task in registry.part(name)]
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
    attempts = said.get("attempts")
    counts = said.get("counts", "last")
    if counts not in ("last", "best"):
        raise CourseError(f"{where}.counts must be 'last' or 'best', got {counts!r}")
    by_hand = next((task.id for task in registry.part(name) if task.for_a_person), None)
    if counts == "best" and by_hand:
        raise CourseError(f"{where}.counts must be 'last': a person marks {by_hand}, and marks one answer of a student")
    weight = said.get("weight")
    return Part(
        due,
        None if chosen is None else tuple(chosen),
        points,
        canvas,
        groups=_truth(said, "groups", where),
        attempts=None if attempts is None else _whole(attempts, 1, 100, f"{where}.attempts"),
        best=counts == "best",
        weight=None if weight is None else _number(weight, 0.001, 1e6, f"{where}.weight"),
        extra=_truth(said, "extra", where),
    )

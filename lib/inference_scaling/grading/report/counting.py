"""The points of a submission as the course counts them: corrections by hand, lateness, scale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...lessons import registry
from ..tables import Course, Override, Roster, moment

__all__ = ["CANVAS", "MOODLE", "Graded", "counted"]

# How an answer's process may end without anybody having to look at it.
ORDINARY = ("answered", "missing", "time")
# Platforms know a student by the name under which the work came.
MOODLE = re.compile(r"_(?P<id>\d+)_assignsubmission_")
CANVAS = re.compile(r"(?i)^[^\W_]+_(?P<late>LATE_)?(?P<id>\d+)_\d+_.*\.ipynb$")


@dataclass(frozen=True)
class Graded:
    """One submission as the course counts it.

    Attributes
    ----------
    result : mapping
    stem : str
        Name of the result's file, without its ending.
    overrides : mapping
        The corrections by hand of this part, by task.
    points, max_points : float
        Those of the gradebook: with corrections, scaled, and times `late_factor` for lateness.
    earned, task_points, bonus : float
        Points in the tasks that count, the most that these give, and points of bonus tasks.
    when, due : datetime or None
    flags : tuple of str
        What a person has to check, besides what the result says.
    """

    result: Mapping[str, Any]
    stem: str
    overrides: Mapping[str, Override]
    points: float = 0.0
    max_points: float = 0.0
    late_factor: float = 1.0
    earned: float = 0.0
    task_points: float = 0.0
    bonus: float = 0.0
    when: datetime | None = None
    due: datetime | None = None
    flags: tuple[str, ...] = ()

    @property
    def student(self) -> str:
        return self.result["student"]

    @property
    def part(self) -> str:
        return self.result["part"] or "unknown"

    @property
    def has_points(self) -> bool:
        """Whether there is a number for the gradebook: it was graded, or a person has given points."""
        return self.result["state"] == "graded" or bool(self.overrides)

    def points_for(self, task: Mapping[str, Any]) -> float:
        own = self.overrides.get(task["id"])
        return own.points if own else task["earned"]

    @property
    def for_a_person(self) -> list[str]:
        """Why somebody should look at this, in sentences; nothing once a correction by hand says that somebody did."""
        if self.result["state"] != "graded":
            return [*self.flags, *(() if self.overrides else self.result["notes"])]
        open_ones = [task for task in self.result["tasks"] if task["id"] not in self.overrides]
        ended = [f"{task['id']}: {task['says']}" for task in open_ones if task["ended"] not in ORDINARY]
        return [*self.flags, *ended, *(f"{task['id']}: {task['doubt']}" for task in open_ones if task.get("doubt"))]


def counted(
    result: Mapping[str, Any],
    stem: str,
    course: Course,
    own: Mapping[tuple[str, str], Override],
    times: Mapping[tuple[str, str], datetime],
    known: Roster | None = None,
) -> Graded:
    """Count a result's points as the course does."""
    student, part, entry = result["student"], result["part"], result["entry"]
    flags = [*result.get("choice", ()), *result.get("doubts", ())]
    if known is not None and student not in known.rows:
        flags.append(f"The roster does not know whose `{entry}` is.")
    if part is None:
        return Graded(result, stem, {}, flags=tuple(flags))
    mine = {task: it for (whose, task), it in own.items() if whose == student and registry.part_of(task) == part}
    ids = course.counted(part)
    task_points = sum(registry.find(task).points for task in ids)
    by_task = {task["id"]: task["earned"] for task in result["tasks"]}
    by_task |= {task: it.points for task, it in mine.items()}
    earned = sum(points for task, points in by_task.items() if task in ids)
    bonus = sum(by_task.get(task.id, 0) for task in registry.part(part) if task.bonus)
    when, due = times.get((student, part)) or moment(result["submitted"], course.zone), course.due(student, part)
    if due and when is None:
        flags += _unknown_time(result["submitted"], entry)
    late_factor = course.share_left(student, part, when)
    points = round((earned + bonus) / task_points * course.points_of(part) * late_factor, 2)
    return Graded(
        result,
        stem,
        mine,
        points,
        course.points_of(part),
        late_factor,
        earned,
        task_points,
        bonus,
        when,
        due,
        tuple(flags),
    )


def _unknown_time(submitted: str | None, entry: str) -> list[str]:
    """Return what a person has to check where there is a due date and no time of submission."""
    if submitted:
        return [f"The time of submission cannot be read: {submitted!r}. Give it by --submitted."]
    if (match := CANVAS.match(entry)) and match["late"]:
        return ["Canvas marks this as late and does not say how late. Give the time by --submitted."]
    return []

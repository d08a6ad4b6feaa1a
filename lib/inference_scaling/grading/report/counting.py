"""The points of a submission as the course counts them: corrections by hand, lateness, scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...answers import judge
from ...lessons import registry
from ..grade import result_name
from ..marks import GivenMark, Marking
from ..shown import quoted
from ..tables import EXCUSED, Course, Override, Roster, moment

__all__ = ["CANVAS", "MOODLE", "Graded", "best_of", "counted", "for_everybody", "waits"]

# How an answer's process may end without anybody having to look at it.
ORDINARY = ("answered", "missing", "time")
# Platforms know a student by the name under which the work came.
MOODLE = re.compile(r"_(?P<id>\d+)_assignsubmission_")
CANVAS = re.compile(r"(?i)^[^\W_]+_(?P<late>LATE_)?(?P<id>\d+)_\d+_.*\.(?P<ending>ipynb|json|txt|zip)$")


@dataclass(frozen=True)
class Graded:
    """One submission as the course counts it.

    Attributes
    ----------
    result : mapping
    stem : str
        Name of the result's file, without its ending.
    overrides : mapping
        What a person decided about tasks of this part, by task.
    marks : mapping
        The marks of this part that a person gave and that hold, by task.
    old_marks : mapping
        Why a mark does not hold, by task.
    whole : Override or None
        What a person decided about the part as a whole.
    source : str
        Name of the result's file without its ending, where that is another one than `stem`.
    attempts : int
        How many files were graded, of which this is the best.
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
    marks: Mapping[str, GivenMark] = field(default_factory=dict)
    old_marks: Mapping[str, str] = field(default_factory=dict)
    whole: Override | None = None
    source: str = ""
    attempts: int = 1

    @property
    def student(self) -> str:
        return self.result["student"]

    @property
    def source_stem(self) -> str:
        return self.source or self.stem

    @property
    def part(self) -> str:
        return self.result["part"] or "unknown"

    @property
    def has_points(self) -> bool:
        """Whether there is a number for the gradebook: all of it was graded, or a person has given points."""
        if self.excused or self.waiting:
            return False
        decided = (*self.overrides.values(), *filter(None, (self.whole,)))
        return self.result["state"] == "graded" or any(one.points is not None for one in decided)

    @property
    def excused(self) -> bool:
        """Whether nothing of this part counts for this student."""
        return (self.whole is not None and self.whole.excused) or (self.task_points == 0 and bool(self.overrides))

    @property
    def waiting(self) -> list[str]:
        """The tasks to which a person still has to give points: until then nothing says how many these are."""
        if self.whole is not None and (self.whole.excused or self.whole.points is not None):
            return []
        there = {*self.marks, *(task for task, own in self.overrides.items() if _decides(own))}
        return [task["id"] for task in self.result["tasks"] if waits(task) and task["id"] not in there]

    @property
    def state(self) -> str:
        return EXCUSED if self.excused else judge.WAITING if self.waiting else self.result["state"]

    def points_for(self, task: Mapping[str, Any]) -> float:
        given = (self.overrides.get(task["id"]), self.marks.get(task["id"]))
        return next((one.points for one in given if one and one.points is not None), task["earned"])

    def by_hand(self, task: str) -> str:
        """Say what gave a task its points instead of the machine; empty where nothing did."""
        if task in self.overrides and _decides(self.overrides[task]):
            return "correction by hand"
        return "mark by a person" if task in self.marks else ""

    @property
    def for_a_person(self) -> list[str]:
        """Why somebody should look at this, in sentences; nothing once a correction by hand says that somebody did."""
        if self.whole is not None:
            return list(self.flags)
        if self.result["state"] != "graded":
            return [*self.flags, *(() if self.overrides else self.result["notes"])]
        open_ones = [task for task in self.result["tasks"] if task["id"] not in self.overrides]
        ended = [f"{task['id']}: {task['says']}" for task in open_ones if task["ended"] not in ORDINARY]
        old = [f"{task}: {why}" for task, why in self.old_marks.items() if task not in self.overrides]
        doubts = [f"{task['id']}: {task['doubt']}" for task in open_ones if task.get("doubt")]
        return [*self.flags, *ended, *doubts, *old]


def _decides(own: Override) -> bool:
    """Whether a decision is more than a comment."""
    return own.excused or own.points is not None


def waits(task: Mapping[str, Any]) -> bool:
    """Whether only a person can give the points of a task's result."""
    return task["verdict"] == judge.WAITING


def counted(
    result: Mapping[str, Any],
    stem: str,
    course: Course,
    own: Mapping[tuple[str, str], Override],
    times: Mapping[tuple[str, str], datetime],
    known: Roster | None = None,
    marking: Marking | None = None,
) -> Graded:
    """Count a result's points as the course does."""
    student, part, entry = result["student"], result["part"], result["entry"]
    flags = [*result.get("choice", ()), *result.get("doubts", ())]
    if known is not None and student not in known.rows:
        flags.append(f"The roster does not know whose {quoted(entry)} is.")
    if part is None:
        return Graded(result, stem, {}, flags=tuple(flags))
    tasks = {task.id for task in registry.part(part)}
    mine = {task: it for (whose, task), it in own.items() if whose == student and task in tasks}
    held, old = _marked(result, marking or Marking())
    ids = [task for task in course.counted(part) if not (task in mine and mine[task].excused)]
    whole = own.get((student, part))
    task_points = sum(registry.find(task).points for task in ids)
    by_task = {task["id"]: task["earned"] for task in result["tasks"]}
    by_task |= {task: it.points for task, it in held.items() if it.points is not None}
    by_task |= {task: it.points for task, it in mine.items() if it.points is not None}
    earned = sum(points for task, points in by_task.items() if task in ids)
    bonus = sum(
        by_task.get(task.id, 0)
        for task in registry.part(part)
        if task.bonus and not (task.id in mine and mine[task.id].excused)
    )
    due = course.due(student, part)
    # A table has one time for each student; of several attempts each has its own where the platform gives it.
    given = times.get((student, part)) or times.get((result.get("by", student), part))
    own_time = moment(result["submitted"], course.zone)
    when = (own_time or given) if result.get("attempt") else (given or own_time)
    if due and when is None:
        flags += _unknown_time(result["submitted"], entry)
    late_factor = course.share_left(student, part, when)
    points = round((earned + bonus) / task_points * course.points_of(part) * late_factor, 2) if task_points else 0.0
    if whole is not None and whole.points is not None:
        points, late_factor = whole.points, 1.0
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
        held,
        old,
        whole,
    )


def _marked(result: Mapping[str, Any], marking: Marking) -> tuple[dict[str, GivenMark], dict[str, str]]:
    """Return the marks of a submission that hold, by task, and why the others do not. A mark of a group's file is each
    member's who has none of their own."""
    held, old = {}, {}
    student = result["student"]
    for task in filter(waits, result["tasks"]):
        own = (student, task["id"]) in marking.marks
        mark, why = marking.of(student if own else result.get("by", student), task)
        if why:
            old[task["id"]] = f"{why} Look at it once more."
        elif mark:
            held[task["id"]] = mark
    return held, old


def _unknown_time(submitted: str | None, entry: str) -> list[str]:
    """Return what a person has to check where there is a due date and no time of submission."""
    if submitted:
        return [f"The time of submission cannot be read: {submitted!r}. Give it by --submitted."]
    if (match := CANVAS.match(entry)) and match["late"]:
        return ["Canvas marks this as late and does not say how late. Give the time by --submitted."]
    return []


def for_everybody(stored: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return stem, source and result for every student whose work a result is: a group's for each of its members."""
    every = []
    for stem, result in stored:
        every.append((stem, "", result))
        for member in result.get("members", ()):
            own = result_name(member, result["part"], result.get("attempt", 0)).removesuffix(".json")
            every.append((own, stem, {**result, "student": member, "by": result["student"]}))
    return every


def best_of(every: Iterable[Graded]) -> list[Graded]:
    """Return one submission for each student and part: of several attempts the one with most points, the first of
    them. Where they are not attempts but different groups', a person is told."""
    groups: dict[tuple[str, str], list[Graded]] = {}
    for one in every:
        groups.setdefault((one.student, one.part), []).append(one)
    kept = []
    for (student, part), those in groups.items():
        best = max(those, key=lambda one: (one.has_points, one.points))
        if len(those) > 1:
            stem = result_name(student, part).removesuffix(".json")
            best = replace(best, stem=stem, source=best.source_stem, attempts=len(those))
        by = dict.fromkeys(one.result.get("by", student) for one in those)
        groups_of = {frozenset((one.result.get("by", student), *one.result.get("members", ()))) for one in those}
        if len(groups_of) > 1:
            told = f"{quoted(student)} is among those of several submissions of this part, handed in by "
            best = replace(best, flags=(*best.flags, f"{told}{', '.join(map(quoted, by))}. The best of them counts."))
        kept.append(best)
    return kept

"""Two plans of a course, a term and three hours: written as lists of names, added up and held by code.

The plans stand in ``book/teaching/syllabus.toml``. Minutes come from the heads of the lessons, the tasks and the guide.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...lessons import registry
from .. import minutes as reading
from .guide import GuideEntry, Taught, TitledHtml, anchor, read, taught

__all__ = [
    "FILE",
    "Session",
    "SessionStep",
    "Syllabus",
    "SyllabusError",
    "Week",
    "load",
    "plans",
    "problems",
    "sessions",
    "weeks",
]

FILE = Path("book/teaching/syllabus.toml")
GUIDE_PAGE = "book/teaching/lesson_guide"
STEPS = ("lesson", "activity", "talk")


class SyllabusError(ValueError):
    """The file of the plans holds something that is not known or not allowed."""


@dataclass(frozen=True)
class Week:
    """A week: its question, its lessons and notebooks of the workshop, and the tasks to hand in."""

    question: str
    lessons: tuple[str, ...]
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class SessionStep:
    """A step of a session: a lesson that is read, an activity of the guide, or a talk with its own minutes."""

    kind: str
    what: str
    minutes: int


@dataclass(frozen=True)
class Session:
    """An hour: its question and its steps."""

    question: str
    steps: tuple[SessionStep, ...]


@dataclass(frozen=True)
class Syllabus:
    """Both plans; `most` is the number of hours that no week goes over, `each` the minutes of a session.

    `lessons` and `entries` are those of the book and of its guide, by the names of their pages.
    """

    lessons: Mapping[str, Taught]
    entries: Mapping[str, GuideEntry]
    most: float
    weeks: tuple[Week, ...]
    each: int
    sessions: tuple[Session, ...]


def load(root: Path) -> Syllabus:
    """Read both plans of the project in `root`; see `plans`."""
    lessons = {lesson.name: lesson for lesson in taught(root)}
    return plans((root / FILE).read_text(encoding="utf-8"), lessons, read(root))


def plans(text: str, lessons: Mapping[str, Taught], entries: Mapping[str, GuideEntry]) -> Syllabus:
    """Return both plans from the text of their file.

    Raises
    ------
    SyllabusError
        For a lesson, a task, an activity or a kind of step that does not exist; the message says where. For a text
        that is no TOML, and for an entry that is missing.
    """
    try:
        return _plans(tomllib.loads(text), lessons, entries)
    except tomllib.TOMLDecodeError as error:
        raise SyllabusError(f"{FILE} is no TOML: {error}") from None
    except KeyError as error:
        raise SyllabusError(f"{FILE}: the entry {error} is missing") from None


def _plans(table: Mapping[str, Any], lessons: Mapping[str, Taught], entries: Mapping[str, GuideEntry]) -> Syllabus:
    term, three = table["term"], table["three_hours"]
    found = tuple(_week(week, f"{FILE}: week {i}", lessons) for i, week in enumerate(term["week"], start=1))
    hours = tuple(
        Session(
            one["question"],
            tuple(_step(step, f"{FILE}: session {i}", lessons, entries) for step in one["steps"]),
        )
        for i, one in enumerate(three["session"], start=1)
    )
    return Syllabus(lessons, entries, term["most_hours"], found, three["minutes_each"], hours)


def _lesson(page: str, where: str, lessons: Mapping[str, Taught]) -> str:
    if (name := f"book/{page}") not in lessons:
        raise SyllabusError(
            f"{where}: {page!r} is no lesson of _toc.yml; write its folder and name, as setup/best_of_n"
        )
    return name


def _week(said: Mapping[str, Any], where: str, lessons: Mapping[str, Taught]) -> Week:
    for task in said["tasks"]:
        try:
            registry.find(task)
        except ValueError as error:
            raise SyllabusError(f"{where}: {error}") from None
    return Week(
        said["question"], tuple(_lesson(page, where, lessons) for page in said["lessons"]), tuple(said["tasks"])
    )


def _step(
    said: Mapping[str, Any], where: str, lessons: Mapping[str, Taught], entries: Mapping[str, GuideEntry]
) -> SessionStep:
    kind = next((kind for kind in STEPS if kind in said), None)
    if kind is None:
        raise SyllabusError(f"{where}: a step has one of {', '.join(STEPS)}, got {dict(said)!r}")
    if kind == "talk":
        return SessionStep(kind, said["talk"], said["minutes"])
    name = _lesson(said[kind], where, lessons)
    if kind == "lesson":
        return SessionStep(kind, name, lessons[name].minutes)
    if name not in entries:
        raise SyllabusError(f"{where}: the guide has no activity for {said[kind]!r}")
    return SessionStep(kind, name, entries[name].activity.minutes)


def _task_minutes(week: Week) -> int:
    return sum(registry.find(task).minutes for task in week.tasks)


def _lesson_minutes(week: Week, lessons: Mapping[str, Taught]) -> int:
    return sum(lessons[name].minutes for name in week.lessons)


def problems(plan: Syllabus, pages: Iterable[reading.Page]) -> Iterator[str]:
    """Yield what the plans get wrong: a lesson or task left out, named twice or too early, a week or session too full.

    `pages` are those of the book that stand on paths, as `minutes.pages` gives them.
    """
    on_path = {page.name: page for page in pages if "course" in page.head.paths}
    yield from _occurrence_problems(plan, on_path)
    yield from _order_problems(plan, on_path)
    for i, week in enumerate(plan.weeks, start=1):
        if (total := _lesson_minutes(week, plan.lessons) + _task_minutes(week)) > 60 * plan.most:
            yield f"week {i} takes {total / 60:.1f} hours, at most {plan.most:g} are promised; move a lesson or a task"
    for i, session in enumerate(plan.sessions, start=1):
        if (total := sum(step.minutes for step in session.steps)) != plan.each:
            yield f"session {i} takes {total} minutes, {plan.each} are promised"


def _occurrence_problems(plan: Syllabus, on_path: Mapping[str, reading.Page]) -> Iterator[str]:
    planned = [name for week in plan.weeks for name in week.lessons]
    for name in on_path:
        if (count := planned.count(name)) != 1:
            yield (
                f"{name} is on the course path and stands in {count} weeks of {FILE}; put it into one week, "
                "after the lessons that its head says it needs"
            )
    tasks = [task for week in plan.weeks for task in week.tasks]
    for wanted in (task for part in registry.PARTS for task in registry.part(part) if not task.bonus):
        if (count := tasks.count(wanted.id)) != 1:
            yield f"the task {wanted.id} stands in {count} weeks of {FILE}; put it into one week"


def _order_problems(plan: Syllabus, on_path: Mapping[str, reading.Page]) -> Iterator[str]:
    before: set[str] = set()
    for i, week in enumerate(plan.weeks, start=1):
        for name in week.lessons:
            for needed in on_path[name].needs if name in on_path else ():
                if needed in on_path and needed not in before:
                    yield f"week {i} has {name}, which needs {needed}; put {needed} before it"
            before.add(name)


# The pages.


def _hours(minutes: float) -> str:
    return f"{minutes / 60:.1f} hours"


def _items(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"


def _link(name: str, lessons: Mapping[str, Taught], up: str) -> str:
    return f'<a href="{up}{name}.html">{html.escape(lessons[name].title)}</a>'


def _activity(name: str, lessons: Mapping[str, Taught], up: str) -> str:
    return f'<a href="{up}{GUIDE_PAGE}.html#{anchor(name)}">{html.escape(lessons[name].title)}</a>'


def weeks(root: Path, up: str) -> list[TitledHtml]:
    """Return a section for each week, and before them one with the sum of all."""
    plan = load(root)
    lessons, entries = plan.lessons, plan.entries
    sections, sums = [], []
    for i, week in enumerate(plan.weeks, start=1):
        reads, works = _lesson_minutes(week, plan.lessons), _task_minutes(week)
        sums.append((reads, works))
        listed = _items(f"{_link(name, lessons, up)}, {lessons[name].minutes} minutes" for name in week.lessons)
        in_class = ", ".join(
            f"{_activity(name, lessons, up)} ({entries[name].activity.minutes})"
            for name in week.lessons
            if name in entries
        )
        tasks = ", ".join(f"{task} ({registry.find(task).minutes})" for task in week.tasks)
        work = f"<p><strong>Tasks</strong>, in minutes: {tasks}.</p>" if tasks else ""
        body = (
            f"<p>{html.escape(week.question)} <strong>{_hours(reads + works)}</strong> of work: {reads} minutes of "
            f"lessons and workshop, {works} minutes of tasks.</p>{listed}{work}"
            f"<p><strong>In class</strong>, activities of the guide, in minutes: {in_class}.</p>"
        )
        sections.append(TitledHtml(f"week-{i}", f"Week {i}", body))
    all_reads, all_works = (sum(column) for column in zip(*sums, strict=True))
    longest = max(reads + works for reads, works in sums)
    total = (
        f"<p>{len(plan.weeks)} weeks, {_hours(all_reads + all_works)} of work: {_hours(all_reads)} of lessons and "
        f"workshop and {_hours(all_works)} of tasks, without what happens in class. The fullest week takes "
        f"{_hours(longest)}; no week may take more than {plan.most:g}.</p>"
    )
    return [TitledHtml("term-in-all", "In all", total), *sections]


def sessions(root: Path, up: str) -> list[TitledHtml]:
    """Return a section for each session of the short course, with the minute at which each step begins."""
    plan = load(root)
    lessons = plan.lessons
    said = {
        "lesson": lambda step: f"read {_link(step.what, lessons, up)}",
        "activity": lambda step: f"in class, from the guide: {_activity(step.what, lessons, up)}",
        "talk": lambda step: html.escape(step.what),
    }
    sections = []
    for i, session in enumerate(plan.sessions, start=1):
        lines, at = [], 0
        for step in session.steps:
            lines.append(f"Minute {at} to {at + step.minutes}: {said[step.kind](step)}")
            at += step.minutes
        body = f"<p>{html.escape(session.question)} {at} minutes.</p>{_items(lines)}"
        sections.append(TitledHtml(f"session-{i}", f"Session {i}", body))
    return sections

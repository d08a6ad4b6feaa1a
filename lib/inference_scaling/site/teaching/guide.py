"""The guide to each lesson: what a person wrote, beside what the lesson itself knows.

Aim, discussion and activity stand in one file a part, ``book/teaching/guide/PART.toml``. Title and minutes come from
the lesson's head, the difficulties to expect from the wrong choices of its question and from the named slips of its
tasks, so that they cannot grow old. A task belongs to the first lesson that names it; later lessons lead back there.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from ...answers.task import Task, fill, parameters
from ...display.markup import coded
from ...display.output import payloads
from ...lessons import registry
from .. import minutes, paths

__all__ = [
    "FILES",
    "FOLDER",
    "Activity",
    "Difficulty",
    "GuideEntry",
    "GuideError",
    "Taught",
    "TitledHtml",
    "difficulties",
    "of_file",
    "problems",
    "read",
    "tasks",
    "taught",
]

FOLDER = Path("book/teaching/guide")
# A file for each folder of lessons.
FILES = (*registry.PARTS, "workshop")
# How long an activity in class may take, in minutes.
SHORTEST, LONGEST = 5, 15


class GuideError(ValueError):
    """An entry of the guide is malformed, or lies in the wrong file."""


@dataclass(frozen=True)
class Activity:
    """What a class does: how long, what to bring, what happens, what to ask afterwards."""

    minutes: int
    bring: str
    happens: str
    ask: str


@dataclass(frozen=True)
class GuideEntry:
    """What a person wrote about a lesson; `page` is its name below ``book/``, without ending."""

    page: str
    aim: str
    discuss: str
    activity: Activity


@dataclass(frozen=True)
class Taught:
    """A lesson as the guide and the plans name it; `name` is its page from the top folder, without ending."""

    name: str
    title: str
    minutes: int


class Difficulty(NamedTuple):
    """A wrong idea to expect, and the reply to it; `source` is the question or the task at which it comes up."""

    source: str
    belief: str
    reply: str


class TitledHtml(NamedTuple):
    """A section of a page: its anchor, its heading, and what stands below as HTML."""

    id: str
    title: str
    html: str


class _Asked(NamedTuple):
    """What a lesson asks: the data of its questions, and the ids of the tasks that it names."""

    questions: tuple[Mapping[str, Any], ...]
    tasks: tuple[str, ...]


def taught(root: Path) -> list[Taught]:
    """Return every lesson of the contents in reading order, the page of ten minutes among them."""
    heads = {stop.name: stop.header for stop in paths.lessons(root)}
    found = []
    for name in [name for names in paths.contents(root).values() for name in names]:
        if name in heads:
            found.append(Taught(name, heads[name].title, heads[name].minutes))
        elif name == paths.SHORT:
            first = (root / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0]
            found.append(Taught(name, first.removeprefix("# "), minutes.SHORT))
    return found


def read(root: Path) -> dict[str, GuideEntry]:
    """Return the entries by the names of their pages, from the top folder and without ending.

    Raises
    ------
    GuideError
        For a field that is missing, unknown or empty, a time that is no whole number from 5 to 15, a page that stands
        twice or in the file of another part; the message names file and page.
    """
    entries: dict[str, GuideEntry] = {}
    for path in sorted((root / FOLDER).glob("*.toml")):
        try:
            rows = tomllib.loads(path.read_text(encoding="utf-8")).get("lesson", [])
        except tomllib.TOMLDecodeError as error:
            raise GuideError(f"{path}: {error}") from None
        for row in rows:
            where = f"{path}: {row.get('page', 'an entry without a page')}"
            entry = _entry(row, where)
            name = f"book/{entry.page}"
            if (folder := entry.page.partition("/")[0]) != path.stem:
                raise GuideError(f"{where}: stands in {path.name}, and belongs into {folder}.toml")
            if name in entries:
                raise GuideError(f"{where}: has two entries; join them")
            entries[name] = entry
    return entries


def _entry(row: Mapping[str, Any], where: str) -> GuideEntry:
    said = row.get("activity", {})
    _complete(row, GuideEntry, where)
    _complete(said, Activity, f"{where}: activity")
    if type(said["minutes"]) is not int or not SHORTEST <= said["minutes"] <= LONGEST:
        raise GuideError(
            f"{where}: activity.minutes must be a whole number from {SHORTEST} to {LONGEST}, got {said['minutes']!r}"
        )
    return GuideEntry(**{**row, "activity": Activity(**said)})


def _complete(row: Mapping[str, Any], form: type, where: str) -> None:
    wanted = [one.name for one in fields(form)]
    for name in row:
        if name not in wanted:
            raise GuideError(f"{where}: {name!r} is not known; an entry has {', '.join(wanted)}")
    for name in wanted:
        if name not in row or (isinstance(row[name], str) and not row[name].strip()):
            raise GuideError(f"{where}: {name} is missing or empty")
        if name not in ("activity", "minutes") and not isinstance(row[name], str):
            raise GuideError(f"{where}: {name} must be a text, got {row[name]!r}")


def problems(root: Path) -> Iterator[str]:
    """Yield a sentence for each lesson of the contents without an entry, and for each entry without a lesson."""
    entries, known = read(root), [lesson.name for lesson in taught(root)]
    for name in known:
        if name not in entries:
            page = name.removeprefix("book/")
            yield (
                f"{name} has no entry in the instructor's guide: add to {FOLDER}/{page.partition('/')[0]}.toml a "
                f'[[lesson]] with page = "{page}", aim, discuss, and below it a [lesson.activity] with '
                f"{', '.join(one.name for one in fields(Activity))}"
            )
    for name, entry in entries.items():
        if name not in known:
            yield (
                f"{FOLDER}/{entry.page.partition('/')[0]}.toml has an entry for {entry.page}, which is no lesson of "
                "_toc.yml: rename it as the lesson is called, or take it out"
            )


# What a lesson asks.

_NAMED = re.compile(r"\*\*([A-Z]-\w+)\*\*")


class _Book(NamedTuple):
    """Every lesson in reading order, what each asks, and the first lesson that names each task."""

    lessons: tuple[Taught, ...]
    asked: Mapping[str, _Asked]
    home: Mapping[str, Taught]


def _book(root: Path) -> _Book:
    known, lessons = _known_tasks(), tuple(taught(root))
    asked = {lesson.name: _asked(root / f"{lesson.name}.ipynb", known) for lesson in lessons}
    home: dict[str, Taught] = {}
    for lesson in lessons:
        for task in asked[lesson.name].tasks:
            home.setdefault(task, lesson)
    return _Book(lessons, asked, home)


def tasks(root: Path, name: str) -> tuple[str, ...]:
    """Return the ids of the tasks that a lesson names, in its order."""
    return _asked(root / f"{name}.ipynb", _known_tasks()).tasks


def _known_tasks() -> frozenset[str]:
    parts = registry.parts()
    return frozenset(task.id for part in parts for task in (*registry.part(part), *registry.questions(part)))


def _asked(path: Path, known: frozenset[str]) -> _Asked:
    """Return what a notebook asks; a page without code asks nothing."""
    questions: list[Mapping[str, Any]] = []
    named: list[str] = []
    for cell in nbformat.read(path, as_version=4).cells if path.is_file() else ():
        if cell.cell_type == "markdown":
            named += _NAMED.findall(cell.source)
        named.append(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        for output in cell.get("outputs", []):
            for kind, data in payloads(output.get("data", {})):
                if kind == "prediction":
                    questions.append(data)
                elif kind == "box":
                    named.append(data["id"])
    return _Asked(tuple(questions), tuple(dict.fromkeys(one for one in named if one in known)))


def _beliefs(question: Mapping[str, Any]) -> Iterator[Difficulty]:
    told = question.get("choices") or question["beliefs"]
    for i, one in enumerate(told):
        if i != question.get("right"):
            yield Difficulty(question["question"], one["text"], one["reply"])


def _slips(task: Task) -> Iterator[Difficulty]:
    for slip in task.misconceptions:
        yield Difficulty(f"{task.id} · {task.title}", slip.id.replace("-", " "), fill(slip.feedback, parameters(task)))


def difficulties(root: Path, name: str) -> list[Difficulty]:
    """Return what to expect in a lesson: wrong choices of its questions, then slips of tasks that it names first."""
    return _difficulties(_book(root), name)


def _difficulties(book: _Book, name: str) -> list[Difficulty]:
    asked = book.asked[name]
    found = [one for question in asked.questions for one in _beliefs(question)]
    for task in asked.tasks:
        if book.home[task].name == name:
            found += _slips(registry.find(task))
    return found


# The page.


def of_file(file: str) -> Callable[[Path, str], list[TitledHtml]]:
    """Return the function that makes the sections of one part: a section for each lesson of its folder."""

    def sections(root: Path, up: str) -> list[TitledHtml]:
        entries, book = read(root), _book(root)
        return [
            TitledHtml(anchor(lesson.name), lesson.title, _section(book, lesson, entries[lesson.name], up))
            for lesson in book.lessons
            if lesson.name.startswith(f"book/{file}/") and lesson.name in entries
        ]

    return sections


def anchor(name: str) -> str:
    """Return the anchor of a lesson's section.

    Examples
    --------
    >>> anchor("book/setup/best_of_n")
    'teach-best-of-n'
    """
    return f"teach-{name.rpartition('/')[2].replace('_', '-')}"


def _section(book: _Book, lesson: Taught, entry: GuideEntry, up: str) -> str:
    said, activity = html.escape, entry.activity
    to_do = "work through" if lesson.name.startswith("book/workshop/") else "read"
    link = f'<a href="{up}{lesson.name}.html">{said(lesson.title)}</a> takes {lesson.minutes} minutes to {to_do}.'
    done = (("Bring", activity.bring), ("What happens", activity.happens), ("Ask afterwards", activity.ask))
    steps = "".join(f"<dt>{name}</dt><dd>{said(text)}</dd>" for name, text in done)
    return (
        f"<p><strong>Aim.</strong> {said(entry.aim)} {link}</p>"
        f"{_expected(book, lesson.name)}"
        f"<p><strong>Discuss.</strong> {said(entry.discuss)}</p>"
        f"<p><strong>In class, {activity.minutes} minutes.</strong></p><dl>{steps}</dl>"
    )


def _expected(book: _Book, name: str) -> str:
    """Return the difficulties of a lesson, folded: by the question or the task at which they come up."""
    found = _difficulties(book, name)
    groups: dict[str, list[Difficulty]] = {}
    for one in found:
        groups.setdefault(one.source, []).append(one)
    listed = "".join(
        f"<p><strong>{coded(source)}</strong></p><ul>{''.join(map(_item, group))}</ul>"
        for source, group in groups.items()
    )
    elsewhere = [task for task in book.asked[name].tasks if book.home[task].name != name]
    if elsewhere:
        links = ", ".join(f'<a href="#{anchor(book.home[task].name)}">{task}</a>' for task in elsewhere)
        listed += f"<p>An earlier lesson names these tasks first, and has their difficulties: {links}.</p>"
    if not listed:
        return "<p><strong>Difficulties to expect.</strong> The page has no question to predict and no task.</p>"
    counted = f"{len(found)}, with the replies to them" if found else "with earlier lessons"
    return f'<details class="its-data"><summary>Difficulties to expect: {counted}</summary>{listed}</details>'


def _item(one: Difficulty) -> str:
    return f"<li>“{coded(one.belief)}”: {coded(one.reply)}</li>"

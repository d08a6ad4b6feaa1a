"""What instructor and students read: pages, gradebooks, archives. Made from results alone, as often as wanted."""

from __future__ import annotations

import csv
import html
import io
import json
import platform
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from .. import __version__ as VERSION
from ..answers import judge
from ..answers.task import Line, Number, fill, parameters
from ..classroom.session import SIGNS
from ..lessons import registry as tasks
from .course import Course, Override, Roster, moment
from .grade import Plan, write

__all__ = ["Graded", "changes", "counted", "receipt", "snapshot", "write_all"]

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
    place : str
        Name of the result's file, without its ending.
    overrides : mapping
        The corrections by hand of this part, by task.
    points, of : float
        Those of the gradebook: with corrections, scaled, and after the late rule, which keeps `kept` of them.
    earned, worth, bonus : float
        Points in the tasks that count, what they are worth, and points of bonus tasks.
    when, due : datetime or None
    odd : tuple of str
        What a person has to see to, besides what the result says.
    """

    result: Mapping[str, Any]
    place: str
    overrides: Mapping[str, Override]
    points: float = 0.0
    of: float = 0.0
    kept: float = 1.0
    earned: float = 0.0
    worth: float = 0.0
    bonus: float = 0.0
    when: datetime | None = None
    due: datetime | None = None
    odd: tuple[str, ...] = ()

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

    def task_points(self, task: Mapping[str, Any]) -> float:
        own = self.overrides.get(task["id"])
        return own.points if own else task["earned"]

    @property
    def for_a_person(self) -> list[str]:
        """Why somebody should look at this, in sentences; nothing once a correction by hand says that somebody did."""
        if self.result["state"] != "graded":
            return [*self.odd, *(() if self.overrides else self.result["notes"])]
        open_ones = [task for task in self.result["tasks"] if task["id"] not in self.overrides]
        ended = [f"{task['id']}: {task['says']}" for task in open_ones if task["ended"] not in ORDINARY]
        return [*self.odd, *ended, *(f"{task['id']}: {task['doubt']}" for task in open_ones if task.get("doubt"))]


def counted(
    result: Mapping[str, Any],
    place: str,
    course: Course,
    own: Mapping[tuple[str, str], Override],
    times: Mapping[tuple[str, str], datetime],
    known: Roster | None = None,
) -> Graded:
    """Count a result's points as the course does."""
    student, part, entry = result["student"], result["part"], result["entry"]
    odd = [*result.get("choice", ()), *result.get("doubts", ())]
    if known is not None and student not in known.rows:
        odd.append(f"The roster does not know whose `{entry}` is.")
    if part is None:
        return Graded(result, place, {}, odd=tuple(odd))
    mine = {task: it for (whose, task), it in own.items() if whose == student and tasks.part_of(task) == part}
    ids = course.counted(part)
    worth = sum(tasks.find(task).points for task in ids)
    by_task = {task["id"]: task["earned"] for task in result["tasks"]}
    by_task |= {task: it.points for task, it in mine.items()}
    earned = sum(points for task, points in by_task.items() if task in ids)
    bonus = sum(by_task.get(task.id, 0) for task in tasks.part(part) if task.bonus)
    when, due = times.get((student, part)) or moment(result["submitted"], course.zone), course.due(student, part)
    if due and when is None and result["submitted"]:
        odd.append(f"The time of submission cannot be read: {result['submitted']!r}. Give it by --submitted.")
    elif due and when is None and (match := CANVAS.match(entry)) and match["late"]:
        odd.append("Canvas marks this as late and does not say how late. Give the time by --submitted.")
    kept = course.kept(student, part, when)
    points = round((earned + bonus) / worth * course.of(part) * kept, 2)
    return Graded(result, place, mine, points, course.of(part), kept, earned, worth, bonus, when, due, tuple(odd))


# What a student is told


@dataclass(frozen=True)
class _Told:
    """One task on a student's page: heading, sign and word of the verdict, and sentences."""

    heading: str
    sign: str
    verdict: str
    right: bool
    sentences: tuple[str, ...]


def _moment(when: datetime, course: Course) -> str:
    when = when.astimezone(course.zone)
    return f"{when.day} {when:%b %Y, %H:%M %Z}"


def _head(graded: Graded, course: Course) -> list[str]:
    """Return what is said before the tasks: points, how they came about, lateness, other numbers, notes."""
    if not graded.has_points:
        says = ["**This could not be graded.**"]
        if graded.result["state"] == "failed":
            return [*says, "The grader failed, not you. A person will look at it."]
        return [*says, *graded.result["notes"]]
    says = [f"**{graded.points:g} of {graded.of:g} points.**"]
    if graded.kept < 1 or graded.bonus or graded.of != graded.worth:
        bonus = f", and {graded.bonus:g} of a bonus task" if graded.bonus else ""
        scaled = f"; {graded.worth:g} count as {graded.of:g}" if graded.of != graded.worth else ""
        says.append(f"In the tasks: {graded.earned:g} of {graded.worth:g} points{bonus}{scaled}.")
    if graded.kept < 1 and graded.when and graded.due:
        when, due = _moment(graded.when, course), _moment(graded.due, course)
        says.append(f"Handed in late, {when}; due was {due}. {graded.kept:.0%} of the points are kept.")
    if course.graded != course.cohort:
        says.append(
            "Your answers were run with other numbers than those of your notebook, so that typed numbers do not count. "
            "Designs are judged with the numbers of your notebook, and reasons are given with them; "
            "what your cell gave belongs to the other numbers."
        )
    return [*says, *graded.result["notes"]]


def _in_own_numbers(says: str, task: Any, course: Course) -> str:
    """Return a reply with its reason in the numbers that the student knows; it keeps those of grading secret."""
    if course.graded == course.cohort:
        return says
    graded, own = parameters(task, course.graded), parameters(task, course.cohort)
    for text in (task.explanation, *(slip.feedback for slip in task.misconceptions)):
        says = says.replace(fill(text, graded), fill(text, own))
    return says


def _answer(task: Any, result: Mapping[str, Any], course: Course) -> str:
    """Say what the student's answer was, where it is short; a right value on other numbers stays secret."""
    match task.answer_type:
        case Number() if course.graded != course.cohort:
            right = result["verdict"] == judge.RIGHT
            return "" if right else f"With the other numbers your cell gave `{result['value']}`."
        case Number() | Line():
            return f"Your answer: `{result['value']}`."
    return ""


def _tasks(graded: Graded, course: Course) -> list[_Told]:
    """Return what is said of each task. A bonus task that nobody began is left out."""
    found = {task["id"]: task for task in graded.result["tasks"]}
    listed = []
    for task in tasks.part(graded.part) if graded.result["part"] else ():
        result, own = found.get(task.id), graded.overrides.get(task.id)
        idle = result is None or result["verdict"] in (judge.UNTOUCHED, judge.UNDEFINED)
        if own is None and (result is None or (task.bonus and idle)):
            continue
        points = own.points if own else result["earned"]
        aside = " (bonus)" if task.bonus else "" if task.id in course.counted(graded.part) else " (does not count)"
        verdict = result["verdict"] if result else "not graded"
        sentences = []
        if result and result["value"] and not idle and (mine := _answer(task, result, course)):
            sentences.append(mine)
        if result:
            sentences.append(_in_own_numbers(result["says"], task, course))
        if own:
            sentences.append(f"Points by hand: {own.reason}")
        listed.append(
            _Told(
                f"{task.id} · {task.title}{aside}",
                SIGNS.get(verdict, "·"),
                f"{verdict}, {points:g} of {task.points:g} points",
                verdict == judge.RIGHT,
                tuple(sentences),
            )
        )
    return listed


# Pages

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--muted:#57606a;--line:#d0d7de;--right:#1a7f37;--not:#b35900;
--kind:#8250df;--idle:#afb8c1;--link:#0757b8}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#14171b;--muted:#9aa4af;--line:#3a424b;
--right:#4ac26b;--not:#e09b4a;--kind:#b392f0;--idle:#59636e;--link:#79b8ff}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;
padding:1rem;overflow-wrap:anywhere}
a{color:var(--link)}h1{line-height:1.2}h2{border-top:1px solid var(--line);padding-top:1rem}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1rem}nav a{display:inline-block;padding:.2rem 0}
.scroll{overflow-x:auto;margin-bottom:1.5rem}table{border-collapse:collapse}caption{text-align:left}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:normal}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.w{min-width:16rem}.bar{display:flex;width:8rem;height:.7em;margin-top:.4em}.bar i{display:block}
.v0{background:var(--right)}.v1{background:var(--not)}.v2{background:var(--kind)}.v3{background:var(--idle)}
.v4{background:var(--line)}
.muted{color:var(--muted)}.right{color:var(--right)}.not{color:var(--not)}code{font-family:ui-monospace,monospace}
section{border-bottom:1px solid var(--line)}section h2{border:0;font-size:1.1rem;margin-bottom:0}
"""
SHOWN = judge.VERDICTS[::-1]
MOST_NAMES = 8


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>\n"
    )


def _text(words: str) -> str:
    """Return a sentence as HTML: escaped, with code between backticks and strong words between double stars."""
    words = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(words))
    return re.sub(r"^\*\*([^*]+)\*\*$", r"<strong>\1</strong>", words)


@dataclass(frozen=True)
class _Bar:
    """Shares of a whole as a bar for the eye; the numbers stand beside it."""

    shares: tuple[float, ...]


@dataclass(frozen=True)
class _Links:
    """Words that lead to other files of the report."""

    places: tuple[tuple[str, str], ...]
    more: int = 0


def _cell(value: Any) -> str:
    match value:
        case _Bar(shares):
            parts = "".join(f'<i class="v{i}" style="width:{100 * share:.1f}%"></i>' for i, share in enumerate(shares))
            return f'<td><span class="bar" aria-hidden="true">{parts}</span></td>'
        case _Links(places, more):
            links = ", ".join(f'<a href="{html.escape(to)}">{html.escape(word)}</a>' for word, to in places)
            return f"<td>{links}{f' and {more} more' if more else ''}</td>"
        case int() | float():
            return f'<td class="n">{value:g}</td>'
    wide = ' class="w"' if len(value) > 40 else ""
    return f"<td{wide}>{_text(value)}</td>"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]], caption: str) -> str:
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    numbers = [all(isinstance(row[i], (int, float)) for row in rows) for i in range(len(head))]
    heads = "".join(
        f'<th scope="col"{" class=n" if number else ""}>{html.escape(name)}</th>'
        for name, number in zip(head, numbers, strict=True)
    )
    # A wide table scrolls by keyboard as well.
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table>'
        f'<caption class="muted">{html.escape(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(item)}</li>" for item in items) + "</ul>"


def _title(graded: Graded, name: str) -> str:
    return f"{graded.part.capitalize()}: feedback for {name}"


def _foot(graded: Graded) -> str:
    return f"{PurePath(graded.result['file']).name}, graded by version {VERSION}."


def feedback(graded: Graded, name: str, course: Course) -> str:
    """Return the page for a student."""
    parts = [f"<p>{_text(sentence)}</p>" for sentence in _head(graded, course)]
    for task in _tasks(graded, course):
        sentences = "".join(f"<p>{_text(sentence)}</p>" for sentence in task.sentences)
        parts.append(
            f"<section><h2>{html.escape(task.heading)}</h2>"
            f'<p class="{"right" if task.right else "not"}"><span aria-hidden="true">{task.sign}</span> '
            f"{html.escape(task.verdict)}</p>{sentences}</section>"
        )
    parts.append(f'<p class="muted">{html.escape(_foot(graded))}</p>')
    return _page(_title(graded, name), "".join(parts))


def feedback_notebook(graded: Graded, name: str, course: Course) -> str:
    """Return a student's feedback as a notebook: Canvas gives it back under the name and type of the submission."""
    said = [f"# {_plain(_title(graded, name))}", *(_markdown(sentence) for sentence in _head(graded, course))]
    cells = ["\n\n".join(said)]
    for task in _tasks(graded, course):
        lines = [f"## {_plain(task.heading)}", f"{task.sign} {_plain(task.verdict)}", *map(_markdown, task.sentences)]
        cells.append("\n\n".join(lines))
    cells.append(_plain(_foot(graded)))
    return json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "id": f"feedback-{i}", "metadata": {}, "source": text}
                for i, text in enumerate(cells)
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        ensure_ascii=False,
        indent=1,
    )


def _plain(words: str) -> str:
    """Return words that Markdown and HTML leave as they are."""
    return re.sub(r"([\\`*_$<>\[\]#|~&])", r"\\\1", words)


def _markdown(words: str) -> str:
    if strong := re.fullmatch(r"\*\*([^*]+)\*\*", words):
        return f"**{_plain(strong[1])}**"
    pieces = re.split(r"(`[^`]+`)", words)
    return "".join(piece if i % 2 else _plain(piece) for i, piece in enumerate(pieces))


def _page_of(one: Graded) -> str:
    return f"feedback/{quote(one.place)}.html"


def _who(those: Sequence[Graded]) -> _Links:
    shown = those if len(those) <= MOST_NAMES else those[: MOST_NAMES - 1]
    return _Links(tuple((one.student, _page_of(one)) for one in shown), len(those) - len(shown))


def summary(
    every: Sequence[Graded], receipt: Mapping[str, Any], others: Mapping[str, str], known: Roster | None, course: Course
) -> str:
    """Return the instructor's page."""
    persons = [[_who([one]), one.part, why] for one in every for why in one.for_a_person]
    missing = [name for name, holds in receipt["protections"].items() if not holds]
    held = [name for name, holds in receipt["protections"].items() if holds]
    absent = absentees(every, known)
    sections = {
        "For a person to look at": _table(
            ("student", "part", "what happened"), persons, "Submissions that need a person"
        )
        if persons
        else "<p>Nothing.</p>"
    }
    for part in dict.fromkeys(one.part for one in every):
        sections[part.capitalize()] = _part_summary(part, [one for one in every if one.part == part], course)
    if absent:
        sections["Nothing handed in"] = _list(f"{part}: {', '.join(who)}" for part, who in absent.items())
    if others:
        sections["Files that were not graded"] = _list(f"{name}: {why}" for name, why in others.items())
    sections["Students"] = _students(every, known)
    contents = "".join(f'<li><a href="#{_anchor(title)}">{html.escape(title)}</a></li>' for title in sections)
    body = [
        f"<p>{len(every)} submissions of {len({one.student for one in every})} students, {receipt['time']}.</p>",
        f"<p>Sandbox: {receipt['tool'] or 'none'}. Held in a test of it: {', '.join(held) or 'nothing'}.</p>",
        f'<p class="not">Did not hold: {html.escape(", ".join(missing))}.</p>' if missing else "",
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>',
        *(f'<h2 id="{_anchor(title)}">{html.escape(title)}</h2>{text}' for title, text in sections.items()),
    ]
    return _page("Grading: summary", "".join(body))


def _anchor(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower())


def absentees(every: Sequence[Graded], known: Roster | None) -> dict[str, list[str]]:
    """Return for each part the students of the roster who handed nothing in."""
    absent = {}
    for part in dict.fromkeys(one.part for one in every if one.result["part"]):
        here = {one.student for one in every if one.part == part}
        if who := [student for student in (known.rows if known else ()) if student not in here]:
            absent[part] = who
    return absent


def _students(every: Sequence[Graded], known: Roster | None) -> str:
    rows = []
    for one in sorted(every, key=lambda one: (one.student, one.part)):
        name = known.rows.get(one.student, {}).get("name", "") if known else ""
        points: Any = one.points if one.has_points else one.result["state"]
        right = sum(task["verdict"] == judge.RIGHT for task in one.result["tasks"])
        of = f"{right} of {len(one.result['tasks'])}"
        details = _Links((("JSON", f"results/{quote(one.place)}.json"),))
        rows.append([_who([one]), name, one.part, points, of, f"{one.kept:.0%}", one.result["entry"], details])
    head = ("student", "name", "part", "points", "tasks right", "kept", "handed in as", "result")
    return _table(head, rows, "Every submission: the link leads to the student's page")


def _part_summary(part: str, all_of: Sequence[Graded], course: Course) -> str:
    those = [one for one in all_of if one.result["tasks"]]
    if not those:
        return "<p>None could be graded.</p>"
    rows, slips, replies = [], {}, {}
    shared: dict[tuple[str, str], list[Graded]] = {}
    for number, task in enumerate(those[0].result["tasks"]):
        same = [(one, one.result["tasks"][number]) for one in those]
        counts = Counter(answer["verdict"] for _, answer in same)
        mean = round(sum(one.task_points(answer) for one, answer in same) / len(same), 2)
        shares = tuple(counts[verdict] / len(same) for verdict in SHOWN)
        rows.append([task["id"], *(counts[verdict] for verdict in SHOWN), _Bar(shares), mean, task["of"]])
        for one, answer in same:
            if answer["slip"]:
                slips.setdefault((task["id"], answer["slip"]), []).append(one)
                replies.setdefault((task["id"], answer["slip"]), answer["says"])
            elif answer["verdict"] in (judge.NOT_YET, judge.WRONG_KIND) and answer["value"]:
                shared.setdefault((task["id"], answer["value"]), []).append(one)
    mean = sum(one.points for one in those) / len(those)
    parts = [f"<p>{len(those)} submissions, {mean:.1f} of {those[0].of:g} points on average.</p>"]
    if untimed := [one for one in those if one.due and one.when is None]:
        parts.append(
            f"<p>Of {len(untimed)} the time of submission is not known, so nothing was taken off for lateness. "
            "<code>--submitted</code> takes Moodle's grading worksheet, or a table student, part, submitted.</p>"
        )
    if above := [one for one in those if one.points > one.of]:
        parts.append(
            f"<p>The bonus task takes {len(above)} above {those[0].of:g} points, to {max(o.points for o in above):g} "
            "at most. Moodle leaves out what is above an assignment's maximum grade: raise that first.</p>"
        )
    parts.append(_table(("task", *SHOWN, "shares", "mean points", "of"), rows, f"Verdicts by task, {part}"))
    parts.append(_table(("points", "submissions", "picture"), _distribution(those), f"Points, {part}"))
    if slips:
        named = [[*key, len(who), replies[key], _who(who)] for key, who in _by_number(slips)]
        head = ("task", "named slip", "students", "what it was told", "who")
        parts.append(_table(head, named, f"Slips by frequency, {part}"))
    if common := [(key, who) for key, who in _by_number(shared) if len(who) > 1]:
        unnamed = [[task, value, len(who), _who(who)] for (task, value), who in common]
        caption = f"Wrong answers without a name that several students share, {part}"
        parts.append(_table(("task", "answer", "students", "who"), unnamed, caption))
    return "".join(parts)


def _by_number(groups: Mapping[Any, list[Graded]]) -> list[tuple[Any, list[Graded]]]:
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _distribution(those: Sequence[Graded]) -> list[list[Any]]:
    """Return a row for each tenth of the points: from, to, how many submissions, and a bar."""
    of = those[0].of
    bins = Counter(min(int(10 * one.points / of), 9) for one in those)
    most = max(bins.values())
    last = max(of, *(one.points for one in those))
    return [
        [f"{of * i / 10:g} to {of * (i + 1) / 10 if i < 9 else last:g}", bins[i], _Bar((bins[i] / most,))]
        for i in range(9, -1, -1)
    ]


# Tables and archives


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    # Every field between quotation marks: in half of Europe a spreadsheet separates at semicolons, not at commas.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


# What begins a formula, in both widths, at the start of a text and behind whatever separates fields somewhere.
_FORMULA = re.compile(r"(^|[,;\t\r\n|\"])(\s*)(?=[=+\-@＝＋－＠])")


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a student's text for a formula, wherever its locale separates fields.

    Examples
    --------
    >>> _harmless("=1+1"), _harmless("Ada-Lee"), _harmless("y;=1+1;z"), _harmless(-1.0)
    ("'=1+1", 'Ada-Lee', "y;'=1+1;z", -1.0)
    """
    return _FORMULA.sub(r"\1\2'", value) if isinstance(value, str) else value


@dataclass(frozen=True)
class _Books:
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
        files = {"gradebook.csv": "\ufeff" + _csv(self._whole(parts))}
        for part in parts:
            if listed := self.listed(part):
                files[f"moodle/{part}.csv"] = _csv(self._moodle(part, listed))
                files[f"canvas/{part}.csv"] = _csv(self._canvas(part, listed))
            if worksheet := self._worksheet(part):
                files[f"moodle/{part}_worksheet.csv"] = _csv(worksheet)
        return files

    def _whole(self, parts: Sequence[str]) -> Iterable[Sequence[Any]]:
        by = self.by
        students = list(dict.fromkeys([*(self.known.rows if self.known else ()), *(one.student for one in self.every)]))
        ids = {
            part: [
                t["id"]
                for t in next((o.result["tasks"] for o in self.every if o.part == part and o.result["tasks"]), [])
            ]
            for part in parts
        }
        yield ["student", "name", *(column for part in parts for column in (*ids[part], part, f"{part} state"))]
        for student in students:
            line = [student, self.row(student, "name")]
            for part in parts:
                one, points = by.get((student, part)), self.points(student, part)
                own = {task["id"]: one.task_points(task) for task in one.result["tasks"]} if one else {}
                own |= {task: it.points for task, it in one.overrides.items()} if one else {}
                state = one.result["state"] if one else "nothing handed in"
                late = f", {one.kept:.0%} kept" if one and one.kept < 1 else ""
                line += [*(own.get(task, "") for task in ids[part]), "" if points is None else points, state + late]
            yield line

    def _moodle(self, part: str, listed: Sequence[tuple[str, float]]) -> Iterable[Sequence[Any]]:
        """Yield the rows for Moodle's gradebook, which takes one identifier and stops at an unknown or empty one."""
        ways = {"ID number": "idnumber", "Email address": "email", "Username": "login"}
        whole = {
            title: column for title, column in ways.items() if all(self.row(student, column) for student, _ in listed)
        }
        if not whole:
            whole = {"ID number": "student"}
        yield [*whole, "Full name", part.capitalize()]
        for student, points in listed:
            ids = [self.row(student, column) or student for column in whole.values()]
            yield [*ids, self.row(student, "name"), points]

    def _worksheet(self, part: str) -> list[Sequence[Any]]:
        """Return the rows of a grading worksheet for the submissions that came from Moodle, under its own numbers."""
        when = f"{self.when:%Y-%m-%d %H:%M:%S %z}"
        rows = [
            (f"Participant {match['id']}", self.row(one.student, "name"), one.points, when)
            for one in self.every
            if one.part == part and one.has_points and (match := MOODLE.search(one.result["entry"]))
        ]
        return [("Identifier", "Full name", "Grade", "Last modified (grade)"), *rows] if rows else []

    def _canvas(self, part: str, listed: Sequence[tuple[str, float]]) -> Iterable[Sequence[Any]]:
        said = self.course.parts.get(part)
        title = (said and said.canvas) or part.capitalize()
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
        yield ["    Points Possible", "", "", "", "", self.course.of(part)]
        for student, points in listed:
            one = self.by.get((student, part))
            match = CANVAS.match(one.result["entry"]) if one else None
            number = self.row(student, "canvas") or (match["id"] if match else "")
            ids = [number, self.row(student, "sis"), self.row(student, "login"), self.row(student, "section")]
            yield [self.row(student, "name") or student, *ids, points]


def _archives(every: Sequence[Graded], names: Mapping[str, str], course: Course, out: Path) -> None:
    """Write feedback under the names under which the work came: platforms give it back by them."""
    for part in dict.fromkeys(one.part for one in every):
        target = out / f"feedback_{part}.zip"
        passing = target.with_name(target.name + ".part")
        with zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in every:
                if one.part == part:
                    archive.writestr(*_returned(one, names[one.place], course))
        passing.replace(target)


def _returned(one: Graded, name: str, course: Course) -> tuple[str, str]:
    """Return name and content of a student's file in the archive."""
    entry, file = one.result["entry"], PurePath(one.result["file"])
    if CANVAS.match(entry):
        # Canvas shows what comes back under the name of what was handed in: a page would pose as a notebook.
        return entry, feedback_notebook(one, name, course)
    page = feedback(one, name, course)
    if entry.lower().endswith(".ipynb"):
        return f"{entry[:-6]}.html", page
    if MOODLE.search(entry) or file.name == entry or entry not in file.parts:
        return f"{entry}/{one.part}-feedback.html", page
    # Below the student's folder as it came: what nbgrader calls its feedback folder has this form.
    inside = file.parts[len(file.parts) - file.parts[::-1].index(entry) :]
    return "/".join((entry, *inside[:-1], f"{file.stem}.html")), page


# Who moved


def snapshot(every: Iterable[Graded]) -> dict[str, Any]:
    """Return what a later run compares itself with: the points of every submission, and what they came from."""
    return {
        one.place: {
            "student": one.student,
            "part": one.part,
            "submission": one.result["submission"],
            "points": one.points if one.has_points else None,
            "kept": one.kept,
            "of": [one.of, one.worth],
            "tasks": {
                task["id"]: [one.task_points(task), task["verdict"], task["id"] in one.overrides]
                for task in [*one.result["tasks"], *_given(one)]
            },
        }
        for one in every
    }


def _given(one: Graded) -> list[dict[str, Any]]:
    """Return the tasks that have points by hand and no result: those of what could not be read."""
    there = {task["id"] for task in one.result["tasks"]}
    return [{"id": task, "verdict": "not graded"} for task in one.overrides if task not in there]


WHOLE = "whole part"


def changes(before: Mapping[str, Any], now: Mapping[str, Any], when: str) -> list[list[Any]]:
    """Return who moved since the last report and why: a row for each task, and one for the part's points.

    Parameters
    ----------
    before, now : mapping
        Two snapshots.
    when : str
        The time of this run.
    """
    rows = []
    for place, new in now.items():
        old = before.get(place)
        if old is None or old == new:
            continue
        whose, causes = [when, new["student"], new["part"]], []
        other = "another submission" if old["submission"] != new["submission"] else "another check or setting"
        for task in dict.fromkeys([*new["tasks"], *old["tasks"]]):
            (was, verdict, by_hand), (is_now, verdict_now, by_hand_now) = (
                side["tasks"].get(task, [0, "not graded", False]) for side in (old, new)
            )
            if (was, verdict) != (is_now, verdict_now):
                # A correction explains points; a verdict is the check's.
                why = "correction by hand" if was != is_now and (by_hand or by_hand_now) else other
                causes.append(why)
                rows.append([*whose, task, was, is_now, verdict, verdict_now, why])
        if old["kept"] != new["kept"]:
            causes.append("due date, late rule or time of submission")
        if old["of"] != new["of"]:
            causes.append("points or tasks in course.toml")
        if old["points"] != new["points"]:
            why = "; ".join(dict.fromkeys(causes)) or "points or tasks in course.toml"
            points = ["" if side["points"] is None else side["points"] for side in (old, new)]
            rows.append([*whose, WHOLE, *points, "", "", why])
    return rows


def receipt(
    plan: Plan, protections: Mapping[str, bool], results: Sequence[Mapping[str, Any]], when: str
) -> dict[str, Any]:
    """Return what is needed to say later how this was graded. It holds the keys: it is the instructor's."""
    packages = ("numpy", "scipy", "nbformat")
    return {
        "time": when,
        "versions": {"inference-scaling": VERSION, "python": platform.python_version()}
        | {name: version(name) for name in packages},
        "graded": plan.key,
        "handed out": plan.handed_out,
        "tool": plan.tool,
        "protections": dict(protections),
        "limits": asdict(plan.limits),
        "states": dict(Counter(result["state"] for result in results)),
        "specifications": {r["part"]: r["specification"] for r in results if r["specification"]},
    }


def write_all(
    out: Path,
    every: Sequence[Graded],
    the_receipt: Mapping[str, Any],
    known: Roster | None,
    others: Mapping[str, str],
    course: Course,
    when: datetime,
) -> list[list[Any]]:
    """Write every page, table and archive of a report; return who moved since the last one."""
    names = {
        one.place: (known.rows.get(one.student, {}).get("name") if known else None) or one.student for one in every
    }
    for one in every:
        write(out / "feedback" / f"{one.place}.html", feedback(one, names[one.place], course))
    _only(out / "feedback", {f"{one.place}.html" for one in every})
    write(out / "index.html", summary(every, the_receipt, others, known, course))
    files = _Books(every, known, course, when).files()
    for name, text in files.items():
        write(out / name, text)
    for folder in ("moodle", "canvas"):
        _only(out / folder, {PurePath(name).name for name in files if name.startswith(f"{folder}/")})
    _archives(every, names, course, out)
    write(out / "receipt.json", json.dumps(the_receipt, indent=1) + "\n")
    return _log(out, snapshot(every), the_receipt["time"])


def _only(folder: Path, names: set[str]) -> None:
    """Take what an earlier report wrote and this one does not."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names:
            path.unlink()


HEAD = ("time", "student", "part", "task", "points before", "points now", "verdict before", "verdict now", "why")


def _log(out: Path, now: Mapping[str, Any], when: str) -> list[list[Any]]:
    """Add who moved to ``changes.csv``. The snapshot is written last: what an interruption leaves is told next time."""
    place, log = out / "counted.json", out / "changes.csv"
    moved = changes(json.loads(place.read_text(encoding="utf-8")), now, when) if place.exists() else []
    before = log.read_text(encoding="utf-8") if log.exists() else _csv([HEAD])
    write(log, before + _csv(moved))
    write(place, json.dumps(now, ensure_ascii=False))
    return moved

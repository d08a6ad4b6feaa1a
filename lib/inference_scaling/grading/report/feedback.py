"""What a student is told: a page, or a notebook for Canvas."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from ... import __version__ as VERSION
from ...answers import judge
from ...answers.task import Line, Number, fill, parameters
from ...classroom.session import SIGNS
from ...lessons import registry
from ..grade import ABSENT
from ..marks import GivenMark
from ..shown import quoted, visible
from ..tables import Course, Override
from .counting import Graded
from .pages import Pages

__all__ = ["code_page", "feedback", "feedback_notebook"]

MARKED = "marked by a person"


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
    if graded.excused:
        return ["**You are excused from this part: it does not count.**", *_said(graded)]
    if graded.waiting:
        says = ["**Not all of this is marked yet.**", f"A person marks {', '.join(graded.waiting)}."]
        return [*says, *_said(graded), *graded.result["notes"]]
    if not graded.has_points and graded.result["state"] == ABSENT:
        return ["**You handed nothing in.**", *_said(graded)]
    if not graded.has_points:
        says = ["**This could not be graded.**"]
        if graded.result["state"] == "failed":
            return [*says, "The grader failed, not you. A person will look at it."]
        return [*says, *graded.result["notes"]]
    says = [f"**{graded.points:g} of {graded.max_points:g} points.**"]
    if graded.attempts > 1:
        says.append(f"Attempt {graded.result['attempt']} of {graded.attempts} counts, the best of them.")
    if together := [other for other in _together(graded) if other != graded.student]:
        says.append(f"Handed in together with {', '.join(map(quoted, together))}.")
    if graded.whole is not None:
        says.append(f"{'By hand' if graded.whole.points is not None else 'Said by hand'}: {graded.whole.reason}")
        if graded.whole.points is not None:
            return [*says, *graded.result["notes"]]
    if graded.late_factor < 1 or graded.bonus or graded.max_points != graded.task_points:
        bonus = f", and {graded.bonus:g} of a bonus task" if graded.bonus else ""
        scaled = (
            f"; {graded.task_points:g} count as {graded.max_points:g}"
            if graded.max_points != graded.task_points
            else ""
        )
        says.append(f"In the tasks: {graded.earned:g} of {graded.task_points:g} points{bonus}{scaled}.")
    if graded.late_factor < 1 and graded.when and graded.due:
        when, due = _moment(graded.when, course), _moment(graded.due, course)
        says.append(f"Handed in late, {when}; due was {due}. {graded.late_factor:.0%} of the points are kept.")
    if course.graded != course.cohort:
        says.append(
            "Your answers were run with other numbers than those of your notebook, so that typed numbers do not count. "
            "Designs are judged with the numbers of your notebook, and reasons are given with them; "
            "what your cell gave belongs to the other numbers."
        )
    return [*says, *graded.result["notes"]]


def _together(graded: Graded) -> list[str]:
    result = graded.result
    return [result.get("by", graded.student), *result.get("members", ())] if result.get("members") else []


def _said(graded: Graded) -> list[str]:
    return [graded.whole.reason] if graded.whole else []


def _in_own_numbers(says: str, task: Any, course: Course) -> str:
    """Return a reply with its reason in the numbers that the student knows; it keeps those of grading secret."""
    if course.graded == course.cohort:
        return says
    graded, own = parameters(task, course.graded), parameters(task, course.cohort)
    for text in (task.explanation, *(one.feedback for one in task.misconceptions)):
        says = says.replace(fill(text, graded), fill(text, own))
    return says


def _answer(task: Any, result: Mapping[str, Any], course: Course) -> str:
    """Say what the student's answer was, where it is short; a right value on other numbers stays secret."""
    match task.answer_type:
        case Number() if course.graded != course.cohort:
            right = result["verdict"] == judge.RIGHT
            return "" if right else f"With the other numbers your cell gave {quoted(result['value'])}."
        case Number() | Line():
            return f"Your answer: {quoted(result['value'])}."
    return ""


def _tasks(graded: Graded, course: Course) -> list[_Told]:
    """Return what is said of each task. A bonus task that nobody began is left out."""
    found = {task["id"]: task for task in graded.result["tasks"]}
    listed = []
    for task in registry.part(graded.part) if graded.result["part"] else ():
        result, own = found.get(task.id), graded.overrides.get(task.id)
        idle = result is None or result["verdict"] in (judge.UNTOUCHED, judge.UNDEFINED)
        if own is None and (result is None or (task.bonus and idle)):
            continue
        mark = None if own and own.points is not None else graded.marks.get(task.id)
        points = graded.points_for(result or {"id": task.id, "earned": 0})
        aside = _aside(task, own, course, graded.part)
        worth = f"worth {task.points:g}" if task.id in graded.waiting else f"{points:g} of {task.points:g}"
        verdict = MARKED if mark else result["verdict"] if result else "not graded"
        sentences = []
        if result and result["value"] and not idle and (mine := _answer(task, result, course)):
            sentences.append(mine)
        if result and result["says"]:
            sentences.append(_in_own_numbers(result["says"], task, course))
        if mark:
            sentences += _given(mark)
        if own:
            sentences.append(f"{'Said' if own.points is None else 'Points'} by hand: {own.reason}")
        listed.append(
            _Told(
                f"{task.id} · {task.title}{aside}",
                SIGNS.get(verdict, "·"),
                f"{verdict}, {worth} points",
                verdict == judge.RIGHT or (verdict == MARKED and points == task.points),
                tuple(sentences),
            )
        )
    return listed


def _given(mark: GivenMark) -> list[str]:
    """Return what a person said of an answer: the lines of the rubric, then the comment."""
    lines = [f"Given: {'; '.join(mark.items)}."] if mark.items else []
    return [*lines, *(line for line in mark.comment.splitlines() if line.strip())]


def _aside(task: Any, own: Override | None, course: Course, part: str) -> str:
    if own and own.excused:
        return " (excused: does not count)"
    return " (bonus)" if task.bonus else "" if task.id in course.counted(part) else " (does not count)"


def _title(graded: Graded, name: str) -> str:
    return f"{registry.title(graded.part)}: feedback for {name}"


def _heading(graded: Graded, name: str) -> Markup:
    return Markup("{}: feedback for <bdi>{}</bdi>").format(registry.title(graded.part), visible(name))


def _foot(graded: Graded) -> str:
    return f"{PurePath(graded.result['file']).name}, graded by version {VERSION}."


def feedback(graded: Graded, name: str, course: Course, pages: Pages, code: str = "") -> str:
    """Return the page for a student; `code` is the address of the page with the code, where one lies beside it."""
    return pages.render(
        "feedback.html",
        title=_title(graded, name),
        heading=_heading(graded, name),
        code=code,
        sentences=_head(graded, course),
        tasks=_tasks(graded, course),
        foot=_foot(graded),
    )


def code_page(graded: Graded, name: str, pages: Pages) -> str:
    """Return the page that shows a student's own cells as text."""
    tasks = {task.id for task in registry.part(graded.part)} if graded.result["part"] else set()
    cells, anchors = [], set()
    for number, (mark, code) in enumerate(graded.result.get("code", ()), start=1):
        task = mark.removesuffix("-answer")
        title = f"Cell {number}"
        if task in tasks:
            title = f"{title}: {'answer to' if mark != task else 'check of'} {task}"
        anchor = task if task in tasks and task not in anchors else ""
        anchors.add(anchor)
        cells.append({"title": title, "code": code, "anchor": anchor})
    return pages.render(
        "code.html",
        title=f"{registry.title(graded.part)}: code of {name}",
        heading=Markup("{}: code of <bdi>{}</bdi>").format(registry.title(graded.part), visible(name)),
        sentence="The cells that are the student's own or were changed, in the notebook's order. Nothing here runs.",
        cells=cells,
        foot=_foot(graded),
    )


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
    """Return words that Markdown and HTML leave as they are, on one line, so that none of them begins a block."""
    line = re.sub(r"([\\`*_$<>\[\]#|~&])", r"\\\1", " ".join(visible(words).split()))
    line = re.sub(r"^([-+=]|\d+(?=[.)]))", r"&#8203;\1", line)
    # What looks like an address would become a link.
    return re.sub(r"(?i)(?<=\bwww)\.|(?<=[a-z]):(?=//)|@", lambda sign: f"&#{ord(sign[0])};", line)


def _markdown(words: str) -> str:
    if strong := re.fullmatch(r"\*\*([^*]+)\*\*", words):
        return f"**{_plain(strong[1])}**"
    pieces = re.split(r"(`[^`]+`)", words)
    # Code ends with its paragraph, so it is kept on one line.
    return "".join(_spaced(piece) if i % 2 else _spaced(piece, _plain(piece)) for i, piece in enumerate(pieces))


def _spaced(piece: str, line: str | None = None) -> str:
    """Return a piece of a sentence on one line, with the spaces that part it from its neighbours."""
    if line is None:
        return " ".join(visible(piece).split())
    return " " * piece[:1].isspace() + line + " " * (piece[-1:].isspace() and bool(line))

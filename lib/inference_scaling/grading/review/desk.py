"""What the review pages show and what they save: plain data from a report, its rubric and its marks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...answers.judge import UNDEFINED, UNTOUCHED
from ...answers.task import Task, Written, fill, parameters
from ...lessons import registry
from .. import marks, similar
from ..command import marking
from ..grade import FIGURES
from ..marks import Conflict, GivenMark, Marking
from ..report.pages import text
from ..rubric import IN_PART, RubricSheet
from .answers import Answers, Shown
from .words import set_proof, visible

__all__ = ["Desk", "MarkRefused"]

HERE = Path(__file__).parent
MOST_ADJUST = 1_000.0
OPEN, MARKED, AGAIN = "open", "marked", "again"


class MarkRefused(ValueError):
    """What a page sent cannot be saved; the message says why."""


@dataclass(frozen=True)
class Desk:
    """A report on the marker's desk.

    Attributes
    ----------
    out : Path
        The report's folder.
    rubric : Path or None
        Its rubric, where that is another file than the report's.
    secret : bytes
        With which names become keys.
    """

    out: Path
    rubric: Path | None = None
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @cached_property
    def answers(self) -> Answers:
        return Answers.of(self.out, self.secret)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The names of the figures that may be asked for."""
        return frozenset(one.result["figure"] for one in self.answers.by_key.values() if one.result["figure"])

    def figure(self, name: str) -> bytes:
        return (self.out / FIGURES / name).read_bytes()

    def _marking(self) -> Marking:
        # Read each time: the files are the instructor's, and may change while the pages are open.
        return marking(self.out, self.rubric)

    # Pages

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"text": text, "visible": visible}
        return environment

    def _page(self, template: str, base: str, **values: Any) -> str:
        return self._environment.get_template(template).render(base=base, **values)

    def index(self, base: str) -> str:
        """Return the page with every task, and how much of it is marked."""
        now = self._marking()
        by_hand = []
        for task in self.answers.marked_by_hand:
            states = [_state(now, one)[0] for one in self.answers.by_task[task] if one.waits]
            counts = {state: states.count(state) for state in (OPEN, MARKED, AGAIN)}
            by_hand.append({"id": task, "title": registry.find(task).title, "of": len(states), **counts})
        others = [
            {"id": task, "title": registry.find(task).title, "of": len(every)}
            for task, every in self.answers.by_task.items()
        ]
        students = sorted({one.student for one in self.answers.by_key.values()})
        firsts = {one.student: one.key for one in self.answers.by_key.values()}
        return self._page(
            "index.html",
            base,
            title="Review",
            by_hand=by_hand,
            others=others,
            alike=bool(similar.read(self.out / similar.SIMILAR)),
            students=[(visible(student), firsts[student]) for student in students],
            marks_at=self.out / marks.MARKS,
        )

    def mark(self, base: str, task: str) -> str | None:
        """Return the page on which a task is marked; None for a task that nobody marks by hand."""
        if task not in self.answers.marked_by_hand:
            return None
        now = self._marking()
        sheet = now.sheets.get(task, RubricSheet())
        every = [one for one in self.answers.by_task[task] if one.waits]
        specified = registry.find(task)
        # What was said of other answers may be said again.
        said = (mark.comment for (_, marked), mark in sorted(now.marks.items()) if marked == task and mark.comment)
        cards = [{**_content(one), **_mark_of(now, one), "number": at} for at, one in enumerate(every, start=1)]
        return self._page(
            "mark.html",
            base,
            title=f"{task} · {specified.title}",
            task=specified,
            statement=fill(specified.statement, parameters(specified)),
            model=fill(specified.reference, parameters(specified)),
            sheet=sheet,
            in_part=IN_PART,
            comments=list(dict.fromkeys([*sheet.comments, *said])),
            cards=cards,
            marked=sum(card["state"] == MARKED for card in cards),
        )

    def read(self, base: str, task: str) -> str | None:
        """Return the page with every student's code for a task, without names; None where there is none."""
        if task not in self.answers.by_task:
            return None
        begun = [one for one in self.answers.by_task[task] if one.result["verdict"] not in (UNDEFINED, UNTOUCHED)]
        title = f"{task} · {registry.find(task).title}: the answers"
        return self._page("read.html", base, title=title, cards=[_content(one) for one in begun], named=False)

    def student(self, base: str, key: str) -> str | None:
        """Return the page with all that one student wrote, by the key of one of the answers."""
        one = self.answers.by_key.get(key)
        if one is None:
            return None
        cards = [_content(answer) for answer in self.answers.of_student(one.student)]
        return self._page("read.html", base, title=f"Answers of {visible(one.student)}", cards=cards, named=True)

    def alike(self, base: str) -> str:
        """Return the page with the answers that are alike side by side, by name: somebody has to talk to them."""
        by = {(one.student, one.task): one for one in self.answers.by_key.values()}
        groups = []
        for task, what, who in similar.read(self.out / similar.SIMILAR):
            cards = [{**_content(by[one, task]), "name": visible(one)} for one in who if (one, task) in by]
            groups.append({"title": f"{task} · {registry.find(task).title}: {what}", "cards": cards})
        return self._page("alike.html", base, title="Answers that are alike", groups=groups)

    # Marks

    def save(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Save a mark that a page sent; return what the page has to know of it then.

        Raises
        ------
        MarkRefused
            For what is no mark.
        Conflict
            Where somebody has saved another one since.
        """
        one = self.answers.by_key.get(_of_type(sent, "answer", str))
        if one is None or not one.waits:
            raise MarkRefused("There is no such answer now. Load the page again.")
        now = self._marking()
        mark = None if sent.get("take_back") is True else _mark(sent, one, now.sheets.get(one.task, RubricSheet()))
        if mark and mark.points is None and not mark.comment:
            mark = None
        marks.save(self.out / marks.MARKS, one.student, one.task, mark, _of_type(sent, "seen", str))
        return _told(mark, one)

    def conflict(self, sent: Mapping[str, Any], error: Conflict) -> dict[str, Any]:
        """Return what was saved by somebody else in place of what a page sent."""
        return _told(error.mark, self.answers.by_key[sent["answer"]])


def _of_type(sent: Mapping[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    value = sent.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise MarkRefused(f"{name} is of another type than a page sends: {value!r:.80}")
    return value


def _mark(sent: Mapping[str, Any], one: Shown, sheet: RubricSheet) -> GivenMark:
    """Return the mark that a page sent; its points are counted here."""
    items = _of_type(sent, "items", list)
    comment = _of_type(sent, "comment", str).strip()
    given = sent.get("adjust")
    adjust = 0.0 if given is None else float(_of_type(sent, "adjust", (int, float)))
    if unknown := [name for name in items if not isinstance(name, str) or name not in sheet.values]:
        raise MarkRefused(f"The rubric has no item {unknown[0]!r:.80} now. Load the page again.")
    if len({name.removesuffix(IN_PART) for name in items}) < len(items):
        raise MarkRefused("An item was given twice.")
    if not abs(adjust) <= MOST_ADJUST:
        raise MarkRefused(f"Points must be a number from {-MOST_ADJUST:g} to {MOST_ADJUST:g}, got {adjust!r}")
    if len(comment) > marks.LONGEST_COMMENT:
        raise MarkRefused(f"A comment has at most {marks.LONGEST_COMMENT:,} characters; this one has {len(comment):,}.")
    # A comment alone gives no points: nobody is marked by the way.
    decided = items or given is not None or sent.get("none") is True
    points = sheet.points(items, adjust, one.result["of"]) if decided else None
    return GivenMark(one.student, one.task, points, tuple(items), round(adjust, 2), comment, one.result["answer"])


def _told(mark: GivenMark | None, one: Shown) -> dict[str, Any]:
    """Return a mark as the page holds it."""
    known = {"answer": one.key, "of": one.result["of"]}
    if mark is None:
        return {**known, "state": OPEN, "seen": "", "items": [], "adjust": 0, "points": 0, "comment": ""}
    return {
        **known,
        "state": OPEN if mark.points is None else MARKED,
        "seen": mark.version,
        "items": list(mark.items),
        "adjust": mark.adjust,
        "points": mark.points or 0,
        "comment": mark.comment,
    }


def _state(now: Marking, one: Shown) -> tuple[str, str]:
    """Return whether an answer is open, marked, or to be marked again and why."""
    mark, why = now.of(one.student, one.result)
    return (AGAIN, why) if why else (MARKED, "") if mark else (OPEN, "")


def _mark_of(now: Marking, one: Shown) -> dict[str, Any]:
    state, why = _state(now, one)
    mark = now.marks.get((one.student, one.task))
    return {**_told(mark, one), "state": state, "why": why}


def _content(one: Shown) -> dict[str, Any]:
    """Return what a page shows of an answer, and nothing of whose it is."""
    result = one.result
    specified: Task = registry.find(one.task)
    proof = isinstance(specified.answer_type, Written) and specified.answer_type.proof
    return {
        "key": one.key,
        "number": one.number,
        "task": f"{one.task} · {specified.title}",
        "words": result["text"],
        "proof": set_proof(result["text"]) if proof and result["text"] else "",
        "figure": result["figure"],
        "code": result["code"],
        "says": result["says"],
        "verdict": result["verdict"],
        "earned": f"{result['earned']:g} of {result['of']:g} points",
        "waits": one.waits,
    }

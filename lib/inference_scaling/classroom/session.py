"""Immediate feedback in a notebook: `check("T-1", answer)`.

A notebook begins with `start("theorem", names=globals())`; `given("T-1")` then hands out the numbers of its cohort and
`check` compares. Verdicts are made in `judge` from plain data; here they are only counted and shown.
"""

from __future__ import annotations

import html
import json
import math
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar

from ..answers import forked
from ..answers.collect import MISSING, collect
from ..answers.judge import (
    NOT_YET,
    RIGHT,
    UNDEFINED,
    UNTOUCHED,
    WAITING,
    WRONG_KIND,
    Judged,
    judge,
    request,
)
from ..answers.task import BOOK, Function, Task, fill, parameters
from ..display.markup import attributes
from ..display.output import Output, renderer, rounded, to_html
from ..display.still import still
from ..lessons import registry
from . import solutions

__all__ = ["Note", "Verdict", "bonus", "check", "given", "progress", "ready", "show", "start"]

STORED = "kept"
SIGNS = {STORED: "·", WAITING: "·", RIGHT: "✓", NOT_YET: "✗", WRONG_KIND: "?", UNTOUCHED: "…"}


class _Shown(Output):
    """An output of kind "check": in JupyterLab it brings its style, no script."""

    kind: ClassVar[str] = "check"

    def lab_html(self) -> str:
        style = (files("inference_scaling.display") / "static" / "css" / "box.css").read_text(encoding="utf-8")
        return f"<style>{style}</style>{to_html(self.kind, rounded(self.payload()))}"


class Verdict(_Shown):
    """The reply to one answer.

    Attributes
    ----------
    verdict : str
        "not defined", "untouched", "wrong kind", "not yet" or "right"; "waiting for a person" where no machine judges.
    says : str
        The reply in words.
    misconception : str or None
        The name of the misconception, if the answer is the one to which a known misconception leads.
    hint : str or None
        The first hint after the first wrong answer, the second after the second.
    earned : float
        Points for this answer.
    """

    def __init__(self, task: Task | RemoteTask, judged: Judged, hint: str | None = None, news: str | None = None):
        self.task_id = task.id
        self.of = task.points
        self.verdict = judged.verdict
        self.says = judged.says
        self.misconception = judged.misconception
        self.hint = hint
        self.news = news
        earned = round(judged.share * task.points, 1)
        self.earned = int(earned) if earned == int(earned) else earned

    @property
    def finding(self) -> str:
        return f"{self.task_id}: {self.verdict}{self._score(', ')}. {self.says}"

    def _score(self, before: str) -> str:
        """The points in words; nothing for a question that carries none."""
        if self.verdict == WAITING:
            return f"{before}worth {self.of} points"
        return f"{before}{self.earned:g} of {self.of} points" if self.of else ""

    @property
    def points(self) -> float:
        """Points for this answer. In a notebook, reading them also displays the reply.

        nbgrader's graded cells end in ``check("T-1", answer_T1).points``: nbgrader stores the value of that
        expression as the points, and the learner must see the reply to the same line. `earned` is the number alone."""
        shell = sys.modules.get("IPython")
        if shell is not None and shell.get_ipython() is not None:
            shell.display.display(self)
        return self.earned

    def text(self) -> str:
        return "\n".join([self.finding, *filter(None, (self.hint, self.news))])

    def payload(self) -> dict[str, Any]:
        return {
            "title": self.task_id,
            "verdict": self.verdict,
            "score": self._score(""),
            "says": [*self.says.splitlines(), *filter(None, (self.hint, self.news))],
        }


@dataclass(frozen=True)
class RemoteTask:
    """A task whose specification is not on this machine: enough to hand out its numbers and store its answer."""

    id: str
    variable: str
    points: float
    given: Mapping[str, Any]


class Stored(Verdict):
    """The reply to an answer that is judged elsewhere: it is stored, and no verdict is given."""

    def __init__(self, task: RemoteTask, data: Mapping[str, Any]):
        verdict, says = STORED, "The answer is kept in the notebook. This task is judged after you hand it in."
        if "untouched" in data:
            verdict, says = UNTOUCHED, f"Put your answer in place of the `...` at `{task.variable}`."
        elif "undefined" in data:
            verdict, says = (
                UNDEFINED,
                f"There is no `{task.variable}` yet. Run the cell that defines it, then this one.",
            )
        super().__init__(task, Judged(verdict, says))

    @property
    def finding(self) -> str:
        return f"{self.task_id}: {self.verdict}, worth {self.of} points. {self.says}"

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "score": f"worth {self.of} points"}


class Note(_Shown):
    """A message that is not a reply to an answer: the progress in a part, a bonus task, or a solution with its code."""

    def __init__(self, title: str, says: list[str], code: str = ""):
        self.title = title
        self.says = says
        self.code = code
        self.finding = f"{title}: {says[0]}"

    def text(self) -> str:
        return "\n".join([self.finding, *self.says[1:], *filter(None, [self.code])])

    def payload(self) -> dict[str, Any]:
        shown = {"title": self.title, "verdict": "", "score": "", "says": self.says}
        return shown | ({"code": self.code} if self.code else {})


@renderer("check")
def _check_html(payload: Mapping[str, Any]) -> str:
    verdict = payload["verdict"]
    state = verdict.replace(" ", "-") or "note"
    head = html.escape(payload["title"])
    if verdict:
        score = f", {payload['score']}" if payload["score"] else ""
        sign = SIGNS.get(verdict, "?")
        head += f': <span aria-hidden="true">{sign}</span> {html.escape(verdict)}{html.escape(score)}'
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in payload["says"])
    if "code" in payload:
        lines += f"<pre><code>{html.escape(payload['code'])}</code></pre>"
    return (
        f'<div{attributes(class_=f"its-check its-check--{state}")}><p class="its-check__head">{head}</p>{lines}</div>'
    )


@still("check")
def _check_unrun(_payload: Mapping[str, Any]) -> dict[str, str]:
    """Return nothing: a reply is words, and its text holds them."""
    return {}


class _Session:
    """The state of one learner's notebook: the cohort, the wrong answers so far and the points."""

    def __init__(self, cohort: str = BOOK):
        self.cohort = cohort
        self.wrong: dict[str, list[str]] = {}
        self.earned: dict[str, float] = {}
        self.right: set[str] = set()
        self.shown: set[str] = set()
        self.remote: dict[str, RemoteTask] = {}
        self.answered: set[str] = set()
        self.waiting: set[str] = set()

    def count_wrong(self, task: Task, data: Mapping[str, Any]) -> int:
        """Return how many different wrong answers there were to a task, this one included."""
        seen = self.wrong.setdefault(task.id, [])
        key = json.dumps(data, sort_keys=True)
        if key not in seen:
            seen.append(key)
        return len(seen)

    def hints(self, task: Task) -> int:
        """Return how many hints to a task were given."""
        return min(len(self.wrong.get(task.id, ())), len(task.hints))

    def first_half_right(self, part: str) -> bool:
        """Whether the first half of a part's tasks is right."""
        plain_tasks = [task for task in registry.part(part) if not task.bonus]
        first = plain_tasks[: math.ceil(len(plain_tasks) / 2)]
        return all(task.id in self.right for task in first)

    def store(self, task: RemoteTask, answer: Any) -> Stored:
        reply = Stored(task, collect({}, answer))
        (self.answered.add if reply.verdict == STORED else self.answered.discard)(task.id)
        return reply


_session = _Session()


def start(
    part: str,
    cohort: str = BOOK,
    *,
    remote: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    names: MutableMapping[str, Any] | None = None,
) -> Note:
    """Begin the exercises of a part: nothing is answered, and the cohort's numbers hold from here on.

    Parameters
    ----------
    part : {"setup", "theorem", ...}
    cohort : str
        Which numbers: "book" for the printed ones, any other text for others.
    remote : mapping, optional
        The tasks of an instructor's own part by id, each with its `variable`, `points` and `given` numbers, as the
        release writes them. Where the part's tasks are not installed, `check` then keeps answers unjudged.
    names : dict, optional
        Where the learner's names live, in a notebook ``globals()``. Names of the part that are not there yet are
        marked in it, so that checking one before defining it is a reply and not an error. Without it nothing is
        marked.

    Returns
    -------
    Note

    Raises
    ------
    ValueError
        For an unknown part or an empty cohort.
    """
    global _session
    names = {} if names is None else names
    if remote and part not in registry.parts() + registry.private_parts():
        _session = _Session(cohort)
        _session.remote = {task_id: RemoteTask(task_id, **task) for task_id, task in remote.items()}
        for task in _session.remote.values():
            names.setdefault(task.variable, MISSING)
        points = sum(task.points for task in _session.remote.values())
        says = f"{len(remote)} tasks, {points} points. They are judged after you hand the notebook in, not here."
        return Note(f"Part {part}, cohort {cohort}", [says])
    its_tasks = registry.part(part)
    for task in its_tasks:
        parameters(task, cohort)
    _session = _Session(cohort)
    for task in its_tasks:
        names.setdefault(task.variable, MISSING)
    graded = [task for task in its_tasks if not task.bonus]
    points, minutes = (sum(getattr(task, field) for task in graded) for field in ("points", "minutes"))
    more = " Half of them right opens one more task." if len(graded) < len(its_tasks) else ""
    says = [f"{len(graded)} tasks, {points} points, {minutes} minutes.{more}"]
    if (told := forked.limits()) and any(isinstance(task.answer_type, Function) for task in its_tasks):
        says.append(told)
    return Note(f"Part {_called(part)}, cohort {cohort}", says)


def _called(part: str) -> str:
    """A part's name as replies write it: that of a workshop notebook is two words."""
    return part.replace("_", " ")


def given(task_id: str) -> SimpleNamespace:
    """Return the numbers of a task for the notebook's cohort, as attributes.

    Raises
    ------
    ValueError
        For an unknown task.

    Examples
    --------
    >>> _ = start("theorem", "book")
    >>> given("T-1")
    namespace(p=0.2, target=0.9)
    """
    remote = _session.remote.get(task_id)
    values = parameters(registry.find(task_id), _session.cohort) if remote is None else remote.given
    return SimpleNamespace(**json.loads(json.dumps(dict(values))))


def check(task_id: str, answer: Any = MISSING) -> Verdict:
    """Compare an answer and reply.

    Parameters
    ----------
    task_id : str
        Such as "T-1".
    answer : object
        Whatever the learner has: a value, a function, nothing yet.

    Returns
    -------
    Verdict
        Its last expression in a cell shows it; `.points` shows it and gives the points.

    Raises
    ------
    ValueError
        For an unknown task: that is an error of the notebook's author.

    Examples
    --------
    >>> _ = start("theorem", "book")
    >>> check("T-1", ...).verdict, check("T-1", 10).misconception, check("T-1", 11).points
    ('untouched', 'rounded-down', 2)
    """
    if task_id in _session.remote:
        return _session.store(_session.remote[task_id], answer)
    task = registry.find(task_id)
    data = forked.collect(request(task, _session.cohort), answer)
    judged = judge(task, _session.cohort, data)
    values = parameters(task, _session.cohort)
    (_session.waiting.add if judged.verdict == WAITING else _session.waiting.discard)(task.id)
    hint = news = None
    if judged.verdict == NOT_YET:
        _session.count_wrong(task, data)
        stage = _session.hints(task)
        hint = f"Hint {stage}: {fill(task.hints[stage - 1], values)}"
        if stage == len(task.hints) and _session.cohort == BOOK:
            news = f'Stuck? `from inference_scaling.classroom import show` and `show("{task.id}")` show a solution.'
    if task.id in _session.shown:
        counts = "Its solution was shown, so it counts no points here."
        judged = replace(judged, share=0.0, says=f"{judged.says} {counts}" if task.points else judged.says)
    if judged.verdict == RIGHT:
        part = registry.part_of(task_id)
        before = _session.first_half_right(part)
        _session.right.add(task_id)
        if _session.first_half_right(part) and not before and any(one.bonus for one in registry.part(part)):
            news = "Half of this part is right: `bonus()` at the end of the notebook now shows one more task."
    verdict = Verdict(task, judged, hint, news)
    _session.earned[task_id] = max(verdict.earned, _session.earned.get(task_id, 0))
    return verdict


def show(task_id: str) -> Note:
    """Return a solution of a task, for a learner who has had both hints; the task then counts no points here.

    Where the task is right already, it keeps its points. A notebook with the numbers of a course shows no solution: the
    course decides when to give them out. What is shown is forgotten when the notebook starts again, and no grader hears
    of it.

    Raises
    ------
    ValueError
        For an unknown task.

    Examples
    --------
    >>> _ = start("theorem", "book")
    >>> show("T-1").says
    ['0 of 2 hints so far. A solution can be shown after both; each new wrong answer brings one.']
    """
    title = f"Solution of {task_id}"
    if task_id in _session.remote:
        return Note(title, ["This task is judged after you hand it in. Its solution is not on this computer."])
    task = registry.find(task_id)
    if _session.cohort != BOOK:
        return Note(title, ["This notebook has the numbers of a course, and the course gives the solutions out."])
    hints, right = _session.hints(task), task.id in _session.right
    if not right and hints < len(task.hints):
        wait = f"{hints} of {len(task.hints)} hints so far. A solution can be shown after both; each new wrong answer "
        return Note(title, [f"{wait}brings one."])
    says = [solutions.words(task, _session.cohort)]
    if not right:
        _session.shown.add(task.id)
        _session.earned[task.id] = 0
        if task.points:
            says.append(
                "The task counts no points in this notebook now. Write the solution in your own way, and check it."
            )
    return Note(title, says, solutions.code(task))


def ready(*task_ids: str) -> bool:
    """Say whether tasks are right, and where not, display which are missing: for a cell that uses what they made.

    Examples
    --------
    >>> _ = start("theorem", "book")
    >>> _ = check("T-1", 11)
    >>> ready("T-1"), ready("T-1", "T-2")
    (True, False)
    """
    missing = [task_id for task_id in task_ids if registry.find(task_id).id not in _session.right]
    shell = sys.modules.get("IPython")
    if missing and shell is not None and shell.get_ipython() is not None:
        says = f"This cell uses what you write in {', '.join(missing)}. Run it again when the check there says right."
        shell.display.display(Note("Not yet", [says]))
    return not missing


def progress(part: str) -> Note:
    """Return the learner's progress in a part."""
    if _session.remote:
        is_open = [task_id for task_id in _session.remote if task_id not in _session.answered]
        rest = f"Not answered yet: {', '.join(is_open)}." if is_open else "All tasks are answered."
        return Note(f"Part {part}", [f"{len(_session.answered)} of {len(_session.remote)} tasks answered.", rest])
    graded = [task for task in registry.part(part) if not task.bonus]
    earned = sum(_session.earned.get(task.id, 0) for task in registry.part(part))
    waiting = [task.id for task in graded if task.id in _session.waiting]
    is_open = [task.id for task in graded if task.id not in _session.right | _session.waiting]
    total = sum(task.points for task in graded)
    rest = f"Not right yet: {', '.join(is_open)}." if is_open else f"All {'other ' if waiting else ''}tasks are right."
    marked = [f"A person marks {', '.join(waiting)}."] if waiting else []
    return Note(f"Part {_called(part)}", [f"{earned:g} of {total} points.", rest, *marked])


def bonus(part: str) -> Note:
    """Return the part's bonus task once the first half of the part is right, and before that what is missing."""
    task = None if _session.remote else next((task for task in registry.part(part) if task.bonus), None)
    if task is None:
        return Note(f"Part {part}", ["has no bonus task."])
    if not _session.first_half_right(part):
        return Note(f"Bonus {task.id}", ["shows here once the first half of the tasks is right."])
    values = parameters(task, _session.cohort)
    head = f"{task.title} ({task.points} points on top, {task.minutes} min)."
    return Note(f"Bonus {task.id}", [head, fill(task.statement, values)])

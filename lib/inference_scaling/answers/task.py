"""What a task is: one specification that the notebook's check, the page's box, the release and the grader read.

A task asks for a number, a function, a line of a derivation or a design, which the machine judges, or for a text or a
picture, which a person marks. Its texts and its reference take the parameters of a cohort by name, so the same task
comes with other numbers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "BOOK",
    "KINDS",
    "Achieved",
    "Design",
    "Function",
    "Line",
    "Misconception",
    "Number",
    "Picture",
    "Task",
    "Written",
    "fill",
    "parameters",
    "seeded",
    "shortest_first",
]

BOOK = "book"
KINDS = MappingProxyType(
    {
        "N": "number",
        "F": "function",
        "D": "derivation",
        "R": "reading",
        "C": "design",
        "X": "repair",
        "W": "text",
        "P": "proof",
        "G": "figure",
    }
)
APART = 10
DRAWS = 500

Text = str | Callable[..., str]


@dataclass(frozen=True)
class Number:
    """One number is asked.

    `tolerance` is relative to the right answer. `low` and `high` bound what can be an answer at all, `whole`
    asks for a whole number, which is then right or not, without tolerance.
    """

    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    tolerance: float = 1e-3

    def width(self, right: float) -> float:
        """How far from the right answer is still right, in the answer's own unit."""
        return 1e-6 if self.whole else self.tolerance * abs(right)


@dataclass(frozen=True)
class Function:
    """A function is asked; it is called with each tuple of `calls(rng)`, limit cases first, and compared.

    `library` names the functions of the library that are the answer itself: one that is or calls them is told apart.
    `shows(*arguments)` draws the arguments of a call, a small pool for example, for the reply to a wrong answer; what
    it returns stands in a line of its own. `labels` says that a result names something (an answer, a position), so
    that no reply calls it too large or too small.
    """

    signature: str
    calls: Callable[[np.random.Generator], list[tuple[Any, ...]]]
    tolerance: float = 1e-9
    seconds: float = 5.0
    library: tuple[Callable[..., Any], ...] = ()
    shows: Callable[..., str] | None = None
    labels: bool = False


@dataclass(frozen=True)
class Line:
    """One line of mathematics is asked, as text; it is compared at points of the symbols' domains.

    `rule(tree)` returns what is missing when the value is right and the form is not the one asked for.
    """

    symbols: Mapping[str, tuple[float, float]]
    rule: Callable[[Any], str | None] = lambda tree: None
    tolerance: float = 1e-9


class Achieved(NamedTuple):
    """What a design reached: the share of the points it earns, in [0, 1], and a sentence that says so.

    `refused` is set when the value is no design at all (wrong type, length or range).
    """

    share: float
    says: str
    refused: bool = False


@dataclass(frozen=True)
class Design:
    """A choice is asked; it is judged by what it achieves, never by looking like ours."""

    expects: str
    achieved: Callable[..., Achieved]
    tolerance: float = 1e-9


@dataclass(frozen=True)
class Written:
    """A text is asked, which a person marks.

    `longest` is the most characters of it. A `proof` is Markdown with mathematics between dollar signs; a marker sees
    it as typed and as set. `form(text, **parameters)` looks at the outward form alone, such as headings, for the
    notebook's reply: in the grader every text goes to the person, whatever its form.
    """

    expects: str = "one text, in triple quotes"
    longest: int = 2_000
    proof: bool = False
    form: Callable[..., Achieved] | None = None


@dataclass(frozen=True)
class Picture:
    """A figure is asked, which a person marks: the PNG that the answer's cell shows in the notebook handed in."""

    expects: str = "a figure, drawn in the answer's cell and seen below it"


@dataclass(frozen=True, eq=False)
class Misconception:
    """A known wrong idea of a task, and the answer to which it leads.

    `wrong_answer` makes it: for a number a function of the parameters, for a function task a function with the
    learner's signature, for a line a function of the symbols, for a design a function of the parameters.
    `feedback` is the reply to it, and `matches(value, **parameters)` recognises a design that is not one single value.
    """

    id: str
    wrong_answer: Callable[..., Any]
    feedback: Text
    matches: Callable[..., bool] | None = None


@dataclass(frozen=True, eq=False)
class Task:
    """One exercise.

    `variable` is the name that the learner defines in the notebook, `answer_type` what is asked. `draw(rng)` makes
    the parameters of a cohort, `book` are those of the book. `reference` gives the right answer (or, for a design,
    one best design). `explanation` is what the check says to a right answer: the reasoning. A `bonus` task shows
    once half of its part is right, and its points come on top. A task of 0 points is a question in a lesson's text.
    A task for a person has a model answer as its reference, in words, and may be without misconceptions.
    `solution` is a function to read where `reference` is one of the library, with checks that no task asks for.
    """

    id: str
    kind: str
    title: str
    points: int
    minutes: int
    variable: str
    statement: Text
    answer_type: Number | Function | Line | Design | Written | Picture
    reference: Callable[..., Any]
    misconceptions: tuple[Misconception, ...]
    hints: tuple[Text, Text]
    explanation: Text
    book: Mapping[str, Any] = field(default_factory=dict)
    draw: Callable[[np.random.Generator], dict[str, Any]] = lambda rng: {}
    bonus: bool = False
    solution: Callable[..., Any] | None = None

    @property
    def for_a_person(self) -> bool:
        """Whether no machine can judge the answer."""
        return isinstance(self.answer_type, (Written, Picture))

    @property
    def heading(self) -> str:
        """Title, points and minutes, as a page shows them; a question in the text names no points."""
        points = f"{self.points} points, " if self.points else ""
        return f"{self.title} ({points}{self.minutes} min)"


def shortest_first(*tasks: Task) -> tuple[Task, ...]:
    """Return tasks by their minutes, equal ones as given, bonus tasks at the end.

    A part's notebook, handout and gradebook have its tasks in this order; a task's id says nothing of its place.
    """
    return tuple(sorted(tasks, key=lambda task: (task.bonus, task.minutes)))


def fill(text: Text, values: Mapping[str, Any]) -> str:
    """Fill a cohort's numbers into a text of a task.

    Examples
    --------
    >>> fill("p = {p:g}", {"p": 0.2}), fill(lambda p: f"{p:.0%}", {"p": 0.2})
    ('p = 0.2', '20%')
    """
    return text(**values) if callable(text) else text.format(**values)


def seeded(*words: str) -> np.random.Generator:
    """Return the generator that belongs to these words: the same on every machine, others for other words.

    Examples
    --------
    >>> float(seeded("book", "T-1").random()) == float(seeded("book", "T-1").random())
    True
    """
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def apart(task: Task, values: Mapping[str, Any]) -> float:
    """Return the least distance, in tolerances, between any two of the right answer and those of misconceptions, and
    between the right answer and each number of the statement.

    Who repeats a number of the statement has not reasoned. Only numbers have such a distance; for other types it is
    infinite, and tests compare them by their values.
    """
    if not isinstance(task.answer_type, Number):
        return math.inf
    right = float(task.reference(**values))
    others = [float(one.wrong_answer(**values)) for one in task.misconceptions]
    all_values = [right, *others]
    gaps = [abs(a - b) for i, a in enumerate(all_values) for b in all_values[:i]]
    gaps += [abs(right - number) for number in _given(values)]
    return min(gaps, default=math.inf) / task.answer_type.width(right)


def _given(values: Mapping[str, Any]) -> list[float]:
    """Return the numbers among a task's parameters."""
    return [float(one) for one in values.values() if isinstance(one, (int, float)) and not isinstance(one, bool)]


@cache
def _drawn(task: Task, cohort: str) -> Mapping[str, Any]:
    rng = seeded(cohort, task.id, "parameters")
    for _ in range(DRAWS):
        values = task.draw(rng)
        if apart(task, values) >= APART:
            return MappingProxyType(values)
    raise ValueError(
        f"{task.id}: no parameters for cohort {cohort!r} keep right and wrong answers {APART} tolerances apart"
    )


def parameters(task: Task, cohort: str = BOOK) -> Mapping[str, Any]:
    """Return the numbers with which a cohort meets a task.

    Parameters
    ----------
    task : Task
    cohort : str
        Any text; "book" has the numbers that the book prints.

    Returns
    -------
    mapping
        Plain data, by name.

    Raises
    ------
    ValueError
        For an empty cohort, or when the draw never keeps right and wrong answers ten tolerances apart.
    """
    if not isinstance(cohort, str) or not cohort.strip():
        raise ValueError(f"cohort must be a text that is not empty, got {cohort!r}")
    return task.book if cohort == BOOK else _drawn(task, cohort)

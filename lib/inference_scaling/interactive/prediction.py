"""Questions that come before the figure: a reader commits, and meets the truth beside the own answer.

Every wrong choice is a belief that somebody holds and has a reply of its own. Figures in questions and
replies are format fields filled from values that code computed; none is typed. Without a script the page
holds question, choices, replies and truth; with one, the reader's answer is kept on the device alone, and the parts
of the page that answer the question wait for it under a veil.
"""

from __future__ import annotations

import html
import math
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..display import assets, line_plot
from ..display.markup import attributes, json_script
from ..display.output import Output, renderer, rounded

__all__ = ["Belief", "Choice", "Prediction", "replies", "veiled"]

_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True)
class Choice:
    """One answer to choose: `reply` says what is true in it, where it breaks, and what to look at next."""

    text: str
    reply: str


@dataclass(frozen=True)
class Belief:
    """The reply to a number between `low` and `high` (both included)."""

    low: float
    high: float
    text: str
    reply: str


@dataclass(frozen=True, eq=False, repr=False)
class Prediction(Output):
    """A question with a number or a shape as its answer, asked before the figure that shows it.

    Parameters
    ----------
    id : str
        Letters, digits and hyphens; names the kept answer, so it never changes meaning.
    question, truth : str
        Format strings filled from `numbers`; `truth` is one sentence with a number in it.
    choices : sequence of Choice
        Two to four; empty for a number.
    right : int, optional
        Which choice is right, from 0.
    value : float, optional
        The right number, where the reader gives one; `tolerance` says how near counts as right.
    beliefs : sequence of Belief
        Replies to wrong numbers: together they cover everything from `low` to `high` but the right ones.
    low, high, step : float
        Range and step of the number field.
    unit : str
        What the number counts.
    dot : mapping, optional
        A plot specification and ``x``: the reader's number becomes a dot on the plot at this x.
    numbers : mapping of str to float
        The values that the texts name.
    answered_in : sequence of str
        Headings of the parts of the page that answer the question: on the site they wait for the reader's answer. Not
        given, they are what follows in the question's own part, and the next part.

    Raises
    ------
    ValueError
        For a choice or a wrong number without a reply, a right choice that is not there, a range that leaves the
        truth out, a text that names a number which is not given or that is given and named nowhere.

    Examples
    --------
    >>> p = Prediction("coin", "A fair coin, twice: at least one head?", truth="{both:.2f} = 1 − ½·½.",
    ...     choices=[Choice("1.00", "Two halves add up only if they exclude each other."),
    ...              Choice("{both:.2f}", "Yes.")], right=1, numbers={"both": 0.75})
    >>> p
    A fair coin, twice: at least one head?
    - 1.00
    - 0.75
    """

    kind = "prediction"
    id: str
    question: str
    truth: str
    choices: Sequence[Choice] = ()
    right: int | None = None
    value: float | None = None
    tolerance: float | None = None
    beliefs: Sequence[Belief] = ()
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    unit: str = ""
    dot: Mapping[str, Any] | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    answered_in: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"a prediction's id has letters, digits and hyphens, got {self.id!r}")
        if bool(self.choices) == (self.value is not None):
            raise ValueError(f"prediction {self.id}: give choices, or a value, and not both")
        self._check_choices() if self.choices else self._check_number()
        self._check_texts()
        self._check_parts()

    def _fail(self, what: str) -> ValueError:
        return ValueError(f"prediction {self.id}: {what}")

    def _check_choices(self) -> None:
        if not 2 <= len(self.choices) <= 4:
            raise self._fail(f"needs 2 to 4 choices, got {len(self.choices)}")
        if self.right not in range(len(self.choices)):
            raise self._fail(f"there is no choice {self.right!r} to be right")
        for choice in self.choices:
            if not choice.reply.strip():
                raise self._fail(f"the choice {choice.text!r} has no reply")
        if len({self._filled(choice.text) for choice in self.choices}) < len(self.choices):
            raise self._fail("two choices read the same")

    def _check_number(self) -> None:
        value, tolerance = self.value, self.tolerance
        if tolerance is None or not tolerance > 0:
            raise self._fail(f"tolerance must be above 0, got {tolerance!r}")
        if not self.low <= value - tolerance <= value + tolerance <= self.high:
            raise self._fail(f"the truth {value:g} ± {tolerance:g} must lie in [{self.low:g}, {self.high:g}]")
        for belief in self.beliefs:
            if not belief.reply.strip() or not belief.low < belief.high:
                raise self._fail(f"the belief {belief.text!r} needs a reply and low < high")
        steps = round((self.high - self.low) / self.step)
        for i in range(steps + 1):
            number = self.low + i * self.step
            if abs(number - value) > tolerance and self.belief(number) is None:
                raise self._fail(f"the wrong number {number:.6g} has no reply")

    def belief(self, number: float) -> Belief | None:
        """Return the first belief that covers `number`."""
        fuzz = self.step * 1e-6
        return next((one for one in self.beliefs if one.low - fuzz <= number <= one.high + fuzz), None)

    def _texts(self) -> list[str]:
        pairs = [*self.choices, *self.beliefs]
        return [self.question, self.truth, *(one.text for one in pairs), *(one.reply for one in pairs)]

    def _check_texts(self) -> None:
        named = {name for text in self._texts() for _, name, _, _ in string.Formatter().parse(text) if name}
        if missing := sorted(named - set(self.numbers)):
            raise self._fail(f"the texts name {missing[0]!r}, which numbers does not give")
        if idle := sorted(set(self.numbers) - named):
            raise self._fail(f"numbers gives {idle[0]!r}, which no text names")
        for name, number in self.numbers.items():
            if not math.isfinite(number):
                raise self._fail(f"{name} = {number!r} is not finite")
        if not re.search(r"\d", self._filled(self.truth)):
            raise self._fail("the truth shows no number")

    def _check_parts(self) -> None:
        parts = self.answered_in
        if isinstance(parts, str):
            raise self._fail(f"answered_in is a sequence of headings: write ({parts!r},)")
        for heading in parts:
            if not heading.strip() or list(parts).count(heading) > 1:
                raise self._fail(f"answered_in names each heading once, got {heading!r}")

    def _filled(self, text: str) -> str:
        return text.format(**self.numbers)

    @property
    def finding(self) -> str:  # type: ignore[override]
        return self._filled(self.truth)

    def text(self) -> str:
        return question(self.payload())

    def payload(self) -> Mapping[str, Any]:
        found: dict[str, Any] = {
            "id": self.id,
            "question": self._filled(self.question),
            "truth": self.finding,
            "numbers": dict(self.numbers),
        }
        if self.answered_in:
            found["answered_in"] = list(self.answered_in)
        if self.choices:
            found["choices"] = [{"text": self._filled(c.text), "reply": self._filled(c.reply)} for c in self.choices]
            return found | {"right": self.right}
        found["number"] = {
            "value": self.value,
            "tolerance": self.tolerance,
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "unit": self.unit,
        }
        found["beliefs"] = [
            {"low": b.low, "high": b.high, "text": self._filled(b.text), "reply": self._filled(b.reply)}
            for b in self.beliefs
        ]
        if self.dot is not None:
            found["dot"] = self.dot
        return found

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload())))


def question(payload: Mapping[str, Any]) -> str:
    """Return question and choices as text: what is shown where nothing can be unfolded, and so without the answer."""
    lines = [payload["question"], *(f"- {choice['text']}" for choice in payload.get("choices", ()))]
    return "\n".join([*lines, *([range_of(payload["number"])] if "number" in payload else [])])


def range_of(number: Mapping[str, Any]) -> str:
    """Return the numbers among which a reader answers."""
    unit = f" {number['unit']}" if number["unit"] else ""
    return f"Your number, from {number['low']:g} to {number['high']:g}{unit}:"


@renderer("prediction")
def render(payload: Mapping[str, Any]) -> str:
    """Return question, choices, truth and replies: all there without a script, and in print."""
    opening = attributes(class_="its-prediction", id=f"prediction-{payload['id']}")
    parts = [f"<its-prediction{opening}>{json_script(payload)}"]
    parts.append(f'<p class="its-question">{html.escape(payload["question"])}</p>')
    right = payload.get("right")
    if "choices" in payload:
        told = payload["choices"]
    else:
        told = payload["beliefs"]
        if "dot" in payload:
            parts.append(f'<div class="its-picture">{line_plot.figure(payload["dot"]["plot"])}</div>')
    parts.append(
        f'{replies(told, right)}<details class="its-answer"><summary>Show me</summary>'
        f'<p class="its-truth">{html.escape(payload["truth"])}</p></details>'
    )
    return "".join(parts) + "</its-prediction>"


def replies(told: Sequence[Mapping[str, str]], right: int | None, yes: str = "As it is.") -> str:
    """Return what a reader may say, each folded over its reply: without a script, too, one can answer before reading.

    `told` holds a ``text`` and a ``reply`` each; `yes` is how the reply to the one with the number `right` begins.

    Examples
    --------
    >>> replies([{"text": "two", "reply": "They are."}], 0).partition("</summary>")[2]
    '<p><strong>✓ As it is.</strong> They are.</p></details></li></ul>'
    """
    items = "".join(
        f'<li><details class="its-reply"><summary>{html.escape(one["text"])}</summary>'
        f"<p><strong>{f'✓ {yes}' if i == right else '✗ Not so.'}</strong> "
        f"{html.escape(one['reply'])}</p></details></li>"
        for i, one in enumerate(told)
    )
    return f'<ul class="its-replies">{items}</ul>'


def veiled(question: str, markup: str) -> str:
    """Return markup that answers a question: the page's script hides it until the question is answered.

    Without a script, and on paper, it stands where it is.

    Examples
    --------
    >>> veiled("T1", "<p>0.2 points</p>")
    '<div class="its-veiled" data-question="T1"><p>0.2 points</p></div>'
    """
    return f"<div{attributes(class_='its-veiled', data_question=question)}>{markup}</div>"

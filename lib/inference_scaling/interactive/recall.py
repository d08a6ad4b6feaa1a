"""Questions that bring a lesson back from memory: the same questions with other numbers, asked again later.

A question is written once, with its numbers as format fields. Its sets of numbers are computed here and travel as
text, so that a page can ask it anew without computing anything. Without a script every choice unfolds its reply; with
one, what the reader chose is kept on the device alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any, ClassVar
from zlib import crc32

import numpy as np

from ..display import assets
from ..display.markup import attributes, json_script
from ..display.output import Output, renderer, rounded
from .prediction import Choice, replies

__all__ = ["SETS", "Asked", "FromMemory", "Recall", "question", "shown"]

# Sets of numbers of one question, and orders of its choices where it has no numbers.
SETS, ORDERS = 12, 4
YES = "Right."
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

# A text with fields: pieces of text, and for each field its place among the fields of a set.
Template = str | list[str | int]


@dataclass(frozen=True, eq=False)
class Recall:
    """One question about a lesson, to be answered from memory.

    Parameters
    ----------
    lesson : str
        The lesson's file without folder and ending.
    name : str
        Lower-case words joined by hyphens, unique in its lesson. Answers are kept by it: it never changes its meaning.
    asks : str
        Plain text; with `draw`, a format string.
    right : Choice
        The right choice; its reply says why in one sentence.
    wrong : sequence of Choice
        Two or three beliefs, each with a reply of its own.
    draw : callable, optional
        Takes a `numpy.random.Generator` and returns the values that the texts name.

    Raises
    ------
    ValueError
        For a name in another form, fewer than two or more than three wrong choices, an empty text; when its sets are
        drawn, for choices that read the same, a field without a value or a value without a field.
    """

    lesson: str
    name: str
    asks: str
    right: Choice
    wrong: Sequence[Choice]
    draw: Callable[[np.random.Generator], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._fail("name a question by lower-case words joined by hyphens")
        if not 2 <= len(self.wrong) <= 3:
            raise self._fail(f"needs 2 or 3 wrong choices, got {len(self.wrong)}")
        if not all(text.strip() for text in self._texts):
            raise self._fail("a question, a choice or a reply is empty")

    def _fail(self, what: str) -> ValueError:
        return ValueError(f"recall question {self.id}: {what}")

    @property
    def id(self) -> str:
        """The question's name in the book."""
        return f"{self.lesson}-{self.name}"

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The right choice, then the wrong ones."""
        return (self.right, *self.wrong)

    @property
    def _texts(self) -> list[str]:
        return [self.asks, *(text for choice in self.choices for text in (choice.text, choice.reply))]

    @cached_property
    def _fields(self) -> list[str]:
        """Every field of the texts as it is written, once each."""
        return list(dict.fromkeys(field for text in self._texts for _, field in _parsed(text) if field))

    @cached_property
    def sets(self) -> tuple[Mapping[str, Any], ...]:
        """The sets of numbers: for each the `fields` as text, and the `order` in which its choices stand.

        The same on every machine. No two show the same numbers; where a question has no numbers, the order differs.
        """
        if self.draw is None:
            return tuple({"order": order, "fields": self._filled({})} for order in self._orders())
        found: dict[tuple[str, ...], Mapping[str, Any]] = {}
        for attempt in range(8 * SETS):
            fields = self._filled(self.draw(self._rng(attempt)))
            found.setdefault(tuple(fields), {"order": self._shuffled(len(found)), "fields": fields})
            if len(found) == SETS:
                break
        return tuple(found.values())

    def _rng(self, *which: int) -> np.random.Generator:
        return np.random.default_rng([crc32(self.id.encode()), *which])

    def _shuffled(self, place: int) -> list[int]:
        return self._rng(place, 1).permutation(len(self.choices)).tolist()

    def _orders(self) -> list[list[int]]:
        """Return orders of the choices, the right one in each of them on another place."""
        found: dict[int, list[int]] = {}
        for place in range(8 * ORDERS):
            order = self._shuffled(place)
            found.setdefault(order.index(0), order)
        return list(found.values())

    def _filled(self, values: Mapping[str, Any]) -> list[str]:
        """Return the fields of one set as text, after checking what they make of the choices."""
        named = {field[1:-1].partition(":")[0].partition("!")[0] for field in self._fields}
        if missing := sorted(named - set(values)):
            raise self._fail(f"the texts name {missing[0]!r}, which draw does not give")
        if idle := sorted(set(values) - named):
            raise self._fail(f"draw gives {idle[0]!r}, which no text names")
        fields = [_signed(field.format(**values)) for field in self._fields]
        read = [shown(self.template(choice.text), fields) for choice in self.choices]
        if len(set(map(_by_value, read))) < len(read):
            raise self._fail(f"two choices read the same: {', '.join(map(repr, read))}")
        return fields

    def template(self, text: str) -> Template:
        """Return a text as pieces between its fields."""
        pieces: list[str | int] = []
        for literal, field in _parsed(text):
            pieces += [literal] if literal else []
            pieces += [self._fields.index(field)] if field else []
        return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], str) else pieces


def _parsed(text: str) -> list[tuple[str, str]]:
    """Return the pieces of a format string: text, and the field behind it as it is written."""
    return [
        (literal, "" if name is None else f"{{{name}{f'!{conversion}' if conversion else ''}:{spec}}}")
        for literal, name, spec, conversion in Formatter().parse(text)
    ]


def _by_value(text: str) -> str:
    """Return a text in which equal numbers are written alike: 1.50 as 1.5."""
    return re.sub(r"\d+\.\d+", lambda number: number[0].rstrip("0").rstrip("."), text)


def _signed(number: str) -> str:
    return f"−{number[1:]}" if re.match(r"-[\d.]", number) else number


def shown(template: Template, fields: Sequence[str]) -> str:
    """Return a text with its fields filled.

    Examples
    --------
    >>> shown(["pass@", 0, " of ", 1], ["4", "8"]), shown("no number", [])
    ('pass@4 of 8', 'no number')
    """
    pieces = [template] if isinstance(template, str) else template
    return "".join(piece if isinstance(piece, str) else fields[piece] for piece in pieces)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question as one place asks it: with which sets of its numbers, and where it came from if not from there."""

    question: Recall
    sets: Sequence[int]
    place: str = ""
    title: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class FromMemory(Output):
    """Questions to answer from memory, at the end of a lesson or as the quiz of a part.

    `place` names the page, as "setup/best_of_n"; `finding` introduces the questions. A `quiz` asks again with other
    numbers, what was answered wrong first.
    """

    kind: ClassVar[str] = "recall"
    place: str
    finding: str
    asked: Sequence[Asked]
    quiz: bool = False

    def text(self) -> str:
        return question(self.payload())

    def payload(self) -> Mapping[str, Any]:
        return {
            "place": self.place,
            "finding": self.finding,
            "quiz": self.quiz,
            "questions": [_payload(one) for one in self.asked],
        }

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload()), ".ipynb"))


def _payload(asked: Asked) -> dict[str, Any]:
    one = asked.question
    found: dict[str, Any] = {
        "id": one.id,
        "asks": one.template(one.asks),
        "choices": [{"text": one.template(each.text), "reply": one.template(each.reply)} for each in one.choices],
        # A question with fewer sets than are asked for begins again.
        "sets": [one.sets[i % len(one.sets)] for i in asked.sets],
    }
    return found | ({"from": {"place": asked.place, "title": asked.title}} if asked.place else {})


def _resting(one: Mapping[str, Any]) -> tuple[str, list[dict[str, str]], int]:
    """Return a question, its choices in their order and the right one's place, all with the first set of numbers."""
    order, fields = one["sets"][0]["order"], one["sets"][0]["fields"]
    choices = [{key: shown(one["choices"][i][key], fields) for key in ("text", "reply")} for i in order]
    return shown(one["asks"], fields), choices, order.index(0)


def question(payload: Mapping[str, Any], mark: Callable[[str], str] = str) -> str:
    """Return questions and choices as text, without an answer; `mark` treats each text before it is set."""
    blocks = [mark(payload["finding"])]
    for number, one in enumerate(payload["questions"], start=1):
        asks, choices, _ = _resting(one)
        blocks.append("\n".join([f"{number}. {mark(asks)}", *(f"   - {mark(each['text'])}" for each in choices)]))
    return "\n\n".join(blocks)


@renderer("recall")
def render(payload: Mapping[str, Any], ending: str = ".html") -> str:
    """Return the questions, each choice folded over its reply: all there without a script, and in print.

    `ending` is that of the pages to which the names of earlier lessons lead.
    """
    items = "".join(_item(one, ending) for one in payload["questions"])
    opening = attributes(class_="its-recall", id=f"recall-{payload['place'].replace('/', '-')}")
    return (
        f"<its-recall{opening}>{json_script(payload)}"
        f'<p class="its-recall__intro">{html.escape(payload["finding"])}</p>'
        f'<ol class="its-recall__list">{items}</ol></its-recall>'
    )


def _item(one: Mapping[str, Any], ending: str) -> str:
    asks, choices, right = _resting(one)
    source = ""
    if "from" in one:
        link = attributes(href=f"../{one['from']['place']}{ending}")
        source = f'<p class="its-recall__from">From <a{link}>{html.escape(one["from"]["title"])}</a></p>'
    return (
        f'<li class="its-recall__one"><p class="its-question">{html.escape(asks)}</p>{replies(choices, right, YES)}'
        f"{source}</li>"
    )

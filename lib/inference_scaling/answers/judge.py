"""Verdicts from plain data: the one place where answers are compared, the same for notebook and grader.

`request(task, cohort)` says what to collect, `collect.collect` collects it (next to the learner's code, wherever that
runs) and `judge(task, cohort, data)` decides. No object of a learner ever comes here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from . import tripwire, typed_line
from .collect import collect, decoded, encoded
from .task import (
    BOOK,
    Design,
    Function,
    Line,
    Misconception,
    Number,
    Picture,
    Task,
    Written,
    fill,
    parameters,
    seeded,
)

__all__ = [
    "CLOSE_SAYS",
    "NOT_YET",
    "RIGHT",
    "UNDEFINED",
    "UNTOUCHED",
    "VERDICTS",
    "WAITING",
    "WRONG_KIND",
    "Judged",
    "asked",
    "bare",
    "judge",
    "outside",
    "request",
]

UNDEFINED = "not defined"
UNTOUCHED = "untouched"
WRONG_KIND = "wrong kind"
NOT_YET = "not yet"
RIGHT = "right"
# Of what a person marks, which is none of the machine's verdicts.
WAITING = "waiting for a person"
VERDICTS = (UNDEFINED, UNTOUCHED, WRONG_KIND, NOT_YET, RIGHT)

CLOSE = 5
CLOSE_SAYS = "Close, but not within the tolerance. Compute with more digits and give at least four."
ZERO = 1e-12
NOTHING_RETURNED = (
    "Not started: the function returns nothing. Put its body in place of the `...`, and let it return its result."
)
PRINTED = (
    "The function prints and returns nothing. What it prints can be read and not used: let it `return` its result."
)
NAME_UNKNOWN = " Look at its spelling, or run the cell that defines it."
POINTS_OF_A_LINE = 40


@dataclass(frozen=True)
class Judged:
    """A verdict, the sentence that goes with it, the misconception if it has a name, and the share of the points."""

    verdict: str
    says: str
    misconception: str | None = None
    share: float = 0.0


@lru_cache(maxsize=256)
def _calls(task: Task, cohort: str) -> tuple[Any, ...]:
    return tuple(encoded(list(call)) for call in task.answer_type.calls(seeded(cohort, task.id, "calls")))


def request(task: Task, cohort: str = BOOK) -> dict[str, Any]:
    """Return what to collect for a task, as JSON: see `collect.collect`."""
    if isinstance(task.answer_type, Written):
        return {"longest": task.answer_type.longest}
    if not isinstance(task.answer_type, Function):
        return {}
    asked_for = {"calls": list(_calls(task, cohort)), "seconds": task.answer_type.seconds}
    own = [tripwire.name_of(function) for function in task.answer_type.library]
    return {**asked_for, "library": own} if own else asked_for


def judge(task: Task, cohort: str, data: Mapping[str, Any]) -> Judged:
    """Return the verdict on collected data.

    Parameters
    ----------
    task : Task
    cohort : str
        The one whose `request` the data answer.
    data : mapping
        What `collect.collect` returned, maybe in another process and through JSON.

    Returns
    -------
    Judged
    """
    if "undefined" in data:
        return Judged(
            UNDEFINED, f"There is no `{task.variable}` yet. Run the cell that defines it, and look at the spelling."
        )
    if "untouched" in data:
        return Judged(UNTOUCHED, "Not started: put your answer in place of the `...` and run the cell again.")
    if "none" in data:
        return Judged(WRONG_KIND, f"`{task.variable}` is None: nothing was stored in it. {asked(task)}")
    values = parameters(task, cohort)
    match task.answer_type:
        case Number():
            return _number(task, task.answer_type, values, data)
        case Function():
            return _function(task, task.answer_type, values, cohort, data)
        case Line():
            return _line(task, task.answer_type, values, data)
        case Design():
            return _design(task, task.answer_type, values, data)
        case Written():
            return _written(task, task.answer_type, values, data)
        case Picture():
            # What was drawn is no data: it stands in the notebook, below the cell.
            return _waiting(task, values)


def asked(task: Task) -> str:
    """Say what kind of answer a task asks for."""
    match task.answer_type:
        case Number(whole=True, unit=unit):
            return f"Asked is a whole number{f' of {unit}' if unit else ''}."
        case Number(unit=unit):
            return f"Asked is one number{f', in {unit}' if unit else ''}."
        case Function(signature=signature):
            return f"Asked is the function `{signature}` itself."
        case Line():
            return "Asked is a line of mathematics, as text in quotes."
        case Design(expects=expects) | Written(expects=expects) | Picture(expects=expects):
            return f"Asked is {expects}."


def _what(data: Mapping[str, Any]) -> str:
    """Say what the data are, for a reply; numbers short."""
    match data:
        case {"number": number}:
            return f"{number:.6g}"
        case {"text": str(text)}:
            return f"the text {text[:40]!r}"
        case {"truth": truth}:
            return str(truth)
        case {"list": items}:
            return f"a list of {len(items)}"
        case {"none": _}:
            return "None"
        case {"untouched": _}:
            return "`...`"
        case {"outcomes": _}:
            return "a function"
        case {"kind": kind}:
            return str(kind)
    return "nothing"


def _wrong_kind(task: Task, data: Mapping[str, Any]) -> Judged:
    return Judged(WRONG_KIND, f"This is {_what(data)}. {asked(task)}")


def _named(task: Task, values: Mapping[str, Any], misconceptions: list[Misconception]) -> Judged | None:
    """Name a misconception only where the answer fits exactly one: where several give a value, it identifies none."""
    if len(misconceptions) != 1:
        return None
    return Judged(NOT_YET, fill(misconceptions[0].feedback, values), misconceptions[0].id)


def _right(task: Task, values: Mapping[str, Any]) -> Judged:
    return Judged(RIGHT, fill(task.explanation, values), share=1.0)


# Numbers


def _number(task: Task, form: Number, values: Mapping[str, Any], data: Mapping[str, Any]) -> Judged:
    if "text" in data:
        # As in the page's box: a decimal comma and an expression are numbers to whoever types them.
        try:
            data = {"number": typed_line.number(data["text"])}
        except ValueError as error:
            return Judged(WRONG_KIND, f"{error} {asked(task)} Write it without words and without its unit.")
    if "number" not in data:
        return _wrong_kind(task, data)
    given, right = float(data["number"]), float(task.reference(**values))
    width = form.width(right)
    if abs(given - right) <= width:
        return _right(task, values)
    misconceptions = [one for one in task.misconceptions if abs(given - float(one.wrong_answer(**values))) <= width]
    if named := _named(task, values, misconceptions):
        return named
    if form.whole and given != round(given):
        return Judged(WRONG_KIND, f"This is {given:.6g}. {asked(task)}")
    if not form.low <= given <= form.high:
        return Judged(WRONG_KIND, f"This is {given:.6g}. {outside(form)}")
    # Three digits are what people copy from a calculator.
    if abs(given - right) <= CLOSE * width or (not form.whole and given == float(f"{right:.3g}")):
        return Judged(NOT_YET, CLOSE_SAYS)
    return Judged(NOT_YET, f"{given:.6g} is too {'small' if given < right else 'large'}.")


def outside(form: Number) -> str:
    """Say where an answer can lie."""
    if math.isinf(form.high):
        return f"An answer is at least {form.low:g}."
    percent = "; divide a percentage by 100" if (form.low, form.high) == (0, 1) else ""
    return f"An answer lies between {form.low:g} and {form.high:g}{percent}."


# Functions


def _same(a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float) -> bool:
    """Whether two outcomes agree: same shape, numbers within the relative tolerance, same refusal."""
    if a.get("mutated") or b.get("mutated"):
        return False
    match a, b:
        case {"number": x}, {"number": y}:
            return abs(x - y) <= (tolerance * max(abs(x), abs(y)) if y else ZERO)
        case {"list": xs}, {"list": ys}:
            return len(xs) == len(ys) and all(_same(x, y, tolerance) for x, y in zip(xs, ys, strict=True))
        case {"text": x}, {"text": y}:
            return x == y
        case {"truth": x}, {"truth": y}:
            return x == y
        case {"raised": x}, {"raised": y}:
            # Another kind of the error asked for will do, and no wider one: `Exception` says nothing.
            return bool(y) and y[0] in x
        case {"none": _}, {"none": _}:
            return True
        case {"kind": x}, {"kind": y}:
            return x == y
    return False


@lru_cache(maxsize=512)
def _expected(task: Task, cohort: str, misconception: Misconception | None) -> tuple[Mapping[str, Any], ...]:
    function = task.reference if misconception is None else misconception.wrong_answer
    collected = collect({**request(task, cohort), "seconds": 60.0, "library": ()}, function)
    return tuple(MappingProxyType(outcome) for outcome in collected["outcomes"])


def _matches(
    outcomes: list[Mapping[str, Any]],
    misconception: tuple[Mapping[str, Any], ...],
    right: tuple[Mapping[str, Any], ...],
    tolerance: float,
) -> bool:
    """Whether outcomes are those of a misconception: its value wherever it differs from the right one.

    Where an error is asked for, a learner may raise it in spite of the misconception, unless not raising it is the
    whole misconception.
    """
    told_apart = [i for i, (b, c) in enumerate(zip(misconception, right, strict=True)) if not _same(b, c, tolerance)]
    telling = [i for i in told_apart if "raised" not in right[i]] or told_apart
    return all(
        _same(a, b, tolerance) or (i not in telling and _same(a, c, tolerance))
        for i, (a, b, c) in enumerate(zip(outcomes, misconception, right, strict=True))
    )


def _shown_call(task: Task, call: list[Any]) -> str:
    shown = ", ".join(_shown(argument) for argument in call)
    return f"`{task.variable}({shown})`"


def _shown(argument: Any) -> str:
    if isinstance(argument, Mapping) and "dict" in argument:
        items = [f"{key!r}: {_shown(item)}" for key, item in argument["dict"][:6]]
        return f"{{{', '.join(items)}{', …' if len(argument['dict']) > 6 else ''}}}"
    if isinstance(argument, Mapping):
        return f"array({_shown(argument['array'])})"
    if isinstance(argument, list):
        inner = [_shown(item) for item in argument[:6]]
        return f"[{', '.join(inner)}{', …' if len(argument) > 6 else ''}]"
    return f"{argument:.6g}" if isinstance(argument, float) else repr(argument)


def _function(task: Task, form: Function, values: Mapping[str, Any], cohort: str, data: Mapping[str, Any]) -> Judged:
    if "outcomes" not in data:
        called = "number" in data or "list" in data
        hint = " Give the function itself, without brackets." if called else ""
        return Judged(WRONG_KIND, f"This is {_what(data)}. {asked(task)}{hint}")
    outcomes = data["outcomes"]
    wanted = request(task, cohort)
    calls = wanted["calls"]
    called = [outcome["library"] for outcome in outcomes if "library" in outcome]
    for name in (one.partition(":")[2] for one in wanted.get("library", ()) if one in called):
        return Judged(
            NOT_YET,
            f"This is the library's own `{name}`, or calls it. Asked is yours: write `{form.signature}` without it. "
            "Everywhere else you may call the library.",
            "library",
        )
    expected = _expected(task, cohort, None)
    # A task with a hole refuses bad arguments before it comes to the hole.
    given = [outcome for outcome, right in zip(outcomes, expected, strict=False) if "raised" not in right]
    if given and all(outcome.get("printed") for outcome in given):
        return Judged(WRONG_KIND, PRINTED)
    if given and all("none" in outcome or "untouched" in outcome for outcome in given):
        return Judged(UNTOUCHED, NOTHING_RETURNED)
    agree = [_same(a, b, form.tolerance) for a, b in zip(outcomes, expected, strict=False)]
    if len(outcomes) == len(calls) and all(agree):
        return _right(task, values)
    if len(outcomes) == len(calls):
        misconceptions = [
            one
            for one in task.misconceptions
            if _matches(outcomes, _expected(task, cohort, one), expected, form.tolerance)
        ]
        if named := _named(task, values, misconceptions):
            return named
    first = next((i for i, same in enumerate(agree) if not same), len(agree) - 1)
    reply = _first_difference(task, _shown_call(task, calls[first]), outcomes[first], expected[first])
    if "slow" in outcomes[first] and first:
        return replace(
            reply, says=f"Right in the first {first} of {len(calls)} trials, and then too slow. {reply.says}"
        )
    if form.shows and reply.verdict == NOT_YET:
        return replace(reply, says=f"{reply.says}\n{form.shows(*decoded(calls[first]))}")
    return reply


def _stopped(call: str, outcome: Mapping[str, Any]) -> Judged | None:
    """Say of a call that came to no end of its own what stopped it."""
    match outcome:
        case {"slow": seconds}:
            says = f"did not return within {seconds:g} seconds, and was stopped. Look for a way with less work."
        case {"died": how}:
            says = f"ended the Python process in which it was tried ({how}). Your notebook goes on."
        case {"raised": ["MemoryError", *_]}:
            says = "asked for too much memory, and was stopped. Look for a way that keeps less at a time."
        case _:
            return None
    return Judged(NOT_YET, f"{call} {says}")


def _first_difference(task: Task, call: str, outcome: Mapping[str, Any], expected: Mapping[str, Any]) -> Judged:
    if stopped := _stopped(call, outcome):
        return stopped
    if outcome.get("mutated"):
        return Judged(NOT_YET, f"{call} changes its own argument. Work on a copy: the caller still needs the original.")
    match outcome, expected:
        case {"raised": [name, *_]}, {"raised": [wanted, *_]}:
            return Judged(NOT_YET, f"{call} raised {name}; asked is {wanted}.")
        case {"raised": names, "said": said}, _:
            # On a page backticks mean code, and these words are the student's.
            text = ": " + " ".join(said.replace("`", "'").split()) if said else ""
            unknown = NAME_UNKNOWN if "NameError" in names else ""
            return Judged(NOT_YET, f"{call} raised {names[0] if names else 'an error'}{text}.{unknown}")
        case _, {"raised": [wanted, *_]}:
            return Judged(NOT_YET, f"{call} gave {_what(outcome)}; there is no answer here, raise {wanted}.")
        case {"number": x}, {"number": _} if task.answer_type.labels:
            return Judged(NOT_YET, f"{call} gave {x:.6g}, which is not the one asked for.")
        case {"number": x}, {"number": y}:
            return Judged(NOT_YET, f"{call} gave {x:.6g}, which is too {'small' if x < y else 'large'}.")
        case {"list": xs}, {"list": ys} if len(xs) != len(ys) and task.answer_type.labels:
            return Judged(NOT_YET, f"{call} gave a list of {len(xs)}; asked is one of {len(ys)}.")
        case {"list": xs}, {"list": ys} if len(xs) != len(ys):
            return Judged(WRONG_KIND, f"{call} gave {len(xs)} values; asked are {len(ys)}, one for each input.")
        case {"list": xs}, {"list": ys}:
            tolerance = task.answer_type.tolerance
            place = next(i for i, (x, y) in enumerate(zip(xs, ys, strict=True)) if not _same(x, y, tolerance))
            return _first_difference(task, f"{call}, item {place}", xs[place], ys[place])
        case {"none": _, "printed": _}, _:
            return Judged(WRONG_KIND, f"{call} prints its result and returns nothing. Let it `return` it.")
        case {"kind": "an object of type generator"}, _:
            return Judged(
                WRONG_KIND,
                f"{call} gave a generator, which makes its values only when they are asked for. Return "
                f"{_kind_of(expected)}.",
            )
        case {"text": x}, {"text": _}:
            return Judged(NOT_YET, f"{call} gave {x[:40]!r}, which is not the one asked for.")
        case {"truth": x}, {"truth": _}:
            return Judged(NOT_YET, f"{call} gave {x}.")
    return Judged(WRONG_KIND, f"{call} gave {_what(outcome)}; asked is {_kind_of(expected)}.")


def _kind_of(data: Mapping[str, Any]) -> str:
    match data:
        case {"number": _}:
            return "a number"
        case {"list": items}:
            return f"a list or an array of {len(items)}"
        case {"text": _}:
            return "a text"
        case {"truth": _}:
            return "True or False"
    return "another kind of value"


# Lines of a derivation


@lru_cache(maxsize=64)
def _points(task: Task) -> Mapping[str, np.ndarray]:
    rng = seeded(task.id, "points")
    points = {}
    for name, (low, high) in task.answer_type.symbols.items():
        if isinstance(low, int):
            points[name] = rng.integers(low, high, POINTS_OF_A_LINE, endpoint=True).astype(float)
        else:
            points[name] = rng.uniform(low, high, POINTS_OF_A_LINE)
    return points


def _close_to(values: Any, others: Any, tolerance: float) -> bool:
    a, b = np.broadcast_arrays(np.asarray(values, dtype=float), np.asarray(others, dtype=float))
    return bool(np.all(np.isfinite(a)) and np.all(np.abs(a - b) <= tolerance * np.abs(b)))


def _line(task: Task, form: Line, values: Mapping[str, Any], data: Mapping[str, Any]) -> Judged:
    if "text" not in data:
        return _wrong_kind(task, data)
    try:
        tree = typed_line.parse(data["text"], form.symbols)
    except typed_line.LineError as error:
        return Judged(WRONG_KIND, f"{error} {typed_line.HINT}")
    points = _points(task)
    with np.errstate(all="ignore"):
        got = typed_line.value(tree, points)
        if _close_to(got, task.reference(**points), form.tolerance):
            missing = form.rule(tree)
            return Judged(NOT_YET, missing, "form") if missing else _right(task, values)
        misconceptions = [
            one for one in task.misconceptions if _close_to(got, one.wrong_answer(**points), form.tolerance)
        ]
        if named := _named(task, values, misconceptions):
            return named
        return Judged(NOT_YET, _counter_example(got, task.reference(**points), points))


def _counter_example(got: Any, right: Any, points: Mapping[str, np.ndarray]) -> str:
    got, right = (np.broadcast_to(np.asarray(x, dtype=float), (POINTS_OF_A_LINE,)) for x in (got, right))
    off = np.where(np.isfinite(got), np.abs(got - right) / np.abs(right), np.inf)
    place = int(np.argmax(off))
    where = ", ".join(f"{name} = {array[place]:.4g}" for name, array in points.items())
    if not np.isfinite(got[place]):
        return f"Not equal: at {where} your line gives no number, and the right one {right[place]:.4g}."
    # As many digits as it takes to see the difference.
    pairs = ((f"{got[place]:.{digits}g}", f"{right[place]:.{digits}g}") for digits in range(4, 18))
    value, wanted = next((a, b) for a, b in pairs if a != b)
    return f"Not equal: at {where} your line gives {value}, and the right one {wanted}."


# Designs


def bare(data: Mapping[str, Any]) -> Any:
    """Return collected data without tags: numbers, texts, lists. Raises ValueError for anything else."""
    match data:
        case {"number": value} | {"text": value} | {"truth": value}:
            return value
        case {"list": items}:
            return [bare(item) for item in items]
    raise ValueError(_what(data))


def _design(task: Task, form: Design, values: Mapping[str, Any], data: Mapping[str, Any]) -> Judged:
    if "list" not in data and "text" not in data and "number" not in data:
        return _wrong_kind(task, data)
    try:
        value = bare(data)
    except ValueError as error:
        return Judged(WRONG_KIND, f"This is {_what(data)}, with {error} in it. {asked(task)}")
    reached = form.achieved(value, **values)
    if reached.refused:
        return Judged(WRONG_KIND, f"{reached.says} {asked(task)}")
    if reached.share >= 1:
        return Judged(RIGHT, f"{reached.says} {fill(task.explanation, values)}", share=1.0)
    misconceptions = [one for one in task.misconceptions if one.matches is not None and one.matches(value, **values)]
    named = _named(task, values, misconceptions)
    says = f"{reached.says} {named.says}" if named else reached.says
    return Judged(NOT_YET, says, named.misconception if named else None, max(0.0, min(reached.share, 1.0)))


# What a person marks


def _waiting(task: Task, values: Mapping[str, Any], before: str = "") -> Judged:
    return Judged(WAITING, f"{before} {fill(task.explanation, values)}".strip())


def _written(task: Task, form: Written, values: Mapping[str, Any], data: Mapping[str, Any]) -> Judged:
    if "text" not in data:
        return _wrong_kind(task, data)
    text = data["text"]
    if not text.strip():
        return Judged(UNTOUCHED, "Not started: the text is empty.")
    if len(text) > form.longest:
        return Judged(WRONG_KIND, f"The text has {len(text):,} characters; at most {form.longest:,} are asked.")
    reached = form.form(text, **values) if form.form else None
    if reached is None or reached.share >= 1:
        return _waiting(task, values, reached.says if reached else "")
    misconceptions = [one for one in task.misconceptions if one.matches is not None and one.matches(text, **values)]
    named = _named(task, values, misconceptions)
    return Judged(NOT_YET, f"{reached.says} {named.says}" if named else reached.says, named and named.misconception)

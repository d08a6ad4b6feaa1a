r"""Judges of responses that a tool recorded and did not judge: each compares a response with the reference answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ...samples import SampleError
from ...samples.answers import is_missing
from ...samples.errors import short
from ...samples.spellings import boxed, choice, fraction, number
from .record import JudgedSample

# What stands for the answer of a response, None where there is none; a reference answer is read in the same way.
_Take = Callable[[str], str | None]
_LAST_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")
_SAID_CHOICE = re.compile(r"(?:answer|option|choice)\s*(?:is|:)?\s*:?\s*\(?([A-J])\b", re.IGNORECASE)


def _exact(text: str) -> str:
    return text.strip()


def _last_number(text: str) -> str | None:
    found = _LAST_NUMBER.findall(text)
    return number(found[-1]) if found else None


def _boxed(text: str) -> str | None:
    inside = boxed(text)
    return None if inside is None else fraction(inside)


def _boxed_reference(text: str) -> str:
    return _boxed(text) or fraction(text)


def _choice(text: str) -> str | None:
    whole = choice(text)
    if len(whole) == 1:
        return whole
    said = _SAID_CHOICE.findall(text)
    return said[-1].upper() if said else None


# How each judge reads a response and how a reference answer.
JUDGES: dict[str, tuple[_Take, _Take]] = {
    "exact": (_exact, _exact),
    "last-number": (_last_number, _last_number),
    "boxed": (_boxed, _boxed_reference),
    "choice": (_choice, _choice),
}
Judge = str | Callable[[str, str], Any]


def judged_again(sample: JudgedSample, judge: Judge, metric: str) -> list[JudgedSample]:
    """Return a sample for each response drawn, judged by a named or own function against the reference answers."""
    if not sample.drawn:
        raise SampleError(f"{sample.place}: no responses to judge are in the log")
    if not sample.targets:
        raise SampleError(f"{sample.place}: no reference answer is in the log, so its responses cannot be judged")
    found = []
    for i, response in enumerate(sample.drawn):
        right, answer = verdict(judge, response, sample.targets, sample.place)
        place = f"{sample.place}, response {i}" if len(sample.drawn) > 1 else sample.place
        found.append(sample._replace(place=place, metrics={metric: right}, answers={metric: answer}))
    return found


def verdict(judge: Judge, response: str, targets: Sequence[str], place: str) -> tuple[bool, str | None]:
    """Return whether a response is right, and what was taken for its answer; None where it holds none.

    Parameters
    ----------
    judge : str or callable
        One of `JUDGES`, or a function of a response and a reference answer that returns whether they agree, or that
        and what it took for the answer.
    response : str
    targets : sequence of str
        Reference answers; one of them has to be met.
    place : str
        What an error calls the sample.

    Returns
    -------
    (bool, str or None)

    Raises
    ------
    SampleError
        For an unknown name, and where the function fails or says neither True nor False.
    """
    if isinstance(judge, str):
        if judge not in JUDGES:
            raise SampleError(f"judge = {judge!r}: must be one of {', '.join(map(repr, JUDGES))}, or a function")
        take, read = JUDGES[judge]
        answer = take(response)
        return answer is not None and any(answer == read(target) for target in targets), answer
    verdicts = []
    for target in targets:
        try:
            verdicts.append(judge(response, target))
        except Exception as error:
            raise SampleError(f"{place}: the judge failed: {type(error).__name__}: {error}") from error
    # A judge may say what it took for the answer, too.
    answers = [one[1] for one in verdicts if isinstance(one, tuple) and len(one) == 2]
    rights = [one[0] if isinstance(one, tuple) and len(one) == 2 else one for one in verdicts]
    for one in rights:
        if one not in (True, False):
            raise SampleError(f"{place}: the judge must say True or False, got {short(one)}")
    return any(rights), None if not answers or is_missing(answers[0]) else str(answers[0])

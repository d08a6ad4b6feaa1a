"""Names of submissions: what each platform writes into them, and when two words mean one student.

The forms are those in which the platforms' own downloads arrive. Nothing here decides who a student is: that is the
roster's, and where two students fit it is a person's.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = [
    "PlatformName",
    "exact",
    "handed_in_as",
    "loose",
    "notebook_stem",
    "pattern",
    "printable",
    "surely_a_platform",
]


def printable(name: str) -> str:
    """Return a file name as text that can be written anywhere: bytes that are no UTF-8 become ``\\xff``.

    Letters with accents come in one form, whatever form the student's machine gives them.
    """
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


# What browsers and mail programs make of the ending, and the number of a second download before or behind it.
_NOTEBOOK = re.compile(r"(?i)\.ipynb(?P<again> ?\(\d+\))?(?:\.(?:json|txt))?$")


def notebook_stem(name: str) -> str | None:
    """Return a notebook's name without its ending, None for what is no notebook's name.

    Examples
    --------
    >>> [notebook_stem(name) for name in ("s1.ipynb", "s1.IPYNB.json", "s1.ipynb (1).txt", "s1.json")]
    ['s1', 's1', 's1 (1)', None]
    """
    match = _NOTEBOOK.search(name)
    return name[: match.start()] + (match["again"] or "") if match else None


def exact(word: str) -> str:
    """Return a word so that only capitals, spaces and the way accents are stored may differ.

    Examples
    --------
    >>> exact("Zoe\\u0308  LEE") == exact("Zo\\u00eb Lee"), exact("a-1") == exact("a1")
    (True, False)
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).casefold())
    return " ".join(folded.split())


def loose(word: str) -> str:
    """Return the letters, their marks and the digits of a word: platforms drop signs and spaces from names.

    Examples
    --------
    >>> loose("O'Neil, Ann") == loose("oneil ann"), loose("राम") == loose("रमा")
    (True, False)
    """
    return "".join(sign for sign in exact(word) if sign.isalnum() or unicodedata.category(sign)[0] == "M")


@dataclass(frozen=True)
class PlatformName:
    """What a platform's name of a submission says.

    Attributes
    ----------
    platform : {"moodle", "canvas", "gradescope", "blackboard", "d2l", "ilias"}
    words : tuple of str
        Words that may mean the student in a roster.
    number : str
        The platform's number, "" where it gives none.
    student : str
        What the student is called where no roster knows better.
    submitted : str or None
        The time in the name, as ISO 8601 where it could be read.
    order : int
        Sorts the files of one student, the later the larger; 0 where the name says nothing.
    """

    platform: str
    words: tuple[str, ...]
    number: str
    student: str
    submitted: str | None = None
    order: int = 0


# As Moodle's grading worksheet calls a student.
PARTICIPANT = "Participant"
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<number>\d+)_assignsubmission_\w+?(_.*)?$")
_CANVAS = re.compile(r"^(?P<name>[^\W_]+)_(?:LATE_)?(?P<number>\d+)_(?P<file>\d+)_.*$")
_GRADESCOPE = re.compile(r"^submission_(?P<number>\d+)$")
_BLACKBOARD = re.compile(r"^(?P<words>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_.*)?$")
_D2L = re.compile(
    r"^(?P<number>\d+)-\d+ - (?P<name>.+?) - (?P<time>\w+\.? \d{1,2}, \d{4} \d{1,2}:?\d\d [AP]M)(?: - .*)?$"
)
_ILIAS = re.compile(r"^(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<login>.+)_(?P<number>\d+)$")


def _digits(time: str) -> int:
    return int(re.sub(r"\D", "", time))


def _blackboard(match: re.Match[str]) -> PlatformName:
    # The assignment's name stands in front of the login, and both may hold underscores.
    pieces = match["words"].split("_")
    words = tuple("_".join(pieces[at:]) for at in range(1, len(pieces))) or (match["words"],)
    day, time = match["time"][:10], match["time"][11:].replace("-", ":")
    return PlatformName("blackboard", words, "", words[-1], f"{day} {time}", _digits(match["time"]))


def _d2l(match: re.Match[str]) -> PlatformName:
    said = match["time"]
    when = None
    for form in ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p"):
        try:
            when = datetime.strptime(re.sub(r"[.:]", "", said), form)
            break
        except ValueError:
            continue
    order = int(f"{when:%Y%m%d%H%M}") if when else 0
    submitted = when.isoformat(sep=" ") if when else said
    return PlatformName("d2l", (match["name"],), match["number"], match["name"], submitted, order)


def surely_a_platform(name: str) -> PlatformName | None:
    """Return what a name says that has the form of a platform and of nothing else."""
    if match := _MOODLE.match(name):
        # Alone the number would look like that of a student, and it is another one in each assignment.
        return PlatformName("moodle", (match["name"],), match["number"], f"{PARTICIPANT} {match['number']}")
    if match := _CANVAS.match(name):
        return PlatformName("canvas", (match["name"],), match["number"], match["number"], order=int(match["file"][:18]))
    if match := _GRADESCOPE.match(name):
        return PlatformName(
            "gradescope", (), match["number"], f"Gradescope {match['number']}", order=int(match["number"][:18])
        )
    if match := _BLACKBOARD.match(name):
        return _blackboard(match)
    if match := _D2L.match(name):
        return _d2l(match)
    return None


def handed_in_as(name: str) -> PlatformName | None:
    """Return what a platform's name of a submission says, None for a name of no platform's form.

    ILIAS's form, ``LAST_FIRST_LOGIN_NUMBER``, may be anybody's own: it adds words for the roster and nothing else.

    Examples
    --------
    >>> handed_in_as("Week 2_adal_attempt_2027-10-15-23-58-01_x").submitted
    '2027-10-15 23:58:01'
    >>> handed_in_as("Lovelace_Ada_adal_4711").words
    ('adal', 'Ada Lovelace', 'Lovelace Ada')
    """
    if found := surely_a_platform(name):
        return found
    if match := _ILIAS.match(name):
        last, first = match["last"], match["first"]
        return PlatformName("ilias", (match["login"], f"{first} {last}", f"{last} {first}"), match["number"], name)
    return None


_ILIAS_FILE = re.compile(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_")


def ilias_time(file_name: str) -> str | None:
    """Return the time that ILIAS writes before a file's name.

    Examples
    --------
    >>> ilias_time("20271015235801_theorem.ipynb"), ilias_time("theorem.ipynb")
    ('2027-10-15 23:58:01', None)
    """
    match = _ILIAS_FILE.match(file_name)
    return "{}-{}-{} {}:{}:{}".format(*match.groups()) if match else None


GROUPS = ("student", "part", "submitted")


def pattern(text: str, parts: Sequence[str]) -> re.Pattern[str]:
    """Return an instructor's own pattern, tried on the path of each notebook below the folder of submissions.

    Raises
    ------
    ValueError
        For what is no regular expression, lacks the group `student`, or has a group of another name.
    """
    try:
        found = re.compile(text)
    except re.error as error:
        raise ValueError(f"--pattern {text!r} is no regular expression: {error}") from None
    if "student" not in found.groupindex:
        raise ValueError(f"--pattern {text!r} has no group (?P<student>…), which says whose a file is")
    if unknown := [name for name in found.groupindex if name not in GROUPS]:
        raise ValueError(f"--pattern {text!r}: the group {unknown[0]!r} is not known; possible are {', '.join(GROUPS)}")
    return found

"""The head of a lesson: what it promises, in one form that pages, checks and paths read.

The first cell of a lesson reads::

    # Title

    **After this page you can**

    - do this
    - and that

    **You need** [another lesson](../setup/best_of_n.ipynb), logarithms.

    **Time** 35 minutes · **Runs in** 8 s · **Paths** afternoon, course

A page without code may stand on a path too: somewhere it has the last line, without the seconds, and where it rests on
other lessons the line that says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PATHS = ("afternoon", "course")


class HeaderError(ValueError):
    """A lesson's head is not in the one form."""


@dataclass(frozen=True)
class Header:
    """What a lesson promises; `minutes` to read it, `seconds` to run it."""

    title: str
    goals: tuple[str, ...]
    needs: str
    minutes: int
    seconds: int
    paths: tuple[str, ...]


_TIME = re.compile(
    r"^\*\*Time\*\* (?P<minutes>\d+) minutes · (?:\*\*Runs in\*\* (?P<seconds>\d+) s · )?\*\*Paths\*\* (?P<paths>.+)$",
    re.M,
)
_NEEDS = re.compile(r"^\*\*You need\*\* (.+)$", re.M)


def parse(notebook: Any) -> Header:
    """Return the head of a lesson's notebook.

    Raises
    ------
    HeaderError
        Naming the part that is missing and how it is written.
    """
    if not notebook.cells or notebook.cells[0].cell_type != "markdown":
        raise HeaderError("the first cell must be Markdown: title, goals, needs, time")
    text = notebook.cells[0].source
    title = _title(text)
    goals = re.search(r"^\*\*After this page you can\*\*\n\n((?:- .+\n(?:  .+\n)*)+)", text, re.M)
    found = re.findall(r"^- (.+(?:\n  .+)*)", goals[1], re.M) if goals else []
    if not 2 <= len(found) <= 4:
        raise HeaderError(f"'**After this page you can**' needs 2 to 4 goals as a list, got {len(found)}")
    needs = _NEEDS.search(text)
    if not needs:
        raise HeaderError("the head needs a line '**You need** …'")
    time = _TIME.search(text)
    if not time or time["seconds"] is None:
        raise HeaderError("the head needs '**Time** N minutes · **Runs in** N s · **Paths** …'")
    return Header(title, tuple(found), needs[1], int(time["minutes"]), int(time["seconds"]), _paths(time["paths"]))


def parse_page(text: str) -> Header | None:
    """Return the head of a page without code; None where it claims no time, and so stands on no path.

    Raises
    ------
    HeaderError
        Naming the part that is missing and how it is written.
    """
    time = _TIME.search(text)
    if not time:
        return None
    needs = _NEEDS.search(text)
    return Header(_title(text), (), needs[1] if needs else "", int(time["minutes"]), 0, _paths(time["paths"]))


def with_minutes(text: str, minutes: int) -> str:
    """Return the text of a head with another time to read."""
    return _TIME.sub(
        lambda time: time[0].replace(f" {time['minutes']} minutes ", f" {minutes} minutes ", 1), text, count=1
    )


def with_paths(text: str, on: Sequence[str]) -> str:
    """Return the text of a head on other paths."""
    return _TIME.sub(lambda time: f"{time[0][: time.start('paths') - time.start()]}{', '.join(on)}", text, count=1)


def _title(text: str) -> str:
    title = re.match(r"# (.+)\n", text)
    if not title:
        raise HeaderError(f"the first line must be '# Title', got {text.splitlines()[:1]}")
    return title[1]


def _paths(listed: str) -> tuple[str, ...]:
    paths = tuple(part.strip() for part in listed.split(","))
    if unknown := [path for path in paths if path not in PATHS]:
        raise HeaderError(f"unknown path {unknown[0]!r}; known: {', '.join(PATHS)}")
    return paths

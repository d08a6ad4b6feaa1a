"""The head of a lesson: what it promises, in one form that pages, checks and paths read.

The first cell of a lesson reads::

    # Title

    **After this page you can**

    - do this
    - and that

    **You need** [another lesson](../setup/best_of_n.ipynb), logarithms.

    **Time** 35 minutes · **Runs in** 8 s · **Paths** 25 minutes, afternoon, course
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

PATHS = ("25 minutes", "afternoon", "course")


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


_TIME = re.compile(r"^\*\*Time\*\* (\d+) minutes · \*\*Runs in\*\* (\d+) s · \*\*Paths\*\* (.+)$", re.M)


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
    title = re.match(r"# (.+)\n", text)
    if not title:
        raise HeaderError(f"the first line must be '# Title', got {text.splitlines()[:1]}")
    goals = re.search(r"^\*\*After this page you can\*\*\n\n((?:- .+\n(?:  .+\n)*)+)", text, re.M)
    found = re.findall(r"^- (.+(?:\n  .+)*)", goals[1], re.M) if goals else []
    if not 2 <= len(found) <= 4:
        raise HeaderError(f"'**After this page you can**' needs 2 to 4 goals as a list, got {len(found)}")
    needs = re.search(r"^\*\*You need\*\* (.+)$", text, re.M)
    if not needs:
        raise HeaderError("the head needs a line '**You need** …'")
    time = _TIME.search(text)
    if not time:
        raise HeaderError("the head needs '**Time** N minutes · **Runs in** N s · **Paths** …'")
    paths = tuple(part.strip() for part in time[3].split(","))
    if unknown := [path for path in paths if path not in PATHS]:
        raise HeaderError(f"unknown path {unknown[0]!r}; known: {', '.join(PATHS)}")
    return Header(title[1], tuple(found), needs[1], int(time[1]), int(time[2]), paths)

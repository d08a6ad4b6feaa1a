"""The rubric by which a person marks: for each task its items with points, and comments to choose from."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..answers.task import Task
from ..lessons import registry
from .tables import CourseError

__all__ = ["IN_PART", "RUBRIC", "Item", "RubricSheet", "load", "marked_task", "parsed", "written"]

# Where a rubric lies in a report, unless another place is given.
RUBRIC = "rubric.toml"
# Behind the name of an item of which a part is there.
IN_PART = " (in part)"
SEPARATOR = "; "


@dataclass(frozen=True)
class Item:
    """One line of a rubric.

    `points` count when it applies, below 0 for a fault; `in_part` when only a part of it is there, if that is possible.
    """

    name: str
    points: float
    text: str = ""
    in_part: float | None = None


@dataclass(frozen=True)
class RubricSheet:
    """What a task is marked by: points `start` from which one counts, items, and comments to choose from."""

    items: tuple[Item, ...] = ()
    comments: tuple[str, ...] = ()
    start: float = 0.0

    @property
    def values(self) -> dict[str, float]:
        """The points of everything that may be given, by the name under which a mark holds it."""
        found = {item.name: item.points for item in self.items}
        return found | {f"{item.name}{IN_PART}": item.in_part for item in self.items if item.in_part is not None}

    def points(self, items: Iterable[str], adjust: float, most: float) -> float:
        """Return what items of this sheet give, from 0 to `most`.

        Raises
        ------
        KeyError
            For an item that is not in the sheet.
        """
        values = self.values
        return round(min(max(self.start + sum(values[item] for item in items) + adjust, 0.0), most), 2)


def parsed(items: str) -> tuple[str, ...]:
    """Return the items in a cell of the table of marks.

    Examples
    --------
    >>> parsed("Curve; Interval (in part)")
    ('Curve', 'Interval (in part)')
    """
    return tuple(name for one in items.split(";") if (name := one.strip()))


def written(items: Iterable[str]) -> str:
    """Return items as a cell of the table of marks."""
    return SEPARATOR.join(items)


def load(path: Path) -> dict[str, RubricSheet]:
    """Read a rubric: a table for each task, such as ``[W-74]``, with ``items``, ``comments`` and ``start``.

    Raises
    ------
    CourseError
        For a file that is no TOML, a task that is none or that the machine judges, two items of one name, points that
        are no number, a name that the table of marks cannot hold, or a word that is none of a rubric.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from None
    return {task: _sheet(f"{path}, {task}", task, table) for task, table in tables.items()}


def marked_task(where: str, name: str, otherwise: str) -> Task:
    """Return a task that a person marks.

    Raises
    ------
    CourseError
        For an unknown task, and one that the machine judges; that message ends with `otherwise`.
    """
    try:
        task = registry.find(name)
    except ValueError as error:
        raise CourseError(f"{where}: {error}") from None
    if not task.for_a_person:
        raise CourseError(f"{where}: the machine judges {name}; {otherwise}")
    return task


def _sheet(where: str, task: str, table: Any) -> RubricSheet:
    marked_task(where, task, "a rubric is for a text, a proof or a figure")
    _known(where, table, ("items", "comments", "start"))
    items = tuple(_item(where, one) for one in _listed(where, table, "items"))
    names = [item.name for item in items]
    if twice := [name for name in names if names.count(name) > 1]:
        raise CourseError(f"{where}: two items are called {twice[0]!r}")
    comments = tuple(_text(where, one, "a comment") for one in _listed(where, table, "comments"))
    return RubricSheet(items, comments, _number(where, table.get("start", 0), "start"))


def _item(where: str, table: Any) -> Item:
    _known(where, table, ("name", "points", "text", "in_part"))
    name = _text(where, table.get("name"), "the name of an item")
    if ";" in name or name.endswith(IN_PART.strip()) or len(name) > 80:
        raise CourseError(
            f"{where}: an item is called by at most 80 characters without ';', not ending in "
            f"{IN_PART.strip()!r}, got {name!r}"
        )
    points = _number(where, table.get("points"), f"points of {name!r}")
    in_part = _number(where, table["in_part"], f"in_part of {name!r}") if "in_part" in table else None
    text = _text(where, table["text"], f"text of {name!r}") if "text" in table else ""
    return Item(name, points, text, in_part)


def _known(where: str, table: Any, words: tuple[str, ...]) -> None:
    if not isinstance(table, Mapping):
        raise CourseError(f"{where}: a table is needed here, got {table!r}")
    if unknown := [word for word in table if word not in words]:
        raise CourseError(f"{where}: {unknown[0]!r} is not a word of a rubric; there are {', '.join(words)}")


def _listed(where: str, table: Mapping[str, Any], word: str) -> list[Any]:
    value = table.get(word, [])
    if not isinstance(value, list):
        raise CourseError(f"{where}: {word} must be a list, got {value!r}")
    return value


def _text(where: str, value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CourseError(f"{where}: {what} must be a text that is not empty, got {value!r}")
    return value.strip()


def _number(where: str, value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise CourseError(f"{where}: {what} must be a number, got {value!r}")
    return float(value)

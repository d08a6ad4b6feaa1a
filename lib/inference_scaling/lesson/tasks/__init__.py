"""The exercises of the book: one module a part, each with a tuple `TASKS` of specifications."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from .form import Task

__all__ = ["PARTS", "find", "part", "part_of", "parts"]

PARTS = ("setup", "theorem", "phenomena", "confusions", "laboratory")


def parts() -> tuple[str, ...]:
    """Return the parts whose tasks are written, in reading order."""
    return tuple(name for name in PARTS if find_spec(f"{__name__}.{name}") is not None)


def part(name: str) -> tuple[Task, ...]:
    """Return the tasks of a part, the bonus task last.

    Raises
    ------
    ValueError
        For a name that is not a part with tasks.
    """
    if name not in parts():
        raise ValueError(f"there is no part {name!r} with tasks; there are {', '.join(parts())}")
    return import_module(f"{__name__}.{name}").TASKS


@cache
def _index() -> dict[str, tuple[str, Task]]:
    return {task.id: (name, task) for name in parts() for task in part(name)}


def find(task_id: str) -> Task:
    """Return a task by its id.

    Raises
    ------
    ValueError
        For an unknown id; the message lists the known ones.
    """
    if not isinstance(task_id, str) or task_id not in _index():
        shown = repr(task_id) if isinstance(task_id, str) else type(task_id).__name__
        raise ValueError(f"there is no task {shown}; there are {', '.join(_index())}")
    return _index()[task_id][1]


def part_of(task_id: str) -> str:
    """Return the part to which a task belongs."""
    find(task_id)
    return _index()[task_id][0]

"""Which share of a long sweep every run of the tests takes; `make evidence` takes the rest.

A sweep is one promise acted on many things: pages, tasks, cohorts. A third changes with what lies under the notebooks,
so that a few changes of the library see all of it, and one state of the project always takes the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from inference_scaling.site import stamps

ROOT = Path(__file__).resolve().parents[1]
One = TypeVar("One")


def few_of(things: Sequence[Any], count: int) -> list[Any]:
    """Return things as parameters of a test, those after the first few marked as evidence."""
    return [*things[:count], *(pytest.param(one, marks=pytest.mark.evidence) for one in things[count:])]


def third(things: Iterable[One], root: Path = ROOT, name: Callable[[One], str] = str) -> list[One]:
    """Return a third of some things, in their order: another third with each change of what lies under the notebooks.

    Parameters
    ----------
    things
        To choose from. A path counts by its place in the project, anything else by its name.
    root
        The project's folder.
    name
        What a thing is called.
    """
    things, under = list(things), _ours() if root == ROOT else stamps.ground(root)

    def drawn(at: int) -> bytes:
        one = things[at]
        called = one.relative_to(root).as_posix() if isinstance(one, Path) else name(one)
        return hashlib.sha256(f"{under} {called}".encode()).digest()

    return [things[at] for at in sorted(sorted(range(len(things)), key=drawn)[: -(-len(things) // 3)])]


def a_third_of(things: Iterable[One], name: Callable[[One], str] = str, always: Iterable[One] = ()) -> list[Any]:
    """Return things as parameters of a test with their names, those outside of a third marked as evidence.

    Parameters
    ----------
    things
        To choose from.
    name
        What a thing is called, as in the report of the test.
    always
        Those among them that every run takes.
    """
    things = list(things)
    kept = {name(one) for one in (*third(things, name=name), *always)}
    return [pytest.param(one, id=name(one), marks=() if name(one) in kept else pytest.mark.evidence) for one in things]


@cache
def _ours() -> str:
    """Return the hash of what lies under the notebooks: no file of the project changes while its tests run."""
    return stamps.ground(ROOT)

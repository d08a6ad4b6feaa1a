"""How far long work is: the library says it to a listener, and only where there is one; it never prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
# What is done, how much of it, and of how much in all, None where that is not known.
Listener: TypeAlias = Callable[[str, int, "int | None"], None]
_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tell(what: str, done: int, every: int | None = None) -> None:
    """Say how much is done, of how much in all where that is known."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(what, done, every)


def told(items: Iterable[Item], what: str, every: int) -> Iterator[Item]:
    """Yield the items, and say of each that it is done when the next one is asked for."""
    for done, item in enumerate(items, start=1):
        yield item
        tell(what, done, every)


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """Let a listener hear what is said in this thread; None for nobody, as within work that is told as a whole."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)

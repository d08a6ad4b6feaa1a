"""A trip-wire on functions of the library while an answer is tried that the learner was asked to write.

Learners may call the library everywhere else. So the wire is laid for the time of one trial only, and in the code of
the function itself: whatever name a notebook gave it, and whatever calls it in turn, reaches the wire. Copied source
text does not; nothing here looks for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

__all__ = ["Tripped", "name_of", "touch", "wired"]

_touched: list[str] = []


class Tripped(BaseException):
    """The library's own function was called. Not an Exception, so that `except Exception` lets it through."""


def touch(name: str) -> None:
    """Note that a wired function was called, for callers that catch everything, and end the call."""
    _touched.append(name)
    raise Tripped(name)


def name_of(function: Callable[..., Any]) -> str:
    """Return the name by which `wired` finds a function of the library again, in another process too.

    Raises
    ------
    ValueError
        For what can carry no wire: a builtin, an object, a function inside a function.

    Examples
    --------
    >>> from inference_scaling.laws import coverage
    >>> name_of(coverage)
    'inference_scaling.laws.one_problem:coverage'
    """
    if type(function) is not FunctionType or function.__code__.co_freevars or "<" in function.__qualname__:
        raise ValueError(f"{function!r} can carry no trip-wire: name a function or method that a module defines")
    return f"{function.__module__}:{function.__qualname__}"


def _function(name: str) -> FunctionType:
    module, _, path = name.partition(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = vars(found)[part]
    # What a class holds of a static method is a wrapper.
    function: FunctionType = getattr(found, "__func__", found)
    return function


@cache
def _stub(name: str) -> CodeType:
    """The code that stands in a wired function: of its globals it may ask nothing."""
    names: dict[str, Any] = {}
    exec(f"def wired(*_, **__):\n    from {__name__} import touch\n    touch({name!r})\n", names)
    code: CodeType = names["wired"].__code__
    return code


@contextlib.contextmanager
def wired(names: Sequence[str]) -> Iterator[list[str]]:
    """Lay the wire in functions of the library for the body; yield the list of those that were called.

    Parameters
    ----------
    names : sequence of str
        As `name_of` writes them.
    """
    laid = [(function, function.__code__) for function in map(_function, names)]
    _touched.clear()
    try:
        for name, (function, _) in zip(names, laid, strict=True):
            function.__code__ = _stub(name)
        yield _touched
    finally:
        for function, code in laid:
            function.__code__ = code

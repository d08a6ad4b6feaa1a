"""From whatever a learner wrote to plain JSON data, without asking the learner's object anything.

Nothing here knows what is right: a grader may run this next to the learner's code and judge elsewhere.
Types are looked up with `type`, which an object cannot disguise; `==`, `repr`, `isinstance` and the array
protocols of the object are never used.
"""

from __future__ import annotations

import builtins
import contextlib
import math
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from . import tripwire

__all__ = ["MISSING", "collect", "decoded", "encoded", "is_function", "plain", "raised"]

MAX_ITEMS = 20_000
MAX_DEPTH = 4
MAX_TEXT = 2_000
# Numbers from here on are not sent as digits: such integers overflow every float that they are compared with.
HUGE = 10**300


class _Missing:
    def __repr__(self) -> str:
        return "not defined yet"


MISSING = _Missing()

# How `type` itself finds these, whatever a metaclass defines.
_TYPE_NAME = type.__dict__["__name__"].__get__
_BASES = type.__dict__["__mro__"].__get__
# By identity: a class of classes may call itself equal to every other.
_INTEGERS = frozenset(map(id, (int, *(np.dtype(code).type for code in "bhilqBHILQ"))))
_FLOATS = frozenset(map(id, (float, np.float16, np.float32, np.float64, np.longdouble)))
_FRACTIONS = frozenset(map(id, (Fraction, Decimal)))


def _type_name(kind: type) -> str:
    # A class may be named by a text of its own kind; `str` makes a plain one of it.
    return str.__getitem__(_TYPE_NAME(kind), slice(60))


def _number(value: float | int) -> dict[str, Any]:
    if type(value) is int:
        return {"number": value} if abs(value) < HUGE else {"kind": "an integer of more than 300 digits"}
    value = float(value)
    if math.isnan(value):
        return {"kind": "NaN"}
    if math.isinf(value):
        return {"kind": "minus infinity" if value < 0 else "infinity"}
    return {"number": value} if abs(value) < HUGE else {"kind": "a number of more than 300 digits"}


def _sequence(items: Sequence[Any], depth: int) -> dict[str, Any]:
    if len(items) > MAX_ITEMS:
        return {"kind": f"a sequence of {len(items)} items"}
    if depth >= MAX_DEPTH:
        return {"kind": "a list nested too deep"}
    return {"list": [plain(item, depth + 1) for item in items]}


def plain(obj: Any, depth: int = 0) -> dict[str, Any]:
    """Return an object as tagged JSON data.

    Returns
    -------
    dict
        One of ``{"number": x}`` (finite), ``{"text": s}``, ``{"truth": b}``, ``{"list": [...]}`` (lists, tuples
        and numeric arrays), ``{"none": true}``, ``{"untouched": true}``, ``{"undefined": true}``, or
        ``{"kind": words}`` for everything that no task asks for.

    Examples
    --------
    >>> plain(np.float64(0.5)), plain((1, 2.0)), plain(...), plain(float("nan"))
    ({'number': 0.5}, {'list': [{'number': 1}, {'number': 2.0}]}, {'untouched': True}, {'kind': 'NaN'})
    """
    kind = type(obj)
    if obj is MISSING:
        return {"undefined": True}
    if obj is ...:
        return {"untouched": True}
    if obj is None:
        return {"none": True}
    if kind is bool or kind is np.bool_:
        return {"truth": bool(obj)}
    if id(kind) in _INTEGERS:
        return _number(int(obj))
    if id(kind) in _FLOATS:
        return _number(float(obj))
    if id(kind) in _FRACTIONS:
        try:
            return _number(float(obj))
        except (OverflowError, ValueError):
            return {"kind": "a number too large for a float"}
    if kind is str or kind is np.str_:
        text = str(obj)
        if len(text) > MAX_TEXT:
            return {"kind": f"a text of {len(text)} characters"}
        return {"text": text} if text == _whole(text) else {"kind": "a text with half a character in it"}
    if kind is np.ndarray:
        return _array(obj, depth)
    if kind is list or kind is tuple:
        return _sequence(obj, depth)
    return {"kind": f"an object of type {_type_name(kind)}"}


def _whole(text: str) -> str:
    """Return a text that can be written: half of a character, as ``\\ud800``, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _array(array: np.ndarray, depth: int) -> dict[str, Any]:
    if array.dtype.kind not in "biufU":
        return {"kind": f"an array of {array.dtype.name} items"}
    if max(array.size, *array.shape, 0) > MAX_ITEMS:
        return {"kind": f"an array of {max(array.size, *array.shape, 0)} items"}
    return plain(array.tolist(), depth) if array.ndim == 0 else _sequence(array.tolist(), depth)


def encoded(value: Any) -> Any:
    """Return an argument of a call as JSON: arrays become ``{"array": [...]}``, dicts ``{"dict": [[key, value], ...]}``
    and tuples lists.
    """
    if isinstance(value, np.ndarray):
        return {"array": value.tolist()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {"dict": encoded(list(value.items()))}
    if isinstance(value, (list, tuple)):
        return [encoded(item) for item in value]
    return value


def decoded(value: Any) -> Any:
    """Return the argument that `encoded` made JSON of, a fresh copy each time.

    Examples
    --------
    >>> decoded(encoded((0.5, np.array([1, 2]))))
    [0.5, array([1, 2])]
    >>> decoded(encoded(({"a": ["ab"]},)))
    [{'a': ['ab']}]
    """
    if type(value) is list:
        return [decoded(item) for item in value]
    if type(value) is not dict:
        return value
    return {key: decoded(item) for key, item in value["dict"]} if "dict" in value else np.array(value["array"])


def _listed(arguments: list[Any]) -> list[Any]:
    """Return the arguments of a call with the items of a dict as a list, so that `plain` sees a change in them."""
    return [list(one.items()) if type(one) is dict else one for one in arguments]


class _Timeout(BaseException):
    """Not an Exception, so that a learner's `except Exception` does not catch it."""


def _clock(processor: bool) -> tuple[int, int, Callable[[], float]]:
    """Return a timer of the operating system's, its signal, and the clock that it follows."""
    if processor:
        return signal.ITIMER_PROF, signal.SIGPROF, time.process_time
    return signal.ITIMER_REAL, signal.SIGALRM, time.monotonic


@contextlib.contextmanager
def _time_limit(seconds: float, processor: bool) -> Iterator[None]:
    """Raise `_Timeout` in the body after `seconds`, and again every 20 ms until it is left.

    The alarm of the operating system reaches only the main thread, where kernels run cells. Elsewhere, and
    where there is no such alarm, the body runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise _Timeout

    timer, alarm, clock = _clock(processor)
    before = signal.signal(alarm, stop)
    outer = signal.setitimer(timer, seconds, 0.02)
    begin = clock()
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)
        if outer[0]:
            left = max(outer[0] - (clock() - begin), 1e-3)
            signal.setitimer(timer, left, outer[1])


class _Sink:
    """Takes everything a learner's function prints and keeps nothing of it but that it did."""

    encoding = "utf-8"
    used = False

    def write(self, text: Any) -> int:
        self.used = True
        return 0

    def flush(self) -> None:
        return None


def raised(error: BaseException) -> dict[str, Any]:
    """Return the names of an error's built-in classes, the nearest first, and the message of Python's own errors."""
    kind = type(error)
    own = [base for base in _BASES(kind) if getattr(builtins, _type_name(base), None) is base]
    said = ""
    # Only the message of Python's own exceptions: asking another class for its text runs the learner's code.
    if own and own[0] is kind and error.args and type(error.args[0]) is str:
        said = _whole(error.args[0][:200])
    return {"raised": [_type_name(base) for base in own], "said": said}


def _called(function: Callable[..., Any], arguments: list[Any], sink: _Sink, touched: Sequence[str]) -> dict[str, Any]:
    given = decoded(arguments)
    sink.used = False
    try:
        value = function(*given)
    except _Timeout:
        raise
    except BaseException as error:
        return {"library": touched[0]} if touched else raised(error)
    if touched:
        # The function caught what the wire raised.
        return {"library": touched[0]}
    outcome = plain(value)
    if "none" in outcome and sink.used:
        outcome["printed"] = True
    # The arguments were ours and are plain data, so encoding them again asks nothing of the learner's objects.
    if plain(_listed(given)) != plain(_listed(decoded(arguments))):
        outcome["mutated"] = True
    return outcome


def _outcomes(
    function: Callable[..., Any],
    calls: Sequence[list[Any]],
    seconds: float,
    library: Sequence[str],
    processor: bool,
    tell: Callable[[dict[str, Any]], None],
) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = []
    sink = _Sink()
    depth = sys.getrecursionlimit()
    try:
        with (
            contextlib.redirect_stdout(sink),
            contextlib.redirect_stderr(sink),
            np.errstate(all="ignore"),
            warnings.catch_warnings(action="ignore"),
            tripwire.wired(library) as touched,
            _time_limit(seconds, processor),
        ):
            for arguments in calls:
                outcome = _called(function, arguments, sink, touched)
                tell(outcome)
                outcomes.append(outcome)
                if touched:
                    break
    except _Timeout:
        tell({"slow": seconds})
        outcomes.append({"slow": seconds})
    finally:
        sys.setrecursionlimit(depth)
    return outcomes


def is_function(request: Mapping[str, Any], obj: Any) -> bool:
    """Say whether `collect` calls the object: calls are requested, and it can be called."""
    return "calls" in request and obj is not MISSING and obj is not ... and callable(obj)


def collect(
    request: Mapping[str, Any], obj: Any, tell: Callable[[dict[str, Any]], None] = lambda outcome: None
) -> dict[str, Any]:
    """Return what a learner's object is, or does, as JSON data.

    Parameters
    ----------
    request : mapping
        Empty for a value. For a function ``{"calls": [[argument, ...], ...], "seconds": limit}``, the
        arguments as `encoded` makes them; ``"library": [name, ...]`` are functions that it must not call, as
        `tripwire.name_of` writes them; with ``"clock": "processor"`` the seconds are the processor's, not the wall's.
        For a text ``{"longest": characters}``, where more are asked than `plain` takes.
    obj : object
        Whatever the learner's name refers to; `MISSING` when there is no such name.
    tell : callable
        Hears of each outcome of a call as soon as it is there.

    Returns
    -------
    dict
        What `plain` returns, or for a function ``{"outcomes": [...]}``: for each call `plain` of its result,
        ``{"raised": [names], "said": text}``, or as the last one ``{"slow": seconds}`` or ``{"library": name}``.
        ``"mutated"`` and ``"printed"`` are added to a result where the call did so.
    """
    if not is_function(request, obj):
        if type(obj) is str and MAX_TEXT < len(obj) <= request.get("longest", 0):
            return {"text": _whole(obj)}
        return plain(obj)
    processor = request.get("clock") == "processor"
    library = request.get("library", ())
    return {"outcomes": _outcomes(obj, request["calls"], request["seconds"], library, processor, tell)}

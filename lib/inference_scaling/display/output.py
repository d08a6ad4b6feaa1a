"""One form for everything that a notebook of the book displays.

An output carries the same finding three times: as text (what a screen reader, a terminal and nbval
read), as rounded data (what the site is drawn from) and, in JupyterLab, as HTML made from that data.
The HTML is never committed and never compared: it is a pure function of the data.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

__all__ = ["MIME", "Output", "payloads", "renderer", "rounded", "to_html"]

DIGITS = 4
MIME = "application/vnd.its.{kind}+json"
_MIME = re.compile(re.escape(MIME).replace(r"\{kind\}", "([a-z-]+)"))

_RENDERERS: dict[str, Callable[[Mapping[str, Any]], str]] = {}


def rounded(value: Any, digits: int = DIGITS) -> Any:
    """Return `value` as plain JSON data with floats rounded to `digits` significant digits.

    Parameters
    ----------
    value : nested dict, list, tuple, array or scalar
        NumPy arrays and scalars become lists and Python numbers.
    digits : int
        Significant digits kept, 4 unless told.

    Returns
    -------
    dict, list, str, int, float, bool or None

    Raises
    ------
    ValueError
        For NaN or an infinity: JSON has no such number, and a page would show none.
    TypeError
        For an object that is not data.

    Examples
    --------
    >>> rounded({"value": np.float64(0.123456), "k": np.int64(3)})
    {'value': 0.1235, 'k': 3}
    """
    if isinstance(value, Mapping):
        return {str(key): rounded(item, digits) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return rounded(value.tolist(), digits)
    if isinstance(value, (list, tuple)):
        return [rounded(item, digits) for item in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"an output can only show finite numbers, got {number!r}")
        # Adding 0.0 turns -0.0 into 0.0, so that the sign of nothing is never shown or compared.
        return float(f"{number:.{digits}g}") + 0.0
    raise TypeError(f"an output can only hold data, got {type(value).__name__}")


def renderer(kind: str) -> Callable[[Callable[[Mapping[str, Any]], str]], Callable[[Mapping[str, Any]], str]]:
    """Register the function that turns the data of outputs of one `kind` into HTML."""

    def register(function: Callable[[Mapping[str, Any]], str]) -> Callable[[Mapping[str, Any]], str]:
        _RENDERERS[kind] = function
        return function

    return register


def payloads(bundle: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield kind and data of each output of ours in a notebook's bundle of forms by MIME type.

    Examples
    --------
    >>> list(payloads({"text/plain": "0.5", "application/vnd.its.value+json": 0.5}))
    [('value', 0.5)]
    """
    return ((found[1], data) for mime, data in bundle.items() if (found := _MIME.fullmatch(mime)))


def to_html(kind: str, payload: Mapping[str, Any]) -> str:
    """Return the HTML of an output from its data alone.

    Raises
    ------
    ValueError
        When no renderer is registered for `kind`.
    """
    if kind not in _RENDERERS:
        raise ValueError(f"no renderer for outputs of kind {kind!r}; known: {sorted(_RENDERERS)}")
    return _RENDERERS[kind](payload)


class Output:
    """Base of everything displayed: subclasses give `kind`, `finding`, `text()` and `payload()`.

    `finding` is one sentence with a number in it. `text()` is the finding and the numbers behind it.
    `payload()` is data for the renderer of `kind`; it is rounded here, once, for text and page alike.
    """

    kind: ClassVar[str]
    finding: str

    def text(self) -> str:
        raise NotImplementedError

    def payload(self) -> Mapping[str, Any]:
        raise NotImplementedError

    def lab_html(self) -> str:
        """HTML for JupyterLab; components with scripts override it to bring their assets along."""
        return to_html(self.kind, rounded(self.payload()))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {
            "text/plain": self.text(),
            MIME.format(kind=self.kind): rounded(self.payload()),
        }
        # The book's own runs keep only what is compared; making pictures there would be wasted time.
        if os.environ.get("INFERENCE_SCALING_OUTPUT") != "data":
            bundle["text/html"] = self.lab_html()
        return bundle

    def __repr__(self) -> str:
        return self.text()

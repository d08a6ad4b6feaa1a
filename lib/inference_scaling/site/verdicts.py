"""The five verdicts on a belief, and what an interval allows a verdict to say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import nbformat

from ..display.numbers import minus
from ..display.output import MIME

__all__ = [
    "BORDERLINE",
    "FIGURE",
    "LEFT_OUT",
    "VERDICTS",
    "HasVerdict",
    "among",
    "distance",
    "printed",
    "problem",
    "shown",
]

VERDICTS = ("holds", "holds if", "borderline", "false", "open")
# An interval that leaves its null out by less than so many standard errors decides nothing for good.
BORDERLINE = 2.6
# Half the width of a 95 % interval, in standard errors.
LEFT_OUT = 1.96
FIGURE = MIME.format(kind="figure")
_NUMBER = r"[+\-−]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?"
_PRINTED = re.compile(rf"\[({_NUMBER}), ({_NUMBER})\]|\binterval ({_NUMBER}) to ({_NUMBER})|({_NUMBER}) ± ({_NUMBER})")
# The register writes the ends of an interval to so many decimals at least.
_DECIMALS = 2


class HasVerdict(Protocol):
    """What a verdict rests on; a claim has it."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def verdict(self) -> str: ...
    @property
    def condition(self) -> str: ...
    @property
    def interval(self) -> Sequence[float] | None: ...
    @property
    def over(self) -> str: ...
    @property
    def null(self) -> float | None: ...


def shown(interval: Sequence[float]) -> str:
    """Return an interval as pages show it.

    Examples
    --------
    >>> shown((-0.05, 0.25))
    '[−0.05, 0.25]'
    """
    return minus("[{:.3g}, {:.3g}]".format(*interval))


def problem(claim: HasVerdict) -> str | None:
    """Return what is wrong with a verdict, in words, or None: no word of the five, no condition, more than is known."""
    if claim.verdict not in VERDICTS:
        return f"the verdict must be one of {VERDICTS}, got {claim.verdict!r}"
    if claim.kind == "open" and claim.verdict != "open":
        return f"a claim of the kind 'open' has the verdict 'open', got {claim.verdict!r}"
    if (claim.verdict == "holds if") != bool(claim.condition):
        return (
            "'holds if' needs a condition, and no other verdict has one (a remark may stand beside it); "
            f"got {claim.verdict!r} with the condition {claim.condition!r}"
        )
    if claim.interval is not None:
        return _malformed(claim, claim.interval) or _unsupported(claim, claim.interval)
    if claim.over or claim.null is not None or claim.verdict == "borderline":
        return "`over`, `null` and the verdict 'borderline' speak of an interval; it has none"
    return None


def _malformed(claim: HasVerdict, interval: Sequence[float]) -> str | None:
    numbers = [one for one in interval if isinstance(one, (int, float)) and math.isfinite(one)]
    if len(interval) != 2 or len(numbers) != 2 or numbers[0] >= numbers[1]:
        return f"an interval is two numbers, the lower one first, got {interval!r}"
    if isinstance(claim.value, (int, float)) and not numbers[0] <= claim.value <= numbers[1]:
        return f"the value {claim.value:g} lies outside of its interval {interval!r}"
    return None if claim.over else "`over` must say what the interval is taken over, such as '164 problems'"


def _unsupported(claim: HasVerdict, interval: Sequence[float]) -> str | None:
    if claim.null is None or not isinstance(claim.value, (int, float)):
        unnamed = "'borderline' needs `null`, the value that the interval only just leaves out"
        return unnamed if claim.verdict == "borderline" else None
    low, high = interval
    far = distance(claim, interval)
    fitting: tuple[str, ...] = ("holds", "holds if", "false")
    if low < claim.null < high:
        fitting = ("open",)
    elif far < BORDERLINE:
        fitting = ("borderline",)
    if claim.verdict in fitting:
        return None
    return (
        f"the interval {shown(interval)} lies {far:.1f} standard errors from {claim.null:g}, "
        f"so the verdict is {' or '.join(map(repr, fitting))}, got {claim.verdict!r}"
    )


def distance(claim: HasVerdict, interval: Sequence[float]) -> float:
    """Return how far a claim's value lies from its null, in standard errors by its interval.

    Raises
    ------
    ValueError
        For a claim without a value or without a null.
    """
    if claim.value is None or claim.null is None:
        raise ValueError(f"a distance needs a value and a null, got {claim.value!r} and {claim.null!r}")
    low, high = interval
    return abs(claim.value - claim.null) / ((high - low) / (2 * LEFT_OUT))


def _read(number: str) -> float:
    return float(number.replace("−", "-").replace(",", ""))


def _drawn(figure: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    for one in (figure, *figure.get("series", ())):
        yield from zip(one.get("low", ()), one.get("high", ()), strict=True)


def printed(path: Path) -> list[tuple[float, float]]:
    """Return the intervals in a notebook's outputs: ``[low, high]``, ``x ± half``, ``interval low to high``, drawn."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found += _drawn(data.get(FIGURE, {}))
            text = output.get("text") or data.get("text/plain", "")
            for low, high, least, most, value, half in _PRINTED.findall(text):
                if low or least:
                    found.append((_read(low or least), _read(high or most)))
                else:
                    found.append((_read(value) - _read(half), _read(value) + _read(half)))
    return found


def among(interval: Sequence[float], found: Sequence[tuple[float, float]]) -> bool:
    """Say whether an interval is one of those found, to the decimals in which it is written.

    Examples
    --------
    >>> among((0.47, 0.7), [(0.4688, 0.6989)]), among((0.469, 0.7), [(0.4671, 0.6989)])
    (True, False)
    """

    def same(written: float, end: float) -> bool:
        decimals = max(_DECIMALS, -int(Decimal(str(written)).as_tuple().exponent))
        return abs(written - end) <= 0.501 * 10.0**-decimals

    return any(same(interval[0], low) and same(interval[1], high) for low, high in found)

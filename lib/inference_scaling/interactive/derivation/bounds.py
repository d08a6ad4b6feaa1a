"""Bounds proved on a whole box by interval arithmetic: enclosures with the mean-value form, and bisection."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

import mpmath
import sympy

from . import expressions
from .model import Symbol

BOXES = 6000
_HARD = ("sum", "integral", "beta", "binomial", "abs", "gamma")

Box = tuple[tuple[mpmath.mpf, mpmath.mpf], ...]


def boxes_needed(expr: Any, symbols: Sequence[Symbol], limit: int = BOXES) -> int | None:
    """Return over how many boxes `expr` >= 0 was proved, or None where intervals do not decide it.

    Parameters
    ----------
    expr : sympy expression
    symbols : sequence of Symbol
        Their domains make the box; integers count as all numbers between.
    limit : int
        Boxes looked at before giving up.

    Notes
    -----
    On a box with middle m a value lies in f(m) + f'(m)(x − m) + f''(box)(x − m)²/2 for one symbol and in
    f(m) + Σ ∂f(box)(x − m) for more; whichever of these and plain evaluation is narrower counts. A single symbol on
    which the derivative keeps its sign is decided by the end of its interval.

    Examples
    --------
    >>> p = Symbol("p", "chance", 0, 1)
    >>> boxes_needed(p.expr * (1 - p.expr) + sympy.Rational(1, 100), [p])
    1
    >>> boxes_needed(p.expr - sympy.Rational(1, 2), [p]) is None
    True
    """
    expr = sympy.sympify(expr)
    used = [symbol for symbol in symbols if symbol.expr in expr.free_symbols]
    if expr.is_nonnegative and not used:
        return 1
    if not used or expressions.uses(expressions.tree(expr), *_HARD):
        return None
    forms = _forms(expr, used)
    if forms is None:
        return None
    start: Box = tuple((_end(symbol.low), _end(symbol.high)) for symbol in used)
    queue = [(0, 0, start)]
    seen, proved = 0, 0
    while queue:
        depth, _, box = heapq.heappop(queue)
        seen += 1
        if seen > limit or depth > 60:
            return None
        try:
            low, high = _enclosed(forms, used, box)
        except (ZeroDivisionError, ValueError, OverflowError, NotImplementedError, TypeError):
            low, high = -mpmath.inf, mpmath.inf
        if high < 0:
            return None
        if low >= 0:
            proved += 1
            continue
        for half in _halves(box, used):
            heapq.heappush(queue, (depth + 1, seen * 2 + len(queue), half))
    return proved


def _end(value: float) -> mpmath.mpf:
    return mpmath.mpf(str(value))


def _forms(expr: Any, used: Sequence[Symbol]) -> Any:
    try:
        wanted = [expr, *(sympy.diff(expr, symbol.expr) for symbol in used)]
        if len(used) == 1:
            wanted.append(sympy.diff(wanted[1], used[0].expr))
        steps, finals = sympy.cse(wanted, symbols=sympy.numbered_symbols("_t"))
        return [(str(name), expressions.tree(value)) for name, value in steps], [
            expressions.tree(one) for one in finals
        ]
    except ValueError:
        return None


def _values(forms: Any, used: Sequence[Symbol], at: Sequence[Any]) -> list[Any]:
    steps, finals = forms
    point = {symbol.name: value for symbol, value in zip(used, at, strict=True)}
    for name, value in steps:
        point[name] = expressions.evaluate(value, point, expressions.INTERVALS)
    return [expressions.evaluate(one, point, expressions.INTERVALS) for one in finals]


def _ends(interval: Any) -> tuple[mpmath.mpf, mpmath.mpf]:
    low, high = mpmath.mpf(interval.a), mpmath.mpf(interval.b)
    if mpmath.isnan(low) or mpmath.isnan(high):
        return -mpmath.inf, mpmath.inf
    return low, high


def _enclosed(forms: Any, used: Sequence[Symbol], box: Box) -> tuple[mpmath.mpf, mpmath.mpf]:
    iv = mpmath.iv
    whole = [iv.mpf([low, high]) for low, high in box]
    over = _values(forms, used, whole)
    low, high = _ends(over[0])
    if low >= 0:
        return low, high
    middle = [iv.mpf((a + b) / 2) for a, b in box]
    centre = _values(forms, used, middle)
    if len(used) == 1:
        rising = _ends(over[1])
        if rising[0] >= 0 or rising[1] <= 0:
            at = box[0][0] if rising[0] >= 0 else box[0][1]
            least = _ends(_values(forms, used, [iv.mpf(at)])[0])[0]
            return max(low, least), high
        off = whole[0] - middle[0]
        form = centre[0] + centre[1] * off + over[2] * off**2 / 2
    else:
        form = centre[0]
        for slope, side, mid in zip(over[1:], whole, middle, strict=True):
            form = form + slope * (side - mid)
    other = _ends(form)
    return max(low, other[0]), min(high, other[1], _ends(centre[0])[1])


def _halves(box: Box, used: Sequence[Symbol]) -> list[Box]:
    def width(i: int) -> Any:
        low, high = box[i]
        return mpmath.log(high / low) if used[i].log else (high - low) / (used[i].high - used[i].low)

    widest = max(range(len(box)), key=lambda i: (width(i), -i))
    low, high = box[widest]
    # Halved evenly on its scale: a logarithmic domain spans decades.
    cut = mpmath.sqrt(low * high) if used[widest].log else (low + high) / 2
    return [(*box[:widest], part, *box[widest + 1 :]) for part in ((low, cut), (cut, high))]

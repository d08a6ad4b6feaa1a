"""The machine check: how each step was established, or which step is wrong, with a counter-example.

What a page shows is checked in the form in which the page computes it: the trees of `expressions.py`.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import mpmath
import sympy

from ..._project import checkout
from . import expressions
from .bounds import boxes_needed
from .model import (
    BoundedApproximation,
    Definition,
    DerivationError,
    DerivationSpec,
    Equality,
    Inequality,
    Limit,
    Solution,
    Special,
    Step,
    Symbol,
)

DIGITS = (40, 400)
AGREED = 25
POINTS = 60
# An integral costs many evaluations: fewer digits, fewer points, and the report says so.
INTEGRAL_DIGITS, INTEGRAL_AGREED, INTEGRAL_POINTS = 20, 10, 16
COUNTED = 8
SECONDS = 60
POWER = 12

Point = dict[str, Any]
Function = Callable[[Point], Any]


@dataclass(frozen=True)
class Established:
    """How a step was established; `how` is said on the page."""

    how: str

    def __str__(self) -> str:
        return self.how


# Points and values


def _points(symbols: Sequence[Symbol], count: int = POINTS) -> Iterator[Point]:
    """Yield points of the domain: its corners first, then drawn ones, the same in every run."""
    draw = random.Random(20240817)
    for corner in range(2 ** len(symbols)):
        yield {s.name: _number(s.high if corner >> i & 1 else s.low, s) for i, s in enumerate(symbols)}
    for _ in range(count):
        point = {}
        for symbol in symbols:
            share = mpmath.mpf(draw.random())
            low, high = _number(symbol.low), _number(symbol.high)
            value = low * (high / low) ** share if symbol.log else low + (high - low) * share
            point[symbol.name] = _number(value, symbol)
        yield point


def _number(value: Any, symbol: Symbol | None = None) -> Any:
    # Through its decimal text, so that 0.1 is a tenth and not the nearest binary fraction.
    number = mpmath.mpf(str(value)) if isinstance(value, float) else mpmath.mpf(value)
    return mpmath.nint(number) if symbol is not None and symbol.integer else number


def _function(expr: Any) -> Function:
    """Return the value of an expression at a point; only finite real values pass."""
    form = expressions.tree(expr)

    def value(point: Point) -> Any:
        try:
            found = expressions.evaluate(form, point, expressions.PRECISE)
        except (ZeroDivisionError, ValueError, OverflowError) as error:
            raise ValueError(f"{expr} has no value {_at(point)}: {error}") from None
        if not (isinstance(found, mpmath.mpf) and mpmath.isfinite(found)):
            raise ValueError(f"{expr} has no finite real value {_at(point)}: it is {found}")
        return found

    return value


def _at(point: Point) -> str:
    return "at " + ", ".join(f"{name} = {mpmath.nstr(value, 6)}" for name, value in point.items())


def _fail(what: str, point: Point, **values: Any) -> NoReturn:
    shown = ", ".join(f"{name} is {mpmath.nstr(value, 10)}" for name, value in values.items())
    raise ValueError(f"{what} {_at(point)}: {shown}")


def _effort(*exprs: Any) -> tuple[tuple[int, ...], int, int]:
    """Return working digits to try in turn, digits that must agree, and how many points to look at."""
    if any(expressions.uses(expressions.tree(expr), "integral") for expr in exprs):
        return (INTEGRAL_DIGITS,), INTEGRAL_AGREED, INTEGRAL_POINTS
    return DIGITS, AGREED, POINTS


def _close(a: Any, b: Any, agreed: int) -> bool:
    return abs(a - b) <= mpmath.mpf(10) ** -agreed * max(abs(a), abs(b))


def _same(left: Any, right: Any, point: Point) -> tuple[bool | None, Any, Any]:
    """Say whether two expressions have one value at a point: True, False, or None where nothing can be told.

    Digits are compared relatively. Nothing is told by two zeros, nor by two values that are both smaller than
    the rounding of what cancelled in them.
    """
    digits, agreed, _ = _effort(left, right)
    for working in digits:
        with mpmath.workdps(working):
            a, b = _function(left)(point), _function(right)(point)
            if a == b == 0:
                return None, a, b
            if _close(a, b, agreed):
                return True, a, b
            size = max(
                expressions.magnitude(expressions.tree(one), point, expressions.PRECISE) for one in (left, right)
            )
            if abs(a - b) <= size * mpmath.mpf(10) ** (15 - working) and working == digits[-1]:
                return None, a, b
    return False, a, b


# Computer algebra, bounded


def _too_hard(expr: Any) -> bool:
    """Say whether expanding may run for ever: high powers, long expressions, sums and integrals."""
    if expr.has(sympy.Sum, sympy.Integral) or sympy.count_ops(expr) > 80:
        return True
    powers = (power.exp for power in expr.atoms(sympy.Pow))
    return any(abs(number) > POWER for power in powers for number in power.atoms(sympy.Integer))


@contextmanager
def _bounded() -> Iterator[None]:
    """Stop a search that takes more than a minute of computing: an error, so that reports never depend on load."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> NoReturn:
        raise ValueError(f"computer algebra found no end in {SECONDS} s: set algebra=False for this step")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _symbolic(expr: Any) -> bool:
    """Say whether computer algebra sees that `expr` is zero; a no proves nothing."""
    expr = sympy.sympify(expr)
    if expr == 0:
        return True
    if _too_hard(expr):
        return False
    fresh = sympy.Symbol("q", positive=True)
    with _bounded():
        for candidate in (expr, *(expr.subs(s, 1 - fresh) for s in sorted(expr.free_symbols, key=str))):
            forms = (candidate, sympy.expand(candidate, power_exp=True), sympy.powsimp(sympy.expand(candidate)))
            if any(form == 0 for form in forms) or sympy.simplify(forms[1]) == 0:
                return True
    return sympy.gammasimp(expr) == 0 if expr.has(sympy.gamma) else False


# Relations


def _agree(left: Any, right: Any, symbols: Sequence[Symbol], algebra: bool) -> Established:
    left, right = sympy.sympify(left), sympy.sympify(right)
    _, agreed, points = _effort(left, right)
    counted = 0
    for point in _points(symbols, points):
        same, a, b = _same(left, right, point)
        if same is False:
            _fail("the sides differ", point, left=a, right=b)
        counted += bool(same)
    if algebra and _symbolic(left - right):
        return Established("proved by computer algebra")
    if symbols and counted < COUNTED:
        raise ValueError(f"the sides could be compared at {counted} points only, {COUNTED} are needed")
    return Established(f"agrees to {agreed} digits at {counted} points, edges included: evidence, not a proof")


def _symbol(derivation: DerivationSpec, name: str) -> Symbol:
    return next(symbol for symbol in derivation.symbols if symbol.name == name)


def _inside(value: Any, symbol: Symbol, point: Point, what: str) -> None:
    slack = mpmath.mpf(10) ** -AGREED * max(1, abs(value))
    if not _number(symbol.low) - slack <= value <= _number(symbol.high) + slack:
        place = f" {_at(point)}" if point else ""
        shown = f"{what} {symbol.name} = {mpmath.nstr(value, 10)}{place}"
        raise ValueError(f"{shown} is outside [{symbol.low}, {symbol.high}]")
    if symbol.integer and abs(value - mpmath.nint(value)) > slack:
        raise ValueError(f"{what} {symbol.name} = {mpmath.nstr(value, 10)} is no integer")


def _equality(derivation: DerivationSpec, index: int, step: Equality) -> Established:
    return _agree(derivation.left(index), step.right, derivation.symbols, step.algebra)


def _special(derivation: DerivationSpec, index: int, step: Special) -> Established:
    rest = tuple(symbol for symbol in derivation.symbols if symbol.name not in step.at)
    for name, value in step.at.items():
        value_at = _function(value)
        for point in _points(rest, 20):
            _inside(value_at(point), _symbol(derivation, name), point, "the value put in,")
    at = {_symbol(derivation, name).expr: value for name, value in step.at.items()}
    return _agree(sympy.sympify(derivation.left(index)).subs(at), step.right, rest, step.algebra)


def _solution(derivation: DerivationSpec, step: Solution) -> Established:
    of = _symbol(derivation, step.of)
    rest = tuple(symbol for symbol in derivation.symbols if symbol is not of)
    equation = sympy.sympify(step.equation)
    f, root = _function(equation), _function(step.right)
    # The equation's two halves are compared: what is zero has no digits of its own.
    plus = [part for part in sympy.Add.make_args(equation) if not part.could_extract_minus_sign()]
    left = sympy.Add(*plus).subs(of.expr, step.right)
    right = (sympy.Add(*plus) - equation).subs(of.expr, step.right)
    found = _agree(left, right, rest, step.algebra)
    for point in _points(rest, 12):
        with mpmath.workdps(DIGITS[0]):
            at = root(point)
            _inside(at, of, point, "the solution")
            watched = [p[of.name] for p in _points((of,), 40)]
            gap = (mpmath.mpf(of.high) - mpmath.mpf(of.low)) * mpmath.mpf(10) ** -9
            signs = [(x, mpmath.sign(f({**point, of.name: x}))) for x in watched if abs(x - at) > gap]
            below, above = ({sign for x, sign in signs if (x < at) is side} for side in (True, False))
            if len(below) > 1 or len(above) > 1:
                _fail(f"the equation vanishes for another {of.name} too", point, solution=at)
    return Established(f"put into the equation: {found.how}; in its domain, and the only one on 42 points of it")


def _rounding(expr: Any, point: Point) -> Any:
    return expressions.magnitude(expressions.tree(expr), point, expressions.PRECISE) * mpmath.mpf(10) ** -AGREED


def _between(expr: Any, least: Any, most: Any, symbols: Sequence[Symbol], algebra: bool, what: str) -> str:
    """Check least <= expr <= most at points, then by intervals; either side may be None. Return the way."""
    exprs = [sympy.sympify(one) for one in (expr, least, most) if one is not None]
    digits, _, points = _effort(*exprs)
    if not any(expressions.uses(expressions.tree(one), "sum", "integral") for one in exprs):
        points = 200
    with mpmath.workdps(digits[0]):
        _hold_at_points(expr, least, most, _points(symbols, points), what)
    if algebra and (boxes := _boxes(expr, least, most, symbols)) is not None:
        return f"bound proved by interval arithmetic over {boxes} {'box' if boxes == 1 else 'boxes'}"
    return f"bound holds at {points + 2 ** len(symbols)} points: evidence, not a proof"


def _hold_at_points(expr: Any, least: Any, most: Any, points: Iterator[Point], what: str) -> None:
    """Fail at the first point where `expr` leaves its bounds by more than rounding."""
    value, low, high = (None if one is None else _function(one) for one in (expr, least, most))
    exprs = [sympy.sympify(one) for one in (expr, least, most) if one is not None]
    for point in points:
        slack = max(_rounding(one, point) for one in exprs)
        if low and value(point) < low(point) - slack:
            _fail(what, point, value=value(point), least=low(point))
        if high and value(point) > high(point) + slack:
            _fail(what, point, value=value(point), most=high(point))


def _boxes(expr: Any, least: Any, most: Any, symbols: Sequence[Symbol]) -> int | None:
    """Return over how many boxes interval arithmetic proves the bounds; None where it does not."""
    sides = ([expr - least] if least is not None else []) + ([most - expr] if most is not None else [])
    total = 0
    for side in sides:
        needed = boxes_needed(side, symbols)
        if needed is None:
            return None
        total += needed
    return total


def _approximation(derivation: DerivationSpec, index: int, step: BoundedApproximation) -> Established:
    exact, short = sympy.sympify(derivation.left(index)), sympy.sympify(step.right)
    how = _between(short - exact, step.least, step.most, derivation.symbols, step.algebra, "the error leaves its bound")
    worst, left, right = mpmath.mpf(0), _function(exact), _function(short)
    digits, _, points = _effort(exact, short)
    with mpmath.workdps(digits[0]):
        for point in _points(derivation.symbols, points):
            if abs(exact_value := left(point)) > _rounding(exact, point):
                worst = max(worst, abs(right(point) - exact_value) / abs(exact_value))
    return Established(f"{how}; {_error_in_words(worst)}")


def _error_in_words(share: Any) -> str:
    """Say the largest relative error as people do: in per cent below 1, as a multiple from there on."""
    if share == 0:
        return "no error seen"
    if share < mpmath.mpf("0.0001"):
        return "the error is below 0.01 % of the exact value"
    rounded = float(mpmath.nstr(share, 2))
    if rounded < 1:
        return f"the error is up to {100 * rounded:.2g} % of the exact value"
    if rounded == 1:
        return "the error is up to as large as the exact value"
    size = f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.2g}"
    return f"the error is up to {size} times the exact value"


def _inequality(derivation: DerivationSpec, index: int, step: Inequality) -> Established:
    gap = sympy.sympify(step.right) - sympy.sympify(derivation.left(index))
    gap = gap if step.sense == "<=" else -gap
    return Established(_between(gap, 0, None, derivation.symbols, step.algebra, "the inequality fails"))


def _sides(of: Symbol, step: Limit) -> list[str]:
    if step.to == sympy.oo:
        return ["-"]
    to = float(step.to)
    if to < of.low or to > of.high:
        raise ValueError(f"the limit goes to {of.name} = {to:g}, away from [{of.low}, {of.high}]")
    wanted = {"above": ["+"], "below": ["-"], "both": ["+", "-"]}[step.side]
    # At an end of the domain there is one side only.
    return [side for side in wanted if not (to == of.low and side == "-") and not (to == of.high and side == "+")]


def _limit(derivation: DerivationSpec, index: int, step: Limit) -> Established:
    of = _symbol(derivation, step.of)
    rest = tuple(symbol for symbol in derivation.symbols if symbol is not of)
    left, right = sympy.sympify(derivation.left(index)), sympy.sympify(step.right)
    if of.expr in right.free_symbols:
        raise ValueError(f"the limit still contains {of.name}")
    # The sign of the domain is kept; that a symbol is an integer hinders limits.
    free = sympy.Symbol(of.name, positive=True) if of.low >= 0 else sympy.Symbol(of.name, real=True)
    left = left.subs(of.expr, free)
    hows = []
    for side in _sides(of, step):
        found = _algebraic_limit(left, free, step, side) if step.algebra else None
        if found is None:
            hows.append(_watched(left, right, of, rest, step, side))
            continue
        try:
            how = _agree(found, right, rest, True)
        except ValueError as error:
            raise ValueError(f"no such limit, computer algebra finds {found}: {error}") from None
        hows.append("limit " + how.how if "proved" in how.how else f"limit by computer algebra, which {how.how}")
    return Established("; from the other side: ".join(hows) if len(set(hows)) > 1 else hows[0])


def _algebraic_limit(left: Any, free: sympy.Symbol, step: Limit, side: str) -> Any:
    if left.has(sympy.Integral, sympy.Sum, sympy.binomial, sympy.beta, sympy.gamma):
        return None
    with suppress(NotImplementedError, TypeError, AttributeError, RecursionError), _bounded():
        found = sympy.limit(left, free, step.to, side)
        if not found.has(sympy.Limit, sympy.oo, sympy.nan, sympy.zoo, sympy.AccumBounds, sympy.sign, free):
            return found
    return None


def _watched(left: Any, right: Any, of: Symbol, rest: Sequence[Symbol], step: Limit, side: str) -> str:
    """Watch the approach: the gap must shrink at a steady rate, and the values extrapolate to the claim."""
    f, g = _function(left), _function(right)
    near = [mpmath.mpf(str(value)) for value in step.near]
    rates = []
    count = 0
    digits, _, _ = _effort(left)
    with mpmath.workdps(60 if len(digits) > 1 else INTEGRAL_DIGITS):
        for point in _points(rest, 4 if len(digits) == 1 else 8):
            to = None if step.to == sympy.oo else _number(float(step.to))
            at = [x if to is None else to + (1 / x if side == "+" else -1 / x) for x in near]
            values = [f({**point, of.name: x}) for x in at]
            claim = g(point)
            gaps = [abs(value - claim) for value in values]
            small = abs(claim) * mpmath.mpf(10) ** -15 + mpmath.mpf(10) ** -30
            if gaps[-1] <= small:
                count += 1
                continue
            factor = mpmath.log10(near[-1] / near[-2])
            rate, before = (
                mpmath.log10(gaps[i - 1] / gaps[i]) / factor if gaps[i] and gaps[i - 1] else 0 for i in (-1, -2)
            )
            if rate < 0.05 or gaps[-1] > 0.05 * abs(claim) or abs(rate - before) > 0.1 * rate:
                _fail("no steady approach to the limit", {**point, of.name: at[-1]}, value=values[-1], limit=claim)
            rates.append(rate)
            count += 1
    if not rates:
        return f"reaches the limit to 15 digits at {count} points: evidence, not a proof"
    return (
        f"approaches the limit at {count} points, the gap shrinking like the power "
        f"−{float(min(rates)):.1f} of the distance gone: evidence, not a proof"
    )


_CHECKS: Mapping[type[Step], Callable[[DerivationSpec, int, Any], Established]] = {
    Definition: lambda derivation, index, step: Established("a definition: nothing to check"),
    Equality: _equality,
    Special: _special,
    Solution: lambda derivation, index, step: _solution(derivation, step),
    BoundedApproximation: _approximation,
    Limit: _limit,
    Inequality: _inequality,
}


def _defined(derivation: DerivationSpec, step: Step) -> None:
    value = _function(step.right)
    digits, _, points = _effort(step.right)
    with mpmath.workdps(digits[0]):
        for point in _points(derivation.symbols, points):
            value(point)


def _mistakes(derivation: DerivationSpec, step: Step) -> None:
    """Hold that every named mistake differs from the answer, and from the other mistakes, nearly everywhere."""
    named = [("the answer", step.right), *((f"the mistake {one.expr}", one.expr) for one in step.mistakes)]
    for i, (name, expr) in enumerate(named):
        for other_name, other in named[:i]:
            told, differing = 0, 0
            for point in _points(derivation.symbols, 12 if len(_effort(expr, other)[0]) == 1 else 40):
                try:
                    same, _, _ = _same(expr, other, point)
                except ValueError:
                    continue  # A mistake need not have a value everywhere.
                told += same is not None
                differing += same is False
            if differing < max(COUNTED, 0.8 * told):
                raise ValueError(f"{name} equals {other_name} at {told - differing} of {told} points")


# Whole derivations, and what is remembered of them


def _folder() -> Path | None:
    """Return where results are kept: only in a checkout of the book, never beside an installed package."""
    root = checkout()
    return root / ".cache" / "derivations" if root else None


@cache
def _engine() -> str:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    return "\n".join([sympy.__version__, mpmath.__version__, *texts])


def _key(derivation: DerivationSpec) -> str:
    symbols = repr(derivation.symbols)
    steps = [
        {name: _plain(value) for name, value in sorted(vars(step).items())} | {"": type(step).__name__}
        for step in derivation.steps
    ]
    said = json.dumps([derivation.id, symbols, steps, _engine()], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, sympy.Basic):
        return sympy.srepr(value)
    if isinstance(value, Mapping):
        return repr({name: _plain(one) for name, one in sorted(value.items())})
    if isinstance(value, tuple):
        return repr([_plain(one) for one in value])
    return _plain(value.expr) + value.message if hasattr(value, "message") else repr(value)


def _remembered(path: Path) -> tuple[Established, ...] | None:
    with suppress(OSError, ValueError, TypeError):
        return tuple(Established(str(how)) for how in json.loads(path.read_text(encoding="utf-8")))
    return None


def _remember(path: Path, found: Sequence[Established]) -> None:
    # Two builds may write at once: each its own file, then one move.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_suffix(f".{os.getpid()}")
        own.write_text(json.dumps([one.how for one in found]), encoding="utf-8")
        own.replace(path)


def checked(derivation: DerivationSpec) -> tuple[Established, ...]:
    """Check every step anew, whatever is remembered; see `established`."""
    found = []
    for index, step in enumerate(derivation.steps):
        try:
            _defined(derivation, step)
            _mistakes(derivation, step)
            found.append(_CHECKS[type(step)](derivation, index, step))
        except DerivationError:
            raise
        except (ValueError, ArithmeticError, TypeError) as error:
            raise DerivationError(f"{derivation.id}, step {index + 1}: {error}") from error
    return tuple(found)


@cache
def established(derivation: DerivationSpec) -> tuple[Established, ...]:
    """Return how each step was established; a derivation checked before by this very engine is not checked again.

    Raises
    ------
    DerivationError
        Naming derivation, step and a point where it fails.
    """
    folder = _folder()
    path = folder / f"{_key(derivation)}.json" if folder else None
    if path and (known := _remembered(path)) is not None and len(known) == len(derivation.steps):
        return known
    found = checked(derivation)
    if path:
        _remember(path, found)
    return found

"""Expressions as data: JSON prefix trees that a page can evaluate without running code.

A number is a number, a symbol is a string, everything else a list: ``["^", ["+", 1, ["*", -1, "p"]], "k"]``.
The machine check evaluates these very trees, so what was checked is what the page computes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import sympy

Tree = Any
Field = Mapping[str, Callable[..., Any]]

_FUNCTIONS = {
    sympy.log: "ln",
    sympy.exp: "exp",
    sympy.gamma: "gamma",
    sympy.Abs: "abs",
    sympy.binomial: "binomial",
    sympy.beta: "beta",
}
_RANGES = {sympy.Sum: "sum", sympy.Integral: "integral"}
NAMED = frozenset({"^", *_FUNCTIONS.values(), *_RANGES.values()})


def tree(expr: Any) -> Tree:
    """Return the tree of an expression.

    Raises
    ------
    ValueError
        For an expression that pages cannot evaluate.

    Examples
    --------
    >>> p, k = sympy.symbols("p k")
    >>> tree(p / k)
    ['*', 'p', ['^', 'k', -1]]
    >>> i = sympy.Symbol("i")
    >>> tree(sympy.Sum(p**i, (i, 1, k)))
    ['sum', ['^', 'p', 'i'], 'i', 1, 'k']
    """
    expr = sympy.sympify(expr)
    if expr.is_Symbol:
        return str(expr)
    if expr.is_Integer:
        return int(expr)
    if expr.is_Float:
        # Through its decimal text: outputs round floats, and a tree must keep every digit.
        expr = sympy.Rational(str(expr))
    if expr.is_Rational:
        return ["/", int(expr.p), int(expr.q)]
    if expr is sympy.pi:
        return ["pi"]
    if expr is sympy.E:
        return ["exp", 1]
    if expr.is_Add or expr.is_Mul:
        # SymPy's own order depends on hashes of names; this one does not.
        return ["+" if expr.is_Add else "*", *sorted(map(tree, expr.args), key=repr)]
    if expr.func in _RANGES and len(expr.limits) == 1 and len(expr.limits[0]) == 3:
        name, low, high = expr.limits[0]
        return [_RANGES[expr.func], tree(expr.function), str(name), tree(low), tree(high)]
    if isinstance(expr, sympy.Pow):
        return ["^", tree(expr.base), tree(expr.exp)]
    if expr.func in _FUNCTIONS:
        return [_FUNCTIONS[expr.func], *map(tree, expr.args)]
    raise ValueError(f"pages cannot evaluate {expr.func.__name__} in {expr}")


def uses(tree: Tree, *operations: str) -> bool:
    """Say whether any of the operations occurs."""
    return isinstance(tree, list) and (tree[0] in operations or any(uses(one, *operations) for one in tree[1:]))


def names(tree: Tree) -> set[str]:
    """Return the symbols and functions that occur, ``^`` for powers other than quotients.

    Examples
    --------
    >>> sorted(names(["*", "p", ["^", "k", -1]])), sorted(names(["exp", ["^", "p", "k"]]))
    (['k', 'p'], ['^', 'exp', 'k', 'p'])
    """
    if not isinstance(tree, list):
        return {tree} if isinstance(tree, str) else set()
    found = set().union(*map(names, tree[1:]))
    quotient = tree[0] == "^" and tree[2] == -1
    return found | ({tree[0]} & NAMED if not quotient else set())


def size(tree: Tree) -> int:
    """Return how much is written: symbols, functions, and numbers other than 0, 1 and −1.

    Examples
    --------
    >>> size(["*", 2, "p", ["ln", ["+", 1, ["*", -1, "p"]]]])
    4
    """
    if not isinstance(tree, list):
        return 1 if isinstance(tree, str) or abs(tree) > 1 or tree != int(tree) else 0
    return sum(map(size, tree[1:])) + (tree[0] not in ("+", "*", "/", "^"))


def evaluate(tree: Tree, at: Mapping[str, Any], field: Field) -> Any:
    """Return the value of a tree at a point, in the arithmetic of `field`.

    Parameters
    ----------
    tree : list, str, int or float
    at : mapping
        A value for each symbol.
    field : mapping
        `FLOATS`, `PRECISE` (mpmath, at its working precision) or `INTERVALS` (mpmath.iv: a value that
        holds the exact one).

    Examples
    --------
    >>> evaluate(["^", ["+", 1, ["*", -1, "p"]], "k"], {"p": 0.5, "k": 3}, FLOATS)
    0.125
    """
    if isinstance(tree, str):
        return at[tree]
    if not isinstance(tree, list):
        return field["number"](tree)
    name, *rest = tree
    if name in ("sum", "integral"):
        body, variable, low, high = rest
        ends = evaluate(low, at, field), evaluate(high, at, field)
        return field[name](lambda value: evaluate(body, {**at, variable: value}, field), *ends)
    values = [evaluate(one, at, field) for one in rest]
    if name in ("+", "*"):
        total = values[0]
        for value in values[1:]:
            total = total + value if name == "+" else total * value
        return total
    if name == "/":
        return values[0] / values[1]
    return field[name](*values)


def magnitude(tree: Tree, at: Mapping[str, Any], field: Field) -> Any:
    """Return how large the value would be if nothing cancelled: what rounding errors are measured against."""
    if isinstance(tree, list) and tree[0] in ("+", "*"):
        parts = [magnitude(one, at, field) for one in tree[1:]]
        return sum(parts) if tree[0] == "+" else math.prod(parts)
    return abs(evaluate(tree, at, field))


def _sum(function: Callable[[Any], Any], low: Any, high: Any) -> Any:
    return mpmath.fsum(function(mpmath.mpf(i)) for i in range(int(low), int(high) + 1))


def _float_binomial(n: float, k: float) -> float:
    return float(mpmath.fp.binomial(n, k))


PRECISE: Field = {
    "number": mpmath.mpf,
    "^": mpmath.power,
    "ln": mpmath.log,
    "exp": mpmath.exp,
    "gamma": mpmath.gamma,
    "abs": abs,
    "binomial": mpmath.binomial,
    "beta": mpmath.beta,
    "pi": lambda: +mpmath.pi,
    "sum": _sum,
    "integral": lambda function, low, high: mpmath.quad(function, [low, high]),
}
INTERVALS: Field = {
    "number": mpmath.iv.mpf,
    "^": lambda base, power: base**power,
    "ln": mpmath.iv.log,
    "exp": mpmath.iv.exp,
    "gamma": mpmath.iv.gamma,
    "pi": lambda: mpmath.iv.pi,
}
FLOATS: Field = {
    "number": float,
    "^": lambda base, power: float(base) ** power,
    "ln": math.log,
    "exp": math.exp,
    "gamma": math.gamma,
    "abs": abs,
    "binomial": _float_binomial,
    "beta": lambda a, b: math.exp(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)),
    "pi": lambda: math.pi,
    "sum": lambda function, low, high: math.fsum(function(float(i)) for i in range(int(low), int(high) + 1)),
    "integral": lambda function, low, high: float(mpmath.fp.quad(function, [low, high])),
}

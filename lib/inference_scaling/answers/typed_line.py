"""A learner's line of mathematics: read as data, never run as code, and evaluated at points."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["LineError", "calls", "names", "parse", "value"]

LENGTH = 200
DEPTH = 40

_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"exp": np.exp, "ln": np.log, "log": np.log, "sqrt": np.sqrt}
_CONSTANTS = {"e": math.e}
_OPERATIONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


class LineError(ValueError):
    """The text is not a line of mathematics in the symbols of the task."""


def parse(text: str, symbols: Mapping[str, Any]) -> ast.expr:
    """Return the syntax tree of a line with numbers, the given symbols, + − * / ^, exp, ln, log, sqrt and e.

    Raises
    ------
    LineError
        Saying what cannot be read, and where.

    Examples
    --------
    >>> names(parse("1 - (1-p)^k", {"p": None, "k": None})) == {"p", "k"}
    True
    """
    if len(text) > LENGTH:
        raise LineError(f"at most {LENGTH} characters, this has {len(text)}")
    source = text.strip().replace("^", "**").replace("−", "-").replace("·", "*")
    if not source:
        raise LineError("the line is empty")
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise LineError(_unread(source, error)) from None
    except (ValueError, RecursionError, MemoryError):
        raise LineError("cannot be read: too many brackets, or a character that is no mathematics") from None
    _look(tree, symbols, 0)
    return tree


def _unread(source: str, error: SyntaxError) -> str:
    """Say why a line is no line, in the learner's own characters: there `^` is one, here it is two."""
    at = len(source[: (error.offset or 1) - 1].replace("**", "^")) + 1
    if "was never closed" in str(error.msg):
        return f"cannot be read: the bracket at character {at} is never closed"
    if "unmatched" in str(error.msg):
        return f"cannot be read: the bracket at character {at} was never opened"
    return f"cannot be read near character {min(at, len(source))}"


def _look(tree: ast.AST, symbols: Mapping[str, Any], depth: int) -> None:
    known = ", ".join(symbols)
    if depth > DEPTH:
        raise LineError(f"nested deeper than {DEPTH} brackets")
    match tree:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            _look(left, symbols, depth + 1)
            _look(right, symbols, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _look(operand, symbols, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            if name not in _FUNCTIONS:
                raise LineError(f"{name}(…) is not known here; use {', '.join(_FUNCTIONS)}, and * between factors")
            _look(argument, symbols, depth + 1)
        case ast.Name(id=name):
            if name not in symbols and name not in _CONSTANTS:
                raise LineError(f"the symbol {name} does not occur here; write with {known}, and * between factors")
        case ast.Constant(value=value) if type(value) in (int, float):
            if not abs(value) < 1e300:
                raise LineError("a number is too large")
        case ast.Tuple():
            raise LineError("a comma separates two lines; write decimals with a point")
        case ast.Call():
            raise LineError("write * between a number or bracket and the next bracket")
        case _:
            raise LineError(f"only {known}, numbers, + - * / ^, exp, ln and sqrt can be read")


def value(tree: ast.AST, point: Mapping[str, Any]) -> Any:
    """Return the value of a parsed line at points: one array a symbol."""
    match tree:
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATIONS[type(op)](value(left, point), value(right, point))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -value(operand, point)
        case ast.UnaryOp(operand=operand):
            return value(operand, point)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](value(argument, point))
        case ast.Name(id=name):
            return point[name] if name in point else _CONSTANTS[name]
        case ast.Constant(value=number):
            return float(number)
    raise LineError("cannot be evaluated")


def names(tree: ast.AST) -> set[str]:
    """Return the symbols that occur in a line, functions left out."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found - set(_FUNCTIONS) - set(_CONSTANTS)


def calls(tree: ast.AST, *functions: str) -> int:
    """Return how often any of these functions is applied; e^(…) counts as exp."""
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count += node.func.id in functions
        if "exp" in functions and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            count += isinstance(node.left, ast.Name) and node.left.id == "e"
    return count

"""Single changes to a right solution: what a grader must not take for right.

Changes that cannot matter are not made: operands of + and * and arguments of a symmetric function keep their
order, and the text of an error stays as it is.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Callable, Iterator

SWAPS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt,),
}
OTHERS = {
    "ceil": "floor",
    "log": "log1p",
    "log1p": "log",
    "exp": "expm1",
    "expm1": "exp",
    "comb": "perm",
    "min": "max",
    "sum": "max",
}
SYMMETRIC = {"betaln", "max", "min"}
WITHOUT_EFFECT = {"asarray", "astype", "errstate", "range", "len", "sorted", "map", "comb"}


def mutants(source: str) -> Iterator[str]:
    """Yield the source of a function with one change each, all different and none like the original."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    parameters = [argument.arg for argument in tree.body[0].args.args]
    told = {id(inner) for node in ast.walk(tree) if _without_effect(node) for inner in ast.walk(node)}
    for index, node in enumerate(ast.walk(tree)):
        if id(node) in told:
            continue
        for change in _changes(node, parameters):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[index])
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text not in seen:
                seen.add(text)
                yield text


def _without_effect(node: ast.AST) -> bool:
    """Whether a change inside could not matter: the text of an error, or what stands there for an empty hole."""
    match node:
        case ast.Raise() | ast.If(body=[ast.Return(value=ast.Constant(value=builtins.Ellipsis))]):
            return True
    return False


def _set(**fields: object) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        for name, value in fields.items():
            setattr(node, name, value)

    return change


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _changes(node: ast.AST, parameters: list[str]) -> Iterator[Callable[[ast.AST], None]]:
    match node:
        case ast.BinOp(op=op, left=left, right=right):
            for operator in SWAPS.get(type(op), ()):
                yield _set(op=operator())
            # Sums, products and the dot products of two vectors (the only use of @ here) do not know an order.
            if not isinstance(op, (ast.Add, ast.Mult, ast.MatMult)):
                yield _set(left=right, right=left)
            yield _set(op=ast.Add(), right=ast.Constant(0))
            yield _set(op=ast.Add(), left=ast.Constant(0))
        case ast.Compare(ops=[op, *_]):
            for operator in SWAPS.get(type(op), ()):
                yield _set(ops=[operator()])
        case ast.Constant(value=bool(value)):
            yield _set(value=not value)
        case ast.Constant(value=int(value) | float(value)):
            yield _set(value=value + 1)
            yield _set(value=-value)
        case ast.UnaryOp(op=ast.USub()):
            yield _set(op=ast.UAdd())
        case _:
            yield from _other_changes(node, parameters)


def _other_changes(node: ast.AST, parameters: list[str]) -> Iterator[Callable[[ast.AST], None]]:
    """Yield changes of calls, names and branches, where `_changes` are those of operators and constants."""
    match node:
        case ast.Call(func=function, args=arguments) if arguments:
            if len(arguments) == 2 and _name(function) not in SYMMETRIC:
                yield _set(args=arguments[::-1])
            if len(arguments) == 1 and _name(function) not in WITHOUT_EFFECT:
                yield _set(func=ast.parse("(lambda x: x)", mode="eval").body)
        case ast.Attribute(attr=attr) if attr in OTHERS:
            yield _set(attr=OTHERS[attr])
        case ast.Name(id=name) if name in OTHERS:
            yield _set(id=OTHERS[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in parameters:
            for other in parameters:
                if other != name:
                    yield _set(id=other)
        case ast.If():
            yield _set(test=ast.Constant(False))

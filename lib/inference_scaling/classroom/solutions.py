"""A solution of a task in words, or as code that runs where it is pasted.

What judges an answer is also what a learner who is stuck may read: a number's right value and the reasoning, the source
of the function that a function task compares with, one of the best designs. Nothing is written twice, so no solution
can differ from what the check accepts.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from ..answers.task import Design, Function, Line, Number, Picture, Task, Written, fill, parameters
from ..display.output import rounded

__all__ = ["code", "words"]


def words(task: Task, cohort: str) -> str:
    """Return the solution of a task in words: the answer where it is a value, and why."""
    values = parameters(task, cohort)
    why = fill(task.explanation, values)
    match task.answer_type:
        case Number():
            return f"The answer is {task.reference(**values):.6g}. {why}"
        case Design():
            # The last digits are those of a computer's arithmetic.
            return f"One answer with all points is {rounded(task.reference(**values), 9)!r}. {why}"
        case Function() | Line():
            return why
        case Written() | Picture():
            return f"An answer to compare yours with: {task.reference(**values)}"


def code(task: Task) -> str:
    """Return the solution of a function task as Python; nothing for other tasks.

    The function has the name that the task asks for. Functions of the same module that it uses stand before it, imports
    before these; docstrings and types of arguments are left out.
    """
    if not isinstance(task.answer_type, Function):
        return ""
    imports: dict[str, None] = {}
    sources: dict[str, str] = {}
    solution = task.solution or task.reference
    _gather(solution, imports, sources)
    *used, own = sources.values()
    parts = [*used, own.replace(f"def {solution.__name__}(", f"def {task.variable}(", 1)]
    return "\n\n\n".join(["\n".join(sorted(imports)), *parts] if imports else parts)


def _gather(function: Callable[..., Any], imports: dict[str, None], sources: dict[str, str]) -> None:
    """Collect a function's source after that of what it uses, and the imports that these need."""
    plain = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(plain))
    (read,) = ast.parse(source).body
    assert isinstance(read, ast.FunctionDef)
    around = {node.id for one in read.decorator_list for node in ast.walk(one) if isinstance(node, ast.Name)}
    for name in sorted((_names(plain.__code__) | around) - {plain.__name__}):
        used = plain.__globals__.get(name)
        if isinstance(used, ModuleType):
            imports[f"import {used.__name__}" + (f" as {name}" if name != used.__name__ else "")] = None
        elif isinstance(used, np.ufunc):
            imports[f"from scipy.special import {name}"] = None
        elif callable(used):
            if used.__module__ != plain.__module__:
                imports[f"from {used.__module__} import {used.__name__}"] = None
            elif name not in sources:
                _gather(used, imports, sources)
        elif used is not None:
            sources[name] = f"{name} = {used!r}"
    sources[plain.__name__] = _readable(source, read)


def _names(compiled: CodeType) -> set[str]:
    """Return the global names of a function and of those inside it."""
    inner = (one for one in compiled.co_consts if isinstance(one, CodeType))
    return {*compiled.co_names, *(name for one in inner for name in _names(one))}


def _readable(source: str, read: ast.FunctionDef) -> str:
    """Return a function's source without types and docstring; its comments stay."""
    first, *rest = read.body
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and rest
    lines = source.splitlines()
    start = first.end_lineno if documented else first.lineno - 1
    while not documented and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    for one in (*read.args.posonlyargs, *read.args.args, *read.args.kwonlyargs):
        one.annotation = None
    above = [f"@{ast.unparse(one)}" for one in read.decorator_list]
    return "\n".join([*above, f"def {read.name}({ast.unparse(read.args)}):", *lines[start:]]).rstrip()

"""What a notebook's kernel has and plain Python lacks: magics, `display`, `get_ipython`, `await` outside of functions.

It runs next to the student's code, in the answer's own process. Nothing here shows, pages, installs or starts
anything: a line for the shell does nothing, and code that a magic such as ``%time`` runs is run.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import inspect
import sys
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

__all__ = ["furnish", "run"]

# The magics that run their code in the notebook's own namespace.
RUNS = ("time", "prun", "capture", "memit", "mprun", "lprun", "snakeviz", "pyinstrument", "debug")


class _Nothing:
    """Whatever else a cell asks the shell for: it can be called and looked into, and is nothing."""

    def __getattr__(self, name: str) -> _Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: Any, **named: Any) -> None:
        return None


class _Shell(_Nothing):
    """What `get_ipython()` returns."""

    def __init__(self, names: dict[str, Any]):
        self.user_ns = self.user_global_ns = names

    def run_line_magic(self, name: str, line: str, *arguments: Any, **named: Any) -> Any:
        return _run_after_options(line, self.user_ns) if name in RUNS else None

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        # Behind the line of the magic, so that an error names the line that the student sees.
        return run("\n" + cell, "answer", self.user_ns) if name in RUNS else None

    def getoutput(self, *arguments: Any, **named: Any) -> list[str]:
        return []

    def magic(self, line: str) -> Any:
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)


def _run_after_options(line: str, names: dict[str, Any]) -> Any:
    """Run the statement of a line magic; return its value where it has one, as ``%time f(2)`` does."""
    words = line.split(" ")
    while words and words[0].startswith("-"):
        words.pop(0)
    statement = " ".join(words)
    try:
        expression = compile(statement, "answer", "eval")
    except SyntaxError:
        return run(statement, "answer", names)
    return eval(expression, names)


def furnish(names: dict[str, Any]) -> None:
    """Give a process what a cell finds in a kernel without importing it.

    Parameters
    ----------
    names : dict
        The notebook's namespace.
    """
    shell = _Shell(names)

    def quiet(*arguments: Any, **named: Any) -> None:
        """Show nothing."""

    builtins.get_ipython = lambda: shell
    builtins.display = builtins.help = quiet
    # The real package asks this module for the shell when it is imported.
    asked = ModuleType("IPython.core.getipython")
    asked.get_ipython = builtins.get_ipython
    sys.modules[asked.__name__] = asked
    sys.meta_path.insert(0, _Windowless())


class _Windowless:
    """Lets Matplotlib draw without a window, whatever window a cell asks for: there is no screen."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        change = {"matplotlib": _one_backend, "matplotlib.pyplot": _drawn_unseen}.get(name)
        spec = PathFinder.find_spec(name, path) if change else None
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            change(module)

        spec.loader.exec_module = exec_module
        return spec


def _one_backend(matplotlib: ModuleType) -> None:
    matplotlib.use = lambda backend, *, force=True: None


def _drawn_unseen(pyplot: ModuleType) -> None:
    switch = pyplot.switch_backend
    pyplot.switch_backend = lambda newbackend: switch("agg")


def run(code: str, place: str, names: dict[str, Any]) -> None:
    """Run a cell as a kernel would. Plain Python runs as it is; only what is none is translated.

    Raises
    ------
    SyntaxError
        For what is not Python and no kernel's language either; whatever the cell raises.
    """
    try:
        compiled = compile(code, place, "exec")
    except SyntaxError as error:
        try:
            compiled = compile(_translated(code), place, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except SyntaxError:
            # The student's own line is the one to name.
            raise error from None
    if compiled.co_flags & inspect.CO_COROUTINE:
        # Seldom needed, and slow to import.
        import asyncio

        asyncio.run(eval(compiled, names))
    else:
        exec(compiled, names)


def _translated(code: str) -> str:
    """Return a cell in the language of notebooks as Python, by IPython's own translator.

    It is imported without the rest of IPython, which would take as long as all answers together.
    """
    spec = importlib.util.find_spec("IPython")
    if spec is None or not spec.submodule_search_locations:
        return code
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "IPython"}
    (folder,) = spec.submodule_search_locations
    try:
        for name in ("IPython", "IPython.core", "IPython.utils"):
            hollow = ModuleType(name)
            hollow.__path__ = ["/".join((folder, *name.split(".")[1:]))]
            sys.modules[name] = hollow
        translator = importlib.import_module("IPython.core.inputtransformer2").TransformerManager()
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "IPython"]:
            del sys.modules[name]
        sys.modules.update(before)
    return translator.transform_cell(code)

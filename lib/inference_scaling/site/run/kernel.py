"""Run a page's cells as a notebook does, and say as JSON what each shows.

`run` is the whole seam between a page and a Python: source in, JSON out. Nothing here knows of a browser, so the same
module runs on any Python, in tests natively. It needs the standard library, NumPy and `display`.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import io
import json
import linecache
import sys
import traceback
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...display.output import MIME, payloads

__all__ = ["NEAR", "ROOM", "Kernel", "Ran", "forget", "run"]

# Characters of printed text that a page can still show.
ROOM = 100_000
# From here on whole numbers of 32 bits are suspect. A product that has wrapped can lie anywhere between the limits: of
# such ones all but a thirtieth are found so.
NEAR = 2**26
GLUED = MIME.format(kind="value")
# Packages that pages import on the way to something else, and of which they use nothing where there is no notebook.
ABSENT = ("nbformat",)


@dataclass
class Ran:
    """What one cell did: printed text, displayed bundles by MIME type, warnings, notes, and how it failed, if so."""

    stdout: str = ""
    stderr: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None


class _Printed(io.StringIO):
    """Text up to a limit; beyond it only lines are counted, so that a page can show what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.room = ROOM
        self.cut = 0

    def write(self, text: str) -> int:
        self.cut += text[self.room :].count("\n")
        super().write(text[: self.room])
        self.room = max(0, self.room - len(text))
        return len(text)

    def text(self) -> str:
        if self.room:
            return self.getvalue()
        return f"{self.getvalue()}\n… cut after {ROOM:,} characters; {self.cut:,} more lines were printed\n"


def _refuse_input(prompt: object = "") -> str:
    raise RuntimeError("a page cannot ask for input while it runs: write the value into the cell")


def _nothing(*_: object) -> None:
    pass


class Kernel:
    """Cells that share their names, run one after another."""

    def __init__(self) -> None:
        self.main = types.ModuleType("__main__")
        self.count = 0
        self._ran = Ran()

    def execute(self, source: str) -> Ran:
        """Run one cell.

        Parameters
        ----------
        source
            The text of the cell. The value of its last line is shown, unless that ends with a semicolon.

        Returns
        -------
        Ran
            Whatever the cell raises is in `error`, as text; nothing is raised but what ends Python itself.
        """
        self.count += 1
        name = f"<cell {self.count}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        before = dict(self.main.__dict__)
        ran = self._ran = Ran()
        printed, warned = _Printed(), _Printed()
        with _around(self.main, self._display), redirect_stdout(printed), redirect_stderr(warned):
            try:
                self._run(source, name)
            except (Exception, SystemExit) as error:
                ran.error = _told(error)
                ran.notes += _help(error)
        ran.stdout, ran.stderr = printed.text(), warned.text()
        bound = [value for key, value in self.main.__dict__.items() if before.get(key) is not value]
        if any(map(_near_its_limit, [*bound, self.main.__dict__.get("_")])):
            ran.notes.append(LIMIT)
        return ran

    def _run(self, source: str, name: str) -> None:
        tree, names = ast.parse(source, name), self.main.__dict__
        names.pop("_", None)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), names)
            if value is not None and not source.rstrip().endswith(";"):
                names["_"] = value
                self._display(value)

    def _display(self, *values: Any, raw: bool = False, **_: Any) -> None:
        self._ran.shown += [dict(value) if raw else _bundle(value) for value in values]


LIMIT = (
    "Here whole numbers in arrays have 32 bits, and some of this cell are large: beyond 2,147,483,647 they wrap "
    "without a word. Where that matters, use floats (`dtype=float`)."
)


def _near_its_limit(value: object) -> bool:
    if not (isinstance(value, np.ndarray | np.integer) and value.dtype.kind == "i" and value.dtype.itemsize == 4):
        return False
    # As floats: the size of the least whole number is none of its own kind.
    return bool(value.size) and float(np.abs(np.asarray(value, np.float64)).max()) >= NEAR


def _bundle(value: Any) -> dict[str, Any]:
    if hasattr(value, "_repr_mimebundle_"):
        return dict(value._repr_mimebundle_())
    bundle = {"text/plain": repr(value)}
    if hasattr(value, "_repr_html_"):
        bundle["text/html"] = value._repr_html_()
    return bundle


@contextmanager
def _around(main: types.ModuleType, display: Any) -> Iterator[None]:
    """Let a cell find what it finds in a notebook: its own main module, IPython's display, no keyboard."""
    shell = types.ModuleType("IPython")
    shell.display = types.ModuleType("IPython.display")  # type: ignore[attr-defined]
    shell.display.display = display  # type: ignore[attr-defined]
    # Matplotlib asks for a version, and registers itself.
    shell.version_info = (9, 0, 0)  # type: ignore[attr-defined]
    here = types.SimpleNamespace(events=types.SimpleNamespace(register=_nothing), enable_gui=_nothing)
    shell.get_ipython = lambda: here  # type: ignore[attr-defined]
    modules = {"__main__": main, "IPython": shell, "IPython.display": shell.display}  # type: ignore[attr-defined]
    modules |= {name: types.ModuleType(name) for name in ABSENT if not _there(name)}
    kept = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    ask, builtins.input = builtins.input, _refuse_input
    try:
        yield
    finally:
        builtins.input = ask
        for name, module in kept.items():
            if module is not None:
                sys.modules[name] = module
            elif name not in ABSENT:
                sys.modules.pop(name, None)


def _there(name: str) -> bool:
    return name in sys.modules or importlib.util.find_spec(name) is not None


def _told(error: BaseException) -> str:
    """Return an error as its reader needs it: the lines of cells on the way to it, and what it says."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith("<cell "):
            inside = "" if frame.name == "<module>" else f", in {frame.name}"
            lines.append(f"line {frame.lineno}{inside}:  {frame.line}")
    if isinstance(error, ModuleNotFoundError):
        # What Python adds about folders and environments helps nobody on a page.
        return "\n".join([*lines, f"ModuleNotFoundError: {str(error).partition('. ')[0]}"])
    return "\n".join([*lines, *"".join(traceback.format_exception_only(error)).rstrip().splitlines()])


def _help(error: BaseException) -> Iterator[str]:
    if isinstance(error, ModuleNotFoundError):
        yield "The page has NumPy, SciPy, Matplotlib, SymPy and this book's library; for others take the notebook."
    elif isinstance(error, MemoryError):
        yield "The page has a gigabyte of memory at most; the names of the other cells are as they were."
    elif isinstance(error, SyntaxError) and (error.text or "").lstrip()[:1] in ("%", "!"):
        yield "A command of IPython works in the notebook alone."


def _drawn(bundle: Mapping[str, Any]) -> dict[str, str]:
    """Return a bundle as a page shows it: HTML of our own kinds, drawn from data, else HTML, else text."""
    from ..renderers import rendered

    for kind, data in payloads(bundle):
        return {"html": rendered(kind, data)}
    return {"html": bundle["text/html"]} if "text/html" in bundle else {"text": str(bundle.get("text/plain", ""))}


_KERNEL = Kernel()


def forget() -> None:
    """Begin anew: no cell has run, and there are no names."""
    global _KERNEL
    _KERNEL = Kernel()


def run(source: str) -> str:
    """Run one cell of the page and return what it shows, as JSON.

    Returns
    -------
    str
        An object with `stdout` and `stderr` (text), `shown` (a list of objects with `html` or `text`), `notes` (a list
        of sentences) and `error` (text, or null).
    """
    ran = _KERNEL.execute(source)
    shown = []
    for bundle in (one for one in ran.shown if GLUED not in one):
        try:
            shown.append(_drawn(bundle))
        except Exception as error:
            # What cannot be drawn still says what was found.
            shown.append({"text": str(bundle.get("text/plain", ""))})
            ran.notes.append(f"This could not be drawn here ({_told(error).splitlines()[-1]}).")
    said = {"stdout": ran.stdout, "stderr": ran.stderr, "shown": shown, "notes": ran.notes, "error": ran.error}
    return json.dumps(said)

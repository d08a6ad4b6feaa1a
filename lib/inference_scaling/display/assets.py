"""The book's own script and style, each one file made of parts in a fixed order."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

SCRIPTS = (
    *("core", "page", "expr", "plot", "hand", "draws", "derivation", "explorable", "veil"),
    *("prediction", "recall", "ask", "box", "branches", "tree", "race", "story", "reference", "claims"),
)
STYLES = (
    *("tokens", "page", "figure", "drawing", "hand", "derivation", "explorable", "veil"),
    *("prediction", "recall", "ask", "box", "tree", "story", "reference", "claims"),
)

_STATIC = files("inference_scaling.display") / "static"


# What a browser has no use for: comments on lines of their own (types among them), and indents.
_REMARKS = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/)[\s\S])*?\*/[ \t]*\n|//.*\n)", re.MULTILINE)
_INDENTS = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)


def sent(text: str) -> str:
    """Return a script or a style sheet as pages send it: the same without remarks, indents and empty lines.

    Examples
    --------
    >>> sent("/* Why. */\\n  let a = 1;\\n\\n  // Because.\\n  a += 1;\\n")
    'let a = 1;\\na += 1;\\n'
    """
    return _INDENTS.sub("", _REMARKS.sub("", text))


def _joined(folder: str, names: tuple[str, ...]) -> str:
    parts = [_STATIC / folder / f"{name}.{folder}" for name in names]
    return "\n".join(part.read_text(encoding="utf-8") for part in parts if part.is_file())


@cache
def script() -> str:
    """Return the one classic script that every page loads, deferred."""
    return sent(_joined("js", SCRIPTS))


@cache
def style() -> str:
    """Return the one style sheet of everything of ours."""
    return sent(_joined("css", STYLES))


@cache
def own(name: str, ending: str) -> str:
    """Return the script or the style that a single page loads beside what all of them share."""
    return sent(_joined(ending, (name,)))


def standalone(markup: str) -> str:
    """Return `markup` with style and script inline, for JupyterLab, where no page brings them."""
    safe = script().replace("</", "<\\/")
    return f"<style>{style()}</style>{markup}<script>{safe}</script>"


def favicon() -> str:
    """Return the book's mark as a file of its own: a coverage curve that levels off, its last sample picked out."""
    return (_STATIC / "favicon.svg").read_text(encoding="utf-8")


def mark() -> str:
    """Return the book's mark for a place beside the book's name, which says what it stands for."""
    return favicon().strip().replace("<svg ", '<svg class="its-mark-of-book" aria-hidden="true" ', 1)

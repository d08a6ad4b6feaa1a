"""One style sheet for every page: those of the theme and its extensions, without rules that no page can use.

A browser shows nothing before all style sheets of the head are there. Ten of them, most of their rules for parts that
this book does not have, cost a phone more than a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["joined", "names_in_page", "names_in_script", "trimmed"]

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_PIECE = re.compile(r"""[^{};"']+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]""", re.S)
_ATTRIBUTE = re.compile(r"\b(?:class|id)=\"([^\"]*)\"")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_NAMED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
_INNER = re.compile(r"\[[^\]]*\]|\([^()]*\)")
_URL = re.compile(r"""url\(\s*["']?(?!data:|https?:|#|/)([^"')]+)["']?\s*\)""")
# One more file, which a browser would ask for only after it has read this one.
_IMPORT = re.compile(r"""@import\s+["']([^"']+)["']\s*;""")
# Scripts put these together from parts.
_MADE = ("its-", "bs-", "tooltip", "popover", "modal")
# The icons are drawn in place.
_ICONS = re.compile(r"Font ?Awesome", re.I)


def names_in_page(text: str) -> set[str]:
    """Return every class and id of a page."""
    return {word for found in _ATTRIBUTE.findall(text) for word in found.split()}


def names_in_script(text: str) -> set[str]:
    """Return every word of a script: any of them may be a class that it sets."""
    return set(_WORD.findall(text))


def _rules(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule as its head and its body; a statement without a body has None."""
    head, body, depth = "", "", 0
    for piece in _PIECE.findall(text):
        if piece == "{":
            depth += 1
            if depth == 1:
                continue
        elif piece == "}":
            depth -= 1
            if depth == 0:
                yield head.strip(), body
                head, body = "", ""
                continue
        elif piece == ";" and depth == 0:
            yield head.strip(), None
            head = ""
            continue
        if depth:
            body += piece
        else:
            head += piece


def _selectors(head: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(head):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(head[start:at])
            start = at + 1
    return [part.strip() for part in (*parts, head[start:])]


def _usable(selector: str, known: set[str]) -> bool:
    # What stands in brackets may be one of several, or be excluded: it decides nothing.
    while (plain := _INNER.sub("", selector)) != selector:
        selector = plain
    return all(name in known or name.startswith(_MADE) for name in _NAMED.findall(selector.replace("\\", "")))


def trimmed(text: str, known: set[str]) -> str:
    """Return a style sheet without the rules whose classes and ids nothing has.

    Examples
    --------
    >>> trimmed("/* a */ .a, .b { x: y } @media print { .b { x: y } } :not(.c) { x: y }", {"a"})
    '.a{x: y}:not(.c){x: y}'
    """
    kept = []
    for head, body in _rules(_COMMENT.sub("", text)):
        if body is None:
            kept.append("" if head.startswith("@charset") or not head else f"{head};")
        elif head.startswith(("@media", "@supports", "@container", "@layer")):
            inner = trimmed(body, known)
            kept.append(f"{head}{{{inner}}}" if inner else "")
        elif head.startswith("@"):
            kept.append("" if head == "@font-face" and _ICONS.search(body) else f"{head}{{{body.strip()}}}")
        elif usable := [one for one in _selectors(head) if _usable(one, known)]:
            kept.append(f"{','.join(usable)}{{{' '.join(body.split())}}}")
    return "".join(kept)


def _whole(folder: Path, file: Path) -> str:
    """Return a style sheet with those that it imports in their places and its addresses written for `folder`."""
    text = file.read_text(encoding="utf-8")
    base = file.parent.relative_to(folder).as_posix()
    if base != ".":
        text = _URL.sub(lambda found: f'url("{base}/{found[1]}")', text)
    return _IMPORT.sub(lambda found: _whole(folder, (file.parent / found[1]).resolve()), text)


def joined(folder: Path, files: Iterable[Path], known: set[str]) -> str:
    """Return style sheets as one, for a file in `folder`; addresses inside them are written for that place."""
    return "\n".join(trimmed(_whole(folder, file), known) for file in files)

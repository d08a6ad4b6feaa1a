"""The one form in which prose names a value, a paper or a theorem: an ordinary Markdown link.

``[0.081](#best-of-five-gain ".3f")``: the text is what a reader sees, whatever shows the page; the target names what
the text stands for, and the title holds a format where one is needed. Functions here see text only; what a link must
say is decided in `values`. Code is no prose: nothing in a fence of backticks or in a code span is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["Link", "TitledBlock", "anchor", "blocks", "cells", "faults", "links", "rewritten", "texts"]

_FENCE = re.compile(
    r"^ {0,3}(?P<marks>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$.*?(?:^ {0,3}(?P=marks)[`~]*[ \t]*$|\Z)", re.M | re.S
)
_SPAN = re.compile(r"(?<![`\\])(?P<marks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=marks)(?!`)", re.S)
# No brackets and no empty line in the text; a title in straight quotes.
_LINK = re.compile(
    r"(?<![\\!])\[(?P<text>(?:[^\[\]\n]|\n(?![ \t]*\n))*)\]\(#(?P<target>[^\s()<>\"]+)(?: \"(?P<title>[^\"\n]*)\")?\)"
)
_ANCHORED = re.compile(r"\]\(\s*<?\s*#|^ {0,3}\[[^\]\n]+\]:\s*<?#", re.M)
_ROLE = re.compile(r"\{[a-z][a-z0-9:._+-]*\}(?=`)")
_DIRECTIVE = re.compile(r"\s*(\{[^}\n]*\})")
_COLON_FENCE = re.compile(r"^ {0,3}:{3,}[ \t]*\{(?P<kind>[^}\n]*)\}(?P<title>[^\n]*)", re.M)
_BLOCK = re.compile(
    r"^ {0,3}(?P<marks>:{3,})[ \t]*\{prf:(?P<kind>[a-z]+)\}[ \t]*(?P<title>[^\n]*)\n"
    r"(?P<options>(?::[a-z]+:[^\n]*\n)*)(?P<text>.*?)^ {0,3}(?P=marks)[ \t]*$",
    re.M | re.S,
)
# What has a text of its own, which is to be read; other directives stand for a table that only the build can make.
_TITLED = ("prf:", "admonition", "attention", "caution", "danger", "hint", "important", "note", "tip", "warning")


@dataclass(frozen=True)
class Link:
    """A link to an anchor: what it says, what it names, its title or "", and where it stands in its source."""

    text: str
    target: str
    title: str
    line: int
    start: int
    end: int

    def __str__(self) -> str:
        title = f' "{self.title}"' if self.title else ""
        return f"[{' '.join(self.text.split())}](#{self.target}{title})"


@dataclass(frozen=True)
class TitledBlock:
    """A theorem or definition of a page: its label and title, its text, and the line of its first row."""

    kind: str
    label: str
    title: str
    text: str
    line: int


def anchor(heading: str) -> str:
    """Return the anchor of a heading: on the site the one that JupyterLab gives it.

    Examples
    --------
    >>> anchor("Odds and Bayes")
    'Odds-and-Bayes'
    """
    return heading.replace(" ", "-")


def cells(notebook: Any) -> Iterator[tuple[int, str]]:
    """Yield the Markdown cells of a notebook, each with its number among all cells, from 1."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            yield number, cell.source


def texts(path: Path) -> list[str]:
    """Return the Markdown of a file: a page as a whole, a notebook by its cells."""
    if path.suffix == ".md":
        return [path.read_text(encoding="utf-8")]
    return [source for _, source in cells(nbformat.read(path, as_version=4))]


def _blanked(source: str, *, spans: bool = True) -> str:
    """Return a text of the same length and lines in which code is blank."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0])

    # The language of a fence, and the line that opens it, go with it.
    source = _FENCE.sub(blank, source)
    return _SPAN.sub(blank, source) if spans else source


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def links(source: str) -> list[Link]:
    """Return the links to anchors in the order of the text.

    Examples
    --------
    >>> [str(link) for link in links('It gains [0.08](#gain ".2f"), `[not](#this)`.')]
    ['[0.08](#gain ".2f")']
    """
    return [
        Link(
            found["text"],
            found["target"],
            found["title"] or "",
            _line(source, found.start()),
            found.start("text"),
            found.end("text"),
        )
        for found in _LINK.finditer(_blanked(source))
    ]


def rewritten(source: str, text_of: Callable[[Link], str]) -> str:
    """Return the source with the text of each link as `text_of` says; nothing else changes.

    A text that differs only in where its line breaks stays as its author broke it.

    Examples
    --------
    >>> rewritten("It gains [0.07](#gain).", lambda link: "0.08")
    'It gains [0.08](#gain).'
    """
    parts, at = [], 0
    for link in links(source):
        wanted = text_of(link)
        parts += [source[at : link.start], link.text if link.text.split() == wanted.split() else wanted]
        at = link.end
    return "".join([*parts, source[at:]])


def blocks(source: str) -> list[TitledBlock]:
    """Return the theorems and definitions written as fences of colons.

    Examples
    --------
    >>> blocks(":::{prf:theorem} Where a vote ends\\n:label: thm-vote\\n\\nText.\\n\\n:::")
    [TitledBlock(kind='theorem', label='thm-vote', title='Where a vote ends', text='Text.', line=1)]
    """
    found = []
    for block in _BLOCK.finditer(_blanked(source, spans=False)):
        label = re.search(r"^:label:[ \t]*(\S+)", block["options"], re.M)
        text, line = source[block.start("text") : block.end("text")].strip(), _line(source, block.start())
        found.append(TitledBlock(block["kind"], label[1] if label else "", block["title"].strip(), text, line))
    return found


def faults(source: str, *, notebook: bool) -> Iterator[tuple[int, str]]:
    """Yield the line and the sentence of each form that shows as raw text outside the site.

    In a notebook no directive may stand in a fence of code, because it reads as code everywhere else. A page without a
    notebook may hold the book's own tables so, and theorems as little as a notebook.
    """
    plain = _blanked(source)
    for found in _ROLE.finditer(_blanked(source, spans=False)):
        if plain[found.start() : found.end()] == found[0]:
            yield (
                _line(source, found.start()),
                f"the role {found[0]} reads as raw text outside the site: write a link, [text](#key)",
            )
    known = {link.start - 1 for link in links(source)}
    for found in _ANCHORED.finditer(plain):
        opened = plain.rfind("[", 0, found.start() + 1)
        if opened not in known:
            line = source.splitlines()[_line(source, found.start()) - 1].strip()
            yield (
                _line(source, found.start()),
                f'a link to an anchor is written [text](#key) or [text](#key ".2f"), got {line[:80]!r}',
            )
    for fence in _FENCE.finditer(source):
        found = _DIRECTIVE.match(fence["info"])
        if found and (notebook or found[1][1:-1].startswith(_TITLED)):
            yield (
                _line(source, fence.start()),
                f"{found[1]} in a fence of code reads as code outside the site: write :::{found[1]} Title",
            )
    yield from _block_faults(source, _blanked(source, spans=False))


def _block_faults(source: str, plain: str) -> Iterator[tuple[int, str]]:
    starts = {found.start() for found in _BLOCK.finditer(plain)}
    for found in _COLON_FENCE.finditer(plain):
        if found["kind"].startswith("prf:") and found.start() not in starts:
            yield _line(source, found.start()), f"{found[0].strip()!r} has no line of as many colons that ends it"
    for found in _BLOCK.finditer(plain):
        line, name = _line(source, found.start()), f":::{{prf:{found['kind']}}}"
        if not found["title"].strip():
            yield line, f"{name} needs its title on the first line: {name} Title"
        if not re.search(r"^:label:[ \t]*\S", found["options"], re.M):
            yield line, f"{name} needs a label on the second line: :label: thm-name"
        if found["text"][:1] != "\n" or not found["text"].endswith("\n\n"):
            yield line, f"{name} needs an empty line after its label and one before its end, so that its text reads"

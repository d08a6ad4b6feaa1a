"""Numbers of theorems: each part of the book counts its own, so "Theorem 2.1" is the first one of the second part.

The number of a block is its part's place in the table of contents and its place among the blocks of its kind in that
part. It is read from the sources alone, so that the built pages can be compared with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from . import citations, prose

__all__ = ["Block", "TheoremError", "blocks", "unsourced", "unused_papers"]

# A block opens with a fence of colons or of backticks; its label is among the options, in one of their two forms.
_OPENING = re.compile(r"^ {0,3}(?P<fence>:{3,}|`{3,})\{prf:(?P<kind>\w+)\}", re.MULTILINE)
_LABEL = re.compile(r"^ {0,3}:?label: *(?P<label>\S+) *$", re.MULTILINE)
# What is proved, and so has an author: somebody who is cited, or we.
_PROVED = ("theorem", "lemma", "proposition", "corollary")
_SOURCE = re.compile(r"\]\(#cite-\w+\)|\bown derivation\b")
_CITED = re.compile(r"\(#cite-(\w+)\)")
# What may open like a block and carries no number.
_UNNUMBERED = ("proof", "ref", "numref")


class TheoremError(ValueError):
    """A theorem that cannot be numbered or named; the message names the page and the block."""


class Block(NamedTuple):
    """One numbered block of the book: `page` is its page without ending, `label` its anchor there."""

    page: str
    kind: str
    label: str
    part: int
    count: int

    @property
    def number(self) -> str:
        return f"{self.part}.{self.count}"

    @property
    def name(self) -> str:
        return f"{self.kind.title()} {self.number}"


def _texts(root: Path, page: str) -> list[str]:
    """Return the Markdown of a page: its one text, or each of its cells."""
    for ending in (".ipynb", ".md"):
        path = root / f"{page}{ending}"
        if path.is_file():
            return prose.texts(path)
    raise TheoremError(f"_toc.yml lists {page}, and there is neither {page}.ipynb nor {page}.md")


def _labelled(page: str, text: str) -> Iterator[tuple[str, str]]:
    for opening in _OPENING.finditer(text):
        if opening["kind"] in _UNNUMBERED:
            continue
        # The options stand before the first empty line, and before the block's end where it is short.
        head = re.split(
            rf"^ *(?:{opening['fence'][0]}{{3,}} *)?$", text[opening.end() :].partition("\n")[2], flags=re.M
        )[0]
        found = _LABEL.search(head)
        if found is None:
            title = text[opening.end() :].partition("\n")[0].strip()
            raise TheoremError(f"{page}: the {opening['kind']} {title!r} has no label; write a line `:label: thm-…`")
        yield opening["kind"], found["label"]


def blocks(root: Path) -> dict[str, Block]:
    """Return every numbered block of the book by its label, in reading order.

    Raises
    ------
    TheoremError
        For a block without a label and for a label that stands twice.
    """
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found: dict[str, Block] = {}
    for part, one in enumerate(contents["parts"], start=1):
        counts: Counter[str] = Counter()
        for page in (chapter["file"] for chapter in one["chapters"]):
            for kind, label in (pair for text in _texts(root, page) for pair in _labelled(page, text)):
                if label in found:
                    raise TheoremError(
                        f"{page}: the label {label!r} stands a second time, first in {found[label].page}"
                    )
                counts[kind] += 1
                found[label] = Block(page, kind, label, part, counts[kind])
    return found


def unsourced(root: Path) -> list[str]:
    """Return a line for each theorem of the book that names no source: file, line, title, and what to write.

    A source is a link to a paper, or the words "own derivation", in the theorem or behind it in the same cell, before
    the next block or heading.
    """
    faults = []
    for page in _pages(root):
        path = next(path for ending in (".ipynb", ".md") if (path := root / f"{page}{ending}").is_file())
        lines = path.read_text(encoding="utf-8").splitlines()
        for text in prose.texts(path):
            for opening in _OPENING.finditer(text):
                if opening["kind"] not in _PROVED:
                    continue
                behind = text[opening.end() :]
                ends = [end.start() for one in (_OPENING, re.compile(r"^#+ ", re.M)) if (end := one.search(behind))]
                if not _SOURCE.search(behind[: min(ends, default=len(behind))]):
                    title = behind.partition("\n")[0].strip()
                    line = 1 + next(i for i, one in enumerate(lines) if f"{opening[0].strip()} {title}" in one)
                    faults.append(
                        f"{path.relative_to(root)}:{line}: the {opening['kind']} {title!r} names no source: behind it "
                        "write whose result it is, [](#cite-…), or that it is our own derivation"
                    )
    return faults


def unused_papers(root: Path) -> list[str]:
    """Return a line for each paper of ``book/references.bib`` that no page of the book cites: file, line, key."""
    path = root / "book" / "references.bib"
    cited = {key for page in _pages(root) for text in _texts(root, page) for key in _CITED.findall(text)}
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"book/references.bib:{1 + next(i for i, one in enumerate(lines) if f'{{{key},' in one)}: no page cites {key}; "
        "cite it where its result is used, or take it out"
        for key in citations.papers(path)
        if key not in cited
    ]


def _pages(root: Path) -> list[str]:
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]

"""What links in prose say: values from the cells that settle them, papers by author and year, theorems by title.

`problems` names each link whose text is old or whose target nobody knows, with file, cell and line; `write` brings the
texts up to date and changes nothing else. Neither executes anything: the values are those of the committed outputs.

Targets: the key of a glued value (``[688](#needed-p01)``), a paper of the bibliography
(``[Cobbe et al., 2021](#cite-cobbe2021training)``), a theorem or definition (``[Where a vote ends](#thm-vote-limit)``).
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat

from ..display.numbers import minus
from . import citations, claims, prose, stamps
from .claims import Claim, Glued

__all__ = ["Facts", "ProseChanged", "changes", "facts", "problems", "replaced", "text_of", "write"]

BIBLIOGRAPHY = Path("book/references.bib")
PAPER = "cite-"
# More numbers than this between two headings or cells are read by nobody: they belong in a figure or a table.
QUOTED = 8
_HEADING = re.compile(r"^#+ ", re.M)
_FORMAT = re.compile(r"\+?,?(?:\.\d+)?[efg%]|d|,d|\+d")


class ProseChanged(ValueError):
    """A file was changed by somebody else while it was worked on; it is left as it is."""


@dataclass(frozen=True)
class Place:
    """Where something stands, as an author finds it."""

    path: str
    cell: int | None = None

    def __str__(self) -> str:
        return self.path if self.cell is None else f"{self.path}, cell {self.cell}"

    def line(self, number: int) -> str:
        return f"{self}, line {number}"


@dataclass(frozen=True)
class Facts:
    """All that a link in prose may name."""

    glued: dict[str, tuple[Place, Glued]] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    papers: dict[str, citations.Paper] = field(default_factory=dict)
    blocks: dict[str, tuple[Place, str]] = field(default_factory=dict)


def pages(root: Path) -> list[Path]:
    """Return every file with prose that may quote a value: pages and notebooks of the book and the exercises."""
    return [*sorted((root / "book").rglob("*.md")), *stamps.notebooks(root)]


def _opened(path: Path) -> Any:
    """Return a notebook, an empty one where the file is none: the check of the form names it."""
    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, AttributeError, nbformat.ValidationError):
        return nbformat.v4.new_notebook()


def passages(path: Path, root: Path, notebook: Any = None) -> Iterator[tuple[Place, str]]:
    """Yield the Markdown of a file with its place: a page as a whole, a notebook by its Markdown cells."""
    name = path.relative_to(root).as_posix()
    if path.suffix == ".md":
        yield Place(name), path.read_text(encoding="utf-8")
        return
    for number, source in prose.cells(_opened(path) if notebook is None else notebook):
        yield Place(name, number), source


def facts(root: Path) -> tuple[Facts, list[str]]:
    """Return what links may name, and a sentence for each name that two places give."""
    register = root / claims.REGISTER
    found = Facts(
        claims=claims.read(register) if register.is_file() else {}, papers=citations.papers(root / BIBLIOGRAPHY)
    )
    twice = []
    for path in pages(root):
        notebook = _opened(path) if path.suffix == ".ipynb" else None
        for one in claims.outputs(notebook) if notebook is not None else ():
            place = Place(path.relative_to(root).as_posix(), one.cell)
            if one.key in found.glued:
                twice.append(f"{place}: the key {one.key!r} is glued already in {found.glued[one.key][0]}")
            found.glued.setdefault(one.key, (place, one.value))
        for place, source in passages(path, root, notebook):
            for block in prose.blocks(source):
                if block.label in found.blocks:
                    twice.append(f"{place.line(block.line)}: the label {block.label!r} has another block already")
                found.blocks.setdefault(block.label, (place, block.title))
    return found, twice


def formatted(value: Glued, spec: str) -> str:
    """Return a value as prose shows it: as glued, or in a Python format.

    Raises
    ------
    ValueError
        When the format does not fit the value.

    Examples
    --------
    >>> formatted(0.08119, ".3f"), formatted(-0.5, ""), formatted(12800, ",.0f")
    ('0.081', '−0.5', '12,800')
    """
    if not spec:
        return minus(str(value))
    if isinstance(value, str):
        raise ValueError(f"{value!r} is text and takes no format, got {spec!r}")
    if not _FORMAT.fullmatch(spec):
        raise ValueError(f"{spec!r} is not a number format; right are .2f, +.3f, ,.0f, .0%, .1e or .3g")
    try:
        return minus(format(value, spec))
    except ValueError:
        raise ValueError(f"the format {spec!r} does not fit {value!r}; right for it is .2f, ,.0f, .0% or .1e") from None


def text_of(link: prose.Link, place: Place, known: Facts) -> str:
    """Return what a link has to say.

    Raises
    ------
    ValueError
        When the target is unknown or the format does not fit; it says what would be right.
    """
    key = link.target
    if key.startswith(PAPER):
        return _cited(link, known)
    if key in known.blocks:
        return known.blocks[key][1]
    claim = known.claims.get(key)
    if claim is not None and claim.kind == "open":
        return claim.shown
    if key not in known.glued and claim is not None:
        raise ValueError(f"no cell glues {key!r}, a claim of {claim.page}: there write glue({key!r}, value)")
    if key not in known.glued:
        raise ValueError(f"no cell glues {key!r}{_like(key, [*known.glued, *known.claims, *known.blocks])}")
    home, value = known.glued[key]
    if claim is None and home.path != place.path:
        raise ValueError(
            f"{key!r} is glued in {home.path}: a page shows values of another one when they are claims; "
            f"add it to {claims.REGISTER}"
        )
    return formatted(value, link.title or (claim.format if claim is not None else ""))


def _like(key: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(key, sorted(set(names)), n=1, cutoff=0.75)
    return f"; is {close[0]!r} meant?" if close else "; glue it in a code cell of this page: glue(key, value)"


def _cited(link: prose.Link, known: Facts) -> str:
    key = link.target.removeprefix(PAPER)
    if key not in known.papers:
        close = difflib.get_close_matches(key, known.papers, n=1, cutoff=0.6)
        meant = f"; is {PAPER + close[0]!r} meant?" if close else f": add it to {BIBLIOGRAPHY}"
        raise ValueError(f"the bibliography has no paper {key!r}{meant}")
    paper = known.papers[key]
    # Inside parentheses the author writes "Brown et al., 2024", in a sentence "Brown et al. (2024)".
    return paper.label if re.search(r", \d{4}$", link.text) else paper.sentence


def _problems_of(place: Place, source: str, known: Facts, *, notebook: bool) -> Iterator[tuple[int, str]]:
    yield from prose.faults(source, notebook=notebook)
    for link in prose.links(source):
        try:
            right = text_of(link, place, known)
        except ValueError as error:
            yield link.line, f"{link}: {error}"
            continue
        if link.text.split() != right.split():
            yield link.line, f"{link} is old: it says {link.text!r}, right is {right!r}; `make tidy` writes it"
    yield from _crowds(source, known)


def _crowds(source: str, known: Facts) -> Iterator[tuple[int, str]]:
    """Yield the line of the first value too many after each heading, and how many there are."""
    quoted = [link for link in prose.links(source) if link.target in known.glued]
    heads = [match.start() for match in _HEADING.finditer(source)]
    for begin, end in pairwise((0, *heads, len(source))):
        here = [link for link in quoted if begin <= link.start < end]
        if len(here) > QUOTED:
            says = (
                f"{len(here)} values are quoted here, at most {QUOTED} can be read together: draw them, or make a table"
            )
            yield here[QUOTED].line, f"{here[QUOTED]}: {says}"


def problems(root: Path, paths: Iterable[Path] | None = None) -> Iterator[str]:
    """Yield each link that says something wrong and each form that reads as raw text, with file, cell and line."""
    known, twice = facts(root)
    yield from twice
    for path in pages(root) if paths is None else paths:
        for place, source in passages(path, root):
            found = _problems_of(place, source, known, notebook=path.suffix == ".ipynb")
            yield from (f"{place.line(line)}: {problem}" for line, problem in sorted(found))


def report(root: Path) -> int:
    """Print every problem of the prose, or that there is none; return an exit status."""
    found = list(problems(root))
    print("\n".join(found) if found else "every value, paper and theorem that the prose names is as the cells have it")
    return 1 if found else 0


def _right_or_as_it_is(link: prose.Link, place: Place, known: Facts) -> str:
    try:
        return text_of(link, place, known)
    except ValueError:
        # The check names it.
        return link.text


def write(path: Path, root: Path, known: Facts) -> list[str]:
    """Bring the links of a file up to date; return the lines that changed, old and new.

    Raises
    ------
    ProseChanged
        When somebody else wrote the file in the meantime.
    """
    before = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        place = Place(path.relative_to(root).as_posix())
        after = prose.rewritten(before, partial(_right_or_as_it_is, place=place, known=known))
        shown = changes(before, after, place)
    else:
        notebook, shown = nbformat.reads(before, as_version=4), []
        for place, source in passages(path, root, notebook):
            cell = notebook.cells[(place.cell or 1) - 1]
            cell.source = prose.rewritten(source, partial(_right_or_as_it_is, place=place, known=known))
            shown += changes(source, cell.source, place)
        after = nbformat.writes(notebook) + "\n" if shown else before
    if after != before:
        replaced(path, before, after)
    return shown


def changes(before: str, after: str, place: Place) -> list[str]:
    """Return the lines of prose that differ, each with its place, the old one and the new one."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [
        f"{place.line(number)}\n  - {old}\n  + {new}" for number, (old, new) in enumerate(pairs, start=1) if old != new
    ]


def replaced(path: Path, before: str, after: str) -> None:
    """Write a file anew, first beside it; where it is no longer what it was, both stay and the error says so.

    An editor may save a notebook while its cells run: what was typed then must not be lost.

    Raises
    ------
    ProseChanged
        Naming the file that holds the new form.
    """
    new = path.with_name(f"{path.name}.new")
    new.write_text(after, encoding="utf-8", newline="\n")
    if path.read_text(encoding="utf-8") != before:
        raise ProseChanged(
            f"{path.name} was saved by another program meanwhile and is left as it is; the new form is in {new.name}. "
            f"Take from it what you need, delete it, and run the command again."
        )
    os.replace(new, path)

"""Reading time: what each page claims in its head, what a formula makes of its contents, and what each path adds up to.

``python -m inference_scaling.site.minutes`` prints the pages with both numbers, the sum of each path and what is wrong;
the build refuses the same. ``--write`` sets each head's **Time** to the formula's number, rounded to five minutes.
``--on afternoon PAGE …`` puts these pages and no others on a path. Neither executes anything.

The formula, in minutes: words / 150, 7 seconds a line of code that is shown, 1.5 a theorem, 1.5 a line of a
derivation, 0.75 a figure, 2 a question, 4 an exercise, 4 anything else to play with. It is one straight pass in which
nothing is read twice. A notebook of the workshop takes what its tasks say, which includes the reading that leads to
them; its head is written in its source.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from .._project import project_root
from ..display.output import payloads
from ..lessons import registry
from . import cell_kinds, header, paths, prose
from .header import PATHS, Header, HeaderError
from .values import replaced

__all__ = [
    "LIMITS",
    "Contents",
    "Page",
    "choose",
    "contents",
    "main",
    "pages",
    "problems",
    "report",
    "rounded",
    "table",
]

WORDS_A_MINUTE = 150
CODE_LINE, THEOREM, DERIVATION_LINE, FIGURE, QUESTION, COMPONENT, EXERCISE = 7 / 60, 1.5, 1.5, 0.75, 2, 4, 4
# How far a claim may lie from the formula, as a share of the formula's number.
OFF = 0.25
STEP = 5
# What the name of a path promises, and the ten-minute page its own, in minutes.
LIMITS = {"afternoon": 240}
SHORT = 10

# Outputs that are looked at, and outputs that ask; a derivation counts by its lines.
_FIGURES = ("figure", "drawing")
_QUESTIONS = ("prediction", "ask")
# A value is part of a sentence. What a lesson asks back says its own time, and may wait for another day.
_UNCOUNTED = ("value", "recall")

_OUTPUT = re.compile(r"^ {0,3}(?:`{3,}|:{3,})\{output\}[ \t]*\S+", re.M)
_THEOREM = ("theorem", "lemma", "proposition", "corollary")
_FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.S)
_MARKUP = re.compile(r"^ {0,3}(?::{3,}|`{3,}|:[a-z]+:).*$|\]\([^)]*\)|<[^>\n]+>|^[|: -]+$", re.M)
_WORD = re.compile(r"\S*\w\S*")
_FENCE = re.compile(r"^ {0,3}(`{3,})([^\n]*)\n(.*?)^ {0,3}\1[ \t]*$", re.M | re.S)
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#[^)\s]*)?(?:\s+\"[^\"]*\")?\)")


@dataclass(frozen=True)
class Contents:
    """What a page holds, counted; code in lines that are shown, derivations in lines, tasks to write in minutes."""

    words: int = 0
    code: int = 0
    theorems: int = 0
    derivation: int = 0
    figures: int = 0
    questions: int = 0
    played: int = 0
    exercises: int = 0
    tasks: int = 0

    def __add__(self, other: Contents) -> Contents:
        return Contents(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def minutes(self) -> float:
        """The formula."""
        return self.tasks or (
            self.words / WORDS_A_MINUTE
            + self.code * CODE_LINE
            + self.theorems * THEOREM
            + self.derivation * DERIVATION_LINE
            + self.figures * FIGURE
            + self.questions * QUESTION
            + self.played * COMPONENT
            + self.exercises * EXERCISE
        )


@dataclass(frozen=True)
class Page:
    """A page on a path: its file, its head, and what it holds."""

    name: str
    path: Path
    head: Header
    contents: Contents

    @property
    def needs(self) -> list[str]:
        """The pages that its head says it rests on, by name; an anchor counts as its page."""
        folder = PurePosixPath(self.name).parent
        targets = [PurePosixPath(target) for target in _LINK.findall(self.head.needs) if _is_page(target)]
        return [_joined(folder, target).with_suffix("").as_posix() for target in targets]


def _is_page(target: str) -> bool:
    return ":" not in target and target.endswith((".ipynb", ".md"))


def _joined(folder: PurePosixPath, target: PurePosixPath) -> PurePosixPath:
    parts = list(folder.parts)
    for part in target.parts:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)


def _code_lines(language: str, source: str) -> int:
    """Count what a reader reads as code: commands without what they print, no data, no directive."""
    lines = [line for line in source.splitlines() if line.strip()]
    if language == "console":
        return sum(line.lstrip().startswith("$") for line in lines)
    return 0 if language in ("", "text") or language.startswith("{") else len(lines)


def _prose(text: str) -> Contents:
    """Count a Markdown text: what is fenced as code is code, a formula within a sentence is a word."""
    code = sum(_code_lines(found[2].strip(), found[3]) for found in _FENCE.finditer(text))
    words = _MARKUP.sub(" ", _FORMULA.sub(" x ", _FENCE.sub(" ", text)))
    return Contents(
        words=len(_WORD.findall(words)),
        code=code,
        theorems=sum(block.kind in _THEOREM for block in prose.blocks(text)),
        played=len(_OUTPUT.findall(text)),
    )


def _output(kind: str, data: Any) -> Contents:
    if kind in _FIGURES:
        return Contents(figures=1)
    if kind in _QUESTIONS:
        return Contents(questions=1)
    if kind == "derivation":
        return Contents(derivation=len(data["steps"]))
    if kind == "box":
        return Contents(exercises=1)
    return Contents() if kind in _UNCOUNTED else Contents(played=1)


def _cell(cell: Any) -> Contents:
    if cell.cell_type == "markdown":
        return _prose(cell.source)
    if cell.cell_type != "code":
        return Contents()
    if cell.metadata.get("nbgrader", {}).get("grade"):
        return Contents(tasks=registry.find(cell.metadata.nbgrader.grade_id).minutes)
    hidden = set(cell.metadata.get("tags", [])) & set(cell_kinds.TAGS.values())
    lines = 0 if hidden else sum(bool(line.strip()) for line in cell.source.splitlines())
    shown = [_output(kind, data) for output in cell.outputs for kind, data in payloads(output.get("data", {}))]
    return sum(shown, Contents(code=lines))


def contents(path: Path) -> Contents:
    """Count what a page holds: a notebook by its committed outputs, a page without code by its text."""
    if path.suffix == ".md":
        return _prose(path.read_text(encoding="utf-8"))
    return sum(map(_cell, nbformat.read(path, as_version=4).cells), Contents())


def pages(root: Path) -> tuple[list[Page], list[str]]:
    """Return the pages on paths in the order of the contents, and a sentence for each head that cannot be read."""
    found, wrong = [], []
    for name in [name for names in paths.contents(root).values() for name in names]:
        try:
            head = paths.head(root, name)
        except HeaderError as error:
            wrong.append(str(error))
            continue
        if head:
            notebook = root / f"{name}.ipynb"
            path = notebook if notebook.is_file() else root / f"{name}.md"
            found.append(Page(name, path, head, contents(path)))
    return found, wrong


def rounded(minutes: float) -> int:
    """Return minutes as a head states them: to five, and never none.

    Examples
    --------
    >>> rounded(1.2), rounded(37.4), rounded(37.6)
    (5, 35, 40)
    """
    return max(STEP, STEP * round(minutes / STEP))


def problems(root: Path) -> Iterator[str]:
    """Yield, page by page and then path by path, what a reader would be promised and not get."""
    found, wrong = pages(root)
    yield from wrong
    for page in found:
        yield from _claim_problems(page)
    yield from _short_problems(root)
    for path in PATHS:
        yield from _path_problems(path, found)


def _claim_problems(page: Page) -> Iterator[str]:
    formula, claimed = page.contents.minutes, page.head.minutes
    if claimed != rounded(formula) and abs(claimed - formula) > OFF * formula:
        yield (
            f"{page.name}{page.path.suffix}: its head claims {claimed} minutes, and what it holds takes {formula:.0f}, "
            f"more than a quarter off; write {rounded(formula)} minutes, or shorten or divide {page.name}"
        )


def _short_problems(root: Path) -> Iterator[str]:
    page = root / f"{paths.SHORT}.md"
    if page.is_file() and (takes := contents(page).minutes) > SHORT * (1 + OFF):
        yield f"{paths.SHORT}.md: it takes {takes:.0f} minutes, and ten are promised"


def _path_problems(path: str, found: Sequence[Page]) -> Iterator[str]:
    on = [page for page in found if path in page.head.paths]
    total, most = sum(page.head.minutes for page in on), LIMITS.get(path)
    if most is not None and total > most:
        longest = max(on, key=lambda page: page.head.minutes)
        yield (
            f"the path {path!r} adds up to {total} minutes, at most {most} are promised; take a page off it: "
            f"the longest is {longest.name} with {longest.head.minutes}"
        )
    known, before = {page.name for page in found}, set()
    for page in on:
        for needed in page.needs:
            if needed in known and needed not in before:
                is_later = any(other.name == needed for other in on)
                yield (
                    f"{page.name}{page.path.suffix}: its head says '**You need**' {needed}, which "
                    f"{'comes later' if is_later else 'is not'} on the path {path!r}; "
                    f"{'change the order of the contents' if is_later else f'put {needed} on it'}, "
                    f"take {page.name} off the path, or do without"
                )
        before.add(page.name)


def report(root: Path) -> int:
    """Print what is wrong with times and paths; return an exit status."""
    found = list(problems(root))
    print("".join(f"{problem}\n" for problem in found), end="", file=sys.stderr)
    return 1 if found else 0


def table(found: Sequence[Page]) -> str:
    """Return the pages with what they claim and hold, and the sum of each path."""
    names = [one.name for one in fields(Contents)]
    rows = [f"{'page':44}{'claimed':>8}{'formula':>8}" + "".join(f"{name:>11}" for name in names) + "  paths"]
    rows += [
        f"{page.name.removeprefix('book/'):44}{page.head.minutes:8}{page.contents.minutes:8.1f}"
        + "".join(f"{getattr(page.contents, name):11,}" for name in names)
        + f"  {', '.join(page.head.paths)}"
        for page in found
    ]
    for path in PATHS:
        on = [page for page in found if path in page.head.paths]
        limit = f", at most {LIMITS[path]}" if path in LIMITS else ""
        formula = sum(page.contents.minutes for page in on)
        claimed = sum(page.head.minutes for page in on)
        rows.append(f"{path}: {len(on)} pages, {claimed} minutes claimed, {formula:.0f} by formula{limit}")
    return "\n".join(rows)


def write(page: Page, change: Callable[[str], str]) -> bool:
    """Change the head of a page and nothing else; say whether its file changed.

    Raises
    ------
    ProseChanged
        When an editor saved the file meanwhile; the file is then left as it is.
    """
    before = page.path.read_text(encoding="utf-8")
    if page.path.suffix == ".md":
        after = change(before)
    else:
        notebook = nbformat.reads(before, as_version=4)
        notebook.cells[0].source = change(notebook.cells[0].source)
        after = nbformat.writes(notebook) + "\n"
    if after != before:
        replaced(page.path, before, after)
    return after != before


def choose(path: str, names: Iterable[str], found: Sequence[Page]) -> list[str]:
    """Put these pages and no others on a path; return the names of the files that changed.

    Raises
    ------
    ValueError
        When there is no such path, or a page is none of the book's lessons; nothing is changed then.
    """
    if path not in PATHS:
        raise ValueError(f"unknown path {path!r}; known: {', '.join(PATHS)}")
    known = {page.name: page for page in found}
    wanted = {name if name in known else f"book/{name.removesuffix('.ipynb').removesuffix('.md').removeprefix('book/')}"
              for name in names}  # fmt: skip
    if missing := sorted(wanted - known.keys()):
        raise ValueError(f"{missing[0]} is no lesson of the contents; there are {', '.join(known)}")
    changed = []
    for page in found:
        on = [one for one in PATHS if (page.name in wanted if one == path else one in page.head.paths)]
        if not on:
            raise ValueError(f"{page.name} would be on no path; put it on {path!r} too")
        if tuple(on) != page.head.paths and write(page, partial(header.with_paths, on=on)):
            changed.append(page.name)
    return changed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="minutes", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="set each head's time to the formula's number")
    parser.add_argument("--on", nargs="+", metavar=("PATH", "PAGE"), help="put these pages, no others, on a path")
    options = parser.parse_args(arguments)
    try:
        root = project_root(Path.cwd())
        if options.on:
            print(
                "".join(
                    f"{name}: on other paths now\n" for name in choose(options.on[0], options.on[1:], pages(root)[0])
                )
            )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if options.write:
        for page in pages(root)[0]:
            new = rounded(page.contents.minutes)
            if new != page.head.minutes and write(page, partial(header.with_minutes, minutes=new)):
                print(f"{page.name}: {page.head.minutes} → {new} minutes")
    print(table(pages(root)[0]), flush=True)
    return report(root)


if __name__ == "__main__":
    sys.exit(main())

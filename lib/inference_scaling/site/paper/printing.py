"""Print the joined pages until their page numbers are true, and write the PDF with its bookmarks."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, OutlineItem
from playwright.sync_api import Page

from ..._project import project_root
from .. import chromium
from .document import PaperError, Sheet, chapters, chosen, joined, sheets

__all__ = ["Printed", "book", "main"]

PDF = Path("_build/book.pdf")
JOINED = Path("_build/paper/book.html")
# The width between the margins of paper.css, in pixels of CSS, rounded down.
COLUMN = 657
# A number put in may move a line, and so a number: as often as this they are put in again.
TRIES = 4
# Before the chapters stand the cover and the contents, each with a title.
FRONT = 2
_SCRIPT = files("inference_scaling.display") / "static" / "paper" / "paper.js"


@dataclass(frozen=True)
class Printed:
    """A PDF, the number of its pages, and the page on which each place stands that a link leads to, from one."""

    content: bytes
    count: int
    pages: Mapping[str, int]


def _places(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Return the page number of each named place."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    named = pdf.Root.get(Name.Dests, Dictionary())
    found = {name.removeprefix("/"): place for name, place in named.items()}
    if Name.Names in pdf.Root and Name.Dests in pdf.Root.Names:
        found |= dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())
    return {name: numbers[place[0].objgen] for name, place in found.items()}


def _once(page: Page) -> Printed:
    content = page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Printed(content, len(pdf.pages), _places(pdf))


def _numbered(page: Page) -> Printed:
    """Print until the numbers in the text are those of the pages that they speak of."""
    printed = _once(page)
    for _ in range(TRIES):
        page.evaluate("(pages) => paper.number(pages)", dict(printed.pages))
        before, printed = printed, _once(page)
        if printed.pages == before.pages:
            return printed
    raise PaperError("the page numbers do not settle: a line moves whenever they are put in")


def _in_order(items: Sequence[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        yield item
        yield from _in_order(item.children)


def _titled(items: Sequence[OutlineItem], headings: Sequence[str]) -> None:
    """Give bookmarks the words of the headings: the browser drops the space at which a heading breaks into lines.

    Raises
    ------
    PaperError
        Where a bookmark is not the heading of its place.
    """
    marks = list(_in_order(items))
    for mark, heading in zip_longest(marks, headings):
        if mark is None or heading is None or "".join(mark.title.split()) != "".join(heading.split()):
            raise PaperError(f"the browser has the bookmark {mark and mark.title!r} for the heading {heading!r}")
        mark.title = heading


def _by_part(items: Sequence[OutlineItem], these: Sequence[Sheet]) -> list[OutlineItem]:
    """Put the bookmarks of the chapters under those of their parts."""
    made = list(items[:FRONT])
    for item, one in zip(items[FRONT:], these, strict=True):
        _titled([item], one.headings)
        item.is_closed = True
        if not one.chapter.part:
            made.append(item)
            continue
        if made[-1].title != one.chapter.part:
            made.append(OutlineItem(one.chapter.part, item.destination))
        made[-1].children.append(item)
    return made


def _finished(printed: Printed, these: Sequence[Sheet]) -> bytes:
    """Return the PDF with its bookmarks in order, shown at once, and packed."""
    with pikepdf.open(io.BytesIO(printed.content)) as pdf:
        with pdf.open_outline() as outline:
            outline.root[:] = _by_part(list(outline.root), these)
        pdf.Root.PageMode = Name.UseOutlines
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        packed = io.BytesIO()
        pdf.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True)
    return packed.getvalue()


def book(root: Path, names: Sequence[str] = (), to: Path | None = None) -> Printed:
    """Print the built book, or the pages of these names, as one PDF.

    Raises
    ------
    PaperError
        Where a page is not known or not built, or where something is wider than the paper.
    """
    these = sheets(root, chosen(chapters(root), names))
    source = root / JOINED
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(joined(root, these, source.parent), encoding="utf-8")
    with chromium.chromium() as browser:
        page = browser.new_page(viewport={"width": COLUMN, "height": 900}, color_scheme="light")
        page.emulate_media(media="print")
        page.goto(source.resolve().as_uri())
        page.add_script_tag(content=_SCRIPT.read_text(encoding="utf-8"))
        # Measured and printed before the typeface has come, lines would break elsewhere.
        page.evaluate("document.body.offsetWidth, document.fonts.ready.then(() => null)")
        if wide := page.evaluate("(column) => paper.fit(column)", COLUMN):
            raise PaperError(f"wider than the paper, {len(wide)} in all: {'; '.join(wide[:5])}")
        printed = _numbered(page)
    finished = Printed(_finished(printed, these), printed.count, printed.pages)
    path = to or root / PDF
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(finished.content)
    return finished


def main(arguments: Sequence[str]) -> int:
    """Print the book, say how large it is, and return an exit status."""
    parser = argparse.ArgumentParser(prog="make pdf", description="Print the built book as one PDF.")
    parser.add_argument("pages", nargs="*", help="names of pages, as in _toc.yml; without any, the whole book")
    parser.add_argument("--to", type=Path, default=PDF, help="where the PDF goes")
    given = parser.parse_args(arguments)
    try:
        root = project_root(Path.cwd())
        if chromium.install() is None:
            raise PaperError("no Chromium, the browser that prints, could be installed: install one by hand")
        printed = book(root, given.pages, root / given.to)
    except ValueError as error:
        print(f"Nothing was printed: {error}", file=sys.stderr)
        return 1
    print(f"The book is in {given.to}: {printed.count} pages, {len(printed.content) / 1e6:.1f} MB.")
    return 0

"""The book on paper: a few built pages, and a small book of what is hard to print, are printed and read."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import pytest
from browsing import SITE
from bs4 import BeautifulSoup
from inference_scaling.site import chromium, paper
from pypdf import PdfReader
from pypdf.generic import Destination

ROOT = SITE.parents[1]
LESSON = "book/theorem/diminishing_returns"
NEXT = "book/theorem/better_model"
# With an answer, with both kinds of folds, with a heading that breaks, and with a wide table.
PAGES = ["book/index", LESSON, NEXT, "book/reference/notation", "book/reference/accessibility"]
PARTS = ["Theorem", "Reference"]
POINT = 25.4 / 72
# One worker has all tests that read the printed pages, so that they are printed once.
PRINTED = pytest.mark.xdist_group("printed")
# The page and its margins, in points.
LEFT, RIGHT = 18 / POINT, 192 / POINT


def squeezed(text: str) -> str:
    """Return a text without its spaces and ligatures, which are the printer's business."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


class Read:
    """A printed book, read by another library than the one that wrote it."""

    def __init__(self, path: Path) -> None:
        self.file = PdfReader(path)
        self.pages = [page.extract_text() for page in self.file.pages]
        self.text = squeezed(" ".join(self.pages))

    def bookmarks(self) -> list[tuple[int, str, int]]:
        """Return depth, title and page number of every bookmark."""
        return list(self._walk(self.file.outline, 0))

    def _walk(self, items: list, depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, Destination):
                yield depth, item.title, self.file.get_destination_page_number(item) + 1
            else:
                yield from self._walk(item, depth + 1)

    def starts(self) -> list[tuple[float, str]]:
        """Return where each run of text begins, from the left edge of its page in points."""
        found = []

        def visit(text: str, outer: list[float], inner: list[float], *_: object) -> None:
            if text.strip():
                found.append((inner[4] * outer[0] + inner[5] * outer[2] + outer[4], text.strip()))

        for page in self.file.pages:
            page.extract_text(visitor_text=visit)
        return found

    def links(self) -> list[dict]:
        return [note.get_object() for page in self.file.pages for note in page.get("/Annots", [])]


@pytest.fixture(scope="module", autouse=True)
def _browser(browser) -> Iterator[None]:
    """Print in the browser that all tests of pages share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chromium, "chromium", lambda: nullcontext(browser))
        yield


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> Read:
    path = tmp_path_factory.mktemp("paper") / "book.pdf"
    made = paper.book(ROOT, PAGES, path)
    read = Read(path)
    assert (made.count, len(made.content)) == (len(read.pages), path.stat().st_size)
    return read


@cache
def article(name: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf-8"), "html.parser").select_one("article")


def title(name: str) -> str:
    return " ".join(article(name).select_one("h1").get_text().removesuffix("#").split())


@PRINTED
def test_contents_and_bookmarks_are_the_parts_and_pages_in_their_order_with_their_page_numbers(printed):
    marks = printed.bookmarks()
    titles = [title(name) for name in PAGES]
    chapters = [(text, page) for depth, text, page in marks if text in titles and depth == (text != titles[0])]
    assert [text for text, _ in chapters] == titles
    assert [text for depth, text, _ in marks if depth == 0][2:] == [title(PAGES[0]), *PARTS]
    listed = squeezed(printed.pages[1])
    for text, page in chapters:
        assert f"{squeezed(text)}{page}" in listed, f"the contents give {text!r} another page than {page}"
        # The head of the page, its number, the name of a part that begins, and the title.
        beginning = squeezed(printed.pages[page - 1])[: 3 * len(text) + 40]
        assert re.search(f"{re.escape(squeezed(text))}{page}\\w*{re.escape(squeezed(text))}", beginning), beginning


@PRINTED
def test_every_heading_is_a_bookmark_that_leads_to_it(printed):
    marks = {(text, page) for _, text, page in printed.bookmarks()}
    (first,), (after,) = ([at for one, at in marks if one == title(name)] for name in (LESSON, NEXT))
    for head in article(LESSON).select("h2"):
        text = " ".join(head.get_text().removesuffix("#").split())
        # Other lessons have a summary too.
        (page,) = [at for one, at in marks if one == text and first <= at < after]
        assert squeezed(text) in squeezed(printed.pages[page - 1])


@PRINTED
def test_the_findings_of_figures_are_printed(printed):
    findings = [squeezed(one.get_text()) for name in PAGES for one in article(name).select("figcaption, .its-finding")]
    assert len(findings) > 5
    assert [one for one in findings if one not in printed.text] == []


@PRINTED
def test_an_answer_stands_after_its_lesson_and_its_question_says_where(printed):
    question, truth, wrong = (
        squeezed(article(LESSON).select_one(f"its-prediction {name}").get_text())
        for name in (".its-question", ".its-truth", ".its-reply p")
    )
    lesson = printed.text[printed.text.index(question) :]
    answers = lesson.index("Answersandhints")
    assert lesson.index(truth) > answers
    assert lesson.index(wrong) > answers
    assert squeezed("Solve (1 − p)") not in lesson[:answers]
    number, *others = re.findall(r"Theanswerisonpage(\d+)", lesson[:answers])
    assert truth in squeezed(printed.pages[int(number) - 1])
    # The questions from memory say so too, each.
    assert len(others) >= len(article(LESSON).select("its-recall .its-recall__one"))
    assert lesson.index("A." + squeezed("5 points: each try has the same chance")) < lesson.index(truth)


@PRINTED
def test_links_lead_to_places_of_the_book_or_to_the_web(printed):
    links = printed.links()
    inner = [link for link in links if "/Dest" in link or "/D" in link.get("/A", {})]
    outer = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert len(inner) > 10
    assert len(inner) + len(outer) == len(links)
    assert [one for one in outer if not one.startswith(("http://", "https://"))] == []


@PRINTED
def test_the_book_is_printed_in_the_typeface_of_its_pages(printed):
    pages = [
        [font.get_object() for font in page["/Resources"].get("/Font", {}).values()] for page in printed.file.pages
    ]
    names = {str(font.get("/BaseFont")).rpartition("+")[2] for fonts in pages for font in fonts}
    assert {"Inter-Regular", "Inter-Italic"} <= names
    assert [name for name in names if "Serif" in name or name == "DejaVuSans"] == []
    # A font without a name is one of drawings, which readers of PDF show unevenly: outlined letters in plots alone.
    assert max(sum("/BaseFont" not in font for font in fonts) for fonts in pages) <= 1


@PRINTED
def test_text_begins_between_the_margins(printed):
    assert [one for one in printed.starts() if not LEFT - 2 < one[0] < RIGHT] == []


# A book of two pages, with what is too wide on a screen as well.
FIRST = """
<h1>First<a class="headerlink" href="#first">#</a></h1>
<p id="here">See <a href="second.html#there">the second</a>, <a href="https://example.org/">elsewhere</a> and
<a href="../_downloads/x.ipynb">a file</a>.</p>
<div class="cell"><details class="its-code"><summary><span>Show the code</span><span>Hide</span></summary>
<pre>folded_code = 1</pre></details></div>
<div class="highlight"><pre>shown = 1  # {code}</pre></div>
<table><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>
<figure class="its-figure"><svg viewBox="0 0 10 10">
<defs><clipPath id="c"><rect width="9" height="9"/></clipPath></defs>
<g clip-path="url(#c)"><rect width="5" height="5"/></g></svg>
<figcaption>A finding.</figcaption><details class="its-data">
<summary>The numbers as a table</summary><p>unwanted numbers</p></details></figure>
<details><summary>Folded</summary><p>and told.</p></details>
""".format(
    code="word " * 60 + "x" * 400,
    heads="".join(f"<th>column {i}</th>" for i in range(12)),
    cells="".join(f"<td><code>data/a_long_name_{i}.csv</code> and more words</td>" for i in range(12)),
)
SECOND = '<h1>Second</h1><p id="there">There.</p><its-box><p class="its-box__head">T-1</p>{hint}</its-box>'
HINT = '<div class="its-box__hints"><details><summary>Hint 1</summary><p>Think.</p></details></div>'


def small_book(root: Path, first: str = FIRST, second: str = SECOND) -> Path:
    """Write a book as it is when built."""
    (root / "pyproject.toml").write_text('[project]\nname = "inference-scaling"\n')
    shutil.copy(ROOT / "_config.yml", root)
    toc = "root: book/first\nparts:\n  - caption: Rest\n    chapters:\n      - file: book/second\n"
    (root / "_toc.yml").write_text(toc)
    for name, text in (("first", first), ("second", second.format(hint=HINT))):
        page = root / "_build" / "html" / "book" / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f'<html><body><article class="bd-article">{text}</article></body></html>')
    return root


def test_what_is_wide_is_set_smaller_or_wrapped_and_what_is_folded_stands_or_stays_out(tmp_path):
    root = small_book(tmp_path)
    paper.book(root)
    read = Read(root / "_build" / "book.pdf")
    assert [one for one in read.starts() if not LEFT - 2 < one[0] < RIGHT] == []
    assert read.text.count("x" * 400) == 1
    assert all(squeezed(f"a_long_name_{i}.csv") in read.text for i in range(12))
    assert "Foldedandtold." in read.text
    assert [word for word in ("folded_code", "unwantednumbers", "Showthecode") if word in read.text] == []
    assert "HintsHint1Think." in read.text.replace("T-1", "").replace("•", "")
    (there,) = [link["/A"]["/URI"] for link in read.links() if "/URI" in link.get("/A", {})]
    assert there == "https://example.org/"
    assert 'clip-path="url(#first--c)"' in (root / "_build" / "paper" / "book.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "first", "says"),
    [
        (["book/third"], FIRST, "the book has no page 'book/third'; a page is named as in _toc.yml: 'book/second'"),
        ([], "<p>No title.</p>", "book/first.html has no article with a title: build it anew with `make book`"),
        ([], FIRST + "<h1>Again</h1>", "book/first.html has the titles ['First', 'Again']: a page has one"),
        ([], FIRST + '<p style="white-space: nowrap">' + "wide " * 60, "wider than the paper, 1 in all: first: “wide"),
    ],
)
def test_what_cannot_be_printed_is_named(tmp_path, monkeypatch, capsys, arguments, first, says):
    monkeypatch.chdir(small_book(tmp_path, first))
    assert paper.main(arguments) == 1
    assert says in capsys.readouterr().err
    assert not (tmp_path / "_build" / "book.pdf").exists()


def test_a_book_that_is_not_built_is_said_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(small_book(tmp_path))
    (tmp_path / "_build/html/book/second.html").unlink()
    assert paper.main([]) == 1
    assert "_build/html/book/second.html is not there: run `make book` first" in capsys.readouterr().err


def test_without_a_browser_the_command_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(small_book(tmp_path))
    monkeypatch.setattr(chromium, "install", lambda: None)
    assert paper.main([]) == 1
    assert "no Chromium, the browser that prints, could be installed" in capsys.readouterr().err


def test_the_command_says_how_long_and_how_large_the_book_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(small_book(tmp_path))
    assert paper.main(["book/second.md", "--to", "one.pdf"]) == 0
    size = (tmp_path / "one.pdf").stat().st_size / 1e6
    assert capsys.readouterr().out == f"The book is in one.pdf: 3 pages, {size:.1f} MB.\n"

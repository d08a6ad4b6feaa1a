"""One built page as it stands on paper: nothing to press, nothing folded, its answers at its end.

A figure's table of numbers stays out: on paper the finding and the curve say it, and the site has the table.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

__all__ = ["Chapter", "Sheet", "page_of", "sheet"]

# What only works on a screen, and what a reader of the site folds out on request: code as `finish` folds it, numbers of
# figures, drawings in words.
SCREEN_ONLY = (
    "a.headerlink, script, button, input, svg.its-icon, [role=tooltip], .its-live, .its-menu, .its-panel, "
    ".its-stepper, .its-bets, .its-controls, .its-claims__bar, details.its-data, details.its-code"
)
# The folded answers, replies and hints of a page.
ANSWERED = "its-prediction, .its-recall__one"
BOX = "its-box"
BOX_HINTS = ".its-box__hints"
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_POINTS = ("aria-labelledby", "aria-describedby", "for", "headers")
# Names, signs and spaces have the colour of text: marking each would double the size of the print.
_PLAIN_CODE = "span.n, span.p, span.o, span.w, span.nn, span.bp, span.si, span.fm, span.vm"
# Where a path or a call in a cell of a table may break.
_LONG = re.compile(r"\S{14,}")
_HASH = re.compile(r"\w{16}(?=\w{8})")
_BREAKS = re.compile(r"([/_=]|[.,](?=[^\W\d]))")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Chapter:
    """A page of the book by its name in the table of contents; `part` is the caption that it stands under, if any."""

    part: str
    name: str

    @property
    def slug(self) -> str:
        """The name as it begins every id of the page."""
        return self.name.removeprefix("book/").replace("/", "-")


@dataclass(frozen=True)
class Sheet:
    """A page in its paper form."""

    chapter: Chapter
    headings: tuple[str, ...]
    body: Tag

    @property
    def title(self) -> str:
        """The page's title."""
        return self.headings[0]


def page_of(anchor: str) -> str:
    """Return the place that gets the number of the page on which `anchor` stands, once it is known."""
    return f'<span class="its-page" data-page-of="{anchor}">000</span>'


def _new(markup: str) -> Tag:
    made = BeautifulSoup(markup, "html.parser").find(True)
    assert isinstance(made, Tag)
    return made


def _unfolded(article: Tag) -> None:
    """Open what is folded and is neither an answer nor code nor a table of numbers: its summary becomes a line."""
    for fold in article.select("details"):
        if summary := fold.find("summary"):
            summary.name = "p"
            summary.attrs = {"class": "its-unfolded"}
        fold.name = "div"
        fold.attrs.pop("open", None)


def _breakable(article: Tag) -> None:
    """Say where a path, a call or a hash in a cell of a table may break, so that its column can be narrow."""
    for cell in article.select("td, th"):
        for text in cell.find_all(string=_LONG):
            parts = _BREAKS.sub(r"\1<wbr>", _HASH.sub(r"\g<0><wbr>", escape(text)))
            text.replace_with(BeautifulSoup(parts, "html.parser"))


def _moved(node: Tag) -> str:
    """Return a node's markup and take it off its place."""
    markup = node.decode_contents()
    node.decompose()
    return markup


def _choices(prediction: Tag) -> tuple[list[tuple[str, str]], bool]:
    """Return what a reader may have said with the reply to each, and whether the page offers these as choices."""
    data = prediction.find("script", type="application/json")
    offered = bool(json.loads(data.string or "{}").get("choices")) if isinstance(data, Tag) else True
    said = []
    for reply in prediction.select("details.its-reply"):
        summary = reply.find("summary")
        name = _moved(summary) if isinstance(summary, Tag) else ""
        said.append((name, reply.decode_contents()))
    for listed in prediction.select(".its-replies"):
        listed.decompose()
    return said, offered


def _bet(prediction: Tag, anchor: str) -> str:
    """Leave question and choices on their place; return the replies and the answer."""
    said, offered = _choices(prediction)
    truth = "".join(_moved(one) for one in prediction.select(".its-truth"))
    for rest in prediction.select(".its-answer"):
        rest.decompose()
    question = prediction.select_one(".its-question")
    asked = question.decode_contents() if question else ""
    if offered and said:
        choices = "".join(f"<li>{name}</li>" for name, _ in said)
        prediction.append(_new(f'<ol class="its-choices">{choices}</ol>'))
    prediction.append(_new(f'<p class="its-see"><a href="#{anchor}">The answer is on page {page_of(anchor)}.</a></p>'))
    items = "".join(
        f"<li><p><em>{f'{_LETTERS[i % 26]}. ' if offered else ''}{name}</em></p>{reply}</li>"
        for i, (name, reply) in enumerate(said)
    )
    answer = f'<p class="its-truth">{truth}</p>' if truth else ""
    return f'<p class="its-asked-again">{asked}</p>{answer}<ul class="its-replied">{items}</ul>'


def _hints(box: Tag, anchor: str) -> str:
    """Take a task's hints off their place, leave a line to write on, and return them."""
    hints = box.select_one(BOX_HINTS)
    if hints is None or not hints.find("details"):
        return ""
    items = []
    for hint in hints.select("details"):
        summary = hint.find("summary")
        name = _moved(summary) if isinstance(summary, Tag) else ""
        items.append(f"<li><p><em>{name}</em></p>{hint.decode_contents()}</li>")
    hints.decompose()
    head = box.select_one(".its-box__head")
    box.append(_new('<p class="its-write">Your answer:</p>'))
    box.append(_new(f'<p class="its-see"><a href="#{anchor}">Hints are on page {page_of(anchor)}.</a></p>'))
    return f'<p class="its-asked-again">{head.decode_contents() if head else ""}</p><ul>{"".join(items)}</ul>'


def _answers(article: Tag, slug: str) -> Tag | None:
    """Collect what the page keeps folded, as a section of its own; None where it keeps nothing."""
    found, answers, hints = [], 0, 0
    for place in article.select(f"{ANSWERED}, {BOX}"):
        anchor = f"{slug}--answer-{len(found) + 1}"
        markup = _hints(place, anchor) if place.name == BOX else _bet(place, anchor)
        if not markup:
            continue
        answers += place.name != BOX
        hints += place.name == BOX
        found.append(f'<div class="its-answered" id="{anchor}">{markup}</div>')
    if not found:
        return None
    title = "Answers and hints" if answers and hints else "Answers" if answers else "Hints"
    return _new(f'<section class="its-answers"><h2>{title}</h2>{"".join(found)}</section>')


def _is_empty(cell: Tag) -> bool:
    return not cell.get_text(strip=True) and cell.find(["svg", "img", "math"]) is None


def _own_ids(article: Tag, slug: str) -> None:
    """Begin every id of a page, and what refers to it in the page's drawings, with the page's name."""
    for node in article.find_all(True):
        if node.get("id") and not str(node["id"]).startswith(f"{slug}--"):
            node["id"] = f"{slug}--{node['id']}"
        for name in _POINTS:
            if value := node.get(name):
                words = value if isinstance(value, list) else str(value).split()
                node[name] = " ".join(f"{slug}--{word}" for word in words)
        if node.name == "a":
            continue
        for name, value in list(node.attrs.items()):
            if not isinstance(value, str):
                continue
            if name in ("href", "xlink:href") and value.startswith("#"):
                node[name] = f"#{slug}--{value[1:]}"
            elif "url(" in value:
                node[name] = _REFERENCE.sub(lambda found: f"url(#{slug}--{found[1]})", value)
    for style in article.select("svg style"):
        if style.string and "url(" in style.string:
            style.string = _REFERENCE.sub(lambda found: f"url(#{slug}--{found[1]})", style.string)


def _target(href: str, page: str, slugs: dict[str, str]) -> str | None:
    """Return the id that a link leads to on paper, or None where it leads to nothing that is printed."""
    found = urlsplit(href)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), found.path)) if found.path else page
    slug = slugs.get(path.removesuffix(".html"))
    if slug is None:
        return None
    fragment = unquote(found.fragment)
    # A state of a figure stands in the address behind an equals sign: on paper the figure is at rest.
    return f"{slug}--{fragment}" if fragment and "=" not in fragment else slug


def _linked(article: Tag, page: str, slugs: dict[str, str]) -> None:
    """Point every link to its place in the printed book; one that leads to a file or to no printed page is text."""
    for link in article.select("a"):
        href = str(link.get("href", ""))
        if href.startswith("#") and link.find_parent(class_=["its-see"]):
            continue
        if urlsplit(href).scheme in ("http", "https", "mailto"):
            continue
        target = _target(href, page, slugs) if href else None
        if target is None:
            link.name = "span"
            link.attrs = {}
        else:
            link["href"] = f"#{target}"


def sheet(markup: str, chapter: Chapter, slugs: dict[str, str]) -> Sheet:
    """Return a built page in its paper form.

    Parameters
    ----------
    markup
        The page's HTML as built.
    chapter
        Which page it is.
    slugs
        The beginning of the ids of every page that is printed, by its name.

    Raises
    ------
    ValueError
        Where the page has no text, or its text no title.
    """
    article = BeautifulSoup(markup, "html.parser").select_one("article.bd-article")
    title = article.find("h1") if article else None
    if not isinstance(article, Tag) or not isinstance(title, Tag):
        raise ValueError(f"{chapter.name}.html has no article with a title: build it anew with `make book`")
    # The answers first: what the page offers is read from the data that goes with the scripts.
    answers = _answers(article, chapter.slug)
    for node in article.select(SCREEN_ONLY):
        if not node.decomposed:
            node.decompose()
    for node in article.select(".highlight pre"):
        for word in node.select(_PLAIN_CODE):
            word.unwrap()
        node.smooth()
    _breakable(article)
    _unfolded(article)
    for cell in article.select(".cell"):
        if not cell.decomposed and _is_empty(cell):
            cell.decompose()
    if answers is not None:
        article.append(answers)
    _own_ids(article, chapter.slug)
    _linked(article, f"{chapter.name}.html", slugs)
    headings = article.select("h1, h2, h3, h4, h5, h6")
    if (titles := [head.get_text(strip=True) for head in headings if head.name == "h1"]) != [
        title.get_text(strip=True)
    ]:
        raise ValueError(f"{chapter.name}.html has the titles {titles}: a page has one, before all other headings")
    return Sheet(chapter, tuple(" ".join(head.get_text().split()) for head in headings), article)


def lead_somewhere(sheets: Collection[Sheet]) -> None:
    """Lead every link whose place is left out on paper to the page that it stands on."""
    ids = {str(node["id"]) for one in sheets for node in one.body.select("[id]")} | {one.chapter.slug for one in sheets}
    for one in sheets:
        for link in one.body.select('a[href^="#"]'):
            anchor = str(link["href"])[1:]
            if anchor not in ids:
                link["href"] = f"#{anchor.partition('--')[0]}"

"""The marked ways through the book: which page follows which for a reader with an afternoon, or a term.

A page's head names the paths it is on; the order is that of the table of contents. Nothing is
written twice: this module only reads. What a path promises is held by `minutes`.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import nbformat
import yaml

from .header import PATHS, Header, HeaderError, parse, parse_page

__all__ = ["SHORT", "Stop", "contents", "head", "lessons", "next_html", "next_on", "overview_html", "part_html"]

# The whole of the shortest way: one page without code, first in the contents.
SHORT = "book/setup/ten_minutes"
CLAIMS = "book/reference/claims"


@dataclass(frozen=True)
class Stop:
    """A page on the way; `name` is its page without ending, from the top folder."""

    name: str
    header: Header


def _files(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["file"]] if "file" in node else []
        return own + [file for key in ("parts", "chapters", "sections") for file in _files(node.get(key))]
    if isinstance(node, list):
        return [file for item in node for file in _files(item)]
    return []


def contents(root: Path) -> Mapping[str, list[str]]:
    """Return the pages of each part, both in the order of the table of contents."""
    return _parts((root / "_toc.yml").read_text(encoding="utf-8"))


# Every page of the build asks for the contents and for all heads: each text is read into objects once.
@lru_cache(maxsize=8)
def _parts(text: str) -> Mapping[str, list[str]]:
    return MappingProxyType({part.get("caption", ""): _files(part) for part in yaml.safe_load(text).get("parts", [])})


@lru_cache(maxsize=256)
def _head_of(notebook: str) -> Header:
    return parse(nbformat.reads(notebook, as_version=4))


def head(root: Path, name: str) -> Header | None:
    """Return the head of a page; None for a page that stands on no path.

    Raises
    ------
    HeaderError
        Naming the page's file, and what is missing there.
    """
    notebook, page = root / f"{name}.ipynb", root / f"{name}.md"
    try:
        if notebook.is_file():
            return _head_of(notebook.read_text(encoding="utf-8"))
        return parse_page(page.read_text(encoding="utf-8")) if page.is_file() else None
    except HeaderError as error:
        raise HeaderError(f"{name}{'.ipynb' if notebook.is_file() else '.md'}: {error}") from None


def lessons(root: Path) -> list[Stop]:
    """Return the lessons in reading order: the notebooks of the table of contents, and the pages that claim a time."""
    heads = ((name, head(root, name)) for names in contents(root).values() for name in names)
    return [Stop(name, found) for name, found in heads if found]


def next_on(name: str, stops: list[Stop]) -> dict[str, Stop]:
    """Return, for each path that the lesson is on, the lesson that comes next there."""
    position = next((i for i, stop in enumerate(stops) if stop.name == name), None)
    if position is None:
        return {}
    following = {}
    for path in stops[position].header.paths:
        later = [stop for stop in stops[position + 1 :] if path in stop.header.paths]
        if later:
            following[path] = later[0]
    return following


def _place(source: str, name: str) -> str:
    return "../" * source.count("/") + name + ".html"


def _link(source: str, stop: Stop) -> str:
    title = html.escape(stop.header.title)
    return f'<a href="{_place(source, stop.name)}">{title}</a> ({stop.header.minutes} minutes)'


def next_html(name: str, stops: list[Stop]) -> str:
    """Return what stands at the foot of a lesson: for each path the next page, or that the path ends here."""
    here = next((stop for stop in stops if stop.name == name), None)
    if here is None:
        return ""
    following = next_on(name, stops)
    # The reader of a longer path has been told, too, that a shorter one ends here; the way on comes first.
    items = [f"{_NAMED[path]}: {_link(name, stop)}" for path, stop in following.items()]
    items += [_end_html(name, path, stops) for path in here.header.paths if path not in following]
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f'<nav class="its-paths" aria-label="Next on your path"><p>Next</p><ul>{listed}</ul></nav>'


_NAMED = {"afternoon": "In an afternoon", "course": "In the course"}


def _end_html(name: str, path: str, stops: Sequence[Stop]) -> str:
    """Return the sentence with which a path ends, and where a reader who wants more goes on."""
    pages = sum(path in stop.header.paths for stop in stops)
    reached = f"You have reached the end of the {path}: {pages} {'page' if pages == 1 else 'pages'}."
    if path == "course":
        return f'{reached} <a href="{_place(name, CLAIMS)}">Every claim of the book</a> stands in one table.'
    more = [stop for stop in stops if "course" in stop.header.paths and path not in stop.header.paths]
    return f"{reached} The course has {len(more)} more; the first is {_link(name, more[0])}." if more else reached


def overview_html(source: str, stops: list[Stop], *, short: bool = False) -> str:
    """Return the paths as lists of pages with their minutes, for the landing page; `short` where that page exists."""
    blocks = []
    if short:
        blocks.append(
            f'<p>If you have ten minutes: <a href="{_place(source, SHORT)}">the whole story on one page</a>, '
            "without code or formulas.</p>"
        )
    for path in PATHS:
        on = [stop for stop in stops if path in stop.header.paths]
        if on:
            total = sum(stop.header.minutes for stop in on)
            items = "".join(f"<li>{_link(source, stop)}</li>" for stop in on)
            blocks.append(
                f"<details><summary>{html.escape(_NAMED[path])}: {len(on)} "
                f"{'page' if len(on) == 1 else 'pages'}, {_long(total)} in all</summary><ol>{items}</ol></details>"
            )
    return f'<div class="its-paths">{"".join(blocks)}</div>'


def _long(minutes: int) -> str:
    """Say a time as people do: minutes for an afternoon, hours for a course."""
    return f"{minutes} minutes" if minutes <= 300 else f"about {round(minutes / 60)} hours"


def part_html(source: str, names: Sequence[str], stops: Sequence[Stop]) -> str:
    """Return the lessons of one part as a list of links, in the order of the contents."""
    return f"<ol>{''.join(f'<li>{item}</li>' for item in _part_items(source, names, stops))}</ol>"


def _part_items(source: str, names: Sequence[str], stops: Sequence[Stop]) -> Iterator[str]:
    heads = {stop.name: stop for stop in stops}
    return (_link(source, heads[name]) for name in names if name in heads)

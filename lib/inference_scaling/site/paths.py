"""The marked ways through the book: which lesson follows which for a reader with 25 minutes, or a term.

A lesson's head names the paths it is on; the order is that of the table of contents. Nothing is
written twice: this module only reads.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml

from .header import PATHS, Header, parse

__all__ = ["Stop", "lessons", "next_html", "next_on", "overview_html"]


@dataclass(frozen=True)
class Stop:
    """A lesson on the way; `name` is its page without ending, from the top folder."""

    name: str
    header: Header


def _files(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["file"]] if "file" in node else []
        return own + [file for key in ("parts", "chapters", "sections") for file in _files(node.get(key))]
    if isinstance(node, list):
        return [file for item in node for file in _files(item)]
    return []


def lessons(root: Path) -> list[Stop]:
    """Return the lessons in reading order: the notebooks of the table of contents."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    paths = {name: root / f"{name}.ipynb" for name in _files(contents)}
    return [Stop(name, parse(nbformat.read(path, as_version=4))) for name, path in paths.items() if path.is_file()]


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


def _link(source: str, stop: Stop) -> str:
    place = "../" * source.count("/") + stop.name + ".html"
    return f'<a href="{place}">{html.escape(stop.header.title)}</a> ({stop.header.minutes} minutes)'


def next_html(name: str, stops: list[Stop]) -> str:
    """Return the links at the foot of a lesson, one a path; empty where no path goes on."""
    following = next_on(name, stops)
    if not following:
        return ""
    items = "".join(f"<li>{html.escape(_named(path))}: {_link(name, stop)}</li>" for path, stop in following.items())
    return f'<nav class="its-paths" aria-label="Next on your path"><p>Next</p><ul>{items}</ul></nav>'


def _named(path: str) -> str:
    return {"25 minutes": "If you have 25 minutes", "afternoon": "In an afternoon", "course": "In the course"}[path]


def overview_html(source: str, stops: list[Stop]) -> str:
    """Return the paths as lists of lessons with their minutes, for the landing page."""
    blocks = []
    for path in PATHS:
        on = [stop for stop in stops if path in stop.header.paths]
        if on:
            total = sum(stop.header.minutes for stop in on)
            items = "".join(f"<li>{_link(source, stop)}</li>" for stop in on)
            blocks.append(
                f"<details><summary>{html.escape(_named(path))}: {len(on)} "
                f"{'lesson' if len(on) == 1 else 'lessons'}, {total} minutes in all</summary><ol>{items}</ol></details>"
            )
    return f'<div class="its-paths">{"".join(blocks)}</div>'

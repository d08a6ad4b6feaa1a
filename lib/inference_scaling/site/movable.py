"""The figures that a hand can move: one page with all of them, and a page of its own for each, to be projected.

They are read from the committed notebooks, as every page is; nothing is computed here. What each asks stands in
``book/teaching/figures.toml``.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from ..display import line_plot
from ..display.output import payloads
from ..interactive import explorable, replay
from . import header, paths, stills
from .renderers import rendered

__all__ = ["FOLDER", "QUESTIONS", "Movable", "alone", "gallery", "movable", "write"]

QUESTIONS = Path("book/teaching/figures.toml")
# Below the folder of the site's assets.
FOLDER = "figures"
KINDS = ("explorable", "ask", "race", "tree")
PAGE = "book/teaching/figures"
# The workshop's trees are of a notebook that the learner runs.
_LEFT_OUT = ("Workshop",)


class Movable(NamedTuple):
    """A figure to move: what it asks, its data, and the first lesson that shows it."""

    id: str
    kind: str
    asks: str
    payload: Mapping[str, Any]
    lesson: str
    title: str
    part: str


def movable(root: Path) -> list[Movable]:
    """Return all figures that a hand can move, in the order of the contents, each once.

    Raises
    ------
    ValueError
        For a figure without its question in the file, or a question without its figure.
    """
    with open(root / QUESTIONS, "rb") as file:
        asked = tomllib.load(file)
    found: dict[str, Movable] = {}
    for part, pages in paths.contents(root).items():
        for page in pages if part not in _LEFT_OUT else ():
            path = (root / page).with_suffix(".ipynb")
            if not path.is_file():
                continue
            notebook = nbformat.read(path, as_version=4)
            for kind, data in _outputs(notebook):
                one = data["id"]
                if one not in asked:
                    raise ValueError(f"{QUESTIONS}: the figure {one!r} of {page} has no question")
                title = header.parse(notebook).title
                found.setdefault(one, Movable(one, kind, asked[one], data, page, title, part))
    if left := sorted(set(asked) - set(found)):
        raise ValueError(f"{QUESTIONS}: no lesson shows the figure {left[0]!r}")
    return list(found.values())


def _outputs(notebook: Any) -> list[tuple[str, Mapping[str, Any]]]:
    bundles = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    return [(kind, data) for bundle in bundles for kind, data in payloads(bundle) if kind in KINDS]


def _picture(one: Movable, up: str) -> str:
    """Return the figure at rest, small; of one that asks for a bet first, nothing that answers it."""
    if one.kind == "explorable":
        state = {control["name"]: control["value"] for control in one.payload["controls"]}
        return line_plot.svg(explorable.told(one.payload, explorable.specs(one.payload, state)))
    return f'<img src="{up}_static/{FOLDER}/{one.id}.svg" alt="" loading="lazy" width="360" height="244">'


def gallery(root: Path, up: str) -> list[tuple[str, str]]:
    """Return for each part its name and its figures as HTML; `up` leads from the page to the site's root."""
    parts: dict[str, list[str]] = {}
    for one in movable(root):
        lesson = f"{up}{one.lesson}.html"
        parts.setdefault(one.part, []).append(
            f'<li><a class="its-shown" href="{up}_static/{FOLDER}/{one.id}.html" aria-hidden="true" tabindex="-1">'
            f'{_picture(one, up)}</a><p class="its-asks">{html.escape(one.asks)}</p>'
            f'<p><a href="{up}_static/{FOLDER}/{one.id}.html">Open alone'
            f'<span class="its-unseen">: {html.escape(one.asks)}</span></a> · '
            f'<a href="{lesson}">{html.escape(one.title)}</a></p></li>'
        )
    return [(part, f'<ul class="its-gallery">{"".join(items)}</ul>') for part, items in parts.items()]


# Settled before the first paint, as on every page of the book; without scripts it is light.
_THEME = (
    'try { document.documentElement.dataset.theme = ((stored) => (stored === "dark" || stored === "light" ? stored : '
    'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"))(localStorage.getItem("theme")); } '
    "catch (_) { /* light */ }"
)


def alone(one: Movable) -> str:
    """Return a page that holds this figure alone, beside the folder of the site's assets."""
    asks = html.escape(one.asks)
    lesson = f'<a href="../../{one.lesson}.html">{html.escape(one.title)}</a>'
    return (
        f'<!doctype html>\n<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{asks}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="../favicon.svg"><link rel="stylesheet" href="../its.css"><script>{_THEME}</script>'
        f'<script defer src="../its.js"></script></head><body class="its-alone"><main><h1>{asks}</h1>'
        f"{rendered(one.kind, one.payload)}"
        f'<p class="its-own"><button type="button" data-full hidden>Full screen</button> {lesson} · '
        f'<a href="../../{PAGE}.html">All figures</a></p>'
        "</main></body></html>\n"
    )


_CARD = (360, 244)


def _still(one: Movable) -> str:
    """Return a picture of a figure that is no plot: its tree, or the first answers of a record, unmarked."""
    forms = stills.forms(one.kind, one.payload)
    if "image/svg+xml" in forms:
        return forms["image/svg+xml"]
    pool, width, high, columns, tiles = one.payload["pools"][0], 68, 34, 5, ""
    for i in range(min(one.payload["size"], columns * 6)):
        text = replay.sample_text(pool, i)
        x, y = 10 + i % columns * width, 16 + i // columns * high
        tiles += (
            f'<rect x="{x}" y="{y}" width="{width - 6}" height="{high - 6}" rx="4" fill="#f4f6f8" stroke="#57606a"/>'
            f'<text x="{x + width / 2 - 3}" y="{y + 19}" font-size="13" font-family="sans-serif" text-anchor="middle" '
            f'fill="#1b1f24">{html.escape(text[:8])}</text>'
        )
    size = f"0 0 {_CARD[0]} {_CARD[1]}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}">{tiles}</svg>'


def write(root: Path, folder: Path) -> None:
    """Write the page of each figure, and the picture of each that is no plot, into a folder of assets."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for one in movable(root):
        (target / f"{one.id}.html").write_text(alone(one), encoding="utf-8")
        if one.kind != "explorable":
            (target / f"{one.id}.svg").write_text(_still(one), encoding="utf-8")

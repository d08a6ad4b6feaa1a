"""Slides from the committed lessons: ``python -m inference_scaling.site.slides [PAGE …]``, or ``make slides``.

One HTML file a lesson, in ``_build/slides/``. It needs no network and no built book. Its slides: the lesson's question,
the answer on the slide after it, each figure with its finding as title, each theorem, what the guide has for the class,
the summary and the tasks. Everything is read from the notebook; nothing is executed.
"""

from __future__ import annotations

import argparse
import base64
import html
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .._project import project_root
from ..display.mathml import mathml
from ..display.output import payloads
from ..interactive.prediction import range_of
from ..lessons import registry
from . import header, mathfont, prose, theorems
from .renderers import rendered
from .teaching import guide

__all__ = ["Slide", "SlidesError", "main", "page", "slides", "written"]

FOLDER = Path("_build/slides")
_STATIC = files("inference_scaling.display") / "static"
# Kinds of outputs that are a slide by themselves: a picture with a finding.
PICTURES = ("figure", "drawing")


class SlidesError(ValueError):
    """There is no such lesson; the message names those that there are."""


class Slide(NamedTuple):
    """A slide: its heading as text, and what stands below as HTML."""

    heading: str
    body: str


# Markdown of a lesson as HTML.


@cache
def _markdown() -> MarkdownIt:
    def formula(tex: str, _how: Mapping[str, Any]) -> str:
        return mathml(tex, "inline")

    def block(_self: Any, tokens: Sequence[Any], at: int, *_: Any) -> str:
        # A wide formula scrolls by itself, by keyboard too.
        return f'<div class="math its-scroll" tabindex="0">{mathml(tokens[at].content)}</div>'

    made = MarkdownIt("commonmark", {"html": False}).use(dollarmath_plugin, renderer=formula)
    made.add_render_rule("math_block", block)
    # A link leads to a place of the book; on a slide its text says all.
    for rule in ("link_open", "link_close"):
        made.add_render_rule(rule, lambda *_: "")
    return made


def _html(markdown: str) -> str:
    return str(_markdown().render(markdown))


# Kinds of slides.


def _listed(items: Iterable[str]) -> str:
    return f"<ul>{''.join(items)}</ul>"


def _title(head: header.Header) -> Slide:
    goals = _html("\n".join(f"- {goal}" for goal in head.goals))
    return Slide(head.title, f"<p>After this lesson you can</p>{goals}")


def _question(asked: Mapping[str, Any]) -> Iterator[Slide]:
    told = asked.get("choices") or asked["beliefs"]
    offered = (
        _listed(f"<li>{html.escape(one['text'])}</li>" for one in told)
        if "choices" in asked
        else f"<p>{html.escape(range_of(asked['number']))}</p>"
    )
    yield Slide("A question first", f"<p>{html.escape(asked['question'])}</p>{offered}")
    answers = (_answer(one, i == asked.get("right")) for i, one in enumerate(told))
    yield Slide(asked["truth"], _listed(answers))


def _answer(one: Mapping[str, str], right: bool) -> str:
    sign, word, kind = ("✓", "As it is.", "right") if right else ("✗", "Not so.", "wrong")
    return (
        f'<li class="{kind}"><strong>{sign} {html.escape(one["text"])}</strong> '
        f'<span class="reply">{word} {html.escape(one["reply"])}</span></li>'
    )


def _output(kind: str, data: Mapping[str, Any]) -> Iterator[Slide]:
    if kind == "prediction":
        yield from _question(data)
    elif kind in PICTURES:
        yield Slide(data["finding"], rendered(kind, data))


def _text(source: str, names: Mapping[str, str]) -> Iterator[Slide]:
    for block in prose.blocks(source):
        yield Slide(f"{names.get(block.label, block.kind.title())}. {block.title}", _html(block.text))


# A line of its own below a figure: whose counts it shows, and under which licence.
_LICENCE = re.compile(r"\*[^*\n]*\]\(https://creativecommons\.org/licenses/[^*\n]*\*\Z")
_SUMMARY = re.compile(r"^## Summary\n(?P<text>.*?)(?=^## |\Z)", re.M | re.S)


def _summary(sources: Iterable[str]) -> Iterator[Slide]:
    for source in sources:
        for found in _SUMMARY.finditer(source):
            points = re.findall(r"^- .+(?:\n  .+)*", found["text"], re.M)
            if points:
                yield Slide("Summary", _html("\n".join(points)))


def _class(entry: guide.GuideEntry) -> Iterator[Slide]:
    activity = entry.activity
    yield Slide(
        f"In class, {activity.minutes} minutes",
        f"<p>{html.escape(activity.happens)}</p><p><strong>Afterwards.</strong> {html.escape(activity.ask)}</p>",
    )
    yield Slide("Discuss", f"<p>{html.escape(entry.discuss)}</p>")


def _tasks(ids: Sequence[str]) -> Iterator[Slide]:
    tasks = [task for task in map(registry.find, ids) if task.points]
    if tasks:
        yield Slide("Tasks", _listed(f"<li>{task.id} · {html.escape(task.heading)}</li>" for task in tasks))


def slides(
    notebook: Any, names: Mapping[str, str], entry: guide.GuideEntry | None, tasks: Sequence[str]
) -> list[Slide]:
    """Return the slides of a lesson in the order of its page.

    Parameters
    ----------
    notebook : NotebookNode
        The committed lesson.
    names : mapping of str to str
        What theorems are called, by label, as "Theorem 2.1".
    entry : GuideEntry, optional
        What the guide has for the class.
    tasks : sequence of str
        Ids of the tasks that the lesson names; questions of the text, which have no points, are left out.
    """
    found = [_title(header.parse(notebook))]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if _LICENCE.match(cell.source):
                found[-1] = found[-1]._replace(body=found[-1].body + _html(cell.source))
            found += _text(cell.source, names)
        for output in cell.get("outputs", []):
            for kind, data in payloads(output.get("data", {})):
                found += _output(kind, data)
    found += _class(entry) if entry else ()
    found += _summary(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found += _tasks(tasks)
    return found


# The file.


@cache
def _style() -> str:
    """Return the style of a file: the book's colours, by the device's wish, and its font of formulas inside."""
    tokens, figure, drawing = (
        (_STATIC / "css" / f"{one}.css").read_text(encoding="utf-8") for one in ("tokens", "figure", "drawing")
    )
    light, dark = (
        re.search(re.escape(selector) + r" \{(.*?)\}", tokens, re.S)[1]  # type: ignore[index]
        for selector in (":root", 'html[data-theme="dark"]')
    )
    colours = f":root {{{light}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n"
    font = mathfont.face(f"data:font/woff2;base64,{base64.b64encode(mathfont.woff2()).decode()}")
    own = (_STATIC / "slides" / "slides.css").read_text(encoding="utf-8")
    return ":root { color-scheme: light dark; }\n" + colours + font + figure + drawing + own


def page(title: str, these: Sequence[Slide]) -> str:
    """Return a file of slides: complete in itself, and readable without its script."""
    script = (_STATIC / "slides" / "slides.js").read_text(encoding="utf-8")
    body = "".join(_section(title, one, i, len(these)) for i, one in enumerate(these, start=1))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}: slides</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_style()}</style></head><body><main>{body}</main><script>{script}</script></body></html>\n"
    )


def _section(title: str, one: Slide, number: int, count: int) -> str:
    level = "h1" if number == 1 else "h2"
    before = f'<a href="#s{number - 1}" aria-label="Slide before">‹</a>' if number > 1 else ""
    after = f'<a href="#s{number + 1}" aria-label="Next slide">›</a>' if number < count else ""
    return (
        f'<section class="slide" id="s{number}" tabindex="-1" aria-labelledby="h{number}">'
        f'<{level} id="h{number}">{html.escape(one.heading)}</{level}>{one.body}'
        f'<div class="bar"><span>{html.escape(title)}</span><nav aria-label="Slide {number}">{before}'
        f"<span>{number} of {count}</span>{after}</nav></div></section>\n"
    )


def written(root: Path, names: Sequence[str], folder: Path) -> list[Path]:
    """Write a file for each of these lessons, all of them where none is named; return their places.

    Raises
    ------
    SlidesError
        For a name that is no lesson with a notebook.
    """
    titles = {one.name: one.title for one in guide.taught(root) if (root / f"{one.name}.ipynb").is_file()}
    wanted = [_known(name, titles) for name in names] or list(titles)
    names = {label: block.name for label, block in theorems.blocks(root).items()}
    entries = guide.read(root)
    places = []
    for name in wanted:
        place = folder / f"{name.removeprefix('book/')}.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(root / f"{name}.ipynb", as_version=4)
        these = slides(notebook, names, entries.get(name), guide.tasks(root, name))
        place.write_text(page(titles[name], these), encoding="utf-8")
        places.append(place)
    return places


def _known(name: str, titles: Mapping[str, str]) -> str:
    plain = f"book/{name.removeprefix('book/').removesuffix('.ipynb').removesuffix('.html')}"
    if plain not in titles:
        raise SlidesError(
            f"there is no lesson {name!r} with slides; there are "
            f"{', '.join(one.removeprefix('book/') for one in titles)}"
        )
    return plain


def main(arguments: list[str] | None = None) -> int:
    """Write slides, say where they are, and return an exit status."""
    parser = argparse.ArgumentParser(prog="make slides", description="Slides from the lessons, one HTML file each.")
    parser.add_argument("pages", nargs="*", help="lessons, as setup/best_of_n; without any, all of them")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help=f"where the files go, {FOLDER} unless given")
    options = parser.parse_args(arguments)
    try:
        root = project_root(Path.cwd())
        places = written(root, options.pages, options.to or root / FOLDER)
    except (OSError, ValueError) as error:
        print(f"No slides were written: {error}", file=sys.stderr)
        return 2
    print("\n".join(map(str, places)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

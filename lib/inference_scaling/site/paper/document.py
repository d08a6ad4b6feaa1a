"""The pages joined to one HTML document: a cover, a list of contents, and the chapters in the order of the book."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import yaml

from .. import textfont
from ..build import HTML
from .sheets import Chapter, Sheet, lead_somewhere, page_of, sheet

__all__ = ["Chapter", "PaperError", "Sheet", "chapters", "chosen", "joined", "sheets"]

_STATIC = files("inference_scaling.display") / "static"
# Of the site's style sheets: that of code, and that of our components.
STYLES = ("pygments", "its")
NOTE = (
    "This is the book on paper. Where a page asks, the choices stand there, and the answer stands at the end of that "
    "chapter. Figures with sliders show the state that they begin with. The tables of numbers behind the figures, and "
    "the code that only draws them, are on the site."
)


class PaperError(ValueError):
    """The book cannot be printed; the message says what would help."""


def chapters(root: Path) -> list[Chapter]:
    """Return the pages of the book in the order of its contents."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found = [Chapter("", contents["root"])]
    for part in contents["parts"]:
        found += [Chapter(part["caption"], one["file"]) for one in part["chapters"]]
    return found


def chosen(known: Sequence[Chapter], names: Sequence[str]) -> list[Chapter]:
    """Return the chapters of these names, all of them where none is named.

    Raises
    ------
    PaperError
        Where there is no page of a name.

    Examples
    --------
    >>> known = [Chapter("", "book/index"), Chapter("Setup", "book/setup/pass_at_k")]
    >>> [one.name for one in chosen(known, ["book/setup/pass_at_k.ipynb"])]
    ['book/setup/pass_at_k']
    """
    wanted = {Path(name).with_suffix("").as_posix() for name in names}
    if unknown := sorted(wanted - {chapter.name for chapter in known}):
        raise PaperError(f"the book has no page {unknown[0]!r}; a page is named as in _toc.yml: {known[-1].name!r}")
    return [chapter for chapter in known if not wanted or chapter.name in wanted]


def sheets(root: Path, these: Sequence[Chapter]) -> list[Sheet]:
    """Return the built pages of these chapters in their paper form, each link led to its place.

    Raises
    ------
    PaperError
        Where a page is not built.
    """
    slugs = {chapter.name: chapter.slug for chapter in these}
    if not these[0].part:
        # The front door only forwards to the first page.
        slugs["index"] = these[0].slug
    found = []
    for chapter in these:
        path = root / HTML / f"{chapter.name}.html"
        if not path.is_file():
            raise PaperError(f"{path.relative_to(root)} is not there: run `make book` first")
        try:
            found.append(sheet(path.read_text(encoding="utf-8"), chapter, slugs))
        except ValueError as error:
            raise PaperError(str(error)) from error
    lead_somewhere(found)
    return found


def _new_part(i: int, these: Sequence[Sheet]) -> str:
    """Return the name of the part that begins with a chapter, or nothing."""
    part = these[i].chapter.part
    return part if not i or part != these[i - 1].chapter.part else ""


def _contents(these: Sequence[Sheet]) -> str:
    lines = []
    for i, one in enumerate(these):
        if part := _new_part(i, these):
            lines.append(f'<li class="its-part">{html.escape(part)}</li>')
        slug = one.chapter.slug
        lines.append(f'<li><a href="#{slug}"><span>{html.escape(one.title)}</span><i></i>{page_of(slug)}</a></li>')
    return f'<nav class="its-contents"><h1>Contents</h1><ol>{"".join(lines)}</ol></nav>'


def _heads(these: Iterable[Sheet]) -> str:
    """Return the rules that write a chapter's part and title above each of its pages."""
    rules = []
    for i, one in enumerate(these):
        head = " · ".join(filter(None, (one.chapter.part, one.title)))
        text = head.replace("\\", "\\\\").replace('"', '\\"')
        rules.append(f'#{one.chapter.slug} {{ page: p{i}; }} @page p{i} {{ @top-left {{ content: "{text}"; }} }}')
    return "\n".join(rules)


def _cover(title: str, author: str) -> str:
    mark = (_STATIC / "favicon.svg").read_text(encoding="utf-8")
    edition = f"Version {version('inference-scaling')}"
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in (author, edition, NOTE))
    return f'<header class="its-cover">{mark}<h1>{html.escape(title)}</h1>{lines}</header>'


def joined(root: Path, these: Sequence[Sheet], folder: Path) -> str:
    """Return the chapters as one document, for `folder` beside that of the site; write its typeface there."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    links = "".join(f'<link rel="stylesheet" href="../{HTML.name}/_static/{name}.css">' for name in STYLES)
    # The family has a name of its own, so that no face of the site's sheet is taken for it.
    face = textfont.face(textfont.write(folder, textfont.PAPER)).replace(textfont.FAMILY, f"{textfont.FAMILY} on paper")
    style = face + (_STATIC / "paper" / "paper.css").read_text(encoding="utf-8")
    body = []
    for i, one in enumerate(these):
        part = _new_part(i, these)
        head = f'<p class="its-part-head">{html.escape(part)}</p>' if part else ""
        body.append(
            f'<section class="its-chapter" id="{one.chapter.slug}">{head}{one.body.decode_contents()}</section>'
        )
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{html.escape(config['title'])}</title>{links}<style>{style}\n{_heads(these)}</style></head>"
        f'<body><main class="bd-article">{_cover(config["title"], config["author"])}{_contents(these)}'
        f"{''.join(body)}</main></body></html>"
    )

"""The glossary, and the terms that lessons show with their definition on hover and on keyboard focus.

The terms stand once, in ``book/reference/glossary.toml``. On each lesson the first place where the running text
names a term becomes a link to the glossary; notebooks stay free of mark-up for it.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

GLOSSARY = Path("book/reference/glossary.toml")
PAGE = "book/reference/glossary"
# Text inside these is no running text: titles, links (before and after they are resolved), code, formulas, tables.
_SKIPPED = (
    nodes.title,
    nodes.reference,
    addnodes.pending_xref,
    nodes.literal,
    nodes.raw,
    nodes.math,
    nodes.math_block,
    nodes.table,
)


class GlossaryError(ValueError):
    """A term is malformed."""


@dataclass(frozen=True)
class Term:
    """A term, what it means in one or two sentences, and the other forms in which the text names it."""

    name: str
    means: str
    also: tuple[str, ...] = ()
    see: str = ""

    @property
    def id(self) -> str:
        # pass^k is read "pass hat k", and is another term than pass@k.
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower().replace("^", " hat ")).strip("-")


def read(path: Path) -> list[Term]:
    """Return the terms in alphabetical order.

    Raises
    ------
    GlossaryError
        For an unknown field, a missing definition, or a form that two terms share; it names the term.
    """
    with open(path, "rb") as file:
        try:
            rows = tomllib.load(file).get("term", [])
        except tomllib.TOMLDecodeError as error:
            raise GlossaryError(f"{path}: {error}") from None
    terms, owner = [], {}
    for number, row in enumerate(rows, start=1):
        where = f"{path}: term {number} ({row.get('name', 'no name')})"
        try:
            term = Term(**{**row, "also": tuple(row.get("also", ()))})
        except TypeError as error:
            raise GlossaryError(f"{where}: {error}") from None
        if not term.means.strip().endswith("."):
            raise GlossaryError(f"{where}: the definition must be a sentence, got {term.means!r}")
        for form in (term.name, *term.also):
            if form.lower() in owner:
                raise GlossaryError(f"{where}: {form!r} is already a form of {owner[form.lower()]!r}")
            owner[form.lower()] = term.name
        terms.append(term)
    return sorted(terms, key=lambda term: term.name.lower())


def _pattern(terms: list[Term]) -> re.Pattern[str]:
    forms = sorted((form for term in terms for form in (term.name, *term.also)), key=len, reverse=True)
    return re.compile(r"(?<![\w@-])(?:" + "|".join(map(re.escape, forms)) + r")(?![\w@-])", re.I)


def _texts(tree: nodes.document) -> Iterator[nodes.Text]:
    for paragraph in tree.findall(nodes.paragraph):
        for text in paragraph.findall(nodes.Text):
            node = text.parent
            while node is not None and not isinstance(node, _SKIPPED):
                node = node.parent
            if node is None:
                yield text


def marked(text: str, term: Term, up: str) -> str:
    """Return a term in the text as a link whose definition shows on hover and on focus."""
    return (
        f'<span class="its-term"><a href="{up}{PAGE}.html#{term.id}" aria-describedby="here-{term.id}">'
        f'{html.escape(text)}</a><span role="tooltip" id="here-{term.id}">{html.escape(term.means)}</span></span>'
    )


def mark(tree: nodes.document, terms: list[Term], up: str) -> list[str]:
    """Mark the first place of each term in a page's running text; return the names of the terms found."""
    if not terms:
        return []
    of_form = {form.lower(): term for term in terms for form in (term.name, *term.also)}
    pattern = _pattern(terms)
    done: list[str] = []
    for text in list(_texts(tree)):
        source, parts, at = str(text), [], 0
        for found in pattern.finditer(source):
            term = of_form[found[0].lower()]
            if term.name in done:
                continue
            done.append(term.name)
            parts += [nodes.Text(source[at : found.start()])] if found.start() > at else []
            parts.append(nodes.raw("", marked(found[0], term, up), format="html"))
            at = found.end()
        if parts:
            parts += [nodes.Text(source[at:])] if at < len(source) else []
            text.parent.replace(text, parts)
    return done


def page_html(terms: list[Term], up: str) -> str:
    """Return the glossary as a list of definitions."""
    items = "".join(
        f'<dt id="{term.id}">{html.escape(term.name)}</dt><dd>{html.escape(term.means)}'
        + (f' <a href="{up}book/{term.see}.html">Lesson</a>' if term.see else "")
        + "</dd>"
        for term in terms
    )
    return f'<dl class="its-glossary">{items}</dl>'

"""The page "What we got wrong": what the book said, what is true, since which version and why.

The entries stand in one TOML file, in reading order. What is true now is told by claims: ``[](#two-tries)`` in a text
becomes the claim's value, ``[](#two-tries "interval")`` its interval. Old, wrong numbers stand in ``said`` alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from pathlib import Path

from ..display.markup import Markup, escaped
from ..display.mathml import mathml
from .claims import REGISTER, Claim
from .claims import read as register

__all__ = ["CORRECTIONS", "NONE", "Correction", "CorrectionError", "page_html", "read"]

CORRECTIONS = Path("book/reference/corrections.toml")
# What an entry names where no claim settles the matter: a wording, a formula, a definition.
NONE = "none"
INTERVAL = "interval"
_VERSION = re.compile(r"\d+\.\d+\.\d+")
# A measured number: with a decimal point. Small whole numbers are part of a sentence.
_DECIMAL = re.compile(r"\d\.\d")
_LINK = re.compile(r'\[\]\(#(?P<target>[^\s()"]+)(?: "(?P<title>[^"]*)")?\)')
_FORMULA = re.compile(r"\$([^$]+)\$")


class CorrectionError(ValueError):
    """An entry is malformed, or names a claim or a page that the book does not have."""


@dataclass(frozen=True)
class Correction:
    """One thing that the book had wrong.

    `page` is where it stood, without ending, below ``book/``; `claim` is the id of the claim that settles it, or
    `NONE`. `said` quotes the book; `true` and `why` may hold claims and formulas. `since` is the first version that
    says it right.
    """

    page: str
    claim: str
    said: str
    true: str
    why: str
    since: str


FIELDS = tuple(field.name for field in fields(Correction))


def read(root: Path) -> list[Correction]:
    """Return the corrections of a project, in the order of the file.

    Raises
    ------
    CorrectionError
        Naming the line of the file and the entry: a missing or unknown field, a page or a claim that the book does
        not have, a typed number where a claim's link belongs, a version that is none.
    """
    path = root / CORRECTIONS
    text = path.read_text(encoding="utf-8")
    try:
        rows = tomllib.loads(text).get("correction", [])
    except tomllib.TOMLDecodeError as error:
        raise CorrectionError(f"{CORRECTIONS}: {error}") from None
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[correction]]"]
    claims = register(root / REGISTER)
    found: list[Correction] = []
    for line, row in zip(lines, rows, strict=True):
        where = f"{CORRECTIONS}, line {line} ({str(row.get('said', 'nothing said'))[:60]!r})"
        if wrong := sorted({*FIELDS} ^ {*row}):
            raise CorrectionError(f"{where}: the fields are {', '.join(FIELDS)}; look at {', '.join(wrong)}")
        one = Correction(**row)
        if problem := _problem(one, root, claims):
            raise CorrectionError(f"{where}: {problem}")
        if one.said in [other.said for other in found]:
            raise CorrectionError(f"{where}: stands twice")
        found.append(one)
    return found


def _problem(one: Correction, root: Path, claims: Mapping[str, Claim]) -> str | None:
    """Return what is wrong with an entry, in words, or None."""
    if not any((root / "book" / f"{one.page}{ending}").is_file() for ending in (".ipynb", ".md")):
        return f"the book has no page {one.page!r}"
    if one.claim != NONE and one.claim not in claims:
        return f"the register has no claim {one.claim!r}; where none settles it, write {NONE!r}"
    if not _VERSION.fullmatch(one.since):
        return f"`since` is a version such as 0.2.0, got {one.since!r}"
    for name in ("true", "why"):
        if wrong := _misshown(getattr(one, name), claims):
            return f"`{name}` {wrong}"
    return None


def _misshown(text: str, claims: Mapping[str, Claim]) -> str | None:
    """Return what is wrong with the numbers of a text, in words, or None."""
    for link in _LINK.finditer(text):
        target, title = link["target"], link["title"]
        if target not in claims:
            return f"shows {link[0]}, and the register has no claim {target!r}"
        if title is not None and (title != INTERVAL or claims[target].interval is None):
            return f"shows {link[0]}: a link has no title, or {INTERVAL!r} where the claim has one"
    rest = _FORMULA.sub("", _LINK.sub("", text))
    if "](#" in rest:
        return f"holds a link with a text; write it empty, [](#id), in {text!r}"
    if typed := _DECIMAL.search(rest):
        return f"holds a typed number at {typed[0]!r}; show the claim that computes it, [](#id)"
    return None


def page_html(found: Iterable[Correction], claims: Mapping[str, Claim], titles: Mapping[str, str], up: str) -> str:
    """Return the corrections as HTML, by page.

    Parameters
    ----------
    found
        In the order in which they are shown.
    claims
        The register.
    titles
        Title of a page by its name below ``book/``; a page without one is called by its name.
    up
        Way from the page to the root of the site, such as ``"../../"``.
    """
    parts = []
    for page, entries in groupby(found, key=lambda one: one.page):
        title = escaped(titles.get(page, page.rpartition("/")[2].replace("_", " ").capitalize()))
        told = "".join(_entry(one, claims, up) for one in entries)
        parts.append(f'<h2><a href="{up}book/{page}.html">{title}</a></h2>{told}')
    return "".join(parts)


def _entry(one: Correction, claims: Mapping[str, Claim], up: str) -> str:
    where = f"Right since version {escaped(one.since)}."
    if one.claim != NONE:
        where += f" Claim: {_claim(claims[one.claim], one.claim, up)}."
    return (
        f"<blockquote><p>{_shown(one.said, claims, up)}</p></blockquote>"
        f"<p><b>What is true:</b> {_shown(one.true, claims, up)}</p>"
        f"<p><b>Why it was wrong:</b> {_shown(one.why, claims, up)}</p>"
        f"<p><small>{where}</small></p>"
    )


def _claim(claim: Claim, text: str, up: str) -> Markup:
    place = f"{up}book/reference/claims.html#claim-{claim.id}"
    return Markup(f'<a class="its-claim" href="{place}" title="{escaped(claim.statement)}">{escaped(text)}</a>')


def _shown(text: str, claims: Mapping[str, Claim], up: str) -> Markup:
    """Return a text as HTML: its claims as linked numbers, its formulas as MathML."""
    pieces: list[str] = []
    place = 0
    for link in _LINK.finditer(text):
        claim = claims[link["target"]]
        number = claim.span if link["title"] else claim.shown
        pieces += [_formulas(text[place : link.start()]), _claim(claim, number, up)]
        place = link.end()
    return Markup("".join([*pieces, _formulas(text[place:])]))


def _formulas(text: str) -> str:
    pieces: Sequence[str] = _FORMULA.split(text)
    show: tuple[Callable[[str], str], ...] = (escaped, lambda formula: mathml(formula, "inline"))
    return "".join(show[number % 2](piece) for number, piece in enumerate(pieces))

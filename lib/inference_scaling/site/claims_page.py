"""The page of claims: how often each verdict was reached, and a row for each claim, by part of the book.

Everything is there without a script: the rows stand under their part. The script ``claims.js`` makes the verdicts and
the heads of the columns into buttons, adds the other filters, and writes what is chosen into the page's address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from ..display.markup import Markup, Row, escaped, grouped_table
from .claims import Claim
from .verdicts import VERDICTS

__all__ = ["MEANINGS", "page_html", "spread"]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "holds": "the number bears the belief out",
        "holds if": "true on the condition named beside it",
        "borderline": "an interval only just leaves out the value that would mean no difference",
        "false": "the number speaks against it",
        "open": "what is known does not settle it",
    }
)
_HEADS = ("Belief", "Measured", "Verdict", "Settled in")


def spread(claim: Claim) -> str:
    """Return how sure a claim's value is, as text, or nothing.

    Examples
    --------
    >>> spread(Claim("x", "p", "s", "recorded", "d", 0.1, 0.01, interval=(0.05, 0.15), over="164 problems"))
    '[0.05, 0.15], 95 % over 164 problems'
    >>> spread(Claim("x", "p", "s", "simulated", "d", 0.1, 0.01))
    '± 0.01 between simulations'
    """
    if claim.interval is not None:
        return f"{claim.span}, 95 % over {claim.over}"
    return f"± {claim.tolerance:g} between simulations" if claim.kind == "simulated" else ""


def page_html(claims: Iterable[Claim], titles: Mapping[str, str], place: Callable[[str], str]) -> str:
    """Return the register as HTML.

    Parameters
    ----------
    claims
        In the order of the register; parts stand in the order in which they first occur.
    titles
        Title of a lesson by its name below ``book/``.
    place
        Address of a lesson by its name, as seen from the page of claims.
    """
    parts: dict[str, list[Claim]] = {}
    for claim in claims:
        parts.setdefault(claim.page.split("/")[0], []).append(claim)
    counts = Counter(claim.verdict for of_part in parts.values() for claim in of_part)
    legend = "".join(
        f"<li>{_badge(verdict)} <b>{counts[verdict]}</b> <span>{escaped(MEANINGS[verdict])}</span></li>"
        for verdict in VERDICTS
    )
    groups = [
        (Markup(f"{escaped(part.capitalize())} <small>{len(of_part)} claims</small>"),
         [_row(claim, titles, place) for claim in of_part])
        for part, of_part in sorted(parts.items(), key=lambda item: _order(item[0], titles))
    ]  # fmt: skip
    table = grouped_table(_HEADS, groups, "Register of claims")
    return f'<div class="its-claims"><ul class="its-claims__verdicts">{legend}</ul>{table}</div>'


def _order(part: str, titles: Mapping[str, str]) -> int:
    """Return where a part stands in the book; what has no lesson comes last."""
    parts = [name.split("/")[0] for name in titles]
    return parts.index(part) if part in parts else len(parts)


def _badge(verdict: str) -> str:
    return f'<span class="its-verdict" data-verdict="{verdict}">{verdict}</span>'


def _breakable(source: str) -> str:
    """Return a source as HTML whose paths break behind their slashes and underscores, not inside a word."""
    return re.sub(r"([/_])(?=\w)", r"\1<wbr>", escaped(source))


def _row(claim: Claim, titles: Mapping[str, str], place: Callable[[str], str]) -> Row:
    said = claim.condition or claim.remark
    sure = spread(claim)
    lesson = escaped(titles.get(claim.page, "What is open"))
    at = f'<a href="{escaped(place(claim.page))}#at-{claim.id}">{lesson}</a>'
    cells = (
        claim.about,
        Markup(
            f"{escaped(claim.statement)}: <b>{escaped(claim.shown)}</b>"
            + (f" <small>{escaped(sure)}</small>" if sure else "")
        ),
        Markup(_badge(claim.verdict) + (f" <span>{escaped(said)}</span>" if said else "")),
        Markup(f"{at} <small>{claim.kind}: {_breakable(claim.source)}</small>"),
    )
    own = {"data_verdict": claim.verdict, "data_kind": claim.kind, "data_part": claim.page.split("/")[0]}
    return Row(cells, {"id": f"claim-{claim.id}", **own})

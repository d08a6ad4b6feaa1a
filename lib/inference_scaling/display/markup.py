"""The pieces of HTML that several pages share: attributes, data for scripts, tables, regions that scroll."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Markup", "Row", "attributes", "coded", "escaped", "grouped_table", "json_script", "scrolling", "table"]


class Markup(str):
    """Text that is HTML already, so that it is not escaped again."""

    __slots__ = ()


class Row(NamedTuple):
    """A row of a table with attributes of its own."""

    cells: Sequence[str]
    attributes: Mapping[str, str]


def escaped(text: str) -> str:
    """Return text as HTML; what is `Markup` stays as it is.

    Examples
    --------
    >>> escaped("k < n"), escaped(Markup("<b>k</b>"))
    ('k &lt; n', '<b>k</b>')
    """
    return str(text) if isinstance(text, Markup) else html.escape(text)


def coded(text: str) -> Markup:
    """Return text as HTML, with what stands between backticks as code.

    Examples
    --------
    >>> coded("`k < n` holds")
    '<code>k &lt; n</code> holds'
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text)))


def attributes(**values: str | int | float | bool | None) -> str:
    """Return HTML attributes, escaped; `class_` becomes class, `aria_label` aria-label; None and False are left out.

    Examples
    --------
    >>> attributes(class_="its-figure", role="img", aria_label='a "b"', hidden=False)
    ' class="its-figure" role="img" aria-label="a &quot;b&quot;"'
    """
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        parts.append(f" {name}" if value is True else f' {name}="{html.escape(str(value))}"')
    return "".join(parts)


def json_script(payload: Mapping[str, Any]) -> str:
    """Return the payload as a JSON script element that no text in it can close early.

    Examples
    --------
    >>> json_script({"text": "</script>"})
    '<script type="application/json">{"text":"\\\\u003c/script>"}</script>'
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


def table(
    head: Iterable[str], rows: Iterable[Sequence[str]], *, class_: str | None = None, names_row: int = 0
) -> Markup:
    """Return a table with heads of columns and rows.

    Parameters
    ----------
    head : iterable of str
        One cell a column; an empty one is a plain cell, for a corner without a word is no heading.
    rows : iterable of sequence of str
        Text, or `Markup` for a cell that is HTML.
    class_ : str, optional
    names_row : int
        The column that names its row to a screen reader; it must hold text, not only a formula.

    Examples
    --------
    >>> table(["", "p"], [["a < b", "1"]]).partition("<tbody>")[2]
    '<tr><th scope="row">a &lt; b</th><td>1</td></tr></tbody></table>'
    """
    heads = "".join(f'<th scope="col">{escaped(cell)}</th>' if cell else "<td></td>" for cell in head)
    body = "".join(_row(row, names_row) for row in rows)
    return Markup(f"<table{attributes(class_=class_)}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def _row(cells: Sequence[str], names_row: int) -> str:
    inner = "".join(
        f'<th scope="row">{escaped(cell)}</th>' if column == names_row else f"<td>{escaped(cell)}</td>"
        for column, cell in enumerate(cells)
    )
    return f"<tr>{inner}</tr>"


def grouped_table(head: Sequence[str], groups: Iterable[tuple[str, Sequence[Row]]], label: str) -> Markup:
    """Return a table whose rows stand in groups, each below its heading, and which a style may show as cards.

    Every role is written out, so that cards are still the cells of a table to a screen reader; each cell but the first
    knows the head of its column as ``data-head``, for a style that shows no heads.

    Examples
    --------
    >>> grouped_table(["x", "p"], [("Easy", [Row(["a", "1"], {"id": "one"})])], "Chances").partition("<tr id")[2]
    '="one" role="row"><th scope="row" role="rowheader">a</th><td role="cell" data-head="p">1</td></tr></tbody></table>'
    """
    heads = "".join(f'<th scope="col" role="columnheader">{escaped(cell)}</th>' for cell in head)
    bodies = []
    for heading, rows in groups:
        above = f'<th scope="rowgroup" role="rowheader" colspan="{len(head)}">{escaped(heading)}</th>'
        inside = "".join(_card(head, row) for row in rows)
        bodies.append(f'<tbody role="rowgroup"><tr role="row" class="its-group">{above}</tr>{inside}</tbody>')
    return Markup(
        f"<table{attributes(role='table', aria_label=label)}>"
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>{"".join(bodies)}</table>'
    )


def _card(head: Sequence[str], row: Row) -> str:
    first, *others = map(escaped, row.cells)
    cells = "".join(
        f"<td{attributes(role='cell', data_head=name)}>{cell}</td>" for name, cell in zip(head[1:], others, strict=True)
    )
    own = attributes(**row.attributes, role="row")
    return f'<tr{own}><th scope="row" role="rowheader">{first}</th>{cells}</tr>'


def scrolling(content: str, label: str, role: str = "group") -> Markup:
    """Return HTML in a region that scrolls on its own, by keyboard as well; `label` names it to a screen reader.

    Examples
    --------
    >>> scrolling("<p>wide</p>", "Numbers")
    '<div class="its-scroll" tabindex="0" role="group" aria-label="Numbers"><p>wide</p></div>'
    """
    return Markup(f"<div{attributes(class_='its-scroll', tabindex=0, role=role, aria_label=label)}>{content}</div>")

"""The parts of a page that answer its question, marked so that the page's script can hide them until it is answered.

A prediction names these parts by their headings; where it names none, they are what follows in its own part, and the
next part. The headings themselves stay in sight: they are the page's contents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from docutils import nodes

from ..interactive import prediction

# A question that stands in a figure covers that figure, and no more: such a figure begins with another tag.
_ASKED = re.compile(r'<its-prediction\b[^>]*><script type="application/json">(.*?)</script>', re.S)


def cover(doctree: nodes.document) -> None:
    """Put what answers each prediction of a page into an element of its own.

    Raises
    ------
    ValueError
        Where a prediction says that a part answers it which the page does not have, or has before the question.
    """
    for raw in list(doctree.findall(nodes.raw)):
        if found := _ASKED.match(raw.astext()):
            _cover(raw, json.loads(found[1]))


def _cover(asked: nodes.Node, payload: Mapping[str, Any]) -> None:
    path = _path(asked)
    own = next((i for i, node in enumerate(path) if isinstance(node, nodes.section)), None)
    # Without a part around it the question stands on the page itself, and nothing there is known to answer it.
    if own is None:
        return
    part, cell = path[own], path[own - 1]
    after = part.index(cell) + 1
    later = [node for node in _following(part) if isinstance(node, nodes.section)]
    if named := payload.get("answered_in"):
        parts = {_heading(node): node for node in later}
        for heading in named:
            if heading not in parts:
                raise ValueError(
                    f"prediction {payload['id']} is answered in {heading!r}, but no part after the question has that "
                    f"heading; there are {', '.join(map(repr, parts)) or 'none'}"
                )
        later = [parts[heading] for heading in named]
    else:
        _wrap(part, after, payload["id"])
        later = later[:1]
    for node in later:
        _wrap(
            node, 1 + next(i for i, child in enumerate(node.children) if isinstance(child, nodes.title)), payload["id"]
        )


def _path(node: nodes.Node) -> list[nodes.Node]:
    """Return a node and all that it stands in, from the inside."""
    path = [node]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return path


def _following(node: nodes.Node) -> list[nodes.Node]:
    return node.parent.children[node.parent.index(node) + 1 :]


def _heading(section: nodes.section) -> str:
    return next(section.findall(nodes.title)).astext()


def _wrap(part: nodes.Element, start: int, question: str) -> None:
    """Put all of a part's children from `start` on between two tags: sections in them stay children of the part."""
    shown = (nodes.comment, nodes.target, nodes.system_message)
    if all(isinstance(child, shown) for child in part.children[start:]):
        return
    opening, closing = prediction.veiled(question, "\0").split("\0")
    part.insert(start, nodes.raw("", opening, format="html"))
    part.append(nodes.raw("", closing, format="html"))

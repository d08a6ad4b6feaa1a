"""Mathematics for pages: TeX becomes MathML when the book is built."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

from latex2mathml.converter import convert

__all__ = ["mathml"]

_SPACE = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", _SPACE)

# Elements whose children stand in a row; in all others each child has a place of its own.
_ROWS = ("math", "mrow", "mstyle", "msqrt", "mtd", "mpadded")
_SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
_CLOSING = (")", "]", "}", "⌉", "⌋", "!", "′", "″")
# Signs that latex2mathml makes identifiers, with the side on which they stand.
_SIGNS = {"′": "postfix", "″": "postfix", "⌈": "prefix", "⌊": "prefix", "⌉": "postfix", "⌋": "postfix"}
# Names that carry their limits below them on a line of its own, and beside them within a line.
_LIMITS = ("lim", "max", "min", "sup", "inf")
_THIN = "0.167em"


def _tag(node: ElementTree.Element) -> str:
    return node.tag.removeprefix(f"{{{_SPACE}}}")


def _named(node: ElementTree.Element) -> bool:
    """Say whether a node is the name of a function, as ln or max, with or without limits."""
    while _tag(node) in _SCRIPTS:
        node = node[0]
    text = node.text or ""
    return _tag(node) in ("mi", "mo") and len(text) > 1 and text.isalpha()


def _end(node: ElementTree.Element, place: int) -> ElementTree.Element:
    """Return the first (0) or last (-1) sign of a node; a power or index ends as its base does."""
    while len(node) and (_tag(node) in _ROWS or _tag(node) in _SCRIPTS):
        node = node[0 if _tag(node) in _SCRIPTS else place]
    return node


def _apart(left: ElementTree.Element, right: ElementTree.Element) -> bool:
    """Say whether TeX sets a thin space between two neighbours, one of which is the name of a function."""
    if _named(left):
        return _named(right) or _tag(_end(right, 0)) not in ("mo", "mspace", "mtext")
    if not _named(right):
        return False
    sign = _end(left, -1)
    return _tag(sign) not in ("mo", "mspace", "mtext") or sign.text in _CLOSING


def _set_spaces(row: ElementTree.Element) -> None:
    children = list(row)
    for index in range(len(children) - 1, 0, -1):
        if _apart(children[index - 1], children[index]):
            row.insert(index, _new("mspace", width=_THIN))


def _new(tag: str, *children: ElementTree.Element, **attributes: str) -> ElementTree.Element:
    node = ElementTree.Element(f"{{{_SPACE}}}{tag}", attributes)
    node.extend(children)
    return node


def _group_binomials(row: ElementTree.Element) -> None:
    """Let the brackets of a binomial grow with it, in a row of its own: they come with one size for everywhere."""
    for node in row.findall(f"{{{_SPACE}}}mfrac"):
        index = list(row).index(node)
        if node.get("linethickness") == "0" and 0 < index < len(row) - 1:
            around = row[index - 1], row[index + 1]
            if all(_tag(one) == "mo" and one.get("minsize") for one in around):
                for one in around:
                    one.attrib.clear()
                    one.set("stretchy", "true")
                row[index - 1 : index + 2] = [_new("mrow", around[0], node, around[1])]


def _group_big_powers(row: ElementTree.Element) -> None:
    """Give a power of a large bracket the whole bracket as its base: a bracket that is a base alone sits too low."""
    opened: list[ElementTree.Element] = []
    for node in list(row):
        base = node[0] if _tag(node) in _SCRIPTS else node
        if _tag(base) != "mo" or not base.get("minsize"):
            continue
        if base.text in ("(", "[", "{"):
            opened.append(node)
        elif base.text in (")", "]", "}") and opened:
            first, last = list(row).index(opened.pop()), list(row).index(node)
            if base is not node:
                inner = row[first:last]
                node[0] = _new("mrow", *inner, base)
                row[first : last + 1] = [node]


@cache
def mathml(tex: str, display: str = "block") -> str:
    """Return the MathML of a TeX formula, as a block or inline, with the thin spaces of TeX around ln, max, …

    Examples
    --------
    >>> "<msup><mi>p</mi><mi>k</mi></msup>" in mathml("p^k", "inline")
    True
    >>> '<mi>ln</mi><mspace width="0.167em" /><mn>2</mn><mo lspace="0" rspace="0">/</mo>' in mathml(r"\\ln 2/p")
    True
    """
    # The converter forgets that a single letter is upright; as an operator's name it is told apart from a variable.
    tex = re.sub(r"\\mathrm\{([A-Za-z])\}", r"\\operatorname{\1}", tex.strip())
    tree = ElementTree.fromstring(convert(tex, display=display))
    for node in tree.iter():
        if _tag(node) == "mi" and node.text in _SIGNS:
            node.tag = f"{{{_SPACE}}}mo"
            node.attrib.update(form=_SIGNS[node.text], stretchy="false")
        if _tag(node) == "mo" and node.get("minsize"):
            node.set("stretchy", "true")
        if _tag(node) == "mo" and (_named(node) or node.text == "/"):
            # The space of a name comes from its neighbours, not from a general rule for operators; a slash has none.
            node.attrib.update(lspace="0", rspace="0")
        if _tag(node) == "mo" and re.fullmatch("[A-Za-z]", node.text or ""):
            node.tag, node.attrib = f"{{{_SPACE}}}mi", {"mathvariant": "normal"}
        if _tag(node) == "msub" and node[0].text in _LIMITS:
            node.tag = f"{{{_SPACE}}}munder"
            node[0].set("movablelimits", "true")
    for row in [node for node in tree.iter() if _tag(node) in _ROWS]:
        _group_binomials(row)
        _group_big_powers(row)
        _set_spaces(row)
    return ElementTree.tostring(tree, encoding="unicode")

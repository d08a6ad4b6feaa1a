"""What stands in a notebook that nobody runs: a picture as plain SVG, or a text, made from an output's data alone.

Viewers of notebooks know neither the book's data nor its style, so these pictures bring their own colours, on a ground
of their own: they read the same on a white page and on a dark one. They are made of the markup that the site draws,
with the rules of the book's style sheets written out as attributes, because some viewers drop styles.

Which form a viewer takes decides where each stands. JupyterLab takes, of what we commit, `text/markdown` (its rank is
60) before `image/svg+xml` (80) before `text/plain` (120), and of a notebook that it has not run itself it draws no SVG
at all, because an SVG may hold scripts; a picture inside Markdown, as the address of an ``<img>``, is safe and drawn.
So a picture is committed as both: Markdown for JupyterLab and nbconvert, `image/svg+xml` for the others.
"""

from __future__ import annotations

import base64
import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from .palette import TOKENS

__all__ = [
    "MARKDOWN",
    "PLAIN",
    "SVG",
    "InlineSvg",
    "Words",
    "blocks",
    "escaped",
    "picture",
    "pictured",
    "still",
    "stills",
]

PLAIN, MARKDOWN, SVG = "text/plain", "text/markdown", "image/svg+xml"

Still = Callable[[Mapping[str, Any]], Mapping[str, str]]
_STILLS: dict[str, Still] = {}

# Units of a picture: as wide inside as the site's figures, so that one is taken over as it is.
INNER, PAD, GAP = 420.0, 12.0, 8.0
# Shown larger than drawn, for reading on a desk; a viewer that is narrower shrinks it.
SHOWN, MOST = 600, 840


def still(kind: str) -> Callable[[Still], Still]:
    """Register the function that turns the data of outputs of one `kind` into what is committed beside them."""

    def register(function: Still) -> Still:
        _STILLS[kind] = function
        return function

    return register


def stills(kind: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the committed forms of an output, by MIME type, from its data alone.

    Raises
    ------
    ValueError
        When nothing is registered for `kind`.
    """
    if kind not in _STILLS:
        raise ValueError(f"nothing says how outputs of kind {kind!r} look unrun; known: {sorted(_STILLS)}")
    return dict(_STILLS[kind](payload))


class Words(NamedTuple):
    """A paragraph of a picture, broken into lines where it is too long for one."""

    text: str
    size: float = 13.0
    bold: bool = False
    muted: bool = False


class InlineSvg(NamedTuple):
    """A drawing of a picture: an SVG element as a page has it."""

    svg: str


class _Sign(NamedTuple):
    """An entry of a key: how a line or a point looks, and what it is called."""

    svg: str
    label: str
    bold: bool


Block = Words | InlineSvg | _Sign


def picture(name: str, parts: Sequence[Block], inner: float = INNER) -> str:
    """Return one SVG of paragraphs and drawings below one another.

    Parameters
    ----------
    name : str
        What a screen reader says for the picture.
    parts : sequence of Words, InlineSvg and what `blocks` gives
    inner : float
        Units of width within the margins; a drawing that is wider is made smaller.

    Examples
    --------
    >>> print(picture("Two of 3.", [Words("Two of 3.", bold=True)]))
    <svg xmlns="http://www.w3.org/2000/svg" width="600" height="63" viewBox="0 0 444 46.6" role="img" \
aria-label="Two of 3." font-family="sans-serif" stroke-linejoin="round">
    <rect width="444" height="46.6" rx="6" fill="#ffffff"/>
    <text x="12" y="25" font-size="13" font-weight="bold" fill="#1b1f24">Two of 3.</text>
    </svg>
    """
    lines: list[str] = []
    at = PAD
    for part in parts:
        drawn, height = _LAID[type(part)](part, at, inner)
        lines += drawn
        at += height
    width, height = inner + 2 * PAD, at + PAD
    shown = min(round(SHOWN * inner / INNER), MOST)
    box = f"{_short(width)} {_short(height)}"
    opening = _tag(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(shown),
            "height": str(round(shown * height / width)),
            "viewBox": f"0 0 {box}",
            "role": "img",
            "aria-label": name,
            "font-family": "sans-serif",
            "stroke-linejoin": "round",
        },
    )
    ground = {"width": box.split()[0], "height": box.split()[1], "rx": "6", "fill": TOKENS["paper"].light}
    return "\n".join([f"<{opening}>", f"<{_tag('rect', ground)}/>", *lines, "</svg>"])


def pictured(name: str, parts: Sequence[Block], inner: float = INNER) -> dict[str, str]:
    """Return a picture in the two forms in which it is committed; see the module."""
    svg = picture(name, parts, inner)
    return {SVG: svg, MARKDOWN: image(svg, name)}


def image(svg: str, name: str) -> str:
    """Return Markdown that shows an SVG from its own address, with `name` for who cannot see it."""
    packed = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{escaped(name)}" src="data:image/svg+xml;base64,{packed}">'


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line.

    Examples
    --------
    >>> escaped("k < n * m_i, for $1")
    'k &lt; n &#42; m&#95;i, for &#36;1'
    """
    plain = html.escape(" ".join(text.split()))
    return re.sub(r"[*_`$\\\[\]~|]", lambda sign: f"&#{ord(sign[0])};", plain)


def blocks(markup: str) -> list[Block]:
    """Return the plots of a page's markup, each with its key, as blocks of a picture."""
    found: list[Block] = []
    for child in ElementTree.fromstring(f"<div>{markup}</div>"):
        if child.tag == "svg":
            found.append(InlineSvg(ElementTree.tostring(child, encoding="unicode")))
        for entry in child.iter("li"):
            sign = next(iter(entry))
            label = "".join(entry.itertext()).strip()
            bold = "its-chosen" in entry.get("class", "")
            found.append(
                _Sign(ElementTree.tostring(sign, encoding="unicode").split("</svg>")[0] + "</svg>", label, bold)
            )
    return found


# Laying out: each kind of block returns its lines and the height it takes.


def _words(part: Words, at: float, inner: float) -> tuple[list[str], float]:
    colour = TOKENS["muted" if part.muted else "ink"].light
    style = {"font-size": _short(part.size)} | ({"font-weight": "bold"} if part.bold else {}) | {"fill": colour}
    step = 1.3 * part.size
    lines = _broken(part.text, part.size * (1.1 if part.bold else 1.0), inner)
    places = ({"x": _short(PAD), "y": _short(at + part.size + i * step)} for i in range(len(lines)))
    drawn = [
        f"<{_tag('text', place | style)}>{html.escape(line)}</text>" for place, line in zip(places, lines, strict=True)
    ]
    return drawn, step * len(lines) + GAP / 1.4


def _drawing(part: InlineSvg, at: float, inner: float) -> tuple[list[str], float]:
    root = _plain(part.svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    scale = min(1.0, inner / width)
    scaled = scale * height
    own = {"x": _short(PAD), "y": _short(at), "width": _short(scale * width), "height": _short(scaled)}
    lines = [f"<{_tag('svg', own | {'viewBox': root.attrib['viewBox']})}>", *_written(root), "</svg>"]
    return lines, scaled + GAP


def _sign(part: _Sign, at: float, _inner: float) -> tuple[list[str], float]:
    root = _plain(part.svg)
    style = {"font-size": "12"} | ({"font-weight": "bold"} if part.bold else {}) | {"fill": TOKENS["ink"].light}
    place = {"x": _short(PAD + 36), "y": _short(at + 11)}
    move = {"transform": f"translate({_short(PAD)} {_short(at + 1)})"}
    label = f"<{_tag('text', place | style)}>{html.escape(part.label)}</text>"
    return [f"<{_tag('g', move)}>", *_written(root), "</g>", label], 17.0


_LAID: Mapping[type, Callable[[Any, float, float], tuple[list[str], float]]] = {
    Words: _words,
    InlineSvg: _drawing,
    _Sign: _sign,
}


# Widths of letters in units of their size, of the widest typeface that viewers commonly take for "sans-serif".
_NARROW, _WIDE = frozenset("ijlftrI.,:;'’|!()[]{} -"), frozenset("mwMWQO@%—")


def _advance(letter: str) -> float:
    return 0.38 if letter in _NARROW else 0.95 if letter in _WIDE else 0.7 if letter.isupper() else 0.62


def _broken(text: str, size: float, inner: float) -> list[str]:
    """Break a text into lines that fit, whatever sans-serif a viewer has."""
    lines, used = [""], 0.0
    for word in text.split():
        length = sum(map(_advance, word)) * size
        if lines[-1] and used + 0.38 * size + length > inner:
            lines.append("")
            used = 0.0
        used += length + (0.38 * size if lines[-1] else 0)
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


# From a page's markup to plain SVG.


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    return name + "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())


_NAMESPACE = re.compile(r"\{[^}]*\}")
# What only a page needs, and what the root of the picture says once for all.
_DROPPED = frozenset({"class", "id", "role", "aria-label", "aria-hidden", "font-family"})
_SHOWN = (
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray"),
    *("stroke-dashoffset", "stroke-opacity", "opacity", "font-size", "font-weight", "text-anchor", "paint-order"),
)
_FIRST = {"fill": "#000000", "fill-opacity": "1", "stroke": "none", "stroke-opacity": "1", "stroke-linejoin": "round"}


def _plain(svg: str) -> ElementTree.Element:
    """Return an SVG of a page without classes, variables and style: everything stands in attributes."""
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r"#([\w-]+)", svg))
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
    _styled(root, (), used)
    _emptied(root)
    return root


def _styled(element: ElementTree.Element, above: tuple[frozenset[str], ...], used: set[str]) -> None:
    old = {_NAMESPACE.sub("", name): value for name, value in element.attrib.items()}
    classes = frozenset(old.get("class", "").split())
    said = {name: value for name, value in old.items() if name in _SHOWN}
    said |= _rules_for(element.tag, classes, above) | _declarations(old.get("style", ""))
    kept = {name: value for name, value in old.items() if name not in {*_SHOWN, *_DROPPED, "style"}}
    if (own := old.get("id")) in used and own is not None:
        kept["id"] = own
    if _IDLE_TURN.fullmatch(kept.get("transform", "")):
        del kept["transform"]
    if "d" in kept:
        kept["d"] = _BETWEEN.sub("", " ".join(kept["d"].split()))
    shown = {name: _resolved(said[name], said) for name in _SHOWN if name in said}
    element.attrib.clear()
    element.attrib.update(kept | {name: value for name, value in shown.items() if value is not None})
    for child in element:
        _styled(child, (*above, classes), used)


_IDLE_TURN = re.compile(r"rotate\(-?0(\.0*)?[ )].*")
_BETWEEN = re.compile(r"(?<=[A-Za-z]) | (?=[A-Za-z])")


def _emptied(element: ElementTree.Element) -> None:
    """Take out what shows nothing: groups that say nothing, styles, paths without a colour."""
    for child in list(element):
        _emptied(child)
        at = list(element).index(child)
        nothing = child.tag == "path" and child.get("fill") == "none" and child.get("stroke", "none") == "none"
        if child.tag in ("style", "title", "metadata") or nothing or (child.tag in ("g", "defs") and not len(child)):
            element.remove(child)
        elif child.tag == "g" and not child.attrib:
            element.remove(child)
            for further, inner in enumerate(list(child)):
                element.insert(at + further, inner)


def _written(root: ElementTree.Element) -> Iterator[str]:
    """Yield the lines of what an element holds."""
    for child in root:
        opening = _tag(child.tag, child.attrib)
        text = html.escape((child.text or "").strip(), quote=False)
        if len(child) and child.tag != "text":
            yield f"<{opening}>"
            yield from _written(child)
            yield f"</{child.tag}>"
        elif len(child):
            yield f"<{opening}>{text}{''.join(_spans(child))}</{child.tag}>"
        else:
            yield f"<{opening}>{text}</{child.tag}>" if text else f"<{opening}/>"


def _spans(text: ElementTree.Element) -> Iterator[str]:
    for span in text:
        inner = html.escape(span.text or "", quote=False) + "".join(_spans(span))
        after = html.escape((span.tail or "").rstrip(), quote=False)
        yield f"<{_tag(span.tag, span.attrib)}>{inner}</{span.tag}>{after}"


# The book's style sheets, as far as they speak of drawings: rules of classes, in the order of their weight.

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"[\w.-]+(?: [\w.-]+)*")
_VARIABLE = re.compile(r"var\((--[\w-]+)(?:, ?(.*))?\)")


class _Rule(NamedTuple):
    weight: tuple[int, int]
    steps: tuple[tuple[str, frozenset[str]], ...]
    says: Mapping[str, str]


def _declarations(text: str) -> dict[str, str]:
    found = {}
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if name == "font" and (size := re.search(r"[\d.]+(?=px)", value)):
            name, value = "font-size", size[0]
        if name in _SHOWN or name.startswith("--"):
            found[name] = re.sub(r"(?<=\d)px$", "", value)
    return found


@cache
def _rules() -> tuple[_Rule, ...]:
    folder = files("inference_scaling.display") / "static" / "css"
    found = []
    for name in ("figure", "explorable", "story"):
        sheet = re.sub(r"/\*.*?\*/", "", (folder / f"{name}.css").read_text(encoding="utf-8"), flags=re.S)
        # What holds only on a dark page, on paper or on a phone is of no picture.
        sheet = _without_conditions(sheet)
        for selectors, body in _RULE.findall(sheet):
            says = _declarations(body)
            for selector in map(str.strip, selectors.split(",")):
                if says and _SELECTOR.fullmatch(selector):
                    steps = tuple(_step(step) for step in selector.split())
                    weight = sum(len(classes) for _, classes in steps), sum(bool(tag) for tag, _ in steps)
                    found.append(_Rule(weight, steps, says))
    return tuple(sorted(found, key=lambda rule: rule.weight))


def _without_conditions(sheet: str) -> str:
    """Return a style sheet without its at-rules, one inside another included."""
    # A rule inside an at-rule goes first, then the emptied at-rule.
    inner = re.compile(r"(@[^{}]*\{[^{}]*)\{[^{}]*\}")
    while inner.search(sheet):
        sheet = inner.sub(r"\1", sheet)
    return re.sub(r"@[^{}]*\{[^{}]*\}", "", sheet)


def _step(text: str) -> tuple[str, frozenset[str]]:
    tag, *classes = text.split(".")
    return tag, frozenset(classes)


def _rules_for(tag: str, classes: frozenset[str], above: tuple[frozenset[str], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in _rules():
        *outer, (own, needed) = rule.steps
        here = own in ("", tag) and needed <= classes and (needed or own)
        if here and all(any(asked <= there for there in above) for _, asked in outer):
            found |= rule.says
    return found


def _resolved(value: str, said: Mapping[str, str]) -> str | None:
    """Return a value of a style with its variables as on the light page; None where nothing says them."""
    while found := _VARIABLE.fullmatch(value):
        name = found[1]
        token = name.removeprefix("--its-")
        if name in said:
            value = said[name]
        elif token in TOKENS:
            value = TOKENS[token].light
        elif found[2]:
            value = found[2]
        else:
            return None
    return value

"""What students wrote, as text alone: nothing of it is markup, hides, or turns the words around it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

__all__ = ["set_proof", "visible"]

# Joiners are part of words in several scripts, and of signs that are several characters.
_KEPT = "\n\t\u200c\u200d"
LONGEST_FORMULA = 2_000
_MATHML = "http://www.w3.org/1998/Math/MathML"
_TAGS = re.compile(
    "math|mrow|mi|mn|mo|mtext|mspace|mfrac|msqrt|mroot|msub|msup|msubsup|munder|mover|munderover|mtable|mtr|mtd|"
    "mstyle|mpadded|mphantom|menclose"
)
_ATTRIBUTES = re.compile(
    "display|mathvariant|stretchy|fence|form|separator|accent|linethickness|columnalign|rowspacing|columnspacing|"
    "width|notation|displaystyle|scriptlevel|movablelimits|largeop|minsize|maxsize|lspace|rspace"
)
_VALUE = re.compile(r"[\w.%+ -]{1,40}")


def visible(text: str) -> str:
    """Return text in which every character can be seen: controls, and signs that hide or turn words, by their numbers.

    Examples
    --------
    >>> visible("a\\u202eb\\x1b[0m\\r\\n")
    'a⟨U+202E⟩b⟨U+001B⟩[0m\\n'
    """
    return "".join(_seen(sign) for sign in text.replace("\r\n", "\n"))


def _seen(sign: str) -> str:
    hidden = unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in _KEPT
    return f"⟨U+{ord(sign):04X}⟩" if hidden else sign


def _formula(tex: str, options: dict[str, bool]) -> str:
    """Return a formula as MathML of known elements, or as its text where it cannot be set."""
    display = "block" if options.get("display_mode") else "inline"
    try:
        if len(tex) > LONGEST_FORMULA:
            raise ValueError("too long")
        # What the converter returns is not escaped: it is taken apart and written anew.
        return str(_element(ElementTree.fromstring(convert(tex, display=display))))
    except Exception:
        # Whatever a formula does to the converter, it is this student's formula and no other's.
        return str(Markup("<code>{}</code>").format(tex))


def _element(node: ElementTree.Element) -> Markup:
    """Return an element with its children, without what is no mathematics: of that the text is left."""
    inside = Markup("").join([escape(node.text or ""), *(_element(child) + escape(child.tail or "") for child in node)])
    tag = node.tag.removeprefix(f"{{{_MATHML}}}")
    if not _TAGS.fullmatch(tag):
        return inside
    kept = {
        name: value for name, value in node.attrib.items() if _ATTRIBUTES.fullmatch(name) and _VALUE.fullmatch(value)
    }
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in kept.items())
    # The element's name is one of ours.
    return Markup(f"<{tag}") + attributes + Markup(">") + inside + Markup(f"</{tag}>")


_markdown = (
    MarkdownIt("commonmark", {"html": False})
    .disable(["link", "image", "autolink", "reference", "html_inline", "html_block"])
    .use(dollarmath_plugin, renderer=_formula, double_inline=True)
)


@lru_cache(maxsize=4_096)
def set_proof(text: str) -> Markup:
    """Return Markdown with mathematics as HTML that holds no link, no picture and nothing of another place.

    Examples
    --------
    >>> print(set_proof("*Let* <b>, [a](javascript:1)"), end="")
    <p><em>Let</em> &lt;b&gt;, [a](javascript:1)</p>
    """
    # The renderer escapes all text, and formulas come from `_formula`.
    return Markup(_markdown.render(visible(text)))

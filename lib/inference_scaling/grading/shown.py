"""What others wrote, made fit to be shown: nothing in it turns the direction, moves the cursor or leaves a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["as_file_name", "distinct", "quoted", "visible"]

# Marks that only say which way the next sign is read; a name in Arabic or Hebrew may hold them.
_MARKS = "\u200e\u200f\u061c"
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """Return a text without signs that act: what controls a terminal or turns the direction of reading is drawn.

    Examples
    --------
    >>> visible("a\\x1b[31mb"), visible("a\\u202eb"), visible("two\\nlines"), visible("\\ud800")
    ('a\u241b[31mb', 'a\u27e8U+202E\u27e9b', 'two\\nlines', '\ufffd')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_drawn(sign) for sign in text)


def _drawn(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in _MARKS:
        return ""
    if category == "Cc" and sign not in "\n\t":
        return chr(0x2400 + ord(sign)) if ord(sign) < 32 else "\u2421" if ord(sign) == 127 else "\ufffd"
    if category == "Cs":
        return "\ufffd"
    if category in ("Zl", "Zp"):
        return " "
    return f"\u27e8U+{ord(sign):04X}\u27e9" if category == "Cf" and sign not in _JOINERS else sign


def quoted(text: str) -> str:
    """Return what somebody else wrote as code in a sentence of ours, on one line and with no end of code in it.

    Examples
    --------
    >>> quoted("a`b\\n\\n# 100 points")
    "`a'b # 100 points`"
    """
    return "`" + " ".join(text.replace("`", "'").split()) + "`"


# What some system forbids in a name, a backslash and a colon among it: both lead to other folders on Windows.
_FORBIDDEN = re.compile(r'[<>:"|?*\\/\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def as_file_name(name: str) -> str:
    """Return a name that is a name in every system, and no way to another folder.

    Examples
    --------
    >>> [as_file_name(name) for name in ("x\\\\..\\\\..\\\\evil", "C:evil", "..", "NUL.txt", "Ada L_7_x.ipynb")]
    ['x_.._.._evil', 'C_evil', '_', '_NUL.txt', 'Ada L_7_x.ipynb']
    """
    name = _FORBIDDEN.sub("_", name).rstrip(". ")
    return "_" + name if not name or _DEVICES.fullmatch(name) else name


def distinct(names: Iterable[str]) -> list[str]:
    """Return names in which none comes twice, whatever its capitals: the later ones get a number before their ending.

    Examples
    --------
    >>> distinct(["a/x.html", "A/x.html", "b.zip"])
    ['a/x.html', 'A/x (2).html', 'b.zip']
    """
    there: set[str] = set()
    made = []
    for name in names:
        new, number = name, 1
        while new.casefold() in there:
            number += 1
            stem, dot, ending = name.rpartition(".")
            new = f"{stem} ({number}){dot}{ending}" if dot else f"{name} ({number})"
        there.add(new.casefold())
        made.append(new)
    return made

"""Mathematics for pages: TeX becomes MathML when the book is built."""

from __future__ import annotations

from functools import cache

from latex2mathml.converter import convert

__all__ = ["mathml"]


@cache
def mathml(tex: str, display: str = "block") -> str:
    """Return the MathML of a TeX formula, as a block or inline.

    Examples
    --------
    >>> "<msup><mi>p</mi><mi>k</mi></msup>" in mathml("p^k", "inline")
    True
    """
    return convert(tex.strip(), display=display)

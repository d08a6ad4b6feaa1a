"""How many intervals of the register would leave out 0 by chance alone, and how many do."""

from __future__ import annotations

from collections.abc import Iterable
from math import erfc, sqrt

import numpy as np

from ..display.output import rounded
from ..figures import Axis, Figure, Mark, lines
from ..figures.draw import to_html
from .claims import Claim
from .verdicts import BORDERLINE, LEFT_OUT, distance

__all__ = ["by_chance", "distances", "figure", "page_html"]

# Farther out the two lines no longer tell anything; the largest distances are beyond thirty.
_SHOWN = 6.0


def distances(claims: Iterable[Claim]) -> np.ndarray:
    """Return how far each difference lies from 0, in standard errors, shape (differences,), smallest first.

    A difference is a claim whose verdict rests on an interval leaving out 0.
    """
    found = [distance(one, one.interval) for one in claims if one.interval is not None and one.null == 0]
    return np.sort(np.array(found, dtype=float))


def by_chance(number: int, at_least: float) -> float:
    """Return how many of `number` differences lie `at_least` standard errors from 0 on average, if none is real.

    Examples
    --------
    >>> round(by_chance(100, 1.96), 2), round(by_chance(100, 2.6), 2)
    (5.0, 0.93)
    """
    return number * erfc(at_least / sqrt(2))


def figure(found: np.ndarray) -> Figure:
    """Return the number of differences at least so far from 0, in the register and by chance alone."""
    x = np.linspace(0, _SHOWN, 61)
    return lines(
        x,
        {
            "in this book": [int((found >= one).sum()) for one in x],
            "by chance alone": [by_chance(len(found), one) for one in x],
        },
        roles={"by chance alone": "control"},
        x_axis=Axis("distance from 0 in standard errors, at least", limits=(0, _SHOWN)),
        y_axis=Axis("differences in the register", limits=(0, len(found))),
        marks=[
            Mark("leaves out 0", LEFT_OUT, 0.93 * len(found), line="x"),
            Mark("clearly", BORDERLINE, 0.8 * len(found), line="x"),
        ],
        number=len(found),
        chance=by_chance(len(found), LEFT_OUT),
        out=int((found >= LEFT_OUT).sum()),
        finding="Of {number:.0f} differences {out:.0f} leave out 0; chance alone would give about {chance:.0f}.",
    )


def page_html(claims: Iterable[Claim]) -> str:
    """Return the paragraph and the figure for the page of claims."""
    found = distances(claims)
    out, clear = int((found >= LEFT_OUT).sum()), int((found >= BORDERLINE).sum())
    chance, far = by_chance(len(found), LEFT_OUT), by_chance(len(found), BORDERLINE)
    told = (
        f"The verdict of {len(found)} claims rests on whether the interval of a difference leaves out 0. Suppose that "
        f"not one of these differences were real. Then about {chance:.1f} of the intervals would leave out 0 all the "
        f"same, {chance - far:.1f} of them only just. In this book {out} leave out 0, and {out - clear} of them only "
        f"just: these have the verdict borderline. Of the other {clear} chance would give {far:.1f}. So chance hardly "
        "touches the clear verdicts, and some of the borderline ones may be due to chance. Nobody can say which."
    )
    return f"<p>{told}</p>{to_html(rounded(figure(found).payload()))}"

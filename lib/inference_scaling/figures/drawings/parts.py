"""What every drawing is made of: boxes, arrows, dots, bars, marks and words on a sheet, as SVG.

Colours are CSS variables by their use, with the colours of the light page as fallbacks: one picture serves light, dark
and print. Text stays text.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import NamedTuple

from ...display.markup import attributes
from ...display.numbers import tenth
from ...display.palette import ROLES, TOKENS

__all__ = ["GAP", "SIZE", "Canvas", "Piece", "arranged"]

# In units of the picture, which are pixels on a phone: a narrow column has 358 of them, a wide one 688.
SIZE, GAP, ACROSS = 13, 12, 688
# What stands in tokens.css and in no role.
VERDICTS = {"right": "#116329", "wrong": "#a40e26", "panel": "#f4f6f8"}


def colour(name: str) -> str:
    """Return a colour by its token or by the role that owns it, as a value of CSS.

    Raises
    ------
    KeyError
        For a name that is neither.

    Examples
    --------
    >>> colour("ink"), colour("verifier")
    ('var(--its-ink,#1b1f24)', 'var(--its-c4,#8a3d8f)')
    """
    token = ROLES[name].token if name in ROLES else name
    return f"var(--its-{token},{VERDICTS[token] if token in VERDICTS else TOKENS[token].light})"


def _paint(fill: str | None, line: str | None, width: float = 1.0, dash: str | None = None) -> str:
    parts = [f"fill:{colour(fill) if fill else 'none'}"]
    if line:
        parts.append(f"stroke:{colour(line)};stroke-width:{width:g}")
    if dash:
        parts.append(f"stroke-dasharray:{dash}")
    return ";".join(parts)


class Piece(NamedTuple):
    """One part of a drawing: its size and its content; `alone` is one that shares its row with no other."""

    width: float
    height: float
    content: str
    alone: bool = False

    def svg(self, **more: str | int | float | bool | None) -> str:
        """Return the panel as an SVG element of its own."""
        size = {"width": tenth(self.width), "height": tenth(self.height)}
        view = attributes(**size, viewBox=f"0 0 {tenth(self.width)} {tenth(self.height)}", **more)
        font = attributes(font_family="sans-serif", font_size=SIZE)
        return f"<svg{view}{font}>{self.content}</svg>"


class Canvas:
    """A sheet to draw on; each method adds one part."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.parts: list[str] = []

    def panel(self, height: float, *, alone: bool = False) -> Piece:
        """Return what was drawn."""
        return Piece(self.width, height, "".join(self.parts), alone)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        fill: str = "ink",
        bold: bool = False,
        size: float = SIZE,
    ) -> None:
        """Write words; `y` is their base line."""
        place = attributes(x=tenth(x), y=tenth(y), text_anchor=None if anchor == "start" else anchor)
        weight = attributes(font_weight=600 if bold else None, font_size=None if size == SIZE else f"{size:g}")
        self.parts.append(f'<text{place}{weight} style="fill:{colour(fill)}">{html.escape(words)}</text>')

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        line: str | None = "muted",
        stroke: float = 1.0,
        radius: float = 3,
    ) -> None:
        """Draw a box with its corner at the upper left."""
        place = attributes(x=tenth(x), y=tenth(y), width=tenth(width), height=tenth(height), rx=tenth(radius))
        self.parts.append(f'<rect{place} style="{_paint(fill, line, stroke)}"/>')

    def bar(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Draw a bar without a line around it; what is above nothing is seen."""
        self.box(x, y, max(width, 1.5) if width > 0 else 0, height, fill=fill, line=None, radius=0)

    def path(self, d: str, *, line: str = "muted", stroke: float = 1.2, dash: str | None = None) -> None:
        """Draw a line along a path."""
        self.parts.append(f'<path d="{d}" style="{_paint(None, line, stroke, dash)}"/>')

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        line: str = "muted",
        stroke: float = 1.2,
        dash: str | None = None,
    ) -> None:
        """Draw a straight line."""
        self.path(f"M{tenth(x1)} {tenth(y1)}L{tenth(x2)} {tenth(y2)}", line=line, stroke=stroke, dash=dash)

    def arrow(self, x1: float, y1: float, x2: float, y2: float, *, line: str = "muted", stroke: float = 1.4) -> None:
        """Draw a straight arrow."""
        self.line(x1, y1, x2, y2, line=line, stroke=stroke)
        turn = math.atan2(y2 - y1, x2 - x1)
        ends = [(x2 - 7 * math.cos(turn + side), y2 - 7 * math.sin(turn + side)) for side in (0.45, -0.45)]
        points = " ".join(f"{tenth(x)},{tenth(y)}" for x, y in [(x2, y2), *ends])
        self.parts.append(f'<polygon points="{points}" style="{_paint(line, None)}"/>')

    def dot(
        self, x: float, y: float, radius: float, *, fill: str | None, line: str | None = None, dash: str | None = None
    ) -> None:
        """Draw a dot: a sample, a step."""
        place = attributes(cx=tenth(x), cy=tenth(y), r=tenth(radius))
        self.parts.append(f'<circle{place} style="{_paint(fill, line, 1.3, dash)}"/>')

    def star(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """Draw a star: what is handed in."""
        points = []
        for i in range(10):
            far, turn = (radius if i % 2 == 0 else 0.45 * radius), math.pi * i / 5
            points.append(f"{tenth(x + far * math.sin(turn))},{tenth(y - far * math.cos(turn))}")
        self.parts.append(f'<polygon points="{" ".join(points)}" style="{_paint(fill, None)}"/>')

    def verdict(self, x: float, y: float, right: bool) -> None:
        """Draw a tick or a cross around a centre; shape and colour both tell."""
        if right:
            self.path(f"M{tenth(x - 5)} {tenth(y)}l4 4.5l7 -9", line="right", stroke=2.4)
        else:
            self.path(f"M{tenth(x - 4)} {tenth(y - 4)}l8 8m0 -8l-8 8", line="wrong", stroke=2.4)


def arranged(panels: Sequence[Piece]) -> Piece:
    """Return panels side by side in as many rows as they need, as one."""
    rows: list[list[Piece]] = []
    for panel in panels:
        fits = rows and not panel.alone and not rows[-1][0].alone
        if fits and sum(one.width + GAP for one in rows[-1]) + panel.width <= ACROSS:
            rows[-1].append(panel)
        else:
            rows.append([panel])
    content, down, across = "", 0.0, 0.0
    for row in rows:
        x = 0.0
        for one in row:
            content += one.svg(x=tenth(x), y=tenth(down))
            x += one.width + GAP
        down, across = down + max(one.height for one in row) + GAP, max(across, x - GAP)
    return Piece(across, down - GAP, content)

"""Pictures from the data of figures: one SVG that serves light, dark and print.

Matplotlib lays the figure out with marker colours; each marker colour then becomes a CSS variable
with a fallback, and text stays text. The same data give the same bytes.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from ..display.output import attributes, renderer
from .data_table import table

# Drawn with the colours of the light page; on a page each becomes its CSS variable, with itself as fallback.
INK, MUTED, GRID, PAPER = "#1b1f24", "#57606a", "#d8dee4", "#ffffff"
SERIES = [MUTED, "#0b5fae", "#b34700", "#00705a", "#8a3d8f", "#6b5b00"]
VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper"} | {
    colour: f"c{index}" for index, colour in enumerate(SERIES) if index
}
# Series differ by dash and marker too, so that colour is never the only difference.
DASHES = {
    "line": "-",
    "dash": (0, (5, 2.5)),
    "dot": (0, (1.2, 2)),
    "dashdot": (0, (6, 2, 1.2, 2)),
    "steps": "-",
    "area": "-",
}
MARKERS = ["o", "o", "s", "^", "D", "v"]

# 72 units an inch: 420 units wide with 12-unit text stays readable on a phone and calm on a desk.
WIDTH, HEIGHT = 420 / 72, 290 / 72
STYLE = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 11.5,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 11.5,
    "legend.handlelength": 2.2,
    "legend.borderaxespad": 0.0,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
}


def _number(value: float, _position: int | None = None) -> str:
    if value != 0 and (abs(value) >= 1e5 or abs(value) < 1e-3):
        exponent = int(np.floor(np.log10(abs(value)) + 1e-9))
        digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        mantissa = value / 10.0**exponent
        return f"10{digits}" if round(mantissa, 6) == 1 else f"{mantissa:g}·10{digits}"
    return f"{value:,.10g}".replace("-", "−")


def _set_axis(axes: Axes, which: str, axis: Mapping[str, Any]) -> None:
    line = getattr(axes, f"{which}axis")
    if axis["scale"] == "log":
        getattr(axes, f"set_{which}scale")("log")
        line.set_major_locator(LogLocator(numticks=8))
        line.set_minor_locator(NullLocator())
    else:
        line.set_major_locator(MaxNLocator(nbins=6))
    if "limits" in axis:
        getattr(axes, f"set_{which}lim")(*axis["limits"])
    line.set_major_formatter(FuncFormatter(_number))
    if "ticks" in axis:
        getattr(axes, f"set_{which}ticks")(axis["ticks"], axis.get("tick_labels"))
    if which == "x":
        axes.set_xlabel(axis["label"])
    else:
        # Above the axis and upright: a turned label is hard to read on a phone.
        axes.set_title(axis["label"], loc="left", fontsize=11.5, pad=8)


def _series(axes: Axes, one: Mapping[str, Any], width: float | None) -> None:
    colour = SERIES[one["colour"]]
    x, y = np.array(one["x"], float), np.array(one["y"], float)
    style = one["style"]
    if style == "points":
        error = None
        if "low" in one:
            error = np.maximum([y - one["low"], np.array(one["high"]) - y], 0)
        axes.errorbar(
            x,
            y,
            yerr=error,
            fmt=MARKERS[one["colour"]],
            color=colour,
            elinewidth=1.4,
            capsize=2.5,
            label=one["label"],
        )
    elif style == "bars":
        gap = width if width is not None else float(np.min(np.diff(x))) if x.size > 1 else 1.0
        axes.bar(x, y, width=0.92 * gap, color=colour, label=one["label"])
        axes.grid(axis="x", visible=False)
    else:
        if "low" in one:
            axes.fill_between(x, one["low"], one["high"], color=colour, alpha=0.18, linewidth=0)
        if style == "area":
            axes.fill_between(x, 0, y, color=colour, alpha=0.18, linewidth=0)
        if style == "steps":
            axes.step(x, y, where="post", color=colour, label=one["label"])
        else:
            axes.plot(x, y, color=colour, linestyle=DASHES[style], label=one["label"])


def _marks(axes: Axes, marks: list[Mapping[str, Any]]) -> None:
    for mark in marks:
        if mark.get("line") == "x":
            axes.axvline(mark["x"], color=MUTED, linewidth=1, linestyle=(0, (2, 2)))
        if mark.get("line") == "y":
            axes.axhline(mark["y"], color=MUTED, linewidth=1, linestyle=(0, (2, 2)))
        x, y = mark.get("x"), mark.get("y")
        where = ("data" if x is not None else "axes fraction", "data" if y is not None else "axes fraction")
        x, y = (0.02 if x is None else x), (0.97 if y is None else y)
        low, high = axes.get_xlim()
        if axes.get_xscale() == "log":
            right = np.log(x / low) > 0.6 * np.log(high / low) if where[0] == "data" else False
        else:
            right = x > low + 0.6 * (high - low) if where[0] == "data" else False
        axes.annotate(
            mark["text"],
            (x, y),
            xycoords=where,
            xytext=(-5 if right else 5, 4),
            textcoords="offset points",
            ha="right" if right else "left",
            va="bottom" if where[1] == "data" else "top",
            fontsize=10.5,
            color=INK,
        )
        if where == ("data", "data") and "line" not in mark:
            axes.plot([x], [y], marker="o", color=INK, markersize=5, linestyle="none")


def _plot(canvas: Canvas, payload: Mapping[str, Any]) -> None:
    axes = canvas.add_subplot()
    _set_axis(axes, "x", payload["x"])
    _set_axis(axes, "y", payload["y"])
    for one in payload["series"]:
        _series(axes, one, payload.get("width"))
    _marks(axes, payload.get("marks", []))
    if len(payload["series"]) > 1:
        columns = 2 if all(len(one["label"]) <= 22 for one in payload["series"]) else 1
        canvas.legend(loc="outside lower center", ncols=columns, alignment="left")


def _names(canvas: Canvas, payload: Mapping[str, Any]) -> None:
    axes = canvas.add_subplot()
    count = len(payload["names"])
    values, position = np.array(payload["values"], float), np.arange(count)[::-1]
    error = None
    if "low" in payload:
        error = np.maximum([values - payload["low"], np.array(payload["high"]) - values], 0)
    axes.errorbar(values, position, xerr=error, fmt="o", color=SERIES[1], elinewidth=1.6, capsize=3)
    axes.set_yticks(position, payload["names"])
    axes.set_ylim(-0.6, count - 0.4)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(_number))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.set_xlabel(payload["x"]["label"], loc="right")
    if "limits" in payload["x"]:
        axes.set_xlim(*payload["x"]["limits"])


def _map(canvas: Canvas, payload: Mapping[str, Any]) -> None:
    axes = canvas.add_subplot()
    _set_axis(axes, "x", payload["x"])
    _set_axis(axes, "y", payload["y"])
    x, y, z = (np.array(payload[key], float) for key in ("grid_x", "grid_y", "z"))
    levels = payload["levels"]
    steps = [min(z.min(), levels[0]) - 1, *levels, max(z.max(), levels[-1]) + 1]
    colours = [SERIES[index % 5 + 1] for index in range(len(steps) - 1)]
    if len(colours) == 3:
        colours[1] = PAPER  # the middle of three is "neither"
    axes.contourf(x, y, z, levels=steps, colors=colours, alpha=0.25)
    axes.contour(x, y, z, levels=levels, colors=INK, linewidths=1)
    keys = [
        Patch(facecolor=colour, edgecolor=MUTED, alpha=0.4, label=label)
        for colour, label in zip(colours, payload["level_labels"], strict=False)
    ]
    if keys:
        canvas.legend(handles=keys, loc="outside lower center", ncols=1)
    _marks(axes, payload.get("marks", []))


FORMS = {"plot": _plot, "names": _names, "map": _map}


def _drawn(payload: Mapping[str, Any]) -> Canvas:
    height = HEIGHT
    if payload["form"] == "plot":
        height += 0.16 * max(0, len(payload["series"]) - 2)
    if payload["form"] == "names":
        height = (70 + 30 * len(payload["names"])) / 72
    canvas = Canvas(figsize=(WIDTH, height), layout="constrained")
    FORMS[payload["form"]](canvas, payload)
    return canvas


def _key(payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:12]


_COLOUR = re.compile("|".join(VARIABLES))
_TAG = re.compile(r"<[^>]*>")
_DIGITS = re.compile(r"-?\d+\.\d{3,}")


def _shortened(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def svg(payload: Mapping[str, Any]) -> str:
    """Return the picture of a figure's data as one SVG element.

    Parameters
    ----------
    payload : mapping
        The rounded data of a `Figure`.

    Returns
    -------
    str
        `role="img"` with the finding as its name; colours are CSS variables with fallbacks.
    """
    buffer = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": _key(payload)}):
        _drawn(payload).savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    # Names of groups repeat from figure to figure; what is referred to is named by the hash of the data.
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    # Only inside tags: a number that a reader sees keeps its digits.
    text = _TAG.sub(lambda tag: _DIGITS.sub(_shortened, tag[0]), text)
    # Presentation attributes take no variables, so every colour must stand in a style: matplotlib does so.
    text = _COLOUR.sub(lambda found: f"var(--its-{VARIABLES[found[0]]}, {found[0]})", text)
    text = text.replace("'DejaVu Sans'", "var(--its-font, sans-serif)")
    view = re.search(r'viewBox="([^"]+)"', text)
    opening = attributes(
        xmlns="http://www.w3.org/2000/svg",
        xmlns_xlink="http://www.w3.org/1999/xlink",
        class_="its-svg",
        viewBox=view[1] if view else None,
        role="img",
        aria_label=payload["finding"],
    ).replace("xmlns-xlink", "xmlns:xlink")
    text = re.sub(r"<svg\b[^>]*>", lambda _: f"<svg{opening}>", text, count=1)
    return re.sub(r"\n\s*", "\n", text).strip()


def save(payload: Mapping[str, Any], path: str) -> None:
    """Write the picture to a file; its ending (svg, png, pdf) says in which form."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": _key(payload)}):
        _drawn(payload).savefig(path, dpi=200, facecolor="white")


@renderer("figure")
def to_html(payload: Mapping[str, Any]) -> str:
    """Return picture, caption and data table of a figure."""
    head, rows = table(payload)
    # A corner without a word is no heading.
    cells = "".join(f'<th scope="col">{html.escape(cell)}</th>' if cell else "<td></td>" for cell in head)
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{html.escape(cell)}</th>' if i == 0 else f"<td>{html.escape(cell)}</td>"
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    finding = html.escape(payload["finding"])
    return (
        f'<figure class="its-figure">{svg(payload)}'
        f'<figcaption aria-hidden="true">{finding}</figcaption>'
        f'<details class="its-data"><summary>The numbers as a table</summary>'
        f'<div class="its-scroll" tabindex="0" role="group" aria-label="The numbers of the figure">'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div></details></figure>"
    )

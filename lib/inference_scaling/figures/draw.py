"""Pictures from the data of figures: one SVG that serves light, dark and print.

Matplotlib lays the figure out with marker colours; each marker colour then becomes a CSS variable
with a fallback, and text stays text. The same data give the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import html
import io
import json
import re
import textwrap
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure as Canvas
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from matplotlib.transforms import ScaledTranslation
from scipy import ndimage

from ..display import markup
from ..display.markup import attributes, scrolling
from ..display.numbers import axis_number
from ..display.output import renderer
from ..display.palette import COLOURS, DASHES, PLAIN, ROLES, TOKENS
from . import line_labels
from .data_table import table

# Drawn with the colours of the light page; on a page each becomes its CSS variable, with itself as fallback.
INK, MUTED, GRID, PAPER = (TOKENS[name].light for name in ("ink", "muted", "grid", "paper"))
SERIES = [TOKENS[name].light for name in COLOURS]
VARIABLES = {token.light: name for name, token in TOKENS.items()}
# Series differ by dash and marker too, so that colour is never the only difference.
LINES = {style: (0, dash.widths) for style, dash in DASHES.items()} | {"line": "-", "area": "-"}
MARKERS = ["o", "o", "s", "^", "D", "v", "o", "s", "^"]

# A unit is a pixel where the picture is shown: as wide as the text on a desk, and once more for a phone. One drawing
# for both would show letters of 7 pixels on the phone, or of 22 on the desk.
WIDE, NARROW = 688, 352
LETTERS, SMALL, TITLE = 13.5, 12.5, 15.0
# Letters of all names of an axis together that fit side by side below it, by unit of width.
NAMES_IN_A_ROW = 54 / 420
# Points of distance between series that would cover one another.
ASIDE = 7.0
# Share of an axis below which two places count as close to each other.
CLOSE = 0.04
STYLE = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": LETTERS,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 4,
    "ytick.major.size": 0,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": LETTERS,
    "legend.handlelength": 2.2,
    "legend.borderaxespad": 0.0,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
}


def _log_ticks(low: float, high: float) -> list[float]:
    """Return at least three and at most about eight places to label on a logarithmic axis."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    # Where the axis holds too few powers of ten to read a value between them, their multiples are labelled too.
    for factors in ((1,), (1, 2, 5), tuple(range(1, 10))):
        ticks = [factor * 10.0**decade for decade in decades for factor in factors]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) >= 3:
            return ticks[:: -(-len(ticks) // 8)]
    return [tick for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]


def _doubling_ticks(low: float, high: float) -> list[float]:
    return [2.0**power for power in range(int(np.ceil(np.log2(low))), int(np.floor(np.log2(high))) + 1)]


def _whole(values: Sequence[float]) -> bool:
    """Say whether values are counts, between which there is nothing to label."""
    values = np.array(values, float)
    return bool(values.size and np.all(values == np.round(values)) and np.ptp(values) >= 3)


def _set_axis(axes: Axes, which: str, axis: Mapping[str, Any]) -> None:
    if axis["scale"] != "linear":
        getattr(axes, f"set_{which}scale")("log")
    if "limits" in axis:
        getattr(axes, f"set_{which}lim")(*axis["limits"])
    if which == "x":
        axes.set_xlabel(_folded(axes, axis["label"]), loc="right")
    else:
        # Above the axis and upright: a turned label is hard to read on a phone.
        axes.set_title(_folded(axes, axis["label"]), loc="left", fontsize=LETTERS, pad=8)


def _folded(axes: Axes, label: str, letter: float = 0.6 * LETTERS) -> str:
    """Return a label on as many lines as it needs beside the numbers of the other axis."""
    room = axes.figure.get_size_inches()[0] * 72 - 60
    return textwrap.fill(label, int(room / letter), break_long_words=False)


def _few(values: Sequence[float], scale: str) -> list[float]:
    """Return the values themselves where they are so few, round and far apart that each can be labelled."""
    places = sorted(set(values))
    along = np.array(places) if scale == "linear" else np.log(places)
    short = all(len(axis_number(value)) <= 5 for value in places)
    return places if 3 <= len(places) <= 8 and short and np.min(np.diff(along)) > 0.1 * np.ptp(along) else []


def _set_ticks(axes: Axes, which: str, axis: Mapping[str, Any], series: Sequence[Mapping[str, Any]] = ()) -> None:
    """Label an axis once everything is drawn and its ends are known; `series` are the data along it."""
    values = [value for one in series for value in one[which]]
    measured = [value for one in series if one["style"] in ("points", "bars") for value in one["x"]]
    line = getattr(axes, f"{which}axis")
    line.set_major_formatter(FuncFormatter(axis_number))
    line.set_minor_locator(NullLocator())
    if "ticks" in axis:
        names = axis.get("tick_labels")
        room = NAMES_IN_A_ROW * 72 * axes.figure.get_size_inches()[0]
        if names and max(map(len, names)) * len(names) > room:
            # Every second name a line lower: so each has the room of two.
            names = ["\n" * (index % 2) + name for index, name in enumerate(names)]
        line.set_ticks(axis["ticks"], names)
    elif which == "x" and measured and (few := _few(values, axis["scale"])):
        line.set_major_locator(FixedLocator(few))
    elif axis["scale"] != "linear":
        ends = sorted(getattr(axes, f"get_{which}lim")())
        places = _doubling_ticks(*ends) if axis["scale"] == "doubling" else _log_ticks(*ends)
        line.set_major_locator(FixedLocator(places))
    else:
        line.set_major_locator(MaxNLocator(nbins=6, integer=_whole(values)))


def _sides(series: Sequence[Mapping[str, Any]], scale: str = "linear") -> list[float]:
    """Return by how much each series is drawn aside, in points: only intervals that would cover one another are."""
    seen = [index for index, one in enumerate(series) if one["style"] == "points" and "low" in one]
    places = [x for index in seen for x in series[index]["x"]]
    different = np.unique(places)
    apart = np.diff(np.log(different) if scale == "log" else different)
    # Between places that lie close together a shift would read as another place.
    if len(set(places)) == len(places) or (apart.size and apart.min() < CLOSE * apart.sum()):
        return [0.0] * len(series)
    middle = (len(seen) - 1) / 2
    return [ASIDE * (seen.index(index) - middle) if index in seen else 0.0 for index in range(len(series))]


def _series(axes: Axes, one: Mapping[str, Any], aside: float) -> None:
    colour = SERIES[one["colour"]]
    x, y = np.array(one["x"], float), np.array(one["y"], float)
    style = one["style"]
    if style == "points":
        error = None
        if "low" in one:
            error = np.maximum([y - one["low"], np.array(one["high"]) - y], 0)
        points, caps, bars = axes.errorbar(
            x,
            y,
            yerr=error,
            fmt=MARKERS[one["colour"]],
            color=colour,
            elinewidth=1.4,
            capsize=2.5,
            label=one["label"],
        )
        if aside:
            # A shift of the drawing, not of the data: the axis and the table know nothing of it.
            moved = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
            for artist in (points, *caps, *bars):
                artist.set_transform(moved)
    elif style == "bars":
        gap = float(np.min(np.diff(x))) if x.size > 1 else 1.0
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
            axes.plot(x, y, color=colour, linestyle=LINES[style], label=one["label"])


def _bins(axes: Axes, series: Sequence[Mapping[str, Any]], edges: Sequence[float]) -> None:
    """Draw the bars of a histogram, and beside them those of the values that are counted apart."""
    inner, *apart = series
    low, wide = np.array(edges[:-1]), np.diff(edges)
    colour = SERIES[inner["colour"]]
    axes.bar(low + 0.04 * wide, inner["y"], 0.92 * wide, align="edge", color=colour, label=inner["label"])
    ends = [edges[0], edges[-1]]
    for one in apart:
        first = one["x"][0] == edges[0]
        outward = -wide[0] if first else wide[-1]
        place = one["x"][0] + 0.7 * outward
        axes.bar([place], one["y"], 0.92 * abs(outward), color=SERIES[one["colour"]], label=one["label"])
        ends[0 if first else 1] += 1.3 * outward
    axes.set_xlim(*ends)
    axes.grid(axis="x", visible=False)


def _edge_ticks(edges: Sequence[float]) -> list[float]:
    return [tick for tick in MaxNLocator(nbins=6).tick_values(edges[0], edges[-1]) if edges[0] <= tick <= edges[-1]]


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
            fontsize=SMALL,
            color=INK,
        )
        if where == ("data", "data") and "line" not in mark:
            axes.plot([x], [y], marker="o", color=INK, markersize=5, linestyle="none")


def _plot(canvas: Canvas, payload: Mapping[str, Any]) -> None:
    axes = canvas.add_subplot()
    _set_axis(axes, "x", payload["x"])
    _set_axis(axes, "y", payload["y"])
    series = payload["series"]
    if "edges" in payload:
        _bins(axes, series, payload["edges"])
    else:
        for one, aside in zip(series, _sides(series, payload["x"]["scale"]), strict=True):
            _series(axes, one, aside)
    _marks(axes, payload.get("marks", []))
    for which in "xy":
        _set_ticks(axes, which, payload[which], series)
    if "edges" in payload:
        axes.xaxis.set_major_locator(FixedLocator(_edge_ticks(payload["edges"])))
    if len(series) > 1:
        _name_series(canvas, axes, series)


def _name_series(canvas: Canvas, axes: Axes, series: Sequence[Mapping[str, Any]]) -> None:
    """Write the names of lines on the lines where all of them fit; what has no name there is in a key below."""
    handles, labels = axes.get_legend_handles_labels()
    named = dict(zip(labels, handles, strict=True))
    lines = [named[one["label"]] for one in series if isinstance(named[one["label"]], Line2D)]
    others = {label: handle for label, handle in named.items() if handle not in lines}
    key = _key_below(canvas, others)
    # Places are looked for where the axes will be, so the layout comes first.
    canvas.draw_without_rendering()
    if not lines or not line_labels.write(axes, lines, _obstacles(axes, lines), SMALL):
        if key is not None:
            key.remove()
        _key_below(canvas, named)


def _key_below(canvas: Canvas, named: Mapping[str, Any]) -> Legend | None:
    if not named:
        return None
    longest = int(canvas.get_size_inches()[0] * 72 / 2 / (0.6 * LETTERS)) - 5
    columns = 2 if len(named) > 1 and all(len(label) <= longest for label in named) else 1
    labels = [textwrap.fill(label, 2 * longest) for label in named]
    return canvas.legend(list(named.values()), labels, loc="outside lower left", ncols=columns, alignment="left")


def _obstacles(axes: Axes, lines: Sequence[Line2D]) -> list[Any]:
    """Return, in units of the picture, the points of all that names must keep clear of: marks, points, bars."""
    found = []
    for other in (one for one in axes.lines if one not in lines):
        found.append(line_labels.seen(other, axes))
    for bars in (one for one in axes.collections if isinstance(one, LineCollection)):
        for segment in bars.get_segments():
            found.append(line_labels.dense(bars.get_transform().transform(segment)))
    for patch in axes.patches:
        box = patch.get_window_extent()
        x, y = np.meshgrid(np.arange(box.x0, box.x1 + 1, 4), np.arange(box.y0, box.y1 + 1, 4))
        found.append(np.stack([x.ravel(), y.ravel()], axis=1))
    return found


def _longest(canvas: Canvas) -> int:
    """Return how many letters fit into the half of the picture that names may take."""
    return int(canvas.get_size_inches()[0] * 72 / 2 / (0.6 * SMALL))


def _names(canvas: Canvas, payload: Mapping[str, Any]) -> None:
    axes = canvas.add_subplot()
    count = len(payload["names"])
    values, position = np.array(payload["values"], float), np.arange(count)[::-1]
    error = None
    if "low" in payload:
        error = np.maximum([values - payload["low"], np.array(payload["high"]) - values], 0)
    roles = payload.get("roles") or [""] * count
    for i, role in enumerate(roles):
        colour = ROLES[role].colour if role else PLAIN[0]
        axes.errorbar(
            values[i : i + 1],
            position[i : i + 1],
            xerr=None if error is None else error[:, i : i + 1],
            fmt=MARKERS[colour],
            color=SERIES[colour],
            elinewidth=1.6,
            capsize=3,
        )
    axes.set_yticks(position, [textwrap.fill(name, _longest(canvas)) for name in payload["names"]])
    axes.set_ylim(-0.6, count - 0.4)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.xaxis.set_major_formatter(FuncFormatter(axis_number))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.set_xlabel(textwrap.fill(payload["x"]["label"], 2 * _longest(canvas)), loc="right")
    if "limits" in payload["x"]:
        axes.set_xlim(*payload["x"]["limits"])
    least, most = axes.get_xlim()
    if least < 0 < most:
        # Where differences are drawn, the line at no difference is what an interval is read against.
        axes.set_xlim(least, most)
        axes.axvline(0, color=INK, linewidth=1, zorder=1)


def _band_colours(count: int, roles: Sequence[str]) -> list[tuple[str, float]]:
    """Return the colour of each band and how much of it is laid on."""
    # Slate, which means nothing: a band has the colour of a role only where it has the role.
    colours = [(SERIES[one], 0.25) for one in PLAIN[:count]]
    if count == 3:
        colours[1] = PAPER, 0.25  # the middle of three is "neither"
    if count > len(PLAIN):
        # More bands than shades: one shade, from faint to strong.
        colours = [(SERIES[PLAIN[0]], 0.1 * (band + 1)) for band in range(count)]
    for band, role in enumerate(roles):
        if role:
            colours[band] = SERIES[ROLES[role].colour], 0.25
    return colours


def _map(canvas: Canvas, payload: Mapping[str, Any]) -> None:
    axes = canvas.add_subplot()
    _set_axis(axes, "x", payload["x"])
    _set_axis(axes, "y", payload["y"])
    x, y, z = (np.array(payload[key], float) for key in ("grid_x", "grid_y", "z"))
    levels = payload["levels"]
    # Below the first level and above the last there is a band too.
    steps = [min(z.min(), levels[0]) - 1, *levels, max(z.max(), levels[-1]) + 1]
    axes.grid(visible=False)
    regions = axes.contourf(x, y, z, levels=steps, colors=_band_colours(len(steps) - 1, payload.get("roles", ())))
    if borders := [level for level in levels if z.min() < level < z.max()]:
        axes.contour(x, y, z, levels=borders, colors=INK, linewidths=1)
    _marks(axes, payload.get("marks", []))
    for which in "xy":
        _set_ticks(axes, which, payload[which])
    if payload["level_labels"]:
        _name_regions(canvas, axes, regions, payload["level_labels"])


def _name_regions(canvas: Canvas, axes: Axes, regions: QuadContourSet, names: Sequence[str]) -> None:
    """Write the name of each band into its region; a band without room for its name gets an entry in a key."""
    drawn_bands = [band for band, path in enumerate(regions.get_paths()) if len(path.vertices)]
    colours = regions.get_facecolor()
    in_key: list[int] = []
    while True:
        patches = [Patch(facecolor=colours[band], edgecolor=MUTED, label=names[band]) for band in in_key]
        key = canvas.legend(handles=patches, loc="outside lower center", ncols=1) if patches else None
        # The key takes room from the map, so places are looked for once it is there.
        canvas.draw_without_rendering()
        free = _Free(axes)
        texts = {band: free.write(regions, band, names[band]) for band in drawn_bands if band not in in_key}
        homeless = [band for band, text in texts.items() if text is None]
        if not homeless:
            return
        for text in filter(None, texts.values()):
            text.remove()
        if key is not None:
            key.remove()
        in_key = sorted(in_key + homeless)


class _Free:
    """Where on a map there is room for words: a raster of its axes in cells of two pixels."""

    CELL, MARGIN = 2, 5

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.box = axes.get_window_extent()
        x = np.arange(self.box.x0, self.box.x1, self.CELL) + self.CELL / 2
        y = np.arange(self.box.y0, self.box.y1, self.CELL) + self.CELL / 2
        self.centres = np.stack(np.meshgrid(x, y), axis=-1)
        self.free = np.ones(self.centres.shape[:2], bool)
        for artist in (*axes.texts, *axes.lines):
            self._take(artist.get_window_extent().padded(self.MARGIN))

    def _take(self, box: Any) -> None:
        x, y = self.centres[..., 0], self.centres[..., 1]
        self.free &= (x < box.x0) | (x > box.x1) | (y < box.y0) | (y > box.y1)

    def write(self, regions: QuadContourSet, band: int, name: str) -> Text | None:
        """Write a name where its whole box lies deepest inside its band, on one line or two; None without room."""
        path = self.axes.transData.transform_path(regions.get_paths()[band])
        inside = path.contains_points(self.centres.reshape(-1, 2)).reshape(self.free.shape) & self.free
        words = name.split()
        breaks = sorted(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(name) / 2))
        for shape in (name, *("\n".join((" ".join(words[:at]), " ".join(words[at:]))) for at in breaks)):
            text = self.axes.text(0, 0, shape, ha="center", va="center", fontsize=SMALL, fontweight="bold", color=INK)
            text.set_in_layout(False)
            size = text.get_window_extent().padded(self.MARGIN).size
            wide, high = (2 * int(np.ceil(length / self.CELL / 2)) + 1 for length in size)
            centres = ndimage.minimum_filter(inside, (high, wide), mode="constant", cval=False)
            if centres.any():
                deep = ndimage.distance_transform_edt(np.pad(centres, 1))[1:-1, 1:-1]
                place = self.centres[np.unravel_index(np.argmax(deep), deep.shape)]
                text.set_transform(self.axes.transAxes)
                text.set_position(self.axes.transAxes.inverted().transform(place))
                self._take(text.get_window_extent().padded(self.MARGIN))
                return text
            text.remove()
        return None


FORMS = {"plot": _plot, "names": _names, "map": _map}


def _finding(payload: Mapping[str, Any]) -> str:
    found = str(payload.get("finding") or "").strip()
    if not found:
        raise ValueError(f"a figure has a finding, its title; this one, of the form {payload.get('form')!r}, has none")
    return found


def drawn(payload: Mapping[str, Any], width: int = WIDE, *, titled: bool = False) -> Canvas:
    """Return the picture of a figure's data as Matplotlib lays it out, with every text and mark in place.

    Parameters
    ----------
    payload : mapping
        The rounded data of a `Figure`.
    width : int
        Units of the picture, each a pixel where it is shown: `WIDE` or `NARROW`.
    titled : bool
        Whether the finding stands above the picture, as it must where no page writes it there.

    Returns
    -------
    matplotlib.figure.Figure
    """
    height = {"plot": 330, "names": 70 + 32 * len(payload.get("names", ())), "map": 380}[payload["form"]]
    if payload["form"] != "names" and width < WIDE:
        height = 300
    if payload["form"] == "plot":
        height += 12 * max(0, len(payload["series"]) - 2)
    title = textwrap.fill(_finding(payload), int(width / (0.64 * TITLE))) if titled else ""
    height += int(1.3 * TITLE * len(title.splitlines()))
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(width / 72, height / 72), dpi=72, layout="constrained")
        if title:
            canvas.suptitle(title, x=0.01, ha="left", fontsize=TITLE, fontweight="bold", color=INK)
        FORMS[payload["form"]](canvas, payload)
    return canvas


# The settings of matplotlib belong to the whole process, and notebooks are tidied in several threads: without it, one
# picture would name its parts by the hash of another.
_ONE_AT_A_TIME = threading.Lock()


def _key(payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:12]


_COLOUR = re.compile("|".join(VARIABLES))
_TAG = re.compile(r"<[^>]*>")
_DIGITS = re.compile(r"-?\d+\.\d{3,}")


def _shortened(number: re.Match[str]) -> str:
    # No screen shows less than a tenth of a unit, and pages are read on phones.
    return f"{float(number[0]):.1f}".rstrip("0").rstrip(".")


def svg(payload: Mapping[str, Any], width: int = WIDE, *, titled: bool = False) -> str:
    """Return the picture of a figure's data as one SVG element.

    Parameters
    ----------
    payload : mapping
        The rounded data of a `Figure`.
    width : int
        Units of the picture, each a pixel where it is shown: `WIDE` or `NARROW`.
    titled : bool
        Whether the finding stands above the picture.

    Returns
    -------
    str
        `role="img"` with the finding as its name; colours are CSS variables with fallbacks.
    """
    return _svg(json.dumps(payload), width, titled)


# A page and the notebook that it is made from show the same picture: it is drawn once for both.
@functools.lru_cache(maxsize=256)
def _svg(data: str, width: int, titled: bool) -> str:
    payload = json.loads(data)
    buffer = io.StringIO()
    # Two pictures of one figure stand on one page: what they refer to inside themselves is named apart.
    with _ONE_AT_A_TIME, mpl.rc_context({**STYLE, "svg.hashsalt": f"{_key(payload)}-{width}"}):
        drawn(payload, width, titled=titled).savefig(
            buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
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
        class_=f"its-svg its-{'wide' if width == WIDE else 'narrow'}",
        viewBox=view[1] if view else None,
        role="img",
        aria_label=_finding(payload),
    ).replace("xmlns-xlink", "xmlns:xlink")
    text = re.sub(r"<svg\b[^>]*>", lambda _: f"<svg{opening}>", text, count=1)
    return re.sub(r"\n\s*", "\n", text).strip()


def save(payload: Mapping[str, Any], path: str) -> None:
    """Write the picture to a file; its ending (svg, png, pdf) says in which form."""
    with _ONE_AT_A_TIME, mpl.rc_context({**STYLE, "svg.hashsalt": _key(payload)}):
        drawn(payload, titled=True).savefig(path, dpi=200, facecolor="white")


@renderer("figure")
def to_html(payload: Mapping[str, Any]) -> str:
    """Return a figure: its finding as title, its picture for wide and for narrow screens, its numbers as a table."""
    finding = html.escape(_finding(payload))
    return (
        f'<figure class="its-figure"><figcaption aria-hidden="true">{finding}</figcaption>'
        f"{svg(payload)}{svg(payload, NARROW)}"
        f'<details class="its-data"><summary>The numbers as a table</summary>'
        f"{scrolling(markup.table(*table(payload)), 'The numbers of the figure')}</details></figure>"
    )

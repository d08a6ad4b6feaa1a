"""Line plots as inline SVG, drawn at build: the resting state of everything that `static/js/plot.js` moves.

Both draw the same markup from the same specification, so that nothing jumps when a script takes over;
a browser test holds them equal.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .numbers import tenth
from .numbers import tick as tick_label
from .palette import DASHES

__all__ = ["figure", "key", "svg"]

Spec = Mapping[str, Any]
Scale = Callable[[float], float]

WIDTH, HEIGHT, TOP, BOTTOM, RIGHT, DIGIT = 360, 244, 32, 46, 22, 8.6
HALF_BAR = 0.36


def figure(spec: Spec) -> str:
    """Return picture and key of a plot.

    Parameters
    ----------
    spec : mapping
        ``x`` and ``y``: ``{label, min, max}`` with optional ``log`` (true, or 2 for doubling ticks),
        ``unit``, ``ticks`` and ``names``: what stands at the ticks instead of numbers. ``series``: list of
        ``{id, label, points: [[x, y], …]}`` with optional ``band: [[x, low, high], …]``, ``style`` ("line",
        "points", "bars", "cells" with ``cells: [[x0, x1, y0, y1], …]``, or a key of `palette.DASHES`),
        ``colour`` (a number of `palette.COLOURS`) and
        ``strong``. ``marks``: list of ``{x, y, label}``. ``title``: the sentence that a screen reader says for
        the picture.

    Returns
    -------
    str
        HTML; depends on `spec` alone.

    Examples
    --------
    >>> line = {"id": "a", "label": "a", "points": [[1, 0.1], [2, 0.2]]}
    >>> axis = {"label": "k", "min": 1, "max": 2}
    >>> figure({"x": axis, "y": {"label": "chance", "min": 0, "max": 1}, "series": [line], "title": "a rises"})[:60]
    '<svg class="its-plot" viewBox="0 0 360 244" role="img" aria-'
    """
    return svg(spec) + key(spec)


def _linear_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    unit = 10 ** math.floor(math.log10(rough) + 1e-9)
    step = next(times * unit for times in (1, 2, 5, 10) if times * unit >= rough * 0.8)
    ticks, i = [], math.ceil(low / step - 1e-9)
    while i * step <= high + step * 1e-9:
        ticks.append(i * step)
        i += 1
    return ticks


def _log_ticks(low: float, high: float, base: Any) -> list[float]:
    doubling = base == 2 and base is not True
    decades = math.log10(high / low)
    fronts = (1,) if doubling or decades > 2.2 else (1, 2, 5)
    step = 2 if doubling else 10
    every = 1 if doubling else max(1, math.ceil(decades / 6))
    power = math.floor(math.log(low) / math.log(step) + 1e-9)
    ticks: list[float] = []
    while step**power <= high * 1.000001:
        ticks += [f * step**power for f in fronts if low * 0.999999 <= f * step**power <= high * 1.000001]
        power += every
    return ticks


def _ticks(axis: Spec) -> Sequence[float]:
    if axis.get("ticks"):
        return axis["ticks"]
    if axis.get("log"):
        return _log_ticks(axis["min"], axis["max"], axis["log"])
    return _linear_ticks(axis["min"], axis["max"])


def _tick_texts(axis: Spec, ticks: Sequence[float]) -> Sequence[str]:
    return axis.get("names") or [tick_label(tick) for tick in ticks]


def _named(axis: Spec) -> str:
    return f"{axis['label']} ({axis['unit']})" if axis.get("unit") else axis["label"]


def _scale(axis: Spec, start: float, end: float) -> Scale:
    def same(value: float) -> float:
        return value

    transform = math.log if axis.get("log") else same
    low, high = transform(axis["min"]), transform(axis["max"])

    def place(value: float) -> float:
        return start + ((transform(value) - low) / (high - low)) * (end - start)

    return place


def _drawable(at: float, value: float | None, x: Spec, y: Spec) -> bool:
    return value is not None and not (x.get("log") and at <= 0) and not (y.get("log") and value <= 0)


def _path(points: Sequence[Sequence[float]], spec: Spec, x: Scale, y: Scale) -> str:
    text, is_open = "", False
    for at, value in points:
        if not _drawable(at, value, spec["x"], spec["y"]):
            is_open = False
            continue
        height = max(-9999, min(9999, y(value)))
        text += f"{'L' if is_open else 'M'}{tenth(x(at))} {tenth(height)}"
        is_open = True
    return text


def _kind(one: Spec) -> str:
    colour = one.get("colour")
    return f"its-s{1 if colour is None else colour}{' its-strong' if one.get('strong') else ''}"


def _dash(one: Spec) -> str:
    return f' stroke-dasharray="{DASHES[one["style"]].svg}"' if one.get("style") in DASHES else ""


def _series(one: Spec, spec: Spec, x: Scale, y: Scale) -> str:
    kind, text = _kind(one), ""
    if one.get("band"):
        edge = [[at, low] for at, low, _ in one["band"]] + [[at, high] for at, _, high in reversed(one["band"])]
        text += f'<path class="its-band {kind}" d="{_path(edge, spec, x, y)}Z"/>'
    if one.get("style") == "points":
        size = "4.5" if one.get("strong") else "3"
        for at, value in one["points"]:
            if _drawable(at, value, spec["x"], spec["y"]):
                text += f'<circle class="its-point {kind}" cx="{tenth(x(at))}" cy="{tenth(y(value))}" r="{size}"/>'
        return text
    if one.get("style") == "bars":
        bottom = y(spec["y"]["min"])
        for at, value in one["points"]:
            left, right, top = x(at - HALF_BAR), x(at + HALF_BAR), y(value)
            text += (
                f'<rect class="its-bar {kind}" x="{tenth(left)}" y="{tenth(top)}" width="{tenth(right - left)}"'
                f' height="{tenth(bottom - top)}"/>'
            )
        return text
    if one.get("style") == "cells":
        boxes = "".join(
            f"M{tenth(x(x0))} {tenth(y(y0))}H{tenth(x(x1))}V{tenth(y(y1))}H{tenth(x(x0))}Z"
            for x0, x1, y0, y1 in one["cells"]
        )
        return f'<path class="its-cells {kind}" d="{boxes}"/>'
    return f'{text}<path class="its-line {kind}" d="{_path(one["points"], spec, x, y)}"{_dash(one)}/>'


def _mark(mark: Spec, spec: Spec, x: Scale, y: Scale, frame: tuple[float, float, float]) -> str:
    left, right, bottom = frame
    if not _drawable(mark["x"], mark["y"], spec["x"], spec["y"]):
        return ""
    px, py = x(mark["x"]), y(mark["y"])
    if not (left - 1 <= px <= right + 1 and TOP - 1 <= py <= bottom + 1):
        return ""
    before, above = px > right - 90, py > TOP + 22
    return (
        f'<circle class="its-mark" cx="{tenth(px)}" cy="{tenth(py)}" r="5"/>'
        f'<text class="its-marked" x="{tenth(px + (-8 if before else 8))}" y="{tenth(py + (-8 if above else 18))}"'
        f' text-anchor="{"end" if before else "start"}">{html.escape(mark.get("label") or "")}</text>'
    )


def svg(spec: Spec) -> str:
    """Return the picture alone; see `figure`."""
    ys, xs = _ticks(spec["y"]), _ticks(spec["x"])
    left = 12 + DIGIT * max(len(tick_label(tick)) for tick in ys)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    x, y = _scale(spec["x"], left, right), _scale(spec["y"], bottom, TOP)
    parts = [
        f'<svg class="its-plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(spec["title"])}">'
        f'<text class="its-axis" x="2" y="14">{html.escape(_named(spec["y"]))}</text>'
    ]
    for tick in ys:
        parts.append(
            f'<path class="its-gridline" d="M{tenth(left)} {tenth(y(tick))}H{tenth(right)}"/>'
            f'<text class="its-tick" x="{tenth(left - 5)}" y="{tenth(y(tick) + 4)}" text-anchor="end">'
            f"{tick_label(tick)}</text>"
        )
    for tick, text in zip(xs, _tick_texts(spec["x"], xs), strict=True):
        parts.append(
            f'<path class="its-base" d="M{tenth(x(tick))} {tenth(bottom)}v4"/>'
            f'<text class="its-tick" x="{tenth(x(tick))}" y="{tenth(bottom + 19)}" text-anchor="middle">'
            f"{html.escape(text)}</text>"
        )
    parts.append(f'<path class="its-base" d="M{tenth(left)} {tenth(bottom)}H{tenth(right)}"/>')
    inner = tenth(bottom - TOP + 12)
    parts.append(
        f'<text class="its-axis" x="{tenth(right)}" y="{HEIGHT - 6}" text-anchor="end">'
        f"{html.escape(_named(spec['x']))}</text>"
        f'<svg x="0" y="{TOP - 6}" width="{WIDTH}" height="{inner}" viewBox="0 {TOP - 6} {WIDTH} {inner}">'
    )
    parts += [_series(one, spec, x, y) for one in spec["series"] if not one.get("strong")]
    parts += [_series(one, spec, x, y) for one in spec["series"] if one.get("strong")]
    parts.append("</svg>")
    parts += [_mark(mark, spec, x, y, (left, right, bottom)) for mark in spec.get("marks") or ()]
    return "".join(parts) + "</svg>"


def key(spec: Spec) -> str:
    """Return the key of a plot as a list; nothing for fewer than two labelled series.

    Figures write a name on its line. Here the lines move under the reader's hand: a name that follows would jump from
    place to place, cross other lines, and drop out where there is no room, so that it stands below instead.
    """
    labelled = [one for one in spec["series"] if one.get("label")]
    if len(labelled) < 2:
        return ""
    items = []
    for one in labelled:
        if one.get("style") == "points":
            sign = f'<circle class="its-point {_kind(one)}" cx="14" cy="6" r="3"/>'
        elif one.get("style") == "cells":
            sign = f'<rect class="its-cells {_kind(one)}" x="7" y="0" width="14" height="12"/>'
        elif one.get("style") == "bars":
            sign = f'<rect class="its-bar {_kind(one)}" x="9" y="1" width="10" height="10"/>'
        else:
            sign = f'<path class="its-line {_kind(one)}" d="M1 6H27"{_dash(one)}/>'
        chosen = ' class="its-chosen"' if one.get("strong") else ""
        items.append(
            f'<li{chosen}><svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">{sign}</svg>'
            f"{html.escape(one['label'])}</li>"
        )
    return f'<ul class="its-key">{"".join(items)}</ul>'

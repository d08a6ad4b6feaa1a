"""A derivation on a page: all lines in the HTML, opened one by one where a script runs."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from ...display import line_plot
from ...display.markup import json_script
from ...display.mathml import mathml
from ...display.numbers import general
from ...display.output import renderer
from . import expressions

SAMPLES = 60
STYLES = ("line", "dash", "dot", "dashdot")


@renderer("derivation")
def to_html(payload: Mapping[str, Any]) -> str:
    """Return the derivation as an ordered list; complete without a script."""
    items = []
    for number, step in enumerate(payload["steps"], start=1):
        question = f'<p class="its-question">{html.escape(step["question"])}</p>' if step["question"] else ""
        bound = f'<div class="its-bound">Error bound: {mathml(step["bound"])}</div>' if step["bound"] else ""
        items.append(
            f'<li class="its-step" data-number="{number}">{question}'
            f'<div class="its-line"><div class="its-scroll" role="group" aria-label="Line {number}">'
            f"{mathml(step['tex'])}{bound}</div>"
            f'<p class="its-reason">{html.escape(step["reason"])}</p>'
            f'<p class="its-how"><span class="its-tag">{html.escape(step["relation"])}</span> '
            f"{html.escape(step['how'])}</p></div></li>"
        )
    drawn = f'<div class="its-curves">{line_plot.figure(plot_spec(payload))}</div>' if payload["plot"] else ""
    return (
        f'<its-derivation class="its-derivation" id="derivation-{html.escape(payload["id"])}">'
        f'{json_script(payload)}<p class="its-title">{html.escape(payload["title"])}</p>'
        f"<ol>{''.join(items)}</ol>{drawn}</its-derivation>"
    )


def plot_spec(payload: Mapping[str, Any], at: Mapping[str, float] | None = None) -> Mapping[str, Any]:
    """Return the plot of a derivation's lines at a point of its sliders; at their starts unless told."""
    shown = payload["plot"]
    sliders = [symbol for symbol in payload["symbols"] if symbol["start"] is not None]
    point = {symbol["name"]: symbol["start"] for symbol in sliders} | dict(at or {})
    over = next(symbol for symbol in sliders if symbol["name"] == shown["over"])
    xs = grid(over)
    series = []
    for i, (index, label) in enumerate(shown["lines"]):
        step = payload["steps"][index]
        one = {"id": str(index), "label": label, "style": STYLES[i % 4], "colour": i + 1}
        one["points"] = [[x, _value(step["tree"], point | {over["name"]: x})] for x in xs]
        if "band" in step:
            ends = [[_value(end, point | {over["name"]: x}) for end in step["band"]] for x in xs]
            one["band"] = [[x, *end] for x, end in zip(xs, ends, strict=True) if None not in end]
        series.append(one)
    fixed = ", ".join(f"{name} = {general(value)}" for name, value in point.items() if name != over["name"])
    names = ", ".join(label for _, label in shown["lines"])
    return {
        "title": f"{names}, against {over['name']}{f' at {fixed}' if fixed else ''}.",
        "x": {
            "label": f"{over['name']}, {over['meaning']}",
            "min": over["low"],
            "max": over["high"],
            "log": over["log"],
        },
        "y": shown["y"],
        "series": series,
    }


def grid(symbol: Mapping[str, Any]) -> Sequence[float]:
    """Return the places at which a curve over a symbol is computed: whole numbers for an integer."""
    low, high = symbol["low"], symbol["high"]
    shares = [i / (SAMPLES - 1) for i in range(SAMPLES)]
    xs = [low * (high / low) ** t if symbol["log"] else low + (high - low) * t for t in shares]
    return sorted({int(x + 0.5) for x in xs}) if symbol["integer"] else xs


def _value(tree: expressions.Tree, point: Mapping[str, float]) -> float | None:
    try:
        return float(expressions.evaluate(tree, point, expressions.FLOATS))
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return None  # The curve has a gap here.

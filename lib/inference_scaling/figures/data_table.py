"""The data of a figure as a table: its text form and the page's table."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from ..display.numbers import general

ROWS = 12


def some_rows(count: int, most: int = ROWS) -> list[int]:
    """Return at most so many positions of `count`, denser at the beginning, with both ends."""
    if count <= most:
        return list(range(count))
    return sorted({round(count ** (i / (most - 1))) - 1 for i in range(most)})


def table(payload: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of the figure's data: the text form and the page's table.

    Names and bins have a row each; of more than 12 other points the table shows 12.
    """
    if payload["form"] == "names":
        return _named(payload)
    if payload["form"] == "map":
        return _mapped(payload)
    return _binned(payload) if "edges" in payload else _points(payload)


def _interval(one: Mapping[str, Any], i: int) -> str:
    return f"[{general(one['low'][i])}, {general(one['high'][i])}]"


def _named(payload: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of named values: each name with its value, and its interval where there is one."""
    bounds = "low" in payload
    rows = [
        [name, general(value), *([_interval(payload, i)] if bounds else [])]
        for i, (name, value) in enumerate(zip(payload["names"], payload["values"], strict=True))
    ]
    return ["", payload["x"]["label"], *(["interval"] if bounds else [])], rows


def _mapped(payload: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of a map: some of its rows and columns."""
    columns = some_rows(len(payload["grid_x"]))
    head = [f"{payload['z_label']} for {payload['y']['label']} \\ {payload['x']['label']}"]
    head += [general(payload["grid_x"][i]) for i in columns]
    rows = [
        [general(payload["grid_y"][j]), *(general(payload["z"][j][i]) for i in columns)]
        for j in some_rows(len(payload["grid_y"]))
    ]
    return head, rows


def _points(payload: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of series, which may stand on different points: each of any of them may become a row."""
    points = sorted({x for one in payload["series"] for x in one["x"]})
    names = dict(zip(payload["x"].get("ticks", ()), payload["x"].get("tick_labels", ()), strict=False))
    if not names:
        points = [points[i] for i in some_rows(len(points))]
    head, columns = [payload["x"]["label"]], []
    for one in payload["series"]:
        at = {x: i for i, x in enumerate(one["x"])}
        head.append(one["label"])
        columns.append([general(one["y"][at[x]]) if x in at else "" for x in points])
        if "low" in one:
            head.append("interval")
            columns.append([_interval(one, at[x]) if x in at else "" for x in points])
    return head, [[names.get(x) or general(x), *cells] for x, *cells in zip(points, *columns, strict=True)]


def _binned(payload: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of a histogram: each bin by its two ends, in their order what is counted apart."""
    inner, *apart = payload["series"]
    edges = payload["edges"]
    own = {one["x"][0]: [one["label"], general(one["y"][0])] for one in apart}
    bins = [f"{general(low)} to {general(high)}" for low, high in itertools.pairwise(edges)]
    if edges[0] in own:
        bins[0] = f"above {bins[0]}"
    if edges[-1] in own:
        bins[-1] = bins[-1].replace(" to ", " to below ")
    rows = [[name, general(count)] for name, count in zip(bins, inner["y"], strict=True)]
    first, last = ([own[end]] if end in own else [] for end in (edges[0], edges[-1]))
    return [payload["x"]["label"], inner["label"]], [*first, *rows, *last]

"""What the tests of maps share: is each region called by its own name?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from inference_scaling.figures.draw import STYLE, drawn
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba


def name_of(text: str) -> str:
    return " ".join(text.split())


def check_map(payload: Mapping[str, Any]) -> dict[str, str]:
    """Assert that labels and legend of a drawn map say the truth; return each name's place: region or legend."""
    with mpl.rc_context(STYLE):
        canvas = drawn(payload)
        FigureCanvasAgg(canvas).draw()
    axes, names = canvas.axes[0], payload["level_labels"]
    (regions,) = [one for one in axes.collections if one.filled]
    z = np.array(payload["z"])
    bands = np.searchsorted(payload["levels"], z)
    assert len(names) == len(payload["levels"]) + 1, "one name a band"
    colours: dict[int, tuple[float, ...]] = {}
    for j, i in np.ndindex(*z.shape):
        # The drawn colour at each point of the grid that is not on the very border of two bands.
        at = (payload["grid_x"][i], payload["grid_y"][j])
        inside = [k for k, path in enumerate(regions.get_paths()) if path.contains_point(at, radius=0)]
        if len(inside) == 1:
            colour = to_rgba(regions.get_facecolor()[inside[0]])
            assert colours.setdefault(int(bands[j, i]), colour) == colour, f"two colours for {names[bands[j, i]]!r}"
    for band in np.unique(bands):
        # A band that the grid meets on the frame alone has no point inside; regions lie in the order of the bands.
        colours.setdefault(int(band), to_rgba(regions.get_facecolor()[band]))
    assert len(set(colours.values())) == len(colours), "two bands share a colour"

    visible = {to_rgba(regions.get_facecolor()[k]) for k, path in enumerate(regions.get_paths()) if len(path.vertices)}
    found: dict[str, str] = {}
    back = axes.transData.inverted()
    for text in axes.texts:
        if (name := name_of(text.get_text())) in names:
            box = text.get_window_extent()
            corners = [(x, y) for x in (box.x0, (box.x0 + box.x1) / 2, box.x1) for y in (box.y0, box.y1)]
            for x, y in back.transform(corners):
                inside = [k for k, path in enumerate(regions.get_paths()) if path.contains_point((x, y))]
                assert [to_rgba(regions.get_facecolor()[k]) for k in inside] == [colours[names.index(name)]], name
            assert name not in found, f"{name!r} stands twice"
            found[name] = "region"
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
    crossed = [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if a.overlaps(b)]
    assert not crossed, "two texts cross"
    for legend in canvas.legends:
        for patch, text in zip(legend.get_patches(), legend.get_texts(), strict=True):
            name = name_of(text.get_text())
            colour = to_rgba(patch.get_facecolor())
            if names.index(name) in colours:
                assert colour == colours[names.index(name)], f"wrong colour for {name!r}"
            else:
                # A band between two points of the grid: drawn, and in no colour of another band.
                assert colour in visible and colour not in colours.values(), f"wrong colour for {name!r}"
            assert name not in found, f"{name!r} stands twice"
            found[name] = "legend"
    # What is drawn has a name, what is absent has none.
    assert set(found) >= {names[band] for band in np.unique(bands)}
    assert len(found) == len(visible)
    return found

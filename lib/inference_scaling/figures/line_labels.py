"""Names written on the lines of a drawn figure, each beside its own line and clear of everything else."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

__all__ = ["dense", "seen", "write"]

Points = NDArray[np.float64]
Box = tuple[float, float, float, float]

# Units of the picture: between a name and its line, between a name and anything else, and how far a name may keep off.
GAP, CLEAR, FAR = 3.0, 5.0, 30.0
PLACES = 70


def dense(points: Points, step: float = 2.0) -> Points:
    """Return points along a polyline, at most `step` apart."""
    parts = [points[:1]]
    for one, other in itertools.pairwise(points):
        count = int(np.ceil(np.hypot(*(other - one)) / step)) or 1
        parts.append(one + (other - one) * np.linspace(1 / count, 1, count)[:, None])
    return np.concatenate(parts)


def seen(line: Line2D, axes: Axes) -> Points:
    """Return the drawn points of a line inside its axes, in units of the picture."""
    points = line.get_transform().transform(line.get_path().vertices)
    points = dense(points[np.all(np.isfinite(points), axis=1)])
    box = axes.get_window_extent()
    inside = (points[:, 0] >= box.x0 - 1) & (points[:, 0] <= box.x1 + 1)
    return points[inside & (points[:, 1] >= box.y0 - 1) & (points[:, 1] <= box.y1 + 1)]


def _off(box: Box, points: Points) -> float:
    """Return how far the nearest of the points is from a box; 0 where one lies inside."""
    if not len(points):
        return np.inf
    x0, y0, x1, y1 = box
    across = np.maximum(np.maximum(x0 - points[:, 0], points[:, 0] - x1), 0)
    up = np.maximum(np.maximum(y0 - points[:, 1], points[:, 1] - y1), 0)
    return float(np.hypot(across, up).min())


def _crossed(box: Box, boxes: Sequence[Box]) -> bool:
    x0, y0, x1, y1 = box
    return any(
        x0 < right + CLEAR and left - CLEAR < x1 and y0 < top + CLEAR and bottom - CLEAR < y1
        for left, bottom, right, top in boxes
    )


def _boxes(own: Points, size: tuple[float, float], frame: Box) -> list[tuple[Box, float]]:
    """Return boxes of a size just above and just below a line, each with how far it is off along its width."""
    wide, high = size
    found = []
    for x0 in np.linspace(frame[0] + GAP, frame[2] - GAP - wide, PLACES):
        over = own[(own[:, 0] >= x0) & (own[:, 0] <= x0 + wide)]
        # A name stands beside its line for most of its width, not before it begins or after it ends.
        if not len(over) or np.ptp(over[:, 0]) < 0.6 * wide:
            continue
        for y0 in (over[:, 1].max() + GAP, over[:, 1].min() - GAP - high):
            if y0 >= frame[1] + 1 and y0 + high <= frame[3] + 1:
                loose = float(np.abs(over[:, 1] - (y0 if y0 > over[:, 1].min() else y0 + high)).mean())
                found.append(((float(x0), float(y0), float(x0 + wide), float(y0 + high)), loose))
    return found


def _best(own: Points, others: Points, taken: Sequence[Box], size: tuple[float, float], frame: Box) -> Box | None:
    best, most = None, -np.inf
    for box, loose in _boxes(own, size, frame):
        if loose > FAR or _crossed(box, taken):
            continue
        clear = _off(box, others)
        # Nobody may take the name for that of the next line.
        if clear < CLEAR + 0.5 * loose:
            continue
        # The end of a line is where a reader looks for its name.
        score = min(clear, FAR) - 1.5 * loose + 20 * (box[2] - frame[0]) / (frame[2] - frame[0])
        if score > most:
            best, most = box, score
    return best


def _shapes(label: str) -> list[str]:
    """Return a name on one line, then on two, broken near its middle."""
    words = label.split()
    breaks = sorted(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(label) / 2))
    return [label, *("\n".join((" ".join(words[:at]), " ".join(words[at:]))) for at in breaks[:1])]


def write(axes: Axes, lines: Sequence[Line2D], obstacles: Sequence[Points], size: float) -> bool:
    """Write the label of every line beside it, or of none; return whether there was room.

    Parameters
    ----------
    axes
        Laid out: its window is where it will be drawn.
    lines
        The lines to name, each with its label and its colour.
    obstacles
        Points that no name may cover, in units of the picture: marks, measured points, other lines.
    size
        Size of the letters.
    """
    extent = axes.get_window_extent()
    frame = (extent.x0, extent.y0, extent.x1, extent.y1)
    paths = [seen(line, axes) for line in lines]
    said = [text.get_window_extent() for text in axes.texts if text.get_text()]
    fixed = [(box.x0, box.y0, box.x1, box.y1) for box in said]
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        written: list[Text] = []
        taken = list(fixed)
        for index in order:
            others = np.concatenate([*(p for i, p in enumerate(paths) if i != index), *obstacles, np.empty((0, 2))])
            for shape in _shapes(str(lines[index].get_label())):
                text = axes.text(0, 0, shape, fontsize=size, color=lines[index].get_color(), ha="center", va="center")
                text.set_in_layout(False)
                own = text.get_window_extent()
                box = _best(paths[index], others, taken, (own.width, own.height), frame)
                if box is None:
                    text.remove()
                    continue
                middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
                text.set_transform(axes.transAxes)
                text.set_position(axes.transAxes.inverted().transform(middle))
                written.append(text)
                taken.append(box)
                break
        if len(written) == len(lines):
            return True
        for text in written:
            text.remove()
    return False

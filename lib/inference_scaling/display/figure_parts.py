"""What every figure of the book is made of, drawn at build or moved by a reader: axes, marks and series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .palette import look

__all__ = ["SCALES", "Axis", "Mark", "Series"]

SCALES = ("linear", "log", "doubling")


@dataclass(frozen=True)
class Axis:
    """One axis.

    Parameters
    ----------
    label : str
    scale : {"linear", "log", "doubling"}
        "doubling" is logarithmic, with a tick at every power of two.
    limits : (float, float), optional
        Left out where the data say them; an explorable needs them.
    ticks : tuple of float, optional
    tick_labels : tuple of str, optional
        One for each of `ticks`.
    unit : str
        Shown in brackets behind the label.

    Raises
    ------
    ValueError
        For another scale.
    """

    label: str
    scale: str = "linear"
    limits: tuple[float, float] | None = None
    ticks: tuple[float, ...] | None = None
    tick_labels: tuple[str, ...] | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise ValueError(f"an axis has one of the scales {SCALES}, got {self.scale!r}")

    def data(self) -> dict[str, Any]:
        """Return the axis as data of a figure: what is left out is not there."""
        label = f"{self.label} ({self.unit})" if self.unit else self.label
        found = {"label": label, "scale": self.scale, "limits": self.limits}
        found |= {"ticks": self.ticks, "tick_labels": self.tick_labels}
        return {key: value for key, value in found.items() if value is not None}

    def plot_data(self) -> dict[str, Any]:
        """Return the axis as data of a line plot, which scripts draw too.

        Raises
        ------
        ValueError
            Without limits.
        """
        if self.limits is None:
            raise ValueError(f"the axis {self.label!r} of a line plot needs limits")
        low, high = self.limits
        log: int | bool = 2 if self.scale == "doubling" else self.scale == "log"
        found: dict[str, Any] = {"label": self.label, "min": low, "max": high, "log": log}
        if self.ticks is not None:
            found["ticks"] = list(self.ticks)
        return found if self.tick_labels is None else found | {"names": list(self.tick_labels)}


@dataclass(frozen=True)
class Mark:
    """A short remark at a point; `line` draws a thin line ("x", "y") through it.

    In an explorable `x` and `y` are expressions of the state.
    """

    text: str
    x: Any = None
    y: Any = None
    line: str | None = None


@dataclass(frozen=True)
class Series:
    """One series of a figure.

    Parameters
    ----------
    label : str
        What the reader calls it; shown in the key and as column of the table.
    x, y : array_like, shape (points,)
    low, high : array_like, shape (points,), optional
        Interval around `y`: a band for lines, bars for points.
    style : str, optional
        One of `palette.STYLES`; left out, that of the role, or a line.
    colour : int, 0 to 8, optional
        A number of `palette.COLOURS`. Left out, that of the role, or the next of those that have no meaning.
    role : str, optional
        One of `palette.ROLES`: what the series stands for, which says its colour and its dash. Left out only where
        the table has no role for it.

    Raises
    ------
    ValueError
        For an unknown role, style or colour, for `x` and `y` that are empty or of unequal length, for half an interval.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    style: str | None = None
    colour: int | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        try:
            look(self.role, self.style, self.colour)
        except ValueError as error:
            raise ValueError(f"series {self.label!r}: {error}") from None
        x, y = np.asarray(self.x), np.asarray(self.y)
        if x.ndim != 1 or x.shape != y.shape or not x.size:
            raise ValueError(
                f"series {self.label!r}: x and y must be non-empty and of equal length, "
                f"got shapes {x.shape} and {y.shape}"
            )
        if (self.low is None) != (self.high is None):
            raise ValueError(f"series {self.label!r}: give both low and high, or neither")

    def data(self, colour: int) -> dict[str, Any]:
        """Return the series as data of a figure; `colour` is the next in order."""
        style, colour = look(self.role, self.style, self.colour, colour)
        found = {"label": self.label, "style": style, "x": np.asarray(self.x), "y": np.asarray(self.y)}
        if self.low is not None:
            found |= {"low": np.asarray(self.low), "high": np.asarray(self.high)}
        if self.role is not None:
            found["role"] = self.role
        return found | {"colour": colour}

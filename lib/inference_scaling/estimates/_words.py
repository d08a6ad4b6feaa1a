"""The sentences of comparisons and rankings: of `SystemComparison`, whose module imports this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .paired import EQUAL

TITLES = {
    "pass": "pass@k",
    "all": "pass^k",
    "best_of_n": "best-of-N of k",
    "majority": "majority of k",
    "weighted": "weighted vote of k",
}
# The same where the axis is a cost.
EQUAL_COST_TITLES = {
    "pass": "pass@k",
    "all": "pass^k",
    "best_of_n": "best-of-N",
    "majority": "majority voting",
    "weighted": "weighted voting",
}
# A grid of more points than this is one curve, though it has gaps at large k.
DENSE = 100
# The chance that the numbers of further problems and samples are made for.
POWER = 0.8


def runs(k: np.ndarray, grid: np.ndarray) -> str:
    """Values of a grid as runs: 1 to 10, 64. Of a few k only whole numbers that follow each other are a run."""
    at = np.searchsorted(grid, k) if grid.size > DENSE else k
    pieces = np.split(k, np.flatnonzero(np.diff(at) > 1) + 1)
    return ", ".join(f"{piece[0]}" if piece.size == 1 else f"{piece[0]} to {piece[-1]}" for piece in pieces)


def sentences(found: Any) -> list[str]:
    """A comparison in words."""
    title, (a, b) = TITLES.get(found.selector, found.selector), found.names
    k = found.k
    lines = [f"{title} of {a} and {b} on {len(found.problems):,} problems, k = {runs(k, k)}."]
    lines += [_at(found, i) for i in dict.fromkeys((0, len(k) - 1))]
    if len(k) > 1:
        lines.append(_over_all(found))
        crossing = found.crossing
        if crossing is not None:
            until = f"{crossing.high}" if crossing.high is not None else f"beyond {k[-1]}"
            before = int(k[np.searchsorted(k, crossing.k) - 1])
            place = (
                f"from k = {crossing.k} on" if before == crossing.k - 1 else f"between k = {before} and {crossing.k}"
            )
            lines.append(
                f"The means cross: {place} {crossing.leader} takes the lead ({100 * found.level:g} % interval of this "
                f"place: {crossing.low} to {until})."
            )
    for i in dict.fromkeys((0, len(k) - 1)):
        lines += _settling(found, found.settle(int(k[i])))
    return lines


def _at(found: Any, i: int) -> str:
    a, b = found.names
    value, low, high = found.value[i], found.low[i], found.high[i]
    start = f"At k = {found.k[i]}: {found.a.value[i]:.3f} and {found.b.value[i]:.3f}, difference {value:+.3f} "
    ahead = f"{a if value > 0 else b} is ahead" if not low <= 0 <= high else "not told apart"
    return f"{start}[{low:+.3f}, {high:+.3f}], {ahead}."


def _over_all(found: Any) -> str:
    a, b = found.names
    parts = [
        f"{name} is ahead at k = {runs(k, found.k)}" for name, k in ((a, found.a_leads), (b, found.b_leads)) if k.size
    ]
    if not parts:
        return "For all k at once, neither is ahead anywhere."
    open_ = found.k[(found.band_low <= 0) & (found.band_high >= 0)]
    rest = f"; at k = {runs(open_, found.k)} they are not told apart" if open_.size else ""
    return f"For all k at once, {' and '.join(parts)}{rest}."


def leads(
    names: tuple[str, str], at: np.ndarray, low: np.ndarray, high: np.ndarray, shown: Callable[[float], str]
) -> str:
    """Who is ahead at which of the points on an axis by the band."""

    def places(which: np.ndarray) -> str:
        pieces = np.split(np.flatnonzero(which), np.flatnonzero(np.diff(np.flatnonzero(which)) > 1) + 1)
        return ", ".join(
            shown(at[one[0]]) if one.size == 1 else f"{shown(at[one[0]])} to {shown(at[one[-1]])}" for one in pieces
        )

    parts = [
        f"{name} is ahead at {places(which)}"
        for name, which in zip(names, (low > 0, high < 0), strict=True)
        if which.any()
    ]
    if not parts:
        return "neither is ahead anywhere."
    unsure = (low <= 0) & (high >= 0)
    return f"{' and '.join(parts)}{f'; at {places(unsure)} they are not told apart' if unsure.any() else ''}."


def _settling(found: Any, cost: Any) -> list[str]:
    if cost.told_apart:
        return []
    if abs(cost.difference) < EQUAL:
        return [f"At k = {cost.k} there is no difference to settle."]
    now = found._samples
    more = "over a million" if cost.more_problems is None else f"about {_two_digits(cost.more_problems):,}"
    line = (
        f"At k = {cost.k} {more} more problems would tell them apart with power {POWER:g}, if the difference is as "
        "estimated"
    )
    if cost.samples is not None:
        return [f"{line}; or about {_two_digits(cost.samples):,} samples a problem in place of {now:g}."]
    if np.isfinite(found._sampled[found.k == cost.k][0]):
        return [f"{line}; no number of samples would on these {len(found.problems):,}."]
    return [f"{line}."]


def _two_digits(count: int) -> int:
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit

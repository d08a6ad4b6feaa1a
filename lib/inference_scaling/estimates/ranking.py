"""Several systems on the same problems, in order, with the ranks that are ties."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_level, one_of
from ..samples import SampleSet
from ..samples.native import Framed, as_columns, frame_of
from ._words import TITLES
from .paired import PAIRED, mean_and_bounds, p_values
from .systems import curves_of, points, same_problems

__all__ = ["RankedPair", "SystemRanking", "rank"]


class RankedPair(NamedTuple):
    """Two of several systems at one k: the difference first − second, its interval, and its p-values.

    `p_holm` is adjusted for all pairs at all k of the ranking; they are told apart where it is below 1 − level.
    """

    first: str
    second: str
    k: int
    difference: float
    low: float
    high: float
    p: float
    p_holm: float

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


@dataclass(frozen=True, eq=False, repr=False)
class SystemRanking(Framed):
    """Several systems on the same problems, in order, with ties.

    Attributes
    ----------
    names : tuple of str
    k : array of int, shape (points,)
    value, low, high : array of float, shape (points, systems)
        Of each system by itself.
    best_rank, worst_rank : array of int, shape (points, systems)
        The ranks that the data allow: 1 + the systems that are significantly better, and the number of systems − those
        significantly worse. All of them hold together with probability `level`.
    pairs : tuple of RankedPair
    selector : str
    level : float
    problems : tuple of str
    """

    names: tuple[str, ...]
    k: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    best_rank: np.ndarray
    worst_rank: np.ndarray
    pairs: tuple[RankedPair, ...]
    selector: str
    level: float
    problems: tuple[str, ...]

    def _rows(self) -> dict[str, Any]:
        points, systems = self.value.shape
        long = {"k": np.repeat(self.k, systems), "system": list(self.names) * points}
        names = ("best_rank", "worst_rank", "value", "low", "high")
        return long | {name: getattr(self, name).ravel() for name in names} | {"selector": self.selector}

    def __str__(self) -> str:
        title = TITLES.get(self.selector, self.selector)
        lines = [
            f"{title} of {len(self.names)} systems on {len(self.problems):,} problems. Ranks hold together at "
            f"{100 * self.level:g} %: {len(self.pairs)} pairs, adjusted by Holm's rule."
        ]
        for i, k in enumerate(self.k):
            shown = []
            for j in np.lexsort((-self.value[i], self.best_rank[i])):
                best, worst = self.best_rank[i, j], self.worst_rank[i, j]
                place = f"rank {best}" if best == worst else f"rank {best} to {worst}"
                shown.append(f"{self.names[j]} {self.value[i, j]:.3f} ({place})")
            lines.append(f"k = {k}: {', '.join(shown)}.")
        return " ".join(lines)

    __repr__ = __str__


def rank(
    systems: Mapping[str, SampleSet],
    selector: str = "pass",
    k: ArrayLike = 1,
    *,
    level: float = 0.95,
    method: str = "adjusted",
    shared: bool = False,
    negative: str = "refuse",
    rng: np.random.Generator | int | None = None,
    executor: Executor | None = None,
) -> SystemRanking:
    """Rank several systems that were tried on the same problems, and say which ranks are ties.

    Parameters
    ----------
    systems : mapping of str to SampleSet
        At least two.
    k : int or array_like of int
        Samples allowed. Each further k makes more pairs, and the rule stricter.
    selector, level, method, shared, negative, rng, executor
        As in `compare`.

    Returns
    -------
    SystemRanking

    Raises
    ------
    ValueError
        As `compare`.

    Notes
    -----
    Of many systems some pair differs by luck. The p-values of all pairs at all k are adjusted by Holm's step-down rule,
    which keeps the chance of any wrong "ahead" below 1 − level whatever the dependence. The unit is the problem: for
    problems drawn in groups these p-values are not known, so there is no `unit`; for two systems `compare` has one.

    References
    ----------
    Holm 1979, A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> good, fair, poor = (SampleSet.from_counts([4] * 60, [c, 4, c] * 20) for c in (4, 3, 0))
    >>> found = rank({"fair": fair, "poor": poor, "good": good})
    >>> found.best_rank.tolist(), found.worst_rank.tolist()
    ([[2, 3, 1]], [[2, 3, 1]])
    """
    method = one_of("method", method, PAIRED)
    as_level(level)
    if not isinstance(systems, Mapping) or len(systems) < 2:
        raise ValueError(f"systems = {systems!r:.60}: must be a mapping of two or more names to a SampleSet each")
    names = tuple(map(str, systems))
    sets = same_problems(dict(zip(names, systems.values(), strict=True)), shared)
    if len(sets[0].problems) == 1:
        raise ValueError("the systems share one problem: it says nothing about others; two are needed")
    options: dict[str, Any] = {"level": level, "negative": negative, "executor": executor}
    wanted = points(sets, names, k)
    curves = curves_of(sets, names, selector, wanted, np.random.default_rng(rng), options)
    pairs = _pairs(names, [np.asarray(one.per_problem) for one in curves], curves[0].k, level, method)
    better, worse = np.zeros((2, len(curves[0].k), len(names)), int)
    place, at = {name: i for i, name in enumerate(names)}, {int(one): i for i, one in enumerate(curves[0].k)}
    for pair in pairs:
        if pair.p_holm < 1 - level:
            up, down = (pair.first, pair.second) if pair.difference > 0 else (pair.second, pair.first)
            better[at[pair.k], place[down]] += 1
            worse[at[pair.k], place[up]] += 1
    return SystemRanking(
        names=names,
        k=curves[0].k,
        value=np.stack([one.value for one in curves], axis=1),
        low=np.stack([one.low for one in curves], axis=1),
        high=np.stack([one.high for one in curves], axis=1),
        best_rank=1 + better,
        worst_rank=len(names) - worse,
        pairs=pairs,
        selector=selector,
        level=float(level),
        problems=sets[0].problems,
    )


def _pairs(
    names: tuple[str, ...], values: list[np.ndarray], k: np.ndarray, level: float, method: str
) -> tuple[RankedPair, ...]:
    """Every two systems at every k, in the order of k."""
    found: list[RankedPair] = []
    for i, first in enumerate(names):
        for j in range(i + 1, len(names)):
            difference = np.clip(values[i] - values[j], -1, 1)
            columns = (*mean_and_bounds(difference, level, method), p_values(difference, method))
            for one, row in zip(k.tolist(), np.stack(columns, axis=1).tolist(), strict=True):
                found.append(RankedPair._make((first, names[j], one, *row, 1.0)))
    adjusted = _holm(np.array([pair.p for pair in found])).tolist()
    found = [pair._replace(p_holm=p) for pair, p in zip(found, adjusted, strict=True)]
    return tuple(sorted(found, key=lambda pair: pair.k))


def _holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjusted p-values."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    found = np.empty(p.size)
    found[order] = np.minimum(steps, 1.0)
    return found

"""Two ways to spend at equal cost: the same tokens or money a problem, whatever number of samples that buys each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from .._arguments import as_level, as_numbers, one_of
from ..samples.native import Framed
from ._bands import critical_value
from ._units import in_units
from ._words import EQUAL_COST_TITLES, leads
from .costs import SampleCost, in_unit, shown
from .curves import Curve, labelled
from .paired import ADDED, EQUAL, PAIRED, TParts, _paired, bounds, t_parts, unseen_share
from .systems import two_names

__all__ = ["CostComparison", "compare_at_cost"]

# Without budgets given, at most about so many of the two curves' own costs.
POINTS = 200
# Budgets this much beyond an end, by rounding, are that end.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class CostComparison(Framed):
    """Two curves at equal mean cost a problem, for each budget.

    Attributes
    ----------
    budget : array of float, shape (points,)
        Mean cost a problem, in `unit`.
    unit : str
        "tokens", or a currency.
    a_value, b_value : array of float, shape (points,)
        What each reaches.
    a_k, b_k : array of float, shape (points,)
        Samples a problem that the budget buys each; between whole numbers a mixture of the two next to it.
    value : array of float, shape (points,)
        Mean difference a − b over problems.
    low, high : array of float, shape (points,)
        Interval of the difference at each budget by itself.
    band_low, band_high : array of float, shape (points,)
        Band that holds the whole curve of differences with probability `level`.
    critical : float
        How many standard errors the band reaches from its centre.
    names, selectors : tuple of str
    level : float
    problems : tuple of str
    per_problem : array of float, shape (problems, points)
        Difference a − b on each problem.
    """

    budget: np.ndarray
    unit: str
    a_value: np.ndarray
    b_value: np.ndarray
    a_k: np.ndarray
    b_k: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    band_low: np.ndarray
    band_high: np.ndarray
    critical: float
    names: tuple[str, str]
    selectors: tuple[str, str]
    level: float
    problems: tuple[str, ...]
    per_problem: np.ndarray

    def _rows(self) -> dict[str, Any]:
        both = {"budget": self.budget, "unit": self.unit, "a": self.names[0], "b": self.names[1]}
        names = ("a_value", "b_value", "a_k", "b_k", "value", "low", "high", "band_low", "band_high", "level")
        return both | {name: getattr(self, name) for name in names}

    @property
    def a_leads(self) -> np.ndarray:
        """The budgets at which a is ahead by the band: true of all of them together with probability `level`."""
        return self.budget[self.band_low > 0]

    @property
    def b_leads(self) -> np.ndarray:
        """The budgets at which b is ahead by the band."""
        return self.budget[self.band_high < 0]

    def __str__(self) -> str:
        (a, b), last = self.names, len(self.budget) - 1
        titles = [EQUAL_COST_TITLES.get(name, name) for name in self.selectors]
        what = f"{titles[0]} of {a} and {b}" if titles[0] == titles[1] else f"{a} ({titles[0]}) and {b} ({titles[1]})"
        lines = [f"{what}, at equal mean {self.unit} a problem, on {len(self.per_problem):,} problems."]
        for i in dict.fromkeys((0, last)):
            ahead = f"{a if self.value[i] > 0 else b} is ahead" if not self.low[i] <= 0 <= self.high[i] else ""
            lines.append(
                f"At {in_unit(self.budget[i], self.unit)} a problem {a} reaches {self.a_value[i]:.3f} with k = "
                f"{self.a_k[i]:.3g}, {b} {self.b_value[i]:.3f} with k = {self.b_k[i]:.3g}: difference "
                f"{self.value[i]:+.3f} [{self.low[i]:+.3f}, {self.high[i]:+.3f}], {ahead or 'not told apart'}."
            )
        if last:
            start = f"For all budgets from {shown(self.budget[0])} to {in_unit(self.budget[-1], self.unit)} at once, "
            lines.append(start + leads(self.names, self.budget, self.band_low, self.band_high, shown))
        return " ".join(lines)

    def __repr__(self) -> str:
        rows = zip(self.budget, self.value, self.band_low, self.band_high, strict=True)
        points = "   ".join(f"{shown(at)}: {value:+.3f} [{low:+.3f}, {high:+.3f}]" for at, value, low, high in rows)
        return (
            f"{self.names[0]} − {self.names[1]} at equal {self.unit} a problem, {self.level:.0%} band over "
            f"{len(self.per_problem)} problems\n{points}"
        )


def compare_at_cost(
    a: Curve,
    b: Curve,
    budget: ArrayLike | None = None,
    *,
    level: float = 0.95,
    method: str = "adjusted",
    names: tuple[str, str] = ("a", "b"),
    unit: ArrayLike | None = None,
    rng: np.random.Generator | int | None = None,
) -> CostComparison:
    """Compare two ways to spend at equal cost a problem: two systems, two selectors, or two verifiers.

    Parameters
    ----------
    a, b : Curve
        Of the same problems, in whatever order, made with `cost` in the same unit. Give them every k: between two k
        of a curve nothing better than a mixture of them is known.
    budget : array_like of float, optional
        Mean costs a problem, in the unit of the curves; when left out, the costs of the curves' own points that both
        can spend.
    level : float
        In (0, 1).
    method : {"adjusted", "t"}
        Of the intervals, see `paired_interval`.
    names : tuple of str
        What the two are called in words.
    unit : array_like, shape (problems,), optional
        A label for each problem of a, in its order, where problems were drawn in groups, as in `paired_interval`: the
        intervals and the band are then over units.
    rng : int or Generator
        For the band's critical value.

    Returns
    -------
    CostComparison
        Its `str` is a paragraph in words.

    Raises
    ------
    ValueError
        Naming the argument and the value: among others for a curve without a cost, costs in different units, other
        problems, or a budget that one of the two cannot spend.

    Notes
    -----
    **What "equal tokens" means.** Each side draws the same number of samples for every problem, so many that a problem
    costs the budget *on average over problems and samples*. That is what a fixed k costs who runs it. Single problems
    cost more or less, and not the same with both sides: where one writes longer solutions to hard problems, it spends
    more there and less elsewhere. This is not a cap on the tokens of a sample, nor the same tokens for each problem.

    **Between whole numbers of samples** a budget buys k samples of a problem with some chance and k + 1 otherwise. The
    mixture costs and reaches, on average, what the straight line between the two points says: it can be played.

    **Intervals** are over problems, paired. How long the samples of other problems would be is uncertain, too: the mean
    cost decides how many samples the budget buys. A problem that costs more than the mean takes tokens from the
    others, at the rate at which the curve rises there; each problem's difference is charged for that before the
    interval is made (the linear part of the mean difference in the problems; own derivation). Where a curve has one
    point, its own mean cost is the budget, and that uncertainty goes to the other side.

    References
    ----------
    The band is that of `compare`.

    Examples
    --------
    >>> from inference_scaling.estimates import curve
    >>> from inference_scaling.samples import SampleSet
    >>> table = {"problem": [i // 4 for i in range(80)], "correct": [1, 0, 0, 1, 0, 0, 1, 0] * 10}
    >>> short = SampleSet.from_columns(table | {"tokens": [100, 120, 90, 90] * 20})
    >>> long = SampleSet.from_columns(table | {"tokens": [200, 240, 180, 180] * 20})
    >>> one, other = (curve(samples, "pass", [1, 2, 3, 4], cost="tokens") for samples in (short, long))
    >>> found = compare_at_cost(one, other, 300, names=("short", "long"), rng=0)
    >>> found.a_k, found.b_k, found.value.round(3)
    (array([3.]), array([1.5]), array([0.354]))
    """
    method = one_of("method", method, PAIRED)
    as_level(level)
    names = two_names(names)
    paid = _one_unit(a, b)
    first, second = _sides(a, b)
    at = _budgets(first, second, budget, paid, names)
    rng = np.random.default_rng(rng)
    mine, other = _at(first, at), _at(second, at)
    # pass@k of both lies in [0, 1], so that rounding alone could take a difference out of [−1, 1].
    difference = np.clip(mine.values - other.values, -1, 1)
    # What rounding leaves of no difference has no sign.
    difference = np.where(np.abs(difference) < EQUAL, 0.0, difference)
    if len(difference) == 1:
        raise ValueError("a and b share one problem: its difference says nothing about others; two are needed")
    charged = difference - _charge(mine, other, at) + _charge(other, mine, at)
    parts = t_parts(charged, ADDED[method], unit)
    unseen = unseen_share(difference, level, len(in_units(difference, unit).total))
    parts = TParts(difference.mean(axis=0), parts.centre, parts.error, parts.df)
    low, high = bounds(parts, stdtrit(parts.df, (1 + level) / 2), unseen)
    critical = critical_value(charged, ADDED[method], level, rng, unit)
    band_low, band_high = bounds(parts, critical, unseen)
    return CostComparison(
        at,
        paid,
        mine.values.mean(axis=0),
        other.values.mean(axis=0),
        mine.k,
        other.k,
        parts.value,
        low,
        high,
        band_low,
        band_high,
        critical,
        names,
        (a.selector, b.selector),
        float(level),
        a.problems,
        difference,
    )


class _Side(NamedTuple):
    """A curve's points: samples, mean cost, and value and cost of each problem, shape (problems, points)."""

    k: np.ndarray
    cost: np.ndarray
    values: np.ndarray
    costs: np.ndarray


class _Spent(NamedTuple):
    """A side at the budgets: samples, value and cost of each problem, and value gained a unit of cost."""

    k: np.ndarray
    values: np.ndarray
    costs: np.ndarray
    slope: np.ndarray | None


def _one_unit(a: Curve, b: Curve) -> str:
    for name, curve in (("a", a), ("b", b)):
        if not isinstance(curve, Curve):
            raise ValueError(f"{name} is a {type(curve).__name__}: must be a Curve, see curve(…, cost='tokens')")
        if curve.spending is None:
            raise ValueError(f"{name} is a curve without a cost: make it with curve(…, cost='tokens')")
    units = [curve.spending.unit for curve in (a, b) if curve.spending is not None]
    if units[0] != units[1]:
        raise ValueError(f"a costs {units[0]} and b costs {units[1]}: must be in one unit")
    return units[0]


def _sides(a: Curve, b: Curve) -> tuple[_Side, _Side]:
    """Both with their problems in the order of a and their points in the order of cost."""
    spent = [curve.spending for curve in (a, b)]
    values = _paired(a.per_problem, b.per_problem)
    costs = _paired(*(labelled(one.per_problem, one.problems) for one in spent if isinstance(one, SampleCost)))
    if len(values[0]) != len(values[1]):
        raise ValueError(f"b has {len(values[1])} problems and a has {len(values[0])}: must be of the same problems")
    sides = []
    for curve, value, cost in zip((a, b), values, costs, strict=True):
        k, order = np.unique(curve.k, return_index=True)
        sides.append(_Side(k, np.asarray(cost)[:, order].mean(axis=0), value[:, order], np.asarray(cost)[:, order]))
    return sides[0], sides[1]


def _budgets(first: _Side, second: _Side, budget: ArrayLike | None, unit: str, names: tuple[str, str]) -> np.ndarray:
    """The budgets to compare at, each of which both can spend."""
    ranges = [(float(side.cost[0]), float(side.cost[-1])) for side in (first, second)]
    least, most = max(low for low, _ in ranges), min(high for _, high in ranges)
    can = " and ".join(
        f"{name} from {shown(low)} to {shown(high)}" for name, (low, high) in zip(names, ranges, strict=True)
    )
    if least > most * (1 + ROUNDING):
        raise ValueError(f"a and b share no budget: in {unit} a problem, the curves of {can} do not meet; give more k")
    if budget is None:
        own = np.unique(np.concatenate([first.cost, second.cost]))
        own = own[(own >= least) & (own <= most)]
        return own if own.size <= POINTS else own[np.unique(np.linspace(0, own.size - 1, POINTS).round().astype(int))]
    asked = as_numbers("budget", budget, above=0)
    if asked.ndim > 1 or asked.size == 0:
        raise ValueError(f"budget has shape {asked.shape}: must be a number or a list of numbers")
    asked = np.unique(asked)
    outside = (asked < least * (1 - ROUNDING)) | (asked > most * (1 + ROUNDING))
    if outside.any():
        raise ValueError(
            f"budget = {asked[outside][0]:g}: must be from {least:g} to {most:g} {unit} a problem; the curves are of "
            f"{can}"
        )
    return np.clip(asked, least, most)


def _at(side: _Side, budget: np.ndarray) -> _Spent:
    """A side at each budget: on the straight line between the two points whose mixture costs that."""
    if side.cost.size == 1:
        same = np.zeros(budget.size, int)
        return _Spent(side.k[same].astype(float), side.values[:, same], side.costs[:, same], None)
    cell = np.clip(np.searchsorted(side.cost, budget) - 1, 0, side.cost.size - 2)
    width = side.cost[cell + 1] - side.cost[cell]
    share = np.clip((budget - side.cost[cell]) / width, 0, 1)

    def between(points: np.ndarray) -> np.ndarray:
        return np.asarray(points[..., cell] * (1 - share) + points[..., cell + 1] * share)

    mean = side.values.mean(axis=0)
    slope = (mean[cell + 1] - mean[cell]) / width
    return _Spent(between(side.k), between(side.values), between(side.costs), slope)


def _charge(side: _Spent, other: _Spent, budget: np.ndarray) -> np.ndarray | float:
    """What a problem takes from, or leaves to, the others of its side by costing more or less than the mean."""
    if side.slope is None:
        return 0.0
    # Where the other side has one point, the budget is its mean cost, and moves with it.
    moved = other.costs if other.slope is None else budget
    return np.asarray(side.slope * (side.costs - moved))

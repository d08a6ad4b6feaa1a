"""A result as one table of numbers, which every written form is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from ..decisions import Plan
from ..decisions.wording import name_of
from ..display.numbers import grouped, minus
from ..estimates import CostComparison, Curve, SystemComparison, SystemRanking
from ..laws import Forecast
from ..samples import SampleSet

__all__ = ["TITLES", "Cell", "ResultTable", "ahead", "doubling_k", "hardest", "table_of"]

Cell = str | int | float | None

TITLES = {
    "pass": "pass@k",
    "all": "pass^k",
    "best_of_n": "best-of-N",
    "majority": "majority of k",
    "weighted": "weighted vote of k",
}


@dataclass(frozen=True)
class ResultTable:
    """Numbers with the names of their columns.

    Attributes
    ----------
    caption : str
        What the table shows, in one sentence.
    head : tuple of str
        The name of each column; with its unit, where it has one.
    rows : tuple of tuple
        Text, whole numbers, floats at full precision, or None for what is not there.
    signed : tuple of str
        The columns whose numbers are differences: they show their sign.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    signed: tuple[str, ...] = ()

    def shown(self) -> list[list[str]]:
        """The rows as a reader sees them: floats with three digits after the point."""
        signed = [name in self.signed for name in self.head]
        return [[_shown(cell, sign) for cell, sign in zip(row, signed, strict=True)] for row in self.rows]

    def numeric(self) -> list[bool]:
        """Whether a column holds numbers alone."""
        return [all(isinstance(row[i], (int, float, type(None))) for row in self.rows) for i in range(len(self.head))]


def _shown(cell: Cell, signed: bool) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return grouped(cell)
    # A rounded nothing has no sign.
    text = f"{cell:+.3f}" if signed else f"{cell:.3f}"
    return "0.000" if float(text) == 0 else minus(text)


def ahead(names: Sequence[str], low: float, high: float) -> str:
    """Which of two is ahead by the interval of their difference, first − second; a dash where neither is."""
    return names[0] if low > 0 else names[1] if high < 0 else "–"


def doubling_k(most: int) -> list[int]:
    """The powers of two up to a number, and the number itself."""
    powers = [2**i for i in range(most.bit_length())]
    return powers if powers[-1] == most else [*powers, most]


def _float(value: Any) -> float | None:
    """A number of a cell: one that does not exist leaves the cell empty."""
    return float(value) if np.isfinite(value) else None


@singledispatch
def table_of(result: Any) -> ResultTable:
    """Return the table of a result.

    Parameters
    ----------
    result : Curve, mapping of label to Curve, SystemComparison, CostComparison, SystemRanking, Forecast or Plan

    Returns
    -------
    ResultTable

    Raises
    ------
    TypeError
        For anything else; the message names its type.

    Examples
    --------
    >>> import inference_scaling as its
    >>> found = its.curve(its.SampleSet.from_counts([4] * 30, [0, 1, 4] * 10), "pass", [1, 2], rng=0)
    >>> table_of(found).shown()[1]
    ['2', '0.500', '0.076', '0.351', '0.649']
    """
    raise TypeError(
        f"a {type(result).__name__} has no table: must be a Curve, a mapping of names to curves, a SystemComparison, a "
        "SystemRanking, a Forecast or a Plan"
    )


@table_of.register
def _(result: Curve) -> ResultTable:
    per_cent = f"{100 * result.level:g} %"
    error = result.standard_error
    rows = tuple(
        (int(k), float(result.value[i]), _float(error[i]), float(result.low[i]), float(result.high[i]))
        for i, k in enumerate(result.k)
    )
    title = TITLES.get(result.selector, result.selector)
    return ResultTable(
        f"{title}, mean over {len(result.per_problem):,} problems.",
        ("k", title, "standard error", f"{per_cent} low", f"{per_cent} high"),
        rows,
    )


@table_of.register(Mapping)
def _(result: Mapping[str, Curve]) -> ResultTable:
    if not result or not all(isinstance(one, Curve) for one in result.values()):
        raise TypeError("a mapping has a table where each of its values is a Curve, and it has one or more")
    one_level = len({one.level for one in result.values()}) == 1
    rows: list[tuple[Cell, ...]] = []
    for name, one in result.items():
        error = one.standard_error
        rows += [
            (
                TITLES.get(name, name),
                int(k),
                float(one.value[i]),
                _float(error[i]),
                float(one.low[i]),
                float(one.high[i]),
            )
            for i, k in enumerate(one.k)
        ]
    first = next(iter(result.values()))
    level = f"{100 * first.level:g} % " if one_level else ""
    return ResultTable(
        f"Means over {len(first.per_problem):,} problems.",
        ("curve", "k", "value", "standard error", f"{level}low", f"{level}high"),
        tuple(rows),
    )


@table_of.register
def _(result: SystemComparison) -> ResultTable:
    a, b = result.names
    per_cent = f"{100 * result.level:g} %"
    rows = []
    for i, k in enumerate(result.k):
        band = (float(result.band_low[i]), float(result.band_high[i]))
        rows.append(
            (
                int(k),
                float(result.a.value[i]),
                float(result.b.value[i]),
                float(result.value[i]),
                float(result.low[i]),
                float(result.high[i]),
                *band,
                ahead(result.names, *band),
            )
        )
    head = (
        "k",
        a,
        b,
        f"{a} − {b}",
        f"{per_cent} low",
        f"{per_cent} high",
        "band low",
        "band high",
        "ahead by the band",
    )
    title = TITLES.get(result.selector, result.selector)
    return ResultTable(
        f"{title} of {a} and {b} on the same {len(result.problems):,} problems; the band holds for all k at once.",
        head,
        tuple(rows),
        signed=head[3:8],
    )


@table_of.register
def _(result: CostComparison) -> ResultTable:
    a, b = result.names
    per_cent = f"{100 * result.level:g} %"
    rows: list[tuple[Cell, ...]] = []
    for i in range(result.budget.size):
        band = (float(result.band_low[i]), float(result.band_high[i]))
        rows.append(
            (
                _spent(result.budget[i], result.unit),
                float(result.a_k[i]),
                float(result.a_value[i]),
                float(result.b_k[i]),
                float(result.b_value[i]),
                float(result.value[i]),
                float(result.low[i]),
                float(result.high[i]),
                *band,
                ahead(result.names, *band),
            )
        )
    head = (
        f"{result.unit} a problem",
        f"k of {a}",
        a,
        f"k of {b}",
        b,
        f"{a} − {b}",
        f"{per_cent} low",
        f"{per_cent} high",
        "band low",
        "band high",
        "ahead by the band",
    )
    return ResultTable(
        f"{a} and {b} at equal mean {result.unit} a problem, on the same {len(result.per_problem):,} problems; "
        "the band holds for all budgets at once.",
        head,
        tuple(rows),
        signed=head[5:10],
    )


def _spent(cost: Any, unit: str) -> Cell:
    """A cost: of money three digits after the point are too few."""
    return f"{float(cost):.4g}" if unit not in ("", "tokens") else float(cost)


@table_of.register
def _(result: SystemRanking) -> ResultTable:
    per_cent = f"{100 * result.level:g} %"
    title = TITLES.get(result.selector, result.selector)
    rows: list[tuple[Cell, ...]] = []
    for i, k in enumerate(result.k):
        for j in np.lexsort((-result.value[i], result.best_rank[i])):
            best, worst = int(result.best_rank[i, j]), int(result.worst_rank[i, j])
            ends = (float(result.value[i, j]), float(result.low[i, j]), float(result.high[i, j]))
            rows.append((int(k), result.names[j], best, worst, *ends))
    return ResultTable(
        f"Ranks of {len(result.names)} systems by {title}, as far as the data tell them apart.",
        ("k", "system", "best rank", "worst rank", title, f"{per_cent} low", f"{per_cent} high"),
        tuple(rows),
    )


@table_of.register
def _(result: Forecast) -> ResultTable:
    per_cent = f"{100 * result.level:g} %"
    columns = (result.value, result.low, result.high, result.family_low, result.family_high)
    rows = tuple((int(k), *(float(column[i]) for column in columns)) for i, k in enumerate(result.k))
    title = {"pass": "coverage", "all": "pass^k"}[result.selector]
    return ResultTable(
        f"{title} beyond the {result.data_end:,} samples of a problem that the record has.",
        ("k", title, f"{per_cent} low", f"{per_cent} high", "low by the family", "high by the family"),
        rows,
    )


@table_of.register
def _(result: Plan) -> ResultTable:
    per_cent = f"{100 * result.level:g} %"
    ends = (f"{per_cent} low", f"{per_cent} high")
    unit = f", {result.cost.unit}" if result.cost.unit else ""
    options: list[tuple[str, Any]] = [("chosen", result.choice)]
    if (result.best.key, result.best.k) != (result.choice.key, result.choice.k):
        options.append(("highest estimate", result.best))
    if result.sure is not None and (result.sure.key, result.sure.k) != (result.choice.key, result.choice.k):
        options.append(("whole interval reaches the target", result.sure))
    rows = tuple(
        (
            what,
            name_of(one.key, one.k, result.stop_early),
            int(one.k),
            _spent(one.cost, result.cost.unit),
            float(one.value),
            float(one.low),
            float(one.high),
        )
        for what, one in options
    )
    others = " and what it was weighed against" if len(rows) > 1 else ""
    return ResultTable(
        f"The choice{others}, from a pilot of {result.problems:,} problems.",
        ("", "option", "k", f"cost of a problem{unit}", f"expected {result.objective}", *ends),
        rows,
    )


def hardest(samples: SampleSet, count: int = 10) -> ResultTable:
    """Return the problems with the smallest share of right samples, and their commonest answers where there are any.

    Parameters
    ----------
    samples : SampleSet
    count : int
        How many problems; among equal shares those with more samples come first.

    Returns
    -------
    ResultTable
    """
    order = np.lexsort((np.arange(samples.n.size), -samples.n, samples.c / samples.n))[:count]
    head: tuple[str, ...] = ("problem", "samples", "right", "share right")
    voted = samples.answer is not None
    if voted:
        head += ("commonest answer", "its share", "is it right")
    rows = []
    for code in order:
        row: tuple[Cell, ...] = (samples.problems[code][:60], int(samples.n[code]), int(samples.c[code]))
        row += (float(samples.c[code] / samples.n[code]),)
        if voted:
            row += _commonest(samples, int(code))
        rows.append(row)
    return ResultTable(f"The {len(rows)} problems with the smallest share of right samples.", head, tuple(rows))


def _commonest(samples: SampleSet, code: int) -> tuple[Cell, ...]:
    at = samples.problem == code
    answers = np.asarray(samples.answer)[at]
    given = answers[answers >= 0]
    if given.size == 0:
        return "no answer", None, None
    values, counts = np.unique(given, return_counts=True)
    top = int(values[counts.argmax()])
    right = np.asarray(samples.correct)[at][answers == top].mean()
    label = samples.answers[top] if samples.answers else str(top)
    return str(label)[:40], float(counts.max() / answers.size), "yes" if right > 0.5 else "no"

"""Curves: the mean over problems of what a selector reaches with k samples, for each k, with its interval."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_level, one_of
from ..samples import Pool, SampleSet
from ..samples.columns import pairs_of
from ..samples.native import Framed
from ._inputs import curve_points, in_chunks, refuse_missing
from ._many_pools import ManyPools
from ._numerics import BLOCK
from ._units import in_units
from .costs import SampleCost, TokenCost, as_token_cost, in_unit, place, sample_cost
from .intervals import ADDED, INTERVALS, mean_interval, merged, problem_interval
from .pools import all_table, best_means, count_pairs, majority_vote, pass_table
from .weighted import NEGATIVE, refuse_negative, weighted_vote

__all__ = ["SELECTORS", "Curve", "curve"]

SELECTORS = ("pass", "all", "best_of_n", "majority", "weighted")


@dataclass(frozen=True, eq=False, repr=False)
class Curve(Framed):
    """An estimate for each k.

    Attributes
    ----------
    k : array of int, shape (points,)
    value : array of float, shape (points,)
        Mean over problems.
    low, high : array of float, shape (points,)
        Interval over problems at `level`.
    per_problem : array of float, shape (problems, points)
        Given to `paired_interval` as it is, its rows are paired by the problems' labels.
    selector : str
    level : float
    problems : tuple of str
        Labels of the rows of `per_problem`; empty where they are not known.
    spending : SampleCost or None
        What k samples of a problem cost, where `curve` was asked for it.
    unit : array or None, shape (problems,)
        The label of each problem's unit, where the interval is over units of several problems.
    """

    _columns = ("k", "value", "standard_error", "low", "high", "cost", "selector", "level")

    k: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    per_problem: np.ndarray
    selector: str
    level: float
    problems: tuple[str, ...] = ()
    spending: SampleCost | None = None
    unit: np.ndarray | None = None

    @property
    def cost(self) -> np.ndarray | None:
        """Mean cost of k samples of a problem, shape (points,), in `spending.unit`; None where it was not asked for."""
        return None if self.spending is None else self.spending.mean

    def __post_init__(self) -> None:
        if self.problems:
            object.__setattr__(self, "per_problem", labelled(self.per_problem, self.problems))

    @property
    def standard_error(self) -> np.ndarray:
        """Standard error of the mean over problems at each k, shape (points,); NaN where there is one problem.

        Over units, where the curve has them.

        Examples
        --------
        >>> curve(SampleSet.from_counts(n=[4] * 25, c=[0, 1, 2, 3, 4] * 5), "pass", [1], rng=0).standard_error.round(3)
        array([0.072])
        """
        values = np.asarray(self.per_problem, dtype=float)
        if len(values) < 2:
            return np.full(self.value.shape, np.nan)
        total, size = in_units(values, self.unit)
        off = total - values.mean(axis=0) * size
        found: np.ndarray = np.sqrt((off**2).sum(axis=0) / (len(off) - 1) / len(off))
        return found

    def __repr__(self) -> str:
        rows = zip(self.k, self.value, self.low, self.high, self._priced(), strict=True)
        points = "   ".join(f"k = {k}{at}: {value:.3f} [{low:.3f}, {high:.3f}]" for k, value, low, high, at in rows)
        over = f"{len(self.per_problem)} problems"
        if self.unit is not None:
            over = f"{len(set(self.unit.tolist()))} units of {over}"
        return f"{self.selector}, {self.level:.0%} interval over {over}\n{points}"

    def _priced(self) -> list[str]:
        if self.spending is None:
            return [""] * len(self.k)
        return [f", {in_unit(one, self.spending.unit)}" for one in self.spending.mean]


class LabelledRows(np.ndarray):
    """An array whose rows carry the labels of their problems; slices and results of arithmetic are plain arrays."""

    problems: tuple[str, ...] = ()

    def __getitem__(self, key: Any) -> Any:
        return self.view(np.ndarray)[key]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        inputs = tuple(one.view(np.ndarray) if isinstance(one, LabelledRows) else one for one in inputs)
        if "out" in named:
            named["out"] = tuple(one.view(np.ndarray) if isinstance(one, LabelledRows) else one for one in named["out"])
        return getattr(ufunc, method)(*inputs, **named)

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))

    def __reduce__(self) -> tuple[Any, ...]:
        return labelled, (self.view(np.ndarray), self.problems)

    def __deepcopy__(self, memo: Any) -> LabelledRows:
        return labelled(self.view(np.ndarray).copy(), self.problems)


def labelled(values: np.ndarray, problems: tuple[str, ...]) -> LabelledRows:
    """The values, with the label of each row's problem."""
    found = np.asarray(values).view(LabelledRows)
    found.problems = problems
    return found


def curve(
    samples: SampleSet,
    selector: str,
    k: ArrayLike,
    *,
    level: float = 0.95,
    interval: str = "adjusted",
    negative: str = "refuse",
    cost: TokenCost | str | None = None,
    unit: ArrayLike | None = None,
    rng: np.random.Generator | int | None = None,
    executor: Executor | None = None,
) -> Curve:
    """Return the mean over problems of what a selector reaches with k samples, with its interval.

    Parameters
    ----------
    samples : SampleSet
        Problems may have different numbers of samples.
    selector : {"pass", "all", "best_of_n", "majority", "weighted"}
        "pass" is pass@k, at least one right; "all" is pass^k, all k right. "best_of_n" and "weighted" need scores,
        "majority" and "weighted" need answers.
    k : array_like of int
        Samples allowed; at most the number recorded for the problem that has fewest.
    level : float
        Of the interval, in (0, 1).
    interval : {"adjusted", "logit", "bca", "percentile"}
        See `problem_interval`.
    negative : {"refuse", "shift", "add"}
        What a weighted vote does with scores below 0, see `weighted_vote`; "shift" works problem by problem.
    cost : TokenCost or "tokens", optional
        Also say what k samples cost: the curve then has `cost` and `spending`, see `sample_cost`. "tokens" counts the
        generated tokens; `TokenCost` adds prompts, a verifier that reads, and prices.
    unit : array_like, shape (problems,), optional
        A label for each problem, in the order of `samples.problems`, where problems were drawn in groups and not one by
        one: the contest question, the repository, the exam. The interval is then over units, see `paired_interval`;
        with "adjusted" and "logit".
    rng : int or Generator
        For weighted votes that cannot be counted out, for the two bootstraps, and for high quantiles of the cost.
    executor : concurrent.futures.Executor, optional
        Works on several problems at once; results do not depend on it.

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        For an unknown selector, a missing column, a k that some problem does not have, or a weight below 0: the
        message names it.

    Warns
    -----
    IntervalWarning
        Where the interval is known to be too narrow.

    Examples
    --------
    >>> samples = SampleSet.from_counts(n=[4] * 30, c=[0, 1, 4] * 10)
    >>> curve(samples, "pass", [1, 2], rng=0).value
    array([0.41666667, 0.5       ])
    >>> table = {"problem": list("aabb"), "correct": [1, 0, 1, 1], "tokens": [100, 300, 40, 60]}
    >>> curve(SampleSet.from_columns(table), "pass", [1, 2], cost="tokens").cost
    array([125., 250.])
    >>> curve(samples, "pass", 1, unit=[i // 3 for i in range(30)]).low < curve(samples, "pass", 1).low
    array([False])
    """
    counting = None if cost is None else as_token_cost(cost)
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_counts")
    selector = one_of("selector", selector, SELECTORS)
    as_level(level)
    one_of("interval", interval, INTERVALS)
    one_of("negative", negative, NEGATIVE)
    wanted = curve_points(samples, k)
    groups = units_of(samples, unit, interval)
    refuse_missing(samples, selector, {"score": ("best_of_n", "weighted"), "answer": ("majority", "weighted")})
    if selector == "weighted" and negative == "refuse":
        voted = cast(np.ndarray, samples.answer) >= 0
        refuse_negative(cast(np.ndarray, samples.score), voted, lambda i: place(samples, i))
    generator = np.random.default_rng(rng)
    if selector in ("pass", "all"):
        pair_n, pair_c, back = count_pairs(samples.n, samples.c)
        rows = (pass_table if selector == "pass" else all_table)(pair_n, pair_c, wanted)
        per_problem = rows[back]
    else:
        per_problem = _over_pools(samples, selector, wanted, negative, generator, executor)
        rows, back = merged(per_problem, interval)
    value = per_problem.mean(axis=0)
    if groups is None:
        low, high = mean_interval(value, rows, back, level, interval, generator)
    else:
        low, high = problem_interval(per_problem, level=level, method=interval, unit=groups)
    spending = None if counting is None else sample_cost(samples, selector, wanted, counting, rng=generator.spawn(1)[0])
    return Curve(wanted, value, low, high, per_problem, selector, float(level), samples.problems, spending, groups)


def units_of(samples: SampleSet, unit: ArrayLike | None, interval: str = "adjusted") -> np.ndarray | None:
    """The labels of the problems' units, checked; None where each problem is one of its own."""
    if unit is None:
        return None
    if interval not in ADDED:
        raise ValueError(f"interval = {interval!r}: with unit it must be one of {', '.join(map(repr, ADDED))}")
    in_units(np.zeros((len(samples.problems), 1)), unit)
    return np.asarray(unit)


def _over_pools(
    samples: SampleSet,
    selector: str,
    k: np.ndarray,
    negative: str,
    rng: np.random.Generator,
    executor: Executor | None,
) -> np.ndarray:
    if selector == "best_of_n":
        return _best_of_many(samples, k)
    if selector == "majority":
        # A vote depends on how often each answer was given and was right: problems alike in that are one.
        first, back = alike_in_votes(samples)
        pools = list(samples.select(first.tolist()).pools())
        jobs: list[tuple[Pool, Any]] = [(pool, None) for pool in pools]
        found: np.ndarray = np.concatenate(in_chunks(_chunk, jobs, executor, selector, k, negative))[back]
        return found
    pools = list(samples.pools())
    # One seed a problem, so that neither the executor nor its number of workers changes a result.
    seed = cast(np.random.SeedSequence, rng.bit_generator.seed_seq)
    jobs = list(zip(pools, seed.spawn(len(pools)), strict=True))
    return np.concatenate(in_chunks(_chunk, jobs, executor, selector, k, negative))


def _best_of_many(samples: SampleSet, k: np.ndarray) -> np.ndarray:
    """The estimates of best-of-N of all problems, those with equally many samples at once."""
    pools, order = ManyPools.of_samples(samples)
    score = cast(np.ndarray, samples.score)[order]
    found = np.empty((pools.n.size, k.size))
    for mine, rows in pools.of_size():
        step = max(1, BLOCK // rows.shape[1])
        for start in range(0, mine.size, step):
            some = rows[start : start + step]
            found[mine[start : start + step]] = best_means(pools.right[some], score[some], k)
    return found


def alike_in_votes(samples: SampleSet) -> tuple[np.ndarray, np.ndarray]:
    """Problems that stand for all: their codes, and for each problem the place of the one that votes as it does."""
    answer = cast(np.ndarray, samples.answer)
    given = np.flatnonzero(answer >= 0)
    pairs, kind = np.unique(pairs_of(samples.problem[given], answer[given]), return_inverse=True)
    votes, right = np.bincount(kind, minlength=pairs.size), np.bincount(kind, samples.correct[given], pairs.size)
    problem = np.zeros(pairs.size, np.intp)
    problem[kind] = samples.problem[given]
    # One number for each kind of answer, by how often it was given and was right.
    alike = votes * (int(samples.n.max()) + 1) + right.astype(np.int64)
    order = np.lexsort([alike, problem])
    each = np.bincount(problem, minlength=samples.n.size)
    start = np.cumsum(each) - each
    stands_for = np.empty(samples.n.size, np.intp)
    # Problems with so many answers together: a table of all would be as wide as the longest.
    for size in np.unique(each).tolist():
        mine = np.flatnonzero(each == size)
        key = np.column_stack([samples.n[mine], alike[order[start[mine, None] + np.arange(size)]]])
        _, first, back = np.unique(key, axis=0, return_index=True, return_inverse=True)
        stands_for[mine] = mine[first][back.ravel()]
    first, back = np.unique(stands_for, return_inverse=True)
    return first, back.ravel()


def _chunk(jobs: list[tuple[Pool, Any]], selector: str, k: np.ndarray, negative: str) -> np.ndarray:
    return np.array([_pool_estimate(pool, selector, k, negative, seed) for pool, seed in jobs])


def _pool_estimate(pool: Pool, selector: str, k: np.ndarray, negative: str, seed: Any) -> np.ndarray:
    # `curve` has refused samples without the columns that the selector needs.
    answer, score = cast(np.ndarray, pool.answer), cast(np.ndarray, pool.score)
    value: np.ndarray
    if selector == "majority":
        value = majority_vote(answer, pool.correct, k)
    else:
        rng = np.random.default_rng(seed)
        value = weighted_vote(answer, pool.correct, score, k, negative=negative, rng=rng).value
    return value

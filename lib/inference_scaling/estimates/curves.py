"""Curves: the mean over problems of what a selector reaches with k samples, for each k, with its interval."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, as_level, one_of
from ..samples import Pool, SampleSet
from ._inputs import enough_samples
from .intervals import INTERVALS, mean_interval, merged
from .pools import all_table, best_of_n, count_pairs, majority_vote, pass_table
from .weighted import NEGATIVE, refuse_negative, weighted_vote

__all__ = ["SELECTORS", "Curve", "curve"]

SELECTORS = ("pass", "all", "best_of_n", "majority", "weighted")


@dataclass(frozen=True, eq=False, repr=False)
class Curve:
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
    """

    k: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    per_problem: np.ndarray
    selector: str
    level: float
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.problems:
            object.__setattr__(self, "per_problem", labelled(self.per_problem, self.problems))

    def __repr__(self) -> str:
        rows = zip(self.k, self.value, self.low, self.high, strict=True)
        points = "   ".join(f"k = {k}: {value:.3f} [{low:.3f}, {high:.3f}]" for k, value, low, high in rows)
        return f"{self.selector}, {self.level:.0%} interval over {len(self.per_problem)} problems\n{points}"


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
    rng : int or Generator
        For weighted votes that cannot be counted out, and for the two bootstraps.
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
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_counts")
    selector = one_of("selector", selector, SELECTORS)
    as_level(level)
    one_of("interval", interval, INTERVALS)
    one_of("negative", negative, NEGATIVE)
    counts = as_counts("k", k, least=1)
    if counts.ndim > 1 or counts.size == 0:
        raise ValueError(f"k has shape {counts.shape}: must be a number or a list of numbers")
    wanted = np.atleast_1d(counts).astype(np.int64)
    enough_samples(samples, int(wanted.max()))
    for column, users in (("score", ("best_of_n", "weighted")), ("answer", ("majority", "weighted"))):
        if selector in users and getattr(samples, column) is None:
            raise ValueError(f"selector = {selector!r}: the samples have no column {column!r}")
    if selector == "weighted" and negative == "refuse":
        voted = cast(np.ndarray, samples.answer) >= 0
        refuse_negative(cast(np.ndarray, samples.score), voted, lambda i: _place(samples, i))
    generator = np.random.default_rng(rng)
    if selector in ("pass", "all"):
        pair_n, pair_c, back = count_pairs(samples.n, samples.c)
        rows = (pass_table if selector == "pass" else all_table)(pair_n, pair_c, wanted)
        per_problem = rows[back]
    else:
        per_problem = _over_pools(samples, selector, wanted, negative, generator, executor)
        rows, back = merged(per_problem, interval)
    value = per_problem.mean(axis=0)
    low, high = mean_interval(value, rows, back, level, interval, generator)
    return Curve(wanted, value, low, high, per_problem, selector, float(level), samples.problems)


def _place(samples: SampleSet, row: int) -> str:
    problem = samples.problem[row]
    return f"problem {samples.problems[problem]!r}, sample {np.count_nonzero(samples.problem[:row] == problem)}"


def _over_pools(
    samples: SampleSet,
    selector: str,
    k: np.ndarray,
    negative: str,
    rng: np.random.Generator,
    executor: Executor | None,
) -> np.ndarray:
    pools = list(samples.pools())
    # One seed a problem, so that neither the executor nor its number of workers changes a result.
    seed = cast(np.random.SeedSequence, rng.bit_generator.seed_seq)
    seeds: list[Any] = seed.spawn(len(pools)) if selector == "weighted" else [None] * len(pools)
    jobs = list(zip(pools, seeds, strict=True))
    size = max(1, -(-len(jobs) // 64))
    chunks = [jobs[i : i + size] for i in range(0, len(jobs), size)]
    work: Callable[..., Any] = map if executor is None else executor.map
    same = ([value] * len(chunks) for value in (selector, k, negative))
    return np.concatenate(list(work(_chunk, chunks, *same)))


def _chunk(jobs: list[tuple[Pool, Any]], selector: str, k: np.ndarray, negative: str) -> np.ndarray:
    return np.array([_pool_estimate(pool, selector, k, negative, seed) for pool, seed in jobs])


def _pool_estimate(pool: Pool, selector: str, k: np.ndarray, negative: str, seed: Any) -> np.ndarray:
    # `curve` has refused samples without the columns that the selector needs.
    answer, score = cast(np.ndarray, pool.answer), cast(np.ndarray, pool.score)
    value: np.ndarray
    if selector == "best_of_n":
        value = best_of_n(pool.correct, score, k)
    elif selector == "majority":
        value = majority_vote(answer, pool.correct, k)
    else:
        rng = np.random.default_rng(seed)
        value = weighted_vote(answer, pool.correct, score, k, negative=negative, rng=rng).value
    return value

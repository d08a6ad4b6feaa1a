"""Partial credit: the mean reward of what a selector picks among k samples, where a sample may be half right."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, as_level, as_probabilities, one_of
from ..samples import SampleSet
from ._inputs import at_most, curve_points, pool_answers, pool_scores, refuse_missing
from .curves import Curve, units_of
from .intervals import INTERVALS, mean_interval, merged, problem_interval
from .pools import best_mean, vote_mean

__all__ = [
    "REWARD_SELECTORS",
    "best_of_n_reward",
    "highest_reward",
    "majority_reward",
    "reward_curve",
]

REWARD_SELECTORS = ("highest", "best_of_n", "majority")


def highest_reward(reward: ArrayLike, k: ArrayLike) -> Any:
    """Return the mean of the highest reward among k samples, over all subsets of one pool.

    Parameters
    ----------
    reward : array_like of float, shape (samples,)
        Credit for each sample, from 0 to 1.
    k : array_like of int
        Samples allowed, 1 <= k <= samples.

    Returns
    -------
    float or array of float, the shape of k
        Where every reward is 0 or 1 this is pass@k.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    With rewards in order, the i-th smallest is the highest of a random k-subset with probability
    C(i−1, k−1) / C(n, k). It is what a check reaches that knows the reward, so no selector reaches more.

    Examples
    --------
    >>> highest_reward([0.0, 0.5, 1.0], [1, 2, 3]).round(4).tolist()
    [0.5, 0.8333, 1.0]
    """
    worth, budgets = _reward_columns(reward, k)
    return best_mean(worth, worth, budgets)


def best_of_n_reward(reward: ArrayLike, score: ArrayLike, k: ArrayLike) -> Any:
    """Return the mean reward of the best-scored of k samples, over all subsets of one pool.

    Parameters
    ----------
    reward : array_like of float, shape (samples,)
        Credit for each sample, from 0 to 1.
    score : array_like of float, shape (samples,)
        Higher is better; finite. Equal scores share.
    k : array_like of int
        Samples allowed, 1 <= k <= samples.

    Returns
    -------
    float or array of float, the shape of k
        Where every reward is 0 or 1 this is `best_of_n`.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> best_of_n_reward([0.0, 0.5, 1.0], [3.0, 1.0, 2.0], [1, 2, 3]).round(4).tolist()
    [0.5, 0.3333, 0.0]
    """
    worth, budgets = _reward_columns(reward, k)
    return best_mean(worth, pool_scores(score, worth.size), budgets)


def majority_reward(answer: ArrayLike, reward: ArrayLike, k: ArrayLike) -> Any:
    """Return the mean reward of the most frequent answer of k samples, over all subsets of one pool.

    Parameters
    ----------
    answer : array_like, shape (samples,)
        Codes or labels, as for `majority_vote`; a sample without an answer casts no vote.
    reward : array_like of float, shape (samples,)
        Credit for each sample, from 0 to 1. An answer whose samples differ in it counts with their mean.
    k : array_like of int
        Samples allowed, 1 <= k <= samples.

    Returns
    -------
    float or array of float, the shape of k
        Where every reward is 0 or 1 this is `majority_vote`.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> majority_reward(["A", "A", "B"], [0.5, 0.5, 1.0], [1, 3]).round(4).tolist()
    [0.6667, 0.5]
    """
    worth, budgets = _reward_columns(reward, k)
    return vote_mean(worth, pool_answers(answer, worth.size), budgets)


def _reward_columns(reward: ArrayLike, k: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    worth = as_probabilities("reward", reward)
    if worth.ndim != 1 or worth.size == 0:
        raise ValueError(f"reward has shape {worth.shape}: must be one-dimensional, one number a sample")
    tries = as_counts("k", k, least=1)
    at_most("k", tries, "n", np.broadcast_to(float(worth.size), tries.shape))
    return worth, tries.astype(np.int64)


def reward_curve(
    samples: SampleSet,
    selector: str,
    k: ArrayLike,
    *,
    level: float = 0.95,
    interval: str = "adjusted",
    unit: ArrayLike | None = None,
    rng: np.random.Generator | int | None = None,
) -> Curve:
    """Return the mean over problems of the reward of what a selector picks among k samples, with its interval.

    Parameters
    ----------
    samples : SampleSet
        With a column `reward`.
    selector : {"highest", "best_of_n", "majority"}
        "highest" is what a check that knows the reward reaches; "best_of_n" needs scores, "majority" answers.
    k : array_like of int
        Samples allowed; at most the number recorded for the problem that has fewest.
    level : float
        Of the interval, in (0, 1).
    interval : {"adjusted", "logit", "bca", "percentile"}
        See `problem_interval`.
    unit : array_like, shape (problems,), optional
        A label for each problem, in the order of `samples.problems`, where problems were drawn in groups and not one by
        one: the contest question, the repository, the exam. The interval is then over units, see `paired_interval`;
        with "adjusted" and "logit".
    rng : int or Generator
        For the two bootstraps.

    Returns
    -------
    Curve
        With ``per_problem`` for `paired_interval`.

    Raises
    ------
    ValueError
        For an unknown selector, a missing column, or a k that some problem does not have.

    Warns
    -----
    IntervalWarning
        Where the interval is known to be too narrow.

    Examples
    --------
    >>> columns = {"problem": list("aabbcc") * 10, "reward": [0.5, 0.0, 1.0, 0.5, 0.0, 0.25] * 10}
    >>> reward_curve(SampleSet.from_columns(columns), "highest", [1, 20]).value.round(3).tolist()
    [0.375, 0.583]
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_columns")
    selector = one_of("selector", selector, REWARD_SELECTORS)
    as_level(level)
    one_of("interval", interval, INTERVALS)
    wanted = curve_points(samples, k)
    units = units_of(samples, unit, interval)
    refuse_missing(samples, selector, {"reward": REWARD_SELECTORS, "score": ("best_of_n",), "answer": ("majority",)})
    rows = np.split(np.argsort(samples.problem, kind="stable"), np.cumsum(samples.n)[:-1])
    per_problem = np.array([_of_problem(samples, selector, wanted, one) for one in rows])
    groups, back = merged(per_problem, interval)
    value = per_problem.mean(axis=0)
    if units is None:
        low, high = mean_interval(value, groups, back, level, interval, np.random.default_rng(rng))
    else:
        low, high = problem_interval(per_problem, level=level, method=interval, unit=units)
    return Curve(wanted, value, low, high, per_problem, selector, float(level), samples.problems, unit=units)


def _of_problem(samples: SampleSet, selector: str, k: np.ndarray, rows: np.ndarray) -> Any:
    worth = cast(np.ndarray, samples.reward)[rows]
    if selector == "highest":
        return best_mean(worth, worth, k)
    if selector == "best_of_n":
        return best_mean(worth, cast(np.ndarray, samples.score)[rows], k)
    codes = cast(np.ndarray, samples.answer)[rows]
    return vote_mean(worth, pool_answers(codes, rows.size), k)

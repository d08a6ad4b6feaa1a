"""Rejection sampling beside best-of-N on recorded pools, at equal mean draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...estimates import best_of_n, first_accepted
from ...verifiers import Roc, best_of_n_law, rejection_law

__all__ = ["Rivals", "by_one_threshold", "by_own_thresholds"]

Pools = Sequence[tuple[np.ndarray, np.ndarray]]


class Rivals(NamedTuple):
    """What both rules reach on each problem, and the mean number of draws of rejection there; shapes (problems,)."""

    rejection: np.ndarray
    best_of_n: np.ndarray
    draws: np.ndarray


def by_own_thresholds(pools: Pools, draws: int) -> Rivals:
    """Compare where each problem has a threshold of its own, set so that it takes the same mean number of draws.

    Parameters
    ----------
    pools : sequence of (correct, score)
        One pair of arrays a problem. New samples are drawn from the pool as it is, with replacement.
    draws : int
        Mean number of draws on every problem, and the N of best-of-N.

    Returns
    -------
    Rivals

    Raises
    ------
    ValueError
        If there are fewer than five samples for each draw: the threshold would rest on a handful.
    """
    _enough(pools, 5 * draws, f"five for each of {draws} draws")
    reached = []
    for correct, score in pools:
        p = float(np.mean(correct))
        both = (p, p)
        if 0 < p < 1:
            roc = Roc.from_scores(score, correct)
            both = rejection_law(p, roc, draws), best_of_n_law(p, roc, draws)
        reached.append(both)
    rejection, best = np.array(reached).T
    return Rivals(rejection, best, np.full(len(pools), float(draws)))


def by_one_threshold(pools: Pools, draws: int, most: int) -> Rivals:
    """Compare where one threshold serves all problems, chosen on other problems than it is judged on.

    Parameters
    ----------
    pools : sequence of (correct, score)
        One pair of arrays a problem.
    draws : int
        Mean number of draws over problems that the threshold is chosen for.
    most : int
        Samples drawn at most; then the best of them is handed in. At most the size of the smallest pool.

    Returns
    -------
    Rivals
        Each half of the problems, every second one, is judged by the threshold that gives `draws` on the other half.
        Between two scores a coin chooses the threshold, so that the mean is met. Best-of-N uses the mean number of
        draws that rejection used on the judged half, between two whole numbers by a coin.

    Raises
    ------
    ValueError
        If a pool is smaller than `most`, or `draws` is not below `most`.
    """
    _enough(pools, most, "the most that are drawn")
    if not 1 <= draws < most:
        raise ValueError(f"draws = {draws}: must be at least 1 and below most = {most}")
    odd = np.arange(len(pools)) % 2 == 1
    rejection, best, used = np.empty(len(pools)), np.empty(len(pools)), np.empty(len(pools))
    for judged in (odd, ~odd):
        bars, share = _thresholds([pools[i] for i in np.flatnonzero(~judged)], draws, most)
        for i in np.flatnonzero(judged):
            value, drawn = first_accepted(*pools[i], bars, most)
            rejection[i], used[i] = value @ share, drawn @ share
        mean = used[judged].mean()
        below = min(int(mean), most - 1)
        for i in np.flatnonzero(judged):
            best[i] = np.interp(mean, [below, below + 1], best_of_n(*pools[i], [below, below + 1]))
    return Rivals(rejection, best, used)


def _thresholds(pools: Pools, draws: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Two neighbouring scores and the coin between them that give this mean number of draws on these pools."""
    scores = np.unique(np.concatenate([score for _, score in pools]))
    low, high = 0, len(scores) - 1

    def mean(place: int) -> float:
        return float(np.mean([_mean_draws(score, scores[place], most) for _, score in pools]))

    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if mean(middle) <= draws else (low, middle)
    few, many = mean(low), mean(high)
    upper = min(max((draws - few) / (many - few), 0.0), 1.0) if many > few else 0.0
    return scores[[low, high]], np.array([1 - upper, upper])


def _mean_draws(score: np.ndarray, threshold: float, most: int) -> float:
    rejected, tries = np.count_nonzero(score < threshold), np.arange(most - 1)
    none = np.cumprod(np.maximum(rejected - tries, 0) / (score.size - tries))
    return 1 + float(none.sum())


def _enough(pools: Pools, least: int, why: str) -> None:
    for i, (correct, _) in enumerate(pools):
        if len(correct) < least:
            raise ValueError(f"pools[{i}] has {len(correct)} samples: at least {least} are needed, {why}")

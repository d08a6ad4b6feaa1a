"""What further looks of GPT-4 at the first steps of the Game of 24 are worth, from the recorded judgements."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ... import estimates, verifiers
from ...sources import game24

__all__ = ["Again", "best_of", "look_again", "puzzles_with", "recorded_auc"]

# Looks that the log holds at each step.
_LOOKS = 3


def recorded_auc(looks: int) -> float:
    """Return the AUC of the number of "sure" among so many looks: the mean over all ways to take them from three.

    The log does not say which judgement came first, so an order is drawn once.
    """
    steps = game24.judged()
    sure = np.random.default_rng(8).permuted(steps.verdicts == 2, axis=1).astype(float)
    taken = combinations(range(_LOOKS), looks)
    return float(np.mean([verifiers.Roc.from_scores(sure[:, list(one)].sum(axis=1), steps.right).auc for one in taken]))


def puzzles_with(k: int) -> np.ndarray:
    """Return for each puzzle whether it has at least k judged first steps, shape (puzzles,)."""
    found: np.ndarray = np.unique(game24.judged().puzzle, return_counts=True)[1] >= k
    return found


def best_of(k: int, looks: int, *, mixed: bool = False, draws: int = 12) -> np.ndarray:
    """Return for each puzzle with k first steps how often the best of k can still be solved.

    Parameters
    ----------
    k : int
        Steps drawn; all sets of k count, ties are broken by lot.
    looks : int
        Looks at each, 1 to 3: the step with the most "sure" is kept.
    mixed : bool
        All looks after the first are those at another step of the same puzzle, drawn at random: the control.
    draws : int
        Orders of the three looks that are averaged.

    Returns
    -------
    ndarray, shape (puzzles,)
    """
    steps, rng, kept = game24.judged(), np.random.default_rng(8), []
    for puzzle in np.unique(steps.puzzle):
        mine = steps.puzzle == puzzle
        if mine.sum() < k:
            continue
        sure, found = (steps.verdicts[mine] == 2).astype(float), []
        for _ in range(draws):
            seen = rng.permuted(sure, axis=1)[:, :looks]
            if mixed:
                seen[:, 1:] = rng.permuted(seen[:, 1:], axis=0)
            found.append(estimates.best_of_n(steps.right[mine], seen.sum(axis=1), k))
        kept.append(np.mean(found))
    return np.array(kept)


class Again(NamedTuple):
    """For each puzzle: share right with the rule, looks a step that it takes, and share right with 1, 2 and 3 looks."""

    informed: np.ndarray
    spent: np.ndarray
    fixed: np.ndarray


def look_again(k: int, draws: int = 200) -> Again:
    """Look again at k first steps only while none of them has been called "sure".

    Parameters
    ----------
    k : int
        Steps drawn, at most 4: every puzzle has as many.
    draws : int
        Sets of k steps and orders of looks a puzzle.

    Returns
    -------
    Again
        Arrays of shape (puzzles,), and (puzzles, 3) for ``fixed``.
    """
    steps, rng, rows = game24.judged(), np.random.default_rng(9), []
    for puzzle in np.unique(steps.puzzle):
        mine = np.flatnonzero(steps.puzzle == puzzle)
        some = np.array([rng.permutation(mine)[:k] for _ in range(draws)])
        seen = rng.permuted(steps.verdicts[some] == 2, axis=2).cumsum(axis=2)
        top = seen == seen.max(axis=1, keepdims=True)
        good = (top * steps.right[some][:, :, None]).sum(axis=1) / top.sum(axis=1)
        more = (seen.max(axis=1) == 0)[:, : _LOOKS - 1].sum(axis=1)
        rows.append([good[np.arange(draws), more].mean(), more.mean() + 1, *good.mean(axis=0)])
    informed, spent, *fixed = np.array(rows).T
    return Again(informed, spent, np.array(fixed).T)

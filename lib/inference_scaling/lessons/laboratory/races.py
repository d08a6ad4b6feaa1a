"""The race of two searches on the small reasoner's sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import search
from ...interactive.search_race import Lane, SearchRace
from ...sources import reasoner

__all__ = ["race"]

# What each search is called, and its shape; backtracking asks about its newest step alone, the others about all of it.
STRATEGIES = {
    "best-of-8": (search.best_of_n, {"n": 8}),
    "the beam of 2": (search.beam, {"width": 2, "expand": 4}),
    "REBASE": (search.rebase, {"width": 8}),
    "backtracking": (search.backtracking, {}),
}
TRAINED, PERFECT, RANDOM = "trained PRM", "never errs", "random scores"


def race(
    lab: reasoner.Laboratory,
    problems: reasoner.Problems,
    sums: Sequence[int],
    rest: tuple[str, str],
    *,
    seed: int,
    tries: int = 20,
    solutions: int = 8,
) -> SearchRace:
    """Let each search solve each sum `tries` times with each of three verifiers; the first run is shown.

    Parameters
    ----------
    lab : Laboratory
        The trained reasoner with its PRM.
    problems : Problems
    sums : sequence of int
        Places among `problems`; all of them have equally many steps.
    rest : tuple of str
        The two searches shown first, on the first sum, with the trained PRM.
    seed : int
        Run number r of every search begins with ``[seed, r]``, so that both searches of a race have the same luck.
    tries, solutions : int
        Runs of each search, and the budget of one run in whole solutions.

    Returns
    -------
    SearchRace

    Raises
    ------
    ValueError
        For sums of different lengths: one budget would not be the same number of solutions.
    """
    lengths = {int(problems.length[at]) for at in sums}
    if len(lengths) != 1:
        raise ValueError(f"the sums of a race must have equally many steps, got {sorted(lengths)}")
    budget = search.Budget(steps=solutions * lengths.pop())
    puzzles = {puzzle.question: puzzle for puzzle in (lab.reasoner.puzzle(problems, at) for at in sums)}
    lanes: dict[tuple[str, str, str], Lane] = {}
    for name, puzzle in puzzles.items():
        for verifier in (TRAINED, PERFECT, RANDOM):
            for strategy, (function, shape) in STRATEGIES.items():
                runs = []
                for turn in range(tries):
                    judge = _judge(lab, puzzle, verifier, strategy, [seed, turn])
                    runs.append(function(puzzle, judge, budget, [seed, turn], trace=turn == 0, **shape))
                lanes[name, verifier, strategy] = Lane(runs[0], sum(run.correct for run in runs))
    return SearchRace(
        "search-race",
        f"Two searches, {budget.steps} steps each, on sums modulo 100",
        lanes,
        budget,
        rest=(next(iter(puzzles)), TRAINED, *rest),
        tries=tries,
        label=lambda state: str(state)[-6:],
        right=lambda name, state: bool(puzzles[name].check([state])[0]),
        score="score",
    )


def _judge(
    lab: reasoner.Laboratory, puzzle: reasoner.SumPuzzle, verifier: str, strategy: str, seed: Sequence[int]
) -> Any:
    if verifier == PERFECT:
        return lambda states: np.asarray(puzzle.check(states), float)
    if verifier == RANDOM:
        return search.random_verifier(np.random.default_rng([*seed, 1]))
    return lab.prm.on("last" if strategy == "backtracking" else "product")

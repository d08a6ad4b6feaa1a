"""Trying again on the small reasoner: from a doubted step, from the start, from a random step, with one budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...sources import reasoner

__all__ = ["RESTARTS", "Tries", "try_again"]

# Below this score of the process verifier a step is doubted, as in backtracking.
DOUBT = 0.5


class _Attempts(NamedTuple):
    """The last attempt of each row: its problem, its results, and the score of each step (1 in the padding)."""

    problems: reasoner.Problems
    results: np.ndarray
    scores: np.ndarray


def _from_doubt(last: _Attempts, rng: np.random.Generator) -> np.ndarray:
    doubted = last.scores < DOUBT
    # An attempt without a doubted step gives no hint: it is begun anew.
    return np.where(doubted.any(axis=1), doubted.argmax(axis=1), 0)


def _from_start(last: _Attempts, rng: np.random.Generator) -> np.ndarray:
    return np.zeros(len(last.results), dtype=int)


def _from_anywhere(last: _Attempts, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, last.problems.length)


# How many steps of a failed attempt the next one keeps.
RESTARTS: dict[str, Callable[[_Attempts, np.random.Generator], np.ndarray]] = {
    "revise": _from_doubt,
    "retry": _from_start,
    "random restart": _from_anywhere,
}


class Tries(NamedTuple):
    """What became of every run, arrays of shape (problems, runs).

    Parameters
    ----------
    right : array of bool
        Whether the attempt that was handed in is right.
    steps : array of float
        Steps written until the run stopped; infinity where it did not stop by itself within its budget.
    attempts : array of int
        Attempts that were begun.
    written : array of int
        Steps written in all, at most the budget.
    """

    right: np.ndarray
    steps: np.ndarray
    attempts: np.ndarray
    written: np.ndarray

    def solved_within(self, budget: np.ndarray, *, read: np.ndarray | int = 0) -> np.ndarray:
        """Return the share of each problem's runs that stopped, and were right, within so many steps.

        Parameters
        ----------
        budget : array of float, shape (problems,)
            At most what the runs were allowed.
        read : array of float, shape (problems,), or number, optional
            Steps that a judge reads in each attempt; they are paid for like written ones.

        Returns
        -------
        ndarray, shape (problems,)
        """
        paid = self.steps + self.attempts * np.reshape(read, (-1, 1))
        share: np.ndarray = (self.right & (paid <= np.asarray(budget)[:, None])).mean(axis=1)
        return share


def try_again(
    lab: reasoner.Laboratory,
    problems: reasoner.Problems,
    restart: str,
    rng: Any,
    *,
    budget: int = 16,
    runs: int = 16,
    told: bool = True,
    temperature: float = 1.0,
) -> Tries:
    """Write a solution; while it fails, keep a part of it and write the rest anew.

    Parameters
    ----------
    lab : Laboratory
    problems : Problems
    restart : str
        What is kept: ``"revise"`` the steps before the first that the process verifier doubts, ``"retry"`` nothing,
        ``"random restart"`` those before a step drawn at random.
    rng : int, sequence of int or numpy.random.Generator
    budget : int, optional
        In whole solutions: so many times the steps of one solution of the same problem may be written, >= 1. An
        attempt that does not fit in what is left is not begun.
    runs : int, optional
        Independent runs of each problem.
    told : bool, optional
        Whether somebody says when the answer is right. If not, a run stops at the first attempt without a doubted
        step; at the end of the budget it hands in the attempt with the highest product of step scores.
    temperature : float, optional
        At which every attempt is written.

    Returns
    -------
    Tries

    Raises
    ------
    ValueError
        For an unknown restart, or a budget or runs that are not whole numbers of at least 1.
    """
    if restart not in RESTARTS:
        raise ValueError(f"restart = {restart!r}: must be one of {', '.join(map(repr, RESTARTS))}")
    for name, value in (("budget", budget), ("runs", runs)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} = {value!r}: must be a whole number, at least 1")
    generator, count = np.random.default_rng(rng), len(problems)
    ends = np.cumsum(lab.reasoner.probabilities(temperature), axis=3)
    row = np.repeat(np.arange(count), runs)
    each, length = _taken(problems, row), problems.length[row]
    answer, most = problems.answer[row], budget * length
    results = np.zeros((len(row), each.op.shape[1]), dtype=np.int64)
    keep = np.zeros(len(row), dtype=int)
    written, attempts = np.zeros(len(row), dtype=int), np.zeros(len(row), dtype=int)
    stopped = np.full(len(row), np.inf)
    # The best attempt so far by the judge: its score and whether it is right.
    best, handed = np.full(len(row), -np.inf), np.zeros(len(row), dtype=bool)
    going = np.arange(len(row))
    while going.size:
        there = _taken(each, going)
        results[going] = _written(ends, there, results[going], keep[going], generator)
        written[going] += length[going] - keep[going]
        attempts[going] += 1
        now = results[going]
        solutions = reasoner.Solutions(there, now[:, None, :], np.zeros((len(now), 1, now.shape[1])))
        scores = lab.prm.step_scores(solutions)[:, 0, :]
        right = now[np.arange(len(now)), length[going] - 1] == answer[going]
        ends_here = right if told else (scores >= DOUBT).all(axis=1)
        product = scores.prod(axis=1)
        better = ends_here | (product > best[going])
        best[going] = np.where(better, product, best[going])
        handed[going] = np.where(better, right, handed[going])
        stopped[going[ends_here]] = written[going[ends_here]]
        keep[going] = RESTARTS[restart](_Attempts(there, now, scores), generator)
        fits = written[going] + length[going] - keep[going] <= most[going]
        going = going[~ends_here & fits]
    shape = (count, runs)
    return Tries(*(part.reshape(shape) for part in (handed, stopped, attempts, written)))


def _taken(problems: reasoner.Problems, rows: np.ndarray) -> reasoner.Problems:
    columns = (problems.start, problems.op, problems.operand, problems.length)
    return reasoner.Problems(*(column[rows] for column in columns))


def _written(
    ends: np.ndarray, problems: reasoner.Problems, results: np.ndarray, keep: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Write the steps from ``keep`` on anew; `ends` are the cumulative chances of every result."""
    results, value = results.copy(), problems.start.astype(np.int64)
    for step in range(int(problems.length.max())):
        on = problems.inside[:, step]
        new = np.flatnonzero(on & (step >= keep))
        rows = ends[problems.op[new, step], problems.operand[new, step], value[new]]
        drawn = (rng.random((len(new), 1)) >= rows).sum(axis=1)
        results[new, step] = np.minimum(drawn, rows.shape[1] - 1)
        value = np.where(on, results[:, step], value)
    return results

"""What the Laboratory's lessons compare: sums sorted by difficulty, searches tried on them, differences drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import estimates, figures, search
from ...sources import reasoner

__all__ = [
    "KINDS",
    "Sums",
    "differences",
    "differences_by_kind",
    "greedy_beam",
    "solved",
    "sums_by_difficulty",
]

KINDS = ("hard", "middle", "easy")
# One solution of a hard sum is right less often than the first number says, one of an easy sum more often than the
# second.
EDGES = (0.15, 0.65)


@dataclass(frozen=True, eq=False)
class Sums:
    """As many sums of each kind of difficulty, hard ones first, and one model that solves them.

    Parameters
    ----------
    model : Reasoner
    problems : Problems
        The hard sums, then the middle ones, then the easy ones.
    p : array of float, shape (3, sums)
        The exact chance that one solution is right; a row for each of ``KINDS``.
    """

    model: reasoner.Reasoner
    problems: reasoner.Problems
    p: np.ndarray

    def search(
        self,
        strategy: Callable[..., search.SearchResult],
        n: int,
        judge: Callable[[reasoner.SumPuzzle], Callable[[Sequence[Any]], Any]],
        rng: Any,
        **shape: Any,
    ) -> list[search.SearchResult]:
        """Let a strategy work once on every sum, with as many steps as n whole solutions of that sum have.

        Parameters
        ----------
        strategy : callable
            Of ``search``.
        n : int
            The budget, in whole solutions, >= 1.
        judge : callable
            From a puzzle to the verifier that the strategy asks about its states.
        rng : int, sequence of int or numpy.random.Generator
        **shape
            Options of the strategy, such as ``width``.

        Returns
        -------
        list of SearchResult
            One a sum, in the order of ``problems``.

        Raises
        ------
        ValueError
            As the strategy; also for an `n` that is no whole number of at least 1.
        """
        generator, found = np.random.default_rng(rng), []
        for i in range(len(self.problems)):
            puzzle = self.model.puzzle(self.problems, i)
            budget = search.Budget(steps=n * puzzle.length)
            found.append(strategy(puzzle, judge(puzzle), budget, generator, **shape))
        return found

    def best_of(self, drawn: reasoner.Solutions, score: np.ndarray, n: int | np.ndarray) -> np.ndarray:
        """Return how often the best-scored of n solutions is right, exact over all subsets; shape (3, sums).

        Parameters
        ----------
        drawn : Solutions
            Of ``problems``.
        score : array of float, shape (problems, samples)
        n : int, or array of int of shape (problems,)
            Solutions to choose from, for all sums or for each.
        """
        pools = zip(drawn.correct, score, np.broadcast_to(n, len(self.problems)), strict=True)
        return np.reshape([estimates.best_of_n(c, s, int(m)) for c, s, m in pools], self.p.shape)

    def vote_of(self, drawn: reasoner.Solutions, n: int) -> np.ndarray:
        """Return how often the vote of n solutions is right, exact over all subsets; shape (3, sums)."""
        pools = zip(drawn.answer, drawn.correct, strict=True)
        return np.reshape([estimates.majority_vote(a, c, n) for a, c in pools], self.p.shape)


def sums_by_difficulty(model: reasoner.Reasoner, rng: Any, *, many: int = 120, among: int = 4000) -> Sums:
    """Draw new sums and take the first of each kind: hard, middle and easy ones.

    Parameters
    ----------
    model : Reasoner
        Its exact chance of a right solution says what is hard.
    rng : int, sequence of int or numpy.random.Generator
    many : int, optional
        Sums of each kind.
    among : int, optional
        Sums drawn to choose from.

    Returns
    -------
    Sums

    Raises
    ------
    ValueError
        If too few sums of a kind were drawn.
    """
    fresh = reasoner.draw_problems(among, np.random.default_rng(rng))
    chance = model.success(fresh)
    kind = np.digitize(chance, EDGES)
    first = [np.flatnonzero(kind == one)[:many] for one in range(len(KINDS))]
    for name, found in zip(KINDS, first, strict=True):
        if found.size < many:
            raise ValueError(f"among = {among}: holds {found.size} {name} sums, and many = {many} are asked for")
    taken = np.concatenate(first)
    columns = (fresh.start, fresh.op, fresh.operand, fresh.length)
    return Sums(model, reasoner.Problems(*(column[taken] for column in columns)), chance[taken].reshape(3, many))


def greedy_beam(sums: Sums, prm: reasoner.StepVerifier, m: int) -> np.ndarray:
    """Return the exact chance that a beam of width 1 with m draws a step writes right steps only; shape (3, sums).

    Parameters
    ----------
    sums : Sums
    prm : StepVerifier
        The judge; on equal prefixes its score of the last step decides.
    m : int
        Draws a step, >= 1.
    """
    test = sums.problems
    before = np.column_stack([test.start, test.truth[:, :-1]])
    chances = sums.model.probabilities()[test.op, test.operand, before]
    right = np.ones(len(test))
    for step in range(test.op.shape[1]):
        results = np.repeat(test.truth[:, None], chances.shape[2], axis=1)
        results[:, :, step] = np.arange(chances.shape[2])
        score = prm.step_scores(reasoner.Solutions(test, results, np.zeros(results.shape)))[:, :, step]
        at = np.arange(len(test)), test.truth[:, step]
        own, here = score[at][:, None], chances[:, step]
        lower, upto = (here * (score < own)).sum(axis=1), (here * (score <= own)).sum(axis=1)
        right *= np.where(test.inside[:, step], (upto**m - lower**m) * here[at] / (upto - lower), 1)
    chance: np.ndarray = np.minimum(right, 1).reshape(sums.p.shape)
    return chance


def solved(runs: Sequence[search.SearchResult]) -> np.ndarray:
    """Return 1 for each sum that a search solved, else 0; shape (3, sums)."""
    return np.reshape([run.correct for run in runs], (len(KINDS), -1)).astype(float)


def differences(pairs: Mapping[str, tuple[Any, Any]], *, finding: str, y_label: str, **options: Any) -> figures.Figure:
    """Draw one point for each named pair (a, b): a minus b, paired by problem, with its 95 % interval.

    Parameters
    ----------
    pairs : mapping from str to (array_like, array_like)
        What both methods reach on each problem, in [0, 1].
    finding, y_label, **options
        See ``figures.bars``.
    """
    found = {name: estimates.paired_interval(np.ravel(a), np.ravel(b)) for name, (a, b) in pairs.items()}
    return figures.bars(
        {name: one.value for name, one in found.items()},
        low={name: one.low for name, one in found.items()},
        high={name: one.high for name, one in found.items()},
        finding=finding,
        y_label=y_label,
        **options,
    )


def differences_by_kind(
    pairs: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    finding: str,
    y_label: str,
    roles: Mapping[str, str] | None = None,
    marks: Iterable[figures.Mark] = (),
    **numbers: float,
) -> figures.Figure:
    """Draw each named pair (a, b) on hard, middle and easy sums: a minus b with its 95 % interval.

    Parameters
    ----------
    pairs : mapping from str to (array, array)
        Of shape (3, sums), as ``solved`` returns them.
    finding, y_label, roles, marks, **numbers
        See ``figures.plot``.
    """
    places = tuple(range(len(KINDS)))
    series = []
    for name, (a, b) in pairs.items():
        gap = estimates.paired_interval(a.T, b.T)
        role = (roles or {}).get(name)
        series.append(figures.Series(name, places, gap.value, gap.low, gap.high, style="points", role=role))
    return figures.plot(
        series,
        x=figures.Axis("sums", ticks=places, tick_labels=KINDS),
        y=y_label,
        marks=[figures.Mark("", y=0, line="y"), *marks],
        finding=finding,
        **numbers,
    )

"""Nine searches on the sums of three kinds, at three budgets: how each is shaped, and what was recorded of its runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ... import estimates, search
from ...sources import reasoner, recorded
from .comparisons import KINDS, Sums

__all__ = [
    "BUDGETS",
    "SHAPES",
    "CountingJudge",
    "NineRuns",
    "Run",
    "as_many",
    "best_by_number",
    "recorded_runs",
    "run",
    "runs",
]

SEED = 14
# Budgets in whole solutions: so many times the steps of one solution of the same sum.
BUDGETS = (4, 16, 64)
Shape = Callable[[int], dict[str, Any]]
# The rule: a search with r draws at a time keeps r beginnings, and r · r is the number of whole solutions. A lookahead
# pays half of its steps for looking ahead. Nothing was tuned.
SHAPES: dict[str, tuple[Callable[..., search.SearchResult], Shape]] = {
    "beam": (search.beam, lambda r: {"width": r, "expand": r}),
    "DVTS": (search.dvts, lambda r: {"subtrees": r, "expand": r}),
    "REBASE": (search.rebase, lambda r: {"width": r * r}),
    "lookahead": (search.lookahead, lambda r: {"width": r // 2, "expand": r}),
    "best-first": (search.best_first, lambda r: {"expand": r}),
    "backtracking": (search.backtracking, lambda r: {}),
    "particle filter": (search.particle_filter, lambda r: {"particles": r * r}),
    "MCTS": (search.mcts, lambda r: {"expand": r}),
}
# Seeds that the lesson had before its runs were recorded.
_SEEDS = {("beam", 4): 204, ("beam", 64): 264}
_SEEDS |= {(name, 16): 101 + i for i, name in enumerate(list(SHAPES)[:6])}


class Run(NamedTuple):
    """What one search did on every sum: arrays of shape (3, sums), a row for each of ``KINDS``.

    Parameters
    ----------
    correct : array of float
        1 where its answer was right, else 0.
    steps, checks : array of int
        Steps written, and beginnings or solutions that the judge was asked about.
    read : array of int
        Steps that the judge read if each check reads the solution from its beginning.
    """

    correct: np.ndarray
    steps: np.ndarray
    checks: np.ndarray
    read: np.ndarray


@dataclass(frozen=True)
class NineRuns:
    """All recorded runs.

    Parameters
    ----------
    by_prm : dict of (str, int) to Run
        By search and budget, with the trained process verifier as judge.
    blind : dict of str to Run
        By search, with random scores, at the budget of 16 solutions.
    """

    by_prm: dict[tuple[str, int], Run]
    blind: dict[str, Run]


class CountingJudge:
    """A judge that counts what it reads: the steps of every state that it is asked about, from the beginning.

    Parameters
    ----------
    judge : callable
        A verifier as ``search`` takes it.
    """

    def __init__(self, judge: search.strategies.Verifier) -> None:
        self.judge, self.read = judge, 0

    def __call__(self, states: Sequence[reasoner.Work]) -> Any:
        self.read += sum(len(state.steps) for state in states)
        return self.judge(states)


def run(sums: Sums, lab: reasoner.Laboratory, name: str, budget: int, *, blind: bool = False, seed: int = SEED) -> Run:
    """Let one search work once on every sum.

    Parameters
    ----------
    sums : Sums
    lab : Laboratory
        Of the model that `sums` were made with.
    name : str
        One of ``SHAPES``.
    budget : int
        In whole solutions, a square number.
    blind : bool, optional
        Whether random scores take the place of the judge.
    seed : int, optional
        Of the random numbers; the default is that of the book's model and of the recorded runs.

    Returns
    -------
    Run
    """
    strategy, shape = SHAPES[name]
    judge: search.strategies.Verifier = lab.prm.on("last" if name == "backtracking" else "product")
    place = list(SHAPES).index(name)
    stream = _SEEDS.get((name, budget), 1000 + 10 * budget + place)
    if blind:
        stream += 5000
        judge = search.random_verifier(np.random.default_rng([seed, 35, place]))
    readers: list[CountingJudge] = []

    def reader(puzzle: reasoner.SumPuzzle) -> CountingJudge:
        readers.append(CountingJudge(judge))
        return readers[-1]

    root = round(budget**0.5)
    found = sums.search(strategy, budget, reader, [seed, 33, stream], **shape(root))
    rows = [
        [one.correct, one.ledger.steps, one.ledger.calls, who.read] for one, who in zip(found, readers, strict=True)
    ]
    correct, steps, checks, read = np.array(rows, dtype=np.int64).T.reshape(4, len(KINDS), -1)
    return Run(correct.astype(float), steps, checks, read)


def runs(sums: Sums, lab: reasoner.Laboratory) -> Iterator[tuple[str, int, str, Run]]:
    """Run all searches: yields search, budget, judge and what it did. It takes a minute or two."""
    for name in SHAPES:
        for budget in BUDGETS:
            yield name, budget, "prm", run(sums, lab, name, budget)
        yield name, 16, "random", run(sums, lab, name, 16, blind=True)


def recorded_runs() -> NineRuns:
    """Return the recorded runs of ``runs`` on the book's sums, the table ``nine_searches``.

    Returns
    -------
    NineRuns

    Examples
    --------
    >>> found = recorded_runs()
    >>> found.by_prm["beam", 16].correct.shape, sorted(found.blind)[0]
    ((3, 120), 'DVTS')
    """
    columns = recorded.table("nine_searches")
    by_prm, blind = {}, {}
    for name in SHAPES:
        of_name = columns["search"] == name
        for judge, budget in [*(("prm", n) for n in BUDGETS), ("random", 16)]:
            rows = of_name & (columns["judge"] == judge) & (columns["budget"] == budget)
            parts = (columns[part][rows].reshape(len(KINDS), -1) for part in ("correct", "steps", "checks", "read"))
            correct, *spent = parts
            one = Run(correct.astype(float), *spent)
            if judge == "prm":
                by_prm[name, budget] = one
            else:
                blind[name] = one
    return NineRuns(by_prm, blind)


def best_by_number(drawn: reasoner.Solutions, score: np.ndarray, most: int) -> np.ndarray:
    """Return how often the best-scored of 1, 2, up to `most` solutions is right, exact; shape (problems, most).

    Parameters
    ----------
    drawn : Solutions
    score : array of float, shape (problems, samples)
    most : int
        At most the number of samples.
    """
    every = np.arange(1, most + 1)
    pools = zip(drawn.correct, score, strict=True)
    return np.array([estimates.best_of_n(right, scores, every) for right, scores in pools])


def as_many(best: np.ndarray, many: np.ndarray) -> np.ndarray:
    """Return how often best-of-N is right, with an N for each problem that need not be whole.

    Parameters
    ----------
    best : array of float, shape (problems, most)
        As ``best_by_number`` returns it.
    many : array of float, problems in all
        From 1 to `most`. For 5.3 it is 5 in seven cases of ten and 6 in three.

    Returns
    -------
    ndarray of the shape of `many`

    Raises
    ------
    ValueError
        If more solutions are asked for than there are, or less than one.
    """
    wanted, most = np.ravel(np.asarray(many, dtype=float)), best.shape[1]
    outside = ~((wanted >= 1) & (wanted <= most))
    if outside.any():
        raise ValueError(f"many = {wanted[outside][0]}: must be from 1 to {most}")
    row, less = np.arange(len(wanted)), np.floor(wanted).astype(int)
    low, high = best[row, less - 1], best[row, np.minimum(less, most - 1)]
    return np.reshape(low + (wanted - less) * (high - low), np.shape(many))

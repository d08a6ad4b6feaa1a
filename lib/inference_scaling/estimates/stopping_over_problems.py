"""Votes that stop early, over the problems of a benchmark, beside a fixed number of samples at the same mean cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._arguments import as_level
from ..samples import SampleSet
from ..samples.native import Framed
from ._inputs import votes_of
from .costs import TokenCost, as_token_cost, in_unit, row_costs
from .curves import labelled
from .intervals import problem_interval
from .paired import Difference, paired_interval
from .pools import majority_vote
from .stopping import MAX_STATES, ORDERS, Rule, stopped_vote

__all__ = ["StoppedVotes", "stopped_votes"]


@dataclass(frozen=True, eq=False, repr=False)
class StoppedVotes(Framed):
    """What a vote that stops gives on a benchmark.

    Attributes
    ----------
    accuracy, low, high : float
        Mean over problems, with its interval over problems at `level`.
    samples : float
        Mean number of samples a problem.
    fixed : float
        Accuracy of a vote with a fixed number of samples at the same mean cost: k or k + 1 of them, drawn by lot so
        that the mean is `samples`, or the mean cost `cost` where tokens were counted.
    difference : Difference
        Accuracy less `fixed`, paired by problem, with its interval.
    per_problem, per_problem_samples : array of float, shape (problems,)
        Accuracy and expected samples of each problem.
    exact : int
        Problems whose values are exact; the others are simulated, and the noise of that is in the intervals.
    rule : object
    budget : int
    level : float
    cost : float or None
        Mean cost of a problem in `unit`, where `stopped_votes` was asked for it.
    unit : str
        "tokens", a currency, or empty.
    """

    accuracy: float
    low: float
    high: float
    samples: float
    fixed: float
    difference: Difference
    per_problem: np.ndarray
    per_problem_samples: np.ndarray
    exact: int
    rule: Rule
    budget: int
    level: float
    cost: float | None = None
    unit: str = ""

    def _rows(self) -> dict[str, Any]:
        gain = {f"difference_{name}": value for name, value in self.difference._asdict().items()}
        names = ("accuracy", "low", "high", "samples", "fixed")
        more = ("exact", "budget", "level", "cost", "unit")
        return {name: getattr(self, name) for name in names} | gain | {name: getattr(self, name) for name in more}

    def __repr__(self) -> str:
        gap = self.difference
        spent = f", {in_unit(self.cost, self.unit)}" if self.cost is not None else ""
        return (
            f"{self.rule}, at most {self.budget} samples, {self.level:.0%} intervals over {len(self.per_problem)} "
            f"problems ({self.exact} exact)\n"
            f"accuracy {self.accuracy:.3f} [{self.low:.3f}, {self.high:.3f}] with {self.samples:.2f} samples{spent}\n"
            f"a fixed number at that cost: {self.fixed:.3f}, "
            f"difference {gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"
        )


def stopped_votes(
    samples: SampleSet,
    rule: Rule,
    budget: int,
    *,
    level: float = 0.95,
    states: int = MAX_STATES,
    orders: int = ORDERS,
    cost: TokenCost | str | None = None,
    rng: np.random.Generator | int | None = None,
) -> StoppedVotes:
    """Return accuracy and mean samples of a vote that stops, over problems, beside a fixed number at the same cost.

    Parameters
    ----------
    samples : SampleSet
        With answers. Problems may have different numbers of samples.
    rule : FixedRule, CertainRule, BetaRule, DirichletRule, DoublingRule or WindowRule
    budget : int
        The most samples drawn for a problem, at least 1; at most the number recorded for the problem that has fewest.
    level : float
        Of the intervals, in (0, 1).
    states, orders : int
        As for `stopped_vote`, for each problem.
    cost : TokenCost or "tokens", optional
        Count tokens or money: the fixed number then costs as much as the votes, in place of drawing as many samples.
    rng : int or Generator
        For problems whose counts are too many to follow.

    Returns
    -------
    StoppedVotes

    Raises
    ------
    ValueError
        Naming the argument and the value; for samples without answers, and for a single problem.

    Notes
    -----
    A rule that stops early saves samples on problems where the answers agree. Whether it saves more than a smaller
    fixed number is a comparison at equal mean cost, paired by problem. The control's number of samples is the mean that
    was found on these problems.

    The two controls differ where problems that take more samples also have longer ones: a vote that stops then spends
    more tokens than its samples say. Whether to draw again is decided before the sample is seen, so independent samples
    cost their expected number times the mean cost of one (Wald's identity), problem by problem.

    Examples
    --------
    >>> from inference_scaling.estimates import CertainRule
    >>> samples = SampleSet.from_matrix(
    ...     [[1, 1, 1, 1, 1, 0], [1, 0, 1, 0, 1, 1]] * 10, answer=[[7, 7, 7, 7, 7, 5], [7, 5, 7, 4, 7, 7]] * 10
    ... )
    >>> stopped_votes(samples, CertainRule(), 5)
    CertainRule(), at most 5 samples, 95% intervals over 20 problems (20 exact)
    accuracy 1.000 [0.861, 1.000] with 3.85 samples
    a fixed number at that cost: 0.990, difference +0.010 [-0.092, +0.111]
    """
    pools, tries = votes_of(samples, budget)
    if len(pools) < 2:
        raise ValueError("samples has one problem: it says nothing about others; use stopped_vote for it")
    as_level(level)
    counting = None if cost is None else as_token_cost(cost)
    votes = []
    for (answer, correct), generator in zip(pools, np.random.default_rng(rng).spawn(len(pools)), strict=True):
        votes.append(stopped_vote(answer, correct, rule, tries, states=states, orders=orders, rng=generator))
    accuracy = np.clip([vote.accuracy for vote in votes], 0.0, 1.0)
    drawn = np.array([vote.samples for vote in votes])
    mean = min(float(drawn.mean()), float(tries))
    alike, spent, unit = mean, None, ""
    if counting is not None:
        rows = row_costs(samples, counting)
        each = rows.mean(rows.make)
        spent, unit = float((rows.start + drawn * each).mean()), counting.unit
        alike = min((spent - float(rows.start.mean())) / float(each.mean()), float(tries))
    less = min(math.floor(alike + 1e-9), tries)
    both = [less, min(less + 1, tries)]
    ends = np.array([majority_vote(answer, correct, both) for answer, correct in pools])
    share = max(alike - less, 0.0)
    fixed = (1 - share) * ends[:, 0] + share * ends[:, 1]
    low, high = problem_interval(accuracy, level=level)
    return StoppedVotes(
        float(accuracy.mean()),
        float(low[0]),
        float(high[0]),
        mean,
        float(fixed.mean()),
        paired_interval(accuracy, fixed, level=level),
        labelled(accuracy, samples.problems),
        drawn,
        sum(vote.method == "exact" for vote in votes),
        rule,
        tries,
        float(level),
        spent,
        unit,
    )

"""From a pilot to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..samples import SampleSet
from .options import CostModel, Question, Table, ask, tabulate, tries_of
from .records import Plan
from .report import assumes, reasons, taken
from .rule import compared_with, surely, taken_by

__all__ = ["plan"]


def plan(
    pilot: SampleSet,
    *,
    objective: str,
    target: float | None = None,
    budget: float | None = None,
    cost: CostModel | None = None,
    selectors: Sequence[str] | str | None = None,
    stop_early: bool = False,
    prefer: str = "cheaper",
    level: float = 0.95,
    rng: np.random.Generator | int | None = None,
) -> Plan:
    """Return how many samples to buy and how to pick among them, with what that will reach.

    Parameters
    ----------
    pilot : SampleSet
        At least two problems. What can be counted ends at the samples of the problem that has fewest.
    objective : {"coverage", "accuracy"}
        "coverage": a perfect check picks, pass@k. "accuracy": one of `selectors` picks. There is no default: the
        two answer different questions, and differ by as much as the picking loses.
    target : float, optional
        In (0, 1): the cheapest option that reaches it is taken. Give this or `budget`.
    budget : float, optional
        Cost a problem, above 0.
    cost : CostModel, optional
        When left out a sample costs 1 and picking nothing: then a budget counts samples.
    selectors : sequence of {"majority", "best_of_n", "weighted"}, optional
        When left out, those that the pilot's columns allow, but for "weighted": not every score is a weight.
    stop_early : bool
        For coverage: samples are drawn one after the other and drawing stops at the first right one. Then k is
        the cap, and budget and cost are means over problems.
    prefer : {"cheaper", "highest"}
        For accuracy within a budget: the cheapest option that the pilot does not tell apart from the highest
        estimate, or the highest itself. The first may give away what few problems cannot show; see `backtest`.
    level : float
        Of the intervals, and of the comparisons that decide, in (0, 1).
    rng : int or Generator
        For the parts into which the problems are dealt, and for large weighted votes.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        A ValueError: the budget buys no sample, the target is out of reach, or the pilot is too small. The
        message says what the pilot does give.
    ValueError
        Naming the argument and the value.

    Notes
    -----
    **The rule.** For accuracy within a budget, the option with the highest estimate is found, then the cheapest
    that `paired_interval` does not tell apart from it. More samples never cover less, so for coverage the largest k
    with a higher estimate is taken. For a target it is the cheapest option whose estimate reaches it.

    **What to expect.** The winner of several noisy estimates owes part of its lead to luck. So the problems are
    dealt into ten parts, five times; on each part the choice that the rule makes from the other nine is judged. The
    mean over problems is the expected result of the rule. The interval reaches from the lower to the upper end of
    two: `problem_interval` of these values and of the chosen option's own. Either alone holds too rarely where many
    options are nearly alike. Where the data had no say in the choice, the two are one.

    A plan for a target is only made where the pilot reaches it. Near the most that can be reached, those are the
    lucky pilots, and no dealing out of their problems can see that.

    **Beyond the pilot.** Coverage is forecast from what the pilot counts: of the problems without a right sample
    there, the fitted family says what share has one by k. So more samples never promise less. The interval reaches from
    the lower to the upper end of two: that of `forecast`, and the same moved by as much in log-odds. Both take the
    family for granted. A
    target whose number of samples the family alone would decide, beyond ten times the pilot, is refused; so is every
    forecast of accuracy, and a budget that buys more than the pilot has is spent on the pilot's number of samples.

    **More problems.** Two options are told apart where the paired interval of their difference leaves out 0.
    How many more problems that takes with a chance of 0.8 comes from the formula of that interval, with the mean
    and the spread of the difference as they are. The observed lead of a winner is itself flattered: it is a
    lower estimate.

    Examples
    --------
    >>> from inference_scaling.samples import SampleSet
    >>> pilot = SampleSet.from_counts([4] * 40, [0, 1, 2, 4] * 10)
    >>> found = plan(pilot, objective="coverage", budget=4, cost=CostModel(1, 0.25), rng=0)
    >>> found.choice.k, found.choice.cost, round(found.choice.value, 3), found.extrapolates
    (3, 3.75, 0.688, 0.75)
    """
    question = ask(pilot, objective, target, budget, cost, selectors, stop_early, prefer, level, "pilot")
    rng = np.random.default_rng(rng)
    return _plan(tabulate(pilot, question, tries_of(int(pilot.n.min()), objective), rng), question, rng)


def _plan(table: Table, question: Question, rng: np.random.Generator) -> Plan:
    choice, best, beyond = taken_by(table, question, rng)
    found = Plan(
        choice=choice,
        best=best,
        sure=None if question.target is None else surely(table, question),
        compared=() if beyond is not None else compared_with(table, choice, best, question),
        objective=question.objective,
        target=question.target,
        budget=question.budget,
        cost=question.cost,
        stop_early=question.stop_early,
        level=question.level,
        problems=len(table.values),
        samples=table.end,
        extrapolates=choice.k / table.end,
        forecast=None if beyond is None else beyond.forecast,
        headline="",
        reasons=(),
        assumes=(),
    )
    why, rests_on = tuple(reasons(found, table, beyond)), tuple(assumes(found))
    return replace(found, headline=taken(found), reasons=why, assumes=rests_on)

"""From a pilot to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..samples import SampleSet
from .options import CostModel, Question, Table, candidate_ks, tabulate, validate_request
from .records import Plan
from .report import assumptions, plan_headline, reasons
from .rule import alternatives, cheapest_with_interval_above_target, select_option

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
    selectors : sequence of {"majority", "certain", "adaptive", "windows", "best_of_n", "weighted"}, optional
        When left out, those that the pilot's columns allow, but for "weighted": not every score is a weight. The votes
        that stop are `CertainRule()` ("certain"), `BetaRule(0.95)` ("adaptive") and `WindowRule(4)` ("windows").
    stop_early : bool
        Samples are drawn one after the other. For coverage, drawing stops at the first right one; for accuracy, votes
        that stop are options, too. Then k is the cap, and budget and cost are means over problems.
    prefer : {"cheaper", "highest"}
        For accuracy within a budget: the cheapest option that does not differ significantly from the highest
        estimate, or the highest itself. The first loses differences that few problems cannot show; see `backtest`.
    level : float
        Of the intervals, and of the comparisons that decide, in (0, 1).
    rng : int or Generator
        For the folds of the cross-fitting, and for large weighted votes.

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
    whose difference from it has a `paired_interval` that contains 0. Coverage never decreases with k, so for coverage
    the highest estimate itself is taken, at the least cost. For a target it is the cheapest option whose estimate
    reaches it.

    **The expected value.** The largest of several noisy estimates is biased upwards (the winner's curse). The expected
    value is therefore cross-fitted: 10 folds, repeated 5 times; on each held-out fold the choice that the rule makes
    from the other nine is evaluated. The interval is the envelope of two: `problem_interval` of these out-of-fold
    values and of the chosen option's own. The coverage of either alone is too low where many options are nearly equal.
    Where the choice does not depend on the data, the two are the same.

    A plan for a target is only made where the pilot's estimate reaches it. Near the highest value that can be reached,
    this selects the pilots that overestimate, and cross-fitting within a pilot cannot correct that.

    **Votes that stop.** Their accuracy and expected samples are exact for each problem up to 2,000 counts of votes, and
    means over 500 random orders beyond (`capped_vote`); the noise of these is in the intervals. A vote that stops when
    its answer is certain costs no accuracy, so with it a budget never buys less.

    **Extrapolation.** For more samples than the pilot has, coverage is forecast from the pilot's own estimate: the
    fitted family gives the share of the problems unsolved there that k samples solve. So more samples never promise
    less. The interval is the envelope of two: that of `forecast`, which holds for any distribution of success
    probabilities that fits the pilot, and the family's own, shifted by as much in log-odds as the estimate differs from
    the family. Refused are a target that needs more than ten times the pilot's samples, and every forecast of accuracy;
    for accuracy, a budget that buys more samples than the pilot has is spent on the pilot's number.

    **More problems.** Two options differ significantly where the paired interval of their difference excludes 0.
    How many more problems that takes with power 0.8 comes from the formula of that interval, with the mean and the
    standard deviation of the difference as observed. The observed lead of the highest estimate is itself biased
    upwards: the number is a lower bound.

    Examples
    --------
    >>> from inference_scaling.samples import SampleSet
    >>> pilot = SampleSet.from_counts([4] * 40, [0, 1, 2, 4] * 10)
    >>> found = plan(pilot, objective="coverage", budget=4, cost=CostModel(1, 0.25), rng=0)
    >>> found.choice.k, found.choice.cost, round(found.choice.value, 3), found.extrapolates
    (3, 3.75, 0.688, 0.75)
    """
    question = validate_request(
        pilot,
        name="pilot",
        objective=objective,
        target=target,
        budget=budget,
        cost=cost,
        selectors=selectors,
        stop_early=stop_early,
        prefer=prefer,
        level=level,
    )
    rng = np.random.default_rng(rng)
    return _plan(tabulate(pilot, question, candidate_ks(int(pilot.n.min()), objective), rng), question, rng)


def _plan(table: Table, question: Question, rng: np.random.Generator) -> Plan:
    choice, best, extrapolation = select_option(table, question, rng)
    target = question.target
    found = Plan(
        choice=choice,
        best=best,
        sure=None if target is None else cheapest_with_interval_above_target(table, question, target),
        compared=() if extrapolation is not None else alternatives(table, choice, best, question),
        objective=question.objective,
        target=target,
        budget=question.budget,
        cost=question.cost,
        stop_early=question.stop_early,
        level=question.level,
        problems=len(table.values),
        samples=table.end,
        extrapolates=choice.k / table.end,
        forecast=None if extrapolation is None else extrapolation.forecast,
        headline="",
        reasons=(),
        assumes=(),
    )
    why, conditions = tuple(reasons(found, table, extrapolation)), tuple(assumptions(found))
    return replace(found, headline=plan_headline(found), reasons=why, assumes=conditions)

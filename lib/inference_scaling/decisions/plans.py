"""From a pilot to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from ..estimates import SampleCost, TokenCost, sample_cost
from ..estimates.costs import RowCosts, row_costs
from ..samples import SampleSet
from .options import (
    STOPPING,
    CostModel,
    Option,
    Question,
    Table,
    candidate_ks,
    mean_costs,
    per_problem,
    tabulate,
    validate_request,
)
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
    total_budget: float | None = None,
    for_problems: int | None = None,
    cost: CostModel | TokenCost | str | None = None,
    scores: Mapping[str, float] | Sequence[str] | None = None,
    selectors: Sequence[str] | str | None = None,
    stop_early: bool = False,
    prefer: str = "cheaper",
    level: float = 0.95,
    rng: np.random.Generator | int | None = None,
    executor: Executor | None = None,
) -> Plan:
    """Return how many samples to buy and how to pick among them, with what that will reach.

    Parameters
    ----------
    pilot : SampleSet
        At least two problems. What can be counted ends at the samples of the problem that has fewest.
    objective : {"coverage", "accuracy", "reward"}
        "coverage": a perfect check picks, pass@k. "accuracy": one of `selectors` picks. "reward": the mean partial
        credit of what one of them picks, from the pilot's column `reward`. There is no default: these answer different
        questions, and differ by as much as the picking loses.
    target : float, optional
        In (0, 1): the cheapest option that reaches it is taken. Give this or `budget`.
    budget : float, optional
        Cost a problem, above 0.
    total_budget : float, optional
        In the place of `budget`: the cost of all problems of a table together, above 0. It is divided among them
        evenly, because the plan is one rule for every problem.
    for_problems : int, optional
        How many problems that table has; those of the pilot when left out. With any goal the plan also says what so
        many problems are expected to cost.
    cost : CostModel, TokenCost or "tokens", optional
        When left out a sample costs 1 and picking nothing: then a budget counts samples. "tokens" or a `TokenCost`
        counts the pilot's own tokens, problem by problem: a budget is then tokens a problem, or money.
    scores : mapping of str to float, or sequence of str, optional
        For accuracy: which of the pilot's `scores` may pick, and what each costs a sample, in the place of the `verify`
        of a `CostModel` or the `verifier` of a `TokenCost`: ``{"prm": 0.5, "orm": 0.1}``. The plan then chooses the
        verifier together with the selector and k. Names without prices all cost what `cost` says. When left out, the
        pilot's one score picks, or all of its `scores` where it has no such one.
    selectors : sequence of {"majority", "certain", "adaptive", "windows", "best_of_n", "weighted", "highest"}, optional
        When left out, those that the pilot's columns allow, but for "weighted": not every score is a weight. The votes
        that stop are `CertainRule()` ("certain"), `BetaRule(0.95)` ("adaptive") and `WindowRule(4)` ("windows"). For
        a reward: "majority", "best_of_n", and, only where it is named, "highest", a check that knows the reward.
    stop_early : bool
        Samples are drawn one after the other. For coverage, drawing stops at the first right one; for accuracy, votes
        that stop are options, too. Then k is the cap, and budget and cost are means over problems.
    prefer : {"cheaper", "highest"}
        For accuracy within a budget: the cheapest option that no other within it exceeds significantly, or the one
        with the highest estimate. The first loses differences that few problems cannot show; see `backtest`.
    level : float
        Of the intervals, and of the comparisons that decide, in (0, 1).
    rng : int or Generator
        For the folds of the cross-fitting, and for large weighted votes.
    executor : concurrent.futures.Executor, optional
        Works on several problems at once, of votes and best-of-N; results do not depend on it.

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
    **The rule.** For accuracy or reward within a budget, an option counts where its estimate is above that of every
    cheaper one. Of these the cheapest is taken that no other within the budget exceeds significantly: no
    `paired_interval` of their difference lies above 0. Neither condition loosens when the budget grows, so that more
    money never takes an option with a lower estimate or a lower cost (own derivation). Coverage and the highest reward
    never decrease with k, so for these the highest estimate itself is taken, at the least cost. For a target it is the
    cheapest option whose estimate reaches it.

    **The expected value.** The largest of several noisy estimates is biased upwards (the winner's curse). The expected
    value is therefore cross-fitted: 10 folds, repeated 5 times; on each held-out fold the choice that the rule makes
    from the other nine is evaluated. The interval is the envelope of two: `problem_interval` of these out-of-fold
    values and of the chosen option's own. The coverage of either alone is too low where many options are nearly equal.
    Where the choice does not depend on the data, the two are the same. What is affordable is settled by the mean costs
    of the whole pilot. The noise of the folds may put the expected value of a budget a little below that of a smaller
    one. It is left so: the largest of several budgets' values, or values made to rise with the budget (isotonic
    regression), would flatter the largest budget where more samples gain nothing.

    A plan for a target is only made where the pilot's estimate reaches it. Near the highest value that can be reached,
    this selects the pilots that overestimate, and cross-fitting within a pilot cannot correct that.

    **Votes that stop.** Their accuracy and expected samples are exact for each problem up to 2,000 counts of votes, and
    means over 500 random orders beyond (`capped_vote`); the noise of these is in the intervals. A vote that stops when
    its answer is certain costs no accuracy, so with it a budget never buys less.

    **Which verifier.** With several scores each selector that needs one is an option with each of them, and the options
    of all verifiers are compared as all others are: in pairs, on the same samples of the same problems, with each
    held-out fold evaluated under the verifier that the other nine choose. Cross-fitting thus counts that the verifier
    was chosen on the pilot, too. What stands
    without a verifier, a vote or else one sample, is always among the options.

    **Tokens.** Where a rule decides before each draw whether to draw, samples drawn independently cost their expected
    number times the mean cost of one, whatever lengths go with which answers (Wald's identity): so the cost of a vote
    that stops, and of coverage that does, needs no more than that for each problem.

    **Extrapolation.** For more samples than the pilot has, coverage is forecast from the pilot's own estimate: the
    fitted family gives the share of the problems unsolved there that k samples solve. So more samples never promise
    less. The interval is the envelope of two: that of `forecast`, which holds for any distribution of success
    probabilities that fits the pilot, and the family's own, shifted by as much in log-odds as the estimate differs from
    the family. Refused are a target that needs more than ten times the pilot's samples, and every forecast of accuracy
    or reward; for these, a budget that buys more samples than the pilot has is spent on the pilot's number.

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
    >>> half = SampleSet.from_columns({"problem": [i // 2 for i in range(80)], "reward": [0, 0.5, 0.5, 1] * 20})
    >>> found = plan(half, objective="reward", budget=2, selectors="highest", rng=0)
    >>> found.choice.k, found.choice.value
    (2, 0.75)
    """
    budget, for_problems = per_problem(pilot, budget, total_budget, for_problems)
    question = validate_request(
        pilot,
        name="pilot",
        objective=objective,
        target=target,
        budget=budget,
        cost=cost,
        scores=scores,
        selectors=selectors,
        stop_early=stop_early,
        prefer=prefer,
        level=level,
    )
    question = replace(question, for_problems=for_problems, total_budget=total_budget)
    rng = np.random.default_rng(rng)
    table = tabulate(pilot, question, candidate_ks(int(pilot.n.min()), objective), rng, executor)
    return _plan(pilot, table, question, rng)


def _plan(pilot: SampleSet, table: Table, question: Question, rng: np.random.Generator) -> Plan:
    choice, best, extrapolation = select_option(table, question, rng)
    target = question.target
    tokens, spending = _tokens(pilot, table, choice, question, rng)
    found = Plan(
        choice=choice,
        best=best,
        sure=None if target is None else cheapest_with_interval_above_target(table, question, target),
        compared=() if extrapolation is not None else alternatives(table, choice, best, question),
        objective=question.objective,
        target=target,
        budget=question.budget,
        cost=question.priced(choice.key).cost,
        stop_early=question.stop_early,
        level=question.level,
        problems=len(table.values),
        samples=table.end,
        extrapolates=choice.k / table.end,
        forecast=None if extrapolation is None else extrapolation.forecast,
        headline="",
        reasons=(),
        assumes=(),
        tokens=tokens,
        spending=spending,
        for_problems=question.for_problems,
        total_budget=question.total_budget,
    )
    why, conditions = tuple(reasons(found, table, question, extrapolation)), tuple(assumptions(found))
    return replace(found, headline=plan_headline(found), reasons=why, assumes=conditions)


def _tokens(
    pilot: SampleSet, table: Table, choice: Option, question: Question, rng: np.random.Generator
) -> tuple[float | None, SampleCost | None]:
    """Mean tokens a problem of the choice, and its spending where the number of samples is fixed and recorded."""
    counting = question.priced(choice.key).counting
    if counting is None:
        return None, None
    pilot, plain = pilot if choice.score is None else pilot.with_score(choice.score), replace(counting, prices=None)
    stops = choice.selector in STOPPING or (question.stop_early and choice.selector == "pass")
    if choice.k <= table.end and not stops:
        found, tokens = (sample_cost(pilot, choice.selector, choice.k, cost, rng=rng) for cost in (counting, plain))
        return float(tokens.mean[0]), found
    if counting.prices is None:
        return choice.cost, None
    if not stops:
        return float(mean_costs(pilot, plain).of(choice.selector, choice.k)), None
    if choice.k > table.end:
        return None, None
    # What a problem spends beyond its start says how many samples it draws.
    money, read = (_draw_and_start(row_costs(pilot, cost), choice.selector) for cost in (counting, plain))
    spent = table.spent[:, table.column(choice.key, choice.k)]
    drawn = (spent - money[1]) / money[0]
    return float((read[1] + drawn * read[0]).mean()), None


def _draw_and_start(rows: RowCosts, selector: str) -> tuple[np.ndarray, np.ndarray]:
    """What one draw of a problem costs, and what it costs once; a vote that stops pays no verifier."""
    if selector == "pass":
        return rows.mean(rows.make + rows.score), rows.start + rows.start_score
    return rows.mean(rows.make), rows.start

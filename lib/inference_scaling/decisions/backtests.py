"""Back-tests: plans made from pilots drawn from a recording, evaluated on the whole recording."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .._arguments import as_counts, one
from .._progress import heard_by, told
from ..estimates import IntervalWarning, TokenCost
from ..samples import SampleSet
from . import report
from .options import (
    RTOL,
    CostModel,
    Option,
    PlanError,
    Question,
    Table,
    candidate_ks,
    check_affordable,
    split_key,
    tabulate,
    validate_request,
)
from .records import Backtest
from .rule import lexicographic_argmin, select_option

__all__ = ["backtest"]

# Disjoint random subsamples of each problem; a pilot takes one of them at random for each of its problems.
SUBSAMPLES = 8
ROWS = ("values", "spent", "n", "c", "draw")


def backtest(
    samples: SampleSet,
    pilot_size: int,
    *,
    objective: str,
    target: float | None = None,
    budget: float | None = None,
    cost: CostModel | TokenCost | str | None = None,
    scores: Mapping[str, float] | Sequence[str] | None = None,
    selectors: Sequence[str] | str | None = None,
    stop_early: bool = False,
    prefer: str = "cheaper",
    level: float = 0.95,
    problems: int | None = None,
    repeats: int = 100,
    rng: np.random.Generator | int | None = None,
    executor: Executor | None = None,
) -> Backtest:
    """Plan from small pilots drawn from a larger recording, and evaluate the choices on all of it.

    Parameters
    ----------
    samples : SampleSet
        The recording.
    pilot_size : int
        Samples of each problem in a pilot: fewer than the recording has of any problem.
    objective, target, budget, cost, scores, selectors, stop_early, prefer, level
        As in `plan`.
    problems : int, optional
        Problems of a pilot, at least 2; as many as the recording has when left out.
    repeats : int
        Pilots pilot_problems, at least 1.
    rng : int or Generator
    executor : concurrent.futures.Executor, optional
        Works on several problems at once, of votes and best-of-N; results do not depend on it.

    Returns
    -------
    Backtest

    Raises
    ------
    PlanError
        When the budget buys no sample, or for coverage more samples than the recording can judge.
    ValueError
        Naming the argument and the value.

    Notes
    -----
    The resampling unit is the problem, with replacement: the recorded problems are the population. Each drawn problem
    brings a random subsample of its samples. The intervals are thus tested on what they are made for, new problems of
    the same kind. The true value of a choice is its exact estimate from all recorded samples of all recorded problems,
    a pilot's own among them: for pilots of half the recording or more, the coverage of the interval is therefore
    slightly overestimated. With a cost in tokens each pilot counts its own; only where it forecasts coverage beyond its
    samples, or says what a budget buys, are the mean lengths those of the recording.

    Examples
    --------
    >>> from inference_scaling.samples import SampleSet
    >>> recording = SampleSet.from_counts([40] * 30, [0, 10, 40] * 10)
    >>> found = backtest(recording, 8, objective="coverage", budget=16, repeats=20, rng=0)
    >>> found.best.k, round(found.best.value, 3), found.choices
    (16, 0.666, (('pass', 16, 1.0),))
    """
    question = validate_request(
        samples,
        name="samples",
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
    size = int(one("pilot_size", as_counts("pilot_size", pilot_size, least=1)))
    fewest = int(np.argmin(samples.n))
    if size >= samples.n[fewest]:
        raise ValueError(
            f"pilot_size = {size}: must be below the {samples.n[fewest]} samples of problem "
            f"{samples.problems[fewest]!r}, or nothing is left to judge by"
        )
    problems = len(samples.problems) if problems is None else problems
    pilot_problems = int(one("problems", as_counts("problems", problems, least=2)))
    repeats = int(one("repeats", as_counts("repeats", repeats, least=1)))
    rng = np.random.default_rng(rng)
    truth = _truth(samples, question, size, rng, executor)
    ks = candidate_ks(size, objective)
    pilots = [tabulate(part, question, ks, rng, executor) for part in _subsamples(samples, size, rng)]
    plans = [_run_pilot(pilots, truth, pilot_problems, question, rng) for _ in told(range(repeats), "pilots", repeats)]
    return _summary(plans, truth, size, pilot_problems, question)


def _subsamples(samples: SampleSet, size: int, rng: np.random.Generator) -> list[SampleSet]:
    """Random subsamples of `size` samples of each problem; disjoint as long as the samples last."""
    parts: list[SampleSet] = []
    start = np.repeat(np.cumsum(samples.n) - samples.n, samples.n)
    while len(parts) < SUBSAMPLES:
        order = shuffled_within(samples.problem, samples.n, rng)
        block = (np.arange(len(samples)) - start) // size
        for number in range(min(int(samples.n.min()) // size, SUBSAMPLES - len(parts))):
            parts.append(samples.take(order[block == number]))
    return parts


def shuffled_within(problem: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The rows of a table, problem by problem, those of each in random order: `np.lexsort` by a random key, quicker."""
    key = rng.random(problem.size)
    order = np.argsort(problem, kind="stable")
    start = np.cumsum(n) - n
    for size in np.unique(n).tolist():
        # The rows of all problems with so many samples, one problem below the other.
        at = start[n == size, None] + np.arange(size)
        mine = order[at]
        order[at] = np.take_along_axis(mine, np.argsort(key[mine], axis=1, kind="stable"), axis=1)
    return order


def _truth(
    samples: SampleSet, question: Question, size: int, rng: np.random.Generator, executor: Executor | None
) -> Table:
    """The options' values on the whole recording; an error where the budget buys more than was recorded."""
    end = int(samples.n.min())
    ks = np.union1d(candidate_ks(end, question.objective), candidate_ks(size, question.objective))
    truth = tabulate(samples, question, ks, rng, executor)
    check_affordable(truth, question)
    fixed = question.objective == "coverage" and question.target is None and not question.stop_early
    if fixed and question.cost.of("pass", end + 1) <= question.budget_limit:
        raise PlanError(
            f"budget = {question.budget:g}: buys more than the {end} recorded samples of a problem, which is all that "
            "can judge a plan"
        )
    return truth


class _PilotOutcome(NamedTuple):
    """One pilot's choice and highest estimate, and their values on the recording; None for a k above its size."""

    taken: Option
    highest: Option
    reached: Option | None
    highest_reached: Option | None


class _Evaluated(NamedTuple):
    """A `_PilotOutcome` whose choices the recording can evaluate."""

    taken: Option
    highest: Option
    reached: Option
    highest_reached: Option


def _picked(parts: list[np.ndarray], part: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Of each pair of a part and a row, that row; the parts are not put together, which would hold them twice."""
    found = np.empty((part.size, *parts[0].shape[1:]), parts[0].dtype)
    for number, one_part in enumerate(parts):
        mine = part == number
        found[mine] = one_part[row[mine]]
    return found


def _run_pilot(
    pilots: list[Table], truth: Table, pilot_problems: int, question: Question, rng: np.random.Generator
) -> _PilotOutcome | None:
    """Draw a pilot and plan from it; None where it gives no plan."""
    problem, part = rng.integers(len(truth.values), size=pilot_problems), rng.integers(len(pilots), size=pilot_problems)
    rows = {name: _picked([getattr(each, name) for each in pilots], part, problem) for name in ROWS}
    table = Table(pilots[0].selector, pilots[0].k, **rows)
    try:
        with warnings.catch_warnings(), heard_by(None):
            warnings.simplefilter("ignore", IntervalWarning)
            taken, highest, _ = select_option(table, question, rng)
    except PlanError:
        return None
    return _PilotOutcome(taken, highest, _on_the_recording(truth, taken), _on_the_recording(truth, highest))


def _on_the_recording(truth: Table, option: Option) -> Option | None:
    return None if option.k > truth.end else _recorded_option(truth, truth.column(option.key, option.k))


def _recorded_option(truth: Table, at: int) -> Option:
    value = float(truth.values[:, at].mean())
    (selector, score), cost = split_key(truth.selector[at]), float(truth.spent[:, at].mean())
    return Option(selector, int(truth.k[at]), cost, value, value, value, value, score)


def _best_fixed(truth: Table, question: Question, most: int) -> Option | None:
    value, cost = truth.values.mean(axis=0), truth.spent.mean(axis=0) / question.cost.generate
    inside = (truth.k <= most) & (cost * question.cost.generate <= question.budget_limit)
    if question.target is None:
        return _recorded_option(truth, lexicographic_argmin(inside, -value, cost))
    inside &= value >= question.target - RTOL
    return _recorded_option(truth, lexicographic_argmin(inside, cost, -value)) if inside.any() else None


def _evaluated(outcome: _PilotOutcome) -> _Evaluated | None:
    if outcome.reached is None or outcome.highest_reached is None:
        return None
    return _Evaluated(outcome.taken, outcome.highest, outcome.reached, outcome.highest_reached)


def _summary(
    outcomes: list[_PilotOutcome | None], truth: Table, size: int, pilot_problems: int, question: Question
) -> Backtest:
    plans = [each for each in outcomes if each is not None]
    seen = [each for each in map(_evaluated, plans) if each is not None]
    target = question.target
    best = _best_fixed(truth, question, truth.end if question.objective == "coverage" else size)
    reached, spent = _mean([each.reached.value for each in seen]), _mean([each.reached.cost for each in seen])
    regret = math.nan
    if best is not None:
        regret = best.value - reached if target is None else spent - best.cost
    chosen = Counter((each.taken.key, each.taken.k) for each in seen)
    found = Backtest(
        expected=_mean([each.taken.value for each in seen]),
        reached=reached,
        held=_mean([each.taken.low - RTOL <= each.reached.value <= each.taken.high + RTOL for each in seen]),
        spent=spent,
        regret=regret,
        on_target=math.nan if target is None else _mean([each.reached.value >= target - RTOL for each in seen]),
        best=best,
        uncapped=_best_fixed(truth, question, truth.end),
        highest_expected=_mean([each.highest.estimate for each in seen]),
        highest_reached=_mean([each.highest_reached.value for each in seen]),
        highest_spent=_mean([each.highest_reached.cost for each in seen]),
        choices=tuple((name, k, count / len(seen)) for (name, k), count in chosen.most_common()),
        refused=1 - len(plans) / len(outcomes),
        unjudged=(len(plans) - len(seen)) / len(outcomes),
        pilot_size=size,
        problems=pilot_problems,
        repeats=len(outcomes),
        objective=question.objective,
        target=target,
        budget=question.budget,
        stop_early=question.stop_early,
        level=question.level,
        headline="",
        outcome=(),
        unit=question.cost.unit,
    )
    return replace(found, headline=report.backtest_headline(found), outcome=tuple(report.backtest_outcome(found)))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan

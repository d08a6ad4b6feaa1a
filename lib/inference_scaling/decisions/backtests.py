"""Plans played on a recording, where it is known what they would have reached."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .._arguments import as_counts, one
from ..estimates import IntervalWarning
from ..samples import SampleSet
from . import report
from .options import SLACK, CostModel, Option, PlanError, Question, Table, ask, check_affordable, tabulate, tries_of
from .records import Backtest
from .rule import first_of, taken_by

__all__ = ["backtest"]

# A pilot's samples of a problem are one of so many parts.
SPLITS = 8
ROWS = ("values", "spent", "n", "c")


def backtest(
    samples: SampleSet,
    pilot_size: int,
    *,
    objective: str,
    target: float | None = None,
    budget: float | None = None,
    cost: CostModel | None = None,
    selectors: Sequence[str] | str | None = None,
    stop_early: bool = False,
    prefer: str = "cheaper",
    level: float = 0.95,
    problems: int | None = None,
    repeats: int = 100,
    rng: np.random.Generator | int | None = None,
) -> Backtest:
    """Play plans from small pilots on a larger recording, and say what they would really have reached.

    Parameters
    ----------
    samples : SampleSet
        The recording.
    pilot_size : int
        Samples of each problem in a pilot: fewer than the recording has of any problem.
    objective, target, budget, cost, selectors, stop_early, prefer, level
        As in `plan`.
    problems : int, optional
        Problems of a pilot, at least 2; as many as the recording has when left out.
    repeats : int
        Pilots drawn, at least 1.
    rng : int or Generator

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
    The recorded problems stand for all problems there are: each pilot draws its problems from them, with
    replacement, and a random part of the samples of each. So the intervals are put to the test that they are made
    for, other problems of the same kind. What a choice really reaches is its exact estimate from all
    recorded samples of all recorded problems, a pilot's own among them: with pilots of half the recording and more the
    interval seems to hold a little more often than it would.

    Examples
    --------
    >>> from inference_scaling.samples import SampleSet
    >>> recording = SampleSet.from_counts([40] * 30, [0, 10, 40] * 10)
    >>> found = backtest(recording, 8, objective="coverage", budget=16, repeats=20, rng=0)
    >>> found.best.k, round(found.best.value, 3), found.choices
    (16, 0.666, (('pass', 16, 1.0),))
    """
    question = ask(samples, objective, target, budget, cost, selectors, stop_early, prefer, level, "samples")
    size = int(one("pilot_size", as_counts("pilot_size", pilot_size, least=1)))
    fewest = int(np.argmin(samples.n))
    if size >= samples.n[fewest]:
        raise ValueError(
            f"pilot_size = {size}: must be below the {samples.n[fewest]} samples of problem "
            f"{samples.problems[fewest]!r}, or nothing is left to judge by"
        )
    problems = len(samples.problems) if problems is None else problems
    drawn = int(one("problems", as_counts("problems", problems, least=2)))
    repeats = int(one("repeats", as_counts("repeats", repeats, least=1)))
    rng = np.random.default_rng(rng)
    truth = _truth(samples, question, size, rng)
    pilots = [tabulate(part, question, tries_of(size, objective), rng) for part in _parts(samples, size, rng)]
    plans = [_play(pilots, truth, drawn, question, rng) for _ in range(repeats)]
    return _summary(plans, truth, size, drawn, question)


def _parts(samples: SampleSet, size: int, rng: np.random.Generator) -> list[SampleSet]:
    """Random parts of `size` samples a problem; disjoint as long as the samples last."""
    parts: list[SampleSet] = []
    start = np.repeat(np.cumsum(samples.n) - samples.n, samples.n)
    while len(parts) < SPLITS:
        order = np.lexsort([rng.random(len(samples)), samples.problem])
        block = (np.arange(len(samples)) - start) // size
        for number in range(min(int(samples.n.min()) // size, SPLITS - len(parts))):
            rows = order[block == number]
            parts.append(
                SampleSet(
                    problem=samples.problem[rows],
                    correct=samples.correct[rows],
                    problems=samples.problems,
                    answer=None if samples.answer is None else samples.answer[rows],
                    answers=samples.answers,
                    score=None if samples.score is None else samples.score[rows],
                )
            )
    return parts


def _truth(samples: SampleSet, question: Question, size: int, rng: np.random.Generator) -> Table:
    """What every option reaches on the whole recording; refused where the budget asks for more than that."""
    end = int(samples.n.min())
    tries = np.union1d(tries_of(end, question.objective), tries_of(size, question.objective))
    truth = tabulate(samples, question, tries, rng)
    check_affordable(truth, question)
    fixed = question.objective == "coverage" and question.target is None and not question.stop_early
    if fixed and question.cost.of("pass", end + 1) <= question.within:
        raise PlanError(
            f"budget = {question.budget:g}: buys more than the {end} recorded samples of a problem, which is all that "
            "can judge a plan"
        )
    return truth


class _Played(NamedTuple):
    """The plan of one pilot, and what its options really reach; None where the recording cannot say."""

    taken: Option
    highest: Option
    reached: Option | None
    highest_reached: Option | None


def _play(
    pilots: list[Table], truth: Table, drawn: int, question: Question, rng: np.random.Generator
) -> _Played | None:
    """Draw a pilot's problems, and for each the part of its samples, and plan from them."""
    problem, part = rng.integers(len(truth.values), size=drawn), rng.integers(len(pilots), size=drawn)
    rows = {name: np.array([getattr(each, name) for each in pilots])[part, problem] for name in ROWS}
    table = Table(pilots[0].selector, pilots[0].k, **rows)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IntervalWarning)
            taken, highest, _ = taken_by(table, question, rng)
    except PlanError:
        return None
    return _Played(taken, highest, _really(truth, taken), _really(truth, highest))


def _really(truth: Table, option: Option) -> Option | None:
    return None if option.k > truth.end else _fixed(truth, truth.column(option.selector, option.k))


def _fixed(truth: Table, at: int) -> Option:
    value = float(truth.values[:, at].mean())
    return Option(truth.selector[at], int(truth.k[at]), float(truth.spent[:, at].mean()), value, value, value, value)


def _best_fixed(truth: Table, question: Question, most: int) -> Option | None:
    value, cost = truth.values.mean(axis=0), truth.spent.mean(axis=0) / question.cost.generate
    inside = (truth.k <= most) & (cost * question.cost.generate <= question.within)
    if question.target is None:
        return _fixed(truth, first_of(inside, -value, cost))
    inside &= value >= question.target - SLACK
    return _fixed(truth, first_of(inside, cost, -value)) if inside.any() else None


def _summary(played: list[_Played | None], truth: Table, size: int, drawn: int, question: Question) -> Backtest:
    plans = [each for each in played if each is not None]
    seen = [each for each in plans if each.reached is not None]
    target = question.target
    best = _best_fixed(truth, question, truth.end if question.objective == "coverage" else size)
    reached, spent = _mean([each.reached.value for each in seen]), _mean([each.reached.cost for each in seen])
    regret = math.nan
    if best is not None:
        regret = best.value - reached if target is None else spent - best.cost
    chosen = Counter((each.taken.selector, each.taken.k) for each in seen)
    found = Backtest(
        expected=_mean([each.taken.value for each in seen]),
        reached=reached,
        held=_mean([each.taken.low - SLACK <= each.reached.value <= each.taken.high + SLACK for each in seen]),
        spent=spent,
        regret=regret,
        on_target=math.nan if target is None else _mean([each.reached.value >= target - SLACK for each in seen]),
        best=best,
        uncapped=_best_fixed(truth, question, truth.end),
        highest_expected=_mean([each.highest.estimate for each in seen]),
        highest_reached=_mean([each.highest_reached.value for each in seen]),
        highest_spent=_mean([each.highest_reached.cost for each in seen]),
        choices=tuple((name, k, count / len(seen)) for (name, k), count in chosen.most_common()),
        refused=1 - len(plans) / len(played),
        unjudged=(len(plans) - len(seen)) / len(played),
        pilot_size=size,
        problems=drawn,
        repeats=len(played),
        objective=question.objective,
        target=target,
        budget=question.budget,
        stop_early=question.stop_early,
        level=question.level,
        headline="",
        outcome=(),
    )
    return replace(found, headline=report.played(found), outcome=tuple(report.outcome(found)))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan

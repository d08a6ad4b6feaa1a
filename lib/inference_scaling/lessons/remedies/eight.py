"""The three pools of the lesson on eight remedies, each with what the remedies ask of it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ... import estimates, figures
from ...decisions import RemedyTable
from ...estimates import Difference
from ...samples import SampleSet
from ...sources import reasoner, recorded

__all__ = ["PoolToMend", "against_best", "against_chance", "programs", "solutions", "sums"]

# Sums, and recorded solutions of each: a part of what the Laboratory draws, so that a page can try everything.
SUMS, SOLUTIONS = 200, 64


class PoolToMend(NamedTuple):
    """Samples with a score, and what else is known of each sample; None where it is not."""

    samples: SampleSet
    second: np.ndarray | None = None
    uncertainty: np.ndarray | None = None


def programs() -> PoolToMend:
    """Programs for HumanEval by the share of their own tests that they pass; the second check prefers short ones."""
    samples = recorded.load("humaneval_codet")
    written = np.maximum(recorded.table("humaneval_codet_problems")["n_tests"], 1)
    assert samples.score is not None
    shorter = recorded.load("humaneval_codet", score="-n_chars").score
    return PoolToMend(replace(samples, score=samples.score / written[samples.problem]), shorter)


def sums() -> PoolToMend:
    """Sums of the small reasoner by its ORM; the second check is its PRM.

    The ORM is less certain the more seldom it saw the rarest digit group of a solution in training.
    """
    lab = reasoner.load(reasoner.Config(seed=14))
    problems = reasoner.draw_problems(SUMS, np.random.default_rng([14, 1]))
    solved = lab.reasoner.draw(problems, SOLUTIONS, np.random.default_rng([14, 2]))
    seen = np.where(solved.steps >= 0, lab.orm.rarest(solved), np.iinfo(np.int32).max).min(axis=2)
    samples = solved.samples(score=lab.orm.score(solved))
    return PoolToMend(samples, lab.prm.score(solved).ravel(), (1 / np.sqrt(1.0 + seen)).ravel())


def solutions() -> PoolToMend:
    """Solutions of forty MATH-500 problems by a process reward model of the same size; nothing else is known."""
    return PoolToMend(recorded.load("math_prm"))


def against_best(samples: SampleSet, table: RemedyTable, *, finding: str, **numbers: float) -> figures.Figure:
    """Return what each remedy of the table, and one sample at random as the control, gains over best-of-N.

    Parameters
    ----------
    samples : SampleSet
        Those from which the table was made.
    table : RemedyTable
    finding : str
        The sentence of the figure; it may use the numbers given.

    Returns
    -------
    Figure
        Mean differences over problems with their intervals; each name says how many samples are drawn on average.
    """
    best = estimates.curve(samples, "best_of_n", table.k).per_problem[:, 0]
    one = estimates.curve(samples, "pass", 1).per_problem[:, 0]
    shown = {f"{row.name}, {_drawn(row.draws)}": row.over_best for row in table.rows if row.applies}
    control = f"at random, {_drawn(1)}"
    shown[control] = estimates.paired_interval(one, best, level=table.level)
    return _bars(shown, control, f"share right, minus best-of-{table.k}", finding, numbers)


def against_chance(table: RemedyTable, *, finding: str, **numbers: float) -> figures.Figure:
    """Return what each remedy of the table gains over itself with a parameter drawn at random."""
    shown = {row.name: row.over_chance for row in table.rows if row.applies}
    return _bars(shown, None, "share right, minus a random parameter", finding, numbers)


def _drawn(draws: float) -> str:
    return f"{draws:.1f}".removesuffix(".0") + (" draw" if draws == 1 else " draws")


def _bars(
    shown: dict[str, Difference], control: str | None, label: str, finding: str, numbers: dict[str, float]
) -> figures.Figure:
    return figures.bars(
        {name: found.value for name, found in shown.items()},
        low={name: found.low for name, found in shown.items()},
        high={name: found.high for name, found in shown.items()},
        roles={name: "control" if name == control else "verifier" for name in shown},
        y_label=label,
        finding=finding,
        **numbers,
    )

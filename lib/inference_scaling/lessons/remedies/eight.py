"""The three pools of the lesson on eight remedies, each with what the remedies ask of it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ...samples import SampleSet
from ...sources import reasoner, recorded

__all__ = ["PoolToMend", "programs", "solutions", "sums"]

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
    """Solutions of forty MATH-500 problems by a large process reward model; nothing else is known of them."""
    return PoolToMend(recorded.load("math_prm"))

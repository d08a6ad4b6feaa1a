"""Direct answers and answers after a chain of thought on the same problems: changes over contest questions, and a blind
control that is as undecided as the chain and knows nothing more.
"""

from __future__ import annotations

from functools import cache
from math import comb
from typing import NamedTuple

import numpy as np

from ...estimates import Difference, paired_interval, pass_at_k, pass_hat_k
from ...sources import recorded

__all__ = ["SAMPLES", "Change", "Pair", "blurred", "blurring", "changes", "models", "pair"]

SAMPLES = 10


class Pair(NamedTuple):
    """One model's right answers of ten on each problem, both ways, and the contest question of each problem."""

    direct: np.ndarray
    chain: np.ndarray
    question: list[int]


class Change(NamedTuple):
    """With a chain minus without: one answer right, one of ten, all ten, and how often two answers disagree."""

    one: Difference
    some: Difference
    every: Difference
    disagree: Difference


def models() -> list[str]:
    """Return the names of the thirty models, in the order of the table.

    Examples
    --------
    >>> len(models()), "GPT-3.5-Turbo-0301" in models()
    (30, True)
    """
    return list(dict.fromkeys(recorded.table("direct_against_chain")["model"].tolist()))


@cache
def pair(model: str) -> Pair:
    """Return one model's counts, for the problems that were answered both ways.

    Raises
    ------
    ValueError
        For an unknown model; the message lists the known ones.

    Examples
    --------
    >>> both = pair("GPT-3.5-Turbo-0301")
    >>> len(both.question), len(set(both.question))
    (479, 92)
    """
    direct, chain = (recorded.load(f"{way}/{model}") for way in ("direct", "chain"))
    table = recorded.table("direct_against_chain")
    question = dict(zip(table["problem"].tolist(), table["question"].tolist(), strict=True))
    return Pair(direct.c, chain.c, [question[int(problem)] for problem in direct.problems])


def changes(model: str) -> Change:
    """Return what a chain of thought changes for one model, with intervals over contest questions.

    Examples
    --------
    >>> found = changes("GPT-3.5-Turbo-0301")
    >>> round(found.one.value, 3), round(found.some.value, 3), round(found.every.value, 3)
    (-0.001, 0.217, -0.163)
    """
    both, n = pair(model), SAMPLES
    measured = (
        lambda c: c / n,
        lambda c: pass_at_k(n, c, n),
        lambda c: pass_hat_k(n, c, n),
        lambda c: 2 * c * (n - c) / (n * (n - 1)),
    )
    return Change(*(paired_interval(of(both.chain), of(both.direct), unit=both.question) for of in measured))


def blurring(both: Pair) -> float:
    """Return the share of direct answers to replace at random so that they go together as little as those of a chain.

    An answer that is replaced is right with the mean chance of all problems. That moves each chance p towards the mean,
    p' = (1 - share) p + share * mean, and multiplies the correlation of two answers of one problem by (1 - share)^2.
    Where answers after a chain go together more, there is nothing to blur: 0.

    Examples
    --------
    >>> round(blurring(pair("GPT-3.5-Turbo-0301")), 3), blurring(pair("Claude-3-Haiku"))
    (0.184, 0.0)
    """
    direct, chain = (_correlation(c) for c in (both.direct, both.chain))
    return max(0.0, 1 - float(np.sqrt(chain / direct)))


def _correlation(c: np.ndarray) -> float:
    """Correlation of two answers of one problem: the variance of p over that of one answer."""
    mean = float(c.mean()) / SAMPLES
    both_right = float(pass_hat_k(SAMPLES, c, 2).mean())
    return (both_right - mean**2) / (mean * (1 - mean))


def blurred(c: np.ndarray, share: float, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pass@k and pass^k of each problem after a share of its answers was replaced at random.

    Exact and without bias given the mean: how many of the k are replaced is binomial, and the others are a set of the
    recorded ones.

    Parameters
    ----------
    c : ndarray, shape (problems,)
        Right of ten.
    share : float
        Of the answers that are replaced, in [0, 1].
    k : int
        From 1 to 10.

    Returns
    -------
    some, every : ndarray, shape (problems,)

    Examples
    --------
    >>> some, every = blurred(np.array([0, 10]), 1.0, 2)
    >>> some.tolist(), every.tolist()
    ([0.75, 0.75], [0.25, 0.25])
    """
    mean = float(c.mean()) / SAMPLES
    failed, every = np.zeros(len(c)), np.zeros(len(c))
    for replaced in range(k + 1):
        kept = k - replaced
        weight = comb(k, replaced) * share**replaced * (1 - share) ** kept
        # None kept: an empty set of answers is all wrong and all right.
        wrong, right = (pass_hat_k(SAMPLES, SAMPLES - c, kept), pass_hat_k(SAMPLES, c, kept)) if kept else (1.0, 1.0)
        failed += weight * wrong * (1 - mean) ** replaced
        every += weight * right * mean**replaced
    return 1 - failed, every

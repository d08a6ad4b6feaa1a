"""What k of one problem's samples reach, from what an evaluation tool knows of each: credit, answer, score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..estimates import best_of_n_reward, majority_reward, pass_at_k, pass_hat_k
from ..samples.answers import answer_label, encode
from ..samples.spellings import Same, merged

__all__ = ["best_of", "majority", "pass_at", "pass_hat"]

Credit = Sequence[float]


def pass_at(credit: Credit, k: int, at_least: float = 1.0) -> float:
    """Return pass@k of one problem.

    Parameters
    ----------
    credit : sequence of float, shape (samples,)
    k : int
        At most the number of samples.
    at_least : float
        The lowest credit that is right.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a k that is no whole number from 1 to the number of samples.

    Examples
    --------
    >>> pass_at([1, 0.5, 0, 0], 2), pass_at([1, 0.5, 0, 0], 2, at_least=0.5).__round__(4)
    (0.5, 0.8333)
    """
    return _counted(pass_at_k, credit, k, at_least)


def pass_hat(credit: Credit, k: int, at_least: float = 1.0) -> float:
    """Return pass^k of one problem, the chance that all of k samples are right; arguments as for `pass_at`.

    Examples
    --------
    >>> pass_hat([1, 1, 0, 0], 2).__round__(4)
    0.1667
    """
    return _counted(pass_hat_k, credit, k, at_least)


def _counted(estimate: Callable[..., Any], credit: Credit, k: int, at_least: float) -> float:
    worth = np.asarray(credit, dtype=float)
    return float(estimate(worth.size, int((worth >= at_least).sum()), k))


def majority(credit: Credit, answers: Sequence[str | None], k: int | None = None, same: Same = ()) -> float:
    """Return the mean credit of the most frequent answer of k samples; ties share.

    Parameters
    ----------
    credit : sequence of float, shape (samples,)
        From 0 to 1. An answer whose samples differ in it counts with their mean.
    answers : sequence of str or None, shape (samples,)
        A sample without an answer casts no vote.
    k : int, optional
        All samples when left out.
    same : str, callable or sequence of these
        Which answers mean the same, as in `SampleSet.with_same_answers`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a credit outside [0, 1], an unknown rule, or a k that is no whole number from 1 to the number of samples.

    Examples
    --------
    >>> majority([1, 1, 0, 0], ["1/2", "0.5", "3", "3"])
    0.0
    >>> majority([1, 1, 0, 0], ["1/2", "0.5", "3", "3"], same="fraction").__round__(4)
    0.5
    """
    codes, labels = encode(answers, answer_label)
    for rule in [same] if isinstance(same, str) or callable(same) else same:
        codes, labels = merged(rule, np.zeros(len(answers), np.intp), codes, labels)
    return float(majority_reward(codes, credit, len(answers) if k is None else k))


def best_of(credit: Credit, scores: Sequence[float], k: int | None = None) -> float:
    """Return the mean credit of the best-scored of k samples; equal scores share.

    Parameters
    ----------
    credit : sequence of float, shape (samples,)
        From 0 to 1.
    scores : sequence of float, shape (samples,)
        Higher is better; finite.
    k : int, optional
        All samples when left out.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a credit outside [0, 1], a score that is not finite, or a k that is no whole number from 1 to the number of
        samples.

    Examples
    --------
    >>> best_of([1, 0, 0], [0.2, 0.9, 0.1], 2).__round__(4)
    0.3333
    """
    return float(best_of_n_reward(credit, scores, len(scores) if k is None else k))

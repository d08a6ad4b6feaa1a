"""Metrics for lm-evaluation-harness: pass@k, pass^k, a vote and best-of-N over the `repeats` of a problem.

A task file names them as ``metric: !function inference_scaling.plugins.lm_eval.pass_at``, after a filter that keeps all
responses, as `take_first_k` does. Each returns a value for a problem and every k, so that ``aggregation: mean`` is the
mean over problems, with the harness's standard error over problems beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..samples.errors import short
from ..sources.logs.judges import Judge, verdict
from . import pools

__all__ = ["best_of", "majority", "pass_at", "pass_hat"]

# What the harness's filter `regex` leaves where it matched nothing.
NO_MATCH = "[invalid]"
_K = int | Sequence[int]


def pass_at(
    references: Sequence[Any], predictions: Sequence[Any], *, k: _K, judge: Judge = "exact"
) -> dict[str, float]:
    """Return pass@k of one problem, under the names "pass@1", "pass@4", ….

    Parameters
    ----------
    references : sequence of one reference answer
        As the harness hands it over.
    predictions : sequence of one list of str
        All responses of the problem, as the task's filter leaves them.
    k : int or sequence of int
        From 1 to the number of responses.
    judge : str or callable
        "exact", "last-number", "boxed" or "choice", as in `sources.logs.read`; or a function of a response and the
        reference answer, in the task file ``judge: !function utils.is_right``.

    Returns
    -------
    dict of str to float

    Raises
    ------
    ValueError
        Where one response was kept and not a list, for a k beyond them, and for a judge that is unknown or fails.

    Examples
    --------
    >>> pass_at(references=["12"], predictions=[["12", "12", "7", "[invalid]"]], k=[1, 2])
    {'pass@1': 0.5, 'pass@2': 0.8333333333333334}
    """
    credit, _, _ = _judged(references, predictions, judge)
    return {f"pass@{one}": pools.pass_at(credit, one) for one in _points(k, len(credit))}


def pass_hat(
    references: Sequence[Any], predictions: Sequence[Any], *, k: _K, judge: Judge = "exact"
) -> dict[str, float]:
    """Return pass^k of one problem, under the names "pass^1", "pass^4", …; arguments as for `pass_at`.

    Examples
    --------
    >>> pass_hat(references=[12], predictions=[["12", "12", "7", "9"]], k=[1, 2])
    {'pass^1': 0.5, 'pass^2': 0.16666666666666666}
    """
    credit, _, _ = _judged(references, predictions, judge)
    return {f"pass^{one}": pools.pass_hat(credit, one) for one in _points(k, len(credit))}


def majority(
    references: Sequence[Any], predictions: Sequence[Any], *, k: _K, judge: Judge = "exact"
) -> dict[str, float]:
    """Return the accuracy of a vote of k responses, under the names "majority@1", "majority@4", ….

    Arguments as for `pass_at`. The votes are for what the judge takes for the answer: "last-number" for the number. A
    function may return a pair, whether the response is right and its answer; else the whole response is. A response
    without an answer, or ``[invalid]``, casts no vote.

    Examples
    --------
    >>> majority(["12"], [["so 12", "is 12.0", "7", "?"]], k=[1, 3], judge="last-number")
    {'majority@1': 0.5, 'majority@3': 0.75}
    """
    credit, answers, _ = _judged(references, predictions, judge)
    return {f"majority@{one}": pools.majority(credit, answers, one) for one in _points(k, len(credit))}


def best_of(
    references: Sequence[Any],
    predictions: Sequence[Any],
    *,
    k: _K,
    score: Callable[[str], float],
    judge: Judge = "exact",
) -> dict[str, float]:
    """Return the accuracy of the best-scored of k responses, under the names "best-of-1", "best-of-4", ….

    Parameters
    ----------
    references, predictions, k, judge
        As for `pass_at`.
    score : callable
        A function of a response that returns a finite number, higher is better: ``score: !function utils.score``. The
        harness itself keeps no score of a response.

    Returns
    -------
    dict of str to float

    Raises
    ------
    ValueError
        As `pass_at`, and for a score that is no finite number.

    Examples
    --------
    >>> best_of(["12"], [["12", "it is 12", "7"]], k=2, score=len, judge="last-number")
    {'best-of-2': 1.0}
    """
    credit, _, responses = _judged(references, predictions, judge)
    if not callable(score):
        raise ValueError(f"score is {short(score)}: must be a function, in a task file `score: !function utils.score`")
    scores = [_number(score(response), response) for response in responses]
    return {f"best-of-{one}": pools.best_of(credit, scores, one) for one in _points(k, len(credit))}


def _judged(
    references: Sequence[Any], predictions: Sequence[Any], judge: Judge
) -> tuple[list[float], list[str | None], list[str]]:
    """Credit, answer and text of each response."""
    (responses,) = predictions
    if isinstance(responses, str):
        raise ValueError(
            f"one response, {short(responses)}, is left of the problem: a filter of the task must keep all, as "
            "filter_list: [{name: all, filter: [{function: take_first_k, k: 8}]}] does for repeats: 8"
        )
    targets = [str(one) for one in references]
    judge = _with_answer(judge) if callable(judge) else judge
    found = [
        (False, None) if response == NO_MATCH else verdict(judge, response, targets, f"response {i}")
        for i, response in enumerate(responses)
    ]
    return [float(right) for right, _ in found], [answer for _, answer in found], list(responses)


def _with_answer(judge: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    """A judge that says nothing of the answer takes the whole response for it."""

    def asked(response: str, target: str) -> Any:
        said = judge(response, target)
        return said if isinstance(said, tuple) else (said, response)

    return asked


def _points(k: _K, most: int) -> list[int]:
    asked = [k] if isinstance(k, (int, float, str)) else list(k)
    for one in asked:
        if isinstance(one, bool) or not isinstance(one, int) or not 1 <= one <= most:
            raise ValueError(
                f"k = {one!r}: must be a whole number from 1 to {most}, the responses of the problem (`repeats` of the "
                "task, and what its filter keeps)"
            )
    return sorted(set(asked))


def _number(value: Any, response: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"score of {short(response)} is {short(value)}: must be a finite number")
    return float(value)

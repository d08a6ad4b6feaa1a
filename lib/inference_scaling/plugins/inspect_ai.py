"""Reducers for Inspect: pass@k, pass^k, a vote and best-of-N over the epochs of a sample.

A task names them as ``Epochs(8, ["inference_scaling/pass_at_4", "inference_scaling/majority_8"])``: Inspect finds them
by the package's entry point. With arguments beside k: ``Epochs(8, majority(4, same="fraction"))``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from operator import itemgetter
from typing import Any

from ..samples.errors import short
from ..samples.spellings import Same
from . import pools

__all__ = ["best_of", "majority", "pass_at", "pass_hat"]

# What a reducer says of one problem: from the credit of its scored epochs and their scores, all in one order.
_Statistic = Callable[[list[float], list[Any]], float]
_FACTORIES: dict[str, Callable[..., Any]] = {}


@lru_cache(maxsize=1)
def _registered() -> dict[str, Callable[..., Any]]:
    """The reducers as Inspect knows them: it looks them up by name, and writes name and arguments into its log."""
    from inspect_ai.scorer import score_reducer

    return {name: score_reducer(name=f"{__name__.partition('.')[0]}/{name}")(make) for name, make in _FACTORIES.items()}


def __getattr__(name: str) -> Any:
    # What the entry point names: Inspect loads it when a task asks for a reducer of this package.
    if name == "reducers":
        return _registered()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _reducer(factory: Callable[..., Any]) -> Callable[..., Any]:
    _FACTORIES[factory.__name__] = factory

    @wraps(factory)
    def make(*arguments: Any, **named: Any) -> Any:
        return _registered()[factory.__name__](*arguments, **named)

    return make


@_reducer
def pass_at(k: int, at_least: float = 1.0, value_to_float: Callable[[Any], float] | None = None) -> Any:
    """Return the reducer of pass@k: the chance that at least one of k epochs is right.

    Parameters
    ----------
    k : int
        A sample with fewer scored epochs is left unscored.
    at_least : float
        The lowest value that is right, where a score is a number or a partial credit ("P" is 0.5).
    value_to_float : callable, optional
        What turns the value of a score into a number; Inspect's own when left out.

    Returns
    -------
    an Inspect ScoreReducer
    """
    return _over_epochs("pass_at", lambda credit, _: pools.pass_at(credit, k, at_least), k, value_to_float)


@_reducer
def pass_hat(k: int, at_least: float = 1.0, value_to_float: Callable[[Any], float] | None = None) -> Any:
    """Return the reducer of pass^k: the chance that all of k epochs are right; arguments as for `pass_at`."""
    return _over_epochs("pass_hat", lambda credit, _: pools.pass_hat(credit, k, at_least), k, value_to_float)


@_reducer
def majority(k: int | None = None, same: Same = (), value_to_float: Callable[[Any], float] | None = None) -> Any:
    """Return the reducer of a vote: the mean credit of the most frequent answer of k epochs.

    Parameters
    ----------
    k : int, optional
        All scored epochs of a sample when left out; a sample with fewer is left unscored.
    same : str, callable or sequence of these
        Which answers mean the same, as in `SampleSet.with_same_answers`: "number", ["boxed", "fraction"].
    value_to_float : callable, optional
        As for `pass_at`.

    Returns
    -------
    an Inspect ScoreReducer

    Raises
    ------
    ValueError
        When it reduces: where no epoch has an `answer`, which the vote is over.
    """

    def vote(credit: list[float], scores: list[Any]) -> float:
        answers = [score.answer for score in scores]
        if all(answer is None for answer in answers):
            raise ValueError(
                "majority: no score of this sample has an answer to vote with; the scorer must set Score(answer=…)"
            )
        return pools.majority(credit, answers, k, same)

    return _over_epochs("majority", vote, k, value_to_float)


@_reducer
def best_of(k: int | None = None, score: str = "score", value_to_float: Callable[[Any], float] | None = None) -> Any:
    """Return the reducer of best-of-N: the mean credit of the best-scored of k epochs.

    Parameters
    ----------
    k : int, optional
        All scored epochs of a sample when left out; a sample with fewer is left unscored.
    score : str
        The entry of a score's `metadata` that ranks the epochs, a number: that of a reward model, or a mean
        log-probability. Higher is better.
    value_to_float : callable, optional
        As for `pass_at`.

    Returns
    -------
    an Inspect ScoreReducer

    Raises
    ------
    ValueError
        When it reduces: where an epoch has no such number.
    """
    return _over_epochs(
        "best_of",
        lambda credit, scores: pools.best_of(credit, [_rank(one, score) for one in scores], k),
        k,
        value_to_float,
    )


def _rank(one: Any, name: str) -> float:
    held = one.metadata or {}
    if name not in held:
        found = ", ".join(map(repr, held)) or "nothing"
        raise ValueError(
            f"best_of: the metadata of a score holds {found}, and no {name!r} to rank epochs by; the scorer must set "
            f"Score(metadata={{{name!r}: …}})"
        )
    value = held[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"best_of: {name!r} in the metadata of a score is {short(value)}: must be a finite number")
    return float(value)


def _over_epochs(
    name: str, statistic: _Statistic, k: int | None, value_to_float: Callable[[Any], float] | None
) -> Callable[[list[Any]], Any]:
    """The reducer: each entry of a value by itself, where values are lists or mappings; unscored epochs left out."""
    from inspect_ai.scorer import Score
    from inspect_ai.scorer import value_to_float as usual

    to_float = value_to_float or usual()
    least = 1 if k is None else k

    def entry(pick: Callable[[Any], Any], scored: list[Any]) -> float:
        held = [(to_float(pick(one.value)), one) for one in scored if not _is_unscored(pick(one.value))]
        held = [(credit, one) for credit, one in held if not math.isnan(credit)]
        return math.nan if len(held) < least else statistic([credit for credit, _ in held], [one for _, one in held])

    def reduce(scores: list[Any]) -> Any:
        scored = [one for one in scores if not _is_unscored(one.value)]
        shapes = {_shape(one.value) for one in scored}
        if len(shapes) > 1:
            first, second, *_ = sorted(map(repr, shapes))
            raise ValueError(f"{name}: the epochs of a sample have values of different forms, {first} and {second}")
        value: Any
        form = next(iter(shapes), None)
        if isinstance(form, frozenset):
            value = {key: entry(itemgetter(key), scored) for key in scored[0].value}
        elif isinstance(form, int):
            value = [entry(itemgetter(i), scored) for i in range(form)]
        else:
            value = entry(lambda held: held, scored)
        # What all epochs share stays, as with Inspect's own reducers.
        explanation = _shared([one.explanation for one in scores])
        if len(scored) < least:
            explanation = f"{name}: {len(scored)} scored epochs, fewer than k = {least}"
        answer, metadata = _shared([one.answer for one in scores]), scores[0].metadata if scores else None
        return Score(value=value, answer=answer, explanation=explanation, metadata=metadata)

    return reduce


def _shape(value: Any) -> frozenset[str] | int | None:
    """The keys of a mapping, the length of a list, None for a single value."""
    if isinstance(value, Mapping):
        return frozenset(value)
    return len(value) if isinstance(value, Sequence) and not isinstance(value, str) else None


def _is_unscored(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _shared(values: list[Any]) -> Any:
    return values[0] if values and all(value == values[0] for value in values) else None

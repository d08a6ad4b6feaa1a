"""Arguments that several estimators take: checked, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, as_numbers, one
from .._progress import told
from ..samples import NO_ANSWER, SampleSet, answer_label, booleans
from ..samples.answers import encode as _encode

Item = TypeVar("Item")
Found = TypeVar("Found")


def at_most(name: str, value: np.ndarray, limit_name: str, limit: np.ndarray) -> None:
    """Refuse values above their limits."""
    bad = value > limit
    if np.any(bad):
        place = tuple(np.argwhere(bad)[0])
        raise ValueError(f"{name} = {value[place]:.0f}: must be at most {limit_name} = {limit[place]:.0f}")


def pool_columns(correct: ArrayLike, k: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """`correct` as floats and k as counts that the pool has samples for."""
    right = booleans("correct", correct).astype(float)
    if right.size == 0:
        raise ValueError("correct is empty: at least one sample is needed")
    tries = as_counts("k", k, least=1)
    at_most("k", tries, "n", np.broadcast_to(float(right.size), tries.shape))
    return right, tries.astype(np.int64)


def pool_scores(score: ArrayLike, size: int) -> np.ndarray:
    """Finite scores, one a sample."""
    found = as_numbers("score", score)
    if found.shape != (size,):
        raise ValueError(
            f"score has shape {found.shape}: must have one value a sample, as correct has, shape ({size},)"
        )
    return found


def pool_answers(answer: ArrayLike, size: int) -> np.ndarray:
    """Codes of the answers, one a sample; NO_ANSWER where there is none."""
    try:
        array = np.asarray(answer)
    except ValueError:
        raise ValueError("answer: must have one value a sample, got rows of unequal lengths") from None
    if array.shape != (size,):
        raise ValueError(
            f"answer has shape {array.shape}: must have one value a sample, as correct has, shape ({size},)"
        )
    if array.dtype.kind in "iu":
        codes = np.where(array < 0, NO_ANSWER, array)
        return np.where(codes == NO_ANSWER, NO_ANSWER, np.unique(codes, return_inverse=True)[1].reshape(size))
    # As objects: beside strings, NumPy would turn NaN into the string "nan".
    codes, _ = _encode(cast(Sequence[Any], np.asarray(answer, dtype=object)), answer_label)
    return np.asarray(codes, np.intp)


def votes_of(samples: Any, budget: Any) -> tuple[list[tuple[np.ndarray, np.ndarray]], int]:
    """Answers and correctness of each problem, and a budget that each of them has samples for."""
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_counts")
    if samples.answer is None:
        raise ValueError("samples: they have no column 'answer', and a vote needs one")
    tries = int(one("budget", as_counts("budget", budget, least=1)))
    fewest = int(np.argmin(samples.n))
    if tries > samples.n[fewest]:
        raise ValueError(
            f"budget = {tries}: problem {samples.problems[fewest]!r} has only {samples.n[fewest]} samples; "
            "budget must be at most that, or leave such problems out with select"
        )
    return [(cast(np.ndarray, pool.answer), pool.correct) for pool in samples.pools()], tries


def enough_samples(samples: SampleSet, k: int) -> None:
    """Refuse a k that some problem does not have samples for: say which, and how to leave them out."""
    few = np.flatnonzero(samples.n < k)
    if few.size:
        shown = ", ".join(f"{samples.problems[i]!r} has only {samples.n[i]}" for i in few[1:3])
        others = (f", {shown}" if shown else "") + (f" and {few.size - 3:,} more have too few" if few.size > 3 else "")
        raise ValueError(
            f"k = {k}: problem {samples.problems[few[0]]!r} has only {samples.n[few[0]]} samples{others}; "
            f"k must be at most {samples.n.min()}, or leave such problems out with samples.at_least_samples({k})"
        )


def one_or_several(k: ArrayLike) -> np.ndarray:
    """The k that were asked for: a number, or a list of numbers."""
    counts = as_counts("k", k, least=1)
    if counts.ndim > 1 or counts.size == 0:
        raise ValueError(f"k has shape {counts.shape}: must be a number or a list of numbers")
    return np.atleast_1d(counts).astype(np.int64)


def curve_points(samples: SampleSet, k: ArrayLike) -> np.ndarray:
    """The k of a curve, one or several, each of which every problem has samples for."""
    wanted = one_or_several(k)
    enough_samples(samples, int(wanted.max()))
    return wanted


def refuse_missing(samples: SampleSet, selector: str, users: Mapping[str, Iterable[str]]) -> None:
    """Refuse samples without a column that the selector is among the users of."""
    for column, those in users.items():
        if selector in those and getattr(samples, column) is None:
            raise ValueError(f"selector = {selector!r}: the samples have no column {column!r}")


def in_chunks(work: Callable[..., Found], items: Sequence[Item], executor: Executor | None, *same: Any) -> list[Found]:
    """What `work` makes of about 64 parts of the items, in order; `same` goes to each beside its part."""
    size = max(1, -(-len(items) // 64))
    chunks = [items[i : i + size] for i in range(0, len(items), size)]
    mapped: Callable[..., Any] = map if executor is None else executor.map
    found = mapped(work, chunks, *([one] * len(chunks) for one in same))
    return list(told(found, "parts of the problems", len(chunks)))

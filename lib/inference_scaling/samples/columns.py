"""The columns of a table: which are needed, and which pairs of rows do not belong in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .answers import NO_ANSWER, answer_label, encode, problem_label
from .errors import SampleError, short

COLUMNS = ("problem", "correct", "answer", "score", "tokens", "prompt_tokens", "step_scores")
# Optional columns with one number a sample.
NUMERIC = ("score", "tokens", "prompt_tokens")
# Columns that describe the whole table: one problem with two values in one of them is a mixture of two experiments.
SETTINGS = ("model", "task", "dataset", "temperature")
# Columns that number the samples of a problem, and those that identify the run to which a number belongs.
NUMBERS, RUNS = ("sample_id", "epoch", "trial"), ("seed", "run", "run_id")
# Columns that are checked but not stored.
CHECKED = (*SETTINGS, *NUMBERS, *RUNS)


def check_needed(names: Iterable[Any]) -> None:
    """Refuse a table without the columns that every sample needs."""
    names = list(names)
    for name in ("problem", "correct"):
        if name not in names:
            found = [str(one) for one in names]
            more = f" and {len(found) - 20} more" if len(found) > 20 else ""
            raise SampleError(f"the column {name!r} is missing; found: {', '.join(found[:20]) or 'none'}{more}")


def check_one_setting(columns: Mapping[str, Sequence[Any]], problem: np.ndarray, problems: tuple[str, ...]) -> None:
    """Refuse a problem whose samples come from two settings, as from two models."""
    for name in SETTINGS:
        if name not in columns:
            continue
        codes, labels = encode(columns[name], answer_label)
        if len(labels) < 2:
            continue
        known = codes >= 0
        first = np.full(len(problems), NO_ANSWER)
        # Each problem is compared with its first row: assigned last, that one stays.
        first[problem[known][::-1]] = codes[known][::-1]
        other = np.flatnonzero(known & (codes != first[problem]))
        if other.size:
            row = int(other[0])
            raise SampleError(
                f"problem {short(problems[problem[row]])} has samples of {labels[first[problem[row]]]!r} and of "
                f"{labels[codes[row]]!r}, which do not belong on one curve: keep the rows of one of them",
                name,
                row,
            )


def check_each_once(columns: Mapping[str, Sequence[Any]], problem: np.ndarray, problems: tuple[str, ...]) -> None:
    """Refuse a sample that occurs twice, by its number within a problem (and run)."""
    numbers = [name for name in NUMBERS if name in columns]
    if not numbers:
        return
    keys = [encode(columns[name], problem_label)[0] for name in (*numbers, *(name for name in RUNS if name in columns))]
    # A number that never differs within a problem identifies the problem, not its samples.
    keys = [key for key in keys if np.unique(np.stack([problem, key]), axis=1).shape[1] > len(problems)]
    if not keys or all(len(columns[name]) == 0 for name in numbers):
        return
    whole = np.stack([problem, *keys])
    rows = np.flatnonzero((whole >= 0).all(axis=0))
    _, first, back = np.unique(whole[:, rows], axis=1, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[back.ravel()] != np.arange(rows.size))
    if again.size:
        row = int(rows[again[0]])
        identity = ", ".join(f"{name} {columns[name][row]}" for name in numbers)
        raise SampleError(
            f"problem {short(problems[problem[row]])} already has the sample {identity}: one sample counts once, so "
            "remove the repeated row",
            numbers[0],
            row,
        )

"""The columns of a table: which are needed, and which pairs of rows do not belong in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .answers import NO_ANSWER, answer_label, encode, problem_label
from .errors import SHOWN, SampleError, short

COLUMNS = ("problem", "correct", "answer", "score", "tokens", "prompt_tokens", "reward", "step_scores")
# Optional columns with one number a sample.
NUMERIC = ("score", "tokens", "prompt_tokens", "reward")
# Columns that describe the whole table: one problem with two values in one of them is a mixture of two experiments.
SETTINGS = ("model", "task", "dataset", "temperature")
# Columns that number the samples of a problem, and those that identify the run to which a number belongs.
NUMBERS, RUNS = ("sample_id", "epoch", "trial"), ("seed", "run", "run_id")
# Columns that are checked but not stored.
CHECKED = (*SETTINGS, *NUMBERS, *RUNS)


# What other tables call these columns, as a proposal where one is missing: the likeliest first.
_GUESSES = {
    "problem": (
        *("problem_id", "task_id", "question_id", "doc_id", "instance_id", "example_id", "unique_id", "problem_name"),
        *("qid", "pid", "id", "idx", "index", "question", "prompt", "task", "name"),
    ),
    "correct": (
        *("is_correct", "passed", "correctness", "right", "is_right", "success", "resolved", "solved", "exact_match"),
        *("accuracy", "acc", "pass", "judgement", "judgment", "grade", "label", "result", "reward", "score"),
    ),
}


def check_names(names: Mapping[str, str] | None) -> dict[str, str]:
    """The columns that have other names, or an error where one is none of ours."""
    found = dict(names or {})
    for name, column in found.items():
        if name not in COLUMNS:
            raise SampleError(f"names: {name!r} is no column of a table of samples: {', '.join(COLUMNS)}")
        if not isinstance(column, str):
            raise SampleError(f"names: the column of {name!r} must be a text, got {short(column)}")
    return found


def check_scores(scores: Sequence[str], found: Mapping[str, Any] | Iterable[str]) -> dict[str, Any]:
    """The columns that hold scores by their names, or an error where the table has no such column."""
    if isinstance(scores, str) or not all(isinstance(name, str) for name in scores):
        raise SampleError(f"scores = {short(scores)}: must be a list of names of columns, as ['prm', 'orm']")
    columns = found if isinstance(found, Mapping) else dict.fromkeys(found)
    for at, name in enumerate(scores):
        if name in scores[:at]:
            raise SampleError(f"scores: {name!r} is named twice")
        if name not in columns:
            shown = ", ".join(map(shown_name, list(columns)[:20])) or "none"
            raise SampleError(f"there is no column {name!r} for 'score'; found: {shown}")
    return {name: columns[name] for name in scores}


def shown_name(name: str) -> str:
    """A column's name as a message shows it: in one line, and not longer than a line."""
    plain = " ".join(name.split())
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "…"


def check_needed(found: Iterable[Any], names: Mapping[str, str] | None = None) -> None:
    """Refuse a table without the columns that every sample needs; the error says what is there and what would fit."""
    found, names = [str(one) for one in found], names or {}
    shown = (", ".join(map(shown_name, found[:20])) or "none") + (
        f" and {len(found) - 20} more" if len(found) > 20 else ""
    )
    for name, column in names.items():
        if column not in found:
            raise SampleError(f"there is no column {column!r} for {name!r}; found: {shown}")
    missing = [name for name in ("problem", "correct") if names.get(name, name) not in found]
    if "correct" in missing and names.get("reward", "reward") in found:
        missing.remove("correct")
    if not missing:
        return
    fits = {}
    for name in missing:
        by_lower = {one.lower(): one for one in reversed(found) if one not in names.values()}
        fitting = [by_lower[guess] for guess in _GUESSES[name] if guess in by_lower and by_lower[guess] not in fits]
        fits[name] = fitting[0] if fitting else "…"
    pairs = ", ".join(f"{name!r}: {column!r}" for name, column in fits.items())
    would = "would fit" if "…" not in fits.values() else "names your columns"
    raise SampleError(f"the column {missing[0]!r} is missing; found: {shown}; names = {{{pairs}}} {would}")


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


def pairs_of(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One integer for each pair of codes, in the order of the pairs; the second is -1 or more, the first 0 or more."""
    found: np.ndarray = first.astype(np.int64) * (int(second.max(initial=0)) + 2) + second + 1
    return found


def check_each_once(columns: Mapping[str, Sequence[Any]], problem: np.ndarray, problems: tuple[str, ...]) -> None:
    """Refuse a sample that occurs twice, by its number within a problem (and run)."""
    numbers = [name for name in NUMBERS if name in columns]
    if not numbers:
        return
    keys = [encode(columns[name], problem_label)[0] for name in (*numbers, *(name for name in RUNS if name in columns))]
    # A number that never differs within a problem identifies the problem, not its samples.
    keys = [key for key in keys if np.unique(pairs_of(problem, key)).size > len(problems)]
    if not keys or all(len(columns[name]) == 0 for name in numbers):
        return
    whole = problem
    for key in keys:
        # Numbered anew after each column, so that no product of their sizes is too large for an integer.
        whole = np.unique(pairs_of(whole, key), return_inverse=True)[1]
    rows = np.flatnonzero(np.all([key >= 0 for key in (problem, *keys)], axis=0))
    _, first, back = np.unique(whole[rows], return_index=True, return_inverse=True)
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

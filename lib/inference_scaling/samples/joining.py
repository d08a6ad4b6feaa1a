"""Several sets made one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .columns import NUMERIC
from .errors import SampleError
from .table import CountedSamples, SampleSet

__all__ = ["concat"]


def concat(*sets: SampleSet) -> SampleSet:
    """Return the samples of several sets as one set: problems, and answers, of one label are one.

    Parameters
    ----------
    sets : SampleSet
        One or more, each given once: another run of the same problems, or other problems. All have the same columns.

    Returns
    -------
    SampleSet
        The samples in the order of the sets; problems and answers in the order in which they first occur. Of `meta`,
        what all sets say alike, and the notes of each.

    Raises
    ------
    SampleError
        For no set, one given twice, or a column that only some have.

    Notes
    -----
    Two models are two systems and not one set: `compare` and `rank` take them side by side.

    Examples
    --------
    >>> first = SampleSet.from_counts([4, 4], [1, 2], problems=["a", "b"])
    >>> both = concat(first, SampleSet.from_counts([4, 4], [3, 0], problems=["b", "c"]))
    >>> both.problems, both.n, both.c
    (('a', 'b', 'c'), array([4, 8, 4]), array([1, 5, 0]))
    """
    if not sets:
        raise SampleError("concat: no set was given: at least one is needed")
    for i, one in enumerate(sets):
        if not isinstance(one, SampleSet):
            raise SampleError(f"concat: set {i} is a {type(one).__name__}: must be a SampleSet")
        if any(one is other for other in sets[:i]):
            raise SampleError(f"concat: set {i} is given twice; the same samples again add no information")
    problems, codes = _merged([one.problems for one in sets])
    meta = _meta(sets)
    if all(isinstance(one, CountedSamples) for one in sets):
        n, c = np.zeros((2, len(problems)), dtype=np.int64)
        for one, code in zip(sets, codes, strict=True):
            np.add.at(n, code, one.n)
            np.add.at(c, code, one.c)
        return CountedSamples(n, c, problems, meta)
    columns: dict[str, Any] = {
        "problem": np.concatenate([code[one.problem] for one, code in zip(sets, codes, strict=True)]),
        "correct": np.concatenate([one.correct for one in sets]),
    }
    for name in NUMERIC:
        if (parts := _column(sets, name)) is not None:
            columns[name] = np.concatenate(parts)
    if (parts := _column(sets, "answer")) is not None:
        columns["answers"], answer_codes = _merged([one.answers for one in sets])
        # The last entry is for samples without an answer, whose code is -1.
        kept = [np.append(code, -1)[part] for code, part in zip(answer_codes, parts, strict=True)]
        columns["answer"] = np.concatenate(kept)
    if (parts := _column(sets, "step_values")) is not None:
        sizes = [np.diff(np.asarray(one.step_offsets)) for one in sets]
        columns["step_offsets"] = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
        columns["step_values"] = np.concatenate(parts)
    names = dict.fromkeys(name for one in sets for name in one.scores)
    for i, one in enumerate(sets):
        if without := [name for name in names if name not in one.scores]:
            raise SampleError(f"concat: set {i} has no score {without[0]!r}, which another set has")
    scores = {name: np.concatenate([one.scores[name] for one in sets]) for name in names}
    return SampleSet(problems=problems, meta=meta, scores=scores, **columns)


def _merged(labels: list[tuple[str, ...]]) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """All labels in the order in which they first occur, and of each set the code of each of its labels."""
    known: dict[str, int] = {}
    codes = [np.array([known.setdefault(label, len(known)) for label in part], dtype=np.intp) for part in labels]
    return tuple(known), codes


def _column(sets: tuple[SampleSet, ...], name: str) -> list[np.ndarray] | None:
    """The column of each set, None where no set has it."""
    parts = [getattr(one, name) for one in sets]
    has = [part is not None for part in parts]
    if any(has) and not all(has):
        shown = "step_scores" if name == "step_values" else name
        raise SampleError(f"concat: set {has.index(False)} has no column {shown!r}, which set {has.index(True)} has")
    return parts if all(has) else None


def _meta(sets: tuple[SampleSet, ...]) -> dict[str, Any]:
    first = sets[0].meta
    alike = {key: value for key, value in first.items() if all(one.meta.get(key) == value for one in sets)}
    notes = tuple(dict.fromkeys(note for one in sets for note in one.meta.get("notes", ())))
    return alike | ({"notes": notes} if notes else {})

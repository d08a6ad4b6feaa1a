"""SampleSet: the one table that every source makes and every estimate reads.

One row is one sample; columns are NumPy arrays of equal length. Problems may have different numbers of
samples. A set never changes after it was made.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["NO_ANSWER", "Pool", "SampleError", "SampleSet", "read_samples", "write_samples"]

NO_ANSWER = -1
COLUMNS = ("problem", "correct", "answer", "score", "tokens", "prompt_tokens", "step_scores")
# Columns that say of what a table is: one problem with two values in one of them is a mixture of two experiments.
SETTINGS = ("model", "task", "dataset", "temperature")
# Columns that number the samples of a problem, and those that say of which run a number is.
NUMBERS, RUNS = ("sample_id", "epoch", "trial"), ("seed", "run", "run_id")
# Texts that stand for a missing value: nobody answers pandas' mark. The words may be answers, and are told.
MISSING, DOUBTFUL = {"", "<NA>"}, {"nan", "nat", "none", "null", "[invalid]"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.IGNORECASE)
# Numbers with more digits before or after the point are spelled with an exponent.
_PLAIN = 40
_TRUE, _FALSE = {"1", "true", "1.0"}, {"0", "false", "0.0"}
_SHOWN = 60


class SampleError(ValueError):
    """A table of samples is malformed; the message names the column, the row and the value.

    Parameters
    ----------
    message : str
    column : str, optional
    row : int, optional
        Of the table, 0-based; given together with the column, which the message then names.
    """

    def __init__(self, message: str, column: str | None = None, row: int | None = None) -> None:
        super().__init__(message if row is None else f"{column}: row {row}: {message}")
        self.message, self.column, self.row = message, column, row

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.column, self.row)


class Pool(NamedTuple):
    """The samples of one problem, in the order in which they were recorded."""

    correct: np.ndarray
    answer: np.ndarray | None
    score: np.ndarray | None


def _frozen(array: ArrayLike, dtype: Any = None) -> np.ndarray:
    """A read-only view: what a set holds is not changed by whoever made it through the set."""
    view = np.asarray(array, dtype=dtype).view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, eq=False, repr=False)
class SampleSet:
    """Samples of one or more problems.

    Parameters
    ----------
    problem : array of int, shape (samples,)
        Code of the problem, 0-based; `problems` holds the labels.
    correct : array of bool, shape (samples,)
    problems : tuple of str
    answer : array of int, shape (samples,), optional
        Code of the answer, -1 where there is none; `answers` holds the labels.
    answers : tuple of str
    score : array of float, shape (samples,), optional
        Higher is better; finite.
    tokens, prompt_tokens : array of int, shape (samples,), optional
    step_offsets : array of int, shape (samples + 1,), optional
        Sample i has the step scores ``step_values[step_offsets[i]:step_offsets[i + 1]]``.
    step_values : array of float, optional
    meta : mapping
        Source, licence, citation.

    Raises
    ------
    SampleError
        Naming the column, the row (0-based) and the value.

    Examples
    --------
    >>> samples = SampleSet.from_counts(n=[4, 4], c=[1, 3])
    >>> samples.n, samples.c
    (array([4, 4]), array([1, 3]))
    """

    problem: np.ndarray
    correct: np.ndarray
    problems: tuple[str, ...]
    answer: np.ndarray | None = None
    answers: tuple[str, ...] = ()
    score: np.ndarray | None = None
    tokens: np.ndarray | None = None
    prompt_tokens: np.ndarray | None = None
    step_offsets: np.ndarray | None = None
    step_values: np.ndarray | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731
        put("problems", tuple(map(str, self.problems)))
        put("answers", tuple(map(str, self.answers)))
        put("meta", MappingProxyType(dict(self.meta)))
        put("correct", _frozen(booleans("correct", self.correct)))
        rows = self.correct.size
        if rows == 0:
            raise SampleError("an empty table: at least one sample is needed")
        put("problem", _frozen(_codes("problem", self.problem, rows, len(self.problems), missing=False)))
        if self.answer is not None:
            put("answer", _frozen(_codes("answer", self.answer, rows, len(self.answers), missing=True)))
        if self.score is not None:
            put("score", _frozen(_finite("score", self.score, rows)))
        for name in ("tokens", "prompt_tokens"):
            if getattr(self, name) is not None:
                put(name, _frozen(_whole(name, getattr(self, name), rows)))
        if (self.step_offsets is None) != (self.step_values is None):
            raise SampleError("step_scores: offsets and values belong together, only one of them was given")
        if self.step_offsets is not None:
            offsets = _whole("step_scores", self.step_offsets, rows + 1)
            values = _finite("step_scores", self.step_values, None)
            if offsets[0] != 0 or offsets[-1] != values.size or np.any(np.diff(offsets) < 0):
                raise SampleError(
                    f"step_scores: offsets must rise from 0 to the number of values, {values.size}, "
                    f"got {offsets[0]} to {offsets[-1]}"
                )
            put("step_offsets", _frozen(offsets))
            put("step_values", _frozen(values))
        empty = np.flatnonzero(np.bincount(self.problem, minlength=len(self.problems)) == 0)
        if empty.size:
            raise SampleError(f"problem: {self.problems[empty[0]]!r} has no sample; leave its label out")

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only view of a mapping cannot be pickled or copied; a set is made anew from what it holds.
        return _again, ({part.name: getattr(self, part.name) for part in fields(self)} | {"meta": dict(self.meta)},)

    # -- ways to make one ---------------------------------------------------------------------------

    @classmethod
    def from_counts(
        cls, n: ArrayLike, c: ArrayLike, *, problems: Sequence[str] | None = None, meta: Mapping[str, Any] | None = None
    ) -> SampleSet:
        """Return a set of `n` samples a problem of which the first `c` are correct.

        Parameters
        ----------
        n, c : array_like of int, shape (problems,)
            Samples recorded, and how many of them were correct: 0 <= c <= n, n >= 1.
        problems : sequence of str, optional
            Labels; "0", "1", … when left out.
        meta : mapping, optional

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            Naming the first problem whose counts are impossible.

        Examples
        --------
        >>> SampleSet.from_counts([3], [1]).correct
        array([ True, False, False])
        """
        n, c = _whole("n", n, None), _whole("c", c, None)
        if n.shape != c.shape:
            raise SampleError(f"n and c must have one entry a problem each, got {n.size} and {c.size}")
        for bad, rule in ((n < 1, "n must be at least 1"), (c > n, "c must be at most n")):
            if np.any(bad):
                row = int(np.flatnonzero(bad)[0])
                raise SampleError(f"problem {row}: {rule}, got n = {n[row]}, c = {c[row]}")
        starts = np.repeat(np.cumsum(n) - n, n)
        position = np.arange(int(n.sum())) - starts
        return cls(
            problem=np.repeat(np.arange(n.size), n),
            correct=position < np.repeat(c, n),
            problems=_labels(problems, n.size),
            meta=meta or {},
        )

    @classmethod
    def from_matrix(
        cls,
        correct: ArrayLike,
        *,
        score: ArrayLike | None = None,
        answer: ArrayLike | None = None,
        problems: Sequence[str] | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> SampleSet:
        """Return a set from matrices with one row a problem and one column a sample.

        Parameters
        ----------
        correct : array_like of bool, shape (problems, samples)
        score : array_like of float, same shape, optional
        answer : array_like, same shape, optional
            Any labels; None, "" and NaN mean that there is no answer. Numbers are compared as numbers: 7, "7" and
            "7.0" are one answer.
        problems : sequence of str, optional
        meta : mapping, optional

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            When a matrix has another shape, or an entry is not what its column holds.

        Examples
        --------
        >>> SampleSet.from_matrix([[1, 0], [1, 1]]).c
        array([1, 2])
        """
        try:
            shape = np.shape(correct)
        except ValueError:
            raise SampleError("correct: the rows of a matrix must have equal lengths") from None
        if len(shape) != 2 or 0 in shape:
            raise SampleError(f"correct: expected shape (problems, samples) with at least one of each, got {shape}")
        for name, matrix in (("score", score), ("answer", answer)):
            if matrix is not None and np.shape(np.asarray(matrix, dtype=object)) != shape:
                raise SampleError(f"{name}: expected the shape of correct, {shape}, got {np.shape(matrix)}")
        codes, answers = (None, ()) if answer is None else _answers(np.asarray(answer, dtype=object).ravel())
        return cls(
            problem=np.repeat(np.arange(shape[0]), shape[1]),
            correct=booleans("correct", np.asarray(correct).ravel()),
            problems=_labels(problems, shape[0]),
            answer=codes,
            answers=answers,
            score=None if score is None else np.asarray(score).ravel(),
            meta=meta or {},
        )

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]], *, meta: Mapping[str, Any] | None = None) -> SampleSet:
        """Return a set from named columns of equal length; other columns than those of a set are passed over.

        Parameters
        ----------
        columns : mapping of str to sequence
            ``problem`` and ``correct``, and any of ``answer``, ``score``, ``tokens``, ``prompt_tokens``,
            ``step_scores`` (a sequence of numbers a row). An ``answer`` without any entry is no column.
        meta : mapping, optional

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            Naming the missing column, or column, row and value. Two things are refused that would be counted
            without a trace: one problem with two values of ``model``, ``task``, ``dataset`` or ``temperature``, and
            one sample twice, the same problem and ``sample_id`` (or ``epoch``, ``trial``), in the same ``run`` or
            with the same ``seed`` where there is such a column.

        Examples
        --------
        >>> SampleSet.from_columns({"problem": ["a", "b", "a"], "correct": [1, 0, 0]}).n
        array([2, 1])
        """
        _needed(columns)
        rows = len(columns["correct"])
        for name in (*COLUMNS, *_ASIDE):
            if name in columns and len(columns[name]) != rows:
                raise SampleError(f"{name}: {len(columns[name])} rows, but correct has {rows}")
        for row, label in enumerate(columns["problem"]):
            if is_missing(label):
                raise SampleError(f"every sample needs a problem, got {label!r}", "problem", row)
        problem, problems = _encode(columns["problem"], _label)
        _one_setting(columns, problem, problems)
        _each_once(columns, problem, problems)
        answer, answers = _answers(columns["answer"]) if "answer" in columns else (None, ())
        offsets, values = _steps(columns["step_scores"]) if "step_scores" in columns else (None, None)
        return cls(
            problem=problem,
            correct=booleans("correct", columns["correct"]),
            problems=problems,
            answer=answer,
            answers=answers,
            **{name: _numbers(name, columns[name]) for name in ("score", "tokens", "prompt_tokens") if name in columns},
            step_offsets=offsets,
            step_values=values,
            meta=meta or {},
        )

    @classmethod
    def from_frame(cls, frame: Any, *, meta: Mapping[str, Any] | None = None) -> SampleSet:
        """Return a set from a dataframe of any library that narwhals understands (pandas, polars, pyarrow, …).

        A mapping of columns is taken as it is, without narwhals.

        Raises
        ------
        SampleError
            As `from_columns`.
        ImportError
            When narwhals is not installed.
        """
        if isinstance(frame, Mapping):
            return cls.from_columns(frame, meta=meta)
        try:
            import narwhals as nw
        except ImportError:
            raise ImportError("dataframes need the package narwhals: pip install 'inference-scaling[frames]'") from None
        try:
            native = nw.from_native(frame)
        except TypeError:
            raise SampleError(f"expected a dataframe, got {type(frame).__name__}") from None
        if isinstance(native, nw.LazyFrame):
            native = native.collect()
        _needed(native.columns)
        wanted = [name for name in (*COLUMNS, *_ASIDE) if name in native.columns]
        return cls.from_columns({name: native[name].to_list() for name in wanted}, meta=meta)

    # -- what it says -------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.correct.size

    @cached_property
    def n(self) -> np.ndarray:
        """Samples recorded, per problem; int, shape (problems,)."""
        return _frozen(np.bincount(self.problem, minlength=len(self.problems)))

    @cached_property
    def c(self) -> np.ndarray:
        """Samples correct, per problem; int, shape (problems,)."""
        return _frozen(np.bincount(self.problem[self.correct], minlength=len(self.problems)))

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What the answers show that a vote would not say, in sentences.

        Several answers of one problem that are all right may be spellings of one, between which a vote is split.
        Where all samples of each problem have one answer and yet are right and wrong, the answers are the problems'
        own, the reference, and not what the samples said.

        Examples
        --------
        >>> samples = SampleSet.from_columns({"problem": ["a", "a"], "correct": [1, 1], "answer": ["1/2", "0.5"]})
        >>> samples.notes[0].partition(":")[0]
        "1 of 1 problems has several right answers (as 'a'"
        """
        if self.answer is None:
            return ()
        found = []
        given = self.answer >= 0
        right = np.unique(np.stack([self.problem, self.answer])[:, given & self.correct], axis=1)
        several = np.flatnonzero(np.bincount(right[0], minlength=len(self.problems)) > 1)
        if several.size:
            first = [self.answers[code] for code in right[1][right[0] == several[0]][:2]]
            have = "has" if several.size == 1 else "have"
            shown = f"{_short(self.problems[several[0]])}: {_short(first[0])}, {_short(first[1])}"
            found.append(
                f"{several.size:,} of {len(self.problems):,} problems {have} several right answers (as {shown}), which "
                "split a vote: write spellings of one alike"
            )
        for code, label in enumerate(self.answers):
            if label.lower() in DOUBTFUL and (times := np.count_nonzero(self.answer == code)):
                found.append(f"{label!r} votes as an answer, in {times:,} samples: leave it empty if it means none")
        answers = np.unique(np.stack([self.problem, self.answer])[:, given], axis=1)
        one_each = answers.shape[1] == np.unique(answers[0]).size
        if one_each and np.any((self.c > 0) & (self.c < self.n)) and given.all():
            found.append(
                "within each problem all answers are equal, though some samples are right and others wrong: the column "
                "'answer' looks like the reference answer, and a vote over it says nothing"
            )
        return tuple(found)

    @cached_property
    def _rows(self) -> list[np.ndarray]:
        order = np.argsort(self.problem, kind="stable")
        return np.split(order, np.cumsum(self.n)[:-1])

    def pools(self) -> Iterator[Pool]:
        """Yield each problem's samples in the order of `problems`."""
        for rows in self._rows:
            yield Pool(
                self.correct[rows],
                None if self.answer is None else self.answer[rows],
                None if self.score is None else self.score[rows],
            )

    def steps(self) -> Iterator[np.ndarray]:
        """Yield each sample's step scores.

        Raises
        ------
        SampleError
            When the set has none.
        """
        if self.step_offsets is None:
            raise SampleError("step_scores: this set has none")
        for start, stop in zip(self.step_offsets[:-1], self.step_offsets[1:], strict=True):
            yield self.step_values[start:stop]

    def with_score(self, score: ArrayLike) -> SampleSet:
        """Return the same samples with another score, shape (samples,)."""
        return self._like(score=np.asarray(score))

    def select(self, problems: Sequence[int | str]) -> SampleSet:
        """Return the samples of some problems, given by code or label, in the order given.

        Raises
        ------
        SampleError
            For a problem that the set does not have, or one given twice.
        """
        at = {label: code for code, label in enumerate(self.problems)}
        codes = []
        for one in problems:
            code = at.get(one) if isinstance(one, str) else int(one)
            if code is None or not 0 <= code < len(self.problems):
                raise SampleError(f"problem: {one!r} is not in the set; it has {len(self.problems)} problems")
            codes.append(code)
        if len(set(codes)) != len(codes) or not codes:
            raise SampleError(f"select takes each problem once and at least one, got {list(problems)!r:.{_SHOWN}}")
        rows = np.concatenate([self._rows[code] for code in codes])
        new_code = {code: position for position, code in enumerate(codes)}
        offsets = values = None
        if self.step_offsets is not None:
            all_steps = [self.step_values[self.step_offsets[row] : self.step_offsets[row + 1]] for row in rows]
            offsets, values = _steps(all_steps)
        take = lambda column: None if column is None else column[rows]  # noqa: E731
        return self._like(
            problem=np.array([new_code[code] for code in self.problem[rows].tolist()]),
            correct=self.correct[rows],
            problems=tuple(self.problems[code] for code in codes),
            answer=take(self.answer),
            score=take(self.score),
            tokens=take(self.tokens),
            prompt_tokens=take(self.prompt_tokens),
            step_offsets=offsets,
            step_values=values,
        )

    def _like(self, **changed: Any) -> SampleSet:
        names = (*COLUMNS[:6], "problems", "answers", "step_offsets", "step_values", "meta")
        return SampleSet(**{name: getattr(self, name) for name in names} | changed)

    def __repr__(self) -> str:
        low, high = int(self.n.min()), int(self.n.max())
        each = f"{low}" if low == high else f"{low} to {high}"
        lines = [
            f"{len(self):,} samples of {len(self.problems):,} problems, {each} each; "
            f"{self.correct.mean():.1%} of the samples are correct"
        ]
        extra = [name for name in ("answer", "score", "tokens", "prompt_tokens") if getattr(self, name) is not None]
        if self.step_offsets is not None:
            extra.append("step_scores")
        if extra:
            lines.append(f"also: {', '.join(extra)}")
        for key, value in self.meta.items():
            lines += [f"note: {note}" for note in value] if key == "notes" else [f"{key}: {value}"]
        return "\n".join(lines)


# -- columns ---------------------------------------------------------------------------------------------


_ASIDE = (*SETTINGS, *NUMBERS, *RUNS)


def _again(parts: dict[str, Any]) -> SampleSet:
    return SampleSet(**parts)


def _short(value: Any) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def is_missing(value: Any) -> bool:
    """Return whether a value stands for none: None, NaN or NaT of any library, pandas' NA, or an empty text."""
    if isinstance(value, str):
        return value.strip() in MISSING
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        # pandas' NA has no truth value, and is known without pandas by its name; a list of an array has none either.
        return type(value).__name__ == "NAType"


def booleans(name: str, values: Any) -> np.ndarray:
    """Return one truth value a sample from booleans, 0 and 1, or their usual words, or name what is neither."""
    array = np.asarray(values)
    if array.dtype == bool and array.ndim == 1:
        return array
    if array.ndim == 1 and array.dtype.kind in "iuf" and np.all((array == 0) | (array == 1)):
        return array.astype(bool)
    if array.ndim != 1:
        raise SampleError(f"{name}: expected one value a sample, got shape {array.shape}")
    out = np.empty(array.size, dtype=bool)
    for row, value in enumerate(np.asarray(values, dtype=object)):
        text = str(value).strip().lower()
        if text not in _TRUE | _FALSE:
            raise SampleError(f"expected true or false (or 1 or 0), got {_short(value)}", name, row)
        out[row] = text in _TRUE
    return out


def _whole(name: str, values: Any, rows: int | None) -> np.ndarray:
    array = np.atleast_1d(np.asarray(values))
    if array.ndim != 1 or (rows is not None and array.size != rows):
        raise SampleError(
            f"{name}: expected {rows if rows is not None else 'one'} values in a row, got shape {array.shape}"
        )
    if array.dtype.kind not in "iu":
        bad = [row for row, value in enumerate(array.tolist()) if not _is_whole(value)]
        if bad:
            raise SampleError(f"expected a whole number, got {_short(array[bad[0]])}", name, int(bad[0]))
        array = array.astype(np.int64)
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise SampleError(f"{array.max()} is too large", name, int(array.argmax()))
    if np.any(array < 0):
        row = int(np.flatnonzero(array < 0)[0])
        raise SampleError(f"expected 0 or more, got {array[row]}", name, row)
    return array.astype(np.int64, copy=False)


def _is_whole(value: Any) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < 2**63
        and float(value).is_integer()
    )


def _codes(name: str, values: Any, rows: int, labels: int, *, missing: bool) -> np.ndarray:
    array = np.asarray(values)
    if array.shape != (rows,) or array.dtype.kind not in "iu":
        raise SampleError(f"{name}: expected {rows} whole codes, got shape {array.shape} of {array.dtype}")
    low = NO_ANSWER if missing else 0
    bad = np.flatnonzero((array < low) | (array >= labels))
    if bad.size:
        raise SampleError(f"expected a code from {low} to {labels - 1}, got {array[bad[0]]}", name, int(bad[0]))
    return array


def _finite(name: str, values: Any, rows: int | None) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or (rows is not None and array.size != rows):
        raise SampleError(
            f"{name}: expected {rows if rows is not None else 'one'} values in a row, got shape {array.shape}"
        )
    if array.dtype.kind not in "iuf":
        raise SampleError(f"{name}: expected numbers, got {array.dtype}")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise SampleError(f"expected a finite number, got {array[bad[0]]}", name, int(bad[0]))
    return array.astype(np.float64, copy=False)


def _numbers(name: str, values: Sequence[Any]) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind in "iuf" and array.ndim == 1:
        return array
    out = np.empty(len(values))
    for row, value in enumerate(values):
        try:
            if isinstance(value, (bool, np.bool_)) or is_missing(value):
                raise ValueError
            out[row] = float(value)
        except (TypeError, ValueError, OverflowError):
            raise SampleError(f"expected a number, got {_short(value)}", name, row) from None
    return out


def _needed(names: Any) -> None:
    for name in ("problem", "correct"):
        if name not in names:
            found = [str(one) for one in names]
            more = f" and {len(found) - 20} more" if len(found) > 20 else ""
            raise SampleError(f"the column {name!r} is missing; found: {', '.join(found[:20]) or 'none'}{more}")


def _one_setting(columns: Mapping[str, Sequence[Any]], problem: np.ndarray, problems: tuple[str, ...]) -> None:
    """Refuse a problem whose samples were made in two settings, as by two models."""
    for name in SETTINGS:
        if name not in columns:
            continue
        codes, labels = _encode(columns[name], answer_label)
        if len(labels) < 2:
            continue
        known = codes >= 0
        first = np.full(len(problems), NO_ANSWER)
        # The first row of each problem decides: assigned last, it stays.
        first[problem[known][::-1]] = codes[known][::-1]
        other = np.flatnonzero(known & (codes != first[problem]))
        if other.size:
            row = int(other[0])
            raise SampleError(
                f"problem {_short(problems[problem[row]])} has samples of {labels[first[problem[row]]]!r} and of "
                f"{labels[codes[row]]!r}, which make no one curve: keep the rows of one",
                name,
                row,
            )


def _each_once(columns: Mapping[str, Sequence[Any]], problem: np.ndarray, problems: tuple[str, ...]) -> None:
    """Refuse a sample that stands twice, by its number within a problem (and run)."""
    numbers = [name for name in NUMBERS if name in columns]
    if not numbers:
        return
    keys = [_encode(columns[name], _label)[0] for name in (*numbers, *(name for name in RUNS if name in columns))]
    # A number that never differs within a problem is a name of the problem, and says nothing of its samples.
    keys = [key for key in keys if np.unique(np.stack([problem, key]), axis=1).shape[1] > len(problems)]
    if not keys or all(len(columns[name]) == 0 for name in numbers):
        return
    whole = np.stack([problem, *keys])
    rows = np.flatnonzero((whole >= 0).all(axis=0))
    _, first, back = np.unique(whole[:, rows], axis=1, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[back.ravel()] != np.arange(rows.size))
    if again.size:
        row = int(rows[again[0]])
        stands = ", ".join(f"{name} {columns[name][row]}" for name in numbers)
        raise SampleError(
            f"problem {_short(problems[problem[row]])} has the sample {stands} already: one sample counts once, so "
            "remove the row that was written again",
            numbers[0],
            row,
        )


def _encode(values: Sequence[Any], label: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    """The code of each value, -1 where there is none, and the labels; `label` says which values are one."""
    codes = np.empty(len(values), dtype=np.int64)
    known: dict[str, int] = {}
    # Texts come again and again: each is looked at once.
    seen: dict[str, int] = {}
    for row, value in enumerate(values):
        code = seen.get(value) if isinstance(value, str) else None
        if code is None:
            code = NO_ANSWER if is_missing(value) else known.setdefault(label(value), len(known))
            if isinstance(value, str):
                seen[value] = code
        codes[row] = code
    return codes, tuple(known)


def _answers(values: Sequence[Any]) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """The codes and labels of answers; no column where nobody answered anything."""
    codes, labels = _encode(values, answer_label)
    return (codes, labels) if labels else (None, ())


def _label(value: Any) -> str:
    # A dataframe makes 7.0 of a whole number where others of its column are missing.
    return (
        str(int(value)) if isinstance(value, (float, np.floating)) and float(value).is_integer() else str(value).strip()
    )


def answer_label(value: Any) -> str:
    """Return the label of an answer: two answers are the same where their labels are.

    Numbers are the same where their values are, whatever their type and spelling; other answers are the same letter by
    letter, but for space around them.

    Examples
    --------
    >>> [answer_label(value) for value in (7, 7.0, "7.0", " 07", "7e0", "1/2", "x = 7")]
    ['7', '7', '7', '7', '7', '1/2', 'x = 7']
    """
    text = str(value).strip()
    # Decimal would take other digits than these, and words such as "inf".
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return text
    sign, digits, exponent = Decimal(text).as_tuple()
    whole = "".join(map(str, digits)).rstrip("0")
    if not whole:
        return "0"
    exponent += len(digits) - len(whole)
    minus = "-" * sign
    if exponent > _PLAIN or exponent < -_PLAIN - len(whole):
        return f"{minus}{whole}e{exponent}"
    if exponent >= 0:
        return minus + whole + "0" * exponent
    whole = whole.zfill(1 - exponent)
    return f"{minus}{whole[:exponent]}.{whole[exponent:]}"


def _labels(given: Sequence[str] | None, count: int) -> tuple[str, ...]:
    if given is None:
        return tuple(map(str, range(count)))
    if len(given) != count:
        raise SampleError(f"problems: expected {count} labels, got {len(given)}")
    return tuple(map(str, given))


def _steps(rows: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    parts = []
    for row, value in enumerate(rows):
        try:
            part = np.asarray(json.loads(value) if isinstance(value, str) else value, dtype=float)
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise SampleError(f"expected a list of numbers, got {_short(value)}", "step_scores", row) from None
        if part.ndim != 1 or not np.all(np.isfinite(part)):
            raise SampleError(f"expected a list of finite numbers, got {_short(value)}", "step_scores", row)
        parts.append(part)
    return np.concatenate([[0], np.cumsum([part.size for part in parts])]).astype(np.int64), np.concatenate(parts)


# -- files -----------------------------------------------------------------------------------------------


def read_samples(
    path: str | Path, *, where: Mapping[str, Any] | None = None, meta: Mapping[str, Any] | None = None
) -> SampleSet:
    """Read samples from a CSV, JSON Lines, JSON or Parquet file, told apart by the ending.

    Parameters
    ----------
    path : str or Path
        ``.csv``, or ``.tsv`` with tabs; ``.jsonl`` or ``.ndjson`` with one object a line; ``.json`` with a list of
        objects; any of them packed, ``.csv.gz``; ``.parquet`` (needs pyarrow).
        Columns as in `SampleSet.from_columns`; others are passed over.
    where : mapping of str to value, optional
        Only rows that have these values in these columns, as ``{"model": "small"}``; compared as answers are.
    meta : mapping, optional

    Returns
    -------
    SampleSet

    Raises
    ------
    SampleError
        Naming the file, the line and what is wrong with it. No part of a table is ever returned.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("model,problem,correct\\nsmall,a,0\\nlarge,a,1\\n")
    ...     file.flush()
    ...     read_samples(file.name, where={"model": "large"}).c
    array([1])
    """
    path = Path(path)
    if path.is_dir():
        raise SampleError(f"{path}: a folder; expected a file ending in {', '.join(_READERS)}")
    ending = ending_of(path)
    if ending not in _READERS:
        raise SampleError(f"{path.name}: expected a file ending in {', '.join(_READERS)}, got {ending or 'no ending'}")
    where = dict(where or {})
    try:
        columns, lines = _READERS[ending](path, {*COLUMNS, *_ASIDE, *where})
        columns, lines = _only(columns, lines, where)
    except UnicodeDecodeError as error:
        raise SampleError(f"{path.name}: not text in UTF-8 (byte {error.start})") from None
    except (gzip.BadGzipFile, EOFError):
        raise SampleError(f"{path.name}: not a gzip file, or cut off") from None
    except SampleError as error:
        raise SampleError(f"{path.name}: {error}") from None
    try:
        return SampleSet.from_columns(columns, meta=meta or {"source": path.name})
    except SampleError as error:
        # The place as the file's reader sees it: blank lines, a head and quoted line ends shift the rows.
        place = str(error) if error.row is None or lines is None else _at_line(error, lines)
        raise SampleError(f"{path.name}: {place}", error.column) from None


def _at_line(error: SampleError, lines: list[int]) -> str:
    return f"{error.column}: line {lines[error.row]}: {error.message}"


def _only(
    columns: dict[str, list[Any]], lines: list[int] | None, where: Mapping[str, Any]
) -> tuple[dict[str, list[Any]], list[int] | None]:
    """The rows that have the values asked for."""
    for name, value in where.items():
        if name not in columns:
            raise SampleError(f"where: the file has no column {name!r}; it has {', '.join(columns)}")
        wanted = answer_label(value)
        keep = [row for row, one in enumerate(columns[name]) if answer_label(one) == wanted]
        if not keep:
            known = ", ".join(repr(one) for one in list(dict.fromkeys(map(answer_label, columns[name])))[:10])
            raise SampleError(f"where: no row has {name} = {value!r}; it is one of {known}")
        columns = {name: [values[row] for row in keep] for name, values in columns.items()}
        lines = None if lines is None else [lines[row] for row in keep]
    return columns, lines


def ending_of(path: Path) -> str:
    """The ending that says what a file holds, in lower case, whether it is packed with gzip or not."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()


def opened(path: Path) -> IO[str]:
    """A text file, packed with gzip or not, with or without a mark of its byte order."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8-sig")
    return open(path, newline="", encoding="utf-8-sig")


def _read_csv(path: Path, wanted: set[str], separator: str = ",") -> tuple[dict[str, list[Any]], list[int]]:
    """Columns, and the line of the file on which each row begins."""
    with opened(path) as file:
        reader = csv.reader(file, delimiter=separator)
        head = [name.strip() for name in next(reader, [])]
        if len(set(head)) != len(head):
            raise SampleError(f"the column {next(name for name in head if head.count(name) > 1)!r} stands twice")
        columns: dict[str, list[Any]] = {name: [] for name in head}
        lines = []
        begin = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(head):
                    raise SampleError(f"line {begin}: {len(row)} fields, but the head has {len(head)}")
                for name, value in zip(head, row, strict=True):
                    columns[name].append(value)
                lines.append(begin)
            begin = reader.line_num + 1
    _needed(columns)
    return {name: values for name, values in columns.items() if name in wanted}, lines


def _read_tsv(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], list[int]]:
    return _read_csv(path, wanted, "\t")


def from_json(text: str, place: str = "") -> Any:
    """What a JSON text holds, or an error that starts with its place."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = place or (f"line {error.lineno}: " if error.lineno > 1 else "")
        raise SampleError(f"{where}not JSON ({error.msg}): {_short(error.doc[error.pos :].strip())}") from None
    except RecursionError:
        raise SampleError(f"{place}JSON nested too deep to be read") from None
    except ValueError:
        # Python reads no whole number of more than 4,300 digits.
        raise SampleError(f"{place}a number with too many digits to be read") from None


def json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file, each with the number of its line; blank lines are passed over."""
    rows = []
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            row = from_json(line, f"line {number}: ")
            if not isinstance(row, dict):
                raise SampleError(f"line {number}: expected an object, got {_short(row)}")
            rows.append((number, row))
    return rows


def _read_jsonl(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], list[int]]:
    """Columns, and the line of the file on which each row stands."""
    rows = json_lines(path)
    return _columns_of(rows, wanted, "line"), [number for number, _ in rows]


def _read_json(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], None]:
    with opened(path) as file:
        rows = from_json(file.read())
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SampleError("expected a list of objects, one a sample")
    return _columns_of(list(enumerate(rows)), wanted, "row"), None


def _columns_of(rows: list[tuple[int, dict[str, Any]]], wanted: set[str], place: str) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for _, row in rows for name in row)
    _needed(names)
    # An answer may be missing, and so may what is no part of a sample.
    for name in [name for name in COLUMNS if name in names and name != "answer"]:
        for number, row in rows:
            if name not in row:
                raise SampleError(f"{place} {number}: the column {name!r} is missing, but others have it")
    return {name: [row.get(name) for _, row in rows] for name in names if name in wanted}


def _read_parquet(path: Path, wanted: set[str]) -> tuple[dict[str, list[Any]], None]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise ImportError("Parquet files need the package pyarrow: pip install 'inference-scaling[parquet]'") from None
    columns = parquet.read_table(path).to_pydict()
    _needed(columns)
    return {name: values for name, values in columns.items() if name in wanted}, None


_READERS = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".json": _read_json,
    ".parquet": _read_parquet,
}


def write_samples(samples: SampleSet, path: str | Path) -> None:
    """Write samples to a CSV or JSON Lines file, told apart by the ending; `read_samples` reads the same set from it.

    Parameters
    ----------
    samples : SampleSet
    path : str or Path
        ``.csv``; ``.jsonl`` or ``.ndjson``. A file that is there is replaced.

    Raises
    ------
    SampleError
        For another ending, or a label that would not be read as itself: one without a sign or with space around it,
        "<NA>", or an answer such as "7.0", which is read as "7".

    Examples
    --------
    >>> import tempfile
    >>> samples = SampleSet.from_columns({"problem": ["a", "a"], "correct": [1, 0], "answer": ["7", None]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_samples(samples, f"{folder}/samples.csv")
    ...     print(Path(folder, "samples.csv").read_text())
    problem,correct,answer
    a,1,7
    a,0,
    <BLANKLINE>
    """
    path = Path(path)
    for name in ("problems", "answers"):
        for label in getattr(samples, name):
            read = None if is_missing(label) else (answer_label if name == "answers" else _label)(label)
            if label != read:
                raise SampleError(f"{name}: {label!r} would be read as {read!r}")
    labels = (*samples.answers, None)
    columns: dict[str, list[Any]] = {
        "problem": [samples.problems[code] for code in samples.problem.tolist()],
        "correct": samples.correct.astype(int).tolist(),
    }
    if samples.answer is not None:
        columns["answer"] = [labels[code] for code in samples.answer.tolist()]
    for name in ("score", "tokens", "prompt_tokens"):
        if getattr(samples, name) is not None:
            columns[name] = getattr(samples, name).tolist()
    if samples.step_offsets is not None:
        columns["step_scores"] = [steps.tolist() for steps in samples.steps()]
    rows = zip(*columns.values(), strict=True)
    if path.suffix.lower() == ".csv":
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
    else:
        raise SampleError(f"{path.name}: expected a file ending in .csv, .jsonl or .ndjson")

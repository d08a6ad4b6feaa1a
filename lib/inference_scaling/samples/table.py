"""SampleSet: the table itself, how it is made, and what it holds.

One row is one sample; columns are NumPy arrays of equal length. Problems may have different numbers of
samples. A set never changes after it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .answers import DOUBTFUL, encode, encode_answers, is_missing, problem_label
from .coercion import as_codes, as_finite, as_labels, as_numbers, as_steps, as_whole, booleans
from .columns import CHECKED, COLUMNS, NUMERIC, check_each_once, check_needed, check_one_setting
from .errors import SHOWN, SampleError, short


class Pool(NamedTuple):
    """The samples of one problem, in the order in which they were recorded."""

    correct: np.ndarray
    answer: np.ndarray | None
    score: np.ndarray | None


def _frozen(array: ArrayLike, dtype: Any = None) -> np.ndarray:
    """Return a read-only view: the arrays of a set cannot be changed through it."""
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
        put = partial(object.__setattr__, self)
        put("problems", tuple(map(str, self.problems)))
        put("answers", tuple(map(str, self.answers)))
        put("meta", MappingProxyType(dict(self.meta)))
        put("correct", _frozen(booleans("correct", self.correct)))
        rows = self.correct.size
        if rows == 0:
            raise SampleError("an empty table: at least one sample is needed")
        put("problem", _frozen(as_codes("problem", self.problem, rows, len(self.problems), missing=False)))
        if self.answer is not None:
            put("answer", _frozen(as_codes("answer", self.answer, rows, len(self.answers), missing=True)))
        if self.score is not None:
            put("score", _frozen(as_finite("score", self.score, rows)))
        for name in ("tokens", "prompt_tokens"):
            if getattr(self, name) is not None:
                put(name, _frozen(as_whole(name, getattr(self, name), rows)))
        if (self.step_offsets is None) != (self.step_values is None):
            raise SampleError("step_scores: offsets and values belong together, but only one of them was given")
        if self.step_offsets is not None:
            offsets = as_whole("step_scores", self.step_offsets, rows + 1)
            values = as_finite("step_scores", self.step_values, None)
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
        # A read-only view of a mapping cannot be pickled or copied; a set is rebuilt from its parts.
        return _rebuilt, ({part.name: getattr(self, part.name) for part in fields(self)} | {"meta": dict(self.meta)},)

    # -- constructors -------------------------------------------------------------------------------

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
        n, c = as_whole("n", n, None), as_whole("c", c, None)
        if n.shape != c.shape:
            raise SampleError(f"n and c must have one entry a problem each, got {n.size} and {c.size}")
        for bad, rule in ((n < 1, "n must be at least 1"), (c > n, "c must be at most n")):
            if np.any(bad):
                row = int(np.flatnonzero(bad)[0])
                raise SampleError(f"problem {row}: {rule}, got n = {n[row]}, c = {c[row]}")
        times = n.astype(np.intp)
        starts = np.repeat(np.cumsum(n) - n, times)
        position = np.arange(int(n.sum())) - starts
        return cls(
            problem=np.repeat(np.arange(n.size), times),
            correct=position < np.repeat(c, times),
            problems=as_labels(problems, n.size),
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
            "7.0" are the same answer.
        problems : sequence of str, optional
        meta : mapping, optional

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            When a matrix has another shape, or an entry has the wrong type.

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
        codes, answers = (
            (None, ()) if answer is None else encode_answers(np.asarray(answer, dtype=object).ravel().tolist())
        )
        return cls(
            problem=np.repeat(np.arange(shape[0]), shape[1]),
            correct=booleans("correct", np.asarray(correct).ravel()),
            problems=as_labels(problems, shape[0]),
            answer=codes,
            answers=answers,
            score=None if score is None else np.asarray(score).ravel(),
            meta=meta or {},
        )

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]], *, meta: Mapping[str, Any] | None = None) -> SampleSet:
        """Return a set from named columns of equal length; columns that a set does not hold are ignored.

        Parameters
        ----------
        columns : mapping of str to sequence
            ``problem`` and ``correct``, and any of ``answer``, ``score``, ``tokens``, ``prompt_tokens``,
            ``step_scores`` (a sequence of numbers a row). A column ``answer`` without any entry counts as absent.
        meta : mapping, optional

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            Naming the missing column, or column, row and value. Two mistakes that would go unnoticed are refused:
            one problem with two values of ``model``, ``task``, ``dataset`` or ``temperature``, and
            one sample twice, the same problem and ``sample_id`` (or ``epoch``, ``trial``), in the same ``run`` or
            with the same ``seed`` where there is such a column.

        Examples
        --------
        >>> SampleSet.from_columns({"problem": ["a", "b", "a"], "correct": [1, 0, 0]}).n
        array([2, 1])
        """
        check_needed(columns)
        rows = len(columns["correct"])
        for name in (*COLUMNS, *CHECKED):
            if name in columns and len(columns[name]) != rows:
                raise SampleError(f"{name}: {len(columns[name])} rows, but correct has {rows}")
        for row, label in enumerate(columns["problem"]):
            if is_missing(label):
                raise SampleError(f"every sample needs a problem, got {label!r}", "problem", row)
        problem, problems = encode(columns["problem"], problem_label)
        check_one_setting(columns, problem, problems)
        check_each_once(columns, problem, problems)
        answer, answers = encode_answers(columns["answer"]) if "answer" in columns else (None, ())
        offsets, values = as_steps(columns["step_scores"]) if "step_scores" in columns else (None, None)
        numbers = {name: as_numbers(name, columns[name]) for name in NUMERIC if name in columns}
        return cls(
            problem=problem,
            correct=booleans("correct", columns["correct"]),
            problems=problems,
            answer=answer,
            answers=answers,
            **numbers,
            step_offsets=offsets,
            step_values=values,
            meta=meta or {},
        )

    @classmethod
    def from_frame(cls, frame: Any, *, meta: Mapping[str, Any] | None = None) -> SampleSet:
        """Return a set from a dataframe of any library that narwhals understands (pandas, polars, pyarrow, …).

        A mapping of columns needs no narwhals.

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
        check_needed(native.columns)
        wanted = [name for name in (*COLUMNS, *CHECKED) if name in native.columns]
        return cls.from_columns({name: native[name].to_list() for name in wanted}, meta=meta)

    # -- contents -----------------------------------------------------------------------------------

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
        """Warnings about the answers that a vote over them would hide, in sentences.

        Several correct answers to one problem may be spellings of the same answer, which split a vote. Where all
        samples of each problem have the same answer although some are right and others wrong, the column holds the
        reference answers and not those of the samples.

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
            shown = f"{short(self.problems[several[0]])}: {short(first[0])}, {short(first[1])}"
            found.append(
                f"{several.size:,} of {len(self.problems):,} problems {have} several right answers (as {shown}), which "
                "split a vote: if they are spellings of the same answer, write them alike"
            )
        for code, label in enumerate(self.answers):
            if label.lower() in DOUBTFUL and (times := np.count_nonzero(self.answer == code)):
                found.append(
                    f"{label!r} counts as an answer in votes, in {times:,} samples: leave it empty if it means none"
                )
        answers = np.unique(np.stack([self.problem, self.answer])[:, given], axis=1)
        one_each = answers.shape[1] == np.unique(answers[0]).size
        if one_each and np.any((self.c > 0) & (self.c < self.n)) and given.all():
            found.append(
                "within each problem all answers are equal, though some samples are right and others wrong: the column "
                "'answer' looks like the reference answer, so a vote over it is meaningless"
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
        if self.step_offsets is None or self.step_values is None:
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
            raise SampleError(f"select takes each problem once and at least one, got {list(problems)!r:.{SHOWN}}")
        rows = np.concatenate([self._rows[code] for code in codes])
        new_code = {code: position for position, code in enumerate(codes)}
        return self._like(
            problem=np.array([new_code[code] for code in self.problem[rows].tolist()]),
            problems=tuple(self.problems[code] for code in codes),
            **self._columns_at(rows),
        )

    def at_least_samples(self, least: int) -> SampleSet:
        """Return the problems that have at least so many samples, with all of their samples.

        Raises
        ------
        SampleError
            When no problem has that many.

        Examples
        --------
        >>> SampleSet.from_counts(n=[3, 8, 9], c=[1, 2, 9]).at_least_samples(8).n
        array([8, 9])
        """
        if isinstance(least, bool) or not isinstance(least, (int, np.integer)):
            raise SampleError(f"least = {least!r:.{SHOWN}}: must be a whole number of samples")
        enough = np.flatnonzero(self.n >= least)
        if enough.size == 0:
            raise SampleError(f"least = {least}: no problem has that many samples; the most is {self.n.max()}")
        return self if enough.size == self.n.size else self.select(enough.tolist())

    def take(self, rows: ArrayLike) -> SampleSet:
        """Return the samples at some rows, 0-based, in the order given; every problem keeps at least one.

        Raises
        ------
        SampleError
            For rows that are not whole numbers, a row that the set does not have, or a problem that would be left
            without a sample.

        Examples
        --------
        >>> SampleSet.from_counts(n=[3, 2], c=[1, 2]).take([0, 2, 3]).n
        array([2, 1])
        """
        given = np.asarray(rows)
        if given.size and not np.issubdtype(given.dtype, np.integer):
            first = given.flat[0].item()
            raise SampleError(f"rows are whole numbers, got {first!r}; numpy.flatnonzero makes rows of a mask")
        chosen = given.astype(np.intp)
        if outside := chosen[(chosen < 0) | (chosen >= len(self))].tolist():
            raise SampleError(f"row {outside[0]} is not in the set; it has {len(self)} samples")
        return self._like(problem=self.problem[chosen], **self._columns_at(chosen))

    def _columns_at(self, rows: np.ndarray) -> dict[str, Any]:
        """Return the columns at some rows, without the problems."""
        offsets = values = None
        if self.step_offsets is not None:
            steps = list(self.steps())
            offsets, values = as_steps([steps[row] for row in rows.tolist()])

        def at(column: np.ndarray | None) -> np.ndarray | None:
            return None if column is None else column[rows]

        return {
            "correct": self.correct[rows],
            "answer": at(self.answer),
            "score": at(self.score),
            "tokens": at(self.tokens),
            "prompt_tokens": at(self.prompt_tokens),
            "step_offsets": offsets,
            "step_values": values,
        }

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
        extra = [name for name in ("answer", *NUMERIC) if getattr(self, name) is not None]
        if self.step_offsets is not None:
            extra.append("step_scores")
        if extra:
            lines.append(f"also: {', '.join(extra)}")
        for key, value in self.meta.items():
            lines += [f"note: {note}" for note in value] if key == "notes" else [f"{key}: {value}"]
        return "\n".join(lines)


def _rebuilt(parts: dict[str, Any]) -> SampleSet:
    return SampleSet(**parts)

"""SampleSet: the table itself, how it is made, and what it holds.

One row is one sample; columns are NumPy arrays of equal length. Problems may have different numbers of
samples. A set never changes after it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .answers import DOUBTFUL, encode, encode_answers, problem_label
from .coercion import (
    as_codes,
    as_finite,
    as_labels,
    as_numbers,
    as_shares,
    as_steps,
    as_whole,
    booleans,
    judgements,
    threshold,
)
from .columns import (
    CHECKED,
    COLUMNS,
    NUMERIC,
    check_each_once,
    check_names,
    check_needed,
    check_one_setting,
    check_scores,
)
from .errors import SHOWN, SampleError, short
from .native import frame_of, narwhals
from .spellings import Same, merged

EMPTY = "an empty table: at least one sample is needed"


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
    reward : array of float, shape (samples,), optional
        Credit for the sample, from 0 to 1: the share of its tests passed, half marks. See `reward_curve`.
    scores : mapping of str to array of float, shape (samples,)
        Several scores of the same samples, by name: one of each verifier that is a candidate. They are part of the set,
        and not beside it, because a selection of problems or rows must take them along. `with_score` makes one of them
        the score; `plan` chooses among them.
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
    # Last, so that a set made by position is made as before.
    reward: np.ndarray | None = None
    scores: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = partial(object.__setattr__, self)
        put("problems", tuple(map(str, self.problems)))
        put("answers", tuple(map(str, self.answers)))
        put("meta", MappingProxyType(dict(self.meta)))
        put("correct", _frozen(booleans("correct", self.correct)))
        rows = self.correct.size
        if rows == 0:
            raise SampleError(EMPTY)
        put("problem", _frozen(as_codes("problem", self.problem, rows, len(self.problems), missing=False)))
        if self.answer is not None:
            put("answer", _frozen(as_codes("answer", self.answer, rows, len(self.answers), missing=True)))
        if self.score is not None:
            put("score", _frozen(as_finite("score", self.score, rows)))
        for name in ("tokens", "prompt_tokens"):
            if getattr(self, name) is not None:
                put(name, _frozen(as_whole(name, getattr(self, name), rows)))
        if self.reward is not None:
            put("reward", _frozen(as_shares("reward", self.reward, rows)))
        named = {str(name): _frozen(as_finite(str(name), one, rows)) for name, one in dict(self.scores).items()}
        put("scores", MappingProxyType(named))
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
        plain = {"meta": dict(self.meta), "scores": dict(self.scores)}
        return _rebuilt, ({part.name: getattr(self, part.name) for part in fields(self)} | plain,)

    # -- constructors -------------------------------------------------------------------------------

    @classmethod
    def from_counts(
        cls, n: ArrayLike, c: ArrayLike, *, problems: Sequence[str] | None = None, meta: Mapping[str, Any] | None = None
    ) -> SampleSet:
        """Return a set of `n` samples a problem of which the first `c` are correct.

        The set keeps the counts alone, whatever the number of samples: pass@k, pass^k, forecasts, comparisons and plans
        for coverage read nothing else. The columns `problem` and `correct` are made when they are first asked for.

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
        if n.size == 0:
            raise SampleError(EMPTY)
        return CountedSamples(n, c, as_labels(problems, n.size), meta or {})

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
    def from_columns(
        cls,
        columns: Mapping[str, Sequence[Any]],
        *,
        names: Mapping[str, str] | None = None,
        scores: Sequence[str] = (),
        at_least: float | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> SampleSet:
        """Return a set from named columns of equal length; columns that a set does not hold are ignored.

        Parameters
        ----------
        columns : mapping of str to sequence
            ``problem`` and ``correct``, and any of ``answer``, ``score``, ``tokens``, ``prompt_tokens``,
            ``reward``, ``step_scores`` (a sequence of numbers a row). A column ``answer`` without any entry counts as
            absent. ``correct`` is true or false, 1 or 0, yes or no, pass or fail, right or wrong. Where there is a
            ``reward`` and no ``correct``, a sample with full reward is correct, or one with `at_least` so much.
        names : mapping of str to str, optional
            Where the columns have other names: ``{"problem": "task_id", "correct": "passed"}``.
        scores : sequence of str
            Columns that hold one score each, where several are to be compared: ``["prm", "orm"]``.
        at_least : float, optional
            Where ``correct`` holds numbers: the lowest that counts as right.
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
        names, scored = check_names(names), check_scores(scores, columns)
        check_needed(columns, names)
        own = {name for name in columns if name not in COLUMNS} - set(names.values())
        columns = {name: columns[names.get(name, name)] for name in COLUMNS if names.get(name, name) in columns} | {
            name: columns[name] for name in own
        }
        judged = "correct" if "correct" in columns else "reward"
        rows = len(columns[judged])
        for name, values in [
            *((name, columns[name]) for name in (*COLUMNS, *CHECKED) if name in columns),
            *scored.items(),
        ]:
            if len(values) != rows:
                raise SampleError(f"{name}: {len(values)} rows, but {judged} has {rows}")
        problem, problems = encode(columns["problem"], problem_label)
        if np.any(problem < 0):
            row = int((problem < 0).argmax())
            label = next(islice(columns["problem"], row, None))
            raise SampleError(f"every sample needs a problem, got {label!r}", "problem", row)
        check_one_setting(columns, problem, problems)
        check_each_once(columns, problem, problems)
        answer, answers = encode_answers(columns["answer"]) if "answer" in columns else (None, ())
        offsets, steps = as_steps(columns["step_scores"]) if "step_scores" in columns else (None, None)
        numbers = {name: as_numbers(name, columns[name]) for name in NUMERIC if name in columns}
        if judged == "correct":
            correct = judgements(columns["correct"], threshold(at_least))
        else:
            least = 1.0 if at_least is None else threshold(at_least)
            correct = numbers["reward"] >= least
            note = f"there is no column 'correct': samples with a reward of {least:g} or more are correct"
            meta = {**(meta or {}), "notes": (*(meta or {}).get("notes", ()), note)}
        return cls(
            problem=problem,
            correct=correct,
            problems=problems,
            answer=answer,
            answers=answers,
            **numbers,
            step_offsets=offsets,
            step_values=steps,
            meta=meta or {},
            scores={name: as_numbers(name, values) for name, values in scored.items()},
        )

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        names: Mapping[str, str] | None = None,
        scores: Sequence[str] = (),
        at_least: float | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> SampleSet:
        """Return a set from a dataframe of any library that narwhals understands (pandas, polars, pyarrow, …).

        A mapping of columns needs no narwhals. `names`, `scores` and `at_least` are as for `from_columns`.

        Raises
        ------
        SampleError
            As `from_columns`.
        ImportError
            When narwhals is not installed.
        """
        if isinstance(frame, Mapping):
            return cls.from_columns(frame, names=names, scores=scores, at_least=at_least, meta=meta)
        nw = narwhals()
        try:
            native = nw.from_native(frame)
        except TypeError:
            raise SampleError(f"expected a dataframe, got {type(frame).__name__}") from None
        if isinstance(native, nw.LazyFrame):
            native = native.collect()
        own = check_names(names)
        check_needed(native.columns, own)
        check_scores(scores, native.columns)
        every = dict.fromkeys((*COLUMNS, *CHECKED, *own.values(), *scores))
        columns = {name: native[name].to_list() for name in every if name in native.columns}
        return cls.from_columns(columns, names=own, scores=scores, at_least=at_least, meta=meta)

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
        if without := given.size - np.count_nonzero(given):
            found.append(
                f"{without:,} of {given.size:,} samples ({100 * without / given.size:.1f} %) "
                f"{'has' if without == 1 else 'have'} no answer and {'casts' if without == 1 else 'cast'} no vote"
            )
        right = self._answered(given & self.correct)
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
        answers = self._answered(given)
        one_each = answers.shape[1] == np.unique(answers[0]).size
        if one_each and np.any((self.c > 0) & (self.c < self.n)) and given.all():
            found.append(
                "within each problem all answers are equal, though some samples are right and others wrong: the column "
                "'answer' looks like the reference answer, so a vote over it is meaningless"
            )
        return tuple(found)

    def _answered(self, rows: np.ndarray) -> np.ndarray:
        """The different pairs of problem and answer among some rows that have one, in order; shape (2, pairs)."""
        if self.answer is None:
            return np.empty((2, 0), dtype=np.intp)
        found: np.ndarray = np.stack(
            np.divmod(np.unique(self.problem[rows] * len(self.answers) + self.answer[rows]), max(len(self.answers), 1))
        )
        return found

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

    def with_same_answers(self, same: Same) -> SampleSet:
        """Return the same samples with the answers that mean the same made one answer.

        Parameters
        ----------
        same : str, callable or sequence of these
            The name of a rule of `SAME`: "text" (case, spaces and a final full stop do not count), "number" (`$1,200`,
            `1200.0` and `1200 km` are one), "fraction" (so are 1/2, 0.5 and `\\frac{1}{2}`), "boxed" (the last
            `\\boxed{…}` of a completion; without one there is no answer), "choice" (`(B)`, `b.` and `Answer: B` are
            one), "set" (`{1, 2}` and `2 and 1` are one). Or a function of one text, which returns what stands for the
            answer, None for no answer; or a function of two texts that says whether they mean the same: it is asked
            within each problem. Several are applied one after the other.

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            For an unknown rule, a set without answers, or where no answer is left.

        Examples
        --------
        >>> samples = SampleSet.from_matrix([[1, 1, 0]], answer=[["1/2", "0.5", "2"]])
        >>> samples.with_same_answers("fraction").answer
        array([0, 0, 1])
        >>> samples.with_same_answers(lambda a, b: a[0] == b[0]).answers
        ('1/2', '0.5', '2')
        """
        if self.answer is None:
            raise SampleError("answers that mean the same: the samples have no answers")
        answer, answers = self.answer, self.answers
        for rule in [same] if isinstance(same, str) or callable(same) else list(same):
            answer, answers = merged(rule, self.problem, answer, answers)
        if not np.any(answer >= 0):
            raise SampleError(f"answers that mean the same: no sample has an answer by {same!r:.{SHOWN}}")
        return self._like(answer=answer, answers=answers)

    def with_score(self, score: ArrayLike | str) -> SampleSet:
        """Return the same samples with another score, shape (samples,), or with one of `scores`, by its name.

        Raises
        ------
        SampleError
            For a name that is not one of `scores`.

        Examples
        --------
        >>> columns = {"problem": ["a", "a"], "correct": [1, 0], "prm": [0.9, 0.2], "orm": [0.3, 0.6]}
        >>> SampleSet.from_columns(columns, scores=["prm", "orm"]).with_score("orm").score
        array([0.3, 0.6])
        """
        if isinstance(score, str):
            if score not in self.scores:
                known = ", ".join(map(repr, self.scores)) or "none"
                raise SampleError(f"score = {score!r}: is not one of the set's scores: {known}")
            return self._like(score=self.scores[score])
        return self._like(score=np.asarray(score))

    def with_scores(self, scores: Mapping[str, ArrayLike]) -> SampleSet:
        """Return the same samples with several scores by name, each of shape (samples,), in the place of `scores`.

        Examples
        --------
        >>> samples = SampleSet.from_counts([2], [1])
        >>> samples.with_scores({"prm": [0.9, 0.2], "orm": [0.3, 0.6]}).with_score("orm").score
        array([0.3, 0.6])
        """
        return self._like(scores={name: np.asarray(one) for name, one in scores.items()})

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
        return self._of_problems(np.array(codes))

    def _of_problems(self, codes: np.ndarray) -> SampleSet:
        """The samples of these problems, each given once, in this order."""
        rows = np.concatenate([self._rows[code] for code in codes.tolist()])
        new_code = np.empty(len(self.problems), dtype=np.intp)
        new_code[codes] = np.arange(codes.size)
        return self._like(
            problem=new_code[self.problem[rows]],
            problems=tuple(self.problems[code] for code in codes.tolist()),
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

    def filter(self, keep: ArrayLike | Callable[[SampleSet], ArrayLike]) -> SampleSet:
        """Return the samples for which `keep` is true; a problem that none is left of is left out.

        Parameters
        ----------
        keep : array_like of bool, shape (samples,), or callable
            A truth value a sample, or a function of this set that returns them.

        Returns
        -------
        SampleSet

        Raises
        ------
        SampleError
            For another shape or other values, or when no sample is left.

        Notes
        -----
        What depends on whether a sample is right, as its length does, changes what the rest says of the model.

        Examples
        --------
        >>> samples = SampleSet.from_matrix([[1, 0], [1, 1]], score=[[0.9, 0.2], [0.1, 0.3]])
        >>> samples.filter(lambda one: one.score > 0.15).n
        array([2, 1])
        """
        mask = booleans("keep", keep(self) if callable(keep) else keep)
        if mask.size != len(self):
            raise SampleError(f"keep: expected a truth value for each of {len(self):,} samples, got {mask.size:,}")
        rows = np.flatnonzero(mask)
        if rows.size == 0:
            raise SampleError("keep: no sample is left")
        codes, back = np.unique(self.problem[rows], return_inverse=True)
        return self._like(
            problem=back.ravel(), problems=tuple(self.problems[i] for i in codes.tolist()), **self._columns_at(rows)
        )

    def groupby(
        self, key: Callable[[str], Hashable] | Mapping[str, Hashable] | Sequence[Hashable]
    ) -> dict[Hashable, SampleSet]:
        """Return the set of each group of problems, in the order in which the groups first occur.

        Parameters
        ----------
        key : callable, mapping of str to group, or sequence of groups, one a problem
            The group of a problem, by its label: ``lambda problem: problem.split("/")[0]``, or
            ``{"task/1": "easy", "task/2": "hard"}``.

        Returns
        -------
        dict of group to SampleSet

        Raises
        ------
        SampleError
            For a problem without a group, or a sequence of another length.

        Examples
        --------
        >>> samples = SampleSet.from_counts([2, 2, 2], [1, 2, 0], problems=["algebra/1", "algebra/2", "sets/1"])
        >>> {name: one.c.tolist() for name, one in samples.groupby(lambda problem: problem.split("/")[0]).items()}
        {'algebra': [1, 2], 'sets': [0]}
        """
        if callable(key):
            groups = [key(label) for label in self.problems]
        elif isinstance(key, Mapping):
            if without := [label for label in self.problems if label not in key]:
                raise SampleError(f"groupby: {len(without):,} problems have no group, as {short(without[0])}")
            groups = [key[label] for label in self.problems]
        else:
            groups = list(key)
            if isinstance(key, str) or len(groups) != len(self.problems):
                raise SampleError(
                    f"groupby: expected a group for each of {len(self.problems):,} problems, a mapping or a function "
                    f"of a problem's label, got {short(key)}"
                )
        codes: dict[Hashable, list[int]] = {}
        for code, group in enumerate(groups):
            codes.setdefault(group, []).append(code)
        return {group: self.select(mine) for group, mine in codes.items()}

    def to_frame(self, backend: str | None = None) -> Any:
        """Return the samples as a dataframe, which `from_frame` reads back.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}, optional
            The library of the dataframe; the first of these that is installed when left out.

        Returns
        -------
        dataframe
            One row a sample: ``problem``, ``correct``, and the columns that the set has, `scores` by their own names.

        Raises
        ------
        SampleError
            For another backend.
        ImportError
            When narwhals or the backend is not installed.

        Examples
        --------
        >>> SampleSet.from_counts([2], [1], problems=["a"]).to_frame("pandas").values.tolist()
        [['a', True], ['a', False]]
        """
        labels = (*self.answers, None)
        columns: dict[str, Any] = {
            "problem": [self.problems[code] for code in self.problem.tolist()],
            "correct": self.correct.tolist(),
        }
        if self.answer is not None:
            columns["answer"] = [labels[code] for code in self.answer.tolist()]
        columns |= {name: getattr(self, name).tolist() for name in NUMERIC if getattr(self, name) is not None}
        if self.step_offsets is not None:
            columns["step_scores"] = [steps.tolist() for steps in self.steps()]
        columns |= {name: one.tolist() for name, one in self.scores.items()}
        return frame_of(columns, backend)

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
            "reward": at(self.reward),
            "scores": {name: one[rows] for name, one in self.scores.items()},
            "step_offsets": offsets,
            "step_values": values,
        }

    def _like(self, **changed: Any) -> SampleSet:
        names = (*COLUMNS[:-1], "problems", "answers", "step_offsets", "step_values", "meta", "scores")
        return SampleSet(**{name: getattr(self, name) for name in names} | changed)

    def __repr__(self) -> str:
        low, high = int(self.n.min()), int(self.n.max())
        each = f"{low}" if low == high else f"{low} to {high}"
        lines = [
            f"{len(self):,} samples of {len(self.problems):,} problems, {each} each; "
            f"{int(self.c.sum()) / len(self):.1%} of the samples are correct"
        ]
        extra = [name for name in ("answer", *NUMERIC) if getattr(self, name) is not None]
        if self.step_offsets is not None:
            extra.append("step_scores")
        extra += self.scores
        if extra:
            lines.append(f"also: {', '.join(extra)}")
        for key, value in self.meta.items():
            lines += [f"note: {note}" for note in value] if key == "notes" else [f"{key}: {value}"]
        return "\n".join(lines)


class CountedSamples(SampleSet):
    """A set that keeps its counts, and makes the columns `problem` and `correct` when they are first asked for.

    Parameters
    ----------
    n, c : array of int, shape (problems,)
        As `SampleSet.from_counts`, which makes these sets, has checked them.
    problems : tuple of str
    meta : mapping
    """

    def __new__(cls, *counts: Any, **columns: Any) -> Any:
        # `dataclasses.replace` makes its copy from columns: with another one beside them, counts do not suffice.
        return SampleSet(**columns) if columns else super().__new__(cls)

    def __init__(self, n: np.ndarray, c: np.ndarray, problems: tuple[str, ...], meta: Mapping[str, Any]) -> None:
        put = partial(object.__setattr__, self)
        put("problems", problems)
        put("meta", MappingProxyType(dict(meta)))
        put("scores", MappingProxyType({}))
        for name, counts in (("n", n), ("c", c)):
            # A copy: a set never changes, whatever becomes of the array that it was made from.
            put(name, _frozen(np.array(counts, dtype=np.int64)))

    def __len__(self) -> int:
        return int(self.n.sum())

    @cached_property
    def problem(self) -> np.ndarray:
        """Code of each sample's problem; int, shape (samples,)."""
        return _frozen(np.repeat(np.arange(self.n.size), self.n))

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each sample is correct; bool, shape (samples,)."""
        right = np.zeros((self.n.size, 2), dtype=np.int64)
        right[:, 0], right[:, 1] = self.c, self.n - self.c
        return _frozen(np.repeat(np.tile([True, False], self.n.size), right.ravel()))

    def pools(self) -> Iterator[Pool]:
        """Yield each problem's samples in the order of `problems`."""
        for n, c in zip(self.n.tolist(), self.c.tolist(), strict=True):
            yield Pool(_frozen(np.arange(n) < c), None, None)

    def _of_problems(self, codes: np.ndarray) -> SampleSet:
        return CountedSamples(self.n[codes], self.c[codes], tuple(self.problems[i] for i in codes.tolist()), self.meta)

    def __reduce__(self) -> tuple[Any, ...]:
        return CountedSamples, (np.asarray(self.n), np.asarray(self.c), self.problems, dict(self.meta))


def _rebuilt(parts: dict[str, Any]) -> SampleSet:
    return SampleSet(**parts)

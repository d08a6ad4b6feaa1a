"""A small model that reasons in steps, with an outcome and a process verifier: trained in seconds, in NumPy.

The problems are running sums modulo 100, written out step by step: ``37+48=85*07=95-19=76``. The model is a
multilayer perceptron over a fixed window of characters (value, operation, operand, first digit of the result) that
writes each result digit by digit, from a few thousand worked examples that leave many steps unseen. The terms of the
question are put into the text for it, so **a step depends on value, operation and operand alone**: all of its
probabilities fit in one table, which is computed once, and sampling is looking up.

The outcome verifier (ORM) is a logistic regression on counts of digit groups in the steps, trained on whether whole
solutions were right. The process verifier (PRM) has the same features for a single step; a training step counts as
good if continuations from it reach the answer at least half as often as continuations from the step before.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy
from scipy.optimize import minimize

from ..samples import SampleSet
from . import recorded

__all__ = [
    "Config",
    "Laboratory",
    "Problems",
    "Reasoner",
    "Solutions",
    "StepVerifier",
    "SumPuzzle",
    "Work",
    "draw_problems",
    "load",
    "train",
]

Rng = int | np.random.Generator | None

_SIGNS = "+-*"
_FACTORS = (3, 7, 9)
_TERMS = (1, 50)
_STEPS_AT_MOST = 10
_TOKENS = 2  # digits that the model writes at each step


@dataclass(frozen=True)
class Config:
    """Everything that decides what is trained.

    Parameters
    ----------
    seed : int
        Of the worked problems, the weights at the start, and the verifiers' solutions.
    worked : int
        Worked problems of 2 to 8 steps that the model learns from.
    hidden, epochs, batch, rate
        Hidden units, passes over the different steps, examples a weight update, first learning rate of Adam.
    orm_problems, orm_solutions : int
        Problems of 2 to 8 steps that the ORM learns from, and solutions drawn for each.
    prm_problems, prm_solutions, rollouts : int
        Problems of 2 or 3 steps that the PRM learns from (short ones: fewer later errors blur the labels), solutions
        for each, and continuations after each step.
    orm_ridge, prm_ridge : float
        Penalties on half the squared weights, beside the sum of the training losses.
    """

    seed: int = 0
    worked: int = 5000
    hidden: int = 128
    epochs: int = 13
    batch: int = 128
    rate: float = 8e-3
    orm_problems: int = 4000
    orm_solutions: int = 8
    prm_problems: int = 16_000
    prm_solutions: int = 5
    rollouts: int = 16
    orm_ridge: float = 2.0
    prm_ridge: float = 2.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if name in ("rate", "orm_ridge", "prm_ridge"):
                if not 0 < value < np.inf:
                    raise ValueError(f"{name} = {value!r}: must be finite and above 0")
            elif isinstance(value, bool) or not isinstance(value, int) or value < (name != "seed"):
                raise ValueError(f"{name} = {value!r}: must be a whole number, at least {int(name != 'seed')}")


# -- problems and solutions ------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Problems:
    """Running sums modulo 100.

    Parameters
    ----------
    start : array of int, shape (problems,)
    op : array of int, shape (problems, 10)
        0, 1, 2 for plus, minus, times.
    operand : array of int, shape (problems, 10)
    length : array of int, shape (problems,)
        Operations that count; columns beyond are padding.
    """

    start: np.ndarray
    op: np.ndarray
    operand: np.ndarray
    length: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def inside(self) -> np.ndarray:
        """Array of bool, shape (problems, 10): which columns count."""
        return np.arange(_STEPS_AT_MOST) < self.length[:, None]

    @cached_property
    def truth(self) -> np.ndarray:
        """Array of int, shape (problems, 10): the right running results."""
        value, found = self.start, []
        for op, operand in zip(self.op.T, self.operand.T, strict=True):
            value = _apply(value, op, operand)
            found.append(value)
        return np.stack(found, axis=1)

    @property
    def answer(self) -> np.ndarray:
        """Array of int, shape (problems,): the right last results."""
        answer: np.ndarray = self.truth[np.arange(len(self)), self.length - 1]
        return answer

    def text(self, problem: int) -> str:
        """Return a question as text.

        Parameters
        ----------
        problem : int

        Returns
        -------
        str
        """
        i, n = problem, self.length[problem]
        terms = zip(self.op[i, :n], self.operand[i, :n], strict=True)
        return f"{self.start[i]:02d}" + "".join(f"{_SIGNS[op]}{operand:02d}" for op, operand in terms)


def draw_problems(n: int, rng: Rng = None, *, shortest: int = 2, longest: int = 10) -> Problems:
    """Draw problems at random.

    Parameters
    ----------
    n : int
    rng : int or numpy.random.Generator, optional
    shortest, longest : int, optional
        Bounds of the number of operations, from 1 to 10.

    Returns
    -------
    Problems

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    Terms are 1 to 49, factors 3, 7 and 9: these share no divisor with 100, so no product takes a wrong step back.

    Examples
    --------
    >>> draw_problems(2, rng=1).text(0)
    '42-01-37*09*07'
    """
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"n = {n!r}: must be a whole number, at least 1")
    if not 1 <= shortest <= longest <= _STEPS_AT_MOST:
        raise ValueError(f"shortest, longest = {shortest}, {longest}: must rise within 1 to {_STEPS_AT_MOST}")
    generator = np.random.default_rng(rng)
    size = (n, _STEPS_AT_MOST)
    op = generator.integers(0, 3, size)
    operand = np.where(op == 2, generator.choice(_FACTORS, size), generator.integers(*_TERMS, size))
    start = generator.integers(0, 100, n)
    return Problems(start, op, operand, generator.integers(shortest, longest + 1, n))


@dataclass(frozen=True, eq=False)
class Solutions:
    """Solutions drawn for problems.

    Parameters
    ----------
    problems : Problems
    results : array of int, shape (problems, samples, 10)
        The results written at each step; padding beyond a problem's length.
    logprob : array of float, shape (problems, samples, 10)
        Natural logarithm of the probability with which the model wrote each of them; 0 in the padding.
    """

    problems: Problems
    results: np.ndarray
    logprob: np.ndarray

    @cached_property
    def answer(self) -> np.ndarray:
        """Array of int, shape (problems, samples): the last results."""
        last = (self.problems.length - 1)[:, None, None]
        answer: np.ndarray = np.take_along_axis(self.results, last, axis=2)[:, :, 0]
        return answer

    @property
    def correct(self) -> np.ndarray:
        """Array of bool, shape (problems, samples)."""
        correct: np.ndarray = self.answer == self.problems.answer[:, None]
        return correct

    @cached_property
    def steps(self) -> np.ndarray:
        """Array of int, shape (problems, samples, 10): a number for each step, or -1 in the padding."""
        start = np.broadcast_to(self.problems.start[:, None, None], (*self.results.shape[:2], 1))
        before = np.concatenate([start, self.results[:, :, :-1]], axis=2)
        context = _context(before, self.problems.op[:, None], self.problems.operand[:, None])
        steps: np.ndarray = np.where(self.problems.inside[:, None], context * 100 + self.results, -1)
        return steps

    @property
    def right_steps(self) -> np.ndarray:
        """Array of bool, shape (problems, samples, 10): whether each step is right by itself; True in the padding."""
        right: np.ndarray = (self.steps < 0) | _is_right(self.steps)
        return right

    def text(self, problem: int, sample: int) -> str:
        """Return a solution as text, such as ``37+48=85*07=95``.

        Parameters
        ----------
        problem, sample : int

        Returns
        -------
        str
        """
        steps = self.steps[problem, sample, : self.problems.length[problem]]
        return _text(self.problems.start[problem], steps.tolist())

    def samples(self, score: np.ndarray | None = None, step_scores: np.ndarray | None = None) -> SampleSet:
        """Return the solutions as a table.

        Parameters
        ----------
        score : array of float, shape (problems, samples), optional
            One number a solution; without it the mean log-probability of its steps.
        step_scores : array of float, shape (problems, samples, 10), optional
            One number a step; without it their log-probabilities.

        Returns
        -------
        SampleSet
        """
        many, samples = self.answer.shape
        length = self.problems.length
        if score is None:
            score = self.logprob.sum(2) / length[:, None]
        if step_scores is None:
            step_scores = self.logprob
        for name, value, shape in (("score", score, (many, samples)), ("step_scores", step_scores, self.steps.shape)):
            if np.shape(value) != shape:
                raise ValueError(f"{name} has shape {np.shape(value)}: must be {shape}")
        each = np.repeat(length, samples)
        return SampleSet(
            problem=np.repeat(np.arange(many), samples),
            correct=self.correct.ravel(),
            problems=tuple(f"{i}: {self.problems.text(i)}" for i in range(many)),
            answer=self.answer.ravel(),
            answers=tuple(f"{value:02d}" for value in range(100)),
            score=np.asarray(score).ravel(),
            tokens=each * _TOKENS,
            step_offsets=np.concatenate([[0], np.cumsum(each)]),
            step_values=np.asarray(step_scores)[self.steps >= 0],
            meta={
                "source": "a small model trained by this package (inference_scaling.sources.reasoner)",
                "licence": "BSD-3-Clause",
            },
        )


# -- the model -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reasoner:
    """The trained model.

    Parameters
    ----------
    weights : tuple of array of float32
        Of the two layers: weights, offsets, weights, offsets.
    """

    weights: tuple[np.ndarray, ...]
    _tables: dict[float, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def _logits(self) -> tuple[np.ndarray, np.ndarray]:
        # In float64 the order in which a processor's matrix kernel sums shows in the sixteenth digit only. The tables
        # that are drawn from keep seven: they are the same on every machine.
        weights = [w.astype(np.float64) for w in self.weights]
        context = np.arange(30_000)
        first = _forward(weights, _window(context, np.full(context.size, -1)))[1]
        second = [_forward(weights, _window(context, np.full(context.size, digit)))[1] for digit in range(10)]
        return first, np.stack(second, axis=1)

    def _digits(self, temperature: float) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities of the first digit (context, 10) and of the second (context, first digit, 10)."""
        if not 0 < temperature < np.inf:
            raise ValueError(f"temperature = {temperature!r}: must be finite and above 0")
        first, second = (_softmax(logits / temperature) for logits in self._logits)
        return first, second

    def _cumulative(self, temperature: float) -> tuple[np.ndarray, np.ndarray]:
        """The same, summed up along the last axis, in float32."""
        if temperature not in self._tables:
            first, second = (np.cumsum(digit, axis=-1).astype(np.float32) for digit in self._digits(temperature))
            self._tables[temperature] = first, second
        return self._tables[temperature]

    def probabilities(self, temperature: float = 1.0) -> np.ndarray:
        """Return the probability of every result after every value, operation and operand.

        Parameters
        ----------
        temperature : float, optional
            Divides the logits of each digit, above 0.

        Returns
        -------
        ndarray, shape (3, 100, 100, 100)
            By operation, operand, value before and result.
        """
        first, second = self._digits(temperature)
        table: np.ndarray = (first[:, :, None] * second).reshape(3, 100, 100, 100)
        return table

    def success(self, problems: Problems, temperature: float = 1.0) -> np.ndarray:
        """Return each problem's exact probability that one solution ends in the right answer.

        Parameters
        ----------
        problems : Problems
        temperature : float, optional

        Returns
        -------
        ndarray, shape (problems,)

        Notes
        -----
        The distribution of the running value is carried from step to step; right answers by way of wrong steps count.
        """
        table = self.probabilities(temperature)
        value = np.zeros((len(problems), 100), dtype=np.float64)
        value[np.arange(len(problems)), problems.start] = 1
        for step in range(_STEPS_AT_MOST):
            for i in np.flatnonzero(problems.inside[:, step]):
                value[i] = value[i] @ table[problems.op[i, step], problems.operand[i, step]]
        success: np.ndarray = value[np.arange(len(problems)), problems.answer]
        return success

    def draw(self, problems: Problems, n: int, rng: Rng = None, *, temperature: float = 1.0) -> Solutions:
        """Draw solutions.

        Parameters
        ----------
        problems : Problems
        n : int
            Samples a problem.
        rng : int or numpy.random.Generator, optional
        temperature : float, optional

        Returns
        -------
        Solutions
        """
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"n = {n!r}: must be a whole number, at least 1")
        generator = np.random.default_rng(rng)
        value = np.repeat(problems.start[:, None], n, axis=1)
        results = np.zeros((len(problems), n, _STEPS_AT_MOST), dtype=np.int16)
        logprob = np.zeros(results.shape, dtype=np.float32)
        for step in range(int(problems.length.max())):
            on = problems.inside[:, step]
            context = _context(value[on], problems.op[on, step, None], problems.operand[on, step, None])
            drawn, chance = self._step(context.ravel(), generator, temperature)
            value[on] = drawn.reshape(context.shape)
            results[on, :, step], logprob[on, :, step] = value[on], np.log(chance).reshape(context.shape)
        return Solutions(problems, results, logprob)

    def sample(
        self,
        problems: Problems,
        n: int,
        rng: Rng = None,
        *,
        temperature: float = 1.0,
        orm: StepVerifier | None = None,
        prm: StepVerifier | None = None,
    ) -> SampleSet:
        """Draw solutions and return them as a table, scored by the given verifiers.

        Parameters
        ----------
        problems, n, rng, temperature
            See ``draw``.
        orm : StepVerifier, optional
            Gives the scores; without it they are mean log-probabilities.
        prm : StepVerifier, optional
            Gives the step scores; without it they are log-probabilities.

        Returns
        -------
        SampleSet
        """
        drawn = self.draw(problems, n, rng, temperature=temperature)
        return drawn.samples(None if orm is None else orm.score(drawn), None if prm is None else prm.step_scores(drawn))

    def puzzle(self, problems: Problems, problem: int, *, temperature: float = 1.0) -> SumPuzzle:
        """Return one problem as a puzzle for ``search``.

        Parameters
        ----------
        problems : Problems
        problem : int
            Which of them.
        temperature : float, optional

        Returns
        -------
        SumPuzzle
        """
        if not 0 <= problem < len(problems):
            raise ValueError(f"problem = {problem!r}: must be from 0 to {len(problems) - 1}")
        return SumPuzzle(self, problems, int(problem), temperature)

    def _step(self, context: np.ndarray, rng: np.random.Generator, temperature: float) -> tuple[np.ndarray, np.ndarray]:
        """Draw a result for each context; also the probability it had."""
        first, second = self._cumulative(temperature)
        rows = first[context]
        tens, chance = _pick(rows, rng)
        units, given = _pick(second[context, tens], rng)
        return tens * 10 + units, chance * given


class Work(NamedTuple):
    """A partial solution in a search.

    Parameters
    ----------
    value : int
        The last result.
    steps : tuple of int
        A number for each step so far, which holds its value before, operation, operand and result.
    """

    value: int
    steps: tuple[int, ...]

    def __str__(self) -> str:
        if not self.steps:
            return f"{self.value:02d}"
        return _text(self.steps[0] // 100 % 100, self.steps)


class SumPuzzle:
    """One problem under the protocol of ``search``, its steps drawn by the model. Made by ``Reasoner.puzzle``."""

    max_step_tokens = _TOKENS

    def __init__(self, reasoner: Reasoner, problems: Problems, problem: int, temperature: float) -> None:
        self.reasoner, self.temperature, self.question = reasoner, temperature, problems.text(problem)
        self.length = int(problems.length[problem])
        self._start, self._answer = int(problems.start[problem]), int(problems.answer[problem])
        self._terms = _context(0, problems.op[problem], problems.operand[problem])

    def start(self, rng: np.random.Generator) -> Work:
        """Return the first number of the question."""
        return Work(self._start, ())

    def expand(self, state: Work, k: int, rng: np.random.Generator) -> list[Work]:
        """Return k draws of the next step."""
        return self.expand_many([state], [k], rng)[0]

    def expand_many(self, states: Sequence[Work], counts: Sequence[int], rng: np.random.Generator) -> list[list[Work]]:
        """Return as many draws for each state as its count says, all from one batch."""
        context = np.array([self._terms[len(state.steps)] + state.value for state in states])
        context = np.repeat(context, counts)
        value = self.reasoner._step(context, rng, self.temperature)[0]
        drawn = zip(value.tolist(), (context * 100 + value).tolist(), strict=True)
        return [
            [Work(result, (*state.steps, step)) for _, (result, step) in zip(range(count), drawn, strict=False)]
            for state, count in zip(states, counts, strict=True)
        ]

    def is_done(self, state: Work) -> bool:
        """Return whether all operations are carried out."""
        return len(state.steps) == self.length

    def is_correct(self, state: Work) -> bool:
        """Return whether the last result is the answer."""
        return state.value == self._answer

    def step_tokens(self, states: Sequence[Work]) -> list[int]:
        """Return the digits written in each state's last step."""
        return [_TOKENS] * len(states)

    @staticmethod
    def check(states: Sequence[Work]) -> np.ndarray:
        """Return 1 for a state whose steps are all right, else 0: the perfect process verifier."""
        return _each(states, lambda steps: _is_right(steps).astype(float), np.minimum)


# -- the verifiers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class StepVerifier:
    """A logistic regression on digit groups of steps.

    Parameters
    ----------
    weights : array of float32
        One for each digit group.
    offset : float
    kind : str
        ``"orm"``: a solution's logit is the offset plus the sum over its steps. ``"prm"``: each step has its own logit.
    seen : array of int
        How often each digit group stood in the training solutions.
    """

    weights: np.ndarray
    offset: float
    kind: str
    seen: np.ndarray

    def _sum(self, steps: np.ndarray) -> np.ndarray:
        # One gather for each family of groups keeps the arrays as small as the steps.
        total = np.zeros(steps.shape, dtype=np.float32)
        for group in _groups(steps):
            total += self.weights[group]
        return total

    def score(self, solutions: Solutions) -> np.ndarray:
        """Return one score a solution: the logit of an ORM, the log of the product of a PRM's step scores.

        Parameters
        ----------
        solutions : Solutions

        Returns
        -------
        ndarray, shape (problems, samples)
        """
        if self.kind == "prm":
            logs: np.ndarray = np.log(self.step_scores(solutions)).sum(2)
            return logs
        inside = solutions.steps >= 0
        logits: np.ndarray = np.where(inside, self._sum(solutions.steps), 0).sum(2) + self.offset
        return logits

    def step_scores(self, solutions: Solutions) -> np.ndarray:
        """Return one score a step: a PRM's probability that it is good.

        Parameters
        ----------
        solutions : Solutions

        Returns
        -------
        ndarray, shape (problems, samples, 10)
            1 in the padding.
        """
        if self.kind != "prm":
            raise ValueError("step_scores: an ORM scores whole solutions; use a PRM")
        return np.where(solutions.steps >= 0, _sigmoid(self._sum(solutions.steps) + self.offset), 1.0)

    def on(self, how: str = "product") -> Callable[[Sequence[Work]], np.ndarray]:
        """Return the verifier as ``search`` takes it.

        Parameters
        ----------
        how : str, optional
            For a PRM how a state's step scores become one number: ``"product"``, ``"min"`` or ``"last"``. An ORM
            gives its logit for the steps so far, whatever `how` is.

        Returns
        -------
        callable
            From a list of ``Work`` to an array of float, one number a state.
        """
        if self.kind == "orm":
            return lambda states: _each(states, self._sum, np.add) + self.offset

        def step(steps: np.ndarray) -> np.ndarray:
            return _sigmoid(self._sum(steps) + self.offset)

        if how == "last":
            return lambda states: step(np.array([state.steps[-1] for state in states]))
        ways = {"product": np.multiply, "min": np.minimum}
        if how not in ways:
            raise ValueError(f"how = {how!r}: must be one of 'product', 'min', 'last'")
        return lambda states: _each(states, step, ways[how])

    def rarest(self, solutions: Solutions) -> np.ndarray:
        """Return how often the rarest digit group of each step was seen in training.

        Parameters
        ----------
        solutions : Solutions

        Returns
        -------
        ndarray of int, shape (problems, samples, 10)
        """
        rarest: np.ndarray = np.minimum.reduce([self.seen[group] for group in _groups(solutions.steps)])
        return rarest


# -- training and storing --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Laboratory:
    """The model and its verifiers, trained together.

    Parameters
    ----------
    config : Config
    reasoner : Reasoner
    orm, prm : StepVerifier
    """

    config: Config
    reasoner: Reasoner
    orm: StepVerifier
    prm: StepVerifier


def train(config: Config | None = None) -> Laboratory:
    """Train the model, then both verifiers on solutions of the model.

    Parameters
    ----------
    config : Config, optional

    Returns
    -------
    Laboratory
        All parameters are rounded to float32, so that what is stored is what was trained.
    """
    config = config or Config()
    of_model, of_orm, of_prm = np.random.default_rng(config.seed).spawn(3)
    reasoner = Reasoner(_train_model(config, of_model))
    problems = draw_problems(config.orm_problems, of_orm, longest=8)
    whole = reasoner.draw(problems, config.orm_solutions, of_orm)
    orm = _fit("orm", whole.steps.reshape(-1, _STEPS_AT_MOST), whole.correct.ravel(), config.orm_ridge)
    problems = draw_problems(config.prm_problems, of_prm, longest=3)
    short = reasoner.draw(problems, config.prm_solutions, of_prm)
    good, known = _labels(reasoner, short, config.rollouts, of_prm)
    prm = _fit("prm", short.steps.reshape(-1, _STEPS_AT_MOST)[known][:, None], good[known], config.prm_ridge)
    return Laboratory(config, reasoner, orm, prm)


def load(config: Config | None = None) -> Laboratory:
    """Return the models of this configuration: recorded, or trained before on this machine, or trained now.

    Parameters
    ----------
    config : Config, optional

    Returns
    -------
    Laboratory
        For the configuration of the book's lessons, ``Config(seed=14)``, the recorded one, the same on every
        machine. Else equal to what ``train`` returns here, and stored.

    Raises
    ------
    ValueError
        When a recorded file is damaged.

    Notes
    -----
    Trained numbers depend in their last digits, and after many steps in their first, on the processor's matrix
    kernels and on the threads. Recorded parameters travel with the package (see ``recorded.parameters``). Others are
    stored in the folder named by the environment variable ``INFERENCE_SCALING_CACHE``, or else in
    ``.cache/inference_scaling`` below the home. The files are named by a hash of code, configuration, the versions of
    NumPy and SciPy, matrix kernels and threads, written under another name and moved into place, under a lock: a
    second process waits for the first, and a training that is killed leaves nothing behind that could be read.
    """
    config = config or Config()
    arrays = recorded.parameters(asdict(config))
    if arrays is not None:
        return _laboratory(config, arrays)
    path = _cache() / f"reasoner-{_key(config)}.npz"
    kept = _read(path, config)
    if kept is None:
        with _lock(path.with_suffix(".lock")):
            kept = _read(path, config)
            if kept is None:
                for left_over in path.parent.glob(f"{path.stem}*.part"):
                    left_over.unlink()
                kept = train(config)
                _write(path, kept)
    return kept


def _train_model(config: Config, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Adam on the cross-entropy of the digits, learning rate falling to 0."""
    problems = draw_problems(config.worked, rng, longest=8)
    before = np.concatenate([problems.start[:, None], problems.truth[:, :-1]], axis=1)
    context = _context(before, problems.op, problems.operand)[problems.inside]
    result = _apply(context % 100, context // 10_000, context // 100 % 100)
    window = np.concatenate([_window(context, np.full(context.size, -1)), _window(context, result // 10)])
    digit = np.concatenate([result // 10, result % 10])
    hidden = config.hidden
    shapes = ((window.shape[1], hidden), (hidden,), (hidden, 10), (10,))
    spread = (np.sqrt(2 / 6), 0, np.sqrt(1 / hidden), 0)
    weights = [rng.normal(0, s, shape).astype(np.float32) if s else np.zeros(shape, np.float32)
               for s, shape in zip(spread, shapes, strict=True)]  # fmt: skip
    mean, square = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    per_epoch = -(-len(digit) // config.batch)
    done, total = 0, config.epochs * per_epoch
    for _ in range(config.epochs):
        for rows in np.array_split(rng.permutation(len(digit)), per_epoch):
            done += 1
            rate = np.float32(config.rate * (1 - done / total))
            for w, g, m, s in zip(weights, _gradient(weights, window[rows], digit[rows]), mean, square, strict=True):
                m += np.float32(0.1) * (g - m)
                s += np.float32(0.01) * (g * g - s)
                scale = np.float32(1 / (1 - 0.9**done)), np.float32(1 / (1 - 0.99**done))
                w -= rate * m * scale[0] / (np.sqrt(s * scale[1]) + np.float32(1e-8))
    return tuple(weights)


def _gradient(weights: Sequence[np.ndarray], window: np.ndarray, digit: np.ndarray) -> list[np.ndarray]:
    hidden, logits = _forward(weights, window)
    error = _softmax(logits)
    error[np.arange(digit.size), digit] -= 1
    error /= np.float32(digit.size)
    back = (error @ weights[2].T) * (hidden > 0)
    return [window.T @ back, back.sum(0), hidden.T @ error, error.sum(0)]


def _forward(weights: Sequence[np.ndarray], window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    hidden = np.maximum(window @ weights[0] + weights[1], 0)
    return hidden, hidden @ weights[2] + weights[3]


def _window(context: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The characters that the model sees, one-hot: value, operand, operation, first digit of the result if written."""
    value, operand, op = context % 100, context // 100 % 100, context // 10_000
    seen = np.zeros((context.size, 53), dtype=np.float32)
    row = np.arange(context.size)
    for place, character in ((0, value // 10), (10, value % 10), (20, operand // 10), (30, operand % 10), (40, op)):
        seen[row, place + character] = 1
    written = first >= 0
    seen[row[written], 43 + first[written]] = 1
    return seen


def _labels(
    reasoner: Reasoner, solutions: Solutions, rollouts: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each step is good, and which steps are labelled: those up to the first with no right continuation."""
    problems, (many, samples, _) = solutions.problems, solutions.results.shape
    index = np.repeat(np.arange(many), samples)
    results = solutions.results.reshape(-1, _STEPS_AT_MOST)
    good, known = np.zeros(results.shape, bool), np.zeros(results.shape, bool)
    alive = np.arange(index.size)
    before = _chance(reasoner, problems, index, problems.start[index], 0, rollouts, rng)
    for step in range(_STEPS_AT_MOST):
        on = problems.inside[index[alive], step]
        alive, before = alive[on], before[on]
        after = _chance(reasoner, problems, index[alive], results[alive, step], step + 1, rollouts, rng)
        known[alive, step], good[alive, step] = True, 2 * after > before
        alive, before = alive[after > 0], after[after > 0]
    return good, known


def _chance(
    reasoner: Reasoner,
    problems: Problems,
    index: np.ndarray,
    value: np.ndarray,
    step: int,
    rollouts: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Share of continuations that reach the answer from each value before the given step."""
    value = np.repeat(np.asarray(value, dtype=np.int64)[:, None], rollouts, axis=1)
    for later in range(step, _STEPS_AT_MOST):
        on = problems.inside[index, later]
        i = index[on]
        context = _context(value[on], problems.op[i, later, None], problems.operand[i, later, None])
        value[on] = reasoner._step(context.ravel(), rng, 1.0)[0].reshape(context.shape)
    share: np.ndarray = (value == problems.answer[index, None]).mean(axis=1)
    return share


def _fit(kind: str, steps: np.ndarray, label: np.ndarray, ridge: float) -> StepVerifier:
    """Ridge logistic regression by L-BFGS on counts of digit groups; rows are solutions, or single steps."""
    groups = _groups(steps)
    columns = np.concatenate([np.where(steps >= 0, group, _GROUPS) for group in groups], axis=1)
    columns = columns.astype(np.intp, copy=False)
    seen = np.bincount(columns.ravel(), minlength=_GROUPS + 1)[:_GROUPS]
    label, rows = label.astype(np.float64), len(label)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        weights = np.append(theta[:-1], 0.0)
        logit = weights[columns].sum(1) + theta[-1]
        value = np.logaddexp(0, logit).sum() - label @ logit + ridge / 2 * (weights @ weights)
        error = _sigmoid(logit) - label
        slope = np.bincount(columns.ravel(), np.repeat(error, columns.shape[1]), minlength=_GROUPS + 1)[:_GROUPS]
        return value, np.append(slope + ridge * theta[:-1], error.sum())

    share = label.mean().clip(1 / (rows + 1), rows / (rows + 1))
    first = np.append(np.zeros(_GROUPS), np.log(share / (1 - share)))
    theta = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 200, "gtol": 1e-2}).x.astype(
        np.float32
    )
    return StepVerifier(theta[:-1], float(theta[-1]), kind, seen.astype(np.int32))


# Digits of the value, operand and result, tens (1) and units (0), that are looked at together.
_FAMILIES = ("v0 b0 r0", "v1 b1 r1 r0", "v1 b1 r1 b0", "v1 v0 b0 r1", "v1 v0 b1 b0 r1")
_GROUPS = 3 * sum(10 ** len(family.split()) for family in _FAMILIES)


def _groups(steps: np.ndarray) -> list[np.ndarray]:
    """The digit groups of each step, one array a family: what the verifiers see of it."""
    result, value, operand = steps % 100, steps // 100 % 100, steps // 10_000 % 100
    digits: dict[str, np.ndarray] = {}
    for letter, number in (("v", value), ("b", operand), ("r", result)):
        digits |= {f"{letter}1": number // 10, f"{letter}0": number % 10}
    found, first, op = [], 0, np.maximum(steps // 1_000_000, 0)
    for family in _FAMILIES:
        code = op
        for name in family.split():
            code = code * 10 + digits[name]
        found.append(first + code)
        first += 3 * 10 ** len(family.split())
    return found


# -- small parts -----------------------------------------------------------------------------------------


def _apply(value: np.ndarray, op: np.ndarray, operand: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.where(op == 0, value + operand, np.where(op == 1, value - operand, value * operand)) % 100
    return result


def _context(value: np.ndarray | int, op: np.ndarray, operand: np.ndarray) -> np.ndarray:
    """The row of the tables of a value, an operation and an operand."""
    context: np.ndarray = (op * 100 + operand) * 100 + value
    return context


def _is_right(steps: np.ndarray) -> np.ndarray:
    right: np.ndarray = _apply(steps // 100 % 100, steps // 1_000_000, steps // 10_000 % 100) == steps % 100
    return right


def _text(start: int, steps: Sequence[int]) -> str:
    parts = [f"{_SIGNS[s // 1_000_000]}{s // 10_000 % 100:02d}={s % 100:02d}" for s in map(int, steps)]
    return f"{start:02d}" + "".join(parts)


def _pick(cumulative: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a column in each row of cumulative probabilities; also its probability."""
    row = np.arange(len(cumulative))
    drawn = np.minimum((rng.random((len(cumulative), 1), np.float32) >= cumulative).sum(1), 9)
    below = np.where(drawn > 0, cumulative[row, drawn - 1], 0)
    # Rounding of the last sum can make a drawn column's share 0; the smallest float keeps its logarithm finite.
    return drawn, np.maximum(cumulative[row, drawn] - below, np.finfo(np.float32).tiny)


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: np.ndarray = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _sigmoid(logit: np.ndarray) -> np.ndarray:
    chance: np.ndarray = 0.5 * (1 + np.tanh(0.5 * logit))
    return chance


def _each(states: Sequence[Work], of_steps: Callable[[np.ndarray], np.ndarray], combine: np.ufunc) -> np.ndarray:
    """Score the steps of all states in one array, then combine them state by state."""
    lengths = [len(state.steps) for state in states]
    steps = np.array([step for state in states for step in state.steps], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
    combined: np.ndarray = combine.reduceat(of_steps(steps), starts)
    return combined


def _cache() -> Path:
    named = os.environ.get("INFERENCE_SCALING_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "inference_scaling"


def _key(config: Config) -> str:
    code = (resources.files(__package__) / "reasoner.py").read_bytes()
    parts = (code, repr(config).encode(), np.__version__.encode(), scipy.__version__.encode())
    return hashlib.sha256(b"\0".join((*parts, _threads().encode(), _few_steps(config)))).hexdigest()[:16]


# What the usual matrix libraries read when they are loaded: which kernels to use, and how many threads.
_THREADS = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_KERNELS = ("OPENBLAS_CORETYPE", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "NPY_DISABLE_CPU_FEATURES")


def _threads() -> str:
    """Threads and kernels that were asked for, and the processors that threads would otherwise be started for."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return repr([*(os.environ.get(name) for name in (*_THREADS, *_KERNELS)), processors])


def _few_steps(config: Config) -> bytes:
    """The parameters after a few steps of training: they show which matrix kernels are at work, asked for or not."""
    few = replace(config, worked=min(config.worked, 200), epochs=1)
    return b"".join(w.tobytes() for w in _train_model(few, np.random.default_rng(config.seed)))


def _read(path: Path, config: Config) -> Laboratory | None:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return _laboratory(config, {name: file[name] for name in file.files})
    # A file that is not there, or that something else has damaged, is trained anew.
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def _laboratory(config: Config, arrays: Mapping[str, np.ndarray]) -> Laboratory:
    verifiers = [
        StepVerifier(arrays[f"{kind}_weights"], float(arrays[f"{kind}_offset"]), kind, arrays[f"{kind}_seen"])
        for kind in ("orm", "prm")
    ]
    return Laboratory(config, Reasoner(tuple(arrays[f"model_{i}"] for i in range(4))), *verifiers)


def _write(path: Path, trained: Laboratory) -> None:
    arrays: dict[str, Any] = {f"model_{i}": w for i, w in enumerate(trained.reasoner.weights)}
    for part in (trained.orm, trained.prm):
        arrays |= {f"{part.kind}_weights": part.weights, f"{part.kind}_offset": np.float32(part.offset)}
        arrays |= {f"{part.kind}_seen": part.seen}
    whole = io.BytesIO()
    np.savez_compressed(whole, **arrays)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".part", delete=False) as file:
        try:
            file.write(whole.getvalue())
            file.close()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock that the system gives back when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        try:
            import fcntl
        except ImportError:
            # Without such locks two processes may train at once; the move into place still keeps the file whole.
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

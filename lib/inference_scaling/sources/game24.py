"""Game of 24 as a puzzle: combine four numbers by + - * / until 24 is left.

All arithmetic is exact. A number is an `int`, or a `Fraction` where it is none; so equal numbers are equal states.
Three step verifiers go with it: `solvable` (perfect: exhaustive search), `RecordedValues` (what GPT-4 said about
states, imperfect) and `closeness` (a rule of thumb that costs nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from .recorded import table

__all__ = ["Game24", "JudgedStates", "RecordedValues", "State", "closeness", "judged", "puzzles", "solvable", "success"]

Number = int | Fraction
_TARGET = 24


class State(NamedTuple):
    """A position of the game.

    Parameters
    ----------
    numbers : tuple of int or Fraction
        What is left, in rising order.
    steps : tuple of str
        The operations so far.
    """

    numbers: tuple[Number, ...]
    steps: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "; ".join((*self.steps, "left: " + " ".join(map(str, self.numbers))))


class Game24:
    """One puzzle under the protocol of ``search``.

    Parameters
    ----------
    numbers : sequence of int
        At least two, each at least 0.

    Raises
    ------
    ValueError
        If there are fewer than two numbers, or one is not a whole number of at least 0.

    Notes
    -----
    Next states are different multisets of numbers; k of them are drawn without replacement, each as likely as any
    other. So ``best_of_n`` plays at random, and ``success`` is its p.

    Examples
    --------
    >>> game = Game24((4, 5, 6, 10))
    >>> state = game.start(None)
    >>> game.branching(state), solvable([state]).tolist()
    (36, [1.0])
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        values = list(numbers)
        if len(values) < 2:
            raise ValueError(f"numbers = {values!r}: must be at least two")
        for value in values:
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
                raise ValueError(f"numbers: {value!r} must be a whole number, at least 0")
        self.numbers = tuple(sorted(map(int, values)))

    def start(self, rng: Any) -> State:
        """Return the given numbers."""
        return State(self.numbers)

    def expand(self, state: State, k: int, rng: np.random.Generator) -> list[State]:
        """Return k different next states at random, or all if there are no more."""
        moves = _moves(state.numbers)
        if k == 1:
            moves = [moves[rng.integers(len(moves))]]
        elif k < len(moves):
            moves = [moves[i] for i in rng.choice(len(moves), k, replace=False)]
        return [State(numbers, (*state.steps, text)) for numbers, text in moves]

    def branching(self, state: State) -> int:
        """Return the number of different next states."""
        return len(_moves(state.numbers))

    def is_done(self, state: State) -> bool:
        """Return whether one number is left."""
        return len(state.numbers) == 1

    def is_correct(self, state: State) -> bool:
        """Return whether that number is 24."""
        return state.numbers == (_TARGET,)


def puzzles() -> list[Game24]:
    """Return the 1,362 recorded puzzles, easiest first.

    Returns
    -------
    list of Game24
        The published test set is those at 900 to 999.

    Examples
    --------
    >>> len(puzzles()), puzzles()[900].numbers
    (1362, (4, 5, 6, 10))
    """
    columns = table("game24_problems")
    return [Game24(four) for four in zip(*(columns[letter].tolist() for letter in "abcd"), strict=True)]


def solvable(states: Sequence[State]) -> np.ndarray:
    """Return 1 for each state from which 24 can be reached, else 0: the perfect process verifier.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    ndarray, shape (states,)

    Examples
    --------
    >>> solvable([State((4, 6)), State((1, 1, 1))]).tolist()
    [1.0, 0.0]
    """
    return np.array([float(_reaches(state.numbers)) for state in states])


def success(numbers: Sequence[int]) -> float:
    """Return the exact probability that playing at random ends in 24.

    Parameters
    ----------
    numbers : sequence of int
        See ``Game24``.

    Returns
    -------
    float

    Examples
    --------
    >>> round(success((4, 6)), 4)
    0.1667
    """
    return _chance(Game24(numbers).numbers)


def closeness(states: Sequence[State]) -> np.ndarray:
    """Return a free rule of thumb: minus the distance on a logarithmic scale between 24 and what one step can make.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    ndarray, shape (states,)
        At most 0. With three or more numbers left, a step is any operation on two of them, the rest left aside.

    Examples
    --------
    >>> closeness([State((4, 6)), State((1, 1))]).round(2).tolist()
    [0.0, -2.12]
    """
    return np.array([_closeness(state.numbers) for state in states])


class RecordedValues:
    """What GPT-4 said about states in the published Tree-of-Thoughts run: an imperfect process verifier.

    Parameters
    ----------
    otherwise : callable or float, optional
        What a state scores about which nothing is recorded: a number, or a verifier whose scores are used as they
        are. A final 24 scores as a ``sure`` state, any other final number 0.

    Notes
    -----
    A value is 20 a judgement ``sure``, 1 ``likely``, 0.001 ``impossible``, summed over three judgements; where the run
    met a state more than once, the mean. The value of a state depends on its numbers alone, so values recorded in one
    puzzle serve in all. Only judgements that a model made count (``value_source`` ``model``). Numbers are compared
    after rounding to two decimals, as GPT-4 wrote them.

    References
    ----------
    Yao et al. (2023), Tree of Thoughts, arXiv 2305.10601; the authors' released rerun.

    Examples
    --------
    >>> RecordedValues()([State((6, 9, 10)), State((1, 1, 1))]).tolist()
    [3.0, 0.0]
    """

    _SURE = 60.0

    def __init__(self, otherwise: Callable[[Sequence[State]], Any] | float = 0.0) -> None:
        self.otherwise = otherwise
        self._values = _recorded()

    def known(self, states: Sequence[State]) -> np.ndarray:
        """Return for each state whether a value was recorded.

        Parameters
        ----------
        states : sequence of State

        Returns
        -------
        ndarray of bool, shape (states,)
        """
        return np.array([_written(state.numbers) in self._values for state in states], dtype=bool)

    def __call__(self, states: Sequence[State]) -> np.ndarray:
        known = self.known(states)
        missing = [state for state, found in zip(states, known, strict=True) if not found and len(state.numbers) > 1]
        if callable(self.otherwise):
            rest = iter(np.asarray(self.otherwise(missing), dtype=float).tolist() if missing else [])
        else:
            rest = iter([float(self.otherwise)] * len(missing))
        scores = []
        for state, found in zip(states, known, strict=True):
            if len(state.numbers) == 1:
                scores.append(self._SURE * (state.numbers == (_TARGET,)))
            else:
                scores.append(self._values[_written(state.numbers)] if found else next(rest))
        return np.array(scores)


class JudgedStates(NamedTuple):
    """States that GPT-4 judged three times over.

    Parameters
    ----------
    puzzle : ndarray of int, shape (states,)
        Row of ``game24_problems``.
    right : ndarray of bool, shape (states,)
        Whether 24 can still be reached, by exhaustive search.
    verdicts : ndarray of int, shape (states, 3)
        0 impossible, 1 likely, 2 sure, in rising order: the log holds how many said what, and not who came first.
    fresh : ndarray of bool, shape (states,)
        False where the same text was met before: its three judgements are nearly always copies of those before.
    """

    puzzle: np.ndarray
    right: np.ndarray
    verdicts: np.ndarray
    fresh: np.ndarray


def judged(step: int = 0) -> JudgedStates:
    """Return the states of one step of the recorded search on which all three judgements were recognised.

    Parameters
    ----------
    step : int, optional
        0 for the first step (three numbers left) to 2 (one number left).

    Returns
    -------
    JudgedStates

    Raises
    ------
    ValueError
        If the step is none of these.

    Examples
    --------
    >>> first = judged()
    >>> len(first.puzzle), int(first.right.sum()), int(first.fresh.sum())
    (918, 228, 583)
    """
    if isinstance(step, bool) or step not in (0, 1, 2):
        raise ValueError(f"step = {step!r}: must be 0, 1 or 2")
    rows = table("game24_values")
    said = np.column_stack([rows[f"n_{word}"] for word in ("impossible", "likely", "sure")]).astype(int)
    use = (rows["kind"] == "state") & (rows["value_source"] == "model") & (rows["step"] == step)
    use &= said.sum(axis=1) == 3
    _, first = np.unique(rows["state"][use], return_index=True)
    verdicts = np.repeat(np.tile(np.arange(3), use.sum()), said[use].ravel()).reshape(-1, 3)
    fresh = np.isin(np.arange(use.sum()), first)
    return JudgedStates(rows["idx"][use].astype(int), rows["solvable"][use] == 1, verdicts, fresh)


@cache
def _recorded() -> dict[tuple[float, ...], float]:
    rows = table("game24_values")
    use = (rows["kind"] == "state") & (rows["value_source"] == "model")
    found: dict[tuple[float, ...], list[float]] = {}
    for text, value in zip(rows["state"][use].tolist(), rows["value"][use].tolist(), strict=True):
        try:
            numbers = [float(Fraction(part)) for part in text.split()]
        # Some recorded states hold text that is not a number; no state of a game equals them.
        except (ValueError, ZeroDivisionError):
            continue
        if len(numbers) > 1:
            found.setdefault(_written(numbers), []).append(value)
    return {numbers: float(np.mean(values)) for numbers, values in found.items()}


def _written(numbers: Sequence[Any]) -> tuple[float, ...]:
    return tuple(sorted(round(float(x), 2) for x in numbers))


def _plain(value: Number) -> Number:
    """Return an equal int where there is one: it is faster than a Fraction."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


@cache
def _results(a: Number, b: Number) -> tuple[tuple[Number, str], ...]:
    """The results of one operation on two numbers, each value once."""
    made = [(a + b, f"{a} + {b}"), (a * b, f"{a} * {b}"), (a - b, f"{a} - {b}"), (b - a, f"{b} - {a}")]
    if b:
        made.append((Fraction(a) / b, f"({a}) / ({b})" if _odd(a, b) else f"{a} / {b}"))
    if a:
        made.append((Fraction(b) / a, f"({b}) / ({a})" if _odd(a, b) else f"{b} / {a}"))
    distinct: dict[Number, str] = {}
    for value, text in made:
        distinct.setdefault(_plain(value), text)
    return tuple((value, f"{text} = {value}") for value, text in distinct.items())


def _odd(a: Number, b: Number) -> bool:
    return isinstance(a, Fraction) or isinstance(b, Fraction)


@cache
def _moves(numbers: tuple[Number, ...]) -> list[tuple[tuple[Number, ...], str]]:
    """All different next multisets, each with one operation that leads to it."""
    found: dict[tuple[Number, ...], str] = {}
    for i, j in combinations(range(len(numbers)), 2):
        rest = numbers[:i] + numbers[i + 1 : j] + numbers[j + 1 :]
        for value, text in _results(numbers[i], numbers[j]):
            found.setdefault(tuple(sorted((*rest, value))), text)
    return list(found.items())


@cache
def _reaches(numbers: tuple[Number, ...]) -> bool:
    if len(numbers) == 1:
        return numbers[0] == _TARGET
    if len(numbers) == 2:
        return any(value == _TARGET for value, _ in _results(*numbers))
    return any(_reaches(following) for following, _ in _moves(numbers))


@cache
def _chance(numbers: tuple[Number, ...]) -> float:
    if len(numbers) == 1:
        return float(numbers[0] == _TARGET)
    moves = _moves(numbers)
    return sum(_chance(following) for following, _ in moves) / len(moves)


@cache
def _closeness(numbers: tuple[Number, ...]) -> float:
    made = numbers if len(numbers) == 1 else [v for a, b in combinations(numbers, 2) for v, _ in _results(a, b)]
    # One is added because the logarithm of 0 does not exist; a negative number counts as 0.
    return 0.0 - min(abs(float(np.log1p(max(float(v), 0.0)) - np.log1p(_TARGET))) for v in made)

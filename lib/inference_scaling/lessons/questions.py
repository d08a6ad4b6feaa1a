"""What the parts' questions in the text share: their form, and how a cohort's numbers are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..answers.task import APART, DRAWS, Task

__all__ = ["clear", "given", "one_of", "question"]


def question(id: str, title: str, **rest: Any) -> Task:
    """Return a number task of two minutes and no points; `rest` is everything else that a task has.

    A draw in which the right answer, or that of a misconception, is a number of the statement is drawn again.
    """
    name = f"answer_{id.replace('-', '')}"
    task = Task(id=id, kind="N", title=title, points=0, minutes=2, variable=name, **rest)
    return replace(task, draw=lambda rng: _clear_draw(task, rng))


def _clear_draw(task: Task, rng: np.random.Generator) -> dict[str, Any]:
    for _ in range(DRAWS):
        values = task.draw(rng)
        if clear(task, values):
            return values
    raise ValueError(f"{task.id}: no draw keeps the answers apart from the numbers given")


def clear(task: Task, values: Mapping[str, Any]) -> bool:
    """Whether neither the right answer nor a misconception's is a number given, within `APART` tolerances."""
    answers = [task.reference(**values), *(slip.wrong_answer(**values) for slip in task.misconceptions)]
    least = APART * task.answer_type.width(answers[0])
    return all(abs(answer - number) >= least for answer in answers for number in given(values.values()))


def given(values: Iterable[Any]) -> Iterator[float]:
    """Yield the numbers that stand in the parameters of a question, those in lists among them.

    Examples
    --------
    >>> list(given([2, (0.5, "of", [3]), True]))
    [2, 0.5, 3]
    """
    for value in values:
        match value:
            case bool() | str():
                pass
            case int() | float():
                yield value
            case _:
                yield from given(value)


def one_of(**values: Sequence[Any]) -> Callable[[np.random.Generator], dict[str, Any]]:
    """Return a draw that takes one of the values of each name."""
    return lambda rng: {name: each[int(rng.integers(len(each)))] for name, each in values.items()}

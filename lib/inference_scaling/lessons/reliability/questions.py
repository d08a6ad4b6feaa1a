"""The questions of the part Reliability, small enough for paper."""

from __future__ import annotations

from ...answers.task import Misconception, Number
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


def _two_kinds(share: float, p: float, k: int) -> float:
    return share + (1 - share) * p**k


EVERY_TIME = question(
    "R-Q1",
    "Two kinds of tasks, every time",
    statement=(
        "An agent always succeeds on a share {share:g} of its tasks. On the others a trial succeeds with chance {p:g}. "
        "What is pass^{k}?"
    ),
    answer_type=Number(low=0, high=1),
    reference=_two_kinds,
    misconceptions=(
        Misconception(
            "one-mean",
            lambda share, p, k: (share + (1 - share) * p) ** k,
            "This takes the power of pass^1. The power belongs to each task, before the mean.",
        ),
        Misconception(
            "others-alone",
            lambda share, p, k: (1 - share) * p**k,
            "This leaves out the tasks that always succeed. They add their share at every k.",
        ),
        Misconception(
            "at-least-one",
            lambda share, p, k: share + (1 - share) * (1 - (1 - p) ** k),
            "This is pass@{k}: at least one trial succeeds.",
        ),
    ),
    hints=(
        "How often do {k} trials of one of the other tasks all succeed?",
        "A mean over the tasks: the first kind has 1, the second has {p:g}^{k}.",
    ),
    explanation=lambda share, p, k: (
        f"{share:g}·1 + {1 - share:g}·{p:g}^{k} = {share:g} + {(1 - share) * p**k:.4g} = "
        f"{_two_kinds(share, p, k):.4g}. However large k is, it stays above {share:g}."
    ),
    book={"share": 0.2, "p": 0.6, "k": 3},
    draw=one_of(share=(0.1, 0.25, 0.3, 0.4), p=(0.4, 0.5, 0.7), k=(3, 4)),
)


def _once_of_two(tasks: int, one: float, two: float) -> float:
    return float(round(2 * tasks * (one - two)))


ONCE = question(
    "R-Q2",
    "One of two",
    statement=(
        "Each of {tasks} tasks was tried twice. Published are pass^1 = {one:g} and pass^2 = {two:g}. How many tasks "
        "succeeded exactly once?"
    ),
    answer_type=Number("tasks", low=0, whole=True),
    reference=_once_of_two,
    misconceptions=(
        Misconception(
            "difference",
            lambda tasks, one, two: round(tasks * (one - two)),
            "This multiplies the difference by the tasks. There are two trials of each, so two times as many "
            "successes.",
        ),
        Misconception(
            "all-successes",
            lambda tasks, one, two: round(2 * tasks * one),
            "This counts all successful trials. Tasks that succeeded twice have two of them.",
        ),
        Misconception(
            "twice-once",
            lambda tasks, one, two: round(2 * tasks * one - tasks * two),
            "This takes off one trial for each task that succeeded twice. It has two.",
        ),
    ),
    hints=(
        "How many trials succeeded in all, and how many tasks succeeded twice?",
        "Take two trials off for each task that succeeded twice.",
    ),
    explanation=lambda tasks, one, two: (
        f"{round(2 * tasks * one)} trials succeeded, and {round(tasks * two)} tasks succeeded twice. That leaves "
        f"{round(2 * tasks * one)} − 2·{round(tasks * two)} = {_once_of_two(tasks, one, two):.0f} tasks with one "
        "success."
    ),
    book={"tasks": 40, "one": 0.7, "two": 0.55},
    draw=one_of(tasks=(60, 80, 120), one=(0.65, 0.7, 0.75), two=(0.4, 0.45, 0.5)),
)

QUESTIONS = (EVERY_TIME, ONCE)

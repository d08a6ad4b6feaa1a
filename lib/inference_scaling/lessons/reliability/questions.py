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


def _places(low: tuple[float, ...], high: tuple[float, ...]) -> float:
    before = (-1.0, *low[:-1])
    return float(sum(one <= 0 < other for one, other in zip(before, high, strict=True)))


PLACES = question(
    "R-Q3",
    "Where two curves may cross",
    statement=(
        "The difference B − A has a 95 % interval at each k from 1 on. Lower ends: {low}. Upper ends: {high}. B is "
        "behind at first and ahead in the end. How many of these k may be the one from which B is ahead?"
    ),
    answer_type=Number("values of k", low=0, whole=True),
    reference=_places,
    misconceptions=(
        Misconception(
            "contains-zero",
            lambda low, high: sum(one <= 0 <= other for one, other in zip(low, high, strict=True)),
            "This counts the k whose interval contains 0. The k after the last of them may be the place, too: B need "
            "not be ahead before it.",
        ),
        Misconception(
            "surely-ahead",
            lambda low, high: sum(one > 0 for one in low),
            "This counts the k at which B is surely ahead. Only the first of them may be the place.",
        ),
        Misconception(
            "may-be-ahead",
            lambda low, high: sum(one > 0 for one in high),
            "This counts the k at which B may be ahead. At the place B must also not be surely ahead one k before.",
        ),
    ),
    hints=(
        "At the place itself B is ahead: the upper end must be above 0.",
        "One k before B is not yet ahead: the lower end there must not be above 0.",
    ),
    explanation=lambda low, high: (
        f"{_places(low, high):.0f} of them have an upper end above 0, and a lower end of at most 0 one k before."
    ),
    book={"low": (-0.08, -0.05, -0.02, -0.01, 0.02, 0.03), "high": (-0.02, 0.01, 0.04, 0.07, 0.09, 0.11)},
    draw=lambda rng: _ends(*((1, 6), (2, 6), (3, 6), (1, 5))[int(rng.integers(4))]),
)


def _ends(behind: int, ahead: int) -> dict[str, tuple[float, ...]]:
    """Ends that leave B surely behind at so many k, and surely ahead after so many."""
    steps = range(8)
    return {
        "low": tuple(round(0.02 * (k - ahead) + 0.01, 2) for k in steps),
        "high": tuple(round(0.03 * (k - behind) + 0.02, 2) for k in steps),
    }


def _error(between: float, within: float, problems: int, samples: int) -> float:
    return float((between / problems + within / (problems * samples)) ** 0.5)


ERROR = question(
    "R-Q4",
    "The error of a benchmark",
    statement=(
        "Over the problems of a benchmark the chance p has variance {between:g}, and p(1 − p) has mean {within:g}. "
        "What is the standard error of the share of right samples from {problems} problems with {samples} samples each?"
    ),
    answer_type=Number(low=0),
    reference=_error,
    misconceptions=(
        Misconception(
            "pooled",
            lambda between, within, problems, samples: float(((between + within) / (problems * samples)) ** 0.5),
            "This treats all samples as independent. Samples of one problem share its p, so that part of the variance "
            "falls with the problems only.",
        ),
        Misconception(
            "problems-only",
            lambda between, within, problems, samples: float(((between + within) / problems) ** 0.5),
            "This is the error with one sample of each problem. More of them lower the second part.",
        ),
        Misconception(
            "endless",
            lambda between, within, problems, samples: float((between / problems) ** 0.5),
            "This is the error with endless samples. {samples} leave a rest of the second part.",
        ),
        Misconception(
            "variance",
            lambda between, within, problems, samples: between / problems + within / (problems * samples),
            "This is the variance. Asked was its root.",
        ),
    ),
    hints=(
        "Which part of the variance do more samples of the same problems lower?",
        "{between:g} is divided by the problems alone, {within:g} by all samples.",
    ),
    explanation=lambda between, within, problems, samples: (
        f"{between:g}/{problems} + {within:g}/({problems}·{samples}) = {between / problems:.3g} + "
        f"{within / (problems * samples):.3g}; the root is {_error(between, within, problems, samples):.4f}."
    ),
    book={"between": 0.12, "within": 0.08, "problems": 200, "samples": 4},
    draw=one_of(between=(0.1, 0.15), within=(0.06, 0.1), problems=(100, 150, 400), samples=(2, 5, 8)),
)

QUESTIONS = (EVERY_TIME, ONCE, PLACES, ERROR)

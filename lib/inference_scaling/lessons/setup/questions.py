"""The questions of the part Setup: one for each tool of the primer, two minutes each, asked in the text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from math import comb
from statistics import mean
from typing import Any

import numpy as np

from ...answers.task import Misconception, Number, Task

__all__ = ["QUESTIONS"]


def _question(number: int, title: str, **rest: Any) -> Task:
    return Task(id=f"S-Q{number}", kind="N", title=title, points=0, minutes=2, variable=f"answer_SQ{number}", **rest)


def _one_of(**values: Sequence[Any]) -> Callable[[np.random.Generator], dict[str, Any]]:
    """Return a draw that takes one of the values of each name."""
    return lambda rng: {name: each[int(rng.integers(len(each)))] for name, each in values.items()}


INDEPENDENT = _question(
    1,
    "At least one",
    statement="One try is right with chance {p:g}. The tries are independent. How often is at least one of {k} right?",
    answer_type=Number(low=0),
    reference=lambda p, k: 1 - (1 - p) ** k,
    misconceptions=(
        Misconception(
            "sum",
            lambda p, k: k * p,
            "This adds the chances: so many right tries are to be expected. Two right tries count there as two, and "
            "asked was at least one.",
        ),
        Misconception(
            "none", lambda p, k: (1 - p) ** k, "This is how often all {k} fail. Asked was the opposite: one minus this."
        ),
        Misconception("all", lambda p, k: p**k, "This is how often all {k} are right. Asked was at least one of them."),
    ),
    hints=("How often do all of them fail?", "Multiply {k} chances to fail, and subtract the product from 1."),
    explanation=lambda p, k: (
        f"All {k} fail with chance {1 - p:g}^{k} = {(1 - p) ** k:.4g}; one minus this is {1 - (1 - p) ** k:.4g}."
    ),
    book={"p": 0.3, "k": 3},
    draw=_one_of(p=(0.15, 0.2, 0.25, 0.35, 0.4), k=(3, 4)),
)


def _odds(chance: float) -> float:
    return chance / (1 - chance)


def _before(passes_right: float, passes_wrong: float, after: float) -> float:
    """Return the share of right answers before a check, from the share among those that passed."""
    odds = _odds(after) * passes_wrong / passes_right
    return odds / (1 + odds)


ODDS = _question(
    2,
    "Back from the check",
    statement=(
        "A check passes {passes_right:.0%} of the right answers and {passes_wrong:.0%} of the wrong ones. Of the "
        "answers that passed, the share {after:g} is right. Which share of all answers is right?"
    ),
    answer_type=Number(low=0),
    reference=_before,
    misconceptions=(
        Misconception(
            "odds",
            lambda passes_right, passes_wrong, after: _odds(after) * passes_wrong / passes_right,
            "These are the odds before the check. Asked was the share: odds/(1 + odds).",
        ),
        Misconception(
            "forwards",
            lambda passes_right, passes_wrong, after: _before(passes_wrong, passes_right, after),
            "This multiplies the odds once more: it is the share after a second check. Asked was the share before the "
            "first.",
        ),
        Misconception(
            "share-of-passes",
            lambda passes_right, passes_wrong, after: passes_right * after,
            "This multiplies two shares of different answers: of the right ones, and of those that passed. Asked was "
            "a share of all answers.",
        ),
    ),
    hints=(
        "Work with odds. By what number does this check multiply the odds of an answer that passes?",
        "Divide the odds after the check by {passes_right:g}/{passes_wrong:g}, then turn odds into a share.",
    ),
    explanation=lambda passes_right, passes_wrong, after: (
        f"Odds after the check {_odds(after):.4g}; the check multiplied them by {passes_right / passes_wrong:.4g}. "
        f"Before it they were {_odds(after) * passes_wrong / passes_right:.4g}, a share of "
        f"{_before(passes_right, passes_wrong, after):.4g}."
    ),
    book={"passes_right": 0.9, "passes_wrong": 0.3, "after": 0.6},
    draw=_one_of(passes_right=(0.8, 0.9), passes_wrong=(0.1, 0.15, 0.2), after=(0.4, 0.6, 0.7)),
)


SUBSETS = _question(
    3,
    "Pairs with a right answer",
    statement=(
        "Of {n} recorded answers {c} are right. You take {k} different ones at random. How often is at least one of "
        "the {k} right?"
    ),
    answer_type=Number(low=0),
    reference=lambda n, c, k: 1 - comb(n - c, k) / comb(n, k),
    misconceptions=(
        Misconception(
            "put-back",
            lambda n, c, k: 1 - (1 - c / n) ** k,
            "This puts each answer back before the next is taken, so the same one can come twice. Asked were {k} "
            "different ones.",
        ),
        Misconception(
            "sum",
            lambda n, c, k: k * c / n,
            "This is how many right answers to expect among the {k}. Asked was how often there is at least one.",
        ),
        Misconception(
            "none",
            lambda n, c, k: comb(n - c, k) / comb(n, k),
            "This is the share of subsets with no right answer. Asked was the rest.",
        ),
        Misconception(
            "all",
            lambda n, c, k: comb(c, k) / comb(n, k),
            "This is the share of subsets in which all {k} are right. Asked was at least one.",
        ),
    ),
    hints=(
        "Count the subsets of {k} in which no answer is right.",
        "C(wrong answers, {k}) of the C({n}, {k}) subsets hold no right answer.",
    ),
    explanation=lambda n, c, k: (
        f"{comb(n - c, k)} of the {comb(n, k)} subsets are all wrong, so {comb(n, k) - comb(n - c, k)} of them, "
        f"{1 - comb(n - c, k) / comb(n, k):.4g}, hold a right answer."
    ),
    book={"n": 7, "c": 3, "k": 2},
    draw=_one_of(n=(7, 8, 9), c=(2, 3), k=(2,)),
)


GEOMETRIC = _question(
    4,
    "Steps before the first slip",
    statement=(
        "Each step of an endless chain is right with chance {q:g}, independent of the others. How many right steps "
        "come before the first wrong one, on average?"
    ),
    answer_type=Number("steps", low=0),
    reference=lambda q: q / (1 - q),
    misconceptions=(
        Misconception(
            "with-the-slip",
            lambda q: 1 / (1 - q),
            "This counts the wrong step too: the sum begins with 1. Asked were the right steps before it.",
        ),
        Misconception(
            "middle",
            lambda q: math.log(0.5) / math.log(q),
            "Here half of the chains have broken. Asked was the average, and a few long chains raise it.",
        ),
        Misconception(
            "first-term",
            lambda q: q,
            "This is the first term alone, the chance that step 1 is right. Asked was the sum over all steps.",
        ),
    ),
    hints=(
        "Step i counts if steps 1 to i are all right. What is that chance? Add it up over i.",
        "{q:g} + {q:g}² + {q:g}³ + … is {q:g} times the series that begins with 1.",
    ),
    explanation=lambda q: (
        f"Step i counts with chance {q:g}^i. The sum over i = 1, 2, … is {q:g}/(1 − {q:g}) = {q / (1 - q):.4g}."
    ),
    book={"q": 0.9},
    draw=_one_of(q=(0.75, 0.8, 0.85, 0.95)),
)


def _coverage(p: float, k: int) -> float:
    return 1 - (1 - p) ** k


JENSEN = _question(
    5,
    "Two problems, two tries",
    statement=(
        "Two problems have the chances {easy:g} and {hard:g}. Each gets {k} independent tries. Which share of the two "
        "is solved, on average?"
    ),
    answer_type=Number(low=0),
    reference=lambda easy, hard, k: (_coverage(easy, k) + _coverage(hard, k)) / 2,
    misconceptions=(
        Misconception(
            "averaged-first",
            lambda easy, hard, k: _coverage((easy + hard) / 2, k),
            "This averages the two chances first. The curve is concave, so that promises too much. Asked was the "
            "average of the two coverages.",
        ),
        Misconception(
            "one-try",
            lambda easy, hard, k: (easy + hard) / 2,
            "This is the share with one try. Each problem gets {k}.",
        ),
        Misconception(
            "added",
            lambda easy, hard, k: _coverage(easy, k) + _coverage(hard, k),
            "This is how many of the two are solved on average. Asked was the share of the two.",
        ),
    ),
    hints=("First the coverage of each problem, then their average.", "1 − (1 − {easy:g})^{k} for one of them."),
    explanation=lambda easy, hard, k: (
        f"The coverages are {_coverage(easy, k):.4g} and {_coverage(hard, k):.4g}, their average "
        f"{(_coverage(easy, k) + _coverage(hard, k)) / 2:.4g}. The average chance {(easy + hard) / 2:g} would give "
        f"{_coverage((easy + hard) / 2, k):.4g}."
    ),
    book={"easy": 0.5, "hard": 0.1, "k": 2},
    draw=_one_of(easy=(0.5, 0.6, 0.7), hard=(0.05, 0.1, 0.15), k=(2,)),
)


BETA = _question(
    6,
    "Wrong once, wrong again?",
    statement=(
        "The chances p of a benchmark’s problems follow Beta({a:g}, {b:g}). One answer to a problem drawn at random "
        "was wrong. What is the chance that the next answer to the same problem is wrong too?"
    ),
    answer_type=Number(low=0),
    reference=lambda a, b: (b + 1) / (a + b + 1),
    misconceptions=(
        Misconception(
            "unchanged",
            lambda a, b: b / (a + b),
            "This is the chance for a fresh problem. The first wrong answer told something about this one.",
        ),
        Misconception(
            "both",
            lambda a, b: b * (b + 1) / ((a + b) * (a + b + 1)),
            "This is the chance that both answers are wrong, seen from the start. Here the first is known to be wrong.",
        ),
        Misconception(
            "both-independent",
            lambda a, b: (b / (a + b)) ** 2,
            "This squares the average failure, as if all problems had the same p. Asked was one problem, whose first "
            "answer was wrong.",
        ),
    ),
    hints=(
        "A failure makes a hard problem more likely. In the formula of this section it adds 1 to one of the two "
        "numbers.",
        "After the failure p follows Beta({a:g}, {b:g} + 1). What is the mean failure of that?",
    ),
    explanation=lambda a, b: (
        f"After one failure p follows Beta({a:g}, {b + 1:g}), whose mean failure is {b + 1:g}/{a + b + 1:g} = "
        f"{(b + 1) / (a + b + 1):.4g}. Before it the chance was {b / (a + b):.4g}."
    ),
    book={"a": 1, "b": 3},
    draw=_one_of(a=(0.5, 1, 2), b=(2, 3, 4, 5)),
)


def _auc(right: Sequence[int], wrong: Sequence[int]) -> float:
    return mean(float(a > b) for a, b in product(right, wrong))


def _accuracy_at_five(right: Sequence[int], wrong: Sequence[int]) -> float:
    return (sum(a >= 5 for a in right) + sum(b < 5 for b in wrong)) / (len(right) + len(wrong))


AUC = _question(
    7,
    "Count the pairs",
    statement=lambda right, wrong: (
        f"The right answers score {', '.join(map(str, right))}, the wrong ones {' and '.join(map(str, wrong))}. What "
        "is the AUC of these scores?"
    ),
    answer_type=Number(low=0),
    reference=_auc,
    misconceptions=(
        Misconception(
            "turned-round",
            lambda right, wrong: 1 - _auc(right, wrong),
            "This counts the pairs in which the wrong answer scores higher. Asked were those in which the right one "
            "does.",
        ),
        Misconception(
            "above-all-wrong",
            lambda right, wrong: mean(float(a > max(wrong)) for a in right),
            "This is the share of right answers above every wrong one: the ROC curve’s first step up. Asked was the "
            "area under all of the curve.",
        ),
        Misconception(
            "accuracy",
            _accuracy_at_five,
            "This is the share of answers judged rightly at the threshold 5. The AUC names no threshold: it counts "
            "pairs.",
        ),
    ),
    hints=(
        "How many pairs of one right and one wrong answer are there?",
        "For each right answer count the wrong ones that score lower. Add up, and divide by the number of pairs.",
    ),
    explanation=lambda right, wrong: (
        f"There are {len(right) * len(wrong)} pairs. The right answer scores higher in "
        f"{' + '.join(str(sum(a > b for b in wrong)) for a in right)} = "
        f"{sum(a > b for a, b in product(right, wrong))} of them: {_auc(right, wrong):.4g}."
    ),
    book={"right": (9, 8, 5, 2), "wrong": (7, 4)},
    draw=_one_of(
        right=((9, 8, 5, 2), (9, 7, 5, 3), (9, 8, 6, 3)),
        wrong=((7, 4), (8, 4), (7, 1)),
    ),
)


NARROWER = _question(
    8,
    "How many problems",
    statement=(
        "From {problems} problems the interval of a mean reaches {reach:g} to either side. How many problems of the "
        "same kind are needed in all for {wanted:g}?"
    ),
    answer_type=Number("problems", low=1, whole=True),
    reference=lambda problems, reach, wanted: round(problems * (reach / wanted) ** 2),
    misconceptions=(
        Misconception(
            "in-proportion",
            lambda problems, reach, wanted: round(problems * reach / wanted),
            "This many narrows the interval only by the square root of their ratio. Asked was by the ratio itself.",
        ),
        Misconception(
            "more",
            lambda problems, reach, wanted: round(problems * (reach / wanted) ** 2) - problems,
            "This is how many problems must be added. Asked was their number in all.",
        ),
        Misconception(
            "root",
            lambda problems, reach, wanted: round(problems * (reach / wanted) ** 0.5),
            "This takes the square root of the ratio. The interval shrinks with the square root, so the problems grow "
            "with the square.",
        ),
    ),
    hints=(
        "The interval shrinks as one over the square root of the number of problems.",
        "It must shrink by the factor {reach:g}/{wanted:g}. The number of problems grows by the square of that.",
    ),
    explanation=lambda problems, reach, wanted: (
        f"{reach / wanted:g} times narrower takes {(reach / wanted) ** 2:g} times the problems: "
        f"{problems * (reach / wanted) ** 2:.0f}. More samples of the same problems would not do it."
    ),
    book={"problems": 100, "reach": 0.08, "wanted": 0.02},
    draw=_one_of(problems=(80, 100, 150, 200), reach=(0.06, 0.08, 0.12), wanted=(0.02, 0.01)),
)


def _share_error(right: float, n: int) -> float:
    return right / n * (1 - right / n) / (n - 1)


def _paired_error(n: int, both: int, only_a: int, only_b: int) -> float:
    differing, gap = (only_a + only_b) / n, (only_a - only_b) / n
    return math.sqrt((differing - gap**2) / (n - 1))


PAIRED = _question(
    9,
    "The error of a difference",
    statement=(
        "A and B answer the same {n} problems. Both are right on {both}, only A on {only_a}, only B on {only_b}. What "
        "is the standard error of the difference of their two shares? To one percent."
    ),
    answer_type=Number(low=0, tolerance=0.01),
    reference=_paired_error,
    misconceptions=(
        Misconception(
            "unpaired",
            lambda n, both, only_a, only_b: math.sqrt(_share_error(both + only_a, n) + _share_error(both + only_b, n)),
            "This adds the errors of two shares, as if A and B had met different problems. Here the same problems "
            "enter both, and what they share drops out.",
        ),
        Misconception(
            "spread",
            lambda n, both, only_a, only_b: _paired_error(n, both, only_a, only_b) * math.sqrt(n),
            "This is how much the difference varies from problem to problem. Asked was the error of its mean.",
        ),
        Misconception(
            "difference",
            lambda n, both, only_a, only_b: (only_a - only_b) / n,
            "This is the difference of the two shares. Asked was its standard error.",
        ),
    ),
    hints=(
        "On each problem A minus B is 1, 0 or −1. How often each? The mean is the difference of the shares.",
        "The variance of these values is the mean of their squares minus the square of their mean. Divide it by {n}, "
        "and take the root.",
    ),
    explanation=lambda n, both, only_a, only_b: (
        f"The differences are 1 on {only_a} problems and −1 on {only_b}: mean {(only_a - only_b) / n:g}, mean square "
        f"{(only_a + only_b) / n:g}. The root of ({(only_a + only_b) / n:g} − {((only_a - only_b) / n) ** 2:.4g})/{n} "
        f"is {_paired_error(n, both, only_a, only_b):.3g}. The {both} problems on which both are right do not matter."
    ),
    book={"n": 100, "both": 50, "only_a": 12, "only_b": 4},
    draw=_one_of(n=(100, 120, 150), both=(45, 50, 55), only_a=(10, 12, 14), only_b=(3, 4, 6)),
)


def _of_each(n: int, counts: Sequence[int], k: int, chance: Callable[[float], float]) -> float:
    return mean(chance(c) for c in counts)


def _pass(n: int, counts: Sequence[int], k: int) -> float:
    return _of_each(n, counts, k, lambda c: 1 - comb(n - int(c), k) / comb(n, k))


CALL = _question(
    10,
    "One number of a curve",
    statement=lambda n, counts, k: (
        f"A table holds {len(counts)} problems with {n} samples each; "
        + " and ".join(str(c) for c in counts)
        + f' of them are right. What is the value of its.curve(table, "pass", k={k})?'
    ),
    answer_type=Number(low=0),
    reference=_pass,
    misconceptions=(
        Misconception(
            "pooled",
            lambda n, counts, k: 1 - comb(n * len(counts) - sum(counts), k) / comb(n * len(counts), k),
            "This throws the samples of both problems together. The curve takes each problem by itself, then the mean.",
        ),
        Misconception(
            "averaged-first",
            lambda n, counts, k: 1 - (1 - sum(counts) / n / len(counts)) ** k,
            "This averages the shares of right samples first. The curve takes each problem’s chance, then the mean.",
        ),
        Misconception(
            "plug-in",
            lambda n, counts, k: _of_each(n, counts, k, lambda c: 1 - (1 - c / n) ** k),
            "This draws with replacement from the recorded samples. The curve takes subsets of {k} different ones.",
        ),
    ),
    hints=(
        "One value for each problem: the share of its subsets of {k} that hold a right sample.",
        "1 − C(wrong, {k})/C({n}, {k}) for each problem, then the mean over problems.",
    ),
    explanation=lambda n, counts, k: (
        "The problems reach "
        + " and ".join(f"{1 - comb(n - c, k) / comb(n, k):.4g}" for c in counts)
        + f"; their mean is {_pass(n, counts, k):.4g}. The interval beside it is over the problems."
    ),
    book={"n": 4, "counts": (1, 2), "k": 2},
    draw=_one_of(n=(4, 5, 6), counts=((1, 2), (1, 3)), k=(2,)),
)

QUESTIONS = (INDEPENDENT, ODDS, SUBSETS, GEOMETRIC, JENSEN, BETA, AUC, NARROWER, PAIRED, CALL)

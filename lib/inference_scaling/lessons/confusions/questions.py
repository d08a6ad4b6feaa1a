"""The questions of the part Confusions: one for each lesson's own point, after the same question worked out."""

from __future__ import annotations

import math

from ...answers.task import Misconception, Number
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


def _auc(long: float, half: float) -> float:
    return 0.5 + (long - half) / (2 * half * (1 - half))


HALF_CHAINS = question(
    "C-Q1",
    "A verifier good enough",
    statement=(
        "One chain of all your tokens is right with chance {long:g}, a chain of half the tokens with chance {half:g}. "
        "A verifier picks one of two half chains. Which AUC must it have, so that its pick is right as often as the "
        "long chain?"
    ),
    answer_type=Number(low=0),
    reference=_auc,
    misconceptions=(
        Misconception(
            "twice-less-one",
            lambda long, half: 2 * _auc(long, half) - 1,
            "This is 2v − 1. Asked was the AUC v.",
        ),
        Misconception(
            "above-chance",
            lambda long, half: _auc(long, half) - 0.5,
            "This is by how much the AUC must lie above 1/2, the AUC of a random pick.",
        ),
        Misconception(
            "no-failure",
            lambda long, half: 0.5 + (long - half) / (2 * half),
            "This divides by p and leaves out 1 − p. The verifier can gain something only where one chain is right "
            "and the other wrong.",
        ),
    ),
    hints=(
        "By how much must picking raise the chance of one half chain?",
        "The pick gains p(1 − p)(2v − 1) over one half chain. Solve for v.",
    ),
    explanation=lambda long, half: (
        f"Picking must gain {long - half:.2g}, and it gains {half * (1 - half):.4g}·(2v − 1). So 2v − 1 = "
        f"{2 * _auc(long, half) - 1:.4g} and v = {_auc(long, half):.4g}. With a worse verifier the long chain wins."
    ),
    book={"long": 0.4, "half": 0.3},
    draw=one_of(long=(0.34, 0.36, 0.42), half=(0.27, 0.28, 0.3)),
)


STOPPING_EARLY = question(
    "C-Q2",
    "When training pays, with a check",
    statement=(
        "Training costs as much as {cost:,} samples and lifts the chance of one sample from {before:g} to {after:g}. "
        "Checking a sample costs {check:g} times as much as making it. Sampling stops at the first right answer, "
        "without a cap. At how many queries does training cost as much as it saves?"
    ),
    answer_type=Number("queries", low=0),
    reference=lambda cost, before, after, check: cost / ((1 + check) * (1 / before - 1 / after)),
    misconceptions=(
        Misconception(
            "unchecked",
            lambda cost, before, after, check: cost / (1 / before - 1 / after),
            "This leaves out the checks. Each sample that training saves saves a check, too.",
        ),
        Misconception(
            "not-subtracted",
            lambda cost, before, after, check: cost * before / (1 + check),
            "This divides by what a query costs without training. A trained model must sample, too.",
        ),
        Misconception(
            "new-cost",
            lambda cost, before, after, check: cost * after / (1 + check),
            "This divides by what a query costs after training. Asked was against what training saves.",
        ),
    ),
    hints=(
        "How many samples does a query take before the training, and how many after?",
        "Training saves 1/{before:g} − 1/{after:g} samples per query. Each is made and checked.",
    ),
    explanation=lambda cost, before, after, check: (
        f"A query takes {1 / before:g} samples before and {1 / after:g} after, so training saves "
        f"{1 / before - 1 / after:g} samples of price {(1 + check):g}. {cost:,} divided by "
        f"{(1 + check) * (1 / before - 1 / after):g} is "
        f"{cost / ((1 + check) * (1 / before - 1 / after)):,.6g}."
    ),
    book={"cost": 600_000, "before": 0.02, "after": 0.1, "check": 0.5},
    draw=one_of(cost=(200_000, 300_000, 500_000), before=(0.02, 0.04, 0.05), after=(0.1, 0.2), check=(0.25, 0.6)),
)


def _per_vote(answers: int, p: float) -> float:
    return p * (answers - 1) / (1 - p)


OUTVOTED = question(
    "C-Q3",
    "One vote against several",
    statement=(
        "There are {answers} possible answers. A sample is right with chance {p:g}, and the wrong answers are equally "
        "likely. Answer A came {votes} times, with scores that say nothing. Answer B came once. How many times as "
        "likely must B’s score be for a right sample as for a wrong one, so that A and B are equally likely right?"
    ),
    answer_type=Number(low=0),
    reference=lambda answers, p, votes: _per_vote(answers, p) ** (votes - 1),
    misconceptions=(
        Misconception(
            "own-vote",
            lambda answers, p, votes: _per_vote(answers, p) ** votes,
            "This leaves out B’s own vote. B was given once, and that counts before its score does.",
        ),
        Misconception(
            "added",
            lambda answers, p, votes: (votes - 1) * _per_vote(answers, p),
            "This adds the factors of the votes. Each vote multiplies what stands for its answer; only logarithms add.",
        ),
        Misconception(
            "logarithm",
            lambda answers, p, votes: (votes - 1) * math.log(_per_vote(answers, p)),
            "This is the log ratio. Asked was the ratio itself.",
        ),
    ),
    hints=(
        "One vote multiplies what stands for its answer by p(K − 1)/(1 − p). What does A have, and what does B have?",
        "A has {votes} such factors, B has one and the ratio of its score.",
    ),
    explanation=lambda answers, p, votes: (
        f"A vote multiplies by {p:g}·{answers - 1}/{1 - p:g} = {_per_vote(answers, p):.4g}. A has {votes} votes and B "
        f"one, so the ratio must be {_per_vote(answers, p):.4g}^{votes - 1} = "
        f"{_per_vote(answers, p) ** (votes - 1):.4g}."
    ),
    book={"answers": 6, "p": 0.4, "votes": 3},
    draw=one_of(answers=(7, 9, 11), p=(0.3, 0.35, 0.45), votes=(3,)),
)


def _mended(rate: float, k: int, judged: float) -> float:
    return 1 - (1 - judged) / (1 - rate) ** k


FALSE_PASSES = question(
    "C-Q4",
    "Take the false passes out",
    statement=(
        "A grader accepts every right program, and each wrong one with chance {rate:.0%}, independently. With this "
        "grader pass@{k} is {judged:g}. What is pass@{k} without its mistakes?"
    ),
    answer_type=Number(low=0),
    reference=_mended,
    misconceptions=(
        Misconception(
            "once",
            lambda rate, k, judged: judged - rate,
            "This takes one mistake of the grader off. A problem counts as solved if any of {k} programs is accepted.",
        ),
        Misconception(
            "wrong-way",
            lambda rate, k, judged: 1 - (1 - judged) * (1 - rate) ** k,
            "This adds false passes a second time. The measured failure is too small already: divide it.",
        ),
        Misconception(
            "coverage-scaled",
            lambda rate, k, judged: judged * (1 - rate) ** k,
            "This scales the coverage. The factor belongs to the failure: all {k} wrong programs must be refused.",
        ),
        Misconception(
            "added-up",
            lambda rate, k, judged: judged - k * rate,
            "This takes {k} mistakes off every problem. Where a right program is there, a false pass changes nothing.",
        ),
    ),
    hints=(
        "Look at the failures. When does a problem without a right program still count as unsolved?",
        "The failure is too small by the factor (1 − {rate:g})^{k}.",
    ),
    explanation=lambda rate, k, judged: (
        f"The grader leaves {1 - judged:g} unsolved, which is the true failure times {1 - rate:g}^{k} = "
        f"{(1 - rate) ** k:.4g}. The true failure is {(1 - judged) / (1 - rate) ** k:.4g}, pass@{k} "
        f"{_mended(rate, k, judged):.4g}."
    ),
    book={"rate": 0.02, "k": 20, "judged": 0.7},
    draw=one_of(rate=(0.01, 0.02), k=(12, 15, 25), judged=(0.55, 0.65, 0.75)),
)

WARM_VOTE = question(
    "C-Q5",
    "How warm a vote should be",
    statement=(
        "A question has two answers, and one sample at temperature 1 is right with chance {p:g}. At which temperature "
        "does a vote of three gain most over one sample?"
    ),
    answer_type=Number("of temperature", low=0),
    reference=lambda p: math.log(p / (1 - p)) / math.log(2 + math.sqrt(3)),
    misconceptions=(
        Misconception(
            "coldness",
            lambda p: math.log(2 + math.sqrt(3)) / math.log(p / (1 - p)),
            "This is one over the temperature asked for: by so much the log-odds must be multiplied.",
        ),
        Misconception(
            "best-chance",
            lambda p: (3 + math.sqrt(3)) / 6,
            "This is the chance of one sample at which the vote gains most. Asked was the temperature that makes it.",
        ),
        Misconception(
            "odds",
            lambda p: p / (1 - p) / (2 + math.sqrt(3)),
            "This divides the odds. Temperature divides their logarithm.",
        ),
    ),
    hints=(
        "The gain is largest where the odds of a right sample are 2 + √3. What does temperature do to odds?",
        "Temperature T divides the log-odds ln(p/(1 − p)). Set the result equal to ln(2 + √3) and solve for T.",
    ),
    explanation=lambda p: (
        f"The log-odds are {math.log(p / (1 - p)):.4g} at temperature 1, and the best ones are ln(2 + √3) = "
        f"{math.log(2 + math.sqrt(3)):.4g}. Their quotient is {math.log(p / (1 - p)) / math.log(2 + math.sqrt(3)):.4g}."
    ),
    book={"p": 0.6},
    draw=one_of(p=(0.55, 0.58, 0.62, 0.65, 0.68)),
)


BOTH_RIGHT = question(
    "C-Q10",
    "From one and one of two to both",
    statement=(
        "One answer is right on {one:.0%} of the problems, on average. Of two answers at least one is right on "
        "{two:.0%}. On what share of the problems are both right, on average?"
    ),
    answer_type=Number(low=0),
    reference=lambda one, two: 2 * one - two,
    misconceptions=(
        Misconception(
            "square",
            lambda one, two: one**2,
            "This squares the mean. Problems differ, so two answers to one problem go together.",
        ),
        Misconception(
            "none-right",
            lambda one, two: 1 - two,
            "This is how often none of the two is right.",
        ),
        Misconception(
            "half-of-what-disagrees",
            lambda one, two: two - one,
            "This is half of how often the two disagree. It is added for one of two, and taken off for both.",
        ),
    ),
    hints=(
        "pass@2 lies above pass@1 by half of how often two answers disagree. Where does pass^2 lie?",
        "As far below: {one:g} − ({two:g} − {one:g}).",
    ),
    explanation=lambda one, two: (
        f"Two answers disagree on 2·({two:g} − {one:g}) = {2 * (two - one):.4g}. Half of it is added for one of two "
        f"and taken off for both: {one:g} − {two - one:.4g} = {2 * one - two:.4g}."
    ),
    book={"one": 0.6, "two": 0.75},
    draw=one_of(one=(0.62, 0.66, 0.7), two=(0.78, 0.82)),
)

QUESTIONS = (HALF_CHAINS, BOTH_RIGHT, STOPPING_EARLY, OUTVOTED, WARM_VOTE, FALSE_PASSES)

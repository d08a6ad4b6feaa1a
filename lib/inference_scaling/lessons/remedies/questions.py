"""The questions of the part Remedies, small enough for paper."""

from __future__ import annotations

import math

from ...answers.task import Misconception, Number
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


def _two_scores(share: float, n: int) -> float:
    passed = 1 - (1 - share) ** n
    return passed * math.log(passed / share) + (1 - passed) * math.log((1 - passed) / (1 - share))


TWO_SCORES = question(
    "M-Q1",
    "A judge with two scores",
    statement=(
        "A judge gives only two scores. One sample gets the higher one with chance {share:g}. How far, in nats, is the "
        "best of {n} from one sample?"
    ),
    answer_type=Number(low=0),
    reference=_two_scores,
    misconceptions=(
        Misconception(
            "no-ties",
            lambda share, n: math.log(n) - (n - 1) / n,
            "This is ln n − (n − 1)/n, for scores without ties. With two scores nearly all samples tie.",
        ),
        Misconception(
            "one-term",
            lambda share, n: (1 - (1 - share) ** n) * math.log((1 - (1 - share) ** n) / share),
            "This leaves out the draws in which no sample gets the higher score. Their term is negative.",
        ),
        Misconception(
            "endless",
            lambda share, n: -math.log(share),
            "This is where it ends with endless samples: all picked samples have the higher score.",
        ),
    ),
    hints=(
        "How often has the picked sample the higher score?",
        "With chance P = 1 − (1 − {share:g})^{n}. Each of the two scores gives a term P ln(P/q), where q is its chance "
        "in one sample.",
    ),
    explanation=lambda share, n: (
        f"P = 1 − {1 - share:g}^{n} = {1 - (1 - share) ** n:.4g}, and the two terms sum to "
        f"{_two_scores(share, n):.4g} nats. "
        f"Without ties it would be {math.log(n) - (n - 1) / n:.4g}; more samples end at −ln {share:g} = "
        f"{-math.log(share):.4g}."
    ),
    book={"share": 0.25, "n": 4},
    draw=one_of(share=(0.1, 0.15, 0.3, 0.35), n=(3, 4)),
)

CUT_END = question(
    "M-Q2",
    "Where a cut ends",
    statement=(
        "One answer in ten is right. Above a cut lie {true:g} of the right answers and {false:g} of the wrong ones, "
        "and all of them tie. How often is the best of very many answers right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda true, false: 0.1 * true / (0.1 * true + 0.9 * false),
    misconceptions=(
        Misconception(
            "no-base-rate",
            lambda true, false: true / (true + false),
            "This weighs right and wrong answers alike. There are nine wrong ones for each right one.",
        ),
        Misconception(
            "coverage",
            lambda true, false: 1.0,
            "This is how often a right answer lies above. Wrong ones do, too, and a random one of them is handed in.",
        ),
    ),
    hints=(
        "Of all answers, which share is right and above the cut? Which is wrong and above it?",
        "0.1 · {true:g} are right and above, 0.9 · {false:g} wrong and above. One of them is handed in at random.",
    ),
    explanation=lambda true, false: (
        f"0.1 · {true:g} / (0.1 · {true:g} + 0.9 · {false:g}) = {0.1 * true / (0.1 * true + 0.9 * false):.4g}."
    ),
    book={"true": 0.4, "false": 0.05},
    draw=one_of(true=(0.3, 0.5, 0.6), false=(0.02, 0.04, 0.1)),
)


def _votes_needed(confidence: float) -> int:
    return next(votes for votes in range(1, 100) if 1 - 0.5 ** (votes + 1) >= confidence)


ALL_ALIKE = question(
    "M-Q3",
    "Equal answers in a row",
    statement=(
        "A vote stops as soon as its leader is ahead of the second answer with a chance of {confidence:g}. Every share "
        "of the two was equally likely before. All answers agree. After how many does it stop?"
    ),
    answer_type=Number("answers", low=1, whole=True),
    reference=_votes_needed,
    misconceptions=(
        Misconception(
            "one-too-many",
            lambda confidence: _votes_needed(confidence) + 1,
            "This takes 1 − 2^−v. The doubt after v equal answers is 2^−(v+1).",
        ),
        Misconception(
            "share",
            lambda confidence: math.ceil(round(confidence / (1 - confidence), 9)),
            "This takes v/(v + 1), the most likely share under another prior. Asked is the chance that the share lies "
            "above one half.",
        ),
    ),
    hints=(
        "How large is the doubt after v equal answers?",
        "It is 2^−(v+1), and it must be at most 1 − {confidence:g}. Try v one after another.",
    ),
    explanation=lambda confidence: (
        f"After {_votes_needed(confidence)} equal answers the chance is "
        f"{1 - 0.5 ** (_votes_needed(confidence) + 1):.4g}, after one fewer {1 - 0.5 ** _votes_needed(confidence):.4g}."
    ),
    book={"confidence": 0.99},
    draw=one_of(confidence=(0.9, 0.98, 0.995, 0.999)),
)

WORTH = question(
    "M-Q4",
    "What the looks are worth",
    statement=(
        "Two looks of a judge at one candidate have a correlation of {shared:g}, given whether it is right. It looks "
        "{looks} times. As many independent looks as which number do the same for the spread of the mean?"
    ),
    answer_type=Number("looks", low=0),
    reference=lambda looks, shared: looks / (1 + (looks - 1) * shared),
    misconceptions=(
        Misconception(
            "with-itself",
            lambda looks, shared: looks / (1 + looks * shared),
            "This counts the covariance of each look with itself, too. A look has {looks} − 1 others.",
        ),
        Misconception(
            "own-part",
            lambda looks, shared: looks * (1 - shared),
            "This counts the unshared part of each look. The shared part stays, and is divided by nothing.",
        ),
        Misconception(
            "endless",
            lambda looks, shared: 1 / shared,
            "This is what endless looks are worth. {looks} are worth less.",
        ),
    ),
    hints=(
        "The variance of the mean is ρ + (1 − ρ)/m, that of m independent looks 1/m.",
        "Put ρ = {shared:g} and m = {looks} into m/(1 + (m − 1)ρ).",
    ),
    explanation=lambda looks, shared: (
        f"{looks}/(1 + {looks - 1}·{shared:g}) = {looks / (1 + (looks - 1) * shared):.4g}. Endless looks would be "
        f"worth 1/{shared:g} = {1 / shared:.4g}."
    ),
    book={"looks": 9, "shared": 0.5},
    draw=one_of(looks=(4, 5, 8), shared=(0.2, 0.3, 0.4, 0.6)),
)

QUESTIONS = (TWO_SCORES, CUT_END, ALL_ALIKE, WORTH)

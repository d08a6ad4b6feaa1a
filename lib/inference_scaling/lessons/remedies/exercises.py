"""The tasks of the part Remedies: how far a selection moves, and where it begins to harm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import verifiers
from ...answers.task import Function, Misconception, Number, Task, shortest_first

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


# M-1


def distance(scores: Sequence[float], n: int) -> float:
    """KL divergence of the best of n draws from one draw, in nats; equal scores are picked equally often."""
    _, times = np.unique(np.asarray(scores, dtype=float), return_counts=True)
    up_to = np.append(0.0, np.cumsum(times) / len(scores))
    one = np.diff(up_to)
    picked = np.diff(up_to**n)
    return float(np.sum(picked * np.log(picked / one)))


def _no_ties(scores: Sequence[float], n: int) -> float:
    return math.log(n) - (n - 1) / n


def _wrong_way(scores: Sequence[float], n: int) -> float:
    _, times = np.unique(np.asarray(scores, dtype=float), return_counts=True)
    up_to = np.append(0.0, np.cumsum(times) / len(scores))
    one, picked = np.diff(up_to), np.diff(up_to**n)
    return float(np.sum(one * np.log(one / picked)))


def _bits(scores: Sequence[float], n: int) -> float:
    return distance(scores, n) / math.log(2)


def _calls_scores(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    fixed = [
        ([1, 1, 2, 3], 2),
        ([0, 0, 0, 1], 8),
        ([2.5, -1.0, 0.25, 7.0], 3),
        ([3, 3, 3], 5),
        ([4], 2),
        ([5, 1, 5, 1, 5], 1),
        ([0.1, 0.2, 0.1, 0.2, 0.3, 0.3], 4),
    ]
    drawn = [(rng.integers(0, 6, int(rng.integers(5, 30))).astype(float).tolist(), n) for n in (2, 3, 5, 16)]
    return [*fixed, *drawn]


M1 = Task(
    id="M-1",
    kind="F",
    title="How far the best of n has moved",
    points=5,
    minutes=15,
    variable="distance",
    statement=(
        "A list holds the scores of the recorded samples of one problem. A draw takes each of them equally often, and "
        "n draws are independent, so that one sample may be drawn twice. The draw with the highest score is picked; "
        "among equal scores each is picked equally often. Write `distance(scores, n)`: the KL divergence of the picked "
        "draw from one draw, in nats."
    ),
    answer_type=Function(
        "distance(scores, n)", _calls_scores, library=(verifiers.best_of_n_axis, verifiers.divergence_bound)
    ),
    reference=distance,
    misconceptions=(
        Misconception(
            "no-ties",
            _no_ties,
            "This is ln n − (n − 1)/n, the divergence for scores without ties. Samples of one score share their "
            "chance, and then the picked one has moved less far.",
        ),
        Misconception(
            "wrong-way",
            _wrong_way,
            "This is the divergence of one draw from the picked one. Asked was the other way round: the mean of the "
            "logarithm is taken over the picked draw.",
        ),
        Misconception(
            "bits",
            _bits,
            "This is in bits, with logarithms to base 2. In nats the logarithm is the natural one.",
        ),
    ),
    hints=(
        "Which score has the picked draw? It is at most s if all n draws are at most s.",
        "A score held by a share q of the samples, of which a share F is not above it, is picked with chance "
        "F^n − (F − q)^n. Sum chance · ln(chance / q) over the different scores.",
    ),
    explanation=(
        "Equally good samples of one score are picked equally often, so that only the law of the score changes, and "
        "the sum goes over the scores. With all scores different and very many of them it comes near ln n − (n − 1)/n."
    ),
)

# M-2


def _with_cut(p: float, true: float, false: float, n: int) -> float:
    """Best of n where all above a cut tie, and all below it do."""
    above = p * true + (1 - p) * false
    some = 1 - (1 - above) ** n
    return some * p * true / above + (1 - some) * p * (1 - true) / (1 - above)


M2 = Task(
    id="M-2",
    kind="N",
    title="The best of n behind a cut",
    points=3,
    minutes=8,
    variable="answer_M2",
    statement=(
        "One answer is right with chance {p:g}. A judge gives only two scores: {true:g} of the right answers get the "
        "higher one, and {false:g} of the wrong ones. Answers are independent, and equal scores share. How often is "
        "the best of {n} right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=_with_cut,
    misconceptions=(
        Misconception(
            "endless",
            lambda p, true, false, n: p * true / (p * true + (1 - p) * false),
            "This is where it ends with very many answers: some then has the higher score. Of {n}, perhaps none.",
        ),
        Misconception(
            "nothing-below",
            lambda p, true, false, n: (
                p * true / (p * true + (1 - p) * false) * (1 - (1 - p * true - (1 - p) * false) ** n)
            ),
            "This counts the cases in which no answer has the higher score as wrong. One with the lower score is then "
            "handed in, and it may be right.",
        ),
        Misconception(
            "one-right-above",
            lambda p, true, false, n: 1 - (1 - p * true) ** n,
            "This is the chance that a right answer has the higher score. Wrong ones may have it too, and share.",
        ),
    ),
    hints=(
        "Which share a of all answers has the higher score, and how often has none of {n}?",
        "With chance 1 − (1 − a)^{n} a random one of those with the higher score is handed in; it is right with chance "
        "{p:g}·{true:g}/a. Otherwise a random one of the others is.",
    ),
    explanation=lambda p, true, false, n: (
        f"a = {p * true + (1 - p) * false:.4g}; some answer has the higher score with chance "
        f"{1 - (1 - p * true - (1 - p) * false) ** n:.4g}, and then "
        f"{p * true / (p * true + (1 - p) * false):.4g} is right; with the lower score it is "
        f"{p * (1 - true) / (1 - p * true - (1 - p) * false):.4g}. Together {_with_cut(p, true, false, n):.4g}. "
        "Drawing until one has the higher score, at most so many, is right exactly as often."
    ),
    book={"p": 0.2, "true": 0.5, "false": 0.1, "n": 4},
    draw=lambda rng: {
        "p": _choice(rng, 0.1, 0.15, 0.25),
        "true": _choice(rng, 0.4, 0.6),
        "false": _choice(rng, 0.05, 0.15),
        "n": _choice(rng, 3, 5, 6),
    },
)


# M-3


def _drawn_to_a_lead(share: float, lead: int) -> float:
    odds = (1 - share) / share
    right = 1 / (1 + odds**lead)
    return lead * (2 * right - 1) / (2 * share - 1)


M3 = Task(
    id="M-3",
    kind="N",
    title="What a lead costs",
    points=2,
    minutes=6,
    variable="answer_M3",
    statement=(
        "A model gives one of two answers, the right one with chance {share:g}. A vote goes on until one of the two is "
        "{lead} votes ahead of the other. How many samples does it draw on average?"
    ),
    answer_type=Number("samples", low=1),
    reference=_drawn_to_a_lead,
    misconceptions=(
        Misconception(
            "never-wrong",
            lambda share, lead: lead / (2 * share - 1),
            "This divides the lead by the 2p − 1 that a vote adds on average. But the vote sometimes ends with the "
            "wrong answer ahead: the mean lead at its end is less than {lead}.",
        ),
        Misconception(
            "all-right",
            lambda share, lead: lead / share,
            "This waits for {lead} right samples. The wrong ones among them undo part of the lead.",
        ),
        Misconception(
            "square",
            lambda share, lead: lead**2,
            "The square of the lead is the mean for two equally frequent answers. Here one is more frequent.",
        ),
    ),
    hints=(
        "How often does the vote end with the right answer ahead? And how far ahead is the right answer at the end, on "
        "average?",
        "With r = (1 − p)/p it ends right with chance A = 1/(1 + r^{lead}). The mean lead at the end is "
        "{lead}·(2A − 1), and each sample adds 2p − 1 to it on average.",
    ),
    explanation=lambda share, lead: (
        f"It ends right with chance {1 / (1 + ((1 - share) / share) ** lead):.4g}, and draws "
        f"{_drawn_to_a_lead(share, lead):.4g} samples on average; {lead / (2 * share - 1):.4g} if it never ended wrong."
    ),
    book={"share": 0.7, "lead": 3},
    draw=lambda rng: {"share": _choice(rng, 0.6, 0.65, 0.75, 0.8), "lead": int(_choice(rng, 2, 3, 4))},
)


# M-4


def _after_two(p: float, t: float, f: float, shared: float) -> float:
    """Chance to be right after two yes, each pair of looks sharing a part of its error."""
    right = p * (t**2 + shared * t * (1 - t))
    wrong = (1 - p) * (f**2 + shared * f * (1 - f))
    return right / (right + wrong)


M4 = Task(
    id="M-4",
    kind="N",
    title="Yes, and yes again",
    points=2,
    minutes=8,
    variable="answer_M4",
    statement=(
        "A sample is right with chance {p:g}. A judge says yes to a right one with chance {t:g} and to a wrong one "
        "with chance {f:g}. It looks twice at the same sample; given whether that is right, the two verdicts have a "
        "correlation of {shared:g}. Both say yes. What is the chance that the sample is right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=_after_two,
    misconceptions=(
        Misconception(
            "independent",
            lambda p, t, f, shared: _after_two(p, t, f, 0.0),
            "This multiplies the two verdicts as if they were independent. The second yes is partly the first one over "
            "again.",
        ),
        Misconception(
            "one-look",
            lambda p, t, f, shared: _after_two(p, t, f, 1.0),
            "This is the chance after one yes. The second look is not wholly a repetition.",
        ),
        Misconception(
            "forgets-wrong",
            lambda p, t, f, shared: t**2 + shared * t * (1 - t),
            "This is how often a right sample gets two yes. Asked was how often a sample with two yes is right.",
        ),
        Misconception(
            "mixes-the-odds",
            lambda p, t, f, shared: (1 - shared) * _after_two(p, t, f, 0.0) + shared * _after_two(p, t, f, 1.0),
            "This takes the mean of the two chances at the end. The correlation belongs to the two verdicts, before "
            "right and wrong are compared.",
        ),
    ),
    hints=(
        "How often do both looks say yes to a right sample? The covariance of two verdicts is ρ·T·(1 − T).",
        "Both say yes with chance T² + ρT(1 − T) to a right one, and likewise with F to a wrong one. Weigh with {p:g}.",
    ),
    explanation=lambda p, t, f, shared: (
        f"Two yes: {t**2 + shared * t * (1 - t):.4g} of the right and {f**2 + shared * f * (1 - f):.4g} of the wrong "
        f"samples, so {_after_two(p, t, f, shared):.4g}. One yes gives {_after_two(p, t, f, 1.0):.4g}, two independent "
        f"ones would give {_after_two(p, t, f, 0.0):.4g}."
    ),
    book={"p": 0.2, "t": 0.7, "f": 0.2, "shared": 0.4},
    draw=lambda rng: {
        "p": _choice(rng, 0.1, 0.15, 0.25, 0.3),
        "t": _choice(rng, 0.6, 0.65, 0.8),
        "f": _choice(rng, 0.1, 0.15, 0.25),
        "shared": _choice(rng, 0.3, 0.5, 0.6),
    },
)

# Bonus


def _peak(alpha: float, beta: float) -> int:
    """Smallest n whose best-of-N, without ties, lies at or beyond the peak of d(α − βd)."""
    target = (alpha / (2 * beta)) ** 2
    return next(n for n in range(1, 10**6) if math.log(n) - (n - 1) / n >= target)


def _at(target: float) -> int:
    return next(n for n in range(1, 10**6) if math.log(n) - (n - 1) / n >= target)


MB = Task(
    id="M-B",
    kind="N",
    title="The n at the peak",
    points=2,
    minutes=8,
    variable="answer_MB",
    statement=(
        "On some benchmark the gain of best-of-N over one sample follows d(α − βd) with α = {alpha:g} and "
        "β = {beta:g}, where d is the root of the KL divergence in nats. Scores do not tie. What is the smallest n at "
        "or beyond the peak of the gain?"
    ),
    answer_type=Number("samples", low=1, whole=True),
    reference=_peak,
    misconceptions=(
        Misconception(
            "where-it-is-zero",
            lambda alpha, beta: _at((alpha / beta) ** 2),
            "This is where the gain is back at 0, d = α/β. The peak lies halfway, at α/(2β).",
        ),
        Misconception(
            "no-root",
            lambda alpha, beta: _at(alpha / (2 * beta)),
            "This takes α/(2β) for the divergence. It is d, the root of the divergence: square it first.",
        ),
    ),
    hints=(
        "At which d is d(α − βd) largest?",
        "At d = {alpha:g}/(2·{beta:g}). Its square is the divergence, ln n − (n − 1)/n: try n one after another.",
    ),
    explanation=lambda alpha, beta: (
        f"The peak is at d = {alpha / (2 * beta):.3g}, a divergence of {(alpha / (2 * beta)) ** 2:.3g} nats. "
        f"ln n − (n − 1)/n reaches it at n = {_peak(alpha, beta)}."
    ),
    book={"alpha": 0.24, "beta": 0.1},
    draw=lambda rng: {
        "alpha": _choice(rng, 0.2, 0.22, 0.26, 0.28),
        "beta": _choice(rng, 0.08, 0.09, 0.11),
    },
    bonus=True,
)

TASKS = shortest_first(M1, M2, M3, M4, MB)

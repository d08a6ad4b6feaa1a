"""The questions of the part Theorem: one for each lesson's own point, after the same question worked out."""

from __future__ import annotations

from ...answers.task import Misconception, Number
from ...laws import coverage, effective_samples, expected_draws, marginal_gain
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


def _added(p: float, k: int, more: int) -> float:
    return float(coverage(p, k + more) - coverage(p, k))


LATER_SAMPLES = question(
    "T-Q1",
    "What the next samples add",
    statement=(
        "One sample is right with chance {p:g}, and samples are independent. You allow {k} samples, then {more} more. "
        "By how much do these {more} raise the coverage?"
    ),
    answer_type=Number(low=0),
    reference=_added,
    misconceptions=(
        Misconception(
            "alone",
            lambda p, k, more: float(coverage(p, more)),
            "This is the coverage of {more} samples alone. Here they count only where the {k} before them all failed.",
        ),
        Misconception(
            "in-all",
            lambda p, k, more: float(coverage(p, k + more)),
            lambda p, k, more: f"This is the coverage of all {k + more} samples. Asked was what the last {more} add.",
        ),
        Misconception(
            "each-the-first",
            lambda p, k, more: more * p,
            "This counts each of the {more} like the very first sample. A later sample adds something only where all "
            "samples before it failed.",
        ),
        Misconception(
            "each-the-same",
            lambda p, k, more: float(more * marginal_gain(p, k + 1)),
            "This takes what the first of the {more} adds, {more} times. Each of them adds less than the one before.",
        ),
    ),
    hints=(
        "The new samples matter only where all samples before them failed. How often is that?",
        "Multiply the chance that {k} samples fail by the chance that {more} samples do not all fail.",
    ),
    explanation=lambda p, k, more: (
        f"The first {k} fail with chance {1 - p:g}^{k} = {(1 - p) ** k:.4g}. Then {more} more hold a right one with "
        f"chance {float(coverage(p, more)):.4g}. The product is {_added(p, k, more):.4g}."
    ),
    book={"p": 0.06, "k": 10, "more": 15},
    draw=one_of(p=(0.04, 0.05, 0.07, 0.08), k=(8, 10, 12), more=(9, 15, 18)),
)


def _mean_draws(easy: float, p: float, cap: int) -> float:
    return easy * float(expected_draws(p, cap)) + (1 - easy) * cap


BILL = question(
    "T-Q2",
    "The bill of a benchmark",
    statement=(
        "Sampling stops at the first right answer, and after {cap} samples in any case. On {easy:.0%} of the problems "
        "one sample is right with chance {p:g}; the others are never solved. How many samples are drawn per problem, "
        "on average?"
    ),
    answer_type=Number("samples", low=0),
    reference=_mean_draws,
    misconceptions=(
        Misconception(
            "no-cap",
            lambda easy, p, cap: easy / p + (1 - easy) * cap,
            "This lets a solvable problem take 1/p samples, as if nobody stopped at {cap}. The cap cuts its long runs.",
        ),
        Misconception(
            "averaged-first",
            lambda easy, p, cap: float(expected_draws(easy * p, cap)),
            "This gives every problem the average chance. Samples are drawn problem by problem, so average the draws.",
        ),
        Misconception(
            "solvable-only",
            lambda easy, p, cap: float(expected_draws(p, cap)),
            "This is the bill of a problem that can be solved. The others cost samples too: {cap} each.",
        ),
    ),
    hints=(
        "Take the two kinds of problems one after the other. How many samples does a hopeless problem take?",
        "A solvable problem takes coverage/p samples on average. Weigh the two numbers by the shares of the problems.",
    ),
    explanation=lambda easy, p, cap: (
        f"A solvable problem takes {float(coverage(p, cap)):.4g}/{p:g} = {float(expected_draws(p, cap)):.4g} samples, "
        f"a hopeless one {cap}. The average is {easy:g}·{float(expected_draws(p, cap)):.4g} + {1 - easy:g}·{cap} = "
        f"{_mean_draws(easy, p, cap):.4g}."
    ),
    book={"easy": 0.75, "p": 0.3, "cap": 8},
    draw=one_of(easy=(0.6, 0.7, 0.8), p=(0.2, 0.25, 0.3), cap=(6, 8, 9)),
)


EQUAL_MONEY = question(
    "T-Q3",
    "As good for the same money",
    statement=(
        "One sample of a large model is right with chance {large:g} and costs as much as {price} samples of a small "
        "model. Numbers of samples are fixed in advance, and a right answer is recognised. How often must one sample "
        "of the small model be right, so that the small model solves as much for the same money?"
    ),
    answer_type=Number(low=0),
    reference=lambda large, price: 1 - (1 - large) ** (1 / price),
    misconceptions=(
        Misconception(
            "stopping",
            lambda large, price: large / price,
            "This is the rule P = Mp, for sampling that stops at the first right answer. Here all {price} samples are "
            "paid for.",
        ),
        Misconception(
            "failure",
            lambda large, price: (1 - large) ** (1 / price),
            "This is how often one sample of the small model may be wrong. Asked was how often it must be right.",
        ),
        Misconception(
            "all-right",
            lambda large, price: large ** (1 / price),
            "Here all {price} samples of the small model would have to be right. One right sample is enough.",
        ),
        Misconception(
            "forwards",
            lambda large, price: float(coverage(large, price)),
            "This gives the large model {price} samples. For the same money it gets one.",
        ),
    ),
    hints=(
        "Compare failures: how often does the one large sample fail, and how often do all {price} small ones?",
        "The two failures are equal. Take a root to get the failure of one small sample.",
    ),
    explanation=lambda large, price: (
        f"The large sample fails with chance {1 - large:g}, so (1 − p)^{price} = {1 - large:g}. One small sample may "
        f"fail with chance {1 - large:g}^(1/{price}) = {(1 - large) ** (1 / price):.4g}, and p = "
        f"{1 - (1 - large) ** (1 / price):.4g}."
    ),
    book={"large": 0.65, "price": 5},
    draw=one_of(large=(0.4, 0.6, 0.7, 0.8), price=(4, 6, 8)),
)


def _worth(problems: int, samples: int, rho: float) -> float:
    return problems * float(effective_samples(samples, rho))


WORTH = question(
    "T-Q4",
    "What a recording is worth",
    statement=(
        "A recording has {problems} problems with {samples} samples each. Two samples of one problem have correlation "
        "{rho:g}. For the mean chance, how many independent samples tell as much as the whole recording?"
    ),
    answer_type=Number("samples", low=0),
    reference=_worth,
    misconceptions=(
        Misconception(
            "all",
            lambda problems, samples, rho: problems * samples,
            "This counts every sample as independent. Samples of one problem repeat each other.",
        ),
        Misconception(
            "most",
            lambda problems, samples, rho: problems / rho,
            "This is the most that {problems} problems can be worth, with any number of samples. Each has {samples}.",
        ),
        Misconception(
            "one-problem",
            lambda problems, samples, rho: _worth(1, samples, rho),
            "This is what the samples of one problem are worth. The recording has {problems} problems.",
        ),
        Misconception(
            "discount",
            lambda problems, samples, rho: problems * samples * (1 - rho),
            "This takes the same share off every sample. But a later sample repeats all samples before it, so it "
            "tells less and less.",
        ),
    ),
    hints=(
        "How many independent samples are the {samples} samples of one problem worth?",
        "Divide {samples} by 1 + ({samples} − 1)·{rho:g}. The problems themselves are independent.",
    ),
    explanation=lambda problems, samples, rho: (
        f"The {samples} samples of a problem are worth {samples}/{1 + (samples - 1) * rho:g} = "
        f"{_worth(1, samples, rho):.4g}, the {problems} problems {_worth(problems, samples, rho):.4g}. The recording "
        f"holds {problems * samples:,} samples."
    ),
    book={"problems": 60, "samples": 16, "rho": 0.2},
    draw=one_of(problems=(40, 50, 80), samples=(16, 20, 25), rho=(0.25, 0.3, 0.4)),
)


def _left(a: float, left: float, first: int, last: int) -> float:
    return left * (last / first) ** -a


TAIL = question(
    "T-Q5",
    "Further along the power law",
    statement=(
        "The unsolved share of a benchmark falls like k to the power −{a:g}. With {first} samples per problem, "
        "{left:.0%} of the problems are unsolved. Which share is unsolved with {last:,} samples?"
    ),
    answer_type=Number(low=0),
    reference=_left,
    misconceptions=(
        Misconception(
            "in-proportion",
            lambda a, left, first, last: left * first / last,
            "This lets the failures fall like 1/k. With an exponent of {a:g} they fall much more slowly.",
        ),
        Misconception(
            "one-problem",
            lambda a, left, first, last: left ** (last / first),
            "This is how the failure of one single problem falls. In a mixture the problems that are left are the "
            "hard ones.",
        ),
        Misconception(
            "factor",
            lambda a, left, first, last: (last / first) ** -a,
            "This is the factor by which the unsolved share falls. It falls from {left:.0%}, not from 1.",
        ),
        Misconception(
            "solved",
            lambda a, left, first, last: 1 - _left(a, left, first, last),
            "This is the share that is solved. Asked was the share that is not.",
        ),
    ),
    hints=(
        "How many times as many samples are that? Only this ratio matters.",
        "The unsolved share shrinks by the ratio of the samples, raised to the power −{a:g}.",
    ),
    explanation=lambda a, left, first, last: (
        f"{last / first:g} times the samples shrink the share by {last / first:g}^(−{a:g}) = "
        f"{(last / first) ** -a:.4g}; {left:g}·{(last / first) ** -a:.4g} = {_left(a, left, first, last):.4g}."
    ),
    book={"a": 0.4, "left": 0.2, "first": 100, "last": 1000},
    draw=one_of(a=(0.3, 0.45, 0.6), left=(0.15, 0.24, 0.36), first=(50, 100), last=(800, 1600)),
)


def _none_fools(p: float, rare: float, k: int) -> float:
    return (1 - rare * (1 - p)) ** k


def _best(p: float, rare: float, k: int) -> float:
    return _none_fools(p, rare, k) - ((1 - rare) * (1 - p)) ** k


FOOLED = question(
    "T-Q6",
    "Good but for a few",
    statement=(
        "One answer is right with chance {p:g}. A verifier scores right answers above wrong ones, but {rare:.0%} of "
        "the wrong answers fool it and score above every right one. You take the best of {k}. How often is it right?"
    ),
    answer_type=Number(low=0),
    reference=_best,
    misconceptions=(
        Misconception(
            "exists",
            lambda p, rare, k: float(coverage(p, k)),
            "This is how often a right answer is among the {k}. It is picked only if no answer there fools the "
            "verifier.",
        ),
        Misconception(
            "none-fools",
            _none_fools,
            "This is how often no answer fools the verifier. A right answer must be among the {k}, too.",
        ),
        Misconception(
            "product",
            lambda p, rare, k: float(coverage(p, k)) * _none_fools(p, rare, k),
            "This multiplies two chances that are not independent: where no answer fools, more of the answers are "
            "right.",
        ),
        Misconception(
            "once",
            lambda p, rare, k: float(coverage(p, k)) * (1 - rare),
            "This takes {rare:.0%} off the coverage, as if one answer could fool. Each of the {k} can.",
        ),
    ),
    hints=(
        "You need two things: no answer that fools, and at least one right answer.",
        "From the chance that none of the {k} fools, subtract the chance that none fools and none is right.",
    ),
    explanation=lambda p, rare, k: (
        f"None of {k} fools with chance (1 − {rare * (1 - p):g})^{k} = {_none_fools(p, rare, k):.4g}. None fools and "
        f"none is right with chance {(1 - rare) * (1 - p):g}^{k} = {((1 - rare) * (1 - p)) ** k:.4g}. The difference "
        f"is {_best(p, rare, k):.4g}; with a perfect verifier it would be {float(coverage(p, k)):.4g}."
    ),
    book={"p": 0.1, "rare": 0.05, "k": 10},
    draw=one_of(p=(0.1, 0.12, 0.15), rare=(0.06, 0.08, 0.1), k=(6, 8, 9)),
)


def _passes(p: float, right: float, wrong: float) -> float:
    return p * right + (1 - p) * wrong


FIRST_ACCEPTED = question(
    "T-Q7",
    "The first that passes",
    statement=(
        "One answer is right with chance {p:g}. A bar passes {right:.0%} of the right answers and {wrong:.0%} of the "
        "wrong ones. You draw until an answer passes, and hand it in. How often is it right?"
    ),
    answer_type=Number(low=0),
    reference=lambda p, right, wrong: p * right / _passes(p, right, wrong),
    misconceptions=(
        Misconception(
            "right-passes",
            lambda p, right, wrong: p * right,
            "This is how often the first draw is right and passes. Only draws that pass are handed in: divide by how "
            "often one passes.",
        ),
        Misconception(
            "ratio-of-rates",
            lambda p, right, wrong: right / (right + wrong),
            "This would hold if right and wrong answers were equally frequent. Here a right one is drawn with chance "
            "{p:g}.",
        ),
        Misconception(
            "odds",
            lambda p, right, wrong: p * right / ((1 - p) * wrong),
            "These are the odds, right against wrong. Asked was the chance.",
        ),
        Misconception(
            "passes",
            _passes,
            "This is how often a draw passes. Its inverse is the mean number of draws.",
        ),
    ),
    hints=(
        "Which share of all draws passes? Right and wrong ones both do.",
        "Of the draws that pass, which share is right?",
    ),
    explanation=lambda p, right, wrong: (
        f"A draw is right and passes with chance {p:g}·{right:g} = {p * right:.4g}; it passes at all with chance "
        f"{_passes(p, right, wrong):.4g}. The quotient is {p * right / _passes(p, right, wrong):.4g}, after "
        f"{1 / _passes(p, right, wrong):.3g} draws on average."
    ),
    book={"p": 0.1, "right": 0.7, "wrong": 0.05},
    draw=one_of(p=(0.12, 0.15, 0.2), right=(0.5, 0.7, 0.8), wrong=(0.04, 0.08, 0.1)),
)

QUESTIONS = (LATER_SAMPLES, BILL, EQUAL_MONEY, WORTH, TAIL, FOOLED, FIRST_ACCEPTED)

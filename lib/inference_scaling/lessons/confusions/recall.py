"""What the lessons of the part Confusions ask back from memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...interactive.prediction import Choice
from ...interactive.recall import Recall
from ...laws import coverage, samples_needed

__all__ = ["RECALL"]


def _pick(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _unpicked(rng: np.random.Generator) -> dict[str, Any]:
    p, k = _pick(rng, 0.1, 0.15, 0.2, 0.24), _pick(rng, 2, 3, 4)
    return {"p": p, "k": k, "exists": float(coverage(p, k)), "added": k * p}


def _rate(rng: np.random.Generator) -> dict[str, Any]:
    p, times = _pick(rng, 0.001, 0.002, 0.004), _pick(rng, 2, 3, 4, 5)
    needed = int(samples_needed(p, 0.999))
    return {
        "p": p,
        "better": times * p,
        "times": times,
        "needed": needed,
        "fewer": round(needed / times, -1),
        "square": round(needed / times**2, -1),
        "root": round(needed / times**0.5, -1),
    }


def _level(rng: np.random.Generator) -> dict[str, Any]:
    percent, others = _pick(rng, 11, 13, 16, 19), _pick(rng, 2, 3, 4)
    return {
        "percent": percent,
        "others": others,
        "level": others + 1,
        "share": 1 / (others + 1),
        "alone": percent / 100,
    }


def _beyond(rng: np.random.Generator) -> dict[str, Any]:
    n, c = _pick(rng, 10, 20, 30, 40, 50, 100), _pick(rng, 1, 2)
    return {"n": n, "c": c, "k": 2 * n, "failed": n - c, "plug": float(coverage(c / n, 2 * n))}


NOT_JUST_MORE_TOKENS = (
    Recall(
        lesson="not_just_more_tokens",
        name="who-chooses",
        asks="A longer chain is right more often than a shorter one. When is one long chain the best use of a budget "
        "of tokens?",
        right=Choice(
            "When nobody chooses among the answers",
            "Then one of several short chains is taken at random, and it is only a shorter chain.",
        ),
        wrong=(
            Choice(
                "When a perfect checker chooses",
                "A perfect checker finds a right chain among many. As long as a chain need not be long, many short "
                "ones are then best.",
            ),
            Choice(
                "Never: more chains are more chances",
                "More chances help only if somebody recognises the right one. And a task whose parts all need tokens "
                "may want one long chain even with a checker.",
            ),
        ),
    ),
    Recall(
        lesson="not_just_more_tokens",
        name="unpicked",
        asks="A short chain is right with chance {p:g}. You draw {k} of them and hand in one at random. How often is "
        "it right?",
        right=Choice("{p:.2f}", "Without a way to choose, {k} tries are one try."),
        wrong=(
            Choice(
                "{exists:.2f}",
                "This is how often at least one of the {k} is right. It needs somebody who finds that one.",
            ),
            Choice(
                "{added:.2f}",
                "This is how many of the {k} are right on average. You hand in only one.",
            ),
        ),
        draw=_unpicked,
    ),
    Recall(
        lesson="not_just_more_tokens",
        name="better-verifier",
        asks="A budget of tokens is cut into chains, and a verifier picks one. The verifier gets better. What happens "
        "to the best length of a chain?",
        right=Choice(
            "It gets shorter: choosing among more chains pays",
            "A random pick is best with one chain, a perfect checker with many. A verifier that errs lies between.",
        ),
        wrong=(
            Choice(
                "It gets longer: a good verifier needs good chains",
                "A good verifier finds the rare right chain among many. A poor verifier needs chains that are often "
                "right by themselves.",
            ),
            Choice(
                "It stays: the best length belongs to the task",
                "The task sets how p grows with the length. Which length is best also depends on who chooses.",
            ),
        ),
    ),
)

NOT_SUBSTITUTES = (
    Recall(
        lesson="not_substitutes",
        name="what-decides",
        asks="Training raises p, at a price that is paid once. Samples raise coverage, at a price for each query. "
        "Which number decides between them?",
        right=Choice(
            "How many queries will come",
            "Training pays from C/((g + s)(k₁ − k₂)) queries on: its price, divided by what it saves per query.",
        ),
        wrong=(
            Choice(
                "How large the model is",
                "The size enters through prices and chances. With these fixed, training still pays for many queries "
                "and not for few.",
            ),
            Choice(
                "How high p is after training",
                "A higher p saves more per query. Whether that pays back the training depends on how many queries "
                "there are.",
            ),
        ),
    ),
    Recall(
        lesson="not_substitutes",
        name="exchange-rate",
        asks="A target of 99.9 % takes {needed:,} samples at p = {p:g}, and right answers are recognised. About how "
        "many does it take at p = {better:g}?",
        right=Choice(
            "{fewer:,.0f}",
            "For small p the product of p and the samples stays the same: {times} times the chance, 1/{times} of the "
            "samples.",
        ),
        wrong=(
            Choice(
                "{square:,.0f}",
                "This divides by {times} twice. Samples and chance are exchanged one to one: their product stays "
                "the same.",
            ),
            Choice(
                "{root:,.0f}",
                "This divides by the square root of {times}, as the error of a mean does. Samples and chance are "
                "exchanged one to one.",
            ),
        ),
        draw=_rate,
    ),
    Recall(
        lesson="not_substitutes",
        name="never-made-up",
        asks="A right answer is recognised. Which weakness of a model can no number of samples make up for?",
        right=Choice(
            "A chance of zero on a problem",
            "No sample is ever right there. On the recorded contest problems every model of one family stayed at zero "
            "with 10,000 samples.",
        ),
        wrong=(
            Choice(
                "A chance of one in a thousand",
                "Some thousands of samples reach 99.9 % there. That may be dear, but it is possible.",
            ),
            Choice(
                "A small number of parameters",
                "A recorded small model with many samples and a verifier was ahead of a far larger one that answered "
                "once.",
            ),
        ),
    ),
)

VOTING_IS_NOT_OPTIMAL = (
    Recall(
        lesson="voting_is_not_optimal",
        name="where-it-ends",
        asks="A vote gets more and more samples of one question. Where does it end?",
        right=Choice(
            "At the most frequent answer, right or wrong",
            "More votes show the mode more surely. If the mode is wrong, more votes make the result worse.",
        ),
        wrong=(
            Choice(
                "At the right answer, but only if over half are right",
                "A majority is not needed. It is enough that every wrong answer is rarer than the right one.",
            ),
            Choice(
                "At the right answer, sooner or later",
                "A vote knows nothing of right and wrong. If a wrong answer is the most frequent one, the vote ends "
                "there.",
            ),
        ),
    ),
    Recall(
        lesson="voting_is_not_optimal",
        name="level",
        asks="The right answer comes in {percent} % of the samples, and {others} wrong ones come exactly as often. All "
        "others are rarer. How often is a vote of very many samples right?",
        right=Choice("{share:.2f}", "There are {level} modes, and chance decides which of them is ahead: 1/{level}."),
        wrong=(
            Choice(
                "{alone:.2f}",
                "This is how often one sample is right. A vote of very many samples leaves the rarer answers behind.",
            ),
            Choice(
                "Nearly 0: too few samples are right",
                "No answer is ahead of the right one. The vote ends at one of the {level} modes, each equally often.",
            ),
        ),
        draw=_level,
    ),
    Recall(
        lesson="voting_is_not_optimal",
        name="which-calibration",
        asks="You take the answer with the best score. Which kind of calibration does this need?",
        right=Choice(
            "Within a problem, a higher score must be a better sign",
            "The chance to be right must rise with the score, above all at the top. Best-of-N takes exactly the "
            "highest score.",
        ),
        wrong=(
            Choice(
                "Over all problems, 70 % of those scored 0.7 must be right",
                "Best-of-N compares answers of one problem only. A verifier that is perfect over all problems can "
                "still be blind within each.",
            ),
            Choice(
                "None: any scores will do, in any order",
                "The scale does not matter, the order does. If wrong answers have the highest scores of a problem, "
                "best-of-N takes one of them.",
            ),
        ),
    ),
)

ESTIMATOR_CLINIC = (
    Recall(
        lesson="estimator_clinic",
        name="which-is-low",
        asks="Which of these mistakes makes a coverage number too low?",
        right=Choice(
            "Putting c/n of each problem into 1 − (1 − p)^k",
            "The failure is convex in p, so the noise in c/n raises the mean failure. Every problem errs in the same "
            "direction.",
        ),
        wrong=(
            Choice(
                "Averaging the chances of the problems first",
                "That comes out too high where problems differ: one average problem is solved far sooner than a mix "
                "of easy and hard ones.",
            ),
            Choice(
                "Accepting one wrong program in a hundred",
                "That comes out too high: a problem counts as solved as soon as one of its programs is accepted.",
            ),
        ),
    ),
    Recall(
        lesson="estimator_clinic",
        name="beyond-the-data",
        asks="{n} samples of a problem are recorded, {c} of them right. What is the unbiased estimate of pass@{k}?",
        right=Choice(
            "There is none: {k} is more than {n}",
            "A function of {n} samples has a mean of degree {n} in p at most, and pass@{k} has degree {k}.",
        ),
        wrong=(
            Choice(
                "1: only {failed} samples failed, fewer than {k}",
                "Many published functions return this. But {k} new samples of a hard problem can all fail.",
            ),
            Choice(
                "{plug:.3f}: the share put into the formula",
                "That is the plug-in. It answers any question, with a bias, and says nothing about how far it is off.",
            ),
        ),
        draw=_beyond,
    ),
    Recall(
        lesson="estimator_clinic",
        name="false-passes",
        asks="A grader accepts one wrong program in a hundred. At which number of samples does this do most harm to a "
        "coverage number?",
        right=Choice(
            "At a large one: one accepted program is enough",
            "With many samples some wrong program passes on many problems. On the recorded programs pass@1 was off by "
            "a point, and pass@100 by many.",
        ),
        wrong=(
            Choice(
                "At one sample: later ones average it out",
                "Coverage is no average over samples. A problem counts as solved as soon as any of its programs is "
                "accepted.",
            ),
            Choice(
                "At any number: it is always about one point",
                "That holds for one sample. Each further sample is another chance for a false pass.",
            ),
        ),
    ),
)

RECALL = (*NOT_JUST_MORE_TOKENS, *NOT_SUBSTITUTES, *VOTING_IS_NOT_OPTIMAL, *ESTIMATOR_CLINIC)

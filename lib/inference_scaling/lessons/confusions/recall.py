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


def _cooled(rng: np.random.Generator) -> dict[str, Any]:
    p = _pick(rng, 0.6, 0.65, 0.7, 0.75, 0.8)
    odds = p / (1 - p)
    return {
        "p": p,
        "cold": float(odds**2 / (1 + odds**2)),
        "warm": float(odds**0.5 / (1 + odds**0.5)),
        "square": p**2,
    }


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


def _two_answers(rng: np.random.Generator) -> dict[str, Any]:
    a, d = _pick(rng, 0.4, 0.5, 0.6), _pick(rng, 0.1, 0.2, 0.3)
    return {"a": a, "d": d, "some": a + d / 2, "square": 1 - (1 - a) ** 2, "sum": a + d}


DIRECT_OR_STEP_BY_STEP = (
    Recall(
        lesson="direct_or_step_by_step",
        name="two-answers",
        asks="One answer is right with chance {a:g}, on average over the problems. Two answers to a problem disagree "
        "with chance {d:g}: exactly one of them is right. How often is at least one of two right?",
        right=Choice("{some:.2f}", "Half of what disagrees is added to one answer: {a:g} + {d:g}/2."),
        wrong=(
            Choice(
                "{square:.2f}",
                "This holds where all problems are alike. Then two answers would disagree more often.",
            ),
            Choice(
                "{sum:.2f}",
                "Where two answers disagree, the first is the right one half of the time, and was counted already.",
            ),
        ),
        draw=_two_answers,
    ),
    Recall(
        lesson="direct_or_step_by_step",
        name="same-mean",
        asks="Two prompts are right equally often with one answer. With the second, answers to a problem differ more. "
        "Which is better for ten answers?",
        right=Choice(
            "The second if one right answer is enough, else the first",
            "At the same mean pass@k and pass^k move against each other.",
        ),
        wrong=(
            Choice(
                "The second: variety always helps",
                "It helps whoever recognises the right one. Who needs all ten right wants answers that agree.",
            ),
            Choice(
                "Neither: one answer is equally good",
                "One answer does not show whether ten of them fail together.",
            ),
        ),
    ),
    Recall(
        lesson="direct_or_step_by_step",
        name="the-unit",
        asks="A benchmark has 479 problems, made from 92 contest questions. Over what does the interval of a "
        "difference go?",
        right=Choice(
            "Over the 92 questions",
            "Problems of one question share what makes them hard. The questions were drawn, and others could have "
            "been.",
        ),
        wrong=(
            Choice(
                "Over the 479 problems",
                "They are not 479 independent draws. The interval would be too narrow.",
            ),
            Choice(
                "Over the samples: ten of each problem",
                "More samples of the same problems say nothing about other questions.",
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

LOW_TEMPERATURE_VOTES = (
    Recall(
        lesson="low_temperature_votes",
        name="where-it-goes",
        asks="The temperature goes to zero. What becomes of the gain of a vote over one sample?",
        right=Choice(
            "It goes to 0: the samples are all alike",
            "Where all samples agree, every rule hands in what a single sample would. That holds for a perfect "
            "checker, too.",
        ),
        wrong=(
            Choice(
                "It is largest: the most frequent answer gets surer",
                "It gets surer, and so a single sample is that answer already. The vote has nothing left to add.",
            ),
            Choice(
                "It goes to 0 for a vote; a perfect checker still gains",
                "A checker chooses among the samples, too. If they are copies of one text, there is no choice.",
            ),
        ),
    ),
    Recall(
        lesson="low_temperature_votes",
        name="half-the-temperature",
        asks="A question has two answers. One sample at temperature 1 is right with chance {p:g}. How often is one "
        "sample at temperature ½ right?",
        right=Choice("{cold:.2f}", "Half the temperature squares the odds."),
        wrong=(
            Choice("{warm:.2f}", "This takes the root of the odds, as temperature 2 does. Cold sharpens."),
            Choice("{square:.2f}", "This squares the chance. The odds are squared, and the chances sum to 1 again."),
        ),
        draw=_cooled,
    ),
    Recall(
        lesson="low_temperature_votes",
        name="fair-control",
        asks="At temperature 1 a vote gains much over one sample, at temperature 0.2 nothing. Is the warm vote the "
        "better choice?",
        right=Choice(
            "Not known yet: compare it with one cold sample",
            "Warm single samples are worse, so the vote there has more to make up. What counts is what is handed in.",
        ),
        wrong=(
            Choice(
                "Yes: it gains more",
                "More than a worse single sample. In our run the vote at temperature 1 was behind one cold sample, "
                "and at its best temperature level with it.",
            ),
            Choice(
                "No: a single cold sample is always as good",
                "It is where each answer has one text. An answer that is reached by many texts may win a warm vote "
                "and never be the cold sample.",
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

RECALL = (
    *NOT_JUST_MORE_TOKENS,
    *DIRECT_OR_STEP_BY_STEP,
    *NOT_SUBSTITUTES,
    *VOTING_IS_NOT_OPTIMAL,
    *LOW_TEMPERATURE_VOTES,
    *ESTIMATOR_CLINIC,
)

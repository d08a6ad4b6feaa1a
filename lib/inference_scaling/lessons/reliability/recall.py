"""What the lessons of the part Reliability ask back from memory."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np

from ...interactive.prediction import Choice
from ...interactive.recall import Recall

__all__ = ["RECALL"]


def _pick(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _sets(rng: np.random.Generator) -> dict[str, Any]:
    n, wrong, k = _pick(rng, 5, 6, 8, 10), _pick(rng, 1, 2), _pick(rng, 2, 3)
    c = n - wrong
    return {
        "n": n,
        "c": c,
        "k": k,
        "right": comb(c, k) / comb(n, k),
        "plug": (c / n) ** k,
        "share": c / n,
    }


def _two_kinds(rng: np.random.Generator) -> dict[str, Any]:
    percent = _pick(rng, 20, 30, 40, 60, 70)
    return {"percent": percent, "rest": 100 - percent, "mean": percent + (100 - percent) / 2}


def _three(rng: np.random.Generator) -> dict[str, Any]:
    tasks, always, three = _pick(rng, 50, 80, 100, 200), _pick(rng, 10, 15, 20), _pick(rng, 5, 8, 12)
    sets = 4 * always + three
    return {
        "tasks": tasks,
        "all_sets": 4 * tasks,
        "sets": sets,
        "always": always,
        "three": three,
        "left": sets - always,
        "other": 2 * three,
    }


def _nothing_seen(rng: np.random.Generator) -> dict[str, Any]:
    n = _pick(rng, 32, 64, 100, 128, 200)
    return {"n": n, "most": 1 - 0.05 ** (1 / n)}


def _doubled(rng: np.random.Generator) -> dict[str, Any]:
    problems, samples = _pick(rng, 50, 100, 200, 500), _pick(rng, 16, 32, 64)
    return {"problems": problems, "samples": samples, "more": 4 * problems}


PASS_HAT_K = (
    Recall(
        lesson="pass_hat_k",
        name="sets-of-successes",
        asks="An agent succeeded in {c} of {n} trials of one task. What is the unbiased estimate of pass^{k}, the "
        "chance that {k} trials all succeed?",
        right=Choice(
            "{right:.3f}",
            "Of the sets of {k} trials, this share holds successes only: C({c}, {k})/C({n}, {k}).",
        ),
        wrong=(
            Choice(
                "{plug:.3f}",
                "This is (c/n)^k. It may take the same trial twice, and comes out too high on average.",
            ),
            Choice("{share:.2f}", "This is pass^1, the share of single trials that succeed."),
        ),
        draw=_sets,
    ),
    Recall(
        lesson="pass_hat_k",
        name="where-it-ends",
        asks="An agent always succeeds on {percent} % of its tasks. On the other {rest} % each trial succeeds with "
        "chance 1/2. Where does pass^k end as k grows?",
        right=Choice(
            "At {percent} %",
            "The tasks with p below 1 fade as p^k. What remains is the share of tasks that always succeed.",
        ),
        wrong=(
            Choice("At 0", "Only where no task is certain. Here {percent} % of them always succeed, for every k."),
            Choice("At {mean:g} %", "This is pass^1, the mean chance of one trial. With more trials it falls."),
        ),
        draw=_two_kinds,
    ),
    Recall(
        lesson="pass_hat_k",
        name="mirror",
        asks="Which estimate is the mirror image of pass^k?",
        right=Choice(
            "pass@k with right and wrong exchanged, taken from 1",
            "All k are right exactly if none of them is wrong: pass^k of c successes is 1 − pass@k of n − c.",
        ),
        wrong=(
            Choice(
                "1 − pass@k of the same successes",
                "This is the chance that all k are wrong. There is a middle case, too: some right and some wrong.",
            ),
            Choice(
                "pass@k divided by k",
                "The two are tails of one distribution of p, and no factor leads from one to the other.",
            ),
        ),
    ),
)

AUDITING = (
    Recall(
        lesson="auditing",
        name="three-of-four",
        asks="Each of {tasks} tasks was tried four times. Of the {all_sets} sets of three trials of one task, {sets} "
        "hold successes only. {always} tasks succeeded all four times. How many succeeded exactly three times?",
        right=Choice("{three}", "A task with four successes has four such sets, a task with three has one."),
        wrong=(
            Choice("{left}", "This takes off one set for each task with four successes. It has four."),
            Choice("{other}", "This is twice as many: a task with three successes has one such set only."),
        ),
        draw=_three,
    ),
    Recall(
        lesson="auditing",
        name="no-histogram",
        asks="A published row fits no histogram of whole tasks. What does that show?",
        right=Choice(
            "The row was not made in the way that was assumed",
            "Other numbers of tasks or trials, trials left out, or another rounding: the row alone does not say which.",
        ),
        wrong=(
            Choice("Somebody made the numbers up", "Nothing in a row says who did what. A missing trial is enough."),
            Choice(
                "The agent is better than stated",
                "The row says nothing of a direction: it only cannot come from so many whole tasks and trials.",
            ),
        ),
    ),
    Recall(
        lesson="auditing",
        name="same-digits",
        asks="Two rows agree in four numbers of ten digits each. How much of a coincidence is that?",
        right=Choice(
            "As much as that of one histogram",
            "The digits follow from the few whole numbers behind them. If these agree, all digits agree.",
        ),
        wrong=(
            Choice(
                "One in ten to the power of forty",
                "The digits are not free: they are fractions of whole tasks, computed from five counts.",
            ),
            Choice(
                "None: two good agents always agree",
                "Agents with equal pass^1 usually differ in the tasks that they solve twice or three times.",
            ),
        ),
    ),
)

RL_AGAINST_BASE = (
    Recall(
        lesson="rl_against_base",
        name="band-or-points",
        asks="A paper says: the trained model is ahead up to k = 12 and behind from 47 on. Which interval does this "
        "sentence need?",
        right=Choice(
            "A band that holds the whole curve of differences",
            "The sentence speaks of many k at once. Intervals at each k together hold the curve less often than each.",
        ),
        wrong=(
            Choice(
                "The interval of the difference at each k",
                "It answers a question about one k named beforehand. Here many are looked at.",
            ),
            Choice(
                "The interval of each curve by itself",
                "How hard a problem is enters both curves and leaves with the difference: these are far too wide.",
            ),
        ),
    ),
    Recall(
        lesson="rl_against_base",
        name="two-tails",
        asks="After training more problems have p near 1, and more have p near 0. What happens to the two curves?",
        right=Choice(
            "pass@k may fall at large k, pass^k rises",
            "pass@k at large k counts the problems with p not near 0, pass^k those with p near 1.",
        ),
        wrong=(
            Choice("Both rise", "pass@k at large k loses the problems whose p went to 0."),
            Choice("Both fall at large k", "pass^k at large k gains the problems whose p went to 1."),
        ),
    ),
    Recall(
        lesson="rl_against_base",
        name="nothing-of-n",
        asks="A model solved a problem in none of {n} samples. How large may its p be, at 95 % confidence?",
        right=Choice("{most:.3f}", "With this p, {n} failures in a row still happen 5 times in 100."),
        wrong=(
            Choice("0: it cannot solve the problem", "{n} failures exclude a large p, and no small one."),
            Choice("Any value", "A large p would have shown: {n} failures in a row would then be very rare."),
        ),
        draw=_nothing_seen,
    ),
)

REPEATS_OR_PROBLEMS = (
    Recall(
        lesson="repeats_or_problems",
        name="twice-as-many",
        asks="{problems} problems with {samples} samples each. What halves the standard error of pass@1 for sure?",
        right=Choice(
            "{more} problems with as many samples each",
            "Both parts of the variance are divided by the problems: four times as many halve the error.",
        ),
        wrong=(
            Choice(
                "Four times as many samples of each problem",
                "They lower the second part only; with {samples} samples little of it is left.",
            ),
            Choice("Twice as many problems", "The variance halves. The error is its root."),
        ),
        draw=_doubled,
    ),
    Recall(
        lesson="repeats_or_problems",
        name="why-differences-need-repeats",
        asks="Why do repeats help a comparison of two systems more than the score of one?",
        right=Choice(
            "Difficulty leaves with the difference, noise of the samples does not",
            "The first part of the variance is then that of p − q, which is small; the second is the sum of both.",
        ),
        wrong=(
            Choice("Two systems have twice as many problems", "They have the same problems: that is what pairs them."),
            Choice(
                "The samples of the two systems are dependent",
                "Given the problem they are independent, and their noise adds up.",
            ),
        ),
    ),
    Recall(
        lesson="repeats_or_problems",
        name="names",
        asks="A table says avg@64. Which of our numbers is that?",
        right=Choice("pass@1, from 64 samples", "A mean over samples estimates the chance of one; 64 make it precise."),
        wrong=(
            Choice("pass@64", "That counts a problem if one of 64 samples is right."),
            Choice("The majority of 64", "That is called maj@64 or cons@64."),
        ),
    ),
)

RECALL = (*PASS_HAT_K, *AUDITING, *RL_AGAINST_BASE, *REPEATS_OR_PROBLEMS)

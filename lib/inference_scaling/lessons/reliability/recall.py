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

RECALL = (*PASS_HAT_K, *AUDITING)

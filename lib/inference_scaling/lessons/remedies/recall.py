"""What the lessons of the part Remedies ask back from memory."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from ...interactive.prediction import Choice
from ...interactive.recall import Recall

__all__ = ["RECALL"]


def _pick(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _no_ties(rng: np.random.Generator) -> dict[str, Any]:
    n = _pick(rng, 8, 16, 32, 100)
    return {"n": n, "right": log(n) - (n - 1) / n, "whole": log(n), "bits": (log(n) - (n - 1) / n) / log(2)}


FALL_ON_ONE_AXIS = (
    Recall(
        lesson="fall_on_one_axis",
        name="how-far",
        asks="How far, in nats, is the best of {n} from one sample, if no scores tie?",
        right=Choice("{right:.2f}", "ln n − (n − 1)/n: nearly ln n − 1. With ties it is less."),
        wrong=(
            Choice("{whole:.2f}", "This is ln n, the divergence of the best n-th part. The best of n is less sharp."),
            Choice("{bits:.2f}", "This is the same number in bits."),
        ),
        draw=_no_ties,
    ),
    Recall(
        lesson="fall_on_one_axis",
        name="two-curves",
        asks="The mean score of the best of n rises with every n. What does that say about its accuracy?",
        right=Choice(
            "Nothing: this mean rises whatever the score measures",
            "The best of more scores is never lower. Only a second measure, here the accuracy, can show a fall.",
        ),
        wrong=(
            Choice(
                "It rises too, but more slowly",
                "In a recorded pool the score went on rising while the accuracy fell below its peak.",
            ),
            Choice(
                "It falls: a score that rises is being exploited",
                "The score rises for a perfect judge as well. Its rise says nothing about the accuracy.",
            ),
        ),
    ),
    Recall(
        lesson="fall_on_one_axis",
        name="upper-tail",
        asks="What must change for the fall to go away?",
        right=Choice(
            "No wrong score may lie above the highest right ones",
            "What counts far out on the axis is the upper end of both scores, and nothing else.",
        ),
        wrong=(
            Choice(
                "There must be fewer different wrong answers",
                "One wrong answer with a high score is enough for the fall, and many with low scores do no harm.",
            ),
            Choice("The AUC must be above one half", "Most of the falls of this book have an AUC far above one half."),
        ),
    ),
)


def _ends(rng: np.random.Generator) -> dict[str, Any]:
    true, false = _pick(rng, 0.3, 0.4, 0.6), _pick(rng, 0.02, 0.05, 0.1)
    right = 0.2 * true / (0.2 * true + 0.8 * false)
    return {"true": true, "false": false, "right": right, "alike": true / (true + false), "product": 0.2 * true}


EIGHT_REMEDIES = (
    Recall(
        lesson="eight_remedies",
        name="same-threshold",
        asks="All scores above a line are tied, and the best of n is handed in. Which rule is right exactly as often, "
        "with fewer draws?",
        right=Choice(
            "Draw until one lies above the line, at most n",
            "The first of those above the line is a random one of them.",
        ),
        wrong=(
            Choice(
                "The best of half as many",
                "It hands in the very top of its scores, which the line was drawn to ignore.",
            ),
            Choice(
                "Soft best-of-N at some temperature",
                "It prefers higher scores above the line, too, and it needs all n draws.",
            ),
        ),
    ),
    Recall(
        lesson="eight_remedies",
        name="end-of-a-cut",
        asks="One answer in five is right. Above a cut lie {true:g} of the right answers and {false:g} of the wrong "
        "ones, and they tie. Where does best-of-N end?",
        right=Choice("{right:.2f}", "The share of right ones among all answers above the cut."),
        wrong=(
            Choice(
                "{alike:.2f}",
                "This weighs right and wrong answers alike; there are four wrong ones for each right one.",
            ),
            Choice(
                "{product:.2f}", "So many of all answers are right and above the cut. Divide by all that are above it."
            ),
        ),
        draw=_ends,
    ),
    Recall(
        lesson="eight_remedies",
        name="no-illness",
        asks="Best-of-N still rises at your budget. What do remedies against misleading scores give there?",
        right=Choice(
            "Nothing: the rule does well to change nothing",
            "They take weight from the best scores. Where those are good, there is nothing to gain.",
        ),
        wrong=(
            Choice("A little, because no judge is perfect", "On the pool with a rising curve none of them was ahead."),
            Choice("As much as elsewhere", "They gain what the top of the scores loses, and there it loses nothing."),
        ),
    ),
)

RECALL = (*FALL_ON_ONE_AXIS, *EIGHT_REMEDIES)

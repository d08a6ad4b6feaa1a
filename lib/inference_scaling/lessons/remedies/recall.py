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


def _in_a_row(rng: np.random.Generator) -> dict[str, Any]:
    votes = _pick(rng, 3, 4, 5, 6)
    return {"votes": votes, "right": 1 - 0.5 ** (votes + 1), "less": 1 - 0.5**votes, "other": votes / (votes + 1)}


def _certain(rng: np.random.Generator) -> dict[str, Any]:
    k = _pick(rng, 15, 21, 31, 63)
    return {"k": k, "right": k // 2 + 1, "less": k // 2, "four": 4}


STOP_VOTING_EARLY = (
    Recall(
        lesson="stop_voting_early",
        name="in-a-row",
        asks="{votes} answers came, all the same. Before them every share of the two first answers was equally likely. "
        "How likely is it that the leader is the more frequent of the two?",
        right=Choice("{right:.3f}", "1 − 2^−(v+1): each further equal answer halves the doubt."),
        wrong=(
            Choice("{less:.3f}", "The exponent is v + 1, because the density y^v is integrated."),
            Choice("{other:.3f}", "This is v/(v + 1). The chance that the share lies above one half is larger."),
        ),
        draw=_in_a_row,
    ),
    Recall(
        lesson="stop_voting_early",
        name="certain",
        asks="A vote of at most {k} ends as soon as the rest cannot change its answer. All samples agree. After how "
        "many does it end?",
        right=Choice(
            "{right}", "More than half must be in: until then the rest could still all be for another answer."
        ),
        wrong=(
            Choice("{less}", "The others, all for one other answer, could still win."),
            Choice("{four}", "This is where the adaptive vote stops. It is likely to be right, and not certain."),
        ),
        draw=_certain,
    ),
    Recall(
        lesson="stop_voting_early",
        name="what-it-costs",
        asks="A vote that stops early is compared with a vote of fixed size. Which comparison tells whether the rule "
        "is worth anything?",
        right=Choice(
            "With a fixed vote of the same mean size, problem by problem",
            "A smaller fixed vote is cheaper too, and often just as good. Only at equal cost does the rule show.",
        ),
        wrong=(
            Choice(
                "With the full vote: the same accuracy from fewer samples",
                "Where the curve is flat, a smaller fixed vote does that as well, and no rule is needed.",
            ),
            Choice(
                "With one sample: the gain for each further sample",
                "This is what votes gain. It does not say what stopping gains.",
            ),
        ),
    ),
)


def _ceiling(rng: np.random.Generator) -> dict[str, Any]:
    percent = _pick(rng, 20, 25, 40, 50)
    return {"percent": percent, "most": 100 / percent, "own": 100 - percent}


ASK_THE_JUDGE_TWICE = (
    Recall(
        lesson="ask_the_judge_twice",
        name="ceiling",
        asks="Two looks of a judge at one candidate have a correlation of {percent} %. How many independent looks are "
        "endless looks worth at most?",
        right=Choice("{most:g}", "1/ρ. What the judge gets wrong about this candidate every time never averages out."),
        wrong=(
            Choice("Without bound", "Only if the looks share nothing. Then the correlation would be 0."),
            Choice(
                "A single one",
                "That would be a correlation of 1. {own} % of the variance is fresh in each look, and averages out.",
            ),
        ),
        draw=_ceiling,
    ),
    Recall(
        lesson="ask_the_judge_twice",
        name="what-to-record",
        asks="You want to know how much a second look of your judge would help. What must be recorded?",
        right=Choice(
            "Two looks at each of some candidates known to be right or wrong",
            "Their correlation within the right and within the wrong ones is the shared part.",
        ),
        wrong=(
            Choice(
                "One look at each of twice as many candidates",
                "These show how good one look is. How two looks at one candidate go together, they cannot show.",
            ),
            Choice(
                "How often two looks agree",
                "A judge that is nearly always right agrees with itself as well. It is agreement given the truth that "
                "counts.",
            ),
        ),
    ),
    Recall(
        lesson="ask_the_judge_twice",
        name="candidates-first",
        asks="A larger budget for candidates and looks: what does a shared part of the error do to the best split?",
        right=Choice(
            "The candidates grow faster than the looks",
            "Further looks run into the ceiling of the shared part. Further candidates are fresh.",
        ),
        wrong=(
            Choice(
                "The looks grow faster: errors must be averaged out",
                "It is the error that does not average out which is shared.",
            ),
            Choice("Both grow alike", "That is about what looks without a shared part do."),
        ),
    ),
)

RECALL = (*FALL_ON_ONE_AXIS, *EIGHT_REMEDIES, *STOP_VOTING_EARLY, *ASK_THE_JUDGE_TWICE)

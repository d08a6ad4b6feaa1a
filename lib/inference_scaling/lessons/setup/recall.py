"""What the lessons of the part Setup ask back from memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import laws
from ...interactive.prediction import Choice
from ...interactive.recall import Recall


def _blind(rng: np.random.Generator) -> dict[str, Any]:
    p, k = float(rng.choice([0.1, 0.2, 0.25, 0.3, 0.4, 0.5])), int(rng.choice([2, 3, 4]))
    return {"p": p, "k": k, "covered": float(laws.coverage(p, k)), "all": p**k}


def _unpicked(rng: np.random.Generator) -> dict[str, Any]:
    return {"there": int(rng.integers(86, 97)), "picked": int(rng.integers(30, 46))}


def _two_kinds(rng: np.random.Generator) -> dict[str, Any]:
    p, k = float(rng.choice([0.2, 0.4, 0.5, 0.6, 0.8])), int(rng.choice([2, 3, 4]))
    one = float(laws.coverage(p, k))
    return {"p": p, "k": k, "right": one / 2, "averaged": float(laws.coverage(p / 2, k)), "solvable": one}


def _ceiling(rng: np.random.Generator) -> dict[str, Any]:
    return {"share": int(rng.integers(62, 89)), "k": int(rng.choice([20, 50, 100]))}


RECALL = (
    Recall(
        lesson="best_of_n",
        name="blind",
        asks="One candidate is right with chance {p:g}. A verifier gives each of {k} candidates a random score, and "
        "you hand in the one with the highest score. How often is it right?",
        right=Choice("{p:.3f}", "A pick that does not look at the candidates is one candidate at random."),
        wrong=(
            Choice(
                "{covered:.3f}",
                "So often a right one is among the {k}. Random scores do not find it; only a perfect verifier always "
                "would.",
            ),
            Choice(
                "{all:.3f}",
                "So often all {k} are right. That is the least that any verifier can reach, and it takes one that "
                "always prefers wrong answers.",
            ),
        ),
        draw=_blind,
    ),
    Recall(
        lesson="best_of_n",
        name="harm",
        asks="Programs were handed in by their length. Both the longest and the shortest were right less often than a "
        "random one. When does a score do harm like this?",
        right=Choice(
            "When it prefers something that wrong answers have more often",
            "Each further candidate then adds to what the score prefers, and so to the wrong answers.",
        ),
        wrong=(
            Choice(
                "When it has nothing to do with whether an answer is right",
                "Such a score picks blindly. It gives the chance of one candidate, so it neither helps nor harms.",
            ),
            Choice(
                "When its values lie far from the chance that an answer is right",
                "Values do not count in best-of-N, only their order does. Any increasing function of a good score "
                "picks the same candidates.",
            ),
        ),
    ),
    Recall(
        lesson="best_of_n",
        name="limit",
        asks="For {there} % of your problems at least one of 20 candidates is right. The candidate that your verifier "
        "picks is right for {picked} %. What should you improve first?",
        right=Choice(
            "The verifier, so that it finds the right candidates",
            "They are there for {there} % of the problems, and the verifier leaves most of the gap.",
        ),
        wrong=(
            Choice(
                "The number of candidates, so that a right one is there",
                "A right one is there already for {there} %. More candidates also bring more wrong ones that the "
                "verifier may prefer.",
            ),
            Choice(
                "The temperature, so that the candidates differ more",
                "That helps where candidates repeat each other and a right one is missing. Here a right one is there "
                "for {there} % of the problems.",
            ),
        ),
        draw=_unpicked,
    ),
    Recall(
        lesson="pass_at_k",
        name="two-kinds",
        asks="A benchmark has two kinds of problems. On one half, a sample is right with chance {p:g}; on the other "
        "half, never. What is the benchmark's pass@{k}?",
        right=Choice(
            "{right:.4f}",
            "First the formula for each problem, then the mean: half of 1 − (1 − {p:g})^{k}, because the other half "
            "adds nothing.",
        ),
        wrong=(
            Choice(
                "{averaged:.4f}",
                "This averages the chances first, as if every problem had half of {p:g}. It promises too much: more "
                "tries gain nothing on the problems that are never solved.",
            ),
            Choice(
                "{solvable:.4f}",
                "This is pass@{k} of the problems that can be solved. The other half of the benchmark counts as well.",
            ),
        ),
        draw=_two_kinds,
    ),
    Recall(
        lesson="pass_at_k",
        name="plug-in",
        asks="On each problem you put the share of right samples, c/n, into 1 − (1 − p)^k, and average over many "
        "problems. How does the result compare with the true coverage?",
        right=Choice(
            "It is too low, and more problems do not mend it",
            "The formula with c/n may draw one sample twice, and one sample drawn twice is not two tries. This happens "
            "on every problem.",
        ),
        wrong=(
            Choice(
                "It is right on average, because the errors cancel",
                "c/n itself is right on average. But (1 − p)^k bends, so the errors of the result have one sign on "
                "every problem.",
            ),
            Choice(
                "It is too high, because some shares are too large",
                "Shares are too small as often as too large. What both do to (1 − p)^k is to raise its mean, and this "
                "lowers the result.",
            ),
        ),
    ),
    Recall(
        lesson="pass_at_k",
        name="ceiling",
        asks="A report says: pass@{k} is {share} %. What does this tell you about a system that draws {k} answers per "
        "problem and hands in one of them?",
        right=Choice(
            "At most {share} % of its answers will be right",
            "Coverage is a ceiling: only a perfect picker reaches it.",
        ),
        wrong=(
            Choice(
                "About {share} % of its answers will be right",
                "For {share} % of the problems a right answer is among the {k}. Somebody still has to pick it.",
            ),
            Choice(
                "Each of its {k} answers is right with chance {share} %",
                "That would be pass@1. With {k} tries per problem, a much smaller chance suffices for {share} %.",
            ),
        ),
        draw=_ceiling,
    ),
)

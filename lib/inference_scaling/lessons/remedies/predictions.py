"""Questions of the part Remedies."""

from __future__ import annotations

import numpy as np
from scipy import stats

from ... import estimates, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import game24, recorded

# Made by `on_demand`, below.
# ruff: noqa: F822
__all__ = ["M1", "M2", "M3", "M4"]


def _m1() -> Prediction:
    pools = list(recorded.load("humaneval_codet").pools())
    hard = [verifiers.best_of_n_axis(pool.score, pool.correct, [1, 4, 64]) for pool in pools]
    one, four, many = 100 * np.mean([axis.reward for axis in hard], axis=0)
    # At this temperature the best of a hundred lies as far out as the best of 64: in a test, not searched here.
    soft = np.mean([verifiers.soft_best_of_n_axis(pool.score, pool.correct, 100, 0.3).reward for pool in pools])
    return Prediction(
        id="M1",
        answered_in=("See it", "The score rises, the accuracy falls"),
        question="Pick one of n programs by the tests that it passes. The best of 4 is right for {four:.0f} % of the "
        "problems, the best of 64 for {many:.0f} %. A softer rule often takes a program with fewer tests. Set it so "
        "that its picks are as far from the model’s own programs as those of the best of 64. How often is it right?",
        choices=(
            Choice(
                "About {four:.0f} %: a soft rule is not fooled",
                "It would be, closer to the model. At this distance it takes the programs at the top nearly as often.",
            ),
            Choice(
                "About {soft:.0f} %: the distance decides, and not the rule",
                "Two ways of picking that lie equally far out prefer nearly the same programs.",
            ),
            Choice(
                "About {one:.0f} %, as one program",
                "That would be a rule that does not look at the tests at all, and its distance would be 0.",
            ),
        ),
        right=1,
        truth="The soft rule is right for {soft:.1f} % of the problems, the best of 64 for {many:.1f} %.",
        numbers={"one": one, "four": four, "many": many, "soft": 100 * soft},
    )


def _m2() -> Prediction:
    pools = list(recorded.load("humaneval_codet").pools())
    tests = recorded.table("humaneval_codet_problems")["n_tests"]
    shares = [pool.score / max(n, 1) for pool, n in zip(pools, tests, strict=True)]
    pairs = list(zip(pools, shares, strict=True))
    one, best = 100 * np.mean([estimates.best_of_n(pool.correct, share, [1, 64]) for pool, share in pairs], axis=0)
    first = [estimates.first_accepted(pool.correct, share, 0.25, 64) for pool, share in pairs]
    same, draws = 100 * np.mean([found.value for found in first]), np.mean([found.draws for found in first])
    return Prediction(
        id="M2",
        answered_in=("See it", "State it", "Derive it"),
        question="Programs are judged by the share of tests that they pass; the best of 64 is right for {best:.0f} % "
        "of the problems, one program for {one:.0f} %. Two rules distrust the top. The first ties all programs that "
        "pass a quarter of the tests or more, and hands in a random one of the best of 64. The second draws one after "
        "the other, hands in the first that passes a quarter, and only if none of 64 does, the best. Which is right "
        "more often?",
        choices=(
            Choice(
                "The first: it has seen all 64",
                "It has seen them, but ties them: what it sees of those above the line it does not use.",
            ),
            Choice(
                "The second: it stops before a false program comes",
                "A false program above the line is as likely to be the first one there as to be picked at random.",
            ),
            Choice(
                "Neither: they are right exactly as often",
                "The first of those above the line is a random one of them.",
            ),
        ),
        right=2,
        truth="Both are right for {same:.1f} % of the problems. The first draws 64 programs, the second {draws:.0f} "
        "on average.",
        numbers={"one": one, "best": best, "same": same, "draws": draws},
    )


def _m3() -> Prediction:
    share, lead = 0.6, 5
    odds = (1 - share) / share
    stopped = 1 / (1 + odds**lead)
    drawn = lead / (2 * share - 1) * (2 * stopped - 1)
    k = round(drawn)
    # A fixed vote of an odd number never ties.
    k += 1 - k % 2
    fixed = float(stats.binom(k, share).sf(k // 2))
    return Prediction(
        id="M3",
        answered_in=("See it", "State it"),
        question="Two answers are left, and the right one comes with chance {share:g}. One vote draws {k} samples. "
        "Another draws until one answer is {lead} ahead of the other, and needs {drawn:.1f} samples on average. "
        "The vote of {k} ends right in {fixed:.0f} of 100 cases. And the vote that stops?",
        choices=(
            Choice(
                "In fewer: it decides on thin evidence",
                "It decides early only where the evidence is one-sided. What it saves there it spends on close cases.",
            ),
            Choice(
                "In as many: as many samples on average",
                "The samples are as many, but they go where they decide something.",
            ),
            Choice(
                "In about {stopped:.0f}",
                "It ends early where the answers agree, and goes on where they do not.",
            ),
        ),
        right=2,
        truth="The vote that stops ends right in {stopped:.0f} of 100 cases, the vote of {k} in {fixed:.0f}.",
        numbers={
            "share": share,
            "lead": lead,
            "k": k,
            "drawn": drawn,
            "fixed": 100 * fixed,
            "stopped": 100 * stopped,
        },
    )


def _m4() -> Prediction:
    steps = game24.judged()
    sure = steps.verdicts[steps.right] == 2
    one, any_of_three = sure.mean(), sure.any(axis=1).mean()
    return Prediction(
        id="M4",
        answered_in=("See it", "State it", "Three looks at 918 steps"),
        question="GPT-4 is asked whether a first step of the Game of 24 can still lead to 24. Of the steps that can, "
        "it calls {one:.0f} % “sure”; of those that cannot, hardly any. Now it is asked three times. How many per cent "
        "of the steps that can are called “sure” at least once?",
        choices=(
            Choice(
                "About {fresh:.0f} %: it has three chances",
                "That would be 1 − {miss:.2f}³, if the three answers were independent. But a step that it misjudges "
                "once, it mostly misjudges again.",
            ),
            Choice(
                "About {any_of_three:.0f} %",
                "Three answers are more than one, and far less than three: most of the error is the step’s own.",
            ),
            Choice(
                "Still {one:.0f} %: it is the same model",
                "That would hold if it repeated every answer. Its answers are sampled, and some do change.",
            ),
        ),
        right=1,
        truth="{any_of_three:.0f} % are called “sure” at least once in three answers, {one:.0f} % in one. Independent "
        "answers would reach {fresh:.0f} %.",
        numbers={
            "one": 100 * one,
            "miss": 1 - one,
            "any_of_three": 100 * any_of_three,
            "fresh": 100 * (1 - (1 - one) ** 3),
        },
    )


__getattr__ = on_demand(__name__, {"M1": _m1, "M2": _m2, "M3": _m3, "M4": _m4})

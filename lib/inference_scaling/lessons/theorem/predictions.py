"""Questions of the part Theorem."""

from __future__ import annotations

import numpy as np

from ... import laws, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Belief, Choice, Prediction
from ...sources import recorded

_P, _K = 0.05, 64

T1 = Prediction(
    id="T1",
    answered_in=("See it", "State it"),
    question="A model is right with chance {p} on one try. The first try adds {first:.0f} points of coverage. "
    "What does the {k}th add?",
    choices=(
        Choice(
            "{first:.0f} points: each try has the same chance",
            "Each try does have the same chance to be right. But it adds something only when all {before} before it "
            "were wrong, and that is rare by then.",
        ),
        Choice(
            "About {slow:.2f} points: a {k}th of the first",
            "That would be a law in 1/k. For one problem the gain falls faster: by the factor {factor} with each try.",
        ),
        Choice(
            "About {gain:.1f} points",
            "The {k}th try counts only when the {before} before it failed, which happens {left:.0f} times in 100.",
        ),
    ),
    right=2,
    truth="It adds {gain:.2f} points: {first:.0f} points times the chance that the {before} tries before it failed.",
    numbers={
        "p": _P,
        "k": _K,
        "before": _K - 1,
        "first": 100 * _P,
        "slow": 100 * _P / _K,
        "factor": 1 - _P,
        "gain": 100 * laws.marginal_gain(_P, _K),
        "left": 100 * (1 - laws.coverage(_P, _K - 1)),
    },
)


def _t2() -> Prediction:
    p, cap = 0.2, 10
    mean = float(laws.expected_draws(p, cap))
    return Prediction(
        id="T2",
        answered_in=("See it", "State it"),
        question="p = {p}. You stop at the first right answer, and after {cap} tries in any case. How many "
        "tries is that "
        "on average?",
        choices=(
            Choice(
                "{cap}",
                "That is the cap, reached only when the first {before} tries are all wrong: {long:.0f} times in 100.",
            ),
            Choice(
                "{free:.0f} = 1/p",
                "That is the mean without a cap. The cap cuts the long runs, so the mean is (1 − {miss}^{cap})/{p}.",
            ),
            Choice(
                "{middle}, the middle", "Short runs are likelier than long ones, so the mean lies below the middle."
            ),
            Choice(
                "{mean:.2f}",
                "And at this mean cost stopping reaches {stopped:.2f}, a fixed number of tries {fixed:.2f}. It needs a "
                "check that is right while you sample.",
            ),
        ),
        right=3,
        truth="{mean:.2f} tries. At that mean cost, a fixed number covers {fixed:.2f} and stopping {stopped:.2f}.",
        numbers={
            "p": p,
            "miss": 1 - p,
            "cap": cap,
            "before": cap - 1,
            "long": 100 * (1 - p) ** (cap - 1),
            "free": 1 / p,
            "middle": (1 + cap) / 2,
            "mean": mean,
            "fixed": 1 - (1 - p) ** mean,
            "stopped": laws.coverage(p, cap),
        },
    )


def _t5() -> Prediction:
    samples = recorded.load("humaneval_codet")
    k, fit = int(samples.n[0]), laws.BetaBinomial.fit(samples.n, samples.c)
    alike = fit.correlation
    worth = float(laws.effective_samples(k, alike))
    axis = {"label": "samples of a problem", "min": 1, "max": k}
    return Prediction(
        id="T5",
        answered_in=("State it", "How many independent samples is that worth?"),
        question="{problems} programming problems, {k} programs each. Programs for one problem tend to be right or "
        "wrong together: the correlation of two is {alike:.2f}. For the mean success on such problems, how many "
        "independent programs would tell as much as the {k} of one problem? Place the dot.",
        value=round(worth, 1),
        tolerance=0.9,
        beliefs=(
            Belief(
                1,
                round(worth, 1) - 0.9,
                "Only 1: they are all one opinion",
                "That is a correlation of 1. At {alike:.2f} the second program still tells something, and the "
                "hundredth next to nothing.",
            ),
            Belief(
                80,
                k,
                "Nearly {k}: a sample is a sample",
                "That is a correlation of 0. With 0.01 the {k} are worth {hundredth:.0f} already.",
            ),
            Belief(
                30,
                80,
                "About {half:.0f}: each tells about half as much",
                "The loss is not a fixed share of each program. Every program repeats all those before it, so the "
                "worth of k of them stays below 1/{alike:.2f}, however many are drawn.",
            ),
            Belief(
                1,
                30,
                "Some, but far fewer",
                "The direction is right. The worth is k/(1 + (k − 1)·{alike:.2f}), never more than 1/{alike:.2f} = "
                "{most:.1f}.",
            ),
        ),
        low=1,
        high=k,
        step=0.5,
        unit="independent programs",
        dot={
            "x": k,
            "plot": {
                "title": f"Worth of correlated samples. Dashed: samples that are independent. What {k} correlated ones "
                "are worth is asked.",
                "x": axis,
                "y": {"label": "independent samples that tell as much", "min": 0, "max": k},
                "series": [
                    {
                        "id": "free",
                        "label": "if independent",
                        "points": [[1, 1], [k, k]],
                        "style": "dash",
                        "colour": 1,
                        "strong": False,
                    }
                ],
            },
        },
        truth="{worth:.1f}: {k} programs of one problem tell as much about the mean as {worth:.1f} independent ones.",
        numbers={
            "problems": len(samples.n),
            "k": k,
            "alike": alike,
            "worth": worth,
            "most": 1 / alike,
            "half": k * (1 - alike),
            "hundredth": float(laws.effective_samples(k, 0.01)),
        },
    )


def _t6() -> Prediction:
    p, rare, passed, found = 0.1, 0.001, 0.2, 0.8
    k = np.arange(1, 3001)
    law = verifiers.best_of_n_law(p, verifiers.Roc.piecewise_linear([(rare, 0), (passed, found)]), k)
    peak = int(law.argmax())
    below = int(k[peak:][law[peak:] < p][0])
    return Prediction(
        id="T6",
        answered_in=("State it", "How rare is rare enough?"),
        question="p = {p}. A verifier is good: {found:.0f} % of the right answers score above all but {passed:.0f} % "
        "of the wrong ones. But one wrong answer in {odds:,} fools it and scores above every right one. You take the "
        "best of k. What happens as k grows?",
        choices=(
            Choice(
                "It gets better and levels off: one in {odds:,} is too rare to matter",
                "One in {odds:,} is rare among {few} answers, but not among {odds:,}. A single such answer is enough: "
                "the best score is always its own.",
            ),
            Choice(
                "It gets better up to about k = {odds:,}, where the first such answer turns up",
                "They turn up by chance, long before. At k = {odds:,} the pick is right with chance {at_odds:.2f} "
                "only; the peak lies far to the left, where more candidates no longer help much.",
            ),
            Choice(
                "It is best near k = {peak}, and from about {below:,} on worse than a single answer",
                "The verifier gains from a few candidates. With more of them, the chance that none fools it falls "
                "exponentially.",
            ),
            Choice(
                "It gets worse from the start",
                "At first its order is worth far more than its rare mistake: from {p} with one answer to {top:.2f}.",
            ),
        ),
        right=2,
        truth="The best is {top:.3f} at k = {peak}; from k = {below:,} on it is below {p}, one answer taken blindly.",
        numbers={
            "p": p,
            "found": 100 * found,
            "passed": 100 * passed,
            "odds": round(1 / rare),
            "few": 10,
            "at_odds": float(law[round(1 / rare) - 1]),
            "peak": int(k[peak]),
            "top": float(law[peak]),
            "below": below,
        },
    )


def _t7() -> Prediction:
    p, price = 0.05, 10
    return Prediction(
        id="T7",
        answered_in=("See it", "State it"),
        question="A small model solves a problem with chance p = {p} per sample. A large model costs {price} times as "
        "much per sample. A check that never errs looks at each sample, and you stop at the first right one. From "
        "which chance P of the large model on is a right answer cheaper from the large model?",
        choices=(
            Choice(
                "{p}: as soon as the large model is better",
                "Then the large model needs as many samples as the small one, and each costs {price} times as much.",
            ),
            Choice(
                "{fixed:.2f} = 1 − {miss}^{price}: what {price} small samples reach",
                "That is right when numbers are fixed in advance: you pay for all {price} small samples. With a check "
                "you stop early, so the small model costs you less than {price}.",
            ),
            Choice(
                "{stopping:.2f} = {price} · {p}",
                "A right answer takes 1/p small samples on average, {wait:.0f} here, or 1/P large ones. They cost the "
                "same where P = {price}p.",
            ),
            Choice(
                "No P is enough: {price} tries beat one",
                "A large model with P = 1 needs one sample, at the price of {price} small ones. The small model needs "
                "{wait:.0f} on average.",
            ),
        ),
        right=2,
        truth="From P = {stopping:.2f} on. With numbers fixed in advance, {fixed:.2f} would be enough.",
        numbers={
            "p": p,
            "price": price,
            "miss": 1 - p,
            "fixed": float(laws.coverage(p, price)),
            "stopping": price * p,
            "wait": 1 / p,
        },
    )


def _t8() -> Prediction:
    family, seen = laws.BetaBinomial(0.5, 2.0), 100
    left = 1 - float(family.coverage(seen))
    one = 1 - left ** (1 / seen)
    alike = seen + float(laws.halving_cost(one))
    k = np.arange(seen, 10 * seen)
    mixed = int(k[1 - family.coverage(k) <= left / 2][0])
    return Prediction(
        id="T8",
        answered_in=("See it", "State it"),
        question="A benchmark mixes easy and hard problems: their chances follow a Beta distribution with a = {a} and "
        "b = {b:.0f}. After {seen} samples per problem {percent:.0f} % of the problems are unsolved. How many samples "
        "per problem leave half as many?",
        choices=(
            Choice(
                "About {alike:.0f}: halving the failures costs the same number each time",
                "That holds for each single problem. But the problems that are still unsolved are not like those that "
                "were solved: they are the hard ones.",
            ),
            Choice(
                "{double}: twice the samples, half the failures",
                "That would be a failure that falls like 1/k, with a = 1. Here a is {a}: there are more hard problems.",
            ),
            Choice(
                "About {mixed}",
                "The failures fall like one over the square root of k, so half the failures take 2^(1/a) = "
                "{factor:.0f} times the samples.",
            ),
            Choice(
                "No number: the rest is never solved",
                "Every problem here has a chance above 0. The hard ones only take long.",
            ),
        ),
        right=2,
        truth="{mixed} samples: {factor:.0f} times as many for half the failures.",
        numbers={
            "a": family.a,
            "b": family.b,
            "seen": seen,
            "percent": 100 * left,
            "alike": alike,
            "double": 2 * seen,
            "mixed": mixed,
            "factor": 2 ** (1 / family.a),
        },
    )


def _t9() -> Prediction:
    p, auc, draws = 0.1, 0.8, 10
    even = verifiers.Roc.binormal(auc)
    picked, first = verifiers.best_of_n_law(p, even, draws), verifiers.rejection_law(p, even, draws)
    exists = float(laws.coverage(p, draws))
    return Prediction(
        id="T9",
        answered_in=("See it", "State it"),
        question="p = {p}. A verifier has AUC {auc}; right and wrong answers have normal scores, equally spread. Plan "
        "A draws {draws} answers and hands in the best-scored. Plan B draws one at a time and hands in the first whose "
        "score passes a bar, set so that it takes {draws} draws on average. Which plan is right more often?",
        choices=(
            Choice(
                "A: it compares {draws} answers, B looks at one at a time",
                "B compares too: with a bar that it has set beforehand. It draws less where luck comes early, and more "
                "where it comes late.",
            ),
            Choice(
                "Neither: same verifier, same number of draws",
                "The same verifier is asked in two ways. A hands in the best of its {draws} even when all of them are "
                "poor.",
            ),
            Choice(
                "B: a little, about {gain:.0f} in 100",
                "A is right {picked:.0f} times in 100, B {first:.0f} times. A must take the best that it happens to "
                "have; B waits for a good one.",
            ),
            Choice(
                "B: it finds nearly every right answer there is",
                "A right answer is among {draws} with chance {exists:.2f}, but wrong answers pass the bar too.",
            ),
        ),
        right=2,
        truth="A is right {picked:.1f} times in 100 and B {first:.1f} times.",
        numbers={
            "p": p,
            "auc": auc,
            "draws": draws,
            "picked": 100 * picked,
            "first": 100 * first,
            "gain": 100 * (first - picked),
            "exists": exists,
        },
    )


__getattr__ = on_demand(__name__, {"T2": _t2, "T5": _t5, "T6": _t6, "T7": _t7, "T8": _t8, "T9": _t9})

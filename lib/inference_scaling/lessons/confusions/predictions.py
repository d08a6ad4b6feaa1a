"""Questions of the part Confusions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import poisson

from ... import estimates, laws
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction


def vote_of(k: int, right: float, wrong: Sequence[float]) -> float:
    """Return the chance that the right answer wins a vote of k independent samples; two that tie share.

    Given their sum, independent Poisson counts are multinomial: the counts of the wrong answers are
    convolved, each cut below (or at) the right answer's count. A tie of three or more counts half too.

    Examples
    --------
    >>> round(vote_of(3, 0.5, [0.5]), 3)
    0.5
    """
    counts, total = np.arange(k + 1), 0.0
    masses = [poisson.pmf(counts, k * share) for share in wrong]
    for votes in range(1, k + 1):
        mine = poisson.pmf(votes, k * right)
        for most in (votes - 1, votes):
            rest = np.zeros(k + 1)
            rest[0] = 1.0
            for mass in masses:
                rest = np.convolve(rest, np.where(counts <= most, mass, 0.0))[: k + 1]
            total += mine * rest[k - votes] / 2
    return float(total / poisson.pmf(k, k))


def _c1() -> Prediction:
    tokens, short, ceiling, scale = 4000, 1000, 0.3, 1000
    one, each = (float(laws.chain_success(length, ceiling, scale)) for length in (tokens, short))
    return Prediction(
        id="C1",
        question="{tokens:,} tokens and no checker: one chain of {tokens:,}, or one picked at random from {tries} of "
        "{short:,}? A chain of L tokens succeeds with {ceiling}·(1 − e^(−L/{scale})).",
        choices=(
            Choice(
                "The {tries}: more tries",
                "More tries help once something can choose. Without that, {tries} tries are one try, and a "
                "shorter one.",
            ),
            Choice("The same: equal tokens", "Neither with nor without a checker are the two the same."),
            Choice(
                "The long one",
                "While nothing selects. With a perfect checker the {tries} win, {checked:.2f}: the mechanism is "
                "selection. The model is stated, not measured; see the published cases beside it.",
            ),
            Choice(
                "The long one, with a checker too",
                "The long one, yes, but only while nothing selects: with a perfect checker the {tries} reach "
                "{checked:.2f}.",
            ),
        ),
        right=2,
        truth="One long chain: {one:.2f} against {each:.2f}. With a perfect checker the {tries} reach {checked:.2f}.",
        numbers={
            "tokens": tokens,
            "short": short,
            "tries": tokens // short,
            "ceiling": ceiling,
            "scale": scale,
            "one": one,
            "each": each,
            "checked": float(laws.coverage(each, tokens // short)),
        },
    )


def _c2() -> Prediction:
    cost, before, after, target = 1_000_000, 0.001, 0.1, 0.999
    many, few = (int(laws.samples_needed(p, target)) for p in (before, after))
    queries = int(np.ceil(laws.break_even_queries(cost, before, after, target)))
    return Prediction(
        id="C2",
        question="Training costs as much as {cost:,} samples and lifts p from {before} to {after}. Every query must be "
        "solved with chance {target}. From how many queries does the training pay?",
        choices=(
            Choice(
                "Always",
                "Not for a single one: {cost:,} samples are paid first. The answer is a number of queries, "
                "not a creed.",
            ),
            Choice("Never: samples are cheap", "It saves {saved:,} samples on each query, for ever."),
            Choice("{wrong}", "That divides by what sampling costs, {many:,}, not by what training saves, {saved:,}."),
            Choice("{queries}", "The price over what is saved a query: {many:,} samples before, {few} after."),
        ),
        right=3,
        truth="From {queries} queries: {many:,} samples a query without the training, {few} with it.",
        numbers={
            "cost": cost,
            "before": before,
            "after": after,
            "target": target,
            "many": many,
            "few": few,
            "saved": many - few,
            "wrong": int(np.ceil(cost / many)),
            "queries": queries,
        },
    )


def _c3() -> Prediction:
    k, right, answers, rival = 201, 0.30, 20, 0.35
    scattered = vote_of(k, right, [(1 - right) / answers] * answers)
    against = vote_of(k, right, [rival] + [(1 - right - rival) / answers] * answers)
    return Prediction(
        id="C3",
        question="The right answer is {right:.0f} % of a model’s samples. In case A the wrong ones are spread over "
        "{answers} answers. In case B one wrong answer has {rival:.0f} %. How often is a vote of {k} right?",
        choices=(
            Choice("{right:.0f} % in both", "A single sample is. But a vote is not a draw: it finds the mode."),
            Choice("It fails in both: {right:.0f} % is no majority", "It needs the most votes, not half of them."),
            Choice("It rises in both: more votes, more truth", "More votes, more mode. In B the mode is wrong."),
            Choice(
                "Nearly always in A, seldom in B", "The vote goes to the most frequent answer, right in A, wrong in B."
            ),
        ),
        right=3,
        truth="A: {scattered:.4f}. B: {against:.2f}, and falling with k.",
        numbers={
            "k": k,
            "right": 100 * right,
            "answers": answers,
            "rival": 100 * rival,
            "scattered": scattered,
            "against": against,
        },
    )


def _c4() -> Prediction:
    n, c, k = 2, 0, 5
    try:
        estimates.pass_at_k(n, c, k)
    except ValueError:
        pass
    else:
        raise ValueError("C4 says that the library refuses k > n, and it does not")
    return Prediction(
        id="C4",
        question="{n} samples, none right. What is the estimate of pass@{k}?",
        choices=(
            Choice("0", "{n} failures do not say that {k} would fail."),
            Choice("1", "Many published functions return it: the formula’s numerator has run out of samples."),
            Choice(
                "1 − (1 − {c}/{n})^{k} = {plug:.0f}",
                "The plug-in answers any question, also those that the data cannot answer.",
            ),
            Choice("There is none", "Make k > n an error, and say so to whoever asked."),
        ),
        right=3,
        truth="None: pass@{k} needs at least {k} samples, and there are {n}.",
        numbers={"n": n, "c": c, "k": k, "plug": 1 - (1 - c / n) ** k},
    )


__getattr__ = on_demand(__name__, {"C1": _c1, "C2": _c2, "C3": _c3, "C4": _c4})

"""The questions of the part Phenomena: each lesson's own calculation, with one step left to the reader."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from ...answers.task import Misconception, Number
from ...laws import coverage
from ...verifiers import step_check
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


def _share(odds: float) -> float:
    return odds / (1 + odds)


def _odds(chance: float) -> float:
    return chance / (1 - chance)


def _covered(p: float, k: int) -> float:
    return float(coverage(p, k))


FIRST_SLOPE = question(
    "P-Q1",
    "From the first piece of the curve",
    statement=(
        "One sample is right with chance {p:g}. A ROC curve runs straight from (0, 0) to ({f:g}, {t:g}), then straight "
        "to (1, 1). Where does best-of-N end as k grows?"
    ),
    answer_type=Number(low=0),
    reference=lambda p, f, t: _share(t / f * _odds(p)),
    misconceptions=(
        Misconception(
            "area",
            lambda p, f, t: (1 + t - f) / 2,
            "This is the AUC, an average over all of the curve. The best of very many samples lies on its first piece.",
        ),
        Misconception(
            "as-many-right-as-wrong",
            lambda p, f, t: t / (t + f),
            "This counts as many right samples as wrong ones. Only the share {p:g} of the samples is right.",
        ),
        Misconception(
            "odds",
            lambda p, f, t: t / f * _odds(p),
            "These are the odds at the top. Asked was the chance: odds/(1 + odds).",
        ),
    ),
    hints=(
        "Very many samples: the best one lies on the first piece. What is the slope of that piece?",
        "Multiply the odds of one sample, {p:g}/(1 − {p:g}), by the slope {t:g}/{f:g}. Turn odds into a chance.",
    ),
    explanation=lambda p, f, t: (
        f"The slope is {t / f:.4g}. It turns the odds {_odds(p):.4g} into {t / f * _odds(p):.4g}, a chance of "
        f"{_share(t / f * _odds(p)):.4g}. The AUC, {(1 + t - f) / 2:.4g}, is not in the calculation."
    ),
    book={"p": 0.05, "f": 0.02, "t": 0.3},
    draw=one_of(p=(0.05, 0.08, 0.12), f=(0.02, 0.04), t=(0.3, 0.35, 0.45)),
)


STEEP_ENOUGH = question(
    "P-Q2",
    "How steep is enough?",
    statement=(
        "One sample is right with chance {p:g}. A perfect verifier picks among {m} samples. Which first slope must an "
        "imperfect verifier exceed to overtake it with enough samples?"
    ),
    answer_type=Number(low=0),
    reference=lambda p, m: _odds(_covered(p, m)) / _odds(p),
    misconceptions=(
        Misconception(
            "odds-of-coverage",
            lambda p, m: _odds(_covered(p, m)),
            "These are the odds of the perfect verifier. The slope multiplies the odds of one sample, so divide by "
            "those.",
        ),
        Misconception(
            "shares",
            lambda p, m: _covered(p, m) / p,
            "This divides two chances. A slope multiplies odds, so divide the odds.",
        ),
        Misconception(
            "by-the-chance",
            lambda p, m: _odds(_covered(p, m)) / p,
            "This divides odds by a chance. Divide by the odds of one sample, {p:g}/(1 − {p:g}).",
        ),
    ),
    hints=(
        "How often is the perfect verifier right? Turn that chance into odds.",
        "By what number must the odds of one sample, {p:g}/(1 − {p:g}), be multiplied to reach those odds?",
    ),
    explanation=lambda p, m: (
        f"The perfect verifier is right with chance {_covered(p, m):.4g}, odds {_odds(_covered(p, m)):.4g}. One sample "
        f"has the odds {_odds(p):.4g}. The quotient is {_odds(_covered(p, m)) / _odds(p):.4g}."
    ),
    book={"p": 0.1, "m": 5},
    draw=one_of(p=(0.1, 0.15, 0.25, 0.3), m=(3, 6, 7)),
)


def _best_of_places(n: int, k: int, places: Sequence[int]) -> float:
    """Return best-of-N, N = k, of a pool of n; its right samples have these places, counted from the lowest score."""
    return sum(comb(place - 1, k - 1) for place in places) / comb(n, k)


def _listed(places: Sequence[int]) -> str:
    return f"{', '.join(map(str, places[:-1]))} and {places[-1]}"


POOL = question(
    "P-Q3",
    "Best of three from a pool",
    statement=lambda n, k, places: (
        f"{n} programs are ordered by score, the lowest first. Those in the places {_listed(places)} are right. "
        f"How often is the best-scored of {k} drawn programs right?"
    ),
    answer_type=Number(low=0),
    reference=_best_of_places,
    misconceptions=(
        Misconception(
            "blind",
            lambda n, k, places: len(places) / n,
            "This is the share of right programs: a blind pick. The pick here has the highest score of {k}.",
        ),
        Misconception(
            "one-exists",
            lambda n, k, places: 1 - comb(n - len(places), k) / comb(n, k),
            "This is how often one of the {k} is right. Asked was how often the best-scored one is.",
        ),
        Misconception(
            "put-back",
            lambda n, k, places: sum((i**k - (i - 1) ** k) / n**k for i in places),
            "This puts each program back before the next is drawn. Asked were {k} different ones.",
        ),
    ),
    hints=(
        "In how many subsets of {k} is the program in place i the best? All the others lie below it.",
        "Below place i lie i − 1 programs, and {k} − 1 of them are drawn: C(i − 1, {k} − 1) subsets. Add up for the "
        "right ones.",
    ),
    explanation=lambda n, k, places: (
        f"{' + '.join(str(comb(i - 1, k - 1)) for i in places)} of the {comb(n, k)} subsets have a right program as "
        f"their best: {_best_of_places(n, k, places):.4g}."
    ),
    book={"n": 8, "k": 3, "places": (3, 5, 6)},
    draw=one_of(n=(8, 9), k=(3,), places=((4, 5, 6), (3, 4, 7), (3, 5, 7), (4, 6, 7), (3, 4, 8))),
)


def _lead(share: float, often: float, everywhere: float, k: int) -> float:
    return _covered(everywhere, k) - share * _covered(often, k)


CROSSING = question(
    "P-Q4",
    "Which method leads?",
    statement=(
        "Method A solves {share:.0%} of the problems with chance {often:g} a try, and the others never. Method B "
        "solves every problem with chance {everywhere:g} a try. With {k} tries, how much more coverage does B have?"
    ),
    answer_type=Number(),
    reference=_lead,
    misconceptions=(
        Misconception(
            "mean-first",
            lambda share, often, everywhere, k: _covered(everywhere, k) - _covered(share * often, k),
            "This gives A one chance for all problems, its mean. A’s problems differ: take the coverage of each kind, "
            "then the mean.",
        ),
        Misconception(
            "one-try",
            lambda share, often, everywhere, k: everywhere - share * often,
            "This is the difference with one try. With {k} tries the order need not be the same.",
        ),
        Misconception(
            "all-within-reach",
            lambda share, often, everywhere, k: _covered(everywhere, k) - _covered(often, k),
            "This lets A reach every problem. A never solves the rest, however often it tries.",
        ),
    ),
    hints=(
        "Which share of the problems can A solve at all?",
        "A covers {share:.0%} of 1 − (1 − {often:g})^{k}. B covers 1 − (1 − {everywhere:g})^{k}.",
    ),
    explanation=lambda share, often, everywhere, k: (
        f"A covers {share:g} · {_covered(often, k):.4g} = {share * _covered(often, k):.4g}, B covers "
        f"{_covered(everywhere, k):.4g}: {_lead(share, often, everywhere, k):.4g} more. "
        f"With one try A leads by {share * often - everywhere:.4g}."
    ),
    book={"share": 0.5, "often": 0.6, "everywhere": 0.15, "k": 8},
    draw=one_of(share=(0.4, 0.5), often=(0.5, 0.6, 0.7), everywhere=(0.12, 0.15, 0.18), k=(7, 9, 10)),
)


def _chain(q: float, passes: float, slips: float, length: int) -> float:
    return float(step_check(q, passes, slips, length).solution)


CHECKED_CHAIN = question(
    "P-Q5",
    "A chain with a checker that errs",
    statement=(
        "A chain has {length} steps, each right with chance {q:g}. A checker passes {passes:.0%} of the right steps "
        "and {slips:.0%} of the wrong ones. Each step is drawn until one passes. How often is the finished chain right?"
    ),
    answer_type=Number(low=0),
    reference=_chain,
    misconceptions=(
        Misconception(
            "one-step",
            lambda q, passes, slips, length: _chain(q, passes, slips, 1),
            "This is the chance that one step which passed is right. The checker is asked {length} times.",
        ),
        Misconception(
            "unchecked",
            lambda q, passes, slips, length: q**length,
            "This is the chain without a checker: every drawn step is kept.",
        ),
        Misconception(
            "right-and-passed",
            lambda q, passes, slips, length: (q * passes) ** length,
            "This is the chance that every first draw is right and passes. A step that does not pass is drawn again.",
        ),
    ),
    hints=(
        "Of the steps that pass, which share is right?",
        "Of all draws {q:g}·{passes:g} are right and pass, (1 − {q:g})·{slips:g} are wrong and pass. Then all {length} "
        "steps must be right.",
    ),
    explanation=lambda q, passes, slips, length: (
        f"A step that passed is right with chance {_chain(q, passes, slips, 1):.4g}, and {length} of them with "
        f"{_chain(q, passes, slips, length):.4g}. Without a checker it is {q**length:.4g}."
    ),
    book={"q": 0.7, "passes": 0.9, "slips": 0.2, "length": 5},
    draw=one_of(q=(0.6, 0.7, 0.75), passes=(0.8, 0.9), slips=(0.1, 0.15, 0.3), length=(4, 5, 6)),
)


def _two_kinds(one: float, many: float, k: int) -> float:
    """Return coverage where the share 1 − many of the problems is never solved and the others are alike."""
    return many * _covered(one / many, k)


TWO_KINDS = question(
    "P-Q6",
    "Between one sample and very many",
    statement=(
        "With one sample {one:.0%} of a benchmark is solved, with very many {many:.0%}. Suppose the rest is never "
        "solved and the others are all alike. What share do {k} samples solve?"
    ),
    answer_type=Number(low=0),
    reference=_two_kinds,
    misconceptions=(
        Misconception(
            "all-alike",
            lambda one, many, k: _covered(one, k),
            "This takes all problems for alike. Then very many samples would solve all of them, and not {many:.0%}.",
        ),
        Misconception(
            "mean-for-the-others",
            lambda one, many, k: many * _covered(one, k),
            "Here the problems that can be solved have the mean of all. The mean contains the hopeless ones, so the "
            "others lie above it.",
        ),
        Misconception(
            "hopeless-left-out",
            lambda one, many, k: _covered(one / many, k),
            "This is the coverage of the problems that can be solved. Asked was the share of all problems.",
        ),
    ),
    hints=(
        "What is p of a problem that can be solved, if the mean over all problems is {one:g}?",
        "That p is {one:g}/{many:g}. Its coverage with {k} samples counts for {many:.0%} of the problems.",
    ),
    explanation=lambda one, many, k: (
        f"The others have p = {one / many:.4g} and are covered with {_covered(one / many, k):.4g}. Times {many:g} that "
        f"is {_two_kinds(one, many, k):.4g}. Problems all alike would give {_covered(one, k):.4g}."
    ),
    book={"one": 0.25, "many": 0.8, "k": 4},
    draw=one_of(one=(0.2, 0.25, 0.35), many=(0.7, 0.8, 0.85), k=(3, 4, 5)),
)


WITHIN = question(
    "P-Q7",
    "Pairs within a problem",
    statement=(
        "A verifier is tested on {m} problems with equally many samples each. Of all samples {mean:.0%} are right, and "
        "the shares of the problems have a standard deviation of {spread:g}. Which share of the pairs in the pooled "
        "AUC lies within a problem?"
    ),
    answer_type=Number(low=0),
    reference=lambda m, mean, spread: (1 - spread**2 / (mean * (1 - mean))) / m,
    misconceptions=(
        Misconception(
            "all-alike",
            lambda m, mean, spread: 1 / m,
            "This takes all problems for alike. Where they differ, a problem has fewer pairs of its own.",
        ),
        Misconception(
            "no-square",
            lambda m, mean, spread: abs(1 - spread / (mean * (1 - mean))) / m,
            "This puts the standard deviation where its square, the variance, belongs.",
        ),
        Misconception(
            "not-divided",
            lambda m, mean, spread: 1 - spread**2 / (mean * (1 - mean)),
            "This is 1 − r. The pairs across problems are m times as many: divide by the number of problems.",
        ),
    ),
    hints=(
        "How different are the problems? r is the variance of their shares, divided by {mean:g}·(1 − {mean:g}).",
        "The share is (1 − r)/{m}.",
    ),
    explanation=lambda m, mean, spread: (
        f"r = {spread:g}²/({mean:g}·{1 - mean:g}) = {spread**2 / (mean * (1 - mean)):.4g}, and (1 − r)/{m} is "
        f"{(1 - spread**2 / (mean * (1 - mean))) / m:.4g}. All other pairs compare solutions of different problems."
    ),
    book={"m": 50, "mean": 0.5, "spread": 0.3},
    draw=one_of(m=(20, 25, 80), mean=(0.4, 0.45, 0.6), spread=(0.28, 0.32, 0.36)),
)


UNSEEN = question(
    "P-Q10",
    "What a share that hides adds",
    statement=(
        "In a benchmark {share:.0%} of the problems are never solved. In another one, alike in all else, these have "
        "chance {chance:g} a sample. How much higher is its coverage with {k:,} samples?"
    ),
    answer_type=Number(low=0),
    reference=lambda share, chance, k: share * _covered(chance, k),
    misconceptions=(
        Misconception(
            "share-left-out",
            lambda share, chance, k: _covered(chance, k),
            "This is the coverage of the problems that differ. They are {share:.0%} of the benchmark.",
        ),
        Misconception(
            "sum-of-chances",
            lambda share, chance, k: share * chance * k,
            "This adds the chances of all samples. That counts a problem several times that is solved several times.",
        ),
        Misconception(
            "still-failing",
            lambda share, chance, k: share * (1 - chance) ** k,
            "This is the share that is still not solved. Asked was what is solved.",
        ),
    ),
    hints=(
        "With what chance is one of these problems solved by {k:,} samples?",
        "That is 1 − (1 − {chance:g})^{k}, and it counts for {share:.0%} of the problems.",
    ),
    explanation=lambda share, chance, k: (
        f"One of them is solved with chance 1 − {1 - chance:g}^{k} = {_covered(chance, k):.4g}, and {share:g} times "
        f"that is {share * _covered(chance, k):.4g}. Twenty samples would show a right one on {share:g} · "
        f"{_covered(chance, 20):.3g} = {share * _covered(chance, 20):.2g} of the problems."
    ),
    book={"share": 0.3, "chance": 0.002, "k": 600},
    draw=one_of(share=(0.15, 0.25, 0.35), chance=(0.001, 0.003), k=(700, 800)),
)

QUESTIONS = (FIRST_SLOPE, STEEP_ENOUGH, POOL, WITHIN, CROSSING, UNSEEN, CHECKED_CHAIN, TWO_KINDS)

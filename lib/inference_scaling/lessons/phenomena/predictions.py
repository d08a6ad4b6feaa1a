"""Questions of the part Phenomena."""

from __future__ import annotations

import numpy as np

from ... import estimates, laws, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import recorded
from . import far_out
from .unseen import solved_later


def _p9() -> Prediction:
    p, many, auc = 0.1, 100, 0.8
    low, middle, high = (
        float(verifiers.best_of_n_law(p, verifiers.Roc.binormal(auc, ratio), many)) for ratio in (0.5, 1, 2)
    )
    product = float(verifiers.accuracy_times_coverage(p, auc, many))
    if not low < p < middle < product < high:
        raise ValueError("P9 says that one AUC gives less than one sample, and more than AUC times coverage")
    return Prediction(
        id="P9",
        answered_in=("See it", "State it", "Derive it"),
        question="One sample is right with chance {p}. Three verifiers all have AUC {auc:.2f}: each scores a right "
        "answer above a wrong one {times:.0f} times in 100. Each picks the best of {many} samples. How far apart can "
        "the three be?",
        choices=(
            Choice(
                "All are right {product:.2f} of the time: AUC times coverage",
                "For two samples all three do agree. For {many} the pick lies among the very best scores, and the AUC "
                "averages over all scores.",
            ),
            Choice(
                "A little apart: all between {middle:.1f} and {product:.1f}",
                "Verifiers whose right and wrong scores are equally spread end at {middle:.2f}. Other spreads with the "
                "same AUC leave this range on both sides.",
            ),
            Choice(
                "All above {p}: picking by score cannot hurt",
                "Picking by score hurts when the best scores belong to wrong answers, whatever the AUC.",
            ),
            Choice(
                "From below one sample to nearly always right",
                "Among {many} samples only the very best scores count, and there the three differ completely.",
            ),
        ),
        right=3,
        truth="{low:.2f}, {middle:.2f} and {high:.2f}, by the spread of the right answers' scores.",
        numbers={
            "p": p,
            "auc": auc,
            "times": 100 * auc,
            "many": many,
            "low": low,
            "middle": middle,
            "high": high,
            "product": product,
        },
    )


def _p6() -> Prediction:
    p, few, many, auc = 0.1, 8, 100, 0.7
    low, middle, high = (
        float(verifiers.best_of_n_law(p, verifiers.Roc.binormal(auc, ratio), many)) for ratio in (0.5, 1, 2)
    )
    perfect = float(laws.coverage(p, few))
    if not low < p < middle < perfect < high:
        raise ValueError("P6 says that the mediocre verifiers end on both sides of the perfect one, and they do not")
    return Prediction(
        id="P6",
        answered_in=("See it", "State it"),
        question="One sample is right with chance {p}. Which is right more often: the best of {few} samples, picked by "
        "a perfect verifier, or the best of {many}, picked by a mediocre one with AUC {auc:.2f}?",
        choices=(
            Choice(
                "The perfect verifier: quality beats quantity",
                "With most mediocre verifiers, yes. But one whose right answers are spread twice as widely reaches "
                "{high:.2f} with {many} samples: its AUC is mediocre, and the top of its scores is nearly pure.",
            ),
            Choice(
                "The {many} samples: a right one is nearly always there",
                "There it is, and it must be picked. With right answers half as spread as wrong ones the pick is right "
                "{low:.2f} of the time, less than one sample.",
            ),
            Choice(
                "About the same: the larger number makes up for the verifier",
                "There is no such rate of exchange. The same AUC gives anything from {low:.2f} to {high:.2f}.",
            ),
            Choice(
                "The AUC does not say",
                "Only the top of the scores counts among {many}, and the AUC says little about it.",
            ),
        ),
        right=3,
        truth="The perfect one with {few}: {perfect:.2f}. AUC {auc:.2f} with {many}: {low:.2f}, {middle:.2f} or "
        "{high:.2f}, by the spread of its scores.",
        numbers={
            "p": p,
            "few": few,
            "many": many,
            "auc": auc,
            "perfect": perfect,
            "low": low,
            "middle": middle,
            "high": high,
        },
    )


def _p2() -> Prediction:
    rows = recorded.table("humaneval_codet")
    mine = rows["problem"] == 12
    correct, passed = rows["correct"][mine] == 1, rows["n_pass"][mine]
    size, top = int(correct.size), passed == passed.max()
    if correct[top].any():
        raise ValueError("P2 says that the best-tested programs are all wrong, and one is right")
    return Prediction(
        id="P2",
        answered_in=("See it", "How can a wrong program pass more tests?"),
        question="{right} of {size} programs are right. Best-of-{size} takes the one that passes most of "
        "the model’s own "
        "tests. How often is it right?",
        choices=(
            Choice("{right} times in 100", "That is choosing blindly."),
            Choice(
                "Nearly always: so many are right",
                "{right} right programs that pass at most {second} tests lose to one wrong program that passes {most}. "
                "Best-of-N looks at the highest score, and not at how many programs are right.",
            ),
            Choice(
                "Never",
                "Yet the tests are not useless: best-of-2 is right {two:.0f} times in 100, one program "
                "{right} times. They rank most programs well and the best-scored ones badly. Put programs that pass "
                "the same tests into groups and vote: then a right one is taken.",
            ),
        ),
        right=2,
        truth="Never: the {top} programs that pass most tests ({most} of {of}) are all wrong; right ones "
        "pass {second} at "
        "most.",
        numbers={
            "right": int(correct.sum()),
            "size": size,
            "top": int(top.sum()),
            "most": int(passed.max()),
            "of": int(rows["n_tests"][mine][0]),
            "second": int(passed[correct].max()),
            "two": 100 * float(estimates.best_of_n(correct, passed, 2)),
        },
    )


def _p3() -> Prediction:
    samples = recorded.load("humaneval_codet")
    n, k = int(samples.n[0]), 1000
    never = int((samples.c == 0).sum())
    # The exact upper end for 0 of n at 95 %, one-sided, for one problem; then for all problems together.
    upper = 1 - 0.05 ** (1 / n)
    low, high = solved_later(samples.c, n, k)
    return Prediction(
        id="P3",
        answered_in=("Break it: beyond the data",),
        question="{never} of {problems} programming problems: not one of {n} tries is right. How many of "
        "the {never} fall "
        "at k = {k:,}?",
        choices=(
            Choice(
                "None: their p is 0",
                "For one problem 0 of {n} allows p up to {upper:.1f} %, with 95 % confidence; at that p, {k:,} tries "
                "fail on a problem "
                "about once in {rarely:.0f} million million.",
            ),
            Choice(
                "About as many as the curve’s slope says",
                "Beyond the data the slope is that of the family you assumed.",
            ),
            Choice("Most of them", "Possible, and equally unproven."),
            Choice(
                "The data do not say",
                "What can be said is a range, here a wide one: from about {low:.0f} to about {high:.0f}.",
            ),
        ),
        right=3,
        truth="From about {low:.0f} to about {high:.0f} of the {never}: the counts of all {problems} problems allow no "
        "more to be said.",
        numbers={
            "never": never,
            "problems": len(samples.n),
            "n": n,
            "k": k,
            "upper": 100 * upper,
            "rarely": (1 - upper) ** -k / 1e12,
            "low": low,
            "high": high,
        },
    )


def _p4() -> Prediction:
    length, q, late = 10, 0.8, 5
    end, once, delayed = (float(laws.steps_to_solve(length, q, d)) for d in (length, 1, late))
    return Prediction(
        id="P4",
        question="{length} steps, each right with chance {q}. Sampling whole solutions costs {end:.0f} "
        "steps a success. "
        "Now each wrong step is seen at once and only that step is tried again. How many steps?",
        choices=(
            Choice(
                "About half: {half:.0f}",
                "An error seen at once costs one step, not half a chain: {length}/{q} in all.",
            ),
            Choice(
                "{end:.0f}: just as many errors happen",
                "Errors are as frequent, but each is paid with one step, and not with all that went before it.",
            ),
            Choice(
                "{once:.1f}",
                "What counts is how early an error shows: after {late} steps instead of one, it would be "
                "{delayed:.1f}. "
                "Move the delay.",
            ),
            Choice("{length}", "That is the length. It is the cost only if no step ever fails."),
        ),
        right=2,
        truth="{once:.1f} steps instead of {end:.0f}.",
        numbers={
            "length": length,
            "q": q,
            "end": end,
            "half": end / 2,
            "once": once,
            "late": late,
            "delayed": delayed,
        },
    )


def _p5() -> Prediction:
    k, one, hundred = 100, 0.30, 0.95
    spread = laws.BetaBinomial(0.715, 1.669)
    first, last = (float(value) for value in spread.coverage(np.array([1, k])))
    return Prediction(
        id="P5",
        question="A model solves {one:.0f} % of a benchmark with one sample and {hundred:.0f} % with {k} and a perfect "
        "check. If all its problems were alike, what would {k} samples give?",
        choices=(
            Choice(
                "{hundred:.0f} %",
                "Then {left:.2f} would be {miss}^{k}. That number is smaller by {powers:.0f} powers of ten.",
            ),
            Choice(
                "Less than {hundred:.0f} %: returns diminish",
                "They do diminish. But from {miss} to the power {k} hardly anything remains to be gained.",
            ),
            Choice(
                "100 %, to 15 digits",
                "And the clash with {hundred:.0f} % is the finding: the problems are not alike. One Beta spread of p "
                "gives both numbers, {first:.3f} and {last:.3f}.",
            ),
            Choice(
                "It cannot be computed", "It can: 1 − {miss}^{k}. What it shows is that the problems are not alike."
            ),
        ),
        right=2,
        truth="1 − {miss}^{k}, which is 100 % to {digits:.0f} digits.",
        numbers={
            "one": 100 * one,
            "hundred": 100 * hundred,
            "k": k,
            "left": 1 - hundred,
            "miss": 1 - one,
            "powers": np.log10((1 - hundred) / (1 - one) ** k),
            "first": first,
            "last": last,
            "digits": np.floor(-k * np.log10(1 - one)),
        },
    )


def _p10() -> Prediction:
    samples = recorded.load("math_prm")
    pools = list(samples.pools())
    pooled = verifiers.Roc.from_scores(samples.score, samples.correct).auc
    mixed = [pool for pool in pools if 0 < pool.correct.sum() < len(pool.correct)]
    within = float(np.mean([verifiers.Roc.from_scores(pool.score, pool.correct).auc for pool in mixed]))
    if not pooled > within + 0.1:
        raise ValueError("P10 says that the pooled AUC is far above the one within problems, and it is not")
    return Prediction(
        id="P10",
        answered_in=("See it", "State it", "Derive it"),
        question="A process reward model scores {n} solutions to each of {problems} competition problems. Take any "
        "right and any wrong solution out of all of them: the right one has the higher score {pooled:.0f} times in "
        "100. Now take both from one and the same problem, and average over the problems. How often then?",
        choices=(
            Choice(
                "About {pooled:.0f} in 100: it is the same judge",
                "It is the same judge at two tasks. Telling an easy problem from a hard one earns most of the "
                "{pooled:.0f}, and it chooses no solution.",
            ),
            Choice(
                "About {within:.0f} in 100",
                "Choosing within a problem is harder than telling easy problems from hard ones.",
            ),
            Choice(
                "About 50 in 100: it only sees how hard the problem is",
                "A judge who saw only that would be blind within a problem. This one is not.",
            ),
            Choice(
                "More than {pooled:.0f} in 100: like is compared with like",
                "Like with like is the harder comparison. Across problems the right solutions come from easy problems "
                "and the wrong ones from hard ones, which gives the judge a second hint.",
            ),
        ),
        right=1,
        truth="{within:.1f} times in 100, over the {mixed} problems that have both kinds of solutions.",
        numbers={
            "n": int(samples.n[0]),
            "problems": len(pools),
            "pooled": 100 * float(pooled),
            "within": 100 * within,
            "mixed": len(mixed),
        },
    )


def _p11() -> Prediction:
    samples = far_out.pilot("long")
    found = laws.forecast(samples, [far_out.FAR])
    seen = float((samples.c > 0).mean())
    spread = found.family_high[0] - found.family_low[0]
    if found.high[0] - found.low[0] < 3 * spread:
        raise ValueError("P11 says that the range of all distributions is far wider than the family's interval")
    return Prediction(
        id="P11",
        answered_in=("See it", "State it"),
        question="Of {puzzles} puzzles {seen:.0f} % are solved by {few} programs each. A Beta distribution of p fits "
        "the counts well and says: {value:.0f} % with {far:,} programs each. How far apart are the distributions of p "
        "that fit these counts, at {far:,}?",
        choices=(
            Choice(
                "They agree: from {value_low:.0f} to {value_high:.0f} %",
                "They agree up to {few} programs, because the counts fix that. Beyond, no count was made.",
            ),
            Choice(
                "As far as the fit’s own interval: from {own_low:.0f} to {own_high:.0f} %",
                "This interval takes the family for granted. It says how well the counts fix the two numbers of a Beta "
                "distribution, and not whether it is one.",
            ),
            Choice(
                "From {low:.0f} to {high:.0f} %",
                "Puzzles that {few} programs never solved may have p = 0 or p = 0.005. The counts hardly tell, and "
                "{far:,} programs do.",
            ),
            Choice(
                "From 0 to 100 %: nothing can be said beyond the data",
                "What was solved stays solved: coverage never falls. So the low end is not 0.",
            ),
        ),
        right=2,
        truth="From {low:.1f} to {high:.1f} %; the fit’s own interval is {own_low:.1f} to {own_high:.1f} %.",
        numbers={
            "puzzles": len(samples.n),
            "few": far_out.FEW,
            "far": far_out.FAR,
            "seen": 100 * seen,
            "value": 100 * found.value[0],
            "value_low": 100 * found.value[0] - 1,
            "value_high": 100 * found.value[0] + 1,
            "own_low": 100 * found.family_low[0],
            "own_high": 100 * found.family_high[0],
            "low": 100 * found.low[0],
            "high": 100 * found.high[0],
        },
    )


__getattr__ = on_demand(
    __name__, {"P2": _p2, "P3": _p3, "P4": _p4, "P5": _p5, "P6": _p6, "P9": _p9, "P10": _p10, "P11": _p11}
)

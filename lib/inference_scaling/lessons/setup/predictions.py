"""Questions of the part Setup."""

from __future__ import annotations

from math import comb

import numpy as np

from ... import estimates, laws, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import next_tokens, recorded


def _s1() -> Prediction:
    rows, problem = recorded.table("smollm2_samples"), 3
    correct = rows["correct"][rows["problem"] == problem]
    if correct[0]:
        raise ValueError("S1 says that the first recorded answer is wrong, and it is right")
    question = str(recorded.table("smollm2_tasks")["question"][problem])
    return Prediction(
        id="S1",
        question=f"“{question}” A small model’s first answer is wrong. It is asked {{more}} more times, "
        f"nothing changed. "
        "How many of the {more} answers are right?",
        choices=(
            Choice(
                "None: it does not know it",
                "A sampled model holds many answers at once: wrong first does not mean wrong always. Look "
                "at the tiles: "
                "that spread is what inference compute buys from.",
            ),
            Choice(
                "About {half:.0f}: right or wrong, one of two",
                "Two outcomes need not be equally likely. The share is a property of this model on this question; the "
                "book calls it p.",
            ),
            Choice(
                "About {right}: one in three",
                "That is what was recorded. No single answer shows this share; only many do.",
            ),
            Choice(
                "Nearly all {more}: it will correct itself",
                "Nothing is fed back, so each try starts afresh. Only a rule that picks can turn many tries into one "
                "better answer.",
            ),
        ),
        right=2,
        truth="{right} of {more} are right.",
        numbers={"more": len(correct) - 1, "half": (len(correct) - 1) / 2, "right": int(correct.sum())},
    )


def _s2() -> Prediction:
    budget, ceiling, scale, lengths = 6400, 0.6, 400, (6400, 400, 100)
    one, middle, short = laws.chain_coverage(budget, lengths, ceiling, scale)
    return Prediction(
        id="S2",
        answered_in=("See it", "State it"),
        question="You have {budget:,} tokens. One chain of L tokens succeeds with chance {ceiling}·(1 − "
        "e^(−L/{scale})), and "
        "a perfect checker picks. Which way of spending them is best?",
        choices=(
            Choice(
                "One chain of {budget:,}",
                "Length does help a chain. But a single one cannot pass its own ceiling, {ceiling}, however "
                "long it is.",
            ),
            Choice(
                "{few} of {scale}: the best must lie between",
                "Often it does, but something must be charged for starting. Here nothing is, and the shortest chains "
                "win. Charge {dear} tokens a start, for prompt and check, and the best length is about {long:.0f}; "
                "charge {cheap}, and it is about {brief:.0f}.",
            ),
            Choice(
                "{many} of {length}",
                "In this model −log(1 − p(L))/L only falls with L, so shorter is always better. Ask what a start costs "
                "before you use that.",
            ),
            Choice(
                "They are equal: the tokens are the same",
                "The same tokens are spent, but chances do not add up like tokens.",
            ),
        ),
        right=2,
        truth="{many} chains of {length} succeed with {short:.4f}, {few} of {scale} with {middle:.4f}, one long chain "
        "with {one:.3f}.",
        numbers={
            "budget": budget,
            "ceiling": ceiling,
            "scale": scale,
            "few": budget // lengths[1],
            "many": budget // lengths[2],
            "length": lengths[2],
            "one": one,
            "middle": middle,
            "short": short,
            "dear": 200,
            "cheap": 20,
            "long": laws.best_chain_length(ceiling, scale, 200),
            "brief": laws.best_chain_length(ceiling, scale, 20),
        },
    )


def _s3() -> Prediction:
    score, tokens = np.array([3.4, 3.1, 2.2, 1.5]), np.array([120, 480, 300, 90])
    changes = {"add": score + 10, "double": 2 * score, "log": np.log(score), "length": score + tokens / 100}
    moved = [name for name, changed in changes.items() if changed.argmax() != score.argmax()]
    return Prediction(
        id="S3",
        answered_in=("State it",),
        question="Four candidates score {a}, {b}, {c} and {d}; they are {la}, {lb}, {lc} and {ld} tokens "
        "long. Best-of-N "
        "takes the highest score. Which change makes it take another one?",
        choices=(
            Choice(
                "Double every score",
                "The gaps do grow, but the largest stays the largest under any increasing function.",
            ),
            Choice(
                "Take logarithms",
                "They squeeze the top, but keep the order. Hence recalibrating one verifier changes nothing "
                "in best-of-N "
                "on one problem.",
            ),
            Choice(
                "Add 1 for every 100 tokens",
                "Length differs between the candidates, so this is another order: it is another verifier.",
            ),
            Choice(
                "None of these",
                "True of every increasing function of the score. But length is not a function of the score.",
            ),
        ),
        right=2,
        truth="{moved} of the three changes picks another one: with length added, candidate {new} wins "
        "instead of {old}.",
        numbers={
            **dict(zip("abcd", score.tolist(), strict=True)),
            **{f"l{name}": int(length) for name, length in zip("abcd", tokens, strict=True)},
            "moved": len(moved),
            "old": int(score.argmax()) + 1,
            "new": int(changes["length"].argmax()) + 1,
        },
    )


def _s4() -> Prediction:
    n, c, k, p, low = 10, 2, 5, 0.1, 1 - 0.8**5
    counts = np.arange(n + 1)
    chance = np.array([comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)])
    return Prediction(
        id="S4",
        answered_in=("See it", "State it"),
        question="{n} samples were drawn, {c} are right. What is the estimate of pass@{k}?",
        choices=(
            Choice(
                "{sum:.1f} = {k} × {share}",
                "That is how many right answers to expect among {k}. It is not the chance of at least one.",
            ),
            Choice(
                "{plug:.3f} = 1 − {miss}^{k}",
                "This draws with replacement from your {n}. On average it comes out low: for p = {p}, "
                "{plugged:.3f} where "
                "{exact:.3f} is true.",
            ),
            Choice(
                "{share}",
                "That is pass@1: having {k} chances counts for nothing in it.",
            ),
            Choice(
                "{estimate:.3f}",
                "Of all ways to take {k} of the {n} samples, this share contains a right one. Its mean is exact for "
                "every p.",
            ),
        ),
        right=3,
        truth="pass@{k} is estimated as {estimate:.3f}: one minus the share of {k}-subsets with no right answer.",
        numbers={
            "n": n,
            "c": c,
            "k": k,
            "p": p,
            "share": c / n,
            "miss": 1 - c / n,
            "sum": k * c / n,
            "plug": low,
            "estimate": float(estimates.pass_at_k(n, c, k)),
            "plugged": float(chance @ (1 - (1 - counts / n) ** k)),
            "exact": float(laws.coverage(p, k)),
        },
    )


def _s5() -> Prediction:
    few, many, a, b = 3, 10, 0.80, 0.93
    steps = [[a] * few, [b] * many]
    product = verifiers.aggregate(steps, "product")
    return Prediction(
        id="S5",
        question="Solution A has {few} steps, each scored {a:.2f}. Solution B has {many}, each scored "
        "{b:.2f}. Which has "
        "the larger product of scores?",
        choices=(
            Choice(
                "A",
                "The product asks for the whole chain and charges for length; the minimum and the mean, "
                "which say B, do "
                "not.",
            ),
            Choice("B: every step is safer", "Every step is. But there are {many} factors, and they multiply."),
            Choice(
                "A, but the sum of logarithms says B",
                "A is right. But the logarithm is increasing, so product and sum of logarithms rank alike.",
            ),
            Choice(
                "They cannot be compared: the lengths differ",
                "They are compared every day. Each rule hides a view on length; choose it knowingly.",
            ),
        ),
        right=0,
        truth="A: {first:.3f} against {second:.3f}.",
        numbers={"few": few, "many": many, "a": a, "b": b, "first": product[0], "second": product[1]},
    )


def _s6() -> Prediction:
    budget, p, cheap, dear = 44, 0.1, 0.1, 3
    cheap_auc, dear_auc, tie_auc = 0.70, 0.85, 0.75
    many, few = round(budget / (1 + cheap)), round(budget / (1 + dear))
    by_cheap, by_dear, tie = (
        float(verifiers.best_of_n_law(p, verifiers.Roc.binormal(auc), k))
        for auc, k in ((cheap_auc, many), (dear_auc, few), (tie_auc, many))
    )
    return Prediction(
        id="S6",
        answered_in=("One budget, two verifiers",),
        question="You have the price of {budget} generations, and p = {p}. A cheap verifier costs {cheap} "
        "of a generation "
        "and has AUC {cheap_auc:.2f}; a dear one costs {dear} generations and has AUC {dear_auc:.2f}. Both "
        "have normal scores of equal "
        "spread. Which ends higher?",
        choices=(
            Choice(
                "The cheap one: {many} candidates beat {few}",
                "More candidates hold a right one more often. But each is also a chance for a wrong one to look best.",
            ),
            Choice(
                "The dear one",
                "Here. It is no law: with AUC {tie_auc:.2f} for the cheap one the two tie, {tie:.3f} "
                "against {by_dear:.3f}. There "
                "is a break-even; find it.",
            ),
            Choice(
                "The same: the budget is the same",
                "A budget buys pairs of a candidate and a look. What a look is worth is the ROC.",
            ),
        ),
        right=1,
        truth="The dear one: {few} candidates, right {by_dear:.2f}; the cheap one: {many} candidates, right "
        "{by_cheap:.2f}.",
        numbers={
            "budget": budget,
            "p": p,
            "cheap": cheap,
            "dear": dear,
            "cheap_auc": cheap_auc,
            "dear_auc": dear_auc,
            "tie_auc": tie_auc,
            "many": many,
            "few": few,
            "by_cheap": by_cheap,
            "by_dear": by_dear,
            "tie": tie,
        },
    )


def _tools1() -> Prediction:
    p, true, false = 0.1, 0.9, 0.2
    passed_right, passed_wrong = round(1000 * p * true), round(1000 * (1 - p) * false)
    return Prediction(
        id="TOOLS1",
        answered_in=("Odds and Bayes",),
        question="One answer in ten is right. A check passes {true:.0%} of the right answers and {false:.0%} of the "
        "wrong ones. An answer has passed. How likely is it right?",
        choices=(
            Choice(
                "About {true:.1f}",
                "That share belongs to the right answers: so many of them pass. Asked is a share of the answers that "
                "passed, and most of those come from the many wrong ones.",
            ),
            Choice(
                "About {gap:.1f}",
                "The check does tell the two kinds apart. But a difference of two rates forgets how many answers of "
                "each kind there are.",
            ),
            Choice(
                "One in three",
                "The wrong answers are nine times as many. A fifth of them is twice as much as nearly all of the right "
                "ones.",
            ),
            Choice(
                "Still one in ten",
                "It would be, if the check passed both kinds alike. It passes right answers {ratio:.1f} times as "
                "often.",
            ),
        ),
        right=2,
        truth="Of 1,000 answers {passed_right} right ones and {passed_wrong} wrong ones pass: {share:.2f} of them are "
        "right.",
        numbers={
            "true": true,
            "false": false,
            "gap": true - false,
            "ratio": true / false,
            "passed_right": passed_right,
            "passed_wrong": passed_wrong,
            "share": passed_right / (passed_right + passed_wrong),
        },
    )


def _tools2() -> Prediction:
    small, large = (recorded.load(f"evalperf/{name}") for name in ("gemma-2-9b-it", "gemma-2-27b-it"))
    one, two = (estimates.curve(table, "pass", 1) for table in (small, large))
    gain = estimates.paired_interval(two, one)
    return Prediction(
        id="TOOLS2",
        answered_in=("A paired difference and its interval",),
        question="Two models answer the same {tasks} programming tasks. The small one solves {one:.2f} "
        "[{one_low:.2f}, {one_high:.2f}] of them with one sample, the large one {two:.2f} "
        "[{two_low:.2f}, {two_high:.2f}]. The two 95 % intervals overlap. Is the large one better on tasks like these?",
        choices=(
            Choice(
                "Not shown: the intervals overlap",
                "Intervals that do not overlap would settle it. These two may overlap all the same: both hold how much "
                "tasks differ, and the tasks are the same.",
            ),
            Choice(
                "Yes: {two:.2f} is more than {one:.2f}",
                "On these {tasks} tasks it is. Asked was about other tasks like these, and for them two bare numbers "
                "say nothing.",
            ),
            Choice(
                "These two intervals cannot say; the differences, task by task, can",
                "Subtract on each task first. What makes a task hard for both models drops out.",
            ),
        ),
        right=2,
        truth="Task by task the large one is ahead by {gain:.2f} [{low:.2f}, {high:.2f}]: yes, and the two intervals "
        "did not show it.",
        numbers={
            "tasks": len(small.problems),
            "one": one.value[0],
            "one_low": one.low[0],
            "one_high": one.high[0],
            "two": two.value[0],
            "two_low": two.low[0],
            "two_high": two.high[0],
            "gain": gain.value[0],
            "low": gain.low[0],
            "high": gain.high[0],
        },
    )


def _s11() -> Prediction:
    recorded_next, half = next_tokens.after("violets"), 0.5
    (first, one), (second, two) = recorded_next.likeliest(2)
    (_, sharp_one), (_, sharp_two) = recorded_next.likeliest(2, temperature=half)
    ratio, sharper = one / two, sharp_one / sharp_two
    return Prediction(
        id="S11",
        answered_in=("Temperature",),
        question=f"After “Roses are red, violets are” a small language model thinks “{first.strip()}” {{ratio:.1f}} "
        f"times as likely as “{second.strip()}”. Its temperature is a dial: turned down, the model plays safer. You "
        "turn the temperature from 1 down to {half}. How many times as likely is the first word now?",
        choices=(
            Choice(
                "{ratio:.1f}, as before: the dial only changes words that are unlikely anyway",
                "The order of the words does stay. But the dial works on all of them, and the leader gains on each.",
            ),
            Choice(
                "{double:.1f}: half the temperature, twice the lead",
                "The lead does grow. But temperature divides the logits, and a probability is an exponential of "
                "those: what is divided there becomes a power here.",
            ),
            Choice(
                "{sharper:.1f}: the lead is squared",
                "Yes: ratios of probabilities are raised to the power 1/T, and 1/{half} is 2.",
            ),
            Choice(
                "Endlessly: the model now always says the likeliest word",
                "That is temperature 0. Above 0 every word keeps a chance, however small.",
            ),
        ),
        right=2,
        truth="{sharper:.1f} times: {sharp_one:.2f} against {sharp_two:.2f}.",
        numbers={
            "ratio": ratio,
            "half": half,
            "double": 2 * ratio,
            "sharper": sharper,
            "sharp_one": sharp_one,
            "sharp_two": sharp_two,
        },
    )


def _s12() -> Prediction:
    k = 64
    samples = recorded.load("smollm2")
    pools = list(samples.pools())
    one = float((samples.c / samples.n).mean())
    there = sum(bool(pool.correct.any()) for pool in pools)
    won = sum(float(estimates.majority_vote(pool.answer, pool.correct, k)) for pool in pools)
    return Prediction(
        id="S12",
        answered_in=("One, a vote, or a perfect checker",),
        question="A small language model answers {questions} short questions, {k} times each. One answer is right "
        "{one:.2f} of the time. For {there} questions at least one of the {k} answers is right. Now let the {k} "
        "answers vote: the most frequent answer wins. For how many of the {questions} questions does the right answer "
        "win?",
        choices=(
            Choice(
                "About {there}: where a right answer is there, the vote finds it",
                "A vote does not look for right answers. It looks for frequent ones, and on many questions one wrong "
                "answer is given more often than the right one.",
            ),
            Choice(
                "{won:.0f}: on many of the {there} a wrong answer leads",
                "Yes. Being there and being the most frequent are two different things; the page counts both.",
            ),
            Choice(
                "{alone:.0f}, as with one answer: a vote knows no more than its voters",
                "A vote does change something: where the right answer leads, {k} answers make it win nearly always, "
                "and where it trails, nearly never.",
            ),
        ),
        right=1,
        truth="{won:.0f} of {questions}.",
        numbers={
            "questions": len(pools),
            "k": k,
            "one": one,
            "there": there,
            "won": won,
            "alone": one * len(pools),
        },
    )


__getattr__ = on_demand(
    __name__,
    {
        "S1": _s1,
        "S2": _s2,
        "S3": _s3,
        "S4": _s4,
        "S5": _s5,
        "S6": _s6,
        "S11": _s11,
        "S12": _s12,
        "TOOLS1": _tools1,
        "TOOLS2": _tools2,
    },
)

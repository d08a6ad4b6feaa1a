"""Questions of the part Setup."""

from __future__ import annotations

from math import comb

import numpy as np

from ... import estimates, laws, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import next_tokens, recorded


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
        "{b:.2f}. Which solution has the larger product of scores?",
        choices=(
            Choice(
                "A",
                "The product asks that every step be right, so it charges for length. The minimum and the mean do "
                "not, and both prefer B.",
            ),
            Choice("B: every step is safer", "Every step is. But there are {many} factors, and they multiply."),
            Choice(
                "A, but the sum of logarithms says B",
                "A is right. But the logarithm is increasing, so product and sum of logarithms rank alike.",
            ),
            Choice(
                "They cannot be compared: the lengths differ",
                "Best-of-N compares such solutions all the time. Each rule treats long solutions in its own way; "
                "choose one knowingly.",
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
        "per look and has AUC {cheap_auc:.2f}; a dear one costs {dear} generations per look and has AUC "
        "{dear_auc:.2f}. Scores are normal: right answers score higher on average, with the same spread. With which "
        "verifier is the picked answer right more often?",
        choices=(
            Choice(
                "The cheap one: {many} candidates beat {few}",
                "More candidates hold a right answer more often. But each is also one more chance for a wrong answer "
                "to look best.",
            ),
            Choice(
                "The dear one",
                "Here it is. That is no law: a cheap verifier with AUC {tie_auc:.2f} would tie with it, {tie:.3f} "
                "against {by_dear:.3f}.",
            ),
            Choice(
                "The same: the budget is the same",
                "The budget buys candidates, each with its look. How much better a dear look picks decides what fewer "
                "candidates are worth; the ROC curve says that.",
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


def _s7() -> Prediction:
    q, passed, wrongly, steps = 0.8, 0.95, 0.2, 12
    odds = float(verifiers.odds_after_check(q**steps, passed, wrongly))
    each = verifiers.step_check(q, passed, wrongly, steps)
    return Prediction(
        id="S7",
        answered_in=("See it", "State it", "Derive it"),
        question="A solution has {steps} steps, and each step is right with chance {q}. A check passes {T:.0%} of "
        "what is right and {F:.0%} of what is wrong; what fails is drawn again. Without a check {none:.0%} of the "
        "solutions are right; with one check of the whole solution {end:.0%} are. How many are right when the same "
        "check looks at every step instead?",
        choices=(
            Choice(
                "{end:.0%}, too: the check is no better",
                "The check is the same, and it is used {steps} times. At every step it multiplies the odds of that "
                "step, so that a wrong step rarely gets a successor.",
            ),
            Choice(
                "About {each:.0%}",
                "Each step comes out right with chance {step:.2f} instead of {q}, and {steps} such steps in a row are "
                "right about every second time.",
            ),
            Choice(
                "Above 95%: a wrong solution would have to pass {steps} checks",
                "It needs one lucky pass, not {steps}: a wrong step has to pass its own check alone, and there are "
                "{steps} chances for that to happen.",
            ),
            Choice(
                "Fewer: {steps} checks make {steps} times as many errors",
                "More checks do err more often. But a right step that fails is only drawn again, which costs a step "
                "and spoils nothing.",
            ),
        ),
        right=1,
        truth="{each:.0%} are right with a check at every step, {end:.0%} with one at the end, {none:.0%} without.",
        numbers={
            "steps": steps,
            "q": q,
            "T": passed,
            "F": wrongly,
            "none": q**steps,
            "end": odds / (1 + odds),
            "each": each.solution,
            "step": each.solution ** (1 / steps),
        },
    )


def _s8() -> Prediction:
    samples, k = recorded.load("smollm2"), 16
    one = samples.c / samples.n
    vote = estimates.curve(samples, "majority", [k]).per_problem[:, 0]
    worse, better = int((vote < one).sum()), int((vote > one).sum())
    return Prediction(
        id="S8",
        question="A small language model answered {questions} short questions, each one {times} times. For each "
        "question compare two ways to answer: take one of its answers, or take the most frequent of {k}. On how "
        "many of the {questions} questions is the vote right less often than one answer?",
        choices=(
            Choice(
                "None: {k} answers cannot know less than one",
                "They hold a right answer more often than one does. But the vote hands in the most frequent answer, "
                "and where a wrong answer is the most frequent one, more votes make it win more surely.",
            ),
            Choice(
                "2 or 3: only where the model is nearly always wrong",
                "A right answer that is rare loses the vote. So does one that is fairly common, if a single wrong "
                "answer is more common still.",
            ),
            Choice(
                "{worse}",
                "Yes. On these questions some wrong answer is more frequent than the right one, so the vote settles on "
                "the wrong one. On {better} other questions the vote is better than one answer.",
            ),
            Choice(
                "All {questions}: a small model is mostly wrong",
                "Mostly wrong is not enough to lose a vote. Where the wrong answers differ from each other, a right "
                "answer given one time in three can be the most frequent one.",
            ),
        ),
        right=2,
        truth="On {worse} of {questions} the vote of {k} is right less often than one answer, on {better} more often.",
        numbers={"questions": samples.n.size, "times": int(samples.n[0]), "k": k, "worse": worse, "better": better},
    )


def _s9() -> Prediction:
    score, power = np.array([0.97, 0.99, 0.93, 0.90]), 20
    honest = score**power
    if honest.argmax() != score.argmax():
        raise ValueError("S9 says that an increasing change keeps the candidate, and it does not")
    return Prediction(
        id="S9",
        answered_in=("State it",),
        question="A verifier scores four candidates {a}, {b}, {c} and {d}. It is too sure of itself: of the answers "
        "that it scores {b}, only {right:.0%} are right. So you calibrate it: each score s becomes s^{power}, which "
        "is the true chance that the answer is right. How often does best-of-N hand in a right answer afterwards?",
        choices=(
            Choice(
                "More often: honest scores pick better",
                "The scores say more about the answers now. But best-of-N only asks which score is the highest, and "
                "s^{power} rises with s, so the order of the candidates stays.",
            ),
            Choice(
                "Less often: the scores fell",
                "All of them fell, the lowest to {low:.2f}. No candidate overtook another.",
            ),
            Choice(
                "Exactly as often",
                "Yes. Any strictly increasing change of the scores keeps the order, and best-of-N uses nothing else.",
            ),
            Choice(
                "That depends on the candidates",
                "It does for a change that is no function of the score, such as a bonus for long answers. Calibration "
                "by one increasing curve keeps the order of any candidates.",
            ),
        ),
        right=2,
        truth="Exactly as often: candidate {pick} of {n} has the highest score before and after.",
        numbers={
            **dict(zip("abcd", score.tolist(), strict=True)),
            "power": power,
            "right": float(honest[score.argmax()]),
            "low": float(honest.min()),
            "pick": int(score.argmax()) + 1,
            "n": score.size,
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
        "S2": _s2,
        "S4": _s4,
        "S5": _s5,
        "S6": _s6,
        "S11": _s11,
        "S12": _s12,
        "TOOLS1": _tools1,
        "TOOLS2": _tools2,
        "S7": _s7,
        "S8": _s8,
        "S9": _s9,
    },
)

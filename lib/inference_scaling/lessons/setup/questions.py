"""The questions of the part Setup, two minutes each, asked in the text.

The first ten are one for each tool of the primer. Then each lesson has one: its worked example with other numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from math import comb
from statistics import mean

from ...answers.task import Misconception, Number
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


INDEPENDENT = question(
    "S-Q1",
    "At least one",
    statement="One try is right with chance {p:g}. The tries are independent. How often is at least one of {k} right?",
    answer_type=Number(low=0),
    reference=lambda p, k: 1 - (1 - p) ** k,
    misconceptions=(
        Misconception(
            "sum",
            lambda p, k: k * p,
            "This adds the chances: so many right tries are to be expected. Two right tries count there as two, and "
            "asked was at least one.",
        ),
        Misconception(
            "none", lambda p, k: (1 - p) ** k, "This is how often all {k} fail. Asked was the opposite: one minus this."
        ),
        Misconception("all", lambda p, k: p**k, "This is how often all {k} are right. Asked was at least one of them."),
    ),
    hints=("How often do all of them fail?", "Multiply {k} chances to fail, and subtract the product from 1."),
    explanation=lambda p, k: (
        f"All {k} fail with chance {1 - p:g}^{k} = {(1 - p) ** k:.4g}; one minus this is {1 - (1 - p) ** k:.4g}."
    ),
    book={"p": 0.3, "k": 3},
    draw=one_of(p=(0.15, 0.2, 0.25, 0.35, 0.4), k=(3, 4)),
)


def _odds(chance: float) -> float:
    return chance / (1 - chance)


def _before(passes_right: float, passes_wrong: float, after: float) -> float:
    """Return the share of right answers before a check, from the share among those that passed."""
    odds = _odds(after) * passes_wrong / passes_right
    return odds / (1 + odds)


ODDS = question(
    "S-Q2",
    "Back from the check",
    statement=(
        "A check passes {passes_right:.0%} of the right answers and {passes_wrong:.0%} of the wrong ones. Of the "
        "answers that passed, the share {after:g} is right. Which share of all answers is right?"
    ),
    answer_type=Number(low=0),
    reference=_before,
    misconceptions=(
        Misconception(
            "odds",
            lambda passes_right, passes_wrong, after: _odds(after) * passes_wrong / passes_right,
            "These are the odds before the check. Asked was the share: odds/(1 + odds).",
        ),
        Misconception(
            "forwards",
            lambda passes_right, passes_wrong, after: _before(passes_wrong, passes_right, after),
            "This multiplies the odds once more: it is the share after a second check. Asked was the share before the "
            "first.",
        ),
        Misconception(
            "share-of-passes",
            lambda passes_right, passes_wrong, after: passes_right * after,
            "This multiplies two shares of different answers: of the right ones, and of those that passed. Asked was "
            "a share of all answers.",
        ),
    ),
    hints=(
        "Work with odds. By what number does this check multiply the odds of an answer that passes?",
        "Divide the odds after the check by {passes_right:g}/{passes_wrong:g}, then turn odds into a share.",
    ),
    explanation=lambda passes_right, passes_wrong, after: (
        f"Odds after the check {_odds(after):.4g}; the check multiplied them by {passes_right / passes_wrong:.4g}. "
        f"Before it they were {_odds(after) * passes_wrong / passes_right:.4g}, a share of "
        f"{_before(passes_right, passes_wrong, after):.4g}."
    ),
    book={"passes_right": 0.9, "passes_wrong": 0.3, "after": 0.6},
    draw=one_of(passes_right=(0.8, 0.9), passes_wrong=(0.1, 0.2), after=(0.4, 0.6, 0.7)),
)


SUBSETS = question(
    "S-Q3",
    "Pairs with a right answer",
    statement=(
        "Of {n} recorded answers {c} are right. You take {k} different ones at random. How often is at least one of "
        "the {k} right?"
    ),
    answer_type=Number(low=0),
    reference=lambda n, c, k: 1 - comb(n - c, k) / comb(n, k),
    misconceptions=(
        Misconception(
            "put-back",
            lambda n, c, k: 1 - (1 - c / n) ** k,
            "This puts each answer back before the next is taken, so the same one can come twice. Asked were {k} "
            "different ones.",
        ),
        Misconception(
            "sum",
            lambda n, c, k: k * c / n,
            "This is how many right answers to expect among the {k}. Asked was how often there is at least one.",
        ),
        Misconception(
            "none",
            lambda n, c, k: comb(n - c, k) / comb(n, k),
            "This is the share of subsets with no right answer. Asked was the rest.",
        ),
        Misconception(
            "all",
            lambda n, c, k: comb(c, k) / comb(n, k),
            "This is the share of subsets in which all {k} are right. Asked was at least one.",
        ),
    ),
    hints=(
        "Count the subsets of {k} in which no answer is right.",
        "C(wrong answers, {k}) of the C({n}, {k}) subsets hold no right answer.",
    ),
    explanation=lambda n, c, k: (
        f"{comb(n - c, k)} of the {comb(n, k)} subsets are all wrong, so {comb(n, k) - comb(n - c, k)} of them, "
        f"{1 - comb(n - c, k) / comb(n, k):.4g}, hold a right answer."
    ),
    book={"n": 7, "c": 3, "k": 2},
    draw=one_of(n=(7, 8, 9), c=(2, 3), k=(2,)),
)


GEOMETRIC = question(
    "S-Q4",
    "Steps before the first slip",
    statement=(
        "Each step of an endless chain is right with chance {q:g}, independent of the others. How many right steps "
        "come before the first wrong one, on average?"
    ),
    answer_type=Number("steps", low=0),
    reference=lambda q: q / (1 - q),
    misconceptions=(
        Misconception(
            "with-the-slip",
            lambda q: 1 / (1 - q),
            "This counts the wrong step too: the sum begins with 1. Asked were the right steps before it.",
        ),
        Misconception(
            "middle",
            lambda q: math.log(0.5) / math.log(q),
            "Here half of the chains have broken. Asked was the average, and a few long chains raise it.",
        ),
    ),
    hints=(
        "Step i counts if steps 1 to i are all right. What is that chance? Add it up over i.",
        "{q:g} + {q:g}² + {q:g}³ + … is {q:g} times the series that begins with 1.",
    ),
    explanation=lambda q: (
        f"Step i counts with chance {q:g}^i. The sum over i = 1, 2, … is {q:g}/(1 − {q:g}) = {q / (1 - q):.4g}."
    ),
    book={"q": 0.9},
    draw=one_of(q=(0.75, 0.8, 0.85, 0.95)),
)


def _coverage(p: float, k: float) -> float:
    return 1 - (1 - p) ** k


JENSEN = question(
    "S-Q5",
    "Two problems, two tries",
    statement=(
        "Two problems have the chances {easy:g} and {hard:g}. Each gets {k} independent tries. Which share of the two "
        "is solved, on average?"
    ),
    answer_type=Number(low=0),
    reference=lambda easy, hard, k: (_coverage(easy, k) + _coverage(hard, k)) / 2,
    misconceptions=(
        Misconception(
            "averaged-first",
            lambda easy, hard, k: _coverage((easy + hard) / 2, k),
            "This averages the two chances first. The curve is concave, so that promises too much. Asked was the "
            "average of the two coverages.",
        ),
        Misconception(
            "one-try",
            lambda easy, hard, k: (easy + hard) / 2,
            "This is the share with one try. Each problem gets {k}.",
        ),
        Misconception(
            "added",
            lambda easy, hard, k: _coverage(easy, k) + _coverage(hard, k),
            "This is how many of the two are solved on average. Asked was the share of the two.",
        ),
    ),
    hints=("First the coverage of each problem, then their average.", "1 − (1 − {easy:g})^{k} for one of them."),
    explanation=lambda easy, hard, k: (
        f"The coverages are {_coverage(easy, k):.4g} and {_coverage(hard, k):.4g}, their average "
        f"{(_coverage(easy, k) + _coverage(hard, k)) / 2:.4g}. The average chance {(easy + hard) / 2:g} would give "
        f"{_coverage((easy + hard) / 2, k):.4g}."
    ),
    book={"easy": 0.5, "hard": 0.1, "k": 2},
    draw=one_of(easy=(0.5, 0.6, 0.7), hard=(0.05, 0.1, 0.15), k=(2,)),
)


BETA = question(
    "S-Q6",
    "Wrong once, wrong again?",
    statement=(
        "The chances p of a benchmark’s problems follow Beta({a:g}, {b:g}). One answer to a problem drawn at random "
        "was wrong. What is the chance that the next answer to the same problem is wrong too?"
    ),
    answer_type=Number(low=0),
    reference=lambda a, b: (b + 1) / (a + b + 1),
    misconceptions=(
        Misconception(
            "unchanged",
            lambda a, b: b / (a + b),
            "This is the chance for a fresh problem. The first wrong answer told something about this one.",
        ),
        Misconception(
            "both",
            lambda a, b: b * (b + 1) / ((a + b) * (a + b + 1)),
            "This is the chance that both answers are wrong, seen from the start. Here the first is known to be wrong.",
        ),
        Misconception(
            "both-independent",
            lambda a, b: (b / (a + b)) ** 2,
            "This squares the average failure, as if all problems had the same p. Asked was one problem, whose first "
            "answer was wrong.",
        ),
    ),
    hints=(
        "A failure makes a hard problem more likely. In the formula of this section it adds 1 to one of the two "
        "numbers.",
        "After the failure p follows Beta({a:g}, {b:g} + 1). What is the mean failure of that?",
    ),
    explanation=lambda a, b: (
        f"After one failure p follows Beta({a:g}, {b + 1:g}), whose mean failure is {b + 1:g}/{a + b + 1:g} = "
        f"{(b + 1) / (a + b + 1):.4g}. Before it the chance was {b / (a + b):.4g}."
    ),
    book={"a": 1, "b": 3},
    draw=one_of(a=(0.5, 1, 2), b=(2, 3, 4, 5)),
)


def _auc(right: Sequence[int], wrong: Sequence[int]) -> float:
    return mean(float(a > b) for a, b in product(right, wrong))


def _accuracy_at_five(right: Sequence[int], wrong: Sequence[int]) -> float:
    return (sum(a >= 5 for a in right) + sum(b < 5 for b in wrong)) / (len(right) + len(wrong))


AUC = question(
    "S-Q7",
    "Count the pairs",
    statement=lambda right, wrong: (
        f"The right answers score {', '.join(map(str, right))}, the wrong ones {' and '.join(map(str, wrong))}. What "
        "is the AUC of these scores?"
    ),
    answer_type=Number(low=0),
    reference=_auc,
    misconceptions=(
        Misconception(
            "turned-round",
            lambda right, wrong: 1 - _auc(right, wrong),
            "This counts the pairs in which the wrong answer scores higher. Asked were those in which the right one "
            "does.",
        ),
        Misconception(
            "above-all-wrong",
            lambda right, wrong: mean(float(a > max(wrong)) for a in right),
            "This is the share of right answers above every wrong one: the ROC curve’s first step up. Asked was the "
            "area under all of the curve.",
        ),
        Misconception(
            "accuracy",
            _accuracy_at_five,
            "This is the share of answers judged rightly at the threshold 5. The AUC names no threshold: it counts "
            "pairs.",
        ),
    ),
    hints=(
        "How many pairs of one right and one wrong answer are there?",
        "For each right answer count the wrong ones that score lower. Add up, and divide by the number of pairs.",
    ),
    explanation=lambda right, wrong: (
        f"There are {len(right) * len(wrong)} pairs. The right answer scores higher in "
        f"{' + '.join(str(sum(a > b for b in wrong)) for a in right)} = "
        f"{sum(a > b for a, b in product(right, wrong))} of them: {_auc(right, wrong):.4g}."
    ),
    book={"right": (9, 8, 5, 2), "wrong": (7, 4)},
    draw=one_of(
        right=((9, 8, 5, 2), (9, 7, 5, 3), (9, 8, 6, 3)),
        wrong=((7, 4), (8, 4), (7, 1)),
    ),
)


NARROWER = question(
    "S-Q8",
    "How many problems",
    statement=(
        "From {problems} problems the interval of a mean reaches {reach:g} to either side. How many problems of the "
        "same kind are needed in all for {wanted:g}?"
    ),
    answer_type=Number("problems", low=1, whole=True),
    reference=lambda problems, reach, wanted: round(problems * (reach / wanted) ** 2),
    misconceptions=(
        Misconception(
            "in-proportion",
            lambda problems, reach, wanted: round(problems * reach / wanted),
            "This many narrows the interval only by the square root of their ratio. Asked was by the ratio itself.",
        ),
        Misconception(
            "more",
            lambda problems, reach, wanted: round(problems * (reach / wanted) ** 2) - problems,
            "This is how many problems must be added. Asked was their number in all.",
        ),
        Misconception(
            "root",
            lambda problems, reach, wanted: round(problems * (reach / wanted) ** 0.5),
            "This takes the square root of the ratio. The interval shrinks with the square root, so the problems grow "
            "with the square.",
        ),
    ),
    hints=(
        "The interval shrinks as one over the square root of the number of problems.",
        "It must shrink by the factor {reach:g}/{wanted:g}. The number of problems grows by the square of that.",
    ),
    explanation=lambda problems, reach, wanted: (
        f"{reach / wanted:g} times narrower takes {(reach / wanted) ** 2:g} times the problems: "
        f"{problems * (reach / wanted) ** 2:.0f}. More samples of the same problems would not do it."
    ),
    book={"problems": 100, "reach": 0.08, "wanted": 0.02},
    draw=one_of(problems=(80, 100, 150, 200), reach=(0.06, 0.08, 0.12), wanted=(0.02, 0.01)),
)


def _share_error(right: float, n: int) -> float:
    return right / n * (1 - right / n) / (n - 1)


def _paired_error(n: int, both: int, only_a: int, only_b: int) -> float:
    differing, gap = (only_a + only_b) / n, (only_a - only_b) / n
    return math.sqrt((differing - gap**2) / (n - 1))


PAIRED = question(
    "S-Q9",
    "The error of a difference",
    statement=(
        "A and B answer the same {n} problems. Both are right on {both}, only A on {only_a}, only B on {only_b}. What "
        "is the standard error of the difference of their two shares? To one percent."
    ),
    answer_type=Number(low=0, tolerance=0.01),
    reference=_paired_error,
    misconceptions=(
        Misconception(
            "unpaired",
            lambda n, both, only_a, only_b: math.sqrt(_share_error(both + only_a, n) + _share_error(both + only_b, n)),
            "This adds the errors of two shares, as if A and B had met different problems. Here the same problems "
            "enter both, and what they share drops out.",
        ),
        Misconception(
            "spread",
            lambda n, both, only_a, only_b: _paired_error(n, both, only_a, only_b) * math.sqrt(n),
            "This is how much the difference varies from problem to problem. Asked was the error of its mean.",
        ),
        Misconception(
            "difference",
            lambda n, both, only_a, only_b: (only_a - only_b) / n,
            "This is the difference of the two shares. Asked was its standard error.",
        ),
    ),
    hints=(
        "On each problem A minus B is 1, 0 or −1. How often each? The mean is the difference of the shares.",
        "The variance of these values is the mean of their squares minus the square of their mean. Divide it by {n}, "
        "and take the root.",
    ),
    explanation=lambda n, both, only_a, only_b: (
        f"The differences are 1 on {only_a} problems and −1 on {only_b}: mean {(only_a - only_b) / n:g}, mean square "
        f"{(only_a + only_b) / n:g}. The root of ({(only_a + only_b) / n:g} − {((only_a - only_b) / n) ** 2:.4g})/{n} "
        f"is {_paired_error(n, both, only_a, only_b):.3g}. The {both} problems on which both are right do not matter."
    ),
    book={"n": 100, "both": 50, "only_a": 12, "only_b": 4},
    draw=one_of(n=(100, 120, 150), both=(45, 50, 55), only_a=(10, 12, 14), only_b=(3, 4, 6)),
)


def _of_each(n: int, counts: Sequence[int], k: int, chance: Callable[[float], float]) -> float:
    return mean(chance(c) for c in counts)


def _pass(n: int, counts: Sequence[int], k: int) -> float:
    return _of_each(n, counts, k, lambda c: 1 - comb(n - int(c), k) / comb(n, k))


CALL = question(
    "S-Q10",
    "One number of a curve",
    statement=lambda n, counts, k: (
        f"A table holds {len(counts)} problems with {n} samples each; "
        + " and ".join(str(c) for c in counts)
        + f' of them are right. What is the value of its.curve(table, "pass", k={k})?'
    ),
    answer_type=Number(low=0),
    reference=_pass,
    misconceptions=(
        Misconception(
            "pooled",
            lambda n, counts, k: 1 - comb(n * len(counts) - sum(counts), k) / comb(n * len(counts), k),
            "This throws the samples of both problems together. The curve takes each problem by itself, then the mean.",
        ),
        Misconception(
            "averaged-first",
            lambda n, counts, k: 1 - (1 - sum(counts) / n / len(counts)) ** k,
            "This averages the shares of right samples first. The curve takes each problem’s chance, then the mean.",
        ),
        Misconception(
            "plug-in",
            lambda n, counts, k: _of_each(n, counts, k, lambda c: 1 - (1 - c / n) ** k),
            "This draws with replacement from the recorded samples. The curve takes subsets of {k} different ones.",
        ),
    ),
    hints=(
        "One value for each problem: the share of its subsets of {k} that hold a right sample.",
        "1 − C(wrong, {k})/C({n}, {k}) for each problem, then the mean over problems.",
    ),
    explanation=lambda n, counts, k: (
        "The problems reach "
        + " and ".join(f"{1 - comb(n - c, k) / comb(n, k):.4g}" for c in counts)
        + f"; their mean is {_pass(n, counts, k):.4g}. The interval beside it is over the problems."
    ),
    book={"n": 4, "counts": (1, 2), "k": 2},
    draw=one_of(n=(4, 5, 6), counts=((1, 2), (1, 3)), k=(2,)),
)


def _tempered(chances: Sequence[float], power: float) -> list[float]:
    return [chance**power for chance in chances]


def _first_share(numbers: Sequence[float]) -> float:
    return numbers[0] / sum(numbers)


TEMPERATURE = question(
    "S-Q11",
    "Turn the temperature",
    statement=lambda chances, temperature: (
        f"At temperature 1 three tokens have the probabilities {chances[0]:g}, {chances[1]:g} and {chances[2]:g}, and "
        f"no other token is possible. What is the probability of the first one at temperature {temperature:g}?"
    ),
    answer_type=Number(low=0),
    reference=lambda chances, temperature: _first_share(_tempered(chances, 1 / temperature)),
    misconceptions=(
        Misconception(
            "turned-round",
            lambda chances, temperature: _first_share(_tempered(chances, temperature)),
            "This raises the probabilities to the power T, which turns the dial the wrong way: a low temperature would "
            "make the tokens more alike. The power is 1/T.",
        ),
        Misconception(
            "not-a-share",
            lambda chances, temperature: chances[0] ** (1 / temperature),
            "This is the first of three powers, and the three do not sum to 1. Asked was a probability: divide by "
            "their sum.",
        ),
        Misconception(
            "softmax-again",
            lambda chances, temperature: _first_share([math.exp(chance / temperature) for chance in chances]),
            "This puts the probabilities into softmax as if they were logits. Softmax has been applied already: what "
            "temperature changes is the power.",
        ),
    ),
    hints=(
        "Temperature raises the ratio of any two probabilities to a power. Which power is it at T = {temperature:g}?",
        "Raise all three probabilities to the power 1/{temperature:g}. The results no longer sum to 1: divide by their "
        "sum.",
    ),
    explanation=lambda chances, temperature: (
        f"The powers are {', '.join(f'{one:.4g}' for one in _tempered(chances, 1 / temperature))}, which sum to "
        f"{sum(_tempered(chances, 1 / temperature)):.4g}. The first one's share is "
        f"{_first_share(_tempered(chances, 1 / temperature)):.4g}; at temperature 1 it was {chances[0]:g}."
    ),
    book={"chances": (0.5, 0.3, 0.2), "temperature": 0.5},
    draw=one_of(chances=((0.5, 0.3, 0.2), (0.7, 0.2, 0.1), (0.5, 0.4, 0.1), (0.4, 0.4, 0.2)), temperature=(0.5, 2)),
)


def _vote_of_three(p: float) -> float:
    return p**3 + 3 * p**2 * (1 - p)


VOTE = question(
    "S-Q12",
    "A vote of three",
    statement=(
        "A model gives the right answer to a question with chance {p:g}, and otherwise always the same wrong one. You "
        "ask it three times, and the more frequent answer wins. How often does the right answer win?"
    ),
    answer_type=Number(low=0),
    reference=_vote_of_three,
    misconceptions=(
        Misconception(
            "there",
            lambda p: _coverage(p, 3),
            "This is how often a right answer is among the three. To win the vote it must come at least twice.",
        ),
        Misconception(
            "unanimous",
            lambda p: p**3,
            "This is how often all three answers are right. Two of three win the vote, too.",
        ),
        Misconception(
            "exactly-two",
            lambda p: 3 * p**2 * (1 - p),
            "This is how often exactly two answers are right. Three right answers win the vote, too.",
        ),
        Misconception(
            "one-order",
            lambda p: p**2,
            "This is how often the first two answers are right. The wrong answer may also come first or second.",
        ),
    ),
    hints=(
        "With how many right answers of three does the right answer win?",
        "Add two chances: all three are right, or exactly two are. The one wrong answer has three places to stand.",
    ),
    explanation=lambda p: (
        f"All three are right with chance {p**3:.4g}, exactly two with {3 * p**2 * (1 - p):.4g}, together "
        f"{_vote_of_three(p):.4g}. One answer is right with {p:g}: the vote moves away from one half."
    ),
    book={"p": 0.4},
    draw=one_of(p=(0.2, 0.25, 0.35, 0.4, 0.6, 0.65, 0.7)),
)


def _million_queries(trained: float, k: int, length: int) -> float:
    """Millions of queries whose answers cost what training cost: 6ND against 2N a token, D in thousand millions."""
    return 1000 * 3 * trained / (k * length)


PAID_ONCE = question(
    "S-Q13",
    "Once, or for every query",
    statement=(
        "A model was trained on {trained} billion tokens. Now it answers each query {k} times, with {length} tokens an "
        "answer. After how many million queries has answering cost as many operations as training? Leave out the "
        "reading of prompts."
    ),
    answer_type=Number("million queries", low=0),
    reference=_million_queries,
    misconceptions=(
        Misconception(
            "one-answer",
            lambda trained, k, length: _million_queries(trained, 1, length),
            "This counts one answer per query. Each query gets {k} of them, and all are paid for.",
        ),
        Misconception(
            "equal-price",
            lambda trained, k, length: _million_queries(trained, k, length) / 3,
            "This says when as many tokens are answered as were trained on. A token of training costs 6N operations, "
            "three times as many as a token of an answer.",
        ),
        Misconception(
            "six",
            lambda trained, k, length: 2 * _million_queries(trained, k, length),
            "This takes N operations for a token of an answer. The lesson counts 2N.",
        ),
    ),
    hints=(
        "Training costs 6ND. What does one query cost, with all its answers?",
        "Divide 6ND by {k} · {length} · 2N. The number of parameters N cancels.",
    ),
    explanation=lambda trained, k, length: (
        f"One query takes {k * length:,} tokens at 2N operations. Training took 6N for each of its {trained} billion "
        f"tokens, as much as {3 * trained} billion tokens of answers: {_million_queries(trained, k, length):.4g} "
        "million queries."
    ),
    book={"trained": 60, "k": 10, "length": 500},
    draw=one_of(trained=(60, 70, 90, 120), k=(10, 20, 25), length=(500, 800)),
)


def _chains(budget: int, length: int, start: int) -> float:
    return budget / (length + start)


CHAINS = question(
    "S-Q14",
    "What a budget of chains reaches",
    statement=lambda plan, p: (
        f"You have {plan[0]:,} tokens. Chains of {plan[1]} tokens are right with chance {p:g} each, and each costs "
        f"{plan[2]} tokens more to start. Chains are independent, and a perfect checker picks. How often do you get a "
        "right answer?"
    ),
    answer_type=Number(low=0),
    reference=lambda plan, p: _coverage(p, _chains(*plan)),
    misconceptions=(
        Misconception(
            "free-starts",
            lambda plan, p: _coverage(p, plan[0] / plan[1]),
            "This buys chains as if starting were free. Each chain costs its tokens and its start.",
        ),
        Misconception(
            "sum",
            lambda plan, p: p * _chains(*plan),
            "This is how many right chains to expect. Two right chains count there as two, and asked was at least one.",
        ),
        Misconception(
            "none",
            lambda plan, p: (1 - p) ** _chains(*plan),
            "This is how often all chains fail. Asked was the opposite: one minus this.",
        ),
    ),
    hints=(
        "How many chains does the budget buy, when each start is paid for as well?",
        "Divide the budget by the price of one chain with its start. Then at least one of so many is right.",
    ),
    explanation=lambda plan, p: (
        f"A chain costs {plan[1]} + {plan[2]} tokens, so the budget buys {_chains(*plan):g}. All fail with chance "
        f"{(1 - p) ** _chains(*plan):.4g}, and one minus this is {_coverage(p, _chains(*plan)):.4g}."
    ),
    book={"plan": (6000, 400, 100), "p": 0.1},
    draw=one_of(
        plan=((6000, 400, 100), (4800, 300, 100), (3000, 200, 100), (4500, 250, 50)), p=(0.06, 0.08, 0.1, 0.12)
    ),
)


MOST_GAINED = question(
    "S-Q15",
    "The most that a verifier can gain",
    statement=(
        "Each of {k} independent candidates is right with chance {p:g}. By how much can best-of-{k} be right more "
        "often than a random pick, at most, whatever the verifier?"
    ),
    answer_type=Number(low=0),
    reference=lambda p, k: _coverage(p, k) - p,
    misconceptions=(
        Misconception(
            "no-control",
            _coverage,
            "This is what a perfect verifier reaches. Asked was how much that is above a random pick, which is right "
            "sometimes, too.",
        ),
        Misconception(
            "always-right",
            lambda p, k: 1 - p,
            "This lets the perfect verifier be right always. Where all candidates are wrong, nothing right can be "
            "picked.",
        ),
        Misconception(
            "sum",
            lambda p, k: (k - 1) * p,
            "This counts the right candidates to be expected beside the first. Asked was how often at least one is "
            "there, less a random pick.",
        ),
    ),
    hints=(
        "What does the best possible verifier reach, and when does even it fail?",
        "The best one fails only if all {k} candidates are wrong. A random pick is right with chance {p:g}.",
    ),
    explanation=lambda p, k: (
        f"All {k} are wrong with chance {(1 - p) ** k:.4g}, so a perfect verifier reaches {_coverage(p, k):.4g}. A "
        f"random pick has {p:g}, and the difference is {_coverage(p, k) - p:.4g}."
    ),
    book={"p": 0.2, "k": 3},
    draw=one_of(p=(0.15, 0.2, 0.25, 0.35, 0.4), k=(3, 4)),
)


def _mean_plug_in(p: float) -> float:
    """Mean of 1 − (1 − c/2)² over the right answers c of two samples."""
    return 2 * p * (1 - p) * 0.75 + p**2


PLUG_IN = question(
    "S-Q16",
    "The plug-in on average",
    statement=(
        "One sample is right with chance {p:g}. You draw two, c of them are right, and you put the rate c/2 into the "
        "formula for pass@2. What is the mean of this estimate over many such studies?"
    ),
    answer_type=Number(low=0),
    reference=_mean_plug_in,
    misconceptions=(
        Misconception(
            "the-truth",
            lambda p: _coverage(p, 2),
            "This is pass@2 itself, the mean of the unbiased estimate. The plug-in gives 0.75, not 1, where one of the "
            "two is right.",
        ),
        Misconception(
            "one-order",
            lambda p: p * (1 - p) * 0.75 + p**2,
            "This counts one right answer in one order only. Either of the two samples can be the right one.",
        ),
        Misconception(
            "one-right-only",
            lambda p: 2 * p * (1 - p) * 0.75,
            "This leaves out the studies in which both samples are right. The estimate is 1 there.",
        ),
    ),
    hints=(
        "How often are 0, 1 and 2 samples right, and what does the formula say in each case?",
        "The estimates are 0, 0.75 and 1. One right sample comes with chance 2 · {p:g} · (1 − {p:g}).",
    ),
    explanation=lambda p: (
        f"One is right with chance {2 * p * (1 - p):.4g} and gives 0.75; both are right with {p**2:.4g} and give 1. "
        f"The mean is {_mean_plug_in(p):.4g}, and pass@2 is {_coverage(p, 2):.4g}."
    ),
    book={"p": 0.3},
    draw=one_of(p=(0.1, 0.2, 0.3, 0.4, 0.6)),
)


STEP_SCORE = question(
    "S-Q17",
    "From prefixes to a step",
    statement=lambda scores: (
        "A model scores each step with the chance that all steps up to this one are right. The scores of three steps "
        f"are {scores[0]:g}, {scores[1]:g} and {scores[2]:g}. With what chance is step 3 right, if steps 1 and 2 are?"
    ),
    answer_type=Number(low=0),
    reference=lambda scores: scores[2] / scores[1],
    misconceptions=(
        Misconception(
            "product",
            lambda scores: math.prod(scores),
            "This multiplies the scores as if each spoke of one step. Each speaks of all steps up to it, so the last "
            "score is the chance of all three.",
        ),
        Misconception(
            "difference",
            lambda scores: 1 - (scores[1] - scores[2]),
            "This takes the loss from step 2 to step 3 as a share of all solutions. Asked was a share of those that "
            "are right so far.",
        ),
        Misconception(
            "from-step-1",
            lambda scores: scores[2] / scores[0],
            "This is the chance that steps 2 and 3 are both right after a right step 1. Asked was step 3 alone.",
        ),
    ),
    hints=(
        "The last score is a product of two chances: of the first two steps, and of step 3 after them.",
        "Divide the score of step 3 by the score of the step before it.",
    ),
    explanation=lambda scores: (
        f"Steps 1 and 2 are right with chance {scores[1]:g}, all three with {scores[2]:g}. So step 3 is right with "
        f"chance {scores[2]:g}/{scores[1]:g} = {scores[2] / scores[1]:.4g} once the others are."
    ),
    book={"scores": (0.95, 0.76, 0.57)},
    draw=one_of(scores=((0.95, 0.76, 0.57), (0.9, 0.72, 0.63), (0.9, 0.81, 0.54), (0.8, 0.72, 0.54), (0.9, 0.6, 0.45))),
)


def _passed(q: float, ratio: float) -> float:
    """Return the chance of what has passed a check that multiplies the odds by `ratio`."""
    return ratio * q / (ratio * q + 1 - q)


EVERY_STEP = question(
    "S-Q18",
    "A check of every step",
    statement=(
        "Each of the {steps} steps of a solution is right with chance {q:g}, if the steps before it are. A check "
        "passes {passes_right:.0%} of right steps and {passes_wrong:.0%} of wrong ones; a step that fails is drawn "
        "again. With what chance is the finished solution right?"
    ),
    answer_type=Number(low=0),
    reference=lambda q, passes_right, passes_wrong, steps: _passed(q, passes_right / passes_wrong) ** steps,
    misconceptions=(
        Misconception(
            "at-the-end",
            lambda q, passes_right, passes_wrong, steps: _passed(q**steps, passes_right / passes_wrong),
            "This is one check of the whole solution, drawn again until it passes. Asked was a check of each step.",
        ),
        Misconception(
            "one-step",
            lambda q, passes_right, passes_wrong, steps: _passed(q, passes_right / passes_wrong),
            "This is the chance of one step that has passed. Asked were {steps} such steps.",
        ),
        Misconception(
            "first-try",
            lambda q, passes_right, passes_wrong, steps: (q * passes_right) ** steps,
            "This is how often every step is right and passes at the first try. Here what fails is drawn again.",
        ),
    ),
    hints=(
        "By what number does the check multiply the odds of a step that passes?",
        "Turn the odds of one passed step back into a chance. All {steps} steps must be right.",
    ),
    explanation=lambda q, passes_right, passes_wrong, steps: (
        f"The odds of a step, {_odds(q):.4g}, are multiplied by {passes_right / passes_wrong:.4g}: a passed step is "
        f"right with chance {_passed(q, passes_right / passes_wrong):.4g}, and all {steps} are with "
        f"{_passed(q, passes_right / passes_wrong) ** steps:.4g}."
    ),
    book={"q": 0.75, "passes_right": 0.9, "passes_wrong": 0.25, "steps": 4},
    draw=one_of(q=(0.6, 0.7, 0.75), passes_right=(0.8, 0.9), passes_wrong=(0.25, 0.4), steps=(4, 5)),
)


def _bought(budget: int, look: float) -> int:
    return round(budget / (1 + look))


PRICE = question(
    "S-Q19",
    "What a better look may cost",
    statement=lambda bill, few: (
        f"Making a candidate costs 1. With a look for {bill[1]:g} each, a budget of {bill[0]} buys {_bought(*bill)} "
        f"candidates. A better verifier does as well with {few} candidates. How much may one of its looks cost, at "
        "most, so that the budget still buys them?"
    ),
    answer_type=Number(low=0),
    reference=lambda bill, few: bill[0] / few - 1,
    misconceptions=(
        Misconception(
            "making-free",
            lambda bill, few: bill[0] / few,
            "This leaves the whole price of a candidate to the look. Making the candidate takes 1 of it.",
        ),
        Misconception(
            "looks-only",
            lambda bill, few: bill[1] * _bought(*bill) / few,
            "This shares out what the cheap looks cost. The candidates that are no longer made set money free, too.",
        ),
        Misconception(
            "share",
            lambda bill, few: 1 - few / bill[0],
            "This is the share of the budget that is left for looking. Asked was the price of one look.",
        ),
    ),
    hints=(
        "How much may each of the {few} candidates cost, made and looked at?",
        "Divide the budget by {few}, then take off what making one candidate costs.",
    ),
    explanation=lambda bill, few: (
        f"{few} candidates may cost {bill[0]} together, {bill[0] / few:.4g} each. Making takes 1, so up to "
        f"{bill[0] / few - 1:.4g} is left for a look; the cheap look costs {bill[1]:g}."
    ),
    book={"bill": (60, 0.5), "few": 8},
    draw=one_of(bill=((60, 0.5), (60, 0.2), (50, 0.25), (90, 0.5)), few=(5, 6, 8)),
)

QUESTIONS = (
    *(INDEPENDENT, ODDS, SUBSETS, GEOMETRIC, JENSEN, BETA, AUC, NARROWER, PAIRED, CALL),
    *(TEMPERATURE, VOTE, PAID_ONCE, CHAINS, MOST_GAINED, PLUG_IN, STEP_SCORE, EVERY_STEP, PRICE),
)

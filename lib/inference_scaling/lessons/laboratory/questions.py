"""The questions of the part Laboratory: what its lessons measure, small enough for paper."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...answers.task import Misconception, Number
from ...laws import coverage
from ..questions import one_of, question

__all__ = ["QUESTIONS"]


def _covered(p: float, k: int) -> float:
    return float(coverage(p, k))


GUESSER = question(
    "L-Q1",
    "More than a guesser",
    statement=(
        "Each problem has {answers} possible answers. With {k} tries a model covers {covered:g} of the problems. How "
        "much more is that than a guesser covers, who names an answer at random each time?"
    ),
    answer_type=Number(),
    reference=lambda answers, k, covered: covered - _covered(1 / answers, k),
    misconceptions=(
        Misconception(
            "one-guess",
            lambda answers, k, covered: covered - 1 / answers,
            "This gives the guesser one try. The model had {k}.",
        ),
        Misconception(
            "added",
            lambda answers, k, covered: covered - k / answers,
            "This adds the chances of the guesses. A guess that was right already counts only once.",
        ),
        Misconception(
            "guesser",
            lambda answers, k, covered: _covered(1 / answers, k),
            "This is what the guesser covers. Asked was how much more the model covers.",
        ),
    ),
    hints=(
        "How often do all {k} guesses fail?",
        "The guesser covers 1 − (1 − 1/{answers})^{k}. Subtract that from {covered:g}.",
    ),
    explanation=lambda answers, k, covered: (
        f"The guesser covers 1 − (1 − 1/{answers})^{k} = {_covered(1 / answers, k):.4g}. The model’s own part is "
        f"{covered - _covered(1 / answers, k):.4g}."
    ),
    book={"answers": 10, "k": 5, "covered": 0.8},
    draw=one_of(answers=(8, 10, 12), k=(4, 6, 7), covered=(0.75, 0.85, 0.9)),
)


def _best_of_copies(p: float, above: float, k: int) -> float:
    """Return best-of-N, N = k, where all right scores are one number, which a share of the wrong ones exceeds."""
    return (1 - (1 - p) * above) ** k - ((1 - p) * (1 - above)) ** k


WRONG_ABOVE = question(
    "L-Q2",
    "A few wrong ones on top",
    statement=(
        "One solution is right with chance {p:g}. All right solutions get the same score. {above:.0%} of the wrong "
        "ones score higher, all others lower. How often is the best of {k} right?"
    ),
    answer_type=Number(low=0),
    reference=_best_of_copies,
    misconceptions=(
        Misconception(
            "one-exists",
            lambda p, above, k: _covered(p, k),
            "This is how often one of the {k} is right. It must also have the highest score.",
        ),
        Misconception(
            "auc-times-coverage",
            lambda p, above, k: (1 - above) * _covered(p, k),
            "This is the AUC times the coverage. The AUC looks at one wrong solution, and here all of them compete.",
        ),
        Misconception(
            "nobody-above",
            lambda p, above, k: (1 - (1 - p) * above) ** k,
            "Here no wrong solution lies above, and that is not enough: at least one of the {k} must be right.",
        ),
    ),
    hints=(
        "Two things must hold: no wrong solution lies above, and at least one is right.",
        "One solution is wrong and above with chance (1 − {p:g})·{above:g}. From the chance that none of {k} is, take "
        "off the chance that all {k} are wrong and below.",
    ),
    explanation=lambda p, above, k: (
        f"None above: {(1 - (1 - p) * above) ** k:.4g}. All wrong and below: {((1 - p) * (1 - above)) ** k:.4g}. The "
        f"difference is {_best_of_copies(p, above, k):.4g}. The AUC is {1 - above:g}, "
        "and yet this goes to 0 as k grows."
    ),
    book={"p": 0.2, "above": 0.05, "k": 8},
    draw=one_of(p=(0.15, 0.2, 0.25), above=(0.04, 0.05, 0.08), k=(6, 7, 9)),
)


def _better_of_two(p: float, auc: float) -> float:
    return p**2 + 2 * p * (1 - p) * auc


GREEDY = question(
    "L-Q3",
    "A judge asked at every step",
    statement=(
        "A chain has {length} steps, each right with chance {q:g} once all before it are. At each step a greedy beam "
        "draws two and keeps the one that its judge prefers; the judge’s AUC is {auc:g}. How often are all steps right?"
    ),
    answer_type=Number(low=0),
    reference=lambda q, auc, length: _better_of_two(q, auc) ** length,
    misconceptions=(
        Misconception(
            "whole-chains",
            lambda q, auc, length: _better_of_two(q**length, auc),
            "This draws two whole chains and asks the judge once, at the end. The beam asks at every step.",
        ),
        Misconception(
            "one-step",
            lambda q, auc, length: _better_of_two(q, auc),
            "This is the chance that one step is right. All {length} have to be.",
        ),
        Misconception(
            "perfect-judge",
            lambda q, auc, length: _covered(q, 2) ** length,
            "This is the beam with a judge that never errs. With AUC {auc:g} the judge sometimes takes the wrong one.",
        ),
    ),
    hints=(
        "What is the chance that the better-scored of two steps is right?",
        "Both right: {q:g}². One of each: 2·{q:g}·(1 − {q:g}), and the judge decides. This happens {length} times.",
    ),
    explanation=lambda q, auc, length: (
        f"One step is right with chance {_better_of_two(q, auc):.4g}, {length} of them with "
        f"{_better_of_two(q, auc) ** length:.4g}. Two whole chains and the same AUC at the end: "
        f"{_better_of_two(q**length, auc):.4g}."
    ),
    book={"q": 0.7, "auc": 0.9, "length": 4},
    draw=one_of(q=(0.6, 0.75, 0.8), auc=(0.8, 0.85, 0.9), length=(4, 5, 6)),
)


def _whole_solutions(kept: int, drawn: int, length: int, check: int) -> int:
    """Return how many whole solutions, each checked once, cost no more than a beam that checks every step it draws."""
    return kept * drawn * length * (1 + check) // (length + check)


EQUAL_COST = question(
    "L-Q4",
    "As dear as the beam",
    statement=(
        "A beam keeps {kept} beginnings, draws {drawn} steps from each and checks every drawn step; a solution has "
        "{length} steps. A step costs 1, a check {check}. Best-of-N checks each whole solution once. How many whole "
        "solutions does the beam’s cost pay for?"
    ),
    answer_type=Number("solutions", low=0, whole=True),
    reference=_whole_solutions,
    misconceptions=(
        Misconception(
            "equal-steps",
            lambda kept, drawn, length, check: kept * drawn,
            "This makes the steps equal. The beam also pays for {length} times as many checks.",
        ),
        Misconception(
            "equal-checks",
            lambda kept, drawn, length, check: kept * drawn * length,
            "This makes the checks equal. A whole solution also pays for its {length} steps.",
        ),
        Misconception(
            "checks-left-out",
            lambda kept, drawn, length, check: kept * drawn * length // (length + check),
            "This leaves out what the beam pays for its checks.",
        ),
    ),
    hints=(
        "What does the beam cost, steps and checks together?",
        "The beam draws {kept}·{drawn}·{length} steps at 1 + {check} each. A whole solution costs {length} + {check}.",
    ),
    explanation=lambda kept, drawn, length, check: (
        f"The beam costs {kept * drawn * length}·{1 + check} = {kept * drawn * length * (1 + check)}, a solution "
        f"{length + check}: {_whole_solutions(kept, drawn, length, check)} solutions. Equal steps would be "
        f"{kept * drawn}, equal checks {kept * drawn * length}."
    ),
    book={"kept": 4, "drawn": 4, "length": 5, "check": 2},
    draw=one_of(kept=(3, 4, 5), drawn=(3, 4), length=(5, 6, 8), check=(2, 3)),
)


def _all_kept(first: int, kept: int, second: int, still: int, third: int) -> float:
    return first * second / kept * third / still


PROPOSE_KEEP = question(
    "L-Q5",
    "If every live state were kept",
    statement=(
        "Of 100 puzzles a search has a live state among its first proposals on {first}, and keeps one on {kept}. After "
        "the second round: proposed {second}, kept {still}; after the last round {third} are solved. A perfect judge "
        "keeps every live state; proposals succeed as often as before. How many puzzles are solved, on average?"
    ),
    answer_type=Number("puzzles", low=0),
    reference=_all_kept,
    misconceptions=(
        Misconception(
            "added-back",
            lambda first, kept, second, still, third: third + first - kept + second - still,
            "This counts every puzzle that a pruning lost as solved. Some of them would be lost in a later round of "
            "proposals.",
        ),
        Misconception(
            "first-pruning-only",
            lambda first, kept, second, still, third: third * first / kept,
            "This repairs the first pruning and not the second.",
        ),
        Misconception(
            "share",
            lambda first, kept, second, still, third: _all_kept(first, kept, second, still, third) / 100,
            "This is a share. Asked was the number of puzzles of 100.",
        ),
        Misconception(
            "judge-alone",
            lambda first, kept, second, still, third: 100 * kept / first * still / second,
            "This multiplies the chances to keep. With a perfect judge these are 1; the chances to propose remain.",
        ),
    ),
    hints=(
        "With a perfect judge only the chances to propose remain. What are they, given a kept live state before?",
        "{first}/100, {second}/{kept} and {third}/{still}: multiply them.",
    ),
    explanation=lambda first, kept, second, still, third: (
        f"{first}/100 · {second}/{kept} · {third}/{still} of 100 puzzles is "
        f"{_all_kept(first, kept, second, still, third):.4g}. Adding all pruned puzzles back would give "
        f"{third + first - kept + second - still}."
    ),
    book={"first": 90, "kept": 72, "second": 63, "still": 60, "third": 54},
    draw=one_of(first=(90, 92, 95), kept=(72, 75, 78), second=(60, 64, 66), still=(50, 52, 55), third=(40, 44, 45)),
)


MOST_BY_CHOOSING = question(
    "L-Q6",
    "The best mixture for choosing",
    statement=(
        "On hard problems a search solves {search:g} more than a vote, on easy ones the vote solves {vote:g} more. In "
        "the best mixture of hard and easy, how much does a choice without error add to the better of the two?"
    ),
    answer_type=Number(low=0),
    reference=lambda search, vote: search * vote / (search + vote),
    misconceptions=(
        Misconception(
            "half-and-half",
            lambda search, vote: min(search, vote) / 2,
            "This mixes half and half. There one of the two amounts is smaller, and the smaller one counts.",
        ),
        Misconception(
            "both-gains",
            lambda search, vote: search + vote,
            "This adds both leads in full. Each lead counts for its own share of the problems only.",
        ),
        Misconception(
            "turned-round",
            lambda search, vote: min(search, vote) ** 2 / (search + vote),
            "This mixes the wrong way round: there are more problems where the lead is larger. Check where the two "
            "amounts meet.",
        ),
    ),
    hints=(
        "With a share w of easy problems choosing adds the smaller of two amounts. Which two?",
        "The smaller of (1 − w)·{search:g} and w·{vote:g} is largest where they are equal. Solve for w.",
    ),
    explanation=lambda search, vote: (
        f"(1 − w)·{search:g} = w·{vote:g} at w = {search / (search + vote):.4g}, and both amounts are "
        f"{search * vote / (search + vote):.4g} there. In every other mixture choosing adds less."
    ),
    book={"search": 0.3, "vote": 0.15},
    draw=one_of(search=(0.25, 0.35, 0.4, 0.5), vote=(0.1, 0.12, 0.2)),
)


def _sharpened(chances: Sequence[float], which: int, power: float) -> float:
    powers = [chance**power for chance in chances]
    return powers[which] / sum(powers)


SHARPENED = question(
    "L-Q7",
    "Sharper, and wrong",
    statement=lambda chances: (
        f"At temperature 1 a model writes three answers with chances {chances[0]:g}, {chances[1]:g} and "
        f"{chances[2]:g}; the second is right. At temperature 0.5 whole answers are sharpened. How often is one "
        "sample right there?"
    ),
    answer_type=Number(low=0),
    reference=lambda chances: _sharpened(chances, 1, 2),
    misconceptions=(
        Misconception(
            "flattened",
            lambda chances: _sharpened(chances, 1, 0.5),
            "This takes the root, which is temperature 2. At temperature 0.5 the chances are squared.",
        ),
        Misconception(
            "not-shared-out",
            lambda chances: chances[1] ** 2,
            "This squares the chance and stops. The three squares must be divided by their sum.",
        ),
        Misconception(
            "favourite",
            lambda chances: _sharpened(chances, 0, 2),
            "This is the chance of the model’s favourite, which is wrong here.",
        ),
    ),
    hints=(
        "The chances are raised to the power 1/0.5 = 2. Do they still sum to 1?",
        "Square all three chances, and divide the second square by the sum of the three.",
    ),
    explanation=lambda chances: (
        f"{chances[1]:g}² / ({' + '.join(f'{one:g}²' for one in chances)}) = {_sharpened(chances, 1, 2):.4g}: less "
        f"than {chances[1]:g}, because sharpening feeds the favourite. A vote of many samples takes the favourite, "
        "and so does the highest log-probability."
    ),
    book={"chances": (0.55, 0.25, 0.2)},
    draw=one_of(
        chances=(
            (0.5, 0.35, 0.15),
            (0.65, 0.2, 0.15),
            (0.45, 0.35, 0.2),
            (0.52, 0.3, 0.18),
            (0.48, 0.4, 0.12),
            (0.6, 0.25, 0.15),
        )
    ),
)


def _gathered(matches: Sequence[float], values: Sequence[float], seen: int) -> float:
    """Return what a token gathers that sees the first `seen` tokens: softmax of the comparisons, times the values."""
    weights = [math.exp(match) for match in matches[:seen]]
    return sum(w * value for w, value in zip(weights, values[:seen], strict=True)) / sum(weights)


ATTENTION = question(
    "L-Q8",
    "What the second token gathers",
    statement=lambda matches, values: (
        "A text has three tokens, and a head has rows of one number. The second token’s query, compared with the three "
        f"keys, gives {matches[0]}, {matches[1]} and {matches[2]}. The values are {values[0]}, {values[1]} and "
        f"{values[2]}. What does the second token gather?"
    ),
    answer_type=Number(),
    reference=lambda matches, values: _gathered(matches, values, 2),
    misconceptions=(
        Misconception(
            "looks-ahead",
            lambda matches, values: _gathered(matches, values, 3),
            "This lets the second token look at the third. A later token gets the weight 0.",
        ),
        Misconception(
            "in-proportion",
            lambda matches, values: sum(m * v for m, v in zip(matches[:2], values[:2], strict=True)) / sum(matches[:2]),
            "This uses the comparisons themselves as weights. Softmax takes e to the power of each one first.",
        ),
        Misconception(
            "plain-mean",
            lambda matches, values: sum(values[:2]) / 2,
            "This is the mean of the two values, as if both comparisons were equal.",
        ),
    ),
    hints=(
        "Which of the three tokens may the second one see?",
        "Two weights that sum to 1, in proportion to e^{matches[0]} and e^{matches[1]}. Multiply each by its value "
        "and add.",
    ),
    explanation=lambda matches, values: (
        f"The weights are {_gathered(matches, (1, 0), 2):.4g} and {_gathered(matches, (0, 1), 2):.4g}, so the token "
        f"gathers {_gathered(matches, values, 2):.4g}. The third value has no part in it."
    ),
    book={"matches": (2, 1, 3), "values": (4, 8, 20)},
    draw=one_of(matches=((2, 1, 3), (1, 2, 3), (1, 3, 2), (3, 1, 2)), values=((4, 8, 20), (5, 9, 30), (10, 4, 25))),
)


AS_GOOD_AS = question(
    "L-Q10",
    "Tries that would do as much",
    statement=(
        "{left} tasks were unsolved after the first trial. With written notes a system solves {solved} of them in "
        "{more} further trials. Suppose that independent tries have the same chance on each of these tasks. How large "
        "must it be, so that {more} tries solve as many on average?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda left, solved, more: 1 - (1 - solved / left) ** (1 / more),
    misconceptions=(
        Misconception(
            "divided",
            lambda left, solved, more: solved / left / more,
            "This shares the gain out evenly. Later tries meet fewer tasks, so each must do more.",
        ),
        Misconception(
            "all-at-once",
            lambda left, solved, more: solved / left,
            "This is what all {more} tries together solve.",
        ),
        Misconception(
            "failures",
            lambda left, solved, more: (1 - solved / left) ** (1 / more),
            "This is the chance that one try fails.",
        ),
    ),
    hints=(
        "What share of the {left} tasks fails in all {more} tries?",
        "(1 − p)^{more} = 1 − {solved}/{left}. Take the root.",
    ),
    explanation=lambda left, solved, more: (
        f"The {more}th root of {1 - solved / left:.4g} is {(1 - solved / left) ** (1 / more):.4g}, so the chance is "
        f"{1 - (1 - solved / left) ** (1 / more):.4g}. If the tasks differ, the first of these tries must do even more."
    ),
    book={"left": 40, "solved": 30, "more": 4},
    draw=one_of(left=(40, 50), solved=(24, 28, 32), more=(3, 5)),
)


QUESTIONS = (
    GUESSER,
    WRONG_ABOVE,
    GREEDY,
    EQUAL_COST,
    PROPOSE_KEEP,
    MOST_BY_CHOOSING,
    SHARPENED,
    ATTENTION,
    AS_GOOD_AS,
)

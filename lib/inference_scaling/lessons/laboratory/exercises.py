"""The tasks of the part Laboratory: what a search spends and keeps, temperature, prices, judges, choices, repairs."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ... import search
from ...answers.task import Achieved, Design, Function, Misconception, Number, Task, shortest_first
from ...estimates import pass_at_k
from ...laws import BetaBinomial, coverage
from ...sources import recorded

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


# L-1


def _log(rng: np.random.Generator, length: int, width: int, expand: int) -> dict[str, list[int]]:
    """Return what each round of a real beam with lookahead drew, rolled out and kept."""
    judge = search.noisy(search.Chain.check, 0.9, 0.2, rng=rng)
    budget = search.Budget(steps=1000)
    run = search.lookahead(search.Chain(length, 0.7), judge, budget, rng, width=width, expand=expand, trace=True)
    drawn = [
        [node for node in run.trace[1:] if node.depth == d and node.fate != "rollout"] for d in range(1, length + 1)
    ]
    ahead = [sum(node.fate == "rollout" and node.depth == d + 1 for node in run.trace) for d in range(1, length + 1)]
    kept = [sum(node.fate != "pruned" for node in nodes) for nodes in drawn]
    return {"drawn": [len(nodes) for nodes in drawn], "rollouts": ahead, "kept": kept}


def _bill(drawn: list[int], rollouts: list[int], kept: list[int], step: float, check: float) -> float:
    return step * (sum(drawn) + sum(rollouts)) + check * sum(drawn)


L1 = Task(
    id="L-1",
    kind="N",
    title="Read the ledger",
    points=3,
    minutes=10,
    variable="answer_L1",
    statement=lambda drawn, rollouts, kept, step, check: (
        f"The log of one search, a beam that looks one step ahead, in {len(drawn)} rounds. Next steps drawn: "
        f"{_listed(drawn)}. Rollout steps written to judge them: {_listed(rollouts)}. States judged: {_listed(drawn)}. "
        f"States kept: {_listed(kept)}."
        f" A step that is written costs {step:g}, whether it is kept or not; a state that is judged costs "
        f"{check:g}. What did the whole search cost?"
    ),
    answer_type=Number("", low=0),
    reference=_bill,
    misconceptions=(
        Misconception(
            "kept-only",
            lambda drawn, rollouts, kept, step, check: step * sum(kept) + check * sum(drawn),
            "This charges the kept steps alone. A step that is pruned was written as well, and so was each rollout.",
        ),
        Misconception(
            "no-checks",
            lambda drawn, rollouts, kept, step, check: step * (sum(drawn) + sum(rollouts)),
            "This is the price of writing. Asked was the whole cost: the judge was called too.",
        ),
        Misconception(
            "no-rollouts",
            lambda drawn, rollouts, kept, step, check: (step + check) * sum(drawn),
            "This leaves out the rollouts. They are thrown away afterwards, and paid for all the same.",
        ),
    ),
    hints=(
        "Three sums: steps drawn, rollout steps, states judged. What is kept costs nothing more.",
        "{step:g} for each step drawn or rolled out, {check:g} for each state judged; add over the rounds.",
    ),
    explanation=lambda drawn, rollouts, kept, step, check: (
        f"{sum(drawn)} + {sum(rollouts)} steps and {sum(drawn)} checks: {_bill(drawn, rollouts, kept, step, check):g}. "
        f"Of the {sum(drawn) + sum(rollouts)} steps that were written, {len(drawn)} are in the answer."
    ),
    book={
        "drawn": [6, 6, 6, 6, 6],
        "rollouts": [6, 6, 6, 6, 0],
        "kept": [2, 2, 2, 2, 2],
        "step": 2,
        "check": 0.5,
    },
    draw=lambda rng: {
        **_log(rng, int(rng.integers(4, 7)), int(_choice(rng, 2, 3)), int(_choice(rng, 2, 3, 4))),
        "step": _choice(rng, 1, 2, 3),
        "check": _choice(rng, 0.25, 0.4, 1.5),
    },
)

# L-2


def prune(scores: Any, finished: Any, width: int) -> tuple[list[int], list[int]]:
    """Return which of the states a beam goes on from and which it puts aside as finished, best first."""
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}")
    kept = sorted(range(len(scores)), key=lambda i: -scores[i])[:width]
    return [i for i in kept if not finished[i]], [i for i in kept if finished[i]]


def _calls_prune(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = [
        ([0.2, 0.9, 0.5, 0.7], [False, False, True, True], 3),
        ([0.5, 0.5, 0.5], [False, False, False], 2),
        ([0.5, 0.5, 0.5, 0.9], [True, False, True, False], 3),
        ([-3.5, -0.5], [False, False], 5),
        ([0.4], [True], 1),
        ([0.1, 0.8, 0.3], [True, True, True], 1),
        ([0.1, 0.8], [False, True], 0),
        ([0.1, 0.8], [False, True], -1),
    ]
    for _ in range(8):
        n = int(rng.integers(3, 12))
        scores = [round(float(x), 1) for x in rng.random(n)]
        calls.append((scores, [bool(x) for x in rng.random(n) < 0.4], int(rng.integers(1, n))))
    return calls


def _refused(width: int) -> None:
    if width < 1:
        raise ValueError("width")


def _lowest(scores: Any, finished: Any, width: int) -> tuple[list[int], list[int]]:
    return prune([-score for score in scores], finished, width)


def _expands_finished(scores: Any, finished: Any, width: int) -> tuple[list[int], list[int]]:
    go_on, done = prune(scores, finished, width)
    return sorted([*go_on, *done], key=lambda i: (-scores[i], i)), done


def _no_place(scores: Any, finished: Any, width: int) -> tuple[list[int], list[int]]:
    _refused(width)
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [i for i in order if not finished[i]][:width], [i for i in order if finished[i]]


L2 = Task(
    id="L-2",
    kind="F",
    title="One pruning step",
    points=5,
    minutes=20,
    variable="prune",
    statement=(
        "A beam has drawn new states. `scores` is the list of their scores, `finished` says of each whether it is a "
        "whole solution. The beam keeps the `width` states of the highest scores, of equal ones the earlier. Kept "
        "states that are finished are put aside; from the other kept ones it goes on. Write "
        "`prune(scores, finished, width)`: return two lists of positions, those it goes on from and those put aside, "
        "each with the best first. A width below 1: raise a `ValueError`. Scores [0.2, 0.9, 0.5, 0.7], the last two "
        "finished, width 3: ([1], [3, 2])."
    ),
    answer_type=Function("prune(scores, finished, width)", _calls_prune, labels=True),
    reference=prune,
    misconceptions=(
        Misconception("lowest", _lowest, "This keeps the lowest scores. Higher is better."),
        Misconception(
            "expands-finished",
            _expands_finished,
            "This goes on from finished states too, and a whole solution has no next step. They are put aside.",
        ),
        Misconception(
            "no-place",
            _no_place,
            "This gives finished states a place for nothing: they compete for the `width` places like all others, and "
            "one whose score is too low is dropped.",
        ),
    ),
    hints=(
        "First decide who is kept, finished or not. Only then part the kept ones in two.",
        "sorted(range(len(scores)), key=lambda i: -scores[i]) has the best first and leaves equal ones in their order.",
    ),
    explanation=(
        "Kept first, parted afterwards. So a beam that finishes some solutions goes on with fewer states: its last "
        "rounds are cheaper than width times draws."
    ),
)

# L-3

_TARGET = 24
# Games that go wrong in a known way: through a fraction, by a difference or quotient the other way round, in two pairs.
_GAMES = (
    [4, 9, 10, 13],
    [3, 3, 8, 8],
    [1, 1, 1, 13],
    [1, 3, 5, 7],
    [2, 2, 5, 8],
    [3, 5, 6, 13],
    [1, 6, 6, 8],
    [2, 2, 13, 13],
    [1, 5, 5, 5],
    [1, 3, 4, 6],
    [24, 0, 0, 0],
    [0, 0, 5, 5],
    [1, 1, 1, 1],
)


def reaches(numbers: Any) -> bool:
    """Say whether + − · / can make exactly 24 of all the numbers; pairs of whole numbers stand for fractions."""
    return _reaches(tuple(sorted((int(number), 1) for number in numbers)))


@cache
def _reaches(left: tuple[tuple[int, int], ...]) -> bool:
    if len(left) == 1:
        return left[0][0] == _TARGET * left[0][1]
    for i, j in combinations(range(len(left)), 2):
        rest = [left[m] for m in range(len(left)) if m not in (i, j)]
        if any(_reaches(tuple(sorted([*rest, one]))) for one in _exact(left[i], left[j])):
            return True
    return False


def _exact(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    (p, q), (r, s) = a, b
    pairs = [(p * s + r * q, q * s), (p * s - r * q, q * s), (r * q - p * s, q * s), (p * r, q * s)]
    pairs += [(p * s, q * r)] * (r != 0) + [(r * q, s * p)] * (p != 0)
    return [(top * (1 if bottom > 0 else -1), abs(bottom)) for top, bottom in pairs]


def _made(numbers: Any, combine: Any, chain: bool = False) -> bool:
    """Play the game with another arithmetic; as a chain every step must use the result before it."""
    start = [(list(numbers), None)]
    while start:
        left, last = start.pop()
        if len(left) == 1:
            if left[0] == _TARGET:
                return True
            continue
        for i, j in combinations(range(len(left)), 2):
            if chain and last is not None and len(left) - 1 not in (i, j):
                continue
            rest = [left[m] for m in range(len(left)) if m not in (i, j)]
            start += [([*rest, one], True) for one in combine(left[i], left[j])]
    return False


def _floating(a: float, b: float) -> set[float]:
    made = {a + b, a - b, b - a, a * b}
    return made | ({a / b} if b else set()) | ({b / a} if a else set())


def _one_way(a: float, b: float) -> set[float]:
    return {a + b, a - b, a * b} | ({a / b} if b else set())


def _whole(a: int, b: int) -> set[int]:
    made = {a + b, a - b, b - a, a * b}
    return made | ({a // b} if b and a % b == 0 else set()) | ({b // a} if a and b % a == 0 else set())


def _calls_reaches(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [[int(x) for x in rng.integers(1, 14, 4)] for _ in range(6)]
    return [(game,) for game in (*_GAMES, *drawn)]


L3 = Task(
    id="L-3",
    kind="F",
    title="Can it reach 24?",
    points=6,
    minutes=25,
    variable="reaches",
    statement=(
        "The perfect verifier of the Game of 24. Write `reaches(numbers)`: given a list of four whole numbers, can + − "
        "· / make exactly 24 of them, each used once, in any order and with any brackets? Return True or False. "
        "Results between may be negative or fractions; nothing may be divided by 0. [4, 9, 10, 13] can: "
        "(10 − 4)·(13 − 9). [1, 1, 1, 1] cannot."
    ),
    answer_type=Function("reaches(numbers)", _calls_reaches, seconds=20.0),
    reference=reaches,
    misconceptions=(
        Misconception(
            "floats",
            lambda numbers: _made(numbers, _floating),
            "This calculates with floating-point numbers and asks for exactly 24. 8/(3 − 8/3) is 24 and comes out a "
            "little beside it: use fractions.Fraction.",
        ),
        Misconception(
            "one-way",
            lambda numbers: _made(numbers, _one_way),
            "This takes differences and quotients one way round only. Of two numbers each may come first.",
        ),
        Misconception(
            "whole-numbers",
            lambda numbers: _made(numbers, _whole),
            "This divides only where the result is whole. 8/(3 − 8/3) needs thirds on the way.",
        ),
        Misconception(
            "no-pairs",
            lambda numbers: _made([Fraction(number) for number in numbers], _floating, chain=True),
            "This always goes on with the number made last. Two pairs can be made first and then joined: "
            "(10 − 4)·(13 − 9).",
        ),
    ),
    hints=(
        "Take any two of the numbers, put back one that can be made of them, and ask the same question of what is "
        "left. With one number left it is 24 or not.",
        "Of a and b come a + b, a − b, b − a, a·b, a/b if b is not 0, and b/a if a is not 0. Fraction(number) keeps it "
        "exact.",
    ),
    explanation=(
        "Exhaustive, and exact: what a beam needs to prune without error. With four numbers it looks at a few thousand "
        "games; a judge that costs this little is rare."
    ),
)

# L-4

# Exact chances of the small reasoner (seed 14) on 40 sums: at temperature 0.3, and at 1.
CHANCES = (
    (0.986, 0.4934), (0.9786, 0.5725), (0.3135, 0.3479), (0.3986, 0.0601), (0.5207, 0.1246), (0.7627, 0.3719),
    (0.0082, 0.0206), (0.986, 0.3139), (0.0003, 0.0068), (0.5182, 0.2196), (0.0037, 0.0808), (0.1809, 0.266),
    (0.4662, 0.1026), (0.0174, 0.044), (0.1959, 0.0902), (0.1044, 0.0761), (0.853, 0.5813), (0.036, 0.1523),
    (0.0003, 0.02), (0.4164, 0.0888), (0.0549, 0.0187), (0.9949, 0.6677), (0.1671, 0.0175), (0.0198, 0.1414),
    (0.3291, 0.2307), (0.0825, 0.0449), (0.0022, 0.0297), (0.1769, 0.1698), (0.0093, 0.0489), (0.9973, 0.5641),
    (0.0381, 0.1005), (0.7509, 0.2676), (0.999, 0.6618), (0.7842, 0.071), (0.0034, 0.0552), (0.9807, 0.6386),
    (0.0064, 0.1244), (0.0165, 0.0918), (0.2346, 0.2621), (0.4842, 0.2186),
)  # fmt: skip


def _leads(cool: list[float], warm: list[float]) -> np.ndarray:
    """Say for k = 1 … 512 whether the warm curve lies above the cool one."""
    k = np.arange(1, 513)
    ahead = coverage(np.array(warm)[:, None], k).mean(axis=0) - coverage(np.array(cool)[:, None], k).mean(axis=0)
    return ahead > 0


def _crossing(cool: list[float], warm: list[float]) -> int:
    return int(_leads(cool, warm).argmax()) + 1


def _temperatures(rng: np.random.Generator) -> dict[str, list[float]]:
    """Draw sums until the curves cross once, and neither at once nor far out."""
    while True:
        some = rng.choice(len(CHANCES), 12, replace=False)
        cool, warm = ([CHANCES[i][side] for i in some] for side in (0, 1))
        leads, cross = _leads(cool, warm), _crossing(cool, warm)
        if 4 <= cross <= 60 and not leads[: cross - 1].any() and leads[cross - 1 :].all():
            return {"cool": cool, "warm": warm}


def _achieved_reading(value: Any, cool: list[float], warm: list[float]) -> Achieved:
    numbers = isinstance(value, list) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in value)
    if not numbers or len(value) != 3 or not {value[0], value[1]} <= {0.3, 1} or value[2] != int(value[2]):
        return Achieved(0, "Needed are three numbers: 0.3 or 1, again 0.3 or 1, and a whole number.", refused=True)
    right = (value[0] == 0.3, value[1] == 1, value[2] == _crossing(cool, warm))
    words = ["right" if one else "another" for one in right]
    return Achieved(sum(right) / 3, f"At one solution: {words[0]}; at 256: {words[1]}; the crossing: {words[2]}.")


L4 = Task(
    id="L-4",
    kind="R",
    title="Where temperatures cross",
    points=3,
    minutes=10,
    variable="answer_L4",
    statement=lambda cool, warm: (
        f"{len(cool)} sums of the small reasoner. One solution is right with these chances, in the same order: at "
        f"temperature 0.3 {_listed(cool)}; at temperature 1 {_listed(warm)}. A perfect checker looks for a right one "
        "among k solutions. Which temperature has the higher mean coverage at k = 1, which at k = 256, and from which "
        "k on is temperature 1 ahead? Answer with three numbers such as `(0.3, 0.3, 40)`."
    ),
    answer_type=Design("three numbers: a temperature, a temperature, a whole number", _achieved_reading),
    reference=lambda cool, warm: [0.3, 1, _crossing(cool, warm)],
    misconceptions=(
        Misconception(
            "same-for-both",
            lambda cool, warm: [0.3, 0.3, 257],
            "This takes one temperature for both. Which one is better depends on how many solutions are drawn.",
            matches=lambda value, cool, warm: value[0] == value[1],
        ),
        Misconception(
            "last-behind",
            lambda cool, warm: [0.3, 1, _crossing(cool, warm) - 1],
            "This k is the last at which temperature 0.3 is ahead. Asked was the first at which temperature 1 is.",
            matches=lambda value, cool, warm: value == [0.3, 1, _crossing(cool, warm) - 1],
        ),
    ),
    hints=(
        "Coverage of one sum is 1 − (1 − p)^k. Average it over the sums for each temperature, and let k grow.",
        "its.coverage(p, k) takes arrays. Subtract the two means for k = 1 … 256 and look for the change of sign.",
    ),
    explanation=lambda cool, warm: (
        f"At k = 1 the means are {np.mean(cool):.3f} and {np.mean(warm):.3f}; from {_crossing(cool, warm)} on "
        "temperature 1 is ahead. Its chances are lower, and fewer of them are nearly 0. The two means alone show no "
        "crossing."
    ),
    book=dict(zip(("cool", "warm"), ([list(side) for side in zip(*CHANCES[3:15], strict=True)]), strict=True)),
    draw=_temperatures,
)

# L-5


@cache
def _answers() -> np.ndarray:
    """Which of the 64 recorded answers are right, one row a question."""
    return np.array([pool.correct for pool in recorded.load("smollm2").pools()])


@cache
def _net(price: float) -> np.ndarray:
    """Return what k = 1 … 64 answers a question bring on the whole recording, less what they cost."""
    k, c = np.arange(1, 65), _answers().sum(axis=1)
    return np.array([pass_at_k(64, c, int(one)).mean() for one in k]) - price * k


def _best_k(told: np.ndarray, price: float) -> int:
    return int((told - price * np.arange(1, 65)).argmax()) + 1


def _by_shares(counts: list[int], price: float) -> int:
    return _best_k(coverage(np.array(counts)[:, None] / 16, np.arange(1, 65)).mean(axis=0), price)


def _by_mean(counts: list[int], price: float) -> int:
    return _best_k(coverage(np.mean(counts) / 16, np.arange(1, 65)), price)


def _by_fit(counts: list[int], price: float) -> int:
    return _best_k(BetaBinomial.fit(16, np.array(counts)).coverage(np.arange(1, 65)), price)


def _pilot(rng: np.random.Generator) -> dict[str, Any]:
    """Draw pilots of 16 of the recorded answers until the fit chooses well and the two short cuts do not.

    No short cut may end at 16: who answers with the size of the pilot has not taken it.
    """
    while True:
        price = float(_choice(rng, 0.0035, 0.004, 0.0045))
        counts = rng.permuted(_answers(), axis=1)[:, :16].sum(axis=1).tolist()
        fit, *short = (way(counts, price) for way in (_by_fit, _by_shares, _by_mean))
        full = [_achieved_k(k, counts, price).share == 1.0 for k in (fit, *short)]
        if full == [True, False, False] and short[0] != short[1] and 16 not in short:
            return {"counts": counts, "price": price}


def _achieved_k(value: Any, counts: list[int], price: float) -> Achieved:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 64:
        return Achieved(0, "One number is needed, without decimals.", refused=True)
    net = _net(price)
    reached, best = float(net[value - 1]), float(net.max())
    says = f"On the recording k = {value} brings {reached:.3f} a question; the best k brings {best:.3f}."
    return Achieved(1.0 if best - reached <= 0.015 else 0.5 if best - reached <= 0.03 else 0.0, says)


L5 = Task(
    id="L-5",
    kind="C",
    title="Choose k for a price",
    points=6,
    minutes=25,
    variable="answer_L5",
    statement=(
        "A small language model will answer 24 questions k times each, and a perfect checker looks for a right answer. "
        "A question that is solved brings 1; an answer costs {price:g}. A pilot of 16 answers a question is there: "
        "`counts` holds how many of the 16 were right. Choose k, from 1 to 64. What counts is share of questions "
        "solved minus {price:g}·k, on all 64 recorded answers: full points within 0.015 of the best k, half within "
        "0.03."
    ),
    answer_type=Design("a whole number from 1 to 64", _achieved_k),
    reference=lambda counts, price: int(_net(price).argmax()) + 1,
    misconceptions=(
        Misconception(
            "shares",
            _by_shares,
            "This is what c/16 as each question's p leads to. A question with none of 16 right then is hopeless, and "
            "more answers seem to bring less than they do.",
            matches=lambda value, counts, price: value == _by_shares(counts, price),
        ),
        Misconception(
            "mean",
            _by_mean,
            "This is what the mean p leads to. It promises far too much of the first answers and nothing of the later.",
            matches=lambda value, counts, price: value == _by_mean(counts, price),
        ),
    ),
    hints=(
        "You need the coverage at k beyond 16. Which law gives it from counts, when p differs between questions and "
        "none of 16 does not mean never?",
        "Fit that law to the counts and ask it for the coverage at every k from 1 to 64. Subtract from each what k "
        "answers cost, {price:g}·k, and take the k with the most left over.",
    ),
    explanation=(
        "Chosen on 16 answers a question, measured on 64. Near the best k the result is flat: there a rough forecast "
        "is good enough, if it does not take the unseen for impossible."
    ),
    book={"counts": [9, 13, 13, 8, 2, 0, 1, 1, 0, 12, 14, 11, 0, 0, 0, 3, 0, 1, 0, 0, 1, 0, 1, 0], "price": 0.0045},
    draw=_pilot,
)

# L-6


def _auc(right: list[float], wrong: list[float]) -> float:
    pairs = [(r > w) + (r == w) / 2 for r in right for w in wrong]
    return sum(pairs) / len(pairs)


def _within(first: list[list[float]], second: list[list[float]]) -> float:
    return (_auc(*first) + _auc(*second)) / 2


def _weighted(first: list[list[float]], second: list[list[float]]) -> float:
    pairs = [len(right) * len(wrong) for right, wrong in (first, second)]
    return (pairs[0] * _auc(*first) + pairs[1] * _auc(*second)) / sum(pairs)


L6 = Task(
    id="L-6",
    kind="R",
    title="Two questions, one AUC",
    points=3,
    minutes=10,
    variable="answer_L6",
    statement=lambda first, second: (
        "A model's log-probability scores answers to two questions. First question: right "
        f"{_listed(first[0])}; wrong {_listed(first[1])}. Second question: right {_listed(second[0])}; wrong "
        f"{_listed(second[1])}. The score is to pick among answers to one question. "
        "What is its AUC for that, as the mean over the two questions?"
    ),
    answer_type=Number("", low=0, high=1),
    reference=_within,
    misconceptions=(
        Misconception(
            "pooled",
            lambda first, second: _auc(first[0] + second[0], first[1] + second[1]),
            "This pools both questions: most of its pairs compare answers to different questions, which nobody has to "
            "choose between.",
        ),
        Misconception(
            "by-pairs",
            _weighted,
            "This weighs the questions by their pairs. Asked was the mean over questions.",
        ),
    ),
    hints=(
        "Which pairs of a right and a wrong answer belong to one question?",
        "For each question: the share of its pairs in which the right answer scores higher. Then the mean of the two.",
    ),
    explanation=lambda first, second: (
        f"{_auc(*first):.3f} and {_auc(*second):.3f}, mean {_within(first, second):.3f}. Pooled it would be "
        f"{_auc(first[0] + second[0], first[1] + second[1]):.3f}: the score knows which question is easy."
    ),
    book={
        "first": [[-0.2, -0.5, -0.9, -0.4], [-0.3, -0.8]],
        "second": [[-2.4], [-2.0, -2.9, -3.1, -2.2, -3.5]],
    },
    draw=lambda rng: {
        "first": [(-rng.uniform(0.1, 1.2, 4)).round(2).tolist(), (-rng.uniform(0.2, 1.3, 2)).round(2).tolist()],
        "second": [(-rng.uniform(1.6, 3.2, 1)).round(2).tolist(), (-rng.uniform(1.6, 3.6, 5)).round(2).tolist()],
    },
)

# L-7


def _difference(found: Any, base: Any) -> tuple[float, float, float]:
    gaps = np.asarray(found, dtype=float) - np.asarray(base)
    half = 1.96 * gaps.std(ddof=1) / math.sqrt(gaps.size)
    return float(gaps.mean()), float(gaps.mean() - half), float(gaps.mean() + half)


def report(found: Any, blind: Any, curves: Any, steps: Any, length: Any) -> tuple[float, ...]:
    """Return what a search gains over best-of-N at equal steps, the interval, and its gain over a blind search."""
    if len(found) < 2:
        raise ValueError("one problem has no spread between problems")
    base = [curve[s // one - 1] for curve, s, one in zip(curves, steps, length, strict=True)]
    return *_difference(found, base), float(np.mean(found) - np.mean(blind))


def _equal_candidates(found: Any, blind: Any, curves: Any, steps: Any, length: Any) -> tuple[float, ...]:
    return *report(found, blind, [[curve[3]] for curve in curves], length, length)[:3], np.mean(found) - np.mean(blind)


def _unpaired(found: Any, blind: Any, curves: Any, steps: Any, length: Any) -> tuple[float, ...]:
    gain, *_, control = report(found, blind, curves, steps, length)
    base = [curve[s // one - 1] for curve, s, one in zip(curves, steps, length, strict=True)]
    half = 1.96 * math.sqrt((np.var(found, ddof=1) + np.var(base, ddof=1)) / len(found))
    return gain, gain - half, gain + half, control


def _without_control(found: Any, blind: Any, curves: Any, steps: Any, length: Any) -> tuple[float, ...]:
    gain, low, high, _ = report(found, blind, curves, steps, length)
    return gain, low, high, float(np.mean(found) - np.mean([curve[0] for curve in curves]))


def _case(rng: np.random.Generator, problems: int) -> tuple[Any, ...]:
    p = rng.beta(0.6, 1.4, problems)
    curves = [[round(float(x), 4) for x in coverage(one, np.arange(1, 25)) * 0.9] for one in p]
    length = [int(x) for x in rng.integers(2, 8, problems)]
    steps = [int(n * one + rng.integers(0, one)) for n, one in zip(rng.integers(6, 25, problems), length, strict=True)]
    found, blind = ([int(x) for x in rng.random(problems) < chance] for chance in (0.3 + 0.6 * p, p))
    return found, blind, curves, steps, length


def _calls_report(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    curve = [0.25, 0.5, 0.625, 0.75, 0.8, 0.85]
    fixed = [
        ([1, 0], [0, 0], [curve, curve], [12, 11], [2, 2]),
        ([1, 1, 0], [1, 0, 0], [curve, curve, curve], [6, 15, 12], [2, 3, 3]),
        ([0, 0], [0, 1], [curve, curve], [4, 4], [4, 2]),
        ([1], [0], [curve], [12], [2]),
    ]
    return [*fixed, *(_case(rng, int(rng.integers(5, 30))) for _ in range(5))]


L7 = Task(
    id="L-7",
    kind="X",
    title="A comparison to repair",
    points=6,
    minutes=25,
    variable="report",
    statement=(
        '"Search wins by 12 points", a colleague reports: the mean of `found` minus the mean of best-of-4, because '
        "the beam keeps 4 states. Unequal steps, no interval, no control. The data, one entry a problem: `found` and "
        "`blind`, 1 or 0, whether the beam with its judge and the same beam with random scores were right; `curves`, "
        "the list of the chances that best-of-1, best-of-2, … by the same judge is right; `steps`, what the beam "
        "wrote; `length`, the steps of one whole solution. Write `report(found, blind, curves, steps, length)` that "
        "returns four numbers: the mean gain over best-of-N, where N is how many whole solutions the problem's steps "
        "pay for; the low and the high end of its interval, ± 1.96 standard errors of the paired differences (standard "
        "deviation with divisor problems − 1); and the mean gain over the blind beam. One problem alone: raise a "
        "`ValueError`. `curves` are long enough."
    ),
    answer_type=Function("report(found, blind, curves, steps, length)", _calls_report),
    reference=report,
    misconceptions=(
        Misconception(
            "equal-candidates",
            _equal_candidates,
            "This still compares with best-of-4: equal numbers of candidates. The beam wrote more steps than four "
            "solutions have; asked was best-of-N at equal steps, with its own N for each problem.",
        ),
        Misconception(
            "unpaired",
            _unpaired,
            "This takes the two means for independent. They come from the same problems: take the difference in each "
            "problem first, and the spread of these.",
        ),
        Misconception(
            "control-left-out",
            _without_control,
            "This compares with one solution instead of the blind beam. The control spends the same steps in the same "
            "shape, without sight.",
        ),
    ),
    hints=(
        "Best-of-N stands at place N − 1 of a problem's curve. Its N is steps divided by length, rounded down.",
        "Differences first, one a problem: their mean, and 1.96 · standard deviation / √problems on both sides. The "
        "control is one more difference of means.",
    ),
    explanation=(
        "Equal steps, the same judge, the same problems, and a search that cannot see beside it. What remains of the "
        "12 points is what searching early is worth; often it is less, and sometimes it is nothing."
    ),
)

# L-8


def _mislabelled(chance: float, rollouts: int, least: int) -> float:
    return sum(math.comb(rollouts, j) * chance**j * (1 - chance) ** (rollouts - j) for j in range(least))


L8 = Task(
    id="L-8",
    kind="N",
    title="A right step, labelled bad",
    points=2,
    minutes=8,
    variable="answer_L8",
    statement=(
        "A step is right, and from it the model reaches the answer with chance {chance:g}. The label comes from "
        "{rollouts} rollouts: good if at least {least} of them arrive. How often is this right step labelled bad?"
    ),
    answer_type=Number("", low=0, high=1),
    reference=_mislabelled,
    misconceptions=(
        Misconception(
            "labelled-good",
            lambda chance, rollouts, least: 1 - _mislabelled(chance, rollouts, least),
            "This is how often the step is labelled good.",
        ),
        Misconception(
            "one-too-many",
            lambda chance, rollouts, least: _mislabelled(chance, rollouts, least + 1),
            "This counts exactly {least} arrivals as bad. They are enough for good.",
        ),
        Misconception(
            "none-arrives",
            lambda chance, rollouts, least: (1 - chance) ** rollouts,
            "This asks that none arrives. Bad is everything below {least}.",
        ),
    ),
    hints=(
        "Which numbers of arrivals lead to the label bad?",
        "Add the chances of 0, 1, … up to {least} − 1 arrivals among {rollouts}.",
    ),
    explanation=lambda chance, rollouts, least: (
        f"Fewer than {least} of {rollouts} arrive with chance {_mislabelled(chance, rollouts, least):.4f}. Labels from "
        "rollouts judge what the model makes of a step, and hard continuations make good steps look bad."
    ),
    book={"chance": 0.3, "rollouts": 16, "least": 4},
    draw=lambda rng: {
        "chance": _choice(rng, 0.2, 0.25, 0.35, 0.4),
        "rollouts": int(_choice(rng, 8, 12, 20)),
        "least": int(_choice(rng, 2, 3)),
    },
)

# L-9


def _choice_gain(hard: float, search: list[float], vote: list[float], told: list[float]) -> float:
    easy = 1 - hard
    of_hard = told[0] * search[0] + (1 - told[0]) * vote[0]
    of_easy = told[1] * search[1] + (1 - told[1]) * vote[1]
    fixed = max(hard * search[0] + easy * search[1], hard * vote[0] + easy * vote[1])
    return hard * of_hard + easy * of_easy - fixed


L9 = Task(
    id="L-9",
    kind="N",
    title="What choosing adds",
    points=3,
    minutes=10,
    variable="answer_L9",
    statement=lambda hard, search, vote, told: (
        f"{hard:.0%} of the problems are hard, the others easy. Search solves {search[0]:g} of the hard and "
        f"{search[1]:g} of the easy ones, a vote {vote[0]:g} and {vote[1]:g}. An estimator calls a hard problem hard "
        f"with chance {told[0]:g} and an easy one hard with chance {told[1]:g}; what it calls hard is searched, the "
        "rest voted. How much more does this solve than the better of the two strategies used for all problems?"
    ),
    answer_type=Number("", low=-1, high=1),
    reference=_choice_gain,
    misconceptions=(
        Misconception(
            "oracle",
            lambda hard, search, vote, told: _choice_gain(hard, search, vote, [1.0, 0.0]),
            "This is the gain of an estimator without errors.",
        ),
        Misconception(
            "against-the-worse",
            lambda hard, search, vote, told: (
                _choice_gain(hard, search, vote, told)
                + abs(hard * (search[0] - vote[0]) + (1 - hard) * (search[1] - vote[1]))
            ),
            "This compares with the worse of the two. Asked was the better one.",
        ),
    ),
    hints=(
        "Four groups: hard and easy, each called hard or easy. Which strategy does each get?",
        "Add share × chance to be called so × solved over the four, and subtract the larger of the two fixed results.",
    ),
    explanation=lambda hard, search, vote, told: (
        f"{_choice_gain(hard, search, vote, told):+.4f} against the better fixed strategy; without errors it would be "
        f"{_choice_gain(hard, search, vote, [1.0, 0.0]):+.4f}. An estimator has to earn its mistakes, and its cost is "
        "not even counted here."
    ),
    book={"hard": 0.4, "search": [0.6, 0.85], "vote": [0.1, 0.98], "told": [0.9, 0.2]},
    draw=lambda rng: {
        "hard": _choice(rng, 0.3, 0.4, 0.5),
        "search": [_choice(rng, 0.5, 0.55, 0.65), _choice(rng, 0.8, 0.82, 0.86)],
        "vote": [_choice(rng, 0.1, 0.15), _choice(rng, 0.95, 0.97, 0.99)],
        "told": [_choice(rng, 0.8, 0.85), _choice(rng, 0.1, 0.15)],
    },
)

# L-10


def _left(easy: float, chances: list[float], before: int) -> tuple[float, float]:
    """Return the shares of all tasks that are easy, and hard, and still unsolved after so many trials."""
    return easy * (1 - chances[0]) ** before, (1 - easy) * (1 - chances[1]) ** before


def _gain_among_left(easy: float, chances: list[float], trial: int) -> float:
    of_easy, of_hard = _left(easy, chances, trial - 1)
    return (of_easy * chances[0] + of_hard * chances[1]) / (of_easy + of_hard)


L10 = Task(
    id="L-10",
    kind="N",
    title="Who is left to try",
    points=2,
    minutes=8,
    variable="answer_L10",
    statement=lambda easy, chances, trial: (
        f"{easy:.0%} of the tasks are easy: one try solves them with chance {chances[0]:g}. For the others it is "
        f"{chances[1]:g}. Tries are independent, and a solved task is not tried again. Which share of the tasks that "
        f"are left does trial number {trial} solve?"
    ),
    answer_type=Number("", low=0),
    reference=_gain_among_left,
    misconceptions=(
        Misconception(
            "first-mixture",
            lambda easy, chances, trial: easy * chances[0] + (1 - easy) * chances[1],
            "This is the share that the first trial solves. Easy tasks have left since then.",
        ),
        Misconception(
            "of-all-tasks",
            lambda easy, chances, trial: sum(
                one * chance for one, chance in zip(_left(easy, chances, trial - 1), chances, strict=True)
            ),
            "This is the gain as a share of all tasks. Asked was the share of those that are left.",
        ),
        Misconception(
            "one-too-many",
            lambda easy, chances, trial: _gain_among_left(easy, chances, trial + 1),
            "This takes out one trial too many: before trial {trial} there were {trial} − 1.",
        ),
    ),
    hints=(
        "Before trial {trial} every task has failed {trial} − 1 times. How many easy ones are left, how many others?",
        "The gain is the mean chance of those that are left: weigh the two chances by how many of each kind are left.",
    ),
    explanation=lambda easy, chances, trial: (
        f"Left are {_left(easy, chances, trial - 1)[0]:.4f} easy and {_left(easy, chances, trial - 1)[1]:.4f} other "
        f"tasks of one, and of these the trial solves {_gain_among_left(easy, chances, trial):.4f}. The first trial "
        f"solved {_gain_among_left(easy, chances, 1):.4f}. No chance has changed; the mixture has."
    ),
    book={"easy": 0.6, "chances": [0.7, 0.1], "trial": 3},
    draw=lambda rng: {
        "easy": _choice(rng, 0.5, 0.65, 0.7),
        "chances": [_choice(rng, 0.6, 0.75, 0.8), _choice(rng, 0.05, 0.08, 0.12)],
        "trial": int(_choice(rng, 3, 4)),
    },
)

# The bonus


def _beam_gain(q: float, steps: int, n: int) -> float:
    return (1 - (1 - q) ** n) ** steps - (1 - (1 - q**steps) ** n)


LB = Task(
    id="L-B",
    kind="N",
    title="True checks",
    points=2,
    minutes=10,
    variable="answer_LB",
    statement=(
        "A solution has {steps} steps, each right with chance {q:g} once all before it are. A beam draws {n} next "
        "steps from a right beginning, a perfect check finds a right one if there is one, and the beam goes on from "
        "it. How much more often does it end right than the best of {n} whole solutions under a perfect check?"
    ),
    answer_type=Number("", low=-1, high=1),
    reference=_beam_gain,
    misconceptions=(
        Misconception(
            "beam-alone",
            lambda q, steps, n: (1 - (1 - q) ** n) ** steps,
            "This is how often the beam ends right. Asked was the difference from best-of-{n}.",
        ),
        Misconception(
            "one-step",
            lambda q, steps, n: 1 - (1 - q) ** n - (1 - (1 - q**steps) ** n),
            "This lets the beam survive one step. It has to survive all {steps}.",
        ),
    ),
    hints=(
        "With what chance is there a right one among {n} draws of one step? And {steps} times in a row?",
        "Beam: (1 − (1 − q)^{n})^{steps}. Best of {n}: 1 − (1 − q^{steps})^{n}.",
    ),
    explanation=lambda q, steps, n: (
        f"{(1 - (1 - q) ** n) ** steps:.3f} against {1 - (1 - q**steps) ** n:.3f} for the same steps. A kept beginning "
        "needs luck for one step at a time."
    ),
    book={"q": 0.6, "steps": 8, "n": 4},
    draw=lambda rng: {
        "q": _choice(rng, 0.5, 0.55, 0.65),
        "steps": int(_choice(rng, 6, 7, 9)),
        "n": int(_choice(rng, 4, 5, 6)),
    },
    bonus=True,
)

TASKS = shortest_first(L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, LB)

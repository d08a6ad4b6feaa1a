"""The tasks of the part Confusions: prices of training, votes, and estimates that must refuse or be repaired."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ... import estimates
from ...answers.task import Achieved, Design, Function, Line, Misconception, Number, Task, shortest_first
from ...laws import best_chain_length, break_even_queries, chain_coverage, inference_multiplier, samples_needed

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


# C-1

C1 = Task(
    id="C-1",
    kind="N",
    title="When training pays",
    points=2,
    minutes=6,
    variable="answer_C1",
    statement=(
        "Training costs as much as {cost:,} samples and lifts the success of one sample from p = {before:g} to "
        "{after:g}. Every query must be solved with chance {target:g}: a fixed number of independent samples is drawn, "
        "and a right one is recognised at no cost. From how many queries on is it cheaper to train first?"
    ),
    answer_type=Number("queries", low=1, whole=True),
    reference=lambda cost, before, after, target: float(np.ceil(break_even_queries(cost, before, after, target))),
    misconceptions=(
        Misconception(
            "not-subtracted",
            lambda cost, before, after, target: math.ceil(cost / samples_needed(before, target)),
            "This divides the price by what a query costs without training. Asked was against what training saves: "
            "a trained model must sample, too.",
        ),
        Misconception(
            "new-cost",
            lambda cost, before, after, target: math.ceil(cost / samples_needed(after, target)),
            "This divides the price by what a query costs after training. Asked was against what training saves.",
        ),
    ),
    hints=(
        "How many samples does a query take before, and how many after? What does the training save on each query?",
        "The price divided by the samples saved a query, rounded up. its.samples_needed(p, target) counts samples.",
    ),
    explanation=lambda cost, before, after, target: (
        f"{samples_needed(before, target):,} samples a query before and {samples_needed(after, target):,} after: "
        f"{cost:,} divided by the difference is {break_even_queries(cost, before, after, target):,.1f}, so the next "
        "whole number. Whether training pays is a number of queries."
    ),
    book={"cost": 1_000_000, "before": 0.001, "after": 0.1, "target": 0.999},
    draw=lambda rng: {
        "cost": int(_choice(rng, 2_000_000, 3_000_000, 5_000_000)),
        "before": _choice(rng, 0.002, 0.003, 0.004, 0.005),
        "after": _choice(rng, 0.05, 0.08, 0.12),
        "target": _choice(rng, 0.99, 0.995, 0.999),
    },
)

# C-2

C2 = Task(
    id="C-2",
    kind="D",
    title="The multiplier",
    points=3,
    minutes=12,
    variable="answer_C2",
    statement=(
        "A model M times larger and a small one were trained on the same tokens, R of them for each token that the "
        "large one will write in its life. A parameter costs six operations a token to train and two to use. The small "
        "model writes k times as many tokens as the large one, so that both spend equal compute in all. Write k as a "
        'text in M and R, such as "2*M + R".'
    ),
    answer_type=Line({"M": (1.5, 20), "R": (0.05, 20)}),
    reference=lambda M, R: inference_multiplier(M, R, 1.0),
    misconceptions=(
        Misconception(
            "use-only",
            lambda M, R: M + 0 * R,
            "This leaves training out: it is right only where R is 0. Asked was all compute, training and use.",
        ),
        Misconception(
            "own-training",
            lambda M, R: M + 3 * R * M,
            "This charges the large model its training and the small one none. Asked was equal compute in all.",
        ),
        Misconception(
            "equal-price",
            lambda M, R: M + R * (M - 1),
            "This lets a token of training cost as much as a token of use. Asked were six operations against two.",
        ),
    ),
    hints=(
        "Count in units of the small model's use of one token: training on a token costs three of them.",
        "Large: 3·M·R + M. Small: 3·R + k. Set them equal.",
    ),
    explanation=(
        "3MR + M = 3R + k, so k = M + 3R(M − 1). With as many tokens of training as of use a model ten times smaller "
        "may draw 37 samples for one."
    ),
)

# C-3


@cache
def _vote(pool: str, k: int, ties: str = "shared") -> float:
    """Chance that the answer "A" wins a vote of k answers drawn from a pool, over all subsets."""
    total = 0.0
    for drawn in combinations(pool, k):
        counts = {answer: drawn.count(answer) for answer in drawn}
        first = [answer for answer, count in counts.items() if count == max(counts.values())]
        if "A" in first:
            total += {"shared": 1 / len(first), "lost": float(len(first) == 1), "won": 1.0}[ties]
    return total / math.comb(len(pool), k)


C3 = Task(
    id="C-3",
    kind="N",
    title="A small vote",
    points=3,
    minutes=10,
    variable="answer_C3",
    statement=(
        "The recorded answers of one problem are {pool}; A is right. {k} of them are drawn, each subset equally "
        "often, and the most frequent of the {k} is handed in. Answers that tie for the most votes are picked equally "
        "often. How often is the vote right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda pool, k: _vote(pool, k),
    misconceptions=(
        Misconception(
            "ties-lost",
            lambda pool, k: _vote(pool, k, "lost"),
            "This counts a tie as lost. Asked was that the answers which tie share it.",
        ),
        Misconception(
            "ties-won",
            lambda pool, k: _vote(pool, k, "won"),
            "This counts a tie as won. Asked was that the answers which tie share it.",
        ),
    ),
    hints=(
        "itertools.combinations(pool, k) lists the subsets. Which of them does A win, and which does it share?",
        "A subset in which A ties with one other answer counts a half, with two others a third.",
    ),
    explanation=lambda pool, k: (
        f"A alone wins {_vote(pool, k, 'lost'):.4g} of the subsets and wins or ties in {_vote(pool, k, 'won'):.4g}; "
        f"with shared ties the vote is right {_vote(pool, k):.4g} of the time. Who breaks ties must be said."
    ),
    book={"pool": "AABBC", "k": 3},
    draw=lambda rng: {
        "pool": _choice(rng, "AABBCD", "AAABBC", "AABBCC", "AAABBCD", "AABBBC", "AAABCD"),
        "k": int(_choice(rng, 3, 4)),
    },
)

# C-4


def pass_at_k(n: int, c: int, k: int) -> float:
    """Share of the subsets of k of n samples that hold one of the c right ones."""
    if k > n:
        raise ValueError(f"k = {k} samples cannot be judged from n = {n}")
    return 1 - math.comb(n - c, k) / math.comb(n, k)


def _as_published(n: int, c: int, k: int) -> float:
    return 1.0 if n - c < k else pass_at_k(n, c, k)


def _calls_pass_at_k(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(5):
        n = int(rng.integers(6, 60))
        drawn.append((n, int(rng.integers(1, n // 2)), int(rng.integers(2, n // 2))))
    fixed = [(10, 2, 5), (4, 1, 2), (5, 0, 3), (5, 5, 1), (6, 1, 6), (8, 6, 3), (5, 0, 5), (300, 2, 150)]
    return [*fixed, *drawn, (2, 0, 5), (4, 4, 5), (3, 1, 4)]


C4 = Task(
    id="C-4",
    kind="X",
    title="A function that cannot say no",
    points=2,
    minutes=6,
    variable="pass_at_k",
    statement=(
        "This pass@k is found in many places: `if n - c < k: return 1.0`, and else 1 − C(n − c, k)/C(n, k). Two "
        "samples, none right: it says that five would certainly succeed. Write `pass_at_k(n, c, k)` so that it raises "
        "a `ValueError` where the n samples hold no answer, and is unchanged everywhere else."
    ),
    answer_type=Function("pass_at_k(n, c, k)", _calls_pass_at_k, library=(estimates.pass_at_k, estimates.curve)),
    reference=pass_at_k,
    misconceptions=(
        Misconception(
            "as-published",
            _as_published,
            "This still returns 1 for k > n, even if no sample was right. Asked was a ValueError.",
        ),
        Misconception(
            "not-a-number",
            lambda n, c, k: math.nan if k > n else pass_at_k(n, c, k),
            "This returns NaN for k > n, and a mean over problems would be NaN far from here, or drop the problem in "
            "silence. Asked was a ValueError.",
        ),
        Misconception(
            "cut-down",
            lambda n, c, k: pass_at_k(n, c, min(k, n)),
            "This cuts k down to n and so answers another question under the same name. Asked was a ValueError.",
        ),
    ),
    hints=(
        "Two conditions look alike: fewer than k wrong samples, and fewer than k samples. Which of them is harmless?",
        "With n − c < k ≤ n every subset holds a right sample, and 1 is exact. With k > n there is no subset: raise.",
    ),
    explanation=(
        "With k ≤ n and fewer than k wrong samples the estimate is 1, exactly. With k > n there is no subset to count, "
        "and an error now is cheaper than a figure that somebody believes."
    ),
)

# C-5


def problem_interval(c: Any, n: Any) -> tuple[float, float]:
    """Mean share of right samples, plus and minus 1.96 standard errors over problems."""
    if len(c) < 2:
        raise ValueError("one problem has no spread between problems")
    share = np.asarray(c, dtype=float) / np.asarray(n)
    half = 1.96 * share.std(ddof=1) / math.sqrt(share.size)
    return float(share.mean() - half), float(share.mean() + half)


def pooled_interval(c: Any, n: Any) -> tuple[float, float]:
    """The interval that takes all samples for independent."""
    share = sum(c) / sum(n)
    half = 1.96 * math.sqrt(share * (1 - share) / sum(n))
    return share - half, share + half


def _inside_interval(c: Any, n: Any) -> tuple[float, float]:
    share = np.asarray(c, dtype=float) / np.asarray(n)
    half = 1.96 * math.sqrt(float(np.sum(share * (1 - share) / np.asarray(n)))) / share.size
    return float(share.mean() - half), float(share.mean() + half)


def _divided_by_all(c: Any, n: Any) -> tuple[float, float]:
    if len(c) < 2:
        raise ValueError("one problem has no spread between problems")
    share = np.asarray(c, dtype=float) / np.asarray(n)
    half = 1.96 * share.std() / math.sqrt(share.size)
    return float(share.mean() - half), float(share.mean() + half)


@cache
def _covered() -> tuple[float, float]:
    """How often each interval holds the true mean of 0.25, for 60 problems of Beta(0.5, 1.5) with 16 samples."""
    rng, n, hits = np.random.default_rng(29), [16] * 60, np.zeros(2)
    for _ in range(1000):
        c = rng.binomial(16, rng.beta(0.5, 1.5, 60)).tolist()
        for i, (low, high) in enumerate((problem_interval(c, n), pooled_interval(c, n))):
            hits[i] += low <= 0.25 <= high
    return tuple(hits / 1000)


def _calls_interval(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(5):
        n = [int(x) for x in rng.integers(4, 20, int(rng.integers(5, 30)))]
        drawn.append(([int(rng.integers(0, x + 1)) for x in n], n))
    fixed = [([0, 4], [4, 4]), ([1, 2, 3], [10, 4, 6]), ([2, 2, 2], [8, 8, 8]), ([0, 0, 5, 7], [5, 7, 5, 7])]
    return [*fixed, *drawn, ([3], [8])]


C5 = Task(
    id="C-5",
    kind="X",
    title="An interval over problems",
    points=5,
    minutes=20,
    variable="problem_interval",
    statement=(
        "Of n[i] samples of problem i, c[i] were right (two lists of whole numbers). A colleague's interval adds up "
        "all samples and takes p ± 1.96·√(p(1 − p)/N), as if they were independent; it is far too narrow. Repair it: "
        "write `problem_interval(c, n)` that returns (low, high), the mean of the problems' shares plus and minus 1.96 "
        "standard errors of that mean. Problems are the sampling unit: the standard error is the standard deviation of "
        "the shares (divisor: problems minus one) over the square root of the number of problems. One problem alone: "
        "raise a `ValueError`. c = [1, 2, 3] and n = [10, 4, 6] give (0.09, 0.6433)."
    ),
    answer_type=Function("problem_interval(c, n)", _calls_interval, library=(estimates.problem_interval,)),
    reference=problem_interval,
    misconceptions=(
        Misconception(
            "pooled",
            pooled_interval,
            "This is still the pooled interval: it treats the samples of one problem as news about other problems. "
            "Asked was one share a problem, and their spread.",
        ),
        Misconception(
            "inside",
            _inside_interval,
            "This has the spread of samples inside each problem only. It says how more samples of these problems would "
            "differ; asked was how other problems would.",
        ),
        Misconception(
            "not-of-the-mean",
            lambda c, n: (
                float(np.mean(np.divide(c, n)) - 1.96 * np.std(np.divide(c, n), ddof=1)),
                float(np.mean(np.divide(c, n)) + 1.96 * np.std(np.divide(c, n), ddof=1)),
            ),
            "This is the spread of single problems. Asked was that of their mean: divide by the root of their number.",
        ),
        Misconception(
            "divisor",
            _divided_by_all,
            "This divides the squared deviations by the number of problems, as `np.std` does unless told. Asked was "
            "the divisor problems minus one: `ddof=1`.",
        ),
    ),
    hints=(
        "First make one number of each problem: its share. From here on the samples do not appear any more.",
        "mean ± 1.96·s/√m, with m problems and s the standard deviation with divisor m − 1.",
    ),
    explanation=lambda: (
        f"For 60 problems of Beta(0.5, 1.5) with 16 samples each, an interval of this form holds the true mean "
        f"{100 * _covered()[0]:.0f} times in 100, the pooled one {100 * _covered()[1]:.0f} times. More samples a "
        "problem make the pooled one narrower, and its coverage lower."
    ),
)

# C-6

C6 = Task(
    id="C-6",
    kind="N",
    title="Stopped at the last success",
    points=3,
    minutes=8,
    variable="answer_C6",
    statement=(
        "One problem was sampled until {c} right answers had come; that took {n} samples. What is the unbiased "
        "estimate of p?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda n, c: (c - 1) / (n - 1),
    misconceptions=(
        Misconception(
            "plain",
            lambda n, c: c / n,
            "This is c/n. The last sample was right because that is when sampling stopped, so c/n is too high on "
            "average.",
        ),
        Misconception(
            "half-way",
            lambda n, c: c / (n - 1),
            "This leaves the last sample out of the tries and keeps it among the successes.",
        ),
        Misconception(
            "one-success",
            lambda n, c: (c - 1) / n,
            "This leaves the last sample out of the successes and keeps it among the tries.",
        ),
    ),
    hints=(
        "What do you know about the last sample, before anything is measured?",
        "The last sample carries no information. Leave it out, of the tries and of the successes.",
    ),
    explanation=lambda n, c: (
        f"({c} − 1)/({n} − 1) = {(c - 1) / (n - 1):.4g}; c/n says {c / n:.4g}. Whoever stops on success owes the "
        "reader the stopping rule."
    ),
    book={"n": 20, "c": 3},
    draw=lambda rng: {"n": int(rng.integers(14, 40)), "c": int(rng.integers(2, 6))},
)

# C-7


def _picked(answers: Any, scores: Any, how: Any) -> tuple[int, float]:
    held = {int(a): [s for b, s in zip(answers, scores, strict=True) if b == a] for a in answers if a >= 0}
    if not held:
        raise ValueError("no sample has an answer")
    worth = {answer: how(its_scores) for answer, its_scores in held.items()}
    winner = min(worth, key=lambda answer: (-worth[answer], answer))
    return winner, float(worth[winner] / sum(worth.values()))


def weighted_vote(answers: Any, scores: Any) -> tuple[int, float]:
    """Answer of the largest sum of scores, and its share of all scores; -1 stands for no answer."""
    return _picked(answers, scores, sum)


def _calls_vote(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(6):
        m = int(rng.integers(6, 30))
        drawn.append(([int(x) for x in rng.integers(-1, 5, m)], [int(x) for x in rng.integers(1, 12, m)]))
    fixed = [
        ([0, 0, 1], [2, 2, 3]),
        ([0, 1, 1], [3, 2, 2]),
        ([2, 1, 1, -1], [4, 1, 2, 9]),
        ([3, 1, 1], [4, 2, 2]),
        ([5], [0.25]),
        ([4, 4, 2, 2, 2, 0], [9, 1, 4, 4, 4, 8]),
    ]
    return [*fixed, *drawn, ([-1, -1], [3, 4])]


C7 = Task(
    id="C-7",
    kind="F",
    title="A weighted vote",
    points=4,
    minutes=15,
    variable="weighted_vote",
    statement=(
        "Samples of one problem: `answers`, a list of whole numbers that name the answers (−1: no answer, and no "
        "vote), and `scores`, a list of positive numbers. Write `weighted_vote(answers, scores)`: the answer whose "
        "scores have the largest sum, and that sum's share of the scores of all samples with an answer, as a pair. "
        "Of equal sums the smallest number wins. Answers 0, 0, 1 with scores 2, 2, 3 give (0, 0.5714). If no sample "
        "has an answer, raise a `ValueError`."
    ),
    answer_type=Function(
        "weighted_vote(answers, scores)", _calls_vote, library=(estimates.weighted_vote, estimates.curve), labels=True
    ),
    reference=weighted_vote,
    misconceptions=(
        Misconception(
            "mean",
            lambda answers, scores: _picked(answers, scores, lambda held: sum(held) / len(held)),
            "This takes the mean score of each answer, so that an answer given once outvotes one given often. Asked "
            "was the sum.",
        ),
        Misconception(
            "best",
            lambda answers, scores: _picked(answers, scores, max),
            "This takes the best single score of each answer: that is best-of-N. Asked was the sum.",
        ),
        Misconception(
            "plain",
            lambda answers, scores: _picked(answers, scores, len),
            "This counts votes and leaves the scores out. Asked was the sum of scores.",
        ),
    ),
    hints=(
        "Collect one sum for each answer, and leave out the samples that have none.",
        "The largest sum wins; among equal sums the smallest number. Then divide by the sum of the sums.",
    ),
    explanation=(
        "A sum lets an answer win by being given often or by scoring well. With equal scores it is the plain vote; it "
        "uses the size of the scores, so unlike best-of-N it changes when they are rescaled unevenly."
    ),
)

# C-8


def _shares(value: Any) -> list[list[float]] | None:
    """Return two lists of shares, or None when the value is not that."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    for shares in value:
        if not isinstance(shares, list) or len(shares) < 2:
            return None
        if any(isinstance(x, bool) or not isinstance(x, int | float) or not 0 <= x <= 1 for x in shares):
            return None
    return value


def _end(shares: list[float]) -> float:
    """Where a vote on these answers ends; the first is right, those that tie for the mode share."""
    first = [i for i, share in enumerate(shares) if share > max(shares) - 1e-9]
    return 1 / len(first) if 0 in first else 0.0


def _sum_off(value: Any, **given: float) -> bool:
    found = _shares(value)
    return found is not None and any(abs(sum(shares) - 1) > 1e-6 for shares in found)


def _tied(value: Any, **given: float) -> bool:
    found = _shares(value)
    return found is not None and not _sum_off(value) and any(0 < _end(shares) < 1 for shares in found)


def _achieved_votes(value: Any, high: float, low: float) -> Achieved:
    found = _shares(value)
    if found is None:
        return Achieved(
            0, "Needed are two lists of at least two shares between 0 and 1, the right answer first.", refused=True
        )
    ends = [_end(shares) for shares in found]
    says = (
        f"The right answers have {found[0][0]:.3g} and {found[1][0]:.3g}; the votes end at {ends[0]:.3g} and "
        f"{ends[1]:.3g}. The shares add up to {sum(found[0]):.4g} and {sum(found[1]):.4g}."
    )
    if _sum_off(value):
        return Achieved(0, says)
    first = abs(found[0][0] - high) < 1e-6 and ends[0] == 0
    second = abs(found[1][0] - low) < 1e-6 and ends[1] == 1
    return Achieved((float(first) + float(second)) / 2, says)


def _two_distributions(high: float, low: float) -> list[list[float]]:
    others = int(1 / low) + 1
    return [[high, 1 - high], [low, *[(1 - low) / others] * others]]


def _with_a_tie(high: float, low: float) -> list[list[float]]:
    others = int((1 - low) / low)
    return [[high, 1 - high], [low, *[low] * others, 1 - low - others * low]]


C8 = Task(
    id="C-8",
    kind="C",
    title="More often right, and outvoted",
    points=6,
    minutes=20,
    variable="answer_C8",
    statement=(
        "A sample is right with p = {high:g}, and still the vote of ever more samples ends at 0. Another model is "
        "right with p = {low:g}, and its vote ends at 1. Give an answer distribution for each: two lists of shares "
        "that add up to 1, the right answer's share first ({high:g} in the first list, {low:g} in the second), the "
        "wrong answers' shares after it. Answer with a pair of lists."
    ),
    answer_type=Design("two lists of shares", _achieved_votes),
    reference=_two_distributions,
    misconceptions=(
        Misconception(
            "tie",
            _with_a_tie,
            "Here the right answer ties for the most frequent one: then the vote ends at one over the number of "
            "answers that tie, neither 0 nor 1.",
            matches=_tied,
        ),
        Misconception(
            "sum",
            lambda high, low: [[high, 1 - high], [low, low / 2]],
            "Here the shares of a list do not add up to 1. Every sample gives some answer.",
            matches=_sum_off,
        ),
    ),
    hints=(
        "Where does a vote of very many samples end? It does not matter how large p is, only against what.",
        "One rival with more than {high:g} for the first; for the second, wrong answers so many that each has less "
        "than {low:g}.",
    ),
    explanation=lambda high, low: (
        f"p = {high:g} loses to one rival of {1 - high:.2g}, and p = {low:g} wins against many small ones. A vote "
        "finds the mode, and p alone does not say what the mode is."
    ),
    book={"high": 0.4, "low": 0.15},
    draw=lambda rng: {"high": _choice(rng, 0.3, 0.35, 0.42, 0.45), "low": _choice(rng, 0.08, 0.11, 0.12, 0.18)},
)

# C-9


def _at_temperature(p: float, temperature: float) -> float:
    """Chance of the right one of two answers, which is p at temperature 1."""
    odds = (p / (1 - p)) ** (1 / temperature)
    return odds / (1 + odds)


def _gain_of_three(p: float) -> float:
    return p * (1 - p) * (2 * p - 1)


C9 = Task(
    id="C-9",
    kind="N",
    title="What a vote gains in the cold",
    points=3,
    minutes=8,
    variable="answer_C9",
    statement=(
        "A question has two answers of one token each. At temperature 1 one sample is right with chance {p:g}. The "
        "model is asked three times at temperature {temperature:g}, and the more frequent answer is handed in. By how "
        "much is this right more often than one sample at the same temperature?"
    ),
    answer_type=Number("of chance"),
    reference=lambda p, temperature: _gain_of_three(_at_temperature(p, temperature)),
    misconceptions=(
        Misconception(
            "no-temperature",
            lambda p, temperature: _gain_of_three(p),
            "This is the gain at temperature 1. The temperature changes the chance of one sample first.",
        ),
        Misconception(
            "wrong-way",
            lambda p, temperature: _gain_of_three(_at_temperature(p, 1 / temperature)),
            "This multiplies the logits by the temperature, so that cold flattens. They are divided by it.",
        ),
        Misconception(
            "whole-vote",
            lambda p, temperature: _at_temperature(p, temperature) + _gain_of_three(_at_temperature(p, temperature)),
            "This is how often the vote is right. Asked was by how much more often than one sample.",
        ),
        Misconception(
            "warm-sample",
            lambda p, temperature: (
                _at_temperature(p, temperature) + _gain_of_three(_at_temperature(p, temperature)) - p
            ),
            "This compares the cold vote with a sample at temperature 1. Part of it is the cold, not the vote.",
        ),
    ),
    hints=(
        "First the chance of one sample: temperature {temperature:g} raises the odds {p:g}/(1 − {p:g}) to the power "
        "1/{temperature:g}.",
        "With that chance q, a vote of three is right with q³ + 3q²(1 − q). Take q off.",
    ),
    explanation=lambda p, temperature: (
        f"One sample is right with {_at_temperature(p, temperature):.4g} at this temperature, and the vote gains "
        f"q(1 − q)(2q − 1) = {_gain_of_three(_at_temperature(p, temperature)):.4g}. At temperature 1 it would gain "
        f"{_gain_of_three(p):.4g}. Cold makes the sample better and leaves the vote less to do."
    ),
    book={"p": 0.7, "temperature": 0.4},
    draw=lambda rng: {"p": _choice(rng, 0.66, 0.68, 0.72, 0.74), "temperature": _choice(rng, 0.35, 0.4, 0.45)},
)


# C-10


def _two_prompts(direct_one: float, direct_two: float, chain_one: float, chain_two: float) -> dict[str, float]:
    return {
        "direct_one": direct_one,
        "direct_two": direct_two,
        "chain_one": chain_one,
        "chain_two": chain_two,
        "gain": chain_two - direct_two,
    }


C10 = Task(
    id="C-10",
    kind="N",
    title="Skill or disagreement",
    points=2,
    minutes=6,
    variable="answer_C10",
    statement=(
        "Directly, one answer is right on {direct_one:g} of the problems and one of two on {direct_two:g}, on average. "
        "After a chain of thought it is {chain_one:g} and {chain_two:g}. One of two gains {gain:.2f}. How much of "
        "this gain comes from answers that disagree more, and not from answers that are right more often?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda direct_one, direct_two, chain_one, chain_two, gain: (
        (chain_two - chain_one) - (direct_two - direct_one)
    ),
    misconceptions=(
        Misconception(
            "skill",
            lambda direct_one, direct_two, chain_one, chain_two, gain: chain_one - direct_one,
            "This is the part that comes from answers that are right more often. Asked was the other one.",
        ),
        Misconception(
            "whole-gain",
            lambda direct_one, direct_two, chain_one, chain_two, gain: chain_two - direct_two,
            "This is the whole gain. A part of it would come even if two answers disagreed as little as before.",
        ),
        Misconception(
            "disagreement",
            lambda direct_one, direct_two, chain_one, chain_two, gain: (
                2 * ((chain_two - chain_one) - (direct_two - direct_one))
            ),
            "This is by how much more often two answers disagree. Only half of it is gained: in the other half the "
            "first answer was the right one.",
        ),
        Misconception(
            "chain-only",
            lambda direct_one, direct_two, chain_one, chain_two, gain: chain_two - chain_one,
            "This is what the second answer adds after a chain. The second direct answer adds something, too.",
        ),
    ),
    hints=(
        "pass@2 is pass@1 and half of how often two answers disagree. Which of the two parts changes by how much?",
        "The second answer adds {chain_two:g} − {chain_one:g} after a chain, and {direct_two:g} − {direct_one:g} "
        "directly.",
    ),
    explanation=lambda direct_one, direct_two, chain_one, chain_two, gain: (
        f"The second answer adds {chain_two - chain_one:.2f} after a chain and {direct_two - direct_one:.2f} directly: "
        f"{(chain_two - chain_one) - (direct_two - direct_one):.2f} of the gain of {gain:.2f} is disagreement, and "
        f"{chain_one - direct_one:.2f} is skill. All of the first part is lost where both answers must be right."
    ),
    book=_two_prompts(0.42, 0.46, 0.45, 0.57),
    draw=lambda rng: _two_prompts(
        _choice(rng, 0.38, 0.4, 0.44),
        _choice(rng, 0.47, 0.48),
        _choice(rng, 0.5, 0.52),
        _choice(rng, 0.68, 0.7, 0.71),
    ),
)

# Bonus


def _best_cut(budget: float, start: float, ceiling: float, scale: float) -> int:
    chains = np.arange(1, int(budget / start))
    length = budget / chains - start
    reached = chain_coverage(chains * (length + start), length, ceiling, scale, start)
    return int(chains[np.argmax(reached)])


CB = Task(
    id="C-B",
    kind="N",
    title="Cut the budget",
    points=2,
    minutes=12,
    variable="answer_CB",
    statement=(
        "{budget:,} tokens are cut into k chains of equal price. Each chain first costs {start} tokens for prompt and "
        "check; with the L tokens that remain to it, it succeeds with chance {ceiling:g}·(1 − e^(−L/{scale})). A right "
        "answer is recognised. Which whole number k is best?"
    ),
    answer_type=Number("chains", low=1, whole=True),
    reference=_best_cut,
    misconceptions=(
        Misconception(
            "nobody-picks",
            lambda budget, start, ceiling, scale: 1,
            "This is best when nobody picks. Here a right answer is recognised, so starts are worth something.",
        ),
        Misconception(
            "start-forgotten",
            lambda budget, start, ceiling, scale: int(budget / best_chain_length(ceiling, scale, start)),
            "This divides the budget by the best length alone. Asked was with the price of each start.",
        ),
    ),
    hints=(
        "A chain of {budget:,}/k tokens has L = {budget:,}/k − {start}. What is the chance that one of the k is right?",
        "Compute 1 − (1 − p(L))^k for k = 1, 2, 3, … and take the largest.",
    ),
    explanation=lambda budget, start, ceiling, scale: (
        f"{_best_cut(budget, start, ceiling, scale)} chains of "
        f"{budget / _best_cut(budget, start, ceiling, scale):.0f} tokens each, {start} of them for the start. With "
        "free starts there would be no best number: the more, the better."
    ),
    book={"budget": 4000, "start": 100, "ceiling": 0.3, "scale": 1000},
    draw=lambda rng: {
        "budget": int(_choice(rng, 4000, 5000, 6000, 8000)),
        "start": int(_choice(rng, 80, 100, 150)),
        "ceiling": _choice(rng, 0.2, 0.3, 0.4),
        "scale": int(_choice(rng, 600, 800, 1000)),
    },
    bonus=True,
)

TASKS = shortest_first(C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, CB)

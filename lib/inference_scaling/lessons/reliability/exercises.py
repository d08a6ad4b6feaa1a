"""The tasks of the part Reliability: right every time, and back from published rows to whole tasks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ... import estimates
from ...answers.task import Function, Misconception, Number, Task, shortest_first

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def row(counts: Sequence[int]) -> list[float]:
    """pass^1, …, pass^n, exactly, where counts[j] tasks have j successes of n trials."""
    trials, tasks = len(counts) - 1, sum(counts)
    sets = [sum(math.comb(j, k) * count for j, count in enumerate(counts)) for k in range(1, trials + 1)]
    return [one / (tasks * math.comb(trials, k)) for k, one in enumerate(sets, 1)]


#


def _every_time(n: int, c: Sequence[int], k: int) -> float:
    return float(np.mean(estimates.pass_hat_k(n, list(c), k)))


R1 = Task(
    id="R-1",
    kind="N",
    title="Right every time",
    points=2,
    minutes=6,
    variable="answer_R1",
    statement=(
        "An agent tried each of five tasks {n} times. It succeeded {c} times. Estimate pass^{k} of this benchmark "
        "without bias: the chance that {k} trials of a task all succeed, as a mean over the tasks."
    ),
    answer_type=Number(low=0, high=1),
    reference=_every_time,
    misconceptions=(
        Misconception(
            "plug-in",
            lambda n, c, k: float(np.mean((np.array(c) / n) ** k)),
            "This puts the share c/n of each task into p^k. The power may draw the same trial twice, and so it comes "
            "out too high.",
        ),
        Misconception(
            "one-mean",
            lambda n, c, k: (sum(c) / (n * len(c))) ** k,
            "This takes the power of the mean share, as if all tasks were equally hard.",
        ),
        Misconception(
            "at-least-one",
            lambda n, c, k: float(np.mean(estimates.pass_at_k(n, list(c), k))),
            "This is pass@{k}: at least one of {k} trials succeeds. Asked was that all of them do.",
        ),
        Misconception(
            "whole-pool",
            lambda n, c, k: sum(one == n for one in c) / len(c),
            "This counts the tasks that succeeded in all {n} trials. Asked was about {k} of them.",
        ),
    ),
    hints=(
        "Of all the sets of {k} trials of one task, how many hold successes only?",
        "A task with c successes gives C(c, {k})/C({n}, {k}). Take the mean of the five.",
    ),
    explanation=lambda n, c, k: (
        f"The five tasks give {', '.join(f'{one:.4g}' for one in estimates.pass_hat_k(n, list(c), k))}; their mean is "
        f"{_every_time(n, c, k):.4g}. A task adds to it only if it succeeded at least {k} times."
    ),
    book={"n": 8, "c": (8, 7, 5, 3, 0), "k": 3},
    draw=lambda rng: {
        "n": int(_choice(rng, 8, 10, 12)),
        "c": tuple(_choice(rng, (8, 7, 4, 2, 0), (8, 6, 5, 2, 1), (8, 7, 6, 1, 0), (7, 6, 5, 0, 0))),
        "k": int(_choice(rng, 3, 4)),
    },
)

#


def _three_of_four(tasks: int, three: float, four: float) -> float:
    return float(round(4 * tasks * (three - four)))


def _published(rng: np.random.Generator) -> dict[str, Any]:
    tasks = int(_choice(rng, 60, 75, 80, 90))
    always, nearly, twice = (int(rng.integers(*ends)) for ends in ((12, 20), (5, 11), (5, 11)))
    exact = row([tasks - always - nearly - twice, 0, twice, nearly, always])
    return {"tasks": tasks, "three": round(exact[2], 3), "four": round(exact[3], 3)}


R2 = Task(
    id="R-2",
    kind="N",
    title="Three of four",
    points=2,
    minutes=6,
    variable="answer_R2",
    statement=(
        "A leaderboard states pass^3 = {three:g} and pass^4 = {four:g}, rounded to three digits, from four trials of "
        "each of {tasks} tasks. How many of the tasks succeeded in exactly three of their four trials?"
    ),
    answer_type=Number("tasks", low=0, whole=True),
    reference=_three_of_four,
    misconceptions=(
        Misconception(
            "difference",
            lambda tasks, three, four: round(tasks * (three - four)),
            "This multiplies the difference by the number of tasks. A task with three successes has four sets of three "
            "trials, and only one of these counts for pass^3.",
        ),
        Misconception(
            "four-counted-in",
            lambda tasks, three, four: round(4 * tasks * three),
            "This is the number of all sets of three trials that succeed. A task that succeeded four times has four of "
            "them.",
        ),
        Misconception(
            "all-four",
            lambda tasks, three, four: round(tasks * four),
            "This is the number of tasks that succeeded in all four trials. Asked was exactly three.",
        ),
    ),
    hints=(
        "There are 4·{tasks} sets of three trials of one task. How many of them hold successes only?",
        "A task with four successes has four such sets, a task with three has one, and others none.",
    ),
    explanation=lambda tasks, three, four: (
        f"{tasks * four:.1f}, so {round(tasks * four)} tasks, succeeded every time. Of the sets of three, 4·{tasks}·"
        f"{three:g} = {4 * tasks * three:.1f} succeeded, and 4·{round(tasks * four)} of them belong to those tasks. "
        f"What is left is {_three_of_four(tasks, three, four):.0f}, once rounded to a whole number of tasks."
    ),
    book={"tasks": 60, "three": 0.271, "four": 0.233},
    draw=_published,
)

#


def tasks_by_successes(tasks: int, values: Sequence[float]) -> list[int]:
    """Numbers of tasks with 0, 1, …, n successes, from pass^1, …, pass^n."""
    n = len(values)
    sums = [tasks] + [tasks * math.comb(n, k) * value for k, value in enumerate(values, 1)]
    counts = [round(sum((-1) ** (k - j) * math.comb(k, j) * sums[k] for k in range(j, n + 1))) for j in range(n + 1)]
    if min(counts) < 0:
        raise ValueError(f"no trials of {tasks} whole tasks give this row: {counts}")
    return counts


def _unsigned(tasks: int, values: Sequence[float]) -> list[int]:
    """The sums taken for exact counts: each set of k trials for a task with k successes."""
    n = len(values)
    sums = [tasks] + [tasks * math.comb(n, k) * value for k, value in enumerate(values, 1)]
    return [round(sums[j] - sum(sums[j + 1 : j + 2])) for j in range(n + 1)]


def _never_refuses(tasks: int, values: Sequence[float]) -> list[int]:
    try:
        return tasks_by_successes(tasks, values)
    except ValueError:
        return [0] * (len(values) + 1)


def _differences(tasks: int, values: Sequence[float]) -> list[int]:
    steps = [1.0, *values, 0.0]
    return [round(tasks * (before - after)) for before, after in pairwise(steps)]


# More successes of a kind than the others leave room for: -6 tasks with two, -2 with one, -1 with none.
_IMPOSSIBLE = (
    (97, [38 / 388, 42 / 582, 22 / 388, 3 / 97]),
    (4, [0.25, 0.5]),
    (3, [1.0, 2 / 3]),
    (10, [0.5, 0.6]),
)


def _calls_row(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    fixed = [[14, 12, 10, 4, 10], [0, 0, 3], [5, 0], [2, 3], [0, 0, 0, 0, 0, 7], [1, 2, 3, 4, 5, 6, 7], [7, 0, 0, 0]]
    drawn = [[int(x) for x in rng.integers(0, 30, int(rng.integers(3, 8)))] for _ in range(5)]
    return [*((sum(one), row(one)) for one in [*fixed, *drawn] if sum(one)), *_IMPOSSIBLE]


R3 = Task(
    id="R-3",
    kind="F",
    title="Back to whole tasks",
    points=5,
    minutes=20,
    variable="tasks_by_successes",
    statement=(
        "Each of T tasks was tried n times, and a row pass^1, …, pass^n was published with many digits. Write "
        "`tasks_by_successes(tasks, values)`: from T and the list of the n values it returns a list of n + 1 whole "
        "numbers, how many tasks had 0, 1, …, n successes. Raise a `ValueError` where one of these numbers would be "
        "below 0: no n trials of T tasks give such a row."
    ),
    answer_type=Function("tasks_by_successes(tasks, values)", _calls_row, library=(estimates.audit,)),
    reference=tasks_by_successes,
    misconceptions=(
        Misconception(
            "one-term",
            _unsigned,
            "This takes off the next sum only, and only once. A task with n successes has C(n, k) sets of k trials, "
            "and they stand in every sum before the last.",
        ),
        Misconception(
            "differences",
            _differences,
            "This takes differences of the row, as if pass^k were the share of tasks with at least k successes. It is "
            "the share of sets of k trials that all succeed.",
        ),
        Misconception(
            "never-refuses",
            _never_refuses,
            "This returns numbers for a row that no trials can give. Asked was a ValueError there.",
        ),
    ),
    hints=(
        "Start at the end: T·pass^n tasks succeeded every time. T·C(n, k)·pass^k is the number of sets of k trials "
        "that all succeed; which tasks do they belong to?",
        "A task with j successes has C(j, k) such sets. Go from k = n down to 1, and each time take off what the tasks "
        "with more successes have.",
    ),
    explanation=(
        "The sums hold one new unknown each, from the last one down, so an exact row has one histogram at most. A "
        "published row is rounded, and then a few whole numbers are possible for each sum: `its.audit` tries them all."
    ),
)

#


def crossing_set(low: Sequence[float], high: Sequence[float]) -> list[int]:
    """The k, from 1 on, at which B may begin to be ahead."""
    return [j + 1 for j in range(len(high)) if high[j] > 0 and (j == 0 or low[j - 1] <= 0)]


def _calls_ends(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    fixed = [
        ([-0.2], [0.1]),
        ([0.1, 0.2, 0.3], [0.3, 0.4, 0.5]),
        ([-0.3, -0.2, -0.1], [-0.1, -0.05, -0.01]),
        ([-0.05, -0.02, 0.01, 0.03], [-0.01, 0.02, 0.06, 0.09]),
        ([-0.4, -0.1, 0.0, 0.0, 0.1], [0.0, 0.0, 0.2, 0.3, 0.4]),
        ([-0.2, 0.1, -0.1, 0.2, 0.3], [0.1, 0.3, 0.2, 0.4, 0.5]),
    ]
    drawn = []
    for _ in range(5):
        size = int(rng.integers(4, 11))
        middle = np.round(np.sort(rng.uniform(-0.2, 0.2, size)) + rng.normal(0, 0.03, size), 3)
        half = np.round(rng.uniform(0.02, 0.12, size), 3)
        drawn.append(((middle - half).round(3).tolist(), (middle + half).round(3).tolist()))
    return [*fixed, *drawn]


R4 = Task(
    id="R-4",
    kind="F",
    title="Where the lead may change hands",
    points=3,
    minutes=8,
    variable="crossing_set",
    statement=(
        "The difference B − A of two curves has an interval at each k = 1, 2, 3, … The curve of B begins to be ahead "
        "at one of these k and is not ahead one k before; nothing is known of what comes before k = 1. Write "
        "`crossing_set(low, high)`: from the lists of the lower and of the upper ends it returns the list of all k "
        "at which B may begin to be ahead, the smallest first. It may not begin at k if the interval at k leaves no "
        "value above 0, or if the interval one k before has values above 0 only."
    ),
    answer_type=Function("crossing_set(low, high)", _calls_ends, labels=True),
    reference=crossing_set,
    misconceptions=(
        Misconception(
            "same-k",
            lambda low, high: [j for j, (one, other) in enumerate(zip(low, high, strict=True), 1) if one <= 0 < other],
            "This asks at each k whether its own interval holds 0. Whether B was not yet ahead is a question about the "
            "interval one k before.",
        ),
        Misconception(
            "no-before",
            lambda low, high: [j for j, other in enumerate(high, 1) if other > 0],
            "This keeps every k at which B may be ahead. It may be ahead there and have begun before.",
        ),
        Misconception(
            "shown-ahead",
            lambda low, high: [j for j, one in enumerate(low, 1) if one > 0],
            "This lists the k at which B is shown to be ahead. Asked was where it may begin to be.",
        ),
    ),
    hints=(
        "Two things must be possible at once: B is ahead at k, and it is not ahead one k before. Which end of which "
        "interval tells each?",
        "Keep k if the upper end at k is above 0 and the lower end one k before is not. Before k = 1 there is no "
        "interval that could forbid anything.",
    ),
    explanation=(
        "The true place is missing from this list only if one of two single ends is wrong, whatever the curves look "
        "like: the upper end at the place, or the lower end before it."
    ),
)

#


def two_parts(c: Sequence[int], n: int) -> tuple[float, float]:
    """Between problems and within them: both parts of the variance, from n samples of each problem."""
    shares = [one / n for one in c]
    mean = sum(shares) / len(c)
    within = sum(one * (n - one) for one in c) / (len(c) * n * (n - 1))
    observed = sum((one - mean) ** 2 for one in shares) / (len(c) - 1)
    return max(0.0, observed - within / n), within


def _observed(c: Sequence[int], n: int) -> float:
    return float(np.var(np.array(c) / n, ddof=1))


def _calls_counts(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    fixed = [([4, 4, 4], 4), ([0, 8], 8), ([1, 1, 1, 1], 2), ([2, 3, 2, 3, 2], 5), ([0, 1, 3, 4] * 3, 4)]
    drawn = []
    for _ in range(6):
        n, problems = int(rng.integers(3, 20)), int(rng.integers(3, 12))
        drawn.append(([int(x) for x in rng.binomial(n, rng.beta(0.7, 0.7, problems))], n))
    return [*fixed, *drawn]


R5 = Task(
    id="R-5",
    kind="F",
    title="The two parts",
    points=4,
    minutes=12,
    variable="two_parts",
    statement=(
        "A benchmark has several problems, with n ≥ 2 samples of each; c lists how many of them are right. Write "
        "`two_parts(c, n)`: it returns the estimates of Var(p) and of E[p(1 − p)], in this order. Both are without "
        "bias, but for one rule: where the first would be below 0, return 0 for it."
    ),
    answer_type=Function("two_parts(c, n)", _calls_counts, library=(estimates.split_variance,)),
    reference=two_parts,
    misconceptions=(
        Misconception(
            "observed",
            lambda c, n: (_observed(c, n), two_parts(c, n)[1]),
            "This takes the variance of the shares for that of p. The shares vary also because n samples are few: what "
            "the samples add must be taken off.",
        ),
        Misconception(
            "plug-in",
            lambda c, n: (
                max(0.0, _observed(c, n) - float(np.mean([x / n * (1 - x / n) for x in c])) / n),
                float(np.mean([x / n * (1 - x / n) for x in c])),
            ),
            "This puts the share c/n into p(1 − p). On average that is too small, by the factor (n − 1)/n.",
        ),
        Misconception(
            "divisor",
            lambda c, n: (
                max(0.0, float(np.var(np.array(c) / n)) - two_parts(c, n)[1] / n),
                two_parts(c, n)[1],
            ),
            "This divides the squares over problems by their number. The mean is estimated from the same problems, so "
            "it is one less.",
        ),
        Misconception(
            "negative",
            lambda c, n: (_observed(c, n) - two_parts(c, n)[1] / n, two_parts(c, n)[1]),
            "This returns a variance below 0 where the samples alone explain more than is seen. Asked was 0 there.",
        ),
    ),
    hints=(
        "The variance of the shares over problems has both parts in it. How much do n samples of one problem add?",
        "c(n − c)/(n(n − 1)) estimates p(1 − p) of one problem. Take its mean; divided by n it is what the samples add "
        "to the variance of the shares.",
    ),
    explanation=(
        "The variance of a share over problems is Var(p) + E[p(1 − p)]/n. The second part is measured inside the "
        "problems, and the first is what is left: `its.split_variance` does the same, also for pass@k and differences."
    ),
)

# Bonus


def _first_level(share: float, p: float, within: float) -> int:
    return math.ceil(math.log(within / (1 - share)) / math.log(p))


RB = Task(
    id="R-B",
    kind="N",
    title="Where it levels off",
    points=2,
    minutes=8,
    variable="answer_RB",
    statement=(
        "A share {share:g} of an agent’s tasks always succeeds. Each trial of the others succeeds with chance {p:g}. "
        "What is the smallest k with pass^k at most {within:g} above the value that it ends at?"
    ),
    answer_type=Number("trials", low=1, whole=True),
    reference=_first_level,
    misconceptions=(
        Misconception(
            "no-share",
            lambda share, p, within: math.ceil(math.log(within) / math.log(p)),
            "This lets all tasks succeed with chance {p:g}. Only a share 1 − {share:g} of them does.",
        ),
        Misconception(
            "to-zero",
            lambda share, p, within: math.ceil(math.log(within / share) / math.log(p)),
            "This divides by the share that always succeeds. What fades is the part of the other tasks.",
        ),
    ),
    hints=(
        "Write pass^k as a sum of two parts. Which of them does not depend on k?",
        "pass^k = {share:g} + (1 − {share:g})·{p:g}^k. When is the second part at most {within:g}?",
    ),
    explanation=lambda share, p, within: (
        f"pass^k ends at {share:g}, and {1 - share:g}·{p:g}^k falls to {within:g} at k = "
        f"{math.log(within / (1 - share)) / math.log(p):.2f}, so at {_first_level(share, p, within)}. A Beta "
        "distribution has no such share: its pass^k falls to 0."
    ),
    book={"share": 0.2, "p": 0.6, "within": 0.01},
    draw=lambda rng: {
        "share": _choice(rng, 0.15, 0.25, 0.3, 0.35),
        "p": _choice(rng, 0.5, 0.7, 0.8),
        "within": _choice(rng, 0.002, 0.005, 0.02),
    },
    bonus=True,
)

TASKS = shortest_first(R1, R2, R3, R4, R5, RB)

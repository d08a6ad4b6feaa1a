"""Workshop 3, pass@k: by listing subsets, by a formula, as a table, over a benchmark, with an interval; and pass^k.

The references are slow and plain on purpose: they are what a learner can read after a wrong answer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import estimates
from ...answers.task import Function, Misconception, Task
from ...estimates import pools as library

__all__ = ["TASKS", "all_right", "benchmark", "bootstrap", "pass_at_k", "pass_by_subsets", "pass_table"]

Pool = Sequence[bool]
# A drawing lists the subsets only where a line can hold them.
LISTED = 12
# From the second task on, an answer that lists would later stop the notebook at 64 samples, so it must be too slow
# already when it is checked. `list(combinations(…))` cannot be interrupted: each step takes less than a second and
# half a gigabyte, and there are enough of them. One that lists orders is out of time before the larger ones.
SECONDS = 1.5
LARGE_BY_ORDER, LARGE = (10, 8), (24, 12)


def pass_by_subsets(correct: Pool, k: int) -> float:
    """Return the share of all subsets of k samples that hold a right one; ValueError for k above the pool's size."""
    if k > len(correct):
        raise ValueError(f"k must be at most the {len(correct)} samples of the pool, got {k}")
    subsets = list(itertools.combinations(correct, k))
    return sum(any(subset) for subset in subsets) / len(subsets)


def pass_at_k(n: int, c: int, k: int) -> float:
    """Return pass@k of one problem with c right samples of n; ValueError for k > n."""
    if k > n:
        raise ValueError(f"k must be at most n = {n}, got {k}")
    return 1 - math.comb(n - c, k) / math.comb(n, k)


def pass_table(n: int, c: int) -> list[float]:
    """Return pass@1 to pass@n of one problem with c right samples of n."""
    return [pass_at_k(n, c, k) for k in range(1, n + 1)]


def benchmark(pools: Sequence[Pool]) -> list[float]:
    """Return the mean over problems of pass@1, pass@2 and so on, up to the size of the smallest pool."""
    tables = [pass_table(len(pool), sum(pool)) for pool in pools]
    return [sum(column) / len(column) for column in zip(*tables, strict=False)]


def bootstrap(values: Sequence[float], resamples: Sequence[Sequence[int]], cut: int) -> tuple[float, float]:
    """Return the ends of the sorted means of the resamples, after `cut` are taken off at either end."""
    if 2 * cut >= len(resamples):
        raise ValueError(f"cut = {cut} at either end leaves nothing of {len(resamples)} means")
    means = sorted(_means(values, resamples))
    return means[cut], means[len(means) - 1 - cut]


def _means(values: Sequence[float], resamples: Sequence[Sequence[int]]) -> list[float]:
    return [sum(values[i] for i in chosen) / len(chosen) for chosen in resamples]


def all_right(pools: Sequence[Pool], k: int) -> float:
    """Return pass^k, the mean over problems of the share of subsets of k samples that are all right."""
    shares = []
    for pool in pools:
        if k > len(pool):
            raise ValueError(f"k must be at most the {len(pool)} samples of each pool, got {k}")
        shares.append(math.comb(sum(pool), k) / math.comb(len(pool), k))
    return sum(shares) / len(shares)


def _signs(pool: Pool, places: Sequence[int] | None = None) -> str:
    """Draw samples by their numbers: ✓ for a right one, ✗ for a wrong one."""
    chosen = range(len(pool)) if places is None else places
    return " ".join(f"{i}{'✓' if pool[i] else '✗'}" for i in chosen)


def _pool(rng: np.random.Generator, n: int, c: int) -> list[bool]:
    right: list[bool] = (rng.permutation(n) < c).tolist()
    return right


# W-31


def _calls_subsets(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    # Small enough for an answer that lists sequences with replacement: at most 8⁴ of them.
    drawn = [
        (_pool(rng, n, int(rng.integers(1, n - 1))), k) for n, k in ((5, 2), (6, 3), (6, 2), (7, 4), (8, 3), (8, 4))
    ]
    return [
        ([True, False, False], 2),
        ([True, False, False], 1),
        ([False, False, True, False], 4),
        ([False, False], 1),
        ([True, True, True], 2),
        ([False, True, True, False, False], 3),
        *drawn,
        ([True, False], 3),
    ]


def _shows_subsets(correct: Pool, k: int) -> str:
    number = math.comb(len(correct), k)
    pool = f"The pool: {_signs(correct)}."
    if number == 0:
        return f"{pool} No subset has {k} samples."
    if number > LISTED:
        return f"{pool} There are {number} subsets of {k}."
    subsets = itertools.combinations(range(len(correct)), k)
    return f"{pool} Its subsets of {k}: {'; '.join(_signs(correct, subset) for subset in subsets)}."


def _over_subsets(rule: Callable[[tuple[bool, ...]], float]) -> Callable[[Pool, int], float]:
    """Return what has another rule for one subset in the place of `any`."""

    def other(correct: Pool, k: int) -> float:
        if k > len(correct):
            return pass_by_subsets(correct, k)
        return float(np.mean([rule(subset) for subset in itertools.combinations(correct, k)]))

    return other


def _by_appearance(correct: Pool, k: int) -> float:
    subsets = {tuple(sorted(subset)) for subset in itertools.combinations(correct, k)}
    return sum(any(subset) for subset in subsets) / len(subsets)


W31 = Task(
    id="W-31",
    kind="F",
    title="pass@k by listing subsets",
    points=3,
    minutes=10,
    variable="pass_by_subsets",
    statement=(
        "`correct` is a pool: a list of True and False, one for each recorded sample of one problem, at most ten. "
        "Write `pass_by_subsets(correct, k)`: the share of all subsets of k samples that hold at least one right "
        "sample. Samples differ by their position, so two wrong samples are two samples. A k larger than the pool: "
        "raise a `ValueError`. The pool True, False, False has pass@2 = 2/3."
    ),
    answer_type=Function(
        "pass_by_subsets(correct, k)",
        _calls_subsets,
        library=(library.pass_at_k, estimates.curve),
        shows=_shows_subsets,
    ),
    reference=pass_by_subsets,
    misconceptions=(
        Misconception(
            "with-replacement",
            lambda correct, k: 1 - (1 - sum(correct) / len(correct)) ** k,
            "This draws with replacement: the same sample can come twice. Asked were subsets, in which each sample is "
            "there once or not at all.",
        ),
        Misconception(
            "all-right",
            _over_subsets(all),
            "This is the share of subsets in which all samples are right. Asked was at least one.",
        ),
        Misconception(
            "mean",
            _over_subsets(lambda subset: sum(subset) / len(subset)),
            "This is the share of right samples, the same for every k: it is pass@1. A subset counts as a whole, "
            "with 1 where it holds a right sample and with 0 where it holds none.",
        ),
        Misconception(
            "expected-number",
            _over_subsets(sum),
            "This is the mean number of right samples in a subset. A subset with two right ones counts as 1 too.",
        ),
        Misconception(
            "by-appearance",
            _by_appearance,
            "This counts subsets that look alike once. Two wrong samples are two samples: `combinations` goes by "
            "position, so keep every subset that it gives.",
        ),
    ),
    hints=(
        "itertools.combinations(correct, k) gives every subset once. Make a list of them first.",
        "any(subset) is True where a subset holds a right sample; True counts as 1 in a sum.",
    ),
    explanation=(
        "If you had drawn only k samples, each of these subsets would have been as likely as any other. Their mean is "
        "what k samples reach, without a formula and without chance."
    ),
)

# W-32


def _calls_formula(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(7):
        n = int(rng.integers(8, 14))
        drawn.append((n, int(rng.integers(1, n // 2)), int(rng.integers(2, n // 2))))
    (few, k), (many, half) = LARGE_BY_ORDER, LARGE
    by_order = [(few, c, k) for c in range(1, few - 1)]
    large = [(many, c, half) for c in (2, 1, 3, 5)]
    return [
        (10, 2, 5),
        (6, 1, 6),
        (4, 0, 2),
        (5, 5, 1),
        (7, 3, 5),
        *drawn,
        (2, 0, 5),
        (3, 1, 4),
        *by_order,
        *large,
    ]


def _shows_counts(n: int, c: int, k: int) -> str:
    pool = f"The pool: {_signs([i < c for i in range(n)])}." if n <= LISTED else f"The pool: {n} samples, {c} right."
    return f"{pool} There are {math.comb(n, k)} subsets of {k}." if k <= n else f"{pool} No subset has {k} samples."


def _not_refused(n: int, c: int, k: int) -> float:
    return 1 - math.comb(n - c, k) / math.comb(n, min(k, n))


W32 = Task(
    id="W-32",
    kind="F",
    title="pass@k by a formula",
    points=3,
    minutes=10,
    variable="pass_at_k",
    statement=(
        "Write `pass_at_k(n, c, k)`: of n samples c are right; return the share of the subsets of k samples that hold "
        "at least one right sample. Listing takes too long here: count the subsets without a right sample, and "
        "all subsets. A k larger than n: raise a `ValueError`. Ten samples with two right ones give 0.7778 for k = 5."
    ),
    answer_type=Function(
        "pass_at_k(n, c, k)",
        _calls_formula,
        seconds=SECONDS,
        library=(library.pass_at_k, estimates.curve),
        shows=_shows_counts,
    ),
    reference=pass_at_k,
    misconceptions=(
        Misconception(
            "plug-in",
            lambda n, c, k: 1 - (1 - c / n) ** k,
            "This is the plug-in 1 − (1 − c/n)^k: draws with replacement, on average too low. Asked were subsets. "
            "With n = k = 6 and one right sample you cannot miss that sample.",
        ),
        Misconception(
            "not-refused",
            _not_refused,
            "This returns a number for k > n. Two samples do not say what five would have reached: asked was a "
            "ValueError.",
        ),
        Misconception(
            "failure",
            lambda n, c, k: math.comb(n - c, k) / math.comb(n, min(k, n)),
            "This is the share of subsets without a right sample. Asked was the share with one.",
        ),
        Misconception(
            "expected-number",
            lambda n, c, k: k * c / n,
            "This is k·c/n, the mean number of right samples among k, and it can be above 1. Asked was the chance of "
            "at least one.",
        ),
        Misconception(
            "exactly-one",
            lambda n, c, k: c * math.comb(n - c, k - 1) / math.comb(n, min(k, n)),
            "This is the share of subsets with exactly one right sample. Asked was at least one: take the subsets with "
            "none away from all.",
        ),
        Misconception(
            "all-right",
            lambda n, c, k: math.comb(c, k) / math.comb(n, min(k, n)),
            "This is the share of subsets in which every sample is right. Asked was at least one.",
        ),
    ),
    hints=(
        "A subset without a right sample takes all its k samples from the n − c wrong ones.",
        "math.comb(n, k) is the number of subsets of k of n things, as a whole number that never overflows.",
    ),
    explanation=(
        "Listing and counting give the same number. The formula needs only n and c: which of the samples are right "
        "does not matter, because all subsets are equally likely."
    ),
)

# W-33


def _calls_table(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for n in (6, 7, 7, 8, LARGE_BY_ORDER[0], LARGE_BY_ORDER[0], 18, 20, LARGE[0], LARGE[0]):
        drawn.append((n, int(rng.integers(1, n - 1))))
    return [(6, 2), (1, 0), (1, 1), (4, 0), (3, 3), (5, 1), *drawn]


def _shows_table(n: int, c: int) -> str:
    if n > LISTED:
        return f"The pool: {n} samples, {c} right."
    return f"The pool: {_signs([i < c for i in range(n)])}. The last item is pass@{n}, which draws all of them."


W33 = Task(
    id="W-33",
    kind="F",
    title="A table for every k",
    points=4,
    minutes=12,
    variable="pass_table",
    statement=(
        "Fill the hole in `pass_table(n, c)`: the list of pass@1, pass@2, …, pass@n of one problem, n numbers. Keep "
        "`missed`, the chance that none of the samples drawn so far is right. Each further draw multiplies `missed` by "
        "the wrong samples that are left over all samples that are left. n = 6 and c = 2 begin with 0.333, 0.6, 0.8."
    ),
    answer_type=Function(
        "pass_table(n, c)",
        _calls_table,
        seconds=SECONDS,
        library=(library.pass_at_k, library.pass_table, estimates.curve),
        shows=_shows_table,
    ),
    reference=pass_table,
    misconceptions=(
        Misconception(
            "plug-in",
            lambda n, c: [1 - (1 - c / n) ** k for k in range(1, n + 1)],
            "This multiplies by the same share each time, as if every sample were put back. A drawn sample is gone: "
            "one wrong sample fewer, and one sample fewer.",
        ),
        Misconception(
            "from-zero",
            lambda n, c: [0.0, *pass_table(n, c)[:-1]],
            "This begins with pass@0, which is always 0, and ends before pass@n. Multiply first, then append.",
        ),
        Misconception(
            "failure",
            lambda n, c: [1 - one for one in pass_table(n, c)],
            "This is the table of `missed`, the chance of no right sample. Asked was 1 minus that.",
        ),
        Misconception(
            "ends-early",
            lambda n, c: pass_table(n, c)[:-1],
            "This ends at pass@(n − 1). Asked were n numbers: the last one draws all n samples.",
        ),
        Misconception(
            "gains",
            lambda n, c: np.diff([0.0, *pass_table(n, c)]).tolist(),
            "This is what each further sample adds. Asked was what the first k samples reach together.",
        ),
        Misconception(
            "all-stay",
            lambda n, c: [1 - math.prod(max(n - c - i, 0) / n for i in range(k)) for k in range(1, n + 1)],
            "This divides by n every time. After the first draw only n − 1 samples are left to draw from.",
        ),
    ),
    hints=(
        "Loop over drawn = 0, 1, …, n − 1: so many samples are gone before the draw, all of them wrong.",
        "missed *= (n - c - drawn) / (n - drawn), then table.append(1 - missed). Once a factor is 0, it stays 0.",
    ),
    explanation=(
        "The chances of missing again and again multiply to C(n − c, k)/C(n, k): the formula, one factor at a time. "
        "One multiplication for each k makes the whole table."
    ),
)

# W-34


def _calls_benchmark(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(5):
        sizes = rng.integers(4, 9, int(rng.integers(3, 6))).tolist()
        # The first pool is the smallest and its problem hard, the second is large and its problem easy.
        pools = [_pool(rng, 3, 1), _pool(rng, 9, 7)]
        drawn.append(([*pools, *(_pool(rng, n, int(rng.integers(0, n + 1))) for n in sizes)],))
    return [
        ([[True, False, False], [True, True, False]],),
        ([[True, True, True, True], [False, False, False, False]],),
        ([[False, True, False]],),
        ([[True, False], [False, False, True, True, True]],),
        *drawn,
        *(([_pool(rng, n, n // 5), _pool(rng, n, 0)],) for n in (LARGE_BY_ORDER[0], LARGE[0])),
    ]


def _shows_pools(pools: Sequence[Pool], k: int | None = None) -> str:
    rows = [f"problem {i}: {' '.join('✓' if one else '✗' for one in pool)}" for i, pool in enumerate(pools)]
    more = f" (and {len(rows) - 6} more)" if len(rows) > 6 else ""
    return f"The pools are {'; '.join(rows[:6])}{more}." + (f" k = {k}." if k is not None else "")


def _averaged_first(pools: Sequence[Pool]) -> list[float]:
    p = sum(sum(pool) / len(pool) for pool in pools) / len(pools)
    return [1 - (1 - p) ** k for k in range(1, min(map(len, pools)) + 1)]


def _plug_in_tables(pools: Sequence[Pool]) -> list[float]:
    shares = [sum(pool) / len(pool) for pool in pools]
    end = min(map(len, pools))
    return [sum(1 - (1 - p) ** k for p in shares) / len(shares) for k in range(1, end + 1)]


def _pooled(pools: Sequence[Pool]) -> list[float]:
    together = [one for pool in pools for one in pool]
    return pass_table(len(together), sum(together))[: min(map(len, pools))]


def _weighted_by_samples(pools: Sequence[Pool]) -> list[float]:
    total = sum(map(len, pools))
    tables = [[len(pool) / total * one for one in pass_table(len(pool), sum(pool))] for pool in pools]
    return [sum(column) for column in zip(*tables, strict=False)]


def _fewer_problems(pools: Sequence[Pool]) -> list[float]:
    tables = [pass_table(len(pool), sum(pool)) for pool in pools]
    columns = [[table[k] for table in tables if k < len(table)] for k in range(max(map(len, tables)))]
    return [sum(column) / len(column) for column in columns]


W34 = Task(
    id="W-34",
    kind="F",
    title="The curve of a benchmark",
    points=4,
    minutes=12,
    variable="benchmark",
    statement=(
        "`pools` is a list of pools, one for each problem, maybe of different sizes. Write `benchmark(pools)`: the "
        "list of the mean pass@1, the mean pass@2 and so on. Every problem counts once, however many samples it has. "
        "Use all samples of each pool. The list ends at the size of the smallest pool: beyond it that problem has no "
        "pass@k. You may call your `pass_table` once W-33 is right."
    ),
    answer_type=Function(
        "benchmark(pools)",
        _calls_benchmark,
        seconds=SECONDS,
        library=(library.pass_at_k, library.pass_table, estimates.curve),
        shows=_shows_pools,
    ),
    reference=benchmark,
    misconceptions=(
        Misconception(
            "pooled",
            _pooled,
            "This pours the samples of all problems into one pool. A right sample of an easy problem does not solve a "
            "hard one: make one table for each problem, and average the tables.",
        ),
        Misconception(
            "averaged-first",
            _averaged_first,
            "This averages the shares of right samples first and repeats the mean problem. It promises too much: "
            "compute each problem's pass@k, then average.",
        ),
        Misconception(
            "plug-in",
            _plug_in_tables,
            "This is the mean of plug-in values, as if samples were put back. If you call your `pass_table`, make W-33 "
            "right first and run this check again.",
        ),
        Misconception(
            "by-samples",
            _weighted_by_samples,
            "This lets a problem with more samples count more. Samples make a problem's value surer and not more "
            "important: every problem counts once.",
        ),
        Misconception(
            "fewer-problems",
            _fewer_problems,
            "This goes on beyond the smallest pool with the problems that are left. From there on the mean is one over "
            "other problems, and the curve can even fall. Asked was to stop.",
        ),
        Misconception(
            "no-mean",
            lambda pools: [pass_table(len(pool), sum(pool)) for pool in pools],
            "This is the list of the problems' tables. Asked was one list: the mean of the tables, k by k.",
        ),
        Misconception(
            "cut-to-smallest",
            lambda pools: benchmark([pool[: min(map(len, pools))] for pool in pools]),
            "This keeps only the first samples of each pool, as many as the smallest pool has. All samples of a pool "
            "say something about its pass@k: use them, and cut the curve instead.",
        ),
    ),
    hints=(
        "Make a list of tables first: pass_table(len(pool), sum(pool)) for each pool.",
        "zip(*tables) gives the columns, the first items of all tables, then the second items, and ends with the "
        "shortest table.",
    ),
    explanation=(
        "A benchmark asks about a kind of problem, so the mean is one over problems. Averaging first would hide the "
        "problems that no number of tries solves."
    ),
)

# W-35


def _calls_bootstrap(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(5):
        problems = int(rng.integers(4, 9))
        values = np.round(rng.uniform(0, 1, problems), 3).tolist()
        draws = rng.integers(0, problems, (int(rng.integers(10, 20)), problems)).tolist()
        drawn.append((values, draws, int(rng.integers(1, 4))))
    return [
        ([0.0, 0.5, 1.0], [[2, 2, 1], [0, 0, 1], [0, 1, 2]], 1),
        ([0.0, 0.5, 1.0, 0.2], [[3, 3, 1, 0], [2, 2, 2, 1], [0, 0, 0, 3], [1, 1, 2, 2]], 1),
        ([0.1, 0.2, 0.6], [[0, 0, 0], [2, 2, 2], [1, 1, 2], [0, 2, 2], [1, 0, 0]], 2),
        *drawn,
        ([0.1, 0.2, 0.6, 0.3, 0.9], [[0, 0, 0, 1, 4], [2, 2, 2, 3, 3], [1, 1, 2, 0, 4], [0, 2, 2, 3, 1]], 2),
    ]


def _shows_resamples(values: Sequence[float], resamples: Sequence[Sequence[int]], cut: int) -> str:
    rows = [f"{list(one)} has the values {', '.join(f'{values[i]:g}' for i in one)}" for one in resamples[:3]]
    more = f" (and {len(resamples) - 3} more)" if len(resamples) > 3 else ""
    return f"The resample {'; '.join(rows)}{more}. Take {cut} off at either end of the {len(resamples)} sorted means."


def _bootstrap_with(mean: Any = None, ordered: Any = sorted, high: Any = None) -> Any:
    """Return a bootstrap in which one piece is another one."""
    own_mean = mean or (lambda values, chosen: sum(values[i] for i in chosen) / len(chosen))
    own_high = high or (lambda means, cut: means[len(means) - 1 - cut])

    def other(values: Sequence[float], resamples: Sequence[Sequence[int]], cut: int) -> tuple[float, float]:
        means = ordered([own_mean(values, chosen) for chosen in resamples])
        return means[cut], own_high(means, cut)

    return other


def _each_problem_once(values: Sequence[float], chosen: Sequence[int]) -> float:
    different = set(chosen)
    return sum(values[i] for i in different) / len(different)


def _single_values(values: Sequence[float], resamples: Sequence[Sequence[int]], cut: int) -> tuple[float, float]:
    drawn = sorted(values[i] for chosen in resamples for i in chosen)
    return drawn[cut], drawn[len(drawn) - 1 - cut]


W35 = Task(
    id="W-35",
    kind="F",
    title="A bootstrap over problems",
    points=5,
    minutes=15,
    variable="bootstrap",
    statement=(
        "`values[i]` is the pass@k of problem i. Each item of `resamples` is a list of problems, drawn with "
        "replacement: it names some problems twice and others not at all. Write `bootstrap(values, resamples, cut)`. "
        "Compute the mean value of each resample; a problem that is named twice counts twice. Sort the means and take "
        "off the `cut` smallest and the `cut` largest. Return (low, high), the smallest and the largest of the means "
        "that are left. Where nothing is left: raise a `ValueError`. For an interval of 95 % from 1,000 resamples cut "
        "is 25."
    ),
    answer_type=Function(
        "bootstrap(values, resamples, cut)",
        _calls_bootstrap,
        library=(estimates.problem_interval, estimates.paired_interval),
        shows=_shows_resamples,
    ),
    reference=bootstrap,
    misconceptions=(
        Misconception(
            "each-once",
            _bootstrap_with(mean=_each_problem_once),
            "This counts a problem once where a resample names it twice. Its repeats are what makes one resample "
            "differ from another: keep them.",
        ),
        Misconception(
            "not-sorted",
            _bootstrap_with(ordered=list),
            "This takes positions of the means in the order in which they were drawn. Sort them first.",
        ),
        Misconception(
            "one-too-high",
            _bootstrap_with(high=lambda means, cut: means[-cut]),
            "This takes `cut` off at the low end and one fewer at the high end. The last item is number −1, so the "
            "item with `cut` behind it is number −1 − cut.",
        ),
        Misconception(
            "all-left",
            lambda values, resamples, cut: sorted(_means(values, resamples))[cut : len(resamples) - cut],
            "These are all the means that are left. Asked were two of them, the smallest and the largest; and a "
            "ValueError where none is left.",
        ),
        Misconception(
            "single-values",
            _single_values,
            "This sorts the values of single problems. It shows how much problems differ; asked was how much their "
            "mean would differ from one benchmark to another.",
        ),
    ),
    hints=(
        "One number for each resample: sum(values[i] for i in chosen) / len(chosen).",
        "After sorting, `cut` means lie before position cut, and `cut` means behind position len(means) - 1 - cut.",
    ),
    explanation=(
        "Problems were drawn from some larger kind of problem. Drawing them again from your table imitates that, so "
        "the spread of the means says how far the mean can lie from that kind's own. Samples do not appear: more "
        "samples of the same problems would hardly make the interval shorter."
    ),
)

# W-36


def _calls_all_right(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for k in (2, 3, 2, 3, 4):
        # The first pool is large, so that an answer that weighs or pours differs.
        pools = [_pool(rng, 10, 9), _pool(rng, 5, 4)]
        sizes = rng.integers(5, 9, int(rng.integers(1, 4))).tolist()
        drawn.append(([*pools, *(_pool(rng, n, int(rng.integers(2, n + 1))) for n in sizes)], k))
    return [
        ([[True, True, False]], 2),
        ([[True, True, True], [False, False, False]], 3),
        ([[True, False, False], [True, True, False]], 1),
        ([[True, False, False, False]], 2),
        *drawn,
        ([[True, True, True, True], [True, False]], 3),
        *(([_pool(rng, n, n - 1) for _ in range(8)], k) for n, k in (LARGE_BY_ORDER, LARGE)),
    ]


def _mean_of(value: Callable[[int, int, int], float]) -> Callable[[Sequence[Pool], int], float]:
    """Return the mean over problems of another value, made of n, c and k."""
    return lambda pools, k: sum(value(len(pool), sum(pool), k) for pool in pools) / len(pools)


def _not_refused_for_any(pools: Sequence[Pool], k: int) -> float:
    # A pool that is too small counts as one in which no subset is all right.
    return sum(math.comb(sum(pool), k) / max(math.comb(len(pool), k), 1) for pool in pools) / len(pools)


W36 = Task(
    id="W-36",
    kind="F",
    title="pass^k, all of k right",
    points=4,
    minutes=10,
    variable="all_right",
    statement=(
        "Write `all_right(pools, k)`, which is pass^k (say “pass hat k”): for each problem the share of its subsets of "
        "k samples in which every sample is right, and then the mean over the problems. A k larger than one of the "
        "pools: raise a `ValueError`. The pool True, True, False has pass^2 = 1/3, and pass@2 = 1."
    ),
    answer_type=Function(
        "all_right(pools, k)",
        _calls_all_right,
        tolerance=1e-8,
        seconds=SECONDS,
        library=(library.pass_at_k, library.pass_table, estimates.curve),
        shows=_shows_pools,
    ),
    reference=all_right,
    misconceptions=(
        Misconception(
            "at-least-one",
            _mean_of(pass_at_k),
            "This is pass@k: at least one of k right. Asked was that all k are right.",
        ),
        Misconception(
            "complement",
            _mean_of(lambda n, c, k: 1 - pass_at_k(n, c, k)),
            "This is 1 − pass@k, the chance that all k are wrong. The mirror exchanges right and wrong samples too.",
        ),
        Misconception(
            "plug-in",
            _mean_of(lambda n, c, k: (c / n) ** k),
            "This is (c/n)^k for each problem: draws with replacement, on average too high. Asked were subsets.",
        ),
        Misconception(
            "pooled",
            lambda pools, k: math.comb(sum(map(sum, pools)), k) / math.comb(sum(map(len, pools)), k),
            "This pours the samples of all problems into one pool, so that its subsets mix problems. Asked was each "
            "problem's own share, and then the mean.",
        ),
        Misconception(
            "whole-pools",
            lambda pools, k: sum(map(all, pools)) / len(pools),
            "This is the share of problems whose whole pool is right, the same for every k. Asked was about subsets "
            "of k: a pool with a wrong sample has subsets without that sample.",
        ),
        Misconception(
            "averaged-first",
            lambda pools, k: (sum(sum(pool) / len(pool) for pool in pools) / len(pools)) ** k,
            "This averages the shares first and raises the mean to k. Problems that are always solved stay solved: "
            "compute each problem's share of subsets, then average.",
        ),
        Misconception(
            "not-refused",
            _not_refused_for_any,
            "This returns a number although one pool has fewer than k samples. What that problem would do in k tries "
            "was never seen: asked was a ValueError.",
        ),
    ),
    hints=(
        "A subset that is all right takes its k samples from the right ones. How many such subsets are there?",
        "For one pool: math.comb(sum(pool), k) / math.comb(len(pool), k). It is 0 where there are fewer than k right.",
    ),
    explanation=(
        "pass^k is pass@k in a mirror: exchange right and wrong, and it is 1 minus pass@k. As k grows, pass@k rises "
        "to the share of problems that are ever solved, and pass^k falls to the share that never fails."
    ),
)

TASKS = (W31, W32, W33, W34, W35, W36)

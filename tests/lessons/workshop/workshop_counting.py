"""W-31 to W-36, each in five other ways."""

from __future__ import annotations

import itertools
import math
import statistics
from fractions import Fraction

import numpy as np
from scipy import special, stats


def _enough(k, n):
    if k > n:
        raise ValueError(f"{k} samples cannot be drawn from {n}")


# W-31: pass_by_subsets(correct, k)


def subsets_counted(correct, k):
    _enough(k, len(correct))
    found = total = 0
    for subset in itertools.combinations(range(len(correct)), k):
        total += 1
        found += any(correct[i] for i in subset)
    return found / total


def subsets_bits(correct, k):
    _enough(k, len(correct))
    masks = [mask for mask in range(2 ** len(correct)) if mask.bit_count() == k]
    right = sum(2**i for i, one in enumerate(correct) if one)
    return sum(1 for mask in masks if mask & right) / len(masks)


def subsets_ordered(correct, k):
    if k > len(correct):
        raise ValueError(k)
    return statistics.mean(float(any(one)) for one in itertools.permutations(correct, k))


def subsets_recursive(correct, k):
    _enough(k, len(correct))

    def every(pool, k):
        if k == 0:
            return [[]]
        return [[one, *rest] for i, one in enumerate(pool) for rest in every(pool[i + 1 :], k - 1)]

    return np.mean([max(subset) for subset in every(correct, k)])


def subsets_fraction(correct, k):
    _enough(k, len(correct))
    wrong = [i for i, one in enumerate(correct) if not one]
    every = set(itertools.combinations(range(len(correct)), k))
    return 1 - Fraction(len(every & set(itertools.combinations(wrong, k))), len(every))


# W-32: pass_at_k(n, c, k)


def formula_fraction(n, c, k):
    _enough(k, n)
    return Fraction(math.comb(n, k) - math.comb(n - c, k), math.comb(n, k))


def formula_product(n, c, k):
    _enough(k, n)
    return 1.0 - float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


def formula_scipy(n, c, k):
    _enough(k, n)
    return 1 - special.comb(n - c, k, exact=True) / special.comb(n, k, exact=True)


def formula_hypergeometric(n, c, k):
    _enough(k, n)
    return stats.hypergeom.sf(0, n, c, k)


def formula_by_hits(samples, right, allowed):
    if allowed > samples:
        raise ValueError("more samples than were recorded")
    ways = (math.comb(right, hits) * math.comb(samples - right, allowed - hits) for hits in range(1, allowed + 1))
    return sum(ways) / math.comb(samples, allowed)


# W-33: pass_table(n, c)


def table_formula(n, c):
    return [1 - math.comb(n - c, k) / math.comb(n, k) for k in range(1, n + 1)]


def table_numpy(n, c):
    drawn = np.arange(n)
    return 1 - np.cumprod(np.maximum(n - c - drawn, 0) / (n - drawn))


def table_accumulate(n, c):
    factors = [Fraction(max(n - c - i, 0), n - i) for i in range(n)]
    return tuple(float(1 - missed) for missed in itertools.accumulate(factors, lambda a, b: a * b))


def table_while(n, c):
    wrong, left, missed, table = n - c, n, 1.0, []
    while left:
        missed = missed * wrong / left
        table.append(1 - missed)
        wrong, left = max(wrong - 1, 0), left - 1
    return table


def table_of_gains(n, c):
    # The first right sample comes with draw k: the k − 1 before it are wrong.
    gains = [math.comb(n - k, c - 1) / math.comb(n, c) if c else 0.0 for k in range(1, n + 1)]
    return np.cumsum(gains).tolist()


# W-34: benchmark(pools)


def benchmark_loops(pools):
    curve = []
    for k in range(1, min(len(pool) for pool in pools) + 1):
        total = 0.0
        for pool in pools:
            total += formula_fraction(len(pool), sum(pool), k)
        curve.append(total / len(pools))
    return curve


def benchmark_numpy(pools):
    end = min(map(len, pools))
    return np.mean([table_numpy(len(pool), sum(pool))[:end] for pool in pools], axis=0)


def benchmark_fractions(pools):
    tables = [[formula_fraction(len(pool), pool.count(True), k + 1) for k in range(len(pool))] for pool in pools]
    return [float(sum(column) / len(pools)) for column in zip(*tables, strict=False)]


def benchmark_statistics(pools):
    tables = [table_formula(len(pool), np.count_nonzero(pool)) for pool in pools]
    return [statistics.fmean(column) for column in zip(*tables, strict=False)]


def benchmark_running(pools):
    shortest = sorted(len(pool) for pool in pools)[0]
    mean = np.zeros(shortest)
    for seen, pool in enumerate(pools):
        table = np.array([formula_hypergeometric(len(pool), sum(pool), k) for k in range(1, shortest + 1)])
        mean += (table - mean) / (seen + 1)
    return list(mean)


# W-35: bootstrap(values, resamples, cut)


def _some_left(resamples, cut):
    if len(resamples) - 2 * cut < 1:
        raise ValueError("nothing is left")


def bootstrap_numpy(values, resamples, cut):
    _some_left(resamples, cut)
    means = np.sort(np.array(values)[np.array(resamples)].mean(axis=1))
    return means[cut], means[-1 - cut]


def bootstrap_sliced(values, resamples, cut):
    means = sorted(statistics.fmean(values[i] for i in chosen) for chosen in resamples)
    left = means[cut : len(means) - cut]
    if not left:
        raise ValueError(cut)
    return [left[0], left[-1]]


def bootstrap_counts(values, resamples, cut):
    _some_left(resamples, cut)
    counts = np.array([np.bincount(chosen, minlength=len(values)) for chosen in resamples])
    means = sorted(counts @ np.array(values) / counts.sum(axis=1))
    return means[cut], means[::-1][cut]


def bootstrap_taken_off(values, resamples, cut):
    _some_left(resamples, cut)
    means = [sum(values[i] for i in chosen) / len(chosen) for chosen in resamples]
    for _ in range(cut):
        means.remove(min(means))
        means.remove(max(means))
    return min(means), max(means)


def bootstrap_partition(values, resamples, cut):
    _some_left(resamples, cut)
    means = np.array([math.fsum(values[i] for i in chosen) / len(chosen) for chosen in resamples])
    high = len(means) - cut - 1
    ordered = np.partition(means, [cut, high])
    return tuple(ordered[[cut, high]].tolist())


# W-36: all_right(pools, k)


def right_by_draws(pools, k):
    """One sample after the other: the share of right ones among those that are left."""
    total = 0.0
    for pool in pools:
        _enough(k, len(pool))
        chance, right, left = 1.0, sum(pool), len(pool)
        for _ in range(k):
            chance, right, left = chance * right / left, max(right - 1, 0), left - 1
        total += chance
    return total / len(pools)


def right_mirrored(pools, k):
    total = 0.0
    for pool in pools:
        _enough(k, len(pool))
        total += 1 - formula_scipy(len(pool), len(pool) - sum(pool), k)
    return total / len(pools)


def right_product(pools, k):
    _enough(k, min(len(pool) for pool in pools))

    def share(n, c):
        return math.prod(max(c - drawn, 0) / (n - drawn) for drawn in range(k))

    return statistics.fmean(share(len(pool), sum(pool)) for pool in pools)


def right_fractions(pools, k):
    if any(len(pool) < k for pool in pools):
        raise ValueError("a pool is too small")
    shares = [Fraction(math.comb(pool.count(True), k), math.comb(len(pool), k)) for pool in pools]
    return sum(shares) / len(shares)


def right_hypergeometric(pools, k):
    n, c = np.array([len(pool) for pool in pools]), np.array([sum(pool) for pool in pools])
    _enough(k, n.min())
    return stats.hypergeom.pmf(k, n, c, k).mean()


RIGHT = {
    "W-31": (subsets_counted, subsets_bits, subsets_ordered, subsets_recursive, subsets_fraction),
    "W-32": (formula_fraction, formula_product, formula_scipy, formula_hypergeometric, formula_by_hits),
    "W-33": (table_formula, table_numpy, table_accumulate, table_while, table_of_gains),
    "W-34": (benchmark_loops, benchmark_numpy, benchmark_fractions, benchmark_statistics, benchmark_running),
    "W-35": (bootstrap_numpy, bootstrap_sliced, bootstrap_counts, bootstrap_taken_off, bootstrap_partition),
    "W-36": (right_by_draws, right_mirrored, right_product, right_fractions, right_hypergeometric),
}

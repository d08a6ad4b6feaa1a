"""Right solutions of the function tasks, each written in another way: none may be marked wrong."""

from __future__ import annotations

import collections
import heapq
import itertools
import math
import statistics
from fractions import Fraction
from functools import reduce

import numpy as np
from scipy import integrate, special, stats

# S-1: coverage(p, k)


def coverage_exponential(p, k):
    with np.errstate(divide="ignore"):
        rate = -np.log1p(-np.array(p))
    return -np.expm1(-rate * k)


def coverage_stable(p, k):
    return -special.expm1(special.xlog1py(k, -np.asarray(p, dtype=float)))


def coverage_by_cases(p, k):
    def one(p, k):
        return 1.0 if p == 1 else -math.expm1(float(k) * math.log1p(-float(p)))

    return np.vectorize(one, otypes=[float])(p, k)


def coverage_binomial(p, k):
    with np.errstate(divide="ignore"):
        return -np.expm1(stats.binom.logpmf(0, 1, p) * k)


def coverage_loop(p, k):
    p, k = np.broadcast_arrays(p, k)
    flat = [-math.expm1(kk * math.log1p(-pp)) if pp < 1 else 1.0 for pp, kk in zip(p.flat, k.flat, strict=True)]
    return np.array(flat).reshape(p.shape)


# S-5: rank(step_scores, how)


def rank_numpy(step_scores, how):
    value = {
        "product": lambda s: np.log(s).sum(),
        "sum_log": lambda s: np.log(s).sum(),
        "min": np.min,
        "last": lambda s: s[-1],
    }[how]
    return np.argsort([-value(s) for s in step_scores])


def rank_fractions(step_scores, how):
    if how in ("product", "sum_log"):
        value = [reduce(lambda a, b: a * b, (Fraction(str(x)) for x in s)) for s in step_scores]
    else:
        value = [min(s) if how == "min" else s[-1] for s in step_scores]
    return sorted(range(len(value)), key=lambda i: value[i])[::-1]


def rank_log2(step_scores, how):
    value = []
    for steps in step_scores:
        if how == "min":
            value.append(sorted(steps)[0])
        elif how == "last":
            value.append(steps[len(steps) - 1])
        else:
            total = 0.0
            for score in steps:
                total += math.log2(score)
            value.append(total)
    return [i for _, i in sorted(((v, i) for i, v in enumerate(value)), reverse=True)]


def rank_mantissa(step_scores, how):
    def product(steps):
        mantissa, exponent = 1.0, 0
        for score in steps:
            mantissa, shift = math.frexp(mantissa * score)
            exponent += shift
        return exponent, mantissa

    value = {"product": product, "sum_log": product, "min": min, "last": lambda s: s[-1]}[how]
    return tuple(sorted(range(len(step_scores)), key=lambda i: value(step_scores[i]), reverse=True))


def rank_insertion(step_scores, how):
    order = []
    for i, steps in enumerate(step_scores):
        v = math.fsum(math.log(x) for x in steps) if how in ("product", "sum_log") else min(steps)
        v = steps[-1] if how == "last" else v
        order.insert(next((place for place, (w, _) in enumerate(order) if w < v), len(order)), (v, i))
    return [np.int64(i) for _, i in order]


# T-4: samples_needed(p, target)


def needed_rounding_first(p, target):
    exact = np.round(np.log1p(-np.asarray(target)) / np.log1p(-np.asarray(p)), 9)
    return np.ceil(exact)


def needed_correcting(p, target):
    p, target = np.broadcast_arrays(np.asarray(p, float), np.asarray(target, float))
    k = np.ceil(np.log(1 - target) / np.log(1 - p))
    fewer = np.maximum(k - 1, 1)
    return np.where(1 - (1 - p) ** fewer >= target - 1e-12, fewer, k).astype(int)


def needed_search(p, target):
    def one(p, target):
        low, high = 0, 1
        while 1 - (1 - p) ** high < target - 1e-12:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if 1 - (1 - p) ** middle >= target - 1e-12 else (middle, high)
        return high

    return np.vectorize(one)(p, target)


def needed_counting(p, target):
    def one(p, target):
        failure, k = 1.0, 0
        while failure > 1 - target + 1e-12:
            failure, k = failure * (1 - p), k + 1
        return k

    p, target = np.broadcast_arrays(p, target)
    found = [one(float(a), float(b)) for a, b in zip(p.flat, target.flat, strict=True)]
    return found if p.ndim else found[0]


def needed_other_base(p, target):
    exact = np.log2(1 / (1 - np.asarray(target))) / np.log2(1 / (1 - np.asarray(p)))
    nearest = np.rint(exact)
    return np.where(np.abs(exact - nearest) < 1e-7, nearest, np.floor(exact) + 1)


# T-7: beta_coverage(a, b, k)


def beta_product(a, b, k):
    failure = 1.0
    for j in range(k):
        failure *= (b + j) / (a + b + j)
    return 1 - failure


def beta_gammas(a, b, k):
    log_failure = math.lgamma(b + k) + math.lgamma(a + b) - math.lgamma(b) - math.lgamma(a + b + k)
    return -math.expm1(log_failure)


def beta_quadrature(a, b, k):
    # With p = x^(1/a) the density's singularity at zero is gone.
    def failure(x):
        return (1 - x ** (1 / a)) ** (b - 1 + k)

    value, _ = integrate.quad(failure, 0, 1, limit=500, epsabs=1e-13, points=(1e-4, 1e-2))
    return 1 - value / a / special.beta(a, b)


def beta_binomial(a, b, k):
    return stats.betabinom.sf(0, k, a, b)


def beta_sum_of_gains(a, b, k):
    j = np.arange(k)
    survived = np.concatenate([[1.0], np.cumprod((b + j) / (a + b + j))[:-1]])
    return float(np.sum(survived * a / (a + b + j)))


# T-9: pass_at_k(n, c, k)


def pass_exact(n, c, k):
    if k > n:
        raise ValueError("k > n")
    return Fraction(math.comb(n, k) - math.comb(n - c, k), math.comb(n, k))


def pass_product(n, c, k):
    if not 0 < k <= n:
        raise ValueError
    return 1.0 - float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


def pass_loop(n, c, k):
    if n < k:
        raise ValueError(n, k)
    missed = 1.0
    for drawn in range(k):
        missed *= max(n - c - drawn, 0) / (n - drawn)
    return 1 - missed


def pass_hypergeometric(n, c, k):
    if k > n:
        raise ValueError("not enough samples")
    return stats.hypergeom.sf(0, n, c, k)


def pass_by_listing(n, c, k):
    if k > n:
        raise ValueError(f"{k} samples cannot be drawn from {n}")
    subsets = list(itertools.combinations([True] * c + [False] * (n - c), k))
    return sum(any(subset) for subset in subsets) / len(subsets)


def pass_by_size(n, c, k):
    if k > n:
        raise ValueError("not enough samples")
    if n < 11:
        subsets = list(itertools.combinations(range(n), k))
        return np.mean([min(subset) < c for subset in subsets])
    return sum(math.comb(c, hits) * math.comb(n - c, k - hits) for hits in range(1, min(c, k) + 1)) / math.comb(n, k)


# P-4: best_of_n(correct, score, k)


def _k_in_range(correct, k):
    if not 1 <= k <= len(correct):
        raise ValueError("not enough samples")


def best_by_levels(correct, score, k):
    _k_in_range(correct, k)
    correct, score = np.asarray(correct), np.asarray(score)
    chance, below = 0.0, 0
    for level in np.unique(score):
        tied = correct[score == level]
        chance += tied.mean() * (math.comb(below + tied.size, k) - math.comb(below, k))
        below += tied.size
    return chance / math.comb(len(correct), k)


def best_by_ranks(correct, score, k):
    _k_in_range(correct, k)
    means = {s: np.mean([c for c, t in zip(correct, score, strict=True) if t == s]) for s in score}
    return sum(means[s] * math.comb(i, k - 1) for i, s in enumerate(sorted(score))) / math.comb(len(score), k)


def best_by_fractions(correct, score, k):
    _k_in_range(correct, k)
    total = Fraction(0)
    for s in sorted(set(score)):
        tied, below = score.count(s), sum(t < s for t in score)
        right = sum(c for c, t in zip(correct, score, strict=True) if t == s)
        total += Fraction(right, tied) * (math.comb(below + tied, k) - math.comb(below, k))
    return float(total / math.comb(len(score), k))


def best_by_hypergeometric(correct, score, k):
    _k_in_range(correct, k)
    n, chance = len(score), 0.0
    for c, s in zip(correct, score, strict=True):
        above, tied = sum(t > s for t in score), score.count(s)
        some = stats.hypergeom.pmf(0, n, above, k) - stats.hypergeom.pmf(0, n, above + tied, k)
        chance += c * some / tied
    return chance


def best_by_size(correct, score, k):
    _k_in_range(correct, k)
    if math.comb(len(score), k) > 3000:
        return best_by_ranks(correct, score, k)
    total = []
    for subset in itertools.combinations(range(len(score)), k):
        top = max(score[i] for i in subset)
        total.append(np.mean([correct[i] for i in subset if score[i] == top]))
    return np.mean(total)


# C-5: problem_interval(c, n)


def _several(c):
    if len(c) == 1:
        raise ValueError("one problem")


def interval_numpy(c, n):
    _several(c)
    share = np.array(c) / np.array(n)
    return tuple(share.mean() + side * 1.96 * stats.sem(share) for side in (-1, 1))


def interval_statistics(c, n):
    _several(c)
    share = [a / b for a, b in zip(c, n, strict=True)]
    half = 1.96 * statistics.stdev(share) / len(share) ** 0.5
    return [statistics.mean(share) - half, statistics.mean(share) + half]


def interval_fractions(c, n):
    _several(c)
    share = [Fraction(a, b) for a, b in zip(c, n, strict=True)]
    mean = sum(share) / len(share)
    half = 1.96 * math.sqrt(sum((x - mean) ** 2 for x in share) / (len(share) - 1) / len(share))
    return float(mean) - half, float(mean) + half


def interval_covariance(c, n):
    _several(c)
    share = np.divide(c, n)
    return np.mean(share) + np.array([-1.96, 1.96]) * np.sqrt(np.cov(share) / share.size)


def interval_pairs(c, n):
    _several(c)
    share = np.divide(c, n)
    square = np.subtract.outer(share, share) ** 2
    half = 1.96 * np.sqrt(square.sum() / 2 / share.size / (share.size - 1) / share.size)
    return share.mean() - half, share.mean() + half


# C-7: weighted_vote(answers, scores)


def _some(answers):
    if max(answers) < 0:
        raise ValueError("no answer")


def vote_bincount(answers, scores):
    _some(answers)
    answers, scores = np.asarray(answers), np.asarray(scores)
    sums = np.bincount(answers[answers >= 0], weights=scores[answers >= 0])
    return sums.argmax(), sums.max() / sums.sum()


def vote_counter(answers, scores):
    _some(answers)
    sums = collections.Counter()
    for answer, score in sorted(zip(answers, scores, strict=True)):
        if answer != -1:
            sums[answer] += score
    winner, most = sums.most_common(1)[0]
    return winner, most / sums.total()


def vote_groups(answers, scores):
    _some(answers)
    held = sorted((a, s) for a, s in zip(answers, scores, strict=True) if a >= 0)
    sums = [(sum(s for _, s in group), -a) for a, group in itertools.groupby(held, key=lambda pair: pair[0])]
    most, winner = max(sums)
    return [-winner, most / sum(total for total, _ in sums)]


def vote_unique(answers, scores):
    _some(answers)
    names, place = np.unique(answers, return_inverse=True)
    sums = np.zeros(names.size)
    np.add.at(sums, place, scores)
    sums[names < 0] = 0
    return np.array([names[np.argmax(sums)], sums.max() / sums.sum()])


def vote_fractions(answers, scores):
    _some(answers)
    given = [i for i, answer in enumerate(answers) if answer >= 0]
    sums = {a: sum(Fraction(scores[i]) for i in given if answers[i] == a) for a in answers if a >= 0}
    winner = sorted(sums, key=lambda a: (sums[a], -a))[-1]
    return winner, sums[winner] / sum(sums.values())


# L-2: prune(scores, finished, width)


def _width(width):
    if width < 1:
        raise ValueError(width)


def prune_numpy(scores, finished, width):
    _width(width)
    kept = np.argsort(-np.array(scores), kind="stable")[:width]
    done = np.array(finished)[kept]
    return kept[~done], kept[done]


def prune_pairs(scores, finished, width):
    _width(width)
    order = sorted((-score, i) for i, score in enumerate(scores))[:width]
    return tuple([i for _, i in order if finished[i] == flag] for flag in (False, True))


def prune_one_by_one(scores, finished, width):
    _width(width)
    left, parts = list(range(len(scores))), ([], [])
    while left and width:
        best = max(left, key=lambda i: scores[i])
        left.remove(best)
        width -= 1
        parts[bool(finished[best])].append(best)
    return parts


def prune_heap(scores, finished, width):
    _width(width)
    kept = heapq.nsmallest(width, range(len(scores)), key=lambda i: (-scores[i], i))
    return [list(itertools.filterfalse(finished.__getitem__, kept)), list(filter(finished.__getitem__, kept))]


def prune_reversed(scores, finished, width):
    _width(width)
    order = sorted(reversed(range(len(scores))), key=lambda i: scores[i])
    kept = order[::-1][:width]
    return [i for i in kept if not finished[i]], [i for i in kept if finished[i]]


# L-3: reaches(numbers)


def _results(a, b):
    return {a + b, a - b, b - a, a * b} | ({a / b} if b else set()) | ({b / a} if a else set())


def reaches_pairs(numbers):
    if len(numbers) == 1:
        return numbers[0] == 24
    left = [Fraction(number) for number in numbers]
    return any(
        reaches_pairs([one, *(left[m] for m in range(len(left)) if m not in (i, j))])
        for i, j in itertools.combinations(range(len(left)), 2)
        for one in _results(left[i], left[j])
    )


def reaches_subsets(numbers):
    made = {}
    for mask in range(1, 2 ** len(numbers)):
        chosen = [i for i in range(len(numbers)) if mask >> i & 1]
        made[mask] = {Fraction(numbers[chosen[0]])} if len(chosen) == 1 else set()
        part = (mask - 1) & mask
        while part:
            for a, b in itertools.product(made[part], made[mask ^ part]):
                made[mask] |= _results(a, b)
            part = (part - 1) & mask
    return 24 in made[2 ** len(numbers) - 1]


def reaches_trees(numbers):
    for order in itertools.permutations(map(Fraction, numbers)):
        a, b, c, d = order
        if any(24 in _results(x, y) for x in _results(a, b) for y in _results(c, d)):
            return True
        if any(24 in _results(y, d) for x in _results(a, b) for y in _results(x, c)):
            return True
    return False


def reaches_nearly(numbers):
    """In floating-point numbers, and 24 within a millionth: right too."""
    if len(numbers) == 1:
        return bool(abs(numbers[0] - 24) < 1e-6)
    return any(
        reaches_nearly([*(numbers[m] for m in range(len(numbers)) if m not in (i, j)), one])
        for i, j in itertools.combinations(range(len(numbers)), 2)
        for one in _results(numbers[i], numbers[j])
    )


def reaches_backwards(numbers):
    """From the goal: which number must the last step have been given?"""

    def can(left, goal):
        if len(left) == 1:
            return left[0] == goal
        for size in range(1, len(left)):
            for part in itertools.combinations(range(len(left)), size):
                rest = [left[i] for i in range(len(left)) if i not in part]
                for x in values(tuple(left[i] for i in part)):
                    wanted = {goal - x, x - goal, goal + x}
                    wanted |= ({goal * x, goal / x} if x else set()) | ({x / goal} if x and goal else set())
                    if x == 0 == goal or any(can(rest, one) for one in wanted):
                        return True
        return False

    def values(left):
        if len(left) == 1:
            return {left[0]}
        splits = (part for size in range(1, len(left)) for part in itertools.combinations(range(len(left)), size))
        return {
            one
            for part in splits
            for a in values(tuple(left[i] for i in part))
            for b in values(tuple(left[i] for i in range(len(left)) if i not in part))
            for one in _results(a, b)
        }

    return can([Fraction(number) for number in numbers], Fraction(24))


# L-7: report(found, blind, curves, steps, length)


def _two(found):
    if len(found) < 2:
        raise ValueError("one problem")


def report_numpy(found, blind, curves, steps, length):
    _two(found)
    n = np.array(steps) // np.array(length)
    gaps = np.array(found) - [curve[i - 1] for curve, i in zip(curves, n, strict=True)]
    reach = 1.96 * np.sqrt(np.var(gaps, ddof=1) / gaps.size) * np.array([0, -1, 1])
    return [*(gaps.mean() + reach), np.mean(np.subtract(found, blind))]


def report_statistics(found, blind, curves, steps, length):
    _two(found)
    gaps = [f - c[math.floor(s / one) - 1] for f, c, s, one in zip(found, curves, steps, length, strict=True)]
    mean, half = statistics.fmean(gaps), 1.96 * statistics.stdev(gaps) / math.sqrt(len(gaps))
    return mean, mean - half, mean + half, statistics.fmean(found) - statistics.fmean(blind)


def report_fractions(found, blind, curves, steps, length):
    _two(found)
    m = len(found)
    gaps = [f - Fraction(c[s // one - 1]) for f, c, s, one in zip(found, curves, steps, length, strict=True)]
    mean = sum(gaps) / m
    half = 1.96 * math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / (m * (m - 1)))
    return float(mean), float(mean) - half, float(mean) + half, float(Fraction(sum(found) - sum(blind), m))


def report_sem(found, blind, curves, steps, length):
    _two(found)
    gaps = [found[i] - curves[i][divmod(steps[i], length[i])[0] - 1] for i in range(len(found))]
    half = 1.96 * stats.sem(gaps)
    return np.array([np.mean(gaps), np.mean(gaps) - half, np.mean(gaps) + half, np.mean(found) - np.mean(blind)])


def report_two_means(found, blind, curves, steps, length):
    _two(found)
    base = np.array([curve[: s // one][-1] for curve, s, one in zip(curves, steps, length, strict=True)])
    spread = np.cov(found, base)
    half = 1.96 * math.sqrt((spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]) / len(base))
    gain = np.mean(found) - base.mean()
    return gain, gain - half, gain + half, (sum(found) - sum(blind)) / len(base)


# tasks_by_successes(tasks, values)


def _possible(counts):
    if any(count < 0 for count in counts):
        raise ValueError("no such tasks")
    return counts


def _sets(tasks, values):
    """Sets of 0, 1, ... trials that all succeed."""
    n = len(values)
    return [tasks] + [round(tasks * math.comb(n, k) * values[k - 1]) for k in range(1, n + 1)]


def tasks_alternating(tasks, values):
    sums = _sets(tasks, values)
    n = len(values)
    signed = [[(-1) ** (k - j) * math.comb(k, j) * sums[k] for k in range(j, n + 1)] for j in range(n + 1)]
    return _possible([sum(terms) for terms in signed])


def tasks_linear(tasks, values):
    n = len(values)
    matrix = [[math.comb(j, k) for j in range(n + 1)] for k in range(n + 1)]
    return _possible(np.rint(np.linalg.solve(matrix, _sets(tasks, values))).astype(int).tolist())


def tasks_differences(tasks, values):
    # The values of the generating polynomial sum N_j x^j, expanded at x = 1.
    shifted = np.polynomial.Polynomial([0])
    for k, one in enumerate(_sets(tasks, values)):
        shifted = shifted + one * np.polynomial.Polynomial([-1, 1]) ** k
    found = [int(x) for x in np.rint(shifted.coef)]
    return _possible(found + [0] * (len(values) + 1 - len(found)))


def tasks_from_the_top(tasks, values):
    left, n = _sets(tasks, values), len(values)
    counts = [0] * (n + 1)
    for j in range(n, -1, -1):
        counts[j] = left[j]
        left = [one - math.comb(j, k) * counts[j] for k, one in enumerate(left)]
    return _possible(counts)


def tasks_fractions(tasks, values):
    n = len(values)
    exact = [Fraction(1)] + [
        Fraction(value).limit_denominator(tasks * math.comb(n, k)) for k, value in enumerate(values, 1)
    ]
    counts = [
        tasks * sum((-1) ** (k - j) * math.comb(k, j) * math.comb(n, k) * exact[k] for k in range(j, n + 1))
        for j in range(n + 1)
    ]
    return _possible([round(count) for count in counts])


# M-1: distance(scores, n)


def distance_counter(scores, n):
    counts = collections.Counter(scores)
    size, below, total = len(scores), 0, 0.0
    for level in sorted(counts):
        up_to = below + counts[level]
        picked = (up_to / size) ** n - (below / size) ** n
        total += picked * math.log(picked * size / counts[level])
        below = up_to
    return total


def distance_numpy(scores, n):
    scores = np.asarray(scores, dtype=float)
    levels = np.unique(scores)
    up_to = (scores[None, :] <= levels[:, None]).mean(axis=1)
    under = (scores[None, :] < levels[:, None]).mean(axis=1)
    picked = up_to**n - under**n
    return float(picked @ (np.log(picked) - np.log(up_to - under)))


def distance_samples(scores, n):
    """Over single samples instead of scores: each has the same share of what its score is picked with."""
    size, total = len(scores), 0.0
    for score in scores:
        alike = sum(other == score for other in scores)
        under = sum(other < score for other in scores)
        picked = (((under + alike) / size) ** n - (under / size) ** n) / alike
        total += picked * math.log(picked * size)
    return total


def distance_fractions(scores, n):
    size = len(scores)
    total = 0.0
    for level in dict.fromkeys(scores):
        under = Fraction(sum(score < level for score in scores), size)
        one = Fraction(scores.count(level), size)
        picked = (under + one) ** n - under**n
        total += float(picked) * math.log(picked / one)
    return total


def distance_entropies(scores, n):
    """Cross entropy less entropy."""
    _, times = np.unique(scores, return_counts=True)
    one = times / times.sum()
    ends = np.concatenate(([0.0], np.cumsum(one)))
    picked = ends[1:] ** n - ends[:-1] ** n
    return float(-(picked * np.log(one)).sum() + (picked * np.log(picked)).sum())


# crossing_set(low, high)


def crossing_before(low, high):
    open_before = [-math.inf, *low[:-1]]
    return [k for k, (one, end) in enumerate(zip(open_before, high, strict=True), 1) if one <= 0 < end]


def crossing_numpy(low, high):
    before = np.concatenate([[-1.0], np.asarray(low)[:-1]])
    return (np.flatnonzero((before <= 0) & (np.asarray(high) > 0)) + 1).tolist()


def crossing_left_out(low, high):
    kept = set(range(1, len(low) + 1))
    kept -= {k for k, end in enumerate(high, 1) if end <= 0}
    kept -= {k + 1 for k, end in enumerate(low, 1) if end > 0}
    return sorted(kept)


def crossing_walk(low, high):
    found, ahead_before = [], False
    for k in range(1, len(low) + 1):
        if not ahead_before and high[k - 1] > 0:
            found.append(k)
        ahead_before = low[k - 1] > 0
    return found


def crossing_backwards(low, high):
    found = []
    for i in reversed(range(len(high))):
        if high[i] <= 0 or (i > 0 and low[i - 1] > 0):
            continue
        found.insert(0, i + 1)
    return tuple(found)


# two_parts(c, n)


def parts_numpy(c, n):
    c = np.asarray(c)
    within = np.mean(c * (n - c)) / (n * (n - 1))
    return max(np.var(c / n, ddof=1) - within / n, 0.0), within


def parts_of_variance(c, n):
    # Mean squares between and within, as in an analysis of variance.
    samples = [[1] * one + [0] * (n - one) for one in c]
    inside = statistics.fmean(statistics.variance(one) for one in samples)
    between = n * statistics.variance([statistics.fmean(one) for one in samples])
    return max(0.0, (between - inside) / n), inside


def parts_fractions(c, n):
    within = sum(Fraction(one * (n - one), n * (n - 1)) for one in c) / len(c)
    mean = Fraction(sum(c), len(c) * n)
    observed = sum((Fraction(one, n) - mean) ** 2 for one in c) / (len(c) - 1)
    return [float(max(Fraction(0), observed - within / n)), float(within)]


def parts_pairs(c, n):
    # Two samples of one problem agree in being right with chance E p²; of two problems with (E p)².
    both = np.mean([one * (one - 1) / (n * (n - 1)) for one in c])
    apart = np.mean([a * b / n**2 for a, b in itertools.permutations(c, 2)])
    return max(0.0, both - apart), np.mean(c) / n - both


def parts_covariance(c, n):
    c = np.asarray(c, dtype=float)
    within = (c / n - c * (c - 1) / (n * (n - 1))).mean()
    return np.array([max(0.0, float(np.cov(c / n)) - within / n), within])


# T-10: rejection(correct, score, draws)


def rejection_sorted(correct, score, draws):
    ranked = sorted(zip(score, correct, strict=True), key=lambda pair: -pair[0])
    room, right, done = len(score) / draws, 0.0, 0
    for _, tied in itertools.groupby(ranked, key=lambda pair: pair[0]):
        values = [bool(one) for _, one in tied]
        share = min(max((room - done) / len(values), 0.0), 1.0)
        right, done = right + share * sum(values), done + len(values)
    return right / room


def rejection_interpolated(correct, score, draws):
    levels, back = np.unique(-np.asarray(score, dtype=float), return_inverse=True)
    sizes = np.bincount(back, minlength=levels.size)
    good = np.bincount(back, weights=np.asarray(correct, dtype=float), minlength=levels.size)
    share = np.concatenate([[0.0], np.cumsum(sizes)]) / len(score)
    caught = np.concatenate([[0.0], np.cumsum(good)]) / len(score)
    return draws * float(np.interp(1 / draws, share, caught))


def rejection_fractions(correct, score, draws):
    room = Fraction(len(score)) / Fraction(draws)
    total = Fraction(0)
    for one, mine in zip(correct, score, strict=True):
        better = sum(other > mine for other in score)
        ties = sum(other == mine for other in score)
        total += bool(one) * min(Fraction(1), max(Fraction(0), (room - better) / ties))
    return float(total / room)


def rejection_coin(correct, score, draws):
    # The threshold is the first level that, taken whole, would accept too many; a coin takes the rest.
    n, wanted = len(score), len(score) / draws
    for level in sorted(set(score), reverse=True):
        above = [one for one, s in zip(correct, score, strict=True) if s > level]
        at = [one for one, s in zip(correct, score, strict=True) if s == level]
        if len(above) + len(at) >= wanted - 1e-12 * n:
            coin = (wanted - len(above)) / len(at)
            return (sum(above) + coin * sum(at)) / wanted
    return sum(correct) / n


def rejection_by_roc(correct, score, draws):
    right, wrong = sum(map(bool, correct)), sum(not one for one in correct)
    true, false = [0.0], [0.0]
    for level in sorted(set(score), reverse=True):
        true.append(sum(bool(one) and s >= level for one, s in zip(correct, score, strict=True)))
        false.append(sum(not one and s >= level for one, s in zip(correct, score, strict=True)))
    assert true[-1] == right and false[-1] == wrong
    passed = np.add(true, false)
    return float(np.interp(len(score) / draws, passed, true) * draws / len(score))


RIGHT = {
    "S-1": (coverage_exponential, coverage_stable, coverage_by_cases, coverage_binomial, coverage_loop),
    "S-5": (rank_numpy, rank_fractions, rank_log2, rank_mantissa, rank_insertion),
    "T-4": (needed_rounding_first, needed_correcting, needed_search, needed_counting, needed_other_base),
    "T-7": (beta_product, beta_gammas, beta_quadrature, beta_binomial, beta_sum_of_gains),
    "T-9": (pass_exact, pass_product, pass_loop, pass_by_listing, pass_by_size),
    "T-10": (
        rejection_sorted,
        rejection_interpolated,
        rejection_fractions,
        rejection_coin,
        rejection_by_roc,
    ),
    "P-4": (best_by_levels, best_by_ranks, best_by_fractions, best_by_hypergeometric, best_by_size),
    "C-4": (pass_exact, pass_product, pass_loop, pass_hypergeometric, pass_by_size),
    "C-5": (interval_numpy, interval_statistics, interval_fractions, interval_covariance, interval_pairs),
    "L-2": (prune_numpy, prune_pairs, prune_one_by_one, prune_heap, prune_reversed),
    "L-3": (reaches_pairs, reaches_subsets, reaches_trees, reaches_nearly, reaches_backwards),
    "L-7": (report_numpy, report_statistics, report_fractions, report_sem, report_two_means),
    "R-3": (tasks_alternating, tasks_linear, tasks_differences, tasks_from_the_top, tasks_fractions),
    "M-1": (distance_counter, distance_numpy, distance_samples, distance_fractions, distance_entropies),
    "R-4": (crossing_before, crossing_numpy, crossing_left_out, crossing_walk, crossing_backwards),
    "R-5": (parts_numpy, parts_of_variance, parts_fractions, parts_pairs, parts_covariance),
    "C-7": (vote_bincount, vote_counter, vote_groups, vote_unique, vote_fractions),
}

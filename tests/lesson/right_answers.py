"""Right solutions of the function tasks, each written in another way: none may be marked wrong."""

from __future__ import annotations

import collections
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


# L-3: choose(solutions, rule)


def _rule(rule):
    if rule not in ("product", "minimum", "last"):
        raise ValueError(rule)


def choose_numpy(solutions, rule):
    _rule(rule)
    take = {"product": np.prod, "minimum": np.min, "last": lambda scores: scores[-1]}[rule]
    return np.argmax([take(scores) for scores in solutions])


def choose_loop(solutions, rule):
    _rule(rule)
    best, where = -1.0, None
    for place, scores in enumerate(solutions):
        total = 1.0
        for score in scores:
            total = {"product": total * score, "minimum": min(total, score), "last": score}[rule]
        if total > best:
            best, where = total, place
    return where


def choose_by_key(solutions, rule):
    _rule(rule)
    one = {"product": math.prod, "minimum": min, "last": lambda scores: scores[-1]}[rule]
    return max(range(len(solutions)), key=lambda place: one(solutions[place]))


def choose_by_cases(solutions, rule):
    if rule == "product":
        totals = [float(np.multiply.reduce(scores)) for scores in solutions]
    elif rule == "minimum":
        totals = [sorted(scores)[0] for scores in solutions]
    elif rule == "last":
        totals = [list(scores).pop() for scores in solutions]
    else:
        raise ValueError(f"unknown rule {rule}")
    return totals.index(max(totals))


def choose_by_sorting(solutions, rule):
    _rule(rule)
    one = {"product": math.prod, "minimum": min, "last": lambda scores: scores[-1]}[rule]
    return sorted(range(len(solutions)), key=lambda place: (-one(solutions[place]), place))[0]


RIGHT = {
    "S-1": (coverage_exponential, coverage_stable, coverage_by_cases, coverage_binomial, coverage_loop),
    "S-5": (rank_numpy, rank_fractions, rank_log2, rank_mantissa, rank_insertion),
    "T-4": (needed_rounding_first, needed_correcting, needed_search, needed_counting, needed_other_base),
    "T-7": (beta_product, beta_gammas, beta_quadrature, beta_binomial, beta_sum_of_gains),
    "T-9": (pass_exact, pass_product, pass_loop, pass_hypergeometric, pass_by_size),
    "P-4": (best_by_levels, best_by_ranks, best_by_fractions, best_by_hypergeometric, best_by_size),
    "C-4": (pass_exact, pass_product, pass_loop, pass_hypergeometric, pass_by_size),
    "C-5": (interval_numpy, interval_statistics, interval_fractions, interval_covariance, interval_pairs),
    "L-3": (choose_numpy, choose_loop, choose_by_key, choose_by_cases, choose_by_sorting),
    "C-7": (vote_bincount, vote_counter, vote_groups, vote_unique, vote_fractions),
}

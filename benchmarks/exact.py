"""The same quantities in exact rational arithmetic: slow, and the measure of every error in the benchmark."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from math import comb

import numpy as np


def pass_at_k(n: int, c: int, k: int) -> Fraction:
    """One minus the share of k-subsets without a right sample."""
    return 1 - Fraction(comb(n - c, k), comb(n, k))


def pass_hat_k(n: int, c: int, k: int) -> Fraction:
    """The share of k-subsets that hold right samples only."""
    return Fraction(comb(c, k), comb(n, k))


def best_of_n(correct: np.ndarray, score: np.ndarray, k: int) -> Fraction:
    """Average over all k-subsets of the rightness of the highest score, ties shared equally."""
    groups = Counter(score.tolist())
    right = Counter(score[correct].tolist())
    below, ways = 0, Fraction(0)
    for value in sorted(groups):
        upto = below + groups[value]
        ways += Fraction(right[value], groups[value]) * (comb(upto, k) - comb(below, k))
        below = upto
    return ways / comb(len(correct), k)


def majority_vote(answer: np.ndarray, correct: np.ndarray, k: int) -> Fraction:
    """Average over all k-subsets of the rightness of the most frequent answer, ties shared equally.

    Counts subsets with polynomials in x (samples taken), one list of them for each number of tied rivals.
    The work grows steeply with k: meant for k up to a few dozen.
    """
    pool = Counter(answer.tolist())
    right = set(answer[correct].tolist())
    total = Fraction(0)
    for winner in right:
        rivals = [size for other, size in pool.items() if other != winner]
        for votes in range(1, min(pool[winner], k) + 1):
            total += comb(pool[winner], votes) * _ways(rivals, votes, k - votes)
    return total / comb(len(answer), k)


def _ways(rivals: list[int], votes: int, left: int) -> Fraction:
    """Ways to take `left` rival samples, none of them above `votes`, each weighted by 1 / (1 + rivals that tie)."""
    tied = [[1] + [0] * left]
    for size in rivals:
        fewer = [comb(size, j) for j in range(min(size, votes - 1, left) + 1)]
        grown = [_times(row, fewer, left) for row in tied] + [[0] * (left + 1)]
        if votes <= min(size, left):
            for t, row in enumerate(tied):
                for i in range(left - votes + 1):
                    grown[t + 1][i + votes] += row[i] * comb(size, votes)
        tied = grown
        while len(tied) > 1 and not any(tied[-1]):
            tied.pop()
    return sum((Fraction(row[left], 1 + t) for t, row in enumerate(tied)), Fraction(0))


def _times(row: list[int], factor: list[int], degree: int) -> list[int]:
    found = [0] * (degree + 1)
    for i, a in enumerate(row):
        if a:
            for j, b in enumerate(factor[: degree - i + 1]):
                found[i + j] += a * b
    return found


def best_of_n_law(p: float, false: np.ndarray, true: np.ndarray, k: int) -> Fraction:
    """A_k = 1 − k(1−p)∫ψ^{k−1}dF on a piecewise-linear ROC curve, each piece in closed form.

    In decimals of 60 digits: exact for every purpose here, and far faster than fractions.
    """
    with localcontext(prec=60):
        share, false, true = Decimal(p), map(Decimal, false.tolist()), map(Decimal, true.tolist())
        psi = [(f, (1 - share) * (1 - f) + share * (1 - t)) for f, t in zip(false, true, strict=True)]
        integral = Decimal(0)
        for (left, start), (right, end) in pairwise(psi):
            if right > left:
                integral += (right - left) * (start**k - end**k) / (k * (start - end))
        return Fraction(1 - k * (1 - share) * integral)

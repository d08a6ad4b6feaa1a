"""Estimators of one pool that are exact: averages over all subsets of k recorded samples, without replacement."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from .._arguments import as_counts, as_numbers, one_of, plain, together
from ..samples.native import as_columns, frame_of
from ._inputs import at_most, pool_answers, pool_columns, pool_scores
from ._numerics import BLOCK, CACHE_ELEMENTS, running, unit_legendre

__all__ = ["FirstAccepted", "best_of_n", "first_accepted", "majority_vote", "pass_at_k", "pass_hat_k"]

# More than this many rivals with equally many votes are multiplied as a power.
POWER_MIN = 4


def pass_at_k(n: ArrayLike, c: ArrayLike, k: ArrayLike) -> Any:
    """Estimate pass@k, the chance that at least one of k samples is correct, without bias.

    Parameters
    ----------
    n : array_like of int
        Samples recorded for a problem.
    c : array_like of int
        How many of them are correct, 0 <= c <= n.
    k : array_like of int
        Samples allowed, 1 <= k <= n.

    Returns
    -------
    float or array of float
        1 − C(n−c, k) / C(n, k), broadcast over the arguments; relative error below 1e-12.

    Raises
    ------
    ValueError
        When k > n or c > n, or a count is negative or not whole. More samples than were recorded cannot be
        asked of them: that is an error, not a number.

    Notes
    -----
    The share of the C(n, k) subsets that hold no correct sample is a product of min(k, c) factors.

    References
    ----------
    Chen et al. 2021, arXiv:2107.03374, equation 1.

    Examples
    --------
    >>> round(pass_at_k(n=10, c=2, k=5), 4)
    0.7778
    >>> pass_at_k(4, [0, 1, 4], 2)
    array([0. , 0.5, 1. ])
    """
    return _of_counts(n, c, k, pass_table, _pass_one)


def pass_hat_k(n: ArrayLike, c: ArrayLike, k: ArrayLike) -> Any:
    """Estimate pass^k, the chance that all of k samples are correct, without bias.

    Parameters
    ----------
    n : array_like of int
        Samples recorded for a problem.
    c : array_like of int
        How many of them are correct, 0 <= c <= n.
    k : array_like of int
        Samples that must all be correct, 1 <= k <= n.

    Returns
    -------
    float or array of float
        C(c, k) / C(n, k), broadcast over the arguments; relative error below 1e-12 down to 1e-300, and 0 below
        the smallest number that a float holds.

    Raises
    ------
    ValueError
        When k > n or c > n, or a count is negative or not whole. More samples than were recorded cannot be
        asked of them: that is an error, not a number.

    Notes
    -----
    The mirror image of pass@k: all of k are correct where none is wrong, so that pass^k of c correct samples is
    1 − pass@k of n − c. The share (c/n)^k of the usual code is too high on average, because x^k is convex.

    References
    ----------
    Yao et al. 2024, arXiv:2406.12045 (τ-bench), which writes pass^k.

    Examples
    --------
    >>> round(pass_hat_k(n=10, c=8, k=5), 4)
    0.2222
    >>> pass_hat_k(4, [0, 3, 4], 2)
    array([0. , 0.5, 1. ])
    """
    return _of_counts(n, c, k, all_table, _all_one)


def _of_counts(
    n: ArrayLike,
    c: ArrayLike,
    k: ArrayLike,
    table_of: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    value_of: Callable[[float, float, float], float],
) -> Any:
    """A function of counts, checked and broadcast: from a table of distinct pairs at all k, or triple by triple."""
    counts = as_counts("n", n, least=1), as_counts("c", c), as_counts("k", k, least=1)
    every_n, every_c, every_k = together(n=counts[0], c=counts[1], k=counts[2])
    pair = np.broadcast_arrays(*counts[:2])
    at_most("c", pair[1], "n", pair[0])
    if every_n.size and counts[2].max() > counts[0].min():
        at_most("k", every_k, "n", every_n)
    pair_n, pair_c, at = count_pairs(pair[0].ravel(), pair[1].ravel())
    wanted, tried = np.unique(counts[2], return_inverse=True)
    if every_n.size and pair_n.size * wanted[-1] <= 2 * max(every_n.size, BLOCK):
        table = table_of(pair_n, pair_c, wanted.astype(np.intp))
        shape: tuple[int, ...] = pair[0].shape
        at, tried = at.reshape(shape), tried.reshape(counts[2].shape)
        if shape[-1:] == (1,) and tried.ndim == 1:
            # A column of problems against a row of k: whole rows are copied, which is far quicker.
            if not np.array_equal(tried, np.arange(wanted.size)):
                table = table[:, tried]
            return table[at[..., 0]]
        return plain(table[at, tried])
    # A table of all pairs at all k would be far larger than the triples asked for: each triple is summed on its own.
    triples = np.stack([every_n.ravel(), every_c.ravel(), every_k.ravel()])
    rows, back = np.unique(triples, axis=1, return_inverse=True)
    values = np.array([value_of(*row) for row in rows.T.tolist()])
    return plain(values[back.ravel()].reshape(every_n.shape))


def _pass_one(n: float, c: float, k: float) -> float:
    # Not -expm1: where nothing is right that would be -0.
    return 0.0 - math.expm1(_log_none(n, c, k))


def _all_one(n: float, c: float, k: float) -> float:
    # All k right is none of them wrong.
    return math.exp(_log_none(n, n - c, k))


def _log_none(n: float, marked: float, k: float) -> float:
    """Logarithm of the chance that k of n samples, drawn without replacement, hold none of the marked ones."""
    # C(n - m, k) / C(n, k) = C(n - k, m) / C(n, m): as many factors as the fewer of both have.
    few, many = min(marked, k), max(marked, k)
    if many > n - few:
        return -math.inf if few else 0.0
    total = 0.0
    for start in range(0, int(few), BLOCK):
        total += float(np.log1p(-many / (n - np.arange(start, min(few, start + BLOCK)))).sum())
    return total


def count_pairs(n: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct pairs of counts: their n, their c, and which of them each problem has."""
    (totals, total), (rights, right) = (np.unique(one, return_inverse=True) for one in (n, c))
    codes, at = np.unique(total.ravel() * rights.size + right.ravel(), return_inverse=True)
    pair_n, pair_c = totals[codes // rights.size], rights[codes % rights.size]
    return pair_n.astype(np.int64), pair_c.astype(np.int64), at.ravel()


def pass_table(n: np.ndarray, c: np.ndarray, k: np.ndarray) -> np.ndarray:
    """pass@k of every pair of counts at every k.

    The complement of a chance of none below a half is exact. Above, the chances of the first success at each try are
    summed instead: positive terms, so that small values keep their digits.
    """
    out = np.empty((n.size, k.size))
    most = int(k.max())
    tries = np.arange(most)
    step = max(1, CACHE_ELEMENTS // most)
    for start in range(0, len(out), step):
        total, right = n[start : start + step, None].astype(float), c[start : start + step, None]
        left = np.maximum(total - tries, 1.0)
        # Where no wrong sample is left, the next one is right.
        miss = running(np.multiply, np.maximum(total - right - tries, 0.0) / left)
        found = 1 - miss
        small = miss >= 0.5
        # The chance of none falls from try to try: beyond these columns no row is that small.
        small = small[:, : np.count_nonzero(small.any(axis=0))]
        first = right / left[:, : small.shape[1]]
        first[:, 1:] *= miss[:, : small.shape[1]][:, :-1]
        np.copyto(found[:, : small.shape[1]], running(np.add, first), where=small)
        out[start : start + step] = found.take((k - 1).astype(np.intp), axis=1)
    return out


def all_table(n: np.ndarray, c: np.ndarray, k: np.ndarray) -> np.ndarray:
    """pass^k of every pair of counts at every k: a running product of the chances that the next one is right too."""
    out = np.empty((n.size, k.size))
    most = int(k.max())
    tries = np.arange(most)
    step = max(1, CACHE_ELEMENTS // most)
    for start in range(0, len(out), step):
        total, right = n[start : start + step, None].astype(float), c[start : start + step, None]
        chance = np.maximum(right - tries, 0.0) / np.maximum(total - tries, 1.0)
        out[start : start + step] = running(np.multiply, chance).take((k - 1).astype(np.intp), axis=1)
    return out


def best_of_n(correct: ArrayLike, score: ArrayLike, k: ArrayLike) -> Any:
    """Return the chance that the best-scored of k samples is correct, over all subsets of one pool.

    Parameters
    ----------
    correct : array_like of bool, shape (samples,)
    score : array_like of float, shape (samples,)
        Higher is better; finite. Any score: an ORM's, an aggregated PRM's, log-probability, minus length.
    k : array_like of int
        Samples allowed, 1 <= k <= samples.

    Returns
    -------
    float or array of float, the shape of k

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    With samples in order of score, the i-th smallest is the best of a random k-subset with probability
    C(i−1, k−1) / C(n, k). Equal scores share: each of them is picked equally often.

    Examples
    --------
    >>> round(best_of_n([1, 0, 0, 1, 0], [1, 2, 3, 4, 5], 2), 4)
    0.3
    """
    right, budgets = pool_columns(correct, k)
    return best_mean(right, pool_scores(score, right.size), budgets)


def best_mean(worth: np.ndarray, scores: np.ndarray, budgets: np.ndarray) -> Any:
    """Mean worth, from 0 to 1, of the best-scored of k samples over all subsets; equal scores share."""
    size = worth.size
    order = np.argsort(scores, kind="stable")
    _, group, members = np.unique(scores[order], return_inverse=True, return_counts=True)
    shared = (np.bincount(group, weights=worth[order]) / members)[group]
    wanted, back = np.unique(budgets, return_inverse=True)
    # Every subset this large holds a sample of the highest score: the value is exact to the last digit.
    value = np.full(wanted.size, shared[-1])
    open_ = wanted[wanted <= size - members[-1]]
    # The best of k ranks t places below the top of the pool with chance k / n · ∏ (n − k − s) / (n − 1 − s), s < t.
    from_top = shared[::-1]
    step = max(1, BLOCK // size)
    for start in range(0, open_.size, step):
        tries = open_[start : start + step]
        places = np.arange(size - tries[0])
        weights = running(np.multiply, np.maximum(size - tries[:, None] - places, 0) / (size - 1 - places))
        value[start : start + tries.size] = (from_top[0] + weights @ from_top[1 : places.size + 1]) * tries / size
    return plain(np.clip(value, 0, 1)[back.reshape(budgets.shape)])


def best_means(worth: np.ndarray, scores: np.ndarray, budgets: np.ndarray) -> np.ndarray:
    """`best_mean` of several pools of one size, one in each row, for a list of budgets; shape (pools, budgets)."""
    pools, size = worth.shape
    order = np.argsort(scores, axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=1)
    starts = np.concatenate([np.ones((pools, 1), bool), np.diff(ranked, axis=1) > 0], axis=1)
    group = (np.cumsum(starts) - 1).reshape(pools, size)
    members = np.bincount(group.ravel())
    shared = np.bincount(group.ravel(), np.take_along_axis(worth, order, axis=1).ravel()) / members
    from_top = shared[group][:, ::-1]
    places = np.arange(size - 1)
    left = np.maximum(size - budgets[:, None] - places, 0) / (size - 1 - places)
    weights = np.hstack([np.ones((budgets.size, 1)), running(np.multiply, left)]) * budgets[:, None] / size
    found = np.clip(from_top @ weights.T, 0, 1)
    # Every subset this large holds a sample of the highest score: the value is exact to the last digit.
    sure = budgets > size - members[group[:, -1]][:, None]
    return np.asarray(np.where(sure, from_top[:, :1], found))


class FirstAccepted(NamedTuple):
    """Chance that the answer handed in is correct, and the mean number of samples drawn for it."""

    value: Any
    draws: Any

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


def first_accepted(
    correct: ArrayLike, score: ArrayLike, threshold: ArrayLike, k: ArrayLike, *, otherwise: str = "best"
) -> FirstAccepted:
    """Return what rejection sampling reaches from one pool: the first of at most k samples that reaches a threshold.

    Parameters
    ----------
    correct : array_like of bool, shape (samples,)
    score : array_like of float, shape (samples,)
        Higher is better; finite.
    threshold : array_like of float
        A sample is accepted when its score is at least this. It must not be chosen by looking at these samples.
    k : array_like of int
        Samples drawn at most, 1 <= k <= samples. Broadcasts with `threshold`.
    otherwise : {"best", "last"}
        Which sample is handed in where none of the k is accepted: the best-scored of them (equal scores share), or
        the last one drawn.

    Returns
    -------
    FirstAccepted
        `value` and `draws`, floats or arrays of the common shape of `threshold` and k.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    The mean over all orders in which k of the recorded samples can be drawn. With A of n samples accepted, none of k
    is with chance C(n−A, k) / C(n, k); otherwise each of the A is equally often the first. For a threshold fixed
    beforehand both numbers are unbiased. A threshold that accepts nothing gives `best_of_n`, one that accepts
    everything a single sample.

    References
    ----------
    Rejection sampling by a score: Dorner et al. 2025, arXiv:2507.12399; the count over orders is derived here.

    Examples
    --------
    >>> value, draws = first_accepted([1, 0, 0, 1, 0], [1, 2, 3, 4, 5], threshold=4, k=2)
    >>> round(value, 4), round(draws, 4)
    (0.35, 1.6)
    """
    right, tries = pool_columns(correct, k)
    scores = pool_scores(score, right.size)
    bars, limits = together(threshold=as_numbers("threshold", threshold), k=tries.astype(float))
    one_of("otherwise", otherwise, ("best", "last"))
    found = np.empty((2, bars.size))
    for i, (bar, limit) in enumerate(zip(bars.ravel(), limits.ravel().astype(int), strict=True)):
        found[:, i] = _first_accepted(right, scores, scores >= bar, limit, otherwise)
    value, draws = found.reshape(2, *bars.shape)
    return FirstAccepted(plain(value), plain(draws))


def _first_accepted(
    right: np.ndarray, scores: np.ndarray, accepted: np.ndarray, k: int, otherwise: str
) -> tuple[float, float]:
    size, passing = right.size, int(accepted.sum())
    # Chance that none of the first j samples is accepted, j = 0 … k: a product, as in pass_table.
    tries = np.arange(k)
    none = np.r_[1.0, np.cumprod(np.maximum(size - passing - tries, 0) / (size - tries))]
    value = (1 - none[-1]) * right[accepted].mean() if passing else 0.0
    if none[-1] > 0:
        rest = ~accepted
        left = best_of_n(right[rest] > 0, scores[rest], k) if otherwise == "best" else right[rest].mean()
        value += none[-1] * left
    return float(value), float(none[:-1].sum())


def majority_vote(answer: ArrayLike, correct: ArrayLike, k: ArrayLike) -> Any:
    """Return the chance that the most frequent answer of k samples is correct, over all subsets of one pool.

    Parameters
    ----------
    answer : array_like, shape (samples,)
        Whole-number codes (negative: no answer) or labels (None, "" or NaN: no answer).
    correct : array_like of bool, shape (samples,)
        An answer whose samples differ in `correct` counts with their mean.
    k : array_like of int
        Samples allowed, 1 <= k <= samples.

    Returns
    -------
    float or array of float, the shape of k

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    A missing answer casts no vote; where nobody votes, the result is wrong. Answers with equally many votes
    share. For each number of votes t, a product of truncated generating functions counts the subsets in
    which no other answer has more than t; integrating over a mark y on "exactly t" shares the ties, because
    the integral of y^s from 0 to 1 is 1/(1+s). All terms are positive, so no digits cancel.

    References
    ----------
    Wang et al. 2022, arXiv:2203.11171 (self-consistency).

    Examples
    --------
    >>> round(majority_vote(["A", "A", "B", "B", "C"], [1, 1, 0, 0, 0], 3), 4)
    0.4333
    """
    right, budgets = pool_columns(correct, k)
    return vote_mean(right, pool_answers(answer, right.size), budgets)


def vote_mean(value: np.ndarray, codes: np.ndarray, budgets: np.ndarray) -> Any:
    """Mean value, from 0 to 1, of the most frequent answer of k samples over all subsets; a tie is shared."""
    voted = codes >= 0
    if not voted.any():
        return plain(np.zeros(budgets.shape))
    votes = np.bincount(codes[voted])
    worth = np.bincount(codes[voted], weights=value[voted]) / np.maximum(votes, 1)
    worth, votes = worth[votes > 0], votes[votes > 0]
    wanted = np.unique(budgets)
    found = np.zeros(wanted.size)
    # In every subset this large the most frequent answer leads, whatever is left out: exact to the last digit.
    first = int(votes.argmax())
    sure = wanted > value.size - votes[first] + np.delete(votes, first).max(initial=0)
    found[sure] = worth[first]
    for band in _bands(wanted[~sure], value.size):
        found[np.isin(wanted, band)] = _majority_band(votes, worth, value.size, band)
    return plain(np.clip(found, 0, 1)[np.searchsorted(wanted, budgets)])


def _bands(wanted: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Split the k into bands whose binomial probabilities, about one common rate, stay far from underflow."""
    start = 0
    while start < wanted.size:
        low, high = wanted[start], wanted[start:]
        rate = _rate(low, high, size)
        least = np.minimum(_log_binomial(size, low, rate), _log_binomial(size, high, rate))
        fitting = np.flatnonzero(least > -660)
        stop = start + 1 + (int(fitting[-1]) if fitting.size else 0)
        yield wanted[start:stop]
        start = stop


def _rate(low: Any, high: Any, size: int) -> Any:
    return np.clip((low + high) / 2 / size, 0.5 / size, 1 - 0.5 / size)


def _log_binomial(size: int, count: Any, rate: Any) -> Any:
    ways = gammaln(size + 1) - gammaln(count + 1) - gammaln(size - count + 1)
    return ways + count * np.log(rate) + (size - count) * np.log1p(-rate)


def _chances(size: int, rate: float) -> np.ndarray:
    """Binomial probabilities of 0 … size, by ratios from the most likely count: log-gammas would lose digits."""
    mode = min(int((size + 1) * rate), size)
    count = np.arange(size)
    ratio = (size - count) / (count + 1) * (rate / (1 - rate))
    up = np.cumprod(ratio[mode:])
    down = np.cumprod(1 / ratio[:mode][::-1])[::-1]
    chances = np.concatenate([down, [1.0], up])
    found: np.ndarray = chances / chances.sum()
    return found


def _majority_band(votes: np.ndarray, worth: np.ndarray, size: int, wanted: np.ndarray) -> np.ndarray:
    # A uniform k-subset is independent binomial counts of each answer, given that they sum to k.
    rate = float(_rate(wanted[0], wanted[-1], size))
    most = int(wanted[-1])
    chance = {int(count): _chances(int(count), rate) for count in np.unique(votes)}
    total = np.zeros(wanted.size)
    kinds, at = np.unique(np.stack([votes, worth]), axis=1, return_counts=True)
    kinds, at = kinds[:, kinds[1] > 0], at[kinds[1] > 0]
    for own, value, times in zip(*kinds, at, strict=True):
        others = votes.tolist()
        others.remove(int(own))
        total += times * value * _win_probability(int(own), np.array(others, int), size, rate, most, wanted, chance)
    found: np.ndarray = total / _chances(size, rate)[wanted]
    return found


def _win_probability(
    own: int, others: np.ndarray, size: int, rate: float, most: int, wanted: np.ndarray, chance: dict[int, np.ndarray]
) -> np.ndarray:
    """Joint chance, for each wanted k, that this answer is on top (ties shared) and k samples were drawn."""
    counts, times = np.unique(others, return_counts=True)
    out = np.zeros(most + 1)
    # A subset leaves out size - k samples in all, and so no more than that of this answer's.
    tops = np.arange(max(1, own - (size - int(wanted[0]))), min(own, most) + 1)
    first = np.searchsorted(counts, tops)
    for least in np.unique(first):
        # These tops have the same rivals. The other answers have fewer votes and no limit: they are the longest factor,
        # which is multiplied once for all tops.
        joint = np.zeros(most + 1)
        large, number = counts[least:].tolist(), times[least:].tolist()
        for top in tops[first == least].tolist():
            part = _no_rival_above(top, [chance[count][: top + 1] for count in large], number, most - top)
            joint[top : top + part.size] += chance[own][top] * part
        free = _chances(size - own - int((counts[least:] * times[least:]).sum()), rate)
        out += _convolve(joint, free, most)
    found: np.ndarray = out[wanted]
    return found


def _no_rival_above(top: int, rivals: list[np.ndarray], times: list[int], degree: int) -> np.ndarray:
    """Chance, for each number drawn of the rivals' samples, that none of them has more than `top`; ties shared."""
    if not rivals:
        return np.ones(1)
    # The integrand is a polynomial in the mark, of degree `rivals` at most, and no more than degree / top
    # rivals can have `top` votes each.
    nodes, weights = unit_legendre(min(sum(times), degree // top))
    product = np.ones((nodes.size, 1))
    for rival, number in zip(rivals, times, strict=True):
        if number <= POWER_MIN:
            for _ in range(number):
                product = _with_rival(product, rival, nodes, degree)
        else:
            marked = np.tile(rival, (nodes.size, 1))
            marked[:, top] *= nodes
            product = np.array(
                [_convolve(one, _power(row, number, degree), degree) for one, row in zip(product, marked, strict=True)]
            )
    return weights @ product


def _with_rival(product: np.ndarray, rival: np.ndarray, nodes: np.ndarray, degree: int) -> np.ndarray:
    """Multiply each row by the rival's polynomial, whose last term carries the row's mark."""
    top = rival.size - 1
    wide = np.zeros((len(product), product.shape[1] + top))
    wide[:, :-top] = product
    # One convolution for all rows: the zeros between them are as many as the factor reaches.
    out = np.convolve(wide.ravel(), rival[:top])[: wide.size].reshape(wide.shape)
    out[:, top:] += (rival[top] * nodes)[:, None] * product
    return out[:, : degree + 1]


def _convolve(a: np.ndarray, b: np.ndarray, degree: int) -> np.ndarray:
    return np.convolve(a, b)[: degree + 1]


def _power(base: np.ndarray, exponent: int, degree: int) -> np.ndarray:
    result = np.ones(1)
    while exponent:
        if exponent & 1:
            result = _convolve(result, base, degree)
        exponent >>= 1
        if exponent:
            base = _convolve(base, base, degree)
    return result

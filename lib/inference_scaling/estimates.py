"""Estimates from recorded samples: what pass@k, best-of-n and voting would give, and how sure that is.

The functions of one pool (`pass_at_k`, `best_of_n`, `majority_vote`, `weighted_vote`) average over all
subsets of k of the recorded samples, drawn without replacement: nothing is simulated where counting does.
`curve` averages them over problems, and its intervals resample problems, the unit that was sampled.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, gammaln, logit, ndtr, ndtri, roots_legendre, stdtrit

from ._arguments import as_counts, as_numbers, as_probabilities, one, one_of, plain, together
from .samples import NO_ANSWER, Pool, SampleSet, _encode, answer_label, booleans

__all__ = [
    "INTERVALS",
    "SELECTORS",
    "Curve",
    "Difference",
    "IntervalWarning",
    "Vote",
    "best_of_n",
    "curve",
    "majority_vote",
    "paired_interval",
    "pass_at_k",
    "problem_interval",
    "weighted_vote",
]

SELECTORS = ("pass", "best_of_n", "majority", "weighted")
INTERVALS = ("adjusted", "logit", "bca", "percentile")
PAIRED = ("adjusted", "t")
NEGATIVE = ("refuse", "shift", "add")
RESAMPLES = 2000
# Fewer problems than this away from an end that nearly all have reached: the interval was seen to fail.
CARRIERS = 5
# Work arrays stay below this many numbers, so that memory does not grow with the table.
BLOCK = 2_000_000
# Several of them at a time stay in a processor's cache.
CACHED = 100_000
# Terms that are summed one after the other: rounding adds up to far less than 1e-12.
PIECE = 1024
# Up to FEW samples of a pool of POOL, and up to SUBSETS subsets, a weighted vote is counted out; beyond,
# permutations are drawn.
FEW, POOL = 4, 4000
SUBSETS = 200_000
# Of more problems than this with the same values, the bootstrap draws their number at once, not each of them.
OFTEN = 30
# More rivals than this with equally many votes are multiplied as a power.
ALIKE = 4
# Sums of the same scores in another order differ in the last digits, and are ties all the same. Relative to the sums.
TIE = 1e-12
PERMUTATIONS = 2000
# Nearer to 0 or 1 than this lies no mean of recorded samples: it is 0 or 1, rounded.
END = 1e-12


class IntervalWarning(UserWarning):
    """The interval is known to be too narrow here; the message says why and what would help."""


class Vote(NamedTuple):
    """A weighted vote's accuracy for each k, with its Monte-Carlo standard error (0 where counted out)."""

    value: Any
    standard_error: Any


class Difference(NamedTuple):
    """A mean paired difference over problems, with its interval."""

    value: Any
    low: Any
    high: Any


@dataclass(frozen=True, eq=False, repr=False)
class Curve:
    """An estimate for each k.

    Attributes
    ----------
    k : array of int, shape (points,)
    value : array of float, shape (points,)
        Mean over problems.
    low, high : array of float, shape (points,)
        Interval over problems at `level`.
    per_problem : array of float, shape (problems, points)
        Given to `paired_interval` as it is, its rows are paired by the problems' labels.
    selector : str
    level : float
    problems : tuple of str
        Labels of the rows of `per_problem`; empty where they are not known.
    """

    k: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    per_problem: np.ndarray
    selector: str
    level: float
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.problems:
            object.__setattr__(self, "per_problem", _labelled(self.per_problem, self.problems))

    def __repr__(self) -> str:
        rows = zip(self.k, self.value, self.low, self.high, strict=True)
        points = "   ".join(f"k = {k}: {value:.3f} [{low:.3f}, {high:.3f}]" for k, value, low, high in rows)
        return f"{self.selector}, {self.level:.0%} interval over {len(self.per_problem)} problems\n{points}"


class _Labelled(np.ndarray):
    """Rows that know which problem each is of; whatever is taken from them or made of them is a plain array."""

    problems: tuple[str, ...] = ()

    def __getitem__(self, key: Any) -> Any:
        return self.view(np.ndarray)[key]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        inputs = tuple(one.view(np.ndarray) if isinstance(one, _Labelled) else one for one in inputs)
        if "out" in named:
            named["out"] = tuple(one.view(np.ndarray) if isinstance(one, _Labelled) else one for one in named["out"])
        return getattr(ufunc, method)(*inputs, **named)

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))

    def __reduce__(self) -> tuple[Any, ...]:
        return _labelled, (self.view(np.ndarray), self.problems)

    def __deepcopy__(self, memo: Any) -> _Labelled:
        return _labelled(self.view(np.ndarray).copy(), self.problems)


def _labelled(values: np.ndarray, problems: tuple[str, ...]) -> _Labelled:
    found = np.asarray(values).view(_Labelled)
    found.problems = problems
    return found


# -- one pool, all subsets ----------------------------------------------------------------------------------


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
    counts = as_counts("n", n, least=1), as_counts("c", c), as_counts("k", k, least=1)
    n, c, k = together(n=counts[0], c=counts[1], k=counts[2])
    pair = np.broadcast_arrays(*counts[:2])
    _at_most("c", pair[1], "n", pair[0])
    if n.size and counts[2].max() > counts[0].min():
        _at_most("k", k, "n", n)
    pairs, at = _pairs(pair[0].ravel(), pair[1].ravel())
    wanted, tried = np.unique(counts[2], return_inverse=True)
    if n.size and pairs.shape[1] * wanted[-1] <= 2 * max(n.size, BLOCK):
        table = _pass_table(*pairs, wanted.astype(np.int64))
        at, tried = at.reshape(pair[0].shape), tried.reshape(counts[2].shape)
        if at.shape[-1:] == (1,) and tried.ndim == 1:
            # A column of problems against a row of k: whole rows are copied, which is far quicker.
            if not np.array_equal(tried, np.arange(wanted.size)):
                table = table[:, tried]
            return table[at[..., 0]]
        return plain(table[at, tried])
    # Few of many possible meetings of pairs and k: each is summed on its own.
    rows, back = np.unique(np.stack([n.ravel(), c.ravel(), k.ravel()]), axis=1, return_inverse=True)
    values = np.array([_pass(*row) for row in rows.T.tolist()])
    return plain(values[back.ravel()].reshape(n.shape))


def _at_most(name: str, value: np.ndarray, limit_name: str, limit: np.ndarray) -> None:
    bad = value > limit
    if np.any(bad):
        place = tuple(np.argwhere(bad)[0])
        raise ValueError(f"{name} = {value[place]:.0f}: must be at most {limit_name} = {limit[place]:.0f}")


def _pass(n: float, c: float, k: float) -> float:
    few, many = min(c, k), max(c, k)
    if few == 0:
        return 0.0
    if many > n - few:
        return 1.0
    total = 0.0
    for start in range(0, int(few), BLOCK):
        total += float(np.log1p(-many / (n - np.arange(start, min(few, start + BLOCK)))).sum())
    return -math.expm1(total)


def _pairs(n: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct pairs of counts, in columns, and the column of each problem."""
    (totals, total), (rights, right) = (np.unique(one, return_inverse=True) for one in (n, c))
    codes, at = np.unique(total.ravel() * rights.size + right.ravel(), return_inverse=True)
    return np.stack([totals[codes // rights.size], rights[codes % rights.size]]).astype(np.int64), at.ravel()


def _pass_table(n: np.ndarray, c: np.ndarray, k: np.ndarray) -> np.ndarray:
    """pass@k of every pair of counts at every k.

    The complement of a chance of none below a half is exact. Above, the chances of the first success at each try are
    summed instead: positive terms, so that small values keep their digits.
    """
    out = np.empty((n.size, k.size))
    most = int(k.max())
    tries = np.arange(most)
    step = max(1, CACHED // most)
    for start in range(0, len(out), step):
        total, right = n[start : start + step, None].astype(float), c[start : start + step, None]
        left = np.maximum(total - tries, 1.0)
        # Where the wrong ones have run out, the next sample is right.
        miss = _running(np.multiply, np.maximum(total - right - tries, 0.0) / left)
        found = 1 - miss
        small = miss >= 0.5
        # The chance of none falls from try to try: beyond these columns no row is that small.
        small = small[:, : np.count_nonzero(small.any(axis=0))]
        first = right / left[:, : small.shape[1]]
        first[:, 1:] *= miss[:, : small.shape[1]][:, :-1]
        np.copyto(found[:, : small.shape[1]], _running(np.add, first), where=small)
        out[start : start + step] = found.take(k - 1, axis=1)
    return out


def _running(join: np.ufunc, values: np.ndarray) -> np.ndarray:
    """Running sums or products of each row: first within pieces, so that rounding does not pile up over long rows."""
    rows, length = values.shape
    if length <= PIECE:
        return join.accumulate(values, axis=1)
    pieces = -(-length // PIECE)
    wide = np.full((rows, pieces * PIECE), float(join.identity))
    wide[:, :length] = values
    within = join.accumulate(wide.reshape(rows, pieces, PIECE), axis=2)
    before = join.accumulate(within[:, :-1, -1], axis=1)
    within[:, 1:] = join(within[:, 1:], before[:, :, None])
    return within.reshape(rows, -1)[:, :length]


def _columns(correct: ArrayLike, k: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    correct = booleans("correct", correct).astype(float)
    if correct.size == 0:
        raise ValueError("correct is empty: at least one sample is needed")
    k = as_counts("k", k, least=1)
    _at_most("k", k, "n", np.broadcast_to(float(correct.size), k.shape))
    return correct, k.astype(np.int64)


def _scores(score: ArrayLike, size: int) -> np.ndarray:
    score = as_numbers("score", score)
    if score.shape != (size,):
        raise ValueError(
            f"score has shape {score.shape}: must have one value a sample, as correct has, shape ({size},)"
        )
    return score


def _answers(answer: ArrayLike, size: int) -> np.ndarray:
    try:
        array = np.asarray(answer)
    except ValueError:
        raise ValueError("answer: must have one value a sample, got rows of unequal lengths") from None
    if array.shape != (size,):
        raise ValueError(
            f"answer has shape {array.shape}: must have one value a sample, as correct has, shape ({size},)"
        )
    if array.dtype.kind in "iu":
        codes = np.where(array < 0, NO_ANSWER, array)
        return np.where(codes == NO_ANSWER, NO_ANSWER, np.unique(codes, return_inverse=True)[1].reshape(size))
    # As objects: among words, NumPy would make a word of NaN.
    return _encode(np.asarray(answer, dtype=object), answer_label)[0]


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
    correct, k = _columns(correct, k)
    size = correct.size
    order = np.argsort(_scores(score, size), kind="stable")
    ranked = np.asarray(score, float)[order]
    _, group, members = np.unique(ranked, return_inverse=True, return_counts=True)
    shared = (np.bincount(group, weights=correct[order]) / members)[group]
    wanted, back = np.unique(k, return_inverse=True)
    # So many that one of the highest score is among them: certain, and so to the last digit.
    value = np.full(wanted.size, shared[-1])
    open_ = wanted[wanted <= size - members[-1]]
    # The best of k ranks t places below the top of the pool with chance k / n · ∏ (n − k − s) / (n − 1 − s), s < t.
    from_top = shared[::-1]
    step = max(1, BLOCK // size)
    for start in range(0, open_.size, step):
        tries = open_[start : start + step]
        places = np.arange(size - tries[0])
        weights = _running(np.multiply, np.maximum(size - tries[:, None] - places, 0) / (size - 1 - places))
        value[start : start + tries.size] = (from_top[0] + weights @ from_top[1 : places.size + 1]) * tries / size
    return plain(np.clip(value, 0, 1)[back.reshape(k.shape)])


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
    correct, k = _columns(correct, k)
    codes = _answers(answer, correct.size)
    voted = codes >= 0
    if not voted.any():
        return plain(np.zeros(k.shape))
    votes = np.bincount(codes[voted])
    worth = np.bincount(codes[voted], weights=correct[voted]) / np.maximum(votes, 1)
    worth, votes = worth[votes > 0], votes[votes > 0]
    wanted = np.unique(k)
    found = np.zeros(wanted.size)
    # So many that the commonest answer leads with the fewest that can be among them: certain, to the last digit.
    first = int(votes.argmax())
    sure = wanted > correct.size - votes[first] + np.delete(votes, first).max(initial=0)
    found[sure] = worth[first]
    for band in _bands(wanted[~sure], correct.size):
        found[np.isin(wanted, band)] = _voted(votes, worth, correct.size, band)
    return plain(np.clip(found, 0, 1)[np.searchsorted(wanted, k)])


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
    return chances / chances.sum()


def _voted(votes: np.ndarray, worth: np.ndarray, size: int, wanted: np.ndarray) -> np.ndarray:
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
        total += times * value * _wins(int(own), np.array(others, int), size, rate, most, wanted, chance)
    return total / _chances(size, rate)[wanted]


def _wins(
    own: int, others: np.ndarray, size: int, rate: float, most: int, wanted: np.ndarray, chance: dict[int, np.ndarray]
) -> np.ndarray:
    """Joint chance, for each wanted k, that this answer is on top (ties shared) and k samples were drawn."""
    counts, times = np.unique(others, return_counts=True)
    out = np.zeros(most + 1)
    # A large subset cannot leave out more of this answer's samples than it leaves out in all.
    tops = np.arange(max(1, own - (size - int(wanted[0]))), min(own, most) + 1)
    first = np.searchsorted(counts, tops)
    for least in np.unique(first):
        # These tops have the same rivals. All smaller answers can have any number of votes: the longest factor,
        # multiplied once for all of them.
        joint = np.zeros(most + 1)
        large, number = counts[least:].tolist(), times[least:].tolist()
        for top in tops[first == least].tolist():
            part = _ties(top, [chance[count][: top + 1] for count in large], number, most - top)
            joint[top : top + part.size] += chance[own][top] * part
        free = _chances(size - own - int((counts[least:] * times[least:]).sum()), rate)
        out += _times(joint, free, most)
    return out[wanted]


def _ties(top: int, rivals: list[np.ndarray], times: list[int], degree: int) -> np.ndarray:
    """Chance, for each number drawn of the rivals' samples, that none of them has more than `top`; ties shared."""
    if not rivals:
        return np.ones(1)
    # The integrand is a polynomial in the mark, of degree `rivals` at most, and no more than degree / top
    # rivals can have `top` votes each.
    nodes, weights = _legendre(min(sum(times), degree // top))
    product = np.ones((nodes.size, 1))
    for rival, number in zip(rivals, times, strict=True):
        if number <= ALIKE:
            for _ in range(number):
                product = _with_rival(product, rival, nodes, degree)
        else:
            marked = np.tile(rival, (nodes.size, 1))
            marked[:, top] *= nodes
            product = np.array(
                [_times(one, _power(row, number, degree), degree) for one, row in zip(product, marked, strict=True)]
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


def _legendre(degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes on [0, 1]: exact up to `degree`; with many ties exact to 1e-13."""
    return _nodes(min(degree // 2 + 1, 8 + 4 * math.isqrt(degree)))


@lru_cache(maxsize=256)
def _nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = roots_legendre(count)
    return (nodes + 1) / 2, weights / 2


def _times(a: np.ndarray, b: np.ndarray, degree: int) -> np.ndarray:
    return np.convolve(a, b)[: degree + 1]


def _power(base: np.ndarray, exponent: int, degree: int) -> np.ndarray:
    result = np.ones(1)
    while exponent:
        if exponent & 1:
            result = _times(result, base, degree)
        exponent >>= 1
        if exponent:
            base = _times(base, base, degree)
    return result


def weighted_vote(
    answer: ArrayLike,
    correct: ArrayLike,
    score: ArrayLike,
    k: ArrayLike,
    *,
    negative: str = "refuse",
    permutations: int = PERMUTATIONS,
    rng: np.random.Generator | int | None = None,
) -> Vote:
    """Return the chance that the answer with the largest sum of scores among k samples is correct.

    Parameters
    ----------
    answer : array_like, shape (samples,)
        As in `majority_vote`.
    correct : array_like of bool, shape (samples,)
    score : array_like of float, shape (samples,)
        The weight of each vote; finite, 0 or more, in any unit. Equal scores make it a majority vote.
    k : array_like of int
        Samples allowed, 1 <= k <= samples.
    negative : {"refuse", "shift", "add"}
        What to do with weights below 0: refuse them; subtract the pool's smallest from all where that is below 0,
        so that the weakest vote counts nothing; or add them as they are, which is right for evidence such as
        log-likelihood ratios and wrong for log-probabilities.
    permutations : int
        Orders drawn where the subsets are too many to count out, at least 2.
    rng : int or Generator

    Returns
    -------
    Vote
        `value` and `standard_error`, each of the shape of k. For k up to 4 in a pool of up to 4,000, and where
        there are no more than 200,000 subsets (every k of a pool of 20), the value is exact and the error 0;
        elsewhere it is a mean over random orders.

    Raises
    ------
    ValueError
        Naming the argument and the value. A vote with a weight below 0 counts against its own answer: three votes
        of −1 lose to one of −2.5.

    Notes
    -----
    For k up to 4, subsets are told apart by how many of their samples agree: four alike, three and one, two and
    two, two alike and two single ones, all different. In each case sorted scores and sorted sums of two scores say how
    many subsets an answer wins, so that the work grows with the square of the pool and not with its fourth power.
    Sums that agree to twelve digits are ties, and share; where weights below 0 are added, to twelve digits of the
    largest weight.

    Examples
    --------
    >>> vote = weighted_vote(["A", "B", "B"], [1, 0, 0], [0.9, 0.3, 0.4], 3)
    >>> round(vote.value, 12), vote.standard_error
    (1.0, 0.0)
    """
    correct, k = _columns(correct, k)
    codes, score = _answers(answer, correct.size), _scores(score, correct.size)
    permutations = int(one("permutations", as_counts("permutations", permutations, least=2)))
    one_of("negative", negative, NEGATIVE)
    score = _weights(score, codes >= 0, negative)
    codes, worth = _ballots(codes, correct)
    wanted = np.unique(k)
    value, error = np.zeros(wanted.size), np.zeros(wanted.size)
    few = (wanted <= FEW) & (correct.size <= POOL)
    if few.any():
        value[few] = _agreeing(codes, worth, score, wanted[few])
    exact = few | np.array([math.comb(correct.size, int(tries)) <= SUBSETS for tries in wanted])
    for i in np.flatnonzero(exact & ~few):
        value[i] = _counted(codes, worth, score, int(wanted[i]))
    if not exact.all():
        drawn = _drawn(codes, worth, score, wanted[~exact], permutations, np.random.default_rng(rng))
        value[~exact] = drawn.mean(axis=0)
        error[~exact] = drawn.std(axis=0, ddof=1) / math.sqrt(permutations)
    place = np.searchsorted(wanted, k)
    return Vote(plain(np.clip(value, 0, 1)[place]), plain(error[place]))


def _weights(score: np.ndarray, voted: np.ndarray, negative: str) -> np.ndarray:
    """The votes' weights, the largest between 1/2 and 1; 0 for who casts none."""
    if negative == "refuse":
        _refuse(score, voted, lambda i: f"sample {i}")
    score = np.where(voted, score, 0.0)
    # A power of two: no digit changes, and no sum overflows or sinks below the smallest float.
    score = np.ldexp(score, -np.frexp(np.abs(score).max())[1])
    least = score[voted].min(initial=0.0)
    return np.where(voted, score - least, 0.0) if negative == "shift" else score


def _refuse(score: np.ndarray, voted: np.ndarray, place: Callable[[int], str]) -> None:
    bad = np.flatnonzero(voted & (score < 0))
    if bad.size:
        raise ValueError(
            f"score = {score[bad[0]]:.6g} ({place(int(bad[0]))}): a vote with a weight below 0 counts against its own "
            "answer; take numpy.exp of log-probabilities, or choose negative='shift' (subtract a pool's smallest "
            "score) or negative='add' (evidence for and against)"
        )


def _reach(score: np.ndarray) -> float:
    """What sums are compared with beside themselves: added to weights below 0, large weights leave small sums."""
    return float((score < 0).any())


def _ballots(codes: np.ndarray, correct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers numbered from 0, samples without one numbered behind them all; and the worth of each answer."""
    voted = codes >= 0
    number = np.unique(codes[voted], return_inverse=True)[1]
    votes = np.bincount(number)
    numbered = np.full(codes.size, votes.size)
    numbered[voted] = number
    return numbered, np.bincount(number, weights=correct[voted]) / votes


def _on_top(sums: np.ndarray, votes: np.ndarray, worth: np.ndarray, reach: float) -> np.ndarray:
    """Mean worth of the answers with the largest sum, along the last axis; 0 where nobody voted."""
    if worth.size == 0:
        return np.zeros(sums.shape[:-1])
    standing = np.where(votes > 0, sums, -np.inf)
    best = standing.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        top = (standing >= best - TIE * (reach + np.abs(best))) & (votes > 0)
    return (top @ worth) / np.maximum(top.sum(axis=-1), 1)


def _counted(codes: np.ndarray, worth: np.ndarray, score: np.ndarray, k: int) -> float:
    subsets = combinations(range(codes.size), k)
    total, count, reach = 0.0, 0, _reach(score)
    # One more column takes the samples without an answer.
    columns = worth.size + 1
    step = max(1, BLOCK // (k * columns))
    while chunk := list(islice(subsets, step)):
        rows = np.array(chunk)
        place = (codes[rows] + columns * np.arange(len(chunk))[:, None]).ravel()
        sums, votes = (
            np.bincount(place, weights, len(chunk) * columns).reshape(-1, columns)[:, :-1]
            for weights in (score[rows].ravel(), None)
        )
        total += _on_top(sums, votes, worth, reach).sum()
        count += len(chunk)
    return float(total / count)


def _agreeing(codes: np.ndarray, worth: np.ndarray, score: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The weighted vote of up to four samples, counted by how many of them agree."""
    voted = np.flatnonzero(codes < worth.size)
    if voted.size == 0:
        return np.zeros(wanted.size)
    voted = voted[np.argsort(score[voted])]
    ballots = _Ballots.of(codes[voted], worth, score[voted])
    tries = wanted.tolist()
    won = [ballots.won(size) for size in range(1, min(tries[-1], voted.size) + 1)]
    # The rest of a subset casts no vote.
    silent = codes.size - voted.size
    return np.array(
        [
            sum(math.comb(silent, k - size) * worth for size, worth in enumerate(won[:k], start=1))
            / math.comb(codes.size, k)
            for k in tries
        ]
    )


@dataclass(frozen=True)
class _Ballots:
    """The votes of one pool in order of score.

    `below` and `level` count, for each answer and each distinct score (and one place above all), its votes
    with a smaller and with that score; `least` and `most` are the ends of what counts as one score; sums are
    compared with `reach` beside themselves.
    """

    codes: np.ndarray
    score: np.ndarray
    worth: np.ndarray
    least: np.ndarray
    most: np.ndarray
    below: np.ndarray
    level: np.ndarray
    reach: float

    @classmethod
    def of(cls, codes: np.ndarray, worth: np.ndarray, score: np.ndarray) -> _Ballots:
        reach = _reach(score)
        first = np.diff(score, prepend=-np.inf) > TIE * (reach + np.abs(score))
        level = np.zeros((worth.size, first.sum() + 1))
        np.add.at(level, (codes, np.cumsum(first) - 1), 1.0)
        below = np.cumsum(level, axis=1) - level
        return cls(codes, score, worth, score[first], score[np.append(first[1:], True)], below, level, reach)

    def won(self, size: int) -> float:
        """Worth of the winner, summed over the subsets of `size` voters."""
        total = self._all_different(size)
        if size >= 2:
            votes = np.bincount(self.codes).tolist()
            total += sum(value * math.comb(own, size) for value, own in zip(self.worth, votes, strict=True))
        if size >= 3:
            total += self._two_alike(size - 2)
        if size == 4:
            total += self._two_and_two() + self._three_alike()
        return float(total)

    def _all_different(self, size: int) -> float:
        """The best of `size` samples with as many answers; a mark on equal scores shares, as in a majority."""
        total = 0.0
        for node, weight in zip(*_legendre(size - 1), strict=True):
            rivals = _of_others(self.below + node * self.level, size - 1)
            total += weight * (self.worth @ (self.level * rivals).sum(axis=1))
        return total

    def _two_alike(self, singles: int) -> float:
        """Two samples of one answer against one other, or against two others with different answers."""
        worth = self.worth[:, None]
        beaten, level = _of_others(self.below, singles), _of_others(self.level, singles)
        if singles == 1:
            shared = level / 2
            lost = _of_others(worth * self.level, 1)
            split = lost / 2
        else:
            shared = (_of_others(self.below + self.level, 2) - beaten - level) / 2 + level / 3
            lost, split = self._better_single(1, 1 / 2), self._better_single(1 / 2, 1 / 3)
        above = lost[:, ::-1].cumsum(axis=1)[:, ::-1]
        clear = worth * beaten + above
        tie = worth * (beaten + shared) + above - lost + split
        total = 0.0
        for answer in range(self.worth.size):
            sums = _sums(self.score[self.codes == answer])
            slack = TIE * (self.reach + np.abs(sums))
            place = np.searchsorted(self.most, sums - slack)
            tied = np.searchsorted(self.least, sums + slack, side="right") > place
            total += clear[answer, place[~tied]].sum() + tie[answer, place[tied]].sum()
        return total

    def _better_single(self, smaller: float, equal: float) -> np.ndarray:
        """Worth won by single votes of other answers, for each answer and score.

        Each stands beside a vote for a third answer, which counts `smaller` or `equal` as it compares.
        """
        value = self.worth[:, None] * self.level
        beside = smaller * self.below + equal * self.level
        return _of_others(value * _of_others(beside, 1), 1) - beside * _of_others(value, 1)

    def _two_and_two(self) -> float:
        sums = [_sums(self.score[self.codes == answer]) for answer in range(self.worth.size)]
        every = np.sort(np.concatenate(sums))
        return sum(
            value * (self._smaller(every, own, own) - self._smaller(own, own, own)).sum()
            for value, own in zip(self.worth, sums, strict=True)
        )

    def _three_alike(self) -> float:
        """Three samples of one answer against one other.

        A sum of two beats what the other leaves of a third: each three are seen three times, and so are the
        pairs whose third is one of their own, which are taken out again.
        """
        total = 0.0
        for answer in range(self.worth.size):
            mine = self.codes == answer
            own, other, worth = self.score[mine], self.score[~mine], self.worth[self.codes[~mine]]
            pairs = _sums(own)
            doubled = np.sort((2 * own[:, None] + own)[~np.eye(own.size, dtype=bool)])
            left = self._smaller(pairs, np.subtract.outer(other, own), other[:, None])
            seen = pairs.size * own.size - left.sum(axis=1)
            beaten = (seen - (doubled.size - self._smaller(doubled, other, other))) / 3
            total += self.worth[answer] * beaten.sum() + worth @ (math.comb(own.size, 3) - beaten)
        return total

    def _smaller(self, ordered: np.ndarray, value: np.ndarray, compared: np.ndarray) -> np.ndarray:
        """How many of the ordered numbers are smaller than each value; equal ones count half.

        Equal as far as the sums `compared`, of which the value may be a difference, have digits.
        """
        slack = TIE * (self.reach + np.abs(compared))
        return (np.searchsorted(ordered, value - slack) + np.searchsorted(ordered, value + slack, side="right")) / 2


def _of_others(votes: np.ndarray, size: int) -> np.ndarray:
    """For each answer (row), the ways to take a vote from each of `size` other answers."""
    one, two, three = ((votes**power).sum(axis=0) - votes**power for power in (1, 2, 3))
    return (np.ones_like(votes), one, (one**2 - two) / 2, (one**3 - 3 * one * two + 2 * three) / 6)[size]


def _sums(score: np.ndarray) -> np.ndarray:
    """Sums of two scores, in order."""
    first, second = np.triu_indices(score.size, 1)
    return np.sort(score[first] + score[second])


def _drawn(
    codes: np.ndarray,
    worth: np.ndarray,
    score: np.ndarray,
    wanted: np.ndarray,
    permutations: int,
    rng: np.random.Generator,
) -> np.ndarray:
    size, answers, reach = codes.size, worth.size, _reach(score)
    out = np.empty((permutations, wanted.size))
    step = max(1, BLOCK // max(size, answers))
    for start in range(0, permutations, step):
        rows = np.arange(min(step, permutations - start))
        order = rng.permuted(np.tile(np.arange(size), (rows.size, 1)), axis=1).T
        sums, votes = np.zeros((rows.size, answers + 1)), np.zeros((rows.size, answers + 1), dtype=int)
        taken = 0
        for i, tries in enumerate(wanted):
            for drawn in order[taken:tries]:
                sums[rows, codes[drawn]] += score[drawn]
                votes[rows, codes[drawn]] += 1
            taken = tries
            out[start : start + rows.size, i] = _on_top(sums[:, :-1], votes[:, :-1], worth, reach)
    return out


# -- a set of problems --------------------------------------------------------------------------------------


def curve(
    samples: SampleSet,
    selector: str,
    k: ArrayLike,
    *,
    level: float = 0.95,
    interval: str = "adjusted",
    negative: str = "refuse",
    rng: np.random.Generator | int | None = None,
    executor: Executor | None = None,
) -> Curve:
    """Return the mean over problems of what a selector reaches with k samples, with its interval.

    Parameters
    ----------
    samples : SampleSet
        Problems may have different numbers of samples.
    selector : {"pass", "best_of_n", "majority", "weighted"}
        "best_of_n" and "weighted" need scores, "majority" and "weighted" need answers.
    k : array_like of int
        Samples allowed; at most the number recorded for the problem that has fewest.
    level : float
        Of the interval, in (0, 1).
    interval : {"adjusted", "logit", "bca", "percentile"}
        See `problem_interval`.
    negative : {"refuse", "shift", "add"}
        What a weighted vote does with scores below 0, see `weighted_vote`; "shift" works problem by problem.
    rng : int or Generator
        For weighted votes that cannot be counted out, and for the two bootstraps.
    executor : concurrent.futures.Executor, optional
        Works on several problems at once; results do not depend on it.

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        For an unknown selector, a missing column, a k that some problem does not have, or a weight below 0: the
        message names it.

    Warns
    -----
    IntervalWarning
        Where the interval is known to be too narrow.

    Examples
    --------
    >>> samples = SampleSet.from_counts(n=[4] * 30, c=[0, 1, 4] * 10)
    >>> curve(samples, "pass", [1, 2], rng=0).value
    array([0.41666667, 0.5       ])
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_counts")
    selector = one_of("selector", selector, SELECTORS)
    _level(level)
    one_of("interval", interval, INTERVALS)
    one_of("negative", negative, NEGATIVE)
    k = as_counts("k", k, least=1)
    if k.ndim > 1 or k.size == 0:
        raise ValueError(f"k has shape {k.shape}: must be a number or a list of numbers")
    k = np.atleast_1d(k).astype(np.int64)
    fewest = int(np.argmin(samples.n))
    if k.max() > samples.n[fewest]:
        raise ValueError(
            f"k = {k.max()}: problem {samples.problems[fewest]!r} has only {samples.n[fewest]} samples; "
            f"k must be at most that, or leave such problems out with select"
        )
    for column, users in (("score", ("best_of_n", "weighted")), ("answer", ("majority", "weighted"))):
        if selector in users and getattr(samples, column) is None:
            raise ValueError(f"selector = {selector!r}: the samples have no column {column!r}")
    if selector == "weighted" and negative == "refuse":
        _refuse(samples.score, samples.answer >= 0, lambda i: _place(samples, i))
    rng = np.random.default_rng(rng)
    if selector == "pass":
        pairs, back = _pairs(samples.n, samples.c)
        rows = _pass_table(*pairs, k)
        per_problem = rows[back]
    else:
        per_problem = _over_pools(samples, selector, k, negative, rng, executor)
        rows, back = _merged(per_problem, interval)
    value = per_problem.mean(axis=0)
    low, high = _interval(value, rows, back, level, interval, rng)
    return Curve(k, value, low, high, per_problem, selector, float(level), samples.problems)


def _place(samples: SampleSet, row: int) -> str:
    problem = samples.problem[row]
    return f"problem {samples.problems[problem]!r}, sample {np.count_nonzero(samples.problem[:row] == problem)}"


def _over_pools(
    samples: SampleSet,
    selector: str,
    k: np.ndarray,
    negative: str,
    rng: np.random.Generator,
    executor: Executor | None,
) -> np.ndarray:
    pools = list(samples.pools())
    # One seed a problem, so that neither the executor nor its number of workers changes a result.
    seeds = rng.bit_generator.seed_seq.spawn(len(pools)) if selector == "weighted" else [None] * len(pools)
    jobs = list(zip(pools, seeds, strict=True))
    size = max(1, -(-len(jobs) // 64))
    chunks = [jobs[i : i + size] for i in range(0, len(jobs), size)]
    work: Callable[..., Any] = map if executor is None else executor.map
    same = ([value] * len(chunks) for value in (selector, k, negative))
    return np.concatenate(list(work(_chunk, chunks, *same)))


def _chunk(jobs: list[tuple[Pool, Any]], selector: str, k: np.ndarray, negative: str) -> np.ndarray:
    return np.array([_selected(pool, selector, k, negative, seed) for pool, seed in jobs])


def _selected(pool: Pool, selector: str, k: np.ndarray, negative: str, seed: Any) -> np.ndarray:
    if selector == "best_of_n":
        return best_of_n(pool.correct, pool.score, k)
    if selector == "majority":
        return majority_vote(pool.answer, pool.correct, k)
    rng = np.random.default_rng(seed)
    return weighted_vote(pool.answer, pool.correct, pool.score, k, negative=negative, rng=rng).value


def _level(level: Any) -> float:
    found = one("level", as_probabilities("level", level, positive=True, below_one=True))
    return found


def problem_interval(
    per_problem: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "adjusted",
    rng: np.random.Generator | int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of a mean over the population that the problems were drawn from.

    Parameters
    ----------
    per_problem : array_like of float, shape (problems,) or (problems, points)
        A value in [0, 1] for each problem.
    level : float
        In (0, 1).
    method : {"adjusted", "logit", "bca", "percentile"}
        Student's t on the logit of the mean, with half a problem added at 0 and half a one at 1, or without
        them; bootstrap over problems, bias-corrected and accelerated, or its plain percentiles.
    rng : int or Generator

    Returns
    -------
    low, high : arrays of float, shape (points,)

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Warns
    -----
    IntervalWarning
        Where so few problems differ from the rest that the table cannot know how many there
        are: nearly all solved, or nearly all not.

    Notes
    -----
    Near 0 and 1 a table may hold none of the rare problems that decide the mean. A bootstrap cannot draw what it
    does not have, and covers far less often than it says. The two halves of a problem keep the interval open there
    (for a share they are Jeffreys' prior); the measured coverage made this method the default.

    One problem says nothing about others: the interval is then [0, 1]. The same holds where all problems
    have the value 0 or 1, whose spread was never seen: the interval then ends at 1 − (1 − level)^(1/problems),
    the exact bound for a share of problems of which none was seen.

    References
    ----------
    Efron 1987, Better bootstrap confidence intervals; coverage measured in `benchmarks/interval_coverage.py`.

    Examples
    --------
    >>> low, high = problem_interval([0.0] * 30, rng=0)
    >>> low.round(3), high.round(3)
    (array([0.]), array([0.095]))
    """
    values = as_numbers("per_problem", per_problem, least=0, most=1, copy=False)
    if values.ndim not in (1, 2) or values.size == 0:
        raise ValueError(f"per_problem has shape {values.shape}: must be (problems,) or (problems, points), not empty")
    values = values.reshape(len(values), -1)
    level, method = _level(level), one_of("method", method, INTERVALS)
    return _interval(values.mean(axis=0), *_merged(values, method), level, method, np.random.default_rng(rng))


def _merged(values: np.ndarray, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows, and for each problem the number of its row; merged where that saves work."""
    return _distinct(values) if method in ("bca", "percentile") else (values, np.arange(len(values)))


def _interval(
    mean: np.ndarray, rows: np.ndarray, back: np.ndarray, level: float, method: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The interval of `problem_interval`, where problem i has the values `rows[back[i]]`."""
    problems, times = back.size, np.bincount(back)
    if problems == 1:
        return np.zeros_like(mean), np.ones_like(mean)
    mean, rows = _at_ends(mean), _at_ends(rows)
    _warn(mean, rows, times)
    if method in ("adjusted", "logit"):
        found = _logit(rows, times, level, 0.5 if method == "adjusted" else 0.0)
    else:
        found = _bootstrap(mean, rows, back, level, method, rng)
    low, high = (np.clip(bound, 0, 1) for bound in found)
    unseen = 1 - (1 - level) ** (1 / problems)
    low = np.where(mean == 1, 1 - unseen, np.minimum(low, mean))
    high = np.where(mean == 0, unseen, np.maximum(high, mean))
    return low, high


def _at_ends(values: np.ndarray) -> np.ndarray:
    """The values, those that only rounding keeps from 0 or 1 put there: an interval at an end is another one."""
    return np.where(values < END, 0.0, np.where(values > 1 - END, 1.0, values))


def paired_interval(
    a: ArrayLike | Curve, b: ArrayLike | Curve, *, level: float = 0.95, method: str = "adjusted"
) -> Difference:
    """Return the mean difference a − b of two methods tried on the same problems, with its interval.

    Parameters
    ----------
    a, b : Curve, or array_like of float, shape (problems,) or (problems, points)
        What each method reaches on each problem, in [0, 1]. Two curves, or their `per_problem` as it is, are paired by
        the labels of their problems, in whatever order; of other arrays, row i of both is the same problem.
    level : float
        In (0, 1).
    method : {"adjusted", "t"}
        Student's t on the differences, with half a problem added at −1 and half a one at +1, or without them.

    Returns
    -------
    Difference
        `value`, `low` and `high`: floats for one value a problem, else arrays of shape (points,). The method a is
        better at this level where `low` > 0.

    Raises
    ------
    ValueError
        Naming the argument and the value. One problem is refused: its difference says nothing about others. So are
        curves of other problems, and two curves for other k.

    Notes
    -----
    Problems are the sampling unit. How hard a problem is enters both values and leaves with the difference:
    the interval is narrower than two intervals of the methods suggest.

    The two halves of a problem stand for the differences that a table may not hold yet. In a simulation of
    eight kinds of differences, with 10 to 200 problems, the lowest coverage of the 95 % interval was 0.95
    with them and 0.44 without, where a rare large difference among small ones decides the mean. The price is
    width: the adjusted interval is never narrower than about ±2/problems. Where every problem is known to move
    by little, "t" covers as well and is narrower.

    Where all differences are equal, their spread was never seen. The interval then leaves room for a share
    u = 1 − (1 − level)^(1/problems) of problems that differ by ±1, the most of which none may have been seen.

    References
    ----------
    Agresti and Min 2005, Simple improved confidence intervals for comparing matched proportions; coverage
    measured in `benchmarks/interval_coverage.py`.

    Examples
    --------
    >>> a, b = [0.9, 0.4, 0.8, 0.5, 1.0, 0.7] * 10, [0.7, 0.3, 0.8, 0.1, 0.9, 0.6] * 10
    >>> found = paired_interval(a, b)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.15, 0.101, 0.194)
    """
    a, b = _paired(a, b)
    a, b = (as_numbers(name, value, least=0, most=1) for name, value in (("a", a), ("b", b)))
    if a.ndim not in (1, 2) or a.size == 0:
        raise ValueError(f"a has shape {a.shape}: must be (problems,) or (problems, points), not empty")
    if a.shape != b.shape:
        raise ValueError(f"b has shape {b.shape}: must have the shape of a, {a.shape}, the same problems in both")
    level, method = _level(level), one_of("method", method, PAIRED)
    problems = len(a)
    if problems == 1:
        raise ValueError("a and b have one problem: its difference says nothing about others; two are needed")
    difference = a - b
    value = difference.mean(axis=0)
    added = 0.5 if method == "adjusted" else 0.0
    size = problems + 2 * added
    centre = difference.sum(axis=0) / size
    squares = ((difference - centre) ** 2).sum(axis=0) + added * ((1 - centre) ** 2 + (1 + centre) ** 2)
    reach = stdtrit(size - 1, (1 + level) / 2) * np.sqrt(squares / (size - 1) / size)
    unseen = np.where(np.ptp(difference, axis=0) < 1e-12, 1 - (1 - level) ** (1 / problems), 0.0)
    low = np.minimum(centre - reach, value - unseen * (1 + value))
    high = np.maximum(centre + reach, value + unseen * (1 - value))
    return Difference(plain(value), plain(np.clip(low, -1, 1)), plain(np.clip(high, -1, 1)))


def _paired(a: Any, b: Any) -> tuple[Any, Any]:
    """The values of both on the same problems in the order of a, where their labels are known."""
    if isinstance(a, Curve) and isinstance(b, Curve) and not np.array_equal(a.k, b.k):
        raise ValueError(f"b is a curve for k = {b.k.tolist()}: must be for the k of a, {a.k.tolist()}")
    a, b = (one.per_problem if isinstance(one, Curve) else one for one in (a, b))
    labels = [one.problems if isinstance(one, _Labelled) else () for one in (a, b)]
    if not all(labels) or labels[0] == labels[1]:
        return a, b
    for name, mine, others in (("a", *labels), ("b", *reversed(labels))):
        known = set(others)
        only = [label for label in mine if label not in known]
        if only:
            raise ValueError(
                f"{name} has the problem {only[0]!r:.60} and the other has not ({len(only)} such): pairs must be of "
                "the same problems, as select makes them"
            )
    place = {label: row for row, label in enumerate(labels[1])}
    return a, b[[place[label] for label in labels[0]]]


def _warn(mean: np.ndarray, rows: np.ndarray, times: np.ndarray) -> None:
    problems = times.sum()
    # How many problems carry the distance from the nearer end: their number is what the table must know.
    gap = np.minimum(mean, 1 - mean)
    square = np.where(mean > 0.5, 1 - 2 * mean, 0.0) + np.einsum("i,ij,ij->j", times, rows, rows) / problems
    carriers = problems * gap**2 / np.maximum(square, 1e-300)
    few = (carriers < CARRIERS) & (gap > 0) & (gap < 0.02)
    if np.any(few):
        message = (
            f"only about {max(carriers[few].min(), 1):.0f} of {problems} problems differ from the rest: "
            "the interval is too narrow; more problems would help, more samples would not"
        )
        warnings.warn(message, IntervalWarning, stacklevel=4)


def _logit(rows: np.ndarray, times: np.ndarray, level: float, added: float) -> tuple[np.ndarray, np.ndarray]:
    """Student's t on the logit, with `added` problems put at 0 and as many at 1."""
    size = times.sum() + 2 * added
    mean = (times @ rows + added) / size
    # An end of the scale has no logit; its bound is put in by the caller.
    inside = np.clip(mean, 1e-15, 1 - 1e-15)
    distance = rows - mean
    squares = np.einsum("i,ij,ij->j", times, distance, distance) + added * (mean**2 + (1 - mean) ** 2)
    error = np.sqrt(squares / (size - 1) / size) / (inside * (1 - inside))
    reach = stdtrit(size - 1, (1 + level) / 2) * error
    return expit(logit(inside) - reach), expit(logit(inside) + reach)


def _bootstrap(
    centre: np.ndarray, rows: np.ndarray, back: np.ndarray, level: float, method: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    times = np.bincount(back)
    means = np.empty((centre.size, RESAMPLES))
    step = max(1, BLOCK // len(rows))
    for start in range(0, RESAMPLES, step):
        weights = _resampled(times, back, min(step, RESAMPLES - start), rng)
        means[:, start : start + step] = rows.T @ weights.T
    means /= back.size
    tails = np.array([(1 - level) / 2, (1 + level) / 2])[:, None]
    if method == "percentile":
        at = np.broadcast_to(tails, (2, centre.size))
    else:
        slack = 1e-12
        upto = centre[:, None] + np.array([-slack, slack])
        share = ((means < upto[:, :1]).mean(axis=1) + (means <= upto[:, 1:]).mean(axis=1)) / 2
        bias = ndtri(np.clip(share, 0.5 / RESAMPLES, 1 - 0.5 / RESAMPLES))
        distance = rows - centre
        spread, third = times @ distance**2, times @ distance**3
        skew = third / (6 * np.maximum(spread, 1e-30) ** 1.5)
        z = bias + ndtri(tails)
        at = np.clip(ndtr(bias + z / np.maximum(1 - skew * z, 1e-6)), 0, 1)
    low, high = _quantiles(np.sort(means, axis=1), at)
    return low, high


def _resampled(times: np.ndarray, back: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """How often each row is drawn, in each of `count` resamples of all problems."""
    often = times > OFTEN
    others = back[~often[back]]
    # Problems with the same row are interchangeable: how many of them are drawn is one binomial number. The others
    # come first, so that rounding of the shares leaves nothing over for them where there are none.
    totals = rng.multinomial(back.size, np.append(others.size, times[often]) / back.size, size=count)
    drawn = np.zeros((count, times.size))
    drawn[:, often] = totals[:, 1:]
    for weights, total in zip(drawn, totals[:, 0], strict=True):
        if total:
            weights += np.bincount(others[rng.integers(others.size, size=total)], minlength=times.size)
    return drawn


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct rows, and for each problem the number of its row.

    Rows are put together by a random combination of their columns, then compared; where that put unlike rows
    together, all are kept: more work, the same interval.
    """
    keys = values @ np.random.default_rng(0).random(values.shape[1])
    _, first, back = np.unique(keys, return_index=True, return_inverse=True)
    rows = values[first]
    step = max(1, CACHED // values.shape[1])
    parts = (slice(start, start + step) for start in range(0, len(values), step))
    same = all(np.array_equal(rows[back[part]], values[part]) for part in parts)
    return (rows, back) if same else (values, np.arange(len(values)))


def _quantiles(ordered: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The quantile `at[:, j]` of the ordered row j, interpolated."""
    place = at * (ordered.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    row = np.arange(len(ordered))
    return ordered[row, below] + (place - below) * (ordered[row, above] - ordered[row, below])

"""The weighted vote of one pool: exact where its subsets can be counted, elsewhere by Monte Carlo."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, one, one_of, plain
from ..samples.native import as_columns, frame_of
from ._inputs import pool_answers, pool_columns, pool_scores
from ._numerics import BLOCK, unit_legendre

__all__ = ["Vote", "weighted_vote"]

NEGATIVE = ("refuse", "shift", "add")
# The value is exact for up to EXACT_MAX_K samples from a pool of up to EXACT_MAX_POOL, and where there are no more than
# EXACT_MAX_SUBSETS subsets to enumerate; elsewhere it is a mean over PERMUTATIONS random orders.
EXACT_MAX_K, EXACT_MAX_POOL = 4, 4000
EXACT_MAX_SUBSETS = 200_000
PERMUTATIONS = 2000
# Sums that differ by less than this, relative to their size, are ties: the order of summation changes the last digits.
TIE_RTOL = 1e-12


class Vote(NamedTuple):
    """A weighted vote's accuracy for each k, with its Monte-Carlo standard error (0 where counted out)."""

    value: Any
    standard_error: Any

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


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
    right, budgets = pool_columns(correct, k)
    codes, scores = pool_answers(answer, right.size), pool_scores(score, right.size)
    orders = int(one("permutations", as_counts("permutations", permutations, least=2)))
    one_of("negative", negative, NEGATIVE)
    weights = _weights(scores, codes >= 0, negative)
    numbers, worth = _ballots(codes, right)
    wanted = np.unique(budgets)
    value, error = np.zeros(wanted.size), np.zeros(wanted.size)
    few = (wanted <= EXACT_MAX_K) & (right.size <= EXACT_MAX_POOL)
    if few.any():
        value[few] = _exact_small_k(numbers, worth, weights, wanted[few])
    exact = few | np.array([math.comb(right.size, int(tries)) <= EXACT_MAX_SUBSETS for tries in wanted])
    for i in np.flatnonzero(exact & ~few):
        value[i] = _enumerate(numbers, worth, weights, int(wanted[i]))
    if not exact.all():
        drawn = _monte_carlo(numbers, worth, weights, wanted[~exact], orders, np.random.default_rng(rng))
        value[~exact] = drawn.mean(axis=0)
        error[~exact] = drawn.std(axis=0, ddof=1) / math.sqrt(orders)
    place = np.searchsorted(wanted, budgets)
    return Vote(plain(np.clip(value, 0, 1)[place]), plain(error[place]))


def _weights(score: np.ndarray, voted: np.ndarray, negative: str) -> np.ndarray:
    """The votes' weights, the largest between 1/2 and 1; 0 for who casts none."""
    if negative == "refuse":
        refuse_negative(score, voted, lambda i: f"sample {i}")
    score = np.where(voted, score, 0.0)
    # Scaled by a power of two: no digit changes, and no sum overflows or underflows.
    score = np.ldexp(score, -np.frexp(np.abs(score).max())[1])
    least = score[voted].min(initial=0.0)
    return np.where(voted, score - least, 0.0) if negative == "shift" else score


def refuse_negative(score: np.ndarray, voted: np.ndarray, place: Callable[[int], str]) -> None:
    """Refuse votes with a weight below 0; `place` names the first one."""
    bad = np.flatnonzero(voted & (score < 0))
    if bad.size:
        raise ValueError(
            f"score = {score[bad[0]]:.6g} ({place(int(bad[0]))}): a vote with a weight below 0 counts against its own "
            "answer; take numpy.exp of log-probabilities, or choose negative='shift' (subtract a pool's smallest "
            "score) or negative='add' (evidence for and against)"
        )


def _tie_scale(score: np.ndarray) -> float:
    """Scale that a tie's tolerance adds to the sums: with weights below 0, large weights may leave small sums."""
    return float((score < 0).any())


def _ballots(codes: np.ndarray, correct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers numbered from 0, samples without an answer numbered after them; and the mean correctness of each."""
    voted = codes >= 0
    number = np.unique(codes[voted], return_inverse=True)[1]
    votes = np.bincount(number)
    numbered = np.full(codes.size, votes.size)
    numbered[voted] = number
    return numbered, np.bincount(number, weights=correct[voted]) / votes


def _winner_worth(sums: np.ndarray, votes: np.ndarray, worth: np.ndarray, reach: float) -> np.ndarray:
    """Mean worth of the answers with the largest sum, along the last axis; 0 where nobody voted."""
    if worth.size == 0:
        return np.zeros(sums.shape[:-1])
    standing = np.where(votes > 0, sums, -np.inf)
    best = standing.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        top = (standing >= best - TIE_RTOL * (reach + np.abs(best))) & (votes > 0)
    found: np.ndarray = (top @ worth) / np.maximum(top.sum(axis=-1), 1)
    return found


def _enumerate(codes: np.ndarray, worth: np.ndarray, score: np.ndarray, k: int) -> float:
    subsets = combinations(range(codes.size), k)
    total, count, reach = 0.0, 0, _tie_scale(score)
    # The last column collects the samples without an answer.
    columns = worth.size + 1
    step = max(1, BLOCK // (k * columns))
    while chunk := list(islice(subsets, step)):
        rows = np.array(chunk)
        place = (codes[rows] + columns * np.arange(len(chunk))[:, None]).ravel()
        sums, votes = (
            np.bincount(place, weights, len(chunk) * columns).reshape(-1, columns)[:, :-1]
            for weights in (score[rows].ravel(), None)
        )
        total += _winner_worth(sums, votes, worth, reach).sum()
        count += len(chunk)
    return float(total / count)


def _exact_small_k(codes: np.ndarray, worth: np.ndarray, score: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The weighted vote of up to EXACT_MAX_K samples, counted by how many of them agree."""
    voted = np.flatnonzero(codes < worth.size)
    if voted.size == 0:
        return np.zeros(wanted.size)
    voted = voted[np.argsort(score[voted])]
    ballots = _Ballots.of(codes[voted], worth, score[voted])
    tries = wanted.tolist()
    won = [ballots.won(size) for size in range(1, min(tries[-1], voted.size) + 1)]
    # The other samples of a subset have no answer and cast no vote.
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
        reach = _tie_scale(score)
        first = np.diff(score, prepend=-np.inf) > TIE_RTOL * (reach + np.abs(score))
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
        for node, weight in zip(*unit_legendre(size - 1), strict=True):
            rivals = _products_of_others(self.below + node * self.level, size - 1)
            total += weight * (self.worth @ (self.level * rivals).sum(axis=1))
        return total

    def _two_alike(self, singles: int) -> float:
        """Two samples of one answer against one other, or against two others with different answers."""
        worth = self.worth[:, None]
        beaten, level = _products_of_others(self.below, singles), _products_of_others(self.level, singles)
        if singles == 1:
            shared = level / 2
            lost = _products_of_others(worth * self.level, 1)
            split = lost / 2
        else:
            shared = (_products_of_others(self.below + self.level, 2) - beaten - level) / 2 + level / 3
            lost, split = self._better_single(1, 1 / 2), self._better_single(1 / 2, 1 / 3)
        above = lost[:, ::-1].cumsum(axis=1)[:, ::-1]
        clear = worth * beaten + above
        tie = worth * (beaten + shared) + above - lost + split
        total = 0.0
        for answer in range(self.worth.size):
            sums = _pair_sums(self.score[self.codes == answer])
            slack = TIE_RTOL * (self.reach + np.abs(sums))
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
        every = _products_of_others(value * _products_of_others(beside, 1), 1)
        won: np.ndarray = every - beside * _products_of_others(value, 1)
        return won

    def _two_and_two(self) -> float:
        sums = [_pair_sums(self.score[self.codes == answer]) for answer in range(self.worth.size)]
        every = np.sort(np.concatenate(sums))
        total = 0.0
        for value, own in zip(self.worth, sums, strict=True):
            total += value * (self._smaller(every, own, own) - self._smaller(own, own, own)).sum()
        return total

    def _three_alike(self) -> float:
        """Three samples of one answer against one other.

        A sum of two beats what the other leaves of a third: each three are seen three times, and so are the
        pairs whose third is one of their own, which are taken out again.
        """
        total = 0.0
        for answer in range(self.worth.size):
            mine = self.codes == answer
            own, other, worth = self.score[mine], self.score[~mine], self.worth[self.codes[~mine]]
            pairs = _pair_sums(own)
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
        slack = TIE_RTOL * (self.reach + np.abs(compared))
        below, up_to = np.searchsorted(ordered, value - slack), np.searchsorted(ordered, value + slack, side="right")
        count: np.ndarray = (below + up_to) / 2
        return count


def _products_of_others(votes: np.ndarray, size: int) -> np.ndarray:
    """For each answer (row), the ways to take a vote from each of `size` other answers."""
    one, two, three = ((votes**power).sum(axis=0) - votes**power for power in (1, 2, 3))
    return (np.ones_like(votes), one, (one**2 - two) / 2, (one**3 - 3 * one * two + 2 * three) / 6)[size]


def _pair_sums(score: np.ndarray) -> np.ndarray:
    """Sums of two scores, in order."""
    first, second = np.triu_indices(score.size, 1)
    return np.sort(score[first] + score[second])


def _monte_carlo(
    codes: np.ndarray,
    worth: np.ndarray,
    score: np.ndarray,
    wanted: np.ndarray,
    permutations: int,
    rng: np.random.Generator,
) -> np.ndarray:
    size, answers, reach = codes.size, worth.size, _tie_scale(score)
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
            out[start : start + rows.size, i] = _winner_worth(sums[:, :-1], votes[:, :-1], worth, reach)
    return out

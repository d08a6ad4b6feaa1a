"""Votes that stop early, on one recorded pool: expected samples and accuracy, exact where counts can be followed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaincc, gammaincinv

from .._arguments import as_counts, as_numbers, as_probabilities, one
from ..samples.answers import answer_label, is_missing
from ..samples.native import Framed
from ._inputs import at_most, pool_answers, pool_columns
from ._numerics import BLOCK

__all__ = [
    "BestStopping",
    "BetaRule",
    "CertainRule",
    "DirichletRule",
    "DoublingRule",
    "FixedRule",
    "StoppedVote",
    "WindowRule",
    "best_stopping",
    "stopped_vote",
    "vote_stops",
]

# States (multisets of counts, over all numbers of samples) that are followed before orders are drawn instead.
MAX_STATES = 200_000
ORDERS = 10_000
# A mixed-radix code of a row stays below this in each of its words.
WORD = 2**62
# In place of the votes of an answer that can matter no more.
FORGOTTEN = -1
# What is left of a state's probability after a subtraction, relative to it, is rounding below this.
ROUNDING = 1e-12


@dataclass(frozen=True)
class FixedRule:
    """Stop at `k` samples, whatever the answers: the usual vote, and the control of every other rule.

    Parameters
    ----------
    k : int
        At least 1. A smaller budget ends the vote first.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> FixedRule(8)
    FixedRule(k=8)
    """

    k: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", int(one("k", as_counts("k", self.k, least=1))))

    def _looks(self, budget: int) -> np.ndarray:
        found: np.ndarray = np.arange(budget + 1) == self.k
        return found

    def _stops(self, votes: np.ndarray, drawn: int, budget: int) -> np.ndarray:
        return np.ones(len(votes), bool)


class _AtEverySample:
    """A rule that looks at the votes after every sample."""

    def _looks(self, budget: int) -> np.ndarray:
        found: np.ndarray = np.arange(budget + 1) > 0
        return found


@dataclass(frozen=True)
class CertainRule(_AtEverySample):
    """Stop where the samples left in the budget cannot change the winner: the accuracy is that of the whole budget.

    Examples
    --------
    >>> stopped_vote(["A"] * 9, [1] * 9, CertainRule(), 9).samples
    5.0
    """

    def _stops(self, votes: np.ndarray, drawn: int, budget: int) -> np.ndarray:
        first, second = _top_two(votes)
        # A lead that the rest could make up for would end in a tie, which shares: the lead must be larger.
        found: np.ndarray = first - second > budget - drawn
        return found


@dataclass(frozen=True)
class BetaRule(_AtEverySample):
    """Adaptive consistency: stop where the leading answer is likely enough to be the more frequent of the first two.

    Parameters
    ----------
    confidence : float
        In [0.5, 1). The posterior is that of a coin with a uniform prior: P(p > 1/2) for Beta(v1 + 1, v2 + 1),
        where v1 and v2 are the votes of the two leading answers. At 0.95 four equal answers in a row stop the vote.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    References
    ----------
    Aggarwal et al. 2023, arXiv:2305.11860.

    Examples
    --------
    >>> stopped_vote(["A"] * 9, [1] * 9, BetaRule(0.95), 9).samples
    4.0
    """

    confidence: float = 0.95

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence", _as_confidence(self.confidence))

    def _stops(self, votes: np.ndarray, drawn: int, budget: int) -> np.ndarray:
        first, second = _top_two(votes)
        found: np.ndarray = betainc(second + 1.0, first + 1.0, 0.5) >= self.confidence
        return found


@dataclass(frozen=True)
class DirichletRule(_AtEverySample):
    """Adaptive consistency with all answers seen: stop where the leading one is likely enough to be the most frequent.

    Parameters
    ----------
    confidence : float
        In [0.5, 1). The posterior of the answers' shares is Dirichlet(v1 + 1, ..., vm + 1) over the m answers seen so
        far; where only one was seen, an unseen second one stands beside it. With two answers it is `BetaRule`.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    Shares of a Dirichlet law are independent Gamma(v + 1) variables over their sum: the chance that the first is the
    largest is a single integral, done here by Gauss-Legendre quadrature with an error below 1e-9.

    References
    ----------
    Aggarwal et al. 2023, arXiv:2305.11860.

    Examples
    --------
    >>> stopped_vote(["A"] * 9, [1] * 9, DirichletRule(0.95), 9).samples
    4.0
    """

    confidence: float = 0.95

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence", _as_confidence(self.confidence))

    def _stops(self, votes: np.ndarray, drawn: int, budget: int) -> np.ndarray:
        # To lead all answers is less likely than to lead the second: where that is not enough, nothing is integrated.
        found = BetaRule(self.confidence)._stops(votes, drawn, budget)
        found[found] = _leads(votes[found]) >= self.confidence
        return found


@dataclass(frozen=True)
class DoublingRule:
    """Double the samples until the leading answer is likely enough to lead: `BetaRule`, looked at 1, 2, 4, ... times.

    Parameters
    ----------
    first : int
        Samples of the first look, at least 1; the others are at 2, 4, 8, ... times as many. Samples between two looks
        can be drawn at once.
    confidence : float
        In [0.5, 1), as for `BetaRule`.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> stopped_vote(["A"] * 9, [1] * 9, DoublingRule(3, 0.95), 9).samples
    6.0
    """

    first: int = 4
    confidence: float = 0.95

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", int(one("first", as_counts("first", self.first, least=1))))
        object.__setattr__(self, "confidence", _as_confidence(self.confidence))

    def _looks(self, budget: int) -> np.ndarray:
        at = np.zeros(budget + 1, bool)
        look = self.first
        while look <= budget:
            at[look] = True
            look *= 2
        return at

    def _stops(self, votes: np.ndarray, drawn: int, budget: int) -> np.ndarray:
        return BetaRule(self.confidence)._stops(votes, drawn, budget)


@dataclass(frozen=True)
class WindowRule:
    """Early-stopping self-consistency: stop after the first window of `size` samples that all give one answer.

    Parameters
    ----------
    size : int
        Samples of a window, at least 1. Windows do not overlap; the answer is the vote of all samples drawn. A window
        with a missing answer never stops the vote.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    References
    ----------
    Li et al. 2024, arXiv:2401.10480.

    Examples
    --------
    >>> stopped_vote(["A"] * 9, [1] * 9, WindowRule(3), 9).samples
    3.0
    """

    size: int = 5

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", int(one("size", as_counts("size", self.size, least=1))))

    def _looks(self, budget: int) -> np.ndarray:
        number = np.arange(budget + 1)
        found: np.ndarray = (number > 0) & (number % self.size == 0)
        return found

    def _stops(self, votes: np.ndarray, drawn: int, budget: int) -> np.ndarray:
        """Whether the votes of one window are all for one answer."""
        found: np.ndarray = np.max(votes, axis=1, initial=0) == self.size
        return found


RULES = (FixedRule, CertainRule, BetaRule, DirichletRule, DoublingRule, WindowRule)
# The votes that a rule and the answer look at: of the leader, of the first two, of all answers.
KEPT = {FixedRule: "leader", CertainRule: "two", BetaRule: "two", DoublingRule: "two", DirichletRule: "all"}
Rule = FixedRule | CertainRule | BetaRule | DirichletRule | DoublingRule | WindowRule


@dataclass(frozen=True, eq=False)
class StoppedVote(Framed):
    """What a vote that stops gives on one pool.

    Attributes
    ----------
    accuracy : float
        Chance that the vote's answer is correct; ties share, as in `majority_vote`.
    samples : float
        Expected number of samples drawn.
    stops_at : array of float, shape (budget + 1,)
        Chance to end with each number of samples; the last one includes the votes that the budget ended.
    accuracy_error, samples_error : float
        Standard errors; 0 where exact.
    method : {"exact", "simulated"}
    states : int
        Counts followed, or orders drawn.
    """

    _columns = ("accuracy", "samples", "accuracy_error", "samples_error", "method", "states")

    accuracy: float
    samples: float
    stops_at: np.ndarray
    accuracy_error: float
    samples_error: float
    method: str
    states: int


@dataclass(frozen=True)
class BestStopping(Framed):
    """The most that any stopping rule can reach on one pool, at a price for each sample.

    Attributes
    ----------
    value : float
        The largest expected accuracy less `price` times samples, or a bound above it.
    price : float
        What one sample costs, in units of accuracy.
    accuracy, samples : float
        Of the rule that reaches the value.
    value_error : float
        Standard error of `value`; 0 where exact.
    method : {"exact", "hindsight"}
        "exact": the best rule, which knows the pool and its right answer but not the order of the samples.
        "hindsight": a bound above it, from random orders: it also knows the samples to come.
    states : int
        Counts followed, or orders drawn.
    """

    _columns = ("value", "price", "accuracy", "samples", "value_error", "method", "states")

    value: float
    price: float
    accuracy: float
    samples: float
    value_error: float
    method: str
    states: int

    def accuracy_at(self, samples: ArrayLike) -> Any:
        """Bound above the accuracy of every rule that draws so many samples on average: value + price · samples.

        Parameters
        ----------
        samples : float or array_like of float
            Expected samples, at least 1.

        Returns
        -------
        float or array of float
            At most 1. The smallest over several prices is the best bound.

        Raises
        ------
        ValueError
            For a number of samples below 1.

        Examples
        --------
        >>> best = best_stopping(["A", "A", "B"], [1, 1, 0], 3, 0.05)
        >>> round(best.accuracy_at(1.0), 3)
        0.967
        """
        found = np.minimum(self.value + self.price * as_numbers("samples", samples, least=1), 1.0)
        return found.item() if found.ndim == 0 else found


def stopped_vote(
    answer: ArrayLike,
    correct: ArrayLike,
    rule: Rule,
    budget: int,
    *,
    states: int = MAX_STATES,
    orders: int = ORDERS,
    rng: np.random.Generator | int | None = None,
) -> StoppedVote:
    """Return accuracy and expected samples of a vote that stops by a rule, over all orders of one pool.

    Parameters
    ----------
    answer : array_like, shape (samples,)
        As in `majority_vote`: negative codes, None, "" or NaN are no answer, cost a sample and cast no vote.
    correct : array_like of bool, shape (samples,)
    rule : FixedRule, CertainRule, BetaRule, DirichletRule, DoublingRule or WindowRule
    budget : int
        The most samples drawn, 1 <= budget <= samples.
    states : int
        Counts to follow at most, at least 1; beyond that, random orders are drawn.
    orders : int
        Their number, at least 2.
    rng : int or Generator
        For the orders.

    Returns
    -------
    StoppedVote
        Its `method` says whether it is exact or simulated.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    Samples come in random order, without replacement. The rules look at votes only, not at their order, so the
    numbers of votes are a Markov chain: its probabilities are followed from sample to sample. Answers with equal counts
    in the pool and equal correctness are exchangeable, and only how many of them have how many votes is kept; an answer
    that can no longer reach the votes which the rule looks at is forgotten. A window is counted as a whole: what stops
    is subtracted from all that could be drawn.

    References
    ----------
    Aggarwal et al. 2023, arXiv:2305.11860; Li et al. 2024, arXiv:2401.10480.

    Examples
    --------
    >>> found = stopped_vote(["A"] * 8 + ["B"] * 2, [1] * 8 + [0] * 2, BetaRule(0.9), 10)
    >>> round(found.accuracy, 4), round(found.samples, 4), found.method
    (1.0, 5.1333, 'exact')
    """
    _checked_rule(rule)
    pool, tries = _checked(answer, correct, budget)
    limit = int(one("states", as_counts("states", states, least=1)))
    count = int(one("orders", as_counts("orders", orders, least=2)))
    if isinstance(rule, WindowRule):
        followed = _follow_windows(pool, rule, tries, limit)
    else:
        followed = _follow(pool, rule, tries, limit)
    if followed is not None:
        samples = float(followed.stops_at @ np.arange(tries + 1))
        accuracy = min(float(followed.accuracy_at[-1]), 1.0)
        return StoppedVote(accuracy, samples, followed.stops_at, 0.0, 0.0, "exact", followed.states)
    worth, ends = _simulate(pool, rule, tries, count, np.random.default_rng(rng))
    return StoppedVote(
        float(worth.mean()),
        float(ends.mean()),
        np.bincount(ends, minlength=tries + 1) / count,
        float(worth.std(ddof=1) / math.sqrt(count)),
        float(ends.std(ddof=1) / math.sqrt(count)),
        "simulated",
        count,
    )


def best_stopping(
    answer: ArrayLike,
    correct: ArrayLike,
    budget: int,
    price: float,
    *,
    states: int = MAX_STATES,
    orders: int = ORDERS,
    rng: np.random.Generator | int | None = None,
) -> BestStopping:
    """Return the most that any rule which stops a vote can reach on one pool, when each sample has a price.

    Parameters
    ----------
    answer : array_like, shape (samples,)
    correct : array_like of bool, shape (samples,)
    budget : int
        The most samples drawn, 1 <= budget <= samples.
    price : float
        Cost of a sample in units of accuracy, at least 0.
    states : int
        Counts to follow at most, at least 1; beyond that, the bound in hindsight is taken over random orders.
    orders : int
        Their number, at least 2.
    rng : int or Generator
        For the orders.

    Returns
    -------
    BestStopping
        Its `method` says which of the two it is. Both are bounds above every rule of `stopped_vote`, whose value is its
        accuracy less price times samples. They are loose where a vote ends wrong: they know which answer is right.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    Backward induction over the counts of votes: at each, the better of stopping now, which is worth the vote's share of
    right answers, and of drawing once more. As the largest value at a price is a Lagrangian, value + price · samples
    bounds the accuracy at every mean number of samples.

    Examples
    --------
    >>> best = best_stopping(["A"] * 8 + ["B"] * 2, [1] * 8 + [0] * 2, 10, 0.01)
    >>> round(best.value, 4), round(best.samples, 2), best.method
    (0.9851, 1.49, 'exact')
    """
    pool, tries = _checked(answer, correct, budget)
    cost = one("price", as_numbers("price", price, least=0))
    limit = int(one("states", as_counts("states", states, least=1)))
    count = int(one("orders", as_counts("orders", orders, least=2)))
    found = _induce(pool, tries, cost, limit)
    if found is not None:
        accuracy, samples, seen = found
        return BestStopping(accuracy - cost * samples, cost, accuracy, samples, 0.0, "exact", seen)
    worth, ends = _hindsight(pool, tries, cost, count, np.random.default_rng(rng))
    values = worth - cost * ends
    error = float(values.std(ddof=1) / math.sqrt(count))
    return BestStopping(float(values.mean()), cost, float(worth.mean()), float(ends.mean()), error, "hindsight", count)


def vote_stops(answers: Sequence[object], rule: Rule, budget: int) -> bool:
    """Return whether a rule stops a vote after these answers: for who draws samples one after the other.

    Parameters
    ----------
    answers : sequence
        In the order in which they were drawn; a missing one (None) is a sample without a vote.
    rule : FixedRule, CertainRule, BetaRule, DirichletRule, DoublingRule or WindowRule
    budget : int
        The most samples; with them the vote ends in any case.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> vote_stops(["7", "7", "7"], BetaRule(0.95), 16), vote_stops(["7"] * 4, BetaRule(0.95), 16)
    (False, True)
    """
    if isinstance(answers, str) or not isinstance(answers, Sequence):
        raise ValueError(f"answers = {answers!r:.60}: must be a list, the answers in their order")
    _checked_rule(rule)
    budget = int(one("budget", as_counts("budget", budget, least=1)))
    drawn = len(answers)
    if drawn >= budget:
        return True
    if not rule._looks(budget)[drawn]:
        return False
    looked = answers[drawn - rule.size :] if isinstance(rule, WindowRule) else answers
    votes: dict[str, int] = {}
    for answer in looked:
        if not is_missing(answer):
            label = answer_label(answer)
            votes[label] = votes.get(label, 0) + 1
    row = np.array([sorted(votes.values(), reverse=True) or [0]])
    return bool(rule._stops(row, drawn, budget)[0])


def _checked_rule(rule: object) -> None:
    if not isinstance(rule, RULES):
        raise ValueError(f"rule = {rule!r}: must be one of {', '.join(kind.__name__ for kind in RULES)}")


def _as_confidence(confidence: float) -> float:
    value = one("confidence", as_probabilities("confidence", confidence, below_one=True))
    if value < 0.5:
        raise ValueError(f"confidence = {value:g}: must lie in [0.5, 1); two equal answers already have 0.5")
    return value


@dataclass(frozen=True)
class _VotePool:
    """Columns: the answers, those alike next to each other, and last the samples without an answer."""

    counts: np.ndarray
    worth: np.ndarray
    starts: np.ndarray
    kinds: np.ndarray

    @property
    def size(self) -> int:
        return int(self.counts.sum())

    def won(self, rows: np.ndarray) -> np.ndarray:
        """Share of right answers among the leaders of each row; 0 where nobody voted."""
        votes = rows[:, :-1]
        if votes.shape[1] == 0:
            return np.zeros(len(rows))
        top = votes.max(axis=1, keepdims=True)
        leads = (votes == top) & (top > 0)
        found: np.ndarray = (leads @ self.worth) / np.maximum(leads.sum(axis=1), 1)
        return found


def _checked(answer: ArrayLike, correct: ArrayLike, budget: int) -> tuple[_VotePool, int]:
    right, _ = pool_columns(correct, 1)
    codes = pool_answers(answer, right.size)
    tries = as_counts("budget", budget, least=1)
    one("budget", tries)
    at_most("budget", tries, "n", np.array(float(right.size)))
    voted = codes >= 0
    number = np.unique(codes[voted], return_inverse=True)[1].ravel()
    votes = np.bincount(number)
    worth = np.bincount(number, weights=right[voted]) / np.maximum(votes, 1)
    order = np.lexsort([-worth, -votes])
    votes, worth = votes[order], worth[order]
    new = np.r_[True, (np.diff(votes) != 0) | (np.diff(worth) != 0)] if votes.size else np.zeros(0, bool)
    starts = np.append(np.flatnonzero(new), votes.size)
    silent = int(right.size - voted.sum())
    kinds = np.append(np.cumsum(new) - 1, starts.size - 1)
    return _VotePool(np.append(votes, silent).astype(np.int32), worth, starts, kinds), int(tries)


def _top_two(votes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if votes.shape[1] < 2:
        first = votes.sum(axis=1)
        return first, np.zeros_like(first)
    ordered = np.partition(votes, votes.shape[1] - 2, axis=1)
    return ordered[:, -1], ordered[:, -2]


def _leads(votes: np.ndarray) -> np.ndarray:
    """Posterior chance that the leading answer of each row is the most frequent one, among those seen."""
    ordered = np.sort(votes, axis=1)[:, ::-1]
    if ordered.shape[1] < 2:
        ordered = np.hstack([ordered, np.zeros((len(votes), 2 - ordered.shape[1]), votes.dtype)])
    rows, back = np.unique(ordered, axis=0, return_inverse=True)
    chance = np.empty(len(rows))
    for first in np.unique(rows[:, 0]):
        mine = np.flatnonzero(rows[:, 0] == first)
        weights, log_below = _gamma_table(int(first))
        # The second answer stands there even if it was not seen; other answers only where they were.
        rivals = rows[mine, 1:]
        exponent = log_below[rivals[:, 0]]
        for column in rivals.T[1:]:
            exponent = exponent + np.where(column[:, None] > 0, log_below[column], 0.0)
        chance[mine] = np.exp(exponent) @ weights
    return chance[back.ravel()]


@lru_cache(maxsize=512)
def _gamma_table(first: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights of Gamma(first + 1) at its nodes, and log P(Gamma(v + 1) < node) for v from 0 to `first`."""
    low, high = gammaincinv(first + 1.0, [1e-14, 1 - 1e-14])
    nodes, weights = np.polynomial.legendre.leggauss(80)
    x = low + (high - low) * (nodes + 1) / 2
    density = np.exp(first * np.log(x) - x - math.lgamma(first + 1.0))
    votes = np.arange(first + 1.0)[:, None]
    with np.errstate(divide="ignore"):
        log_below = np.log1p(-gammaincc(votes + 1, x))
    return weights * density * (high - low) / 2, np.maximum(log_below, -700.0)


@dataclass(frozen=True)
class _Moves:
    """One sample more: rows after it, with the row before, its column's probability; rows may repeat."""

    rows: np.ndarray
    origin: np.ndarray
    chance: np.ndarray


def _moves(pool: _VotePool, rows: np.ndarray, drawn: int, size: int = 1) -> _Moves:
    """All ways to draw `size` samples of one column next."""
    parts, origins, chances = [], [], []
    left = pool.size - drawn
    total = math.prod(range(left, left - size, -1))
    every = np.where(rows == FORGOTTEN, 0, pool.counts - rows)
    # Whatever is not kept by itself: forgotten answers, and samples without one.
    every[:, -1] = left - every[:, :-1].sum(axis=1)
    for i in range(rows.shape[1] if size == 1 else rows.shape[1] - 1):
        rest = every[:, i]
        alike = slice(*np.searchsorted(pool.kinds, [pool.kinds[i], pool.kinds[i] + 1]))
        can = rest >= size
        if i > alike.start:
            # Of answers that are alike and have equally many votes, the first stands for all.
            can = can & (rows[:, i] != rows[:, i - 1])
        origin = np.flatnonzero(can)
        if not origin.size:
            continue
        before = rows[origin]
        new = before.copy()
        if i < rows.shape[1] - 1:
            new[:, i] += size
        if size > 1 and alike.stop - alike.start > 1:
            new[:, alike] = -np.sort(-new[:, alike], axis=1)
        equal = (before[:, alike] == before[:, [i]]).sum(axis=1)
        ways = np.prod([rest[origin].astype(float) - j for j in range(size)], axis=0)
        parts.append(new)
        origins.append(origin)
        chances.append(equal * ways / total)
    if not parts:
        return _Moves(rows[:0], np.zeros(0, np.intp), np.zeros(0))
    return _Moves(np.concatenate(parts), np.concatenate(origins), np.concatenate(chances))


def _forget(pool: _VotePool, rows: np.ndarray, left: int, kept: str, window: int = 1) -> None:
    """Forget, in place, the votes of answers that can matter no more: with fewer rows, more of them can be followed.

    `kept` says which votes matter: those of the leader, of the first two, or all. An answer that cannot reach
    them with the `left` samples to come is forgotten, unless it can still fill a window.
    """
    if kept == "all" or rows.shape[1] < 3:
        return
    votes = rows[:, :-1]
    place = votes.shape[1] - (1 if kept == "leader" else 2)
    needed = np.partition(votes, place, axis=1)[:, place]
    most = np.minimum(pool.counts[:-1], votes + left)
    lost = most < needed[:, None]
    if window > 1:
        lost &= pool.counts[:-1] - votes < window
    votes[lost] = FORGOTTEN


def _distinct_rows(pool: _VotePool, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of one row of each kind, and for every row the number of its kind."""
    digits, radices = [], []
    for start, stop in zip(pool.starts[:-1], pool.starts[1:], strict=True):
        if pool.counts[start] == 1:
            # Of answers given once, it is enough to know how many were drawn, and how many forgotten.
            votes = rows[:, start:stop]
            digits += [(votes > 0).sum(axis=1), (votes == FORGOTTEN).sum(axis=1)]
            radices += [int(stop - start) + 1] * 2
        else:
            digits += list(rows[:, start:stop].T - FORGOTTEN)
            radices += [int(pool.counts[start]) + 2] * int(stop - start)
    known, room = np.zeros(len(rows), np.int64), 1
    for digit, radix in zip(digits, radices, strict=True):
        if room * radix >= WORD:
            known = np.unique(known, return_inverse=True)[1].ravel()
            room = int(known.max(initial=0)) + 1
        known, room = known * radix + digit, room * radix
    _, index, back = np.unique(known, return_index=True, return_inverse=True)
    return index, back.ravel()


def _start(pool: _VotePool) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((1, pool.counts.size), pool.counts.dtype), np.ones(1)


def _next(
    pool: _VotePool, rows: np.ndarray, drawn: int, budget: int, kept: str, window: int = 1
) -> tuple[np.ndarray, _Moves]:
    """The rows after one sample more, each once, and the moves to them; the rows of the moves are numbers of these."""
    # In pieces, so that the moves of many rows with many answers do not stand in memory at once.
    step = max(1, BLOCK // rows.shape[1] ** 2)
    parts, origins, chances, places = [], [], [], []
    count = 0
    for start in range(0, len(rows), step):
        moves = _moves(pool, rows[start : start + step], drawn)
        _forget(pool, moves.rows, budget - drawn - 1, kept, window)
        index, back = _distinct_rows(pool, moves.rows)
        parts.append(moves.rows[index])
        origins.append(moves.origin + start)
        chances.append(moves.chance)
        places.append(back + count)
        count += index.size
    found, place = np.concatenate(parts), np.concatenate(places)
    if len(parts) > 1:
        index, back = _distinct_rows(pool, found)
        found, place = found[index], back[place]
    return found, _Moves(place, np.concatenate(origins), np.concatenate(chances))


def _step(
    pool: _VotePool, rows: np.ndarray, chance: np.ndarray, drawn: int, budget: int, kept: str, window: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """The rows after one sample more, and their chances."""
    found, moves = _next(pool, rows, drawn, budget, kept, window)
    return found, np.bincount(moves.rows, chance[moves.origin] * moves.chance, len(found))


@dataclass(frozen=True)
class _Followed:
    """Of a vote followed exactly: chances to stop and accuracy under a cap, at each number of samples; states seen."""

    stops_at: np.ndarray
    accuracy_at: np.ndarray
    states: int


def _follow(pool: _VotePool, rule: Any, budget: int, limit: int) -> _Followed | None:
    """Follow the votes until the rule has stopped them all; None where the states are too many."""
    looks = rule._looks(budget)
    stops_at, accuracy_at = np.zeros(budget + 1), np.zeros(budget + 1)
    ended, seen = 0.0, 0
    rows, chance = _start(pool)
    for drawn in range(1, budget + 1):
        rows, chance = _step(pool, rows, chance, drawn - 1, budget, KEPT[type(rule)])
        seen += len(rows)
        if seen > limit:
            return None
        won = pool.won(rows)
        accuracy_at[drawn] = ended + chance @ won
        if drawn < budget and not looks[drawn]:
            continue
        stop = rule._stops(rows[:, :-1], drawn, budget) if drawn < budget else np.ones(len(rows), bool)
        stops_at[drawn] = chance[stop].sum()
        ended += float(chance[stop] @ won[stop])
        rows, chance = rows[~stop], chance[~stop]
        if not len(rows):
            accuracy_at[drawn:] = ended
            break
    return _Followed(stops_at, accuracy_at, seen)


def _follow_windows(pool: _VotePool, rule: WindowRule, budget: int, limit: int) -> _Followed | None:
    stops_at, accuracy_at = np.zeros(budget + 1), np.zeros(budget + 1)
    ended, seen = 0.0, 0
    rows, chance = _start(pool)
    for begin in range(0, budget, rule.size):
        drawn = min(begin + rule.size, budget)
        every, total = rows, chance
        for step in range(begin, drawn):
            every, total = _step(pool, every, total, step, budget, "leader", rule.size)
            seen += len(every)
            if seen > limit:
                return None
            accuracy_at[step + 1] = ended + total @ pool.won(every)
        if drawn == budget:
            stops_at[drawn] = total.sum()
            break
        united = _moves(pool, rows, begin, rule.size)
        _forget(pool, united.rows, budget - drawn, "leader", rule.size)
        joined = np.concatenate([every, united.rows])
        index, back = _distinct_rows(pool, joined)
        ends = np.bincount(back[len(every) :], chance[united.origin] * united.chance, index.size)
        left = np.bincount(back[: len(every)], total, index.size)
        rest = left - ends
        rows = joined[index]
        stops_at[drawn] = ends.sum()
        ended += float(ends @ pool.won(rows))
        alive = rest > ROUNDING * left
        rows, chance = rows[alive], rest[alive]
        if not len(rows):
            accuracy_at[drawn:] = ended
            break
    return _Followed(stops_at, accuracy_at, seen)


def _induce(pool: _VotePool, budget: int, price: float, limit: int) -> tuple[float, float, int] | None:
    """Accuracy and samples of the best rule; None where the states are too many."""
    levels: list[tuple[np.ndarray, _Moves]] = []
    rows, _ = _start(pool)
    seen = 0
    for drawn in range(budget):
        later_rows, moves = _next(pool, rows, drawn, budget, "leader")
        levels.append((pool.won(rows), moves))
        rows = later_rows
        seen += len(rows)
        if seen > limit:
            return None
    accuracy, samples = pool.won(rows), np.full(len(rows), float(budget))
    for drawn in range(budget - 1, -1, -1):
        worth, moves = levels[drawn]
        later = np.bincount(moves.origin, moves.chance * accuracy[moves.rows], worth.size)
        longer = np.bincount(moves.origin, moves.chance * samples[moves.rows], worth.size)
        # At least one sample is drawn; between equal values the vote ends.
        stop = (worth - price * drawn >= later - price * longer - 1e-12) if drawn else np.zeros(worth.size, bool)
        accuracy, samples = np.where(stop, worth, later), np.where(stop, float(drawn), longer)
    return float(accuracy[0]), float(samples[0]), seen


def _orders(pool: _VotePool, budget: int, count: int, rng: np.random.Generator) -> Any:
    """Blocks of random orders: the column of each of the first `budget` samples."""
    columns = np.repeat(np.arange(pool.counts.size), pool.counts)
    step = max(1, BLOCK // max(columns.size, pool.counts.size))
    for start in range(0, count, step):
        tiled = np.tile(columns, (min(step, count - start), 1))
        yield rng.permuted(tiled, axis=1)[:, :budget]


def _simulate(
    pool: _VotePool, rule: Any, budget: int, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Worth of the answer and number of samples, for each of `count` random orders."""
    looks, by_window = rule._looks(budget), isinstance(rule, WindowRule)
    worth, ends = [], []
    for order in _orders(pool, budget, count, rng):
        won, end = np.empty(len(order)), np.empty(len(order), np.int64)
        alive = np.arange(len(order))
        rows = np.zeros((len(order), pool.counts.size), pool.counts.dtype)
        before = rows.copy()
        for drawn in range(1, budget + 1):
            rows[np.arange(len(rows)), order[alive, drawn - 1]] += 1
            if drawn < budget and not looks[drawn]:
                continue
            seen = rows - before if by_window else rows
            stop = rule._stops(seen[:, :-1], drawn, budget) if drawn < budget else np.ones(len(rows), bool)
            won[alive[stop]], end[alive[stop]] = pool.won(rows[stop]), drawn
            alive, rows = alive[~stop], rows[~stop]
            if by_window:
                before = rows.copy()
            if not alive.size:
                break
        worth.append(won)
        ends.append(end)
    return np.concatenate(worth), np.concatenate(ends)


def _hindsight(
    pool: _VotePool, budget: int, price: float, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Worth and samples at the best place to stop of each order, its later samples known."""
    worth, ends = [], []
    for order in _orders(pool, budget, count, rng):
        rows = np.zeros((len(order), pool.counts.size), pool.counts.dtype)
        best, won, end = np.full(len(order), -np.inf), np.zeros(len(order)), np.zeros(len(order), np.int64)
        for drawn in range(1, budget + 1):
            rows[np.arange(len(rows)), order[:, drawn - 1]] += 1
            now = pool.won(rows)
            better = now - price * drawn > best + 1e-12
            best = np.where(better, now - price * drawn, best)
            won, end = np.where(better, now, won), np.where(better, drawn, end)
        worth.append(won)
        ends.append(end)
    return np.concatenate(worth), np.concatenate(ends)

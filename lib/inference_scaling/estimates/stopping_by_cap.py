"""Votes that stop, under every cap at once; and the most that one rule for all problems of a benchmark can reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import comb

from .._arguments import as_counts, as_numbers, one
from ..samples import SampleSet
from ..samples.native import Framed
from ._inputs import votes_of
from .pools import majority_vote
from .stopping import (
    MAX_STATES,
    ORDERS,
    CertainRule,
    Rule,
    WindowRule,
    _checked,
    _checked_rule,
    _follow,
    _follow_windows,
    _orders,
    _start,
    _step,
    _top_two,
    _VotePool,
)

# Ways to divide votes: enough for a budget of 32.
MAX_DIVISIONS = 50_000

__all__ = ["CappedVote", "StoppingFrontier", "capped_vote", "stopping_frontier"]


@dataclass(frozen=True, eq=False)
class CappedVote(Framed):
    """A vote that stops by a rule, or at a cap: what each cap gives on one pool.

    Attributes
    ----------
    accuracy, samples : array of float, shape (budget,)
        Chance that the vote's answer is correct, and expected number of samples, for the caps 1, 2, ..., budget.
    method : {"exact", "simulated"}
    states : int
        Counts followed, or orders drawn.
    """

    accuracy: np.ndarray
    samples: np.ndarray
    method: str
    states: int

    def _rows(self) -> dict[str, Any]:
        caps = {"cap": np.arange(1, len(self.accuracy) + 1), "accuracy": self.accuracy, "samples": self.samples}
        return caps | {"method": self.method, "states": self.states}


def capped_vote(
    answer: ArrayLike,
    correct: ArrayLike,
    rule: Rule,
    budget: int,
    *,
    states: int = MAX_STATES,
    orders: int = ORDERS,
    rng: np.random.Generator | int | None = None,
) -> CappedVote:
    """Return accuracy and expected samples of a vote that stops by a rule, for every cap up to a budget.

    Parameters
    ----------
    answer, correct, rule, budget, states, orders, rng
        As for `stopped_vote`, which gives the last entries, with the chances to stop and the errors.

    Returns
    -------
    CappedVote

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    A rule that does not know its cap stops at the same places under every cap, so the counts are followed once.
    `CertainRule` does know it. It keeps the answer of the whole vote, and it has stopped by the t-th sample exactly
    where t plus the lead of the first answer over the second exceeds the cap, because that sum never falls: so its
    expected samples under cap k are the sum over t < k of P(lead after t samples <= k - t). Own derivation.

    Examples
    --------
    >>> found = capped_vote(["A"] * 8 + ["B"] * 2, [1] * 8 + [0] * 2, CertainRule(), 5)
    >>> found.accuracy.round(3).tolist(), found.samples.round(3).tolist(), found.method
    ([0.8, 0.8, 0.933, 0.933, 1.0], [1.0, 2.0, 2.356, 3.533, 3.667], 'exact')
    """
    _checked_rule(rule)
    pool, tries = _checked(answer, correct, budget)
    limit = int(one("states", as_counts("states", states, least=1)))
    count = int(one("orders", as_counts("orders", orders, least=2)))
    generator = np.random.default_rng(rng)
    caps = np.arange(1, tries + 1)
    if isinstance(rule, CertainRule):
        accuracy = np.asarray(majority_vote(answer, correct, caps))
        leads = _leads_at(pool, tries, limit)
        if leads is not None:
            return CappedVote(accuracy, _certain_samples(leads[0]), "exact", leads[1])
        return CappedVote(accuracy, _certain_samples(_drawn_leads(pool, tries, count, generator)), "simulated", count)
    if isinstance(rule, WindowRule):
        followed = _follow_windows(pool, rule, tries, limit)
    else:
        followed = _follow(pool, rule, tries, limit)
    if followed is not None:
        alive = 1 - np.cumsum(followed.stops_at)[:-1]
        return CappedVote(np.minimum(followed.accuracy_at[1:], 1), np.cumsum(alive), "exact", followed.states)
    won, ends = _simulate_caps(pool, rule, tries, count, generator)
    return CappedVote(won, np.array([np.minimum(ends, cap).mean() for cap in caps]), "simulated", count)


def _leads_at(pool: _VotePool, budget: int, limit: int) -> tuple[np.ndarray, int] | None:
    """Chance of each lead (columns) after 0, 1, ..., budget samples (rows), and the states seen."""
    found = np.zeros((budget + 1, budget + 1))
    found[0, 0] = 1
    rows, chance = _start(pool)
    seen = 0
    for drawn in range(1, budget + 1):
        rows, chance = _step(pool, rows, chance, drawn - 1, budget, "two")
        seen += len(rows)
        if seen > limit:
            return None
        first, second = _top_two(rows[:, :-1])
        np.add.at(found[drawn], first - second, chance)
    return found, seen


def _drawn_leads(pool: _VotePool, budget: int, count: int, rng: np.random.Generator) -> np.ndarray:
    found = np.zeros((budget + 1, budget + 1))
    found[0, 0] = count
    for order in _orders(pool, budget, count, rng):
        rows = np.zeros((len(order), pool.counts.size), pool.counts.dtype)
        for drawn in range(1, budget + 1):
            rows[np.arange(len(rows)), order[:, drawn - 1]] += 1
            first, second = _top_two(rows[:, :-1])
            found[drawn] += np.bincount(first - second, minlength=budget + 1)
    return found / count


def _certain_samples(leads: np.ndarray) -> np.ndarray:
    """Expected samples under each cap k: the sum over t < k of the chance that the lead after t is at most k - t."""
    at_most = np.cumsum(leads, axis=1)
    return np.array([sum(at_most[t, cap - t] for t in range(cap)) for cap in range(1, len(leads))])


def _simulate_caps(
    pool: _VotePool, rule: Any, budget: int, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Mean worth under each cap, and where the vote stops in each of `count` random orders."""
    looks, by_window = rule._looks(budget), isinstance(rule, WindowRule)
    worth = np.zeros(budget)
    ends = []
    for order in _orders(pool, budget, count, rng):
        end = np.full(len(order), budget)
        alive = np.arange(len(order))
        rows = np.zeros((len(order), pool.counts.size), pool.counts.dtype)
        before, ended = rows.copy(), 0.0
        for drawn in range(1, budget + 1):
            rows[np.arange(len(rows)), order[alive, drawn - 1]] += 1
            won = pool.won(rows)
            worth[drawn - 1] += ended + won.sum()
            if not looks[drawn]:
                continue
            stop = rule._stops((rows - before if by_window else rows)[:, :-1], drawn, budget)
            end[alive[stop]] = drawn
            ended += float(won[stop].sum())
            alive, rows = alive[~stop], rows[~stop]
            if by_window:
                before = rows.copy()
            if not alive.size:
                worth[drawn:] += ended
                break
        ends.append(end)
    return worth / count, np.concatenate(ends)


@dataclass(frozen=True, eq=False)
class StoppingFrontier(Framed):
    """The most that one rule for all problems of a benchmark can reach, at each of several prices of a sample.

    Attributes
    ----------
    price : array of float, shape (prices,)
    value : array of float, shape (prices,)
        The largest mean accuracy less price times mean samples.
    accuracy, samples : array of float, shape (prices,)
        Of the rule that reaches it.
    budget : int
    states : int
        Divisions of votes that the rule can tell apart.
    """

    _columns = ("price", "value", "accuracy", "samples", "budget", "states")

    price: np.ndarray
    value: np.ndarray
    accuracy: np.ndarray
    samples: np.ndarray
    budget: int
    states: int

    def accuracy_at(self, samples: ArrayLike) -> Any:
        """Bound above the mean accuracy of every rule with so many samples on average, from all the prices.

        Parameters
        ----------
        samples : float or array_like of float
            Mean samples a problem, at least 1.

        Returns
        -------
        float or array of float

        Raises
        ------
        ValueError
            For a number of samples below 1.

        Examples
        --------
        >>> found = stopping_frontier(
        ...     SampleSet.from_matrix([[1, 1, 0], [0, 1, 0]], answer=[[1, 1, 2], [2, 1, 2]]), 3, [0.0, 0.05]
        ... )
        >>> round(found.accuracy_at(2.0), 3)
        0.5
        """
        at = as_numbers("samples", samples, least=1)
        found = np.minimum(np.min(self.value + np.multiply.outer(at, self.price), axis=-1), 1.0)
        return found.item() if found.ndim == 0 else found


def stopping_frontier(
    samples: SampleSet, budget: int, price: ArrayLike, *, states: int = MAX_DIVISIONS
) -> StoppingFrontier:
    """Return the most that any one stopping rule which sees votes, and nothing else, reaches on a benchmark.

    Parameters
    ----------
    samples : SampleSet
        With answers; at least `budget` samples of each problem.
    budget : int
        The most samples drawn for a problem, at least 1.
    price : array_like of float, shape (prices,)
        Costs of a sample in units of accuracy, each at least 0.
    states : int
        Divisions of the votes to follow at most, at least 1; a budget of 30 has 28,629 of them.

    Returns
    -------
    StoppingFrontier

    Raises
    ------
    ValueError
        Naming the argument and the value; where the budget has more divisions than `states`: it is too large for an
        exact bound, and none is given.

    Notes
    -----
    The rule is the same for all problems. It sees how the votes are divided (7 to 2 to 1, and how many samples gave no
    answer), not which answer is right, nor which problem it is. The order in which samples came tells it nothing
    more: given the votes every order is equally likely. So the divisions, pooled over problems, are a Markov chain,
    and backward induction gives its best rule exactly. That rule is chosen on the very problems that judge
    it: it is a bound above every rule of `stopped_votes`, not a rule to promise. Own derivation.

    `best_stopping` bounds more than that: its rule knows each problem and its right answer.

    Examples
    --------
    >>> samples = SampleSet.from_matrix([[1, 1, 0], [0, 1, 0]], answer=[[1, 1, 2], [2, 1, 2]])
    >>> found = stopping_frontier(samples, 3, [0.0, 0.05])
    >>> found.accuracy.round(3).tolist(), found.samples.round(3).tolist(), found.states
    ([0.5, 0.5], [1.0, 1.0], 5)
    """
    pools, tries = votes_of(samples, budget)
    cost = np.atleast_1d(as_numbers("price", price, least=0))
    if cost.ndim > 1:
        raise ValueError(f"price has shape {cost.shape}: must be one number or an array of shape (prices,)")
    limit = int(one("states", as_counts("states", states, least=1)))
    divisions = _Divisions(tries, limit)
    mass, worth = np.zeros((2, tries + 1, len(divisions.parts)))
    for answer, correct in pools:
        each, won = divisions.of(_checked(answer, correct, tries)[0])
        mass += each / len(pools)
        worth += won / len(pools)
    found = np.array([divisions.best(mass, worth, float(each)) for each in cost])
    return StoppingFrontier(
        cost, found[:, 0] - cost * found[:, 1], found[:, 0], found[:, 1], tries, int((mass > 0).sum())
    )


class _Divisions:
    """All ways in which up to `budget` votes can be divided, and the ways from one to the next.

    A division is a partition: votes in falling order, whoever has them. `first` is its largest part, `leaders` how
    often that stands, `votes` the sum. `grown[:, c]` is the division with one answer of c votes more, or -1 beyond the
    budget. `shrunk` lists (division, the one with one vote less, how many of the votes lead there).
    """

    def __init__(self, budget: int, limit: int) -> None:
        self.parts: list[tuple[int, ...]] = []
        for total in range(budget + 1):
            self.parts += _partitions(total, total)
            if len(self.parts) > limit:
                raise ValueError(
                    f"budget = {budget}: its votes can be divided in more than states = {limit} ways; "
                    "take a smaller budget, or more states"
                )
        index = {part: number for number, part in enumerate(self.parts)}
        self.budget = budget
        self.votes = np.array([sum(part) for part in self.parts])
        self.first = np.array([max(part, default=0) for part in self.parts])
        self.leaders = np.array([max(part.count(max(part, default=0)), 1) for part in self.parts])
        self.grown = np.full((len(self.parts), budget + 1), -1)
        edges = []
        for number, part in enumerate(self.parts):
            for size in range(1, budget - sum(part) + 1):
                self.grown[number, size] = index[tuple(sorted((*part, size), reverse=True))]
            for size in set(part):
                rest = list(part)
                rest[rest.index(size)] = size - 1
                less = tuple(sorted(filter(None, rest), reverse=True))
                edges.append((number, index[less], size * part.count(size)))
        self.shrunk = np.array(edges, np.int64).reshape(-1, 3).T

    def of(self, pool: _VotePool) -> tuple[np.ndarray, np.ndarray]:
        """Chance of each division (columns) after 0, 1, ..., budget samples (rows), and that times the vote's worth."""
        ways, good = np.zeros(len(self.parts)), np.zeros(len(self.parts))
        ways[0] = 1
        # One answer after the other: its votes are chosen from its samples, and those of the leaders bring their worth.
        for there, worth in zip(pool.counts[:-1], pool.worth, strict=True):
            more, better = ways.copy(), good.copy()
            for size in range(1, min(int(there), self.budget) + 1):
                fits = self.grown[:, size] >= 0
                to, choose = self.grown[fits, size], comb(int(there), size)
                more[to] += choose * ways[fits]
                kept = np.where(self.first[fits] > size, good[fits], worth * ways[fits])
                kept += np.where(self.first[fits] == size, good[fits], 0.0)
                better[to] += choose * kept
            ways, good = more, better
        drawn = np.arange(self.budget + 1)[:, None]
        silent = comb(int(pool.counts[-1]), drawn - self.votes) / comb(pool.size, drawn)
        return silent * ways, silent * good / self.leaders

    def best(self, mass: np.ndarray, worth: np.ndarray, price: float) -> tuple[float, float]:
        """Accuracy and samples of the best rule at a price; of equal ones the one that stops first."""
        # Values are joint with the chance to be there, so nothing is divided by a chance that may be 0. Given a
        # division, each of its samples is equally likely to be the last one drawn.
        source, less, ways = self.shrunk
        accuracy, samples = worth[-1], self.budget * mass[-1]
        for drawn in range(self.budget - 1, -1, -1):
            silent = np.maximum(drawn + 1 - self.votes, 0)
            later, longer = (
                (np.bincount(less, ways * part[source], len(part)) + silent * part) / (drawn + 1)
                for part in (accuracy, samples)
            )
            now = worth[drawn] - price * drawn * mass[drawn]
            stop = now >= later - price * longer - 1e-14 if drawn else np.zeros(len(now), bool)
            accuracy, samples = np.where(stop, worth[drawn], later), np.where(stop, drawn * mass[drawn], longer)
        return float(accuracy.sum()), float(samples.sum())


def _partitions(total: int, largest: int) -> list[tuple[int, ...]]:
    """Partitions of `total` into parts of at most `largest`, in falling order."""
    if total == 0:
        return [()]
    return [(first, *rest) for first in range(min(total, largest), 0, -1) for rest in _partitions(total - first, first)]

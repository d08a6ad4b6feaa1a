"""Selections from many pools at once, whose samples stand one after the other in flat arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..samples import SampleSet
from ._numerics import BLOCK

# The integral over a rate, in its logarithm: equal steps converge like e^(−π²/step), and beyond these ends no part of
# it is larger than 1e-11 of the whole.
_STEP, _BELOW, _ABOVE = 0.4, 26.0, 4.0


@dataclass(frozen=True, eq=False)
class ManyPools:
    """Right or wrong for each sample of several problems; a score is given where it is used.

    Attributes
    ----------
    problem : array of int, shape (rows,)
        Ascending, from 0.
    right : array of float, shape (rows,)
    n : array of int, shape (problems,)
        At least 1.
    """

    problem: np.ndarray
    right: np.ndarray
    n: np.ndarray

    @classmethod
    def of(cls, right: np.ndarray, n: np.ndarray) -> ManyPools:
        return cls(np.repeat(np.arange(n.size), n), right.astype(float), n)

    @classmethod
    def of_samples(cls, samples: SampleSet) -> tuple[ManyPools, np.ndarray]:
        """The pools of a sample set, and the order of its rows in them."""
        order = np.argsort(samples.problem, kind="stable")
        return cls.of(samples.correct[order], samples.n), order

    def blind(self) -> np.ndarray:
        """Chance that a sample picked at random is right, a problem."""
        found: np.ndarray = np.bincount(self.problem, self.right, self.n.size) / self.n
        return found

    def of_size(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """For each number of samples: the problems that have it, and their rows, shape (problems, n)."""
        first = np.cumsum(self.n) - self.n
        for size in np.unique(self.n):
            mine = np.flatnonzero(self.n == size)
            yield mine, first[mine, None] + np.arange(size)

    def best(self, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Chance that the best-scored of a random number of samples is right, shape (problems,) or (problems, laws).

        `weights[…, i]` is the chance of i + 1 samples; where a problem has fewer, all of them are taken.
        """
        laws = np.atleast_2d(weights)
        order = np.lexsort([score, self.problem])
        problem, right, scores = self.problem[order], self.right[order], score[order]
        rank = np.arange(problem.size) - np.repeat(np.cumsum(self.n) - self.n, self.n)
        begins = np.r_[True, (problem[1:] != problem[:-1]) | (scores[1:] != scores[:-1])]
        level = np.cumsum(begins) - 1
        members = np.bincount(level)
        mean = np.bincount(level, right) / members
        low, owner = rank[begins], problem[begins]
        found = np.zeros((self.n.size, len(laws)))
        for size in np.unique(self.n):
            up_to = np.array([_ranks_below(int(size), law) for law in laws])
            mine = self.n[owner] == size
            chance = (up_to[:, low[mine] + members[mine]] - up_to[:, low[mine]]) * mean[mine]
            for column, one_law in enumerate(chance):
                found[:, column] += np.bincount(owner[mine], one_law, self.n.size)
        return found if weights.ndim == 2 else found[:, 0]

    def first_accepted(self, score: np.ndarray, accepted: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The first of at most k samples that is accepted, else the best of the k: chance to be right, mean draws."""
        passing = np.bincount(self.problem, accepted, self.n.size).astype(int)
        pairs, back = np.unique(np.stack([self.n, passing]), axis=1, return_inverse=True)
        tries = np.arange(k)
        left = np.maximum(pairs[0, :, None] - pairs[1, :, None] - tries, 0) / (pairs[0, :, None] - tries)
        none = np.cumprod(left, axis=1)
        draws = (1 + none[:, :-1].sum(axis=1))[back.ravel()]
        never = none[:, -1][back.ravel()]
        right = np.bincount(self.problem, self.right * accepted, self.n.size)
        value = (1 - never) * right / np.maximum(passing, 1)
        # The others alone, as pools; where they are fewer than k, one of the k has been accepted.
        rest = self.n - passing
        some, others = rest > 0, ~accepted
        if some.any():
            small = ManyPools.of(self.right[others], rest[some])
            value[some] += never[some] * small.best(score[others], np.eye(k)[k - 1])
        return value, draws

    def softly_drawn(
        self, score: np.ndarray, k: int, temperatures: np.ndarray, draws: int, rng: np.random.Generator
    ) -> np.ndarray:
        """The same by simulation, for many pools: best-of-N on scores with Gumbel noise picks with these very weights.

        For each draw of the noise the mean over subsets is exact.
        """
        found = np.zeros((self.n.size, temperatures.size))
        for _ in range(draws):
            noise = rng.gumbel(size=score.size)
            for j, heat in enumerate(temperatures):
                found[:, j] += self.best(score / heat + noise, np.eye(k)[k - 1]) / draws
        return found

    def softly(self, score: np.ndarray, k: int, temperatures: np.ndarray) -> np.ndarray:
        """Chance that one of k samples, picked with weight exp(score / temperature), is right: (problems, heats)."""
        found = np.empty((self.n.size, temperatures.size))
        for mine, rows in self.of_size():
            for j, heat in enumerate(temperatures):
                logs = score[rows] / heat
                found[mine, j] = _soft_pick(logs - logs.max(axis=1, keepdims=True), self.right[rows], k)
        return found

    def pessimistic(
        self, score: np.ndarray, k: int, betas: np.ndarray, subsets: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """The χ² form over random subsets of k: mean, and its standard error, each of shape (problems, betas).

        A pool of k samples has one subset, and the value is exact.
        """
        value, error = np.empty((2, self.n.size, betas.size))
        for mine, rows in self.of_size():
            size = rows.shape[1]
            times = 1 if size == k else subsets
            step = max(1, BLOCK // (times * size))
            for start in range(0, mine.size, step):
                some = slice(start, start + step)
                keys = rng.random((len(rows[some]), times, size))
                drawn = np.argpartition(keys, k - 1, axis=2)[..., :k] if times > 1 else np.argsort(keys, axis=2)
                taken = np.take_along_axis(rows[some, None, :], drawn, axis=2)
                scores, right = score[taken], self.right[taken]
                for j, beta in enumerate(betas):
                    hit = (chi_square_shares(scores, beta) * right).sum(axis=2)
                    value[mine[some], j] = hit.mean(axis=1)
                    error[mine[some], j] = hit.std(axis=1, ddof=1) / np.sqrt(times) if times > 1 else 0.0
        return value, error


def _ranks_below(n: int, weights: np.ndarray) -> np.ndarray:
    """Chance that all samples drawn rank among the lowest j of n, for j = 0 … n; sizes beyond n count as n."""
    sizes = np.minimum(np.arange(1, weights.size + 1), n)
    chance = np.bincount(sizes, weights, n + 1)
    found = np.zeros(n + 1)
    found[n] = chance.sum()
    used = np.flatnonzero(chance)
    low = np.ones(used.size)
    for j in range(n, 0, -1):
        # C(j − 1, k) / C(n, k) from C(j, k) / C(n, k)
        low = low * np.maximum(j - used, 0) / j
        found[j - 1] = low @ chance[used]
    found[0] = 0.0
    return found


def chi_square_shares(score: np.ndarray, beta: float) -> np.ndarray:
    """Shares max(score − λ, 0) / (β k) along the last axis, with the λ for which they sum to 1; β = 0 is the best."""
    k = score.shape[-1]
    if beta == 0:
        top = score == score.max(axis=-1, keepdims=True)
        best: np.ndarray = top / top.sum(axis=-1, keepdims=True)
        return best
    # Relative to the best, so that nothing is lost where scores are large and close.
    gap = score - score.max(axis=-1, keepdims=True)
    order = -np.sort(-gap, axis=-1)
    active = np.arange(1, k + 1)
    bound = (order.cumsum(axis=-1) - beta * k) / active
    # As many take part as lie above the bound that they set together.
    count = (order > bound).sum(axis=-1, keepdims=True)
    share = np.maximum(gap - np.take_along_axis(bound, count - 1, axis=-1), 0.0)
    found: np.ndarray = share / share.sum(axis=-1, keepdims=True)
    return found


def _soft_pick(logs: np.ndarray, right: np.ndarray, k: int) -> np.ndarray:
    """Chance to pick a right one of k with weights e^logs, over all subsets; logs and right have (pools, n).

    1 / Σw is the integral of e^(−tΣw) over t. A mean over subsets of products is a recursion over the samples in
    which every term is positive: sample j of j lies in a subset of m with chance m/j.
    """
    if k == 1:
        found: np.ndarray = right.mean(axis=1)
        return found
    span = float(-logs.min())
    nodes = np.arange(-_BELOW - np.log(k), span + _ABOVE, _STEP)
    total = np.zeros(len(logs))
    sizes = np.arange(1, k + 1)
    width = max(1, BLOCK // (len(logs) * (k + 1)))
    for start in range(0, nodes.size, width):
        at = nodes[start : start + width, None]
        none = np.zeros((len(logs), len(at), k + 1))
        none[..., 0] = 1.0
        hit = np.zeros_like(none)
        for j in range(logs.shape[1]):
            # Beyond e^700 nothing is left of e^(−rate), and the product is the 0 that it should be.
            rate = np.exp(np.minimum(at[None, :, 0] + logs[:, None, j], 700.0))[..., None]
            fade, inside = np.exp(-rate), np.minimum(sizes / (j + 1), 1.0)
            hit[..., 1:] = (1 - inside) * hit[..., 1:] + inside * fade * (
                hit[..., :-1] + rate * right[:, None, j, None] * none[..., :-1]
            )
            none[..., 1:] = (1 - inside) * none[..., 1:] + inside * fade * none[..., :-1]
        total += hit[..., k].sum(axis=1) * _STEP
    return np.clip(total, 0.0, 1.0)

"""Reliability: how often most of k samples are right, and how many problems are solved always or never."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, as_level, as_probabilities, one, plain, together
from ..samples import SampleSet
from ..samples.native import Framed
from ._inputs import at_most, enough_samples
from ._numerics import running
from .intervals import problem_interval
from .pools import pass_at_k, pass_hat_k

__all__ = ["SolvedShares", "g_pass_at_k", "solved_shares"]

# A product tau · k this near to a whole number, relative to it, is that number: 0.7 · 10 is above 7 in floating point.
_WHOLE = 1e-12


def g_pass_at_k(n: ArrayLike, c: ArrayLike, k: ArrayLike, tau: ArrayLike) -> Any:
    """Estimate G-Pass@k, the chance that at least a share tau of k samples is correct, without bias.

    Parameters
    ----------
    n : array_like of int
        Samples recorded for a problem.
    c : array_like of int
        How many of them are correct, 0 <= c <= n.
    k : array_like of int
        Samples looked at, 1 <= k <= n.
    tau : array_like of float
        Share that must be correct, in (0, 1]: at least ⌈tau · k⌉ of k. At 1 this is pass^k; where tau · k is at
        most 1 it is pass@k.

    Returns
    -------
    float or array of float
        Σ C(c, j) C(n−c, k−j) / C(n, k) over j from ⌈tau · k⌉ to k, broadcast over the arguments.

    Raises
    ------
    ValueError
        When k > n or c > n, a count is negative or not whole, or tau is outside (0, 1].

    Notes
    -----
    The terms are found by their ratios from the most likely count on, so that none overflows; all are positive, so
    that small tails keep their digits.

    References
    ----------
    Liu et al. 2024, "Are Your LLMs Capable of Stable Reasoning?", arXiv:2412.13147.

    Examples
    --------
    >>> g_pass_at_k(4, 2, 2, [0.5, 1.0]).round(4).tolist()
    [0.8333, 0.1667]
    """
    counts = as_counts("n", n, least=1), as_counts("c", c), as_counts("k", k, least=1)
    share = as_probabilities("tau", tau, positive=True)
    every_n, every_c, every_k, every_tau = together(n=counts[0], c=counts[1], k=counts[2], tau=share)
    at_most("c", every_c, "n", every_n)
    at_most("k", every_k, "n", every_n)
    need = every_tau * every_k
    need = np.where(np.abs(need - np.rint(need)) <= _WHOLE * need, np.rint(need), np.ceil(need))
    asked = np.stack([every_n.ravel(), every_c.ravel(), every_k.ravel(), need.ravel()]).astype(np.int64)
    rows, back = np.unique(asked, axis=1, return_inverse=True)
    values = np.array([_at_least(*row) for row in rows.T.tolist()])
    return plain(values[back.ravel()].reshape(every_n.shape))


def _at_least(n: int, c: int, k: int, need: int) -> float:
    """Chance that at least `need` of k samples are right, of n samples with c right, drawn without replacement."""
    # The ends, which have a form of their own, keep every digit.
    if need == k:
        return float(pass_hat_k(n, c, k))
    if need == 1:
        return float(pass_at_k(n, c, k))
    low, high = max(0, k - (n - c)), min(c, k)
    if need <= low:
        return 1.0
    if need > high:
        return 0.0
    count = np.arange(low, high, dtype=float)
    ratio = (c - count) * (k - count) / ((count + 1) * (n - c - k + count + 1))
    mode = int(np.count_nonzero(ratio >= 1))
    up = running(np.multiply, ratio[None, mode:])[0]
    down = running(np.multiply, 1 / ratio[None, :mode][:, ::-1])[0][::-1]
    chance = np.concatenate([down, [1.0], up])
    tail, rest = chance[need - low :].sum(), chance[: need - low].sum()
    return float(tail / (tail + rest))


@dataclass(frozen=True)
class SolvedShares(Framed):
    """Shares of problems of which k samples are all wrong, mixed, or all right.

    Attributes
    ----------
    k : int
        Samples of a problem.
    problems : int
    never, sometimes, always : float
        They add up to 1: 1 − pass@k, the rest, and pass^k.
    never_interval, always_interval : tuple of float
        Over the population that the problems were drawn from, at `level`.
    level : float
    """

    k: int
    problems: int
    never: float
    sometimes: float
    always: float
    never_interval: tuple[float, float]
    always_interval: tuple[float, float]
    level: float

    def _rows(self) -> dict[str, Any]:
        never, always = self.never_interval, self.always_interval
        shares = {"k": self.k, "problems": self.problems, "never": self.never, "sometimes": self.sometimes}
        shares |= {"always": self.always, "never_low": never[0], "never_high": never[1], "always_low": always[0]}
        return shares | {"always_high": always[1], "level": self.level}

    def __str__(self) -> str:
        def share(name: str, value: float, ends: tuple[float, float]) -> str:
            return f"{name} {value:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]"

        return (
            f"In {self.k} samples of {self.problems} problems: "
            f"{share('always right', self.always, self.always_interval)}, "
            f"{share('never right', self.never, self.never_interval)}, sometimes {self.sometimes:.3f}.\n"
            "Problems with p exactly 1, or exactly 0, can be as many as this and as few as none."
        )


def solved_shares(samples: SampleSet, k: int | None = None, *, level: float = 0.95) -> SolvedShares:
    """Estimate the shares of problems of which k samples are all right, all wrong, or mixed.

    Parameters
    ----------
    samples : SampleSet
    k : int, optional
        Samples of a problem; by default the number recorded for the problem that has fewest. With k samples
        of each problem the shares are the plain ones.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    SolvedShares

    Raises
    ------
    ValueError
        When k exceeds the samples of some problem, or an argument is outside its range.

    Notes
    -----
    A share of problems that are *certain* to be solved cannot be estimated from k samples: every such problem is
    always right, but a problem with p = 0.99 is, too, nearly always. `always` is therefore an upper bound of the share
    with p = 1, `never` one of the share with p = 0, and 0 is the lower bound of both.

    Examples
    --------
    >>> found = solved_shares(SampleSet.from_counts(n=[4] * 10, c=[0, 0, 1, 2, 3, 4, 4, 4, 4, 4]))
    >>> found.never, found.always
    (0.2, 0.5)
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_counts")
    level = as_level(level)
    size = int(samples.n.min() if k is None else one("k", as_counts("k", k, least=1)))
    enough_samples(samples, size)
    right, wrong = (pass_hat_k(samples.n, count, size) for count in (samples.c, samples.n - samples.c))
    always, never = float(right.mean()), float(wrong.mean())
    (never_low, never_high), (always_low, always_high) = (
        tuple(float(end[0]) for end in problem_interval(values, level=level)) for values in (wrong, right)
    )
    return SolvedShares(
        size,
        len(samples.problems),
        never,
        max(0.0, 1 - always - never),
        always,
        (never_low, never_high),
        (always_low, always_high),
        level,
    )

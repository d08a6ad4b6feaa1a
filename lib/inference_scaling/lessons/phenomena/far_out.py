"""Twenty recorded programs of a thousand, and what several laws make of them fifty times further out."""

from __future__ import annotations

from functools import cache

import numpy as np

from ...estimates import pass_at_k
from ...laws import BetaBinomial, PowerLaw
from ...samples import SampleSet
from ...sources import recorded

__all__ = ["FAR", "FEW", "PROMPTS", "errors", "pilot", "right", "said"]

PROMPTS = ("short", "medium", "long")
FEW, FAR = 20, 1000
SEED = 20


@cache
def right(prompt: str) -> np.ndarray:
    """Return how many of the thousand recorded programs are right, a puzzle.

    Examples
    --------
    >>> int((right("long") > 0).sum()), len(right("long"))
    (304, 397)
    """
    return recorded.load(f"puzzles/{prompt}").c


def pilot(prompt: str, rng: np.random.Generator | None = None) -> SampleSet:
    """Return twenty of the thousand programs of each puzzle, without putting back; the book's pilot without `rng`.

    Examples
    --------
    >>> first = pilot("long")
    >>> first.n.tolist() == [20] * 397, bool((first.c == pilot("long").c).all())
    (True, True)
    """
    rng = np.random.default_rng([SEED, PROMPTS.index(prompt)]) if rng is None else rng
    c = right(prompt)
    return SampleSet.from_counts([FEW] * len(c), rng.hypergeometric(c, FAR - c, FEW))


def said(counts: np.ndarray) -> dict[str, float]:
    """Return coverage at a thousand by what takes no time: two laws, and two controls that know none.

    The controls are the last recorded number, carried on, and the straight line in log k through the last ten.

    Parameters
    ----------
    counts : ndarray, shape (puzzles,)
        Right of twenty.

    Examples
    --------
    >>> found = said(pilot("long").c)
    >>> list(found)
    ['Beta', 'power law', 'stay', 'straight line']
    """
    k = np.arange(1, FEW + 1)
    reached = pass_at_k(FEW, counts[:, None], k).mean(axis=0)
    slope, level = np.polyfit(np.log(k[FEW // 2 :]), reached[FEW // 2 :], 1)
    return {
        "Beta": float(BetaBinomial.fit(FEW, counts).coverage(FAR)),
        "power law": float(PowerLaw.fit(k, reached).coverage(FAR)),
        "stay": float(reached[-1]),
        "straight line": min(1.0, float(level + slope * np.log(FAR))),
    }


def errors(prompt: str, pilots: int, seed: int) -> dict[str, np.ndarray]:
    """Return by how much each of `said` is above the recorded thousand, for so many fresh pilots.

    Examples
    --------
    >>> found = errors("long", 3, 1)
    >>> found["stay"].shape, bool((found["stay"] < 0).all())
    ((3,), True)
    """
    rng = np.random.default_rng([seed, PROMPTS.index(prompt)])
    truth = float((right(prompt) > 0).mean())
    each = [said(pilot(prompt, rng).c) for _ in range(pilots)]
    return {name: np.array([one[name] for one in each]) - truth for name in each[0]}

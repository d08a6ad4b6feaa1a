"""A pilot to decide with, and a rest to be judged by: one log, split by its problems."""

from __future__ import annotations

import numpy as np

from .._arguments import as_counts, one
from ..samples import SampleError, SampleSet

__all__ = ["hold_out"]


def hold_out(
    samples: SampleSet, *, problems: int, k: int, rng: np.random.Generator | int | None = None
) -> tuple[SampleSet, SampleSet]:
    """Split a log into a pilot and the rest that judges what was promised from the pilot.

    Parameters
    ----------
    samples : SampleSet
    problems : int
        Problems of the pilot, at least 2; at least 2 are left for the rest.
    k : int
        Samples of each problem in the pilot, at most as many as any problem has.
    rng : int or Generator

    Returns
    -------
    pilot, rest : SampleSet
        The pilot has `k` samples of each of `problems` problems, both drawn at random; the rest has every sample of the
        other problems. No problem is in both.

    Raises
    ------
    SampleError
        For a log in which nothing can be chosen: too few problems, or samples that are all right or all wrong.
    ValueError
        Naming the argument and the value.

    Notes
    -----
    The problem is the unit of sampling: an interval from the pilot speaks of other problems, so other problems judge
    it. The order of problems and samples in the pilot is the log's.

    Examples
    --------
    >>> samples = SampleSet.from_counts(n=[8] * 10, c=[0, 4] * 5)
    >>> pilot, rest = hold_out(samples, problems=4, k=2, rng=0)
    >>> len(pilot.problems), pilot.n.tolist(), len(rest.problems), set(pilot.problems) & set(rest.problems)
    (4, [2, 2, 2, 2], 6, set())
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see read_samples")
    there = len(samples.problems)
    if there < 4:
        only = f"one problem, {samples.problems[0]!r}" if there == 1 else f"{there} problems"
        raise SampleError(f"the log has {only}: a pilot and its rest need at least 2 problems each")
    if samples.correct.all() or not samples.correct.any():
        word = "right" if samples.correct.all() else "wrong"
        raise SampleError(f"all {len(samples)} samples of the log are {word}: no rule and no k changes that")
    size = int(one("problems", as_counts("problems", problems, least=2)))
    if size > there - 2:
        raise ValueError(f"problems = {size}: the log has {there}, and at least 2 must be left for the rest")
    each = int(one("k", as_counts("k", k, least=1)))
    fewest = int(np.argmin(samples.n))
    if each > samples.n[fewest]:
        raise ValueError(f"k = {each}: problem {samples.problems[fewest]!r} has only {samples.n[fewest]} samples")
    generator = np.random.default_rng(rng)
    chosen = np.zeros(there, dtype=bool)
    chosen[generator.permutation(there)[:size]] = True
    pilot = _some_of_each(samples.select(np.flatnonzero(chosen).tolist()), each, generator)
    return pilot, samples.select(np.flatnonzero(~chosen).tolist())


def _some_of_each(samples: SampleSet, each: int, rng: np.random.Generator) -> SampleSet:
    """Return `each` samples of every problem, drawn at random."""
    order = np.lexsort([rng.random(len(samples)), samples.problem])
    first = np.repeat(np.cumsum(samples.n) - samples.n, samples.n)
    return samples.take(np.sort(order[np.arange(len(samples)) - first < each]))

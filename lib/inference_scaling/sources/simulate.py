"""Simulated samples: known truth, so that an estimate can be compared with what it estimates.

Ten million samples take about a second, so nothing here is split into chunks or given to an executor.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from .._arguments import as_counts, as_numbers, as_probabilities, one
from ..samples import SampleSet

__all__ = ["beta_problems", "choices", "scored", "simulate"]

Rng = int | np.random.Generator


def simulate(p: ArrayLike, n: ArrayLike, *, rng: Rng, correlation: float = 0.0) -> SampleSet:
    """Samples of problems whose success probabilities are known.

    Parameters
    ----------
    p : array_like, shape (problems,)
        Success probability of one sample of each problem, in [0, 1].
    n : int or array_like, shape (problems,)
        Samples to draw for each, n >= 1.
    rng : int or numpy.random.Generator
        Seed or generator.
    correlation : float, optional
        Correlation of two samples of the same problem, in [0, 1]. Above 0 the recording of a problem first draws
        its own success probability from a Beta distribution with mean p (a shared prefix, a low temperature);
        at 1 all samples of a problem are alike.

    Returns
    -------
    SampleSet

    Raises
    ------
    ValueError
        If an argument is outside its range or the shapes do not fit.

    Examples
    --------
    >>> simulate([0.0, 0.5, 1.0], 100, rng=1).c.tolist()
    [0, 53, 100]
    """
    p, generator = _vector("p", as_probabilities("p", p)), _generator(rng)
    times = _sizes(n, len(p))
    correlation = one("correlation", as_probabilities("correlation", correlation))
    own = _spread(p, correlation, generator)
    problem = np.repeat(np.arange(len(p)), times)
    return SampleSet(
        problem=problem,
        correct=generator.random(len(problem)) < own[problem],
        problems=_names(len(p)),
        meta={"source": "simulated"},
    )


def beta_problems(a: float, b: float, problems: int, n: ArrayLike, *, rng: Rng, correlation: float = 0.0) -> SampleSet:
    """Samples of problems whose success probabilities are drawn from Beta(a, b).

    Parameters
    ----------
    a, b : float
        Shape parameters, above 0.
    problems : int
        Number of problems, >= 1.
    n, rng, correlation
        As for ``simulate``.

    Returns
    -------
    SampleSet

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> samples = beta_problems(0.5, 1.0, 200, 50, rng=1)
    >>> round(float(samples.correct.mean()), 2)
    0.33
    """
    a, b = one("a", as_numbers("a", a, above=0)), one("b", as_numbers("b", b, above=0))
    problems = int(one("problems", as_counts("problems", problems, least=1)))
    generator = _generator(rng)
    return simulate(generator.beta(a, b, problems), n, rng=generator, correlation=correlation)


def choices(probabilities: ArrayLike, n: ArrayLike, *, rng: Rng, right: ArrayLike = 0) -> SampleSet:
    """Samples whose answers follow a given distribution, for voting.

    Parameters
    ----------
    probabilities : array_like, shape (problems, answers) or (answers,)
        Probability of each answer; rows sum to 1. One row stands for one problem.
    n : int or array_like, shape (problems,)
        Samples to draw for each problem, n >= 1.
    rng : int or numpy.random.Generator
        Seed or generator.
    right : int or array_like, optional
        Which answer (column) is right, for each problem or for all.

    Returns
    -------
    SampleSet
        With ``answer``; the labels are "0", "1", and so on.

    Raises
    ------
    ValueError
        If a row does not sum to 1, ``right`` is no column, or an argument is outside its range.

    Examples
    --------
    >>> samples = choices([0.25, 0.5, 0.25], 1000, rng=1)
    >>> float(samples.correct.mean()), sorted(samples.answers)
    (0.239, ['0', '1', '2'])
    """
    table = np.atleast_2d(as_probabilities("probabilities", probabilities))
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"probabilities has shape {table.shape}: must be (problems, answers), neither of them 0")
    off = np.abs(table.sum(axis=1) - 1) > 1e-9
    if off.any():
        i = int(np.flatnonzero(off)[0])
        raise ValueError(f"probabilities[{i}] sums to {table[i].sum():.12g}: must sum to 1")
    problems, answers = table.shape
    right = as_counts("right", right)
    if right.ndim and right.shape != (problems,):
        raise ValueError(f"right has shape {right.shape}: must be one number or {problems} numbers")
    if (right >= answers).any():
        raise ValueError(f"right = {right.max():.0f}: must be a column, 0 to {answers - 1}")
    generator = _generator(rng)
    problem = np.repeat(np.arange(problems), _sizes(n, problems))
    # The cumulative sums of row i, plus i, rise over the whole table: one search serves all rows.
    steps = table.cumsum(axis=1)
    steps /= steps[:, -1:]
    edges = (steps + np.arange(problems)[:, None]).ravel()
    found = np.searchsorted(edges, problem + generator.random(len(problem)), side="right") - problem * answers
    answer = np.clip(found, 0, answers - 1)
    return SampleSet(
        problem=problem,
        correct=answer == np.broadcast_to(right, (problems,))[problem],
        problems=_names(problems),
        answer=answer,
        answers=_names(answers),
        meta={"source": "simulated"},
    )


def scored(samples: SampleSet, auc: float, *, rng: Rng, ratio: float = 1.0) -> SampleSet:
    """The same samples with the scores of a verifier whose ROC is binormal.

    Parameters
    ----------
    samples : SampleSet
    auc : float
        Probability that a right sample scores above a wrong one, in (0, 1).
    rng : int or numpy.random.Generator
        Seed or generator.
    ratio : float, optional
        Spread of right over wrong scores, above 0.

    Returns
    -------
    SampleSet
        Wrong scores are standard normal; right ones have mean sqrt(1 + ratio²) Φ⁻¹(auc) and spread ``ratio``.

    Raises
    ------
    ValueError
        If an argument is outside its range or ``samples`` is no SampleSet.

    Examples
    --------
    >>> samples = scored(simulate([0.5], 10_000, rng=1), 0.8, rng=2)
    >>> right, wrong = samples.score[samples.correct], samples.score[~samples.correct]
    >>> round(float(right.mean() - wrong.mean()), 2)
    1.24
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet")
    auc = one("auc", as_probabilities("auc", auc, positive=True, below_one=True))
    ratio = one("ratio", as_numbers("ratio", ratio, above=0))
    noise = _generator(rng).standard_normal(len(samples))
    return samples.with_score(np.where(samples.correct, ndtri(auc) * np.hypot(1.0, ratio) + ratio * noise, noise))


def _spread(p: np.ndarray, correlation: float, rng: np.random.Generator) -> np.ndarray:
    """Success probabilities of the recorded problems, drawn around p so that samples have the correlation."""
    if correlation == 0:
        return p
    if correlation == 1:
        return (rng.random(len(p)) < p).astype(np.float64)
    size = 1 / correlation - 1
    own = p.copy()
    inner = (p > 0) & (p < 1)
    own[inner] = rng.beta(p[inner] * size, (1 - p[inner]) * size)
    return own


def _vector(name: str, array: np.ndarray) -> np.ndarray:
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: must be a non-empty list of numbers")
    return array


def _sizes(n: ArrayLike, problems: int) -> np.ndarray:
    sizes = as_counts("n", n, least=1)
    if sizes.ndim and sizes.shape != (problems,):
        raise ValueError(f"n has shape {sizes.shape}: must be one number or {problems} numbers")
    return np.broadcast_to(sizes, (problems,)).astype(np.intp)


def _generator(rng: Rng) -> np.random.Generator:
    if (
        isinstance(rng, bool)
        or not isinstance(rng, (int, np.integer, np.random.Generator))
        or (not isinstance(rng, np.random.Generator) and rng < 0)
    ):
        raise ValueError(f"rng = {rng!r}: must be a whole number >= 0 or a numpy.random.Generator")
    return np.random.default_rng(rng)


def _names(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))

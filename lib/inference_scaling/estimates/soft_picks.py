"""Estimators of one pool for selections that hold back from the best score: soft, by chance, or pessimistic."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from .._arguments import as_numbers, one, plain
from ..samples.native import as_columns, frame_of
from ._inputs import pool_columns, pool_scores
from ._many_pools import ManyPools, chi_square_shares

__all__ = ["PessimisticPick", "best_of_poisson", "chi_square_weights", "pessimistic_pick", "soft_best_of_n"]

# Random subsets of a pool.
SUBSETS = 2000


def soft_best_of_n(correct: ArrayLike, score: ArrayLike, k: int, temperature: ArrayLike) -> Any:
    """Return the chance that one of k samples, picked with weight exp(score / temperature), is correct.

    Parameters
    ----------
    correct : array_like of bool, shape (samples,)
    score : array_like of float, shape (samples,)
        Higher is better; finite.
    k : int
        Samples allowed, 1 <= k <= samples.
    temperature : float or array_like of float
        In units of the score, above 0: towards 0 it is `best_of_n`, towards infinity one sample.

    Returns
    -------
    float or array of float, the shape of `temperature`
        The mean over all subsets of k recorded samples, without replacement; the absolute error is below 1e-9.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    `soft_best_of_n_axis` draws with replacement: the pool is then the model. This one estimates the model from which
    the pool was drawn, without bias. 1 / Σw is the integral of e^(−tΣw), and for each t the mean over subsets of
    products of e^(−tw) is a recursion with positive terms.

    References
    ----------
    Verdun et al. 2025, arXiv:2505.03156 (the rule); the mean over subsets is derived here.

    Examples
    --------
    >>> pool = [1, 0, 0, 1, 0], [1, 2, 3, 4, 5]
    >>> soft_best_of_n(*pool, 2, [0.01, 1.0, 100.0]).round(4).tolist()
    [0.3, 0.3287, 0.3988]
    """
    right, tries = pool_columns(correct, k)
    limit = int(one("k", tries.astype(float)))
    scores = pool_scores(score, right.size)
    heat = as_numbers("temperature", temperature, above=0)
    pool = ManyPools.of(right, np.array([right.size]))
    return plain(pool.softly(scores, limit, heat.ravel())[0].reshape(heat.shape))


def best_of_poisson(correct: ArrayLike, score: ArrayLike, samples: ArrayLike) -> Any:
    """Return the chance that the best of one sample and a Poisson number of others is correct.

    Parameters
    ----------
    correct : array_like of bool, shape (samples,)
    score : array_like of float, shape (samples,)
        Higher is better; finite.
    samples : float or array_like of float
        Mean number drawn, at least 1; with its spread within the pool: see Notes.

    Returns
    -------
    float or array of float, the shape of `samples`
        The mean over all subsets of each size.

    Raises
    ------
    ValueError
        Naming the argument and the value. So where more than 1 % of the numbers drawn exceed the pool's samples.

    Notes
    -----
    Numbers beyond the pool's samples are counted as all of them: an error of at most their chance, here at most 0.01.

    References
    ----------
    Khalaf et al. 2025, arXiv:2506.19248.

    Examples
    --------
    >>> pool = [1, 0, 0, 1, 0, 1, 0, 0], [1, 2, 3, 4, 5, 6, 7, 8]
    >>> best_of_poisson(*pool, [1, 2.0]).round(4).tolist()
    [0.375, 0.2969]
    """
    right, _ = pool_columns(correct, 1)
    scores = pool_scores(score, right.size)
    mean = as_numbers("samples", samples, least=1)
    pool = ManyPools.of(right, np.array([right.size]))
    found = np.empty(mean.size)
    for i, one_mean in enumerate(mean.ravel()):
        weights, beyond = poisson_weights(float(one_mean), right.size)
        if beyond > 0.01:
            raise ValueError(
                f"samples = {one_mean:g}: {beyond:.0%} of the numbers drawn exceed the pool's {right.size} samples; "
                "must be smaller, with at most 1 % beyond"
            )
        found[i] = pool.best(scores, weights)[0]
    return plain(found.reshape(mean.shape))


def poisson_weights(mean: float, most: int) -> tuple[np.ndarray, float]:
    """Chances of 1 … most samples where one and a Poisson number of others are drawn, and the chance of more.

    The last entry holds the chance of more, too.
    """
    others = np.arange(most)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(others == 0, 0.0, others * np.log(mean - 1)) - (mean - 1) - gammaln(others + 1)
    weights = np.exp(logs)
    beyond = max(0.0, 1.0 - float(weights.sum()))
    weights[-1] += beyond
    return weights, beyond


def chi_square_weights(score: ArrayLike, beta: float) -> Any:
    """Return with which chances the χ² form of pessimism picks each of the samples drawn.

    Parameters
    ----------
    score : array_like of float, shape (samples,)
        Of the samples drawn; finite.
    beta : float
        Price of moving away from chance, in units of the score, at least 0. At 0 the best score is picked (equal
        scores share), towards infinity any sample.

    Returns
    -------
    array of float, shape (samples,)
        max(score − λ, 0) / (β k), with the λ for which they sum to 1.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    Of all chances w for k samples these maximise Σ w score − (β/2) χ², χ² = k Σ (w − 1/k)²: the mean score, less what
    the score may be wrong by when one relies on few of the samples. Unlike exp(score / temperature), a score far above
    the others draws no more than its distance in units of β allows.

    References
    ----------
    The form of Huang et al. 2025, arXiv:2503.21878; the statement above is the condition of the maximum.

    Examples
    --------
    >>> chi_square_weights([1.0, 2.0, 3.0], 1.0).round(3).tolist()
    [0.0, 0.333, 0.667]
    """
    scores = as_numbers("score", score)
    if scores.ndim != 1 or scores.size == 0:
        raise ValueError(f"score has shape {scores.shape}: must be one-dimensional, one number a sample")
    return chi_square_shares(scores, one("beta", as_numbers("beta", beta, least=0)))


class PessimisticPick(NamedTuple):
    """Chance that the sample picked is correct, and the error of the simulation: 0 where all subsets were counted."""

    value: Any
    standard_error: Any

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


def pessimistic_pick(
    correct: ArrayLike,
    score: ArrayLike,
    k: int,
    beta: ArrayLike,
    *,
    rng: np.random.Generator | int | None = None,
) -> PessimisticPick:
    """Return what the χ² form of pessimism reaches with k samples of one pool.

    Parameters
    ----------
    correct : array_like of bool, shape (samples,)
    score : array_like of float, shape (samples,)
        Higher is better; finite.
    k : int
        Samples allowed, 1 <= k <= samples.
    beta : float or array_like of float
        See `chi_square_weights`.
    rng : int or Generator
        For the subsets, where they are not all of the pool.

    Returns
    -------
    PessimisticPick
        The mean over 2,000 random subsets with its standard error; exact for k = samples and for k = 1.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    References
    ----------
    Huang et al. 2025, arXiv:2503.21878.

    Examples
    --------
    >>> found = pessimistic_pick([1, 0, 0, 1, 0], [1, 2, 3, 4, 5], 5, [0.0, 1.0, 1e9])
    >>> found.value.round(3).tolist(), found.standard_error.tolist()
    ([0.0, 0.333, 0.4], [0.0, 0.0, 0.0])
    """
    right, tries = pool_columns(correct, k)
    limit = int(one("k", tries.astype(float)))
    scores = pool_scores(score, right.size)
    betas = as_numbers("beta", beta, least=0)
    if limit == 1:
        alone = np.full(betas.shape, right.mean())
        return PessimisticPick(plain(alone), plain(np.zeros(betas.shape)))
    pool = ManyPools.of(right, np.array([right.size]))
    value, error = pool.pessimistic(scores, limit, betas.ravel(), SUBSETS, np.random.default_rng(rng))
    return PessimisticPick(plain(value[0].reshape(betas.shape)), plain(error[0].reshape(betas.shape)))

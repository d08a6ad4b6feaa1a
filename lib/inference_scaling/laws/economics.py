"""Prices: training against sampling, a larger model against more samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import Floats, ScalarOrArray, as_numbers, as_probabilities, flag, plain, together
from .one_problem import expected_draws, samples_needed

__all__ = ["break_even_queries", "inference_multiplier"]


def break_even_queries(
    cost: ArrayLike,
    before: ArrayLike,
    after: ArrayLike,
    target: ArrayLike,
    *,
    generate: ArrayLike = 1.0,
    verify: ArrayLike = 0.0,
    stop_early: bool = False,
) -> ScalarOrArray:
    """Queries from which training that raises p has paid for itself.

    Parameters
    ----------
    cost : float or array_like
        Price of the training, >= 0, in the unit of ``generate``.
    before, after : float or array_like
        Success probability of one sample without and with the training, 0 < before < after <= 1.
    target : float or array_like
        Wanted coverage of a query, in (0, 1).
    generate, verify : float or array_like, optional
        Price of one sample and of checking it.
    stop_early : bool, optional
        Draw one by one and stop at the first right sample, which needs a checker: then the expected draws count.

    Returns
    -------
    float or ndarray
        cost / (price of a query before - price of a query after); infinite where the query is no cheaper.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> round(break_even_queries(1e6, 0.001, 0.1, 0.999), 1)
    146.2
    """
    cost = as_numbers("cost", cost, least=0)
    price = as_numbers("generate", generate, least=0) + as_numbers("verify", verify, least=0)
    flag("stop_early", stop_early)
    before, after = as_probabilities("before", before, positive=True), as_probabilities("after", after)
    target = as_probabilities("target", target, positive=True, below_one=True)
    cost, before, after, target, price = together(cost=cost, before=before, after=after, target=target, price=price)
    if (before >= after).any():
        i = np.flatnonzero(before >= after)[0]
        raise ValueError(f"before = {before.flat[i]}: must be below after = {after.flat[i]}")

    def draws(p: Floats) -> Floats:
        k = samples_needed(p, target)
        return np.asarray(expected_draws(p, k) if stop_early else k)

    saved = price * (draws(before) - draws(after))
    with np.errstate(divide="ignore"):
        return plain(np.where(saved > 0, cost / np.where(saved > 0, saved, 1.0), np.inf))


def inference_multiplier(size: ArrayLike, pretrain_tokens: ArrayLike, inference_tokens: ArrayLike) -> ScalarOrArray:
    """How many times the inference a small model may spend to match a larger one in total FLOPs.

    Parameters
    ----------
    size : float or array_like
        Parameters of the larger model over those of the small one, >= 1.
    pretrain_tokens, inference_tokens : float or array_like
        Tokens of pretraining (the same for both models), >= 0, and tokens generated over the model's life, above 0.

    Returns
    -------
    float or ndarray
        size + 3 (pretrain_tokens / inference_tokens) (size - 1), from 6 FLOPs a parameter and token to train and 2
        to infer. The larger model draws one sample a query, and no verifier is charged.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    References
    ----------
    Snell et al. 2024, "Scaling LLM Test-Time Compute Optimally", arXiv 2408.03314.

    Examples
    --------
    >>> inference_multiplier(14, 1.0, [0.1, 1.0, 10.0]).round(1).tolist()
    [404.0, 53.0, 17.9]
    """
    size = as_numbers("size", size, least=1)
    pretrain = as_numbers("pretrain_tokens", pretrain_tokens, least=0)
    inference = as_numbers("inference_tokens", inference_tokens, above=0)
    size, pretrain, inference = together(size=size, pretrain_tokens=pretrain, inference_tokens=inference)
    return plain(size + 3 * (pretrain / inference) * (size - 1))

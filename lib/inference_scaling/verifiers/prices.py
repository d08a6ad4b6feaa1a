"""What verifiers cost, and what a budget buys of samples and checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._arguments import ScalarOrArray, as_counts, as_numbers, as_probabilities, one, plain, together
from .laws import best_of_n_law
from .roc import Roc, _is_roc

__all__ = ["Split", "Tax", "best_split", "break_even_price", "verifier_tax"]


class Tax(NamedTuple):
    """What k candidates cost: generation, verification, both, and the verifier's share."""

    k: ScalarOrArray
    generation: float | np.ndarray
    verification: float | np.ndarray
    total: float | np.ndarray
    share: float | np.ndarray


def verifier_tax(
    generate: ArrayLike, verify: ArrayLike, *, k: ArrayLike | None = None, budget: ArrayLike | None = None
) -> Tax:
    """Ledger of best-of-N: what k candidates cost, or how many a budget buys and what is then spent.

    Parameters
    ----------
    generate, verify : float or array_like
        Price of one candidate, above 0, and of scoring it, >= 0, in one unit (tokens, FLOPs, money).
    k : int or array_like, optional
        Candidates, >= 0. Give this or ``budget``.
    budget : float or array_like, optional
        Units that may be spent, >= 0.

    Returns
    -------
    Tax
        k (generate + verify) and its parts. FLOPs are about 2 · parameters for each token.

    Raises
    ------
    ValueError
        If an argument is outside its range, or not exactly one of ``k`` and ``budget`` is given.

    Notes
    -----
    Doubling k doubles both parts, unless candidates share the prompt's prefill.

    Examples
    --------
    >>> verifier_tax(500, 125, budget=10_000)
    Tax(k=16, generation=8000.0, verification=2000.0, total=10000.0, share=0.2)
    """
    generate, verify = as_numbers("generate", generate, above=0), as_numbers("verify", verify, least=0)
    generate, verify = together(generate=generate, verify=verify)
    if k is not None and budget is None:
        count = as_counts("k", k)
    elif budget is not None and k is None:
        # A budget that pays for the last candidate up to rounding pays for it.
        count = np.floor(as_numbers("budget", budget, least=0) / (generate + verify) * (1 + 1e-15))
    else:
        raise ValueError(f"k = {k!r}, budget = {budget!r}: give exactly one of them")
    total = count * (generate + verify)
    return Tax(
        plain(np.asarray(count).astype(np.int64)),
        plain(count * generate),
        plain(count * verify),
        plain(total),
        plain(np.broadcast_to(verify / (generate + verify), total.shape)),
    )


class Split(NamedTuple):
    """The best verifier of a list for a budget: its index, the candidates to draw, and the accuracy."""

    option: int
    k: int
    accuracy: float


def best_split(p: float, options: Sequence[tuple[Roc, float]], budget: float, generate: float) -> Split:
    """Compute-optimal choice between few candidates scored dearly and many scored cheaply.

    Parameters
    ----------
    p : float
        Success probability of one sample, in [0, 1].
    options : sequence of (Roc, float)
        Verifiers and the price of scoring one candidate, >= 0.
    budget, generate : float
        Units that may be spent, and the price of one candidate, above 0.

    Returns
    -------
    Split
        Not all of the budget need be spent: best-of-N may fall with k. Among more than 1,000 affordable numbers of
        candidates, 1,000 spaced evenly in the logarithm are tried.

    Raises
    ------
    ValueError
        If an argument is outside its range, there is no option, or the budget buys no candidate.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> cheap, dear = (Roc.binormal(0.7), 50), (Roc.binormal(0.9), 500)
    >>> best_split(0.2, [cheap, dear], 8000, 500).option
    1
    """
    p = one("p", as_probabilities("p", p))
    if not isinstance(options, (list, tuple)) or not options:
        raise ValueError(f"options = {options!r}: must be a non-empty list of pairs (Roc, price)")
    budget, generate = _price("budget", budget), _price("generate", generate)
    best = None
    for i, option in enumerate(options):
        if not isinstance(option, (list, tuple)) or len(option) != 2:
            raise ValueError(f"options[{i}] = {option!r}: must be a pair (Roc, price)")
        tries = _numbers_up_to(verifier_tax(generate, option[1], budget=budget).k)
        if len(tries) == 0:
            continue
        law = np.atleast_1d(best_of_n_law(p, option[0], tries))
        j = int(law.argmax())
        if best is None or law[j] > best.accuracy:
            best = Split(i, int(tries[j]), float(law[j]))
    if best is None:
        raise ValueError(f"budget = {budget}: buys no candidate with any option")
    return best


def break_even_price(p: float, roc: Roc, better: Roc, budget: float, generate: float, verify: float) -> float:
    """Highest price of scoring at which a better verifier is as good as a given one, for one budget.

    Parameters
    ----------
    p : float
        Success probability of one sample, in [0, 1].
    roc, better : Roc
        The verifier at hand, and the one that is offered.
    budget, generate, verify : float
        Units that may be spent; the price of one candidate; and of scoring it by ``roc``.

    Returns
    -------
    float
        budget / k - generate for the least k at which ``better`` reaches what ``roc`` does with the whole budget;
        negative if it would have to be paid for being used, -inf if it does not get there at all.

    Raises
    ------
    ValueError
        If an argument is outside its range or the budget buys no candidate.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> round(break_even_price(0.2, Roc.binormal(0.7), Roc.binormal(0.9), 8000, 500, 50), 1)
    1500.0
    """
    p, budget, generate = one("p", as_probabilities("p", p)), _price("budget", budget), _price("generate", generate)
    verify = one("verify", as_numbers("verify", verify, least=0))
    _is_roc(roc), _is_roc(better, "better")
    k = verifier_tax(generate, verify, budget=budget).k
    if k == 0:
        raise ValueError(f"budget = {budget}: buys no candidate at {generate} + {verify} each")
    goal = best_of_n_law(p, roc, k)
    tries = _numbers_up_to(int(budget / generate))
    enough = np.flatnonzero(np.atleast_1d(best_of_n_law(p, better, tries)) >= goal)
    return float(budget / tries[enough[0]] - generate) if len(enough) else -np.inf


def _numbers_up_to(k: int) -> NDArray[np.int64]:
    if k <= 1000:
        return np.arange(1, k + 1)
    return np.unique(np.geomspace(1, k, 1000).round().astype(np.int64))


def _price(name: str, value: float) -> float:
    return one(name, as_numbers(name, value, above=0))

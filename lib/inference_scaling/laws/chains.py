"""Chains of steps: what it costs to finish one, and how much depends on when an error is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from .._arguments import Floats, ScalarOrArray, as_counts, as_numbers, as_probabilities, one, plain, together

__all__ = [
    "best_chain_length",
    "best_delay",
    "chain_coverage",
    "chain_success",
    "solved_within",
    "steps_late_alarm",
    "steps_to_solve",
    "steps_with_restart",
]


def steps_to_solve(length: ArrayLike, q: ArrayLike, delay: ArrayLike) -> ScalarOrArray:
    """Expected steps to finish a chain that is checked at the end of each block of ``delay`` steps.

    Parameters
    ----------
    length : int or array_like
        Steps of a solution, L >= 1.
    q : float or array_like
        Probability that a step is right, in (0, 1].
    delay : int or array_like
        Steps between checks, 1 <= d <= L. d = L is best-of-N with a perfect verifier; d = 1 is backtracking.

    Returns
    -------
    float or ndarray
        ⌊L/d⌋ d q^(-d) + r q^(-r) with r = L mod d; L q^(-d) where d divides L.

    Raises
    ------
    ValueError
        If an argument is outside its range or d > L.

    Notes
    -----
    Steps are independent, the check is perfect, and a block that fails is drawn again from its beginning.

    Examples
    --------
    >>> [round(steps_to_solve(12, 0.8, d), 1) for d in (1, 3, 5, 12)]
    [15.0, 23.4, 33.6, 174.6]
    """
    length, q, delay = _chain(length, q, delay)
    rest = np.mod(length, delay)
    with np.errstate(over="ignore"):
        steps = (length - rest) * q**-delay + rest * q**-rest
    return plain(_finite("q", steps, q))


def steps_late_alarm(length: ArrayLike, q: ArrayLike, delay: ArrayLike) -> ScalarOrArray:
    """Expected steps when each error is noticed ``delay`` steps late, but located and undone.

    Parameters
    ----------
    length : int or array_like
        Steps of a solution, L >= 1.
    q : float or array_like
        Probability that a step is right, in (0, 1].
    delay : int or array_like
        Steps drawn up to the alarm, the wrong one included: 1 <= d <= L. The end of the chain also raises it.

    Returns
    -------
    float or ndarray
        L + ((1 - q) / q) Σ_i min(d, L - i + 1): linear in d, where ``steps_to_solve`` is exponential.

    Raises
    ------
    ValueError
        If an argument is outside its range or d > L.

    Examples
    --------
    >>> round(steps_late_alarm(12, 0.8, 12), 1), round(steps_late_alarm(12, 0.8, 1), 1)
    (31.5, 15.0)
    """
    length, q, delay = _chain(length, q, delay)
    lost = delay * length - delay * (delay - 1) / 2
    return plain(length + (1 - q) / q * lost)


def steps_with_restart(length: ArrayLike, q: ArrayLike) -> ScalarOrArray:
    """Expected steps when an error is seen at once but the chain starts again from its beginning.

    Parameters
    ----------
    length : int or array_like
        Steps of a solution, L >= 1.
    q : float or array_like
        Probability that a step is right, in (0, 1].

    Returns
    -------
    float or ndarray
        (q^(-L) - 1) / (1 - q), and L for q = 1: early sight without a kept prefix stays exponential.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> round(steps_with_restart(12, 0.8), 1)
    67.8
    """
    length, q, _ = _chain(length, q, 1)
    sure = q == 1
    with np.errstate(over="ignore"):
        steps = np.expm1(-length * np.log(q)) / np.where(sure, 1.0, 1 - q)
    return plain(_finite("q", np.where(sure, length, steps), q))


def solved_within(budget: ArrayLike, length: ArrayLike, q: ArrayLike, delay: ArrayLike) -> ScalarOrArray:
    """Probability that a chain checked every ``delay`` steps is finished within a budget of steps.

    Parameters
    ----------
    budget : int or array_like
        Steps that may be drawn, B >= 0.
    length : int or array_like
        Steps of a solution, L >= 1.
    q : float or array_like
        Probability that a step is right, in (0, 1].
    delay : int or array_like
        Steps between checks; must divide the length.

    Returns
    -------
    float or ndarray
        P[Bin(⌊B/d⌋, q^d) >= L/d]. With B = L it is q^L for every d.

    Raises
    ------
    ValueError
        If an argument is outside its range, or d does not divide L.

    Examples
    --------
    >>> [round(solved_within(36, 12, 0.8, d), 3) for d in (1, 3, 12)]
    [1.0, 0.938, 0.192]
    """
    budget = as_counts("budget", budget)
    length, q, delay = _chain(length, q, delay)
    budget, length, q, delay = together(budget=budget, length=length, q=q, delay=delay)
    if np.mod(length, delay).any():
        i = np.flatnonzero(np.mod(length, delay))[0]
        raise ValueError(f"delay = {delay.flat[i]:.0f}: must divide length = {length.flat[i]:.0f}")
    return plain(_at_least(length / delay, np.floor(budget / delay), q**delay))


def best_delay(q: ArrayLike, check: ArrayLike) -> ScalarOrArray:
    """Interval between checks that makes a long chain cheapest, when a check has its price.

    Parameters
    ----------
    q : float or array_like
        Probability that a step is right, in (0, 1).
    check : float or array_like
        Price s > 0 of a check, in generated steps.

    Returns
    -------
    float or ndarray
        (-s + sqrt(s² + 4 s / λ)) / 2 with λ = -ln q, where (1 + s/d) q^(-d) is least: a real number, which may
        be below 1; then every step is checked.

    Raises
    ------
    ValueError
        If q is outside (0, 1) or the price is not above 0.

    Examples
    --------
    >>> round(best_delay(0.9, 1.0), 3)
    2.621
    """
    q = as_probabilities("q", q, positive=True, below_one=True)
    q, check = together(q=q, check=as_numbers("check", check, above=0))
    # The difference of the root and s, written as a quotient: no digits cancel where the check is expensive.
    inverse = -1 / np.log(q)
    return plain(2 * inverse / (1 + np.sqrt(1 + 4 * inverse / check)))


def chain_success(length: ArrayLike, ceiling: ArrayLike, scale: ArrayLike) -> ScalarOrArray:
    """Success of one chain of thought of a given length, by a saturating curve.

    Parameters
    ----------
    length : float or array_like
        Tokens, >= 0.
    ceiling : float or array_like
        Success of an endless chain, in [0, 1].
    scale : float or array_like
        Tokens after which all but 1/e of the ceiling is reached, above 0.

    Returns
    -------
    float or ndarray
        ceiling · (1 - e^(-length / scale)).

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> round(chain_success(400, 0.6, 400), 4)
    0.3793
    """
    length, scale = as_numbers("length", length, least=0), as_numbers("scale", scale, above=0)
    ceiling = as_probabilities("ceiling", ceiling)
    length, ceiling, scale = together(length=length, ceiling=ceiling, scale=scale)
    return plain(ceiling * -np.expm1(-length / scale) + 0.0)


def chain_coverage(
    budget: ArrayLike, length: ArrayLike, ceiling: ArrayLike, scale: ArrayLike, start: ArrayLike = 0.0
) -> ScalarOrArray:
    """Coverage of a token budget that is cut into chains of one length, with a perfect checker.

    Parameters
    ----------
    budget : float or array_like
        Tokens in all, >= 0.
    length : float or array_like
        Tokens of a chain, above 0.
    ceiling, scale : float or array_like
        See ``chain_success``.
    start : float or array_like, optional
        Tokens that each chain costs beyond its length: prompt and check.

    Returns
    -------
    float or ndarray
        1 - (1 - p)^(budget / (length + start)); the number of chains is treated as real.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    Without a cost of starting, the shortest chains win: -log(1 - p(L)) is concave and 0 at 0, so its quotient by L
    only falls.

    Examples
    --------
    >>> chain_coverage(6400, [6400, 400, 100], 0.6, 400).round(4).tolist()
    [0.6, 0.9995, 0.9999]
    """
    budget, length = as_numbers("budget", budget, least=0), as_numbers("length", length, above=0)
    start = as_numbers("start", start, least=0)
    p = np.asarray(chain_success(length, ceiling, scale))
    budget, length, start, p = together(budget=budget, length=length, start=start, chain_success=p)
    chains = budget / (length + start)
    with np.errstate(divide="ignore", invalid="ignore"):
        failure = np.where(chains == 0, 0.0, chains * np.log1p(-p))
    return plain(-np.expm1(failure) + 0.0)


def best_chain_length(ceiling: float, scale: float, start: float) -> float:
    """Length of chain that uses a large token budget best, when each start has its cost.

    Parameters
    ----------
    ceiling : float
        Success of an endless chain, in (0, 1).
    scale : float
        Tokens after which all but 1/e of the ceiling is reached, above 0.
    start : float
        Tokens that a chain costs beyond its length, above 0: at 0 the shortest chains win and there is no optimum.

    Returns
    -------
    float
        The length at which -log(1 - p(length)) / (length + start) is largest.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> [round(best_chain_length(0.6, 400, start)) for start in (20, 50, 200)]
    [178, 265, 464]
    """
    ceiling = one("ceiling", as_probabilities("ceiling", ceiling, positive=True, below_one=True))
    scale = one("scale", as_numbers("scale", scale, above=0))
    start = one("start", as_numbers("start", start, above=0)) / scale

    def loss(x: float) -> float:
        length = np.exp(x)
        return float(np.log1p(ceiling * np.expm1(-length)) / (length + start))

    # The optimum lies below the length from which the marginal gain is negligible beside the cost of starting.
    bounds = (np.log(min(start, 1.0)) - 10, np.log(50 + start))
    from scipy.optimize import minimize_scalar  # here, for a quick import of the package

    return scale * float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x))


def _chain(length: ArrayLike, q: ArrayLike, delay: ArrayLike) -> tuple[Floats, ...]:
    length, delay = as_counts("length", length, least=1), as_counts("delay", delay, least=1)
    q = as_probabilities("q", q, positive=True)
    length, q, delay = together(length=length, q=q, delay=delay)
    if (delay > length).any():
        i = np.flatnonzero(delay > length)[0]
        raise ValueError(f"delay = {delay.flat[i]:.0f}: must not exceed length = {length.flat[i]:.0f}")
    return length, q, delay


def _at_least(wanted: Floats, tries: Floats, chance: Floats) -> Floats:
    """P[Bin(tries, chance) >= wanted] for wanted >= 1."""
    enough = tries >= wanted
    return np.where(enough, betainc(wanted, np.where(enough, tries - wanted, 0.0) + 1, chance), 0.0)


def _finite(name: str, steps: Floats, q: Floats) -> Floats:
    if not np.isfinite(steps).all():
        i = np.flatnonzero(~np.isfinite(steps))[0]
        raise ValueError(f"{name} = {q.flat[i]}: must be larger, the expected number of steps exceeds float64")
    return steps

"""What a verifier makes of several samples: best-of-N, gates, knock-outs, checks and weighted votes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import Floats, ScalarOrArray, as_counts, as_numbers, as_probabilities, one_of, plain, together
from .roc import Roc, _BinormalRoc, _is_roc

__all__ = [
    "Range",
    "Rejection",
    "StepCheck",
    "accuracy_times_coverage",
    "aggregate",
    "best_of_n_law",
    "best_of_n_limit",
    "best_of_n_range",
    "gain_per_auc",
    "gain_per_log_k",
    "knock_out",
    "mixed_pool_law",
    "odds_after_check",
    "rejection",
    "rejection_law",
    "step_check",
    "vote_weight",
]


def best_of_n_law(p: ArrayLike, roc: Roc, k: ArrayLike) -> ScalarOrArray:
    """Probability that the highest-scored of k independent answers is right.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    roc : Roc
        The verifier; its scores depend on nothing but correctness.
    k : int or array_like
        Candidates, k >= 1. Broadcasts with ``p``.

    Returns
    -------
    float or ndarray
        1 - k (1 - p) ∫ ψ(F)^(k-1) dF with ψ(F) = (1 - p)(1 - F) + p (1 - T(F)).

    Raises
    ------
    ValueError
        If an argument is outside its range or ``roc`` is no Roc.

    Notes
    -----
    On a straight piece the integral is closed: the sum of (right share of the piece) · (ψ_i^k - ψ_{i+1}^k), whose
    terms are all positive. Ties are broken at random. The convex hull must not be used in place of the curve.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> [round(best_of_n_law(0.1, Roc.binormal(0.8, ratio), 100), 2) for ratio in (1, 0.5, 2)]
    [0.62, 0.06, 0.97]
    """
    return _over_inner(p, roc, k, lambda curve, p, k: curve._evaluate(p, k), edges=True)


def gain_per_log_k(p: ArrayLike, roc: Roc, k: ArrayLike) -> ScalarOrArray:
    """Derivative of the best-of-N law in ln k, with k treated as real: what a doubling buys, per unit of ln 2.

    Parameters
    ----------
    p, roc, k
        As for ``best_of_n_law``.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        As for ``best_of_n_law``.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> round(gain_per_log_k(0.1, Roc.binormal(0.8), 100), 4)
    0.1109
    """
    return _over_inner(p, roc, k, lambda curve, p, k: curve._evaluate(p, k, log_k=True))


def gain_per_auc(p: ArrayLike, roc: Roc, k: ArrayLike) -> ScalarOrArray:
    """Derivative of the best-of-N law in the AUC, at the same ratio of spreads.

    Parameters
    ----------
    p, k
        As for ``best_of_n_law``.
    roc : Roc
        A binormal one: other curves have no single direction of "better".

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        As for ``best_of_n_law``, and if ``roc`` is not binormal.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> round(gain_per_auc(0.5, Roc.binormal(0.8), 2), 4)
    0.5
    """
    if not isinstance(roc, _BinormalRoc):
        raise ValueError(f"roc = {type(roc).__name__}: must come from Roc.binormal")
    return _over_inner(p, roc, k, lambda curve, p, k: curve._evaluate(p, k, by_auc=True))


def best_of_n_limit(p: ArrayLike, roc: Roc) -> ScalarOrArray:
    """Limit of the best-of-N law for k → ∞.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    roc : Roc
        The verifier.

    Returns
    -------
    float or ndarray
        ℓ p / (ℓ p + 1 - p), where ℓ is the slope of the curve at 0. It is above p exactly if ℓ > 1.

    Raises
    ------
    ValueError
        If p is outside [0, 1] or ``roc`` is no Roc.

    Notes
    -----
    For a ROC made from scores this is the limit for that very pool, set by its few highest answers. It says
    nothing about the verifier: see ``Roc.slope_at_zero``.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> round(best_of_n_limit(0.1, Roc.piecewise_linear([(0.1, 0.6)])), 4)
    0.4
    """
    p = as_probabilities("p", p)
    slope = _is_roc(roc)._first_slope()
    if slope == np.inf:
        return plain((p > 0).astype(float))
    inner = np.where(p == 1, 0.5, p)
    return plain(np.where(p == 1, 1.0, slope * inner / (slope * inner + 1 - inner)))


def best_of_n_range(p: ArrayLike, auc: ArrayLike, k: ArrayLike) -> Range:
    """What best-of-N can be, given no more than p, the AUC and k.

    Parameters
    ----------
    p, auc : float or array_like
        In [0, 1].
    k : int or array_like
        Candidates, k >= 1.

    Returns
    -------
    Range
        ``low`` = (1 - (1 - p)(1 - v))^k - ((1 - p) v)^k and ``high`` = 1 - (1 - pv)^k + (p (1 - v))^k with v the
        AUC. Both are reached, and no ROC curve of this area lies outside.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> low, high = best_of_n_range(0.2, 0.8, 10)
    >>> round(low, 3), round(high, 3)
    (0.163, 0.825)
    """
    p, v = as_probabilities("p", p), as_probabilities("auc", auc)
    p, v, k = together(p=p, auc=v, k=as_counts("k", k, least=1))
    low = (1 - (1 - p) * (1 - v)) ** k - ((1 - p) * v) ** k
    high = -np.expm1(k * np.log1p(-np.minimum(p * v, 1 - 1e-16))) + (p * (1 - v)) ** k
    return Range(plain(low), plain(np.minimum(high, 1.0)))


class Range(NamedTuple):
    """Ends of a range of possible values."""

    low: float | np.ndarray
    high: float | np.ndarray


def accuracy_times_coverage(p: ArrayLike, v: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """v (1 - (1 - p)^k): verifier accuracy times coverage, the approximation that this book corrects.

    Parameters
    ----------
    p, v : float or array_like
        Success probability of one sample and ranking accuracy, in [0, 1].
    k : int or array_like
        Candidates, k >= 1.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    At k = 1 it gives v p, where no verifier can change p; and v is not a bound for large k, in either direction.

    Examples
    --------
    >>> round(accuracy_times_coverage(0.2, 0.8, 10), 4)
    0.7141
    """
    p, v, k = together(p=as_probabilities("p", p), v=as_probabilities("v", v), k=as_counts("k", k, least=1))
    with np.errstate(divide="ignore"):
        return plain(v * -np.expm1(k * np.log1p(-p)))


def mixed_pool_law(p: ArrayLike, v: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """Best-of-N when one coin of bias v decides every pool that holds right and wrong answers.

    Parameters
    ----------
    p, v : float or array_like
        Success probability of one sample and the coin's bias, in [0, 1].
    k : int or array_like
        Candidates, k >= 1.

    Returns
    -------
    float or ndarray
        v (1 - (1 - p)^k - p^k) + p^k.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    Exact also for a verifier that is perfect on a share v of the problems and inverted on the rest.

    Examples
    --------
    >>> mixed_pool_law(0.2, 0.8, 1), round(mixed_pool_law(0.2, 0.8, 10), 4)
    (0.2, 0.7141)
    """
    p, v, k = together(p=as_probabilities("p", p), v=as_probabilities("v", v), k=as_counts("k", k, least=1))
    with np.errstate(divide="ignore"):
        some = -np.expm1(k * np.log1p(-p))
    return plain(v * some + (1 - v) * p**k)


def knock_out(p: ArrayLike, v: ArrayLike, k: ArrayLike) -> ScalarOrArray:
    """Winner of a knock-out tournament with fresh, independent comparisons in every round.

    Parameters
    ----------
    p, v : float or array_like
        Success probability of one sample, and of a comparison of right and wrong, in [0, 1].
    k : int or array_like
        Entrants, a power of 2.

    Returns
    -------
    float or ndarray
        log2(k) rounds of p → p² + 2p(1 - p)v. The limit is 1 for v > 1/2, p for v = 1/2 and 0 for v < 1/2.

    Raises
    ------
    ValueError
        If an argument is outside its range or k is no power of 2.

    Notes
    -----
    With fixed scores a knock-out is best-of-N and obeys ``best_of_n_law`` instead.

    Examples
    --------
    >>> knock_out(0.1, 0.8, [1, 2, 64]).round(4).tolist()
    [0.1, 0.154, 0.7641]
    """
    p, v, k = together(p=as_probabilities("p", p), v=as_probabilities("v", v), k=as_counts("k", k, least=1))
    mantissa, exponent = np.frexp(k)
    if (mantissa != 0.5).any():
        raise ValueError(f"k = {k[mantissa != 0.5].flat[0]:.0f}: must be a power of 2")
    win = p.copy()
    for played in range(int((exponent - 1).max(initial=0))):
        win = np.where(played < exponent - 1, win * (win + 2 * (1 - win) * v), win)
    return plain(win)


def aggregate(step_scores: Iterable[ArrayLike], how: str) -> Floats:
    """One score for each solution from the scores of its steps.

    Parameters
    ----------
    step_scores : iterable of sequences of float
        One entry a solution, as from ``SampleSet.steps``; numbers of steps may differ, but none is empty.
    how : {"product", "sum_log", "min", "last"}
        "product" and "sum_log" need probabilities; "sum_log" needs them above 0.

    Returns
    -------
    ndarray, shape (solutions,)

    Raises
    ------
    ValueError
        If ``how`` is another word, a solution has no step, or a score is outside its range.

    Notes
    -----
    Product and sum of logs rank alike, until long products underflow to 0 and tie. Both fall with every further
    step; "min" falls with length more slowly, "last" does not depend on it.

    Examples
    --------
    >>> steps = [[0.9, 0.8], [0.9, 0.5, 1.0]]
    >>> aggregate(steps, "product").round(2).tolist(), aggregate(steps, "min").tolist()
    ([0.72, 0.45], [0.8, 0.5])
    """
    one_of("how", how, ("product", "sum_log", "min", "last"))
    if isinstance(step_scores, str) or not isinstance(step_scores, Iterable):
        raise ValueError(f"step_scores = {step_scores!r}: must be a sequence of sequences of numbers")
    solutions = []
    for i, steps in enumerate(step_scores):
        name = f"step_scores[{i}]"
        if how in ("product", "sum_log"):
            array = as_probabilities(name, steps, positive=how == "sum_log")
        else:
            array = as_numbers(name, steps)
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name} has shape {array.shape}: must be a non-empty sequence of numbers")
        solutions.append(array)
    reductions: dict[str, Callable[[Floats], Any]] = {
        "product": np.prod,
        "sum_log": lambda x: np.log(x).sum(),
        "min": np.min,
        "last": lambda x: x[-1],
    }
    return np.array([reductions[how](x) for x in solutions], dtype=np.float64)


class Rejection(NamedTuple):
    """Accuracy of the answers given, share of questions answered, and mean draws a question."""

    accuracy: float | np.ndarray
    answered: float | np.ndarray
    draws: float | np.ndarray


def rejection(p: ArrayLike, false_positive: ArrayLike, true_positive: ArrayLike, k: ArrayLike = 1) -> Rejection:
    """Answer with the first of at most k candidates above a threshold, otherwise not at all.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    false_positive, true_positive : float or array_like
        F and T at the threshold, in [0, 1].
    k : int or array_like, optional
        Candidates at most, k >= 1.

    Returns
    -------
    Rejection
        With a = pT + (1 - p)F: accuracy pT / a whatever k is, answered 1 - (1 - a)^k, draws (1 - (1 - a)^k) / a.

    Raises
    ------
    ValueError
        If an argument is outside its range, or nothing is ever accepted (a = 0).

    Examples
    --------
    >>> accuracy, answered, draws = rejection(0.2, 0.05, 0.6, k=5)
    >>> round(accuracy, 3), round(answered, 3), round(draws, 3)
    (0.75, 0.582, 3.636)
    """
    p, k = as_probabilities("p", p), as_counts("k", k, least=1)
    f, t = as_probabilities("false_positive", false_positive), as_probabilities("true_positive", true_positive)
    p, f, t, k = together(p=p, false_positive=f, true_positive=t, k=k)
    accept = p * t + (1 - p) * f
    _accepted(accept, p, t, f)
    with np.errstate(divide="ignore"):
        answered = -np.expm1(k * np.log1p(-np.minimum(accept, 1.0)))
    return Rejection(plain(p * t / accept), plain(answered), plain(answered / accept))


def rejection_law(
    p: ArrayLike, roc: Roc, draws: ArrayLike, *, most: ArrayLike | None = None, otherwise: str = "best"
) -> ScalarOrArray:
    """Probability that the first answer above a threshold is right, at a given mean number of draws.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    roc : Roc
        The verifier; its scores depend on nothing but correctness.
    draws : float or array_like
        Mean number of draws m, finite and at least 1; it need not be whole. The threshold is the one that gives this
        mean. Broadcasts with ``p`` and ``most``.
    most : int or array_like, optional
        Draws allowed, at least ``draws``. Without it, drawing goes on until an answer is accepted.
    otherwise : {"best", "last"}
        Which answer is handed in where none of ``most`` is accepted: the best-scored of them, or the last one drawn.

    Returns
    -------
    float or ndarray
        Without ``most``: p T m, where the threshold accepts the share pT + (1 - p)F = 1/m of all answers. With
        ``most`` = N the accepted share a solves (1 - (1 - a)^N) / a = m, and what is handed in is right with chance
        p T m plus the chance that none is accepted and the answer handed in all the same is right.

    Raises
    ------
    ValueError
        If an argument is outside its range, ``most`` is less than ``draws``, or ``roc`` is no Roc.

    Notes
    -----
    Answers whose score ties at the threshold are accepted by a coin, so that every mean can be met exactly. With
    ``most`` = ``draws`` nothing is accepted: that is best-of-N, or one sample. The law goes back to Dorner et al.
    2025, arXiv:2507.12399; the form with a limit is derived from it.

    Examples
    --------
    >>> from inference_scaling.verifiers import Roc
    >>> even, thin = Roc.binormal(0.8), Roc.binormal(0.8, 0.5)
    >>> [round(rejection_law(0.1, roc, 100), 3) for roc in (even, thin)]
    [0.674, 0.033]
    >>> [round(best_of_n_law(0.1, roc, 100), 3) for roc in (even, thin)]
    [0.622, 0.064]
    """
    curve = _is_roc(roc)
    one_of("otherwise", otherwise, ("best", "last"))
    p, draws = as_probabilities("p", p), as_numbers("draws", draws, least=1)
    if most is None:
        p, draws = together(p=p, draws=draws)
        limit, accept = np.full(p.shape, np.inf), 1 / draws
    else:
        p, draws, limit = together(p=p, draws=draws, most=as_counts("most", most, least=1))
        if (short := limit < draws).any():
            raise ValueError(f"most = {limit[short].flat[0]:g}: must be at least draws = {draws[short].flat[0]:g}")
        accept = _accepted_share(draws, limit)
    out = p.copy()
    inner = _inside(p)
    q, a, n = p[inner], accept[inner], limit[inner]
    right = curve._above(q, a)
    value, capped = right * draws[inner], np.isfinite(n)
    if otherwise == "best":
        value[capped] += curve._below(q[capped], a[capped], n[capped])
    else:
        value[capped] += (q - right)[capped] * (1 - a[capped]) ** (n[capped] - 1)
    out[inner] = value
    return plain(np.clip(out, 0.0, 1.0))


def _accepted_share(draws: Floats, most: Floats) -> Floats:
    """The share a with (1 - (1 - a)^N) / a = m, by bisection: the mean falls as more is accepted."""
    low, high = np.zeros(draws.shape), np.ones(draws.shape)
    for _ in range(100):
        share = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(share > 0, -np.expm1(most * np.log1p(-share)) / share, most)
        low, high = np.where(mean > draws, share, low), np.where(mean > draws, high, share)
    # At the two ends the share is known; bisection would leave a rest.
    return np.where(draws == most, 0.0, np.where(draws == 1, 1.0, (low + high) / 2))


def odds_after_check(p: ArrayLike, true_positive: ArrayLike, false_positive: ArrayLike) -> ScalarOrArray:
    """Odds that an answer is right once one or several independent checks have accepted it.

    Parameters
    ----------
    p : float or array_like
        Probability before, in [0, 1].
    true_positive, false_positive : float or sequence of float
        T and F of each check, in [0, 1]; a sequence stands for several checks, all of which accepted.

    Returns
    -------
    float or ndarray
        p / (1 - p) · Π T / F; infinite where no wrong answer can be accepted.

    Raises
    ------
    ValueError
        If an argument is outside its range, the sequences differ in length, or no answer can be accepted.

    Notes
    -----
    The factors multiply only if the checks are independent *given* whether the answer is right.

    Examples
    --------
    >>> round(odds_after_check(0.2, 0.9, 0.1), 4), round(odds_after_check(0.2, [0.9, 0.9], [0.1, 0.1]), 4)
    (2.25, 20.25)
    """
    p = as_probabilities("p", p)
    t, f = as_probabilities("true_positive", true_positive), as_probabilities("false_positive", false_positive)
    if t.shape != f.shape or t.ndim > 1:
        raise ValueError(
            f"true_positive has shape {t.shape} and false_positive {f.shape}: must be two numbers or two lists alike"
        )
    right, wrong = p * t.prod(), (1 - p) * f.prod()
    _accepted(right + wrong, p, t, f)
    with np.errstate(divide="ignore"):
        return plain(right / wrong)


class StepCheck(NamedTuple):
    """Success of an accepted step and of the solution; tries for a step on a right prefix; steps in all."""

    step: float | np.ndarray
    solution: float | np.ndarray
    tries: float | np.ndarray
    steps: float | np.ndarray


def step_check(q: ArrayLike, true_positive: ArrayLike, false_positive: ArrayLike, length: ArrayLike) -> StepCheck:
    """A step verifier that has each step drawn again until it accepts it.

    Parameters
    ----------
    q : float or array_like
        Probability that a step is right on a right prefix, in (0, 1].
    true_positive, false_positive : float or array_like
        T and F of the check of a step; T in (0, 1], F in [0, 1].
    length : int or array_like
        Steps of a solution, >= 1.

    Returns
    -------
    StepCheck
        step q' = qT / (qT + (1 - q)F), solution q'^L, tries 1 / (qT + (1 - q)F) for a step on a right prefix, and
        the expected steps drawn for a whole solution.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    After an accepted error every later step counts as wrong and takes 1/F tries: the tries for a right prefix,
    multiplied by L, are therefore too few.

    Examples
    --------
    >>> step, solution, tries, steps = step_check(0.8, 0.95, 0.2, 12)
    >>> round(step, 3), round(solution, 3), round(tries, 3), round(steps, 1)
    (0.95, 0.54, 1.25, 25.5)
    """
    q, t = as_probabilities("q", q, positive=True), as_probabilities("true_positive", true_positive, positive=True)
    f, length = as_probabilities("false_positive", false_positive), as_counts("length", length, least=1)
    q, t, f, length = together(q=q, true_positive=t, false_positive=f, length=length)
    accept = q * t + (1 - q) * f
    wrong = (1 - q) * f / accept
    step = q * t / accept
    sure = wrong == 0
    # Mean number of steps that start from a right prefix: Σ q'^i for i < L.
    clean = np.where(sure, length, -np.expm1(length * np.log1p(-np.where(sure, 0.5, wrong))) / np.where(sure, 1, wrong))
    steps = clean / accept + (length - clean) / np.where(sure, 1.0, f)
    return StepCheck(plain(step), plain(step**length), plain(1 / accept), plain(steps))


def vote_weight(p: ArrayLike, answers: ArrayLike, log_ratio: ArrayLike = 0.0) -> ScalarOrArray:
    """Weight of one vote in the Bayes rule, when wrong answers are spread evenly.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in (0, 1).
    answers : int or array_like
        Possible answers K, >= 2: one right and K - 1 wrong.
    log_ratio : float or array_like, optional
        log f1(s) / f0(s), the verifier's log-likelihood ratio for this sample's score.

    Returns
    -------
    float or ndarray
        log(p (K - 1) / (1 - p)) + log_ratio. The answer with the greatest sum of weights is the Bayes choice; equal
        scores give plain voting if p > 1/K and its opposite if p < 1/K.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> round(vote_weight(0.3, 10), 4)
    1.3499
    """
    p = as_probabilities("p", p, positive=True, below_one=True)
    answers, log_ratio = as_counts("answers", answers, least=2), as_numbers("log_ratio", log_ratio)
    p, answers, log_ratio = together(p=p, answers=answers, log_ratio=log_ratio)
    return plain(np.log(p) - np.log1p(-p) + np.log(answers - 1) + log_ratio)


def _over_inner(
    p: ArrayLike, roc: Roc, k: ArrayLike, evaluate: Callable[[Any, Floats, Floats], Floats], edges: bool = False
) -> ScalarOrArray:
    """Evaluate where 0 < p < 1; beyond, every answer is alike and the verifier changes nothing."""
    curve = _is_roc(roc)
    p, k = together(p=as_probabilities("p", p), k=as_counts("k", k, least=1))
    out = p.copy() if edges else np.zeros(p.shape)
    inner = _inside(p)
    out[inner] = evaluate(curve, p[inner], k[inner])
    return plain(np.clip(out, 0.0, 1.0) if edges else out)


def _inside(p: Floats) -> np.ndarray:
    """Where p is neither 0 nor 1; a p that float64 holds with fewer digits, below 2e-308, counts as 0."""
    found: np.ndarray = (p >= np.finfo(np.float64).tiny) & (p < 1)
    return found


def _accepted(accept: Floats, p: Floats, t: Floats, f: Floats) -> None:
    if np.any(accept == 0):
        raise ValueError(
            f"p = {plain(p)}, true_positive = {plain(t)}, false_positive = {plain(f)}: "
            "some answer must have a chance to be accepted"
        )

"""Checks as compute: what several noisy looks of one verifier are worth, and how to split a budget between them.

A look is one run of a noisy verifier on one candidate: a verdict of a judge that samples its reasoning, a score with
dropout. Looks at one candidate share an error where the judge is wrong about it every time: the *shared part* ρ is
the correlation of two looks at the same candidate, given whether it is right. At 0 looks are independent, at 1 the
second look repeats the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv, betaln, gammaln, ndtr, stdtrit

from .._arguments import (
    Floats,
    ScalarOrArray,
    as_counts,
    as_level,
    as_numbers,
    as_probabilities,
    flag,
    one,
    plain,
    together,
)
from ..samples.native import Framed
from .laws import best_of_n_law
from .prices import _numbers_up_to, _price
from .roc import Roc, _BinormalRoc, _is_roc, _LinearRoc

__all__ = [
    "LookSplit",
    "SharedPart",
    "SharedParts",
    "Tournament",
    "binary_looks",
    "even_vote_law",
    "graded_looks",
    "judge_price",
    "look_split",
    "looks_ceiling",
    "many_looks",
    "shared_part",
    "tournament",
]

# Outcomes of all looks together that are enumerated; beyond, the sum of the verdicts takes too long.
_OUTCOMES = 200_000
# Votes whose plurality is computed exactly.
_VOTES = 400


def binary_looks(
    true_positive: float, false_positive: float, looks: int, *, shared: float | Sequence[float] = 0.0
) -> Roc:
    """ROC of the number of yes among m looks, when one look says yes or no.

    Parameters
    ----------
    true_positive, false_positive : float
        Chance that one look says yes to a right and to a wrong answer, in [0, 1].
    looks : int
        Looks at each candidate m, >= 1.
    shared : float or pair of float, optional
        Shared part ρ in [0, 1], for right and wrong answers alike or one for each: the correlation of two looks.

    Returns
    -------
    Roc
        The count is binomial for ρ = 0 and beta-binomial for ρ > 0; equal counts are ties, broken at random.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    P(j yes of m) = C(m, j) Π_{i<j} (T + iθ) Π_{i<m-j} (1 - T + iθ) / Π_{i<m} (1 + iθ) with θ = ρ / (1 - ρ), and F
    in place of T for wrong answers: the beta-binomial law as an urn. For ρ = 1 all looks say the same.

    Examples
    --------
    >>> [round(binary_looks(0.7, 0.2, m).auc, 3) for m in (1, 3, 9)]
    [0.75, 0.898, 0.988]
    >>> [round(binary_looks(0.7, 0.2, m, shared=0.5).auc, 3) for m in (1, 3, 9)]
    [0.75, 0.818, 0.851]
    """
    t = one("true_positive", as_probabilities("true_positive", true_positive))
    f = one("false_positive", as_probabilities("false_positive", false_positive))
    m, (right, wrong) = _looks(looks), _pair(shared)
    yes = np.arange(m, -1, -1)
    counts = np.column_stack([yes, m - yes])
    return _LinearRoc.of(_urn(np.array([f, 1 - f]), counts, wrong), _urn(np.array([t, 1 - t]), counts, right))


def graded_looks(
    right: ArrayLike, wrong: ArrayLike, values: ArrayLike, looks: int, *, shared: float | Sequence[float] = 0.0
) -> Roc:
    """ROC of the sum of m looks, when one look gives one of several verdicts, each worth a number.

    Parameters
    ----------
    right, wrong : array_like, shape (verdicts,)
        Chance of each verdict for a right and for a wrong answer; each sums to 1.
    values : array_like, shape (verdicts,)
        What each verdict is worth, such as 1 to 5 stars or (0.001, 1, 20); finite.
    looks : int
        Looks at each candidate m, >= 1.
    shared : float or pair of float, optional
        Shared part ρ in [0, 1], for right and wrong answers alike or one for each.

    Returns
    -------
    Roc
        Verdicts are independent given correctness for ρ = 0, and come from an urn (Dirichlet-multinomial) for ρ > 0.

    Raises
    ------
    ValueError
        If an argument is outside its range, shapes differ, or there are more than 200,000 outcomes of m looks.

    Notes
    -----
    All multisets of m verdicts are enumerated: C(m + verdicts - 1, m) of them. Equal sums are ties; sums that differ
    by less than 10⁻⁹ of the largest count as equal.

    Examples
    --------
    >>> stars = ([0.2, 0.3, 0.5], [0.5, 0.3, 0.2], [1, 2, 3])
    >>> [round(graded_looks(*stars, m).auc, 3) for m in (1, 2, 4)]
    [0.695, 0.77, 0.853]
    """
    right, wrong, values = (
        as_probabilities("right", right),
        as_probabilities("wrong", wrong),
        as_numbers("values", values),
    )
    if right.ndim != 1 or not right.shape == wrong.shape == values.shape or right.size == 0:
        raise ValueError(
            f"right has shape {right.shape}, wrong {wrong.shape} and values {values.shape}: "
            "must be one-dimensional and alike"
        )
    for name, chances in (("right", right), ("wrong", wrong)):
        if abs(chances.sum() - 1) > 1e-9:
            raise ValueError(f"{name} sums to {chances.sum():.12g}: must sum to 1")
    return _summed(right, wrong, values, _looks(looks), _pair(shared))


def many_looks(
    roc: Roc,
    looks: int,
    *,
    shared: float | Sequence[float] = 0.0,
    values: ArrayLike | str | None = None,
) -> Roc:
    """ROC of the mean of m looks of any verifier, from the ROC of one look.

    Parameters
    ----------
    roc : Roc
        One look.
    looks : int
        Looks at each candidate m, >= 1.
    shared : float or pair of float, optional
        Shared part ρ in [0, 1], for right and wrong answers alike or one for each: the correlation of two looks.
    values : array_like or "log_ratio", optional
        Only for a ROC of straight pieces: what a look on each piece is worth, strictly falling from the highest
        scores down; or "log_ratio", the logarithm of the piece's slope. Needed for more than two pieces, since a
        ROC knows the order of its scores and not how far they lie apart.

    Returns
    -------
    Roc
        For normal scores, both variances become ρ + (1 - ρ)/m of what they were. For straight pieces, as
        ``graded_looks``.

    Raises
    ------
    ValueError
        If an argument is outside its range, or ``values`` is missing, superfluous or of another length.

    Notes
    -----
    With one look and falling values, the curve is the given one. "log_ratio" is the best order of independent looks
    (Neyman and Pearson); where ``roc`` is not concave it changes the order of a single look, too.

    Examples
    --------
    >>> one_look = Roc.binormal(0.8)
    >>> [round(many_looks(one_look, m, shared=0.5).auc, 3) for m in (1, 2, 4, 100)]
    [0.8, 0.834, 0.856, 0.882]
    """
    curve, m, (right, wrong) = _is_roc(roc), _looks(looks), _pair(shared)
    if isinstance(curve, _BinormalRoc):
        if values is not None:
            raise ValueError(f"values = {values!r}: a ROC of normal scores knows its scores; leave values out")
        return _fewer_noise(curve, right + (1 - right) / m, wrong + (1 - wrong) / m)
    return _summed(curve.right, curve.wrong, _worth(curve, values), m, (right, wrong))


def looks_ceiling(roc: Roc, *, shared: float | Sequence[float] = 0.0) -> float:
    """AUC that the mean of m looks tends to for m → ∞.

    Parameters
    ----------
    roc : Roc
        One look: of normal scores, or of two verdicts (two straight pieces).
    shared : float or pair of float, optional
        Shared part ρ in [0, 1], for right and wrong answers alike or one for each.

    Returns
    -------
    float
        With ρ = 0: 1 for a look better than chance, 1/2 at chance, 0 below. With ρ > 0, what stays of the errors:
        normal scores, Φ(δ / √(ρ0 + r²ρ1)) with δ the distance of the means and r the ratio of spreads; verdicts,
        the chance that a draw of Beta(T/θ, (1 - T)/θ) exceeds one of Beta(F/θ, (1 - F)/θ), θ = ρ / (1 - ρ). For
        verdicts with ρ near 1 no number of looks that could be paid for comes near it.

    Raises
    ------
    ValueError
        If an argument is outside its range, or ``roc`` has more than two pieces.

    Examples
    --------
    >>> round(looks_ceiling(Roc.binormal(0.8), shared=0.5), 3)
    0.883
    >>> round(looks_ceiling(Roc.piecewise_linear([(0.2, 0.7)]), shared=0.5), 3)
    0.875
    """
    curve, (right, wrong) = _is_roc(roc), _pair(shared)
    if isinstance(curve, _BinormalRoc):
        spread = np.sqrt(wrong + curve.ratio**2 * right)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = 0.0 if curve.shift == 0 else float(np.divide(curve.shift, spread))
        return float(ndtr(distance))
    if len(curve.right) > 2:
        raise ValueError(f"roc has {len(curve.right)} straight pieces: must be of normal scores or of two verdicts")
    if len(curve.right) == 1:
        return 0.5
    return _ceiling_of_verdicts(float(curve.right[0]), right, float(curve.wrong[0]), wrong)


@dataclass(frozen=True)
class LookSplit(Framed):
    """Best split of a budget between candidates and looks, and what stands beside it.

    Attributes
    ----------
    looks, k : int
        Looks at each candidate and candidates, of the best split.
    accuracy : float
        What it gives: the mean over problems.
    one_look : float
        Best-of-N with one look a candidate and the best k that the budget buys.
    one_sample : float
        A single sample, unchecked.
    vote : float or None
        Majority vote over as many samples as the budget buys without any check, if ``answers`` was given.
    by_looks : ndarray, shape (m, 3)
        For each number of looks that the budget affords: looks, best k, accuracy.
    """

    _columns = ("looks", "k", "accuracy", "one_look", "one_sample", "vote")

    looks: int
    k: int
    accuracy: float
    one_look: float
    one_sample: float
    vote: float | None
    by_looks: Floats


def look_split(
    p: ArrayLike,
    roc: Roc,
    budget: float,
    generate: float,
    verify: float,
    *,
    shared: float | Sequence[float] = 0.0,
    values: ArrayLike | str | None = None,
    most: int = 32,
    answers: int | None = None,
) -> LookSplit:
    """Best split of a budget B = k · (generate + m · verify) between k candidates and m looks at each.

    Parameters
    ----------
    p : float or array_like, shape (problems,)
        Success probability of one sample, in [0, 1]; of each problem, where there are several.
    roc : Roc
        One look.
    budget, generate : float
        Units that may be spent on one problem, and the price of one candidate, above 0.
    verify : float
        Price of one look, >= 0. See ``judge_price``.
    shared, values
        As for ``many_looks``.
    most : int, optional
        Looks at one candidate at most, >= 1.
    answers : int, optional
        Possible answers K >= 2 of a problem. With it, the vote is computed, wrong answers spread evenly.

    Returns
    -------
    LookSplit
        Every m up to ``most`` is tried with every k that it leaves; not all of the budget need be spent. Where the
        ROC is concave the law never falls, and the largest k is the best. Otherwise, among more than 1,000 numbers of
        candidates, 1,000 spaced evenly in the logarithm are tried.

    Raises
    ------
    ValueError
        If an argument is outside its range, the budget buys no candidate with one look, or a vote of more than 400
        samples is asked for.

    Examples
    --------
    >>> found = look_split(0.2, Roc.binormal(0.7), 40, 1.0, 0.5, answers=10)
    >>> found.looks, found.k, round(found.accuracy, 3), round(found.one_look, 3), round(found.vote, 3)
    (6, 10, 0.714, 0.498, 0.662)
    """
    chance = np.atleast_1d(as_probabilities("p", p))
    if chance.ndim != 1 or chance.size == 0:
        raise ValueError(f"p has shape {chance.shape}: must be a number or a non-empty list of numbers")
    budget, generate = _price("budget", budget), _price("generate", generate)
    verify, most = (
        one("verify", as_numbers("verify", verify, least=0)),
        int(one("most", as_counts("most", most, least=1))),
    )
    vote = None
    if answers is not None:
        samples = int(budget / generate * (1 + 1e-15))
        if samples < 1:
            raise ValueError(f"budget = {budget:g}: buys no candidate at {generate:g} each")
        vote = float(np.mean(even_vote_law(chance, answers, samples)))
    rows = []
    for m in range(1, most + 1):
        tries = _numbers_up_to(int(budget / (generate + m * verify) * (1 + 1e-15)))
        if len(tries) == 0:
            break
        look = many_looks(roc, m, shared=shared, values=values)
        if _never_falls(look):
            tries = tries[-1:]
        law = np.atleast_2d(best_of_n_law(chance[:, None], look, tries[None, :])).mean(axis=0)
        best = int(law.argmax())
        rows.append((m, tries[best], law[best]))
    if not rows:
        raise ValueError(f"budget = {budget:g}: buys no candidate with one look at {generate:g} + {verify:g} each")
    table = np.array(rows, dtype=np.float64)
    m, k, accuracy = table[table[:, 2].argmax()]
    return LookSplit(int(m), int(k), float(accuracy), float(table[0, 2]), float(chance.mean()), vote, table)


def even_vote_law(p: ArrayLike, answers: int, k: int) -> ScalarOrArray:
    """Probability that a majority vote over k independent samples is right, wrong answers spread evenly.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample, in [0, 1].
    answers : int
        Possible answers K: one right and K - 1 wrong, >= 2.
    k : int
        Votes, from 1 to 400.

    Returns
    -------
    float or ndarray
        Exact; answers that tie for most votes share the win.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    Given c right votes, the counts of wrong answers are Poisson counts that sum to k - c. The chance that none
    exceeds c, with t of them at c weighted by 1/(t + 1), is ∫₀¹ of a power of a truncated Poisson series.

    Examples
    --------
    >>> [round(even_vote_law(0.3, K, 15), 3) for K in (2, 3, 10)]
    [0.05, 0.242, 0.734]
    """
    p = as_probabilities("p", p)
    answers = int(one("answers", as_counts("answers", answers, least=2)))
    k = int(one("k", as_counts("k", k, least=1)))
    if k > _VOTES:
        raise ValueError(f"k = {k}: must be at most {_VOTES}, the votes that are counted exactly")
    c = np.arange(k + 1)
    right = np.exp(gammaln(k + 1) - gammaln(c + 1) - gammaln(k - c + 1))
    power = p[..., None] ** c * (1 - p[..., None]) ** (k - c)
    return plain(np.minimum((right * power) @ _win_shares(answers, k), 1.0))


class Tournament(NamedTuple):
    """Winner of a knock-out: the chance that it is right, and the comparisons that it took."""

    accuracy: float
    comparisons: int


def tournament(p: float, v: float, k: int, *, looks: int = 1, shared: float = 0.0) -> Tournament:
    """Knock-out among any number of candidates, each comparison decided by a majority of m looks at the pair.

    Parameters
    ----------
    p : float
        Success probability of one sample, in [0, 1].
    v : float
        Chance that one look at a right and a wrong candidate prefers the right one, in [0, 1]: the AUC of a judge
        that scores both anew.
    k : int
        Candidates, >= 1. Where k is odd one has a bye; the bracket halves k as evenly as possible.
    looks : int, optional
        Looks at each pair m, >= 1; a tie is broken by a coin.
    shared : float, optional
        Shared part ρ of the looks at one pair, in [0, 1].

    Returns
    -------
    Tournament
        With a and b the chances of the two halves: ab + (a(1 - b) + b(1 - a)) v, down to single candidates; (k - 1) m
        comparisons in all.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    Different pairs are judged independently: exactly for fresh noise, an assumption for a real judge. For k a power
    of 2 and one look this is ``knock_out``. With fixed scores a knock-out is best-of-N.

    Examples
    --------
    >>> accuracy, comparisons = tournament(0.1, 0.8, 64)
    >>> round(accuracy, 4), comparisons
    (0.7641, 63)
    """
    p, v = one("p", as_probabilities("p", p)), one("v", as_probabilities("v", v))
    k, m = int(one("k", as_counts("k", k, least=1))), _looks(looks)
    shared = one("shared", as_probabilities("shared", shared))
    wins = np.arange(m + 1)
    chance = _urn(np.array([v, 1 - v]), np.column_stack([wins, m - wins]), shared)
    preferred = float(chance @ np.select([2 * wins > m, 2 * wins == m], [1.0, 0.5], 0.0))

    @cache
    def winner(size: int) -> float:
        if size == 1:
            return p
        a, b = winner((size + 1) // 2), winner(size // 2)
        return a * b + (a * (1 - b) + b * (1 - a)) * preferred

    return Tournament(winner(k), (k - 1) * m)


def judge_price(
    candidate: ArrayLike, rationale: ArrayLike, *, question: ArrayLike = 0, read: ArrayLike = 0.0, size: ArrayLike = 1.0
) -> ScalarOrArray:
    """Price of one look of a judge that writes before it decides, in candidates.

    Parameters
    ----------
    candidate, rationale : float or array_like
        Tokens of a candidate, above 0, and of what the judge writes about it, >= 0.
    question : float or array_like, optional
        Tokens of the question, >= 0: read once for each candidate and once for each look.
    read : float or array_like, optional
        Price of a token read over that of a token written, >= 0. At 0, only written tokens count.
    size : float or array_like, optional
        Price of the judge's token over the sampler's, above 0: about the ratio of their parameters.

    Returns
    -------
    float or ndarray
        size (rationale + read (question + candidate)) / (candidate + read · question).

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    With ``read`` = 0 and ``size`` = 1 this is the ratio λ of Singhi et al. 2025, arXiv:2504.01005, in whose account
    S solutions with V verifications each cost S(1 + λV).

    Examples
    --------
    >>> judge_price(500, 1000), judge_price(500, 1000, question=100, read=0.1)
    (2.0, 2.0784313725490198)
    """
    candidate, rationale = as_numbers("candidate", candidate, above=0), as_numbers("rationale", rationale, least=0)
    question, read = as_numbers("question", question, least=0), as_numbers("read", read, least=0)
    candidate, rationale, question, read, size = together(
        candidate=candidate,
        rationale=rationale,
        question=question,
        read=read,
        size=as_numbers("size", size, above=0),
    )
    return plain(size * (rationale + read * (question + candidate)) / (candidate + read * question))


class SharedPart(NamedTuple):
    """Shared part of repeated looks at one kind of answer, with its interval and what it rests on.

    ``value`` is the estimated correlation of two looks at one candidate; ``mean`` the mean look; ``candidates`` and
    ``problems`` their numbers.
    """

    value: float
    low: float
    high: float
    standard_error: float
    mean: float
    candidates: int
    problems: int


class SharedParts(NamedTuple):
    """Shared parts for right and for wrong answers."""

    right: SharedPart
    wrong: SharedPart


def shared_part(
    looks: ArrayLike, correct: ArrayLike, problem: ArrayLike, *, within: bool, level: float = 0.95
) -> SharedParts:
    """Estimate from a pool with repeated looks how much of their error is shared.

    Parameters
    ----------
    looks : array_like, shape (candidates, m)
        Scores, or verdicts as 0 and 1 or as an array of bools, of m >= 2 looks at each candidate, finite.
    correct : array_like of bool, shape (candidates,)
        Whether each candidate is right.
    problem : array_like of int, shape (candidates,)
        Which problem each candidate belongs to: the sampling unit.
    within : bool
        False: the correlation over all candidates of a kind, as ``many_looks`` takes it. True: over candidates of
        one problem, its mean taken off: all that a choice among the candidates of one problem can feel.
    level : float, optional
        Confidence of the interval, in (0, 1).

    Returns
    -------
    SharedParts
        For right and for wrong candidates, the one-way analysis of variance's intraclass correlation
        (MSB - MSW) / (MSB + (m - 1) MSW); its interval leaves out one problem at a time (jackknife, Student's t).

    Raises
    ------
    ValueError
        If an argument is outside its range, shapes differ, all looks at one kind are equal, or a kind has candidates
        of fewer than three problems.

    Notes
    -----
    MSB and MSW are the mean squares between candidates and between looks at one candidate. Looks that are independent
    given correctness have the value 0 in expectation; the least possible is -1/(m - 1).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> correct, problem = rng.random(600) < 0.4, np.repeat(np.arange(60), 10)
    >>> chance = np.where(correct, rng.beta(2, 1, 600), rng.beta(1, 2, 600))
    >>> found = shared_part(rng.random((600, 3)) < chance[:, None], correct, problem, within=False)
    >>> found.right.low < 0.25 < found.right.high
    True
    """
    # Verdicts may come as bools; everything else is judged as numbers are.
    verdicts = isinstance(looks, np.ndarray) and looks.dtype == bool
    scores = as_numbers("looks", looks.astype(np.float64) if verdicts else looks)  # type: ignore[union-attr]
    if scores.ndim != 2 or scores.shape[1] < 2:
        raise ValueError(f"looks has shape {scores.shape}: must be (candidates, m) with m at least 2")
    right, unit = np.asarray(correct), as_numbers("problem", problem)
    if right.dtype != bool:
        raise ValueError(f"correct has type {right.dtype}: must be bool")
    if not right.shape == unit.shape == scores.shape[:1]:
        raise ValueError(
            f"looks has {scores.shape[0]} rows, correct has shape {right.shape} and problem {unit.shape}: must be alike"
        )
    level = as_level(level)
    flag("within", within)
    parts = (
        _one_kind(name, scores[kind], unit[kind], within, level) for name, kind in (("right", right), ("wrong", ~right))
    )
    return SharedParts(*parts)


def _looks(looks: ArrayLike) -> int:
    return int(one("looks", as_counts("looks", looks, least=1)))


def _pair(shared: ArrayLike) -> tuple[float, float]:
    found = as_probabilities("shared", shared)
    if found.shape not in ((), (2,)):
        raise ValueError(f"shared has shape {found.shape}: must be one number, or two: for right and wrong answers")
    right, wrong = np.broadcast_to(found, 2)
    return float(right), float(wrong)


def _urn(chances: Floats, counts: np.ndarray, shared: float) -> Floats:
    """Chance of each row of counts when verdicts are drawn from an urn that returns every draw with θ more of it."""
    m = int(counts[0].sum())
    if shared == 1:
        found: Floats = (counts == m) @ chances
        return found
    theta = shared / (1 - shared)
    steps = np.arange(m)
    with np.errstate(divide="ignore"):
        rising = np.zeros((len(chances), m + 1))
        rising[:, 1:] = np.log(chances[:, None] + theta * steps).cumsum(axis=1)
    ways = gammaln(m + 1) - gammaln(counts + 1).sum(axis=1)
    log_chance = ways + sum(rising[c, counts[:, c]] for c in range(len(chances))) - np.log1p(theta * steps).sum()
    chance = np.exp(log_chance)
    # Logarithms lose the last digits for many looks; the sum is known.
    found = chance / chance.sum()
    return found


def _summed(right: Floats, wrong: Floats, values: Floats, m: int, shared: tuple[float, float]) -> Roc:
    """ROC of the sum of m verdicts: all multisets are enumerated, equal sums are ties."""
    kinds = len(values)
    outcomes = comb(m + kinds - 1, m)
    if outcomes > _OUTCOMES:
        raise ValueError(
            f"{kinds} verdicts and {m} looks have {outcomes:,} outcomes: at most {_OUTCOMES:,} are enumerated; "
            "merge verdicts or take fewer looks"
        )
    picks = np.array(list(combinations_with_replacement(range(kinds), m)), dtype=np.intp).reshape(outcomes, m)
    counts = np.zeros((outcomes, kinds), dtype=np.intp)
    np.add.at(counts, (np.arange(outcomes)[:, None], picks), 1)
    # An infinite value stands for a verdict that only one kind of answer gets; both in one multiset never happen.
    finite = np.where(np.isfinite(values), values, 0.0)
    total: Floats = np.asarray(counts @ finite, dtype=np.float64)
    total = np.asarray(np.round(total / (np.abs(total).max() or 1.0), 9), dtype=np.float64)
    total[(counts[:, values == np.inf] > 0).any(axis=1)] = np.inf
    total[(counts[:, values == -np.inf] > 0).any(axis=1)] = -np.inf
    order, place = np.unique(-total, return_inverse=True)
    on_wrong, on_right = _urn(wrong, counts, shared[1]), _urn(right, counts, shared[0])
    return _LinearRoc.of(
        np.bincount(place.ravel(), weights=on_wrong, minlength=len(order)),
        np.bincount(place.ravel(), weights=on_right, minlength=len(order)),
    )


def _never_falls(look: Roc) -> bool:
    """Say whether the ROC is concave, so that best-of-N never falls with the number of candidates."""
    curve = _is_roc(look)
    if isinstance(curve, _BinormalRoc):
        return curve.ratio == 1 and curve.auc >= 0.5
    # Slopes compared without dividing; what they differ by in the last digits changes no law by more.
    return bool(np.all(curve.right[1:] * curve.wrong[:-1] <= curve.right[:-1] * curve.wrong[1:] * (1 + 1e-12)))


def _worth(curve: _LinearRoc, values: ArrayLike | str | None) -> Floats:
    """What a look on each straight piece is worth, from the highest scores down."""
    pieces = len(curve.right)
    if isinstance(values, str):
        if values != "log_ratio":
            raise ValueError(f"values = {values!r}: must be 'log_ratio' or one number for each of {pieces} pieces")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(curve.right) - np.log(curve.wrong))
    if values is None:
        if pieces > 2:
            raise ValueError(
                f"values is missing: roc has {pieces} straight pieces, and how far their scores lie apart decides; "
                "give a number for each, or 'log_ratio'"
            )
        return np.arange(pieces, 0.0, -1.0)
    worth = as_numbers("values", values)
    if worth.shape != (pieces,) or (np.diff(worth) >= 0).any():
        raise ValueError(f"values has shape {worth.shape}: must be {pieces} numbers, one a piece, strictly falling")
    return worth


def _fewer_noise(curve: _BinormalRoc, right: float, wrong: float) -> Roc:
    """The binormal ROC whose variances are these shares of what they were."""
    ratio = curve.ratio * np.sqrt(right / wrong)
    auc = float(ndtr(curve.shift / np.sqrt(wrong) / np.hypot(1.0, ratio)))
    # Beyond 1 - 10⁻¹⁶ the AUC of float64 is 1, which is no binormal curve: the nearest one stands for it.
    return Roc.binormal(float(np.clip(auc, np.finfo(np.float64).tiny, 1 - 2.0**-53)), ratio)


def _ceiling_of_verdicts(t: float, right: float, f: float, wrong: float) -> float:
    """P(X > Y) + P(X = Y)/2 for the shares of yes X and Y that endless looks at a right and a wrong answer show."""
    beta = [0 < part < 1 and 0 < rate < 1 for rate, part in ((t, right), (f, wrong))]
    a, b = _beta(t, right) if beta[0] else (np.nan, np.nan)
    c, d = _beta(f, wrong) if beta[1] else (np.nan, np.nan)
    if all(beta):
        return _lower_half(a, b, c, d) + float(betainc(b, a, 0.5)) - _lower_half(b, a, d, c)
    # Without a beta law a share is a point (no shared part, or a rate of 0 or 1), or 0 or 1 (all of it shared).
    x, y = _atoms(t, right), _atoms(f, wrong)
    if beta[0]:
        return sum(weight * (1 - float(betainc(a, b, at))) for at, weight in y)
    if beta[1]:
        return sum(weight * float(betainc(c, d, at)) for at, weight in x)
    return float(sum(w * z * (0.5 + 0.5 * np.sign(at - by)) for at, w in x for by, z in y))


def _lower_half(a: float, b: float, c: float, d: float) -> float:
    """E G(X) over X < 1/2 for X ~ Beta(a, b), where G is the distribution function of Beta(c, d).

    With u = u₀ exp(-t) for the place of X in its own law, the integrand is smooth in t, however steep G is at 0.
    """
    x, w = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(0.0, 42.0, 29)
    width = np.diff(edges)[:, None] / 2
    t = (edges[:-1, None] + width + width * x).ravel()
    below = float(betainc(a, b, 0.5))
    at = betaincinv(a, b, below * np.exp(-t))
    # Far down, X itself underflows and its logarithm does not.
    log_at = (np.log(a) + betaln(a, b) + np.log(below) - t) / a
    far = np.exp(np.minimum(c * log_at - np.log(c) - betaln(c, d), 0.0))
    return below * float((width * w).ravel() * np.exp(-t) @ np.where(at < 1e-200, far, betainc(c, d, at)))


def _beta(rate: float, part: float) -> tuple[float, float]:
    return rate * (1 - part) / part, (1 - rate) * (1 - part) / part


def _atoms(rate: float, part: float) -> list[tuple[float, float]]:
    return [(0.0, 1 - rate), (1.0, rate)] if part == 1 else [(rate, 1.0)]


@cache
def _win_shares(answers: int, k: int) -> Floats:
    """Share of the win that c right votes of k have, for c = 0 to k, when wrong votes fall evenly on the others."""
    from scipy.stats import poisson  # here, for a quick import of the package

    others = answers - 1
    shares = np.zeros(k + 1)
    shares[k] = 1.0
    for c in range(1, k):
        left = k - c
        if left > others * c:
            continue
        size = np.arange(min(c, left) + 1)
        series = poisson.pmf(size, left / others)
        # A polynomial in s, of a degree that is the most ties there can be: so many nodes integrate it exactly.
        node, weight = np.polynomial.legendre.leggauss(min(others, left // c) // 2 + 1)
        for s, w in zip((node + 1) / 2, weight / 2, strict=True):
            tied = series.copy()
            if c <= left:
                tied[c] *= s
            shares[c] += w * _power(tied, others, left) / poisson.pmf(left, left)
    return shares


def _power(series: Floats, exponent: int, term: int) -> float:
    """Coefficient of the given term in a power of a polynomial with positive coefficients."""
    found, base = np.ones(1), series
    while exponent:
        if exponent & 1:
            found = np.convolve(found, base)[: term + 1]
        base = np.convolve(base, base)[: term + 1]
        exponent >>= 1
    return float(found[term]) if term < len(found) else 0.0


def _one_kind(name: str, scores: Floats, unit: Floats, within: bool, level: float) -> SharedPart:
    m = scores.shape[1]
    labels, place = np.unique(unit, return_inverse=True)
    groups = len(labels)
    if groups < 3:
        raise ValueError(f"problem: the {name} answers come from {groups} problems: must be 3 or more")
    means = scores.mean(axis=1)
    if np.ptp(scores) == 0:
        raise ValueError(
            f"looks: all looks at the {name} answers are {scores[0, 0]:g}: their shared part is not defined"
        )
    noise = ((scores - means[:, None]) ** 2).sum(axis=1)
    # Sums over each problem; leaving one out takes its sums away.
    sums = np.array(
        [np.bincount(place, weights=x, minlength=groups) for x in (np.ones_like(means), means, means**2, noise)]
    )
    if within:
        sums = np.vstack([sums, sums[2] - sums[1] ** 2 / sums[0]])

    def correlation(size: Floats, total: Floats, squares: Floats, inner: Floats, *spread: Floats, units: int) -> Floats:
        between = spread[0] if within else squares - total**2 / size
        freedom = size - (units if within else 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            top, bottom = m * between / freedom, inner / (size * (m - 1))
            found: Floats = (top - bottom) / (top + (m - 1) * bottom)
        return found

    value = float(correlation(*sums.sum(axis=1), units=groups))
    without = correlation(*(sums.sum(axis=1)[:, None] - sums), units=groups - 1)
    if not np.isfinite(value) or not np.isfinite(without).all():
        raise ValueError(f"problem: the {name} answers have too few candidates a problem, or looks that hardly differ")
    error = float(np.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum()))
    reach = float(stdtrit(groups - 1, (1 + level) / 2)) * error
    floor = -1 / (m - 1)
    return SharedPart(
        value, max(value - reach, floor), min(value + reach, 1.0), error, float(means.mean()), len(means), groups
    )

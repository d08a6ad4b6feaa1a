"""Laws of remedies against a verifier whose best scores mislead: a cut, a second check, and where to stop.

Each remedy turns one ROC curve into another, so that `best_of_n_law`, its limit and `rejection_law` hold for it as for
any verifier. What they give on recorded pools stands in `estimates`, and rules for their parameters, which never look
at the problems that judge them, in `decisions.remedy_table`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from .._arguments import Floats, as_counts, as_probabilities, one, one_of
from .laws import best_of_n_law
from .roc import Roc, _BinormalRoc, _is_roc, _LinearRoc

__all__ = ["PeakN", "capped_roc", "peak_n", "two_checks_roc"]

ABOVE = ("tie", "drop")
# Corners that stand for a normal curve: best-of-N of up to a million differs by less than 1e-5.
CORNERS = 2000
# The same for each of two curves whose pieces are paired.
PAIRED_CORNERS = 200
# Normal scores up to here: less than 1e-9 of them lie beyond, or less than 1e-15.
_REACH, _FAR_REACH = 6.0, 8.0


class PeakN(NamedTuple):
    """The best number of samples, and the accuracy there."""

    n: int
    accuracy: float


def peak_n(p: ArrayLike, roc: Roc, most: int) -> PeakN:
    """Return the number of samples at which the best-of-N law is highest.

    Parameters
    ----------
    p : float or array_like
        Success probability of one sample in [0, 1]; of several problems, the mean over them counts.
    roc : Roc
        The verifier.
    most : int
        Samples allowed, from 1 to 100,000: the peak is sought up to here.

    Returns
    -------
    PeakN
        The smallest n of the highest accuracy.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> peak = peak_n(0.1, Roc.binormal(0.8, 0.5), 100)
    >>> peak.n, round(peak.accuracy, 3)
    (7, 0.216)
    """
    chances = np.atleast_1d(as_probabilities("p", p)).ravel()
    if chances.size == 0:
        raise ValueError("p is empty: at least one success probability is needed")
    _is_roc(roc)
    limit = one("most", as_counts("most", most, least=1))
    if limit > 100_000:
        raise ValueError(f"most = {limit:g}: must be at most 100,000")
    every = np.arange(1, int(limit) + 1)
    law = np.zeros(every.size)
    for chance in chances:
        law += np.asarray(best_of_n_law(float(chance), roc, every)) / chances.size
    # Equal but for rounding is equal: the cheaper one is taken.
    at = int(np.flatnonzero(law >= law.max() - 1e-12)[0])
    return PeakN(int(every[at]), float(law[at]))


def capped_roc(roc: Roc, false_positive: float, *, above: str = "tie") -> Roc:
    """Return the ROC curve of scores that are cut at a threshold: what lies above it is tied, or dropped.

    Parameters
    ----------
    roc : Roc
        Of the scores as they are.
    false_positive : float
        F at the cut, in [0, 1): the share of wrong answers above it. At 0 nothing is cut.
    above : {"tie", "drop"}
        All answers above count as equally good; or as worse than all others, and are handed in only where no other
        is there, one at random.

    Returns
    -------
    Roc
        Exact for a curve of straight pieces. A normal curve is replaced by one of 2,000 pieces, of which best-of-N
        differs by less than 1e-5 for up to a million samples.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    With a = pT + (1 − p)F the share of all answers above the cut, best-of-N on tied scores hands in a random one of
    them unless none is there: A_n = (pT/a)(1 − (1 − a)^n) + the part below the cut. Its limit is pT/a, which is also
    what rejection sampling with this threshold reaches. The cut that makes it largest is where T/F is largest: there
    the line from the origin touches the curve. If the curve is concave from that point on, the cut one is
    concave altogether, and best-of-N never falls.

    References
    ----------
    Own derivation: `lessons.remedies.derivations`.

    Examples
    --------
    >>> thin = Roc.binormal(0.8, 0.5)
    >>> [round(float(best_of_n_law(0.1, curve, 1000)), 2) for curve in (thin, capped_roc(thin, 0.2))]
    [0.0, 0.24]
    """
    curve = _is_roc(roc)
    cut = one("false_positive", as_probabilities("false_positive", false_positive, below_one=True))
    one_of("above", above, ABOVE)
    if cut == 0:
        return roc
    points = _corners(curve, CORNERS)
    height = float(np.asarray(curve._true_positive(np.array(cut))))
    rest = points[(points[:, 0] > cut) | ((points[:, 0] == cut) & (points[:, 1] >= height))]
    rest = np.maximum(rest, [cut, height])
    if above == "tie":
        return Roc.piecewise_linear(np.vstack([[cut, height], rest]))
    if not len(rest):
        return Roc.piecewise_linear([(1.0, 1.0)])
    return Roc.piecewise_linear(np.clip(rest - [cut, height], 0.0, 1.0))


def two_checks_roc(first: Roc, second: Roc) -> Roc:
    """Return the ROC curve of two checks that are independent given correctness: their odds multiply.

    Parameters
    ----------
    first, second : Roc

    Returns
    -------
    Roc
        Of the product of both likelihood ratios, the best score that can be made of the two (Neyman and Pearson), so
        that it is concave. Exact for curves of straight pieces; a normal curve is replaced by one of 200 pieces,
        whose area is about 1e-4 less.

    Raises
    ------
    ValueError
        If an argument is no Roc.

    Notes
    -----
    A piece with the rises dF and dT has the likelihood ratio dT/dF. Given correctness two checks that are
    independent land in a pair of pieces with chance dF·dF' or dT·dT', and the ratio of the pair is the product. Where
    the checks err together the product counts the same evidence twice: test it, as `checks_dependence` does.

    References
    ----------
    Neyman and Pearson 1933; the product is `odds_after_check` applied twice.

    Examples
    --------
    >>> one = Roc.binormal(0.8)
    >>> round(two_checks_roc(one, one).auc, 3)
    0.883
    """
    rises = []
    for name, roc in (("first", first), ("second", second)):
        corners = _corners(_is_roc(roc, name), PAIRED_CORNERS)
        rises.append(np.diff(np.vstack([[0.0, 0.0], corners, [1.0, 1.0]]), axis=0))
    wrong = np.outer(rises[0][:, 0], rises[1][:, 0]).ravel()
    right = np.outer(rises[0][:, 1], rises[1][:, 1]).ravel()
    used = (wrong > 0) | (right > 0)
    wrong, right = wrong[used], right[used]
    # Largest ratio first, as an angle, in which a ratio without bound is a number like any other.
    order = np.argsort(-np.arctan2(right, wrong), kind="stable")
    return _LinearRoc.of(wrong[order], right[order])


def _corners(curve: _LinearRoc | _BinormalRoc, count: int) -> Floats:
    """Corners (F, T) of a curve; of a normal one, so many, even in the scores of both kinds."""
    if isinstance(curve, _LinearRoc):
        return curve.points
    # Wrong answers far out decide for a million samples; where corners are few, they are better spent nearer by.
    reach = _REACH if count == PAIRED_CORNERS else _FAR_REACH
    ends = (-reach, reach, curve.shift - _REACH * curve.ratio, curve.shift + _REACH * curve.ratio)
    score = np.linspace(max(ends), min(ends), count)
    found: Floats = np.column_stack([ndtr(-score), ndtr((curve.shift - score) / curve.ratio)])
    return found

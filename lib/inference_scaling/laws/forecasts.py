"""What coverage beyond the recorded samples may be: a family's value, and the range of all distributions that fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, one_of
from ..samples import SampleSet
from ..samples.native import Framed
from .inflated import InflatedBetaBinomial
from .many_problems import BetaBinomial
from .mixtures import MixingDistribution

__all__ = ["Forecast", "forecast"]

Family: TypeAlias = BetaBinomial | InflatedBetaBinomial
FAMILIES: dict[str, type[BetaBinomial] | type[InflatedBetaBinomial]] = {
    "beta": BetaBinomial,
    "inflated": InflatedBetaBinomial,
}
NAMES = {BetaBinomial: "Beta-binomial", InflatedBetaBinomial: "Zero-and-one-inflated Beta-binomial"}


@dataclass(frozen=True, eq=False)
class Forecast(Framed):
    """Coverage or pass^k for any k from a fitted family, and its range over all distributions of p that fit the counts.

    Attributes
    ----------
    k, value : ndarray
        Samples allowed, and the fitted family's coverage or pass^k.
    low, high : ndarray
        Ends of the interval: the least and the greatest value over all distributions of p that fit the counts
        (`MixingDistribution.range`), and no less than the family's own interval.
    family_low, family_high : ndarray
        Ends of the family's own interval, which takes the family for granted.
    level : float
        Confidence of both intervals.
    selector : str
        "pass" for coverage, "all" for pass^k.
    family : BetaBinomial or InflatedBetaBinomial
        The fit.
    data_end : int
        Largest k that every problem's samples can estimate without a family: the least n of a problem.
    family_alone : int
        Beyond this k, ``data_end``, the value rests on the family alone.
    """

    _columns = ("k", "value", "low", "high", "family_low", "family_high", "selector", "level", "data_end")

    k: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    family_low: np.ndarray
    family_high: np.ndarray
    level: float
    family: Family
    data_end: int
    selector: str = "pass"

    @property
    def family_alone(self) -> int:
        return self.data_end

    def __str__(self) -> str:
        rows = zip(self.k, self.value, self.low, self.high, self.family_low, self.family_high, strict=True)
        lines = [
            f"k = {k:.0f}: {v:.4g} [{low:.4g}, {high:.4g}], by the family [{own_low:.4g}, {own_high:.4g}]"
            for k, v, low, high, own_low, own_high in rows
        ]
        note = f" ({self.family.note})" if self.family.note else ""
        lines += [
            f"{NAMES[type(self.family)]} fit{note}. The data reach k = {self.family_alone}; beyond that the value "
            "rests on the family alone.",
            f"The first interval, {100 * self.level:g} %, holds for any distribution of p over problems.",
        ]
        return "\n".join(lines)


def forecast(
    samples: SampleSet, k: ArrayLike, *, level: float = 0.95, family: str = "beta", selector: str = "pass"
) -> Forecast:
    """Coverage or pass^k beyond the recorded samples too: a family's value, with an interval that needs no family.

    Parameters
    ----------
    samples : SampleSet
        Recorded samples; at least one problem needs two.
    k : int or array_like of int
        Samples allowed, k >= 1; each costs about 0.03 s for 100 problems.
    level : float, optional
        Confidence of the intervals, in (0, 1).
    family : {"beta", "inflated"}
        Of the value: a Beta distribution of p, or one beside masses at p = 0 and p = 1.
    selector : {"pass", "all"}, optional
        One of k right, or all of them right (pass^k).

    Returns
    -------
    Forecast

    Raises
    ------
    ValueError
        If the arguments are outside their ranges or the table cannot be fitted (see ``BetaBinomial.fit`` and
        ``InflatedBetaBinomial.fit``).

    Notes
    -----
    Failure at large k is decided by the distribution of p near 0, where recorded samples say least: beyond the
    recorded n a family is an assumption and no longer a fit. Its own interval holds only where the family does; with
    hopeless problems among the recorded ones a Beta family's is wrong soon after n. The interval here is the range of
    coverage over every distribution of p that fits the counts, widened where the family's own reaches further. It is
    wide where the data leave much open. In back-tests on recordings its coverage was 0.95 or more in all rows but one,
    and 0.90 in that, with 24 problems (`benchmarks/forecasts.py`): few problems need caution. pass^k is decided by the
    distribution near 1 in the same way: it is the chance that none of k samples is wrong. What the interval does not
    cover: problems of another kind, other settings, samples that depend on each other.

    Examples
    --------
    >>> from inference_scaling.samples import SampleSet
    >>> pilot = SampleSet.from_counts([10] * 8, [0, 0, 1, 2, 5, 9, 10, 10])
    >>> found = forecast(pilot, [10, 1000])
    >>> found.value.round(2).tolist(), found.low.round(2).tolist(), found.high.round(2).tolist()
    ([0.73, 0.92], [0.34, 0.38], [0.96, 1.0])
    >>> found.family_low.round(2).tolist(), found.family_high.round(2).tolist()
    ([0.39, 0.58], [0.93, 1.0])
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet")
    k = np.atleast_1d(as_counts("k", k, least=1))
    kind = FAMILIES[one_of("family", family, tuple(FAMILIES))]
    one_of("selector", selector, ("pass", "all"))
    fitted: Family = kind.fit(samples.n, samples.c)
    if selector == "pass":
        value = fitted.coverage(k)
        own_low, own_high = fitted.interval(k, level)
        low, high = MixingDistribution.fit(samples.n, samples.c).range(k, level)
    else:
        # All right is none wrong: one less the coverage of what is wrong.
        wrong = samples.n - samples.c
        high, low = (1 - found for found in MixingDistribution.fit(samples.n, wrong).range(k, level))
        if isinstance(fitted, BetaBinomial):
            # Small values keep their digits.
            value = fitted.pass_hat_k(k)
            own_low, own_high = fitted.interval(k, level, selector)
        else:
            mirrored = kind.fit(samples.n, wrong)
            value = 1 - mirrored.coverage(k)
            own_high, own_low = (1 - found for found in mirrored.interval(k, level))
    return Forecast(
        k.astype(np.int64),
        np.asarray(value),
        np.minimum(low, own_low),
        np.maximum(high, own_high),
        np.asarray(own_low),
        np.asarray(own_high),
        float(level),
        fitted,
        int(samples.n.min()),
        selector,
    )

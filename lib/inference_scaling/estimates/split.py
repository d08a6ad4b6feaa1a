"""Where the uncertainty of a benchmark comes from: its problems, or the samples of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._arguments import as_counts, one
from ..samples import SampleSet
from ..samples.native import Framed
from .pools import count_pairs, pass_table

__all__ = ["VarianceSplit", "split_variance"]


@dataclass(frozen=True)
class VarianceSplit(Framed):
    """The two parts of the variance of a mean over problems.

    Attributes
    ----------
    between : float
        Variance over problems of what each problem's value would be with endless samples.
    within : float
        Mean over problems of the variance that the samples add, times the samples of a problem: what one sample a
        problem would add. For k = 1 it is the mean of p(1 − p).
    problems : int
        Recorded.
    samples : float
        Recorded for a problem, on average.
    """

    _columns = ("between", "within", "problems", "samples")

    between: float
    within: float
    problems: int
    samples: float

    def variance(self, problems: int, samples: float) -> float:
        """Return the variance of the mean of so many problems with so many samples each.

        Parameters
        ----------
        problems : int
        samples : float
            At least 1; a problem.

        Returns
        -------
        float
            between / problems + within / (problems · samples).

        Raises
        ------
        ValueError
            For a number below 1.
        """
        m, n = (
            one(name, as_counts(name, value, least=1)) for name, value in (("problems", problems), ("samples", samples))
        )
        return self.between / m + self.within / (m * n)

    def standard_error(self, problems: int, samples: float) -> float:
        """Return the root of `variance`."""
        return float(np.sqrt(self.variance(problems, samples)))


def split_variance(samples: SampleSet, k: int = 1, *, baseline: SampleSet | None = None) -> VarianceSplit:
    """Return the variance of pass@k, or of the difference from a baseline, split into problems and samples.

    Parameters
    ----------
    samples : SampleSet
        At least two problems, with at least k + 1 samples each.
    k : int
    baseline : SampleSet, optional
        A second system on the same problems: the split is then that of the paired difference.

    Returns
    -------
    VarianceSplit

    Raises
    ------
    ValueError
        For one problem, for other problems in the baseline, or where a problem has no more than k samples: from them
        nothing can be learned about the samples' share.

    Notes
    -----
    The variance of a mean over m problems with n samples each is Var(p)/m + E[p(1 − p)]/(m n) for k = 1: problems are
    drawn first, samples after. The second part is estimated without bias by c(n − c)/(n²(n − 1)) a problem, the first
    by the observed variance over problems minus it (0 where that is negative). For larger k the samples' part is the
    jackknife's, which is a little too large on average, and falls like 1/n only in leading order.

    References
    ----------
    Efron and Stein 1981, The jackknife estimate of variance.

    Examples
    --------
    >>> samples = SampleSet.from_counts(n=[4] * 40, c=[0, 1, 3, 4] * 10)
    >>> parts = split_variance(samples)
    >>> round(parts.between, 3), round(parts.within, 3)
    (0.129, 0.125)
    >>> round(parts.standard_error(problems=100, samples=4), 4)
    0.04
    """
    for name, value in (("samples", samples), ("baseline", baseline)):
        if not isinstance(value, SampleSet) and (name == "samples" or value is not None):
            raise ValueError(f"{name} is a {type(value).__name__}: must be a SampleSet, see SampleSet.from_counts")
    wanted = int(one("k", as_counts("k", k, least=1)))
    sets = [samples] if baseline is None else list(_matched(samples, baseline))
    if len(samples.problems) == 1:
        raise ValueError("samples has one problem: it says nothing about others; two are needed")
    for part in sets:
        short = int(np.argmin(part.n))
        if part.n[short] <= wanted:
            raise ValueError(
                f"k = {wanted}: problem {part.problems[short]!r} has {part.n[short]} samples, and the share of the "
                f"samples can be told from {wanted + 1} on"
            )
    at = np.array([wanted])
    values = [of_problems(part, at)[:, 0] for part in sets]
    difference = values[0] if baseline is None else values[0] - values[1]
    sampled = np.array([sampling_variance(part, at)[0] for part in sets])
    sizes = [len(part) / len(part.problems) for part in sets]
    between = max(0.0, float(difference.var(ddof=1)) - float(sampled.sum()))
    within = float((sampled * np.array(sizes)).sum())
    return VarianceSplit(between, within, len(samples.problems), float(np.mean(sizes)))


def _matched(a: SampleSet, b: SampleSet) -> tuple[SampleSet, SampleSet]:
    if set(a.problems) != set(b.problems):
        only = next(iter(set(a.problems) ^ set(b.problems)))
        raise ValueError(
            f"baseline: the problem {only!r:.60} is in one of the two sets only; both need the same problems"
        )
    return a, b.select(a.problems)


def of_problems(samples: SampleSet, k: np.ndarray) -> np.ndarray:
    """pass@k of each problem, shape (problems, points)."""
    n, c, back = count_pairs(samples.n, samples.c)
    found: np.ndarray = pass_table(n, c, k)[back]
    return found


def sampling_variance(samples: SampleSet, k: np.ndarray) -> np.ndarray:
    """Mean over problems of the variance of pass@k that the samples add, shape (points,); NaN from k = n on."""
    n, c, back = count_pairs(samples.n, samples.c)
    inside = k < n.min()
    found = np.full(k.shape, np.nan)
    if inside.any():
        # The jackknife: all left-out samples that are right give one value, all that are wrong another.
        one_less = np.maximum(n - 1, 1)
        without_right = pass_table(one_less, np.maximum(c - 1, 0), k[inside])
        without_wrong = pass_table(one_less, np.minimum(c, one_less), k[inside])
        weight = (n - 1) / n * (c * (n - c) / n)
        found[inside] = (weight[:, None] * (without_wrong - without_right) ** 2)[back].mean(axis=0)
    return found

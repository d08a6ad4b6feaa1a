"""Two systems on the same problems: which is ahead at which k, where they cross, and what would settle it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from .._arguments import as_counts, as_level, as_probabilities, flag, one, one_of
from ..samples import SampleSet
from ..samples.native import Framed, as_columns, frame_of
from ._bands import critical_value
from ._units import in_units
from ._words import POWER, runs, sentences
from .curves import Curve, curve, units_of
from .paired import ADDED, EQUAL, PAIRED, bounds, more_problems, settles, t_parts, unseen_share
from .split import sampling_variance

__all__ = ["CurveCrossing", "SettlingCost", "SystemComparison", "compare"]

# Without k given: every k up to this many, and about as many spread evenly on a logarithmic scale beyond.
EVERY_K = 200
# More points than this are not compared at once.
MOST_POINTS = 2000
SHOWN = 3


class CurveCrossing(NamedTuple):
    """Where one system overtakes the other.

    `leader` is ahead at the last k, and `k` is the place from which on it stays ahead. `low` and `high` are the first
    and the last k that the data allow for this place, at the level of the comparison. Where `leader` may be ahead from
    the start, `low` is the first k; where it may not be ahead even at the last k, `high` is None. Between two k that
    were not compared nothing is known: the place is then after the k before, and `k` is the end of the gap.
    """

    k: int
    leader: str
    low: int
    high: int | None

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


class SettlingCost(NamedTuple):
    """What would tell two systems apart at one k, if their difference and its variances stay as they are estimated.

    `more_problems` is how many more problems would do it, with as many samples each as there are; None where over a
    million would be needed, or where there is no difference. `samples` is how many samples a problem would do it, with
    the problems that there are; None where no number of samples would, or where the recorded ones cannot tell.
    Both are 0 and the present number where they are told apart already.
    """

    k: int
    difference: float
    told_apart: bool
    more_problems: int | None
    samples: int | None

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


@dataclass(frozen=True, eq=False, repr=False)
class SystemComparison(Framed):
    """Two systems on the same problems, for each k.

    Attributes
    ----------
    k : array of int, shape (points,)
    a, b : Curve
        Each system by itself.
    value : array of float, shape (points,)
        Mean difference a − b over problems.
    low, high : array of float, shape (points,)
        Interval of the difference at each k by itself, that of `paired_interval`.
    band_low, band_high : array of float, shape (points,)
        Band that holds the whole curve of differences with probability `level`.
    critical : float
        How many standard errors the band reaches from its centre.
    names : tuple of str
        What the two are called in words.
    selector : str
    level : float
    problems : tuple of str
        Labels of the problems that both have; the only ones used.
    per_problem : array of float, shape (problems, points)
        Difference a − b on each problem.
    """

    k: np.ndarray
    a: Curve
    b: Curve
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    band_low: np.ndarray
    band_high: np.ndarray
    critical: float
    names: tuple[str, str]
    selector: str
    level: float
    problems: tuple[str, ...]
    per_problem: np.ndarray
    _method: str
    _sampled: np.ndarray
    _samples: float
    # What each unit adds to the mean difference; of problems that are units of their own, `per_problem`.
    _over_units: np.ndarray

    def _rows(self) -> dict[str, Any]:
        both = {"k": self.k, "a": self.names[0], "b": self.names[1], "a_value": self.a.value, "b_value": self.b.value}
        names = ("value", "low", "high", "band_low", "band_high", "selector", "level")
        return both | {name: getattr(self, name) for name in names}

    @property
    def a_leads(self) -> np.ndarray:
        """The k at which a is ahead by the band: true of all of them together with probability `level`."""
        return self.k[self.band_low > 0]

    @property
    def b_leads(self) -> np.ndarray:
        """The k at which b is ahead by the band."""
        return self.k[self.band_high < 0]

    @property
    def crossing(self) -> CurveCrossing | None:
        """Where the system that is ahead at the last k overtakes the other; None where the means never cross.

        Notes
        -----
        A place K is left out of the interval if the other system is significantly ahead at K, or the leader is at the
        point before, each at half of 1 − level: both errors together have at most probability 1 − level. Draws of
        problems need not be made, and nothing is assumed of the curves' shape.
        """
        sign = np.where(np.abs(self.value) < EQUAL, 0, np.sign(self.value)).astype(int)
        last = int(sign[-1])
        behind = np.flatnonzero(sign != last)
        if last == 0 or not np.any(sign == -last):
            return None
        low, high = (self.low, self.high) if last > 0 else (-self.high, -self.low)
        before = np.concatenate([[-np.inf], low[:-1]])
        possible = np.flatnonzero((before <= 0) & (high > 0))
        first = int(possible[0])
        return CurveCrossing(
            k=int(self.k[behind[-1] + 1]),
            leader=self.names[0 if last > 0 else 1],
            low=int(self.k[first] if first == 0 else self.k[first - 1] + 1),
            high=None if low[-1] <= 0 else int(self.k[possible[-1]]),
        )

    def settle(self, k: int, *, power: float = POWER) -> SettlingCost:
        """Return how many more problems, or how many samples a problem, would tell the two apart at one k.

        Parameters
        ----------
        k : int
            One of the comparison's.
        power : float
            Chance that they are told apart, in (0, 1).

        Returns
        -------
        SettlingCost

        Raises
        ------
        ValueError
            For another k, or a power outside (0, 1).

        Notes
        -----
        The variance of the mean difference is between/m + within/(m n) for m problems with n samples each, see
        `split_variance`. Problems lower both parts, samples only the second. With units they are whole units of as many
        problems as now on average, and the variances are over these. For votes and best-of-N the second part
        is not estimated, and `samples` is None.
        """
        power = one("power", as_probabilities("power", power, positive=True, below_one=True))
        at = np.flatnonzero(self.k == k)
        if at.size == 0:
            raise ValueError(f"k = {k}: must be one of the comparison's, {runs(self.k, self.k)}")
        i = int(at[0])
        value, told_apart = float(self.value[i]), not self.low[i] <= 0 <= self.high[i]
        if told_apart:
            return SettlingCost(int(k), value, True, 0, round(self._samples))
        difference = self._over_units[:, i]
        more = more_problems(difference, level=self.level, power=power, method=self._method)
        if more is not None:
            more = -(-more * len(self.problems) // len(difference))
        return SettlingCost(int(k), value, False, more, self._samples_to_settle(i, power))

    def _samples_to_settle(self, i: int, power: float) -> int | None:
        difference = self._over_units[:, i]
        # A unit's mean differs by chance as much less as it has more samples.
        sampled = float(self._sampled[i]) * len(difference) / len(self.problems)
        problems, mean = len(difference), float(difference.mean())
        if not np.isfinite(sampled) or abs(mean) < EQUAL:
            return None
        between = max(0.0, float(difference.var()) - sampled)

        def enough(times: float) -> bool:
            variance = between + sampled / times
            return settles(problems, mean, variance, level=self.level, power=power, added=ADDED[self._method])

        if not enough(1e9):
            return None
        low, high = 0.0, 30.0
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = (low, middle) if enough(np.exp(middle)) else (middle, high)
        return int(np.ceil(self._samples * np.exp(high)))

    def __str__(self) -> str:
        return " ".join(sentences(self))

    def __repr__(self) -> str:
        rows = zip(self.k, self.value, self.band_low, self.band_high, strict=True)
        points = "   ".join(f"k = {k}: {value:+.3f} [{low:+.3f}, {high:+.3f}]" for k, value, low, high in rows)
        return (
            f"{self.selector}, {self.names[0]} − {self.names[1]}, {self.level:.0%} band over {len(self.problems)} "
            f"problems\n{points}"
        )


def compare(
    a: SampleSet,
    b: SampleSet,
    selector: str = "pass",
    k: ArrayLike | None = None,
    *,
    level: float = 0.95,
    method: str = "adjusted",
    shared: bool = False,
    names: tuple[str, str] = ("a", "b"),
    negative: str = "refuse",
    unit: ArrayLike | None = None,
    rng: np.random.Generator | int | None = None,
    executor: Executor | None = None,
) -> SystemComparison:
    """Compare two systems that were tried on the same problems, for each k and for all k at once.

    Parameters
    ----------
    a, b : SampleSet
        Problems are paired by their labels, in whatever order.
    selector : str
        As `curve` has them.
    k : array_like of int, optional
        Samples allowed; every k up to the fewest samples of any problem when left out, and about 200 of them where
        there are more.
    level : float
        In (0, 1).
    method : {"adjusted", "t"}
        Of the intervals, see `paired_interval`; the band has the same centre and standard errors.
    shared : bool
        Use the problems that both have, where one has others too. Without it such sets are refused.
    names : tuple of str
        What the two are called in words.
    negative, executor
        As in `curve`.
    unit : array_like, shape (problems,), optional
        A label for each problem of a, in its order, where problems were drawn in groups, as in `paired_interval`: the
        intervals and the band are then over units.
    rng : int or Generator
        For the band's critical value, and what `curve` needs it for.

    Returns
    -------
    SystemComparison
        Its `str` is a paragraph in words.

    Raises
    ------
    ValueError
        Naming the argument and the value: among others for different problems, one problem, or a k that some problem
        does not have.

    Notes
    -----
    The unit is the problem, if `unit` names no other. An interval at each k answers a question about that k alone.
    "Ahead up to 10, behind from 60" is a statement about many k at once: the band's critical value is the quantile of
    the largest studentised difference over all k, for a multivariate t with the estimated correlation.

    In a simulation of six pairs of laws, with 10 to 1,000 problems, the 95 % band held the whole curve in 0.90 to 1.00
    of the tables, and the intervals at each k together in as few as 0.84. The band is lowest where both systems solve
    nearly all problems at large k, so that few problems decide.

    With 40 units of one to seven problems whose difference is common to a unit, the band held in 0.99 of 300
    tables with "adjusted", which adds half an average unit at each end and is wide where units differ little, in 0.94
    with "t", and in 0.84 where each problem was taken as a unit of its own.

    References
    ----------
    Montiel Olea and Plagborg-Møller 2019, Simultaneous confidence bands, for the sup-t band; coverage measured in
    `benchmarks/system_comparison.py`.

    Examples
    --------
    >>> a = SampleSet.from_counts(n=[8] * 40, c=[0, 2, 4, 8] * 10)
    >>> b = SampleSet.from_counts(n=[8] * 40, c=[0, 1, 1, 7] * 10)
    >>> found = compare(a, b, rng=0)
    >>> print(found)  # doctest: +ELLIPSIS
    pass@k of a and b on 40 problems, k = 1 to 8. ... For all k at once, a is ahead at k = 1 to 6; ...
    """
    method = one_of("method", method, PAIRED)
    as_level(level)
    names = two_names(names)
    first, second = same_problems({names[0]: a, names[1]: b}, shared)
    wanted = points([first, second], names, k)
    units = _shared_units(a, first, unit)
    rng = np.random.default_rng(rng)
    options: dict[str, Any] = {"level": level, "negative": negative, "unit": units, "executor": executor}
    curves = curves_of([first, second], names, selector, wanted, rng, options)
    # pass@k of both lies in [0, 1], so that rounding alone could take a difference out of [−1, 1].
    difference = np.clip(np.asarray(curves[0].per_problem) - np.asarray(curves[1].per_problem), -1, 1)
    if len(difference) == 1:
        raise ValueError("a and b share one problem: its difference says nothing about others; two are needed")
    parts, over_units = t_parts(difference, ADDED[method], units), _influence(difference, units)
    unseen = unseen_share(difference, level, len(over_units))
    low, high = bounds(parts, stdtrit(parts.df, (1 + level) / 2), unseen)
    critical = critical_value(difference, ADDED[method], level, rng, units)
    band_low, band_high = bounds(parts, critical, unseen)
    return SystemComparison(
        curves[0].k,
        curves[0],
        curves[1],
        parts.value,
        low,
        high,
        band_low,
        band_high,
        critical,
        names,
        selector,
        float(level),
        first.problems,
        difference,
        method,
        _sampled(first, selector, curves[0].k) + _sampled(second, selector, curves[0].k),
        float(np.mean([len(samples) / len(samples.problems) for samples in (first, second)])),
        over_units,
    )


def _shared_units(a: SampleSet, used: SampleSet, unit: ArrayLike | None) -> np.ndarray | None:
    """The units of the problems that are compared, of those given for all problems of a."""
    units = units_of(a, unit)
    if units is None or used.problems == a.problems:
        return units
    place = {label: row for row, label in enumerate(a.problems)}
    return units_of(used, units[[place[label] for label in used.problems]])


def _influence(difference: np.ndarray, unit: np.ndarray | None) -> np.ndarray:
    """What each unit adds to the mean difference: a ratio's linear part, shape (units, points), with the same mean."""
    total, size = in_units(difference, unit)
    return np.asarray(total - difference.mean(axis=0) * (size - 1))


def two_names(names: Any) -> tuple[str, str]:
    """What two things are called that are compared."""
    both = isinstance(names, (tuple, list)) and len(names) == 2 and all(isinstance(name, str) for name in names)
    if not both or names[0] == names[1]:
        raise ValueError(f"names = {names!r:.60}: must be two different names")
    return str(names[0]), str(names[1])


def _sampled(samples: SampleSet, selector: str, k: np.ndarray) -> np.ndarray:
    """What the samples add to the variance over problems, at each k; NaN where it is not estimated."""
    if selector == "pass":
        return sampling_variance(samples, k)
    if selector == "all":
        # All of k right is none of k wrong.
        return sampling_variance(SampleSet.from_counts(samples.n, samples.n - samples.c), k)
    return np.full(k.shape, np.nan)


def same_problems(systems: Mapping[str, SampleSet], shared: bool) -> list[SampleSet]:
    """The systems' samples of the problems that all have, in the order of the first."""
    for name, samples in systems.items():
        if not isinstance(samples, SampleSet):
            raise ValueError(f"{name} is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_counts")
    flag("shared", shared)
    labels = {name: set(samples.problems) for name, samples in systems.items()}
    common = set.intersection(*labels.values())
    union = set.union(*labels.values())
    if not common:
        first, second = (next(iter(samples.problems)) for samples in list(systems.values())[:2])
        raise ValueError(
            f"{' and '.join(systems)} have no problem in common: their problems are called like {first!r:.40} and "
            f"{second!r:.40}"
        )
    if len(common) < len(union) and not shared:
        order = list(dict.fromkeys(label for samples in systems.values() for label in samples.problems))
        lacking = []
        for name, mine in labels.items():
            missing = [label for label in order if label not in mine]
            if missing:
                named = ", ".join(repr(label[:40]) for label in missing[:SHOWN])
                more = "" if len(missing) <= SHOWN else ", …"
                lacking.append(f"{name} lacks {len(missing):,} of {len(union):,} problems ({named}{more})")
        raise ValueError(
            f"{'; '.join(lacking)}: a comparison needs the same problems, or the {len(common):,} that all have with "
            "shared = True"
        )
    order = [label for label in next(iter(systems.values())).problems if label in common]
    return [samples if samples.problems == tuple(order) else samples.select(order) for samples in systems.values()]


def points(sets: Sequence[SampleSet], names: Sequence[str], k: ArrayLike | None) -> np.ndarray:
    """The k to compare at: those asked for, or all that every problem has samples for."""
    if k is not None:
        asked = as_counts("k", k, least=1)
        if asked.ndim > 1 or not 0 < asked.size <= MOST_POINTS:
            raise ValueError(f"k has shape {asked.shape}: must be a number, or a list of 1 to {MOST_POINTS:,} numbers")
        _refuse_few(int(asked.max()), sets, names)
        return np.unique(asked).astype(np.int64)
    most = min(int(samples.n.min()) for samples in sets)
    if most <= EVERY_K:
        return np.arange(1, most + 1)
    return np.unique(np.geomspace(1, most, EVERY_K).round().astype(int))


def curves_of(
    sets: Sequence[SampleSet],
    names: Sequence[str],
    selector: str,
    k: ArrayLike,
    rng: np.random.Generator,
    options: Mapping[str, Any],
) -> list[Curve]:
    """The curve of each system; a warning names the system, and stands at the line that asked for the comparison."""
    found = []
    for name, samples, own in zip(names, sets, rng.spawn(len(sets)), strict=True):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found.append(curve(samples, selector, k, rng=own, **options))
        for warning in caught:
            warnings.warn(f"{name}: {warning.message}", warning.category, stacklevel=3)
    return found


def _refuse_few(k: int, sets: Sequence[SampleSet], names: Sequence[str]) -> None:
    for name, samples in zip(names, sets, strict=True):
        few = np.flatnonzero(samples.n < k)
        if few.size:
            first = int(few[0])
            out = "" if few.size == samples.n.size else ", or such problems can be left out with select"
            raise ValueError(
                f"k = {k}: {name} has fewer samples of {few.size:,} of {samples.n.size:,} problems "
                f"({samples.problems[first]!r:.40} has {samples.n[first]}); "
                f"k must be at most {int(samples.n.min())}{out}"
            )

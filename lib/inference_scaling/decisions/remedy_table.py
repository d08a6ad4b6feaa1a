"""Eight remedies against best scores that mislead, on recorded pools: each with a parameter that its judges never saw.

It lies here, and not with the estimates, because each remedy is a decision: a parameter is chosen on some problems and
judged on others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_counts, as_level, as_numbers, flag, one
from ..estimates import Difference, paired_interval, problem_interval
from ..estimates._inputs import enough_samples
from ..estimates._many_pools import ManyPools
from ..estimates.soft_picks import poisson_weights
from ..samples import SampleSet
from ..samples.native import Framed, as_columns, frame_of

__all__ = ["REMEDIES", "ChecksDependence", "Remedy", "RemedyTable", "checks_dependence", "try_remedies"]

REMEDIES = (
    "peak n",
    "soft best-of-N",
    "best-of-Poisson",
    "χ² pessimism",
    "score less uncertainty",
    "cut",
    "two checks",
    "rejection",
)
FOLDS = 10
# Random subsets of a pool for the χ² form, and draws of the noise that makes a pick soft: the error of either is far
# below that of the mean over problems.
SUBSETS, NOISES = 100, 40
# Soft parameters, in units of the score's spread rounded to a power of two: no label and no exact score enters.
POWERS = (-4, -3, -2, -1, 0, 1)
WEIGHTS = (-2, -1, 0, 1, 2)
SHARES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
# Values that differ by less are alike; then the column that comes first is taken.
ALIKE = 1e-12


@dataclass(frozen=True, eq=False)
class Remedy:
    """What one remedy reaches on problems that had no part in the choice of its parameter.

    Attributes
    ----------
    name : str
        One of `REMEDIES`.
    chosen : tuple of str
        The parameter chosen for each fold, in words; empty where the remedy does not apply.
    why_not : str
        Why it does not apply; empty where it does.
    value, low, high : float
        Mean over problems, each judged with the parameter of the fold that left it out, and its interval.
    draws, checks : float
        Mean samples drawn for a problem, and mean looks of a verifier at them.
    over_best : Difference
        Against best-of-N with all k samples, paired by problem.
    over_blind : Difference
        Against one of the k samples picked at random: the same draws, spent blindly.
    over_chance : Difference
        Against the same remedy with its parameter drawn at random from those to choose from; of two checks, with the
        second check shuffled among a problem's samples.
    per_problem : array of float, shape (problems,)
        Empty where the remedy does not apply, and the numbers are NaN.
    """

    name: str
    chosen: tuple[str, ...]
    why_not: str
    value: float
    low: float
    high: float
    draws: float
    checks: float
    over_best: Difference
    over_blind: Difference
    over_chance: Difference
    per_problem: np.ndarray

    @classmethod
    def without(cls, name: str, why_not: str) -> Remedy:
        """A remedy that does not apply: every number is NaN, and `why_not` says the reason."""
        nan = float("nan")
        none = Difference(nan, nan, nan)
        return cls(name, (), why_not, nan, nan, nan, nan, nan, none, none, none, np.empty(0))

    @property
    def applies(self) -> bool:
        """Whether the pool has what the remedy needs."""
        return not self.why_not

    @property
    def usual(self) -> str:
        """The parameter that most folds chose."""
        return Counter(self.chosen).most_common(1)[0][0] if self.chosen else ""

    @property
    def verdict(self) -> str:
        """By the interval of the difference from best-of-N: "helps", "hurts" or "not told apart"."""
        if not self.applies:
            return "not applicable"
        return "helps" if self.over_best.low > 0 else "hurts" if self.over_best.high < 0 else "not told apart"


@dataclass(frozen=True, eq=False, repr=False)
class RemedyTable(Framed):
    """Eight remedies on one set of pools, each beside best-of-N. Made by `try_remedies`.

    Attributes
    ----------
    k : int
        Samples allowed.
    problems : int
    level : float
    best, blind : float
        Mean accuracy of best-of-N with k samples, and of one sample.
    rows : tuple of Remedy
        In the order of `REMEDIES`.
    """

    k: int
    problems: int
    level: float
    best: float
    blind: float
    rows: tuple[Remedy, ...]

    def _rows(self) -> dict[str, Any]:
        names = ("name", "value", "low", "high", "draws", "checks", "verdict", "why_not")
        found: dict[str, Any] = {name: [getattr(row, name) for row in self.rows] for name in names}
        for name in ("over_best", "over_blind", "over_chance"):
            for part in ("value", "low", "high"):
                found[f"{name}_{part}"] = [getattr(getattr(row, name), part) for row in self.rows]
        return found | {"k": self.k, "level": self.level}

    def __getitem__(self, name: str) -> Remedy:
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"{name!r}: must be one of {', '.join(map(repr, REMEDIES))}")

    def __repr__(self) -> str:
        lines = [
            f"k = {self.k}, {self.problems} problems: one sample {self.blind:.3f}, best-of-N {self.best:.3f}",
            f"{'remedy':<23}{'value':>5} {'draws':>5} {'checks':>6}  {'against best-of-N':<23} parameter",
        ]
        for row in self.rows:
            if not row.applies:
                lines.append(f"{row.name:<23}not applicable: {row.why_not}")
                continue
            gain = f"{row.over_best.value:+.3f} [{row.over_best.low:+.3f}, {row.over_best.high:+.3f}]"
            lines.append(
                f"{row.name:<23}{row.value:>5.3f} {row.draws:>5.1f} {row.checks:>6.1f}  {gain:<23} {row.usual}"
            )
        return "\n".join(lines)


class _Choices(NamedTuple):
    """What each parameter reaches and draws on each problem: arrays (problems, parameters). The first is preferred."""

    names: list[str]
    value: np.ndarray
    draws: np.ndarray
    # What chance would reach with each parameter, where chance is not the parameter itself.
    control: np.ndarray | None = None


def try_remedies(
    samples: SampleSet,
    k: int,
    *,
    second: ArrayLike | None = None,
    uncertainty: ArrayLike | None = None,
    ensemble: Mapping[str, ArrayLike] | None = None,
    level: float = 0.95,
    rng: np.random.Generator | int | None = None,
) -> RemedyTable:
    """Try eight remedies on recorded pools, each with a parameter chosen on other problems than it is judged by.

    Parameters
    ----------
    samples : SampleSet
        With scores; at least 10 problems, each with at least k samples.
    k : int
        Samples allowed, at least 2.
    second : array_like of float, shape (rows,), optional
        Scores of a second check of the same samples, higher is better. Without it "two checks" does not apply.
    uncertainty : array_like of float, shape (rows,), optional
        How uncertain each score is; larger is less certain, in any unit.
    ensemble : mapping of str to array_like of float, shape (rows,), optional
        Other scores that are to measure the same thing. Without `uncertainty` their spread is it, and their mean the
        score. Without both "score less uncertainty" does not apply: one score says nothing about its own error.
    level : float
        Of the intervals, in (0, 1).
    rng : int or Generator
        For the folds, the simulations and the shuffled control.

    Returns
    -------
    RemedyTable

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    The problems are divided into 10 folds. For each, every parameter's mean accuracy on the other nine chooses one,
    and the fold is judged by it. Best-of-N with all k is among the parameters of each remedy (of best-of-Poisson,
    nearly), so that a remedy may also choose to change nothing. Everything is a mean over all subsets of k samples
    without replacement, but for the χ² form (100 random subsets a problem) and soft best-of-N (40 draws of the noise
    that makes the pick soft; `soft_best_of_n` is exact).

    Which parameters there are to choose from depends on the spread of all scores, rounded to a power of two, and on
    nothing else of the problems that judge; thresholds are quantiles of the other problems' scores.

    The intervals are those of the mean over problems. They leave out that another sample of problems would
    have led to another choice: how well they hold all the same is measured in `benchmarks/remedies.py`.

    References
    ----------
    Soft best-of-N: Verdun et al. 2025, arXiv:2505.03156. Best-of-Poisson: Khalaf et al. 2025, arXiv:2506.19248.
    Pessimism: Huang et al. 2025, arXiv:2503.21878.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> right = rng.random((60, 16)) < 0.3
    >>> score = np.where(right, 0.8 + 0.3 * rng.normal(size=right.shape), rng.normal(size=right.shape))
    >>> table = try_remedies(SampleSet.from_matrix(right, score=score), 8, rng=1)
    >>> table["peak n"].usual, table["peak n"].verdict, table["two checks"].why_not
    ('n = 4', 'helps', 'the pool has no second check')
    """
    pools, score, order = _scored(samples)
    _usable(samples, k)
    level = as_level(level)
    limit = int(k)
    extra = {
        name: None if column is None else _column(name, column, order)
        for name, column in (("second", second), ("uncertainty", uncertainty))
    }
    if ensemble is not None and not isinstance(ensemble, Mapping):
        raise ValueError(f"ensemble = {ensemble!r:.60}: must be a mapping of names to scores")
    others = [_column(f"ensemble[{name!r}]", column, order) for name, column in (ensemble or {}).items()]
    fold_rng, noise_rng, subset_rng, shuffle_rng = np.random.default_rng(rng).spawn(4)
    fold = fold_rng.permutation(pools.n.size) % FOLDS
    table = _Table(pools, score, limit, fold, level, pools.best(score, _exactly(limit)), pools.blind())
    rows = [
        table.fixed("peak n", _peak(table)),
        table.fixed("soft best-of-N", _soft(table, noise_rng)),
        table.fixed("best-of-Poisson", _poisson(table)),
        table.fixed("χ² pessimism", _pessimism(table, subset_rng)),
        _with_uncertainty(table, extra["uncertainty"], others),
        table.refitted("cut", _cut),
        _two_checks(table, extra["second"], shuffle_rng),
        table.refitted("rejection", _rejection),
    ]
    return RemedyTable(limit, pools.n.size, level, float(table.best.mean()), float(table.blind.mean()), tuple(rows))


def _scored(samples: SampleSet) -> tuple[ManyPools, np.ndarray, np.ndarray]:
    """The pools of a sample set, its scores in them, and the order of its rows there."""
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_matrix")
    if samples.score is None:
        raise ValueError("samples has no score: a check needs one, see SampleSet.from_matrix(…, score=…)")
    pools, order = ManyPools.of_samples(samples)
    return pools, np.asarray(samples.score, float)[order], order


def _usable(samples: SampleSet, k: int) -> None:
    if len(samples.problems) < FOLDS:
        raise ValueError(
            f"samples has {len(samples.problems)} problems: must have at least {FOLDS}, so that a parameter can be "
            "chosen on some and judged on others"
        )
    enough_samples(samples, int(one("k", as_counts("k", k, least=2))))


def _column(name: str, values: ArrayLike, order: np.ndarray) -> np.ndarray:
    found = as_numbers(name, values)
    if found.shape != order.shape:
        raise ValueError(f"{name} has shape {found.shape}: must have one number a sample, {order.shape}")
    ordered: np.ndarray = found[order]
    return ordered


def _exactly(k: int) -> np.ndarray:
    """All weight on k samples."""
    weights: np.ndarray = np.eye(k)[k - 1]
    return weights


def _unit(values: np.ndarray) -> float:
    """The power of two that is nearest to the spread."""
    spread = float(values.std())
    return 2.0 ** round(np.log2(spread)) if spread > 0 else 1.0


@dataclass(frozen=True, eq=False)
class _Table:
    pools: ManyPools
    score: np.ndarray
    k: int
    fold: np.ndarray
    level: float

    best: np.ndarray
    blind: np.ndarray

    def fixed(self, name: str, choices: _Choices, looks: int = 1) -> Remedy:
        """A remedy whose values do not depend on the problems chosen with."""
        return self.refitted(name, lambda *_: choices, looks)

    def refitted(self, name: str, of: Callable[[_Table, np.ndarray], _Choices], looks: int = 1) -> Remedy:
        """A remedy whose parameters come from the problems chosen with; `looks` of verifiers at each sample."""
        problems = self.pools.n.size
        value, draws, chance = np.empty((3, problems))
        chosen = []
        for number in range(FOLDS):
            held_out = self.fold == number
            choices = of(self, ~held_out)
            mean = choices.value[~held_out].mean(axis=0)
            at = int(np.flatnonzero(mean >= mean.max() - ALIKE)[0])
            chosen.append(choices.names[at])
            value[held_out], draws[held_out] = choices.value[held_out, at], choices.draws[held_out, at]
            blind = choices.value.mean(axis=1) if choices.control is None else choices.control[:, at]
            chance[held_out] = blind[held_out]
        value, chance = np.clip(value, 0, 1), np.clip(chance, 0, 1)
        low, high = problem_interval(value, level=self.level)
        over_best, over_blind, over_chance = (
            paired_interval(value, np.clip(other, 0, 1), level=self.level) for other in (self.best, self.blind, chance)
        )
        return Remedy(
            name,
            tuple(chosen),
            "",
            float(value.mean()),
            float(low[0]),
            float(high[0]),
            float(draws.mean()),
            looks * float(draws.mean()),
            over_best,
            over_blind,
            over_chance,
            value,
        )


# -- the eight ------------------------------------------------------------------------------------------------


def _draws(value: np.ndarray, draws: ArrayLike) -> np.ndarray:
    return np.broadcast_to(np.asarray(draws, float), value.shape)


def _peak(table: _Table) -> _Choices:
    # All n up to 16, then steps of an eighth: between them the curve is flat.
    every = np.unique(np.r_[np.arange(1, min(table.k, 16) + 1), np.geomspace(1, table.k, 50).round().astype(int)])
    value = table.pools.best(table.score, np.eye(table.k)[every - 1])
    return _Choices([f"n = {n}" for n in every], value, _draws(value, every))


def _soft(table: _Table, rng: np.random.Generator) -> _Choices:
    heats = _unit(table.score) * 2.0 ** np.array(POWERS)
    found = table.pools.softly_drawn(table.score, table.k, heats, NOISES, rng)
    value = np.column_stack([table.best, found])
    return _Choices(["heat 0", *(f"heat {heat:.3g}" for heat in heats)], value, _draws(value, table.k))


def _poisson(table: _Table) -> _Choices:
    means = np.geomspace(table.k, 1, 25)
    most = int(table.pools.n.min())
    laws = np.array([poisson_weights(float(mean), most)[0] for mean in means])
    value = table.pools.best(table.score, laws)
    return _Choices([f"mean {mean:.1f}" for mean in means], value, _draws(value, laws @ np.arange(1, most + 1)))


def _pessimism(table: _Table, rng: np.random.Generator) -> _Choices:
    betas = _unit(table.score) * 2.0 ** np.array(POWERS)
    found, _ = table.pools.pessimistic(table.score, table.k, betas, SUBSETS, rng)
    value = np.column_stack([table.best, found])
    return _Choices(["price 0", *(f"price {beta:.3g}" for beta in betas)], value, _draws(value, table.k))


def _weighted(
    pools: ManyPools, score: np.ndarray, k: int, other: np.ndarray, sign: float
) -> tuple[list[float], np.ndarray]:
    weights = [0.0, *(_unit(score) / _unit(other) * 2.0 ** np.array(WEIGHTS)).tolist()]
    value = np.column_stack([pools.best(score + sign * weight * other, _exactly(k)) for weight in weights])
    return weights, value


def _with_uncertainty(table: _Table, uncertainty: np.ndarray | None, others: list[np.ndarray]) -> Remedy:
    name = "score less uncertainty"
    if uncertainty is None and not others:
        return Remedy.without(name, "one score does not say how sure it is")
    score, looks = table.score, 1
    if uncertainty is None:
        # Scores of unlike units, made alike by powers of two.
        every = np.stack([one_score / _unit(one_score) for one_score in (score, *others)])
        every = every - np.round(every.mean(axis=1, keepdims=True), 1)
        score, uncertainty, looks = every.mean(axis=0), every.std(axis=0), len(every)
    weights, value = _weighted(table.pools, score, table.k, uncertainty, -1.0)
    names = [f"weight {weight:.3g}" for weight in weights]
    return table.fixed(name, _Choices(names, value, _draws(value, table.k)), looks)


def _bars(table: _Table, fitting: np.ndarray) -> np.ndarray:
    """Thresholds above which the given shares of the fitting problems' samples lie, highest first."""
    return np.unique(np.quantile(table.score[fitting[table.pools.problem]], 1 - np.array(SHARES)))[::-1]


def _cut(table: _Table, fitting: np.ndarray) -> _Choices:
    score, whole = table.score, _exactly(table.k)
    names, value = ["no cut"], [table.best]
    for bar in _bars(table, fitting):
        names.append(f"tie ≥ {bar:.3g}")
        value.append(table.pools.best(np.minimum(score, bar), whole))
        names.append(f"drop > {bar:.3g}")
        value.append(table.pools.best(np.where(score > bar, score.min() - 1, score), whole))
    found = np.column_stack(value)
    return _Choices(names, found, _draws(found, table.k))


def _two_checks(table: _Table, second: np.ndarray | None, rng: np.random.Generator) -> Remedy:
    if second is None:
        return Remedy.without("two checks", "the pool has no second check")
    weights, value = _weighted(table.pools, table.score, table.k, second, 1.0)
    shuffled = second[np.lexsort([rng.random(second.size), table.pools.problem])]
    _, control = _weighted(table.pools, table.score, table.k, shuffled, 1.0)
    names = [f"weight {weight:.3g}" for weight in weights]
    return table.fixed("two checks", _Choices(names, value, _draws(value, table.k), control), looks=2)


def _rejection(table: _Table, fitting: np.ndarray) -> _Choices:
    names, value, draws = ["none"], [table.best], [np.full(table.best.size, float(table.k))]
    for bar in _bars(table, fitting):
        names.append(f"from {bar:.3g}")
        found, drawn = table.pools.first_accepted(table.score, table.score >= bar, table.k)
        value.append(found)
        draws.append(drawn)
    return _Choices(names, np.column_stack(value), np.column_stack(draws))


# -- are two checks independent? ----------------------------------------------------------------------------------


class ChecksDependence(NamedTuple):
    """Mean rank correlation of two checks among the samples of one kind, with its interval; 0 if independent.

    Attributes
    ----------
    value, low, high : float
    problems : int
        Problems with enough samples of the kind whose scores differ.
    """

    value: float
    low: float
    high: float
    problems: int

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)


def checks_dependence(
    samples: SampleSet, second: ArrayLike, *, correct: bool, least: int = 5, level: float = 0.95
) -> ChecksDependence:
    """Say whether two checks err together: their rank correlation given correctness, within problems.

    Parameters
    ----------
    samples : SampleSet
        With scores, the first check.
    second : array_like of float, shape (rows,)
        Scores of the second check.
    correct : bool
        Among the right samples of each problem, or among the wrong ones.
    least : int
        Samples of the kind that a problem must have, at least 3.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    ChecksDependence
        The mean over problems of Spearman's correlation, with its interval over problems.

    Raises
    ------
    ValueError
        Naming the argument and the value; where no two problems have enough samples of the kind.

    Notes
    -----
    Two checks multiply the odds if they are independent given correctness. An interval that leaves out 0 refutes
    it; one that holds 0 does not prove it, for a correlation sees no dependence that is not monotone. Within a
    problem, because problems that differ in how high they score make any two checks look alike.

    References
    ----------
    Spearman 1904; the interval is `problem_interval`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> right, shared = rng.random((50, 16)) < 0.5, rng.normal(size=(50, 16))
    >>> samples = SampleSet.from_matrix(right, score=right + shared)
    >>> found = checks_dependence(samples, (right + shared + rng.normal(size=shared.shape)).ravel(), correct=False)
    >>> round(found.value, 2), found.low > 0
    (0.55, True)
    """
    from scipy.stats import rankdata  # here, for a quick import of the package

    pools, first, order = _scored(samples)
    flag("correct", correct)
    few = int(one("least", as_counts("least", least, least=3)))
    level = as_level(level)
    other = _column("second", second, order)
    kind = (pools.right > 0) == correct
    found = []
    for problem in np.unique(pools.problem[kind]):
        mine = kind & (pools.problem == problem)
        ranks = rankdata(first[mine]), rankdata(other[mine])
        if mine.sum() >= few and all(one_rank.std() > 0 for one_rank in ranks):
            found.append(float(np.corrcoef(*ranks)[0, 1]))
    if len(found) < 2:
        raise ValueError(
            f"least = {few}: {len(found)} problems have so many {'right' if correct else 'wrong'} samples whose scores "
            "differ; at least 2 are needed"
        )
    values = np.clip(np.array(found), -1, 1)
    low, high = problem_interval((values + 1) / 2, level=level)
    return ChecksDependence(float(values.mean()), float(2 * low[0] - 1), float(2 * high[0] - 1), len(found))

"""Costs, the validated request of a plan, and the table of its options."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from .._arguments import as_counts, as_level, as_numbers, as_probabilities, flag, one, one_of
from ..estimates import BetaRule, CertainRule, IntervalWarning, WindowRule, capped_vote, curve
from ..estimates.stopping import Rule
from ..laws.forecasts import Family
from ..samples import SampleSet
from ..verifiers import verifier_tax

__all__ = ["CostModel", "Option", "PlanError"]

OBJECTIVES = ("coverage", "accuracy")
PREFER = ("cheaper", "highest")
# Selectors in order of cost: among equal options the first is taken.
PICKERS = ("majority", "certain", "adaptive", "windows", "best_of_n", "weighted")
# Votes that stop: their k is a cap, and their cost is the expected number of samples.
STOPPING: dict[str, Rule] = {"certain": CertainRule(), "adaptive": BetaRule(0.95), "windows": WindowRule(4)}
NEEDS = {"majority": ("answer",), "best_of_n": ("score",), "weighted": ("answer", "score")}
NEEDS |= dict.fromkeys(STOPPING, ("answer",))
SCORED = ("pass", "best_of_n", "weighted")
# Every k up to DENSE_UP_TO is a candidate; above it, a geometric grid of ratio GRID_RATIO.
DENSE_UP_TO = {"coverage": 4096, "accuracy": 64}
GRID_RATIO = 1.05
# Relative tolerance of comparisons: rounding must not turn a cost that meets the budget into one above it.
RTOL = 1e-12
# Counts of votes that are followed for one problem and rule; beyond that, so many random orders are drawn.
STATES, ORDERS = 2_000, 500
# Larger counts are not exact in float64.
MAX_COUNT = 2.0**53
# The power for which the number of additional problems is computed.
POWER = 0.8


class PlanError(ValueError):
    """The pilot gives no such plan; the message says what it does give."""


@dataclass(frozen=True)
class CostModel:
    """What one sample costs, in any unit: tokens, seconds, money.

    Parameters
    ----------
    generate : float
        Of making one sample, above 0.
    verify : float
        Of scoring or checking one sample, at least 0.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    A vote looks at answers alone and pays no `verify`; for one that stops this is the most that it can cost. Coverage
    pays it for each sample: a perfect check is what coverage means. "best_of_n" and "weighted" pay it for each sample
    from two on; a single one is handed in as it is.

    Examples
    --------
    >>> cost = CostModel(generate=1.0, verify=0.25)
    >>> cost.of("majority", 8), cost.of("best_of_n", 8), cost.of("best_of_n", 1), cost.of("pass", 1)
    (8.0, 10.0, 1.0, 1.25)
    """

    generate: float
    verify: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "generate", one("generate", as_numbers("generate", self.generate, above=0)))
        object.__setattr__(self, "verify", one("verify", as_numbers("verify", self.verify, least=0)))

    def of(self, selector: str, k: Any) -> Any:
        """Return what k samples of a problem cost with a selector.

        Parameters
        ----------
        selector : {"pass", "best_of_n", "majority", "certain", "adaptive", "windows", "weighted"}
        k : int or array_like of int
            At least 1.

        Returns
        -------
        float or array of float
        """
        one_of("selector", selector, (*PICKERS, "pass"))
        k = as_counts("k", k, least=1)
        scored = (k > 1) | (selector == "pass") if selector in SCORED else np.zeros(k.shape, bool)
        return verifier_tax(self.generate, np.where(scored, self.verify, 0.0), k=k).total


class Option(NamedTuple):
    """One way to spend: k samples and a selector, its mean cost a problem, and what to expect of it.

    For a vote that stops, `k` is the most samples it draws, and `cost` that of the samples it is expected to draw.

    `value` with `low` and `high` is what to expect; `estimate` is what the very problems that chose it say, and
    flatters it. For an option named before the data came the two are the same.
    """

    selector: str
    k: int
    cost: float
    value: float
    low: float
    high: float
    estimate: float


@dataclass(frozen=True)
class Question:
    """The validated arguments of a plan."""

    objective: str
    target: float | None
    budget: float | None
    cost: CostModel
    selectors: tuple[str, ...]
    stop_early: bool
    prefer: str
    level: float

    @property
    def budget_limit(self) -> float:
        """The budget plus the rounding tolerance; infinite where there is no budget."""
        return math.inf if self.budget is None else self.budget * (1 + RTOL)

    @property
    def label(self) -> str:
        """The target or the budget, as error messages name it."""
        return f"target = {self.target:g}" if self.target is not None else f"budget = {self.budget:g}"


def validate_request(
    samples: SampleSet,
    *,
    name: str,
    objective: str,
    target: float | None,
    budget: float | None,
    cost: CostModel | None,
    selectors: Sequence[str] | str | None,
    stop_early: bool,
    prefer: str,
    level: float,
) -> Question:
    """Validate the arguments that `plan` and `backtest` share; `name` is what the caller calls `samples`."""
    if not isinstance(samples, SampleSet):
        raise ValueError(f"{name} is a {type(samples).__name__}: must be a SampleSet, see read_samples")
    objective = one_of("objective", objective, OBJECTIVES)
    if (target is None) == (budget is None):
        raise ValueError(f"target = {target}, budget = {budget}: give exactly one of them")
    if target is not None:
        target = one("target", as_probabilities("target", target, positive=True, below_one=True))
    if budget is not None:
        budget = one("budget", as_numbers("budget", budget, above=0))
    if cost is None:
        cost = CostModel(1.0)
    if not isinstance(cost, CostModel):
        raise ValueError(f"cost = {cost!r}: must be a CostModel, as in CostModel(generate=1.0, verify=0.1)")
    if budget is not None and budget / cost.generate > MAX_COUNT:
        raise ValueError(f"budget = {budget:g}: buys more than 2**53 samples at {cost.generate:g} each")
    flag("stop_early", stop_early)
    level = as_level(level)
    return Question(
        objective,
        target,
        budget,
        cost,
        _selectors(samples, objective, selectors, stop_early),
        stop_early,
        one_of("prefer", prefer, PREFER),
        level,
    )


def _selectors(samples: SampleSet, objective: str, selectors: Any, stop_early: bool) -> tuple[str, ...]:
    found = _named_selectors(samples, objective, selectors)
    if objective == "coverage" or not stop_early:
        # Votes that stop need samples one after the other: that must be asked for, by stop_early or by name.
        return found if selectors is not None else tuple(name for name in found if name not in STOPPING)
    if not any(name in STOPPING for name in found):
        why = (
            f"but selectors = {selectors!r:.60} has no vote that stops: add one of {', '.join(map(repr, STOPPING))}"
            if selectors is not None
            else "but the samples have no column 'answer', and only a vote or a perfect check can stop"
        )
        raise ValueError(f"stop_early = True: {why}")
    return found


def _named_selectors(samples: SampleSet, objective: str, selectors: Any) -> tuple[str, ...]:
    possible = [name for name in PICKERS if all(getattr(samples, column) is not None for column in NEEDS[name])]
    if selectors is not None:
        given = [selectors] if isinstance(selectors, str) else selectors
        if not isinstance(given, (list, tuple)) or not given:
            raise ValueError(f"selectors = {selectors!r:.60}: must be a list of {', '.join(map(repr, PICKERS))}")
        for name in given:
            one_of("selectors", name, ("pass",) if objective == "coverage" else PICKERS)
            missing = [column for column in NEEDS.get(name, ()) if getattr(samples, column) is None]
            if missing:
                raise ValueError(f"selectors = {name!r}: the samples have no column {missing[0]!r}")
        return tuple(name for name in ("pass", *PICKERS) if name in given)
    if objective == "coverage":
        return ("pass",)
    if not possible:
        raise ValueError(
            "objective = 'accuracy': needs a column 'answer' (for a vote) or 'score', or nothing can pick among "
            "the samples; with a perfect check the objective is 'coverage'"
        )
    # Scores are no weights by themselves (a log-probability is negative): a weighted vote must be asked for.
    return tuple(name for name in possible if name != "weighted")


@dataclass(frozen=True, eq=False)
class Table:
    """Value and cost of each option (columns) on each problem (rows); n samples of each problem, c of them correct."""

    selector: tuple[str, ...]
    k: np.ndarray
    values: np.ndarray
    spent: np.ndarray
    n: np.ndarray
    c: np.ndarray

    def column(self, selector: str, k: int) -> int:
        """The index of an option."""
        return next(i for i, one_k in enumerate(self.k) if one_k == k and self.selector[i] == selector)

    @property
    def end(self) -> int:
        """The smallest number of samples of a problem: the largest k that can be estimated without a model."""
        return int(self.n.min())


def coverage_beyond(table: Table, family: Family, k: np.ndarray | int) -> np.ndarray:
    """Expected coverage of k samples, from the pilot's number on.

    The pilot's own estimate at its number of samples is the starting point. The fitted family gives the share of the
    problems still unsolved there that k samples solve, so the forecast increases with k and never falls below the
    pilot's estimate.
    """
    counted, fitted = table.values[:, -1].mean(), 1 - float(family.coverage(table.end))
    left = (1 - np.asarray(family.coverage(k))) / fitted if fitted > 0 else np.zeros(np.shape(k))
    return np.asarray(1 - (1 - counted) * np.clip(left, 0, 1))


def tabulate(samples: SampleSet, question: Question, ks: np.ndarray, rng: np.random.Generator) -> Table:
    """Estimate value and cost of every k in `ks` with every selector, for each problem."""
    selector: list[str] = []
    values, spent = [], []
    # Drawn only where it is needed: other plans keep their folds.
    seed = int(rng.integers(2**62)) if any(name in STOPPING for name in question.selectors) else 0
    for name in question.selectors:
        if name in STOPPING:
            found, price = _stopping(samples, question, name, ks, seed)
        else:
            found = _curve(samples, name, ks, rng)
            price = np.broadcast_to(question.cost.of(name, ks), found.shape)
        if name == "pass" and question.stop_early:
            price = _spent(samples, question, ks)
        selector += [name] * ks.size
        values.append(found)
        spent.append(price)
    return Table(
        tuple(selector),
        np.tile(ks, len(question.selectors)),
        np.hstack(values),
        np.hstack(spent),
        samples.n,
        samples.c,
    )


def _curve(samples: SampleSet, name: str, ks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    with warnings.catch_warnings():
        # Only the interval of the chosen option is shown: only its warning concerns the user.
        warnings.simplefilter("ignore", IntervalWarning)
        return curve(samples, name, ks, rng=rng).per_problem


def _stopping(
    samples: SampleSet, question: Question, name: str, ks: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Value and cost, for each problem, of a vote that stops or is ended by each cap in `ks`."""
    values, spent = np.empty((2, len(samples.problems), ks.size))
    for i, pool in enumerate(samples.pools()):
        answer = cast(np.ndarray, pool.answer)
        kinds, number = np.unique(answer, return_inverse=True)
        votes, right = np.bincount(number.ravel()), np.bincount(number.ravel(), pool.correct)
        # The seed is of the votes, so that the order of problems and samples does not matter.
        key = sorted(zip(votes.tolist(), right.astype(int).tolist(), (kinds < 0).tolist(), strict=True))
        rng = np.random.default_rng([seed, *np.ravel(key).tolist()])
        vote = capped_vote(answer, pool.correct, STOPPING[name], int(ks[-1]), states=STATES, orders=ORDERS, rng=rng)
        values[i], spent[i] = vote.accuracy[ks - 1], question.cost.generate * vote.samples[ks - 1]
    return values, spent


def candidate_ks(end: int, objective: str) -> np.ndarray:
    """The values of k to choose from, from 1 to `end`.

    They depend on the pilot but not on the budget: a larger budget only adds options.
    """
    dense = DENSE_UP_TO[objective]
    if end <= dense:
        return np.arange(1, end + 1)
    grid = dense * GRID_RATIO ** np.arange(1, math.ceil(math.log(end / dense, GRID_RATIO)))
    return np.unique([*range(1, dense + 1), *grid.astype(int), end])


def _spent(samples: SampleSet, question: Question, ks: np.ndarray) -> np.ndarray:
    """Expected cost of each problem when sampling stops at the first correct sample."""
    # Draw j is made if and only if the first j - 1 samples failed.
    misses = 1 - _passes(samples, int(ks[-1]))
    draws = np.hstack([np.ones((len(misses), 1)), 1 + np.cumsum(misses, axis=1)])
    return np.asarray(draws[:, ks - 1] * question.cost.of("pass", 1))


def _passes(samples: SampleSet, end: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        return curve(samples, "pass", np.arange(1, end + 1)).per_problem


def check_affordable(table: Table, question: Question) -> None:
    """Refuse a budget that buys no sample."""
    least = float(table.spent.mean(axis=0).min())
    if least > question.budget_limit:
        raise PlanError(f"budget = {question.budget:g}: buys less than one sample, which costs {least:g}")

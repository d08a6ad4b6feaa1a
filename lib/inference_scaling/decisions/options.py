"""Costs, the validated request of a plan, and the table of its options."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

import numpy as np

from .._arguments import as_counts, as_level, as_numbers, as_probabilities, flag, one, one_of, plain
from ..estimates import BetaRule, CertainRule, IntervalWarning, TokenCost, WindowRule, capped_vote, curve, reward_curve
from ..estimates._inputs import in_chunks
from ..estimates.costs import SCORED, RowCosts, as_token_cost, in_unit, row_costs
from ..estimates.curves import alike_in_votes
from ..estimates.stopping import Rule
from ..laws.forecasts import Family
from ..samples import Pool, SampleSet
from ..samples.native import as_columns, frame_of
from ..verifiers import verifier_tax
from .wording import BY

__all__ = ["CostModel", "Option", "PlanError"]

OBJECTIVES = ("coverage", "accuracy", "reward")
PREFER = ("cheaper", "highest")
# Selectors in order of cost: among equal options the first is taken.
PICKERS = ("majority", "certain", "adaptive", "windows", "best_of_n", "weighted")
# What an objective may pick by: a perfect check, one of the above, or what a reward can be asked of.
SELECTORS_OF = {"coverage": ("pass",), "accuracy": PICKERS, "reward": ("majority", "best_of_n", "highest")}
# With each of these the value never falls with k, whatever the samples are.
NEVER_FALLS = ("pass", "highest")
# Votes that stop: their k is a cap, and their cost is the expected number of samples.
STOPPING: dict[str, Rule] = {"certain": CertainRule(), "adaptive": BetaRule(0.95), "windows": WindowRule(4)}
NEEDS = {"majority": ("answer",), "best_of_n": ("score",), "weighted": ("answer", "score")}
NEEDS |= dict.fromkeys(STOPPING, ("answer",)) | {"highest": ()}
# Every k up to DENSE_UP_TO is a candidate; above it, a geometric grid of ratio GRID_RATIO.
DENSE_UP_TO = {"coverage": 4096, "accuracy": 64, "reward": 64}
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
    start, start_verify : float
        Paid once a problem, at least 0: for a prompt that its samples share, and for reading it before scoring.
    unit : str
        As sentences name it, "seconds"; empty for none.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    A vote looks at answers alone and pays no `verify`; for one that stops this is the most that it can cost. Coverage
    pays it for each sample: a perfect check is what coverage means. "best_of_n", "weighted" and "highest" pay it for
    each sample from two on; a single one is handed in as it is. Where samples and problems differ in length,
    `TokenCost` counts their own tokens instead.

    Examples
    --------
    >>> cost = CostModel(generate=1.0, verify=0.25)
    >>> cost.of("majority", 8), cost.of("best_of_n", 8), cost.of("best_of_n", 1), cost.of("pass", 1)
    (8.0, 10.0, 1.0, 1.25)
    """

    generate: float
    verify: float = 0.0
    start: float = 0.0
    start_verify: float = 0.0
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "generate", one("generate", as_numbers("generate", self.generate, above=0)))
        for name in ("verify", "start", "start_verify"):
            object.__setattr__(self, name, one(name, as_numbers(name, getattr(self, name), least=0)))
        if not isinstance(self.unit, str):
            raise ValueError(f"unit = {self.unit!r:.60}: must be a word, as 'seconds'")

    def of(self, selector: str, k: Any) -> Any:
        """Return what k samples of a problem cost with a selector.

        Parameters
        ----------
        selector : {"pass", "highest", "best_of_n", "majority", "certain", "adaptive", "windows", "weighted"}
        k : int or array_like of int
            At least 1.

        Returns
        -------
        float or array of float
        """
        one_of("selector", selector, (*PICKERS, *NEVER_FALLS))
        k = as_counts("k", k, least=1)
        scored = (k > 1) | (selector == "pass") if selector in SCORED else np.zeros(k.shape, bool)
        once = self.start + np.where(scored, self.start_verify, 0.0)
        return plain(once + verifier_tax(self.generate, np.where(scored, self.verify, 0.0), k=k).total)

    def buys(self, selector: str, budget: float) -> int:
        """Return how many samples a budget a problem buys with a selector, each of them scored where it scores.

        Parameters
        ----------
        selector : str
            As for `of`.
        budget : float
            At least 0.

        Returns
        -------
        int

        Examples
        --------
        >>> CostModel(generate=1.0, verify=0.25, start=2.0).buys("best_of_n", 10)
        6
        """
        one_of("selector", selector, (*PICKERS, *NEVER_FALLS))
        budget = one("budget", as_numbers("budget", budget, least=0))
        price, once = (self.verify, self.start + self.start_verify) if selector in SCORED else (0.0, self.start)
        return int(verifier_tax(self.generate, price, budget=max(budget - once, 0.0)).k)

    def shown(self, cost: float) -> str:
        """A cost as sentences write it, with the unit where it has one."""
        return in_unit(cost, self.unit) if self.unit else f"{cost:.4g}"


class Option(NamedTuple):
    """One way to spend: k samples and a selector, its mean cost a problem, and what to expect of it.

    For a vote that stops, `k` is the most samples it draws, and `cost` that of the samples it is expected to draw.

    `value` with `low` and `high` is what to expect; `estimate` is what the very problems that chose it say, and
    flatters it. For an option named before the data came the two are the same.

    `score` is the name of the score that picks, where the pilot has several.
    """

    selector: str
    k: int
    cost: float
    value: float
    low: float
    high: float
    estimate: float
    score: str | None = None

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)

    @property
    def key(self) -> str:
        """The selector with its score: "best_of_n by prm"."""
        return self.selector if self.score is None else f"{self.selector}{BY}{self.score}"


def split_key(key: str) -> tuple[str, str | None]:
    """The selector and the score of a key, None where it names no score."""
    selector, _, score = key.partition(BY)
    return selector, score or None


class Priced(NamedTuple):
    """What samples cost that one of several verifiers scores, and how their tokens are counted, where they are."""

    cost: CostModel
    counting: TokenCost | None


@dataclass(frozen=True)
class Question:
    """The validated arguments of a plan.

    `selectors` are keys: those that pick by one of several scores name it, and `scores` has what it costs.
    """

    objective: str
    target: float | None
    budget: float | None
    cost: CostModel
    selectors: tuple[str, ...]
    stop_early: bool
    prefer: str
    level: float
    counting: TokenCost | None = None
    scores: Mapping[str, Priced] = field(default_factory=dict)
    for_problems: int | None = None
    total_budget: float | None = None

    def priced(self, key: str) -> Priced:
        """What samples cost with a selector, by the price of its own score."""
        score = split_key(key)[1]
        return Priced(self.cost, self.counting) if score is None else self.scores[score]

    @property
    def never_falls(self) -> bool:
        """Whether more samples can only help, whatever the pilot says."""
        return set(self.selectors) <= set(NEVER_FALLS)

    @property
    def takes_the_highest(self) -> bool:
        """Whether the highest estimate within a budget is taken, however little it exceeds a cheaper one."""
        # Where the value never falls with k the sign of a difference is known, so significance is not required.
        return self.never_falls or self.prefer == "highest"

    @property
    def budget_limit(self) -> float:
        """The budget plus the rounding tolerance; infinite where there is no budget."""
        return math.inf if self.budget is None else self.budget * (1 + RTOL)

    @property
    def label(self) -> str:
        """The target or the budget, as error messages name it."""
        if self.total_budget is not None:
            return f"total_budget = {self.total_budget:g} for {self.for_problems} problems"
        return f"target = {self.target:g}" if self.target is not None else f"budget = {self.budget:g}"


def validate_request(
    samples: SampleSet,
    *,
    name: str,
    objective: str,
    target: float | None,
    budget: float | None,
    cost: CostModel | TokenCost | str | None,
    scores: Mapping[str, float] | Sequence[str] | None,
    selectors: Sequence[str] | str | None,
    stop_early: bool,
    prefer: str,
    level: float,
) -> Question:
    """Validate the arguments that `plan` and `backtest` share; `name` is what the caller calls `samples`."""
    if not isinstance(samples, SampleSet):
        raise ValueError(f"{name} is a {type(samples).__name__}: must be a SampleSet, see read_samples")
    objective = one_of("objective", objective, OBJECTIVES)
    if objective == "reward" and samples.reward is None:
        raise ValueError("objective = 'reward': the samples have no column 'reward', partial credit from 0 to 1")
    if (target is None) == (budget is None):
        raise ValueError(f"target = {target}, budget = {budget}: give exactly one of them")
    if target is not None:
        target = one("target", as_probabilities("target", target, positive=True, below_one=True))
    if budget is not None:
        budget = one("budget", as_numbers("budget", budget, above=0))
    cost, counting = costs_of(samples, cost)
    if budget is not None and budget / cost.generate > MAX_COUNT:
        raise ValueError(f"budget = {budget:g}: buys more than 2**53 samples at {cost.generate:g} each")
    flag("stop_early", stop_early)
    level = as_level(level)
    priced = _priced_scores(samples, objective, scores, cost, counting)
    return Question(
        objective,
        target,
        budget,
        cost,
        _selectors(samples, objective, selectors, stop_early, tuple(priced)),
        stop_early,
        one_of("prefer", prefer, PREFER),
        level,
        counting,
        priced,
    )


def _priced_scores(
    samples: SampleSet,
    objective: str,
    scores: Mapping[str, float] | Sequence[str] | None,
    cost: CostModel,
    counting: TokenCost | None,
) -> dict[str, Priced]:
    """What samples cost with each of several scores; empty where the set's one score, or none, is asked for."""
    if scores is None:
        scores = () if samples.score is not None or objective == "coverage" else tuple(samples.scores)
    if isinstance(scores, str) or not isinstance(scores, (Mapping, list, tuple)):
        raise ValueError(f"scores = {scores!r:.60}: must give a price for each name, as in {{'prm': 0.5, 'orm': 0.1}}")
    if scores and objective == "coverage":
        raise ValueError("scores: coverage has a perfect check in their place; to choose among them, ask for accuracy")
    found = {}
    for name in scores:
        if name not in samples.scores:
            known = ", ".join(map(repr, samples.scores)) or "none; see the argument scores of read_samples"
            raise ValueError(f"scores: {name!r} is not one of the samples' scores: {known}")
        if not isinstance(scores, Mapping):
            found[name] = Priced(cost, counting)
            continue
        price = one(f"scores[{name!r}]", as_numbers(f"scores[{name!r}]", scores[name], least=0))
        if counting is None:
            found[name] = Priced(replace(cost, verify=price), None)
        else:
            own = replace(counting, verifier=price)
            found[name] = Priced(mean_costs(samples, own), own)
    return found


def per_problem(
    pilot: SampleSet, budget: float | None, total_budget: float | None, for_problems: int | None
) -> tuple[float | None, int | None]:
    """The budget a problem, and the number of problems that a table to be solved has, where one is given."""
    if for_problems is not None:
        for_problems = int(one("for_problems", as_counts("for_problems", for_problems, least=1)))
    if total_budget is None:
        return budget, for_problems
    if budget is not None:
        raise ValueError(f"budget = {budget}, total_budget = {total_budget}: give exactly one of them")
    total = one("total_budget", as_numbers("total_budget", total_budget, above=0))
    if not isinstance(pilot, SampleSet):
        raise ValueError(f"pilot is a {type(pilot).__name__}: must be a SampleSet, see read_samples")
    many = len(pilot.problems) if for_problems is None else for_problems
    return total / many, many


def costs_of(samples: SampleSet, cost: CostModel | TokenCost | str | None) -> tuple[CostModel, TokenCost | None]:
    """The mean costs of the table, and how its tokens are counted, where they are."""
    if cost is None:
        return CostModel(1.0), None
    if isinstance(cost, CostModel):
        return cost, None
    if not isinstance(cost, TokenCost) and cost != "tokens":
        raise ValueError(
            f"cost = {cost!r:.60}: must be a CostModel, as in CostModel(generate=1.0, verify=0.1), 'tokens' or a "
            "TokenCost"
        )
    counting = as_token_cost(cost)
    return mean_costs(samples, counting), counting


def mean_costs(samples: SampleSet, counting: TokenCost) -> CostModel:
    """The means over problems of what their samples cost."""
    rows = row_costs(samples, counting)
    return CostModel(
        float(rows.mean(rows.make).mean()),
        float(rows.mean(rows.score).mean()),
        float(rows.start.mean()),
        float(rows.start_score.mean()),
        counting.unit,
    )


def _selectors(
    samples: SampleSet, objective: str, selectors: Any, stop_early: bool, scores: tuple[str, ...]
) -> tuple[str, ...]:
    found = _named_selectors(samples, objective, selectors, scores)
    if objective == "reward" and stop_early:
        raise ValueError("stop_early = True: no vote that stops is known for partial credit; ask for a fixed number")
    if scores:
        # Each that needs a score is there once with each of them.
        by = [[f"{name}{BY}{score}" for score in scores] if "score" in NEEDS[name] else [name] for name in found]
        found = tuple(key for keys in by for key in keys)
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


def _named_selectors(samples: SampleSet, objective: str, selectors: Any, scores: tuple[str, ...]) -> tuple[str, ...]:
    def missing_for(name: str) -> list[str]:
        """The columns that a selector lacks; named scores stand in the place of the one."""
        lacking = [column for column in NEEDS.get(name, ()) if getattr(samples, column) is None]
        return [column for column in lacking if column != "score" or not scores]

    possible = [name for name in PICKERS if name in SELECTORS_OF[objective] and not missing_for(name)]
    if selectors is not None:
        given = [selectors] if isinstance(selectors, str) else selectors
        if not isinstance(given, (list, tuple)) or not given:
            raise ValueError(f"selectors = {selectors!r:.60}: must be a list of {', '.join(map(repr, PICKERS))}")
        for name in given:
            one_of("selectors", name, SELECTORS_OF[objective])
            missing = missing_for(name)
            if missing:
                raise ValueError(f"selectors = {name!r}: the samples have no column {missing[0]!r}")
        return tuple(name for name in (*PICKERS, *NEVER_FALLS) if name in given)
    if objective == "coverage":
        return ("pass",)
    if not possible:
        perfect = "the objective is 'coverage'" if objective == "accuracy" else "the selector is 'highest'"
        raise ValueError(
            f"objective = {objective!r}: needs a column 'answer' (for a vote) or 'score', or nothing can pick among "
            f"the samples; with a perfect check {perfect}"
        )
    # Scores are no weights by themselves (a log-probability is negative): a weighted vote must be asked for.
    return tuple(name for name in possible if name != "weighted")


@dataclass(frozen=True, eq=False)
class Table:
    """Value and cost of each option (columns) on each problem (rows); n samples of each problem, c of them correct.

    `draw` is what one more sample of a problem costs with its check.
    """

    selector: tuple[str, ...]
    k: np.ndarray
    values: np.ndarray
    spent: np.ndarray
    n: np.ndarray
    c: np.ndarray
    draw: np.ndarray

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


def tabulate(
    samples: SampleSet,
    question: Question,
    ks: np.ndarray,
    rng: np.random.Generator,
    executor: Executor | None = None,
) -> Table:
    """Estimate value and cost of every k in `ks` with every selector, for each problem."""
    selector: list[str] = []
    values, spent = [], []
    every = priced_rows(samples, Priced(question.cost, question.counting))
    # Drawn only where it is needed: other plans keep their folds.
    seed = int(rng.integers(2**62)) if any(name in STOPPING for name in question.selectors) else 0
    for key in question.selectors:
        name, score = split_key(key)
        rows = priced_rows(samples, question.priced(key))
        if name in STOPPING:
            found, drawn = _stopping(samples, name, ks, seed, executor)
            price = rows.start[:, None] + rows.mean(rows.make)[:, None] * drawn
        else:
            scored = samples if score is None else samples.with_score(score)
            found = _curve(scored, question.objective, name, ks, rng, executor)
            price = rows.of(name, ks)
        if name == "pass" and question.stop_early:
            once = rows.start + rows.start_score
            price = once[:, None] + _draws(samples, ks) * rows.mean(rows.make + rows.score)[:, None]
        selector += [key] * ks.size
        values.append(found)
        spent.append(price)
    return Table(
        tuple(selector),
        np.tile(ks, len(question.selectors)),
        np.hstack(values),
        np.hstack(spent),
        samples.n,
        samples.c,
        every.mean(every.make + every.score),
    )


def priced_rows(samples: SampleSet, priced: Priced) -> RowCosts:
    """What each sample costs: by its tokens, or alike by the cost model."""
    if priced.counting is not None:
        return row_costs(samples, priced.counting)
    # All samples cost the same, so one of each problem stands for the others.
    cost, each = priced.cost, np.ones(len(samples.problems), dtype=np.int64)
    once = cost.start * each, cost.start_verify * each
    return RowCosts(np.arange(each.size), each, cost.generate * each, cost.verify * each, *once, None)


def _curve(
    samples: SampleSet, objective: str, name: str, ks: np.ndarray, rng: np.random.Generator, executor: Executor | None
) -> np.ndarray:
    with warnings.catch_warnings():
        # Only the interval of the chosen option is shown: only its warning concerns the user.
        warnings.simplefilter("ignore", IntervalWarning)
        if objective == "reward":
            return reward_curve(samples, name, ks).per_problem
        return curve(samples, name, ks, rng=rng, executor=executor).per_problem


def _stopping(
    samples: SampleSet, name: str, ks: np.ndarray, seed: int, executor: Executor | None
) -> tuple[np.ndarray, np.ndarray]:
    """Value and expected samples, for each problem, of a vote that stops or is ended by each cap in `ks`."""
    first, back = alike_in_votes(samples)
    pools = list(samples.select(first.tolist()).pools())
    found = in_chunks(_votes_that_stop, pools, executor, name, ks, seed)
    values, drawn = (np.concatenate([part[i] for part in found])[back] for i in range(2))
    return values, drawn


def _votes_that_stop(pools: list[Pool], name: str, ks: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    values, drawn = np.empty((2, len(pools), ks.size))
    for i, pool in enumerate(pools):
        answer = cast(np.ndarray, pool.answer)
        kinds, number = np.unique(answer, return_inverse=True)
        # A missing answer is no vote, so it does not matter whether it was right.
        votes, right = np.bincount(number.ravel()), np.bincount(number.ravel(), pool.correct & (answer >= 0))
        # The seed is of the votes, so that the order of problems and samples does not matter.
        key = sorted(zip(votes.tolist(), right.astype(int).tolist(), (kinds < 0).tolist(), strict=True))
        rng = np.random.default_rng([seed, *np.ravel(key).tolist()])
        vote = capped_vote(answer, pool.correct, STOPPING[name], int(ks[-1]), states=STATES, orders=ORDERS, rng=rng)
        values[i], drawn[i] = vote.accuracy[ks - 1], vote.samples[ks - 1]
    return values, drawn


def candidate_ks(end: int, objective: str) -> np.ndarray:
    """The values of k to choose from, from 1 to `end`.

    They depend on the pilot but not on the budget: a larger budget only adds options.
    """
    dense = DENSE_UP_TO[objective]
    if end <= dense:
        return np.arange(1, end + 1)
    grid = dense * GRID_RATIO ** np.arange(1, math.ceil(math.log(end / dense, GRID_RATIO)))
    return np.unique([*range(1, dense + 1), *grid.astype(int), end])


def _draws(samples: SampleSet, ks: np.ndarray) -> np.ndarray:
    """Expected draws of each problem when sampling stops at the first correct sample."""
    # Draw j is made if and only if the first j - 1 samples failed.
    misses = 1 - _passes(samples, int(ks[-1]))
    draws = np.hstack([np.ones((len(misses), 1)), 1 + np.cumsum(misses, axis=1)])
    return np.asarray(draws[:, ks - 1])


def _passes(samples: SampleSet, end: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        return curve(samples, "pass", np.arange(1, end + 1)).per_problem


def check_affordable(table: Table, question: Question) -> None:
    """Refuse a budget that buys no sample."""
    least = float(table.spent.mean(axis=0).min())
    if least > question.budget_limit:
        unit = f" {question.cost.unit}" if question.cost.unit else ""
        raise PlanError(f"{question.label}: buys less than one sample, which costs {least:g}{unit}")

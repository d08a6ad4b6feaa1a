"""The results: a plan, a back-test, and the comparisons and extrapolations behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from ..estimates import SampleCost
from ..laws import Forecast
from ..samples.native import Framed, as_columns, frame_of
from .options import CostModel, Option
from .wording import BY, listed, wrapped

__all__ = ["Backtest", "Comparison", "Plan"]


class Comparison(NamedTuple):
    """Another option beside the chosen one: the paired difference other − chosen, and whether it is significant.

    `told_apart` is whether the interval of the difference excludes 0. `more_problems` is how many more problems would
    make it do so with power 0.8, if the difference and its standard deviation stay as observed; None where it already
    does, where there is no difference, or where over a million would be needed. `score` is as in `Option`.
    """

    selector: str
    k: int
    cost: float
    difference: float
    low: float
    high: float
    told_apart: bool
    more_problems: int | None
    score: str | None = None

    def to_frame(self, backend: str | None = None) -> Any:
        """Return it as a dataframe of the backend, "pandas", "polars" or "pyarrow": one row, or one a point."""
        return frame_of(as_columns(self._asdict()), backend)

    @property
    def key(self) -> str:
        """The selector with its score: "best_of_n by prm"."""
        return self.selector if self.score is None else f"{self.selector}{BY}{self.score}"


class Extrapolation(NamedTuple):
    """An option with more samples than the pilot has, its forecast, and whether the forecast's range limits its k."""

    option: Option
    forecast: Forecast
    capped: bool


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Framed):
    """What to buy, its expected value, and the assumptions behind it; printed as sentences.

    Attributes
    ----------
    choice : Option
        The option to take.
    best : Option
        The option with the highest estimate. Differs from `choice` where their difference is not
        significant and `choice` costs less.
    sure : Option or None
        For a target: the cheapest option whose whole interval lies at or above it.
    compared : tuple of Comparison
        Alternatives to the choice.
    objective : str
    target, budget : float or None
    cost : CostModel
        With the price of the choice's own score, where the pilot has several.
    stop_early : bool
    level : float
    problems, samples : int
        Of the pilot; `samples` is the number that every problem has.
    extrapolates : float
        k / samples: up to 1 the value is estimated without a model, above it is a forecast that rests on the family.
    forecast : Forecast or None
        Behind an extrapolated value: the fitted family and its own forecast, without the pilot's estimate.
    headline : str
        The plan in one sentence.
    reasons, assumes : tuple of str
        Why this choice, and what must hold for the value, in sentences.
    tokens : float or None
        Mean tokens a problem of the choice, where tokens are counted; `choice.cost` is the same or money.
    spending : SampleCost or None
        The cost of the choice with its high quantile and that of all problems of the pilot, where tokens are counted,
        the choice has a fixed number of samples, and the pilot has so many.
    for_problems : int or None
        How many problems are to be solved, where that was said.
    total_budget : float or None
        For all of them, where the budget was given so; `budget` is then the share of one problem.
    """

    choice: Option
    best: Option
    sure: Option | None
    compared: tuple[Comparison, ...]
    objective: str
    target: float | None
    budget: float | None
    cost: CostModel
    stop_early: bool
    level: float
    problems: int
    samples: int
    extrapolates: float
    forecast: Forecast | None
    headline: str
    reasons: tuple[str, ...]
    assumes: tuple[str, ...]
    tokens: float | None = None
    spending: SampleCost | None = None
    for_problems: int | None = None
    total_budget: float | None = None

    def _rows(self) -> dict[str, Any]:
        named = {"chosen": self.choice, "highest estimate": self.best, "whole interval reaches the target": self.sure}
        options = {what: option for what, option in named.items() if option is not None}
        rows = [{"option": what} | option._asdict() for what, option in options.items()]
        found: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
        return found | {"objective": self.objective, "level": self.level, "problems": self.problems}

    def __repr__(self) -> str:
        lines = ["", "Why", *listed(self.reasons), "", "Assumptions", *listed(self.assumes)]
        return "\n".join([*wrapped(self.headline), *lines])


@dataclass(frozen=True, eq=False, repr=False)
class Backtest(Framed):
    """What plans from small pilots would have reached on a recording; printed as sentences.

    Means are over the pilots that gave a plan which the recording can judge, and NaN where there is none.

    Attributes
    ----------
    expected, reached : float
        What the plans expected, and what their choices reach on the whole recording; means.
    held : float
        Share of the plans whose interval contains the value that the choice reaches: the interval's coverage.
    spent : float
        Mean cost a problem.
    regret : float
        For a budget: how far `reached` stays below the value of `best`. For a target: how far `spent` lies above the
        cost of `best`; negative where plans spend less, and then mostly miss the target.
    on_target : float
        For a target: share of the plans whose choice reaches it. NaN for a budget.
    best : Option or None
        The best fixed choice among the options that a pilot of this size can choose from: with the highest value
        within the budget, or the cheapest that reaches the target.
    uncapped : Option or None
        The same with all the recorded numbers of samples allowed.
    highest_expected, highest_reached, highest_spent : float
        The same three of taking the highest estimate each time and believing it.
    choices : tuple of (str, int, float)
        Selector, k, and the share of the plans that chose them; the most frequent first. Where the recording has
        several scores the selector names its own, as in "best_of_n by prm".
    refused, unjudged : float
        Share of the pilots that gave no plan, and of those whose plan goes beyond the recording.
    pilot_size, problems, repeats : int
    objective : str
    target, budget : float or None
    stop_early : bool
    level : float
    headline : str
        The set-up, in one sentence.
    outcome : tuple of str
        The results, in sentences.
    unit : str
        Of the costs; empty where the cost model names none.
    """

    _columns = (
        "expected",
        "reached",
        "held",
        "spent",
        "regret",
        "on_target",
        "highest_expected",
        "highest_reached",
        "highest_spent",
        "refused",
        "unjudged",
        "pilot_size",
        "problems",
        "repeats",
        "objective",
        "target",
        "budget",
        "stop_early",
        "level",
        "unit",
    )

    expected: float
    reached: float
    held: float
    spent: float
    regret: float
    on_target: float
    best: Option | None
    uncapped: Option | None
    highest_expected: float
    highest_reached: float
    highest_spent: float
    choices: tuple[tuple[str, int, float], ...]
    refused: float
    unjudged: float
    pilot_size: int
    problems: int
    repeats: int
    objective: str
    target: float | None
    budget: float | None
    stop_early: bool
    level: float
    headline: str
    outcome: tuple[str, ...]
    unit: str = ""

    def __repr__(self) -> str:
        return "\n".join([*wrapped(self.headline), "", *listed(self.outcome)])

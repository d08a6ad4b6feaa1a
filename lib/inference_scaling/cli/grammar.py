"""Options that several commands share: one name, one form and one order in all of them.

The order is: the table (files, groups, columns, rows), how an answer is selected, numbers of samples, the goal of a
plan, costs, level and seed, and last the form of the output.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..decisions.options import OBJECTIVES, per_problem
from ..decisions.wording import BY
from ..estimates import TokenCost
from ..reports.result_tables import TITLES
from ..samples import SampleSet


class AskedScore(NamedTuple):
    """A column that scores samples, and what scoring one costs where that was given."""

    column: str
    price: float | None


def add_selector(command: argparse.ArgumentParser, choices: Sequence[str], what: str, **options: Any) -> None:
    """Add how the final answer is selected."""
    command.add_argument("--selector", choices=choices, help=what, **options)


def add_k(command: argparse.ArgumentParser, default: str) -> None:
    """Add the numbers of samples."""
    command.add_argument(
        "--k", nargs="+", metavar="K", help=f"numbers of samples, as in --k 1 8 64 (default: {default})"
    )


def add_goal(command: argparse.ArgumentParser, *, required: bool, default: str = "") -> None:
    """Add the goal of a plan."""
    command.add_argument(
        "--objective",
        required=required,
        choices=OBJECTIVES,
        help="coverage: selection by a perfect check; accuracy: selection by a vote or a score; reward: the mean "
        "partial credit (the column 'reward', or that of --reward) of what a vote or a score selects"
        + ("" if required else " (default: accuracy where the file has answers or scores, else coverage)"),
    )
    goal = command.add_mutually_exclusive_group(required=required)
    goal.add_argument("--budget", type=float, metavar="B", help=f"the most that one problem may cost{default}")
    if required:
        goal.add_argument(
            "--total-budget", type=float, metavar="B", help="the most that all problems of --for may cost together"
        )
    goal.add_argument(
        "--target", type=float, metavar="X", help="the share of problems to solve, or the mean reward, as in 0.9"
    )
    if required:
        command.add_argument(
            "--for",
            dest="for_problems",
            type=int,
            metavar="M",
            help="how many problems are to be solved (default: those of the file); with --budget or --target the plan "
            "also says what they cost together",
        )


def add_level_and_seed(command: argparse.ArgumentParser, of: str) -> None:
    """Add the confidence level, and the seed of what is drawn."""
    command.add_argument("--level", type=float, metavar="X", default=0.95, help="confidence level (default: 0.95)")
    command.add_argument("--seed", type=int, metavar="S", default=0, help=f"seed of {of} (default: 0)")


def budget_of(arguments: argparse.Namespace, samples: SampleSet) -> float | None:
    """The budget for one problem, where a budget is given."""
    return per_problem(samples, arguments.budget, arguments.total_budget, arguments.for_problems)[0]


# -- scores ------------------------------------------------------------------------------------------------------


def asked_scores(arguments: argparse.Namespace) -> tuple[AskedScore, ...]:
    """The columns of --score, in place of the column 'score'; what follows an equals sign is a price."""
    found: list[AskedScore] = []
    for text in arguments.score or ():
        column, sign, number = text.rpartition("=")
        try:
            price = float(number) if sign else None
        except ValueError:
            # A column's name may hold an equals sign, and a price is a number.
            column, price = text, None
        column = column if sign and price is not None else text
        if price is not None and (not math.isfinite(price) or price < 0):
            raise ValueError(f"--score {text}: the price must be finite, at least 0")
        if not column.strip():
            raise ValueError(f"--score {text}: must name a column, as in --score prm=0.5")
        if any(column == other.column for other in found):
            raise ValueError(f"--score names {column} twice")
        found.append(AskedScore(column, price))
    free = [one.column for one in found if one.price is None]
    if free and len(free) < len(found):
        raise ValueError(f"--score {free[0]} has no price: give one to each, as in {free[0]}=0.1, or to none")
    return tuple(found)


def several_scores(arguments: argparse.Namespace) -> dict[str, float | None]:
    """The prices of the scores by their names where there are several, or one with a price; else empty."""
    found = asked_scores(arguments)
    return (
        {one.column: one.price for one in found}
        if len(found) > 1 or any(one.price is not None for one in found)
        else {}
    )


def check_prices(arguments: argparse.Namespace, priced: bool, *others: str) -> None:
    """Refuse prices that mean nothing here, and options that price the same scoring again."""
    scores = several_scores(arguments)
    if not any(price is not None for price in scores.values()):
        return
    name, price = next(iter(scores.items()))
    if not priced:
        raise ValueError(f"--score {name}={price:g}: a price is of use with --cost; without it name the column alone")
    for other in others:
        if getattr(arguments, other) is not None:
            raise ValueError(
                f"--{other.replace('_', '-')} is given with --score {name}={price:g}, which has the price of its own "
                "scoring"
            )


def with_price(cost: TokenCost, price: float | None) -> TokenCost:
    """The cost with the price of a score: how many tokens its verifier reads for each token of a sample."""
    return cost if price is None else replace(cost, verifier=price)


def keyed(
    samples: SampleSet, selectors: Sequence[str], needs_score: Sequence[str], scores: Sequence[str]
) -> dict[str, tuple[str, SampleSet]]:
    """Each selector with the samples that it reads; one that needs a score is there with each of several."""
    found = {}
    for selector in selectors:
        if selector in needs_score and scores:
            found |= {f"{selector}{BY}{name}": (selector, samples.with_score(name)) for name in scores}
        else:
            found[selector] = selector, samples
    return found


def title_of(key: str, titles: dict[str, str] = TITLES) -> str:
    """What tables and figures call a selector, with its score where there are several."""
    selector, by, score = key.partition(BY)
    return titles.get(selector, selector) + by + score

"""The options that say what samples cost, in tokens or money, and what they ask for."""

from __future__ import annotations

import argparse
import math
from typing import Any

import numpy as np

from .. import estimates
from ..estimates.costs import in_unit, shown
from .grammar import several_scores, title_of

PRICES = ("price_in", "price_out", "price_verifier", "price_unit")
UNIT = "USD per million tokens"


def add_costs(command: argparse.ArgumentParser, what: str) -> None:
    """Add the options of a cost; `what` says what --cost does here."""
    group = command.add_argument_group(
        "cost", "The file then has a column tokens, and prompt_tokens to charge prompts."
    )
    group.add_argument("--cost", choices=("tokens", "money"), help=what)
    group.add_argument(
        "--prompt",
        choices=("shared", "each", "free"),
        help="charge a prompt once a problem (shared), with each sample (each), or not at all (free); needed where the "
        "file has a column prompt_tokens",
    )
    group.add_argument(
        "--verifier-reads",
        type=float,
        metavar="R",
        help="tokens that a verifier reads for each token of a sample that it scores (a process reward model: 1)",
    )
    for name, whose in (
        ("in", "of tokens that the model reads"),
        ("out", "of tokens that it generates"),
        ("verifier", "of tokens that a verifier reads"),
    ):
        group.add_argument(
            f"--price-{name}",
            type=float,
            nargs="+",
            metavar="P",
            help=f"price {whose}, in --price-unit; for two systems one price or two",
        )
    group.add_argument("--price-unit", metavar="UNIT", help=f"the prices' unit, as in --price-unit '{UNIT}'")


def asked_costs(arguments: argparse.Namespace, systems: int = 1) -> list[estimates.TokenCost] | None:
    """How the tokens of each system are counted, or None where no cost is asked for."""
    given = [name for name in (*PRICES, "prompt", "verifier_reads") if getattr(arguments, name) is not None]
    if arguments.cost != "money":
        unused = [name for name in given if arguments.cost is None or name in PRICES]
        if unused:
            wanted = "money" if unused[0] in PRICES else "tokens"
            raise ValueError(f"{_option(unused[0])} is given without --cost {wanted}")
    if arguments.cost is None:
        return None
    reads = arguments.verifier_reads or 0.0
    scored = any(price for price in several_scores(arguments).values())
    if arguments.cost == "tokens":
        return [estimates.TokenCost(arguments.prompt, reads)] * systems
    needed = ["price_in", "price_out", "price_unit", *(["price_verifier"] if reads or scored else [])]
    lacking = [name for name in needed if getattr(arguments, name) is None]
    if lacking:
        what = f"a price needs its unit, as in --price-unit '{UNIT}'" if lacking == ["price_unit"] else "give it"
        raise ValueError(f"--cost money without {_option(lacking[0])}: {what}")
    prices = [_of_each(arguments, name, systems) for name in PRICES[:3]]
    return [
        estimates.TokenCost(
            arguments.prompt,
            reads,
            estimates.TokenPrices(float(read or 0.0), float(made or 0.0), arguments.price_unit, check),
        )
        for read, made, check in zip(*prices, strict=True)
    ]


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _of_each(arguments: argparse.Namespace, name: str, systems: int) -> list[float | None]:
    """The price of each system."""
    given = getattr(arguments, name)
    if given is None:
        return [None] * systems
    if len(given) not in (1, systems):
        most = "one price" if systems == 1 else f"one price or {systems}"
        raise ValueError(f"{_option(name)} has {len(given)} prices: must be {most}")
    for price in given:
        if not math.isfinite(price) or price < 0:
            raise ValueError(f"{_option(name)} {price:g}: must be finite, at least 0")
    return list(given) if len(given) == systems else [given[0]] * systems


def cost_columns(curves: dict[str, estimates.Curve], titles: dict[str, str]) -> list[list[str]]:
    """Columns with the mean cost and its high quantile for each k, headings first: one where all curves cost alike."""
    spent = {selector: one.spending for selector, one in curves.items() if one.spending is not None}
    first = next(iter(spent.values()), None)
    if first is None:
        return []
    if all(np.array_equal(one.mean, first.mean) for one in spent.values()):
        return [_cost_column(first.unit, first)]
    return [_cost_column(f"{one.unit}, {title_of(selector, titles)}", one) for selector, one in spent.items()]


def _cost_column(head: str, spent: estimates.SampleCost) -> list[str]:
    rows = zip(spent.mean, spent.high, strict=True)
    return [head, *(f"{shown(mean)} ({shown(high)})" for mean, high in rows)]


def cost_lines(curves: dict[str, estimates.Curve]) -> list[str]:
    """What the columns of costs are, and what the whole file cost."""
    one = next(iter(curves.values())).spending
    if one is None:
        return []
    # Of selectors that pay a verifier and others the whole file has two costs: the least is that of its samples alone.
    recorded = min(each.spending.recorded for each in curves.values() if each.spending is not None)
    return [
        f"Cost: mean {one.unit} a problem; in parentheses what {100 * one.quantile:g} % of the cases do not exceed.",
        f"All recorded samples of the file cost {in_unit(recorded, one.unit)}.",
    ]


def cost_record(one: estimates.Curve) -> dict[str, Any]:
    """The cost of a curve as JSON has it."""
    spent = one.spending
    if spent is None:
        return {}
    arrays = {name: np.asarray(getattr(spent, name)).tolist() for name in ("mean", "high", "high_error", "total")}
    return {"cost": {"unit": spent.unit, "quantile": spent.quantile, "recorded": spent.recorded} | arrays}

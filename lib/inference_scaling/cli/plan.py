"""The command `plan`: how many samples to draw, from a pilot."""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from .. import decisions
from ..decisions.options import PICKERS, PREFER
from ..estimates import TokenCost
from ..samples import SampleSet
from .costs import add_costs, asked_costs
from .grammar import add_goal, add_level_and_seed, add_selector, check_prices, several_scores
from .messages import one_line, with_options
from .output import Command, add_forms, as_record, in_form, made_by, note_lines, size_line
from .tables import NEEDS, add_file, for_each_group

Found = TypeVar("Found", decisions.Plan, decisions.Backtest)


def add_plan(commands: Any) -> Command:
    command = commands.add_parser(
        "plan",
        help="how many samples to draw, how to select among them and by which score, from a pilot",
        description=(
            "Plan from a pilot, a few samples of each of some problems: the number of samples and the selector (with "
            "its score, where --score names several), the expected result with its confidence interval, and the "
            "assumptions. Partial credit is planned with --objective reward. FILE is as for curve."
        ),
    )
    add_question(command, "the folds")
    add_forms(command)
    return command, _plan


def add_question(command: argparse.ArgumentParser, seed: str) -> None:
    """Add what plans and back-tests ask."""
    add_file(command)
    add_selector(
        command,
        (*PICKERS, "highest"),
        "selectors to consider (default: all that the file's columns allow, except weighted; the votes that stop, "
        "certain, adaptive and windows, only with --stop-early; highest, a check that knows the reward, only by name)",
        nargs="+",
    )
    add_goal(command, required=True)
    command.add_argument(
        "--stop-early",
        action="store_true",
        help="samples are drawn one after the other: coverage stops at the first correct one, and votes may stop early",
    )
    command.add_argument(
        "--prefer",
        choices=PREFER,
        default="cheaper",
        help="what to take where differences are not significant: the cheaper (default) or the highest estimate",
    )
    add_prices(command)
    add_level_and_seed(command, seed)


def add_prices(command: argparse.ArgumentParser) -> None:
    """Add what a sample and its check cost, and how the file's own tokens are counted in place of it."""
    command.add_argument("--generate", type=float, metavar="C", help="cost of one sample, in any unit (default: 1)")
    command.add_argument("--verify", type=float, metavar="C", help="cost of scoring or checking it (default: 0)")
    add_costs(command, "count the file's own tokens in place of --generate and --verify: --budget is then in this unit")


def _plan(arguments: argparse.Namespace) -> str:
    return for_each_group(arguments, _plan_of)


def _plan_of(arguments: argparse.Namespace, samples: SampleSet, notes: list[str]) -> str:
    goal = {name: getattr(arguments, name) for name in ("budget", "total_budget", "for_problems")}
    found = answered(arguments, samples, notes, lambda question: decisions.plan(samples, **goal, **question))
    found = replace(found, reasons=(*map(with_options, found.reasons), *_can_stop(found)))
    if arguments.form is not None:
        return in_form(found, arguments.form, notes)
    return shown(arguments, samples, found, notes)


def answered(
    arguments: argparse.Namespace, samples: SampleSet, notes: list[str], ask: Callable[[dict[str, Any]], Found]
) -> Found:
    """The answer to the question of the options, but for its budget; what is to be noted is added to the notes."""
    scores = several_scores(arguments)
    check_prices(arguments, True, "verify", "verifier_reads")
    question = {
        "objective": arguments.objective,
        "target": arguments.target,
        "cost": priced(arguments),
        # Names without prices all cost what --verify says.
        "scores": list(scores) if None in scores.values() else scores or None,
        "selectors": arguments.selector,
        "stop_early": arguments.stop_early,
        "prefer": arguments.prefer,
        "level": arguments.level,
        "rng": arguments.seed,
    }
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = ask(question)
    votes = any("answer" in NEEDS[selector] for selector in arguments.selector or PICKERS)
    if arguments.objective != "coverage" and votes:
        notes += samples.notes
    notes += dict.fromkeys(one_line(warning.message) for warning in caught)
    return found


def shown(arguments: argparse.Namespace, samples: SampleSet, found: Any, notes: list[str]) -> str:
    """A plan or a back-test as JSON or in words."""
    if arguments.json:
        head = {"file": arguments.file, "seed": arguments.seed} | made_by(arguments.files)
        return json.dumps(head | as_record(found) | {"notes": notes})
    return "\n".join([size_line(arguments.file, samples), *note_lines(notes), "", str(found)])


def priced(arguments: argparse.Namespace) -> decisions.CostModel | TokenCost:
    """What a sample costs by the options of `add_prices`."""
    counted = asked_costs(arguments)
    generate, verify = arguments.generate, arguments.verify
    if counted is None:
        return decisions.CostModel(1.0 if generate is None else generate, 0.0 if verify is None else verify)
    for name, value in (("generate", generate), ("verify", verify)):
        if value is not None:
            raise ValueError(
                f"--{name} {value:g} is given with --cost {arguments.cost}, which counts the file's tokens"
            )
    return counted[0]


def _can_stop(found: decisions.Plan) -> list[str]:
    """That a vote can stop, where the plan is a vote that does not. Of two samples the second decides nothing."""
    if found.choice.selector != "majority" or found.choice.k <= 2 or found.stop_early:
        return []
    return ["Where samples are drawn one after the other a vote can stop early and cost less: add --stop-early."]

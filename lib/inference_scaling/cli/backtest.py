"""The command `backtest`: what plans from small pilots of a recording would have reached on all of it."""

from __future__ import annotations

import argparse
from typing import Any

from .. import decisions
from ..samples import SampleSet
from .grammar import budget_of
from .output import Command
from .plan import add_question, answered, shown
from .tables import for_each_group


def add_backtest(commands: Any) -> Command:
    command = commands.add_parser(
        "backtest",
        help="what plans from small pilots of a recording would have reached on all of it",
        description=(
            "Draw many small pilots from a recording, plan from each, and evaluate what the plans chose on the whole "
            "recording: what they promised, what they reached, and the best fixed choice. FILE is as for curve, the "
            "question as for plan."
        ),
    )
    add_question(command, "the pilots and the folds")
    command.add_argument(
        "--pilot",
        required=True,
        type=int,
        metavar="N",
        help="samples of each problem in a pilot, fewer than were recorded",
    )
    command.add_argument(
        "--pilot-problems",
        type=int,
        metavar="M",
        help="problems of a pilot, drawn with replacement (default: as many as the file has)",
    )
    command.add_argument("--repeats", type=int, metavar="R", default=100, help="pilots to draw (default: 100)")
    command.add_argument("--json", action="store_true", help="print JSON, with version and hash of the file")
    return command, _backtest


def _backtest(arguments: argparse.Namespace) -> str:
    return for_each_group(arguments, _backtest_of)


def _backtest_of(arguments: argparse.Namespace, samples: SampleSet, notes: list[str]) -> str:
    asked = {"budget": budget_of(arguments, samples), "problems": arguments.pilot_problems}
    asked["repeats"] = arguments.repeats
    found = answered(
        arguments, samples, notes, lambda question: decisions.backtest(samples, arguments.pilot, **asked, **question)
    )
    return shown(arguments, samples, found, notes)

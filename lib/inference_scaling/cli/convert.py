"""The command `convert`: logs of an evaluation tool to a table of samples."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..samples import write_samples
from ..samples.files import write_systems
from ..samples.spellings import SAME
from ..sources import logs
from .messages import with_options
from .output import Command, note_lines, size_line
from .tables import conditions


def add_convert(commands: Any) -> Command:
    command = commands.add_parser(
        "convert",
        help="make a table of samples from the logs of an evaluation tool",
        description=(
            f"Read logs of {', '.join(logs.TOOLS[:-1])} or {logs.TOOLS[-1]} and write a table for the other commands. "
            "Several runs on the same problems give more samples of each."
        ),
    )
    command.add_argument(
        "logs", metavar="LOG", nargs="+", help="a log with a judgement of each sample, a folder of them, or a pattern"
    )
    command.add_argument("--out", metavar="OUT", required=True, help="the table to write: .csv or .jsonl")
    command.add_argument("--metric", help="the metric to use, if the log has several")
    command.add_argument(
        "--at-least", type=float, metavar="X", help="the lowest value of the metric that counts as right"
    )
    command.add_argument(
        "--unscored",
        choices=logs.UNSCORED,
        default="refuse",
        help="how to count samples without a judgement, as after an error (default: refuse)",
    )
    command.add_argument(
        "--judge",
        choices=list(logs.JUDGES),
        help="judge all responses of the log against its reference answers, where it holds several and judged one",
    )
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="ORIGIN=VALUE",
        help=f"use only one model, task, run or file ({', '.join(logs.ORIGINS)}), as in --where model=small",
    )
    command.add_argument(
        "--by", choices=logs.ORIGINS, help="keep models, tasks, runs or files apart, in a column of that name"
    )
    command.add_argument(
        "--same-answers",
        nargs="+",
        metavar="RULE",
        choices=list(SAME),
        help=f"which answers mean the same: {', '.join(SAME)}",
    )
    return command, _convert


def _convert(arguments: argparse.Namespace) -> str:
    if Path(arguments.out).exists():
        raise ValueError(f"{arguments.out} already exists: name another file, or remove it")
    options = {
        "metric": arguments.metric,
        "at_least": arguments.at_least,
        "unscored": arguments.unscored,
        "judge": arguments.judge,
        "where": conditions(arguments.where),
        "same": arguments.same_answers,
    }
    if arguments.by is None:
        systems = {"": logs.read(*arguments.logs, **options)}
        write_samples(systems[""], arguments.out)
    else:
        systems = logs.read_systems(*arguments.logs, by=arguments.by, **options)
        write_systems(systems, arguments.by, arguments.out)
    first, *_ = systems.values()
    lines = [size_line(arguments.out, one) for one in systems.values()]
    if arguments.by is not None:
        lines = [line.replace(": ", f": {arguments.by} {name}, ", 1) for name, line in zip(systems, lines, strict=True)]
    lines += [f"From {first.meta['source']}, judged by {first.meta['tool']}, metric {first.meta['metric']!r}."]
    told = {
        (note if not name or len(systems) == 1 else f"{name}: {note}"): None
        for name, one in systems.items()
        for note in one.meta.get("notes", ())
    }
    lines += note_lines([with_options(note) for note in told])
    if max(one.n.max() for one in systems.values()) == 1:
        lines.append("Note: one sample a problem is enough for k = 1 only; add logs of other runs for larger k.")
    by = "" if arguments.by is None else f" --by {arguments.by}"
    return "\n".join([*lines, f"Next: inference-scaling curve {arguments.out}{by}"])

"""The command `audit`: published rows back to whole tasks."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import estimates
from ..samples.files import read_columns
from .output import Command, as_record


def add_audit(commands: Any) -> Command:
    command = commands.add_parser(
        "audit",
        help="from published rows of pass^1 to pass^n back to whole tasks, or why none fit",
        description=(
            "For each row of FILE, find the numbers of tasks with 0, 1, ..., n successes that round to its pass^1 to "
            "pass^n, or say why there are none. FILE is CSV or TSV, also as .gz, with one published row a line: the "
            "columns pass_1, pass_2, ... as fractions of 1, and tasks unless --tasks is given. The other columns name "
            "the row."
        ),
    )
    command.add_argument("file", metavar="FILE", help="a table with one published row a line")
    command.add_argument("--tasks", type=int, metavar="T", help="the number of tasks of every row")
    command.add_argument(
        "--decimals",
        type=int,
        metavar="D",
        help="digits that rows were rounded to (default: the most that a row shows)",
    )
    command.add_argument(
        "--rounded-twice", action="store_true", help="allow for a row that was rounded to one digit more before"
    )
    command.add_argument(
        "--name", nargs="+", metavar="COLUMN", help="columns that name a row (default: the first two of the others)"
    )
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return command, _audit


def _audit(arguments: argparse.Namespace) -> str:
    columns = read_columns(arguments.file)
    passes = [f"pass_{k}" for k in range(1, 1 + sum(re.fullmatch(r"pass_\d+", name) is not None for name in columns))]
    if not passes or (missing := [name for name in passes if name not in columns]):
        gone = missing[0] if passes else "pass_1"
        raise ValueError(f"{arguments.file}: no column {gone!r}; it has {', '.join(columns)}")
    if arguments.tasks is None and "tasks" not in columns:
        raise ValueError(f"{arguments.file}: no column 'tasks'; give the number of tasks with --tasks")
    if unknown := [name for name in arguments.name or () if name not in columns]:
        raise ValueError(f"--name {unknown[0]}: the file has no such column; it has {', '.join(columns)}")
    naming = arguments.name or [name for name in columns if name not in (*passes, "tasks")][:2]
    found = []
    for i in range(len(columns[passes[0]])):
        try:
            tasks = columns["tasks"][i] if arguments.tasks is None else arguments.tasks
            one = estimates.audit(
                [columns[name][i] for name in passes],
                int(tasks),
                decimals=arguments.decimals,
                roundings=1 + arguments.rounded_twice,
            )
        except ValueError as error:
            raise ValueError(f"{arguments.file}, row {i + 1}: {error}") from None
        found.append((" ".join(filter(None, (columns[name][i] for name in naming))) or f"row {i + 1}", one))
    if arguments.json:
        rows = [{"row": name, "verdict": one.verdict} | as_record(one) for name, one in found]
        return json.dumps({"file": arguments.file, "rows": rows})
    return _audit_table(arguments.file, found)


def _audit_table(file: str, found: Sequence[tuple[str, estimates.Audit]]) -> str:
    said = {"one": "one histogram", "several": "several", "none": "no histogram", "undecided": "undecided"}
    counts = [(said[verdict], sum(one.verdict == verdict for _, one in found)) for verdict in said]
    width = max(len(name) for name, _ in found)
    return "\n".join(
        [
            f"{Path(file).name}: {len(found):,} rows; "
            + ", ".join(f"{words}: {count:,}" for words, count in counts if count),
            "A row without a histogram was not made from so many whole tasks and trials; why, it does not say.",
            "",
            *(f"{name.ljust(width)}  {one}" for name, one in found),
        ]
    )

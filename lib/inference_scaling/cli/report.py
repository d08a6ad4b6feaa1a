"""The command `report`: one page on a system, or on several, to show to a team."""

from __future__ import annotations

import argparse
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

from ..reports.forms import FORMS
from .compare import systems_of
from .grammar import add_goal, add_level_and_seed, several_scores
from .messages import with_options
from .output import Command, note_lines, read_files, size_line
from .plan import add_prices, priced
from .tables import add_systems

PAGES = (".html", ".htm")
TABLES = {".md": "markdown", ".tex": "latex", ".csv": "csv"}


def add_report(commands: Any) -> Command:
    command = commands.add_parser(
        "report",
        help="one page with curves, who is ahead where, a plan, the hardest problems and warnings",
        description=(
            "Write a report on the samples of one system, or of several on the same problems: one HTML file that needs "
            "no script and no network. Files are as for curve."
        ),
    )
    add_systems(command, "one with --by")
    add_goal(command, required=False, default=" (default: what was recorded)")
    add_prices(command)
    add_level_and_seed(command, "what is drawn")
    command.add_argument(
        "--out",
        required=True,
        metavar="OUT",
        help="the report to write: .html; its tables alone: .md, .tex or .csv",
    )
    command.add_argument("--title", help="the report's title (default: the names of the files)")
    return command, _report


def _report(arguments: argparse.Namespace) -> str:
    out = Path(arguments.out)
    ending = out.suffix.lower()
    if ending not in (*PAGES, *TABLES):
        raise ValueError(f"--out {out}: must end in .html, or in {', '.join(TABLES)} for the tables alone")
    if out.exists() and any(out.samefile(file) for file in read_files(arguments.files)):
        raise ValueError(f"--out {out} is a file to read: name another one")
    scores = several_scores(arguments)
    if scores:
        raise ValueError(
            f"--score {' '.join(arguments.score)}: a report shows one score, and its price is --verify or "
            "--verifier-reads; curve, compare and plan take several"
        )
    systems, notes = systems_of(arguments)
    found = _evaluation(arguments, systems, notes)
    if ending in TABLES:
        text = "\n".join(FORMS[TABLES[ending]](table) for table in found.tables)
    else:
        text = _page(arguments, found)
    out.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    lines = [size_line(name, samples) for name, samples in systems.items()]
    return "\n".join([*lines, *note_lines(found.warnings), "", *found.summary, "", f"Report written to {out}"])


def _evaluation(arguments: argparse.Namespace, systems: Any, notes: list[str]) -> Any:
    return _room("evaluation").evaluation_report(
        systems if len(systems) > 1 else next(iter(systems.values())),
        title=arguments.title or f"Evaluation of {', '.join(systems)}",
        objective=arguments.objective,
        budget=arguments.budget,
        target=arguments.target,
        cost=priced(arguments),
        level=arguments.level,
        shared=arguments.shared,
        rng=arguments.seed,
        notes=notes,
        words=with_options,
    )


def _page(arguments: argparse.Namespace, found: Any) -> str:
    page = _room("page")
    settings = [("seed", str(arguments.seed)), ("level", f"{arguments.level:g}")]
    settings += [("rows", one) for one in arguments.where]
    command = shlex.join(["inference-scaling", "report", *arguments.typed])
    return page.as_page(found, page.Provenance.of(read_files(arguments.files), command, settings))


def _room(name: str) -> Any:
    """A module of the reports; what is missing for it is said in one line."""
    try:
        return import_module(f"..reports.{name}", __package__)
    except ModuleNotFoundError as error:
        raise ValueError(f"a report needs the module {error.name}: pip install 'inference-scaling[report]'") from error

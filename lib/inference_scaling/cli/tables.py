"""Tables that commands read: the options that every such command has, and notes on what was read."""

from __future__ import annotations

import argparse
import glob
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..decisions.options import NEEDS as PICKERS_NEED
from ..reports.result_tables import doubling_k
from ..samples import SampleError, SampleSet, read_samples
from ..samples.files import read_systems
from ..samples.opening import STDIN, STDIN_NAME
from ..samples.spellings import SAME
from ..sources import logs
from .grammar import asked_scores, several_scores
from .messages import with_options

# Columns that a selector needs beside `correct`: of a table of samples, and of what a plan may choose.
NEEDS: dict[str, tuple[str, ...]] = {"pass": (), "all": (), **PICKERS_NEED}


# The columns that a table may name otherwise, and what each holds.
NAMED = {
    "problem": "the problem's name",
    "correct": "whether the sample is right",
    "answer": "the answer, for votes",
    "score": "a score, for best-of-N",
    "tokens": "the tokens that the sample took",
    "prompt_tokens": "the tokens of the prompt",
    "reward": "partial credit, from 0 to 1",
}


def add_file(command: argparse.ArgumentParser) -> None:
    """Add the files of one table, and the options that group it, name its columns and select its rows."""
    command.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a table with one row a sample; a folder, a pattern such as 'runs/*.csv', - for the standard input, or "
        "several files, which are read as one table",
    )
    command.add_argument("--by", metavar="COLUMN", help="one result for each value of a column, as in --by difficulty")
    add_rows(command)


def add_systems(command: argparse.ArgumentParser, needed: str) -> None:
    """Add the files of several systems, and the options that tell these apart, name columns and select rows."""
    command.add_argument(
        "files", metavar="FILE", nargs="+", help=f"a table, a folder or a pattern for each system, or {needed}"
    )
    command.add_argument(
        "--by", metavar="COLUMN", help="the column that tells the systems of a file apart, as in --by model"
    )
    command.add_argument(
        "--shared", action="store_true", help="use the problems that all systems have, where some have others too"
    )
    add_rows(command)


def add_rows(command: argparse.ArgumentParser) -> None:
    """Add the options that name the columns of a table and select its rows."""
    columns = command.add_argument_group("the columns of your table")
    for name, holds in NAMED.items():
        if name == "score":
            columns.add_argument(
                "--score",
                metavar="COLUMN[=PRICE]",
                nargs="+",
                help="the column with a score, for best-of-N, if not 'score'; several are compared with one another, "
                "as in --score prm orm. A price is what scoring a sample costs, as in prm=0.5: in the place of "
                "--verify, or with --cost of --verifier-reads",
            )
            continue
        columns.add_argument(
            f"--{name.replace('_', '-')}", metavar="COLUMN", help=f"the column with {holds}, if not '{name}'"
        )
    columns.add_argument(
        "--at-least",
        type=float,
        metavar="X",
        help="where the judgement is a number: the lowest value that counts as right",
    )
    columns.add_argument(
        "--same-answers",
        nargs="+",
        metavar="RULE",
        choices=list(SAME),
        help=f"which answers mean the same: {', '.join(SAME)}; several are applied in turn, as in boxed fraction",
    )
    rows = command.add_argument_group("the rows of your table")
    rows.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="use only rows with this value in this column, as in --where model=small; repeated for another column, "
        "or for another value of the same one",
    )
    rows.add_argument("--at-least-samples", type=int, metavar="N", help="leave out problems with fewer than N samples")


def table_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """How a table is read, as the functions that read one take it."""
    given = {name: getattr(arguments, name) for name in NAMED if name != "score"}
    several = several_scores(arguments)
    if not several and arguments.score is not None:
        given["score"] = asked_scores(arguments)[0].column
    return {
        "names": {name: column for name, column in given.items() if column is not None},
        "scores": list(several),
        "where": conditions(arguments.where),
        "at_least": arguments.at_least,
        "same": arguments.same_answers,
    }


def read_table(arguments: argparse.Namespace) -> tuple[SampleSet, list[str]]:
    """Read a table, with notes on it."""
    with tool_named(arguments.files):
        samples = read_samples(arguments.files, **table_options(arguments))
    enough, notes = with_enough_samples(samples, arguments.at_least_samples)
    return enough, [*reading_notes(samples, arguments), *notes]


def read_groups(arguments: argparse.Namespace) -> dict[str, tuple[SampleSet, list[str]]]:
    """Read the samples of each value of --by, with notes on them; without it of all, under the name ""."""
    if arguments.by is None:
        return {"": read_table(arguments)}
    with tool_named(arguments.files):
        found = read_systems(arguments.files, arguments.by, **table_options(arguments))
    groups = {}
    for name, samples in found.items():
        try:
            enough, notes = with_enough_samples(samples, arguments.at_least_samples)
        except ValueError as error:
            raise ValueError(f"{arguments.by} {name}: {error}") from None
        groups[name] = enough, [*reading_notes(samples, arguments), *notes]
    return groups


def for_each_group(
    arguments: argparse.Namespace, show: Callable[[argparse.Namespace, SampleSet, list[str]], str]
) -> str:
    """What a command prints for its table, or for each group of --by in turn; `arguments.group` is the group's name."""
    arguments.file = arguments.files[0] if len(arguments.files) == 1 else shown_name(arguments.files)
    shown = {}
    for name, (samples, notes) in read_groups(arguments).items():
        arguments.group = name
        try:
            shown[name] = show(arguments, samples, notes)
        except ValueError as error:
            if not name:
                raise
            raise ValueError(f"{arguments.by} {name}: {error}") from error
    if arguments.by is None:
        return shown[""]
    if arguments.json:
        groups = {name: json.loads(text) for name, text in shown.items()}
        return json.dumps({"files": arguments.files, "by": arguments.by, "groups": groups})
    return "\n\n".join(f"== {arguments.by} {name} ==\n{text}" for name, text in shown.items())


def reading_notes(samples: SampleSet, arguments: argparse.Namespace) -> list[str]:
    """What was noticed in reading, in the words of the command line."""
    notes = [with_options(note) for note in samples.meta.get("notes", ())]
    if arguments.same_answers:
        notes.append(f"answers are compared by {', then '.join(arguments.same_answers)}")
    return notes


def shown_name(files: Sequence[str]) -> str:
    """What the output calls the table."""
    if len(files) > 1:
        return f"{len(files)} files"
    return STDIN_NAME if files[0] == STDIN else Path(files[0]).name


def system_name(file: str) -> str:
    """What a table is called where several stand beside each other."""
    if file == STDIN:
        return STDIN_NAME
    return file if glob.has_magic(file) else Path(file).name.partition(".")[0] or file


def conditions(given: Sequence[str]) -> dict[str, list[str]]:
    """What --where asks for: of each column, the values."""
    where: dict[str, list[str]] = {}
    for one in given:
        column, sign, value = one.partition("=")
        if not sign or not column.strip():
            raise ValueError(f"--where {one}: must be a column and a value, as in --where model=small")
        where.setdefault(column.strip(), []).append(value)
    return where


@contextmanager
def tool_named(files: Sequence[str]) -> Iterator[None]:
    """The error for a log of an evaluation tool names the command that converts it."""
    try:
        yield
    except SampleError as error:
        logged = [(file, tool) for file in files if Path(file).is_file() and (tool := logs.tool_of(file)) is not None]
        if not logged:
            raise
        file, tool = logged[0]
        name = Path(file).with_suffix(".csv").name
        raise SampleError(f"{error} (a log of {tool}: `inference-scaling convert {file} --out {name}`)") from None


def with_enough_samples(samples: SampleSet, least: int | None) -> tuple[SampleSet, list[str]]:
    """The problems with enough samples, and a note on the others: the problem with the fewest samples limits k."""
    if least is not None:
        enough = np.flatnonzero(samples.n >= least)
        if enough.size == 0:
            raise ValueError(f"--at-least-samples {least}: no problem has that many; the most is {samples.n.max()}")
        few = np.flatnonzero(samples.n < least)
        if few.size == 0:
            return samples, []
        left_out = f"{few.size:,} of {samples.n.size:,} problems left out ({_first_labels(samples, few)})"
        return samples.select(enough.tolist()), [f"{left_out}: fewer than {least} samples"]
    fewest, every = int(samples.n.min()), samples.n.size
    # The number that keeps most samples when each problem contributes that many.
    counts, problems = np.unique(samples.n, return_counts=True)
    having = problems[::-1].cumsum()[::-1]
    best = int(counts[(counts * having).argmax()])
    if best == fewest:
        return samples, []
    few = np.flatnonzero(samples.n < best)
    return samples, [
        f"k is limited to {fewest}, the fewest samples of any problem; "
        f"{every - few.size:,} of {every:,} problems have {best} or more samples, and "
        f"--at-least-samples {best} leaves out the others ({_first_labels(samples, few)})"
    ]


def _first_labels(samples: SampleSet, codes: np.ndarray) -> str:
    named = ", ".join(samples.problems[code][:30] for code in codes[:3])
    return named if codes.size <= 3 else f"{named}, …"


def check_columns(name: str, samples: SampleSet, selector: str) -> None:
    for column in NEEDS[selector]:
        if getattr(samples, column) is None and not (column == "score" and samples.scores):
            raise ValueError(f"{name}: the selector {selector!r} needs a column {column!r} that is not empty")


def asked_k(given: list[str] | None, most: int) -> list[int]:
    if given is None:
        return doubling_k(most)
    k = whole_numbers(given)
    if not k or k[0] < 1 or k[-1] > most:
        raise ValueError(
            f"--k must lie between 1 and {most}, the fewest samples of any problem, got {' '.join(given)!r}"
        )
    return k


def whole_numbers(given: Sequence[str]) -> list[int]:
    try:
        return sorted({int(part) for text in given for part in text.split(",") if part})
    except ValueError:
        raise ValueError(f"--k must be whole numbers, got {' '.join(given)!r}") from None

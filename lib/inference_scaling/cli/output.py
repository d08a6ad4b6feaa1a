"""What commands print and write: lines, tables, JSON and figures."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__, estimates
from ..reports.forms import FORMS
from ..reports.result_tables import TITLES as TITLES
from ..samples import SampleSet
from ..samples.files import ENDINGS
from ..samples.opening import STDIN, STDIN_NAME, files_of

PICTURES = (".svg", ".pdf", ".png")

# How the values of each selector are found, as a table of results names it.
EXACT = "exact mean over all subsets of k samples, ties shared"
METHODS = {
    "pass": "unbiased estimate over all subsets of k samples",
    "all": "unbiased estimate over all subsets of k samples",
    "best_of_n": EXACT,
    "majority": EXACT,
    "weighted": "mean over subsets of k samples, drawn where they are too many",
}

Command = tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], str | tuple[str, int]]]


def check_figure(figure: str | None) -> None:
    if figure is not None and Path(figure).suffix.lower() not in PICTURES:
        raise ValueError(f"--figure {figure}: must end in {', '.join(PICTURES[:-1])} or {PICTURES[-1]}")


def save_figure(curves: dict[str, estimates.Curve], path: str, x: str = "k") -> None:
    with figures_module() as figures:
        figures.curve(curves, x=x).save(path)


@contextmanager
def figures_module() -> Iterator[Any]:
    """The module of figures; what is missing for it is said in one line."""
    try:
        yield import_module("..figures", __package__)
    except ModuleNotFoundError as error:
        raise ValueError(f"a figure needs the module {error.name}: pip install 'inference-scaling[figures]'") from error


def add_forms(command: argparse.ArgumentParser) -> None:
    """Add the forms of a result beside the one that a terminal shows; not two at once."""
    forms = command.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print JSON, with version, method and hash of the file")
    for form, words in (("markdown", "a Markdown table"), ("latex", "a LaTeX table (booktabs)"), ("csv", "CSV")):
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=f"print {words}")


def in_form(result: Any, form: str, notes: Sequence[str]) -> str:
    """A result in one of the forms; notes go to standard error, so that a file made from the rest is a table alone."""
    for note in note_lines(notes):
        print(note, file=sys.stderr)
    return FORMS[form](result).rstrip("\n")


def read_files(files: Sequence[str]) -> list[Path]:
    """The files behind folders and patterns; the standard input is gone once it was read."""
    return [Path(path) for path in files_of(files, ENDINGS) if str(path) != STDIN]


def hashes_of(files: Sequence[str]) -> dict[str, str]:
    """The SHA-256 of each file that was read."""
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in read_files(files)}


def made_by(files: Sequence[str], method: str | None = None) -> dict[str, Any]:
    """What a result of the command line was made by and from: version, hash of each file, and the method."""
    made: dict[str, Any] = {"version": __version__, "sha256": hashes_of(files)}
    return made if method is None else made | {"method": method}


def aligned(rows: list[list[str]]) -> list[str]:
    """Lines of a table: the first column to the right, the others to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].rjust(widths[0]), *(cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines


def note_lines(notes: Sequence[str]) -> list[str]:
    """The notes as every command prints them, below its first line."""
    return [f"Note: {note}" for note in notes]


def noted(arguments: argparse.Namespace, text: str, note: str) -> str:
    """What a command prints, with a note on all of it."""
    if arguments.json:
        return json.dumps(json.loads(text) | {"notes": [note]})
    if arguments.form is not None:
        print(*note_lines([note]), file=sys.stderr)
        return text
    return "\n".join([text, "", *note_lines([note])])


def size_line(file: str, samples: SampleSet) -> str:
    fewest, most = int(samples.n.min()), int(samples.n.max())
    each = f"{fewest} each" if fewest == most else f"{fewest} to {most} each"
    name = STDIN_NAME if file == STDIN else Path(file).name
    return f"{name}: {len(samples.problems):,} problems, {len(samples.correct):,} samples ({each})"


def as_record(value: Any) -> Any:
    """The fields of a result as JSON has them; a number that does not exist is null."""
    if is_dataclass(value):
        fields = value.__dict__.items()
        return {name: as_record(field) for name, field in fields if not name.startswith("_")}
    if hasattr(value, "_asdict"):
        return as_record(value._asdict())
    if isinstance(value, dict):
        return {name: as_record(field) for name, field in value.items()}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [as_record(one) for one in value]
    value = value.item() if isinstance(value, np.generic) else value
    return value if not isinstance(value, float) or math.isfinite(value) else None

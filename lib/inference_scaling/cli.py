"""The command `inference-scaling`: the library on your own file, without writing Python.

Each command is one function that takes the parsed arguments and returns the text to print, with an exit code
where it has several. An error is one line on standard error, with exit code 2.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import numpy as np

from . import __version__, decisions, estimates
from .decisions.options import NEEDS as PICKERS_NEED
from .decisions.options import OBJECTIVES, PICKERS, PREFER
from .decisions.wording import wrapped
from .samples import SETTINGS, SampleError, SampleSet, read_samples, write_samples
from .samples.files import read_columns, read_systems
from .sources import logs

__all__ = ["main"]

# Columns that a selector needs beside `correct`: of a table of samples, and of what a plan may choose.
NEEDS: dict[str, tuple[str, ...]] = {"pass": (), "all": (), **PICKERS_NEED}
PICTURES = (".svg", ".pdf", ".png")
# How messages of the library name its arguments, and how the command line names them.
OPTION_NAMES = (
    (r"; at_least = … would set", "; --at-least X would set"),
    (r"unscored = 'wrong' or 'skip'", "--unscored wrong or --unscored skip"),
    (r"with unscored = 'skip'", "with --unscored skip"),
    (r"several metrics: name one of ", "several metrics: name one with --metric: "),
    (r"\bmetric = '([^']*)'", r"--metric \1"),
    (r"can be left out with select", "can be left out with --at-least-samples N"),
    (r"with shared = True", "with --shared"),
)
# What `curve` shows by itself: the others answer another question, or are drawn at random.
SHOWN = ("pass", "best_of_n", "majority")
TITLES = {
    "pass": "pass@k",
    "all": "pass^k",
    "best_of_n": "best-of-N",
    "majority": "majority of k",
    "weighted": "weighted vote of k",
}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for anything that is wrong with the input, 130 for Ctrl-C.

    `grade` has two more: 1 when some submissions need a person, 3 when there is no sandbox. `capstone` has the first.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process when left out.

    Returns
    -------
    int

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("problem,correct\\na,1\\na,0\\nb,0\\nb,0\\n")
    ...     file.flush()
    ...     code = main(["curve", file.name, "--k", "1,2", "--json"])  # doctest: +ELLIPSIS
    {"file": ...}
    >>> code
    0
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    parser = _parser(argv[0] if argv else "")
    arguments = parser.parse_args(argv)
    try:
        done: str | tuple[str, int] = arguments.run(arguments)
    except (ValueError, OSError, ImportError) as error:
        print(f"{arguments.prog}: {_one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{arguments.prog}: stopped", file=sys.stderr)
        return 130
    text, code = done if isinstance(done, tuple) else (done, 0)
    try:
        if text:
            print(text, flush=True)
    except BrokenPipeError:
        # The reader of a pipe (head, less) may stop early. Python flushes once more at exit, so that needs a target.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _one_line(error: Exception | str) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    text = " ".join(str(error).split())
    if isinstance(error, SampleError) and error.column in SETTINGS:
        text += f" (--where {error.column}=…)"
    return _with_options(text)


def _with_options(text: str) -> str:
    for python, option in OPTION_NAMES:
        text = re.sub(python, option, text)
    return text


def _parser(asked: str) -> argparse.ArgumentParser:
    parser = _Parser(prog="inference-scaling", description="Inference-time scaling laws on your own samples.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True, parser_class=_Parser)
    graders = [_graders(name, asked) for name in GRADERS]
    for add in (_add_curve, _add_compare, _add_plan, _add_audit, _add_convert, *graders):
        command, run = add(commands)
        command.set_defaults(run=run, prog=command.prog)
    return parser


Command = tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], str | tuple[str, int]]]


def _add_curve(commands: Any) -> Command:
    command = commands.add_parser(
        "curve",
        help="pass@k, best-of-N and majority voting for each k, with confidence intervals",
        description=(
            "Estimate the share of problems solved with k samples each, for k up to the number recorded. FILE is CSV, "
            "TSV, JSON Lines or a JSON list, also compressed as .gz (Parquet if pyarrow is installed), with one row a "
            "sample and the columns problem and correct, and optionally answer (for voting) and score (for best-of-N; "
            "higher is better)."
        ),
    )
    _add_file(command)
    command.add_argument(
        "--selector",
        nargs="+",
        choices=estimates.SELECTORS,
        help=(
            "what counts as solved: one of k right (pass), all k right (all, written pass^k), or the answer selected "
            "by score or vote (default: pass, best_of_n and majority, as far as the file's columns allow)"
        ),
    )
    command.add_argument(
        "--k", nargs="+", metavar="K", help="numbers of samples, as in --k 1 8 64 (default: powers of two)"
    )
    command.add_argument("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    command.add_argument("--seed", type=int, default=0, help="seed of the resampling (default: 0)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--figure", metavar="OUT", help="also write a figure: .svg, .pdf or .png")
    return command, _curve


def _add_file(command: argparse.ArgumentParser) -> None:
    """Add the file, and the options that select its rows."""
    command.add_argument("file", metavar="FILE", help="a table with one row a sample")
    _add_rows(command)


def _add_rows(command: argparse.ArgumentParser) -> None:
    """Add the options that select the rows of a file."""
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="use only rows with this value in this column, as in --where model=small; may be repeated",
    )
    command.add_argument(
        "--at-least-samples", type=int, metavar="N", help="leave out problems with fewer than N samples"
    )


def _curve(arguments: argparse.Namespace) -> str:
    _check_figure(arguments.figure)
    samples, notes = _read(arguments)
    selectors = list(dict.fromkeys(arguments.selector or _allowed_selectors(samples)))
    for selector in selectors:
        _check_columns(arguments.file, samples, selector)
    k = _ks(arguments.k, int(samples.n.min()))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        curves = {
            selector: estimates.curve(samples, selector, k, level=arguments.level, rng=arguments.seed)
            for selector in selectors
        }
    if any("answer" in NEEDS[selector] for selector in selectors):
        notes += samples.notes
    notes += dict.fromkeys(_one_line(warning.message) for warning in caught)
    if arguments.figure is not None:
        _save_figure(curves, arguments.figure)
        notes.append(f"figure written to {arguments.figure}")
    if arguments.json:
        return _as_json(arguments, samples, curves, notes)
    return _as_table(arguments, samples, curves, notes)


def _check_figure(figure: str | None) -> None:
    if figure is not None and Path(figure).suffix.lower() not in PICTURES:
        raise ValueError(f"--figure {figure}: must end in {', '.join(PICTURES[:-1])} or {PICTURES[-1]}")


def _check_columns(name: str, samples: SampleSet, selector: str) -> None:
    for column in NEEDS[selector]:
        if getattr(samples, column) is None:
            raise ValueError(f"{name}: the selector {selector!r} needs a column {column!r} that is not empty")


def _read(arguments: argparse.Namespace) -> tuple[SampleSet, list[str]]:
    """Read a table, with notes on it."""
    samples = _rows_of(arguments.file, _conditions(arguments.where))
    return _with_enough_samples(samples, arguments.at_least_samples)


def _conditions(given: Sequence[str]) -> dict[str, str]:
    """What --where asks for."""
    where: dict[str, str] = {}
    for one in given:
        column, sign, value = one.partition("=")
        if not sign or not column.strip():
            raise ValueError(f"--where {one}: must be a column and a value, as in --where model=small")
        where[column.strip()] = value
    return where


def _rows_of(file: str, where: dict[str, str]) -> SampleSet:
    with _tool_named(file):
        return read_samples(file, where=where)


@contextmanager
def _tool_named(file: str) -> Iterator[None]:
    """The error for a log of an evaluation tool names the command that converts it."""
    try:
        yield
    except SampleError as error:
        if (tool := logs.tool_of(file)) is None:
            raise
        name = Path(file).with_suffix(".csv").name
        raise SampleError(f"{error} (a log of {tool}: `inference-scaling convert {file} --out {name}`)") from None


def _with_enough_samples(samples: SampleSet, least: int | None) -> tuple[SampleSet, list[str]]:
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


def _allowed_selectors(samples: SampleSet) -> list[str]:
    return [one for one in SHOWN if all(getattr(samples, column) is not None for column in NEEDS[one])]


def _ks(given: list[str] | None, most: int) -> list[int]:
    if given is None:
        powers = [2**i for i in range(most.bit_length())]
        return powers if powers[-1] == most else [*powers, most]
    k = _numbers(given)
    if not k or k[0] < 1 or k[-1] > most:
        raise ValueError(
            f"--k must lie between 1 and {most}, the fewest samples of any problem, got {' '.join(given)!r}"
        )
    return k


def _numbers(given: Sequence[str]) -> list[int]:
    try:
        return sorted({int(part) for text in given for part in text.split(",") if part})
    except ValueError:
        raise ValueError(f"--k must be whole numbers, got {' '.join(given)!r}") from None


def _save_figure(curves: dict[str, estimates.Curve], path: str) -> None:
    first = next(iter(curves.values()))
    name = next(iter(curves)) if first.selector not in curves else TITLES[first.selector]
    start = f"{name} goes from {{first:.3f}} at k = {first.k[0]}"
    with _figures() as figures:
        figures.curve(
            {TITLES.get(label, label): one for label, one in curves.items()},
            finding=start + " to {last:.3f} at k = {k_max}.",
        ).save(path)


@contextmanager
def _figures() -> Iterator[Any]:
    """The module of figures; what is missing for it is said in one line."""
    try:
        yield import_module(".figures", __package__)
    except ModuleNotFoundError as error:
        raise ValueError(f"a figure needs the module {error.name}: pip install 'inference-scaling[figures]'") from error


def _as_json(
    arguments: argparse.Namespace, samples: SampleSet, curves: dict[str, estimates.Curve], notes: list[str]
) -> str:
    return json.dumps(
        {
            "file": arguments.file,
            "problems": len(samples.problems),
            "samples": len(samples.correct),
            "level": arguments.level,
            "seed": arguments.seed,
            "curves": [
                {"selector": selector}
                | {key: np.asarray(getattr(one, key)).tolist() for key in ("k", "value", "low", "high")}
                for selector, one in curves.items()
            ],
            "notes": notes,
        }
    )


def _as_table(
    arguments: argparse.Namespace, samples: SampleSet, curves: dict[str, estimates.Curve], notes: list[str]
) -> str:
    head = ["k", *(TITLES[selector] for selector in curves)]
    k = next(iter(curves.values())).k
    rows = [
        [str(k[i]), *(f"{one.value[i]:.3f} [{one.low[i]:.3f}, {one.high[i]:.3f}]" for one in curves.values())]
        for i in range(len(k))
    ]
    lines = [
        _size_line(arguments.file, samples),
        f"In brackets: {100 * arguments.level:g} % confidence interval over problems.",
        *_note_lines(notes),
        "",
    ]
    return "\n".join([*lines, *_aligned([head, *rows])])


def _aligned(rows: list[list[str]]) -> list[str]:
    """Lines of a table: the first column to the right, the others to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].rjust(widths[0]), *(cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines


def _note_lines(notes: Sequence[str]) -> list[str]:
    """The notes as every command prints them, below its first line."""
    return [f"Note: {note}" for note in notes]


def _size_line(file: str, samples: SampleSet) -> str:
    fewest, most = int(samples.n.min()), int(samples.n.max())
    each = f"{fewest} each" if fewest == most else f"{fewest} to {most} each"
    return f"{Path(file).name}: {len(samples.problems):,} problems, {len(samples.correct):,} samples ({each})"


def _add_compare(commands: Any) -> Command:
    command = commands.add_parser(
        "compare",
        help="two systems on the same problems, at each k and over all k; or the ranks of several",
        description=(
            "Compare systems that were tried on the same problems, paired by the problems' names. For two: the "
            "difference with its interval at each k and a band over all k at once, where each is ahead, where the "
            "curves cross, and what would settle the rest. For more: their ranks, with ties. Files are as for curve."
        ),
    )
    command.add_argument("files", metavar="FILE", nargs="+", help="a table for each system, or one with --by")
    command.add_argument(
        "--by", metavar="COLUMN", help="the column that tells the systems of a file apart, as in --by model"
    )
    command.add_argument(
        "--selector",
        choices=estimates.SELECTORS,
        default="pass",
        help="how the final answer is selected (default: pass)",
    )
    command.add_argument(
        "--k",
        nargs="+",
        metavar="K",
        help="numbers of samples, as in --k 1 8 64 (default: for two systems all, for more 1 and the most)",
    )
    command.add_argument(
        "--shared", action="store_true", help="use the problems that all systems have, where some have others too"
    )
    _add_rows(command)
    command.add_argument("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    command.add_argument("--seed", type=int, default=0, help="seed of the band's draws (default: 0)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--figure", metavar="OUT", help="also write a figure: .svg, .pdf or .png")
    return command, _compare


def _compare(arguments: argparse.Namespace) -> str:
    _check_figure(arguments.figure)
    systems, notes = _systems(arguments)
    for name, samples in systems.items():
        _check_columns(name, samples, arguments.selector)
        if "answer" in NEEDS[arguments.selector]:
            notes += [f"{name}: {note}" for note in samples.notes]
    options = {"shared": arguments.shared, "level": arguments.level, "rng": arguments.seed}
    k = None if arguments.k is None else _numbers(arguments.k)
    found: estimates.SystemComparison | estimates.SystemRanking
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if len(systems) == 2:
            found = estimates.compare(*systems.values(), arguments.selector, k, names=tuple(systems), **options)
        else:
            most = min(int(samples.n.min()) for samples in systems.values())
            found = estimates.rank(systems, arguments.selector, k or sorted({1, most}), **options)
    notes += dict.fromkeys(_one_line(warning.message) for warning in caught)
    if len(found.problems) < max(len(samples.problems) for samples in systems.values()):
        notes.append(f"only the {len(found.problems):,} problems that all systems have are used")
    if arguments.figure is not None:
        _save_comparison(found, systems, arguments.figure)
        notes.append(f"figure written to {arguments.figure}")
    if arguments.json:
        head = {"files": arguments.files, "seed": arguments.seed, "problems": len(found.problems)}
        return json.dumps(head | _comparison_record(found) | {"notes": notes, "words": str(found)})
    rows = _comparison_rows(found) if isinstance(found, estimates.SystemComparison) else _ranking_rows(found)
    lines = [_size_line(name, samples) for name, samples in systems.items()]
    return "\n".join([*lines, *_note_lines(notes), "", *_aligned(rows), "", *wrapped(str(found))])


def _systems(arguments: argparse.Namespace) -> tuple[dict[str, SampleSet], list[str]]:
    """The samples of each system by its name, and notes on them."""
    where = _conditions(arguments.where)
    found: dict[str, SampleSet] = {}
    stems = [Path(file).name.partition(".")[0] for file in arguments.files]
    plain_names = stems if len(set(stems)) == len(stems) else arguments.files
    for file, name in zip(arguments.files, plain_names, strict=True):
        if arguments.by is None:
            parts = {name: _rows_of(file, where)}
        else:
            start = "" if len(arguments.files) == 1 else f"{name}: "
            with _tool_named(file):
                systems = read_systems(file, arguments.by, where=where)
            parts = {f"{start}{value}": samples for value, samples in systems.items()}
        for system, samples in parts.items():
            if system in found:
                raise ValueError(f"{file} is given twice: a system is compared with another one")
            found[system] = samples
    if len(found) < 2:
        raise ValueError(
            f"only one system, {next(iter(found))}: name a file for each, or the column that tells them apart with --by"
        )
    return _all_with_enough(found, arguments.at_least_samples)


def _all_with_enough(systems: dict[str, SampleSet], least: int | None) -> tuple[dict[str, SampleSet], list[str]]:
    """The problems with enough samples in every system that has them, and notes on the others."""
    notes = []
    few: set[str] = set()
    for name, samples in systems.items():
        kept, mine = _with_enough_samples(samples, least)
        notes += [f"{name}: {note}" for note in mine]
        few |= set(samples.problems) - set(kept.problems)
    if not few:
        return systems, notes
    found = {}
    for name, samples in systems.items():
        keep = [label for label in samples.problems if label not in few]
        if not keep:
            raise ValueError(f"--at-least-samples {least}: no problem of {name} has that many in every system")
        found[name] = samples.select(keep)
    return found, notes


def _shown(k: np.ndarray) -> list[int]:
    """Places of a row for each power of two and the last k, where there are too many to show all."""
    if k.size <= 16:
        return list(range(k.size))
    return sorted({int(np.searchsorted(k, 2**i)) for i in range(int(k[-1]).bit_length())} | {k.size - 1})


def _comparison_rows(found: estimates.SystemComparison) -> list[list[str]]:
    a, b = found.names
    rows = [["k", a, b, f"{a} − {b}", "all k at once", "ahead"]]
    for i in _shown(found.k):
        low, high = found.band_low[i], found.band_high[i]
        rows.append(
            [
                f"{found.k[i]}",
                f"{found.a.value[i]:.3f}",
                f"{found.b.value[i]:.3f}",
                f"{found.value[i]:+.3f} [{found.low[i]:+.3f}, {found.high[i]:+.3f}]",
                f"[{low:+.3f}, {high:+.3f}]",
                a if low > 0 else b if high < 0 else "–",
            ]
        )
    return rows


def _ranking_rows(found: estimates.SystemRanking) -> list[list[str]]:
    rows = [["k", "rank", "system", TITLES[found.selector]]]
    for i, k in enumerate(found.k):
        for j in np.lexsort((-found.value[i], found.best_rank[i])):
            best, worst = found.best_rank[i, j], found.worst_rank[i, j]
            place = f"{best}" if best == worst else f"{best} to {worst}"
            value = f"{found.value[i, j]:.3f} [{found.low[i, j]:.3f}, {found.high[i, j]:.3f}]"
            rows.append([f"{k}", place, found.names[j], value])
    return rows


def _comparison_record(found: estimates.SystemComparison | estimates.SystemRanking) -> dict[str, Any]:
    if isinstance(found, estimates.SystemRanking):
        kept = ("names", "selector", "level", "k", "value", "low", "high", "best_rank", "worst_rank", "pairs")
        return {name: _record(getattr(found, name)) for name in kept}
    kept = ("names", "selector", "level", "k", "value", "low", "high", "band_low", "band_high", "critical")
    record = {name: _record(getattr(found, name)) for name in (*kept, "a_leads", "b_leads", "crossing")}
    for name in ("a", "b"):
        record[name] = {key: getattr(getattr(found, name), key).tolist() for key in ("value", "low", "high")}
    return record | {"settle": [_record(found.settle(int(k))) for k in dict.fromkeys(found.k[[0, -1]].tolist())]}


def _save_comparison(
    found: estimates.SystemComparison | estimates.SystemRanking, systems: dict[str, SampleSet], path: str
) -> None:
    if isinstance(found, estimates.SystemRanking):
        k = _ks(None, int(found.k[-1]))
        same = {name: samples.select(found.problems) for name, samples in systems.items()}
        with warnings.catch_warnings():
            # Said once already, of the ranking.
            warnings.simplefilter("ignore", estimates.IntervalWarning)
            curves = {
                name: estimates.curve(samples, found.selector, k, level=found.level, rng=0)
                for name, samples in same.items()
            }
        _save_figure(curves, path)
        return
    start = f"{found.names[0]} − {found.names[1]}: {{first:+.3f}} at k = {found.k[0]}"
    with _figures() as figures:
        figures.difference(found, finding=start + ", {last:+.3f} at k = {k_max}.").save(path)


def _add_convert(commands: Any) -> Command:
    command = commands.add_parser(
        "convert",
        help="make a table of samples from the logs of an evaluation tool",
        description=(
            f"Read logs of {', '.join(logs.TOOLS[:-1])} or {logs.TOOLS[-1]} and write a table for the other commands. "
            "Several runs on the same problems give more samples of each."
        ),
    )
    command.add_argument("logs", metavar="LOG", nargs="+", help="a log with a judgement of each sample")
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
    return command, _convert


def _convert(arguments: argparse.Namespace) -> str:
    if Path(arguments.out).exists():
        raise ValueError(f"{arguments.out} already exists: name another file, or remove it")
    samples = logs.read(
        *arguments.logs, metric=arguments.metric, at_least=arguments.at_least, unscored=arguments.unscored
    )
    write_samples(samples, arguments.out)
    lines = [
        _size_line(arguments.out, samples),
        f"From {samples.meta['source']}, judged by {samples.meta['tool']}, metric {samples.meta['metric']!r}.",
    ]
    lines += _note_lines([_with_options(note) for note in samples.meta.get("notes", ())])
    if samples.n.max() == 1:
        lines.append("Note: one sample a problem is enough for k = 1 only; add logs of other runs for larger k.")
    return "\n".join([*lines, f"Next: inference-scaling curve {arguments.out}"])


def _add_audit(commands: Any) -> Command:
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
        rows = [{"row": name, "verdict": one.verdict} | _record(one) for name, one in found]
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


def _add_plan(commands: Any) -> Command:
    command = commands.add_parser(
        "plan",
        help="how many samples to draw and how to select among them, from a pilot",
        description=(
            "Plan from a pilot, a few samples of each of some problems: the number of samples and the selector, the "
            "expected result with its confidence interval, and the assumptions. FILE is as for curve."
        ),
    )
    _add_file(command)
    command.add_argument(
        "--objective",
        required=True,
        choices=OBJECTIVES,
        help="coverage: selection by a perfect check; accuracy: selection by a vote or a score",
    )
    goal = command.add_mutually_exclusive_group(required=True)
    goal.add_argument("--budget", type=float, help="the most that one problem may cost")
    goal.add_argument("--target", type=float, help="the share of problems to solve, as in 0.9")
    command.add_argument("--generate", type=float, default=1.0, help="cost of one sample, in any unit (default: 1)")
    command.add_argument("--verify", type=float, default=0.0, help="cost of scoring or checking it (default: 0)")
    command.add_argument(
        "--selector",
        nargs="+",
        choices=PICKERS,
        help="selectors to consider (default: all that the file's columns allow, except weighted; the votes that stop, "
        "certain, adaptive and windows, only with --stop-early)",
    )
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
    command.add_argument("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    command.add_argument("--seed", type=int, default=0, help="seed of the folds and the pilots (default: 0)")
    command.add_argument(
        "--backtest",
        type=int,
        metavar="N",
        help="back-test the plan: draw pilots of N samples a problem from this file",
    )
    command.add_argument("--json", action="store_true", help="print JSON instead of sentences")
    return command, _plan


def _plan(arguments: argparse.Namespace) -> str:
    samples, notes = _read(arguments)
    question = {
        "objective": arguments.objective,
        "budget": arguments.budget,
        "target": arguments.target,
        "cost": decisions.CostModel(arguments.generate, arguments.verify),
        "selectors": arguments.selector,
        "stop_early": arguments.stop_early,
        "prefer": arguments.prefer,
        "level": arguments.level,
        "rng": arguments.seed,
    }
    found: decisions.Plan | decisions.Backtest
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if arguments.backtest is None:
            found = decisions.plan(samples, **question)
            found = replace(found, reasons=(*map(_with_options, found.reasons), *_can_stop(found)))
        else:
            found = decisions.backtest(samples, arguments.backtest, **question)
    votes = any("answer" in NEEDS[selector] for selector in arguments.selector or PICKERS)
    if arguments.objective == "accuracy" and votes:
        notes += samples.notes
    notes += dict.fromkeys(_one_line(warning.message) for warning in caught)
    if arguments.json:
        return json.dumps({"file": arguments.file, "seed": arguments.seed} | _record(found) | {"notes": notes})
    return "\n".join([_size_line(arguments.file, samples), *_note_lines(notes), "", str(found)])


def _can_stop(found: decisions.Plan) -> list[str]:
    """That a vote can stop, where the plan is a vote that does not. Of two samples the second decides nothing."""
    if found.choice.selector != "majority" or found.choice.k <= 2 or found.stop_early:
        return []
    return ["Where samples are drawn one after the other a vote can stop early and cost less: add --stop-early."]


def _record(value: Any) -> Any:
    """The fields of a result as JSON has them; a number that does not exist is null."""
    if is_dataclass(value):
        fields = value.__dict__.items()
        return {name: _record(field) for name, field in fields if not name.startswith("_")}
    if hasattr(value, "_asdict"):
        return _record(value._asdict())
    if isinstance(value, dict):
        return {name: _record(field) for name, field in value.items()}
    if isinstance(value, (tuple, list, np.ndarray)):
        return [_record(one) for one in value]
    value = value.item() if isinstance(value, np.generic) else value
    return value if not isinstance(value, float) or math.isfinite(value) else None


def _graders(name: str, asked: str) -> Callable[[Any], Command]:
    """Return what adds a command of the grader: with its arguments where it is asked for and its packages are there."""
    if name == asked:
        try:
            return cast(Callable[[Any], Command], import_module(f".grading.{GRADERS[name].module}", __package__).add)
        except ModuleNotFoundError:
            pass
    return lambda commands: _add_name(name, commands)


def _add_name(name: str, commands: Any) -> Command:
    """Add the command's name only: its own arguments come with its modules, which nothing else needs."""
    # Any arguments are accepted, so that the error is about the missing packages.
    command = commands.add_parser(name, help=GRADERS[name].help, prefix_chars="\0", add_help=False)
    command.add_argument("arguments", nargs="*")
    return command, _grader_is_missing


def _grader_is_missing(arguments: argparse.Namespace) -> str:
    raise ValueError("grading needs more packages: pip install 'inference-scaling[grading]'")


class _Grader(NamedTuple):
    """A command of the grader: its module below `grading`, and what the list of commands says of it."""

    module: str
    help: str


GRADERS = {
    "grade": _Grader("command", "grade a folder of exercise notebooks in a sandbox, with feedback and gradebooks"),
    "capstone": _Grader(
        "capstone", "make the pilots of the capstone from a secret key, and judge what was promised from them"
    ),
}


if __name__ == "__main__":
    sys.exit(main())

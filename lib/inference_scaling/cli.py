"""The command `inference-scaling`: the library on your own file, without writing Python.

Each command is one function that takes the parsed arguments and returns the text to print, with an exit code
where it has several. What goes wrong is said in one line on standard error, with exit code 2.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from . import __version__, decisions, estimates
from .decisions.options import OBJECTIVES, PICKERS, PREFER
from .samples import SETTINGS, SampleError, SampleSet, read_samples, write_samples
from .sources import logs

__all__ = ["main"]

SELECTORS = ("pass", "best_of_n", "majority", "weighted")
NEEDS = {"pass": (), "best_of_n": ("score",), "majority": ("answer",), "weighted": ("answer", "score")}
PICTURES = (".svg", ".pdf", ".png")
# What the library says of its arguments, and how the same is said on the command line.
SPELLED = (
    (r"; at_least = … would set", "; --at-least X would set"),
    (r"unscored = 'wrong' or 'skip'", "--unscored wrong or --unscored skip"),
    (r"with unscored = 'skip'", "with --unscored skip"),
    (r"several metrics: name one of ", "several metrics: name one with --metric: "),
    (r"\bmetric = '([^']*)'", r"--metric \1"),
    (r"can be left out with select", "can be left out with --at-least-samples N"),
)
TITLES = {"pass": "pass@k", "best_of_n": "best-of-k", "majority": "majority of k", "weighted": "weighted vote of k"}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for anything that is wrong with the input, 130 for Ctrl-C.

    `grade` has two more: 1 when some submissions need a person, 3 when there is no sandbox.

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
    parser = _parser(argv[:1] == ["grade"])
    arguments = parser.parse_args(argv)
    try:
        done = arguments.run(arguments)
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
        # The reader of a pipe (head, less) left early; that is its right. Python flushes once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    text = " ".join(str(error).split())
    if isinstance(error, SampleError) and error.column in SETTINGS:
        text += f" (--where {error.column}=…)"
    return _spelled(text)


def _spelled(text: str) -> str:
    for python, option in SPELLED:
        text = re.sub(python, option, text)
    return text


def _parser(grading: bool) -> argparse.ArgumentParser:
    parser = _Parser(prog="inference-scaling", description="Inference-time scaling laws on your own samples.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True, parser_class=_Parser)
    for add in (_add_curve, _add_plan, _add_convert, _full_grade() if grading else _add_grade):
        command, run = add(commands)
        command.set_defaults(run=run, prog=command.prog)
    return parser


Command = tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], str | tuple[str, int]]]


def _add_curve(commands: Any) -> Command:
    command = commands.add_parser(
        "curve",
        help="what pass@k, best-of-k and voting give for each k, with intervals",
        description=(
            "Estimate what k samples a problem give, for k up to the samples recorded. FILE is CSV, TSV, JSON Lines or "
            "a JSON list, also with .gz (Parquet if pyarrow is installed), one row a sample, with the columns problem "
            "and correct, and optionally answer (for voting) and score (for best-of-k; higher is better)."
        ),
    )
    _add_file(command)
    command.add_argument(
        "--selector",
        nargs="+",
        choices=SELECTORS,
        help="how one answer is picked; without it, all that the file's columns allow",
    )
    command.add_argument(
        "--k", nargs="+", metavar="K", help="samples allowed, as in --k 1 8 64; without it, powers of two"
    )
    command.add_argument("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    command.add_argument("--seed", type=int, default=0, help="seed of the resampling (default: 0)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--figure", metavar="OUT", help="also write a figure: .svg, .pdf or .png")
    return command, _curve


def _add_file(command: argparse.ArgumentParser) -> None:
    """The file, and which of its rows are meant."""
    command.add_argument("file", metavar="FILE", help="one row a sample")
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="only rows with this value in this column, as in --where model=small; may be given several times",
    )
    command.add_argument(
        "--at-least-samples", type=int, metavar="N", help="leave out problems that have fewer samples than N"
    )


def _curve(arguments: argparse.Namespace) -> str:
    if arguments.figure is not None and Path(arguments.figure).suffix.lower() not in PICTURES:
        raise ValueError(f"--figure {arguments.figure}: must end in {', '.join(PICTURES[:-1])} or {PICTURES[-1]}")
    samples, notes = _read(arguments)
    selectors = list(dict.fromkeys(arguments.selector or _possible(samples)))
    for selector in selectors:
        for column in NEEDS[selector]:
            if getattr(samples, column) is None:
                raise ValueError(
                    f"{arguments.file}: the selector {selector!r} needs a column {column!r} that is not empty"
                )
    k = _budgets(arguments.k, int(samples.n.min()))
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


def _read(arguments: argparse.Namespace) -> tuple[SampleSet, list[str]]:
    """Read a table, and what is to be said of it; of a log of an evaluation tool, say how to make one of it."""
    file, where = arguments.file, {}
    for given in arguments.where:
        column, sign, value = given.partition("=")
        if not sign or not column.strip():
            raise ValueError(f"--where {given}: must be a column and a value, as in --where model=small")
        where[column.strip()] = value
    try:
        samples = read_samples(file, where=where)
    except SampleError as error:
        if (tool := logs.tool_of(file)) is None:
            raise
        name = Path(file).with_suffix(".csv").name
        raise SampleError(f"{error} (a log of {tool}: `inference-scaling convert {file} --out {name}`)") from None
    return _long_enough(samples, arguments.at_least_samples)


def _long_enough(samples: SampleSet, least: int | None) -> tuple[SampleSet, list[str]]:
    """The problems with enough samples, and a note on those with few: the shortest problem ends every curve."""
    if least is not None:
        enough = np.flatnonzero(samples.n >= least)
        if enough.size == 0:
            raise ValueError(f"--at-least-samples {least}: no problem has so many; the most is {samples.n.max()}")
        few = np.flatnonzero(samples.n < least)
        if few.size == 0:
            return samples, []
        note = (
            f"{few.size:,} of {samples.n.size:,} problems left out ({_some(samples, few)}): fewer than {least} samples"
        )
        return samples.select(enough.tolist()), [note]
    fewest, every = int(samples.n.min()), samples.n.size
    # The number that keeps most samples at equally many a problem.
    counts, problems = np.unique(samples.n, return_counts=True)
    having = problems[::-1].cumsum()[::-1]
    best = int(counts[(counts * having).argmax()])
    if best == fewest:
        return samples, []
    few = np.flatnonzero(samples.n < best)
    return samples, [
        f"counting ends at {fewest} {'sample' if fewest == 1 else 'samples'}, the fewest of any problem; "
        f"{every - few.size:,} of {every:,} problems have {best} or more, and --at-least-samples {best} "
        f"leaves out the others ({_some(samples, few)})"
    ]


def _some(samples: SampleSet, codes: np.ndarray) -> str:
    named = ", ".join(samples.problems[code][:30] for code in codes[:3])
    return named if codes.size <= 3 else f"{named}, …"


def _possible(samples: SampleSet) -> list[str]:
    return [
        selector
        for selector, columns in NEEDS.items()
        if selector != "weighted" and all(getattr(samples, column) is not None for column in columns)
    ]


def _budgets(given: list[str] | None, most: int) -> list[int]:
    if given is None:
        powers = [2**i for i in range(most.bit_length())]
        return powers if powers[-1] == most else [*powers, most]
    try:
        k = sorted({int(part) for text in given for part in text.split(",") if part})
    except ValueError:
        raise ValueError(f"--k must be whole numbers, got {' '.join(given)!r}") from None
    if not k or k[0] < 1 or k[-1] > most:
        raise ValueError(
            f"--k must lie between 1 and {most}, the fewest samples of any problem, got {' '.join(given)!r}"
        )
    return k


def _save_figure(curves: dict[str, estimates.Curve], path: str) -> None:
    try:
        from . import figures

        first = next(iter(curves.values()))
        start = f"{TITLES[first.selector]} goes from {{first:.3f}} at k = {first.k[0]}"
        figures.curve(
            {TITLES[selector]: one for selector, one in curves.items()},
            finding=start + " to {last:.3f} at k = {k_max}.",
        ).save(path)
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
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        _described(arguments.file, samples),
        f"In brackets: {100 * arguments.level:g} % interval over problems.",
        *_noted(notes),
        "",
    ]
    for row in [head, *rows]:
        cells = [row[0].rjust(widths[0]), *(cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _noted(notes: Sequence[str]) -> list[str]:
    """The notes as every command prints them, under its head."""
    return [f"Note: {note}" for note in notes]


def _described(file: str, samples: SampleSet) -> str:
    fewest, most = int(samples.n.min()), int(samples.n.max())
    each = f"{fewest} each" if fewest == most else f"{fewest} to {most} each"
    return f"{Path(file).name}: {len(samples.problems):,} problems, {len(samples.correct):,} samples ({each})"


def _add_convert(commands: Any) -> Command:
    command = commands.add_parser(
        "convert",
        help="make a table of samples from the logs of an evaluation tool",
        description=(
            f"Read logs of {', '.join(logs.TOOLS[:-1])} or {logs.TOOLS[-1]} and write a table that the other commands "
            "read. Several logs of the same problems add up to more samples of each."
        ),
    )
    command.add_argument("logs", metavar="LOG", nargs="+", help="a log that holds how each sample was judged")
    command.add_argument("--out", metavar="OUT", required=True, help="the table: .csv or .jsonl")
    command.add_argument("--metric", help="which judgement is meant, where the log holds several")
    command.add_argument("--at-least", type=float, metavar="X", help="a judgement from this number on counts as right")
    command.add_argument(
        "--unscored",
        choices=logs.UNSCORED,
        default="refuse",
        help="what becomes of samples that were not judged, as after an error (default: refuse)",
    )
    return command, _convert


def _convert(arguments: argparse.Namespace) -> str:
    if Path(arguments.out).exists():
        raise ValueError(f"{arguments.out} is there already: name another file, or remove it")
    samples = logs.read(
        *arguments.logs, metric=arguments.metric, at_least=arguments.at_least, unscored=arguments.unscored
    )
    write_samples(samples, arguments.out)
    lines = [
        _described(arguments.out, samples),
        f"From {samples.meta['source']}, judged by {samples.meta['tool']}, metric {samples.meta['metric']!r}.",
    ]
    lines += _noted([_spelled(note) for note in samples.meta.get("notes", ())])
    if samples.n.max() == 1:
        lines.append("Note: one sample a problem says what k = 1 gives; add logs of other runs for more.")
    return "\n".join([*lines, f"Next: inference-scaling curve {arguments.out}"])


def _add_plan(commands: Any) -> Command:
    command = commands.add_parser(
        "plan",
        help="how many samples to buy and how to pick among them, from a pilot",
        description=(
            "Plan from a pilot, a few samples of each of some problems: how many to buy, picked how, what that will "
            "reach, how sure that is, and what it rests on. FILE is as for curve."
        ),
    )
    _add_file(command)
    command.add_argument(
        "--objective",
        required=True,
        choices=OBJECTIVES,
        help="coverage: a perfect check picks; accuracy: a vote or a score does",
    )
    wish = command.add_mutually_exclusive_group(required=True)
    wish.add_argument("--budget", type=float, help="what a problem may cost")
    wish.add_argument("--target", type=float, help="the share of problems to be right, as in 0.9")
    command.add_argument("--generate", type=float, default=1.0, help="cost of one sample, in any unit (default: 1)")
    command.add_argument("--verify", type=float, default=0.0, help="cost of scoring or checking it (default: 0)")
    command.add_argument(
        "--selector",
        nargs="+",
        choices=PICKERS,
        help="what may pick; without it, all that the file's columns allow but for weighted",
    )
    command.add_argument("--stop-early", action="store_true", help="coverage: stop at the first right sample")
    command.add_argument(
        "--prefer",
        choices=PREFER,
        default="cheaper",
        help="where the pilot cannot tell options apart, the cheaper (default) or the highest estimate",
    )
    command.add_argument("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    command.add_argument("--seed", type=int, default=0, help="seed of the parts and the pilots (default: 0)")
    command.add_argument(
        "--backtest", type=int, metavar="N", help="play such plans from pilots of N samples a problem of this file"
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
            found = replace(found, reasons=tuple(map(_spelled, found.reasons)))
        else:
            found = decisions.backtest(samples, arguments.backtest, **question)
    votes = any("answer" in NEEDS[selector] for selector in arguments.selector or PICKERS)
    if arguments.objective == "accuracy" and votes:
        notes += samples.notes
    notes += dict.fromkeys(_one_line(warning.message) for warning in caught)
    if arguments.json:
        return json.dumps({"file": arguments.file, "seed": arguments.seed} | _record(found) | {"notes": notes})
    return "\n".join([_described(arguments.file, samples), *_noted(notes), "", str(found)])


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


def _full_grade() -> Callable[[Any], Command]:
    try:
        from .grading import command
    except ModuleNotFoundError:
        return _add_grade
    return command.add


def _add_grade(commands: Any) -> Command:
    """Add the grader's name only: its own arguments come with its modules, which nothing else needs."""
    # Whatever follows is taken, so that the sentence about the missing packages is what one reads.
    command = commands.add_parser("grade", help=GRADE_HELP, prefix_chars="\0", add_help=False)
    command.add_argument("arguments", nargs="*")
    return command, _grade_is_missing


def _grade_is_missing(arguments: argparse.Namespace) -> str:
    raise ValueError("grading needs more packages: pip install 'inference-scaling[grading]'")


GRADE_HELP = "grade a folder of exercise notebooks in a sandbox, with feedback and gradebooks"


if __name__ == "__main__":
    sys.exit(main())

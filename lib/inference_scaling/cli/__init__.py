"""The command `inference-scaling`: the library on your own file, without writing Python.

Each command is one function that takes the parsed arguments and returns the text to print, with an exit code
where it has several. An error is one line on standard error, with exit code 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .. import __version__
from .audit import add_audit
from .backtest import add_backtest
from .compare import add_compare
from .convert import add_convert
from .curve import add_curve
from .graders import GRADERS, grader_named
from .messages import one_line
from .plan import add_plan
from .progress import progress_on_terminal
from .report import add_report
from .sample import add_sample

__all__ = ["main"]


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        if message.endswith("required: FILE"):
            message += ": files stand before options, because an option such as --score takes all words up to the next"
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
    # What was typed after the command's name, for a report that says how it was made.
    arguments.typed = argv[1:]
    try:
        with progress_on_terminal() as line:
            arguments.progress = line
            done: str | tuple[str, int] = arguments.run(arguments)
    except (ValueError, OSError, ImportError) as error:
        print(f"{arguments.prog}: {one_line(error)}", file=sys.stderr)
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


def _parser(asked: str) -> argparse.ArgumentParser:
    parser = _Parser(prog="inference-scaling", description="Inference-time scaling laws on your own samples.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True, parser_class=_Parser)
    graders = [grader_named(name, asked) for name in GRADERS]
    tables = (add_curve, add_compare, add_plan, add_backtest, add_report)
    for add in (*tables, add_audit, add_convert, add_sample, *graders):
        command, run = add(commands)
        command.set_defaults(run=run, prog=command.prog)
    return parser

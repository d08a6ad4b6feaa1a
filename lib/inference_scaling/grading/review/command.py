"""`inference-scaling review`: the answers that a person marks, side by side in a browser of this machine."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from .. import marks, rubric
from ..command import marking
from .desk import Desk
from .server import ReviewServer

__all__ = ["add", "run"]


def add(commands: Any) -> tuple[argparse.ArgumentParser, Any]:
    """Add the command to a parser; return it with the function that runs it."""
    command: argparse.ArgumentParser = commands.add_parser(
        "review",
        help="mark texts, proofs and figures in a browser, and read the code of a class side by side",
        description=(
            "Open a report for marking by hand: pages on this machine alone, until Ctrl-C. Marks go to marks.csv in "
            "the report's folder; grade once more and they count. Exit codes: 0 ended, 2 wrong input."
        ),
    )
    command.add_argument("report", metavar="REPORT", type=Path, help="folder that `grade --out` wrote")
    command.add_argument(
        "--rubric",
        metavar="FILE",
        type=Path,
        help=f"items, points and comments to mark by (default: {rubric.RUBRIC} in the report)",
    )
    command.add_argument("--port", type=int, default=0, help="port of the pages (default: a free one)")
    return command, run


def run(arguments: argparse.Namespace) -> tuple[str, int]:
    """Serve the pages until the command is stopped; return what to print then and the exit code.

    Raises
    ------
    ValueError
        For a folder that is no report, or a port that is none.
    CourseError
        For a rubric or a table of marks with a fault.
    OSError
        For a port that is taken.
    """
    if not 0 <= arguments.port < 1 << 16:
        raise ValueError(f"--port must be from 0 to 65535, got {arguments.port}")
    desk = Desk(arguments.report, arguments.rubric)
    # Both are read now: a fault in them should be told before a page is opened.
    marking(desk.out, desk.rubric)
    tasks = desk.answers.marked_by_hand
    server = ReviewServer(desk, arguments.port)
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if in_main else None
    print(f"To be marked by a person: {', '.join(tasks) or 'nothing'}. Open this address, and end with Ctrl-C:")
    print(server.address, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        server.server_close()
        if in_main:
            signal.signal(signal.SIGTERM, before)
    return f"Marks are in {desk.out / marks.MARKS}. They count once `grade` has run again.", 0

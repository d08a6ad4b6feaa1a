"""One line on a terminal that says how far a long command is, and that is gone when the command is done."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from .._progress import heard_by

# Seconds until a line is shown, so that a quick command shows none, and between two forms of it.
WAIT, AGAIN = 0.7, 0.1
_BAR = 24


class ProgressLine:
    """A line that is written over itself.

    Parameters
    ----------
    out : text file
        A terminal.
    clock : callable
        Returns seconds.
    """

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._next = clock() + WAIT
        self._shown = 0

    def show(self, what: str, done: int, every: int | None = None) -> None:
        """Show how much is done, of how much in all where that is known; not more often than an eye sees it."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + AGAIN
        if every:
            full = min(_BAR, _BAR * done // every)
            text = f"{what} {'#' * full}{'.' * (_BAR - full)} {done:,} of {every:,}"
        else:
            text = f"{what} {done:,}"
        # A line that is longer than the terminal could not be written over.
        text = text[: os.get_terminal_size(self._out.fileno()).columns - 1] if self._out.isatty() else text
        self._write("\r" + text.ljust(self._shown))
        self._shown = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("\r" + " " * self._shown + "\r")
        self._shown = 0

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


@contextmanager
def progress_on_terminal() -> Iterator[ProgressLine | None]:
    """Show progress on standard error while something runs: on a terminal that writes over a line, and nowhere else."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb" or os.environ.get("CI"):
        yield None
        return
    line = ProgressLine(sys.stderr)
    try:
        with heard_by(line.show):
            yield line
    finally:
        line.clear()

"""Monitoring of a running sandbox from outside: its memory as a whole, and whether it still answers.

The kernel's limits are per process, or need rights that a grader may not have. What all processes of a
submission take together is read from /proc, which needs none.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

__all__ = ["STOPPED", "Monitor", "free", "memory", "process_tree", "processor_time"]

# Set when the grader itself is interrupted: every sandbox of this process is ended.
STOPPED = threading.Event()

TICK = 0.05
# Memory of Python and its packages before an answer begins, with a margin.
PYTHON = 128 << 20
# Of the machine's memory, what no submission may come near, unless there was little before: what no process shows is
# missed there.
RESERVE = 256 << 20
# An answer with more threads than this gets the lowest priority, so that it does not slow other submissions.
THREADS = 3


def process_tree(pid: int) -> list[int]:
    """Return a process and all that descend from it, by the ids that this machine gives them.

    A process whose parent is gone belongs to the first one of the sandbox, so none leaves the tree.
    """
    found = [pid]
    for one in found:
        for thread in _threads(one):
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{one}/task/{thread}/children").read_text(encoding="ascii").split())
    return found


def _threads(pid: int) -> list[int]:
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


_WHOLE = ("RssAnon:", "RssShmem:")
_SHARES = ("Pss_Anon:", "Pss_Shmem:")


def _sum(path: str, names: tuple[str, ...]) -> int:
    total = 0
    with contextlib.suppress(OSError), open(path, encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith(names):
                total += int(line.split()[1]) << 10
    return total


def memory(pids: Iterable[int], enough: int = 0) -> int:
    """Return the bytes of memory that processes hold together, without files that are only read.

    What they share counts once; below `enough` it may count for each, which is quicker to find. So it may where
    a process cannot be looked into.
    """
    rough = {pid: _sum(f"/proc/{pid}/status", _WHOLE) for pid in pids}
    if sum(rough.values()) <= enough:
        return sum(rough.values())
    # Where nothing can be read, the rough number is read again: the process may have ended since, and holds nothing.
    return sum(_sum(f"/proc/{pid}/smaps_rollup", _SHARES) or _sum(f"/proc/{pid}/status", _WHOLE) for pid in rough)


def free() -> int:
    """Return the bytes of memory that this machine still has for new work: the kernel's own estimate."""
    return _sum("/proc/meminfo", ("MemAvailable:",)) or sys.maxsize


def processor_time(pids: Iterable[int]) -> float:
    """Return the seconds of the processor that processes have used, and those that they started and that ended."""
    ticks, second = 0, os.sysconf("SC_CLK_TCK")
    for pid in pids:
        with contextlib.suppress(OSError):
            # The name, in brackets, may hold anything.
            words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            # User and system time, its own and that of its children that have ended.
            ticks += sum(map(int, words[11:15]))
    return ticks / second


class Monitor(threading.Thread):
    """Ends a sandbox that takes too much memory or stops answering, and gives many processes the lowest priority.

    `cause` then says why, "memory", "time", or "machine" when the machine itself has hardly any memory left, and
    `running_at_kill` which answer was running then.

    Parameters
    ----------
    process : subprocess.Popen
    most : int
        Bytes of memory, on top of what Python and its packages take.
    patience : float
        Seconds until the first `heartbeat`, which sets the time until the next.
    seconds : float
        Processor time that all processes of an answer may use together.
    """

    def __init__(self, process: subprocess.Popen, most: int, patience: float, seconds: float = math.inf):
        super().__init__(daemon=True)
        self.cause: str | None = None
        self.running_at_kill: str | None = None
        self.peak = 0
        self._process, self._most = process, most + PYTHON
        # One more, because the child ends a single process itself, and its sandbox stays.
        self._seconds = seconds + 1
        self._least = min(RESERVE, free() // 2)
        self._over = threading.Event()
        self.heartbeat(None, patience)

    def heartbeat(self, running: str | None, patience: float) -> None:
        """Note a sign of life: which answer runs now, and how many seconds the next sign may take."""
        self._running, self._until = running, time.monotonic() + patience

    def stop(self) -> None:
        """End the monitor, not the sandbox."""
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(TICK):
            running, pids = self._running, process_tree(self._process.pid)
            # The first two are the tool and the program that runs the answers.
            threads = [thread for pid in pids[2:] for thread in _threads(pid)]
            if len(threads) > THREADS:
                for thread in threads:
                    with contextlib.suppress(OSError):
                        os.setpriority(os.PRIO_PROCESS, thread, 19)
            if time.monotonic() > self._until or (len(pids) > 3 and processor_time(pids[2:]) > self._seconds):
                self.cause = "time"
            elif self._taken(pids) > self._most:
                self.cause = "memory"
            elif free() < self._least:
                self.cause = "machine"
            if self.cause or STOPPED.is_set():
                self.running_at_kill = running
                for pid in reversed(process_tree(self._process.pid)):
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
                return

    def _taken(self, pids: list[int]) -> int:
        taken = memory(pids, self._most)
        if taken > self._most:
            # Processes that end while they are looked at leave their share of common memory to the others, where it
            # is then counted again. Only what a second measurement confirms counts.
            taken = min(taken, memory(process_tree(self._process.pid), self._most))
        self.peak = max(self.peak, taken)
        return taken

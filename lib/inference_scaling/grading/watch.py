"""The grader's eye on a running sandbox, from outside: its memory as a whole, and whether it still says anything.

The kernel's limits are per process, or need rights that a grader may not have. What all processes of a
submission take together is read from /proc, which needs none.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path

__all__ = ["STOPPED", "Watch", "family", "memory"]

# Set when the grader itself is interrupted: every sandbox of this process is ended.
STOPPED = threading.Event()

TICK = 0.05
# What Python and its packages take before an answer begins, with room.
PYTHON = 128 << 20
# An answer with more threads than this gets the processor after all others: it should not slow its neighbours.
THREADS = 3


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it, by the ids that this machine gives them.

    A process whose parent is gone belongs to the first one of the sandbox, so none leaves the family.
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
    rough = {pid: _sum(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:")) for pid in pids}
    if sum(rough.values()) <= enough:
        return sum(rough.values())
    shares = {pid: _sum(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) for pid in rough}
    return sum(shares[pid] or rough[pid] for pid in rough)


class Watch(threading.Thread):
    """Ends a sandbox that takes too much memory or falls silent; `cause` then says which: "memory" or "time".

    It also puts an answer that runs many processes behind all others.

    Parameters
    ----------
    process : subprocess.Popen
    most : int
        Bytes of memory, on top of what Python and its packages take.
    patience : float
        Seconds until the first word; `heard` sets it anew.
    """

    def __init__(self, process: subprocess.Popen, most: int, patience: float):
        super().__init__(daemon=True)
        self.cause: str | None = None
        self.peak = 0
        self._process, self._most = process, most + PYTHON
        self._over = threading.Event()
        self.heard(patience)

    def heard(self, patience: float) -> None:
        """Note that the sandbox said something, and for how long it may be silent now."""
        self._until = time.monotonic() + patience

    def stop(self) -> None:
        """End the watch, not the sandbox."""
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(TICK):
            pids = family(self._process.pid)
            # The first two are the tool and the program that runs the answers.
            threads = [thread for pid in pids[2:] for thread in _threads(pid)]
            if len(threads) > THREADS:
                for thread in threads:
                    with contextlib.suppress(OSError):
                        os.setpriority(os.PRIO_PROCESS, thread, 19)
            self.peak = max(self.peak, memory(pids, self._most))
            self.cause = "memory" if self.peak > self._most else "time" if time.monotonic() > self._until else None
            if self.cause or STOPPED.is_set():
                for pid in reversed(pids):
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
                return

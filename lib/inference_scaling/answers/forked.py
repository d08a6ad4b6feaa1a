"""Collect what a function does in a copy of this process, which can be ended whatever the function is doing.

An alarm ends a Python loop. It does not end one long call of a builtin, such as ``10 ** 10**9`` or a regular expression
that backtracks: Python looks at signals only between its own instructions. A forked process has the notebook's names,
closures included, and is ended from outside; the notebook's kernel and its variables stay as they are.

Only Linux is served. Windows and WebAssembly have no fork, and on macOS the system's own libraries, NumPy's among them,
do not work in a forked process. There `collect` runs here, with an alarm at most, and `limits` says so beforehand.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import select
import signal
import sys
import time
import warnings
from collections.abc import Mapping
from typing import Any

from . import collect as here

__all__ = ["collect", "limits"]

# What a function may take on top of what the notebook holds.
MEMORY = 1 << 30
# A linear-algebra library starts a thread a core, each with its stack and its part of the heap.
MEMORY_A_CORE = 80 << 20
# How long a process that ends by its own alarm is waited for after its limit.
GRACE = 0.3
NO_FORK = (
    "On this computer a check ends a loop that takes too long, but not one long call of a builtin, such as "
    "10 ** 10**9. If a check does not come back, interrupt or restart the kernel."
)
NO_ALARM = (
    "On this computer a check cannot end a function that never returns. If a check does not come back, interrupt or "
    "restart the kernel."
)


def _forks() -> bool:
    return sys.platform == "linux" and hasattr(os, "fork")


def limits() -> str | None:
    """Return what a check on this computer cannot end, in a sentence for learners; None where it can end anything."""
    if _forks():
        return None
    return NO_FORK if hasattr(signal, "setitimer") else NO_ALARM


def collect(request: Mapping[str, Any], obj: Any) -> dict[str, Any]:
    """Return what `answers.collect.collect` returns, from a process of its own where that can be.

    Two outcomes are added: the last one is ``{"died": how}`` when the process ended before it answered, and a call that
    asks for more than a gibibyte raises MemoryError.

    Parameters
    ----------
    request, obj
        As for `answers.collect.collect`. What a function changes outside itself is not seen here.

    Examples
    --------
    >>> collect({"calls": [[2]], "seconds": 5.0}, lambda k: k + 0.5)
    {'outcomes': [{'number': 2.5}]}
    """
    if not _forks() or not here.is_function(request, obj):
        return here.collect(request, obj)
    out, into = os.pipe()
    try:
        # Newer Pythons warn of threads, and a kernel has some. The child uses none and leaves without cleaning up.
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            pid = os.fork()
    except OSError:
        # No more processes or no memory for one: the alarm is left.
        os.close(out)
        os.close(into)
        return here.collect(request, obj)
    if pid == 0:
        try:
            _answer(request, obj, into)
        finally:
            os._exit(1)
    os.close(into)
    try:
        return {"outcomes": _received(pid, out, request["seconds"])}
    finally:
        os.close(out)


def _limit(seconds: float) -> None:
    """Limit memory and processor time of this process; a limit that cannot be set is left out."""
    import resource

    cores = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
        most = used + MEMORY + MEMORY_A_CORE * cores
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    with contextlib.suppress(OSError, ValueError):
        # If the notebook's kernel is killed meanwhile, nobody else ends this process.
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, ((int(seconds) + 2) * cores, hard))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _answer(request: Mapping[str, Any], obj: Any, into: int) -> None:
    """In the child: send each outcome as one line of JSON, an empty line at the end, and leave."""
    # Interrupting a notebook reaches the children of its kernel too: there the kernel decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A crash is told in one sentence, and not in a page of the kernel's own terminal.
    faulthandler.disable()
    _limit(request["seconds"])
    send, dumped, leave, mask = os.write, json.dumps, os._exit, signal.pthread_sigmask

    def tell(outcome: dict[str, Any]) -> None:
        line = (dumped(outcome) + "\n").encode()
        # The alarm waits until the line is whole.
        before = mask(signal.SIG_BLOCK, {signal.SIGALRM})
        while line:
            line = line[send(into, line) :]
        mask(signal.SIG_SETMASK, before)

    here.collect(request, obj, tell)
    send(into, b"\n")
    leave(0)


def _received(pid: int, out: int, seconds: float) -> list[dict[str, Any]]:
    """In the parent: read the outcomes until their end, the end of the process or that of the time; end the process."""
    end = time.monotonic() + seconds + GRACE
    message = b""
    status = None
    try:
        # An empty line ends it.
        while message != b"\n" and not message.endswith(b"\n\n"):
            left = end - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                break
            chunk = os.read(out, 1 << 16)
            if not chunk:
                status = _left(pid, end)
                break
            message += chunk
    finally:
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    lines = message.split(b"\n")[:-1]
    outcomes: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
    if lines and not lines[-1]:
        return outcomes
    died = status is not None and not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU)
    return [*outcomes, {"died": _cause(status)} if died else {"slow": seconds}]


def _left(pid: int, end: float) -> int | None:
    """Wait for a process that sends no more; return how it ended, None when it has not by `end`."""
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > end:
            return None
        time.sleep(0.01)


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"signal {signal.Signals(os.WTERMSIG(status)).name}"
    return f"exit code {os.WEXITSTATUS(status)}"

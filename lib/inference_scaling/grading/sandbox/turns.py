"""Whose turn it is on this machine: submissions run beside each other, and some once more alone.

The locks are the kernel's, on two folders of this package: they hold between threads and between processes, leave
nothing behind, and go with a process that is killed. On a file system that has none of them nobody waits.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:
    # Windows has none, and no sandbox either: the command says so.
    fcntl = None

__all__ = ["alone", "beside_others"]

# Everybody goes through the door, and who wants to be alone keeps it shut: no others come in while they wait.
ROOM, DOOR = Path(__file__).parent, Path(__file__).parent.parent


@contextlib.contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def beside_others() -> Iterator[None]:
    """Wait while somebody is alone; then run the body, beside others that do the same."""
    with contextlib.ExitStack() as inside:
        with _locked(DOOR, fcntl.LOCK_EX):
            inside.enter_context(_locked(ROOM, fcntl.LOCK_SH))
        yield


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until all others are through; then run the body, and let nobody else begin."""
    with _locked(DOOR, fcntl.LOCK_EX), _locked(ROOM, fcntl.LOCK_EX):
        yield

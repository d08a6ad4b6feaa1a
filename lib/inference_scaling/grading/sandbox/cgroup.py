"""A memory cgroup for each sandbox, where this process may make one: the kernel itself then counts and limits.

Only cgroups of version 2 are used, and only a subtree that was delegated to this process alone, as this gives it:
``systemd-run --user --scope -p Delegate=yes inference-scaling grade …``. In it the kernel counts all that a submission
makes it hold, in whatever form. Where there is none, `monitor` watches from outside.

Source of the files and their meaning: the kernel's documentation, "Control Group v2".
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from functools import cache
from pathlib import Path

__all__ = ["Group", "NoGroup", "parent"]

MOUNTED, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
# Where the grader itself goes: a cgroup that has others in it may hold no process.
GRADER = "inference-scaling-grader"
CONTROLLERS = ("memory", "pids", "cpu")
_NUMBERS = itertools.count()


class NoGroup(Exception):
    """There is no cgroup for this process to divide; the message says why."""


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        raise NoGroup(f"{path} cannot be read") from None


def delegated(mounted: Path, own: Path) -> Path:
    """Return the cgroup in which this process may make others, prepared for that; the process itself is moved aside.

    Parameters
    ----------
    mounted : Path
        Where cgroups of version 2 are mounted.
    own : Path
        File that says in which one this process is, as ``/proc/self/cgroup``.

    Raises
    ------
    NoGroup
        When there is none, and why.
    """
    if not (mounted / "cgroup.controllers").exists():
        raise NoGroup("no cgroups of version 2")
    place = next((line[3:] for line in _words(own) if line.startswith("0::/")), None)
    if place is None:
        raise NoGroup("this process is in no cgroup of version 2")
    folder = mounted / place.lstrip("/")
    if folder.name == GRADER:
        # A process of this grader's, or this one, was here before.
        folder = folder.parent
    if "memory" not in _words(folder / "cgroup.controllers"):
        raise NoGroup("the own cgroup has no memory controller")
    needed = (folder, folder / "cgroup.procs", folder / "cgroup.subtree_control")
    if not all(os.access(path, os.W_OK) for path in needed):
        raise NoGroup("the own cgroup is not delegated to this user")
    if set(_words(folder / "cgroup.procs")) - {str(os.getpid())}:
        raise NoGroup("other processes are in the own cgroup")
    try:
        (folder / GRADER).mkdir(exist_ok=True)
        _write(folder / GRADER / "cgroup.procs", os.getpid())
        offered = [name for name in CONTROLLERS if name in _words(folder / "cgroup.controllers")]
        _write(folder / "cgroup.subtree_control", " ".join(f"+{name}" for name in offered))
    except OSError as error:
        raise NoGroup(f"the own cgroup cannot be divided: {error.strerror}") from None
    return folder


@cache
def parent() -> Path | str:
    """Return the cgroup in which this process may make others, or in words why there is none."""
    try:
        return delegated(MOUNTED, OWN)
    except NoGroup as error:
        return str(error)


def _write(path: Path, value: object) -> None:
    path.write_text(f"{value}\n", encoding="ascii")


class Group:
    """The cgroup of one sandbox; a context manager, which removes it at the end.

    Parameters
    ----------
    folder : Path
        What `parent` returns.
    memory : int
        Bytes that all processes may make the kernel hold together.
    processes : int
        Processes and threads at one time.

    Raises
    ------
    OSError
        When it cannot be made.
    """

    def __init__(self, folder: Path, memory: int, processes: int):
        self.folder = folder / f"inference-scaling-{os.getpid()}-{next(_NUMBERS)}"
        self._limits = {"memory.max": memory, "memory.swap.max": 0, "pids.max": processes}

    def __enter__(self) -> Group:
        self.folder.mkdir()
        divided = {word.lstrip("+") for word in _words(self.folder.parent / "cgroup.subtree_control")}
        for name, value in self._limits.items():
            if name.split(".")[0] in divided:
                # Without swap, or without its account, there is no such file.
                with contextlib.suppress(*([OSError] if name == "memory.swap.max" else [])):
                    _write(self.folder / name, value)
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):
            _write(self.folder / "cgroup.kill", 1)
        # What was killed takes its moment to leave.
        for _ in range(50):
            with contextlib.suppress(OSError):
                self.folder.rmdir()
            if not self.folder.exists():
                return
            time.sleep(0.02)

    def enter(self, command: list[str]) -> list[str]:
        """Return the command that runs another one in this cgroup, as the same process."""
        return ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "cgroup.procs"), *command]

    def kills(self) -> int:
        """Return how many processes the kernel has ended because all together took too much."""
        words = []
        with contextlib.suppress(NoGroup):
            words = _words(self.folder / "memory.events")
        counts = dict(zip(words[::2], words[1::2], strict=False))
        return int(counts.get("oom_kill", 0))

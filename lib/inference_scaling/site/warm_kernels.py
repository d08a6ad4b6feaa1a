"""Kernels that have their imports behind them: forked from one process that did these once, to compare many notebooks.

A kernel of its own needs two to four seconds of processor time before its first cell has run, most of it for imports
that every notebook makes. Comparing starts dozens. What a notebook computes does not depend on it: hash seed,
arithmetic and environment are those of a fresh kernel. That a notebook imports all that it uses is another matter,
which this cannot see; `notebooks.tidy` makes the committed outputs in fresh kernels.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, TextIO

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

__all__ = ["use"]

NAME = "inference-scaling-warm"
# A socket's path has at most 107 letters on Linux and 103 on macOS; its number comes behind this name.
LONGEST = 100
# What the notebooks import, and what a kernel imports before a cell; more would do no harm, less costs time.
FIRST = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "numpy",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
    "sympy",
    "inference_scaling",
    "inference_scaling.classroom",
    "inference_scaling.decisions",
    "inference_scaling.figures",
    "inference_scaling.interactive.derivation",
    "inference_scaling.lessons.registry",
    "inference_scaling.site.claims",
    "inference_scaling.sources.recorded",
    "inference_scaling.verifiers",
)


def use() -> None:
    """Let every kernel that this process starts from here on be a warm one, where processes can be forked."""
    if not hasattr(os, "fork"):
        return
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:WarmProvisioner", factory.GROUP_NAME)
    factory.default_provisioner_name = NAME


class Nursery:
    """The process that imported everything, as seen from the one that wants kernels."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def fork(self, arguments: list[str], environment: dict[str, str], folder: str) -> int:
        """Return the process id of a new kernel."""
        assert self._process.stdin and self._process.stdout
        asked = {"arguments": arguments, "environment": environment, "folder": folder}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Fork what Jupyter would start as a process of its own; anything but a plain Python kernel is started as usual."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        # A port that was free when it was chosen may be taken when the kernel binds it, beside a browser that opens
        # hundreds. A socket's file has a name of its own. A kernel that starts again keeps its sockets.
        name = os.path.join(tempfile.gettempdir(), f"its-{secrets.token_hex(6)}")
        if self.parent.transport == "tcp" and len(name) < LONGEST:
            self.parent.transport, self.parent.ip = "ipc", name
        wanted: dict[str, Any] = await super().pre_launch(**kwargs)
        return wanted

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if cmd[1:3] != ["-m", "ipykernel_launcher"]:
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        environment = {**os.environ, **(kwargs.get("env") or {})}
        self.process = Forked(_nursery().fork(cmd[2:], environment, str(Path(self.cwd).resolve())))
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class Forked:
    """What Jupyter asks of the process of a kernel, for one that is no child of ours."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return None while it runs, then 0: how it ended is not known here."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        while self.poll() is None:
            time.sleep(0.02)
        return 0

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


@cache
def _nursery() -> Nursery:
    return Nursery()


def _serve(asked: TextIO, told: TextIO) -> None:
    """Fork a kernel for each line asked, until nobody can ask any more."""
    for name in FIRST:
        importlib.import_module(name)
    # A kernel that ended is forgotten at once: nobody here waits for it.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in asked:
        child = os.fork()
        if not child:
            _become(json.loads(line), asked, told)
        told.write(f"{child}\n")
        told.flush()


def _become(wanted: dict[str, Any], *ours: TextIO) -> None:
    """Be a kernel from here on, as `python -m ipykernel_launcher` would be."""
    status = 1
    with contextlib.suppress(SystemExit):
        parent = os.getppid()
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for stream in ours:
            stream.close()
        os.environ.clear()
        # A kernel whose parent is gone ends itself.
        os.environ.update(wanted["environment"], JPY_PARENT_PID=str(parent))
        os.chdir(wanted["folder"])
        sys.path[:] = [place for place in sys.path if place and Path(place) != Path(wanted["folder"])]
        sys.argv = wanted["arguments"]
        from ipykernel import kernelapp

        kernelapp.launch_new_instance()
        status = 0
    os._exit(status)


if __name__ == "__main__":
    # What a kernel prints must not be taken for an answer of this process.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    questions = os.fdopen(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _serve(questions, answers)

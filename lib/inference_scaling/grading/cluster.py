"""A Dask cluster that shares a batch: each worker grades in a sandbox of its own, which it has measured.

The workers see the project and the submissions under the same paths as the command. What they run is what
`grade.grade_one` runs on one machine, so the verdicts are the same; results come back here, and here they are written.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import __version__ as VERSION
from ..lessons import registry
from . import grade
from .sandbox import SandboxError, available
from .submissions import Submission

__all__ = ["Workers", "examined", "grade_here", "identity", "shared"]

# Seconds to wait for a scheduler.
ANSWERS = 10.0


@dataclass(frozen=True)
class Workers:
    """Who grades a batch: this machine, or a cluster whose workers may all do it.

    Attributes
    ----------
    executor : concurrent.futures.Executor or None
        None: threads of this process.
    at_once : int
        Submissions at one time.
    tool : str
        What their sandboxes are made with, and how many workers there are.
    protections : mapping
        Which protections hold on every worker.
    account : str
        Who counts a submission's memory there, in words.
    """

    executor: Executor | None
    at_once: int
    tool: str
    protections: Mapping[str, bool]
    account: str


def identity(settings: grade.RunSettings) -> dict[str, str]:
    """Return what has to be the same wherever a batch is graded, each with its version or digest."""
    digest = hashlib.sha256()
    for part in (*registry.parts(), *registry.private_parts()):
        known = (settings.key, settings.handed_out, settings.root, settings.limits)
        digest.update(grade.specification(part, *known).encode())
    packages = {name: version(name) for name in ("numpy", "scipy")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"inference-scaling": VERSION, "Python": python, **packages, "tasks and grader": digest.hexdigest()[:12]}


@cache
def _tool() -> tuple[str | None, str]:
    """Return the tool with which this process makes its sandboxes, or None and why there is none."""
    states = available()
    tool = next((name for name, wrong in states.items() if not wrong), None)
    return tool, "; ".join(f"{name}: {wrong}" for name, wrong in states.items() if wrong)


def examined(settings: grade.RunSettings, folder: str) -> dict[str, Any]:
    """Say, on a worker, what it is: its identity, its sandbox, and whether it sees the files. It never raises."""
    said: dict[str, Any] = {"wrong": "", "tool": None}
    needed = {"the project": Path(settings.root) / "exercises" / "source", "the submissions": Path(folder)}
    for name, path in needed.items():
        if not path.is_dir():
            return {**said, "wrong": f"does not see {name}: there is no folder {path}"}
    try:
        said["identity"] = identity(settings)
        said["tool"], said["reasons"] = _tool()
        if said["tool"]:
            said["protections"] = grade.protections(said["tool"], settings.limits)
            said["account"] = grade.account()
    except Exception as error:
        return {**said, "wrong": f"cannot say what it is: {error}"}
    return said


def grade_here(found: Submission, settings: grade.RunSettings, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Grade a submission on a worker, in the worker's own sandbox.

    Raises
    ------
    SandboxError, ValueError
        Where this worker came later than the others were examined, and has no sandbox or is of another version.
    """
    if difference := _difference(_identity(settings), wanted):
        raise ValueError(f"the worker on {platform.node()} {difference}")
    tool, reasons = _tool()
    if tool is None:
        raise SandboxError(f"the worker on {platform.node()} has no sandbox ({reasons})")
    return grade.grade_one(found, replace(settings, tool=tool))


_identity = cache(identity)


def _difference(its: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """Say in words where a worker is another one than this machine; the empty text where it is not."""
    for name, here in ours.items():
        if its.get(name) != here:
            return f"is of another version: {name} is {its.get(name)} there and {here} here"
    return ""


@contextlib.contextmanager
def shared(address: str, settings: grade.RunSettings, folder: Path) -> Iterator[Workers]:
    """Connect to a scheduler and have every worker examined.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.5:8786``.
    settings : RunSettings
        Their tool is not used: each worker has its own.
    folder : Path
        The submissions'.

    Raises
    ------
    ValueError
        When Dask is not installed, nobody answers, there is no worker, or one is of another version or does not see
        the files; the message names the worker.
    SandboxError
        When a worker has no sandbox; the message names it.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--cluster needs Dask; install inference-scaling[grading,dask]") from None
    try:
        client = Client(address, timeout=ANSWERS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"--cluster {address}: no Dask scheduler answers there ({error})") from None
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise ValueError(
                f"--cluster {address}: the scheduler has no workers; start some by `dask worker {address}`"
            )
        answers = client.run(examined, settings, str(folder), on_error="return")
        ours = identity(settings)
        _refuse({_name(address, workers): said for address, said in answers.items()}, ours)
        found = list(answers.values())
        tools = ", ".join(sorted({said["tool"] for said in found}))
        yield Workers(
            _Sharing(client, ours),
            sum(workers[address]["nthreads"] for address in answers),
            f"{tools}, on {len(found)} workers",
            {name: all(said["protections"][name] for said in found) for name in found[0]["protections"]},
            "; ".join(sorted({said["account"] for said in found})),
        )


def _name(address: str, workers: Mapping[str, Any]) -> str:
    about = workers.get(address, {})
    name = str(about.get("name", address))
    return address if name == address else f"{name} ({address})"


def _refuse(answers: Mapping[str, Any], ours: Mapping[str, str]) -> None:
    """Raise an error that names every worker which may not grade, and why."""
    wrong, without = [], []
    for name, said in answers.items():
        if isinstance(said, BaseException):
            wrong.append(f"worker {name} cannot be asked: {said}")
        elif said["wrong"]:
            wrong.append(f"worker {name} {said['wrong']}")
        elif difference := _difference(said["identity"], ours):
            wrong.append(f"worker {name} {difference}")
        elif said["tool"] is None:
            without.append(f"worker {name} has no sandbox ({said['reasons']})")
    if wrong:
        raise ValueError("--cluster: " + "; ".join([*wrong, *without]))
    if without:
        raise SandboxError("--cluster: " + "; ".join(without))


class _Sharing(Executor):
    """Gives submissions to the workers of a cluster. A worker that dies gives its own back, and others take them."""

    def __init__(self, client: Any, identity: Mapping[str, str]):
        # Not pure: what was graded once may be asked for again. Retries are for workers that die while they grade.
        self._executor = client.get_executor(pure=False)
        self._identity = dict(identity)

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Any:
        """Submit `grade.grade_one`: it runs as `grade_here`."""
        return self._executor.submit(grade_here, *arguments, self._identity, **named)

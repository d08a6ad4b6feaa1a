"""The program next to the student's code: runs each answer in a process of its own and sends back plain JSON.

It is started by `sandbox` with nothing but NumPy, SciPy and a copy of the package that holds no task, no
reference and no check. It reads one job from standard input:

``{"limits": {"seconds", "wall_seconds", "memory", "processes", "file_bytes", "open_files", "reply_bytes"},
"alone": bool, "start": [code, ...], "given": {task: numbers}, "tasks": [{"id", "name", "code",
"before": [code, ...], "request"}]}``

and writes one JSON object a line: ``{"begins": id}`` and then ``{"id", "ended", "earlier", "reply"}``, where
`ended` is "answered", "time" (of the processor), "waited", "files", "reply too long" or what the process died of,
`earlier` whether the cells before the answer were run first, and `reply` is the text that the process sent. The text is
untrusted: only the grader parses it. The program ends early when an answer leaves something behind that it cannot
clear away; the grader then starts it anew for the tasks that are left.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import mmap
import os
import re
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Iterator

PR_SET_DUMPABLE = 4
TICK = 0.02
MOST_FILES = 4_000
# Code that may want SciPy, or of the library more than what every handed-out notebook imports.
SCIPY = re.compile(r"\bscipy\b")
LIBRARY = re.compile(r"\binference_scaling\b(?!\.classroom\b| import classroom\b)")
# Parts of NumPy that SciPy has only because it copies all of NumPy's names.
COPIED = ("f2py", "testing", "ma", "ctypeslib", "polynomial", "rec", "char", "typing", "core", "matlib")
LACKS, FULL = b"1", b"0"


def main() -> None:
    packages = json.loads(sys.argv[1])
    sys.path[:0] = packages
    job = json.loads(sys.stdin.buffer.read())
    frames = os.fdopen(os.dup(1), "w", encoding="ascii")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    # Other processes of the same user may neither trace this one nor write into its memory, and as the first
    # process of its namespace it gets from them only the signals that it handles: none.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if job["alone"]:
        import seccomp

        seccomp.close()

    # Imported once, here: each answer's process begins with a copy of it.
    with _quickly():
        import kernel

        from inference_scaling import classroom
        from inference_scaling.answers import collect

        # More than half of a start, and most notebooks want one of them or none.
        codes = list(_codes(job))
        if any(SCIPY.search(code) for code in codes):
            import scipy.special  # noqa: F401 (for the answers)
        if any(LIBRARY.search(code) for code in codes):
            import inference_scaling

            # Which imports all of it.
            dir(inference_scaling)

    # Until here an error was told to the grader.
    os.dup2(nothing, 2)
    classroom.numbers.update(job["given"])
    for task in job["tasks"]:
        print(json.dumps({"begins": task["id"]}), file=frames, flush=True)
        ended, reply = _run(job, task, [], (collect, kernel), frames.fileno())
        earlier = ended == "answered" and reply[:1] == LACKS and bool(task["before"])
        if earlier:
            ended, reply = _run(job, task, task["before"], (collect, kernel), frames.fileno())
        frame = {"id": task["id"], "ended": ended, "earlier": earlier, "reply": reply[1:].decode("utf-8", "replace")}
        print(json.dumps(frame), file=frames, flush=True)
        if not _emptied(os.environ["HOME"]):
            break
    # Exit without cleaning up, which would take longer than a task.
    os._exit(0)


def _codes(job: dict) -> Iterator[str]:
    """Return every piece of code that an answer of this job may run."""
    yield from job["start"]
    for task in job["tasks"]:
        yield from (task["code"], *task["before"])


@contextlib.contextmanager
def _quickly():
    """Import without garbage collection and parts of NumPy that nothing needs; an answer that wants them gets them."""
    import numpy

    gc.disable()
    unused = [name for name in COPIED if name not in vars(numpy)]
    for name in unused:
        setattr(numpy, name, None)
    try:
        yield
    finally:
        for name in unused:
            # What was imported all the same NumPy would look for without end.
            if f"numpy.{name}" in sys.modules:
                setattr(numpy, name, sys.modules[f"numpy.{name}"])
            else:
                delattr(numpy, name)
        gc.freeze()
        gc.enable()


def _run(job: dict, task: dict, before: list[str], tools: tuple, frames: int) -> tuple[str, bytes]:
    """Answer one task in a process of its own; return how that ended and what it sent."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(out)
        os.close(frames)
        with contextlib.suppress(BaseException):
            _answer(job, task, before, *tools, into)
        os._exit(0)
    os.close(into)
    try:
        return _received(pid, out, job["limits"], job["alone"], frames)
    finally:
        os.close(out)
        _sweep(pid, job["alone"])


class _Patience:
    """Says when an answer has had its time, whatever else the machine does meanwhile.

    Its processor time decides. It has waited too long when for as many seconds it used nothing at all, and as a last
    resort when it is not through after `wall_seconds`.
    """

    def __init__(self, pid: int, limits: dict):
        # The kernel's number for the clock of another process: what all its threads have used.
        self._clock = (~pid << 3) | 2
        self._seconds = limits["seconds"]
        self._used, self._moved = 0.0, time.monotonic()
        self._until = self._moved + limits["wall_seconds"]

    def over(self) -> str:
        """Return the empty text while there is time left, else "time" or "waited"."""
        now = time.monotonic()
        used = self._used
        with contextlib.suppress(OSError):
            used = time.clock_gettime(self._clock)
        if used >= self._seconds:
            return "time"
        if used > self._used + 1e-3:
            self._used, self._moved = used, now
        return "waited" if now > self._until or now - self._moved > self._seconds else ""


def _received(pid: int, out: int, limits: dict, alone: bool, frames: int) -> tuple[str, bytes]:
    """Read a message of announced length; neither its end nor the end of the process is waited for too long.

    Where nobody reads the frames any more, the grader is gone, killed perhaps: then this ends, and with the first
    process of the sandbox all others.
    """
    grader = select.poll()
    grader.register(frames, 0)
    patience = _Patience(pid, limits)
    message = b""
    while not (over := patience.over()):
        if grader.poll(0):
            _sweep(pid, alone)
            os._exit(1)
        if select.select([out], [], [], TICK)[0]:
            chunk = os.read(out, 1 << 16)
            message += chunk
            if told := _told(message, limits):
                return told
            if chunk:
                continue
            time.sleep(TICK)
        if alone and _files() > MOST_FILES:
            return "files", b""
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return _last_words(out, message, limits) or (_cause(status), b"")
    return over, b""


def _told(message: bytes, limits: dict) -> tuple[str, bytes] | None:
    """Return what a message says once it is whole, or too long."""
    if len(message) < 8:
        return None
    wanted = 8 + struct.unpack(">Q", message[:8])[0]
    if wanted > limits["reply_bytes"]:
        return "reply too long", b""
    return ("answered", message[8:wanted]) if len(message) >= wanted else None


def _last_words(out: int, message: bytes, limits: dict) -> tuple[str, bytes] | None:
    """Read what a process sent between the last look and its end: on a busy machine that may be all of it."""
    while select.select([out], [], [], 0)[0] and (chunk := os.read(out, 1 << 16)):
        message += chunk
        if told := _told(message, limits):
            return told
    return None


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "time"
        return f"signal {signal.Signals(number).name}"
    return f"exit {os.WEXITSTATUS(status)}"


def _files() -> int:
    """Return how many files there are in the home: each takes memory of the kernel's, an empty one too."""
    about = os.statvfs(os.environ["HOME"])
    return about.f_files - about.f_ffree


def _sweep(pid: int, alone: bool) -> None:
    """End whatever the answer left running."""
    if alone:
        # Inside a process namespace of its own this reaches every process but this one, and no other machine's.
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
    else:
        for end in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                end(pid, signal.SIGKILL)
    while True:
        try:
            if os.waitpid(-1, 0 if alone else os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break


def _emptied(home: str) -> bool:
    """Remove the files in the home; return whether nothing is left. Folders are left: they can be made so deep, or
    with such rights, that removing them goes wrong."""
    try:
        with os.scandir(home) as entries:
            for number, entry in enumerate(list(entries)):
                if number == 100:
                    return False
                os.unlink(entry.path)
    except OSError:
        return False
    return True


def _address_space() -> int:
    """Return the bytes of memory that this process has mapped, found by trying: there is no /proc to read it from."""
    before = _, hard = resource.getrlimit(resource.RLIMIT_AS)
    least, most = 0, 1 << 46 if hard == resource.RLIM_INFINITY else hard
    while most - least > 1 << 20:
        middle = (least + most) // 2
        resource.setrlimit(resource.RLIMIT_AS, (middle, hard))
        try:
            mmap.mmap(-1, 1 << 12, flags=mmap.MAP_PRIVATE).close()
            most = middle
        except (OSError, MemoryError):
            least = middle
    resource.setrlimit(resource.RLIMIT_AS, before)
    return most


def _limit(limits: dict) -> None:
    # Beyond the first limit of a pair the process gets a signal that says why, beyond the second it is ended.
    seconds = int(limits["seconds"]) + 1
    most = _address_space() + limits["memory"]
    if (hard := resource.getrlimit(resource.RLIMIT_AS)[1]) != resource.RLIM_INFINITY:
        most = min(most, hard)
    for what, pair in (
        (resource.RLIMIT_AS, (most, most)),
        (resource.RLIMIT_CPU, (seconds, seconds + 1)),
        (resource.RLIMIT_FSIZE, (limits["file_bytes"],) * 2),
        (resource.RLIMIT_NOFILE, (limits["open_files"],) * 2),
        (resource.RLIMIT_NPROC, (limits["processes"],) * 2),
        (resource.RLIMIT_CORE, (0, 0)),
    ):
        resource.setrlimit(what, pair)


def _answer(job: dict, task: dict, before: list[str], collect, kernel, into: int) -> None:
    # A group for `_sweep`; a session would be a share of the processor of its own.
    os.setpgid(0, 0)
    _limit(job["limits"])
    os.chdir(os.environ["HOME"])
    send = os.write
    packed, dumped, leave = struct.pack, json.dumps, os._exit
    names = {"__name__": "__main__"}
    lacks = False
    kernel.furnish(names)
    for code in job["start"]:
        kernel.run(code, "start", names)
    for code in before:
        with contextlib.suppress(BaseException):
            kernel.run(code, "an earlier cell", names)
    error = None
    try:
        kernel.run(task["code"], "answer", names)
    except BaseException as raised:
        error = {**collect.raised(raised), "line": _line(raised)}
        lacks = isinstance(raised, NameError)
    data = collect.collect(task["request"], names.get(task["name"], collect.MISSING))
    lacks = lacks or any("NameError" in outcome.get("raised", ()) for outcome in data.get("outcomes", ()))
    reply = (LACKS if lacks else FULL) + dumped({"data": data, "error": error}).encode()
    message = packed(">Q", len(reply)) + reply
    while message:
        message = message[send(into, message) :]
    leave(0)


def _line(error: BaseException) -> int | None:
    """Return the line of the answer cell at which an error arose."""
    if type(error) in (SyntaxError, IndentationError, TabError):
        return error.lineno
    line, frame = None, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == "answer":
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


if __name__ == "__main__":
    main()

"""Run a student's code in a child process without network, files, privileges or other processes.

The kernel isolates it, set up by a maintained tool: bubblewrap where it is installed, otherwise `unshare`,
`mount`, `pivot_root` and `setpriv` of util-linux. The child sees the system's libraries, Python's packages and
a copy of ours without tasks, all read-only, and a small empty home in memory. `measured` tests that:
it runs a program in the sandbox that tries to break each protection, and reports which held.
"""

from __future__ import annotations

import compileall
import contextlib
import json
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ... import __file__ as _package_file
from . import cgroup
from .monitor import PYTHON, STOPPED, Monitor

__all__ = ["PROTECTIONS", "TOOLS", "Limits", "Sandbox", "SandboxError", "available"]

PACKAGE = Path(_package_file).parent
HERE = Path(__file__).parent
# What a submission does not see of it.
UNSEEN = {"interactive", "answers", "lessons", "classroom", "site", "grading", "cli"}
# User ids other than the grader's own, one for each running submission: the kernel limits processes by user.
FIRST_UID, UIDS = 61_000, 4_000
# Seconds that a sandbox may take to start, on a busy machine.
STARTS = 60.0
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache")
# Not /dev/zero: mapped shared, it holds memory that no process shows.
DEVICES = ("/dev/null", "/dev/urandom")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# The child's environment variables, and those that a shell or the sandbox's tool may add.
VARIABLES = ("HOME", "TMPDIR", "PATH", "LANG", "MPLCONFIGDIR", "PYTHONHASHSEED", *ONE_THREAD)
SHELL_VARIABLES = ("PWD", "OLDPWD", "SHLVL", "_")


class SandboxError(RuntimeError):
    """No sandbox is available, or it did not start."""


@dataclass(frozen=True)
class Limits:
    """What one answer may use.

    Attributes
    ----------
    seconds : float
        Processor time, for the answer's cell and all calls of its function: what else the machine does is not counted.
    memory : int
        Bytes on top of what Python and its packages take: of each process, and of all together.
    processes : int
        Processes and threads of a submission at one time.
    file_bytes, disk_bytes : int
        The largest file, and all files together.
    open_files : int
    reply_bytes : int
        The longest reply that is read.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    processes: int = 16
    file_bytes: int = 16 << 20
    disk_bytes: int = 32 << 20
    open_files: int = 64
    reply_bytes: int = 4 << 20

    @property
    def wall_seconds(self) -> float:
        """How long an answer may take that hardly gets the processor: far more than any right answer needs."""
        return 12 * self.seconds

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not value > 0:
                raise ValueError(f"the limit {name} must be positive, got {value!r}")


@cache
def _works(tool: str) -> str:
    """Return the empty text when a tool builds a sandbox here, else what is wrong with it."""
    needed = {"bubblewrap": ["bwrap", "setpriv"], "unshare": ["unshare", "mount", "pivot_root", "setpriv"]}[tool]
    if missing := [name for name in needed if _which(name) is None]:
        return f"{', '.join(missing)} not installed"
    try:
        with Sandbox(tool, Limits()) as sandbox:
            ended = list(sandbox.run(_job(Limits(), "answer = 1")))
    except (SandboxError, OSError) as error:
        return str(error)
    return "" if ended and ended[0]["ended"] == "answered" else f"a first answer ended as {ended}"


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin")


TOOLS = ("bubblewrap", "unshare")


def available() -> dict[str, str]:
    """Return for each tool the empty text when it works on this machine, else the reason why not."""
    if not sys.platform.startswith("linux"):
        return dict.fromkeys(TOOLS, f"there are no namespaces on {sys.platform}")
    return {tool: _works(tool) for tool in TOOLS}


def _job(limits: Limits, code: str, **more: Any) -> dict[str, Any]:
    task = {"id": "probe", "name": "answer", "code": code, "before": [], "request": {}}
    return {"start": [], "given": {}, "tasks": [task], **more}


@dataclass
class Sandbox:
    """Runs jobs of `child`; a context manager, because the package's copy lives in a temporary folder.

    Parameters
    ----------
    tool : {"bubblewrap", "unshare", None}
        None gives a process with limits and an empty home, and no isolation.
    limits : Limits
    """

    tool: str | None
    limits: Limits = field(default_factory=Limits)

    def __enter__(self) -> Sandbox:
        self._folder = tempfile.TemporaryDirectory(prefix="its-grade-")
        # The child runs as another user and has to read this.
        os.chmod(self._folder.name, 0o755)
        try:
            self._package = _package_copy(Path(self._folder.name))
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *error: Any) -> None:
        self._folder.cleanup()

    def run(self, job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield for each task of a job, in order, ``{"id", "ended", "reply"}``.

        When the program in the sandbox is gone before it is through, the task that was running gets the cause
        "lost" and a new sandbox is made for the rest: no task is missing at the end.

        Raises
        ------
        SandboxError
            When the sandbox does not start.
        """
        left = list(job["tasks"])
        while left:
            begun = False
            for result in self._once({**job, "tasks": left}):
                begun = True
                if result["ended"] == "lost" and result["id"] is None:
                    result = {**result, "id": left[0]["id"]}
                left = [task for task in left if task["id"] != result["id"]]
                yield result
            if STOPPED.is_set():
                raise SandboxError("the grader was interrupted")
            if not begun and self._cause == "machine":
                raise SandboxError("this machine has hardly any memory left")
            if not begun:
                raise SandboxError(f"the sandbox ({self.tool}) did not start: {self._said or 'no output from it'}")

    def _once(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        # Only root can run a submission as another user.
        somebody = _own_uid() if self.tool and os.geteuid() == 0 else contextlib.nullcontext(os.geteuid())
        with tempfile.TemporaryDirectory(prefix="its-home-") as place, somebody as uid, self._group() as group:
            command, home = self._command(Path(place), uid)
            command = group.enter(command) if group else command
            limits = {**asdict(self.limits), "wall_seconds": self.limits.wall_seconds}
            message = json.dumps({**job, "limits": limits, "alone": self.tool is not None}).encode()
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(home),
                cwd="/",
                start_new_session=True,
            )
            monitor = Monitor(process, self.limits.memory, STARTS, self.limits.seconds)
            monitor.start()
            try:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.write(message)
                    process.stdin.close()
                yield from self._frames(process, monitor, group)
            finally:
                # The monitor stops first: a process id that is free again may belong to another process.
                monitor.stop()
                self._peak, self._cause = monitor.peak, monitor.cause
                _kill(process)
                self._said = process.stderr.read(2000).decode("utf-8", "replace").strip()
                for pipe in (process.stdout, process.stderr):
                    pipe.close()
                process.wait()

    def _group(self) -> contextlib.AbstractContextManager[cgroup.Group | None]:
        """Return the sandbox's cgroup where there can be one. It holds Python, the answer and the files in memory."""
        parent = cgroup.parent() if self.tool else ""
        if isinstance(parent, str):
            return contextlib.nullcontext()
        most = self.limits.memory + PYTHON + self.limits.disk_bytes
        # The tool, the program that runs the answers, and what starts them.
        return cgroup.Group(parent, most, self.limits.processes + 4)

    def _frames(
        self, process: subprocess.Popen, monitor: Monitor, group: cgroup.Group | None
    ) -> Iterator[dict[str, Any]]:
        running, first, kills = None, True, 0
        for line in process.stdout:
            if not line.endswith(b"\n"):
                break
            frame = json.loads(line)
            if "begins" in frame:
                running = frame["begins"]
                # It may run twice. The child enforces the timeout, unless something prevents it.
                monitor.heartbeat(running, 2 * self.limits.wall_seconds + STARTS)
            else:
                running, first = None, False
                monitor.heartbeat(None, STARTS)
                before, kills = kills, group.kills() if group else 0
                if kills > before and frame["ended"] != "answered":
                    frame = {**frame, "ended": "memory", "reply": ""}
                yield frame
        # If an earlier answer caused the end, this one runs again, in another sandbox.
        if running is not None and (first or monitor.cause is None or monitor.running_at_kill == running):
            full = group is not None and group.kills() > kills
            yield {"id": running, "ended": monitor.cause or ("memory" if full else "lost"), "reply": ""}

    def _command(self, place: Path, uid: int) -> tuple[list[str], str]:
        paths = _package_paths()
        python = str(Path(sys.executable).resolve())
        if self.tool is None:
            seen = [str(self._package), *paths]
            return [python, "-I", "-S", "-B", str(self._package / "child.py"), json.dumps(seen)], str(place)
        program = [python, "-I", "-S", "-B", "/grader/child.py", json.dumps(["/grader", *paths])]
        inside = [*_rights(uid), *program]
        build = _bubblewrap if self.tool == "bubblewrap" else _unshare
        return build(place, self._package, inside, self.limits), _home()

    def measured(self) -> dict[str, bool]:
        """Return which protections hold, each found by a program in the sandbox that tries to break it.

        Without a tool nothing is tried, because it would succeed: the answer is then that none holds.
        """
        if self.tool is None:
            return dict.fromkeys(PROTECTIONS, False)
        with socket.create_server(("127.0.0.1", 0)) as server, tempfile.NamedTemporaryFile("w") as secret:
            os.chmod(secret.name, 0o644)
            code = _PROBE.format(
                port=server.getsockname()[1],
                secret=secret.name,
                package=str(PACKAGE),
                pid=os.getpid(),
                disk=self.limits.disk_bytes,
                processes=self.limits.processes,
                taken=_TAKEN,
                variables={*VARIABLES, *SHELL_VARIABLES},
            )
            (result,) = self.run(_job(self.limits, code))
        try:
            held = [item["truth"] for item in json.loads(result["reply"])["data"]["list"]]
        except (ValueError, KeyError, TypeError):
            raise SandboxError(f"the test of the sandbox ended as {result['ended']!r}") from None
        # The last is measured by the monitor: two processes took this much.
        return dict(zip(PROTECTIONS, [*held, self._peak > 2 * _TAKEN], strict=True))


PROTECTIONS = (
    "no network",
    "the grader's files out of reach",
    "no task, reference or check in the package",
    "the grader's environment out of reach",
    "other processes out of reach",
    "the system read-only",
    "the disk limited",
    "the number of processes limited",
    "memory limited",
    "system calls with memory or rights of their own closed",
    "no session, priority or limit but the answer's own",
    "the memory of all processes together watched",
)
_TAKEN = 48 << 20

# Its answer is a list of booleans, one for each protection but the last. Formatted with the grader's numbers and paths.
_PROBE = """
import ctypes, importlib.util, mmap, os, resource, socket, time

def fails(action, *errors):
    try:
        action()
    except errors or (OSError,):
        return True
    return False

def connects():
    socket.create_connection(("127.0.0.1", {port}), timeout=1).close()

def places():
    for top, folders, _ in os.walk("/"):
        if top.count("/") > 2 and os.statvfs(top).f_flag & os.ST_RDONLY:
            folders.clear()
        elif os.access(top, os.W_OK):
            yield top

def fills(place):
    made = []
    try:
        for number in range({disk} // (1 << 20) + 8):
            made.append(f"{{place}}/fill{{number}}")
            with open(made[-1], "wb") as file:
                file.write(bytes(1 << 20))
    finally:
        for path in made:
            os.unlink(path)

def forks():
    made = []
    try:
        for _ in range({processes} + 4):
            pid = os.fork()
            if pid == 0:
                time.sleep(20)
                os._exit(0)
            made.append(pid)
    finally:
        for pid in made:
            os.kill(pid, 9)
            os.waitpid(pid, 0)

def holds():
    kept = bytearray({taken})
    time.sleep(0.5)
    os._exit(0)

def opened():
    call = ctypes.CDLL(None)
    yield call.shmget(0, 4096, 0o1600) >= 0
    yield call.semget(0, 1, 0o1600) >= 0
    yield not fails(lambda: os.close(os.memfd_create("probe")))
    yield not fails(lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close())
    yield not fails(lambda: mmap.mmap(-1, 4096).close())
    yield not fails(lambda: open("/dev/zero", "r+b").close())
    out, into = os.pipe()
    yield call.vmsplice(into, None, 0, 0) >= 0
    near, far = socket.socketpair()
    with near, far:
        yield not fails(lambda: near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20))
    pid = os.fork()
    if pid == 0:
        os._exit(call.unshare(0x10000000) == 0)
    yield os.waitpid(pid, 0)[1] != 0

def own_share():
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os._exit(os.getsid(0) == os.getpid())
    yield os.waitpid(pid, 0)[1] != 0
    yield not fails(lambda: os.setpriority(os.PRIO_PROCESS, 1, 1))
    yield not fails(lambda: resource.prlimit(1, resource.RLIMIT_CORE, (0, 0)))

def specified():
    name = "inference_scaling.lessons"
    return importlib.util.find_spec(name) or os.path.exists({package!r} + "/answers/judge.py")

answer = [
    fails(connects),
    fails(lambda: open({secret!r}).close()),
    not specified(),
    set(os.environ) <= {variables},
    fails(lambda: os.kill({pid}, 0)),
    all(fails(lambda: open(place + "/its-probe", "w").close()) for place in ("/", "/usr", "/var/tmp", "/grader")),
    all(fails(lambda: fills(place)) for place in places()),
    fails(forks),
    fails(lambda: bytearray(64 << 30), MemoryError),
    not any(opened()),
    not any(own_share()),
]
for _ in range(2):
    if os.fork() == 0:
        holds()
time.sleep(0.5)
"""


@contextlib.contextmanager
def _own_uid() -> Iterator[int]:
    """Take a user id that no other grader on this machine uses; the name of a socket holds it."""
    for uid in random.sample(range(FIRST_UID, FIRST_UID + UIDS), UIDS):
        with socket.socket(socket.AF_UNIX) as held:
            try:
                held.bind(f"\0inference-scaling-grade-{uid}")
            except OSError:
                continue
            yield uid
            return
    raise SandboxError(f"all {UIDS} user ids for submissions are in use")


def _kill(process: subprocess.Popen) -> None:
    """End the sandbox and all in it: the program in it is the first of its process namespace."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment(home: str) -> dict[str, str]:
    """Return the whole environment of the child: nothing of the grader's own is passed on."""
    fixed = {"HOME": home, "TMPDIR": home, "PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    return fixed | {"MPLCONFIGDIR": home, "PYTHONHASHSEED": "0"} | dict.fromkeys(ONE_THREAD, "1")


@cache
def _package_paths() -> list[str]:
    """Return the folders with Python's installed packages."""
    found = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return [str(Path(path).resolve()) for path in dict.fromkeys(found) if Path(path).is_dir()]


def _package_copy(folder: Path) -> Path:
    """Copy what a submission may see of this package: the library, and of `answers` only what it imports."""
    inside = folder / "grader"
    target = inside / "inference_scaling"

    def left_out(at: str, names: Sequence[str]) -> set[str]:
        out = {"__pycache__"}
        return out | UNSEEN if Path(at) == PACKAGE else out

    shutil.copytree(PACKAGE, target, ignore=left_out)
    # In a checkout the recorded tables lie beside the library; installed, they are in the package.
    if not (target / "_data").exists():
        shutil.copytree(PACKAGE.parents[1] / "data", target / "_data")
    (target / "answers").mkdir()
    for name in ("__init__.py", "collect.py", "tripwire.py"):
        shutil.copyfile(PACKAGE / "answers" / name, target / "answers" / name)
    shutil.copyfile(HERE / "check_stub.py", target / "classroom.py")
    for name in ("child.py", "seccomp.py", "kernel.py"):
        shutil.copyfile(HERE / name, inside / name)
    compileall.compile_dir(inside, quiet=1)
    for path in [inside, *inside.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return inside


@cache
def _seen() -> tuple[tuple[str, str | None], ...]:
    """Return what the child sees: (path, target of the symbolic link, or None for a place that is mounted)."""
    wanted = [*SYSTEM, *_package_paths(), str(Path(sys.base_prefix).resolve())]
    wanted += [str(Path(sys.executable).resolve().parents[1])]
    shown: dict[str, str | None] = {}
    if too_much := [path for path in wanted[len(SYSTEM) :] if Path.home().is_relative_to(path)]:
        raise SandboxError(f"Python lies in {too_much[0]} itself, and submissions would see the home folder with it")
    for path in wanted:
        covered = any(link is None and Path(path).is_relative_to(place) for place, link in shown.items())
        if os.path.exists(path) and not covered:
            shown[path] = os.readlink(path) if os.path.islink(path) else None
    return tuple(shown.items())


def _home() -> str:
    """Return the place in which an answer may write. It covers what was there, so no package may lie below it."""
    return "/answer" if any(Path(path).is_relative_to("/tmp") for path, _ in _seen()) else "/tmp"


@cache
def _hidden() -> tuple[str, ...]:
    """Return folders that hold the tasks and lie below something the child sees: they are covered."""
    # An installed package lies in site-packages; a checkout may lie anywhere, with solutions, keys and submissions.
    places = [PACKAGE]
    root = PACKAGE.parents[1]
    if (root / "exercises").is_dir():
        packages = [Path(path) for path in _package_paths()]
        inside = (path for path in sorted(root.iterdir()) if path.is_dir() and not path.is_symlink())
        places += [place for place in inside if not any(path.is_relative_to(place) for path in packages)]
    mounted = [path for path, link in _seen() if link is None]
    return tuple(str(place) for place in places if any(place.is_relative_to(path) for path in mounted))


def _rights(uid: int) -> list[str]:
    """Return the command that drops all privileges, and where the grader is root also its user id."""
    drop = ["setpriv", "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs"]
    if os.geteuid() == 0:
        drop += [f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    return [*drop, "--pdeathsig=KILL"]


def _bubblewrap(place: Path, package: Path, inside: list[str], limits: Limits) -> list[str]:
    command = [_which("bwrap"), "--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox"]
    command += [f"--unshare-{what}" for what in ("ipc", "pid", "net", "uts", "cgroup-try")]
    if os.geteuid() == 0:
        # As root another user is taken by setpriv: within a user namespace the user would stay root outside.
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        command += ["--cap-add", "CAP_SETPCAP"]
    else:
        command += ["--unshare-user", "--cap-drop", "ALL"]
        inside = inside[inside.index("--no-new-privs") + 2 :]
    parents = {str(parent) for path in (*DEVICES, *dict(_seen())) for parent in Path(path).parents}
    for path in sorted(parents - {"/"}):
        command += ["--perms", "0755", "--dir", path]
    for path, link in _seen():
        command += ["--symlink", link, path] if link else ["--ro-bind", path, path]
    # Not bwrap's own --dev, which has a place to write without a limit.
    for path in DEVICES:
        command += ["--dev-bind", path, path]
    command += ["--perms", "1777", "--size", str(limits.disk_bytes), "--tmpfs", _home()]
    command += ["--ro-bind", str(package), "/grader"]
    for path in _hidden():
        command += ["--tmpfs", path, "--remount-ro", path]
    return [*command, "--remount-ro", "/", "--chdir", "/", *inside]


# `umount` reads /proc, which the sandbox does not have. 2 is MNT_DETACH; 32 | 1 is MS_REMOUNT | MS_RDONLY.
_LEAVE = """
import ctypes, os, sys
c = ctypes.CDLL(None)
if c.umount2(b"/.outside", 2):
    sys.exit("cannot leave the old root")
os.rmdir("/.outside")
if c.mount(None, b"/", None, 32 | 1, None):
    sys.exit("cannot make the root read-only")
"""


def _unshare(place: Path, package: Path, inside: list[str], limits: Limits) -> list[str]:
    root, python = str(place), str(Path(sys.executable).resolve())
    quote = shlex.quote
    lines = ["set -e", f"mount -t tmpfs -o mode=755,size=1m sandbox {quote(root)}", f"cd {quote(root)}"]

    def shown(source: str, path: str, folder: bool, options: str) -> None:
        parent = quote("." + str(Path(path).parent))
        at = quote("." + path)
        lines.append(f"mkdir -p {at}" if folder else f"mkdir -p {parent}; : > {at}")
        lines.append(f"mount --bind -o {options} {quote(source)} {at}")

    for path, link in _seen():
        if link:
            lines.append(f"ln -s {quote(link)} {quote('.' + path)}")
        else:
            shown(path, path, os.path.isdir(path), "ro,nosuid,nodev")
    shown(str(package), "/grader", True, "ro,nosuid,nodev")
    for path in DEVICES:
        shown(path, path, False, "nosuid,noexec")
    lines += [
        f"mkdir .{_home()} .outside",
        f"mount -t tmpfs -o mode=1777,nosuid,nodev,nr_inodes=4096,size={limits.disk_bytes} home .{_home()}",
        *(f"mount -t tmpfs -o ro,size=4k hidden {quote('.' + path)}" for path in _hidden()),
        # The old root is unmounted: a folder changed by chroot alone can be left again with the right rights.
        "pivot_root . .outside",
        "cd /",
        f"{quote(python)} -I -S -c {quote(_LEAVE)}",
        f"exec {shlex.join(inside)}",
    ]
    command = [_which("unshare"), "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    return [*command, "/bin/sh", "-c", "\n".join(lines)]

"""The sandbox itself, with each tool that works here: which one is used depends on the machine."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from inference_scaling.answers.collect import plain
from inference_scaling.grading.sandbox import PROTECTIONS, Limits, Sandbox, child, monitor, seccomp
from inference_scaling.grading.sandbox import run as sandbox
from submissions import hostile

WORKING = [tool for tool, wrong in sandbox.available().items() if not wrong]
SMALL = Limits(seconds=2.0, memory=256 << 20)
PATIENT = replace(SMALL, seconds=20.0)
ROOT = Path(__file__).resolve().parents[2]
# The user of this number is nobody on every Linux.
NOBODY = 65534
each_tool = pytest.mark.parametrize("tool", WORKING)


def ran(tool, codes, limits=SMALL):
    """Run answers one after the other in one sandbox; return how each ended, and its value."""
    tasks = [
        {"id": str(number), "name": "answer", "code": code, "before": [], "request": {}}
        for number, code in enumerate(codes)
    ]
    with Sandbox(tool, limits) as box:
        replies = list(box.run({"start": [], "given": {}, "tasks": tasks}))
    assert [reply["id"] for reply in replies] == [task["id"] for task in tasks]
    return [
        (reply["ended"], json.loads(reply["reply"])["data"] if reply["ended"] == "answered" else None)
        for reply in replies
    ]


@each_tool
def test_what_the_answers_name_is_loaded_ahead_of_them_and_nothing_else_is(tool):
    # Which names neither as a whole.
    look = "import sys\nanswer = [int(name in sys.modules) for name in ('sci' 'py', 'inference_' 'scaling.estimates')]"
    handed_out = "from inference_scaling.classroom import check\nfrom inference_scaling import classroom\n"
    assert ran(tool, [handed_out + look]) == [("answered", {"list": [{"number": 0}, {"number": 0}]})]
    special = "from scipy.special import comb\nanswer = comb(4, 2)"
    assert ran(tool, [look, special]) == [
        ("answered", {"list": [{"number": 1}, {"number": 0}]}),
        ("answered", {"number": 6}),
    ]
    named = "import inference_scaling as its\nanswer = its.pass_at_k(4, 2, 1)"
    assert ran(tool, [look, named]) == [
        ("answered", {"list": [{"number": 1}, {"number": 1}]}),
        ("answered", {"number": 0.5}),
    ]


@each_tool
def test_an_answer_has_all_of_numpy_and_scipy_as_anywhere(tool):
    parts = """\
import numpy as np
from scipy import linalg, stats
answer = [
    float(np.ma.masked_array([1, 5], [0, 1]).sum()),
    float(np.polynomial.Polynomial([1, 2])(3)),
    float(stats.norm.cdf(0)),
    float(linalg.det(np.eye(2))),
    int(np.char.upper("a").item() == "A"),
    int(callable(np.testing.assert_allclose)),
]"""
    numbers = [{"number": value} for value in (1, 7, 0.5, 1, 1, 1)]
    assert ran(tool, [parts], PATIENT) == [("answered", {"list": numbers})]


def test_a_tool_works_here():
    assert WORKING, sandbox.available()


def plain_or_none(value):
    return {"undefined": True} if value is None else plain(value)


# What the answer after an attack gives, in an empty home.
NEXT = ("answered", {"list": [{"number": 7}, {"number": 0}]})


@pytest.fixture(scope="module")
def attacked():
    """How all attacks on the walls ended, and the answers after them, by tool; the tools at one time."""
    answers = hostile.answers("/nowhere", "/nowhere", "the-graded-key")
    codes = [
        code
        for name in hostile.WALLS
        for code in (
            answers[name].replace("answer_T1", "answer"),
            "import os\nanswer = [7, len(os.listdir(os.environ['HOME']))]",
        )
    ]
    with ThreadPoolExecutor(len(WORKING)) as executor:
        return dict(zip(WORKING, executor.map(lambda tool: ran(tool, codes), WORKING), strict=True))


def test_no_attack_on_the_walls_comes_through_or_harms_the_next_answer(attacked, record_property):
    for tool, ended in attacked.items():
        found = dict(zip(hostile.WALLS, ended[0::2], strict=True))
        through = [name for name, held in hostile.HELD.items() if found[name][1] not in (None, plain_or_none(held))]
        harmed = [name for name, end in zip(hostile.WALLS, ended[1::2], strict=True) if end != NEXT]
        record_property("walls", [len(hostile.WALLS), len(through), len(harmed)])
        assert (through, harmed) == ([], []), tool


@each_tool
def test_processes_may_share_memory_and_together_not_take_more_than_one_may(tool):
    take = "import mmap, os, time\nmemory = mmap.mmap(-1, 180 << 20, flags=mmap.MAP_PRIVATE)\n"
    take += "for _ in range(22): memory.write(bytes(8 << 20))\n"
    shared = take + "for _ in range(4):\n    if os.fork() == 0:\n        time.sleep(0.5); os._exit(0)\n"
    apart = "import os\nfor _ in range(3): os.fork()\n" + take + "time.sleep(20)"
    ended = ran(tool, [shared + "time.sleep(0.5)\nanswer = 1", apart, "answer = 2"], PATIENT)
    assert ended == [("answered", {"number": 1}), ("memory", None), ("answered", {"number": 2})]


# As another user, of whom the sandbox has to be told nothing: what the attacks gave, and the answers after them.
AS_ANOTHER_USER = """
import json, os, sys
sys.path[:0] = json.loads(sys.argv[1])
from inference_scaling.grading.sandbox import Limits, Sandbox
job = json.load(sys.stdin)
with Sandbox(sys.argv[2], Limits(seconds=2.0, memory=256 << 20)) as box:
    print(json.dumps([list(box.run(job)), os.geteuid(), box.measured()]))
"""


# Python may lie in a home folder that no other user may enter: then this shows it and nothing else of that home.
SHOW = """
set -e
home=$1 shown=$2; shift 2
aside=$(mktemp -d -p "$TMPDIR")
for path in $shown; do mkdir -p "$aside$path"; mount --bind "$path" "$aside$path"; done
mount -t tmpfs -o mode=755 home "$home"
for path in $shown; do mkdir -p "$path"; mount --bind "$aside$path" "$path"; done
exec "$@"
"""


@pytest.fixture
def open_folder():
    """A folder in which another user may write. The folders of pytest are shut to others."""
    with tempfile.TemporaryDirectory(prefix="its-test-") as folder:
        yield Path(folder)


def as_an_ordinary_user(command, folder):
    """Return the command that runs another one as nobody where this user is root; it may use the folder and Python."""
    if os.geteuid() != 0:
        return command
    folder.chmod(0o777)
    inside = {str(path) for path in (Path(sys.base_prefix).resolve(), ROOT) if path.is_relative_to(Path.home())}
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    if not inside:
        return nobody
    return ["unshare", "--mount", "/bin/sh", "-c", SHOW, "sh", str(Path.home()), " ".join(inside), *nobody]


@pytest.mark.parametrize(
    "names", [pytest.param(hostile.WALLS, marks=pytest.mark.evidence, id="all"), hostile.PAST_THE_WATCH]
)
@each_tool
def test_the_walls_hold_where_the_grader_is_an_ordinary_user(tool, names, open_folder):
    answers = hostile.answers("/nowhere", "/nowhere", "the-graded-key")
    after = "import os\nanswer = [7, len(os.listdir(os.environ['HOME']))]"
    codes = [code for name in names for code in (answers[name].replace("answer_T1", "answer"), after)]
    tasks = [
        {"id": str(n), "name": "answer", "code": code, "before": [], "request": {}} for n, code in enumerate(codes)
    ]
    done = subprocess.run(
        as_an_ordinary_user([sys.executable, "-c", AS_ANOTHER_USER, json.dumps(sys.path), tool], open_folder),
        input=json.dumps({"start": [], "given": {}, "tasks": tasks}),
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(open_folder), "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    replies, user, measured = json.loads(done.stdout)
    assert user != 0
    ended = [
        (reply["ended"], json.loads(reply["reply"])["data"] if reply["ended"] == "answered" else None)
        for reply in replies
    ]
    found = dict(zip(names, ended[0::2], strict=True))
    held = {name: held for name, held in hostile.HELD.items() if name in found}
    assert [name for name in held if found[name][1] not in (None, plain_or_none(held[name]))] == []
    assert [name for name, end in zip(names, ended[1::2], strict=True) if end != NEXT] == []
    assert [name for name, holds in measured.items() if not holds] == []


@each_tool
def test_a_machine_without_memory_left_ends_what_runs_and_blames_nobody(tool, monkeypatch):
    begun = []

    class Watched(monitor.Monitor):
        def heartbeat(self, running, patience):
            begun.append(running)
            super().heartbeat(running, patience)

    # Hardly anything is left while the second answer runs for the first time.
    monkeypatch.setattr(sandbox, "Monitor", Watched)
    monkeypatch.setattr(monitor, "free", lambda: 1 << 20 if begun[-1:] == ["1"] else 1 << 40)
    ended = ran(tool, ["answer = 1", "import time\ntime.sleep(1)\nanswer = 2", "answer = 3"], PATIENT)
    assert ended == [("answered", {"number": 1}), ("machine", None), ("answered", {"number": 3})]


def test_a_sandbox_that_does_not_start_for_lack_of_memory_is_told_as_that(monkeypatch):
    left = iter([1 << 40])
    monkeypatch.setattr(monitor, "free", lambda: next(left, 1 << 20))
    with pytest.raises(sandbox.SandboxError, match="hardly any memory left"):
        ran(WORKING[0], ["answer = 1"])


def test_memory_that_is_gone_at_a_second_look_was_not_taken(monkeypatch):
    looks = iter([900 << 20, 100 << 20, 900 << 20, 800 << 20])
    monkeypatch.setattr(monitor, "memory", lambda pids, enough: next(looks))
    eye = monitor.Monitor(SimpleNamespace(pid=1 << 30), SMALL.memory, 1.0)
    assert [eye._taken([]) >> 20, eye._taken([]) >> 20] == [100, 800]


def test_a_process_that_has_ended_holds_no_memory():
    with subprocess.Popen(["sleep", "60"]) as process:
        assert monitor.memory([process.pid]) > 0
        process.kill()
        process.wait()
        assert monitor.memory([process.pid]) == 0


@each_tool
@pytest.mark.parametrize("running_at_kill", ["0", "1"])
def test_an_answer_pays_only_for_what_was_seen_while_it_ran(tool, running_at_kill, monkeypatch):
    seen = []

    def once(self, pids):
        # While the second answer runs, as if the first had been seen to take too much a moment before, or it itself.
        if self._running == "1" and not seen:
            seen.append(self._running)
            self.__class__ = Late
            return 1 << 40
        return 0

    class Late(monitor.Monitor):
        running_at_kill = property(lambda self: running_at_kill, lambda self, value: None)

    monkeypatch.setattr(monitor.Monitor, "_taken", once)
    ended = ran(tool, ["answer = 1", "import time\ntime.sleep(1)\nanswer = 2", "answer = 3"], PATIENT)
    second = ("memory", None) if running_at_kill == "1" else ("answered", {"number": 2})
    assert ended == [("answered", {"number": 1}), second, ("answered", {"number": 3})]


@each_tool
def test_too_much_of_anything_is_told_as_what_it_is(tool):
    names = ("a reply too long", "very many empty files", "many processes with much memory", "endless loop")
    answers = hostile.answers("", "", "")
    codes = [answers[name].replace("answer_T1", "answer") for name in names]
    ended = [how for how, _ in ran(tool, codes[:3], PATIENT) + ran(tool, codes[3:], SMALL)]
    assert ended == ["reply too long", "files", "memory", "time"]


# About half a second of arithmetic.
WORK = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: answer = sum(range(1000))"


@each_tool
def test_an_answer_has_its_processor_time_beside_the_worst_neighbour(tool):
    hog, right = Limits(seconds=4.0), Limits(seconds=1.0)
    with ThreadPoolExecutor(1) as executor:
        beside = executor.submit(ran, tool, [hostile.HOGS], hog)
        ended = ran(tool, [WORK] * 3, right)
    assert [how for how, _ in ended] == ["answered"] * 3
    assert beside.result() == [("time", None)]


@each_tool
def test_an_answer_that_waits_is_told_from_one_that_works_too_long(tool):
    codes = ["import time\ntime.sleep(0.5)\nanswer = 1", "import time\ntime.sleep(3600)", "while True: pass"]
    nap = "import time\nwhile True:\n    time.sleep(0.05)\n    sum(range(10**5))"
    ended = ran(tool, [*codes, nap], Limits(seconds=1.0))
    assert ended == [("answered", {"number": 1}), ("waited", None), ("time", None), ("waited", None)]


@pytest.mark.parametrize("sent", [109, 100, 4, 0])
def test_what_an_answer_sends_in_its_last_moment_is_read(sent, monkeypatch):
    out, into = os.pipe()
    frames, grader = os.pipe()
    message = b"0" + b"x" * 100
    packed = len(message).to_bytes(8, "big") + message
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    wait = os.waitpid

    def ended(asked, how):
        # As on a busy machine: all of it comes after the look at the pipe and before the look at the process.
        os.write(into, packed[:sent])
        os.close(into)
        return wait(asked, 0)

    monkeypatch.setattr(child.os, "waitpid", ended)
    limits = {"seconds": 60.0, "wall_seconds": 60.0, "reply_bytes": 1000}
    told = child._received(pid, out, limits, False, grader)
    for end in (out, frames, grader):
        os.close(end)
    assert told == (("answered", message) if sent == len(packed) else ("exit 3", b""))


@each_tool
def test_memory_is_counted_on_top_of_what_python_takes(tool):
    one = "answer = len(bytes(200 << 20)) >> 20"
    two = "answer = len(bytes(300 << 20))"
    (first, value), (second, none) = ran(tool, [one, two], PATIENT)
    assert (first, value, second, none) == ("answered", {"number": 200}, "answered", {"undefined": True})


@pytest.fixture
def bubblewrap():
    if "bubblewrap" not in WORKING:
        pytest.skip("bubblewrap does not work here")
    return "bubblewrap"


def test_a_python_that_lies_in_the_home_folder_itself_is_refused(monkeypatch):
    home = Path(sandbox.sys.base_prefix).resolve() / "students"
    monkeypatch.setattr(Path, "home", lambda: home)
    with pytest.raises(sandbox.SandboxError, match="would see the home folder"):
        sandbox._seen.__wrapped__()


def test_a_project_below_something_visible_is_covered_but_for_its_packages(monkeypatch, tmp_path):
    for name in ("lib/inference_scaling", "exercises", "handed in", "env/lib/site-packages"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(sandbox, "PACKAGE", tmp_path / "lib" / "inference_scaling")
    monkeypatch.setattr(sandbox, "_seen", lambda: ((str(tmp_path.parent), None),))
    monkeypatch.setattr(sandbox, "_package_paths", lambda: [str(tmp_path / "env" / "lib" / "site-packages")])
    hidden = {str(Path(path).relative_to(tmp_path)) for path in sandbox._hidden.__wrapped__()}
    assert hidden == {"lib/inference_scaling", "lib", "exercises", "handed in"}


def test_two_graders_never_take_the_same_user():
    with sandbox._own_uid() as one, sandbox._own_uid() as other:
        assert one != other
        with pytest.raises(OSError), sandbox.socket.socket(sandbox.socket.AF_UNIX) as held:
            held.bind(f"\0inference-scaling-grade-{one}")


# A wall taken down is missed: the test of the sandbox can fail.


def held(tool):
    with Sandbox(tool) as box:
        measured = box.measured()
    assert tuple(measured) == PROTECTIONS
    return [name for name, holds in measured.items() if not holds]


@each_tool
def test_every_protection_holds(tool):
    assert held(tool) == []


def test_a_second_place_to_write_is_found(bubblewrap, monkeypatch):
    whole = sandbox._bubblewrap

    def leaky(*arguments):
        command = whole(*arguments)
        place = command.index("--ro-bind")
        return [*command[:place], "--perms", "0777", "--tmpfs", "/second", *command[place:]]

    monkeypatch.setattr(sandbox, "_bubblewrap", leaky)
    assert held(bubblewrap) == ["the disk limited"]


def test_open_system_calls_and_a_blind_monitor_are_found(monkeypatch):
    monkeypatch.setattr(sandbox, "PACKAGE", sandbox.PACKAGE)
    monkeypatch.setattr(monitor, "process_tree", lambda pid: [pid])
    real = sandbox.shutil.copyfile

    def without(source, target, **more):
        real(source, target, **more)
        if "seccomp" in str(target):
            Path(target).write_text("def close(): return False")

    monkeypatch.setattr(sandbox.shutil, "copyfile", without)
    assert held(WORKING[0]) == list(PROTECTIONS[-3:])


def test_the_filter_knows_both_machines_and_refuses_to_guess_on_others(monkeypatch):
    x86, arm = (seccomp._program(machine) for machine in seccomp.MACHINES.values())
    assert len(x86) == len(arm) + 16
    assert max(len(x86), len(arm)) // 8 < 256
    monkeypatch.setattr(seccomp, "MACHINES", {})
    assert not seccomp.close()


@pytest.mark.parametrize("tool", WORKING)
def test_a_leak_of_the_grader_s_environment_is_found_and_the_environment_stays_as_it_is(tool, monkeypatch):
    real, before, during = sandbox._environment, dict(os.environ), []

    def leaky(home):
        during.append(dict(os.environ))
        return {**real(home), "GRADER_KEY": "1"}

    monkeypatch.setattr(sandbox, "_environment", leaky)
    assert held(tool) == ["the grader's environment out of reach"]
    assert during == [before] and dict(os.environ) == before


KILLED = """
import sys
from inference_scaling.grading.sandbox import run as sandbox
with sandbox.Sandbox(sys.argv[1], sandbox.Limits(seconds=600)) as box:
    print("begun", flush=True)
    list(box.run(sandbox._job(box.limits, "while True: pass")))
"""


@each_tool
def test_a_grader_that_is_killed_leaves_no_sandbox_behind(tool):
    grader = subprocess.Popen([sys.executable, "-c", KILLED, tool], stdout=subprocess.PIPE)
    try:
        grader.stdout.readline()
        # The grader, the program in the sandbox and the answer.
        end = time.monotonic() + 60
        while len(process_tree := monitor.process_tree(grader.pid)) < 3 and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        grader.kill()
        grader.wait()
        grader.stdout.close()
    assert len(process_tree) >= 3
    end = time.monotonic() + 30
    while (left := [pid for pid in process_tree if Path(f"/proc/{pid}/exe").exists()]) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []

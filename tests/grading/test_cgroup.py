"""The memory cgroup of a sandbox, on a tree of files as the kernel shows one: few machines let a test make one."""

import os
import subprocess
from pathlib import Path

import pytest
from inference_scaling.grading import grade
from inference_scaling.grading.sandbox import Limits, Sandbox, cgroup
from inference_scaling.grading.sandbox import run as sandbox

TOOL = next(tool for tool, wrong in sandbox.available().items() if not wrong)


@pytest.fixture
def tree(tmp_path):
    """A scope that was delegated to this process, and the file that says so."""
    scope = tmp_path / "cgroup" / "user.slice" / "run-1.scope"
    scope.mkdir(parents=True)
    (tmp_path / "cgroup" / "cgroup.controllers").write_text("cpu memory pids io\n")
    (scope / "cgroup.controllers").write_text("cpu memory pids\n")
    (scope / "cgroup.procs").write_text(f"{os.getpid()}\n")
    (scope / "cgroup.subtree_control").write_text("")
    own = tmp_path / "own"
    own.write_text("0::/user.slice/run-1.scope\n")
    return scope, tmp_path / "cgroup", own


def test_a_delegated_cgroup_is_divided_and_this_process_moved_aside(tree):
    scope, mounted, own = tree
    assert cgroup.delegated(mounted, own) == scope
    assert (scope / cgroup.GRADER / "cgroup.procs").read_text().split() == [str(os.getpid())]
    assert (scope / "cgroup.subtree_control").read_text().split() == ["+memory", "+pids", "+cpu"]
    # As the kernel shows it from then on, to this process and those that it starts.
    own.write_text(f"0::/user.slice/run-1.scope/{cgroup.GRADER}\n")
    (scope / "cgroup.procs").write_text("")
    assert cgroup.delegated(mounted, own) == scope


def _version_1(scope, mounted, own):
    (mounted / "cgroup.controllers").unlink()


def _elsewhere(scope, mounted, own):
    own.write_text("4:memory:/x\n1:cpu:/\n")


def _no_memory(scope, mounted, own):
    (scope / "cgroup.controllers").write_text("cpu pids\n")


def _shared(scope, mounted, own):
    (scope / "cgroup.procs").write_text(f"1\n{os.getpid()}\n")


def _full(scope, mounted, own):
    (scope / cgroup.GRADER).write_text("a file is in the way\n")


def _gone(scope, mounted, own):
    own.write_text("0::/user.slice/another.scope\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_version_1, "no cgroups of version 2"),
        (_elsewhere, "in no cgroup of version 2"),
        (_no_memory, "no memory controller"),
        (_shared, "other processes are in the own cgroup"),
        (_full, "cannot be divided: File exists"),
        (_gone, "cgroup.controllers cannot be read"),
    ],
)
def test_where_there_is_none_the_reason_is_told_and_nothing_is_moved(tree, change, told):
    change(*tree)
    with pytest.raises(cgroup.NoGroup, match=told):
        cgroup.delegated(tree[1], tree[2])
    assert not (tree[0] / cgroup.GRADER / "cgroup.procs").exists()
    assert (tree[0] / "cgroup.subtree_control").read_text() == ""


def test_another_user_s_cgroup_is_left_alone(tree, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "cgroup.subtree_control")
    with pytest.raises(cgroup.NoGroup, match="not delegated to this user"):
        cgroup.delegated(tree[1], tree[2])


def test_a_sandbox_s_cgroup_has_its_limits_and_holds_the_command_s_process(tree):
    scope = cgroup.delegated(*tree[1:])
    with cgroup.Group(scope, 300 << 20, 20) as group:
        limits = {name: (group.folder / name).read_text().strip() for name in group._limits}
        assert limits == {"memory.max": str(300 << 20), "memory.swap.max": "0", "pids.max": "20"}
        process = subprocess.Popen(group.enter(["/bin/sh", "-c", "echo $$"]), stdout=subprocess.PIPE, text=True)
        said = process.communicate()[0].strip()
        assert (group.folder / "cgroup.procs").read_text().strip() == said == str(process.pid)
        assert group.kills() == 0
        (group.folder / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 2\noom_group_kill 0\n")
        assert group.kills() == 2
    assert (group.folder / "cgroup.kill").read_text().strip() == "1"


def test_limits_are_set_for_the_controllers_that_there_are(tree):
    (tree[0] / "cgroup.controllers").write_text("memory\n")
    with cgroup.Group(cgroup.delegated(*tree[1:]), 1 << 20, 5) as group:
        assert (group.folder / "memory.max").exists() and not (group.folder / "pids.max").exists()


def test_an_answer_that_the_kernel_ends_for_its_memory_is_told_so_and_no_other(tree, monkeypatch):
    scope = cgroup.delegated(*tree[1:])
    monkeypatch.setattr(cgroup, "parent", lambda: scope)
    counts = iter([0, 1, 1])
    monkeypatch.setattr(cgroup.Group, "kills", lambda self: next(counts))
    killed = "import os\nos.kill(os.getpid(), 9)"
    tasks = [
        {"id": str(n), "name": "answer", "code": code, "before": [], "request": {}}
        for n, code in enumerate(["answer = 1", killed, killed])
    ]
    with Sandbox(TOOL, Limits(memory=64 << 20)) as box:
        ended = [reply["ended"] for reply in box.run({"start": [], "given": {}, "tasks": tasks})]
    assert ended == ["answered", "memory", "signal SIGKILL"]
    (group,) = (path for path in scope.iterdir() if path.is_dir() and path.name != cgroup.GRADER)
    assert (group / "cgroup.procs").read_text().strip().isdecimal()
    assert int((group / "memory.max").read_text()) > 64 << 20


def test_a_run_says_whether_the_kernel_counts(tree, monkeypatch):
    monkeypatch.setattr(cgroup, "parent", lambda: tree[0])
    assert grade.account() == "memory in a cgroup for each sandbox"
    monkeypatch.setattr(cgroup, "parent", lambda: "no cgroups of version 2")
    assert grade.account() == "memory watched from outside, without a cgroup (no cgroups of version 2)"

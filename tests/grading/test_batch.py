"""The evening goes wrong: interrupted, a worker dies, a result is damaged, the disk is full. Nothing is lost."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.cli import main
from inference_scaling.grading import grade, submissions
from inference_scaling.grading.sandbox import Limits, monitor
from inference_scaling.lessons import registry
from submissions.hostile import solved

ROOT = Path(__file__).resolve().parents[2]
FULL = sum(task.points for task in registry.part("theorem"))


@pytest.fixture
def folder(tmp_path):
    """Five submissions: three right ones, two of which one answer never ends."""
    notebook = exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")
    place = tmp_path / "handed in"
    place.mkdir()
    for number in range(3):
        (place / f"a{number}_theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    endless = json.dumps(solved(notebook, "T-1", "while True: pass"))
    for number in range(2):
        (place / f"b{number}_theorem.ipynb").write_text(endless, encoding="utf-8")
    return place


def command(folder, *more):
    return ["grade", str(folder), "--out", str(folder.parent / "out"), "--root", str(ROOT), *more]


def alive(pids):
    return [pid for pid in pids if (place := Path(f"/proc/{pid}/cmdline")).exists() and place.read_bytes()]


def test_a_polite_end_from_outside_is_an_interruption(folder, monkeypatch, capsys):
    def ended(arguments):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("inference_scaling.grading.command._run", ended)
    assert main(command(folder)) == 130
    assert "the same command goes on with the rest" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_interrupted_run_goes_on_where_it_was_and_leaves_nothing_behind(folder, tmp_path, capsys):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    results = folder.parent / "out" / "results"
    # The answers that never end have an hour: only the signal ends them.
    line = [sys.executable, "-m", "inference_scaling.cli", *command(folder, "--seconds", "3600")]
    process = subprocess.Popen(
        line,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests run in the background, a shell has them ignore Ctrl-C, and they would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        while len(list(results.glob("*.json"))) < 3 or len(monitor.process_tree(process.pid)) < 3:
            assert process.poll() is None
            time.sleep(0.05)
        process_tree = monitor.process_tree(process.pid)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert "interrupted" in said and "Traceback" not in said
    # The kernel takes its moment to end them.
    end = time.monotonic() + 30
    while alive(process_tree) and time.monotonic() < end:
        time.sleep(0.05)
    assert alive(process_tree) == []
    assert list(temporary.iterdir()) == []
    kept = {path.name: path.read_bytes() for path in results.iterdir()}
    assert sorted(kept) == ["a0_theorem.json", "a1_theorem.json", "a2_theorem.json"]

    (folder / "b1_theorem.ipynb").unlink()
    (folder / "b0_theorem.ipynb").write_bytes((folder / "a0_theorem.ipynb").read_bytes())
    assert main(command(folder, "--seconds", "3600")) == 0
    assert "4 submissions, 1 graded now, 3 as before" in capsys.readouterr().out
    assert {name: (results / name).read_bytes() for name in kept} == kept


class Dying(Executor):
    """Its workers die at the second submission, as for lack of memory; after that it takes no more."""

    def __init__(self):
        self.taken = 0

    def submit(self, function, /, *arguments, **named):
        self.taken += 1
        if self.taken > 2:
            raise BrokenProcessPool("the pool is not usable anymore")
        future = Future()
        if self.taken == 2:
            future.set_exception(BrokenProcessPool("a process was terminated abruptly"))
        else:
            future.set_result(function(*arguments, **named))
        return future


def test_a_pool_that_dies_costs_its_submissions_one_more_run(folder, tmp_path):
    for path in folder.glob("b*"):
        path.unlink()
    found, _ = submissions.find(folder, registry.parts())
    plan = grade.run_settings("book", limits=Limits(), root=ROOT)
    out = tmp_path / "out"
    done = [result for result, _ in grade.grade(found, out, plan, executor=Dying())]
    assert sorted(result["state"] for result in done) == ["failed", "failed", "graded"]
    told = [note for result in done for note in result["notes"]]
    assert any("terminated abruptly" in note for note in told) and any("not usable" in note for note in told)
    again = {result["student"]: before is result for result, before in grade.grade(found, out, plan)}
    assert sorted(again.values()) == [False, False, True]
    assert [grade.earned(result) for _, result in grade.every_stored(out)] == [FULL] * 3


def test_the_workers_of_a_pool_take_their_temporary_folders_with_them(folder, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    found, _ = submissions.find(folder, registry.parts())
    # Limits of its own: a worker that is forked has the sandboxes of this process already.
    plan = grade.run_settings("book", limits=Limits(seconds=9.5), root=ROOT)
    with ProcessPoolExecutor(1) as executor:
        (only,) = grade.grade(found[:1], tmp_path / "out", plan, executor=executor)
    assert grade.earned(only[0]) == FULL
    assert list(temporary.iterdir()) == []


def test_a_damaged_result_is_made_anew_or_named_and_a_full_disk_spoils_none(folder, monkeypatch, capsys):
    for path in [*folder.glob("b*"), *folder.glob("a[12]*")]:
        path.unlink()
    assert main(command(folder)) == 0
    result = folder.parent / "out" / "results" / "a0_theorem.json"
    whole = result.read_bytes()
    for damaged in (b"", b"[]", b"{}", b"\xff", whole[: len(whole) // 2]):
        result.write_bytes(damaged)
        assert grade.every_stored(result.parents[1], damaged=True) == []
    assert main(command(folder)) == 0
    assert result.read_bytes() == whole

    def full(descriptor):
        raise OSError(28, "No space left on device", "a file")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert main(command(folder, "--again")) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert result.read_bytes() == whole
    (result.parent / "gone_theorem.json").write_bytes(whole[:100])
    assert main(command(folder)) == 2
    assert "gone_theorem.json holds no result; delete it" in capsys.readouterr().err


@pytest.mark.parametrize("place", [".", "out", "a/b"])
def test_a_report_among_the_submissions_is_refused(folder, place, capsys):
    assert main(["grade", str(folder), "--out", str(folder / place), "--root", str(ROOT)]) == 2
    assert "would be graded the next time" in capsys.readouterr().err
    assert not (folder / place / "results").exists()


def test_a_file_of_no_part_is_forgotten_when_its_student_hands_in_another(folder, tmp_path):
    plan = grade.run_settings("book", limits=Limits(), root=ROOT)
    released = {"theorem": grade.released_notebook("theorem", str(ROOT))}
    for path in [*folder.glob("b*"), *folder.glob("a[12]*")]:
        path.unlink()
    (folder / "a1.ipynb").write_text("{")

    def results():
        found, _ = submissions.latest_per_student(submissions.find(folder, registry.parts())[0], folder, released)
        list(grade.grade(found, tmp_path / "out", plan))
        return [path.name for path in sorted((tmp_path / "out" / "results").iterdir())]

    assert results() == ["a0_theorem.json", "a1_unknown.json"]
    (folder / "a1.ipynb").write_bytes((folder / "a0_theorem.ipynb").read_bytes())
    assert results() == ["a0_theorem.json", "a1_theorem.json"]


def test_two_submissions_for_one_result_are_refused(folder, tmp_path):
    found, _ = submissions.find(folder, registry.parts())
    with pytest.raises(ValueError, match=r"two submissions for a0_theorem\.json"):
        list(grade.grade([found[0], found[0]], tmp_path, grade.RunSettings("book", "book", None)))


def test_an_earlier_cell_that_never_ends_is_told(tmp_path):
    notebook = exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")
    notebook = solved(solved(notebook, "T-1", "base = 11\nwhile True: pass"), "T-2", "answer_T2 = base")
    path = tmp_path / "s_theorem.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (found,), _ = submissions.find(tmp_path, registry.parts())
    plan = grade.run_settings("book", limits=Limits(seconds=2), root=ROOT)
    first, second, *rest = grade.grade_one(found, plan)["tasks"]
    assert "earlier cells" not in first["says"]
    assert "your earlier cells, so they were run first" in second["says"]
    assert all(task["verdict"] == "right" for task in rest)

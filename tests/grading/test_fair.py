"""A right answer has its points whatever else the machine does; what others may have ended runs once more, alone."""

import fcntl
import json
import os
import time
from pathlib import Path

import pytest
from inference_scaling.answers import collect
from inference_scaling.classroom import release as exercises
from inference_scaling.grading import grade, report, submissions, tables
from inference_scaling.grading.sandbox import Limits, turns
from inference_scaling.lessons import registry
from submissions import hostile

ROOT = Path(__file__).resolve().parents[2]
FULL = {task.id: task.points for task in registry.part("theorem")}
ANSWERED = '{"data": {"number": 0}, "error": null}'


class Box:
    """A sandbox that says how answers ended, as it is told, and notes who ran and whether others could begin then."""

    def __init__(self, *ends):
        self.ends, self.runs, self.alone = list(ends), [], []

    def run(self, job):
        self.runs.append([task["id"] for task in job["tasks"]])
        self.alone.append(not _free(turns.ROOM, fcntl.LOCK_SH))
        ends = self.ends.pop(0)
        for task in job["tasks"]:
            ended = ends.get(task["id"], "answered")
            yield {"id": task["id"], "ended": ended, "reply": ANSWERED if ended == "answered" else ""}


def _free(folder, how):
    """Whether another process could take this lock now."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def handed_in(folder, notebooks):
    folder.mkdir(exist_ok=True)
    for student, notebook in notebooks.items():
        (folder / f"{student}_theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return submissions.find(folder, registry.parts())[0]


@pytest.fixture(autouse=True)
def own_locks(tmp_path, monkeypatch):
    """Locks that no other test's grader holds meanwhile."""
    for name in ("ROOM", "DOOR"):
        folder = tmp_path / "locks" / name
        folder.mkdir(parents=True)
        monkeypatch.setattr(turns, name, folder)


@pytest.fixture(scope="module")
def solved():
    return exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")


def graded(box, solved, tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "_ready", lambda tool, limits: box)
    (found,) = handed_in(tmp_path / "submitted", {"s1": solved})
    result = grade.grade_one(found, grade.RunSettings("book", "book", None, root=str(ROOT)))
    assert result["state"] == "graded", result["notes"]
    return result, {task["id"]: task["ended"] for task in result["tasks"]}


@pytest.mark.parametrize("how", grade.BY_OTHERS)
def test_what_others_may_have_ended_runs_once_more_alone(how, solved, tmp_path, monkeypatch):
    box = Box({"T-2": how}, {})
    _, ended = graded(box, solved, tmp_path, monkeypatch)
    assert box.runs[1:] == [["T-2"]] and box.alone == [False, True]
    assert set(ended.values()) == {"answered"}
    assert _free(turns.ROOM, fcntl.LOCK_EX) and _free(turns.DOOR, fcntl.LOCK_EX)


def test_what_the_answer_itself_caused_runs_once():
    causes = ("time", "memory", "files", "reply too long", "exit 0", "signal SIGSEGV")
    assert not set(causes) & set(grade.BY_OTHERS)


def test_an_answer_that_waits_twice_is_for_a_person_and_many_do_not_hold_up_the_others(solved, tmp_path, monkeypatch):
    waiting = dict.fromkeys(("T-1", "T-2", "T-3"), "waited")
    box = Box(waiting, waiting)
    result, ended = graded(box, solved, tmp_path, monkeypatch)
    assert box.runs[1:] == [["T-1", "T-2"]]
    assert {name for name, how in ended.items() if how == "waited"} == set(waiting)
    persons = report.counted(result, "s1_theorem", tables.Course(), {}, {}).for_a_person
    assert [line.partition(":")[0] for line in persons] == ["T-1", "T-2", "T-3"]
    assert all("hardly used the processor" in line for line in persons)


def test_beside_others_several_run_and_none_comes_in_who_wants_to_be_alone():
    with turns.beside_others():
        assert _free(turns.ROOM, fcntl.LOCK_SH) and not _free(turns.ROOM, fcntl.LOCK_EX)
        assert _free(turns.DOOR, fcntl.LOCK_EX)
    with turns.alone():
        assert not _free(turns.ROOM, fcntl.LOCK_SH) and not _free(turns.DOOR, fcntl.LOCK_EX)


def test_a_file_system_without_locks_holds_up_nobody(monkeypatch):
    def none(descriptor, how):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    done = []
    with turns.alone(), turns.beside_others():
        done.append(True)
    assert done


def works(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return 1


@pytest.mark.parametrize(
    ("function", "clock", "slow"),
    [(time.sleep, "processor", False), (time.sleep, "wall", True), (works, "processor", True), (works, "wall", True)],
)
def test_a_function_s_limit_is_of_the_clock_that_is_asked_for(function, clock, slow):
    data = collect.collect({"calls": [[0.15]], "seconds": 0.05, "clock": clock}, function)
    assert ("slow" in data["outcomes"][-1]) is slow


# A right answer to the function task with about a second of arithmetic of its own.
OWN_WORK = """
import time
end = time.process_time() + 1.0
while time.process_time() < end: pass
"""


@pytest.mark.evidence
@pytest.mark.timeout(1200)
def test_a_class_beside_fourteen_sessions_of_hogs_has_the_points_that_it_has_alone(solved, tmp_path):
    cell = next(c for c in solved["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "T-4-answer")
    right = hostile.solved(solved, "T-4", OWN_WORK + cell["source"])
    hogs = hostile.solved(hostile.solved(solved, "T-1", hostile.HOGS), "T-4", hostile.HOGS)
    class_of = {f"a{n}": right for n in range(3)} | {f"b{n}": hogs for n in range(3)}
    # Sorted as they are begun: one of each at a time.
    found = sorted(handed_in(tmp_path / "submitted", class_of), key=lambda one: (one.student[1:], one.student))
    plan = grade.run_settings("book", limits=Limits(), root=ROOT)
    done = {result["student"]: result for result, _ in grade.grade(found, tmp_path / "out", plan, jobs=2)}
    points = {name: {task["id"]: task["earned"] for task in result["tasks"]} for name, result in done.items()}
    assert points == {name: FULL if name[0] == "a" else FULL | {"T-1": 0, "T-4": 0} for name in class_of}

"""A hundred ways to fool, stop or lose the grader, run as one batch: none succeeds, and no neighbour is harmed."""

import json
from pathlib import Path

import pytest
from inference_scaling.grading import grade, read
from inference_scaling.grading.sandbox import Limits
from inference_scaling.lesson import exercises, tasks
from inference_scaling.lesson.tasks.form import Function
from submissions import hostile

ROOT = Path(__file__).resolve().parents[2]
KEY = "the-graded-key"
OTHERS = sum(task.points for task in tasks.part("theorem")) - tasks.find("T-1").points
ANSWERS = hostile.ANSWERS
FUNCTION = next(task for task in tasks.part("theorem") if isinstance(task.form, Function) and not task.bonus)
CALLS = {
    "a function that never returns": f"def {FUNCTION.name}(*a, **k):\n    while True: pass",
    "a function that catches everything": (
        f"def {FUNCTION.name}(*a, **k):\n"
        "    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    ),
    "a function that ends Python": f"import os\ndef {FUNCTION.name}(*a, **k): os._exit(0)",
    "a function that returns itself": f"def {FUNCTION.name}(*a, **k): return {FUNCTION.name}",
}


@pytest.fixture(scope="module")
def solved():
    return exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")


@pytest.fixture(scope="module")
def results(tmp_path_factory, solved):
    folder = tmp_path_factory.mktemp("submitted")

    def put(name, notebook):
        (folder / f"{name}_theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    for name, code in hostile.answers(ROOT, folder, KEY).items():
        put(name, hostile.solved(solved, "T-1", code))
    for name, code in CALLS.items():
        put(name, hostile.solved(solved, FUNCTION.id, code))
    for name, made in hostile.READABLE.items():
        put(name, made(solved))
    for name, made in hostile.UNREADABLE.items():
        path = folder / f"{name}_theorem.ipynb"
        path.write_bytes(made) if isinstance(made, bytes) else made(path)
    put("Zoë 学生 ' or 1=1", solved)
    (folder / "nothing in it").mkdir()
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file() and not path.is_symlink()}
    found, _ = read.find(folder, tasks.parts(), "theorem")
    out = tmp_path_factory.mktemp("report")
    plan = grade.plan(KEY, limits=Limits(seconds=2.0, memory=512 << 20), root=ROOT)
    done = {result["student"]: result for result, _ in grade.grade(found, out, plan)}
    assert {path: path.read_bytes() for path in before} == before, "a submission was changed"
    return done


def points(result, without="T-1"):
    return sum(task["earned"] for task in result["tasks"] if task["id"] != without)


def test_every_submission_has_a_result_and_none_is_fooled(results):
    expected = [*ANSWERS, *CALLS, *hostile.READABLE, *hostile.UNREADABLE, "Zoë 学生 ' or 1=1", "nothing in it"]
    lost = [name for name in expected if name not in results]
    fooled = [n for n in ANSWERS if next(t for t in results[n]["tasks"] if t["id"] == "T-1")["verdict"] == "right"]
    print(f"{len(expected)} hostile or broken submissions: {len(fooled)} fooled the grader, {len(lost)} lost")
    assert not lost
    assert not fooled


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_answer_earns_nothing_and_harms_no_other(results, name):
    result = results[name]
    assert result["state"] == "graded"
    first = next(task for task in result["tasks"] if task["id"] == "T-1")
    assert first["earned"] == 0
    assert first["says"]
    assert points(result) == OTHERS, [task for task in result["tasks"] if task["verdict"] != "right"]


@pytest.mark.parametrize("name", CALLS)
def test_a_hostile_function_earns_nothing_and_harms_no_other(results, name):
    result = results[name]
    asked = next(task for task in result["tasks"] if task["id"] == FUNCTION.id)
    assert asked["earned"] == 0
    assert points(result, FUNCTION.id) == OTHERS + tasks.find("T-1").points - FUNCTION.points


@pytest.mark.parametrize("name", [*hostile.READABLE, "Zoë 学生 ' or 1=1"])
def test_right_answers_in_an_odd_notebook_are_found(results, name):
    assert points(results[name], None) == OTHERS + tasks.find("T-1").points, results[name]


@pytest.mark.parametrize("name", [*hostile.UNREADABLE, "nothing in it"])
def test_what_is_no_notebook_is_told_and_not_lost(results, name):
    result = results[name]
    assert result["notes"]
    if name == "cells that are none":
        assert not any(task["earned"] for task in result["tasks"])
    else:
        assert result["state"] == "unreadable"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("looks for the key", "nothing found"),
        ("lists other homes", "an empty place"),
        ("new namespaces", "refused"),
        ("the grader's keys and the kernel's log", "nothing"),
        ("sockets that no namespace holds", "nothing"),
        ("memory in shared segments", "-1"),
        ("memory in semaphores", "0"),
        ("memory in files without a place", "0"),
    ],
)
def test_there_is_nothing_to_be_found_in_the_sandbox(results, name, value):
    assert results[name]["tasks"][0]["value"] == value


@pytest.mark.parametrize(
    ("name", "ended"),
    [
        ("endless loop", "time"),
        ("endless loop that ignores signals", "time"),
        ("os._exit", "exit 0"),
        ("segmentation fault", "signal SIGSEGV"),
        ("a reply too long", "reply too long"),
        ("many processes with much memory", "memory"),
        ("very many empty files", "files"),
        ("patched collector", "forged"),
        ("collector sends infinity", "forged"),
    ],
)
def test_the_report_says_how_an_answer_ended(results, name, ended):
    assert results[name]["tasks"][0]["ended"] == ended

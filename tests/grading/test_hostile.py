"""A hundred ways to fool, stop or lose the grader, run as one batch: none succeeds, and no neighbour is harmed."""

import json
from pathlib import Path

import pytest
from inference_scaling.answers.task import Function
from inference_scaling.classroom import release as exercises
from inference_scaling.grading import grade, submissions
from inference_scaling.grading.sandbox import Limits
from inference_scaling.lessons import registry
from submissions import hostile

ROOT = Path(__file__).resolve().parents[2]
KEY = "the-graded-key"
PLACES = [task for task in registry.part("theorem") if not task.bonus][:-2]
# Each hostile answer stands in a notebook beside others and right answers to the rest of the tasks.
WHERE = {
    name: (f"hostile {number // len(PLACES)}", PLACES[number % len(PLACES)])
    for number, name in enumerate(hostile.ANSWERS)
}
FUNCTION = next(task for task in registry.part("theorem") if isinstance(task.answer_type, Function) and not task.bonus)
CALLS = {
    "a function that never returns": f"def {FUNCTION.variable}(*a, **k):\n    while True: pass",
    "a function that catches everything": (
        f"def {FUNCTION.variable}(*a, **k):\n"
        "    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    ),
    "a function that ends Python": f"import os\ndef {FUNCTION.variable}(*a, **k): os._exit(0)",
    "a function that returns itself": f"def {FUNCTION.variable}(*a, **k): return {FUNCTION.variable}",
}


@pytest.fixture(scope="module")
def solved():
    return exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")


@pytest.fixture(scope="module")
def results(tmp_path_factory, solved):
    folder = tmp_path_factory.mktemp("submitted")

    def put(name, notebook):
        (folder / f"{name}_theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    notebooks = dict.fromkeys([where for where, _ in WHERE.values()], solved)
    for name, code in hostile.answers(ROOT, folder, KEY).items():
        where, task = WHERE[name]
        notebooks[where] = hostile.solved(notebooks[where], task.id, code.replace("answer_T1", task.variable))
    for name, notebook in notebooks.items():
        put(name, notebook)
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
    found, _ = submissions.find(folder, registry.parts(), "theorem")
    out = tmp_path_factory.mktemp("report")
    plan = grade.run_settings(KEY, limits=Limits(seconds=2.0, memory=256 << 20), root=ROOT)
    done = {result["student"]: result for result, _ in grade.grade(found, out, plan, jobs=3)}
    assert {path: path.read_bytes() for path in before} == before, "a submission was changed"
    return done


def answer(results, name):
    where, task = WHERE[name]
    return next(one for one in results[where]["tasks"] if one["id"] == task.id)


def earned(result):
    return {task["id"]: task["earned"] for task in result["tasks"]}


FULL = {task.id: task.points for task in registry.part("theorem")}


def test_every_submission_has_a_result_and_none_is_fooled(results, record_property):
    files = [*CALLS, *hostile.READABLE, *hostile.UNREADABLE, "Zoë 学生 ' or 1=1", "nothing in it"]
    hostile_ones = {where for where, _ in WHERE.values()}
    lost = [name for name in (*files, *hostile_ones) if name not in results]
    graded = [name for name in WHERE if WHERE[name][0] not in lost]
    fooled = [name for name in graded if answer(results, name)["verdict"] == "right"]
    harmed = [
        name for name in hostile_ones - {*lost} if neighbours(name, earned(results[name])) != neighbours(name, FULL)
    ]
    record_property("hostile", [len(WHERE) + len(files), len(fooled), len(lost), len(harmed)])
    assert (fooled, lost, harmed) == ([], [], [])


def neighbours(where, points):
    """Return the points of the tasks in a notebook whose answers are not hostile."""
    hostile_ones = {task.id for place, task in WHERE.values() if place == where}
    return {name: earned for name, earned in points.items() if name not in hostile_ones}


@pytest.mark.parametrize("name", WHERE)
def test_a_hostile_answer_earns_nothing_and_harms_no_other(results, name):
    where = WHERE[name][0]
    assert results[where]["state"] == "graded"
    assert answer(results, name)["earned"] == 0
    assert answer(results, name)["says"]
    assert neighbours(where, earned(results[where])) == neighbours(where, FULL)


@pytest.mark.parametrize("name", CALLS)
def test_a_hostile_function_earns_nothing_and_harms_no_other(results, name):
    result = results[name]
    assert earned(result) == FULL | {FUNCTION.id: 0}


@pytest.mark.parametrize("name", [*hostile.READABLE, "Zoë 学生 ' or 1=1"])
def test_right_answers_in_an_odd_notebook_are_found(results, name):
    assert earned(results[name]) == FULL


@pytest.mark.parametrize("name", [*hostile.UNREADABLE, "nothing in it"])
def test_what_is_no_notebook_is_told_and_not_lost(results, name):
    result = results[name]
    assert result["notes"]
    if name == "cells that are none":
        assert not any(task["earned"] for task in result["tasks"])
    else:
        assert result["state"] == "unreadable"


@pytest.mark.parametrize("name", hostile.HELD)
def test_there_is_nothing_to_be_found_in_the_sandbox(results, name):
    value, held = answer(results, name)["value"], hostile.HELD[name]
    assert value in ("", '{"undefined": true}' if held is None else str(held))


@pytest.mark.parametrize(
    ("name", "ended"),
    [
        ("endless loop", "time"),
        ("endless loop that ignores signals", "time"),
        ("os._exit", "exit 0"),
        ("segmentation fault", "signal SIGSEGV"),
        ("patched collector", "forged"),
        ("collector sends infinity", "forged"),
        ("collector sends an integer too large for a float", "forged"),
    ],
)
def test_the_report_says_how_an_answer_ended(results, name, ended):
    assert answer(results, name)["ended"] == ended

"""What works in Jupyter counts, and an answer that is there and was not found is for a person."""

import contextlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.grading import grade, report, sandbox, submissions, tables
from inference_scaling.grading.sandbox import Limits
from inference_scaling.lessons import registry

ROOT = Path(__file__).resolve().parents[2]
T1 = registry.find("T-1")


@pytest.fixture(scope="module")
def notebook():
    return exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")


# Cells that a kernel takes and plain Python does not, with a right answer to T-1.
KERNEL = {
    "display": "display(3)\nanswer_T1 = 11",
    "display, imported": "from IPython.display import display, Math\ndisplay(Math('x'))\nanswer_T1 = 11",
    "the shell": "get_ipython().run_line_magic('matplotlib', 'inline')\nanswer_T1 = 11",
    "the shell, imported": "from IPython import get_ipython\nget_ipython().kernel.do_something()\nanswer_T1 = 11",
    "%time before the answer": "%time answer_T1 = 11",
    "%time with a value": "half = 5\nx = %time half + 6\nanswer_T1 = x",
    "%%time over the cell": "%%time\nanswer_T1 = 11",
    "%%capture over the cell": "%%capture out\nprint(1)\nanswer_T1 = 11",
    "an indented magic": "for i in range(2):\n    %matplotlib inline\n    answer_T1 = 11",
    "an indented %time": "if True:\n    %time answer_T1 = 11",
    "the shell's lines": "!pip install nothing\n%pip install nothing\nanswer_T1 = 11",
    "an assigned shell line": "files = !ls\nanswer_T1 = 11 + len(files)",
    "help by a question mark": "def f(): return 11\nf?\n?f\nf??\nanswer_T1 = f()",
    "help as a call": "help(print)\nanswer_T1 = 11",
    "await outside of a function": "import asyncio\nasync def f(): return 11\nawait asyncio.sleep(0)\n"
    "answer_T1 = await f()",
    "a window for pictures": "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\n"
    "plt.plot([1, 2])\nplt.show()\nplt.switch_backend('QtAgg')\nanswer_T1 = 11",
    "a whole cell indented": "    answer_T1 = 11",
    "a modulo that looks like a magic": "answer_T1 = (25\n%14)",
    "a line of text that looks like a magic": 'text = """\n%time x\n!ls\n"""\nanswer_T1 = 11 * ("%time x" in text)',
}


def graded(tmp_path, notebooks):
    """Return the results of notebooks, each under its name."""
    found = []
    for number, (name, notebook) in enumerate(notebooks.items()):
        path = tmp_path / f"{number}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        found.append(submissions.Submission(name, "theorem", path, path.name))
    plan = grade.run_settings("book", limits=Limits(seconds=5), root=ROOT)
    return {result["student"]: result for result, _ in grade.grade(found, tmp_path / "out", plan)}


def task(result, name="T-1"):
    return next(one for one in result["tasks"] if one["id"] == name)


def persons(result):
    return report.counted(result, "place", tables.Course(), {}, {}).for_a_person


@pytest.fixture(scope="module")
def in_kernel():
    """Run every cell as an answer of its own, in one sandbox."""
    tool = grade.run_settings("book", root=ROOT).tool
    cells = [
        {"id": name, "name": "answer_T1", "code": code, "before": [], "request": {}} for name, code in KERNEL.items()
    ]
    with sandbox.Sandbox(tool, Limits(seconds=20)) as box:
        return {reply["id"]: reply for reply in box.run({"start": [], "given": {}, "tasks": cells})}


@pytest.mark.parametrize("name", KERNEL)
def test_what_a_kernel_takes_counts(in_kernel, name):
    assert in_kernel[name]["ended"] == "answered"
    assert json.loads(in_kernel[name]["reply"]) == {"data": {"number": 11}, "error": None}


def test_a_notebook_full_of_what_a_kernel_takes_earns_its_points_and_needs_no_person(tmp_path):
    cells = (
        (None, "%matplotlib inline\n!pip install nothing"),
        (None, "%time base = 5"),
        ("T-1-answer", "display(base)\n%time answer_T1 = base + 6"),
    )
    (result,) = graded(tmp_path, {"s": book(*cells)}).values()
    assert (task(result)["verdict"], task(result)["earned"]) == ("right", T1.points), task(result)["says"]
    assert persons(result) == []


def book(*cells):
    """Return a notebook of code cells, each a pair of mark and code."""
    return {
        "cells": [
            {"cell_type": "code", "source": code, "metadata": {"nbgrader": {"grade_id": mark}} if mark else {}}
            for mark, code in cells
        ]
    }


MARK = "T-1-answer"
CLEAN = grade.released_notebook("theorem", str(ROOT))
STUB = CLEAN.stubs


# A right answer to T-1 where an editor or a student may leave it.
PLACED = {
    "split, a comment behind": book((MARK, "answer_T1 = 11"), (MARK, "# done")),
    "split, scratch behind": book((MARK, "answer_T1 = 11"), (MARK, "print(2 + 2)")),
    "split, printed behind": book((MARK, "answer_T1 = 11"), (MARK, "print(answer_T1)")),
    "split before the answer": book((MARK, "base = 5"), (MARK, "answer_T1 = 6 + base")),
    "a comment in its cell, the answer below": book((MARK, "# see below"), (None, "answer_T1 = 11")),
    "scratch in its cell, the answer below": book((MARK, "print(3)"), (None, "answer_T1 = 11")),
    "a comment above the stub, the answer below": book(
        (MARK, "# 11, I think\n" + STUB["T-1"]), (None, "answer_T1 = 11")
    ),
    "in the cell of the check": book((MARK, STUB["T-1"]), ("T-1", 'answer_T1 = 11\ncheck("T-1", answer_T1).points')),
    "of two names at once": book((MARK, "other, answer_T1 = 1, 11"), (MARK, "# done")),
    "in brackets": book((MARK, "(answer_T1, other) = 11, 1"), (MARK, "# done")),
    "in a condition": book((MARK, "if (answer_T1 := 11): pass"), (MARK, "# done")),
    "with a type": book((MARK, "answer_T1: int = 11"), (MARK, "# done")),
    "by import": book((MARK, "from math import pi as answer_T1\nanswer_T1 = 11"), (MARK, "# done")),
}


@pytest.mark.parametrize("name", PLACED)
def test_an_answer_is_found_wherever_it_was_left(name):
    answer = submissions.extract_answers(json.dumps(PLACED[name]).encode(), CLEAN).answers["T-1"]
    names = {"check": lambda *arguments: SimpleNamespace(points=0)}
    for code in answer.before:
        with contextlib.suppress(NameError):
            exec(code, names)
    exec(answer.code, names)
    assert names["answer_T1"] == 11


def test_an_answer_in_its_check_and_one_in_two_halves_are_graded(tmp_path):
    names = ("in the cell of the check", "split before the answer")
    for result in graded(tmp_path, {name: PLACED[name] for name in names}).values():
        assert (task(result)["verdict"], task(result)["earned"]) == ("right", T1.points), task(result)["says"]


def test_a_function_below_its_stub_is_found(notebook, tmp_path):
    own = next(c["source"] for c in notebook["cells"] if c["metadata"]["nbgrader"]["grade_id"] == "T-4-answer")
    kept = book(("T-4-answer", STUB["T-4"] + "\nprint(1)"), (None, own))
    assert task(graded(tmp_path, {"s": kept})["s"], "T-4")["verdict"] == "right"


SILENT = {
    "it stops before": "1 / 0\nanswer_T1 = 11",
    "in no language": "answer_T1 = 11 samples",
    "of a package that is not there": "import torchvision_of_mine\nanswer_T1 = 11",
    "deleted again": "answer_T1 = 11\ndel answer_T1",
}


def test_nobody_gets_nothing_in_silence(tmp_path):
    books = {name: book((MARK, code)) for name, code in SILENT.items()}
    another = book((MARK, STUB["T-1"]), ("T-2-answer", "answer_T1 = 11\nanswer_T2 = 1"))
    books["in another task's cell"] = another
    books["begun by nobody"] = book(*((f"{name}-answer", stub) for name, stub in STUB.items()))
    done = graded(tmp_path, books)
    for name in [*SILENT, "in another task's cell"]:
        assert task(done[name])["earned"] == 0
        assert any("T-1: `answer_T1` gets a value somewhere" in told for told in persons(done[name])), name
    assert persons(done["begun by nobody"]) == []


def test_the_notebook_of_another_part_and_one_without_any_answer_are_for_a_person(tmp_path):
    other = exercises.for_cohort(exercises.source("setup", ROOT), "setup", "book")
    done = graded(tmp_path, {"another part": other, "notes": book((None, "print(1)"))})
    assert persons(done["another part"]) == ["This was handed in as Theorem, and its cells are those of Setup."]
    assert persons(done["notes"]) == ["No answer to any task of Theorem was found in this notebook."]


def test_a_design_computed_from_its_numbers_is_right_with_another_key(tmp_path):
    notebook = exercises.for_cohort(exercises.source("setup", ROOT), "setup", "autumn-2027")
    path = tmp_path / "s.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    plan = grade.run_settings("a-secret-key", "autumn-2027", limits=Limits(seconds=5), root=ROOT)
    result = grade.grade_one(submissions.Submission("s", "setup", path, path.name), plan)
    assert {one["id"]: one["verdict"] for one in result["tasks"]}["S-7"] == "right"
    assert grade.earned(result) == sum(one.points for one in registry.part("setup"))


def test_the_line_of_an_error_is_the_students_own(tmp_path):
    books = {
        "in a magic": book((MARK, "%%time\nx = 1\n1 / 0\nanswer_T1 = 11")),
        "after a magic": book((MARK, "%time x = 1\n!ls\n1 / 0\nanswer_T1 = 11")),
        "no Python": book((MARK, "x = 1\nanswer_T1 = 11 samples")),
    }
    done = graded(tmp_path, books)
    for name, line in (("in a magic", 3), ("after a magic", 3), ("no Python", 2)):
        assert f"in line {line} with" in task(done[name])["says"], name


@pytest.mark.parametrize(
    ("code", "defined"),
    [
        ("x = 1", False),
        ("answer = 1", True),
        ("answer == 1", False),
        ("# answer = 1", False),
        ("answer = ...", False),
        ("answer = (\n    ...\n)", False),
        ("f(answer=1)", False),
        ("x.answer = 1", False),
        ("print(answer)", False),
        ('check("T-1", answer)', False),
        ("answers = 1", False),
        ("answer += 1", True),
        ("x = answer = 1", True),
        ("with open(f) as answer: pass", True),
        ("for answer in range(3): pass", True),
        ("from a import b, answer", True),
        ("%time answer = 1", True),
        ("    answer = 1", True),
        ("x = 1; answer = 2", True),
        ("if x:\n    answer = 1", True),
        ("with x:\n    y = 1\n\n    answer = 1", True),
        ("def f():\n    answer = 1", False),
        ("def f():\n    if x:\n        y = 2\n    # so\n    for i in x:\n        answer = 1", False),
        ("class C:\n    def answer(self): pass", False),
        ("def f():\n    pass\nif x:\n    answer = 1", True),
        ("y = sum(answer for answer in x)", False),
        ("async def answer(): pass", True),
        ("class answer: pass", True),
        ("*rest, answer = 1, 2", True),
        ("answer[0] = 1", False),
    ],
)
def test_where_a_name_gets_a_value(code, defined):
    assert submissions._defines(code, "answer") is defined


@pytest.mark.parametrize("part", registry.parts())
def test_a_task_left_out_is_nobodys_doubt_whatever_the_other_solutions_call_their_names(part):
    clean = grade.released_notebook(part, str(ROOT))
    solved = exercises.for_cohort(exercises.source(part, ROOT), part, "book")
    for name, stub in clean.stubs.items():
        cells = [(mark, stub if mark == f"{name}-answer" else code) for mark, code in exercises.answers(solved)]
        reading = submissions.extract_answers(json.dumps(book(*cells)).encode(), clean)
        assert reading.assigned == reading.begun == {*clean.stubs} - {name}

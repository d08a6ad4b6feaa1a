"""An instructor's own part from its first line to the gradebook, and what is graded anew when a check is mended."""

import csv
import gc
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import inference_scaling
import nbformat
import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.classroom import session as desk
from inference_scaling.cli import main
from inference_scaling.grading import grade
from inference_scaling.lessons import registry

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(inference_scaling.__file__).parent

EXAM = """
from inference_scaling.answers.task import Function, Number, Misconception, Task


def fails(p, n):
    return (1 - p) ** n


TASKS = (
    Task(
        id="F-1",
        kind="F",
        title="All wrong",
        points=5,
        minutes=4,
        variable="fails",
        statement="Write the chance that all of n samples are wrong.",
        answer_type=Function("fails(p, n)", lambda rng: [(1.0, 1), (0.0, 3), (float(rng.uniform(0.1, 0.4)), 5)]),
        reference=fails,
        misconceptions=(
            Misconception("once", lambda p, n: 1 - p, "This is one sample."),
            Misconception("right", lambda p, n: p**n, "This is the chance that all are right."),
        ),
        hints=("One fails.", "Then multiply."),
        explanation="Samples are independent.",
    ),
    Task(
        id="F-2",
        kind="N",
        title="Two tries",
        points=3,
        minutes=4,
        variable="answer_F2",
        statement="One sample is right with probability p = {p:g}. What is pass@2?",
        answer_type=Number(low=0, high=1),
        reference=lambda p: 1 - (1 - p) ** 2,
        misconceptions=(
            Misconception("sum", lambda p: 2 * p, "This counts the case that both are right twice."),
            Misconception("both", lambda p: p * p, "This is the chance that both are right."),
        ),
        hints=("When does the pair fail?", "Both must be wrong."),
        explanation="One minus the chance that both are wrong.",
        book={"p": 0.3},
        draw=lambda rng: {"p": round(float(rng.uniform(0.1, 0.4)), 2)},
    ),
)
"""
SOLUTIONS = {
    "F-1": "def fails(p, n):\n    ### BEGIN SOLUTION\n    return (1 - p) ** n\n    ### END SOLUTION",
    "F-2": 'p = given("F-2").p\nanswer_F2 = (\n    ### BEGIN SOLUTION\n    1 - (1 - p) ** 2\n    ### END SOLUTION\n)',
}


def cell(kind, name, source, **marks):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    mark = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3, "solution": False, "task": False}
    return make(source, id=name, metadata={"nbgrader": {**mark, **marks}})


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a part of the instructor's own, written and not yet rehearsed."""
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises", ignore=shutil.ignore_patterns("private"))
    (tmp_path / "_toc.yml").touch()
    folder = tmp_path / "exercises" / "private"
    folder.mkdir()
    (folder / "final.py").write_text(EXAM, encoding="utf-8")
    start = 'from inference_scaling.classroom import check, given, start\n\nstart("final", cohort="book")'
    cells = [cell("code", "start", start)]
    for task, names in (("F-1", "fails"), ("F-2", "answer_F2")):
        cells += [
            cell("markdown", f"{task}-statement", "to be written"),
            cell("code", f"{task}-answer", SOLUTIONS[task], locked=False, solution=True),
            cell("code", task, f'check("{task}", {names}).points', grade=True, points=3),
        ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "final.ipynb")
    monkeypatch.setattr(registry, "PRIVATE", folder)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    # A rehearsal leaves the numbers of its last cohort behind.
    desk.start("theorem", names={})


def book(project):
    with (project / "report" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_a_private_part_is_written_rehearsed_handed_out_and_graded(project, capsys):
    assert exercises.main(["statements"]) == 0
    assert exercises.main(["private", "--cohorts", "3"]) == 0
    (project / "course.toml").write_text('cohort = "autumn"\ngraded = "secret"\n[parts.final]\npoints = 16\n')
    assert exercises.main(["cohort", "--course", "course.toml", "--out", "handed-out"]) == 0
    handed_out = json.loads((project / "handed-out" / "final.ipynb").read_text(encoding="utf-8"))
    right = {"F-1": "def fails(p, n):\n    return (1 - p) ** n", "F-2": 'answer_F2 = 1 - (1 - given("F-2").p) ** 2'}
    for student, answers in {
        "all": right,
        "misconception": {**right, "F-2": 'answer_F2 = 2 * given("F-2").p'},
        "none": {},
    }.items():
        notebook = json.loads(json.dumps(handed_out))
        for one in notebook["cells"]:
            task = one["metadata"]["nbgrader"]["grade_id"].removesuffix("-answer")
            if one["metadata"]["nbgrader"]["solution"] and task in answers:
                one["source"] = answers[task]
        place = project / "in" / student / "final" / "final.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(notebook), encoding="utf-8")
    command = ["grade", "in", "--course", "course.toml", "--out", "report"]
    capsys.readouterr()
    assert main(command) == 0, capsys.readouterr()
    assert {student: float(row["final"]) for student, row in book(project).items()} == {
        "all": 16,
        "none": 0,
        "misconception": 10,
    }
    assert "both are right twice" in (project / "report" / "feedback" / "misconception_final.html").read_text(
        encoding="utf-8"
    )


CHANGED = """
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from inference_scaling.grading import grade
from inference_scaling.grading.sandbox import Limits, kernel
from inference_scaling.answers import collect, judge
from inference_scaling.answers import typed_line as line
from inference_scaling.lessons import registry
from inference_scaling.laws import one_problem as single

def digests():
    grade.specification.cache_clear()
    return {part: grade.specification(part, "a", "b", sys.argv[1], Limits()) for part in registry.parts()}

before = digests()
files = {part: registry.file(part) for part in registry.parts()}
files |= {"judge": judge.__file__, "line": line.__file__, "collect": collect.__file__, "kernel": kernel.__file__}
for name, path in {**files, "laws.one_problem": single.__file__}.items():
    text = Path(path).read_text(encoding="utf-8")
    Path(path).write_text(text + "# mended\\n", encoding="utf-8")
    print(name, *(part for part, now in digests().items() if now != before[part]))
    Path(path).write_text(text, encoding="utf-8")
"""


def test_a_mended_check_is_graded_anew_in_every_part(tmp_path):
    copy = tmp_path / "package"
    shutil.copytree(PACKAGE, copy / "inference_scaling", ignore=shutil.ignore_patterns("__pycache__"))
    if (ROOT / "data").is_dir():
        (copy / "inference_scaling" / "_data").mkdir(exist_ok=True)
    line = [sys.executable, "-c", CHANGED, str(ROOT)]
    done = subprocess.run(line, env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    moved = {words[0]: words[1:] for words in map(str.split, done.stdout.splitlines())}
    every = list(registry.parts())
    # A part that takes something from another one is graded anew with it.
    assert [name for name in every if name not in moved[name]] == []
    assert moved["setup"] == ["setup"] and moved["laboratory"] == ["laboratory"]
    assert all(moved[name] == every for name in ("judge", "line", "collect", "kernel"))
    assert set(registry.PARTS) <= set(moved["laws.one_problem"])


def test_several_threads_find_the_files_of_a_verdict_at_once():
    def another_thread(*arguments):
        time.sleep(0)

    names = list(registry.parts())
    wanted = list(map(grade.sources, names))
    for function in (grade._imported, grade._file):
        function.cache_clear()
    # The garbage collector lets another thread in while a tree is made.
    gc.callbacks.append(another_thread)
    try:
        with ThreadPoolExecutor(len(names)) as threads:
            assert list(threads.map(grade.sources, names)) == wanted
    finally:
        gc.callbacks.remove(another_thread)

"""An instructor's own parts: found in exercises/private, handed out without answers, never in the book's release."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.classroom import session
from inference_scaling.lessons import registry

ROOT = Path(__file__).parents[2]

EXAM = """
import numpy as np

from inference_scaling.answers.task import Number, Misconception, Task

TASKS = (
    Task(
        id="E-1",
        kind="N",
        title="Two tries",
        points=3,
        minutes=4,
        variable="answer_E1",
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


def cell(kind, name, source, **marks):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    mark = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3, "solution": False, "task": False}
    return make(source, id=name, metadata={"nbgrader": {**mark, **marks}})


def exam_notebook(solution="1 - (1 - p) ** 2"):
    answer = f'p = given("E-1").p\nanswer_E1 = (\n    ### BEGIN SOLUTION\n    {solution}\n    ### END SOLUTION\n)'
    return nbformat.v4.new_notebook(
        cells=[
            cell(
                "code",
                "start",
                "from inference_scaling.classroom import check, given, progress, start\n\n"
                'start("exam", cohort="book", names=globals())',
            ),
            cell("markdown", "E-1-statement", "to be written"),
            cell("code", "E-1-answer", answer, locked=False, solution=True),
            cell("code", "E-1", 'check("E-1", answer_E1).points', grade=True, points=3),
        ]
    )


@pytest.fixture
def private(tmp_path, monkeypatch):
    """A project with one private part, in a folder of its own."""
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises", ignore=shutil.ignore_patterns("private"))
    folder = tmp_path / "exercises" / "private"
    folder.mkdir()
    (folder / "exam.py").write_text(EXAM, encoding="utf-8")
    nbformat.write(exam_notebook(), folder / "exam.ipynb")
    monkeypatch.setattr(registry, "PRIVATE", folder)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return folder


def student(notebook, monkeypatch, tmp_path, answer):
    """Run a handed-out notebook where the private part is not installed; return the names it leaves."""
    monkeypatch.setattr(registry, "PRIVATE", tmp_path / "nowhere")
    names = {}
    for name, code in exercises.answers(notebook):
        exec(compile(code if name != "E-1-answer" else answer, name, "exec"), names)
    return names


def test_without_the_folder_there_is_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(registry, "PRIVATE", tmp_path / "nowhere")
    assert registry.private_parts() == ()
    assert exercises.main(["private"]) == 0
    assert "there is no private part" in capsys.readouterr().out


def test_git_ignores_the_folder():
    assert "exercises/private/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_private_task_is_found_and_checked_like_any_other(private):
    assert registry.private_parts() == ("exam",)
    assert "exam" not in registry.parts()
    assert (registry.part_of("E-1"), registry.find("T-1").id) == ("exam", "T-1")
    session.start("exam", names={})
    assert [session.check("E-1", answer).misconception for answer in (0.6, 0.09, 0.51)] == ["sum", "both", None]
    assert session.check("E-1", 0.51).points == 3


def test_a_part_is_rehearsed_in_twenty_cohorts(private, capsys):
    assert exercises.main(["statements"]) == 0
    assert "p = 0.3" in (private / "exam.ipynb").read_text(encoding="utf-8")
    assert exercises.main(["private"]) == 0
    assert "exam: 1 tasks, 3 points: right in 20 cohorts" in capsys.readouterr().out


def test_a_wrong_solution_fails_the_rehearsal(private, capsys):
    nbformat.write(exam_notebook("2 * p"), private / "exam.ipynb")
    assert exercises.main(["private", "--cohorts", "2"]) == 1
    assert "E-1: the solution is 'not yet', not 'right', in cohort book" in capsys.readouterr().out


def test_the_books_release_holds_nothing_private_and_a_cohorts_does(private):
    assert "exam.ipynb" not in exercises.release("book", ROOT)
    files = exercises.release("autumn-2027", ROOT)
    assert {"exam.ipynb", "theorem.ipynb"} <= set(files)
    assert "Two tries" in exercises.handout("autumn-2027")
    assert "Two tries" not in exercises.handout("book")
    assert "1 - (1 - p)" not in files["exam.ipynb"]
    assert "counts the case" not in files["exam.ipynb"]


def test_on_the_students_machine_answers_are_kept_and_nothing_is_told(private, monkeypatch, tmp_path):
    text = exercises.release("autumn-2027", ROOT)["exam.ipynb"]
    p = exercises.parameters(registry.find("E-1"), "autumn-2027")["p"]
    notebook = nbformat.reads(text, as_version=4)
    names = student(notebook, monkeypatch, tmp_path, 'p = given("E-1").p\nanswer_E1 = 2 * p')
    assert names["p"] == p
    reply = names["check"]("E-1", names["answer_E1"])
    assert (reply.verdict, reply.points, reply.misconception, reply.hint) == ("kept", 0, None, None)
    assert names["progress"]("exam").says[-1] == "All tasks are answered."
    assert json.loads(json.dumps(reply.payload()))["score"] == "worth 3 points"


def test_on_the_students_machine_a_stub_is_untouched(private, monkeypatch, tmp_path):
    notebook = nbformat.reads(exercises.release("autumn-2027", ROOT)["exam.ipynb"], as_version=4)
    names = student(notebook, monkeypatch, tmp_path, "answer_E1 = ...")
    assert names["check"]("E-1", ...).verdict == "untouched"
    assert "Not answered yet: E-1." in names["progress"]("exam").says
    assert names["check"]("E-1").verdict == "not defined"
    assert session.bonus("exam").says == ["has no bonus task."]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("theorem", EXAM, "not as a part of the book"),
        ("mid-term", EXAM, "letters, digits and '_'"),
        ("quiz", "TASKS = []", "quiz.py: TASKS must be a tuple"),
        ("quiz", EXAM.replace("E-1", "T-1"), "the book has a task T-1 already"),
        ("quiz", EXAM, "two tasks are called E-1: one in 'exam', one in 'quiz'"),
    ],
)
def test_an_error_of_the_instructor_is_named_and_the_books_tasks_go_on(private, name, text, message):
    (private / f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        registry.find("E-1")
        registry.part("quiz")
    assert registry.find("T-1").id == "T-1"


def test_a_part_without_a_notebook_says_where_it_belongs(private, capsys):
    (private / "exam.ipynb").unlink()
    assert exercises.main(["private", "--cohorts", "1"]) == 1
    assert "no notebook" in capsys.readouterr().out

"""The exercise notebooks: generated without a difference, untouched when handed out, right in every cohort."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from inference_scaling.answers.judge import WAITING
from inference_scaling.answers.task import BOOK, parameters, shortest_first
from inference_scaling.classroom import course as courses
from inference_scaling.classroom import release as exercises
from inference_scaling.classroom import session
from inference_scaling.classroom.release import (
    ExerciseError,
    answers,
    course,
    for_cohort,
    handout,
    release,
    released,
    verdicts,
)
from inference_scaling.lessons import registry
from inference_scaling.site.notebooks import problems, tidy
from shares import few_of

ROOT = Path(__file__).parents[2]
COHORTS = [f"autumn-{2027 + i}" for i in range(20)]


@pytest.fixture(params=registry.parts())
def part(request):
    return request.param


@pytest.fixture
def notebook(part):
    return exercises.source(part, ROOT)


def test_the_release_is_what_the_source_makes(part):
    place = registry.notebook(part)
    text = release(BOOK, ROOT)[place.as_posix()]
    assert (ROOT / exercises.RELEASE / place).read_text(encoding="utf-8") == text


def test_statements_in_the_source_are_those_of_the_tasks(part, notebook):
    assert [cell.source for cell in for_cohort(notebook, part, BOOK).cells] == [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("name", registry.PARTS)
def test_a_parts_tasks_go_from_short_to_long_wherever_a_student_meets_them(name):
    graded = [task for task in registry.part(name) if not task.bonus]
    assert [task.minutes for task in graded] == sorted(task.minutes for task in graded)
    assert [task.bonus for task in registry.part(name)] == [False] * len(graded) + [True]
    ids = [task.id for task in graded]
    handed_out = nbformat.reads(release(BOOK, ROOT, [name])[f"{name}.ipynb"], 4)
    named = [cell.metadata.nbgrader.grade_id for cell in handed_out.cells]
    wanted = [f"{task_id}{rest}" for task_id in ids for rest in ("-statement", "-answer", "")]
    assert [grade_id for grade_id in named if grade_id in wanted] == wanted
    rows = [line for line in handout(BOOK).splitlines() if line.startswith(f"| {ids[0][0]}-")]
    assert [row.split()[1] for row in rows] == ids


LISTED = re.compile(r"^- \*\*([A-Z]-[0-9B])\*\*", re.M)


def test_a_lesson_lists_its_tasks_from_short_to_long():
    lists = [
        (path.stem, [registry.find(name) for name in LISTED.findall(cell.source)])
        for part in registry.PARTS
        for path in sorted((ROOT / "book" / part).glob("*.ipynb"))
        for cell in nbformat.read(path, 4).cells
        if cell.cell_type == "markdown"
    ]
    assert sum(len(tasks) > 1 for _, tasks in lists) > 15
    wrong = [
        (page, [task.id for task in tasks]) for page, tasks in lists if list(shortest_first(*tasks)) != list(tasks)
    ]
    assert wrong == []


def test_the_statements_command_moves_the_cells_of_a_task_that_stands_in_a_wrong_place(project, capsys):
    path = project / "exercises/source/setup.ipynb"
    right = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(right, 4)
    names = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
    at = names.index("S-7-statement")
    long_one = notebook.cells[at : at + 3]
    del notebook.cells[at : at + 3]
    notebook.cells[3:3] = long_one
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    assert exercises.main(["statements"]) == 0
    assert "setup.ipynb: rewritten" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == right
    assert exercises.main(["statements"]) == 0
    assert "statements are current" in capsys.readouterr().out


def test_tasks_of_the_same_minutes_stay_as_written_and_a_bonus_comes_last():
    s4, s6, s7, bonus = (registry.find(name) for name in ("S-4", "S-6", "S-7", "S-B"))
    assert bonus.minutes < s7.minutes and s6.minutes < s4.minutes
    assert shortest_first(bonus, s7, s4, s6) == (s6, s4, s7, bonus)
    s2 = registry.find("S-2")
    assert s2.minutes == s6.minutes
    assert shortest_first(s6, s2) == (s6, s2) and shortest_first(s2, s6) == (s2, s6)


def test_the_source_is_in_the_committed_form(part):
    assert list(problems(ROOT / exercises.SOURCE / registry.notebook(part))) == []


def test_points_and_marks_of_the_cells_are_those_of_the_tasks(part, notebook):
    marks = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in notebook.cells}
    assert all(mark.schema_version == 3 for mark in marks.values())
    for task in registry.part(part):
        assert marks[f"{task.id}-answer"].solution
        assert marks[task.id].grade is not task.bonus
        assert marks[task.id].get("points") == (None if task.bonus else task.points)
    source = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells}
    for task in registry.part(part):
        ending = "" if task.bonus else ".points"
        assert source[task.id] == f'check("{task.id}", {task.variable}){ending}'


def test_what_is_handed_out_is_untouched_everywhere(part, notebook):
    found = verdicts(released(notebook), part)
    assert found == {task.id: "untouched" for task in registry.part(part)}


def test_nothing_of_a_solution_is_handed_out(part, notebook):
    text = nbformat.writes(released(notebook))
    inside = False
    for _, code in answers(notebook):
        for line in code.splitlines():
            inside = exercises.BEGIN in line or (inside and exercises.END not in line)
            if inside and exercises.BEGIN not in line and len(line.strip()) > 12:
                assert json.dumps(line.strip())[1:-1] not in text
    assert all(not cell.get("outputs") for cell in released(notebook).cells)


@pytest.mark.parametrize("cohort", few_of(COHORTS, 1))
def test_solutions_are_right_in_every_cohort(cohort):
    for part in registry.parts():
        found = verdicts(for_cohort(exercises.source(part, ROOT), part, cohort), part)
        assert found == {task.id: WAITING if task.for_a_person else "right" for task in registry.part(part)}
        assert session._session.cohort == cohort


# A kernel each: that the solutions are right in this cohort is seen above, without one.
@pytest.mark.parametrize("part", few_of(registry.parts(), 1))
def test_a_cohorts_notebook_is_right_in_a_kernel_too(part, notebook, tmp_path):
    path = tmp_path / "exercises" / f"{part}.ipynb"
    path.parent.mkdir()
    nbformat.write(for_cohort(notebook, part, "autumn-2027"), path)
    tidy(path)
    assert list(problems(path)) == []
    outputs = {
        cell.metadata.nbgrader.grade_id: cell.outputs for cell in nbformat.read(path, 4).cells if "outputs" in cell
    }
    for task in registry.part(part):
        said = "waiting for a person, worth" if task.for_a_person else f"right, {task.points} of"
        assert outputs[task.id][0].data["text/plain"].startswith(f"{task.id}: {said}")


def test_a_cohort_has_its_numbers_in_the_statements_and_nothing_of_the_books():
    text = release("autumn-2027", ROOT)["theorem.ipynb"]
    values = parameters(registry.find("T-1"), "autumn-2027")
    assert f"p = {values['p']:g}" in text and f"above {values['target']:g}?" in text
    assert 'cohort=\\"autumn-2027\\"' in text and 'cohort=\\"book\\"' not in text
    assert release("autumn-2027", ROOT) == release("autumn-2027", ROOT) != release("autumn-2028", ROOT)


def test_the_handout_lists_every_task_and_no_solution():
    text = handout("autumn-2027")
    for part in registry.parts():
        for task in registry.part(part):
            assert (task.title in text) is not task.bonus
    assert "Theorem: 34 points" in text


COURSE = """
cohort = "autumn-2027"
graded = "nobody-may-know"
timezone = "Europe/Berlin"
[late]
grace_minutes = 15
per_day = 0.1
at_most = 0.5
[parts.theorem]
due = 2027-11-05T23:59:00
tasks = ["T-1", "T-2", "T-3"]
points = 10
"""


def test_the_handout_says_what_the_course_says(tmp_path):
    (tmp_path / "course.toml").write_text(COURSE)
    text = handout("autumn-2027", courses.load(tmp_path / "course.toml"), "inference_scaling-0.1.0-py3-none-any.whl")
    for told in (
        "pip install jupyterlab inference_scaling-0.1.0-py3-none-any.whl",
        "| Theorem | Fri 5 Nov 2027, 23:59 CET | 10 | 125 |",
        "Late work loses 10% of its points for each day begun after 15 minutes of grace, at most 50%.",
        "## Theorem: 7 points, counted as 10",
        "| T-4 Samples needed | function | practice | 15 |",
    ):
        assert told in text
    assert "Setup" not in text and "nobody-may-know" not in text
    assert len(text.splitlines()) < 60


@pytest.mark.parametrize("cohort", ["", "../up", 'a"b', "x" * 61, "-rf"])
def test_a_cohort_that_is_no_plain_name_is_refused(cohort):
    with pytest.raises(ExerciseError, match="a cohort is letters"):
        for_cohort(exercises.source("theorem", ROOT), "theorem", cohort)


def broken(notebook, change):
    notebook = copy.deepcopy(notebook)
    change({cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells})
    return notebook


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda cells: cells["T-1-answer"].update(source="### BEGIN SOLUTION\n1"), "does not end"),
        (
            lambda cells: cells["T-1-answer"].update(source="### BEGIN SOLUTION\n### BEGIN SOLUTION"),
            "inside a solution",
        ),
        (lambda cells: cells["T-1-answer"].update(source="answer_T1 = 11"), "marks no solution"),
        (
            lambda cells: cells["start"].update(source="### BEGIN SOLUTION\n### END SOLUTION"),
            "not marked as a solution",
        ),
    ],
)
def test_a_source_that_would_hand_out_a_solution_is_refused(change, message):
    with pytest.raises(ExerciseError, match=message):
        released(broken(exercises.source("theorem", ROOT), change))


def test_a_source_without_a_tasks_cell_is_refused():
    notebook = exercises.source("theorem", ROOT)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id != "T-2"]
    with pytest.raises(ExerciseError, match="no cell 'T-2'"):
        for_cohort(notebook, "theorem", BOOK)


def test_a_changed_solution_is_not_right():
    notebook = exercises.source("theorem", ROOT)
    cell = next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "T-1-answer")
    cell.source = cell.source.replace("math.ceil", "math.floor")
    assert verdicts(for_cohort(notebook, "theorem", BOOK), "theorem")["T-1"] == "not yet"


# The command


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_release_check_says_which_file_differs(project, capsys):
    assert exercises.main(["release", "--check"]) == 0
    (project / "exercises/release/theorem.ipynb").write_text("old")
    assert exercises.main(["release", "--check"]) == 1
    assert "theorem.ipynb" in capsys.readouterr().out
    assert exercises.main(["release"]) == 0
    assert exercises.main(["release", "--check"]) == 0


def test_the_cohort_command_writes_notebooks_and_a_handout(project):
    assert exercises.main(["cohort", "autumn-2027"]) == 0
    folder = project / "exercises/release/autumn-2027"
    written = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert written == {Path("handout.md"), Path("autumn-2027.zip"), *map(registry.notebook, registry.parts())}


def test_the_cohort_command_takes_cohort_and_parts_from_the_course(project, capsys):
    (project / "course.toml").write_text(COURSE)
    assert exercises.main(["cohort", "--course", "course.toml"]) == 0
    with zipfile.ZipFile("exercises/release/autumn-2027/autumn-2027.zip") as archive:
        assert set(archive.namelist()) == {"autumn-2027/theorem.ipynb", "autumn-2027/handout.md"}
        assert "nobody-may-know" not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert exercises.main(["cohort", "spring-2028", "--course", "course.toml"]) == 1
    assert "is of the cohort 'autumn-2027', asked is 'spring-2028'" in capsys.readouterr().err
    assert exercises.main(["cohort"]) == 1
    assert "say which cohort" in capsys.readouterr().err


def test_the_package_is_handed_out_with_the_notebooks(tmp_path):
    (tmp_path / "inference_scaling-0.0.0-py3-none-any.whl").write_text("of an earlier term")
    name = exercises.package(tmp_path, ROOT)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert "inference_scaling/classroom/session.py" in zipfile.ZipFile(tmp_path / name).namelist()
    with pytest.raises(ExerciseError, match="cannot be built"):
        exercises.package(tmp_path, tmp_path)


def test_a_bad_cohort_ends_the_command_with_a_sentence(project, capsys):
    assert exercises.main(["cohort", "../x"]) == 1
    assert "a cohort is letters" in capsys.readouterr().err


def test_the_statements_command_mends_a_changed_statement(project, capsys):
    path = project / "exercises/source/theorem.ipynb"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("above 0.9?", "above 0.8?"), encoding="utf-8")
    assert exercises.main(["statements"]) == 0
    assert path.read_text(encoding="utf-8") == before
    assert "theorem.ipynb" in capsys.readouterr().out


def test_a_course_begins_in_a_new_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExerciseError, match="not empty"):
        course(tmp_path, BOOK, ROOT)


# With nbgrader


GRADES = "SELECT base_cell.name, grade.auto_score FROM grade JOIN base_cell ON grade.cell_id = base_cell.id"


# nbgrader asks alembic for the newest version of its tables whenever it opens its database; once is enough.
ALEMBIC = """#!/bin/sh
for last; do :; done
if [ "$last" != heads ]; then exec "{real}" "$@"; fi
if [ ! -f "$0.heads" ]; then "{real}" "$@" > "$0.heads"; fi
cat "$0.heads"
"""


def nbgrader(*arguments, folder):
    # nbgrader calls alembic by name, so the folder with ours comes first in the search path.
    tools = folder.parent / "tools"
    if not tools.exists():
        tools.mkdir()
        (tools / "alembic").write_text(ALEMBIC.format(real=Path(sys.executable).parent / "alembic"))
        (tools / "alembic").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "nbgrader", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join([str(tools), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nbgrader_makes_the_same_release_and_gives_the_same_points(tmp_path):
    folder = tmp_path / "course"
    course(folder, BOOK, ROOT)
    nbgrader("generate_assignment", "theorem", folder=folder)
    theirs = nbformat.read(folder / "release/theorem/theorem.ipynb", as_version=4)
    ours = released(exercises.source("theorem", ROOT))
    assert [cell.source for cell in theirs.cells] == [cell.source for cell in ours.cells]

    handed_in = nbformat.read(folder / "release/theorem/theorem.ipynb", as_version=4)
    for cell in handed_in.cells:
        if cell.metadata.nbgrader.grade_id == "T-1-answer":
            cell.source = "answer_T1 = 11"
        if cell.metadata.nbgrader.grade_id == "T-2-answer":
            cell.source = "answer_T2 = 0.5"
        if cell.metadata.nbgrader.grade_id == "T-8-answer":
            cell.source = "answer_T8 = [6, 9, 12, 14, 14, 15, 14, 10, 6, 0]"
    target = folder / "submitted/ada/theorem"
    target.mkdir(parents=True)
    nbformat.write(handed_in, target / "theorem.ipynb")
    nbgrader("autograde", "theorem", "--create", folder=folder)

    with closing(sqlite3.connect(folder / "gradebook.db")) as book:
        grades = dict(book.execute(GRADES))
    graded = [task for task in registry.part("theorem") if not task.bonus]
    assert grades == {task.id: {"T-1": 2.0, "T-8": 3.0}.get(task.id, 0.0) for task in graded}

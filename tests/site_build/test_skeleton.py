"""A contributor's first lesson and first task: made in a copy of the project, checked as the project checks its own."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from inference_scaling.lessons import registry
from inference_scaling.lessons.registry import PARTS
from inference_scaling.site import paths, skeleton
from inference_scaling.site.teaching import guide

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "lib",
    "tests",
    "exercises",
    "data",
    "book/setup",
    "book/theorem",
    "book/teaching",
    "CONTRIBUTING.md",
    "_toc.yml",
    "pyproject.toml",
)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "lib"), str(root / "tests")])}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def passes(root: Path, *arguments: str) -> str:
    done = run(root, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy_of_the_project(root: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "private")
    for name in (*COPIED, "requirements.lock"):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=ignored)
        else:
            shutil.copy(ROOT / name, target)
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_project(tmp_path_factory.mktemp("project"))


def contents(root: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.suffix in (".py", ".ipynb", ".yml", ".toml")
    }


def test_a_new_lesson_is_in_form_in_the_contents_and_its_outputs_are_those_of_a_run(project: Path) -> None:
    made = passes(project, "-m", "inference_scaling.site.skeleton", "lesson", "theorem", "first_steps").split()
    planned = ["book/teaching/guide/theorem.toml", "book/teaching/syllabus.toml"]
    assert made == ["book/theorem/first_steps.ipynb", "_toc.yml", *planned, "CONTRIBUTING.md"]
    # Until it has a figure to move, it is listed among the lessons that have none.
    notes = (project / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "\n- `book/theorem/first_steps.ipynb`: a new lesson; " in notes
    assert guide.read(project)["book/theorem/first_steps"].activity.minutes == 5
    assert '", "theorem/first_steps"]' in (project / planned[1]).read_text(encoding="utf-8")
    assert "in the committed form" in passes(project, "-m", "inference_scaling.site.notebooks", "check", made[0])
    passes(project, "-m", "inference_scaling.site.notebooks", "verify", "--all", made[0])
    names = [stop.name for stop in paths.lessons(project)]
    assert [name for name in names if name.startswith("book/theorem/")][-1] == "book/theorem/first_steps"
    passes(project, "-m", "ruff", "check", "lib")


@pytest.mark.evidence
def test_a_new_task_passes_the_tests_of_all_tasks_and_is_handed_out_without_its_solution(tmp_path: Path) -> None:
    root, part, task_id = copy_of_the_project(tmp_path), "setup", "S-8"
    made = passes(root, "-m", "inference_scaling.site.skeleton", "task", part, task_id).split()
    assert f"exercises/source/{part}.ipynb" in made
    assert f'"L-9", "{task_id}"]' in (root / "book/teaching/syllabus.toml").read_text(encoding="utf-8")
    passes(root, "-m", "ruff", "format", "--check", "lib")
    passes(root, "-m", "inference_scaling.site.notebooks", "check", f"exercises/source/{part}.ipynb")
    passes(root, "-m", "inference_scaling.classroom.release", "release", "--check")
    handed_out = (root / "exercises" / "release" / f"{part}.ipynb").read_text(encoding="utf-8")
    assert f"{task_id}-answer" in handed_out and "q.k" in handed_out and "1 - (1 - q.p) ** q.k" not in handed_out
    found = passes(
        root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/lessons/test_exercises.py",
        "-k", f"{task_id} or points_and_the_plan or other_numbers or (every_cohort or apart) and (book or autumn-2027)",
    )  # fmt: skip
    assert " passed" in found


def test_every_part_takes_a_new_task_before_its_bonus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = copy_of_the_project(tmp_path)
    monkeypatch.setattr(skeleton, "_run", lambda *arguments: None)
    for part in PARTS:
        letters, numbers = zip(*(task.id.split("-") for task in registry.part(part) if not task.bonus), strict=True)
        # The next free number, whatever tasks the book has.
        task_id = f"{letters[0]}-{1 + max(map(int, numbers))}"
        skeleton.task(part, task_id, root)
        *_, last = ast.parse((root / "lib/inference_scaling/lessons" / part / "exercises.py").read_text()).body
        assert ast.unparse(last).endswith(f"{task_id.replace('-', '')}, {task_id[0]}B)")


@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        ("theorems", "fresh", r"PART=theorems: must be one of setup, theorem"),
        ("", "fresh", r"PART=: must be one of"),
        ("theorem", "Fresh Start", r"NAME=Fresh Start: must be small letters"),
        ("theorem", "../fresh", r"NAME=\.\./fresh: must be small letters"),
        ("theorem", "", r"NAME=: must be small letters"),
        ("theorem", "what_it_costs", r"book/theorem/what_it_costs\.ipynb exists"),
        ("theorem", "pass_at_k", r"book/setup/pass_at_k\.ipynb exists"),
    ],
)
def test_a_lesson_that_cannot_be_made_is_refused_and_nothing_is_written(
    project: Path, part: str, name: str, said: str
) -> None:
    before = contents(project)
    with pytest.raises(skeleton.SkeletonError, match=said):
        skeleton.lesson(part, name, project)
    assert contents(project) == before


@pytest.mark.parametrize(
    ("part", "task_id", "said"),
    [
        ("exam", "T-11", r"PART=exam: must be one of"),
        ("theorem", "T-9", r"ID=T-9: exists; the next free one is T-11"),
        ("theorem", "S-20", r"ID=S-20: must be T- and a number in the part theorem, as in T-11"),
        ("theorem", "T-B", r"ID=T-B: must be T- and a number"),
        ("theorem", "T-01", r"ID=T-01: must be T- and a number"),
        ("theorem", "", r"ID=: must be T- and a number"),
    ],
)
def test_a_task_that_cannot_be_made_is_refused_and_nothing_is_written(
    project: Path, part: str, task_id: str, said: str
) -> None:
    before = contents(project)
    with pytest.raises(skeleton.SkeletonError, match=said):
        skeleton.task(part, task_id, project)
    assert contents(project) == before


def test_a_failure_half_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    root = copy_of_the_project(tmp_path)
    broken = root / "exercises" / "source" / "phenomena.ipynb"
    broken.write_text("{}")
    before = contents(root)
    with pytest.raises(skeleton.SkeletonError, match="nothing was changed"):
        skeleton.task("setup", "S-8", root)
    assert contents(root) == before


def test_make_says_what_is_missing_and_what_would_be_right() -> None:
    done = subprocess.run(
        ["make", "-n", "new-task", "PART=theorem", "ID=T-11"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0 and 'skeleton task "theorem" "T-11"' in done.stdout
    done = run(ROOT, "-m", "inference_scaling.site.skeleton", "lesson", "theorem", "")
    assert done.returncode == 2 and done.stderr.startswith("NAME=: must be") and done.stderr.count("\n") == 1


# A part of an instructor's own


def rehearsed(root: Path) -> subprocess.CompletedProcess[str]:
    return run(root, "-m", "inference_scaling.grading.rehearsal", "--cohorts", "2")


def test_a_new_part_is_rehearsed_and_graded_and_a_fault_of_its_author_is_found(project: Path) -> None:
    made = passes(project, "-m", "inference_scaling.site.skeleton", "part", "midterm", "E").splitlines()
    module, notebook = (project / "exercises" / "private" / f"midterm.{ending}" for ending in ("py", "ipynb"))
    assert [project / path for path in made] == [module, notebook]
    assert "What is the chance that at least one of 5 samples" in notebook.read_text(encoding="utf-8")
    done = rehearsed(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "midterm: 2 tasks, 4 points: right in 2 cohorts" in done.stdout
    assert "the solutions have all points, the notebook as handed out has none" in done.stdout

    # A number typed from the book's notebook is right there and in no other cohort's.
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("1 - (1 - q.p) ** q.k", "1 - 0.8 ** 5"), encoding="utf-8")
    done = rehearsed(project)
    assert done.returncode == 1
    assert "with all solutions: E-1 is 'not yet', not 'right'." in done.stdout
    for arguments, says in (
        (("midterm", "N"), "NAME=midterm: exercises/private/midterm.py exists; take another name"),
        (("quiz", "E"), "LETTER=E: exercises/private/midterm.py has it; free are "),
        (("quiz", "T"), "has it; free are "),
        (("quiz", "e"), "LETTER=e: must be one capital letter"),
        (("Quiz 1", "Q"), "NAME=Quiz 1: must be small letters"),
        (("theorem", "Q"), "NAME=theorem: is a part of the book"),
    ):
        with pytest.raises(skeleton.SkeletonError, match=re.escape(says)):
            skeleton.private_part(*arguments, project)
    shutil.rmtree(project / "exercises" / "private")

"""nbgrader's exchange, as a JupyterHub has it: nbgrader's own commands hand out, take in and give back; ours grades."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.cli import main

ROOT = Path(__file__).resolve().parents[2]
KEY = "exchange-2027"
# nbgrader calls alembic by name.
ENVIRONMENT = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}

# Command lines of nbgrader, each in its folder, in one process: nbgrader takes two seconds to be imported.
_NBGRADER = """
import contextlib, json, os, sys
from jupyter_core.application import NoStart
from nbgrader.apps import NbGraderApp
for folder, words in json.loads(sys.argv[1]):
    os.chdir(folder)
    NbGraderApp.clear_instance()
    app = NbGraderApp.instance()
    app.initialize(words)
    # So it says that the subcommand was all.
    with contextlib.suppress(NoStart):
        app.start()
    app.subapp.clear_instance()
"""


def nbgrader(top, *steps):
    """Run nbgrader's commands, with the exchange and a student's cache below a folder."""
    places = [f"--Exchange.root={top / 'exchange'}", f"--Exchange.cache={top / 'cache'}"]
    places += ["--CourseDirectory.course_id=inference-scaling"]
    lines = [[str(top / folder), [*words, "theorem", *places]] for folder, *words in steps]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _NBGRADER, json.dumps(lines)],
        env=ENVIRONMENT | {"JUPYTER_CONFIG_DIR": str(top / "jupyter"), "JUPYTER_DATA_DIR": str(top / "jupyter")},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def top(tmp_path):
    for name in ("exchange", "student", "course"):
        (tmp_path / name).mkdir()
    # As an administrator makes it: every user may write.
    (tmp_path / "exchange").chmod(0o777)
    exercises.course(tmp_path / "course", KEY, ROOT)
    # What `nbgrader generate_assignment` makes; tests/classroom/test_release.py compares the two.
    place = tmp_path / "course" / "release" / "theorem"
    place.mkdir(parents=True)
    solved = exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", KEY)
    nbformat.write(exercises.released(solved), place / "theorem.ipynb")
    return tmp_path


@pytest.mark.evidence
def test_what_comes_by_the_exchange_is_graded_and_the_feedback_goes_back_by_it(top, capsys):
    nbgrader(top, ["course", "release_assignment"], ["student", "fetch_assignment"])
    mine = top / "student" / "theorem" / "theorem.ipynb"
    notebook = nbformat.read(mine, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id == "T-1-answer":
            cell.source = "answer_T1 = 11"
    nbformat.write(notebook, mine)
    nbgrader(top, ["student", "submit"], ["course", "collect"])

    submitted, report = top / "course" / "submitted", top / "course" / "report"
    assert main(["grade", str(submitted), "--out", str(report), "--root", str(ROOT), "--cohort", KEY]) == 0
    assert "1 submissions, 1 graded now" in capsys.readouterr().out
    (result,) = (json.loads(path.read_text(encoding="utf-8")) for path in (report / "results").iterdir())
    (stamp,) = submitted.glob("*/theorem/timestamp.txt")
    assert result["submitted"] == stamp.read_text(encoding="utf-8").strip()

    with zipfile.ZipFile(report / "feedback_theorem.zip") as archive:
        archive.extractall(top / "course" / "feedback")
    nbgrader(top, ["course", "release_feedback"], ["student", "fetch_feedback"])
    (page,) = (top / "student").rglob("*.html")
    assert page.read_text(encoding="utf-8") == next((top / "course" / "feedback").rglob("*.html")).read_text(
        encoding="utf-8"
    )


def test_what_release_feedback_reads_goes_beside_the_page_and_nothing_that_a_student_called_so(tmp_path):
    # No answers, which the sandbox would run.
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}
    for place in ("ada/theorem", "bob/work", "eve/theorem", "Zoe L_77_assignsubmission_file_/theorem"):
        folder = tmp_path / "submissions" / place
        folder.mkdir(parents=True)
        (folder / "theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        (folder / "timestamp.txt").write_text("2027-10-15 21:05:00.123456 UTC", encoding="utf-8")
        (folder / "submission_secret.txt").write_text("secret", encoding="utf-8")
    # Too long to be one, and a link to a file of the grader's.
    place = tmp_path / "submissions" / "eve" / "theorem"
    (place / "submission_secret.txt").write_text("x" * 1000, encoding="utf-8")
    (place / "timestamp.txt").unlink()
    (place / "timestamp.txt").symlink_to("/etc/passwd")
    out = tmp_path / "out"
    main(["grade", str(tmp_path / "submissions"), "--out", str(out), "--root", str(ROOT), "--cohort", KEY])
    with zipfile.ZipFile(out / "feedback_theorem.zip") as archive:
        beside = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".html")}
    assert beside == {
        "ada/theorem/timestamp.txt": b"2027-10-15 21:05:00.123456 UTC",
        "ada/theorem/submission_secret.txt": b"secret",
    }

"""Notebooks as VS Code, Colab, Deepnote and others save them and as hurried students leave them: each its verdict."""

import json
from pathlib import Path

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.grading import grade, submissions
from inference_scaling.grading.sandbox import Limits
from submissions import left

ROOT = Path(__file__).resolve().parents[2]
COHORT = "autumn-2027"
CLEAN = grade.released_notebook("theorem", str(ROOT))
SOLVED = json.loads(json.dumps(exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", COHORT)))
EVERY = {one.name: one for one in left.notebooks(SOLVED, CLEAN.stubs, CLEAN.names)}
# Between them they hold every way of leaving an answer, and the editors that most students use.
FEW = ("vs_code 0", "colab 2", "deepnote 1")


def verdicts(tmp_path, names):
    """Grade notebooks, return the verdicts that differ from those deserved: notebook, task, way, both verdicts."""
    found = []
    for name in names:
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps(EVERY[name].notebook), encoding="utf-8")
        found.append(submissions.Submission(name, "theorem", path, path.name))
    plan = grade.run_settings(COHORT, limits=Limits(seconds=5), root=ROOT)
    wrong = []
    for result, _ in grade.grade(found, tmp_path / "out", plan, jobs=2):
        one = EVERY[result["student"]]
        for task in result["tasks"]:
            if task["verdict"] != one.verdicts[task["id"]]:
                wrong.append((one.name, task["id"], one.ways[task["id"]], task["verdict"], task["says"]))
    return wrong


def test_there_are_more_than_sixty_and_every_way_is_among_the_few():
    assert len(EVERY) >= 60 and {way for one in EVERY.values() for way in one.ways.values()} == set(left.WAYS)
    assert {way for name in FEW for way in EVERY[name].ways.values()} == set(left.WAYS)


def test_every_answer_of_a_few_has_its_verdict(tmp_path):
    assert verdicts(tmp_path, FEW) == []


@pytest.mark.evidence
@pytest.mark.timeout(1800)
def test_every_answer_of_all_has_its_verdict(tmp_path):
    assert verdicts(tmp_path, EVERY) == []

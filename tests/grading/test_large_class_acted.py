"""A class of two hundred acted through, from the platforms' files to the gradebook: no wrong verdict, nobody lost."""

import csv
import json
import time
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.cli import main
from inference_scaling.grading import grade
from inference_scaling.lessons import registry
from submissions import left

ROOT = Path(__file__).resolve().parents[2]
COHORT = "autumn-2027"
FIRST = (
    "Zoë", "José", "राम", "रमा", "小明", "Łukasz", "Anna-Lena", "Seán", "Nguyễn", "Ömer",
    "Ada", "Grace", "Олена", "محمد", "יעל", "Søren", "Chloé", "Li", "María José", "Tom",
)  # fmt: skip
LAST = ("O'Brien", "Müller", "शर्मा", "王", "van den Berg", "Kim", "Núñez", "Smith-Jones", "Ivanova", "Øre")
COURSE = f"""
cohort = "{COHORT}"
timezone = "Europe/Berlin"
[late]
grace_minutes = 15
per_day = 0.1
[parts.theorem]
due = 2027-10-15T23:59:00
"""
DUE = datetime(2027, 10, 15, 23, 59)
# Only these ways of leaving an answer are for a person: there is one, and it does not run.
FOR_A_PERSON = {"as Markdown", "as raw text"}


def class_of(many):
    """Return student, name and notebook of so many students, a quarter of them in each of the commonest editors."""
    clean = grade.released_notebook("theorem", str(ROOT))
    solved = json.loads(json.dumps(exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", COHORT)))
    names = [f"{first} {last}" for last, first in product(LAST, FIRST)]
    editors = ("vs_code", "colab", "jupyterlab", "hurried", "deepnote", "classic", "kaggle", "pycharm")
    for i in range(many):
        yield f"s{i:03d}", names[i], left.left(editors[i % 8], 100 + i // 8, solved, clean.stubs, clean.names)


def handed_in(folder, students):
    """Write folders of Moodle for one half of the class, files of Canvas for the other, roster, times and course."""
    roster, times = ["student,name,canvas,section"], ["student,part,submitted"]
    for i, (student, name, work) in enumerate(students):
        moodle = f"{name}_{70_000 + i}_assignsubmission_file_/theorem ({i % 3}).ipynb"
        path = folder / "in" / (moodle if i % 2 else f"{student}_{500 + i}_{9_000 + i}_theorem.ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(work.notebook, ensure_ascii=False), encoding="utf-8")
        roster.append(f"{student},{name},{500 + i if i % 2 == 0 else ''},{'ABC'[i % 3]}")
        times.append(f"{student},theorem,{DUE + timedelta(days=(i % 5 == 0), minutes=-i):%Y-%m-%d %H:%M:%S}")
    for name, lines in (("roster.csv", roster), ("times.csv", times)):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")


def acted(folder, many):
    """Grade a class; return what is wrong in it, by kind, and the minutes."""
    students = list(class_of(many))
    handed_in(folder, students)
    files = ["--course", folder / "course.toml", "--roster", folder / "roster.csv", "--submitted", folder / "times.csv"]
    begin = time.perf_counter()
    code = main(["grade", *map(str, [folder / "in", "--out", folder / "out", *files, "--root", ROOT, "--jobs", 2])])
    minutes = (time.perf_counter() - begin) / 60
    with (folder / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        book = {row["student"]: row for row in csv.DictReader(file)}
    results = {result["student"]: result for _, result in grade.every_stored(folder / "out")}
    page = (folder / "out" / "index.html").read_text(encoding="utf-8")
    told = page[page.index("For a person to look at") : page.index('id="theorem"')]
    wrong = {"exit": [code] if code > 1 else [], "lost": [], "verdict": [], "points": [], "person": []}
    worth = sum(task.points for task in registry.part("theorem") if not task.bonus)
    for i, (student, _, work) in enumerate(students):
        if student not in results or student not in book:
            wrong["lost"].append(student)
            continue
        by = {task["id"]: task for task in results[student]["tasks"]}
        for task, verdict in work.verdicts.items():
            if by[task]["verdict"] != verdict:
                wrong["verdict"].append((work.name, task, work.ways[task], by[task]["verdict"], by[task]["says"]))
        full = sum(registry.find(task).points for task, verdict in work.verdicts.items() if verdict == "right")
        got, kept = float(book[student]["theorem"]), 0.9 if i % 5 == 0 else 1.0
        # A wrong function may be right in some calls and have a share for it.
        if (
            not full * kept - 0.01 <= got <= worth * 1.2
            or abs(got - sum(t["earned"] for t in by.values()) * kept) > 0.01
        ):
            wrong["points"].append((work.name, got, full, kept))
        if (f"feedback/{student}_theorem.html" in told) != bool(FOR_A_PERSON & set(work.ways.values())):
            wrong["person"].append(work.name)
    return {kind: found for kind, found in wrong.items() if found}, minutes


@pytest.mark.evidence
@pytest.mark.timeout(3600)
def test_a_class_of_two_hundred_has_no_wrong_verdict(tmp_path, record_property):
    wrong, minutes = acted(tmp_path, 200)
    record_property("minutes", round(minutes, 1))
    print(f"200 students, {200 * 11} answers, {minutes:.1f} minutes")
    assert wrong == {}

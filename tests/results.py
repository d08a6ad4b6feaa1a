"""Results as the grader stores them, and a report of them: nothing runs."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from inference_scaling.answers import judge
from inference_scaling.grading import report, tables
from inference_scaling.grading.tables import Course
from inference_scaling.lessons import registry

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2027, 10, 15, 23, 59, tzinfo=BERLIN)
NOW = datetime(2027, 10, 20, 12, tzinfo=BERLIN)
TASKS = [task for task in registry.part("theorem") if not task.bonus]
WORTH = sum(task.points for task in TASKS)
RECEIPT = {"time": "2027-10-20T12:00:00+02:00", "tool": "bubblewrap", "protections": {"no network": True}}
WRONG = {"verdict": judge.NOT_YET, "says": "10 is too small.", "earned": 0, "value": "10"}


def task_result(task, **more):
    usual = {"verdict": judge.RIGHT, "says": "Right.", "earned": task.points, "misconception": None, "value": "11"}
    return {"id": task.id, "of": task.points, "ended": "answered", **usual, **more}


def result(student, entry=None, *, state="graded", notes=(), submitted=None, file=None, **wrong):
    """Return a result of the part Theorem: right, but for the tasks given as T_1 = {…}."""
    wrong = {name.replace("_", "-"): more for name, more in wrong.items()}
    entry = entry or f"{student}_theorem.ipynb"
    its = registry.part("theorem")
    return {
        "student": student,
        "part": "theorem",
        "file": file or f"in/{entry}",
        "entry": entry,
        "submitted": submitted,
        "submission": "digest",
        "specification": "",
        "state": state,
        "notes": list(notes),
        "tasks": [task_result(task, **wrong.get(task.id, {})) for task in its] if state == "graded" else [],
    }


def counted(*results, course=None, own=None, times=None, known=None):
    course = course or Course()
    return [report.counted(r, f"{r['student']}_theorem", course, own or {}, times or {}, known) for r in results]


def roster(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return tables.roster(path)


def written(tmp_path, every, known=None, course=None, others=None, now=NOW):
    out = tmp_path / "out"
    moved = report.write_all(out, every, RECEIPT, known, others or {}, course or Course(zone=BERLIN), now)
    return out, moved


def rows(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))

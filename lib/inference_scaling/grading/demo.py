"""Simulate a course in a folder of its own: hand out, thirty mixed submissions, grade, correct, return.

``python -m inference_scaling.grading.demo [FOLDER]`` from the top folder of the project, or ``make grade-demo``.
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..answers.task import Number, parameters
from ..classroom import release as exercises
from ..lessons import registry

__all__ = ["main", "mixed"]

PART = "theorem"
KEY = "demo-2027"
# Each is put before a task's answer, which it never reaches.
UNWANTED = ("while True: pass", "import os\nos._exit(0)", "kept = []\nwhile True: kept.append(bytearray(1 << 26))")
LIAR = "type('A', (), {'__eq__': lambda a, b: True})()"
COURSE = f"""cohort = "{KEY}"
timezone = "Europe/Berlin"
[late]
grace_minutes = 15
per_day = 0.1
[parts.setup]
due = 2027-10-15T23:59:00
[parts.theorem]
due = 2027-10-29T23:59:00
points = 100
canvas = "Exercises 2 (4711)"
[extensions.s004]
theorem = 2027-11-05T23:59:00
"""
SHEET = "Identifier,Full name,Email address,Last modified (submission),Last modified (grade)"


def mixed(number: int, key: str, root: Path = Path(), part: str = PART) -> Iterator[tuple[str, bytes]]:
    """Yield place and content of submissions as a class hands them in: right, wrong, broken, empty and hostile.

    They come in the forms of nbgrader, Moodle and Canvas, one after the other.

    Parameters
    ----------
    number : int
    key : str
        The cohort of their notebooks.
    """
    solved = exercises.for_cohort(exercises.source(part, root), part, key)
    blank = exercises.released(solved)
    numbers = [task for task in registry.part(part) if isinstance(task.answer_type, Number)]
    for i in range(number):
        notebook = copy.deepcopy(solved)
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
        if i % 3 == 1:
            task = numbers[(i // 3) % len(numbers)]
            misconception = task.misconceptions[i % len(task.misconceptions)]
            answer = float(misconception.wrong_answer(**parameters(task, key)))
            cells[f"{task.id}-answer"].source = f"{task.variable} = {answer!r}"
        elif i % 3 == 2:
            left_out = {task.id for task in registry.part(part)[i % 8 :]}
            for cell in blank.cells:
                if cell.metadata.nbgrader.grade_id.removesuffix("-answer") in left_out:
                    cells[cell.metadata.nbgrader.grade_id].source = cell.source
        if i % 10 == 9:
            task = numbers[0]
            trick = (*UNWANTED, f"{task.variable} = {LIAR}")[(i // 10) % 4]
            cells[f"{task.id}-answer"].source = trick
        content = json.dumps(notebook).encode()
        if i % 15 == 13:
            content = content[: len(content) // 2]
        if i % 30 == 6:
            content = b""
        yield _place(i + 1, part, late=i % 12 == 10), content


def _place(number: int, part: str, late: bool) -> str:
    """Return where a platform puts a student's file: the forms alternate, so that each gets every kind of file."""
    match (number + number // 3) % 3:
        case 0:
            return f"s{number:03d}/{part}/{part}.ipynb"
        case 1:
            return f"Student {number:03d}_{7000 + number}_assignsubmission_file_/{part}.ipynb"
    return f"student{number:03d}_{'LATE_' if late else ''}{500 + number}_{9000 + number}_{part}.ipynb"


def _collect(folder: Path) -> list[str]:
    """Write submissions, roster, course and Moodle's worksheets; return the worksheets' names."""
    sheets = []
    for part, day, class_of in (("setup", 15, 12), ("theorem", 29, 18)):
        sheet = [SHEET]
        for number, (place, content) in enumerate(mixed(class_of, KEY, part=part), start=1):
            path = folder / "submissions" / part / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            # Some come a day later than most.
            when = day + (number % 4 == 0)
            if "assignsubmission" in place:
                said = f"{'Friday' if when == day else 'Saturday'}, {when} October 2027, 11:05 PM"
                sheet.append(f'Participant {7000 + number},Student {number:03d},s{number:03d}@example.org,"{said}",-')
            elif place.startswith("s") and "/" in place:
                (path.parent / "timestamp.txt").write_text(f"2027-10-{when} 21:05:00.123456 UTC")
        sheets.append(f"Grades-Demo-{part} exercises-{day}.csv")
        (folder / sheets[-1]).write_text("\n".join(sheet) + "\n", encoding="utf-8")
    students = (f"s{i:03d},Student {i:03d},s{i:03d}@example.org,{500 + i}" for i in range(1, 20))
    (folder / "roster.csv").write_text("\n".join(("student,name,email,canvas", *students)) + "\n", encoding="utf-8")
    return sheets


def main(folder: Path) -> int:
    """Simulate the course; return the grader's exit code."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")
    print("1. Hand out: student notebooks, a handout and the package, for the cohort and the dates of course.toml")
    exercises.main(["cohort", "--course", str(folder / "course.toml"), "--out", str(folder / "handed-out")])
    print("\n2. Collect: thirty submissions of two parts, in the forms of nbgrader, Moodle and Canvas")
    sheets = _collect(folder)
    print(f"{folder / 'submissions'}\n{folder / 'roster.csv'}")
    grade: list[Any] = ["--roster", "roster.csv", "--course", "course.toml", "--out", "report"]
    grade += ["--submitted", *sheets, "--seconds", 3, "--root", Path().resolve()]
    for number, part in enumerate(("setup", "theorem"), start=3):
        print(f"\n{number}. Grade the part {registry.title(part)}", flush=True)
        _run("grade", Path("submissions") / part, *grade, folder=folder)
    print("\n5. Correct: two students, in report/overrides.csv; grade again: nothing that is unchanged runs twice")
    with (folder / "report" / "overrides.csv").open("a", encoding="utf-8") as file:
        file.write(
            "s014,T-1,2,sent by mail after the file was cut short\ns005,T-2,1,right idea and a slip of the pen\n"
        )
    code = _run("grade", Path("submissions") / "theorem", *grade, folder=folder)
    print((folder / "report" / "changes.csv").read_text(encoding="utf-8").strip())
    print("\n6. Return: points and feedback, in the form of each platform")
    for place in ("moodle", "canvas", "gradebook.csv", "feedback_setup.zip", "feedback_theorem.zip"):
        path = folder / "report" / place
        print("\n".join(map(str, sorted(path.iterdir()) if path.is_dir() else [path])))
    print(f"\nOpen {(folder / 'report' / 'index.html').resolve().as_uri()}")
    return code


def _run(*words: Any, folder: Path) -> int:
    """Print the command and run it as a user does."""
    print("$ inference-scaling " + " ".join(repr(str(w)) if " " in str(w) else str(w) for w in words), flush=True)
    command = [sys.executable, "-m", "inference_scaling.cli", *map(str, words)]
    return subprocess.run(command, check=False, cwd=folder).returncode


if __name__ == "__main__":
    # Code 1 says that somebody has to look at a submission, and here somebody has: some are cut short or empty.
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("_build/grade-demo")) not in (0, 1))

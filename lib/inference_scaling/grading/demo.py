"""A course acted through, in a folder of its own: release, thirty mixed submissions, grading, export.

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

from ..lesson import exercises, tasks
from ..lesson.tasks.form import Number, parameters

__all__ = ["main", "mixed"]

PART = "theorem"
KEY = "demo-2027"
UNWANTED = (
    "while True: pass",
    "import os\nos._exit(0)",
    "answer_T1 = type('A', (), {'__eq__': lambda a, b: True})()",
    "kept = []\nwhile True: kept.append(bytearray(1 << 26))",
)


def mixed(number: int, key: str, root: Path = Path()) -> Iterator[tuple[str, bytes]]:
    """Yield place and content of submissions as a class hands them in: right, wrong, late, broken and hostile.

    Parameters
    ----------
    number : int
    key : str
        The cohort of their notebooks.
    """
    solved = exercises.for_cohort(exercises.source(PART, root), PART, key)
    blank = exercises.released(solved)
    its = [task for task in tasks.part(PART) if isinstance(task.form, Number)]
    for i in range(number):
        notebook = copy.deepcopy(solved)
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
        if i % 3 == 1:
            task = its[(i // 3) % len(its)]
            slip = task.slips[i % len(task.slips)]
            cells[f"{task.id}-answer"].source = f"{task.name} = {float(slip.gives(**parameters(task, key)))!r}"
        elif i % 3 == 2:
            left_out = {task.id for task in tasks.part(PART)[i % 8 :]}
            for cell in blank.cells:
                if cell.metadata.nbgrader.grade_id.removesuffix("-answer") in left_out:
                    cells[cell.metadata.nbgrader.grade_id].source = cell.source
        if i % 10 == 9:
            cells["T-1-answer"].source = UNWANTED[(i // 10) % len(UNWANTED)]
        content = json.dumps(notebook).encode()
        if i % 15 == 13:
            content = content[: len(content) // 2]
        name = f"s{i + 1:03d}"
        places = (f"{name}/{PART}/{PART}.ipynb", f"{name}_{PART}.ipynb", f"name{name}_{i + 1}_77_{PART}.ipynb")
        yield places[i % 3], content


def main(folder: Path) -> int:
    """Act the course through; return the grader's exit code."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    print("1. Hand out: student notebooks and a handout for a cohort")
    exercises.main(["cohort", KEY, "--out", str(folder / "handed-out")])
    print("\n2. Collect: thirty submissions in the forms of nbgrader, flat files and Canvas")
    roster = ["student,canvas"]
    for place, content in mixed(30, KEY):
        path = folder / "submissions" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    roster += [f"s{i:03d},{i}" for i in range(1, 32)]
    (folder / "roster.csv").write_text("\n".join(roster) + "\n", encoding="utf-8")
    (folder / "course.toml").write_text(f'cohort = "{KEY}"\n[parts.{PART}]\npoints = 100\n', encoding="utf-8")
    print(folder / "submissions")
    print("\n3. Grade, twice: the second time nothing is new", flush=True)
    grade: list[Any] = ["grade", folder / "submissions", "--out", folder / "report", "--seconds", 3]
    grade += ["--course", folder / "course.toml", "--roster", folder / "roster.csv"]
    command = [sys.executable, "-m", "inference_scaling.cli", *map(str, grade)]
    subprocess.run(command, check=False)
    code = subprocess.run(command, check=False).returncode
    print("\n4. Return: gradebooks and feedback")
    print("\n".join(str(path) for path in sorted((folder / "report").iterdir()) if path.is_file()))
    return code


if __name__ == "__main__":
    # Code 1 says that somebody has to look at a submission, and here somebody has: two of them are cut short.
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("_build/grade-demo")) not in (0, 1))

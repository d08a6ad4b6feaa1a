"""Our grader beside nbgrader's autograde: the same submissions of one part, on one machine, in one run.

python benchmarks/grading.py           # about four minutes; writes the evidence page
python benchmarks/grading.py --small   # one submission each; prints only
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import evidence
from inference_scaling.classroom import release as exercises
from inference_scaling.grading.demo import PART, mixed

CODE = ["lib/inference_scaling/grading"]
KEY = "bench-2027"
COMMAND = [sys.executable, "-W", "ignore", "-m"]


# nbgrader calls alembic by name.
ENVIRONMENT = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


def _timed(command: list[str], folder: Path, codes: tuple[int, ...] = (0,)) -> float:
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    seconds = time.perf_counter() - begin
    if done.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return seconds


def _whole(number: int) -> list[bytes]:
    """Return solved notebooks: nbgrader stops at broken ones."""
    solved = exercises.for_cohort(exercises.source(PART, evidence.ROOT), PART, KEY)
    return [json.dumps(solved).encode()] * number


def theirs(number: int, folder: Path) -> float:
    """Return submissions a minute with nbgrader; making the assignment is not counted."""
    exercises.course(folder, KEY, evidence.ROOT)
    _timed([*COMMAND, "nbgrader", "generate_assignment", PART], folder)
    for i, content in enumerate(_whole(number)):
        place = folder / "submitted" / f"s{i}" / PART / f"{PART}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    seconds = _timed([*COMMAND, "nbgrader", "autograde", PART, "--create"], folder)
    graded = len(list((folder / "autograded").glob(f"*/{PART}/{PART}.ipynb")))
    if graded != number:
        raise RuntimeError(f"nbgrader graded {graded} of {number} submissions")
    return 60 * number / seconds


def ours(contents: dict[str, bytes], folder: Path, jobs: int) -> float:
    """Return submissions a minute with ours: the whole command, with reports and archives."""
    for place, content in contents.items():
        path = folder / "submitted" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    command = [*COMMAND, "inference_scaling.cli", "grade", str(folder / "submitted"), "--out", str(folder / "report")]
    command += ["--root", str(evidence.ROOT), "--cohort", KEY, "--jobs", str(jobs)]
    # Code 1 says that somebody has to look at a submission: the class of 200 has such.
    return 60 * len(contents) / _timed(command, folder, (0, 1))


def run(small: bool) -> str:
    """Measure both sides and return the page's body."""
    few, many, a_class = (1, 1, 3) if small else (6, 60, 200)
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        usual = theirs(few, folder / "nbgrader")
        same = {f"s{i}_{PART}.ipynb": content for i, content in enumerate(_whole(many))}
        rates = {jobs: ours(same, folder / f"ours{jobs}", jobs) for jobs in (1, 2)}
        mixture = dict(mixed(a_class, KEY, evidence.ROOT))
        begin = time.perf_counter()
        ours(mixture, folder / "class", 2)
        minutes = (time.perf_counter() - begin) / 60
    rows = [f"| nbgrader autograde | {few} | {usual:.1f} | 1 |"]
    rows += [
        f"| inference-scaling grade, jobs {j} | {many} | {rate:.1f} | {rate / usual:.1f} |" for j, rate in rates.items()
    ]
    return "\n".join(
        [
            f"Solved notebooks of the part {PART.capitalize()}, graded by both; the times hold everything that the "
            "commands do, with ours also the sandbox, feedback pages and gradebooks. Read the ratio.",
            "",
            "| command | submissions | a minute | ratio |",
            "| --- | ---: | ---: | ---: |",
            *rows,
            "",
            f"A class of {a_class} in which one in ten answers never ends, ends Python, lies or takes all memory "
            "(limit 10 s for an answer), one in fifteen files is cut short and one in thirty empty: "
            f"{minutes:.1f} minutes with two jobs.",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="one submission each; print only")
    options = parser.parse_args()
    body = run(options.small)
    print(body)
    if not options.small:
        evidence.write("grading.md", "Grading beside nbgrader", CODE, body)
    return 0


if __name__ == "__main__":
    sys.exit(main())

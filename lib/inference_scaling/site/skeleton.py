"""Skeletons for contributors: a lesson, a task or a part of one's own that passes every check, to be filled.

``python -m inference_scaling.site.skeleton lesson PART NAME`` writes ``book/PART/NAME.ipynb``, its line in the table of
contents and its entry in the instructor's guide; ``task PART ID`` writes the specification, the cells of the exercise
notebook and the student notebook. Both put what is new into the last week of the syllabus. ``part NAME LETTER`` writes
a part of an instructor's own into ``exercises/private/``, which Git ignores: a number task, a function task and their
notebook with the solutions. Run from the top folder of the project; `make new-lesson`, `make new-task` and
`make new-part` do.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

from ..classroom.notebook_form import formed
from ..lessons.registry import PARTS, WORKSHOP
from .teaching import guide, syllabus

__all__ = ["SkeletonError", "lesson", "private_part", "task"]

CONTENTS = Path("_toc.yml")
# The planned points of each part stand in a test, so that no change of a task moves them unnoticed.
PLAN = Path("tests/lessons/test_exercises.py")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
POINTS = 2

LESSON = [
    (
        "markdown",
        """# {title}

**After this page you can**

- say what coverage is
- compute it for independent samples

**You need** the [mental model](../setup/mental_model.ipynb).

**Time** 5 minutes · **Runs in** 2 s · **Paths** course""",
    ),
    (
        "markdown",
        "## See it\n\nOne sample is right with probability p = 0.25. Coverage is the chance that one of k is.",
    ),
    (
        "code",
        """from inference_scaling import figures, laws

k = [1, 2, 4, 8]
coverage = laws.coverage(0.25, k)
figures.lines(
    k,
    {{"one problem": coverage}},
    finding="Two samples cover {{two:.4f}}.",
    x_axis="samples k",
    y_axis="coverage",
    two=float(coverage[1]),
)""",
    ),
    (
        "code",
        """from inference_scaling.site.claims import glue

glue("{key}-two", coverage[1])""",
    ),
    (
        "markdown",
        """## Summary

- Coverage is the chance that at least one of k samples is right: of two, [](#{key}-two ".2f").""",
    ),
]

ENTRY = """
[[lesson]]
page = "{page}"
aim = "Students can say what coverage is."
discuss = "Where do you take the best of several tries?"

[lesson.activity]
minutes = 5
bring = "A coin for each student."
happens = "Everybody throws twice. The class counts who has at least one head."
ask = "Why is that more than half of the class?"
"""

SPECIFICATION = """# {id}

{variable} = Task(
    id="{id}",
    kind="N",
    title="At least one of k",
    points={points},
    minutes=5,
    variable="answer_{variable}",
    statement=(
        "One sample is right with probability p = {{p:g}}, and samples are independent. What is the chance that at "
        "least one of {{k}} samples is right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda p, k: 1 - (1 - p) ** k,
    misconceptions=(
        Misconception(
            "failure",
            lambda p, k: (1 - p) ** k,
            "This is the chance that all samples fail. Asked was the chance that at least one is right.",
        ),
        Misconception(
            "one-sample",
            lambda p, k: p,
            "This is the chance of one sample. Asked was the chance that at least one of several is right.",
        ),
    ),
    hints=(
        "How likely is it that all samples fail?",
        "All k samples fail with probability (1 − p)^k, and otherwise at least one is right.",
    ),
    explanation=lambda p, k: f"1 − (1 − p)^k = 1 − {{1 - p:g}}^{{k}} = {{1 - (1 - p) ** k:.4g}}.",
    book={{"p": 0.2, "k": 5}},
    draw=lambda rng: {{"p": float(rng.integers(3, 9)) / 20, "k": int(rng.integers(3, 7))}},
)

"""

ANSWER = """q = given("{id}")  # q.p, q.k
answer_{variable} = (
    ### BEGIN SOLUTION
    # All samples fail with probability (1 - p)^k.
    1 - (1 - q.p) ** q.k
    ### END SOLUTION
)"""

PART = """\"\"\"Tasks of my own. Replace both by yours; `make rehearse` says whether they can be handed out and graded.

A task may ask for a number, a function, a line of mathematics, a design, or what a person marks: `Written`, `Picture`.
\"\"\"

from inference_scaling.answers.task import Function, Misconception, Number, Task

{number}
# {id}


def all_fail(p, n):
    return (1 - p) ** n


{variable} = Task(
    id="{id}",
    kind="F",
    title="All of n fail",
    points={points},
    minutes=5,
    variable="all_fail",
    statement="Write `all_fail(p, n)`: the chance that all of n independent samples fail, each right with chance p.",
    # The calls with which every answer is tried: the ends first, then some that are drawn anew for each cohort.
    answer_type=Function(
        "all_fail(p, n)", lambda rng: [(1.0, 1), (0.0, 3), (float(rng.uniform(0.1, 0.4)), int(rng.integers(2, 9)))]
    ),
    reference=all_fail,
    misconceptions=(
        Misconception("one-sample", lambda p, n: 1 - p, "This is the chance that one sample fails. Asked were all."),
        Misconception("success", lambda p, n: p**n, "This is the chance that all are right. Asked was that all fail."),
    ),
    hints=("How likely is it that one sample fails?", "Samples are independent, so the chances multiply."),
    explanation="One sample fails with probability 1 − p, and n independent ones with (1 − p)^n.",
)

TASKS = ({first}, {variable})
"""

START = """from inference_scaling.classroom import check, given, progress, start

start("{name}", cohort="book", names=globals())"""

FUNCTION_ANSWER = """def all_fail(p, n):
    \"\"\"Return the chance that all of n samples fail.\"\"\"
    ### BEGIN SOLUTION
    return (1 - p) ** n
    ### END SOLUTION"""

# The contributor's notes list the lessons without a thing to touch.
NOTES = Path("CONTRIBUTING.md")
STILL = "## Lessons without a thing to touch\n"


class SkeletonError(ValueError):
    """A skeleton cannot be made; the message says why and what would do."""


def _known_part(part: str) -> None:
    if part not in PARTS:
        raise SkeletonError(f"PART={part}: must be one of {', '.join(PARTS)}")


@contextmanager
def _undone_on_failure(*paths: Path) -> Iterator[None]:
    """Put the files back as they were when something fails: a contributor never has to clean up by hand."""
    before = {path: path.read_bytes() if path.is_file() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is not None:
                path.write_bytes(content)
            else:
                path.unlink(missing_ok=True)
        raise


def _run(root: Path, module: str, *arguments: str) -> None:
    """Run a command of the project in a process of its own, which imports what was just written."""
    command = [sys.executable, "-m", f"inference_scaling.{module}", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SkeletonError(f"{module} {' '.join(arguments)} failed, nothing was changed\n{done.stdout}{done.stderr}")


def _replaced(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1, flags=re.M)
    if count != 1:
        raise SkeletonError(f"{path}: no line is like {pattern!r}, so the skeleton has no place; nothing was changed")
    path.write_text(text, encoding="utf-8")


def _in_last_week(plan: Path, field: str, name: str) -> None:
    """Add a lesson or a task to the last week of the syllabus; its author moves it to the week where it belongs."""
    before, opening, after = plan.read_text(encoding="utf-8").rpartition(f"\n{field} = [")
    listed, closing, rest = after.partition("]")
    if not opening or not closing:
        raise SkeletonError(f"{plan}: no week has a line '{field} = [', so the skeleton has no place")
    plan.write_text(f'{before}{opening}{listed}, "{name}"{closing}{rest}', encoding="utf-8")


def _listed_as_still(notes: Path, page: str) -> None:
    """Add a lesson to those that have nothing to touch, until its author gives it a figure to move."""
    before, heading, after = notes.read_text(encoding="utf-8").partition(STILL)
    listed, below, rest = after.partition("\n\n## ")
    if not heading or not below:
        raise SkeletonError(
            f"{notes}: no section {STILL.strip()!r} with another after it, so the skeleton has no place"
        )
    line = (
        f"- `{page}.ipynb`: a new lesson; give it a figure to move and take this line out, or say here why it has none."
    )
    notes.write_text(f"{before}{heading}{listed}\n{line}{below}{rest}", encoding="utf-8")


def lesson(part: str, name: str, root: Path = Path()) -> list[Path]:
    """Write an executed lesson, its line at the end of its part in the contents, its entry in guide and syllabus.

    Parameters
    ----------
    part : str
        A part of the book, such as "theorem".
    name : str
        Of the file, in small letters, digits and single underscores.
    root : Path
        The top folder of the project.

    Returns
    -------
    list of Path
        The files written or changed.

    Raises
    ------
    SkeletonError
        When the part is unknown, the name malformed or taken.
    """
    _known_part(part)
    if not _NAME.fullmatch(name):
        raise SkeletonError(f"NAME={name}: must be small letters, digits and single '_', as in imperfect_verifier")
    taken = sorted(path for path in (root / "book").glob(f"*/{name}.*") if path.suffix in (".ipynb", ".md"))
    if taken:
        raise SkeletonError(f"NAME={name}: {taken[0].relative_to(root)} exists; take another name")
    path, contents = root / "book" / part / f"{name}.ipynb", root / CONTENTS
    title = name.replace("_", " ").capitalize()
    words = {"title": title, "key": name.replace("_", "-")}
    notebook = nbformat.v4.new_notebook(cells=[_cell(kind, text.format(**words)) for kind, text in LESSON])
    entries, plan, notes = root / guide.FOLDER / f"{part}.toml", root / syllabus.FILE, root / NOTES
    changed = [path, contents, entries, plan, notes]
    with _undone_on_failure(*changed):
        lines = contents.read_text(encoding="utf-8").splitlines()
        last = max(at for at, line in enumerate(lines) if f"- file: book/{part}/" in line)
        lines.insert(last + 1, f"      - file: book/{part}/{name}")
        contents.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with entries.open("a", encoding="utf-8") as file:
            file.write(ENTRY.format(page=f"{part}/{name}"))
        _in_last_week(plan, "lessons", f"{part}/{name}")
        _listed_as_still(notes, f"book/{part}/{name}")
        path.write_text(nbformat.writes(formed(notebook)) + "\n", encoding="utf-8")
        _run(root, "site.notebooks", "tidy", str(path.relative_to(root)))
    return changed


def _cell(kind: str, text: str, **metadata: Any) -> Any:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(text, metadata=metadata)


def _exercise_cell(kind: str, text: str, grade_id: str, **changed: Any) -> Any:
    marks = {
        "grade": False,
        "grade_id": grade_id,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return _cell(kind, text, nbgrader=marks | changed)


def task(part: str, task_id: str, root: Path = Path()) -> list[Path]:
    """Write a number task: its specification, its cells and its student notebook, its points, its week in the syllabus.

    Parameters
    ----------
    part : str
        A part of the book, such as "theorem".
    task_id : str
        The letter of the part's tasks and a new number, such as "T-11".
    root : Path
        The top folder of the project.

    Returns
    -------
    list of Path
        The files changed.

    Raises
    ------
    SkeletonError
        When the part is unknown, or the id malformed, of another part or taken.
    """
    _known_part(part)
    tasks = root / "lib/inference_scaling/lessons" / part / "exercises.py"
    ids = re.findall(r'^    id="([A-Z]-\w+)"', tasks.read_text(encoding="utf-8"), re.M)
    letter, number = ids[0][0], 1 + max(int(one[2:]) for one in ids if one[2:].isdigit())
    if not re.fullmatch(rf"{letter}-[1-9]\d*", task_id):
        raise SkeletonError(f"ID={task_id}: must be {letter}- and a number in the part {part}, as in {letter}-{number}")
    if task_id in ids:
        raise SkeletonError(f"ID={task_id}: exists; the next free one is {letter}-{number}")
    values = {"id": task_id, "variable": task_id.replace("-", ""), "points": POINTS}
    source, released = (root / "exercises" / kind / f"{part}.ipynb" for kind in ("source", "release"))
    plan, weeks = root / PLAN, root / syllabus.FILE
    changed = [tasks, source, released, plan, weeks]
    with _undone_on_failure(*changed):
        _replaced(tasks, r"^# (The b|B)onus$", SPECIFICATION.format(**values) + r"# \1onus")
        _replaced(tasks, r"^(TASKS = shortest_first\(.*), (\w+\))$", rf"\1, {values['variable']}, \2")
        pattern = rf'^(        "{part}": )(\d+)'
        found = re.search(pattern, plan.read_text(encoding="utf-8"), re.M)
        _replaced(plan, pattern, rf"\g<1>{int(found[2]) + POINTS if found else 0}")
        _in_last_week(weeks, "tasks", task_id)
        _write_cells(source, values)
        _run(root, "classroom.release", "statements")
        _run(root, "site.notebooks", "tidy", str(source.relative_to(root)))
        _run(root, "classroom.release", "release")
    return changed


def private_part(name: str, letter: str, root: Path = Path()) -> list[Path]:
    """Write a part of an instructor's own: a number task, a function task, and the notebook with their solutions.

    Parameters
    ----------
    name : str
        Of the part and its files, in small letters, digits and single underscores.
    letter : str
        A capital with which the ids of its tasks begin; one that no task has yet.
    root : Path
        The top folder of the project.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    SkeletonError
        When the name or the letter is malformed or taken.
    """
    if name in PARTS + WORKSHOP:
        raise SkeletonError(f"NAME={name}: is a part of the book; take another name, as in midterm")
    if not _NAME.fullmatch(name):
        raise SkeletonError(f"NAME={name}: must be small letters, digits and single '_', as in midterm")
    if not re.fullmatch("[A-Z]", letter):
        raise SkeletonError(f"LETTER={letter}: must be one capital letter, with which the ids of the tasks begin")
    folder = root / "exercises" / "private"
    module, source = folder / f"{name}.py", folder / f"{name}.ipynb"
    if taken := [path for path in (module, source) if path.exists()]:
        raise SkeletonError(f"NAME={name}: {taken[0].relative_to(root)} exists; take another name")
    if (owner := _letters(root).get(letter)) is not None:
        free = sorted({chr(code) for code in range(ord("A"), ord("Z") + 1)} - {*_letters(root)})
        raise SkeletonError(f"LETTER={letter}: {owner} has it; free are {', '.join(free)}")
    first, second = (
        {"id": f"{letter}-{number}", "variable": f"{letter}{number}", "points": POINTS} for number in (1, 2)
    )
    cells = [
        _exercise_cell("markdown", f"# {name.replace('_', ' ').capitalize()}", "intro"),
        _exercise_cell("code", START.format(name=name), "start"),
        *_task_cells(first["id"], ANSWER.format(**first), f"answer_{first['variable']}"),
        *_task_cells(second["id"], FUNCTION_ANSWER, "all_fail"),
        _exercise_cell("code", f'progress("{name}")', "progress"),
    ]
    with _undone_on_failure(module, source):
        folder.mkdir(exist_ok=True)
        number = SPECIFICATION.format(**first)
        module.write_text(PART.format(number=number, first=first["variable"], **second), encoding="utf-8")
        notebook = formed(nbformat.v4.new_notebook(cells=cells))
        source.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        _run(root, "classroom.release", "statements")
    return [module, source]


def _letters(root: Path) -> dict[str, Path]:
    """Return the letters with which ids of tasks begin, and the file of one that does."""
    places = [*(root / "lib/inference_scaling/lessons").rglob("*.py"), *(root / "exercises/private").glob("*.py")]
    return {
        found[1]: path.relative_to(root)
        for path in sorted(places)
        for found in re.finditer(r'^ +id="([A-Z])-\w+"', path.read_text(encoding="utf-8"), re.M)
    }


def _task_cells(task_id: str, answer: str, name: str) -> list[Any]:
    """Return the cells of a task: statement, solution, check."""
    return [
        _exercise_cell("markdown", f"## {task_id}", f"{task_id}-statement"),
        _exercise_cell("code", answer, f"{task_id}-answer", solution=True, locked=False),
        _exercise_cell("code", f"check({json.dumps(task_id)}, {name}).points", task_id, grade=True, points=POINTS),
    ]


def _write_cells(source: Path, values: dict[str, Any]) -> None:
    notebook = nbformat.read(source, as_version=4)
    end = next(at for at, cell in enumerate(notebook.cells) if cell.id == "end")
    notebook.cells[end:end] = _task_cells(values["id"], ANSWER.format(**values), f"answer_{values['variable']}")
    source.write_text(nbformat.writes(formed(notebook)) + "\n", encoding="utf-8")


KINDS = {"lesson": lesson, "task": task, "part": private_part}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="skeleton", description=__doc__)
    parser.add_argument("kind", choices=tuple(KINDS))
    parser.add_argument("part", help=f"{', '.join(PARTS)}; of a part of your own its name")
    parser.add_argument("name", help="of the lesson's file, the task's id, or the letter of your part's tasks")
    options = parser.parse_args(arguments)
    try:
        for path in KINDS[options.kind](options.part, options.name):
            print(path)
    except SkeletonError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The exercise notebooks: written once with solutions, handed out without, for any cohort.

``python -m inference_scaling.classroom.release statements`` writes the statements of the task modules into the
source notebooks and puts the tasks of a part in order; ``release`` makes the student notebooks of the book
(``--check``: only says whether they differ);
``cohort KEY`` makes those of a cohort, with a handout and the package they need, and ``--course FILE``
takes cohort, parts and dates from a ``course.toml``; ``course DIR`` makes a folder for nbgrader;
``private`` rehearses an instructor's own parts. The book's release never holds a private task.
Run in the project's folder or one below it.
"""

from __future__ import annotations

import argparse
import copy
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat

from .._project import project_root
from ..answers.judge import RIGHT, UNTOUCHED, WAITING
from ..answers.task import BOOK, KINDS, Function, Picture, Task, fill, parameters
from ..lessons import registry
from . import course as courses
from .course import Course, Part
from .notebook_form import METADATA, formed

__all__ = [
    "answers",
    "course",
    "for_cohort",
    "handout",
    "package",
    "release",
    "released",
    "source",
    "validate_part",
    "verdicts",
]

SOURCE = Path("exercises/source")
RELEASE = Path("exercises/release")
CONFIGURATION = Path("exercises/nbgrader_config.py")
STUB = "..."
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_COHORT = re.compile(r'cohort="[^"]*"')
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


class ExerciseError(ValueError):
    """A source notebook is not in the form of an exercise."""


def _id(cell: Any) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def source(part: str, root: Path) -> Any:
    """Return the source notebook of a part, a private one from the folder of private parts.

    Raises
    ------
    ExerciseError
        When there is none.
    """
    path = _place(part, root)
    if not path.is_file():
        raise ExerciseError(f"the part {part!r} has tasks but no notebook {path}")
    return nbformat.read(path, as_version=4)


def _place(part: str, root: Path) -> Path:
    folder = registry.PRIVATE if registry.PRIVATE and part in registry.private_parts() else root / SOURCE
    return folder / registry.notebook(part)


def statement(task: Task, cohort: str = BOOK) -> str:
    """Return the Markdown cell that asks a task."""
    head = f"{KINDS[task.kind]} · {task.points} points · {task.minutes} minutes"
    text = fill(task.statement, parameters(task, cohort))
    return f"## {task.id} · {task.title}\n\n*{head}*\n\n{text}{_where(task)}"


def _where(task: Task) -> str:
    """Say where the answer goes."""
    match task.answer_type:
        case Function():
            return ""
        case Picture():
            return f"\n\nDraw it in the answer's cell, so that it shows below, and store its axes in `{task.variable}`."
    return f"\n\nStore the answer in `{task.variable}`."


def for_cohort(notebook: Any, part: str, cohort: str) -> Any:
    """Return a source notebook with the numbers of a cohort, not executed.

    Raises
    ------
    ExerciseError
        When a task has no statement cell or no graded cell, or the cell that starts the notebook is missing.
    """
    _known(cohort)
    notebook = copy.deepcopy(notebook)
    cells = {_id(cell): cell for cell in notebook.cells}
    for task in registry.part(part):
        if not task.bonus:
            for name in (f"{task.id}-statement", task.id):
                if name not in cells:
                    raise ExerciseError(f"the notebook of {part!r} has no cell {name!r}")
            cells[f"{task.id}-statement"].source = statement(task, cohort)
    if "start" not in cells or not _COHORT.search(cells["start"].source):
        raise ExerciseError(f"the notebook of {part!r} has no cell 'start' with a cohort in it")
    cells["start"].source = _COHORT.sub(f'cohort="{cohort}"', cells["start"].source)
    return _cleared(notebook)


def _handed_out(notebook: Any, part: str, cohort: str) -> Any:
    """Return what students get. A private part brings its names and numbers along: they do not have its tasks."""
    notebook = released(notebook)
    if part in registry.private_parts():
        its_tasks = [task for task in registry.part(part) if not task.bonus]
        remote = {
            t.id: {"variable": t.variable, "points": t.points, "given": dict(parameters(t, cohort))} for t in its_tasks
        }
        cell = next(cell for cell in notebook.cells if _id(cell) == "start")
        cell.source = _COHORT.sub(f'cohort="{cohort}", remote={remote!r}', cell.source)
    return notebook


def _known(cohort: str) -> None:
    if not _KEY.fullmatch(cohort):
        raise ExerciseError(
            f"a cohort is letters, digits, '-', '_' and '.', at most 60 and not beginning with a sign, got {cohort!r}"
        )


def _cleared(notebook: Any) -> Any:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _cut(text: str, where: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if BEGIN in line:
            if inside:
                raise ExerciseError(f"{where}: a solution begins inside a solution")
            inside = True
            lines.append(line[: len(line) - len(line.lstrip())] + STUB)
        elif END in line:
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ExerciseError(f"{where}: a solution begins and does not end")
    return "\n".join(lines)


def released(notebook: Any) -> Any:
    """Return a notebook as students get it: stubs for solutions, no outputs.

    Solutions stand between ``### BEGIN SOLUTION`` and ``### END SOLUTION``, as nbgrader marks them; what comes
    out is what nbgrader makes of it.

    Raises
    ------
    ExerciseError
        For a solution without an end, or outside a cell marked as one.
    """
    notebook = _cleared(copy.deepcopy(notebook))
    for number, cell in enumerate(notebook.cells):
        where = f"cell {number} ({_id(cell) or 'no id'})"
        is_solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        if BEGIN in cell.source and not is_solution:
            raise ExerciseError(f"{where} holds a solution and is not marked as a solution cell")
        if is_solution and BEGIN not in cell.source:
            raise ExerciseError(f"{where} is marked as a solution cell and marks no solution in it")
        cell.source = _cut(cell.source, where)
    return notebook


def answers(notebook: Any) -> Iterator[tuple[str, str]]:
    """Yield id and source of the code cells of a notebook, in order."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield _id(cell), cell.source


def _written(notebook: Any) -> str:
    notebook.metadata = nbformat.from_dict(METADATA)
    return nbformat.writes(formed(notebook)) + "\n"


def _parts(cohort: str) -> tuple[str, ...]:
    return registry.parts() if cohort == BOOK else registry.parts() + registry.private_parts()


def release(cohort: str, root: Path, parts: Sequence[str] | None = None) -> dict[str, str]:
    """Return the student files of a cohort, text by file name: a notebook a part, all unless some are named.

    The book's release is public and has the book's parts; that of a cohort has the private ones too.
    """
    return {
        registry.notebook(part).as_posix(): _written(
            _handed_out(for_cohort(source(part, root), part, cohort), part, cohort)
        )
        for part in _parts(cohort)
        if parts is None or part in parts
    }


def verdicts(notebook: Any, part: str) -> dict[str, str]:
    """Run a notebook's code in one namespace, as a kernel would; return the verdict by task.

    It runs what the notebook holds: only for one's own notebooks, never for a submission.
    """
    names: dict[str, Any] = {}
    ids = {task.id for task in registry.part(part)}
    found = {}
    for cell, code in answers(notebook):
        exec(compile(code, cell, "exec"), names)
        if cell in ids:
            found[cell] = eval(code.removesuffix(".points"), names).verdict
    return found


def validate_part(part: str, cohorts: Sequence[str], root: Path) -> list[str]:
    """Return what is wrong with a part, in sentences: nothing for a part that can be handed out.

    Checked for every cohort until one shows a fault: statements can be written, right and wrong answers lie apart, the
    notebook's solutions are right, or wait for a person, and what is handed out is untouched.
    """
    its_tasks = registry.part(part)
    wrong = [
        f"{task.id}: at least two named misconceptions are needed"
        for task in its_tasks
        if len(task.misconceptions) < 2 and not task.for_a_person
    ]
    for cohort in cohorts:
        try:
            solved = for_cohort(source(part, root), part, cohort)
            blank = released(solved)
        except (ExerciseError, ValueError, KeyError) as error:
            return [*wrong, f"cohort {cohort}: {error}"]
        for notebook, solution, what in ((solved, True, "the solution"), (blank, False, "the stub")):
            found = verdicts(notebook, part)
            for task in its_tasks:
                expected = UNTOUCHED if not solution else WAITING if task.for_a_person else RIGHT
                if not task.bonus and found.get(task.id) != expected:
                    is_now = found.get(task.id, "not checked")
                    wrong.append(f"{task.id}: {what} is {is_now!r}, not {expected!r}, in cohort {cohort}")
        if wrong:
            break
    return wrong


def handout(cohort: str, course: Course | None = None, package: str = "") -> str:
    """Return a cohort's one page: what to install, what to do and when, how it answers, how to hand in.

    Parameters
    ----------
    cohort : str
    course : Course, optional
        Its parts, due dates and points; where it says nothing of a part the tasks' own points count.
    package : str, optional
        The file of the package that is handed out with the notebooks.
    """
    course = replace(course or Course(), cohort=cohort)
    parts = [(part, [task for task in registry.part(part) if not task.bonus]) for part in _given_out(course)]
    lines = [
        f"# Exercises, cohort {course.cohort}",
        "",
        *_beginning(package or "inference-scaling"),
        "## How it works",
        "",
        "Open a notebook, run its cells from the top, and put your answers in place of the `...`. The cell below each "
        "answer replies at once; wrong answers bring a hint, then a second one. Nothing is sent anywhere. Take the "
        "numbers from `given(…)` instead of typing them: your work may be run again with other numbers.",
        "",
        "A part's tasks go from short to long. A task's number is its name, not its place: T-6 comes before T-3.",
        "",
        "## How to hand in",
        "",
        "Save the notebook and hand in that one file, where your course collects work. Keep its name, and do not "
        "delete cells; you may add some. What is not finished does not hurt the rest. If you hand in twice, the later "
        "counts.",
        "",
        *_handing_in(course),
        "| part | due | points | minutes |",
        "|---|---|---:|---:|",
    ]
    for part, its in parts:
        due = course.parts.get(part, Part()).due
        when = f"{due:%a} {due.day} {due:%b %Y, %H:%M %Z}" if due else ""
        minutes = sum(task.minutes for task in its)
        lines.append(f"| {registry.title(part)} | {when} | {course.points_of(part):g} | {minutes} |")
    lines += ["", *_late(course)]
    for part, its in parts:
        counted = course.counted(part)
        worth = sum(task.points for task in its if task.id in counted)
        scaled = f", counted as {course.points_of(part):g}" if course.points_of(part) != worth else ""
        lines += ["", f"## {registry.title(part)}: {worth} points{scaled}", ""]
        lines += ["| task | kind | points | minutes |", "|---|---|---:|---:|"]
        lines += [
            f"| {t.id} {t.title} | {KINDS[t.kind]} | {t.points if t.id in counted else 'practice'} | {t.minutes} |"
            for t in its
        ]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _beginning(package: str) -> list[str]:
    """Say in three lines each how to open the notebooks: with JupyterLab, in VS Code, in Colab."""
    ways = {
        "On your own machine": (
            "Install Python 3.11 or newer. On Windows write `py` for `python`.",
            f"In this folder, once: `python -m pip install jupyterlab {package}`",
            "`python -m jupyterlab` opens the folder; open a notebook there.",
        ),
        "In VS Code": (
            "Install Python 3.11 or newer, and in VS Code the extensions Python and Jupyter; open this folder.",
            f"In its terminal, once: `python -m pip install ipykernel {package}`",
            "Open a notebook and choose that Python as its kernel.",
        ),
        "In Colab": (
            "File, Upload notebook; then the folder sign on the left, and upload the package into the session as well.",
            f"In a new cell at the top run `%pip install {package}`, each time Colab starts anew.",
            "To hand in: File, Download, Download .ipynb. A link or a PDF is no notebook.",
        ),
    }
    lines = []
    for where, steps in ways.items():
        lines += [f"## {where}", "", *(f"{number}. {step}" for number, step in enumerate(steps, start=1)), ""]
    return lines


def _handing_in(course: Course) -> list[str]:
    """Say of each part how many files may be handed in and with whom, where the course has a rule of its own."""
    rules = []
    for name in _given_out(course):
        part = course.parts.get(name, Part())
        said = []
        if part.groups:
            said.append("one file for your group")
        if part.attempts:
            said.append(f"{part.attempts} files at most")
        if part.best:
            said.append("the best counts")
        if said:
            rules.append(f"{registry.title(name)}: {', '.join(said)}.")
    return [" ".join(rules), ""] if rules else []


def _late(course: Course) -> list[str]:
    """Say the late rule, where there is one and a due date."""
    rule = course.late
    if not rule.per_day or not any(course.parts.get(part, Part()).due for part in _given_out(course)):
        return []
    grace = f" after {rule.grace_minutes:g} minutes of grace" if rule.grace_minutes else ""
    most = f", at most {rule.at_most:.0%}" if rule.at_most < 1 else ""
    return [f"Late work loses {rule.per_day:.0%} of its points for each day begun{grace}{most}."]


def _given_out(course: Course) -> tuple[str, ...]:
    """Return the parts of a course; those of the book's release are the book's."""
    return tuple(part for part in course.handed_out() if part in _parts(course.cohort))


def package(folder: Path, root: Path) -> str:
    """Build the package that the notebooks need into a folder; return the file's name.

    Raises
    ------
    ExerciseError
        When it cannot be built.
    """
    for old in folder.glob("inference_scaling-*.whl"):
        old.unlink()
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(root.resolve())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    built = sorted(folder.glob("inference_scaling-*.whl"))
    if done.returncode or not built:
        raise ExerciseError(f"the package cannot be built: {done.stderr.strip()[-400:]}")
    return built[-1].name


def course(folder: Path, cohort: str, root: Path) -> None:
    """Write a course folder as nbgrader wants it: its configuration, and one assignment a part.

    Raises
    ------
    ExerciseError
        When the folder exists and is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExerciseError(f"{folder} is not empty; a course begins in a new folder")
    for part in _parts(cohort):
        target = folder / "source" / part
        target.mkdir(parents=True)
        (target / f"{part}.ipynb").write_text(_written(for_cohort(source(part, root), part, cohort)), encoding="utf-8")
    shutil.copyfile(root / CONFIGURATION, folder / "nbgrader_config.py")


def _in_order(cells: Sequence[Any], part: str) -> list[Any]:
    """Return a part's cells with those of its tasks, from statement to check, in the order of its tasks."""
    place = {_id(cell): at for at, cell in enumerate(cells)}
    names = [task.id for task in registry.part(part) if not task.bonus]
    groups = {name: range(place[f"{name}-statement"], place[name] + 1) for name in names}
    coming = iter(names)
    ordered: list[Any] = []
    for at, cell in enumerate(cells):
        inside = next((group for group in groups.values() if at in group), None)
        if inside is None:
            ordered.append(cell)
        elif at == inside.start:
            ordered += [cells[of_next] for of_next in groups[next(coming)]]
    return ordered


def _statements(root: Path) -> list[Path]:
    """Bring the statements in the source notebooks, and the order of the five parts' tasks, up to date; return the
    notebooks that changed.
    """
    changed = []
    for part in registry.parts() + registry.private_parts():
        path = _place(part, root)
        notebook = source(part, root)
        wanted = {_id(cell): cell.source for cell in for_cohort(notebook, part, BOOK).cells if _id(cell)}
        stale = [cell for cell in notebook.cells if _id(cell) and cell.source != wanted[_id(cell)]]
        for cell in stale:
            cell.source = wanted[_id(cell)]
        # The workshop's notebooks and private ones keep their authors' order: later cells may use earlier ones.
        ordered = _in_order(notebook.cells, part) if part in registry.PARTS else notebook.cells
        if stale or [_id(cell) for cell in ordered] != [_id(cell) for cell in notebook.cells]:
            notebook.cells = ordered
            path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
            changed.append(path)
    return changed


def _write(files: dict[str, str], folder: Path) -> list[Path]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _hand_out(options: argparse.Namespace, root: Path) -> list[Path]:
    """Write notebooks, package, handout, and all of it as one archive; return their places."""
    course = courses.load(options.course) if options.course else Course()
    if options.course is None and not options.key:
        raise ExerciseError("say which cohort: a key, or a course by --course FILE")
    if options.course and options.key not in (None, course.cohort):
        raise ExerciseError(f"{options.course} is of the cohort {course.cohort!r}, asked is {options.key!r}")
    course = replace(course, cohort=options.key or course.cohort)
    _known(course.cohort)
    folder = options.out or root / RELEASE / course.cohort
    files = release(course.cohort, root, parts=_given_out(course))
    folder.mkdir(parents=True, exist_ok=True)
    wheel = package(folder, root) if (root / "pyproject.toml").is_file() else ""
    written = _write({**files, "handout.md": handout(course.cohort, course, wheel)}, folder)
    written += [folder / wheel] if wheel else []
    with zipfile.ZipFile(folder / f"{course.cohort}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in written:
            archive.write(path, f"{course.cohort}/{path.relative_to(folder).as_posix()}")
    return [*written, folder / f"{course.cohort}.zip"]


def rehearse(cohorts: int, root: Path) -> int:
    """Try the solutions of an instructor's own parts in so many cohorts; say what was found, return 1 for a fault."""
    parts = registry.private_parts()
    if not parts:
        print(f"there is no private part: none in {registry.PRIVATE or 'an installed package'}")
    wrong = []
    for part in parts:
        found = validate_part(part, [BOOK, *(f"rehearsal-{number}" for number in range(1, cohorts))], root)
        graded = [task for task in registry.part(part) if not task.bonus]
        state = "\n  ".join(found) if found else f"right in {cohorts} cohorts"
        print(f"{part}: {len(graded)} tasks, {sum(task.points for task in graded)} points: {state}")
        wrong += found
    return 1 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="exercises", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("statements", help="write the task modules' statements into the source notebooks, in order")
    of_release = commands.add_parser("release", help="write the student notebooks of the book")
    of_release.add_argument("--check", action="store_true", help="write nothing; fail when they differ")
    of_cohort = commands.add_parser("cohort", help="write the student notebooks of a cohort, and a handout")
    of_cohort.add_argument("key", nargs="?", help="the cohort; the course's unless given")
    of_cohort.add_argument("--course", type=Path, metavar="FILE", help="course.toml: cohort, parts, dates, points")
    of_cohort.add_argument("--out", type=Path, help="folder, exercises/release/KEY unless given")
    of_private = commands.add_parser("private", help="rehearse the parts in exercises/private/")
    of_private.add_argument("--cohorts", type=int, default=20, help="how many cohorts, 20 unless given")
    of_course = commands.add_parser("course", help="write a course folder for nbgrader")
    of_course.add_argument("folder", type=Path)
    of_course.add_argument("--cohort", default=BOOK)
    options = parser.parse_args(arguments)
    try:
        return _run(options, project_root(Path.cwd()))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1


def _shown(paths: Sequence[Path], root: Path) -> list[str]:
    return [str(path.relative_to(root) if path.is_relative_to(root) else path) for path in paths]


def _run(options: argparse.Namespace, root: Path) -> int:
    if options.command == "statements":
        changed = _shown(_statements(root), root)
        print("\n".join(f"{path}: rewritten; execute it again" for path in changed) or "statements are current")
    elif options.command == "release" and options.check:
        files = release(BOOK, root)
        old = [
            name
            for name, text in files.items()
            if not (root / RELEASE / name).is_file() or (root / RELEASE / name).read_text(encoding="utf-8") != text
        ]
        print(
            f"differ from their source: {', '.join(old)}; run `release`"
            if old
            else f"{len(files)} releases are current"
        )
        return 1 if old else 0
    elif options.command == "release":
        print("\n".join(_shown(_write(release(BOOK, root), root / RELEASE), root)))
    elif options.command == "cohort":
        print("\n".join(_shown(_hand_out(options, root), root)))
    elif options.command == "private":
        return rehearse(options.cohorts, root)
    else:
        course(options.folder, options.cohort, root)
        print(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

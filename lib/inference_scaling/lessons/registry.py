"""The exercises of the book: each part's folder has a module `exercises` with a tuple `TASKS` of specifications.

A module `questions` with a tuple `QUESTIONS` may stand beside it: short number tasks that a lesson asks in its text.
They are checked as tasks are, but carry no points, are in no student notebook, and no grade counts them.
The workshop's notebooks are parts too, each with a module of its own in `lessons/workshop/`.

An instructor's own parts lie in the project's `exercises/private/`, in the same form: `NAME.py` with `TASKS`
and `NAME.ipynb` with the solutions. Git ignores that folder.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

from .._project import checkout
from ..answers.task import Task

__all__ = [
    "PARTS",
    "PRIVATE",
    "WORKSHOP",
    "file",
    "find",
    "notebook",
    "package",
    "part",
    "part_of",
    "parts",
    "private_parts",
    "questions",
    "title",
]

PARTS = ("setup", "theorem", "phenomena", "confusions", "laboratory", "reliability", "remedies")
# In the order in which they are built: each uses what the one before has made.
WORKSHOP = tuple(
    f"workshop_{name}" for name in ("sampling", "votes", "counting", "verifiers", "search", "spending", "capstone")
)
_CHECKOUT = checkout()
PRIVATE = _CHECKOUT / "exercises" / "private" if _CHECKOUT else None


def _module(part: str) -> str:
    return f"{__package__}.workshop.{_in_workshop(part)}" if part in WORKSHOP else f"{__package__}.{part}.exercises"


def package(part: str) -> str:
    """Return the name of the package in which a part's tasks are written."""
    return _module(part).rpartition(".")[0]


def _in_workshop(part: str) -> str:
    return part.removeprefix("workshop_")


def notebook(part: str) -> Path:
    """Return where a part's notebook lies below the folder of sources or of releases.

    Examples
    --------
    >>> notebook("theorem").as_posix(), notebook("workshop_votes").as_posix()
    ('theorem.ipynb', 'workshop/votes.ipynb')
    """
    return Path("workshop", f"{_in_workshop(part)}.ipynb") if part in WORKSHOP else Path(f"{part}.ipynb")


def title(part: str) -> str:
    """Return what a part is called where people read.

    Examples
    --------
    >>> title("theorem"), title("workshop_votes")
    ('Theorem', 'Workshop: votes')
    """
    return f"Workshop: {_in_workshop(part)}" if part in WORKSHOP else part.capitalize()


def parts() -> tuple[str, ...]:
    """Return the book's parts whose tasks are written, in reading order, then the workshop's."""
    return tuple(name for name in PARTS + WORKSHOP if find_spec(_module(name)) is not None)


def private_parts() -> tuple[str, ...]:
    """Return the names of the instructor's own parts, in alphabetical order; none where the package is installed
    without the project or the folder is absent.

    Raises
    ------
    ValueError
        For a file named as a part of the book.
    """
    if PRIVATE is None:
        return ()
    names = tuple(sorted(path.stem for path in PRIVATE.glob("*.py") if not path.stem.startswith("_")))
    for name in names:
        if name in PARTS + WORKSHOP or not name.isidentifier():
            raise ValueError(
                f"{PRIVATE / name}.py: name a private part by letters, digits and '_', and not as a part of the book"
            )
    return names


@cache
def _private(path: Path) -> tuple[Task, ...]:
    spec = spec_from_file_location(f"{__name__}.private_{path.stem}", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    its_tasks = getattr(module, "TASKS", None)
    if not isinstance(its_tasks, tuple) or not its_tasks or not all(isinstance(task, Task) for task in its_tasks):
        raise ValueError(f"{path}: TASKS must be a tuple of at least one Task")
    for task in its_tasks:
        if task.id in _index(parts()):
            raise ValueError(f"{path}: the book has a task {task.id} already; give this one another id")
    return its_tasks


def part(name: str) -> tuple[Task, ...]:
    """Return the tasks of a part of the book or of a private one, the bonus task last.

    Raises
    ------
    ValueError
        For a name that is not a part with tasks.
    """
    if name in parts():
        return import_module(_module(name)).TASKS
    own = private_parts()
    if name in own:
        return _private(PRIVATE / f"{name}.py")
    raise ValueError(f"there is no part {name!r} with tasks; there are {', '.join(parts() + own)}")


def questions(name: str) -> tuple[Task, ...]:
    """Return the questions that the lessons of a part of the book ask in their text; none where the part has none."""
    module = f"{__package__}.{name}.questions"
    return import_module(module).QUESTIONS if name in PARTS and find_spec(module) is not None else ()


def file(name: str) -> Path:
    """Return the file in which the tasks of a part of the book or of a private one are written."""
    return PRIVATE / f"{name}.py" if name in private_parts() else Path(find_spec(_module(name)).origin)


@cache
def _index(names: tuple[str, ...]) -> dict[str, tuple[str, Task]]:
    index: dict[str, tuple[str, Task]] = {}
    for name in names:
        for task in (*part(name), *questions(name)):
            if task.id in index:
                raise ValueError(f"two tasks are called {task.id}: one in {index[task.id][0]!r}, one in {name!r}")
            index[task.id] = (name, task)
    return index


def _found(task_id: str) -> tuple[str, Task]:
    # The book's own tasks are looked up first, so that a mistake in a private part does not stop them.
    book = _index(parts())
    if isinstance(task_id, str) and task_id in book:
        return book[task_id]
    index = _index(parts() + private_parts())
    if not isinstance(task_id, str) or task_id not in index:
        shown = repr(task_id) if isinstance(task_id, str) else type(task_id).__name__
        raise ValueError(f"there is no task {shown}; there are {', '.join(index)}")
    return index[task_id]


def find(task_id: str) -> Task:
    """Return a task by its id.

    Raises
    ------
    ValueError
        For an unknown id (the message lists the known ones), or an id that two tasks have.
    """
    return _found(task_id)[1]


def part_of(task_id: str) -> str:
    """Return the part to which a task belongs."""
    return _found(task_id)[0]

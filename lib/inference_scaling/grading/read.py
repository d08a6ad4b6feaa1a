"""Submissions: which files there are, whose they are, and the answers in them. Nothing here runs any of it.

The reader is tolerant, because the answers count and not the form: it needs JSON with cells in it and nothing
else. What it cannot read it says in a sentence, as `Unreadable`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

__all__ = ["Answer", "Clean", "Found", "Reading", "Unreadable", "find", "read", "settled"]

MOST_BYTES = 64 << 20
# Each takes some sixty bytes when it is read, whatever the file holds.
MOST_BRACKETS = 5_000_000
MOST_CELLS = 2_000
MOST_SOURCE = 100_000
MOST_CODE = 2_000_000
# In one folder, and how deep: a student's archive may hold anything.
MOST_FILES = 100
DEEPEST = 12
HOUSEKEEPING = ("start", "progress", "bonus")


class Unreadable(ValueError):
    """A submission that holds no notebook; the message says what it is instead."""


@dataclass(frozen=True)
class Found:
    """One file to grade.

    Attributes
    ----------
    student : str
        The identifier in the file's place or name, or what the roster makes of it.
    part : str or None
        None where neither name nor content says it.
    path : Path
    entry : str
        Name of the top-level file or folder under which it was handed in: platforms recognise it.
    submitted : str or None
        Text of nbgrader's `timestamp.txt`.
    also : tuple of str
        Other words for the student that the name holds: the platform's name beside its number.
    """

    student: str
    part: str | None
    path: Path
    entry: str
    submitted: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clean:
    """The graded notebook of a part, as far as reading needs it.

    `stubs` maps the task to the source of its released answer cell, `names` to the name asked for; `start` is the
    code that precedes every answer; `own` holds the released source of every other cell, by its id.
    """

    part: str
    stubs: Mapping[str, str]
    names: Mapping[str, str]
    start: tuple[str, ...]
    own: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """The code of one answer, and the student's cells before it, in order."""

    code: str
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Answers by task (a task without a cell is missing), and what was odd, in sentences."""

    answers: Mapping[str, Answer]
    notes: tuple[str, ...]


# Files


def find(folder: Path, parts: Sequence[str], part: str | None = None) -> tuple[list[Found], dict[str, str]]:
    """Return the submissions in a folder, and for everything else in it why it is none.

    A notebook belongs to the student whose folder it is in (nbgrader's ``STUDENT/PART/NOTEBOOK.ipynb``, and the
    folders that Moodle makes), or in whose name the file begins (``STUDENT_PART.ipynb``, and the files that
    Moodle and Canvas make). Links are not followed. A part may be there twice: see `settled`.

    Parameters
    ----------
    folder : Path
    parts : sequence of str
        The parts that can be graded.
    part : str, optional
        The part of every file; without it, the name of file or folder says it, or `settled` looks inside.

    Raises
    ------
    ValueError
        When the folder is none.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder with submissions")
    found: list[Found] = []
    others: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.name.startswith(".") or entry.name.startswith("__MACOSX"):
            continue
        name = shown(entry.name)
        if entry.is_dir() and not entry.is_symlink():
            inside = list(islice(_notebooks(entry), MOST_FILES + 1))
            if len(inside) > MOST_FILES:
                others[f"{name}, more files"] = f"only {MOST_FILES} notebooks of a folder are looked at"
            for path in inside[:MOST_FILES]:
                found.append(_in_folder(entry, path, parts, part))
            if not inside:
                found.append(Found(_student(name, parts), part or _part(name, parts), entry, name, also=_also(name)))
        elif entry.suffix.lower() == ".ipynb":
            stem = shown(entry.stem)
            found.append(Found(_student(stem, parts), part or _part(stem, parts), entry, name, also=_also(stem)))
        else:
            others[name] = "not a notebook"
    return found, others


def shown(name: str) -> str:
    """Return a file name as text that can be written anywhere: bytes that are no UTF-8 become ``\\xff``.

    Letters with accents come in one form, whatever form the student's machine gives them.
    """
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


def _notebooks(folder: Path) -> Iterable[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        if len(Path(place).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        yield from (Path(place) / name for name in sorted(names) if name.lower().endswith(".ipynb") and name[0] != ".")


def _in_folder(entry: Path, path: Path, parts: Sequence[str], part: str | None) -> Found:
    said = part or next(
        (known for name in (path.stem, *map(str, path.parent.parts[::-1])) if (known := _part(name, parts))), None
    )
    stamp = path.parent / "timestamp.txt"
    submitted = None
    with contextlib.suppress(OSError):
        if stamp.is_file() and not stamp.is_symlink() and stamp.stat().st_size < 100:
            submitted = stamp.read_text(encoding="utf-8", errors="replace").strip()
    name = shown(entry.name)
    return Found(_student(name, parts), said, path, name, submitted, _also(name))


def _part(name: str, parts: Sequence[str]) -> str | None:
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((part for part in parts if part.lower() in words), None)


# What Moodle and Canvas add to a student's identifier or name.
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+?(_.*)?$")
_CANVAS = re.compile(r"^(?P<name>[^\W_]+)_(?:LATE_)?(?P<id>\d+)_\d+_.*$")


def _student(name: str, parts: Sequence[str]) -> str:
    """Return the student's identifier in a name.

    Examples
    --------
    >>> [_student(n, ["theorem"]) for n in ("s01_theorem", "Ada L_77_assignsubmission_file_", "adal_77_5_theorem-1")]
    ['s01', '77', '77']
    """
    whole = name = re.sub(r"(?i)\.ipynb$", "", name)
    for platform in (_MOODLE, _CANVAS):
        if match := platform.match(name):
            return match["id"]
    for part in parts:
        name = re.sub(rf"(?i)[ _.-]+{re.escape(part)}([ _.-]*\(?\d*\)?)?$", "", name)
    return name.strip() or whole


def _also(name: str) -> tuple[str, ...]:
    match = _MOODLE.match(name) or _CANVAS.match(name)
    return (match["name"],) if match else ()


def settled(found: Sequence[Found], folder: Path, cleans: Mapping[str, Clean]) -> tuple[list[Found], dict[str, str]]:
    """Return one submission for each student and part, and for every other why it is not graded.

    The roster comes before this: two identifiers may be one student. Where the name does not say the part, the
    cells do. Of several files for one part the last counts, by time and then by name; but one in which no answer is
    found replaces none in which there is one.

    Parameters
    ----------
    found : sequence of Found
    folder : Path
        The one in which they were found.
    cleans : mapping
        The notebooks of all parts.
    """
    groups: dict[tuple[str, str | None], list[Found]] = {}
    for one in found:
        part = one.part or _part_inside(one.path, cleans)
        groups.setdefault((one.student, part), []).append(replace(one, part=part))
    kept, others = [], {}
    for (_, part), group in groups.items():
        clean = cleans.get(part or "")
        *before, last = sorted(
            group,
            key=lambda one: (len(group) > 1 and _holds(one.path, clean), os.lstat(one.path).st_mtime_ns, one.path),
        )
        kept.append(last)
        for one in before:
            others[_within(one.path, folder)] = f"replaced by {_within(last.path, folder)}"
    return sorted(kept, key=lambda one: (one.student, one.part or "")), others


def _within(path: Path, folder: Path) -> str:
    return shown(str(path.relative_to(folder)))


def _part_inside(path: Path, cleans: Mapping[str, Clean]) -> str | None:
    try:
        return part_of(content(path), cleans)
    except Unreadable:
        return None


def _holds(path: Path, clean: Clean | None) -> bool:
    try:
        return clean is not None and bool(read(content(path), clean).answers)
    except Unreadable:
        return False


# Notebooks


def content(path: Path) -> bytes:
    """Return a submission's bytes.

    Raises
    ------
    Unreadable
        For a link, a folder, a device, a file that may not be read, is empty or is too large.
    """
    try:
        about = os.lstat(path)
        if stat.S_ISLNK(about.st_mode):
            raise Unreadable("This is a symbolic link. Links are not followed: hand in the notebook itself.")
        if stat.S_ISDIR(about.st_mode):
            raise Unreadable("There is no notebook in this folder.")
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("This is not an ordinary file.")
        if about.st_size > MOST_BYTES:
            raise Unreadable(
                f"The notebook has {about.st_size / 2**20:.0f} MB, at most {MOST_BYTES >> 20} are read. "
                "Clear its outputs and hand it in again."
            )
        # It may have become another one by now: a link is not followed, and a pipe not waited for.
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror}.") from None
    if not data.strip():
        raise Unreadable("The file is empty.")
    return data


def fingerprint(path: Path) -> str:
    """Return a digest of a submission, also of one that cannot be read."""
    try:
        return hashlib.sha256(content(path)).hexdigest()
    except Unreadable as error:
        return hashlib.sha256(str(error).encode()).hexdigest()


@dataclass(frozen=True)
class _Cell:
    id: str
    code: str


def _cells(data: bytes) -> tuple[list[_Cell], list[str]]:
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise Unreadable(f"The file has more than {MOST_BRACKETS:,} brackets: it is no notebook that can be read.")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("The file is not text: it is no notebook, whatever its name says.") from None
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"The notebook is not valid JSON{where}. Save it again in JupyterLab.") from None
    if not isinstance(notebook, dict):
        raise Unreadable("The file is JSON and no notebook.")
    sheets = notebook.get("worksheets")
    raw = notebook.get("cells")
    if raw is None and isinstance(sheets, list):
        raw = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]
    if not isinstance(raw, list):
        raise Unreadable("The file is JSON and has no cells: it is no notebook.")
    notes = [] if notebook.get("nbformat") == 4 else ["The notebook's format is not version 4; its cells were read."]
    if len(raw) > MOST_CELLS:
        notes.append(f"The notebook has {len(raw)} cells; the first {MOST_CELLS} were read.")
    cells = []
    length = 0
    for number, cell in enumerate(raw[:MOST_CELLS], start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = cell.get("source", cell.get("input", ""))
        code = "".join(line for line in code if isinstance(line, str)) if isinstance(code, list) else code
        if not isinstance(code, str):
            notes.append(f"Cell {number} holds no text and was left out.")
        elif len(code) > MOST_SOURCE:
            notes.append(f"Cell {number} has {len(code):,} characters and was left out; at most {MOST_SOURCE:,}.")
        elif length + len(code) > MOST_CODE:
            notes.append(
                f"From cell {number} on nothing was read: there are more than {MOST_CODE:,} characters of code."
            )
            break
        else:
            length += len(code)
            cells.append(_Cell(_cell_id(cell), _without_magic(code)))
    return cells, notes


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _cell_id(cell: Mapping[str, Any]) -> str:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    mark = marks.get("grade_id") if isinstance(marks, dict) else None
    return next((name for name in (mark, cell.get("id")) if isinstance(name, str)), "")


def _without_magic(code: str) -> str:
    """Leave out the lines that only a notebook understands, such as ``%matplotlib inline`` and ``!pip``."""
    return re.sub(r"(?m)^(%%?[A-Za-z]|!|\?).*$", "pass", code)


def _defines(code: str, name: str) -> bool:
    """Whether code seems to define a name at its top level. Only a look: the text is not parsed, because a text
    can be made to break the parser."""
    return re.search(rf"(?m)^(?:(?:async\s+)?def\s+|class\s+)?{re.escape(name)}\s*(?:[(:,]|=(?!=))", code) is not None


def part_of(data: bytes, cleans: Mapping[str, Clean]) -> str | None:
    """Return the part of which a notebook holds the most answer cells, None if it holds none of any."""
    try:
        ids = {cell.id for cell in _cells(data)[0]}
    except Unreadable:
        return None
    shared = {part: sum(f"{task}-answer" in ids for task in clean.stubs) for part, clean in cleans.items()}
    best = max(shared, key=shared.get, default=None)
    return best if best and shared[best] else None


def read(data: bytes, clean: Clean) -> Reading:
    """Return the answers in a notebook's text.

    An answer is the changed cell that carries the task's mark; of several the last. Without a mark, or where the
    marked cell is as it was handed out, it is the last cell of the student's that defines the name asked for.
    Everything else in the notebook is only what an answer may build on.

    Raises
    ------
    Unreadable
        When it is no notebook.
    """
    cells, notes = _cells(data)
    ours = {f"{task}-answer": task for task in clean.stubs}
    checks = {*clean.stubs, *HOUSEKEEPING}
    student = [
        (place, cell)
        for place, cell in enumerate(cells)
        if cell.id not in checks
        and cell.code.strip()
        and (cell.id in ours or not _same(cell.code, clean.own.get(cell.id)))
    ]
    for cell in cells:
        if cell.id in clean.stubs and not _same(cell.code, clean.own.get(cell.id)):
            notes.append(f"The check cell of {cell.id} was changed. Your answer was graded with the original check.")
    answers = {}
    for task, stub in clean.stubs.items():
        marked = [(place, cell) for place, cell in student if cell.id == f"{task}-answer"]
        changed = [(place, cell) for place, cell in marked if not _same(cell.code, stub)]
        if len(changed) > 1:
            notes.append(f"{task} has {len(changed)} answer cells. The last one was graded.")
        elif not changed:
            # A cell of another task is not taken for this one's: it may use the name on its way.
            changed = [(p, c) for p, c in student if c.id not in ours and _defines(c.code, clean.names[task])]
            if changed:
                notes.append(f"{task} was answered outside its own cell. The answer was graded from there.")
        chosen = changed or marked
        if not chosen:
            notes.append(f"{task} has no answer cell.")
            continue
        place, cell = chosen[-1]
        before = tuple(
            other.code
            for at, other in student
            if at < place and not (other.id in ours and _same(other.code, clean.stubs[ours[other.id]]))
        )
        answers[task] = Answer(cell.code, before)
    return Reading(answers, tuple(notes))


def _same(code: str, other: str | None) -> bool:
    return other is not None and code.split() == other.split()

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

__all__ = [
    "Answer",
    "Reading",
    "ReleasedNotebook",
    "Submission",
    "Unreadable",
    "extract_answers",
    "find",
    "latest_per_student",
]

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
# As Moodle's grading worksheet calls a student.
PARTICIPANT = "Participant"


class Unreadable(ValueError):
    """A submission that holds no notebook; the message says what it is instead."""


@dataclass(frozen=True)
class Submission:
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
    platform : {"moodle", "canvas", None}
        Whose form the name has.
    number : str
        The platform's number in the name. Canvas's is the student's; Moodle's is another one in each assignment.
    doubts : tuple of str
        What a person has to decide about this file, in sentences.
    """

    student: str
    part: str | None
    path: Path
    entry: str
    submitted: str | None = None
    also: tuple[str, ...] = ()
    platform: str | None = None
    number: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleasedNotebook:
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
    """Answers by task (a task without a cell is missing), and what was unusual, in sentences.

    `begun` are the tasks whose answer is another one than the stub, `assigned` those whose name gets a value anywhere
    in the notebook.
    """

    answers: Mapping[str, Answer]
    notes: tuple[str, ...]
    begun: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()


# Files


def find(folder: Path, parts: Sequence[str], part: str | None = None) -> tuple[list[Submission], dict[str, str]]:
    """Return the submissions in a folder, and for everything else in it why it is none.

    A notebook belongs to the student whose folder it is in (nbgrader's ``STUDENT/PART/NOTEBOOK.ipynb``, and the
    folders that Moodle makes), or in whose name the file begins (``STUDENT_PART.ipynb``, and the files that
    Moodle and Canvas make). Links are not followed. A part may be there twice: see `latest_per_student`.

    Parameters
    ----------
    folder : Path
    parts : sequence of str
        The parts that can be graded.
    part : str, optional
        The part of every file; without it, the name of file or folder says it, or `latest_per_student` looks inside.

    Raises
    ------
    ValueError
        When the folder is none, or holds folders of parts or of other submissions instead of students.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder with submissions")
    found: list[Submission] = []
    others: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.name.startswith(".") or entry.name.startswith("__MACOSX"):
            continue
        name = printable(entry.name)
        if entry.is_dir() and not entry.is_symlink():
            inside = list(islice(_notebooks(entry), MOST_FILES + 1))
            _refuse_another_level(folder, entry, inside, parts)
            if len(inside) > MOST_FILES:
                others[f"{name}, more files"] = f"only {MOST_FILES} notebooks of a folder are looked at"
            for path in inside[:MOST_FILES]:
                found.append(_in_folder(entry, path, parts, part))
            if not inside and _ONLINE_TEXT.search(name):
                others[name] = "text typed into Moodle, not a notebook"
            elif not inside:
                found.append(_found(name, name, parts, part or _part(name, parts), entry))
        elif entry.suffix.lower() == ".ipynb":
            stem = printable(entry.stem)
            found.append(_found(stem, name, parts, part or _part(stem, parts), entry))
        else:
            others[name] = "not a notebook"
    return found, others


def _found(
    word: str, entry: str, parts: Sequence[str], part: str | None, path: Path, submitted: str | None = None
) -> Submission:
    platform, match = _platform(word)
    also = (match["name"],) if match else ()
    return Submission(_student(word, parts), part, path, entry, submitted, also, platform, match["id"] if match else "")


# Words beside a part's name with which a folder is still that of an assignment.
_OF_AN_ASSIGNMENT = {"exercise", "exercises", "part", "week", "assignment", "submissions", "submitted", "handed", "in"}


def _refuse_another_level(folder: Path, entry: Path, inside: Sequence[Path], parts: Sequence[str]) -> None:
    """Raise ValueError where the students are one level deeper, or this is one student's folder: otherwise a class
    would become one student, or a part."""
    name = printable(entry.name)
    part = _part(name, parts)
    words = {word for word in re.split(r"[^a-z]+", name.lower()) if word}
    if inside and part and words <= {*parts, *part.split("_"), *_OF_AN_ASSIGNMENT}:
        raise ValueError(
            f"{entry} is called like a part, not like a student. Where it holds a class, grade it by itself: "
            f"inference-scaling grade {entry}; where {folder} is one student's folder, grade the folder above"
        )
    below = {path.relative_to(entry).parts[0] for path in inside}
    handed_in = sorted(name for name in below if _platform(printable(name.removesuffix(".ipynb")))[0])
    if len(handed_in) > 1 and _platform(printable(entry.name))[0] is None:
        raise ValueError(
            f"{entry} holds submissions of several students, such as {printable(handed_in[0])!r}, and is none itself. "
            f"Grade it by itself: inference-scaling grade {entry}"
        )
    with_part = {path.relative_to(entry).parts[0] for path in inside if _part_folder(path.relative_to(entry), parts)}
    if len(with_part) > 1:
        raise ValueError(
            f"{entry} holds folders of several students, such as {printable(min(with_part))!r}, and is none itself. "
            f"Grade it by itself: inference-scaling grade {entry}"
        )


def _part_folder(path: Path, parts: Sequence[str]) -> bool:
    """Whether a path has nbgrader's form STUDENT/PART/NOTEBOOK."""
    return len(path.parts) == 3 and path.parts[1].lower() in parts and path.parts[0].lower() not in parts


def printable(name: str) -> str:
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


def _in_folder(entry: Path, path: Path, parts: Sequence[str], part: str | None) -> Submission:
    # Only names that were handed in: the folders above are the instructor's.
    names = (path.stem, *path.parent.relative_to(entry.parent).parts[::-1])
    said = part or next((known for name in names if (known := _part(printable(name), parts))), None)
    name = printable(entry.name)
    stamp = path.parent / "timestamp.txt"
    submitted = None
    with contextlib.suppress(OSError):
        # Moodle writes none: there it is the student's own.
        if _platform(name)[0] is None and stamp.is_file() and not stamp.is_symlink() and stamp.stat().st_size < 100:
            submitted = stamp.read_text(encoding="utf-8", errors="replace").strip()
    return _found(name, name, parts, said, path, submitted)


def _part(name: str, parts: Sequence[str]) -> str | None:
    # A part's name may be two words, as workshop_votes.
    words = re.sub(r"[^a-z0-9]+", "_", f"_{name.lower()}_")
    return next((part for part in parts if f"_{part.lower()}_" in words), None)


# What Moodle and Canvas add to a student's identifier or name.
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+?(_.*)?$")
_CANVAS = re.compile(r"^(?P<name>[^\W_]+)_(?:LATE_)?(?P<id>\d+)_(?P<file>\d+)_.*$")
_ONLINE_TEXT = re.compile(r"_\d+_assignsubmission_onlinetext")


def _platform(name: str) -> tuple[str | None, re.Match[str] | None]:
    """Return the platform whose form a name has, and the name's pieces."""
    for platform, form in (("moodle", _MOODLE), ("canvas", _CANVAS)):
        if match := form.match(name):
            return platform, match
    return None, None


def _student(name: str, parts: Sequence[str]) -> str:
    """Return the student's identifier in a name. Moodle's number is called what Moodle calls it: alone it would look
    like the number of a student, and it is another one in each assignment.

    Examples
    --------
    >>> [_student(n, ["theorem"]) for n in ("s01_theorem", "Ada L_77_assignsubmission_file_", "adal_77_5_theorem-1")]
    ['s01', 'Participant 77', '77']
    """
    whole = name = re.sub(r"(?i)\.ipynb$", "", name)
    platform, match = _platform(name)
    if match:
        return f"{PARTICIPANT} {match['id']}" if platform == "moodle" else match["id"]
    for part in parts:
        name = re.sub(rf"(?i)[ _.-]+{re.escape(part)}([ _.-]*\(?\d*\)?)?$", "", name)
    return name.strip() or whole


def latest_per_student(
    found: Sequence[Submission], folder: Path, released: Mapping[str, ReleasedNotebook]
) -> tuple[list[Submission], dict[str, str]]:
    """Return one submission for each student and part, and for every other why it is not graded.

    The roster comes before this: two identifiers may be one student. Where the name does not say the part, the
    cells do. Of several files for one part those without work, which hold stubs or no answer, replace none with work.
    Of those with work the last counts by Canvas's own numbers. The time of a file says nothing, because unpacking
    changes it: elsewhere the last by name counts, numbers in it by their size, and where their answers differ it is
    for a person.

    Parameters
    ----------
    found : sequence of Submission
    folder : Path
        The one in which they were found.
    released : mapping
        The notebooks of all parts.
    """
    groups: dict[tuple[str, str | None], list[Submission]] = {}
    for one in found:
        part = one.part or _part_inside(one.path, released)
        groups.setdefault((one.student, part), []).append(replace(one, part=part))
    kept, others = [], {}
    for (_, part), group in groups.items():
        last = _last(group, folder, released.get(part or ""))
        kept.append(last)
        for one in group:
            if one.path != last.path:
                others[_within(one.path, folder)] = f"replaced by {_within(last.path, folder)}"
    return sorted(kept, key=lambda one: (one.student, one.part or "")), others


def _last(group: Sequence[Submission], folder: Path, notebook: ReleasedNotebook | None) -> Submission:
    """Return the file of a student's part that counts."""
    if len(group) == 1:
        return group[0]
    work = {one.path: _work(one.path, notebook) for one in group}
    full = max(map(bool, work.values()))
    # Only what is no notebook at all comes behind what holds stubs.
    best = [one for one in group if bool(work[one.path]) == full]
    best = [one for one in best if work[one.path] is not None] or best
    numbered = all(_canvas_number(one) for one in best)
    *_, last = sorted(best, key=_canvas_number if numbered else lambda one: _natural(_within(one.path, folder)))
    if not full or numbered or len({work[one.path] for one in best}) == 1:
        return last
    names = ", ".join(f"`{_within(one.path, folder)}`" for one in best)
    doubt = (
        f"Several files hold answers to this part, not the same ones, and nothing says which is the later: {names}. "
        f"`{_within(last.path, folder)}` was graded. Take away those that do not count."
    )
    return replace(last, doubts=(*last.doubts, doubt))


def _canvas_number(one: Submission) -> int:
    """Return the number that Canvas gave to a file, the larger the later; 0 for what is not Canvas's."""
    match = _CANVAS.match(one.entry)
    return int(match["file"]) if match else 0


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts names as people do: `theorem`, `theorem (2)`, `theorem (10)`."""
    stem = name.removesuffix(".ipynb").casefold()
    return [(int(word[:18]), "") if word.isdecimal() else (-1, word) for word in re.findall(r"\d+|\D+", stem)]


def _within(path: Path, folder: Path) -> str:
    return printable(str(path.relative_to(folder)))


def _part_inside(path: Path, released: Mapping[str, ReleasedNotebook]) -> str | None:
    try:
        return part_of(content(path), released)
    except Unreadable:
        return None


def _work(path: Path, notebook: ReleasedNotebook | None) -> tuple[tuple[str, str], ...] | None:
    """Return the answers in a file that are more than stubs, by task; None for what cannot be read."""
    try:
        reading = extract_answers(content(path), notebook) if notebook is not None else None
    except Unreadable:
        return None
    return tuple((task, reading.answers[task].code) for task in sorted(reading.begun)) if reading else None


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
        # It may have been replaced since `lstat`: a link is not followed, and a pipe is not waited for.
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


def _notebook(data: bytes) -> dict[str, Any]:
    """Return a file's JSON object."""
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
    return notebook


def _raw_cells(notebook: Mapping[str, Any]) -> list[Any]:
    """Return what stands where a notebook's cells do, in version 3 of the format too."""
    sheets = notebook.get("worksheets")
    raw = notebook.get("cells")
    if raw is None and isinstance(sheets, list):
        raw = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _list(sheet.get("cells"))]
    if not isinstance(raw, list):
        raise Unreadable("The file is JSON and has no cells: it is no notebook.")
    return raw


def _source(cell: Mapping[str, Any]) -> Any:
    """Return the source of a cell, which may be of any type: lines are joined."""
    code = cell.get("source", cell.get("input", ""))
    return "".join(line for line in code if isinstance(line, str)) if isinstance(code, list) else code


def _cells(data: bytes) -> tuple[list[_Cell], list[str]]:
    """Return the code cells of a notebook's text, and in sentences what was left out."""
    notebook = _notebook(data)
    raw = _raw_cells(notebook)
    notes = [] if notebook.get("nbformat") == 4 else ["The notebook's format is not version 4; its cells were read."]
    if len(raw) > MOST_CELLS:
        notes.append(f"The notebook has {len(raw)} cells; the first {MOST_CELLS} were read.")
    cells = []
    length = 0
    for number, cell in enumerate(raw[:MOST_CELLS], start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = _source(cell)
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
            cells.append(_Cell(_cell_id(cell), code))
    return cells, notes


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _cell_id(cell: Mapping[str, Any]) -> str:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    mark = marks.get("grade_id") if isinstance(marks, dict) else None
    return next((name for name in (mark, cell.get("id")) if isinstance(name, str)), "")


# How far around a name its line is looked at, and how far above it for what encloses the line.
_NEAR, _ABOVE = 300, 3_000
_SET = re.compile(r"\s*(?:=(?!=)|:=|(?:\*\*|//|>>|<<|[-+*/%@&|^])=)")
_ANNOTATED = re.compile(r"\s*:[^=\n]*=(?!=)")
# A `for` within a line is a comprehension's, whose names are its own.
_NAMED = re.compile(r"(?:^|[\s;])(?:def|class|as|import)\s+$|^\s*(?:async\s+)?for\s+$")
_BODY = re.compile(r"(?:async\s+def|def|class)\b")
_TARGETS = re.compile(r"[\w\s,*()\[\].]*=(?!=)")
_ELLIPSIS = re.compile(r"\s*=\s*[(\[]?\s*\.\.\.\s*[)\]]?\s*(?:#.*)?$", re.MULTILINE)
_STUB_LINE = re.compile(r"(?m)^[ \t]+\.\.\.[ \t]*(?:#.*)?$")


def _defines(code: str, name: str) -> bool:
    """Whether code seems to give a name a value other than a stub's `...`. A heuristic: the text is not parsed,
    because a text can be made to break the parser."""
    return any(
        _given_a_value(code, *match.span()) and not _inside_a_body(code, match.start())
        for match in re.finditer(rf"\b{re.escape(name)}\b", code)
    )


def _inside_a_body(code: str, place: int) -> bool:
    """Whether a place lies in the body of a function or a class, where names are its own."""
    *above, line = code[max(0, place - _ABOVE) : place].split("\n")
    indent = len(line) - len(line.lstrip())
    for other in reversed(above):
        if indent == 0:
            return False
        text = other.lstrip()
        if text and not text.startswith("#") and len(other) - len(text) < indent:
            if _BODY.match(text):
                return True
            indent = len(other) - len(text)
    return False


def _given_a_value(code: str, start: int, end: int) -> bool:
    begin = max(code.rfind("\n", max(0, start - _NEAR), start) + 1, start - _NEAR, 0)
    before, after = code[begin:start], code[end : end + _NEAR]
    line = after.split("\n", 1)[0]
    if "#" in before or before.rstrip().endswith((".", "'", '"')) or _ELLIPSIS.match(after):
        return False
    if _NAMED.search(before) or (before.rstrip().endswith(",") and re.search(r"\bimport\b", before)):
        return True
    if match := _SET.match(line):
        # Within brackets `name=` is an argument of a call.
        return match[0].strip() == ":=" or before.count("(") <= before.count(")")
    if not before.strip() and _ANNOTATED.match(line):
        return True
    return not line.startswith("[") and bool(_TARGETS.match(line)) and re.fullmatch(r"[\w\s,*(\[]*", before) is not None


def _answers(code: str, name: str) -> bool:
    """Whether code seems to define a name with no stub's `...` left in it."""
    return _defines(code, name) and not _STUB_LINE.search(code)


def part_of(data: bytes, released: Mapping[str, ReleasedNotebook]) -> str | None:
    """Return the part of which a notebook holds the most answer cells, None if it holds none of any."""
    try:
        ids = {cell.id for cell in _cells(data)[0]}
    except Unreadable:
        return None
    shared = {part: sum(f"{task}-answer" in ids for task in notebook.stubs) for part, notebook in released.items()}
    best = max(shared, key=shared.get, default=None)
    return best if best and shared[best] else None


def extract_answers(data: bytes, notebook: ReleasedNotebook) -> Reading:
    """Return the answers in a notebook's text.

    An answer is the changed cell that carries the task's mark. Where several do, where the name asked for is defined
    in none of them, or where that cell still holds its stub, see `_chosen`. Everything else in the notebook is only
    what an answer may build on.

    Raises
    ------
    Unreadable
        When it is no notebook.
    """
    cells, notes = _cells(data)
    ours = {f"{task}-answer": task for task in notebook.stubs}
    student, edited = _of_student(cells, notebook, ours)
    for _, cell in edited:
        notes.append(f"The check cell of {cell.id} was changed. Your answer was graded with the original check.")
    # What an answer may build on: every earlier cell but stubs.
    builds = [
        (at, cell.code)
        for at, cell in student
        if not (cell.id in ours and _same(cell.code, notebook.stubs[ours[cell.id]]))
    ]
    answers, begun = {}, set()
    for task, stub in notebook.stubs.items():
        chosen = _chosen(task, stub, notebook.names[task], student, edited, ours)
        if chosen is None:
            notes.append(f"{task} has no answer cell.")
            continue
        place, cell, said = chosen
        notes += [said] if said else []
        if not _same(cell.code, stub):
            begun.add(task)
        answers[task] = Answer(cell.code, tuple(code for at, code in builds if at < place))
    everything = [cell.code for _, cell in (*student, *edited)]
    assigned = {task for task, name in notebook.names.items() if any(_answers(code, name) for code in everything)}
    return Reading(answers, tuple(notes), frozenset(begun), frozenset(assigned))


_Placed = tuple[int, _Cell]


def _of_student(
    cells: Sequence[_Cell], notebook: ReleasedNotebook, ours: Mapping[str, str]
) -> tuple[list[_Placed], list[_Placed]]:
    """Return the cells that may answer a task or precede its answer, and the check cells that were changed."""
    checks = {*notebook.stubs, *HOUSEKEEPING}
    changed = [not _same(cell.code, notebook.own.get(cell.id)) for cell in cells]
    student = [
        (place, cell)
        for place, cell in enumerate(cells)
        if cell.id not in checks and cell.code.strip() and (cell.id in ours or changed[place])
    ]
    edited = [(place, cell) for place, cell in enumerate(cells) if cell.id in notebook.stubs and changed[place]]
    return student, edited


def _chosen(
    task: str, stub: str, name: str, student: Sequence[_Placed], edited: Sequence[_Placed], ours: Mapping[str, str]
) -> tuple[int, _Cell, str] | None:
    """Return the cell that answers a task, where it stands, and what to say about that; None where there is none.

    The first that there is, of several the last: a changed marked cell that defines the name and has no stub left; an
    unmarked one like that; the check's cell, when the answer was typed into it; a changed marked cell of whatever
    content; an unmarked one that defines the name in some way; the stub.
    """
    marked = [(place, cell) for place, cell in student if cell.id == f"{task}-answer"]
    changed = [(place, cell) for place, cell in marked if not _same(cell.code, stub)]
    # A cell of another task is not taken for this one's: it may use the name on its way.
    unmarked = [(place, cell) for place, cell in student if cell.id not in ours]
    checks = [(place, cell) for place, cell in edited if cell.id == task]
    several = f"{task} has {len(changed)} answer cells. The last one that defines `{name}` was graded."
    outside = f"{task} was answered outside its own cell. The answer was graded from there."
    in_check = f"{task} was answered in the cell of its check. The answer was graded from there."
    for cells, looks, said in (
        (changed, _answers, several if len(changed) > 1 else ""),
        (unmarked, _answers, outside),
        (checks, _answers, in_check),
        (changed, _defines, several if len(changed) > 1 else ""),
        (changed, lambda code, name: True, f"{task} has {len(changed)} answer cells." if len(changed) > 1 else ""),
        (unmarked, _defines, outside),
        (marked, lambda code, name: True, ""),
    ):
        if fitting := [(place, cell) for place, cell in cells if looks(cell.code, name)]:
            return (*fitting[-1], said)
    return None


def _same(code: str, other: str | None) -> bool:
    return other is not None and code.split() == other.split()

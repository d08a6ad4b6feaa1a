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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from . import archives, gradescope
from .names import handed_in_as, ilias_time, notebook_stem, printable, surely_a_platform
from .shown import quoted

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

MOST_BYTES = archives.MOST_BYTES
# A student's archive as it lies on the disk; that of a class may have any size.
MOST_ARCHIVE = 256 << 20
# Each takes some sixty bytes when it is read, whatever the file holds.
MOST_BRACKETS = 5_000_000
# The names of an object's values: each takes some hundred bytes.
MOST_KEYS = 1_000_000
MOST_CELLS = 2_000
MOST_SOURCE = 100_000
MOST_CODE = 2_000_000
# Of one student's several files together, before one is chosen: to look into these takes some two seconds. Quotation
# marks count what a reader of JSON has to do; pictures have few.
MOST_TOGETHER = 256 << 20
MOST_QUOTES = 2_000_000
# In one folder, and how deep: a student's archive may hold anything.
MOST_FILES = 100
DEEPEST = 12
HOUSEKEEPING = ("start", "progress", "bonus")


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
        Text of nbgrader's `timestamp.txt`, or the time in the platform's name.
    also : tuple of str
        Other words for the student that the name holds: the platform's name beside its number.
    platform : str or None
        Whose form the name has, as `names.PlatformName` calls it.
    number : str
        The platform's number in the name. Canvas's is the student's; Moodle's is another one in each assignment.
    doubts : tuple of str
        What a person has to decide about this file, in sentences.
    order : int
        Sorts a student's files where the platform's names do, the later the larger; 0 where they do not.
    inside : tuple of str
        Where `path` is an archive: the notebook's name in it, behind those of the archives between.
    with_words : tuple of tuple of str
        Words for every further student whose work this is too, as Gradescope's export says it.
    members : tuple of str
        Those students, as the roster calls them, and the others of the student's group where the course has groups.
    attempt : int
        Which of several files of a student that are all graded, from 1; 0 where one file counts.
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
    order: int = 0
    inside: tuple[str, ...] = ()
    with_words: tuple[tuple[str, ...], ...] = ()
    members: tuple[str, ...] = ()
    attempt: int = 0

    @property
    def place(self) -> str:
        """The path as people read it, archives among the folders."""
        return printable("/".join((str(self.path), *self.inside)))


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
    in the notebook. `cells` are the mark and the code of every cell that is the student's. `texts` maps a task whose
    answer stands in a cell that does not run to what kind of cell that is.
    """

    answers: Mapping[str, Answer]
    notes: tuple[str, ...]
    begun: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    cells: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


# Files


@dataclass(frozen=True)
class _File:
    """A notebook, or an archive that is read in its place: the names on its way from the folder of submissions, the
    file on the disk, and where it is in there when that is an archive."""

    names: tuple[str, ...]
    path: Path
    inside: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The names without endings, the nearest first."""
        return [stem_of(name) for name in self.names[::-1]]


def stem_of(name: str) -> str:
    """Return a name without the ending of a notebook or an archive.

    Examples
    --------
    >>> stem_of("s1_theorem.ipynb.json"), stem_of("s1.ZIP"), stem_of("s1.v2")
    ('s1_theorem', 's1', 's1.v2')
    """
    stem = notebook_stem(name)
    return stem if stem is not None else name[:-4] if archives.is_archive(name) else name


def find(
    folder: Path, parts: Sequence[str], part: str | None = None, pattern: re.Pattern[str] | None = None
) -> tuple[list[Submission], dict[str, str]]:
    """Return the submissions in a folder or a zip archive of one, and for everything else in it why it is none.

    A notebook belongs to the student whose folder or archive it is in (nbgrader's ``STUDENT/PART/NOTEBOOK.ipynb``, and
    what the platforms make), or in whose name the file begins (``STUDENT_PART.ipynb``, and what the platforms make).
    Links are not followed. A part may be there twice: see `latest_per_student`.

    Parameters
    ----------
    folder : Path
    parts : sequence of str
        The parts that can be graded.
    part : str, optional
        The part of every file; without it, the name of file or folder says it, or `latest_per_student` looks inside.
    pattern : re.Pattern, optional
        Of `names.pattern`: says whose a file is by its path below the folder, and then nothing else does.

    Raises
    ------
    ValueError
        When the folder is none, or holds folders of parts or of other submissions instead of students.
    """
    entries, others = _entries(folder)
    submitters = gradescope.submitters(folder)
    found: list[Submission] = []
    for name, files in entries.items():
        if pattern is None:
            _refuse_another_level(folder, name, files, parts)
        if len(files) > MOST_FILES:
            others[f"{name}, more files"] = f"only {MOST_FILES} notebooks of a folder are looked at"
        for file in files[:MOST_FILES]:
            one = _found(file, parts, part) if pattern is None else _by_pattern(file, pattern, parts, part)
            if one is None:
                others["/".join(file.names)] = "does not fit --pattern"
            else:
                people = submitters.get(stem_of(name), ((),))
                found.append(replace(one, also=(*one.also, *people[0]), with_words=people[1:]))
    return found, others


def _entries(folder: Path) -> tuple[dict[str, list[_File]], dict[str, str]]:
    """Return the files by the first name on their way, and for everything else why it is no submission."""
    if archives.is_archive(folder.name) and not folder.is_dir():
        return _of_a_class(folder), {}
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder with submissions, and no zip archive of one")
    entries: dict[str, list[_File]] = {}
    others: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        name = printable(entry.name)
        if entry.name.startswith((".", "__MACOSX")) or name == gradescope.METADATA:
            continue
        if entry.is_dir() and not entry.is_symlink():
            inside = list(islice(_notebooks(entry, (name,)), MOST_FILES + 1))
            if not inside and _ONLINE_TEXT.search(name):
                others[name] = "text typed into Moodle, not a notebook"
                continue
            entries.setdefault(name, []).extend(inside or [_File((name,), entry)])
        elif notebook_stem(name) is not None:
            entries.setdefault(name, []).append(_File((name,), entry))
        elif archives.is_archive(name):
            entries.setdefault(name, []).extend(_of_a_student(entry, (name,)) or [_File((name,), entry)])
        elif name.lower().endswith(archives.OTHER_ARCHIVES):
            others[name] = "an archive that is not read; of archives only zip is"
        else:
            others[name] = "not a notebook"
    return entries, others


def _of_a_class(path: Path) -> dict[str, list[_File]]:
    """Return the files of a class's archive by student. One folder around all of them counts for nothing.

    Raises
    ------
    ValueError
        For what is no zip archive, or holds no notebook.
    """
    try:
        with opened(path) as file:
            inside = archives.members(file, of_a_class=True)
    except (archives.ArchiveRefused, Unreadable) as error:
        raise ValueError(f"{path}: {error}") from None
    around = {member.shown[0] for member in inside}
    only = next(iter(around)) if len(around) == 1 else ""
    further = {member.shown[1] for member in inside if len(member.shown) > 2}
    drop = bool(only) and all(len(member.shown) > 1 for member in inside) and not surely_a_platform(only)
    # nbgrader's form with a single student has one folder around everything as well, with folders of parts in it.
    drop = drop and (len(further) > 1 or any(surely_a_platform(stem_of(member.shown[1])) for member in inside))
    entries: dict[str, list[_File]] = {}
    for member in inside:
        names = member.shown[1:] if drop else member.shown
        entries.setdefault(names[0], []).append(_File(names, path, member.chain))
    return entries


def _of_a_student(path: Path, names: tuple[str, ...]) -> list[_File]:
    """Return the notebooks in a student's archive; none where it cannot be looked into, which its reader is told."""
    try:
        with opened(path, MOST_ARCHIVE) as file:
            return [_File((*names, *member.shown), path, member.chain) for member in archives.members(file)]
    except (archives.ArchiveRefused, Unreadable):
        return []


def _found(file: _File, parts: Sequence[str], part: str | None) -> Submission:
    """Return a file as a submission: only names that were handed in say whose it is and which part."""
    words = file.words
    entry = file.names[0]
    said = part or next((known for word in words if (known := _part(word, parts))), None)
    handed = handed_in_as(words[-1])
    student = _student(words[-1], parts)
    if handed is None:
        return Submission(student, said, file.path, entry, _timestamp(file), inside=file.inside)
    if handed.platform == "ilias":
        # Its form may be anybody's own: it adds words for the roster, and the time of a file.
        when = ilias_time(file.names[-1])
        order = int(re.sub(r"\D", "", when)) if when else 0
        when = when or _timestamp(file)
        return Submission(student, said, file.path, entry, when, handed.words, order=order, inside=file.inside)
    return Submission(
        handed.student,
        said,
        file.path,
        entry,
        handed.submitted,
        handed.words,
        handed.platform,
        handed.number,
        order=handed.order,
        inside=file.inside,
    )


def _timestamp(file: _File) -> str | None:
    """Return the text of nbgrader's `timestamp.txt` beside a file. In an archive it would be the student's own."""
    stamp = file.path.parent / "timestamp.txt"
    with contextlib.suppress(OSError):
        ours = len(file.names) > 1 and not file.inside and stamp.is_file() and not stamp.is_symlink()
        if ours and stamp.stat().st_size < 100:
            return stamp.read_text(encoding="utf-8", errors="replace").strip()
    return None


def _by_pattern(file: _File, pattern: re.Pattern[str], parts: Sequence[str], part: str | None) -> Submission | None:
    """Return a file as a submission by the instructor's own pattern, None where it does not fit.

    Where it fits in several places that do not say the same, it is for a person.
    """
    path = "/".join(file.names)
    said = [match.groupdict() for match in pattern.finditer(path) if match["student"]]
    if not said:
        return None
    whose = list(dict.fromkeys(names["student"] for names in said))
    named = next((known for names in said if (known := _part(names.get("part") or "", parts))), None)
    named = part or named or next((known for word in file.words if (known := _part(word, parts))), None)
    doubts = ()
    if len(whose) > 1:
        doubts = (f"--pattern fits several students in {quoted(path)}: {', '.join(map(repr, whose))}.",)
    when = next((names["submitted"] for names in said if names.get("submitted")), None)
    student = path if doubts else whose[0].strip()
    return Submission(student, named, file.path, path, when, doubts=doubts, inside=file.inside)


# Words beside a part's name with which a folder is still that of an assignment.
_OF_AN_ASSIGNMENT = {"exercise", "exercises", "part", "week", "assignment", "submissions", "submitted", "handed", "in"}


def _refuse_another_level(folder: Path, name: str, files: Sequence[_File], parts: Sequence[str]) -> None:
    """Raise ValueError where the students are one level deeper, or this is one student's folder: otherwise a class
    would become one student, or a part."""
    below = [file.names[1:] for file in files if len(file.names) > 1]
    if not below:
        return
    entry = folder / name
    part = _part(stem_of(name), parts)
    words = {word for word in re.split(r"[^a-z]+", stem_of(name).lower()) if word}
    if part and words <= {*parts, *part.split("_"), *_OF_AN_ASSIGNMENT}:
        raise ValueError(
            f"{entry} is called like a part, not like a student. Where it holds a class, grade it by itself: "
            f"inference-scaling grade {entry}; where {folder} is one student's folder, grade the folder above"
        )
    handed_in = sorted(names[0] for names in below if surely_a_platform(stem_of(names[0])))
    if len(set(handed_in)) > 1 and surely_a_platform(stem_of(name)) is None:
        raise ValueError(
            f"{entry} holds submissions of several students, such as {handed_in[0]!r}, and is none itself. "
            f"Grade it by itself: inference-scaling grade {entry}"
        )
    with_part = {names[0] for names in below if _part_folder(names, parts)}
    if len(with_part) > 1:
        raise ValueError(
            f"{entry} holds folders of several students, such as {min(with_part)!r}, and is none itself. "
            f"Grade it by itself: inference-scaling grade {entry}"
        )


def _part_folder(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a path has nbgrader's form STUDENT/PART/NOTEBOOK."""
    return len(names) == 3 and names[1].lower() in parts and names[0].lower() not in parts


def _notebooks(folder: Path, names: tuple[str, ...]) -> Iterable[_File]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        below = Path(place).relative_to(folder).parts
        if len(below) >= DEEPEST:
            folders.clear()
        for name in sorted(files):
            path, shown = Path(place) / name, (*names, *map(printable, (*below, name)))
            if name[0] == ".":
                continue
            if notebook_stem(name) is not None:
                yield _File(shown, path)
            elif archives.is_archive(name):
                yield from _of_a_student(path, shown) or [_File(shown, path)]


def _part(name: str, parts: Sequence[str]) -> str | None:
    # A part's name may be two words, as workshop_votes.
    words = re.sub(r"[^a-z0-9]+", "_", f"_{name.lower()}_")
    return next((part for part in parts if f"_{part.lower()}_" in words), None)


_ONLINE_TEXT = re.compile(r"_\d+_assignsubmission_onlinetext")


def _student(name: str, parts: Sequence[str]) -> str:
    """Return the student's identifier in a name, which is of no platform's form.

    Examples
    --------
    >>> [_student(name, ["theorem"]) for name in ("s01_theorem", "s01 - Theorem (2)", "theorem")]
    ['s01', 's01', 'theorem']
    """
    whole = name
    for part in parts:
        name = re.sub(rf"(?i)[ _.-]+{re.escape(part)}([ _.-]*\(?\d*\)?)?$", "", name)
    return name.strip() or whole


@dataclass(frozen=True)
class AttemptRule:
    """How a course takes what is handed in for a part.

    Of the first `attempts` files with work the last counts; with `best` all of them are graded. `members` are the
    others of each student's group.
    """

    attempts: int | None = None
    best: bool = False
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def latest_per_student(
    found: Sequence[Submission],
    folder: Path,
    released: Mapping[str, ReleasedNotebook],
    rules: Mapping[str, AttemptRule] = MappingProxyType({}),
) -> tuple[list[Submission], dict[str, str]]:
    """Return the submissions that count for each student and part, one unless a rule says otherwise, and for every
    other why it is not graded.

    The roster comes before this: two identifiers may be one student. Where the name does not say the part, the
    cells do. Of several files for one part those without work, which hold stubs or no answer, replace none with work.
    Of those with work the last counts by Canvas's own numbers. The time of a file says nothing, because unpacking
    changes it: elsewhere the last by name counts, numbers in it by their size, and where their answers differ it is
    for a person. Where a student's files together are too large to be looked into, the last counts and is for a
    person, so that nobody holds up a class.

    Parameters
    ----------
    found : sequence of Submission
    folder : Path
        The one in which they were found.
    released : mapping
        The notebooks of all parts.
    rules : mapping, optional
        By part; a group's files are those of one student.
    """
    whole: dict[str, list[Submission]] = {}
    for one in found:
        whole.setdefault(one.student, []).append(one)
    # Of files that are too large together and whose names say no part, the last says it for all.
    too_large = {
        student: next((_part_inside(last, released) for last in _in_order(group, folder)[::-1] if not last.part), None)
        for student, group in whole.items()
        if len(group) > 1 and _too_large(group)
    }
    groups: dict[tuple[frozenset[str], str | None], list[Submission]] = {}
    for one in found:
        part = one.part or (too_large[one.student] if one.student in too_large else _part_inside(one, released))
        members = tuple(
            dict.fromkeys((*one.members, *rules.get(part or "", AttemptRule()).members.get(one.student, ())))
        )
        who = frozenset({one.student, *members})
        groups.setdefault((who, part), []).append(replace(one, part=part, members=members))
    kept, others = [], {}
    for (_, part), group in groups.items():
        rule = rules.get(part or "", AttemptRule())
        if unread := [one.student for one in group if one.student in too_large]:
            together = [one for student in dict.fromkeys(unread) for one in whole[student]]
            counting, late = [_last_unread(group, together, folder)], set()
        else:
            counting, late = _attempts(group, folder, released.get(part or ""), rule)
        kept += counting
        places, last = {one.place for one in counting}, counting[-1]
        for one in group:
            if one.place in late:
                others[_within(one, folder)] = f"more than the {rule.attempts} attempts that the course allows"
            elif one.place not in places:
                others[_within(one, folder)] = f"replaced by {_within(last, folder)}"
    return sorted(kept, key=lambda one: (one.student, one.part or "", one.attempt)), others


def _attempts(
    group: Sequence[Submission], folder: Path, notebook: ReleasedNotebook | None, rule: AttemptRule
) -> tuple[list[Submission], set[str]]:
    """Return the files that count, the last one at the end, and the places of those beyond the allowed attempts."""
    work = {one.place: _work(one, notebook) for one in group} if rule.best or rule.attempts else {}
    # The same work handed in again is no further attempt.
    tries = {work[one.place]: one for one in _in_order(group, folder)[::-1] if work.get(one.place)}
    ordered = _in_order(list(tries.values()), folder)
    most = rule.attempts or len(ordered)
    late = {one.place for one in ordered[most:]}
    if len(ordered) < 2:
        return [_last(group, folder, notebook)], late
    doubts: tuple[str, ...] = ()
    if not all(one.order for one in ordered) and (late or not rule.best):
        names = ", ".join(quoted(_within(one, folder)) for one in ordered)
        doubts = (f"These files are attempts, and nothing says in which order they were handed in: {names}.",)
    allowed = [replace(one, doubts=(*one.doubts, *doubts)) for one in ordered[:most]]
    if rule.best and len(allowed) > 1:
        return [replace(one, attempt=number) for number, one in enumerate(allowed, start=1)], late
    return allowed[-1:], late


def _in_order(group: Sequence[Submission], folder: Path) -> list[Submission]:
    orders = [one.order for one in group]
    numbered = all(orders) and len(set(orders)) == len(orders)
    return sorted(group, key=lambda one: one.order if numbered else _natural(_within(one, folder)))


def _last(group: Sequence[Submission], folder: Path, notebook: ReleasedNotebook | None) -> Submission:
    """Return the file of a student's part that counts."""
    if len(group) == 1:
        return group[0]
    work = {one.place: _work(one, notebook) for one in group}
    full = max(map(bool, work.values()))
    # Only what is no notebook at all comes behind what holds stubs.
    best = [one for one in group if bool(work[one.place]) == full]
    best = [one for one in best if work[one.place] is not None] or best
    orders = [one.order for one in best]
    numbered = all(orders) and orders.count(max(orders)) == 1
    *_, last = sorted(best, key=lambda one: one.order if numbered else _natural(_within(one, folder)))
    if not full or numbered or len({work[one.place] for one in best}) == 1:
        return last
    names = ", ".join(quoted(_within(one, folder)) for one in best)
    doubt = (
        f"Several files hold answers to this part, not the same ones, and nothing says which is the later: {names}. "
        f"{quoted(_within(last, folder))} was graded. Take away those that do not count."
    )
    return replace(last, doubts=(*last.doubts, doubt))


def _too_large(group: Sequence[Submission]) -> bool:
    """Whether a student's files together are more than is looked into before one of them is chosen."""
    with contextlib.suppress(OSError):
        if sum(os.lstat(path).st_size for path in {one.path for one in group}) > MOST_TOGETHER:
            return True
    quotes = 0
    for path, inside in {(one.path, one.inside) for one in group}:
        with contextlib.suppress(Unreadable):
            quotes += content(path, inside).count(b'"')
        if quotes > MOST_QUOTES:
            return True
    return False


def _last_unread(group: Sequence[Submission], whole: Sequence[Submission], folder: Path) -> Submission:
    """Return the last file of a part of a student whose files were not looked into, with what a person has to know."""
    last = _in_order(group, folder)[-1]
    names = ", ".join(quoted(_within(one, folder)) for one in whole)
    doubt = (
        f"This student's files are too large together to be compared: {names}. {quoted(_within(last, folder))} was "
        "graded, the last by its name. Take away those that do not count."
    )
    return replace(last, doubts=(*last.doubts, doubt))


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts names as people do: `theorem`, `theorem (2)`, `theorem (10)`."""
    stem = name.removesuffix(".ipynb").casefold()
    return [(int(word[:18]), "") if word.isdecimal() else (-1, word) for word in re.findall(r"\d+|\D+", stem)]


def _within(one: Submission, folder: Path) -> str:
    return one.place.removeprefix(printable(f"{folder}/"))


def _part_inside(one: Submission, released: Mapping[str, ReleasedNotebook]) -> str | None:
    try:
        return part_of(content(one.path, one.inside), released)
    except Unreadable:
        return None


def _work(one: Submission, notebook: ReleasedNotebook | None) -> tuple[tuple[str, str], ...] | None:
    """Return the answers in a file that are more than stubs, by task; None for what cannot be read."""
    try:
        reading = extract_answers(content(one.path, one.inside), notebook) if notebook is not None else None
    except Unreadable:
        return None
    return tuple((task, reading.answers[task].code) for task in sorted(reading.begun)) if reading else None


# Notebooks


@contextlib.contextmanager
def opened(path: Path, most: int | None = None) -> Iterator[IO[bytes]]:
    """Open an ordinary file of at most so many bytes.

    Raises
    ------
    Unreadable
        For a link, a folder, a device, a file that may not be read, or one that is too large.
    """
    try:
        about = os.lstat(path)
        if stat.S_ISLNK(about.st_mode):
            raise Unreadable("This is a symbolic link. Links are not followed: hand in the notebook itself.")
        if stat.S_ISDIR(about.st_mode):
            raise Unreadable("There is no notebook in this folder.")
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("This is not an ordinary file.")
        if most is not None and about.st_size > most:
            raise Unreadable(
                f"The file has {about.st_size / 2**20:.0f} MB, at most {most >> 20} are read. "
                "Clear the notebook's outputs and hand it in again."
            )
        # It may have been replaced since `lstat`: a link is not followed, and a pipe is not waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror}.") from None
    with open(handle, "rb") as file:
        yield file


def content(path: Path, inside: Sequence[str] = ()) -> bytes:
    """Return a submission's bytes, from an archive where `inside` says the place in it.

    Raises
    ------
    Unreadable
        For what `opened` or an archive refuses, and for an empty file.
    """
    archived = archives.is_archive(path.name)
    # A class's archive was opened by its instructor; a student's was measured when it was looked into.
    with opened(path, None if inside else MOST_ARCHIVE if archived else MOST_BYTES) as file:
        try:
            if archived and not inside:
                archives.members(file)
                raise Unreadable("There is no notebook in this archive.")
            data = archives.read(file, inside) if inside else file.read(MOST_BYTES + 1)
        except archives.ArchiveRefused as error:
            raise Unreadable(str(error)) from None
        except OSError as error:
            raise Unreadable(f"The file cannot be read: {error.strerror}.") from None
    if not data.strip():
        raise Unreadable("The file is empty.")
    return data


def fingerprint(path: Path, inside: Sequence[str] = ()) -> str:
    """Return a digest of a submission, also of one that cannot be read."""
    try:
        return hashlib.sha256(content(path, inside)).hexdigest()
    except Unreadable as error:
        return hashlib.sha256(str(error).encode()).hexdigest()


@dataclass(frozen=True)
class _Cell:
    id: str
    code: str
    kind: str = "code"


def _notebook(data: bytes) -> dict[str, Any]:
    """Return a file's JSON object."""
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise Unreadable(f"The file has more than {MOST_BRACKETS:,} brackets: it is no notebook that can be read.")
    if next(islice(re.finditer(rb'"\s*:', data), MOST_KEYS, None), None) is not None:
        raise Unreadable(f"The file has more than {MOST_KEYS:,} keys: it is no notebook that can be read.")
    try:
        # In whatever form of Unicode an editor saved it: Windows has two of its own.
        notebook = json.loads(data.decode(json.detect_encoding(data)))
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


# Kinds of cells that hold what somebody wrote, and how they are called.
NOT_RUN = {"markdown": "Markdown", "raw": "raw text"}


def _cells(data: bytes) -> tuple[list[_Cell], list[str]]:
    """Return the cells of a notebook's text, those that run and the others, and in sentences what was left out."""
    notebook = _notebook(data)
    raw = _raw_cells(notebook)
    notes = [] if notebook.get("nbformat") == 4 else ["The notebook's format is not version 4; its cells were read."]
    if len(raw) > MOST_CELLS:
        notes.append(f"The notebook has {len(raw)} cells; the first {MOST_CELLS} were read.")
    cells = []
    length = texts = 0
    for number, cell in enumerate(raw[:MOST_CELLS], start=1):
        if not isinstance(cell, dict):
            continue
        code = _source(cell)
        if cell.get("cell_type") != "code":
            texts += len(code) if isinstance(code, str) else 0
            if isinstance(code, str) and cell.get("cell_type") in NOT_RUN and len(code) <= MOST_SOURCE >= texts:
                cells.append(_Cell(_cell_id(cell), code, cell["cell_type"]))
            continue
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


def _begins_a_line(text: str, name: str) -> bool:
    """Whether a line defines a name from its beginning on, as code does and a sentence about it hardly ever."""
    return re.search(rf"(?m)^[ \t]*(?:def[ \t]+{re.escape(name)}\b|{re.escape(name)}[ \t]*=(?!=))", text) is not None


def part_of(data: bytes, released: Mapping[str, ReleasedNotebook]) -> str | None:
    """Return the part of which a notebook holds the most answer cells, None if it holds none of any."""
    try:
        ids = {cell.id for cell in _cells(data)[0] if cell.kind == "code"}
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
    every, notes = _cells(data)
    ours = {f"{task}-answer": task for task in notebook.stubs}
    cells = [_marked(cell, notebook) for cell in every if cell.kind == "code"]
    texts = {
        task: NOT_RUN[cell.kind]
        for cell in every
        if cell.kind != "code"
        for task, name in notebook.names.items()
        if _begins_a_line(cell.code, name) and _answers(cell.code, name)
    }
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
    own = tuple((cell.id, cell.code) for _, cell in sorted({*student, *edited}, key=lambda placed: placed[0]))
    return Reading(answers, tuple(notes), frozenset(begun), frozenset(assigned), own, texts)


def _marked(cell: _Cell, notebook: ReleasedNotebook) -> _Cell:
    """Return a cell with the mark of the task whose stub it still is, where an editor has taken the mark away."""
    if cell.id in notebook.own or cell.id.removesuffix("-answer") in notebook.stubs:
        return cell
    task = next((task for task, stub in notebook.stubs.items() if _same(cell.code, stub)), None)
    return cell if task is None else replace(cell, id=f"{task}-answer")


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

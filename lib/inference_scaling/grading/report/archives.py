"""Archives of feedback, in the form in which each platform takes it back."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from ..archives import is_archive
from ..names import notebook_stem
from ..shown import as_file_name, distinct
from ..submissions import stem_of
from ..tables import Course
from .counting import CANVAS, MOODLE, Graded
from .feedback import feedback, feedback_notebook
from .pages import Pages

__all__ = ["write_archives"]


def write_archives(every: Sequence[Graded], names: Mapping[str, str], course: Course, pages: Pages, out: Path) -> None:
    """Write feedback under the names under which the work came: platforms give it back by them."""
    for part in dict.fromkeys(one.part for one in every):
        target = out / f"feedback_{part}.zip"
        passing = target.with_name(target.name + ".part")
        # Who handed nothing in is known to no platform by a file.
        those = [one for one in every if one.part == part and one.result["entry"] and "by" not in one.result]
        places = distinct("/".join(map(as_file_name, _place(one))) for one in those)
        with zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as archive:
            for one, place in zip(those, places, strict=True):
                archive.writestr(place, _page(one, names[one.stem], course, pages))
                for beside, content in _for_the_exchange(one, place):
                    archive.writestr(beside, content)
        passing.replace(target)


# What nbgrader's `release_feedback` reads beside a page: by these a student's nbgrader finds that it is theirs.
EXCHANGED = ("timestamp.txt", "submission_secret.txt")
MOST_BYTES = 200


def _for_the_exchange(one: Graded, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the small files that `nbgrader collect` put beside a submission."""
    file, place = Path(one.result["file"]), PurePath(name)
    # Only in nbgrader's own form, STUDENT/PART/NOTEBOOK: elsewhere such files are the student's own.
    if len(place.parts) != 3 or file.parts[-3:-1] != place.parts[:2] or place.parts[1] != one.part:
        return
    for beside in EXCHANGED:
        path = file.with_name(beside)
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES:
                yield str(place.with_name(beside)), path.read_bytes()


def _place(one: Graded) -> tuple[str, ...]:
    """Return the folders and the name of a student's file in the archive."""
    entry, names = one.result["entry"], PurePath(one.result["file"]).parts
    if CANVAS.match(entry):
        # Canvas shows what comes back under the name of what was handed in: a page would pose as a notebook.
        return (entry,)
    pieces = PurePath(entry).parts
    if (stem := notebook_stem(pieces[-1])) is not None:
        return (*pieces[:-1], f"{stem}.html")
    at = len(names) - names[::-1].index(entry) if entry in names else 0
    if MOODLE.search(entry) or is_archive(entry) or not at or len(names) == at:
        return (*pieces[:-1], stem_of(pieces[-1]), f"{one.part}-feedback.html")
    # Below the student's folder as it came: what nbgrader calls its feedback folder has this form.
    return (entry, *names[at:-1], f"{stem_of(names[-1])}.html")


def _page(one: Graded, name: str, course: Course, pages: Pages) -> str | bytes:
    """Return the feedback in the form in which the platform knows what was handed in."""
    entry = one.result["entry"]
    canvas = CANVAS.match(entry)
    if canvas is None:
        return feedback(one, name, course, pages)
    if canvas["ending"].lower() != "zip":
        return feedback_notebook(one, name, course)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{one.part}-feedback.html", feedback(one, name, course, pages))
    return packed.getvalue()

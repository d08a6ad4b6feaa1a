"""Archives of feedback, in the form in which each platform takes it back."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

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
        with zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in every:
                if one.part == part:
                    archive.writestr(*_returned(one, names[one.stem], course, pages))
        passing.replace(target)


def _returned(one: Graded, name: str, course: Course, pages: Pages) -> tuple[str, str]:
    """Return name and content of a student's file in the archive."""
    entry, file = one.result["entry"], PurePath(one.result["file"])
    if CANVAS.match(entry):
        # Canvas shows what comes back under the name of what was handed in: a page would pose as a notebook.
        return entry, feedback_notebook(one, name, course)
    page = feedback(one, name, course, pages)
    if entry.lower().endswith(".ipynb"):
        return f"{entry[:-6]}.html", page
    if MOODLE.search(entry) or file.name == entry or entry not in file.parts:
        return f"{entry}/{one.part}-feedback.html", page
    # Below the student's folder as it came: what nbgrader calls its feedback folder has this form.
    inside = file.parts[len(file.parts) - file.parts[::-1].index(entry) :]
    return "/".join((entry, *inside[:-1], f"{file.stem}.html")), page

"""The pages of the workshop: each notebook as a learner gets it, its worked examples executed.

``python -m inference_scaling.site.workshop`` makes `book/workshop/NAME.ipynb` from
`exercises/source/workshop/NAME.ipynb` without executing anything: solutions are cut as for a release, and a cell keeps
the output that it had with the solutions only where it uses nothing that the learner is asked to write. ``--check``
writes nothing and fails where a page differs. Run in the project's folder or one below it.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from .._project import project_root
from ..answers.task import BOOK
from ..classroom import release
from ..classroom.notebook_form import formed
from ..lessons import registry
from . import cell_kinds, stills

__all__ = ["depends_on_answers", "page", "pages"]

BOOK_FOLDER = Path("book")
# On a page nothing can be written: this is the way to the notebook in which it can.
EXERCISES = """\
## Exercises

The [student notebook](../../exercises/release/workshop/{name}) answers back while you work: download it, or
open it in `exercises/release/workshop/` with `make lab`."""


def depends_on_answers(notebook: Any) -> Iterator[bool]:
    """Yield for each cell whether it is, or uses, what a learner writes."""
    asked: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            yield False
            continue
        made, taken = cell_kinds.flow(ast.parse(cell.source).body)
        mark = cell.metadata.get("nbgrader", {})
        uses = bool(mark.get("solution") or mark.get("grade") or taken & {*asked, "progress"})
        asked = asked | made if uses else asked - made
        yield uses


def page(part: str, root: Path) -> str:
    """Return the notebook of a workshop's page, as text.

    Raises
    ------
    ExerciseError
        When the part has no source notebook, or it is not in the form of an exercise.
    """
    source = release.source(part, root)
    asked = list(depends_on_answers(source))
    outputs = [cell.get("outputs", []) for cell in source.cells]
    shown = release.released(release.for_cohort(source, part, BOOK))
    for cell, hidden, kept in zip(shown.cells, asked, outputs, strict=True):
        if cell.cell_type == "code" and not hidden:
            cell.outputs = kept
    shown.cells.append(nbformat.v4.new_markdown_cell(EXERCISES.format(name=registry.notebook(part).name)))
    return nbformat.writes(stills.drawn(formed(shown))) + "\n"


def pages(root: Path) -> dict[Path, str]:
    """Return every page of the workshop whose tasks are written: its text by its place below the project's folder."""
    return {
        BOOK_FOLDER / registry.notebook(part): page(part, root)
        for part in registry.parts()
        if part in registry.WORKSHOP
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="workshop", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page differs")
    check = parser.parse_args(arguments).check
    root = project_root(Path.cwd())
    old = [
        (path, text)
        for path, text in pages(root).items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]
    for path, text in old:
        if check:
            print(f"{path}: differs from its source; run `python -m inference_scaling.site.workshop`")
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
            print(path)
    return 1 if check and old else 0


if __name__ == "__main__":
    sys.exit(main())

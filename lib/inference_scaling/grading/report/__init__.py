"""What instructor and students read: pages, gradebooks, archives. Made from results alone, as often as wanted."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from ... import __version__ as VERSION
from ..grade import FIGURES, RunSettings, write
from ..similar import SIMILAR, AlikeGroup, table
from ..tables import Course, Roster
from .archives import write_archives
from .changes import changes, log_changes, snapshot
from .counting import Graded, best_of, counted, for_everybody
from .feedback import code_page, feedback
from .gradebooks import Gradebooks
from .pages import Pages
from .summary import summary
from .totals import Total

__all__ = [
    "Graded",
    "Pages",
    "Total",
    "best_of",
    "changes",
    "code_page",
    "counted",
    "feedback",
    "for_everybody",
    "receipt",
    "snapshot",
    "summary",
    "write_all",
]


def receipt(
    settings: RunSettings, protections: Mapping[str, bool], results: Sequence[Mapping[str, Any]], when: str
) -> dict[str, Any]:
    """Return what is needed to say later how this was graded. It holds the keys: it is the instructor's."""
    packages = ("numpy", "scipy", "nbformat")
    return {
        "time": when,
        "versions": {"inference-scaling": VERSION, "python": platform.python_version()}
        | {name: version(name) for name in packages},
        "graded": settings.key,
        "handed out": settings.handed_out,
        "tool": settings.tool,
        "protections": dict(protections),
        "limits": asdict(settings.limits),
        "states": dict(Counter(result["state"] for result in results)),
        "specifications": {r["part"]: r["specification"] for r in results if r["specification"]},
    }


def write_all(
    out: Path,
    every: Sequence[Graded],
    the_receipt: Mapping[str, Any],
    known: Roster | None,
    others: Mapping[str, str],
    course: Course,
    when: datetime,
    pages: Pages | None = None,
    alike: Sequence[AlikeGroup] = (),
) -> list[list[Any]]:
    """Write every page, table and archive of a report; return whose points changed since the last one."""
    pages = pages or Pages()
    names = {one.stem: (known.rows.get(one.student, {}).get("name") if known else None) or one.student for one in every}
    shown = {one.stem for one in every if one.result.get("code")}
    for one in every:
        name = names[one.stem]
        code = f"../code/{quote(one.stem)}.html" if one.stem in shown else ""
        write(out / "feedback" / f"{one.stem}.html", feedback(one, name, course, pages, code))
        if code:
            write(out / "code" / f"{one.stem}.html", code_page(one, name, pages))
    _only(out / "feedback", {f"{one.stem}.html" for one in every})
    _only(out / "code", {f"{stem}.html" for stem in shown})
    _only(out / FIGURES, {task["figure"] for one in every for task in one.result["tasks"] if task.get("figure")})
    books = Gradebooks(every, known, course, when)
    write(out / "index.html", summary(every, the_receipt, others, known, pages, alike, books.totals()))
    write(out / SIMILAR, table(alike))
    files = books.files()
    for name, text in files.items():
        write(out / name, text)
    for folder in ("moodle", "canvas"):
        _only(out / folder, {PurePath(name).name for name in files if name.startswith(f"{folder}/")})
    write_archives(every, names, course, pages, out)
    write(out / "receipt.json", json.dumps(the_receipt, indent=1) + "\n")
    return log_changes(out, snapshot(every), the_receipt["time"])


def _only(folder: Path, names: set[str]) -> None:
    """Remove what an earlier report wrote and this one does not."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names:
            path.unlink()

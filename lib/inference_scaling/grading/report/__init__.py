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

from ... import __version__ as VERSION
from ..grade import RunSettings, write
from ..tables import Course, Roster
from .archives import write_archives
from .changes import changes, log_changes, snapshot
from .counting import Graded, counted
from .feedback import feedback
from .gradebooks import Gradebooks
from .pages import Pages
from .summary import summary

__all__ = ["Graded", "Pages", "changes", "counted", "receipt", "snapshot", "write_all"]


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
) -> list[list[Any]]:
    """Write every page, table and archive of a report; return whose points changed since the last one."""
    pages = pages or Pages()
    names = {one.stem: (known.rows.get(one.student, {}).get("name") if known else None) or one.student for one in every}
    for one in every:
        write(out / "feedback" / f"{one.stem}.html", feedback(one, names[one.stem], course, pages))
    _only(out / "feedback", {f"{one.stem}.html" for one in every})
    write(out / "index.html", summary(every, the_receipt, others, known, pages))
    files = Gradebooks(every, known, course, when).files()
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

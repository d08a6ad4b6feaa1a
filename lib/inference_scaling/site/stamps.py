"""Stamps: which notebooks were compared with their run, and whether anything under them changed since.

One committed file holds a line for each notebook: the hash of all that its outputs can depend on, and of the notebook
itself, at the time when it was executed and every output agreed. So a fresh clone builds its pages without executing
anything, and what is out of date is known from the contents of files alone, on any machine and any Python. Only what
executed and compared writes here: see `notebooks.verify` and `notebooks.tidy`.

Nothing beyond the standard library is imported, because `make book` asks here first whether there is work at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .kernel import KERNEL

STAMPS = Path("book/stamps.toml")
HEAD = """\
# Written by the command that executes a notebook and compares every output; never by hand.
# After a merge: `python -m inference_scaling.site.notebooks verify --all` writes all of it anew.
"""

# Forms of an output that follow from its data: see `stills`, which cannot be imported here.
DRAWN = ("image/svg+xml", "text/markdown")
# What a page's outputs can depend on. Drawing, markup and style come later, at build, and are left out.
MODULES = "lib/inference_scaling/**/*.py"
NAMED = ("data/*.csv", "data/*.npz", "data/*.toml", "requirements.lock")
LATER = (
    "figures/draw.py",
    "figures/still.py",
    "interactive/still.py",
    "display/still.py",
    "figures/drawings/parts.py",
    "figures/drawings/pictures.py",
    "figures/drawings/still.py",
    "figures/line_labels.py",
    "inference_scaling/site/",
    "display/assets.py",
    "classroom/notebook_form.py",
    "inference_scaling/cli/",
    "grading/",
)
# Of a room that builds pages, what executes a notebook or is read by its cells.
BEFORE = ("site/claims.py", "site/published.py", "site/kernel.py", "site/nbval_plugin.py")


def contents(path: Path) -> bytes:
    """Return a text file's bytes with the line ends of a fresh clone, whatever git made of them here."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def notebooks(root: Path = Path()) -> list[Path]:
    """Return the committed notebooks that are executed, lessons first. The workshop's pages are not: they are made of
    its sources, see `workshop`."""
    found = sorted((root / "book").rglob("*.ipynb")) + sorted((root / "exercises" / "source").rglob("*.ipynb"))
    made = root / "book" / "workshop"
    return [path for path in found if ".ipynb_checkpoints" not in path.parts and path.parent != made]


def ground(root: Path = Path()) -> str:
    """Return the hash of what lies under every notebook: library, data, lock and the kernel's settings.

    A module counts with its contents alone, so that moving it makes nothing old by itself: what finds it under another
    name is changed by that. A table is read by its name, which counts with it.
    """
    parts = sorted(
        hashlib.sha256(contents(path)).digest()
        for path in root.glob(MODULES)
        if not _is_later(path.relative_to(root).as_posix())
    )
    named = sorted({path.relative_to(root).as_posix() for pattern in NAMED for path in root.glob(pattern)})
    parts += [name.encode() + b"\0" + hashlib.sha256(contents(root / name)).digest() for name in named]
    parts.append(repr(sorted(KERNEL.items())).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _is_later(name: str) -> bool:
    return not name.endswith(BEFORE) and any(later in name for later in LATER)


def stamp(path: Path, ground: str) -> str:
    """Return the hash that changes with anything a notebook's outputs can depend on, and with them.

    Of the notebook itself its code cells count, with what a run is compared with: prose settles no output, and a
    picture follows from data that count.
    """
    return hashlib.sha256(ground.encode() + _code(path)).hexdigest()


def _code(path: Path) -> bytes:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (ValueError, TypeError, KeyError):
        # Not a notebook: the check of the form names it.
        return contents(path)
    return json.dumps([_compared(cell) for cell in code], sort_keys=True).encode()


def _compared(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell without the pictures and texts that are drawn from its data and compared with nothing else."""
    outputs = [
        {**output, "data": {mime: value for mime, value in output["data"].items() if mime not in DRAWN}}
        if "data" in output
        else output
        for output in cell["outputs"]
    ]
    return {**cell, "outputs": outputs}


def read(root: Path = Path()) -> dict[str, str]:
    """Return the recorded stamps by notebook; none where the file is missing or was broken by a merge."""
    try:
        recorded = tomllib.loads((root / STAMPS).read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError):
        return {}
    return {name: value for name, value in recorded.items() if isinstance(value, str)}


def stale(paths: Iterable[Path], root: Path = Path()) -> list[Path]:
    """Return the notebooks that were not compared since something under them changed."""
    under, recorded = ground(root), read(root)
    return [path for path in paths if recorded.get(path.relative_to(root).as_posix()) != stamp(path, under)]


def write(agreed: Mapping[Path, str], root: Path = Path()) -> None:
    """Record the stamps of notebooks whose outputs agreed with their run; lines of notebooks that are gone go too."""
    new = {path.relative_to(root).as_posix(): value for path, value in agreed.items()}
    known = {**read(root), **new}
    lines = "".join(_lines({name: value for name, value in known.items() if (root / name).is_file()}))
    (root / STAMPS).parent.mkdir(parents=True, exist_ok=True)
    write_whole(root / STAMPS, HEAD + lines)


def _lines(stamps: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(stamps.items()):
        # A basic string of TOML and a string of JSON are written alike for the names that files have here.
        yield f'"{name}" = "{value}"\n'


def write_whole(path: Path, text: str) -> None:
    """Write a text file in one go, so that a reader beside it sees the old one or the new one."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)

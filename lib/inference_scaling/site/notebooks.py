"""Notebooks: executed once, checked there, and brought to the form in which they are committed.

``python -m inference_scaling.site.notebooks verify`` re-executes and compares the notebooks whose stamp
is old (``--all``: every one) and stamps them, ``tidy`` re-executes and
rewrites them, ``check`` looks at their form, ``mark`` sets the tags of each kind of cell and ``split`` gives each kind
a cell of its own, ``pictures`` draws what they show unrun from their data, ``values`` writes the values that prose
quotes from the committed outputs, ``stamps`` says whether the committed stamps are current; these five execute
nothing. All take paths; without, they take every notebook of the book and the exercises, ``tidy`` and ``values`` the
pages too. ``lab`` opens JupyterLab with the arithmetic of these runs. Run in the project's folder or one below it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from .._project import project_root
from ..classroom.notebook_form import METADATA, follows, formed
from ..display.output import MIME
from ..figures import finding_rests_on_data
from . import cell_kinds, stills, values
from .header import HeaderError, parse
from .kernel import ARITHMETIC, KERNEL
from .stamps import STAMPS, ground, notebooks, stale, stamp, write

WORKERS = 2
# Wall time, so a busy machine counts; only a cell that never ends takes as long.
CELL_SECONDS = 300
CELL_LINES = 15

_PLACE = re.compile(r"(?:^|[\s'\"(=:])(/(?:home|root|Users|work|tmp|usr|opt|var)/|[A-Z]:\\)", re.M)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


class CellFailed(RuntimeError):
    """A cell raised an error; the message names the cell and its line, and says what was wrong."""


def environment() -> dict[str, str]:
    """Return the environment in which every kernel of the book runs."""
    return {**os.environ, **KERNEL}


def verify(paths: Iterable[Path], root: Path) -> int:
    """Re-execute notebooks, compare every output with the committed one, and stamp what agrees.

    Returns
    -------
    int
        Exit status of the comparison, 0 when all agree.
    """
    paths = list(paths)
    if not paths:
        return 0
    under = ground(root)
    before = {path: stamp(path, under) for path in paths}
    command = [sys.executable, "-m", "pytest", "-c", "tests/nbval.ini", "--rootdir", ".", "-q"]
    command += ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"]
    command += ["-p", "inference_scaling.site.nbval_plugin", "-p", "no:cacheprovider"]
    if len(paths) > 1:
        command += ["-n", str(min(WORKERS, len(paths))), "--dist", "loadfile"]
    status = subprocess.run([*command, *map(str, paths)], cwd=root, env=environment(), check=False).returncode
    if status == 0:
        write(before, root)
    return status


def tidy(path: Path) -> bool:
    """Execute a notebook, bring it to the committed form, and write it; say whether its bytes changed.

    The prose stays as it is: `values.write` brings what it quotes up to date.

    Raises
    ------
    CellFailed
        When a cell fails, naming it and its line; the file is then left as it was.
    ProseChanged
        When an editor saved the file while its cells ran; the file is then left as it is.
    """
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env=environment())
    except CellExecutionError as error:
        raise CellFailed(_failed(notebook, error)) from error
    formed(notebook)
    cell_kinds.mark(notebook, path)
    return _rewritten(path, before, stills.drawn(notebook))


def _failed(notebook: Any, error: CellExecutionError) -> str:
    """Say where a run ended and why, first in one line, then in full without the colours of a terminal."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    number, cell = next(
        (at, cell) for at, cell in enumerate(code, start=1) if any(one.output_type == "error" for one in cell.outputs)
    )
    told = _COLOUR.sub("", str(error))
    # Calls stand in their order: the first line named is the cell's own, the others lie in what it called.
    line = re.search(rf"In\[{cell.execution_count}\], line (\d+)", told)
    where = f"code cell {number}" + (f", line {line[1]}" if line else "")
    return f"{where}: {error.ename}: {_COLOUR.sub('', error.evalue)}; the file is as it was\n{told}"


def draw(path: Path) -> bool:
    """Draw anew, from the committed data, what a notebook shows unrun; say whether its bytes changed."""
    before = path.read_text(encoding="utf-8")
    return _rewritten(path, before, stills.drawn(nbformat.reads(before, as_version=4)))


def _rewritten(path: Path, before: str, notebook: Any) -> bool:
    after = nbformat.writes(notebook) + "\n"
    if after == before:
        return False
    values.replaced(path, before, after)
    return True


def mark(path: Path, *, split: bool = False) -> bool:
    """Set the tags of each kind of cell, without executing; say whether the file's bytes changed.

    Parameters
    ----------
    path
        Of the notebook.
    split
        Whether figures and stored values in cells that teach first get cells of their own.
    """
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    if split and cell_kinds.split(notebook, path):
        formed(notebook)
    cell_kinds.mark(notebook, path)
    return _rewritten(path, before, notebook)


def problems(path: Path) -> Iterator[str]:
    """Yield each reason why a notebook cannot be committed, as a sentence."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        yield f"not a notebook: {error}"
        return
    if "exercises" not in path.parts:
        try:
            parse(notebook)
        except HeaderError as error:
            yield str(error)
    else:
        # Lessons are compared when their pages are made, which need the same pictures; exercises have no page.
        yield from stills.problems(notebook)
    if dict(notebook.metadata) != METADATA:
        yield f"metadata must be exactly kernelspec and language_info, got {sorted(notebook.metadata)}"
    yield from cell_kinds.problems(notebook, path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code:
        yield "no code cell"
    for position, cell in enumerate(code, start=1):
        where = f"code cell {position}"
        if cell.execution_count != position:
            yield f"{where}: executed as number {cell.execution_count}, so not in one run from top to bottom"
        if (lines := len(cell.source.splitlines())) > CELL_LINES and "exercises" not in path.parts:
            yield f"{where}: {lines} lines, at most {CELL_LINES} are readable on a page"
        if any(map(follows, cell.outputs, cell.outputs[1:])):
            yield f"{where}: what it prints is in pieces; `make tidy` joins them"
        for output in cell.outputs:
            yield from (f"{where}: {problem}" for problem in _output_problems(output))
    for cell in notebook.cells:
        if found := _PLACE.search(cell.source):
            yield f"a path of one machine stands in a cell: {found.group(1)!r}"


def _output_problems(output: Any) -> Iterator[str]:
    if output.output_type == "error":
        yield f"it failed: {output.ename}: {output.evalue}"
        return
    if output.output_type == "stream":
        if output.name == "stderr":
            yield f"it wrote to standard error: {output.text[:60]!r}"
        if found := _PLACE.search(output.text):
            yield f"a path of one machine stands in its output: {found.group(1)!r}"
        return
    data = output.data
    # What follows from our data is compared with them when the pages are made: see `stills.problems`.
    for mime in stills.strip(data):
        if mime.startswith(("image/", "text/html", "text/markdown", "application/javascript")):
            yield f"holds {mime}; `make tidy` strips it"
    if not any(mime.startswith("text/plain") for mime in data):
        yield f"has no text form, only {sorted(data)}"
    if found := _PLACE.search(str(data.get("text/plain", ""))):
        yield f"a path of one machine stands in its output: {found.group(1)!r}"
    for kind in ("figure", "drawing"):
        shown = data.get(MIME.format(kind=kind))
        if shown is not None and not shown.get("finding"):
            yield f"its {kind} has no finding; it needs one sentence with a number of its data"
        elif shown is not None and not finding_rests_on_data(shown):
            yield f"the finding of its {kind} shows no number of its data: {shown['finding']!r}"


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _tidy_all(paths: list[Path], root: Path) -> int:
    failed, agreed, under = 0, {}, ground(root)
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = {path: pool.submit(tidy, path) for path in paths}
        for path, job in jobs.items():
            try:
                changed = job.result()
                print(f"{_shown(path, root)}: {'rewritten' if changed else 'unchanged'}")
                if not changed:
                    # Executed, and the same to the byte: that is a comparison too.
                    agreed[path] = stamp(path, under)
            except (CellFailed, values.ProseChanged, cell_kinds.CellError) as error:
                failed += 1
                print(f"{_shown(path, root)}: {error}", file=sys.stderr)
    write(agreed, root)
    return min(failed, 1)


def _write_values(paths: list[Path], root: Path) -> int:
    """Write what prose quotes and show each line that changed; what cannot be written is named."""
    known, failed = values.facts(root)[0], 0
    for path in paths:
        try:
            print("".join(f"{change}\n" for change in values.write(path, root, known)), end="")
        except values.ProseChanged as error:
            failed = 1
            print(f"{_shown(path, root)}: {error}", file=sys.stderr)
    found = list(values.problems(root, paths))
    print("".join(f"{problem}\n" for problem in found), end="", file=sys.stderr)
    return 1 if found else failed


def _draw_all(paths: list[Path], root: Path) -> int:
    """Draw all pictures; stamps stay as they are, because no run is compared with a picture."""
    status = 0
    for path in paths:
        try:
            print(f"{_shown(path, root)}: {'rewritten' if draw(path) else 'unchanged'}")
        except (KeyError, TypeError, ValueError) as error:
            print(f"{_shown(path, root)}: its data cannot be drawn, the file is as it was: {error!r}", file=sys.stderr)
            status = 1
    return status


def _stamps_current(paths: list[Path], root: Path) -> int:
    """Say which committed stamps are old; a notebook that is right but not stamped is executed by every reader."""
    old = stale(paths, root)
    for path in old:
        print(f"{_shown(path, root)}: its line in {STAMPS} is missing or old")
    if old:
        print("`make book` executes and compares these, and writes the file: commit it with what made it old.")
        return 1
    print(f"{STAMPS} is current for {len(paths)} notebooks")
    return 0


def lab() -> NoReturn:
    """Become JupyterLab; what its kernels compute is what the pages show, to the last digit."""
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir=."]
    os.execve(sys.executable, command, {**os.environ, **ARITHMETIC})


def _check_all(paths: list[Path], root: Path) -> int:
    found = [f"{_shown(path, root)}: {problem}" for path in paths for problem in problems(path)]
    # A file that is no notebook has been named; its prose cannot be read.
    found = found or list(values.problems(root, paths))
    print("\n".join(found) if found else f"{len(paths)} notebooks are in the committed form")
    return 1 if found else 0


def _mark_all(paths: list[Path], root: Path, *, split: bool) -> int:
    failed = 0
    for path in paths:
        try:
            print(f"{_shown(path, root)}: {'rewritten' if mark(path, split=split) else 'unchanged'}")
        except cell_kinds.CellError as error:
            failed = 1
            print(f"{_shown(path, root)}: {error}; the file is as it was", file=sys.stderr)
    return failed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="notebooks", description=__doc__)
    choices = ("verify", "tidy", "check", "mark", "split", "pictures", "stamps", "values", "lab")
    parser.add_argument("command", choices=choices)
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks; all when left out")
    parser.add_argument("--all", action="store_true", help="verify also those whose stamp is current")
    options = parser.parse_intermixed_args(arguments)
    if options.command == "lab":
        lab()
    try:
        root = project_root(Path.cwd())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    paths = [path.resolve() for path in options.paths] or notebooks(root)
    if options.command in ("tidy", "values"):
        quoting = [path.resolve() for path in options.paths] or values.pages(root)
        executed = _tidy_all(paths, root) if options.command == "tidy" else 0
        return max(executed, _write_values(quoting, root))
    if options.command == "pictures":
        return _draw_all(paths, root)
    if options.command in ("mark", "split"):
        return _mark_all(paths, root, split=options.command == "split")
    if options.command == "stamps":
        return _stamps_current(paths, root)
    if _check_all(paths, root):
        return 1
    if options.command == "check":
        return 0
    old = paths if options.all else stale(paths, root)
    print(
        f"{len(paths) - len(old)} of {len(paths)} notebooks are current; executing and comparing {len(old)}", flush=True
    )
    return verify(old, root)


if __name__ == "__main__":
    sys.exit(main())

"""Build the site from checked notebooks: ``python -m inference_scaling.site``.

Order: what is stale is executed and compared, the register and the prose are compared with the cells, times and paths
with what the pages hold, every derivation is checked, then the pages are made from those very outputs. Warnings are
errors. Where neither an input nor a page has changed since that was done, nothing is done again. Run in the project's
folder or one below it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .._project import project_root
from . import stamps
from .kernel import ARITHMETIC

HTML = Path("_build/html")
SITE_STAMP = Path("_build/.site.json")
# Sphinx sees changed pages by itself; a change under any of these concerns every page.
EVERY_PAGE = ("lib/inference_scaling/**/*.py", "lib/inference_scaling/display/static/**/*", "_config.yml", "_toc.yml")
# All that a page can be made of, and what checks it.
INPUTS = ("*.*", "book/**/*", "data/**/*", "exercises/**/*", "lib/inference_scaling/**/*")
# What the machine leaves beside them.
TRACES = ("__pycache__", ".ipynb_checkpoints")


def _hash(files: Iterable[Path], root: Path) -> str:
    """Return the hash of files by name and contents, whatever the order."""
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _matching(patterns: Iterable[str], root: Path) -> set[Path]:
    found = {path for pattern in patterns for path in root.glob(pattern)}
    return {path for path in found if path.is_file() and not set(TRACES) & set(path.parts)}


def _under_every_page(root: Path) -> str:
    from . import paths, social

    # Heads of lessons stand on other pages too: on the landing page and at the foot of the lesson before.
    heads = repr((paths.lessons(root), os.environ.get(social.ADDRESS, ""))).encode()
    return hashlib.sha256(_hash(_matching(EVERY_PAGE, root), root).encode() + heads).hexdigest()


def _state(root: Path) -> dict[str, str]:
    """Return the hashes of what goes into the site and of the site as it stands."""
    python = ".".join(map(str, sys.version_info[:2]))
    inputs = _hash(_matching(INPUTS, root), root)
    return {"inputs": f"{inputs} with Python {python}", "pages": _hash(_matching(["**/*"], root / HTML), root / HTML)}


def _recorded(root: Path) -> dict[str, str]:
    try:
        found = json.loads((root / SITE_STAMP).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def unchanged(root: Path) -> bool:
    """Say whether this very site was built from these very inputs, and every notebook was compared with its run."""
    recorded = _recorded(root)
    now = _state(root)
    return all(recorded.get(name) == now[name] for name in now) and not stamps.stale(stamps.notebooks(root), root)


def pages(root: Path) -> int:
    """Make the pages from the notebooks as committed; return the exit status of Jupyter Book."""
    ground, stamp, built = _under_every_page(root), root / SITE_STAMP, root / "_build"
    if _recorded(root).get("every page") != ground:
        shutil.rmtree(built, ignore_errors=True)
    # Until the pages are whole again, nobody may take them for the ones that the stamp speaks of.
    stamp.unlink(missing_ok=True)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", "--keep-going", "-q"]
    # What pages compute themselves comes out the same on every machine, as what the notebooks computed.
    environment = {**os.environ, **ARITHMETIC, "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    before = _state(root)["inputs"]
    status = subprocess.run(command, cwd=root, env=environment, check=False).returncode
    if status == 0:
        stamps.write_whole(stamp, json.dumps({"every page": ground, **_state(root), "inputs": before}, indent=1))
    else:
        # A page that failed once is not re-read by Sphinx and would pass the second time.
        shutil.rmtree(built, ignore_errors=True)
    return status


def build(*, verify: bool = True) -> int:
    """Bring the notebooks up to date, check the claims, make the pages; return an exit status."""
    try:
        root = project_root(Path.cwd())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if verify and unchanged(root):
        print(f"Nothing has changed since the book was built. It is in {HTML / 'index.html'}.")
        return 0
    # Here, because whoever has nothing to build need not wait for them.
    from ..interactive.derivation import DerivationError, established
    from . import claims, minutes, notebooks, values
    from .derivations import derivations

    if verify and notebooks.main(["verify"]):
        print("A notebook differs from its run. If the new output is right: make tidy, then look at git diff.")
        return 1
    if claims.report(root):
        print(f"A claim and its cell disagree. Mend the lesson, or the row in {claims.REGISTER}.")
        return 1
    if values.report(root):
        print("Prose quotes something else than its cell. `make tidy` writes what is old; the rest is named above.")
        return 1
    if minutes.report(root):
        print("A page or a path does not keep its word. `python -m inference_scaling.site.minutes` shows all of them.")
        return 1
    try:
        found = [derivation for derivation in derivations() if established(derivation)]
        print(f"{len(found)} derivations hold")
    except DerivationError as error:
        print(f"A derivation has a wrong step: {error}")
        return 1
    if pages(root):
        print("The pages were not built: each warning above names the file and the line to mend.")
        return 1
    print(f"\nThe book is in {HTML / 'index.html'}: open that file, or run `make serve`.")
    return 0

"""Build the site from checked notebooks: ``python -m inference_scaling.site``.

Order: what is stale is executed and compared, the register is compared with the cells, every derivation
is checked, then the pages are made from those very outputs. Warnings are errors. Run from the top folder of
the project.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ..interactive.derivation import DerivationError, established
from . import claims, notebooks, paths, social
from .derivations import derivations

HTML = Path("_build/html")
SITE_STAMP = Path("_build/.site.sha256")
# Sphinx sees changed pages by itself; a change under any of these concerns every page.
EVERY_PAGE = ("lib/inference_scaling/**/*.py", "lib/inference_scaling/display/static/**/*", "_config.yml", "_toc.yml")


def _under_every_page(root: Path = Path()) -> str:
    digest = hashlib.sha256()
    for pattern in EVERY_PAGE:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                digest.update(path.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    # Heads of lessons stand on other pages too: on the landing page and at the foot of the lesson before.
    digest.update(repr(paths.lessons(root)).encode())
    digest.update(os.environ.get(social.ADDRESS, "").encode())
    return digest.hexdigest()


def pages() -> int:
    """Make the pages from the notebooks as committed; return the exit status of Jupyter Book."""
    ground = _under_every_page()
    if not SITE_STAMP.is_file() or SITE_STAMP.read_text() != ground:
        shutil.rmtree("_build", ignore_errors=True)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", "--keep-going", "-q"]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    status = subprocess.run(command, env=environment, check=False).returncode
    if status == 0:
        SITE_STAMP.write_text(ground)
    else:
        # A page that failed once is not re-read by Sphinx and would pass the second time.
        shutil.rmtree("_build", ignore_errors=True)
    return status


def build(*, verify: bool = True) -> int:
    """Bring the notebooks up to date, check the claims, make the pages; return an exit status."""
    if verify and notebooks.main(["verify"]):
        print("A notebook differs from its run. If the new output is right: make tidy, then look at git diff.")
        return 1
    if claims.main():
        print(f"A claim and its cell disagree. Mend the lesson, or the row in {claims.REGISTER}.")
        return 1
    try:
        found = [derivation for derivation in derivations() if established(derivation)]
        print(f"{len(found)} derivations hold")
    except DerivationError as error:
        print(f"A derivation has a wrong step: {error}")
        return 1
    if pages():
        print("The pages were not built: each warning above names the file and the line to mend.")
        return 1
    print(f"\nThe book is in {HTML / 'index.html'}: open that file, or run `make serve`.")
    return 0

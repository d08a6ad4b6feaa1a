"""The library's tests with the lowest versions of its dependencies: ``python tests/lowest.py``.

The floors stand in pyproject.toml alone. An environment of their own is made under .cache with exactly these versions
of what the package depends on, and with what the tests need in the versions of the lock (but for pandas, which asks
for a newer NumPy there); ``make evidence`` and one job of the workflow run it. Extra arguments go to pytest.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "lowest"
# What the tests of the library import beside it.
FROM_LOCK = ("hypothesis", "mpmath", "narwhals", "pytest", "pytest-timeout", "pytest-xdist")
# Without the examples of the docstrings: an older NumPy prints its scalars in another way.
TESTS = tuple(
    f"tests/test_{name}.py"
    for name in (
        "bad_input",
        "decisions",
        "estimates",
        "game24",
        "intervals",
        "laws",
        "recorded",
        "samples",
        "search",
        "simulate",
        "verifiers",
    )
)


def floors(project: dict) -> list[str]:
    """Return each dependency of the package in the lowest version that it may have: ``numpy==1.26``.

    Raises
    ------
    ValueError
        When a dependency states no floor.
    """
    found = []
    for requirement in project["dependencies"]:
        name, floor, version = re.fullmatch(r"([A-Za-z0-9_.-]+)(>=)?([\d.]+)?.*", requirement).groups()
        if not floor:
            raise ValueError(f"dependencies: {requirement!r} states no lowest version; must be like {name}>=1.0")
        # 1.26 and 1.26.0 are the same version to every installer.
        found.append(f"{name}=={version}")
    return found


def pinned(names: tuple[str, ...], lock: str) -> list[str]:
    """Return the lines of the lock for these packages, all of their markers."""
    found = [line for line in lock.splitlines() if re.split(r"==", line)[0] in names]
    if missing := set(names) - {line.split("==")[0] for line in found}:
        raise ValueError(f"requirements.lock has no line for {sorted(missing)}")
    return found


def main(arguments: list[str]) -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*floors(project), *pinned(FROM_LOCK, (ROOT / "requirements.lock").read_text(encoding="utf-8")), "pandas"]
    python = FOLDER / "bin" / "python"
    made = FOLDER / "made-of.txt"
    if not made.is_file() or made.read_text() != "\n".join(wanted):
        print("Setting up .cache/lowest:", *floors(project), flush=True)
        shutil.rmtree(FOLDER, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, *wanted], check=True)
        made.write_text("\n".join(wanted))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "lib"), "OPENBLAS_NUM_THREADS": "1"}
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", *TESTS, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

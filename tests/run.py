"""All checks, in the order in which a failure is cheapest to find: ``make test``.

Each stage prints as it goes; the end is one screen that says what passed, how long it took and, where
something failed, what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Stage:
    name: str
    command: list[str]
    advice: str


STAGES = [
    Stage(
        "style",
        ["make", "--silent", "lint"],
        "run `.venv/bin/ruff check --fix .` and `.venv/bin/ruff format .`: they mend most",
    ),
    # Three workers on two cores: many of these tests wait, for a browser or a command.
    Stage(
        "library and tools",
        [*PYTEST, "-n", "3", "lib", "tests", "--ignore=tests/site", "--ignore=tests/grading"],
        "run the failing test alone: `.venv/bin/pytest path::name`",
    ),
    # By file, because batches and attacks are run once for all tests of a file; and no more workers than cores,
    # because the limits of an answer are in wall time.
    Stage(
        "grader and its sandbox",
        [*PYTEST, "-n", "2", "--dist", "loadfile", "tests/grading"],
        "run the failing test alone: `.venv/bin/pytest path::name`",
    ),
    Stage(
        "notebooks, executed and compared",
        [PYTHON, "-m", "inference_scaling.lesson.notebooks", "verify", "--all"],
        "if the new output is right: `make tidy`, then look at `git diff`",
    ),
    Stage(
        "claims and pages",
        [PYTHON, "-m", "inference_scaling.lesson.site", "--pages-only"],
        "each warning names the file and the line",
    ),
    Stage(
        "site in a browser",
        [*PYTEST, "-n", "2", "tests/site"],
        "open the page named above with `make serve`",
    ),
]


def browser() -> str | None:
    """Return how a browser was found or installed, or None when there is none."""
    if found := next(filter(None, map(shutil.which, CHROMIUM)), None):
        return found
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("No Chromium here: installing the distribution's package", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], **quiet)
    else:
        print("No Chromium here: Playwright downloads its own", flush=True)
        subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], check=False)
        if any((Path.home() / ".cache" / "ms-playwright").glob("chromium-*")):
            return "Playwright's Chromium"
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def main() -> int:
    os.chdir(ROOT)
    in_ci = bool(os.environ.get("CI"))
    has_browser = browser() is not None
    results: list[tuple[str, str, float]] = []
    advice = ""
    for stage in STAGES:
        if stage.name == "site in a browser" and not has_browser and not in_ci:
            results.append((stage.name, "SKIPPED: no Chromium could be installed", 0.0))
            continue
        print(f"\n=== {stage.name}", flush=True)
        start = time.monotonic()
        failed = subprocess.run(stage.command, check=False).returncode
        results.append((stage.name, "FAILED" if failed else "passed", time.monotonic() - start))
        if failed:
            advice = f"{stage.name}: {stage.advice}"
            break
    print("\n" + "-" * 60)
    for name, outcome, seconds in results:
        print(f"{name:36} {outcome:8} {seconds:6.0f} s")
    for stage in STAGES[len(results) :]:
        print(f"{stage.name:36} not run")
    print(f"{'total':36} {'':8} {sum(seconds for *_, seconds in results):6.0f} s")
    if advice:
        print(f"\nWhat to do: {advice}")
    return 1 if advice else 0


if __name__ == "__main__":
    sys.exit(main())

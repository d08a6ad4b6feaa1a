"""All checks, in the order in which a failure is cheapest to find: ``make test``.

Each stage prints as it goes, one that began beside another in its turn; the end is one screen that says what passed,
how long it took, how busy the processor was meanwhile and, where something failed, what to do. ``tests/run.py part``
runs what can differ on another Python.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
# Where Linux counts what its cores have done, in its first line.
PROCESSOR = Path("/proc/stat")
PYTEST = [PYTHON, "-m", "pytest", "-q", "-m", "not evidence"]


@dataclass(frozen=True)
class Stage:
    name: str
    command: list[str]
    advice: str
    # The stage at whose start it is started, to be waited for in its turn: so no core waits while a test does.
    beside: str = ""


STAGES = [
    Stage(
        "style",
        ["make", "--silent", "lint"],
        "run `.venv/bin/ruff check --fix .` and `.venv/bin/ruff format .`: they mend most",
    ),
    # What is committed as executed must be so: a reader's first `make book` builds from it and executes nothing. Before
    # the long stages, because it takes a second; they execute and compare every notebook whatever its stamp says.
    Stage(
        "stamps of the notebooks",
        [PYTHON, "-m", "inference_scaling.site.notebooks", "stamps"],
        "`make book` executes the notebooks named above, compares them and stamps them; then commit book/stamps.toml",
    ),
    # Three workers on two cores, here and in the last stage: many of these tests wait, for a browser or a command.
    # Each with one thread, which tests/conftest.py sees to: workers with two threads each are in each other's way.
    # By file, because a file's browser, kernel or trained model is made once for all of its tests; in the order of
    # tests/conftest.py, where the longest come first.
    Stage(
        "library and tools",
        [
            *PYTEST,
            "-n",
            "3",
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
            "lib",
            "tests",
            "--ignore=tests/site",
            "--ignore=tests/grading",
        ],
        "run the failing test alone: `.venv/bin/pytest path::name`",
    ),
    # By file, because batches and attacks are run once for all tests of a file; and no more workers than cores,
    # because the limits of an answer are in wall time.
    Stage(
        "grader and its sandbox",
        [*PYTEST, "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "tests/grading"],
        "run the failing test alone: `.venv/bin/pytest path::name`",
    ),
    Stage(
        "claims and pages",
        [PYTHON, "-m", "inference_scaling.site", "--pages-only"],
        "each warning names the file and the line",
        beside="style",
    ),
    # Test by test, but for groups that share what is slow to make; tests/site/conftest.py has them begin first.
    Stage(
        "site in a browser",
        [*PYTEST, "-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder", "tests/site"],
        "open the page named above with `make serve`",
    ),
    # In what the grader and the browsers leave of the cores, and behind them: their limits are in wall time.
    Stage(
        "notebooks, executed and compared",
        ["nice", "-n", "5", PYTHON, "-m", "inference_scaling.site.notebooks", "verify", "--all"],
        "if the new output is right: `make tidy`, then look at `git diff`",
        beside="grader and its sandbox",
    ),
]


# What another Python can change: the library, what marks an answer, a notebook's outputs. One lesson each of closed
# forms, of estimates from samples and of figures.
PART = [
    Stage(
        "library and exercises",
        [
            *PYTEST,
            "-n",
            "2",
            "lib",
            "tests",
            *(f"--ignore=tests/{name}" for name in ("site", "grading", "test_benchmarks.py", "test_reasoner.py")),
            *(f"--ignore=tests/{room}/browser" for room in ("classroom", "interactive", "site_build")),
            *(f"--ignore=tests/site_build/{name}" for name in ("test_notebooks.py", "test_stamps.py")),
        ],
        "run the failing test alone, with the same Python",
    ),
    Stage(
        "three notebooks, executed and compared",
        [
            PYTHON,
            "-m",
            "inference_scaling.site.notebooks",
            "verify",
            "--all",
            "book/theorem/diminishing_returns.ipynb",
            "book/setup/pass_at_k.ipynb",
            "book/phenomena/task_dependence.ipynb",
        ],
        "an output that differs with the Python or with NumPy is printed to too many digits",
    ),
]


def has_chromium() -> bool:
    """Say whether there is a Chromium, after having tried to install it; and where pages are run, Firefox too."""
    # Here, so that this file can be read where only the standard library is.
    from inference_scaling.site import chromium, downloads, firefox

    # Only pages that run are tried in a second browser, and they need a large download.
    if not downloads.read(ROOT)["runtime"].missing():
        firefox.install()
    return chromium.install() is not None


class Started:
    """A stage on its way: what one prints that began beside another is kept for its turn."""

    def __init__(self, stage: Stage) -> None:
        self.kept = tempfile.TemporaryFile() if stage.beside else None  # noqa: SIM115 (read when the stage has ended)
        self.process = subprocess.Popen(
            stage.command,
            stdout=self.kept,
            stderr=subprocess.STDOUT if self.kept else None,
            # A group of its own can be ended as a whole.
            start_new_session=bool(stage.beside),
        )

    def ended(self) -> bool:
        """Wait, print what was kept, and say whether it passed."""
        passed = self.process.wait() == 0
        if self.kept:
            self.kept.seek(0)
            sys.stdout.buffer.write(self.kept.read())
            sys.stdout.flush()
            self.kept.close()
        return passed

    def stop(self) -> None:
        """End a stage that is still under way beside others, with all that it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()


def busy() -> float:
    """Return the seconds that all cores together have worked since the machine began; 0 where Linux does not tell.

    Of the whole machine, because a browser's processes are nobody's children in the end: what else runs counts too.
    """
    try:
        user, nice, system, _idle, _waiting, *rest = map(int, PROCESSOR.read_text().split("\n")[0].split()[1:8])
    except (OSError, ValueError):
        return 0.0
    return sum((user, nice, system, *rest)) / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    stages = PART if arguments == ["part"] else STAGES
    begun: dict[str, Started] = {}
    try:
        return run(stages, begun)
    finally:
        for started in begun.values():
            started.stop()


def run(stages: list[Stage], begun: dict[str, Started]) -> int:
    """Run the stages in turn, noting those that begin beside another; print the table; return an exit status."""
    in_ci = bool(os.environ.get("CI"))
    has_browser = stages is PART or has_chromium()
    results: list[tuple[str, str, float, float]] = []
    advice, first, worked = "", time.monotonic(), busy()
    for stage in stages:
        if stage.name == "site in a browser" and not has_browser and not in_ci:
            results.append((stage.name, "SKIPPED: no Chromium could be installed", 0.0, 0.0))
            continue
        print(f"\n=== {stage.name}", flush=True)
        start, start_worked = time.monotonic(), busy()
        begun.update({one.name: Started(one) for one in stages if one.beside == stage.name})
        passed = (begun.get(stage.name) or Started(stage)).ended()
        took = time.monotonic() - start
        results.append((stage.name, "passed" if passed else "FAILED", took, busy() - start_worked))
        if not passed:
            advice = f"{stage.name}: {stage.advice}"
            break
    print("\n" + "-" * 60)
    for name, outcome, seconds, processor in results:
        beside = " more, begun beside others" if name in begun else ""
        print(f"{name:36} {outcome:8} {seconds:6.0f} s {processor:6.0f} s of all cores{beside}")
    for stage in stages[len(results) :]:
        print(f"{stage.name:36} not run")
    print(f"{'total':36} {'':8} {time.monotonic() - first:6.0f} s {busy() - worked:6.0f} s of all cores")
    if advice:
        print(f"\nWhat to do: {advice}")
    return 1 if advice else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

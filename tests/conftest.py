"""What holds for every test: the book's arithmetic, the counts that a report shows, and the working directory kept."""

import os
import runpy
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Before NumPy is loaded, and from a file alone: importing the package would load it. Workers and commands inherit it.
_KERNEL = Path(__file__).resolve().parents[1] / "lib" / "inference_scaling" / "site" / "kernel.py"
_ARITHMETIC = runpy.run_path(str(_KERNEL))["ARITHMETIC"]
_SET_BEFORE = _ARITHMETIC.items() <= os.environ.items()
os.environ.update(_ARITHMETIC)
if "numpy" in sys.modules and not _SET_BEFORE:
    raise RuntimeError("NumPy was loaded before tests/conftest.py: it runs with this machine's arithmetic")

# What random cases find must not depend on how busy a machine is.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

# Name of the property that a test records: what its numbers count. Numbers of several tests are added up.
COUNTS = {
    "hostile": "{} hostile or broken submissions and answers: {} fooled the grader, {} lost, {} harmed another answer",
    "walls": "{} attacks on the sandbox, counted for each tool: {} came through, {} harmed the next answer",
    "mutants": "{} changed solutions: {} false passes; {} other right ones: {} false fails",
}


def pytest_terminal_summary(terminalreporter):
    recorded = {}
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if getattr(report, "when", None) == "call":
            for name, numbers in report.user_properties:
                if name in COUNTS:
                    recorded.setdefault(name, []).append(numbers)
    for name, rows in recorded.items():
        terminalreporter.write_line(COUNTS[name].format(*map(sum, zip(*rows, strict=True))))


@pytest.fixture(autouse=True)
def working_directory():
    """Name the test that moves away for good: otherwise the next ones of its process fail in its place."""
    before = os.getcwd()
    yield
    after = os.getcwd()
    if after != before:
        os.chdir(before)
        pytest.fail(f"this test left the working directory at {after}, it began at {before}: use monkeypatch.chdir")

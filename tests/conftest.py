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

# Programs that run inside other tools, which are not installed here; `tests/test_plugins.py` starts them.
collect_ignore = ["tool_runs"]

# Files whose tests take longest, the longest first: workers that are given whole files begin with them, so that none is
# left alone with one at the end. `tests/test_run.py` looks that they are there.
LONGEST = (
    "tests/classroom/test_release.py",
    "tests/test_cli.py",
    "tests/test_decisions.py",
    "tests/test_language_model.py",
    "tests/test_benchmarks.py",
    "tests/test_book_figures.py",
    "tests/test_wheel.py",
    "tests/test_reasoner.py",
    "tests/site_build/test_skeleton.py",
    "tests/test_recorded_reasoner.py",
    "tests/site_build/test_notebooks.py",
    "tests/site_build/test_stamps.py",
    "tests/lessons/test_exercises.py",
    "tests/interactive/browser/test_explorables_page.py",
    "tests/classroom/browser/test_box_page.py",
    "tests/interactive/browser/test_derivation_page.py",
    "tests/test_search_by_chance.py",
    "tests/test_search.py",
    "tests/interactive/test_prediction.py",
    "tests/lessons/test_questions.py",
    "tests/site_build/test_values.py",
    "tests/test_intervals.py",
    "tests/test_figure_reading.py",
    "tests/test_estimates.py",
    "tests/test_environment.py",
    "tests/grading/test_command.py",
    "tests/grading/test_batch.py",
)

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


def pytest_collection_modifyitems(items):
    place = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


@pytest.fixture(autouse=True)
def working_directory():
    """Name the test that moves away for good: otherwise the next ones of its process fail in its place."""
    before = os.getcwd()
    yield
    after = os.getcwd()
    if after != before:
        os.chdir(before)
        pytest.fail(f"this test left the working directory at {after}, it began at {before}: use monkeypatch.chdir")

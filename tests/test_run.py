"""What `make test` says in the end, and the order in which it begins."""

from __future__ import annotations

import importlib.util
import re
import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

TESTS = Path(__file__).resolve().parent
BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\nprint('worked')"


@pytest.fixture
def all_checks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("all_checks", TESTS / "run.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_the_table_has_the_seconds_of_each_stage_and_of_the_processor_and_what_to_do(
    all_checks: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    first = all_checks.Stage("first", [sys.executable, "-c", BUSY], "not this")
    beside = all_checks.Stage("second", [sys.executable, "-c", "raise SystemExit(1)"], "mend it", beside="first")
    last = all_checks.Stage("third", ["false"], "not this either")
    assert all_checks.run([first, beside, last], {}) == 1
    said = capfd.readouterr().out
    told = dict(re.findall(r"^(first|second|total) +(?:\w+ +)?(\d+ s +\d+ s of all cores.*)$", said, re.M))
    assert told.keys() == {"first", "second", "total"} and "begun beside others" in told["second"]
    assert re.search(r"^third +not run$", said, re.M) and said.endswith("What to do: second: mend it\n")


def test_what_all_cores_have_worked_grows_with_work_and_is_no_error_where_nothing_tells(
    all_checks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "stat"
    monkeypatch.setattr(all_checks, "PROCESSOR", told)
    assert all_checks.busy() == 0
    counted = []
    for idle, work in ((1000, 200), (9000, 200), (9000, 500)):
        told.write_text(f"cpu  {work} 10 20 {idle} 50 3 4 70 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")
        counted.append(all_checks.busy())
    assert counted[0] == counted[1] and counted[2] - counted[1] == pytest.approx(300 * counted[0] / 237)


def test_the_files_that_begin_are_there_once_each() -> None:
    longest = runpy.run_path(str(TESTS / "conftest.py"))["LONGEST"]
    assert len(set(longest)) == len(longest) > 10
    assert [name for name in longest if not (TESTS.parent / name).is_file()] == []

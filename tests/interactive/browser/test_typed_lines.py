"""The long run of typed lines in a small form: hundreds of expressions, and of lines of every kind."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import pytest
from browsing import chromium
from inference_scaling.interactive.derivation import check

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def typed_lines():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        # That every step holds is tested elsewhere.
        patch.setattr(
            check, "established", lambda one: tuple(check.Established("checked elsewhere") for _ in one.steps)
        )
        import derivations

        yield derivations
    sys.modules.pop("derivations", None)


@pytest.fixture(scope="module")
def found(typed_lines):
    with chromium() as browser:
        yield typed_lines.run(browser, 400, 2_500, loads=1)


def test_typed_expressions_have_the_values_of_sympy_and_mpmath(found):
    assert found.disagree == []
    assert found.compared == 400 and found.through_sympy > 300


def test_no_line_hangs_throws_runs_or_gets_the_wrong_verdict(found):
    assert found.faults == []
    assert {"right", "mistake", "wrong", "not understood"} <= set(found.kinds)
    # The aim is 50 ms for every line; a loaded test machine may pause now and then.
    assert statistics.quantiles(found.times, n=100)[98] < 50


def test_a_difference_or_a_fault_is_seen_and_stands_on_the_page(typed_lines, found):
    assert typed_lines._off("0.5000001", 0.5) and typed_lines._off("not read: x", 0.5)
    wrong = found._replace(disagree=["typed: p"], faults=["thrown: x"])
    assert "What went wrong" in typed_lines.body(wrong, "1") and "thrown: x" in typed_lines.body(wrong, "1")
    assert "What went wrong" not in typed_lines.body(found, "1")

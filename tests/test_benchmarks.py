"""The benchmarks in a small form, and the evidence pages that the long form wrote."""

import ast
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", autouse=True)
def benchmarks_on_the_path():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield
    sys.path.remove(str(ROOT / "benchmarks"))


def test_the_small_benchmark_runs_and_ours_is_exact():
    import bench

    size = bench.SMALL
    for make in (bench.bench_pass_at_k, bench.bench_best_of_n, bench.bench_majority):
        assert make(size, np.random.default_rng(1)).error < 1e-12
    assert all(row.error < 1e-12 for row in bench.bench_law(size, np.random.default_rng(1)))
    assert "| ratio |" in bench.run(size)


def test_the_exact_references_agree_with_enumeration_of_all_subsets():
    import exact

    rng = np.random.default_rng(2)
    for _ in range(5):
        answer, score = rng.integers(0, 4, 7), rng.integers(0, 4, 7)
        correct = answer % 2 == 0
        for k in (1, 2, 4, 7):
            best, vote, any_right = [], [], []
            for subset in map(list, combinations(range(7), k)):
                top = score[subset] == score[subset].max()
                best.append(Fraction(int(correct[subset][top].sum()), int(top.sum())))
                votes = np.bincount(answer[subset])
                winners = np.flatnonzero(votes == votes.max())
                vote.append(Fraction(int((winners % 2 == 0).sum()), len(winners)))
                any_right.append(int(correct[subset].any()))
            assert exact.best_of_n(correct, score, k) == sum(best) / len(best)
            assert exact.majority_vote(answer, correct, k) == sum(vote) / len(vote)
            assert exact.pass_at_k(7, int(correct.sum()), k) == Fraction(sum(any_right), len(any_right))


def test_the_law_of_best_of_n_is_the_exact_estimate_of_every_recorded_pool_with_replacement():
    import recorded_law

    rows = recorded_law.run()
    assert {row.name.partition(",")[0] for row in rows} == {
        "game24_values",
        "humaneval_codet",
        "rm_scores",
        "smollm2_samples",
    }
    assert max(row.unexplained for row in rows) < 1e-12
    # Draws with and without replacement differ, and by no more than the chance of drawing a sample twice.
    assert all(row.difference <= row.bound + 1e-12 for row in rows)
    assert max(row.difference for row in rows if row.k == 2) > 0.01
    assert recorded_law.different(3, 2) == pytest.approx([0, 1 / 3, 2 / 3])


def test_a_small_run_of_the_plans_writes_its_three_tables_and_is_not_flattered():
    import plans

    text = plans.page(plans.SMALL)
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Truth known",
        "## Accuracy, on recordings",
        "## Coverage beyond the pilot, on recordings",
    ]
    rows = plans.known(plans.SMALL._replace(tables=30))
    assert abs(np.mean([row.expected for row in rows])) < 0.02 < np.mean([row.plain for row in rows])


SOURCE = '''
def f(x, *, least=0):
    """A docstring."""
    if x < least:
        raise ValueError(f"x = {x + 1}: too small")
    y: float = -x
    return y + 2.0 if least else not True
'''
CHANGES = [
    "0 -> 1",
    "condition negated",
    "Lt -> LtE",
    "raise left out",
    "USub left out",
    "return None",
    "condition negated",
    "Add -> Sub",
    "2.0 -> 3.0",
    "True -> False",
]


def test_the_mutator_changes_each_operator_constant_condition_return_and_refusal_and_no_message(tmp_path):
    import mutation

    path = tmp_path / "code.py"
    path.write_text(SOURCE)
    found = mutation.mutants(path)
    assert sorted(mutant.change for mutant in found) == sorted(CHANGES)
    original = ast.unparse(ast.parse(SOURCE))
    sources = {ast.unparse(mutation.changed(mutant)) for mutant in found}
    assert len(sources) == len(CHANGES)
    assert original not in sources


def test_the_code_hash_passes_over_comments_and_docstrings_and_sees_every_other_change(tmp_path, monkeypatch):
    import evidence

    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    file = tmp_path / "code.py"
    hashes = []
    for text in (SOURCE, SOURCE.replace("A docstring", "Another") + "# comment\n", SOURCE.replace("2.0", "2.5")):
        file.write_text(text)
        hashes.append(evidence.code_hash(["code.py"]))
    assert hashes[0] == hashes[1] != hashes[2]


def test_every_evidence_page_speaks_of_the_code_as_it_is():
    import evidence

    pages = sorted((ROOT / "book" / "reference" / "evidence").glob("*.md"))
    stale = [page.name for page in pages if evidence.stale(page)]
    assert not stale, f"these pages speak of code that has changed since: {stale}; run `make evidence`"

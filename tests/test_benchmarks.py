"""The benchmarks in a small form, and the evidence pages that the long form wrote."""

import ast
import dataclasses
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import inference_scaling as its
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
    for make in (
        bench.bench_pass_at_k,
        bench.bench_pass_hat_k,
        bench.bench_best_of_n,
        bench.bench_deep_pool,
        bench.bench_majority,
    ):
        assert make(size, np.random.default_rng(1)).error < 1e-12
    stopped = bench.bench_stopped_vote(size, np.random.default_rng(1))
    assert stopped.error < 5 * stopped.usual_error
    assert all(row.error < 1e-12 for row in bench.bench_law(size, np.random.default_rng(1)))
    assert all(row.error < 1e-9 for row in bench.bench_interval(size, np.random.default_rng(1)))
    reading = bench.bench_reading(size, np.random.default_rng(1))
    assert reading
    assert all(row.error == row.usual_error == 0 for row in reading)
    assert "| ratio |" in bench.run(size)


def test_the_usual_comparison_of_two_systems_gives_the_intervals_of_compare_where_problems_are_many():
    import usual

    rng = np.random.default_rng(1)
    p = rng.beta(0.8, 1.2, 2_000)
    n, counts = np.full(2_000, 20), (rng.binomial(20, p), rng.binomial(20, 0.9 * p**0.8))
    ours = its.compare(*(its.SampleSet.from_counts(n, c) for c in counts), k=[1, 5], rng=2)
    first, second = (its.pass_at_k(n[:, None], c[:, None], ours.k) for c in counts)
    low, high = usual.compared_by_bootstrap(first, second, 1_000, 0.95, rng)
    # A thousand resamples move an end by some hundredths of the width.
    assert np.all(np.abs(low - ours.low) < 0.08 * (ours.high - ours.low))
    assert np.all(np.abs(high - ours.high) < 0.08 * (ours.high - ours.low))
    # Both systems get the same drawn problems: of two equal systems nothing is left to chance.
    assert np.all(usual.compared_by_bootstrap(first, first, 50, 0.95, rng) == 0)


def test_the_row_of_compare_names_what_each_side_does():
    import bench

    row = bench.bench_compare(bench.SMALL, np.random.default_rng(1))
    assert "band and crossing" in row.what and "intervals only" in row.usual
    assert row.seconds > 0 and row.usual_seconds > 0 and bench.bench_compare in bench.BENCHES


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
            every = [int(all(correct[list(subset)])) for subset in combinations(range(7), k)]
            assert exact.pass_hat_k(7, int(correct.sum()), k) == Fraction(sum(every), len(every))
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


def test_the_inverted_sign_flip_test_and_the_bootstraps_agree_with_t_where_differences_are_normal():
    import paired_intervals as paired

    rng = np.random.default_rng(1)
    a, b = np.clip(rng.normal(0.6, 0.1, (200, 20)), 0, 1), np.full((200, 20), 0.5)
    t_low, t_high = paired.ends("t", a, b, rng)
    for method in ("sign-flip", "percentile", "BCa"):
        low, high = paired.ends(method, a, b, rng)
        assert np.allclose(low, t_low, atol=4e-3) and np.allclose(high, t_high, atol=4e-3)
    assert "| BCa |" in paired.page(5, (20,))


def test_a_small_run_of_the_remedies_matches_every_choice_with_its_truth_and_is_not_flattered():
    import remedies

    rows = remedies.run(2, 300)
    assert {row.world for row in rows} == set(remedies.WORLDS)
    assert len(rows) == 7 * len(remedies.WORLDS)
    assert np.mean([row.naive - row.value for row in rows]) > 0
    # Where best-of-N falls, to stop at the peak is better than not to; where it rises, it changes nothing.
    many = remedies.population("falls", 400, np.random.default_rng(1))
    _, every = remedies.seen(many, remedies.second(many, np.random.default_rng(2)), 3, judge=False)
    peak = every["peak n"]
    assert peak.value.mean(axis=0).max() > peak.value[:, -1].mean() + 0.02
    chosen = dataclasses.replace(its.Remedy.without("cut", ""), chosen=("tie ≥ 1.9",))
    names = ["no cut", "tie ≥ 1", "tie ≥ 2", "drop > 2"]
    assert remedies.nearest(chosen, remedies.Seen(names, np.zeros((1, 4)))) == 2


def test_a_small_run_of_the_forecasts_writes_both_tables_and_the_promised_interval_holds_more_often():
    import forecasts

    rows = forecasts.simulated(forecasts.SMALL._replace(tables=4))
    assert len(rows) == len(forecasts.TABLES)
    assert all(row.low <= row.family_low <= row.family_high <= row.high for row in rows)
    assert all(row.held >= row.family_held for row in rows)
    (row,) = forecasts.recorded(forecasts.SMALL)
    assert row.truth == pytest.approx(0.713, abs=1e-3) and row.held >= 0.8
    assert "**0.250**" in forecasts._table([row._replace(held=0.25)], "recording")


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


MOVED = """import math
import numpy as np
from .. import other
from ..room.helper import FACTOR as LIMIT

PLACES = ["lib/inference_scaling/new/place.py"]
__all__ = ["double", "half"]


def half(x):
    return x / LIMIT


def double(x):
    from .elsewhere import thing

    return np.float64(x) * 2.0 + math.pi * thing
"""


def test_the_code_hash_speaks_of_contents_and_not_of_where_they_lie(tmp_path, monkeypatch):
    import evidence

    monkeypatch.setattr(evidence, "ROOT", tmp_path)

    def hashed(**files):
        for old in tmp_path.rglob("*.py"):
            old.unlink()
        for name, text in files.items():
            path = tmp_path / "lib" / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return evidence.code_hash(["lib"])

    before = hashed(one=MOVED)
    assert before == hashed(room__another=MOVED.replace("from .. import", "from ... import"))
    assert before == hashed(one=MOVED.replace("from .elsewhere", "from inference_scaling.lessons"))
    assert before == hashed(one=MOVED.replace("new/place.py", "old/place.py"))
    # Split in two, in another order, each part with its own imports and exports.
    head, tail = MOVED[: MOVED.index("def half")], MOVED[MOVED.index("def double") :]
    middle = MOVED[MOVED.index("def half") : MOVED.index("def double")]
    outside = "import math\nimport numpy as np\n"
    assert before == hashed(a=outside + tail, b=head.replace('"double", ', "") + middle)
    for old, new in (
        ("2.0", "3.0"),
        ("/ LIMIT", "* LIMIT"),
        ("import numpy", "import scipy"),
        ("def half", "def third"),
    ):
        assert before != hashed(one=MOVED.replace(old, new)), new
    assert before != hashed(one=MOVED, two="def half(x):\n    return 0\n")


def test_the_code_hash_reads_code_as_python_3_11_shows_it_on_every_python():
    import evidence

    code = "def f(x: int = None, *a, y=''):\n    return f'{x!r:.{y}}', None, [], {}\n"
    shown = (
        "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[], args=[arg(arg='x', "
        "annotation=Name(id='int', ctx=Load()))], vararg=arg(arg='a'), kwonlyargs=[arg(arg='y')], "
        "kw_defaults=[Constant(value='')], defaults=[Constant(value=None)]), body=[Return(value=Tuple(elts=["
        "JoinedStr(values=[FormattedValue(value=Name(id='x', ctx=Load()), conversion=114, format_spec="
        "JoinedStr(values=[Constant(value='.'), FormattedValue(value=Name(id='y', ctx=Load()), conversion=-1)]))]), "
        "Constant(value=None), List(elts=[], ctx=Load()), Dict(keys=[], values=[])], ctx=Load()))], "
        "decorator_list=[])], type_ignores=[])"
    )
    assert evidence._dumped(ast.parse(code)) == shown


def test_every_evidence_page_speaks_of_the_code_as_it_is_or_says_that_it_does_not():
    import evidence

    pages = sorted((ROOT / "book" / "reference" / "evidence").glob("*.md"))
    wrong = [page.name for page in pages if evidence.stale(page) != evidence.says_old(page)]
    assert not wrong, f"code has changed since these pages: {wrong}; run `make evidence`, or benchmarks/evidence.py"


def test_a_page_of_evidence_says_that_it_is_old_until_it_is_measured_again(tmp_path, monkeypatch):
    import evidence

    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    monkeypatch.setattr(evidence, "PAGES", tmp_path)
    code = tmp_path / "law.py"
    code.write_text("x = 1\n")
    page = evidence.write("law.md", "A law", ["law.py"], "It holds.")
    before = page.read_text()
    assert not evidence.tell(page) and page.read_text() == before
    code.write_text("x = 2\n")
    assert evidence.tell(page) and evidence.says_old(page) and "It holds." in page.read_text()
    told = page.read_text()
    assert evidence.tell(page) and page.read_text() == told
    code.write_text("x = 1\n")
    assert not evidence.tell(page) and page.read_text() == before


def test_first_paint_and_weight_of_sites_are_measured_side_by_side(tmp_path, monkeypatch, capsys):
    import first_paint

    monkeypatch.setattr(first_paint, "PAGES", ("book/index.html",))
    monkeypatch.setattr(first_paint, "SLOWER", 1)
    for name, words in (("light", 10), ("heavy", 40_000)):
        page = tmp_path / name / "book/index.html"
        page.parent.mkdir(parents=True)
        # Words that differ: a page of one word weighs nothing when it comes compressed.
        page.write_text("<!doctype html><title>A page</title>" + " ".join(map(str, range(words))), encoding="utf-8")
    sites = [str(tmp_path / name) for name in ("light", "heavy")]
    monkeypatch.setattr(sys, "argv", ["first_paint.py", *sites, "--times", "1"])
    assert first_paint.main() == 0
    rows = [row.strip("| ").split(" | ") for row in capsys.readouterr().out.splitlines()[2:]]
    assert [row[1] for row in rows] == sites
    assert all(float(row[2]) > 0 for row in rows) and float(rows[1][4]) > 10 * float(rows[0][4])
    monkeypatch.setattr(sys, "argv", ["first_paint.py", str(tmp_path)])
    with pytest.raises(SystemExit):
        first_paint.main()
    assert "is no built site: it has no book/index.html" in capsys.readouterr().err

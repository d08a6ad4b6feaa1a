"""Sets joined, filtered, grouped, and as dataframes."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest

PAGE = Path(__file__).resolve().parents[1] / "book" / "laboratory" / "your_columns.md"

TABLE = {
    "problem": ["a", "b", "a", "c", "b"],
    "correct": [True, False, False, True, True],
    "answer": ["1", None, "2", "1", "3"],
    "score": [0.5, 0.1, 0.2, 0.9, 0.4],
    "tokens": [10, 20, 30, 40, 50],
    "prm": [0.2, 0.3, 0.1, 0.5, 0.7],
    "step_scores": [[0.1], [0.2, 0.3], [], [0.4], [0.5, 0.6]],
}
STORED = ("problem", "correct", "answer", "score", "tokens", "step_offsets", "step_values", "problems", "answers")


def same(one, other):
    for name in STORED:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert {name: column.tolist() for name, column in one.scores.items()} == {
        name: column.tolist() for name, column in other.scores.items()
    }


def test_parts_of_a_table_concatenated_are_the_table():
    whole = its.SampleSet.from_columns(TABLE, scores=["prm"])
    first, second = (
        its.SampleSet.from_columns({name: column[part] for name, column in TABLE.items()}, scores=["prm"])
        for part in (slice(3), slice(3, None))
    )
    same(its.concat(first, second), whole)
    same(its.concat(whole), whole)


def test_counts_concatenated_stay_counts():
    parts = [its.SampleSet.from_counts([2, 3], [1, 2], problems=names) for names in (["a", "b"], ["b", "c"])]
    both = its.concat(*parts)
    assert "correct" not in vars(both)
    assert (both.problems, both.n.tolist(), both.c.tolist()) == (("a", "b", "c"), [2, 5, 3], [1, 3, 2])
    rows = its.concat(*(its.SampleSet.from_columns({"problem": [1], "correct": [1]}), both))
    assert (rows.problems, rows.c.tolist()) == (("1", "a", "b", "c"), [1, 1, 3, 2])


def test_what_cannot_be_concatenated_is_named():
    whole = its.SampleSet.from_columns(TABLE, scores=["prm"])
    for sets, said in (
        ((), "no set was given"),
        ((whole, whole), "set 1 is given twice"),
        ((whole, its.SampleSet.from_counts([2], [1])), "set 1 has no column 'score', which set 0 has"),
        ((whole, whole.with_scores({})), "set 1 has no score 'prm', which another set has"),
        ((whole, TABLE), "set 1 is a dict"),
    ):
        with pytest.raises(its.SampleError, match=said):
            its.concat(*sets)


def test_of_meta_stays_what_all_say_and_every_note():
    sets = [
        its.SampleSet.from_counts([2], [1], meta={"licence": "MIT", "source": str(i), "notes": (f"n{i}",)})
        for i in range(2)
    ]
    assert dict(its.concat(*sets).meta) == {"licence": "MIT", "notes": ("n0", "n1")}


def test_a_filter_leaves_samples_and_drops_problems_without_any():
    whole = its.SampleSet.from_columns(TABLE, scores=["prm"])
    found = whole.filter(lambda one: one.tokens >= 30)
    rows = [i for i, tokens in enumerate(TABLE["tokens"]) if tokens >= 30]
    assert (found.problems, found.n.tolist(), found.tokens.tolist()) == (("a", "b", "c"), [1, 1, 1], [30, 40, 50])
    assert [one.tolist() for one in found.steps()] == [TABLE["step_scores"][row] for row in rows]
    assert whole.filter([0, 1, 0, 0, 1]).problems == ("b",)
    for keep, said in (([True], "each of 5 samples, got 1"), ([0] * 5, "no sample is left"), (["x"] * 5, "true or f")):
        with pytest.raises(its.SampleError, match=said):
            whole.filter(keep)


def test_groups_are_the_selected_problems_however_they_are_named():
    whole = its.SampleSet.from_columns(TABLE, scores=["prm"])
    for key in (lambda label: label == "b", {"a": False, "b": True, "c": False}, [False, True, False]):
        found = whole.groupby(key)
        assert list(found) == [False, True]
        same(found[True], whole.select(["b"]))
        same(found[False], whole.select(["a", "c"]))
    for key, said in (
        ({"a": 1}, "2 problems have no group, as 'b'"),
        ([1], "each of 3 problems"),
        ("abc", "each of 3"),
    ):
        with pytest.raises(its.SampleError, match=said):
            whole.groupby(key)


@pytest.mark.parametrize("backend", ["pandas", "pyarrow"])
def test_a_frame_is_read_back_as_the_same_set(backend):
    whole = its.SampleSet.from_columns(TABLE, scores=["prm"])
    frame = whole.to_frame(backend)
    assert type(frame).__module__.partition(".")[0] == backend
    same(its.SampleSet.from_frame(frame, scores=["prm"]), whole)
    assert its.counts(frame).c.tolist() == whole.c.tolist()


def test_another_backend_is_refused():
    with pytest.raises(its.SampleError, match="backend = 'spark': must be one of 'pandas', 'polars', 'pyarrow'"):
        its.SampleSet.from_columns(TABLE, scores=["prm"]).to_frame("spark")


def results():
    samples = its.SampleSet.from_counts([8] * 40, [0, 2, 4, 8] * 10)
    other = its.SampleSet.from_counts([8] * 40, [0, 1, 1, 7] * 10)
    curve = its.curve(samples, "pass", [1, 2], rng=0)
    return {
        "curve": curve,
        "curves": {"pass": curve},
        "compare": its.compare(samples, other, rng=0),
        "plan": its.plan(samples, objective="coverage", budget=4, rng=0),
        "forecast": its.forecast(samples, [8, 16]),
    }


@pytest.mark.parametrize("backend", ["pandas", "pyarrow"])
@pytest.mark.parametrize("name", list(results()))
def test_every_result_is_a_frame_of_its_table(name, backend):
    import narwhals

    table = its.reports.table_of(results()[name])
    frame = narwhals.from_native(its.reports.as_frame(results()[name], backend))
    assert tuple(frame.columns) == table.head
    assert [tuple(row) for row in frame.iter_rows()] == list(table.rows)


def test_the_examples_of_the_page_print_what_it_shows(tmp_path):
    section = PAGE.read_text(encoding="utf-8").partition("## Sets in Python\n")[2].partition("\n## ")[0]
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", section, re.DOTALL)
    assert len(examples) == section.count("```python") == 6
    names = {}
    for code, shown in examples:
        if "__main__" in code:
            (tmp_path / "example.py").write_text(code)
            done = subprocess.run([sys.executable, tmp_path / "example.py"], capture_output=True, text=True)
            assert (done.stdout, done.stderr) == (shown, "")
            continue
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, names)
        assert printed.getvalue() == shown


@pytest.mark.parametrize("name", ["counts", "concat", "filter", "groupby", "to_frame", "executor", "unit"])
def test_the_page_has_an_example_of_each(name):
    section = PAGE.read_text(encoding="utf-8").partition("## Sets in Python\n")[2].partition("\n## ")[0]
    assert any(re.search(rf"\b{name}\b[(=]", code) for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL))

"""The one table: whole or refused, with the place of the fault; and it never changes."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import inference_scaling as its
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleError, SampleSet, read_samples, write_samples

COLUMNS = {
    "problem": ["a", "b", "a"],
    "correct": [1, 0, 0],
    "answer": ["7", None, 7.0],
    "score": [0.5, 1, 2],
    "tokens": [3, 4, 5],
    "step_scores": [[0.5, 0.6], [], [0.1]],
}


def test_counts_matrix_columns_and_frame_give_the_same_table() -> None:
    matrix = SampleSet.from_matrix([[1, 0], [1, 1]])
    counts = SampleSet.from_counts([2, 2], [1, 2])
    columns = SampleSet.from_columns({"problem": [0, 0, 1, 1], "correct": [1, 0, 1, 1]})
    frame = SampleSet.from_frame(pd.DataFrame({"problem": [0, 0, 1, 1], "correct": [1, 0, 1, 1], "note": "x"}))
    for one in (matrix, counts, columns, frame):
        assert one.n.tolist() == [2, 2]
        assert one.c.tolist() == [1, 2]
        assert one.correct.tolist() == [True, False, True, True]


def test_columns_are_read_with_missing_and_equal_answers() -> None:
    samples = SampleSet.from_columns(COLUMNS)
    assert samples.problems == ("a", "b")
    assert samples.answers == ("7",)
    assert samples.answer.tolist() == [0, -1, 0]
    assert [steps.tolist() for steps in samples.steps()] == [[0.5, 0.6], [], [0.1]]


def test_a_set_never_changes() -> None:
    samples = SampleSet.from_columns(COLUMNS)
    with pytest.raises(ValueError, match="read-only"):
        samples.correct[0] = False
    with pytest.raises(AttributeError):
        samples.problem = None
    with pytest.raises(TypeError):
        samples.meta["source"] = "x"


def test_selected_problems_keep_their_samples_and_order() -> None:
    chosen = SampleSet.from_columns(COLUMNS).select(["b", "a"])
    assert chosen.problems == ("b", "a")
    assert chosen.n.tolist() == [1, 2]
    assert chosen.tokens.tolist() == [4, 3, 5]
    assert [len(steps) for steps in chosen.steps()] == [0, 2, 1]


def test_rows_are_taken_with_all_their_columns_and_each_problem_keeps_one() -> None:
    samples = SampleSet.from_columns(COLUMNS)
    at_b = int(np.flatnonzero(samples.problem == samples.problems.index("b"))[0])
    other = next(row for row in range(len(samples)) if row != at_b)
    taken = samples.take([at_b, other])
    assert taken.problems == samples.problems
    assert taken.tokens.tolist() == samples.tokens[[at_b, other]].tolist()
    assert [steps.tolist() for steps in taken.steps()] == [list(samples.steps())[row].tolist() for row in (at_b, other)]
    with pytest.raises(SampleError, match="row 9 is not in the set; it has 3 samples"):
        samples.take([0, 9])
    with pytest.raises(SampleError, match="has no sample"):
        samples.take([at_b])


@pytest.mark.parametrize("rows", ([True, False, True, True], [0.5, 1.0], ["0"]))
def test_rows_to_take_are_whole_numbers_and_no_mask(rows) -> None:
    with pytest.raises(SampleError, match=r"rows are whole numbers, got .*flatnonzero"):
        SampleSet.from_counts(n=[2, 2], c=[1, 1]).take(rows)


def test_new_scores_leave_the_rest_as_it_is() -> None:
    samples = SampleSet.from_columns(COLUMNS).with_score([-3, -4, -5])
    assert samples.score.tolist() == [-3, -4, -5]
    assert samples.answer.tolist() == [0, -1, 0]


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_files_are_read_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"samples{ending}"
    rows = [{"problem": p, "correct": c, "answer": a} for p, c, a in [("a", 1, "x"), ("a", 0, ""), ("b", 1, "y")]]
    if ending == ".csv":
        path.write_text("problem,correct,answer\na,1,x\na,0,\nb,1,y\n")
    else:
        path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    samples = read_samples(path)
    assert samples.n.tolist() == [2, 1]
    assert samples.answer.tolist() == [0, -1, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"correct": [1, 0, 2]}, r"correct: row 2: .* got 2"),
        ({"correct": [1, 0]}, "score: 3 rows, but correct has 2|problem: 3 rows, but correct has 2"),
        ({"correct": ["maybe", 0, 1]}, "correct: row 0: .*'maybe'"),
        ({"problem": ["a", None, "b"]}, "problem: row 1"),
        ({"score": [0.5, float("nan"), 1]}, "score: row 1: expected a (finite )?number"),
        ({"score": [0.5, float("inf"), 1]}, "score: row 1: expected a finite number, got inf"),
        ({"score": ["a", 1, 1]}, "score: row 0: expected a number, got 'a'"),
        ({"tokens": [1, -2, 3]}, "tokens: row 1: expected 0 or more, got -2"),
        ({"tokens": [1, 2.5, 3]}, "tokens: row 1: expected a whole number, got 2.5"),
        ({"step_scores": [[0.5], "x", []]}, "step_scores: row 1"),
        ({"step_scores": [[0.5], [float("nan")], []]}, "step_scores: row 1"),
    ],
)
def test_fault_is_named_by_column_row_and_value(change: dict, message: str) -> None:
    with pytest.raises(SampleError, match=message):
        SampleSet.from_columns(COLUMNS | change)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SampleSet.from_columns({"problem": [1]}), "'correct' is missing; found: problem"),
        (lambda: SampleSet.from_columns({"problem": [], "correct": []}), "empty table"),
        (lambda: SampleSet.from_counts([2], [3]), "problem 0: c must be at most n, got n = 2, c = 3"),
        (lambda: SampleSet.from_counts([2, 0], [1, 0]), "problem 1: n must be at least 1"),
        (lambda: SampleSet.from_counts([2], [1.5]), "c: row 0: expected a whole number"),
        (lambda: SampleSet.from_counts([2], [-1]), "c: row 0: expected 0 or more"),
        (lambda: SampleSet.from_counts([2, 2], [1]), "one entry a problem"),
        (lambda: SampleSet.from_matrix([1, 0]), r"expected shape \(problems, samples\)"),
        (lambda: SampleSet.from_matrix([[1, 0], [1]]), "equal lengths|expected"),
        (lambda: SampleSet.from_matrix([[1, 0]], score=[[1.0]]), "score: expected the shape of correct"),
        (lambda: SampleSet.from_frame(3), "expected a dataframe, got int"),
        (lambda: SampleSet.from_columns(COLUMNS).select(["c"]), "'c' is not in the set"),
        (lambda: SampleSet.from_columns(COLUMNS).select(["a", "a"]), "each problem once"),
    ],
)
def test_impossible_table_is_refused(call, message: str) -> None:
    with pytest.raises(SampleError, match=message):
        call()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "problem,correct\na,1\nb\n", "line 3: 1 fields, but the header has 2"),
        ("x.csv", "problem,correct,correct\na,1,1\n", "occurs twice"),
        ("x.csv", "problem,correct\n", "empty table"),
        ("x.jsonl", '{"problem": 1, "correct": 1}\nnot json\n', "line 2: not JSON"),
        ("x.jsonl", "[1, 2]\n", "line 1: expected an object"),
        ("x.jsonl", '{"problem": 1, "correct": 1}\n{"problem": 1}\n', "line 2: the column 'correct' is missing"),
        ("x.txt", "", "expected a file ending in"),
        ("x.csv", "problem,correct\na,1\n\n\na,2\n", r"^x\.csv: correct: line 5: .* got '2'"),
        ("x.csv", "\ufeffproblem,correct\r\na,1\r\na,2\r\n", "correct: line 3: .* got '2'"),
        # A quoted field may hold line ends: the row is where it begins.
        ("x.csv", 'problem,correct,answer\na,1,"x\ny\nz"\na,0,"x\ny"\nb,maybe,z\n', "correct: line 7: .*'maybe'"),
        ("x.csv", 'problem,correct,answer\na,1,"x\ny"\na,0,"x\ny",5\n', "line 4: 4 fields"),
        ("x.csv", "problem,correct\na,1\n,1\n", "problem: line 3: every sample needs a problem"),
        ("x.csv", "problem,correct,score\na,1,0.5\na,1,inf\n", "score: line 3: expected a finite number"),
        ("x.csv", 'problem,correct,step_scores\na,1,"[1]"\na,1,x\n', "step_scores: line 3: expected a list"),
        (
            "x.jsonl",
            '{"problem": 1, "correct": 1, "tokens": 3}\n\n{"problem": 1, "correct": 1, "tokens": -3}\n',
            "tokens: line 3: expected 0 or more, got -3",
        ),
        ("x.jsonl", '\n{"problem": 1, "correct": 5}\n', "correct: line 2: .* got 5"),
    ],
)
def test_file_fault_is_named_by_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SampleError, match=message):
        read_samples(path)


def test_a_fault_of_a_table_knows_its_place_and_survives_another_process() -> None:
    with pytest.raises(SampleError) as caught:
        SampleSet.from_columns(COLUMNS | {"tokens": [1, -2, 3]})
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert (error.column, error.row) == ("tokens", 1)
        assert str(error) == "tokens: row 1: expected 0 or more, got -2"
    assert pickle.loads(pickle.dumps(SampleError("whole"))).row is None


def test_ten_million_samples_fit() -> None:
    samples = SampleSet.from_counts(np.full(10_000, 1000), np.full(10_000, 10))
    held = sum(getattr(samples, name).nbytes for name in ("problem", "correct"))
    assert held < 200e6
    assert len(samples) == 10**7


# Signs that print, and blanks inside.
SIGNS = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
LABELS = st.text(SIGNS, min_size=1, max_size=6).filter(lambda text: text == text.strip() and text.isprintable())
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(tmp_path_factory, ending: str, data) -> None:
    rows = data.draw(st.integers(1, 8))
    column = lambda values: data.draw(st.lists(values, min_size=rows, max_size=rows))  # noqa: E731
    columns = {"problem": column(LABELS), "correct": column(st.booleans())}
    for name, values in {
        "answer": st.none() | LABELS,
        "score": NUMBERS,
        "tokens": st.integers(0, 2**53),
        "step_scores": st.lists(NUMBERS, max_size=3),
    }.items():
        if data.draw(st.booleans()):
            columns[name] = column(values)
    samples = SampleSet.from_columns(columns)
    path = tmp_path_factory.mktemp("written") / f"samples.{ending}"
    write_samples(samples, path)
    again = read_samples(path)
    assert (again.problems, again.answers) == (samples.problems, samples.answers)
    for name in ("problem", "correct", "answer", "score", "tokens", "step_offsets", "step_values"):
        np.testing.assert_array_equal(getattr(again, name), getattr(samples, name))


@pytest.mark.parametrize(
    ("name", "label", "said"),
    [("samples.csv", " 7", "answers: ' 7' would be read as '7'"), ("samples.txt", "7", "samples.txt: expected a file")],
)
def test_what_would_be_read_otherwise_is_not_written(tmp_path: Path, name: str, label: str, said: str) -> None:
    samples = SampleSet(problem=[0], correct=[1], problems=("a",), answer=[0], answers=(label,))
    with pytest.raises(SampleError, match=said):
        write_samples(samples, tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.int32])
def test_codes_of_any_width_are_held_as_the_machines_index_integers(kind) -> None:
    coded = SampleSet(
        problem=np.array([0, 0, 1], kind), correct=[True, False, True], problems=("a", "b"),
        answer=np.array([0, 1, 1], kind), answers=("x", "y"),
    )  # fmt: skip
    read = SampleSet.from_columns({"problem": ["a", "a", "b"], "correct": [1, 0, 1], "answer": ["x", "y", "y"]})
    for made in (coded, read):
        assert made.problem.dtype == made.answer.dtype == np.intp
    assert its.majority_vote(coded.answer[:2], coded.correct[:2], 2) == 0.5
    assert its.curve(coded, "majority", [1], rng=0).value == its.curve(read, "majority", [1], rng=0).value


def test_counts_are_repeated_by_index_integers(monkeypatch) -> None:
    # Where indices have 32 bits, as in a browser, NumPy refuses to repeat by integers of 64 bits.
    whole = np.repeat
    asked = []
    monkeypatch.setattr(np, "intp", np.int32)
    monkeypatch.setattr(
        np, "repeat", lambda values, times, *rest: asked.append(np.asarray(times)) or whole(values, times)
    )
    assert SampleSet.from_counts([4, 2], [1, 2]).c.tolist() == [1, 2]
    assert its.sources.simulate.simulate([0.5, 1.0], [3, 2], rng=1).n.tolist() == [3, 2]
    assert all(times.ndim == 0 or times.dtype == np.int32 for times in asked) and asked


TWO_SCORES = COLUMNS | {"prm": [0.1, 0.2, 0.3], "orm": [3.0, 2.0, 1.0]}


def test_several_scores_stay_with_their_rows_in_every_selection(tmp_path: Path) -> None:
    samples = SampleSet.from_columns(TWO_SCORES, scores=["prm", "orm"])
    rows = {
        (label, prm): orm for label, prm, orm in zip(TWO_SCORES["problem"], [0.1, 0.2, 0.3], [3, 2, 1], strict=True)
    }
    path = tmp_path / "two.csv"
    its.write_samples(samples, path)
    again = its.read_samples(path, scores=["prm", "orm"])
    for one in (
        samples,
        samples.select(samples.problems[::-1]),
        samples.take([2, 1, 0]),
        samples.with_score("prm"),
        pickle.loads(pickle.dumps(samples)),
        copy.deepcopy(samples),
        again,
    ):
        found = zip(one.problem.tolist(), one.scores["prm"].tolist(), one.scores["orm"].tolist(), strict=True)
        assert {(one.problems[code], prm): orm for code, prm, orm in found} == rows
    np.testing.assert_array_equal(samples.with_score("orm").score, [3, 2, 1])
    with pytest.raises(ValueError, match="read-only"):
        samples.scores["prm"][0] = 1


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: SampleSet.from_columns(TWO_SCORES, scores=["rpm"]), "no column 'rpm'.*found: .*prm"),
        (lambda: SampleSet.from_columns(TWO_SCORES, scores=["prm", "prm"]), "'prm' is named twice"),
        (lambda: SampleSet.from_columns(TWO_SCORES, scores="prm"), r"must be a list .*\['prm', 'orm'\]"),
        (lambda: SampleSet.from_columns(TWO_SCORES | {"prm": [1.0]}, scores=["prm"]), "prm: 1 rows"),
        (lambda: SampleSet.from_columns(TWO_SCORES | {"prm": [1, 2, "x"]}, scores=["prm"]), "prm.*'x'"),
        (lambda: SampleSet.from_columns(TWO_SCORES | {"prm": [1, 2, None]}, scores=["prm"]), "prm.*None"),
        (lambda: SampleSet.from_columns(TWO_SCORES, scores=["prm"]).with_score("orm"), "'orm': is not one of.*'prm'"),
    ],
)
def test_scores_that_are_not_there_are_named(act: Callable[[], object], said: str) -> None:
    with pytest.raises(SampleError, match=said):
        act()

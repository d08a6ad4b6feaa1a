"""Long tables: read in blocks, each different value looked at once, with the results of a plain loop."""

import csv

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.samples import answers
from inference_scaling.samples.answers import answer_label, encode, is_missing, problem_label
from inference_scaling.samples.quick import lines_of


def plain_encode(values, label):
    """Codes by a loop over all values, as the definition says."""
    codes, known = [], {}
    for value in values:
        codes.append(-1 if is_missing(value) else known.setdefault(label(value), len(known)))
    return codes, tuple(known)


MIXED = [
    7,
    7.0,
    "7",
    " 7 ",
    True,
    "True",
    1,
    1.0,
    None,
    float("nan"),
    "",
    "<NA>",
    -0.0,
    0.0,
    0,
    "1/2",
    "0.50",
    np.float64(7),
]


@pytest.mark.parametrize("label", [answer_label, problem_label])
def test_codes_are_those_of_a_loop_for_every_mixture_of_types(label):
    rng = np.random.default_rng(0)
    columns = [[MIXED[i] for i in rng.integers(len(MIXED), size=40)] for _ in range(50)]
    for kind in (str, int, float, bool):
        columns.append([one for one in MIXED * 2 if type(one) in (kind, type(None))])
    columns += [np.array([3, 1, 3]), np.array([0.5, np.nan, -0.0, 0.0]), np.array([True, False]), np.array(["b", "a"])]
    columns += [np.array([0.1, 0.2], dtype=np.float32), np.array(["2026-01-01", "NaT"], dtype="datetime64[D]")]
    for values in columns:
        codes, labels = encode(values, label)
        assert (codes.tolist(), labels) == plain_encode(values, label)


def test_a_text_that_repeats_is_looked_at_once(monkeypatch):
    looked_at = []
    monkeypatch.setattr(answers, "is_missing", lambda value: looked_at.append(value) or is_missing(value))
    encode(["a", "b", "a"] * 1_000, problem_label)
    encode([3, 4, 3] * 1_000, problem_label)
    assert looked_at == ["a", "b", 3, 4]


def written(path, rows, head=("problem", "correct", "answer", "score", "note")):
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return path


def some_rows(count):
    return [[f"p{i // 7}", i % 2, f"{i % 5}.0", i / 3, "x" * (i % 3)] for i in range(count)]


@pytest.mark.parametrize("count", [1, 255, 256, 257, 2_000])
def test_a_long_file_is_the_table_that_its_rows_make(tmp_path, count):
    rows = some_rows(count)
    found = its.read_samples(written(tmp_path / "long.csv", rows))
    columns = dict(zip(("problem", "correct", "answer", "score"), zip(*rows, strict=True), strict=False))
    expected = its.SampleSet.from_columns({name: list(values) for name, values in columns.items()})
    for name in ("problem", "correct", "answer", "score"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
    assert (found.problems, found.answers) == (expected.problems, expected.answers)


# Which row is spoiled, how, and what is said of it: the line is the one that an editor shows.
SPOILED = [
    ({700: ["p1", "maybe", "1", "0.5", ""]}, r"correct: line 702: .*'maybe'"),
    ({700: ["p1", "1", "1", "high", ""]}, r"score: line 702: expected a number, got 'high'"),
    ({700: ["p1", "1", "1", "", ""]}, r"score: line 702: expected a number, got ''"),
    ({700: ["p1", "1", "1", "nan", ""]}, r"score: line 702: expected a finite number"),
    ({700: ["", "1", "1", "0.5", ""]}, r"problem: line 702: every sample needs a problem, got ''"),
    ({700: ["p1", "1"]}, r"line 702: 2 fields, but the header has 5"),
    # Blank lines and fields of several lines shift the rows, in this block and in an earlier one.
    ({3: [], 700: ["p1", "maybe", "1", "0.5", ""]}, r"correct: line 702"),
    ({3: ["p0", "1", "1", "0.5", "a\nb\n"], 700: ["p1", "maybe", "1", "0.5", ""]}, r"correct: line 704"),
    ({699: ["p0", "1", "1", "0.5", "a\nb\n"], 700: ["p1", "1"]}, r"line 704: 2 fields"),
    ({255: ["p0", "1", "1", "0.5", "a\r\nb"], 256: ["p1", "1"]}, r"line 259: 2 fields"),
    # The first fault is named.
    ({700: ["p1", "1"], 702: ["p1", "1", "1", "0.5", "a", "b"]}, r"line 702: 2 fields"),
]


@pytest.mark.parametrize(("spoiled", "said"), SPOILED)
def test_the_line_of_a_fault_is_named_in_a_long_file_too(tmp_path, spoiled, said):
    rows = some_rows(1_000)
    for row, values in spoiled.items():
        rows[row] = values
    with pytest.raises(its.SampleError, match=said):
        its.read_samples(written(tmp_path / "long.csv", rows))


def test_a_fault_before_a_byte_that_is_no_text_is_named_first(tmp_path):
    path = written(tmp_path / "long.csv", [["p0", "1"], *[["p0", "1", "1", "0.5", "x" * 200]] * 99])
    path.write_bytes(path.read_bytes() + b"\xff\xfe" * 20_000)
    with pytest.raises(its.SampleError, match=r"line 2: 2 fields"):
        its.read_samples(path)


def test_a_column_of_numbers_that_is_also_the_judgement_is_kept_as_written(tmp_path):
    path = written(tmp_path / "long.csv", some_rows(600))
    with pytest.raises(its.SampleError, match=r"correct: line 3: .*got '0.3333333333333333'"):
        its.read_samples(path, names={"correct": "score"})
    found = its.read_samples(path, names={"correct": "score"}, at_least=100)
    assert found.c.sum() == 300
    assert len(its.read_samples(path, where={"score": "0.3333333333333333"})) == 1


def test_completions_that_all_differ_and_lists_of_lines_are_read(tmp_path):
    rows = [[f"p{i % 3}", 1, f"answer {i}", 0.5, ""] for i in range(2_000)]
    found = its.read_samples(written(tmp_path / "long.csv", rows))
    assert found.answers == tuple(f"answer {i}" for i in range(2_000))
    assert isinstance(lines_of([range(2, 258), range(258, 300)]), range)
    assert lines_of([range(2, 258), [258, 261]]) == [*range(2, 258), 258, 261]

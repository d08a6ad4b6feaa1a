"""Two readers of CSV, the quick one of pyarrow and Python's own: the same table, or the same error, for any bytes."""

import gzip
import sys

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inference_scaling.samples import files, quick
from inference_scaling.samples.coded import Coded, coded, joined, taken
from inference_scaling.samples.files import read_systems

HEAD = b"problem,correct,answer,score\n"
# What readers of CSV disagree about: quotes, line ends, blanks, words for numbers, bytes that are no text.
FIELDS = st.sampled_from(
    [
        *(
            b"a",
            b"b",
            b"1",
            b"0",
            b"yes",
            b"7.0",
            b"7",
            b"",
            b" ",
            b"0.5",
            b"1e3",
            b" 2",
            b"-0.0",
            b"1_0",
            b"nan",
            b"inf",
        ),
        *(b"0.1234567890123456789", b"1e400", b"5e-324", b"+1", b".5", b"1.", b"0x1p3", b"NULL", b"NA", b"\xc3\xa9"),
        *(b'"a"', b'"a,b"', b'"a\nb"', b'"a\r\nb"', b'"a""b"', b'""', b'""""', b'a"b', b' "a"', b'"a" ', b'"a"b', b'"'),
        *(b"\xff", b"\x00", b"\r", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"a\tb", b"\xd9\xa1"),
    ]
)
PLAIN = st.tuples(
    *map(st.sampled_from, [[b"a", b"b", b'"c"'], [b"1", b"0"], [b"7", b"7.0", b"", b'"x,y"'], [b"1", b".5"]])
)
# Mostly one odd field in a row: two faults hide each other.
ODD = st.tuples(PLAIN, st.sampled_from([0, 2, 2, 3]), FIELDS).map(
    lambda drawn: (*drawn[0][: drawn[1]], drawn[2], *drawn[0][drawn[1] + 1 :])
)
ROWS = st.lists(st.one_of(PLAIN, ODD, ODD, st.lists(FIELDS, max_size=5)), max_size=6)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r"])


@st.composite
def tables(draw):
    rows = [b",".join(row) + draw(ENDS) for row in draw(ROWS)]
    whole = draw(st.sampled_from([HEAD, b"\xef\xbb\xbf" + HEAD, HEAD.replace(b"\n", b"\r\n")])) + b"".join(rows)
    return whole.rstrip(b"\r\n") if draw(st.booleans()) else whole


def outcome(path, **options):
    """All that a person sees of a table, or of its refusal."""
    try:
        found = its.read_samples(path, **options)
    except its.SampleError as error:
        return str(error)
    columns = [getattr(found, name) for name in ("problem", "correct", "answer", "score")]
    return [None if one is None else (one.dtype.str, one.tobytes()) for one in columns], found.problems, found.answers


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """What is seen of a file with each of the readers; also says whether the quick one read it."""
    folder = tmp_path_factory.mktemp("tables")
    seen = []

    def see(data, name="samples.csv", **options):
        path = folder / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        with pytest.MonkeyPatch.context() as slowly:
            slowly.setattr(files, "quick_table", lambda *_: None)
            expected = outcome(path, **options)
        with pytest.MonkeyPatch.context() as watched:
            watched.setattr(quick, "LEAST", 0)
            real = quick.quick_table
            watched.setattr(files, "quick_table", lambda *given: seen.append(real(*given)) or seen[-1])
            found = outcome(path, **options)
        return found, expected, seen[-1] is not None

    return see


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from([40, 64, 1 << 20]))
@example(HEAD + b'"a\n\n",1,7,1\n\na,1,7,1\na,maybe,7,1\n', 40)
@example(HEAD + b'a,1,"7,1\nb,0,7,"1\n', 1 << 20)
@example(HEAD + b"a,1,7,nan\n", 1 << 20)
@example(HEAD + b"a,1,7,1\n\r\nb,2,7,1\n", 40)
def test_any_bytes_are_the_same_table_or_the_same_error(both, data, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "PIECE", size)
        found, expected, _ = both(data)
    assert found == expected


ORDINARY = {
    "plain": HEAD + b"".join(b"p%d,%d,%d,%d.25\n" % (i // 3, i % 2, i % 5, i) for i in range(60)),
    "returns": HEAD.replace(b"\n", b"\r\n") + b"a,1,7,1\r\n\r\nb,0,8,2\r\n",
    "quoted": HEAD + b'"a,b",1,"x\ny",1\n\n"a""b",0,"",2\nc,1,z,3',
    "mark": b"\xef\xbb\xbf" + HEAD + b"\xc3\xa9,1,7,1\n",
}


@pytest.mark.parametrize("size", [40, 1 << 20])
@pytest.mark.parametrize("data", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_table_is_read_quickly(both, monkeypatch, data, size):
    monkeypatch.setattr(quick, "PIECE", size)
    for name in ("samples.csv", "samples.csv.gz"):
        found, expected, quickly = both(data, name)
        assert quickly and found == expected and not isinstance(found, str)
    found, expected, quickly = both(data.replace(b",", b"\t"), "samples.tsv")
    assert quickly and found == expected


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"a,maybe,7,1\n", "correct: line 6: expected true or false (or 1 or 0), got 'maybe'"),
        (b",1,7,1\n", "problem: line 6: every sample needs a problem, got ''"),
        (b"a,1,7,high\n", "score: line 6: expected a number, got 'high'"),
        (b"a,1,7\n", "line 6: 3 fields, but the header has 4"),
    ],
)
def test_the_line_of_a_fault_is_the_one_an_editor_shows(both, row, said):
    # A field of two lines and a blank line stand before it.
    found, expected, _ = both(HEAD + b'a,1,"x\ny",1\n\nb,0,8,2\n' + row)
    assert found == expected == f"samples.csv: {said}"


def test_rows_and_systems_are_chosen_from_codes_as_from_texts(both, tmp_path):
    rows = [[f"p{i % 4}", i % 2, i % 5, i / 3, f"m{i % 3}"] for i in range(50)]
    text = "\n".join(["problem,correct,answer,score,part", *(",".join(map(str, row)) for row in rows)]) + "\n"
    found, expected, quickly = both(text.encode(), where={"part": ["m2", "m1"], "answer": "3.0"})
    assert quickly and found == expected and len(found[1]) == 4
    (tmp_path / "two.csv").write_text(text)
    (tmp_path / "one.csv").write_text(text.replace("\np", "\nq"))
    systems = read_systems([tmp_path / "one.csv", tmp_path / "two.csv"], "file", where={"part": "m0"})
    assert {name: one.problems for name, one in systems.items()} == {
        "one": ("q0", "q3", "q2", "q1"),
        "two": ("p0", "p3", "p2", "p1"),
    }


def test_of_a_packed_file_that_is_cut_off_the_first_fault_is_named(both, tmp_path, monkeypatch):
    monkeypatch.setattr(quick, "LEAST", 0)
    whole = gzip.compress(HEAD + b"a,maybe,7,1\n" + ORDINARY["plain"].removeprefix(HEAD) * 400, mtime=0)
    for rows in (whole, gzip.compress(ORDINARY["plain"], mtime=0)):
        path = tmp_path / "cut.csv.gz"
        path.write_bytes(rows[:-20])
        found = outcome(path)
        with pytest.MonkeyPatch.context() as slowly:
            slowly.setattr(files, "quick_table", lambda *_: None)
            assert found == outcome(path) and "cut.csv.gz: " in found


def test_without_pyarrow_the_same_file_is_read_by_rows(both, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.csv", None)
    found, expected, quickly = both(ORDINARY["plain"])
    assert found == expected and not quickly


def test_a_short_file_is_read_before_pyarrow_could_be_imported(tmp_path, monkeypatch):
    monkeypatch.setattr(quick, "import_module", lambda name: pytest.fail(f"{name} is imported"))
    (tmp_path / "short.csv").write_bytes(ORDINARY["plain"])
    assert len(its.read_samples(tmp_path / "short.csv")) == 60


TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.data())
def test_a_coded_column_is_the_sequence_of_its_texts(parts, data):
    columns = [coded(np.arange(len(part)), part) for part in parts]
    whole, plain = joined(columns), [text for part in parts for text in part]
    assert list(whole) == plain and len(whole) == len(plain)
    assert whole.texts == list(dict.fromkeys(plain))
    rows = np.array(data.draw(st.lists(st.sampled_from(range(len(plain))))) if plain else [], dtype=int)
    some = taken(whole, rows)
    assert isinstance(some, Coded) and list(some) == [plain[row] for row in rows] == list(some[:])
    assert some.texts == list(dict.fromkeys(some))

"""My columns: tables as people have them, with their own names, in many files, packed, with half marks."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
import sys

import numpy as np
import pandas
import pytest
from inference_scaling import (
    SampleError,
    SampleSet,
    best_of_n,
    best_of_n_reward,
    cli,
    highest_reward,
    majority_reward,
    majority_vote,
    pass_at_k,
    read_samples,
    reward_curve,
    write_samples,
)
from inference_scaling.samples.files import read_systems
from inference_scaling.samples.opening import zstandard

ROWS = [
    {"task_id": "t1", "passed": "yes", "final": "7", "rm": 0.9, "level": "easy", "length": 11},
    {"task_id": "t1", "passed": "no", "final": "8", "rm": 0.1, "level": "easy", "length": 12},
    {"task_id": "t2", "passed": "PASS", "final": "3", "rm": 0.4, "level": "hard", "length": 13},
    {"task_id": "t2", "passed": "Fail", "final": "", "rm": 0.6, "level": "hard", "length": 14},
]
NAMES = {"problem": "task_id", "correct": "passed", "answer": "final", "score": "rm", "tokens": "length"}
OPTIONS = ["--problem", "task_id", "--correct", "passed", "--answer", "final", "--score", "rm", "--tokens", "length"]


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def csv_text(rows=ROWS, separator=","):
    return "".join(separator.join(map(str, row)) + "\n" for row in [rows[0], *(row.values() for row in rows)])


def parquet(rows=ROWS):
    file = io.BytesIO()
    pandas.DataFrame(rows).to_parquet(file)
    return file.getvalue()


FORMS = {
    "csv": lambda: csv_text().encode(),
    "tsv": lambda: csv_text(separator="\t").encode(),
    "jsonl": lambda: "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
    "json": lambda: json.dumps(ROWS).encode(),
    "parquet": parquet,
}
PACKINGS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard().compress}


def check(samples):
    assert (samples.problems, samples.n.tolist(), samples.c.tolist()) == (("t1", "t2"), [2, 2], [1, 1])
    assert (samples.answers, samples.answer.tolist()) == (("7", "8", "3"), [0, 1, 2, -1])
    assert (samples.score.tolist(), samples.tokens.tolist()) == ([0.9, 0.1, 0.4, 0.6], [11, 12, 13, 14])


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
def test_a_table_with_its_own_names_is_read_in_every_form(tmp_path, form, packing):
    path = tmp_path / f"runs.{form}{packing}"
    path.write_bytes(PACKINGS[packing](FORMS[form]()))
    check(read_samples(path, names=NAMES))


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", FORMS)
def test_the_standard_input_is_recognised_by_how_it_begins(capsys, monkeypatch, form, packing):
    data = PACKINGS[packing](FORMS[form]())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, out, err = run(capsys, "curve", "-", *OPTIONS, "--k", "2")
    assert (code, err) == (0, "")
    assert out.startswith("standard input: 2 problems, 4 samples (2 each)")
    assert "best-of-N" in out and "majority of k" in out and "2  1.000" in out


def test_a_dataframe_with_its_own_names_is_read():
    check(SampleSet.from_frame(pandas.DataFrame(ROWS), names=NAMES))
    check(SampleSet.from_columns({name: [row[name] for row in ROWS] for name in ROWS[0]}, names=NAMES))


def test_without_pyarrow_polars_reads_parquet_and_without_both_the_extra_is_named(tmp_path, monkeypatch):
    path = tmp_path / "runs.parquet"
    path.write_bytes(parquet())
    frame = pandas.DataFrame(ROWS)

    class Polars:
        def read_parquet(self, file):
            assert file.read(4) == b"PAR1"
            return self

        def to_dict(self, as_series):
            assert as_series is False
            return frame.to_dict("list")

    # None in the table of modules is what is not installed.
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setitem(sys.modules, "polars", Polars())
    check(read_samples(path, names=NAMES))
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match=r"pip install 'inference-scaling\[parquet\]'"):
        read_samples(path, names=NAMES)


def test_without_a_reader_of_zstandard_the_extra_is_named(tmp_path, monkeypatch):
    path = tmp_path / "runs.csv.zst"
    path.write_bytes(zstandard().compress(FORMS["csv"]()))
    for name in ("compression.zstd", "backports.zstd", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"pip install 'inference-scaling\[zst\]'"):
        read_samples(path, names=NAMES)


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("harm", ["cut", "plain", "middle"])
def test_what_is_damaged_is_one_line(capsys, tmp_path, ending, harm):
    packed = PACKINGS[ending](csv_text([ROWS[i % 4] | {"length": i * 7919 % 1013} for i in range(400)]).encode())
    path = tmp_path / f"runs.csv{ending}"
    half = len(packed) // 2
    path.write_bytes(
        {"cut": packed[:half], "plain": csv_text().encode(), "middle": packed[:half] + b"?" * 9 + packed[half + 9 :]}[
            harm
        ]
    )
    code, out, err = run(capsys, "curve", path, *OPTIONS)
    assert (code, out) == (2, "")
    assert err.startswith(f"inference-scaling curve: runs.csv{ending}: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS, "found: task_id, passed, final, rm, level, length; --problem task_id --correct passed would fit"),
        ([{"problem": "a", "ok": 1}], "'correct' is missing; found: problem, ok; --correct COLUMN names your columns"),
        ([{"Question ID": 1, "Correctness": 1}], "--problem COLUMN --correct Correctness names your columns"),
        ([{"two words": 1, "idx": 3, "is_correct": 1}], "--problem idx --correct is_correct would fit"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_missing_column_is_said_with_what_is_there_and_what_would_fit(capsys, tmp_path, rows, said, form):
    path = tmp_path / f"runs.{form}"
    path.write_text(csv_text(rows) if form == "csv" else "".join(json.dumps(row) + "\n" for row in rows))
    code, _, err = run(capsys, "curve", path)
    assert code == 2 and said in err and err.count("\n") == 1


def test_a_name_that_is_no_column_is_said(capsys, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text(csv_text())
    code, _, err = run(capsys, "curve", path, "--problem", "task", "--correct", "passed")
    assert code == 2 and "--problem: there is no column 'task'; found: task_id, passed" in err
    with pytest.raises(SampleError, match="names: 'right' is no column of a table of samples: problem, correct"):
        read_samples(path, names={"right": "passed"})
    with pytest.raises(SampleError, match="names: the column of 'correct' must be a text, got 3"):
        read_samples(path, names={"correct": 3})


def test_a_name_reaches_into_an_object(tmp_path):
    path = tmp_path / "runs.jsonl"
    rows = [{"doc": {"id": i}, "judge": {"ok": i == 0, "why": "…"}} for i in (0, 1)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read_samples(path, names={"problem": "doc.id", "correct": "judge.ok"}).c.tolist() == [1, 0]
    with pytest.raises(SampleError, match=r"no column 'judge.good' for 'correct'; found: doc, judge"):
        read_samples(path, names={"problem": "doc.id", "correct": "judge.good"})
    path.write_text(path.read_text() + '{"doc": {"id": 2}, "judge": {}}\n')
    with pytest.raises(SampleError, match=r"line 3: the column 'judge.ok' is missing, but others have it"):
        read_samples(path, names={"problem": "doc.id", "correct": "judge.ok"})


def test_a_row_of_lists_is_a_row_for_each_sample(tmp_path):
    path = tmp_path / "math.jsonl"
    row = {"idx": 0, "pred": ["4", "4", "5"], "score": [True, True, False], "pred_score": [[0.9], [0.4], [0.7]]}
    path.write_text(json.dumps(row) + "\n")
    names = {"problem": "idx", "answer": "pred", "correct": "score", "score": "pred_score"}
    samples = read_samples(path, names=names)
    assert (samples.n.tolist(), samples.c.tolist(), samples.answers) == ([3], [2], ("4", "5"))
    assert samples.score.tolist() == [0.9, 0.4, 0.7]
    path.write_text(json.dumps(row | {"pred": ["4", "5"]}) + "\n")
    with pytest.raises(SampleError, match="line 1: pred has 2 entries for 3 samples"):
        read_samples(path, names=names)
    path.write_text(json.dumps(row) + "\n" + json.dumps(row | {"score": True}) + "\n")
    with pytest.raises(SampleError, match="line 2: expected a list of judgements, got True"):
        read_samples(path, names=names)


# -- several files ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """Two runs of the same problems, whose samples are numbered from 0 in each."""
    place = tmp_path / "runs"
    (place / "deeper").mkdir(parents=True)
    for seed, path in ((0, place / "seed0.csv"), (1, place / "deeper" / "seed1.csv")):
        rows = [f"{problem},{sample},{(sample + seed) % 2}" for problem in "ab" for sample in range(2 + seed)]
        path.write_text("problem,sample_id,correct\n" + "\n".join(rows) + "\n")
    (place / ".hidden.csv").write_text("nothing")
    (place / "notes.txt").write_text("nothing")
    return place


@pytest.mark.parametrize("how", ["folder", "pattern", "files"])
def test_several_files_are_one_table(folder, how):
    given = {
        "folder": folder,
        "pattern": f"{folder}/**/*.csv",
        "files": [folder / "seed0.csv", folder / "deeper" / "seed1.csv"],
    }[how]
    samples = read_samples(given)
    assert (samples.n.tolist(), samples.c.tolist()) == ([5, 5], [3, 3])
    assert set(samples.meta["source"].split(", ")) == {"seed0.csv", "seed1.csv"}


def test_a_fault_in_one_of_several_files_is_named_with_its_file_and_line(folder):
    path = folder / "deeper" / "seed1.csv"
    path.write_text(path.read_text() + "b,9,perhaps\n")
    with pytest.raises(SampleError, match=r"^seed1.csv: correct: line 8: .*'perhaps'"):
        read_samples([folder / "seed0.csv", path])
    with pytest.raises(SampleError, match=r"^seed1.csv: correct: line 8: .*'perhaps'"):
        read_samples([folder / "seed0.csv", path], where={"problem": "b"})


def test_numbers_of_samples_that_two_files_share_are_one_sample_unless_the_names_show_two_runs(folder, tmp_path):
    other = tmp_path / "again.csv"
    other.write_text((folder / "deeper" / "seed1.csv").read_text())
    with pytest.raises(
        SampleError, match=r"already has the sample sample_id 0.*as in seed0 and seed1, or by a column run"
    ):
        read_samples([folder / "seed0.csv", other])


def test_files_that_do_not_belong_together_are_refused(folder, tmp_path):
    copy = tmp_path / "copy.csv"
    copy.write_text((folder / "seed0.csv").read_text())
    with pytest.raises(SampleError, match=r"copy.csv: has the same contents as seed0.csv; a copy adds no information"):
        read_samples([folder / "seed0.csv", copy])
    with pytest.raises(SampleError, match=r"seed0.csv: given twice"):
        read_samples([folder / "seed0.csv", folder / "seed0.csv"])
    scored = tmp_path / "scored.csv"
    scored.write_text("problem,correct,score\na,1,0.5\n")
    with pytest.raises(SampleError, match=r"seed0.csv: no column 'score', which scored.csv has"):
        read_samples([scored, folder / "seed0.csv"])


def test_files_that_are_not_there_are_said(capsys, tmp_path):
    (tmp_path / "readme.txt").write_text("")
    for given, said in (
        (tmp_path, "a folder without a file ending in .csv, .tsv, .jsonl, .ndjson, .json, .parquet; it has readme.txt"),
        (tmp_path / "*.csv", "no file fits this pattern"),
        (tmp_path / "none.csv", "No such file or directory"),
    ):
        code, _, err = run(capsys, "curve", given)
        assert code == 2 and said in err and err.count("\n") == 1
    code, _, err = run(capsys, "curve", "-", "-")
    assert code == 2 and "the standard input, -, can be read once only" in err
    with pytest.raises(SampleError, match="no file was given"):
        read_samples([])


# -- rows and groups ----------------------------------------------------------------------------------


@pytest.fixture
def grouped(tmp_path):
    path = tmp_path / "grouped.csv"
    rows = [
        f"{level}-{i},{int((i + sample) % 4 < right)},{level}"
        for level, right in (("easy", 3), ("hard", 1), ("none", 0))
        for i in range(6)
        for sample in range(4)
    ]
    path.write_text("problem,correct,level\n" + "\n".join(rows) + "\n")
    return path


def test_each_value_of_a_column_has_its_own_curve_and_plan(capsys, grouped):
    code, out, _ = run(
        capsys, "curve", grouped, "--by", "level", "--k", "1", "--where", "level=easy", "--where", "level=hard"
    )
    assert code == 0
    easy, hard = out.split("\n\n== ")
    assert easy.startswith("== level easy ==\ngrouped.csv: 6 problems, 24 samples") and "1  0.750" in easy
    assert hard.startswith("level hard ==\ngrouped.csv: 6 problems") and "1  0.250" in hard
    code, out, _ = run(capsys, "curve", grouped, "--by", "level", "--json")
    groups = json.loads(out)["groups"]
    assert {name: group["curves"][0]["value"][0] for name, group in groups.items()} == {
        "easy": 0.75,
        "hard": 0.25,
        "none": 0,
    }
    alone = json.loads(run(capsys, "curve", grouped, "--where", "level=hard", "--json")[1])
    assert groups["hard"] == alone
    plan = ("plan", grouped, "--by", "level", "--objective", "coverage", "--budget", "2")
    code, out, _ = run(capsys, *plan, "--where", "level=easy", "--where", "level=hard")
    assert code == 0 and out.count("Take 2 samples") == 2
    code, out, _ = run(capsys, *plan, "--json")
    assert list(json.loads(out)["groups"]) == ["easy", "hard", "none"]


def test_a_fault_in_a_group_names_the_group(capsys, grouped):
    grouped.write_text(grouped.read_text() + "more,1,few\n")
    code, _, err = run(capsys, "curve", grouped, "--by", "level", "--at-least-samples", "2")
    assert code == 2 and "level few: --at-least-samples 2: no problem has that many" in err
    code, _, err = run(capsys, "curve", grouped, "--by", "difficulty")
    assert code == 2 and "no column 'difficulty'; it has problem, correct" in err


def lines_of(figure):
    """The labels of the lines in a figure, as they are written on it or beside it."""
    return re.findall(r"<text[^>]*>([^<]*)</text>|<!-- (.*?) -->", figure.read_text(encoding="utf-8"))


def written_on(figure):
    return {found for pair in lines_of(figure) for found in pair if found}


def test_a_figure_has_a_line_for_each_group(capsys, grouped, tmp_path):
    figure = tmp_path / "levels.svg"
    code, out, err = run(capsys, "curve", grouped, "--by", "level", "--figure", figure)
    assert (code, err) == (0, "") and out.endswith(f"\n\nNote: figure written to {figure}\n")
    assert {"easy", "hard", "none"} <= written_on(figure)
    title = " ".join(written_on(figure))
    assert "easy 0.750" in title and "hard 0.250" in title and "none 0.000" in title
    # The table is as it is without a figure.
    assert out.startswith(run(capsys, "curve", grouped, "--by", "level")[1].rstrip("\n"))
    asked = ("curve", grouped, "--by", "level", "--selector", "pass", "all", "--figure", figure)
    code, out, err = run(capsys, *asked, "--json")
    assert (code, err) == (0, "") and json.loads(out)["notes"] == [f"figure written to {figure}"]
    labels = {f"{level}, {title}" for level in ("easy", "hard", "none") for title in ("pass@k", "pass^k")}
    assert labels <= written_on(figure)
    code, out, err = run(capsys, *asked, "--csv")
    assert code == 0 and "figure written" in err and "figure written" not in out


def test_more_groups_than_lines_can_be_told_apart_are_refused(capsys, tmp_path):
    rows = [f"q{i},{i % 2},level {i % 19}" for i in range(38)]
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["problem,correct,level", *rows]) + "\n")
    figure = tmp_path / "many.svg"
    code, _, err = run(capsys, "curve", path, "--by", "level", "--figure", figure)
    assert code == 2 and "19 lines cannot be told apart, at most 18 can: choose groups with --where" in err
    assert not figure.exists()
    some = [part for i in range(8) for part in ("--where", f"level=level {i}")]
    code, _, err = run(capsys, "curve", path, "--by", "level", *some, "--figure", figure)
    assert code == 0 and err == "" and "At k = 1 8 curves lie between" in " ".join(written_on(figure))


def test_the_files_of_a_folder_can_be_told_apart(capsys, folder):
    code, out, _ = run(capsys, "compare", folder, "--by", "file")
    assert code == 0 and "seed0: 2 problems" in out and "seed1: 2 problems" in out
    assert list(read_systems(folder, "file")) == ["seed1", "seed0"]
    code, out, _ = run(capsys, "compare", folder / "seed0.csv", folder / "deeper", "--k", "1")
    assert code == 0 and "1  0.500  0.667" in out


def test_systems_have_their_columns_named_too(capsys, tmp_path):
    for name, right in (("a", "yes"), ("b", "no")):
        rows = [{"task": f"t{i}", "ok": right if i else "yes", "model": name} for i in range(8)]
        (tmp_path / f"{name}.csv").write_text(csv_text(rows))
    code, out, err = run(
        capsys, "compare", tmp_path / "a.csv", tmp_path / "b.csv", "--problem", "task", "--correct", "ok"
    )
    assert (code, err) == (0, "") and "1.000  0.125" in out


# -- half marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [1, 2, 3, 5, 6])
def test_rewards_are_means_over_all_subsets(seed, k):
    rng = np.random.default_rng(seed)
    reward, score = rng.integers(0, 5, 6) / 4, rng.integers(0, 3, 6).astype(float)
    answer = rng.integers(-1, 3, 6)
    every = [list(one) for one in itertools.combinations(range(6), k)]
    assert highest_reward(reward, k) == pytest.approx(np.mean([reward[one].max() for one in every]))
    best = [reward[one][score[one] == score[one].max()].mean() for one in every]
    assert best_of_n_reward(reward, score, k) == pytest.approx(np.mean(best))
    worth = {code: reward[answer == code].mean() for code in np.unique(answer)}
    votes = []
    for one in every:
        codes, times = np.unique(answer[one][answer[one] >= 0], return_counts=True)
        votes.append(np.mean([worth[code] for code in codes[times == times.max()]]) if codes.size else 0.0)
    assert majority_reward(answer, reward, k) == pytest.approx(np.mean(votes))


def test_of_whole_marks_rewards_are_the_usual_estimators():
    right, score, answer = [1, 0, 0, 1, 0, 1], [1, 2, 3, 4, 5, 6], ["a", "b", "b", "a", "c", "a"]
    k = np.arange(1, 7)
    marks = np.array(right, dtype=float)
    np.testing.assert_allclose(highest_reward(marks, k), pass_at_k(6, 3, k), atol=1e-12)
    np.testing.assert_array_equal(best_of_n_reward(marks, score, k), best_of_n(right, score, k))
    np.testing.assert_array_equal(majority_reward(answer, marks, k), majority_vote(answer, right, k))


@pytest.fixture
def credits():
    rng = np.random.default_rng(3)
    reward = rng.integers(0, 5, 80) / 4
    columns = {
        "problem": np.repeat(np.arange(20), 4).tolist(),
        "correct": (reward > 0.6).tolist(),
        "answer": reward.tolist(),
        "score": (reward + rng.normal(0, 0.3, 80)).tolist(),
        "reward": reward.tolist(),
    }
    return SampleSet.from_columns(columns)


@pytest.mark.parametrize("selector", ["highest", "best_of_n", "majority"])
def test_the_curve_of_rewards_is_the_mean_over_problems(credits, selector):
    found = reward_curve(credits, selector, [1, 2, 4], rng=0)
    for i, k in enumerate((1, 2, 4)):
        of_problem = []
        for code in range(20):
            rows = credits.problem == code
            reward, score, answer = credits.reward[rows], credits.score[rows], credits.answer[rows]
            of_problem.append(
                {
                    "highest": lambda r=reward, k=k: highest_reward(r, k),
                    "best_of_n": lambda r=reward, s=score, k=k: best_of_n_reward(r, s, k),
                    "majority": lambda r=reward, a=answer, k=k: majority_reward(a, r, k),
                }[selector]()
            )
        np.testing.assert_allclose(found.per_problem[:, i], of_problem, atol=1e-12)
        assert found.value[i] == pytest.approx(np.mean(of_problem))
        assert found.low[i] < found.value[i] < found.high[i]
    assert found.problems == credits.problems


def test_rewards_go_with_their_samples(credits, tmp_path):
    kept = credits.select([3, 0]).take([0, 1, 4, 5])
    assert kept.reward.tolist() == credits.reward[[12, 13, 0, 1]].tolist()
    for ending in ("csv", "jsonl"):
        write_samples(credits, tmp_path / f"a.{ending}")
        assert read_samples(tmp_path / f"a.{ending}").reward.tolist() == credits.reward.tolist()


def test_half_marks_on_the_command_line(capsys, tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("task,credit\n" + "".join(f"t{i},{share}\n" for i in range(6) for share in (1, 0.5, 0.25)))
    code, _, err = run(capsys, "curve", path, "--problem", "task", "--correct", "credit")
    assert code == 2
    assert "line 3: expected true or false (or 1 or 0), got '0.5'; --at-least X would set the lowest value" in err
    assert "--reward COLUMN keeps shares" in err
    code, out, _ = run(
        capsys, "curve", path, "--problem", "task", "--correct", "credit", "--at-least", "0.5", "--k", "1"
    )
    assert code == 0 and "1  0.667" in out and "reward" not in out
    code, out, _ = run(capsys, "curve", path, "--problem", "task", "--reward", "credit", "--k", "1", "3")
    assert "Note: there is no column 'correct': samples with a reward of 1 or more are correct" in out
    assert "1  0.333" in out and "Mean reward of the sample handed in:" in out and "1  0.583" in out
    code, out, _ = run(capsys, "curve", path, "--problem", "task", "--reward", "credit", "--at-least", "0.5", "--json")
    found = json.loads(out)
    assert found["curves"][0]["value"][0] == pytest.approx(2 / 3)
    assert found["rewards"][0]["selector"] == "highest" and found["rewards"][0]["value"][0] == pytest.approx(1.75 / 3)


@pytest.mark.parametrize(
    ("cell", "options", "said"),
    [
        ("1.5", ["--reward", "credit"], "reward: line 2: expected a number from 0 to 1, got 1.5: credit as a share"),
        ("-0.1", ["--reward", "credit"], "expected a number from 0 to 1, got -0.1"),
        ("", ["--reward", "credit"], "expected a number, got ''"),
        ("half", ["--correct", "credit", "--at-least", "0.5"], "expected a number, or true or false, got 'half'"),
        ("nan", ["--correct", "credit", "--at-least", "0.5"], "expected a number, or true or false, got 'nan'"),
        ("1", ["--correct", "credit", "--at-least", "inf"], "at_least = inf: must be a finite number"),
    ],
)
def test_a_mark_that_is_none_is_named(capsys, tmp_path, cell, options, said):
    path = tmp_path / "marks.csv"
    path.write_text(f"task,credit\na,{cell}\na,1\n")
    code, _, err = run(capsys, "curve", path, "--problem", "task", *options)
    assert code == 2 and said in err and err.count("\n") == 1


def test_rewards_that_cannot_be_meant_are_refused(credits):
    for call, said in (
        (lambda: highest_reward([0.5, 1.5], 1), r"reward\[1\] = 1.5: must lie in \[0, 1\]"),
        (lambda: highest_reward([], 1), "reward has shape"),
        (lambda: highest_reward([0.5], 2), "k = 2: must be at most n = 1"),
        (lambda: best_of_n_reward([0.5, 1], [1.0], 1), "score has shape"),
        (lambda: majority_reward(["a"], [0.5, 1], 1), "answer has shape"),
        (lambda: reward_curve(credits, "pass", 1), "selector = 'pass': must be one of 'highest'"),
        (lambda: reward_curve(credits, "highest", 5), "k = 5: problem '0' has only 4"),
        (lambda: reward_curve(SampleSet.from_counts([2], [1]), "highest", 1), "no column 'reward'"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


def test_a_long_completion_beside_the_columns_is_no_fault(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("problem,correct,completion\na,1," + "x" * 200_000 + "\n")
    assert read_samples(path).c.tolist() == [1]

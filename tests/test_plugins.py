"""The estimators inside Inspect and lm-evaluation-harness: by themselves, and in the real tools in `make evidence`."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.plugins import inspect_ai, lm_eval, pools
from inference_scaling.sources import logs

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "book" / "laboratory" / "your_columns.md"
RUNS = Path(__file__).resolve().parent / "tool_runs"


# -- one problem --------------------------------------------------------------------------------------


def over_subsets(value, n, k):
    return np.mean([value(list(chosen)) for chosen in combinations(range(n), k)])


@st.composite
def problems(draw):
    n = draw(st.integers(1, 6))
    credit = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=n, max_size=n))
    answers = draw(st.lists(st.sampled_from(["7", "8", "9", None]), min_size=n, max_size=n))
    scores = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return credit, answers, scores, draw(st.integers(1, n))


@given(problems())
def test_what_k_samples_reach_is_the_mean_over_all_subsets(problem):
    credit, answers, scores, k = problem
    n, worth = len(credit), np.array(credit)

    def vote(chosen):
        cast = [answers[i] for i in chosen if answers[i] is not None]
        if not cast:
            return 0.0
        top = [one for one in set(cast) if cast.count(one) == max(map(cast.count, cast))]
        return np.mean([np.mean([credit[i] for i in range(n) if answers[i] == one]) for one in top])

    def best(chosen):
        high = max(scores[i] for i in chosen)
        return np.mean([credit[i] for i in chosen if scores[i] == high])

    half = worth >= 0.5
    assert pools.pass_at(credit, k) == pytest.approx(over_subsets(lambda at: (worth[at] == 1).any(), n, k))
    assert pools.pass_at(credit, k, 0.5) == pytest.approx(over_subsets(lambda at: half[at].any(), n, k))
    assert pools.pass_hat(credit, k, 0.5) == pytest.approx(over_subsets(lambda at: half[at].all(), n, k))
    assert pools.majority(credit, answers, k) == pytest.approx(over_subsets(vote, n, k))
    assert pools.best_of(credit, scores, k) == pytest.approx(over_subsets(best, n, k))


# -- Inspect, whose part is played by what its reducers use of it ---------------------------------------


@dataclass
class Score:
    value: Any
    answer: str | None = None
    explanation: str | None = None
    metadata: dict | None = None


@pytest.fixture
def registered(monkeypatch):
    """The reducers as they were given to Inspect, by name."""
    found = {}

    def score_reducer(*, name):
        return lambda make: found.setdefault(name, make)

    part = ModuleType("inspect_ai.scorer")
    part.Score, part.score_reducer = Score, score_reducer
    letters = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
    part.value_to_float = lambda: lambda value: letters.get(value) if value in letters else float(value)
    monkeypatch.setitem(sys.modules, "inspect_ai", ModuleType("inspect_ai"))
    monkeypatch.setitem(sys.modules, "inspect_ai.scorer", part)
    inspect_ai._registered.cache_clear()
    yield found
    inspect_ai._registered.cache_clear()


def epochs(values, **fields):
    return [Score(value, **{name: column[i] for name, column in fields.items()}) for i, value in enumerate(values)]


def test_the_entry_point_of_inspect_gives_it_every_reducer_under_the_name_of_the_package(registered):
    written = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["inspect_ai"]
    ((package, place),) = written.items()
    EntryPoint(package, place, "inspect_ai").load()
    assert set(registered) == {f"{package}/{name}" for name in inspect_ai.__all__}


def test_reducers_count_letters_and_partial_credit_as_inspect_does(registered):
    scores = epochs("CPIN", answer=["12", "12.0", "7", None])
    assert inspect_ai.pass_at(2)(scores).value == pytest.approx(1 / 2)
    assert inspect_ai.pass_at(k=2, at_least=0.5)(scores).value == pytest.approx(5 / 6)
    assert inspect_ai.pass_hat(2, at_least=0.5)(scores).value == pytest.approx(1 / 6)
    # 12 and 12.0 are one answer; its samples have 1 and 0.5.
    assert inspect_ai.majority()(scores).value == pytest.approx(0.75)
    assert inspect_ai.majority(1)(scores).value == pytest.approx(0.375)
    words = epochs("CI", answer=["$1,200", "1200 km"])
    assert inspect_ai.majority(same="number")(words).value == pytest.approx(0.5)


def test_the_best_of_the_epochs_is_that_with_the_highest_number_in_its_metadata(registered):
    scores = epochs("CIC", metadata=[{"prm": 0.2}, {"prm": 0.9}, {"prm": 0.5}])
    assert inspect_ai.best_of(score="prm")(scores).value == 0
    assert inspect_ai.best_of(2, "prm")(scores).value == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="the metadata of a score holds 'prm', and no 'score' to rank epochs by"):
        inspect_ai.best_of(2)(scores)
    with pytest.raises(ValueError, match="'prm' in the metadata of a score is nan: must be a finite number"):
        inspect_ai.best_of(score="prm")(epochs("C", metadata=[{"prm": math.nan}]))


def test_each_entry_of_a_value_is_reduced_by_itself(registered):
    scores = epochs([{"form": "C", "sum": 0}, {"form": "C", "sum": 1}, math.nan, {"form": "I", "sum": None}])
    found = inspect_ai.pass_at(2)(scores).value
    assert found == {"form": pytest.approx(1), "sum": 1}
    assert inspect_ai.pass_at(1)(epochs([["C", "I"], ["I", "I"]])).value == [0.5, 0]


def test_too_few_scored_epochs_are_no_score_and_say_so(registered):
    found = inspect_ai.pass_at(3)(epochs(["C", "C", math.nan]))
    assert math.isnan(found.value)
    assert found.explanation == "pass_at: 2 scored epochs, fewer than k = 3"
    assert math.isnan(inspect_ai.majority()(epochs([math.nan])).value)


def test_epochs_with_values_of_different_forms_are_refused(registered):
    with pytest.raises(ValueError, match="values of different forms"):
        inspect_ai.pass_at(1)(epochs([{"form": 1}, {"sum": 1}]))


def test_a_vote_without_answers_says_what_the_scorer_must_set(registered):
    with pytest.raises(ValueError, match=r"no score of this sample has an answer .* Score\(answer=…\)"):
        inspect_ai.majority()(epochs("CC"))


def test_what_all_epochs_share_stays(registered):
    found = inspect_ai.majority()(epochs("CC", answer=["12", "12"], metadata=[{"a": 1}, {"a": 2}]))
    assert (found.value, found.answer, found.metadata) == (1.0, "12", {"a": 1})


# -- lm-evaluation-harness ------------------------------------------------------------------------------


RESPONSES = ["it is 12", "12.0", "7", "[invalid]"]


def harness(metric, **options):
    return metric(references=[12], predictions=[RESPONSES], **options)


def test_the_metrics_of_the_harness_return_a_value_for_every_k():
    number = {"judge": "last-number"}
    assert harness(lm_eval.pass_at, k=[1, 2, 4], **number) == pytest.approx(
        {"pass@1": 1 / 2, "pass@2": 5 / 6, "pass@4": 1}
    )
    assert harness(lm_eval.pass_hat, k=2, **number) == pytest.approx({"pass^2": 1 / 6})
    assert harness(lm_eval.majority, k=[2, 4], **number) == pytest.approx({"majority@2": 2 / 3, "majority@4": 1})
    assert harness(lm_eval.best_of, k=4, score=len, **number) == {"best-of-4": 0}
    assert harness(lm_eval.pass_at, k=4) == {"pass@4": 0}


def test_a_judge_of_ones_own_says_what_is_right_and_what_is_voted_for():
    def pair(response, target):
        return target in response, response[-2:]

    assert harness(lm_eval.majority, k=4, judge=lambda response, target: target in response) == pytest.approx(
        {"majority@4": 2 / 3}
    )
    assert harness(lm_eval.majority, k=1, judge=pair) == pytest.approx({"majority@1": 1 / 2})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 5}, r"k = 5: must be a whole number from 1 to 4, the responses of the problem \(`repeats`"),
        ({"k": [1, 2.5]}, "k = 2.5: must be a whole number"),
        ({"k": 2, "judge": "numbers"}, "judge = 'numbers': must be one of 'exact', 'last-number'"),
        ({"k": 2, "judge": lambda a, b: "yes"}, "response 0: the judge must say True or False, got 'yes'"),
    ],
)
def test_the_harness_is_told_what_would_be_right(options, message):
    with pytest.raises(ValueError, match=message):
        harness(lm_eval.pass_at, **options)


def test_a_filter_that_leaves_one_response_is_named_as_the_reason():
    with pytest.raises(ValueError, match=r"one response, '12', is left of the problem: a filter .* take_first_k"):
        lm_eval.pass_at([12], ["12"], k=1)
    with pytest.raises(ValueError, match="score is 'prm': must be a function"):
        harness(lm_eval.best_of, k=1, score="prm")
    with pytest.raises(ValueError, match="score of 'it is 12' is None: must be a finite number"):
        harness(lm_eval.best_of, k=1, score=lambda response: None)


# -- the page, whose task files are run in the tools themselves ----------------------------------------


def blocks(language):
    text = PAGE.read_text(encoding="utf-8").partition("## Inside the tool itself")[2]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_page_names_functions_that_exist():
    (task,), (yaml,) = blocks("python"), blocks("yaml")
    asked = set(re.findall(r"inference_scaling/([a-z_]+?)(?:_\d+)?\"", task))
    assert asked == set(inspect_ai.__all__)
    named = re.findall(r"!function (inference_scaling[\w.]+)\.(\w+)", yaml)
    assert {name for _, name in named} == set(lm_eval.__all__)
    assert all(callable(getattr(import_module(module), name)) for module, name in named)


@pytest.fixture(scope="module")
def tools():
    """The Python of an environment of its own with both tools in named versions, and this package."""
    folder = ROOT / ".cache" / "tools"
    python, uv = folder / "bin" / "python", Path(sys.executable).with_name("uv")
    wanted = (RUNS / "requirements.txt").read_text()
    if not (folder / "made").exists() or (folder / "made").read_text() != wanted:
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, "-r", RUNS / "requirements.txt"], check=True)
        (folder / "made").write_text(wanted)
    install = ["pip", "install", "-q", "--python", python, "--no-deps", "--reinstall-package", "inference-scaling"]
    subprocess.run([uv, *install, ROOT], check=True)
    return python


OUTPUTS = {
    "5 + 7": ("12", ["The sum is 12", "12", "7", "so 9"]),
    "6 + 5": ("11", ["1", "it is 2", "2", "11"]),
    "9 + 4": ("13", ["13", "13", "13", "13"]),
}


def ran(python, driver, folder, *arguments):
    (folder / "sums.jsonl").write_text(
        "".join(json.dumps({"input": ask, "target": right}) + "\n" for ask, (right, _) in OUTPUTS.items())
    )
    (folder / "outputs.json").write_text(json.dumps({ask: outputs for ask, (_, outputs) in OUTPUTS.items()}))
    command = [python, RUNS / driver, *arguments]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf"), "PYTHONPATH": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def as_samples(answer_of, score_of):
    rows = [(ask, right, text) for ask, (right, texts) in OUTPUTS.items() for text in texts]
    return its.SampleSet.from_columns(
        {
            "problem": [ask for ask, _, _ in rows],
            "correct": [answer_of(text) == right for _, right, text in rows],
            "answer": [answer_of(text) for _, _, text in rows],
            "score": [score_of(text) for _, _, text in rows],
        }
    )


def value(samples, selector, k):
    return pytest.approx(its.curve(samples, selector, [k], rng=0).value[0], abs=1e-9)


@pytest.mark.evidence
def test_the_task_file_of_the_page_gives_inspect_the_values_of_curve(tools, tmp_path):
    (task,) = blocks("python")
    (tmp_path / "sums.py").write_text(task)
    found = ran(tools, "inspect_run.py", tmp_path)
    samples = as_samples(lambda text: text.split()[-1], lambda text: -len(text))
    assert found["status"] == "success"
    wanted = {
        "pass_at_2": ("pass", 2),
        "pass_hat_2": ("all", 2),
        "majority_4": ("majority", 4),
        "best_of_4": ("best_of_n", 4),
    }
    values = {name: one["accuracy"] for name, one in found["reduced"].items()}
    assert values == {f"inference_scaling/{name}": value(samples, *asked) for name, asked in wanted.items()}
    # What Inspect wrote is read back to the same curve.
    log = logs.read(found["log"], metric="ranked")
    assert its.curve(log, "pass", [2], rng=0).value[0] == values["inference_scaling/pass_at_2"]


@pytest.mark.evidence
def test_inspect_s_own_pass_at_is_ours_and_a_k_beyond_the_epochs_is_no_number(tools, tmp_path):
    (task,) = blocks("python")
    more = '["pass_at_2", "inference_scaling/pass_at_2", "inference_scaling/pass_at_5"]'
    changed, count = re.subn(r"\[\s*\"inference_scaling[^\]]*\]", more, task)
    assert count == 1
    (tmp_path / "sums.py").write_text(changed)
    found = ran(tools, "inspect_run.py", tmp_path)
    values = {name: one["accuracy"] for name, one in found["reduced"].items()}
    assert values["pass_at_2"] == pytest.approx(values["inference_scaling/pass_at_2"], abs=1e-12)
    assert math.isnan(values["inference_scaling/pass_at_5"])
    assert set(found["explained"]["inference_scaling/pass_at_5"]) == {"pass_at: 4 scored epochs, fewer than k = 5"}


@pytest.mark.evidence
def test_the_task_file_of_the_page_gives_the_harness_the_values_of_curve(tools, tmp_path):
    (yaml,) = blocks("yaml")
    (tmp_path / "own_sums.yaml").write_text(yaml)
    (scoring,) = re.findall(r"```text\n(def .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "scoring.py").write_text(scoring)
    found = ran(tools, "harness_run.py", tmp_path, "own_sums")
    samples = as_samples(lambda text: text.split()[-1], lambda text: -len(text))
    wanted = {f"pass@{k}": ("pass", k) for k in (1, 2, 4)} | {"pass^2": ("all", 2)}
    wanted |= {"majority@4": ("majority", 4), "best-of-4": ("best_of_n", 4)}
    values = {name.partition(",")[0]: one for name, one in found.items() if not name.endswith("_stderr,all")}
    assert {name: values[name] for name in wanted} == {name: value(samples, *asked) for name, asked in wanted.items()}
    curve = its.curve(samples, "pass", [2], rng=0)
    assert found["pass@2_stderr,all"] == pytest.approx(curve.standard_error[0])

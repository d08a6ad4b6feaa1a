"""One grammar of the commands: the same options, in the same order; and several scores beside each other."""

import argparse
import json
import re
from itertools import combinations

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import cli

COMMANDS = ("curve", "compare", "plan", "backtest", "report")
# Where an option means as much as elsewhere, but takes another number of values or other ones: why.
UNLIKE = {
    "selector": "compare and curve show, plan and backtest choose; a comparison is by one of them",
    "budget": "compare takes several, mean costs to compare at",
    "objective": "a report chooses it by the file's columns",
    "cost": "said in the words of the command",
}


def options_of(command):
    """The options of a command in the order of its help."""
    parser = cli._parser(command)
    found = next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction)).choices[command]
    return {one.dest: one for one in found._actions if one.dest != "help"}


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


@pytest.mark.parametrize("pair", list(combinations(COMMANDS, 2)), ids="-".join)
def test_options_of_two_commands_have_one_name_one_form_and_one_order(pair):
    one, other = map(options_of, pair)
    shared = [name for name in one if name in other]
    assert shared == [name for name in other if name in one]
    assert {"files", "by", "where", "score", "cost", "level", "seed"} <= set(shared)
    for name in shared:
        mine, its_own = one[name], other[name]
        assert (mine.option_strings, mine.dest) == (its_own.option_strings, its_own.dest)
        if name not in UNLIKE:
            form = [(each.nargs, each.type, each.choices, each.default, each.metavar) for each in (mine, its_own)]
            assert form[0] == form[1], name


def test_a_plan_plays_no_back_test(capsys):
    with pytest.raises(SystemExit):
        cli.main(["plan", "pilot.csv", "--objective", "coverage", "--budget", "2", "--backtest", "8"])
    assert "--backtest" in capsys.readouterr().err


def test_a_file_that_an_option_has_swallowed_is_looked_for_in_front(capsys):
    with pytest.raises(SystemExit):
        cli.main(["curve", "--score", "prm", "pilot.csv"])
    err = capsys.readouterr().err
    assert "FILE: files stand before options" in err and err.count("\n") == 1


# -- several scores ------------------------------------------------------------------------------------------


@pytest.fixture
def pilot(tmp_path):
    rng = np.random.default_rng(4)
    correct = rng.random((60, 8)) < rng.beta(1, 2, (60, 1))
    samples = its.SampleSet.from_columns(
        {
            "problem": np.repeat(np.arange(60), 8).tolist(),
            "correct": correct.ravel().tolist(),
            "prm": (rng.normal(size=480) + 4 * correct.ravel()).tolist(),
            "orm": (rng.normal(size=480) + 0.5 * correct.ravel()).tolist(),
            "tokens": rng.integers(50, 150, 480).tolist(),
        },
        scores=["prm", "orm"],
    )
    path = tmp_path / "pilot.csv"
    its.write_samples(samples, path)
    return path


def test_curve_shows_best_of_n_by_each_score(capsys, pilot):
    code, out, err = run(capsys, "curve", pilot, "--score", "prm", "orm", "--k", 1, 8, "--json")
    assert (code, err) == (0, "")
    found = [one for one in json.loads(out)["curves"] if one["selector"] == "best_of_n"]
    samples = its.read_samples(pilot, scores=["prm", "orm"])
    assert [one["score"] for one in found] == ["prm", "orm"]
    for one in found:
        same = its.curve(samples.with_score(one["score"]), "best_of_n", [1, 8], rng=0)
        assert one["value"] == same.value.tolist()
    words = run(capsys, "curve", pilot, "--score", "prm", "orm", "--markdown")[1]
    assert "best-of-N by prm" in words and "best-of-N by orm" in words
    code, out, _ = run(
        capsys, "curve", pilot, "--score", "prm=1", "orm=0.1", "--selector", "best_of_n", "--k", 8, "--cost", "tokens"
    )
    assert "tokens, best-of-N by prm" in out and "tokens, best-of-N by orm" in out


def test_compare_sets_two_scores_of_one_file_against_each_other(capsys, pilot):
    code, out, err = run(capsys, "compare", pilot, "--score", "prm", "orm", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["names"], found["selector"]) == (["prm", "orm"], "best_of_n")
    samples = its.read_samples(pilot, scores=["prm", "orm"])
    a, b = (its.curve(samples.with_score(name), "best_of_n", range(1, 9)).value for name in ("prm", "orm"))
    assert found["value"] == pytest.approx((a - b).tolist())
    code, out, _ = run(capsys, "compare", pilot, "--score", "prm=1", "orm=0", "--cost", "tokens", "--json")
    assert code == 0 and json.loads(out)["unit"] == "tokens"


def test_plan_and_backtest_choose_the_score(capsys, pilot):
    asked = [pilot, "--score", "prm=0.5", "orm=0.1", "--objective", "accuracy", "--budget", 10]
    code, out, err = run(capsys, "plan", *asked, "--json")
    assert (code, err) == (0, "")
    samples = its.read_samples(pilot, scores=["prm", "orm"])
    same = its.plan(samples, objective="accuracy", budget=10, scores={"prm": 0.5, "orm": 0.1}, rng=0)
    found = json.loads(out)["choice"]
    assert (found["score"], found["k"], found["value"]) == (same.choice.score, same.choice.k, same.choice.value)
    _, out, _ = run(capsys, "backtest", *asked, "--pilot", 4, "--repeats", 5)
    assert "by prm" in out


def test_one_score_without_a_price_is_the_score(capsys, pilot):
    _, out, _ = run(capsys, "curve", pilot, "--score", "prm", "--selector", "best_of_n", "--k", 8, "--json")
    same = its.curve(its.read_samples(pilot, names={"score": "prm"}), "best_of_n", [8])
    assert json.loads(out)["curves"][0]["value"] == same.value.tolist()


def test_a_budget_for_the_whole_table_is_said_in_the_plan(capsys, pilot):
    asked = ["plan", pilot, "--score", "prm", "orm", "--verify", 0.5, "--objective", "accuracy"]
    _, whole, _ = run(capsys, *asked, "--total-budget", 5000, "--for", 500)
    assert "The budget of 5,000 for 500 problems, 10 a problem, buys" in " ".join(whole.split())
    _, one, _ = run(capsys, *asked, "--budget", 10, "--for", 500)
    assert headline(one) == headline(whole) and "for 500 problems" in one


def headline(text):
    return next(line for line in text.splitlines() if line.startswith("Take "))


TOTAL = ["--score", "prm", "--total-budget", 3, "--for", 10]
PLAN = ["--objective", "accuracy", "--budget", 9]


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("plan", [*PLAN, "--score", "prm=0.5", "orm"], "--score orm has no price: give one to each, as in orm=0.1"),
        ("plan", [*PLAN, "--score", "prm=-1", "orm=1"], "--score prm=-1: the price must be finite, at least 0"),
        ("plan", [*PLAN, "--score", "prm", "prm"], "--score names prm twice"),
        ("plan", [*PLAN, "--score", "prm", "rpm"], "--score: there is no column 'rpm'.*found: .*orm"),
        ("plan", [*PLAN, "--score", "prm=1", "orm=2", "--verify", 1], "--verify is given with --score prm=1"),
        (
            "plan",
            [*PLAN[:2], "--score", "prm", "--total-budget", 3, "--for", 10],
            "--total-budget 3 --for 10: buys less than one",
        ),
        ("plan", [*PLAN, "--for", 0], "--for 0.*whole number from 1"),
        (
            "plan",
            ["--objective", "coverage", "--budget", 9, "--score", "prm", "orm"],
            "--score: coverage has a perfect",
        ),
        ("curve", ["--score", "prm=1", "orm=2"], "--score prm=1: a price is of use with --cost"),
        ("compare", ["--score", "prm", "orm", "--selector", "pass"], "'pass' uses no score.*best_of_n"),
        ("compare", [], "or several scores with --score"),
        ("report", ["--score", "prm", "orm", "--out", "o.html"], "a report shows one score"),
        ("backtest", [*PLAN, "--score", "prm", "--pilot", 8], "--pilot 8: must be below the 8 samples"),
    ],
)
def test_what_makes_no_sense_is_one_line(capsys, pilot, command, arguments, said):
    code, out, err = run(capsys, command, pilot, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert re.search(said, err), err

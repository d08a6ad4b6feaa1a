"""Tokens and money on the command line: the library's own numbers, and errors of one line."""

import json

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import cli

USD = ["--price-in", 2, "--price-out", 10, "--price-unit", "USD per million tokens"]


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def written(path, seed, longest, prompt=True):
    rng = np.random.default_rng(seed)
    size = 160
    columns = {
        "problem": (np.arange(size) // 8).tolist(),
        "correct": (rng.random(size) < rng.beta(0.5, 0.7, 20).repeat(8)).astype(int).tolist(),
        "answer": rng.integers(0, 3, size).tolist(),
        "score": rng.random(size).round(3).tolist(),
        "tokens": rng.integers(50, longest, size).tolist(),
    }
    if prompt:
        columns["prompt_tokens"] = (100 + np.arange(size) // 8).tolist()
    its.write_samples(its.SampleSet.from_columns(columns), path)
    return str(path)


@pytest.fixture
def short(tmp_path):
    return written(tmp_path / "short.csv", 0, 400)


@pytest.fixture
def long(tmp_path):
    return written(tmp_path / "long.csv", 1, 900)


def test_a_curve_has_a_column_of_its_mean_cost_and_high_quantile(capsys, short, tmp_path):
    figure = tmp_path / "curve.svg"
    asked = ["curve", short, "--selector", "pass", "majority", "--cost", "tokens", "--prompt", "shared"]
    code, out, err = run(capsys, *asked, "--figure", figure)
    assert (code, err) == (0, "")
    samples = its.read_samples(short)
    spent = its.sample_cost(samples, "pass", [1, 2, 4, 8], its.TokenCost(prompt="shared"), rng=0)
    table = [line.split() for line in out.splitlines() if line.lstrip()[:2] in ("k ", "1 ", "8 ")]
    assert table[0][:2] == ["k", "tokens"]
    assert table[2][1:3] == [f"{spent.mean[3]:,.0f}", f"({spent.high[3]:,.0f})"]
    assert f"All recorded samples of the file cost {spent.recorded:,.0f} tokens." in out
    assert "tokens a problem" in figure.read_text(encoding="utf-8")
    found = json.loads(run(capsys, *asked, "--json")[1])["curves"][1]["cost"]
    assert (found["unit"], found["mean"]) == ("tokens", pytest.approx(spent.mean))


def test_a_verifier_is_paid_where_a_score_picks(capsys, short):
    asked = ["curve", short, "--cost", "money", *USD, "--prompt", "each", "--verifier-reads", 1, "--price-verifier", 1]
    code, out, _ = run(capsys, *asked, "--selector", "best_of_n", "majority")
    assert code == 0
    assert "USD, best-of-N" in out and "USD, majority of k" in out


def test_a_plan_within_a_budget_of_money_says_tokens_too(capsys, short):
    asked = ["plan", short, "--objective", "accuracy", "--prefer", "highest"]
    code, out, err = run(capsys, *asked, "--budget", 0.012, "--cost", "money", *USD, "--prompt", "shared")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    prices = its.TokenPrices(2, 10, "USD per million tokens")
    expected = its.plan(
        its.read_samples(short),
        objective="accuracy",
        prefer="highest",
        budget=0.012,
        cost=its.TokenCost(prompt="shared", prices=prices),
        rng=0,
    )
    assert f"at {expected.choice.cost:.4g} USD ({expected.tokens:,.0f} tokens) a problem." in words
    asked[0] = "backtest"
    code, out, _ = run(capsys, *asked, "--budget", 900, "--cost", "tokens", "--prompt", "free", "--pilot", 4, "--json")
    assert (code, json.loads(out)["unit"]) == (0, "tokens")


def test_two_systems_are_compared_at_equal_money_with_prices_of_their_own(capsys, short, long, tmp_path):
    figure = tmp_path / "compare.svg"
    asked = ["compare", short, long, "--cost", "money", "--prompt", "shared", "--price-in", 2, 1]
    asked += ["--price-out", 10, 4, "--price-unit", "EUR per million tokens"]
    code, out, err = run(capsys, *asked, "--figure", figure)
    assert (code, err) == (0, "")
    curves = [
        its.curve(
            its.read_samples(path),
            "pass",
            np.arange(1, 9),
            cost=its.TokenCost(prompt="shared", prices=its.TokenPrices(*price, "EUR per million tokens")),
        )
        for path, price in ((short, (2, 10)), (long, (1, 4)))
    ]
    expected = its.compare_at_cost(*curves, names=("short", "long"), rng=0)
    assert " ".join(str(expected).split()) in " ".join(out.split())
    assert "EUR a problem, mean" in figure.read_text(encoding="utf-8")
    budget = float(expected.budget[2])
    found = json.loads(run(capsys, *asked, "--budget", budget, "--json")[1])
    assert (found["unit"], found["budget"], found["selector"]) == ("EUR", [budget], "pass")
    assert found["value"][0] == pytest.approx(expected.value[2])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cost", "tokens"], "--prompt is missing: the samples have a column 'prompt_tokens', so say how"),
        (["--cost", "money", "--prompt", "each"], "--cost money without --price-in: give it"),
        (
            ["--cost", "money", "--prompt", "each", "--price-in", 1, "--price-out", 2],
            "--cost money without --price-unit: a price needs its unit",
        ),
        (
            ["--cost", "money", "--prompt", "each", "--price-in", 1, "--price-out", 2, "--price-unit", "USD"],
            "--price-unit 'USD': a price needs its unit",
        ),
        (["--cost", "money", "--prompt", "each", *USD, "--price-in", -1], "--price-in -1: must be finite"),
        (
            ["--cost", "money", "--prompt", "each", *USD, "--price-in", 1, 2],
            "--price-in has 2 prices: must be one price",
        ),
        (["--cost", "money", *USD, "--verifier-reads", 1], "--cost money without --price-verifier"),
        (["--cost", "tokens", *USD], "--price-in is given without --cost money"),
        (["--prompt", "each"], "--prompt is given without --cost tokens"),
        (["--cost", "tokens", "--prompt", "free", "--verifier-reads", -1], "verifier = -1.0"),
    ],
)
def test_a_cost_that_is_not_whole_is_one_line(capsys, short, arguments, said):
    code, out, err = run(capsys, "curve", short, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"inference-scaling curve: {said}")


def test_rows_without_tokens_are_named(capsys, tmp_path):
    path = tmp_path / "holes.csv"
    for hole, said in (
        ("", "holes.csv: tokens: line 3: expected a number, got ''"),
        ("-4", "holes.csv: tokens: line 3: expected 0 or more, got -4"),
        ("nan", "holes.csv: tokens: line 3: expected a "),
        ("0", "tokens: row 1: problem 'a', sample 1: expected at least 1 to be charged, got 0"),
    ):
        path.write_text(f"problem,correct,tokens\na,1,12\na,0,{hole}\nb,0,9\nb,0,7\n", encoding="utf-8")
        code, out, err = run(capsys, "curve", path, "--cost", "tokens")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert said in err


def test_other_costs_that_contradict_each_other_are_refused(capsys, short, long):
    plan = ["plan", short, "--objective", "coverage", "--budget", 5, "--prompt", "each", "--cost", "tokens"]
    for arguments, said in (
        ([*plan, "--generate", 2], "--generate 2 is given with --cost tokens"),
        (["compare", short, long, "--budget", 5], "--budget is given without --cost"),
        (
            ["compare", short, long, "--cost", "tokens", "--prompt", "each", "--budget", 5],
            "--budget 5: must be from",
        ),
        (
            ["compare", short, "--by", "problem", "--cost", "tokens", "--prompt", "each"],
            "--cost tokens: compares two systems, and these are 20",
        ),
    ):
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (2, "")
        assert said in err


def test_tables_and_a_report_have_the_cost_in_its_unit(capsys, short, long, tmp_path):
    money = ["--cost", "money", *USD, "--prompt", "shared"]
    code, out, _ = run(capsys, "compare", short, long, *money, "--csv")
    head, first, *_ = out.splitlines()
    assert code == 0
    assert head.startswith("USD a problem,k of short,short,k of long,long")
    assert 0 < float(first.split(",")[0]) < 0.1
    question = ["--objective", "accuracy", "--budget", 0.012]
    code, out, _ = run(capsys, "plan", short, *question, *money, "--markdown")
    assert code == 0 and "cost of a problem, USD" in out
    code, out, err = run(capsys, "report", short, "--out", tmp_path / "report.html", *money)
    assert (code, err) == (0, "")
    assert "USD (" in (tmp_path / "report.html").read_text(encoding="utf-8")

"""Plans of partial credit: the mean reward of what a vote, a score or a check that knows the reward hands in."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, backtest, cli, plan, reward_curve
from inference_scaling.decisions import CostModel, PlanError, options, rule


def graded(seed, problems=30, n=12, noise=0.3):
    """Samples with a reward of some tests passed, a score that follows it, and answers."""
    rng = np.random.default_rng(seed)
    reward = rng.binomial(4, rng.beta(1.2, 1.5, (problems, 1)), (problems, n)) / 4
    table = {
        "problem": np.repeat(np.arange(problems), n),
        "reward": reward.ravel(),
        "score": rng.normal(reward, noise).ravel(),
        "answer": (reward * 4).ravel().astype(int),
    }
    return SampleSet.from_columns(table)


PILOT = graded(1)


@pytest.mark.parametrize("selector", ["highest", "best_of_n", "majority"])
def test_the_estimate_of_a_reward_plan_is_that_of_the_curve(selector):
    found = plan(PILOT, objective="reward", budget=8, selectors=selector, prefer="highest", rng=0)
    curve = reward_curve(PILOT, selector, np.arange(1, 9))
    assert found.choice.estimate == pytest.approx(curve.value.max())
    assert found.choice.selector == selector
    assert found.objective == "reward" and "expected reward" in found.headline


def test_the_highest_reward_is_a_choice_only_where_it_is_named():
    by_default = plan(PILOT, objective="reward", budget=12, prefer="highest", rng=0)
    assert by_default.choice.selector in ("best_of_n", "majority")
    named = plan(PILOT, objective="reward", budget=12, selectors=["highest", "majority"], rng=0)
    assert named.choice.selector == "highest"
    assert any("A check that knows the reward of every sample" in line for line in named.assumes)


def test_rewards_of_0_and_1_are_planned_as_right_and_wrong():
    rng = np.random.default_rng(4)
    correct = rng.random((25, 8)) < rng.beta(1, 1, (25, 1))
    columns = {"problem": np.repeat(np.arange(25), 8), "correct": correct.ravel(), "score": rng.normal(correct).ravel()}
    plain, rewarded = (
        SampleSet.from_columns(columns),
        SampleSet.from_columns(columns | {"reward": correct.ravel() * 1.0}),
    )
    asked = {"budget": 8, "cost": CostModel(1, 0.1), "rng": 0}
    accuracy = plan(plain, objective="accuracy", **asked).choice
    assert plan(rewarded, objective="reward", **asked).choice == accuracy
    coverage = plan(plain, objective="coverage", budget=8, rng=0).choice
    highest = plan(rewarded, objective="reward", selectors="highest", budget=8, rng=0).choice
    assert (highest.k, highest.value, highest.low) == (coverage.k, coverage.value, coverage.low)


@given(
    st.integers(0, 30), st.sampled_from([0.0, 0.2, 1.0]), st.sampled_from([None, "highest", "best_of_n", "majority"])
)
@settings(max_examples=25, deadline=None)
def test_more_money_never_takes_less_reward(seed, verify, selectors):
    pilot = graded(seed, problems=12, n=6)
    asked = {"name": "pilot", "objective": "reward", "target": None, "cost": CostModel(1, verify), "scores": None}
    asked |= {"selectors": selectors, "stop_early": False, "prefer": "cheaper", "level": 0.95}
    question = options.validate_request(pilot, budget=1, **asked)
    table = options.tabulate(pilot, question, options.candidate_ks(6, "reward"), np.random.default_rng(0))
    estimate, cost = [], []
    for budget in np.arange(1, 14, 0.5):
        question = options.validate_request(pilot, budget=budget, **asked)
        at, _ = rule.choose(table.values, rule.mean_cost(table, question), question)
        estimate.append(table.values[:, at].mean())
        cost.append(table.spent[:, at].mean())
    assert np.all(np.diff(estimate) >= -1e-9) and np.all(np.diff(cost) >= -1e-9)


def test_more_money_is_never_promised_less_reward():
    for selectors, noise in (("highest", 0.0), (None, 5e-3)):
        value = [
            plan(PILOT, objective="reward", budget=budget, selectors=selectors, rng=0).choice.value
            for budget in (1, 2, 3, 5, 8, 12, 13, 40)
        ]
        # The folds of the cross-fitting decide the last digits where votes and scores are weighed; a check never falls.
        assert np.all(np.maximum.accumulate(value) - value <= noise + 1e-12)
        assert value[-1] > value[0]


def test_a_reward_beyond_the_pilot_is_not_forecast():
    found = plan(PILOT, objective="reward", budget=100, prefer="highest", rng=0)
    assert found.choice.k <= 12 and found.forecast is None
    assert "reward with more samples is not forecast" in " ".join(found.reasons)
    with pytest.raises(PlanError, match=r"target = 0\.99: the highest .* reward with more than its 12 samples"):
        plan(PILOT, objective="reward", target=0.99, rng=0)
    reached = plan(PILOT, objective="reward", target=0.6, rng=0)
    assert reached.choice.estimate >= 0.6


def test_the_scoring_of_each_sample_is_paid_for_the_highest_reward_too():
    cost = CostModel(1, 0.5)
    assert (cost.of("highest", 1), cost.of("highest", 4), cost.buys("highest", 6)) == (1, 6, 4)
    found = plan(PILOT, objective="reward", selectors="highest", budget=6, cost=cost, rng=0)
    assert (found.choice.k, found.choice.cost) == (4, 6)
    tokens = {"problem": [0, 0, 1, 1], "reward": [0, 0.5, 1, 0.5], "tokens": [100, 300, 100, 100]}
    found = plan(
        SampleSet.from_columns(tokens), objective="reward", selectors="highest", budget=400, cost="tokens", rng=0
    )
    assert (found.choice.k, found.choice.cost, found.tokens) == (2, 300, 300)


@pytest.mark.parametrize(
    ("samples", "question", "said"),
    [
        (SampleSet.from_counts([4] * 5, [2] * 5), {}, "objective = 'reward': the samples have no column 'reward'"),
        (PILOT, {"stop_early": True}, "stop_early = True: no vote that stops is known for partial credit"),
        (PILOT, {"selectors": "weighted"}, r"selectors = 'weighted'.*'majority', 'best_of_n', 'highest'"),
        (
            SampleSet.from_columns({"problem": [0, 0, 1, 1], "reward": [0, 0.5, 1, 1]}),
            {},
            "needs a column 'answer' .* or 'score', .* with a perfect check the selector is 'highest'",
        ),
    ],
)
def test_what_cannot_be_planned_is_said_by_name(samples, question, said):
    with pytest.raises(ValueError, match=said):
        plan(samples, objective="reward", budget=2, rng=0, **question)


def test_a_pilot_without_any_reward_says_so():
    for reward, words in (
        (0.0, "No sample of the pilot has any reward"),
        (1.0, "Every sample of the pilot has the whole"),
    ):
        pilot = SampleSet.from_columns({"problem": [0, 0, 1, 1], "reward": [reward] * 4})
        found = plan(pilot, objective="reward", selectors="highest", budget=2, rng=0)
        assert found.choice.k == 1 and words in " ".join(found.reasons)


def test_a_back_test_judges_reward_plans_by_the_whole_recording():
    found = backtest(PILOT, 4, objective="reward", budget=4, selectors="highest", repeats=10, rng=0)
    assert found.best.k == 4
    assert found.best.value == pytest.approx(reward_curve(PILOT, "highest", 4).value[0])
    assert found.choices == (("highest", 4, 1.0),)


# -- the command line -------------------------------------------------------------------------------------


@pytest.fixture
def marks(tmp_path):
    path = tmp_path / "marks.csv"
    rows = zip(PILOT.problem, PILOT.reward, PILOT.score, strict=True)
    path.write_text("task,credit,rm\n" + "".join(f"t{p},{r},{s}\n" for p, r, s in rows))
    return path


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def test_partial_credit_is_planned_with_the_columns_that_curve_names(capsys, marks):
    columns = ("--problem", "task", "--reward", "credit", "--score", "rm")
    asked = ("plan", marks, *columns, "--objective", "reward", "--budget", "8", "--prefer", "highest")
    code, out, err = run(capsys, *asked)
    assert (code, err) == (0, "") and "expected reward" in out
    code, out, _ = run(capsys, *asked, "--json")
    choice = json.loads(out)["choice"]
    curve = json.loads(
        run(capsys, "curve", marks, *columns, "--k", "1", "2", "3", "4", "5", "6", "7", "8", "--json")[1]
    )
    best = next(one for one in curve["rewards"] if one["selector"] == "best_of_n")
    assert max(best["value"]) == pytest.approx(
        dict(zip(options.Option._fields, choice.values(), strict=True))["estimate"]
    )
    code, out, _ = run(
        capsys, "plan", marks, *columns, "--objective", "reward", "--target", "0.6", "--selector", "highest"
    )
    assert code == 0 and "with the highest reward" in out


def test_a_missing_reward_is_said_in_the_words_of_the_command_line(capsys, tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("problem,correct\na,1\na,0\nb,0\nb,1\n")
    code, _, err = run(capsys, "plan", path, "--objective", "reward", "--budget", "2")
    assert code == 2 and err.count("\n") == 1
    assert "--objective reward: --reward COLUMN is missing, and there is no column 'reward'" in err

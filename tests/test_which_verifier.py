"""Plans that choose the verifier too, budgets for a whole table, and what more money may do to a plan."""

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.decisions import CostModel, backtest, options, plan, rule
from inference_scaling.samples import SampleSet
from inference_scaling.sources import recorded
from shares import a_third_of

PRICES = {"prm": 0.5, "orm": 0.1}


def scored(problems, n, *, prm, orm, seed=0, answers=False):
    """A pilot with two scores: right samples score higher by so many standard deviations."""
    rng = np.random.default_rng(seed)
    correct = rng.random((problems, n)) < rng.beta(1, 2, (problems, 1))
    columns = {
        "problem": np.repeat(np.arange(problems), n).tolist(),
        "correct": correct.ravel().astype(int).tolist(),
        "prm": (rng.normal(size=(problems, n)) + prm * correct).ravel().tolist(),
        "orm": (rng.normal(size=(problems, n)) + orm * correct).ravel().tolist(),
        "tokens": rng.integers(50, 150, problems * n).tolist(),
    }
    if answers:
        columns["answer"] = np.where(correct, 0, rng.integers(1, 4, (problems, n))).ravel().tolist()
    return SampleSet.from_columns(columns, scores=list(PRICES))


@pytest.mark.parametrize(("prm", "orm", "taken"), [(4, 0, "prm"), (0, 4, "orm"), (4, 4, "orm")])
def test_the_plan_takes_the_verifier_that_tells_right_from_wrong_and_of_equals_the_cheaper(prm, orm, taken):
    pilot = scored(80, 8, prm=prm, orm=orm)
    found = plan(pilot, objective="accuracy", budget=12, scores=PRICES, rng=0)
    assert (found.choice.selector, found.choice.score) == ("best_of_n", taken)
    assert found.choice.cost == pytest.approx(found.choice.k * (1 + PRICES[taken]))
    assert found.cost.verify == PRICES[taken]
    alone = plan(
        pilot.with_score(taken), objective="accuracy", budget=12, cost=CostModel(1, PRICES[taken]), rng=0
    ).choice
    assert found.choice.estimate == pytest.approx(alone.estimate) or found.choice.k != alone.k
    assert f"by {taken}" in found.headline and f"scorer, {taken}, as in the pilot" in " ".join(str(found).split())


def test_each_verifier_and_none_stand_beside_the_choice_as_paired_differences():
    pilot = scored(80, 8, prm=4, orm=0.5)
    found = plan(pilot, objective="accuracy", budget=12, scores=PRICES, rng=0)
    beside = {(other.score, other.k > 1): other for other in found.compared}
    orm = beside["orm", True]
    values = {name: its.curve(pilot.with_score(name), "best_of_n", range(1, 9)).per_problem for name in PRICES}
    paired = its.paired_interval(values["orm"][:, orm.k - 1], values["prm"][:, found.choice.k - 1])
    assert (orm.difference, orm.low, orm.high) == pytest.approx((paired.value, paired.low, paired.high))
    one = next(other for other in found.compared if other.k == 1)
    assert one.cost == 1 and one.difference < 0 and "One sample, with nothing to pick" in " ".join(str(found).split())
    voted = plan(scored(80, 8, prm=4, orm=0.5, answers=True), objective="accuracy", budget=12, scores=PRICES, rng=0)
    assert "majority" in [other.selector for other in voted.compared]


def test_the_expected_value_counts_that_the_verifier_was_chosen():
    # Two scores that know nothing: the better of them on the pilot is luck, which the estimate keeps.
    rng, rows = np.random.default_rng(5), []
    for _ in range(60):
        score = {name: rng.random(60 * 6) for name in ("first", "second")}
        columns = {"problem": np.repeat(np.arange(60), 6).tolist(), "correct": (rng.random(360) < 0.5).tolist()} | score
        pilot = SampleSet.from_columns(columns, scores=list(score))
        choice = plan(pilot, objective="accuracy", budget=6, prefer="highest", rng=0).choice
        rows.append((choice.value, choice.estimate))
    value, estimate = np.array(rows).T
    error = value.std() / np.sqrt(len(rows))
    assert abs(value.mean() - 0.5) < 3 * error
    assert estimate.mean() - 0.5 > 3 * error


def test_with_tokens_the_number_of_a_score_is_the_tokens_that_its_verifier_reads():
    pilot = scored(60, 6, prm=4, orm=0)
    found = plan(pilot, objective="accuracy", budget=900, cost="tokens", scores={"prm": 1.0, "orm": 0.0}, rng=0)
    same = its.sample_cost(pilot.with_score("prm"), "best_of_n", found.choice.k, its.TokenCost(verifier=1.0))
    assert found.choice.score == "prm" and found.choice.cost == pytest.approx(float(same.mean[0]))
    assert found.spending.mean == pytest.approx(same.mean) and found.tokens == pytest.approx(found.choice.cost)


def test_a_back_test_plays_plans_that_choose_the_verifier():
    recording = scored(60, 12, prm=4, orm=0)
    found = backtest(recording, 4, objective="accuracy", budget=6, scores=PRICES, repeats=10, rng=0)
    assert found.best.score == "prm"
    assert all(name in ("best_of_n by prm", "best_of_n by orm") for name, _, _ in found.choices)
    assert "by prm" in str(found)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"scores": {"rpm": 1}}, "scores: 'rpm' is not one of the samples' scores: 'prm', 'orm'"),
        ({"scores": {"prm": -1}}, r"scores\['prm'\].*-1"),
        ({"scores": "prm"}, r"scores = 'prm': must give a price"),
        ({"scores": PRICES, "objective": "coverage"}, "coverage has a perfect check"),
        ({"total_budget": 100}, r"budget = 9, total_budget = 100"),
        ({"for_problems": 0}, "for_problems.*0"),
        (
            {"budget": None, "total_budget": 3, "for_problems": 10},
            r"total_budget = 3 for 10 problems: buys less than one",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(question, said):
    pilot = scored(12, 4, prm=1, orm=1)
    with pytest.raises(ValueError, match=said):
        plan(pilot, **({"objective": "accuracy", "budget": 9} | question), rng=0)


# -- the whole table -----------------------------------------------------------------------------------------


def test_a_budget_for_the_whole_table_is_the_same_plan_in_other_words():
    pilot = scored(40, 8, prm=3, orm=1)
    whole = plan(pilot, objective="accuracy", total_budget=4500, for_problems=500, scores=PRICES, rng=0)
    each = plan(pilot, objective="accuracy", budget=9, scores=PRICES, rng=0)
    assert whole.choice == each.choice and whole.budget == 9
    text = " ".join(str(whole).split())
    assert "The budget of 4,500 for 500 problems, 9 a problem, buys" in text
    assert f"a problem, {whole.choice.cost * 500:,.0f} for 500 problems." in text
    own = plan(pilot, objective="coverage", total_budget=160, rng=0)
    assert own.budget == 4 and "for 40 problems" in str(own)
    target = plan(pilot, objective="coverage", target=0.5, for_problems=1000, rng=0)
    assert f"{target.choice.cost * 1000:,.0f} for 1,000 problems" in " ".join(str(target).split())


# -- more money ----------------------------------------------------------------------------------------------


def in_every_budget(samples, objective):
    """The choice at each budget that buys something else, and a little beyond the recording."""
    asked = {"target": None, "cost": None, "scores": None, "selectors": None, "stop_early": False}
    asked |= {"name": "samples", "prefer": "cheaper", "level": 0.95}
    end = int(samples.n.min())
    budgets = (
        np.arange(1.0, end + 1) if objective == "accuracy" else np.unique([*range(max(1, end - 8), end + 4), 2 * end])
    )
    table = None
    for budget in budgets:
        question = options.validate_request(samples, objective=objective, budget=float(budget), **asked)
        if table is None:
            ks = options.candidate_ks(end, objective)
            table = options.tabulate(samples, question, ks, np.random.default_rng(0))
        if objective == "coverage":
            yield rule.select_option(table, question, np.random.default_rng(0))[0]
        else:
            at, _ = rule.choose(table.values, rule.mean_cost(table, question), question)
            yield rule.cross_fitted_option(table, at, table.values[:, at], 0.95)


@pytest.mark.filterwarnings("ignore::inference_scaling.estimates.IntervalWarning")
@pytest.mark.parametrize("name", a_third_of(recorded.names()))
def test_more_money_never_takes_less_on_any_recorded_set(name):
    samples = recorded.load(name)
    allowed = ["coverage"] if samples.n.min() == 1 or samples.n.max() > 200 else ["coverage", "accuracy"]
    if samples.answer is None and samples.score is None:
        allowed = ["coverage"]
    for objective in allowed:
        if objective == "coverage" and samples.n.max() == 1:
            continue
        found = list(in_every_budget(samples, objective))
        for what in ("estimate", "cost"):
            assert np.all(np.diff([getattr(choice, what) for choice in found]) >= -1e-9), (objective, what)


@pytest.mark.parametrize(
    ("name", "budgets"),
    [("math_prm", range(1, 25)), ("humaneval_codet", [1, 3, 12, 48, 100])],
)
def test_more_money_is_never_promised_less_but_for_the_noise_of_the_folds(name, budgets):
    samples = recorded.load(name)
    value = [plan(samples, objective="accuracy", budget=budget, rng=1).choice.value for budget in budgets]
    assert np.all(np.maximum.accumulate(value) - value < 5e-4)
    assert value[-1] > value[0] + 0.05


def test_what_exceeds_what_is_asked_of_the_paired_interval():
    rng = np.random.default_rng(2)
    values = np.clip(rng.random((30, 1)) * 0.5 + np.linspace(0, 0.3, 6) + rng.normal(0, 0.15, (30, 6)), 0, 1)
    values = np.column_stack([values, values[:, 0], np.full(30, 0.2), np.full(30, 0.9)])
    found = rule.significantly_exceeds(values, 0.9)
    for j in range(9):
        for i in range(9):
            assert found[j, i] == (its.paired_interval(values[:, j], values[:, i], level=0.9).low > 0), (j, i)


def test_a_dearer_option_that_cannot_be_told_from_a_poor_one_does_not_bring_the_poor_one_back():
    # Sure gains of a vote rule one sample out; a dearer option that is higher in the mean, but erratic, must not.
    one = np.full(40, 0.4)
    vote, wild = one + 0.1, np.tile([0.02, 1.0], 20)
    values, cost = np.column_stack([one, vote, wild]), np.array([1.0, 3.0, 9.0])
    pilot = SampleSet.from_matrix(np.zeros((40, 2)), answer=np.zeros((40, 2)))
    asked = {"objective": "accuracy", "target": None, "cost": None, "scores": None, "selectors": None, "level": 0.95}
    asked |= {"stop_early": False, "prefer": "cheaper", "name": "pilot"}
    assert wild.mean() > vote.mean() and its.paired_interval(wild, one).low <= 0 < its.paired_interval(vote, one).low
    for budget in (3.0, 9.0):
        question = options.validate_request(pilot, budget=budget, **asked)
        assert rule.choose(values, cost, question)[0] == 1

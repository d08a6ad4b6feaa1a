"""Plans whose cost is tokens or money: beside plans in samples where lengths are equal, else by hand."""

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.samples import SampleSet
from inference_scaling.sources import recorded

USD = its.TokenPrices(input=2.0, output=10.0, unit="USD per million tokens", verifier=1.0)


def pilot(tokens: object, prompt: int | None = None, problems: int = 40, samples: int = 8) -> SampleSet:
    rng = np.random.default_rng(0)
    size = problems * samples
    p = rng.beta(1.5, 1, problems).repeat(samples)
    correct = rng.random(size) < p
    columns = {
        "problem": (np.arange(size) // samples).tolist(),
        "correct": correct.tolist(),
        "answer": np.where(correct, 0, rng.integers(1, 4, size)).tolist(),
        "score": (correct + rng.normal(size=size)).tolist(),
        "tokens": np.broadcast_to(tokens, size).tolist(),
    }
    if prompt:
        columns["prompt_tokens"] = [prompt] * size
    return SampleSet.from_columns(columns)


@pytest.mark.parametrize("objective", ["accuracy", "coverage"])
@pytest.mark.parametrize("stop_early", [False, True])
@pytest.mark.parametrize("goal", [{"budget": 4.0}, {"target": 0.7}, {"budget": 20.0}])
def test_equal_lengths_give_the_plan_in_samples(objective: str, stop_early: bool, goal: dict[str, float]) -> None:
    samples = pilot(100)
    scaled = {name: 100 * value if name == "budget" else value for name, value in goal.items()}
    options = {"objective": objective, "stop_early": stop_early, "rng": 0}
    plain = its.plan(samples, cost=its.CostModel(1.0, 0.5), **goal, **options)
    found = its.plan(samples, cost=its.TokenCost(verifier=0.5), **scaled, **options)
    assert found.choice[:2] == plain.choice[:2]
    assert found.choice.cost == pytest.approx(100 * plain.choice.cost)
    assert found.choice[3:] == pytest.approx(plain.choice[3:])
    assert found.tokens == pytest.approx(found.choice.cost)
    assert "tokens a problem" in found.headline


def test_a_shared_prompt_and_prices_are_what_the_choice_says() -> None:
    rng = np.random.default_rng(1)
    samples = pilot(rng.integers(50, 800, 320), prompt=1000)
    cost = its.TokenCost(prompt="shared", prices=USD)
    found = its.plan(samples, objective="accuracy", budget=0.02, cost=cost, selectors="majority", rng=0)
    k = found.choice.k
    tokens = 1000 + k * samples.tokens.mean()
    assert k > 1
    assert found.choice.cost == pytest.approx((2 * 1000 + 10 * k * samples.tokens.mean()) / 1e6) and (
        found.choice.cost <= 0.02
    )
    assert found.tokens == pytest.approx(tokens)
    assert f"USD ({tokens:,.0f} tokens) a problem" in found.headline
    assert found.spending.high[0] > found.spending.mean[0]
    assert "in 95 % of the cases a problem costs at most" in " ".join(found.reasons)
    assert "together cost" in " ".join(found.reasons)


def test_a_vote_that_stops_and_coverage_that_does_pay_expected_draws_of_each_problem() -> None:
    rng = np.random.default_rng(2)
    # Hard problems are long: mean draws times mean tokens would be too little.
    samples = pilot(100)
    long = 100 + 900 * (1 - samples.c / samples.n)
    samples = SampleSet.from_columns(
        {
            "problem": samples.problem.tolist(),
            "correct": samples.correct.tolist(),
            "answer": samples.answer.tolist(),
            "tokens": (long.round()[samples.problem] + rng.integers(0, 50, len(samples))).tolist(),
        }
    )
    mean = np.bincount(samples.problem, samples.tokens) / samples.n
    options = {"stop_early": True, "rng": 0, "budget": 1200}
    found = its.plan(samples, objective="coverage", cost="tokens", **options)
    draws = 1 + (1 - its.curve(samples, "pass", np.arange(1, found.choice.k)).per_problem).sum(axis=1)
    assert 1 < found.choice.k <= 8
    assert found.choice.cost == pytest.approx((draws * mean).mean()) and found.choice.cost <= 1200
    money = its.plan(
        samples,
        objective="coverage",
        cost=its.TokenCost(prices=USD),
        **options | {"budget": 1200 * 10 / 1e6},
    )
    assert (money.choice.k, money.tokens) == (found.choice.k, pytest.approx(found.choice.cost))
    vote = its.plan(samples, objective="accuracy", cost="tokens", selectors="certain", **options | {"budget": 9000})
    votes = its.stopped_votes(samples, its.CertainRule(), vote.choice.k)
    assert vote.choice.cost == pytest.approx((votes.per_problem_samples * mean).mean())


def test_a_plan_with_a_verifier_that_reads_says_what_it_costs_on_recorded_solutions() -> None:
    samples = recorded.load("math_prm")
    found = its.plan(
        samples, objective="accuracy", budget=4000, cost=its.TokenCost(verifier=1.0), prefer="highest", rng=0
    )
    assert "The budget of 4,000 tokens a problem buys 7 samples to vote or 3 samples with scores." in found.reasons
    assert its.backtest(
        samples, 8, objective="accuracy", budget=4000, cost="tokens", repeats=3, rng=0
    ).headline.endswith("for accuracy within 4,000 tokens a problem, evaluated on the whole recording.")


def test_a_forecast_beyond_the_pilot_costs_the_mean_length() -> None:
    samples = pilot(np.tile([100, 300], 160))
    found = its.plan(samples, objective="coverage", budget=4000, cost="tokens", rng=0)
    assert (found.choice.k, found.choice.cost, found.tokens) == (20, pytest.approx(4000), pytest.approx(4000))
    assert found.spending is None
    money = its.plan(samples, objective="coverage", budget=0.04, cost=its.TokenCost(prices=USD), rng=0)
    assert (money.choice.k, money.tokens) == (20, pytest.approx(4000))


@pytest.mark.parametrize(
    ("cost", "message"),
    [
        ("money", "cost = 'money': must be a CostModel"),
        (its.TokenCost(prompt="each"), "prompt = 'each': the samples have no column"),
    ],
)
def test_costs_that_the_pilot_does_not_have_are_refused(cost: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        its.plan(pilot(100), objective="coverage", budget=400, cost=cost)
    with pytest.raises(ValueError, match=r"budget = 90: buys less than one sample, which costs 100 tokens"):
        its.plan(pilot(100), objective="coverage", budget=90, cost="tokens")


def test_beyond_the_pilot_coverage_that_stops_pays_the_lengths_of_what_is_unsolved() -> None:
    # Easy problems are short, and no draw is made for them any more; the unsolved ones have 1,000 tokens a sample.
    right, length = np.repeat([8, 1, 0], [20, 10, 10]), np.repeat([100, 400, 1000], [20, 10, 10])
    columns = {
        "problem": np.repeat(np.arange(40), 8).tolist(),
        "correct": (np.arange(8) < right[:, None]).ravel().tolist(),
        "tokens": np.repeat(length, 8).tolist(),
    }
    samples = SampleSet.from_columns(columns)
    options = {"objective": "coverage", "target": 0.77, "stop_early": True, "rng": 0}
    plain, found = (its.plan(samples, cost=cost, **options) for cost in (None, "tokens"))
    assert found.choice.k == plain.choice.k > 8
    draws = 1 + (1 - np.asarray(its.curve(samples, "pass", np.arange(1, 8)).per_problem)).sum(axis=1)
    beyond = plain.choice.cost - draws.mean()
    assert found.choice.cost - (draws * length).mean() == pytest.approx(1000 * beyond)

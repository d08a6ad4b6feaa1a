"""Two ways to spend at equal cost: by hand, with the paired interval, and in a simulation with a known truth."""

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import figures
from inference_scaling.estimates import Curve, SampleCost
from inference_scaling.samples import SampleSet
from inference_scaling.sources import recorded


def table(seed: int, tokens: object, problems: int = 30, samples: int = 6) -> SampleSet:
    rng = np.random.default_rng(seed)
    size = problems * samples
    p = rng.beta(1, 1, problems).repeat(samples)
    return SampleSet.from_columns(
        {
            "problem": [f"p{i}" for i in np.arange(size) // samples],
            "correct": (rng.random(size) < p).tolist(),
            "answer": rng.integers(0, 3, size).tolist(),
            "score": rng.random(size).tolist(),
            "tokens": (
                np.broadcast_to(tokens, size) if np.ndim(tokens) < 2 else rng.integers(*tokens[0], size)
            ).tolist(),
        }
    )


K = np.arange(1, 7)


def test_where_every_sample_costs_the_same_it_is_the_paired_interval_of_the_curves() -> None:
    a, b = (its.curve(table(seed, 10), "pass", K, cost="tokens") for seed in (0, 1))
    found = its.compare_at_cost(a, b, rng=0)
    assert found.budget.tolist() == [10, 20, 30, 40, 50, 60]
    assert found.a_k == pytest.approx(K)
    np.testing.assert_allclose([found.value, found.low, found.high], its.paired_interval(a, b), rtol=1e-12)
    assert np.all(found.band_low <= found.low) and np.all(found.band_high >= found.high)


def test_twice_the_length_buys_half_the_samples_and_a_mixture_between() -> None:
    a = its.curve(table(0, 10), "pass", K, cost="tokens")
    b = its.curve(table(1, 20), "pass", K, cost="tokens")
    found = its.compare_at_cost(a, b, [20, 30, 50], rng=0)
    assert found.b_k == pytest.approx([1, 1.5, 2.5])
    expected = np.stack([b.per_problem[:, 0], b.per_problem[:, :2].mean(axis=1), b.per_problem[:, 1:3].mean(axis=1)])
    assert found.per_problem == pytest.approx(np.asarray(a.per_problem[:, [1, 2, 4]]) - expected.T)
    assert "with k = 2, b " in str(found) and "with k = 1: difference" in str(found)


def test_a_curve_is_never_ahead_of_itself_and_order_does_not_matter() -> None:
    samples = table(3, [[5, 900]])
    one = its.curve(samples, "pass", K, cost="tokens")
    turned = its.curve(samples.select(list(samples.problems)[::-1]), "pass", K, cost="tokens")
    found = its.compare_at_cost(one, turned, rng=0)
    assert np.abs(found.per_problem).max() < 1e-12
    other = its.curve(table(4, [[5, 400]]), "majority", K, cost=its.TokenCost(verifier=1.0))
    there, back = its.compare_at_cost(one, other, 900, rng=0), its.compare_at_cost(other, one, 900, rng=0)
    np.testing.assert_allclose([there.value, there.low, there.high], [-back.value, -back.high, -back.low], rtol=1e-9)


def made(values: np.ndarray, costs: np.ndarray) -> Curve:
    k = np.arange(1, values.shape[1] + 1)
    mean = values.mean(axis=0)
    spent = SampleCost(k, costs.mean(axis=0), costs.mean(axis=0), 0 * mean, costs, 0.0, 0.95, "tokens", ())
    return Curve(k, mean, mean, mean, values, "pass", 0.95, (), spent)


@pytest.mark.parametrize("one_point", [False, True])
def test_intervals_hold_the_truth_though_the_mean_cost_is_estimated(one_point: bool) -> None:
    # Long problems are easy and gain most from a second sample: the token axis moves with them.
    rng = np.random.default_rng(0)

    def population(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        length = rng.lognormal(0, 0.8, size)
        first = 0.5 * length / (1 + length)
        values = np.stack([first, first + 0.4], axis=1)
        flat = np.full((size, 2), 0.4) + 0.1 * rng.random((size, 1))
        if one_point:
            return values, length[:, None] * [0.6, 3], flat[:, :1], 1.5 * rng.lognormal(0.3, 0.3, (size, 1))
        return values, length[:, None] * [0.6, 3], flat, np.ones((size, 1)) * [1.0, 3.0]

    def compared(size: int) -> its.CostComparison:
        values, costs, other, others = population(size)
        budget = None if one_point else 2.0
        return its.compare_at_cost(made(values, costs), made(other, others), budget, method="t", rng=0)

    truth = compared(400_000).value[0]
    found = [compared(60) for _ in range(400)]
    held = np.mean([one.low[0] <= truth <= one.high[0] for one in found])
    plain = np.mean([_plainly(one, truth) for one in found])
    assert 0.92 <= held <= 0.98
    # Without the charge for what problems cost the intervals do not.
    assert abs(plain - 0.95) > 0.03


def _plainly(one: its.CostComparison, truth: float) -> bool:
    values = one.per_problem[:, 0]
    reach = 2.0 * values.std(ddof=1) / np.sqrt(len(values))
    return abs(values.mean() - truth) <= reach


def test_a_verifier_that_reads_takes_samples_from_best_of_n() -> None:
    samples = recorded.load("math_prm")
    k = np.arange(1, 25)
    best = its.curve(samples, "best_of_n", k, cost=its.TokenCost(verifier=1.0), rng=0)
    vote = its.curve(samples, "majority", k, cost="tokens", rng=0)
    found = its.compare_at_cost(best, vote, names=("best-of-N", "vote"), rng=0)
    assert found.a_k[-1] == pytest.approx(12)
    assert found.budget[0] == pytest.approx(501.8, abs=0.1)
    assert str(found).startswith("best-of-N (best-of-N) and vote (majority voting), at equal mean tokens a problem")
    picture = figures.difference(found, finding="{last:.2f} at the end")
    assert picture.payload()["x"]["label"] == "tokens a problem, mean"


MONEY = its.TokenCost(prices=its.TokenPrices(0.1, 0.4, "USD per million tokens"))


@pytest.mark.parametrize(
    ("b", "budget", "message"),
    [
        (3, None, "b is a int: must be a Curve"),
        (its.curve(table(1, 10), "pass", K), None, "b is a curve without a cost"),
        (its.curve(table(1, 10), "pass", K, cost=MONEY), None, "a costs tokens and b costs USD"),
        (its.curve(table(1, 10, problems=20), "pass", K, cost="tokens"), None, "has the problem 'p20'"),
        (its.curve(table(1, 70), "pass", K, cost="tokens"), None, "a from 10 to 60 and b from 70 to 420 do not meet"),
        (its.curve(table(1, 20), "pass", K, cost="tokens"), [20, 61], "budget = 61: must be from 20 to 60 tokens"),
        (its.curve(table(1, 20), "pass", K, cost="tokens"), [], r"budget has shape \(0,\)"),
        (its.curve(table(1, 20), "pass", K, cost="tokens"), -1, "budget = -1.0"),
    ],
)
def test_what_cannot_be_compared_is_refused(b: object, budget: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        its.compare_at_cost(its.curve(table(0, 10), "pass", K, cost="tokens"), b, budget)

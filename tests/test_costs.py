"""What k samples cost: compared with all subsets, written out; and refusals that name the row."""

from itertools import combinations

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.estimates import costs
from inference_scaling.samples import SampleError, SampleSet

USD = its.TokenPrices(input=2.0, output=10.0, unit="USD per million tokens", verifier=1.0)


def table(tokens: list[list[int]], prompt: list[list[int]] | None = None, seed: int = 0) -> SampleSet:
    rng = np.random.default_rng(seed)
    rows = [(name, one) for name, row in enumerate(tokens) for one in row]
    columns = {
        "problem": [f"p{name}" for name, _ in rows],
        "correct": rng.integers(0, 2, len(rows)).tolist(),
        "answer": rng.integers(0, 3, len(rows)).tolist(),
        "score": rng.random(len(rows)).tolist(),
        "tokens": [one for _, one in rows],
    }
    if prompt is not None:
        columns["prompt_tokens"] = [one for row in prompt for one in row]
    return SampleSet.from_columns(columns)


def by_hand(samples: SampleSet, selector: str, k: int, cost: its.TokenCost) -> tuple[float, float]:
    """Mean and quantile of the cost over problems and subsets, from every subset."""
    prices = cost.prices or its.TokenPrices(1e6, 1e6, "tokens per million tokens", 1e6)
    scored = selector == "pass" or (selector in ("best_of_n", "weighted") and k > 1)
    found, chances = [], []
    for code in range(len(samples.problems)):
        mine = np.flatnonzero(samples.problem == code)
        subsets = list(combinations(mine.tolist(), k))
        for subset in subsets:
            made = sum(int(samples.tokens[i]) for i in subset)
            read = 0
            if cost.prompt == "shared":
                read = int(samples.prompt_tokens[mine[0]])
            elif cost.prompt == "each":
                read = sum(int(samples.prompt_tokens[i]) for i in subset)
            shown = cost.verifier * (made + read) if scored else 0.0
            found.append((prices.output * made + prices.input * read + (prices.verifier or 0) * shown) / 1e6)
            chances.append(1 / len(subsets) / len(samples.problems))
    order = np.argsort(found)
    high = np.array(found)[order][np.searchsorted(np.cumsum(np.array(chances)[order]), cost.quantile - 1e-12)]
    return float(np.dot(found, chances)), float(high)


TOKENS = [[5, 9, 9, 20, 31], [1, 1, 2, 40], [7, 7, 7, 7, 7, 8]]
ONE_PROMPT = [[3] * 5, [11] * 4, [6] * 6]
PROMPTS = [[3, 4, 5, 6, 7], [11, 2, 2, 2], [6, 1, 1, 1, 1, 9]]


@pytest.mark.parametrize("by_counting", [False, True])
@pytest.mark.parametrize("selector", ["pass", "all", "best_of_n", "majority", "weighted"])
@pytest.mark.parametrize(
    ("prompts", "cost"),
    [
        (None, its.TokenCost()),
        (None, its.TokenCost(verifier=1.0, quantile=0.5)),
        (ONE_PROMPT, its.TokenCost(prompt="shared", verifier=0.5)),
        (ONE_PROMPT, its.TokenCost(prompt="each", prices=USD, verifier=1.0)),
        (ONE_PROMPT, its.TokenCost(prompt="shared", prices=USD, verifier=2.0, quantile=0.8)),
        (PROMPTS, its.TokenCost(prompt="each", verifier=1.0)),
        (PROMPTS, its.TokenCost(prompt="free", prices=USD)),
    ],
)
def test_mean_and_quantile_equal_those_of_all_subsets(
    prompts: object, cost: its.TokenCost, selector: str, by_counting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by_counting:
        # Sums on the grid of whole tokens, in place of lists of subsets.
        monkeypatch.setattr(costs, "SUBSETS", 1)
    samples = table(TOKENS, prompts)
    found = its.sample_cost(samples, selector, [1, 2, 3, 4], cost, rng=0)
    for at, k in enumerate([1, 2, 3, 4]):
        mean, high = by_hand(samples, selector, k, cost)
        assert found.mean[at] == pytest.approx(mean, rel=1e-12)
        assert found.high[at] == pytest.approx(high, rel=1e-9)
    assert not found.high_error.any()
    assert found.per_problem.mean(axis=0) == pytest.approx(found.mean)
    assert found.unit == cost.unit


def test_prompts_that_differ_and_have_prices_are_drawn_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "SUBSETS", 1)
    samples, cost = table(TOKENS, PROMPTS), its.TokenCost(prompt="each", prices=USD, quantile=0.7)
    found = its.sample_cost(samples, "majority", [1, 2, 4], cost, rng=1)
    for at, k in enumerate([1, 2, 4]):
        mean, high = by_hand(samples, "majority", k, cost)
        assert found.mean[at] == pytest.approx(mean, rel=1e-12)
        assert abs(found.high[at] - high) <= 5 * found.high_error[at] + 1e-12


def test_a_drawn_quantile_is_as_far_off_as_its_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    samples = table(rng.integers(50, 1000, (12, 14)).tolist())
    exact = its.sample_cost(samples, "majority", [7])
    assert exact.high_error[0] == 0
    monkeypatch.setattr(costs, "SUBSETS", 1)
    monkeypatch.setattr(costs, "STEPS", 1)
    drawn = [its.sample_cost(samples, "majority", [7], rng=seed) for seed in range(40)]
    off = np.array([one.high[0] - exact.high[0] for one in drawn])
    said = np.mean([one.high_error[0] for one in drawn])
    assert 0.6 * said < np.sqrt((off**2).mean()) < 1.6 * said


def test_large_pools_of_long_samples_take_little_time_and_no_overflow() -> None:
    rng = np.random.default_rng(0)
    samples = table([*rng.integers(1, 32_000, (4, 3000)).tolist(), [7] * 3000])
    found = its.sample_cost(samples, "pass", [1, 1500, 3000], rng=0)
    assert np.isfinite(found.high).all()
    assert found.high[2] == max(samples.tokens[samples.problem == i].sum() for i in range(5))
    assert (found.high_error > 0).tolist() == [False, True, False]


def test_the_whole_table_and_all_that_was_recorded() -> None:
    samples = table(TOKENS, ONE_PROMPT)
    cost = its.TokenCost(prompt="shared", prices=USD, verifier=1.0)
    found = its.sample_cost(samples, "majority", 2, cost)
    made, read = sum(map(sum, TOKENS)), 3 + 11 + 6
    assert found.recorded == pytest.approx((10 * made + 2 * read) / 1e6)
    assert found.total[0] == pytest.approx(3 * found.mean[0])
    scored = its.sample_cost(samples, "best_of_n", 2, cost)
    assert scored.recorded == pytest.approx((11 * made + 3 * read) / 1e6)
    assert "USD" in repr(found)


def test_a_curve_says_its_cost_and_is_otherwise_the_same() -> None:
    samples = table(TOKENS)
    plain = its.curve(samples, "best_of_n", [1, 2, 4], rng=0)
    found = its.curve(samples, "best_of_n", [1, 2, 4], cost=its.TokenCost(verifier=1.0), rng=0)
    assert plain.cost is None
    mean = np.mean([np.mean(row) for row in TOKENS])
    assert found.cost == pytest.approx([mean, 4 * mean, 8 * mean])
    for name in ("value", "low", "high"):
        assert np.array_equal(getattr(plain, name), getattr(found, name))
    assert "tokens" in repr(found)
    assert "tokens" not in repr(plain)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: its.TokenPrices(1.0, 2.0, ""), "unit = '': a price needs its unit"),
        (lambda: its.TokenPrices(1.0, 2.0, "USD"), "unit = 'USD': a price needs its unit"),
        (lambda: its.TokenPrices(1.0, 2.0, "USD per thousand tokens"), "unit = 'USD per thousand tokens'"),
        (lambda: its.TokenPrices(-1.0, 2.0, "USD per million tokens"), "input = -1.0: must be finite, at least 0"),
        (lambda: its.TokenCost(prices=(0.1, 0.2)), r"prices = \(0.1, 0.2\): a price needs its unit"),
        (lambda: its.TokenCost(prompt="once"), "prompt = 'once': must be one of 'shared', 'each', 'free'"),
        (lambda: its.TokenCost(verifier=-1.0), "verifier = -1.0"),
        (lambda: its.TokenCost(quantile=1.0), "quantile = 1.0"),
        (
            lambda: its.TokenCost(verifier=1.0, prices=its.TokenPrices(1.0, 2.0, "EUR per million tokens")),
            "verifier = 1: its tokens have no price",
        ),
    ],
)
def test_a_price_without_unit_and_other_faults_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("samples", "cost", "message"),
    [
        (SampleSet.from_counts([3], [1]), "tokens", "cost: the samples have no column 'tokens'"),
        (table(TOKENS), "money", "cost = 'money': must be 'tokens' or a TokenCost"),
        (table(TOKENS), its.CostModel(1.0), r"cost = CostModel\(.*: must be 'tokens' or a TokenCost"),
        (table(TOKENS), its.TokenCost(prompt="each"), "prompt = 'each': the samples have no column 'prompt_tokens'"),
        (table(TOKENS, ONE_PROMPT), "tokens", "prompt = None: .* say how prompts are charged"),
        (
            table([[5, 0, 0, 3]]),
            "tokens",
            "tokens: row 1: problem 'p0', sample 1: expected at least 1 to be charged, got 0; 2 rows have 0",
        ),
        (
            table([[5, 2]], [[4, 0]]),
            its.TokenCost(prompt="each"),
            "prompt_tokens: row 1: problem .* expected at least 1 .* else prompt = 'free'",
        ),
        (
            table(TOKENS, PROMPTS),
            its.TokenCost(prompt="shared"),
            "prompt_tokens: row 1: problem 'p0', sample 1: the problem has prompts of 3 and 4 tokens",
        ),
    ],
)
def test_a_row_without_a_cost_is_named(samples: SampleSet, cost: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        its.sample_cost(samples, "majority", 1, cost)
    with pytest.raises(ValueError, match=message):
        its.curve(samples, "pass", 1, cost=cost)


@pytest.mark.parametrize("bad", [None, "", "nan", -3, float("nan")])
def test_tokens_that_some_rows_lack_are_named_by_row(bad: object) -> None:
    with pytest.raises(SampleError, match="tokens: row 1: expected"):
        SampleSet.from_columns({"problem": ["a", "a"], "correct": [1, 0], "tokens": [12, bad]})


def test_a_figure_over_tokens_has_the_mean_cost_as_its_axis() -> None:
    from inference_scaling import figures

    samples = table(TOKENS)
    vote = its.curve(samples, "majority", [1, 2, 4], cost="tokens", rng=0)
    best = its.curve(samples, "best_of_n", [1, 2, 4], cost=its.TokenCost(verifier=1.0), rng=0)
    found = figures.curve({"vote": vote, "best": best}, finding="{cost_max:.0f} tokens, {last:.2f}", x="tokens")
    assert found.payload()["x"]["label"] == "tokens a problem, mean"
    for one, drawn in zip((vote, best), found.payload()["series"], strict=True):
        assert list(drawn["x"]) == pytest.approx(one.cost.tolist())
    assert found.svg()
    money = its.curve(samples, "majority", [1, 2], cost=its.TokenCost(prices=USD), rng=0)
    assert figures.curve(money, finding="{last:.2f}", x="money").payload()["x"]["label"] == "USD a problem, mean"
    plain = its.curve(samples, "majority", [1, 2], rng=0)
    for curves, x, message in (
        ({"a": vote, "b": plain}, "tokens", "the curve 'b' has no cost"),
        ({"a": vote, "b": money}, "tokens", "the costs must be in tokens, and are: 'a' in tokens, 'b' in USD"),
        ({"a": vote}, "money", "the costs must be in one currency"),
        ({"a": vote}, "seconds", "x = 'seconds': must be one of"),
    ):
        with pytest.raises(ValueError, match=message):
            figures.curve(curves, finding="{last:.2f}", x=x)


def test_a_vote_that_stops_is_set_beside_a_fixed_number_of_equal_tokens() -> None:
    rng = np.random.default_rng(0)
    problems, samples = 30, 8
    share = rng.beta(1, 1, problems)
    answer = (rng.random((problems, samples)) > share[:, None]).astype(int)
    # Where the answers differ the vote goes on, and there the samples are longer.
    length = 100 + 400 * np.minimum(share, 1 - share)
    columns = {
        "problem": np.repeat(np.arange(problems), samples).tolist(),
        "correct": (answer.ravel() == 0).tolist(),
        "answer": answer.ravel().tolist(),
        "tokens": np.repeat(length.round().astype(int), samples).tolist(),
    }
    table_ = SampleSet.from_columns(columns)
    plain = its.stopped_votes(table_, its.CertainRule(), 7)
    found = its.stopped_votes(table_, its.CertainRule(), 7, cost="tokens")
    mean = np.bincount(table_.problem, table_.tokens) / table_.n
    assert found.cost == pytest.approx((plain.per_problem_samples * mean).mean())
    buys = found.cost / mean.mean()
    assert buys > plain.samples
    k = int(buys)
    ends = its.curve(table_, "majority", [k, k + 1]).value
    assert found.fixed == pytest.approx(ends @ [1 - (buys - k), buys - k])
    assert (found.accuracy, found.samples) == (plain.accuracy, plain.samples)
    assert "tokens" in repr(found) and "tokens" not in repr(plain)
    equal = SampleSet.from_columns(columns | {"tokens": [50] * len(table_)})
    assert its.stopped_votes(equal, its.CertainRule(), 7, cost="tokens").fixed == pytest.approx(plain.fixed)

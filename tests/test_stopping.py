"""Votes that stop early equal what enumeration of all orders gives, and no rule beats the bound."""

from __future__ import annotations

import math
from functools import cache
from itertools import permutations, product

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

NODES = np.linspace(0, 60, 20001)
FEW = settings(max_examples=15, deadline=None)
RULES = (
    its.FixedRule(3),
    its.CertainRule(),
    its.BetaRule(0.8),
    its.DirichletRule(0.7),
    its.DoublingRule(1, 0.7),
    its.WindowRule(2),
)


@st.composite
def pools(draw):
    """Small pools with repeated and missing answers, some of them right only sometimes; and a budget."""
    size = draw(st.integers(1, 6))
    answer = np.array(draw(st.lists(st.integers(-1, 3), min_size=size, max_size=size)))
    correct = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    return answer, correct, draw(st.integers(1, size))


@cache
def beta(first: int, second: int) -> float:
    return float(stats.beta(first + 1, second + 1).sf(0.5))


@cache
def dirichlet(votes: tuple[int, ...]) -> float:
    """Chance that the first of independent gamma variables is the largest, by Simpson's rule."""
    votes = votes if len(votes) > 1 else (*votes, 0)
    density = NODES ** votes[0] * np.exp(-NODES) / math.factorial(votes[0])
    return float(integrate.simpson(density * math.prod(special.gammainc(v + 1, NODES) for v in votes[1:]), x=NODES))


def wants_to_stop(rule, drawn: list[int], budget: int) -> bool:
    """The rule as its definition reads, on the answers drawn so far."""
    t = len(drawn)
    votes = sorted((drawn.count(a) for a in set(drawn) if a >= 0), reverse=True)
    first, second = [*votes, 0, 0][:2]
    if isinstance(rule, its.FixedRule):
        return t == rule.k
    if isinstance(rule, its.CertainRule):
        return first > second + budget - t
    if isinstance(rule, its.BetaRule):
        return beta(first, second) >= rule.confidence
    if isinstance(rule, its.DirichletRule):
        return bool(votes) and dirichlet(tuple(votes)) >= rule.confidence
    if isinstance(rule, its.DoublingRule):
        return math.log2(t / rule.first).is_integer() and t >= rule.first and beta(first, second) >= rule.confidence
    window = set(drawn[-rule.size :])
    return t % rule.size == 0 and len(window) == 1 and min(window) >= 0


def share_right(drawn: list[int], worth: dict[int, float]) -> float:
    votes = {a: drawn.count(a) for a in set(drawn) if a >= 0}
    top = max(votes.values(), default=0)
    return float(np.mean([worth[a] for a, v in votes.items() if v == top])) if votes else 0.0


def enumerated(answer, correct, rule, budget: int) -> tuple[float, float]:
    worth = {a: correct[answer == a].mean() for a in set(answer.tolist())}
    known: dict[tuple[int, ...], tuple[float, int]] = {}
    found = []
    for order in permutations(answer.tolist(), budget):
        if order not in known:
            end = next((t for t in range(1, budget) if wants_to_stop(rule, list(order[:t]), budget)), budget)
            known[order] = share_right(list(order[:end]), worth), end
        found.append(known[order])
    accuracy, samples = np.mean(found, axis=0)
    return float(accuracy), float(samples)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@FEW
@given(pool=pools())
def test_a_stopped_vote_equals_enumeration_of_all_orders(rule, pool) -> None:
    answer, correct, budget = pool
    found = its.stopped_vote(answer, correct, rule, budget)
    assert found.method == "exact"
    assert (found.accuracy, found.samples) == pytest.approx(enumerated(answer, correct, rule, budget), abs=1e-12)
    assert found.stops_at.sum() == pytest.approx(1, abs=1e-12)
    assert (found.accuracy_error, found.samples_error) == (0, 0)
    # More of the pool than is needed, under other names and in another order: the same.
    other = its.stopped_vote([f"{a}" if a >= 0 else None for a in answer[::-1]], correct[::-1], rule, budget)
    assert (other.accuracy, other.samples) == pytest.approx((found.accuracy, found.samples), abs=1e-12)


@FEW
@given(st.lists(st.integers(-1, 5), min_size=8, max_size=24), st.data())
def test_a_fixed_number_is_the_majority_vote_and_what_is_certain_costs_no_accuracy(answer, data) -> None:
    right = np.array(answer) % 2 == 0
    budget = data.draw(st.integers(1, 8))
    k = data.draw(st.integers(1, budget))
    fixed = its.stopped_vote(answer, right, its.FixedRule(k), budget)
    assert (fixed.accuracy, fixed.samples) == pytest.approx((its.majority_vote(answer, right, k), k), abs=1e-12)
    certain = its.stopped_vote(answer, right, its.CertainRule(), budget)
    assert certain.accuracy == pytest.approx(its.majority_vote(answer, right, budget), abs=1e-12)
    assert math.floor(budget / 2) + 1 <= certain.samples + 1e-12 <= budget + 2e-12


def test_a_fixed_number_of_a_large_pool_is_the_majority_vote() -> None:
    answer = np.repeat(np.arange(9), [30, 25, 15, 10, 6, 4, 1, 1, 1])
    for k in (7, 12, 20):
        found = its.stopped_vote(answer, answer == 1, its.FixedRule(k), k)
        assert found.method == "exact"
        assert found.accuracy == pytest.approx(its.majority_vote(answer, answer == 1, k), abs=1e-12)


def test_four_equal_answers_stop_adaptive_consistency_and_a_window_of_three_stops_at_three() -> None:
    answer, right = ["7"] * 10, [True] * 10
    least = {its.BetaRule(0.95): 4, its.DirichletRule(0.95): 4, its.WindowRule(3): 3, its.DoublingRule(2, 0.95): 4}
    for rule, samples in least.items():
        found = its.stopped_vote(answer, right, rule, 10)
        assert (found.accuracy, found.samples) == (1, samples)
        assert found.stops_at[samples] == 1


@FEW
@given(pool=pools(), price=st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_no_rule_beats_the_best_stopping(pool, price) -> None:
    answer, correct, budget = pool
    best = its.best_stopping(answer, correct, budget, price)
    seen = its.best_stopping(answer, correct, budget, price, states=1, orders=300, rng=1)
    assert best.method == "exact"
    assert seen.method == ("hindsight" if best.states > 1 else "exact")
    assert best.value == pytest.approx(best.accuracy - price * best.samples, abs=1e-12)
    assert seen.value + 5 * seen.value_error >= best.value - 1e-9
    for rule in RULES:
        found = its.stopped_vote(answer, correct, rule, budget)
        assert found.accuracy - price * found.samples <= best.value + 1e-9
        assert found.accuracy <= best.accuracy_at(found.samples) + 1e-9


def test_the_best_stopping_of_a_tiny_pool_is_what_every_rule_on_its_counts_gives() -> None:
    # Two right and one wrong sample: stop at once where the first is right; else a tie is worth a half at two samples,
    # and three samples are right for sure.
    for price, worth in ((0.05, 2 / 3 * 0.95 + 1 / 3 * 0.85), (0.4, 2 / 3 * 0.6 + 1 / 3 * -0.2), (0.9, 2 / 3 - 0.9)):
        best = its.best_stopping(["A", "A", "B"], [1, 1, 0], 3, price)
        # At 0.4 a wrong first sample ends the vote at 0 − 0.4, or goes on to 0.5 − 0.8 or to 1 − 1.2.
        assert best.value == pytest.approx(worth, abs=1e-12)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_simulation_agrees_with_the_exact_value_within_its_error(rule) -> None:
    answer = np.repeat([0, 1, 2, 3, 4, -1], [9, 7, 3, 1, 1, 3])
    exact = its.stopped_vote(answer, answer == 1, rule, 12)
    drawn = its.stopped_vote(answer, answer == 1, rule, 12, states=1, orders=4000, rng=np.random.default_rng(3))
    assert (exact.method, drawn.method, drawn.states) == ("exact", "simulated", 4000)
    assert abs(drawn.accuracy - exact.accuracy) <= 4 * drawn.accuracy_error + 1e-9
    assert abs(drawn.samples - exact.samples) <= 4 * drawn.samples_error + 1e-9
    np.testing.assert_allclose(drawn.stops_at, exact.stops_at, atol=0.04)
    again = its.stopped_vote(answer, answer == 1, rule, 12, states=1, orders=4000, rng=np.random.default_rng(3))
    assert (again.accuracy, again.samples) == (drawn.accuracy, drawn.samples)


def test_nobody_answers_and_the_whole_budget_is_spent_in_vain() -> None:
    for rule in RULES[1:]:
        found = its.stopped_vote([None] * 5, [False] * 5, rule, 4)
        assert (found.accuracy, found.samples) == (0, 4)
    assert its.best_stopping([None] * 5, [True] * 5, 4, 0.1).value == pytest.approx(-0.1)


def benchmark() -> its.SampleSet:
    rng = np.random.default_rng(9)
    answer = [rng.choice(5, 20, p=rng.dirichlet([4, 2, 1, 0.5, 0.5])).tolist() for _ in range(12)]
    return its.SampleSet.from_matrix(np.array(answer) == 0, answer=answer)


def test_over_problems_a_vote_is_compared_with_a_fixed_number_at_the_same_mean_cost() -> None:
    samples = benchmark()
    found = its.stopped_votes(samples, its.BetaRule(0.9), 9)
    alone = [its.stopped_vote(pool.answer, pool.correct, its.BetaRule(0.9), 9) for pool in samples.pools()]
    np.testing.assert_array_equal(found.per_problem, [vote.accuracy for vote in alone])
    assert (found.accuracy, found.samples) == pytest.approx(
        (np.mean([vote.accuracy for vote in alone]), np.mean([vote.samples for vote in alone]))
    )
    less = math.floor(found.samples)
    fixed = its.curve(samples, "majority", [less, less + 1])
    share = found.samples - less
    assert found.fixed == pytest.approx(fixed.value @ [1 - share, share])
    expected = its.paired_interval(np.asarray(found.per_problem), fixed.per_problem @ [1 - share, share])
    assert found.difference == pytest.approx(expected)
    assert found.exact == 12
    assert f"{found.samples:.2f} samples" in repr(found)


def test_over_problems_a_fixed_number_is_its_own_control_and_what_is_certain_gains() -> None:
    samples = benchmark()
    for k in (1, 4, 9):
        found = its.stopped_votes(samples, its.FixedRule(k), 9)
        curve = its.curve(samples, "majority", [k])
        assert (found.accuracy, found.fixed, found.samples) == pytest.approx((curve.value[0], curve.value[0], k))
        assert (found.low, found.high) == pytest.approx((curve.low[0], curve.high[0]))
        assert found.difference.value == pytest.approx(0, abs=1e-12)
    certain = its.stopped_votes(samples, its.CertainRule(), 9)
    assert certain.accuracy == pytest.approx(its.curve(samples, "majority", [9]).value[0])
    assert certain.samples < 9
    drawn = its.stopped_votes(samples, its.CertainRule(), 9, states=1, orders=2000, rng=4)
    assert drawn.exact == 0
    assert drawn.accuracy == pytest.approx(certain.accuracy, abs=0.03)
    again = its.stopped_votes(samples, its.CertainRule(), 9, states=1, orders=2000, rng=4)
    np.testing.assert_array_equal(drawn.per_problem, again.per_problem)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@FEW
@given(pool=pools())
def test_under_every_cap_the_capped_vote_is_the_stopped_vote_with_that_budget(rule, pool) -> None:
    answer, correct, budget = pool
    found = its.capped_vote(answer, correct, rule, budget)
    each = [its.stopped_vote(answer, correct, rule, cap) for cap in range(1, budget + 1)]
    assert found.method == "exact"
    np.testing.assert_allclose(found.accuracy, [vote.accuracy for vote in each], atol=1e-12)
    np.testing.assert_allclose(found.samples, [vote.samples for vote in each], atol=1e-12)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_simulated_caps_agree_with_the_exact_ones(rule) -> None:
    answer = np.repeat([0, 1, 2, 3, 4, -1], [9, 7, 3, 1, 1, 3])
    exact = its.capped_vote(answer, answer == 1, rule, 12)
    drawn = its.capped_vote(answer, answer == 1, rule, 12, states=1, orders=4000, rng=3)
    assert (exact.method, drawn.method, drawn.states) == ("exact", "simulated", 4000)
    np.testing.assert_allclose(drawn.accuracy, exact.accuracy, atol=0.03)
    np.testing.assert_allclose(drawn.samples, exact.samples, atol=0.15)


def divided(drawn: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted((drawn.count(a) for a in set(drawn) if a >= 0), reverse=True))


def best_by_enumeration(problems, budget: int, price: float) -> float:
    """The best of all rules on divisions of votes, each tried on every order of every problem."""
    orders = [(order, answer, correct) for answer, correct in problems for order in permutations(answer, budget)]
    places = sorted({(*divided(order[:t]), -t) for order, _, _ in orders for t in range(1, budget)})
    best = -math.inf
    for stops in product([False, True], repeat=len(places)):
        rule, total = dict(zip(places, stops, strict=True)), 0.0
        for order, answer, correct in orders:
            end = next((t for t in range(1, budget) if rule[(*divided(order[:t]), -t)]), budget)
            worth = {a: np.mean([c for b, c in zip(answer, correct, strict=True) if b == a]) for a in set(answer)}
            total += share_right(list(order[:end]), worth) - price * end
        best = max(best, total / len(orders))
    return best


@pytest.mark.parametrize("price", [0.0, 0.02, 0.2])
def test_the_frontier_is_the_best_of_all_rules_that_see_votes(price) -> None:
    problems = [((0, 0, 1, 2), (1, 1, 0, 0)), ((1, 1, 1, -1), (0, 0, 0, 0)), ((0, 1, 1, 1), (1, 0, 0, 0))]
    samples = its.SampleSet.from_matrix([right for _, right in problems], answer=[answer for answer, _ in problems])
    found = its.stopping_frontier(samples, 3, [price])
    assert found.value[0] == pytest.approx(best_by_enumeration(problems, 3, price), abs=1e-12)
    assert found.value[0] == pytest.approx(found.accuracy[0] - price * found.samples[0], abs=1e-12)


def test_no_rule_lies_above_the_frontier_and_the_frontier_not_above_who_knows_the_answers() -> None:
    samples, prices = benchmark(), np.r_[0, np.geomspace(1e-4, 0.3, 25)]
    found = its.stopping_frontier(samples, 8, prices)
    for rule in RULES:
        votes = its.stopped_votes(samples, rule, 8)
        assert votes.accuracy <= found.accuracy_at(votes.samples) + 1e-9
    informed = np.mean(
        [[its.best_stopping(p.answer, p.correct, 8, price).value for price in prices] for p in samples.pools()], axis=0
    )
    assert (found.value <= informed + 1e-9).all()
    assert (np.diff(found.samples) <= 1e-12).all()
    with pytest.raises(ValueError, match="budget = 8: its votes can be divided in more than states = 10 ways"):
        its.stopping_frontier(samples, 8, prices, states=10)


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("rule = 'beta': must be one of FixedRule", lambda: its.stopped_vote(["A"], [1], "beta", 1)),
        ("budget = 3: must be at most n = 2", lambda: its.stopped_vote(["A", "B"], [1, 0], its.BetaRule(), 3)),
        ("budget = 0.0: must be a whole number from 1", lambda: its.best_stopping(["A"], [1], 0, 0.1)),
        ("price = -0.1: must be finite, at least 0", lambda: its.best_stopping(["A"], [1], 1, -0.1)),
        ("confidence = 0.4: must lie in", lambda: its.BetaRule(0.4)),
        ("confidence = 1.0: must lie in", lambda: its.DirichletRule(1.0)),
        ("size = 0.0: must be a whole number from 1", lambda: its.WindowRule(0)),
        ("first = 1.5: must be a whole number from 1", lambda: its.DoublingRule(1.5)),
        ("k = nan: must be a whole number from 1", lambda: its.FixedRule(math.nan)),
        ("orders = 1.0: must be a whole number from 2", lambda: its.best_stopping(["A"], [1], 1, 0, orders=1)),
    ],
)
def test_bad_input_names_the_value(words, call) -> None:
    with pytest.raises(ValueError, match=words.split(":", maxsplit=1)[0].replace("(", r"\(")) as error:
        call()
    assert words in str(error.value)


@pytest.mark.parametrize(
    "rule", [its.FixedRule(5), its.CertainRule(), its.BetaRule(0.9), its.DirichletRule(0.9), its.DoublingRule(2, 0.8)]
)
def test_a_vote_drawn_sample_by_sample_ends_as_often_as_the_exact_rule_says(rule):
    answers, budget = ["a", "a", "b", "b", None, "c", "a"], 5
    exact = its.stopped_vote([ord(one) if one else -1 for one in answers], [1] * 7, rule, budget).stops_at
    orders = list(permutations(answers, budget))
    ends = [next(n for n in range(1, budget + 1) if its.vote_stops(order[:n], rule, budget)) for order in orders]
    assert np.bincount(ends, minlength=budget + 1) / len(orders) == pytest.approx(exact, abs=1e-12)


def test_a_vote_drawn_sample_by_sample_stops_after_a_window_of_equal_answers():
    rule = its.WindowRule(2)
    assert [its.vote_stops(list("abbbb")[:n], rule, 8) for n in range(1, 6)] == [False, False, False, True, False]
    assert not its.vote_stops(["a", None], rule, 8)

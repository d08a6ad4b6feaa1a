"""Estimates equal what enumeration of all subsets gives, and refuse what the data cannot say."""

from __future__ import annotations

import math
import warnings
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, estimates
from inference_scaling.estimates import (
    IntervalWarning,
    best_of_n,
    curve,
    first_accepted,
    majority_vote,
    pass_at_k,
    problem_interval,
    weighted_vote,
)
from inference_scaling.verifiers import Roc, rejection_law

FEW = settings(max_examples=60, deadline=None)


@st.composite
def pools(draw):
    """Small pools with ties, repeated answers, missing answers, and answers that are right only sometimes."""
    size = draw(st.integers(1, 8))
    column = lambda values: np.array(draw(st.lists(values, min_size=size, max_size=size)))  # noqa: E731
    return column(st.integers(-1, 3)), column(st.booleans()), column(st.integers(0, 3)).astype(float)


def enumerated(answer, correct, score, k: int, how: str) -> float:
    """The mean over all subsets, written as the definition reads."""
    worth = {a: correct[answer == a].mean() for a in set(answer.tolist()) if a >= 0}
    results = []
    for subset in combinations(range(len(correct)), k):
        if how == "best":
            top = max(score[i] for i in subset)
            results.append(np.mean([correct[i] for i in subset if score[i] == top]))
            continue
        votes: dict[int, float] = {}
        for i in subset:
            if answer[i] >= 0:
                votes[answer[i]] = votes.get(answer[i], 0.0) + (score[i] if how == "weighted" else 1.0)
        top = max(votes.values(), default=None)
        results.append(np.mean([worth[a] for a in votes if votes[a] == top]) if votes else 0.0)
    return float(np.mean(results))


@FEW
@given(pools())
def test_best_of_n_equals_enumeration_of_all_subsets(pool) -> None:
    answer, correct, score = pool
    found = best_of_n(correct, score, np.arange(1, len(correct) + 1))
    expected = [enumerated(answer, correct, score, k, "best") for k in range(1, len(correct) + 1)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def in_every_order(correct, score, threshold: float, k: int, otherwise: str) -> tuple[float, float]:
    """Value and draws, averaged over every order of k of the samples, written as the definition reads."""
    results = []
    for order in permutations(range(len(correct)), k):
        drawn = next((j for j in range(k) if score[order[j]] >= threshold), None)
        if drawn is not None:
            results.append((float(correct[order[drawn]]), drawn + 1))
            continue
        top = max(score[i] for i in order)
        best = np.mean([correct[i] for i in order if score[i] == top])
        results.append((float(best if otherwise == "best" else correct[order[-1]]), k))
    return tuple(np.mean(results, axis=0))


@settings(max_examples=40, deadline=None)
@given(pools(), st.integers(-1, 4), st.sampled_from(["best", "last"]), st.data())
def test_first_accepted_equals_enumeration_of_all_orders(pool, threshold, otherwise, data) -> None:
    _, correct, score = (column[:5] for column in pool)
    k = data.draw(st.integers(1, len(correct)))
    found = first_accepted(correct, score, threshold, k, otherwise=otherwise)
    np.testing.assert_allclose(found, in_every_order(correct, score, threshold, k, otherwise), atol=1e-12)


def test_first_accepted_runs_from_one_sample_to_best_of_n() -> None:
    correct, score = [1, 0, 0, 1, 0, 1], [3.0, 5, 1, 4, 2, 0]
    assert first_accepted(correct, score, 0, [1, 6]).value.tolist() == [0.5, 0.5]
    nothing = first_accepted(correct, score, 9, [1, 2, 6])
    np.testing.assert_allclose(nothing.value, best_of_n(correct, score, [1, 2, 6]))
    assert nothing.draws.tolist() == [1, 2, 6]
    assert first_accepted(correct, score, [[0], [9]], [1, 2]).draws.tolist() == [[1, 1], [1, 2]]


def test_first_accepted_is_unbiased_for_a_threshold_fixed_beforehand() -> None:
    rng, roc = np.random.default_rng(5), Roc.binormal(0.8)
    right = rng.random((4000, 12)) < 0.3
    noise = rng.normal(size=right.shape)
    score = np.where(right, roc.shift + noise, noise)
    found = np.array([first_accepted(*pool, 1.2, 6) for pool in zip(right, score, strict=True)])
    value, draws = found.mean(axis=0)
    assert value == pytest.approx(rejection_law(0.3, roc, draws, most=6), abs=0.012)


@FEW
@given(pools())
def test_majority_vote_equals_enumeration_of_all_subsets(pool) -> None:
    answer, correct, score = pool
    found = majority_vote(answer, correct, np.arange(1, len(correct) + 1))
    expected = [enumerated(answer, correct, score, k, "majority") for k in range(1, len(correct) + 1)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


@FEW
@given(pools())
def test_weighted_vote_equals_enumeration_of_all_subsets(pool) -> None:
    answer, correct, score = pool
    found = weighted_vote(answer, correct, score, np.arange(1, len(correct) + 1))
    expected = [enumerated(answer, correct, score, k, "weighted") for k in range(1, len(correct) + 1)]
    np.testing.assert_allclose(found.value, expected, atol=1e-12)
    assert not np.any(found.standard_error)


@FEW
@given(st.integers(1, 400), st.data())
def test_pass_at_k_equals_exact_fractions(n: int, data) -> None:
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    exact = float(1 - Fraction(math.comb(n - c, k), math.comb(n, k)))
    assert pass_at_k(n, c, k) == pytest.approx(exact, rel=1e-12, abs=0)


def test_pass_at_k_keeps_its_digits_for_a_million_samples() -> None:
    exact = float(1 - Fraction(math.comb(10**6 - 3, 1000), math.comb(10**6, 1000)))
    assert pass_at_k(10**6, 3, 1000) == pytest.approx(exact, rel=1e-12)
    # One right sample: k of a million hold it with probability k / 10^6.
    k = np.array([1, 1023, 1024, 1025, 2049, 10**5, 5 * 10**5, 10**6])
    np.testing.assert_allclose(pass_at_k(10**6, 1, k), k / 10**6, rtol=1e-12)
    # Two right samples.
    exact = 1 - (10**6 - k) * (10**6 - 1 - k) / (10**6 * (10**6 - 1))
    np.testing.assert_allclose(pass_at_k(10**6, 2, k[4:]), exact[4:], rtol=1e-12)
    # So small that its complement has no digits to spare, at every one of a few k.
    few = np.array([1, 2, 3, 7, 40])
    np.testing.assert_allclose(pass_at_k(10**9, 1, few), few / 10**9, rtol=1e-12)


def test_a_column_of_problems_meets_a_row_of_k_in_any_order() -> None:
    n, c, k = np.array([[9], [5], [9]]), np.array([[2], [4], [0]]), np.array([5, 1, 3, 3, 2])
    alone = [[pass_at_k(a, b, d) for d in k] for a, b in zip(n.ravel(), c.ravel(), strict=True)]
    np.testing.assert_allclose(pass_at_k(n, c, k), alone, rtol=1e-12)


def test_pass_at_k_is_unbiased_for_binomial_counts() -> None:
    n, p, k = 12, 0.3, 5
    c = np.arange(n + 1)
    weight = [math.comb(n, int(i)) * p**i * (1 - p) ** (n - i) for i in c]
    assert pass_at_k(n, c, k) @ weight == pytest.approx(1 - (1 - p) ** k, rel=1e-12)


@FEW
@given(pools(), st.randoms(use_true_random=False))
def test_order_of_samples_changes_nothing(pool, random) -> None:
    answer, correct, score = pool
    order = list(range(len(correct)))
    random.shuffle(order)
    k = np.arange(1, len(correct) + 1)
    np.testing.assert_allclose(best_of_n(correct, score, k), best_of_n(correct[order], score[order], k), atol=1e-12)
    np.testing.assert_allclose(
        majority_vote(answer, correct, k), majority_vote(answer[order], correct[order], k), atol=1e-12
    )


@FEW
@given(pools())
def test_best_of_n_knows_only_the_order_of_scores(pool) -> None:
    _, correct, score = pool
    k = np.arange(1, len(correct) + 1)
    np.testing.assert_allclose(best_of_n(correct, score, k), best_of_n(correct, np.exp(score) - 7, k), atol=1e-12)


def test_one_sample_is_the_mean_and_all_samples_the_whole_pool() -> None:
    correct, score, answer = np.array([1, 0, 0, 1, 0]), np.array([5.0, 4, 3, 2, 1]), np.array([0, 1, 1, 0, 1])
    for found in (best_of_n(correct, score, 1), majority_vote(answer, correct, 1)):
        assert found == pytest.approx(0.4)
    assert best_of_n(correct, score, 5) == pytest.approx(1.0)
    assert majority_vote(answer, correct, 5) == pytest.approx(0.0)


def test_what_is_certain_is_so_to_the_last_digit() -> None:
    # Seven right samples share the highest score: no subset of 94 misses them all.
    correct, score = np.arange(100) >= 93, np.minimum(np.arange(100.0), 93)
    found = best_of_n(correct, score, np.arange(1, 101))
    assert np.all(found[93:] == 1) and found[92] < 1
    assert best_of_n(correct, -score, 100) == 0
    # Of 60 right samples at least 41 are among 81, and all others agree at most 40 times; 20 do not vote.
    answer = np.repeat([0, 1, 2, -1], [60, 20, 0, 20])
    for right, sure in ((0, 1.0), (1, 0.0)):
        found = majority_vote(answer, answer == right, np.arange(1, 101))
        assert np.all(found[60:] == sure) and np.all(abs(found[:60] - sure) > 0)
    shared = majority_vote(np.repeat([4, 7], [70, 30]), np.arange(100) % 4 == 0, [61, 80, 100])
    assert shared.tolist() == [18 / 70] * 3
    # One answer, and samples without one: a single vote decides.
    for votes, silent in ((2, 3), (4, 3), (4, 20)):
        assert majority_vote(np.repeat([0, -1], [votes, silent]), np.ones(votes + silent), silent + 1) == 1
    # Equal answers at the top are never certain.
    assert majority_vote([0, 0, 1, 1], [1, 1, 0, 0], 4) == pytest.approx(0.5)


def test_majority_of_a_large_pool_agrees_with_drawn_subsets() -> None:
    rng = np.random.default_rng(3)
    answer = rng.choice(5, 400, p=[0.3, 0.28, 0.2, 0.12, 0.1])
    exact = majority_vote(answer, answer == 0, [10, 75, 300])
    drawn = weighted_vote(answer, answer == 0, np.ones(400), [10, 75, 300], permutations=3000, rng=1)
    assert np.all(np.abs(exact - drawn.value) < 4 * drawn.standard_error)


def test_majority_keeps_its_digits_over_the_whole_range_of_a_large_pool() -> None:
    answer = np.repeat([0, 1], [1500, 1499])
    found = majority_vote(answer, answer == 0, [1, 2, 1500, 2998, 2999])
    assert found[0] == pytest.approx(1500 / 2999, rel=1e-12)
    assert found[1] == pytest.approx(found[0], rel=1e-12)
    assert found[-1] == pytest.approx(1.0, rel=1e-9)
    # All but one drawn: the right answer leads, or ties when the one left out is its own.
    assert found[-2] == pytest.approx(1499 / 2999 + 0.5 * 1500 / 2999, rel=1e-9)


def test_nobody_votes_is_wrong() -> None:
    assert majority_vote([None, ""], [1, 1], 2) == 0.0
    assert weighted_vote([-1, -1], [1, 1], [1.0, 1.0], 1).value == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pass_at_k(2, 0, 5), "k = 5: must be at most n = 2"),
        (lambda: pass_at_k(2, 3, 1), "c = 3: must be at most n = 2"),
        (lambda: pass_at_k(4, 1.5, 1), "c"),
        (lambda: pass_at_k(4, -1, 1), "c"),
        (lambda: best_of_n([1, 0], [1.0, np.nan], 1), "score"),
        (lambda: best_of_n([1, 0], [1.0], 1), "score has shape"),
        (lambda: best_of_n([1, 0], [1.0, 2.0], 3), "k = 3"),
        (lambda: best_of_n([], [], 1), "correct"),
        (lambda: best_of_n([0.5, 1], [1.0, 2.0], 1), "correct"),
        (lambda: first_accepted([1, 0], [1.0, 2.0], np.nan, 1), "threshold"),
        (lambda: first_accepted([1, 0], [1.0, 2.0], 1.5, 3), "k = 3: must be at most n = 2"),
        (lambda: first_accepted([1, 0], [1.0, 2.0], [1.5, 2.5], [1, 1, 2]), "must broadcast"),
        (lambda: first_accepted([1, 0], [1.0, 2.0], 1.5, 1, otherwise="none"), "otherwise"),
        (lambda: majority_vote([1, 2], [1, 0, 1], 1), "answer has shape"),
        (lambda: majority_vote([[1, 2], [3]], [1, 0], 1), "answer: "),
        (lambda: weighted_vote([[1, 2], [3]], [1, 0], [1, 1], 1), "answer: "),
        (lambda: weighted_vote([1, 2], [1, 0], [np.inf, 1], 1), "score"),
        (lambda: weighted_vote([1, 2], [1, 0], [1, 1], 1, permutations=1), "permutations"),
    ],
)
def test_impossible_question_about_a_pool_is_an_error(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


# -- curves ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples() -> SampleSet:
    rng = np.random.default_rng(0)
    p = rng.beta(0.5, 1.0, 40)
    answer = np.where(rng.random((40, 30)) < p[:, None], 0, rng.integers(1, 4, (40, 30)))
    return SampleSet.from_matrix(answer == 0, score=rng.normal(size=(40, 30)) + (answer == 0), answer=answer)


def test_curve_is_the_mean_of_the_pools(samples: SampleSet) -> None:
    k = [1, 3, 30]
    for selector, one in (
        ("pass", lambda pool: pass_at_k(len(pool.correct), pool.correct.sum(), k)),
        ("best_of_n", lambda pool: best_of_n(pool.correct, pool.score, k)),
        ("majority", lambda pool: majority_vote(pool.answer, pool.correct, k)),
    ):
        found = curve(samples, selector, k, rng=0)
        np.testing.assert_allclose(found.per_problem, [one(pool) for pool in samples.pools()], atol=1e-12)
        assert np.all(found.low <= found.value) and np.all(found.value <= found.high)


def test_problems_may_have_different_numbers_of_samples() -> None:
    uneven = SampleSet.from_counts([3, 9] * 15, [1, 3] * 15)
    assert curve(uneven, "pass", [1, 3], rng=0).per_problem.shape == (30, 2)
    with pytest.raises(ValueError, match=r"k = 4: problem '0' has only 3 samples"):
        curve(uneven, "pass", 4)


def test_result_does_not_depend_on_the_executor(samples: SampleSet) -> None:
    with ThreadPoolExecutor(2) as executor:
        found = curve(samples, "weighted", [1, 8], negative="add", rng=5, executor=executor)
    alone = curve(samples, "weighted", [1, 8], negative="add", rng=5)
    np.testing.assert_array_equal(found.per_problem, alone.per_problem)


@pytest.mark.parametrize(
    ("selector", "message"),
    [("best_of_n", "no column 'score'"), ("majority", "no column 'answer'"), ("best", "selector")],
)
def test_missing_column_and_unknown_selector_are_named(selector: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        curve(SampleSet.from_counts([2] * 30, [1] * 30), selector, 1)


# -- intervals ------------------------------------------------------------------------------------------------


def test_one_problem_says_nothing_about_others() -> None:
    low, high = problem_interval([0.4])
    assert (low, high) == (0, 1)


@pytest.mark.parametrize("method", ["adjusted", "bca", "percentile", "logit"])
def test_all_alike_at_an_end_gives_the_exact_one_sided_bound(method: str) -> None:
    low, high = problem_interval(np.ones(50), method=method, rng=0)
    assert high == 1
    assert low == pytest.approx(0.05 ** (1 / 50))


@pytest.mark.parametrize("method", ["adjusted", "bca", "percentile", "logit"])
def test_interval_narrows_with_problems_not_with_samples(method: str) -> None:
    rng = np.random.default_rng(1)
    width = [
        float(np.subtract(*reversed(problem_interval(rng.beta(1, 2, size), method=method, rng=0)))[0])
        for size in (50, 200, 800)
    ]
    assert width[0] > 1.6 * width[1] > 2.5 * width[2]


def test_too_few_different_problems_are_said() -> None:
    values = np.ones(200)
    values[:3] = 0.2
    with pytest.warns(IntervalWarning, match=r"only about 3 of 200"):
        problem_interval(values)


def test_same_seed_gives_the_same_interval(samples: SampleSet) -> None:
    one, two = (curve(samples, "pass", [1, 5], rng=9) for _ in range(2))
    np.testing.assert_array_equal(one.low, two.low)


def test_drawn_orders_agree_with_the_exact_vote(monkeypatch) -> None:
    rng = np.random.default_rng(0)
    answer = rng.integers(-1, 5, 18)
    correct, score, k = answer == 2, rng.random(18), [1, 5, 12, 18]
    exact = weighted_vote(answer, correct, score, k)
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_SUBSETS", 0)
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_POOL", 0)
    drawn = weighted_vote(answer, correct, score, k, permutations=4000, rng=1)
    assert not np.any(exact.standard_error)
    assert np.all(np.abs(drawn.value - exact.value) <= 4 * np.asarray(drawn.standard_error) + 1e-12)
    p = exact.value[0]
    assert drawn.standard_error[0] == pytest.approx(math.sqrt(p * (1 - p) / 4000), rel=0.1)


@st.composite
def large_pools(draw):
    """Pools of up to 11 with scores of every kind: below zero, tied, and decimals whose sums are not exact."""
    size = draw(st.integers(1, 11))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kind = draw(st.sampled_from(["whole", "tenths", "negative", "free"]))
    whole = rng.integers(-9, 1, size) if kind == "negative" else rng.integers(-3, 4, size)
    score = {"whole": whole * 1.0, "free": rng.normal(size=size)}.get(kind, whole / 10)
    return rng.integers(draw(st.integers(-1, 0)), draw(st.integers(1, 5)), size), rng.random(size) < 0.5, score


@settings(max_examples=150, deadline=None)
@given(large_pools())
def test_up_to_four_weighted_votes_equal_the_enumeration_of_all_subsets(pool) -> None:
    answer, correct, score = pool
    k = np.arange(1, min(len(correct), 4) + 1)
    codes, worth = estimates.weighted._ballots(answer, correct.astype(float))
    counted = [estimates.weighted._enumerate(codes, worth, score, int(tries)) for tries in k]
    np.testing.assert_allclose(weighted_vote(answer, correct, score, k, negative="add").value, counted, atol=1e-13)


def test_a_vote_that_is_always_right_or_always_wrong_stays_on_the_scale() -> None:
    rng = np.random.default_rng(13)
    for size in range(140, 190):
        answer, score = rng.integers(0, 9, size), rng.integers(0, 5, size) / 10
        found = weighted_vote(answer, np.full(size, size % 2 == 0), score, [1, 2, 3, 4]).value
        np.testing.assert_allclose(found, size % 2 == 0, atol=1e-12)
        assert found.min() >= 0 and found.max() <= 1


def test_samples_that_are_all_right_or_all_wrong_stay_on_the_scale() -> None:
    for size in range(140, 190):
        answer, score, right = np.arange(size) % 7, np.arange(size) // 3, np.full(size, size % 2 == 0)
        for found in (best_of_n(right, score, np.arange(1, 60)), majority_vote(answer, right, np.arange(1, 60))):
            np.testing.assert_allclose(found, size % 2 == 0, atol=1e-12)
            assert found.min() >= 0 and found.max() <= 1


def test_scores_that_agree_to_twelve_digits_are_ties() -> None:
    large = [1000 * (0.1 + 0.2), 1000 * 0.3]
    assert large[0] != large[1]
    for score in (large, large[::-1]):
        assert weighted_vote([0, 1], [1, 0], score, 2).value == pytest.approx(0.5)
        assert weighted_vote([0, 1, 2, 3, 4], [1, 0, 0, 0, 0], [*score, 0, 0, 0], 5).value == pytest.approx(0.5)
    # Two against one, two against two, three against one: sums that differ in the last digit.
    assert 100.1 + 200.2 != 300.3 != 100.1 + 100.1 + 100.1
    for answer, score in (
        ([0, 0, 1], [100.1, 200.2, 300.3]),
        ([0, 0, 1, 1], [100.1, 200.2, 300.3, 0.0]),
        ([0, 0, 0, 1], [100.1, 100.1, 100.1, 300.3]),
        ([0, 0, 1, 2], [100.1, 200.2, 300.3, 7.0]),
        ([0, 0, 0, 1], [0.8, 0.2, 0.4, 1.4]),
        ([0, 0, 1, 1], [1.4, -0.4, 0.5, 0.5]),
    ):
        for right in (0, 1):
            found = weighted_vote(answer, np.equal(answer, right), score, len(answer), negative="add")
            assert found.value == pytest.approx(0.5)


def test_what_is_counted_out_ends_where_it_is_said_to(monkeypatch) -> None:
    def error(size: int, k: int) -> float:
        answer = np.arange(size) % 3
        return weighted_vote(answer, answer == 0, np.arange(size) % 5 + 1.0, k, permutations=50, rng=0).standard_error

    told = " ".join(weighted_vote.__doc__.split())
    assert f"k up to {estimates.weighted.EXACT_MAX_K} in a pool of up to {estimates.weighted.EXACT_MAX_POOL:,}" in told
    assert f"no more than {estimates.weighted.EXACT_MAX_SUBSETS:,} subsets" in told
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_SUBSETS", 0)
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_POOL", 30)
    assert error(30, 4) == 0
    assert error(31, 4) > 0 and error(30, 5) > 0
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_POOL", 0)
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_SUBSETS", math.comb(9, 4))
    assert error(9, 4) == 0 and error(10, 4) > 0


def test_votes_of_equal_weight_in_a_large_pool_are_a_majority() -> None:
    answer = np.random.default_rng(2).choice(8, 1000, p=[0.3, 0.25, 0.2, 0.1, 0.05, 0.05, 0.03, 0.02]) - 1
    correct, k = answer == 1, [1, 2, 3, 4]
    for weight in (0.1, 3.0):
        found = weighted_vote(answer, correct, np.full(1000, weight), k)
        np.testing.assert_allclose(found.value, majority_vote(answer, correct, k), rtol=1e-12)
        assert not np.any(found.standard_error)


def test_votes_for_as_many_answers_as_samples_are_a_best_of_n() -> None:
    rng = np.random.default_rng(5)
    correct, score, k = rng.random(700) < 0.4, rng.integers(0, 300, 700) / 7, [1, 2, 3, 4]
    np.testing.assert_allclose(
        weighted_vote(np.arange(700), correct, score, k).value, best_of_n(correct, score, k), rtol=1e-12
    )


def test_a_heavy_minority_of_a_large_pool_wins_unless_absent() -> None:
    # Each of twelve heavy votes outweighs any three others: they lose only where none of them was drawn.
    answer, score = np.repeat([0, 1, 2], [12, 500, 488]), np.repeat([10.0, 1.0, 2.0], [12, 500, 488])
    found = weighted_vote(answer, answer == 0, score, [2, 3, 4]).value
    np.testing.assert_allclose(found, pass_at_k(1000, 12, [2, 3, 4]), rtol=1e-12)


def test_the_exact_vote_of_a_large_pool_agrees_with_drawn_orders(monkeypatch) -> None:
    rng = np.random.default_rng(11)
    answer, score, k = rng.choice(6, 300, p=[0.35, 0.3, 0.2, 0.1, 0.03, 0.02]) - 1, rng.gamma(2, 1, 300), [2, 3, 4]
    exact = weighted_vote(answer, answer == 0, score, k)
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_POOL", 299)
    drawn = weighted_vote(answer, answer == 0, score, k, permutations=5000, rng=2)
    assert np.all(drawn.standard_error[1:] > 0) and not np.any(exact.standard_error)
    assert np.all(np.abs(exact.value - drawn.value) < 4 * drawn.standard_error + 1e-12)


def test_all_answers_together_win_once_in_every_budget_of_a_large_pool() -> None:
    answer = np.random.default_rng(1).choice(6, 1500, p=[0.4, 0.3, 0.15, 0.1, 0.04, 0.01])
    k = [1, 2, 17, 300, 749, 750, 900, 1400, 1499, 1500]
    np.testing.assert_allclose(majority_vote(answer, np.ones(1500), k), 1, rtol=1e-12)


def test_a_whole_table_at_many_budgets_equals_its_single_entries() -> None:
    n, c, k = np.array([[5], [9], [9]]), np.array([[0], [4], [9]]), np.array([1, 2, 5])
    table = pass_at_k(n, c, k)
    assert table.shape == (3, 3)
    assert table.tolist() == [
        [pytest.approx(pass_at_k(a, b, d), rel=1e-14) for d in k] for a, b in zip(n[:, 0], c[:, 0], strict=True)
    ]
    # A column of problems keeps its shape, whatever the shape of k.
    assert pass_at_k(n, c, 2).shape == (3, 1)
    assert pass_at_k(n, c, [[1], [2], [5]]).shape == (3, 1)
    assert pass_at_k(n, c, [[1, 2]]).tolist() == table[:, :2].tolist()
    assert pass_at_k(n.T, c.T, k).tolist() == [np.diag(table).tolist()]
    # Pairs that each meet one budget, of which some are too large for the others.
    np.testing.assert_allclose(pass_at_k([3, 900], [1, 7], [3, 900]), [1, 1])
    np.testing.assert_allclose(
        pass_at_k([3, 2_000_000], [1, 3], [1, 2]), [1 / 3, 1 - math.comb(1_999_997, 2) / math.comb(2_000_000, 2)]
    )


# -- edges that a changed line would move ---------------------------------------------------------------------


@pytest.mark.parametrize("block", [1, 3, 7])
def test_no_result_depends_on_how_much_is_held_at_once(monkeypatch, block: int) -> None:
    rng = np.random.default_rng(4)
    n, c, k = np.meshgrid(np.arange(1, 10), np.arange(10), np.arange(1, 10), indexing="ij")
    allowed = (c <= n) & (k <= n)
    exact = [
        float(1 - Fraction(math.comb(a - b, d), math.comb(a, d)))
        for a, b, d in zip(n[allowed].tolist(), c[allowed].tolist(), k[allowed].tolist(), strict=True)
    ]
    answer, correct, score = rng.integers(-1, 4, 12), rng.random(12) < 0.5, rng.integers(0, 5, 12) / 10
    budgets = np.arange(1, 13)
    best, vote = best_of_n(correct, score, budgets), weighted_vote(answer, correct, score, budgets).value
    table = curve(SampleSet.from_counts([4, 6, 6], [0, 3, 6]), "pass", [1, 2, 4]).per_problem
    for room in (estimates.pools, estimates.weighted):
        monkeypatch.setattr(room, "BLOCK", block)
    monkeypatch.setattr(estimates.pools, "CACHE_ELEMENTS", block)
    # One at a time: a number on its own is summed, a table is looked up.
    single = [pass_at_k(*row) for row in zip(n[allowed], c[allowed], k[allowed], strict=True)]
    np.testing.assert_allclose(single, exact, rtol=1e-12)
    np.testing.assert_allclose(pass_at_k(n[allowed], c[allowed], k[allowed]), exact, rtol=1e-12)
    np.testing.assert_allclose(best_of_n(correct, score, budgets), best, rtol=1e-12)
    np.testing.assert_allclose(weighted_vote(answer, correct, score, budgets).value, vote, rtol=1e-12)
    np.testing.assert_array_equal(
        curve(SampleSet.from_counts([4, 6, 6], [0, 3, 6]), "pass", [1, 2, 4]).per_problem, table
    )


@pytest.mark.parametrize("piece", [1, 2, 5, 8, 100])
def test_no_pass_at_k_depends_on_the_pieces_that_are_summed(monkeypatch, piece: int) -> None:
    n, c = np.array([[8], [13], [13]]), np.array([[3], [0], [13]])
    whole = pass_at_k(n, c, np.arange(1, 9))
    monkeypatch.setattr(estimates._numerics, "SUM_BLOCK", piece)
    np.testing.assert_allclose(pass_at_k(n, c, np.arange(1, 9)), whole, rtol=1e-13)


def test_many_equal_answers_vote_as_the_same_answers_one_by_one() -> None:
    # Five answers or more with as many votes are taken together.
    for votes in ([3] * 5, [2] * 6 + [3], [1] * 9, [4, 2, 2, 2, 2, 2]):
        answer = np.repeat(np.arange(len(votes)), votes)
        for right in (0, len(votes) - 1):
            found = majority_vote(answer, answer == right, [1, 2, 3, 4, 5])
            expected = [enumerated(answer, answer == right, answer, k, "majority") for k in (1, 2, 3, 4, 5)]
            np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_drawn_orders_do_not_depend_on_how_many_are_held_at_once(monkeypatch) -> None:
    answer, score = np.array([0, 1, 1, 2, -1, 0, 2, 1]), np.array([3.0, 1, 2, 2, 9, 1, 1, 3])
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_SUBSETS", 0)
    monkeypatch.setattr(estimates.weighted, "EXACT_MAX_POOL", 0)
    whole = weighted_vote(answer, answer == 1, score, [2, 5, 8], permutations=900, rng=3)
    monkeypatch.setattr(estimates.weighted, "BLOCK", 100)
    parts = weighted_vote(answer, answer == 1, score, [2, 5, 8], permutations=905, rng=3)
    assert np.all(np.abs(whole.value - parts.value) <= 5 * whole.standard_error + 1e-12)
    assert whole.value[2] == parts.value[2] == 1.0


def test_two_orders_are_the_fewest_that_have_a_standard_error() -> None:
    answer = np.arange(60) % 7
    found = weighted_vote(answer, answer == 3, np.ones(60), 30, permutations=2, rng=0)
    assert 0 <= found.value <= 1 and found.standard_error >= 0


def test_no_problem_and_no_budget_have_no_pass_at_k() -> None:
    assert pass_at_k([], [], 1).shape == (0,)
    assert pass_at_k(5, 2, []).shape == (0,)


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        # Two of one answer against two single ones: all three equal, and two of them.
        ([0, 0, 1, 2], [1, 1, 2, 2]),
        ([0, 0, 1, 2], [1, 1, 2, 1]),
        ([0, 0, 1, 2], [1, 0, 2, 2]),
        ([0, 0, 1, 2, 1, 2], [1, 1, 2, 2, 2, 2]),
        ([0, 0, 1, 2, 3], [1, 1, 2, 2, 2]),
        # Two against one, three against one, and two against two.
        ([0, 0, 1], [1, 1, 2]),
        ([0, 0, 0, 1], [1, 1, 1, 3]),
        ([0, 0, 1, 1], [1, 2, 2, 1]),
        # As many answers as samples.
        ([0, 1, 2, 3], [2, 2, 2, 1]),
    ],
)
def test_equal_sums_of_four_votes_share(answer, score) -> None:
    for right in set(answer):
        correct, weight = np.equal(answer, right), np.array(score, float)
        k = np.arange(1, 5 if len(answer) > 3 else 4)
        expected = [enumerated(np.array(answer), correct, weight, size, "weighted") for size in k]
        np.testing.assert_allclose(weighted_vote(answer, correct, weight, k).value, expected, atol=1e-13)


def test_five_carriers_are_enough_and_fewer_are_warned_of() -> None:
    for few in range(1, 8):
        values = np.zeros(500)
        values[:few] = 1.0
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            problem_interval(values)
        assert bool(caught) == (few < 5)


def test_samples_may_be_named_and_scored_in_every_usual_way() -> None:
    right = [1, 0, 1, 0]
    for answer in (
        ["a", "b", "a", ""],
        np.array(["a", "b", "a", None], dtype=object),
        [0, 4, 0, -7],
        [2.0, 3.0, 2.0, math.nan],
        ["a", "b", "a", math.nan],
        ["7", "8", 7.0, None],
        ["a", "b", " a", " "],
        np.array(["a", "b", "a", np.float32("nan")], dtype=object),
    ):
        assert majority_vote(answer, right, 4) == pytest.approx(1.0, rel=1e-12)
        assert majority_vote(answer, right, 1) == pytest.approx(0.5)
    assert best_of_n(right, [1, 2, 3, 4], 1) == pytest.approx(0.5)
    assert isinstance(best_of_n(right, [1, 2, 3, 4], 1), float)
    assert best_of_n(right, [1, 2, 3, 4], [1]).shape == (1,)
    assert majority_vote([None] * 4, right, [1, 2]).tolist() == [0, 0]


def test_a_curve_says_what_it_is() -> None:
    found = curve(SampleSet.from_counts([4] * 30, [0, 1, 4] * 10), "pass", 2, level=0.9)
    assert found.k.tolist() == [2] and found.level == 0.9 and found.selector == "pass"
    assert repr(found).startswith("pass, 90% interval over 30 problems\nk = 2: 0.500 [")
    assert curve(SampleSet.from_counts([4] * 30, [0, 1, 4] * 10), "pass", 2).level == 0.95
    with pytest.raises(ValueError, match="samples is a list"):
        curve([1, 0], "pass", 1)
    with pytest.raises(ValueError, match=r"k has shape \(1, 2\)"):
        curve(SampleSet.from_counts([4], [2]), "pass", [[1, 2]])

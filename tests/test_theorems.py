"""Theorems of the book that no test of the library holds: each counted out or enumerated in a small case."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.sources import language_model as lm
from scipy.special import betaln

quick = settings(max_examples=40, deadline=None)
CHANCES = st.floats(0.01, 0.99)


def outcomes(p: float, k: int):
    """Every way in which k independent samples can be right or wrong, with its chance."""
    for right in itertools.product([True, False], repeat=k):
        yield np.array(right), math.prod(p if one else 1 - p for one in right)


@quick
@given(CHANCES, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_best_of_n_lies_between_all_right_and_one_right_whatever_the_scores(p, blind) -> None:
    picked = dict.fromkeys(("blind", "sure", "wrong", "rising"), 0.0)
    for right, chance in outcomes(p, 4):
        scores = {"blind": np.array(blind), "sure": 4 * right + blind, "wrong": -4 * right + blind}
        scores["rising"] = np.exp(scores["sure"])
        for name, score in scores.items():
            picked[name] += chance * its.best_of_n(right, score.astype(float), 4)
    assert picked["blind"] == pytest.approx(p)
    assert picked["sure"] == picked["rising"] == pytest.approx(its.coverage(p, 4))
    assert picked["wrong"] == pytest.approx(p**4)


@quick
@given(CHANCES, CHANCES, st.integers(2, 20), st.integers(1, 5))
def test_a_larger_model_is_worth_its_price_by_coverage_or_by_mean_wait(small, large, price, budget) -> None:
    cheap, dear = its.coverage(small, budget * price), its.coverage(large, budget)
    if abs(cheap - dear) > 1e-9:
        assert (dear > cheap) == (large > its.coverage(small, price))
    # Mean price of the first right answer; the law with a cap that is never reached.
    waits = its.expected_draws(small, 100_000), price * its.expected_draws(large, 100_000)
    if abs(waits[0] - waits[1]) > 1e-6:
        assert (waits[1] < waits[0]) == (large > price * small)
    assert price * small > its.coverage(small, price)


def test_later_tokens_change_no_earlier_row() -> None:
    model = lm.random_model(rng=np.random.default_rng(7))
    seen = [model.log_probabilities("WHAT IS", "7+" + end) for end in ("", "8?", "0000000")]
    for longer in seen[1:]:
        assert [one for one, _ in longer[:2]] == ["7", "+"]
        np.testing.assert_allclose([one for _, one in longer[:2]], [one for _, one in seen[0][:2]], atol=1e-4)


@quick
@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6), st.floats(0, 1))
def test_a_chain_ends_right_at_least_as_often_as_all_its_steps_are_right(steps, repair) -> None:
    right, wrong = 1.0, 0.0
    for q in steps:
        right, wrong = right * q + wrong * repair, right * (1 - q) + wrong * (1 - repair)
    assert right >= math.prod(steps) - 1e-12
    if repair == 0 or len(steps) == 1:
        assert right == pytest.approx(math.prod(steps))
    elif repair > 0.01:
        assert right > math.prod(steps)


@quick
@given(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_choosing_without_error_gains_the_smaller_of_two_losses(d_a, d_b, w, e_a, e_b) -> None:
    # Gains over strategy B on both kinds of problems.
    all_a, all_b, chosen = (1 - w) * d_a - w * d_b, 0.0, (1 - w) * d_a
    gain = chosen - max(all_a, all_b)
    assert gain == pytest.approx(min((1 - w) * d_a, w * d_b))
    assert gain <= d_a * d_b / (d_a + d_b) + 1e-12
    noisy = (1 - w) * (1 - e_a) * d_a - w * e_b * d_b
    assert chosen - noisy == pytest.approx((1 - w) * e_a * d_a + w * e_b * d_b)


@quick
@given(st.floats(0.1, 2), st.floats(0.1, 2), st.floats(0.5, 20), st.floats(0.5, 20))
def test_curves_of_mixed_problems_cross(a, more, b_1, b_2) -> None:
    # Far out the larger a has the smaller failures, whatever the means; in logarithms, because both are tiny.
    failures = [float(betaln(x, y + 1e100) - betaln(x, y)) for x, y in ((a, b_1), (a + more, b_2))]
    assert failures[1] < failures[0]


def test_equal_tokens_favour_one_chain_many_or_some_by_who_picks() -> None:
    chains, budget = np.array([1, 2, 4, 8, 16, 64, 1024, 100_000]), 6400.0
    p = its.chain_success(budget / chains, 0.6, 400.0)
    assert np.all(np.diff(p) < 0), "picked at random: one chain"
    assert np.all(np.diff(its.coverage(p, chains)) > 0), "recognised: the more chains the better"
    roc = its.Roc.piecewise_linear([(0.1, 0.8)])
    picked = [its.best_of_n_law(one, roc, k) for one, k in zip(p, chains, strict=True)]
    assert all(value <= its.best_of_n_limit(one, roc) + 1e-12 for value, one in zip(picked, p, strict=True))
    assert 0 < int(np.argmax(picked)) < len(chains) - 1, "picked by a verifier: a number in between"


def test_the_vote_and_the_highest_log_probability_end_at_one_answer() -> None:
    rng = np.random.default_rng(8)
    own = np.array([0.30, 0.26, 0.24, 0.20])
    for temperature in (0.5, 1.0, 2.0):
        chance = own ** (1 / temperature)
        drawn = rng.choice(4, size=(200, 20_000), p=chance / chance.sum())
        votes = np.array([np.bincount(row, minlength=4).argmax() for row in drawn])
        assert (votes == 0).all()
        assert (own[drawn[:, :100]].max(axis=1) == own[0]).all()


@quick
@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.integers(2, 50))
def test_a_mean_leaves_coverage_between_itself_and_the_curve_of_equal_problems(p, k) -> None:
    mean, covered = np.mean(p), np.mean(its.coverage(p, k))
    assert mean - 1e-12 <= covered <= its.coverage(mean, k) + 1e-12
    assert np.mean(its.coverage([0.0, 1.0], k)) == 0.5


@pytest.mark.parametrize(("n", "k"), [(1, 2), (3, 4), (4, 9)])
def test_no_function_of_the_count_is_unbiased_beyond_the_samples(n, k) -> None:
    # A mean of f(c) is a polynomial of degree n in p: differences of order n + 1 vanish, those of coverage do not.
    grid = [Fraction(i, n + 2) for i in range(n + 2)]
    coverage = [1 - (1 - p) ** k for p in grid]
    weights = [(-1) ** i * math.comb(n + 1, i) for i in range(n + 2)]
    for c in range(n + 1):
        chance = [math.comb(n, c) * p**c * (1 - p) ** (n - c) for p in grid]
        assert sum(w * one for w, one in zip(weights, chance, strict=True)) == 0
    assert sum(w * one for w, one in zip(weights, coverage, strict=True)) != 0


def test_a_search_succeeds_as_often_as_it_proposes_and_keeps_in_every_round() -> None:
    # Two proposals from a live state, live with chance q each; a judge keeps a live one, if any, with chance s.
    rng, q, s, rounds = np.random.default_rng(9), 0.5, 0.8, 3
    alive = np.ones(100_000, bool)
    for _ in range(rounds):
        proposed = (rng.random((alive.size, 2)) < q).any(axis=1)
        kept = rng.random(alive.size) < s
        alive &= proposed & kept
    assert alive.mean() == pytest.approx(((1 - (1 - q) ** 2) * s) ** rounds, abs=0.005)


@quick
@given(st.floats(0.05, 0.99), st.floats(0.1, 1), st.floats(0.01, 1), st.integers(1, 12))
def test_checking_every_step_is_never_worse_than_once(q, true, false, length) -> None:
    ratio = true / false
    every = its.step_check(q, true, false, length).solution
    whole = its.odds_after_check(q**length, true, false)
    once = whole / (1 + whole)
    assert every == pytest.approx((q * ratio / (q * ratio + 1 - q)) ** length)
    if ratio >= 1:
        assert every >= once - 1e-12


@quick
@given(st.lists(st.floats(0.1, 1), min_size=1, max_size=5))
def test_step_scores_multiply_or_stand_last_by_what_they_mean(chances) -> None:
    whole = 0.0
    for steps in itertools.product([True, False], repeat=len(chances)):
        chance = math.prod(q if right else 1 - q for q, right in zip(chances, steps, strict=True))
        whole += chance * all(steps)
    so_far = np.cumprod(chances)
    assert its.aggregate([chances], "product")[0] == pytest.approx(whole)
    assert its.aggregate([so_far], "last")[0] == pytest.approx(whole)
    for scores in (chances, so_far):
        assert its.aggregate([scores], "min")[0] >= whole - 1e-12


@quick
@given(CHANCES, st.integers(1, 8))
def test_stopping_at_the_first_right_answer_counted_out(p, k) -> None:
    solved = draws = 0.0
    for right, chance in outcomes(p, k):
        solved += chance * right.any()
        draws += chance * (right.argmax() + 1 if right.any() else k)
    assert solved == pytest.approx(its.coverage(p, k))
    assert draws == pytest.approx(its.expected_draws(p, k)) == pytest.approx(solved / p)
    # At this mean cost a number fixed in advance solves less.
    if k > 1:
        assert 1 - (1 - p) ** draws < p * draws


def test_a_vote_ends_at_the_mode_and_shares_among_equals() -> None:
    def vote(*shares: int) -> float:
        answers = np.repeat(np.arange(len(shares)), np.array(shares) * 100)
        return its.majority_vote(answers, answers == 0, 501)

    assert vote(5, 3, 2) > 0.99
    assert vote(3, 5, 2) < 0.01
    assert vote(4, 4, 2) == pytest.approx(1 / 2, abs=0.01)
    assert vote(3, 3, 3, 1) == pytest.approx(1 / 3, abs=0.01)


@quick
@given(st.floats(0.51, 0.95), st.integers(1, 6))
def test_a_vote_to_a_lead_counted_out(p, lead) -> None:
    # From each lead the chance to end right and the mean votes to come solve one linear equation each.
    places = range(1 - lead, lead)
    system, right, votes = np.eye(len(places)), np.zeros(len(places)), np.ones(len(places))
    for row, place in enumerate(places):
        for step, part in ((1, p), (-1, 1 - p)):
            if abs(place + step) < lead:
                system[row, row + step] -= part
            elif step == 1:
                right[row] += part
    chance, length = (np.linalg.solve(system, side)[lead - 1] for side in (right, votes))
    law = 1 / (1 + ((1 - p) / p) ** lead)
    assert chance == pytest.approx(law)
    assert length == pytest.approx(lead * (2 * law - 1) / (2 * p - 1))
    assert length <= lead / (2 * p - 1) + 1e-9
    assert length <= lead**2 + 1e-9

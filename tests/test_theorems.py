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
from scipy.stats import binom

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


@pytest.mark.parametrize("temperature", [0.1, 0.4, 1.0, 3.0])
def test_no_rule_is_further_from_one_sample_than_answers_differ(temperature) -> None:
    # Three answers and four samples, every draw counted out; the right answer is each of them in turn.
    chance, k = lm.softmax([2.0, 1.2, 0.9], temperature), 4
    draws = np.array(list(itertools.product(range(3), repeat=k)))
    weight = chance[draws].prod(axis=1)
    for right in range(3):
        hits = draws == right
        most = np.array([np.bincount(draw, minlength=3) for draw in draws])
        first = most == most.max(axis=1, keepdims=True)
        rules = {
            "vote": first[:, right] / first.sum(axis=1),
            "perfect checker": hits.any(axis=1),
            "worst": hits.all(axis=1),
        }
        differ = 1 - (chance**k).sum()
        for rule in rules.values():
            assert abs(weight @ rule - chance[right]) <= differ + 1e-12
        assert differ <= 1 - chance.max() ** k + 1e-12
        assert 1 - chance.max() ** k <= k * (1 - chance.max()) + 1e-12
        assert k * (1 - chance.max()) <= k * 2 * np.exp(-0.8 / temperature) + 1e-12


@pytest.mark.parametrize("p", [0.55, 0.7, 0.9])
def test_a_vote_of_three_gains_most_where_its_odds_are_two_plus_root_three(p) -> None:
    heat = np.log(p / (1 - p)) / np.log(2 + np.sqrt(3)) * np.linspace(0.2, 3, 2_801)
    warm = np.array([lm.softmax(np.log([p, 1 - p]), one)[0] for one in heat])
    gain = binom(3, warm).sf(1) - warm
    best = int(np.argmax(gain))
    assert heat[best] == pytest.approx(np.log(p / (1 - p)) / np.log(2 + np.sqrt(3)), rel=2e-3)
    assert gain[best] == pytest.approx(1 / (6 * np.sqrt(3)))
    # Cold, one sample is right itself; the vote is best there and gains least.
    assert warm[0] > 0.99 * (warm[0] + gain[0]) and warm[0] + gain[0] > warm[best] + gain[best]


@pytest.mark.parametrize("seed", range(5))
def test_a_pooled_auc_is_a_mean_of_two_kinds_of_pairs(seed) -> None:
    # Seven problems of six samples each, with scores that tie; every pair is counted.
    rng = np.random.default_rng(seed)
    right = rng.random((7, 6)) < rng.random((7, 1))
    right[0], right[1] = np.arange(6) < 2, np.arange(6) < 3
    score = rng.integers(0, 5, (7, 6)) + 2 * right
    hits: dict[bool, list[float]] = {True: [], False: []}
    for i, j in itertools.product(range(7), repeat=2):
        for good, bad in itertools.product(score[i][right[i]], score[j][~right[j]]):
            hits[i == j].append((np.sign(good - bad) + 1) / 2)
    share = len(hits[True]) / (len(hits[True]) + len(hits[False]))
    p = right.mean(axis=1)
    differ = p.var() / (p.mean() * (1 - p.mean()))
    assert share == pytest.approx((1 - differ) / 7)
    pooled = share * np.mean(hits[True]) + (1 - share) * np.mean(hits[False])
    assert its.Roc.from_scores(score.ravel(), right.ravel()).auc == pytest.approx(pooled)


SPREADS = st.lists(CHANCES, min_size=2, max_size=6).map(np.array)


@quick
@given(SPREADS, st.floats(0, 1), st.integers(1, 6))
def test_two_answers_split_disagreement_and_chances_drawn_together_cover_more(p, share, k) -> None:
    def tells(chances, answers):
        """pass@k, pass^k and how often some answers differ, over all patterns of right and wrong."""
        some = every = differ = 0.0
        for one in chances:
            for right, chance in outcomes(one, answers):
                some += chance * right.any()
                every += chance * right.all()
                differ += chance * (right.any() and not right.all())
        return np.array([some, every, differ]) / len(chances)

    some, every, differ = tells(p, 2)
    assert some == pytest.approx(p.mean() + differ / 2)
    assert every == pytest.approx(p.mean() - differ / 2)
    together = (1 - share) * p + share * p.mean()
    assert together.mean() == pytest.approx(p.mean())
    before, after = tells(p, k), tells(together, k)
    assert after[0] >= before[0] - 1e-12 and after[1] <= before[1] + 1e-12
    assert tells(together, 2)[2] >= differ - 1e-12


@quick
@given(st.lists(CHANCES, min_size=2, max_size=3), st.integers(1, 2))
def test_equal_shares_cover_no_less_than_a_prompt_drawn_at_random(p, each) -> None:
    k = each * len(p)
    # All patterns of k samples, the first `each` of the first prompt and so on.
    equal = 0.0
    for right in itertools.product([True, False], repeat=k):
        chances = [p[i // each] if one else 1 - p[i // each] for i, one in enumerate(right)]
        equal += math.prod(chances) * any(right)
    assert equal >= np.mean([its.coverage(one, k) for one in p]) - 1e-12
    assert equal >= its.coverage(np.mean(p), k) - 1e-12
    assert equal <= its.coverage(max(p), k) + 1e-12


@quick
@given(st.floats(0.01, 0.9), st.floats(1e-4, 0.05), st.integers(1, 30), st.integers(2, 60))
def test_a_share_that_few_samples_cannot_see_moves_coverage_far_out(share, chance, n, times) -> None:
    k = n * times
    # The two laws of a count, c of n right: they differ only in what the share's problems show.
    c = np.arange(n + 1)
    hard = np.array([math.comb(n, i) * chance**i * (1 - chance) ** (n - i) for i in c])
    hopeless = (c == 0).astype(float)
    apart = share * abs(hard - hopeless).sum() / 2
    assert apart <= share * n * chance + 1e-12
    moved = share * its.coverage(chance, k)
    assert moved >= share * (1 - math.exp(-k * chance)) - 1e-12
    at = 1 / k
    assert share * its.coverage(at, k) >= 0.632 * share
    assert share * its.coverage(at, n) <= share / times + 1e-12

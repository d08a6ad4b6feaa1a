"""Remedies: exact by enumeration, one law for a cut and for rejection, and rules that never see what judges them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.decisions import remedy_table
from inference_scaling.estimates._many_pools import ManyPools
from inference_scaling.estimates.soft_picks import poisson_weights
from scipy.optimize import minimize

FEW = settings(max_examples=30, deadline=None)
THIN = its.Roc.binormal(0.8, 0.5)


@st.composite
def pools(draw, least: int = 1):
    """Small pools with ties, and a number of samples that they have."""
    size = draw(st.integers(least, 6))
    correct = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    score = np.array(draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size)), float)
    return correct, score, draw(st.integers(1, size))


def over_subsets(correct, score, k: int, chances) -> float:
    """Mean over all subsets of k of the chance to hand in a right one."""
    subsets = [list(some) for some in combinations(range(score.size), k)]
    return float(np.mean([chances(score[some]) @ correct[some] for some in subsets]))


def softly(temperature: float):
    def chances(scores):
        weight = np.exp((scores - scores.max()) / temperature)
        return weight / weight.sum()

    return chances


# -- picks from one pool ------------------------------------------------------------------------------------------


@FEW
@given(pools(), st.sampled_from([0.01, 0.3, 1.0, 20.0, 1e6]))
def test_soft_best_of_n_equals_enumeration_of_all_subsets(pool, temperature) -> None:
    correct, score, k = pool
    found = its.soft_best_of_n(correct, score, k, temperature)
    assert found == pytest.approx(over_subsets(correct, score, k, softly(temperature)), abs=1e-9)


def test_soft_best_of_n_runs_from_best_of_n_to_one_sample() -> None:
    rng = np.random.default_rng(1)
    correct, score = rng.random(30) < 0.4, rng.integers(0, 9, 30).astype(float)
    cold, hot = its.soft_best_of_n(correct, score, 7, [0.005, 1e9])
    assert cold == pytest.approx(its.best_of_n(correct, score, 7), abs=1e-9)
    assert hot == pytest.approx(correct.mean(), abs=1e-8)


def test_noise_makes_best_of_n_soft() -> None:
    rng = np.random.default_rng(2)
    correct, score = rng.random((2, 20)) < 0.4, rng.normal(size=(2, 20))
    many = ManyPools.of(correct.ravel(), np.array([20, 20]))
    drawn = many.softly_drawn(score.ravel(), 5, np.array([0.5, 2.0]), 2000, rng)
    exact = [its.soft_best_of_n(*one, 5, [0.5, 2.0]) for one in zip(correct, score, strict=True)]
    assert drawn == pytest.approx(np.array(exact), abs=0.01)


@FEW
@given(pools(least=4))
def test_best_of_poisson_is_the_mixture_of_best_of_n(pool) -> None:
    correct, score, _ = pool
    weights, beyond = poisson_weights(1.3, score.size)
    every = its.best_of_n(correct, score, np.arange(1, score.size + 1))
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert beyond < 0.01
    assert its.best_of_poisson(correct, score, 1.3) == pytest.approx(weights @ every, abs=1e-12)
    assert its.best_of_poisson(correct, score, 1.0) == pytest.approx(correct.mean(), abs=1e-12)


def test_best_of_poisson_refuses_more_than_the_pool_has() -> None:
    with pytest.raises(ValueError, match=r"samples = 4: 35% .* pool's 4 samples; must be smaller"):
        its.best_of_poisson([1, 0, 0, 1], [1.0, 2.0, 3.0, 4.0], 4.0)


@FEW
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.floats(0.01, 20))
def test_the_chi_square_form_maximises_score_less_what_it_may_be_wrong_by(scores, beta) -> None:
    score = np.array(scores, float)
    weights, k = its.chi_square_weights(score, beta), len(scores)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()

    def loss(w):
        return -(w @ score) + beta / 2 * k * ((w - 1 / k) ** 2).sum()

    found = minimize(
        loss,
        np.full(k, 1 / k),
        bounds=[(0, 1)] * k,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-12},
    )
    assert loss(weights) <= found.fun + 1e-6


def test_the_chi_square_form_runs_from_the_best_score_to_chance() -> None:
    score = [1.0, 3.0, 3.0, 2.0]
    assert its.chi_square_weights(score, 0.0).tolist() == [0, 0.5, 0.5, 0]
    assert its.chi_square_weights(score, 1e9) == pytest.approx([0.25] * 4)
    # Scores that are large and close keep their digits.
    assert its.chi_square_weights(np.array(score) + 1e9, 1.0) == pytest.approx(its.chi_square_weights(score, 1.0))


@FEW
@given(pools(), st.sampled_from([0.0, 0.5, 3.0]))
def test_the_pessimistic_pick_agrees_with_enumeration_within_its_error(pool, beta) -> None:
    correct, score, k = pool
    found = its.pessimistic_pick(correct, score, k, beta, rng=3)
    expected = over_subsets(correct, score, k, lambda scores: its.chi_square_weights(scores, beta))
    assert abs(found.value - expected) <= 5 * found.standard_error + 1e-9
    if k in (1, score.size):
        assert found.standard_error == 0


# -- many pools at once --------------------------------------------------------------------------------------------


@FEW
@given(st.lists(pools(least=3), min_size=1, max_size=4), st.integers(1, 3), st.integers(-3, 3))
def test_many_pools_at_once_are_each_of_them_alone(some, k, threshold) -> None:
    sizes = np.array([correct.size for correct, _, _ in some])
    right, score = (np.concatenate([one[i] for one in some]) for i in (0, 1))
    many = ManyPools.of(right, sizes)
    assert many.best(score, np.eye(k)[k - 1]) == pytest.approx([its.best_of_n(c, s, k) for c, s, _ in some])
    value, draws = many.first_accepted(score, score >= threshold, k)
    alone = [its.first_accepted(c, s, threshold, k) for c, s, _ in some]
    assert value == pytest.approx([one.value for one in alone])
    assert draws == pytest.approx([one.draws for one in alone])
    assert many.blind() == pytest.approx([c.mean() for c, _, _ in some])
    soft = [its.soft_best_of_n(c, s, k, 0.7) for c, s, _ in some]
    assert many.softly(score, k, np.array([0.7]))[:, 0] == pytest.approx(soft)


# -- a cut on the scores -------------------------------------------------------------------------------------------


@FEW
@given(pools(), st.integers(-2, 3))
def test_a_cut_is_rejection_that_pays_for_all_draws(pool, threshold) -> None:
    correct, score, k = pool
    accepted = its.first_accepted(correct, score, threshold, k)
    assert its.best_of_n(correct, np.minimum(score, threshold), k) == pytest.approx(accepted.value, abs=1e-12)
    assert accepted.draws <= k + 1e-12


@pytest.mark.parametrize("cut", [0.02, 0.2, 0.6])
@pytest.mark.parametrize("roc", [THIN, its.Roc.binormal(0.7), its.Roc.piecewise_linear([(0.05, 0.01), (0.3, 0.7)])])
def test_the_law_of_a_cut_is_rejection_with_its_threshold_and_ends_at_its_precision(roc, cut) -> None:
    p, n = 0.2, 12
    height = roc.true_positive(cut)
    share = p * height + (1 - p) * cut
    draws = (1 - (1 - share) ** n) / share
    law = its.best_of_n_law(p, its.capped_roc(roc, cut), n)
    assert law == pytest.approx(its.rejection_law(p, roc, draws, most=n), abs=2e-5)
    assert its.best_of_n_limit(p, its.capped_roc(roc, cut)) == pytest.approx(p * height / share)


def test_the_cut_at_the_tangent_ends_highest_and_never_falls() -> None:
    cuts = np.linspace(0.01, 0.9, 90)
    slope = THIN.true_positive(cuts) / cuts
    tangent = cuts[slope.argmax()]
    ends = [its.best_of_n_limit(0.1, its.capped_roc(THIN, cut)) for cut in cuts]
    assert cuts[np.argmax(ends)] == tangent
    n = np.arange(1, 400)
    for cut in cuts[cuts >= tangent]:
        assert np.diff(its.best_of_n_law(0.1, its.capped_roc(THIN, cut), n)).min() > -1e-9
    assert np.diff(its.best_of_n_law(0.1, THIN, n)).min() < -1e-3
    # A cut that is too high leaves part of the fall.
    assert np.diff(its.best_of_n_law(0.1, its.capped_roc(THIN, 0.01), n)).min() < -1e-5


def test_dropping_what_lies_above_is_best_of_n_on_scores_put_last() -> None:
    rng = np.random.default_rng(4)
    correct = rng.random(4000) < 0.3
    score = np.round(np.where(correct, 1 + 0.5 * rng.normal(size=4000), rng.normal(size=4000)), 2)
    cut = 1.5
    law = its.capped_roc(its.Roc.from_scores(score, correct), (score > cut)[~correct].mean(), above="drop")
    put_last = its.Roc.from_scores(np.where(score > cut, -9.0, score), correct)
    assert law.points == pytest.approx(put_last.points, abs=1e-12)
    assert its.capped_roc(THIN, 0.0) is THIN


def test_a_normal_curve_of_many_pieces_is_the_normal_curve() -> None:
    for ratio in (0.5, 1, 2):
        roc = its.Roc.binormal(0.8, ratio)
        n = [1, 10, 1000, 10**6]
        pieces = its.capped_roc(roc, 1e-12)
        assert its.best_of_n_law(0.1, pieces, n) == pytest.approx(its.best_of_n_law(0.1, roc, n), abs=1e-5)


# -- two checks ---------------------------------------------------------------------------------------------------


def test_the_odds_of_two_binary_checks_multiply() -> None:
    first, second = its.Roc.piecewise_linear([(0.2, 0.7)]), its.Roc.piecewise_linear([(0.1, 0.5)])
    both = its.two_checks_roc(first, second)
    # Passing both is the strictest threshold: its precision is that of two updates of the odds.
    p = 0.15
    once = its.odds_after_check(p, 0.7, 0.2)
    odds = its.odds_after_check(once / (1 + once), 0.5, 0.1)
    assert its.best_of_n_limit(p, both) == pytest.approx(odds / (1 + odds))
    assert both.points == pytest.approx(np.array([[0, 0], [0.02, 0.35], [0.2, 0.7], [0.28, 0.85], [1, 1]]))


def test_two_independent_normal_checks_add_the_squares_of_their_shifts() -> None:
    one, other = its.Roc.binormal(0.8), its.Roc.binormal(0.7)
    joint = np.hypot(one.shift, other.shift) / np.sqrt(2)
    from scipy.special import ndtr

    assert its.two_checks_roc(one, other).auc == pytest.approx(ndtr(joint), abs=2e-4)
    useless = its.Roc.piecewise_linear([(0.5, 0.5)])
    kept = its.Roc.piecewise_linear([(0.1, 0.4), (0.5, 0.8)])
    assert its.two_checks_roc(kept, useless).auc == pytest.approx(kept.auc)


def test_simulated_checks_that_are_independent_reach_the_law_and_dependent_ones_do_not() -> None:
    rng, p, n, runs = np.random.default_rng(5), 0.2, 8, 40_000
    one = its.Roc.binormal(0.75)
    law = its.best_of_n_law(p, its.two_checks_roc(one, one), n)
    right = rng.random((runs, n)) < p
    first, fresh = rng.normal(size=(2, runs, n)) + one.shift * right
    copied = first + 1e-9 * fresh
    for second, holds in ((fresh, True), (copied, False)):
        picked = (first + second).argmax(axis=1)
        hit = right[np.arange(runs), picked]
        (low,), (high,) = its.problem_interval(1.0 * hit, level=0.999)
        assert (low < law < high) == holds


def test_the_peak_is_the_first_highest_value_of_the_law() -> None:
    n = np.arange(1, 101)
    mean = (its.best_of_n_law(0.1, THIN, n) + its.best_of_n_law(0.3, THIN, n)) / 2
    peak = its.peak_n([0.1, 0.3], THIN, 100)
    assert (peak.n, peak.accuracy) == (n[mean.argmax()], pytest.approx(mean.max()))
    assert its.peak_n(0.1, its.Roc.piecewise_linear([(0.5, 0.5)]), 50).n == 1


# -- the table ----------------------------------------------------------------------------------------------------


def simulated(problems: int, n: int, seed: int, shift: float = 0.8, spread: float = 0.3):
    rng = np.random.default_rng(seed)
    right = rng.random((problems, n)) < rng.beta(1, 2, (problems, 1))
    score = np.where(right, shift + spread * rng.normal(size=right.shape), rng.normal(size=right.shape))
    return its.SampleSet.from_matrix(right, score=score)


def test_each_remedy_is_beside_best_of_n_with_its_cost() -> None:
    samples = simulated(60, 24, 1)
    table = its.try_remedies(samples, 12, rng=1)
    assert tuple(row.name for row in table.rows) == its.REMEDIES
    best = np.array([its.best_of_n(pool.correct, pool.score, 12) for pool in samples.pools()])
    assert table.best == pytest.approx(best.mean())
    assert table.blind == pytest.approx(np.mean([pool.correct.mean() for pool in samples.pools()]))
    for row in table.rows:
        if row.applies:
            expected = its.paired_interval(row.per_problem, np.clip(best, 0, 1))
            assert row.over_best == pytest.approx(expected, abs=1e-9)
            assert row.value == pytest.approx(row.per_problem.mean())
            assert 1 <= row.draws <= 12 + 1e-9
            assert len(row.chosen) == 10
    assert table["peak n"].verdict == "helps"
    assert table["cut"].draws == 12 > table["rejection"].draws
    assert {row.name for row in table.rows if not row.applies} == {"score less uncertainty", "two checks"}
    assert "not applicable: the pool has no second check" in repr(table)
    with pytest.raises(KeyError, match="must be one of 'peak n'"):
        table["peak"]


def test_a_good_verifier_needs_no_remedy_and_none_is_said_to_help() -> None:
    samples = simulated(80, 16, 2, shift=2.0, spread=1.0)
    table = its.try_remedies(samples, 8, rng=1)
    assert {row.verdict for row in table.rows if row.applies} == {"not told apart"}
    assert table["peak n"].usual == "n = 8"
    assert table["cut"].over_blind.low > 0


def test_no_problem_has_a_part_in_the_parameter_that_judges_it() -> None:
    samples = simulated(40, 16, 3)
    before = its.try_remedies(samples, 8, rng=7)
    # Problem 0 is turned over: right becomes wrong. What changes on the others is the part it has in their choice.
    correct = samples.correct.copy()
    correct[samples.problem == 0] = ~correct[samples.problem == 0]
    after = its.try_remedies(replace(samples, correct=correct), 8, rng=7)
    fold = np.random.default_rng(7).spawn(4)[0].permutation(40) % 10
    for one, other in zip(before.rows, after.rows, strict=True):
        if one.applies:
            assert one.chosen[fold[0]] == other.chosen[fold[0]]
            same = (fold == fold[0]) & (np.arange(40) > 0)
            assert one.per_problem[same] == pytest.approx(other.per_problem[same], abs=1e-12)


def test_a_second_check_that_knows_more_helps_and_one_of_noise_does_not() -> None:
    samples, rng = simulated(80, 16, 4), np.random.default_rng(8)
    knows = samples.correct + rng.normal(size=samples.correct.size)
    noise = rng.normal(size=samples.correct.size)
    good = its.try_remedies(samples, 8, second=knows, rng=1)["two checks"]
    poor = its.try_remedies(samples, 8, second=noise, rng=1)["two checks"]
    assert good.verdict == "helps"
    assert good.over_chance.low > 0
    assert good.checks == 2 * good.draws
    assert poor.verdict == "not told apart"
    assert poor.over_chance.low < 0 < poor.over_chance.high


def test_an_ensemble_or_an_uncertainty_makes_pessimism_possible() -> None:
    samples, rng = simulated(60, 16, 5), np.random.default_rng(9)
    other = samples.correct * 0.8 + rng.normal(size=samples.correct.size)
    row = its.try_remedies(samples, 8, ensemble={"other": other}, rng=1)["score less uncertainty"]
    assert row.applies
    assert row.checks == 2 * row.draws
    wide = np.where(samples.score > 1, 5.0, 1.0)
    told = its.try_remedies(samples, 8, uncertainty=wide, rng=1)["score less uncertainty"]
    assert told.verdict == "helps"
    assert told.checks == told.draws


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"second": [1.0]}, r"second has shape \(1,\): must have one number a sample, \(160,\)"),
        ({"uncertainty": [np.nan] * 160}, r"uncertainty\[0\] = nan"),
        ({"ensemble": {"other": "x"}}, r"ensemble\['other'\]"),
        ({"ensemble": [1.0]}, "ensemble = "),
    ],
)
def test_columns_that_do_not_fit_are_refused_by_name(wrong, named) -> None:
    with pytest.raises(ValueError, match=named):
        its.try_remedies(simulated(20, 8, 6), 4, **wrong)


def test_pools_that_cannot_be_judged_are_refused() -> None:
    with pytest.raises(ValueError, match="samples has 9 problems: must have at least 10"):
        its.try_remedies(simulated(9, 8, 6), 4)
    with pytest.raises(ValueError, match="has no score"):
        its.try_remedies(its.SampleSet.from_counts([4] * 20, [1] * 20), 2)
    with pytest.raises(ValueError, match="k must be at most 8"):
        its.try_remedies(simulated(20, 8, 6), 9)


# -- independence -------------------------------------------------------------------------------------------------


def test_dependence_is_found_where_checks_share_their_error_and_not_where_only_problems_differ() -> None:
    rng = np.random.default_rng(10)
    right, hard = rng.random((80, 20)) < 0.5, 3 * rng.normal(size=(80, 1))
    noise = rng.normal(size=(3, 80, 20))
    samples = its.SampleSet.from_matrix(right, score=right + hard + noise[0])
    alone = its.checks_dependence(samples, (right + hard + noise[1]).ravel(), correct=False)
    assert alone.low < 0 < alone.high
    shared = its.checks_dependence(samples, (right + hard + noise[0] + noise[2]).ravel(), correct=True)
    assert shared.low > 0.5
    with pytest.raises(ValueError, match="least = 21: 0 problems have so many wrong samples"):
        its.checks_dependence(samples, right.ravel() * 1.0, correct=False, least=21)


def test_the_unit_of_scores_is_a_power_of_two_and_never_none() -> None:
    assert remedy_table._unit(np.array([0.0, 3.0])) in (1.0, 2.0)
    assert remedy_table._unit(np.array([5.0, 5.0])) == 1.0

"""The best-of-n law and its relatives against high precision, enumeration of pools, and simulation."""

import itertools
from fractions import Fraction
from math import comb

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import verifiers as v
from inference_scaling.samples import SampleSet

mp.mp.dps = 30
quick = settings(max_examples=50, deadline=None)
POOLS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=2, max_size=5).filter(
    lambda pool: len({right for _, right in pool}) == 2
)
STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6).filter(
    lambda steps: all(sum(column) for column in zip(*steps, strict=True))
)


def roc_of(steps):
    rises = np.array(steps, float)
    return v.Roc.piecewise_linear(np.minimum((rises / rises.sum(0)).cumsum(0), 1.0))


@quick
@given(POOLS, st.integers(1, 4))
def test_law_of_a_pool_is_the_mean_over_all_draws_with_replacement(pool, k):
    score, right = (np.array(x) for x in zip(*pool, strict=True))
    total = Fraction(0)
    for draw in itertools.product(range(len(pool)), repeat=k):
        top = [i for i in draw if score[i] == score[list(draw)].max()]
        total += Fraction(int(right[top].sum()), len(top))
    law = v.best_of_n_law(right.mean(), v.Roc.from_scores(score, right), k)
    assert law == pytest.approx(float(total / len(pool) ** k), abs=1e-13)


@quick
@given(STEPS, st.floats(-6, -0.001).map(lambda x: 10**x), st.floats(0, 6).map(lambda x: round(10**x)))
def test_linear_law_agrees_with_its_integral_in_thirty_digits(steps, p, k):
    rises = [(mp.mpf(f), mp.mpf(t)) for f, t in steps]
    f_all, t_all = (sum(x) for x in zip(*rises, strict=True))
    law, psi, p_exact = mp.mpf(0), mp.mpf(1), mp.mpf(p)
    for f, t in rises:
        wrong, right = (1 - p_exact) * f / f_all, p_exact * t / t_all
        if wrong + right:
            law += right / (wrong + right) * (psi**k - max(psi - wrong - right, 0) ** k)
            psi -= wrong + right
    assert v.best_of_n_law(p, roc_of(steps), k) == pytest.approx(float(law), rel=1e-9, abs=1e-15)


def binormal_law(p, auc, ratio, k):
    shift = mp.erfinv(2 * mp.mpf(auc) - 1) * mp.sqrt(2 * (1 + mp.mpf(ratio) ** 2))
    cuts = sorted({shift + ratio * z for z in range(-8, 10, 2)} | {mp.mpf(x) for x in range(-6, 9)})
    cuts = [x for x in cuts if abs(x - shift) <= 12 * ratio]

    def integrand(s):
        below = (1 - p) * mp.ncdf(s) + p * mp.ncdf((s - shift) / ratio)
        return k * p * mp.npdf(s, shift, ratio) * below ** (k - 1)

    with mp.workdps(18):
        return mp.quad(integrand, cuts, maxdegree=4)


@pytest.mark.parametrize(
    ("p", "auc", "ratio", "k"),
    [
        (0.1, 0.8, 0.5, 100),
        (1e-6, 0.9, 1.0, 10**6),
        (0.3, 0.2, 0.8, 30),
        (0.01, 0.6, 20.0, 10**4),
        (0.3, 0.9, 20.0, 30),
        (0.1, 0.6, 50.0, 10),
        (0.999, 0.7, 1.5, 2),
    ],
)
def test_binormal_law_agrees_with_high_precision(p, auc, ratio, k):
    exact = binormal_law(mp.mpf(p), auc, ratio, k)
    assert v.best_of_n_law(p, v.Roc.binormal(auc, ratio), k) == pytest.approx(float(exact), rel=1e-10)


def test_law_agrees_with_simulation_for_two_hundred_random_cases():
    rng, misses, runs, squares = np.random.default_rng(7), 0, 2000, ([], [])
    for case in range(200):
        p, k = rng.uniform(0.02, 0.98), int(rng.integers(1, 30))
        right = rng.random((runs, k)) < p
        if case % 2:
            auc, ratio = rng.uniform(0.1, 0.95), 10 ** rng.uniform(-0.7, 0.7)
            roc = v.Roc.binormal(auc, ratio)
            score = rng.standard_normal((runs, k))
            score = np.where(right, roc.shift + ratio * score, score)
        else:
            chance = rng.dirichlet(np.ones(4), 2)
            roc = v.Roc.piecewise_linear(np.minimum(chance.cumsum(1).T, 1.0))
            level = (rng.random((runs, k, 1)) > chance.cumsum(1)[right.astype(int)]).sum(-1)
            score = -np.minimum(level, 3) + 0.5 * rng.random((runs, k))
        won = right[np.arange(runs), score.argmax(1)].sum()
        law = v.best_of_n_law(p, roc, k)
        variance = runs * law * (1 - law)
        misses += abs(won - runs * law) > 3 * np.sqrt(variance) + 1
        if variance > 5:
            squares[case % 2].append((won - runs * law) ** 2 / variance)
    assert misses <= 4  # three standard deviations: 0.5 are expected, more than 4 almost never
    # Small deviations in all cases show in their mean square: it is 1 with a standard deviation of about 0.15.
    for of_a_kind in squares:
        assert len(of_a_kind) > 75 and np.mean(of_a_kind) < 1.5


def test_known_figures_of_three_spreads():
    figures = [round(v.best_of_n_law(0.1, v.Roc.binormal(0.8, r), 100), 2) for r in (1, 0.5, 2)]
    assert figures == [0.62, 0.06, 0.97]


@quick
@given(STEPS, st.floats(0.01, 0.99))
def test_one_candidate_is_the_sample_and_two_need_only_the_auc(steps, p):
    roc = roc_of(steps)
    one, two = v.best_of_n_law(p, roc, [1, 2])
    assert one == pytest.approx(p, rel=1e-12)
    assert two == pytest.approx(p**2 + 2 * p * (1 - p) * roc.auc, rel=1e-11)


@quick
@given(STEPS, st.floats(0.05, 0.95))
def test_law_tends_to_its_limit_and_stays_in_its_range(steps, p):
    roc, k = roc_of(steps), np.array([1, 3, 10, 100, 10**9])
    law = v.best_of_n_law(p, roc, k)
    assert law[-1] == pytest.approx(v.best_of_n_limit(p, roc), abs=1e-6)
    low, high = v.best_of_n_range(p, roc.auc, k)
    assert (law >= low - 1e-9).all() and (law <= high + 1e-9).all()


@quick
@given(STEPS, st.floats(0.05, 0.95))
def test_law_of_a_concave_curve_never_falls(steps, p):
    law = v.best_of_n_law(p, roc_of(steps).hull(), [1, 2, 4, 8, 100, 10**4])
    assert (np.diff(law) >= -1e-12).all()


def test_certain_problems_are_not_changed_by_a_verifier():
    for roc in (v.Roc.binormal(0.7), v.Roc.piecewise_linear([(0.5, 0.6)])):
        assert v.best_of_n_law([0.0, 1.0], roc, 5).tolist() == [0.0, 1.0]
        assert v.gain_per_log_k([0.0, 1.0], roc, 5).tolist() == [0.0, 0.0]
        assert v.best_of_n_limit([0.0, 1.0], roc).tolist() == [0.0, 1.0]


def test_a_vectorised_call_equals_single_calls():
    rng = np.random.default_rng(0)
    right = rng.random(300) < 0.4
    p, k = np.array([[0.1], [0.5]]), np.array([1, 7, 1000])
    for roc in (v.Roc.from_scores(rng.normal(size=300) + right, right), v.Roc.binormal(0.7, 1.3)):
        whole = v.best_of_n_law(p, roc, k)
        for i, j in np.ndindex(whole.shape):
            assert whole[i, j] == pytest.approx(v.best_of_n_law(float(p[i, 0]), roc, int(k[j])), rel=1e-13)


@pytest.mark.parametrize("roc", [v.Roc.binormal(0.8, 0.7), v.Roc.piecewise_linear([(0, 0.1), (0.2, 0.7)])])
@pytest.mark.parametrize("k", [1, 10, 300])
def test_gain_per_log_k_is_the_slope_of_the_law(roc, k):
    # The law for real k, beside the integer k of the public function: a central difference in ln k.
    p, step = np.array([0.2]), 1e-4
    ends = [roc._evaluate(p, np.array([k * np.exp(s)]))[0] for s in (-step, step)]
    assert v.gain_per_log_k(0.2, roc, k) == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("auc", "ratio", "k"), [(0.8, 1.0, 100), (0.6, 0.5, 10), (0.3, 2.0, 50), (0.7, 1.0, 1), (0.7, 1.5, 2)]
)
def test_gain_per_auc_is_the_slope_of_the_law(auc, ratio, k):
    low, high = (v.best_of_n_law(0.2, v.Roc.binormal(auc + s, ratio), k) for s in (-1e-5, 1e-5))
    assert v.gain_per_auc(0.2, v.Roc.binormal(auc, ratio), k) == pytest.approx((high - low) / 2e-5, rel=1e-5, abs=1e-9)


@quick
@given(POOLS)
def test_auc_counts_pairs_with_ties_as_half(pool):
    score, right = (np.array(x) for x in zip(*pool, strict=True))
    gap = score[right][:, None] - score[~right]
    assert v.Roc.from_scores(score, right).auc == pytest.approx(np.mean((gap > 0) + 0.5 * (gap == 0)))


def test_runs_of_one_kind_are_merged_without_moving_the_curve():
    roc = v.Roc.from_scores([6, 5, 4, 3, 2, 1], [True, True, False, False, False, True])
    assert roc.points.round(12).tolist() == [[0, 0], [0, 0.666666666667], [1, 0.666666666667], [1, 1]]


def mp_above(z):
    """Share of a normal distribution above z."""
    return np.array([float(mp.ncdf(-x)) for x in z])


def test_true_positive_interpolates_and_takes_the_upper_end_of_a_rise():
    roc = v.Roc.piecewise_linear([(0, 0.2), (0.5, 0.6), (0.5, 0.8)])
    assert roc.true_positive([0.0, 0.25, 0.5, 0.75, 1.0]).round(12).tolist() == [0.2, 0.4, 0.8, 0.9, 1.0]
    assert v.Roc.binormal(0.5).true_positive(0.3) == pytest.approx(0.3)
    for ratio in (0.5, 2.0):
        normal, threshold = v.Roc.binormal(0.8, ratio), np.array([-1.0, 0.3, 2.0])
        above = mp_above((threshold - normal.shift) / ratio)
        np.testing.assert_allclose(normal.true_positive(mp_above(threshold)), above, rtol=1e-12)


def test_hull_lies_above_the_curve_and_changes_best_of_n():
    roc = v.Roc.piecewise_linear([(0.4, 0.1), (0.5, 0.9)])
    hull, grid = roc.hull(), np.linspace(0, 1, 41)
    assert (hull.true_positive(grid) >= roc.true_positive(grid) - 1e-12).all()
    assert hull.points.round(12).tolist() == [[0, 0], [0.5, 0.9], [1, 1]]
    assert v.best_of_n_law(0.2, hull, 100) > v.best_of_n_law(0.2, roc, 100) + 0.1


@pytest.mark.parametrize(
    ("roc", "slope"),
    [
        (v.Roc.binormal(0.8, 0.9), 0.0),
        (v.Roc.binormal(0.8, 1.1), np.inf),
        (v.Roc.binormal(0.8), np.inf),
        (v.Roc.binormal(0.2), 0.0),
        (v.Roc.binormal(0.5), 1.0),
        (v.Roc.piecewise_linear([(0.1, 0.3)]), 3.0),
        (v.Roc.piecewise_linear([(0.0, 0.3)]), np.inf),
    ],
)
def test_slope_at_zero_of_a_given_curve_is_exact(roc, slope):
    found = roc.slope_at_zero()
    assert found[:3] == pytest.approx((slope, slope, slope))
    limit = 1.0 if slope == np.inf else slope * 0.2 / (slope * 0.2 + 0.8)
    assert v.best_of_n_limit(0.2, roc) == pytest.approx(limit)


def test_slope_from_scores_has_an_interval_and_says_what_is_not_identified():
    rng, hits = np.random.default_rng(3), 0
    truth = 0.6 / 0.2  # the top level holds 0.6 of the right and 0.2 of the wrong answers
    for _ in range(200):
        right = rng.random(200) < 0.3
        score = (rng.random(200) < np.where(right, 0.6, 0.2)).astype(float)
        slope = v.Roc.from_scores(score, right).slope_at_zero(top=1)
        hits += slope.low <= truth <= slope.high
    assert hits >= 184
    assert "not identified" in slope.note
    top_right = v.Roc.from_scores([3, 2, 1, 0], [True, True, False, False]).slope_at_zero(top=2)
    assert top_right.value == top_right.high == np.inf and 0 < top_right.low < 1
    top_wrong = v.Roc.from_scores([3, 2, 1, 0], [False, False, True, True]).slope_at_zero(top=2)
    assert top_wrong.value == top_wrong.low == 0 and 1 < top_wrong.high < np.inf


def test_range_gives_the_known_figures():
    assert [round(x, 3) for x in v.best_of_n_range(0.2, 0.8, 10)] == [0.163, 0.825]
    low, high = v.best_of_n_range(0.1, 0.8, 100)
    assert (f"{low:.0e}", round(high, 4)) == ("2e-09", 0.9998)
    assert v.best_of_n_range(1.0, 1.0, 3) == (1.0, 1.0)


def test_approximation_of_the_source_and_its_exact_special_form():
    p, k = 0.3, np.array([1, 2, 50])
    exact = v.mixed_pool_law(p, 0.8, k)
    assert exact[:2].tolist() == pytest.approx([p, p**2 + 2 * p * (1 - p) * 0.8])
    assert v.accuracy_times_coverage(p, 0.8, k)[0] == pytest.approx(0.24)
    mean = 0.8 * (1 - 0.7**k) + 0.2 * p**k  # perfect on a share of the problems, inverted on the rest
    assert exact == pytest.approx(mean)
    assert v.accuracy_times_coverage(1.0, 0.8, 3) == 0.8 and v.mixed_pool_law(1.0, 0.8, 3) == 1.0


@pytest.mark.parametrize("p", [0.1, 0.01, 0.001])
@pytest.mark.parametrize("fooling", [0.02, 0.005, 0.001])
def test_rare_fooling_answers_undo_the_gain_after_its_logarithm(p, fooling):
    # A share of the wrong answers above every right one; the rest of the curve as in the lesson.
    roc = v.Roc.piecewise_linear([(fooling, 0), (0.2, 0.8)])
    clean = v.Roc.piecewise_linear([((0.2 - fooling) / (1 - fooling), 0.8)])
    end = v.best_of_n_limit(p / (1 - fooling * (1 - p)), clean)
    predicted = np.log(end / p) / (fooling * (1 - p))
    k = np.arange(2, int(2 * predicted) + 2)
    below = k[v.best_of_n_law(p, roc, k) < p][0]
    assert below == pytest.approx(predicted, rel=0.05, abs=2)
    # The life of a clean batch alone, 1/(fooling (1 - p)), is too early each time.
    assert below > 1.1 / (fooling * (1 - p))


def test_knock_out_agrees_with_simulation_and_has_three_limits():
    rng, alive = np.random.default_rng(1), np.random.default_rng(2).random((40_000, 8)) < 0.3
    while alive.shape[1] > 1:
        a, b = alive[:, ::2], alive[:, 1::2]
        alive = np.where(a == b, a, rng.random(a.shape) < 0.7)
    assert v.knock_out(0.3, 0.7, 8) == pytest.approx(alive.mean(), abs=0.01)
    assert v.knock_out(0.3, [0.7, 0.5, 0.3], 2**52).round(9).tolist() == [1.0, 0.3, 0.0]


def test_aggregates_by_hand_and_from_a_sample_set():
    steps = [[0.5, 0.8], [0.9], [0.2, 1.0, 0.7]]
    assert v.aggregate(steps, "product").tolist() == pytest.approx([0.4, 0.9, 0.14])
    assert v.aggregate(steps, "sum_log") == pytest.approx(np.log([0.4, 0.9, 0.14]))
    assert v.aggregate(steps, "min").tolist() == [0.5, 0.9, 0.2]
    assert v.aggregate(steps, "last").tolist() == [0.8, 0.9, 0.7]
    samples = SampleSet.from_columns({"problem": ["a"] * 3, "correct": [1, 0, 1], "step_scores": steps})
    assert v.aggregate(samples.steps(), "min").tolist() == [0.5, 0.9, 0.2]


def test_rejection_agrees_with_simulation():
    rng, runs, k = np.random.default_rng(4), 40_000, 5
    right = rng.random((runs, k)) < 0.2
    passed = rng.random((runs, k)) < np.where(right, 0.6, 0.1)
    first, answered = passed.argmax(1), passed.any(1)
    law = v.rejection(0.2, 0.1, 0.6, k)
    assert law.answered == pytest.approx(answered.mean(), abs=0.01)
    assert law.accuracy == pytest.approx(right[np.arange(runs), first][answered].mean(), abs=0.015)
    assert law.draws == pytest.approx(np.where(answered, first + 1, k).mean(), abs=0.04)
    assert v.rejection(1.0, 0.0, 1.0, 3) == (1.0, 1.0, 1.0)


def one_rejection(accepted, draws_allowed):
    """Simulated draws for a boolean table of what is accepted: which column is handed in, and how many were drawn."""
    first, some = accepted.argmax(1), accepted.any(1)
    return first, some, np.where(some, first + 1, draws_allowed)


@pytest.mark.parametrize("otherwise", ["best", "last"])
@pytest.mark.parametrize("ratio", [0.5, 1.0])
def test_rejection_law_with_a_limit_agrees_with_simulation(ratio, otherwise):
    rng, runs, most, roc = np.random.default_rng(6), 60_000, 8, v.Roc.binormal(0.8, ratio)
    right = rng.random((runs, most)) < 0.2
    noise = rng.normal(size=right.shape)
    score = np.where(right, roc.shift + ratio * noise, noise)
    first, some, draws = one_rejection(score > 1.0, most)
    taken = np.where(some, first, score.argmax(1) if otherwise == "best" else most - 1)
    law = v.rejection_law(0.2, roc, draws.mean(), most=most, otherwise=otherwise)
    assert law == pytest.approx(right[np.arange(runs), taken].mean(), abs=0.008)


@quick
@given(STEPS, st.floats(0.001, 0.999), st.floats(1, 200))
def test_rejection_without_a_limit_is_the_share_of_right_answers_above_the_threshold(steps, p, draws):
    # The straight pieces, walked from the top until they hold the accepted share: exact rational arithmetic.
    left, right, chance = Fraction(1) / Fraction(draws), Fraction(0), Fraction(p)
    f_all, t_all = (sum(column) for column in zip(*steps, strict=True))
    for f, t in steps:
        r = chance * Fraction(t, t_all)
        mass = (1 - chance) * Fraction(f, f_all) + r
        if mass:
            part = min(left, mass)
            left, right = left - part, right + part * r / mass
    assert v.rejection_law(p, roc_of(steps), draws) == pytest.approx(float(right * Fraction(draws)), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("roc", [v.Roc.binormal(0.8), v.Roc.binormal(0.8, 0.5), v.Roc.piecewise_linear([(0.1, 0.6)])])
@pytest.mark.parametrize("k", [2, 10, 300])
def test_best_of_n_is_rejection_with_the_second_best_score_as_threshold(roc, k):
    # The accepted share is then Beta(2, k - 1), and its inverse, the mean number of draws, is k on average.
    nodes, weights = np.polynomial.legendre.leggauss(400)
    u, weights = (nodes + 1) / 2, weights / 2
    share = u**3
    density = k * (k - 1) * share * (1 - share) ** (k - 2) * 3 * u**2 * weights
    assert density @ (1 / share) == pytest.approx(k, rel=1e-6)
    assert density @ v.rejection_law(0.1, roc, 1 / share) == pytest.approx(v.best_of_n_law(0.1, roc, k), abs=2e-5)


@quick
@given(STEPS, st.floats(0.001, 0.999), st.integers(2, 300))
def test_rejection_never_loses_at_equal_mean_draws_where_the_curve_is_concave(steps, p, k):
    roc = roc_of(steps).hull()
    assert v.rejection_law(p, roc, k) >= v.best_of_n_law(p, roc, k) - 1e-9


def test_rejection_loses_at_a_thin_tail_and_both_end_at_the_first_slope():
    even, thin = v.Roc.binormal(0.8), v.Roc.binormal(0.8, 0.5)
    assert v.rejection_law(0.1, even, [10, 100]).round(3).tolist() == [0.383, 0.674]
    assert v.best_of_n_law(0.1, even, [10, 100]).round(3).tolist() == [0.332, 0.622]
    assert (round(v.rejection_law(0.1, thin, 100), 3), round(v.best_of_n_law(0.1, thin, 100), 3)) == (0.033, 0.064)
    assert v.rejection_law(0.1, thin, 2) > v.best_of_n_law(0.1, thin, 2)
    corner = v.Roc.piecewise_linear([(0.05, 0.45), (0.4, 0.9)])
    assert v.rejection_law(0.1, corner, 1e6) == pytest.approx(v.best_of_n_limit(0.1, corner))


@quick
@given(STEPS, st.floats(0, 1), st.integers(1, 60), st.sampled_from(["best", "last"]))
def test_a_limit_leads_from_best_of_n_to_rejection_without_one(steps, p, k, otherwise):
    roc = roc_of(steps)
    nothing_accepted = v.best_of_n_law(p, roc, k) if otherwise == "best" else p
    assert v.rejection_law(p, roc, k, most=k, otherwise=otherwise) == pytest.approx(nothing_accepted, abs=1e-9)
    assert v.rejection_law(p, roc, 1, most=k, otherwise=otherwise) == pytest.approx(p, abs=1e-9)
    # Of two draws the second is handed in unseen, as any sample would be: only the first one's score counts.
    two = v.rejection_law(p, roc, 2 - 1 / k, most=2, otherwise="last")
    assert two == pytest.approx(v.rejection_law(p, roc, k) / k + (1 - 1 / k) * p, abs=1e-9)
    free = v.rejection_law(p, roc, k)
    assert v.rejection_law(p, roc, k, most=10**7, otherwise=otherwise) == pytest.approx(free, abs=1e-5)


def test_odds_multiply_over_independent_checks():
    assert v.odds_after_check([0.2, 0.5], [0.9, 0.5], [0.1, 0.25]).tolist() == pytest.approx([4.5, 18.0])
    odds = v.odds_after_check(0.2, 0.6, 0.1)
    assert odds / (1 + odds) == pytest.approx(v.rejection(0.2, 0.1, 0.6).accuracy)
    assert v.odds_after_check(0.2, 0.9, 0.0) == np.inf


@pytest.mark.parametrize("false_positive", [0.3, 0.0])
def test_step_check_agrees_with_simulation(false_positive):
    rng, runs, solved, steps = np.random.default_rng(5), 6000, 0, 0
    for _ in range(runs):
        clean = True
        for _ in range(4):
            while True:
                steps += 1
                right = clean and rng.random() < 0.7
                if rng.random() < (0.9 if right else false_positive):
                    break
            clean = right
        solved += clean
    law = v.step_check(0.7, 0.9, false_positive, 4)
    assert law.solution == pytest.approx(solved / runs, abs=0.02)
    assert law.steps == pytest.approx(steps / runs, rel=0.03)
    assert law.tries == pytest.approx(1 / (0.63 + 0.3 * false_positive))


def test_tax_ledger_adds_up_and_a_budget_is_not_overspent():
    tax = v.verifier_tax(3.0, 1.0, k=[1, 2, 10])
    assert tax.total.tolist() == (tax.generation + tax.verification).tolist() == [4.0, 8.0, 40.0]
    assert tax.share.tolist() == [0.25] * 3
    assert v.verifier_tax(3, 1, budget=[0, 3.9, 4, 11]).k.tolist() == [0, 0, 1, 2]
    assert v.verifier_tax(0.1, 0.2, budget=0.3).k == 1


def test_best_split_takes_the_best_of_every_affordable_choice():
    options = [(v.Roc.binormal(0.7), 1.0), (v.Roc.binormal(0.9, 0.5), 5.0)]
    found = v.best_split(0.2, options, 200, 1.0)
    every = [
        (v.best_of_n_law(0.2, roc, k), i, k)
        for i, (roc, s) in enumerate(options)
        for k in range(1, int(200 / (1 + s)) + 1)
    ]
    assert (found.accuracy, found.option, found.k) == max(every)
    assert v.best_split(0.2, options, 10**7, 1.0).k > 1000


def test_break_even_price_leaves_both_verifiers_equally_good():
    roc, better = v.Roc.binormal(0.7), v.Roc.binormal(0.85)
    price = v.break_even_price(0.2, roc, better, 1000.0, 4.0, 1.0)
    k = round(1000 / (4 + price))
    goal = v.best_of_n_law(0.2, roc, 200)
    assert v.best_of_n_law(0.2, better, k) >= goal > v.best_of_n_law(0.2, better, k - 1)
    assert v.break_even_price(0.2, roc, v.Roc.binormal(0.6, 0.5), 1000.0, 4.0, 1.0) == -np.inf


def test_votes_by_weight_beat_plain_votes_and_scores_alone():
    rng, runs, p, k, answers = np.random.default_rng(6), 4000, 0.3, 16, 10
    shift = v.Roc.binormal(0.7).shift
    right = rng.random((runs, k)) < p
    answer = np.where(right, 0, rng.integers(1, answers, (runs, k)))
    score = rng.standard_normal((runs, k)) + shift * right
    log_ratio = shift * score - shift**2 / 2

    def accuracy(weight):
        total = np.stack([np.where(answer == a, weight, 0).sum(1) for a in range(answers)], 1)
        return ((total + 1e-9 * rng.random(total.shape)).argmax(1) == 0).mean()  # ties are broken at random

    bayes = accuracy(v.vote_weight(p, answers, log_ratio))
    assert bayes > accuracy(np.ones_like(score)) + 0.05
    assert bayes > accuracy(log_ratio) + 0.05
    assert v.vote_weight(0.1, 10) == pytest.approx(0.0, abs=1e-12)


NUMBERS = [float("nan"), "a", None, True, 1.5, -0.1]
NORMAL, LINEAR = v.Roc.binormal(0.8), v.Roc.piecewise_linear([(0.1, 0.5)])
CASES = [
    *[(v.best_of_n_law, (bad, NORMAL, 3), {}, "p") for bad in NUMBERS],
    *[(v.best_of_n_law, (0.1, NORMAL, bad), {}, "k") for bad in [*NUMBERS, 0, np.inf]],
    (v.best_of_n_law, (0.1, 0.8, 3), {}, "roc = 0.8"),
    (v.Roc.from_scores, ([1.0, np.nan], [True, False]), {}, r"score\[1\] = nan"),
    (v.Roc.from_scores, ([1.0, np.inf], [True, False]), {}, r"score\[1\] = inf"),
    (v.Roc.from_scores, ([1.0, 2.0], [1, 0]), {}, "correct has type int64"),
    (v.Roc.from_scores, ([1.0, 2.0], [True]), {}, "shape"),
    (v.Roc.from_scores, ([1.0, 2.0], [True, True]), {}, "correct has 2 right of 2"),
    (v.Roc.from_scores, ([], np.array([], bool)), {}, "correct has 0"),
    (v.Roc.piecewise_linear, ([0.1, 0.2],), {}, "points has shape"),
    (v.Roc.piecewise_linear, ([(0.5, 0.5), (0.4, 0.6)],), {}, r"points\[1\]"),
    (v.Roc.piecewise_linear, ([(0.5, 1.5)],), {}, r"points\[0, 1\] = 1.5"),
    (v.Roc.binormal, (1.0,), {}, "auc"),
    (v.Roc.binormal, (0.8, 0), {}, "ratio"),
    (v.Roc.binormal, ([0.8, 0.9],), {}, "auc has shape"),
    (NORMAL.true_positive, (1.1,), {}, "false_positive"),
    (LINEAR.slope_at_zero, (), {"top": 0}, "top"),
    (LINEAR.slope_at_zero, (), {"level": 1}, "level"),
    (v.best_of_n_limit, (2, NORMAL), {}, "p"),
    (v.best_of_n_limit, (0.1, None), {}, "roc"),
    (v.gain_per_log_k, (0.1, NORMAL, 0), {}, "k"),
    (v.gain_per_auc, (0.1, LINEAR, 3), {}, "binormal"),
    (v.best_of_n_range, (0.1, 1.2, 3), {}, "auc"),
    (v.accuracy_times_coverage, (0.1, -1, 3), {}, "v"),
    (v.mixed_pool_law, (0.1, 0.5, 0), {}, "k"),
    (v.knock_out, (0.1, 0.5, 6), {}, "k = 6"),
    (v.aggregate, ([[0.5]], "mean"), {}, "how = 'mean'"),
    (v.aggregate, ("abc", "min"), {}, "step_scores"),
    (v.aggregate, ([[0.5], []], "min"), {}, r"step_scores\[1\]"),
    (v.aggregate, ([[0.5], [1.5]], "product"), {}, r"step_scores\[1\]"),
    (v.aggregate, ([[0.0]], "sum_log"), {}, r"step_scores\[0\]"),
    (v.rejection, (0.1, 0.0, 0.0), {}, "accepted"),
    (v.rejection, (0.1, 2, 0.5), {}, "false_positive"),
    (v.rejection_law, (0.1, NORMAL, 0.5), {}, "draws"),
    (v.rejection_law, (0.1, NORMAL, 5.5), {"most": 5}, "most = 5: must be at least draws = 5.5"),
    (v.rejection_law, (0.1, NORMAL, 5), {"otherwise": "first"}, "otherwise"),
    (v.odds_after_check, (0.1, [0.5, 0.5], [0.1]), {}, "shape"),
    (v.odds_after_check, (1.0, 0.0, 0.5), {}, "accepted"),
    (v.step_check, (0.5, 0.0, 0.1, 3), {}, "true_positive"),
    (v.step_check, (0.5, 0.9, 0.1, 0), {}, "length"),
    (v.verifier_tax, (1, 1), {}, "exactly one"),
    (v.verifier_tax, (1, 1), {"k": 1, "budget": 2}, "exactly one"),
    (v.verifier_tax, (0, 1), {"k": 1}, "generate"),
    (v.verifier_tax, (1, 1), {"budget": -1}, "budget"),
    (v.best_split, (0.1, [], 10, 1), {}, "options"),
    (v.best_split, (0.1, [NORMAL], 10, 1), {}, r"options\[0\]"),
    (v.best_split, (0.1, [(NORMAL, 1)], 1, 1), {}, "budget = 1"),
    (v.break_even_price, (0.1, NORMAL, NORMAL, 1, 1, 1), {}, "budget = 1"),
    (v.vote_weight, (0, 10), {}, "p"),
    (v.vote_weight, (0.5, 1), {}, "answers"),
    (v.vote_weight, (0.5, 3, np.nan), {}, "log_ratio"),
]


@pytest.mark.parametrize(("function", "arguments", "options", "words"), CASES)
def test_bad_input_is_refused_by_name(function, arguments, options, words):
    with pytest.raises(ValueError, match=words):
        function(*arguments, **options)


# -- edges that a changed line would move ------------------------------------------------------------------------


def at_least(r, n, share):
    """Chance of r or more of n."""
    return sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(r, n + 1))


def test_slope_from_scores_is_the_ratio_of_shares_with_its_exact_interval():
    score, right = [5, 4, 4, 3, 2, 1, 0], np.array([1, 1, 0, 1, 0, 0, 0], bool)
    scale = 4 / 3
    for top, r, w in ((1, 1, 0), (2, 2, 1), (3, 2, 1), (4, 3, 1), (5, 3, 2), (7, 3, 4), (100, 3, 4)):
        slope = v.Roc.from_scores(score, right).slope_at_zero(top=top, level=0.9)
        assert slope.value == pytest.approx(scale * r / w if w else np.inf)
        # Clopper and Pearson: so many right, or more, have 5 % at the lower end; so many or fewer at the upper end.
        assert at_least(r, r + w, slope.low / (scale + slope.low)) == pytest.approx(0.05)
        if w:
            assert 1 - at_least(r + 1, r + w, slope.high / (scale + slope.high)) == pytest.approx(0.05)
        else:
            assert slope.high == np.inf
        assert f"the {r + w} highest answers ({r} right, {w} wrong)" in slope.note
    assert v.Roc.from_scores([1, 0], [False, True]).slope_at_zero(top=1).low == 0
    usual = v.Roc.from_scores(np.arange(60.0), np.arange(60) % 2 == 0).slope_at_zero()
    assert "the 20 highest answers" in usual.note
    assert at_least(10, 20, usual.low / (1 + usual.low)) == pytest.approx(0.025)
    with pytest.raises(ValueError, match="level = 0"):
        v.Roc.binormal(0.8).slope_at_zero(level=0)
    assert v.Roc.binormal(0.8).slope_at_zero(top=1).value == np.inf


def test_points_of_a_given_curve_start_and_end_in_the_corners():
    roc = v.Roc.piecewise_linear([(0, 0), (0.25, 0.75), (1, 1)])
    assert roc.points.tolist() == [[0, 0], [0.25, 0.75], [1, 1]]
    assert roc.auc == pytest.approx(0.25 * 0.75 / 2 + 0.75 * (0.75 + 1) / 2)
    assert v.Roc.piecewise_linear([(0.5, 0.5), (0.5, 0.5)]).auc == pytest.approx(0.5)
    with pytest.raises(ValueError, match=r"points\[2\] lies below points\[1\]"):
        v.Roc.piecewise_linear([(0.1, 0.2), (0.1, 0.6), (0.4, 0.5)])
    for wrong in ([[0.1, 0.2, 0.3]], [[[0.1, 0.2]]]):
        with pytest.raises(ValueError, match="points has shape"):
            v.Roc.piecewise_linear(wrong)
    assert v.Roc.piecewise_linear([(0.5, 0.8)]).true_positive([0.25, 0.75]).tolist() == [0.4, 0.9]
    straight = v.Roc.piecewise_linear([(0.25, 0.5), (0.5, 1.0)]).hull()
    assert straight.points.tolist() == [[0, 0], [0.5, 1], [1, 1]]
    level = v.Roc.piecewise_linear([(0.2, 0.0), (0.4, 0.0), (0.6, 1.0)])
    assert level.points.round(12).tolist() == [[0, 0], [0.4, 0], [0.6, 1], [1, 1]]


def test_a_certain_question_has_no_gain_and_a_binormal_needs_both_arguments_inside():
    roc = v.Roc.binormal(0.7)
    assert v.gain_per_auc([0.0, 1.0], roc, 5).tolist() == [0, 0]
    assert isinstance(v.gain_per_auc(0.3, roc, 5), float)
    for auc in (0.0, 1.0):
        with pytest.raises(ValueError, match="auc"):
            v.Roc.binormal(auc)
    assert v.best_of_n_limit(1.0, v.Roc.binormal(0.8, 0.5)) == 1
    assert v.best_of_n_limit(0.0, v.Roc.binormal(0.8, 2.0)) == 0


def test_ranges_and_pools_at_their_corners():
    assert v.best_of_n_range(0.3, 0.6, 1) == pytest.approx((0.3, 0.3))
    p, auc, k = 0.3, 0.6, 4
    low, high = v.best_of_n_range(p, auc, k)
    assert low == pytest.approx((1 - 0.7 * 0.4) ** 4 - (0.7 * 0.6) ** 4)
    assert high == pytest.approx(1 - (1 - 0.18) ** 4 + 0.12**4)
    assert v.accuracy_times_coverage(0.3, 0.6, 1) == pytest.approx(0.18)
    assert v.mixed_pool_law(0.3, 0.6, 1) == pytest.approx(0.3)
    two = 0.3 * (0.3 + 2 * 0.7 * 0.6)
    four = two * (two + 2 * (1 - two) * 0.6)
    assert v.knock_out(0.3, 0.6, [1, 2, 4]).tolist() == pytest.approx([0.3, two, four])


def test_scores_of_steps_need_a_word_that_is_known_and_numbers_that_fit_it():
    assert v.aggregate([[1.5, -2.0]], "min").tolist() == [-2.0]
    assert v.aggregate([[0.0, 0.5]], "product").tolist() == [0.0]
    assert v.aggregate(iter([[0.5]]), "last").dtype == np.float64
    for bad in (3, "abc"):
        with pytest.raises(ValueError, match="must be a sequence of sequences"):
            v.aggregate(bad, "min")
    with pytest.raises(ValueError, match=r"step_scores\[1\] has shape"):
        v.aggregate([[0.5], [[0.5]]], "min")


def test_rejection_by_hand():
    found = v.rejection(0.2, 0.1, 0.6)
    assert found == pytest.approx((0.12 / 0.2, 0.2, 1.0))
    some = v.rejection(0.2, 0.1, 0.6, [1, 3])
    assert some.answered == pytest.approx([0.2, 1 - 0.8**3])
    assert some.draws == pytest.approx([1, (1 - 0.8**3) / 0.2])
    assert v.rejection(0.5, 0.0, 1.0, 2).answered == pytest.approx(0.75)
    with pytest.raises(ValueError, match=r"true_positive = 0\.0, false_positive = 0\.3"):
        v.rejection(1.0, 0.3, 0.0)


def test_a_chain_of_checked_steps_by_hand():
    found = v.step_check(0.8, 1.0, 0.5, 2)
    accept, wrong = 0.9, 0.1 / 0.9
    assert found.step == pytest.approx(0.8 / accept)
    assert found.solution == pytest.approx((0.8 / accept) ** 2)
    assert found.tries == pytest.approx(1 / accept)
    clean = 1 + (1 - wrong)
    assert found.steps == pytest.approx(clean / accept + (2 - clean) / 0.5)
    assert v.step_check(0.8, 0.5, 0.0, 3).steps == pytest.approx(3 / 0.4)
    assert v.step_check(1.0, 0.5, 0.3, 1) == pytest.approx((1.0, 1.0, 2.0, 2.0))
    for q, t in ((0.0, 0.5), (0.5, 0.0)):
        with pytest.raises(ValueError, match="must lie in"):
            v.step_check(q, t, 0.1, 3)
    assert v.odds_after_check(0.5, 0.5, 0.5) == 1
    with pytest.raises(ValueError, match="shape"):
        v.odds_after_check(0.2, [[0.5]], [[0.5]])


def test_the_ledger_of_a_free_check_and_of_no_candidates():
    assert v.verifier_tax(500, 125, budget=10_000) == (16, 8000.0, 2000.0, 10_000.0, 0.2)
    assert v.verifier_tax(0.5, 0, k=0) == (0, 0.0, 0.0, 0.0, 0.0)
    assert isinstance(v.verifier_tax(1, 1, k=3).k, int)
    assert v.verifier_tax([1.0, 3.0], 1.0, k=2).share.tolist() == [0.5, 0.25]
    assert v.verifier_tax(1.0, 1.0, k=[2, 4]).share.tolist() == [0.5, 0.5]
    assert v.verifier_tax(1, 0.5, budget=0).k == 0


def test_the_best_split_keeps_the_first_of_equals_and_passes_over_what_is_too_dear():
    roc = v.Roc.binormal(0.8)
    assert v.best_split(0.2, [(roc, 1.0), (roc, 1.0)], 20, 1.0).option == 0
    assert v.best_split(0.2, [(roc, 1e9), (roc, 1.0)], 20, 1.0).option == 1
    assert v.best_split(0.0, [(roc, 1.0)], 20, 1.0) == (0, 1, 0.0)
    assert v.best_split(0.2, ((roc, 1.0),), 2.0, 1.0).k == 1
    for options in ((), [(roc,)], "ab"):
        with pytest.raises(ValueError, match="options"):
            v.best_split(0.2, options, 20, 1.0)


def test_a_price_breaks_even_at_the_first_number_that_is_enough():
    roc = v.Roc.binormal(0.7)
    assert v.break_even_price(0.2, roc, roc, 12.0, 1.0, 1.0) == pytest.approx(1.0)
    assert v.break_even_price(0.2, roc, v.Roc.binormal(0.99), 2.0, 1.0, 1.0) == pytest.approx(1.0)
    assert v.break_even_price(0.2, roc, roc, 12.0, 2.0, 0.0) == pytest.approx(0.0)
    # Eight candidates of the weaker one would do, but the budget buys six of either, unscored.
    assert v.best_of_n_law(0.2, v.Roc.binormal(0.68), 8) > v.best_of_n_law(0.2, roc, 6)
    assert v.break_even_price(0.2, roc, v.Roc.binormal(0.68), 12.0, 2.0, 0.0) == -np.inf
    with pytest.raises(ValueError, match="better"):
        v.break_even_price(0.2, roc, None, 12.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="roc"):
        v.break_even_price(0.2, None, roc, 12.0, 1.0, 1.0)


@pytest.mark.parametrize("k", [999, 1000, 1001, 10**6])
def test_numbers_tried_are_all_up_to_a_thousand_and_then_spread_evenly_in_the_logarithm(k):
    tried = v.prices._numbers_up_to(k)
    assert tried[0] == 1 and tried[-1] == k
    assert (np.diff(tried) >= 1).all()
    if k <= 1000:
        assert tried.size == k
    else:
        assert tried.size <= 1000 and np.diff(np.log(tried[tried > 2000])).max(initial=0) < 0.02


def test_votes_of_two_answers_weigh_the_log_odds():
    assert v.vote_weight(0.3, 2) == pytest.approx(np.log(0.3 / 0.7))
    assert v.vote_weight(0.3, 5, 0.25) == pytest.approx(np.log(4 * 0.3 / 0.7) + 0.25)
    with pytest.raises(ValueError, match="p = 1"):
        v.vote_weight(1.0, 3)


def test_a_law_of_many_pieces_is_evaluated_in_blocks_without_a_seam(monkeypatch):
    rng = np.random.default_rng(12)
    right = rng.random(90) < 0.5
    roc, k = v.Roc.from_scores(rng.normal(size=90) + right, right), np.arange(1, 40)
    whole = v.best_of_n_law(0.3, roc, k), v.gain_per_log_k(0.3, roc, k)
    for block in (1, 200, 1000):
        monkeypatch.setattr(v.roc, "_BLOCK", block)
        np.testing.assert_allclose(v.best_of_n_law(0.3, roc, k), whole[0], rtol=1e-13)
        np.testing.assert_allclose(v.gain_per_log_k(0.3, roc, k), whole[1], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("k", [1, 2, 170, 200, 1000, [3, 900]])
def test_a_law_below_all_that_is_usual_keeps_its_digits(k):
    # Half of the wrong answers stand above every right one: nearly all candidates must miss them.
    roc = v.Roc.piecewise_linear([(0.5, 0.0)])
    exact = 0.3 / 0.65 * 0.65 ** np.array(k, float)
    np.testing.assert_allclose(v.best_of_n_law(0.3, roc, k), exact, rtol=1e-12)


def test_pieces_that_no_candidate_reaches_change_no_digit(monkeypatch):
    rng = np.random.default_rng(8)
    right = rng.random(4000) < 0.3
    roc, k = v.Roc.from_scores(rng.normal(size=4000) + right, right), [1, 50, 60, 90, 2000, 10**6]
    for p in (1e-6, 0.2, 0.999):
        short = [v.best_of_n_law(p, roc, one) for one in k], v.best_of_n_law(p, roc, k)
        monkeypatch.setattr(v.roc, "_NOTHING", np.inf)
        for found in short:
            np.testing.assert_allclose(found, v.best_of_n_law(p, roc, k), rtol=1e-13)
        monkeypatch.undo()


@quick
@given(STEPS)
def test_hull_is_the_least_concave_curve_above(steps):
    roc = roc_of(steps)
    corners, hull = roc.points, roc.hull().points
    assert all(np.abs(corners - corner).max(axis=1).min() < 1e-9 for corner in hull)
    (x, y), grid = corners.T, np.linspace(0, 1, 21)
    # The best chord over each place, ends included.
    with np.errstate(divide="ignore", invalid="ignore"):
        for f in grid:
            left, right = x[:, None] <= f, x[None, :] >= f
            width = x[None, :] - x[:, None]
            chord = np.where(width > 0, y[:, None] + (f - x[:, None]) / width * (y[None, :] - y[:, None]), y[None, :])
            best = np.where(left & right, chord, -1).max()
            assert roc.hull().true_positive(f) == pytest.approx(best, abs=1e-9)


def test_a_rise_at_the_end_a_weak_binormal_and_what_a_curve_shows():
    assert v.Roc.piecewise_linear([(1.0, 0.5)]).true_positive([0.5, 1.0]).tolist() == [0.25, 1.0]
    assert v.Roc.binormal(0.6).slope_at_zero().value == np.inf
    assert v.Roc.binormal(0.4).slope_at_zero().value == 0
    assert "counts" not in repr(v.Roc.from_scores([1.0, 0.0], [True, False]))


def test_many_samples_overtake_a_perfect_verifier_exactly_where_the_first_slope_is_steep_enough():
    rng = np.random.default_rng(5)
    for _ in range(40):
        p, m, corner = rng.uniform(0.05, 0.3), int(rng.integers(2, 6)), rng.uniform(0.002, 0.01)
        perfect = 1 - (1 - p) ** m
        least = (1 - p) / p * ((1 - p) ** -m - 1)
        for slope, overtakes in ((0.8 * least, False), (1.25 * least, True)):
            if not 1 < slope < 1 / corner:
                continue
            # Concave: a steep piece, then a straight one to the corner (1, 1).
            roc = v.Roc.piecewise_linear([(corner, slope * corner)])
            ahead = v.best_of_n_law(p, roc, np.array([1, m, 100, 10_000, 100_000])) > perfect + 1e-12
            assert ahead.any() == overtakes, (p, m, corner, slope)

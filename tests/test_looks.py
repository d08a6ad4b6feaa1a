"""Checks as compute: many looks, their split and tournaments, against enumeration, simulation and their limits."""

import itertools
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import verifiers as v
from scipy.stats import betabinom, norm

quick = settings(max_examples=40, deadline=None)
CHANCES = st.floats(0.02, 0.98)
PARTS = st.floats(0, 1)


def curve(roc):
    at = np.linspace(0, 1, 41)
    return roc.true_positive(at)


def auc_of(right, wrong):
    """AUC of two laws on the same values, rising, ties half."""
    right, wrong = np.asarray(right), np.asarray(wrong)
    return right @ (np.r_[0, wrong.cumsum()[:-1]] + wrong / 2)


@quick
@given(CHANCES, CHANCES, PARTS)
def test_one_look_has_the_old_curve_whatever_is_shared(t, f, shared):
    one_look = v.Roc.piecewise_linear([(f, t)])
    for many in (
        v.binary_looks(t, f, 1, shared=shared),
        v.many_looks(one_look, 1, shared=shared),
        v.graded_looks([1 - t, t], [1 - f, f], [0, 1], 1, shared=shared),
    ):
        np.testing.assert_allclose(curve(many), curve(one_look), atol=1e-12)


@quick
@given(CHANCES, st.floats(0.3, 3), PARTS)
def test_one_normal_look_has_the_old_curve(auc, ratio, shared):
    many = v.many_looks(v.Roc.binormal(auc, ratio), 1, shared=shared)
    np.testing.assert_allclose(curve(many), curve(v.Roc.binormal(auc, ratio)), atol=1e-9)


@quick
@given(CHANCES, CHANCES, st.integers(1, 4))
def test_independent_verdicts_are_every_way_to_say_yes_and_no_counted_out(t, f, m):
    laws = np.zeros((2, m + 1))
    for said in itertools.product([0, 1], repeat=m):
        for row, chance in enumerate((t, f)):
            laws[row, sum(said)] += prod(chance if yes else 1 - chance for yes in said)
    assert v.binary_looks(t, f, m).auc == pytest.approx(auc_of(*laws), abs=1e-12)
    # The share of right answers with all m yes is the curve's first corner.
    assert v.binary_looks(t, f, m).true_positive(f**m) == pytest.approx(t**m, abs=1e-12)


@quick
@given(CHANCES, CHANCES, st.floats(0.01, 0.95), st.floats(0.01, 0.95), st.integers(1, 12))
def test_shared_verdicts_are_beta_binomial(t, f, right, wrong, m):
    def law(rate, part):
        return betabinom.pmf(np.arange(m + 1), m, rate * (1 - part) / part, (1 - rate) * (1 - part) / part)

    many = v.binary_looks(t, f, m, shared=(right, wrong))
    assert many.auc == pytest.approx(auc_of(law(t, right), law(f, wrong)), abs=1e-9)


@quick
@given(CHANCES, CHANCES, st.integers(1, 9))
def test_looks_that_repeat_each_other_are_one_look(t, f, m):
    np.testing.assert_allclose(
        curve(v.binary_looks(t, f, m, shared=1.0)), curve(v.Roc.piecewise_linear([(f, t)])), atol=1e-12
    )


@quick
@given(st.lists(st.integers(1, 5), min_size=3, max_size=3), st.lists(st.integers(1, 5), min_size=3, max_size=3))
def test_graded_looks_are_all_pairs_of_verdicts_counted_out(right, wrong):
    right, wrong, values = np.array(right) / sum(right), np.array(wrong) / sum(wrong), np.array([0.0, 1.0, 2.0])
    pairs = list(itertools.product(range(3), repeat=2))
    total = 0.0
    for a, b in itertools.product(pairs, repeat=2):
        x, y = values[list(a)].sum(), values[list(b)].sum()
        total += right[list(a)].prod() * wrong[list(b)].prod() * ((x > y) + (x == y) / 2)
    assert v.graded_looks(right, wrong, values, 2).auc == pytest.approx(total, abs=1e-12)
    steep = v.Roc.piecewise_linear(np.column_stack([wrong[::-1].cumsum(), right[::-1].cumsum()]).clip(0, 1)[:-1])
    np.testing.assert_allclose(
        curve(v.many_looks(steep, 2, values=[2.0, 1.0, 0.0])), curve(v.graded_looks(right, wrong, values, 2)), atol=1e-9
    )


def test_graded_urn_is_what_a_simulated_urn_draws():
    rng = np.random.default_rng(3)
    right, wrong, values, part = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.4, 0.1]), np.array([0.0, 1.0, 5.0]), 0.4
    theta = part / (1 - part)
    sums = [(rng.multinomial(3, rng.dirichlet(chances / theta, 40_000)) @ values) for chances in (right, wrong)]
    simulated = (sums[0] > sums[1]).mean() + (sums[0] == sums[1]).mean() / 2
    assert v.graded_looks(right, wrong, values, 3, shared=part).auc == pytest.approx(simulated, abs=4 * 0.5 / 200)


@quick
@given(CHANCES, st.floats(0.3, 3), st.floats(0, 1), st.floats(0, 1), st.integers(1, 50))
def test_normal_looks_have_the_distance_and_spread_of_a_mean(auc, ratio, right, wrong, m):
    shift = norm.ppf(auc) * np.hypot(1, ratio)
    # Mean of m looks, each the candidate's own error plus fresh noise.
    spread = np.sqrt(wrong + (1 - wrong) / m + ratio**2 * (right + (1 - right) / m))
    assert v.many_looks(v.Roc.binormal(auc, ratio), m, shared=(right, wrong)).auc == pytest.approx(
        norm.cdf(shift / spread), abs=1e-9
    )


def test_normal_looks_agree_with_simulated_means():
    rng = np.random.default_rng(5)
    shift = norm.ppf(0.75) * np.sqrt(2)
    own = rng.normal(size=(2, 60_000, 1)) * np.sqrt(0.3)
    means = (own + rng.normal(size=(2, 60_000, 4)) * np.sqrt(0.7)).mean(axis=2)
    assert v.many_looks(v.Roc.binormal(0.75), 4, shared=0.3).auc == pytest.approx(
        (means[0] + shift > means[1]).mean(), abs=0.008
    )


@quick
@given(st.floats(0.55, 0.95), st.floats(0.05, 0.45))
def test_endless_independent_looks_are_perfect_only_if_one_look_beats_chance(t, f):
    better, worse = v.binary_looks(t, f, 3000), v.binary_looks(f, t, 3000)
    assert better.auc == pytest.approx(1.0, abs=0.02)
    assert worse.auc == pytest.approx(0.0, abs=0.02)
    assert v.binary_looks(t, t, 3000).auc == pytest.approx(0.5, abs=1e-9)
    look = v.Roc.piecewise_linear([(f, t)])
    assert v.looks_ceiling(look) == 1.0
    assert v.looks_ceiling(v.Roc.piecewise_linear([(t, f)])) == 0.0
    assert v.looks_ceiling(v.Roc.piecewise_linear([(t, t)])) == 0.5
    assert v.looks_ceiling(v.Roc.binormal(0.6)) == 1.0
    assert v.looks_ceiling(v.Roc.binormal(0.5)) == 0.5
    assert v.looks_ceiling(v.Roc.binormal(0.4)) == 0.0


@pytest.mark.parametrize("shared", [0.2, 0.5, 1.0, (0.4, 0.0), (0.0, 0.4), (1.0, 0.3), (0.3, 1.0), (1.0, 0.0)])
def test_shared_errors_put_a_ceiling_that_many_looks_come_near(shared):
    look = v.Roc.piecewise_linear([(0.25, 0.6)])
    ceiling = v.looks_ceiling(look, shared=shared)
    areas = [v.binary_looks(0.6, 0.25, m, shared=shared).auc for m in (1, 10, 4000, 8000)]
    assert areas[3] == pytest.approx(ceiling, abs=0.004)
    # What is left of the distance falls with the number of looks: twice as many leave less.
    assert abs(areas[3] - ceiling) <= abs(areas[2] - ceiling) + 1e-6
    if np.ndim(shared) == 0:
        assert areas[0] <= areas[1] + 1e-9 <= ceiling + 2e-9
    normal = v.looks_ceiling(v.Roc.binormal(0.8, 0.7), shared=shared)
    assert v.many_looks(v.Roc.binormal(0.8, 0.7), 10**9, shared=shared).auc == pytest.approx(normal, abs=1e-6)


@quick
@given(CHANCES, CHANCES, st.floats(0, 1))
def test_more_looks_never_lower_the_auc_of_a_judge_better_than_chance(t, f, shared):
    t, f = max(t, f), min(t, f)
    areas = [v.binary_looks(t, f, m, shared=shared).auc for m in (1, 3, 5, 7)]
    assert (np.diff(areas) > -1e-9).all()


@pytest.mark.parametrize("shared", [0.3, 0.9, 0.99])
def test_the_ceiling_of_verdicts_compares_two_beta_draws_even_where_they_underflow(shared):
    rng, theta, n = np.random.default_rng(4), shared / (1 - shared), 200_000

    def log_gamma_draws(shape):
        return np.log(rng.gamma(shape + 1, size=n)) + np.log(rng.random(n)) / shape

    logs = []
    for rate in (0.6, 0.25):
        yes, no = log_gamma_draws(rate / theta), log_gamma_draws((1 - rate) / theta)
        # The odds of a beta draw, in logarithms.
        logs.append(yes - no)
    simulated = (logs[0] > logs[1]).mean()
    ceiling = v.looks_ceiling(v.Roc.piecewise_linear([(0.25, 0.6)]), shared=shared)
    assert ceiling == pytest.approx(simulated, abs=4 * 0.5 / np.sqrt(n))


def test_more_looks_can_rank_worse_where_only_the_right_answers_are_misjudged_for_good():
    # A judge that never sees two fifths of the right answers; wrong ones fool it now and then, by chance.
    one_look, many = (v.binary_looks(0.6, 0.25, m, shared=(1.0, 0.0)) for m in (1, 200))
    assert one_look.auc == pytest.approx(0.675)
    assert many.auc == pytest.approx(0.6, abs=1e-6)


def test_a_tail_can_turn_more_looks_against_best_of_n():
    # The mean of more looks ranks better on average and worse at the very top: the right scores' own spread shrinks.
    one_look = v.Roc.binormal(0.7, 2.0)
    three = v.many_looks(one_look, 3, shared=(0.0, 1.0))
    assert three.auc > one_look.auc
    assert v.best_of_n_law(0.1, three, 10_000) < v.best_of_n_law(0.1, one_look, 10_000)


def test_log_ratios_sort_a_dented_curve_and_survive_verdicts_that_prove_something():
    dented = v.Roc.piecewise_linear([(0.2, 0.0), (0.2, 0.5), (0.6, 0.6)])
    best = v.many_looks(dented, 1, values="log_ratio")
    assert best.auc > dented.auc
    two = v.many_looks(dented, 2, values="log_ratio")
    assert two.auc > best.auc
    # A half of the right answers prove itself in one look, three quarters in two.
    assert two.true_positive(0.0) == pytest.approx(0.75)


def multinomial_vote(p, answers, k):
    chances = np.r_[p, np.full(answers - 1, (1 - p) / (answers - 1))]
    total = 0.0
    for votes in itertools.product(range(answers), repeat=k):
        counts = np.bincount(votes, minlength=answers)
        if counts[0] == counts.max():
            total += chances[list(votes)].prod() / (counts == counts.max()).sum()
    return total


@pytest.mark.parametrize(("answers", "k"), [(2, 1), (2, 6), (3, 5), (4, 6), (5, 5), (7, 2)])
def test_votes_are_all_ballots_counted_out(answers, k):
    for p in (0.0, 0.2, 0.45, 1.0):
        assert v.even_vote_law(p, answers, k) == pytest.approx(multinomial_vote(p, answers, k), abs=1e-12)


def test_long_votes_agree_with_simulation():
    rng = np.random.default_rng(1)
    counts = rng.multinomial(101, np.r_[0.2, np.full(9, 0.8 / 9)], size=20_000)
    top = counts == counts.max(axis=1, keepdims=True)
    simulated = (top[:, 0] / top.sum(axis=1)).mean()
    assert v.even_vote_law(0.2, 10, 101) == pytest.approx(simulated, abs=0.015)
    assert 0 < v.even_vote_law(0.3, 1000, 400) <= 1


@quick
@given(CHANCES, CHANCES, st.integers(1, 5), st.integers(1, 5))
def test_a_tournament_is_every_field_and_every_comparison_counted_out(p, chance, k, m):
    preferred = sum(
        comb(m, j) * chance**j * (1 - chance) ** (m - j) * (1.0 if 2 * j > m else 0.5 if 2 * j == m else 0.0)
        for j in range(m + 1)
    )

    def right_wins(field):
        if len(field) == 1:
            return float(field[0])
        half = (len(field) + 1) // 2
        a, b = right_wins(field[:half]), right_wins(field[half:])
        return a * b + (a * (1 - b) + b * (1 - a)) * preferred

    total = sum(
        prod(p if right else 1 - p for right in field) * right_wins(field)
        for field in itertools.product([True, False], repeat=k)
    )
    found = v.tournament(p, chance, k, looks=m)
    assert found.accuracy == pytest.approx(total, abs=1e-12)
    assert found.comparisons == (k - 1) * m


def test_a_tournament_of_a_power_of_two_is_the_knock_out():
    for k in (1, 2, 8, 64):
        assert v.tournament(0.1, 0.8, k).accuracy == pytest.approx(v.knock_out(0.1, 0.8, k), abs=1e-12)
    assert v.tournament(0.1, 0.8, 9, looks=5, shared=1.0).accuracy == pytest.approx(v.tournament(0.1, 0.8, 9).accuracy)


def test_the_best_split_is_the_best_of_the_whole_grid():
    p, roc, budget, verify = np.array([0.05, 0.3]), v.Roc.piecewise_linear([(0.2, 0.7)]), 24.0, 0.5
    found = v.look_split(p, roc, budget, 1.0, verify, shared=0.3, answers=5)
    best = max(
        (float(np.mean(v.best_of_n_law(p, v.binary_looks(0.7, 0.2, m, shared=0.3), k))), -m, -k)
        for m in range(1, 33)
        for k in range(1, 25)
        if k * (1 + m * verify) <= budget
    )
    assert (found.accuracy, found.looks, found.k) == (pytest.approx(best[0]), -best[1], -best[2])
    assert found.one_look == pytest.approx(
        max(np.mean(v.best_of_n_law(p, v.binary_looks(0.7, 0.2, 1), k)) for k in range(1, 17))
    )
    assert found.one_sample == pytest.approx(p.mean())
    assert found.vote == pytest.approx(np.mean([multinomial_vote_fast(x, 5, 24) for x in p]), abs=0.02)
    assert found.by_looks[:, 2].max() == found.accuracy


def multinomial_vote_fast(p, answers, k):
    counts = np.random.default_rng(2).multinomial(k, np.r_[p, np.full(answers - 1, (1 - p) / (answers - 1))], 20_000)
    top = counts == counts.max(axis=1, keepdims=True)
    return (top[:, 0] / top.sum(axis=1)).mean()


@quick
@given(st.floats(0.05, 0.95), st.sampled_from([0.5, 1.0, 2.0]), st.floats(0.05, 0.9), PARTS)
def test_the_best_split_of_normal_scores_is_the_best_of_the_whole_grid(auc, ratio, p, shared):
    roc = v.Roc.binormal(auc, ratio)
    found = v.look_split(p, roc, 9.0, 1.0, 0.5, shared=shared)
    best = max(
        v.best_of_n_law(p, v.many_looks(roc, m, shared=shared), k)
        for m in range(1, 17)
        for k in range(1, 10)
        if k * (1 + m * 0.5) <= 9
    )
    assert found.accuracy == pytest.approx(best, abs=1e-9)
    assert found.accuracy == pytest.approx(
        v.best_of_n_law(p, v.many_looks(roc, found.looks, shared=shared), found.k), abs=1e-12
    )


def test_a_split_with_wholly_shared_errors_takes_one_look():
    found = v.look_split(0.2, v.Roc.binormal(0.7), 40, 1.0, 0.5, shared=1.0)
    assert found.looks == 1 and found.accuracy == pytest.approx(found.one_look)


def test_the_price_of_a_judge_counts_what_it_writes_and_reads():
    assert v.judge_price(400, 1000) == 2.5
    # Question 200 and candidate 400 read at a tenth: 60 and 1,000 written, for 400 written and 20 read.
    assert v.judge_price(400, 1000, question=200, read=0.1, size=2) == pytest.approx(2 * 1060 / 420)
    assert v.judge_price([100, 200], 100).tolist() == [1.0, 0.5]


def pool(rng, problems, per, right_part, spread=0.0):
    problem = np.repeat(np.arange(problems), per)
    correct = rng.random(problem.size) < 0.4
    own = rng.normal(size=problem.size) * np.sqrt(right_part)
    common = rng.normal(size=problems)[problem] * np.sqrt(spread)
    noise = rng.normal(size=(problem.size, 3)) * np.sqrt(1 - right_part)
    return (
        correct * 1.0 + own[:, None] * 1.0 + common[:, None] + noise
        if False
        else ((own + common + correct)[:, None] + noise),
        correct,
        problem,
    )


def test_the_shared_part_is_found_and_its_interval_covers_it():
    rng = np.random.default_rng(11)
    hits = [[], []]
    for _ in range(150):
        looks, correct, problem = pool(rng, 30, 8, 0.35)
        for kind, part in enumerate(v.shared_part(looks, correct, problem, within=False)):
            hits[kind].append((part.low <= 0.35 <= part.high, part.value))
    for kind in hits:
        covered, value = np.array(kind).T
        assert covered.mean() > 0.90
        assert value.mean() == pytest.approx(0.35, abs=0.02)


def test_what_a_whole_problem_shares_counts_between_problems_and_not_within():
    looks, correct, problem = pool(np.random.default_rng(12), 200, 8, 0.3, spread=1.0)
    over, within = (v.shared_part(looks, correct, problem, within=flag) for flag in (False, True))
    assert within.wrong.value == pytest.approx(0.3, abs=0.06)
    assert over.wrong.value == pytest.approx(1.3 / 2.0, abs=0.06)


def test_independent_looks_are_rarely_called_shared():
    rng = np.random.default_rng(13)
    said = 0
    for _ in range(150):
        correct, problem = rng.random(240) < 0.5, np.repeat(np.arange(30), 8)
        looks = rng.random((240, 3)) < np.where(correct, 0.7, 0.2)[:, None]
        said += v.shared_part(looks, correct, problem, within=False).right.low > 0
    assert said / 150 < 0.08


RIGHT = np.array([True, False] * 6)
PROBLEM = np.repeat(np.arange(4), 3)
LOOKS = np.random.default_rng(0).normal(size=(12, 3))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: v.binary_looks(1.2, 0.1, 3), "true_positive = 1.2"),
        (lambda: v.binary_looks(0.7, -0.1, 3), "false_positive = -0.1"),
        (lambda: v.binary_looks(0.7, 0.1, 0), "looks = 0"),
        (lambda: v.binary_looks(0.7, 0.1, 2.5), "looks = 2.5"),
        (lambda: v.binary_looks(0.7, 0.1, 3, shared=1.5), "shared = 1.5"),
        (lambda: v.binary_looks(0.7, 0.1, 3, shared=[0.1, 0.2, 0.3]), r"shared has shape \(3,\)"),
        (lambda: v.graded_looks([0.5, 0.4], [0.5, 0.5], [0, 1], 2), "right sums to 0.9"),
        (lambda: v.graded_looks([0.5, 0.5], [1.0], [0, 1], 2), r"wrong \(1,\)"),
        (lambda: v.graded_looks(np.full(30, 1 / 30), np.full(30, 1 / 30), np.arange(30), 9), "outcomes"),
        (lambda: v.many_looks("roc", 2), "must be a Roc"),
        (lambda: v.many_looks(v.Roc.piecewise_linear([(0.1, 0.4), (0.5, 0.8)]), 2), "3 straight pieces"),
        (lambda: v.many_looks(v.Roc.piecewise_linear([(0.1, 0.4)]), 2, values=[0, 1]), "strictly falling"),
        (lambda: v.many_looks(v.Roc.piecewise_linear([(0.1, 0.4)]), 2, values="ratio"), "'log_ratio'"),
        (lambda: v.many_looks(v.Roc.binormal(0.8), 2, values="log_ratio"), "leave values out"),
        (lambda: v.looks_ceiling(v.Roc.piecewise_linear([(0.1, 0.4), (0.5, 0.8)])), "3 straight pieces"),
        (lambda: v.look_split(0.2, v.Roc.binormal(0.8), 1.0, 1.0, 0.5), "buys no candidate"),
        (lambda: v.look_split([], v.Roc.binormal(0.8), 10, 1.0, 0.5), r"p has shape \(0,\)"),
        (lambda: v.look_split(0.2, v.Roc.binormal(0.8), 10, 1.0, -0.5), "verify = -0.5"),
        (lambda: v.look_split(0.2, v.Roc.binormal(0.8), 900, 1.0, 0.5, answers=3), "k = 900"),
        (lambda: v.even_vote_law(0.2, 1, 5), "answers = 1"),
        (lambda: v.tournament(0.2, 0.8, 0), "k = 0"),
        (lambda: v.tournament(0.2, [0.8], 4), "v has shape"),
        (lambda: v.judge_price(0, 100), "candidate = 0"),
        (lambda: v.judge_price(100, np.nan), "rationale = nan"),
        (lambda: v.shared_part(LOOKS[:, :1], RIGHT, PROBLEM, within=False), "m at least 2"),
        (lambda: v.shared_part(LOOKS, RIGHT.astype(int), PROBLEM, within=False), "must be bool"),
        (lambda: v.shared_part(LOOKS, RIGHT[:-1], PROBLEM, within=False), "12 rows"),
        (lambda: v.shared_part(LOOKS, RIGHT, np.zeros(12, int), within=False), "from 1 problems"),
        (lambda: v.shared_part(np.ones((12, 3)), RIGHT, PROBLEM, within=False), "not defined"),
        (lambda: v.shared_part(LOOKS, RIGHT, PROBLEM, within="yes"), "within = 'yes'"),
        (lambda: v.shared_part(LOOKS, RIGHT, PROBLEM, within=False, level=1.0), "level = 1.0"),
    ],
)
def test_bad_input_is_named(act, words):
    with pytest.raises(ValueError, match=words):
        act()

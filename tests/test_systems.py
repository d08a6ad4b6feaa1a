"""Two systems and several on the same problems: bands, crossings, what would settle it, ranks with ties."""

import sys
import warnings
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, compare, paired_interval, rank, split_variance
from inference_scaling.estimates import paired
from inference_scaling.estimates._bands import critical_value
from inference_scaling.sources import recorded
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]


def sets(seed=0, problems=40, samples=8):
    """Two systems on the same problems, the second a little worse."""
    rng = np.random.default_rng(seed)
    p = rng.beta(0.6, 0.9, problems)
    return tuple(SampleSet.from_counts([samples] * problems, rng.binomial(samples, q)) for q in (p, 0.8 * p))


@pytest.fixture(scope="module")
def trained():
    return compare(recorded.load("rl/trained"), recorded.load("rl/base"), method="t", names=("trained", "base"), rng=0)


# -- the band ------------------------------------------------------------------------------------------------


def test_one_k_needs_no_wider_band_and_is_the_paired_interval():
    a, b = sets()
    found = compare(a, b, "pass", 4, rng=0)
    curves = [its.curve(one, "pass", 4) for one in (a, b)]
    expected = paired_interval(*curves)
    assert (found.value[0], found.low[0], found.high[0]) == pytest.approx([one[0] for one in expected], rel=1e-12)
    assert (found.band_low[0], found.band_high[0]) == pytest.approx((found.low[0], found.high[0]), rel=1e-12)


def test_every_k_has_the_paired_interval_and_the_band_holds_it():
    a, b = sets()
    found = compare(a, b, rng=0)
    expected = paired_interval(its.curve(a, "pass", found.k), its.curve(b, "pass", found.k))
    np.testing.assert_allclose([found.value, found.low, found.high], expected, rtol=1e-12)
    assert np.all(found.band_low <= found.low) and np.all(found.band_high >= found.high)
    assert found.k.tolist() == list(range(1, 9))


@pytest.mark.parametrize("points", [2, 5])
def test_independent_points_need_the_value_of_sidak(points):
    # Of many problems with independent differences the largest of the |t| is that of independent normal numbers.
    difference = np.random.default_rng(0).uniform(-1, 1, (200_000, points))
    expected = stats.norm.ppf((1 + 0.95 ** (1 / points)) / 2)
    assert critical_value(difference, 0.5, 0.95, np.random.default_rng(1)) == pytest.approx(expected, abs=0.01)


def test_few_problems_need_what_simulated_tables_of_normal_differences_need():
    rng = np.random.default_rng(2)
    mix = np.array([[1, 0], [0.8, 0.6], [0.5, -0.4]])
    drawn = rng.standard_normal((20_000, 12, 2)) @ mix.T
    largest = np.abs(drawn.mean(axis=1) / (drawn.std(axis=1, ddof=1) / np.sqrt(12))).max(axis=1)
    # Twelve rows that have exactly this correlation.
    rows = rng.standard_normal((12, 2))
    rows = np.linalg.qr(rows - rows.mean(axis=0))[0]
    # The band takes one spread for all points, where each has its own: a little short for so few problems.
    assert critical_value(rows @ mix.T / 2, 0.0, 0.95, rng) == pytest.approx(np.quantile(largest, 0.95), abs=0.07)


def test_more_points_than_problems_and_copies_of_a_point_change_nothing():
    difference = np.random.default_rng(3).uniform(-1, 1, (10, 4))
    narrow = critical_value(difference, 0.5, 0.9, np.random.default_rng(0))
    copies = critical_value(np.tile(difference, 5), 0.5, 0.9, np.random.default_rng(0))
    assert copies == pytest.approx(narrow, abs=0.02)
    assert critical_value(np.repeat(difference[:, :1], 7, axis=1), 0.5, 0.9, np.random.default_rng(0)) == (
        pytest.approx(stats.t(10).ppf(0.95), rel=1e-12)
    )


@settings(max_examples=25, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=15),
    method=st.sampled_from(paired.PAIRED),
)
def test_the_two_change_places_and_the_band_turns_round(counts, method):
    c, d = np.array(counts).T
    a, b = (SampleSet.from_counts([6] * len(c), one) for one in (c, d))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", its.IntervalWarning)
        there, back = (compare(*pair, method=method, rng=0) for pair in ((a, b), (b, a)))
    np.testing.assert_allclose([there.low, there.high], [-back.high, -back.low], atol=1e-12)
    np.testing.assert_allclose([there.band_low, there.band_high], [-back.band_high, -back.band_low], atol=0.01)
    assert np.all(there.band_low <= there.value + 1e-12) and np.all(there.value <= there.band_high + 1e-12)


def test_problems_are_paired_by_name_and_not_by_place():
    a, b = sets()
    turned = b.select(tuple(reversed(b.problems)))
    np.testing.assert_allclose(compare(a, turned, rng=0).band_low, compare(a, b, rng=0).band_low, atol=1e-12)


@pytest.mark.parametrize("selector", ["best_of_n", "majority"])
def test_other_selectors_have_their_own_curves(selector):
    rng = np.random.default_rng(4)
    a, b = (
        SampleSet.from_matrix(rng.random((20, 6)) < p, score=rng.random((20, 6)), answer=rng.integers(0, 3, (20, 6)))
        for p in (0.7, 0.3)
    )
    found = compare(a, b, selector, rng=0)
    expected = its.curve(a, selector, found.k).value - its.curve(b, selector, found.k).value
    np.testing.assert_allclose(found.value, expected, atol=1e-12)
    assert found.settle(1).samples in (None, 6)


def test_many_samples_are_compared_at_about_two_hundred_k():
    a, b = (SampleSet.from_counts([5000] * 12, np.arange(12) * step) for step in (300, 100))
    k = compare(a, b, rng=0).k
    assert k[0] == 1 and k[-1] == 5000 and 100 < k.size <= 200


# -- the recorded pair ---------------------------------------------------------------------------------------


def test_reinforcement_learning_has_the_published_band(trained):
    assert trained.a_leads.tolist() == list(range(1, 11))
    assert trained.b_leads[-1] == 128 and 60 <= trained.b_leads[0] <= 63
    assert trained.critical == pytest.approx(2.5566, abs=0.015)
    alone = [trained.k[trained.low > 0].max(), trained.k[trained.high < 0].min()]
    assert alone == [12, 47]


def test_reinforcement_learning_crosses_between_the_ends_of_its_interval(trained):
    assert trained.crossing == (22, "base", 13, 47)
    text = str(trained)
    for said in ("trained is ahead at k = 1 to 10", "from k = 22 on base takes the lead", "13 to 47", "1,060 problems"):
        assert said in text


# -- the crossing --------------------------------------------------------------------------------------------


def test_a_lead_that_nobody_takes_is_no_crossing():
    a, b = (SampleSet.from_counts([4] * 30, [c, c, 4] * 10) for c in (3, 1))
    assert compare(a, b, rng=0).crossing is None
    assert compare(a, a, rng=0).crossing is None


def test_where_the_last_k_is_not_told_apart_the_crossing_may_lie_beyond():
    a = SampleSet.from_counts([8] * 12, [8, 8, 8, 8, 0, 0, 0, 0, 0, 0, 0, 1])
    b = SampleSet.from_counts([8] * 12, [1] * 6 + [0] * 6)
    found = compare(a, b, rng=0)
    assert found.crossing.leader == "b" and found.crossing.high is None
    assert "to beyond 8)" in str(found)


def test_between_two_k_that_were_not_compared_the_crossing_is_a_gap(trained):
    sparse = compare(recorded.load("rl/trained"), recorded.load("rl/base"), k=[1, 8, 32, 128], method="t", rng=0)
    assert sparse.crossing == (32, "b", 9, 128)
    assert "between k = 8 and 32 b takes the lead (95 % interval of this place: 9 to 128)" in str(sparse)
    assert "k = 1, 8, 32, 128." in str(sparse)


# -- what would settle it ------------------------------------------------------------------------------------


def test_the_split_is_unbiased_for_one_sample():
    # Over every number right of five, with their binomial chances, the two parts are those of the formula.
    p, n = np.array([0.1, 0.6]), 5
    chance = stats.binom.pmf(np.arange(n + 1)[:, None], n, p)
    within = sum(
        chance[i, 0] * chance[j, 1] * split_variance(SampleSet.from_counts([n, n], [i, j])).within
        for i in range(n + 1)
        for j in range(n + 1)
    )
    assert within == pytest.approx((p * (1 - p)).mean(), rel=1e-9)


@pytest.mark.parametrize(("n", "c", "k"), [(5, 2, 1), (5, 2, 3), (9, 4, 2), (6, 5, 4)])
def test_the_samples_part_is_the_jackknife_over_samples(n, c, k):
    right = np.arange(n) < c
    left_out = np.array([its.pass_at_k(n - 1, np.delete(right, i).sum(), k) for i in range(n)])
    expected = (n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()
    found = split_variance(SampleSet.from_counts([n, n], [c, c]), k)
    assert found.within == pytest.approx(n * expected, rel=1e-9)
    assert found.between == 0


def test_the_variance_of_simulated_benchmarks_is_the_sum_of_the_parts():
    rng = np.random.default_rng(5)
    p = rng.beta(0.5, 0.5, (4000, 50))
    means = (rng.binomial(4, p) / 4).mean(axis=1)
    big = SampleSet.from_counts([4] * 200_000, rng.binomial(4, p).ravel())
    assert split_variance(big).variance(50, 4) == pytest.approx(means.var(), rel=0.08)
    assert split_variance(big).between == pytest.approx(1 / 8, rel=0.02)
    assert split_variance(big).within == pytest.approx(1 / 8, rel=0.02)


def test_the_split_of_a_difference_is_that_of_the_paired_problems():
    a, b = sets(problems=300)
    parts = split_variance(a, baseline=b)
    observed = (a.c / 8 - b.c / 8).var(ddof=1)
    assert parts.between + parts.within / 8 == pytest.approx(observed, rel=1e-9)


@pytest.mark.parametrize("power", [0, 1, 1.5, float("nan")])
def test_a_power_that_is_no_chance_is_refused_by_its_name(power):
    found = compare(*(SampleSet.from_counts([4] * 9, [c, 2, 1] * 3) for c in (2, 3)), "pass", [1, 2], rng=0)
    with pytest.raises(ValueError, match=r"^power"):
        found.settle(1, power=power)


def test_as_many_more_problems_as_a_plan_says_would_settle_it():
    a, b = (SampleSet.from_counts([4] * 40, [c, 1, 3, 0, 4] * 8) for c in (3, 1))
    found = compare(a, b, "pass", 2, level=0.9999999, rng=0)
    assert not found.settle(2).told_apart
    expected = paired.more_problems(found.per_problem[:, 0], level=0.9999999, power=0.8)
    assert found.settle(2).more_problems == expected > 0


def test_as_many_samples_as_it_says_show_the_difference_in_four_of_five_recordings():
    # Forty problems, p = 0.45 and 0.55 each: with two samples the difference is all but invisible.
    p = np.full(40, 0.45), np.full(40, 0.55)
    rng = np.random.default_rng(6)

    def recording(samples):
        return compare(*(SampleSet.from_counts([samples] * 40, rng.binomial(samples, q)) for q in p), "pass", 1, rng=0)

    counts = [[2] * 10 + [1] * 20 + [0] * 10, [2] * 12 + [1] * 20 + [0] * 8]
    counts[1] = counts[1][20:] + counts[1][:20]
    typical = compare(*(SampleSet.from_counts([2] * 40, c) for c in counts), "pass", 1, rng=0)
    assert typical.value[0] == pytest.approx(-0.05) and not typical.settle(1).told_apart
    needed = split_variance(SampleSet.from_counts([2] * 40, counts[0])).within
    assert needed == pytest.approx(0.25)
    # By hand, for p(1 − p) = 0.2475 in both and no spread of the chances: the parts of `settles` at this variance.
    enough = next(n for n in range(2, 400) if paired.settles(40, 0.1, 2 * 0.2475 / n, level=0.95, power=0.8, added=0.5))
    shown = np.mean([recording(enough).high[0] < 0 for _ in range(150)])
    assert 0.68 < shown < 0.92


def test_no_number_of_samples_settles_what_the_problems_leave_open():
    # Half of the problems are solved by one system only, and a few more by the other: every chance is 0 or 1.
    a = SampleSet.from_counts([50] * 20, [50] * 9 + [0] * 11)
    b = SampleSet.from_counts([50] * 20, [0] * 11 + [50] * 8 + [1])
    cost = compare(a, b, "pass", 1, rng=0).settle(1)
    assert cost.samples is None and cost.more_problems > 20
    assert "no number of samples" in str(compare(a, b, "pass", 1, rng=0))


# -- several systems -----------------------------------------------------------------------------------------


def test_ranks_count_the_pairs_that_holm_tells_apart():
    rng = np.random.default_rng(7)
    p = rng.beta(1, 1, 80)
    systems = {
        name: SampleSet.from_counts([10] * 80, rng.binomial(10, np.clip(p + shift, 0, 1)))
        for name, shift in (("good", 0.2), ("fair", 0.0), ("alike", 0.01), ("poor", -0.2))
    }
    found = rank(systems)
    assert dict(zip(found.names, zip(found.best_rank[0], found.worst_rank[0], strict=True), strict=True)) == {
        "good": (1, 1), "fair": (2, 3), "alike": (2, 3), "poor": (4, 4),
    }  # fmt: skip
    raw = np.array([pair.p for pair in found.pairs])
    ordered = np.sort(raw) * np.arange(6, 0, -1)
    np.testing.assert_allclose(
        np.sort([pair.p_holm for pair in found.pairs]), np.minimum(np.maximum.accumulate(ordered), 1)
    )
    assert "fair 0." in str(found) and "rank 2 to 3" in str(found) and "Holm" in str(found)


@settings(max_examples=60, deadline=None)
@given(
    differences=st.lists(st.integers(-4, 4), min_size=2, max_size=20),
    method=st.sampled_from(paired.PAIRED),
    level=st.sampled_from([0.5, 0.9, 0.95, 0.999]),
)
def test_a_p_value_is_below_one_minus_the_level_exactly_where_the_interval_leaves_out_0(differences, method, level):
    values = np.array(differences)[:, None] / 4
    p = paired.p_values(values, method)[0]
    low, high = (
        bound[0]
        for bound in paired_interval(np.maximum(values, 0), np.maximum(-values, 0), level=level, method=method)[1:]
    )
    if abs(p - (1 - level)) > 1e-9:
        assert (p < 1 - level) == (not low <= 0 <= high)


def test_two_systems_that_are_alike_everywhere_share_all_ranks():
    a = SampleSet.from_counts([4] * 20, [4] * 20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = rank({"one": a, "other": a, "third": a}, k=[1, 4])
    assert found.best_rank.tolist() == [[1] * 3] * 2 and found.worst_rank.tolist() == [[3] * 3] * 2


# -- what is refused -----------------------------------------------------------------------------------------

A, B = sets(problems=6)
OTHER = SampleSet.from_counts([8] * 5, [1, 2, 3, 4, 5], problems=["1", "2", "3", "x", "y"])
RAGGED = SampleSet.from_counts([8, 8, 2, 8, 8, 1], [1] * 6)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: compare(A, B, k=9), r"k = 9: a has fewer samples of 6 of 6 problems.*at most 8"),
        (lambda: compare(A, RAGGED, k=2), r"k = 2: b has fewer samples of 1 of 6 .*\('5' has 1\); k.* at most 1"),
        (lambda: compare(A, B, k=0), r"k.*0"),
        (lambda: compare(A, B, k=[]), r"k has shape"),
        (lambda: compare(A, B, k=[1.5]), r"1\.5"),
        (lambda: compare(A, B, k=range(1, 2100)), r"k has shape \(2099,\).*1 to 2,000"),
        (lambda: compare(A, OTHER), r"a lacks 2 of 8 .*\('x', 'y'\); b lacks 3 .*\('0', '4', '5'\).*3 that all have"),
        (lambda: compare(A, SampleSet.from_counts([8], [1], problems=["z"])), r"no problem in common.*'0' and 'z'"),
        (lambda: compare(A, A.select(["2"]), shared=True), r"one problem"),
        (lambda: compare(A, [1, 2]), r"b is a list: must be a SampleSet"),
        (lambda: compare(A, B, "vote"), r"selector = 'vote'"),
        (lambda: compare(A, B, "majority"), r"no column 'answer'"),
        (lambda: compare(A, B, level=1), r"level.*1"),
        (lambda: compare(A, B, method="bootstrap"), r"method = 'bootstrap'"),
        (lambda: compare(A, B, names=("x", "x")), r"names"),
        (lambda: compare(A, B, rng=0).settle(20), r"k = 20.*1 to 8"),
        (lambda: compare(A, B, rng=0).settle(1, power=1.0), r"1\.0"),
        (lambda: rank({"only": A}), r"two or more"),
        (lambda: rank([A, B]), r"mapping"),
        (lambda: rank({"a": A, "b": OTHER}), r"a lacks 2 of 8"),
        (lambda: split_variance(A, 8), r"k = 8: problem '0' has 8 samples.*from 9 on"),
        (lambda: split_variance(A.select(["1"])), r"one problem"),
        (lambda: split_variance(A, baseline=OTHER), r"in one of the two sets only"),
        (lambda: split_variance([1]), r"samples is a list"),
        (lambda: split_variance(A).variance(0, 4), r"problems = 0"),
        (lambda: split_variance(A).standard_error(4, 0.5), r"samples = 0\.5"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_shared_problems_are_used_where_that_is_asked_for():
    found = compare(A, OTHER, shared=True, rng=0)
    assert found.problems == ("1", "2", "3")


def test_unequal_numbers_of_samples_go_as_far_as_the_fewest():
    assert compare(A, RAGGED, rng=0).k.tolist() == [1]


def test_two_systems_that_are_always_right_are_not_told_apart():
    a = SampleSet.from_counts([4] * 30, [4] * 30)
    found = compare(a, a, rng=0)
    share = 1 - 0.05 ** (1 / 30)
    assert (
        np.all(found.value == 0)
        and np.all(found.band_low <= 1e-12 - share)
        and np.all(found.band_high >= share - 1e-12)
    )
    assert "neither is ahead anywhere" in str(found) and "no difference to settle" in str(found)


def test_a_warning_names_the_system_and_stands_at_the_line_that_asked():
    easy = SampleSet.from_counts([4] * 200, [4] * 199 + [2])
    hard = SampleSet.from_counts([4] * 200, [1, 2, 3, 4] * 50)
    with pytest.warns(its.IntervalWarning, match="easy: only about") as caught:
        compare(easy, hard, "pass", 1, names=("easy", "hard"), rng=0)
    assert caught[0].filename == __file__


# -- coverage ------------------------------------------------------------------------------------------------


def test_the_band_covers_where_intervals_at_each_k_do_not():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import system_comparison
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    (row,) = system_comparison.run(system_comparison.SMALL)
    assert row.band > 0.93 and row.pointwise < row.band - 0.02
    assert "| Beta(0.5, 0.5) against Beta(0.5, 0.5), apart |" in system_comparison.page([row])


def test_the_interval_of_a_crossing_holds_the_true_place():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import system_comparison
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    pair = system_comparison.PAIRS[2]
    row = system_comparison.simulate(pair, 200, 16, 60, np.random.default_rng(1))
    assert row.crossing > 0.9

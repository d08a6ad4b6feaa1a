"""Each mistake of the clinic errs the way its docstring says, and the estimate beside it does not."""

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.lessons.confusions import estimator_clinic
from scipy.stats import binom, norm

N, P = 10, 0.2
COUNTS = np.arange(N + 1)
WEIGHTS = binom.pmf(COUNTS, N, P)


def test_plug_in_is_too_low_on_average_where_pass_at_k_is_unbiased():
    for k in (2, 5, 10):
        truth = 1 - (1 - P) ** k
        assert WEIGHTS @ estimator_clinic.plug_in(N, COUNTS, k) < truth - 0.005
        assert WEIGHTS @ its.pass_at_k(N, COUNTS, k) == pytest.approx(truth)


def test_plug_in_is_right_for_one_sample_allowed():
    assert estimator_clinic.plug_in(N, COUNTS, 1) == pytest.approx(its.pass_at_k(N, COUNTS, 1))


def test_drawing_with_replacement_converges_to_plug_in():
    drawn = estimator_clinic.with_replacement(N, COUNTS, 5, repeats=100_000, rng=1)
    assert drawn == pytest.approx(estimator_clinic.plug_in(N, COUNTS, 5), abs=0.01)
    assert abs(drawn[2] - its.pass_at_k(N, 2, 5)) > 0.05


def test_averaging_first_promises_too_much_unless_problems_are_alike():
    n, c = [20] * 4, [0, 2, 10, 20]
    assert estimator_clinic.average_first(n, c, 8) > its.pass_at_k(n, c, 8).mean() + 0.2
    assert estimator_clinic.average_first([20, 20], [20, 20], 8) == pytest.approx(1.0)


def test_one_when_short_counts_unsolved_problems_as_solved_and_agrees_where_samples_suffice():
    assert estimator_clinic.one_when_short([2, 3, 20], [0, 0, 1], 5).tolist() == pytest.approx([1.0, 1.0, 0.25])
    with pytest.raises(ValueError, match="k"):
        its.pass_at_k([2, 3, 20], [0, 0, 1], 5)
    for k in range(1, N + 1):
        assert estimator_clinic.one_when_short(N, COUNTS, k) == pytest.approx(its.pass_at_k(N, COUNTS, k))


def test_pooled_interval_is_far_narrower_than_the_interval_over_problems():
    rng = np.random.default_rng(3)
    n = np.full(40, 100)
    c = rng.binomial(n, rng.beta(0.5, 1.0, 40))
    low, high = estimator_clinic.pooled_interval(n, c)
    curve = its.curve(its.SampleSet.from_counts(n, c), "pass", [1], rng=0)
    assert high - low < 0.25 * (curve.high[0] - curve.low[0])


@pytest.mark.parametrize(("n", "c", "level"), [(50, 10, 0.95), (20, 1, 0.8), (7, 0, 0.99)])
def test_pooled_interval_ends_where_the_score_test_of_the_pooled_rate_rejects(n, c, level):
    low, high = estimator_clinic.pooled_interval([n - 3, 3], [c, 0], level=level)
    for end in (low, high):
        z = abs(c / n - end) / np.sqrt(end * (1 - end) / n) if end > 1e-12 else np.inf
        assert np.isinf(z) or z == pytest.approx(norm.ppf((1 + level) / 2))


def test_pooled_interval_covers_one_problem_as_often_as_it_says():
    n, p = 50, 0.3
    counts = np.arange(n + 1)
    bounds = np.array([estimator_clinic.pooled_interval(n, c) for c in counts])
    covered = (bounds[:, 0] <= p) & (p <= bounds[:, 1])
    assert 0.92 < binom.pmf(counts, n, p) @ covered < 0.98


def test_stopping_at_a_success_overstates_the_rate_where_the_inverse_binomial_estimate_is_unbiased():
    p, c = 0.3, 3
    draws = np.arange(c, 400)
    weights = p * binom.pmf(c - 1, draws - 1, p)
    assert weights @ estimator_clinic.stop_on_success(draws, c) > p + 0.05
    assert weights @ its.inverse_binomial(n=draws, c=c) == pytest.approx(p)


def test_the_docstring_s_figure_for_a_first_success_holds():
    draws = np.arange(1, 1000)
    assert (0.1 * 0.9 ** (draws - 1)) @ estimator_clinic.stop_on_success(draws, 1) == pytest.approx(0.256, abs=5e-4)


def test_every_mistake_stands_beside_a_right_estimate_and_none_is_exported():
    mistakes = {case.mistake.__name__ for case in estimator_clinic.CASES}
    assert mistakes == set(estimator_clinic.__all__) - {"CASES", "Case"}
    assert not mistakes & set(its.__all__)
    assert all(case.right.__name__ in its.__all__ for case in estimator_clinic.CASES)


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimator_clinic.plug_in(5, 6, 1),
        lambda: estimator_clinic.plug_in(5, 2.5, 1),
        lambda: estimator_clinic.with_replacement(5, 2, 0),
        lambda: estimator_clinic.with_replacement(5, 2, 1, repeats=0),
        lambda: estimator_clinic.average_first([], [1], 1),
        lambda: estimator_clinic.one_when_short(0, 0, 1),
        lambda: estimator_clinic.pooled_interval(5, 2, level=1.0),
        lambda: estimator_clinic.pooled_interval(5, 2, level=0.0),
        lambda: estimator_clinic.stop_on_success(5, 0),
    ],
)
def test_mistakes_refuse_impossible_input_like_the_right_estimates(call):
    with pytest.raises(ValueError):
        call()


def test_dividing_by_what_was_asked_for_halves_the_rate_with_each_doubling_and_is_right_where_nothing_is_lost():
    shares = [float(estimator_clinic.per_sample_asked(16, 7, asked)) for asked in (16, 32, 64, 128)]
    assert np.round(shares, 4).tolist() == [0.4375, 0.2188, 0.1094, 0.0547]
    assert estimator_clinic.per_sample_asked(N, COUNTS, N) == pytest.approx(its.pass_at_k(N, COUNTS, 1))
    with pytest.raises(ValueError, match="asked = 8: must be at least n = 16"):
        estimator_clinic.per_sample_asked([4, 16], [1, 7], 8)

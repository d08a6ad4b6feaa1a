"""Simulated samples follow the laws they are drawn from."""

import numpy as np
import pytest
from inference_scaling import laws
from inference_scaling.sources.simulate import beta_problems, choices, scored, simulate
from inference_scaling.verifiers import Roc


def test_counts_follow_p_and_problems_may_differ_in_size():
    samples = simulate([0.0, 0.3, 1.0], [5, 20_000, 7], rng=0)
    assert samples.n.tolist() == [5, 20_000, 7]
    assert samples.c[[0, 2]].tolist() == [0, 7]
    assert samples.c[1] / 20_000 == pytest.approx(0.3, abs=0.015)
    assert samples.meta["source"] == "simulated"


def test_one_seed_gives_one_result_and_a_generator_is_used_up():
    a, b = simulate([0.5], 50, rng=3), simulate([0.5], 50, rng=3)
    assert (a.correct == b.correct).all()
    rng = np.random.default_rng(3)
    assert (simulate([0.5], 50, rng=rng).correct != simulate([0.5], 50, rng=rng).correct).any()


def test_beta_problems_are_recovered_by_the_fit():
    samples = beta_problems(0.5, 1.5, 5000, 20, rng=1)
    fit = laws.BetaBinomial.fit(samples.n, samples.c)
    assert (fit.a, fit.b) == pytest.approx((0.5, 1.5), rel=0.1)


@pytest.mark.parametrize("correlation", [0.2, 1.0])
def test_dependent_samples_have_the_coverage_of_their_correlation(correlation):
    samples = simulate(np.full(20_000, 0.2), 5, rng=2, correlation=correlation)
    m = laws.coverage_equivalent(0.2, 5, correlation)
    assert np.mean(samples.c > 0) == pytest.approx(1 - 0.8**m, abs=0.012)
    assert samples.correct.mean() == pytest.approx(0.2, abs=0.012)


def test_answers_follow_their_distribution_and_right_is_a_column_a_problem():
    table = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    samples = choices(table, [20_000, 5, 5], rng=4, right=[1, 1, 2])
    seen = np.bincount(samples.answer[samples.problem == 0], minlength=3) / 20_000
    assert seen == pytest.approx(table[0], abs=0.015)
    assert (samples.correct == (samples.answer == np.array([1, 1, 2])[samples.problem])).all()
    assert samples.c[1:].tolist() == [0, 5]


def test_scores_have_the_wanted_roc():
    samples = scored(simulate([0.4], 40_000, rng=5), 0.8, rng=6, ratio=0.5)
    seen, wanted = Roc.from_scores(samples.score, samples.correct), Roc.binormal(0.8, 0.5)
    grid = np.linspace(0.01, 0.99, 15)
    assert seen.auc == pytest.approx(0.8, abs=0.01)
    assert seen.true_positive(grid) == pytest.approx(wanted.true_positive(grid), abs=0.02)


PLAIN = simulate([0.5], 3, rng=0)
CASES = [
    (simulate, ([1.1], 5), {"rng": 0}, "p"),
    (simulate, ([], 5), {"rng": 0}, "p"),
    (simulate, (0.5, 5), {"rng": 0}, "p"),
    (simulate, ([0.5], 0), {"rng": 0}, "n"),
    (simulate, ([0.5], [1, 2]), {"rng": 0}, "n has shape"),
    (simulate, ([0.5], 5), {"rng": None}, "rng"),
    (simulate, ([0.5], 5), {"rng": -1}, "rng"),
    (simulate, ([0.5], 5), {"rng": 0, "correlation": 2}, "correlation"),
    (beta_problems, (0, 1, 5, 5), {"rng": 0}, "a"),
    (beta_problems, (1, 1, 0, 5), {"rng": 0}, "problems"),
    (choices, ([0.5, 0.4], 5), {"rng": 0}, "sums to 0.9"),
    (choices, ([0.5, 0.5], 5), {"rng": 0, "right": 2}, "right = 2"),
    (choices, ([0.5, 0.5], 5), {"rng": 0, "right": [0, 1]}, "right has shape"),
    (choices, ([[[1.0]]], 5), {"rng": 0}, "probabilities has shape"),
    (scored, (PLAIN, 1.0), {"rng": 0}, "auc"),
    (scored, (PLAIN, 0.8), {"rng": 0, "ratio": 0}, "ratio"),
    (scored, ([1], 0.8), {"rng": 0}, "samples is a list"),
]


@pytest.mark.parametrize(("function", "arguments", "options", "words"), CASES)
def test_bad_input_is_refused_by_name(function, arguments, options, words):
    with pytest.raises(ValueError, match=words):
        function(*arguments, **options)

"""The questions of the parts Theorem and Confusions: their right answers, computed another way."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest
from inference_scaling import Roc, best_of_n_law
from inference_scaling.answers.task import BOOK, parameters
from inference_scaling.lessons import registry

COHORTS = [BOOK, "autumn-2027", "autumn-2028", "spring-2029"]


def right(task_id, cohort):
    task = registry.find(task_id)
    values = parameters(task, cohort)
    return task.reference(**values), values


def first_success(p, cap):
    """Chance of each number of draws from 1 to the cap."""
    draws = np.arange(1, cap + 1)
    chance = p * (1 - p) ** (draws - 1)
    chance[-1] += (1 - p) ** cap
    return draws, chance


@pytest.mark.parametrize("cohort", COHORTS)
def test_what_later_samples_add_is_the_sum_of_their_gains(cohort):
    answer, v = right("T-Q1", cohort)
    later = np.arange(v["k"], v["k"] + v["more"])
    assert answer == pytest.approx((v["p"] * (1 - v["p"]) ** later).sum())


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_bill_is_the_mean_over_every_number_of_draws(cohort):
    answer, v = right("T-Q2", cohort)
    draws, chance = first_success(v["p"], v["cap"])
    assert chance.sum() == pytest.approx(1)
    assert answer == pytest.approx(v["easy"] * (draws @ chance) + (1 - v["easy"]) * v["cap"])


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_small_model_solves_as_much_as_the_large_one(cohort):
    answer, v = right("T-Q3", cohort)
    assert 1 - np.prod(np.full(v["price"], 1 - answer)) == pytest.approx(v["large"])


@pytest.mark.parametrize("cohort", COHORTS)
def test_a_recording_is_worth_what_the_variance_of_its_mean_says(cohort):
    answer, v = right("T-Q4", cohort)
    one_problem = np.full((v["samples"], v["samples"]), v["rho"])
    np.fill_diagonal(one_problem, 1)
    # Variance of the mean of all samples, as a multiple of one sample's variance.
    variance = v["problems"] * one_problem.sum() / (v["problems"] * v["samples"]) ** 2
    assert answer == pytest.approx(1 / variance)


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_unsolved_share_lies_on_a_straight_line_of_the_given_slope(cohort):
    answer, v = right("T-Q5", cohort)
    slope = (np.log(answer) - np.log(v["left"])) / (np.log(v["last"]) - np.log(v["first"]))
    assert slope == pytest.approx(-v["a"])


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_best_is_right_where_nothing_fools_and_something_is_right(cohort):
    answer, v = right("T-Q6", cohort)
    plain = (1 - v["rare"]) * (1 - v["p"])
    counted = sum(
        factorial(v["k"]) / (factorial(c) * factorial(v["k"] - c)) * v["p"] ** c * plain ** (v["k"] - c)
        for c in range(1, v["k"] + 1)
    )
    assert answer == pytest.approx(counted)


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_first_that_passes_is_right_as_often_as_among_a_hundred_thousand_that_pass(cohort):
    answer, v = right("T-Q7", cohort)
    # A table of 100,000 answers in exact shares: the first that passes is any of those that pass.
    good, bad = 100_000 * v["p"] * v["right"], 100_000 * (1 - v["p"]) * v["wrong"]
    assert answer == pytest.approx(good / (good + bad))


@pytest.mark.parametrize("cohort", COHORTS)
def test_a_verifier_of_that_auc_makes_two_half_chains_as_good_as_the_long_one(cohort):
    answer, v = right("C-Q1", cohort)
    assert best_of_n_law(v["half"], Roc.binormal(answer), 2) == pytest.approx(v["long"], abs=1e-6)


@pytest.mark.parametrize("cohort", COHORTS)
def test_at_the_break_even_both_ways_cost_the_same(cohort):
    answer, v = right("C-Q2", cohort)
    per_sample = 1 + v["check"]
    assert answer * per_sample / v["before"] == pytest.approx(v["cost"] + answer * per_sample / v["after"])


@pytest.mark.parametrize("cohort", COHORTS)
def test_with_that_score_both_answers_are_equally_likely_right(cohort):
    answer, v = right("C-Q3", cohort)
    wrong = (1 - v["p"]) / (v["answers"] - 1)
    # What was seen, if A is right and if B is: A's scores say nothing, B's ratio of densities is the answer.
    if_a = v["p"] ** v["votes"] * wrong
    if_b = wrong ** v["votes"] * v["p"] * answer
    assert if_a == pytest.approx(if_b)


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_grader_of_the_question_measures_the_pass_at_k_that_is_given(cohort):
    answer, v = right("C-Q4", cohort)
    some_accepted = 1 - (1 - v["rate"]) ** v["k"]
    assert answer + (1 - answer) * some_accepted == pytest.approx(v["judged"])


@pytest.mark.parametrize("cohort", COHORTS)
def test_no_other_temperature_of_a_fine_grid_gains_more_by_a_vote_of_three(cohort):
    answer, v = right("C-Q5", cohort)
    heat = np.linspace(0.02, 3, 100_001)
    first, second = v["p"] ** (1 / heat), (1 - v["p"]) ** (1 / heat)
    p = first / (first + second)
    gain = p**3 + 3 * p**2 * (1 - p) - p
    assert answer == pytest.approx(heat[gain.argmax()], abs=1e-3)


@pytest.mark.parametrize("cohort", COHORTS)
def test_both_answers_are_right_as_often_as_a_table_of_such_problems_says(cohort):
    answer, v = right("C-Q10", cohort)
    # Of 10,000 pairs of answers: only the first right, only the second, both; one mean for first and second.
    first = second = 10_000 * v["one"]
    only_second = 10_000 * v["two"] - first
    assert answer == pytest.approx((second - only_second) / 10_000)

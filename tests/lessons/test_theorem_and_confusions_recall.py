"""What the parts Theorem and Confusions ask from memory: the right choices' numbers, computed another way."""

from __future__ import annotations

import numpy as np
import pytest
from inference_scaling import Roc, best_of_n_law, effective_samples, expected_draws, samples_needed
from inference_scaling.lessons.confusions import recall as confusions
from inference_scaling.lessons.theorem import recall as theorem
from inference_scaling.sources.language_model import softmax

QUESTIONS = {question.id: question for question in theorem.RECALL + confusions.RECALL}


def drawn(name):
    """Forty sets of numbers of one question."""
    return [QUESTIONS[name].draw(np.random.default_rng(seed)) for seed in range(40)]


def test_each_halving_costs_the_same():
    for one in drawn("diminishing_returns-halvings"):
        assert one["start"] * 0.5 ** (one["needed"] / one["cost"]) == pytest.approx(one["end"])


def test_every_sample_that_is_drawn_is_right_with_the_same_chance():
    for one in drawn("what_it_costs-straight-line"):
        for cap in (3, 40):
            problems = one["samples"] / float(expected_draws(one["p"], cap))
            assert one["solved"] == pytest.approx(problems * (1 - (1 - one["p"]) ** cap))


def test_what_must_be_ready_is_about_seven_times_what_is_paid():
    for p in (0.0001, 0.001, 0.01):
        ready = samples_needed(p, 0.999)
        assert ready / expected_draws(p, ready) == pytest.approx(7, abs=0.2)


def test_at_the_highest_price_a_model_that_is_always_right_costs_as_much():
    for one in drawn("better_model-highest-price"):
        assert one["limit"] == pytest.approx(float(expected_draws(one["p"], 100_000)))


def test_many_dependent_samples_are_worth_the_ceiling():
    for one in drawn("dependent_samples-ceiling"):
        assert one["most"] == pytest.approx(float(effective_samples(10**9, one["rho"])))


def test_the_failures_of_a_power_law_fall_by_what_is_asked():
    for one in drawn("power_law-far-out"):
        assert one["times"] ** -one["a"] == pytest.approx(1 / one["part"])


def test_harm_begins_where_the_short_formula_says():
    p = 0.1
    for one in drawn("imperfect_verifier-where-harm-begins"):
        # Without those that fool, this verifier's first slope is 4: in the long run it is right 0.31 of the time.
        plain = Roc.piecewise_linear([(0.2, 0.8)])
        clean = best_of_n_law(p, plain, 2000)
        for rare, begins in ((one["rare"], one["begins"]), (one["rarer"], one["later"])):
            left = (1 - (1 - p) / rare) ** begins
            assert left * clean == pytest.approx(p, rel=0.06)


def test_a_share_of_answers_is_waited_for_its_inverse():
    for one in drawn("rejection_sampling-share-and-draws"):
        accept, tries = one["percent"] / 100, np.arange(1, 5000)
        chance = accept * (1 - accept) ** (tries - 1)
        assert one["draws"] == pytest.approx(tries @ chance)
        assert abs(tries[np.cumsum(chance) >= 0.5][0] - one["half"]) <= 1


def test_samples_and_a_small_chance_are_exchanged_one_to_one():
    for one in drawn("not_substitutes-exchange-rate"):
        assert one["fewer"] == pytest.approx(int(samples_needed(one["better"], 0.999)), rel=0.015)


def test_a_vote_among_equal_modes_is_right_as_often_as_the_others():
    rng = np.random.default_rng(3)
    for level in (3, 4, 5):
        rarer = [(1 - 0.15 * level) / 10] * 10
        count = rng.multinomial(4000, [0.15] * level + rarer, 10_000)
        top = count == count.max(axis=1, keepdims=True)
        share = {round(one["share"], 6) for one in drawn("voting_is_not_optimal-level") if one["level"] == level}
        assert share == {round(1 / level, 6)}
        assert (top[:, 0] / top.sum(axis=1)).mean() == pytest.approx(1 / level, abs=0.015)


def test_half_the_temperature_is_a_softmax_of_twice_the_logits():
    for one in drawn("low_temperature_votes-half-the-temperature"):
        logits = np.log([one["p"], 1 - one["p"]])
        assert one["cold"] == pytest.approx(softmax(logits, 0.5)[0])
        assert one["warm"] == pytest.approx(softmax(logits, 2)[0])

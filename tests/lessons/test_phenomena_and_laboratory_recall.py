"""What the parts Phenomena and Laboratory ask from memory: the numbers of the choices, computed another way."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from inference_scaling import Roc, TokenCost, best_of_n_law, sample_cost
from inference_scaling.lessons.laboratory import recall as laboratory
from inference_scaling.lessons.phenomena import recall as phenomena
from inference_scaling.sources.recorded import load

QUESTIONS = {question.id: question for question in phenomena.RECALL + laboratory.RECALL}


def drawn(name):
    """Forty sets of numbers of one question."""
    return [QUESTIONS[name].draw(np.random.default_rng(seed)) for seed in range(40)]


def test_best_of_very_many_ends_where_the_first_slope_says():
    for one in drawn("verifier_against_n-long-run"):
        piece = (0.1, 0.1 * one["slope"])
        assert one["end"] == pytest.approx(best_of_n_law(one["p"], Roc.piecewise_linear([piece]), 2000), rel=1e-4)
        assert one["side"] == ("above" if one["end"] > one["p"] else "below")


def test_the_best_of_all_is_in_as_many_subsets_as_is_said():
    for one in drawn("real_scores-highest-of-all"):
        n, k = min(one["n"], 12), one["k"]
        share = np.mean([n - 1 in some for some in combinations(range(n), k)])
        assert one["share"] * one["n"] == pytest.approx(share * n)


def test_the_largest_p_fails_always_five_times_in_a_hundred():
    for one in drawn("task_dependence-never-right"):
        assert (1 - one["most"]) ** one["n"] == pytest.approx(0.05)
        assert 0.3 < (1 - one["one"]) ** one["n"] < 0.37


def test_half_by_guessing_is_the_first_number_that_covers_half():
    for one in drawn("small_reasoner-half-by-guessing"):
        fails = 1 - 1 / one["answers"]
        assert fails ** one["half"] <= 0.5 < fails ** (one["half"] - 1)
        assert one["middle"] < one["half"] < one["answers"] and 0.63 < 1 - fails ** one["answers"] < 0.66


def test_choosing_adds_the_smaller_of_two_leads():
    for one in drawn("compute_optimal-two-amounts"):
        easy, hard = one["easy"], 1 - one["easy"]
        search, vote = hard * one["search"], easy * one["vote"]
        # Against the vote on all problems: the search on all, and the choice without error.
        all_searched, chosen = search - vote, search
        better, worse = max(0, all_searched), min(0, all_searched)
        assert one["smaller"] == pytest.approx(chosen - better)
        assert one["larger"] == pytest.approx(chosen - worse)
        assert one["sum"] == pytest.approx(chosen + vote)


def test_the_rare_answer_always_has_the_larger_sum():
    assert all(one["often"] > one["rare"] > 1 for one in drawn("its_own_opinion-added-logs"))


def test_a_token_in_the_middle_has_tokens_behind_it():
    assert all(2 <= one["others"] < one["place"] < one["tokens"] for one in drawn("sixty_lines-equal-comparisons"))


def test_best_of_n_with_a_reader_costs_what_a_vote_of_twice_as_many_costs():
    samples = load("math_prm")
    for one in drawn("a_real_prm-reads-as-much"):
        read = sample_cost(samples, "best_of_n", [one["n"]], TokenCost(verifier=1.0)).mean
        assert read == pytest.approx(sample_cost(samples, "majority", [one["twice"]], "tokens").mean)

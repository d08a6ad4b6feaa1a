"""The part Reliability: right answers and numbers of its questions, computed another way."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from inference_scaling import BetaBinomial
from inference_scaling.answers.task import parameters
from inference_scaling.lessons import registry
from inference_scaling.lessons.reliability import explorables
from inference_scaling.lessons.reliability import recall as reliability

QUESTIONS = {question.id: question for question in reliability.RECALL}


def drawn(name):
    """Forty sets of numbers of one question."""
    return [QUESTIONS[name].draw(np.random.default_rng(seed)) for seed in range(40)]


def every(n, c, k):
    """The share of sets of k of n trials, c of them successes, that hold successes only."""
    return np.mean([max(some) < c for some in combinations(range(n), k)])


def test_right_answers_of_the_questions_are_recomputed_another_way():
    right = {one.id: one.reference(**parameters(one)) for one in registry.questions("reliability")}
    # A fifth always succeeds; of the others all three trials do.
    chances = [float(Fraction(1, 5) + Fraction(4, 5) * Fraction(3, 5) ** 3)]
    assert right["R-Q1"] == pytest.approx(chances[0])
    # Of 40 tasks x succeed once and y twice: 56 successes, 22 tasks with two.
    assert [x for x, y in product(range(41), repeat=2) if x + 2 * y == 56 and y == 22] == [right["R-Q2"]]


def test_right_answers_of_the_tasks_are_recomputed_another_way():
    tasks = {one.id: one for one in registry.part("reliability")}
    right = {name: tasks[name].reference(**parameters(tasks[name])) for name in ("R-1", "R-2", "R-B")}
    assert right["R-1"] == pytest.approx(np.mean([every(8, c, 3) for c in (8, 7, 5, 3, 0)]))
    given = parameters(tasks["R-2"])
    fits = [
        three
        for four, three in product(range(61), repeat=2)
        if round(four / 60, 3) == given["four"] and round((4 * four + three) / 240, 3) == given["three"]
    ]
    assert fits == [right["R-2"]]
    above = [0.8 * 0.6**k for k in range(60)]
    assert right["R-B"] == next(k for k, one in enumerate(above) if one <= 0.01)


def test_sets_of_successes_are_counted_one_by_one():
    for one in drawn("pass_hat_k-sets-of-successes"):
        assert one["right"] == pytest.approx(every(one["n"], one["c"], one["k"]))
        assert one["right"] < one["plug"] < one["share"]


def test_three_of_four_is_what_the_sets_leave():
    for one in drawn("auditing-three-of-four"):
        assert one["sets"] == 4 * one["always"] + one["three"] <= one["all_sets"]
        assert len({one["three"], one["left"], one["other"]}) == 3


def test_both_tails_of_the_explorable_are_means_over_its_distribution():
    one = explorables.TWO_TAILS
    p = (np.arange(200_000) + 0.5) / 200_000
    density = 1 - 0.2 * (2 * p - 1)
    found = one.text().splitlines()[1]
    assert f"on {0.1 + 0.7 * np.mean(density * (1 - (1 - p) ** 4)):.3f} of the tasks" in found
    assert f"all of them on {0.1 + 0.7 * np.mean(density * p**4):.3f}" in found
    # Uniform: the same as the library's Beta(1, 1).
    assert np.mean(p**4) == pytest.approx(BetaBinomial(1, 1).pass_hat_k(4), rel=1e-6)


@pytest.mark.parametrize("cohort", ["book", *(f"autumn-{2027 + i}" for i in range(6))])
def test_the_places_left_for_a_crossing_are_those_that_some_curve_between_the_ends_has(cohort):
    (places,) = (one for one in registry.questions("reliability") if one.id == "R-Q3")
    given = parameters(places, cohort)
    ends = list(zip(given["low"], given["high"], strict=True))
    possible = 0
    for place in range(len(ends)):
        behind, ahead = ends[max(0, place - 1) : place], ends[place]
        # At each k a true difference may lie anywhere between the ends: only the two beside the place decide.
        possible += all(any(x <= 0 for x in np.linspace(*one, 201)) for one in behind) and max(ahead) > 0
    assert places.reference(**given) == possible


def test_the_error_of_a_benchmark_is_the_spread_of_simulated_ones():
    (error,) = (one for one in registry.questions("reliability") if one.id == "R-Q4")
    rng = np.random.default_rng(3)
    # A Beta distribution with these two parts: its mean m has m(1 - m) = between + within.
    between, within, problems, samples = 0.12, 0.08, 200, 4
    mean = 0.5 + np.sqrt(0.25 - between - within)
    size = within / between
    p = rng.beta(mean * size, (1 - mean) * size, (4000, problems))
    spread = (rng.binomial(samples, p) / samples).mean(axis=1).std()
    assert error.reference(between, within, problems, samples) == pytest.approx(spread, rel=0.05)


def test_none_of_n_leaves_a_chance_of_one_in_twenty_at_its_bound():
    for one in drawn("rl_against_base-nothing-of-n"):
        assert (1 - one["most"]) ** one["n"] == pytest.approx(0.05)
    for one in drawn("repeats_or_problems-twice-as-many"):
        assert one["more"] == 4 * one["problems"]

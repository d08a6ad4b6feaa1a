"""The part Remedies: right answers and numbers of its questions, computed another way."""

from __future__ import annotations

import math
from itertools import combinations, product

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import verifiers
from inference_scaling.answers.task import parameters
from inference_scaling.interactive import explorable
from inference_scaling.lessons import registry
from inference_scaling.lessons.remedies import axis, eight, explorables, first_steps
from inference_scaling.lessons.remedies import recall as remedies
from inference_scaling.sources import game24
from scipy import integrate, special

QUESTIONS = {question.id: question for question in remedies.RECALL}


def drawn(name):
    """Forty sets of numbers of one question."""
    return [QUESTIONS[name].draw(np.random.default_rng(seed)) for seed in range(40)]


def apart(picked, one):
    """KL divergence of two lists of chances."""
    return sum(p * math.log(p / q) for p, q in zip(picked, one, strict=True) if p)


def test_right_answers_of_the_questions_are_recomputed_another_way():
    right = {one.id: one.reference(**parameters(one)) for one in registry.questions("remedies")}
    # Every outcome of four samples, a quarter of which get the higher score.
    none = math.prod([0.75] * 4)
    assert right["M-Q1"] == pytest.approx(apart([1 - none, none], [0.25, 0.75]))
    # Of a thousand answers 100 are right: 40 of them lie above the cut, and 45 of the 900 others.
    assert right["M-Q2"] == pytest.approx(40 / 85)
    # The doubt halves with each equal answer; before the first it is one half.
    doubt, votes = 0.5, 0
    while doubt > 1 - 0.99:
        doubt, votes = doubt / 2, votes + 1
    assert right["M-Q3"] == votes
    # The variance of the mean of nine looks, from their whole covariance matrix, against that of independent looks.
    matrix = np.full((9, 9), 0.5) + 0.5 * np.eye(9)
    assert right["M-Q4"] == pytest.approx(81 / matrix.sum())


def test_the_best_behind_a_cut_is_that_of_all_outcomes_counted_out():
    (task,) = (one for one in registry.part("remedies") if one.id == "M-2")
    given = parameters(task)
    p, true, false, n = given["p"], given["true"], given["false"], given["n"]
    kinds = {
        (True, 1): p * true,
        (True, 0): p * (1 - true),
        (False, 1): (1 - p) * false,
        (False, 0): (1 - p) * (1 - false),
    }
    total = 0.0
    for outcome in product(kinds, repeat=n):
        best = [right for right, score in outcome if score == max(score for _, score in outcome)]
        total += math.prod(kinds[kind] for kind in outcome) * sum(best) / len(best)
    assert task.reference(**given) == pytest.approx(total)


def test_where_a_cut_ends_is_what_endless_samples_reach():
    for one in drawn("eight_remedies-end-of-a-cut"):
        curve = verifiers.Roc.piecewise_linear([(one["false"], one["true"])])
        assert one["right"] == pytest.approx(verifiers.best_of_n_limit(0.2, curve))
        assert len({round(one[key], 2) for key in ("right", "alike", "product")}) == 3


def test_the_distance_of_the_task_is_that_of_all_draws_counted_out():
    (task,) = (one for one in registry.part("remedies") if one.id == "M-1")
    scores, n = [2.0, 2.0, 5.0, 1.0], 3
    picked = np.zeros(4)
    for draw in product(range(4), repeat=n):
        best = [i for i in draw if scores[i] == max(scores[j] for j in draw)]
        for i in best:
            picked[i] += 1 / len(best) / 4**n
    assert task.reference(scores, n) == pytest.approx(apart(picked, [0.25] * 4))


@pytest.mark.parametrize("cohort", ["book", *(f"autumn-{2027 + i}" for i in range(6))])
def test_the_n_at_the_peak_is_where_the_gain_falls_from(cohort):
    (task,) = (one for one in registry.part("remedies") if one.id == "M-B")
    given = parameters(task, cohort)
    n = np.arange(1, 200)
    d = (np.log(n) - (n - 1) / n) ** 0.5
    gain = d * (given["alpha"] - given["beta"] * d)
    # The peak of the gain over whole numbers is this n or the one before.
    assert n[gain.argmax()] in (task.reference(**given) - 1, task.reference(**given))
    assert np.all(np.diff(gain[task.reference(**given) - 1 :]) < 0)


def test_how_far_the_best_of_n_is_without_ties_is_an_integral():
    for one in drawn("fall_on_one_axis-how-far"):
        n = one["n"]
        value = -integrate.quad(lambda u, n=n: special.entr(n * u ** (n - 1)), 0, 1)[0]
        assert one["right"] == pytest.approx(value, abs=1e-7)
        assert len({round(one[key], 2) for key in ("right", "whole", "bits")}) == 3


@pytest.mark.parametrize("cohort", ["book", *(f"autumn-{2027 + i}" for i in range(4))])
def test_what_a_lead_costs_is_the_mean_of_a_walk(cohort):
    (task,) = (one for one in registry.part("remedies") if one.id == "M-3")
    given = parameters(task, cohort)
    share, lead = given["share"], given["lead"]
    # Mean votes still to come from each lead solve one linear equation each.
    places = range(1 - lead, lead)
    system, one_more = np.eye(len(places)), np.ones(len(places))
    for row, place in enumerate(places):
        for step, part in ((1, share), (-1, 1 - share)):
            if abs(place + step) < lead:
                system[row, row + step] -= part
    assert task.reference(**given) == pytest.approx(np.linalg.solve(system, one_more)[lead - 1])


def test_numbers_about_votes_that_stop_are_those_of_the_library():
    for one in drawn("stop_voting_early-in-a-row"):
        sure = 1 - special.betainc(one["votes"] + 1, 1, 0.5)
        assert one["right"] == pytest.approx(sure)
        assert len({round(one[key], 3) for key in ("right", "less", "other")}) == 3
    for one in drawn("stop_voting_early-certain"):
        k = one["k"]
        found = its.stopped_vote(["A"] * k, [True] * k, its.CertainRule(), k)
        assert one["right"] == found.samples
        assert len({one["right"], one["less"], one["four"]}) == 3


@pytest.mark.parametrize("cohort", ["book", *(f"autumn-{2027 + i}" for i in range(3))])
def test_two_yes_of_a_judge_are_what_a_simulated_judge_says(cohort):
    (task,) = (one for one in registry.part("remedies") if one.id == "M-4")
    given, rng = parameters(task, cohort), np.random.default_rng(6)
    right = rng.random(400_000) < given["p"]
    rate = np.where(right, given["t"], given["f"])
    first = rng.random(right.size) < rate
    # The second look repeats the first with this chance: the correlation of two verdicts.
    second = np.where(rng.random(right.size) < given["shared"], first, rng.random(right.size) < rate)
    both = first & second
    assert task.reference(**given) == pytest.approx(right[both].mean(), abs=4 * 0.5 / both.sum() ** 0.5)


def test_what_endless_looks_are_worth_is_reached_by_a_great_many():
    for one in drawn("ask_the_judge_twice-ceiling"):
        shared = one["percent"] / 100
        assert one["most"] == pytest.approx(1e6 / (1 + (1e6 - 1) * shared), rel=1e-4)


def test_first_steps_are_picked_as_the_looks_say():
    steps = game24.judged()
    share = [steps.right[steps.puzzle == puzzle].mean() for puzzle in np.unique(steps.puzzle)]
    # With one step nothing is picked, whatever the looks say.
    np.testing.assert_allclose(first_steps.best_of(1, 3, draws=1), share)
    assert first_steps.puzzles_with(5).sum() == len(first_steps.best_of(5, 1, draws=1)) < len(share)
    assert first_steps.recorded_auc(1) < first_steps.recorded_auc(2) < first_steps.recorded_auc(3)
    again = first_steps.look_again(4, draws=40)
    assert again.fixed.shape == (len(share), 3) and ((again.spent >= 1) & (again.spent <= 3)).all()
    # The two ways to compute three fixed looks agree: all sets of four against some of them.
    assert again.fixed[:, 2].mean() == pytest.approx(first_steps.best_of(4, 3, draws=2).mean(), abs=0.03)
    assert first_steps.best_of(4, 3, mixed=True, draws=4).mean() < first_steps.best_of(4, 1, draws=4).mean()


def test_pairs_at_one_distance_take_the_nearest_and_the_changed_scores_leave_the_rest():
    rng = np.random.default_rng(2)
    score, correct = rng.normal(size=(30, 40)), rng.random((30, 40)) < 0.4
    correct[0] = True
    fine = axis.along(score, correct, verifiers.best_of_n_axis, np.arange(1, 20))
    at, found = axis.as_far(fine, 4, fine)
    assert at == 4 and found.value == 0
    np.testing.assert_allclose(fine.d**2, fine.divergence.mean(axis=0))
    cut, wide = axis.no_top(score, correct), axis.stretched(score, correct, rng)
    assert np.all(cut[correct] == score[correct]) and np.all(wide[~correct] == score[~correct])
    np.testing.assert_array_equal(wide[0], score[0])
    for one, before, right in zip(cut[1:], score[1:], correct[1:], strict=True):
        assert one[~right].max() == pytest.approx(np.quantile(before[~right], 0.9))


def test_the_explorable_is_the_law_at_every_state_and_its_distance_that_of_no_ties():
    one = explorables.UPPER_TAIL
    for p, tail, top, n in product((0.05, 0.6), (0.0005, 0.3), (0.0, 0.4), (1, 64, 4096)):
        state = {"p": p, "tail": tail, "top": top, "rest": 0.8, "n": n}
        env = explorable.environment(one.payload(), state)
        roc = verifiers.Roc.piecewise_linear([(tail, top), (tail + (1 - tail) * 0.3, top + (1 - top) * 0.8)])
        found = verifiers.roc_axis(p, roc, n)
        assert env["best"] == pytest.approx(found.reward, abs=1e-10)
        assert env["far"] ** 2 == pytest.approx(found.divergence, abs=1e-10)


def test_the_figures_of_remedies_show_each_that_applies_and_a_control_in_its_colour():
    rng = np.random.default_rng(5)
    correct = rng.random((30, 6)) < rng.random((30, 1))
    samples = its.SampleSet.from_matrix(correct, score=correct + rng.normal(size=correct.shape))
    table = its.try_remedies(samples, 4, rng=1)
    shown = eight.against_best(samples, table, finding="{best:.2f}", best=table.best).payload()
    applies = [row for row in table.rows if row.applies]
    # Who has no second check and no uncertainty sees no line for them.
    assert [name.split(",")[0] for name in shown["names"]] == [row.name for row in applies] + ["at random"]
    assert shown["roles"] == ["verifier"] * len(applies) + ["control"]
    assert shown["values"][:-1] == pytest.approx([row.over_best.value for row in applies], abs=1e-4)
    # One sample at random is right as often as the mean of all; the best of four by brute force over all its sets.
    score = np.asarray(samples.score).reshape(30, 6)
    best = np.mean(
        [correct[i][max(four, key=score[i].__getitem__)] for i in range(30) for four in combinations(range(6), 4)]
    )
    assert shown["values"][-1] == pytest.approx(correct.mean() - best, abs=1e-4)
    assert shown["low"][-1] <= shown["values"][-1] <= shown["high"][-1]
    chance = eight.against_chance(table, finding="{best:.2f}", best=table.best).payload()
    assert chance["values"] == pytest.approx([row.over_chance.value for row in applies], abs=1e-4)

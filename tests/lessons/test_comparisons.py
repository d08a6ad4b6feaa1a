"""What the Laboratory compares: sums of each difficulty, searches with equal budgets, the law of a greedy beam."""

from __future__ import annotations

import numpy as np
import pytest
from inference_scaling import search
from inference_scaling.lessons.laboratory import comparisons
from inference_scaling.sources import reasoner

FEW = 12


@pytest.fixture(scope="module")
def lab() -> reasoner.Laboratory:
    return reasoner.load(reasoner.Config(seed=14))


@pytest.fixture(scope="module")
def sums(lab: reasoner.Laboratory) -> comparisons.Sums:
    return comparisons.sums_by_difficulty(lab.reasoner, 3, many=FEW, among=400)


def test_each_row_holds_sums_of_its_kind_with_their_exact_chance(lab: reasoner.Laboratory, sums: comparisons.Sums):
    assert sums.p.shape == (3, FEW) and len(sums.problems) == 3 * FEW
    assert np.all(sums.p[0] < 0.15) and np.all(sums.p[2] >= 0.65)
    assert np.all((sums.p[1] >= 0.15) & (sums.p[1] < 0.65))
    assert lab.reasoner.success(sums.problems) == pytest.approx(sums.p.ravel())


def test_too_few_sums_of_a_kind_are_refused_by_name(lab: reasoner.Laboratory):
    with pytest.raises(ValueError, match=r"among = 20: holds .* (hard|middle|easy) sums, and many = 100"):
        comparisons.sums_by_difficulty(lab.reasoner, 3, many=100, among=20)


def test_a_search_spends_at_most_the_steps_of_n_solutions_of_its_own_sum(sums: comparisons.Sums):
    runs = sums.search(search.beam, 4, lambda puzzle: puzzle.check, 0, width=2, expand=2)
    assert [run.ledger.steps for run in runs] == (4 * sums.problems.length).tolist()
    assert comparisons.solved(runs).shape == (3, FEW)


def test_best_of_one_and_the_vote_of_one_are_single_solutions(lab: reasoner.Laboratory, sums: comparisons.Sums):
    drawn = lab.reasoner.draw(sums.problems, 32, 1)
    single = drawn.correct.mean(axis=1).reshape(3, FEW)
    assert sums.best_of(drawn, lab.prm.score(drawn), 1) == pytest.approx(single)
    assert sums.vote_of(drawn, 1) == pytest.approx(single)
    # One number for each sum: all 32 of the first, one of the others.
    each = np.where(np.arange(3 * FEW) == 0, 32, 1)
    assert sums.best_of(drawn, drawn.correct.astype(float), each).ravel()[0] == drawn.correct[0].any()


def test_the_law_of_a_greedy_beam_is_what_greedy_beams_do(lab: reasoner.Laboratory, sums: comparisons.Sums):
    judge = lab.prm.on("product")
    runs = [
        comparisons.solved(sums.search(search.beam, 4, lambda puzzle: judge, [5, turn], width=1, expand=4))
        for turn in range(40)
    ]
    seen, law = np.mean(runs, axis=0), comparisons.greedy_beam(sums, lab.prm, 4)
    # Right answers by way of wrong steps are not counted by the law.
    assert np.mean(seen - law) == pytest.approx(0.0, abs=0.03)
    assert np.corrcoef(seen.ravel(), law.ravel())[0, 1] > 0.95


def test_one_draw_a_step_is_one_solution_with_right_steps_only(lab: reasoner.Laboratory, sums: comparisons.Sums):
    test = sums.problems
    before = np.column_stack([test.start, test.truth[:, :-1]])
    q = lab.reasoner.probabilities()[test.op, test.operand, before, test.truth]
    every = np.where(test.inside, q, 1).prod(axis=1)
    assert comparisons.greedy_beam(sums, lab.prm, 1).ravel() == pytest.approx(every)

"""Trying again: what independent retries must give, what each restart keeps, and who is left to try."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from inference_scaling.lessons.laboratory import revision
from inference_scaling.sources import reasoner


@pytest.fixture(scope="module")
def lab() -> reasoner.Laboratory:
    return reasoner.load(reasoner.Config(seed=14))


@pytest.fixture(scope="module")
def sums() -> reasoner.Problems:
    return reasoner.draw_problems(40, 5)


def test_retries_are_independent_tries_of_the_exact_chance(lab: reasoner.Laboratory, sums: reasoner.Problems):
    p = lab.reasoner.success(sums)
    tries = revision.try_again(lab, sums, "retry", 1, budget=4, runs=400)
    for n in (1, 2, 4):
        found, law = tries.solved_within(n * sums.length), 1 - (1 - p) ** n
        error = np.sqrt(law * (1 - law) / 400) + 1e-3
        assert (np.abs(found - law) < 4.5 * error).all()
    # Whoever stops after t attempts wrote t whole solutions.
    assert (tries.written == tries.attempts * sums.length[:, None]).all()
    assert (tries.steps[tries.right] == tries.written[tries.right]).all() and np.isinf(tries.steps[~tries.right]).all()


@pytest.mark.parametrize("restart", revision.RESTARTS)
@pytest.mark.parametrize("told", [True, False])
def test_no_run_passes_its_budget_and_a_revision_gets_more_attempts(lab, sums, restart: str, told: bool):
    tries = revision.try_again(lab, sums, restart, 2, budget=3, runs=20, told=told)
    assert (tries.written <= 3 * sums.length[:, None]).all() and (tries.attempts >= 1).all()
    assert tries.attempts.max() > 3 or restart == "retry"
    # Reading is paid for: nobody gets further by it.
    free, paid = (tries.solved_within(3 * sums.length, read=read) for read in (0, sums.length))
    assert (paid <= free).all() and (paid < free).any()


def test_a_revision_keeps_what_stands_before_the_first_doubted_step(sums: reasoner.Problems):
    scores = np.ones((len(sums), 10))
    scores[0, [1, 0]] = 0.2, 0.9
    scores[1, 0] = 0.49
    last = revision._Attempts(sums, np.zeros((len(sums), 10), dtype=int), scores)
    rng = np.random.default_rng(0)
    kept = revision.RESTARTS["revise"](last, rng)
    assert kept[0] == 1 and kept[1] == 0 and not kept[2:].any()
    assert not revision.RESTARTS["retry"](last, rng).any()
    drawn = np.array([revision.RESTARTS["random restart"](last, rng) for _ in range(300)])
    assert (drawn.min(axis=0) == 0).all() and (drawn.max(axis=0) == sums.length - 1).all()


def test_kept_steps_stay_and_the_others_are_drawn_from_the_model(lab: reasoner.Laboratory):
    one = revision._taken(reasoner.draw_problems(1, 3, shortest=4, longest=4), np.zeros(4000, dtype=int))
    ends = np.cumsum(lab.reasoner.probabilities(), axis=3)
    rng = np.random.default_rng(0)
    first = revision._written(ends, one, np.zeros((4000, 10), dtype=int), np.zeros(4000, dtype=int), rng)
    again = revision._written(ends, one, first, np.full(4000, 2), rng)
    assert (again[:, :2] == first[:, :2]).all() and (again[:, 2:4] != first[:, 2:4]).any()
    p = lab.reasoner.success(one)[0]
    for results in (first, again):
        assert abs((results[:, 3] == one.answer).mean() - p) < 4 * np.sqrt(p * (1 - p) / 4000)


def test_bad_input_is_refused_by_name(lab: reasoner.Laboratory, sums: reasoner.Problems):
    with pytest.raises(ValueError, match="restart = 'redo': must be one of 'revise', 'retry', 'random restart'"):
        revision.try_again(lab, sums, "redo", 0)
    for bad in (0, 2.5, True):
        with pytest.raises(ValueError, match=f"budget = {bad}: must be a whole number, at least 1"):
            revision.try_again(lab, sums, "retry", 0, budget=bad)
    with pytest.raises(ValueError, match="runs = 0"):
        revision.try_again(lab, sums, "retry", 0, runs=0)


def test_the_gain_among_the_tasks_left_falls_by_their_variance():
    rng = np.random.default_rng(3)
    for _ in range(200):
        p, w = rng.random(6), rng.dirichlet(np.ones(6))
        solved = [float(w @ (1 - (1 - p) ** t)) for t in range(8)]
        gains = [(b - a) / (1 - a) for a, b in pairwise(solved)]
        for t, (now, later) in enumerate(pairwise(gains)):
            left = w * (1 - p) ** t / (1 - solved[t])
            mean = left @ p
            assert now == pytest.approx(mean) and later <= now + 1e-12
            assert now - later == pytest.approx(left @ (p - mean) ** 2 / (1 - now), abs=1e-12)

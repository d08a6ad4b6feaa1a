"""Rejection sampling beside best-of-N on pools: equal mean draws, thresholds from other problems."""

from __future__ import annotations

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.lessons.theorem import thresholds


def pools(problems: int, size: int, *, seed: int, harder: bool = False) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pools of a verifier of AUC 0.8 and equal spread; where `harder`, p differs and scores fall with it."""
    rng, made = np.random.default_rng(seed), []
    for _ in range(problems):
        p = rng.choice([0.01, 0.5]) if harder else 0.1
        right = rng.random(size) < p
        made.append((right, rng.normal(size=size) + 1.19 * right - harder * (p < 0.1)))
    return made


def test_one_threshold_meets_the_mean_on_other_problems_and_follows_the_law_where_all_are_alike() -> None:
    found = thresholds.by_one_threshold(pools(200, 60, seed=1), 5, 20)
    assert found.draws.mean() == pytest.approx(5, abs=0.25)
    roc = its.Roc.binormal(0.8)
    assert found.rejection.mean() == pytest.approx(its.rejection_law(0.1, roc, 5, most=20), abs=0.02)
    assert found.best_of_n.mean() == pytest.approx(its.best_of_n_law(0.1, roc, 5), abs=0.02)


def test_one_threshold_is_not_chosen_on_the_problems_that_it_judges() -> None:
    made = pools(40, 30, seed=2)
    before = thresholds.by_one_threshold(made, 3, 12)
    # The scores of one odd problem move the threshold of the even ones, and not that of its own half.
    right, score = made[1]
    after = thresholds.by_one_threshold([made[0], (right, score + 100), *made[2:]], 3, 12)
    assert np.array_equal(before.draws[3::2], after.draws[3::2])
    assert not np.array_equal(before.draws[::2], after.draws[::2])


def test_a_threshold_for_each_problem_takes_the_same_draws_everywhere_and_one_threshold_does_not() -> None:
    made = pools(60, 100, seed=3, harder=True)
    assert set(thresholds.by_own_thresholds(made, 5).draws) == {5.0}
    hard = np.array([right.mean() < 0.1 for right, _ in made])
    shared = thresholds.by_one_threshold(made, 5, 20).draws
    assert shared[hard].mean() > 3 * shared[~hard].mean()


def test_where_all_answers_are_alike_nothing_is_gained() -> None:
    alike = [(np.ones(50, bool), np.arange(50.0)), (np.zeros(50, bool), np.arange(50.0))]
    for found in (thresholds.by_own_thresholds(alike, 5), thresholds.by_one_threshold(alike, 5, 20)):
        for reached in (found.rejection, found.best_of_n):
            assert reached == pytest.approx([1, 0])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: thresholds.by_own_thresholds(pools(3, 20, seed=4), 5), r"pools\[0\] has 20 samples: at least 25"),
        (lambda: thresholds.by_one_threshold(pools(3, 20, seed=4), 5, 30), r"pools\[0\] has 20 samples: at least 30"),
        (lambda: thresholds.by_one_threshold(pools(3, 20, seed=4), 8, 8), "draws = 8"),
    ],
)
def test_pools_that_are_too_small_are_refused(call, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        call()

"""The range of what may still be solved: known cases, and a check against another optimiser."""

import numpy as np
import pytest
from inference_scaling.lessons.phenomena.unseen import solved_later
from inference_scaling.sources import recorded
from scipy.special import stdtrit


def test_problems_that_never_fall_or_all_do_are_both_inside_where_nothing_speaks_against_them():
    low, high = solved_later([0] * 40 + [50] * 60, 100, 1000)
    # All 40 at one small p: half a squared quantile of Student's t bounds the loss, so (1 - p)^4000 = exp(-drop).
    alike = 1 - np.exp(-(stdtrit(99, 0.975) ** 2) / 2 / 4000)
    assert low < 0.01
    assert high == pytest.approx(40 * (1 - (1 - alike) ** 900), abs=0.5)


def test_where_every_problem_was_solved_nothing_is_left():
    assert solved_later([1, 5, 10], 10, 100) == (0, 0)


def test_problems_solved_once_or_twice_narrow_the_range_on_both_sides():
    low, high = solved_later(recorded.load("humaneval_codet").c, 100, 1000)
    assert 1 < low < 3 and 35 < high < 39


@pytest.mark.parametrize(
    ("c", "n", "k", "told"),
    [([0], 100, 100, "n = 100 and k = 100"), ([101], 100, 1000, "counts from 0 to n = 100"), ([], 1, 2, "a row")],
)
def test_bad_input_is_named(c, n, k, told):
    with pytest.raises(ValueError, match=told):
        solved_later(c, n, k)

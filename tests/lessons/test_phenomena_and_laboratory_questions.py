"""The questions of the parts Phenomena and Laboratory: their right answers, computed another way."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from inference_scaling import Roc, best_of_n, best_of_n_law
from inference_scaling.answers.task import parameters
from inference_scaling.lessons import registry
from inference_scaling.sources.language_model import softmax


def wrong_top(p, above, k):
    """Best-of-N, N = k, over all patterns of right, wrong and above, wrong and below."""
    chance = {"right": p, "above": (1 - p) * above, "below": (1 - p) * (1 - above)}
    patterns = product(chance, repeat=k)
    return sum(np.prod([chance[one] for one in some]) for some in patterns if "right" in some and "above" not in some)


def test_right_answers_of_phenomena_are_recomputed_another_way():
    right = {one.id: one.reference(**parameters(one)) for one in registry.questions("phenomena")}
    first = Roc.piecewise_linear([(0.02, 0.3)])
    assert right["P-Q1"] == pytest.approx(best_of_n_law(0.05, first, 5_000), rel=1e-6)
    assert right["P-Q2"] == pytest.approx((0.9**-5 - 1) * 0.9 / 0.1)
    correct = np.isin(np.arange(1, 9), (3, 5, 6))
    assert right["P-Q3"] == pytest.approx(best_of_n(correct, np.arange(8), 3))
    a, b = np.repeat([0.6, 0], 5), np.full(10, 0.15)
    assert right["P-Q4"] == pytest.approx(np.mean((1 - a) ** 8) - np.mean((1 - b) ** 8))
    # A thousand problems, sample by sample: 300 that never fall against 300 that fall with chance 1 in 500.
    left = 300.0
    for _ in range(600):
        left -= left / 500
    assert right["P-Q10"] == pytest.approx((300 - left) / 1000)
    # Of 1,000 draws of a step 630 are right and pass, 60 are wrong and pass.
    assert right["P-Q5"] == pytest.approx(float(Fraction(630, 690) ** 5))
    assert right["P-Q6"] == pytest.approx(0.8 - 0.8 * (1 - 0.25 / 0.8) ** 4)
    # Fifty problems, half of them with 20 right of 100 and half with 80: a mean of 0.5 and a deviation of 0.3.
    shares = np.repeat([20, 80], 25)
    assert right["P-Q7"] == pytest.approx((shares * (100 - shares)).sum() / (shares.sum() * (100 - shares).sum()))


def test_right_answers_of_the_laboratory_are_recomputed_another_way():
    right = {one.id: one.reference(**parameters(one)) for one in registry.questions("laboratory")}
    assert right["L-Q1"] == pytest.approx(0.8 - sum(0.1 * 0.9**i for i in range(5)))
    assert right["L-Q2"] == pytest.approx(wrong_top(0.2, 0.05, 8))
    assert right["L-Q3"] == pytest.approx(best_of_n_law(0.7, Roc.binormal(0.9), 2) ** 4, rel=1e-6)
    cost = [n * (5 + 2) for n in (right["L-Q4"], right["L-Q4"] + 1)]
    assert cost[0] <= 4 * 4 * 5 * (1 + 2) < cost[1]
    assert right["L-Q5"] == pytest.approx(float(100 * Fraction(90, 100) * Fraction(63, 72) * Fraction(54, 60)))
    shares = np.linspace(0, 1, 100_001)
    assert right["L-Q6"] == pytest.approx(np.minimum((1 - shares) * 0.3, shares * 0.15).max(), rel=1e-4)
    assert right["L-Q7"] == pytest.approx(softmax(np.log([0.55, 0.25, 0.2]) / 0.5)[1])
    assert right["L-Q8"] == pytest.approx(softmax(np.array([2.0, 1.0, -np.inf])) @ [4, 8, 20])
    assert 1 - (1 - right["L-Q10"]) ** 4 == pytest.approx(30 / 40)

"""Questions of the part Remedies."""

from __future__ import annotations

import numpy as np

from ... import verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import recorded

# Made by `on_demand`, below.
# ruff: noqa: F822
__all__ = ["M1"]


def _m1() -> Prediction:
    pools = list(recorded.load("humaneval_codet").pools())
    hard = [verifiers.best_of_n_axis(pool.score, pool.correct, [1, 4, 64]) for pool in pools]
    one, four, many = 100 * np.mean([axis.reward for axis in hard], axis=0)
    # At this temperature the best of a hundred lies as far out as the best of 64: in a test, not searched here.
    soft = np.mean([verifiers.soft_best_of_n_axis(pool.score, pool.correct, 100, 0.3).reward for pool in pools])
    return Prediction(
        id="M1",
        answered_in=("See it", "State it"),
        question="Pick one of n programs by the tests that it passes. The best of 4 is right for {four:.0f} % of the "
        "problems, the best of 64 for {many:.0f} %. A softer rule often takes a program with fewer tests. Set it so "
        "that its picks are as far from the model’s own programs as those of the best of 64. How often is it right?",
        choices=(
            Choice(
                "About {four:.0f} %: a soft rule is not fooled",
                "It would be, closer to the model. At this distance it takes the programs at the top nearly as often.",
            ),
            Choice(
                "About {soft:.0f} %: the distance decides, and not the rule",
                "Two ways of picking that lie equally far out prefer nearly the same programs.",
            ),
            Choice(
                "About {one:.0f} %, as one program",
                "That would be a rule that does not look at the tests at all, and its distance would be 0.",
            ),
        ),
        right=1,
        truth="The soft rule is right for {soft:.1f} % of the problems, the best of 64 for {many:.1f} %.",
        numbers={"one": one, "four": four, "many": many, "soft": 100 * soft},
    )


__getattr__ = on_demand(__name__, {"M1": _m1})

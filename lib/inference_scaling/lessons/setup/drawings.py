"""The drawings of the part Setup: what is done, before it is stated."""

from __future__ import annotations

from ..._lazy import on_demand
from ...figures import drawings
from ...sources import recorded

__all__ = ["BEST_OF_N", "BREADTH_AND_DEPTH", "REWARD_MODELS", "VERIFIER_TAX"]  # noqa: F822 (made on demand)


def _best_of_n() -> drawings.Drawing:
    programs = recorded.load("humaneval_codet")
    right, tests = programs.correct.reshape(164, 100)[:, :5], programs.score.reshape(164, 100)[:, :5]
    return drawings.best_of_n(
        # One right program of five each time; the tests of the model find it once.
        {f"Problem {i}": (tests[i], right[i].tolist()) for i in (14, 24)},
        score="own tests passed",
        finding="The highest score of {n} is handed in: it finds the right program in {found} of these {cases} "
        "problems.",
    )


def _breadth_and_depth() -> drawings.Drawing:
    return drawings.breadth_and_depth(
        6400,
        {"Depth": 1, "Some of both": 8, "Breadth": 25},
        ceiling=0.1,
        scale=400,
        start=200,
        finding="One budget of {budget:,.0f} tokens: one long chain is right {first:.0%} of the time; of {best} chains "
        "at least one is right {top:.0%} of the time, of the many short ones {last:.0%}.",
    )


def _reward_models() -> drawings.Drawing:
    return drawings.reward_models(
        ["4 × 12 = 48", "48 − 6 = 44", "44 ÷ 2 = 22", "22 + 5 = 27"],
        error=1,
        outcome=0.35,
        process=[0.97, 0.12, 0.91, 0.94],
        finding="An ORM scores the answer once; a PRM scores all {steps} steps, and its lowest score points to step "
        "{at}.",
    )


def _verifier_tax() -> drawings.Drawing:
    return drawings.verifier_tax(
        44,
        {"No look": 0, "A cheap look": 0.1, "A dear look": 3},
        finding="One budget pays for {k_0} answers without a look, {k_1} with a cheap look at each, {k_2} with a dear "
        "look at each.",
    )


__getattr__ = on_demand(
    __name__,
    {
        "BEST_OF_N": _best_of_n,
        "BREADTH_AND_DEPTH": _breadth_and_depth,
        "REWARD_MODELS": _reward_models,
        "VERIFIER_TAX": _verifier_tax,
    },
)

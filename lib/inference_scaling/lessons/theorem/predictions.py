"""Questions of the part Theorem."""

from __future__ import annotations

import numpy as np

from ... import estimates, laws
from ..._lazy import on_demand
from ...interactive.prediction import Belief, Choice, Prediction
from ...sources import recorded

_P, _K = 0.05, 64

T1 = Prediction(
    id="T1",
    question="A model is right with chance {p} on one try. The first try adds {first:.0f} points of coverage. "
    "What does the {k}th add?",
    choices=(
        Choice(
            "{first:.0f} points: each try has the same chance",
            "Each try does have the same chance to be right. But it adds something only when all {before} before it "
            "were wrong, and that is rare by then.",
        ),
        Choice(
            "About {slow:.2f} points: a {k}th of the first",
            "That would be a law in 1/k. For one problem the gain falls faster: by the factor {factor} with each try.",
        ),
        Choice(
            "About {gain:.1f} points",
            "The {k}th try counts only when the {before} before it failed, which happens {left:.1f} times in 100.",
        ),
    ),
    right=2,
    truth="It adds {gain:.2f} points: {first:.0f} points times the chance that the {before} tries before it failed.",
    numbers={
        "p": _P,
        "k": _K,
        "before": _K - 1,
        "first": 100 * _P,
        "slow": 100 * _P / _K,
        "factor": 1 - _P,
        "gain": 100 * laws.marginal_gain(_P, _K),
        "left": 100 * (1 - laws.coverage(_P, _K - 1)),
    },
)


def _t2() -> Prediction:
    p, cap = 0.2, 10
    mean = float(laws.expected_draws(p, cap))
    return Prediction(
        id="T2",
        question="p = {p}. You stop at the first right answer, and after {cap} tries in any case. How many "
        "tries is that "
        "on average?",
        choices=(
            Choice(
                "{cap}",
                "That is the cap, reached only when the first {before} tries are all wrong: {long:.0f} times in 100.",
            ),
            Choice(
                "{free:.0f} = 1/p",
                "That is the mean without a cap. The cap cuts the long runs, so the mean is (1 − {miss}^{cap})/{p}.",
            ),
            Choice(
                "{middle}, the middle", "Short runs are likelier than long ones, so the mean lies below the middle."
            ),
            Choice(
                "{mean:.2f}",
                "And at this mean cost stopping reaches {stopped:.2f}, a fixed number of tries {fixed:.2f}. It needs a "
                "check that is right while you sample.",
            ),
        ),
        right=3,
        truth="{mean:.2f} tries. At that mean cost, a fixed number covers {fixed:.2f} and stopping {stopped:.2f}.",
        numbers={
            "p": p,
            "miss": 1 - p,
            "cap": cap,
            "before": cap - 1,
            "long": 100 * (1 - p) ** (cap - 1),
            "free": 1 / p,
            "middle": (1 + cap) / 2,
            "mean": mean,
            "fixed": 1 - (1 - p) ** mean,
            "stopped": laws.coverage(p, cap),
        },
    )


def _t3() -> Prediction:
    samples, k = recorded.load("humaneval_codet"), 16
    mean = float(np.mean(samples.c / samples.n))
    value = float(estimates.pass_at_k(samples.n, samples.c, k).mean())
    promise = float(laws.coverage(mean, k))
    axis = {"label": "k, samples", "min": 1, "max": 100, "log": True}
    return Prediction(
        id="T3",
        question="{problems} programming problems. One sample solves {mean:.1f} % of them. Place the dot: "
        "what share do "
        "{k} samples solve?",
        value=round(value, 3),
        tolerance=0.04,
        beliefs=(
            Belief(
                0,
                round(mean, 2) + 0.06,
                "Near {low:.2f}: one model, one opinion",
                "That is greedy decoding, where p is 0 or 1 on each problem. Sampling lies between.",
            ),
            Belief(
                0.85,
                1,
                "Near {promise:.2f}",
                "That is one average problem: 1 − (1 − {low:.3f})^{k}. But {never} of the {problems} were "
                "not solved once "
                "in {n} tries, and they do not average away.",
            ),
            Belief(
                0,
                1,
                "Somewhere between",
                "Between one opinion and one average problem is right. Where exactly cannot be told from "
                "the mean alone: "
                "it takes the spread of p over problems, which is what the Beta curve adds.",
            ),
        ),
        step=0.01,
        dot={
            "x": k,
            "plot": {
                "title": f"Share of problems solved by one sample, {mean:.3f}. What comes at {k} samples is asked.",
                "x": axis,
                "y": {"label": "share of problems solved", "min": 0, "max": 1},
                "series": [
                    {"id": "one", "label": "", "points": [[1, mean]], "style": "points", "colour": 1, "strong": True}
                ],
            },
        },
        truth="{value:.3f} was measured; 1 − (1 − {low:.3f})^{k} = {promise:.3f} promises too much.",
        numbers={
            "problems": len(samples.n),
            "mean": 100 * mean,
            "low": mean,
            "k": k,
            "n": int(samples.n[0]),
            "value": value,
            "promise": promise,
            "never": int((samples.c == 0).sum()),
        },
    )


def _t4() -> Prediction:
    samples = recorded.load("humaneval_codet")
    k = np.arange(1, int(samples.n[0]) + 1)
    curve = estimates.curve(samples, "best_of_n", k, rng=0)
    peak = int(np.argmax(curve.value))
    spread = curve.per_problem - curve.per_problem[:, [0]]
    fall = curve.per_problem[:, -1] - curve.per_problem[:, peak]
    # A difference of two shares lies in [-1, 1]; the interval is that of a share.
    low, high = (2 * bound[0] - 1 for bound in estimates.problem_interval((spread[:, -1] + 1) / 2, rng=0))
    fall_low, fall_high = (2 * bound[0] - 1 for bound in estimates.problem_interval((fall + 1) / 2, rng=0))
    return Prediction(
        id="T4",
        question="The same programs, but now the one that passes most of the model’s own tests is taken. What does "
        "accuracy do as k goes from 1 to {n}?",
        choices=(
            Choice(
                "It rises to pass@{n}: {cover:.2f}",
                "A right program is there that often. But it has to be recognised, not only to exist.",
            ),
            Choice(
                "It rises, then stays level",
                "So it is for a vote. Here every new sample is also a chance for a wrong program that fits "
                "wrong tests.",
            ),
            Choice(
                "It rises, then falls",
                "From {best:.3f} at k = {peak} to {last:.3f} at k = {n}: a change of {fall:.3f}, and its interval "
                "[{fall_low:.3f}, {fall_high:.3f}] leaves no doubt of the sign.",
            ),
            Choice(
                "It falls below one sample",
                "The fall from the peak is real. “Below one sample” is not shown: {drop:+.3f}, interval [{low:+.3f}, "
                "{high:+.3f}]. Say only what the interval says.",
            ),
        ),
        right=2,
        truth="{first:.3f} at k = 1, {best:.3f} at k = {peak}, {last:.3f} at k = {n}.",
        numbers={
            "n": int(k[-1]),
            "cover": float(estimates.pass_at_k(samples.n, samples.c, int(k[-1])).mean()),
            "first": float(curve.value[0]),
            "best": float(curve.value[peak]),
            "peak": int(k[peak]),
            "last": float(curve.value[-1]),
            "fall": float(fall.mean()),
            "fall_low": fall_low,
            "fall_high": fall_high,
            "drop": float(spread[:, -1].mean()),
            "low": low,
            "high": high,
        },
    )


__getattr__ = on_demand(__name__, {"T2": _t2, "T3": _t3, "T4": _t4})

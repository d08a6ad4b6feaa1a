"""The explorables of the part Theorem, each made and checked when first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from ... import laws, verifiers
from ..._lazy import on_demand
from ...interactive.explorable import (
    Axis,
    Derived,
    Draws,
    Explorable,
    Handle,
    Mark,
    Panel,
    PlottedCurve,
    Sentence,
    Slider,
)
from ..axes import CHANCE, SAMPLES

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["DIMINISHING_RETURNS", "ROC_TO_BEST_OF_N"]


def _diminishing_returns() -> Explorable:
    p, k, target, x = sp.symbols("p k target x")
    return Explorable(
        "diminishing-returns",
        "What does the next sample add?",
        [
            Slider("p", "p, success of one sample", 0.001, 0.9, 0.05, step=0.001, log=True),
            Slider("k", "k, samples", 1, 1000, 64, step=1, unit="samples", log=True, whole=True),
            Slider("target", "target coverage", 0.5, 0.999, 0.9, step=0.001),
        ],
        [
            Panel(
                "Coverage against the number of samples",
                "x",
                SAMPLES,
                Axis("coverage: at least one right", limits=(0, 1)),
                [
                    PlottedCurve(
                        "coverage",
                        "coverage",
                        1 - (1 - p) ** x,
                        reference=lambda p, k, target, x: laws.coverage(p, x),
                        role="ceiling",
                        strong=True,
                    ),
                    PlottedCurve("target", "target", target, style="dot"),
                ],
                [Mark("k", k, sp.Symbol("reached"))],
                points=48,
                whole=True,
                handles=[
                    Handle("Samples and their coverage", k, sp.Symbol("reached"), across="k", up="p"),
                    Handle("Target", 1, target, up="target"),
                ],
            ),
            Panel(
                "What the k-th sample adds",
                "x",
                SAMPLES,
                Axis("added by the k-th sample", "log", (1e-6, 1)),
                [
                    PlottedCurve(
                        "gain",
                        "gain of the k-th sample",
                        p * (1 - p) ** (x - 1),
                        reference=lambda p, k, target, x: laws.marginal_gain(p, x),
                        role="ceiling",
                        strong=True,
                    )
                ],
                [Mark("k", k, sp.Symbol("gain"))],
                points=48,
                whole=True,
                handles=[Handle("Samples", k, sp.Symbol("gain"), across="k")],
            ),
        ],
        [
            Sentence(
                "At p = {p:number} the first sample adds {first:points} points, sample {k:whole} adds {gain:points}. "
                "Coverage is then {reached:chance}; a target of {target:number} takes {needed:up} samples."
            )
        ],
        derived=[
            Derived("reached", 1 - (1 - p) ** k, reference=lambda p, k, target: laws.coverage(p, k)),
            Derived("gain", p * (1 - p) ** (k - 1), reference=lambda p, k, target: laws.marginal_gain(p, k)),
            Derived("first", p),
            Derived("needed", sp.log(1 - target) / sp.log(1 - p)),
        ],
    )


# Two corners of a ROC curve, (F, T) each: wrong and right answers accepted.
Piece = tuple[tuple[Any, Any], tuple[Any, Any]]

AT = (sp.Rational(1, 100), sp.Rational(5, 100), sp.Rational(20, 100), sp.Rational(50, 100))


def _roc(p: float, k: float, **rates: float) -> verifiers.Roc:
    return verifiers.Roc.piecewise_linear([(float(f), rate) for f, rate in zip(AT, rates.values(), strict=True)])


def heaps(pieces: Sequence[Piece]) -> list[PlottedCurve]:
    """Return the heaps of wrong and of right scores behind a ROC curve of straight pieces, highest scores first.

    A ROC curve says only the order of scores. On the scale ln((1 − F)/F), F the share of wrong answers above, wrong
    scores have the density F(1 − F) and right ones that times the slope of the piece.
    """
    wrong, right = [], []
    # What lies beyond the ends of the axis is not drawn.
    edges = [sp.Rational(1, 8_000), *(f1 for (_, _), (f1, _) in pieces[:-1]), sp.Rational(997, 1_000)]
    for ((f0, t0), (f1, t1)), (low, high) in zip(pieces, pairwise(edges), strict=True):
        slope = (t1 - t0) / (f1 - f0)
        for score in np.linspace(float(sp.log(1 / low - 1)), float(sp.log(1 / high - 1)), 9).round(4):
            share = 1 / (1 + np.exp(score))
            density = sp.Float(f"{share * (1 - share):.4g}")
            wrong.append((sp.Float(f"{score:.4g}"), density))
            right.append((sp.Float(f"{score:.4g}"), slope * density))
    return [
        PlottedCurve("wrong", "wrong answers", points=wrong, style="dash", filled=True),
        PlottedCurve("right", "right answers", points=right, filled=True, strong=True),
    ]


def enlarged(pieces: Sequence[Piece]) -> list[tuple[Any, Any]]:
    """Return points of a ROC curve of straight pieces that lie evenly on a logarithmic axis from 0.001."""
    found = []
    for (f0, t0), (f1, t1) in pieces:
        low = max(float(f0), 0.001)
        for at in (low, *np.geomspace(low, float(f1), 7)[1:]):
            share = sp.Rational(f"{at:.4g}")
            found.append((share, t0 + (t1 - t0) * (share - f0) / (f1 - f0)))
    return found


def _roc_to_best_of_n() -> Explorable:
    p, k, x = sp.symbols("p k x")
    rates = sp.symbols("t1 t5 t20 t50")
    corners = [(0, 0), *zip(AT, rates, strict=True), (1, 1)]
    pieces = list(pairwise(corners))

    def above(point: tuple[Any, Any]) -> Any:
        """Share of all answers that score below a point of the curve."""
        false, true = point
        return (1 - p) * (1 - false) + p * (1 - true)

    def law(n: Any) -> Any:
        # On a straight piece the integral is closed; wrong answers are in every piece, so nothing divides by 0.
        wrong = sum(
            (1 - p) * (f1 - f0) * (above((f0, t0)) ** n - above((f1, t1)) ** n) / ((1 - p) * (f1 - f0) + p * (t1 - t0))
            for (f0, t0), (f1, t1) in pieces
        )
        return 1 - wrong

    auc = sum((f1 - f0) * (t0 + t1) / 2 for (f0, t0), (f1, t1) in pieces)
    slope, limit, best = rates[0] / AT[0], sp.Symbol("limit"), sp.Symbol("best")
    moved = [
        Handle(f"Right answers above the top {100 * at} % of the wrong", at, rate, up=str(rate))
        for at, rate in zip(AT, rates, strict=True)
    ]
    return Explorable(
        "roc-to-best-of-n",
        "Bend the verifier’s ROC: what becomes of best-of-N?",
        [
            Slider("p", "p, success of one sample", 0.02, 0.9, 0.1, step=0.01, log=True),
            Slider("k", "k, samples", 1, 1000, 10, step=1, unit="samples", log=True, whole=True),
            Slider("t1", "right answers above the top 1 % of the wrong", 0, 1, 0.005, step=0.005),
            Slider("t5", "above the top 5 %", 0, 1, 0.25, step=0.005),
            Slider("t20", "above the top 20 %", 0, 1, 0.7, step=0.005),
            Slider("t50", "above the top 50 %", 0, 1, 0.95, step=0.005),
        ],
        [
            Panel(
                "The verifier’s ROC curve",
                "x",
                Axis("wrong answers accepted", limits=(0, 1)),
                Axis("right answers accepted", limits=(0, 1)),
                [
                    PlottedCurve("roc", "this verifier", points=corners, role="verifier", strong=True),
                    PlottedCurve("blind", "a blind one", points=[(0, 0), (1, 1)], role="control"),
                ],
                handles=moved,
            ),
            Panel(
                "Accuracy of best-of-N against the number of samples",
                "x",
                SAMPLES,
                CHANCE,
                [
                    PlottedCurve(
                        "accuracy",
                        "best-of-N",
                        law(x),
                        reference=lambda x, **state: verifiers.best_of_n_law(state["p"], _roc(**state), x),
                        role="verifier",
                        strong=True,
                    ),
                    PlottedCurve("perfect", "a perfect verifier", 1 - (1 - p) ** x, role="ceiling"),
                    PlottedCurve("blind", "a blind one", p, role="control"),
                ],
                [Mark("k", k, best)],
                points=48,
                whole=True,
                handles=[Handle("Samples", k, best, across="k")],
            ),
            Panel(
                "The two heaps of scores",
                "x",
                Axis("score, in log odds", limits=(-6, 9)),
                Axis("share of its kind", limits=(0, 0.6)),
                heaps(pieces),
                aside=True,
                draws=Draws(p, k, corners, "best"),
            ),
            Panel(
                "The ROC curve with its top enlarged",
                "x",
                Axis("wrong answers accepted", "log", (0.001, 1)),
                Axis("right answers accepted", limits=(0, 1)),
                [
                    PlottedCurve("roc", "this verifier", points=enlarged(pieces), role="verifier", strong=True),
                    PlottedCurve("blind", "a blind one", x, role="control"),
                ],
                handles=moved,
                aside=True,
            ),
        ],
        [
            Sentence(
                "AUC {auc:number}. Best-of-{k:whole} is right {best:chance}, and in the long run {limit:chance}: less "
                "than one sample’s {p:number}, because the very top of the scores belongs to wrong answers.",
                when=p - limit - sp.Rational(1, 10**9),
            ),
            Sentence(
                "AUC {auc:number}. Best-of-{k:whole} is right {best:chance}; in the long run "
                "{limit:chance}. One sample: "
                "{p:number}."
            ),
        ],
        derived=[
            Derived("auc", auc, reference=lambda **state: _roc(**state).auc),
            Derived(
                "best", law(k), reference=lambda **state: verifiers.best_of_n_law(state["p"], _roc(**state), state["k"])
            ),
            Derived(
                "limit",
                slope * p / (slope * p + 1 - p),
                reference=lambda **state: verifiers.best_of_n_limit(state["p"], _roc(**state)),
            ),
        ],
        ordered=[[str(rate) for rate in rates]],
    )


__getattr__ = on_demand(
    __name__,
    {
        "DIMINISHING_RETURNS": _diminishing_returns,
        "ROC_TO_BEST_OF_N": _roc_to_best_of_n,
    },
)

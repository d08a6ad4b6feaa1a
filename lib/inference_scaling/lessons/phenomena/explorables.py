"""The explorables of the part Phenomena, each made and checked when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from scipy.special import ndtr, ndtri

from ... import laws, verifiers
from ..._lazy import on_demand
from ...interactive.explorable import (
    Axis,
    Derived,
    Explorable,
    Grid,
    GridAxis,
    Handle,
    Mark,
    Menu,
    Panel,
    PlottedCurve,
    Regions,
    Sentence,
    Slider,
)
from ..axes import CHANCE, SAMPLES

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["CROSSING", "STEP_CHECKS", "WHAT_TO_BUY"]


CHAIN = 24


def _step_checks() -> Explorable:
    q, d, tau, phi, x = sp.symbols("q d tau phi x")

    def block(delay):
        return CHAIN * q**-delay

    def alarm(delay):
        return CHAIN + (1 - q) / q * (CHAIN * delay - delay * (delay - 1) / 2)

    def checked(wrong):
        return (q * tau / (q * tau + (1 - q) * wrong)) ** CHAIN

    start = f"{CHAIN} steps, each right {{q:number}} of the time. One right solution costs {{spent:number}} steps with "
    start += "a check every {d:whole}, {located:number} if an alarm {d:whole} steps late points to the error, "
    start += "{whole:number} if only the end is checked. "
    return Explorable(
        "step-checks",
        "When is an error seen, and by how good a checker?",
        [
            Slider("q", "q, a step is right", 0.7, 0.99, 0.8, step=0.01),
            Slider("d", "d, steps until an error shows", 1, CHAIN, 4, step=1, unit="steps", whole=True),
            Slider("tau", "τ, right steps that pass", 0.05, 1, 0.9, step=0.01),
            Slider("phi", "φ, wrong steps that pass", 0.01, 1, 0.1, step=0.01),
        ],
        [
            Panel(
                f"A perfect check that comes late: steps for one right solution of {CHAIN} steps",
                "x",
                Axis("d, steps until an error shows", limits=(1, CHAIN)),
                Axis("steps for one right solution", "log", (20, 1e6)),
                [
                    PlottedCurve(
                        "block",
                        "a check every d steps",
                        block(x),
                        reference=lambda q, d, tau, phi, x: CHAIN / x * laws.steps_to_solve(x, q, x),
                        strong=True,
                    ),
                    PlottedCurve(
                        "alarm",
                        "an alarm that points to the error",
                        alarm(x),
                        reference=lambda q, d, tau, phi, x: laws.steps_late_alarm(CHAIN, q, x),
                        style="dash",
                    ),
                ],
                [Mark("d", d, sp.Symbol("spent"))],
                whole=True,
                handles=[Handle("Steps until an error shows", d, sp.Symbol("spent"), across="d")],
            ),
            Panel(
                "A checker that errs, at every step: chance that the whole chain is right",
                "x",
                Axis("φ, wrong steps that pass", limits=(0, 1)),
                CHANCE,
                [
                    PlottedCurve(
                        "checked",
                        "each step redrawn until it passes",
                        checked(x),
                        reference=lambda q, d, tau, phi, x: verifiers.step_check(q, tau, x, CHAIN).solution,
                        role="verifier",
                        strong=True,
                    ),
                    PlottedCurve("unchecked", "no check", q**CHAIN, role="one sample"),
                ],
                [Mark("φ", phi, sp.Symbol("lifted"))],
                handles=[Handle("The checker", phi, sp.Symbol("lifted"), across="phi", up="tau")],
            ),
        ],
        [
            Sentence(
                start + "The checker lifts a chain from {blind:chance} to {lifted:chance}.",
                when=tau - phi - sp.Rational(1, 1000),
            ),
            Sentence(
                start + "The checker passes wrong steps more often than right ones: from {blind:chance} to "
                "{lifted:chance}.",
                when=phi - tau - sp.Rational(1, 1000),
            ),
            Sentence(start + "The checker tells nothing: {lifted:chance}, as without it."),
        ],
        derived=[
            Derived("spent", block(d)),
            Derived("located", alarm(d), reference=lambda q, d, tau, phi: laws.steps_late_alarm(CHAIN, q, d)),
            Derived("whole", block(CHAIN), reference=lambda q, d, tau, phi: laws.steps_to_solve(CHAIN, q, CHAIN)),
            Derived("blind", q**CHAIN),
            Derived(
                "lifted",
                checked(phi),
                reference=lambda q, d, tau, phi: verifiers.step_check(q, tau, phi, CHAIN).solution,
            ),
        ],
    )


def _crossing() -> Explorable:
    k, x = sp.symbols("k x")
    mean, low = sp.symbols("mean_a mean_b"), sp.symbols("low_a low_b")
    at_k = sp.symbols("a_k b_k")

    def covered(which: int, count: Any) -> Any:
        a, b = low[which], low[which] * (1 - mean[which]) / mean[which]
        return 1 - sp.beta(a, b + count) / sp.beta(a, b)

    def law(which: int) -> Any:
        def coverage(**state: float) -> float:
            a, average = state[f"low_{'ab'[which]}"], state[f"mean_{'ab'[which]}"]
            return float(laws.BetaBinomial(a, a * (1 - average) / average).coverage(round(state.get("x", state["k"]))))

        return coverage

    said = "One sample is right {mean_a:number} of the time on A and {mean_b:number} on B; {k:whole} samples cover "
    said += "{a_k:chance} of A and {b_k:chance} of B. "
    lead = (mean[0] - mean[1]) * (at_k[0] - at_k[1])
    return Explorable(
        "crossing",
        "Two tasks, or two prompts: which gains more from samples?",
        [
            Slider("mean_a", "A: average p", 0.02, 0.6, 0.09, step=0.01),
            Slider("low_a", "A: a, small where many problems are hopeless", 0.02, 2, 0.1, step=0.01, log=True),
            Slider("mean_b", "B: average p", 0.02, 0.6, 0.05, step=0.01),
            Slider("low_b", "B: a", 0.02, 2, 0.4, step=0.01, log=True),
            Slider("k", "k, samples", 1, 1000, 100, step=1, unit="samples", log=True, whole=True),
        ],
        [
            Panel(
                "Average coverage against the number of samples",
                "x",
                SAMPLES,
                CHANCE,
                [
                    PlottedCurve("a", "A", covered(0, x), reference=law(0), strong=True),
                    PlottedCurve("b", "B", covered(1, x), reference=law(1), style="dash"),
                ],
                [Mark("", k, at_k[0]), Mark("", k, at_k[1])],
                points=48,
                whole=True,
                handles=[
                    Handle("Average p of A", 1, mean[0], up="mean_a"),
                    Handle("Average p of B", 1, mean[1], up="mean_b"),
                    Handle("Samples, and a of A", k, at_k[0], across="k", up="low_a"),
                    Handle("Samples, and a of B", k, at_k[1], across="k", up="low_b"),
                ],
            )
        ],
        [
            Sentence(
                said + "The lead has changed: the end near p = 0 decides, and the average does not.",
                when=-lead - sp.Rational(1, 10**6),
            ),
            Sentence(said + "Who leads with one sample still leads.", when=lead - sp.Rational(1, 10**6)),
            Sentence(said + "The two are level in one of the two places."),
        ],
        derived=[
            Derived("a_k", covered(0, k), reference=law(0)),
            Derived("b_k", covered(1, k), reference=law(1)),
        ],
        tolerance=1e-7,
    )


# One sample's chance behind the map, and how widely right scores spread against wrong ones.
OF_MAP = 0.1
SPREADS = {"half as spread": 0.5, "as spread": 1.0, "twice as spread": 2.0}


def _what_to_buy() -> Explorable:
    k, auc, spread, worth = sp.symbols("k auc spread worth")

    def right(auc: float, k: float, ratio: float) -> float:
        return float(verifiers.best_of_n_law(OF_MAP, verifiers.Roc.binormal(auc, ratio), k))

    def doubling(auc: float, k: float, ratio: float) -> float:
        return float(np.log(2) * verifiers.gain_per_log_k(OF_MAP, verifiers.Roc.binormal(auc, ratio), k))

    def better(auc: float, k: float, ratio: float) -> float:
        return float(0.01 * verifiers.gain_per_auc(OF_MAP, verifiers.Roc.binormal(auc, ratio), k))

    # Even in the distance of the two kinds of scores: there the law bends alike.
    aucs = ndtr(np.linspace(ndtri(0.55), ndtri(0.98), 12)).round(4).tolist()
    counts = sorted({round(2 ** (half / 2)) for half in range(2, 21)})
    axes = [GridAxis(aucs), GridAxis(counts, "log", whole=True), GridAxis(range(len(SPREADS)), whole=True)]
    ratios = tuple(SPREADS.values())

    def grid(name: str, subject: str, function: Callable[[float, float, float], float], error: float) -> Grid:
        return Grid(name, subject, axes, lambda auc, k, spread: function(auc, k, ratios[round(spread)]), error)

    grids = [
        grid("right", "The chances to be right are", right, 0.015),
        grid("doubling", "The gains of a doubling are", doubling, 0.01),
        grid("better", "The gains of a hundredth of AUC are", better, 0.003),
    ]
    derived = [Derived(one.name, grid=one.name, at=(auc, k, spread)) for one in grids]
    gain, price = sp.Symbol("doubling"), worth * sp.Symbol("better")
    derived += [
        Derived("buys", price),
        Derived("twice", 2 * k),
        # Larger than the others exactly where a doubling loses: then only the verifier helps.
        Derived("hurts", -1000 * gain),
    ]
    hurts, buys = sp.Symbol("hurts"), sp.Symbol("buys")
    here = "With {k:whole} samples and AUC {auc:number} you are right {right:chance}. "
    adds = here + "A doubling to {twice:whole} adds {doubling:points} points, a better verifier for the same price "
    adds += "{buys:points}: "
    return Explorable(
        "what-to-buy",
        "Point at your k and your AUC: what should you buy next?",
        [
            Slider("k", "k, samples allowed", 2, 1024, 16, step=1, unit="samples", log=True, whole=True),
            Slider("auc", "AUC of your verifier", 0.55, 0.98, 0.8, step=0.005),
            Menu("spread", "Right scores are, beside wrong ones,", {label: i for i, label in enumerate(SPREADS)}, 1),
            Slider("worth", "hundredths of AUC for the price of a doubling", 0.5, 20, 2, step=0.1, log=True),
        ],
        [
            Panel(
                f"What adds more, where one sample is right {OF_MAP:g} of the time",
                "x",
                Axis("k, samples allowed", "doubling", (2, 1024)),
                Axis("AUC", limits=(0.55, 0.98)),
                [],
                [Mark("you", k, auc)],
                handles=[Handle("Your k and your AUC", k, auc, across="k", up="auc")],
                regions=Regions(
                    "k",
                    "auc",
                    (np.geomspace(2, 1024, 19).round(2).tolist(), np.linspace(0.55, 0.98, 18).round(4).tolist()),
                    {
                        "doubling": ("a doubling of k adds more", 2),
                        "buys": ("the better verifier adds more", 4),
                        "hurts": ("a doubling of k hurts", 6),
                    },
                ),
            ),
            Panel(
                "Best-of-N by your verifier",
                "x",
                Axis("k, samples allowed", "doubling", (2, 1024)),
                CHANCE,
                [
                    PlottedCurve(
                        "accuracy",
                        "best-of-N",
                        grid="right",
                        at=(auc, sp.Symbol("x"), spread),
                        reference=lambda k, auc, spread, worth, x: right(auc, x, ratios[round(spread)]),
                        role="verifier",
                        strong=True,
                    ),
                    PlottedCurve("perfect", "a perfect verifier", 1 - (1 - OF_MAP) ** sp.Symbol("x"), role="ceiling"),
                    PlottedCurve("blind", "a blind one", sp.Float(OF_MAP), role="control"),
                ],
                [Mark("you", k, sp.Symbol("right"))],
                points=48,
                whole=True,
                handles=[Handle("Your k", k, sp.Symbol("right"), across="k")],
            ),
        ],
        [
            Sentence(here + "A doubling to {twice:whole} would lose: buy the better verifier.", when=hurts - buys),
            Sentence(adds + "buy samples.", when=gain - buys),
            Sentence(adds + "buy the better verifier."),
        ],
        derived=derived,
        grids=grids,
    )


__getattr__ = on_demand(
    __name__,
    {
        "CROSSING": _crossing,
        "STEP_CHECKS": _step_checks,
        "WHAT_TO_BUY": _what_to_buy,
    },
)

"""The explorables of the part Phenomena, each made and checked when first asked for."""

from __future__ import annotations

import sympy as sp

from ... import laws, verifiers
from ..._lazy import on_demand
from ...interactive.explorable import Axis, Derived, Explorable, Mark, Panel, PlottedCurve, Sentence, Slider
from ..axes import CHANCE

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["STEP_CHECKS"]


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


__getattr__ = on_demand(
    __name__,
    {
        "STEP_CHECKS": _step_checks,
    },
)

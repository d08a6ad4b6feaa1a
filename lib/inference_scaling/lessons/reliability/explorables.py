"""The explorables of the part Reliability, each made and checked when first asked for."""

from __future__ import annotations

import sympy as sp

from ... import estimates, laws
from ..._lazy import on_demand
from ...interactive.explorable import Axis, Derived, Explorable, Handle, Mark, Panel, PlottedCurve, Sentence, Slider

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["REPEATS_OR_PROBLEMS", "TWO_TAILS"]


def _middle(tilt: float, k: float, tail: str) -> float:
    """A tail of the density 1 + tilt (2 p − 1): a mixture of a uniform and a triangular distribution of p."""
    triangle = laws.BetaBinomial(2, 1) if tilt > 0 else laws.BetaBinomial(1, 2)
    uniform = laws.BetaBinomial(1, 1)
    whole = round(k)
    value: float = (1 - abs(tilt)) * getattr(uniform, tail)(whole) + abs(tilt) * getattr(triangle, tail)(whole)
    return value


def _two_tails() -> Explorable:
    always, never, tilt, k, x = sp.symbols("always never tilt k x")
    rest = 1 - always - never

    def power(n: sp.Expr, lean: sp.Expr) -> sp.Expr:
        """Mean of p^n under the density 1 + lean (2 p − 1)."""
        return (1 - lean) / (n + 1) + 2 * lean / (n + 2)

    def every(n: sp.Expr) -> sp.Expr:
        return always + rest * power(n, tilt)

    def some(n: sp.Expr) -> sp.Expr:
        return always + rest * (1 - power(n, -tilt))

    # Seven bars: the ends on their own, and a fifth of the range between them each.
    fifths = [rest * (1 + tilt * ((2 * i + 1) / sp.Integer(5) - 1)) / 5 for i in range(5)]
    places = list(enumerate([never, *fifths, always], 1))
    named = ("0", "0.1", "0.3", "0.5", "0.7", "0.9", "1")
    return Explorable(
        "two-tails",
        "One distribution of p, both tails",
        [
            Slider("always", "share of tasks with p = 1", 0, 0.5, 0.1, step=0.01),
            Slider("never", "share of tasks with p = 0", 0, 0.5, 0.2, step=0.01),
            Slider("tilt", "the other tasks: hard (−1) to easy (1)", -1, 1, -0.2, step=0.05),
            Slider("k", "k, trials", 1, 64, 4, step=1, unit="trials", log=True, whole=True),
        ],
        [
            Panel(
                "How many tasks have which p",
                "x",
                Axis(
                    "p of a task, or the middle of a fifth",
                    limits=(0.5, 7.5),
                    ticks=tuple(range(1, 8)),
                    tick_labels=named,
                ),
                Axis("share of the tasks", limits=(0, 0.5)),
                [PlottedCurve("tasks", "tasks", points=places, style="bars")],
                handles=[
                    Handle("Tasks that never succeed", 1, never, up="never"),
                    Handle("Easy among the others", 6, fifths[-1], up="tilt"),
                    Handle("Tasks that always succeed", 7, always, up="always"),
                ],
            ),
            Panel(
                "At least one of k, and all of k",
                "x",
                Axis("k, trials", "log", (1, 64)),
                Axis("share of the tasks", limits=(0, 1)),
                [
                    PlottedCurve(
                        "some",
                        "pass@k: at least one",
                        some(x),
                        reference=lambda always, never, tilt, k, x: (
                            always + (1 - always - never) * _middle(tilt, x, "coverage")
                        ),
                        role="ceiling",
                    ),
                    PlottedCurve(
                        "every",
                        "pass^k: all",
                        every(x),
                        reference=lambda always, never, tilt, k, x: (
                            always + (1 - always - never) * _middle(tilt, x, "pass_hat_k")
                        ),
                        strong=True,
                    ),
                    PlottedCurve("floor", "tasks with p = 1", always, style="dot"),
                ],
                [Mark("k", k, sp.Symbol("all_k"))],
                points=48,
                whole=True,
                handles=[Handle("Trials", k, sp.Symbol("all_k"), across="k")],
            ),
        ],
        [
            Sentence(
                "One trial succeeds with chance {mean:chance}. Of {k:whole} trials at least one succeeds on "
                "{any_k:chance} of the tasks, and all of them on {all_k:chance}. However large k is, pass^k stays "
                "above {always:chance}."
            )
        ],
        derived=[
            Derived("mean", every(sp.Integer(1))),
            Derived(
                "all_k",
                every(k),
                reference=lambda always, never, tilt, k: always + (1 - always - never) * _middle(tilt, k, "pass_hat_k"),
            ),
            Derived(
                "any_k",
                some(k),
                reference=lambda always, never, tilt, k: always + (1 - always - never) * _middle(tilt, k, "coverage"),
            ),
        ],
    )


def _repeats_or_problems() -> Explorable:
    between, within, problems, samples, x = sp.symbols("between within problems samples x")

    def error(m: sp.Expr, n: sp.Expr) -> sp.Expr:
        return sp.sqrt(between / m + within / (m * n))

    def split(between: float, within: float) -> estimates.VarianceSplit:
        return estimates.VarianceSplit(between, within, 1, 1)

    def spread(between: float, within: float, problems: float, samples: float, x: float) -> float:
        # As many samples in all, x of each problem.
        return split(between, within).standard_error(1, x) * (x / (problems * samples)) ** 0.5

    return Explorable(
        "repeats-or-problems",
        "More problems, or more samples of each?",
        [
            Slider("between", "variance of p over problems", 0.001, 0.2, 0.158, step=0.001),
            Slider("within", "mean of p(1 − p)", 0.001, 0.25, 0.081, step=0.001),
            Slider("problems", "m, problems", 10, 2000, 200, step=1, unit="problems", log=True, whole=True),
            Slider("samples", "n, samples of each", 1, 128, 8, step=1, unit="samples", log=True, whole=True),
        ],
        [
            Panel(
                "Standard error against the samples of each problem",
                "x",
                Axis("samples of each problem", "log", (1, 128)),
                Axis("standard error", "log", (1e-3, 3)),
                [
                    PlottedCurve(
                        "these",
                        "these problems",
                        error(problems, x),
                        reference=lambda between, within, problems, samples, x: split(between, within).standard_error(
                            round(problems), x
                        ),
                        strong=True,
                    ),
                    PlottedCurve("floor", "endless samples", sp.sqrt(between / problems), style="dot"),
                    PlottedCurve(
                        "same",
                        "as many samples in all",
                        sp.sqrt((between + within / x) * x / (problems * samples)),
                        reference=spread,
                        style="dash",
                    ),
                ],
                [Mark("n", samples, sp.Symbol("now"))],
                points=40,
                whole=True,
                handles=[Handle("Samples and problems", samples, sp.Symbol("now"), across="samples", up="problems")],
            )
        ],
        [
            Sentence(
                "{problems:whole} problems with {samples:whole} samples each: standard error {now:number}. Endless "
                "samples would bring it to {endless:number}. The same {total:whole} samples, one of each of as many "
                "problems, would bring it to {once:number}."
            )
        ],
        derived=[
            Derived(
                "now",
                error(problems, samples),
                reference=lambda between, within, problems, samples: split(between, within).standard_error(
                    round(problems), round(samples)
                ),
            ),
            Derived("endless", sp.sqrt(between / problems)),
            Derived("total", problems * samples),
            Derived("once", sp.sqrt((between + within) / (problems * samples))),
        ],
    )


__getattr__ = on_demand(__name__, {"TWO_TAILS": _two_tails, "REPEATS_OR_PROBLEMS": _repeats_or_problems})

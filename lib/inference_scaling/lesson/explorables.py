"""The explorables of the book, each made and checked when first asked for."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import Any

import sympy as sp

from .. import laws, verifiers
from ..display.lazy import on_demand
from ..interactive.explorable import Axis, Curve, Derived, Explorable, Grid, GridAxis, Mark, Panel, Sentence, Slider

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = [
    "BREADTH_AND_DEPTH",
    "DIMINISHING_RETURNS",
    "ROC_TO_BEST_OF_N",
    "STEP_CHECKS",
    "TRAIN_OR_SAMPLE",
    "VERIFIER_TAX",
]

CHANCE = Axis("chance that the answer is right", 0, 1)
CHAIN = 24
SAMPLES = Axis("k, samples", 1, 1000, log=True, whole=True, points=48)


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
                Axis("coverage: at least one right", 0, 1),
                [
                    Curve(
                        "coverage",
                        "coverage",
                        1 - (1 - p) ** x,
                        reference=lambda p, k, target, x: laws.coverage(p, x),
                        strong=True,
                    ),
                    Curve("target", "target", target, style="dash", colour=2),
                ],
                [Mark("k", k, sp.Symbol("reached"))],
            ),
            Panel(
                "What the k-th sample adds",
                "x",
                SAMPLES,
                Axis("added by the k-th sample", 1e-6, 1, log=True),
                [
                    Curve(
                        "gain",
                        "gain of the k-th sample",
                        p * (1 - p) ** (x - 1),
                        reference=lambda p, k, target, x: laws.marginal_gain(p, x),
                        colour=3,
                        strong=True,
                    )
                ],
                [Mark("k", k, sp.Symbol("gain"))],
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


def _breadth_and_depth() -> Explorable:
    budget, ceiling, scale, start, x = sp.symbols("budget ceiling scale start x")
    chain = ceiling * (1 - sp.exp(-x / scale))
    best = sp.Symbol("best")
    at_best = ceiling * (1 - sp.exp(-best / scale))
    # The best length is a multiple of the scale that depends on the ceiling and on start / scale alone.
    multiple = Grid(
        "multiple",
        "The best length is",
        [
            GridAxis([0.02, 0.1, 0.3, 0.5, 0.65, 0.78, 0.86, 0.9], "logit"),
            GridAxis([10 ** (i / 5 - 3.4) for i in range(23)], "log"),
        ],
        lambda ceiling, start: laws.best_chain_length(ceiling, 1.0, start),
        error=0.02,
        scale="log",
        relative=True,
    )
    return Explorable(
        "breadth-and-depth",
        "One budget: many short chains or few long ones?",
        [
            Slider("budget", "budget", 3200, 51200, 6400, step=100, unit="tokens", log=True, whole=True),
            Slider("ceiling", "ceiling: success of an endless chain", 0.02, 0.9, 0.1, step=0.01, log=True),
            Slider("scale", "length scale of a chain", 50, 2000, 400, step=10, unit="tokens", log=True, whole=True),
            Slider("start", "cost of each start", 0, 500, 50, step=1, unit="tokens", whole=True),
        ],
        [
            Panel(
                "Chance of success against the length of each chain",
                "x",
                Axis("length of a chain", 10, 3200, log=True, unit="tokens"),
                CHANCE,
                [
                    Curve(
                        "checked",
                        "a perfect checker picks",
                        1 - (1 - chain) ** (budget / (x + start)),
                        reference=lambda budget, ceiling, scale, start, x: laws.chain_coverage(
                            budget, x, ceiling, scale, start
                        ),
                        strong=True,
                    ),
                    Curve(
                        "unchecked",
                        "nothing picks: one chain at random",
                        chain,
                        reference=lambda budget, ceiling, scale, start, x: laws.chain_success(x, ceiling, scale),
                        style="dash",
                        colour=2,
                    ),
                ],
                [Mark("best length", best, sp.Symbol("reached"))],
            )
        ],
        [
            Sentence(
                "With {start:whole} tokens a start, chains of about {best:number} tokens serve best: "
                "{chains:number} of "
                "them reach {reached:chance}. Without a checker, length alone helps, up to {ceiling:number}.",
                when=start,
            ),
            Sentence(
                "Starts are free, so the shortest chain always wins: there is no best length. Without a "
                "checker, length "
                "alone helps, up to {ceiling:number}."
            ),
        ],
        grids=[multiple],
        derived=[
            Derived("ratio", start / scale),
            Derived("multiple", grid="multiple", at=(ceiling, sp.Symbol("ratio"))),
            # At no cost of starting the mark belongs at length 0, which lies outside the picture.
            Derived("best", sp.Symbol("multiple") * scale * start / (start + sp.Rational(1, 10**9))),
            Derived("chains", budget / (best + start + sp.Rational(1, 10**9))),
            Derived("reached", 1 - (1 - at_best) ** sp.Symbol("chains")),
        ],
    )


AT = (sp.Rational(1, 100), sp.Rational(5, 100), sp.Rational(20, 100), sp.Rational(50, 100))


def _roc(p: float, k: float, **rates: float) -> verifiers.Roc:
    return verifiers.Roc.piecewise_linear([(float(f), rate) for f, rate in zip(AT, rates.values(), strict=True)])


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
                Axis("wrong answers accepted", 0, 1),
                Axis("right answers accepted", 0, 1),
                [
                    Curve("roc", "this verifier", points=corners, strong=True),
                    Curve("blind", "a blind one", points=[(0, 0), (1, 1)], style="dot", colour=5),
                ],
            ),
            Panel(
                "Accuracy of best-of-N against the number of samples",
                "x",
                SAMPLES,
                CHANCE,
                [
                    Curve(
                        "accuracy",
                        "best-of-N",
                        law(x),
                        reference=lambda x, **state: verifiers.best_of_n_law(state["p"], _roc(**state), x),
                        strong=True,
                    ),
                    Curve("perfect", "a perfect verifier", 1 - (1 - p) ** x, style="dash", colour=3),
                    Curve("blind", "a blind one", p, style="dot", colour=5),
                ],
                [Mark("k", k, best)],
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
                Axis("d, steps until an error shows", 1, CHAIN, whole=True),
                Axis("steps for one right solution", 20, 1e6, log=True),
                [
                    Curve(
                        "block",
                        "a check every d steps",
                        block(x),
                        reference=lambda q, d, tau, phi, x: CHAIN / x * laws.steps_to_solve(x, q, x),
                        strong=True,
                    ),
                    Curve(
                        "alarm",
                        "an alarm that points to the error",
                        alarm(x),
                        reference=lambda q, d, tau, phi, x: laws.steps_late_alarm(CHAIN, q, x),
                        style="dash",
                        colour=2,
                    ),
                ],
                [Mark("d", d, sp.Symbol("spent"))],
            ),
            Panel(
                "A checker that errs, at every step: chance that the whole chain is right",
                "x",
                Axis("φ, wrong steps that pass", 0, 1),
                CHANCE,
                [
                    Curve(
                        "checked",
                        "each step redrawn until it passes",
                        checked(x),
                        reference=lambda q, d, tau, phi, x: verifiers.step_check(q, tau, x, CHAIN).solution,
                        colour=3,
                        strong=True,
                    ),
                    Curve("unchecked", "no check", q**CHAIN, style="dot", colour=5),
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


def _train_or_sample() -> Explorable:
    size, ratio, p, large, x = sp.symbols("size ratio p large x")

    def multiple(tokens):
        return size + 3 * tokens * (size - 1)

    start = "A model {size:number} times larger, trained on {ratio:number} times the tokens it will write: the small "
    start += "one may draw {k:number} samples for each of the large. With a perfect checker they hold a right answer "
    start += "{covered:chance}; one sample of the large model is right {large:chance}. "
    tokens = Axis("tokens of training for each token of use", 0.01, 100, log=True)
    return Explorable(
        "train-or-sample",
        "Equal compute: a larger model, or more samples from the small one?",
        [
            Slider("size", "M, times larger", 1.5, 30, 14, step=0.5, log=True),
            Slider("ratio", "tokens of training for each token of use", 0.01, 100, 1, step=0.01, log=True),
            Slider("p", "p, one sample of the small model", 0.001, 0.9, 0.05, step=0.001, log=True),
            Slider("large", "one sample of the large model", 0.01, 0.99, 0.3, step=0.01),
        ],
        [
            Panel(
                "How much more inference may the small model spend?",
                "x",
                tokens,
                Axis("times the inference of the small model", 1, 10000, log=True),
                [
                    Curve(
                        "multiple",
                        "equal compute",
                        multiple(x),
                        reference=lambda size, ratio, p, large, x: laws.inference_multiplier(size, x, 1.0),
                        strong=True,
                    ),
                    Curve("size", "ratio of sizes", size, style="dash", colour=2),
                ],
                [Mark("", ratio, sp.Symbol("k"))],
            ),
            Panel(
                "Who is right more often for the same compute?",
                "x",
                tokens,
                CHANCE,
                [
                    Curve(
                        "covered",
                        "small model, a perfect checker picks",
                        1 - (1 - p) ** multiple(x),
                        reference=lambda size, ratio, p, large, x: (
                            -math.expm1(laws.inference_multiplier(size, x, 1.0) * math.log1p(-p))
                        ),
                        strong=True,
                    ),
                    Curve("large", "large model, one sample", large, style="dash", colour=3),
                    Curve("alone", "small model, nothing picks", p, style="dot", colour=5),
                ],
                [Mark("", ratio, sp.Symbol("covered"))],
            ),
        ],
        [
            Sentence(
                start + "Sampling does better, as long as the check is perfect.",
                when=sp.Symbol("covered") - large - sp.Rational(1, 1000),
            ),
            Sentence(
                start + "The larger model does better; the small one would need p above {least:number}.",
                when=large - sp.Symbol("covered") - sp.Rational(1, 1000),
            ),
            Sentence(start + "The two are equal here."),
        ],
        derived=[
            Derived(
                "k",
                multiple(ratio),
                reference=lambda size, ratio, p, large: laws.inference_multiplier(size, ratio, 1.0),
            ),
            Derived("covered", 1 - (1 - p) ** multiple(ratio)),
            Derived("least", 1 - (1 - large) ** (1 / multiple(ratio))),
        ],
    )


def _verifier_tax() -> Explorable:
    p, budget, x = sp.symbols("p budget x")
    cheap, dear = sp.symbols("cheap dear")
    cheap_auc, dear_auc = sp.symbols("cheap_auc dear_auc")
    binormal = cache(verifiers.Roc.binormal)
    accuracy = Grid(
        "accuracy",
        "The accuracies are",
        [
            GridAxis([0.02, 0.06, 0.16, 0.35, 0.5], "logit"),
            GridAxis([0.5, 0.58, 0.66, 0.74, 0.8, 0.85, 0.89, 0.92, 0.95], "logit"),
            GridAxis([1, 2, 3, 5, 8, 12, 20, 32, 56, 100, 200, 400], "log", whole=True),
        ],
        lambda p, auc, k: verifiers.best_of_n_law(p, binormal(auc), k),
        error=0.015,
        scale="logit",
    )
    curves = [
        Curve(name, label, grid="accuracy", at=(p, auc, x / (1 + price)), style=style, colour=colour, strong=strong)
        for name, label, auc, price, style, colour, strong in (
            ("cheap", "cheap verifier", cheap_auc, cheap, "dash", 2, False),
            ("dear", "dear verifier", dear_auc, dear, "line", 1, True),
        )
    ]
    by_cheap, by_dear = sp.symbols("by_cheap by_dear")
    return Explorable(
        "verifier-tax",
        "The same budget: many candidates and a cheap look, or few and a dear one?",
        [
            Slider("p", "p, success of one sample", 0.02, 0.5, 0.1, step=0.01, log=True),
            Slider("budget", "budget", 4, 400, 44, step=1, unit="generations", log=True, whole=True),
            Slider("cheap", "cheap look costs", 0.01, 1, 0.1, step=0.01, unit="generations", log=True),
            Slider("cheap_auc", "AUC of the cheap verifier", 0.5, 0.95, 0.7, step=0.01),
            Slider("dear", "dear look costs", 0.1, 10, 3, step=0.1, unit="generations", log=True),
            Slider("dear_auc", "AUC of the dear verifier", 0.5, 0.95, 0.85, step=0.01),
        ],
        [
            Panel(
                "Accuracy of best-of-N against the budget, scores with equal spread",
                "x",
                Axis("budget", 4, 400, log=True, unit="generations"),
                CHANCE,
                curves,
                [Mark("", budget, by_cheap), Mark("", budget, by_dear)],
            )
        ],
        [
            Sentence(
                "{budget:whole} generations buy {cheap_k:number} candidates with a cheap look, right "
                "{by_cheap:chance}, or "
                "{dear_k:number} with a dear look, right {by_dear:chance}: the dear verifier pays.",
                when=by_dear - by_cheap - sp.Rational(1, 100),
            ),
            Sentence(
                "{budget:whole} generations buy {cheap_k:number} candidates with a cheap look, right "
                "{by_cheap:chance}, or "
                "{dear_k:number} with a dear look, right {by_dear:chance}: the cheap verifier is enough.",
                when=by_cheap - by_dear - sp.Rational(1, 100),
            ),
            Sentence(
                "{budget:whole} generations buy {cheap_k:number} candidates with a cheap look, right "
                "{by_cheap:chance}, or "
                "{dear_k:number} with a dear look, right {by_dear:chance}: too near to tell apart here."
            ),
        ],
        grids=[accuracy],
        derived=[
            Derived("cheap_k", budget / (1 + cheap)),
            Derived("dear_k", budget / (1 + dear)),
            Derived("by_cheap", grid="accuracy", at=(p, cheap_auc, sp.Symbol("cheap_k"))),
            Derived("by_dear", grid="accuracy", at=(p, dear_auc, sp.Symbol("dear_k"))),
        ],
    )


__getattr__ = on_demand(
    __name__,
    {
        "DIMINISHING_RETURNS": _diminishing_returns,
        "BREADTH_AND_DEPTH": _breadth_and_depth,
        "ROC_TO_BEST_OF_N": _roc_to_best_of_n,
        "STEP_CHECKS": _step_checks,
        "TRAIN_OR_SAMPLE": _train_or_sample,
        "VERIFIER_TAX": _verifier_tax,
    },
)

"""The explorables of the part Confusions, each made and checked when first asked for."""

from __future__ import annotations

import math

import sympy as sp

from ... import laws
from ..._lazy import on_demand
from ...interactive.explorable import Axis, Derived, Explorable, Mark, Panel, PlottedCurve, Sentence, Slider
from ..axes import CHANCE

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["TRAIN_OR_SAMPLE"]


def _train_or_sample() -> Explorable:
    size, ratio, p, large, x = sp.symbols("size ratio p large x")

    def multiple(tokens):
        return size + 3 * tokens * (size - 1)

    start = "A model {size:number} times larger; {ratio:number} to 1 in tokens of training to tokens of use: "
    start += "the small model may draw about {k:whole} samples for each of the large one. "
    start += "With a perfect checker it is then right {covered:chance} of the time, one sample of the large model "
    start += "{large:chance}. "
    tokens = Axis("tokens of training for each token of use", "log", (0.01, 100))
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
                Axis("times the inference of the small model", "log", (1, 10000)),
                [
                    PlottedCurve(
                        "multiple",
                        "equal compute",
                        multiple(x),
                        reference=lambda size, ratio, p, large, x: laws.inference_multiplier(size, x, 1.0),
                        strong=True,
                    ),
                    PlottedCurve("size", "ratio of sizes", size, style="dash"),
                ],
                [Mark("", ratio, sp.Symbol("k"))],
            ),
            Panel(
                "Who is right more often for the same compute?",
                "x",
                tokens,
                CHANCE,
                [
                    PlottedCurve(
                        "covered",
                        "small model, a perfect checker picks",
                        1 - (1 - p) ** multiple(x),
                        reference=lambda size, ratio, p, large, x: (
                            -math.expm1(laws.inference_multiplier(size, x, 1.0) * math.log1p(-p))
                        ),
                        role="ceiling",
                        strong=True,
                    ),
                    PlottedCurve("large", "large model, one sample", large),
                    PlottedCurve("alone", "small model, nothing picks", p, role="one sample"),
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


__getattr__ = on_demand(
    __name__,
    {
        "TRAIN_OR_SAMPLE": _train_or_sample,
    },
)

"""The explorables of the part Confusions, each made and checked when first asked for."""

from __future__ import annotations

import math
from typing import Any

import sympy as sp
from scipy import stats

from ... import laws
from ..._lazy import on_demand
from ...interactive.explorable import Axis, Derived, Explorable, Handle, Mark, Panel, PlottedCurve, Sentence, Slider
from ...sources import language_model
from ..axes import CHANCE

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["TRAIN_OR_SAMPLE", "VOTE_WHEN_COLD"]


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
                handles=[Handle("Ratio of tokens, and size", ratio, sp.Symbol("k"), across="ratio", up="size")],
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
                handles=[
                    Handle("The small model", ratio, sp.Symbol("covered"), across="ratio", up="p"),
                    Handle("One sample of the large model", sp.Rational(1, 100), large, up="large"),
                ],
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


VOTERS = 15


def _texts(right: float, split: float, temperature: float) -> list[float]:
    """Shares of the wrong text and of the two right ones; a text of share 0 stays at 0."""
    shares = [1 - right, right * (1 - split), right * split]
    logits = [math.log(share) if share > 0 else -1e9 for share in shares]
    return [float(share) for share in language_model.softmax(logits, temperature)]


def _right(right: float, split: float, temperature: float) -> float:
    return 1 - _texts(right, split, temperature)[0]


def _vote_when_cold() -> Explorable:
    right, split, temperature, x, now = sp.symbols("right split temperature x now")
    most = VOTERS // 2

    def weights(heat: Any) -> list[Any]:
        return [share ** (1 / heat) for share in (1 - right, right * (1 - split), right * split)]

    def one(heat: Any) -> Any:
        wrong, first, second = weights(heat)
        return (first + second) / (wrong + first + second)

    def vote(chance: Any) -> Any:
        terms = [sp.binomial(VOTERS, j) * chance**j * (1 - chance) ** (VOTERS - j) for j in range(most + 1, VOTERS + 1)]
        return sp.Add(*terms)

    def counted(chance: float) -> float:
        return float(stats.binom(VOTERS, chance).sf(most))

    names = ("wrong", "first", "second")
    said = (
        "At temperature {temperature:number} one sample is right {now:chance} of the time, a vote of "
        f"{VOTERS} is right {{voted:chance}} of the time. "
    )
    return Explorable(
        "vote-when-cold",
        "Cool a model down, and watch its vote",
        [
            Slider("temperature", "temperature T", 0.1, 2, 1, step=0.05),
            Slider("right", "share of right answers at T = 1", 0.05, 0.95, 0.6, step=0.01),
            Slider("split", "of these, in a second text", 0, 0.5, 0.4, step=0.01),
        ],
        [
            Panel(
                "The texts at this temperature",
                "x",
                Axis("text", limits=(0.5, 3.5), ticks=(1, 2, 3), tick_labels=("wrong", "right, A", "right, B")),
                Axis("share of the samples", limits=(0, 1)),
                [
                    PlottedCurve(
                        "shares",
                        "texts",
                        points=[(place, sp.Symbol(name)) for place, name in enumerate(names, 1)],
                        style="bars",
                        role="one sample",
                    )
                ],
                handles=[
                    Handle("Share of the wrong text", 1, sp.Symbol("wrong"), up="right"),
                    Handle("Share of the second right text", 3, sp.Symbol("second"), up="split"),
                ],
            ),
            Panel(
                "One sample, and a vote",
                "x",
                Axis("temperature", limits=(0.1, 2)),
                CHANCE,
                [
                    PlottedCurve(
                        "one",
                        "one sample",
                        one(x),
                        reference=lambda temperature, right, split, x: _right(right, split, x),
                        role="one sample",
                    ),
                    PlottedCurve(
                        "vote",
                        f"vote of {VOTERS}",
                        vote(one(x)),
                        reference=lambda temperature, right, split, x: counted(_right(right, split, x)),
                        role="vote",
                        strong=True,
                    ),
                ],
                [Mark("T", temperature, sp.Symbol("voted"))],
                handles=[Handle("Temperature", temperature, sp.Symbol("voted"), across="temperature")],
            ),
        ],
        [
            *(
                Sentence(
                    said + "Nearly all samples are one text, and the vote has nothing to choose from.",
                    when=sp.Symbol(name) - sp.Rational(49, 50),
                )
                for name in names[:2]
            ),
            Sentence(said + "The vote gains.", when=sp.Symbol("voted") - now - sp.Rational(1, 100)),
            Sentence(
                said + "The vote loses: most samples are wrong.", when=now - sp.Symbol("voted") - sp.Rational(1, 100)
            ),
            Sentence(said + "The two are level."),
        ],
        derived=[
            *(
                Derived(
                    name,
                    weight / sp.Add(*weights(temperature)),
                    reference=lambda temperature, right, split, place=place: _texts(right, split, temperature)[place],
                )
                for place, (name, weight) in enumerate(zip(names, weights(temperature), strict=True))
            ),
            Derived("now", one(temperature)),
            Derived(
                "voted",
                vote(now),
                reference=lambda temperature, right, split: counted(_right(right, split, temperature)),
            ),
        ],
    )


__getattr__ = on_demand(
    __name__,
    {
        "VOTE_WHEN_COLD": _vote_when_cold,
        "TRAIN_OR_SAMPLE": _train_or_sample,
    },
)

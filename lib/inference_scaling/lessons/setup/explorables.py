"""The explorables of the part Setup, each made and checked when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import sympy as sp
from scipy import stats

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
    Panel,
    PlottedCurve,
    Sentence,
    Slider,
)
from ...sources import language_model, next_tokens
from ..axes import CHANCE, SAMPLES

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["BEST_OF_N", "BETA", "BREADTH_AND_DEPTH", "ROC_BY_HAND", "TEMPERATURE", "TOP_P", "VERIFIER_TAX"]

# Eight scored answers, the highest score first, and which of them are right.
EIGHT = {0.95: True, 0.90: True, 0.80: False, 0.75: True, 0.60: False, 0.50: False, 0.40: True, 0.20: False}


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
                Axis("length of a chain", "log", (10, 3200), unit="tokens"),
                CHANCE,
                [
                    PlottedCurve(
                        "checked",
                        "a perfect checker picks",
                        1 - (1 - chain) ** (budget / (x + start)),
                        reference=lambda budget, ceiling, scale, start, x: laws.chain_coverage(
                            budget, x, ceiling, scale, start
                        ),
                        role="ceiling",
                        strong=True,
                    ),
                    PlottedCurve(
                        "unchecked",
                        "one chain, nothing picks",
                        chain,
                        reference=lambda budget, ceiling, scale, start, x: laws.chain_success(x, ceiling, scale),
                        role="one sample",
                    ),
                ],
                [Mark("best length", best, sp.Symbol("reached"))],
                handles=[
                    Handle("How long a chain must be", scale, ceiling * (1 - sp.exp(-1)), across="scale"),
                    Handle("Ceiling of one chain", 3200, ceiling * (1 - sp.exp(-3200 / scale)), up="ceiling"),
                ],
            )
        ],
        [
            Sentence(
                "With {start:whole} tokens a start, chains of {best:whole} tokens serve best. The budget pays for "
                "about {chains:whole}, and one of them is right with chance {reached:chance}. Without a checker, "
                "length alone helps, up to {ceiling:number}.",
                when=start,
            ),
            Sentence(
                "Starts are free, so the shortest chain always wins: there is no best length. Without a checker, "
                "length alone helps, up to {ceiling:number}."
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


def _token_panel(
    title: str,
    id: str,
    named: Sequence[str],
    shares: Sequence[str],
    axis: str = "next token",
    handles: Sequence[Handle] = (),
) -> Panel:
    """Bars over the named tokens and, last, over all others together; `shares` names a quantity for each bar."""
    return Panel(
        title,
        "x",
        Axis(
            axis,
            limits=(0.5, len(shares) + 0.5),
            ticks=tuple(range(1, len(shares) + 1)),
            tick_labels=(*named, "others"),
        ),
        Axis("probability", limits=(0, 1)),
        [
            PlottedCurve(
                id,
                "probability",
                points=[(i, sp.Symbol(name)) for i, name in enumerate(shares, 1)],
                style="bars",
            )
        ],
        handles=handles,
    )


def _temperature() -> Explorable:
    recorded, shown, spread = next_tokens.after("violets"), 5, sp.Symbol("temperature")
    named = [name.strip() for name in recorded.tokens[:shown]]
    # Tokens of one bin have one logit: their number times one exponential, and no sum over 49,152.
    values, counts = np.unique(recorded.logits, return_counts=True)
    below = [sp.Rational(str(round(float(one - values[-1]), 4))) for one in values]
    total = sum(int(count) * sp.exp(one / spread) for one, count in zip(below, counts, strict=True))

    def share(place: int) -> Callable[..., float]:
        return lambda temperature: float(language_model.softmax(recorded.logits, temperature)[place])

    def rest(temperature: float) -> float:
        return float(language_model.softmax(recorded.logits, temperature)[shown:].sum())

    said = (
        f"“{named[0]}” has {{share0:chance}} and “{named[1]}” {{share1:chance}}. The 49,147 tokens without a bar of "
        "their own have {others:chance} together"
    )
    shares = [f"share{i}" for i in range(shown)]
    return Explorable(
        "temperature-dial",
        "Temperature: the next token after “Roses are red, violets are”",
        [Slider("temperature", "temperature T", 0.1, 2, 1, step=0.05)],
        [
            _token_panel(
                "Probability of the next token",
                "chances",
                named,
                [*shares, "others"],
                handles=[Handle(f"Height of “{named[0]}”", 1, sp.Symbol(shares[0]), up="temperature")],
            ),
        ],
        [
            Sentence(f"{said}: a low temperature sharpens.", when=sp.Rational(4, 5) - spread),
            Sentence(f"{said}: a high temperature flattens.", when=spread - sp.Rational(6, 5)),
            Sentence(f"{said}."),
        ],
        derived=[
            Derived("total", total),
            *(
                Derived(name, sp.exp(below[-1 - i] / spread) / sp.Symbol("total"), reference=share(i))
                for i, name in enumerate(shares)
            ),
            Derived("others", 1 - sum(map(sp.Symbol, shares)), reference=rest),
        ],
    )


def _top_p() -> Explorable:
    shown, percent = 5, sp.Symbol("percent")
    chances = {name: language_model.softmax(next_tokens.after(name).logits) for name in ("capital", "violets")}
    named = {name: [token.strip() for token in next_tokens.after(name).tokens[:shown]] for name in chances}

    @cache
    def cut(name: str, percent: float) -> np.ndarray:
        return language_model.top_p(chances[name], percent / 100)

    def count(name: str) -> Callable[[float], int]:
        return lambda percent: int((cut(name, percent) > 0).sum())

    def tail(name: str) -> Callable[[float], float]:
        """What the kept tokens without a bar of their own had together, before the cut."""
        return lambda percent: float(chances[name][shown:][cut(name, percent)[shown:] > 0].sum())

    def share(name: str, place: int) -> Callable[[float], float]:
        return lambda percent: float(cut(name, percent)[place])

    def rest(name: str) -> Callable[[float], float]:
        return lambda percent: float(cut(name, percent)[shown:].sum())

    tables = [make(name) for name in chances for make in (count, tail)]
    table = Grid(
        "kept",
        "The chances are",
        [GridAxis(range(len(tables)), whole=True), GridAxis(range(1, 100), whole=True)],
        lambda which, percent: tables[int(which)](percent),
        error=1e-4,
    )
    derived = [Derived("p", percent / 100)]
    for i, name in enumerate(chances):
        many, others, total = sp.symbols(f"{name}_count {name}_tail {name}_total")
        derived += [
            Derived(str(many), grid="kept", at=(2 * i, percent), reference=tables[2 * i]),
            Derived(str(others), grid="kept", at=(2 * i + 1, percent), reference=tables[2 * i + 1]),
        ]
        # A token with a bar has its recorded chance if it is kept, and 0 if it is cut off.
        stays = [
            sp.Rational(str(round(float(chances[name][place]), 7)))
            * (sp.Abs(many - place) - sp.Abs(many - place - 1) + 1)
            / 2
            for place in range(shown)
        ]
        derived += [
            Derived(str(total), sum(stays) + others),
            *(Derived(f"{name}{i}", one / total, reference=share(name, i)) for i, one in enumerate(stays)),
            Derived(f"{name}_others", others / total, reference=rest(name)),
        ]
    panels = [
        _token_panel(
            f"After “{next_tokens.texts()[name]}”",
            name,
            named[name],
            [*(f"{name}{place}" for place in range(shown)), f"{name}_others"],
            f"next token after “… {ending}”",
            [Handle(f"Height of “{named[name][0]}”", 1, sp.Symbol(f"{name}0"), up="percent")] if i else (),
        )
        for i, (name, ending) in enumerate((("capital", "France is"), ("violets", "violets are")))
    ]
    return Explorable(
        "top-p-cut",
        "Top-p: the next token after two texts",
        [Slider("percent", "top-p", 1, 99, 50, step=1, unit="%", whole=True)],
        panels,
        [
            Sentence(
                "Top-p {p:number} keeps {capital_count:whole} of the 49,152 tokens after “The capital of France is”, "
                f"and {{violets_count:whole}} after the violets. “{named['capital'][0]}” now has the probability "
                f"{{capital0:number}}, and “{named['violets'][0]}” {{violets0:number}}."
            )
        ],
        grids=[table],
        derived=derived,
        # The bars are divided by numbers of the table, which has four digits.
        tolerance=2e-4,
    )


def _binormal_accuracy() -> Grid:
    """Chance that the best of k is right, over p, the AUC of scores with equal spread, and k."""
    binormal = cache(verifiers.Roc.binormal)
    return Grid(
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


def _best_of_n() -> Explorable:
    p, auc, k, x, best, reached = sp.symbols("p auc k x best reached")
    said = (
        "With p = {p:number} and AUC {auc:number} best-of-{k:whole} is right about {best:chance}: {gain:points} points "
        "more than one candidate, out of {room:points} that are possible. "
    )
    return Explorable(
        "best-of-n-gain",
        "What is best-of-N worth?",
        [
            Slider("p", "p, chance of one candidate", 0.02, 0.5, 0.1, step=0.01, log=True),
            Slider("auc", "AUC of the verifier", 0.5, 0.95, 0.8, step=0.01),
            Slider("k", "k, candidates", 1, 400, 10, step=1, unit="candidates", log=True, whole=True),
        ],
        [
            Panel(
                "Accuracy against the number of candidates, scores with equal spread",
                "x",
                Axis("k, candidates", "log", (1, 400)),
                CHANCE,
                [
                    PlottedCurve(
                        "covered",
                        "a right one exists",
                        1 - (1 - p) ** x,
                        reference=lambda p, auc, k, x: laws.coverage(p, x),
                        role="ceiling",
                    ),
                    PlottedCurve("picked", "best-of-N", grid="accuracy", at=(p, auc, x), role="verifier", strong=True),
                    PlottedCurve("random", "a random pick", p, role="control"),
                ],
                [Mark("k", k, best)],
                points=40,
                whole=True,
                handles=[Handle("Candidates, and the verifier", k, best, across="k", up="auc")],
            )
        ],
        [
            Sentence(
                said + "No candidate is right {none:chance} of the time, whatever the verifier sees.",
                when=sp.Rational(1, 2) - reached,
            ),
            Sentence(said + "The verifier is the limit: a right candidate is there {reached:chance} of the time."),
        ],
        grids=[_binormal_accuracy()],
        derived=[
            Derived("best", grid="accuracy", at=(p, auc, k)),
            Derived("reached", 1 - (1 - p) ** k, reference=lambda p, auc, k: laws.coverage(p, k)),
            # Interpolated: what is less than nothing is nothing.
            Derived("gain", (best - p + sp.Abs(best - p)) / 2),
            Derived("room", reached - p),
            Derived("none", 1 - reached),
        ],
    )


def _verifier_tax() -> Explorable:
    p, budget, x = sp.symbols("p budget x")
    cheap, dear = sp.symbols("cheap dear")
    cheap_auc, dear_auc = sp.symbols("cheap_auc dear_auc")
    curves = [
        PlottedCurve(
            name, label, grid="accuracy", at=(p, auc, x / (1 + price)), role="verifier", style=style, strong=strong
        )
        for name, label, auc, price, style, strong in (
            ("cheap", "cheap verifier", cheap_auc, cheap, "dash", False),
            ("dear", "dear verifier", dear_auc, dear, None, True),
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
                Axis("budget", "log", (4, 400), unit="generations"),
                CHANCE,
                curves,
                [Mark("", budget, by_cheap), Mark("", budget, by_dear)],
                handles=[Handle("Budget", budget, by_dear, across="budget")],
            )
        ],
        [
            Sentence(
                "{budget:whole} generations do not pay for one candidate with a dear look.",
                when=1 - sp.Symbol("dear_k") - sp.Rational(1, 10**9),
            ),
            *(
                Sentence(
                    "{budget:whole} generations buy {cheap_whole:whole} candidates with a cheap look, right about "
                    "{by_cheap:points} times in 100, or {dear_whole:whole} with a dear look, right about "
                    "{by_dear:points} times in 100: " + verdict,
                    when=when,
                )
                # Twice the error of the grid: what differs by less is not told apart.
                for verdict, when in (
                    ("the dear verifier pays.", by_dear - by_cheap - sp.Rational(3, 100)),
                    ("the cheap verifier is enough.", by_cheap - by_dear - sp.Rational(3, 100)),
                    ("too near to tell apart here.", None),
                )
            ),
        ],
        grids=[_binormal_accuracy()],
        derived=[
            Derived("cheap_k", budget / (1 + cheap)),
            Derived("dear_k", budget / (1 + dear)),
            # Candidates come whole: rounded, these are the numbers that the budget pays for in full.
            Derived("cheap_whole", sp.Symbol("cheap_k") - sp.Rational(1, 2) + sp.Rational(1, 10**9)),
            Derived("dear_whole", sp.Symbol("dear_k") - sp.Rational(1, 2) + sp.Rational(1, 10**9)),
            Derived("by_cheap", grid="accuracy", at=(p, cheap_auc, sp.Symbol("cheap_k"))),
            Derived("by_dear", grid="accuracy", at=(p, dear_auc, sp.Symbol("dear_k"))),
        ],
    )


def _beta() -> Explorable:
    average, size, k, x = sp.symbols("average size k x")
    a, b = sp.symbols("a b")
    return Explorable(
        "beta-distribution",
        "The same average chance: how alike are the problems?",
        [
            Slider("average", "average p, a/(a + b)", 0.05, 0.9, 0.25, step=0.01),
            Slider("size", "a + b: the larger, the more alike", 0.4, 20, 2, step=0.1, log=True),
            Slider("k", "k, samples", 1, 100, 10, step=1, unit="samples", log=True, whole=True),
        ],
        [
            Panel(
                "How often each chance p occurs among the problems",
                "x",
                Axis("p, chance of one sample", limits=(0.01, 0.99)),
                Axis("density", limits=(0, 6)),
                [
                    PlottedCurve(
                        "density",
                        "problems",
                        x ** (a - 1) * (1 - x) ** (b - 1) / sp.beta(a, b),
                        reference=lambda average, size, k, x: float(
                            stats.beta.pdf(x, average * size, (1 - average) * size)
                        ),
                        strong=True,
                    )
                ],
                handles=[Handle("Average p", average, 0, across="average")],
            ),
            Panel(
                "Average coverage against the number of samples",
                "x",
                SAMPLES,
                CHANCE,
                [
                    PlottedCurve(
                        "mixed",
                        "these problems",
                        1 - sp.beta(a, b + x) / sp.beta(a, b),
                        reference=lambda average, size, k, x: laws.BetaBinomial(
                            average * size, (1 - average) * size
                        ).coverage(x),
                        role="ceiling",
                        strong=True,
                    ),
                    PlottedCurve(
                        "alike",
                        "all problems alike",
                        1 - (1 - average) ** x,
                        reference=lambda average, size, k, x: laws.coverage(average, x),
                        style="dash",
                    ),
                ],
                [Mark("k", k, sp.Symbol("reached"))],
                points=40,
                whole=True,
                handles=[Handle("Samples", k, sp.Symbol("reached"), across="k")],
            ),
        ],
        [
            Sentence(
                "Beta({a:number}, {b:number}), average {average:number}. Both numbers are below 1: most problems lie "
                "near 0 or near 1. Of these problems {k:whole} samples cover {reached:chance}, of problems all alike "
                "{level:chance}.",
                when=(abs(1 - a) + 1 - a) * (abs(1 - b) + 1 - b),
            ),
            Sentence(
                "Beta({a:number}, {b:number}), average {average:number}. The first number is below 1: the density "
                "rises towards p = 0, where problems are nearly hopeless. Of these problems {k:whole} samples cover "
                "{reached:chance}, of problems all alike {level:chance}.",
                when=1 - a,
            ),
            Sentence(
                "Beta({a:number}, {b:number}), average {average:number}. Of these problems {k:whole} samples cover "
                "{reached:chance}, of problems all alike {level:chance}."
            ),
        ],
        derived=[
            Derived("a", average * size),
            Derived("b", (1 - average) * size),
            Derived(
                "reached",
                1 - sp.beta(a, b + k) / sp.beta(a, b),
                reference=lambda average, size, k: laws.BetaBinomial(average * size, (1 - average) * size).coverage(k),
            ),
            Derived("level", 1 - (1 - average) ** k, reference=lambda average, size, k: laws.coverage(average, k)),
        ],
    )


def _roc_by_hand() -> Explorable:
    accepted = sp.Symbol("accepted")
    right = list(EIGHT.values())
    wrong = [not one for one in right]
    answers, rights, wrongs = len(right), sum(right), sum(wrong)
    # 1 once an answer is among those accepted, 0 before.
    taken = [(abs(accepted - i) - abs(accepted - i - 1) + 1) / 2 for i in range(answers)]

    def count(kind: list[bool], first: int = answers) -> Any:
        """How many of one kind are accepted, among the `first` answers."""
        return sum((one for one, is_kind in zip(taken[:first], kind, strict=False) if is_kind), sp.Integer(0))

    # Each wrong answer adds the pairs with the right answers above it.
    pairs = sum(one * sum(right[:i]) for i, one in enumerate(taken) if wrong[i])
    won = sp.Symbol("won")
    return Explorable(
        "roc-by-hand",
        "Eight scores, one step for each",
        [
            Slider(
                "accepted",
                "answers accepted, highest score first",
                0,
                answers,
                answers,
                step=1,
                unit="answers",
                whole=True,
            )
        ],
        [
            Panel(
                "The ROC curve of eight scores",
                "x",
                Axis("wrong answers accepted", limits=(0, 1)),
                Axis("right answers accepted", limits=(0, 1)),
                [
                    PlottedCurve(
                        "steps",
                        "accepted so far",
                        # A corner beyond the answers accepted waits at the last of them.
                        points=[(count(wrong, i) / wrongs, count(right, i) / rights) for i in range(answers + 1)],
                        role="verifier",
                        strong=True,
                    ),
                    PlottedCurve("blind", "a blind score", points=[(0, 0), (1, 1)], role="control"),
                ],
                [Mark("", sp.Symbol("false"), sp.Symbol("true"))],
            )
        ],
        [
            Sentence(
                f"All {answers} are accepted. {{won:whole}} of {rights * wrongs} pairs lie under the curve: the AUC is "
                "{area:number}.",
                when=accepted - answers + sp.Rational(1, 2),
            ),
            Sentence(
                f"{{accepted:whole}} accepted: {{ups:whole}} of {rights} right answers, {{across:whole}} of {wrongs} "
                f"wrong ones. So far {{won:whole}} of {rights * wrongs} pairs lie under the curve."
            ),
        ],
        derived=[
            Derived("ups", count(right), reference=lambda accepted: sum(right[: int(accepted)])),
            Derived("across", count(wrong), reference=lambda accepted: sum(wrong[: int(accepted)])),
            Derived("true", sp.Symbol("ups") / rights),
            Derived("false", sp.Symbol("across") / wrongs),
            Derived("won", pairs, reference=lambda accepted: _pairs_won(right[: int(accepted)])),
            Derived("area", won / (rights * wrongs)),
        ],
    )


def _pairs_won(right: list[bool]) -> int:
    """Pairs of a right answer and a wrong one below it, in a list from the highest score."""
    return sum(a and not b for a, b in combinations(right, 2))


__getattr__ = on_demand(
    __name__,
    {
        "BEST_OF_N": _best_of_n,
        "BREADTH_AND_DEPTH": _breadth_and_depth,
        "TEMPERATURE": _temperature,
        "TOP_P": _top_p,
        "VERIFIER_TAX": _verifier_tax,
        "BETA": _beta,
        "ROC_BY_HAND": _roc_by_hand,
    },
)

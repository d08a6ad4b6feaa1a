"""The explorables of the part Remedies, each made and checked when first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from scipy.special import betainc, ndtr, ndtri

from ... import estimates, verifiers
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
    Sentence,
    Slider,
)
from ...sources import recorded
from ..axes import CHANCE

# Made by `on_demand`, below, so the names are not defined here.
# ruff: noqa: F822
__all__ = ["SOLVE_OR_CHECK", "UPPER_TAIL", "VOTE_THAT_STOPS"]

# Of the wrong answers that are not at the top: the share in the middle of the scores.
MIDDLE = sp.Rational(3, 10)
# Numbers of samples at which the curves are computed; on the axis of d they lie nearly evenly.
COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 26, 34, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 2048, 4096)


def _tail_roc(tail: float, top: float, rest: float) -> verifiers.Roc:
    share = float(MIDDLE)
    return verifiers.Roc.piecewise_linear([(tail, top), (tail + (1 - tail) * share, top + (1 - top) * rest)])


def _upper_tail() -> Explorable:
    p, n, tail, top, rest = sp.symbols("p n tail top rest")
    corners = [(0, 0), (tail, top), (tail + (1 - tail) * MIDDLE, top + (1 - top) * rest), (1, 1)]

    def below(point: tuple[Any, Any]) -> Any:
        """Share of all answers that score below a point of the curve."""
        false, true = point
        return (1 - p) * (1 - false) + p * (1 - true)

    def law(count: Any) -> Any:
        # The share of right answers on a piece, times the chance that the best lies there.
        right: Any = sum(
            p
            * (t1 - t0)
            * (below((f0, t0)) ** count - below((f1, t1)) ** count)
            / ((1 - p) * (f1 - f0) + p * (t1 - t0))
            for (f0, t0), (f1, t1) in pairwise(corners)
        )
        return right

    def distance(count: Any) -> Any:
        return sp.sqrt(sp.log(count) - (count - 1) / sp.sympify(count))

    auc = sum((f1 - f0) * (t0 + t1) / 2 for (f0, t0), (f1, t1) in pairwise(corners))
    limit = top * p / (top * p + tail * (1 - p))
    places = [(distance(sp.Integer(count)), sp.Integer(count)) for count in COUNTS]
    return Explorable(
        "upper-tail",
        "Drag the upper end of the scores: the fall comes and goes",
        [
            Slider("p", "p, success of one sample", 0.02, 0.9, 0.2, step=0.01, log=True),
            Slider("tail", "wrong answers with a top score", 0.0005, 0.3, 0.02, step=0.0005, log=True),
            Slider("top", "right answers with a top score", 0, 1, 0, step=0.01),
            Slider("rest", "other right answers: share with a middle score", 0.3, 1, 0.9, step=0.01),
            Slider("n", "n, samples", 1, 4096, 64, step=1, unit="samples", log=True, whole=True),
        ],
        [
            Panel(
                "The judge’s ROC curve",
                "x",
                Axis("wrong answers accepted", limits=(0, 1)),
                Axis("right answers accepted", limits=(0, 1)),
                [
                    PlottedCurve("roc", "this judge", points=corners, role="verifier", strong=True),
                    PlottedCurve("blind", "a blind one", points=[(0, 0), (1, 1)], role="control"),
                ],
                handles=[
                    Handle("The top of the scores", *corners[1], across="tail", up="top"),
                    Handle("The middle of the scores", *corners[2], up="rest"),
                ],
            ),
            Panel(
                "Accuracy and rank of the best of n against the distance",
                "x",
                Axis("d, root of the KL divergence in nats", limits=(0, 2.75)),
                Axis("share, rank", limits=(0, 1)),
                [
                    PlottedCurve(
                        "accuracy",
                        "right",
                        points=[(at, law(count)) for at, count in places],
                        role="verifier",
                        strong=True,
                    ),
                    PlottedCurve(
                        "rank",
                        "mean rank of its score",
                        points=[(at, count / (count + 1)) for at, count in places],
                        style="dash",
                    ),
                    PlottedCurve("blind", "one sample", p, role="control"),
                ],
                [Mark("n", sp.Symbol("far"), sp.Symbol("best"))],
                handles=[Handle("Samples", sp.Symbol("far"), sp.Symbol("best"), across="n")],
            ),
        ],
        [
            Sentence(
                "AUC {auc:number}. The best of {n:whole} lies at d = {far:number}, has the mean rank {rank:number} and "
                "is right {best:chance}. Far out it is right {limit:chance}, less than one sample’s {p:number}: the "
                "top of the scores belongs to wrong answers.",
                when=p - limit - sp.Rational(1, 10**9),
            ),
            Sentence(
                "AUC {auc:number}. The best of {n:whole} lies at d = {far:number}, has the mean rank {rank:number} and "
                "is right {best:chance}. Far out it is right {limit:chance}; one sample, {p:number}."
            ),
        ],
        derived=[
            Derived("auc", auc, reference=lambda p, n, tail, top, rest: _tail_roc(tail, top, rest).auc),
            Derived(
                "best",
                law(n),
                reference=lambda p, n, tail, top, rest: float(
                    verifiers.best_of_n_law(p, _tail_roc(tail, top, rest), round(n))
                ),
            ),
            Derived(
                "far", distance(n), reference=lambda n, **state: float(verifiers.divergence_bound(round(n))) ** 0.5
            ),
            Derived("rank", n / (n + 1)),
            Derived(
                "limit",
                limit,
                reference=lambda p, n, tail, top, rest: float(verifiers.best_of_n_limit(p, _tail_roc(tail, top, rest))),
            ),
        ],
    )


# Questions of the recorded small language model, and how many of their answers are drawn at most.
ASKED = (9, 10, 3, 15)
DRAWN = 32


@cache
def _votes(which: int) -> np.ndarray:
    """Votes after 0, 1, ..., DRAWN samples (rows), for the first answers by frequency and for no answer (last)."""
    pool = list(recorded.load("smollm2").pools())[ASKED[which]]
    answer = np.asarray(pool.answer)
    kinds, count = np.unique(answer[answer >= 0], return_counts=True)
    order = kinds[np.lexsort([kinds, -count])]
    one = np.array([[each == kind for kind in order] for each in answer[:DRAWN]], int)
    return np.vstack([np.zeros(len(order), int), np.cumsum(one, axis=0)])


def _of(which: float, drawn: float, place: float) -> float:
    """Votes of an answer by its place in the whole record, from 0; 3 stands for all other answers."""
    row = _votes(round(which))[round(drawn)]
    return float(row[3:].sum() if round(place) == 3 else row[round(place)])


def _ahead(which: float, drawn: float) -> float:
    """Chance that the leader is the more frequent of the first two, as `BetaRule` has it."""
    second, first = np.sort(_votes(round(which))[round(drawn)])[-2:]
    return float(betainc(second + 1.0, first + 1.0, 0.5))


def _stop(which: float, rule: float) -> float:
    """Where a rule stops in the recorded order, at DRAWN at the latest, asked of the library's own rules."""
    kind: Sequence[estimates.BetaRule | estimates.WindowRule | estimates.CertainRule] = (
        estimates.BetaRule(0.95),
        estimates.WindowRule(4),
        estimates.CertainRule(),
    )
    chosen, votes = kind[round(rule)], _votes(round(which))
    looks = chosen._looks(DRAWN)
    for drawn in range(1, DRAWN):
        before = votes[drawn - 4] if isinstance(chosen, estimates.WindowRule) and drawn >= 4 else 0 * votes[0]
        if looks[drawn] and chosen._stops((votes[drawn] - before)[None, :], drawn, DRAWN)[0]:
            return float(drawn)
    return float(DRAWN)


def _vote_that_stops() -> Explorable:
    which, t, x = sp.symbols("which t x")
    questions, samples = GridAxis(range(len(ASKED)), whole=True), GridAxis(range(DRAWN + 1), whole=True)
    bars = ["a", "b", "c", "others"]
    return Explorable(
        "vote-that-stops",
        "A vote that stops",
        [
            Menu(
                "which",
                "question",
                {
                    "What is 3 * 4?": 0,
                    "What is 7 * 8?": 1,
                    "What is 24 + 15?": 2,
                    "Which is larger, 17 or 71?": 3,
                },
                1,
            ),
            Slider("t", "answers drawn", 1, DRAWN, 4, step=1, unit="answers", whole=True),
        ],
        [
            Panel(
                "The votes so far",
                "x",
                Axis(
                    "answer, by its votes in the whole record",
                    limits=(0.5, 4.5),
                    ticks=(1, 2, 3, 4),
                    tick_labels=("A", "B", "C", "others"),
                ),
                Axis("votes", limits=(0, DRAWN)),
                [
                    PlottedCurve(
                        "votes",
                        "votes",
                        points=[(place, sp.Symbol(name)) for place, name in enumerate(bars, 1)],
                        style="bars",
                        role="vote",
                    )
                ],
            ),
            Panel(
                "How sure the leader is",
                "x",
                Axis("answers drawn", limits=(1, DRAWN)),
                Axis("chance that it is ahead of the second", limits=(0.4, 1)),
                [
                    PlottedCurve(
                        "ahead",
                        "leader is ahead",
                        grid="ahead",
                        at=(which, x),
                        reference=lambda which, t, x: _ahead(which, x),
                        role="vote",
                    ),
                    PlottedCurve("level", "0.95", sp.Rational(19, 20), style="dot"),
                ],
                [Mark("drawn", t, sp.Symbol("now"))],
                points=DRAWN,
                whole=True,
                handles=[Handle("Answers drawn", t, sp.Symbol("now"), across="t")],
            ),
        ],
        [
            Sentence(
                "After {t:whole} answers A has {a:whole} votes, B {b:whole}, C {c:whole}, all others {others:whole}. "
                "The leader is ahead of the second with a chance of {now:chance}. Of at most 32 answers the adaptive "
                "vote draws {adaptive:whole}, windows of four {windows:whole}, and the vote that waits until it is "
                "certain {certain:whole}."
            )
        ],
        grids=[
            Grid(
                "votes",
                "The votes are",
                [questions, samples, GridAxis(range(4), whole=True)],
                _of,
                error=1e-9,
            ),
            Grid("ahead", "The chances are", [questions, samples], _ahead, error=1e-3),
            Grid("stops", "The stops are", [questions, GridAxis(range(3), whole=True)], _stop, error=1e-9),
        ],
        derived=[
            *(
                Derived(
                    name,
                    grid="votes",
                    at=(which, t, place),
                    reference=lambda which, t, place=place: _of(which, t, place),
                )
                for place, name in enumerate(bars)
            ),
            Derived("now", grid="ahead", at=(which, t), reference=_ahead_now),
            *(
                Derived(name, grid="stops", at=(which, rule), reference=lambda which, t, rule=rule: _stop(which, rule))
                for rule, name in enumerate(("adaptive", "windows", "certain"))
            ),
        ],
        tolerance=1e-3,
    )


def _ahead_now(which: float, t: float) -> float:
    return _ahead(which, t)


# One problem: the chance of one sample, and the answers among which wrong samples are spread evenly.
_ONE_IN, _ANSWERS = 5, 10


@cache
def _worth(auc: float, independent: float) -> verifiers.Roc:
    """ROC of a mean of so many independent looks; the number need not be whole."""
    return verifiers.Roc.binormal(min(float(ndtr(ndtri(auc) * independent**0.5)), 1 - 1e-15))


def _solve_or_check() -> Explorable:
    looks, rho, price, budget, auc, x = sp.symbols("looks rho price budget auc x")
    worth, now, one, vote = sp.symbols("worth now one vote")
    accuracy = Grid(
        "accuracy",
        "The accuracies of checked answers are",
        [
            GridAxis([0.6, 0.66, 0.72, 0.78, 0.84, 0.9], "logit"),
            GridAxis([1, 1.4, 2, 3, 4.5, 7, 11, 18, 32], "log"),
            GridAxis([1, 2, 3, 5, 8, 12, 20, 32, 56, 100, 200], "log", whole=True),
        ],
        # Near 1 the logit has no end: beyond this the picture shows no difference.
        lambda auc, independent, k: min(
            float(verifiers.best_of_n_law(1 / _ONE_IN, _worth(auc, independent), k)), 0.9999
        ),
        error=0.02,
        scale="logit",
    )
    votes = Grid(
        "votes",
        "The accuracies of votes are",
        [GridAxis([8, 12, 18, 27, 40, 60, 90, 130, 200], "log", whole=True)],
        lambda k: verifiers.even_vote_law(1 / _ONE_IN, _ANSWERS, k),
        error=0.01,
    )

    def at(m: sp.Expr, shared: sp.Expr) -> tuple[sp.Expr, ...]:
        return auc, m / (1 + (m - 1) * shared), budget / (1 + m * price)

    bought = "{budget:whole} generations buy {k_whole:whole} candidates with {looks:whole} looks each, right about "
    bought += "{now:points} times in 100, or {one_whole:whole} with one look, about {one:points}. A vote of "
    bought += "{budget:whole} unchecked samples is right about {vote:points} times in 100: "
    return Explorable(
        "solve-or-check",
        "More candidates, or more looks at each?",
        [
            Slider("looks", "m, looks at each candidate", 1, 32, 3, step=1, unit="looks", log=True, whole=True),
            Slider("rho", "ρ, shared part", 0.01, 1, 0.3, step=0.01),
            Slider("price", "price of a look", 0.05, 4, 0.5, step=0.05, unit="candidates", log=True),
            Slider("budget", "budget", 8, 200, 40, step=1, unit="candidates", log=True, whole=True),
            Slider("auc", "AUC of one look", 0.6, 0.9, 0.75, step=0.01),
        ],
        [
            Panel(
                "One sample right 1 time in 5: accuracy against looks, for one budget",
                "x",
                Axis("m, looks at each candidate", "log", (1, 32)),
                CHANCE,
                [
                    PlottedCurve(
                        "shared", "looks that share ρ", grid="accuracy", at=at(x, rho), role="verifier", strong=True
                    ),
                    PlottedCurve(
                        "fresh", "if they shared nothing", grid="accuracy", at=at(x, sp.Integer(0)), style="dash"
                    ),
                    PlottedCurve("vote", "a vote, no look", grid="votes", at=(budget,), role="vote"),
                ],
                [Mark("m", looks, now)],
                points=32,
                whole=True,
                handles=[Handle("Looks at each candidate", looks, now, across="looks")],
            )
        ],
        [
            Sentence(
                "{budget:whole} candidates' worth of tokens does not pay for one candidate with {looks:whole} looks.",
                when=1 - sp.Symbol("k") - sp.Rational(1, 10**9),
            ),
            *(
                Sentence(
                    "These {looks:whole} looks are worth {worth:number} independent ones, endless looks "
                    "{most:number}. " + bought + verdict,
                    when=when,
                )
                # Twice the errors of the grids: what differs by less is not told apart.
                for verdict, when in (
                    ("the vote wins.", vote - (now + one + abs(now - one)) / 2 - sp.Rational(4, 100)),
                    ("looking again pays.", now - (vote + one + abs(vote - one)) / 2 - sp.Rational(4, 100)),
                    ("one look is enough.", one - (vote + now + abs(vote - now)) / 2 - sp.Rational(4, 100)),
                    ("the best two are too near to tell apart here.", None),
                )
            ),
        ],
        grids=[accuracy, votes],
        derived=[
            Derived("worth", looks / (1 + (looks - 1) * rho)),
            Derived("most", 1 / rho),
            Derived("k", budget / (1 + looks * price)),
            Derived("one_k", budget / (1 + price)),
            # Candidates come whole: rounded, these are the numbers that the budget pays for in full.
            Derived("k_whole", sp.Symbol("k") - sp.Rational(1, 2) + sp.Rational(1, 10**9)),
            Derived("one_whole", sp.Symbol("one_k") - sp.Rational(1, 2) + sp.Rational(1, 10**9)),
            Derived("now", grid="accuracy", at=(auc, worth, sp.Symbol("k"))),
            Derived("one", grid="accuracy", at=(auc, sp.Integer(1), sp.Symbol("one_k"))),
            Derived("vote", grid="votes", at=(budget,)),
        ],
    )


__getattr__ = on_demand(
    __name__, {"UPPER_TAIL": _upper_tail, "VOTE_THAT_STOPS": _vote_that_stops, "SOLVE_OR_CHECK": _solve_or_check}
)

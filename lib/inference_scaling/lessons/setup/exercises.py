"""The tasks of the part Setup: coverage, its estimate, best-of-N from a pool, step scores, what verifying costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from ...answers import typed_line
from ...answers.task import Achieved, Design, Function, Line, Misconception, Number, Task, shortest_first
from ...laws import coverage, halving_cost
from ..theorem.exercises import pass_at_k

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


# S-1


def _calls_coverage(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    p, k = np.round(rng.uniform(0.01, 0.9, 5), 3), rng.integers(1, 40, 5)
    return [
        (0.2, 11),
        (0.5, 1),
        (0.0, 7),
        (1.0, 3),
        *zip(p.tolist(), k.tolist(), strict=True),
        (1e-6, 1_000),
        (1e-12, 1),
        (1e-12, 1_000_000_000),
        (np.array([0.05, 0.1, 0.3]), 8),
        (0.05, np.array([1, 4, 16, 64])),
        (p, k),
    ]


def _in_logarithms(p: Any, k: Any) -> Any:
    # 1 - (1 - p)^k without ever forming 1 - p; at p = 1 the logarithm is minus infinity, and that is right.
    with np.errstate(divide="ignore"):
        return -np.expm1(k * np.log1p(-np.asarray(p, dtype=float)))


S1 = Task(
    id="S-1",
    kind="F",
    title="Coverage, to the last digit",
    points=3,
    minutes=10,
    variable="coverage",
    statement=(
        "One sample solves a problem with probability p, and samples are independent. Write `coverage(p, k)`: the "
        "chance "
        "that at least one of k samples is right. Both may be arrays, which broadcast. It must hold for every p "
        "from 0 to 1, "
        "and keep nine digits even for p = 1e-12 and k = 1,000,000,000."
    ),
    answer_type=Function("coverage(p, k)", _calls_coverage, library=(coverage,)),
    reference=coverage,
    misconceptions=(
        Misconception(
            "expected-number",
            lambda p, k: np.asarray(p) * k,
            "This is k·p, the expected number of right samples. Asked was the chance of at least one; for p = 0.2 "
            "and k = 11 "
            "yours is above 1.",
        ),
        Misconception(
            "digits",
            lambda p, k: 1 - (1 - np.asarray(p)) ** k,
            "This is 1 − (1 − p)^k as it stands. The formula is right, but at p = 1e-12 the 1 swallows the digits "
            "of p: "
            "1 − p keeps only four of them. Asked was nine digits there as well.",
        ),
        Misconception(
            "small-p",
            lambda p, k: -np.expm1(-np.asarray(p) * k),
            "This is 1 − e^(−kp), which holds for small p only. Asked was every p from 0 to 1.",
        ),
        Misconception(
            "failure",
            lambda p, k: np.exp(k * np.log1p(-np.asarray(p))),
            "This is the chance that all k samples fail. Asked was that at least one is right.",
        ),
    ),
    hints=(
        "All k fail with (1 − p)^k. That gives the formula; then think of p = 1e-12, where 1 − p is almost 1.",
        "(1 − p)^k = e^(k·ln(1 − p)). NumPy has log1p(x) for ln(1 + x) and expm1(x) for e^x − 1, both exact near zero.",
    ),
    explanation=(
        "−expm1(k·log1p(−p)) never forms 1 − p, nor 1 minus something close to 1, so no digit is lost: 1e-12 and "
        "a billion samples "
        "give 0.00099950."
    ),
    solution=_in_logarithms,
)

# S-2

S2 = Task(
    id="S-2",
    kind="N",
    title="pass@k from a few samples",
    points=2,
    minutes=5,
    variable="answer_S2",
    statement=(
        "Of n = {n} recorded samples of one problem, c = {c} are right. What is the unbiased estimate of pass@{k}? "
        "Give at least four significant digits."
    ),
    answer_type=Number(low=0, high=1),
    reference=pass_at_k,
    misconceptions=(
        Misconception(
            "plug-in",
            lambda n, c, k: 1 - (1 - c / n) ** k,
            "This is 1 − (1 − c/n)^k: it draws {k} samples from the {n} with replacement, and on average comes "
            "out too low. Asked "
            "was the unbiased estimate: subsets of {k} different samples.",
        ),
        Misconception(
            "expected-number",
            lambda n, c, k: k * c / n,
            "This is k·c/n, the expected number of right samples among {k}. Asked was the chance of at least one.",
        ),
        Misconception(
            "failure",
            lambda n, c, k: 1 - pass_at_k(n, c, k),
            "This is the share of subsets without a right sample. Asked was the share with at least one.",
        ),
    ),
    hints=(
        "How many subsets of {k} samples does the pool of {n} have, and how many of them hold only wrong samples?",
        "1 − C(n − c, k)/C(n, k), with n − c wrong samples.",
    ),
    explanation=lambda n, c, k: (
        f"Of C({n}, {k}) = {comb(n, k)} subsets, C({n - c}, {k}) = {comb(n - c, k)} hold only wrong samples: "
        f"1 − {comb(n - c, k)}/{comb(n, k)} = {pass_at_k(n, c, k):.4f}."
    ),
    book={"n": 8, "c": 2, "k": 3},
    draw=lambda rng: {"n": int(rng.integers(8, 15)), "c": int(rng.integers(2, 5)), "k": int(rng.integers(2, 6))},
)

# S-3


def _best_from_pool(n: int, ranks: Sequence[int], k: int) -> float:
    """Chance that the top-scored of a random k-subset is right; ranks count from the lowest score, 1."""
    return sum(comb(rank - 1, k - 1) for rank in ranks) / comb(n, k)


S3 = Task(
    id="S-3",
    kind="N",
    title="Best-of-2 from a pool",
    points=2,
    minutes=8,
    variable="answer_S3",
    statement=lambda n, ranks, k: (
        f"A verifier has scored {n} candidates, no two alike. Counted from the lowest score, candidates number "
        f"{' and '.join(map(str, ranks))} are right and the others wrong. Two of the {n} are taken at random and "
        f"the higher "
        "score of the two answers. How likely is the answer right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=_best_from_pool,
    misconceptions=(
        Misconception(
            "with-replacement",
            lambda n, ranks, k: sum(rank**k - (rank - 1) ** k for rank in ranks) / n**k,
            "This lets the same candidate be taken twice. Asked were two different candidates of the pool.",
        ),
        Misconception(
            "mean",
            lambda n, ranks, k: len(ranks) / n,
            "This is the share of right candidates, what one gets by choosing blindly. Asked was the answer of "
            "the higher score.",
        ),
        Misconception(
            "perfect-picker",
            lambda n, ranks, k: 1 - comb(n - len(ranks), k) / comb(n, k),
            "This is the chance that a right candidate is among the two. Asked was that it is the one with the "
            "higher score.",
        ),
    ),
    hints=(
        "List the pairs. A candidate answers when it is in the pair and the other one has a lower score.",
        "Candidate number i wins in i − 1 of all the n(n − 1)/2 pairs. Add this up for the right ones.",
    ),
    explanation=lambda n, ranks, k: (
        f"Candidate number i wins in i − 1 of the {comb(n, k)} pairs, so the right ones win in "
        f"{' + '.join(str(rank - 1) for rank in ranks)} of them: {_best_from_pool(n, ranks, k):.4f}, while "
        f"choosing blindly gives "
        f"{len(ranks) / n:.4f}."
    ),
    book={"n": 5, "ranks": [1, 4], "k": 2},
    draw=lambda rng: {
        "n": (n := int(rng.integers(5, 9))),
        "ranks": sorted(int(i) for i in rng.choice(np.arange(1, n), size=2, replace=False)),
        "k": 2,
    },
)

# S-4


def _one_exponential(tree: typed_line.Tree) -> str | None:
    found = list(typed_line.subtrees(tree))
    # e^(…) is the exponential function, written as a power.
    if any(one[0] == "^" and one[1] != ["exp", 1.0] for one in found):
        return "Equal, but a power still stands in it. Asked was the same with one exponential function in its place."
    if sum(one[0] == "exp" for one in found) != 1:
        return "Equal, but asked was a line with exactly one exponential function."
    return None


S4 = Task(
    id="S-4",
    kind="D",
    title="One exponential",
    points=2,
    minutes=6,
    variable="answer_S4",
    statement=(
        "Coverage is 1 − (1 − p)^k. Write the same, exactly, with one exponential function and without any other "
        "power. Write the "
        'line as text in p and k, for example "1 - exp(k / p)". You may use + - * / ^, exp, ln and sqrt.'
    ),
    answer_type=Line({"p": (0.02, 0.9), "k": (1, 40)}, _one_exponential),
    reference=lambda p, k: -np.expm1(k * np.log1p(-p)),
    misconceptions=(
        Misconception(
            "small-p",
            lambda p, k: 1 - np.exp(-k * p),
            "This is the approximation for small p, where ln(1 − p) ≈ −p. Asked was the same exactly.",
        ),
        Misconception(
            "failure",
            lambda p, k: np.exp(k * np.log(1 - p)),
            "This is (1 − p)^k, the chance that all k samples fail. Asked was the coverage.",
        ),
        Misconception(
            "sign",
            lambda p, k: 1 - np.exp(-k * np.log(1 - p)),
            "This has a sign too many: ln(1 − p) is negative already, so that your exponential grows. "
            "Asked was a line whose value stays between 0 and 1.",
        ),
    ),
    hints=(
        "Any positive number x is e^(ln x). Apply it to 1 − p inside the power.",
        "(e^(ln(1 − p)))^k = e^(k·ln(1 − p)).",
    ),
    explanation=(
        "(1 − p)^k = e^(k·ln(1 − p)), so coverage is 1 − e^(k·ln(1 − p)). In this form one sees the rate −ln(1 − "
        "p), about p when p "
        "is small, and a computer can keep every digit (log1p, expm1)."
    ),
)

# S-5

_RULES = ("product", "sum_log", "min", "last")


def rank(step_scores: Sequence[Sequence[float]], how: str) -> list[int]:
    """Return the numbers of the solutions from best to worst."""
    value = {
        "product": lambda steps: math.fsum(map(math.log, steps)),
        "sum_log": lambda steps: math.fsum(map(math.log, steps)),
        "min": min,
        "last": lambda steps: steps[-1],
    }[how]
    return sorted(range(len(step_scores)), key=lambda i: -value(step_scores[i]))


def _ranked_by(product: Any) -> Any:
    """Return `rank` with another way to aggregate where the product is asked."""

    def ranked(scores: Sequence[Sequence[float]], how: str) -> list[int]:
        return sorted(range(len(scores)), key=lambda i: -product(scores[i])) if how == "product" else rank(scores, how)

    return ranked


def _rank_calls(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    short = [[0.8, 0.8, 0.8], [0.93] * 10, [0.5, 0.99], [0.6, 0.7, 0.95, 0.97]]
    # No score occurs twice, so that no rule leaves a tie: its order would be a matter of taste.
    sizes = rng.integers(2, 12, 6)
    scores = rng.choice(np.arange(200, 991), size=int(sizes.sum()), replace=False) / 1000
    drawn = [part.tolist() for part in np.split(scores, np.cumsum(sizes)[:-1])]
    # The worse of the long ones comes first, so that a tie at zero shows.
    long = [np.round(rng.uniform(low, low + 0.3, 2_000), 3).tolist() for low in (0.2, 0.4)]
    calls = [(scores, how) for scores in (short, drawn) for how in _RULES]
    return [*calls, (long, "product"), (long, "sum_log")]


S5 = Task(
    id="S-5",
    kind="F",
    title="Rank by step scores",
    points=4,
    minutes=15,
    variable="rank",
    statement=(
        "A process reward model gives each step of a solution a score above 0 and up to 1. Write "
        "`rank(step_scores, how)`: "
        "`step_scores` is a list with one list of scores a solution; return the solutions' numbers, counted from "
        "0, from best to "
        'worst. `how` is "product" (of all steps), "sum_log" (sum of the logarithms), "min" (the weakest step) or '
        '"last" (the '
        "last step). Solutions can have 2,000 steps; they must not tie because their product is too small for a "
        "float."
    ),
    answer_type=Function("rank(step_scores, how)", _rank_calls, labels=True),
    reference=rank,
    misconceptions=(
        Misconception(
            "mean",
            _ranked_by(lambda steps: sum(steps) / len(steps)),
            "This ranks by the mean of the steps where the product was asked. The product charges for length: ten "
            "steps of 0.93 "
            "come to 0.48, three of 0.80 to 0.51.",
        ),
        Misconception(
            "underflow",
            _ranked_by(math.prod),
            "This multiplies. With 2,000 steps the products are below the smallest float, all become 0, and the "
            "solutions tie. "
            "Asked was an order that survives that.",
        ),
        Misconception(
            "reversed",
            lambda scores, how: rank(scores, how)[::-1],
            "This is the order from worst to best. Asked was best first.",
        ),
        Misconception(
            "positions",
            lambda scores, how: np.argsort(rank(scores, how)).tolist(),
            "This gives each solution its place. Asked was the solution in each place: first the number of the "
            "best one.",
        ),
    ),
    hints=(
        "Give each solution one number by the rule, then sort the solutions' numbers by it, largest first.",
        "The logarithm is increasing: the order by product is the order by the sum of logarithms, which never "
        "underflows.",
    ),
    explanation=(
        "Product and sum of logarithms always rank alike, because the logarithm is increasing; only the second "
        "survives 2,000 steps. "
        "The minimum and the last step ask something else, and do not charge for length."
    ),
)

# S-6


def _doubling_from(p: float, gain: float) -> int:
    """Return the k from which on doubling k adds less than `gain`."""
    k = np.arange(1, 2_000)
    return int(k[np.argmax(coverage(p, 2 * k) - coverage(p, k) < gain)])


def _added(p: float, k: int) -> str:
    return f"{coverage(p, 2 * k) - coverage(p, k):.5f}"


S6 = Task(
    id="S-6",
    kind="R",
    title="When doubling stops paying",
    points=2,
    minutes=5,
    variable="answer_S6",
    statement=(
        "Read the coverage curve for p = {p:g}, or compute it: from which number of samples k on does doubling k "
        "add less than "
        "{gain:g} to the coverage?"
    ),
    answer_type=Number("samples", low=1, whole=True),
    reference=_doubling_from,
    misconceptions=(
        Misconception(
            "one-more",
            lambda p, gain: math.floor(1 + math.log(gain / p) / math.log(1 - p)) + 1,
            "From here on one more sample adds less than {gain:g}. Asked was doubling, which adds k samples at once.",
        ),
        Misconception(
            "halving-cost",
            lambda p, gain: math.ceil(halving_cost(p)),
            "This is the number of samples that halves the failure, rounded up. Asked was where doubling k adds "
            "less than {gain:g}.",
        ),
        Misconception(
            "doubled",
            lambda p, gain: 2 * _doubling_from(p, gain),
            "This is where the doubling ends. Asked was the k from which it starts.",
        ),
    ),
    hints=(
        "Write coverage at 2k minus coverage at k, with x for the failure (1 − p)^k.",
        "x − x² < {gain:g} with x = (1 − p)^k. Solve for x, or try values of k.",
    ),
    explanation=lambda p, gain: (
        f"With x = (1 − p)^k doubling adds x − x²: {_added(p, _doubling_from(p, gain) - 1)} at k = "
        f"{_doubling_from(p, gain) - 1} "
        f"and {_added(p, _doubling_from(p, gain))} at k = {_doubling_from(p, gain)}."
    ),
    book={"p": 0.1, "gain": 0.01},
    draw=lambda rng: {
        "p": _choice(rng, 0.05, 0.06, 0.07, 0.08, 0.09, 0.12, 0.14),
        "gain": _choice(rng, 0.008, 0.01, 0.015, 0.02),
    },
)

# S-7

_FALSE_RATES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)


def _roc(auc: float) -> list[list[float]]:
    shift = math.sqrt(2) * ndtri(auc)
    return [[rate, round(float(ndtr(ndtri(rate) + shift)), 3)] for rate in _FALSE_RATES]


def _auc(roc: Sequence[Sequence[float]]) -> float:
    false, true = np.array(roc).T
    return float(np.trapezoid(true, false))


def accuracy(p: float, roc: Sequence[Sequence[float]], k: int) -> float:
    """Best-of-N with a verifier whose ROC is a table, ties within a segment broken at random."""
    false, true = np.array(roc).T
    psi = (1 - p) * (1 - false) + p * (1 - true)
    drop = psi[:-1] - psi[1:]
    powers = np.where(drop > 0, (psi[:-1] ** k - psi[1:] ** k) / np.where(drop > 0, drop, 1), 0)
    return float(1 - (1 - p) * np.sum(np.diff(false) * powers))


def _affordable(budget: float, verifier: dict[str, Any]) -> int:
    return math.floor(budget / (1 + verifier["cost"]) + 1e-9)


def _best_choice(p: float, budget: float, verifiers: dict[str, Any]) -> tuple[str, int]:
    choices = [(name, k) for name, verifier in verifiers.items() for k in range(1, _affordable(budget, verifier) + 1)]
    return max(choices, key=lambda choice: accuracy(p, verifiers[choice[0]]["roc"], choice[1]))


def _achieved_choice(value: Any, p: float, budget: float, verifiers: dict[str, Any]) -> Achieved:
    if not isinstance(value, list) or len(value) != 2 or value[0] not in list(verifiers):
        return Achieved(0, f"Needed are a verifier, one of {' and '.join(verifiers)}, and a number.", refused=True)
    name, k = value
    if isinstance(k, (bool, str, list)) or k != int(k) or k < 1:
        return Achieved(0, "The number of candidates is a whole number from 1.", refused=True)
    spent = k * (1 + verifiers[name]["cost"])
    if spent > budget + 1e-9:
        return Achieved(0, f"{k:g} candidates with the {name} verifier cost {spent:g}; there are {budget:g}.")
    reached = accuracy(p, verifiers[name]["roc"], int(k))
    best_name, best_k = _best_choice(p, budget, verifiers)
    best = accuracy(p, verifiers[best_name]["roc"], best_k)
    says = f"The {name} verifier and {int(k)} candidates: accuracy {reached:.3f} for {spent:g} of {budget:g}."
    if reached >= best - 0.001:
        return Achieved(1, says)
    return Achieved(0.4 if name == best_name else 0, f"{says} More is possible.")


def _by_auc(verifiers: dict[str, Any]) -> str:
    return max(verifiers, key=lambda name: _auc(verifiers[name]["roc"]))


def _draw_verifiers(rng: np.random.Generator) -> dict[str, Any]:
    """Draw until the verifier with the smaller AUC is the better buy, by at least two points."""
    while True:
        values = {
            "p": _choice(rng, 0.08, 0.1, 0.12, 0.15),
            "budget": _choice(rng, 36, 40, 44, 48, 60),
            "verifiers": {
                "cheap": {"cost": _choice(rng, 0.05, 0.1, 0.2), "roc": _roc(_choice(rng, 0.76, 0.78, 0.8))},
                "dear": {"cost": _choice(rng, 2, 2.5, 3, 4), "roc": _roc(_choice(rng, 0.83, 0.85, 0.87))},
            },
        }
        reached = {
            name: accuracy(values["p"], each["roc"], _affordable(values["budget"], each))
            for name, each in values["verifiers"].items()
        }
        if reached["cheap"] > reached["dear"] + 0.02:
            return values


S7 = Task(
    id="S-7",
    kind="C",
    title="Which verifier, how many candidates",
    points=5,
    minutes=20,
    variable="answer_S7",
    statement=lambda p, budget, verifiers: (
        f"One candidate is right with probability p = {p:g}. Making a candidate costs 1, scoring it costs "
        + " and ".join(
            f"{each['cost']:g} with the {name} verifier (AUC {_auc(each['roc']):.2f})"
            for name, each in verifiers.items()
        )
        + f". You have {budget:g} for each problem. Which verifier do you take, and how many candidates k, "
        "so that best-of-N is right most often? Each verifier's ROC curve is a table of false and true positive "
        "rates, straight in between, in "
        '`given("S-7")`. Accuracy is 1 − k(1 − p) times the integral of ψ(F)^(k−1) over F from 0 to 1, with '
        'ψ(F) = (1 − p)(1 − F) + p(1 − T(F)). Answer with a pair such as `("cheap", 12)`. What counts is the '
        "accuracy reached."
    ),
    answer_type=Design("a pair of a verifier's name and a whole number", _achieved_choice),
    reference=_best_choice,
    misconceptions=(
        Misconception(
            "generation-free",
            lambda p, budget, verifiers: ("cheap", math.floor(budget / verifiers["cheap"]["cost"] + 1e-9)),
            "That is the budget divided by the price of scoring alone. Each candidate must also be made.",
            matches=lambda value, p, budget, verifiers: (
                value[1] == math.floor(budget / verifiers[value[0]]["cost"] + 1e-9)
            ),
        ),
        Misconception(
            "larger-AUC",
            lambda p, budget, verifiers: (
                _by_auc(verifiers),
                _affordable(budget, verifiers[_by_auc(verifiers)]),
            ),
            "This takes the verifier with the larger AUC. Asked was what the budget reaches: its price leaves few "
            "candidates.",
            matches=lambda value, p, budget, verifiers: (
                value[0] == _by_auc(verifiers) and value[1] * (1 + verifiers[value[0]]["cost"]) <= budget
            ),
        ),
        Misconception(
            "verifier-free",
            lambda p, budget, verifiers: ("cheap", int(budget)),
            "That is the budget divided by the price of making a candidate alone. Each one must also be scored.",
            matches=lambda value, p, budget, verifiers: value[1] == int(budget),
        ),
    ),
    hints=(
        "First the money: how many candidates does each verifier leave you, if making and scoring are both paid?",
        "On a straight piece of the ROC the integral of ψ^(k−1) is exact: (F₂ − F₁)·(ψ₁^k − ψ₂^k)/(k(ψ₁ − ψ₂)). "
        "Add the pieces for both verifiers and compare.",
    ),
    explanation=lambda p, budget, verifiers: (
        "The candidates that the low price leaves are worth more here than the better curve: the dear verifier "
        "reaches "
        f"{accuracy(p, verifiers['dear']['roc'], _affordable(budget, verifiers['dear'])):.3f}. "
        "Both curves are concave, so more candidates never hurt."
    ),
    book={
        "p": 0.1,
        "budget": 44,
        "verifiers": {"cheap": {"cost": 0.1, "roc": _roc(0.8)}, "dear": {"cost": 3, "roc": _roc(0.85)}},
    },
    draw=_draw_verifiers,
)

# Bonus


def _best_length(start: float, ceiling: float, scale: float) -> float:
    """Return the chain length with the smallest failure a token, when each start costs `start` tokens."""
    length = np.arange(1, 20 * int(scale), dtype=float)
    chance = ceiling * -np.expm1(-length / scale)
    return float(length[np.argmax(-np.log1p(-chance) / (length + start))])


SB = Task(
    id="S-B",
    kind="N",
    title="How long should a chain be?",
    points=2,
    minutes=15,
    variable="answer_SB",
    statement=(
        "One chain of L tokens succeeds with probability {ceiling:g}·(1 − e^(−L/{scale:g})). Starting a chain "
        "costs {start:g} tokens "
        "more, for reading the prompt and for the check, which never errs. With a large budget of tokens, which "
        "length L leaves the "
        "smallest chance that all chains fail? To one percent."
    ),
    answer_type=Number("tokens", low=1, tolerance=0.01),
    reference=_best_length,
    misconceptions=(
        Misconception(
            "scale",
            lambda start, ceiling, scale: float(scale),
            "This is the length at which a chain has reached 63 % of its ceiling. Asked was the length that is "
            "best for the budget.",
        ),
        Misconception(
            "with-start",
            lambda start, ceiling, scale: _best_length(start, ceiling, scale) + start,
            "This is what one chain costs with its start. Asked was the length L alone.",
        ),
        Misconception(
            "as-the-start",
            lambda start, ceiling, scale: start,
            "This makes a chain as long as its start. Asked was the length with the smallest chance that all "
            "chains fail.",
        ),
    ),
    hints=(
        "A budget B pays for B/(L + start) chains. Write the logarithm of the chance that all fail.",
        "Maximise −ln(1 − p(L))/(L + {start:g}) over L, on a grid if you like. The budget drops out.",
    ),
    explanation=lambda start, ceiling, scale: (
        f"−ln(1 − p(L))/(L + {start:g}) is largest near L = {_best_length(start, ceiling, scale):.0f}. Without a "
        f"price for starting "
        "the shortest chain would always win: the inner optimum comes from that price."
    ),
    book={"start": 50, "ceiling": 0.6, "scale": 400},
    draw=lambda rng: {
        "start": _choice(rng, 40, 60, 80, 100),
        "ceiling": _choice(rng, 0.5, 0.6, 0.7),
        "scale": _choice(rng, 300, 400, 500, 600),
    },
    bonus=True,
)

TASKS = shortest_first(S1, S2, S3, S4, S5, S6, S7, SB)

"""The tasks of the part Theorem: coverage, its gain, what it costs, and how it breaks."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np
from scipy.special import betaln

from ... import estimates, verifiers
from ...answers.task import Achieved, Design, Function, Line, Misconception, Number, Task, shortest_first
from ...laws import (
    BetaBinomial,
    best_p,
    coverage,
    expected_draws,
    halving_cost,
    marginal_derivative,
    marginal_gain,
    samples_needed,
)

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


# T-1

T1 = Task(
    id="T-1",
    kind="N",
    title="Enough samples",
    points=2,
    minutes=5,
    variable="answer_T1",
    statement=(
        "One sample solves a problem with probability p = {p:g}, and samples are independent. "
        "How many samples at least, so that the coverage is above {target:g}?"
    ),
    answer_type=Number("samples", low=1, whole=True),
    reference=lambda p, target: int(samples_needed(p, target)),
    misconceptions=(
        Misconception(
            "rounded-down",
            lambda p, target: int(samples_needed(p, target)) - 1,
            lambda p, target: (
                f"This is the last number that is not enough: its coverage is "
                f"{coverage(p, int(samples_needed(p, target)) - 1):.4f}. Asked was the first that is."
            ),
        ),
        Misconception(
            "small-p",
            lambda p, target: math.ceil(-math.log(1 - target) / p),
            lambda p, target: (
                f"This is ln(1/(1 − target))/p, rounded up: it takes e^(−kp) for the chance that all k fail. "
                f"Asked was the exact (1 − p)^k, and at p = {p:g} the two differ."
            ),
        ),
    ),
    hints=(
        "Write the chance that all k samples fail. Coverage is above {target:g} when that chance is below what number?",
        "Solve (1 − p)^k < 1 − target with logarithms. log(1 − p) is negative: which way does the sign then point?",
    ),
    explanation=lambda p, target: (
        f"(1 − p)^k < {1 - target:g} means k > ln {1 - target:g} / ln {1 - p:g} = "
        f"{math.log(1 - target) / math.log(1 - p):.2f}, so k = {samples_needed(p, target)}: coverage "
        f"{coverage(p, samples_needed(p, target)):.4f}, and {coverage(p, samples_needed(p, target) - 1):.4f} one "
        f"earlier."
    ),
    book={"p": 0.2, "target": 0.9},
    draw=lambda rng: {
        "p": _choice(rng, 0.12, 0.15, 0.18, 0.22, 0.25, 0.28, 0.32, 0.35),
        "target": _choice(rng, 0.85, 0.88, 0.92, 0.95, 0.97, 0.98),
    },
)

# T-2

T2 = Task(
    id="T-2",
    kind="N",
    title="The gain of one more",
    points=2,
    minutes=5,
    variable="answer_T2",
    statement=(
        "One sample solves a problem with probability p = {p:g}. By how much does sample number {k} raise the "
        "coverage? "
        "Give at least four significant digits."
    ),
    answer_type=Number(low=0, high=1, tolerance=2e-4),
    reference=lambda p, k: float(marginal_gain(p, k)),
    misconceptions=(
        Misconception(
            "derivative",
            lambda p, k: float(marginal_derivative(p, k)),
            "This is the derivative of the coverage at k = {k}, the slope of a curve drawn through whole numbers. "
            "Asked was the difference between {k} samples and one fewer.",
        ),
        Misconception(
            "coverage",
            lambda p, k: float(coverage(p, k)),
            "This is the coverage of {k} samples together. Asked was what sample number {k} adds to it.",
        ),
        Misconception(
            "next-sample",
            lambda p, k: float(marginal_gain(p, k + 1)),
            "This is the gain of the sample that follows. Asked was sample number {k}: it counts when the samples "
            "before it failed. How many are those?",
        ),
    ),
    hints=(
        "Sample number {k} changes something only if all samples before it failed and it does not.",
        "Subtract the coverage of one sample fewer from the coverage of {k} samples, and take out common factors.",
    ),
    explanation=lambda p, k: (
        f"The {k - 1} samples before must fail and this one succeed: p(1 − p)^{k - 1} = {marginal_gain(p, k):.4g}. "
        f"The derivative, −ln(1 − p)·(1 − p)^{k} = {marginal_derivative(p, k):.4g}, is another number."
    ),
    book={"p": 0.02, "k": 8},
    draw=lambda rng: {"p": _choice(rng, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06), "k": int(rng.integers(6, 13))},
)

# T-3

T3 = Task(
    id="T-3",
    kind="D",
    title="What halves the failure",
    points=3,
    minutes=10,
    variable="answer_T3",
    statement=(
        "After k samples all have failed with probability (1 − p)^k. How many further samples halve this "
        "probability? "
        'Write the line as text in p and k, exact, and not rounded to whole samples, for example "k * (1 - p)". '
        "You may use + - * / ^, exp, ln and sqrt."
    ),
    answer_type=Line({"p": (0.02, 0.9), "k": (1, 60)}),
    reference=lambda p, k: halving_cost(p),
    misconceptions=(
        Misconception(
            "small-p",
            lambda p, k: math.log(2) / p,
            "This is the approximation for small p, where −ln(1 − p) ≈ p. Asked was the exact number.",
        ),
        Misconception(
            "total",
            lambda p, k: k + halving_cost(p),
            "This is the new total, with the k samples already drawn. Asked was how many come on top.",
        ),
        Misconception(
            "sign",
            lambda p, k: -halving_cost(p),
            "This is negative: ln(1 − p) is below zero for every p. Asked was a number of samples.",
        ),
        Misconception(
            "doubling",
            lambda p, k: 0 * p + k,
            "This is as many again as were drawn. It squares the failure probability; asked was what halves it.",
        ),
    ),
    hints=(
        "Call the further samples h and write down (1 − p)^(k + h) = (1 − p)^k / 2. What cancels?",
        "(1 − p)^h = 1/2. Take the logarithm of both sides and mind the signs.",
    ),
    explanation=(
        "From (1 − p)^(k+h) = (1 − p)^k / 2 the k cancels: (1 − p)^h = 1/2, so h = ln 2 / (−ln(1 − p)). "
        "What is already drawn does not matter: each halving costs the same. For small p this is about ln 2 / p."
    ),
)

# T-4


def _calls_samples_needed(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    met_exactly = [(0.5, 0.75), (0.1, 0.19), (0.2, 0.488), (0.3, 0.657), (0.1, 0.3439)]
    p = np.round(rng.uniform(0.01, 0.6, 6), 3)
    target = np.round(rng.uniform(0.3, 0.99, 6), 2)
    return [
        (0.2, 0.9),
        (0.9, 0.5),
        *met_exactly,
        (0.001, 0.999),
        *zip(p.tolist(), target.tolist(), strict=True),
        (np.array([0.001, 0.01, 0.05, 0.1, 0.3]), 0.999),
        (0.2, np.array([0.36, 0.5, 0.9, 0.99])),
        (p, target),
    ]


def _ratio(p: Any, target: Any) -> np.ndarray:
    return np.log(1 - np.asarray(target)) / np.log(1 - np.asarray(p))


def _rounded_up(p: Any, target: Any) -> Any:
    exact = np.log(1 - np.asarray(target)) / np.log(1 - np.asarray(p))
    # Rounding noise must not cost a sample where the target is met exactly.
    return np.ceil(exact - 1e-9).astype(int)


T4 = Task(
    id="T-4",
    kind="F",
    title="Samples needed",
    points=4,
    minutes=15,
    variable="samples_needed",
    statement=(
        "Write `samples_needed(p, target)`: the smallest whole number of samples whose coverage is at least "
        "`target`, "
        "for 0 < p < 1 and 0 < target < 1. Both may be arrays, which broadcast. A target that is met exactly "
        "counts as "
        "met: p = 0.5 and target = 0.75 need 2 samples, and so do p = 0.1 and target = 0.19, although floating point "
        "does not quite think so."
    ),
    answer_type=Function("samples_needed(p, target)", _calls_samples_needed, library=(samples_needed,)),
    reference=samples_needed,
    misconceptions=(
        Misconception(
            "nearest",
            lambda p, target: np.maximum(np.rint(_ratio(p, target)), 1),
            "This rounds to the nearest whole number, so that it stops one sample short about every other time. "
            "Asked was the first number that is enough.",
        ),
        Misconception(
            "last-digit",
            lambda p, target: np.ceil(_ratio(p, target)),
            "This is the formula as it stands, rounded up. At p = 0.1, target = 0.19 the logarithms' last digit "
            "lifts the "
            "quotient just above 2, and it becomes 3. Asked was that a target met exactly counts as met.",
        ),
        Misconception(
            "rounded-down",
            lambda p, target: np.floor(_ratio(p, target) + 1e-9),
            "This rounds down and stops at the last number that is not enough. Asked was the first that is.",
        ),
        Misconception(
            "small-p",
            lambda p, target: np.ceil(-np.log(1 - np.asarray(target)) / np.asarray(p)),
            "This takes e^(−kp) for (1 − p)^k, which holds for small p only. Asked was the exact number.",
        ),
    ),
    hints=(
        "(1 − p)^k ≤ 1 − target, so k is at least a quotient of two logarithms. NumPy's log and ceil take arrays.",
        "Take something tiny, such as 1e-9, off the quotient before rounding up: more than rounding noise, far "
        "less than "
        "any real difference.",
    ),
    explanation=(
        "The quotient ln(1 − target)/ln(1 − p) is rounded up, but only beyond its rounding noise, so that a target "
        "met exactly costs no extra sample."
    ),
    solution=_rounded_up,
)

# T-5

T5 = Task(
    id="T-5",
    kind="D",
    title="Where repeating gains most",
    points=3,
    minutes=12,
    variable="answer_T5",
    statement=(
        "With k samples instead of one, a problem's chance rises from p to 1 − (1 − p)^k. For which p is this gain, "
        '1 − (1 − p)^k − p, largest? Write the line as text in k, for example "1 / (k + 1)". '
        "You may use + - * / ^, exp, ln and sqrt."
    ),
    answer_type=Line({"k": (2, 80)}),
    reference=lambda k: best_p(k),
    misconceptions=(
        Misconception(
            "one-over-k",
            lambda k: 1 / k,
            "This is where one right sample among k is expected: a natural guess. Asked was where the gain over a "
            "single "
            "sample is largest, and for k = 2 that is at 0.5, for k = 10 at 0.23.",
        ),
        Misconception(
            "exponent",
            lambda k: 1 - k ** (-1 / k),
            "This has the exponent −1/k: the k samples were differentiated to k(1 − p)^k. "
            "What does the power become when (1 − p)^k is differentiated?",
        ),
        Misconception(
            "failure",
            lambda k: k ** (-1 / (k - 1)),
            "This is the failure probability 1 − p at the best p. Asked was p.",
        ),
    ),
    hints=(
        "Differentiate the gain by p and set the derivative to zero.",
        "k(1 − p)^(k−1) = 1. Solve for 1 − p first.",
    ),
    explanation=(
        "k(1 − p)^(k−1) = 1 gives 1 − p = k^(−1/(k−1)), so p = 1 − k^(−1/(k−1)): 0.5 for k = 2, 0.226 for 10, "
        "0.045 for "
        '100. "Moderate p" is a statement about k.'
    ),
)

# T-6

T6 = Task(
    id="T-6",
    kind="N",
    title="Stop at the first success",
    points=2,
    minutes=5,
    variable="answer_T6",
    statement=(
        "A check that never errs looks at each sample at once, and sampling stops at the first right one, or after "
        "{cap} samples. One sample is right with probability p = {p:g}. How many samples are drawn on average?"
    ),
    answer_type=Number("samples", low=0, tolerance=1e-3),
    reference=lambda p, cap: float(expected_draws(p, cap)),
    misconceptions=(
        Misconception(
            "no-cap",
            lambda p, cap: 1 / p,
            "This is 1/p, the mean without a cap. Asked was the mean when sampling ends after {cap} samples at "
            "the latest.",
        ),
        Misconception(
            "cap",
            lambda p, cap: float(cap),
            lambda p, cap: (
                f"This is the cap itself, as if no run ended early. {coverage(p, cap - 1):.0%} of the runs do."
            ),
        ),
        Misconception(
            "middle",
            lambda p, cap: (1 + cap) / 2,
            "This is the middle between 1 and {cap}. Short runs are likelier than long ones, so the mean lies lower.",
        ),
    ),
    hints=(
        "Sample number j is drawn when all samples before it failed. How likely is that?",
        "The mean is the sum of (1 − p)^(j−1) for j = 1 … {cap}: a geometric series.",
    ),
    explanation=lambda p, cap: (
        f"1 + (1 − p) + … + (1 − p)^{cap - 1} = (1 − (1 − p)^{cap})/p = {expected_draws(p, cap):.4f}. At that "
        f"mean cost "
        f"stopping solves {coverage(p, cap):.0%} of the problems, a fixed {expected_draws(p, cap):.2f} samples "
        f"{1 - (1 - p) ** expected_draws(p, cap):.0%}."
    ),
    book={"p": 0.15, "cap": 12},
    draw=lambda rng: {"p": _choice(rng, 0.12, 0.15, 0.18, 0.24, 0.25, 0.28), "cap": int(rng.integers(7, 15))},
)

# T-7


def beta_coverage(a: float, b: float, k: int) -> float:
    """Chance that k samples solve a problem whose p is drawn from Beta(a, b)."""
    return float(-np.expm1(betaln(a, b + k) - betaln(a, b)))


def _calls_beta(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [
        (round(float(rng.uniform(0.2, 3)), 2), round(float(rng.uniform(3.1, 6)), 2), int(rng.integers(2, 200)))
        for _ in range(5)
    ]
    return [(0.5, 1.5, 1), (0.5, 1.5, 16), (1.0, 1.0, 9), (2.0, 5.0, 3), (0.3, 4.0, 10_000), *drawn]


T7 = Task(
    id="T-7",
    kind="F",
    title="Coverage of mixed problems",
    points=4,
    minutes=15,
    variable="beta_coverage",
    statement=(
        "Problems differ: their p follows a Beta(a, b) distribution. Write `beta_coverage(a, b, k)`: the "
        "probability that at "
        "least one of k samples solves a problem drawn at random. Check yourself: a = 0.5, b = 1.5, k = 1 gives "
        "0.25. "
        "k is a whole number up to 10,000."
    ),
    answer_type=Function("beta_coverage(a, b, k)", _calls_beta, tolerance=1e-6, library=(BetaBinomial.coverage,)),
    reference=beta_coverage,
    misconceptions=(
        Misconception(
            "mean-p",
            lambda a, b, k: 1 - (1 - a / (a + b)) ** k,
            "This is the coverage of one problem with the mean p = a/(a + b). Asked was the mean of the "
            "coverages, and that "
            "is lower: problems with small p do not average away (Jensen).",
        ),
        Misconception(
            "exchanged",
            lambda a, b, k: beta_coverage(b, a, k),
            "This has a and b exchanged: it is the coverage for Beta(b, a). Asked was Beta(a, b), whose mean is "
            "a/(a + b).",
        ),
        Misconception(
            "failure",
            lambda a, b, k: 1 - beta_coverage(a, b, k),
            "This is the probability that all k samples fail. Asked was that at least one is right.",
        ),
    ),
    hints=(
        "Average the failure (1 − p)^k over p ~ Beta(a, b). The integral has the shape of another Beta function.",
        "The mean failure is B(a, b + k)/B(a, b). With large k take scipy.special.betaln, or multiply the k factors "
        "(b + j)/(a + b + j).",
    ),
    explanation=(
        "The mean failure is B(a, b + k)/B(a, b), the product of (b + j)/(a + b + j) for j = 0 … k − 1. It falls "
        "like k^(−a): "
        "a power law, although each problem's own failure falls exponentially."
    ),
)

# T-8


def _best_shares(p: list[float], samples: int) -> list[int]:
    """Give each next sample where it gains most; the gains on a problem only fall, so this is best."""
    shares = [0] * len(p)
    heap = [(-chance, i) for i, chance in enumerate(p)]
    heapq.heapify(heap)
    for _ in range(samples):
        gain, i = heapq.heappop(heap)
        shares[i] += 1
        heapq.heappush(heap, (gain * (1 - p[i]), i))
    return shares


def _solved(shares: list[int], p: list[float]) -> float:
    return float(np.sum(coverage(np.array(p), np.array(shares))))


def _achieved_shares(value: Any, p: list[float], samples: int) -> Achieved:
    if not isinstance(value, list) or len(value) != len(p):
        return Achieved(0, f"Needed are {len(p)} numbers of samples, one a problem.", refused=True)
    if not all(isinstance(x, (int, float)) and not isinstance(x, bool) and x >= 0 and x == int(x) for x in value):
        return Achieved(0, "A number of samples is a whole number, zero or more.", refused=True)
    shares = [int(x) for x in value]
    if sum(shares) > samples:
        return Achieved(0, f"These are {sum(shares)} samples; there are only {samples}.")
    solved, best = _solved(shares, p), _solved(_best_shares(p, samples), p)
    says = f"{sum(shares)} samples, {solved:.3f} problems solved on average."
    if solved >= 0.9995 * best:
        return Achieved(1, says)
    equal = _solved([samples // len(p)] * len(p), p)
    return Achieved(0.5 if solved >= (equal + best) / 2 else 0, f"{says} More is possible.")


T8 = Task(
    id="T-8",
    kind="C",
    title="A hundred samples, ten problems",
    points=6,
    minutes=25,
    variable="answer_T8",
    statement=lambda p, samples: (
        f"Ten problems; one sample solves them with the probabilities {', '.join(format(x, 'g') for x in p)}. You "
        f"have "
        f"{samples} samples for all of them together and must say beforehand how many each problem gets. Choose "
        f"so that as "
        "many problems as possible are solved on average. Answer with a list of ten whole numbers, in the order "
        "of the "
        "problems. What counts is the expected number of solved problems, not how you found the list."
    ),
    answer_type=Design("a list of ten whole numbers", _achieved_shares),
    reference=_best_shares,
    misconceptions=(
        Misconception(
            "unspent",
            lambda p, samples: [1] * len(p),
            "Here at least half of the samples are given to nobody. Every further one adds something, on whichever "
            "problem: give out all of them.",
            matches=lambda value, p, samples: 2 * sum(value) <= samples,
        ),
        Misconception(
            "equal",
            lambda p, samples: [samples // len(p)] * len(p),
            "These are equal shares: the easy problems keep samples that almost never matter any more. "
            "Compare what one more sample adds on each problem.",
            matches=lambda value, p, samples: 2 * sum(value) > samples and len(set(value)) == 1,
        ),
        Misconception(
            "hardest",
            lambda p, samples: [int(samples * (1 / x) / sum(1 / y for y in p)) for x in p],
            "The hardest problem gets the most here. One sample there is worth its small p; asked was where the "
            "next sample "
            "adds most, and that is in between.",
            matches=lambda value, p, samples: (
                2 * sum(value) > samples and len(set(value)) > 1 and value[p.index(min(p))] == max(value)
            ),
        ),
        Misconception(
            "easiest",
            lambda p, samples: [int(samples * x / sum(p)) for x in p],
            "The easiest problem gets the most here. Its first samples are the best buy of all, but soon it is "
            "solved almost "
            "surely; asked was where the next sample adds most.",
            matches=lambda value, p, samples: (
                2 * sum(value) > samples and len(set(value)) > 1 and value[p.index(max(p))] == max(value)
            ),
        ),
    ),
    hints=(
        "Sample number j on a problem adds p(1 − p)^(j−1). Make a table of these gains: the same 100 coins, which "
        "to pick up?",
        "Start with nothing and give each next sample to the problem where it adds most. Because gains only fall, "
        "no later "
        "choice can make an earlier one wrong.",
    ),
    explanation=(
        "The gain p(1 − p)^(j−1) only falls with j, so taking the largest gain each time is best. At the end the "
        "next "
        "sample is worth about the same everywhere, and middling problems hold the most samples."
    ),
    book={"p": [0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01], "samples": 100},
    draw=lambda rng: {
        "p": [
            _choice(rng, 0.45, 0.5, 0.55, 0.6),
            _choice(rng, 0.3, 0.35, 0.4),
            _choice(rng, 0.2, 0.22, 0.25),
            _choice(rng, 0.14, 0.15, 0.17),
            _choice(rng, 0.1, 0.11, 0.12),
            _choice(rng, 0.07, 0.08),
            _choice(rng, 0.04, 0.05, 0.06),
            0.03,
            _choice(rng, 0.015, 0.02),
            _choice(rng, 0.005, 0.008, 0.01),
        ],
        "samples": int(_choice(rng, 90, 100, 110, 120)),
    },
)

# T-9


def pass_at_k(n: int, c: int, k: int) -> float:
    """Unbiased estimate of pass@k from n samples with c correct."""
    if k > n:
        raise ValueError(f"k must be at most n = {n}, got {k}")
    return 1 - comb(n - c, k) / comb(n, k)


def _calls_pass_at_k(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(6):
        n = int(rng.integers(6, 19))
        drawn.append((n, int(rng.integers(1, n // 2)), int(rng.integers(2, max(n // 2, 3)))))
    # Few enough subsets to list them all, as the lesson on pass@k does: one call of `combinations` that ran for
    # minutes could not be stopped.
    fixed = [(10, 2, 5), (4, 1, 2), (5, 0, 3), (5, 5, 1), (6, 1, 6), (8, 6, 3), (18, 3, 9), (20, 1, 8)]
    return [*fixed, *drawn, (2, 0, 5), (4, 4, 5)]


T9 = Task(
    id="T-9",
    kind="F",
    title="Write pass@k yourself",
    points=4,
    minutes=15,
    variable="pass_at_k",
    statement=(
        "Of n recorded samples of one problem c are correct. Write `pass_at_k(n, c, k)`: the unbiased estimate of "
        "the chance "
        "that at least one of k samples is correct, which is the share of all subsets of k of the n samples that "
        "contain a "
        "correct one. Ten samples with two correct give 0.7778 for k = 5. If k is larger than n the data hold no "
        "answer: "
        "raise a `ValueError`. n is at most 20, so you may list the subsets or count them."
    ),
    answer_type=Function("pass_at_k(n, c, k)", _calls_pass_at_k, library=(estimates.pass_at_k, estimates.curve)),
    reference=pass_at_k,
    misconceptions=(
        Misconception(
            "plug-in",
            lambda n, c, k: 1 - (1 - c / n) ** k,
            "This is 1 − (1 − c/n)^k: k draws with replacement from the n samples. On average it comes out too "
            "low. Asked "
            "were subsets, drawn without replacement: with n = k = 6 and one correct sample you cannot miss it.",
        ),
        Misconception(
            "not-refused",
            lambda n, c, k: 1 - comb(n - c, k) / comb(n, min(k, n)),
            "This returns a number for k > n. The formula's numerator has run out there; it looks certain and "
            "knows nothing. "
            "Asked was a ValueError: five samples cannot be judged from two.",
        ),
        Misconception(
            "expected-number",
            lambda n, c, k: k * c / n,
            "This is k·c/n, the expected number of correct samples among k. Asked was the chance of at least one, "
            "and that "
            "is never above 1.",
        ),
        Misconception(
            "failure",
            lambda n, c, k: comb(n - c, k) / comb(n, min(k, n)),
            "This is the share of subsets without any correct sample. Asked was the share with at least one.",
        ),
    ),
    hints=(
        "Count: how many subsets of k samples are there, and how many of them hold only wrong samples?",
        "1 − C(n − c, k)/C(n, k); math.comb gives 0 when there are fewer than k wrong samples, which is just right. "
        "And k > n first.",
    ),
    explanation=(
        "Of the C(n, k) subsets C(n − c, k) hold no correct sample, so the estimate is 1 − C(n − c, k)/C(n, k). "
        "It is unbiased for "
        "every k up to n, and beyond n it does not exist."
    ),
)

# T-10


def _levels(correct: Sequence[Any], score: Sequence[float]) -> list[tuple[int, int]]:
    """How many samples each score has and how many of them are right, the best score first."""
    found = []
    for level in sorted(set(score), reverse=True):
        here = [bool(one) for one, other in zip(correct, score, strict=True) if other == level]
        found.append((len(here), sum(here)))
    return found


def rejection(correct: Sequence[Any], score: Sequence[float], draws: float) -> float:
    """Chance that the first accepted sample is right, if the best-scored share 1/draws is accepted."""
    room = len(score) / draws
    left, right = room, 0.0
    for size, good in _levels(correct, score):
        part = min(left, size)
        left -= part
        right += good * part / size
    return right / room


def _all_ties(correct: Sequence[Any], score: Sequence[float], draws: float) -> float:
    """Whole levels only: the ties at the threshold are all accepted."""
    room, taken, right = len(score) / draws, 0, 0
    for size, good in _levels(correct, score):
        if taken < room - 1e-9:
            taken, right = taken + size, right + good
    return right / taken


def _best_of(correct: Sequence[Any], score: Sequence[float], draws: float) -> float:
    above, value = float(len(score)), 0.0
    for size, good in _levels(correct, score):
        step = (above / len(score)) ** draws - ((above - size) / len(score)) ** draws
        above, value = above - size, value + step * good / size
    return value


def _at_the_threshold(correct: Sequence[Any], score: Sequence[float], draws: float) -> float:
    room, taken = len(score) / draws, 0
    for size, good in _levels(correct, score):
        taken += size
        if taken >= room - 1e-9:
            return good / size
    return math.nan


def _calls_pool(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    fixed: list[tuple[Any, ...]] = [
        ([True], [0.5], 3.0),
        ([False, True, True, False], [1.0, 2.0, 3.0, 4.0], 1.0),
        ([False, True, True, False], [1.0, 2.0, 3.0, 4.0], 2.0),
        ([True, False, True, False, False], [0.9, 0.9, 0.4, 0.4, 0.1], 2.0),
        ([True, False, False, True], [1.0, 1.0, 1.0, 1.0], 2.5),
        ([True, False, False, False, True, False], [-1.0, -2.0, -2.0, -3.0, -2.0, -1.0], 1.7),
        ([False, False, True], [0.3, 0.2, 0.2], 50.0),
    ]
    drawn: list[tuple[Any, ...]] = []
    for _ in range(5):
        size = int(rng.integers(8, 20))
        right = rng.random(size) < 0.4
        score = np.round(rng.normal(right * 0.8, 1.0), 0)
        drawn.append((right.tolist(), score.tolist(), round(float(rng.uniform(1.2, 6)), 2)))
    return [*fixed, *drawn]


T10 = Task(
    id="T-10",
    kind="F",
    title="The first that is accepted",
    points=4,
    minutes=18,
    variable="rejection",
    statement=(
        "`correct` and `score` describe a recorded pool of one problem. New samples are drawn from it, with "
        "replacement, until one is accepted. Accepted is the best-scored share 1/m of all draws: scores above a "
        "threshold always, and scores equal to it by a coin, so that it takes exactly m draws on average. Write "
        "`rejection(correct, score, draws)`, where draws is m ≥ 1, not always whole: it returns the chance that the "
        "first accepted sample is right."
    ),
    answer_type=Function("rejection(correct, score, draws)", _calls_pool, library=(verifiers.rejection_law,)),
    reference=rejection,
    misconceptions=(
        Misconception(
            "all-ties",
            _all_ties,
            "This accepts every sample with the score of the threshold. Then more than the share 1/m is accepted, and "
            "it takes fewer than m draws.",
        ),
        Misconception(
            "best-of-m",
            _best_of,
            "This is best-of-N with N = m: the best of a fixed number of draws. Its threshold is left to chance.",
        ),
        Misconception(
            "at-the-threshold",
            _at_the_threshold,
            "This is the share of right samples among those with the score of the threshold. Accepted are all better "
            "ones, too.",
        ),
    ),
    hints=(
        "An accepted sample is a random one of the best-scored share 1/m. How many samples of the pool is that?",
        "Of N samples the best N/m are accepted. Take whole scores from the top while they fit, and of the next one "
        "only the part that is left; a part of a score has the same share of right samples as all of it.",
    ),
    explanation=(
        "The first accepted sample is a random one of the accepted share, whatever came before it. So the chance is "
        "m·G(1/m), where G(u) is the share of draws that are right and among the best share u."
    ),
)

# Bonus


def _largest_k(p: float) -> int:
    """Return the largest k whose best p is still at least p; the best p falls with k."""
    k = 2
    while best_p(k + 1) >= p:
        k += 1
    return k


def _largest_k_where(p: float, guess: Any) -> int:
    return max(k for k in range(2, 2000) if guess(k) >= p)


TB = Task(
    id="T-B",
    kind="N",
    title="How moderate is moderate?",
    points=2,
    minutes=10,
    variable="answer_TB",
    statement=(
        "Repeated sampling is said to help most where p is moderate. The p that gains most from k samples falls "
        "as k grows. "
        "What is the largest k for which this best p is still at least {p:g}?"
    ),
    answer_type=Number("samples", low=2, whole=True),
    reference=_largest_k,
    misconceptions=(
        Misconception(
            "one-over-k",
            lambda p: math.floor(1 / p + 1e-9),
            "This is 1/p: it takes the best p for 1/k. Asked was where 1 − (1 − p)^k − p is largest, see T-5.",
        ),
        Misconception(
            "exponent",
            lambda p: _largest_k_where(p, lambda k: 1 - k ** (-1 / k)),
            "This uses k^(−1/k). Asked was the p with k(1 − p)^(k−1) = 1, see T-5.",
        ),
        Misconception(
            "one-too-far",
            lambda p: _largest_k(p) + 1,
            "Here the best p is just below {p:g}. Asked was the last k before.",
        ),
    ),
    hints=(
        "T-5 gives the best p for each k. It falls with k, so try values of k.",
        "Evaluate 1 − k^(−1/(k−1)) for k = 2, 3, … and stop before it drops below {p:g}.",
    ),
    explanation=lambda p: (
        f"The best p is {best_p(_largest_k(p)):.4f} at k = {_largest_k(p)} and {best_p(_largest_k(p) + 1):.4f} "
        f"one later. "
        f'A rule such as "p of at least {p:g}" is thus a rule about k: up to {_largest_k(p)} samples.'
    ),
    book={"p": 0.05},
    draw=lambda rng: {"p": _choice(rng, 0.04, 0.06, 0.07, 0.08, 0.09, 0.12)},
    bonus=True,
)

TASKS = shortest_first(T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, TB)

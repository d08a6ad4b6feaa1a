"""Workshop 1, from logits to an answer: softmax, top-p, one draw, a loop that stops, and the log-probability.

The references are slow and plain on purpose: they are what a learner can read after a wrong answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...answers.task import Function, Misconception, Task
from ...sources import language_model

__all__ = ["TASKS", "draw", "log_probability", "sample", "softmax", "top_p"]

Numbers = Sequence[float]


def softmax(logits: Numbers, temperature: float) -> list[float]:
    """Return the probability of each token; at temperature 0 all of it belongs to the first largest logit."""
    if not (math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"temperature must be 0 or a positive finite number, got {temperature}")
    top = max(logits)
    if temperature == 0:
        first = list(logits).index(top)
        return [float(i == first) for i in range(len(logits))]
    weights = [math.exp((logit - top) / temperature) for logit in logits]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def top_p(probabilities: Numbers, p: float) -> list[float]:
    """Return probabilities in which only the likeliest tokens are left that together reach p."""
    if not 0 < p <= 1:
        raise ValueError(f"p must lie above 0 and at most at 1, got {p}")
    kept: list[int] = []
    for token in sorted(range(len(probabilities)), key=lambda i: -probabilities[i]):
        if kept and math.fsum(probabilities[i] for i in kept) >= p - 1e-12:
            break
        kept.append(token)
    total = math.fsum(probabilities[i] for i in kept)
    return [probabilities[i] / total if i in kept else 0.0 for i in range(len(probabilities))]


def draw(probabilities: Numbers, u: float) -> int:
    """Return the token whose piece of the line from 0 to 1 holds u."""
    end = 0.0
    for token, probability in enumerate(probabilities):
        end += probability
        if u < end:
            return token
    # Rounding can leave the pieces a little short of 1: the last token that can be drawn at all.
    return max(i for i, probability in enumerate(probabilities) if probability > 0)


def sample(table: Sequence[Numbers], first: int, stop: int, temperature: float, us: Numbers) -> list[int]:
    """Return the tokens of one answer, without the stop."""
    answer: list[int] = []
    last = first
    for u in us:
        token = draw(softmax(table[last], temperature), u)
        if token == stop:
            break
        answer.append(token)
        last = token
    return answer


def log_probability(table: Sequence[Numbers], first: int, tokens: Sequence[int]) -> float:
    """Return the natural logarithm of the chance that these tokens are drawn, at temperature 1."""
    total, last = 0.0, first
    for token in tokens:
        logits = table[last]
        top = max(logits)
        total += logits[token] - top - math.log(math.fsum(math.exp(logit - top) for logit in logits))
        last = token
    return total


def _logits(rng: np.random.Generator, tokens: int) -> list[float]:
    values: list[float] = np.round(rng.normal(0, 2, tokens), 2).tolist()
    return values


def _table(rng: np.random.Generator, tokens: int) -> list[list[float]]:
    return [_logits(rng, tokens) for _ in range(tokens)]


# W-11


def _calls_softmax(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [(_logits(rng, int(rng.integers(3, 8))), float(np.round(rng.uniform(0.2, 2), 2))) for _ in range(6)]
    return [
        ([2.0, 1.0, 0.0], 1.0),
        ([0.0, 0.0], 0.5),
        ([3.0], 1.0),
        ([1000.0, 999.0, -1000.0], 1.0),
        ([2.0, 1.9, 0.0], 0.001),
        ([1.0, 3.0, 3.0, 2.0], 0.0),
        *drawn,
        ([1.0, 2.0], -1.0),
        ([1.0, 2.0], math.inf),
    ]


def _softmax_with(scale: Any) -> Any:
    """Return a softmax in which another function of the temperature stands, and the rest is right."""

    def other(logits: Numbers, temperature: float) -> list[float]:
        if not 0 < temperature < math.inf:
            return softmax(logits, temperature)
        return softmax([scale(logit, temperature) for logit in logits], 1.0)

    return other


def _without_temperature_zero(logits: Numbers, temperature: float) -> list[float]:
    return softmax(logits, temperature or 1.0)


def _all_largest(logits: Numbers, temperature: float) -> list[float]:
    if temperature != 0:
        return softmax(logits, temperature)
    share = list(logits).count(max(logits))
    return [float(logit == max(logits)) / share for logit in logits]


def _refuses_nothing(logits: Numbers, temperature: float) -> list[float]:
    if math.isfinite(temperature) and temperature >= 0:
        return softmax(logits, temperature)
    values = np.asarray(logits) / temperature
    weights = np.exp(values - values.max())
    return [float(weight) for weight in weights / weights.sum()]


W11 = Task(
    id="W-11",
    kind="F",
    title="Softmax at a temperature",
    points=4,
    minutes=12,
    variable="softmax",
    statement=(
        "Write `softmax(logits, temperature)`: the list of probabilities exp(logit / temperature), divided by their "
        "sum. At temperature 0 the first of the largest logits has probability 1 and all others 0. A temperature that "
        "is negative, infinite or not a number: raise a `ValueError`. Logits of 1000 must not overflow: take the "
        "largest logit off all of them first, which changes nothing. Logits 2, 1, 0 at temperature 1 give 0.665, "
        "0.245, 0.090."
    ),
    answer_type=Function("softmax(logits, temperature)", _calls_softmax, library=(language_model.softmax,)),
    reference=softmax,
    misconceptions=(
        Misconception(
            "multiplied",
            _softmax_with(lambda logit, temperature: logit * temperature),
            "This multiplies the logits by the temperature, so that heat makes the model surer. Asked was a division.",
        ),
        Misconception(
            "no-temperature",
            _softmax_with(lambda logit, temperature: logit),
            "This is the softmax at temperature 1, whatever temperature is given. Divide the logits by it first.",
        ),
        Misconception(
            "greedy-forgotten",
            _without_temperature_zero,
            "This treats temperature 0 as temperature 1. Asked was the limit: all probability to the largest logit.",
        ),
        Misconception(
            "greedy-shared",
            _all_largest,
            "This shares the probability among equal largest logits at temperature 0. Asked was the first of them.",
        ),
        Misconception(
            "nothing-refused",
            _refuses_nothing,
            "This returns numbers for a temperature below 0 or without an end. Asked was a ValueError.",
        ),
    ),
    hints=(
        "Three cases: a temperature that is refused, temperature 0, and the formula. Write the formula last.",
        "weights = [math.exp((logit - max(logits)) / temperature) for logit in logits]; divide each by sum(weights).",
    ),
    explanation=(
        "Only differences of logits count, so the largest may be taken off: the largest exponent is then 0 and nothing "
        "overflows. A small temperature stretches the differences, a large one shrinks them."
    ),
)

# W-12


def _calls_top_p(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(7):
        weights = rng.permutation(np.arange(1, 9))[: int(rng.integers(3, 7))]
        drawn.append(((weights / weights.sum()).tolist(), float(np.round(rng.uniform(0.2, 0.95), 2))))
    return [
        ([0.6, 0.3, 0.1], 0.8),
        ([0.5, 0.25, 0.25], 0.5),
        ([0.1, 0.6, 0.3], 0.05),
        ([0.25, 0.25, 0.5], 1.0),
        ([0.4, 0.4, 0.2], 0.4),
        *drawn,
        ([0.5, 0.5], 0.0),
        ([0.5, 0.5], 1.5),
    ]


def _kept(rule: Any) -> Any:
    """Return a top-p that keeps the tokens for which rule(probability, chance of those before, p) holds."""

    def other(probabilities: Numbers, p: float) -> list[float]:
        if not 0 < p <= 1:
            return top_p(probabilities, p)
        order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
        kept, before = [], 0.0
        for token in order:
            if rule(probabilities[token], before, p):
                kept.append(token)
            before += probabilities[token]
        kept = kept or order[:1]
        total = math.fsum(probabilities[i] for i in kept)
        return [probabilities[i] / total if i in kept else 0.0 for i in range(len(probabilities))]

    return other


def _not_scaled(probabilities: Numbers, p: float) -> list[float]:
    return [one if kept else 0.0 for one, kept in zip(probabilities, top_p(probabilities, p), strict=True)]


W12 = Task(
    id="W-12",
    kind="F",
    title="Top-p",
    points=4,
    minutes=12,
    variable="top_p",
    statement=(
        "Write `top_p(probabilities, p)`. Go through the tokens from the likeliest on, of equal ones the earlier "
        "first, and keep tokens until the kept ones together have a probability of at least p. All others get 0, and "
        "the kept ones are divided by their sum. Return the list in the order of the tokens. p outside of 0 < p ≤ 1: "
        "raise a `ValueError`. With 0.6, 0.3, 0.1 and p = 0.8: 0.667, 0.333, 0."
    ),
    answer_type=Function("top_p(probabilities, p)", _calls_top_p, library=(language_model.top_p,)),
    reference=top_p,
    misconceptions=(
        Misconception(
            "each-above-p",
            _kept(lambda one, before, p: one >= p),
            "This keeps the tokens that have a probability of at least p each. Asked was that they reach p together.",
        ),
        Misconception(
            "stops-short",
            _kept(lambda one, before, p: before + one <= p + 1e-12),
            "This leaves out the token with which the sum passes p, so the kept ones stay below p. It belongs to them.",
        ),
        Misconception(
            "not-scaled",
            _not_scaled,
            "These do not add up to 1: the kept probabilities have to be divided by their sum.",
        ),
    ),
    hints=(
        "sorted(range(len(probabilities)), key=lambda i: -probabilities[i]) lists the tokens, the likeliest first.",
        "Before you keep a token, look at the sum of those kept so far: where it is p or more, stop.",
    ),
    explanation=(
        "The likeliest token always stays, because nothing is kept before it. Top-p cuts the long tail of unlikely "
        "tokens, each of them harmless and together often a wrong turn."
    ),
)

# W-13


def _calls_draw(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(8):
        weights = rng.integers(1, 9, int(rng.integers(3, 7)))
        drawn.append(((weights / weights.sum()).tolist(), float(np.round(rng.uniform(0, 1), 3))))
    return [
        ([0.5, 0.3, 0.2], 0.0),
        ([0.5, 0.3, 0.2], 0.49),
        ([0.5, 0.3, 0.2], 0.5),
        ([0.25, 0.25, 0.5], 0.75),
        ([0.0, 1.0], 0.0),
        ([0.7, 0.0, 0.3], 0.7),
        ([0.5, 0.5, 0.0], 0.9999),
        ([1.0], 0.4),
        *drawn,
    ]


def _shows_pieces(probabilities: Numbers, u: float) -> str:
    ends = np.cumsum(probabilities)
    pieces = [
        f"token {i}: {end - probability:.3g} to {end:.3g}"
        for i, (probability, end) in enumerate(zip(probabilities, ends, strict=True))
    ]
    return f"The pieces of the line are {'; '.join(pieces)}; u = {u:g}."


def _closed_at_the_right(probabilities: Numbers, u: float) -> int:
    return int(np.searchsorted(np.cumsum(probabilities), u, side="left"))


W13 = Task(
    id="W-13",
    kind="F",
    title="One draw",
    points=3,
    minutes=10,
    variable="draw",
    statement=(
        "`u` is a random number, 0 ≤ u < 1. Lay the probabilities as pieces side by side on the line from 0 to 1, "
        "token 0 first. Write `draw(probabilities, u)`: the number of the token whose piece holds u. A piece holds its "
        "left end and not its right one. With 0.5, 0.3, 0.2 the token is 0 for u = 0.49 and 1 for u = 0.5."
    ),
    answer_type=Function("draw(probabilities, u)", _calls_draw, labels=True, shows=_shows_pieces),
    reference=draw,
    misconceptions=(
        Misconception(
            "greedy",
            lambda probabilities, u: int(np.argmax(probabilities)),
            "This always takes the likeliest token and never looks at u. That is greedy decoding; asked was a draw.",
        ),
        Misconception(
            "right-end",
            _closed_at_the_right,
            "This gives a piece its right end instead of its left one: a token of probability 0 can then be drawn.",
        ),
        Misconception(
            "uniform",
            lambda probabilities, u: int(u * len(probabilities)),
            "This makes all pieces equally long. The length of a token's piece is its probability.",
        ),
    ),
    hints=(
        "Add the probabilities up one by one. The first sum that is above u belongs to the token.",
        "for token, probability in enumerate(probabilities): end += probability; if u < end: return token",
    ),
    explanation=(
        "u falls into a piece as often as the piece is long. This one line is all the chance in a language model: "
        "everything before it is computed without any."
    ),
)

# W-14


def _calls_sample(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(6):
        tokens = int(rng.integers(4, 6))
        us = np.round(rng.uniform(0, 1, 8), 3).tolist()
        drawn.append((_table(rng, tokens), 0, tokens - 1, float(np.round(rng.uniform(0.4, 1.6), 2)), us))
    # Token 2 is the stop; from 0 and from 1 the other one follows, or the stop.
    seesaw = [[-9.0, 1.0, 0.0], [1.0, -9.0, 0.0], [0.0, 0.0, 0.0]]
    return [
        (seesaw, 0, 2, 1.0, [0.1, 0.1, 0.1, 0.99]),
        (seesaw, 0, 2, 1.0, [0.99, 0.1]),
        (seesaw, 0, 2, 0.0, [0.99, 0.99, 0.99]),
        (seesaw, 1, 2, 1.0, []),
        *drawn,
    ]


def _loop(keep_stop: bool = False, from_last: bool = True, stops: bool = True) -> Any:
    def other(table: Sequence[Numbers], first: int, stop: int, temperature: float, us: Numbers) -> list[int]:
        answer: list[int] = []
        last = first
        for u in us:
            token = draw(softmax(table[last], temperature), u)
            if token == stop and stops:
                return [*answer, token] if keep_stop else answer
            answer.append(token)
            last = token if from_last else first
        return answer

    return other


W14 = Task(
    id="W-14",
    kind="F",
    title="A loop that stops",
    points=4,
    minutes=15,
    variable="sample",
    statement=(
        "Here is a language model that can be read: `table[i]` are the logits of the token that comes after token i. "
        "Write `sample(table, first, stop, temperature, us)`. Begin after the token `first`. For each random number of "
        "`us` draw the next token with your `softmax` and `draw`, and go on from that token. When it is `stop`, the "
        "answer is finished. Return the list of drawn tokens, without the stop. When `us` is used up, return what is "
        "there."
    ),
    answer_type=Function("sample(table, first, stop, temperature, us)", _calls_sample, labels=True),
    reference=sample,
    misconceptions=(
        Misconception(
            "stop-kept",
            _loop(keep_stop=True),
            "This returns the stop as a part of the answer. The stop says that the answer is over; drop it.",
        ),
        Misconception(
            "never-on",
            _loop(from_last=False),
            "This draws every token after `first`. The model goes on from the token that it has just written.",
        ),
        Misconception(
            "never-stops",
            _loop(stops=False),
            "This goes on after the stop. Once the stop is drawn, the answer is finished.",
        ),
    ),
    hints=(
        "Keep two things: the list of the answer so far, and the last token.",
        "Inside the loop: token = draw(softmax(table[last], temperature), u); if token == stop: break.",
    ),
    explanation=(
        "A real model does the same. Its logits depend on all tokens before instead of the last one alone, and this is "
        "the only difference that this loop would see."
    ),
)

# W-15


def _calls_log_probability(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(6):
        tokens = int(rng.integers(4, 6))
        drawn.append((_table(rng, tokens), 0, rng.integers(0, tokens, int(rng.integers(1, 6))).tolist()))
    even = [[0.0, 0.0], [0.0, 0.0]]
    return [(even, 0, [1, 0, 1]), (even, 1, []), ([[0.0, -2000.0], [0.0, 0.0]], 0, [1]), *drawn]


def _mean_log_probability(table: Sequence[Numbers], first: int, tokens: Sequence[int]) -> float:
    return log_probability(table, first, tokens) / max(len(tokens), 1)


def _product(table: Sequence[Numbers], first: int, tokens: Sequence[int]) -> float:
    return math.exp(log_probability(table, first, tokens))


def _sum_of_logits(table: Sequence[Numbers], first: int, tokens: Sequence[int]) -> float:
    return math.fsum(table[last][token] for last, token in zip([first, *tokens], tokens, strict=False))


W15 = Task(
    id="W-15",
    kind="F",
    title="The log-probability of an answer",
    points=4,
    minutes=12,
    variable="log_probability",
    statement=(
        "Write `log_probability(table, first, tokens)`: the natural logarithm of the chance that the model of the last "
        "task writes exactly these tokens after `first`, at temperature 1. The tokens hold a stop only where it is one "
        "of them. An answer of no tokens has the logarithm 0. A token of logit −2000 must not become minus infinity: "
        "stay with logarithms."
    ),
    answer_type=Function("log_probability(table, first, tokens)", _calls_log_probability),
    reference=log_probability,
    misconceptions=(
        Misconception(
            "mean",
            _mean_log_probability,
            "This is the mean over the tokens, which forgives an answer its length. Asked was the sum.",
        ),
        Misconception(
            "product",
            _product,
            "This is the chance itself. Asked was its logarithm, which is still a number where the chance rounds to 0.",
        ),
        Misconception(
            "logits",
            _sum_of_logits,
            "This adds the logits. A logit is a logarithm up to a number of its row: take off the logarithm of the "
            "sum of all exp(logit) in the row.",
        ),
    ),
    hints=(
        "The chance of the answer is a product, one factor a token. Its logarithm is a sum.",
        "For one token: logits[token] - top - math.log(sum(math.exp(logit - top) for logit in logits)), with top the "
        "largest logit of the row.",
    ),
    explanation=(
        "The log-probability of an answer is the sum over its tokens, so every further token makes it smaller: long "
        "answers look unlikely. That is why some rules divide by the number of tokens."
    ),
)

TASKS = (W11, W12, W13, W14, W15)

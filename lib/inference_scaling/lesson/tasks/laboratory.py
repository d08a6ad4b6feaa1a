"""The tasks of the part Laboratory: temperature, labels from rollouts, step scores, losses, choices, forecasts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .form import Function, Number, Slip, Task

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


# L-1


def _tempered(chances: list[float], temperature: float) -> float:
    weights = [chance ** (1 / temperature) for chance in chances]
    return weights[0] / sum(weights)


L1 = Task(
    id="L-1",
    kind="N",
    title="A cooler digit",
    points=2,
    minutes=6,
    name="answer_L1",
    statement=lambda chances, temperature: (
        f"At temperature 1 a model writes one of three digits with chances {_listed(chances)}; the first is right. A "
        f"temperature T divides the logits by T. How likely is the right digit at T = {temperature:g}?"
    ),
    form=Number("", low=0, high=1),
    reference=_tempered,
    slips=(
        Slip(
            "not-normalised",
            lambda chances, temperature: chances[0] ** (1 / temperature),
            "This is the right digit's weight. Asked was its chance: weights must be divided by their sum.",
        ),
        Slip(
            "warmer",
            lambda chances, temperature: _tempered(chances, 1 / temperature),
            "This raises the chances to the power T, which is what a temperature of 1/T does.",
        ),
    ),
    hints=(
        "A logit is a logarithm of the chance, up to a constant. What does dividing a logarithm by T do to the chance?",
        "Each chance becomes chance^(1/T). Then divide by the sum of the three.",
    ),
    right=lambda chances, temperature: (
        f"The weights are chance^{1 / temperature:.3g}; the right one's share is {_tempered(chances, temperature):.3f} "
        f"instead of {chances[0]:g}. A low temperature helps where the right digit leads, and hurts where it does not."
    ),
    book={"chances": [0.6, 0.3, 0.1], "temperature": 0.5},
    draw=lambda rng: {
        "chances": list(_choice(rng, (0.5, 0.3, 0.2), (0.55, 0.25, 0.2), (0.45, 0.35, 0.2), (0.5, 0.4, 0.1))),
        "temperature": _choice(rng, 0.3, 0.4, 0.6),
    },
)

# L-2


def _mislabelled(chance: float, rollouts: int, least: int) -> float:
    return sum(math.comb(rollouts, j) * chance**j * (1 - chance) ** (rollouts - j) for j in range(least))


L2 = Task(
    id="L-2",
    kind="N",
    title="A right step, labelled bad",
    points=2,
    minutes=8,
    name="answer_L2",
    statement=(
        "A step is right, and from it the model reaches the answer with chance {chance:g}. The label comes from "
        "{rollouts} rollouts: good if at least {least} of them arrive. How often is this right step labelled bad?"
    ),
    form=Number("", low=0, high=1),
    reference=_mislabelled,
    slips=(
        Slip(
            "labelled-good",
            lambda chance, rollouts, least: 1 - _mislabelled(chance, rollouts, least),
            "This is how often the step is labelled good.",
        ),
        Slip(
            "one-too-many",
            lambda chance, rollouts, least: _mislabelled(chance, rollouts, least + 1),
            "This counts exactly {least} arrivals as bad. They are enough for good.",
        ),
        Slip(
            "none-arrives",
            lambda chance, rollouts, least: (1 - chance) ** rollouts,
            "This asks that none arrives. Bad is everything below {least}.",
        ),
    ),
    hints=(
        "Which numbers of arrivals lead to the label bad?",
        "Add the chances of 0, 1, … up to {least} − 1 arrivals among {rollouts}.",
    ),
    right=lambda chance, rollouts, least: (
        f"Fewer than {least} of {rollouts} arrive with chance {_mislabelled(chance, rollouts, least):.4f}. Labels from "
        "rollouts judge what the model makes of a step, and hard continuations make good steps look bad."
    ),
    book={"chance": 0.3, "rollouts": 16, "least": 4},
    draw=lambda rng: {
        "chance": _choice(rng, 0.2, 0.25, 0.35, 0.4),
        "rollouts": int(_choice(rng, 8, 12, 20)),
        "least": int(_choice(rng, 2, 3)),
    },
)

# L-3


def step_choice(solutions: Any, rule: str) -> int:
    """Return the index of the solution with the best aggregated step scores."""
    rules = {"product": math.prod, "minimum": min, "last": lambda scores: scores[-1]}
    if rule not in rules:
        raise ValueError(f"rule must be one of {', '.join(rules)}, got {rule!r}")
    totals = [rules[rule](list(scores)) for scores in solutions]
    return totals.index(max(totals))


def _calls_step_choice(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = [
        ([[0.9, 0.8, 0.7], [0.6, 0.95, 0.9], [0.75, 0.75, 0.75]], rule) for rule in ("product", "minimum", "last")
    ]
    # Equal totals: the first; a solution of another length; one solution; and a rule that nobody knows.
    calls += [([[0.5, 0.8], [0.8, 0.5]], rule) for rule in ("product", "minimum")]
    calls += [([[0.9] * 6, [0.7]], rule) for rule in ("product", "minimum", "last")]
    calls += [([[0.4]], "last"), ([[0.5, 0.5]], "mean"), ([[0.5, 0.5]], "")]
    for _ in range(6):
        solutions = [rng.uniform(0.05, 0.99, int(rng.integers(1, 7))).round(3).tolist() for _ in range(5)]
        calls += [(solutions, rule) for rule in ("product", "minimum", "last")]
    return calls


def _averaged(solutions: Any, rule: str) -> int:
    if rule == "product":
        totals = [math.prod(scores) ** (1 / len(scores)) for scores in solutions]
        return totals.index(max(totals))
    return step_choice(solutions, rule)


def _last_of_ties(solutions: Any, rule: str) -> int:
    return len(solutions) - 1 - step_choice(list(solutions)[::-1], rule)


L3 = Task(
    id="L-3",
    kind="F",
    title="From steps to a choice",
    points=4,
    minutes=12,
    name="choose",
    statement=(
        "A process verifier scores every step of every solution. Write `choose(solutions, rule)`: `solutions` is a "
        "list of lists of step scores, not all equally long, and `rule` is `'product'`, `'minimum'` or `'last'`. "
        "Return the index of the solution whose aggregated score is highest, the first of equals. Raise a "
        "`ValueError` for any other rule."
    ),
    form=Function("choose(solutions, rule)", _calls_step_choice),
    reference=step_choice,
    slips=(
        Slip(
            "per-step",
            _averaged,
            "This takes the geometric mean, so that long solutions lose nothing. Asked was the product.",
        ),
        Slip("last-of-equals", _last_of_ties, "This returns the last of equals. Asked was the first."),
        Slip(
            "any-rule",
            lambda solutions, rule: step_choice(solutions, rule if rule in ("product", "minimum") else "last"),
            "This takes every unknown rule for 'last'. Asked was a ValueError: a misspelt rule should not pass.",
        ),
    ),
    hints=(
        "First make one number of each list of scores; only then compare.",
        "math.prod, min and scores[-1] are the three rules. list.index(max(list)) is the first of equals.",
    ),
    right=(
        "One number a solution, then the first maximum. The product punishes length, the minimum looks at the weakest "
        "step alone, and the last forgets everything before it: the same scores choose different solutions."
    ),
)

# L-4

L4 = Task(
    id="L-4",
    kind="N",
    title="Where a search lost",
    points=2,
    minutes=6,
    name="answer_L4",
    statement=(
        "A search is logged on {puzzles} puzzles. In {proposed} of them the first proposals held a good step, and in "
        "{kept} a good one survived the first pruning. In {again} the second proposals held a good step, and "
        "{solved} puzzles were solved. Of the puzzles that could still be solved when the first pruning came, what "
        "share did this pruning lose?"
    ),
    form=Number("", low=0, high=1),
    reference=lambda puzzles, proposed, kept, again, solved: (proposed - kept) / proposed,
    slips=(
        Slip(
            "of-all",
            lambda puzzles, proposed, kept, again, solved: (proposed - kept) / puzzles,
            "This divides by all puzzles. Asked was the share of those that could still be solved then.",
        ),
        Slip(
            "of-the-lost",
            lambda puzzles, proposed, kept, again, solved: (proposed - kept) / (puzzles - solved),
            "This is the pruning's share of all losses. Asked was the share of the puzzles that came to it alive.",
        ),
        Slip(
            "survivors",
            lambda puzzles, proposed, kept, again, solved: kept / proposed,
            "This is the share that survived the pruning.",
        ),
    ),
    hints=(
        "Which puzzles could the first pruning lose at all?",
        "It got {proposed} puzzles with a good step and passed on {kept}.",
    ),
    right=lambda puzzles, proposed, kept, again, solved: (
        f"{proposed - kept} of {proposed}: {(proposed - kept) / proposed:.3f}. Stages are compared by what they lose "
        "of what reaches them; shares of all puzzles make early stages look worse."
    ),
    book={"puzzles": 100, "proposed": 95, "kept": 76, "again": 74, "solved": 72},
    draw=lambda rng: {
        "puzzles": 100,
        "proposed": (proposed := int(rng.integers(88, 97))),
        "kept": (kept := proposed - int(rng.integers(14, 24))),
        "again": (again := kept - int(rng.integers(2, 6))),
        "solved": again - int(rng.integers(2, 6)),
    },
)

# L-5


def _choice_gain(hard: float, search: list[float], vote: list[float], told: list[float]) -> float:
    easy = 1 - hard
    of_hard = told[0] * search[0] + (1 - told[0]) * vote[0]
    of_easy = told[1] * search[1] + (1 - told[1]) * vote[1]
    fixed = max(hard * search[0] + easy * search[1], hard * vote[0] + easy * vote[1])
    return hard * of_hard + easy * of_easy - fixed


L5 = Task(
    id="L-5",
    kind="N",
    title="What choosing adds",
    points=3,
    minutes=10,
    name="answer_L5",
    statement=lambda hard, search, vote, told: (
        f"{hard:.0%} of the problems are hard, the others easy. Search solves {search[0]:g} of the hard and "
        f"{search[1]:g} of the easy ones, a vote {vote[0]:g} and {vote[1]:g}. An estimator calls a hard problem hard "
        f"with chance {told[0]:g} and an easy one hard with chance {told[1]:g}; what it calls hard is searched, the "
        "rest voted. How much more does this solve than the better of the two strategies used for all problems?"
    ),
    form=Number("", low=-1, high=1),
    reference=_choice_gain,
    slips=(
        Slip(
            "oracle",
            lambda hard, search, vote, told: _choice_gain(hard, search, vote, [1.0, 0.0]),
            "This is the gain of an estimator without errors.",
        ),
        Slip(
            "against-the-worse",
            lambda hard, search, vote, told: (
                _choice_gain(hard, search, vote, told)
                + abs(hard * (search[0] - vote[0]) + (1 - hard) * (search[1] - vote[1]))
            ),
            "This compares with the worse of the two. Asked was the better one.",
        ),
    ),
    hints=(
        "Four groups: hard and easy, each called hard or easy. Which strategy does each get?",
        "Add share × chance to be called so × solved over the four, and subtract the larger of the two fixed results.",
    ),
    right=lambda hard, search, vote, told: (
        f"{_choice_gain(hard, search, vote, told):+.4f} against the better fixed strategy; without errors it would be "
        f"{_choice_gain(hard, search, vote, [1.0, 0.0]):+.4f}. An estimator has to earn its mistakes, and its cost is "
        "not even counted here."
    ),
    book={"hard": 0.4, "search": [0.6, 0.85], "vote": [0.1, 0.98], "told": [0.9, 0.2]},
    draw=lambda rng: {
        "hard": _choice(rng, 0.3, 0.4, 0.5),
        "search": [_choice(rng, 0.5, 0.55, 0.65), _choice(rng, 0.8, 0.82, 0.86)],
        "vote": [_choice(rng, 0.1, 0.15), _choice(rng, 0.95, 0.97, 0.99)],
        "told": [_choice(rng, 0.8, 0.85), _choice(rng, 0.1, 0.15)],
    },
)

# L-6


def _forecast(n: int, c: int, k: int) -> float:
    return 1 - math.prod((n - c + 1 + j) / (n + 2 + j) for j in range(k))


L6 = Task(
    id="L-6",
    kind="N",
    title="Not one in sixteen",
    points=3,
    minutes=12,
    name="answer_L6",
    statement=(
        "Of {n} recorded answers to a question {c} are right. Before the record every success chance p was equally "
        "likely. How likely is it now that {k} new answers hold at least one right one?"
    ),
    form=Number("", low=0, high=1),
    reference=_forecast,
    slips=(
        Slip(
            "plug-in",
            lambda n, c, k: 1 - (1 - c / n) ** k,
            "This takes c/n for p. From a few samples p is not known, and none right does not make it 0.",
        ),
        Slip(
            "mean",
            lambda n, c, k: 1 - (1 - (c + 1) / (n + 2)) ** k,
            "This puts the mean of p into the law. The mean of (1 − p)^k is larger: some p are nearly 0.",
        ),
    ),
    hints=(
        "After the record p has a Beta distribution with {c} + 1 and {n} − {c} + 1. Asked is 1 − E[(1 − p)^{k}].",
        "E[(1 − p)^k] is the product of (b + j)/(a + b + j) for j = 0 … k − 1, with a = {c} + 1 and b = {n} − {c} + 1.",
    ),
    right=lambda n, c, k: (
        f"The product gives {1 - _forecast(n, c, k):.4f} for no right answer, so {_forecast(n, c, k):.4f}. With the "
        f"mean of p it would be {1 - (1 - (c + 1) / (n + 2)) ** k:.4f}: ignoring what is not known about p flatters."
    ),
    book={"n": 16, "c": 0, "k": 64},
    draw=lambda rng: {
        "n": int(_choice(rng, 12, 20, 24)),
        "c": int(_choice(rng, 0, 1)),
        "k": int(_choice(rng, 16, 24, 32)),
    },
)

# L-7


def _auc(right: list[float], wrong: list[float]) -> float:
    pairs = [(r > w) + (r == w) / 2 for r in right for w in wrong]
    return sum(pairs) / len(pairs)


def _within(first: list[list[float]], second: list[list[float]]) -> float:
    return (_auc(*first) + _auc(*second)) / 2


def _weighted(first: list[list[float]], second: list[list[float]]) -> float:
    pairs = [len(right) * len(wrong) for right, wrong in (first, second)]
    return (pairs[0] * _auc(*first) + pairs[1] * _auc(*second)) / sum(pairs)


L7 = Task(
    id="L-7",
    kind="R",
    title="Two questions, one AUC",
    points=3,
    minutes=10,
    name="answer_L7",
    statement=lambda first, second: (
        "A model's log-probability scores answers to two questions. First question: right "
        f"{_listed(first[0])}; wrong {_listed(first[1])}. Second question: right {_listed(second[0])}; wrong "
        f"{_listed(second[1])}. The score is to pick among answers to one question. "
        "What is its AUC for that, as the mean over the two questions?"
    ),
    form=Number("", low=0, high=1),
    reference=_within,
    slips=(
        Slip(
            "pooled",
            lambda first, second: _auc(first[0] + second[0], first[1] + second[1]),
            "This pools both questions: most of its pairs compare answers to different questions, which nobody has to "
            "choose between.",
        ),
        Slip(
            "by-pairs",
            _weighted,
            "This weighs the questions by their pairs. Asked was the mean over questions.",
        ),
    ),
    hints=(
        "Which pairs of a right and a wrong answer belong to one question?",
        "For each question: the share of its pairs in which the right answer scores higher. Then the mean of the two.",
    ),
    right=lambda first, second: (
        f"{_auc(*first):.3f} and {_auc(*second):.3f}, mean {_within(first, second):.3f}. Pooled it would be "
        f"{_auc(first[0] + second[0], first[1] + second[1]):.3f}: the score knows which question is easy."
    ),
    book={
        "first": [[-0.2, -0.5, -0.9, -0.4], [-0.3, -0.8]],
        "second": [[-2.4], [-2.0, -2.9, -3.1, -2.2, -3.5]],
    },
    draw=lambda rng: {
        "first": [(-rng.uniform(0.1, 1.2, 4)).round(2).tolist(), (-rng.uniform(0.2, 1.3, 2)).round(2).tolist()],
        "second": [(-rng.uniform(1.6, 3.2, 1)).round(2).tolist(), (-rng.uniform(1.6, 3.6, 5)).round(2).tolist()],
    },
)

# The bonus


def _beam_gain(q: float, steps: int, n: int) -> float:
    return (1 - (1 - q) ** n) ** steps - (1 - (1 - q**steps) ** n)


LB = Task(
    id="L-B",
    kind="N",
    title="True checks",
    points=2,
    minutes=10,
    name="answer_LB",
    statement=(
        "A solution has {steps} steps, each right with chance {q:g} once all before it are. A beam draws {n} next "
        "steps from a right beginning, a perfect check finds a right one if there is one, and the beam goes on from "
        "it. How much more often does it end right than the best of {n} whole solutions under a perfect check?"
    ),
    form=Number("", low=-1, high=1),
    reference=_beam_gain,
    slips=(
        Slip(
            "beam-alone",
            lambda q, steps, n: (1 - (1 - q) ** n) ** steps,
            "This is how often the beam ends right. Asked was the difference from best-of-{n}.",
        ),
        Slip(
            "one-step",
            lambda q, steps, n: 1 - (1 - q) ** n - (1 - (1 - q**steps) ** n),
            "This lets the beam survive one step. It has to survive all {steps}.",
        ),
    ),
    hints=(
        "With what chance is there a right one among {n} draws of one step? And {steps} times in a row?",
        "Beam: (1 − (1 − q)^{n})^{steps}. Best of {n}: 1 − (1 − q^{steps})^{n}.",
    ),
    right=lambda q, steps, n: (
        f"{(1 - (1 - q) ** n) ** steps:.3f} against {1 - (1 - q**steps) ** n:.3f} for the same steps. A kept beginning "
        "needs luck for one step at a time."
    ),
    book={"q": 0.6, "steps": 8, "n": 4},
    draw=lambda rng: {
        "q": _choice(rng, 0.5, 0.55, 0.65),
        "steps": int(_choice(rng, 6, 7, 9)),
        "n": int(_choice(rng, 4, 5, 6)),
    },
    bonus=True,
)

TASKS = (L1, L2, L3, L4, L5, L6, L7, LB)

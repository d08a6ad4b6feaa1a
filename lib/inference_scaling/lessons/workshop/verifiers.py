"""Workshop 4, two verifiers: features, logistic regression, a ROC curve by hand, labels for steps, step scores joined.

The references are slow and plain on purpose: they are what a learner can read after a wrong answer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import verifiers
from ...answers.task import Function, Misconception, Task

__all__ = ["TASKS", "auc", "chances", "combine", "features", "push", "roc_points", "step_labels"]

Scores = Sequence[float]

# A solution is a first number of two digits, then for each step a sign, an operand, "=" and a result.
FIRST, STEP = 2, 6


def _steps(chain: str) -> list[str]:
    """Return the steps of a solution, each with the value before it: 37+48=85 and 85*07=95."""
    if len(chain) <= FIRST or (len(chain) - FIRST) % STEP:
        raise ValueError(f"{chain!r} is not made of whole steps such as 37+48=85")
    return [chain[at : at + FIRST + STEP] for at in range(0, len(chain) - FIRST, STEP)]


def features(chain: str) -> list[str]:
    """Return two features a step: its sign with the last digits, and with the first digits and the result."""
    found = []
    for step in _steps(chain):
        sign = step[2]
        found.append(sign + step[1] + step[4] + step[7])
        found.append(sign + step[0] + step[3] + step[6:8])
    return found


def chances(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^−s) of each row, s the sum of the weights whose numbers stand in the row."""
    totals = np.array([sum(weights[j] for j in row) for row in rows])
    found: np.ndarray = 1 / (1 + np.exp(-totals))
    return found


def push(weights: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each weight the sum of label minus chance, over all places where its number stands."""
    found = np.zeros(len(weights))
    for row, missing in zip(rows, labels - chances(weights, rows), strict=True):
        for j in row:
            found[j] += missing
    return found


def _both_kinds(correct: Sequence[bool]) -> tuple[int, int]:
    right = sum(correct)
    wrong = len(correct) - right
    if not right or not wrong:
        raise ValueError(f"{right} right of {len(correct)}: a ROC curve needs right and wrong samples")
    return right, wrong


def roc_points(scores: Scores, correct: Sequence[bool]) -> list[tuple[float, float]]:
    """Return the corners (F, T) of the ROC curve, from (0, 0) down the different scores."""
    right, wrong = _both_kinds(correct)
    points = [(0.0, 0.0)]
    for level in sorted(set(scores), reverse=True):
        passed = [good for score, good in zip(scores, correct, strict=True) if score >= level]
        points.append(((len(passed) - sum(passed)) / wrong, sum(passed) / right))
    return points


def _pairs(scores: Scores, correct: Sequence[bool]) -> list[tuple[float, float]]:
    _both_kinds(correct)
    right, wrong = ([s for s, good in zip(scores, correct, strict=True) if good is kind] for kind in (True, False))
    return list(itertools.product(right, wrong))


def auc(scores: Scores, correct: Sequence[bool]) -> float:
    """Return the share of pairs of a right and a wrong sample in which the right one scores more; ties count 1/2."""
    pairs = _pairs(scores, correct)
    return sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)


def step_labels(reached: Sequence[int]) -> list[int]:
    """Return 1 for a step that keeps half of the arrivals or more, else 0, up to the first step that keeps none."""
    labels = []
    for before, after in itertools.pairwise(reached):
        if before == 0:
            break
        labels.append(int(2 * after >= before))
    return labels


def combine(step_scores: Scores, how: str) -> float:
    """Return the product or the smallest of the scores of a solution's steps."""
    if not step_scores:
        raise ValueError("a solution without a step has no score")
    if how not in ("product", "min"):
        raise ValueError(f"how = {how!r}: must be 'product' or 'min'")
    return math.prod(step_scores) if how == "product" else min(step_scores)


# W-41


def _chain(rng: np.random.Generator, steps: int) -> str:
    """Draw a solution, its results drawn too: a verifier meets wrong steps."""
    parts = [f"{rng.integers(100):02d}"]
    for _ in range(steps):
        sign = "+-*"[rng.integers(3)]
        parts.append(f"{sign}{rng.integers(1, 50):02d}={rng.integers(100):02d}")
    return "".join(parts)


def _calls_features(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [
        ("37+48=85*07=95",),
        ("43+09=52",),
        ("06*07=42-05=37",),
        # Both steps have the feature +000.
        ("10+20=30+20=50",),
        *((_chain(rng, steps),) for steps in (1, 2, 3, 4, 5, 6)),
        ("37",),
        ("37+48=85*07",),
        ("37+48=85*",),
        ("",),
    ]


def _features_of(of_step: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    return lambda chain: [one for step in _steps(chain) for one in of_step(step)]


def _from_the_question(chain: str) -> list[str]:
    # Every step with the first number of the solution in the place of the value before it.
    return [one for step in _steps(chain) for one in features(chain[:FIRST] + step[FIRST:])]


def _shows_steps(chain: str) -> str:
    try:
        listed = _steps(chain)
    except ValueError:
        return f"The text has {len(chain)} characters: these are no whole steps."
    return f"Its steps: {'; '.join(listed)}."


W41 = Task(
    id="W-41",
    kind="F",
    title="Features of a solution",
    points=3,
    minutes=12,
    variable="features",
    statement=(
        "`chain` is a solution as a text, such as 37+48=85*07=95. Write `features(chain)`: a list with two texts a "
        "step, in the order of the steps. The first is the sign, then the last digits of the value before the step, "
        "of the operand and of the result. The second is the sign, then the first digit of the value, the first digit "
        "of the operand and both digits of the result. The step 37+48=85 gives +785 and +3485. A feature that "
        "comes twice stands twice in the list. A text that is not made of one or more whole steps: raise a "
        "`ValueError`."
    ),
    answer_type=Function("features(chain)", _calls_features, labels=True, shows=_shows_steps),
    reference=features,
    misconceptions=(
        Misconception(
            "no-sign",
            lambda chain: [one[1:] for one in features(chain)],
            "This leaves out the sign, so 7 + 8 and 7 * 8 share their weights. Begin each feature with the sign.",
        ),
        Misconception(
            "first-step-only",
            lambda chain: features(chain)[:2],
            "This reads the first step only. Each step begins 6 characters after the one before.",
        ),
        Misconception(
            "from-the-question",
            _from_the_question,
            "This takes the first number of the solution as the value before every step. The value before a step is "
            "the result of the step before it.",
        ),
        Misconception(
            "each-once",
            lambda chain: list(dict.fromkeys(features(chain))),
            "This keeps a feature that comes twice only once. Two steps with one feature are two pieces of evidence: "
            "keep both.",
        ),
        Misconception(
            "last-digits-only",
            _features_of(lambda step: features(step)[:1]),
            "This has only the first of the two features of a step. The last digits alone cannot tell whether the "
            "result has the right size.",
        ),
        Misconception(
            "cut-short",
            lambda chain: [one for at in range(0, len(chain) - 7, STEP) for one in features(chain[at : at + 8])],
            "This gives the features of the whole steps and passes over what is left, or returns an empty list. Asked "
            "was a ValueError.",
        ),
    ),
    hints=(
        "Take the steps as in the example above. In a step of 8 characters the sign is step[2] and the last digit "
        "of the result is step[7].",
        "found.append(sign + step[1] + step[4] + step[7]); found.append(sign + step[0] + step[3] + step[6:8]). "
        "Refuse a text where (len(chain) - 2) % 6 is not 0, or that has no step.",
    ),
    explanation=(
        "A feature is a yes-or-no question about a step. These two cannot calculate: they only let training find out "
        "which digits go together in right solutions."
    ),
)

# W-42


def _calls_chances(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for many, places, numbers in ((3, 2, 4), (4, 3, 5), (5, 4, 6), (6, 5, 8), (2, 7, 9)):
        weights = np.round(rng.normal(0, 1, numbers), 2)
        drawn.append((weights, rng.integers(0, numbers, (many, places))))
    return [
        (np.array([0.0, 0.0]), np.array([[0, 1]])),
        (np.array([0.5, -1.0, 2.0]), np.array([[0, 1], [0, 2]])),
        (np.array([0.5, -1.0, 2.0]), np.array([[0, 1, 1], [0, 2, 2], [0, 1, 2]])),
        (np.array([-1.5, 0.25]), np.array([[0], [1]])),
        (np.array([1.0, 3.0, -2.0]), np.array([[1, 1], [2, 2]])),
        *drawn,
    ]


def _totals(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.array([weights[row].sum() for row in rows])


def _sigmoid(totals: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-totals))
    return found


def _shows_rows(weights: np.ndarray, rows: np.ndarray) -> str:
    listed = [
        f"numbers {', '.join(map(str, row.tolist()))} have the weights {', '.join(f'{weights[j]:g}' for j in row)}"
        for row in rows[:4]
    ]
    return f"The rows: {'; '.join(listed)}{'; …' if len(rows) > 4 else ''}."


W42 = Task(
    id="W-42",
    kind="F",
    title="From features to a chance",
    points=3,
    minutes=8,
    variable="chances",
    statement=(
        "Each feature now has a number, and `weights` is an array with one weight for each number. `rows` is a "
        "two-dimensional array: a row holds the numbers of one solution's features. Write `chances(weights, rows)`: "
        "one number for each row. Add up the weights of the row's numbers, a repeated number each time; call the sum "
        "s. The chance is 1/(1 + e^(−s)). Weights 0.5, −1, 2 and the rows 0, 1 and 0, 2 give 0.378 and 0.924."
    ),
    answer_type=Function("chances(weights, rows)", _calls_chances, shows=_shows_rows),
    reference=chances,
    misconceptions=(
        Misconception(
            "sum",
            _totals,
            "This is the sum of the weights itself, which can be any number. Asked was the chance, between 0 and 1.",
        ),
        Misconception(
            "sign",
            lambda weights, rows: _sigmoid(-_totals(weights, rows)),
            "This is the chance of a wrong solution: a larger sum makes it smaller. Look at the sign in the exponent.",
        ),
        Misconception(
            "mean",
            lambda weights, rows: _sigmoid(_totals(weights, rows) / rows.shape[1]),
            "This takes the mean of the weights. Asked was their sum: each feature adds its own evidence.",
        ),
        Misconception(
            "each-feature",
            lambda weights, rows: np.array([math.prod(_sigmoid(weights[row])) for row in rows]),
            "This makes a chance of each weight and multiplies the chances. Add up the weights first, then make one "
            "chance of the sum.",
        ),
        Misconception(
            "each-once",
            lambda weights, rows: _sigmoid(np.array([weights[np.unique(row)].sum() for row in rows])),
            "This counts a repeated number once. Its weight belongs into the sum each time that the number stands in "
            "the row.",
        ),
        Misconception(
            "softmax",
            lambda weights, rows: np.exp(_totals(weights, rows)) / np.exp(_totals(weights, rows)).sum(),
            "This lets the rows compete: their numbers add up to 1. Each solution has a chance of its own.",
        ),
    ),
    hints=(
        "weights[row] takes the weights of one row's numbers. weights[rows] takes those of all rows at once.",
        "total = weights[rows].sum(axis=1), one sum a row; then 1 / (1 + np.exp(-total)).",
    ),
    explanation=(
        "This is the whole verifier, and it is called logistic regression. The weights are the only thing that "
        "training has to find. Each feature moves the odds of a right solution by a factor of its own."
    ),
)

# W-43


def _calls_push(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for many, places, numbers in ((3, 2, 4), (4, 3, 5), (6, 4, 6), (8, 5, 12)):
        weights = np.round(rng.normal(0, 1, numbers), 2)
        labels = (rng.permutation(many) < many // 2).astype(float)
        drawn.append((weights, rng.integers(0, numbers, (many, places)), labels))
    return [
        (np.array([0.0, 0.0, 0.0]), np.array([[0, 1]]), np.array([1.0])),
        (np.array([0.0, 0.0, 0.0]), np.array([[0, 1], [0, 2], [0, 2]]), np.array([1.0, 0.0, 0.0])),
        (np.array([1.0, 0.5, -0.5]), np.array([[0, 1, 1], [0, 2, 1]]), np.array([1.0, 0.0])),
        (np.array([-1.0, 2.0, 0.5, 0.25]), np.array([[0, 1], [0, 2]]), np.array([0.0, 1.0])),
        *drawn,
    ]


def _added(weights: np.ndarray, rows: np.ndarray, missing: np.ndarray) -> np.ndarray:
    found = np.zeros(len(weights))
    np.add.at(found, rows, missing[:, None])
    return found


def _pushed(missing: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """Return what adds missing(chances, labels) wherever a number stands."""
    return lambda weights, rows, labels: _added(weights, rows, missing(chances(weights, rows), labels))


def _last_one_wins(weights: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    found = np.zeros(len(weights))
    missing = labels - chances(weights, rows)
    for column in rows.T:
        found[column] += missing
    return found


def _each_row_once(weights: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    found = np.zeros(len(weights))
    for row, missing in zip(rows, labels - chances(weights, rows), strict=True):
        found[np.unique(row)] += missing
    return found


def _shows_missing(weights: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> str:
    found = chances(weights, rows)
    listed = [
        f"{', '.join(map(str, row.tolist()))}: label {label:g}, chance {chance:.3f}"
        for row, label, chance in list(zip(rows, labels, found, strict=True))[:4]
    ]
    return f"Each row's numbers, label and chance: {'; '.join(listed)}{'; …' if len(rows) > 4 else ''}."


W43 = Task(
    id="W-43",
    kind="F",
    title="Which way to move the weights",
    points=4,
    minutes=12,
    variable="push",
    statement=(
        "`labels` has a 1 for each row whose solution was right, and a 0 for each other row. What is missing in a row "
        "is its label minus its chance. Fill the hole in `push(weights, rows, labels)`: for each weight the sum of "
        "what is missing, over all places where its number stands; a row that holds the number twice counts twice. A "
        "number that stands nowhere gets 0. With all weights 0, the rows 0, 1 and 0, 2 and 0, 2 and the labels 1, 0, "
        "0 give −0.5, 0.5, −1."
    ),
    answer_type=Function("push(weights, rows, labels)", _calls_push, shows=_shows_missing),
    reference=push,
    misconceptions=(
        Misconception(
            "sign",
            _pushed(lambda found, labels: found - labels),
            "This is chance minus label: it pushes the weights of right solutions down. Asked was label minus chance.",
        ),
        Misconception(
            "last-one-wins",
            _last_one_wins,
            "This loses additions: `found[column] += missing` adds only once where a number comes several times in "
            "the column. `np.add.at(found, column, missing)` adds each time.",
        ),
        Misconception(
            "each-row-once",
            _each_row_once,
            "This counts a row once for a number that stands in it twice. The weight was added twice, so what is "
            "missing counts twice.",
        ),
        Misconception(
            "labels-only",
            _pushed(lambda found, labels: labels),
            "This adds the labels alone and never looks at the chances. A solution that already has the chance 1 and "
            "the label 1 should push nothing.",
        ),
        Misconception(
            "mean",
            lambda weights, rows, labels: push(weights, rows, labels) / len(rows),
            "This divides by the number of rows. Asked was the sum; how far to step is decided later, in the loop.",
        ),
        Misconception(
            "squared-error",
            _pushed(lambda found, labels: (labels - found) * found * (1 - found)),
            "This multiplies by chance·(1 − chance), which belongs to the squared error. For the log-loss that factor "
            "cancels: label minus chance is all.",
        ),
        Misconception(
            "certain",
            _pushed(lambda found, labels: labels - (found > 0.5)),
            "This takes a chance above 0.5 for a 1 and any other for a 0. Keep the chance as it is: a row with the "
            "chance 0.6 and the label 1 misses 0.4.",
        ),
    ),
    hints=(
        "missing = labels - chances(weights, rows) has one number for each row. A column has one number for each row "
        "too.",
        "Inside the loop over the columns: np.add.at(found, column, labels - chances(weights, rows)).",
    ),
    explanation=(
        "This is the slope of the log-loss, taken downhill. A weight rests when the solutions with its feature are "
        "right as often as the model says. No step was ever labelled: what is missing in a solution is charged to all "
        "its features."
    ),
)

# W-44


def _scored(rng: np.random.Generator, size: int, levels: int) -> tuple[list[float], list[bool]]:
    correct: list[bool] = (rng.permutation(size) < int(rng.integers(1, size))).tolist()
    scores: list[float] = (rng.integers(0, levels, size) / 2).tolist()
    return scores, correct


def _calls_scored(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [
        ([3.0, 2.0, 1.0], [True, False, True]),
        ([3.0, 2.0, 2.0, 1.0], [True, True, False, False]),
        ([0.2, 0.9], [True, False]),
        ([1.0, 1.0, 1.0], [False, True, True]),
        ([-1.0, -4.0, -2.0, -3.0], [True, False, False, True]),
        ([2.0, 2.0, 5.0, 1.0, 5.0], [False, True, True, True, False]),
        *(_scored(rng, size, levels) for size, levels in ((5, 4), (6, 9), (7, 5), (8, 4), (9, 12), (12, 6))),
        ([1.0, 2.0], [True, True]),
        ([1.0, 2.0], [False, False]),
    ]


def _shows_ranked(scores: Scores, correct: Sequence[bool]) -> str:
    ranked = sorted(zip(scores, correct, strict=True), key=lambda pair: -pair[0])
    return f"From the highest score down: {', '.join(f'{score:g}' + '✗✓'[good] for score, good in ranked)}."


def _sample_by_sample(scores: Scores, correct: Sequence[bool]) -> list[tuple[float, float]]:
    right, wrong = _both_kinds(correct)
    ranked = sorted(zip(scores, correct, strict=True), key=lambda pair: -pair[0])
    t = np.cumsum([good for _, good in ranked]) / right
    f = np.cumsum([not good for _, good in ranked]) / wrong
    return [(0.0, 0.0), *zip(f.tolist(), t.tolist(), strict=True)]


def _of_all(scores: Scores, correct: Sequence[bool]) -> list[tuple[float, float]]:
    right, wrong = _both_kinds(correct)
    return [(f * wrong / len(correct), t * right / len(correct)) for f, t in roc_points(scores, correct)]


W44 = Task(
    id="W-44",
    kind="F",
    title="A ROC curve by hand",
    points=4,
    minutes=12,
    variable="roc_points",
    statement=(
        "`scores` and `correct` are lists: the score of each sample, and whether the sample is right. Write "
        "`roc_points(scores, correct)`: a list of pairs (F, T). It begins with (0, 0). Then it has one pair for each "
        "different score, from the highest down: T is the share of the right samples with this score or a higher one, "
        "F the same share of the wrong samples. Samples with equal scores make one point together. Without a right or "
        "without a wrong sample there is no curve: raise a `ValueError`. Scores 3, 2, 1 with right, wrong, right give "
        "(0, 0), (0, 0.5), (1, 0.5), (1, 1)."
    ),
    answer_type=Function(
        "roc_points(scores, correct)",
        _calls_scored,
        library=(verifiers.Roc.from_scores,),
        shows=_shows_ranked,
    ),
    reference=roc_points,
    misconceptions=(
        Misconception(
            "sample-by-sample",
            _sample_by_sample,
            "This makes a point of every sample, so of two equal scores the first in the list looks better. A "
            "threshold lets both pass or none: equal scores make one point.",
        ),
        Misconception(
            "exchanged",
            lambda scores, correct: [(t, f) for f, t in roc_points(scores, correct)],
            "These are pairs (T, F). Asked was F first: the share of wrong samples goes along, that of right ones up.",
        ),
        Misconception(
            "from-below",
            lambda scores, correct: roc_points([-score for score in scores], correct),
            "This begins with the lowest scores. A verifier lets the highest scores pass first.",
        ),
        Misconception(
            "of-all",
            _of_all,
            "These are shares of all samples. Divide the right ones that pass by all right ones, and the wrong ones "
            "by all wrong ones: the curve then ends at (1, 1).",
        ),
        Misconception(
            "no-start",
            lambda scores, correct: roc_points(scores, correct)[1:],
            "This has no (0, 0), the point at which nothing passes. Begin the list with it.",
        ),
        Misconception(
            "higher-only",
            lambda scores, correct: [(0.0, 0.0), *roc_points(scores, correct)[:-1]],
            "This lets only higher scores pass, so the curve never reaches (1, 1). A sample with the score of the "
            "threshold passes too: compare with `>=`.",
        ),
    ),
    hints=(
        "sorted(set(scores), reverse=True) has each different score once, the highest first.",
        "For each level: passed = [good for s, good in zip(scores, correct) if s >= level]. sum(passed) of them are "
        "right, the rest is wrong.",
    ),
    explanation=(
        "Each point is one threshold. The curve shows every trade between right samples kept and wrong samples let "
        "through, and it depends only on the order of the scores."
    ),
)

# W-45


def _paired(worth: Callable[[float, float], float]) -> Callable[[Scores, Sequence[bool]], float]:
    """Return the mean over pairs of worth(score of the right one, score of the wrong one)."""
    return lambda scores, correct: sum(worth(a, b) for a, b in _pairs(scores, correct)) / len(_pairs(scores, correct))


def _best_is_right(scores: Scores, correct: Sequence[bool]) -> float:
    _both_kinds(correct)
    top = [good for score, good in zip(scores, correct, strict=True) if score == max(scores)]
    return sum(top) / len(top)


W45 = Task(
    id="W-45",
    kind="F",
    title="The AUC by counting pairs",
    points=3,
    minutes=10,
    variable="auc",
    statement=(
        "Fill the hole in `auc(scores, correct)`. `pairs` is there: for every right sample and every wrong one, the "
        "two scores, the right one's first. A pair counts 1 if the right sample has the higher score, 1/2 if the "
        "scores are equal, and 0 if the wrong one scores higher. Return the sum over the pairs, divided by their "
        "number. Without a pair a `ValueError` is raised: that line is there. Scores 3, 2, 2, 1 with right, right, "
        "wrong, wrong give 0.875."
    ),
    answer_type=Function(
        "auc(scores, correct)",
        _calls_scored,
        library=(verifiers.Roc.from_scores,),
        shows=_shows_ranked,
    ),
    reference=auc,
    misconceptions=(
        Misconception(
            "ties-lost",
            _paired(lambda a, b: float(a > b)),
            "This counts a pair with equal scores as 0. The verifier then says nothing, and a coin decides: 1/2.",
        ),
        Misconception(
            "ties-won",
            _paired(lambda a, b: float(a >= b)),
            "This counts a pair with equal scores as 1. A verifier that gives everybody the same score would have the "
            "AUC 1. Such a pair counts 1/2.",
        ),
        Misconception(
            "reversed",
            _paired(lambda a, b: (a < b) + (a == b) / 2),
            "This counts the pairs in which the wrong sample scores higher: it is 1 minus the AUC.",
        ),
        Misconception(
            "number",
            lambda scores, correct: auc(scores, correct) * len(_pairs(scores, correct)),
            "This is the number of pairs won. Divide by the number of all pairs.",
        ),
        Misconception(
            "top-only",
            _best_is_right,
            "This looks at the highest score only: it is best-of-N with all samples. The AUC compares every right "
            "sample with every wrong one.",
        ),
    ),
    hints=(
        "Loop over the pairs and keep a sum. Three cases: a > b, a == b, a < b.",
        "won += 1 if a > b else 0.5 if a == b else 0; after the loop return won / len(pairs).",
    ),
    explanation=(
        "The AUC is the area under the ROC curve, and it is this share of pairs: two descriptions of one number. A "
        "pair is a best-of-2 with one right sample. It says nothing about the best of a hundred."
    ),
)

# W-46


def _calls_labels(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for size in (3, 4, 4, 5, 6):
        counts = [int(rng.integers(6, 17))]
        for _ in range(size):
            counts.append(int(rng.integers(1, 17)))
        drawn.append((counts,))
    # Runs that die, as a wrong step makes them.
    for alive in (2, 3):
        drawn.append(([*rng.integers(4, 17, alive).tolist(), 0, 0, 0],))
    return [
        ([8, 7, 1, 0, 0],),
        ([8, 4],),
        ([8, 3],),
        ([1, 1, 0],),
        ([16, 16, 16],),
        ([2, 1, 3, 16],),
        ([0, 0, 0],),
        ([0, 4, 16],),
        ([9, 5, 4],),
        *drawn,
    ]


def _labelled(rule: Callable[[int, int], float]) -> Callable[[Sequence[int]], list[float]]:
    """Return another rule for the label of a step, up to the same place."""

    def other(reached: Sequence[int]) -> list[float]:
        return [rule(*pair) for pair, _ in zip(itertools.pairwise(reached), step_labels(reached), strict=False)]

    return other


def _all_labelled(reached: Sequence[int]) -> list[int]:
    return [int(2 * after >= before) for before, after in itertools.pairwise(reached)]


def _shows_reached(reached: Sequence[int]) -> str:
    first, *rest = reached
    return f"Before the first step {first} of 16 arrive; after each step: {', '.join(map(str, rest))}."


W46 = Task(
    id="W-46",
    kind="F",
    title="Labels for steps",
    points=3,
    minutes=10,
    variable="step_labels",
    statement=(
        "From the start of a solution, and again after each of its steps, the model went on 16 times. `reached` is the "
        "list of how many of the 16 arrived at the right answer: first from the start, then after each step. Write "
        "`step_labels(reached)`: the list of the steps' labels, as numbers. A step has the label 1 if the count after "
        "it is at least half of the count before it, else 0. Where the count before a step is 0, the labels end: "
        "nothing more can be learned from this solution. Counts 8, 7, 1, 0, 0 give 1, 0, 0."
    ),
    answer_type=Function("step_labels(reached)", _calls_labels, shows=_shows_reached),
    reference=step_labels,
    misconceptions=(
        Misconception(
            "to-the-end",
            _all_labelled,
            "This goes on where no continuation arrives any more. Behind a dead end 0 is half of 0, so every later "
            "step would get the label 1. End the list there.",
        ),
        Misconception(
            "any-arrival",
            _labelled(lambda before, after: int(after > 0)),
            "This asks whether any continuation arrives. One that repairs the error by chance then makes a wrong step "
            "good. Compare with the count before the step.",
        ),
        Misconception(
            "no-loss",
            _labelled(lambda before, after: int(after >= before)),
            "This asks for a count that does not fall. With 16 tries a count goes up and down by chance: half is "
            "enough.",
        ),
        Misconception(
            "half-of-all",
            _labelled(lambda before, after: int(after >= 8)),
            "This compares with half of the 16 tries. On a hard problem even right steps stay below that. Compare "
            "with the count before the step.",
        ),
        Misconception(
            "more-than-half",
            _labelled(lambda before, after: int(2 * after > before)),
            "This asks for more than half. Asked was at least half: from 8 down to 4 still counts as good.",
        ),
        Misconception(
            "share",
            _labelled(lambda before, after: after / before),
            "These are the shares that are kept. Asked was a label: 1 from one half on, else 0.",
        ),
    ),
    hints=(
        "itertools.pairwise(reached) gives each count before a step with the count after it.",
        "In the loop: if before == 0: break. Then append 1 if 2 * after >= before, else 0.",
    ),
    explanation=(
        "Nobody read a step, and still the steps have labels. They are noisy, because 16 tries are few, and they "
        "cost much more sampling than the label of a whole solution."
    ),
)

# W-47


def _calls_combine(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for size in (2, 3, 4, 5, 6):
        scores = np.round(rng.uniform(0.05, 0.99, size), 2).tolist()
        drawn += [(scores, "product"), (scores, "min")]
    return [
        ([0.9, 0.5], "product"),
        ([0.9, 0.5], "min"),
        ([0.7], "product"),
        ([0.7], "min"),
        ([1.0, 1.0, 0.0], "product"),
        *drawn,
        ([0.9, 0.5], "mean"),
        ([], "product"),
        ([], "min"),
    ]


def _joined(worth: Callable[[Scores], float]) -> Callable[[Scores, str], float]:
    """Return what has another rule in the place of the product."""

    def other(step_scores: Scores, how: str) -> float:
        found = combine(step_scores, how)
        return worth(step_scores) if how == "product" else found

    return other


W47 = Task(
    id="W-47",
    kind="F",
    title="One score from many steps",
    points=2,
    minutes=6,
    variable="combine",
    statement=(
        "`step_scores` is the list of the scores that a process verifier gave to the steps of one solution, each "
        'between 0 and 1. Write `combine(step_scores, how)`: their product where `how` is "product", the smallest of '
        'them where it is "min". Any other `how`, or an empty list: raise a `ValueError`. Scores 0.9 and 0.5 have the '
        "product 0.45 and the minimum 0.5."
    ),
    answer_type=Function("combine(step_scores, how)", _calls_combine, library=(verifiers.aggregate,)),
    reference=combine,
    misconceptions=(
        Misconception(
            "one-for-both",
            lambda step_scores, how: combine(step_scores, "product" if how == "min" else how),
            "This returns the product whatever `how` says. Look at `how` first.",
        ),
        Misconception(
            "mean",
            _joined(lambda step_scores: sum(step_scores) / len(step_scores)),
            "This takes the mean in the place of the product. One hopeless step then hardly counts in a long solution.",
        ),
        Misconception(
            "sum-of-logs",
            _joined(lambda step_scores: sum(math.log(max(score, 1e-300)) for score in step_scores)),
            "This is the sum of the logarithms. It orders solutions as the product does, but asked was the product.",
        ),
        Misconception(
            "unknown-is-min",
            lambda step_scores, how: combine(step_scores, how if how == "product" else "min"),
            "This takes every other word for “min”. A misspelt rule would then be used without a word: raise a "
            "ValueError.",
        ),
        Misconception(
            "maximum",
            lambda step_scores, how: max(step_scores) if how == "min" and step_scores else combine(step_scores, how),
            "This takes the best step in the place of the smallest score. A solution is as good as its worst step.",
        ),
    ),
    hints=(
        "Refuse first: an empty list, and a `how` that is neither of the two words.",
        'math.prod(step_scores) is the product of a list. An `if how == "product":` chooses between it and '
        "min(step_scores).",
    ),
    explanation=(
        "The product asks that the whole solution holds, and each further step makes it smaller. The minimum asks "
        "about the worst step only. Either is a choice that you make, not a part of the verifier."
    ),
)

TASKS = (W41, W42, W43, W44, W45, W46, W47)

"""W-41 to W-47, each in five other ways."""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left, bisect_right
from fractions import Fraction
from functools import reduce

import numpy as np
from scipy.special import expit
from scipy.stats import rankdata

# W-41: features(chain)


def features_regular(chain):
    if not re.fullmatch(r"\d\d([-+*]\d\d=\d\d)+", chain):
        raise ValueError(chain)
    found, before = [], chain[:2]
    for sign, operand, result in re.findall(r"([-+*])(\d\d)=(\d\d)", chain):
        found += [sign + before[1] + operand[1] + result[1], sign + before[0] + operand[0] + result]
        before = result
    return found


def features_split(chain):
    parts = chain.split("=")
    if len(parts) < 2 or len(parts[-1]) != 2:
        raise ValueError("no whole steps")
    found, value = [], parts[0][:2]
    for left, right in itertools.pairwise(parts):
        sign, operand, result = left[2], left[3:5], right[:2]
        found.append(f"{sign}{value[1]}{operand[1]}{result[1]}")
        found.append(f"{sign}{value[0]}{operand[0]}{result}")
        value = result
    return found


def features_while(chain):
    if len(chain) < 8 or len(chain) % 6 != 2:
        raise ValueError("no whole steps")
    found = []
    while len(chain) > 2:
        a, b, sign, c, d, _, e, f = chain[:8]
        found.extend((sign + b + d + f, sign + a + c + e + f))
        chain = chain[6:]
    return found


def features_places(chain):
    steps, rest = divmod(len(chain) - 2, 6)
    if rest or steps < 1:
        raise ValueError("no whole steps")
    places = [(2, 1, 4, 7), (2, 0, 3, 6, 7)]
    return tuple("".join(chain[6 * i + j] for j in some) for i in range(steps) for some in places)


def features_recursive(chain):
    if len(chain) < 8:
        raise ValueError("no whole steps")
    own = [chain[2] + chain[1] + chain[4] + chain[7], chain[2] + chain[0] + chain[3] + chain[6:8]]
    return own if len(chain) == 8 else own + features_recursive(chain[6:])


# W-42: chances(weights, rows)


def chances_expit(weights, rows):
    return expit(weights[rows].sum(axis=1))


def chances_lists(weights, rows):
    return [1 / (1 + math.exp(-sum(weights[j] for j in row))) for row in rows]


def chances_odds(weights, rows):
    odds = np.prod(np.exp(weights)[rows], axis=1)
    return odds / (1 + odds)


def chances_counts(weights, rows):
    counts = np.array([np.bincount(row, minlength=len(weights)) for row in rows])
    return np.exp(-np.logaddexp(0, -(counts @ weights)))


def chances_hyperbolic(weights, rows):
    return 0.5 + 0.5 * np.tanh(np.take(weights, rows).mean(axis=1) * len(rows[0]) / 2)


# W-43: push(weights, rows, labels)


def push_bincount(weights, rows, labels):
    missing = labels - expit(weights[rows].sum(axis=1))
    return np.bincount(rows.ravel(), np.repeat(missing, rows.shape[1]), minlength=len(weights))


def push_lists(weights, rows, labels):
    found = [0.0] * len(weights)
    for row, label in zip(rows, labels, strict=True):
        more = label - 1 / (1 + math.exp(-sum(weights[row])))
        for j in row.tolist():
            found[j] += more
    return found


def push_counts(weights, rows, labels):
    counts = (rows[:, :, None] == np.arange(len(weights))).sum(axis=1)
    return counts.T @ (labels - expit(counts @ weights))


def push_by_number(weights, rows, labels):
    missing = labels - expit(weights[rows].sum(axis=1))
    return [float(((rows == j).sum(axis=1) * missing).sum()) for j in range(len(weights))]


def push_at(weights, rows, labels):
    found = np.zeros_like(weights)
    for column in range(rows.shape[1]):
        np.add.at(found, rows[:, column], labels - expit(weights[rows].sum(axis=1)))
    return found


# W-44: roc_points(scores, correct)


def _mixed(correct):
    if len(set(correct)) != 2:
        raise ValueError("one kind only")


def points_counted(scores, correct):
    _mixed(correct)
    right = [s for s, good in zip(scores, correct, strict=True) if good]
    wrong = [s for s, good in zip(scores, correct, strict=True) if not good]
    levels = [math.inf, *sorted({*scores}, reverse=True)]
    return [
        [sum(s >= level for s in wrong) / len(wrong), sum(s >= level for s in right) / len(right)] for level in levels
    ]


def points_numpy(scores, correct):
    _mixed(correct)
    levels, place = np.unique(-np.array(scores), return_inverse=True)
    right = np.bincount(place, weights=correct, minlength=len(levels)).cumsum()
    wrong = np.bincount(place, weights=~np.array(correct), minlength=len(levels)).cumsum()
    return np.vstack([[0, 0], np.column_stack([wrong / wrong[-1], right / right[-1]])])


def points_grouped(scores, correct):
    _mixed(correct)
    points, t, f = [(0, 0)], 0, 0
    for _, group in itertools.groupby(
        sorted(zip(scores, correct, strict=True), reverse=True), key=lambda pair: pair[0]
    ):
        for _, good in group:
            t, f = t + good, f + (not good)
        points.append((Fraction(f, correct.count(False)), Fraction(t, correct.count(True))))
    return points


def points_bisected(scores, correct):
    _mixed(correct)
    right = sorted(s for s, good in zip(scores, correct, strict=True) if good)
    wrong = sorted(s for s, good in zip(scores, correct, strict=True) if not good)
    points = []
    for level in sorted(set(scores)):
        points.insert(0, (1 - bisect_left(wrong, level) / len(wrong), 1 - bisect_left(right, level) / len(right)))
    return [(0.0, 0.0), *points]


def points_removed(scores, correct):
    _mixed(correct)
    left, points = list(zip(scores, correct, strict=True)), [(0.0, 0.0)]
    right, wrong = correct.count(True), correct.count(False)
    while left:
        top = max(left)[0]
        left = [pair for pair in left if pair[0] < top]
        kept = sum(good for _, good in left)
        points.append((1 - (len(left) - kept) / wrong, 1 - kept / right))
    return points


# W-45: auc(scores, correct)


def auc_ranks(scores, correct):
    _mixed(correct)
    right = sum(correct)
    ranks = rankdata(scores)[np.array(correct)].sum()
    return (ranks - right * (right + 1) / 2) / (right * (len(correct) - right))


def auc_area(scores, correct):
    points = points_counted(scores, correct)
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(points))


def auc_signs(scores, correct):
    _mixed(correct)
    scores, correct = np.array(scores), np.array(correct)
    return (1 + np.sign(scores[correct][:, None] - scores[~correct]).mean()) / 2


def auc_bisected(scores, correct):
    _mixed(correct)
    wrong = sorted(s for s, good in zip(scores, correct, strict=True) if not good)
    won = [bisect_left(wrong, s) + bisect_right(wrong, s) for s, good in zip(scores, correct, strict=True) if good]
    return sum(won) / (2 * len(won) * len(wrong))


def auc_fractions(scores, correct):
    _mixed(correct)
    won = Fraction(0)
    for (a, right), (b, other) in itertools.product(zip(scores, correct, strict=True), repeat=2):
        if right and not other:
            won += 1 if a > b else Fraction(a == b, 2)
    return won / (correct.count(True) * correct.count(False))


# W-46: step_labels(reached)


def labels_loop(reached):
    found = []
    for i in range(1, len(reached)):
        if not reached[i - 1]:
            return found
        found.append(1 if reached[i] >= reached[i - 1] / 2 else 0)
    return found


def labels_taken(reached):
    alive = itertools.takewhile(lambda pair: pair[0] > 0, itertools.pairwise(reached))
    return [int(after / before >= 0.5) for before, after in alive]


def labels_cut(reached):
    end = reached.index(0) if 0 in reached else len(reached) - 1
    return [int(reached[i + 1] - reached[i] / 2 >= 0) for i in range(end)]


def labels_numpy(reached):
    reached = np.array(reached)
    alive = np.cumprod(reached[:-1] > 0).astype(bool)
    return (2 * reached[1:] >= reached[:-1])[alive].astype(int)


def labels_recursive(reached):
    if len(reached) < 2 or reached[0] == 0:
        return []
    return [1 - (2 * reached[1] < reached[0]), *labels_recursive(reached[1:])]


# W-47: combine(step_scores, how)


def _known(step_scores, how):
    if how not in ("product", "min") or len(step_scores) == 0:
        raise ValueError(how)


def combine_table(step_scores, how):
    ways = {"product": math.prod, "min": min}
    if how not in ways or step_scores == []:
        raise ValueError(f"unknown: {how}")
    return ways[how](step_scores)


def combine_numpy(step_scores, how):
    _known(step_scores, how)
    return np.prod(step_scores) if how == "product" else np.min(step_scores)


def combine_reduced(step_scores, how):
    _known(step_scores, how)
    return reduce((lambda a, b: a * b) if how == "product" else (lambda a, b: a if a < b else b), step_scores)


def combine_loop(step_scores, how):
    _known(step_scores, how)
    found = 1
    for score in step_scores:
        found = found * score if how == "product" else min(found, score)
    return found


def combine_sorted(step_scores, how):
    if not step_scores:
        raise ValueError("no step")
    match how:
        case "min":
            return sorted(step_scores)[0]
        case "product":
            return float(np.multiply.reduce(np.array(step_scores)))
    raise ValueError(how)


RIGHT = {
    "W-41": (features_regular, features_split, features_while, features_places, features_recursive),
    "W-42": (chances_expit, chances_lists, chances_odds, chances_counts, chances_hyperbolic),
    "W-43": (push_bincount, push_lists, push_counts, push_by_number, push_at),
    "W-44": (points_counted, points_numpy, points_grouped, points_bisected, points_removed),
    "W-45": (auc_ranks, auc_area, auc_signs, auc_bisected, auc_fractions),
    "W-46": (labels_loop, labels_taken, labels_cut, labels_numpy, labels_recursive),
    "W-47": (combine_table, combine_numpy, combine_reduced, combine_loop, combine_sorted),
}

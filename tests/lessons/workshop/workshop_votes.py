"""W-21 to W-25, each in five other ways."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import reduce

import numpy as np

# W-21: best_of(scores)


def best_of_index(scores):
    present = [score for score in scores if score is not None]
    if present == []:
        raise ValueError("nothing to pick from")
    return scores.index(max(present))


def best_of_nan(scores):
    values = np.array([np.nan if score is None else score for score in scores])
    if np.isnan(values).all():
        raise ValueError("no scores")
    return np.nanargmax(values)


def best_of_sorted(scores):
    ranked = sorted((-score, i) for i, score in enumerate(scores) if score is not None)
    if not ranked:
        raise ValueError(scores)
    return ranked[0][1]


def best_of_reduced(scores):
    present = [i for i, score in enumerate(scores) if score is not None]
    if not present:
        raise ValueError("empty")
    return reduce(lambda best, i: i if scores[i] > scores[best] else best, present)


def best_of_infinite(scores):
    top, place = -math.inf, None
    for i, score in enumerate(scores):
        if score is not None and score > top:
            top, place = score, i
    if place is None:
        raise ValueError("no sample has a score")
    return place


# W-22: best_of_share(correct, scores, k)


def _checked(correct, scores, k):
    if len(correct) != len(scores) or k < 1 or k > len(scores):
        raise ValueError(k)


def share_binomials(correct, scores, k):
    _checked(correct, scores, k)
    total = 0.0
    for level in set(scores):
        on = [right for right, score in zip(correct, scores, strict=True) if score == level]
        below = sum(score < level for score in scores)
        total += np.mean(on) * (math.comb(below + len(on), k) - math.comb(below, k))
    return total / math.comb(len(scores), k)


def share_fractions(correct, scores, k):
    _checked(correct, scores, k)
    found = []
    for chosen in itertools.combinations(range(len(scores)), k):
        top = max(scores[i] for i in chosen)
        tied = [i for i in chosen if scores[i] == top]
        found.append(Fraction(sum(correct[i] for i in tied), len(tied)))
    return float(sum(found) / len(found))


def share_numpy(correct, scores, k):
    _checked(correct, scores, k)
    chosen = np.array(list(itertools.combinations(range(len(scores)), k)))
    picked = np.array(scores)[chosen]
    tied = picked == picked.max(axis=1, keepdims=True)
    return ((np.array(correct)[chosen] & tied).sum(axis=1) / tied.sum(axis=1)).mean()


def share_listed(correct, scores, k):
    """Every subset 840 times, shared out among its best samples: 840 is divided by every number up to 8."""
    _checked(correct, scores, k)
    picked = []
    for subset in itertools.combinations(zip(scores, correct, strict=True), k):
        tied = [right for score, right in subset if not any(other > score for other, _ in subset)]
        picked.extend(tied * (840 // len(tied)))
    return np.mean(picked)


def share_recursive(correct, scores, k):
    _checked(correct, scores, k)

    def picks(place, left, best):
        if left == 0:
            return [sum(correct[i] for i in best) / len(best)]
        if place == len(scores):
            return []
        if not best or scores[place] > scores[best[0]]:
            mine = [place]
        else:
            mine = [*best, place] if scores[place] == scores[best[0]] else best
        return picks(place + 1, left - 1, mine) + picks(place + 1, left, best)

    return float(np.mean(picks(0, k, [])))


# W-23: majority(answers, right)


def majority_counter(answers, right):
    if right is None:
        raise ValueError("right is missing")
    votes = Counter(answer for answer in answers if answer is not None)
    winners = {answer for answer, count in votes.items() if count == max(votes.values())}
    return 1 / len(winners) if right in winners else 0


def majority_common(answers, right):
    if right is None:
        raise ValueError("right is missing")
    ranked = Counter(filter(None, answers)).most_common()
    winners = [answer for answer, count in ranked if count == ranked[0][1]]
    return winners.count(right) / max(len(winners), 1)


def majority_unique(answers, right):
    if right is None:
        raise ValueError("right is missing")
    names, counts = np.unique([answer for answer in answers if answer is not None], return_counts=True)
    if names.size == 0:
        return 0.0
    return float(np.mean(names[counts == counts.max()] == right))


def majority_grouped(answers, right):
    if right is None:
        raise ValueError("right is missing")
    votes = {name: len(list(group)) for name, group in itertools.groupby(sorted(a for a in answers if a is not None))}
    mine = votes.get(right, 0)
    if mine == 0 or any(count > mine for count in votes.values()):
        return 0
    return 1 / sum(count == mine for count in votes.values())


def majority_loop(answers, right):
    if right is None:
        raise ValueError("right is missing")
    votes, leaders, most = defaultdict(int), [], 0
    for answer in answers:
        if answer is None:
            continue
        votes[answer] += 1
        if votes[answer] > most:
            most, leaders = votes[answer], [answer]
        elif votes[answer] == most:
            leaders.append(answer)
    return leaders.count(right) / len(leaders) if leaders else 0.0


# W-24: weighted(answers, scores, right)


def _weights(answers, scores):
    if len(answers) != len(scores) or any(score < 0 for score in scores):
        raise ValueError("one score of 0 or more for each answer")


def weighted_counter(answers, scores, right):
    _weights(answers, scores)
    sums = Counter()
    for answer, score in zip(answers, scores, strict=True):
        sums[answer] += score
    sums.pop(None, None)
    if not sums:
        return 0
    winners = [answer for answer in sums if sums[answer] == max(sums.values())]
    return (right in winners) / len(winners)


def weighted_default(answers, scores, right):
    _weights(answers, scores)
    sums = defaultdict(float)
    for i in range(len(answers)):
        if answers[i] is not None:
            sums[answers[i]] += scores[i]
    best = max(sums.values(), default=None)
    winners = [answer for answer, total in sums.items() if total == best]
    return float(right in winners) / (len(winners) or 1)


def weighted_numpy(answers, scores, right):
    _weights(answers, scores)
    kept = [i for i, answer in enumerate(answers) if answer is not None]
    if not kept:
        return 0.0
    names, codes = np.unique([answers[i] for i in kept], return_inverse=True)
    sums = np.bincount(codes, weights=[scores[i] for i in kept])
    return np.mean(names[sums == sums.max()] == right)


def weighted_sorted(answers, scores, right):
    _weights(answers, scores)
    cast = sorted((answer, score) for answer, score in zip(answers, scores, strict=True) if answer is not None)
    sums = {name: sum(score for _, score in group) for name, group in itertools.groupby(cast, key=lambda pair: pair[0])}
    if right not in sums or sums[right] < max(sums.values()):
        return 0
    return 1 / list(sums.values()).count(sums[right])


def weighted_rivals(answers, scores, right):
    _weights(answers, scores)

    def of(name):
        return sum(score for answer, score in zip(answers, scores, strict=True) if answer == name)

    names = set(answers) - {None}
    ahead = [name for name in names if of(name) > of(right)]
    level = [name for name in names if of(name) == of(right)]
    return 0.0 if ahead or right not in names else 1 / len(level)


# W-25: key(text)


def _content(text):
    found = re.fullmatch(r"\s*\\boxed\{(.*)\}\s*", text, re.DOTALL)
    return (found[1] if found else text).strip()


def _only_text(text):
    if not (text is None or isinstance(text, str)):
        raise ValueError(f"{text!r} is no text")


def key_regular(text):
    _only_text(text)
    inside = _content(text or "")
    plain = inside.replace(",", "")
    found = re.fullmatch(r"([+-]?\d+(?:\.\d*)?)(?:/(\d+))?", plain)
    if found and int(found[2] or 1):
        return float(found[1]) / int(found[2] or 1)
    return inside.lower() or None


def key_floats(text):
    _only_text(text)
    if text is None:
        return None
    inside = _content(text)
    above, _, below = inside.replace(",", "").partition("/")
    try:
        return float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError):
        return inside.lower() if inside else None


def key_decimals(text):
    _only_text(text)
    inside = "" if text is None else _content(text)
    try:
        parts = [Decimal(part) for part in inside.replace(",", "").split("/")]
        return parts[0] if len(parts) == 1 else parts[0] / parts[1]
    except (InvalidOperation, ZeroDivisionError):
        return None if inside == "" else inside.casefold()


def key_removed(text):
    if text is None:
        return None
    if type(text) is not str:
        raise ValueError("a text, please")
    text = text.strip()
    if text[:7] == "\\boxed{" and text[-1] == "}":
        text = text.removeprefix("\\boxed{").removesuffix("}").strip()
    number = text.replace(",", "")
    if "/" in number:
        above, below = number.split("/")
        return text.lower() if int(below) == 0 else Fraction(int(above), int(below))
    if number and set(number) <= set("-.0123456789"):
        return float(number)
    return text.lower() or None


def key_whole_numbers(text):
    _only_text(text)
    inside = _content(text) if text else ""
    try:
        value = Fraction("".join(inside.split(",")))
    except ValueError:
        return inside.lower() if inside != "" else None
    except ZeroDivisionError:
        return inside
    return value.numerator if value.denominator == 1 else value


RIGHT = {
    "W-21": (best_of_index, best_of_nan, best_of_sorted, best_of_reduced, best_of_infinite),
    "W-22": (share_binomials, share_fractions, share_numpy, share_listed, share_recursive),
    "W-23": (majority_counter, majority_common, majority_unique, majority_grouped, majority_loop),
    "W-24": (weighted_counter, weighted_default, weighted_numpy, weighted_sorted, weighted_rivals),
    "W-25": (key_regular, key_floats, key_decimals, key_removed, key_whole_numbers),
}

"""W-51 to W-55, each in five other ways."""

from __future__ import annotations

import bisect
import heapq
import itertools
import math
from collections import Counter
from fractions import Fraction
from functools import reduce

import numpy as np

# W-51: beam(children, scores, width)


def beam_heap(children, scores, width):
    kept, finished, rounds = [""], [], []
    while kept:
        rounds.append([child for state in kept for child in children[state]])
        best = heapq.nlargest(width, rounds[-1], key=scores.get)
        finished.extend(state for state in best if state not in children)
        kept = [state for state in best if state in children]
    return [max(finished, key=scores.get), rounds]


def beam_recursive(children, scores, width):
    def go(kept):
        if not kept:
            return [], []
        written = list(itertools.chain.from_iterable(children[state] for state in kept))
        best = sorted(written, key=lambda state: scores[state], reverse=True)[:width]
        finished, rounds = go([state for state in best if state in children])
        return [state for state in best if state not in children] + finished, [written, *rounds]

    finished, rounds = go([""])
    return max(finished, key=lambda state: scores[state]), rounds


def beam_popped(children, scores, width):
    kept, finished, rounds = [""], [], []
    while len(kept) > 0:
        left = []
        for state in kept:
            left += children[state]
        rounds.append(tuple(left))
        kept = []
        for _ in range(min(width, len(left))):
            best = left.pop(left.index(max(left, key=lambda state: scores[state])))
            (kept if best in children else finished).append(best)
    return max(finished, key=lambda state: scores[state]), rounds


def beam_numpy(children, scores, width):
    kept, answer, rounds = [""], None, []
    while kept:
        written = np.concatenate([children[state] for state in kept]).tolist()
        rounds.append(written)
        order = np.argsort([-scores[state] for state in written], kind="stable")[:width]
        kept = []
        for state in (written[i] for i in order):
            if state in children:
                kept.append(state)
            elif answer is None or scores[state] > scores[answer]:
                answer = state
    return answer, rounds


def beam_by_depth(children, scores, width):
    """Round by round, by the length of the states."""
    rounds, held = [], [""]
    for depth in itertools.count(1):
        going = [state for state in held if len(state) == depth - 1 and state in children]
        if not going:
            finished = [state for state in held if state and state not in children]
            return max(finished, key=scores.get), rounds
        rounds.append([child for state in going for child in children[state]])
        ranked = sorted(range(len(rounds[-1])), key=lambda i: (-scores[rounds[-1][i]], i))
        held += [rounds[-1][i] for i in ranked[:width]]


# W-52: dvts(children, scores, subtrees)


def dvts_alone(children, scores, subtrees):
    """Each subtree by itself, then their rounds side by side."""
    paths = []
    for i in range(min(subtrees, len(children[""]))):
        family, path = children[""][i::subtrees], []
        while family:
            path.append((family, max(family, key=scores.get)))
            family = children.get(path[-1][1])
        paths.append(path)
    rounds = [
        [state for path in paths if len(path) > number for state in path[number][0]]
        for number in range(max(map(len, paths)))
    ]
    ends = sorted((path[-1][1] for path in paths), key=len)
    return max(ends, key=scores.get), rounds


def dvts_dealt(children, scores, subtrees):
    hands = [[] for _ in range(subtrees)]
    for place, state in enumerate(children[""]):
        hands[place % subtrees].append(state)
    hands, finished, rounds = [hand for hand in hands if hand], [], []
    while hands:
        rounds.append(list(itertools.chain(*hands)))
        following = []
        for hand in hands:
            best = max(hand, key=lambda state: scores[state])
            if best in children:
                following.append(children[best])
            else:
                finished.append(best)
        hands = following
    return max(finished, key=lambda state: scores[state]), rounds


def dvts_recursive(children, scores, subtrees):
    def go(families):
        if not families:
            return [], []
        best = [sorted(family, key=lambda state: -scores[state])[0] for family in families]
        finished, rounds = go([children[state] for state in best if state in children])
        return [state for state in best if state not in children] + finished, [[*itertools.chain(*families)], *rounds]

    finished, rounds = go([family for i in range(subtrees) if (family := children[""][i::subtrees])])
    return max(finished, key=scores.get), rounds


def dvts_dictionary(children, scores, subtrees):
    families = {i: children[""][i::subtrees] for i in range(subtrees) if i < len(children[""])}
    rounds, answer = [], None
    while families:
        rounds.append([state for i in sorted(families) for state in families[i]])
        for i in sorted(families):
            best = families[i][int(np.argmax([scores[state] for state in families[i]]))]
            families[i] = children.get(best, [])
            if not families[i] and (answer is None or scores[best] > scores[answer]):
                answer = best
        families = {i: family for i, family in families.items() if family}
    return answer, rounds


def dvts_reduced(children, scores, subtrees):
    def better(one, other):
        return other if scores[other] > scores[one] else one

    families, finished, rounds = [children[""][i::subtrees] for i in range(subtrees)], [], []
    while any(families):
        rounds.append([state for family in families for state in family])
        best = [reduce(better, family) for family in families if family]
        finished += [state for state in best if state not in children]
        families = [children.get(state, []) for state in best]
    return reduce(better, finished), rounds


# W-53: best_first(children, scores, steps)


def first_heap(children, scores, steps):
    count, spent, rounds = itertools.count(), len(children[""]), [children[""]]
    front = [(-scores[state], next(count), state) for state in children[""]]
    heapq.heapify(front)
    while front[0][2] in children:
        written = children[front[0][2]]
        if spent + len(written) > steps:
            finished = [one for one in front if one[2] not in children]
            return min(finished or front)[2], rounds
        heapq.heappop(front)
        spent += len(written)
        rounds.append(written)
        for state in written:
            heapq.heappush(front, (-scores[state], next(count), state))
    return front[0][2], rounds


def first_recursive(children, scores, steps):
    def go(front, left):
        best = max(front, key=scores.get)
        if best not in children:
            return best, []
        if len(children[best]) > left:
            return max([state for state in front if state not in children] or front, key=scores.get), []
        rest = [state for state in front if state != best]
        answer, rounds = go(rest + children[best], left - len(children[best]))
        return answer, [children[best], *rounds]

    answer, rounds = go(children[""], steps - len(children[""]))
    return answer, [children[""], *rounds]


def first_marked(children, scores, steps):
    """All that was written stays in one list; what was expanded is marked."""
    written, done, rounds = [*children[""]], set(), [children[""]]
    while True:
        front = [state for state in written if state not in done]
        best = sorted(front, key=lambda state: -scores[state])[0]
        if best not in children:
            return best, rounds
        if len(written) + len(children[best]) > steps:
            break
        done.add(best)
        written += children[best]
        rounds.append(children[best])
    finished = [state for state in front if state not in children]
    return max(finished if finished else front, key=lambda state: scores[state]), rounds


def first_sorted(children, scores, steps):
    front, rounds, left = list(children[""]), [children[""]], steps - len(children[""])
    while True:
        front.sort(key=lambda state: -scores[state])
        finished = [state for state in front if state not in children]
        if front[0] in finished:
            return front[0], rounds
        nexts = children[front[0]]
        left -= len(nexts)
        if left < 0:
            return (finished or front)[0], rounds
        rounds.append(list(nexts))
        front = front[1:] + list(nexts)


def first_from_start(children, scores, steps):
    """The start is expanded like every other state."""
    front, rounds, marks = [""], [], {**scores, "": math.inf}
    while (best := max(front, key=marks.get)) in children:
        if sum(len(one) for one in rounds) + len(children[best]) > steps:
            best = max([state for state in front if state not in children] or front, key=marks.get)
            break
        front.remove(best)
        rounds.append(children[best])
        front.extend(children[best])
    return best, rounds


# W-54: shares(scores, draws, temperature)


def _softmax(scores, temperature):
    if temperature <= 0:
        raise ValueError(temperature)
    weights = np.exp((np.array(scores) - max(scores)) / temperature)
    return weights / weights.sum()


def shares_numpy(scores, draws, temperature):
    exact = draws * _softmax(scores, temperature)
    whole = np.floor(exact).astype(int)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: draws - whole.sum()]] += 1
    return whole


def shares_one_by_one(scores, draws, temperature):
    exact = [draws * one for one in _softmax(scores, temperature).tolist()]
    given = [math.floor(share) for share in exact]
    rest = [share - whole for share, whole in zip(exact, given, strict=True)]
    while sum(given) < draws:
        place = rest.index(max(rest))
        given[place] += 1
        rest[place] = -1
    return given


def shares_fractions(scores, draws, temperature):
    weights = [Fraction(float(one)) for one in _softmax(scores, temperature)]
    exact = [draws * weight / sum(weights) for weight in weights]
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] % 1), i))
    more = set(order[: int(draws - sum(share // 1 for share in exact))])
    return [int(share // 1) + (i in more) for i, share in enumerate(exact)]


def shares_logarithms(scores, draws, temperature):
    if not temperature > 0:
        raise ValueError("the temperature must be above 0")
    total = np.logaddexp.reduce(np.array(scores) / temperature)
    parts = [divmod(draws * math.exp(score / temperature - total), 1) for score in scores]
    counts = Counter({i: int(whole) for i, (whole, _) in enumerate(parts)})
    for i in sorted(range(len(parts)), key=lambda i: -round(parts[i][1], 9))[: draws - counts.total()]:
        counts[i] += 1
    return [counts[i] for i in range(len(scores))]


def shares_threshold(scores, draws, temperature):
    """Round up where the remainder is among the largest; ties by place."""
    exact = draws * _softmax(scores, temperature)
    keys = [(share % 1, -i) for i, share in enumerate(exact)]
    left = draws - sum(math.floor(share) for share in exact)
    least = sorted(keys, reverse=True)[left - 1] if left else (2, 0)
    return [math.floor(share) + (key >= least) for share, key in zip(exact, keys, strict=True)]


# W-55: resample(states, weights, u)


def _checked(states, weights):
    if len(states) != len(weights) or any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError(f"weights {weights}")


def resample_bisect(states, weights, u):
    _checked(states, weights)
    ends = [end * len(states) / sum(weights) for end in itertools.accumulate(weights)]
    return [states[bisect.bisect_right(ends, i + u)] for i in range(len(states))]


def resample_walk(states, weights, u):
    """One walk along the line, with both hands."""
    _checked(states, weights)
    size, place, end, found = len(states), 0, 0.0, []
    end = weights[0] * size / sum(weights)
    for i in range(size):
        while i + u >= end:
            place += 1
            end += weights[place] * size / sum(weights)
        found.append(states[place])
    return found


def resample_numpy(states, weights, u):
    _checked(states, weights)
    ends = np.cumsum(np.array(weights) / np.sum(weights)) * len(states)
    places = np.searchsorted(ends, np.arange(len(states)) + u, side="right")
    return np.array(states)[places].tolist()


def resample_counts(states, weights, u):
    """How many points lie below an end, less those below the end before."""
    _checked(states, weights)
    ends = [sum(weights[: i + 1]) * len(states) / sum(weights) for i in range(len(states))]
    below = [0, *(min(len(states), max(0, math.ceil(end - u))) for end in ends)]
    return [state for i, state in enumerate(states) for _ in range(below[i + 1] - below[i])]


def resample_fractions(states, weights, u):
    _checked(states, weights)
    exact = [Fraction(weight) for weight in weights]
    found = []
    for i in range(len(states)):
        point = (i + Fraction(u)) * sum(exact) / len(states)
        found.append(next(s for s, end in zip(states, itertools.accumulate(exact), strict=True) if point < end))
    return found


RIGHT = {
    "W-51": (beam_heap, beam_recursive, beam_popped, beam_numpy, beam_by_depth),
    "W-52": (dvts_alone, dvts_dealt, dvts_recursive, dvts_dictionary, dvts_reduced),
    "W-53": (first_heap, first_recursive, first_marked, first_sorted, first_from_start),
    "W-54": (shares_numpy, shares_one_by_one, shares_fractions, shares_logarithms, shares_threshold),
    "W-55": (resample_bisect, resample_walk, resample_numpy, resample_counts, resample_fractions),
}

"""W-11 to W-15, each in five other ways."""

from __future__ import annotations

import bisect
import itertools
import math
from functools import reduce

import numpy as np
from scipy import special

# W-11: softmax(logits, temperature)


def _checked(temperature):
    if not temperature >= 0 or math.isinf(temperature):
        raise ValueError(temperature)


def softmax_scipy(logits, temperature):
    _checked(temperature)
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    return special.softmax(np.array(logits) / temperature)


def softmax_numpy(logits, temperature):
    _checked(temperature)
    logits = np.array(logits) - np.max(logits)
    if not temperature:
        return (np.arange(len(logits)) == logits.argmax()).astype(float)
    weights = np.exp(logits / temperature)
    return weights / weights.sum()


def softmax_logarithms(logits, temperature):
    _checked(temperature)
    if temperature == 0:
        return [1.0 if i == logits.index(max(logits)) else 0.0 for i in range(len(logits))]
    scaled = [logit / temperature for logit in logits]
    whole = np.logaddexp.reduce(scaled)
    return tuple(math.exp(one - whole) for one in scaled)


def softmax_ratios(logits, temperature):
    _checked(temperature)
    if temperature == 0:
        return [float(not any(b > a or (b == a and j < i) for j, b in enumerate(logits))) for i, a in enumerate(logits)]

    def share(own):
        return 1 / sum(math.exp(min((other - own) / temperature, 700)) for other in logits)

    return [share(own) for own in logits]


def softmax_named(values, heat):
    if heat != heat or heat < 0 or heat == math.inf:
        raise ValueError("a temperature is 0 or more, and finite")
    best = sorted(values)[-1]
    if heat == 0:
        out = [0.0] * len(values)
        out[values.index(best)] = 1.0
        return out
    powers = [math.e ** ((value - best) / heat) for value in values]
    return [power / math.fsum(powers) for power in powers]


# W-12: top_p(probabilities, p)


def _in_range(p):
    if p <= 0 or p > 1:
        raise ValueError(p)


def top_p_numpy(probabilities, p):
    _in_range(p)
    values = np.array(probabilities)
    order = np.argsort(-values, kind="stable")
    before = np.cumsum(values[order]) - values[order]
    keep = order[before < p - 1e-12]
    out = np.zeros(len(values))
    out[keep] = values[keep]
    return out / out.sum()


def top_p_loop(probabilities, p):
    _in_range(p)
    left = list(probabilities)
    out = [0.0] * len(left)
    while sum(out) < p - 1e-12 and max(left) > 0:
        token = left.index(max(left))
        out[token], left[token] = left[token], 0.0
    return [one / sum(out) for one in out]


def top_p_counted(probabilities, p):
    _in_range(p)
    ranked = sorted(probabilities, reverse=True)
    number = next(i for i in range(1, len(ranked) + 1) if sum(ranked[:i]) >= p - 1e-12)
    order = sorted(enumerate(probabilities), key=lambda pair: (-pair[1], pair[0]))
    kept = dict(order[:number])
    return [kept.get(i, 0.0) / sum(kept.values()) for i in range(len(probabilities))]


def top_p_accumulate(probabilities, p):
    _in_range(p)
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__, reverse=True)
    sums = list(itertools.accumulate(probabilities[i] for i in order))
    last = bisect.bisect_left(sums, p - 1e-12)
    kept = order[: last + 1]
    return tuple(probabilities[i] / sums[min(last, len(sums) - 1)] if i in kept else 0.0 for i in range(len(order)))


def top_p_recursive(probabilities, p):
    _in_range(p)

    def kept(order, mass):
        return [] if not order or mass >= p - 1e-12 else [order[0], *kept(order[1:], mass + probabilities[order[0]])]

    mine = kept(sorted(range(len(probabilities)), key=lambda i: (-probabilities[i], i)), 0.0)
    whole = math.fsum(probabilities[i] for i in mine)
    return [(i in mine) * probabilities[i] / whole for i in range(len(probabilities))]


# W-13: draw(probabilities, u)


def draw_numpy(probabilities, u):
    return np.argmax(np.cumsum(probabilities) > u)


def draw_searched(probabilities, u):
    return int(np.searchsorted(np.cumsum(probabilities), u, side="right"))


def draw_bisected(probabilities, u):
    return bisect.bisect_right(list(itertools.accumulate(probabilities)), u)


def draw_taken_off(probabilities, u):
    token = 0
    left = probabilities[0]
    while u >= left:
        token += 1
        left += probabilities[token]
    return token


def draw_counted(probabilities, u):
    return sum(end <= u for end in itertools.accumulate(probabilities))


# W-14: sample(table, first, stop, temperature, us)


def _next(row, temperature, u):
    return draw_numpy(softmax_numpy(row, temperature), u)


def sample_while(table, first, stop, temperature, us):
    answer = [first]
    us = list(us)
    while us:
        answer.append(int(_next(table[answer[-1]], temperature, us.pop(0))))
        if answer[-1] == stop:
            return answer[1:-1]
    return answer[1:]


def sample_recursive(table, first, stop, temperature, us):
    if len(us) == 0:
        return []
    token = int(_next(table[first], temperature, us[0]))
    return [] if token == stop else [token, *sample_recursive(table, token, stop, temperature, us[1:])]


def sample_reduced(table, first, stop, temperature, us):
    path = reduce(lambda path, u: [*path, int(_next(table[path[-1]], temperature, u))], us, [first])[1:]
    return path[: path.index(stop)] if stop in path else path


def sample_taken(table, first, stop, temperature, us):
    def tokens():
        last = first
        for u in us:
            last = int(_next(table[last], temperature, u))
            yield last

    return list(itertools.takewhile(lambda token: token != stop, tokens()))


def sample_whole_table(table, first, stop, temperature, us):
    ready = [np.cumsum(softmax_numpy(row, temperature)) for row in table]
    out = []
    for u in us:
        first = int((ready[first] > u).argmax())
        if first == stop:
            return out
        out.append(first)
    return out


# W-15: log_probability(table, first, tokens)


def log_probability_scipy(table, first, tokens):
    rows = [first, *tokens][: len(tokens)]
    return sum(special.log_softmax(table[row])[token] for row, token in zip(rows, tokens, strict=True))


def log_probability_logsumexp(table, first, tokens):
    total = 0
    for token in tokens:
        total = total + table[first][token] - special.logsumexp(table[first])
        first = token
    return total


def log_probability_ratios(table, first, tokens):
    def one(row, token):
        top = max(row)
        return row[token] - top - math.log(sum(math.exp(other - top) for other in row))

    return math.fsum(one(table[a], b) for a, b in zip([first, *tokens], tokens, strict=False))


def log_probability_recursive(table, first, tokens):
    if not tokens:
        return 0.0
    row = np.array(table[first])
    own = row[tokens[0]] - row.max() - np.log(np.exp(row - row.max()).sum())
    return own + log_probability_recursive(table, tokens[0], tokens[1:])


def log_probability_added(table, first, tokens):
    table = np.array(table)
    logs = table - np.logaddexp.reduce(table, axis=1, keepdims=True)
    steps = list(itertools.pairwise([first, *tokens]))
    return float(sum(logs[a, b] for a, b in steps)) if steps else 0.0


RIGHT = {
    "W-11": (softmax_scipy, softmax_numpy, softmax_logarithms, softmax_ratios, softmax_named),
    "W-12": (top_p_numpy, top_p_loop, top_p_counted, top_p_accumulate, top_p_recursive),
    "W-13": (draw_numpy, draw_searched, draw_bisected, draw_taken_off, draw_counted),
    "W-14": (sample_while, sample_recursive, sample_reduced, sample_taken, sample_whole_table),
    "W-15": (
        log_probability_scipy,
        log_probability_logsumexp,
        log_probability_ratios,
        log_probability_recursive,
        log_probability_added,
    ),
}

"""W-61 to W-67, each in five other ways."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from functools import cache, reduce

import numpy as np

# W-61: expected_draws(p, limit)


def _chance(p):
    if p < 0 or p > 1:
        raise ValueError(f"{p} is no probability")


def draws_closed(p, limit):
    _chance(p)
    return (1 - (1 - p) ** limit) / p if p else limit


def draws_weighted(p, limit):
    _chance(p)
    solved = sum(j * p * (1 - p) ** (j - 1) for j in range(1, limit + 1))
    return solved + limit * (1 - p) ** limit


def draws_recursive(p, limit):
    _chance(p)
    return 0 if limit == 0 else 1 + (1 - p) * draws_recursive(p, limit - 1)


def draws_numpy(p, limit):
    _chance(p)
    return np.concatenate([[1], np.cumprod(np.full(limit - 1, 1 - p))]).sum()


def draws_while(p, limit):
    _chance(p)
    total, reached = 0.0, 1.0
    while limit > 0:
        total += reached
        reached *= 1 - p
        limit -= 1
    return total


# W-62: stop_at_first(correct, limit)


def _limited(correct, limit):
    if limit < 1 or limit > len(correct):
        raise ValueError(f"{len(correct)} samples, limit {limit}")


def stop_index(correct, limit):
    _limited(correct, limit)
    seen = correct[:limit]
    return (seen.index(True) + 1, True) if True in seen else (limit, False)


def stop_numpy(correct, limit):
    _limited(correct, limit)
    seen = np.array(correct[:limit])
    return [int(seen.argmax()) + 1 if seen.any() else limit, seen.any()]


def stop_while(correct, limit):
    _limited(correct, limit)
    drawn = 1
    while not correct[drawn - 1] and drawn < limit:
        drawn += 1
    return drawn, correct[drawn - 1]


def stop_next(correct, limit):
    _limited(correct, limit)
    return next(((i, True) for i, good in enumerate(correct[:limit], 1) if good), (limit, False))


def stop_taken(correct, limit):
    _limited(correct, limit)
    wrong = len(list(itertools.takewhile(lambda good: not good, correct[:limit])))
    return min(wrong + 1, limit), wrong < limit


# W-63: decided(votes, left)


def _some_left(left):
    if left < 0:
        raise ValueError(left)


def decided_sorted(votes, left):
    _some_left(left)
    ordered = sorted([0, 0, *votes])
    return ordered[-1] > ordered[-2] + left


def decided_rivals(votes, left):
    _some_left(left)
    if not votes:
        return False
    first = votes.index(max(votes))
    return all(votes[first] > other + left for other in [*votes[:first], *votes[first + 1 :], 0])


def decided_numpy(votes, left):
    _some_left(left)
    second, first = np.partition(np.array([*votes, 0, 0]), -2)[-2:]
    return first - second > left


def decided_heap(votes, left):
    _some_left(left)
    most = max(votes, default=0)
    level = sum(count + left >= most for count in votes)
    return most > left and level == 1


def decided_by_all_ways(votes, left):
    """The specification: every way in which the vote can go on, ways of one outcome told once."""
    _some_left(left)

    @cache
    def alone(counts, left, leader):
        if left == 0:
            return leader < len(counts) and all(counts[leader] > count for i, count in enumerate(counts) if i != leader)
        return all(alone((*counts[:i], counts[i] + 1, *counts[i + 1 :]), left - 1, leader) for i in range(len(counts)))

    # One answer that is new is enough: several would split their votes.
    counts = (*votes, 0)
    return bool(votes) and alone(counts, left, votes.index(max(votes)))


# W-64: samples_used(answers, lead)


def _whole_lead(lead):
    if not lead >= 1:
        raise ValueError(lead)


def used_counter(answers, lead):
    _whole_lead(lead)
    votes = Counter()
    for i, answer in enumerate(answers):
        if answer is not None:
            votes[answer] += 1
        (_, first), (_, second) = (
            (votes + Counter()).most_common(2)
            if len(votes) > 1
            else (
                (0, sum(votes.values())),
                (0, 0),
            )
        )
        if first - second >= lead or first - second > len(answers) - i - 1:
            return i + 1
    return len(answers)


def used_smaller_lead(answers, lead):
    _whole_lead(lead)
    for used in range(1, len(answers) + 1):
        votes = sorted(Counter(a for a in answers[:used] if a is not None).values())
        if np.subtract(*([0, 0, *votes][:-3:-1])) >= min(lead, len(answers) - used + 1):
            return used
    return len(answers)


def used_first(answers, lead):
    _whole_lead(lead)

    def stops(used):
        seen = [a for a in answers[:used] if a is not None]
        counts = sorted({a: seen.count(a) for a in seen}.values(), reverse=True)
        first, second = [*counts, 0, 0][:2]
        return first >= second + lead or first > second + len(answers) - used

    return next(filter(stops, range(1, len(answers) + 1)), len(answers))


def used_arrays(answers, lead):
    _whole_lead(lead)
    names = sorted({a for a in answers if a is not None})
    table = np.array([[a == name for name in names] + [False, False] for a in answers], dtype=int)
    if len(answers) == 0:
        return 0
    counts = np.sort(table.cumsum(axis=0), axis=1)
    ahead = counts[:, -1] - counts[:, -2]
    stop = (ahead >= lead) | (ahead > np.arange(len(answers))[::-1])
    return int(stop.argmax()) + 1 if stop.any() else len(answers)


def used_backwards(answers, lead):
    _whole_lead(lead)
    found = len(answers)
    for used in range(len(answers), 0, -1):
        tally = dict.fromkeys(answers[:used], 0)
        for answer in answers[:used]:
            tally[answer] += 1
        tally.pop(None, None)
        ranked = sorted(tally.values())[::-1] + [0] * 2
        if ranked[0] - ranked[1] >= lead or ranked[0] - ranked[1] > len(answers) - used:
            found = used
    return found


# W-65: last_worth(p, worth, price)


def _paid(price):
    if price <= 0:
        raise ValueError(f"a price of {price}")


def worth_counted(p, worth, price):
    _paid(price)
    return sum(worth * p * (1 - p) ** k >= price for k in range(500))


def worth_multiplied(p, worth, price):
    _paid(price)
    gain, k = worth * p, 0
    while gain >= price:
        gain, k = gain * (1 - p), k + 1
    return k


def worth_logarithm(p, worth, price):
    _paid(price)
    if worth * p < price:
        return 0
    if p == 1:
        return 1
    return 1 + math.floor(math.log(price / (worth * p)) / math.log1p(-p) + 1e-12)


def worth_taken(p, worth, price):
    _paid(price)
    return len(list(itertools.takewhile(lambda k: worth * p * (1 - p) ** k >= price, itertools.count())))


def worth_numpy(p, worth, price):
    _paid(price)
    gains = worth * p * np.power(1.0 - p, np.arange(500))
    return int((gains >= price).sum())


# W-66: best_k(curve, worth, price)


def best_loop(curve, worth, price):
    best, most = 0, 0
    for k in range(1, len(curve) + 1):
        if worth * curve[k - 1] - price * k > most:
            best, most = k, worth * curve[k - 1] - price * k
    return best


def best_numpy(curve, worth, price):
    return np.argmax(worth * np.array([0, *curve]) - price * np.arange(len(curve) + 1))


def best_keyed(curve, worth, price):
    return max(range(len(curve) + 1), key=lambda k: (worth * [0, *curve][k] - price * k, -k))


def best_sorted(curve, worth, price):
    nets = {0: 0.0} | {k: worth * share - price * k for k, share in enumerate(curve, 1)}
    return sorted(nets, key=lambda k: (-nets[k], k))[0]


def best_reduced(curve, worth, price):
    def net(k):
        return worth * curve[k - 1] - price * k if k > 0 else 0

    return reduce(lambda a, b: b if net(b) > net(a) else a, range(len(curve) + 1))


# W-67: regret(curve, chosen, worth, price)


def _on_curve(curve, chosen):
    if chosen not in range(len(curve) + 1):
        raise ValueError(chosen)


def regret_numpy(curve, chosen, worth, price):
    _on_curve(curve, chosen)
    nets = worth * np.array([0, *curve]) - price * np.arange(len(curve) + 1)
    return nets.max() - nets[chosen]


def regret_dictionary(curve, chosen, worth, price):
    _on_curve(curve, chosen)
    nets = {k: share * worth - k * price for k, share in enumerate([0, *curve])}
    return max(nets.values()) - nets[chosen]


def regret_by_best(curve, chosen, worth, price):
    _on_curve(curve, chosen)
    best = best_loop(curve, worth, price)
    return sum(sign * (worth * curve[k - 1] - price * k) for sign, k in ((1, best), (-1, chosen)) if k)


def regret_loop(curve, chosen, worth, price):
    _on_curve(curve, chosen)
    most, own = 0, 0
    for k, share in enumerate(curve, 1):
        net = worth * share - price * k
        most = max(most, net)
        if k == chosen:
            own = net
    return most - own


def regret_differences(curve, chosen, worth, price):
    _on_curve(curve, chosen)
    steps = worth * np.diff([0, *curve]) - price
    nets = [0, *np.cumsum(steps)]
    return max(net - nets[chosen] for net in nets)


RIGHT = {
    "W-61": (draws_closed, draws_weighted, draws_recursive, draws_numpy, draws_while),
    "W-62": (stop_index, stop_numpy, stop_while, stop_next, stop_taken),
    "W-63": (decided_sorted, decided_rivals, decided_numpy, decided_heap, decided_by_all_ways),
    "W-64": (used_counter, used_smaller_lead, used_first, used_arrays, used_backwards),
    "W-65": (worth_counted, worth_multiplied, worth_logarithm, worth_taken, worth_numpy),
    "W-66": (best_loop, best_numpy, best_keyed, best_sorted, best_reduced),
    "W-67": (regret_numpy, regret_dictionary, regret_by_best, regret_loop, regret_differences),
}

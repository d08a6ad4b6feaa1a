"""The rule that chooses among options, what to expect of its choice, and what lies beyond the pilot."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit, ndtri, stdtrit

from ..estimates import IntervalWarning, paired_interval, problem_interval
from ..estimates.intervals import END
from ..laws import BetaBinomial, Forecast, forecast
from ..samples import SampleSet
from ..verifiers import verifier_tax
from .options import POWER, SLACK, Option, PlanError, Question, Table, check_affordable, coverage_beyond
from .records import Beyond, Comparison
from .wording import name_of, two_digits

# A plan is judged by choices made without the judged problems: in so many parts, dealt out so many times.
PARTS, DEALS = 10, 5
MOST_PROBLEMS = 10**6


def first_of(inside: np.ndarray, *keys: np.ndarray) -> int:
    """The option inside with the least first key; among equals, the least second one, then the first in order."""
    at = np.flatnonzero(inside)
    return int(at[np.lexsort([np.round(key[at], 12) for key in reversed(keys)])[0]])


def choose(values: np.ndarray, spent: np.ndarray, question: Question) -> tuple[int, int]:
    """The option to take and the one with the highest estimate."""
    value, cost = values.mean(axis=0), spent.mean(axis=0) / question.cost.generate
    if question.target is not None:
        enough = value >= question.target - SLACK
        if not enough.any():
            enough = value >= value.max() - SLACK
        choice = first_of(enough, cost, -value)
        return choice, choice
    inside = cost * question.cost.generate <= question.within
    best = first_of(inside, -value, cost)
    if question.objective == "coverage" or question.prefer == "highest":
        # More samples never cover less: the sign of a difference is known, and the pilot need not show it.
        return best, best
    alike = inside.copy()
    if len(values) > 1:
        rival = np.broadcast_to(values[:, [best]], values.shape)
        alike &= paired_interval(rival, values, level=question.level).low <= 0
    return first_of(alike, cost, -value), best


def crossfit(table: Table, question: Question, rng: np.random.Generator) -> np.ndarray:
    """What each problem gets from a choice made without it, for the choice and for the highest estimate."""
    problems = len(table.values)
    # An order of their own makes the result independent of the order in which the problems were recorded.
    order = np.lexsort(table.values.T)
    values, spent = table.values[order], table.spent[order]
    parts = min(PARTS, problems)
    deals = 1 if parts == problems else DEALS
    judged = np.zeros((2, problems))
    for _ in range(deals):
        part = rng.permutation(problems) % parts
        for number in range(parts):
            out = part == number
            for row, column in enumerate(choose(values[~out], spent[~out], question)):
                judged[row, out] += values[out, column] / deals
    return np.clip(judged, 0, 1)


def judged_option(table: Table, at: int, judged: np.ndarray, level: float) -> Option:
    """An option with what the problems get from choices made without them, and the wider ends of two intervals."""
    low, high = problem_interval(np.column_stack([judged, table.values[:, at]]), level=level)
    return Option(
        table.selector[at],
        int(table.k[at]),
        float(table.spent[:, at].mean()),
        float(judged.mean()),
        float(low.min()),
        float(high.max()),
        float(table.values[:, at].mean()),
    )


def compare(table: Table, at: int, choice: int, level: float) -> Comparison:
    other, chosen = table.values[:, at], table.values[:, choice]
    found = paired_interval(other, chosen, level=level)
    apart = not found.low <= 0 <= found.high
    more = None if apart else more_problems(other - chosen, level)
    return Comparison(
        table.selector[at], int(table.k[at]), float(table.spent[:, at].mean()), *map(float, found), apart, more
    )


def more_problems(difference: np.ndarray, level: float) -> int | None:
    """Problems to add until `paired_interval` leaves 0 out with the chance POWER, the difference being what it is.

    The interval's half-width for m problems of this mean and spread is taken from its own formula; the mean of m
    problems must lie above it by as much as a normal variable exceeds with the chance 1 − POWER.
    """
    mean, spread = abs(float(difference.mean())), float(difference.std())

    def apart(m: int) -> bool:
        size = m + 1
        centre = m * mean / size
        squares = m * (spread**2 + (mean - centre) ** 2) + ((1 - centre) ** 2 + (1 + centre) ** 2) / 2
        reach = stdtrit(size - 1, (1 + level) / 2) * math.sqrt(squares / (size - 1) / size)
        return centre - reach > ndtri(POWER) * spread / math.sqrt(m)

    if mean < SLACK or not apart(MOST_PROBLEMS):
        return None
    low, high = 1, MOST_PROBLEMS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if apart(middle) else (middle, high)
    return max(1, high - difference.size)


def compared_with(table: Table, taken: Option, highest: Option, question: Question) -> tuple[Comparison, ...]:
    """Beside the choice: the highest estimate or what is cheaper, half the samples, the best of other selectors."""
    choice, best = (table.column(option.selector, option.k) for option in (taken, highest))
    value, cost = table.values.mean(axis=0), table.spent.mean(axis=0) / question.cost.generate
    others = [best] if best != choice else []
    if question.prefer == "highest":
        cheaper, _ = choose(table.values, table.spent, replace(question, prefer="cheaper"))
        others += [cheaper] if cheaper != choice else []
    if question.objective == "coverage":
        half = np.flatnonzero(table.k <= table.k[choice] // 2)
        others += [int(half[-1])] if half.size else []
    for name in dict.fromkeys(table.selector):
        of_it = np.array([selector == name for selector in table.selector])
        of_it &= cost * question.cost.generate <= question.within
        # A single sample is the same whoever would pick: it is nobody's option to compare.
        of_it &= table.k > 1
        if question.target is not None:
            of_it &= value >= question.target - SLACK
        if any(table.selector[at] == name and table.k[at] > 1 for at in (choice, best)) or not of_it.any():
            continue
        others.append(first_of(of_it, *((cost, -value) if question.target is not None else (-value, cost))))
    return tuple(compare(table, at, choice, question.level) for at in others)


def surely(table: Table, question: Question) -> Option | None:
    """The cheapest option whose whole interval reaches the target, within ten times the pilot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        low, _ = problem_interval(table.values, level=question.level)
        if (low >= question.target).any():
            at = first_of(low >= question.target, table.spent.mean(axis=0) / question.cost.generate)
            return judged_option(table, at, table.values[:, at], question.level)
    if question.objective != "coverage" or table.n.max() == 1:
        return None
    tries = np.unique(np.ceil(np.geomspace(table.end + 1, 10 * table.end, 200)).astype(int))
    found = forecast(SampleSet.from_counts(table.n, table.c), tries, level=question.level)
    enough = np.flatnonzero(_moved(table, found)[1] >= question.target)
    return forecast_option(table, question, int(tries[enough[0]]), False).option if enough.size else None


# -- beyond the pilot ----------------------------------------------------------------------------------------


def _fitted(table: Table, question: Question) -> BetaBinomial:
    try:
        return BetaBinomial.fit(table.n, table.c)
    except ValueError as error:
        raise PlanError(
            f"every problem has one sample, which says nothing about {question.wish}: record at least two of each"
        ) from error


def _beyond(table: Table, question: Question) -> Beyond | None:
    """What is taken beyond the pilot's samples, or None where the pilot's samples are enough."""
    end = table.end
    if question.budget is None:
        if table.values.mean(axis=0).max() >= question.target - SLACK:
            return None
        family = _fitted(table, question)
        return forecast_option(table, question, _needed(table, family, question), False)
    price = question.cost.of("pass", 1)
    if question.stop_early:
        if table.spent[:, -1].mean() > question.within or table.values[:, -1].mean() > 1 - SLACK:
            return None
        family = _fitted(table, question)
        tries = np.arange(end + 1, 10 * end + 1)
        spent = _spent_beyond(table, family, tries, price)
        affordable = int((spent <= question.within).sum())
        if affordable == 0 or _flat(family, end, 10 * end):
            return None
        return forecast_option(table, question, end + affordable, affordable == tries.size)
    most = int(verifier_tax(question.cost.generate, question.cost.verify, budget=question.within).k)
    if most <= end:
        return None
    family = _fitted(table, question)
    return None if _flat(family, end, most) else forecast_option(table, question, most, False)


def _flat(family: BetaBinomial, end: int, most: int) -> bool:
    return family.coverage(most) <= family.coverage(end) + SLACK


def _spent_beyond(table: Table, family: BetaBinomial, tries: np.ndarray, price: float) -> np.ndarray:
    """Mean cost up to each number of draws: counted in the pilot, then by the misses that the family expects."""
    end = table.end
    counted = float(table.spent[:, -1].mean()) / price + 1 - float(table.values[:, -1].mean())
    misses = 1 - coverage_beyond(table, family, np.arange(end + 1, tries[-1] + 1))
    draws = counted + np.concatenate([[0.0], np.cumsum(misses[:-1])])
    return draws[tries - end - 1] * price


def _needed(table: Table, family: BetaBinomial, question: Question) -> int:
    """The least k beyond the pilot whose forecast reaches the target; refused where the family alone would decide."""
    end, target = table.end, question.target
    reached = f"{question.wish}: the pilot's {end} samples of each problem reach {table.values[:, -1].mean():.3f}"
    if family.mean == 0:
        raise PlanError(f"{question.wish}: no sample of the pilot is right, so nothing says that more would help")
    low, high = end, end + 1
    while coverage_beyond(table, family, high) < target:
        low, high = high, 2 * high
        if high > 2**52:
            raise PlanError(f"{reached}, and the family fitted to it never gets there ({family.note or 'its tail'})")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if coverage_beyond(table, family, middle) >= target else (middle, high)
    if high > 10 * end:
        times = two_digits(math.ceil(high / end))
        raise PlanError(
            f"{reached}; the fitted family would get there with about {two_digits(high):,} samples, {times:,} times "
            f"the pilot's, but beyond {10 * end:,} it speaks alone: record more samples of each problem"
        )
    return high


def forecast_option(table: Table, question: Question, k: int, capped: bool) -> Beyond:
    """The option of k samples beyond the pilot."""
    found = forecast(SampleSet.from_counts(table.n, table.c), [k], level=question.level)
    price = question.cost.of("pass", 1)
    cost = (
        float(_spent_beyond(table, found.family, np.array([k]), price)[0])
        if question.stop_early
        else question.cost.of("pass", k)
    )
    value, low, high = (float(part[0]) for part in _moved(table, found))
    return Beyond(Option("pass", k, cost, value, low, high, value), found, capped)


def _moved(table: Table, found: Forecast) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The forecast that starts from the count, and the wider ends of two intervals.

    They are the family's own, and the same moved on the scale of log-odds to where the count puts the value: either
    alone was seen to hold less often, the one where the family fits badly, the other where the pilot was lucky.
    """
    value = coverage_beyond(table, found.family, found.k)
    inside = [np.clip(part, END, 1 - END) for part in (value, found.value, found.low, found.high)]
    step = logit(inside[0]) - logit(inside[1])
    # An end of the family's interval that is no chance at all stays: nothing is known there to move it.
    low, high = (
        np.where((end > 0) & (end < 1), expit(logit(part) + step), end)
        for end, part in zip((found.low, found.high), inside[2:], strict=True)
    )
    return value, np.minimum(np.minimum(low, found.low), value), np.maximum(np.maximum(high, found.high), value)


# -- what is taken -------------------------------------------------------------------------------------------


def taken_by(table: Table, question: Question, rng: np.random.Generator) -> tuple[Option, Option, Beyond | None]:
    """The option to take, the one with the highest estimate, and the forecast behind them if there is one."""
    if len(table.values) < 2:
        raise PlanError("the pilot has one problem, which says nothing about others: at least two are needed")
    check_affordable(table, question)
    beyond = _beyond(table, question) if question.objective == "coverage" else None
    if beyond is not None:
        return beyond.option, beyond.option, beyond
    value = table.values.mean(axis=0)
    if question.target is not None and value.max() < question.target - SLACK:
        at = int(value.argmax())
        raise PlanError(
            f"target = {question.target:g}: the most that the pilot shows is {value[at]:.3f}, with "
            f"{name_of(table.selector[at], int(table.k[at]))}; what a vote or a score reaches beyond its {table.end} "
            "samples of each problem cannot be forecast: it may rise, level off or fall"
        )
    choice, best = choose(table.values, table.spent, question)
    judged = crossfit(table, question, rng)
    taken = judged_option(table, choice, judged[0], question.level)
    return taken, taken if best == choice else judged_option(table, best, judged[1], question.level), None

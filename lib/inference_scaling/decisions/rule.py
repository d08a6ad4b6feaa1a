"""The choice among options, its cross-fitted expected value, and the extrapolation to more samples."""

from __future__ import annotations

import bisect
import math
import warnings
from dataclasses import replace
from functools import cache

import numpy as np
from scipy.special import expit, logit

from ..estimates import IntervalWarning, paired_interval, problem_interval
from ..estimates.intervals import END
from ..estimates.paired import more_problems as problems_to_add
from ..laws import BetaBinomial, Forecast, forecast
from ..laws.forecasts import Family
from ..samples import SampleSet
from ..verifiers import verifier_tax
from .options import POWER, RTOL, Option, PlanError, Question, Table, check_affordable, coverage_beyond
from .records import Comparison, Extrapolation
from .wording import name_of, two_digits

# 10-fold cross-fitting repeated 5 times: each problem is evaluated with choices made on the other folds.
FOLDS, REPEATS = 10, 5


def lexicographic_argmin(inside: np.ndarray, *keys: np.ndarray) -> int:
    """The index, within the mask `inside`, of the smallest first key; ties go to the next key, then to order."""
    at = np.flatnonzero(inside)
    return int(at[np.lexsort([np.round(key[at], 12) for key in reversed(keys)])[0]])


def choose(values: np.ndarray, spent: np.ndarray, question: Question) -> tuple[int, int]:
    """The columns of the option to take and of the highest estimate within the budget."""
    value, cost = values.mean(axis=0), spent.mean(axis=0) / question.cost.generate
    if question.target is not None:
        enough = value >= question.target - RTOL
        if not enough.any():
            enough = value >= value.max() - RTOL
        choice = lexicographic_argmin(enough, cost, -value)
        return choice, choice
    inside = cost * question.cost.generate <= question.budget_limit
    best = lexicographic_argmin(inside, -value, cost)
    if question.objective == "coverage" or question.prefer == "highest":
        # Coverage never decreases with k: the sign of the difference is known, so significance is not required.
        return best, best
    alike = inside.copy()
    if len(values) > 1:
        rival = np.broadcast_to(values[:, [best]], values.shape)
        alike &= paired_interval(rival, values, level=question.level).low <= 0
    return lexicographic_argmin(alike, cost, -value), best


def out_of_fold(table: Table, question: Question, rng: np.random.Generator) -> np.ndarray:
    """Each problem's value under a choice made without it, shape (2, problems): the choice, the highest estimate."""
    problems = len(table.values)
    # Sorted first, so that the result does not depend on the order in which the problems were recorded.
    order = np.lexsort(table.values.T)
    values, spent = table.values[order], table.spent[order]
    folds = min(FOLDS, problems)
    # With one problem a fold the division is always the same: leave-one-out needs no repeats.
    repeats = 1 if folds == problems else REPEATS
    held_out_values = np.zeros((2, problems))
    for _ in range(repeats):
        fold = rng.permutation(problems) % folds
        for number in range(folds):
            held_out = fold == number
            for row, column in enumerate(choose(values[~held_out], spent[~held_out], question)):
                held_out_values[row, held_out] += values[held_out, column] / repeats
    return np.clip(held_out_values, 0, 1)


def cross_fitted_option(table: Table, at: int, held_out_values: np.ndarray, level: float) -> Option:
    """An option with its out-of-fold mean, and the envelope of the intervals of out-of-fold and own values."""
    low, high = problem_interval(np.column_stack([held_out_values, table.values[:, at]]), level=level)
    return Option(
        table.selector[at],
        int(table.k[at]),
        float(table.spent[:, at].mean()),
        float(held_out_values.mean()),
        float(low.min()),
        float(high.max()),
        float(table.values[:, at].mean()),
    )


def compare(table: Table, at: int, choice: int, level: float) -> Comparison:
    """Compare an option with the choice, paired by problem."""
    other, chosen = table.values[:, at], table.values[:, choice]
    found = paired_interval(other, chosen, level=level)
    significant = not found.low <= 0 <= found.high
    return Comparison(
        selector=table.selector[at],
        k=int(table.k[at]),
        cost=float(table.spent[:, at].mean()),
        difference=float(found.value),
        low=float(found.low),
        high=float(found.high),
        told_apart=significant,
        more_problems=None if significant else more_problems(other - chosen, level),
    )


def more_problems(difference: np.ndarray, level: float) -> int | None:
    """Problems to add until `paired_interval` excludes 0 with power POWER, for the observed mean and spread."""
    return problems_to_add(difference, level=level, power=POWER)


def alternatives(table: Table, taken: Option, highest: Option, question: Question) -> tuple[Comparison, ...]:
    """Compare the choice with the highest estimate, the cheaper choice, half the samples, and other selectors."""
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
        of_it &= cost * question.cost.generate <= question.budget_limit
        # With a single sample there is nothing to select: k = 1 is the same option for every selector.
        of_it &= table.k > 1
        if question.target is not None:
            of_it &= value >= question.target - RTOL
        shown = any(table.selector[at] == name and table.k[at] > 1 for at in (choice, best))
        if of_it.any() and not shown:
            keys = (cost, -value) if question.target is not None else (-value, cost)
            others.append(lexicographic_argmin(of_it, *keys))
    return tuple(compare(table, at, choice, question.level) for at in others)


def cheapest_with_interval_above_target(table: Table, question: Question, target: float) -> Option | None:
    """The cheapest option whose whole interval lies at or above the target, up to ten times the pilot's samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        low, _ = problem_interval(table.values, level=question.level)
        if (low >= target).any():
            at = lexicographic_argmin(low >= target, table.spent.mean(axis=0) / question.cost.generate)
            return cross_fitted_option(table, at, table.values[:, at], question.level)
    if question.objective != "coverage" or table.n.max() == 1:
        return None
    ks = np.unique(np.ceil(np.geomspace(table.end + 1, 10 * table.end, 200)).astype(int)).tolist()

    @cache
    def option_at(k: int) -> Option:
        return forecast_option(table, question, k, False).option

    # The lower end never falls with k, so the first k at which it reaches the target is bisected.
    first = bisect.bisect_left(ks, True, key=lambda k: option_at(k).low >= target)
    return option_at(ks[first]) if first < len(ks) else None


# -- extrapolation -------------------------------------------------------------------------------------------


def _fitted(table: Table, question: Question) -> BetaBinomial:
    try:
        family: BetaBinomial = BetaBinomial.fit(table.n, table.c)
    except ValueError as error:
        raise PlanError(
            f"every problem has one sample, which is not enough for {question.label}: record at least two of each"
        ) from error
    return family


def _extrapolate(table: Table, question: Question) -> Extrapolation | None:
    """The option with more samples than the pilot has, or None where the pilot's samples suffice."""
    end = table.end
    if question.target is not None:
        if table.values.mean(axis=0).max() >= question.target - RTOL:
            return None
        family = _fitted(table, question)
        return forecast_option(table, question, _least_k_for_target(table, family, question, question.target), False)
    price = question.cost.of("pass", 1)
    if question.stop_early:
        if table.spent[:, -1].mean() > question.budget_limit or table.values[:, -1].mean() > 1 - RTOL:
            return None
        family = _fitted(table, question)
        ks = np.arange(end + 1, 10 * end + 1)
        spent = _expected_spending(table, family, ks, price)
        affordable = int((spent <= question.budget_limit).sum())
        if affordable == 0 or _gains_nothing(family, end, 10 * end):
            return None
        return forecast_option(table, question, end + affordable, affordable == ks.size)
    most = int(verifier_tax(question.cost.generate, question.cost.verify, budget=question.budget_limit).k)
    if most <= end:
        return None
    family = _fitted(table, question)
    return None if _gains_nothing(family, end, most) else forecast_option(table, question, most, False)


def _gains_nothing(family: Family, end: int, most: int) -> bool:
    return bool(family.coverage(most) <= family.coverage(end) + RTOL)


def _expected_spending(table: Table, family: Family, ks: np.ndarray, price: float) -> np.ndarray:
    """Mean cost a problem of each cap: estimated from the pilot, then from the failures that the family predicts."""
    end = table.end
    counted = float(table.spent[:, -1].mean()) / price + 1 - float(table.values[:, -1].mean())
    misses = 1 - coverage_beyond(table, family, np.arange(end + 1, ks[-1] + 1))
    draws = counted + np.concatenate([[0.0], np.cumsum(misses[:-1])])
    return np.asarray(draws[ks - end - 1] * price)


def _least_k_for_target(table: Table, family: Family, question: Question, target: float) -> int:
    """The smallest k whose forecast reaches the target; an error where it exceeds ten times the pilot's samples."""
    end = table.end
    reached = f"{question.label}: the pilot's {end} samples of each problem reach {table.values[:, -1].mean():.3f}"
    if family.mean == 0:
        raise PlanError(
            f"{question.label}: no sample of the pilot is correct, so there is no evidence that more would help"
        )
    low, high = end, end + 1
    while coverage_beyond(table, family, high) < target:
        low, high = high, 2 * high
        if high > 2**52:
            raise PlanError(
                f"{reached}, and the family fitted to it never reaches the target ({family.note or 'its tail'})"
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if coverage_beyond(table, family, middle) >= target else (middle, high)
    if high > 10 * end:
        times = two_digits(math.ceil(high / end))
        raise PlanError(
            f"{reached}; the fitted family would reach it with about {two_digits(high):,} samples, {times:,} times "
            f"the pilot's, but a plan forecasts no further than {10 * end:,}: record more samples of each problem"
        )
    return high


def forecast_option(table: Table, question: Question, k: int, capped: bool) -> Extrapolation:
    """The option of k samples, more than the pilot has; `capped` as in `Extrapolation`."""
    found = forecast(SampleSet.from_counts(table.n, table.c), [k], level=question.level)
    price = question.cost.of("pass", 1)
    cost = (
        float(_expected_spending(table, found.family, np.array([k]), price)[0])
        if question.stop_early
        else question.cost.of("pass", k)
    )
    value, low, high = (float(part[0]) for part in _shifted_forecast(table, found))
    return Extrapolation(Option("pass", k, cost, value, low, high, value), found, capped)


def _shifted_forecast(table: Table, found: Forecast) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The forecast that starts from the pilot's estimate, and the envelope of two intervals.

    These are the forecast's, which needs no family, and the family's own shifted in log-odds by the difference between
    the pilot's estimate and the family's: the expected value starts from that estimate.
    """
    value = coverage_beyond(table, found.family, found.k)
    inside = [np.clip(part, END, 1 - END) for part in (value, found.value, found.family_low, found.family_high)]
    step = logit(inside[0]) - logit(inside[1])
    # An end at 0 or 1 has no finite log-odds: it stays.
    low, high = (
        np.where((end > 0) & (end < 1), expit(logit(part) + step), end)
        for end, part in zip((found.family_low, found.family_high), inside[2:], strict=True)
    )
    return value, np.minimum(np.minimum(low, found.low), value), np.maximum(np.maximum(high, found.high), value)


# -- the choice ----------------------------------------------------------------------------------------------


def select_option(
    table: Table, question: Question, rng: np.random.Generator
) -> tuple[Option, Option, Extrapolation | None]:
    """The option to take, the one with the highest estimate, and the extrapolation behind them if there is one."""
    if len(table.values) < 2:
        raise PlanError("the pilot has one problem, which gives no information about others: record at least two")
    check_affordable(table, question)
    extrapolation = _extrapolate(table, question) if question.objective == "coverage" else None
    if extrapolation is not None:
        return extrapolation.option, extrapolation.option, extrapolation
    value = table.values.mean(axis=0)
    if question.target is not None and value.max() < question.target - RTOL:
        at = int(value.argmax())
        raise PlanError(
            f"target = {question.target:g}: the highest estimate of the pilot is {value[at]:.3f}, with "
            f"{name_of(table.selector[at], int(table.k[at]))}; accuracy with more than its {table.end} samples "
            "of each problem is not forecast, because it may rise, level off or fall"
        )
    choice, best = choose(table.values, table.spent, question)
    held_out_values = out_of_fold(table, question, rng)
    taken = cross_fitted_option(table, choice, held_out_values[0], question.level)
    return (
        taken,
        taken if best == choice else cross_fitted_option(table, best, held_out_values[1], question.level),
        None,
    )

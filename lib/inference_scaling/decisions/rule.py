"""The choice among options, its cross-fitted expected value, and the extrapolation to more samples."""

from __future__ import annotations

import bisect
import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
from scipy.special import expit, logit, stdtrit

from .._progress import told
from ..estimates import IntervalWarning, paired_interval, problem_interval
from ..estimates.intervals import END
from ..estimates.paired import ADDED, EQUAL
from ..estimates.paired import more_problems as problems_to_add
from ..laws import BetaBinomial, Forecast, forecast
from ..laws.forecasts import Family
from ..samples import SampleSet
from .options import POWER, RTOL, Option, PlanError, Question, Table, check_affordable, coverage_beyond, split_key
from .records import Comparison, Extrapolation
from .wording import name_of, two_digits

# 10-fold cross-fitting repeated 5 times: each problem is evaluated with choices made on the other folds.
FOLDS, REPEATS = 10, 5


def lexicographic_argmin(inside: np.ndarray, *keys: np.ndarray) -> int:
    """The index, within the mask `inside`, of the smallest first key; ties go to the next key, then to order."""
    at = np.flatnonzero(inside)
    return int(at[np.lexsort([np.round(key[at], 12) for key in reversed(keys)])[0]])


def mean_cost(table: Table, question: Question) -> np.ndarray:
    """The mean cost of each option, in units of one sample."""
    return np.asarray(table.spent.mean(axis=0) / question.cost.generate)


def choose(values: np.ndarray, cost: np.ndarray, question: Question) -> tuple[int, int]:
    """The columns of the option to take and of the highest estimate within the budget; `cost` as of `mean_cost`.

    Within a budget an option that a cheaper one equals is never taken, and none that an affordable one exceeds
    significantly; of the others the cheapest is. Neither condition loosens when the budget grows, so a larger one
    never takes an option with a lower estimate or a lower cost.
    """
    return _chosen(
        values.mean(axis=0), cost, question, lambda rising: significantly_exceeds(values[:, rising], question.level)
    )


def _chosen(
    value: np.ndarray, cost: np.ndarray, question: Question, exceeds: Callable[[np.ndarray], np.ndarray]
) -> tuple[int, int]:
    """As `choose`, from the estimates; `exceeds` says which of some columns exceed which significantly."""
    if question.target is not None:
        enough = value >= question.target - RTOL
        if not enough.any():
            enough = value >= value.max() - RTOL
        choice = lexicographic_argmin(enough, cost, -value)
        return choice, choice
    inside = cost * question.cost.generate <= question.budget_limit
    best = lexicographic_argmin(inside, -value, cost)
    if question.takes_the_highest:
        return best, best
    rising = rising_options(value, cost, inside)
    return int(rising[np.argmin(exceeds(rising).any(axis=0))]), best


def rising_options(value: np.ndarray, cost: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The options within the mask `inside` whose estimate is above that of every cheaper one, from the cheapest on."""
    order = np.lexsort([-np.round(value, 12), np.round(cost, 12)])
    order = order[inside[order]]
    reached = np.round(value[order], 12)
    return np.asarray(order[reached > np.concatenate([[-np.inf], np.maximum.accumulate(reached)[:-1]])])


def significantly_exceeds(values: np.ndarray, level: float) -> np.ndarray:
    """Whether option j exceeds option i, at [j, i]: `paired_interval` of their difference lies above 0.

    Means and squares of all differences come from one matrix of products, because a plan asks this in each fold.
    """
    # A difference does not change when all options of a problem are shifted; small numbers lose no digits.
    centred = values - values.mean(axis=1, keepdims=True)
    return exceeding(len(values), centred.sum(axis=0), centred.T @ centred, level)


def exceeding(problems: int, total: np.ndarray, product: np.ndarray, level: float) -> np.ndarray:
    """As `significantly_exceeds`, from the sums over problems of the options and of the products of any two."""
    if problems == 1:
        return np.zeros(product.shape, bool)
    total = total[:, None] - total[None, :]
    squares = np.diag(product)[:, None] + np.diag(product)[None, :] - 2 * product
    size = problems + 2 * ADDED["adjusted"]
    centre, mean = total / size, total / problems
    spread = squares - 2 * centre * total + problems * centre**2 + 2 * ADDED["adjusted"] * (1 + centre**2)
    error = np.sqrt(np.maximum(spread, 0) / (size - 1) / size)
    equal = squares - problems * mean**2 < EQUAL
    unseen = np.where(equal, 1 - (1 - level) ** (1 / problems), 0.0)
    return np.asarray(np.minimum(centre - stdtrit(size - 1, (1 + level) / 2) * error, mean - unseen * (1 + mean)) > 0)


def out_of_fold(table: Table, question: Question, rng: np.random.Generator) -> np.ndarray:
    """Each problem's value under a choice made without it, shape (2, problems): the choice, the highest estimate.

    The sums over the problems outside a fold are those over all problems less the fold's: each problem is added up once
    in each repeat, and not once for every fold that it is outside of.
    """
    problems = len(table.values)
    # Sorted first, so that the result does not depend on the order in which the problems were recorded.
    values, cost = table.values[order_of_rows(table.values)], mean_cost(table, question)
    folds = min(FOLDS, problems)
    # With one problem a fold the division is always the same: leave-one-out needs no repeats.
    repeats = 1 if folds == problems else REPEATS
    held_out_values = np.zeros((2, problems))
    for _ in told(range(repeats), "folds", repeats):
        fold = rng.permutation(problems) % folds
        columns = _choices_outside(values, cost, question, fold, folds)[:, fold]
        held_out_values += np.take_along_axis(values, columns.T, axis=1).T / repeats
    return np.clip(held_out_values, 0, 1)


def order_of_rows(values: np.ndarray) -> np.ndarray:
    """The order of rows by the last column, then by the one before, and so on; equal rows keep theirs.

    As `np.lexsort`, but equal rows are sorted once, and columns after the one that tells the others apart are not read.
    """
    whole = np.ascontiguousarray(values).view(np.dtype((np.void, values.dtype.itemsize * values.shape[1]))).ravel()
    _, first, back = np.unique(whole, return_index=True, return_inverse=True)
    different = values[first]
    rank = np.zeros(len(different), np.intp)
    for column in different.T[::-1]:
        order = np.lexsort([column, rank])
        steps = (np.diff(rank[order]) > 0) | (np.diff(column[order]) > 0)
        rank[order] = np.concatenate([[0], np.cumsum(steps)])
        if rank[order[-1]] == rank.size - 1:
            break
    return np.argsort(rank[back.ravel()], kind="stable")


def _choices_outside(
    values: np.ndarray, cost: np.ndarray, question: Question, fold: np.ndarray, folds: int
) -> np.ndarray:
    """Of each fold, the columns of the choice and of the highest estimate on the others, shape (2, folds)."""
    # What is affordable is settled by the whole pilot: a fold of long samples would shut options out.
    inside = cost * question.cost.generate <= question.budget_limit
    belongs = np.equal.outer(np.arange(folds), fold).astype(float)
    sizes = len(fold) - belongs.sum(axis=1).astype(int)
    sums = belongs @ values
    means = (sums.sum(axis=0) - sums) / sizes[:, None]
    some = np.zeros(values.shape[1], bool)
    if question.target is None and not question.takes_the_highest:
        for mean in means:
            some[rising_options(mean, cost, inside)] = True
    kept = np.flatnonzero(some)
    place = np.cumsum(some) - 1
    # A difference does not change when all options of a problem are shifted; small numbers lose no digits.
    centred = values[:, kept] - values[:, kept].mean(axis=1, keepdims=True) if kept.size else values[:, kept]
    totals = belongs @ centred
    products = np.array([centred[fold == number].T @ centred[fold == number] for number in range(folds)])
    totals, products = totals.sum(axis=0) - totals, products.sum(axis=0) - products

    def exceeds(number: int, rising: np.ndarray) -> np.ndarray:
        at = place[rising]
        return exceeding(int(sizes[number]), totals[number][at], products[number][np.ix_(at, at)], question.level)

    chosen = [_chosen(mean, cost, question, partial(exceeds, number)) for number, mean in enumerate(means)]
    return np.array(chosen).T


def cross_fitted_option(table: Table, at: int, held_out_values: np.ndarray, level: float) -> Option:
    """An option with its out-of-fold mean, and the envelope of the intervals of out-of-fold and own values."""
    low, high = problem_interval(np.column_stack([held_out_values, table.values[:, at]]), level=level)
    selector, score = split_key(table.selector[at])
    return Option(
        selector,
        int(table.k[at]),
        float(table.spent[:, at].mean()),
        float(held_out_values.mean()),
        float(low.min()),
        float(high.max()),
        float(table.values[:, at].mean()),
        score,
    )


def compare(table: Table, at: int, choice: int, level: float) -> Comparison:
    """Compare an option with the choice, paired by problem."""
    other, chosen = table.values[:, at], table.values[:, choice]
    found = paired_interval(other, chosen, level=level)
    significant = not found.low <= 0 <= found.high
    selector, score = split_key(table.selector[at])
    return Comparison(
        selector=selector,
        k=int(table.k[at]),
        cost=float(table.spent[:, at].mean()),
        difference=float(found.value),
        low=float(found.low),
        high=float(found.high),
        told_apart=significant,
        more_problems=None if significant else more_problems(other - chosen, level),
        score=score,
    )


def more_problems(difference: np.ndarray, level: float) -> int | None:
    """Problems to add until `paired_interval` excludes 0 with power POWER, for the observed mean and spread."""
    return problems_to_add(difference, level=level, power=POWER)


def alternatives(table: Table, taken: Option, highest: Option, question: Question) -> tuple[Comparison, ...]:
    """Compare the choice with the highest estimate, the cheaper choice, half the samples, and other selectors."""
    choice, best = (table.column(option.key, option.k) for option in (taken, highest))
    value, cost = table.values.mean(axis=0), mean_cost(table, question)
    others = [best] if best != choice else []
    if question.prefer == "highest":
        cheaper, _ = choose(table.values, cost, replace(question, prefer="cheaper"))
        others += [cheaper] if cheaper != choice else []
    if question.never_falls:
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
    if question.scores and all(split_key(name)[1] for name in table.selector) and taken.k > 1 and highest.k > 1:
        # Nothing but verifiers picks here: beside them stands what they are bought for, one sample without any.
        others.append(int(np.flatnonzero(table.k == 1)[0]))
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
    if question.stop_early:
        if table.spent[:, -1].mean() > question.budget_limit or table.values[:, -1].mean() > 1 - RTOL:
            return None
        family = _fitted(table, question)
        ks = np.arange(end + 1, 10 * end + 1)
        spent = _expected_spending(table, family, ks)
        affordable = int((spent <= question.budget_limit).sum())
        if affordable == 0 or _gains_nothing(family, end, 10 * end):
            return None
        return forecast_option(table, question, end + affordable, affordable == ks.size)
    most = question.cost.buys("pass", question.budget_limit)
    if most <= end:
        return None
    family = _fitted(table, question)
    return None if _gains_nothing(family, end, most) else forecast_option(table, question, most, False)


def _gains_nothing(family: Family, end: int, most: int) -> bool:
    return bool(family.coverage(most) <= family.coverage(end) + RTOL)


def _expected_spending(table: Table, family: Family, ks: np.ndarray) -> np.ndarray:
    """Mean cost a problem of each cap: estimated from the pilot, then from the failures that the family predicts."""
    end = table.end
    left = 1 - table.values[:, -1]
    # Only unsolved problems draw on, so that a draw costs what it costs with them.
    price = float(left @ table.draw / left.sum()) if left.sum() > 0 else float(table.draw.mean())
    counted = float(table.spent[:, -1].mean()) / price + float(left.mean())
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
    cost = (
        float(_expected_spending(table, found.family, np.array([k]))[0])
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
            f"{name_of(table.selector[at], int(table.k[at]))}; {question.objective} with more than its {table.end} "
            "samples of each problem is not forecast, because it may rise, level off or fall"
        )
    choice, best = choose(table.values, mean_cost(table, question), question)
    held_out_values = out_of_fold(table, question, rng)
    taken = cross_fitted_option(table, choice, held_out_values[0], question.level)
    return (
        taken,
        taken if best == choice else cross_fitted_option(table, best, held_out_values[1], question.level),
        None,
    )

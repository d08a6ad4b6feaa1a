"""The sentences of plans and back-tests."""

from __future__ import annotations

import numpy as np

from ..estimates.costs import SCORED, in_unit
from ..laws.forecasts import Family
from .options import NEVER_FALLS, POWER, RTOL, STOPPING, Question, Table, coverage_beyond, split_key
from .records import Backtest, Comparison, Extrapolation, Plan
from .wording import name_of, samples_of, two_digits

# Smaller differences round to 0 in three decimals.
SHOWN = 5e-4


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


# -- a plan --------------------------------------------------------------------------------------------------


def plan_headline(found: Plan) -> str:
    """The plan in one sentence."""
    choice = found.choice
    return (
        f"Take {name_of(choice.key, choice.k, found.stop_early)}: expected {found.objective} {choice.value:.3f}, "
        f"{100 * found.level:g} % interval [{choice.low:.3f}, {choice.high:.3f}], "
        f"at {_paid(found)} a problem{_for_all(found)}."
    )


def _for_all(found: Plan) -> str:
    """What all the problems that are to be solved are expected to cost."""
    if found.for_problems is None:
        return ""
    together = found.choice.cost * found.for_problems
    # Four digits would write a large sum as a power of ten.
    shown = f"{together:,.0f}" if not found.cost.unit and together >= 1000 else found.cost.shown(together)
    return f", {shown} for {found.for_problems:,} problems"


def _budget(found: Plan) -> str:
    """The budget as the reader gave it, and for one problem."""
    each = f"{_with_unit(found.budget or 0.0, found)} a problem"
    if found.total_budget is None:
        return f"budget of {each}"
    total = found.cost.shown(found.total_budget) if found.cost.unit else f"{found.total_budget:,.12g}"
    return f"budget of {total} for {found.for_problems:,} problems, {each},"


def _paid(found: Plan) -> str:
    """The cost of the choice, and its tokens where that is money."""
    money = found.tokens is not None and found.cost.unit != "tokens"
    tokens = f" ({in_unit(found.tokens, 'tokens')})" if money and found.tokens is not None else ""
    return found.cost.shown(found.choice.cost) + tokens


def _with_unit(amount: float, found: Plan) -> str:
    """What the reader asked for, as given."""
    return found.cost.shown(amount) if found.cost.unit else f"{amount:g}"


def _all_costs(found: Plan) -> list[str]:
    """The high quantile of what the choice costs, and what all problems of the pilot cost."""
    spent = found.spending
    if spent is None:
        return []
    error = f" (drawn: standard error {found.cost.shown(float(spent.high_error[0]))})" if spent.high_error[0] else ""
    return [
        f"Samples differ in length: in {100 * spent.quantile:g} % of the cases a problem costs at most "
        f"{found.cost.shown(float(spent.high[0]))}{error}. The {found.problems:,} problems of the pilot together cost "
        f"{found.cost.shown(float(spent.total[0]))}; all that it recorded cost {found.cost.shown(spent.recorded)}."
    ]


def reasons(found: Plan, table: Table, question: Question, extrapolation: Extrapolation | None) -> list[str]:
    """Why this choice: the budget or the target, the alternatives, and the limits of the pilot."""
    lines = [
        *(_reaching(found, table) if found.budget is None else _spending(found, table, question)),
        *_all_costs(found),
    ]
    if extrapolation is not None:
        lines += _extrapolating(found, table, extrapolation)
    else:
        lines += [_compared(other, found) for other in found.compared]
        lines += _winners_curse(found)
    if table.n.min() < table.n.max():
        lines.append(
            f"The problems have {table.n.min()} to {table.n.max()} samples: values are estimated without a model up to "
            f"{table.end}, the fewest. Problems with few can be left out with select."
        )
    lines += _no_evidence(found, table)
    return lines


def _no_evidence(found: Plan, table: Table) -> list[str]:
    """That all samples of the pilot are alike, where they are."""
    if found.objective == "reward":
        one_sample = table.values[:, table.k == 1]
        none, every = one_sample.max() == 0, one_sample.min() == 1
        kind = "has the whole reward" if every else "has any reward"
    else:
        none, every, kind = table.c.sum() == 0, table.c.sum() == table.n.sum(), "is correct"
    if not none and not every:
        return []
    which = "No" if none else "Every"
    return [f"{which} sample of the pilot {kind}: it gives no evidence that more would change the result."]


def _spending(found: Plan, table: Table, question: Question) -> list[str]:
    cost, budget = found.cost, question.budget_limit
    if found.objective == "coverage" and found.stop_early:
        spent = cost.shown(found.choice.cost)
        return [f"Of the {_budget(found)} {spent} is spent: sampling stops early."]
    kind = "with a check" if found.objective == "coverage" else "with scores"
    buys = {}
    for key in dict.fromkeys(table.selector):
        name, score = split_key(key)
        picked = "with a check" if name == "highest" else kind if score is None else f"scored by {score}"
        words = picked if name in SCORED else "to vote"
        buys[words] = question.priced(key).cost.buys(name, budget)
    bought = " or ".join(f"{samples_of(k)} {words}" for words, k in buys.items())
    lines = [f"The {_budget(found)} buys {bought}.", *_drawing(found, table)]
    if found.objective != "coverage" and max(buys.values()) > table.end:
        lines.append(
            f"The plan stops at the pilot's {samples_of(table.end)} a problem: {found.objective} with more samples is "
            "not forecast, because it may rise, level off or fall."
        )
    return lines


def _drawing(found: Plan, table: Table) -> list[str]:
    """How many samples a vote that stops draws, where one is chosen."""
    choice = found.choice
    if choice.selector not in STOPPING or choice.k == 1:
        return []
    if found.tokens is not None:
        return [f"The vote stops early, and draws at most {choice.k:,} samples a problem."]
    drawn = (choice.cost - found.cost.start) / found.cost.generate
    return [f"The vote stops early: it draws {drawn:.3g} samples a problem on average, and at most {choice.k:,}."]


def _reaching(found: Plan, table: Table) -> list[str]:
    choice, sure = found.choice, found.sure
    counted = "cheapest option whose estimate" if found.forecast is None else "least number of samples whose forecast"
    start = " ".join([f"It is the {counted} reaches {found.target:g}.", *_drawing(found, table)])
    if sure is None:
        reach = 10 * found.samples if found.objective == "coverage" else found.samples
        luck = ": that the pilot reaches it may be luck" if found.forecast is None else ""
        return [start, f"No option up to {samples_of(reach)} has its whole interval at or above the target{luck}."]
    if (sure.key, sure.k) == (choice.key, choice.k):
        return [start, "Its whole interval lies at or above the target."]
    name = name_of(sure.key, sure.k, found.stop_early)
    return [
        start,
        f"The whole interval at or above the target takes {name}, at {found.cost.shown(sure.cost)} a problem.",
    ]


def _compared(other: Comparison, found: Plan) -> str:
    name = name_of(other.key, other.k, found.stop_early)
    best = (other.key, other.k) == (found.best.key, found.best.k)
    start = f"The highest estimate is {name}, expected {found.best.value:.3f}" if best else name[0].upper() + name[1:]
    text = (
        f"{start}, at {found.cost.shown(other.cost)} a problem: {other.difference:+.3f} [{other.low:+.3f}, "
        f"{other.high:+.3f}] compared with the choice."
    )
    if {other.selector, found.choice.selector} <= set(NEVER_FALLS):
        return text
    if other.told_apart:
        return f"{text} The difference is significant."
    cheaper = ", and the cheaper is taken" if found.target is None and other.cost > found.choice.cost else ""
    if abs(other.difference) < RTOL:
        return f"{text} The pilot shows no difference{cheaper}."
    more = "over a million" if other.more_problems is None else f"about {two_digits(other.more_problems):,}"
    return (
        f"{text} With {found.problems} problems the difference is not significant{cheaper}; with {more} more it would "
        f"be, with power {POWER:g}, if its mean and standard deviation stay the same."
    )


def _winners_curse(found: Plan) -> list[str]:
    choice = found.choice
    if abs(choice.estimate - choice.value) < SHOWN:
        return []
    return [
        f"Its plain estimate is {choice.estimate:.3f}, biased by the choice. The expected {choice.value:.3f} is "
        "cross-fitted: each problem is evaluated with a choice made without it."
    ]


def _extrapolating(found: Plan, table: Table, extrapolation: Extrapolation) -> list[str]:
    choice, family, far = found.choice, extrapolation.forecast.family, 10 * table.end
    lines = [
        f"{samples_of(choice.k)} are {found.extrapolates:.3g} times the {table.end} that the pilot has of each "
        f"problem. The pilot's estimate at {table.end} is {table.values[:, -1].mean():.3f}, where the forecast starts; "
        f"the fitted family alone gives {float(family.coverage(table.end)):.3f}.",
        f"Half as many reach {_half(table, family, choice.k):.3f}.",
    ]
    if extrapolation.capped:
        lines.append(f"The budget allows a higher cap; no plan that stops early forecasts further than {far:,}.")
    lines.append(
        f"Above the pilot's {samples_of(table.end)} only the fitted family supports the expected value; the interval "
        "holds for any distribution of success probabilities that fits the pilot."
    )
    if found.extrapolates > 10:
        lines.append("So far beyond the pilot, buy in steps, and plan again with the samples of the first step.")
    return lines


def _half(table: Table, family: Family, k: int) -> float:
    counted = np.flatnonzero(table.k == max(1, k // 2))
    return float(table.values[:, counted[0]].mean()) if counted.size else float(coverage_beyond(table, family, k // 2))


def assumptions(found: Plan) -> list[str]:
    """What the expected value assumes."""
    choice, coverage = found.choice, found.objective == "coverage"
    lines = [
        f"New problems from the same population as the pilot's {found.problems}, and samples drawn independently with "
        "the same model and settings."
    ]
    if coverage:
        paid = "samples drawn and checked one after the other" if found.stop_early else "every sample checked"
        lines.append(f"A check without errors, with {paid}; otherwise the value is an upper bound.")
    if choice.selector in STOPPING and choice.k > 1:
        lines.append(
            "Samples drawn one after the other, or a window at a time: the budget is a mean over problems, and single "
            f"problems may cost up to {found.cost.shown(found.cost.of(choice.selector, choice.k))}."
        )
    if found.tokens is not None:
        lines.append("Samples as long as those of the pilot: what decides the mean cost is their lengths.")
    scored = choice.selector in SCORED and choice.k > 1
    if choice.selector == "highest" and choice.k > 1:
        lines.append("A check that knows the reward of every sample; otherwise the value is an upper bound.")
    elif scored and not coverage:
        by = "" if choice.score is None else f", {choice.score},"
        lines.append(f"Scores from the same scorer{by} as in the pilot.")
    if (scored or coverage) and found.cost.verify == 0:
        lines.append(f"{'Checking' if choice.selector in NEVER_FALLS else 'Scoring'} at no cost (verify = 0).")
    if found.forecast is not None:
        family = found.forecast.family
        shape = family.note or f"a = {family.a:.3g}, b = {family.b:.3g}"
        lines.append(
            "For the expected value, success probabilities that follow a Beta distribution over problems "
            f"({shape}): the pilot cannot test this above {found.samples} samples. The interval does not assume it."
        )
    return lines


# -- a back-test ---------------------------------------------------------------------------------------------


def backtest_headline(found: Backtest) -> str:
    """The set-up of the back-test in one sentence."""
    if found.budget is None:
        wish = f"to reach {found.target:g}"
    else:
        wish = f"within {in_unit(found.budget, found.unit) if found.unit else f'{found.budget:g}'} a problem"
    return (
        f"Back-test: {found.repeats} pilots of {found.problems} problems with {samples_of(found.pilot_size)} each, "
        f"planned for {found.objective} {wish}, evaluated on the whole recording."
    )


def _cost(found: Backtest, cost: float) -> str:
    return in_unit(cost, found.unit) if found.unit else f"{cost:.4g}"


def backtest_outcome(found: Backtest) -> list[str]:
    """Expected and reached values, compared with the best fixed choice and the highest estimate."""
    lines = []
    if found.refused:
        lines.append(f"{_share(found.refused)} of the pilots gave no plan.")
    if found.unjudged:
        lines.append(
            f"{_share(found.unjudged)} gave a plan for more samples than were recorded, which cannot be evaluated."
        )
    if found.choices:
        lines.append(
            f"The plans expected {found.expected:.3f} and reached {found.reached:.3f}, at "
            f"{_cost(found, found.spent)} a problem; the {100 * found.level:g} % interval contained the value reached "
            f"in {_share(found.held)} of them."
        )
    lines += _fixed_on_target(found) if found.budget is None else _fixed_within(found)
    if found.choices and abs(found.highest_reached - found.reached) > RTOL:
        lines.append(
            f"Always taking the highest estimate promised {found.highest_expected:.3f} and reached "
            f"{found.highest_reached:.3f}, at {_cost(found, found.highest_spent)} a problem."
        )
    more = found.uncapped
    if more is not None and more != found.best and more.k > found.pilot_size:
        lines.append(
            f"With more samples than the pilots had, {name_of(more.key, more.k, found.stop_early)} reaches "
            f"{more.value:.3f} at {_cost(found, more.cost)} a problem."
        )
    if found.choices:
        often = (f"{name_of(name, k, found.stop_early)} ({_share(share)})" for name, k, share in found.choices[:3])
        lines.append(f"Chosen most often: {'; '.join(often)}.")
    return lines


def _fixed_on_target(found: Backtest) -> list[str]:
    best = found.best
    lines = [f"{_share(found.on_target)} of the plans reached the target."] if found.choices else []
    if best is None:
        return [*lines, "No fixed choice with the pilots' numbers of samples reaches it."]
    name = name_of(best.key, best.k, found.stop_early)
    return [*lines, f"The cheapest fixed choice that reaches it is {name}, at {_cost(found, best.cost)} a problem."]


def _fixed_within(found: Backtest) -> list[str]:
    best = found.best
    if best is None or not found.choices:
        return []
    beside = f"{found.regret:.3f} more than the plans" if found.regret >= SHOWN else "as the plans do"
    name = name_of(best.key, best.k, found.stop_early)
    return [
        f"The best fixed choice, {name}, reaches {best.value:.3f} at {_cost(found, best.cost)} a problem, {beside}."
    ]

"""Plans and back-tests in sentences."""

from __future__ import annotations

import numpy as np

from ..laws import BetaBinomial
from ..verifiers import verifier_tax
from .options import POWER, SCORED, SLACK, Table, coverage_beyond
from .records import Backtest, Beyond, Comparison, Plan
from .wording import name_of, samples_of, two_digits

# A difference below this is not seen in three decimals.
SEEN = 5e-4


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


# -- a plan --------------------------------------------------------------------------------------------------


def taken(found: Plan) -> str:
    """The plan in one sentence."""
    choice = found.choice
    return (
        f"Take {name_of(choice.selector, choice.k, found.stop_early)}: expected {found.objective} {choice.value:.3f}, "
        f"{100 * found.level:g} % interval [{choice.low:.3f}, {choice.high:.3f}], at {choice.cost:.4g} a problem."
    )


def reasons(found: Plan, table: Table, beyond: Beyond | None) -> list[str]:
    """Why this choice: the money or the target, what stands beside it, and what the pilot cannot say."""
    lines = [*(_spending(found, table) if found.target is None else _reaching(found))]
    if beyond is not None:
        lines += _extrapolating(found, table, beyond)
    else:
        lines += [_beside(other, found) for other in found.compared]
        lines += _without_luck(found)
    if table.n.min() < table.n.max():
        lines.append(
            f"The problems have {table.n.min()} to {table.n.max()} samples: what can be counted ends at {table.end}, "
            "the fewest. Problems with few can be left out with select."
        )
    if table.c.sum() in (0, table.n.sum()):
        every = "No" if table.c.sum() == 0 else "Every"
        lines.append(f"{every} sample of the pilot is right: nothing in it says that more would change anything.")
    return lines


def _spending(found: Plan, table: Table) -> list[str]:
    budget, cost = found.budget, found.cost
    if found.stop_early:
        return [f"Of the budget of {budget:g} a problem {found.choice.cost:.4g} are spent, where drawing stops early."]
    kind = "with a check" if found.objective == "coverage" else "with scores"
    buys = {}
    for name in table.selector:
        price, words = (cost.verify, kind) if name in SCORED else (0.0, "to vote")
        buys[words] = int(verifier_tax(cost.generate, price, budget=budget * (1 + SLACK)).k)
    bought = " or ".join(f"{samples_of(k)} {words}" for words, k in buys.items())
    lines = [f"The budget of {budget:g} a problem buys {bought}."]
    if found.objective == "accuracy" and max(buys.values()) > table.end:
        lines.append(
            f"The plan stops at the pilot's {samples_of(table.end)} a problem: what a vote or a score reaches beyond "
            "is not forecast, since it may rise, level off or fall."
        )
    return lines


def _reaching(found: Plan) -> list[str]:
    choice, sure = found.choice, found.sure
    counted = "cheapest option whose estimate" if found.forecast is None else "least number of samples whose forecast"
    start = f"It is the {counted} reaches {found.target:g}."
    if sure is None:
        reach = found.samples if found.objective == "accuracy" else 10 * found.samples
        luck = ": that the pilot reaches it may be luck" if found.forecast is None else ""
        return [start, f"No option up to {samples_of(reach)} has its whole interval at or above the target{luck}."]
    if (sure.selector, sure.k) == (choice.selector, choice.k):
        return [start, "Its whole interval lies at or above the target."]
    name = name_of(sure.selector, sure.k, found.stop_early)
    return [start, f"The whole interval at or above the target takes {name}, at {sure.cost:.4g} a problem."]


def _beside(other: Comparison, found: Plan) -> str:
    name = name_of(other.selector, other.k, found.stop_early)
    best = (other.selector, other.k) == (found.best.selector, found.best.k)
    start = f"The highest estimate is {name}, expected {found.best.value:.3f}" if best else name[0].upper() + name[1:]
    text = (
        f"{start}, at {other.cost:.4g} a problem: {other.difference:+.3f} [{other.low:+.3f}, {other.high:+.3f}] beside "
        "the choice."
    )
    if found.objective == "coverage":
        return text
    if other.told_apart:
        return f"{text} The pilot tells the two apart."
    cheaper = ", and the cheaper is taken" if found.target is None and other.cost > found.choice.cost else ""
    if abs(other.difference) < SLACK:
        return f"{text} The pilot shows no difference{cheaper}."
    more = "over a million" if other.more_problems is None else f"about {two_digits(other.more_problems):,}"
    return (
        f"{text} {found.problems} problems do not tell the two apart{cheaper}; {more} more would, with a chance of "
        f"{POWER:g}, if the difference and its spread stay so."
    )


def _without_luck(found: Plan) -> list[str]:
    choice = found.choice
    if abs(choice.estimate - choice.value) < SEEN:
        return []
    return [
        f"On the problems that chose it, it reaches {choice.estimate:.3f}. Expected is {choice.value:.3f}: there each "
        "problem is judged by a choice made without it."
    ]


def _extrapolating(found: Plan, table: Table, beyond: Beyond) -> list[str]:
    choice, family, far = found.choice, beyond.forecast.family, 10 * table.end
    lines = [
        f"{samples_of(choice.k)} are {found.extrapolates:.3g} times the {table.end} that the pilot has of each "
        f"problem. At {table.end} it counts {table.values[:, -1].mean():.3f}, where the forecast starts; the fitted "
        f"family alone would say {family.coverage(table.end):.3f}.",
        f"Half as many reach {_half(table, family, choice.k):.3f}.",
    ]
    if beyond.capped:
        lines.append(f"The budget allows a higher cap; beyond {far:,} the family would speak alone.")
    if found.extrapolates > 10:
        lines.append(
            f"Beyond {samples_of(far)} the expected value and its interval rest on the family alone: buy in steps, and "
            "plan again from what the first step shows."
        )
    return lines


def _half(table: Table, family: BetaBinomial, k: int) -> float:
    counted = np.flatnonzero(table.k == max(1, k // 2))
    return float(table.values[:, counted[0]].mean()) if counted.size else float(coverage_beyond(table, family, k // 2))


def assumes(found: Plan) -> list[str]:
    """What must hold for the expected value."""
    choice, coverage = found.choice, found.objective == "coverage"
    lines = [
        f"Problems like the {found.problems} of the pilot, and samples made as there, independently of each other."
    ]
    if coverage:
        paid = "samples are drawn and checked one after the other" if found.stop_early else "each sample is checked"
        lines.append(f"A check that is always right, while {paid}: without it the value is a ceiling.")
    scored = choice.selector in SCORED and choice.k > 1
    if scored and not coverage:
        lines.append("Scores that come from the same scorer as in the pilot.")
    if (scored or coverage) and found.cost.verify == 0:
        lines.append(f"{'Checking' if coverage else 'Scoring'} that costs nothing (verify = 0).")
    if found.forecast is not None:
        family = found.forecast.family
        shape = family.note or f"a = {family.a:.3g}, b = {family.b:.3g}"
        lines.append(
            f"Success probabilities that follow a Beta distribution over problems ({shape}). The interval takes this "
            f"for granted, and no sample beyond {found.samples} tests it: back-tests have seen it hold less often than "
            "it says."
        )
    return lines


# -- a back-test ---------------------------------------------------------------------------------------------


def played(found: Backtest) -> str:
    """What was played, in one sentence."""
    wish = f"to reach {found.target:g}" if found.budget is None else f"within {found.budget:g} a problem"
    return (
        f"Back-test: {found.repeats} pilots of {found.problems} problems with {samples_of(found.pilot_size)} each, "
        f"planned for {found.objective} {wish}, judged by the whole recording."
    )


def outcome(found: Backtest) -> list[str]:
    """What came of it: expected and reached, beside the best fixed choice and the highest estimate."""
    lines = []
    if found.refused:
        lines.append(f"{_share(found.refused)} of the pilots gave no plan.")
    if found.unjudged:
        lines.append(f"{_share(found.unjudged)} gave a plan for more samples than were recorded: nothing judges them.")
    if found.choices:
        lines.append(
            f"The plans expected {found.expected:.3f} and reached {found.reached:.3f}, at {found.spent:.4g} a problem; "
            f"the {100 * found.level:g} % interval held what was reached in {_share(found.held)} of them."
        )
    lines += _fixed_on_target(found) if found.budget is None else _fixed_within(found)
    if found.choices and abs(found.highest_reached - found.reached) > SLACK:
        lines.append(
            f"Taking the highest estimate each time promised {found.highest_expected:.3f} and reached "
            f"{found.highest_reached:.3f}, at {found.highest_spent:.4g} a problem."
        )
    more = found.uncapped
    if more is not None and more != found.best and more.k > found.pilot_size:
        lines.append(
            f"With more samples than the pilots had, {name_of(more.selector, more.k, found.stop_early)} reaches "
            f"{more.value:.3f} at {more.cost:.4g} a problem."
        )
    if found.choices:
        often = (f"{name_of(name, k, found.stop_early)} ({_share(share)})" for name, k, share in found.choices[:3])
        lines.append(f"Chosen most often: {'; '.join(often)}.")
    return lines


def _fixed_on_target(found: Backtest) -> list[str]:
    best = found.best
    lines = [f"{_share(found.on_target)} of the plans reached the target."] if found.choices else []
    if best is None:
        return [*lines, "No fixed choice in reach of the pilots reaches it."]
    name = name_of(best.selector, best.k, found.stop_early)
    return [*lines, f"The cheapest fixed choice that reaches it is {name}, at {best.cost:.4g} a problem."]


def _fixed_within(found: Backtest) -> list[str]:
    best = found.best
    if best is None or not found.choices:
        return []
    beside = f"{found.regret:.3f} more than the plans" if found.regret >= SEEN else "as the plans do"
    name = name_of(best.selector, best.k, found.stop_early)
    return [f"The best fixed choice, {name}, reaches {best.value:.3f} at {best.cost:.4g} a problem, {beside}."]

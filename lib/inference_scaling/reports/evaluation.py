"""The report of an evaluation: what the samples of one or several systems show, for a page that a team reads."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import figures
from .._arguments import as_level
from ..decisions import CostModel, Plan, PlanError, plan
from ..decisions.options import NEEDS, costs_of
from ..display.numbers import chance, minus, plural
from ..estimates import Curve, SystemComparison, SystemRanking, TokenCost, compare, curve, paired_interval, rank
from ..figures import Figure
from ..figures.data_table import some_rows
from ..laws import BetaBinomial, forecast
from ..samples import SampleSet
from .result_tables import TITLES, ResultTable, ahead, doubling_k, hardest, table_of

__all__ = ["EvaluationReport", "ReportSection", "evaluation_report"]

# What a page shows by itself, as far as the columns allow.
SELECTORS = ("pass", "all", "best_of_n", "majority")
PICKED = ("best_of_n", "majority")
ROLES = {"pass@k": "ceiling", "best-of-N": "verifier", "majority of k": "vote"}
# How many times beyond the record the page forecasts.
AHEAD = 10
MOST_ROWS = 14


@dataclass(frozen=True)
class ReportSection:
    """A part of the report: what it found in sentences, and a picture and tables behind them.

    Attributes
    ----------
    title : str
        A question.
    sentences : tuple of str
    figure : Figure or None
    tables : tuple of ResultTable
    points : mapping of str to tuple of str
        Lists of sentences below their headings.
    """

    title: str
    sentences: tuple[str, ...] = ()
    figure: Figure | None = None
    tables: tuple[ResultTable, ...] = ()
    points: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class EvaluationReport:
    """What samples show, section by section.

    Attributes
    ----------
    title : str
    summary : tuple of str
        The sentences for somebody who reads nothing else.
    sections : tuple of ReportSection
    warnings : tuple of str
        What must be known before a number is trusted.
    """

    title: str
    summary: tuple[str, ...]
    sections: tuple[ReportSection, ...]
    warnings: tuple[str, ...]

    @property
    def tables(self) -> tuple[ResultTable, ...]:
        """The tables of all sections, in order."""
        return tuple(table for section in self.sections for table in section.tables)


def evaluation_report(
    samples: SampleSet | Mapping[str, SampleSet],
    *,
    title: str = "Evaluation",
    objective: str | None = None,
    budget: float | None = None,
    target: float | None = None,
    cost: CostModel | TokenCost | str | None = None,
    level: float = 0.95,
    shared: bool = False,
    rng: int = 0,
    notes: Sequence[str] = (),
    words: Callable[[str], str] = str,
) -> EvaluationReport:
    """Return the report on the samples of one system, or of several on the same problems.

    Parameters
    ----------
    samples : SampleSet or mapping of name to SampleSet
    title : str
    objective : {"coverage", "accuracy"}, optional
        Of the plan. Left out: accuracy where there are answers or scores, else coverage.
    budget, target : float, optional
        Of the plan; not both. Left out, the plan may spend as much as was recorded of each problem.
    cost : CostModel, TokenCost or "tokens", optional
        As in `plan`. One unit a sample and no price of a check where left out.
    level : float
        Of every interval, in (0, 1).
    shared : bool
        Of several systems use the problems that all have; without it other problems are refused.
    rng : int
        Seed of all that is drawn.
    notes : sequence of str
        What the reader of the samples noted; stands among the warnings.
    words : callable
        Puts a sentence of the plan and a warning into the words of who asks, as the command line's options.

    Returns
    -------
    EvaluationReport

    Raises
    ------
    ValueError
        For no samples, both a budget and a target, or what the estimates refuse; the message names it.

    Examples
    --------
    >>> found = evaluation_report(SampleSet.from_counts([8] * 40, [0, 1, 4, 8] * 10))
    >>> found.summary[0][:82]
    '40 problems with 8 samples each: one sample is right in 0.406 [0.291, 0.537], at l'
    """
    as_level(level)
    if budget is not None and target is not None:
        raise ValueError(f"budget = {budget!r} and target = {target!r}: give one of them")
    systems = {"": samples} if isinstance(samples, SampleSet) else dict(samples)
    if not systems:
        raise ValueError("samples is empty: must be a SampleSet or have one for each name")
    question = {
        "objective": objective,
        "budget": budget,
        "target": target,
        "cost": cost,
        "level": level,
        "rng": rng,
        "words": words,
    }
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if len(systems) == 1:
            summary, sections = _one(next(iter(systems.values())), question)
        else:
            summary, sections = _several(systems, question, shared)
    told = [*notes] + [note for one in systems.values() for note in one.notes if one.answer is not None]
    told += [words(" ".join(str(warning.message).split())) for warning in caught]
    return EvaluationReport(title, tuple(summary), tuple(sections), tuple(dict.fromkeys(told)))


# -- one system ----------------------------------------------------------------------------------------------


def _selectors(samples: SampleSet) -> list[str]:
    return [name for name in SELECTORS if all(getattr(samples, column) is not None for column in NEEDS.get(name, ()))]


def _one(samples: SampleSet, question: Mapping[str, Any]) -> tuple[list[str], list[ReportSection]]:
    level, rng = question["level"], question["rng"]
    k = doubling_k(int(samples.n.min()))
    curves = {name: curve(samples, name, k, level=level, rng=rng) for name in _selectors(samples)}
    planned = _plan(samples, question)
    sections = [_curves_section(curves, level)]
    picks = {name: one for name, one in curves.items() if name in PICKED}
    if picks and len(k) > 1:
        sections.append(_picks_section(curves["pass"], picks, level))
    sections.append(_problems_section(samples))
    if len(k) > 1 and len(samples.problems) > 1:
        sections.append(_beyond_section(samples, curves["pass"], level))
    sections += [_plan_section({"": planned}), _hardest_section(samples)]
    return [*_opening(samples, curves), *_headline({"": planned})], sections


def _interval(found: Curve, i: int = -1) -> str:
    return f"{found.value[i]:.3f} [{found.low[i]:.3f}, {found.high[i]:.3f}]"


def _opening(samples: SampleSet, curves: Mapping[str, Curve]) -> list[str]:
    few, many = int(samples.n.min()), int(samples.n.max())
    each = f"{plural(few, 'sample')} each" if few == many else f"{few} to {many} samples each"
    last = int(curves["pass"].k[-1])
    start = (
        f"{plural(len(samples.problems), 'problem')} with {each}: one sample is right in {_interval(curves['pass'], 0)}"
    )
    if last == 1:
        return [f"{start}. One sample of a problem says nothing about more of them."]
    lines = [f"{start}, at least one of {last} in {_interval(curves['pass'])}."]
    picked = [
        f"{TITLES[name].replace('of k', f'of {last}')} {_interval(curves[name])}" for name in PICKED if name in curves
    ]
    if picked:
        lines.append(f"With {last} samples, what is handed in is right: {'; '.join(picked)}.")
    return lines


def _curves_section(curves: Mapping[str, Curve], level: float) -> ReportSection:
    named = {TITLES[name]: one for name, one in curves.items()}
    return ReportSection(
        "What do more samples bring?",
        (f"Shaded: the {100 * level:g} % confidence interval over problems.",),
        figures.curve(named, roles={name: role for name, role in ROLES.items() if name in named}),
        (table_of(curves),),
    )


def _picks_section(single: Curve, picks: Mapping[str, Curve], level: float) -> ReportSection:
    """Each way of picking against one sample, and against each other, paired by problem."""
    rows, sentences = [], []
    one = np.asarray(single.per_problem)[:, [0]]
    shown = {TITLES[name]: np.asarray(found.per_problem)[:, 1:] for name, found in picks.items()}
    shown["one sample"] = np.broadcast_to(one, (len(one), len(single.k) - 1))
    *names, last = shown
    pairs = [(name, last) for name in names] + ([(names[0], names[1])] if len(names) == 2 else [])
    for pair in pairs:
        found = paired_interval(shown[pair[0]], shown[pair[1]], level=level)
        difference = " − ".join(pair)
        for i, k in enumerate(single.k[1:]):
            value, low, high = float(found.value[i]), float(found.low[i]), float(found.high[i])
            leader = ahead(pair, low, high)
            rows.append((difference, int(k), value, low, high, leader))
        gap = minus(f"{value:+.3f} [{low:+.3f}, {high:+.3f}]")
        verdict = "not told apart" if leader == "–" else f"{leader} is ahead"
        sentences.append(f"{difference} at k = {single.k[-1]}: {gap}, {verdict}.")
    per_cent = f"{100 * level:g} %"
    head = ("difference", "k", "value", f"{per_cent} low", f"{per_cent} high", "ahead")
    caption = "Differences on the same problems; each interval speaks of its own k alone."
    return ReportSection(
        "Which way of picking is ahead?",
        tuple(sentences),
        None,
        (ResultTable(caption, head, tuple(rows), signed=head[2:5]),),
    )


def _problems_section(samples: SampleSet) -> ReportSection:
    never, always = int((samples.c == 0).sum()), int((samples.c == samples.n).sum())
    every = samples.n.size
    sentences = [
        f"{never:,} of {plural(every, 'problem')} were never right and {always:,} always; more samples can change only "
        f"what lies between, {every - never - always:,}, and the never-right ones that further samples would reach.",
    ]
    mean = float((samples.c / samples.n).mean())
    last = int(samples.n.min())
    if last > 1:
        promised = 1 - (1 - mean) ** last
        sentences.append(
            f"A single chance of {mean:.3f} for every problem would promise {chance(promised)} at k = {last}; problems "
            "differ, so the curve above is lower."
        )
    equal = bool((samples.n == samples.n[0]).all())
    fitted = None
    if equal and last > 1 and every > 1 and 0 < samples.c.sum() < samples.n.sum():
        fitted = BetaBinomial.fit(samples.n, samples.c)
    return ReportSection(
        "How do the problems differ?",
        tuple(sentences),
        figures.success_rates(samples, fitted) if equal else None,
    )


def _beyond_section(samples: SampleSet, single: Curve, level: float) -> ReportSection:
    end = int(samples.n.min())
    found = forecast(samples, np.unique(np.geomspace(end, AHEAD * end, 6).round().astype(int)), level=level)
    sentences = (
        f"Beyond k = {end} nothing was recorded. The line is one family of distributions; the shaded range holds for "
        "any distribution of success probabilities that fits the counts.",
    )
    return ReportSection(
        "And with more samples than were drawn?", sentences, figures.forecast(single, found), (table_of(found),)
    )


def _plan(samples: SampleSet, question: Mapping[str, Any]) -> Plan | PlanError:
    columns = [column for column in ("answer", "score") if getattr(samples, column) is not None]
    objective = question["objective"] or ("accuracy" if columns else "coverage")
    cost = question["cost"]
    budget, target = question["budget"], question["target"]
    if budget is None and target is None:
        budget = costs_of(samples, cost)[0].of("pass" if objective == "coverage" else "best_of_n", int(samples.n.min()))
    try:
        found = plan(
            samples,
            objective=objective,
            budget=budget,
            target=target,
            cost=cost,
            level=question["level"],
            rng=question["rng"],
        )
        return replace(found, reasons=tuple(_signed(question["words"](reason)) for reason in found.reasons))
    except PlanError as error:
        # A target out of reach is an answer to the reader's question, not a reason to write no page.
        return error


def _headline(plans: Mapping[str, Plan | PlanError]) -> list[str]:
    lines = []
    for name, found in plans.items():
        said = found.headline if isinstance(found, Plan) else f"There is no plan: {found}"
        lines.append(f"{name}: {said}" if name else said)
    return lines


def _plan_section(plans: Mapping[str, Plan | PlanError]) -> ReportSection:
    points: dict[str, tuple[str, ...]] = {}
    for name, found in plans.items():
        if isinstance(found, Plan):
            of = f" ({name})" if name else ""
            points[f"Why{of}"] = found.reasons
            points[f"What it rests on{of}"] = found.assumes
    tables = tuple(table_of(found) for found in plans.values() if isinstance(found, Plan))
    return ReportSection("What should be bought?", tuple(_headline(plans)), None, tables, points)


def _hardest_section(samples: SampleSet) -> ReportSection:
    return ReportSection("Which problems are hardest?", (), None, (hardest(samples),))


# -- several systems -----------------------------------------------------------------------------------------


def _several(
    systems: Mapping[str, SampleSet], question: Mapping[str, Any], shared: bool
) -> tuple[list[str], list[ReportSection]]:
    level, rng = question["level"], question["rng"]
    most = min(int(samples.n.min()) for samples in systems.values())
    k = doubling_k(most)
    common = [name for name in ("pass", *PICKED) if all(name in _selectors(one) for one in systems.values())]
    sections, summary = [], []
    for selector in common:
        found: SystemComparison | SystemRanking
        if len(systems) == 2:
            (a, first), (b, second) = systems.items()
            found = compare(first, second, selector, level=level, shared=shared, names=(a, b), rng=rng)
            drawn = figures.difference(found)
            sections.append(_pair_section(found, drawn))
            summary.append(drawn.finding.replace(":", f" by {TITLES[selector]}:", 1))
        else:
            found = rank(systems, selector, [1, most] if most > 1 else 1, level=level, shared=shared, rng=rng)
            names = tuple(found.problems)
            curves = {
                name: curve(one.select(names), selector, k, level=level, rng=rng) for name, one in systems.items()
            }
            sections.append(
                ReportSection(
                    f"Who is ahead by {TITLES[selector]}?",
                    (_signed(str(found)),),
                    figures.curve(curves),
                    (table_of(found),),
                )
            )
            summary.append(_signed(str(found)))
    plans = {name: _plan(samples, question) for name, samples in systems.items()}
    sections += [_systems_section(systems), _plan_section(plans), *map(_named_hardest, systems.items())]
    return summary, sections


def _signed(text: str) -> str:
    """A sentence with the sign for minus before its negative numbers, as the tables beside it have it."""
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)


def _pair_section(found: SystemComparison, drawn: Figure) -> ReportSection:
    table = table_of(found)
    rows = [table.rows[i] for i in some_rows(len(table.rows), MOST_ROWS)]
    shown = ResultTable(table.caption, table.head, tuple(rows), table.signed)
    title = TITLES.get(found.selector, found.selector)
    return ReportSection(f"Who is ahead by {title}?", (_signed(str(found)),), drawn, (shown,))


def _systems_section(systems: Mapping[str, SampleSet]) -> ReportSection:
    rows = []
    for name, one in systems.items():
        row: tuple[Any, ...] = (name, len(one.problems), int(one.n.min()), int(one.n.max()))
        row += (float((one.c / one.n).mean()), int((one.c == 0).sum()), int((one.c == one.n).sum()))
        rows.append(row)
    head = ("system", "problems", "fewest samples", "most samples", "one sample right", "never right", "always right")
    table = ResultTable("The systems' samples.", head, tuple(rows))
    return ReportSection("How do the problems differ?", (), None, (table,))


def _named_hardest(system: tuple[str, SampleSet]) -> ReportSection:
    name, samples = system
    return ReportSection(f"Which problems are hardest for {name}?", (), None, (hardest(samples, 5),))

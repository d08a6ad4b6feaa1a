"""The command `compare`: two systems or more on the same problems."""

from __future__ import annotations

import argparse
import json
import warnings
from typing import Any

import numpy as np

from .. import estimates
from ..decisions.wording import BY, wrapped
from ..estimates.costs import shown
from ..estimates.systems import points, same_problems
from ..reports.result_tables import ahead
from ..samples import SampleSet, read_samples
from ..samples.files import read_systems
from .costs import add_costs, asked_costs
from .curve import SCORED
from .grammar import add_k, add_level_and_seed, add_selector, check_prices, several_scores, with_price
from .messages import one_line
from .output import (
    METHODS,
    TITLES,
    Command,
    add_forms,
    aligned,
    as_record,
    check_figure,
    figures_module,
    in_form,
    made_by,
    note_lines,
    save_figure,
    size_line,
)
from .tables import (
    NEEDS,
    add_systems,
    asked_k,
    check_columns,
    reading_notes,
    system_name,
    table_options,
    tool_named,
    whole_numbers,
    with_enough_samples,
)

Compared = estimates.SystemComparison | estimates.CostComparison | estimates.SystemRanking


def add_compare(commands: Any) -> Command:
    command = commands.add_parser(
        "compare",
        help="two systems on the same problems, at each k and over all k; or the ranks of several",
        description=(
            "Compare systems that were tried on the same problems, paired by the problems' names. For two: the "
            "difference with its interval at each k and a band over all k at once, where each is ahead, where the "
            "curves cross, and what would settle the rest. For more: their ranks, with ties. Files are as for curve."
        ),
    )
    add_systems(command, "one with --by, or with several columns of --score")
    add_selector(
        command,
        estimates.SELECTORS,
        "how the final answer is selected (default: pass, and best_of_n to compare several scores)",
    )
    add_k(command, "for two systems all, for more 1 and the most")
    command.add_argument(
        "--budget",
        type=float,
        nargs="+",
        metavar="B",
        help="with --cost: mean costs of a problem to compare at (default: those of the curves that both can spend)",
    )
    add_costs(command, "for two systems: compare them at equal mean cost a problem, in place of equal k")
    add_level_and_seed(command, "the band's draws")
    add_forms(command)
    command.add_argument("--figure", metavar="OUT", help="also write a figure: .svg, .pdf or .png")
    return command, _compare


def _compare(arguments: argparse.Namespace) -> str:
    check_figure(arguments.figure)
    scores = several_scores(arguments)
    arguments.selector = arguments.selector or ("best_of_n" if scores else "pass")
    if scores and arguments.selector not in SCORED:
        raise ValueError(
            f"--score {' '.join(arguments.score)}: the selector {arguments.selector!r} uses no score; choose one of "
            f"{', '.join(SCORED)}"
        )
    check_prices(arguments, arguments.cost is not None, "verifier_reads")
    systems, notes = systems_of(arguments)
    systems, prices = _by_score(systems, scores)
    if len(systems) < 2:
        raise ValueError(
            f"only one system, {next(iter(systems))}: name a file for each, or the column that tells them apart with "
            "--by, or several scores with --score"
        )
    for name, samples in systems.items():
        check_columns(name, samples, arguments.selector)
        if "answer" in NEEDS[arguments.selector]:
            notes += [f"{name}: {note}" for note in samples.notes]
    options = {"shared": arguments.shared, "level": arguments.level, "rng": arguments.seed}
    k = None if arguments.k is None else whole_numbers(arguments.k)
    costs = asked_costs(arguments, len(systems))
    if costs is not None:
        costs = [with_price(cost, price) for cost, price in zip(costs, prices, strict=True)]
    if costs is None and arguments.budget is not None:
        raise ValueError("--budget is given without --cost")
    if costs is not None and len(systems) != 2:
        raise ValueError(f"--cost {arguments.cost}: compares two systems, and these are {len(systems)}")
    found: Compared
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if costs is not None:
            found = _at_cost(arguments, systems, k, costs)
        elif len(systems) == 2:
            found = estimates.compare(*systems.values(), arguments.selector, k, names=tuple(systems), **options)
        else:
            most = min(int(samples.n.min()) for samples in systems.values())
            found = estimates.rank(systems, arguments.selector, k or sorted({1, most}), **options)
    notes += dict.fromkeys(one_line(warning.message) for warning in caught)
    if len(found.problems) < max(len(samples.problems) for samples in systems.values()):
        notes.append(f"only the {len(found.problems):,} problems that all systems have are used")
    if arguments.figure is not None:
        _save_comparison(found, systems, arguments.figure)
        notes.append(f"figure written to {arguments.figure}")
    if arguments.json:
        head = {"files": arguments.files, "seed": arguments.seed, "problems": len(found.problems)}
        method = METHODS[arguments.selector]
        record = head | made_by(arguments.files, method) | _comparison_record(found)
        return json.dumps(record | {"notes": notes, "words": str(found)})
    if arguments.form is not None:
        return in_form(found, arguments.form, notes)
    rows = _rows(found)
    lines = [size_line(name, samples) for name, samples in systems.items()]
    return "\n".join([*lines, *note_lines(notes), "", *aligned(rows), "", *wrapped(str(found))])


def _by_score(
    systems: dict[str, SampleSet], scores: dict[str, float | None]
) -> tuple[dict[str, SampleSet], list[float | None]]:
    """The systems, each once with every score where there are several, and the price of each one's score."""
    if not scores:
        return systems, [None] * len(systems)
    found = {
        (name if len(systems) == 1 else f"{system}{BY}{name}"): samples.with_score(name)
        for system, samples in systems.items()
        for name in scores
    }
    return found, list(scores.values()) * len(systems)


def systems_of(arguments: argparse.Namespace) -> tuple[dict[str, SampleSet], list[str]]:
    """The samples of each system by its name, and notes on them."""
    options = table_options(arguments)
    found: dict[str, SampleSet] = {}
    stems = [system_name(file) for file in arguments.files]
    plain_names = stems if len(set(stems)) == len(stems) else arguments.files
    for file, name in zip(arguments.files, plain_names, strict=True):
        if arguments.by is None:
            with tool_named([file]):
                parts = {name: read_samples(file, **options)}
        else:
            start = "" if len(arguments.files) == 1 else f"{name}: "
            with tool_named([file]):
                systems = read_systems(file, arguments.by, **options)
            parts = {f"{start}{value}": samples for value, samples in systems.items()}
        for system, samples in parts.items():
            if system in found:
                raise ValueError(f"{file} is given twice: a system is compared with another one")
            found[system] = samples
    read = [f"{name}: {note}" for name, samples in found.items() for note in reading_notes(samples, arguments)]
    systems, notes = _all_with_enough(found, arguments.at_least_samples)
    return systems, read + notes


def _all_with_enough(systems: dict[str, SampleSet], least: int | None) -> tuple[dict[str, SampleSet], list[str]]:
    """The problems with enough samples in every system that has them, and notes on the others."""
    notes = []
    few: set[str] = set()
    for name, samples in systems.items():
        kept, mine = with_enough_samples(samples, least)
        notes += [f"{name}: {note}" for note in mine]
        few |= set(samples.problems) - set(kept.problems)
    if not few:
        return systems, notes
    found = {}
    for name, samples in systems.items():
        keep = [label for label in samples.problems if label not in few]
        if not keep:
            raise ValueError(f"--at-least-samples {least}: no problem of {name} has that many in every system")
        found[name] = samples.select(keep)
    return found, notes


def _shown(k: np.ndarray) -> list[int]:
    """Places of a row for each power of two and the last k, where there are too many to show all."""
    if k.size <= 16:
        return list(range(k.size))
    return sorted({int(np.searchsorted(k, 2**i)) for i in range(int(k[-1]).bit_length())} | {k.size - 1})


def _comparison_rows(found: estimates.SystemComparison) -> list[list[str]]:
    a, b = found.names
    rows = [["k", a, b, f"{a} − {b}", "all k at once", "ahead"]]
    for i in _shown(found.k):
        low, high = found.band_low[i], found.band_high[i]
        rows.append(
            [
                f"{found.k[i]}",
                f"{found.a.value[i]:.3f}",
                f"{found.b.value[i]:.3f}",
                f"{found.value[i]:+.3f} [{found.low[i]:+.3f}, {found.high[i]:+.3f}]",
                f"[{low:+.3f}, {high:+.3f}]",
                ahead(found.names, low, high),
            ]
        )
    return rows


def _at_cost(
    arguments: argparse.Namespace,
    systems: dict[str, SampleSet],
    k: list[int] | None,
    costs: list[estimates.TokenCost],
) -> estimates.CostComparison:
    """The two at equal cost: each with every k that it has samples for, because a budget buys them unlike numbers."""
    curves = []
    for name, samples, cost in zip(systems, same_problems(systems, arguments.shared), costs, strict=True):
        options = {"level": arguments.level, "rng": arguments.seed, "cost": cost}
        curves.append(estimates.curve(samples, arguments.selector, points([samples], [name], k), **options))
    names = (next(iter(systems)), list(systems)[1])
    options = {"level": arguments.level, "rng": arguments.seed, "names": names}
    return estimates.compare_at_cost(*curves, arguments.budget, **options)


def _rows(found: Compared) -> list[list[str]]:
    if isinstance(found, estimates.SystemRanking):
        return _ranking_rows(found)
    return _cost_rows(found) if isinstance(found, estimates.CostComparison) else _comparison_rows(found)


def _cost_rows(found: estimates.CostComparison) -> list[list[str]]:
    a, b = found.names
    rows = [[found.unit, f"k of {a}", a, f"k of {b}", b, f"{a} − {b}", "all budgets at once", "ahead"]]
    size = found.budget.size
    # Too many to show all: about as many for each doubling.
    some = (
        range(size) if size <= 16 else np.searchsorted(found.budget, np.geomspace(*found.budget[[0, -1]], 8) * 0.9999)
    )
    for i in sorted({min(int(each), size - 1) for each in some}):
        low, high = found.band_low[i], found.band_high[i]
        rows.append(
            [
                shown(found.budget[i]),
                f"{found.a_k[i]:.3g}",
                f"{found.a_value[i]:.3f}",
                f"{found.b_k[i]:.3g}",
                f"{found.b_value[i]:.3f}",
                f"{found.value[i]:+.3f} [{found.low[i]:+.3f}, {found.high[i]:+.3f}]",
                f"[{low:+.3f}, {high:+.3f}]",
                ahead(found.names, low, high),
            ]
        )
    return rows


def _ranking_rows(found: estimates.SystemRanking) -> list[list[str]]:
    rows = [["k", "rank", "system", TITLES[found.selector]]]
    for i, k in enumerate(found.k):
        for j in np.lexsort((-found.value[i], found.best_rank[i])):
            best, worst = found.best_rank[i, j], found.worst_rank[i, j]
            place = f"{best}" if best == worst else f"{best} to {worst}"
            value = f"{found.value[i, j]:.3f} [{found.low[i, j]:.3f}, {found.high[i, j]:.3f}]"
            rows.append([f"{k}", place, found.names[j], value])
    return rows


def _comparison_record(found: Compared) -> dict[str, Any]:
    if isinstance(found, estimates.CostComparison):
        left_out = ("per_problem", "problems", "selectors")
        record = {name: value for name, value in as_record(found).items() if name not in left_out}
        leads = {name: as_record(getattr(found, name)) for name in ("a_leads", "b_leads")}
        return {"selector": found.selectors[0]} | record | leads
    if isinstance(found, estimates.SystemRanking):
        kept = ("names", "selector", "level", "k", "value", "low", "high", "best_rank", "worst_rank", "pairs")
        return {name: as_record(getattr(found, name)) for name in kept}
    kept = ("names", "selector", "level", "k", "value", "low", "high", "band_low", "band_high", "critical")
    record = {name: as_record(getattr(found, name)) for name in (*kept, "a_leads", "b_leads", "crossing")}
    for name in ("a", "b"):
        record[name] = {key: getattr(getattr(found, name), key).tolist() for key in ("value", "low", "high")}
    return record | {"settle": [as_record(found.settle(int(k))) for k in dict.fromkeys(found.k[[0, -1]].tolist())]}


def _save_comparison(found: Compared, systems: dict[str, SampleSet], path: str) -> None:
    if isinstance(found, estimates.SystemRanking):
        k = asked_k(None, int(found.k[-1]))
        same = {name: samples.select(found.problems) for name, samples in systems.items()}
        with warnings.catch_warnings():
            # Said once already, of the ranking.
            warnings.simplefilter("ignore", estimates.IntervalWarning)
            curves = {
                name: estimates.curve(samples, found.selector, k, level=found.level, rng=0)
                for name, samples in same.items()
            }
        save_figure(curves, path)
        return
    with figures_module() as figures:
        figures.difference(found).save(path)

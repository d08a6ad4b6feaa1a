"""The command `curve`: a selector's share solved for each k."""

from __future__ import annotations

import argparse
import json
import warnings
from functools import partial
from typing import Any

from .. import estimates
from ..decisions.options import split_key
from ..display.palette import DASHES, PLAIN
from ..samples import SampleSet
from .costs import add_costs, asked_costs, cost_columns, cost_lines, cost_record
from .grammar import add_k, add_level_and_seed, add_selector, check_prices, keyed, several_scores, title_of, with_price
from .messages import one_line
from .output import (
    EXACT,
    METHODS,
    TITLES,
    Command,
    add_forms,
    aligned,
    as_record,
    check_figure,
    in_form,
    made_by,
    note_lines,
    noted,
    save_figure,
    size_line,
)
from .tables import NEEDS, add_file, asked_k, check_columns, for_each_group

# What `curve` shows by itself: the others answer another question, or are drawn at random.
SHOWN = ("pass", "best_of_n", "majority")
# What picks by a score, and so by each of several.
SCORED = ("best_of_n", "weighted")
# As many as differ by colour and dash.
MOST_LINES = len(PLAIN) * (1 + len(DASHES))
REWARD_TITLES = {"highest": "highest of k", "best_of_n": "best-of-N", "majority": "majority of k"}


def add_curve(commands: Any) -> Command:
    command = commands.add_parser(
        "curve",
        help="pass@k, best-of-N and majority voting for each k, with confidence intervals",
        description=(
            "Estimate the share of problems solved with k samples each, for k up to the number recorded. FILE is CSV, "
            "TSV, JSON Lines or a JSON list, also packed as .gz or .zst, or Parquet (where pyarrow or polars is "
            "installed), with one row a sample and the columns problem and correct, and optionally answer (for "
            "voting), score (for best-of-N; higher is better) and reward (partial credit from 0 to 1)."
        ),
    )
    add_file(command)
    add_selector(
        command,
        estimates.SELECTORS,
        "what counts as solved: one of k right (pass), all k right (all, written pass^k), or the answer selected "
        "by score or vote (default: pass, best_of_n and majority, as far as the file's columns allow)",
        nargs="+",
    )
    add_k(command, "powers of two")
    add_costs(command, "also say what k samples of a problem cost; a figure then has the cost as its x axis")
    add_level_and_seed(command, "the resampling")
    add_forms(command)
    command.add_argument(
        "--figure",
        metavar="OUT",
        help="also write a figure: .svg, .pdf or .png; with --by it has one line a group, of each selector asked for",
    )
    return command, _curve


def _curve(arguments: argparse.Namespace) -> str:
    check_figure(arguments.figure)
    if arguments.figure is None or arguments.by is None:
        return for_each_group(arguments, _curve_of)
    drawn: dict[str, estimates.Curve] = {}
    text = for_each_group(arguments, partial(_curve_of, drawn=drawn))
    if len(drawn) > MOST_LINES:
        raise ValueError(
            f"--figure: {len(drawn):,} lines cannot be told apart, at most {MOST_LINES} can: choose groups with "
            "--where, as in --where model=small --where model=large"
        )
    save_figure(drawn, arguments.figure, x=arguments.cost or "k")
    return noted(arguments, text, f"figure written to {arguments.figure}")


def _curve_of(
    arguments: argparse.Namespace,
    samples: SampleSet,
    notes: list[str],
    drawn: dict[str, estimates.Curve] | None = None,
) -> str:
    selectors = list(dict.fromkeys(arguments.selector or _allowed_selectors(samples)))
    for selector in selectors:
        check_columns(arguments.file, samples, selector)
    k = asked_k(arguments.k, int(samples.n.min()))
    costs, scores = asked_costs(arguments), several_scores(arguments)
    check_prices(arguments, costs is not None, "verifier_reads")
    options = {"level": arguments.level, "rng": arguments.seed}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        curves = {
            key: estimates.curve(own, selector, k, cost=_cost_by(key, costs, scores), **options)
            for key, (selector, own) in keyed(samples, selectors, SCORED, list(scores)).items()
        }
        rewards = {
            key: estimates.reward_curve(own, selector, k, **options)
            for key, (selector, own) in keyed(
                samples, _reward_selectors(samples, selectors), SCORED, list(scores)
            ).items()
        }
    if any("answer" in NEEDS[selector] for selector in selectors):
        notes += samples.notes
    notes += dict.fromkeys(one_line(warning.message) for warning in caught)
    if drawn is not None:
        drawn.update(_group_lines(arguments, curves))
    elif arguments.figure is not None:
        save_figure({title_of(key): one for key, one in curves.items()}, arguments.figure, x=arguments.cost or "k")
        notes.append(f"figure written to {arguments.figure}")
    if arguments.json:
        return _as_json(arguments, samples, curves, rewards, notes)
    if arguments.form is not None:
        named = {title_of(key): one for key, one in curves.items()}
        return in_form(named | {f"mean reward, {key}": one for key, one in rewards.items()}, arguments.form, notes)
    return _as_table(arguments, samples, curves, rewards, notes)


def _group_lines(arguments: argparse.Namespace, curves: dict[str, estimates.Curve]) -> dict[str, estimates.Curve]:
    """The lines of a group in the figure of all groups: one, or one for each selector that was asked for by name."""
    if arguments.selector is None:
        # The columns of a file allow several: a line each of every group would be too many to read.
        return {arguments.group: next(iter(curves.values()))}
    return {
        arguments.group if len(curves) == 1 else f"{arguments.group}, {title_of(key)}": curves[key] for key in curves
    }


def _allowed_selectors(samples: SampleSet) -> list[str]:
    has = {column for column in ("answer", "score") if getattr(samples, column) is not None}
    has |= {"score"} if samples.scores else set()
    return [one for one in SHOWN if has.issuperset(NEEDS[one])]


def _cost_by(
    key: str, costs: list[estimates.TokenCost] | None, scores: dict[str, float | None]
) -> estimates.TokenCost | None:
    """How the tokens of a curve are counted: with the price of its own score."""
    return None if costs is None else with_price(costs[0], scores.get(split_key(key)[1] or ""))


def _reward_selectors(samples: SampleSet, selectors: list[str]) -> list[str]:
    """What of the selectors picks by reward; "highest" is to rewards what "pass" is to right and wrong."""
    if samples.reward is None:
        return []
    return [one for one in ("highest" if one == "pass" else one for one in selectors) if one in REWARD_TITLES]


def _records(curves: dict[str, estimates.Curve]) -> list[dict[str, Any]]:
    return [
        {"selector": split_key(key)[0], "method": METHODS.get(split_key(key)[0], EXACT)}
        | ({} if split_key(key)[1] is None else {"score": split_key(key)[1]})
        | {key: as_record(getattr(one, key)) for key in ("k", "value", "low", "high", "standard_error")}
        | cost_record(one)
        for key, one in curves.items()
    ]


def _as_json(
    arguments: argparse.Namespace,
    samples: SampleSet,
    curves: dict[str, estimates.Curve],
    rewards: dict[str, estimates.Curve],
    notes: list[str],
) -> str:
    return json.dumps(
        {
            "file": arguments.file,
            "problems": len(samples.problems),
            "samples": len(samples.correct),
            "level": arguments.level,
            "seed": arguments.seed,
            **made_by(arguments.files),
            "curves": _records(curves),
            **({"rewards": _records(rewards)} if rewards else {}),
            "notes": notes,
        }
    )


def _rows(curves: dict[str, estimates.Curve], titles: dict[str, str]) -> list[list[str]]:
    costs = cost_columns(curves, titles)
    k = next(iter(curves.values())).k
    rows = [
        [
            str(k[i]),
            *(column[i + 1] for column in costs),
            *(f"{one.value[i]:.3f} [{one.low[i]:.3f}, {one.high[i]:.3f}]" for one in curves.values()),
        ]
        for i in range(len(k))
    ]
    return [["k", *(column[0] for column in costs), *(title_of(key, titles) for key in curves)], *rows]


def _as_table(
    arguments: argparse.Namespace,
    samples: SampleSet,
    curves: dict[str, estimates.Curve],
    rewards: dict[str, estimates.Curve],
    notes: list[str],
) -> str:
    lines = [
        size_line(arguments.file, samples),
        f"In brackets: {100 * arguments.level:g} % confidence interval over problems.",
        *cost_lines(curves),
        *note_lines(notes),
        "",
    ]
    table = aligned(_rows(curves, TITLES))
    if rewards:
        table += ["", "Mean reward of the sample handed in:", "", *aligned(_rows(rewards, REWARD_TITLES))]
    return "\n".join([*lines, *table])

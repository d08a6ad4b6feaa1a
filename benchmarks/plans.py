"""Plans, played: on simulated tables whose truth is known, and on recordings.

The simulated tables chose how a plan states its expected result and the interval of it; the recordings say where
plans and forecasts keep their promise and where not.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import evidence
import inference_scaling as its
import numpy as np
from inference_scaling.decisions import options, rule

SEED = 20_261
LEVEL = 0.95
COST = its.CostModel(1.0, 0.1)
CODE = (
    "benchmarks/plans.py",
    "lib/inference_scaling/decisions/options.py",
    "lib/inference_scaling/decisions/backtests.py",
    "lib/inference_scaling/decisions/rule.py",
    "lib/inference_scaling/estimates",
    "lib/inference_scaling/laws/many_problems.py",
    *(f"data/{name}.csv" for name in ("evalperf_counts", "game24_samples", "humaneval_codet", "rm_scores")),
    "data/smollm2_samples.csv",
)
EVALPERF = [f"evalperf/{name}" for name in ("Meta-Llama-3-8B-Instruct", "Mistral-Nemo-Instruct-2407")]
EVALPERF += [f"evalperf/{name}" for name in ("Magicoder-S-DS-6.7B", "gpt-4o-2024-08-06")]
SCORED = ("humaneval_codet", "smollm2", "math_rm")
COUNTED = ("humaneval_codet", "smollm2", "game24_io", "game24_cot", *EVALPERF)
# Samples of a pilot, and how many times as many are bought.
TIMES = (2, 6)
WORLDS = {
    "equal, independent": (np.full(16, 0.5), 0.0),
    "equal, alike": (np.full(16, 0.5), 0.8),
    "0.4 to 0.6, alike": (np.linspace(0.4, 0.6, 16), 0.8),
    "0.4 to 0.6, nearly the same": (np.linspace(0.4, 0.6, 16), 0.95),
}


class Size(NamedTuple):
    """How much is run: tables a simulated row, problems of a table, pilots a recorded row, and which recordings."""

    tables: int
    problems: tuple[int, ...]
    repeats: int
    scored: tuple[str, ...]
    counted: tuple[str, ...]
    pilots: tuple[int, ...]


FULL = Size(200, (50, 200), 100, SCORED, COUNTED, (8, 16))
SMALL = Size(60, (50,), 10, ("smollm2",), ("smollm2",), (8,))


class Known(NamedTuple):
    """Mean errors, expected or plainly estimated minus true, and the share of intervals that held the truth."""

    world: str
    problems: int
    prefer: str
    expected: float
    plain: float
    held: float
    held_plain: float


def simulate(world: str, problems: int, prefer: str, tables: int, rng: np.random.Generator) -> Known:
    """Plan from tables of sixteen options of which a share of the problems are the same problem for all."""
    truth, share = WORLDS[world]
    question = options.Question("accuracy", None, 1e9, its.CostModel(1.0), ("majority",), False, prefer, LEVEL)
    k = np.arange(1, truth.size + 1)
    rows = []
    for _ in range(tables):
        common, own = rng.random((problems, 1)), rng.random((problems, truth.size))
        values = (np.where(rng.random(own.shape) < share, common, own) < truth).astype(float)
        n = np.full(problems, truth.size)
        table = options.Table(
            ("majority",) * k.size, k, values, np.broadcast_to(1.0 * k, values.shape), n, n // 2, 1.0 + 0 * n
        )
        taken, _, _ = rule.select_option(table, question, rng)
        real = truth[taken.k - 1]
        low, high = its.problem_interval(values[:, taken.k - 1], level=LEVEL)
        rows.append(
            (taken.value - real, taken.estimate - real, taken.low <= real <= taken.high, low[0] <= real <= high[0])
        )
    return Known(world, problems, prefer, *np.mean(rows, axis=0).tolist())


def known(size: Size) -> list[Known]:
    """Simulate every world; each row has its own seed."""
    cases = [(world, n, prefer) for world in WORLDS for n in size.problems for prefer in options.PREFER]
    rngs = np.random.default_rng(SEED).spawn(len(cases))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", its.IntervalWarning)
        return [simulate(*case, size.tables, rng) for case, rng in zip(cases, rngs, strict=True)]


def accuracy(size: Size) -> list[tuple[str, its.Backtest]]:
    """Play plans for accuracy within what a whole pilot costs, on the recordings with answers and scores."""
    found = []
    for name in size.scored:
        recording = its.sources.recorded.load(name)
        for pilot in dict.fromkeys(min(pilot, int(recording.n.min()) // 2) for pilot in size.pilots):
            question = {"objective": "accuracy", "budget": 1.1 * pilot, "cost": COST, "repeats": size.repeats}
            found.append((name, its.backtest(recording, pilot, **question, rng=SEED)))
    return found


def coverage(size: Size) -> list[tuple[str, int, its.Backtest]]:
    """Play plans for coverage with several times the pilot's samples."""
    found = []
    for name in size.counted:
        recording = its.sources.recorded.load(name)
        for pilot in size.pilots:
            for times in TIMES:
                if pilot * times <= recording.n.min():
                    question = {"objective": "coverage", "budget": pilot * times, "repeats": size.repeats}
                    found.append((name, times, its.backtest(recording, pilot, **question, rng=SEED)))
    return found


def page(size: Size) -> str:
    """Return the page's body, in Markdown."""
    intro = (
        "A plan states what its choice is expected to reach, with a 95 % interval. Three tables say how far to believe "
        "it: where the truth is known, for accuracy on recordings, and for forecasts of coverage on recordings."
    )
    return "\n\n".join([intro, *_known_truth(size), *_accuracy(size), *_coverage(size)])


def _known_truth(size: Size) -> list[str]:
    rows = known(size)
    return [
        "## Truth known",
        f"Sixteen options are right on a problem with the chances named, in {size.tables} simulated tables a row. "
        "Options that are alike share the luck of 0.8 of the problems, or 0.95 where nearly the same, as two k of one "
        "selector do. The plain estimate is that of the chosen option from the problems that chose it, with its usual "
        "interval.",
        _table(
            "options, problems, rule, expected − true, plain − true, interval held, plain interval held",
            [
                f"{row.world} | {row.problems} | {row.prefer} | {row.expected:+.3f} | {row.plain:+.3f} | "
                f"{_held(row.held)} | {_held(row.held_plain)}"
                for row in rows
            ],
        ),
        f"The plain estimate lies above the truth in {sum(row.plain > 0 for row in rows)} of {len(rows)} rows, by "
        f"{np.mean([row.plain for row in rows]):.3f} on average and up to {max(row.plain for row in rows):.3f}; the "
        f"expected result by {np.mean([row.expected for row in rows]):.3f} on average. The interval of the rule "
        f'"cheaper" held in {_range([row.held for row in rows if row.prefer == "cheaper"])}, that of "highest" in '
        f"{_range([row.held for row in rows if row.prefer == 'highest'])}. Among options that have nothing in "
        "common, which curves over k are not, it is too narrow for the highest.",
    ]


def _accuracy(size: Size) -> list[str]:
    rows = accuracy(size)
    largest = max((row for _, row in rows), key=lambda row: row.regret)
    return [
        "## Accuracy, on recordings",
        f"{size.repeats} pilots a row with as many problems as were recorded, drawn from them with replacement. A "
        f"sample costs {COST.generate:g}, scoring it {COST.verify:g}, and the budget buys as many scored samples as "
        "the pilot has. Regret is against the best fixed choice.",
        _table(
            "recording, problems, pilot, expected, reached, held, cost, regret, highest: promised, reached, cost",
            [
                f"{name} | {row.problems} | {row.pilot_size} | {row.expected:.3f} | {row.reached:.3f} | "
                f"{_held(row.held)} | {row.spent:.1f} | {row.regret:.3f} | {row.highest_expected:.3f} | "
                f"{row.highest_reached:.3f} | {row.highest_spent:.1f}"
                for name, row in rows
            ],
        ),
        f"Expected and reached differ by at most {max(abs(row.expected - row.reached) for _, row in rows):.3f}. Regret "
        f"is the price of taking the cheaper of what a pilot cannot tell apart: {largest.regret:.3f} at most, with "
        f"{largest.problems} problems.",
    ]


def _coverage(size: Size) -> list[str]:
    rows = coverage(size)
    held = [row.held for *_, row in rows]
    return [
        "## Coverage beyond the pilot, on recordings",
        "The forecast of plans that buy several times the samples of their pilot, against what was recorded.",
        _table(
            "recording, pilot, times, expected, reached, held",
            [
                f"{name} | {row.pilot_size} | {times} | {row.expected:.3f} | {row.reached:.3f} | {_held(row.held)}"
                for name, times, row in rows
            ],
        ),
        "The interval of a forecast is the range over all distributions of p that fit the counts. It held in "
        f"{_range(held)} of the pilots of a row, and in less than 0.90 in {sum(one < 0.895 for one in held)} of "
        f"{len(held)} rows; a share near 0.95 is known to about ±{1.96 * (0.95 * 0.05 / size.repeats) ** 0.5:.2f}.",
    ]


def _table(head: str, rows: list[str]) -> str:
    names = head.split(", ")
    return "\n".join(f"| {row} |" for row in (" | ".join(names), " | ".join(["---"] * len(names)), *rows))


def _range(shares: list[float]) -> str:
    return f"{min(shares):.2f} to {max(shares):.2f}"


def _held(share: float) -> str:
    return f"**{share:.2f}**" if share < 0.895 else f"{share:.2f}"


if __name__ == "__main__":
    print(evidence.write("plans.md", "Plans, played on recordings", CODE, page(FULL)))

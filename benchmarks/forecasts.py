"""How often the intervals of coverage beyond the recorded samples hold the truth: simulated, and on recordings.

The tables say what `forecast` promises: its own interval, the range over all distributions of p, beside the interval of
a Beta family that is taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import evidence
import inference_scaling as its
import numpy as np

SEED = 20_262
LEVEL = 0.95
CODE = (
    "benchmarks/forecasts.py",
    "lib/inference_scaling/laws/forecasts.py",
    "lib/inference_scaling/laws/many_problems.py",
    "lib/inference_scaling/laws/mixtures.py",
    *(f"data/{name}.csv" for name in ("evalperf_counts", "game24_samples", "humaneval_codet", "puzzles_1000")),
    "data/smollm2_samples.csv",
)
PUZZLES = [f"puzzles/{prompt}" for prompt in ("short", "medium", "long")]
EVALPERF = [f"evalperf/{name}" for name in ("Meta-Llama-3-8B-Instruct", "Mistral-Nemo-Instruct-2407")]
EVALPERF += [f"evalperf/{name}" for name in ("Magicoder-S-DS-6.7B", "gpt-4o-2024-08-06")]
COUNTED = ("humaneval_codet", "smollm2", "game24_io", "game24_cot", *EVALPERF)
HOPELESS = 0.3


class World(NamedTuple):
    """A law of p: how its chances are drawn, and its coverage of k samples."""

    draw: Callable[[np.random.Generator, int], np.ndarray]
    truth: Callable[[int], float]


def beta(a: float, b: float, hopeless: float = 0.0) -> World:
    """A Beta law, beside a share of problems with p = 0."""
    draw = lambda rng, size: np.where(rng.random(size) < hopeless, 0, rng.beta(a, b, size))  # noqa: E731
    return World(draw, lambda k: float((1 - hopeless) * its.BetaBinomial(a, b).coverage(k)))


def points(*chances: float) -> World:
    """Equally many problems of each chance."""
    p = np.array(chances)
    return World(lambda rng, size: rng.choice(p, size), lambda k: float(its.coverage(p, k).mean()))


WORLDS = {
    "Beta(0.5, 1)": beta(0.5, 1),
    "Beta(0.25, 0.9)": beta(0.25, 0.9),
    "Beta(2, 2)": beta(2, 2),
    "30 % hopeless, Beta(0.6, 1.2)": beta(0.6, 1.2, HOPELESS),
    "30 % hopeless, Beta(2, 2)": beta(2, 2, HOPELESS),
    "half 0.01, half 0.5": points(0.01, 0.5),
    "all 0.02": points(0.02),
    "half 0, half 1": points(0.0, 1.0),
}
# Samples a problem, problems, and samples forecast.
TABLES = ((16, 100, 16), (16, 100, 32), (16, 100, 100), (16, 400, 100), (100, 100, 1000))


class Size(NamedTuple):
    """How much is run: tables a simulated row, pilots a recorded row, and which rows."""

    tables: int
    pilots: int
    worlds: tuple[str, ...]
    recordings: tuple[tuple[str, int, int], ...]


FULL = Size(
    100,
    100,
    tuple(WORLDS),
    (
        *((name, 20, 1000) for name in PUZZLES),
        *((name, 100, 1000) for name in PUZZLES),
        *((name, *plan) for name in COUNTED for plan in ((8, 16), (8, 48), (16, 64))),
    ),
)
SMALL = Size(10, 10, ("30 % hopeless, Beta(0.6, 1.2)",), (("smollm2", 8, 48),))


class Row(NamedTuple):
    """Shares of the tables whose interval held the truth, and mean ends."""

    name: str
    n: int
    problems: int
    k: int
    truth: float
    held: float
    family_held: float
    low: float
    high: float
    family_low: float
    family_high: float


def _row(name: str, n: int, k: int, truth: float, tables: list[np.ndarray]) -> Row:
    found = []
    for c in tables:
        ahead = its.forecast(its.SampleSet.from_counts([n] * c.size, c), [k], level=LEVEL)
        ends = np.array([ahead.low, ahead.high, ahead.family_low, ahead.family_high])[:, 0]
        found.append([ends[0] <= truth <= ends[1], ends[2] <= truth <= ends[3], *ends])
    return Row(name, n, tables[0].size, k, truth, *np.mean(found, axis=0).tolist())


def simulated(size: Size) -> list[Row]:
    """Forecast from simulated tables; each row has its own seed."""
    cases = [(name, table) for name in size.worlds for table in TABLES]
    rows = []
    for (name, (n, problems, k)), rng in zip(cases, np.random.default_rng(SEED).spawn(len(cases)), strict=True):
        draw, truth = WORLDS[name]
        tables = [rng.binomial(n, draw(rng, problems)) for _ in range(size.tables)]
        rows.append(_row(name, n, k, truth(k), tables))
    return rows


def recorded(size: Size) -> list[Row]:
    """Forecast from pilots: as many problems as were recorded, drawn with replacement, some samples of each."""
    rows = []
    rngs = np.random.default_rng(SEED + 1).spawn(len(size.recordings))
    for (name, n, k), rng in zip(size.recordings, rngs, strict=True):
        recording = its.sources.recorded.load(name)
        if k > recording.n.min():
            continue
        truth = float(its.pass_at_k(recording.n, recording.c, k).mean())
        tables = []
        for _ in range(size.pilots):
            problem = rng.integers(recording.n.size, size=recording.n.size)
            right = recording.c[problem]
            tables.append(rng.hypergeometric(right, recording.n[problem] - right, n))
        rows.append(_row(name, n, k, truth, tables))
    return rows


def _table(rows: list[Row], what: str) -> str:
    held = lambda share: f"**{share:.3f}**" if share < LEVEL - 0.03 else f"{share:.3f}"  # noqa: E731
    lines = [
        f"| {what} | samples | problems | k | truth | held | mean interval | Beta family's held | mean interval |",
        "|" + "---|" * 9,
    ]
    lines += [
        f"| {row.name} | {row.n} | {row.problems} | {row.k:,} | {row.truth:.3f} | {held(row.held)} | "
        f"{row.low:.3f} to {row.high:.3f} | {held(row.family_held)} | {row.family_low:.3f} to {row.family_high:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)


def _short(rows: list[Row]) -> str:
    least, family = min(row.held for row in rows), min(row.family_held for row in rows)
    below = sum(row.held < LEVEL - 0.03 for row in rows)
    family_below = sum(row.family_held < LEVEL - 0.03 for row in rows)
    return (
        f"The promised interval held in {least:.3f} of the tables of its worst row, and in less than "
        f"{LEVEL - 0.03:.2f} in {below} of {len(rows)} rows; the Beta family's own in {family:.3f} and in "
        f"{family_below} of {len(rows)}."
    )


def page(size: Size) -> str:
    """Return the page's body, in Markdown."""
    made, found = simulated(size), recorded(size)
    widths = [(row.high - row.low) / (row.family_high - row.family_low) for row in found]
    spread = (LEVEL * (1 - LEVEL)) ** 0.5
    return "\n\n".join(
        [
            "`forecast` promises a 95 % interval of coverage at k samples, k beyond the recorded ones: the range over "
            "all distributions of p that fit the counts (`MixingDistribution.range`), widened where the fitted Beta "
            "family's own interval reaches further. The tables count how often it held the truth, beside the family's "
            "own. Shares below nominal minus three points stand in bold.",
            "## Recordings",
            f"{size.pilots} pilots a row: as many problems as were recorded, drawn with replacement, with some of each "
            "one's samples. The truth is pass@k of the whole recording. The standard error of a share near 0.95 is "
            f"{spread / size.pilots**0.5:.3f}.",
            _short(found)
            + f" What it costs: the promised interval is {np.median(widths):.1f} times as wide in the median row, and "
            f"{max(widths):.1f} times at most.",
            _table(found, "recording"),
            "## Truth known",
            f"{size.tables} simulated tables a row; the standard error of a share near 0.95 is "
            f"{spread / size.tables**0.5:.3f}.",
            _short(made),
            _table(made, "law of p"),
        ]
    )


if __name__ == "__main__":
    print(evidence.write("forecasts.md", "Forecasts of coverage, back-tested", CODE, page(FULL)))

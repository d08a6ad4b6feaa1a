"""How often the band of `compare` holds the whole curve of differences, and its interval the crossing: simulated."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import NamedTuple

import evidence
import inference_scaling as its
import numpy as np
from scipy.special import betaln

SEED = 27
LEVEL = 0.95
CODE = (
    *(f"lib/inference_scaling/estimates/{name}.py" for name in ("_bands", "paired", "systems")),
    "benchmarks/system_comparison.py",
)


class Pair(NamedTuple):
    """Laws of p of two systems; `together` says whether the same problems are hard for both."""

    first: tuple[float, float]
    second: tuple[float, float]
    together: bool


class Size(NamedTuple):
    """What is simulated."""

    pairs: tuple[Pair, ...]
    problems: tuple[int, ...]
    samples: tuple[int, ...]
    tables: int


PAIRS = (
    Pair((0.5, 0.5), (0.5, 0.5), False),
    Pair((2, 2), (1, 1), True),
    Pair((0.3, 2), (1, 9), True),
    Pair((0.3, 2), (1, 9), False),
    Pair((0.1, 3), (0.2, 3), True),
    Pair((2, 0.3), (3, 0.8), True),
)
FULL = Size(PAIRS, (10, 20, 50, 200, 1000), (8, 64), 400)
SMALL = Size(PAIRS[:1], (50,), (32,), 100)


class Row(NamedTuple):
    """Shares of the tables whose band holds the whole curve, or whose intervals do; and of the crossings held."""

    pair: Pair
    problems: int
    samples: int
    band: float
    one_k: float
    pointwise: float
    crossing: float | None
    missed: float | None


def truth(law: tuple[float, float], k: np.ndarray) -> np.ndarray:
    """Return pass@k over problems of a Beta(a, b) law: 1 − B(a, b + k)/B(a, b)."""
    a, b = law
    return -np.expm1(betaln(a, b + k) - betaln(a, b))


def true_crossing(difference: np.ndarray) -> int | None:
    """The first k at which the system that is ahead at the last k is ahead and stays so."""
    ahead = np.sign(difference) == np.sign(difference[-1])
    behind = np.flatnonzero(~ahead)
    return None if behind.size == 0 else int(behind[-1] + 2)


def chances(pair: Pair, problems: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Chances of each problem for both systems: of the same rank in both laws, or drawn apart."""
    if not pair.together:
        return rng.beta(*pair.first, problems), rng.beta(*pair.second, problems)
    from scipy.special import betaincinv

    rank = rng.random(problems)
    return betaincinv(*pair.first, rank), betaincinv(*pair.second, rank)


def simulate(pair: Pair, problems: int, samples: int, tables: int, rng: np.random.Generator) -> Row:
    """Simulate `tables` recordings of two systems."""
    k = np.arange(1, samples + 1)
    difference = truth(pair.first, k) - truth(pair.second, k)
    place = true_crossing(difference)
    band, alone, every, crossing, estimated = [], [], [], [], []
    for _ in range(tables):
        sets = [
            its.SampleSet.from_counts(np.full(problems, samples), rng.binomial(samples, p))
            for p in chances(pair, problems, rng)
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", its.IntervalWarning)
            found = its.compare(*sets, level=LEVEL, rng=rng)
        inside = (found.low <= difference + 1e-12) & (difference <= found.high + 1e-12)
        band.append(np.all((found.band_low <= difference + 1e-12) & (difference <= found.band_high + 1e-12)))
        alone.append(inside.mean())
        every.append(inside.all())
        if place is not None:
            seen = found.crossing
            estimated.append(seen is not None and seen.leader == ("a" if difference[-1] > 0 else "b"))
            if estimated[-1]:
                crossing.append(seen.low <= place and (seen.high is None or place <= seen.high))
    return Row(
        pair, problems, samples, float(np.mean(band)), float(np.mean(alone)), float(np.mean(every)),
        float(np.mean(crossing)) if crossing else None, float(1 - np.mean(estimated)) if estimated else None,
    )  # fmt: skip


def run(size: Size) -> list[Row]:
    """Simulate every combination; each has its own seed."""
    cases = [(pair, m, n) for pair in size.pairs for m in size.problems for n in size.samples]
    rngs = np.random.default_rng(SEED).spawn(len(cases))
    return [simulate(*case, size.tables, rng) for case, rng in zip(cases, rngs, strict=True)]


def _named(pair: Pair) -> str:
    laws = " against ".join(f"Beta({a:g}, {b:g})" for a, b in (pair.first, pair.second))
    return laws + ("" if pair.together else ", apart")


def _cells(rows: Iterable[Row]) -> list[str]:
    share = lambda one: "–" if one is None else f"**{one:.3f}**" if one < 0.9 else f"{one:.3f}"  # noqa: E731
    return [
        f"| {_named(row.pair)} | {row.problems} | {row.samples} | {share(row.band)} | {share(row.one_k)} | "
        f"{share(row.pointwise)} | {share(row.crossing)} | {'–' if row.missed is None else f'{row.missed:.2f}'} |"
        for row in rows
    ]


def page(rows: list[Row]) -> str:
    """Return the evidence page's body, in Markdown."""
    crossings = [row.crossing for row in rows if row.crossing is not None]
    table = "\n".join(_cells(rows))
    return f"""
Each row simulates two systems on the same problems. The chances of a problem are drawn from the two laws, with the same
rank in both; "apart" means independently. All k from 1 to the number of samples are compared at {100 * LEVEL:g} %.
{FULL.tables} tables a row: the standard error of a coverage near 0.95 is 0.011.

- *band*: the whole curve of true differences lies in the band. Lowest: {min(row.band for row in rows):.3f}.
- *one k*: the interval at one k holds the true difference, mean over k.
- *every k*: the intervals at each k hold the true differences at all k at once, the mistake of reading them as a band.
  Lowest: {min(row.pointwise for row in rows):.3f}.
- *crossing*: the interval of the place where the curves cross holds the true place, of the tables that show a crossing
  in the true direction. Lowest: {min(crossings, default=1):.3f}. *None seen*: share of the tables that show none.

| laws of p | problems | samples | band | one k | every k | crossing | none seen |
|---|---|---|---|---|---|---|---|
{table}
"""


def main() -> None:
    """Run the long form and write the evidence page."""
    print(evidence.write("system_comparison.md", "Coverage of the band over all k", CODE, page(run(FULL))))


if __name__ == "__main__":
    main()

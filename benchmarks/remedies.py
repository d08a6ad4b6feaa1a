"""How often the cross-fitted value of a remedy holds on fresh problems, and its difference from best-of-N.

A study is a set of pools of simulated problems. `try_remedies` judges each remedy on it with a parameter chosen on
other folds. The truth is what the parameter that most folds chose reaches on very many fresh problems of the same
population. Beside it stands the naive promise: the best mean over parameters on the study itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple
from unittest import mock

import evidence
import inference_scaling as its
import numpy as np
from inference_scaling.decisions import remedy_table

SEED = 20_311
CODE = (
    "benchmarks/remedies.py",
    "lib/inference_scaling/decisions/remedy_table.py",
    "lib/inference_scaling/estimates/_many_pools.py",
    "lib/inference_scaling/estimates/soft_picks.py",
    "lib/inference_scaling/estimates/paired.py",
    "lib/inference_scaling/estimates/intervals.py",
)
LEVEL = 0.95
STUDIES, PROBLEMS, SAMPLES, K = 100, 60, 24, 12
FRESH = 4000
# A world: shift and spread of right scores, those of wrong ones having mean 0 and spread 1; and how they go astray.
WORLDS = {"falls": (0.8, 0.4), "level": (0.9, 0.7), "rises": (1.2, 1.0)}


class Row(NamedTuple):
    """Of one remedy in one world: shares of studies, and means over them."""

    world: str
    remedy: str
    covered: float
    difference_covered: float
    value: float
    truth: float
    naive: float


class Seen(NamedTuple):
    """What each parameter of a remedy reaches on each problem of a set."""

    names: list[str]
    value: np.ndarray


class Watched(NamedTuple):
    """A table, and what it chose from, by remedy."""

    table: its.RemedyTable
    every: Mapping[str, Seen]


def population(world: str, problems: int, rng: np.random.Generator) -> its.SampleSet:
    """Problems whose success probabilities and scores differ; a second check is drawn by `second`."""
    shift, spread = WORLDS[world]
    right = rng.random((problems, SAMPLES)) < rng.beta(0.7, 1.5, (problems, 1))
    # On some problems the judge is misled more: problems differ, as real ones do.
    own = shift + 0.5 * rng.normal(size=(problems, 1))
    score = np.where(right, own + spread * rng.normal(size=right.shape), rng.normal(size=right.shape))
    return its.SampleSet.from_matrix(right, score=score)


def second(samples: its.SampleSet, rng: np.random.Generator) -> np.ndarray:
    """A weak second check with an error of its own."""
    found: np.ndarray = 0.6 * samples.correct + rng.normal(size=samples.correct.size)
    return found


def seen(samples: its.SampleSet, check: np.ndarray, rng: int | np.random.Generator, judge: bool = True) -> Watched:
    """The table of a set of problems, and what every parameter of every remedy reaches on them, without any choice."""
    found: dict[str, Seen] = {}
    refitted = remedy_table._Table.refitted

    def watch(table: remedy_table._Table, name: str, of: Callable, looks: int = 1) -> its.Remedy:
        choices = of(table, np.ones(table.pools.n.size, dtype=bool))
        found[name] = Seen(choices.names, choices.value)
        return refitted(table, name, of, looks) if judge else its.Remedy.without(name, "only watched")

    with mock.patch.object(remedy_table._Table, "refitted", watch):
        table = its.try_remedies(samples, K, second=check, level=LEVEL, rng=rng)
    return Watched(table, found)


def run(studies: int, fresh: int = FRESH) -> list[Row]:
    """Simulate studies of each world; each study has its own seed."""
    rows = []
    for world, rng in zip(WORLDS, np.random.default_rng(SEED).spawn(len(WORLDS)), strict=True):
        many = population(world, fresh, rng)
        check = second(many, rng)
        truth = seen(many, check, rng, judge=False).every
        best = truth["peak n"].value[:, -1].mean()
        kept = defaultdict(list)
        for one in rng.spawn(studies):
            samples = population(world, PROBLEMS, one)
            table, naive = seen(samples, second(samples, one), one)
            for row in table.rows:
                if row.applies:
                    real = float(truth[row.name].value[:, nearest(row, truth[row.name])].mean())
                    low, high = row.over_best.low, row.over_best.high
                    kept[row.name].append(
                        (
                            row.low <= real <= row.high,
                            low <= real - best <= high,
                            row.value,
                            real,
                            naive[row.name].value.mean(axis=0).max(),
                        )
                    )
        rows += [Row(world, name, *np.mean(values, axis=0).tolist()) for name, values in kept.items()]
    return rows


def nearest(row: its.Remedy, truth: Seen) -> int:
    """The column of the truth that stands for what most folds chose; thresholds are matched by their value."""
    if row.usual in truth.names:
        return truth.names.index(row.usual)
    word, bar = row.usual.rsplit(" ", 1)
    same = [i for i, name in enumerate(truth.names) if name.startswith(word)]
    gaps = [abs(float(truth.names[i].rsplit(" ", 1)[1]) - float(bar)) for i in same]
    return same[int(np.argmin(gaps))]


def page(studies: int, fresh: int = FRESH) -> str:
    """Return the page's body, in Markdown."""
    rows = run(studies, fresh)
    shown = lambda share: f"**{share:.3f}**" if share < LEVEL - 0.04 else f"{share:.3f}"  # noqa: E731
    lines = ["| best-of-N | remedy | value covered | difference covered | value | truth | naive promise |"]
    lines.append("|" + "---|" * 7)
    for row in rows:
        lines.append(
            f"| {row.world} | {row.remedy} | {shown(row.covered)} | {shown(row.difference_covered)} | {row.value:.3f} "
            f"| {row.truth:.3f} | {row.naive:.3f} |"
        )
    cross = np.mean([row.value - row.truth for row in rows])
    naive = np.mean([row.naive - row.truth for row in rows])
    worst = min(rows, key=lambda row: row.covered)
    apart = min(rows, key=lambda row: row.difference_covered)
    return "\n\n".join(
        [
            f"In each of three worlds {studies} studies were simulated, of {PROBLEMS} problems with {SAMPLES} samples "
            f"each, and each remedy was tried with {K} draws. *Value covered* is how often the 95 % interval of a "
            "remedy holds what its parameter, the one that most folds chose, reaches on "
            f"{fresh:,} fresh problems; *difference covered* the same for its difference from best-of-N. The standard "
            f"error of a coverage near 0.95 is {(LEVEL * (1 - LEVEL) / studies) ** 0.5:.3f}; below "
            f"{LEVEL - 0.04:.2f} stands in bold. *Value* is the mean cross-fitted value, *truth* the mean on fresh "
            "problems, and the *naive promise* the best mean over the parameters on the study's own problems. The "
            f"truth has a standard error of its own, at most {0.5 / fresh**0.5:.3f}, and all rows of a world share its "
            "fresh problems.",
            f"**What it says.** The lowest coverage of a value is {worst.covered:.3f} ({worst.remedy}, best-of-N "
            f"{worst.world}), of a difference {apart.difference_covered:.3f} ({apart.remedy}, {apart.world}). The "
            f"cross-fitted value is off by {cross:+.3f} on average, the naive promise by {naive:+.3f}.",
            "\n".join(lines),
            "Of the cut and of rejection the threshold is matched to the nearest one of the fresh problems. "
            "Best-of-N falls, stays level or rises with the number of samples according to the world.",
        ]
    )


if __name__ == "__main__":
    print(evidence.write("remedies.md", "How well the rules of the remedies hold", CODE, page(STUDIES)))

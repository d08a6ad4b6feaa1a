"""Trying again on the small reasoner: from a doubted step, anew, from a random step; three fresh seeds.

Writes book/reference/evidence/revision.md. Arms, budgets and the doubt were fixed on the book's seed 14; the ranges
below were written before the fresh seeds were run.
"""

from __future__ import annotations

import time

import evidence
import inference_scaling as its
import numpy as np
from inference_scaling.lessons.laboratory import comparisons, revision
from inference_scaling.sources import reasoner

SEEDS = (21, 22, 23)
CODE = (
    "benchmarks/revision.py",
    "lib/inference_scaling/lessons/laboratory/revision.py",
    "lib/inference_scaling/sources/reasoner.py",
)
# In whole solutions: what is allowed, and where the arms are compared.
BUDGET, AT = 16, 8
ARMS = {"revise": 1.0, "retry": 1.0, "random restart": 1.0, "cold retry": 0.05}
# First minus second, on which sums, and the range said beforehand.
COMPARED = {
    ("revise", "retry", "hard"): (0.1, 1.0),
    ("revise", "random restart", "hard"): (0.1, 1.0),
    ("random restart", "retry", "hard"): (-0.05, 0.05),
    ("cold retry", "retry", "hard"): (-1.0, 0.0),
    ("revise", "retry", "easy"): (-0.05, 0.05),
    ("revise, read from the beginning", "retry", "hard"): (-1.0, 0.1),
    ("revise, read once", "retry", "hard"): (0.0, 1.0),
    ("revise, nobody tells", "retry, nobody tells", "hard"): (0.1, 1.0),
    ("revise, nobody tells", "random restart, nobody tells", "hard"): (0.1, 1.0),
}


def measure(lab: reasoner.Laboratory, seed: int, *, many: int = 120, among: int = 4000) -> dict[str, np.ndarray]:
    """Return what each arm solved, arrays of shape (3, sums): hard, middle and easy ones."""
    sums = comparisons.sums_by_difficulty(lab.reasoner, [seed, 31], many=many, among=among)
    test, length = sums.problems, sums.problems.length
    found = {}
    for i, (name, temperature) in enumerate(ARMS.items()):
        how = "retry" if name == "cold retry" else name
        rng = [seed, 71, i]
        tries = revision.try_again(lab, test, how, rng, budget=BUDGET, temperature=temperature)
        found[name] = tries.solved_within(AT * length)
        if name == "revise":
            found["revise, read from the beginning"] = tries.solved_within(AT * length, read=length)
            found["revise, read once"] = tries.solved_within(AT * length / 2)
        if name != "cold retry":
            alone = revision.try_again(lab, test, how, [seed, 72, i], budget=AT, told=False)
            found[f"{name}, nobody tells"] = alone.right.mean(axis=1)
    return {name: one.reshape(3, -1) for name, one in found.items()}


def table(results: list[dict[str, np.ndarray]], seeds: tuple[int, ...] = SEEDS) -> str:
    """Each comparison with its range and its value on every seed."""
    head = " | ".join(f"seed {seed}" for seed in seeds)
    lines = [f"| compared | sums | range | {head} | held |", f"|---|---|---|{'---|' * len(seeds)}---|"]
    for (first, second, kind), (least, most) in COMPARED.items():
        row = comparisons.KINDS.index(kind)
        gaps = [its.paired_interval(one[first][row], one[second][row]) for one in results]
        held = sum(least <= gap.value <= most for gap in gaps)
        bounds = " and ".join([f"≥ {least:g}"] * (least > -1) + [f"≤ {most:g}"] * (most < 1))
        cells = " | ".join(f"{gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]" for gap in gaps)
        lines.append(f"| {first} minus {second} | {kind} | {bounds} | {cells} | {held} of {len(results)} |")
    return "\n".join(lines)


def main() -> None:
    """Run the three seeds and write the page."""
    started = time.perf_counter()
    results = [measure(reasoner.load(reasoner.Config(seed=seed)), seed) for seed in SEEDS]
    body = f"""
Every seed trains its own model and process verifier (PRM) and draws its own 120 hard, 120 middle and 120 easy sums,
each tried by 16 runs, and compared with the steps of {AT} whole solutions. After a wrong attempt, revise keeps the
steps before the first one that the PRM scores below one half, retry keeps none, random restart those before a random
one; cold retry begins anew at temperature 0.05. An environment says when an answer is right. "Read" charges, on top of
what is written, the steps that the judge reads: each attempt from the beginning, or each step once; retries are not
read. Where nobody tells, a run stops at the first attempt without a doubted step, and at the end hands in the one with
the highest product of scores. Differences are paired by sum, brackets are 95 % intervals over sums, "held" counts the
seeds whose value lies in the range.

{table(results)}

The run took {time.perf_counter() - started:.0f} s, the training of models not in the cache included.
"""
    evidence.write("revision.md", "Trying again on three fresh seeds", CODE, body)


if __name__ == "__main__":
    main()

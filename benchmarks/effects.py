"""The named effects of the small reasoner on three fresh seeds: `make evidence` runs it, a page keeps the result.

The design (task, sizes, penalties, temperature) was chosen on seed 0. `PREDICTIONS` was written before any of `SEEDS`
was run; every effect is reported whether or not it appears.
"""

from __future__ import annotations

import time

import evidence
import inference_scaling as its
import numpy as np
from inference_scaling import estimates, search
from inference_scaling.sources import reasoner

SEEDS = (11, 12, 13)
CODE = (
    "benchmarks/effects.py",
    "lib/inference_scaling/search/strategies.py",
    "lib/inference_scaling/sources/reasoner.py",
)
EASY, COOL = 0.65, 0.3
# Name, what is measured, and what was predicted as (least, most) of the value itself, not of its interval.
PREDICTIONS = {
    "coverage": ("Coverage saturates: pass@1024 - pass@256", (0.0, 0.05)),
    "peak": ("The ORM turns: k of the best best-of-N", (1, 64)),
    "fall": ("The ORM turns: best-of-8 - best-of-1024", (0.10, 1.0)),
    "beam": ("Search: PRM beam - best-of-16 by PRM product, equal steps", (0.0, 1.0)),
    "control": ("Random control: beam with random scores - one sample", (-0.05, 0.05)),
    "easy": (f"Voting beats search on easy problems (p > {EASY}): majority of 16 - beam at 16", (0.0, 1.0)),
    "cool_1": (f"Temperatures cross: pass@1 at {COOL} - at 1", (0.0, 1.0)),
    "cool_256": (f"Temperatures cross: pass@256 at {COOL} - at 1", (-1.0, 0.0)),
}


def measure(config: reasoner.Config, problems: int = 256, samples: int = 1024) -> dict[str, np.ndarray | int]:
    """Train with a configuration; return each effect as its per-problem values, the peak as a number.

    Parameters
    ----------
    config : Config
    problems, samples : int, optional
        Test problems and solutions for each; 1,024 solutions unless it is a trial of the script.
    """
    lab = reasoner.train(config)
    of_problems, of_samples, of_beam, of_control = np.random.default_rng([config.seed, 1]).spawn(4)
    test = reasoner.draw_problems(problems, of_problems)
    drawn = lab.reasoner.draw(test, samples, of_samples)
    cool = lab.reasoner.draw(test, min(samples, 256), of_samples, temperature=COOL)

    def passes(solutions: reasoner.Solutions, k: int) -> np.ndarray:
        return estimates.pass_at_k(solutions.correct.shape[1], solutions.correct.sum(1), k)

    def best_of(score: np.ndarray, k: int) -> np.ndarray:
        pools = zip(drawn.correct, score, strict=True)
        return np.array([float(estimates.best_of_n(right, s, k)) for right, s in pools])

    def beam(verifier, rng: np.random.Generator) -> np.ndarray:
        found = []
        for i in range(problems):
            budget = search.Budget(steps=16 * int(test.length[i]))
            found.append(search.beam(lab.reasoner.puzzle(test, i), verifier, budget, rng, width=4, expand=4).correct)
        return np.array(found, dtype=float)

    orm = lab.orm.score(drawn)
    powers = [2**i for i in range(11) if 2**i <= samples]
    curve = {k: best_of(orm, k) for k in powers}
    searched = beam(lab.prm.on("product"), of_beam)
    easy = lab.reasoner.success(test) > EASY
    most = min(256, samples)
    return {
        "coverage": passes(drawn, samples) - passes(drawn, most),
        "peak": max(powers, key=lambda k: curve[k].mean()),
        "fall": curve[8] - curve[powers[-1]],
        "beam": searched - best_of(lab.prm.score(drawn), 16),
        "control": beam(search.random_verifier(of_control), of_control) - passes(drawn, 1),
        "easy": (_majority(drawn, 16) - searched)[easy],
        "cool_1": passes(cool, 1) - passes(drawn, 1),
        "cool_256": passes(cool, most) - passes(drawn, most),
    }


def _majority(drawn: reasoner.Solutions, k: int) -> np.ndarray:
    """Mean success of the vote in disjoint groups of k; a tie is shared among its answers."""
    groups = drawn.answer.reshape(len(drawn.problems), -1, k)
    votes = (groups[..., None] == np.arange(100)).sum(2)
    top = votes == votes.max(2, keepdims=True)
    right = np.take_along_axis(top, drawn.problems.answer[:, None, None], axis=2)[:, :, 0]
    return (right / top.sum(2)).mean(1)


def interval(difference: np.ndarray) -> tuple[float, float]:
    """95 % interval over problems of the mean of paired differences in [−1, 1]."""
    found = its.paired_interval(np.maximum(difference, 0), np.maximum(-difference, 0))
    return found.low, found.high


def row(name: str, results: list[dict]) -> str:
    """One line of the table: effect, prediction, each seed's value with its interval, verdict."""
    said, (least, most) = PREDICTIONS[name]
    cells, held = [], 0
    for result in results:
        value = result[name]
        mean = float(np.mean(value))
        if np.ndim(value):
            low, high = interval(value)
            cells.append(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]")
        else:
            cells.append(f"{value}")
        held += least <= mean <= most
    # A bound at the natural end of a scale is no prediction.
    parts = [f"≥ {least:g}"] * (least not in (-1, 1)) + [f"≤ {most:g}"] * (most != 1)
    return f"| {said} | {' and '.join(parts)} | {' | '.join(cells)} | {held} of {len(results)} |"


def main() -> None:
    """Run the three seeds and write the page."""
    started = time.perf_counter()
    results = [measure(reasoner.Config(seed=seed)) for seed in SEEDS]
    seconds = time.perf_counter() - started
    table = [
        f"| effect | predicted | {' | '.join(f'seed {seed}' for seed in SEEDS)} | held |",
        f"|---|---|{'---|' * len(SEEDS)}---|",
        *(row(name, results) for name in PREDICTIONS),
    ]
    body = f"""
The design was chosen on seed 0; the predictions were written before these seeds were run, once each. Every seed trains
its own model, outcome verifier (ORM) and process verifier (PRM), and draws its own 256 problems with 1,024 solutions
each. Brackets: 95 % interval over problems; "held" counts the seeds whose value lies in the predicted range.
Differences are paired by problem. A beam keeps 4 and expands 4 each: as many steps as 16 whole solutions.

{chr(10).join(table)}

The run took {seconds:.0f} s.
"""
    evidence.write("effects.md", "Effects of the small reasoner on three fresh seeds", CODE, body)


if __name__ == "__main__":
    main()

"""The law of best-of-n against the exact estimate, on every recorded pool that has scores and both outcomes.

Both describe one pool. The estimate averages over subsets of k samples, drawn without replacement. The law takes
the pool's share of right samples and its ROC, which is k draws with replacement. Two statements tie them together:

* Given that k draws with replacement hit d different samples, those are a uniform subset of d. So the law is
  the mean of the estimate over the number of different samples: equal to rounding, with nothing fitted.
* With probability at least 1 − k(k − 1)/(2n) all k draws are different. So the two differ by at most that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import evidence
import inference_scaling as its
import numpy as np
from inference_scaling.sources import recorded

BUDGETS = (1, 2, 3, 4, 8, 16, 32, 64, 100)
CODE = (
    "lib/inference_scaling/estimates",
    "lib/inference_scaling/verifiers",
    "benchmarks/recorded_law.py",
    *(f"data/{name}.csv" for name in ("game24_values", "humaneval_codet", "rm_scores", "smollm2_samples")),
)


class Row(NamedTuple):
    """What the pools of one recording gave at one k: largest differences over the pools, and the bound."""

    name: str
    pools: int
    k: int
    law: float
    estimate: float
    difference: float
    bound: float
    unexplained: float


def pools() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield (recording and score, correct, score) of every pool with a right and a wrong sample."""
    for name, place, correct, scores in _tables():
        for one in np.unique(place):
            mine = place == one
            if correct[mine].any() and not correct[mine].all():
                for label, score in scores.items():
                    yield f"{name}, {label}", correct[mine], score[mine]


def _tables() -> Iterator[tuple[str, np.ndarray, np.ndarray, dict[str, np.ndarray]]]:
    code = recorded.table("humaneval_codet")
    yield (
        "humaneval_codet",
        code["problem"],
        code["correct"] == 1,
        {"agreement": code["consensus_score"], "tests passed": code["n_pass"], "shortness": -code["n_chars"]},
    )
    reward = recorded.table("rm_scores")
    yield "rm_scores", reward["problem"], reward["correct"] == 1, {"reward": reward["score"]}
    small = recorded.table("smollm2_samples")
    logs = {"mean log-probability": small["mean_logprob"], "sum of log-probabilities": small["sum_logprob"]}
    yield "smollm2_samples", small["problem"], small["correct"] == 1, logs
    state = recorded.table("game24_values")
    known = np.isfinite(state["solvable"]) & np.isfinite(state["value"])
    place = state["idx"] * 10 + state["step"]
    yield "game24_values", place[known], state["solvable"][known] == 1, {"value of a state": state["value"][known]}


def different(n: int, k: int) -> np.ndarray:
    """Return the chances that k draws with replacement from n hit 0, 1, …, k different samples."""
    chance = np.zeros(k + 1)
    chance[0] = 1.0
    hit = np.arange(k + 1)
    for _ in range(k):
        fresh = chance * (n - hit) / n
        chance = chance * hit / n
        chance[1:] += fresh[:-1]
    return chance


def compare(correct: np.ndarray, score: np.ndarray) -> Iterator[tuple[int, float, float, float]]:
    """Yield (k, law, estimate, the estimate's mean over the number of different samples) for one pool."""
    n = correct.size
    estimate = its.best_of_n(correct, score, np.arange(1, n + 1))
    law = its.Roc.from_scores(score, correct)
    for k in BUDGETS:
        if k <= n:
            mixed = different(n, k)[1:] @ estimate[:k]
            yield k, its.best_of_n_law(correct.mean(), law, k), estimate[k - 1], mixed


def run() -> list[Row]:
    """Compare on every pool; one row a recording, score and k."""
    found: dict[tuple[str, int], list[tuple[float, ...]]] = {}
    for name, correct, score in pools():
        for k, law, estimate, mixed in compare(correct, score):
            bound = min(1.0, k * (k - 1) / (2 * correct.size))
            values = law, estimate, abs(law - estimate), bound, abs(law - mixed)
            found.setdefault((name, k), []).append(values)
    rows = []
    for (name, k), values in found.items():
        law, estimate, difference, bound, unexplained = np.array(values).T
        if np.any(difference > bound + 1e-9):
            raise ValueError(f"{name}, k = {k}: the law and the estimate differ by more than the bound")
        where = difference.argmax()
        largest = float(unexplained.max())
        rows.append(Row(name, len(values), k, law.mean(), estimate.mean(), difference[where], bound[where], largest))
    return rows


def page(rows: list[Row]) -> str:
    """Return the body of the evidence page."""
    lines = [
        f"| {row.name} | {row.pools} | {row.k} | {row.law:.4f} | {row.estimate:.4f} | {row.difference:.4f} "
        f"| {row.bound:.4f} | {row.unexplained:.0e} |"
        for row in rows
    ]
    largest = max(row.unexplained for row in rows)
    many = sum(row.pools for row in rows if row.k == 1)
    return "\n".join(
        [
            "For each recorded pool with scores, and with right and wrong samples, `best_of_n_law` was given the",
            "pool's own share of right samples and its own ROC, and compared with `best_of_n` of the same samples.",
            "",
            "The law draws with replacement, the estimate without. Given that k draws with replacement hit d",
            "different samples, those are a uniform subset of d: the law must be the mean of the estimate over d.",
            f"On {many} pools and scores the largest departure from this is {largest:.0e}: rounding. All k draws are",
            "different with probability at least 1 − k(k − 1)/(2n), so the two differ by at most k(k − 1)/(2n); no",
            "pool exceeds it. For k near the size of the pool the bound says nothing, and the law and the estimate",
            "are answers to different questions: the law that of a new sample set with this ROC.",
            "",
            "The bound stands for the pool with the largest difference; the last column is the largest departure",
            "from the mean over d.",
            "",
            "| recording, score | pools | k | law, mean | estimate, mean | largest difference | bound | departure |",
            "|---|---|---|---|---|---|---|---|",
            *lines,
        ]
    )


def main() -> None:
    """Compare on all pools and write the evidence page."""
    print(evidence.write("recorded_law.md", "The law of best-of-n on recorded pools", CODE, page(run())))


if __name__ == "__main__":
    main()

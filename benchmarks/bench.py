"""Ours beside what people use today: same data, same run, as ratios, with the error of each.

    python benchmarks/bench.py           # the full run, one to ten minutes; writes the evidence page
    python benchmarks/bench.py --small   # seconds; prints the table only

Errors are against exact rational arithmetic (`exact.py`), on values of k spread over the range; the other
side (`usual.py`) is written by us from the public description of each method.
"""

from __future__ import annotations

import argparse
import collections
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from unittest import mock

import evidence
import exact
import inference_scaling as its
import numpy as np
import usual

SEED = 7
CODE = ["lib/inference_scaling/estimates", "lib/inference_scaling/laws", "lib/inference_scaling/verifiers"]


@dataclass(frozen=True)
class Size:
    """How much of everything a run takes."""

    problems: int
    samples: int
    resamples: int
    draws: int
    law_calls: int
    long: int
    big: int
    votes: int
    rows: int


FULL = Size(
    problems=10_000,
    samples=1_000,
    resamples=1_000,
    draws=100,
    law_calls=1_000,
    long=10_000,
    big=10_000_000,
    votes=1_000_000,
    rows=1_000_000,
)
SMALL = Size(
    problems=100, samples=60, resamples=50, draws=5, law_calls=10, long=500, big=100_000, votes=2_000, rows=2_000
)


@dataclass(frozen=True)
class Row:
    """One comparison: seconds and largest error of both sides, in the words of `error`."""

    what: str
    usual: str
    seconds: float
    usual_seconds: float
    error: float
    usual_error: float
    measure: str

    @property
    def ratio(self) -> float:
        return self.usual_seconds / self.seconds


def timed(
    call: Callable[[], object], repeats: int = 1, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, object]:
    """Return the best time of a few calls, in seconds, and the result."""
    best = np.inf
    for _ in range(repeats):
        start = clock()
        result = call()
        best = min(best, clock() - start)
    return best, result


def relative(found: np.ndarray, truth: list) -> float:
    """Return the largest relative error against exact fractions."""
    return max(abs(float((_fraction(x) - t) / t)) for x, t in zip(found, truth, strict=True) if t)


def relative_down_to(found: np.ndarray, truth: list, least: float = 1e-300) -> float:
    """Return the largest relative error of values that a float holds with all its digits."""
    kept = [(x, t) for x, t in zip(found, truth, strict=True) if t > least]
    return relative(np.array([x for x, _ in kept]), [t for _, t in kept])


def absolute(found: np.ndarray, truth: list) -> float:
    """Return the largest absolute error against exact fractions."""
    return max(abs(float(_fraction(x) - t)) for x, t in zip(found, truth, strict=True))


def _fraction(x: float) -> exact.Fraction:
    return exact.Fraction(float(x))


def table(size: Size, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return counts of a benchmark with success probabilities spread as Beta(0.3, 1.2)."""
    n = np.full(size.problems, size.samples)
    return n, rng.binomial(n, rng.beta(0.3, 1.2, size.problems))


def bench_pass_at_k(size: Size, rng: np.random.Generator) -> Row:
    n, c = table(size, rng)
    k = np.arange(1, size.samples + 1)
    seconds, ours = timed(lambda: its.pass_at_k(n[:, None], c[:, None], k), 3)
    usual_seconds, theirs = timed(lambda: np.array([usual.pass_at_k_product(n, c, one) for one in k]).T)
    problems = rng.integers(size.problems, size=300)
    budgets = rng.integers(1, size.samples + 1, size=300)
    truth = [exact.pass_at_k(size.samples, int(c[i]), int(one)) for i, one in zip(problems, budgets, strict=True)]
    return Row(
        f"pass@k, {size.problems:,} problems × {size.samples:,} samples, every k",
        "the product formula, problem by problem",
        seconds,
        usual_seconds,
        relative(ours[problems, budgets - 1], truth),
        relative(theirs[problems, budgets - 1], truth),
        "relative",
    )


def bench_pass_hat_k(size: Size, rng: np.random.Generator) -> Row:
    n, c = table(size, rng)
    k = np.arange(1, size.samples + 1)
    seconds, ours = timed(lambda: its.pass_hat_k(n[:, None], c[:, None], k), 3)
    # The work with whole numbers of hundreds of digits is timed at a few k and taken for all.
    few = k[:: max(1, k.size // 20)]
    usual_seconds, theirs = timed(lambda: np.array([usual.pass_hat_k_binomials(n, c, one) for one in few]).T)
    problems, columns = rng.integers(size.problems, size=300), rng.integers(few.size, size=300)
    truth = [exact.pass_hat_k(size.samples, int(c[i]), int(few[at])) for i, at in zip(problems, columns, strict=True)]
    return Row(
        f"pass^k, {size.problems:,} problems × {size.samples:,} samples, every k",
        "a ratio of two binomials, problem by problem",
        seconds,
        usual_seconds * k.size / few.size,
        relative_down_to(ours[problems, few[columns] - 1], truth),
        relative_down_to(theirs[problems, columns], truth),
        "relative",
    )


def bench_bootstrap(size: Size, rng: np.random.Generator) -> list[Row]:
    n, c = table(size, rng)
    per_problem = its.pass_at_k(n[:, None], c[:, None], np.arange(1, size.samples + 1))
    with mock.patch.object(its.estimates.intervals, "RESAMPLES", size.resamples):
        seconds, ours = timed(lambda: its.problem_interval(per_problem, method="percentile", rng=SEED), 3)
    scale = per_problem.std(axis=0) / np.sqrt(size.problems)

    def disagreement(low: np.ndarray, high: np.ndarray) -> float:
        # The exact standard error is known here; a 95 % interval is close to 3.92 of it wide.
        return float(np.max(np.abs((high - low)[scale > 0] / (3.92 * scale[scale > 0]) - 1)))

    rows = []
    ways = {"NumPy loop of draws": usual.bootstrap_loop, "scipy.stats.bootstrap": usual.bootstrap_scipy}
    for name, function in ways.items():
        usual_seconds, (low, high) = timed(lambda f=function: f(per_problem, size.resamples, 0.95, rng))
        rows.append(
            Row(
                f"interval of pass@k over {size.problems:,} problems, {size.samples:,} values of k, "
                f"{size.resamples:,} resamples",
                name,
                seconds,
                usual_seconds,
                disagreement(*ours),
                disagreement(low, high),
                "width, relative",
            )
        )
    return rows


def bench_compare(size: Size, rng: np.random.Generator) -> Row:
    p = rng.beta(0.3, 1.2, size.problems)
    n = np.full(size.problems, size.samples)
    # The second system is better on hard problems and worse on easy ones: the curves cross.
    counts = rng.binomial(n, p), rng.binomial(n, 0.9 * p**0.8)
    systems = [its.SampleSet.from_counts(n, c) for c in counts]
    seconds, ours = timed(lambda: its.compare(*systems, rng=SEED), 3)
    # The usual side gets pass@k of every problem for nothing, and has neither band nor crossing.
    first, second = (its.pass_at_k(n[:, None], c[:, None], ours.k) for c in counts)
    usual_seconds, (low, high) = timed(
        lambda: usual.compared_by_bootstrap(first, second, size.resamples, ours.level, rng)
    )
    scale = (first - second).std(axis=0) / np.sqrt(size.problems)
    return Row(
        f"two systems, {size.problems:,} problems × {size.samples:,} samples, {ours.k.size} values of k: "
        "pass@k, intervals, band and crossing",
        f"a paired percentile bootstrap of {size.resamples:,} resamples, pass@k given: intervals only",
        seconds,
        usual_seconds,
        float(np.max(np.abs((ours.high - ours.low) / (3.92 * scale) - 1))),
        float(np.max(np.abs((high - low) / (3.92 * scale) - 1))),
        "width, relative",
    )


def pool(size: Size, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return answer, correct and score of one problem's pool: 20 answers, scores with ties."""
    answer = rng.choice(20, size.samples, p=rng.dirichlet(np.full(20, 0.8)))
    correct = answer == np.bincount(answer).argsort()[-2]
    score = np.round(rng.normal(correct * 1.0, 1.0), 2)
    return answer, correct, score


def bench_best_of_n(size: Size, rng: np.random.Generator) -> Row:
    _, correct, score = pool(size, rng)
    k = np.arange(1, size.samples + 1)
    seconds, ours = timed(lambda: its.best_of_n(correct, score, k), 3)
    usual_seconds, theirs = timed(lambda: usual.best_of_n_drawn(correct, score, k, size.draws, rng))
    some = np.unique(np.geomspace(1, size.samples, 20).astype(int)) - 1
    truth = [exact.best_of_n(correct, score, int(k[i])) for i in some]
    return Row(
        f"best-of-k, a pool of {size.samples:,}, every k",
        f"{size.draws:,} drawn subsets for each k",
        seconds,
        usual_seconds,
        absolute(ours[some], truth),
        absolute(theirs[some], truth),
        "absolute",
    )


def bench_deep_pool(size: Size, rng: np.random.Generator) -> Row:
    n, k = 2 * size.long, 2 * size.long - 2
    correct, score = rng.random(n) < 0.3, rng.permutation(n)
    seconds, ours = timed(lambda: its.best_of_n(correct, score, k), 3)
    usual_seconds, theirs = timed(lambda: usual.best_of_n_table(correct, score, k))
    # Two are left out: the best is one of the three at the top.
    top, kept = correct[np.argsort(score)[:-4:-1]].tolist(), exact.Fraction(k, n)
    left = 1 - kept
    truth = [top[0] * kept + top[1] * left * exact.Fraction(k, n - 1) + top[2] * left * exact.Fraction(1, n - 1)]
    return Row(
        f"best-of-k, a pool of {n:,}, k = {k:,}",
        "a table of every smaller k",
        seconds,
        usual_seconds,
        absolute(np.array([ours]), truth),
        absolute(np.array([theirs]), truth),
        "absolute",
    )


def bench_majority(size: Size, rng: np.random.Generator) -> Row:
    answer, correct, _ = pool(size, rng)
    k = np.arange(1, size.samples + 1)
    seconds, ours = timed(lambda: its.majority_vote(answer, correct, k), 3)
    usual_seconds, theirs = timed(lambda: usual.majority_drawn(answer, correct, k, size.draws, rng))
    some = np.array([1, 2, 3, 5, 8, 12, 20, 32]) - 1
    truth = [exact.majority_vote(answer, correct, int(k[i])) for i in some]
    return Row(
        f"majority vote, a pool of {size.samples:,}, every k (errors: k ≤ 32)",
        f"{size.draws:,} drawn subsets for each k",
        seconds,
        usual_seconds,
        absolute(ours[some], truth),
        absolute(theirs[some], truth),
        "absolute",
    )


def bench_stopped_vote(size: Size, rng: np.random.Generator) -> Row:
    answer = np.repeat(np.arange(7), [22, 17, 10, 6, 3, 1, 1])
    correct, rule, budget = answer == 1, its.BetaRule(0.95), 32
    seconds, ours = timed(lambda: its.stopped_vote(answer, correct, rule, budget), 3)
    usual_seconds, theirs = timed(lambda: usual.votes_that_stop(answer, correct, 0.95, budget, size.votes, rng))
    assert ours.method == "exact"
    right, drawn = theirs
    difference = max(abs(ours.accuracy - right.mean()), abs(ours.samples - drawn.mean()) / budget)
    noise = max(right.std(), drawn.std() / budget) / np.sqrt(size.votes)
    return Row(
        f"vote that stops (Beta rule), a pool of {answer.size}, at most {budget} samples",
        f"{size.votes:,} simulated votes",
        seconds,
        usual_seconds,
        float(difference),
        float(noise),
        "ours: distance from the simulation; usual: its standard error",
    )


def bench_fit(size: Size, rng: np.random.Generator) -> Row:
    n, c = table(size, rng)
    seconds, ours = timed(lambda: its.BetaBinomial.fit(n, c), 3)
    usual_seconds, theirs = timed(lambda: usual.fit_beta_binomial(n, c))
    best = max(_likelihood(n, c, ours.a, ours.b), _likelihood(n, c, *theirs))
    return Row(
        f"Beta-binomial fit, {size.problems:,} problems",
        "scipy.stats.betabinom and Nelder-Mead",
        seconds,
        usual_seconds,
        best - _likelihood(n, c, ours.a, ours.b),
        best - _likelihood(n, c, *theirs),
        "log-likelihood below the better one",
    )


def bench_interval(size: Size, rng: np.random.Generator) -> list[Row]:
    rows = []
    for n in (size.long, 10 * size.long):
        c = rng.binomial(n, rng.beta(0.3, 1.2, 100))
        seconds, ours = timed(lambda n=n, c=c: its.BetaBinomial.fit(n, c).interval([1, n]), 3)
        # The likelihood as it is written, one term for each sample.
        with mock.patch.object(its.laws.many_problems, "_SINGLE", n):
            usual_seconds, theirs = timed(lambda n=n, c=c: its.BetaBinomial.fit(n, c).interval([1, n]))
        rows.append(
            Row(
                f"interval of a Beta-binomial fit, 100 problems × {n:,} samples",
                "the same, every term of the likelihood",
                seconds,
                usual_seconds,
                float(np.max(np.abs(np.subtract(ours, theirs)))),
                0.0,
                "absolute, from every term",
            )
        )
    return rows


def _likelihood(n: np.ndarray, c: np.ndarray, a: float, b: float) -> float:
    return float(usual.scipy.stats.betabinom.logpmf(c, n, a, b).sum())


def bench_law(size: Size, rng: np.random.Generator) -> list[Row]:
    correct = rng.random(10_000) < 0.3
    roc = its.Roc.from_scores(rng.normal(correct * 1.0, 1.0), correct)
    p = rng.uniform(1e-3, 0.5, size.law_calls)
    k = rng.integers(1, 1_000, size.law_calls)
    calls = list(zip(p.tolist(), k.tolist(), strict=True))
    checked, corners = calls[:10], roc.points.T
    truth = [exact.best_of_n_law(x, *corners, y) for x, y in checked]
    seconds, ours = timed(lambda: np.array([its.best_of_n_law(x, roc, y) for x, y in calls]), 3)
    rows = []
    for name, function, few in (
        ("trapezoidal rule on the corners", usual.best_of_n_trapezoid, calls),
        ("interpolation and scipy.integrate.quad, timed on 10 calls", usual.best_of_n_quadrature, checked),
    ):
        usual_seconds, theirs = timed(lambda f=function, few=few: [f(x, *corners, y) for x, y in few])
        rows.append(
            Row(
                f"best-of-k law, empirical ROC of 10,000 scores, {size.law_calls:,} calls",
                name,
                seconds,
                usual_seconds * len(calls) / len(few),
                absolute(ours[:10], truth),
                absolute(theirs[:10], truth),
                "absolute",
            )
        )
    return rows


def bench_reading(size: Size, rng: np.random.Generator) -> list[Row]:
    problem, correct = rng.integers(5_000, size=size.rows), rng.random(size.rows) < 0.3
    answer, score = rng.integers(40, size=size.rows), rng.normal(size=size.rows)
    known, n = np.unique(problem, return_counts=True)
    truth = dict(zip((f"task/{i}" for i in known.tolist()), n.tolist(), strict=True))
    # Readers differ in how many processors they use: their processor time is compared.
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "samples.csv")
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["problem", "correct", "answer", "score"])
            columns = ([f"task/{i}" for i in problem.tolist()], correct.astype(int), answer, score.tolist())
            writer.writerows(zip(*columns, strict=True))
        sides = {"pyarrow's reader": timed(lambda: its.read_samples(path), 5, time.process_time)}
        with mock.patch.object(its.samples.files, "quick_table", lambda *_: None):
            sides["NumPy alone"] = timed(lambda: its.read_samples(path), 5, time.process_time)
        for name in ("polars", "pandas", "pyarrow.csv"):
            try:
                function = import_module(name).read_csv
            except ImportError:
                continue
            usual_seconds, theirs = timed(partial(function, path), 5, time.process_time)
            counted = collections.Counter(map(str, theirs["problem"]))
            for side, (seconds, ours) in sides.items():
                found = dict(zip(ours.problems, ours.n.tolist(), strict=True))
                rows.append(
                    Row(
                        f"reading {size.rows:,} samples from CSV with {side}, checked, lines known; processor s",
                        f"read_csv of {name}: columns as they are, unchecked",
                        seconds,
                        usual_seconds,
                        float(found != truth),
                        float(counted != truth),
                        "0: the samples of every problem are counted right",
                    )
                )
    return rows


BENCHES = (
    bench_reading,
    bench_pass_at_k,
    bench_pass_hat_k,
    bench_bootstrap,
    bench_compare,
    bench_best_of_n,
    bench_deep_pool,
    bench_majority,
    bench_stopped_vote,
    bench_fit,
    bench_interval,
    bench_law,
)


def memory(size: Size) -> str:
    """Return a sentence on the memory that one large sample set takes."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    problems = size.big // 1_000
    n = np.full(problems, 1_000)
    c = np.random.default_rng(SEED).binomial(n, 0.3)
    seconds, _ = timed(lambda: its.curve(its.SampleSet.from_counts(n, c), "pass", [1, 10, 100], rng=SEED))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        f"{size.big:,} samples in one sample set, with a curve: {seconds:.2g} s, "
        f"peak memory {peak / 2**20:.2f} GB (of which {before / 2**20:.2f} GB before)."
    )


def markdown(rows: list[Row], note: str) -> str:
    """Return the table and what it does not say."""
    lines = [
        "Each row compares one computation of this library with the way it is usually done: same data, same",
        "run, one process. Seconds differ between machines and runs; the ratio is what to read. Ours is the best",
        "of three calls, the other side one call.",
        "",
        "| what | usual way | ours, s | usual, s | ratio | our error | usual error | error is |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        lines.append(
            f"| {row.what} | {row.usual} | {row.seconds:.2g} | {row.usual_seconds:.2g} | {_ratio(row.ratio)} "
            f"| {row.error:.0e} | {row.usual_error:.0e} | {row.measure} |"
        )
    lines += [
        "",
        "Errors are the largest over values spread over the range. Relative and absolute errors are against exact",
        "rational arithmetic. For intervals the comparison is with 3.92 standard errors, which is itself an",
        "approximation; both sides carry the noise of their resamples.",
        "",
        note,
    ]
    return "\n".join(lines)


def _ratio(x: float) -> str:
    return f"{x:,.0f}" if x >= 10 else f"{x:.1f}"


def run(size: Size) -> str:
    """Return the table of one run as Markdown."""
    note = memory(size)
    rows: list[Row] = []
    for bench in BENCHES:
        found = bench(size, np.random.default_rng(SEED))
        rows += found if isinstance(found, list) else [found]
        print(f"{bench.__name__}: done", file=sys.stderr, flush=True)
    return markdown(rows, note)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="seconds instead of minutes; writes nothing")
    args = parser.parse_args()
    body = run(SMALL if args.small else FULL)
    print(body)
    if not args.small:
        evidence.write("benchmarks.md", "Benchmarks", CODE, body)
    return 0


if __name__ == "__main__":
    sys.exit(main())

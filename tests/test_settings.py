"""Settings alone and pooled: the pool compared with every way to draw equal shares, written out."""

from itertools import combinations, product

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.estimates import settings
from inference_scaling.samples import SampleSet


def table(seed: int, sizes: list[int], answers: int = 3, scores: int = 4) -> SampleSet:
    rng = np.random.default_rng(seed)
    rows = sum(sizes)
    answer = rng.integers(0, answers, rows)
    labels = [None if one == answers - 1 else f"{'abcdef'[one]}" for one in answer]
    return SampleSet.from_columns(
        {
            "problem": np.repeat([f"p{i}" for i in range(len(sizes))], sizes).tolist(),
            "correct": ((answer == 0) | (rng.random(rows) < 0.1)).tolist(),
            "answer": labels,
            "score": rng.integers(0, scores, rows).astype(float).tolist(),
        }
    )


def by_hand(sets: list[SampleSet], selector: str, k: int, code: int) -> float:
    """The mean over all ways to draw k / settings samples of each."""
    share = k // len(sets)
    label = sets[0].problems[code]
    pools = []
    for one in sets:
        rows = np.flatnonzero(one.problem == one.problems.index(label))
        names = [*one.answers, None]
        pools.append([(bool(one.correct[i]), names[one.answer[i]], one.score[i]) for i in rows])
    every = [row for pool in pools for row in pool]
    found = []
    for drawn in product(*(combinations(pool, share) for pool in pools)):
        rows = [row for part in drawn for row in part]
        right = [row[0] for row in rows]
        if selector == "pass":
            found.append(any(right))
        elif selector == "all":
            found.append(all(right))
        elif selector == "best_of_n":
            top = max(row[2] for row in rows)
            found.append(np.mean([row[0] for row in rows if row[2] == top]))
        else:
            votes = {name: sum(row[1] == name for row in rows) for _, name, _ in rows if name is not None}
            leaders = [name for name, one in votes.items() if one == max(votes.values())]
            worth = [np.mean([row[0] for row in every if row[1] == name]) for name in leaders]
            found.append(np.mean(worth) if leaders else 0.0)
    return float(np.mean(found))


@pytest.mark.filterwarnings("ignore::inference_scaling.IntervalWarning")
@pytest.mark.parametrize("selector", ["pass", "all", "best_of_n", "majority"])
@pytest.mark.parametrize(
    ("sizes", "k", "answers"), [([[6, 5, 4], [4, 6, 5]], [2, 4], 4), ([[4, 3, 3], [3, 4, 3], [5, 3, 4]], [3], 5)]
)
def test_equal_shares_are_the_mean_over_all_draws(
    selector: str, sizes: list[list[int]], k: list[int], answers: int
) -> None:
    sets = {0.2 + i: table(i, one, answers) for i, one in enumerate(sizes)}
    found = its.compare_settings(sets, selector, k, rng=0)
    for code in range(3):
        for at, one in enumerate(k):
            expected = by_hand(list(sets.values()), selector, one, code)
            assert found.pooled.per_problem[code, at] == pytest.approx(expected, abs=1e-12)
    assert found.simulated == 0
    assert found.union is None
    for one, samples in zip(found.single, sets.values(), strict=True):
        assert np.array_equal(one.value, its.curve(samples, selector, k).value)


@pytest.mark.filterwarnings("ignore::inference_scaling.IntervalWarning")
def test_all_continuous_scores_and_longer_pools_agree_with_a_simulation() -> None:
    rng = np.random.default_rng(7)
    sets = [table(seed, [30, 30], 6, 10**6) for seed in (1, 2)]
    found = {
        selector: its.compare_settings({"a": sets[0], "b": sets[1]}, selector, [12], rng=0)
        for selector in ("best_of_n", "majority")
    }
    for code in range(2):
        drawn = [np.array([rng.permutation(30)[:6] for _ in range(20_000)]) for _ in sets]
        rows = [np.flatnonzero(one.problem == code) for one in sets]
        right = np.concatenate(
            [one.correct[mine][part] for one, mine, part in zip(sets, rows, drawn, strict=True)], axis=1
        )
        score = np.concatenate(
            [one.score[mine][part] for one, mine, part in zip(sets, rows, drawn, strict=True)], axis=1
        )
        best = right[np.arange(len(right)), score.argmax(axis=1)].mean()
        assert found["best_of_n"].pooled.per_problem[code, 0] == pytest.approx(best, abs=0.015)
    exact = np.asarray(found["majority"].pooled.per_problem)
    assert found["majority"].simulated == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "STEPS", 1)
        drawn_votes = its.compare_settings({"a": sets[0], "b": sets[1]}, "majority", [12], rng=0)
    assert drawn_votes.simulated == 2
    assert np.asarray(drawn_votes.pooled.per_problem) == pytest.approx(exact, abs=0.06)


def test_one_setting_twice_is_no_diversity_and_the_union_is_one_pool() -> None:
    samples = SampleSet.from_counts([8] * 40, [0, 2, 5, 8] * 10)
    found = its.compare_settings({0.7: samples, "again": samples}, "pass", [2, 4, 8], rng=0)
    # The same samples twice are 16 of which as many are right: drawn from all, k of them are a pool of 16.
    assert found.union.value == pytest.approx(
        its.pass_at_k(2 * samples.n[:, None], 2 * samples.c[:, None], [2, 4, 8]).mean(axis=0)
    )
    # A fixed share leaves less to chance than the union, and both more than samples without replacement from one.
    assert np.all(found.union.value <= found.single[0].value + 1e-12)
    assert found.settings == ("0.7", "again")
    assert (found.best == 0).all()


def test_settings_that_solve_different_problems_gain_by_the_pool_and_the_best_alone_is_flattered() -> None:
    rng = np.random.default_rng(3)
    p = rng.beta(0.3, 1.5, 60)
    sets = {t: SampleSet.from_counts([16] * 60, rng.binomial(16, rng.permutation(p))) for t in (0.2, 0.6, 1.0, 1.4)}
    found = its.compare_settings(sets, "pass", [4, 8, 16], rng=0)
    gain = found.against()
    assert (gain.low[1:] > 0).all()
    assert np.all(found.chosen.value <= found.best_value + 1e-12) and found.chosen.value[0] < found.best_value[0]
    assert np.all(found.pooled.value >= found.union.value)
    assert "the pool is ahead" in str(found)
    expected = its.paired_interval(found.pooled, found.single[2])
    assert np.array_equal(found.against(2).value, expected.value)


def test_order_of_problems_does_not_matter() -> None:
    sets = [table(seed, [6] * 12, 4) for seed in (4, 5)]
    turned = sets[1].select(list(sets[1].problems)[::-1])
    one = its.compare_settings({"a": sets[0], "b": sets[1]}, "majority", [2, 4], rng=0)
    other = its.compare_settings({"a": sets[0], "b": turned}, "majority", [2, 4], rng=0)
    assert np.asarray(one.pooled.per_problem) == pytest.approx(np.asarray(other.pooled.per_problem))


GOOD = SampleSet.from_counts([6] * 20, [0, 3] * 10)


@pytest.mark.parametrize(
    ("sets", "selector", "k", "message"),
    [
        ({0.2: GOOD}, "pass", 2, "sets = .*: must be a mapping of at least two"),
        ([GOOD, GOOD], "pass", 2, "sets = .*: must be a mapping"),
        ({0.2: GOOD, -1.0: GOOD}, "pass", 2, "sets has the key -1.0: must be a temperature of at least 0"),
        ({0.2: GOOD, float("nan"): GOOD}, "pass", 2, "sets has the key nan"),
        ({0.2: GOOD, True: GOOD}, "pass", 2, "sets has the key True"),
        ({0.2: GOOD, "0.2": GOOD}, "pass", 2, "two settings called alike"),
        ({0.2: GOOD, 0.4: 3}, "pass", 2, r"sets\[0.4\] is a int: must be a SampleSet"),
        ({0.2: GOOD, 0.4: GOOD}, "pass", 3, "k = 3: must be a multiple of 2"),
        ({0.2: GOOD, 0.4: GOOD}, "pass", 8, "k = 8: problem '0' has only 6 samples"),
        ({0.2: GOOD, 0.4: GOOD}, "majority", 2, "the samples have no column 'answer'"),
        ({0.2: GOOD, 0.4: GOOD}, "weighted", 2, "selector = 'weighted': must be one of"),
        ({0.2: GOOD, 0.4: GOOD.select([0, 1])}, "pass", 2, "0.4 lacks 18 of 20 problems"),
    ],
)
def test_what_cannot_be_pooled_is_refused(sets: object, selector: str, k: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        its.compare_settings(sets, selector, k)


def test_a_place_that_is_no_setting_is_refused() -> None:
    found = its.compare_settings({0.2: GOOD, 0.4: GOOD}, "pass", 2, rng=0)
    for bad in (2, -1, True, "0.2"):
        with pytest.raises(ValueError, match="setting = "):
            found.against(bad)


def test_temperatures_of_the_trained_reasoner_cover_what_its_own_chances_say() -> None:
    from inference_scaling.sources import reasoner

    model = reasoner.load(reasoner.Config(seed=14)).reasoner
    rng = np.random.default_rng(11)
    problems = reasoner.draw_problems(150, rng)
    heats = (0.4, 0.8, 1.2)
    sets = {heat: model.sample(problems, 24, rng, temperature=heat) for heat in heats}
    k = np.array([3, 6, 12, 24])
    found = its.compare_settings(sets, "pass", k, rng=0)
    miss = [(1 - model.success(problems, heat))[:, None] ** (k / 3) for heat in heats]
    expected = 1 - np.prod(miss, axis=0)
    error = (np.asarray(found.pooled.per_problem) - expected).std(axis=0) / np.sqrt(150)
    assert np.all(np.abs(found.pooled.value - expected.mean(axis=0)) < 4 * error)
    # Cold is best with few samples, hot with many; the pool is between them on each problem.
    assert found.best[0] == 0 and found.best[-1] > 0


def test_among_equal_settings_the_pool_is_not_said_to_be_ahead_of_the_best() -> None:
    rng = np.random.default_rng(0)
    ahead = []
    for _ in range(60):
        p = rng.beta(1, 1, 60)
        sets = {heat: SampleSet.from_counts([8] * 60, rng.binomial(8, p)) for heat in (0.2, 0.6, 1.0)}
        found = its.compare_settings(sets, "pass", 3, rng=0)
        ahead.append(found.against().low[0] > 0)
        # What is chosen on other problems is no better than what is chosen in hindsight.
        assert found.chosen.value[0] <= found.best_value[0] + 1e-12
    assert np.mean(ahead) <= 0.05


def test_the_interval_beside_the_best_is_that_of_both_ways_to_choose_it() -> None:
    rng = np.random.default_rng(1)
    p = rng.beta(1, 1, 60)
    sets = {heat: SampleSet.from_counts([8] * 60, rng.binomial(8, p)) for heat in (0.2, 0.6)}
    found = its.compare_settings(sets, "pass", [2, 8], rng=0)
    hindsight = np.stack([found.single[at].per_problem[:, i] for i, at in enumerate(found.best)], axis=1)
    rivals = (found.chosen.per_problem[:], hindsight)
    both = [its.paired_interval(found.pooled.per_problem[:], rival) for rival in rivals]
    gap = found.against()
    assert gap.value == pytest.approx(both[0].value)
    assert gap.low == pytest.approx(np.minimum(both[0].low, both[1].low))
    assert gap.high == pytest.approx(np.maximum(both[0].high, both[1].high))
    assert np.any(both[1].low < both[0].low) or np.any(both[1].high > both[0].high)

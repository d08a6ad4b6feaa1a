"""Plans of many problems: sums and pools that stand for a loop over problems are that loop, to the last digits."""

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.decisions import rule
from inference_scaling.decisions.backtests import shuffled_within
from inference_scaling.decisions.options import CostModel, Question, Table
from inference_scaling.laws import mixtures


def out_of_fold_directly(table, question, rng):
    """Each choice from the values of the other folds, as the definition says."""
    problems = len(table.values)
    values, cost = table.values[np.lexsort(table.values.T)], rule.mean_cost(table, question)
    folds = min(rule.FOLDS, problems)
    repeats = 1 if folds == problems else rule.REPEATS
    found = np.zeros((2, problems))
    for _ in range(repeats):
        fold = rng.permutation(problems) % folds
        for number in range(folds):
            held_out = fold == number
            for row, column in enumerate(rule.choose(values[~held_out], cost, question)):
                found[row, held_out] += values[held_out, column] / repeats
    return np.clip(found, 0, 1)


def asked(goal, prefer):
    own = {"target": None, "budget": None} | goal
    return Question(
        objective="accuracy",
        cost=CostModel(1.0),
        selectors=("majority",),
        stop_early=False,
        prefer=prefer,
        level=0.95,
        **own,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 40),
    st.integers(1, 12),
    st.sampled_from([1, 4, 1000]),
    st.sampled_from([{"budget": 3.0}, {"budget": 100.0}, {"target": 0.5}]),
    st.sampled_from(["cheaper", "highest"]),
    st.integers(0, 2**32),
)
def test_choices_from_sums_over_folds_are_those_from_the_values_outside(problems, options, steps, goal, prefer, seed):
    rng = np.random.default_rng(seed)
    # Few steps make many equal values; a drift makes some differences significant.
    drift = np.linspace(0, rng.uniform(0, 0.5), options)
    values = np.clip(np.round(rng.random((problems, options)) * steps) / steps + drift, 0, 1)
    k = np.arange(1, options + 1)
    counts = np.full(problems, options)
    spent = np.tile(k.astype(float), (problems, 1))
    table = Table(("majority",) * options, k, values, spent, counts, counts, np.ones(problems))
    question = asked(goal, prefer)
    found = rule.out_of_fold(table, question, np.random.default_rng(seed))
    direct = out_of_fold_directly(table, question, np.random.default_rng(seed))
    np.testing.assert_allclose(found, direct, rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 3), st.integers(0, 2**32))
def test_rows_are_put_in_order_as_by_all_their_columns(rows, columns, steps, seed):
    values = np.random.default_rng(seed).integers(0, steps + 1, (rows, columns)) / steps
    assert rule.order_of_rows(values).tolist() == np.lexsort(values.T).tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 9))
def test_the_curves_of_many_problems_are_those_of_each_pool(seed, problems, most):
    rng = np.random.default_rng(seed)
    problem = rng.permutation(np.repeat(np.arange(problems), rng.integers(1, most + 1, problems)))
    answer = rng.integers(-1, 3, problem.size)
    correct = np.where(rng.random(problem.size) < 0.9, answer == 0, rng.random(problem.size) < 0.5)
    labels = tuple(map(str, range(problems)))
    columns = {"answer": answer, "answers": ("a", "b", "c"), "score": rng.integers(0, 4, problem.size) / 3}
    samples = its.SampleSet(problem, correct, labels, **columns)
    k = np.arange(1, int(samples.n.min()) + 1)
    pools = list(samples.pools())
    direct = [its.majority_vote(pool.answer, pool.correct, k) for pool in pools]
    np.testing.assert_allclose(its.curve(samples, "majority", k).per_problem, direct, rtol=0, atol=1e-12)
    direct = [its.best_of_n(pool.correct, pool.score, k) for pool in pools]
    np.testing.assert_allclose(its.curve(samples, "best_of_n", k).per_problem, direct, rtol=0, atol=1e-12)


def test_votes_that_are_alike_are_worked_out_once(monkeypatch):
    from inference_scaling.estimates import curves

    looked_at = []
    real = curves.majority_vote
    monkeypatch.setattr(curves, "majority_vote", lambda *given: looked_at.append(given) or real(*given))
    right = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 0, 0]] * 50, bool)
    # The same votes under other names; a missing answer casts none.
    answer = [["x", "x", "y"], ["z", "w", "w"], ["x", None, None], ["x", "x", "y"]] * 50
    found = its.curve(its.SampleSet.from_matrix(right, answer=answer), "majority", [1, 3]).per_problem
    assert len(looked_at) == 3
    np.testing.assert_allclose(found[:4], [[2 / 3, 1], [2 / 3, 1], [1 / 3, 1], [0, 0]], rtol=1e-12)


def test_votes_that_stop_are_followed_once_where_they_are_alike(monkeypatch):
    from inference_scaling.decisions import options

    looked_at = []
    real = options.capped_vote
    monkeypatch.setattr(options, "capped_vote", lambda *given, **more: looked_at.append(given) or real(*given, **more))
    # Twice the same votes under other names, and a missing answer that may or may not have been right.
    answer = [["x", "x", "y", None], ["z", "w", "w", None], ["x", "y", "y", "y"]] * 9
    right = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [0, 1, 1, 1]] * 9, bool)
    samples = its.SampleSet.from_matrix(right, answer=answer)
    its.plan(samples, objective="accuracy", budget=3, stop_early=True, rng=0)
    assert len(looked_at) == 2 * len(options.STOPPING)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=9), st.integers(0, 2**32))
def test_rows_are_shuffled_within_problems_as_by_a_random_key(n, seed):
    problem = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(n)), n))
    found = shuffled_within(problem, np.array(n), np.random.default_rng(seed))
    assert found.tolist() == np.lexsort([np.random.default_rng(seed).random(problem.size), problem]).tolist()


def many_counts():
    rng = np.random.default_rng(3)
    n = rng.integers(40, 120, 400)
    return n, rng.binomial(n, rng.beta(0.4, 1.0, n.size))


def test_where_different_counts_are_too_many_for_their_shares_the_grid_alone_forecasts_the_same(monkeypatch):
    n, c = many_counts()
    whole = its.forecast(its.SampleSet.from_counts(n, c), [50, 1000])
    pairs = np.unique(np.stack([n, c]), axis=1).shape[1]
    # The shares of right samples, more than a hundred, have no place any more; the grid alone has.
    size = mixtures.MixingDistribution.fit(n, c)._counts.p.size
    monkeypatch.setattr(mixtures, "_MOST_ENTRIES", pairs * (size - 1))
    grid = its.forecast(its.SampleSet.from_counts(n, c), [50, 1000])
    assert mixtures.MixingDistribution.fit(n, c)._counts.p.size < size - 100
    np.testing.assert_allclose([grid.low, grid.high], [whole.low, whole.high], atol=2e-3)


def test_what_the_refusal_of_too_many_different_counts_says_can_be_done(monkeypatch):
    n, c = many_counts()
    monkeypatch.setattr(mixtures, "_MOST_ENTRIES", 100_000)
    with pytest.raises(ValueError, match=r"problems have different counts: must be at most \d+ .* rng.hypergeometric"):
        its.forecast(its.SampleSet.from_counts(n, c), 1000)
    m, rng = 40, np.random.default_rng(0)
    fewer = its.forecast(its.SampleSet.from_counts([m] * n.size, rng.hypergeometric(c, n - c, m)), 30)
    counted = its.curve(its.SampleSet.from_counts(n, c), "pass", 30, rng=0).value[0]
    assert fewer.low[0] < counted < fewer.high[0]


def test_a_fit_does_not_creep_towards_a_count_that_its_start_left_out(monkeypatch):
    rounds = []
    real = mixtures._step
    monkeypatch.setattr(mixtures, "_step", lambda *given: rounds.append(real(*given)) or rounds[-1])
    counts = mixtures._Counts.of(np.full(300, 200.0), np.r_[np.full(299, 10.0), 190.0])
    start = np.full(counts.p.size, 1e-280)
    start[np.abs(counts.p - 0.05).argmin()] = 1
    weight = mixtures._fit(counts.likelihood, counts.times, start, 1e-6)
    assert len(rounds) < 30
    assert weight[counts.p > 0.9].sum() == pytest.approx(1 / 300, rel=1e-3)

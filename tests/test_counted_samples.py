"""Counts as a form of their own: the numbers of the same samples as rows, without the rows."""

import copy
import dataclasses
import pickle

import inference_scaling as its
import numpy as np
import pytest

N, C = np.array([8, 9, 12, 8, 20]), np.array([0, 9, 3, 1, 11])
LABELS = ("a", "b", "c", "d", "e")


def as_rows(n=N, c=C, problems=LABELS):
    """The same samples as a table with one row each."""
    columns = {"problem": np.repeat(problems, n).tolist()}
    columns["correct"] = [i < right for total, right in zip(n, c, strict=True) for i in range(total)]
    return its.SampleSet.from_columns(columns)


def counted():
    return its.SampleSet.from_counts(N, C, problems=LABELS)


def expanded(samples):
    return {"problem", "correct"} & set(vars(samples))


def test_counts_are_the_rows_that_they_stand_for():
    mine, rows = counted(), as_rows()
    assert (len(mine), mine.problems, repr(mine)) == (len(rows), rows.problems, repr(rows))
    assert not expanded(mine)
    for one, other in zip(mine.pools(), rows.pools(), strict=True):
        assert np.array_equal(one.correct, other.correct)
    assert not expanded(mine)
    for name in ("n", "c", "problem", "correct"):
        assert np.array_equal(getattr(mine, name), getattr(rows, name))
        assert getattr(mine, name).dtype == getattr(rows, name).dtype
        with pytest.raises(ValueError, match="read-only"):
            getattr(mine, name)[0] = 1


SAME_NUMBERS = {
    "pass": lambda one: its.curve(one, "pass", [1, 2, 8], rng=0).low,
    "all": lambda one: its.curve(one, "all", [1, 2, 8], rng=0).per_problem,
    "forecast": lambda one: its.forecast(one, [8, 16]).value,
    "plan": lambda one: [its.plan(one, objective="coverage", budget=20, rng=0).choice.value],
    "plan that stops": lambda one: [its.plan(one, objective="coverage", budget=3, stop_early=True, rng=0).choice.value],
    "compare": lambda one: its.compare(one, its.SampleSet.from_counts(N, C[::-1] // 3, problems=LABELS), rng=0).low,
    "shares": lambda one: [its.solved_shares(one).always],
}


@pytest.mark.parametrize("number", SAME_NUMBERS.values(), ids=SAME_NUMBERS)
@pytest.mark.filterwarnings("ignore::inference_scaling.IntervalWarning")
def test_what_reads_counts_alone_gives_the_numbers_of_the_rows_and_makes_none(number):
    mine = counted()
    assert np.array_equal(number(mine), number(as_rows()))
    assert not expanded(mine)


def test_selected_copied_and_pickled_counts_stay_counts():
    for mine in (
        counted().select(["e", "b"]),
        counted().at_least_samples(9),
        copy.deepcopy(counted()),
        pickle.loads(pickle.dumps(counted())),
    ):
        assert type(mine) is type(counted())
        assert not expanded(mine)
    assert counted().select(["e", "b"]).problems == ("e", "b")
    assert counted().select(["e", "b"]).n.tolist() == [20, 9]
    assert counted().take([0, 8, 17, 29, 37]).n.tolist() == [1] * 5
    assert dataclasses.replace(counted(), meta={"source": "mine"}).c.tolist() == C.tolist()
    assert counted().with_score(np.zeros(len(counted()))).score.size == len(counted())


def test_the_array_that_the_counts_came_from_may_change():
    n = np.array([4, 4])
    mine = its.SampleSet.from_counts(n, [1, 2])
    n[0] = 9
    assert mine.n.tolist() == [4, 4]


def test_a_thousand_million_samples_take_the_memory_of_their_problems():
    import tracemalloc

    n, c = np.full(100_000, 10_000), np.arange(100_000) % 10_001
    tracemalloc.start()
    samples = its.SampleSet.from_counts(n, c)
    found = its.curve(samples, "pass", [1, 100], rng=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(samples) == 10**9
    assert found.value[0] == pytest.approx(np.mean(c / n))
    assert peak < 2**28

"""Samples counted where their table lies: the numbers of the same table read as a whole, one row a problem."""

from pathlib import Path

import dask.dataframe
import inference_scaling as its
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest


def rows(seed=0, count=600):
    rng = np.random.default_rng(seed)
    right = rng.random(count) < 0.4
    return {
        "problem": [f"p{i}" for i in rng.integers(40, size=count)],
        "correct": right.tolist(),
        "reward": np.where(right, 1.0, rng.random(count) / 2).tolist(),
        "model": ["small"] * count,
    }


def on_a_cluster(table):
    """The table in eight parts on the workers of a Dask cluster."""
    return dask.dataframe.from_pandas(pd.DataFrame(table), npartitions=8)


FRAMES = {"pandas": pd.DataFrame, "arrow": pa.table, "dask": on_a_cluster}
FORMS = {
    "bool": lambda right: right,
    "whole": lambda right: [int(one) for one in right],
    "float": lambda right: [float(one) for one in right],
    "words": lambda right: [" Yes" if one else "fail" for one in right],
}


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """Threads of this process as workers: one address each, as on several machines."""
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as here, Client(here):
        yield


def same(found, table):
    expected = its.SampleSet.from_columns(table)
    expected = expected.select(sorted(expected.problems))
    assert found.problems == expected.problems
    assert np.array_equal(found.n, expected.n)
    assert np.array_equal(found.c, expected.c)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_counts_are_those_of_the_whole_table(frame, form):
    table = rows()
    table["correct"] = form(table["correct"])
    same(its.counts(frame(table)), table)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_other_names_and_thresholds(frame):
    table = rows()
    renamed = {"task_id": table["problem"], "share": table["reward"]}
    found = its.counts(frame(renamed), names={"problem": "task_id", "correct": "share"}, at_least=0.25)
    right = [one >= 0.25 for one in table["reward"]]
    same(found, {"problem": table["problem"], "correct": right})
    partial = {name: table[name] for name in ("problem", "reward")}
    same(its.counts(frame(partial)), partial)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"correct": [1, 0, 2]}, "correct: problem 'b' has samples that are judged neither right nor wrong, 1 of them"),
        ({"correct": [1.0, None, 1.0]}, "correct: problem 'a' has samples that are judged neither"),
        ({"correct": ["yes", "no", "maybe"]}, "correct: problem 'b' has samples"),
        ({"problem": ["a", None, "b"]}, "every sample needs a problem"),
        ({"model": ["x", "y", "x"]}, "model: problem 'a' has samples of 'x' and of 'y'"),
    ],
)
def test_what_a_whole_table_would_refuse_is_refused(frame, changed, said):
    table = {"problem": ["a", "a", "b"], "correct": [1, 0, 1]} | changed
    with pytest.raises(its.SampleError, match=said):
        its.counts(frame(table))


def test_a_missing_column_and_what_is_no_table_are_named():
    with pytest.raises(its.SampleError, match="the column 'correct' is missing; found: problem"):
        its.counts(pd.DataFrame({"problem": ["a"]}))
    with pytest.raises(its.SampleError, match="expected a dataframe, got list"):
        its.counts([1])
    with pytest.raises(its.SampleError, match="empty table"):
        its.counts(pd.DataFrame({"problem": pd.Series([], dtype=str), "correct": pd.Series([], dtype=bool)}))


@pytest.mark.evidence
@pytest.mark.filterwarnings("ignore")
def test_every_engine_that_is_installed_counts_alike(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "benchmarks"))
    import counted_elsewhere

    seconds = counted_elsewhere.run(100_000, {**counted_elsewhere.ENGINES})
    assert None not in (seconds["pandas"], seconds["pyarrow"], seconds["dask"])

"""Results as dataframes: every one that is computed from samples has `to_frame`, with the numbers it holds."""

from __future__ import annotations

import dataclasses
import inspect
import warnings

import inference_scaling as its
import numpy as np
import pytest

# What a user hands in, and laws, which are functions: a frame would hold their parameters alone.
INPUTS = {
    *("BetaRule", "CertainRule", "DirichletRule", "DoublingRule", "FixedRule", "WindowRule"),
    *("TokenCost", "TokenPrices", "CostModel", "BetaBinomial", "InflatedBetaBinomial", "PowerLaw"),
    # A row of the table that has the frame.
    "Remedy",
}


def samples(shift=0):
    rng = np.random.default_rng(5)
    correct = rng.random((24, 8)) < rng.beta(1, 1 + shift, (24, 1))
    return its.SampleSet.from_columns(
        {
            "problem": np.repeat(np.arange(24), 8),
            "correct": correct.ravel(),
            "answer": np.where(correct, 0, rng.integers(1, 4, correct.shape)).ravel(),
            "score": rng.normal(correct).ravel(),
            "tokens": rng.integers(50, 150, correct.size),
        }
    )


ONE, OTHER = samples(), samples(1)
CURVE = its.curve(ONE, "pass", [1, 2, 4], cost="tokens", rng=0)


def results():
    pool = next(ONE.pools())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "Curve": CURVE,
            "SampleCost": CURVE.spending,
            "SystemComparison": its.compare(ONE, OTHER, k=[1, 2], rng=0),
            "CostComparison": its.compare_at_cost(CURVE, its.curve(OTHER, "pass", [1, 2, 4], cost="tokens"), rng=0),
            "SystemRanking": its.rank({"one": ONE, "other": OTHER}, k=[1, 2], rng=0),
            "SettingComparison": its.compare_settings({"0.2": ONE, "0.8": OTHER}, "pass", k=[2, 4], rng=0),
            "Forecast": its.forecast(ONE, [8, 16]),
            "Plan": its.plan(ONE, objective="accuracy", budget=4, rng=0),
            "Backtest": its.backtest(ONE, 3, objective="coverage", budget=3, repeats=2, rng=0),
            "SolvedShares": its.solved_shares(ONE, 2),
            "VarianceSplit": its.split_variance(ONE),
            "StoppedVote": its.stopped_vote(pool.answer, pool.correct, its.CertainRule(), 8),
            "CappedVote": its.capped_vote(pool.answer, pool.correct, its.CertainRule(), 8),
            "StoppedVotes": its.stopped_votes(ONE, its.CertainRule(), 8),
            "Audit": its.audit([0.5, 0.3], 10),
            "Difference": its.paired_interval(CURVE, its.curve(OTHER, "pass", [1, 2, 4])),
            "Vote": its.weighted_vote(pool.answer, pool.correct, np.exp(pool.score), [1, 2], rng=0),
        }


RESULTS = results()


def test_every_result_that_is_computed_from_samples_has_a_frame():
    classes = {name: one for name in its.__all__ if inspect.isclass(one := getattr(its, name))}
    results = {name for name, one in classes.items() if dataclasses.is_dataclass(one)} - INPUTS
    assert {name for name in results if not hasattr(classes[name], "to_frame")} == set()
    assert not {name for name in INPUTS if hasattr(classes.get(name), "to_frame")}


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("backend", ["pandas", "pyarrow"])
def test_a_frame_has_a_column_for_each_number_under_its_own_name(name, backend):
    found = RESULTS[name]
    assert type(found).__name__ == name
    frame = found.to_frame(backend)
    assert type(frame).__module__.partition(".")[0] == backend
    columns = frame.to_pydict() if backend == "pyarrow" else frame.to_dict("list")
    assert len({len(values) for values in columns.values()}) == 1
    for column, values in columns.items():
        held = getattr(found, column, None)
        if isinstance(held, np.ndarray) and held.ndim == 1 and held.size == len(values):
            assert np.array_equal(held, values), column
        elif isinstance(held, float) and np.isfinite(held):
            assert values == [held] * len(values), column


def test_the_frames_of_several_curves_stand_below_each_other():
    import pandas

    frames = [its.curve(ONE, selector, [1, 2], rng=0).to_frame("pandas") for selector in ("pass", "majority")]
    whole = pandas.concat(frames)
    assert whole.groupby("selector").size().to_dict() == {"majority": 2, "pass": 2}
    assert whole.columns.tolist() == ["k", "value", "standard_error", "low", "high", "selector", "level"]
    assert "cost" in CURVE.to_frame("pandas").columns


def test_long_frames_have_a_row_for_each_system_and_setting():
    ranking = RESULTS["SystemRanking"].to_frame("pandas")
    assert ranking[["k", "system"]].values.tolist() == [[1, "one"], [1, "other"], [2, "one"], [2, "other"]]
    assert ranking["value"].tolist() == RESULTS["SystemRanking"].value.ravel().tolist()
    settings = RESULTS["SettingComparison"].to_frame("pandas")
    assert (
        settings[settings["setting"] == "pooled"]["value"].tolist()
        == RESULTS["SettingComparison"].pooled.value.tolist()
    )
    assert {"0.2", "0.8", "pooled", "union", "best, cross-fitted"} == set(settings["setting"])
    plan = RESULTS["Plan"].to_frame("pandas")
    assert plan["option"].tolist() == ["chosen", "highest estimate"]
    assert plan.loc[0, "value"] == RESULTS["Plan"].choice.value


def test_a_tuple_with_names_is_a_frame_too():
    rejection = its.rejection(np.array([0.2, 0.5]), 0.1, 0.9, 4)
    frame = its.reports.as_frame(rejection, "pandas")
    assert frame.columns.tolist() == list(rejection._fields) and len(frame) == 2
    assert RESULTS["Plan"].choice.to_frame("pandas").loc[0, "k"] == RESULTS["Plan"].choice.k

"""Weights of votes: the unit they are given in decides nothing, and a weight below zero is no weight."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import SampleSet, cli, curve, estimates, plan, weighted_vote

EVERY = settings(max_examples=80, deadline=None)


@st.composite
def pools(draw):
    """Pools with ties, missing answers, and weights that are whole, decimal, or far apart."""
    size = draw(st.integers(1, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    whole = rng.integers(0, 5, size)
    weight = {"whole": whole * 1.0, "tenths": whole / 10, "far apart": 10.0 ** (-5 * whole), "free": rng.random(size)}
    return rng.integers(-1, 4, size), rng.random(size) < 0.5, weight[draw(st.sampled_from(sorted(weight)))]


@EVERY
@given(pools(), st.sampled_from([1e-30, 1e30, 1e-300, 1e300, 7.0, 1 / 3]))
def test_the_unit_of_the_weights_decides_nothing(pool, unit):
    answer, correct, weight = pool
    k = np.arange(1, len(weight) + 1)
    found = weighted_vote(answer, correct, weight, k).value
    np.testing.assert_allclose(weighted_vote(answer, correct, weight * unit, k).value, found, rtol=1e-12)


@EVERY
@given(pools(), st.sampled_from([1e-30, 1e30]), st.integers(0, 2**32))
def test_the_unit_decides_nothing_where_orders_are_drawn(pool, unit, seed):
    answer, correct, weight = (np.tile(column, 6) for column in pool)
    given_ = {"permutations": 20, "rng": seed}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(estimates.weighted, "EXACT_MAX_SUBSETS", 0)
        patched.setattr(estimates.weighted, "EXACT_MAX_POOL", 0)
        found = weighted_vote(answer, correct, weight, [3, len(weight)], **given_)
        scaled = weighted_vote(answer, correct, weight * unit, [3, len(weight)], **given_)
    np.testing.assert_allclose(scaled.value, found.value, rtol=1e-12)


def test_small_weights_are_compared_and_not_tied():
    # Two for A against one tenth of one for B: A wins in every unit, by hand.
    for unit in (1.0, 1e-12, 1e-30, 1e-300):
        assert weighted_vote(["A", "A", "B"], [1, 1, 0], np.array([1, 1, 0.1]) * unit, 3).value == 1.0
    # Beside a heavy vote that is not among the two drawn, light ones are still compared with each other.
    assert weighted_vote(["A", "B", "C"], [1, 0, 0], [1e-20, 1e-21, 1.0], 2).value == pytest.approx(1 / 3)


def test_probabilities_of_long_answers_vote_as_they_do_divided_by_the_largest():
    rng = np.random.default_rng(3)
    answer, logprob = rng.integers(0, 6, 40), -0.35 * 200 + rng.normal(0, 3, 40)
    found = weighted_vote(answer, answer == 1, np.exp(logprob), 16, rng=0)
    assert found.value == weighted_vote(answer, answer == 1, np.exp(logprob - logprob.max()), 16, rng=0).value


def test_differences_of_weights_tie_as_their_sums_do():
    # Three of one answer against one other: 1 + 1e-7 on both sides, whose difference from 1 has lost nine digits.
    weight = [1.0, 0.3e-7, 0.7e-7, 1.0 + 1e-7]
    for unit in (1e-30, 1.0, 1e30):
        assert weighted_vote([0, 0, 0, 1], [1, 1, 1, 0], np.array(weight) * unit, 4).value == pytest.approx(0.5)


def test_a_weight_below_zero_is_refused_with_the_reason_and_the_ways_out():
    with pytest.raises(ValueError, match=r"score = -2\.5 \(sample 3\).*against its own answer.*exp.*'shift'.*'add'"):
        weighted_vote(["A", "A", "A", "B"], [1, 1, 1, 0], [1, 1, 1, -2.5], 4)
    # A sample without an answer casts no vote, whatever its score.
    assert weighted_vote(["A", "A", None], [1, 1, 0], [1, 1, -2.5], 2).value == pytest.approx(1.0)
    with pytest.raises(ValueError, match="negative"):
        weighted_vote(["A"], [1], [1], 1, negative="keep")


def test_on_request_weights_are_shifted_or_added_as_they_are():
    answer, right, score = ["A", "A", "A", "B"], [1, 1, 1, 0], [-1, -1, -1, -2.5]
    # Added, three votes of -1 lose to one of -2.5; shifted, they are votes of 1.5 against one of 0.
    assert weighted_vote(answer, right, score, 4, negative="add").value == pytest.approx(0.0, abs=1e-12)
    assert weighted_vote(answer, right, score, 4, negative="shift").value == 1.0
    shifted = weighted_vote(answer, right, np.array(score) * 1e-30, [1, 2, 3, 4], negative="shift").value
    np.testing.assert_array_equal(shifted, weighted_vote(answer, right, [1.5, 1.5, 1.5, 0], [1, 2, 3, 4]).value)
    # What is not negative is not shifted.
    plain = weighted_vote(answer, right, [1, 1, 1, 2.5], 4).value
    assert plain == weighted_vote(answer, right, [1, 1, 1, 2.5], 4, negative="shift").value


@EVERY
@given(pools(), st.sampled_from([1e-30, 1e30]))
def test_added_weights_below_zero_have_no_unit_either(pool, unit):
    answer, correct, weight = pool
    k = np.arange(1, len(weight) + 1)
    found = weighted_vote(answer, correct, weight - 1.0, k, negative="add").value
    np.testing.assert_allclose(
        weighted_vote(answer, correct, (weight - 1.0) * unit, k, negative="add").value, found, rtol=1e-12
    )


def test_a_curve_refuses_weights_below_zero_by_problem_and_takes_them_on_request():
    columns = {
        "problem": ["p"] * 3 + ["q"] * 3,
        "correct": [1, 1, 0] * 2,
        "answer": ["A", "A", "B"] * 2,
        "score": [1, 1, 0.5, -1, -1, -1.5],
    }
    samples = SampleSet.from_columns(columns)
    with pytest.raises(ValueError, match=r"score = -1 \(problem 'q', sample 0\)"):
        curve(samples, "weighted", [1, 3])
    with pytest.raises(ValueError, match=r"score = -1 \(problem 'q', sample 0\)"):
        plan(samples, objective="accuracy", budget=3, selectors="weighted", rng=0)
    assert curve(samples, "weighted", [3], negative="shift").value == 1.0
    assert curve(samples, "weighted", [3], negative="add").value == 0.5
    assert curve(samples, "majority", [3]).value == 1.0


def test_the_command_refuses_weights_below_zero_with_the_reason(tmp_path, capsys):
    file = tmp_path / "logprobs.csv"
    rows = [f"{problem},{right},{answer},{score}" for problem in "pqr" for right, answer, score in
            ((1, "A", -1), (1, "A", -1), (1, "A", -1), (0, "B", -2.5))]  # fmt: skip
    file.write_text("\n".join(["problem,correct,answer,score", *rows]) + "\n")
    assert cli.main(["curve", str(file), "--selector", "weighted"]) == 2
    told = capsys.readouterr()
    assert "score = -1 (problem 'p', sample 0)" in told.err and "against its own answer" in told.err
    assert "Traceback" not in told.err and not told.out

"""Counts and answer codes of 32 bits, as NumPy in a browser gives them, lead to the same estimates as those of 64."""

import inference_scaling as its
import numpy as np
import pytest

N, C = [7, 9, 12, 12], [0, 3, 12, 5]
ANSWER, CORRECT = [0, 2, 2, 1, -1, 0, 2, 5, 5], [1, 0, 0, 0, 0, 1, 0, 1, 1]
SCORE, K = [3, 1, 2, 2, 9, 1, 1, 3, 2], [1, 2, 4, 7]


def samples(dtype: type) -> its.SampleSet:
    """Return three problems with codes and scores of one type."""
    rows = np.arange(27, dtype=dtype)
    return its.SampleSet(
        problem=rows // 9,
        problems=("a", "b", "c"),
        correct=rows % 9 < 3 * (rows // 9),
        answer=np.array(ANSWER * 3, dtype),
        answers=tuple("uvwxyz"),
        score=np.array(SCORE * 3, dtype).astype(np.float32),
    )


ESTIMATES = {
    "pass_at_k": lambda t: its.pass_at_k(np.array(N, t)[:, None], np.array(C, t)[:, None], np.array(K, t)),
    "pass_at_k, broadcast": lambda t: its.pass_at_k(np.array(N, t), np.array(C, t), t(5)),
    "pass_hat_k": lambda t: its.pass_hat_k(np.array(N, t)[:, None], np.array(C, t)[:, None], np.array(K, t)),
    "g_pass_at_k": lambda t: its.g_pass_at_k(np.array(N, t)[:, None], np.array(C, t)[:, None], np.array(K, t), 0.5),
    "best_of_n": lambda t: its.best_of_n(np.array(CORRECT, t), np.array(SCORE, t), np.array(K, t)),
    "majority_vote": lambda t: its.majority_vote(np.array(ANSWER, t), np.array(CORRECT, t), np.array(K, t)),
    "weighted_vote": lambda t: its.weighted_vote(
        np.array(ANSWER, t), np.array(CORRECT, t), np.array(SCORE, t), np.array(K, t), rng=0
    ),
    "BetaBinomial.fit": lambda t: its.BetaBinomial.fit(np.array(N, t), np.array(C, t)).coverage(np.array(K, t)),
    "inverse_binomial": lambda t: its.inverse_binomial(np.array([2, 3], t), np.array([5, 3], t)),
    "coverage": lambda t: its.coverage(0.1, np.array([0, 1, 2**31 - 1], t)),
    **{
        f"curve, {selector}": lambda t, selector=selector: its.curve(samples(t), selector, np.array(K, t), rng=0).value
        for selector in its.estimates.SELECTORS
    },
}


@pytest.mark.parametrize("name", ESTIMATES)
def test_counts_and_codes_of_32_bits_give_the_values_of_64(name: str) -> None:
    narrow, wide = (np.asarray(ESTIMATES[name](dtype)) for dtype in (np.int32, np.int64))
    np.testing.assert_array_equal(narrow, wide)


def test_products_of_32_bit_counts_do_not_wrap() -> None:
    n, c, k = (np.array([value], np.int32) for value in (2_000_000_000, 1_500_000_000, 3))
    assert its.pass_at_k(n, c, k) == pytest.approx(1 - 0.25**3, abs=1e-9)
    assert its.poisson_coverage(0.5, np.int32(2_000_000_000)).bound == 0
    assert its.linear_coverage(1e-9, np.int32(2_000_000_000)).bound == pytest.approx(2, rel=1e-8)

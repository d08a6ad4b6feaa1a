"""The page of all estimators says what the estimators do: where they agree, where they refuse, which one is biased."""

import math
from itertools import combinations
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.site.estimators import ANSWER, CORRECT, QUANTITIES, SCORE, C, N, bias, bias_of_all
from inference_scaling.site.reference import TABLES
from scipy.stats import binom

PAGE = Path(__file__).resolve().parents[2] / "book" / "reference" / "estimators.md"


def values(name: str, k: int) -> dict[str, float]:
    return {one.call: one.value(k) for one in QUANTITIES[name].estimators}


def test_at_one_sample_the_estimators_of_a_quantity_agree_but_for_those_the_page_names() -> None:
    plain = list(values("pass-at-k", 1).values())[:3]
    assert plain == pytest.approx([plain[0]] * 3, rel=1e-12)
    every = list(values("pass-hat-k", 1).values())[:4]
    assert every == pytest.approx([plain[0]] * 4, rel=1e-12)
    assert list(values("g-pass-at-k", 1).values()) == pytest.approx([plain[0]] * 5, rel=1e-12)
    best = values("best-of-k", 1)
    wrong = best.pop("accuracy_times_coverage(p, auc, k)")
    assert list(best.values()) == pytest.approx([1 / 3] * 5, rel=1e-9) and wrong < 0.3
    assert list(values("votes", 1).values()) == pytest.approx([1 / 3] * 5, rel=1e-12)


def test_equal_weights_vote_as_a_majority_and_a_perfect_verifier_bounds_all() -> None:
    for k in QUANTITIES["votes"].k:
        found = values("votes", k)
        assert found["weighted_vote(answer, correct, ones, k)"] == pytest.approx(
            found["majority_vote(answer, correct, k)"], rel=1e-12
        )
        assert max(found.values()) <= found["pass_at_k(n, c, k)"] + 1e-12


def test_what_the_table_calls_refused_is_refused() -> None:
    for quantity in QUANTITIES.values():
        for one in quantity.estimators:
            if one.recorded_only:
                with pytest.raises(ValueError, match="at most n"):
                    one.value(quantity.recorded + 1)
            else:
                assert 0 <= one.value(quantity.recorded + 1) <= 1


@pytest.mark.parametrize("k", [1, 2, 5, 10])
def test_the_subset_count_has_no_bias_and_the_plug_in_is_too_low(k: int) -> None:
    truth, unbiased, plug_in = bias(k).values()
    assert unbiased == pytest.approx(truth, rel=1e-12)
    assert plug_in == pytest.approx(truth, rel=1e-12) if k == 1 else plug_in < truth


def test_every_call_as_the_table_prints_it_gives_the_value_beside_it() -> None:
    known = np.arange(1, N + 1)
    names = {name: getattr(its, name) for name in its.__all__} | {"binom": binom, "ceil": math.ceil}
    table = {"n": np.full(C.size, N), "c": C, "known": known, "value": its.pass_at_k(N, C[:, None], known).mean(axis=0)}
    auc = its.Roc.from_scores(SCORE, CORRECT).auc
    pool = {"answer": ANSWER, "correct": CORRECT, "score": SCORE, "ones": np.ones(ANSWER.size)}
    pool |= {"p": CORRECT.mean(), "auc": auc, "n": CORRECT.size, "c": CORRECT.sum()}
    for key, quantity in QUANTITIES.items():
        given = table if key.startswith(("pass", "g-pass")) else pool
        for one in quantity.estimators:
            found = eval(one.call, {**names, **given, "k": 4})
            assert getattr(found, "value", found) == pytest.approx(one.value(4), rel=1e-12), one.call


def test_the_page_shows_every_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in (*QUANTITIES, "bias", "bias-of-all"):
        assert f"```{{reference}} {name}\n" in text
        assert TABLES[name](Path(), "").count("<tr>") >= 4


def test_the_page_of_estimators_counts_all_right_of_k_as_enumeration_does() -> None:
    n, tables = N, C
    for k in (1, 2, 5, 10):
        subsets = [np.arange(n)[list(chosen)] for chosen in combinations(range(n), k)]
        right = np.array([[np.sum(chosen < c) for chosen in subsets] for c in tables])
        for name, enough in (("pass-at-k", 1), ("pass-hat-k", k), ("g-pass-at-k", (k + 1) // 2)):
            first, *_ = QUANTITIES[name].estimators
            assert first.value(k) == pytest.approx(np.mean(right >= enough)), (name, k)
    every, mirror, *_, family = QUANTITIES["pass-hat-k"].estimators
    assert mirror.value(5) == pytest.approx(every.value(5)) and family.value(100) < every.value(10)


def test_the_mean_of_the_counts_is_the_truth_for_pass_hat_k_and_the_power_of_the_share_is_above_it() -> None:
    for k in (2, 5, 10):
        truth, ours, power = bias_of_all(k).values()
        assert ours == pytest.approx(truth, rel=1e-12) and power > 1.3 * truth

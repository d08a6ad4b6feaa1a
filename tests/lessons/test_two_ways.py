"""Direct answers and answers after a chain: the counts that the lesson tells, and a blur that knows nothing."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from inference_scaling import pass_at_k, pass_hat_k
from inference_scaling.lessons.confusions import two_ways
from inference_scaling.lessons.phenomena import far_out
from inference_scaling.sources import recorded

ROOT = Path(__file__).resolve().parents[2]


def test_thirty_models_counted_on_the_table_itself() -> None:
    table = recorded.table("direct_against_chain")
    both = ~np.isnan(table["c_direct"]) & ~np.isnan(table["c_chain"])
    up = more = less = up_and_less = 0
    for model in two_ways.models():
        mine = both & (table["model"] == model)
        direct, chain = table["c_direct"][mine], table["c_chain"][mine]
        rises, falls = chain.sum() > direct.sum(), (chain == 10).sum() < (direct == 10).sum()
        up, more, less = up + rises, more + ((chain > 0).sum() > (direct > 0).sum()), less + falls
        up_and_less += rises and falls
    assert (up, more, less, up_and_less) == (20, 30, 19, 9)
    found = [two_ways.changes(model) for model in two_ways.models()]
    assert sum(one.one.value > 0 for one in found) == up and sum(one.every.value < 0 for one in found) == less


def test_standard_errors_over_questions_are_half_as_large_again_as_over_problems() -> None:
    ratios = []
    for model in two_ways.models():
        pair = two_ways.pair(model)
        difference = (pair.chain - pair.direct) / 10
        # Each question's sum of distances from the mean, against each problem's.
        question = np.unique(pair.question, return_inverse=True)[1]
        together = np.bincount(question, difference - difference.mean())
        ratios.append(math.sqrt((together**2).sum() / ((difference - difference.mean()) ** 2).sum()))
    assert np.median(ratios) == pytest.approx(1.56, abs=0.01) and min(ratios) > 1.2


def test_a_blurred_answer_is_the_direct_one_or_one_of_a_random_problem() -> None:
    # All sets of recorded answers of each problem, and all patterns of what is replaced, by enumeration.
    c, share, k = np.array([0, 3, 9]), 0.3, 3
    mean = c.mean() / 10
    some, every = two_ways.blurred(c, share, k)
    for right, found_some, found_every in zip(c, some, every, strict=True):
        one_right = all_right = 0.0
        sets = list(itertools.combinations(np.arange(10) < right, k))
        for drawn in sets:
            p = [(1 - share) * answer + share * mean for answer in drawn]
            one_right += 1 - math.prod(1 - each for each in p)
            all_right += math.prod(p)
        assert found_some == pytest.approx(one_right / len(sets))
        assert found_every == pytest.approx(all_right / len(sets))
    unmoved = two_ways.blurred(c, 0.0, k)
    assert np.allclose(unmoved, [pass_at_k(10, c, k), pass_hat_k(10, c, k)])


def test_the_blur_is_as_undecided_as_the_chain_and_right_as_often_as_the_direct_answers() -> None:
    pair = two_ways.pair("GPT-3.5-Turbo-0301")
    share = two_ways.blurring(pair)
    mean = pair.direct.mean() / 10
    one, _ = two_ways.blurred(pair.direct, share, 1)
    _, both = two_ways.blurred(pair.direct, share, 2)
    assert one.mean() == pytest.approx(mean)
    chain = pair.chain.mean() / 10
    wanted = (pass_hat_k(10, pair.chain, 2).mean() - chain**2) / (chain * (1 - chain))
    assert (both.mean() - mean**2) / (mean * (1 - mean)) == pytest.approx(wanted)


def test_a_pilot_is_drawn_from_the_record_without_putting_back() -> None:
    c = far_out.right("long")
    rng = np.random.default_rng(4)
    drawn = np.array([far_out.pilot("long", rng).c for _ in range(200)])
    assert (drawn[:, c == 0] == 0).all() and (drawn[:, c == 1000] == 20).all()
    # The mean of 200 pilots, puzzle by puzzle, within five of its standard errors.
    p = c / 1000
    error = np.sqrt(20 * p * (1 - p) / 200)
    assert (np.abs(drawn.mean(axis=0) - 20 * p) <= 5 * error + 1e-12).all()


def test_the_controls_of_the_forecast_know_no_law() -> None:
    counts = far_out.pilot("medium").c
    found = far_out.said(counts)
    assert found["stay"] == pytest.approx((counts > 0).mean())
    k = np.arange(11, 21)
    reached = np.array([pass_at_k(20, counts, int(one)).mean() for one in k])
    line = np.polynomial.Polynomial.fit(np.log(k), reached, 1)
    assert found["straight line"] == pytest.approx(min(1, line(np.log(1000))))


def test_each_figure_of_the_share_alike_table_has_its_licence_beside_it() -> None:
    notebook = json.loads((ROOT / "book/confusions/direct_or_step_by_step.ipynb").read_text(encoding="utf-8"))
    cells = notebook["cells"]
    drawn = [
        place
        for place, cell in enumerate(cells)
        if any("application/vnd.its.figure+json" in output.get("data", {}) for output in cell.get("outputs", ()))
    ]
    assert len(drawn) == 3
    for place in drawn:
        said = "".join(cells[place + 1]["source"])
        assert "LiveCodeBench" in said and "[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/)" in said

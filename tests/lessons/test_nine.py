"""The nine searches of the Laboratory: what was recorded comes out again, and what each run read and spent."""

from __future__ import annotations

import numpy as np
import pytest
from inference_scaling.lessons.laboratory import comparisons, nine
from inference_scaling.sources import reasoner


@pytest.fixture(scope="module")
def lab() -> reasoner.Laboratory:
    return reasoner.load(reasoner.Config(seed=14))


@pytest.fixture(scope="module")
def sums(lab: reasoner.Laboratory) -> comparisons.Sums:
    return comparisons.sums_by_difficulty(lab.reasoner, [14, 31])


@pytest.mark.parametrize(("name", "blind"), [("beam", False), ("DVTS", True), ("particle filter", False)])
def test_recorded_runs_come_out_again(lab: reasoner.Laboratory, sums: comparisons.Sums, name: str, blind: bool):
    kept = nine.recorded_runs()
    budget = 16 if blind else 4
    told = kept.blind[name] if blind else kept.by_prm[name, budget]
    for again, recorded in zip(nine.run(sums, lab, name, budget, blind=blind), told, strict=True):
        assert (again == recorded).all()


def test_every_search_keeps_its_budget_and_reads_what_its_shape_says(sums: comparisons.Sums):
    kept, length = nine.recorded_runs(), sums.problems.length.reshape(3, -1)
    assert set(kept.by_prm) == {(name, n) for name in nine.SHAPES for n in nine.BUDGETS}
    assert set(kept.blind) == set(nine.SHAPES) and len(nine.SHAPES) == 8
    for (_, budget), run in kept.by_prm.items():
        assert (run.steps <= budget * length).all() and (run.checks <= run.steps).all()
        # A check reads at least one step and at most a whole solution.
        assert (run.read >= run.checks).all() and (run.read <= run.checks * length).all()
    # A beam that checks every step from the beginning reads 1 + 2 + ... + L of each of its 16 lines.
    beam = kept.by_prm["beam", 16]
    assert (beam.steps == 16 * length).all() and (beam.read == 16 * length * (length + 1) // 2).all()


def test_best_of_a_broken_number_lies_between_its_neighbours(lab: reasoner.Laboratory, sums: comparisons.Sums):
    drawn = lab.reasoner.draw(sums.problems, 8, 1)
    score = lab.prm.score(drawn)
    three, four = (sums.best_of(drawn, score, n) for n in (3, 4))
    best = nine.best_by_number(drawn, score, 8)
    assert best[:, 2] == pytest.approx(three.ravel()) and best.shape == (len(drawn.correct), 8)
    between = nine.as_many(best, np.full(sums.p.shape, 3.25))
    assert between == pytest.approx(0.75 * three + 0.25 * four)
    assert nine.as_many(best, np.full(sums.p.shape, 8)) == pytest.approx(sums.best_of(drawn, score, 8))
    for bad in (8.5, 0.5, np.nan):
        with pytest.raises(ValueError, match=f"many = {bad}: must be from 1 to 8"):
            nine.as_many(best, np.full(sums.p.shape, bad))

"""Plans and back-tests worked out on several problems at once: the same results, whatever executor does it."""

from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache

import inference_scaling as its
import numpy as np
import pytest


class Backwards(Executor):
    """Does the last job first, so that a result that depends on the order, or on shared random numbers, differs."""

    def __init__(self):
        self.jobs = 0

    def map(self, function, *arguments, **_):
        jobs = list(zip(*arguments, strict=True))
        self.jobs += len(jobs)
        return reversed([function(*job) for job in reversed(jobs)])

    def submit(self, function, /, *arguments, **named):
        raise AssertionError("work is handed out by map")


def recording():
    rng = np.random.default_rng(3)
    p = rng.beta(1, 1.5, 24)
    correct = rng.random((24, 16)) < p[:, None]
    answer = np.where(correct, 0, rng.integers(1, 5, (24, 16)))
    return its.SampleSet.from_matrix(correct, score=rng.normal(correct, 1) + 9, answer=answer)


SELECTORS = ["majority", "certain", "best_of_n", "weighted"]
ASKED = {"objective": "accuracy", "budget": 8, "selectors": SELECTORS, "rng": 5}


def shown(result):
    return {name: repr(value) for name, value in vars(result).items()}


CALLS = (
    lambda samples, **more: its.plan(samples, **ASKED, **more),
    lambda samples, **more: its.backtest(samples, 6, repeats=3, **ASKED, **more),
)


@cache
def one_after_the_other():
    return [shown(call(recording())) for call in CALLS]


@pytest.mark.parametrize("make", [Backwards, lambda: ThreadPoolExecutor(3)], ids=["backwards", "threads"])
@pytest.mark.filterwarnings("ignore::inference_scaling.IntervalWarning")
def test_a_plan_and_a_back_test_do_not_depend_on_who_works_it_out(make):
    samples = recording()
    for call, alone in zip(CALLS, one_after_the_other(), strict=True):
        with make() as executor:
            assert shown(call(samples, executor=executor)) == alone
            assert getattr(executor, "jobs", 1) > 0

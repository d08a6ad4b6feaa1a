"""Asked to write a function, a learner hands in the library's: under any name, inside others, in a try."""

from __future__ import annotations

import json
import time

import inference_scaling as its
import pytest
from inference_scaling.answers import tripwire
from inference_scaling.answers.collect import collect
from inference_scaling.answers.judge import NOT_YET, RIGHT, UNTOUCHED, WRONG_KIND, judge, request
from inference_scaling.answers.task import Function
from inference_scaling.lessons import registry

WIRED = [
    (task, function)
    for part in registry.parts()
    for task in registry.part(part)
    if isinstance(task.answer_type, Function)
    for function in task.answer_type.library
]


def reply(task_id, answer):
    task = registry.find(task_id)
    asked = json.loads(json.dumps(request(task)))
    return judge(task, "book", json.loads(json.dumps(collect(asked, answer))))


def test_tasks_that_ask_for_a_function_of_the_library_name_it():
    assert {"S-1", "T-4", "T-7", "T-9", "P-4", "C-4", "C-7"} <= {task.id for task, _ in WIRED}


@pytest.mark.parametrize(("task", "function"), WIRED, ids=lambda one: getattr(one, "id", getattr(one, "__name__", "")))
def test_the_librarys_own_function_is_told_apart_and_works_again_afterwards(task, function):
    code = function.__code__
    said = reply(task.id, function if function is not its.BetaBinomial.coverage else lambda a, b, k: function(None, k))
    assert (said.verdict, said.misconception, said.share) == (NOT_YET, "library", 0)
    assert f"`{function.__qualname__}`" in said.says and "yours" in said.says
    assert function.__code__ is code


def caught(n, c, k):
    try:
        return its.pass_at_k(n, c, k)
    except BaseException:
        raise ValueError("hidden") from None


class Called:
    def __call__(self, n, c, k):
        return its.pass_at_k(n, c, k)


def test_another_name_a_wrapper_and_one_that_catches_everything_are_told_apart_too():
    mine = its.pass_at_k
    for answer in (mine, lambda n, c, k: 0 + mine(n, c, k), caught, Called()):
        assert reply("T-9", answer).misconception == "library"


def test_a_learners_own_function_may_call_the_library_elsewhere():
    right = registry.find("T-9").reference
    assert reply("T-9", lambda n, c, k: right(n, c, k) + 0 * its.coverage(0.5, 2)).verdict == RIGHT


@pytest.mark.parametrize(
    "what", [print, its.BetaBinomial, (lambda x: lambda: x)(1), 5], ids=["builtin", "class", "inner", "number"]
)
def test_what_can_carry_no_wire_is_refused_by_its_name(what):
    with pytest.raises(ValueError, match="can carry no trip-wire"):
        tripwire.name_of(what)


def test_the_wire_is_gone_when_the_body_fails():
    name = tripwire.name_of(its.coverage)
    with pytest.raises(KeyError), tripwire.wired([name]) as touched:
        with pytest.raises(tripwire.Tripped):
            its.coverage(0.5, 2)
        assert touched == [name]
        raise KeyError
    assert its.coverage(0.5, 2) == 0.75


# One sentence for each way in which a function is no answer.


def test_a_function_that_prints_is_asked_to_return():
    said = reply("S-1", lambda p, k: print(1 - (1 - p) ** k))
    assert said.verdict == WRONG_KIND and "prints" in said.says and "`return`" in said.says
    assert reply("S-1", lambda p, k: None).verdict == UNTOUCHED


def test_a_generator_is_called_one():
    said = reply("S-5", lambda scores, how: (i for i in range(len(scores))))
    assert said.verdict == WRONG_KIND and "generator" in said.says and "list" in said.says


def test_a_corner_that_gives_nan_is_shown_with_its_call():
    said = reply("T-9", lambda n, c, k: float("nan") if c == 0 else its.laws.coverage(c / n, k))
    assert said.verdict != RIGHT
    said = reply("S-1", lambda p, k: float("nan"))
    assert "NaN" in said.says and "coverage(0.2, 11)" in said.says


def test_right_and_too_slow_says_how_far_it_came_and_the_time():
    right = registry.find("T-9").reference

    tried = []

    def slow(n, c, k):
        tried.append(n)
        while len(tried) > 3:
            time.sleep(0.01)
        return right(n, c, k)

    task = registry.find("T-9")
    said = judge(task, "book", collect({**request(task), "seconds": 0.2}, slow))
    assert said.verdict == NOT_YET and "Right in the first 3 of" in said.says and "within 0.2 seconds" in said.says


def test_names_and_positions_are_never_too_large():
    for task_id, answer in (("C-7", lambda answers, scores: (7, 0.5)), ("L-2", lambda s, f, w: ([9], [9]))):
        said = reply(task_id, answer)
        assert "too large" not in said.says and "too small" not in said.says, said.says


def test_a_misspelt_name_is_told_apart_from_a_wrong_way():
    said = reply("S-1", lambda p, k: 1 - (1 - p) ** kk)  # noqa: F821
    assert "NameError: name 'kk' is not defined. Look at its spelling, or run the cell that defines it." in said.says
    assert "spelling" not in reply("S-1", lambda p, k: 1 / 0).says

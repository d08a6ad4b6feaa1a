"""A solution to read: what is shown is right, runs where it is pasted, and is shown to nobody who has not tried."""

from __future__ import annotations

import pytest
from inference_scaling.answers.collect import collect
from inference_scaling.answers.judge import RIGHT, judge, request
from inference_scaling.answers.task import BOOK, Design, Function, Number, parameters
from inference_scaling.classroom import check, progress, show, solutions, start
from inference_scaling.display.output import rounded, to_html
from inference_scaling.lessons import registry

ALL = [task for part in registry.parts() for task in registry.part(part)]
FUNCTIONS = [task for task in ALL if isinstance(task.answer_type, Function)]
DESIGNS = [task for task in ALL if isinstance(task.answer_type, Design)]


@pytest.mark.parametrize("task", FUNCTIONS, ids=lambda task: task.id)
def test_the_code_shown_is_right_where_it_is_pasted(task):
    code = solutions.code(task)
    names: dict = {}
    exec(code, names)
    assert judge(task, BOOK, collect(request(task, BOOK), names[task.variable])).verdict == RIGHT
    assert '"""' not in code and "import _" not in code and "._" not in code.partition("def ")[0]


@pytest.mark.parametrize("task", DESIGNS, ids=lambda task: task.id)
def test_the_design_shown_earns_all_points(task):
    words = solutions.words(task, BOOK)
    answer = eval(words.removeprefix("One answer with all points is ").partition(". ")[0])
    assert judge(task, BOOK, collect({}, answer)).share == 1


def test_a_number_is_shown_with_its_reason_and_no_code():
    for task in ALL:
        if isinstance(task.answer_type, Number):
            words = solutions.words(task, BOOK)
            assert words.startswith(f"The answer is {task.reference(**parameters(task)):.6g}. ")
            assert solutions.code(task) == ""


def tried(task_id, *answers):
    return [check(task_id, answer) for answer in answers]


def test_a_solution_waits_for_both_hints_and_costs_the_points():
    start("theorem")
    assert show("T-1").says == [
        "0 of 2 hints so far. A solution can be shown after both; each new wrong answer brings one."
    ]
    first, again, second = tried("T-1", 3, 3, 4)
    assert "show" not in str(first) and "show" not in str(again)
    assert "1 of 2" not in str(show("T-1")) and 'show("T-1")' in str(second)
    start("theorem")
    tried("T-1", 3, 3)
    assert show("T-1").says[0].startswith("1 of 2 hints so far.")
    assert check("T-1", 11).points == 2, "who has only asked too early loses nothing"
    start("theorem")
    tried("T-1", 3, 4)
    assert "The answer is 11." in str(show("T-1"))
    reply = check("T-1", 11)
    assert (reply.verdict, reply.points) == (RIGHT, 0) and "counts no points here" in reply.says
    assert progress("theorem").says[0].startswith("0 of ")
    start("theorem")
    assert check("T-1", 11).points == 2


def test_a_right_answer_keeps_its_points_when_a_solution_is_read_afterwards():
    start("theorem")
    tried("T-1", 11)
    assert "The answer is 11." in str(show("T-1")) and "no points" not in str(show("T-1"))
    assert check("T-1", 11).points == 2


def test_points_earned_in_part_are_gone_once_a_solution_is_shown():
    start("laboratory")
    half, _ = tried("L-5", 16, 64)
    assert half.points == 3
    assert "One answer with all points is" in str(show("L-5"))
    assert check("L-5", 16).points == 0 and progress("laboratory").says[0].startswith("0 of ")


def test_a_function_s_solution_is_shown_as_code():
    start("theorem")
    tried("T-9", lambda n, c, k: 0, lambda n, c, k: 2)
    note = show("T-9")
    assert "def pass_at_k(n, c, k):" in str(note)
    page = to_html("check", rounded(note.payload()))
    assert "<pre><code>" in page and "def pass_at_k(n, c, k):" in page


def test_a_course_s_own_numbers_and_a_task_judged_elsewhere_show_nothing():
    start("theorem", "autumn-2027")
    _, second = tried("T-1", 3, 4)
    assert "show" not in str(second)
    assert show("T-1").says == ["This notebook has the numbers of a course, and the course gives the solutions out."]
    start("final", remote={"F-1": {"variable": "answer_F1", "points": 2, "given": {"p": 0.5}}})
    assert "not on this computer" in str(show("F-1"))
    start("theorem")
    with pytest.raises(ValueError, match="there is no task 'T-99'"):
        show("T-99")

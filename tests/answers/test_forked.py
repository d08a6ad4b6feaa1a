"""What a function does is collected in a process of its own: whatever it does there, the notebook goes on."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time

import numpy as np
import pytest
from inference_scaling.answers import forked
from inference_scaling.answers.collect import MISSING
from inference_scaling.answers.collect import collect as here
from inference_scaling.answers.judge import NOT_YET, judge
from inference_scaling.answers.task import BOOK
from inference_scaling.classroom import check, start
from inference_scaling.lessons import registry

LIMIT = 0.3


def collected(function, calls=((3,),)):
    return forked.collect({"calls": [list(call) for call in calls], "seconds": LIMIT}, function)["outcomes"]


def said(outcomes):
    return judge(registry.find("T-4"), BOOK, {"outcomes": outcomes}).says


def one_long_power(k):
    return 10**10**9 if k == 3 else k


def backtracking(k):
    return re.match(r"(a+)+$", "a" * 40 + "b")


def deaf(k):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            continue


@pytest.mark.parametrize("function", [one_long_power, backtracking, deaf])
def test_a_call_that_no_alarm_can_end_is_stopped_at_the_limit(function):
    assert collected(function) == [{"slow": LIMIT}]


def test_what_was_answered_before_the_stop_is_kept():
    assert collected(one_long_power, [[1], [2], [3], [4]]) == [{"number": 1}, {"number": 2}, {"slow": LIMIT}]


@pytest.mark.parametrize("function", [lambda k: bytearray(10**11), lambda k: [0] * 10**11, lambda k: np.ones(10**11)])
def test_too_much_memory_is_said_and_the_next_call_is_tried(function):
    outcomes = collected(lambda k: function(k) if k == 3 else k, [[3], [4]])
    assert outcomes[0]["raised"][0] == "MemoryError"
    assert outcomes[1] == {"number": 4}
    assert "asked for too much memory, and was stopped" in said(outcomes)


@pytest.mark.parametrize(
    ("function", "how"),
    [(lambda k: os._exit(0), "exit code 0"), (lambda k: ctypes.string_at(0), "signal SIGSEGV")],
    ids=["left", "crashed"],
)
def test_a_function_that_ends_python_ends_only_its_own_process(function, how):
    outcomes = collected(lambda k: function(k) if k == 3 else k, [[1], [3]])
    assert outcomes == [{"number": 1}, {"died": how}]
    first = said(outcomes[1:])
    assert f"ended the Python process in which it was tried ({how})" in first and "samples_needed(" in first


def test_a_function_that_closes_every_file_is_no_answer():
    outcomes = collected(lambda k: os.closerange(3, 100))
    assert outcomes == [{"died": "exit code 1"}]


def test_nothing_is_left_behind():
    before = len(os.listdir("/proc/self/fd"))
    for function in (one_long_power, lambda k: k, lambda k: os._exit(3)):
        collected(function)
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_names_of_the_notebook_are_there_and_stay_as_they_were():
    seen = []
    offset = 0.25

    def counting(k):
        seen.append(k)
        return len(seen) + offset

    assert collected(counting, [[1], [1]]) == [{"number": 1.25}, {"number": 2.25}]
    assert seen == []


@pytest.mark.parametrize("answer", [..., MISSING, None, 5, "text", [1, 2]], ids=repr)
def test_what_is_not_called_is_collected_here(answer, monkeypatch):
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("no process is needed"))
    request = {"calls": [[3]], "seconds": LIMIT}
    assert forked.collect(request, answer) == here(request, answer)


@pytest.mark.parametrize(
    "function",
    [
        lambda k: np.full(20_000, 0.1),
        lambda k: "ä\n\n" * 3,
        lambda k: k / 0,
        lambda k: print("said"),
        lambda k: float("nan"),
        lambda k: 10**299,
        lambda k: [np.float32(0.1), (True, None, ...)],
    ],
)
def test_outcomes_are_those_of_this_process(function):
    request = {"calls": [[3], [4]], "seconds": 5.0}
    assert forked.collect(request, function) == here(request, function)
    assert forked.collect({"calls": [], "seconds": 5.0}, function) == {"outcomes": []}


def test_the_wire_is_laid_there_too():
    from inference_scaling.laws import coverage

    code = coverage.__code__
    start("setup", names={})
    assert check("S-1", lambda p, k: coverage(p, k)).misconception == "library"
    assert coverage.__code__ is code


@pytest.mark.parametrize(("system", "says"), [("darwin", "one long call of a builtin"), ("win32", "never returns")])
def test_where_no_process_can_be_forked_the_first_cell_says_what_cannot_be_stopped(system, says, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    if system == "win32":
        monkeypatch.delattr("signal.setitimer")
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("no process is forked here"))
    assert says in start("theorem", names={}).text() and "restart the kernel" in start("theorem", names={}).text()
    # The last notebook of the workshop asks for no function.
    assert "restart" not in start("workshop_capstone", names={}).text()
    assert check("T-4", lambda p, target: 0).verdict == NOT_YET


def test_a_computer_without_room_for_another_process_still_answers(monkeypatch):
    def refuses():
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuses)
    assert collected(lambda k: k) == [{"number": 3}]


def test_interrupting_the_notebook_ends_the_trial_at_once():
    def interrupt(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            forked.collect({"calls": [[3]], "seconds": 60.0}, one_long_power)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)

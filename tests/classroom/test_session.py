"""The check in a notebook: five verdicts whatever comes, hints in stages, points that nbgrader can read."""

from __future__ import annotations

import io
import json
import signal
import sys
import time
from contextlib import redirect_stdout, suppress
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from inference_scaling.answers.collect import MISSING, collect, decoded, encoded, plain
from inference_scaling.answers.judge import NOT_YET, RIGHT, UNDEFINED, VERDICTS, WRONG_KIND
from inference_scaling.answers.task import seeded
from inference_scaling.classroom import bonus, box, check, given, progress, session, start
from inference_scaling.classroom.session import Note, Verdict
from inference_scaling.display.output import rounded, to_html
from inference_scaling.lessons import registry
from inference_scaling.site import stills


@pytest.fixture(autouse=True)
def new_notebook():
    start("theorem", names={})


class Hostile:
    """Answers yes to everything, and breaks when looked at."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return hash(11)

    def __float__(self):
        return 11.0

    __index__ = __int__ = lambda self: 11

    def __repr__(self):
        raise RuntimeError("do not look")

    __str__ = __repr__
    __bool__ = __len__ = __iter__ = __array__ = __array_interface__ = property(__repr__)

    @property
    def __class__(self):
        return int


class Eleven(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class LikeAFloat(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__


class LikeAnArray(np.ndarray):
    pass


class Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


class Nameless(metaclass=Meta):
    pass


def numbers():
    yield 11


def holding(obj):
    array = np.empty(1, dtype=object)
    array[0] = obj
    return array


HOSTILE = {
    "undefined": MISSING,
    "ellipsis": ...,
    "none": None,
    "text": "11 samples",
    "nan": float("nan"),
    "infinity": float("inf"),
    "complex": 11 + 0j,
    "truth": True,
    "huge": 10**5000,
    "objects": np.array([11, None], dtype=object),
    "one object": holding(Hostile()),
    "structured": np.zeros(2, dtype=[("a", int)]),
    "dates": np.array(["2027-01-01"], dtype="datetime64[D]"),
    "large array": np.zeros(10**6),
    "generator": numbers(),
    "hostile": Hostile(),
    "list of hostile": [Hostile()],
    "subclassed int": Eleven(3),
    "subclassed float": LikeAFloat(3),
    "subclassed array": np.zeros(2).view(LikeAnArray),
    "nameless": Nameless(),
    "class": Hostile,
    "module": sys,
    "dict": {"number": 11},
    "deep": [[[[[[[11]]]]]]],
    "long text": "11" * 10**6,
}
ENDLESS = list[object]()
ENDLESS.append(ENDLESS)
HOSTILE["list in itself"] = ENDLESS


@pytest.mark.parametrize("task_id", ["T-1", "T-3", "T-4", "T-8"])
@pytest.mark.parametrize("name", HOSTILE)
def test_any_object_gets_a_verdict_and_never_right(name, task_id):
    verdict = check(task_id, HOSTILE[name])
    assert verdict.verdict in VERDICTS
    assert verdict.verdict != RIGHT
    assert len(verdict.text()) < 800
    assert json.loads(json.dumps(rounded(verdict.payload())))


# Functions that do not do what is asked


def recursing(*arguments):
    return recursing(*arguments)


def endless(*arguments):
    while True:
        pass


def endless_and_deaf(*arguments):
    while True:
        with suppress(Exception):
            time.sleep(0.001)


def sleeping(*arguments):
    time.sleep(60)


def printing(*arguments):
    print("x" * 2**20)
    print("x" * 2**20, file=sys.stderr)
    return 1


def leaving(*arguments):
    sys.exit(0)


def interrupting(*arguments):
    raise KeyboardInterrupt


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("do not look")

    __repr__ = __str__


def failing(*arguments):
    raise Unspeakable


def yielding(*arguments):
    yield 1


def warning(*arguments):
    return np.log(-1.0) + np.float64(1) / 0


async def waiting(*arguments):
    return 1


BAD_FUNCTIONS = {
    recursing: (NOT_YET, "RecursionError"),
    endless: (NOT_YET, "did not return within"),
    endless_and_deaf: (NOT_YET, "did not return within"),
    sleeping: (NOT_YET, "did not return within"),
    printing: (NOT_YET, "too small"),
    leaving: (NOT_YET, "SystemExit"),
    interrupting: (NOT_YET, "KeyboardInterrupt"),
    failing: (NOT_YET, "raised Exception"),
    yielding: (WRONG_KIND, "gave a generator"),
    warning: (WRONG_KIND, "NaN"),
    (lambda: 1): (NOT_YET, "raised TypeError"),
    (lambda *arguments: Hostile()): (WRONG_KIND, "type Hostile"),
    (lambda *arguments: holding(Hostile())): (WRONG_KIND, "array of object"),
    (lambda *arguments: "11"): (WRONG_KIND, "the text"),
    (lambda *arguments: [1]): (WRONG_KIND, "a list of 1"),
}


@pytest.fixture
def short_limit(monkeypatch):
    request = session.request
    monkeypatch.setattr(session, "request", lambda task, cohort: {**request(task, cohort), "seconds": 0.15})


@pytest.mark.parametrize("function", BAD_FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.filterwarnings("ignore:coroutine")
# An alarm that falls into a finalizer is lost there, with this warning, and comes again 20 ms later.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bad_function_is_answered_and_the_notebook_goes_on(function, short_limit, capsys):
    verdict = check("T-4", function)
    expected, part = BAD_FUNCTIONS[function]
    assert (verdict.verdict, part in verdict.says) == (expected, True), verdict.says
    assert capsys.readouterr() == ("", "")
    assert check("T-1", 11).verdict == RIGHT


def test_the_time_limit_is_kept_and_leaves_an_outer_alarm_running(short_limit):
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append("outer"))
    signal.setitimer(signal.ITIMER_REAL, 200)
    try:
        assert "did not return within 0.15 seconds" in check("T-4", endless).says
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 200
        signal.raise_signal(signal.SIGALRM)
        assert rang == ["outer"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_function_that_changes_its_argument_is_told_so():
    def changing(p, target):
        needed = np.ceil(np.log(1 - np.asarray(target)) / np.log(1 - np.asarray(p)) - 1e-9)
        if isinstance(p, np.ndarray):
            p[0] = 0.5
        return needed

    verdict = check("T-4", changing)
    assert verdict.verdict == NOT_YET
    assert "changes its own argument" in verdict.says


def test_a_function_that_stores_a_hostile_object_in_its_argument_is_told_so():
    start("setup", names={})

    def changing(step_scores, how):
        step_scores[0] = Hostile()
        return [0]

    assert check("S-5", changing).verdict in (NOT_YET, WRONG_KIND)


def test_the_result_of_a_call_is_answered_with_the_function_itself():
    assert "without brackets" in check("T-4", 11).says


def test_python_keeps_its_recursion_limit_and_its_output():
    def meddling(p, target):
        sys.setrecursionlimit(5_000)
        sys.stdout = None
        return 1

    before, out = sys.getrecursionlimit(), sys.stdout
    check("T-4", meddling)
    assert (sys.getrecursionlimit(), sys.stdout) == (before, out)


# Hints, points, bonus


def test_hints_come_in_stages_and_only_for_new_wrong_answers():
    assert check("T-1", ...).hint is None
    assert check("T-1", "eleven").hint is None
    first = check("T-1", 10)
    assert first.hint.startswith("Hint 1")
    assert check("T-1", 10).hint == first.hint
    second = check("T-1", 12)
    assert second.hint.startswith("Hint 2")
    assert check("T-1", 13).hint == second.hint
    assert check("T-1", 11).hint is None


def test_points_are_numbers_and_progress_adds_them_up():
    assert check("T-1", 10).points == 0
    assert check("T-1", 11).points == 2
    assert type(check("T-1", 11).points) is int
    assert check("T-1", 10).points == 0
    assert "2 of 34 points" in progress("theorem").text()


def test_the_bonus_task_shows_once_half_of_the_part_is_right():
    assert "shows here once" in bonus("theorem").text()
    answers = {"T-1": 11, "T-2": 0.02 * 0.98**7, "T-3": "ln(2)/-ln(1-p)", "T-5": "1-k^(-1/(k-1))"}
    for task_id, answer in answers.items():
        assert check(task_id, answer).news is None
    last = check("T-6", (1 - 0.85**12) / 0.15)
    assert "bonus()" in last.news
    assert check("T-1", 11).news is None
    assert "moderate" in bonus("theorem").text()


def test_a_new_start_forgets_the_old_notebook():
    check("T-1", 11)
    start("theorem", names={})
    assert "0 of 34 points" in progress("theorem").text()


# The notebook's own side


def test_names_of_the_part_are_marked_until_they_are_defined():
    names = {"answer_T2": 0.5}
    start("theorem", names=names)
    assert check("T-1", names["answer_T1"]).verdict == UNDEFINED
    assert names["answer_T2"] == 0.5
    assert check("T-1").verdict == UNDEFINED


def test_start_marks_names_only_where_it_is_shown_to():
    names: dict[str, object] = {"start": start}
    exec('start("setup")', names)
    assert "answer_S2" not in names
    exec('start("setup", names=globals())', names)
    assert names["answer_S2"] is MISSING


def test_given_hands_out_the_cohorts_numbers_and_a_learner_cannot_change_them():
    assert given("T-1") == SimpleNamespace(p=0.2, target=0.9)
    given("T-8").p[0] = 0.0
    assert given("T-8").p[0] == 0.5
    start("theorem", cohort="autumn-2027", names={})
    assert given("T-1") != SimpleNamespace(p=0.2, target=0.9)
    assert check("T-1", 11).verdict != RIGHT or given("T-1").p == 0.2


@pytest.mark.parametrize(
    "call", [lambda: check("T-99", 1), lambda: given("x"), lambda: check(Hostile(), 1), lambda: box(None)]
)
def test_an_unknown_task_is_an_error_of_the_author(call):
    with pytest.raises(ValueError, match="there is no task"):
        call()


def test_an_unknown_part_or_an_empty_cohort_is_refused():
    with pytest.raises(ValueError, match="there is no part 'algebra'"):
        start("algebra", names={})
    with pytest.raises(ValueError, match="cohort must be a text"):
        start("theorem", cohort="", names={})


def test_a_verdict_shows_as_its_sentence_and_as_data():
    verdict = check("T-1", 10)
    bundle = verdict._repr_mimebundle_()
    assert bundle["text/plain"].startswith("T-1: not yet, 0 of 2 points. This is the last number that is not enough")
    assert bundle["application/vnd.its.check+json"]["verdict"] == "not yet"
    assert "its-check--not-yet" in bundle["text/html"]
    assert repr(verdict) == verdict.text()


def test_replies_are_escaped():
    note = Note("<b>", ["<script>"])
    assert "<script>" not in to_html("check", rounded(note.payload()))


def test_outside_a_notebook_points_show_nothing():
    out = io.StringIO()
    with redirect_stdout(out):
        assert check("T-1", 11).points == 2
    assert out.getvalue() == ""


def test_in_a_notebook_points_show_the_verdict_first(monkeypatch):
    shown = []
    shell = SimpleNamespace(get_ipython=lambda: True, display=SimpleNamespace(display=shown.append))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    verdict = check("T-1", 11)
    assert verdict.points == 2
    assert shown == [verdict]


# Data


def test_plain_keeps_numbers_of_every_kind_and_nothing_else():
    assert plain(np.float32(0.5)) == plain(0.5) == {"number": 0.5}
    assert plain(np.uint8(3)) == plain(3) == {"number": 3}
    assert plain(np.arange(2)) == plain([0, 1]) == plain((0, 1))
    assert set(plain(Eleven(11))) == {"kind"}


def test_arguments_survive_json_and_are_fresh_each_time():
    rng = seeded("a")
    call = [0.5, rng.random(3), [[0.1], [0.2]], "min", 10**9, {"": ["a", "b"], "a": ["aa"]}]
    sent = json.loads(json.dumps(encoded(call)))
    one, two = decoded(sent), decoded(sent)
    assert [type(item) for item in one] == [float, np.ndarray, list, str, int, dict]
    one[1][0] = 9
    one[2][0][0] = 9
    one[5][""].append("c")
    assert np.array_equal(two[1], call[1]) and two[2] == call[2] and two[5] == call[5]


def test_collecting_needs_no_task():
    request = {"calls": [[1, 2], [3, 4]], "seconds": 1.0}
    assert collect(request, lambda a, b: a + b) == {"outcomes": [{"number": 3}, {"number": 7}]}
    assert collect(request, ...) == {"untouched": True}


# The box


def test_the_box_shows_the_task_and_hides_the_answer():
    shown = box("S-2")
    page = to_html("box", rounded(shown.payload()))
    assert "Of n = 8 recorded samples" in page
    assert "Hint 1" in page and "Hint 2" in page
    assert "0.642" not in page and "642857" not in page
    assert "not-refused" not in page and "with replacement" not in page
    # Where nothing can be folded, a hint stands open before the try.
    assert "Hint" not in shown.text()
    unrun = stills.forms("box", rounded(shown.payload()))
    assert unrun["text/plain"] == shown.text()
    assert unrun["text/markdown"].count("<details><summary>Hint") == 2
    assert "0.642" not in unrun["text/markdown"]


def test_the_boxs_page_is_a_function_of_its_data():
    payload = rounded(box("T-1").payload())
    assert to_html("box", payload) == to_html("box", json.loads(json.dumps(payload)))


def test_the_numbers_in_a_box_are_the_same_on_every_processor(monkeypatch):
    def hidden(last_digits):
        task = registry.find("P-6")
        moved = replace(task, reference=lambda **values: task.reference(**values) * (1 + last_digits))
        monkeypatch.setattr(session.registry, "find", lambda _: moved)
        return box("P-6").payload()["sealed"]

    assert hidden(0) == hidden(4e-16) != hidden(1e-9)


def test_verdicts_are_outputs():
    assert isinstance(check("T-1", 11), Verdict)

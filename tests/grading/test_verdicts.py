"""Notebook and grader say the same about the same answer, and nothing that an object says about itself counts."""

import contextlib
import json
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.answers.collect import MISSING, collect, plain, raised
from inference_scaling.answers.judge import NOT_YET, RIGHT, WRONG_KIND, request
from inference_scaling.answers.task import BOOK, Design, Function, Number, parameters
from inference_scaling.classroom import session as check
from inference_scaling.grading import grade
from inference_scaling.grading.sandbox import Limits
from inference_scaling.lessons import registry
from submissions import hostile

PLAN = grade.RunSettings(BOOK, BOOK, None, Limits(), str(Path(__file__).resolve().parents[2]))
ALL = [task for part in registry.parts() for task in registry.part(part)]
T1 = registry.find("T-1")


def graded(task, answer):
    """The grader's way: collected as in the child, sent as text, validated and judged as in the grader."""
    data = collect(json.loads(json.dumps(request(task, BOOK))), answer)
    reply = json.dumps({"data": data, "error": None})
    return grade._judged(task, {"id": task.id, "ended": "answered", "reply": reply}, PLAN)


def same(task, answer):
    reply, result = check.check(task.id, answer), graded(task, answer)
    assert (reply.verdict, reply.says, reply.misconception, reply.earned) == (
        result.verdict,
        result.says,
        result.misconception,
        result.earned,
    )
    return reply


# Not those that would harm this process, in which they are made.
UNSAFE = ("patched", "emptied", "replaced", "collector", "recursion", "breaks the compiler", "doubles", "too long")
SAFE = [name for name in hostile.OBJECTS if not any(word in name for word in UNSAFE)]


@pytest.mark.parametrize("name", SAFE)
def test_notebook_and_grader_agree_on_hostile_objects(name):
    names = {}
    with contextlib.suppress(BaseException):
        exec(hostile.answers("", "", "")[name], names)
    for task in ALL:
        assert same(task, names.get("answer_T1", MISSING)).verdict != RIGHT


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.complex_numbers()
    | st.fractions()
    | st.decimals()
    | st.just(...)
    | st.floats(width=32).map(np.float32)
    | st.lists(st.floats(), max_size=4).map(np.array),
    lambda inner: st.lists(inner, max_size=11) | st.tuples(inner, inner),
    max_leaves=12,
)


@settings(max_examples=20, deadline=None)
@given(ANYTHING)
def test_notebook_and_grader_agree_on_anything(answer):
    for task in ALL:
        same(task, (lambda *arguments: answer) if isinstance(task.answer_type, Function) else answer)


NUMBERS = [task for task in ALL if isinstance(task.answer_type, Number)]
FORMS = [float, np.float64, np.longdouble, np.array, Fraction, lambda x: Decimal(repr(float(x)))]


@pytest.mark.parametrize("task", NUMBERS, ids=lambda task: task.id)
def test_a_right_number_is_right_in_every_fair_form(task):
    right = task.reference(**parameters(task, BOOK))
    forms = [*FORMS, np.float32] if not task.answer_type.whole else [*FORMS, int, np.int16, np.uint64, np.float16]
    for form in forms:
        assert same(task, form(right)).verdict == RIGHT, form


@pytest.mark.parametrize("text", ["11", "11,0", "22/2"])
def test_a_number_typed_as_text_counts_in_the_grader_as_in_the_notebook(text):
    assert same(registry.find("T-1"), text).verdict == RIGHT


@pytest.mark.parametrize(
    "unfair",
    [
        True,
        np.True_,
        "11 samples",
        b"11",
        11j,
        [11],
        (11,),
        {11},
        np.array([11]),
        np.datetime64(11, "D"),
        np.timedelta64(11, "D"),
    ],
    ids=repr,
)
def test_what_only_resembles_the_right_number_is_of_the_wrong_kind(unfair):
    assert same(T1, unfair).verdict == WRONG_KIND


class Sly(type):
    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__
    __name__ = property(lambda cls: "int")
    __mro__ = property(lambda cls: (ValueError, object))
    __module__ = "builtins"


class Text(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return True

    def __getitem__(self, place):
        return self


def test_a_class_cannot_say_what_it_is():
    made = Sly("Number", (), {"__int__": lambda self: 11, "__float__": lambda self: 11.0, "__index__": lambda self: 11})
    assert plain(made()) == {"kind": "an object of type Number"}
    named = type(Text("int"), (), {})
    assert type(plain(named())["kind"]) is str
    error = Sly("ValueError", (Exception,), {"args": property(lambda self: ("made up",))})
    assert raised(error()) == {"raised": ["Exception", "BaseException", "object"], "said": ""}


def test_half_a_character_is_no_text_and_stops_nothing(tmp_path):
    assert plain("\ud800") == {"kind": "a text with half a character in it"}
    assert raised(ValueError("a\ud800"))["said"] == "a?"
    for data in ({"text": "\ud800"}, {"kind": "\ud800"}, {"raised": ["\ud800"], "said": ""}):
        reply = json.dumps({"data": data, "error": None})
        result = grade._judged(T1, {"id": "T-1", "ended": "answered", "reply": reply}, PLAN)
        assert result.ended == "forged"
        grade.write(tmp_path / "x", json.dumps(vars(result), ensure_ascii=False))


def test_a_wider_error_than_the_one_asked_for_is_not_the_one():
    task = registry.find("C-4")
    right = task.reference

    def raising(kind):
        def answer(*arguments):
            try:
                return right(*arguments)
            except ValueError:
                raise kind("no") from None

        return answer

    class Own(ValueError):
        pass

    assert same(task, raising(ValueError)).verdict == RIGHT
    assert same(task, raising(Own)).verdict == RIGHT
    for wider in (Exception, BaseException, Sly("ValueError", (Exception,), {})):
        assert same(task, raising(wider)).verdict == NOT_YET


FORGED = [
    *({"number": x} for x in (math.inf, math.nan, 1e301, 10**301, True, "11", None, [11])),
    *({"truth": x} for x in (1, None, "x")),
    {"list": {}},
    {"list": [1]},
    {"list": [{"outcomes": []}]},
    {"list": [{"number": 1}] * 20_001},
    {"text": "x" * 10_000},
    {"text": 1},
    {"number": 11, "text": "x"},
    {"number": 11, "mutated": 1},
    {"verdict": "right"},
    {},
    [],
    None,
    {"raised": "ValueError", "said": ""},
    {"raised": [1], "said": ""},
    {"outcomes": [[]]},
]


@pytest.mark.parametrize("data", FORGED, ids=lambda data: repr(data)[:40])
def test_what_the_collector_never_sends_is_never_judged(data):
    for reply in (json.dumps({"data": data, "error": None}), json.dumps(data)):
        result = grade._judged(T1, {"id": "T-1", "ended": "answered", "reply": reply}, PLAN)
        assert (result.ended, result.earned) == ("forged", 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("number", "list", "text", "kind", "truth", "none", "outcomes", "raised", "said", "mutated", "slow")
            )
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(st.text() | JSON.map(json.dumps) | JSON.map(lambda data: json.dumps({"data": data, "error": None})))
def test_no_reply_stops_the_grader(reply):
    for task in (T1, registry.find("T-4"), registry.find("T-3"), registry.find("T-8")):
        result = grade._judged(task, {"id": task.id, "ended": "answered", "reply": reply}, PLAN)
        assert result.ended in ("answered", "forged", "check failed")
        assert json.dumps(vars(result), ensure_ascii=False).encode()


@pytest.mark.parametrize("value", [10**4000, -(10**4000), 10**300, 1e300, 1.7e308])
def test_a_forged_huge_number_costs_its_own_task_and_the_rest_is_judged(value):
    for data in ({"number": value}, {"list": [{"number": value}]}, {"slow": value}, {"outcomes": [{"number": value}]}):
        for error in (None, {"raised": ["ValueError"], "said": "", "line": value if type(value) is int else 10**4000}):
            reply = json.dumps({"data": data, "error": error})
            for task in ALL:
                result = grade._judged(task, {"id": task.id, "ended": "answered", "reply": reply}, PLAN)
                assert (result.ended, result.earned) == ("forged", 0)
                assert len(result.says) < 200


@pytest.mark.parametrize("value", [1e300, -1e300, 1.7e308, 10**300, np.float64(1e301)], ids=repr)
def test_an_honest_huge_number_is_told_the_same_by_notebook_and_grader(value):
    for task in ALL:
        same(task, (lambda *arguments: value) if isinstance(task.answer_type, Function) else value)


DESIGNS = [task for task in ALL if isinstance(task.answer_type, Design)]
SECRET = ["a-secret-key", "another", "third"]


@pytest.mark.parametrize("key", SECRET)
@pytest.mark.parametrize("task", DESIGNS, ids=lambda task: task.id)
def test_a_right_design_is_judged_by_the_numbers_that_its_notebook_showed(task, key):
    plan = grade.RunSettings(key, "autumn-2027", None, Limits(), PLAN.root)
    design = task.reference(**parameters(task, "autumn-2027"))
    reply = json.dumps({"data": plain(design), "error": None})
    result = grade._judged(task, {"id": task.id, "ended": "answered", "reply": reply}, plan)
    assert (result.verdict, result.earned) == (RIGHT, task.points), result.says


def test_a_design_that_is_computed_meets_the_numbers_by_which_it_is_judged():
    plan = grade.RunSettings("a-secret-key", "autumn-2027", None, Limits(), PLAN.root)
    for task in DESIGNS:
        assert grade.numbers(task, plan) == "autumn-2027"
    for task in NUMBERS:
        assert grade.numbers(task, plan) == "a-secret-key"

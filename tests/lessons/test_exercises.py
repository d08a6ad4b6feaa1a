"""Every task, for the book and for twenty other cohorts: right is right, misconceptions have their names."""

from __future__ import annotations

import itertools
import json
import math
import re
import types
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.answers.collect import collect, encoded
from inference_scaling.answers.judge import (
    NOT_YET,
    RIGHT,
    UNDEFINED,
    UNTOUCHED,
    VERDICTS,
    WAITING,
    WRONG_KIND,
    judge,
    request,
)
from inference_scaling.answers.task import (
    APART,
    BOOK,
    KINDS,
    Function,
    Line,
    Misconception,
    Number,
    Task,
    _drawn,
    apart,
    fill,
    parameters,
)
from inference_scaling.classroom import box, session
from inference_scaling.classroom import release as exercises
from inference_scaling.lessons import registry
from inference_scaling.lessons.laboratory import exercises as laboratory
from inference_scaling.sources import reasoner
from scipy.special import betaln
from shares import a_third_of, few_of

from .mutation import mutants
from .right_answers import RIGHT as ALTERNATIVES_OF_PARTS
from .workshop import RIGHT as ALTERNATIVES_OF_WORKSHOP

ROOT = Path(__file__).resolve().parents[2]
ALTERNATIVES = {**ALTERNATIVES_OF_PARTS, **ALTERNATIVES_OF_WORKSHOP}
ALL = [task for part in registry.parts() for task in registry.part(part)]
FUNCTIONS = [task for task in ALL if isinstance(task.answer_type, Function)]
COHORTS = [BOOK, *(f"autumn-{2027 + i}" for i in range(20))]

# A learner's lines for each misconception of the derivation tasks, and lines that are right.
LINES = {
    "S-4": {
        RIGHT: ["1 - exp(k*ln(1-p))", "1-e^(k*log(1-p))", "-exp(ln(1-p)*k) + 1", "1 - exp(-k * ln(1/(1-p)))"],
        "small-p": ["1 - exp(-k*p)", "1 - 1/e^(p*k)"],
        "failure": ["exp(k*ln(1-p))"],
        "sign": ["1 - exp(-k*ln(1-p))"],
        "form": ["1-(1-p)^k", "1 - exp(ln((1-p)^k))", "1 - exp(k)^ln(1-p)"],
    },
    "T-3": {
        RIGHT: [
            "ln(2)/-ln(1-p)",
            "-ln(2)/ln(1-p)",
            "ln(1/2)/log(1-p)",
            "ln(2)/ln(1/(1-p))",
            "log(0.5)/ln(1 - p) + k - k",
        ],
        "small-p": ["ln(2)/p"],
        "total": ["k - ln(2)/ln(1-p)"],
        "sign": ["ln(2)/ln(1-p)"],
        "doubling": ["k"],
    },
    "T-5": {
        RIGHT: ["1 - k^(-1/(k-1))", "1-(1/k)^(1/(k-1))", "1 - exp(-ln(k)/(k-1))", "1 - 1/k**(1/(k-1))"],
        "one-over-k": ["1/k"],
        "exponent": ["1 - k^(-1/k)"],
        "failure": ["k^(-1/(k-1))"],
    },
    "C-2": {
        RIGHT: ["M + 3*R*(M-1)", "3*M*R + M - 3*R", "M*(1 + 3*R) - 3*R", "(6*M*R + 2*M - 6*R)/2"],
        "use-only": ["M"],
        "own-training": ["M + 3*R*M", "M*(1 + 3*R)"],
        "equal-price": ["M + R*(M-1)"],
    },
}


def verdict(task, answer, cohort=BOOK):
    """The whole way of an answer: collected, through JSON as between processes, judged."""
    asked = json.loads(json.dumps(request(task, cohort)))
    return judge(task, cohort, json.loads(json.dumps(collect(asked, answer))))


def best_of(task):
    """Return the verdict on the best answer: what a person marks is never right by machine."""
    return WAITING if task.for_a_person else RIGHT


def answer_of(task, cohort):
    if not isinstance(task.answer_type, Function):
        return task.reference(**parameters(task, cohort))
    # Where the reference is the library's own function, a copy of it is a learner's.
    own = task.reference
    return types.FunctionType(own.__code__, own.__globals__, own.__name__, own.__defaults__, own.__closure__)


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.id)
def test_every_task_is_complete(task):
    assert len(task.misconceptions) >= 2
    assert len(task.hints) == 2
    assert len({one.id for one in task.misconceptions}) == len(task.misconceptions)
    assert task.kind in KINDS
    assert task.points >= 2 and task.minutes >= 5
    values = parameters(task)
    texts = [fill(text, values) for text in (task.statement, task.explanation, *task.hints)]
    texts += [fill(one.feedback, values) for one in task.misconceptions]
    assert all(text and "{" not in text.replace("`{", "") for text in texts)
    assert all(
        fill(one.feedback, values).startswith(("This", "That", "From", "Here", "The", "These"))
        for one in task.misconceptions
    )


def test_ids_points_and_the_plan_agree():
    ids = [task.id for task in ALL]
    assert len(set(ids)) == len(ids)
    points = {part: sum(task.points for task in registry.part(part) if not task.bonus) for part in registry.PARTS}
    assert points == {
        "setup": 20,
        "theorem": 34,
        "phenomena": 34,
        "confusions": 33,
        "laboratory": 39,
        "reliability": 16,
        "remedies": 12,
    }
    assert all(sum(task.bonus for task in registry.part(part)) == 1 for part in registry.PARTS)


def test_a_notebook_of_the_workshop_takes_about_an_hour():
    built = [part for part in registry.parts() if part in registry.WORKSHOP]
    assert built
    for part in built:
        assert 40 <= sum(task.minutes for task in registry.part(part)) <= 75, part
        assert not any(task.bonus for task in registry.part(part))


@pytest.mark.parametrize("cohort", few_of(COHORTS, 2))
def test_the_reference_is_right_in_every_cohort(cohort):
    for task in ALL:
        if not isinstance(task.answer_type, Line):
            assert verdict(task, answer_of(task, cohort), cohort).verdict == best_of(task), (task.id, cohort)


@pytest.mark.parametrize("cohort", few_of(COHORTS, 2))
def test_every_misconception_is_named_in_every_cohort(cohort):
    for task in ALL:
        if isinstance(task.answer_type, Line):
            continue
        for one in task.misconceptions:
            answer = (
                one.wrong_answer
                if isinstance(task.answer_type, Function)
                else one.wrong_answer(**parameters(task, cohort))
            )
            judged = verdict(task, answer, cohort)
            assert (judged.verdict, judged.misconception) == (NOT_YET, one.id), (task.id, cohort)


@pytest.mark.parametrize("cohort", few_of(COHORTS, 2))
def test_right_and_wrong_answers_lie_ten_tolerances_apart(cohort):
    assert all(apart(task, parameters(task, cohort)) >= APART for task in ALL)


def test_no_cohort_meets_a_number_task_whose_right_answer_or_slips_collide():
    asked = [task for part in registry.parts() for task in (*registry.part(part), *registry.questions(part))]
    for task in asked:
        if not isinstance(task.answer_type, Number):
            continue
        for cohort in (BOOK, *map(str, range(60))):
            values = parameters(task, cohort)
            right = task.reference(**values)
            # A slip that two beliefs share has no name, and a given number needs no reasoning.
            others = [slip.wrong_answer(**values) for slip in task.misconceptions]
            given = [value for value in values.values() if type(value) in (int, float)]
            room = APART * task.answer_type.width(right)
            for one, other in (*itertools.combinations([right, *others], 2), *((right, value) for value in given)):
                assert abs(one - other) >= room, (task.id, cohort, one, other)


def test_a_right_answer_that_is_a_given_number_is_not_drawn():
    two_checks = registry.find("P-5")
    # Odds of 1/9, times 9 twice, are the odds of 0.9 again.
    assert apart(two_checks, {"p": 0.1, "passes": 0.9, "slips": 0.1}) == 0
    assert apart(two_checks, {"p": 0.1, "passes": 0.9, "slips": 0.2}) >= APART


@pytest.mark.parametrize("task", [task for task in ALL if isinstance(task.answer_type, Line)], ids=lambda task: task.id)
def test_lines_get_the_verdict_they_deserve(task):
    assert {*LINES[task.id]} >= {one.id for one in task.misconceptions}
    for expected, lines in LINES[task.id].items():
        for text in lines:
            judged = verdict(task, text)
            assert (judged.verdict if expected == RIGHT else judged.misconception) == expected, text


def test_cohorts_have_other_numbers_and_the_book_its_own():
    for task in ALL:
        if task.book:
            drawn = {json.dumps(encoded(dict(parameters(task, cohort))), sort_keys=True) for cohort in COHORTS}
            assert len(drawn) >= 4, task.id


def test_a_cohort_is_the_same_in_another_process(tmp_path):
    task = registry.find("T-1")
    assert dict(parameters(task, "autumn-2027")) == dict(_drawn.__wrapped__(task, "autumn-2027"))


def test_function_calls_differ_between_cohorts_so_that_answers_cannot_be_tables():
    for task in FUNCTIONS:
        assert request(task, "autumn-2027") != request(task, "autumn-2028")


def test_an_empty_cohort_is_refused():
    with pytest.raises(ValueError, match="cohort must be a text"):
        parameters(registry.find("T-1"), " ")


def test_parameters_that_never_keep_the_distance_are_an_error_of_the_author():
    task = Task(
        **{**vars(registry.find("T-2")), "draw": lambda rng: {"p": 1e-6, "k": 5}},
    )
    with pytest.raises(ValueError, match="no parameters for cohort"):
        parameters(task, "autumn-2027")


# Mutants and alternatives

SCOPE = {"np": np, "math": math, "itertools": itertools, "betaln": betaln, "Fraction": Fraction}


@pytest.mark.parametrize("task", a_third_of(FUNCTIONS, name=lambda task: task.id))
def test_no_changed_solution_passes_and_no_other_right_one_fails(task, record_property):
    code = dict(exercises.answers(exercises.source(registry.part_of(task.id), ROOT)))[f"{task.id}-answer"]
    changed = list(mutants(code))
    # What the learner wrote before: later tasks of the workshop call it.
    earlier = {one.variable: one.reference for one in registry.part(registry.part_of(task.id)) if one.id != task.id}
    passed = []
    for text in changed:
        names = {**SCOPE, **earlier}
        exec(text, names)
        if verdict(task, names[task.variable]).verdict == RIGHT:
            passed.append(text)
    failed = [
        (function.__name__, judged.says)
        for function, cohort in itertools.product(ALTERNATIVES[task.id], COHORTS[:3])
        if (judged := verdict(task, function, cohort)).verdict != RIGHT
    ]
    alternatives = len(ALTERNATIVES[task.id]) * 3
    record_property("mutants", [len(changed), len(passed), alternatives, len(failed)])
    assert len(changed) >= 10 and len(ALTERNATIVES[task.id]) >= 5
    assert passed == []
    assert failed == []


# Designs are judged by what they achieve


def test_another_allocation_that_solves_as_many_is_right():
    task = registry.find("T-8")
    shares = [5, 8, 11, 13, 15, 17, 18, 12, 1, 0]
    assert verdict(task, shares).verdict == RIGHT
    assert verdict(task, np.array(shares)).verdict == RIGHT
    assert verdict(task, [float(x) for x in shares]).verdict == RIGHT


@pytest.mark.parametrize(
    ("task_id", "answer", "expected", "part"),
    [
        ("T-8", [10] * 9, WRONG_KIND, "ten whole numbers"),
        ("T-8", [10.5] * 10, WRONG_KIND, "whole number"),
        ("T-8", [-1] + [10] * 9, WRONG_KIND, "zero or more"),
        ("T-8", [[10]] * 10, WRONG_KIND, "whole number"),
        ("T-8", [10] * 9 + [math.nan], WRONG_KIND, "NaN"),
        ("T-8", [11] * 10, NOT_YET, "110 samples; there are only 100"),
        ("T-8", [0] * 10, NOT_YET, "0.000 problems"),
        ("T-8", [6, 9, 12, 14, 14, 15, 14, 10, 6, 0], NOT_YET, "More is possible"),
        ("C-8", [[0.4, 0.6]], WRONG_KIND, "two lists"),
        ("C-8", [[0.4, 0.6], [0.15, 1.2]], WRONG_KIND, "between 0 and 1"),
        ("C-8", [[0.4, 0.6], [0.15, 0.1]], NOT_YET, "do not add up to 1"),
        ("C-8", [[0.4, 0.4, 0.2], [0.15] + [0.085] * 10], NOT_YET, "ties for the most frequent"),
        ("C-8", [[0.15] + [0.085] * 10, [0.4, 0.6]], NOT_YET, "votes end at 1 and 0"),
        ("C-8", np.array([[0.4, 0.6] + [0] * 9, [0.15] + [0.085] * 10]), RIGHT, "finds the mode"),
        ("L-4", (0.3, 1, 14), RIGHT, "temperature 1 is ahead"),
        ("L-4", [0.3, 1.0, 14.0], RIGHT, "temperature 1 is ahead"),
        ("L-4", (1, 1, 14), NOT_YET, "one temperature for both"),
        ("L-4", (0.3, 1, 20), NOT_YET, "the crossing: another"),
        ("L-4", (0.5, 1, 14), WRONG_KIND, "0.3 or 1"),
        ("L-4", (0.3, 1, 13.5), WRONG_KIND, "whole number"),
        ("L-4", (0.3, 14), WRONG_KIND, "three numbers"),
        ("L-4", ("0.3", "1", "14"), WRONG_KIND, "three numbers"),
        ("L-5", 30, RIGHT, "the best k brings"),
        ("L-5", np.int64(28), RIGHT, "the best k brings"),
        ("L-5", 64, NOT_YET, "the best k brings"),
        ("L-5", 1, NOT_YET, "the best k brings"),
        ("L-5", 0, WRONG_KIND, "from 1 to 64"),
        ("L-5", 30.5, WRONG_KIND, "from 1 to 64"),
        ("S-7", ("cheap", 2.5), WRONG_KIND, "whole number"),
        ("S-7", ("middling", 4), WRONG_KIND, "cheap and dear"),
        ("S-7", ("cheap", "4"), WRONG_KIND, "whole number"),
        ("S-7", ([], 4), WRONG_KIND, "cheap and dear"),
        ("S-7", ("cheap", 10), NOT_YET, "More is possible"),
        ("S-7", ("cheap", 41), NOT_YET, "45.1; there are 44"),
    ],
)
def test_designs_are_judged_by_constraint_and_result(task_id, answer, expected, part):
    judged = verdict(registry.find(task_id), answer)
    assert judged.verdict == expected
    assert part in judged.says


def test_a_design_that_is_nearly_best_earns_a_part_of_the_points():
    judged = verdict(registry.find("T-8"), [6, 9, 12, 14, 14, 15, 14, 10, 6, 0])
    assert judged.share == 0.5


# Numbers and lines


@pytest.mark.parametrize(
    ("answer", "expected", "part"),
    [
        (11, RIGHT, "0.9141"),
        (11.0, RIGHT, "0.9141"),
        (np.int64(11), RIGHT, "0.9141"),
        (np.array(11), RIGHT, "0.9141"),
        (10.318, WRONG_KIND, "whole number"),
        (0, WRONG_KIND, "at least 1"),
        (13, NOT_YET, "too large"),
        (7, NOT_YET, "too small"),
        (True, WRONG_KIND, "True"),
        ("ten", WRONG_KIND, "“ten” is not known here"),
        ([11], WRONG_KIND, "a list of 1"),
        (None, WRONG_KIND, "None"),
    ],
)
def test_a_whole_number_is_right_or_told_how_it_is_not(answer, expected, part):
    judged = verdict(registry.find("T-1"), answer)
    assert (judged.verdict, part in judged.says) == (expected, True), judged.says


def test_a_number_within_the_tolerance_is_right_and_a_little_outside_is_close():
    task = registry.find("S-2")
    right = task.reference(**parameters(task))
    assert verdict(task, right * (1 + 0.9e-3)).verdict == RIGHT
    assert verdict(task, right * (1 + 3e-3)).says.startswith("Close")
    assert "too large" in verdict(task, right * (1 + 9e-3)).says


@pytest.mark.parametrize(("task_id", "answer"), [("T-2", 0.0174), ("C-6", 0.105)])
def test_three_digits_of_the_right_number_are_close_whatever_the_tolerance(task_id, answer):
    assert verdict(registry.find(task_id), answer).says.startswith("Close")
    assert "is too" in verdict(registry.find(task_id), answer + 0.003).says


def test_a_line_with_a_rounded_constant_shows_the_digit_where_it_differs():
    says = verdict(registry.find("T-3"), "-0.693147/ln(1-p)").says
    mine, right = re.search(r"gives ([\d.]+), and the right one ([\d.]+)\.", says).groups()
    assert mine != right and float(mine) == pytest.approx(float(right), rel=1e-5)


def test_common_slips_have_names():
    auc = 0.8
    exchanged = [[[0.0, 1 - auc], [1.0, 1 - auc]], [[auc, 0.0], [auc, 1.0]]]
    assert verdict(registry.find("P-2"), exchanged).misconception == "axes"

    def by_numpy(c, n):
        share = np.divide(c, n)
        if share.size < 2:
            raise ValueError("one problem")
        half = 1.96 * np.std(share) / share.size**0.5
        return share.mean() - half, share.mean() + half

    assert verdict(registry.find("C-5"), by_numpy).misconception == "divisor"
    assert verdict(registry.find("P-3"), 6 / 7).misconception == "without-p"
    assert verdict(registry.find("P-3"), 2 / 3).misconception == "odds"


def test_an_answer_to_which_two_misconceptions_lead_is_not_named():
    one, two, *_ = registry.find("T-1").misconceptions
    twins = Misconception("twin", one.wrong_answer, "This is another way. Asked was the right one.")
    task = Task(**{**vars(registry.find("T-1")), "misconceptions": (one, two, twins)})
    judged = judge(task, BOOK, {"number": 10})
    assert (judged.verdict, judged.misconception) == (NOT_YET, None)


@pytest.mark.parametrize(
    "text",
    [
        *["", "p +", "1 000 p", "1,5", "x + 1", "sin(p)", "p.real", "[p", "__import__('os').system('x')"],
        *["p" * 500, "(" * 150 + "p" + ")" * 150, "lambda: p", "p if p else k", "1e999", "'p'", "p; k", "\x00"],
        *["exp(p, k)", "p < k"],
    ],
)
def test_a_line_that_cannot_be_read_is_the_wrong_kind(text):
    assert verdict(registry.find("T-3"), text).verdict == WRONG_KIND


@pytest.mark.parametrize("text", ["9^9^9^9^9", "1/0", "ln(0-1)", "exp(exp(exp(exp(99))))", "-" * 30 + "p", "k/k - 1"])
def test_a_line_without_a_value_is_not_yet_right(text):
    assert verdict(registry.find("T-3"), text).verdict == NOT_YET


# Anything at all

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.just(...)
    | st.complex_numbers()
    | st.binary(max_size=5)
    | st.fractions(),
    lambda inner: st.lists(inner, max_size=10) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(ANYTHING)
def test_any_answer_to_any_task_gets_one_of_the_five_verdicts(answer):
    for task in ALL:
        assert verdict(task, answer).verdict in (*VERDICTS, *([WAITING] if task.for_a_person else []))


@settings(max_examples=30, deadline=None)
@given(ANYTHING)
def test_a_function_that_returns_anything_gets_one_of_the_five_verdicts(value):
    for task in FUNCTIONS:
        assert verdict(task, lambda *arguments: value).verdict in (UNTOUCHED, WRONG_KIND, NOT_YET)


def test_nothing_at_all_is_not_defined():
    assert judge(registry.find("T-1"), BOOK, {"undefined": True}).verdict == UNDEFINED


def test_numbers_are_the_only_tasks_with_a_box():
    for task in ALL:
        if isinstance(task.answer_type, Number):
            assert fill(task.statement, parameters(task)) in box(task.id).payload()["statement"]
        else:
            with pytest.raises(ValueError, match="only tasks that ask for a number"):
                _ = box(task.id)


# Three wrong answers to every task, as a weak student gives them


def wrong_answers(task, values):
    """Return three or more answers that are wrong in ways no author listed, each as a fresh object."""
    if isinstance(task.answer_type, Function):
        return [lambda *given: 0.123, lambda: 1, lambda *given: 1 / 0]
    if isinstance(task.answer_type, Line):
        return ["1", "p +", next(iter(task.answer_type.symbols))]
    if isinstance(task.answer_type, Number):
        right = float(task.reference(**values))
        return [round(right) + 3 if task.answer_type.whole else right * 1.4, f"about {right:.2f}", right * 100, None]
    return [[], [1], "many", 7]


@pytest.mark.parametrize("task", a_third_of(ALL, name=lambda task: task.id))
def test_a_weak_student_is_told_something_true_each_time_and_helped_twice(task):
    values = parameters(task)
    session.start(registry.part_of(task.id), names={})
    replies = [session.check(task.id, answer) for answer in wrong_answers(task, values)]
    assert {reply.verdict for reply in replies} <= {NOT_YET, WRONG_KIND}
    for reply in replies:
        assert reply.says.strip() and reply.points == 0
        assert "Traceback" not in reply.says
    hints = [reply.hint for reply in replies if reply.verdict == NOT_YET]
    expected = [f"Hint {1 if i == 0 else 2}: " for i in range(len(hints))]
    assert [hint[: len(start)] for hint, start in zip(hints, expected, strict=True)] == expected
    best = LINES[task.id][RIGHT][0] if isinstance(task.answer_type, Line) else answer_of(task, BOOK)
    assert session.check(task.id, best).verdict == best_of(task)


def test_recorded_chances_of_two_temperatures_are_the_small_reasoner_s():
    lab = reasoner.load(reasoner.Config(seed=14))
    sums = reasoner.draw_problems(40, np.random.default_rng([14, 41]))
    found = [lab.reasoner.success(sums, temperature=temperature) for temperature in (0.3, 1)]
    assert np.transpose(found) == pytest.approx(np.array(laboratory.CHANCES), abs=2e-4)


def test_samples_that_are_not_given_out_are_named():
    judged = verdict(registry.find("T-8"), [0] * 10)
    assert judged.misconception == "unspent"


@pytest.mark.parametrize("text", ["11,0", "11", "11.0", " 22/2 ", "k = 11"])
def test_a_number_typed_as_text_is_read_as_on_the_page(text):
    task = registry.find("T-1")
    assert verdict(task, text) == verdict(task, 11)
    assert verdict(task, text).verdict == RIGHT


def test_a_typed_expression_is_right_a_misconception_or_too_large_as_its_value_is():
    task = registry.find("P-1")
    right = answer_of(task, BOOK)
    assert verdict(task, f"{right}".replace(".", ",")).verdict == RIGHT
    assert verdict(task, f"1 - (1 - {right})").verdict == RIGHT
    assert verdict(task, "1 - 0,01") == verdict(task, 0.99)


def test_a_text_that_is_no_number_is_told_why_and_what_is_asked():
    judged = verdict(registry.find("T-1"), "11 samples")
    assert judged.verdict == WRONG_KIND
    assert judged.says.startswith("This is not a number that can be read: “samples” is not known here. Asked is ")
    assert judged.says.endswith("Write it without words and without its unit.")


def test_a_percentage_and_an_open_bracket_are_told_what_to_change():
    assert "divide a percentage by 100" in verdict(registry.find("P-1"), 42.6).says
    assert "without a percent sign" in verdict(registry.find("P-1"), "42.6 %").says
    assert "the bracket at character 5 is not closed" in verdict(registry.find("S-4"), "1 - (1 - p^k").says
    assert "at character 4: this bracket was never opened" in verdict(registry.find("S-4"), "p^k)").says

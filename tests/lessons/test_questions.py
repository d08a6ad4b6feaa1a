"""The questions in the text of lessons: each is on one page, names each slip, and is right computed another way."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb
from pathlib import Path

import inference_scaling as its
import nbformat
import numpy as np
import pytest
from inference_scaling import curve, paired_interval, samples, verifiers
from inference_scaling.answers.collect import collect, encoded
from inference_scaling.answers.judge import NOT_YET, RIGHT, judge, request
from inference_scaling.answers.task import APART, BOOK, Misconception, Number, apart, fill, parameters
from inference_scaling.classroom import box, check, session
from inference_scaling.lessons import registry
from inference_scaling.lessons.questions import clear, one_of, question
from inference_scaling.lessons.recall import LESSONS
from inference_scaling.sources.language_model import softmax

ROOT = Path(__file__).resolve().parents[2]
PARTS = [part for part in registry.parts() if registry.questions(part)]
ALL = [one for part in PARTS for one in registry.questions(part)]
COHORTS = [BOOK, *(f"autumn-{2027 + i}" for i in range(20))]
each = pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)


def verdict(one, answer, cohort=BOOK):
    return judge(one, cohort, json.loads(json.dumps(collect(request(one, cohort), answer))))


@each
def test_a_question_is_short_and_its_texts_are_filled(one):
    assert isinstance(one.answer_type, Number) and one.points == 0 and one.minutes <= 2
    assert len(one.misconceptions) >= 2 and len(one.hints) == 2
    for cohort in COHORTS:
        values = parameters(one, cohort)
        texts = [fill(text, values) for text in (one.statement, one.explanation, *one.hints)]
        replies = [fill(slip.feedback, values) for slip in one.misconceptions]
        assert all(text and "{" not in text for text in texts + replies)
        assert all(reply.startswith(("This", "These", "Here")) for reply in replies)


@each
def test_right_is_right_and_each_slip_has_its_name_in_every_cohort(one):
    for cohort in COHORTS:
        values = parameters(one, cohort)
        assert apart(one, values) >= APART, cohort
        assert verdict(one, one.reference(**values), cohort).verdict == RIGHT, cohort
        for slip in one.misconceptions:
            judged = verdict(one, slip.wrong_answer(**values), cohort)
            assert (judged.verdict, judged.misconception) == (NOT_YET, slip.id), cohort


@each
def test_cohorts_have_other_numbers(one):
    drawn = {json.dumps(encoded(dict(parameters(one, cohort))), sort_keys=True) for cohort in COHORTS}
    assert len(drawn) >= 4


@each
def test_no_number_in_sight_is_an_answer_with_a_name(one):
    for cohort in COHORTS:
        values = parameters(one, cohort)
        assert clear(one, values), dict(values)
        right = one.reference(**values)
        hinted = [float(n) for hint in one.hints for n in re.findall(r"\d+(?:\.\d+)?", fill(hint, values))]
        assert all(abs(right - number) > APART * one.answer_type.width(right) for number in hinted), dict(values)


def test_each_question_is_asked_on_one_page_of_its_part():
    asked = [
        (path.parent.name, cell.source)
        for path in sorted((ROOT / "book").rglob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]
    for part in PARTS:
        for one in registry.questions(part):
            assert [where for where, source in asked if f'box("{one.id}")' in source] == [part], one.id


def own(place):
    """Return the ids of the questions that a page asks, and its text."""
    cells = nbformat.read(ROOT / "book" / f"{place}.ipynb", as_version=4).cells
    source = "\n".join(cell.source for cell in cells)
    return {one.id for one in ALL if f'box("{one.id}")' in source}, source


@pytest.mark.parametrize("place", [place for place in LESSONS if "primer" not in place])
def test_each_lesson_has_a_worked_task_and_one_with_a_step_left_out(place):
    asked, source = own(place)
    _, _, task = source.partition("## Try it\n")
    worked, turn, faded = task.partition("**Your turn.**")
    assert turn and "**Worked.**" in worked and len(re.findall(r"^\d\. \S", worked, re.M)) >= 2
    # Its own question follows at once.
    assert re.search(r'^box\("([^"]*)"\)', faded, re.M)[1] in asked


def test_a_question_carries_no_points_and_no_grade_counts_it():
    session.start("setup", names={})
    before = session.progress("setup").text()
    reply = check("S-Q1", 0.657)
    assert reply.verdict == RIGHT and "points" not in reply.text() + str(reply.payload())
    assert session.progress("setup").text() == before
    assert not {one.id for one in ALL} & {task.id for part in registry.parts() for task in registry.part(part)}
    assert "points" not in box("S-Q1").text()


def test_a_slip_is_named_in_a_notebook_and_a_hint_follows():
    session.start("setup", names={})
    reply = check("S-Q1", 0.9)
    assert reply.misconception == "sum" and reply.hint.startswith("Hint 1")


# The right answers in another way.


def drawn_until_the_first_wrong(q, terms=5000):
    return sum(i * q**i * (1 - q) for i in range(terms))


def test_right_answers_of_setup_s_lessons_are_recomputed_another_way():
    right = {one.id: one.reference(**parameters(one)) for one in registry.questions("setup")}
    # As the model does it: the logits are divided by the temperature.
    assert right["S-Q11"] == pytest.approx(softmax(np.log([0.5, 0.3, 0.2]), 0.5)[0])
    votes = [sum(three) >= 2 for three in product((0, 1), repeat=3)]
    chances = [np.prod([0.4 if one else 0.6 for one in three]) for three in product((0, 1), repeat=3)]
    assert right["S-Q12"] == pytest.approx(np.dot(votes, chances))
    parameters_of_the_model = 7e9
    training = 6 * parameters_of_the_model * 60e9
    assert right["S-Q13"] * 1e6 * 10 * 500 * 2 * parameters_of_the_model == pytest.approx(training)
    # The book's length scale makes a chain of 400 tokens right with chance 0.1.
    assert right["S-Q14"] == pytest.approx(its.chain_coverage(6000, 400, 0.1 / -np.expm1(-1), 400, 100))
    perfect, blind = (its.best_of_n_law(0.2, its.Roc.binormal(auc), 3) for auc in (1 - 1e-12, 0.5))
    assert right["S-Q15"] == pytest.approx(perfect - blind, abs=1e-6)
    c = np.random.default_rng(1).binomial(2, 0.3, 400_000)
    assert right["S-Q16"] == pytest.approx((1 - (1 - c / 2) ** 2).mean(), abs=0.003)
    steps = np.diff(np.log([0.95, 0.76, 0.57]))
    assert right["S-Q17"] == pytest.approx(np.exp(steps[-1]))
    assert right["S-Q18"] == pytest.approx(its.step_check(0.75, 0.9, 0.25, 4).solution)
    price = right["S-Q19"]
    bought = [its.verifier_tax(1, look, budget=60).k for look in (0.5, price - 1e-9, price + 1e-6)]
    assert bought == [40, 8, 7]


def test_right_answers_are_recomputed_another_way():
    right = {one.id: one.reference(**parameters(one)) for one in ALL}
    assert right["S-Q1"] == pytest.approx(sum(comb(3, i) * 0.3**i * 0.7 ** (3 - i) for i in (1, 2, 3)))
    # Of 300 answers 100 are right: 90 of them pass, and 60 of the 200 wrong ones; 90 of 150 is 0.6.
    assert right["S-Q2"] == pytest.approx(float(Fraction(100, 300)))
    pairs = list(combinations([1, 1, 1, 0, 0, 0, 0], 2))
    assert right["S-Q3"] == pytest.approx(np.mean([any(pair) for pair in pairs]))
    assert right["S-Q4"] == pytest.approx(drawn_until_the_first_wrong(0.9))
    p = (np.arange(200_000) + 0.5) / 200_000
    density = (1 - p) ** 2
    assert right["S-Q6"] == pytest.approx((density * (1 - p) ** 2).sum() / (density * (1 - p)).sum(), rel=1e-6)
    assert right["S-Q5"] == pytest.approx(np.mean([0.75, 0.19]))
    roc = verifiers.Roc.from_scores([9, 8, 5, 2, 7, 4], [True] * 4 + [False] * 2)
    assert right["S-Q7"] == pytest.approx(roc.auc)
    # 100 problems of chance 1/2 and 1,600 of them: four times narrower.
    widths = [np.sqrt(0.25 / n) for n in (100, right["S-Q8"])]
    assert [round(a / b, 9) for a, b in pairwise(widths)] == [4.0]
    a = [1] * 50 + [1] * 12 + [0] * 4 + [0] * 34
    b = [1] * 50 + [0] * 12 + [1] * 4 + [0] * 34
    plain = paired_interval(a, b, method="t")
    assert right["S-Q9"] == pytest.approx((plain.high - plain.low) / 2 / 1.984217, rel=1e-5)
    two = samples.SampleSet.from_counts([4, 4], [1, 2])
    assert right["S-Q10"] == pytest.approx(curve(two, "pass", 2).value[0])


def half_of(**numbers):
    double = Misconception("double", lambda x, y: 2 * x, "This doubles.")
    texts = {"statement": "{x} and {y}", "hints": ("", ""), "explanation": ""}
    return question(
        "X-Q1",
        "Half",
        answer_type=Number(),
        reference=lambda x, y: x / 2,
        misconceptions=(double,),
        draw=one_of(**numbers),
        **texts,
    )


def test_a_draw_that_gives_an_answer_away_is_drawn_again():
    # Half of 4 and twice 1 are the second number given.
    one = half_of(x=(4.0, 3.0, 1.0), y=(2.0,))
    assert {one.draw(np.random.default_rng(seed))["x"] for seed in range(20)} == {3.0}
    with pytest.raises(ValueError, match="X-Q1: no draw keeps the answers apart from the numbers given"):
        half_of(x=(4.0, 1.0), y=(2.0,)).draw(np.random.default_rng(0))

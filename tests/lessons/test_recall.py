"""What is asked back from memory: when it comes back, and that every question can be asked and answered."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive.prediction import Choice
from inference_scaling.interactive.recall import SETS, Recall, shown
from inference_scaling.lessons import recall
from inference_scaling.lessons.recall import FAR, LESSONS, NEAR, quizzed, schedule
from inference_scaling.lessons.registry import PARTS
from inference_scaling.site import stills

ROOT = Path(__file__).resolve().parents[2]
EVERY = [one for ones in recall.questions().values() for one in ones]
PLACES = list(LESSONS)
FULL = [3] * len(LESSONS)
IN_PARTS = [place.partition("/")[0] for place in LESSONS]


def made(**changes) -> Recall:
    values = {
        "lesson": "adding",
        "name": "sum",
        "asks": "{a} + 1?",
        "right": Choice("{more}", "Counted on."),
        "wrong": (Choice("{a}", "This adds nothing."), Choice("{less}", "This takes 1 away.")),
        "draw": lambda rng: (lambda a: {"a": a, "more": a + 1, "less": a - 1})(int(rng.integers(100))),
    }
    return Recall(**(values | changes))


def filled(one: Recall, numbers: int) -> tuple[str, list[Choice]]:
    """Return a question and its choices, the right one first, with one of its sets of numbers."""
    fields = one.sets[numbers]["fields"]
    texts = [Choice(*(shown(one.template(text), fields) for text in (each.text, each.reply))) for each in one.choices]
    return shown(one.template(one.asks), fields), texts


# The order


def test_the_lessons_and_their_titles_are_those_of_the_contents() -> None:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    names = [chapter["file"] for part in parts if part["caption"].lower() in PARTS for chapter in part["chapters"]]
    titles = {}
    for name in names:
        path = ROOT / f"{name}.ipynb"
        if path.is_file():
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            titles[name.removeprefix("book/")] = "".join(cells[0]["source"]).partition("\n")[0].removeprefix("# ")
    assert list(LESSONS.items()) == list(titles.items())


@pytest.mark.parametrize("lesson", range(len(LESSONS)))
def test_a_lesson_asks_its_own_questions_and_two_of_lessons_before_it(lesson: int) -> None:
    turns = schedule(FULL, lesson)
    assert [(turn.lesson, turn.question, turn.numbers) for turn in turns[:3]] == [(lesson, i, 0) for i in range(3)]
    back = [turn.lesson for turn in turns[3:]]
    # The first lessons have nothing, or one lesson, behind them.
    assert len(back) == min(lesson, 1) + (lesson >= FAR)
    assert not back or lesson - back[0] in (1, NEAR)
    assert len(back) < 2 or lesson - back[1] == FAR
    assert all(turn.numbers for turn in turns[3:])


def test_every_lesson_comes_back_twice_with_two_questions_as_far_as_there_are_later_lessons() -> None:
    back = [turn for lesson in range(len(LESSONS)) for turn in schedule(FULL, lesson)[3:]]
    assert len(set(back)) == len(back)
    for lesson in range(len(LESSONS)):
        asked = {turn.question for turn in back if turn.lesson == lesson}
        # The first lesson is the only one behind the second, too.
        assert len(asked) == (lesson == 0) + (lesson < len(LESSONS) - NEAR) + (lesson < len(LESSONS) - FAR)


def test_no_question_of_the_three_is_asked_back_much_more_often_than_another() -> None:
    back = Counter(turn.question for lesson in range(len(LESSONS)) for turn in schedule(FULL, lesson)[3:])
    assert max(back.values()) - min(back.values()) <= 3


def test_lessons_without_questions_leave_the_turns_of_the_others_as_they_are() -> None:
    assert schedule([0, 2, 0, 1, 0, 0, 3], 6) == [(6, 0, 0), (6, 1, 0), (6, 2, 0), (1, 1, 2)]


@pytest.mark.parametrize("part", PARTS)
def test_a_quiz_asks_the_whole_part_and_every_second_earlier_lesson(part: str) -> None:
    turns = quizzed(FULL, IN_PARTS, part)
    own = [turn for turn in turns if IN_PARTS[turn.lesson] == part]
    assert [(turn.lesson, turn.question) for turn in own] == [
        (i, question) for i, name in enumerate(IN_PARTS) if name == part for question in range(3)
    ]
    before = [turn.lesson for turn in turns[len(own) :]]
    assert all(later - earlier == 2 for earlier, later in pairwise(before))
    assert len(before) == pytest.approx(IN_PARTS.index(part) / 2, abs=0.5)
    # Nobody has seen these numbers at the end of a lesson.
    assert {turn.numbers for turn in turns}.isdisjoint(
        turn.numbers for lesson in range(len(LESSONS)) for turn in schedule(FULL, lesson)
    )


def test_two_quizzes_in_a_row_ask_other_lessons_back() -> None:
    second, third = (quizzed(FULL, IN_PARTS, part) for part in PARTS[1:3])
    assert {turn.lesson for turn in second if IN_PARTS[turn.lesson] == PARTS[0]}.isdisjoint(
        turn.lesson for turn in third
    )


@pytest.mark.parametrize("place", recall.ALONE)
def test_a_page_beside_the_paths_asks_its_own_questions_and_no_other_page_asks_them(place: str) -> None:
    own = recall.questions()[place]
    assert len(own) == 3 and [one.question for one in recall.at(place).asked] == list(own)
    elsewhere = [*(recall.at(other) for other in LESSONS), *(recall.quiz(part) for part in PARTS)]
    assert not {id(one) for one in own} & {id(asked.question) for page in elsewhere for asked in page.asked}
    # The page asks them in its text.
    name = place.rpartition("/")[2].upper()
    assert f"inference_scaling.lessons.recall:{name}" in (ROOT / "book" / f"{place}.md").read_text(encoding="utf-8")
    assert getattr(recall, name).text() == recall.at(place).text()


@pytest.mark.parametrize("ask", [recall.at, recall.quiz])
def test_an_unknown_place_is_named(ask) -> None:
    with pytest.raises(ValueError, match="'setup/nowhere'"):
        ask("setup/nowhere")


# The questions


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_every_set_of_a_question_can_be_asked_and_answered(one: Recall) -> None:
    assert len(one.sets) >= 4 if one.draw else len(one.sets) == len(one.choices)
    assert len({str(each["fields"]) for each in one.sets}) == (len(one.sets) if one.draw else 1)
    for numbers in range(len(one.sets)):
        asks, choices = filled(one, numbers)
        texts = [choice.text for choice in choices]
        assert len(set(texts)) == len(texts)
        assert not re.search(r"[{}]|\bnan\b|\binf\b|\\|\$", " ".join([asks, *map(str, choices)]))
        assert asks.endswith("?") and len(asks.split()) <= 60
        assert all(len(choice.text.split()) <= 18 and 3 <= len(choice.reply.split()) <= 50 for choice in choices)
        # A reader who looks for the longest choice finds nothing.
        assert len(texts[0]) <= 2 * max(map(len, texts[1:]))


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_the_right_choice_has_no_place_of_its_own(one: Recall) -> None:
    orders = [each["order"] for each in one.sets]
    assert all(sorted(order) == list(range(len(one.choices))) for order in orders)
    assert len({order.index(0) for order in orders}) > 1


def test_the_right_choice_stands_about_as_often_on_each_place() -> None:
    places = [one.sets[0]["order"].index(0) / (len(one.choices) - 1) for one in EVERY]
    assert 0.25 < sum(places) / len(places) < 0.75


def test_a_number_drawn_anew_is_another_question_with_a_right_answer_of_its_own() -> None:
    one = made()
    assert len(one.sets) == SETS
    for numbers in range(SETS):
        asks, (right, same, less) = filled(one, numbers)
        a = int(asks.partition(" ")[0])
        assert (right.text, same.text, less.text.replace("−", "-")) == (str(a + 1), str(a), str(a - 1))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "The sum"}, "lower-case words"),
        ({"wrong": (Choice("1", "No."),)}, "2 or 3 wrong choices, got 1"),
        ({"asks": " "}, "is empty"),
        ({"draw": lambda rng: {"a": 1, "more": 2}}, "'less', which draw does not give"),
        ({"draw": lambda rng: {"a": 1, "more": 2, "less": 0, "most": 9}}, "'most', which no text names"),
        ({"draw": lambda rng: {"a": 1, "more": 2, "less": 1}}, "two choices read the same: '2', '1', '1'"),
        ({"draw": lambda rng: {"a": "1.5", "more": 2, "less": "1.50"}}, "read the same: '2', '1.5', '1.50'"),
        ({"draw": None}, "which draw does not give"),
    ],
)
def test_a_malformed_question_is_refused_by_its_name(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"adding-.*{message}"):
        made(**changes).sets  # noqa: B018


# What is shown


def test_what_nobody_runs_shows_the_questions_and_no_answer() -> None:
    place = "setup/pass_at_k"
    one = recall.at(place)
    committed = stills.forms("recall", rounded(one.payload()))
    assert committed["text/plain"] == one.text() == str(one)
    assert "image/svg+xml" not in committed
    for question in recall.questions()[place]:
        asks, choices = filled(question, 0)
        for text in committed.values():
            assert asks[:20] in text.replace("&#95;", "_") and not any(choice.reply[:30] in text for choice in choices)
        page = to_html("recall", rounded(one.payload()))
        outside = re.sub(r"<script.*?</script>", "", page)
        assert all(choice.reply[:30] in outside for choice in choices)


def test_a_question_asked_back_names_its_lesson_and_leads_to_it() -> None:
    later = next(place for place in PLACES[NEAR:] if len(recall.at(place).asked) > len(recall.questions()[place]))
    one = recall.at(later)
    back = [asked for asked in one.asked if asked.place]
    assert back and all(LESSONS[asked.place] == asked.title for asked in back)
    page = to_html("recall", rounded(one.payload()))
    assert all(f'<a href="../{asked.place}.html">' in page for asked in back)
    assert all(f"../{asked.place}.ipynb" in one.lab_html() for asked in back)


def test_the_book_asks_at_each_place_what_the_place_is_for() -> None:
    for place in LESSONS:
        cells = json.loads((ROOT / "book" / f"{place}.ipynb").read_text(encoding="utf-8"))["cells"]
        asked = re.findall(r'recall\.at\("([^"]*)"\)', "\n".join("".join(cell["source"]) for cell in cells))
        assert asked == [place], place


def test_every_part_ends_with_its_quiz() -> None:
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    for part in PARTS:
        (chapters,) = [one["chapters"] for one in contents if one["caption"].lower() == part]
        assert chapters[-1]["file"] == f"book/{part}/quiz"
        page = (ROOT / "book" / part / "quiz.md").read_text(encoding="utf-8")
        assert f"```{{output}} inference_scaling.lessons.recall:{part.upper()}\n" in page
        shown = getattr(recall, part.upper())
        assert shown.quiz and shown.place == f"{part}/quiz"
        assert [one.question for one in shown.asked if one.place.startswith(f"{part}/")] == [
            question for place in LESSONS if place.startswith(f"{part}/") for question in recall.questions()[place]
        ]


@pytest.mark.parametrize("place", PLACES)
def test_every_lesson_has_three_questions_and_asks_them_at_its_end(place: str) -> None:
    asked = recall.questions()[place]
    assert len(asked) == 3
    assert any(one.draw for one in asked), "one of the three has fresh numbers"
    cells = json.loads((ROOT / "book" / f"{place}.ipynb").read_text(encoding="utf-8"))["cells"]
    (at,) = [i for i, cell in enumerate(cells) if f'recall.at("{place}")' in "".join(cell["source"])]
    assert "".join(cells[at - 1]["source"]).endswith("## From memory")
    # Its outputs are those that the questions of all lessons give today.
    shown = next(
        output["data"] for output in cells[at]["outputs"] if "application/vnd.its.recall+json" in output["data"]
    )
    assert shown["application/vnd.its.recall+json"] == rounded(recall.at(place).payload())

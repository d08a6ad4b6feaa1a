"""Questions from memory in a real browser: answered by hand and by keyboard, kept, asked anew, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium, document
from inference_scaling.interactive.prediction import Choice
from inference_scaling.interactive.recall import Asked, FromMemory, Recall
from playwright.sync_api import Page

SUM = Recall(
    "adding",
    "sum",
    "{a} + {b}?",
    right=Choice("{sum}", "Counted on: {sum}."),
    wrong=(Choice("{product}", "This multiplies {a} and {b}."), Choice("{a}{b}", "This writes both.")),
    draw=lambda rng: (lambda a, b: {"a": a, "b": b, "sum": a + b, "product": a * b})(*rng.integers(3, 9, 2).tolist()),
)
SIDES = Recall(
    "squares",
    "sides",
    "How many sides has a square?",
    right=Choice("four", "Each is as long as the next."),
    wrong=(Choice("three", "That is a triangle."), Choice("two", "That is a corner.")),
)
LESSON = FromMemory("setup/adding", "Two questions.", [Asked(SUM, [0]), Asked(SIDES, [1], "setup/squares", "Squares")])
QUIZ = FromMemory("setup/quiz", "A quiz of two questions.", [Asked(SUM, [3, 4, 5]), Asked(SIDES, [0, 1])], quiz=True)


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as one:
        yield one


@pytest.fixture
def visit(browser, tmp_path: Path) -> Iterator:
    """Open a page with a lesson's questions and a quiz; in the end nothing may have been thrown or logged."""
    contexts, complaints = [], []

    def open_page(theme: str = "light", **options) -> Page:
        context = browser.new_context(viewport={"width": 390, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        path = tmp_path / f"{theme}.html"
        path.write_text(document(theme, [LESSON, QUIZ]), encoding="utf-8")
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def lines(page: Page, place: str) -> list[str]:
    """Return what a reader sees of the questions at one place, line by line."""
    return [line.strip() for line in page.locator(f"#recall-setup-{place}").inner_text().splitlines() if line.strip()]


def test_a_wrong_choice_is_replied_to_kept_and_forgotten(visit) -> None:
    page = visit()
    lesson, fields = page.locator("#recall-setup-adding"), SUM.sets[0]["fields"]
    a, b, _, product, *_ = fields
    assert f"{a} + {b}?" in lines(page, "adding") and "0 of 2 answered, 0 right." in lines(page, "adding")
    assert "Counted on" not in lesson.inner_text()
    lesson.get_by_label(product, exact=True).check()
    reply = f"✗ Not so. This multiplies {a} and {b}."
    assert lesson.get_by_role("status").filter(has_text="multiplies").inner_text() == reply
    lesson.get_by_label("four").check()
    assert "1 right." in lesson.inner_text() and "From Squares" in lines(page, "adding")
    page.reload()
    assert reply in lines(page, "adding") and "2 of 2 answered, 1 right." in lines(page, "adding")
    assert lesson.get_by_label(product, exact=True).is_checked()
    # The quiz asks what went wrong first, with other numbers, and knows nothing of the answer itself.
    assert lines(page, "quiz")[1].startswith(SUM.sets[3]["fields"][0])
    assert "0 of 2 answered, 0 right." in lines(page, "quiz")
    lesson.get_by_role("button", name="Forget my answers").click()
    assert "0 of 2 answered, 0 right." in lines(page, "adding") and reply not in lines(page, "adding")
    page.reload()
    assert not lesson.get_by_label(product, exact=True).is_checked()
    assert page.evaluate("localStorage.length") == 0


def test_new_numbers_are_drawn_again_and_what_was_wrong_comes_first(visit) -> None:
    page = visit()
    quiz = page.locator("#recall-setup-quiz")
    quiz.get_by_label("three").check()
    quiz.get_by_label(SUM.sets[3]["fields"][2], exact=True).check()
    assert lines(page, "quiz")[1].startswith(SUM.sets[3]["fields"][0]), "the order changed under the reader's hand"
    quiz.get_by_role("button", name="New numbers").click()
    seen = lines(page, "quiz")
    assert seen[1] == "How many sides has a square?" and "0 of 2 answered, 0 right." in seen
    assert "{} + {}?".format(*SUM.sets[4]["fields"][:2]) in seen
    page.reload()
    assert lines(page, "quiz") == seen
    # After the last set comes the first.
    for _ in range(2):
        quiz.get_by_role("button", name="New numbers").click()
    assert "{} + {}?".format(*SUM.sets[3]["fields"][:2]) in lines(page, "quiz")


def test_arrow_keys_move_and_enter_answers(visit) -> None:
    page = visit()
    lesson = page.locator("#recall-setup-adding")
    sides = lesson.get_by_role("group", name="How many sides has a square?")
    sides.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    assert "Press Enter to answer." in lesson.inner_text() and "0 of 2 answered" in lesson.inner_text()
    chosen = sides.get_by_role("radio", checked=True).evaluate("one => one.labels[0].textContent.trim()")
    page.keyboard.press("Enter")
    told = {choice.text: choice.reply for choice in SIDES.choices}
    assert told[chosen] in lesson.inner_text() and "1 of 2 answered" in lesson.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert "1 of 2 answered" in lesson.inner_text() and told[chosen] not in lesson.inner_text()


def test_every_reply_is_on_paper_behind_the_last_question_and_nothing_to_press(visit) -> None:
    page = visit()
    page.emulate_media(media="print")
    assert not [text for text in page.locator(".its-recall__one").all_inner_texts() if "✓" in text or "✗" in text]
    for one, place in ((SUM, "adding"), (SIDES, "adding"), (SIDES, "quiz")):
        assert sum("✓ Right." in line for line in lines(page, place)) == 2
        assert one.wrong[1].reply in page.locator(f"#recall-setup-{place}").inner_text()
    assert not page.get_by_role("button").filter(visible=True).count()


def test_without_a_script_each_choice_unfolds_its_reply(visit) -> None:
    page = visit(java_script_enabled=False)
    lesson = page.locator("#recall-setup-adding")
    assert "How many sides has a square?" in lesson.inner_text() and "✓" not in lesson.inner_text()
    lesson.get_by_text("three").click()
    assert "✗ Not so. That is a triangle." in lines(page, "adding")
    assert not page.get_by_role("button").count()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(visit, theme: str) -> None:
    page = visit(theme)
    page.locator("#recall-setup-adding").get_by_label("three").check()
    page.locator("#recall-setup-quiz").get_by_label("four").check()
    found = Axe().run(page, options={"rules": {"region": {"enabled": False}}}).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    small = page.locator(".its-recall label, .its-recall button").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 24).map(one => one.textContent)"
    )
    assert small == [] and page.evaluate("document.documentElement.scrollWidth") <= 390

"""No answer before the bet: what answers a question is hidden until it is answered or asked for, on every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import SITE, built_pages
from playwright.sync_api import Browser, Locator, Page, expect

LANDING = "book/index.html"
LESSON = "book/theorem/diminishing_returns.html"
TWO = "book/setup/why_it_matters.html"
ASKING = [name for name in built_pages() if "<its-prediction" in (SITE / name).read_text(encoding="utf-8")]

# What of the parts that answer can be seen; a part itself has no height when nothing of it can.
SEEN = """question => [...document.querySelectorAll(`.its-veiled[data-question="${question}"]`)].flatMap(piece =>
  [...piece.children].filter(one => one.checkVisibility() && one.getBoundingClientRect().height > 0)
    .map(one => one.textContent.trim().slice(0, 60) || one.outerHTML.slice(0, 60))
    .concat(piece.getBoundingClientRect().height > 0 ? ["the part has a height"] : []))"""
PIECES = """question => document.querySelectorAll(`.its-veiled[data-question="${question}"]`).length"""
# The visible words of each part of the page, up to where it sums up; folded numbers and code are left out.
PARTS = """() => {
  const found = {};
  for (const part of document.querySelectorAll("article > section > section")) {
    const heading = part.querySelector("h2").firstChild.textContent;
    if (heading === "What to do with it") break;
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    let text = "";
    while (walker.nextNode()) {
      const holder = walker.currentNode.parentElement;
      if (holder.closest("its-prediction, details, .cell_input, script") || !holder.checkVisibility()) continue;
      text += walker.currentNode.data + " ";
    }
    found[heading] = text;
  }
  return found;
}"""
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def visit(page: Page, origin: str, name: str, hash: str = "") -> None:
    """Open a page as somebody who was never here."""
    # What a page keeps is kept for all pages of its address; this one is the smallest.
    page.goto(f"{origin}/_static/its-text-licence.txt")
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto(f"{origin}/{name}{hash}")


def boxes(page: Page) -> dict[str, Locator]:
    """The questions of a page, in its order."""
    ids = page.locator("its-prediction").evaluate_all("all => all.map(one => one.id)")
    return {id.removeprefix("prediction-"): page.locator(f"#{id}") for id in ids}


def answer(box: Locator) -> None:
    field = box.get_by_role("textbox")
    if field.count():
        field.fill("50")
        field.press("Enter")
    else:
        box.locator(".its-bets button").first.press("Enter")


@pytest.mark.parametrize("name", ASKING)
def test_nothing_that_answers_is_seen_before_the_answer(page: Page, origin: str, name: str) -> None:
    visit(page, origin, name)
    for question, box in boxes(page).items():
        assert page.evaluate(PIECES, question) >= 1, f"nothing on the page answers {question}"
        assert page.evaluate(SEEN, question) == []
        told = json.loads(box.locator("script").text_content())
        asked, truth = (set(NUMBER.findall(told[text])) for text in ("question", "truth"))
        tellers = {number for number in truth - asked if len(number) > 2}
        # A part that tells all that the answer tells gives it away; one number alone may stand there by chance.
        for heading, text in page.evaluate(PARTS).items():
            assert not tellers or tellers - set(NUMBER.findall(text)), f"{question} is answered in {heading!r}"
        answer(box)
        assert page.evaluate(SEEN, question) != []
        assert page.locator(f".its-veiled[data-question={question}][hidden]").count() == 0
        assert not box.locator(".its-replies").is_hidden()


def test_kept_answer_opens_and_erasing_it_hides_everything_again(page: Page, origin: str) -> None:
    visit(page, origin, TWO)
    page.locator("#prediction-S8 summary", has_text="Show me").click()
    answer(page.locator("#prediction-again"))
    page.reload()
    assert page.evaluate(SEEN, "S8") != [] and page.evaluate(SEEN, "again") != []
    page.locator("#prediction-again").get_by_role("button", name="Erase all my predictions").click()
    assert page.evaluate("[...document.querySelectorAll('.its-veiled')].filter(one => !one.hidden).length") == 0
    kept = "[localStorage, sessionStorage].flatMap(Object.keys).filter(key => key.startsWith('its:'))"
    assert page.evaluate(kept) == []


def test_what_counts_as_hidden_are_finding_curve_and_tiles(page: Page, origin: str) -> None:
    visit(page, origin, LANDING)
    parts = [page.locator(f"its-ask {part}") for part in (".its-finding", "svg.its-plot", ".its-tiles", ".its-says")]
    assert not any(part.is_visible() for part in parts)
    page.get_by_role("button", name="Less often").click()
    assert all(part.is_visible() for part in parts)
    page.get_by_role("button", name="Answer again").click()
    assert not any(part.is_visible() for part in parts)


def test_show_me_opens_by_keyboard_and_takes_the_reader_there(page: Page, origin: str) -> None:
    visit(page, origin, LESSON)
    button = page.get_by_role("button", name="Show me: See it")
    button.focus()
    before = page.locator("#see-it").bounding_box()["y"]
    page.keyboard.press("Enter")
    assert page.evaluate(SEEN, "T1") != []
    assert button.is_hidden()
    assert page.evaluate("document.activeElement.dataset.question") == "T1"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "none", "a ring around the part"
    # What the reader looked at stays where it was.
    assert page.locator("#see-it").bounding_box()["y"] == before
    # Back, or a reload, finds the page as it was left; a new visit does not.
    page.reload()
    assert page.evaluate(SEEN, "T1") != []
    visit(page, origin, LESSON)
    assert page.evaluate(SEEN, "T1") == []


def test_show_me_in_the_box_opens_what_answers(page: Page, origin: str) -> None:
    visit(page, origin, LANDING)
    page.locator("its-prediction summary", has_text="Show me").click()
    expect(page.locator("its-ask .its-tiles")).to_be_visible()


def test_answer_is_announced(page: Page, origin: str) -> None:
    visit(page, origin, LESSON)
    answer(page.locator("#prediction-T1"))
    expect(page.locator("#prediction-T1 > .its-live")).to_have_text("What answers the question is shown now.")


def test_first_answer_of_a_page_does_not_give_the_second_away(page: Page, origin: str) -> None:
    visit(page, origin, TWO)
    first, second = page.locator("#prediction-S8"), page.locator("#prediction-again")
    assert not second.is_visible()
    answer(first)
    assert second.is_visible()
    assert page.evaluate(SEEN, "again") == []


@pytest.mark.parametrize("how", ["from elsewhere", "on the page", "typed"])
def test_link_to_what_is_hidden_opens_it(page: Page, origin: str, how: str) -> None:
    place = page.locator("#see-it figure, #see-it svg").first
    if how == "from elsewhere":
        inside = re.search(r'id="(at-[^"]+)"', (SITE / LESSON).read_text(encoding="utf-8"))[1]
        visit(page, origin, LESSON, f"#{inside}")
        place = page.locator(f"#{inside}")
        expect(place).to_be_in_viewport()
    elif how == "on the page":
        visit(page, origin, LESSON)
        page.locator("#pst-secondary-sidebar").get_by_role("link", name="See it").click()
    else:
        visit(page, origin, LESSON)
        page.evaluate("location.hash = 'see-it'")
    expect(place).to_be_visible()


def test_link_to_the_question_opens_nothing(page: Page, origin: str) -> None:
    visit(page, origin, TWO, "#a-question-first")
    assert page.evaluate(SEEN, "S8") == []


def test_link_with_a_state_opens_the_figure_that_it_is_about(page: Page, origin: str) -> None:
    visit(page, origin, "book/setup/mental_model.html", "#its=breadth-and-depth&v=1")
    expect(page.locator("its-explorable .its-says").first).to_be_visible()


def test_link_with_a_bet_tells_the_bet_and_not_the_answer(page: Page, origin: str) -> None:
    visit(page, origin, LANDING, "#its=ask-again&v=1&q=0&k=16&rule=vote&draw=1&bet=0")
    assert page.get_by_text("The bet in this link: more often.").is_visible()
    assert page.evaluate(SEEN, "again") == []


def test_search_in_the_page_finds_what_is_hidden(page: Page, origin: str) -> None:
    # Chromium's own search and links to a text use the same way in.
    visit(page, origin, LESSON, "#:~:text=Every%20curve%20rises%20fast")
    expect(page.get_by_text("Every curve rises fast")).to_be_visible()


def test_paper_has_everything_and_no_button(page: Page, origin: str) -> None:
    for name in (LANDING, TWO):
        visit(page, origin, name)
        page.emulate_media(media="print")
        # A menu has no entries on paper, and some notes no words.
        parts = page.locator(".its-veiled > :not(.its-menu, :empty)")
        unseen = "all => all.filter(one => !one.checkVisibility()).map(one => one.outerHTML.slice(0, 100))"
        assert parts.count() and parts.evaluate_all(unseen) == []
        assert page.locator(".its-finding").first.bounding_box()["height"] > 0
        assert page.locator(".its-veil").count() and not page.locator(".its-veil").first.is_visible()
        page.emulate_media(media="screen")


def test_without_a_script_everything_stands_after_the_question(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name, inside in ((LANDING, ".its-tiles"), (LESSON, "#see-it svg")):
        page.goto(f"{origin}/{name}")
        assert page.locator(inside).first.is_visible()
        question = page.locator("its-prediction").first.bounding_box()
        assert page.locator(inside).first.bounding_box()["y"] > question["y"] + question["height"]
    context.close()


def test_answer_is_hidden_before_the_script_comes_and_shown_if_it_never_does(browser: Browser, origin: str) -> None:
    page = browser.new_page()
    page.route("**/its.js*", lambda route: route.abort())
    page.goto(f"{origin}/{LANDING}")
    tiles = page.locator(".its-tiles")
    assert tiles.evaluate("one => getComputedStyle(one).visibility") == "hidden"
    # Its place is that of the bar which the script puts there.
    assert page.locator(".its-veiled").first.evaluate("one => getComputedStyle(one).visibility") == "hidden"
    assert 60 < page.locator(".its-veiled").bounding_box()["height"] < 160
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    assert tiles.is_visible()
    assert page.locator(".its-veiled").bounding_box()["height"] > 200
    page.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_hidden_answer_is_accessible(page: Page, origin: str, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    visit(page, origin, TWO)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    found = Axe().run(page, context="article").response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")

"""The ten-minute page as it is read: scrolled, stepped through, sent on, without scripts, on paper and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import SITE, overlap
from playwright.sync_api import Browser, Page, expect

NAME = "book/setup/ten_minutes.html"
SCENES = 8
# What only the picture of a scene says.
SAYS = {
    1: "The first answer is wrong",
    2: "3 of 16 are right",
    3: "The vote picks 17",
    4: "checker",
    5: "answers asked",
    6: "if all alike: 98",
    7: "picked by tests",
    8: "You can only vote",
}
# Words of the one picture that can be seen.
SEEN = """() => [...document.querySelectorAll(".its-stageplace g:not(.its-away) text")].map((one) => one.textContent)"""
TOP = """n => document.getElementById(`scene-${n}`).querySelector("h2").getBoundingClientRect().top"""


def opened(browser: Browser, origin: str, fragment: str = "", width: int = 1280, **context: object) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 844}, **context).new_page()
    page.goto(f"{origin}/{NAME}{fragment}")
    return page


def count(page: Page):
    return page.locator(".its-stageplace .its-count")


def expect_scene(page: Page, number: int) -> None:
    expect(count(page)).to_have_text(f"{number} of {SCENES}")
    assert set(SAYS.values()) & set(page.evaluate(SEEN)) == {SAYS[number]}


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    one = opened(browser, origin)
    yield one
    one.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_scrolling_changes_the_picture_and_the_address_and_makes_no_history(browser, origin, width: int) -> None:
    page = opened(browser, origin, width=width)
    before = page.evaluate("history.length")
    expect_scene(page, 1)
    for number in (2, 5, 7, 8, 3):
        page.evaluate("n => document.getElementById(`scene-${n}`).scrollIntoView()", number)
        expect_scene(page, number)
    page.wait_for_url(f"**/{NAME}#scene-3")
    assert page.evaluate("history.length") == before
    page.context.close()


def test_parts_walk_from_one_picture_to_the_next(page: Page) -> None:
    where = """() => [...document.querySelectorAll(".its-stageplace g.its-good")].map((one) => one.style.transform)"""
    # The same elements: what stands twice is moved, not made anew.
    page.evaluate("document.querySelectorAll('.its-stageplace g').forEach((one, i) => { one.dataset.mine = i; })")
    page.get_by_role("button", name="Next").click()
    expect_scene(page, 2)
    grid = page.evaluate(where)
    page.get_by_role("button", name="Next").click()
    expect_scene(page, 3)
    stacked = page.evaluate(where)
    assert len(grid) == len(stacked) == 3 and not set(grid) & set(stacked)
    assert page.locator(".its-stageplace g:not([data-mine])").count() == 0


def test_buttons_and_arrow_keys_go_from_scene_to_scene_and_stop_at_the_ends(page: Page) -> None:
    forward, back = page.get_by_role("button", name="Next"), page.get_by_role("button", name="Back")
    expect(back).to_have_attribute("aria-disabled", "true")
    forward.focus()
    for number in range(2, SCENES + 1):
        page.keyboard.press("Enter")
        expect_scene(page, number)
    assert page.evaluate("document.activeElement.textContent") == "Next", "the keyboard lost its place"
    expect(forward).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    expect_scene(page, SCENES)
    page.keyboard.press("ArrowLeft")
    expect_scene(page, SCENES - 1)
    told = f"{SCENES - 1} of {SCENES}: What if the check can be wrong?"
    expect(page.locator("its-story > .its-live")).to_have_text(told)
    page.keyboard.press("ArrowRight")
    expect_scene(page, SCENES)
    page.keyboard.press("Control+ArrowLeft")
    expect_scene(page, SCENES)


@pytest.mark.parametrize("width", [1280, 390, 280])
def test_an_address_opens_its_scene_with_the_heading_in_sight_below_the_picture(browser, origin, width: int) -> None:
    page = opened(browser, origin, "#scene-4", width)
    expect_scene(page, 4)
    covered = page.evaluate("""() => {
      const box = document.querySelector(".its-stageplace").getBoundingClientRect();
      return matchMedia("(max-width: 600px)").matches ? box.bottom : 0;
    }""")
    assert covered <= page.evaluate(TOP, 4) <= 700
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.context.close()


@pytest.mark.parametrize(
    "fragment", ["#scene-99", "#scene-0", "#scene-%3Cb%3E", "#its=ask-again&v=1&k=8", "#%E0%A4%A", "#"]
)
def test_an_address_that_names_no_scene_shows_the_beginning(browser, origin, fragment: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{origin}/{NAME}{fragment}")
    expect_scene(page, 1)
    assert page.evaluate("scrollY") == 0 and not complaints
    page.close()


def test_share_copies_the_address_of_the_scene(browser: Browser, origin: str) -> None:
    page = opened(browser, origin, "#scene-6", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{origin}/{NAME}#scene-6"
    other = browser.new_page()
    other.goto(copied)
    expect_scene(other, 6)
    other.close()
    page.context.close()


def test_where_nothing_can_be_copied_share_shows_the_address_selected(browser: Browser, origin: str) -> None:
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{origin}/{NAME}#scene-2")
    page.get_by_role("button", name="Share").click()
    field = page.get_by_label("Link to this scene")
    expect(field).to_have_value(f"{origin}/{NAME}#scene-2")
    assert field.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)").endswith("#scene-2")
    # Arrows move within the field, not the story.
    field.press("ArrowLeft")
    expect_scene(page, 2)
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_without_scripts_every_scene_stands_there_with_its_own_picture(browser, origin, width: int) -> None:
    page = opened(browser, origin, "#scene-5", width, java_script_enabled=False)
    for number in range(1, SCENES + 1):
        scene = page.locator(f"#scene-{number}")
        expect(scene.locator("h2")).to_be_visible()
        picture = scene.get_by_role("img")
        assert picture.bounding_box()["width"] > 240
        assert SAYS[number] in scene.locator("svg text").all_text_contents()
    assert page.get_by_role("button", name="Share").count() == 0
    page.context.close()


def test_on_paper_every_scene_has_its_picture_wherever_the_reader_stands(browser: Browser, origin: str) -> None:
    page = opened(browser, origin, "#scene-7")
    page.emulate_media(media="print")
    expect(page.locator(".its-stageplace")).to_be_hidden()
    widths = page.evaluate(
        "[...document.querySelectorAll('.its-scene > svg')].map((one) => one.getBoundingClientRect().width)"
    )
    assert len(widths) == SCENES and min(widths) > 240
    page.context.close()


def test_with_reduced_motion_nothing_glides(browser: Browser, origin: str) -> None:
    page = opened(browser, origin, reduced_motion="reduce")
    moves = "getComputedStyle(document.querySelector('.its-stageplace g')).transitionDuration"
    assert page.evaluate(moves) == "0s"
    page.get_by_role("button", name="Next").click()
    assert abs(page.evaluate(TOP, 2)) < 300, "the page still scrolls"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moves) != "0s"
    page.context.close()


def test_each_picture_is_named_once_for_a_screen_reader_beside_its_text(page: Page) -> None:
    names = [page.locator(f"#scene-{n}").get_by_role("img").get_attribute("aria-label") for n in range(1, SCENES + 1)]
    assert len(set(names)) == SCENES == page.locator("its-story").get_by_role("img").count()
    assert page.locator(".its-stageplace > svg").get_attribute("aria-hidden") == "true"


LAID_OUT = """() => [...document.querySelectorAll(".its-scene > svg")].map((picture) => {
  const box = (one) => { const r = one.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  return { box: box(picture), words: [...picture.querySelectorAll("text")].map((one) => ({
    said: one.textContent, box: box(one), tile: !!one.closest(".its-plain, .its-dim, .its-picked"),
    size: parseFloat(getComputedStyle(one).fontSize) * picture.clientWidth / picture.viewBox.baseVal.width,
  })) };
})"""


@pytest.mark.parametrize("width", [1280, 360])
def test_words_of_a_picture_do_not_collide_and_can_be_read(browser, origin, width: int) -> None:
    page = opened(browser, origin, width=width)
    page.emulate_media(media="print")
    page.evaluate("document.fonts.ready.then(() => null)")
    for number, picture in enumerate(page.evaluate(LAID_OUT), start=1):
        left, top, right, bottom = picture["box"]
        for i, word in enumerate(picture["words"]):
            x1, y1, x2, y2 = word["box"]
            said = f"scene {number}, {word['said']!r}"
            assert left - 1 <= x1 and x2 <= right + 1 and top - 1 <= y1 and y2 <= bottom + 1, (
                f"{said} leaves the picture"
            )
            assert word["tile"] or word["size"] >= 12, f"{said} has letters of {word['size']:.1f} px"
            for other in picture["words"][:i]:
                assert not overlap(word["box"], other["box"]), f"{said} lies on {other['said']!r}"
    page.context.close()


def test_every_state_passes_the_audit_in_both_themes(browser: Browser, origin: str) -> None:
    for width in (1280, 390):
        page = opened(browser, origin, width=width, reduced_motion="reduce")
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            for number in (1, 3, 8):
                page.evaluate("n => document.getElementById(`scene-${n}`).scrollIntoView()", number)
                expect_scene(page, number)
                found = Axe().run(page, context="its-story")
                assert not found.response["violations"], f"{theme} {width}: {found.generate_report()}"
        page.context.close()


def test_the_page_says_of_itself_what_a_shared_link_shows() -> None:
    head = (SITE / NAME).read_text(encoding="utf-8").split("</head>")[0]
    assert '<meta name="description" content="Ask a language model the same question again' in head


def test_scenes_stand_in_their_place_before_the_script_comes_and_have_pictures_if_it_never_does(
    browser: Browser, origin: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.route("**/its.js*", lambda route: route.abort())
    page.goto(f"{origin}/{NAME}")
    assert page.locator(".its-scene").first.bounding_box()["height"] >= 844 / 2
    pictures = page.locator(".its-scene > svg")
    assert pictures.first.bounding_box()["width"] == 1
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    assert all(box.bounding_box()["width"] > 200 for box in pictures.all())
    page.close()

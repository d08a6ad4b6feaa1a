"""Drawings on the built pages: nothing written into them collides, is cut off, or is too small on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import overlap, unveil
from playwright.sync_api import Browser, Page

LESSONS = (
    "setup/best_of_n",
    "setup/mental_model",
    "setup/reward_models",
    "setup/verifier_tax",
    "confusions/voting_is_not_optimal",
    "laboratory/search_with_a_prm",
)
SMALLEST = 12.0
WIDTHS = (1280, 390, 360)
Layouts = dict[tuple[str, int], dict[str, Any]]

# Every word of a drawing as the browser lays it out, with its piece of the picture and the size of its letters.
LAID_OUT = """() => {
  const drawing = document.querySelector(".its-drawing");
  drawing.scrollIntoView();
  const box = (one) => { const r = one.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  const pieces = [...drawing.querySelectorAll(".its-panels svg")];
  return {
    room: box(drawing), page: document.documentElement.clientWidth, wide: document.documentElement.scrollWidth,
    pieces: pieces.map((piece) => ({
      box: box(piece), scale: piece.getBoundingClientRect().width / piece.viewBox.baseVal.width,
      words: [...piece.querySelectorAll("text")].map((one) => ({
        said: one.textContent, box: box(one), size: parseFloat(getComputedStyle(one).fontSize),
      })),
    })),
  };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def layouts(page: Page, origin: str) -> Layouts:
    """Every drawing at every width; each page is loaded once."""
    found = {}
    for lesson in LESSONS:
        page.goto(f"{origin}/book/{lesson}.html")
        unveil(page)
        page.evaluate("document.fonts.ready.then(() => null)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found[lesson, width] = page.evaluate(LAID_OUT)
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lesson", LESSONS)
def test_words_do_not_collide_and_stay_inside(layouts: Layouts, lesson: str, width: int) -> None:
    found = layouts[lesson, width]
    assert found["wide"] <= found["page"], "the page scrolls sideways"
    for piece in found["pieces"]:
        left, top, right, bottom = piece["box"]
        assert left >= found["room"][0] - 0.5 and right <= found["room"][2] + 0.5, "a piece leaves the column"
        words = piece["words"]
        for i, word in enumerate(words):
            size = word["size"] * piece["scale"]
            assert size >= SMALLEST, f"{word['said']!r} has letters of {size:.1f} px"
            x1, y1, x2, y2 = word["box"]
            inside = left - 0.5 <= x1 and x2 <= right + 0.5 and top - 0.5 <= y1 and y2 <= bottom + 0.5
            assert inside, f"{word['said']!r} leaves its piece: {word['box']} of {piece['box']}"
            for other in words[:i]:
                assert not overlap(word["box"], other["box"]), f"{word['said']!r} lies on {other['said']!r}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_pieces_stand_side_by_side_on_a_desk_and_below_one_another_on_a_phone(layouts: Layouts, lesson: str) -> None:
    desk, phone = (layouts[lesson, width]["pieces"] for width in (1280, 390))
    rows, below = (len({round(piece["box"][1]) for piece in pieces}) for pieces in (desk, phone))
    assert rows < below == len(phone)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_drawing_has_a_name_is_told_in_words_on_request_and_passes_the_audit(
    page: Page, origin: str, lesson: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{origin}/book/{lesson}.html")
    unveil(page)
    drawing = page.locator(".its-drawing")
    finding = drawing.locator("figcaption").inner_text()
    assert page.get_by_role("img", name=finding, exact=True).count() == 1
    told = drawing.locator("details li").first
    assert not told.is_visible()
    drawing.get_by_text("In words").press("Enter")
    assert told.is_visible() and told.inner_text()
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found = Axe().run(page, context=".its-drawing")
        assert not found.response["violations"], f"{theme}: {found.generate_report()}"


def test_a_drawing_is_dark_on_a_dark_page_and_light_on_paper(page: Page, origin: str) -> None:
    ink = """() => getComputedStyle(document.querySelector(".its-drawing text")).fill"""
    page.goto(f"{origin}/book/setup/best_of_n.html")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(ink)
    page.emulate_media(media="print")
    printed = page.evaluate(ink)
    page.emulate_media(media="screen")
    assert (dark, printed) == ("rgb(230, 233, 237)", "rgb(27, 31, 36)")

"""What a reader sees of the code opens by click and key; that it is little and not cut is in `test_pages.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browsing import unveil
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
FOLDS = "book/theorem/what_it_costs"
WORKSHOP = "book/workshop/sampling"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all lessons."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def test_folded_code_opens_by_click_and_by_key_and_says_so(page: Page, origin: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{origin}/{FOLDS}.html")
    unveil(page)
    fold = page.locator(".its-code").first
    summary, code = fold.locator("summary"), fold.locator(".cell_input")
    assert summary.inner_text() == "Show the code" and not code.is_visible()
    assert summary.get_attribute("aria-label") is None, "a screen reader says what is written"
    assert summary.bounding_box()["height"] >= 24
    summary.click()
    assert code.is_visible() and summary.inner_text() == "Hide the code"
    summary.click()
    assert not code.is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert code.is_visible() and "figures." in code.inner_text()
    page.keyboard.press("Space")
    assert not code.is_visible()


def test_machinery_is_not_on_the_page_and_folds_do_not_pile_up(page: Page, origin: str) -> None:
    for name in (FOLDS, "book/phenomena/verifier_against_n"):
        page.goto(f"{origin}/{name}.html")
        text = "\n".join(page.locator("article .cell_input").all_text_contents())
        assert text.count("\n") > 20 and "import glue" not in text and "predictions." not in text
        piled = "[...document.querySelectorAll('.cell')].filter(cell => cell.matches(':has(> .its-code:only-child)')"
        assert not page.evaluate(f"{piled} && cell.nextElementSibling?.matches(':has(> .its-code)')).length")


def test_paper_leaves_out_what_nobody_can_open_there(page: Page, origin: str) -> None:
    page.goto(f"{origin}/{FOLDS}.html")
    unveil(page)
    page.emulate_media(media="print")
    assert not any(one.is_visible() for one in page.locator(".its-code").all())
    assert page.locator(".cell > .cell_input").first.is_visible()
    page.emulate_media(media="screen")
    assert page.locator(".its-code > summary").first.is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_copy_button_copies_the_cell_as_it_is_in_the_notebook(page: Page, origin: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{origin}/{WORKSHOP}.html")
    shown = page.locator(".cell > .cell_input:has-text('def ')").first
    shown.hover()
    shown.locator("button.copybtn").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('def ')")
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")
    cells = nbformat.read(ROOT / f"{WORKSHOP}.ipynb", as_version=4).cells
    assert copied.rstrip("\n") in [cell.source for cell in cells if cell.cell_type == "code"]

"""Tables of the part Reference and terms of the glossary in a real browser: by mouse, by keyboard, without a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from inference_scaling.display import assets
from inference_scaling.site import glossary, reference
from playwright.sync_api import Browser, Page, expect

ROWS = [("b", "10"), ("a", "9"), ("c", "−1"), ("d", "1,000"), ("e", "0.5"), ("f", "2"), ("g", "3"), ("h", "4")]
TERM = glossary.Term("coverage", "What one could reach.")


def document(theme: str) -> str:
    term = glossary.marked("coverage", TERM, "")
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Tables</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body { background: var(--its-paper); color: var(--its-ink); font: 16px/1.5 sans-serif; }</style>"
        f"<style>{assets.style()}</style></head><body><main><h1>Tables</h1><p>The {term} of k samples.</p>"
        f"{reference.table('Some numbers', ('Name', 'Value'), ROWS)}</main>"
        f"<script>{assets.script()}</script></body></html>"
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    one = browser.new_page(viewport={"width": 360, "height": 700})
    one.set_content(document("light"))
    yield one
    one.close()


def names(page: Page) -> str:
    return "".join(page.locator("tbody tr:not([hidden]) th").all_text_contents())


def test_a_head_sorts_numbers_as_numbers_both_ways_and_says_so(page: Page) -> None:
    head = page.get_by_role("columnheader", name="Value")
    page.get_by_role("button", name="Value").press("Enter")
    assert names(page) == "cefghabd"
    expect(head).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Value").press("Enter")
    assert names(page) == "dbahgfec"
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Name").click()
    assert names(page) == "abcdefgh"
    assert head.get_attribute("aria-sort") is None


def test_a_filter_hides_rows_counts_them_and_announces_the_count(page: Page) -> None:
    page.get_by_role("searchbox", name="Show rows with").fill("1")
    assert names(page) == "bcd"
    expect(page.get_by_role("status")).to_have_text("3 of 8 rows")
    page.get_by_role("searchbox").fill("")
    assert len(names(page)) == 8


def test_a_definition_shows_on_focus_and_on_hover_and_escape_puts_it_away(page: Page) -> None:
    tip, link = page.locator("[role=tooltip]"), page.get_by_role("link", name="coverage")
    expect(tip).to_be_hidden()
    link.focus()
    expect(tip).to_be_visible()
    expect(link).to_have_accessible_description("What one could reach.")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    link.blur()
    link.hover()
    expect(tip).to_be_visible()
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_a_first_tap_shows_the_definition_and_a_second_one_goes_to_the_glossary(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(body=document("light"), content_type="text/html"))
    page.goto("http://127.0.0.1:9/lesson.html")
    tip, link = page.locator("[role=tooltip]"), page.get_by_role("link", name="coverage")
    link.tap()
    expect(tip).to_be_visible()
    assert page.url.endswith("/lesson.html")
    page.get_by_role("heading", name="Tables").tap()
    expect(tip).to_be_hidden()
    link.tap()
    tip.tap()
    expect(tip).to_be_visible()
    assert page.url.endswith("/lesson.html")
    link.tap()
    page.wait_for_url("**/glossary.html#term-coverage")
    context.close()


def test_a_click_of_a_mouse_and_enter_go_to_the_glossary_at_once(browser: Browser) -> None:
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=document("light"), content_type="text/html"))
    for act in (lambda link: link.click(), lambda link: link.press("Enter")):
        page.goto("http://127.0.0.1:9/lesson.html")
        act(page.get_by_role("link", name="coverage"))
        page.wait_for_url("**/glossary.html#term-coverage")
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_with_a_definition_open(browser: Browser, theme: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.set_content(document(theme))
    page.get_by_role("link", name="coverage").focus()
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    page.close()


def test_the_whole_table_is_there_without_a_script(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(document("light"))
    assert names(page) == "bacdefgh"
    assert page.get_by_role("searchbox").count() == 0
    context.close()

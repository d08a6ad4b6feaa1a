"""A context that is lent again is as empty as a new one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WAITING, chromium
from playwright.sync_api import Browser

KEPT = "() => [localStorage, sessionStorage].map(one => one.length).join() + document.cookie"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def test_who_asks_for_a_context_of_the_same_kind_gets_it_without_what_was_done_in_it(
    browser: Browser, tmp_path: Path
) -> None:
    place = tmp_path / "page.html"
    place.write_text("<title>Page</title>")
    context = browser.new_context(viewport={"width": 360, "height": 500})
    context.route("**/*.html", lambda route: route.fulfill(content_type="text/html", body="<title>Another</title>"))
    page = context.new_page()
    page.goto(place.as_uri())
    assert page.title() == "Another"
    page.evaluate("() => { localStorage.a = '1'; sessionStorage.b = '2'; window.name = 'x'; }")
    assert page.evaluate(KEPT) == "1,1"
    context.close()
    with browser.new_context(viewport={"width": 360, "height": 500}) as again:
        assert again is context
        page = again.new_page()
        page.goto(place.as_uri())
        assert page.title() == "Page" and page.evaluate(KEPT) == "0,0" and page.evaluate("window.name") == ""
    page = browser.new_page(viewport={"width": 360, "height": 500})
    assert page.context is context
    page.close()


def test_another_kind_gets_another_context_and_few_are_kept(browser: Browser) -> None:
    first = browser.new_context(color_scheme="dark")
    second = browser.new_context(color_scheme="dark")
    assert first is not second
    for one in (first, second):
        one.close()
    for width in range(WAITING):
        browser.new_page(viewport={"width": 400 + width, "height": 300}).close()
    assert len(browser.contexts) == WAITING
    assert browser.new_context(color_scheme="dark") not in (first, second)

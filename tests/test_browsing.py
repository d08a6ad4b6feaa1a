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


def test_a_page_that_is_lent_again_hears_and_shows_nothing_of_before(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "page.html"
    place.write_text("<title>Page</title><button style='width: 100vw; height: 100vh'>One</button>")
    heard: list[str] = []
    page = browser.new_page(viewport={"width": 370, "height": 500})
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.route("**/*.html", lambda route: route.fulfill(content_type="text/html", body="<title>Another</title>"))
    page.set_viewport_size({"width": 200, "height": 200})
    page.goto(place.as_uri())
    assert page.title() == "Another"
    page.unroute_all()
    page.goto(place.as_uri())
    page.get_by_role("button").click()
    page.close()
    again = browser.new_page(viewport={"width": 370, "height": 500})
    assert again is page and again.url == "about:blank"
    again.goto(place.as_uri())
    assert again.title() == "Page" and again.evaluate("[innerWidth, innerHeight]") == [370, 500]
    again.wait_for_timeout(100)
    assert again.evaluate("document.querySelectorAll('button:hover, :focus-visible').length") == 0
    again.evaluate("setTimeout(() => { throw new Error('unheard'); })")
    again.wait_for_timeout(50)
    assert heard == []
    again.close()


@pytest.mark.parametrize("what", ["a script", "a medium", "two places"])
def test_a_page_of_which_something_would_last_is_lent_to_nobody_else(
    browser: Browser, tmp_path: Path, what: str
) -> None:
    place = tmp_path / "page.html"
    place.write_text("<title>Page</title>")
    page = browser.new_page(viewport={"width": 380, "height": 500})
    if what == "a script":
        page.add_init_script("window.before = 1")
    elif what == "a medium":
        page.emulate_media(media="print")
    else:
        page.route("http://localhost/", lambda route: route.fulfill(content_type="text/html", body="Here"))
        page.goto("http://localhost/")
        page.evaluate("sessionStorage.kept = 1")
        page.goto(place.as_uri())
    page.close()
    again = browser.new_page(viewport={"width": 380, "height": 500})
    assert again is not page and page.is_closed() and again.context is page.context
    again.goto(place.as_uri())
    assert again.evaluate("[window.before ?? 0, matchMedia('print').matches]") == [0, False]
    again.close()


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

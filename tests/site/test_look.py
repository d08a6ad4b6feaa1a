"""One visual language, as a browser computes it: typeface, sizes of headings, widths and letters of charts, focus."""

from __future__ import annotations

import itertools
import re

import pytest
from browsing import SITE, built_pages
from playwright.sync_api import Browser, Page

LESSON = "book/setup/best_of_n.html"
MOVED = "book/theorem/imperfect_verifier.html"
# The size in pixels at which each text of a picture is shown.
LETTERS = """selector => [...document.querySelectorAll(selector)].filter(t => t.getClientRects().length).map(t =>
  parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""
# Texts that cover one another by their letters, not by the empty room above and below; texts that leave the frame.
CROSSED = """() => [...document.querySelectorAll('figure.its-figure svg')].flatMap(picture => {
  const texts = [...picture.querySelectorAll('text')].filter(t => t.getClientRects().length && t.textContent.trim());
  const boxes = texts.map(t => t.getBoundingClientRect()), frame = picture.getBoundingClientRect(), found = [];
  boxes.forEach((a, i) => {
    if (a.left < frame.left - 1 || a.right > frame.right + 1) found.push(`${texts[i].textContent} leaves the picture`);
    boxes.slice(0, i).forEach((b, j) => {
      const across = a.left < b.right - 1 && b.left < a.right - 1;
      const up = a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3;
      if (across && up) found.push(`${texts[i].textContent} on ${texts[j].textContent}`);
    });
  });
  return found;
})"""
RING = """one => {
  const s = getComputedStyle(one);
  return one.matches(':focus-visible') ? [s.outlineColor, s.outlineStyle, s.outlineWidth, s.boxShadow].join() : 'none';
}"""
SIZE = "one => parseFloat(getComputedStyle(one).fontSize)"
STEP = """() => {
  const step = document.createElement('h3');
  document.querySelector('.bd-article').append(step);
  const size = parseFloat(getComputedStyle(step).fontSize);
  step.remove();
  return size;
}"""
FAMILIES = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family.replace(/\"/g, ''))"
WIDTH = "one => one.getBoundingClientRect().width"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    one = browser.new_page(viewport={"width": 1280, "height": 900})
    yield one
    one.close()


def shown(page: Page, origin: str, name: str, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{origin}/{name}", wait_until="networkidle")
    return page


def test_the_typeface_comes_from_our_files_and_is_used(page: Page, origin: str) -> None:
    shown(page, origin, LESSON, 1280)
    # The list of the page itself: a browser that has the file from another page tells nobody that it took it.
    used = page.evaluate("document.fonts.ready.then(() => performance.getEntriesByType('resource').map(e => e.name))")
    assert [url for url in used if url.startswith(origin) and "its-text-normal-" in url], used
    loaded = page.evaluate(FAMILIES)
    assert "ITS Text" in loaded
    for selector in ("article p", "article h1", "figure.its-figure text", "nav.bd-links a"):
        family = page.locator(selector).first.evaluate("one => getComputedStyle(one).fontFamily")
        assert family.startswith('"ITS Text"'), (selector, family)
    assert "SIL OPEN FONT LICENSE" in (SITE / "_static/its-text-licence.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [1280, 390])
def test_title_part_and_step_differ_clearly(page: Page, origin: str, width: int) -> None:
    shown(page, origin, LESSON, width)
    sizes = [page.locator(f"article {one}").first.evaluate(SIZE) for one in ("h1", "h2", "p")]
    sizes.insert(2, page.evaluate(STEP))
    assert all(upper >= 1.17 * lower for upper, lower in itertools.pairwise(sizes)), sizes


def test_charts_are_as_wide_as_the_text_and_can_be_read_on_every_screen(page: Page, origin: str) -> None:
    for width, least in ((1280, 12), (390, 12), (360, 11)):
        shown(page, origin, LESSON, width)
        text = page.locator("article section > p").first.evaluate(WIDTH)
        # A drawing has as many panels as it needs.
        figures = page.locator("figure.its-figure:not(.its-drawing)")
        assert figures.count() >= 3
        for index in range(figures.count()):
            pictures = figures.nth(index).locator("svg:visible")
            assert pictures.count() == 1, "one picture for each width of screen"
            assert abs(pictures.evaluate(WIDTH) - text) <= 2, (width, index)
        letters = page.evaluate(LETTERS, "figure.its-figure text")
        assert letters and min(letters) >= least, (width, min(letters))


@pytest.mark.parametrize("width", [1280, 390])
def test_letters_of_plots_that_move_can_be_read_too(page: Page, origin: str, width: int) -> None:
    shown(page, origin, MOVED, width)
    letters = page.evaluate(LETTERS, ".its-plot text")
    assert letters and min(letters) >= 12, min(letters)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_two_texts_of_a_picture_cover_one_another(page: Page, origin: str, width: int) -> None:
    for name in (LESSON, "book/setup/why_it_matters.html", "book/confusions/voting_is_not_optimal.html"):
        shown(page, origin, name, width)
        crossed = page.evaluate(CROSSED)
        assert not crossed, (name, crossed)


def test_the_focus_has_one_ring_everywhere(page: Page, origin: str) -> None:
    shown(page, origin, MOVED, 1280)
    rings = set()
    places = (
        "#pst-skip-link a",
        "nav.bd-links a",
        ".bd-header-article button",
        "article a",
        "its-explorable input",
        "its-prediction button",
        "its-derivation button",
        "figure.its-figure summary",
    )
    for place in places:
        one = page.locator(f"{place} >> visible=true").first if place != "#pst-skip-link a" else page.locator(place)
        # The keyboard was used last, so what is focused next shows its ring.
        page.keyboard.press("Shift")
        one.focus()
        rings.add(one.evaluate(RING))
    focus = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--its-focus').trim()")
    rgb = ", ".join(str(int(focus[i : i + 2], 16)) for i in (1, 3, 5))
    assert rings == {f"rgb({rgb}),solid,3px,none"}, rings


def test_nothing_but_one_style_sheet_stands_before_the_first_sight() -> None:
    for name in built_pages():
        text = (SITE / name).read_text(encoding="utf-8")
        head = text[: text.index("<body")]
        sheets = r'<link[^>]*rel="stylesheet"'
        assert len(re.findall(sheets, head)) == 1, name
        # One page brings a sheet with its component, below the title.
        assert len(re.findall(sheets, text)) == 1 + (name == "book/laboratory/your_numbers.html"), name
        if name == "search.html":
            # Its scripts are what the page is for.
            continue
        waiting = [one for one in re.findall(r"<script[^>]*\bsrc=[^>]*>", head) if "defer" not in one]
        assert not waiting, (name, waiting)
        assert 'rel="preload"' not in head, name


def test_the_mark_of_the_book_is_on_the_tab_and_beside_its_name(page: Page, origin: str) -> None:
    shown(page, origin, LESSON, 1280)
    mark = page.locator(".navbar-brand svg.its-mark-of-book")
    assert mark.count() >= 1 and mark.first.is_visible() and mark.first.get_attribute("aria-hidden") == "true"
    icon = page.locator('link[rel="icon"]').get_attribute("href")
    assert page.request.get(page.evaluate("href => new URL(href, location).href", icon)).text().count("<circle") == 2


READABLE = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(part => {
      const one = Number(part) / 255;
      return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return light(colour);
    }
    return 1;
  };
  const contrast = one => {
    const [a, b] = [light(getComputedStyle(one).color), ground(one)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  return [...document.querySelectorAll('article p, article pre, article pre span, article p a')]
    .filter(one => one.textContent.trim() && !one.closest('.headerlink, .admonition'))
    .map(one => [contrast(one), one.outerHTML.slice(0, 80)]);
}"""


@pytest.mark.parametrize("system", ["light", "dark"])
def test_without_scripts_a_page_can_be_read_whatever_the_system_s_colours(
    browser: Browser, origin: str, system
) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme=system)
    page = context.new_page()
    page.goto(f"{origin}/{LESSON}")
    found = page.evaluate(READABLE)
    assert len(found) > 100
    assert [one for one in found if one[0] < 4.5] == []
    colours = page.evaluate("() => [...document.querySelectorAll('pre span')].map(one => getComputedStyle(one).color)")
    assert len(set(colours)) >= 4
    context.close()


def test_a_dark_system_gets_a_dark_page_before_any_other_script_has_run(browser: Browser, origin: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{origin}/{LESSON}")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()

"""What stands around a lesson: menus, search, downloads and what a shared link shows, as a reader uses them."""

from __future__ import annotations

import html
import json
import os
import re
from collections import Counter
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import SITE, built_pages
from playwright.sync_api import Browser, Page
from pybtex.database import parse_file

LESSON = "book/laboratory/your_own_data.html"
# Another page, and a small one.
BEFORE = "book/reference/licences.html"
TOUCHES = {390: True, 600: True, 800: False}


def lesson(browser: Browser, origin: str, width: int, touch: bool = False, name: str = LESSON) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 844}, has_touch=touch).new_page()
    page.goto(f"{origin}/{name}", wait_until="load")
    return page


def shown(page: Page, selector: str) -> bool:
    """Whether the first match lies within the window, wholly."""
    return page.evaluate(
        """selector => {
          const place = document.querySelector(selector).getBoundingClientRect();
          return place.height > 0 && place.top >= 0 && place.bottom <= innerHeight && place.left >= 0;
        }""",
        selector,
    )


@pytest.mark.parametrize("width", TOUCHES)
@pytest.mark.parametrize(("menu", "name"), [("primary", "Site navigation"), ("secondary", "On this page")])
def test_menu_opens_holds_the_focus_and_gives_it_back(browser, origin, width: int, menu: str, name: str) -> None:
    page = lesson(browser, origin, width, TOUCHES[width])
    button = page.get_by_role("button", name=name)
    sheet = page.locator(f"#pst-{menu}-sidebar-modal")
    box = button.bounding_box()
    if TOUCHES[width]:
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    else:
        button.click()
    sheet.get_by_role("link").first.wait_for()
    if menu == "primary":
        page.wait_for_timeout(100)
        assert shown(page, "#pst-primary-sidebar-modal .current.active > a"), "the current lesson is out of sight"
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert button.evaluate("button => button === document.activeElement")
    # Again, by keyboard, and closed by a press beside the sheet.
    page.keyboard.press("Enter")
    sheet.get_by_role("link").first.wait_for()
    page.mouse.click(width - 5 if menu == "primary" else 5, 500)
    sheet.wait_for(state="hidden")
    assert button.evaluate("button => button === document.activeElement")
    assert page.locator("[role=tooltip]").count() == 0
    page.context.close()


def test_wide_menu_folds_and_shows_the_lesson_whatever_page_came_before(browser: Browser, origin: str) -> None:
    page = lesson(browser, origin, 1280, name=BEFORE)
    page.evaluate("document.querySelector('#pst-primary-sidebar').scrollTop = 1e5")
    page.goto(f"{origin}/book/setup/why_it_matters.html")
    page.wait_for_timeout(100)
    assert shown(page, "#pst-primary-sidebar .current.active > a"), "the current lesson is out of sight"
    sidebar, button = page.locator("#pst-primary-sidebar"), page.get_by_role("button", name="Site navigation")
    button.click()
    sidebar.wait_for(state="hidden")
    page.keyboard.press("Enter") if button.evaluate("b => b === document.activeElement") else button.press("Enter")
    sidebar.wait_for(state="visible")
    page.context.close()


def test_what_is_looked_up_is_folded_and_opens_by_keyboard(browser: Browser, origin: str) -> None:
    page = lesson(browser, origin, 1280, name="book/index.html")
    sidebar = page.locator("#pst-primary-sidebar")
    assert sidebar.get_by_role("link", name="The mental model").is_visible()
    for name, entry in (("Reference", "Bibliography"), ("Evidence", "Mutation score")):
        assert not sidebar.get_by_role("link", name=entry).is_visible()
        sidebar.locator("summary", has_text=name).focus()
        page.keyboard.press("Enter")
        assert sidebar.get_by_role("link", name=entry).is_visible()
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "name", ["reference/evidence/grading", "reference/bibliography", "laboratory/your_own_data", "setup/why_it_matters"]
)
def test_the_current_page_is_in_sight_in_the_contents(browser: Browser, origin: str, name: str, width: int) -> None:
    page = lesson(browser, origin, width, touch=width < 500, name=BEFORE)
    page.evaluate(
        "document.querySelector('.sidebar-primary-items__start').closest('.bd-sidebar-primary').scrollTop = 500"
    )
    page.goto(f"{origin}/book/{name}.html")
    place = "#pst-primary-sidebar"
    if width < 500:
        page.get_by_role("button", name="Site navigation").tap()
        place = "#pst-primary-sidebar-modal"
        page.locator(place).get_by_role("link").first.wait_for()
    page.wait_for_timeout(100)
    assert page.locator(f"{place} .current.active > a").get_attribute("href") == "#"
    assert shown(page, f"{place} .current.active > a"), "the current page is out of sight"
    assert page.locator(f"{place} details[open]").count() == int(name.startswith("reference"))
    page.context.close()


def test_icons_are_drawn_and_every_button_has_a_name(browser: Browser, origin: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    fonts: list[str] = []
    page.on("request", lambda request: fonts.append(request.url) if "fontawesome" in request.url else None)
    page.goto(f"{origin}/book/theorem/what_it_costs.html", wait_until="networkidle")
    assert page.locator("a.download svg").count() and not fonts, fonts
    bare = page.evaluate(
        """() => [...document.querySelectorAll('[class*="fa-"]')].filter((one) =>
          !one.querySelector('svg path') || !['none', 'normal'].includes(getComputedStyle(one, '::before').content))
          .map((one) => one.outerHTML.slice(0, 100))"""
    )
    assert not bare, bare
    # Characters of icon fonts have no shape in any other font.
    private = page.evaluate(
        r"""() => [...document.querySelectorAll('body *')].flatMap((one) => ['::before', '::after'].map((at) =>
          getComputedStyle(one, at).content)).filter((text) => /[\uE000-\uF8FF]/.test(text))"""
    )
    assert not private, private
    nameless = page.locator(".bd-header-article button").evaluate_all(
        "all => all.filter(b => !(b.ariaLabel || b.title || b.textContent.trim() || b.dataset.bsOriginalTitle))"
        ".map(b => b.outerHTML)"
    )
    assert not nameless, nameless
    page.close()


def test_back_to_top_on_a_phone_can_be_read(browser: Browser, origin: str) -> None:
    page = lesson(browser, origin, 390)
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(100)
    page.mouse.wheel(0, -600)
    page.locator("#pst-back-to-top").wait_for(state="visible")
    page.evaluate(Axe().axe_script)
    for theme in ("light", "dark"):
        page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme, mode: theme})", theme)
        page.wait_for_timeout(300)
        run = "axe.run('#pst-back-to-top', {runOnly: ['color-contrast']})"
        found = page.evaluate(f"{run}.then(r => [r.violations.length, r.passes.length])")
        assert found == [0, 1], (theme, found)
    page.context.close()


SEARCHES = {
    "best of n": "setup/best_of_n",
    "Best-of-N": "setup/best_of_n",
    "majority voting": "confusions/voting_is_not_optimal",
    "how many samples": "theorem/what_it_costs",
    "KL": "theorem/imperfect_verifier",
    "overoptimization": "phenomena/verifier_against_n",
    "over-optimisation": "phenomena/verifier_against_n",
    "reward hacking": "laboratory/train_the_verifiers",
    "pass@k": "setup/pass_at_k",
}


def searched(page: Page, base: str, query: str) -> list[str]:
    page.goto(f"{base}/search.html?q={quote(query)}", wait_until="load")
    page.locator("#search-results li").first.wait_for()
    return page.locator("#search-results li > a").evaluate_all("all => all.map(a => a.getAttribute('href'))")


@pytest.mark.parametrize("place", ["served", "folder"])
def test_search_finds_what_its_words_mean(browser: Browser, origin: str, place: str) -> None:
    base = origin if place == "served" else SITE.as_uri()
    page = browser.new_page(viewport={"width": 390, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # What words mean is in the index. A page of a folder gets the same one another way: two words show that it does.
    for query, wanted in list(SEARCHES.items())[: None if place == "served" else 2]:
        first = searched(page, base, query)[:3]
        assert any(wanted in link for link in first), (query, first)
        page.wait_for_load_state("networkidle")
        says = page.locator("#search-results li p").all_inner_texts()
        assert all(says[:3]), (query, says[:3])
        assert not [one for one in says if ".ipynb" in one or ".pdf" in one], query
    # Marks are whole words, in the results and on the page that they lead to.
    whole = "all => all.every(m => !/[\\p{L}\\p{N}]/u.test((m.previousSibling?.data || '').slice(-1) +"
    whole += " ((m.nextSibling?.data || '')[0] || '')))"
    searched(page, base, "best of n")
    page.wait_for_load_state("networkidle")
    assert page.locator("#search-results mark").count() and page.locator("#search-results mark").evaluate_all(whole)
    page.locator("#search-results li > a").first.click()
    page.locator("article mark").first.wait_for()
    assert page.locator("article mark").evaluate_all(whole)
    assert not complaints, complaints
    page.close()


def test_field_of_the_search_is_beside_its_icon_and_its_index_waits(browser: Browser, origin: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{origin}/{LESSON}", wait_until="networkidle")
    assert not [url for url in asked if "search" in url], asked
    page.get_by_role("button", name="Search").click()
    icon, field = page.locator("#pst-search-dialog svg").first, page.locator("#pst-search-dialog input")
    assert icon.bounding_box()["x"] + icon.bounding_box()["width"] <= field.bounding_box()["x"] + 0.5
    field.fill("voting")
    field.press("Enter")
    page.locator("#search-results li").first.wait_for()
    page.close()


def test_learners_get_the_student_notebook_and_never_a_solution(browser: Browser, origin: str) -> None:
    told = [name for name in built_pages() if "exercises/source" in (SITE / name).read_text(encoding="utf-8")]
    assert [name for name in told if not name.startswith("book/teaching/")] == []
    lessons = [path.with_suffix(".html").relative_to(SITE / "_sources") for path in SITE.rglob("_sources/*/*/*.ipynb")]
    assert len(lessons) >= 26
    # These explain what later lessons exercise.
    without = {"setup/how_a_model_samples", "setup/a_real_language_model", "laboratory/sixty_lines"}
    asking = [name for name in lessons if name.with_suffix("").relative_to("book").as_posix() not in without]
    assert len(asking) == len(lessons) - len(without)
    for name in asking:
        text = (SITE / name).read_text(encoding="utf-8")
        section = text[text.index('id="exercises"') :]
        links = re.findall(r'<a class="[^"]*\bdownload\b[^"]*" download="" href="([^"]+\.ipynb)"', section)
        assert links, f"{name} offers no student notebook"
        for link in links:
            notebook = json.loads(((SITE / name).parent / link).read_text(encoding="utf-8"))
            cells = ["".join(cell["source"]) for cell in notebook["cells"]]
            assert not [cell for cell in cells if "SOLUTION" in cell] and any("..." in cell for cell in cells)
    page = lesson(browser, origin, 1280, name="book/index.html")
    with page.expect_download() as kept:
        page.locator(".sd-card a.download").click()
    assert kept.value.suggested_filename == "theorem.ipynb"
    cut = page.locator(".sd-card-body").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).length")
    assert cut == 0
    page.context.close()


def test_every_id_is_there_once_and_every_page_describes_itself() -> None:
    seen: dict[str, str] = {}
    for name in built_pages():
        text = (SITE / name).read_text(encoding="utf-8")
        twice = [one for one, count in Counter(re.findall(r'<[^>]*?\sid="([^"]+)"', text)).items() if count > 1]
        assert not twice, f"{name}: {twice}"
        found = re.findall(r'<meta name="description" content="([^"]+)"', text)
        assert len(found) == 1 and len(found[0]) >= 20, f"{name}: {found}"
        assert found[0] not in seen, f"{name} and {seen[found[0]]} say the same of themselves"
        seen[found[0]] = name
        assert ('property="og:image"' in text) == bool(os.environ.get("SITE_URL")), name
        assert "Alias for field number" not in text, name
        assert "_SupportsArray" not in text, f"{name} spells out what `ArrayLike` stands for"


def test_each_paper_of_the_bibliography_leads_to_itself() -> None:
    text = (SITE / "book/reference/bibliography.html").read_text(encoding="utf-8")
    entries = re.findall(r'<div class="citation".*?</div>', text, re.S)
    recorded = parse_file(SITE.parents[1] / "book" / "references.bib").entries.values()
    places = {
        f"https://arxiv.org/abs/{one.fields['eprint']}" if "eprint" in one.fields else one.fields["url"]
        for one in recorded
    }
    assert len(places) == len(recorded) == len(entries)
    for entry in entries:
        (place,) = places & {html.unescape(link) for link in re.findall(r'href="(https://[^"]+)"', entry)}
        places.remove(place)
        assert re.search(r"[^\W\d]+.*, (19|20)\d\d", re.sub(r"<[^>]+>", "", entry)), entry

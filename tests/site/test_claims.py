"""The page of claims as a reader uses it: verdicts pressed, rows counted, orders, links, a phone, no script."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

# The page is large: one worker opens it once for most of these tests.
pytestmark = pytest.mark.xdist_group("claims")
REGISTER = Path(__file__).resolve().parents[2] / "book" / "reference" / "claims.toml"
PAGE = "book/reference/claims.html"
ROWS = ".its-claims tbody tr[id]"
VERDICTS = ["holds", "holds if", "borderline", "false", "open"]
# What a reader would have to scroll sideways for, or cannot see at all.
CUT = """[...document.querySelectorAll('.its-claims :is(th, td, small, a, button, input, select)')].filter(one => {
  const place = one.getBoundingClientRect();
  return place.width && (place.left < -0.5 || place.right > innerWidth + 0.5 || one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).display !== 'inline');
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def claims() -> list[dict]:
    return tomllib.loads(REGISTER.read_text(encoding="utf-8"))["claim"]


@pytest.fixture(scope="module")
def opened(browser: Browser, origin: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{origin}/{PAGE}")
    yield page
    page.close()


@pytest.fixture
def page(opened: Page) -> Page:
    opened.set_viewport_size({"width": 1280, "height": 900})
    opened.get_by_role("button", name="Show all").click()
    return opened


def verdict(page: Page, name: str):
    return page.locator(".its-claims__verdicts").get_by_role("button", name=name, exact=True)


def left(page: Page) -> list[str]:
    """Return the ids of the rows that a reader sees, in their order."""
    return page.locator(ROWS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.id.slice(6))"
    )


def test_counts_at_the_top_are_those_of_the_register(page: Page, claims: list[dict]) -> None:
    told = page.locator(".its-claims__verdicts li").evaluate_all(
        "all => all.map(one => [one.querySelector('button').textContent, Number(one.querySelector('b').textContent)])"
    )
    counted = Counter(claim["verdict"] for claim in claims)
    assert told == [[one, counted[one]] for one in VERDICTS]


def test_pressed_verdicts_leave_their_claims_and_say_how_many(page: Page, claims: list[dict]) -> None:
    ids = {one: [claim["id"] for claim in claims if claim["verdict"] == one] for one in VERDICTS}
    verdict(page, "false").focus()
    page.keyboard.press("Enter")
    assert sorted(left(page)) == sorted(ids["false"])
    assert verdict(page, "false").get_attribute("aria-pressed") == "true"
    verdict(page, "open").click()
    assert sorted(left(page)) == sorted(ids["false"] + ids["open"])
    said = f"{len(ids['false']) + len(ids['open'])} of {len(claims)} shown"
    page.get_by_role("status").filter(has_text=said).wait_for(state="attached")
    assert page.locator(".its-claims__count").inner_text() == said
    chosen = [claim for claim in claims if claim["verdict"] in ("false", "open")]
    narrower = (
        (lambda: page.get_by_role("combobox", name="Kind", exact=True).select_option("recorded"),
         lambda claim: claim["kind"] == "recorded"),
        (lambda: page.get_by_role("combobox", name="Part", exact=True).select_option("theorem"),
         lambda claim: claim["page"].startswith("theorem/")),
        (lambda: page.get_by_label("With the words").fill("Bound UPPER"),
         lambda claim: "upper bound" in claim.get("remark", "")),
    )  # fmt: skip
    for choose, fits in narrower:
        choose()
        before, chosen = chosen, [claim for claim in chosen if fits(claim)]
        assert 0 < len(chosen) < len(before)
        assert sorted(left(page)) == sorted(claim["id"] for claim in chosen)
    heads = page.locator(".its-claims .its-group").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).length"
    )
    assert heads == 1
    page.get_by_label("With the words").fill("no such words")
    assert left(page) == [] and page.locator(".its-claims__count").inner_text() == f"0 of {len(claims)} shown"


def test_heads_and_the_list_of_orders_sort_and_go_back(page: Page, claims: list[dict]) -> None:
    in_book = left(page)
    assert len(in_book) == len(claims)
    head = page.get_by_role("columnheader", name="Verdict")
    head.get_by_role("button").click()
    verdicts = {claim["id"]: VERDICTS.index(claim["verdict"]) for claim in claims}
    assert [verdicts[one] for one in left(page)] == sorted(verdicts.values())
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.get_by_role("combobox", name="Sort by", exact=True).input_value() == "verdict"
    page.get_by_role("combobox", name="Sort by", exact=True).select_option("belief")
    beliefs = {claim["id"]: claim["about"] for claim in claims}
    shown = [beliefs[one] for one in left(page)]
    assert shown == page.evaluate("all => [...all].sort((a, b) => a.localeCompare(b, 'en'))", shown)
    page.get_by_role("columnheader", name="Belief").get_by_role("button").click()
    assert left(page) == in_book
    assert page.locator(".its-claims .its-group").first.is_visible()


def test_a_choice_can_be_linked_and_a_bad_link_says_so(page: Page, browser: Browser, origin: str) -> None:
    verdict(page, "borderline").click()
    page.get_by_role("combobox", name="Sort by", exact=True).select_option("kind")
    chosen = left(page)
    page.wait_for_function("location.hash.includes('borderline') && location.hash.includes('sort=kind')")
    other = browser.new_page()
    other.goto(page.url)
    assert left(other) == chosen and verdict(other, "borderline").get_attribute("aria-pressed") == "true"
    other.goto(f"{origin}/{PAGE}#its=claims&v=1&verdict=refuted")
    other.get_by_role("alert").filter(has_text="“verdict” cannot be “refuted”").wait_for()
    assert len(left(other)) == other.locator(ROWS).count()
    # A link to one row shows it, whatever is filtered.
    verdict(other, "open").click()
    other.wait_for_function("location.hash.includes('verdict=open')")
    other.evaluate("location.hash = '#claim-needed-p01'")
    other.locator("#claim-needed-p01").wait_for()
    assert other.locator("#claim-needed-p01").evaluate(
        "row => { const at = row.getBoundingClientRect(); return at.top >= 0 && at.top < innerHeight; }"
    )
    other.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_every_column_can_be_read_without_scrolling_sideways(page: Page, claims: list[dict], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate(CUT)
    assert not cut, cut
    for claim in claims[::40]:
        row = page.locator(f"#claim-{claim['id']}")
        pieces = row.locator("th, td")
        assert pieces.count() == 4 and all(pieces.nth(i).bounding_box()["width"] > 60 for i in range(4))
        text = row.inner_text()
        assert claim["about"] in text and claim["statement"] in text and claim["verdict"] in text
        assert claim.get("condition", claim.get("remark", "")) in text
        stacked = pieces.nth(1).bounding_box()["y"] >= pieces.nth(0).bounding_box()["y"] + 10
        assert stacked == (width == 360)
    # Cards are still rows of a table to a screen reader.
    assert page.get_by_role("row").count() > len(claims)


def test_on_a_phone_a_part_opens_on_request_and_a_link_opens_its_own(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(f"{origin}/{PAGE}")
    assert left(page) == [] and page.evaluate("document.documentElement.scrollHeight") < 8000
    theorem = page.get_by_role("button", name="Theorem")
    assert theorem.get_attribute("aria-expanded") == "false"
    theorem.tap()
    shown = left(page)
    of_part = page.locator(f"{ROWS}[data-part=theorem]")
    assert len(shown) == of_part.count() > 10 and theorem.get_attribute("aria-expanded") == "true"
    assert page.locator(".its-claims__count").inner_text().startswith(f"{len(shown)} of ")
    theorem.press("Enter")
    assert left(page) == []
    # What is asked for is in sight, whichever part it stands in.
    verdict(page, "open").tap()
    assert len(left(page)) == page.locator(f"{ROWS}[data-verdict=open]").count()
    page.goto("about:blank")
    page.goto(f"{origin}/{PAGE}#claim-needed-p01")
    page.locator("#claim-needed-p01").wait_for()
    page.get_by_role("button", name="Show all").tap()
    assert len(left(page)) == page.locator(ROWS).count()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.get_by_role("button", name="Theorem").is_disabled()
    context.close()


def test_known_intervals_and_tolerances_are_said(page: Page, claims: list[dict]) -> None:
    unsure = [one for one in claims if "interval" in one or one["kind"] == "simulated"]
    assert len(unsure) > 100
    for claim in unsure:
        text = page.locator(f"#claim-{claim['id']}").text_content()
        said = f"95 % over {claim['over']}" if "interval" in claim else f"± {claim['tolerance']:g} between simulations"
        assert said in text, claim["id"]


def test_without_scripts_all_rows_stand_under_their_parts(browser: Browser, origin: str, claims: list[dict]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{origin}/{PAGE}")
    rows = page.locator(ROWS)
    assert rows.count() == len(claims)
    assert rows.last.is_visible() and rows.first.is_visible()
    parts = page.locator(".its-claims .its-group").all_inner_texts()
    counted = Counter(claim["page"].split("/")[0].capitalize() for claim in claims)
    assert [one.split()[:2] for one in parts] == [[part, str(counted[part])] for part in (o.split()[0] for o in parts)]
    assert sum(counted.values()) == len(claims) and len(parts) == len(counted)
    context.close()

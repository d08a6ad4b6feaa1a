"""The tree stepper in a real browser: by keyboard, by touch size, on a phone, without a script, on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium, document
from inference_scaling import search
from inference_scaling.display.output import rounded
from inference_scaling.interactive import search_tree


def shown(ended: bool = False) -> search_tree.SearchTree:
    # Labels as long as Game of 24 has them, and deep enough to be narrow on a phone.
    budget = search.Budget(steps=30)
    puzzle = search.Chain(6, 0.7)
    verifier = search.noisy(search.Chain.check, 0.9, 0.2, rng=1)
    result = search.beam(puzzle, verifier, budget, rng=1, width=2, expand=2, trace=True)
    return search_tree.SearchTree(
        "beam",
        result,
        budget,
        "{steps} steps, {pruned} pruned.",
        title="A beam of 2",
        label=lambda state: f"8 / 3 = 8/3 (left 8/3 {state[0]} 4)",
        right=lambda state: state[1],
        ended=ended,
    )


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as one:
        yield one


@pytest.fixture
def visit(browser, tmp_path) -> Iterator:
    """Open the page; in the end nothing may have been thrown, logged as an error or asked of the network."""
    contexts, complaints = [], []

    def open_page(theme: str = "light", width: int = 1000, ended: bool = False, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: complaints.append(request.url) if request.url[:5] != "file:" else None)
        file = tmp_path / "tree.html"
        file.write_text(document(theme, [shown(ended)]), encoding="utf-8")
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def outline(page) -> None:
    """Open the tree in the form of nested lists."""
    page.locator(".its-outline").evaluate("one => { one.open = true; }")


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_whole_search_can_be_read_by_keyboard_alone(visit) -> None:
    page, found = visit(), search_tree.steps(rounded(shown().payload()))
    says, rows = page.locator(".its-says"), page.locator(".its-nodes li")
    assert says.inner_text() == found[0].text
    page.keyboard.press("Tab")
    assert focused(page) == "Next"
    for step in found[1:]:
        page.keyboard.press("Enter")
        assert says.inner_text() == step.text
        assert page.locator("progress").evaluate("one => one.value") == step.spent
    assert page.locator(".its-later").count() == page.locator(".its-undecided").count() == 0
    page.keyboard.press("Enter")
    assert focused(page) == "Next" and says.inner_text() == found[-1].text
    outline(page)
    assert rows.nth(1).inner_text()


@pytest.mark.parametrize(("width", "form"), [(360, "outline"), (1000, "outline"), (360, "picture")])
def test_the_step_and_its_buttons_stay_in_sight(visit, width: int, form: str) -> None:
    page = visit(width=width)
    page.set_viewport_size({"width": width, "height": 500})
    # As on a page of the book: something below to read.
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<div style=height:900px></div>')")
    if form == "outline":
        outline(page)
        assert page.locator(".its-nodes").bounding_box()["height"] > 500
    place = ".its-now > .its-row" if form == "outline" else ".its-newest"
    page.get_by_role("button", name="Next", exact=True).focus()
    last = len(search_tree.steps(rounded(shown().payload()))) - 1
    for step in range(last):
        page.keyboard.press("Enter")
        stepper = page.locator(".its-stepper").bounding_box()
        assert stepper["y"] >= 0
        if (now := page.locator(place)).count():
            row = now.first.bounding_box()
            assert stepper["y"] + stepper["height"] <= row["y"] and row["y"] + row["height"] <= 500, step


def test_a_search_that_the_prose_speaks_of_opens_at_its_end_and_plays_from_its_start(visit) -> None:
    page, found = visit(ended=True), search_tree.steps(rounded(shown().payload()))
    says = page.locator(".its-says")
    assert says.inner_text() == found[-1].text
    assert page.locator(".its-later").count() == page.locator(".its-undecided").count() == 0
    page.keyboard.press("Tab")
    assert focused(page) == "Start"
    page.keyboard.press("Enter")
    assert says.inner_text() == found[0].text


def test_arrows_home_and_end_move_in_the_toolbar(visit) -> None:
    page, last = visit(), len(search_tree.steps(rounded(shown().payload()))) - 1
    page.keyboard.press("Tab")
    places = []
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "Home", "ArrowLeft", "ArrowRight", "End"):
        page.keyboard.press(key)
        places.append(focused(page))
    assert places == ["Next round", "Next", "Back", "Start", "Play", "Start", "Play"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert page.locator(".its-count").inner_text() == f"Step {last} of {last}"
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert page.locator(".its-count").inner_text() == f"Step 0 of {last}"
    # The toolbar is one stop: the next is the outline, and then the list of steps.
    for name in ("The tree as an outline", "Every step in words"):
        page.keyboard.press("Tab")
        assert focused(page) == name


def test_fate_is_told_only_when_the_round_is_over(visit) -> None:
    page = visit()
    page.get_by_role("button", name="Next", exact=True).click()
    outline(page)
    first = page.locator(".its-nodes ul li").first
    assert first.locator(".its-fate").first.inner_text() == "drawn"
    page.get_by_role("button", name="Next round").click()
    assert "Cut:" in page.locator(".its-says").inner_text()
    assert first.locator(".its-fate").first.inner_text() in {"kept", "pruned"}
    page.get_by_role("button", name="Back").click()
    assert first.locator(".its-fate").first.inner_text() == "drawn"


def test_the_picture_grows_by_a_node_a_step_and_play_stops_at_the_end_or_at_a_press(visit) -> None:
    page = visit()
    shapes = page.locator(".its-growing .its-node")
    for count in (1, 2, 3):
        assert shapes.count() == count
        page.get_by_role("button", name="Next", exact=True).click()
    play = page.get_by_role("button", name="Play")
    play.click()
    page.wait_for_function("document.querySelectorAll('.its-growing .its-node').length > 5")
    page.get_by_role("button", name="Back").click()
    stood = shapes.count()
    page.wait_for_timeout(500)
    assert shapes.count() == stood
    page.emulate_media(reduced_motion="reduce")
    play.click()
    assert shapes.count() == len(shown().payload()["nodes"]) and page.locator(".its-link.its-on").count() > 2


def test_voice_speaks_once_for_a_run_of_steps(visit) -> None:
    page = visit()
    page.evaluate(
        "() => { window.said = []; const host = document.querySelector('its-tree');"
        "new MutationObserver((all) => all.forEach((one) => one.target.classList?.contains('its-live') && "
        "window.said.push(one.target.textContent))).observe(host, { subtree: true, childList: true }); }"
    )
    for _ in range(3):
        page.get_by_role("button", name="Next", exact=True).click()
    page.wait_for_function("window.said.length > 0")
    page.wait_for_timeout(700)
    said = page.evaluate("window.said")
    assert len(said) == 1 and said[0].startswith("Step 3 of") and "Spent so far: 3 of 30 steps" in said[0]


def test_without_a_script_every_step_and_node_is_there(visit) -> None:
    page = visit(java_script_enabled=False)
    found = search_tree.steps(rounded(shown().payload()))
    assert page.locator("ol > li").count() == len(found)
    for i, step in enumerate(found):
        assert page.locator("ol > li").nth(i).is_visible()
        assert step.text in page.locator("ol > li").nth(i).inner_text()
    assert all(row.is_visible() for row in page.locator(".its-nodes li").all())
    assert page.locator("button").count() == 0


def test_paper_gets_the_whole_tree_and_every_step(visit) -> None:
    page = visit()
    page.get_by_role("button", name="Next", exact=True).click()
    assert not page.locator("ol > li").last.is_visible()
    page.emulate_media(media="print")
    assert all(row.is_visible() for row in page.locator(".its-nodes li").all())
    assert page.locator("ol > li").last.is_visible()
    assert not page.get_by_role("button", name="Next", exact=True).is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".its-undecided").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".its-count").inner_text().startswith("Step 1 of")


@pytest.mark.parametrize(("theme", "width"), [("light", 1000), ("dark", 360)])
def test_stepper_is_accessible_and_fits(visit, theme: str, width: int) -> None:
    page = visit(theme, width, reduced_motion="reduce")
    for name in ("Next round", "End"):
        page.get_by_role("button", name=name).click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("button").all():
        box = button.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24

"""The race in a real browser: choices, steps, play, keys, touch, addresses, paper, less motion, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium, document
from inference_scaling import search
from inference_scaling.interactive.search_race import Lane, SearchRace

STRATEGIES = {
    "best-of-4": (search.best_of_n, {"n": 4}),
    "a beam": (search.beam, {"width": 2, "expand": 2}),
    "backtracking": (search.backtracking, {}),
}
STEPS = 16


def race() -> SearchRace:
    lanes = {}
    for place, problem in enumerate(("easy", "hard")):
        for verifier in ("sees", "blind"):
            judge = search.Chain.check if verifier == "sees" else search.random_verifier(1)
            for i, (name, (strategy, shape)) in enumerate(STRATEGIES.items()):
                puzzle = search.Chain(4, 0.8 - 0.4 * place)
                run = strategy(puzzle, judge, search.Budget(steps=STEPS), 3, trace=True, **shape)
                lanes[problem, verifier, name] = Lane(run, 10 * place + 3 * i + (verifier == "sees"))
    return SearchRace(
        "race",
        "Two searches",
        lanes,
        search.Budget(steps=STEPS),
        rest=("easy", "sees", "best-of-4", "a beam"),
        tries=20,
        label=lambda state: f"step {state[0]}",
        right=lambda problem, state: state[1],
    )


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def shown() -> SearchRace:
    return race()


@pytest.fixture
def visit(browser, shown, tmp_path) -> Iterator:
    contexts, complaints = [], []

    def open_page(theme: str = "light", width: int = 1000, hash: str = "", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        file = tmp_path / "race.html"
        file.write_text(document(theme, [shown]), encoding="utf-8")
        page.goto(file.as_uri() + hash)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def drawn(page) -> list[int]:
    return page.locator(".its-growing").evaluate_all(
        "all => all.map((one) => one.querySelectorAll('.its-node').length)"
    )


def spent(page) -> str:
    return page.locator(".its-count").inner_text()


def test_at_rest_both_searches_are_over_and_the_sentence_is_the_finding(visit, shown) -> None:
    page = visit()
    assert page.locator(".its-says").inner_text() == shown.finding
    assert spent(page) == f"{STEPS} of {STEPS} steps" and drawn(page)[0] == STEPS + 1
    assert page.locator(".its-ring").count() == 2


def test_steps_grow_both_trees_by_one_node_and_back_takes_it_away(visit) -> None:
    page = visit()
    page.get_by_role("button", name="Start", exact=True).click()
    assert drawn(page) == [1, 1]
    for count in (2, 3):
        page.get_by_role("button", name="Next", exact=True).click()
        assert drawn(page) == [count, count]
    assert page.locator(".its-newest").count() == 2
    page.get_by_role("button", name="Back", exact=True).click()
    assert drawn(page) == [2, 2]
    page.get_by_role("slider", name="Steps spent by each").press("End")
    assert spent(page) == f"{STEPS} of {STEPS} steps"


def test_play_spends_the_budget_and_a_press_or_a_choice_stops_it(visit) -> None:
    page = visit()
    play = page.get_by_role("button", name="Play")
    play.click()
    page.wait_for_function("document.querySelector('.its-count').textContent.startsWith('2 of')")
    play.click()
    stood = spent(page)
    page.wait_for_timeout(500)
    assert spent(page) == stood
    play.click()
    page.get_by_label("hard").check()
    assert spent(page) == f"{STEPS} of {STEPS} steps" and "“hard”" in page.locator(".its-says").inner_text()


def test_with_less_motion_play_shows_the_end_at_once(visit) -> None:
    page = visit(reduced_motion="reduce")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Play").click()
    assert spent(page) == f"{STEPS} of {STEPS} steps" and page.evaluate("document.getAnimations().length") == 0


def test_problem_verifier_and_both_searches_are_the_reader_s_choice(visit) -> None:
    page = visit()
    page.get_by_label("hard").check()
    page.get_by_label("blind").check()
    page.get_by_label("First search").select_option("backtracking")
    page.get_by_label("Second search").select_option("best-of-4")
    said = page.locator(".its-says").inner_text()
    assert said.startswith("On “hard” backtracking ends")
    assert said.endswith("Of 20 such races the first is right in 16, the second in 10.")


def test_whole_race_by_keyboard_and_the_outline_tells_the_same(visit) -> None:
    page = visit()
    page.locator("select").first.focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Play"
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("Enter")
    assert spent(page) == f"3 of {STEPS} steps" and page.evaluate("document.activeElement.textContent") == "Next"
    page.get_by_text("Every step in words").click()
    page.wait_for_function("document.querySelectorAll('.its-steps ol li').length === 6")
    assert re.match(r"After step 0: step 1, .*right so far|wrong", page.locator(".its-steps li").first.inner_text())


def test_a_node_that_is_touched_is_read_out(visit) -> None:
    page = visit(width=390, has_touch=True)
    box = page.locator(".its-growing").nth(1).locator(".its-node").nth(1).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    assert page.locator(".its-pointed").inner_text().startswith("step 1, score ")


@pytest.mark.parametrize(
    ("hash", "reason"),
    [
        ("#its=race&v=1&left=9", "“left” cannot be “9”"),
        ("#its=race&v=1&at=1e3", "“at” cannot be “1e3”"),
        ("#its=race&v=1&problem=%3Cimg%20src=x%3E", "“problem” cannot be"),
        ("#its=race&v=7&at=3", "another version"),
        ("#its=race&v=1&at=" + "9" * 20000, "“at” cannot be"),
    ],
)
def test_nonsense_in_an_address_leaves_the_race_at_rest(visit, shown, hash: str, reason: str) -> None:
    page = visit(hash=hash)
    assert reason in page.locator(".its-message").inner_text()
    assert page.locator(".its-says").inner_text() == shown.finding


def test_an_address_brings_the_race_that_was_shared(visit) -> None:
    page = visit(hash="#its=race&v=1&problem=1&verifier=0&left=2&right=1&at=4")
    assert spent(page) == f"4 of {STEPS} steps" and "backtracking" in page.locator(".its-says").inner_text()
    page.get_by_role("button", name="Next", exact=True).click()
    page.wait_for_function("location.hash.includes('at=5')")


def test_without_a_script_both_searches_stand_there_as_outlines(visit) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator(".its-outline li").first.is_visible() and page.locator("button").count() == 0


def test_paper_gets_both_trees_whole(visit) -> None:
    page = visit()
    page.get_by_role("button", name="Start", exact=True).click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert drawn(page)[0] == STEPS + 1
    assert not page.get_by_role("button", name="Play").is_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1000), ("dark", 280)])
def test_the_race_fits_and_is_accessible(visit, theme: str, width: int) -> None:
    page = visit(theme, width, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.locator("main button, main select").evaluate_all(
        "all => all.filter((one) => one.offsetHeight < 32).length"
    )
    assert small == 0

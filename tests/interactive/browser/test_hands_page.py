"""What a hand moves, moved: handles by drag, touch and keys, a plot by a click, answers drawn, less motion."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium, document
from inference_scaling.lessons.phenomena import explorables as of_phenomena
from inference_scaling.lessons.setup.replays import ANSWERS_REPLAY
from inference_scaling.lessons.theorem import explorables as of_theorem
from inference_scaling.verifiers import Roc, best_of_n_law, gain_per_auc, gain_per_log_k

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def roc(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("roc") / "page.html"
    file.write_text(document("light", [of_theorem.ROC_TO_BEST_OF_N]), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def to_buy(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("to-buy") / "page.html"
    file.write_text(document("light", [of_phenomena.WHAT_TO_BUY]), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def again(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("again") / "page.html"
    file.write_text(document("light", [ANSWERS_REPLAY]), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def visit(browser) -> Iterator:
    """Open a page; in the end nothing may have been thrown or logged as an error."""
    contexts, complaints = [], []

    def open_page(address: str, **options):
        context = browser.new_context(**({"viewport": {"width": 1000, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        # The figure that follows a question, as a reader has it who asked to be shown.
        page.add_init_script("sessionStorage.setItem('its:shown:again', 'yes')")
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drawn(page) -> None:
    """Wait until what was asked for a frame is on the screen."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def drag(page, handle, by: tuple[float, float]) -> None:
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] / 2, y + by[1] / 2)
    page.mouse.move(x + by[0], y + by[1])
    drawn(page)
    page.mouse.up()


def handles(page, name: str):
    return page.get_by_role("slider", name=name, exact=True)


TOP = "Right answers above the top 1 % of the wrong"


def best(page) -> float:
    said = page.locator(".its-says").inner_text()
    return float(re.search(r"is right ([\d.]+)", said)[1])


def test_dragging_the_top_of_the_roc_moves_slider_sentence_and_curve_together(visit, roc) -> None:
    page = visit(roc)
    curve = page.locator(".its-picture").nth(1).locator(".its-plot path.its-strong")
    before = curve.get_attribute("d")
    drag(page, handles(page, TOP).first, (0, -60))
    field = page.get_by_label("right answers above the top 1 % of the wrong, as a number")
    value = float(field.input_value())
    assert 0.2 < value < 0.6
    # The next corners cannot lie below it: the drag pushed them along.
    rates = [float(page.locator("input.its-number").nth(i).input_value()) for i in range(2, 6)]
    assert rates == sorted(rates) and rates[0] == value
    law = best_of_n_law(0.1, Roc.piecewise_linear(list(zip((0.01, 0.05, 0.2, 0.5), rates, strict=True))), 10)
    assert best(page) == pytest.approx(law, abs=5e-4)
    assert curve.get_attribute("d") != before
    # The same corner is a handle of the enlarged curve, and went with it.
    x, y = (middle(handles(page, TOP).nth(i)) for i in (0, 1))
    assert handles(page, TOP).nth(1).get_attribute("aria-valuenow") == str(value) and x != y


def test_of_two_corners_close_together_the_nearer_one_is_taken(visit, roc) -> None:
    page = visit(roc)
    first, second = handles(page, TOP).first, handles(page, "Right answers above the top 5 % of the wrong").first
    near, far = middle(second), middle(first)
    # The two boxes for a finger overlap: the point lies in both, and nearer to the second.
    at = (near[0] + (far[0] - near[0]) * 0.3, near[1] + (far[1] - near[1]) * 0.3)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0], at[1] - 20)
    drawn(page)
    page.mouse.up()
    assert float(second.get_attribute("aria-valuenow")) > 0.25 and first.get_attribute("aria-valuenow") == "0.005"


def test_a_handle_is_moved_by_keys_and_says_where_it_stands(visit, roc) -> None:
    page = visit(roc)
    handle = handles(page, TOP).first
    handle.focus()
    said = []
    for key in ("ArrowUp", "PageUp", "Shift+ArrowDown", "Home", "End"):
        page.keyboard.press(key)
        said.append(handle.get_attribute("aria-valuenow"))
    assert said == ["0.015", "0.115", "0.11", "0", "1"]
    assert handle.get_attribute("aria-valuetext") == "right answers above the top 1 % of the wrong: 1"
    handles(page, "Samples").focus()
    page.keyboard.press("End")
    assert page.get_by_label("k, samples, as a number").input_value() == "1000"
    # The browser's own keys stay the browser's.
    page.keyboard.press("Alt+ArrowLeft")
    assert page.url.startswith(roc) or page.url == "about:blank"


def test_a_drag_that_leaves_the_figure_stays_at_its_edge_and_ends_where_the_button_is_let_go(visit, roc) -> None:
    page = visit(roc)
    handle = handles(page, "Samples")
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(5000, -300)
    drawn(page)
    assert handle.get_attribute("aria-valuenow") == "1000"
    page.mouse.up()
    page.mouse.move(x, y)
    drawn(page)
    assert handle.get_attribute("aria-valuenow") == "1000" and page.locator(".its-held").count() == 0


def test_a_click_on_a_plot_with_one_handle_brings_it_there(visit, roc) -> None:
    page = visit(roc)
    box = page.locator(".its-picture").nth(1).locator("svg.its-plot").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.3)
    assert int(handles(page, "Samples").get_attribute("aria-valuenow")) > 400


def finger(devtools, kind: str, *points: tuple[float, float]) -> None:
    touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
    devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_a_thumb_bends_the_curve_without_scrolling_and_a_second_finger_changes_nothing(visit, roc) -> None:
    page = visit(roc, **PHONE)
    devtools = page.context.new_cdp_session(page)
    handle, other = handles(page, TOP).first, handles(page, "Right answers above the top 50 % of the wrong").first
    (x, y), away = middle(handle), middle(other)
    finger(devtools, "touchStart", (x, y))
    finger(devtools, "touchMove", (x, y - 40))
    finger(devtools, "touchStart", (x, y - 40), away)
    finger(devtools, "touchMove", (x, y - 60), (away[0], away[1] + 80))
    page.wait_for_function("one => Number(one.getAttribute('aria-valuenow')) > 0.2", arg=handle.element_handle())
    finger(devtools, "touchEnd")
    assert other.get_attribute("aria-valuenow") == "0.95"
    assert page.evaluate("scrollY") == 0
    assert page.locator(".its-held").count() == 0


def test_the_handle_stays_under_the_thumb_whatever_the_sentence_above_says(visit, roc) -> None:
    page = visit(roc, **PHONE)
    devtools, handle = page.context.new_cdp_session(page), handles(page, TOP).first
    x, y = middle(handle)
    finger(devtools, "touchStart", (x, y))
    said = {page.locator(".its-says").inner_text()[-20:]}
    for step in range(1, 7):
        finger(devtools, "touchMove", (x + 8 * step, y - 10 * step))
        drawn(page)
        said.add(page.locator(".its-says").inner_text()[-20:])
        assert abs(middle(handle)[1] - (y - 10 * step)) < 3, step
    finger(devtools, "touchEnd")
    # It said two things, one of them a line longer.
    assert len({one.startswith("sample") or "0.1." in one for one in said}) == 2


def test_on_a_phone_curve_and_effect_stay_in_sight_while_the_last_slider_moves(visit, roc) -> None:
    page = visit(roc, **PHONE)
    last = page.get_by_role("slider", name="above the top 50 %", exact=True)
    last.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 60)")
    figures = [page.locator(".its-picture").nth(i).locator("svg.its-plot").first.bounding_box() for i in (0, 1)]
    slider = last.bounding_box()
    assert figures[0]["y"] >= 0 and figures[1]["y"] + figures[1]["height"] <= slider["y"]
    assert slider["y"] + slider["height"] <= 844


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_answers_are_drawn_from_the_heaps_and_a_hundred_draws_are_counted(visit, roc, motion: str) -> None:
    page = visit(roc, reduced_motion=motion)
    assert page.locator(".its-dot").count() == 10 and page.locator(".its-ring").count() == 1
    page.get_by_role("button", name="Draw 10", exact=True).click()
    assert page.locator(".its-strip i").count() == 1
    page.get_by_role("button", name="Draw 100 times").click()
    if motion == "reduce":
        assert page.locator(".its-strip i").count() == 100
    page.wait_for_function("document.querySelectorAll('.its-strip i').length === 100")
    right = page.locator(".its-strip .its-yes").count()
    assert page.locator(".its-counted").inner_text() == f"Right in {right} of 100 draws of 10; the law says 0.289."
    assert 15 <= right <= 43
    # What was counted belongs to the curve that was there.
    handles(page, TOP).first.press("ArrowUp")
    assert page.locator(".its-strip i").count() == 0 and page.locator(".its-counted").inner_text() == ""


def test_a_slider_moved_while_a_hundred_are_drawn_stops_the_count(visit, roc) -> None:
    page = visit(roc)
    page.get_by_role("button", name="Draw 100 times").click()
    handles(page, "Samples").press("ArrowUp")
    drawn(page)
    assert page.locator(".its-strip i").count() == 0


def test_the_figure_that_a_hand_moves_fits_280_pixels_and_passes_axe(visit, roc) -> None:
    page = visit(roc, viewport={"width": 280, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 280
    found = Axe().run(page, options={"rules": {"region": {"enabled": False}}})
    assert found.violations_count == 0, found.generate_report()
    small = page.locator(".its-hand").evaluate_all("all => all.map((one) => one.getBoundingClientRect().width)")
    assert min(small) >= 44


@pytest.mark.parametrize(
    ("spread", "ratio", "place"), [("as spread", 1.0, (0.9, 0.85)), ("half as spread", 0.5, (0.8, 0.4))]
)
def test_a_place_on_the_map_says_what_to_buy_there_as_the_library_does(visit, to_buy, spread, ratio, place) -> None:
    page = visit(to_buy)
    page.get_by_label(spread, exact=True).check()
    cells = page.locator(".its-plot path.its-cells")
    before = cells.evaluate_all("all => all.map((one) => one.getAttribute('d'))")
    box = page.locator("svg.its-plot").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * place[0], box["y"] + box["height"] * place[1])
    k, auc = (float(page.locator("input.its-number").nth(i).input_value()) for i in (0, 1))
    roc = Roc.binormal(auc, ratio)
    doubling, better = 0.6931 * gain_per_log_k(0.1, roc, k), 2 * 0.01 * gain_per_auc(0.1, roc, k)
    said = page.locator(".its-says").inner_text()
    assert said.endswith("buy samples." if doubling > better else "buy the better verifier.")
    assert ("would lose" in said) == (doubling < 0)
    # The map did not change under the pointer; another price changes it.
    assert cells.evaluate_all("all => all.map((one) => one.getAttribute('d'))") == before
    page.get_by_role("slider", name="hundredths of AUC for the price of a doubling").press("End")
    assert cells.evaluate_all("all => all.map((one) => one.getAttribute('d'))") != before


def test_the_handle_of_the_map_goes_both_ways_by_keys(visit, to_buy) -> None:
    page = visit(to_buy)
    handle = handles(page, "Your k and your AUC")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert handle.get_attribute("aria-valuetext") == "k, samples allowed: 17 samples; AUC of your verifier: 0.805"


def test_the_votes_stand_in_stacks_by_answer_and_the_tallest_is_picked(visit, again) -> None:
    page = visit(again)
    size = page.locator(".its-tiles").bounding_box()
    page.get_by_role("button", name="Stack the votes").click()
    page.wait_for_function("document.getAnimations().length === 0")
    assert page.locator(".its-tiles").bounding_box() == size
    tiles = page.locator(".its-tile.its-drawn").evaluate_all(
        "all => all.map((one) => [one.offsetLeft, one.offsetTop, one.offsetHeight, one.textContent])"
    )
    assert len(tiles) == 16 and all(top >= 0 and top + high <= size["height"] - 40 for _, top, high, _ in tiles)
    stacks: dict[int, list[str]] = {}
    for left, _, _, text in tiles:
        stacks.setdefault(left, []).append(text)
    first, *others = (stacks[left] for left in sorted(stacks))
    assert len(set(first)) == 1 and all(len(first) > len(one) for one in others)
    assert page.locator(".its-picked").inner_text() == first[0] == "17"
    assert page.locator(".its-under").first.inner_text() == f"17\n× {len(first)}"
    # All 64: each stack still fits, and unpressed they go back.
    page.get_by_role("slider", name="k, tries").press("End")
    page.wait_for_function("document.getAnimations().length === 0")
    tops = page.locator(".its-tile.its-drawn[style]").evaluate_all("all => all.map((one) => one.offsetTop)")
    assert min(tops) >= 0
    page.get_by_role("button", name="Stack the votes").click()
    assert page.locator(".its-under").count() == 0 and page.locator(".its-tile[style]").count() == 0


def test_with_less_motion_tiles_are_there_at_once(visit, again) -> None:
    page = visit(again, reduced_motion="reduce")
    page.get_by_role("button", name="Stack the votes").click()
    assert page.evaluate("document.getAnimations().length") == 0
    page.get_by_role("button", name="Draw 100 times").click()
    assert page.locator(".its-strip i").count() == 100


def test_a_hundred_draws_of_the_vote_are_counted_and_another_rule_starts_anew(visit, again) -> None:
    page = visit(again)
    page.get_by_role("button", name="Draw 100 times").click()
    page.wait_for_function("document.querySelectorAll('.its-strip i').length === 100")
    right = page.locator(".its-strip .its-yes").count()
    assert page.locator(".its-counted").inner_text() == f"16 tries, vote: right in {right} of 100 draws."
    assert right <= 4
    page.get_by_label("perfect checker").check()
    assert page.locator(".its-strip i").count() == 0
    page.get_by_role("button", name="Draw 100 times").click()
    page.wait_for_function("document.querySelectorAll('.its-strip i').length === 100")
    assert 85 <= page.locator(".its-strip .its-yes").count() <= 99


def test_the_link_that_is_shared_carries_the_bet_and_what_is_shown(visit, again) -> None:
    page = visit(again)
    page.get_by_role("button", name="Less often").click()
    page.get_by_role("combobox", name="other questions").select_option(index=3)
    asked = page.locator(".its-asked").inner_text()
    # Where a page may not write to the clipboard, the link stands in a field, chosen.
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_label("Link to what is shown").input_value()
    assert "&bet=2" in link and "its=ask-again" in link
    other = visit(link)
    assert other.locator(".its-asked").inner_text() == asked
    assert "The bet in this link: less often." in other.locator(".its-message").all_inner_texts()[0]


def test_a_plot_below_the_window_is_as_the_hand_left_it_when_it_comes_into_sight_and_on_paper(visit, roc) -> None:
    page = visit(roc, **PHONE)
    curve = page.locator(".its-aside .its-plot path.its-strong").last
    first = curve.get_attribute("d")
    for _ in range(4):
        handles(page, TOP).first.press("PageUp")
        drawn(page)
    # Far below, it was not drawn four times.
    assert curve.get_attribute("d") == first
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = curve.get_attribute("d")
    assert printed != first
    handles(page, TOP).first.press("PageDown")
    curve.scroll_into_view_if_needed()
    last = "[...document.querySelectorAll('.its-aside .its-plot path.its-strong')].at(-1)"
    page.wait_for_function(f"old => {last}.getAttribute('d') !== old", arg=printed)

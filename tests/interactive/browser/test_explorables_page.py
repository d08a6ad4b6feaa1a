"""Explorables, predictions and drawing again in a real browser: by keyboard, on a phone, without a script, in print."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium, document
from inference_scaling.display import assets, line_plot
from inference_scaling.display.output import Output, rounded
from inference_scaling.interactive import explorable, replay
from inference_scaling.lessons.phenomena.replays import PROGRAMS_REPLAY
from inference_scaling.lessons.setup.replays import ANSWERS_REPLAY
from inference_scaling.lessons.theorem import explorables as of_theorem
from playwright.sync_api import expect

PARTS = ("setup", "theorem", "phenomena", "confusions", "reliability", "remedies")


@cache
def figures() -> dict[str, Output]:
    """Return all explorables by name: asking for one makes it, which the other workers of a run need not do."""
    modules = [import_module(f"inference_scaling.lessons.{part}.explorables") for part in PARTS]
    return {name: getattr(module, name) for module in modules for name in module.__all__}


def predictions() -> list[Output]:
    theorem = import_module("inference_scaling.lessons.theorem.predictions")
    return [theorem.T1, theorem.T5]


def shown() -> list[Output]:
    return [ANSWERS_REPLAY, PROGRAMS_REPLAY, *predictions(), *figures().values()]


def some() -> list[Output]:
    """What most tests look at: a page of all figures takes the browser a second to open."""
    return [
        ANSWERS_REPLAY,
        PROGRAMS_REPLAY,
        *predictions(),
        of_theorem.DIMINISHING_RETURNS,
        of_theorem.ROC_TO_BEST_OF_N,
    ]


def few() -> list[Output]:
    """One of each kind: axe looks at every element of a page, and needs its seconds."""
    return [ANSWERS_REPLAY, predictions()[1], of_theorem.ROC_TO_BEST_OF_N]


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("page")
    found = {}
    for theme in ("light", "dark"):
        for name, ones in ((theme, some()), (f"{theme}-whole", shown()), (f"{theme}-few", few())):
            file = folder / f"{name}.html"
            file.write_text(document(theme, ones), encoding="utf-8")
            found[name] = file.as_uri()
    return found


@pytest.fixture
def visit(browser, paths) -> Iterator:
    """Open the page; in the end nothing may have been thrown, logged as an error or asked of the network."""
    contexts, complaints = [], []

    def open_page(theme: str = "light", width: int = 1000, hash: str = "", before: str = "", **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: complaints.append(request.url) if request.url[:5] != "file:" else None)
        # The figure that follows a question, as a reader has it who asked to be shown.
        page.add_init_script("sessionStorage.setItem('its:shown:again', 'yes')")
        if before:
            page.add_init_script(before)
        page.goto(paths[theme] + hash)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def says(page, id: str) -> str:
    return page.locator(f"#{id} .its-says").inner_text()


def test_script_and_build_draw_the_same_picture(visit) -> None:
    page = visit()
    again, hundred = (rounded(one.payload()) for one in (ANSWERS_REPLAY, PROGRAMS_REPLAY))
    specs = [replay.spec(again, again["rest"]), replay.spec(hundred, hundred["rest"])]
    for one in figures().values():
        payload = rounded(one.payload())
        specs += explorable.specs(payload, {c["name"]: c["value"] for c in payload["controls"]})
    band = {"id": "b", "label": "b", "points": [[1, 0.1], [5e5, 0.3]], "band": [[1, 0, 0.2], [5e5, 0.2, 0.4]]}
    axis = {"label": 'a "<x>"', "min": 1, "max": 5e5, "log": True, "unit": "s"}
    wide = {"x": axis, "y": {"label": "y", "min": -0.25, "max": 1}, "series": [band, band], "title": "t"}
    for spec in [*specs, wide]:
        assert page.evaluate("s => ITS.plotSvg(s) + ITS.plotKey(s)", spec) == line_plot.figure(spec)


@pytest.mark.parametrize("width", [1000, 390])
def test_what_an_explorable_says_is_the_title_above_its_plot(visit, width: int) -> None:
    page = visit("light-whole", width=width)
    for one in figures().values():
        # A field is as wide as a number, not as the slider below it.
        widths = page.locator(f"#{one.id} .its-number").evaluate_all("all => all.map(one => one.offsetWidth)")
        assert all(60 < wide < 130 for wide in widths)
        said = page.locator(f"#{one.id} .its-says").bounding_box()
        plots = page.locator(f"#{one.id} svg.its-plot").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().top)"
        )
        assert plots and said["height"] > 0 and said["y"] + said["height"] <= min(plots) + page.evaluate("scrollY")


def test_script_and_library_say_the_same_of_many_states(visit) -> None:
    page = visit()
    draw = random.Random(3)
    for one in figures().values():
        payload = rounded(one.payload())
        states = []
        for _ in range(25):
            state = {control.name: control.draw(draw.random()) for control in one.controls}
            for group in one.ordered:
                state |= dict(zip(group, sorted(state[name] for name in group), strict=True))
            states.append(state)
        expected = [explorable.sentence(payload, explorable.environment(payload, state)) for state in states]
        ours = page.evaluate(
            "([p, states]) => states.map((s) => ITS.explore.sentence(p, ITS.explore.env(p, s)))", [payload, states]
        )
        assert ours == expected
        curves = explorable.specs(payload, states[0])[-1]["series"]
        drawn = page.evaluate(
            "([p, s]) => ITS.explore.spec(p, p.panels[p.panels.length - 1], ITS.explore.env(p, s)).series",
            [payload, states[0]],
        )
        for mine, theirs in zip(curves, drawn, strict=True):
            assert [y for _, y in theirs["points"]] == pytest.approx([y for _, y in mine["points"]], abs=1e-9)


# What the page computes for each state: quantities, and the first, a middle and the last place of each curve.
COMPUTED = """([payload, states]) => states.map((state) => {
  const env = ITS.explore.env(payload, state);
  const curves = payload.panels.map((panel) => panel.curves.map((curve) => {
    const xs = ITS.explore.xs(panel.x);
    if (curve.points) return [];
    return [xs[0], xs[Math.floor(xs.length / 3)], xs[xs.length - 1]]
      .map((x) => [x, ITS.explore.value(payload, curve, { ...env, [panel.variable]: x })]);
  }));
  return [env, curves];
})"""


def test_what_the_page_computes_is_what_the_library_computes(visit) -> None:
    page, draw, compared = visit(), random.Random(5), 0
    for one in figures().values():
        states = [{control.name: control.value for control in one.controls}]
        states += [{control.name: control.draw(draw.random()) for control in one.controls} for _ in range(6)]
        for state in states:
            for group in one.ordered:
                state |= dict(zip(group, sorted(state[name] for name in group), strict=True))
        errors = {grid.name: grid for grid in one.grids}

        def near(exact: float, grid: str | None, one=one, errors=errors):
            if grid is None:
                return pytest.approx(exact, rel=one.tolerance, abs=one.tolerance)
            return pytest.approx(exact, abs=errors[grid].error * (abs(exact) if errors[grid].relative else 1))

        told = page.evaluate(COMPUTED, [rounded(one.payload()), states])
        for state, (env, curves) in zip(states, told, strict=True):
            for made in (made for made in one.derived if made.reference):
                assert env[made.name] == near(float(made.reference(**state)), made.grid), (one.id, made.name, state)
                compared += 1
            for panel, drawn in zip(one.panels, curves, strict=True):
                for curve, places in zip(panel.curves, drawn, strict=True):
                    for x, y in places if curve.reference else ():
                        exact = float(curve.reference(**state, **{panel.variable: x}))
                        assert y == near(exact, curve.grid), (one.id, curve.id, state, x)
                        compared += 1
    assert compared > 700


@pytest.mark.parametrize(("shown", "pool"), [(ANSWERS_REPLAY, 0), (PROGRAMS_REPLAY, 3)], ids=["again", "hundred"])
def test_link_reproduces_a_state_and_its_sentence(visit, shown, pool: int) -> None:
    page = visit()
    payload = rounded(shown.payload())
    for rule in payload["rules"]:
        for k in (1, payload["stops"][4], payload["size"]):
            page.evaluate(f"location.hash = 'its={shown.id}&v=1&q={pool}&k={k}&rule={rule['pick']}&draw=5'")
            expected = replay.sentence(payload, {"pool": pool, "k": k, "rule": rule["pick"]})
            page.wait_for_function(
                "([id, text]) => document.querySelector(`#${id} .its-says`).textContent === text",
                arg=[shown.id, expected],
            )
            assert page.locator(f"#{shown.id} .its-drawn").count() == k
            assert page.locator(f"#{shown.id} .its-picked").count() == 1
    first = page.locator(f"#{shown.id} .its-tiles").inner_html()
    assert visit(hash=page.evaluate("location.hash")).locator(f"#{shown.id} .its-tiles").inner_html() == first


@pytest.mark.parametrize(
    ("hash", "id", "reason"),
    [
        ("#its=ask-again&v=1&k=17", "ask-again", "“k” cannot be “17”"),
        ("#its=ask-again&v=1&q=99", "ask-again", "“q” cannot be “99”"),
        ("#its=ask-again&v=1&rule=%3Cimg%20src=x%3E", "ask-again", "“rule” cannot be"),
        ("#its=ask-again&v=0&k=8", "ask-again", "another version"),
        ("#its=diminishing-returns&v=1&p=nonsense", "diminishing-returns", "“p” cannot be “nonsense”"),
        ("#its=diminishing-returns&v=1&p=0.99", "diminishing-returns", "“p” cannot be “0.99”"),
        ("#its=diminishing-returns&v=1&k=2.5", "diminishing-returns", "“k” cannot be “2.5”"),
        ("#its=roc-to-best-of-n&v=1&t1=0.9", "roc-to-best-of-n", "do not rise in order"),
    ],
)
def test_nonsense_in_a_link_falls_back_and_says_so(visit, hash: str, id: str, reason: str) -> None:
    page = visit(hash=hash)
    message = page.locator(f"#{id} .its-message").inner_text()
    assert reason in message and "This is the figure at rest." in message
    rest = next(one for one in shown() if getattr(one, "id", "") == id)
    payload = rounded(rest.payload())
    expected = replay.sentence(payload, payload["rest"]) if rest.kind == "ask" else rest.finding
    assert says(page, id) == expected


def test_drawing_again_works_by_keyboard_alone(visit) -> None:
    page = visit()
    page.get_by_role("slider", name="k, tries").focus()
    page.keyboard.press("ArrowRight")
    assert says(page, "ask-again").startswith("32 tries, vote: right less than 1 time in 100.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "All 64 tries" in says(page, "ask-again")
    # The last step keeps the keyboard's place.
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "More tries"
    before = page.locator("#ask-again .its-tiles").inner_html()
    page.get_by_label("the model’s own confidence").first.focus()
    page.keyboard.press("ArrowDown")
    assert "perfect checker" in says(page, "ask-again")
    page.locator("#ask-again").get_by_role("button", name="Fewer tries").press("Enter")
    page.locator("#ask-again").get_by_role("button", name="Draw again").press("Enter")
    assert page.locator("#ask-again .its-tiles").inner_html() != before
    page.wait_for_function("location.hash.includes('draw=2')")
    assert page.locator("#ask-again .its-tile[tabindex]").count() == 0


def test_live_region_speaks_once_after_the_control_rests(visit) -> None:
    page = visit()
    slider = page.locator("#ask-again").get_by_role("slider")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    live = page.locator("#ask-again > .its-live")
    assert live.inner_text() == ""
    page.wait_for_function("document.querySelector('#ask-again > .its-live').textContent !== ''")
    assert live.inner_text() == says(page, "ask-again")


def test_sliders_and_number_fields_move_together_and_refuse_nonsense(visit) -> None:
    page = visit()
    figure = page.locator("#diminishing-returns")
    field = figure.get_by_label("k, samples, as a number")
    field.fill("128")
    field.press("Enter")
    assert "sample 128 adds" in says(page, "diminishing-returns")
    figure.get_by_role("slider", name="k, samples").press("Home")
    assert field.input_value() == "1"
    field.fill("5000")
    field.press("Enter")
    assert "A whole number from 1 to 1,000, please." in figure.inner_text()
    assert "sample 1 adds" in says(page, "diminishing-returns")
    figure.get_by_role("button", name="Back to the start").click()
    assert says(page, "diminishing-returns") == of_theorem.DIMINISHING_RETURNS.finding


def test_a_number_field_takes_a_decimal_comma_and_an_expression(visit) -> None:
    page = visit()
    figure = page.locator("#roc-to-best-of-n")
    field = figure.get_by_label("above the top 5 %, as a number")
    for typed, value in (("0,3", "0.3"), ("1 - 0,75", "0.25"), ("1/5", "0.2")):
        field.fill(typed)
        field.press("Enter")
        assert figure.get_by_role("slider", name="above the top 5 %", exact=True).input_value() == value, typed
        assert figure.locator(".its-remark:visible").count() == 0
    field.fill("much")
    field.press("Enter")
    assert "not a number that can be read" in figure.locator(".its-remark:visible").inner_text()


def test_values_that_must_rise_push_each_other(visit) -> None:
    page = visit()
    page.locator("#roc-to-best-of-n").get_by_label("above the top 5 %, as a number").fill("0.9")
    page.keyboard.press("Enter")
    fields = page.locator("#roc-to-best-of-n input.its-number")
    assert [fields.nth(i).input_value() for i in range(2, 6)] == ["0.005", "0.9", "0.9", "0.95"]


def test_prediction_replies_stays_and_is_erased(visit) -> None:
    page = visit()
    host = page.locator("#prediction-T1")
    payload = predictions()[0].payload()
    assert not host.locator(".its-replies").is_visible()
    host.get_by_role("button", name=payload["choices"][0]["text"]).press("Enter")
    said = host.locator(".its-said").inner_text()
    assert "Not so" in said and payload["choices"][0]["reply"] in said and payload["truth"] in said
    assert f"You said: {payload['choices'][0]['text']}" in said
    page.reload()
    assert payload["choices"][0]["reply"] in host.locator(".its-said").inner_text()
    host.get_by_role("button", name="Answer again").click()
    assert host.locator(".its-said").inner_text() == ""
    host.get_by_role("button", name=payload["choices"][2]["text"]).click()
    assert "As it is" in host.locator(".its-said").inner_text()
    page.locator("#ask-again").get_by_role("button", name="Less often").click()
    host.get_by_role("button", name="Erase all my predictions").click()
    page.reload()
    assert "".join(page.locator(".its-said").all_inner_texts()) == ""
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('its:'))") == []


def test_show_me_answers_without_an_answer(visit) -> None:
    page = visit()
    host = page.locator("#prediction-T1")
    host.get_by_text("Show me").click()
    # A browser reports that something was opened a moment later than it opens it.
    expect(host.locator(".its-truth")).to_be_visible()
    expect(host.locator(".its-replies")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_dot_has_a_number_field_and_the_belief_s_own_reply(visit) -> None:
    page = visit()
    host, payload = page.locator("#prediction-T5"), predictions()[1].payload()
    field = host.get_by_role("textbox")
    host.get_by_role("slider").press("End")
    assert field.input_value() == "100"
    field.fill("98")
    host.get_by_role("button", name="That is my guess").click()
    said = host.locator(".its-said").inner_text()
    assert payload["beliefs"][1]["reply"] in said and "You said: 98 independent programs" in said
    assert host.locator(".its-mark").count() == 2
    field.fill("")
    field.press_sequentially("2,5")
    field.press("Enter")
    assert "You said: 2.5" in host.locator(".its-said").inner_text()
    field.fill(str(payload["number"]["value"]))
    field.press("Enter")
    assert "As it is" in host.locator(".its-said").inner_text()
    field.fill("700")
    field.press("Enter")
    assert "A number from 1 to 100, please." in host.inner_text()


def test_everything_works_without_storage(visit) -> None:
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } })"
    page = visit(before=forbid)
    page.locator("#ask-again").get_by_role("button", name="As often").click()
    assert "You said: As often" in page.locator("#ask-again .its-said").inner_text()
    page.wait_for_function("location.hash.includes('bet=1')")


def test_bet_in_a_link_is_told(visit) -> None:
    page = visit(hash="#its=ask-again&v=1&q=0&k=16&rule=vote&draw=1&bet=2")
    assert "The bet in this link: less often." in page.locator("#ask-again .its-message").inner_text()


def test_without_a_script_all_content_is_there(visit) -> None:
    page = visit("light-whole", java_script_enabled=False)
    for one in shown():
        assert one.finding in page.content().replace("&amp;", "&")
    assert page.locator("svg.its-plot").count() >= 8
    assert page.locator(".its-tile").count() == 164
    assert page.locator("main button, main input").count() == 0
    first = page.locator("#prediction-T1 .its-reply").first
    first.locator("summary").click()
    assert first.locator("p").is_visible()


@pytest.mark.parametrize("width", [360, 1000])
def test_nothing_overflows_and_targets_are_large(visit, width: int) -> None:
    page = visit("dark-whole", width)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main label, main summary, main input:not([type=radio])')]"
        ".filter((one) => one.offsetHeight && one.getBoundingClientRect().height < 24).map((one) => one.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize(("theme", "width"), [("light-few", 360), ("dark-few", 1000)])
def test_no_violation_of_any_severity(visit, theme: str, width: int) -> None:
    page = visit(theme, width, reduced_motion="reduce")
    page.locator("#ask-again").get_by_role("button", name="As often").click()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []


def test_controls_have_names_and_pictures_their_sentence(visit) -> None:
    tree = visit().locator("main").aria_snapshot()
    for part in ('slider "k, tries"', 'radio "vote"', 'button "Draw again"', 'textbox "k, samples, as a number"'):
        assert part in tree
    assert 'img "Which is larger, 17 or 71?' in tree
    assert 'group "Take"' in tree and 'button ""' not in tree


def test_print_is_expanded_and_has_no_controls(visit) -> None:
    page = visit()
    page.emulate_media(media="print")
    host = page.locator("#prediction-T1")
    assert host.locator(".its-truth").is_visible()
    assert all(host.locator(".its-reply p").nth(i).is_visible() for i in range(3))
    assert page.locator("#ask-again .its-data table").is_visible()
    assert not page.locator("main button").first.is_visible() and not page.locator("main input").first.is_visible()
    assert page.locator("#diminishing-returns .its-settings").is_visible()


# Keys and drags of all handles, sent on the page itself: a round trip for each would take the browser a minute.
TRY_ALL = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const told = [];
  for (const knob of document.querySelectorAll(".its-hand")) {
    const host = knob.closest("its-explorable"), label = `${host.id}: ${knob.getAttribute("aria-label")}`;
    const settings = () => host.querySelector(".its-settings").textContent;
    const back = [...host.querySelectorAll("button")].find((one) => one.textContent === "Back to the start");
    const rest = settings();
    const keyed = ["ArrowUp", "ArrowDown", "ArrowDown"].some((key) => {
      knob.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      return settings() !== rest;
    });
    back.click();
    knob.scrollIntoView({ block: "center" });
    const box = knob.parentElement.getBoundingClientRect(), at = knob.getBoundingClientRect();
    const from = at.x + at.width / 2, two = [box.x + box.width * 0.35, box.x + box.width * 0.65];
    const to = Math.abs(two[0] - from) > Math.abs(two[1] - from) ? two[0] : two[1];
    const send = (type, clientX, clientY) =>
      knob.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX, clientY, bubbles: true }));
    send("pointerdown", from, at.y + at.height / 2);
    send("pointermove", to, box.y + box.height * 0.45);
    await frame();
    send("pointerup", to, box.y + box.height * 0.45);
    told.push([label, keyed, settings() !== rest, knob.parentElement.querySelectorAll(".its-held").length]);
    back.click();
  }
  return told;
}""".replace("; const send", ";\n    const send")


def test_every_handle_of_every_explorable_moves_its_figure_by_key_and_by_drag(visit) -> None:
    told = visit("light-whole").evaluate(TRY_ALL)
    assert len(told) >= 30
    assert [one for one in told if one[1:] != [True, True, 0]] == []


def test_any_explorable_takes_foreign_huge_and_broken_addresses_without_a_word_in_the_console(visit) -> None:
    page = visit("light-whole", width=280)
    # All fit the narrowest window.
    assert page.evaluate("document.documentElement.scrollWidth") <= 280
    said = "() => [...document.querySelectorAll('its-explorable .its-says')].map((one) => one.textContent)"
    before = page.evaluate(said)
    states = ["", "&v=1&p=%", "&v=1&p=NaN&k=Infinity", "&v=9", f"&v=1&k={'9' * 30_000}", "&v=1&k=1e999&p=-0&q=[]"]
    hashes = [f"its={one.id}{state}" for one in figures().values() for state in states]
    hashes.append("%E0%A4%A&its=constructor&v=1&__proto__=1")
    follow = "location.hash = hash; dispatchEvent(new HashChangeEvent('hashchange'));"
    page.evaluate(f"all => {{ for (const hash of all) {{ {follow} }} }}", hashes)
    page.wait_for_timeout(50)
    assert page.evaluate(said) == before


def test_nothing_moves_by_itself() -> None:
    # What waits for the script is drawn in no state between hidden and shown.
    style = assets.style()
    for waiting in ("animation: its-wait 4s step-end;", "animation: its-alone 4s step-end;"):
        assert waiting in style
        style = style.replace(waiting, "", 1)
    # The ten-minute page's picture follows the reader's own scrolling, and jumps for those who ask for less motion.
    for rule in (
        "transition: transform 0.7s cubic-bezier(0.4, 0, 0.2, 1), opacity 0.5s;",
        "@media (prefers-reduced-motion: reduce) { .its-part { transition: none; } }",
    ):
        assert rule in style
        style = style.replace(rule, "", 1)
    assert "animation" not in style and "transition" not in style

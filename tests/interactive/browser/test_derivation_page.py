"""Derivations in a real browser, network blocked: stepper, typed lines, sliders, without a script, in print."""

from __future__ import annotations

import json

import mpmath
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from inference_scaling.display import assets
from inference_scaling.display.output import rounded
from inference_scaling.interactive.derivation import check, to_html
from inference_scaling.interactive.derivation.expressions import PRECISE, evaluate
from inference_scaling.interactive.derivation.expressions import names as names_of
from inference_scaling.interactive.derivation.expressions import size as tree_size
from inference_scaling.interactive.derivation.page import plot_spec
from inference_scaling.site.derivations import derivations

ID = "#derivation-diminishing-returns"


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module", autouse=True)
def _pages_only():
    # That every step holds is tested elsewhere; here the check's half minute would be spent twice.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            check, "established", lambda one: tuple(check.Established("checked elsewhere") for _ in one.steps)
        )
        yield


@pytest.fixture(scope="module")
def payloads():
    return {one.id: rounded(one.payload()) for one in derivations()}


@pytest.fixture(scope="module")
def files(tmp_path_factory, payloads):
    folder = tmp_path_factory.mktemp("page")
    # A page of all derivations takes the browser a second to open and as long for every line that moves on it.
    one, whole = to_html(payloads[ID.removeprefix("#derivation-")]), "".join(map(to_html, payloads.values()))
    for theme, name, shown in (("light", "light", one), ("dark", "dark", one), ("light", "whole", whole)):
        (folder / f"{name}.html").write_text(
            f"<!doctype html><html lang=en data-theme={theme}><head><meta charset=utf-8><title>Derivations</title>"
            f'<meta name=viewport content="width=device-width"><style>{assets.style()} '
            "body{background:var(--its-paper);color:var(--its-ink);font-family:sans-serif;margin:8px}</style></head>"
            f"<body><main><h1>Derivations</h1>{shown}</main><script>{assets.script()}</script></body></html>",
            encoding="utf-8",
        )
    return folder


@pytest.fixture
def opened(browser, files):
    contexts, errors = [], []

    def make(name="light", **options):
        context = browser.new_context(viewport={"width": 360, "height": 800}, **options)
        context.route("http*://**", lambda route: route.abort())
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: errors.append(request.url) if request.url.startswith("http") else None)
        page.goto((files / f"{name}.html").as_uri())
        return page

    yield make
    assert errors == []
    for context in contexts:
        context.close()


def to_line(page, number):
    for _ in range(number - 2):
        page.locator(ID).get_by_role("button", name="Next line").click()
    return page.locator(f"{ID} .its-try:visible")


def shown_lines(host):
    return int(host.locator(".its-count").inner_text().split()[0])


def verdict(page, form, text):
    host = page.locator(f"#{form.evaluate('form => form.parentElement.closest(`its-derivation`).id')}")
    before = shown_lines(host)
    form.locator("input").fill(text)
    form.locator("input").press("Enter")
    if shown_lines(host) == before:
        return form.locator(".its-verdict").inner_text()
    # A right line goes on by itself; back to where the next one of this test is typed.
    said = host.locator("[data-state=open] > .its-verdict:visible").last.inner_text()
    host.get_by_role("button", name="Hide last line").click()
    return said


def test_typed_lines_get_their_verdicts(opened):
    page = opened()
    form = to_line(page, 4)
    for text, said in [
        ("p(1-p)^(k-1)", "Right."),
        ("C(k) - C(k-1) = p (1−p)**(k−1)", "Right."),
        (r"C(k)-C(k-1) = p\left(1-p\right)^{k-1}", "Right."),
        ("P(1-P)ᵏ⁻¹", "Right."),
        ("np.exp((k-1)*np.log1p(-p))*p", "simplify further"),
        ("p(1-p)^k/(1-p)", "simplify further"),
        ("(1-p)^(k-1) - (1-p)(1-p)^(k-1)", "as long as the line before"),
        ("(1-p)^(k-1) - (1-p)^k", "that is the line above again"),
        ("-(1-p)^k + exp(0) (1-p)^(k-1)", "simplify further"),
        ("-ln(1-p)(1-p)^k", "This is the slope of the curve"),
        ("p(1-p)^k", "the gain of the next sample"),
        ("p(1-p)^(k+2)", "Wrong: at p = 0.05, k = 64 yours is 0.001693"),
        ("ln(-p)", "no value"),
        ("0,5p", "write decimals with a point"),
        ("p(1-p", "the bracket at character 2 is not closed"),
        ("p(1-p)^(k-1))", "never opened"),
        ("z+1", "“z” is not known here; write with p, k, h. Write 2x, x(1-x) or 2*x"),
        ("", "the line is empty"),
        ("(" * 150, "40 levels"),
        ("p+" * 150 + "p", "at most 200 characters"),
    ]:
        assert said in verdict(page, form, text), (text, verdict(page, form, text))


TEXT = """const text = (t) => typeof t === "number" ? `(${t})` : typeof t === "string" ? t
  : "+*/^".includes(t[0]) ? `(${t.slice(1).map(text).join(t[0])})` : `${t[0]}(${t.slice(1).map(text).join(",")})`;"""


def test_the_line_above_typed_again_is_no_progress(opened):
    found = opened("whole").evaluate(
        """() => { """
        + TEXT
        + """
          const kinds = [];
          for (const host of document.querySelectorAll("its-derivation")) {
            const payload = JSON.parse(host.querySelector("script").textContent);
            payload.steps.forEach((step, i) => {
              if ((step.mistakes || []).length < 2) return;
              for (const tree of [i ? payload.steps[i - 1].tree : null, step.left]) {
                if (!tree || JSON.stringify(tree) === JSON.stringify(step.tree) || text(tree).length > 200) continue;
                const verdict = ITS.judgeLine(text(tree), payload, i, null);
                if (!JSON.stringify(tree).match(/"(sum|integral)"/)) kinds.push([verdict.kind, payload.id, i + 1]);
              }
            });
          }
          return kinds;
        }"""
    )
    assert not [one for one in found if one[0] not in ("above", "wrong", "mistake")]
    assert sum(one[0] == "above" for one in found) >= 10


@pytest.mark.parametrize(
    ("name", "index", "text", "said"),
    [
        ("small-chances", 1, "1 - e^(k ln(1-p))", "Right."),
        ("small-chances", 1, "1 - exp(-k ln(1/(1-p)))", "Right."),
        ("small-chances", 1, "-(1-p)^k + 1", "the line above again"),
        ("small-chances", 1, "1 - exp(ln((1-p)^k))", "not yet an exponential of a logarithm alone"),
        ("best-of-n-any-roc", 3, "p^2 + 2p(1-p)v", "Right."),
        ("best-of-n-any-roc", 3, "p + p(1-p)(2v-1)", "Right."),
        ("best-of-n-any-roc", 3, "p^2 + 2p(1-p)v l/l", "the slope l is still in it"),
        ("best-of-n-any-roc", 3, "v(1-(1-p)^2)", "forgets that both may be right"),
        ("best-of-n", 2, "2p(1-p) l/(l+1) + p^2", "Right."),
    ],
)
def test_a_right_line_is_told_whether_it_has_the_authors_form(opened, payloads, name, index, text, said):
    verdict = opened().evaluate("([t, p, i]) => ITS.judgeLine(t, p, i, null)", [text, payloads[name], index])
    assert said in verdict["says"]


def test_script_and_build_count_and_name_alike(opened, payloads):
    trees = [step["tree"] for payload in payloads.values() for step in payload["steps"]]
    theirs = opened().evaluate(
        "(t) => t.map((one) => [ITS.expr.size(one), [...new Set(ITS.expr.names(one))].sort()])", trees
    )
    assert [(size, set(names)) for size, names in theirs] == [(tree_size(one), names_of(one)) for one in trees]


def test_an_empty_field_says_what_may_be_written(opened):
    page = opened()
    form = to_line(page, 4)
    described = form.locator("input").get_attribute("aria-describedby").split()
    assert "LaTeX such as" in page.locator(f"#{described[0]}").inner_text()
    form.locator("input").fill("p")
    assert "LaTeX" not in form.locator(".its-preview").inner_text()


def test_reading_is_shown_while_typing(opened):
    page = opened()
    form = to_line(page, 4)
    form.locator("input").press_sequentially("kp^2/3")
    assert form.locator(".its-preview math mfrac").count() == 1
    form.locator("input").press_sequentially("+")
    assert "the line ends too early" in form.locator(".its-preview").inner_text()


def test_typed_line_is_offered_only_with_two_mistakes(opened, payloads):
    page = opened("whole")
    for payload in payloads.values():
        wanted = sum(len(step.get("mistakes", ())) >= 2 and bool(step["question"]) for step in payload["steps"])
        assert page.locator(f"#derivation-{payload['id']} .its-try").count() == wanted


def test_every_answer_is_right_and_every_named_mistake_is_named(opened):
    page = opened("whole")
    found = page.evaluate(
        """() => { """
        + TEXT
        + """
          const wrong = []; let count = 0, slowest = 0;
          for (const host of document.querySelectorAll("its-derivation")) {
            const payload = JSON.parse(host.querySelector("script").textContent);
            payload.steps.forEach((step, i) => {
              if ((step.mistakes || []).length < 2) return;
              for (const [tree, kind] of [[step.tree, "right"], ...step.mistakes.map((m) => [m.tree, m.says])]) {
                const from = performance.now();
                const verdict = ITS.judgeLine(text(tree), payload, i, null);
                slowest = Math.max(slowest, performance.now() - from);
                count += 1;
                if (verdict.kind !== kind && !verdict.says.includes(kind))
                  wrong.push([payload.id, i + 1, text(tree), verdict.says]);
              }
            });
          }
          return { wrong, count, slowest };
        }"""
    )
    assert found["wrong"] == []
    assert found["count"] > 60


def test_sums_and_integrals_have_the_values_of_mpmath(opened):
    trees = [
        ["sum", ["*", ["binomial", "k", "i"], ["^", "p", "i"]], "i", 0, "k"],
        ["integral", ["^", "u", ["+", "k", ["*", -1, "p"]]], "u", 0, 1],
        ["integral", ["^", "u", ["*", -1, "p"]], "u", 0, 1],
    ]
    point = {"p": 0.3, "k": 7.0}
    ours = opened().evaluate("([t, at]) => t.map((one) => ITS.expr.evaluate(one, at))", [trees, point])
    exact = [float(evaluate(tree, {name: mpmath.mpf(x) for name, x in point.items()}, PRECISE)) for tree in trees]
    assert ours == pytest.approx(exact, rel=1e-8)


def test_keyboard_alone_opens_tries_and_moves(opened):
    page = opened()
    host = page.locator(ID)
    host.get_by_role("button", name="Next line").focus()
    for _ in range(2):
        page.keyboard.press("Enter")
    assert host.locator(".its-count").inner_text() == "3 of 6 lines"
    host.get_by_label("I’ll try").locator("visible=true").focus()
    page.keyboard.type("p(1-p)^(k-1)")
    page.keyboard.press("Enter")
    assert host.locator(".its-verdict:visible").inner_text().endswith("Right.")
    assert host.locator(".its-count").inner_text() == "4 of 6 lines"
    page.wait_for_function(
        f"document.querySelector('{ID} .its-live').textContent.startsWith('Right. Next, line 5 of 6.')"
    )
    slider = host.get_by_role("slider").first
    before = host.locator(".its-values:visible").first.inner_text()
    curve = host.locator(".its-plot").inner_html()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert host.locator(".its-values:visible").first.inner_text() != before
    assert host.locator(".its-plot").inner_html() != curve
    host.get_by_role("button", name="Show all lines").focus()
    page.keyboard.press("Enter")
    assert host.locator(".its-count").inner_text() == "6 of 6 lines"
    # The place is not lost, and one more Enter folds nothing.
    assert host.locator(".its-step > .its-line").last.evaluate("line => line === document.activeElement")
    page.keyboard.press("Enter")
    assert host.locator(".its-count").inner_text() == "6 of 6 lines"


def asks(payload):
    """Return for each line whether the page asks for it to be typed."""
    return [len(step.get("mistakes") or []) >= 2 and bool(step["question"]) for step in payload["steps"]]


def type_line(page, host, payload, index):
    """Type the author's own line and go on: by itself where it is right, by hand where it could be shorter."""
    text = page.evaluate(f"(tree) => {{ {TEXT} return text(tree); }}", payload["steps"][index]["tree"])
    host.locator(".its-try:visible input").fill(text)
    page.keyboard.press("Enter")
    if shown_lines(host) == index + 1:
        return True
    host.get_by_role("button", name="Next line").click()
    return False


def test_right_lines_lead_to_the_end_and_enter_never_folds_what_was_read(opened, payloads):
    page = opened("whole")
    ends = [payload for payload in payloads.values() if asks(payload)[-1]][:3]
    assert ends
    for payload in ends:
        host, lines = page.locator(f"#derivation-{payload['id']}"), len(payload["steps"])
        for index in range(1, lines):
            if asks(payload)[index]:
                type_line(page, host, payload, index)
            else:
                host.get_by_role("button", name="Next line").click()
            assert shown_lines(host) == index + 1
        page.keyboard.press("Enter")
        assert shown_lines(host) == lines, payload["id"]
        assert host.locator(".its-step > .its-line").last.evaluate("line => line === document.activeElement")


def test_the_next_box_has_the_keyboard_after_a_right_line(opened, payloads):
    page = opened("whole")
    found = 0
    for payload in payloads.values():
        host = page.locator(f"#derivation-{payload['id']}")
        index = next((i for i in range(1, len(asks(payload)) - 1) if all(asks(payload)[i : i + 2])), None)
        if index is None:
            continue
        for _ in range(index - shown_lines(host)):
            host.get_by_role("button", name="Next line").click()
        if type_line(page, host, payload, index):
            found += 1
            assert host.locator(".its-try:visible input").evaluate("one => one === document.activeElement")
            assert host.locator("[data-state=open] > .its-verdict:visible").last.inner_text().endswith("Right.")
    assert found


def test_state_survives_a_reload(opened):
    page = opened()
    form = to_line(page, 4)
    verdict(page, form, "p+1")
    page.reload()
    assert page.locator(f"{ID} .its-count").inner_text() == "3 of 6 lines"
    assert page.locator(f"{ID} .its-try:visible input").input_value() == "p+1"


@pytest.mark.parametrize("name", ["whole", "dark"])
def test_no_violation_no_sideways_scroll_and_every_control_has_a_name(opened, name):
    page = opened(name, reduced_motion="reduce")
    for host in page.locator("its-derivation").all():
        host.get_by_role("button", name="Next line").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    results = Axe().run(page, context="main")
    assert results.violations_count == 0, json.dumps(
        [(one["id"], one["nodes"][0]["html"][:200]) for one in results.response["violations"]]
    )
    snapshot = page.locator(ID).aria_snapshot()
    assert (
        'slider "chance that one sample is right p = 0.05"' in snapshot or 'slider "chance that one sample' in snapshot
    )
    assert 'button "Next line"' in snapshot
    assert "img" in snapshot
    for host in page.locator("its-derivation").all():
        host.get_by_role("button", name="Show all lines").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    stops = page.evaluate(
        "[...document.querySelectorAll('.its-scroll:not([hidden] *)')]"
        ".filter((box) => (box.tabIndex === 0) !== (box.scrollWidth > box.clientWidth)).length"
    )
    assert stops == 0


def test_all_lines_stand_without_a_script_and_on_paper(opened, payloads):
    count = sum(len(payload["steps"]) for payload in payloads.values())
    page = opened("whole", java_script_enabled=False)
    assert page.locator(".its-line").locator("visible=true").count() >= count
    assert page.locator(".its-plot").first.is_visible()
    page = opened("whole")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("li .its-line").locator("visible=true").count() == count
    assert page.locator(".its-controls").locator("visible=true").count() == 0
    assert page.locator(".its-try").locator("visible=true").count() == 0


def test_script_and_build_draw_the_same_curves(opened, payloads):
    page = opened()
    for payload in (one for one in payloads.values() if one["plot"]):
        ours = plot_spec(payload)
        point = {one["name"]: one["start"] for one in payload["symbols"] if one["start"] is not None}
        theirs = page.evaluate("([payload, point]) => ITS.derivationPlot(payload, point)", [payload, point])
        assert [one["label"] for one in theirs["series"]] == [one["label"] for one in ours["series"]]
        assert theirs["title"] == ours["title"]
        for a, b in zip(theirs["series"], ours["series"], strict=True):
            for (x, y), (u, v) in zip(a["points"], b["points"], strict=True):
                assert x == pytest.approx(u)
                assert v is not None
                assert y == pytest.approx(v, rel=1e-6), (payload["id"], a["label"], x)


def test_form_for_a_notebook_steps_too(browser, tmp_path):
    shown = next(iter(derivations()))
    path = tmp_path / "lab.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{shown.lab_html()}", encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.get_by_role("button", name="Next line").click()
    assert page.locator(".its-count").inner_text().startswith("2 of")
    page.close()

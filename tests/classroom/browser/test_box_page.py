"""The number box in a real browser: the notebook's replies, by keyboard, without a script, in print."""

from __future__ import annotations

import pytest
from browsing import chromium
from inference_scaling.answers.judge import judge
from inference_scaling.answers.task import BOOK, Number, parameters
from inference_scaling.classroom import box
from inference_scaling.display import assets
from inference_scaling.display.output import rounded, to_html
from inference_scaling.lessons import registry

BOXES = [
    task
    for part in registry.parts()
    for task in (*registry.part(part), *registry.questions(part))
    if isinstance(task.answer_type, Number)
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    boxes = "".join(to_html("box", rounded(box(task.id).payload())) for task in BOXES)
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(
        f"<!doctype html><html lang=en data-theme=light><head><meta charset=utf-8><title>Boxes</title>"
        f"<style>{assets.style()}</style></head><body><main>{boxes}</main><script>{assets.script()}</script></body></html>",
        encoding="utf-8",
    )
    return file.as_uri()


@pytest.fixture
def page(browser, path):
    context = browser.new_context(viewport={"width": 360, "height": 800})
    one = context.new_page()
    errors = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(path)
    yield one
    assert errors == []
    context.close()


def field(page, task_id):
    return page.locator(f"#box-field-{task_id}")


def reply(page, task_id):
    return page.locator(f'[data-task="{task_id}"] .its-box__reply')


def test_every_box_replies_as_the_notebook_does(page):
    for task in BOXES:
        values = parameters(task)
        right = float(task.reference(**values))
        width = task.answer_type.width(right)
        numbers = [right, right + 0.9 * width, right + 3 * width, right * 1.37, right + 0.5, -3.0, 1e9]
        numbers += [float(one.wrong_answer(**values)) for one in task.misconceptions]
        for number in numbers:
            wanted = judge(task, BOOK, {"number": number})
            field(page, task.id).fill(repr(number))
            field(page, task.id).press("Enter")
            shown = reply(page, task.id).inner_text()
            assert wanted.verdict in shown.lower(), (task.id, number, shown)
            # Numbers as JavaScript writes them may differ in the exponent; sentences may not.
            said = (
                wanted.says
                if wanted.verdict == "right" or wanted.misconception
                else wanted.says.split(". ")[-1].split(" is ")[-1]
            )
            assert said in shown, (task.id, number, shown)


def test_hints_open_one_by_one_and_the_answer_only_after_both(page):
    host = page.locator('[data-task="T-1"]')
    for tries, typed in enumerate(["10", "10", "12", "13"]):
        field(page, "T-1").fill(typed)
        host.get_by_role("button", name="Check").click()
        assert host.locator("details[open]").count() == [1, 1, 2, 2][tries]
        assert host.get_by_role("button", name="Show the answer").count() == (tries >= 2)
    host.get_by_role("button", name="Show the answer").click()
    assert "The answer is 11" in reply(page, "T-1").inner_text()


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "type a number"),
        ("1,000", "Write 1000 or 1.000"),
        ("ln(0)", "no finite value"),
        ("ln(0.1", "the bracket at character 3 is not closed"),
        ("k", "“k” is not known here."),
        ("50 %", "without a percent sign"),
        ("eleven", "not a number"),
        ("22/2", "0.9141"),
        ("−3", "at least 1"),
        ("1e999", "not a number"),
        ("<b>1</b>", "not a number"),
    ],
)
def test_what_is_no_number_gets_a_reply(page, typed, part):
    field(page, "T-1").fill(typed)
    field(page, "T-1").press("Enter")
    assert part in reply(page, "T-1").inner_text()


@pytest.mark.parametrize("typed", ["11", "11,0", "11.0", " +11 ", "22/2", "ceil", "11 ln(0,1)/ln(0.1)", "C(11,1)"])
def test_a_number_may_be_typed_with_a_comma_or_as_an_expression(page, typed):
    field(page, "T-1").fill(typed)
    field(page, "T-1").press("Enter")
    assert ("Right" in reply(page, "T-1").inner_text()) == (typed != "ceil"), reply(page, "T-1").inner_text()


def test_the_formula_s_own_value_is_told_to_be_no_whole_number(page):
    field(page, "T-1").press_sequentially("ln(0.1)/ln(0,8)")
    field(page, "T-1").press("Enter")
    assert "This is 10.3189." in reply(page, "T-1").inner_text()


def test_the_answer_stands_nowhere_in_the_page(page):
    text = page.locator('[data-task="S-2"]').evaluate("host => host.outerHTML")
    assert "0.642" not in text and "with replacement" not in text


def test_it_fits_a_phone_and_its_targets_can_be_hit(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = page.locator("its-box button, its-box input, its-box summary").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 24


def test_without_a_script_question_and_hints_are_there(browser, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path)
    host = page.locator('[data-task="T-1"]')
    assert "How many samples at least" in host.inner_text()
    assert host.locator("summary").count() == 2
    assert host.locator("input").count() == 0
    context.close()


def test_in_print_hints_are_open(page):
    page.emulate_media(media="print")
    hint = page.locator('[data-task="T-1"] details p').first
    assert hint.is_visible()
    assert not field(page, "T-1").is_visible()


def test_axe_finds_nothing_in_light_and_dark(page):
    from axe_playwright_python.sync_playwright import Axe

    for typed, theme in (("10", "light"), ("11", "dark")):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        page.add_style_tag(content="body { background: var(--its-paper); color: var(--its-ink); }")
        field(page, "T-1").fill(typed)
        field(page, "T-1").press("Enter")
        found = Axe().run(page, options={"rules": {"page-has-heading-one": {"enabled": False}}})
        assert found.violations_count == 0, found.generate_report()

"""The number box in a real browser: the notebook's replies, by keyboard, without a script, in print."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from browsing import chromium
from inference_scaling.answers.judge import judge
from inference_scaling.answers.task import BOOK, Number, parameters
from inference_scaling.classroom import box
from inference_scaling.display import assets
from inference_scaling.display.output import rounded, to_html
from inference_scaling.lessons import registry
from shares import third

BOXES = [
    task
    for part in registry.parts()
    for task in (*registry.part(part), *registry.questions(part))
    if isinstance(task.answer_type, Number)
]
# Every number of a box is typed and read as a person does, three exchanges with the browser each.
THIRD = third(BOXES, name=lambda task: task.id)
SHARES = [
    pytest.param(THIRD, id="a third"),
    pytest.param([task for task in BOXES if task not in THIRD], id="the others", marks=pytest.mark.evidence),
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


def written(file, tasks):
    """Write a page of the boxes of these tasks; return its address."""
    boxes = "".join(to_html("box", rounded(box(task.id).payload())) for task in tasks)
    file.write_text(
        f"<!doctype html><html lang=en data-theme=light><head><meta charset=utf-8><title>Boxes</title>"
        f"<style>{assets.style()}</style></head><body><main>{boxes}</main><script>{assets.script()}</script></body></html>",
        encoding="utf-8",
    )
    return file.as_uri()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A page of all boxes."""
    return written(tmp_path_factory.mktemp("page") / "whole.html", BOXES)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A page of two boxes, quick to open: a whole number and one between 0 and 1."""
    return written(tmp_path_factory.mktemp("page") / "few.html", [registry.find("T-1"), registry.find("S-2")])


@contextmanager
def opened(browser, path):
    context = browser.new_context(viewport={"width": 360, "height": 800})
    one = context.new_page()
    errors = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(path)
    yield one
    assert errors == []
    context.close()


@pytest.fixture
def page(browser, few):
    with opened(browser, few) as one:
        yield one


@pytest.fixture
def long_page(browser, whole):
    with opened(browser, whole) as one:
        yield one


@pytest.fixture(scope="module")
def typing(browser, few):
    """One page for all that is typed: a reply tells of what was typed last."""
    with opened(browser, few) as one:
        yield one


def field(page, task_id):
    return page.locator(f"#box-field-{task_id}")


def reply(page, task_id):
    return page.locator(f'[data-task="{task_id}"] .its-box__reply')


@pytest.mark.parametrize("tasks", SHARES)
def test_every_box_replies_as_the_notebook_does(long_page, tasks):
    page = long_page
    for task in tasks:
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
def test_what_is_no_number_gets_a_reply(typing, typed, part):
    field(typing, "T-1").fill(typed)
    field(typing, "T-1").press("Enter")
    assert part in reply(typing, "T-1").inner_text()


@pytest.mark.parametrize("typed", ["11", "11,0", "11.0", " +11 ", "22/2", "ceil", "11 ln(0,1)/ln(0.1)", "C(11,1)"])
def test_a_number_may_be_typed_with_a_comma_or_as_an_expression(typing, typed):
    field(typing, "T-1").fill(typed)
    field(typing, "T-1").press("Enter")
    assert ("Right" in reply(typing, "T-1").inner_text()) == (typed != "ceil"), reply(typing, "T-1").inner_text()


def test_the_formula_s_own_value_is_told_to_be_no_whole_number(page):
    field(page, "T-1").press_sequentially("ln(0.1)/ln(0,8)")
    field(page, "T-1").press("Enter")
    assert "This is 10.3189." in reply(page, "T-1").inner_text()


def test_the_answer_stands_nowhere_in_the_page(page):
    text = page.locator('[data-task="S-2"]').evaluate("host => host.outerHTML")
    assert "0.642" not in text and "with replacement" not in text


def test_it_fits_a_phone_and_its_targets_can_be_hit(long_page):
    page = long_page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = page.locator("its-box button, its-box input, its-box summary").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 24


def test_without_a_script_question_and_hints_are_there(browser, whole):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(whole)
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


def test_axe_finds_nothing_in_light_and_dark(long_page):
    page = long_page
    from axe_playwright_python.sync_playwright import Axe

    for typed, theme in (("10", "light"), ("11", "dark")):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        page.add_style_tag(content="body { background: var(--its-paper); color: var(--its-ink); }")
        field(page, "T-1").fill(typed)
        field(page, "T-1").press("Enter")
        found = Axe().run(page, options={"rules": {"page-has-heading-one": {"enabled": False}}})
        assert found.violations_count == 0, found.generate_report()

"""The page "Your numbers" as somebody with counts uses it: pasted, dropped, mistyped, saved, without a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PAGE = "book/laboratory/your_numbers.html"


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.goto(f"{origin}/{PAGE}")
    yield page
    page.close()


def finding(page: Page) -> str:
    return page.locator(".its-yours__finding").inner_text()


def test_the_page_has_its_own_style(page: Page) -> None:
    frame = page.locator("its-your-numbers").evaluate("node => getComputedStyle(node).borderTopStyle")
    assert frame == "solid", "your_numbers.css did not reach the page"


def test_pasted_counts_are_answered_with_the_librarys_numbers(page: Page) -> None:
    page.get_by_label("Your counts").fill("10, 3\n10, 0\n10, 10\n12, 6\n")
    found = its.curve(its.SampleSet.from_counts([10, 10, 10, 12], [3, 0, 10, 6]), "pass", [1, 10])
    said = [f"{found.value[i]:.3f} [{found.low[i]:.3f}, {found.high[i]:.3f}]" for i in (0, 1)]
    page.locator(".its-yours__finding").wait_for()
    assert finding(page).startswith("4 problems, 10 to 12 samples each; k goes up to the fewest.")
    assert said[0] in finding(page) and said[1] in finding(page)
    assert page.locator("its-your-numbers svg[role=img]").count() == 1
    rows = page.locator("its-your-numbers tbody tr")
    assert rows.count() == 5 and said[1] in rows.last.inner_text()


def test_the_example_shows_a_promise_that_is_not_kept_and_nothing_is_asked_of_any_address(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Fill in an example").click()
    samples = its.sources.recorded.load("smollm2")
    mean = float((samples.c / samples.n).mean())
    assert f"the mean chance {mean:.3f}" in finding(page) and "do not keep" in finding(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # The browser asks for the picture of the tab when it likes, also after the page is there.
    assert not [url for url in asked if not url.endswith("favicon.svg")], asked
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_mistyped_line_is_named_and_the_last_answer_does_not_stand_for_it(page: Page) -> None:
    field = page.get_by_label("Your counts")
    field.fill("4, 1\n4, 2")
    page.locator(".its-yours__finding").wait_for()
    field.fill("4, 1\n4, 5")
    page.get_by_text("Line 2: c = 5 is more than n = 4").wait_for()
    assert page.locator(".its-yours__finding").count() == 0
    page.get_by_role("button", name="Empty").click()
    assert page.locator("its-your-numbers [role=alert]").inner_text() == ""


def test_a_file_with_a_row_a_sample_is_counted(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("problem,correct\n" + "a,1\na,0\nb,0\nb,0\n", encoding="utf-8")
    page.get_by_label("Or a file").set_input_files(file)
    page.locator(".its-yours__finding").wait_for()
    assert finding(page).startswith("2 problems, 2 samples each. One sample is right in 0.250")
    (tmp_path / "logo.csv").write_bytes(bytes(range(256)) * 40)
    page.get_by_label("Or a file").set_input_files(tmp_path / "logo.csv")
    page.locator("its-your-numbers [role=alert]", has_text="Line").wait_for()
    assert page.locator(".its-yours__finding").count() == 0


def test_picture_and_numbers_are_saved_to_the_readers_disk(page: Page) -> None:
    page.get_by_role("button", name="Fill in an example").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Save the numbers").click()
    rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8"))))
    k = [int(row[0]) for row in rows[1:]]
    found = its.curve(its.sources.recorded.load("smollm2"), "pass", k)
    np.testing.assert_allclose([float(row[1]) for row in rows[1:]], found.value, atol=1e-12)
    np.testing.assert_allclose([float(row[2]) for row in rows[1:]], found.low, atol=1e-12)
    with page.expect_download() as started:
        page.get_by_role("button", name="Save the picture").click()
    picture = Path(started.value.path())
    alone = page.context.new_page()
    alone.set_content(picture.read_text(encoding="utf-8"))
    # The picture brings its own colours: the line of pass@k is not black on nothing.
    line = alone.locator("path.its-line").last
    assert line.evaluate("one => getComputedStyle(one).stroke") != "none"
    assert line.evaluate("one => getComputedStyle(one).fill") == "none"


def test_without_scripts_the_page_says_how_to_get_the_numbers(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/{PAGE}")
    assert "inference-scaling curve" in page.locator("its-your-numbers").inner_text()
    context.close()


def test_no_other_page_loads_its_script(browser: Browser, origin: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{origin}/book/laboratory/your_own_data.html")
    assert not [url for url in asked if "your_numbers" in url]
    page.close()

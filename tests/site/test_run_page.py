"""Pages that run: changed, stopped and put back in Chromium, whatever is typed; from a disk in Firefox."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import inference_scaling as its
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import SITE
from inference_scaling.site.firefox import Firefox
from inference_scaling.site.serving import Quiet, served
from playwright.sync_api import Browser
from running import InFirefox, Running, firefox, site

# One worker makes the folder and has it to itself.
pytestmark = pytest.mark.xdist_group("pages that run")
LESSON = "book/setup/pass_at_k.html"
LESSONS = ("setup/pass_at_k", "setup/step_checks", "theorem/better_model")
EXERCISE = "workshop/counting"
SOLUTION = """\
def pass_by_subsets(correct, k):
    if k > len(correct):
        raise ValueError(f"k = {k} of {len(correct)} samples")
    found = [any(one) for one in itertools.combinations(correct, k)]
    return sum(found) / len(found)"""


@pytest.fixture(scope="module")
def folder() -> Path:
    return site()


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as one:
        yield one


@pytest.fixture(scope="module")
def lesson(browser: Browser, address: str) -> Iterator[Running]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    running = Running(page, f"{address}/{LESSON}")
    running.before = running.shown()
    yield running.opened()
    page.close()


def test_before_the_button_is_pressed_nothing_of_it_is_fetched(browser: Browser, address: str, folder: Path) -> None:
    page = browser.new_page()
    running = Running(page, f"{address}/{LESSON}")
    button = page.locator(".its-run > button")
    assert re.fullmatch(r"Run and change the code of this page \(\d+ MB, once\)", button.inner_text())
    assert [url.rpartition("/")[2].partition("?")[0] for url in running.asked if "/run/" in url] == ["button.js"]
    plain, live = ((root / LESSON).read_bytes() for root in (SITE, folder))
    more = len(gzip.compress(live)) - len(gzip.compress(plain))
    script = (folder / "_static/run/button.js").read_bytes()
    assert 0 < more + len(gzip.compress(script)) < 3000
    assert "its-run" not in plain.decode()
    page.close()


def test_all_cells_of_a_lesson_show_what_was_printed(lesson: Running) -> None:
    assert lesson.run_all() == "Done."
    assert lesson.shown() == lesson.before
    assert lesson.page.locator(".its-run__error, .its-run__note").count() == 0


def test_a_changed_number_changes_the_result_and_the_cells_below_take_it(lesson: Running) -> None:
    before = lesson.result(2)
    lesson.run(2, "samples = pool.correct[:5].tolist()\nlen(samples)")
    assert lesson.result(2) == "5"
    lesson.button("Put back", 2)
    assert lesson.result(2) == before and "combinations(samples, 4)" in lesson.field(2).input_value()
    lesson.run(3, "p = 0.25\nround(its.coverage(p, 2), 4)")
    assert lesson.result(3) == "0.4375"
    lesson.run(3, "p = 0.5\nround(its.coverage(p, 2), 4)")
    assert lesson.result(3) == "0.75"
    lesson.button("Put back", 3)


def test_a_changed_figure_is_drawn_in_its_place(lesson: Running) -> None:
    lesson.run(
        3,
        "figures.lines([1, 2], {'a': [0.5, 0.75]}, x_axis=figures.Axis('k'), y_axis=figures.Axis('y'),"
        " finding='It rises to {top:.2f}.', top=0.75)",
    )
    place = lesson.page.locator("[aria-label='Result of cell 3']")
    assert place.locator("svg[role=img]").first.is_visible() and "It rises to 0.75." in place.inner_text()
    lesson.button("Put back", 3)


def test_a_prediction_and_a_derivation_answer_in_their_cell(lesson: Running) -> None:
    lesson.run(4, "from inference_scaling.lessons.setup import predictions\npredictions.S4")
    place = lesson.page.locator("[aria-label='Result of cell 4']")
    place.get_by_role("button", name="0.672").click()
    assert "✗ Not so. You said: 0.672" in place.locator(".its-said").inner_text()
    lesson.run(4, "from inference_scaling.lessons.theorem import derivations\nderivations.diminishing_returns")
    place.get_by_text("Next line").click()
    assert "2 of 6 lines" in place.inner_text() and lesson.failed == []
    lesson.button("Put back", 4)


SHIFT, ENTER = "\ue008", "\ue007"
_KEYS = [("keyDown", SHIFT), ("keyDown", ENTER), ("keyUp", ENTER), ("keyUp", SHIFT)]
SHIFT_ENTER = {
    "actions": [{"type": "key", "id": "keys", "actions": [{"type": kind, "value": key} for kind, key in _KEYS]}]
}
BAD = {
    "a syntax error": ("p = = 1", "SyntaxError: invalid syntax"),
    "a keyboard": ("input('p? ')", "a page cannot ask for input"),
    "a package that is not there": ("import pandas", "for others take the notebook"),
    "a million lines": ("for i in range(1_000_000): print(i)", "more lines were printed"),
    "all the memory": ("x = []\nwhile True: x.append(np.ones(10**7))", "MemoryError"),
    "whole numbers near their limit": ("np.array([60_000]) * 60_000", "32 bits"),
    "the end of Python": ("import os; os._exit(3)", "the next run begins with the cells above"),
    "too deep": ("import sys; sys.setrecursionlimit(10**8)\ndef f(x): return f(x) + 1\nf(0)", "itself too many times"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_cell_is_answered_in_words_and_the_others_are_as_they_were(lesson: Running, name: str) -> None:
    source, says = BAD[name]
    lesson.run(2)
    others = lesson.result(2)
    assert says in lesson.run(4, source)
    assert lesson.result(2) == others
    assert lesson.run(4, "len(samples)") == "8"
    assert lesson.failed == []


def test_an_endless_cell_is_stopped_and_the_next_run_makes_its_names_again(lesson: Running) -> None:
    lesson.field(4).fill("while True: pass")
    lesson.field(4).press("Control+Enter")
    lesson.told("Running Cell 4")
    # Nothing else can begin meanwhile.
    lesson.button("Run", 2)
    lesson.told("A cell is still running")
    lesson.page.click(".its-run__stop")
    assert "Stopped. The names of all cells are gone" in lesson.idle()
    assert "Stopped." in lesson.result(4)
    assert lesson.run(4, "len(samples)") == "8"
    lesson.page.click("text=Put all back")
    assert "while" not in lesson.field(4).input_value()


def test_cells_are_named_reached_and_left_by_keyboard(lesson: Running) -> None:
    field = lesson.field(2)
    field.focus()
    # Past the button that copies.
    lesson.page.keyboard.press("Tab")
    assert lesson.page.evaluate("document.activeElement.tagName") == "BUTTON"
    lesson.page.keyboard.press("Tab")
    assert lesson.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Run: cell 2"
    assert lesson.page.locator("[aria-label='Result of cell 2']").get_attribute("role") == "status"
    found = Axe().run(lesson.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
    assert [one["id"] for one in found] == []


def test_nothing_is_asked_of_another_host(lesson: Running, address: str) -> None:
    assert {url.partition(":")[0] for url in lesson.asked} <= {"http", "blob", "data"}
    assert [url for url in lesson.asked if url.startswith("http") and not url.startswith(address)] == []


def cutting(folder: Path) -> type:
    """Return a server's handler that sends half of the memory image and hangs up, until it is told to mend."""

    class Cutting(Quiet):
        # Not the first request alone: a browser may ask again by itself.
        mended: ClassVar[bool] = False

        def do_GET(self) -> None:
            if "image.bin" not in self.path or Cutting.mended:
                super().do_GET()
                return
            data = (folder / "_static/run/image.bin").read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True

    return Cutting


def test_a_lost_connection_is_told_and_the_next_press_goes_on(browser: Browser, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    handler = cutting(folder)
    with served(folder, handler) as address:
        running = Running(page, f"{address}/book/setup/step_checks.html")
        before = running.shown()
        said = running.press().told("The connection was lost")
        assert re.search(r"after \d+ of \d+ MB", said) and "Nothing on the page has changed" in said
        assert page.locator("textarea").count() == 0
        handler.mended = True
        link = page.locator(".its-run a")
        assert (SITE / "book/setup" / link.get_attribute("href")).resolve().is_file()
        # From a piece of code one comes back to it; pressed twice at once is once.
        running.unveil()
        page.locator(".its-run__enter").nth(1).evaluate("(one) => { one.click(); one.click(); }")
        running.told("Ready.")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Code of cell 2 of")
        assert page.locator(".its-run [role=group]").count() == 1 and page.locator(".its-run__enter").count() == 0
        assert running.run_all() == "Done."
        assert running.shown() == before and running.failed == []
    page.close()


def test_another_lesson_shows_what_was_printed(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    running = Running(page, f"{address}/book/theorem/better_model.html")
    before = running.shown()
    assert running.opened().run_all() == "Done."
    assert running.shown() == before and running.failed == []
    page.close()


def test_the_reader_s_own_counts_go_on_in_python(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    running = Running(page, f"{address}/book/laboratory/your_numbers.html").opened()
    assert running.run_all().startswith("The cells read the counts in the field above. There is nothing to read yet")
    page.locator("its-your-numbers textarea").fill("10, 0\n10, 4\n12, 12\n10, 1\n10, 0\n")
    assert running.run_all() == "Done."
    curve, forecast, plan = (running.result(number) for number in (1, 2, 3))
    samples = its.SampleSet.from_counts([10, 10, 12, 10, 10], [0, 4, 12, 1, 0])
    assert curve == repr(its.curve(samples, "pass", k=[1, 10]))
    ahead = its.forecast(samples, k=100)
    assert forecast == f"'{ahead.value[0]:.3f} [{ahead.low[0]:.3f}, {ahead.high[0]:.3f}]'"
    assert (
        plan.split()
        == repr(
            its.plan(samples, objective="coverage", target=0.9 * its.curve(samples, "pass", k=10).value[-1])
        ).split()
        and running.failed == []
    )
    page.close()


def test_an_exercise_is_worked_on_its_page(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    running = Running(page, f"{address}/book/{EXERCISE}.html").opened()
    asked = page.evaluate("[...document.querySelectorAll('textarea')].map((one) => one.value)")
    number = next(i for i, text in enumerate(asked, 1) if "def pass_by_subsets" in text)
    assert "W-31" in asked[number]
    assert "Not started" in running.run(number + 1)
    running.run(
        number,
        SOLUTION,
    )
    assert "✓ right" in running.run(number + 1)
    # What the reader wrote is there after a visit elsewhere, and fetches nothing by itself.
    page.reload()
    assert page.locator("textarea").count() == 0
    assert "found = [any(one)" in running.opened().field(number).input_value()
    page.close()


def test_a_run_time_of_another_build_is_refused(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route(
        "**/manifest.js*", lambda route: route.fulfill(body='ITS.run.manifest = {"build": "other", "sizes": {}};')
    )
    running = Running(page, f"{address}/{LESSON}").press()
    assert "of another build of the book: reload the page" in running.told("another build")
    page.close()


def test_a_browser_that_cannot_is_told_so_with_the_notebook_beside_it(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script("WebAssembly.validate = () => false")
    running = Running(page, f"{address}/{LESSON}").press()
    assert "This browser is too old to run Python" in running.told("too old")
    assert page.locator(".its-run a").inner_text() == "the notebook of this page"
    assert not [url for url in running.asked if "program.bin" in url]
    page.close()


@pytest.fixture(scope="module")
def disk() -> Path:
    """The site for a disk, as its archive holds it."""
    return site(twins=True, into=Path("_build/offline"))


@pytest.fixture(scope="module")
def other() -> Iterator[Firefox]:
    with firefox() as one:
        yield one


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_from_a_disk_in_firefox(other: Firefox, disk: Path, name: str) -> None:
    running = InFirefox(other, (disk / f"book/{name}.html").as_uri())
    before = running.shown()
    assert running.opened().run_all() == "Done."
    assert running.shown() == before
    assert {url.partition(":")[0] for url in running.asked()} <= {"file", "blob", "data"}


def test_an_exercise_is_worked_from_a_disk_in_firefox(other: Firefox, disk: Path) -> None:
    running = InFirefox(other, (disk / f"book/{EXERCISE}.html").as_uri()).opened()
    number = running.browser.run(
        "const all = [...document.querySelectorAll('textarea')];"
        "const at = all.findIndex((one) => one.value.includes('def pass_by_subsets'));"
        "all[at].value = arguments[0]; all[at].dispatchEvent(new Event('input', {bubbles: true}));"
        "all[at + 1].focus(); return at + 2;",
        SOLUTION,
    )
    running.browser.ask("WebDriver:PerformActions", SHIFT_ENTER)
    running.until("document.querySelector('.its-run [role=status]').textContent === 'Done.'")
    assert "✓ right" in running.browser.run(
        f"return document.querySelector(\"[aria-label='Result of cell {number}']\").innerText"
    )


def test_a_page_from_a_disk_brings_what_a_cell_needs_in_chromium(browser: Browser, disk: Path) -> None:
    page = browser.new_page()
    running = Running(page, (disk / LESSON).as_uri()).opened()
    assert running.run(3, "from scipy.stats import binom\nround(float(binom.pmf(1, 2, 0.5)), 4)") == "0.5"
    assert {url.partition(":")[0] for url in running.asked} <= {"file", "blob", "data"} and running.failed == []
    page.close()

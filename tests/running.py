"""What the tests of pages that run share: the site with its Python, and a page whose cells a test changes and runs.

A reader in Chromium does all that can be done; one in Firefox opens a page and runs what it shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from inference_scaling.site import downloads
from inference_scaling.site import firefox as _firefox
from inference_scaling.site.chromium import NoBrowserError
from inference_scaling.site.firefox import Firefox
from inference_scaling.site.run import publish
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
READY = 120_000
# Answers to questions in sight, and folded code open.
OPEN = """
document.querySelectorAll('.its-veil button').forEach(one => one.click());
document.querySelectorAll('details.its-code').forEach(one => { one.open = true; });
"""
# What a code cell of the page shows, by cell: words, and pictures to the letter; without the buttons that copy it
# and what is said where nothing is shown.
SHOWN = (
    f"() => {{ {OPEN}"
    + """return [...document.querySelectorAll('.cell .cell_input')].map((input) => {
  const out = input.closest('.cell').querySelector(':scope > .cell_output');
  out?.querySelectorAll('.copybtn, .its-run__nothing').forEach((one) => one.remove());
  const words = out ? out.innerText || out.textContent : '';
  return [
    words.replace(/\\s+/g, ' ').trim(), [...(out ? out.querySelectorAll('svg') : [])].map((one) => one.outerHTML)];
})}"""
)


def site(**how: Any) -> Path:
    """Return the site that runs, made from the built pages; without the large download, say how to get it."""
    if not (ROOT / publish.HTML / "index.html").is_file():
        pytest.fail("the site is not built: run `make book` first")
    if downloads.read(ROOT)["runtime"].missing():
        if os.environ.get("CI"):
            pytest.fail("the run-time of the pages is not there, and in CI they must be run: `make runtime` first")
        pytest.skip("the run-time of the pages is not there: `make runtime` fetches it")
    # In a process of its own: a browser that a test has opened would be in the way of the one that makes the image.
    command = [sys.executable, "-m", "inference_scaling.site.run.runtime"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return publish.published(ROOT, **how)


class Running:
    """A lesson's page in a browser, and what a reader does with it."""

    def __init__(self, page: Page, address: str):
        self.page = page
        self.failed: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.failed.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(address)

    def press(self) -> Running:
        self.page.click(".its-run > button")
        return self

    def opened(self) -> Running:
        """Press the button and wait until Python is there; answers to questions are in sight."""
        self.press().told("Ready.")
        return self.unveil()

    def unveil(self) -> Running:
        self.page.evaluate(f"() => {{ {OPEN} }}")
        return self

    def told(self, says: str) -> str:
        """Wait until the status says something; return the whole of it."""
        status = self.page.locator(".its-run [role=status]")
        status.filter(has_text=says).wait_for(timeout=READY)
        return status.inner_text()

    def idle(self) -> str:
        """Wait until no cell runs; return what the status says then."""
        self.page.wait_for_function("!document.querySelector('.its-run--busy')", timeout=READY)
        return self.page.inner_text(".its-run [role=status]")

    def field(self, number: int) -> Any:
        return self.page.locator(f"textarea[aria-label^='Code of cell {number} of']")

    def result(self, number: int) -> str:
        return self.page.locator(f"[aria-label='Result of cell {number}']").inner_text()

    def button(self, text: str, number: int) -> None:
        self.page.locator(f"button[aria-label='{text}: cell {number}']").click()

    def run(self, number: int, source: str | None = None) -> str:
        """Run a cell as the reader's keys do, changed if told; return what it shows."""
        field = self.field(number)
        if source is not None:
            field.fill(source)
        field.press("Shift+Enter")
        self.idle()
        return self.result(number)

    def run_all(self) -> str:
        self.page.click("text=Run all")
        return self.idle()

    def shown(self) -> Sequence[Any]:
        return self.page.evaluate(SHOWN)


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A headless Firefox; absent, the test says so (never in CI)."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(_firefox.firefox())
        except NoBrowserError as error:
            if os.environ.get("CI"):
                pytest.fail(f"{error}; and in CI pages must be run in it")
            pytest.skip(f"{error}; `make test` installs one where it can")
        yield browser


class InFirefox:
    """A lesson's page in Firefox, opened and run as it is."""

    def __init__(self, browser: Firefox, address: str):
        self.browser = browser
        browser.open(address)

    def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        end = time.monotonic() + READY / 1000
        while not self.browser.run(f"return Boolean({condition})"):
            if time.monotonic() > end:
                pytest.fail(f"{condition}: not within {READY / 1000:g} s; the page says {self.status()!r}")
            time.sleep(0.05)

    def status(self) -> str:
        return self.browser.run("return document.querySelector('.its-run [role=status]').textContent")

    def opened(self) -> InFirefox:
        self.browser.run("document.querySelector('.its-run > button').click()")
        self.until("document.querySelector('.its-run [role=status]').textContent === 'Ready.'")
        self.browser.run(OPEN)
        return self

    def run_all(self) -> str:
        self.browser.run("document.querySelector('.its-run__buttons button').click()")
        self.until("!document.querySelector('.its-run--busy')")
        return self.status()

    def shown(self) -> Sequence[Any]:
        return self.browser.run(f"return ({SHOWN})()")

    def asked(self) -> list[str]:
        """Return the addresses of all that the page has fetched."""
        return self.browser.run("return performance.getEntriesByType('resource').map((one) => one.name)")

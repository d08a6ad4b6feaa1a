"""Pages that do not move under the eye: what comes late has its place kept, as a reader's browser measures it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

# What web vitals call a good page; a shift that follows the reader's own act is none.
GOOD = 0.1
NOTED = """
window.itsShifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.itsShifts.push(entry.value);
}).observe({type: "layout-shift", buffered: true});
"""
# Where something of ours stands at the top: the bet, the story, the reader's numbers, a question, a figure of a hand.
PAGES = (
    "index",
    "book/setup/ten_minutes",
    "book/setup/pass_at_k",
    "book/theorem/better_model",
    "book/laboratory/your_numbers",
    "book/teaching/the_course",
    "book/teaching/figures",
)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_is_loaded(browser: Browser, origin: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    moved = {}
    for name in PAGES:
        page = context.new_page()
        page.add_init_script(NOTED)
        page.goto(f"{origin}/{name}.html", wait_until="networkidle")
        page.evaluate("document.fonts.ready")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        moved[name] = sum(page.evaluate("window.itsShifts"))
        page.close()
    context.close()
    assert not {name: shift for name, shift in moved.items() if shift >= GOOD}, moved

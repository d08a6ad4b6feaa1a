"""Pages that do not move under the eye: what comes late has its place kept, as a reader's browser measures it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext

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


def shift(context: BrowserContext, address: str) -> float:
    """Return by how much a page moves while it is loaded."""
    page = context.new_page()
    page.add_init_script(NOTED)
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = sum(page.evaluate("window.itsShifts"))
    page.close()
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_is_loaded(browser: Browser, origin: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    moved = {}
    for name in PAGES:
        # On a busy machine a script may come after the four seconds that its place is kept: the least of three loads.
        for _ in range(3):
            moved[name] = min(moved.get(name, 1.0), shift(context, f"{origin}/{name}.html"))
            if moved[name] < GOOD:
                break
    context.close()
    assert not {name: by for name, by in moved.items() if by >= GOOD}, moved

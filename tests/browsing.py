"""What the browser tests share: where the site is, and a browser that reaches nothing but this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from inference_scaling.display import assets
from inference_scaling.display.output import Output, rounded, to_html
from inference_scaling.site import chromium as _chromium
from playwright.sync_api import Browser, BrowserContext, Error, Page

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the system's, else Playwright's own; absent, the test says so (never in CI)."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(_chromium.chromium())
        except _chromium.NoBrowserError:
            if os.environ.get("CI"):
                pytest.fail("no Chromium here, and in CI the pages must be tried in a browser")
            pytest.skip("no Chromium here: `make test` installs one where it can")
        yield sparing(browser)


# As many contexts as wait for a test that asks for one of their kind.
WAITING = 4


def sparing(browser: Browser) -> Browser:
    """Let a browser give a context that was closed to the next who asks for one of its kind, empty as a new one.

    A new one takes Chromium a second of processor time, because a window comes with it, and another page of an old one
    a third of a second, because a process comes with it; a page of an old one that is emptied takes a thirtieth.
    """
    waiting: list[tuple[str, BrowserContext]] = []
    make = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        kind = repr(sorted(options.items()))
        found = next((one for one in waiting if one[0] == kind), None)
        if found:
            waiting.remove(found)
            return found[1]
        context = make(**options)
        end, fresh = context.close, context.new_page
        # The window goes with its last page: one stays, for the next who asks.
        spare = [_noting(fresh())]

        def new_page() -> Page:
            page = spare.pop() if spare else _noting(fresh())
            page.__dict__.pop("close", None)
            return page

        def close() -> None:
            origins = {_origin(page.url) for page in context.pages} - {""}
            for page in context.pages:
                if page not in spare and not spare and _emptied(page):
                    spare.append(page)
            if not spare:
                spare.append(_noting(fresh()))
            for page in context.pages:
                if page not in spare:
                    Page.close(page)
            context.unroute_all()
            context.clear_cookies()
            devtools = context.new_cdp_session(spare[0])
            for origin in origins:
                devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            devtools.detach()
            waiting.append((kind, context))
            if len(waiting) > WAITING:
                waiting.pop(0)[1].__dict__["end"]()

        context.__dict__.update(close=close, end=end, new_page=new_page)
        return context

    def new_page(**options: Any) -> Page:
        page = new_context(**options).new_page()
        page.__dict__["close"] = page.context.close
        return page

    browser.__dict__.update(new_context=new_context, new_page=new_page)
    return browser


# What cannot be taken back: a page of which one of these was asked is lent to nobody else.
LASTING = (
    "add_init_script",
    "emulate_media",
    "expose_binding",
    "expose_function",
    "once",
    "set_default_navigation_timeout",
    "set_default_timeout",
    "set_extra_http_headers",
)


@dataclass
class _Notes:
    """What was done with a page since it was made."""

    size: Any
    heard: list[tuple[Any, Any]] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    lasting: bool = False


def _noting(page: Page) -> Page:
    """Return a page that notes what would have to be taken back."""
    notes = _Notes(page.viewport_size)

    def on(event: Any, handler: Any) -> None:
        notes.heard.append((event, handler))
        Page.on(page, event, handler)

    def lasting(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            notes.lasting = True
            return getattr(Page, name)(page, *arguments, **options)

        return call

    Page.on(page, "framenavigated", lambda frame: notes.origins.add(_origin(frame.url)))
    page.__dict__.update(notes=notes, on=on, **{name: lasting(name) for name in LASTING})
    return page


def _emptied(page: Page) -> bool:
    """Make a page as a new one is, and say whether that could be done; where not, it stays as it is."""
    notes = page.__dict__.get("notes")
    if notes is None or notes.lasting or page.is_closed() or len(notes.origins - {""}) > 1:
        return False
    try:
        for event, handler in notes.heard:
            page.remove_listener(event, handler)
        page.unroute_all()
        # Of this tab alone: what an origin keeps is cleared for all tabs.
        page.evaluate("() => { window.name = ''; if (origin !== 'null') sessionStorage.clear(); }")
        page.goto("about:blank")
        if page.viewport_size != notes.size:
            page.set_viewport_size(notes.size)
    except Error:
        return False
    notes.heard.clear()
    notes.origins.clear()
    return True


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("file", "http", "https") else ""


def document(theme: str, shown: Sequence[Output]) -> str:
    """Return a page that holds these outputs and nothing else, with the book's script and style."""
    parts = "".join(to_html(one.kind, rounded(one.payload())) for one in shown)
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Shown</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body { background: var(--its-paper); color: var(--its-ink); font: 16px/1.5 sans-serif; }</style>"
        f"<style>{assets.style()}</style></head><body><main><h1>Shown</h1>{parts}</main>"
        f"<script>{assets.script()}</script></body></html>"
    )


def built_pages() -> list[str]:
    """Return every page of the site as a path below it; the front door only forwards to the landing page."""
    pages = (path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    return sorted(page for page in pages if not page.startswith("_static/") and page != "index.html")


def unveil(page: Page) -> None:
    """Press every "Show me" of a page: what answers its questions stands there as for a reader who has answered."""
    page.evaluate("document.querySelectorAll('.its-veil button').forEach(one => one.click())")


def overlap(one: list[float], other: list[float]) -> bool:
    """Whether two boxes of words, each left, top, right and bottom, lie on each other."""
    # Boxes of letters hold room above and below them; what is only that may touch.
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.5 and down > 4

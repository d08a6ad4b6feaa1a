"""Every page of the built book, as a reader meets it: no network, light and dark, wide and narrow, little code."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import SITE, built_pages
from playwright.sync_api import Browser, Page, Request, Response
from shares import third

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import visible_code

LESSONS = set(visible_code.lessons())
# Of a lesson's height, the share that visible code takes.
MOST = 0.15
# A formula that begins left of its own box cannot be reached by scrolling.
CUT = """[...document.querySelectorAll('math[display=block]')].filter(m => {
  const box = m.parentElement, left = m.getBoundingClientRect().left - box.getBoundingClientRect().left;
  const over = box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === 'hidden';
  return left + box.scrollLeft < -1 || over;
}).map(m => m.textContent.slice(0, 60))"""
FONTS = """() => ({
  "its-text-normal": true,
  "its-text-italic": [...document.body.querySelectorAll("*")].some(
    one => getComputedStyle(one).fontStyle === "italic" && one.textContent.trim()),
  "its-math": document.querySelector("math") !== null,
})"""
# One load, then both widths and both themes: axe runs in these two. The other pairs follow on the pages of each kind,
# because a theme changes colours and no widths.
SETTINGS = [("light", 1280), ("dark", 360)]
OTHERS = [("light", 360), ("dark", 1280)]
BUDGET = Path(__file__).with_name("weight.json")


class Watched:
    """A window that opens one page after another, and what each complained of and brought."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.origin, self.complaints, self.files = origin, list[str](), set[Path]()
        # Refused by a proxy that is not there, and not by Playwright, for which a browser keeps nothing: so it compiles
        # the scripts of all pages once. What it has already still counts for each page that asks for it.
        proxy = {"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}, proxy=proxy).new_page()
        self.page.on("request", self._ask)
        self.page.on("response", self._keep)
        self.page.on("console", lambda message: self._complain(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def open(self, name: str) -> None:
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.complaints.clear()
        self.files.clear()
        self.page.goto(f"{self.origin}/{name}", wait_until="networkidle")
        # On a busy machine half a second without a request may come before the scripts have run.
        self.page.wait_for_load_state("load")
        assert any(path.suffix == ".css" for path in self.files), "what the page brought was not seen"

    def files_but_fonts(self) -> set[Path]:
        return {path for path in self.files if path.suffix != ".woff2"}

    def fonts(self) -> set[Path]:
        """Return the fonts that the page needs: one that the window has is told of though no page asked for it."""
        needed = [name for name, is_needed in self.page.evaluate(FONTS).items() if is_needed]
        return {path for name in needed for path in (SITE / "_static").glob(f"{name}-*.woff2")}

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    def _ask(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self._complain(f"asked another host: {request.url}")

    def _keep(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} for {response.url}")
        elif response.url.startswith(self.origin):
            self.files.add(SITE / unquote(urlsplit(response.url).path).lstrip("/"))


@pytest.fixture(scope="module")
def watched(browser: Browser, origin: str) -> Iterator[Watched]:
    one = Watched(browser, origin)
    yield one
    one.page.context.close()


@cache
def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


# A page has thousands of words and signs of formulas in a few dozen styles. Contrast, the slowest rule by far, needs
# to see each colour, weight and size once on each ground; only what a reader can see stands for others.
REPEATED = """(() => {
  const grounds = new Map([[null, '']]), seen = new Set();
  const ground = (one) => {
    if (!grounds.has(one)) {
      const at = getComputedStyle(one), plain = 'rgba(0, 0, 0, 0) none 1 auto none';
      const own = [at.backgroundColor, at.backgroundImage, at.opacity, at.clip, at.clipPath].join(' ');
      grounds.set(one, ground(one.parentElement) + (own === plain ? '' : own));
    }
    return grounds.get(one);
  };
  for (const one of document.body.querySelectorAll('*')) {
    if (one.childElementCount || !one.textContent.trim() || !one.checkVisibility({visibilityProperty: true})) continue;
    const place = one.getBoundingClientRect();
    if (place.width < 2 || place.height < 2 || place.right <= 0 || place.left >= innerWidth) continue;
    const style = getComputedStyle(one);
    const key = [style.color, style.fontWeight, style.fontSize, ground(one)].join();
    if (seen.has(key)) {
      one.dataset.repeated = one.style.visibility;
      one.style.visibility = 'hidden';
    }
    seen.add(key);
  }
})()"""
SHOWN = """document.querySelectorAll('[data-repeated]').forEach(one => {
  one.style.visibility = one.dataset.repeated;
  delete one.dataset.repeated;
})"""


# Names, roles and structure are the same in both themes and, but for what only a narrow window shows, at both widths:
# these pages, one of each kind, are checked by all rules twice, the others by all rules once. What scrolls only where
# it is narrow must be reached by keys: that one is looked for here, for axe walks through the whole page again.
TWICE = ("book/index.html", "book/theorem/diminishing_returns.html", "book/reference/claims.html", "search.html")
OUT_OF_REACH = """[...document.body.querySelectorAll('*')].filter(one => {
  if (one.scrollWidth <= one.clientWidth + 13 || !one.checkVisibility()) return false;
  const can = 'a[href], button, input, select, textarea, summary, [tabindex]';
  return /auto|scroll/.test(getComputedStyle(one).overflowX) && !one.matches(can) && !one.querySelector(can);
}).map(one => one.outerHTML.slice(0, 160))"""
# Rules about colours, the slow ones: what they look at comes from one style sheet, the same for all pages. Those of
# each kind are looked at in both themes, the contrast of a third of the others in one; the long tests look at all of
# them in both.
OF_COLOURS = ["link-in-text-block", "color-contrast"]
# Rules about what stands around an article, which the theme makes alike on every page, and a quarter of axe's work: on
# the pages of each kind and where colours are looked at.
OF_FRAME = ["region", "bypass"]
BOTH = ("light", "dark")
IN = {name: BOTH[at % 2 :][:1] for at, name in enumerate(third(built_pages()))} | dict.fromkeys(TWICE, BOTH)
LOOKED_AT = [
    *(pytest.param(name, IN.get(name, ()), id=name) for name in built_pages()),
    *(
        pytest.param(name, BOTH, id=f"{name} in all colours", marks=pytest.mark.evidence)
        for name in built_pages()
        if IN.get(name) != BOTH
    ),
]


def violations(page: Page, every_rule: bool, colours: bool, frame: bool, links: bool) -> list[str]:
    def found(**options: object) -> list[dict]:
        run = "options => axe.run(options).then(found => found.violations)"
        return page.evaluate(run, {"preload": False, "resultTypes": ["violations"], **options})

    page.evaluate(f"if (!window.axe) {{ {Axe().axe_script} }}")
    all_found: list[dict] = []
    if every_rule:
        left_out = OF_COLOURS if frame else OF_COLOURS + OF_FRAME
        all_found += found(rules={rule: {"enabled": False} for rule in left_out})
    if links:
        all_found += found(runOnly={"type": "rule", "values": OF_COLOURS[:1]})
    if colours:
        page.evaluate(REPEATED)
        all_found += found(runOnly={"type": "rule", "values": OF_COLOURS[1:]})
        page.evaluate(SHOWN)
    return [f"{one['id']}: {node['html'][:160]}" for one in all_found for node in one["nodes"]]


def wide_code(page: Page, lesson: visible_code.Share) -> list[str]:
    """Return what is wrong with the code of a lesson at rest: it explains before it shows code, and cuts none."""
    found = [f"wider than the page: {one}" for one in lesson.cut[:1]]
    if lesson.share > MOST:
        found.append(f"{lesson.share:.1%} of the page is visible code; at most {MOST:.0%} is wanted")
    if lesson.opens:
        found.append("visible code stands before the second heading")
    # An output that must be scrolled sideways hides the ends of its sentences.
    wider = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    return found + [f"an output is cut: {one}" for one in page.locator(".cell_output pre").evaluate_all(wider)]


def narrow_code(opened: visible_code.Share, lesson: visible_code.Share) -> list[str]:
    """Return what is wrong with the code of a lesson on a phone, with every fold open."""
    found = [f"cut off on a phone: {one}" for one in opened.cut[:1]]
    return found if opened.pieces >= lesson.pieces + lesson.folds else [*found, "a fold hides its code when it is open"]


@pytest.mark.parametrize(("name", "colours"), LOOKED_AT)
def test_page_is_complete_accessible_and_quiet(watched: Watched, name: str, colours: tuple[str, ...]) -> None:
    watched.open(name)
    page, complaints = watched.page, watched.complaints
    lesson = visible_code.measured(page, name) if name in LESSONS else None
    problems = wide_code(page, lesson) if lesson else []
    # axe passes over what is folded away, so everything is opened first.
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    before = page.viewport_size["width"]
    for theme, width in [*SETTINGS, *OTHERS] if colours == BOTH else SETTINGS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            "theme => Object.assign(document.documentElement.dataset, {theme, mode: theme})",
            theme,
        )
        # The theme marks what scrolls 0.3 s after a change of width; colours change at once.
        page.wait_for_timeout(450 if width != before else 50)
        before = width
        if (theme, width) in SETTINGS:
            every_rule = theme == "light" or name in TWICE
            seen = violations(page, every_rule, theme in colours, bool(colours), colours == BOTH)
            problems += [f"{theme} {width}: {one}" for one in seen]
        problems += [f"{theme} {width}: keys do not reach what scrolls: {one}" for one in page.evaluate(OUT_OF_REACH)]
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            problems.append(f"{theme} {width}: {over} px wider than the screen")
        problems += [f"{theme} {width}: a formula is cut off: {one}" for one in page.evaluate(CUT)]
    if lesson:
        page.set_viewport_size({"width": 390, "height": 900})
        problems += narrow_code(visible_code.measured(page, name), lesson)
    bare = page.evaluate("[...document.images].filter(i => !i.hasAttribute('alt')).map(i => i.outerHTML)")
    problems += [f"no alternative text: {one[:120]}" for one in bare]
    weight = sum(map(compressed, {*watched.files_but_fonts(), *watched.fonts()})) / 1000
    # The index of the search grows with the book, by what a new page says; no other page loads it.
    kind = "the search page, with its index" if name == "search.html" else "kilobytes a page, compressed"
    allowed = json.loads(BUDGET.read_text())[kind]
    if weight > allowed:
        problems.append(f"weighs {weight:.0f} kB compressed; the budget is {allowed} and only falls")
    assert not complaints + problems, "\n".join(complaints + problems)


def test_no_line_of_code_is_cut_off_on_paper(browser: Browser, origin: str) -> None:
    # An A4 page between Chromium's margins.
    page = browser.new_page(viewport={"width": 718, "height": 1000})
    page.emulate_media(media="print")
    for name in ("book/laboratory/compute_optimal.html", "book/laboratory/your_own_data.html"):
        page.goto(f"{origin}/{name}")
        pieces = page.locator("article pre")
        assert pieces.count() > 4
        cut = pieces.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)")
        assert not cut, cut
    page.close()


def test_first_screen_and_lesson_work_from_a_folder_without_a_server(browser: Browser) -> None:
    for name in ("book/index.html", "book/theorem/diminishing_returns.html"):
        page = browser.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error, into=complaints: into.append(str(error)))
        page.goto((SITE / name).as_uri(), wait_until="load")
        assert page.locator("article h1").count() == 1
        assert not complaints, complaints
        page.close()


def test_everything_is_there_with_javascript_off(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{origin}/book/theorem/diminishing_returns.html")
    steps = page.locator("its-derivation li.its-step")
    assert steps.count() >= 4
    assert all(steps.nth(i).is_visible() for i in range(steps.count()))
    page.goto(f"{origin}/book/index.html")
    assert page.locator("svg[role=img]").first.is_visible()
    context.close()

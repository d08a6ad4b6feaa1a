"""Formulas as a browser draws them: the book's own font, brackets that grow, nothing missing."""

from __future__ import annotations

import html
import io
import re
import unicodedata

import pytest
from browsing import SITE, built_pages
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser

HEIGHTS = """() => [...document.querySelectorAll('math mrow > mo[stretchy=true]')]
  .filter(m => m.checkVisibility() && m.nextElementSibling?.tagName === 'mfrac')
  .map(m => [m.getBoundingClientRect().height, m.nextElementSibling.getBoundingClientRect().height])"""


@pytest.mark.parametrize("width", [1280, 390])
def test_brackets_are_as_high_as_what_they_hold(browser: Browser, origin: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    brought: list[str] = []
    page.on("requestfinished", lambda request: brought.append(request.url))
    page.goto(f"{origin}/book/setup/pass_at_k.html", wait_until="networkidle")
    assert page.evaluate("document.fonts.check('16px \"ITS Math\"')")
    assert any(".woff2" in url and "its-math" in url for url in brought)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    heights = page.evaluate(HEIGHTS)
    assert heights and all(bracket > 0.9 * held for bracket, held in heights), heights
    sums = page.evaluate(
        """[...document.querySelectorAll('math[display=block] munderover > mo')].filter(m => m.checkVisibility())
           .map(m => m.getBoundingClientRect().height / parseFloat(getComputedStyle(m).fontSize))"""
    )
    assert all(height > 1.2 for height in sums), sums
    page.close()


def test_page_without_formulas_brings_no_font(browser: Browser, origin: str) -> None:
    # A page that no other test had: what an earlier page asked for may still be on its way.
    context = browser.new_context()
    page = context.new_page()
    brought: list[str] = []
    page.on("requestfinished", lambda request: brought.append(request.url))
    page.goto(f"{origin}/book/reference/licences.html", wait_until="networkidle")
    assert not page.locator("math").count()
    assert not [url for url in brought if "its-math" in url]
    context.close()


def slant(letter: str) -> str:
    if letter == "h":
        return "ℎ"
    kind = re.sub("^(?:LATIN|GREEK) | LETTER", "", unicodedata.name(letter))
    return unicodedata.lookup(f"MATHEMATICAL ITALIC {kind}")


def test_font_has_every_sign_of_every_formula_and_its_licence_beside_it() -> None:
    (path,) = (SITE / "_static").glob("its-math-*.woff2")
    assert "SIL OPEN FONT LICENSE" in (SITE / "_static" / "its-math-licence.txt").read_text(encoding="utf-8")
    signs = TTFont(io.BytesIO(path.read_bytes())).getBestCmap().keys()
    missing = {}
    for name in built_pages():
        text = (SITE / name).read_text(encoding="utf-8")
        for formula in re.findall(r"<math\b.*?</math>", text, re.S):
            # A browser slants an identifier of one letter; everything else stands as it is written.
            letters = [html.unescape(one) for one in re.findall(r"<mi>([^<]*)</mi>", formula)]
            slanted = {one: slant(one) for one in letters if len(one) == 1 and one.isalpha() and one not in "ℓℒ"}
            upright = re.sub(r"<mi>(&#?\w+;|[^<&])</mi>", "", formula)
            signs_used = [*slanted.values(), *html.unescape(re.sub(r"<[^>]*>", "", upright))]
            missing |= {one: name for one in signs_used if not one.isspace() and ord(one) not in signs}
    assert not missing

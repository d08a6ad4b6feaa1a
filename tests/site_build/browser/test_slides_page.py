"""A file of slides in a browser: keys, links without a script, a phone, dark, paper."""

from __future__ import annotations

import io
from pathlib import Path

import nbformat
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from inference_scaling.site import slides
from pypdf import PdfReader

ROOT = Path(__file__).parents[3]
AT = "Math.round([...document.querySelectorAll('.slide')].findIndex(s => s.getBoundingClientRect().bottom > 5)) + 1"


def test_slides_are_led_by_keys_and_by_links_fit_a_phone_and_print_one_a_page(tmp_path: Path) -> None:
    notebook = nbformat.read(ROOT / "book" / "setup" / "pass_at_k.ipynb", as_version=4)
    these = slides.slides(notebook, {}, None, ["S-2"])
    assert len(these) == 10
    place = tmp_path / "slides.html"
    place.write_text(slides.page("pass@k", these), encoding="utf-8")
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(place.as_uri())
        assert page.evaluate(AT) == 1
        for key, number in (
            ("ArrowRight", 2),
            ("ArrowDown", 3),
            ("ArrowLeft", 2),
            ("ArrowUp", 1),
            ("ArrowLeft", 1),
            ("End", 10),
            ("ArrowRight", 10),
            ("Home", 1),
            ("4", 4),
            ("1", 4),
            ("Enter", 1),
            ("PageDown", 2),
        ):
            page.keyboard.press(key)
            assert page.evaluate(AT) == number, key
        assert page.evaluate("document.activeElement.id") == "s2" and page.url.endswith("#s2")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(PdfReader(io.BytesIO(printed)).pages) == 10
        assert [one for one in complaints if not one.startswith(("file:", "data:"))] == []
        page.close()

        phone = browser.new_context(
            viewport={"width": 360, "height": 740}, color_scheme="dark", java_script_enabled=False
        ).new_page()
        phone.goto(place.as_uri())
        phone.get_by_role("link", name="Next slide").first.click()
        assert phone.url.endswith("#s2")
        phone.close()

        page = browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
        page.goto(place.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
        found = Axe().run(page).response["violations"]
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]

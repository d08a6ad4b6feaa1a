"""The page of figures to move, and the page that each has of its own: questions, addresses, keys, the full screen."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from inference_scaling.display import assets
from inference_scaling.display.output import payloads
from inference_scaling.site import movable, paths

ROOT = Path(__file__).parents[2]
# The parts whose notebooks are lessons; the workshop's are answered by writing code.
PARTS = ("Setup", "Theorem", "Phenomena", "Confusions", "Laboratory", "Reliability", "Remedies")


@pytest.fixture(scope="module")
def figures() -> dict[str, movable.Movable]:
    return {one.id: one for one in movable.movable(ROOT)}


def test_the_page_holds_each_figure_once_with_question_picture_and_both_links(figures) -> None:
    shown = "".join(text for _, text in movable.gallery(ROOT, "../../"))
    for one in figures.values():
        assert one.asks.endswith("?")
        assert shown.count(f'href="../../_static/figures/{one.id}.html"') == 2
        assert f'href="../../{one.lesson}.html"' in shown
    assert shown.count('class="its-plot"') + shown.count("<img") == len(figures)


def test_a_figure_without_question_and_a_question_without_figure_are_named(tmp_path) -> None:
    page = "book/theorem/diminishing_returns.ipynb"
    for name in (page, "_toc.yml", str(movable.QUESTIONS)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    questions = tmp_path / movable.QUESTIONS
    questions.write_text('diminishing-returns = "More?"\nlost = "Where?"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="no lesson shows the figure 'lost'"):
        movable.movable(tmp_path)
    questions.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"the figure 'diminishing-returns' of book/theorem/.* has no question"):
        movable.movable(tmp_path)


def test_a_figure_that_asks_for_a_bet_does_not_answer_it_on_the_page(figures, tmp_path) -> None:
    movable.write(ROOT, tmp_path)
    for one in (one for one in figures.values() if "bet" in one.payload):
        picture = (tmp_path / movable.FOLDER / f"{one.id}.svg").read_text(encoding="utf-8")
        assert "✓" not in picture and one.payload["finding"] not in picture


def touched(path: Path) -> set[str]:
    """What a hand can move in a notebook: figures with handles or sliders, trees, a dot that is placed on a plot."""
    found = set()
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", ()):
            for kind, data in payloads(output.get("data", {})):
                if (
                    kind in movable.KINDS
                    or (kind == "derivation" and data["plot"])
                    or (kind == "prediction" and "dot" in data)
                ):
                    found.add(kind)
    return found


def test_every_lesson_has_something_to_touch_or_the_notes_say_why_not() -> None:
    notes = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Lessons without a thing to touch")[2]
    listed = re.findall(r"^- `(book/[\w/]+)\.ipynb`: \w.{20,}", notes.partition("\n## ")[0], re.M)
    bare = [
        page
        for part, pages in paths.contents(ROOT).items()
        for page in pages
        if part in PARTS and (path := (ROOT / page).with_suffix(".ipynb")).is_file() and not touched(path)
    ]
    assert sorted(listed) == sorted(bare)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "_static"
    folder.mkdir()
    (folder / "its.js").write_text(assets.script(), encoding="utf-8")
    (folder / "its.css").write_text(assets.style(), encoding="utf-8")
    (folder / "favicon.svg").write_text(assets.favicon(), encoding="utf-8")
    movable.write(ROOT, folder)
    return folder / movable.FOLDER


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as one:
        yield one


def test_each_figure_opens_alone_and_without_a_word_in_the_console(figures, site, browser) -> None:
    page, complaints = browser.new_page(viewport={"width": 390, "height": 844}), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for one in figures.values():
        page.goto((site / f"{one.id}.html").as_uri())
        page.wait_for_function(f"document.querySelector('its-{one.kind}[data-ready]') !== null")
        assert page.locator("h1").inner_text() == one.asks
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, one.id
    page.close()
    assert complaints == []


def test_the_address_of_a_figure_alone_holds_its_state_and_the_button_fills_the_screen(site, browser) -> None:
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    page.goto((site / "diminishing-returns.html").as_uri() + "#its=diminishing-returns&v=1&p=0.1&k=10&target=0.9")
    assert "sample 10 adds" in page.locator(".its-says").inner_text()
    # Large enough to be read from the last row.
    plot = page.locator("svg.its-plot").first.bounding_box()
    assert plot["width"] > 500 and page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    page.close()

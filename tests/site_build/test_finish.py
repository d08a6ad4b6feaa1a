"""Pages as the theme writes them and as they leave the build; what a shared link says of them."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from inference_scaling.display import palette
from inference_scaling.figures import draw
from inference_scaling.site import citations, finish, icons, social


def test_an_icon_that_nobody_drew_is_named() -> None:
    with pytest.raises(ValueError, match="'rocket'"):
        icons.drawn('<i class="fa-solid fa-rocket"></i>')
    assert icons.drawn('<span class="its-fate">kept</span>') == '<span class="its-fate">kept</span>'


def test_only_the_search_page_keeps_the_index() -> None:
    scripts = [f'<script src="../../{name}.js"></script>' for name in ("_static/searchtools", "searchindex")]
    page = f"<head>{''.join(scripts)}</head>"
    assert "<script" not in finish.finished(page)
    kept = finish.finished(page, searches=True)
    assert kept.index("searchindex.js") < kept.index(finish.SEARCH_SCRIPT) < kept.index("</head>")


def test_a_component_gives_way_to_the_section_of_its_name() -> None:
    page = '<section id="law"><its-explorable class="x" id="law"></its-explorable><its-tree class="x" id="own">'
    assert finish.finished(page).count('id="law"') == 1
    assert 'id="law-figure"' in finish.finished(page) and 'id="own"' in finish.finished(page)


def test_search_words_lead_to_pages_of_the_book_only() -> None:
    with pytest.raises(ValueError, match="no page of the book"):
        finish.search_script({})


def test_a_lesson_is_described_by_its_goals_and_a_page_by_its_first_paragraph() -> None:
    goals = publish_doctree("Title\n=====\n\nAfter this page you can\n\n- do this\n- say that\n")
    assert social.description(goals, "Best") == "Best. After this page you can do this; say that."
    evidence = publish_doctree(
        "Date: 2026-01-01. Machine: one of the usual kind, two cores.\n\nShort.\n\n" + "word " * 90
    )
    assert social.description(evidence, "T").startswith("word word")
    assert len(social.description(evidence, "T")) <= social.LONGEST
    assert social.description(publish_doctree("Short."), "T") == ""


def test_a_formula_in_a_description_is_plain() -> None:
    paragraph = nodes.paragraph("", "", nodes.Text("the chance is at most "), nodes.math("", r"\frac{p}{2}"))
    paragraph += nodes.Text(" of what was said before")
    document = publish_doctree("")
    document += paragraph
    assert not set(social.description(document, "T")) & set("\\{}$")


def test_shared_links_name_an_address_only_where_there_is_one() -> None:
    assert "og:" not in social.tags('says "this"', "T", "book/index", "")
    tags = social.tags('says "this"', "<em>T</em> &amp; U", "book/a", "https://example.org/book/")
    assert 'content="https://example.org/book/_static/preview.png"' in tags
    assert 'property="og:url" content="https://example.org/book/book/a.html"' in tags
    assert 'property="og:title" content="T &amp; U"' in tags
    assert 'content="says &quot;this&quot;"' in tags
    with pytest.raises(ValueError, match=r"SITE_URL must be .* got 'example"):
        social.tags("", "T", "book/index", "example.org")


@pytest.mark.parametrize("name", ["book/index", "book/setup/ten_minutes"])
def test_the_picture_is_a_png_of_the_size_that_its_tags_say_and_shows_two_curves(name: str) -> None:
    import io

    import matplotlib.image

    picture = social.picture_of(name)
    tags = social.tags("says", "T", name, "https://example.org")
    assert f'content="https://example.org/_static/{picture.file}"' in tags
    data = social.drawn(picture)
    width, height = struct.unpack(">II", data[16:24])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert f'og:image:width" content="{width}"' in tags and f'og:image:height" content="{height}"' in tags
    pixels = matplotlib.image.imread(io.BytesIO(data))[..., :3]
    for line in picture.lines():
        colour = draw.SERIES[palette.ROLES[line.role].colour]
        rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        assert (np.abs(pixels - rgb).max(-1) < 0.02).sum() > 500
    assert len(data) < 100_000


def test_a_title_that_would_run_into_the_mark_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'aaaaaa.*runs into the mark: shorten it"):
        social.drawn(replace(social.GENERAL, title="a" * 60))


def test_a_page_that_is_sent_by_itself_has_a_picture_of_its_own() -> None:
    assert social.picture_of("book/setup/ten_minutes") != social.picture_of("book/index") == social.GENERAL
    root = Path(__file__).resolve().parents[2]
    assert all([*root.glob(f"{name}.*")] for name in social.OWN)


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        (["Brown", "Juravsky", "Ehrlich"], "Brown et al., 2024"),
        (["Chen", "others"], "Chen et al., 2024"),
        (["Snell", "Lee"], "Snell and Lee, 2024"),
        (["{DeepSeek-AI}"], "DeepSeek-AI, 2024"),
    ],
)
def test_a_paper_is_labelled_as_the_text_cites_it(authors: list[str], expected: str) -> None:
    persons = [SimpleNamespace(prelast_names=[], last_names=[name]) for name in authors]
    assert citations.label(SimpleNamespace(persons={"author": persons}, fields={"year": "2024"})) == expected


def test_parts_that_are_looked_up_are_folded_but_for_the_one_that_is_open() -> None:
    def part(name: str, link: str) -> str:
        caption = f'<p aria-level="2" class="caption" role="heading"><span class="caption-text">{name}</span></p>'
        return f'{caption}<ul class="nav"><li class="{link}"><a href="#">x</a></li></ul>'

    page = finish.finished(f"<div>{part('Setup', '')}{part('Reference', 'current active')}{part('Evidence', '')}</div>")
    assert page.count("<details") == page.count("</details>") == 2
    assert (
        '<details class="its-contents" open><summary class="caption"><span class="caption-text" role="heading"' in page
    )
    assert page.index("Setup") < page.index("<details") < page.index("</details>") < page.index("Evidence")
    assert page.endswith("</ul></details></div>")

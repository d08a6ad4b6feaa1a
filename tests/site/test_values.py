"""On the built pages each value of the prose stands as its cell computed it, and leads to what it stands for."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import pytest
from browsing import SITE
from inference_scaling.site import claims, prose, values

ROOT = Path(__file__).resolve().parents[2]
LESSONS = [path for path in values.pages(ROOT) if path.is_relative_to(ROOT / "book") and path.suffix == ".ipynb"]
PAGES = [*LESSONS, ROOT / "book/reference/claims.md"]
REGISTER = claims.read(ROOT / claims.REGISTER)


@cache
def built(path: Path) -> str:
    return (SITE / path.relative_to(ROOT).with_suffix(".html")).read_text(encoding="utf-8")


def linked(page: str, kind: str) -> list[tuple[str, str]]:
    """Return page and anchor, and the text, of each link of a kind, in the order of the page."""
    found = re.findall(rf'<a class="[^"]*\b{kind}\b[^"]*" href="([^"]+)"[^>]*>(.*?)</a>', page, re.S)
    return [(target, " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())) for target, text in found]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_value_leads_to_its_claim_and_each_paper_to_the_bibliography(path: Path) -> None:
    page = built(path)
    links = [link for _, source in values.passages(path, ROOT) for link in prose.links(source)]
    texts = {link: " ".join(link.text.split()) for link in links}
    up = "../" * len(path.relative_to(ROOT).parents[1:])
    # The page that holds the table leads to its own rows.
    table = "" if path.stem == "claims" else f"{up}book/reference/claims.html"
    of_claims = [link for link in links if link.target in REGISTER]
    assert links or not claims_of(path)
    assert linked(page, "its-claim") == [(f"{table}#claim-{link.target}", texts[link]) for link in of_claims]
    assert linked(page, "its-paper") == [
        (f"{up}book/reference/bibliography.html#{link.target}", texts[link])
        for link in links
        if link.target.startswith(values.PAPER)
    ]
    plain = [link for link in links if link.target in claims_of(path) and link.target not in REGISTER]
    assert re.findall(r'<span class="its-value">([^<]*)</span>', page) == [html.escape(texts[link]) for link in plain]
    # The table of claims leads back to the first place of each.
    for key in {link.target for link in of_claims}:
        assert page.count(f'id="at-{key}"') == 1


@cache
def claims_of(path: Path) -> dict[str, claims.Glued]:
    return claims.glued(path) if path.suffix == ".ipynb" else {}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_what_a_cell_glues_is_no_output_of_the_page(path: Path) -> None:
    page, glued = built(path), claims_of(path)
    assert not glued.keys() & set(re.findall(r"([\w-]+) = -?\d", page))
    assert not re.search(r'<div class="cell_output[^"]*">\s*</div>', page)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_theorem_is_a_block_with_its_title_and_its_anchor(path: Path) -> None:
    page = built(path)
    for block in (block for _, source in values.passages(path, ROOT) for block in prose.blocks(source)):
        box = re.search(rf'<div class="proof {block.kind}[^"]*" id="{block.label}">\s*<p[^>]*>(.*?)</p>', page, re.S)
        assert box and block.title in html.unescape(re.sub(r"<[^>]+>", "", box[1])), block
    assert ":::" not in page

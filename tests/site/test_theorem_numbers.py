"""The built pages say the numbers of theorems that the sources give."""

from __future__ import annotations

import re
from pathlib import Path

from browsing import SITE
from inference_scaling.site import theorems

ROOT = Path(__file__).resolve().parents[2]


def test_pages_say_the_numbers_of_the_sources() -> None:
    for one in theorems.blocks(ROOT).values():
        page = (SITE / f"{one.page}.html").read_text(encoding="utf-8")
        title = re.search(
            rf'id="{one.label}">\s*<p class="admonition-title"><span class="caption-number">([^<]+)<', page
        )
        assert title is not None and title[1].strip() == one.name, one.label

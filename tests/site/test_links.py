"""Every internal link and anchor of the built book leads somewhere."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browsing import SITE, built_pages

# A page is a megabyte, most of it pictures, and every worker reads every page that one of its pages leads to: Python's
# own parser needs half a second for each. A test compares the two.
OUTSIDE = re.compile(r"(<script\b[^>]*>).*?</script>|<!--.*?-->", re.S | re.I)
TAG = re.compile(r"""<([a-z][^\s/>]*)((?:\s+[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*/?>""", re.I)
NAMED = re.compile(r"""\s(id|name|href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


@dataclass
class Read:
    ids: set[str]
    links: list[str]

    def add(self, tag: str, name: str, value: str | None) -> None:
        if name in ("id", "name") and value:
            self.ids.add(value)
        if value and ((name == "href" and tag in ("a", "link")) or (name == "src" and tag != "a")):
            self.links.append(value)


@cache
def read(path: Path) -> Read:
    found = Read(set(), [])
    for tag, attributes in TAG.findall(OUTSIDE.sub(r"\1", path.read_text(encoding="utf-8"))):
        for name, *values in NAMED.findall(attributes):
            found.add(tag.lower(), name.lower(), html.unescape("".join(values)))
    return found


class Slowly(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Read(set(), [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.found.add(tag, name, value)


@pytest.mark.parametrize("name", ["book/index.html", "book/setup/pass_at_k.html", "search.html"])
def test_a_page_is_read_as_by_a_parser(name: str) -> None:
    slowly = Slowly()
    slowly.feed((SITE / name).read_text(encoding="utf-8"))
    assert read(SITE / name) == slowly.found and slowly.found.links


@pytest.mark.parametrize("name", built_pages())
def test_links_of_page_lead_somewhere(name: str) -> None:
    here = SITE / name
    broken = []
    for link in read(here).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        if not target.is_file():
            broken.append(f"{link}: no such file")
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in read(target).ids:
            broken.append(f"{link}: no such anchor")
    assert not broken, "\n".join(broken)

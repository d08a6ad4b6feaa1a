"""A link to a heading of another lesson leads to a heading, by JupyterLab's rule and by the site's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from inference_scaling.site import prose

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "book").rglob("*.ipynb"))
_LINK = re.compile(r"\]\((?P<page>[^)\s#]+\.ipynb)#(?P<anchor>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)


def headings(path: Path) -> list[str]:
    """The headings of a notebook, in order; what stands in a fence of code is none."""
    found = []
    for source in prose.texts(path):
        found += _HEADING.findall(re.sub(r"^```.*?^```", "", source, flags=re.M | re.S))
    return found


def links(path: Path) -> list[tuple[str, str]]:
    return [(found["page"], found["anchor"]) for source in prose.texts(path) for found in _LINK.finditer(source)]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_link_to_a_heading_of_a_lesson_finds_it(path: Path) -> None:
    for page, anchor in links(path):
        target = (path.parent / page).resolve()
        assert target.is_file(), f"{path.name}: {page} does not exist"
        # JupyterLab's own rule: the heading's text, with hyphens for spaces.
        assert anchor in [one.replace(" ", "-") for one in headings(target)], f"{path.name}: {page} has no #{anchor}"


def test_the_site_makes_anchors_by_the_same_rule() -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    assert config["myst_heading_slug_func"] == f"{prose.anchor.__module__}.{prose.anchor.__name__}"
    assert prose.anchor("Odds and Bayes") == "Odds-and-Bayes"


@pytest.mark.parametrize("name", ["primer", "primer_measuring"])
def test_headings_of_the_primer_make_plain_addresses(name: str) -> None:
    path = ROOT / "book" / "setup" / f"{name}.ipynb"
    every = headings(path)
    assert len(every) == len(set(every))
    # No sign that a viewer would write otherwise in an address.
    assert all(re.fullmatch(r"[A-Za-z0-9 ]+", one) for one in every[1:]), every

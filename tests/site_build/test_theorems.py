"""Theorems are numbered within their part, from the sources alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from inference_scaling.site import theorems

ROOT = Path(__file__).resolve().parents[2]


def book(folder: Path, **pages: str) -> Path:
    parts = "".join(f"  - caption: {name}\n    chapters:\n      - file: {name}\n" for name in pages)
    (folder / "_toc.yml").write_text(f"root: index\nparts:\n{parts}", encoding="utf-8")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


ONE = ":::{prf:theorem} One\n:label: thm-one\nWords.\n:::\n"
TWO = "```{prf:theorem} Two\n---\nlabel: thm-two\n---\nWords.\n```\n"
NAMED = ":::{prf:definition} Named\n:label: def-named\nWords.\n:::\n"


def test_each_part_counts_its_own_and_each_kind_apart(tmp_path: Path) -> None:
    found = theorems.blocks(book(tmp_path, first=ONE, second=NAMED + TWO))
    assert {label: one.name for label, one in found.items()} == {
        "thm-one": "Theorem 1.1",
        "def-named": "Definition 2.1",
        "thm-two": "Theorem 2.1",
    }
    assert theorems.blocks(tmp_path)["thm-two"].name == "Theorem 2.1"


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ({"a": ONE, "b": ONE}, "b: the label 'thm-one' stands a second time, first in a"),
        ({"a": ":::{prf:theorem} Bare\nWords.\n:::\n\n:label: thm-late\n"}, "a: the theorem 'Bare' has no label"),
    ],
)
def test_a_theorem_that_cannot_be_named_is_told_with_its_page(tmp_path: Path, pages: dict, told: str) -> None:
    with pytest.raises(theorems.TheoremError, match=told):
        theorems.blocks(book(tmp_path, **pages))


def test_a_missing_page_is_named(tmp_path: Path) -> None:
    book(tmp_path, a=ONE)
    (tmp_path / "a.md").unlink()
    with pytest.raises(theorems.TheoremError, match=r"neither a\.ipynb nor a\.md"):
        theorems.blocks(tmp_path)


def test_the_lesson_to_read_first_begins_with_the_first_theorem_of_its_part() -> None:
    assert theorems.blocks(ROOT)["thm-diminishing"].name == "Theorem 2.1"

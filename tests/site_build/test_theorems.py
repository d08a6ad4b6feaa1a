"""Theorems are numbered within their part, from the sources alone."""

from __future__ import annotations

import ast
import json
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from inference_scaling.interactive.derivation import Derivation
from inference_scaling.lessons.registry import PARTS
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


@pytest.mark.parametrize("ending", ["md", "ipynb"])
@pytest.mark.parametrize(
    ("behind", "named"),
    [
        ("\nThis is our own derivation.\n", True),
        ("\nIt was published by [](#cite-chen2021evaluating).\n", True),
        ("\nIt is easy to see.\n", False),
        ("\n## Next\n\nThis is our own derivation.\n", False),
        ("\n" + TWO + "\nThis is our own derivation.\n", False),
    ],
)
def test_a_theorem_without_a_source_is_told_with_file_and_line(tmp_path: Path, behind, named, ending) -> None:
    book(tmp_path, a="Words.\n\n" + ONE + behind)
    if ending == "ipynb":
        text = (tmp_path / "a.md").read_text(encoding="utf-8").splitlines(keepends=True)
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / "a.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
        (tmp_path / "a.md").unlink()
    lines = (tmp_path / f"a.{ending}").read_text(encoding="utf-8").splitlines()
    line = next(i for i, one in enumerate(lines, 1) if "prf:theorem} One" in one)
    wanted = [] if named else [f"a.{ending}:{line}: the theorem 'One' names no source"]
    found = [one for one in theorems.unsourced(tmp_path) if "'One'" in one]
    assert [one.partition(":" + " behind")[0] for one in found] == wanted


def test_a_paper_that_no_page_cites_is_told_with_its_line(tmp_path: Path) -> None:
    book(tmp_path, a="See [](#cite-used2024).")
    (tmp_path / "book").mkdir()
    entry = "@misc{{{key},\n  author = {{A, B}},\n  title = {{T}},\n  year = {{2024}}\n}}\n\n"
    text = entry.format(key="used2024") + entry.format(key="idle2024")
    (tmp_path / "book" / "references.bib").write_text(text, encoding="utf-8")
    (told,) = theorems.unused_papers(tmp_path)
    assert told.startswith("book/references.bib:7: no page cites idle2024")


def test_every_theorem_of_the_book_names_its_source_and_every_paper_is_cited() -> None:
    assert theorems.unsourced(ROOT) + theorems.unused_papers(ROOT) == []


def holds(evidence: str) -> bool:
    """Whether the test or the derivation that a line of the table names exists."""
    if evidence.startswith("derivation "):
        modules = (import_module(f"inference_scaling.lessons.{part}.derivations") for part in PARTS)
        known = {one.id for module in modules for one in vars(module).values() if isinstance(one, Derivation)}
        return evidence.removeprefix("derivation ") in known
    path, _, name = evidence.partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return name.startswith("test_") and name in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_every_theorem_is_held_by_a_test_or_a_checked_derivation() -> None:
    table = tomllib.loads((ROOT / "tests" / "theorems.toml").read_text(encoding="utf-8"))
    found = theorems.blocks(ROOT)
    stated = {label for label, one in found.items() if one.kind == "theorem"}
    missing = [f"{found[label].page}: {label} has no line in tests/theorems.toml" for label in stated - set(table)]
    gone = [f"tests/theorems.toml: no page has the theorem {label}" for label in set(table) - stated]
    wrong = [
        f"tests/theorems.toml: {label}: there is no {evidence}"
        for label, lines in table.items()
        for evidence in lines or ["test"]
        if not lines or not holds(evidence)
    ]
    assert sorted(missing + gone) + wrong == []

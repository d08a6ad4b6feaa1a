"""The book writes best-of-N one way, and a place that does not is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from inference_scaling.site import terms

ROOT = Path(__file__).resolve().parents[2]
# The notebooks of the other parts and of the exercises join when their prose is written so.
WRITTEN = (
    "*.md",
    "book/**/*.md",
    "book/reference/*.toml",
    "book/**/*.ipynb",
    "exercises/**/*.ipynb",
    "lib/**/*.py",
)


@pytest.mark.parametrize(
    ("was", "right"),
    [
        ("Best-of-n and best-of-k.", "Best-of-N and best-of-N."),
        ("the best-of-n law", "the best-of-N law"),
        ("best-of-16 stays, `best-of-n` too", "best-of-16 stays, `best-of-n` too"),
        ('id="best-of-n"', 'id="best-of-n"'),
        ("[x](a.md#best-of-n), thm-best-of-n-any", "[x](a.md#best-of-n), thm-best-of-n-any"),
        ("```{reference} best-of-k", "```{reference} best-of-k"),
    ],
)
def test_prose_is_mended_and_names_are_not(was: str, right: str) -> None:
    assert terms.mended(was) == right
    assert terms.mended(right) == right


def test_a_deviation_is_named_with_file_cell_and_line(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["best-of-n = 1"]},
        {"cell_type": "markdown", "source": ["First.\n", "Then best-of-n."]},
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (told,) = terms.deviations(path)
    assert "a.ipynb: cell 1, line 2: write best-of-N: 'Then best-of-n.'" in told


def test_pages_and_library_write_it_so() -> None:
    files = {path for pattern in WRITTEN for path in ROOT.glob(pattern)}
    files = {path for path in files if terms.RECORDED not in path.as_posix() and path.name != "terms.py"}
    assert len(files) > 100
    assert not [one for path in sorted(files) for one in terms.deviations(path)]

"""The page's scripts without a page: their pure parts, run by the JavaScript engine that the environment brings."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from deno import find_deno_bin
from inference_scaling.answers import typed_line as line
from inference_scaling.display import assets

ROOT = Path(__file__).resolve().parents[2]
CASES = json.loads((ROOT / "tests" / "js" / "typed_lines.json").read_text(encoding="utf-8"))
PIECES = [
    *"pkPK20.^*/+-()!,{}[]=|%$ \\_xE√ᵏ²⁻·−",
    "**",
    "\\frac{",
    "}{",
    "\\binom",
    "\\ln ",
    "\\left(",
    "\\right)",
    "ln",
    "Exp(",
    "C(",
]
PIECES += ["np.", "math.", "log1p", "\\mathrm{", "\\cdot", "pow(", "e", "1e3", "ⁿ", "½", "é"]


def read(text: str) -> dict[str, object]:
    """Return what the notebook's reader makes of a line, in the form in which the page's reader says it."""
    typed = {"line": text, "number": read_number(text)}
    try:
        return typed | {"tree": line.parse(text, CASES["symbols"])}
    except line.LineError as refused:
        return typed | {"at": refused.position, "says": str(refused)}


def read_number(text: str) -> dict[str, object]:
    """Return what the notebook makes of the same text where it asks for a number."""
    try:
        return {"value": line.number(text)}
    except ValueError as refused:
        return {"says": str(refused)}


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Lines of pieces at random, and known ones with a few signs changed."""
    draw = random.Random(20_261)
    found = ["".join(draw.choices(PIECES, k=draw.randint(1, 7))) for _ in range(3000)]
    known = [*(case["line"] for case in CASES["accepted"]), *(case["text"] for case in CASES["numbers"])]
    for _ in range(3000):
        signs = list(draw.choice(known))
        for _ in range(draw.randint(1, 2)):
            start = draw.randrange(len(signs) + 1)
            signs[start : start + draw.randrange(3)] = draw.choice(PIECES)
        found.append("".join(signs))
    return found


def test_the_pure_parts_of_the_scripts_pass_their_cases_and_read_lines_as_the_notebook_does(tmp_path, lines):
    judged = [read(text) for text in lines]
    assert 300 < sum("tree" in one for one in judged) < 5500
    assert 100 < sum("value" in one["number"] for one in judged) < 5500
    (tmp_path / "lines.json").write_text(json.dumps(judged), encoding="utf-8")
    (tmp_path / "script.js").write_text(assets.script(), encoding="utf-8")
    # Offline, with no more rights than to read: types are checked by `make lint`.
    options = ["--no-check", "--no-remote", "--no-npm", "--allow-read", "--allow-env=ITS_SCRIPT,ITS_LINES"]
    given = {"ITS_SCRIPT": str(tmp_path / "script.js"), "ITS_LINES": str(tmp_path / "lines.json")}
    ran = subprocess.run(
        [find_deno_bin(), "test", *options, "tests/js"],
        cwd=ROOT,
        env=os.environ | given | {"DENO_DIR": str(tmp_path), "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "0 failed" in ran.stdout


def test_no_page_carries_the_lines_that_only_the_checker_of_types_reads():
    assert "// @ts-check" not in assets.script()
    assert not [text for text in assets.script().splitlines() if text.lstrip().startswith("/** @")]

"""The page's scripts without a page: their pure parts, run by the JavaScript engine that the environment brings."""

from __future__ import annotations

import json
import os
import random
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pytest
from deno import find_deno_bin
from inference_scaling import IntervalWarning, SampleSet, coverage, curve
from inference_scaling.answers import typed_line as line
from inference_scaling.display import assets
from scipy.special import stdtrit

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


def counted() -> dict[str, object]:
    """Return counts as text with the library's values of them, for the page that computes on the reader's own."""
    draw = np.random.default_rng(20_261)
    drawn = [
        ([20] * 60, draw.binomial(20, draw.beta(0.4, 1.2, 60))),
        ([5], [2]),
        ([3] * 9, [0] * 9),
        ([3] * 9, [3] * 9),
    ]
    drawn += [(draw.integers(6, 40, 200), 0), ([1] * 12, [0, 1] * 6), ([100_000] * 3, [1, 50_000, 99_999])]
    drawn += [([7] * 2000, [0] * 1999 + [1]), ([64] * 400, draw.integers(0, 65, 400))]
    tables = []
    for n, c in drawn:
        n = np.asarray(n)
        c = draw.integers(0, n + 1) if np.ndim(c) == 0 else np.asarray(c)
        k = sorted({1, 2, int(n.min()) // 2 or 1, int(n.min())} - {0})
        k = [one for one in k if one <= n.min()]
        text = "".join(f"{one}, {right}\n" for one, right in zip(n.tolist(), c.tolist(), strict=True))
        table: dict[str, object] = {"text": text, "k": k}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IntervalWarning)
            for selector in ("pass", "all"):
                found = curve(SampleSet.from_counts(n, c), selector, k)
                table[selector] = {name: getattr(found, name).tolist() for name in ("value", "low", "high")}
        table["promise"] = coverage(float((c / n).mean()), k).tolist()
        tables.append(table)
    reach = [(df, float(stdtrit(df, 0.975))) for df in (2, 3, 5, 10, 40, 200, 1319, 100_000)]
    return {"tables": tables, "reach": reach}


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
    (tmp_path / "counts.json").write_text(json.dumps(counted()), encoding="utf-8")
    scripts = "\n".join([assets.script(), assets.own("your_numbers", "js")])
    (tmp_path / "script.js").write_text(scripts, encoding="utf-8")
    # Offline, with no more rights than to read: types are checked by `make lint`.
    options = ["--no-check", "--no-remote", "--no-npm", "--allow-read", "--allow-env=ITS_SCRIPT,ITS_LINES,ITS_COUNTS"]
    given = {"ITS_SCRIPT": str(tmp_path / "script.js"), "ITS_LINES": str(tmp_path / "lines.json")}
    given["ITS_COUNTS"] = str(tmp_path / "counts.json")
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

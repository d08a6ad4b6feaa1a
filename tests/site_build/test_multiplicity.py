"""What the page of claims says about chance: counted again from the register, and by drawing differences of nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from inference_scaling.site import claims, multiplicity, reference

ROOT = Path(__file__).parents[2]


def test_a_reader_who_counts_the_verdicts_finds_the_pages_numbers() -> None:
    rows = tomllib.loads((ROOT / claims.REGISTER).read_text())["claim"]
    verdicts = [row["verdict"] for row in rows if "interval" in row and row.get("null") == 0]
    borderline, held = verdicts.count("borderline"), verdicts.count("open")
    said = re.sub("<[^>]+>", "", reference.TABLES["multiplicity"](ROOT, "../../").partition("</p>")[0])
    assert f"The verdict of {len(verdicts)} claims" in said
    assert f"In this book {len(verdicts) - held} leave out 0, and {borderline} of them only just" in said
    assert f"Of the other {len(verdicts) - held - borderline} chance would give" in said


def test_chance_gives_what_differences_of_nothing_give() -> None:
    drawn = np.abs(np.random.default_rng(3).standard_normal((4000, 75)))
    for at_least in (0.0, 1.0, 1.96, 2.6):
        counts = (drawn >= at_least).sum(axis=1)
        error = counts.std() / np.sqrt(len(counts))
        assert multiplicity.by_chance(75, at_least) == pytest.approx(counts.mean(), abs=4 * error + 1e-9)


def test_only_differences_from_zero_are_counted_and_those_without_an_interval_are_not() -> None:
    def claim(**more: object) -> claims.Claim:
        return claims.Claim("x", "p", "s", "recorded", "d", value=0.2, tolerance=0.1, **more)  # type: ignore[arg-type]

    told = [
        claim(),
        claim(interval=(0.1, 0.3), over="9 runs"),
        claim(interval=(0.1, 0.3), over="9 runs", null=0.5),
        claim(interval=(0.1, 0.3), over="9 runs", null=0),
        claim(interval=(-0.2, 0.6), over="9 runs", null=0.0),
    ]
    # By hand: 0.2 over a quarter of the width, 3.92 standard errors wide.
    assert multiplicity.distances(told) == pytest.approx([0.2 * 3.92 / 0.8, 0.2 * 3.92 / 0.2])

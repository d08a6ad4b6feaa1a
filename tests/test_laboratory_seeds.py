"""The record of the Laboratory's claims on fresh seeds: what counts as held, and that it speaks of the register."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def record() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        import laboratory_seeds
    return sys.modules[laboratory_seeds.__name__]


@pytest.mark.parametrize(
    ("name", "interval", "held"),
    [
        ("lab-search-hard", (0.01, 0.2), True),
        ("lab-search-hard", (-0.01, 0.2), False),
        ("lab-search-easy", (-0.01, 0.2), True),
        ("lab-search-easy", (0.01, 0.2), False),
        ("lab-search-easy", (-0.2, -0.01), False),
        ("lab-co-equal", (np.nan, np.nan), None),
    ],
)
def test_a_claim_holds_on_a_seed_by_its_whole_interval(
    name: str, interval: tuple[float, float], held: bool | None, record
):
    assert record.held(name, 0.1, *interval) is held


def test_the_table_counts_the_seeds_on_which_each_claim_held(record):
    sure, open_ = ([(name, 0.1, low, 0.2) for name in record.CLAIMS] for low in (0.05, -0.05))
    told = record.table({1: sure, 2: open_})
    lines = {line.split(" | ")[0].strip("| "): line for line in told.splitlines()[2:]}
    assert list(lines) == list(record.CLAIMS)
    assert lines["lab-search-hard"].endswith("| 1 of 2 |") and lines["lab-search-easy"].endswith("| 1 of 2 |")
    assert "+0.100 [-0.050, +0.200]" in lines["lab-search-hard"]


def test_the_record_speaks_of_claims_of_the_register(record):
    register = tomllib.loads((ROOT / "book/reference/claims.toml").read_text(encoding="utf-8"))
    known = {claim["id"] for claim in register["claim"]}
    # The weight 0 for rare groups is shown beside its claim, and has none of its own.
    assert set(record.CLAIMS) - known == {"lab-rare-zero"}

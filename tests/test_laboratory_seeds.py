"""The record of the small reasoner's claims on fresh seeds: what counts as held, and what the register says of it."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from inference_scaling.lessons.laboratory import comparisons, nine
from inference_scaling.sources import reasoner

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


# How a remark of the register says on how many of the three seeds a difference was shown.
SHOWN = {"all": 3, "two": 2, "one": 1, "none": 0, "any": 0}
SEEDS = re.compile(r"\b(?:so )?on (all|two of|one of|none of|any of) three fresh seeds")


def counts_of_the_page() -> dict[str, int]:
    page = (ROOT / "book/reference/evidence/laboratory_seeds.md").read_text(encoding="utf-8")
    return {name: int(held) for name, held in re.findall(r"(?m)^\| ([a-z0-9-]+) \|.* (\d) of 3 \|$", page)}


def test_a_remark_of_the_register_counts_the_seeds_as_the_record_does(record):
    register = tomllib.loads((ROOT / "book/reference/claims.toml").read_text(encoding="utf-8"))
    held, told = counts_of_the_page(), 0
    for claim in register["claim"]:
        for said in SEEDS.findall(claim.get("remark", "")):
            shown = SHOWN[said.split()[0]]
            # A claim that no difference is shown counts the seeds where none is.
            if record.CLAIMS[claim["id"]][1] == "holds 0":
                shown = 3 - shown
            assert held[claim["id"]] == shown, claim["id"]
            told += 1
        if "fresh seed" in claim.get("remark", ""):
            assert SEEDS.search(claim["remark"]), f"{claim['id']}: the remark on fresh seeds gives no count"
            assert claim["id"] in held, f"{claim['id']}: the remark speaks of fresh seeds, and the record does not"
    assert told > 15


def test_a_simulated_claim_on_the_small_reasoner_with_an_interval_that_leaves_out_0_is_on_the_record(record):
    register = tomllib.loads((ROOT / "book/reference/claims.toml").read_text(encoding="utf-8"))
    of_one_model = [
        claim["id"]
        for claim in register["claim"]
        if "seed 14" in claim["source"]
        and claim.get("null") == 0
        and not claim["interval"][0] <= 0 <= claim["interval"][1]
    ]
    assert len(of_one_model) > 15
    assert set(of_one_model) <= set(record.CLAIMS), set(of_one_model) - set(record.CLAIMS)


@pytest.fixture(scope="module")
def book() -> reasoner.Laboratory:
    return reasoner.load(reasoner.Config(seed=14))


@pytest.mark.parametrize("lesson", ["votes", "nine", "revision"])
def test_on_the_seed_of_the_book_the_record_measures_what_the_register_states(
    lesson: str, record: ModuleType, book: reasoner.Laboratory
):
    if lesson == "nine":
        sums = comparisons.sums_by_difficulty(book.reasoner, [14, 31])
        drawn = book.reasoner.draw(sums.problems, 256, np.random.default_rng([14, 32]))
        best = nine.best_by_number(drawn, book.prm.score(drawn), 256)
        kept = nine.recorded_runs().by_prm
        rows = record.of_the_nine(lambda *which: kept[which], best, sums.problems.length.reshape(3, -1))
    else:
        rows = {"votes": record.of_the_votes, "revision": record.of_the_revision}[lesson](book, 14)
    register = tomllib.loads((ROOT / "book/reference/claims.toml").read_text(encoding="utf-8"))
    stated = {claim["id"]: claim for claim in register["claim"]}
    told = 0
    for name, value, low, high in rows:
        if name not in record.CLAIMS:
            continue
        claim = stated[name]
        # The record turns a difference so that its claimed side lies above 0.
        turned = -1 if claim["value"] * value < 0 else 1
        assert turned * value == pytest.approx(claim["value"], abs=claim["tolerance"]), name
        assert sorted((turned * low, turned * high)) == pytest.approx(claim["interval"], abs=0.001), name
        told += 1
    assert told == {"votes": 4, "nine": 8, "revision": 7}[lesson]

"""Published numbers beside our own: which of them the recorded data or a law of the book give again.

The numbers stand in ``data/published_numbers.csv``. A comparison computes ours from records or laws; whether the
two agree is then found, never written down: `outcome` says so from the difference and the stated distance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import nbformat
import numpy as np

from .. import estimates, laws
from ..sources import recorded

__all__ = ["COMPARISONS", "Published", "Reproduction", "outcome", "published", "quoted"]


@dataclass(frozen=True)
class Published:
    """One verified row of the table of published numbers. `value` is None where a source states no number."""

    id: str
    source: str
    quantity: str
    setting: str
    value: float | None
    unit: str
    note: str


@dataclass(frozen=True)
class Reproduction:
    """Our own number beside a published one.

    `ours()` computes it, `how` says from what. `within` is the largest distance that counts as the same number:
    half a unit of the last printed digit unless `why` says otherwise.
    """

    how: str
    ours: Callable[[], float]
    within: float | Callable[[], float]
    why: str = ""


@cache
def published() -> Mapping[str, Published]:
    """Return the verified published numbers by id. Rows quoted from memory are left out."""
    columns = recorded.table("published_numbers")
    rows = {}
    for i, verified in enumerate(columns["verified"]):
        if str(verified) == "yes":
            text = {name: str(columns[name][i]) for name in ("id", "source", "quantity", "setting", "unit", "note")}
            rows[text["id"]] = Published(**text, value=_value(columns["value"][i]))
    return MappingProxyType(rows)


def _value(field: object) -> float | None:
    try:
        number = float(field)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def quoted(root: Path) -> dict[str, tuple[str, ...]]:
    """Return which lessons name which published number: names of pages, without ending, by id."""
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, published())) + r")\b")
    pages: dict[str, set[str]] = {}
    for path in sorted((root / "book").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            cells = nbformat.read(path, as_version=4).cells
            for found in pattern.findall("\n".join(cell.source for cell in cells)):
                pages.setdefault(found, set()).add(path.relative_to(root).with_suffix("").as_posix())
    return {key: tuple(sorted(names)) for key, names in pages.items()}


def outcome(comparison: Reproduction, theirs: float) -> tuple[float, bool]:
    """Return our number, and whether it is the published one within the stated distance."""
    ours = float(comparison.ours())
    within = comparison.within() if callable(comparison.within) else comparison.within
    return ours, bool(abs(ours - theirs) <= within + 1e-12)


def _share(method: str) -> float:
    columns = recorded.table("game24_samples")
    return float(np.mean(columns["correct"][columns["method"] == method]))


def _solved(method: str) -> float:
    columns = recorded.table("game24_samples")
    of_method = columns["method"] == method
    puzzles = columns["idx"][of_method]
    return len(set(puzzles[columns["correct"][of_method] == 1].tolist())) / len(set(puzzles.tolist()))


def _usage(method: str, column: str) -> float:
    columns = recorded.table("game24_usage")
    return float(np.mean(columns[column][columns["method"] == method]))


def _gsm8k(model: str) -> float:
    return float(np.mean(recorded.table("gsm8k_cobbe_outcomes")[model]))


@cache
def _codegen() -> estimates.Curve:
    return estimates.curve(recorded.load("humaneval_codet"), "pass", [1, 10, 100])


def _half_width(i: int) -> float:
    return float(_codegen().high[i] - _codegen().low[i]) / 2


def _between(first: str, last: str, k: int) -> float:
    """Coverage at k of the Beta distribution that has pass@1 and pass@100 as published."""
    from scipy.optimize import brentq

    p, end = published()[first].value, published()[last].value
    total = brentq(lambda total: laws.BetaBinomial(p * total, (1 - p) * total).coverage(100) - end, 1e-6, 1e4)
    return float(laws.BetaBinomial(p * total, (1 - p) * total).coverage(k))


def _tail_exponent() -> float:
    """Slope of the failure of a Beta(0.3, 2) benchmark on logarithmic scales, far out."""
    family, k = laws.BetaBinomial(0.3, 2.0), np.array([1e6, 1e8])
    return float(-np.diff(np.log1p(-family.coverage(k)))[0] / np.diff(np.log(k))[0])


_GAME = "the recorded answers, every one checked again in exact arithmetic"
_GSM = "the recorded outcomes of 1,319 problems"
_PROGRAMS = "100 recorded programs for each of 164 problems, at one temperature"
_TUNED = "theirs takes the best temperature for each k; the same if within half the 95 % interval of ours"

COMPARISONS: Mapping[str, Reproduction] = MappingProxyType(
    {
        "yao-01": Reproduction(_GAME, lambda: _share("io"), 0.0005),
        "yao-02": Reproduction(_GAME, lambda: _share("cot"), 0.0005),
        "yao-07": Reproduction(_GAME, lambda: _solved("io"), 0.005),
        "yao-08": Reproduction(_GAME, lambda: _solved("cot"), 0.005),
        "yao-09": Reproduction("one right answer among the five of the released search", lambda: _solved("tot"), 0.005),
        "yao-05": Reproduction("the released search, which is a rerun", lambda: _solved("tot"), 0.005),
        "yao-13": Reproduction("the released token counts", lambda: _usage("tot", "completion_tokens"), 50),
        "yao-14": Reproduction(
            "the released costs", lambda: _usage("tot", "cost_usd"), 0.01, "printed cut, not rounded"
        ),
        "yao-11": Reproduction("the released token counts", lambda: _usage("cot", "completion_tokens"), 50),
        "yao-12": Reproduction("the released costs", lambda: _usage("cot", "cost_usd"), 0.005),
        "cobbe-05": Reproduction(_GSM, lambda: _gsm8k("ft6b"), 5e-6),
        "cobbe-06": Reproduction(_GSM, lambda: _gsm8k("ver6b"), 5e-6),
        "cobbe-07": Reproduction(_GSM, lambda: _gsm8k("ft175b"), 5e-6),
        "cobbe-08": Reproduction(_GSM, lambda: _gsm8k("ver175b"), 5e-6),
        "codegen-01": Reproduction(_PROGRAMS, lambda: _codegen().value[0], lambda: _half_width(0), _TUNED),
        "codegen-02": Reproduction(_PROGRAMS, lambda: _codegen().value[1], lambda: _half_width(1), _TUNED),
        "codegen-03": Reproduction(_PROGRAMS, lambda: _codegen().value[2], lambda: _half_width(2), _TUNED),
        "chen-16": Reproduction(
            "the recorded problems", lambda: len(recorded.table("humaneval_codet_problems")["problem"]), 0
        ),
        "chen-07": Reproduction(
            "the Beta law through their pass@1 and pass@100", lambda: _between("chen-06", "chen-08", 10), 0.005
        ),
        "chen-10": Reproduction(
            "the Beta law through their pass@1 and pass@100", lambda: _between("chen-09", "chen-11", 10), 0.005
        ),
        "chen-13": Reproduction(
            "the Beta law through their pass@1 and pass@100", lambda: _between("chen-12", "chen-14", 10), 0.005
        ),
        "brown-10": Reproduction(
            "one p for all problems, 1 − (1 − 0.0002)^10000",
            lambda: laws.coverage(published()["brown-09"].value, 10_000),
            0.0005,
        ),
        "brown-12": Reproduction(
            "one p for all problems, 1 − (1 − 0.0027)^10000",
            lambda: laws.coverage(published()["brown-11"].value, 10_000),
            0.005,
        ),
        "brown-13": Reproduction("the law at p = 0", lambda: laws.coverage(0.0, 10_000), 0),
    }
)

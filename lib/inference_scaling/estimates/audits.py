"""Audit of published rows: from pass^1 to pass^n back to the number of tasks with each number of successes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .._arguments import as_counts, one
from ..samples.native import Framed

__all__ = ["Audit", "audit"]

# Digits beyond this are those of floating-point arithmetic, not of what was published.
MOST_DECIMALS = 12
# A search that has looked at this many partial histograms is given up; one that has found so many is stopped.
MOST_STEPS, MOST_HISTOGRAMS = 1_000_000, 1000


@dataclass(frozen=True)
class Audit(Framed):
    """What a published row allows.

    Attributes
    ----------
    tasks, trials : int
    published : tuple of float
        pass^1 to pass^trials as given.
    histograms : tuple of tuple of int
        Every histogram that rounds to the row: the number of tasks with 0, 1, …, `trials` successes.
    unrounded : tuple of float
        The same numbers of tasks computed from the published digits as they stand.
    reason : str
        Why there is no histogram, or why there may be others; empty otherwise.
    complete : bool
        Whether `histograms` holds all there are.
    """

    tasks: int
    trials: int
    published: tuple[float, ...]
    histograms: tuple[tuple[int, ...], ...]
    unrounded: tuple[float, ...]
    reason: str = ""
    complete: bool = True

    def _rows(self) -> dict[str, Any]:
        found = {"tasks": self.tasks, "trials": self.trials, "verdict": self.verdict, "reason": self.reason}
        return found | {"histograms": len(self.histograms), "complete": self.complete}

    @property
    def verdict(self) -> str:
        """ "one", "several", "none", or "undecided" where the search was given up.

        Examples
        --------
        >>> audit(["0.5", "0.25"], tasks=4).verdict
        'one'
        """
        if len(self.histograms) > 1:
            return "several"
        if not self.complete:
            return "undecided"
        return "one" if self.histograms else "none"

    def __str__(self) -> str:
        each = f"{self.tasks} tasks, {self.trials} trials each: "
        if self.verdict in ("none", "undecided"):
            return f"{each}{'no histogram' if self.complete else 'undecided'}. {self.reason}"
        many = "one histogram" if self.verdict == "one" else f"{len(self.histograms)} histograms"
        shown = "; ".join(
            ", ".join(f"{count} with {right}" for right, count in enumerate(histogram))
            for histogram in self.histograms[:3]
        )
        more = "; …" if len(self.histograms) > 3 else ""
        return f"{each}{many}. Tasks by successes: {shown}{more}." + (f" {self.reason}" if self.reason else "")


def audit(values: Sequence[Any], tasks: int, *, decimals: int | None = None, roundings: int = 1) -> Audit:
    """Find every histogram of successes that rounds to a published row pass^1, …, pass^n, or show that none does.

    Parameters
    ----------
    values : sequence of str or float
        pass^1 to pass^n in order, as fractions of 1, for n trials of every task. Give text, as in ``"0.420"``, to keep
        the zeros at the end, which say how many digits were published.
    tasks : int
        Number of tasks, at least 1.
    decimals : int, optional
        Digits after the point that the row was rounded to, 0 to 12; by default the most that one of its values shows.
    roundings : {1, 2}
        Twice: first to one digit more, then to `decimals`, as when per cents with one digit are made from a table
        that was rounded before. The row may then be off by 0.55 units of its last digit instead of 0.5.

    Returns
    -------
    Audit

    Raises
    ------
    ValueError
        When a value is no number in [0, 1], there is none, or another argument is outside its range.

    Notes
    -----
    T · C(n, k) · pass^k is the number of sets of k trials, of one task each, that are all right: a whole number, and
    equal to Σ C(j, k) N_j, where N_j tasks have j successes. Inverting these sums gives
    N_j = Σ (−1)^(k−j) C(k, j) T C(n, k) pass^k over k from j to n, with pass^0 = 1. So an exact row has one histogram
    at most; a rounded one allows a few whole numbers for each sum, and all of them are tried, in exact arithmetic.

    A row without a histogram is not a wrong one. It was not made from `tasks` tasks with n complete trials each, every
    task counted alike, and rounded as said; which of these fails, the row does not tell.

    Examples
    --------
    >>> print(audit(["0.420", "0.273", "0.220", "0.200"], tasks=50))
    50 tasks, 4 trials each: one histogram. Tasks by successes: 14 with 0, 12 with 1, 10 with 2, 4 with 3, 10 with 4.
    >>> audit(["0.642", "0.589", "0.554", "0.521"], tasks=50).reason
    'pass^1 = 0.642 of 200 trials is 128.4, between 128.3 and 128.5: there is no whole number.'
    """
    tasks = int(one("tasks", as_counts("tasks", tasks, least=1)))
    fractions, shown = _fractions(values)
    if decimals is None:
        decimals = min(shown, MOST_DECIMALS)
    elif (found := one("decimals", as_counts("decimals", decimals))) > MOST_DECIMALS:
        raise ValueError(f"decimals = {found:.0f}: must be a whole number from 0 to {MOST_DECIMALS}")
    times = one("roundings", as_counts("roundings", roundings))
    if times not in (1, 2):
        raise ValueError(f"roundings = {times:.0f}: must be 1 or 2")
    half = Fraction(1 if times == 1 else Fraction(11, 10)) / (2 * 10 ** int(decimals))
    search = _Search(tasks, fractions, half)
    histograms, complete = search.run()
    reason = "" if histograms else search.reason(values)
    if not complete:
        reason = f"The search stopped after {len(histograms)} histograms: the digits are too few to single out one."
    published = tuple(float(value) for value in fractions)
    return Audit(tasks, len(fractions), published, tuple(sorted(histograms)), search.unrounded(), reason, complete)


def _fractions(values: Sequence[Any]) -> tuple[list[Fraction], int]:
    """The values as exact fractions, and the most digits that one of them shows after its point."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise ValueError(f"values = {values!r:.60}: must be a list, pass^1 first")
    found, digits = [], 0
    for k, value in enumerate(values, 1):
        text = value.strip() if isinstance(value, str) else "" if isinstance(value, bool) else _plain_text(value)
        try:
            fraction = Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"values: pass^{k} = {value!r:.60} is not a number") from None
        if not 0 <= fraction <= 1:
            hint = "; divide per cents by 100" if 1 < fraction <= 100 else ""
            raise ValueError(f"values: pass^{k} = {text} must lie in [0, 1]{hint}")
        found.append(fraction)
        mantissa, _, exponent = text.lower().partition("e")
        digits = max(digits, len(mantissa.partition(".")[2]) - int(exponent or 0))
    if not found:
        raise ValueError("values is empty: must hold pass^1 to pass^n")
    return found, digits


def _plain_text(value: Any) -> str:
    """A number as its shortest decimal text."""
    if isinstance(value, Fraction):
        return str(value)
    try:
        return repr(float(value))
    except (TypeError, ValueError, OverflowError):
        return ""


class _Search:
    """All whole-number histograms whose sums lie within the rounding of a row, from the most successes down."""

    def __init__(self, tasks: int, values: Sequence[Fraction], half: Fraction) -> None:
        self.tasks, self.trials, self.values, self.half = tasks, len(values), values, half
        self.subsets = [tasks * math.comb(self.trials, k) for k in range(1, self.trials + 1)]
        ends = [
            (size * (value - half), size * (value + half)) for size, value in zip(self.subsets, values, strict=True)
        ]
        self.low = [max(0, math.ceil(low)) for low, _ in ends]
        self.high = [min(size, math.floor(high)) for size, (_, high) in zip(self.subsets, ends, strict=True)]
        self.steps = 0

    def run(self) -> tuple[list[tuple[int, ...]], bool]:
        """The histograms found, and whether they are all there are."""
        found: list[tuple[int, ...]] = []
        for histogram in self._below([], 0):
            if len(found) == MOST_HISTOGRAMS:
                return found, False
            found.append(histogram)
        return found, self.steps <= MOST_STEPS

    def _below(self, above: list[int], used: int) -> Iterator[tuple[int, ...]]:
        """Histograms whose counts of the most successes are `above`, the last one of them that of the most."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            return
        k = self.trials - len(above)
        if k == 0:
            yield (self.tasks - used, *above)
            return
        known = sum(math.comb(k + place, k) * count for place, count in enumerate(above, 1))
        first, last = max(0, self.low[k - 1] - known), min(self.tasks - used, self.high[k - 1] - known)
        for count in range(first, last + 1):
            yield from self._below([count, *above], used + count)

    def _inverted(self, right: int, sums: Sequence[Any]) -> Any:
        """The number of tasks with so many successes, from the sums over sets of 0, 1, … trials."""
        return sum((-1) ** (k - right) * math.comb(k, right) * sums[k] for k in range(right, self.trials + 1))

    def unrounded(self) -> tuple[float, ...]:
        sums = [self.tasks, *(size * value for size, value in zip(self.subsets, self.values, strict=True))]
        return tuple(float(self._inverted(right, sums)) for right in range(self.trials + 1))

    def reason(self, shown: Sequence[Any]) -> str:
        """Why no histogram exists: a sum that is no whole number, a count below 0, or no combination of them."""
        for k, (size, value) in enumerate(zip(self.subsets, self.values, strict=True), 1):
            if self.low[k - 1] > self.high[k - 1]:
                sets = "trials" if k == 1 else f"sets of {k} trials"
                middle, reach = float(size * value), float(size * self.half)
                return (
                    f"pass^{k} = {shown[k - 1]} of {size:,} {sets} is {middle:.6g}, "
                    f"between {middle - reach:.6g} and {middle + reach:.6g}: there is no whole number."
                )
        for right in range(self.trials + 1):
            # Each sum adds with the sign that it has in the inversion: the greatest count takes the other end.
            ends = [self.tasks] + [
                (self.high if (k - right) % 2 == 0 else self.low)[k - 1] for k in range(1, self.trials + 1)
            ]
            if (most := self._inverted(right, ends)) < 0:
                number = f"{right} success" + ("" if right == 1 else "es")
                return f"The row gives {most} tasks with exactly {number}, or fewer: no number of tasks is below 0."
        return "The whole numbers that each value allows do not fit together."

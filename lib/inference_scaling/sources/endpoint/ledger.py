"""A budget that is never passed: the most that a request can cost is held before it is sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..._arguments import as_counts, as_numbers, one

MODEL, JUDGE = "model", "judge"


class BudgetSpent(Exception):
    """What is left of the budget does not hold one more request."""


class Charge(NamedTuple):
    """What a request takes: samples, tokens read, tokens generated."""

    samples: int
    read: int
    made: int

    def plus(self, other: Charge, sign: int = 1) -> Charge:
        """The sum, or with a sign of -1 the difference."""
        return Charge(*(a + sign * b for a, b in zip(self, other, strict=True)))


NOTHING = Charge(0, 0, 0)


@dataclass(frozen=True)
class SpendingLimit:
    """The most that a run may take, over all its resumptions; None is no limit.

    Parameters
    ----------
    samples, tokens : int, optional
        Tokens are those read and those generated.
    money : float, optional
        In the currency of `prices`.
    prices : mapping of str to pair of float, optional
        Of each payer, "model" and "judge", the price of a token read and of one generated.

    Raises
    ------
    ValueError
        Naming the argument and the value; also for money without prices.
    """

    samples: int | None = None
    tokens: int | None = None
    money: float | None = None
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("samples", "tokens"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, int(one(name, as_counts(name, getattr(self, name)))))
        if self.money is not None:
            object.__setattr__(self, "money", one("money", as_numbers("money", self.money, least=0)))
            if MODEL not in self.prices:
                raise ValueError(f"money = {self.money:g}: a budget in money needs the prices of tokens")
        for payer, pair in self.prices.items():
            as_numbers(f"prices[{payer!r}]", pair, least=0)


class SpendingLedger:
    """What was spent and what is held for requests on their way; shared by all that ask at the same time.

    Examples
    --------
    >>> ledger = SpendingLedger(SpendingLimit(samples=2))
    >>> ledger.hold(Charge(1, 10, 20))
    >>> ledger.settle(Charge(1, 10, 20), Charge(1, 9, 5))
    >>> ledger.spent("model")
    Charge(samples=1, read=9, made=5)
    >>> ledger.hold(Charge(2, 10, 20))
    Traceback (most recent call last):
    inference_scaling.sources.endpoint.ledger.BudgetSpent: samples: 1 of 2 spent, and a request may take 2
    """

    def __init__(self, limit: SpendingLimit) -> None:
        self._limit = limit
        self._spent: dict[str, Charge] = {}
        self._held: dict[str, Charge] = {}
        self._changed = threading.Condition()

    @property
    def limit(self) -> SpendingLimit:
        """The most that may be spent."""
        return self._limit

    def spent(self, payer: str = MODEL) -> Charge:
        """What was spent, without what is held."""
        return self._spent.get(payer, NOTHING)

    def money(self) -> float | None:
        """What was spent in money, None without prices."""
        return self._money(self._spent) if self._limit.prices else None

    def hold(self, most: Charge, payer: str = MODEL, stopped: threading.Event | None = None) -> None:
        """Hold the most that a request can take; wait where requests on their way may leave enough.

        Raises
        ------
        BudgetSpent
            When nothing is on its way that could leave enough, or `stopped` was set meanwhile.
        """
        with self._changed:
            while reason := self._lacking(most, payer):
                if not any(any(charge) for charge in self._held.values()):
                    raise BudgetSpent(reason)
                if stopped is not None and stopped.is_set():
                    raise BudgetSpent("stopped")
                self._changed.wait(0.2)
            self._add(self._held, payer, most)

    def settle(self, most: Charge, taken: Charge, payer: str = MODEL) -> None:
        """Give back what was held, and note what was taken in its place."""
        with self._changed:
            self._add(self._held, payer, most, -1)
            self._add(self._spent, payer, taken)
            self._changed.notify_all()

    def note(self, taken: Charge, payer: str = MODEL) -> None:
        """Note what was spent before, as a log says."""
        with self._changed:
            self._add(self._spent, payer, taken)

    @staticmethod
    def _add(account: dict[str, Charge], payer: str, charge: Charge, sign: int = 1) -> None:
        account[payer] = account.get(payer, NOTHING).plus(charge, sign)

    def _lacking(self, most: Charge, payer: str) -> str:
        """What the budget has too little of, if anything; counted in whole tokens, so that nothing is rounded away."""
        whole = dict(self._spent)
        for name, charge in self._held.items():
            self._add(whole, name, charge)
        asked = dict(whole)
        self._add(asked, payer, most)
        limit = self._limit
        samples = asked.get(MODEL, NOTHING).samples
        if limit.samples is not None and payer == MODEL and samples > limit.samples:
            return (
                f"samples: {samples - most.samples:,} of {limit.samples:,} spent, and a request may take {most.samples}"
            )
        tokens = _tokens(asked)
        if limit.tokens is not None and tokens > limit.tokens:
            own = most.read + most.made
            return f"tokens: {tokens - own:,} of {limit.tokens:,} spent, and a request may take {own:,}"
        if limit.money is not None and self._money(asked) > limit.money:
            before = self._money(whole)
            own_money = self._money(asked) - before
            return f"money: {before:.4g} of {limit.money:.4g} spent, and a request may take {own_money:.2g}"
        return ""

    def _money(self, account: Mapping[str, Charge]) -> float:
        total = 0.0
        for payer, charge in account.items():
            read, made = self._limit.prices.get(payer, (0.0, 0.0))
            total += charge.read * read + charge.made * made
        return total


def _tokens(account: Mapping[str, Charge]) -> int:
    return sum(charge.read + charge.made for charge in account.values())

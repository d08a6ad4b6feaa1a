"""What k samples of a problem cost, in tokens or in money: exact means, and a high quantile.

This is the one place where tokens become a cost: `curve`, `compare_at_cost`, `plan` and the figures read it here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from .._arguments import as_numbers, as_probabilities, one, one_of
from ..samples import SampleError, SampleSet
from ..samples.native import Framed
from ._inputs import curve_points

__all__ = ["SampleCost", "TokenCost", "TokenPrices", "sample_cost"]

PROMPTS = ("shared", "each", "free")
# What needs a score or a check of its samples; but for the first, a single sample is handed in as it is.
SCORED = ("pass", "highest", "best_of_n", "weighted")
CHARGED = ("pass", "all", "highest", "best_of_n", "majority", "weighted")
MILLION = 1_000_000
UNIT = re.compile(r"(\S+) per million tokens")
# The distribution of the cost of k samples is exact where so many subsets, or steps of counting, are enough.
SUBSETS, STEPS, VALUES = 5_000, 5_000_000, 4_000_000
# Counts of subsets stay below the largest float up to this many samples.
MOST_COUNTED = 1_000
# Orders drawn for a problem elsewhere: fewer where the table is large, because their errors average over problems.
MOST_ORDERS, FEWEST_ORDERS, DRAWN = 1_000, 100, 20_000_000
# Sums of shares that differ from a quantile by this little are that quantile.
ROUNDING = 1e-12


@dataclass(frozen=True)
class TokenPrices:
    """What tokens cost.

    Parameters
    ----------
    input, output : float
        Of a token that the model reads, and of one that it generates; at least 0, in `unit`.
    unit : str
        "USD per million tokens", or another currency: a price without its unit is refused.
    verifier : float, optional
        Of a token that a verifier reads, in the same unit; needed where a verifier is charged.

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Examples
    --------
    >>> TokenPrices(input=0.15, output=0.60, unit="USD per million tokens").currency
    'USD'
    """

    input: float
    output: float
    unit: str
    verifier: float | None = None

    def __post_init__(self) -> None:
        for name in ("input", "output"):
            object.__setattr__(self, name, one(name, as_numbers(name, getattr(self, name), least=0)))
        if self.verifier is not None:
            object.__setattr__(self, "verifier", one("verifier", as_numbers("verifier", self.verifier, least=0)))
        if not isinstance(self.unit, str) or not UNIT.fullmatch(self.unit):
            raise ValueError(
                f"unit = {self.unit!r:.60}: a price needs its unit, a currency per million tokens, as in "
                "'USD per million tokens' (a price per thousand tokens times 1,000)"
            )

    @property
    def currency(self) -> str:
        """The word before "per million tokens"."""
        return cast(re.Match[str], UNIT.fullmatch(self.unit))[1]


@dataclass(frozen=True)
class TokenCost:
    """How the tokens of samples are counted, and what they cost.

    Parameters
    ----------
    prompt : {"shared", "each", "free"}, optional
        "shared": the prompt is charged once a problem, as where the samples of a problem are drawn in one request or
        from a cached prefix. "each": with every sample. "free": not at all. Needed where the samples have
        `prompt_tokens`: the first two differ by as much as the prompt is long.
    verifier : float
        Tokens that a verifier reads for each token of what it is shown, the solution and the prompt as far as it is
        charged; 0 for none. A process reward model that reads every solution once has 1.
    prices : TokenPrices, optional
        The cost is then money; without them it is tokens, read and generated alike.
    quantile : float
        Which quantile of the cost of k samples is given beside its mean, in (0, 1).

    Raises
    ------
    ValueError
        Naming the argument and the value.

    Notes
    -----
    The verifier is charged as `CostModel` charges it. Coverage pays for each sample: a check is what coverage
    means. "best_of_n" and "weighted" pay for each sample from two on; a single one is handed in as it is. A majority
    vote looks at answers alone and pays nothing.

    Examples
    --------
    >>> TokenCost(prompt="shared", verifier=1.0).unit
    'tokens'
    """

    prompt: str | None = None
    verifier: float = 0.0
    prices: TokenPrices | None = None
    quantile: float = 0.95

    def __post_init__(self) -> None:
        if self.prompt is not None:
            one_of("prompt", self.prompt, PROMPTS)
        object.__setattr__(self, "verifier", one("verifier", as_numbers("verifier", self.verifier, least=0)))
        if self.prices is not None and not isinstance(self.prices, TokenPrices):
            raise ValueError(
                f"prices = {self.prices!r:.60}: a price needs its unit, as in "
                "TokenPrices(input=0.15, output=0.60, unit='USD per million tokens')"
            )
        if self.prices is not None and self.verifier > 0 and self.prices.verifier is None:
            raise ValueError(
                f"verifier = {self.verifier:g}: its tokens have no price; give TokenPrices(…, verifier=…), in the unit "
                f"{self.prices.unit!r}"
            )
        quantile = as_probabilities("quantile", self.quantile, positive=True, below_one=True)
        object.__setattr__(self, "quantile", one("quantile", quantile))

    @property
    def unit(self) -> str:
        """The word tokens, or the currency of the prices."""
        return "tokens" if self.prices is None else self.prices.currency


@dataclass(frozen=True, eq=False, repr=False)
class SampleCost(Framed):
    """What k samples of a problem cost, for each k.

    Attributes
    ----------
    k : array of int, shape (points,)
    mean : array of float, shape (points,)
        Mean over problems and over all subsets of k of each problem's samples; exact.
    high : array of float, shape (points,)
        The `quantile` of the cost of k samples of one problem, over problems and subsets: the least cost that so large
        a share of them does not exceed.
    high_error : array of float, shape (points,)
        Standard error of `high` from drawing subsets; 0 where all of them were counted. It does not hold
        how far other problems would differ.
    per_problem : array of float, shape (problems, points)
        Mean over the subsets of one problem.
    recorded : float
        What making all the recorded samples of the table cost, scored where the selector scores them.
    quantile : float
    unit : str
        "tokens", or a currency.
    problems : tuple of str
        Labels of the rows of `per_problem`.
    """

    _columns = ("k", "mean", "high", "high_error", "total", "recorded", "quantile", "unit")

    k: np.ndarray
    mean: np.ndarray
    high: np.ndarray
    high_error: np.ndarray
    per_problem: np.ndarray
    recorded: float
    quantile: float
    unit: str
    problems: tuple[str, ...]

    @property
    def total(self) -> np.ndarray:
        """What k samples of every problem of the table cost together, on average over subsets; shape (points,)."""
        return np.asarray(self.mean * len(self.problems))

    def __repr__(self) -> str:
        rows = zip(self.k, self.mean, self.high, self.total, strict=True)
        points = "   ".join(
            f"k = {k}: {in_unit(mean, self.unit)} [{shown(high)}], all problems {shown(total)}"
            for k, mean, high, total in rows
        )
        return (
            f"cost of k samples a problem: mean [{self.quantile:g} quantile], {len(self.problems)} problems\n{points}\n"
            f"all recorded samples: {in_unit(self.recorded, self.unit)}"
        )


def shown(cost: float) -> str:
    """A cost as sentences write it: whole tokens from 100 on, else four significant digits."""
    return f"{cost:,.0f}" if abs(cost) >= 100 else f"{cost:.4g}"


def in_unit(cost: float, unit: str) -> str:
    """A cost with its unit."""
    return f"{shown(cost)} {unit}"


def as_token_cost(cost: Any) -> TokenCost:
    """A way to count tokens, from the word "tokens" too."""
    if isinstance(cost, TokenCost):
        return cost
    if isinstance(cost, str) and cost == "tokens":
        return TokenCost()
    raise ValueError(
        f"cost = {cost!r:.60}: must be 'tokens' or a TokenCost; money needs prices with their unit, as in "
        "TokenCost(prices=TokenPrices(input=0.15, output=0.60, unit='USD per million tokens'))"
    )


def sample_cost(
    samples: SampleSet,
    selector: str,
    k: ArrayLike,
    cost: TokenCost | str = "tokens",
    *,
    rng: np.random.Generator | int | None = None,
) -> SampleCost:
    """Return what k samples of a problem cost, in tokens or money: mean, a high quantile, and the whole table.

    Parameters
    ----------
    samples : SampleSet
        With `tokens`, and with `prompt_tokens` where prompts are charged.
    selector : {"pass", "all", "highest", "best_of_n", "majority", "weighted"}
        What is done with the samples: it says whether a verifier is paid.
    k : array_like of int
        Samples; at most the number recorded for the problem that has fewest.
    cost : TokenCost or "tokens"
        "tokens" is `TokenCost()`.
    rng : int or Generator
        For quantiles over subsets that are too many to be counted.

    Returns
    -------
    SampleCost

    Raises
    ------
    ValueError
        For an unknown selector or a k that some problem does not have; SampleError, naming the row, for a sample of 0
        tokens, and for a prompt charged once that differs within a problem.

    Notes
    -----
    The mean over all subsets of k of a problem's samples is k times their mean, plus a shared prompt. Samples differ in
    length, and so do problems: who pays for the slowest or longest request reads `high`. It is exact where subsets can
    be counted (up to 5,000 of them, or by adding samples one by one on the grid of whole tokens) and otherwise over
    drawn subsets, with `high_error`. Own derivation: the share of subsets that do not exceed a cost has a binomial
    error in each problem, which the quantile function turns into a cost.

    Examples
    --------
    >>> table = {"problem": ["a", "a", "b", "b"], "correct": [1, 0, 1, 1], "tokens": [100, 300, 40, 60]}
    >>> found = sample_cost(SampleSet.from_columns(table), "majority", [1, 2])
    >>> found.mean, found.high, found.total
    (array([125., 250.]), array([300., 400.]), array([250., 500.]))
    """
    if not isinstance(samples, SampleSet):
        raise ValueError(f"samples is a {type(samples).__name__}: must be a SampleSet, see SampleSet.from_columns")
    one_of("selector", selector, CHARGED)
    wanted = curve_points(samples, k)
    counting = as_token_cost(cost)
    prices = row_costs(samples, counting)
    per_problem = prices.of(selector, wanted)
    high, error = _quantiles(prices, selector, wanted, counting.quantile, np.random.default_rng(rng))
    return SampleCost(
        wanted,
        per_problem.mean(axis=0),
        high,
        error,
        per_problem,
        prices.of_all(selector),
        counting.quantile,
        counting.unit,
        samples.problems,
    )


@dataclass(frozen=True, eq=False)
class RowCosts:
    """What each sample costs, made and scored, and what a problem costs once.

    Attributes
    ----------
    problem : array of int, shape (samples,)
    n : array of int, shape (problems,)
    make, score : array of float, shape (samples,)
        Of generating a sample with its own prompt, and of showing it to the verifier.
    start, start_score : array of float, shape (problems,)
        Of a shared prompt, read by the model and by the verifier.
    whole : array of int, shape (samples,), or None
        Within each problem, `make` and `score` are a constant plus a multiple of these whole numbers.
    """

    problem: np.ndarray
    n: np.ndarray
    make: np.ndarray
    score: np.ndarray
    start: np.ndarray
    start_score: np.ndarray
    whole: np.ndarray | None

    def mean(self, row: np.ndarray) -> np.ndarray:
        """Mean over the samples of each problem, shape (problems,)."""
        return np.asarray(np.bincount(self.problem, row, self.n.size) / self.n)

    def of(self, selector: str, k: np.ndarray) -> np.ndarray:
        """Mean over all subsets of k, shape (problems, points)."""
        make, score = self.mean(self.make)[:, None], self.mean(self.score)[:, None]
        return np.asarray(
            self.start[:, None] + k * make + scored(selector, k) * (self.start_score[:, None] + k * score)
        )

    def of_all(self, selector: str) -> float:
        """Of all the recorded samples."""
        score = scored(selector, self.n)
        once = self.start.sum() + (score * self.start_score).sum()
        return float(once + self.make.sum() + (score[self.problem] * self.score).sum())


def scored(selector: str, k: np.ndarray) -> np.ndarray:
    """Whether k samples are scored or checked with a selector."""
    return (k > 1) | (selector == "pass") if selector in SCORED else np.zeros(k.shape, bool)


def row_costs(samples: SampleSet, cost: TokenCost) -> RowCosts:
    """What each sample costs; an error names the row that has no cost."""
    tokens = _positive(samples, "tokens")
    prompt = _prompt(samples, cost)
    prices = cost.prices
    read, made, check = (
        (1.0, 1.0, 1.0)
        if prices is None
        else (prices.input / MILLION, prices.output / MILLION, (prices.verifier or 0.0) / MILLION)
    )
    check *= cost.verifier
    problem, problems = samples.problem, len(samples.problems)
    own, once = np.zeros(tokens.size), np.zeros(problems)
    same = True
    if prompt is not None:
        first = np.zeros(problems, np.int64)
        first[problem[::-1]] = prompt[::-1]
        other = np.flatnonzero(prompt != first[problem])
        same = not other.size
        if cost.prompt == "shared":
            if not same:
                row = int(other[0])
                raise SampleError(
                    f"{place(samples, row)}: the problem has prompts of {first[problem[row]]} and "
                    f"{prompt[row]} tokens: a prompt that is charged once is the same for all samples, else "
                    "prompt = 'each'",
                    "prompt_tokens",
                    row,
                )
            once = first.astype(float)
        else:
            own = prompt.astype(float)
    whole = tokens if same else tokens + own.astype(np.int64) if prices is None else None
    return RowCosts(
        problem,
        samples.n,
        made * tokens + read * own,
        check * (tokens + own),
        read * once,
        check * once,
        whole,
    )


def _positive(samples: SampleSet, name: str) -> np.ndarray:
    column = getattr(samples, name)
    if column is None:
        raise ValueError(f"cost: the samples have no column {name!r}")
    zero = np.flatnonzero(column == 0)
    if zero.size:
        more = f"; {zero.size:,} rows have 0" if zero.size > 1 else ""
        free = ", else prompt = 'free'" if name == "prompt_tokens" else "; take leaves samples out"
        raise SampleError(
            f"{place(samples, int(zero[0]))}: expected at least 1 to be charged, got 0{more}{free}", name, int(zero[0])
        )
    return cast(np.ndarray, column)


def place(samples: SampleSet, row: int) -> str:
    """Which sample a row is, in words: rows of a set are not the lines of a file."""
    problem = samples.problem[row]
    number = np.count_nonzero(samples.problem[:row] == problem)
    return f"problem {samples.problems[problem]!r:.60}, sample {number}"


def _prompt(samples: SampleSet, cost: TokenCost) -> np.ndarray | None:
    """The tokens of each sample's prompt, or None where prompts are not charged."""
    if cost.prompt == "free" or (cost.prompt is None and samples.prompt_tokens is None):
        return None
    if cost.prompt is None:
        raise ValueError(
            "prompt = None: the samples have a column 'prompt_tokens', so say how prompts are charged, as in "
            "TokenCost(prompt='shared'): 'shared' once a problem, 'each' with every sample, 'free' not at all"
        )
    if samples.prompt_tokens is None:
        raise ValueError(f"prompt = {cost.prompt!r}: the samples have no column 'prompt_tokens'")
    return _positive(samples, "prompt_tokens")


# -- the distribution of the cost of k samples ---------------------------------------------------------------


class _Costs(NamedTuple):
    """Costs that k samples of one problem may have, and their chances; drawn from so many orders, 0 if counted."""

    cost: np.ndarray
    chance: np.ndarray
    orders: int


def _quantiles(
    prices: RowCosts, selector: str, k: np.ndarray, quantile: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The quantile of the cost over problems and subsets for each k, and its standard error from drawing."""
    rows = np.split(np.argsort(prices.problem, kind="stable"), np.cumsum(prices.n)[:-1])
    orders = int(np.clip(DRAWN // prices.problem.size, FEWEST_ORDERS, MOST_ORDERS))
    left = VALUES
    found: list[list[_Costs]] = [[] for _ in k]
    for i, own in enumerate(rows):
        make, score = prices.make[own], prices.score[own]
        whole = None if prices.whole is None else prices.whole[own]
        sums = list(_sums(make, score, whole, k, scored(selector, k), left, orders, rng))
        left -= sum(each.cost.size for each in sums if not each.orders)
        for at, each in enumerate(sums):
            once = prices.start[i] + (prices.start_score[i] if scored(selector, k[at : at + 1])[0] else 0.0)
            found[at].append(each._replace(cost=each.cost + once))
    pairs = [_quantile(each, quantile) for each in found]
    return np.array([high for high, _ in pairs]), np.array([error for _, error in pairs])


def _quantile(problems: list[_Costs], quantile: float) -> tuple[float, float]:
    cost = np.concatenate([each.cost for each in problems])
    chance = np.concatenate([each.chance for each in problems]) / len(problems)
    order = np.argsort(cost, kind="stable")
    cost, below = cost[order], np.cumsum(chance[order])

    def at(share: float) -> float:
        return float(cost[min(int(np.searchsorted(below, share - ROUNDING)), cost.size - 1)])

    high = at(quantile)
    # Each problem's share of drawn subsets below the quantile has the variance of a share.
    shares = [(float(each.chance[each.cost <= high].sum()), each.orders) for each in problems if each.orders]
    error = math.sqrt(sum(max(share * (1 - share), 0.0) / count for share, count in shares)) / len(problems)
    return high, (at(quantile + error) - at(quantile - error)) / 2 if error > 0 else 0.0


def _sums(
    make: np.ndarray,
    score: np.ndarray,
    whole: np.ndarray | None,
    k: np.ndarray,
    is_scored: np.ndarray,
    left: int,
    orders: int,
    rng: np.random.Generator,
) -> Iterator[_Costs]:
    """For each k, what k samples of one problem may cost without what is paid once."""
    n = make.size
    least = np.minimum(k, n - k)
    counted = None
    if any(math.comb(n, int(each)) > SUBSETS for each in least):
        counted = None if whole is None else _counted(whole, int(least.max()), left)
    drawn: np.ndarray | None = None
    for each, small, pays in zip(k.tolist(), least.tolist(), is_scored.tolist(), strict=True):
        row = make + score if pays else make
        if math.comb(n, small) <= SUBSETS:
            part = row[_subsets(n, small)].sum(axis=1)
            sums = part if small == each else row.sum() - part
            yield _Costs(sums, np.full(sums.size, 1 / sums.size), 0)
        elif counted is not None and whole is not None:
            # Whole numbers become costs: within a problem a cost is a constant plus a multiple of them.
            low, high = int(whole.argmin()), int(whole.argmax())
            span = whole[high] - whole[low]
            slope = (row[high] - row[low]) / span if span else 0.0
            ways = counted[small]
            some = np.flatnonzero(ways)
            # `some` counts steps above the least sum, in units of the grid.
            excess = some * _grid(whole)
            part = small * row[low] + slope * excess
            chance = ways[some] / ways[some].sum()
            yield _Costs(part if small == each else row.sum() - part, chance, 0)
        else:
            if drawn is None:
                drawn = rng.permuted(np.tile(np.arange(n), (orders, 1)), axis=1)[:, : int(k.max())]
            yield _Costs(row[drawn[:, :each]].sum(axis=1), np.full(orders, 1 / orders), orders)


@lru_cache(maxsize=64)
def _subsets(n: int, k: int) -> np.ndarray:
    return np.array(list(combinations(range(n), k)), np.intp).reshape(math.comb(n, k), k)


def _grid(whole: np.ndarray) -> int:
    """The step of the finest grid from the least number up that holds all of them."""
    return int(np.gcd.reduce(whole - whole.min())) or 1


def _counted(whole: np.ndarray, most: int, left: int) -> list[np.ndarray] | None:
    """Numbers of subsets of 0, 1, ..., `most` samples with each sum, in grid steps above the least; None if too many.

    Samples are added one by one: a subset of j either has the new one, or is a subset of the others.
    """
    step = _grid(whole)
    above = (whole - whole.min()) // step
    width = int(np.sort(above)[whole.size - most :].sum()) + 1 if most else 1
    if whole.size > MOST_COUNTED or whole.size * (most + 1) * width > STEPS or (most + 1) * width > left:
        return None
    ways = np.zeros((most + 1, width))
    ways[0, 0] = 1
    for each in above.tolist():
        ways[1:, each:] += ways[:-1, : width - each].copy()
    return list(ways)

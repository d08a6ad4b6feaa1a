"""Several settings of one model, as temperatures or prompts: each alone, and a pool of them at equal samples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from .._arguments import as_level, one_of
from ..samples import NO_ANSWER, SampleSet
from ..samples.native import Framed
from ._inputs import one_or_several
from ._numerics import unit_legendre
from ._words import TITLES
from .curves import Curve, labelled
from .intervals import problem_interval
from .paired import Difference, paired_interval
from .pools import pass_at_k, pass_hat_k
from .systems import curves_of, same_problems

__all__ = ["SettingComparison", "compare_settings"]

SELECTORS = ("pass", "all", "best_of_n", "majority")
# Halves of the problems, drawn so often. Where two settings are equal a small fold gets the one that is worse on it,
# because the rest is what it leaves of equal means; the smaller the fold, the more that costs.
HALVINGS = 20
# Votes over more steps than this, for one problem and k, are means over so many draws.
STEPS, DRAWS = 20_000_000, 1_000


@dataclass(frozen=True, eq=False, repr=False)
class SettingComparison(Framed):
    """Settings alone and pooled, at the same numbers of samples.

    Attributes
    ----------
    settings : tuple of str
        As sentences name them: "0.7" for a temperature.
    k : array of int, shape (points,)
        Multiples of the number of settings.
    single : tuple of Curve
        Each setting alone with k samples.
    pooled : Curve
        k samples in equal shares, k / settings from each.
    union : Curve or None
        k samples drawn from all samples of all settings, so that the shares vary by chance; None where the settings
        have different numbers of samples.
    best : array of int, shape (points,)
        Which single setting has the highest mean at each k: chosen in hindsight.
    chosen : Curve
        The best single setting, cross-fitted: each half of the problems has the setting that is best on the other half.
    selector : str
    level : float
    problems : tuple of str
    simulated : int
        Values of single problems in `pooled` that are means over drawn samples; the others are exact.
    """

    settings: tuple[str, ...]
    k: np.ndarray
    single: tuple[Curve, ...]
    pooled: Curve
    union: Curve | None
    best: np.ndarray
    chosen: Curve
    selector: str
    level: float
    problems: tuple[str, ...]
    simulated: int

    def _rows(self) -> dict[str, Any]:
        curves = [*zip(self.settings, self.single, strict=True), ("pooled", self.pooled), ("union", self.union)]
        kept = [(name, one) for name, one in (*curves, ("best, cross-fitted", self.chosen)) if one is not None]
        long = {"setting": [name for name, one in kept for _ in one.k]}
        names = ("k", "value", "standard_error", "low", "high")
        return long | {name: np.concatenate([getattr(one, name) for _, one in kept]) for name in names}

    @property
    def best_value(self) -> np.ndarray:
        """Mean of the single setting chosen in hindsight, shape (points,): flattered by the choice."""
        return np.array([self.single[at].value[i] for i, at in enumerate(self.best)])

    def against(self, setting: int | None = None) -> Difference:
        """Return the paired difference of the pool from a single setting, or from the best one, for each k.

        Parameters
        ----------
        setting : int, optional
            Its place in `settings`; the cross-fitted best one when left out.

        Returns
        -------
        Difference
            `value`, `low` and `high` of shape (points,). Beside the cross-fitted best one the interval is the envelope
            of two, with the settings chosen in hindsight, too: where settings are nearly equal, each alone holds the
            truth less often than it says.

        Raises
        ------
        ValueError
            For a place that is none.
        """
        if setting is None:
            fitted = paired_interval(self.pooled, self.chosen, level=self.level)
            rival = np.stack([self.single[at].per_problem[:, i] for i, at in enumerate(self.best)], axis=1)
            seen = paired_interval(np.asarray(self.pooled.per_problem), rival, level=self.level)
            return Difference(fitted.value, np.minimum(fitted.low, seen.low), np.maximum(fitted.high, seen.high))
        if isinstance(setting, bool) or setting not in range(len(self.single)):
            raise ValueError(f"setting = {setting!r:.60}: must be a place from 0 to {len(self.single) - 1}")
        return paired_interval(self.pooled, self.single[setting], level=self.level)

    def __str__(self) -> str:
        names = ", ".join(self.settings)
        lines = [f"{TITLES[self.selector]} of {names} alone and in equal shares, on {len(self.problems):,} problems."]
        found = self.against()
        for i in dict.fromkeys((0, len(self.k) - 1)):
            alone = ", ".join(
                f"{name}: {one.value[i]:.3f}" for name, one in zip(self.settings, self.single, strict=True)
            )
            apart = "not told apart"
            if not found.low[i] <= 0 <= found.high[i]:
                apart = "the pool is ahead" if found.value[i] > 0 else "the single setting is ahead"
            lines.append(
                f"At k = {self.k[i]}: {alone}; pooled: {self.pooled.value[i]:.3f}. The best alone is "
                f"{self.settings[self.best[i]]} in hindsight with {self.best_value[i]:.3f}, and "
                f"{self.chosen.value[i]:.3f} where it is chosen on other problems; pool less that: "
                f"{found.value[i]:+.3f} [{found.low[i]:+.3f}, {found.high[i]:+.3f}], {apart}."
            )
        return " ".join(lines)

    def __repr__(self) -> str:
        found = self.against()
        rows = zip(self.k, self.pooled.value, self.chosen.value, found.value, found.low, found.high, strict=True)
        points = "   ".join(
            f"k = {k}: {pool:.3f} and {one:.3f}, {value:+.3f} [{low:+.3f}, {high:+.3f}]"
            for k, pool, one, value, low, high in rows
        )
        return (
            f"{self.selector}, {', '.join(self.settings)} pooled less the best alone (cross-fitted), {self.level:.0%} "
            f"interval over {len(self.problems)} problems\n{points}"
        )


def compare_settings(
    sets: Mapping[Any, SampleSet],
    selector: str,
    k: ArrayLike,
    *,
    level: float = 0.95,
    shared: bool = False,
    rng: np.random.Generator | int | None = None,
) -> SettingComparison:
    """Compare settings of one model, each alone and all pooled in equal shares, at equal numbers of samples.

    Parameters
    ----------
    sets : mapping of temperature, or name, to SampleSet
        At least two; problems are matched by their labels. Temperatures are numbers of at least 0.
    selector : {"pass", "all", "best_of_n", "majority"}
        As for `curve`.
    k : array_like of int
        Samples in all, each a multiple of the number of settings, at most what every setting has of every problem: a
        single setting takes all k itself.
    level : float
        Of the intervals, in (0, 1).
    shared : bool
        Use the problems that all settings have, where some have others too.
    rng : int or Generator
        For the folds of the cross-fitting, and for votes that are too many to be counted out.

    Returns
    -------
    SettingComparison
        Its `str` is a paragraph in words.

    Raises
    ------
    ValueError
        Naming the argument and the value: fewer than two settings, a temperature below 0, other problems, a k that is
        no multiple or that some problem does not have, a missing column.

    Notes
    -----
    **The pool.** k / m samples of each of m settings, without replacement, averaged over all ways to draw them. None is
    right where none is in each setting: pass@k is 1 − Π (1 − pass@(k/m)). For best-of-N each sample's chance to be the
    best is a product over settings, with equal scores told apart by a random mark that is integrated out. For a vote a
    product of generating functions with one variable a setting counts the draws in which no answer has more votes than
    the leader, and an integral over a mark shares the ties, as in `majority_vote`. Own derivation.

    With q the chance of each setting to miss a problem, fixed shares miss it with (Π q)^(k/m), shares left to chance
    with (mean of q)^k. By the inequality of the geometric and the arithmetic mean the first is never larger, so that
    `pooled` covers as much as `union` or more, but for sampling. On one problem the pool never covers more than that
    problem's best setting; on many it may cover more than any single one, where the best differs from one to another.

    **The best alone** is compared twice. The highest of several means is flattered by the choice. So it is also
    cross-fitted: each half of the problems has the setting that is best on the other half, over twenty random halvings.
    `against()` sets the pool beside that, which one can do on new problems without knowing them.

    Examples
    --------
    >>> low = SampleSet.from_counts(n=[4] * 20, c=[4, 0] * 10)
    >>> high = SampleSet.from_counts(n=[4] * 20, c=[2, 2] * 10)
    >>> found = compare_settings({0.2: low, 1.0: high}, "pass", [2, 4], rng=0)
    >>> found.pooled.value.round(3), found.best_value.round(3)
    (array([0.75 , 0.917]), array([0.833, 1.   ]))
    """
    one_of("selector", selector, SELECTORS)
    as_level(level)
    names = _names(sets)
    matched = same_problems(dict(zip(names, sets.values(), strict=True)), shared)
    wanted = _multiples(k, len(names))
    rng = np.random.default_rng(rng)
    single = curves_of(matched, names, selector, wanted, rng, {"level": level})
    both, setting = _union(matched)
    per_problem, simulated = _pooled(matched, both, setting, selector, wanted, rng)
    pooled = _curve_of(per_problem, single[0], level)
    alike = all(np.array_equal(samples.n, matched[0].n) for samples in matched)
    union = curves_of([both], ["union"], selector, wanted, rng, {"level": level})[0] if alike else None
    values = np.stack([np.asarray(one.per_problem) for one in single])
    chosen = _curve_of(_cross_fitted(values, rng), single[0], level)
    return SettingComparison(
        tuple(names),
        wanted,
        tuple(single),
        pooled,
        union,
        # Means that differ by rounding alone are equal, and the first of them is taken.
        values.mean(axis=1).round(12).argmax(axis=0),
        chosen,
        selector,
        float(level),
        matched[0].problems,
        simulated,
    )


def _names(sets: Any) -> list[str]:
    if not isinstance(sets, Mapping) or len(sets) < 2:
        raise ValueError(f"sets = {sets!r:.60}: must be a mapping of at least two temperatures, or names, to samples")
    names = []
    for key, samples in sets.items():
        number = isinstance(key, (int, float, np.number)) and not isinstance(key, bool)
        if not (number and math.isfinite(key) and key >= 0) and not (isinstance(key, str) and key):
            raise ValueError(f"sets has the key {key!r:.60}: must be a temperature of at least 0, or a name")
        names.append(f"{key:g}" if number else str(key))
        if not isinstance(samples, SampleSet):
            raise ValueError(f"sets[{key!r:.60}] is a {type(samples).__name__}: must be a SampleSet")
    if len(set(names)) < len(names):
        raise ValueError(f"sets has two settings called alike: {', '.join(names):.60}")
    return names


def _multiples(k: ArrayLike, settings: int) -> np.ndarray:
    wanted = np.unique(one_or_several(k))
    odd = wanted[wanted % settings != 0]
    if odd.size:
        raise ValueError(f"k = {odd[0]}: must be a multiple of {settings}, the number of settings with equal shares")
    return wanted


def _curve_of(per_problem: np.ndarray, like: Curve, level: float) -> Curve:
    low, high = problem_interval(per_problem, level=level)
    found = labelled(per_problem, like.problems)
    return Curve(like.k, per_problem.mean(axis=0), low, high, found, like.selector, level, like.problems)


def _union(sets: Sequence[SampleSet]) -> tuple[SampleSet, np.ndarray]:
    """All samples as one set, and the setting of each row; answers are matched by their labels."""
    answer = score = None
    labels: dict[str, int] = {}
    if all(one.answer is not None for one in sets):
        codes = []
        for one in sets:
            own = np.array([labels.setdefault(label, len(labels)) for label in one.answers] + [NO_ANSWER], np.intp)
            codes.append(own[np.asarray(one.answer)])
        answer = np.concatenate(codes)
    if all(one.score is not None for one in sets):
        score = np.concatenate([np.asarray(one.score) for one in sets])
    both = SampleSet(
        problem=np.concatenate([one.problem for one in sets]),
        correct=np.concatenate([one.correct for one in sets]),
        problems=sets[0].problems,
        answer=answer,
        answers=tuple(labels),
        score=score,
    )
    return both, np.repeat(np.arange(len(sets)), [len(one) for one in sets])


def _cross_fitted(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What each problem has with the setting that is best on others; values of shape (settings, problems, points)."""
    _, problems, points = values.shape
    if problems == 1:
        # Nothing is left to choose by: the first setting.
        return np.array(values[0])
    # Sorted first, so that the result does not depend on the order in which the problems were recorded.
    order = np.lexsort(values.transpose(0, 2, 1).reshape(-1, problems))
    found = np.zeros((problems, points))
    for _ in range(HALVINGS):
        half = np.empty(problems, bool)
        half[order] = rng.permutation(problems) % 2 == 0
        for out in (half, ~half):
            # Means that differ by rounding alone are equal, and the first of them is taken.
            taken = values[:, ~out].mean(axis=1).round(12).argmax(axis=0)
            found[out] += values[taken[None, :], np.flatnonzero(out)[:, None], np.arange(points)] / HALVINGS
    return np.clip(found, 0, 1)


# -- the pool in equal shares --------------------------------------------------------------------------------


def _pooled(
    sets: Sequence[SampleSet],
    both: SampleSet,
    setting: np.ndarray,
    selector: str,
    k: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, int]:
    """The value of equal shares on each problem, shape (problems, points), and how many of them were simulated."""
    shares = k // len(sets)
    if selector == "pass":
        return 1 - np.prod([1 - pass_at_k(one.n[:, None], one.c[:, None], shares) for one in sets], axis=0), 0
    if selector == "all":
        return np.prod([pass_hat_k(one.n[:, None], one.c[:, None], shares) for one in sets], axis=0), 0
    found = np.empty((len(both.problems), k.size))
    simulated = 0
    for i, generator in enumerate(rng.spawn(len(both.problems))):
        rows = np.flatnonzero(both.problem == i)
        right, of = both.correct[rows].astype(float), setting[rows]
        for j, share in enumerate(shares.tolist()):
            if selector == "best_of_n":
                found[i, j] = _best(right, np.asarray(both.score)[rows], of, share)
                continue
            answer = np.asarray(both.answer)[rows]
            exact = _vote(right, answer, of, share)
            simulated += exact is None
            found[i, j] = _drawn_vote(right, answer, of, share, generator) if exact is None else exact
    return np.clip(found, 0, 1), simulated


def _log_ways(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Logarithm of the number of subsets of k of n; −inf where there is none."""
    inside = (k >= 0) & (k <= n)
    n, k = np.where(inside, n, 0), np.where(inside, k, 0)
    return np.where(inside, gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0), -np.inf)


def _marked(tied: np.ndarray, below: np.ndarray, share: int, log_all: float, nodes: np.ndarray) -> np.ndarray:
    """Chance that `share` samples are all below, or tied and with a mark under the node: (groups, nodes)."""
    some = np.arange(min(share, int(tied.max(initial=0))) + 1)
    logs = _log_ways(tied[:, None], some) + _log_ways(below[:, None], share - some) - log_all
    return np.asarray(np.exp(logs) @ nodes[None, :] ** some[:, None])


def _best(right: np.ndarray, score: np.ndarray, setting: np.ndarray, share: int) -> float:
    """Chance that the best-scored of `share` samples of each setting is right; equal scores share."""
    settings = int(setting.max()) + 1
    group = np.unique(score, return_inverse=True)[1].ravel()
    tied = np.zeros((settings, int(group.max()) + 1), int)
    good = np.zeros(tied.shape)
    np.add.at(tied, (setting, group), 1)
    np.add.at(good, (setting, group), right)
    below = np.cumsum(tied, axis=1) - tied
    size = tied.sum(axis=1)
    nodes, weights = unit_legendre(settings * share)
    log_all = [float(_log_ways(np.array(n), np.array(share))) for n in size]
    others = [_marked(tied[s], below[s], share, log_all[s], nodes) for s in range(settings)]
    total = 0.0
    for s in range(settings):
        # One of the tied samples is drawn, and has the mark of the node: the rest of its setting has lower ones.
        less = float(_log_ways(np.array(size[s] - 1), np.array(share - 1)))
        own = _marked(np.maximum(tied[s] - 1, 0), below[s], share - 1, less, nodes)
        rest = np.prod([others[t] for t in range(settings) if t != s], axis=0)
        total += float(share / size[s] * (good[s] @ ((own * rest) @ weights)))
    return total


def _vote(right: np.ndarray, answer: np.ndarray, setting: np.ndarray, share: int) -> float | None:
    """Chance that the vote of `share` samples of each setting is right; ties share. None where it takes too long."""
    settings = int(setting.max()) + 1
    counts, worth, silent = _ballots(right, answer, setting)
    if not len(counts):
        return 0.0
    most = settings * share
    nodes, weights = unit_legendre(min(len(counts), most))
    shape = (most, nodes.size, *[share + 1] * settings)
    ways_of = [_allocations(row, share) for row in counts]
    if 2 * sum(len(ways) for ways in ways_of) * math.prod(shape) > STEPS:
        return None
    tops = np.arange(1, most + 1)
    # No answer so far has more than `top` votes: how often, and with the leader's worth once it is among them.
    free, led = np.zeros(shape), np.zeros(shape)
    start: Any = (slice(None), slice(None), *[0] * settings)
    free[start] = 1
    # Each setting's samples are drawn as by independent coins, so that numbers stay near 1.
    rate = share / (np.bincount(setting, minlength=settings))
    for row, value in zip(ways_of, worth, strict=True):
        new_free, new_led = np.zeros(shape), np.zeros(shape)
        for taken, there in row:
            chance = _coins(taken, there, rate)
            votes = sum(taken)
            factor = np.where(tops[:, None] > votes, 1.0, np.where(tops[:, None] == votes, nodes, 0.0)) * chance
            factor = factor.reshape(*factor.shape, *[1] * settings)
            into: Any = (slice(None), slice(None), *(slice(one, None) for one in taken))
            out: Any = (slice(None), slice(None), *(slice(0, share + 1 - one) for one in taken))
            new_free[into] += factor * free[out]
            new_led[into] += factor * led[out]
            if 0 < votes <= most and value > 0:
                new_led[votes - 1][into[1:]] += chance * value * free[votes - 1][out[1:]]
        free, led = new_free, new_led
    value = 0.0
    for taken, there in _allocations(silent, share):
        # The rest of each setting's share are samples without an answer.
        end: Any = (slice(None), slice(None), *(share - one for one in taken))
        value += _coins(taken, there, rate) * float((led[end] @ weights).sum())
    size = np.bincount(setting, minlength=settings)
    return value / _coins(tuple([share] * settings), tuple(size.tolist()), rate)


def _ballots(right: np.ndarray, answer: np.ndarray, setting: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Votes of each answer in each setting, the share of an answer's samples that is right, and samples without one."""
    settings = int(setting.max()) + 1
    voted = answer >= 0
    silent = np.bincount(setting[~voted], minlength=settings)
    code = np.unique(answer[voted], return_inverse=True)[1].ravel()
    counts = np.zeros((int(code.max(initial=-1)) + 1, settings), int)
    np.add.at(counts, (code, setting[voted]), 1)
    worth = np.bincount(code, right[voted], len(counts)) / np.maximum(counts.sum(axis=1), 1)
    return counts, worth, silent


def _allocations(counts: np.ndarray, share: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All numbers that may be drawn of an answer from each setting, each beside how many there are."""
    found: list[tuple[int, ...]] = [()]
    for there in counts.tolist():
        found = [(*one, more) for one in found for more in range(min(there, share) + 1)]
    there_all = tuple(counts.tolist())
    return [(one, there_all) for one in found]


def _coins(taken: tuple[int, ...], there: tuple[int, ...], rate: np.ndarray) -> float:
    """Chance that coins of these rates take so many of each setting's samples."""
    chance = 1.0
    for some, size, each in zip(taken, there, rate.tolist(), strict=True):
        chance *= math.comb(size, some) * each**some * (1 - each) ** (size - some)
    return chance


def _drawn_vote(
    right: np.ndarray, answer: np.ndarray, setting: np.ndarray, share: int, rng: np.random.Generator
) -> float:
    counts, worth, _ = _ballots(right, answer, setting)
    code = np.full(answer.size, len(counts))
    code[answer >= 0] = np.unique(answer[answer >= 0], return_inverse=True)[1].ravel()
    votes = np.zeros((DRAWS, len(counts) + 1), int)
    for one in range(int(setting.max()) + 1):
        mine = np.flatnonzero(setting == one)
        drawn = rng.permuted(np.tile(code[mine], (DRAWS, 1)), axis=1)[:, :share]
        np.add.at(votes, (np.arange(DRAWS)[:, None], drawn), 1)
    votes = votes[:, :-1]
    top = votes.max(axis=1, keepdims=True)
    leads = (votes == top) & (top > 0)
    return float(((leads @ worth) / np.maximum(leads.sum(axis=1), 1)).mean())

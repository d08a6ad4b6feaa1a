"""The tasks of the part Phenomena: what a verifier makes of many samples, and what an early look is worth."""

from __future__ import annotations

import math
from functools import cache
from math import comb, prod
from typing import Any

import numpy as np

from ... import estimates
from ...answers.task import Achieved, Design, Function, Misconception, Number, Task, shortest_first
from ...laws import coverage, steps_late_alarm, steps_to_solve
from ...sources import recorded
from ...verifiers import Roc, accuracy_times_coverage, best_of_n_law, knock_out, odds_after_check

__all__ = ["TASKS"]


def _choice(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


# P-1


def best_of_two(p: float, auc: float) -> float:
    """Chance that the better scored of two answers is right."""
    return p**2 + 2 * p * (1 - p) * auc


P1 = Task(
    id="P-1",
    kind="N",
    title="Best of two",
    points=2,
    minutes=5,
    variable="answer_P1",
    statement=(
        "One answer is right with probability p = {p:g}. A verifier scores a right answer above a wrong one with "
        "probability {auc:g}. Two independent answers are drawn and the higher score is handed in. How often is it "
        "right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=best_of_two,
    misconceptions=(
        Misconception(
            "product",
            lambda p, auc: float(accuracy_times_coverage(p, auc, 2)),
            "This is the AUC times the coverage of two. It also charges the verifier when both answers are right "
            "and there is nothing to get wrong.",
        ),
        Misconception(
            "perfect",
            lambda p, auc: float(coverage(p, 2)),
            "This is the chance that one of the two is right, which a perfect verifier reaches. Asked was this one.",
        ),
    ),
    hints=(
        "Three things can happen: both right, both wrong, one of each. In which of them does the verifier matter?",
        "Both right: p². One of each: 2p(1 − p), and then the verifier decides.",
    ),
    explanation=lambda p, auc: (
        f"p² + 2p(1 − p)·AUC = {p**2:.4g} + {2 * p * (1 - p):.4g} · {auc:g} = {best_of_two(p, auc):.4g}. For two "
        "answers the AUC is all there is to know; from three on it is not."
    ),
    book={"p": 0.3, "auc": 0.8},
    draw=lambda rng: {"p": _choice(rng, 0.2, 0.25, 0.35, 0.4), "auc": _choice(rng, 0.7, 0.75, 0.85, 0.9)},
)

# P-2


def _curves(value: Any) -> list[Roc] | None:
    """Return two ROC curves, or None when the value is not two lists of points that never fall."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    try:
        return [Roc.piecewise_linear(points) for points in value]
    except (TypeError, ValueError):
        return None


def _aucs_off(value: Any, auc: float) -> bool:
    found = _curves(value)
    return found is not None and any(abs(roc.auc - auc) > 0.005 for roc in found)


def _axes_exchanged(value: Any, auc: float) -> bool:
    """Say whether points (T, F) were given: with the two exchanged both areas are as asked."""
    if _curves(value) is None:
        return False
    exchanged = [[[t, f] for f, t in points] for points in value]
    return _aucs_off(value, auc) and _curves(exchanged) is not None and not _aucs_off(exchanged, auc)


def _achieved_curves(value: Any, p: float, auc: float, k: int) -> Achieved:
    found = _curves(value)
    if found is None:
        return Achieved(
            0, "Needed are two lists of points (F, T) between 0 and 1, and neither F nor T may fall.", refused=True
        )
    low, high = (float(best_of_n_law(p, roc, k)) for roc in found)
    says = f"AUC {found[0].auc:.3f} and {found[1].auc:.3f}; best of {k}: {low:.4f} and {high:.4f}."
    if _aucs_off(value, auc):
        return Achieved(0, says)
    return Achieved((float(low < 0.05) + float(high > 0.95)) / 2, says)


P2 = Task(
    id="P-2",
    kind="C",
    title="One AUC, two ends",
    points=6,
    minutes=25,
    variable="answer_P2",
    statement=(
        "A verifier ranks a right answer above a wrong one with probability {auc:g}, one answer is right with "
        "p = {p:g}, and the best of {k} is taken. How often is it right? That is not determined. Show it: give two "
        "ROC curves, both of AUC {auc:g} (within 0.005), the first with best-of-{k} below 0.05, the second above "
        "0.95. A curve is a list of points (F, T) with F and T never falling, joined by straight lines; (0, 0) and "
        "(1, 1) are added. Answer with a pair of lists. A vertical piece holds right answers only, a flat piece "
        "wrong ones only."
    ),
    answer_type=Design("two lists of points (F, T)", _achieved_curves),
    reference=lambda p, auc, k: [[[1 - auc, 0.0], [1 - auc, 1.0]], [[0.0, auc], [1.0, auc]]],
    misconceptions=(
        Misconception(
            "another-AUC",
            lambda p, auc, k: [[[1 - auc, 0.0], [1 - auc, 1.0]], [[0.0, auc]]],
            "Here an AUC is not the one asked for. The area below straight pieces is a sum of trapezia: count the "
            "last piece, up to (1, 1), too.",
            matches=lambda value, p, auc, k: _aucs_off(value, auc) and not _axes_exchanged(value, auc),
        ),
        Misconception(
            "axes",
            lambda p, auc, k: [[[0.0, 1 - auc], [1.0, 1 - auc]], [[auc, 0.0], [auc, 1.0]]],
            "These points read (T, F). Asked was (F, T): first the share of wrong answers above the threshold, then "
            "the share of right ones.",
            matches=lambda value, p, auc, k: _axes_exchanged(value, auc),
        ),
        Misconception(
            "exchanged",
            lambda p, auc, k: [[[0.0, auc], [1.0, auc]], [[1 - auc, 0.0], [1 - auc, 1.0]]],
            "Here the first curve is the one that does well. Asked was the low one first.",
            matches=lambda value, p, auc, k: (
                not _aucs_off(value, auc)
                and best_of_n_law(p, _curves(value)[0], k) > 0.95
                and best_of_n_law(p, _curves(value)[1], k) < 0.05
            ),
        ),
    ),
    hints=(
        "Many candidates look at the beginning of the curve. What must stand among the very highest scores if the "
        "picked answer shall be wrong? And what, if it shall be right?",
        "Let the first curve start flat and then rise at once to the top; let the second rise at F = 0 and stay "
        "flat. Choose where, so that the area is right.",
    ),
    explanation=(
        "So the exercise has no answer without one more assumption, such as normal scores of equal spread. The AUC "
        "is an area; the best of many asks for the beginning of the curve."
    ),
    book={"p": 0.1, "auc": 0.8, "k": 100},
    draw=lambda rng: {
        "p": _choice(rng, 0.08, 0.1, 0.12, 0.15),
        "auc": _choice(rng, 0.75, 0.8, 0.85),
        "k": int(_choice(rng, 60, 80, 100)),
    },
)

# P-3

P3 = Task(
    id="P-3",
    kind="N",
    title="In the long run",
    points=2,
    minutes=8,
    variable="answer_P3",
    statement=(
        "A verifier's ROC curve leaves (0, 0) with slope {slope:g}: among the very highest scores a right answer is "
        "{slope:g} times as likely as a wrong one, each counted as a share of its kind. One answer is right with "
        "p = {p:g}. Where does best-of-N end as k grows without bound?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda p, slope: slope * p / (slope * p + 1 - p),
    misconceptions=(
        Misconception(
            "product",
            lambda p, slope: slope * p,
            "This is slope times p: the right answers at the top, without dividing by all answers at the top.",
        ),
        Misconception(
            "perfect",
            lambda p, slope: 1.0,
            "This is perfection in the long run, which needs a curve that starts vertically. Here wrong answers are "
            "among the highest scores, however many candidates there are.",
        ),
        Misconception(
            "without-p",
            lambda p, slope: slope / (slope + 1),
            "This is slope/(slope + 1): the end where right and wrong answers are equally frequent. Here one answer is "
            "right with p = {p:g}, so there are more wrong ones to begin with.",
        ),
        Misconception(
            "odds",
            lambda p, slope: slope * p / (1 - p),
            "This is the odds at the top, right ones against wrong ones. Asked was the chance, right ones among all.",
        ),
    ),
    hints=(
        "Near the top, for one share of wrong answers there are {slope:g} shares of right ones. How many answers of "
        "each kind is that, out of all?",
        "Right against wrong at the top: {slope:g}·p against 1 − p.",
    ),
    explanation=lambda p, slope: (
        f"The odds at the top are {slope:g} · {p:g}/{1 - p:g}, so best-of-N ends at "
        f"{slope * p:.4g}/{slope * p + 1 - p:.4g} = {slope * p / (slope * p + 1 - p):.4g}. It ends above p exactly "
        "if the slope is above 1."
    ),
    book={"p": 0.1, "slope": 6},
    draw=lambda rng: {"p": _choice(rng, 0.05, 0.08, 0.12, 0.15), "slope": int(rng.integers(3, 7))},
)

# P-4


def _shares(correct: Any, score: Any) -> list[tuple[int, int, float]]:
    """Return for each score level: samples below it, samples up to it, share of right ones on it."""
    score = list(score)
    levels = sorted(set(score))
    found = []
    for level in levels:
        on = [bool(c) for c, s in zip(correct, score, strict=True) if s == level]
        below = sum(s < level for s in score)
        found.append((below, below + len(on), sum(on) / len(on)))
    return found


def best_of_n(correct: Any, score: Any, k: int) -> float:
    """Chance that the best-scored of k samples is right, over all subsets of the pool, ties shared equally."""
    n = len(correct)
    if not 1 <= k <= n:
        raise ValueError(f"k must lie between 1 and n = {n}, got {k}")
    return sum(right * (comb(up, k) - comb(below, k)) for below, up, right in _shares(correct, score)) / comb(n, k)


def _first_of_the_tied(correct: Any, score: Any, k: int) -> float:
    if not 1 <= k <= len(correct):
        raise ValueError("k must lie between 1 and n")
    order = sorted(range(len(correct)), key=lambda i: (score[i], -i))
    return sum(bool(correct[i]) * comb(rank, k - 1) for rank, i in enumerate(order)) / comb(len(correct), k)


def _with_replacement(correct: Any, score: Any, k: int) -> float:
    n = len(correct)
    if not 1 <= k <= n:
        raise ValueError("k must lie between 1 and n")
    return sum(right * ((up / n) ** k - (below / n) ** k) for below, up, right in _shares(correct, score))


def _calls_best_of_n(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(6):
        n = int(rng.integers(6, 40))
        correct = [bool(x) for x in rng.random(n) < 0.4]
        drawn.append((correct, [int(x) for x in rng.integers(0, 8, n)], int(rng.integers(2, n))))
    fixed = [
        ([True, False, False, True, False], [1, 2, 3, 4, 5], 2),
        ([True, False, False, True], [7, 7, 7, 7], 3),
        ([True, True, False], [2, 5, 5], 2),
        ([True, False], [1.5, -2.0], 1),
        ([False, True, True], [3, 1, 2], 3),
    ]
    return [*fixed, *drawn, ([True, False], [1, 2], 3)]


P4 = Task(
    id="P-4",
    kind="F",
    title="Best-of-N without drawing",
    points=5,
    minutes=20,
    variable="best_of_n",
    statement=(
        "Samples of one problem are recorded: `correct`, a list of bools, and `score`, a list of numbers. Write "
        "`best_of_n(correct, score, k)`: the chance that the best-scored of k samples is right, exact over all "
        "subsets of k of the samples. Samples of equal score are picked equally often. Five samples of scores 1 to "
        "5, the first and the fourth right, give 0.3 for k = 2. If k is larger than the number of samples, raise a "
        "`ValueError`."
    ),
    answer_type=Function(
        "best_of_n(correct, score, k)", _calls_best_of_n, library=(estimates.best_of_n, estimates.curve)
    ),
    reference=best_of_n,
    misconceptions=(
        Misconception(
            "first-of-the-tied",
            _first_of_the_tied,
            "This lets the first of several equal scores win, so that the order of recording decides. Asked was that "
            "they share.",
        ),
        Misconception(
            "replacement",
            _with_replacement,
            "This draws with replacement, so that one sample can be drawn twice. Asked were subsets.",
        ),
    ),
    hints=(
        "Sort by score. How many subsets of k have the i-th lowest as their best? The other k − 1 lie below it.",
        "Take the samples of one score together: C(up to them, k) − C(below them, k) subsets have their best among "
        "them, and the share of right ones among them counts.",
    ),
    explanation=(
        "The subsets whose best lies on one score level are counted by two binomials, and the level's share of right "
        "samples is what equal picking gives. No drawing, no error."
    ),
)

# P-5


def _after(p: float, passes: float, slips: float, checks: int) -> float:
    odds = odds_after_check(p, [passes] * checks, [slips] * checks)
    return float(odds / (1 + odds))


P5 = Task(
    id="P-5",
    kind="N",
    title="Two checks",
    points=2,
    minutes=6,
    variable="answer_P5",
    statement=(
        "One answer is right with probability p = {p:g}. A check passes a right answer with probability {passes:g} "
        "and a wrong one with probability {slips:g}. A second check is as good, and independent of the first given "
        "whether the answer is right. An answer passed both. With what probability is it right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda p, passes, slips: _after(p, passes, slips, 2),
    misconceptions=(
        Misconception(
            "both-pass",
            lambda p, passes, slips: passes**2,
            "This is the probability that a right answer passes both. Asked was the other direction: that an answer "
            "which passed is right.",
        ),
        Misconception(
            "one-check",
            lambda p, passes, slips: _after(p, passes, slips, 1),
            "This is the probability after one check. Asked was after two.",
        ),
    ),
    hints=(
        "Write p as odds, p/(1 − p). What does one passed check do to odds?",
        "Each passed check multiplies the odds by {passes:g}/{slips:g}. Then turn odds back into a probability.",
    ),
    explanation=lambda p, passes, slips: (
        f"Odds {p / (1 - p):.4g} times ({passes:g}/{slips:g})² = {odds_after_check(p, [passes] * 2, [slips] * 2):.4g}, "
        f"so {_after(p, passes, slips, 2):.4g}. Two checks with the same blind spot would not multiply."
    ),
    book={"p": 0.1, "passes": 0.9, "slips": 0.2},
    draw=lambda rng: {
        "p": _choice(rng, 0.05, 0.08, 0.15, 0.2),
        "passes": _choice(rng, 0.8, 0.85, 0.95),
        "slips": _choice(rng, 0.12, 0.15, 0.25),
    },
)

# P-6

P6 = Task(
    id="P-6",
    kind="N",
    title="Seen three steps late",
    points=2,
    minutes=6,
    variable="answer_P6",
    statement=(
        "A solution has {length} steps; each is right with probability {q:g} once all before it are. A perfect check "
        "looks at the end of each block of {delay} steps and only says whether the block is right; a wrong block is "
        "drawn again from its own beginning. How many steps does one right solution cost on average?"
    ),
    answer_type=Number("steps", low=0),
    reference=lambda length, q, delay: float(steps_to_solve(length, q, delay)),
    misconceptions=(
        Misconception(
            "at-the-end",
            lambda length, q, delay: float(steps_to_solve(length, q, length)),
            "This is the cost when only whole solutions are checked. Asked was a check after each {delay} steps.",
        ),
        Misconception(
            "at-once",
            lambda length, q, delay: length / q,
            "This is the cost when each wrong step is seen at once. Asked was a look at the end of each block.",
        ),
        Misconception(
            "located",
            lambda length, q, delay: float(steps_late_alarm(length, q, delay)),
            "This is the cost of an alarm that comes late but says which step was wrong. Asked was a check that only "
            "says that something was.",
        ),
    ),
    hints=(
        "How likely is a block of {delay} steps to be right, and how often is it drawn on average?",
        "One block costs {delay}·q^(−{delay}) steps. How many blocks are there?",
    ),
    explanation=lambda length, q, delay: (
        f"{length // delay} blocks, each drawn {q**-delay:.4g} times for {delay} steps: {length}·{q:g}^(−{delay}) = "
        f"{steps_to_solve(length, q, delay):.4g}. Checked at the end it would be "
        f"{steps_to_solve(length, q, length):.4g}."
    ),
    book={"length": 12, "q": 0.8, "delay": 3},
    draw=lambda rng: {
        "length": int(_choice(rng, 12, 18, 24)),
        "q": _choice(rng, 0.75, 0.82, 0.85, 0.9),
        "delay": int(_choice(rng, 2, 3, 6)),
    },
)

# P-7


@cache
def _curve(score: str) -> np.ndarray:
    """Chance of best-of-N for k = 1 … 100, one row a problem, by a score of the recorded programs."""
    pools = recorded.load("humaneval_codet", score=score).pools()
    return np.array([estimates.best_of_n(pool.correct, pool.score, np.arange(1, 101)) for pool in pools])


WORDS = ("shown", "not shown", "refuted")


def _peak() -> int:
    return int(_curve("n_pass").mean(axis=0).argmax()) + 1


def _achieved_reading(value: Any) -> Achieved:
    if not isinstance(value, list) or len(value) != 2 or value[1] not in WORDS or isinstance(value[0], (str, bool)):
        return Achieved(0, f"Needed is a pair of a whole number and one of {', '.join(WORDS)}.", refused=True)
    right = (value[0] == _peak(), value[1] == "not shown")
    says = f"The best k is {'right' if right[0] else 'another'}; the word is {'right' if right[1] else 'another'}."
    return Achieved(sum(right) / 2, says)


P7 = Task(
    id="P-7",
    kind="R",
    title="What the programs show",
    points=4,
    minutes=12,
    variable="answer_P7",
    statement=(
        "In the recorded programs (`humaneval_codet`, 164 problems, 100 programs each) the program that passes most "
        "of the model's own tests is handed in. For which k is best-of-N highest, on the average over the problems? "
        "And is best-of-100 worse than one sample: shown, not shown, or refuted, at 95 % over the problems? Answer "
        'with a pair such as `(20, "shown")`.'
    ),
    answer_type=Design("a pair of a whole number and a word", _achieved_reading),
    reference=lambda: [_peak(), "not shown"],
    misconceptions=(
        Misconception(
            "without-interval",
            lambda: [_peak(), "shown"],
            "This reads the two numbers without the interval of their difference, which holds both signs.",
            matches=lambda value: value[1] == "shown",
        ),
        Misconception(
            "no-difference",
            lambda: [_peak(), "refuted"],
            "This takes a difference that was not found for one that is not there. The interval holds both signs.",
            matches=lambda value: value[1] == "refuted",
        ),
    ),
    hints=(
        'its.curve(samples, "best_of_n", k) has the means in `value` and the problems in `per_problem`.',
        "Take the columns k = 100 and k = 1; `its.paired_interval` gives their mean difference and its interval.",
    ),
    explanation=lambda: (
        f"The peak is at k = {_peak()}. From there to 100 the fall is shown; against one sample the difference is "
        f"{(_curve('n_pass')[:, 99] - _curve('n_pass')[:, 0]).mean():+.3f}, with an interval that holds both signs."
    ),
)

# P-8

RULES = {"tests": "n_pass", "consensus": "consensus_score"}


def _rest(pilot: list[int]) -> dict[str, np.ndarray]:
    """Return best-of-N on the problems outside the pilot, for each rule."""
    rest = np.setdiff1d(np.arange(164), pilot)
    return {rule: _curve(score)[rest].mean(axis=0) for rule, score in RULES.items()}


def _best_choice(pilot: list[int]) -> list[Any]:
    on_rest = _rest(pilot)
    rule = max(on_rest, key=lambda rule: on_rest[rule].max())
    return [rule, int(on_rest[rule].argmax()) + 1]


def _fair_pilot(rng: np.random.Generator) -> list[int]:
    """Draw pilots until one lets its reader choose well: one pilot in twenty is misleading by chance."""
    while True:
        pilot = sorted(int(i) for i in rng.choice(164, 40, replace=False))
        on_pilot = {rule: _curve(score)[pilot].mean(axis=0) for rule, score in RULES.items()}
        rule = max(on_pilot, key=lambda rule: on_pilot[rule].max())
        if _achieved_choice([rule, int(on_pilot[rule].argmax()) + 1], pilot).share == 1.0:
            return pilot


def _achieved_choice(value: Any, pilot: list[int]) -> Achieved:
    whole = isinstance(value, list) and len(value) == 2 and isinstance(value[1], int) and not isinstance(value[1], bool)
    if not whole or not isinstance(value[0], str) or value[0] not in RULES or not 1 <= value[1] <= 100:
        return Achieved(0, "Needed is a pair of a rule and a whole number from 1 to 100.", refused=True)
    on_rest = _rest(pilot)
    reached, best = on_rest[value[0]][value[1] - 1], max(curve.max() for curve in on_rest.values())
    says = f"On the other problems it is right {reached:.3f} of the time; the best possible choice {best:.3f}."
    return Achieved(1.0 if best - reached <= 0.02 else 0.5 if best - reached <= 0.05 else 0.0, says)


P8 = Task(
    id="P-8",
    kind="C",
    title="Choose on a pilot",
    points=6,
    minutes=25,
    variable="answer_P8",
    statement=(
        "You may look at 40 of the 164 recorded problems (`humaneval_codet`): the list `pilot` holds their numbers. "
        'Choose a rule, "tests" (most own tests passed, score `n_pass`) or "consensus" (score `consensus_score`), '
        "and a number k of samples. What counts is how often best-of-N by that rule is right on the other 124 "
        "problems: full points within 0.02 of the best choice, half within 0.05. Answer with a pair such as "
        '`("tests", 8)`.'
    ),
    answer_type=Design("a pair of a rule and a whole number", _achieved_choice),
    reference=_best_choice,
    misconceptions=(
        Misconception(
            "all-of-them",
            lambda pilot: ["tests", 100],
            "This takes all samples there are. By this rule more of them hurt; the pilot shows it.",
            matches=lambda value, pilot: value == ["tests", 100],
        ),
        Misconception(
            "one",
            lambda pilot: ["tests", 1],
            "This takes one sample, where no rule chooses anything.",
            matches=lambda value, pilot: value[1] == 1,
        ),
    ),
    hints=(
        "Compute best-of-N on the pilot for both rules and all k, and look where the mean is highest.",
        "The choice of the rule matters most. Near the top the curve is flat: a smaller k costs little.",
    ),
    explanation=(
        "Chosen on 40 problems, measured on others. The same number read on the pilot itself would flatter, because "
        "it was chosen there."
    ),
    book={"pilot": [4 * i + 1 for i in range(40)]},
    draw=lambda rng: {"pilot": _fair_pilot(rng)},
)

# P-9


def _for_one_large(tokens: int, ratio: float, read: float) -> int:
    """Candidates of a small model, each read once, for the price of one sample of as many tokens of a large one."""
    return math.floor(ratio / (1 + read))


P9 = Task(
    id="P-9",
    kind="N",
    title="One large sample, or many small ones",
    points=3,
    minutes=8,
    variable="answer_P9",
    statement=(
        "A sample takes {tokens} tokens, of a small model and of a large one. A token of the large model costs "
        "{ratio:g} times as much as one of the small model. A process reward model reads every solution once, and a "
        "token that it reads costs {read:g} of a token that the small model writes. How many candidates of the small "
        "model, all of them scored, can be bought for at most the price of one sample of the large model?"
    ),
    answer_type=Number("candidates", low=0, whole=True),
    reference=_for_one_large,
    misconceptions=(
        Misconception(
            "nobody-reads",
            lambda tokens, ratio, read: math.floor(ratio),
            "This buys samples for a vote. Here every candidate is also read, and reading has its price.",
        ),
        Misconception(
            "rounded-up",
            lambda tokens, ratio, read: math.ceil(ratio / (1 + read)),
            "This is rounded up, and costs more than the large sample.",
        ),
        Misconception(
            "reads-at-full-price",
            lambda tokens, ratio, read: math.floor(ratio / 2),
            "This lets a token read cost as much as a token written. Here it costs {read:g} of that.",
        ),
    ),
    hints=(
        "What does one candidate cost, written and read, in tokens of the small model?",
        "{tokens}·(1 + {read:g}) for each candidate; the large sample costs {tokens}·{ratio:g}.",
    ),
    explanation=lambda tokens, ratio, read: (
        f"A candidate costs {tokens * (1 + read):.4g} small tokens, the large sample {tokens * ratio:.4g}: "
        f"{ratio / (1 + read):.4g} candidates, so {math.floor(ratio / (1 + read))}. Both lengths are {tokens}, so the "
        "length drops out; prices do not."
    ),
    book={"tokens": 500, "ratio": 14.0, "read": 0.25},
    draw=lambda rng: {
        "tokens": int(_choice(rng, 400, 500, 600)),
        "ratio": _choice(rng, 16.0, 19.0, 23.0),
        "read": _choice(rng, 0.2, 0.3, 0.4),
    },
)


# P-10


def _all_wrong(n: int, c: int, k: int) -> float:
    """Chance that k of n programs, drawn without putting back, are all wrong when c of the n are right."""
    return comb(n - c, k) / comb(n, k)


def _recorded_counts(rng: np.random.Generator) -> dict[str, int]:
    n, second, third = (_choice(rng, *values) for values in ((8, 10, 12), (1, 2), (4, 5)))
    return {"n": n, "first": 0, "second": second, "third": third, "k": 6, "each": 2}


P10 = Task(
    id="P-10",
    kind="N",
    title="Equal shares of three prompts",
    points=2,
    minutes=6,
    variable="answer_P10",
    statement=(
        "Of {n} recorded programs for one puzzle {first} are right under the first prompt, {second} under the second "
        "and {third} under the third. You draw {k} programs, {each} of each prompt, without putting back. How often is "
        "at least one right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda n, first, second, third, k, each: 1 - prod(_all_wrong(n, c, each) for c in (first, second, third)),
    misconceptions=(
        Misconception(
            "one-pool",
            lambda n, first, second, third, k, each: 1 - _all_wrong(3 * n, first + second + third, k),
            "This draws {k} from all programs together. Then one prompt may give more than its {each}.",
        ),
        Misconception(
            "random-prompt",
            lambda n, first, second, third, k, each: 1 - sum(_all_wrong(n, c, k) for c in (first, second, third)) / 3,
            "This takes one prompt at random for all {k}. With equal shares every prompt gets its chance.",
        ),
        Misconception(
            "mean-of-shares",
            lambda n, first, second, third, k, each: (
                1 - sum(_all_wrong(n, c, each) for c in (first, second, third)) / 3
            ),
            "This is how often one share of {each} has a right program, on average over the prompts. All three are "
            "drawn.",
        ),
    ),
    hints=(
        "All {k} are wrong if the {each} of each prompt are wrong. The three draws are independent.",
        "Of one prompt all {each} are wrong with chance C({n} − c, {each})/C({n}, {each}).",
    ),
    explanation=lambda n, first, second, third, k, each: (
        f"All {each} are wrong with chance "
        + ", ".join(f"{_all_wrong(n, c, each):.4f}" for c in (first, second, third))
        + " under the three prompts. The product is "
        + f"{prod(_all_wrong(n, c, each) for c in (first, second, third)):.4f}, and the rest is the answer."
    ),
    book={"n": 10, "first": 0, "second": 1, "third": 4, "k": 6, "each": 2},
    draw=_recorded_counts,
)

# Bonus

PB = Task(
    id="P-B",
    kind="N",
    title="A knock-out",
    points=2,
    minutes=10,
    variable="answer_PB",
    statement=(
        "{k} answers, each right with p = {p:g}, play a knock-out: pairs are compared, the winners go on. Every "
        "comparison is fresh, and of a right and a wrong answer it takes the right one with probability {v:g}. How "
        "often is the last one right?"
    ),
    answer_type=Number(low=0, high=1),
    reference=lambda p, v, k: float(knock_out(p, v, k)),
    misconceptions=(
        Misconception(
            "product",
            lambda p, v, k: float(accuracy_times_coverage(p, v, k)),
            "This is the accuracy of a comparison times the coverage, as if one comparison decided the whole cup.",
        ),
        Misconception(
            "one-round",
            lambda p, v, k: float(knock_out(p, v, 2)),
            "This is the winner of the first round. Asked was the winner of the last.",
        ),
        Misconception(
            "one-too-many",
            lambda p, v, k: float(knock_out(p, v, 2 * k)),
            "Here one round too many is played. How many rounds do {k} answers need?",
        ),
    ),
    hints=(
        "What is the chance that the winner of one comparison is right, if each of the two is right with p?",
        "Repeat p → p² + 2p(1 − p)·{v:g}, once for each round.",
    ),
    explanation=lambda p, v, k: (
        f"{k.bit_length() - 1} rounds of p → p² + 2p(1 − p)·{v:g} end at {knock_out(p, v, k):.4g}. Fresh comparisons "
        "let the cup go to 1 in the long run; fixed scores need not."
    ),
    book={"p": 0.1, "v": 0.8, "k": 64},
    draw=lambda rng: {
        "p": _choice(rng, 0.08, 0.12, 0.15),
        "v": _choice(rng, 0.7, 0.75, 0.85),
        "k": int(_choice(rng, 16, 32, 64)),
    },
    bonus=True,
)

TASKS = shortest_first(P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, PB)

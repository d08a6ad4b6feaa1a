"""Workshop 6, stop and spend: stop at the first success, stop a vote early, choose k for a price, plan from a pilot.

The references are slow and plain on purpose: they are what a learner can read after a wrong answer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import laws
from ...answers.task import Function, Misconception, Task

__all__ = ["TASKS", "best_k", "decided", "expected_draws", "last_worth", "regret", "samples_used", "stop_at_first"]

Answers = Sequence[str | None]
Curve = Sequence[float]

# A vote of so many more samples is out of reach for an answer that lists how it can go on: it must be too slow
# already when it is checked. Each step of the list is short, so the trial can be ended.
SECONDS = 1.5
LARGE_VOTES, LARGE_LEFT = [17, 1, 2], 14


def expected_draws(p: float, limit: int) -> float:
    """Return the mean number of samples when drawing stops at the first right one, or after `limit`."""
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie between 0 and 1, got {p}")
    # Sample number j + 1 is drawn where the j before it were wrong.
    return math.fsum((1 - p) ** j for j in range(limit))


def stop_at_first(correct: Sequence[bool], limit: int) -> tuple[int, bool]:
    """Return how many samples were drawn from a recorded list, and whether the last one was right."""
    if not 1 <= limit <= len(correct):
        raise ValueError(f"limit must lie between 1 and the {len(correct)} recorded samples, got {limit}")
    for i in range(limit):
        if correct[i]:
            return i + 1, True
    return limit, False


def _lead(votes: Sequence[int]) -> int:
    """How far the first is ahead of the second; an answer that nobody has given yet has no vote."""
    first, second = sorted([*votes, 0, 0], reverse=True)[:2]
    return first - second


def decided(votes: Sequence[int], left: int) -> bool:
    """Return whether the leading answer stays alone in front, whatever the samples that are left say."""
    if left < 0:
        raise ValueError(f"{left} samples cannot be left")
    return _lead(votes) > left


def samples_used(answers: Answers, lead: int) -> int:
    """Return how many samples a vote looks at that stops at a lead of `lead`, or once it is decided."""
    if lead < 1:
        raise ValueError(f"lead must be 1 or more, got {lead}")
    for used in range(1, len(answers) + 1):
        votes = list(_votes(answers[:used]).values())
        if _lead(votes) >= lead or decided(votes, len(answers) - used):
            return used
    return len(answers)


def _votes(answers: Answers) -> Counter[str]:
    return Counter(answer for answer in answers if answer is not None)


def _priced(price: float) -> None:
    if not price > 0:
        raise ValueError(f"price must be above 0, got {price}: samples that cost nothing are always worth it")


def last_worth(p: float, worth: float, price: float) -> int:
    """Return the number of the last sample whose gain, worth·p(1 − p)^(k − 1), is at least its price; 0 if none is."""
    _priced(price)
    k = 0
    while worth * p * (1 - p) ** k >= price:
        k += 1
    return k


def best_k(curve: Curve, worth: float, price: float) -> int:
    """Return the k, 0 included, with the largest worth·curve[k − 1] − price·k; the smallest of several."""
    nets = [_net(curve, k, worth, price) for k in range(len(curve) + 1)]
    return nets.index(max(nets))


def _net(curve: Curve, k: int, worth: float, price: float) -> float:
    return worth * curve[k - 1] - price * k if k else 0.0


def regret(curve: Curve, chosen: int, worth: float, price: float) -> float:
    """Return how much less `chosen` samples bring on this curve than the best number of samples."""
    if not 0 <= chosen <= len(curve):
        raise ValueError(f"chosen must lie between 0 and the {len(curve)} values of the curve, got {chosen}")
    best = max(_net(curve, k, worth, price) for k in range(len(curve) + 1))
    return best - _net(curve, chosen, worth, price)


# W-61


def _calls_draws(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [(round(float(rng.uniform(0.05, 0.9)), 2), int(rng.integers(3, 30))) for _ in range(7)]
    return [(0.5, 1), (0.5, 2), (0.2, 10), (1.0, 5), (0.0, 6), (0.25, 3), *drawn, (1.5, 4), (-0.1, 4)]


def _draws_with(rule: Callable[[float, int], float]) -> Callable[[float, int], float]:
    """Return what refuses as asked, gives the limit at p = 0, and else follows another rule."""

    def other(p: float, limit: int) -> float:
        found = expected_draws(p, limit)
        return rule(p, limit) if p else found

    return other


def _of_the_solved(p: float, limit: int) -> float:
    chances = [p * (1 - p) ** j for j in range(limit)]
    return sum((j + 1) * chance for j, chance in enumerate(chances)) / sum(chances)


W61 = Task(
    id="W-61",
    kind="F",
    title="How many samples until the first success",
    points=3,
    minutes=9,
    variable="expected_draws",
    statement=(
        "Each sample is right with probability p, and a check that never errs looks at it at once. You stop at the "
        "first right sample, and after `limit` samples in any case. Write `expected_draws(p, limit)`: the mean number "
        "of samples that you draw. Sample number j is drawn if the j − 1 samples before it were all wrong. With p = 0 "
        "you always draw `limit`. A p below 0 or above 1: raise a `ValueError`. p = 0.5 and a limit of 2 give 1.5."
    ),
    answer_type=Function("expected_draws(p, limit)", _calls_draws, library=(laws.expected_draws,)),
    reference=expected_draws,
    misconceptions=(
        Misconception(
            "always-all",
            _draws_with(lambda p, limit: limit),
            "This always draws all samples that are allowed. Many runs end before: count a sample only with the "
            "chance that it is drawn.",
        ),
        Misconception(
            "no-limit",
            _draws_with(lambda p, limit: 1 / p),
            "This is 1/p, the mean without a limit. The limit cuts the long runs short.",
        ),
        Misconception(
            "of-the-solved",
            _draws_with(_of_the_solved),
            "This is the mean over the runs that succeed. A run without success is paid for too, with all its samples.",
        ),
        Misconception(
            "wrong-ones",
            _draws_with(lambda p, limit: (1 - p) * expected_draws(p, limit)),
            "This counts the wrong samples only. The right sample at the end of a run is paid for too.",
        ),
        Misconception(
            "coverage",
            _draws_with(lambda p, limit: 1 - (1 - p) ** limit),
            "This is the chance that a run succeeds. Asked was how many samples it takes on average.",
        ),
    ),
    hints=(
        "The mean is a sum over the samples: each counts with the chance that it is drawn. The first is always drawn.",
        "Keep `reached = 1`. For each of the limit samples: total += reached, then reached *= 1 - p.",
    ),
    explanation=(
        "The sum is (1 − (1 − p)^k)/p, the coverage divided by p: each sample that is drawn is right with chance p. So "
        "you pay the same for each success, whatever the limit is."
    ),
)

# W-62


def _calls_stop(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn: list[tuple[Any, ...]] = []
    for size in (6, 8, 9, 12, 15):
        correct: list[bool] = (rng.random(size) < 0.25).tolist()
        drawn.append((correct, int(rng.integers(2, size))))
    return [
        ([False, False, True, False], 4),
        ([False, False, True, False], 2),
        ([False, False, True], 3),
        ([True, False], 1),
        ([False], 1),
        ([True, True, True], 3),
        ([False, True, False, True], 4),
        *drawn,
        ([False, True], 3),
        ([True, False], 0),
    ]


def _stopped(rule: Callable[[int, bool, int], tuple[int, bool]]) -> Callable[[Sequence[bool], int], tuple[int, bool]]:
    """Return what changes the right result by rule(drawn, solved, limit)."""
    return lambda correct, limit: rule(*stop_at_first(correct, limit), limit)


def _past_the_limit(correct: Sequence[bool], limit: int) -> tuple[int, bool]:
    stop_at_first(correct, limit)
    return stop_at_first(correct, len(correct))


def _shows_samples(correct: Sequence[bool], limit: int) -> str:
    listed = " ".join(f"{i}{'✓' if good else '✗'}" for i, good in enumerate(correct, 1))
    return f"The samples, counted from 1: {listed}. The limit is {limit}."


W62 = Task(
    id="W-62",
    kind="F",
    title="One run that stops",
    points=3,
    minutes=8,
    variable="stop_at_first",
    statement=(
        "`correct` is a list of True and False: recorded samples, in the order in which they come. Write "
        "`stop_at_first(correct, limit)`: a pair, the number of samples drawn, and True or False for whether a right "
        "one was found. Drawing stops at the first right sample, and after `limit` samples in any case. A limit below "
        "1 or above the number of samples: raise a `ValueError`. Wrong, wrong, right, wrong with limit 4 give (3, "
        "True), and with limit 2 they give (2, False)."
    ),
    answer_type=Function("stop_at_first(correct, limit)", _calls_stop, shows=_shows_samples),
    reference=stop_at_first,
    misconceptions=(
        Misconception(
            "from-zero",
            _stopped(lambda drawn, solved, limit: (drawn - solved, solved)),
            "This is the position of the right sample, counted from 0. Asked was how many samples were drawn: the "
            "right one counts too.",
        ),
        Misconception(
            "always-all",
            _stopped(lambda drawn, solved, limit: (limit, solved)),
            "This pays for all samples up to the limit. Drawing stops at the first right one.",
        ),
        Misconception(
            "past-the-limit",
            _past_the_limit,
            "This goes on after the limit. Look at the first `limit` samples only.",
        ),
        Misconception(
            "one-more",
            _stopped(lambda drawn, solved, limit: (drawn + (not solved), solved)),
            "This counts one sample too many where none of them is right. The limit itself is the number drawn then.",
        ),
    ),
    hints=(
        "Loop over the first samples with their numbers: enumerate(correct[:limit], 1) counts from 1.",
        "Return (drawn, True) inside the loop at the first right one. After the loop: return (limit, False).",
    ),
    explanation=(
        "This is the whole of stopping early. It needs a check while you sample. Without one you only learn afterwards "
        "which sample was right, and there was nothing to stop at."
    ),
)

# W-63


def _calls_decided(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(10):
        votes: list[int] = rng.integers(1, 7, int(rng.integers(1, 5))).tolist()
        drawn.append((votes, max(_lead(votes) + int(rng.integers(-1, 2)), 0)))
    return [
        ([5, 2], 2),
        ([5, 2], 3),
        ([5, 2], 4),
        ([2, 5, 1], 2),
        ([1, 1, 4], 2),
        ([3], 2),
        ([3], 3),
        ([3, 3], 0),
        ([1], 0),
        ([], 0),
        ([], 2),
        # More than half of the votes so far, and still not safe.
        ([3, 1], 2),
        *drawn,
        (LARGE_VOTES, LARGE_LEFT),
        (LARGE_VOTES, LARGE_LEFT + 1),
        ([4, 1], -1),
    ]


def _decided_with(rule: Callable[[Sequence[int], int], bool]) -> Callable[[Sequence[int], int], bool]:
    """Return what refuses as asked and else follows another rule."""

    def other(votes: Sequence[int], left: int) -> bool:
        decided(votes, left)
        return rule(votes, left)

    return other


def _shows_votes(votes: Sequence[int], left: int) -> str:
    counts = ", ".join(map(str, sorted(votes, reverse=True))) or "none"
    return f"Votes so far, the most first: {counts}. Samples left: {left}."


W63 = Task(
    id="W-63",
    kind="F",
    title="Can the leader still be caught?",
    points=3,
    minutes=9,
    variable="decided",
    statement=(
        "A majority vote is under way. `votes` is the list of the votes of each answer so far, in any order, and "
        "`left` is the number of samples still to come. Write `decided(votes, left)`: True if the answer in front will "
        "be alone in front at the end, whatever these samples say, else False. The samples can also bring an answer "
        "that nobody has given yet. If another answer can still draw level, the vote is not decided. A `left` below 0: "
        "raise a `ValueError`. Votes 5 and 2 are decided with 2 left, and not with 3."
    ),
    answer_type=Function("decided(votes, left)", _calls_decided, seconds=SECONDS, shows=_shows_votes),
    reference=decided,
    misconceptions=(
        Misconception(
            "ties-decided",
            _decided_with(lambda votes, left: bool(votes) and _lead(votes) >= left),
            "This calls a vote decided where the second answer can still draw level. A tie is shared, so the result "
            "can still change.",
        ),
        Misconception(
            "half",
            _decided_with(lambda votes, left: bool(votes) and 2 * max(votes) > sum(votes) + left),
            "This asks for more than half of all samples. An answer can be safe with less, where the others split "
            "their votes. Look at the second answer.",
        ),
        Misconception(
            "half-so-far",
            _decided_with(lambda votes, left: bool(votes) and 2 * max(votes) > sum(votes)),
            "This asks for more than half of the votes so far and forgets the samples that are left.",
        ),
        Misconception(
            "in-order",
            _decided_with(lambda votes, left: (*votes, 0)[0] - (*votes, 0, 0)[1] > left),
            "This compares the first two of the list. The votes stand in any order: sort them first.",
        ),
        Misconception(
            "known-answers",
            _decided_with(lambda votes, left: len(votes) == 1 or _lead(votes) > left),
            "This forgets answers that nobody has given yet. With one answer so far, the others can still catch up "
            "from 0.",
        ),
        Misconception(
            "ahead",
            _decided_with(lambda votes, left: _lead(votes) > 0),
            "This asks only whether an answer is in front now. The samples that are left can still change that.",
        ),
    ),
    hints=(
        "In the worst case all samples that are left go to the second answer. An answer without a vote has 0.",
        "ordered = sorted([*votes, 0, 0], reverse=True); decided is ordered[0] - ordered[1] > left.",
    ),
    explanation=(
        "One comparison replaces the list of all the ways in which the vote can go on. A vote that stops here gives "
        "the very answer of the full vote, always, for fewer samples."
    ),
)

# W-64


def _calls_used(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for size in (7, 9, 12):
        names = ["7", "7", "7", "8", "9", None]
        answers = [names[i] for i in rng.integers(0, len(names), size)]
        drawn += [(answers, size), (answers, int(rng.integers(2, 4)))]
    return [
        (["7", "7", "7", "9", "8"], 9),
        (["7", "7", "7", "9", "8"], 2),
        (["7", "9", "7", "9", "8", "8"], 9),
        (["7", "9", "9", "9", "9"], 1),
        (["7", "9", "9", "9", "8", "8", "8"], 2),
        (["7", "7", "7", "7", "9", "9", "9", "9", "8"], 2),
        ([None, None, None, "7", "7"], 9),
        ([None, "7", "7", "7"], 2),
        ([None, None], 1),
        (["7"], 4),
        *drawn,
        (["7", "7"], 0),
    ]


def _used_with(rule: Callable[[list[int], int, int], bool]) -> Callable[[Answers, int], int]:
    """Return what stops where rule(votes, samples left, lead) holds."""

    def other(answers: Answers, lead: int) -> int:
        samples_used(answers, lead)
        for used in range(1, len(answers) + 1):
            if rule(list(_votes(answers[:used]).values()), len(answers) - used, lead):
                return used
        return len(answers)

    return other


def _none_votes(answers: Answers, lead: int) -> int:
    return samples_used(["no answer" if answer is None else answer for answer in answers], lead)


def _none_is_no_sample(answers: Answers, lead: int) -> int:
    return samples_used([answer for answer in answers if answer is not None], lead)


def _shows_course(answers: Answers, lead: int) -> str:
    listed = " ".join("–" if answer is None else answer for answer in answers) or "none"
    return f"The answers in their order, – for none: {listed}. The lead to stop at is {lead}."


W64 = Task(
    id="W-64",
    kind="F",
    title="A vote that stops early",
    points=4,
    minutes=12,
    variable="samples_used",
    statement=(
        "`answers` are the answers of a vote in the order in which they come, None where a sample has no answer. Fill "
        "the hole in `samples_used(answers, lead)`: after how many samples does the vote stop? After each sample there "
        "are two reasons: the first answer is at least `lead` votes ahead of the second, or the vote is decided. An "
        "answer that nobody has given has 0 votes. The loop that counts is there; None is a sample without a vote. If "
        "there is no reason to stop, all samples are used. A `lead` below 1 raises a `ValueError`: that line is there. "
        "7, 7, 7, 9, 8 stop after 3 samples for lead 9, and after 2 for lead 2."
    ),
    answer_type=Function("samples_used(answers, lead)", _calls_used, shows=_shows_course),
    reference=samples_used,
    misconceptions=(
        Misconception(
            "lead-only",
            _used_with(lambda votes, left, lead: _lead(votes) >= lead),
            "This stops at the lead only. The second reason is missing: stop as well once the vote is decided.",
        ),
        Misconception(
            "decided-only",
            _used_with(lambda votes, left, lead: decided(votes, left)),
            "This stops only once the vote is decided and never looks at `lead`.",
        ),
        Misconception(
            "both-needed",
            _used_with(lambda votes, left, lead: _lead(votes) >= lead and decided(votes, left)),
            "This waits until both reasons hold. Either of them is enough: use `or`.",
        ),
        Misconception(
            "more-than-lead",
            _used_with(lambda votes, left, lead: _lead(votes) > lead or decided(votes, left)),
            "This waits for a lead of more than `lead`. Asked was at least `lead`.",
        ),
        Misconception(
            "votes-of-the-first",
            _used_with(lambda votes, left, lead: bool(votes) and (max(votes) >= lead or decided(votes, left))),
            "This compares the votes of the first answer with `lead`. Asked was how far it is ahead of the second.",
        ),
        Misconception(
            "none-votes",
            _none_votes,
            "This lets samples without an answer vote together. They cast no vote, but each of them is a sample that "
            "is used.",
        ),
        Misconception(
            "none-is-no-sample",
            _none_is_no_sample,
            "This does not count samples without an answer. They cast no vote, and they are paid for: count them.",
        ),
    ),
    hints=(
        "The votes in order: ordered = sorted([*votes.values(), 0, 0], reverse=True). The lead is ordered[0] − "
        "ordered[1].",
        "enough = ordered[0] - ordered[1] >= lead or decided([*votes.values()], len(answers) - used).",
    ),
    explanation=(
        "With a lead that no vote can reach, this stops only when nothing can change any more: a saving without a "
        "risk. A small lead saves more and can stop on the wrong answer."
    ),
)

# W-65


def _calls_worth(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(7):
        p = round(float(rng.uniform(0.03, 0.5)), 3)
        drawn.append((p, float(rng.integers(50, 200)), round(float(rng.uniform(0.3, 1.5)), 2)))
    return [
        # The third sample gains exactly its price.
        (0.5, 8.0, 1.0),
        (0.2, 100.0, 1.0),
        (0.05, 10.0, 1.0),
        (0.0, 100.0, 1.0),
        (1.0, 5.0, 1.0),
        (0.9, 100.0, 60.0),
        (0.02, 1000.0, 0.5),
        *drawn,
        (0.3, 10.0, 0.0),
        (0.3, 10.0, -1.0),
    ]


def _while(holds: Callable[[int, float, float, float], bool]) -> Callable[[float, float, float], int]:
    """Return the last k up to which holds(k, p, worth, price), after the refusals that are asked for."""

    def other(p: float, worth: float, price: float) -> int:
        last_worth(p, worth, price)
        k = 0
        while holds(k + 1, p, worth, price):
            k += 1
        return k

    return other


def _shows_gains(p: float, worth: float, price: float) -> str:
    listed = ", ".join(f"{worth * p * (1 - p) ** j:.4g}" for j in range(4))
    return f"The first samples gain {listed}; each costs {price:g}."


W65 = Task(
    id="W-65",
    kind="F",
    title="The last sample that is worth its price",
    points=3,
    minutes=8,
    variable="last_worth",
    statement=(
        "A sample of one problem is right with probability p, and a perfect check picks. Solving the problem is worth "
        "`worth`, and each sample costs `price`. Sample number k helps only if the k − 1 before it were wrong and it "
        "is right: it gains p(1 − p)^(k − 1) of the worth. Write `last_worth(p, worth, price)`: the number of the last "
        "sample whose gain is at least its price, or 0 if not even the first one's is. A price of 0 or less: raise a "
        "`ValueError`. p = 0.5, worth 8 and price 1 give 3."
    ),
    answer_type=Function(
        "last_worth(p, worth, price)", _calls_worth, library=(laws.marginal_gain,), shows=_shows_gains
    ),
    reference=last_worth,
    misconceptions=(
        Misconception(
            "all-together",
            _while(lambda k, p, worth, price: worth * (1 - (1 - p) ** k) >= price * k),
            "This goes on as long as all samples together are worth their price, so the last ones lose what the first "
            "ones earned. Compare the gain of one more sample with its price.",
        ),
        Misconception(
            "above-the-price",
            _while(lambda k, p, worth, price: worth * p * (1 - p) ** (k - 1) > price),
            "This asks for a gain above the price. Asked was at least the price.",
        ),
        Misconception(
            "one-too-many",
            lambda p, worth, price: last_worth(p, worth, price) + 1,
            "This is the first sample that is not worth its price. Asked was the last one that is.",
        ),
        Misconception(
            "derivative",
            _while(lambda k, p, worth, price: worth * -math.log1p(-min(p, 1 - 1e-12)) * (1 - p) ** k >= price),
            "This takes the derivative of 1 − (1 − p)^k for the gain. The gain of sample k is a difference: "
            "p(1 − p)^(k − 1).",
        ),
        Misconception(
            "one-further",
            _while(lambda k, p, worth, price: worth * p * (1 - p) ** k >= price),
            "This takes (1 − p)^k, as if k samples had to be wrong before sample k. There are only k − 1 before it: "
            "the first one gains p.",
        ),
    ),
    hints=(
        "The gains fall from sample to sample, so go up from the first as long as the gain is large enough.",
        "k = 0; while worth * p * (1 - p) ** k >= price: k += 1. The gain of sample k + 1 has the power k.",
    ),
    explanation=(
        "A sample is bought for what it adds, not for what all have reached. For one problem the gains fall by the "
        "same factor each time, so a tenfold price takes away a fixed number of samples."
    ),
)

# W-66


def _calls_best(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for size in (5, 6, 8, 10, 12):
        rise = np.sort(np.round(rng.uniform(0.1, 0.9, size), 3)).tolist()
        drawn.append((rise, float(rng.integers(20, 120)), round(float(rng.uniform(0.5, 6)), 2)))
    return [
        ([0.25, 0.5, 0.625], 8.0, 1.0),
        # No gain at first: three votes are the least that help.
        ([0.3, 0.3, 0.5, 0.5, 0.55], 100.0, 5.0),
        # Best-of-N that rises and falls.
        ([0.2, 0.4, 0.45, 0.3, 0.1], 100.0, 1.0),
        ([0.1, 0.2], 5.0, 3.0),
        ([0.5, 0.75], 8.0, 2.0),
        ([0.25, 0.25], 8.0, 2.0),
        ([0.3, 0.2, 0.1, 0.9], 50.0, 2.0),
        ([0.4], 10.0, 1.0),
        ([0.25, 0.25], 4.0, 0.5),
        *drawn,
    ]


def _greedy(curve: Curve, worth: float, price: float) -> int:
    gains = np.diff([0.0, *curve])
    return next((k for k, gain in enumerate(gains) if worth * gain < price), len(curve))


def _shows_nets(curve: Curve, worth: float, price: float) -> str:
    listed = ", ".join(f"{k}: {_net(curve, k, worth, price):.4g}" for k in range(min(len(curve), 8) + 1))
    return f"What is left after paying, for each k: {listed}{', …' if len(curve) > 8 else ''}."


W66 = Task(
    id="W-66",
    kind="F",
    title="Choose k from a curve",
    points=3,
    minutes=9,
    variable="best_k",
    statement=(
        "`curve` is a list: the share of problems solved with 1, 2, 3, … samples a problem, by whatever rule. Solving "
        "a problem is worth `worth`, a sample costs `price`. Write `best_k(curve, worth, price)`: the number of "
        "samples k for which worth times the share minus price times k is largest. Also k = 0 is allowed: it costs "
        "nothing and solves nothing. Of several equal best ones take the smallest. Curves can be flat at first, or "
        "fall. The curve 0.25, 0.5, 0.625 with worth 8 and price 1 gives 2."
    ),
    answer_type=Function("best_k(curve, worth, price)", _calls_best, shows=_shows_nets),
    reference=best_k,
    misconceptions=(
        Misconception(
            "first-loss",
            _greedy,
            "This stops at the first sample that does not pay. That works for curves that bend one way only; a vote "
            "gains nothing from its second sample and much from its third. Compare all k.",
        ),
        Misconception(
            "highest",
            lambda curve, worth, price: list(curve).index(max(curve)) + 1,
            "This takes the highest share and never looks at the price.",
        ),
        Misconception(
            "never-none",
            lambda curve, worth, price: 1 + int(np.argmax([_net(curve, k, worth, price) for k in _ks(curve)])),
            "This always buys at least one sample. Where even the best k loses money, buy none: 0.",
        ),
        Misconception(
            "from-zero",
            lambda curve, worth, price: max(best_k(curve, worth, price) - 1, 0),
            "This is a position in the list. The first value belongs to one sample: add 1.",
        ),
        Misconception(
            "per-sample",
            lambda curve, worth, price: max([0, *_ks(curve)], key=lambda k: _net(curve, k, worth, price) / max(k, 1)),
            "This takes the largest gain for each sample bought. Asked was what is left in all, after paying.",
        ),
        Misconception(
            "last-of-the-best",
            lambda curve, worth, price: max([0, *_ks(curve)], key=lambda k: (_net(curve, k, worth, price), k)),
            "This takes the largest of several equally good numbers. Asked was the smallest.",
        ),
    ),
    hints=(
        "Make the list of what is left for k = 0, 1, 2, …: it begins with 0.",
        "nets = [0] + [worth * share - price * k for k, share in enumerate(curve, 1)]; return nets.index(max(nets)).",
    ),
    explanation=(
        "For a curve of pass@k the rule “as long as the next sample pays” gives the same k. For votes and for "
        "best-of-N it does not, so compare all k that the data allow."
    ),
)


def _ks(curve: Curve) -> range:
    return range(1, len(curve) + 1)


# W-67


def _calls_regret(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for curve, worth, price in _calls_best(rng)[-5:]:
        best = best_k(curve, worth, price)
        other = int(rng.choice([k for k in range(1, len(curve) + 1) if k != best]))
        drawn.append((curve, other, worth, price))
    return [
        ([0.25, 0.5, 0.625], 3, 8.0, 1.0),
        ([0.25, 0.5, 0.625], 2, 8.0, 1.0),
        ([0.25, 0.5, 0.625], 0, 8.0, 1.0),
        ([0.1, 0.2], 2, 5.0, 3.0),
        ([0.1, 0.2], 0, 5.0, 3.0),
        ([0.2, 0.4, 0.45, 0.3, 0.1], 5, 100.0, 1.0),
        *drawn,
        ([0.25, 0.5], 3, 8.0, 1.0),
        ([0.25, 0.5], -1, 8.0, 1.0),
    ]


def _shows_choice(curve: Curve, chosen: int, worth: float, price: float) -> str:
    return f"{_shows_nets(curve, worth, price)} Chosen was {chosen}."


def _regretted(worth_of: Callable[[Curve, int, int, float, float], float]) -> Callable[..., float]:
    """Return worth_of(curve, best k, chosen k, worth, price), after the refusals that are asked for."""

    def other(curve: Curve, chosen: int, worth: float, price: float) -> float:
        regret(curve, chosen, worth, price)
        return worth_of(curve, best_k(curve, worth, price), chosen, worth, price)

    return other


W67 = Task(
    id="W-67",
    kind="F",
    title="What the choice has cost",
    points=2,
    minutes=8,
    variable="regret",
    statement=(
        "A number of samples was chosen on other data. Now `curve` says what each number really reaches. Write "
        "`regret(curve, chosen, worth, price)`: what is left after paying with the best k on this curve, minus what is "
        "left with `chosen`. Again k = 0 is allowed, for the best as for the chosen one, and leaves 0. A `chosen` "
        "below 0 or above the length of the curve: raise a `ValueError`. The curve 0.25, 0.5, 0.625 with worth 8 and "
        "price 1 gives 0 for 2 and 0 for 3, and 2 for 0."
    ),
    answer_type=Function("regret(curve, chosen, worth, price)", _calls_regret, shows=_shows_choice),
    reference=regret,
    misconceptions=(
        Misconception(
            "shares-only",
            _regretted(
                lambda curve, best, chosen, worth, price: _net(curve, best, worth, 0) - _net(curve, chosen, worth, 0)
            ),
            "This compares what is solved and leaves out the price of the samples.",
        ),
        Misconception(
            "sign",
            lambda curve, chosen, worth, price: -regret(curve, chosen, worth, price),
            "This is the chosen one minus the best, so it is never above 0. Asked was the best minus the chosen one.",
        ),
        Misconception(
            "samples",
            _regretted(lambda curve, best, chosen, worth, price: best - chosen),
            "This is a number of samples. Asked was what the choice costs, in the unit of the price.",
        ),
        Misconception(
            "one-further",
            _regretted(
                lambda curve, best, chosen, worth, price: (
                    _net(curve, best, worth, price) - worth * (*curve, curve[-1])[chosen] + price * chosen
                )
            ),
            "This takes the next value of the curve. The share for `chosen` samples is curve[chosen - 1].",
        ),
        Misconception(
            "never-none",
            _regretted(
                lambda curve, best, chosen, worth, price: (
                    max(_net(curve, k, worth, price) for k in _ks(curve)) - _net(curve, chosen, worth, price)
                )
            ),
            "This leaves k = 0 out of the comparison. Where every k loses money, buying nothing is the best choice.",
        ),
    ),
    hints=(
        "Make the same list as in `best_k`, with 0 at its beginning: position k then belongs to k samples.",
        "nets = [0] + [worth * share - price * k for k, share in enumerate(curve, 1)]; then max(nets) - nets[chosen].",
    ),
    explanation=(
        "Regret is the measure for a plan. Near its top the curve of what is left is flat, so a k that is off by one "
        "or two costs little; a rule that is wrong costs more."
    ),
)

TASKS = (W61, W62, W63, W64, W65, W66, W67)

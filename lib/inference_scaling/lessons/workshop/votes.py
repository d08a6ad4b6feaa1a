"""Workshop 2, from many answers to one: best-of-N, its chance over all subsets, two votes, and what an answer means.

The references are slow and plain on purpose: they are what a learner can read after a wrong answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ... import estimates
from ...answers.task import Function, Misconception, Task

__all__ = ["TASKS", "best_of", "best_of_share", "key", "majority", "weighted"]

Answers = Sequence[str | None]
Scores = Sequence[float]
Key = Fraction | str | None

BOX = "\\boxed{"


def best_of(scores: Sequence[float | None]) -> int:
    """Return the position of the first of the largest scores; None is a sample without a score."""
    scored = [i for i, score in enumerate(scores) if score is not None]
    if not scored:
        raise ValueError("no sample has a score")
    best = scored[0]
    for i in scored[1:]:
        if scores[i] > scores[best]:
            best = i
    return best


def _pool(correct: Sequence[bool], scores: Scores, k: int) -> list[tuple[float, bool]]:
    pool = list(zip(scores, correct, strict=True))
    if not 1 <= k <= len(pool):
        raise ValueError(f"k must lie between 1 and the {len(pool)} samples of the pool, got {k}")
    return pool


def best_of_share(correct: Sequence[bool], scores: Scores, k: int) -> float:
    """Return how often the best-scored of k samples is right, over all subsets; equal scores share."""
    shares = []
    for subset in itertools.combinations(_pool(correct, scores, k), k):
        top = max(score for score, _ in subset)
        tied = [right for score, right in subset if score == top]
        shares.append(sum(tied) / len(tied))
    return sum(shares) / len(shares)


def _named(right: str | None) -> None:
    if right is None:
        raise ValueError("right is None: give the right answer, a missing answer is never right")


def _won(totals: dict[str | None, float], right: str) -> float:
    """Share of `right` among the answers with the largest total; 0 where there is no total."""
    if not totals:
        return 0.0
    tied = [answer for answer, total in totals.items() if total == max(totals.values())]
    return (right in tied) / len(tied)


def majority(answers: Answers, right: str) -> float:
    """Return 1 where most votes are for the right answer, a share where it ties, else 0; None casts no vote."""
    _named(right)
    cast = [answer for answer in answers if answer is not None]
    return _won({answer: float(cast.count(answer)) for answer in cast}, right)


def _ballots(answers: Answers, scores: Scores) -> list[tuple[str, float]]:
    return [(answer, score) for answer, score in zip(answers, scores, strict=True) if answer is not None]


def weighted(answers: Answers, scores: Scores, right: str) -> float:
    """Return the same for a vote in which each answer has the sum of its samples' scores."""
    ballots = _ballots(answers, scores)
    if min(scores) < 0:
        raise ValueError(f"a score of {min(scores)} would count against its own answer: scores must be 0 or more")
    return _won({answer: sum(score for other, score in ballots if other == answer) for answer, _ in ballots}, right)


def key(text: str | None) -> Key:
    """Return what an answer means: a number, else a text in small letters, or None where there is no answer."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError(f"an answer is a text or None, got {text!r}")
    inside = text.strip()
    if inside.startswith(BOX) and inside.endswith("}"):
        inside = inside[len(BOX) : -1].strip()
    try:
        return Fraction(inside.replace(",", ""))
    except (ValueError, ZeroDivisionError):
        return inside.lower() or None


def _written(answer: str | None) -> str:
    return "no answer" if answer is None else f"“{answer}”"


# W-21


def _calls_best_of(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(8):
        scores: list[float | None] = np.round(rng.normal(-1, 2, int(rng.integers(3, 9))), 1).tolist()
        if rng.random() < 0.5:
            scores[int(rng.integers(len(scores)))] = None
        # One score at least, whatever was taken away.
        drawn.append(([*scores, float(np.round(rng.normal(-1, 2), 1))],))
    return [
        ([0.2, 0.9, 0.4],),
        ([1.0, 3.0, 3.0, 2.0],),
        ([-3.0, -1.0, -2.0],),
        ([-2.5],),
        ([None, -1.0, -2.0],),
        ([0.5, 0.7, None],),
        ([4.0, 2.0, 4.0, 4.0],),
        *drawn,
        ([],),
        ([None, None],),
    ]


def _best_by(order: Callable[[Sequence[float | None], int], Any]) -> Any:
    """Return a best-of that takes the smallest of order(scores, position) and refuses what must be refused."""

    def other(scores: Sequence[float | None]) -> int:
        best_of(scores)
        return min(range(len(scores)), key=lambda i: order(scores, i))

    return other


def _from_zero(scores: Sequence[float | None]) -> int:
    best_of(scores)
    best, top = 0, 0.0
    for i, score in enumerate(scores):
        if score is not None and score > top:
            best, top = i, score
    return best


def _shows_scores(scores: Sequence[float | None]) -> str:
    if not scores:
        return "There is no sample in this pool."
    listed = ", ".join(f"{i}: {'no score' if score is None else f'{score:g}'}" for i, score in enumerate(scores))
    return f"The pool, each position with its score: {listed}."


W21 = Task(
    id="W-21",
    kind="F",
    title="Best of N",
    points=3,
    minutes=10,
    variable="best_of",
    statement=(
        "A verifier has given each sample a score. `scores` is the list of these numbers, with None where a sample has "
        "no score. Write `best_of(scores)`: the position of the sample with the largest score, counted from 0. Of "
        "several equal largest scores, take the first. A sample without a score is never picked. If no sample has a "
        "score, raise a `ValueError`. Scores 1, 3, 3, 2 give 1. Scores can be negative."
    ),
    answer_type=Function("best_of(scores)", _calls_best_of, labels=True, shows=_shows_scores),
    reference=best_of,
    misconceptions=(
        Misconception(
            "last-of-the-tied",
            _best_by(lambda scores, i: (scores[i] is None, -(scores[i] or 0), -i)),
            "This takes the last of several equal scores. Asked was the first: compare with `>`, not with `>=`.",
        ),
        Misconception(
            "none-as-zero",
            _best_by(lambda scores, i: -(scores[i] or 0)),
            "This reads a missing score as 0. Where all other scores are negative, the sample without a score then "
            "wins. Leave such samples out.",
        ),
        Misconception(
            "from-zero",
            _from_zero,
            "This starts with a best score of 0, so a pool of negative scores has no winner. Log-probabilities are "
            "always negative. Start with the first score instead.",
        ),
        Misconception(
            "lowest",
            _best_by(lambda scores, i: (scores[i] is None, scores[i] or 0)),
            "This takes the smallest score. Asked was the largest.",
        ),
        Misconception(
            "score",
            lambda scores: scores[best_of(scores)],
            "This is the largest score itself. Asked was its position, because the position leads to the answer.",
        ),
    ),
    hints=(
        "First list the positions that have a score. If that list is empty, raise the error.",
        "Keep the best position so far. Go on to position i only where scores[i] > scores[best].",
    ),
    explanation=(
        "This is the whole selection step of best-of-N. The position leads to the answer. A rule for ties must be "
        "chosen, because a verifier that gives whole grades has many of them."
    ),
)

# W-22


def _calls_best_of_share(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(6):
        size = int(rng.integers(5, 9))
        correct = [bool(one) for one in rng.random(size) < 0.4]
        # At most 4 of 8: a learner who lists the tuples of a draw with replacement is not too slow to be recognised.
        drawn.append((correct, rng.integers(0, 5, size).tolist(), int(rng.integers(2, 5))))
    return [
        ([True, False, True], [1, 3, 2], 2),
        ([True, False, False], [5, 5, 2], 2),
        ([False, True, False], [5, 5, 2], 2),
        ([True, True, False], [4, 4, 4], 3),
        ([True, False, False, True], [0.5, 0.25, 0.75, 1.0], 1),
        ([True, False, True, False], [1, 2, 3, 4], 4),
        ([False, False], [1, 2], 2),
        *drawn,
        ([True, False], [1, 2], 3),
        ([True, False], [1, 2], 0),
        ([True, False, True], [1, 2], 2),
    ]


def _over_subsets(worth: Callable[[tuple[tuple[float, bool], ...]], float], subsets: Any = None) -> Any:
    """Return the mean of worth(subset) over what `subsets(pool, k)` lists, by default all subsets."""

    def other(correct: Sequence[bool], scores: Scores, k: int) -> float:
        listed = list((subsets or itertools.combinations)(_pool(correct, scores, k), k))
        return sum(worth(subset) for subset in listed) / len(listed)

    return other


def _shared(subset: tuple[tuple[float, bool], ...]) -> float:
    tied = [right for score, right in subset if score == max(subset)[0]]
    return sum(tied) / len(tied)


def _shows_subsets(correct: Sequence[bool], scores: Scores, k: int) -> str:
    pool = list(zip(scores, correct, strict=False))
    named = [f"{score:g} {'right' if right else 'wrong'}" for score, right in pool]
    shown = f"The pool, each sample with its score: {', '.join(named)}."
    if len(correct) != len(scores):
        return f"{len(scores)} scores and {len(correct)} entries in `correct`: one sample lacks one of the two."
    subsets = list(itertools.combinations(range(len(pool)), k))
    if not 1 <= k <= len(pool) or len(subsets) > 6:
        return shown
    counted = [
        f"({', '.join(named[i] for i in chosen)}) counts {_shared(tuple(pool[i] for i in chosen)):.3g}"
        for chosen in subsets
    ]
    return f"{shown} Its subsets of {k}: {'; '.join(counted)}."


W22 = Task(
    id="W-22",
    kind="F",
    title="Best-of-N over all subsets",
    points=4,
    minutes=14,
    variable="best_of_share",
    statement=(
        "Samples of one problem are recorded: `correct`, a list of True and False, and `scores`, a list of numbers. "
        "Fill the hole in `best_of_share(correct, scores, k)`: the share of all subsets of k samples in which the "
        "best-scored sample is right. In a subset where several samples share the largest score, each of them is "
        "picked equally often: such a subset counts with the share of right samples among them. A k below 1 or above "
        "the number of samples, or lists of different lengths, raise a `ValueError`: these lines are there. Right with "
        "1, wrong with 3, right with 2 give 0.333 for k = 2."
    ),
    answer_type=Function(
        "best_of_share(correct, scores, k)",
        _calls_best_of_share,
        library=(estimates.best_of_n, estimates.curve),
        shows=_shows_subsets,
    ),
    reference=best_of_share,
    misconceptions=(
        Misconception(
            "first-of-the-tied",
            _over_subsets(lambda subset: float(max(subset, key=lambda pair: pair[0])[1])),
            "This lets the first of several equal scores win, so the order of recording decides. Asked was that they "
            "share.",
        ),
        Misconception(
            "ties-won",
            _over_subsets(lambda subset: float(max(subset)[1])),
            "This counts a tie as won when one of the tied samples is right. Asked was the share of right ones among "
            "them.",
        ),
        Misconception(
            "coverage",
            _over_subsets(lambda subset: float(any(right for _, right in subset))),
            "This counts a subset as soon as one of its samples is right. That is pass@k, where a perfect check "
            "picks. Here the score picks.",
        ),
        Misconception(
            "random-pick",
            _over_subsets(lambda subset: sum(right for _, right in subset) / len(subset)),
            "This picks at random and leaves the scores out, so k changes nothing. Asked was the pick by score.",
        ),
        Misconception(
            "replacement",
            _over_subsets(_shared, lambda pool, k: itertools.product(pool, repeat=k)),
            "This draws with replacement, so one sample can be drawn twice. Asked were subsets: "
            "`itertools.combinations`.",
        ),
    ),
    hints=(
        "In one subset: find the largest score, then the list of `right` of all samples that have this score.",
        "tied = [right for score, right in subset if score == top]; shares.append(sum(tied) / len(tied)).",
    ),
    explanation=(
        "Every subset of k recorded samples is equally likely, so the mean over all of them is exact, without a random "
        "draw. The number of subsets grows very fast with the pool: this function is the specification, and the "
        "library counts the same subsets by a formula."
    ),
)

# W-23


def _calls_majority(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(8):
        names = ["7", "8", "9", None]
        answers = [names[i] for i in rng.integers(0, 4, int(rng.integers(5, 16)))]
        drawn.append((answers, names[int(rng.integers(3))]))
    return [
        (["7", "9", "7", "8"], "7"),
        (["7", "9", "7", "9", "8"], "9"),
        (["7", "9", "7", "9"], "7"),
        ([None, None, None, "7", "7", "8"], "7"),
        (["7", "8", "9"], "8"),
        (["7", "7", "9", "8", "6"], "7"),
        (["7", "7", "9"], "6"),
        (["5"], "5"),
        ([None, None], "7"),
        ([], "7"),
        *drawn,
        ([None, "7", "7"], None),
    ]


def _tally(answers: Answers) -> str:
    cast = [answer for answer in answers if answer is not None]
    votes = ", ".join(f"{_written(answer)} {cast.count(answer)}" for answer in dict.fromkeys(cast)) or "none"
    missing = len(answers) - len(cast)
    without = f"; {missing} without an answer" if missing else ""
    return f"{votes}{without}"


def _majority_with(rule: Callable[[list[str], str], float]) -> Any:
    """Return a vote in which rule(votes cast, right) decides, and no votes are lost."""

    def other(answers: Answers, right: str) -> float:
        _named(right)
        cast = [answer for answer in answers if answer is not None]
        return rule(cast, right) if cast else 0.0

    return other


def _none_votes(answers: Answers, right: str) -> float:
    _named(right)
    return _won({answer: float(list(answers).count(answer)) for answer in answers}, right)


W23 = Task(
    id="W-23",
    kind="F",
    title="A majority vote",
    points=4,
    minutes=12,
    variable="majority",
    statement=(
        "`answers` is a list of texts, with None where a sample has no answer, and `right` is the right answer. Write "
        "`majority(answers, right)`. Each answer has one vote from each sample that gives it, and None casts no vote. "
        "The answer with the most votes wins, even with fewer than half of them. Return 1 if that is `right` and 0 if "
        "not. Where several answers tie for the most votes, return the share of right answers among the tied: 1/2 if "
        "`right` is one of two. Where nobody votes, return 0. If `right` is None, raise a `ValueError`. Answers 7, 9, "
        "7, 9, 8 give 0.5 for 9."
    ),
    answer_type=Function(
        "majority(answers, right)",
        _calls_majority,
        library=(estimates.majority_vote, estimates.weighted_vote, estimates.curve),
        shows=lambda answers, right: f"The votes: {_tally(answers)}. Right is {_written(right)}.",
    ),
    reference=majority,
    misconceptions=(
        Misconception(
            "none-votes",
            _none_votes,
            "This lets None vote, so a pool of mostly missing answers has the winner None. A sample without an answer "
            "casts no vote.",
        ),
        Misconception(
            "first-of-the-tied",
            _majority_with(lambda cast, right: float(max(cast, key=cast.count) == right)),
            "This lets the first of the tied answers win, so the order of the samples decides. Asked was that they "
            "share.",
        ),
        Misconception(
            "ties-won",
            _majority_with(lambda cast, right: float(cast.count(right) == max(map(cast.count, cast)))),
            "This counts a tie as won. Two answers that tie are handed in equally often, so the right one counts 1/2.",
        ),
        Misconception(
            "more-than-half",
            _majority_with(lambda cast, right: float(cast.count(right) > len(cast) / 2)),
            "This asks for more than half of the votes. A majority vote, as the field calls it, needs only more votes "
            "than any other answer.",
        ),
        Misconception(
            "share-of-votes",
            _majority_with(lambda cast, right: cast.count(right) / len(cast)),
            "This is the share of votes for the right answer, which is what one random sample reaches. Asked is "
            "whether that answer wins.",
        ),
    ),
    hints=(
        "Drop the None first. Then count the votes of each answer in a dictionary.",
        "tied = the answers whose count is max(votes.values()); return (right in tied) / len(tied).",
    ),
    explanation=(
        "A majority vote is also called self-consistency. It needs no verifier, only answers that can be compared. It "
        "finds the most frequent answer, which is the right one on some problems and a popular mistake on others."
    ),
)

# W-24


def _calls_weighted(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for _ in range(8):
        size = int(rng.integers(5, 13))
        names = ["7", "8", "9", None]
        answers = [names[i] for i in rng.integers(0, 4, size)]
        drawn.append((answers, rng.integers(1, 7, size).tolist(), names[int(rng.integers(3))]))
    return [
        (["7", "7", "9"], [1, 1, 3], "9"),
        (["7", "7", "9"], [2, 1, 3], "7"),
        (["9", "7", "7"], [3, 2, 1], "7"),
        (["7", "9", "9"], [3, 2, 2], "9"),
        (["7", "7", "9"], [1, 5, 4], "7"),
        (["7", "7", "9"], [5, 1, 4], "7"),
        ([None, "7", "8"], [9, 1, 2], "8"),
        ([None, None, "8"], [4, 4, 1], "8"),
        (["7", "8"], [0.5, 0.25], "7"),
        (["7", "8", "8"], [0, 0, 0], "7"),
        ([None], [2], "7"),
        *drawn,
        (["7", "8"], [1, -2], "7"),
        (["7", "8"], [1], "7"),
    ]


def _weighted_with(worth: Callable[[list[float]], float]) -> Any:
    """Return a vote in which an answer has worth(its scores), and the rest is right."""

    def other(answers: Answers, scores: Scores, right: str) -> float:
        weighted(answers, scores, right)
        ballots = _ballots(answers, scores)
        held = {answer: [score for other, score in ballots if other == answer] for answer, _ in ballots}
        return _won({answer: worth(its_scores) for answer, its_scores in held.items()}, right)

    return other


def _negative_added(answers: Answers, scores: Scores, right: str) -> float:
    totals: dict[str | None, float] = {}
    for answer, score in _ballots(answers, scores):
        totals[answer] = totals.get(answer, 0) + score
    return _won(totals, right)


def _weighted_first(answers: Answers, scores: Scores, right: str) -> float:
    weighted(answers, scores, right)
    ballots = _ballots(answers, scores)
    totals = {answer: sum(score for other, score in ballots if other == answer) for answer, _ in ballots}
    return float(bool(totals) and max(totals, key=lambda answer: totals[answer]) == right)


def _none_weighted(answers: Answers, scores: Scores, right: str) -> float:
    weighted(answers, scores, right)
    return weighted([str(answer) for answer in answers], scores, right)


def _shows_sums(answers: Answers, scores: Scores, right: str) -> str:
    if len(answers) != len(scores):
        return f"{len(answers)} answers and {len(scores)} scores: one sample has no score."
    pool = ", ".join(f"{_written(answer)} {score:g}" for answer, score in zip(answers, scores, strict=True))
    return f"The pool, each answer with its score: {pool}. Right is {_written(right)}."


W24 = Task(
    id="W-24",
    kind="F",
    title="A vote with weights",
    points=4,
    minutes=12,
    variable="weighted",
    statement=(
        "Now each sample has a score too, and its vote counts as much as its score. Write `weighted(answers, scores, "
        "right)`: the answer whose scores have the largest sum wins. All else is as in `majority`: None casts no vote, "
        "tied answers share, and where nobody votes the result is 0. A score below 0, or lists of different lengths: "
        "raise a `ValueError`. Answers 7, 7, 9 with scores 1, 1, 3 give 1 for 9."
    ),
    answer_type=Function(
        "weighted(answers, scores, right)",
        _calls_weighted,
        library=(estimates.weighted_vote, estimates.majority_vote, estimates.curve),
        shows=_shows_sums,
    ),
    reference=weighted,
    misconceptions=(
        Misconception(
            "mean",
            _weighted_with(lambda held: sum(held) / len(held)),
            "This compares the mean score of each answer, so a single lucky sample beats an answer given often. Asked "
            "was the sum.",
        ),
        Misconception(
            "best",
            _weighted_with(max),
            "This compares the best single score of each answer. That is best-of-N; asked was the sum.",
        ),
        Misconception(
            "plain",
            _weighted_with(len),
            "This counts the samples and never looks at the scores: it is the majority vote of the last task.",
        ),
        Misconception(
            "none-votes",
            _none_weighted,
            "This lets the samples without an answer vote together. They cast no vote, whatever their score is.",
        ),
        Misconception(
            "first-of-the-tied",
            _weighted_first,
            "This lets the first of the tied answers win. Asked was that they share.",
        ),
        Misconception(
            "negative-added",
            _negative_added,
            "This adds scores below 0, so a vote counts against its own answer: the more votes, the worse. Asked was "
            "a ValueError.",
        ),
    ),
    hints=(
        "Collect one sum of scores for each answer. After that the end is the same as in `majority`.",
        "pairs = [(a, s) for a, s in zip(answers, scores, strict=True) if a is not None]; the sum of one answer is "
        "sum(s for a, s in pairs if a == answer).",
    ),
    explanation=(
        "The sum joins both ideas: an answer wins by being given often or by scoring well. With equal scores it is the "
        "majority vote. Log-probabilities are negative, so take their exponential before they vote."
    ),
)

# W-25


def _calls_key(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for number, below in rng.integers([100, 2], [900, 9], (5, 2)).tolist():
        drawn += [(f" {number}.0",), (f"{number * below}/{below}",), (f"{BOX}-{number}.25}}",)]
    return [
        ("42",),
        ("42.0",),
        (" 42 ",),
        ("84/2",),
        (f"{BOX}42}}",),
        (f" {BOX} 84/2 }}",),
        ("-3.50",),
        ("7/2",),
        ("1,024",),
        ("Paris ",),
        ("PARIS",),
        (f"{BOX}Paris}}",),
        (f"{BOX}42",),
        ("{1}",),
        ("1/0",),
        ("",),
        ("  ",),
        (f"{BOX}}}",),
        (None,),
        *drawn,
        (42,),
    ]


def _text_only(text: str | None) -> Key:
    if key(text) is None or text is None:
        return None
    inside = text.strip()
    boxed = inside.startswith(BOX) and inside.endswith("}")
    return (inside[len(BOX) : -1].strip() if boxed else inside).lower()


def _no_fractions(text: str | None) -> Key:
    found = _text_only(text)
    return found if isinstance(found, str) and "/" in found else key(text)


def _no_box(text: str | None) -> Key:
    key(text)
    return text.strip().lower() if text is not None and text.strip().startswith(BOX) else key(text)


def _rounded(text: str | None) -> Any:
    found = key(text)
    return int(found) if isinstance(found, Fraction) else found


def _capitals(text: str | None) -> Key:
    found = key(text)
    if text is None or not isinstance(found, str):
        return found
    inside = text.strip()
    place = inside.lower().find(found)
    return inside[place : place + len(found)]


def _blank_votes(text: str | None) -> Key:
    return "" if text is not None and key(text) is None else key(text)


def _shows_blanks(text: Any) -> str:
    if not isinstance(text, str):
        return f"This is {'no answer' if text is None else 'not a text'}."
    return f"The text, with blanks drawn as ␣: “{text.replace(' ', '␣')}”."


W25 = Task(
    id="W-25",
    kind="F",
    title="Answers that mean the same",
    points=4,
    minutes=14,
    variable="key",
    statement=(
        "Write `key(text)`: what an answer means, so that equal meanings are equal. In this order: None gives None, "
        "and anything else that is not a text raises a `ValueError`. Drop blanks at both ends. If the text is one "
        "LaTeX box, `\\boxed` with its content in curly braces, take the content and drop its blanks. If that is a "
        "whole number, a decimal or a fraction like 84/2, return the number; a comma only separates thousands, as in "
        "1,024. Any other text: return it in small letters, or None where nothing is left. 1/0 is not a number, nor "
        "is a box that never closes: they stay texts. “42”, “42.0”, “ 42 ” and “84/2” all give 42."
    ),
    answer_type=Function("key(text)", _calls_key, labels=True, shows=_shows_blanks),
    reference=key,
    misconceptions=(
        Misconception(
            "text-only",
            _text_only,
            "This compares texts, so 42 and 42.0 are two answers and split their votes. Return a number where the "
            "text is one.",
        ),
        Misconception(
            "no-fractions",
            _no_fractions,
            "This leaves fractions as texts, so 84/2 does not vote for 42. `Fraction` of the module `fractions` reads "
            "whole numbers, decimals and fractions.",
        ),
        Misconception(
            "no-box",
            _no_box,
            "This leaves the LaTeX box closed. Many models write their final answer in one: take out its content.",
        ),
        Misconception(
            "rounded",
            _rounded,
            "This drops what comes after the decimal point, so 7/2 votes for 3. Different numbers must stay different.",
        ),
        Misconception(
            "capitals",
            _capitals,
            "This keeps capital letters, so PARIS and Paris are two answers. Asked were small letters.",
        ),
        Misconception(
            "blank-votes",
            _blank_votes,
            "This gives a blank answer the key of an empty text, and all blank answers then vote together. Asked was "
            "None: no answer.",
        ),
    ),
    hints=(
        "Four steps: None and what is no text; strip; the box; then try a number, and keep the text where that fails.",
        "try: return Fraction(inside.replace(',', '')); except (ValueError, ZeroDivisionError): return "
        "inside.lower() or None.",
    ),
    explanation=(
        "A vote counts keys, not texts. `Fraction` compares exactly, so 1/3 and 2/6 are one answer and 0.333 is "
        "another. What should count as the same is a decision: state it, because every vote depends on it."
    ),
)

TASKS = (W21, W22, W23, W24, W25)

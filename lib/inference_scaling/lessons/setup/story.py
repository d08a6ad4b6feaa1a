"""The ten-minute story: one question, asked again and again, and who picks the answer.

Every number comes from recorded samples or from the library; nothing is typed into a sentence or a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ... import estimates, laws
from ..._lazy import on_demand
from ...interactive.replay import RecordedPool, in_words
from ...interactive.story import Frame, Part, Scene, Story, area, bar, dot, gate, line, rule, tile, words
from ...samples import SampleSet
from ...sources import recorded
from . import replays

__all__ = ["PROGRAMS", "TEN_MINUTES", "facts"]  # noqa: F822 (TEN_MINUTES is made on demand)

K = 16
# The numbers of programs at which the benchmark's curves are drawn.
PROGRAMS = np.array([1, 2, 3, 4, 5, 7, 10, 13, 16, 20, 30, 45, 70, 100])
AT = int(np.flatnonzero(PROGRAMS == K)[0])
ANSWERS = np.unique(np.round(np.geomspace(1, 63, 20)).astype(int))
BARS = Frame(x=(0, K), box=(34, 34, 312, 176))
PLOT = Frame(x=(1, 100), box=(34, 34, 306, 194), log=True)
# A space at which no line breaks.
_ = "\u00a0"
COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _hundred(chance: float) -> int:
    """Return a chance as a whole number of times in 100."""
    return round(100 * float(chance))


def _count(number: int) -> str:
    return COUNTED[number] if number < len(COUNTED) else str(number)


@dataclass(frozen=True)
class Recorded:
    """What the story tells, computed once.

    Parameters
    ----------
    asked, other : RecordedPool
        The question on which a vote fails, and one on which it works.
    programs : SampleSet
        Recorded programs for a benchmark; each program's score is the number of self-made tests that it passes.
    tests : int
        The most tests that one of its problems has.
    """

    asked: RecordedPool
    other: RecordedPool
    programs: SampleSet
    tests: int

    @property
    def first(self) -> list[str]:
        """The first answers, in the order in which they were recorded."""
        return list(self.asked.texts[:K])

    @property
    def right(self) -> str:
        return self.asked.texts[int(np.argmax(self.asked.correct))]

    @cached_property
    def stacks(self) -> list[str]:
        """The different answers among the first, the most frequent one first."""
        return sorted(dict.fromkeys(self.first), key=lambda text: -self.first.count(text))

    @property
    def p(self) -> float:
        return float(np.mean(self.asked.correct))

    @cached_property
    def p_interval(self) -> tuple[float, float]:
        low, high = estimates.problem_interval(self.asked.correct.astype(float))
        return float(low[0]), float(high[0])

    def chance(self, pick: str, pool: RecordedPool | None = None) -> float:
        return float((pool or self.asked).chances(pick, [K])[0])

    @cached_property
    def coverage(self) -> np.ndarray:
        """By the law, for 0 to K answers."""
        return np.asarray(laws.coverage(self.p, np.arange(K + 1)))

    @property
    def mean(self) -> float:
        """The share of right programs over all problems."""
        return float(np.mean(self.programs.c / self.programs.n))

    @cached_property
    def ceiling(self) -> estimates.Curve:
        return estimates.curve(self.programs, "pass", PROGRAMS)

    @cached_property
    def verifier(self) -> estimates.Curve:
        return estimates.curve(self.programs, "best_of_n", PROGRAMS)

    @cached_property
    def alike(self) -> np.ndarray:
        """Coverage if every problem had the mean chance."""
        return np.asarray(laws.coverage(self.mean, PROGRAMS))

    @property
    def peak(self) -> int:
        """Place of the best number of programs, where the tests pick."""
        return int(np.argmax(self.verifier.value))

    def change(self, start: int, end: int) -> tuple[float, float, float]:
        """Change of best-of-N between two places of `PROGRAMS`, with its interval."""
        per_problem = self.verifier.per_problem
        found = estimates.paired_interval(per_problem[:, end], per_problem[:, start])
        return found.value, found.low, found.high


def facts() -> Recorded:
    """Return what the story tells, from the recorded samples."""
    asked, other = replays.ANSWERS_REPLAY.pools[:2]
    tests = recorded.table("humaneval_codet_problems")["n_tests"]
    return Recorded(asked, other, recorded.load("humaneval_codet"), int(np.max(tests)))


# Pictures: the sixteen tiles keep their keys, so they walk from scene to scene; so do the curves.


def _question(facts: Recorded) -> Part:
    return words("question", (160, 19), facts.asked.label, size=16, bold=True)


def _verdict(text: str, role: str = "ink") -> Part:
    return words("verdict", (160, 233), text, size=16, bold=True, tone=role)


def _is_right(facts: Recorded, sample: int) -> bool:
    return bool(facts.asked.correct[sample])


def _one(facts: Recorded) -> list[Part]:
    answer = facts.first[0]
    return [
        _question(facts),
        tile("answer-0", (160, 116), answer, right=_is_right(facts, 0), scale=3),
        _verdict(f"The first answer is {'right' if _is_right(facts, 0) else 'wrong'}"),
    ]


def _sixteen(facts: Recorded) -> list[Part]:
    tiles = [
        tile(
            f"answer-{i}",
            (160 + 62 * (i % 4 - 1.5), 55 + 44 * (i // 4)),
            facts.first[i],
            right=_is_right(facts, i),
            scale=1.36,
        )
        for i in range(K)
    ]
    right = sum(_is_right(facts, i) for i in range(K))
    return [_question(facts), *tiles, _verdict(f"{right} of {K} are right")]


def _vote(facts: Recorded) -> list[Part]:
    left, pitch, floor, step = 22.0, 39.4, 194.0, 22.8
    parts: list[Part] = [_question(facts)]
    for column, text in enumerate(facts.stacks):
        samples = [i for i in range(K) if facts.first[i] == text]
        for row, i in enumerate(samples):
            place = (left + pitch * column, floor - 8 - step * row)
            look = "picked" if column == 0 else "plain"
            parts.append(tile(f"answer-{i}", place, text, right=_is_right(facts, i), look=look, scale=0.78))
        tone = "vote" if column == 0 else "muted"
        parts.append(
            words(
                f"votes-{text}",
                (left + pitch * column, floor + 18),
                str(len(samples)),
                bold=column == 0,
                tone=tone,
            )
        )
    winner = facts.stacks[0]
    verdict = "right" if winner == facts.right else "wrong"
    return [
        *parts,
        words("winner", (196, 62), f"The vote picks {winner}", size=16, bold=True, tone="vote"),
        words("winner-is", (196, 84), f"and that is {verdict}", size=16, tone="vote"),
        _verdict(f"Vote of {K}: right {in_words(facts.chance('vote'))}", "vote"),
    ]


def _checked(facts: Recorded) -> list[Part]:
    wrong = [i for i in range(K) if not _is_right(facts, i)]
    right = [i for i in range(K) if _is_right(facts, i)]
    parts: list[Part] = [_question(facts)]
    parts += [
        tile(
            f"answer-{i}",
            (28 + 42 * (place % 4), 72 + 34 * (place // 4)),
            facts.first[i],
            look="dim",
        )
        for place, i in enumerate(wrong)
    ]
    parts += [
        tile(f"answer-{i}", (266, 78 + 48 * place), facts.first[i], right=True, scale=1.4)
        for place, i in enumerate(right)
    ]
    return [
        *parts,
        gate("gate", (198, 128), 146),
        words("rejected", (91, 46), "wrong", tone="muted"),
        words("gate-name", (198, 46), "checker", tone="ceiling"),
        words("accepted", (266, 46), "right", tone="ceiling", bold=True),
        _verdict(f"Check {K}: right {in_words(facts.chance('checker'))}", "ceiling"),
    ]


def _bars(facts: Recorded) -> list[Part]:
    shown, width = facts.coverage, 13.0
    floor = BARS.box[3]
    parts = BARS.axes([], "answers asked", "a right one is among them, of 100", below=53)
    for i in range(K):
        x, top = BARS.place(i + 0.5, shown[i + 1])
        _, before = BARS.place(i + 0.5, shown[i])
        parts.append(tile(f"answer-{i}", (x, floor + 9), look="blank", scale=0.36))
        if i:
            parts.append(bar(f"had-{i}", (x, floor), (width, floor - before), role="ceiling", strong=False))
        parts.append(bar(f"gained-{i}", (x, before), (width, before - top), role="ceiling"))
        if i in (0, 3, 7, 11, K - 1):
            parts.append(words(f"answers-{i}", (x, floor + 32), str(i + 1), tone="muted"))
    # The first bars are low and narrow: their numbers stand above, where there is room, on a stalk.
    for i, height in ((0, 0.85), (1, 0.68)):
        x, top = BARS.place(i + 0.5, shown[i + 1])
        _, up = BARS.place(0, height)
        parts.append(line(f"stalk-{i}", [(x, top - 2), (x, up + 3)], strong=False))
        gain = _hundred(shown[i + 1] - shown[i])
        parts.append(words(f"gain-{i}", (x - 5, up), f"{('first', 'second')[i]}: +{gain}", bold=True, anchor="start"))
    x, top = BARS.place(K, shown[K])
    last = f"last: +{100 * (shown[K] - shown[K - 1]):.1f}"
    return [*parts, words("gain-last", (x, top - 6), last, bold=True, anchor="end")]


def _band(key: str, curve: estimates.Curve, role: str) -> Part:
    return area(key, PLOT.places(curve.k, curve.high), PLOT.places(curve.k, curve.low), role=role)


def _benchmark(facts: Recorded) -> list[Part]:
    alike, measured = facts.alike, facts.ceiling
    x, promised = PLOT.place(K, alike[AT])
    _, found = PLOT.place(K, measured.value[AT])
    return [
        *PLOT.axes([1, 4, K, 100], "programs for each problem", "problems solved, of 100"),
        _band("ceiling-band", measured, "ceiling"),
        line("promise", PLOT.places(PROGRAMS, alike)),
        line("ceiling", PLOT.places(measured.k, measured.value), role="ceiling"),
        line("gap", [(x, promised), (x, found)], role="control", strong=False),
        words("promised", (306, 28), f"if all alike: {_hundred(alike[AT])}", anchor="end", bold=True),
        words(
            "measured",
            (x + 8, found + 24),
            f"measured: {_hundred(measured.value[AT])}",
            tone="ceiling",
            anchor="start",
            bold=True,
        ),
    ]


def _fooled(facts: Recorded) -> list[Part]:
    ceiling, verifier = facts.ceiling, facts.verifier
    best = int(verifier.k[facts.peak])
    marks = [
        ("start", 0, "one sample", 0, "start", f"one: {_hundred(verifier.value[0])}"),
        ("peak", facts.peak, "verifier", -38, "start", f"best of {best}: {_hundred(verifier.value[facts.peak])}"),
        ("end", -1, "verifier", 0, "end", f"best of {verifier.k[-1]}: {_hundred(verifier.value[-1])}"),
    ]
    parts = [
        *PLOT.axes([1, best, 20, 100], "programs for each problem", "problems solved, of 100"),
        _band("verifier-band", verifier, "verifier"),
        line("ceiling", PLOT.places(ceiling.k, ceiling.value), role="ceiling", strong=False),
        line("one", PLOT.places([1, 100], [facts.mean] * 2), role="one sample", strong=False),
        line("verifier", PLOT.places(verifier.k, verifier.value), role="verifier"),
        words("there", PLOT.place(16, 0.74), "a right one is there", tone="ceiling", anchor="end"),
        words("picked", PLOT.place(34, 0.4), "picked by tests", tone="verifier", bold=True),
    ]
    for name, at, role, aside, anchor, text in marks:
        place = PLOT.place(float(verifier.k[at]), float(verifier.value[at]))
        parts.append(dot(f"{name}-dot", place, role=role))
        below = (place[0] + aside, PLOT.place(1, 0.05)[1])
        parts.append(words(name, below, text, tone=role, bold=True, anchor=anchor))
    return parts


def _advice(facts: Recorded) -> list[Part]:
    scale, rows = 0.36, (-8.0, 72.0, 152.0)
    pool = Frame(x=(1, 63), box=PLOT.box, log=True)
    votes = {
        "vote-up": facts.other.chances("vote", ANSWERS.tolist()),
        "vote-down": facts.asked.chances("vote", ANSWERS.tolist()),
    }
    parts: list[Part] = [
        line("ceiling", PLOT.places(PROGRAMS, facts.ceiling.value), role="ceiling", at=(0, rows[0]), scale=scale),
        line("verifier", PLOT.places(PROGRAMS, facts.verifier.value), role="verifier", at=(0, rows[1]), scale=scale),
        *(
            line(key, pool.places(ANSWERS, found), role="vote", at=(0, rows[2]), scale=scale)
            for key, found in votes.items()
        ),
    ]
    told = [
        ("ceiling", "You can check", "Ask until one passes."),
        ("verifier", "You have a score", "Find its best N. Stop there."),
        ("vote", "You can only vote", "Look which answer leads."),
    ]
    for row, (role, head, text) in zip(rows, told, strict=True):
        parts += [
            rule(f"rule-{role}", (scale * PLOT.box[0], row + scale * PLOT.box[3]), scale * (PLOT.box[2] - PLOT.box[0])),
            words(f"{role}-head", (126, row + 36), head, size=16, bold=True, tone=role, anchor="start"),
            words(f"{role}-do", (126, row + 58), text, anchor="start"),
        ]
    return parts


# Scenes: what is told beside each picture.


def _scene_one(facts: Recorded) -> Scene:
    answer = facts.first[0]
    return Scene(
        "Ask once",
        [
            f"You ask a small language model: “{facts.asked.label}” It answers **{answer}**, which is neither of the "
            "two.",
            "Such a model does not look an answer up. For each next piece of text it computes how likely every "
            "possible piece is, and draws one. Ask again, and the draw can come out differently.",
        ],
        _one(facts),
        f"The question “{facts.asked.label}” and one answer: {answer}, which is wrong.",
        ("setup/a_real_language_model", "See a real model draw its words"),
    )


def _scene_sixteen(facts: Recorded) -> Scene:
    size, hits, found = len(facts.asked.correct), int(np.sum(facts.asked.correct)), facts.first.count(facts.right)
    return Scene(
        f"Ask {K} times",
        [
            f"Now ask {K} times. The model learns nothing in between: every answer starts from the same question. "
            f"Still, **{_count(found)} of the {K} answers are {facts.right}**, the right one.",
            f"All in all {size} answers were recorded, and {hits} are right: about 1 in {size / hits:.0f}. This share, "
            "the chance that one answer is right, is called p. It belongs to one model and one question.",
            f"So a right answer is there. But which of the {K} do you take? You need a rule that picks.",
        ],
        _sixteen(facts),
        f"{K} answers to the same question: {', '.join(facts.first)}. {_count(found).capitalize()} of them are "
        f"{facts.right}, marked with a tick.",
        ("setup/why_it_matters", "What a second try can give, and what it cannot"),
    )


def _scene_vote(facts: Recorded) -> Scene:
    wins, right = facts.stacks[0], facts.right
    leads, found = facts.first.count(wins), facts.first.count(right)
    return Scene(
        "Does a vote help?",
        [
            "The simplest rule takes the most frequent answer. It is called majority voting, or self-consistency.",
            f"Here {wins} has {_count(leads)} votes and {right} has {_count(found)}, so the vote picks {wins}. This is "
            f"not bad luck: over all ways to draw {K} of the {len(facts.asked.correct)} recorded answers, the vote is "
            f"right **{in_words(facts.chance('vote'))}**. A single answer is right {in_words(facts.p)}.",
            f"On “{facts.other.label}” the right answer leads, and a vote of {K} is right "
            f"{in_words(facts.chance('vote', facts.other))}. More votes help where the right answer leads, and hurt "
            "where a wrong one does.",
        ],
        _vote(facts),
        f"The {K} answers in stacks by their value: {leads} say {wins}, {found} say {right}, the others stand alone. "
        f"The vote picks {wins}, which is wrong.",
        ("confusions/voting_is_not_optimal", "When a vote helps, and when it fails"),
    )


def _scene_checked(facts: Recorded) -> Scene:
    found = facts.first.count(facts.right)
    return Scene(
        "What if someone can check?",
        [
            "Now suppose that a perfect checker tells which answers are right. For programs, good tests come close to "
            "this; for proofs, a proof checker does. Then one right answer is enough.",
            f"The same {K} answers, another rule: right **{in_words(facts.chance('checker'))}**. Neither the model nor "
            "its answers changed. The rule that picks made the difference.",
            "The chance that at least one of k answers is right is called coverage, or pass@k. It is a ceiling: no "
            "rule that picks one of the answers does better.",
        ],
        _checked(facts),
        f"A checker holds back the {K - found} wrong answers and lets the {_count(found)} right ones through.",
        ("setup/pass_at_k", "What k answers could reach at best"),
    )


def _scene_law(facts: Recorded) -> Scene:
    gains = 100 * np.diff(facts.coverage)
    low, high = facts.p_interval
    halving = _count(round(float(laws.halving_cost(facts.p))))
    return Scene(
        "What does the next answer add?",
        [
            f"One answer misses with chance 1{_}−{_}p. If answers do not depend on each other, all k miss with chance "
            f"(1{_}−{_}p)ᵏ. So coverage is **1{_}−{_}(1{_}−{_}p)ᵏ**.",
            f"In chances of 100, the first answer adds {gains[0]:.0f}, the second {gains[1]:.0f}, the {K}th only "
            f"{gains[-1]:.1f}. Every answer removes the same share of the failures that are left: "
            f"**about {halving} more answers halve them**.",
            f"For {K} answers the formula gives {_hundred(facts.coverage[K])}. The recording gave "
            f"{_hundred(facts.chance('checker'))}, because no recorded answer was drawn twice. And "
            f"{len(facts.asked.correct)} answers fix p only roughly: between {low:.2f} and {high:.2f} (95{_}% "
            "interval).",
        ],
        _bars(facts),
        f"Bars for 1 to {K} answers rise from {_hundred(facts.coverage[1])} to {_hundred(facts.coverage[K])} of 100. "
        "Each adds less than the one before.",
        ("theorem/diminishing_returns", "The law, derived line by line"),
    )


def _scene_benchmark(facts: Recorded) -> Scene:
    programs, measured = facts.programs, facts.ceiling
    each, never = int(programs.n[0]), int(np.sum(programs.c == 0))
    found, promised = _hundred(measured.value[AT]), _hundred(facts.alike[AT])
    return Scene(
        "Does a real benchmark follow?",
        [
            f"Take {len(programs.n)} programming problems, each with {each} recorded programs of one model. One "
            f"program is right {_hundred(facts.mean)} times in 100. With this p the law promises that {K} programs "
            f"each solve {promised} problems in 100.",
            f"Measured are **{found}** (95{_}% interval {_hundred(measured.low[AT])} to "
            f"{_hundred(measured.high[AT])}). The formula holds for each problem with its own p. An average hides "
            f"how they differ: some problems are solved nearly every time, and {never} were never solved in {each} "
            "programs.",
            "More programs add nothing to an easy problem, and little to a hopeless one. So the curve of a benchmark "
            "rises more slowly than the law with its average p.",
        ],
        _benchmark(facts),
        f"Problems solved against programs for each problem. If all problems were alike, {promised} of 100 at {K} "
        f"programs; measured, {found}.",
        ("theorem/dependent_samples", "Why problems that differ bend the curve"),
    )


def _scene_verifier(facts: Recorded) -> Scene:
    verifier, each = facts.verifier, int(facts.programs.n[0])
    best, top, end = int(verifier.k[facts.peak]), *map(_hundred, verifier.value[[facts.peak, -1]])
    fall, most, least = (-100 * value for value in facts.change(facts.peak, -1))
    return Scene(
        "What if the check can be wrong?",
        [
            f"Who checks these programs? Their model also wrote tests, up to {facts.tests} for a problem. Hand in the "
            "program that passes most of them: this is best-of-N, and the tests are its verifier.",
            f"Best of {best} is right **{top}** times in 100, better than one program. Best of {each} is right "
            f"**{end}** times, though a right program is there {_hundred(facts.ceiling.value[-1])} times. This fall, "
            f"{fall:.0f} in 100 (95{_}% interval {least:.0f} to {most:.0f}), is more than chance; that best of "
            f"{each} is worse than one program is not shown.",
            "Why? Some tests are wrong, and a wrong program can pass exactly those. The more programs you draw, the "
            "more likely one of them fools the verifier.",
        ],
        _fooled(facts),
        f"A right program is there ever more often. Picked by the tests, right programs rise to {top} of 100 at {best} "
        f"programs and fall to {end} at {each}.",
        ("phenomena/real_scores", "The fall, with every score on the table"),
    )


def _scene_advice(facts: Recorded) -> Scene:
    return Scene(
        "What should you do?",
        [
            "First ask who picks, then how often to ask.",
            "**With a check that you trust**, ask until one answer passes. **With a score that can be wrong**, "
            "measure on problems with known answers where its curve peaks, and stop there. **With only a vote**, see "
            "on such problems whether the right answer leads.",
            "For this you need a few dozen problems and a few answers to each. Two numbers per problem are enough to "
            "begin: answers drawn, and answers right.",
        ],
        _advice(facts),
        "Three rules and their curves. With a check that is right, more answers help: ask until one passes. With a "
        "score, the curve peaks: stop there. With a vote, the curve rises or falls: look which answer leads.",
        ("laboratory/your_own_data", "Do this with your own samples"),
    )


SCENES = (
    *(_scene_one, _scene_sixteen, _scene_vote, _scene_checked),
    *(_scene_law, _scene_benchmark, _scene_verifier, _scene_advice),
)


def _ten_minutes() -> Story:
    told = facts()
    finding = (
        f"{K} answers of one model: a vote is right {in_words(told.chance('vote'))}, a perfect checker "
        f"{in_words(told.chance('checker'))}."
    )
    return Story("ten-minutes", finding, [scene(told) for scene in SCENES])


__getattr__ = on_demand(__name__, {"TEN_MINUTES": _ten_minutes})

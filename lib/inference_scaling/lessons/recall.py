"""What the lessons ask back from memory, and when: at the end of each lesson, and in the quiz of each part.

Each part's folder has a module `recall` with a tuple `RECALL`, three questions a lesson. A lesson's end asks its own
three, one of an earlier lesson that was read lately and one of a lesson read longer ago: what is asked back after a
pause stays. Which these are follows from the order of the lessons alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from .._lazy import on_demand
from ..interactive.recall import SETS, Asked, FromMemory, Recall
from .registry import PARTS, title

__all__ = ["LESSONS", "Turn", "at", "questions", "quiz", "quizzed", "schedule"]

# The lessons that ask back, in reading order, with the title of each page.
LESSONS = {
    "setup/how_a_model_samples": "How a language model samples",
    "setup/a_real_language_model": "A real language model",
    "setup/primer": "The tools this book uses: chance",
    "setup/primer_measuring": "The tools this book uses: measuring",
    "setup/why_it_matters": "Why it matters",
    "setup/mental_model": "The mental model: breadth and depth",
    "setup/best_of_n": "Best-of-N",
    "setup/pass_at_k": "pass@N: what the candidates could reach",
    "setup/reward_models": "Outcome and process reward models",
    "setup/step_checks": "Check every step, or once at the end",
    "setup/verifier_tax": "The verifier tax",
    "theorem/diminishing_returns": "Diminishing returns",
    "theorem/what_it_costs": "What it costs, and when to stop",
    "theorem/better_model": "More samples or a better model?",
    "theorem/dependent_samples": "How it breaks: dependent samples",
    "theorem/power_law": "Why benchmarks fail by a power law",
    "theorem/imperfect_verifier": "How it breaks: an imperfect verifier",
    "theorem/rejection_sampling": "Draw until one is good: rejection sampling",
    "phenomena/verifier_against_n": "Best-of-N from an ROC curve",
    "phenomena/verifier_or_samples": "Verifier or samples: what to buy",
    "phenomena/real_scores": "With real scores",
    "phenomena/a_real_prm": "A real process reward model",
    "phenomena/task_dependence": "Which tasks gain?",
    "phenomena/forecast_fifty_times_out": "Forecast fifty times out",
    "phenomena/tree_search": "Tree search: when errors show early",
    "phenomena/math_example": "The MATH example, worked through",
    "confusions/not_just_more_tokens": "Not just more tokens",
    "confusions/direct_or_step_by_step": "Direct or step by step",
    "confusions/not_substitutes": "Training and sampling: not substitutes?",
    "confusions/voting_is_not_optimal": "Voting is not optimal",
    "confusions/low_temperature_votes": "Low temperature kills the vote",
    "confusions/estimator_clinic": "The estimator clinic",
    "laboratory/small_reasoner": "The small reasoner",
    "laboratory/train_the_verifiers": "Train the verifiers",
    "laboratory/search_with_a_prm": "Search with a PRM",
    "laboratory/searches_compared": "Nine searches at equal cost",
    "laboratory/revision_with_its_control": "Revision with its control",
    "laboratory/game_of_24": "Game of 24",
    "laboratory/compute_optimal": "Compute-optimal",
    "laboratory/its_own_opinion": "A model's opinion of its own answers",
    "laboratory/sixty_lines": "A language model in sixty lines",
    "reliability/pass_hat_k": "pass^k: right every time",
    "reliability/auditing": "Auditing a leaderboard",
    "reliability/rl_against_base": "Does reinforcement learning give new answers?",
    "reliability/repeats_or_problems": "How many repeats, how many problems?",
    "remedies/fall_on_one_axis": "The fall on one axis",
    "remedies/eight_remedies": "Eight remedies on one pool",
    "remedies/stop_voting_early": "Stop voting early",
    "remedies/ask_the_judge_twice": "Ask the judge twice",
}
_PLACES = tuple(LESSONS)
# A page that stands beside the paths: its questions are asked there alone, because nobody need have read it.
ALONE = ("setup/ten_minutes",)
# How many lessons ago a question was read that is asked back: lately, and longer ago.
NEAR, FAR = 2, 5
NUMBERS = ("no", "one", "two", "three", "four", "five")


class Turn(NamedTuple):
    """One question's turn: the lesson's place in the order, the question's place in it, and which set of numbers."""

    lesson: int
    question: int
    numbers: int


def schedule(counts: Sequence[int], lesson: int) -> list[Turn]:
    """Return what the end of a lesson asks: its own questions, then what it asks back, lately read first.

    Parameters
    ----------
    counts : sequence of int
        How many questions each lesson has, in reading order.
    lesson : int
        The lesson's place in that order, from 0.

    Returns
    -------
    list of Turn
        Never from a later lesson. A lesson's own questions have their first numbers, later turns have others, and the
        turn after `NEAR` lessons asks another question than that after `FAR`.

    Examples
    --------
    >>> schedule([3, 3, 3, 3, 3, 3], 5)[3:]
    [Turn(lesson=3, question=2, numbers=1), Turn(lesson=0, question=0, numbers=2)]
    """
    turns = [Turn(lesson, question, 0) for question in range(counts[lesson])]
    # The second lesson has only the first one behind it.
    back = [(lesson - min(NEAR, lesson), lesson, 1), (lesson - FAR, lesson + 1, 2)]
    return turns + [
        Turn(earlier, which % counts[earlier], numbers)
        for earlier, which, numbers in back
        if 0 <= earlier < lesson and counts[earlier]
    ]


def quizzed(counts: Sequence[int], parts: Sequence[str], part: str) -> list[Turn]:
    """Return what the quiz of a part asks: every question of the part, and one of every second earlier lesson.

    `counts` are as for `schedule`; `parts` names the part of each lesson. From one quiz to the next the other half of
    the earlier lessons has its turn, with another question. The numbers are those that no lesson shows.

    Examples
    --------
    >>> quizzed([1, 1, 1, 1], ["setup", "setup", "setup", "theorem"], "theorem")
    [Turn(lesson=3, question=0, numbers=3), Turn(lesson=1, question=0, numbers=3)]
    """
    own = [i for i, name in enumerate(parts) if name == part]
    which = PARTS.index(part)
    turns = [Turn(i, question, 3) for i in own for question in range(counts[i])]
    return turns + [Turn(i, which % counts[i], 3) for i in range(own[0]) if counts[i] and (i + which) % 2 == 0]


@cache
def questions() -> dict[str, tuple[Recall, ...]]:
    """Return the questions of each lesson, lessons in reading order.

    Raises
    ------
    ValueError
        For a question of a lesson that is not in its part's folder, or two of one name.
    """
    found: dict[str, list[Recall]] = {place: [] for place in (*LESSONS, *ALONE)}
    for part in PARTS:
        module = f"{__package__}.{part}.recall"
        for one in import_module(module).RECALL if find_spec(module) else ():
            place = f"{part}/{one.lesson}"
            if place not in found:
                raise ValueError(
                    f"recall question {one.id}: there is no lesson {place!r}; there are {', '.join(found)}"
                )
            if any(one.id == other.id for other in found[place]):
                raise ValueError(f"two recall questions are called {one.id}")
            found[place].append(one)
    return {place: tuple(ones) for place, ones in found.items()}


def _counts() -> list[int]:
    return [len(questions()[place]) for place in LESSONS]


def at(place: str) -> FromMemory:
    """Return the questions at the end of a lesson, named as "setup/best_of_n".

    Raises
    ------
    ValueError
        For a lesson that asks nothing back, or does not exist.
    """
    if place not in (*LESSONS, *ALONE):
        raise ValueError(f"no questions are asked at {place!r}; they are at {', '.join((*LESSONS, *ALONE))}")
    if place in ALONE:
        own = questions()[place]
        return FromMemory(place, _finding(len(own), 0), [Asked(one, [0]) for one in own])
    turns = schedule(_counts(), _PLACES.index(place))
    back = sum(_PLACES[turn.lesson] != place for turn in turns)
    return FromMemory(place, _finding(len(turns), back), [_asked(turn, place, [turn.numbers]) for turn in turns])


def _finding(asked: int, back: int) -> str:
    """Return the sentence above the questions of a page, `back` of them from earlier ones."""
    # The first lessons have nothing to ask back.
    from_where = f": {NUMBERS[asked - back]} on this page, {NUMBERS[back]} on earlier pages" if back else ""
    return (
        f"{NUMBERS[asked].capitalize()} questions{from_where}. Answer before you look back. They take about three "
        "minutes, which the page's time does not count."
    )


def quiz(part: str) -> FromMemory:
    """Return the quiz of a part.

    Raises
    ------
    ValueError
        For a name that is not a part of the book.
    """
    if part not in PARTS:
        raise ValueError(f"there is no quiz of {part!r}; there are {', '.join(PARTS)}")
    turns = quizzed(_counts(), [place.partition("/")[0] for place in LESSONS], part)
    own = sum(_PLACES[turn.lesson].startswith(f"{part}/") for turn in turns)
    back = f", then {len(turns) - own} of earlier parts" if len(turns) > own else ""
    finding = f"{own} questions of the part {title(part)}{back}."
    place = f"{part}/quiz"
    return FromMemory(
        place, finding, [_asked(turn, place, [(turn.numbers + i) % SETS for i in range(SETS)]) for turn in turns], True
    )


def _asked(turn: Turn, place: str, numbers: Sequence[int]) -> Asked:
    home = _PLACES[turn.lesson]
    one = questions()[home][turn.question]
    # A question with fewer sets has each of them once.
    numbers = list(dict.fromkeys(i % len(one.sets) for i in numbers))
    return Asked(one, numbers) if home == place else Asked(one, numbers, home, LESSONS[home])


__getattr__ = on_demand(
    __name__,
    {part.upper(): partial(quiz, part) for part in PARTS}
    | {place.rpartition("/")[2].upper(): partial(at, place) for place in ALONE},
)

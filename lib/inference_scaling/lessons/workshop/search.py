"""Workshop 5, searches over partial solutions: a beam, DVTS, best-first search, REBASE's shares, and resampling.

A tree is two dictionaries: ``children`` from a state to the next states, ``scores`` from a state to the verifier's
number. A state is a text with one letter a step, ``""`` is the start, and what is no key of ``children`` is finished.
The references are slow and plain on purpose: they are what a learner can read after a wrong answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ... import search as library
from ...answers.task import Function, Misconception, Task

__all__ = ["TASKS", "beam", "best_first", "dvts", "resample", "shares"]

Children = Mapping[str, Sequence[str]]
Scores = Mapping[str, float]
Rounds = list[list[str]]
Found = tuple[str, Rounds]


def _best(states: Sequence[str], scores: Scores) -> str:
    """Return the state with the highest score, of several the first."""
    return max(states, key=lambda state: scores[state])


def beam(children: Children, scores: Scores, width: int) -> Found:
    """Return the best finished state that a beam keeps, and the states that it writes, round by round."""
    kept, finished, rounds = [""], [], []
    while kept:
        written = [child for state in kept for child in children[state]]
        rounds.append(written)
        ranked = sorted(written, key=lambda state: scores[state], reverse=True)
        kept = []
        for state in ranked[:width]:
            if state in children:
                kept.append(state)
            else:
                finished.append(state)
    return _best(finished, scores), rounds


def dvts(children: Children, scores: Scores, subtrees: int) -> Found:
    """Return the best of the finished states of independent subtrees, and the states written, round by round."""
    families = [list(children[""][place::subtrees]) for place in range(subtrees)]
    families = [family for family in families if family]
    finished, rounds = [], []
    while families:
        rounds.append([state for family in families for state in family])
        best = [_best(family, scores) for family in families]
        finished += [state for state in best if state not in children]
        families = [list(children[state]) for state in best if state in children]
    return _best(finished, scores), rounds


def best_first(children: Children, scores: Scores, steps: int) -> Found:
    """Return the first finished state that is the best of the front, and the states written, round by round."""
    front, rounds = list(children[""]), [list(children[""])]
    spent = len(front)
    while _best(front, scores) in children:
        best = _best(front, scores)
        if spent + len(children[best]) > steps:
            finished = [state for state in front if state not in children]
            return _best(finished or front, scores), rounds
        spent += len(children[best])
        front.remove(best)
        front += children[best]
        rounds.append(list(children[best]))
    return _best(front, scores), rounds


def _weights(scores: Sequence[float], temperature: float) -> list[float]:
    top = max(scores)
    weights = [math.exp((score - top) / temperature) for score in scores]
    return [weight / math.fsum(weights) for weight in weights]


def _rounded_down(ideal: Sequence[float], draws: int, order: Callable[[int], float]) -> list[int]:
    """Return the whole parts of shares, and one more for the first states by `order` until all draws are given."""
    whole = [math.floor(share) for share in ideal]
    for place in sorted(range(len(ideal)), key=order)[: draws - sum(whole)]:
        whole[place] += 1
    return whole


def shares(scores: Sequence[float], draws: int, temperature: float) -> list[int]:
    """Return how many of the draws each state gets: by a softmax of the scores, and by largest remainders."""
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    ideal = [draws * weight for weight in _weights(scores, temperature)]
    return _rounded_down(ideal, draws, lambda place: math.floor(ideal[place]) - ideal[place])


def resample(states: Sequence[str], weights: Sequence[float], u: float) -> list[str]:
    """Return as many states, each as often as its weight says: the i-th is the one whose piece holds i + u."""
    if len(weights) != len(states):
        raise ValueError(f"each state needs one weight, got {len(states)} states and {len(weights)} weights")
    if min(weights) < 0 or sum(weights) == 0:
        raise ValueError(f"weights must be 0 or more, and not all of them 0, got {list(weights)}")
    ends = np.cumsum(weights) / np.sum(weights) * len(states)
    return [_holding(states, ends, i + u) for i in range(len(states))]


def _holding(states: Sequence[str], ends: Sequence[float], point: float) -> str:
    """Return the state whose piece holds the point; a piece holds its left end and not its right one."""
    for state, end in zip(states, ends, strict=True):
        if point < end:
            return state
    # Rounding can leave the last end a little short.
    return states[-1]


# Trees to try a search on


def _tree(rng: np.random.Generator, depth: int, most: int) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Return a tree with up to `most` next states and with leaves at several depths; all scores differ."""
    children: dict[str, list[str]] = {}
    scores: dict[str, float] = {}
    level = [""]
    for made in range(depth):
        for state in level:
            # The first steps are never the last ones.
            if not state or made == 1 or rng.random() < 0.75:
                letters = "abcd"[: int(rng.integers(2, most + 1))]
                children[state] = [state + letter for letter in letters]
        level = [child for state in level for child in children.get(state, ())]
    states = [child for nexts in children.values() for child in nexts]
    for state, score in zip(states, rng.permutation(np.arange(1, len(states) + 1)) / (len(states) + 1), strict=True):
        scores[state] = float(round(score, 3))
    return children, scores


# Two subtrees: under "a" good beginnings and bad ends, under "b" the other way round. One leaf comes early.
_CROWDED = (
    {"": ["a", "b"], "a": ["aa", "ab"], "b": ["ba", "bb"], "aa": ["aaa", "aab"], "ab": ["aba"], "ba": ["baa", "bab"]},
    {"a": 0.8, "b": 0.6, "aa": 0.7, "ab": 0.65, "ba": 0.5, "bb": 0.55}
    | {"aaa": 0.1, "aab": 0.3, "aba": 0.2, "baa": 0.9, "bab": 0.4},
)
# The best state of the second round is finished, and what comes later scores lower.
_EARLY = (
    {"": ["a", "b", "c"], "a": ["aa", "ab"], "b": ["ba", "bb"], "ab": ["aba", "abb"], "ba": ["baa"]},
    {"a": 0.5, "b": 0.7, "c": 0.6, "aa": 0.8, "ab": 0.75, "ba": 0.4, "bb": 0.3, "aba": 0.2, "abb": 0.35, "baa": 0.1},
)
# Equal scores: the state written first comes first.
_TIED = (
    {"": ["a", "b"], "a": ["aa", "ab"], "b": ["ba", "bb"]},
    {"a": 0.5, "b": 0.5, "aa": 0.2, "ab": 0.7, "ba": 0.7, "bb": 0.2},
)


def _written(children: Children, scores: Scores, state: str) -> str:
    nexts = ", ".join(_written(children, scores, child) for child in children.get(state, ()))
    return f"{state} {scores[state]:g}{f' ({nexts})' if nexts else ''}"


def _shows_tree(children: Children, scores: Scores, *_: int) -> str:
    firsts = "; ".join(_written(children, scores, state) for state in children[""])
    return f"The tree, each state with its score and in brackets what may follow: {firsts}."


def _trees(rng: np.random.Generator, many: int) -> list[tuple[dict[str, list[str]], dict[str, float]]]:
    return [_tree(rng, 3, 3) for _ in range(many)]


# W-51


def _calls_beam(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [(*tree, int(rng.integers(1, 5))) for tree in _trees(rng, 4)]
    return [
        *[(*_CROWDED, width) for width in (1, 2, 3)],
        *[(*_EARLY, width) for width in (1, 2, 3)],
        *[(*_TIED, width) for width in (1, 2)],
        *drawn,
    ]


def _beam_with(
    pick: Callable[[list[str], Scores, int], list[str]], answer: Callable[[list[str]], list[str]] = lambda held: held
) -> Any:
    """Return a beam that keeps what `pick` says, and answers with the best of what `answer` leaves."""

    def other(children: Children, scores: Scores, width: int) -> Found:
        kept, finished, rounds = [""], [], []
        while kept:
            written = [child for state in kept for child in children[state]]
            rounds.append(written)
            best = pick(written, scores, width)
            finished += [state for state in best if state not in children]
            kept = [state for state in best if state in children]
        return _best(answer(finished) or [""], {**scores, "": 0}), rounds

    return other


def _lowest(written: list[str], scores: Scores, width: int) -> list[str]:
    return sorted(written, key=lambda state: scores[state])[:width]


def _highest(written: list[str], scores: Scores, width: int) -> list[str]:
    return sorted(written, key=lambda state: -scores[state])[:width]


def _of_each(written: list[str], scores: Scores, width: int) -> list[str]:
    parents = dict.fromkeys(state[:-1] for state in written)
    return [
        state for parent in parents for state in _highest([one for one in written if one[:-1] == parent], scores, width)
    ]


def _deepest(finished: list[str]) -> list[str]:
    return [state for state in finished if len(state) == max(map(len, finished))]


def _finished_beside(children: Children, scores: Scores, width: int) -> Found:
    def pick(written: list[str], scores: Scores, width: int) -> list[str]:
        going = _highest([state for state in written if state in children], scores, width)
        return going + [state for state in written if state not in children]

    found: Found = _beam_with(pick)(children, scores, width)
    return found


W51 = Task(
    id="W-51",
    kind="F",
    title="A beam",
    points=3,
    minutes=11,
    variable="beam",
    statement=(
        "`children[state]` are the states that can follow a state, `scores[state]` is the verifier's number. Fill the "
        "hole in `beam(children, scores, width)`. Each round writes all children of the kept states. Of what this "
        "round wrote keep the `width` states with the highest scores, the highest first; of equal scores the one "
        "written first. A kept state that is no key of `children` is finished: it goes to `finished`, and the others "
        "go on. Return the finished state with the highest score, and the list of the rounds, each the list of the "
        "states written in it. These lines are there."
    ),
    answer_type=Function(
        "beam(children, scores, width)",
        _calls_beam,
        library=(library.beam, library.lookahead, library.dvts),
        shows=_shows_tree,
        labels=True,
    ),
    reference=beam,
    misconceptions=(
        Misconception(
            "lowest",
            _beam_with(_lowest),
            "This keeps the states with the lowest scores: `sorted` puts the smallest first. Sort by the negative "
            "score.",
        ),
        Misconception(
            "of-each",
            _beam_with(_of_each),
            "This keeps the best `width` children of each kept state, so the beam grows from round to round. Asked "
            "are the best `width` of the whole round.",
        ),
        Misconception(
            "finished-beside",
            _finished_beside,
            "This lets finished states take no place in the beam. A finished state is one of the `width` states that "
            "are kept.",
        ),
        Misconception(
            "last-round",
            _beam_with(_highest, _deepest),
            "This forgets the finished states of earlier rounds. Hand in the best of all that were kept.",
        ),
    ),
    hints=(
        "sorted(written, key=lambda state: -scores[state]) lists the states of the round, the best first.",
        "best = the first `width` of them; then finished += [those that are not in children], and kept = [those that "
        "are].",
    ),
    explanation=(
        "A beam of 1 is greedy search. A wider beam forgives the verifier a mistake, at the price of more steps. All "
        "its states may come from one first step: nothing in the rule keeps them apart."
    ),
)

# W-52


def _calls_dvts(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    wide = [_tree(rng, 3, 4) for _ in range(2)]
    drawn = [(*tree, int(rng.integers(2, 4))) for tree in [*_trees(rng, 2), *wide]]
    four = {"": ["a", "b", "c", "d"], "a": ["aa"], "b": ["ba"], "c": ["ca"], "d": ["da"]}
    said = {"a": 0.9, "b": 0.8, "c": 0.2, "d": 0.1, "aa": 0.3, "ba": 0.5, "ca": 0.6, "da": 0.7}
    return [
        *[(*_CROWDED, subtrees) for subtrees in (1, 2)],
        *[(four, said, subtrees) for subtrees in (1, 2, 3, 4)],
        *[(*_EARLY, subtrees) for subtrees in (2, 3, 5)],
        *[(*_TIED, subtrees) for subtrees in (1, 2)],
        *drawn,
    ]


def _dvts_with(deal: Callable[[list[str], int], list[list[str]]], answer: Callable[[list[str], Scores], str]) -> Any:
    """Return a DVTS that deals out the first steps as `deal` says, and answers by `answer`."""

    def other(children: Children, scores: Scores, subtrees: int) -> Found:
        families = [family for family in deal(list(children[""]), subtrees) if family]
        finished, rounds = [], []
        while families:
            rounds.append([state for family in families for state in family])
            best = [_best(family, scores) for family in families]
            finished += [state for state in best if state not in children]
            families = [list(children[state]) for state in best if state in children]
        return answer(finished, scores), rounds

    return other


def _dealt(first: list[str], subtrees: int) -> list[list[str]]:
    return [first[place::subtrees] for place in range(subtrees)]


def _blocks(first: list[str], subtrees: int) -> list[list[str]]:
    long = math.ceil(len(first) / subtrees)
    return [first[place * long : (place + 1) * long] for place in range(subtrees)]


W52 = Task(
    id="W-52",
    kind="F",
    title="DVTS",
    points=4,
    minutes=12,
    variable="dvts",
    statement=(
        'Write `dvts(children, scores, subtrees)`. Deal the first steps `children[""]` out in turn: the first to '
        "subtree 0, the second to subtree 1, and so on, and after the last subtree to subtree 0 again. Where there are "
        "more subtrees than first steps, leave the empty ones out. Each round writes the states of all subtrees, "
        "subtree by subtree. Each subtree then keeps the one with its highest score, of equal ones the first, and "
        "goes on with the children of that state; a finished one is done. Return the best finished state of all, of "
        "equal ones the first that was finished, and the list of the rounds, as `beam` does."
    ),
    answer_type=Function(
        "dvts(children, scores, subtrees)",
        _calls_dvts,
        library=(library.dvts, library.beam),
        shows=_shows_tree,
        labels=True,
    ),
    reference=dvts,
    misconceptions=(
        Misconception(
            "one-beam",
            beam,
            "This is the beam: the states of all subtrees compete with one another. In DVTS each subtree keeps its own "
            "best state.",
        ),
        Misconception(
            "blocks",
            _dvts_with(_blocks, _best),
            "This gives a subtree first steps that are neighbours. Deal them out in turn, as cards are dealt.",
        ),
        Misconception(
            "first-answer",
            _dvts_with(_dealt, lambda finished, scores: finished[0]),
            "This hands in the first answer that is finished. Asked is the one with the highest score.",
        ),
    ),
    hints=(
        'children[""][i::subtrees] are the first steps that are dealt to subtree i.',
        "Keep a list of families. In each round: best = [max(family, key=scores.get) for family in families].",
    ),
    explanation=(
        "A subtree cannot crowd out another one. That keeps first steps alive which the verifier likes less, and it "
        "spends steps on them even where the verifier is right."
    ),
)

# W-53


def _calls_best_first(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn = [(*tree, int(rng.integers(len(tree[0][""]), 12))) for tree in _trees(rng, 4)]
    # The best state of the front stays an early one: the search goes back to it.
    back = (
        {"": ["a", "b"], "a": ["aa", "ab"], "b": ["ba", "bb"], "ba": ["baa", "bab"]},
        {"a": 0.9, "b": 0.7, "aa": 0.2, "ab": 0.3, "ba": 0.8, "bb": 0.1, "baa": 0.85, "bab": 0.4},
    )
    return [
        *[(*back, steps) for steps in (2, 3, 4, 5, 6, 20)],
        *[(*_CROWDED, steps) for steps in (4, 20)],
        *[(*_EARLY, steps) for steps in (5, 20)],
        *[(*_TIED, steps) for steps in (2, 4, 6)],
        *drawn,
    ]


def _best_first_with(
    choose: Callable[[list[str], list[str], Scores], str],
    fits: Callable[[int, int, int], bool],
    finds: Callable[[list[str], Children], list[str]] = lambda written, children: [],
) -> Any:
    """Return a best-first search that expands what `choose(front, last round, scores)` says, while the next family
    `fits(spent, its size, steps)`, and stops where `finds` something among what was written last.
    """

    def other(children: Children, scores: Scores, steps: int) -> Found:
        front, rounds, spent = list(children[""]), [list(children[""])], len(children[""])
        while not finds(rounds[-1], children):
            best = choose(front, rounds[-1], scores)
            if best not in children:
                return best, rounds
            if not fits(spent, len(children[best]), steps):
                break
            spent += len(children[best])
            front.remove(best)
            front += children[best]
            rounds.append(list(children[best]))
        finished = [state for state in front if state not in children]
        return _best(finished or front, scores), rounds

    return other


def _from_front(front: list[str], last: list[str], scores: Scores) -> str:
    return _best(front, scores)


def _whole_family(spent: int, more: int, steps: int) -> bool:
    return spent + more <= steps


W53 = Task(
    id="W-53",
    kind="F",
    title="Best-first search",
    points=4,
    minutes=14,
    variable="best_first",
    statement=(
        "Write `best_first(children, scores, steps)`. The front holds all written states from which nothing has been "
        'written yet; first these are the first steps `children[""]`, which are the first round. Again and again '
        "take the state of the front with the highest score, of equal ones the one written first. If it is finished, "
        "return it with the list of the rounds. If writing all its children would bring the number of written states "
        "above `steps`, stop: return the best finished state of the front, or the best of the front where none is "
        "finished, with the rounds. Otherwise take it out of the front and write its children, which are the next "
        "round and join the front at its end. `steps` always pays for the first steps."
    ),
    answer_type=Function(
        "best_first(children, scores, steps)",
        _calls_best_first,
        library=(library.best_first, library.beam),
        shows=_shows_tree,
        labels=True,
    ),
    reference=best_first,
    misconceptions=(
        Misconception(
            "never-back",
            _best_first_with(lambda front, last, scores: _best(last, scores), _whole_family),
            "This looks only at the states written last, so it never goes back: that is greedy search. Take the best "
            "of the whole front.",
        ),
        Misconception(
            "over-budget",
            _best_first_with(_from_front, lambda spent, more, steps: spent < steps),
            "This writes a family that the budget does not pay for: the steps are counted before the family and not "
            "after it.",
        ),
        Misconception(
            "no-budget",
            _best_first_with(_from_front, lambda spent, more, steps: True),
            "This never looks at `steps`. Stop before a family that would bring the written states above it.",
        ),
        Misconception(
            "first-finished",
            _best_first_with(
                _from_front,
                _whole_family,
                lambda written, children: [state for state in written if state not in children],
            ),
            "This stops as soon as a finished state is written. Asked is to stop when a finished state is the best of "
            "the front: an unfinished one with a higher score may lead to a better answer.",
        ),
    ),
    hints=(
        "A loop with three endings: best is finished; its children cost too much; otherwise go on.",
        "best = max(front, key=scores.get); front.remove(best); front += children[best]. Begin with a copy, "
        'list(children[""]), so that the tree stays as it is.',
    ),
    explanation=(
        "Best-first search compares states of different depths. That is fair only if the scores mean the same at every "
        "depth. A product of step scores falls with each step, and then the search keeps going back to the start."
    ),
)

# W-54


def _clear(scores: Sequence[float], draws: int, temperature: float) -> bool:
    """Whether rounding in the last digits cannot change who gets a draw."""
    ideal = [draws * weight for weight in _weights(scores, temperature)]
    rest = sorted(share - math.floor(share) for share in ideal)
    near = [high - low for low, high in zip([0.0, *rest], [*rest, 1.0], strict=True)]
    return min(near) > 1e-6


def _calls_shares(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn: list[tuple[Any, ...]] = []
    while len(drawn) < 8:
        size = int(rng.integers(2, 7))
        scores = np.round(rng.uniform(0, 1, size), 2).tolist()
        one = (scores, int(rng.integers(3, 17)), float(np.round(rng.uniform(0.1, 0.8), 2)))
        if len(set(scores)) == size and _clear(*one):
            drawn.append(one)
    return [
        ([0.9, 0.5, 0.1], 4, 0.2),
        ([0.9, 0.5, 0.1], 4, 0.01),
        ([0.9, 0.5, 0.1], 4, 1000.0),
        ([0.9, 0.5, 0.1], 0, 0.2),
        ([0.4, 0.4], 5, 0.2),
        ([0.7], 3, 0.2),
        ([0.1, 0.3, 0.35, 0.2], 7, 0.3),
        ([800.0, 799.5, 1.0], 6, 0.5),
        *drawn,
        ([0.9, 0.5], 4, 0.0),
        ([0.9, 0.5], 4, -1.0),
    ]


def _shares_with(ideals: Callable[[Sequence[float], int, float], list[float]], whole: Any) -> Any:
    """Return shares from other ideal ones, or made whole in another way; whatever else is right."""

    def other(scores: Sequence[float], draws: int, temperature: float) -> list[int]:
        right = shares(scores, draws, temperature)
        ideal = ideals(scores, draws, temperature)
        found: list[int] = whole(ideal, draws)
        return found if draws else right

    return other


def _softmax_shares(scores: Sequence[float], draws: int, temperature: float) -> list[float]:
    return [draws * weight for weight in _weights(scores, temperature)]


def _remainders(ideal: list[float], draws: int) -> list[int]:
    return _rounded_down(ideal, draws, lambda place: math.floor(ideal[place]) - ideal[place])


def _to_the_best(ideal: list[float], draws: int) -> list[int]:
    whole = [math.floor(share) for share in ideal]
    whole[ideal.index(max(ideal))] += draws - sum(whole)
    return whole


def _shows_shares(scores: Sequence[float], draws: int, temperature: float) -> str:
    if temperature <= 0:
        return "A temperature must be above 0."
    ideal = ", ".join(f"{share:.3g}" for share in _softmax_shares(scores, draws, temperature))
    return f"The exact shares, which add up to {draws}: {ideal}."


W54 = Task(
    id="W-54",
    kind="F",
    title="The shares of REBASE",
    points=4,
    minutes=13,
    variable="shares",
    statement=(
        "Write `shares(scores, draws, temperature)`: how many of the draws each state gets. The exact share of a state "
        "is `draws` times the softmax of its score at that temperature: exp(score / temperature), divided by the sum "
        "over all states. Give each state the whole part of its share. Then give one more draw each to the states with "
        "the largest remainders, of equal ones the earlier first, until all draws are given. Return the list of whole "
        "numbers. A temperature of 0 or below: raise a `ValueError`. Scores can be large: take the largest off first, "
        "as in W-11. Scores 0.9, 0.5, 0.1 with 4 draws at temperature 0.2 give 3, 1, 0."
    ),
    answer_type=Function(
        "shares(scores, draws, temperature)", _calls_shares, library=(library.rebase,), shows=_shows_shares
    ),
    reference=shares,
    misconceptions=(
        Misconception(
            "rounded",
            _shares_with(_softmax_shares, lambda ideal, draws: [round(share) for share in ideal]),
            "This rounds each share, so that the shares can add up to more or fewer than the draws there are. Asked is "
            "to round down, and to give what is left by the largest remainders.",
        ),
        Misconception(
            "left-over",
            _shares_with(_softmax_shares, lambda ideal, draws: [math.floor(share) for share in ideal]),
            "This rounds down and leaves draws over. Give them to the states with the largest remainders.",
        ),
        Misconception(
            "to-the-best",
            _shares_with(_softmax_shares, _to_the_best),
            "This gives all draws that are left over to the state with the highest score. Asked is one each, by the "
            "largest remainders.",
        ),
        Misconception(
            "proportional",
            _shares_with(
                lambda scores, draws, temperature: [draws * score / sum(scores) for score in scores], _remainders
            ),
            "This shares the draws out in proportion to the scores. Asked is the softmax: the exponential of the score "
            "divided by the temperature.",
        ),
    ),
    hints=(
        "Three steps: the exact shares, their whole parts, and one more for some. int(share) is the whole part.",
        "sorted(range(len(scores)), key=lambda i: whole[i] - exact[i]) lists the states, the largest remainder first.",
    ),
    explanation=(
        "A small temperature gives nearly all draws to the best state, which is a greedy search. A large one gives "
        "every state the same. In between, REBASE drops no state by a rank: a low score only makes its share small."
    ),
)

# W-55


def _calls_resample(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    drawn: list[tuple[Any, ...]] = []
    while len(drawn) < 9:
        size = int(rng.integers(3, 8))
        weights = np.round(rng.uniform(0, 1, size), 2).tolist()
        u = int(rng.integers(1, 1000)) / 1000
        ends = np.cumsum(weights) / np.sum(weights) * size
        # Rounding in the last digits must not change whose piece holds a point.
        if np.abs(ends[:-1, None] - np.arange(size) - u).min() > 1e-6:
            drawn.append(([f"{'ab'[i % 2]}{'abcdefg'[i]}" for i in range(size)], weights, u))
    return [
        (["a", "b", "c", "d"], [0.75, 0.125, 0.125, 0.0], 0.5),
        (["a", "b", "c", "d"], [0.75, 0.125, 0.125, 0.0], 0.25),
        (["a", "b", "c", "d"], [3.0, 0.5, 0.5, 0.0], 0.75),
        (["a", "b"], [1.0, 1.0], 0.0),
        (["a", "b"], [0.0, 5.0], 0.0),
        (["a", "b", "c", "d"], [0.0, 0.0, 1.0, 0.0], 0.9),
        (["a", "a", "b", "b"], [0.5, 0.25, 0.125, 0.125], 0.4),
        (["a"], [0.2], 0.999),
        *drawn,
        (["a", "b"], [0.0, 0.0], 0.5),
        (["a", "b"], [0.5, -0.25], 0.5),
        (["a", "b"], [0.5, 0.25, 0.25], 0.5),
        (["a", "b", "c"], [0.5, 0.5], 0.5),
    ]


def _resample_at(points: Callable[[int, float], list[float]]) -> Any:
    """Return a resampling that picks at other points of the line, which is as long as there are states."""

    def other(states: Sequence[str], weights: Sequence[float], u: float) -> list[str]:
        resample(states, weights, u)
        ends = np.cumsum(weights) / np.sum(weights) * len(states)
        return [_holding(states, ends, point) for point in points(len(states), u)]

    return other


def _heaviest(states: Sequence[str], weights: Sequence[float], u: float) -> list[str]:
    resample(states, weights, u)
    return [states[list(weights).index(max(weights))]] * len(states)


def _not_scaled(states: Sequence[str], weights: Sequence[float], u: float) -> list[str]:
    resample(states, weights, u)
    return [_holding(states, np.cumsum(weights), i + u) for i in range(len(states))]


def _shows_line(states: Sequence[str], weights: Sequence[float], u: float) -> str:
    if len(states) != len(weights) or min(weights) < 0 or sum(weights) == 0:
        return f"There are {len(states)} states, and the weights are {', '.join(f'{weight:g}' for weight in weights)}."
    ends = np.cumsum(weights) / np.sum(weights) * len(states)
    pieces = [
        f"{state} {start:.3g} to {end:.3g}" for state, start, end in zip(states, [0, *ends[:-1]], ends, strict=True)
    ]
    points = ", ".join(f"{i + u:g}" for i in range(len(states)))
    return f"The pieces of the line: {'; '.join(pieces)}. The points: {points}."


W55 = Task(
    id="W-55",
    kind="F",
    title="Resample the particles",
    points=4,
    minutes=12,
    variable="resample",
    statement=(
        "`states` are the states of n particles, `weights` their weights, and `u` is one random number, 0 ≤ u < 1. Lay "
        "the weights as pieces side by side, the first state first, and stretch the line so that it is n long. Write "
        "`resample(states, weights, u)`: the list of n states whose pieces hold the points u, 1 + u, 2 + u, and so on. "
        "A piece holds its left end and not its right one. If a weight is below 0, all are 0, or the lists have "
        "different lengths: raise a `ValueError`. States a, b, c, d with weights 0.75, 0.125, 0.125, 0 and u = 0.25 "
        "give a, a, a, b."
    ),
    answer_type=Function("resample(states, weights, u)", _calls_resample, shows=_shows_line, labels=True),
    reference=resample,
    misconceptions=(
        Misconception(
            "one-point",
            _resample_at(lambda size, u: [u * size] * size),
            "This takes the same point for every particle, so that all become copies of one state. The points are u, "
            "1 + u, 2 + u, and so on.",
        ),
        Misconception(
            "no-chance",
            _resample_at(lambda size, u: [float(i) for i in range(size)]),
            "This never uses u: the points are 0, 1, 2, and so on, and a state with a small weight has no chance at "
            "all. Add u to each point.",
        ),
        Misconception(
            "heaviest",
            _heaviest,
            "This copies the state with the largest weight. That is greedy search; asked is a share for every state.",
        ),
        Misconception(
            "not-stretched",
            _not_scaled,
            "This leaves the line as long as the sum of the weights. Stretch it to n: multiply each end by n and "
            "divide by the sum.",
        ),
    ),
    hints=(
        "Walk along the line, piece by piece. The right end of a piece is the sum of the weights so far, times n, "
        "divided by the sum of all weights.",
        "The next point is len(picked) + u. While it lies below the right end of the piece, append the state.",
    ),
    explanation=(
        "A state with the share w of the weight is copied n·w times on average over u, and never a whole copy more or "
        "fewer than that. Equal spacing does it with one random number; REBASE does it with none."
    ),
)

TASKS = (W51, W52, W53, W54, W55)

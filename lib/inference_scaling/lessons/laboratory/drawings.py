"""The drawings of the part Laboratory."""

from __future__ import annotations

from ... import search
from ..._lazy import on_demand
from ...figures import drawings
from ...figures.drawings import Searched

__all__ = ["SEARCHES"]  # noqa: F822 (made on demand)

# Four first steps, two steps after each, two answers after each of these: small enough to be drawn in full.
SCORES = {
    **{"A": 8, "B": 7, "C": 5, "D": 2},
    **{"A1": 9, "A2": 8, "B1": 6, "B2": 7, "C1": 6, "C2": 4, "D1": 3, "D2": 2},
    **{"A1a": 7, "A1b": 9, "A2a": 6, "A2b": 8, "B1a": 5, "B1b": 6, "B2a": 8, "B2b": 6},
    **{"C1a": 7, "C1b": 5, "C2a": 4, "C2b": 3, "D1a": 3, "D1b": 2, "D2a": 1, "D2b": 2},
}


def _judge(states: list[str]) -> list[int]:
    return [SCORES[state] for state in states]


def _searches() -> drawings.Drawing:
    children = {state: [next_ for next_ in SCORES if next_[:-1] == state] for state in ("", *SCORES)}
    tree = search.Tree({state: nexts for state, nexts in children.items() if nexts}, correct=())
    budget = search.Budget(steps=12)
    # With this seed the two subtrees of DVTS are the two halves of the tree, which keeps the picture plain.
    beam = search.beam(tree, _judge, budget, 5, width=2, expand=2, trace=True)
    dvts = search.dvts(tree, _judge, budget, 5, subtrees=2, expand=2, trace=True)
    rebase = search.rebase(tree, _judge, budget, 5, width=4, temperature=2.5, trace=True)
    return drawings.searches(
        tree,
        [
            Searched("Beam", "keeps the best 2", beam),
            Searched("DVTS", "best 1 of each half", dvts, groups=(("A", "B"), ("C", "D"))),
            Searched("REBASE", "high score, more draws", rebase),
        ],
        finding="{steps} steps on the same tree: of {first} first steps the beam ends with {left_0}, DVTS with "
        "{left_1}, REBASE with {left_2}.",
    )


__getattr__ = on_demand(__name__, {"SEARCHES": _searches})

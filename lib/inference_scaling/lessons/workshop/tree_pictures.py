"""Pictures of the searches in the workshop's notebook on search, on its puzzle of doubling and taking one off.

A state is a text with one letter a step, ``""`` is the start. A search logs its rounds: for each round the list of the
states that it wrote.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

from ...interactive.search_tree import SearchTree
from ...search import Budget, Ledger, Node, SearchResult

__all__ = ["logged", "picture"]

STEPS = {"*": "×2", "-": "−1"}


def picture(
    title: str, found: SearchResult, scores: Mapping[str, float], values: Mapping[str, int], right: Collection[str]
) -> SearchTree:
    """Return the tree of one search, to step through.

    Parameters
    ----------
    title : str
        Names the picture, and the element on the page.
    found : SearchResult
        With its trace: from the library, or from `logged`.
    scores : mapping
        From a state to the verifier's number.
    values : mapping
        From a state, the start included, to the number that has been reached there.
    right : collection of str
        The states from which the target can still be reached.

    Returns
    -------
    SearchTree

    Raises
    ------
    ValueError
        For a result without a trace.

    Examples
    --------
    >>> scores, values = {"*": 0.9, "-": 0.2}, {"": 4, "*": 8, "-": 3}
    >>> picture("One step", logged("*", [["*", "-"]], scores, {"*"}), scores, values, {"*"}).finding
    '2 steps written, 2 checks asked. The answer is ×2 → 8, right.'
    """
    return SearchTree(
        title.lower().replace(" ", "-"),
        found,
        Budget(steps=found.ledger.steps),
        "{steps} steps written, {calls} checks asked. The answer is {chosen}, {verdict}.",
        title=title,
        label=lambda state: f"{STEPS[state[-1]]} → {values[state]}" if state else str(values[state]),
        right=lambda state: state in right,
        ended=True,
    )


def logged(
    answer: str,
    rounds: Sequence[Sequence[str]],
    scores: Mapping[str, float],
    right: Collection[str],
    ahead: Mapping[str, str] | None = None,
) -> SearchResult:
    """Return what a search has logged in the form in which the library's searches return it, trace included.

    Parameters
    ----------
    answer : str
        The state that the search returned.
    rounds : sequence of sequences of str
        The states written in each round. A state may be written more than once; its copies go on in turn.
    scores, right
        See `picture`.
    ahead : mapping, optional
        From a state to the one that was written and scored in its place, only to look ahead.

    Returns
    -------
    SearchResult

    Raises
    ------
    ValueError
        For a state that is written before the one from which it goes on, or an answer that is not written.
    """
    nodes = [Node(0, -1, 0, 0, None, "kept", "")]
    copies: dict[str, list[int]] = {"": [0]}
    for number, written in enumerate(rounds, 1):
        parents = {state: itertools.cycle(places) for state, places in copies.items()}
        drawn: dict[str, list[int]] = {}
        for state in written:
            if state[:-1] not in parents:
                raise ValueError(f"rounds: {state!r} is written before {state[:-1]!r}, from which it goes on")
            seen = (ahead or {}).get(state, state)
            drawn.setdefault(state, []).append(len(nodes))
            parent = next(parents[state[:-1]])
            nodes.append(Node(len(nodes), parent, len(state), number, scores[seen], "pruned", state))
            if seen != state:
                nodes.append(Node(len(nodes), nodes[-1].id, len(seen), number, scores[seen], "rollout", seen))
        copies |= drawn
    if answer not in copies:
        raise ValueError(f"answer = {answer!r}: must be one of the states that were written")
    looked = sum(node.fate == "rollout" for node in nodes)
    spent = Ledger(steps=len(nodes) - 1, tokens=0, calls=len(nodes) - 1 - looked)
    return SearchResult(answer, answer in right, spent, trace=_told(nodes, copies[answer][0]))


def _told(nodes: Sequence[Node], chosen: int) -> tuple[Node, ...]:
    """Return the nodes, each with what became of it: a log says what was written, and the rest follows."""
    going_on = {node.parent for node in nodes if node.fate != "rollout"}
    longest = max(node.depth for node in nodes)

    def fate(node: Node) -> str:
        if node.id == chosen:
            return "chosen"
        if node.fate != "rollout" and node.id in going_on:
            return "kept"
        return "finished" if node.depth == longest and node.fate != "rollout" else node.fate

    return tuple(node._replace(fate=fate(node)) for node in nodes)

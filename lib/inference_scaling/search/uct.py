"""Monte Carlo tree search: a tree that grows where complete solutions came out well, and where few were tried."""

from __future__ import annotations

import numpy as np

from .strategies import Budget, Puzzle, Rng, SearchResult, Verifier, _Node, _Run, _short, _whole

__all__ = ["mcts"]


def mcts(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    expand: int = 4,
    exploration: float = 2**0.5,
    rollouts: bool = True,
    trace: bool = False,
) -> SearchResult:
    """Monte Carlo tree search (UCT): go down a tree by upper confidence bounds, try what is there, remember it above.

    Each visit goes from the start to the child with the highest bound, mean + exploration * sqrt(ln N / n), until it
    meets a state whose next steps have not been drawn: n visits of the child and the mean of what they scored, N visits
    of its parent; a child without a visit comes first. On its second visit such a state gets ``expand`` children (the
    start on its first), and the visit goes on to one of them. From there one solution is drawn to its end and scored;
    every state that the visit passed gets the score.

    Parameters
    ----------
    puzzle, verifier, budget, rng, trace
        See ``beam``.
    expand : int, optional
        Next steps of a state, all drawn together; the search never draws more from it.
    exploration : float, optional
        Weight of the bound's second term, at least 0, in units of the score. The default is UCB1's, for scores in
        [0, 1]; 0 always goes where the mean is highest.
    rollouts : bool, optional
        Whether a state is scored by the end of a solution drawn from it. If not, the verifier scores the state itself,
        which costs no steps but needs a verifier of unfinished states.

    Returns
    -------
    SearchResult
        Ends of rollouts count as finished: they are paid for and scored.

    Raises
    ------
    ValueError
        As ``beam``; also for an exploration that is negative or not finite.

    Notes
    -----
    Two choices are our own. A state from which nothing is left to try (a finished one, or one whose children have
    nothing left) is not entered again, so that a small tree is searched in full and the search then ends. And the
    state returned is the finished one with the highest score, as in the other strategies here, where games take the
    first step that was visited most.

    References
    ----------
    Kocsis and Szepesvári (2006), Bandit based Monte-Carlo planning, ECML; the default weight: Auer, Cesa-Bianchi and
    Fischer (2002), Finite-time analysis of the multiarmed bandit problem.

    Examples
    --------
    >>> from inference_scaling.search import Chain
    >>> result = mcts(Chain(length=4, q=0.5), Chain.check, Budget(steps=80), rng=0)
    >>> result.correct, result.ledger
    (True, Ledger(steps=80, tokens=0, calls=23))
    """
    run = _Run(puzzle, verifier, budget, rng, trace)
    expand = _whole("expand", expand)
    if isinstance(exploration, bool) or not 0 <= exploration < np.inf:
        raise ValueError(f"exploration = {_short(exploration)}: must be finite and at least 0")
    top, finished, open_ends = _Arm(run.root, None), list[_Node](), [run.root]
    while not top.closed and run.affordable(calls=1):
        arm = top
        while arm.children:
            arm = arm.best(exploration)
        if arm is top or arm.visits:
            # In random order, so that first visits and equal bounds favour no place among the children.
            arm.children = [_Arm(node, arm) for node in run.mixed(run.expand([arm.node], [expand], calls=0))]
            arm = arm.children[0]
        end = arm.node
        while rollouts and not end.done and run.affordable():
            [end] = run.expand([end], [1], calls=0)
            end.fate = "rollout"
        if rollouts and not end.done:
            open_ends = [end]
            break
        run.score([end])
        (finished if end.done else open_ends).append(end)
        arm.visited(end.scored)
    return run.result(finished, open_ends)


class _Arm:
    """A state of the tree with what its visits scored."""

    __slots__ = ("children", "closed", "mean", "node", "parent", "visits")

    def __init__(self, node: _Node, parent: _Arm | None) -> None:
        self.node, self.parent = node, parent
        self.children: list[_Arm] = []
        self.visits, self.mean, self.closed = 0, 0.0, False

    def best(self, exploration: float) -> _Arm:
        """The open child with the highest bound; the first one that has no visit, where there is one."""
        arms = [arm for arm in self.children if not arm.closed]
        return next((arm for arm in arms if not arm.visits), None) or max(
            arms,
            key=lambda arm: arm.mean + exploration * np.sqrt(np.log(self.visits) / arm.visits),
        )

    def visited(self, score: float) -> None:
        """Count a visit in this state and in all above it; close those that have nothing left to try."""
        arm: _Arm | None = self
        while arm is not None:
            arm.visits += 1
            arm.mean += (score - arm.mean) / arm.visits
            arm.closed = arm.node.done or (bool(arm.children) and all(child.closed for child in arm.children))
            arm = arm.parent

"""The budget, the ledger, seven strategies, verifiers for comparison and two small puzzles."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, cast

import numpy as np

__all__ = [
    "Budget",
    "Chain",
    "Ledger",
    "Node",
    "Puzzle",
    "SearchResult",
    "Tree",
    "backtracking",
    "beam",
    "best_first",
    "best_of_n",
    "dvts",
    "lookahead",
    "noisy",
    "random_verifier",
    "rebase",
]

Verifier = Callable[[Sequence[Any]], Any]
Rng = np.random.Generator | int | None


class Puzzle(Protocol):
    """What a strategy asks of a puzzle; the optional methods are in the module's description."""

    def start(self, rng: np.random.Generator) -> Any: ...
    def expand(self, state: Any, k: int, rng: np.random.Generator) -> Sequence[Any]: ...
    def is_done(self, state: Any) -> bool: ...
    def is_correct(self, state: Any) -> bool: ...


@dataclass(frozen=True)
class Budget:
    """Limits that a search never exceeds; at least one of them.

    Parameters
    ----------
    steps : int, optional
        Steps that may be generated, >= 1.
    tokens : int, optional
        Tokens that may be generated, >= 1; the puzzle must count them.
    calls : int, optional
        States that the verifier may score, >= 1.

    Raises
    ------
    ValueError
        If no limit is given or one is not a whole number of at least 1.

    Examples
    --------
    >>> Budget(steps=64)
    Budget(steps=64, tokens=None, calls=None)
    """

    steps: int | None = None
    tokens: int | None = None
    calls: int | None = None

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in ("steps", "tokens", "calls")}
        given = {name: value for name, value in given.items() if value is not None}
        if not given:
            raise ValueError("budget: at least one of steps, tokens, calls must be given")
        for name, value in given.items():
            _whole(name, value)


@dataclass(frozen=True)
class Ledger:
    """What a search has spent.

    Parameters
    ----------
    steps : int
        Generated steps, those of rollouts included.
    tokens : int
        Their tokens; 0 if the puzzle does not count them.
    calls : int
        States that the verifier scored.
    """

    steps: int
    tokens: int
    calls: int


class Node(NamedTuple):
    """One generated state in a trace.

    Parameters
    ----------
    id : int
        Place in the order of generation; the start is 0.
    parent : int
        The id it was expanded from, -1 for the start.
    depth : int
        Steps from the start.
    round : int
        Which expansion of the search generated it; a batch of expansions is one round.
    score : float or None
        What the verifier said; None if it was not asked.
    fate : str
        ``"kept"`` (expanded, or still held at the end), ``"pruned"``, ``"finished"`` (a solution that was held but
        not returned), ``"chosen"`` (the returned state) or ``"rollout"`` (drawn only to score an earlier state).
    state : object
    """

    id: int
    parent: int
    depth: int
    round: int
    score: float | None
    fate: str
    state: Any


@dataclass(frozen=True)
class SearchResult:
    """What a search returns.

    Parameters
    ----------
    state : object
        The chosen state: the finished one with the highest score. Where the budget ended before any was finished,
        the most promising unfinished one.
    correct : bool
        Whether that state is finished and correct.
    ledger : Ledger
    finished : tuple of (state, score)
        All finished states that were held to the end, for votes among them; scores may be None.
    trace : tuple of Node
        Every generated state in order, empty unless asked for.
    """

    state: Any
    correct: bool
    ledger: Ledger
    finished: tuple[tuple[Any, float | None], ...] = ()
    trace: tuple[Node, ...] = ()


# -- strategies -----------------------------------------------------------------------------------------


def best_of_n(
    puzzle: Puzzle, verifier: Verifier, budget: Budget, rng: Rng = None, *, n: int | None = None, trace: bool = False
) -> SearchResult:
    """Draw complete solutions independently and return the one with the highest score.

    Parameters
    ----------
    puzzle : Puzzle
    verifier : callable
        Scores finished states.
    budget : Budget
    rng : int or numpy.random.Generator, optional
    n : int, optional
        Solutions, drawn side by side; without it one after the other until the budget is spent.
    trace : bool, optional
        Whether to record every node.

    Returns
    -------
    SearchResult
        Solutions that the budget cut off are left out.

    Raises
    ------
    ValueError
        For a bad argument, a puzzle that breaks its protocol, or scores that are not one finite number a state.

    References
    ----------
    Cobbe et al. (2021), Training verifiers to solve math word problems, arXiv 2110.14168.

    Examples
    --------
    >>> result = best_of_n(Chain(length=3, q=0.5), Chain.check, Budget(steps=24), rng=0, n=8)
    >>> result.correct, result.ledger
    (True, Ledger(steps=24, tokens=0, calls=8))
    """
    run = _Run(puzzle, verifier, budget, rng, trace)
    width = 1 if n is None else _whole("n", n)
    finished: list[_Node] = []
    while run.affordable():
        # A call is reserved for each unfinished chain, so that every finished one can be scored.
        chains, final = [run.root] * min(width, run.calls_left), []
        while chains:
            children = run.expand(chains, [1] * len(chains), calls=0)
            final += [child for child in children if child.done]
            chains = [child for child in children if not child.done]
        run.score(final)
        finished += final
        if n is not None or not final:
            break
    return run.result(finished, [])


def beam(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    width: int = 4,
    expand: int = 4,
    trace: bool = False,
) -> SearchResult:
    """Keep the best ``width`` states of each depth and draw ``expand`` next steps from each.

    Parameters
    ----------
    puzzle : Puzzle
    verifier : callable
        Scores unfinished and finished states.
    budget : Budget
    rng : int or numpy.random.Generator, optional
    width : int, optional
        States kept at each depth.
    expand : int, optional
        Steps drawn from each kept state; from the start ``width * expand``, so that every depth costs as much as
        best-of-N with N = ``width * expand``.
    trace : bool, optional
        Whether to record every node.

    Returns
    -------
    SearchResult

    Raises
    ------
    ValueError
        For a bad argument, a puzzle that breaks its protocol, or scores that are not one finite number a state.

    Notes
    -----
    A finished state that is kept leaves the beam, which continues with fewer states.

    References
    ----------
    Snell et al. (2024), Scaling LLM test-time compute optimally, arXiv 2408.03314.

    Examples
    --------
    >>> beam(Chain(length=10, q=0.5), Chain.check, Budget(steps=160), rng=0).correct
    True
    """
    return _beam(_Run(puzzle, verifier, budget, rng, trace), width, expand, ahead=0)


def lookahead(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    width: int = 4,
    expand: int = 4,
    ahead: int = 1,
    trace: bool = False,
) -> SearchResult:
    """Beam search that scores a state by what one rollout of ``ahead`` further steps leads to.

    Parameters
    ----------
    puzzle, verifier, budget, rng, width, expand, trace
        See ``beam``.
    ahead : int, optional
        Steps of each rollout; they are paid for, then thrown away.

    Returns
    -------
    SearchResult

    Raises
    ------
    ValueError
        As ``beam``; also if the budget does not pay for one step with its rollout.

    References
    ----------
    Snell et al. (2024), arXiv 2408.03314.

    Examples
    --------
    >>> lookahead(Chain(length=4, q=0.9), Chain.check, Budget(steps=200), rng=0, ahead=2).correct
    True
    """
    ahead = _whole("ahead", ahead)
    return _beam(_Run(puzzle, verifier, budget, rng, trace, least=1 + ahead), width, expand, ahead)


def _beam(run: _Run, width: int, expand: int, ahead: int) -> SearchResult:
    width, expand = _whole("width", width), _whole("expand", expand)
    kept, finished, counts = [run.root], [], [width * expand]
    while kept:
        children = run.expand(kept, counts, steps=1 + ahead)
        if not children:
            break
        run.score(children, ahead)
        best = run.keep(run.ranked(children)[:width], children)
        finished += [node for node in best if node.done]
        kept = [node for node in best if not node.done]
        counts = [expand] * len(kept)
    return run.result(finished, kept)


def dvts(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    subtrees: int = 4,
    expand: int = 4,
    trace: bool = False,
) -> SearchResult:
    """Diverse verifier tree search: independent subtrees, each a greedy search, side by side.

    Parameters
    ----------
    puzzle, verifier, budget, rng, trace
        See ``beam``.
    subtrees : int, optional
        Independent searches. None can crowd out another, which is what keeps them diverse.
    expand : int, optional
        Steps drawn at each depth of a subtree, of which the best is kept.

    Returns
    -------
    SearchResult
        The best of the subtrees' solutions.

    Raises
    ------
    ValueError
        As ``beam``.

    References
    ----------
    Beeching, Tunstall and Rush (2024), Scaling test-time compute with open models (DVTS).

    Examples
    --------
    >>> dvts(Chain(length=10, q=0.5), Chain.check, Budget(steps=160), rng=0).ledger
    Ledger(steps=160, tokens=0, calls=160)
    """
    run = _Run(puzzle, verifier, budget, rng, trace)
    expand = _whole("expand", expand)
    subtrees = _whole("subtrees", subtrees)
    # The first steps are assigned at random, so that subtrees differ even where the puzzle has few first steps.
    first = run.mixed(run.expand([run.root], [subtrees * expand]))
    families = [first[i::subtrees] for i in range(subtrees)]
    kept, finished = [], []
    while any(families):
        children = [child for family in families for child in family]
        run.score(children)
        best = run.keep([run.ranked(family)[0] for family in families if family], children)
        finished += [node for node in best if node.done]
        kept = [node for node in best if not node.done]
        families = run.families(kept, [expand] * len(kept))
    return run.result(finished, kept)


def rebase(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    width: int = 16,
    temperature: float = 0.2,
    trace: bool = False,
) -> SearchResult:
    """Reward-balanced search: share ``width`` draws out among all open states by a softmax of their scores.

    Parameters
    ----------
    puzzle, verifier, budget, rng, trace
        See ``beam``.
    width : int, optional
        Draws at each depth, less the solutions finished before.
    temperature : float, optional
        Of the softmax, above 0: small is greedy, large is even.

    Returns
    -------
    SearchResult

    Raises
    ------
    ValueError
        As ``beam``; also for a temperature that is not above 0.

    Notes
    -----
    The published rule rounds each share, so that the sum may miss the width. Here the largest remainders get the
    draws that rounding down leaves over, so that every depth costs exactly its share of the budget.

    References
    ----------
    Wu et al. (2024), Inference scaling laws, arXiv 2408.00724.

    Examples
    --------
    >>> rebase(Chain(length=10, q=0.5), Chain.check, Budget(steps=160), rng=0).correct
    True
    """
    run = _Run(puzzle, verifier, budget, rng, trace)
    width = _whole("width", width)
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature = {temperature!r}: must be finite and above 0")
    finished: list[_Node] = []
    kept, counts = [run.root], [width]
    while kept and width > len(finished):
        children = run.expand(kept, counts)
        if not children:
            break
        run.score(children)
        finished += [child for child in children if child.done]
        kept = run.ranked([child for child in children if not child.done])
        counts = _shares([node.scored for node in kept], width - len(finished), temperature)
        kept, counts = run.keep([n for n, c in zip(kept, counts, strict=True) if c], kept), [c for c in counts if c]
    return run.result(finished, kept)


def best_first(
    puzzle: Puzzle, verifier: Verifier, budget: Budget, rng: Rng = None, *, expand: int = 4, trace: bool = False
) -> SearchResult:
    """Always expand the open state with the highest score, at whatever depth; stop when that one is finished.

    Parameters
    ----------
    puzzle, verifier, budget, rng, trace
        See ``beam``.
    expand : int, optional
        Steps drawn from each expanded state.

    Returns
    -------
    SearchResult
        If the budget ends first, the best finished state so far.

    Raises
    ------
    ValueError
        As ``beam``.

    Notes
    -----
    Scores that fall with depth, such as a product of step scores, make it look for shallow states first.

    References
    ----------
    Pearl (1984), Heuristics, chapter 2; as tree-of-thoughts search: Yao et al. (2023), arXiv 2305.10601.

    Examples
    --------
    >>> best_first(Chain(length=10, q=0.5), Chain.check, Budget(steps=160), rng=0).correct
    True
    """
    run = _Run(puzzle, verifier, budget, rng, trace)
    expand = _whole("expand", expand)
    front = [(0.0, 0.0, run.root)]
    while front:
        if front[0][2].done:
            return run.result([front[0][2]], [])
        children = run.expand([front[0][2]], [expand])
        if not children:
            break
        heapq.heappop(front)
        run.score(children)
        for child, tie in zip(children, run.rng.random(len(children)), strict=True):
            heapq.heappush(front, (-child.scored, tie, child))
    nodes = [node for _, _, node in front]
    return run.result([node for node in nodes if node.done], [node for node in nodes if not node.done])


def backtracking(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    threshold: float = 0.5,
    delay: int = 1,
    patience: int | None = None,
    trace: bool = False,
) -> SearchResult:
    """Go forward in blocks of ``delay`` steps; draw a block again from its beginning when it fails its check.

    Parameters
    ----------
    puzzle, verifier, budget, rng, trace
        See ``beam``.
    threshold : float, optional
        A block passes if its last state scores at least this.
    delay : int, optional
        Steps d between checks. With d as large as the chain it is best-of-N that stops at the first success.
    patience : int, optional
        Failed blocks in a row after which the search also gives up the block before; without it, never.

    Returns
    -------
    SearchResult
        The first finished state that passes its check.

    Raises
    ------
    ValueError
        As ``beam``; also if the threshold is not finite or the budget does not pay for one block.

    Notes
    -----
    For a chain of L steps, each right with probability q, and a perfect check, it generates L q^(-d) steps on
    average where d divides L (``laws.steps_to_solve``).

    Examples
    --------
    >>> backtracking(Chain(length=10, q=0.5), Chain.check, Budget(steps=200), rng=0).correct
    True
    """
    delay = _whole("delay", delay)
    most_failures = np.inf if patience is None else _whole("patience", patience)
    if not np.isfinite(threshold):
        raise ValueError(f"threshold = {threshold!r}: must be finite")
    run = _Run(puzzle, verifier, budget, rng, trace, least=delay)
    good, failures = [run.root], 0
    while not good[-1].done and run.affordable(calls=1):
        node, drawn = good[-1], 0
        while not node.done and drawn < delay and run.affordable():
            node, drawn = run.expand([node], [1], calls=0)[0], drawn + 1
        if not node.done and drawn < delay:
            break
        run.score([node])
        if node.scored >= threshold:
            good, failures = [*good, node], 0
        else:
            run.prune(node, good[-1])
            failures += 1
        if failures >= most_failures and len(good) > 1:
            given_up = good.pop()
            run.prune(given_up, good[-1])
            failures = 0
    return run.result(good[-1:] if good[-1].done else [], good[-1:])


# -- verifiers for comparison -----------------------------------------------------------------------------


def random_verifier(rng: Rng = None) -> Verifier:
    """Return a verifier without information: a uniform number for each state. The random control of a search.

    Parameters
    ----------
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    callable

    Examples
    --------
    >>> random_verifier(0)(["any", "state"]).round(3).tolist()
    [0.637, 0.27]
    """
    generator = np.random.default_rng(rng)
    return lambda states: generator.random(len(states))


def noisy(check: Verifier, true_positive: float, false_positive: float, rng: Rng = None) -> Verifier:
    """Return a verifier that accepts good states and bad ones with given probabilities.

    Parameters
    ----------
    check : callable
        A perfect verifier: 1 for a good state, 0 for a bad one.
    true_positive, false_positive : float
        Probabilities that a good and a bad state score 1 instead of 0, in [0, 1]; drawn anew at each call.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If a probability lies outside [0, 1].

    Examples
    --------
    >>> noisy(Chain.check, 1.0, 0.0, rng=0)([(3, True), (3, False)]).tolist()
    [1.0, 0.0]
    """
    for name, value in (("true_positive", true_positive), ("false_positive", false_positive)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} = {value!r}: must lie in [0, 1]")
    generator = np.random.default_rng(rng)

    def verifier(states: Sequence[Any]) -> np.ndarray:
        accept = np.where(np.asarray(check(states)) > 0.5, true_positive, false_positive)
        return (generator.random(len(states)) < accept).astype(float)

    return verifier


# -- two puzzles that are small enough for exact results --------------------------------------------------


class Chain:
    """A chain of steps, each right with one probability; the solution is correct if all of them are.

    Parameters
    ----------
    length : int
        Steps L >= 1.
    q : float
        Probability that a step is right, in [0, 1].

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    A state is ``(steps so far, all of them right)``.

    Examples
    --------
    >>> Chain(length=3, q=1.0).expand((0, True), 2, np.random.default_rng(0))
    [(1, True), (1, True)]
    """

    def __init__(self, length: int, q: float) -> None:
        self.length = _whole("length", length)
        if not 0 <= q <= 1:
            raise ValueError(f"q = {q!r}: must lie in [0, 1]")
        self.q = q

    def start(self, rng: np.random.Generator) -> tuple[int, bool]:
        """Return the empty chain."""
        return 0, True

    def expand(self, state: tuple[int, bool], k: int, rng: np.random.Generator) -> list[tuple[int, bool]]:
        """Return k draws of the next step."""
        return self.expand_many([state], [k], rng)[0]

    def expand_many(
        self, states: Sequence[tuple[int, bool]], counts: Sequence[int], rng: np.random.Generator
    ) -> list[list[tuple[int, bool]]]:
        """Return as many draws for each state as its count says."""
        right = rng.random(sum(counts)) < self.q
        parts = np.split(right, np.cumsum(counts)[:-1])
        return [
            [(depth + 1, good and step) for step in part.tolist()]
            for (depth, good), part in zip(states, parts, strict=True)
        ]

    def is_done(self, state: tuple[int, bool]) -> bool:
        """Say whether all steps are made."""
        return state[0] == self.length

    def is_correct(self, state: tuple[int, bool]) -> bool:
        """Say whether all steps are right."""
        return state[1]

    @staticmethod
    def check(states: Sequence[tuple[int, bool]]) -> np.ndarray:
        """Return 1 for a chain without a wrong step, else 0: the perfect verifier."""
        return np.array([float(right) for _, right in states])


class Tree:
    """A tree given in full, for searches that can be followed by hand.

    Parameters
    ----------
    children : mapping
        From a state to its next states; what is no key is a leaf, that is, finished.
    correct : collection
        The correct leaves.
    root : hashable, optional

    Raises
    ------
    ValueError
        If a state has no next state (a leaf is left out instead) or the root is no key.

    Notes
    -----
    ``expand`` returns all next states in their order, or k different ones drawn at random if there are more.

    Examples
    --------
    >>> tree = Tree({"": ["a", "b"], "a": ["aa", "ab"]}, correct={"ab"})
    >>> scores = {"a": 0.9, "b": 0.4, "aa": 0.2, "ab": 0.8}
    >>> beam(tree, lambda states: [scores[s] for s in states], Budget(steps=9), rng=0, width=1).state
    'ab'
    """

    def __init__(self, children: Mapping[Any, Sequence[Any]], correct: Iterable[Any], root: Any = "") -> None:
        self.children = {state: list(nexts) for state, nexts in children.items()}
        empty = [state for state, nexts in self.children.items() if not nexts]
        if empty:
            raise ValueError(f"children: {empty[0]!r} has no next state; leave a leaf out")
        if root not in self.children:
            raise ValueError(f"root = {root!r}: must be a key of children")
        self.correct, self.root = set(correct), root

    def start(self, rng: np.random.Generator) -> Any:
        """Return the root."""
        return self.root

    def expand(self, state: Any, k: int, rng: np.random.Generator) -> list[Any]:
        """Return all next states, or k of them at random."""
        nexts = self.children[state]
        if k >= len(nexts):
            return list(nexts)
        return [nexts[i] for i in rng.choice(len(nexts), k, replace=False)]

    def branching(self, state: Any) -> int:
        """Return the number of next states."""
        return len(self.children[state])

    def is_done(self, state: Any) -> bool:
        """Say whether the state is a leaf."""
        return state not in self.children

    def is_correct(self, state: Any) -> bool:
        """Say whether the leaf is a correct one."""
        return state in self.correct


# -- one search: expands nodes, enforces the budget, records the trace -----------------------------------


class _Node:
    """A generated state while the search runs; the trace holds it as a ``Node``."""

    __slots__ = ("depth", "done", "fate", "id", "parent", "round", "score", "state")

    def __init__(self, state: Any, parent: _Node | None, id: int, round: int, done: bool, fate: str = "kept") -> None:
        self.state, self.parent, self.id, self.round, self.done, self.fate = state, parent, id, round, done, fate
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.score: float | None = None

    @property
    def scored(self) -> float:
        """The score of a node that the verifier has been asked about."""
        return cast(float, self.score)

    def public(self) -> Node:
        parent = -1 if self.parent is None else self.parent.id
        return Node(self.id, parent, self.depth, self.round, self.score, self.fate, self.state)


class _Run:
    """The state of one search. All steps and verifier calls go through it, so that no strategy exceeds the budget."""

    def __init__(
        self, puzzle: Puzzle, verifier: Verifier, budget: Budget, rng: Rng, trace: bool, least: int = 1
    ) -> None:
        if not isinstance(budget, Budget):
            raise ValueError(f"budget = {budget!r}: must be a Budget")
        # A puzzle may have optional methods beyond the protocol.
        self.puzzle: Any = puzzle
        self.verifier, self.budget = verifier, budget
        self.rng = np.random.default_rng(rng)
        self.steps = self.tokens = self.calls = self.rounds = self.count = 0
        self.counts_tokens = hasattr(puzzle, "step_tokens")
        self.max_step_tokens: Any = getattr(puzzle, "max_step_tokens", None)
        if budget.tokens is not None and (self.max_step_tokens is None or not self.counts_tokens):
            raise ValueError("budget: tokens are limited, but the puzzle has no step_tokens and max_step_tokens")
        if self.affordable() < least:
            raise ValueError(f"budget = {budget}: must pay for at least {least} step{'s' * (least > 1)} of this search")
        self.trace: list[_Node] | None = [] if trace else None
        self.root = self._node(puzzle.start(self.rng), None)
        if self.root.done:
            raise ValueError(f"puzzle.start gave a finished state, {_short(self.root.state)}: nothing to search")

    # Budget.

    @property
    def calls_left(self) -> int:
        return np.iinfo(np.int64).max if self.budget.calls is None else self.budget.calls - self.calls

    def affordable(self, steps: int = 1, calls: int = 0) -> int:
        """How many states can still be generated, if each takes so many steps and calls."""
        limits = [self.calls_left // calls] if calls else [self.calls_left and np.iinfo(np.int64).max]
        if self.budget.steps is not None:
            limits.append((self.budget.steps - self.steps) // steps)
        if self.budget.tokens is not None:
            limits.append((self.budget.tokens - self.tokens) // (steps * self.max_step_tokens))
        return min(limits)

    # Expansion and scoring.

    def families(self, nodes: list[_Node], counts: Sequence[int], steps: int = 1, calls: int = 1) -> list[list[_Node]]:
        """The children of each node; the first nodes are served first when the budget runs out."""
        if hasattr(self.puzzle, "branching"):
            counts = [min(k, self.puzzle.branching(node.state)) for node, k in zip(nodes, counts, strict=True)]
        paid = np.minimum(np.cumsum([0, *counts]), self.affordable(steps, calls))
        served = [(node, k) for node, k in zip(nodes, np.diff(paid).tolist(), strict=True) if k]
        if not served:
            return []
        self.rounds += 1
        states, counts = [node.state for node, _ in served], [k for _, k in served]
        if hasattr(self.puzzle, "expand_many"):
            drawn = self.puzzle.expand_many(states, counts, self.rng)
        else:
            drawn = [self.puzzle.expand(state, k, self.rng) for state, k in zip(states, counts, strict=True)]
        if len(drawn) != len(states):
            raise ValueError(f"puzzle.expand_many returned {len(drawn)} lists for {len(states)} states")
        for state, k, nexts in zip(states, counts, drawn, strict=True):
            if not 1 <= len(nexts) <= k:
                raise ValueError(
                    f"puzzle.expand returned {len(nexts) or 'no'} states for {_short(state)}, asked for {k}: "
                    f"an unfinished state needs 1 to k next states"
                )
        found = [[self._node(state, node) for state in nexts] for (node, _), nexts in zip(served, drawn, strict=True)]
        self._pay([node for family in found for node in family])
        return found

    def expand(self, nodes: list[_Node], counts: Sequence[int], steps: int = 1, calls: int = 1) -> list[_Node]:
        """All children in one list."""
        return [child for family in self.families(nodes, counts, steps, calls) for child in family]

    def score(self, nodes: list[_Node], ahead: int = 0) -> None:
        """Score the nodes with the verifier, or with ``ahead`` the state at which a rollout of that many steps ends."""
        if not nodes:
            return
        seen = list(nodes)
        for _ in range(ahead):
            going = [i for i, node in enumerate(seen) if not node.done]
            for i, child in zip(going, self.expand([seen[i] for i in going], [1] * len(going), calls=0), strict=True):
                child.fate, seen[i] = "rollout", child
        raw = self.verifier([node.state for node in seen])
        try:
            scores = np.asarray(raw, dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"verifier returned {_short(raw)}: must be one number for each state") from None
        if scores.shape != (len(seen),):
            raise ValueError(f"verifier returned shape {scores.shape} for {len(seen)} states: must be ({len(seen)},)")
        if not np.isfinite(scores).all():
            i = int(np.flatnonzero(~np.isfinite(scores))[0])
            raise ValueError(f"verifier returned {scores[i]} for {_short(seen[i].state)}: must be finite")
        self.calls += len(seen)
        for node, end, score in zip(nodes, seen, scores.tolist(), strict=True):
            node.score = end.score = score

    # Selection.

    def mixed(self, nodes: list[_Node]) -> list[_Node]:
        """The nodes in random order."""
        return [nodes[i] for i in self.rng.permutation(len(nodes))]

    def ranked(self, nodes: list[_Node]) -> list[_Node]:
        """Highest score first; equal scores in random order, so that a constant verifier gives a random choice."""
        return sorted(self.mixed(nodes), key=lambda node: -node.scored)

    def keep(self, best: list[_Node], among: list[_Node]) -> list[_Node]:
        """Mark everything else as pruned; return the best."""
        held = {id(node) for node in best}
        for node in among:
            if id(node) not in held:
                node.fate = "pruned"
        return best

    def prune(self, node: _Node, back_to: _Node) -> None:
        """Mark a node and its ancestors below ``back_to`` as pruned."""
        pruned: _Node | None = node
        while pruned is not None and pruned is not back_to:
            pruned.fate, pruned = "pruned", pruned.parent

    def result(self, finished: list[_Node], kept: list[_Node]) -> SearchResult:
        """The best finished state; without one, the best of what was kept."""
        scored = [node for node in finished or kept if node.score is not None]
        chosen = self.ranked(scored)[0] if scored else (finished or kept or [self.root])[0]
        for node in finished:
            node.fate = "finished"
        chosen.fate = "chosen"
        return SearchResult(
            state=chosen.state,
            correct=chosen.done and bool(self.puzzle.is_correct(chosen.state)),
            ledger=Ledger(self.steps, self.tokens, self.calls),
            finished=tuple((node.state, node.score) for node in finished),
            trace=tuple(node.public() for node in self.trace or ()),
        )

    def _node(self, state: Any, parent: _Node | None) -> _Node:
        node = _Node(state, parent, self.count, self.rounds, bool(self.puzzle.is_done(state)))
        self.count += 1
        if self.trace is not None:
            self.trace.append(node)
        return node

    def _pay(self, nodes: list[_Node]) -> None:
        self.steps += len(nodes)
        if self.counts_tokens:
            tokens = [int(t) for t in self.puzzle.step_tokens([node.state for node in nodes])]
            if self.max_step_tokens is not None and max(tokens) > self.max_step_tokens:
                raise ValueError(
                    f"puzzle.step_tokens gave {max(tokens)}, above its max_step_tokens {self.max_step_tokens}"
                )
            self.tokens += sum(tokens)


def _shares(scores: Sequence[float], draws: int, temperature: float) -> list[int]:
    """Whole draws in proportion to a softmax, by largest remainders: they add up to ``draws``."""
    if not scores:
        return []
    logits = np.asarray(scores) / temperature
    weight = np.exp(logits - logits.max())
    ideal = draws * weight / weight.sum()
    whole = np.floor(ideal).astype(int)
    whole[np.argsort(whole - ideal, kind="stable")[: draws - whole.sum()]] += 1
    shares: list[int] = whole.tolist()
    return shares


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name} = {_short(value)}: must be a whole number, at least 1")
    return int(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

"""Drawings of ideas, one call each: what happens, drawn from a small example that the library computes.

A drawing carries its finding, one sentence with a number in it, and its data. From the data come the picture (one or
more panels, which stand side by side where there is room and one below the other on a phone) and the same in words,
for those who cannot see it. `parts` holds what every picture is made of, `pictures` the pictures, `words` the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...display.numbers import general
from ...display.output import Output, rounded
from ...estimates import majority_vote
from ...laws import chain_coverage, chain_success
from ...search import SearchResult, Tree
from ...verifiers import aggregate
from ...verifiers import verifier_tax as ledger
from .. import _sentence
from .words import words

__all__ = [
    "Drawing",
    "Searched",
    "best_of_n",
    "breadth_and_depth",
    "reward_models",
    "searches",
    "verifier_tax",
    "vote",
]

# Letters that a name has room for: over a narrow panel, over a wide one, on a tile, beside a bar.
NARROW, WIDE, TILE, STEP = 24, 36, 4, 16


@dataclass(frozen=True, eq=False, repr=False)
class Drawing(Output):
    """A finding and the data of its picture; the functions of this module make one."""

    kind = "drawing"
    finding: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def payload(self) -> Mapping[str, Any]:
        return {"finding": self.finding, **self.data}

    def text(self) -> str:
        return "\n".join([self.finding, *(f"- {sentence}" for sentence in words(rounded(self.payload())))])

    def svg(self) -> str:
        """Return the picture as one SVG text, its panels side by side."""
        from .pictures import svg

        return svg(rounded(self.payload()))

    def lab_html(self) -> str:
        from . import pictures  # noqa: F401  (registers the renderer)

        return super().lab_html()


def _drawing(form: str, finding: str, numbers: Mapping[str, Any], **data: Any) -> Drawing:
    return Drawing(_sentence(finding, numbers), {"form": form, **data, "numbers": dict(numbers)})


def _short(what: str, text: str, most: int) -> str:
    """Return a text that is drawn, after a look at its room."""
    if not isinstance(text, str) or not 1 <= len(text) <= most:
        raise ValueError(f"{what} must have 1 to {most} letters, got {text!r}")
    return text


def _few(what: str, items: Sequence[Any] | Mapping[Any, Any], least: int, most: int) -> None:
    if not least <= len(items) <= most:
        raise ValueError(f"a drawing has room for {least} to {most} {what}, got {len(items)}")


def _marks(what: str, right: Sequence[Any], count: int) -> list[bool]:
    marks = np.asarray(right)
    if marks.shape != (count,) or marks.dtype != bool:
        raise ValueError(f"{what}: right must be {count} times True or False, got {right!r}")
    found: list[bool] = marks.tolist()
    return found


def best_of_n(
    cases: Mapping[str, tuple[ArrayLike, Sequence[bool]]], *, score: str = "verifier's score", finding: str
) -> Drawing:
    """Return a drawing of best-of-N: some answers, the score of each, and the one that is handed in.

    Parameters
    ----------
    cases : mapping of name to (scores, right)
        One to four; each with two to eight answers, their scores (0 or more) and whether each is right.
    score : str
        What the score is.
    finding : str
        One sentence; it may use ``{n}``, answers of the first case, and ``{found}``, ``{held}`` and ``{cases}``:
        how many cases hand in a right answer, hold one, and are shown.

    Raises
    ------
    ValueError
        For scores that are negative, not finite or tied at the top, and for more than there is room for.

    Examples
    --------
    >>> best_of_n({"One task": ([3, 1], [False, True])}, finding="{found} of {cases} right.")
    0 of 1 right.
    - One task: 2 answers; verifier's score: 3, 1. Answer 1 has the highest score and is handed in; it is wrong. \
Answer 2 is right.
    """
    _few("cases", cases, 1, 4)
    shown = []
    for name, (scores, right) in cases.items():
        values = np.asarray(scores, float)
        _few("answers", values, 2, 8)
        if not np.all((values >= 0) & np.isfinite(values)) or not values.max() > 0:
            raise ValueError(f"{name}: scores must be finite, 0 or more and not all 0, got {values.tolist()}")
        if np.sum(values == values.max()) > 1:
            raise ValueError(f"{name}: the highest score must be one answer's alone, got {values.tolist()}")
        marks = _marks(name, right, values.size)
        case = {"name": _short("the name of a case", name, WIDE), "scores": values, "right": marks}
        shown.append({**case, "pick": int(values.argmax())})
    numbers = {
        "n": len(shown[0]["right"]),
        "found": sum(case["right"][case["pick"]] for case in shown),
        "held": sum(any(case["right"]) for case in shown),
        "cases": len(shown),
    }
    return _drawing("best_of_n", finding, numbers, cases=shown, score=_short("score", score, 16))


def vote(cases: Mapping[str, tuple[Sequence[str], Sequence[bool]]], *, finding: str) -> Drawing:
    """Return a drawing of a majority vote: the answers as they came, and stacked by what they say.

    Parameters
    ----------
    cases : mapping of question to (answers, right)
        One to four; each with three to nine answers of at most four letters, and whether each is right.
    finding : str
        One sentence; it may use ``{n}``, answers of the first case, ``{found}`` and ``{cases}``, how many votes are
        right and are held, and ``{votes}``, the fewest votes of a winner.

    Raises
    ------
    ValueError
        For a tie at the top, an answer that is right once and wrong once, and for more than there is room for.

    Examples
    --------
    >>> vote({"Half of 18?": (["9", "8", "8"], [True, False, False])}, finding="{found} of {cases} right.")
    0 of 1 right.
    - Half of 18? 3 answers, in the order they came: 9, 8, 8. Votes: 2 for 8, 1 for 9. The vote hands in 8, which is \
wrong; 9 is right.
    """
    _few("cases", cases, 1, 4)
    shown: list[dict[str, Any]] = []
    for name, (answers, right) in cases.items():
        _few("answers", answers, 3, 9)
        marks = _marks(name, right, len(answers))
        verdicts = dict(zip(answers, marks, strict=True))
        if any(verdicts[answer] != mark for answer, mark in zip(answers, marks, strict=True)):
            raise ValueError(f"{name}: an answer is right or wrong wherever it occurs, got {answers!r} with {marks}")
        # Most votes first; among equals the one that came first.
        counts = Counter(_short("an answer", answer, TILE) for answer in answers).most_common()
        _few("different answers", counts, 1, 8)
        if len(counts) > 1 and counts[0][1] == counts[1][1]:
            raise ValueError(f"{name}: the vote must have one winner, got {counts[0][1]} votes each for "
                             f"{counts[0][0]!r} and {counts[1][0]!r}")  # fmt: skip
        stacks = [{"answer": answer, "votes": votes, "right": verdicts[answer]} for answer, votes in counts]
        shown.append({"name": _short("a question", name, WIDE), "answers": list(answers), "stacks": stacks})
    numbers = {
        "n": len(shown[0]["answers"]),
        "found": round(sum(_voted(case) for case in shown)),
        "cases": len(shown),
        "votes": min(case["stacks"][0]["votes"] for case in shown),
    }
    return _drawing("vote", finding, numbers, cases=shown)


def _voted(case: Mapping[str, Any]) -> float:
    """Return what the estimator of the library says about the vote of all answers: 1 right, 0 wrong."""
    order = [stack["answer"] for stack in case["stacks"]]
    right = {stack["answer"]: stack["right"] for stack in case["stacks"]}
    codes = [order.index(answer) for answer in case["answers"]]
    return float(majority_vote(codes, [right[answer] for answer in case["answers"]], len(codes)))


def reward_models(
    steps: Sequence[str], *, error: int | None, outcome: float, process: Sequence[float], finding: str
) -> Drawing:
    """Return a drawing of an outcome and a process reward model that judge the same solution.

    Parameters
    ----------
    steps : sequence of str
        The solution, two to six steps of at most 16 letters.
    error : int or None
        Position of the first wrong step, from 0; None where all are right.
    outcome : float
        The one score of the outcome reward model, in [0, 1].
    process : sequence of float
        The score of each step by the process reward model, in [0, 1].
    finding : str
        One sentence; it may use ``{steps}``, ``{outcome}``, ``{lowest}`` and ``{product}``, and ``{at}``, the number
        of the step with the lowest score, from 1.

    Raises
    ------
    ValueError
        For a score outside [0, 1], not one score a step, or an error at no step.

    Examples
    --------
    >>> reward_models(["1 + 1 = 3", "3 + 1 = 4"], error=0, outcome=0.4, process=[0.1, 0.9], finding="Step {at}.")
    Step 1.
    - A solution in 2 steps: 1 + 1 = 3; 3 + 1 = 4. Step 1 is the first wrong one.
    - An outcome reward model reads the whole answer and gives one score, 0.4. It does not say where the error is.
    - A process reward model gives each step a score: 0.1, 0.9. The lowest is that of step 1. The product, 0.09, is \
one score for the whole.
    """
    _few("steps", steps, 2, 6)
    scores = np.asarray(process, float)
    if scores.shape != (len(steps),):
        raise ValueError(f"process must hold one score for each of {len(steps)} steps, got {list(process)}")
    for value in (outcome, *scores.tolist()):
        if not 0 <= value <= 1:
            raise ValueError(f"a score must lie in [0, 1], got {value!r}")
    if error is not None and error not in range(len(steps)):
        raise ValueError(f"error must be None or the position of a step, 0 to {len(steps) - 1}, got {error!r}")
    numbers = {
        "steps": len(steps),
        "outcome": outcome,
        "lowest": float(scores.min()),
        "product": float(aggregate([scores], "product")[0]),
        "at": int(scores.argmin()) + 1,
    }
    return _drawing(
        "reward_models",
        finding,
        numbers,
        steps=[_short("a step", step, STEP) for step in steps],
        process=scores,
        **({} if error is None else {"error": error}),
    )


def breadth_and_depth(
    budget: float, chains: Mapping[str, int], *, ceiling: float, scale: float, start: float, finding: str
) -> Drawing:
    """Return a drawing of one budget of tokens cut into few long chains or many short ones.

    Parameters
    ----------
    budget : float
        Tokens, above 0.
    chains : mapping of name to int
        One to four ways to spend it, each a number of chains, 1 to 40.
    ceiling, scale : float
        As in `laws.chain_success`.
    start : float
        Tokens that the start of each chain costs, 0 or more.
    finding : str
        One sentence; it may use ``{budget}``, ``{start}``, ``{best}``, the most successful number of chains, and
        ``{top}``, ``{first}`` and ``{last}``, the chances of that, the first and the last way.

    Raises
    ------
    ValueError
        For a way in which the starts use up the budget, and for more than there is room for.

    Examples
    --------
    >>> breadth_and_depth(80, {"Deep": 1, "Broad": 4}, ceiling=0.1, scale=5, start=10, finding="{best} chains.")
    4 chains.
    - One budget of 80 tokens. Each chain pays 10 tokens for its start.
    - Deep: 1 chain of 70 tokens, right 10% of the time.
    - Broad: 4 chains of 10 tokens. Each is right 8.6% of the time, at least one of them 30%.
    """
    _few("ways", chains, 1, 4)
    ways = []
    for name, count in chains.items():
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or not 1 <= count <= 40:
            raise ValueError(f"{name}: chains must be a whole number from 1 to 40, got {count!r}")
        length = budget / count - start
        if not length > 0:
            raise ValueError(
                f"{name}: {count} starts of {start:g} tokens use up the budget of {budget:g}; give fewer chains"
            )
        way = {"name": _short("a name", name, NARROW), "chains": int(count), "length": length}
        one = float(chain_success(length, ceiling, scale))
        ways.append({**way, "one": one, "any": float(chain_coverage(budget, length, ceiling, scale, start))})
    best = max(ways, key=lambda way: way["any"])
    numbers = {"budget": budget, "start": start, "best": best["chains"], "top": best["any"]}
    numbers |= {"first": ways[0]["any"], "last": ways[-1]["any"]}
    return _drawing("breadth_and_depth", finding, numbers, ways=ways)


class Searched(NamedTuple):
    """One search to be drawn.

    Parameters
    ----------
    name, rule : str
        Its name, and how it chooses, in at most 24 letters.
    result : SearchResult
        Run with ``trace=True``.
    groups : sequence of sequences of states, optional
        First steps that compete only among themselves, in the order of the tree.
    """

    name: str
    rule: str
    result: SearchResult
    groups: Sequence[Sequence[Any]] = ()


def searches(tree: Tree, runs: Sequence[Searched], *, finding: str) -> Drawing:
    """Return a drawing of several searches of one small tree: what each drew, kept and dropped.

    Parameters
    ----------
    tree : search.Tree
        At most 16 leaves, all at the same depth.
    runs : sequence of Searched
        One to four, each with the same number of generated steps; scores are whole numbers from 0 to 9.
    finding : str
        One sentence; it may use ``{steps}``, what each search spent, ``{first}``, the first steps there are, and
        ``{left_0}``, ``{left_1}``, …: under how many of them the last steps of each search lie.

    Raises
    ------
    ValueError
        For a search without a trace, on another tree or with other steps than the first; for groups in which more or
        fewer than one first step was kept; for other scores, and for more than there is room for.
    """
    _few("searches", runs, 1, 4)
    order = list(_below(tree, tree.root))
    leaves = [state for state in order if tree.is_done(state)]
    _few("leaves", leaves, 2, 16)
    if len({_depth(tree, leaf) for leaf in leaves}) > 1:
        raise ValueError("the leaves of a tree that is drawn must lie at one depth")
    place = {state: number for number, state in enumerate(order)}
    nodes = [{"parent": -1 if (up := _parent(tree, state)) is None else place[up]} for state in order]
    shown = [_searched(tree, place, run) for run in runs]
    spent = {run.result.ledger.steps for run in runs}
    if len(spent) > 1:
        raise ValueError(f"searches are compared at the same number of steps, got {sorted(spent)}")
    first = len(tree.children[tree.root])
    numbers = {"steps": spent.pop(), "first": first, **{f"left_{i}": run["left"] for i, run in enumerate(shown)}}
    return _drawing("searches", finding, numbers, nodes=nodes, runs=shown, first=first)


def _below(tree: Tree, state: Any) -> Iterator[Any]:
    yield state
    for child in tree.children.get(state, ()):
        yield from _below(tree, child)


def _parent(tree: Tree, state: Any) -> Any:
    return next((parent for parent, nexts in tree.children.items() if state in nexts), None)


def _depth(tree: Tree, state: Any) -> int:
    up = _parent(tree, state)
    return 0 if up is None else 1 + _depth(tree, up)


def _searched(tree: Tree, place: Mapping[Any, int], run: Searched) -> dict[str, Any]:
    """Return one search as data: the fate and the score of every node that it drew, by its place in the tree."""
    trace = run.result.trace
    if not trace:
        raise ValueError(f"{run.name}: the result has no trace; run the search with trace=True")
    if foreign := [node.state for node in trace if node.state not in place]:
        raise ValueError(f"{run.name}: {foreign[0]!r} is no state of this tree")
    drawn = []
    for node in trace[1:]:
        if node.score is None or node.score not in range(10):
            raise ValueError(
                f"{run.name}: scores must be whole numbers from 0 to 9, got {node.score} for {node.state!r}"
            )
        drawn.append({"node": place[node.state], "score": int(node.score), "fate": node.fate, "depth": node.depth})
    first = {node.id: node.state for node in trace if node.depth == 1}
    top, deepest = {node.id: node.parent for node in trace}, max(node.depth for node in trace)

    def root_of(number: int) -> int:
        return number if number in first else root_of(top[number])

    left = {root_of(node.id) for node in trace if node.depth == deepest}
    kept = {node.state for node in trace if node.depth == 1 and node.fate != "pruned"}
    groups = [[place[state] for state in group] for group in run.groups]
    for group in run.groups:
        if len(kept & set(group)) != 1:
            raise ValueError(
                f"{run.name}: of a group one first step is kept, got {sorted(kept & set(group))} of {group}"
            )
    if run.groups and sorted(state for group in run.groups for state in group) != sorted(first.values()):
        raise ValueError(f"{run.name}: groups must hold every first step once, got {run.groups}")
    names = {"name": _short("a name", run.name, NARROW), "rule": _short("a rule", run.rule, NARROW)}
    return {**names, "drawn": drawn, "groups": groups, "left": len(left)}


def verifier_tax(budget: float, looks: Mapping[str, float], *, finding: str) -> Drawing:
    """Return a drawing of what one budget buys when each answer must also be looked at.

    Parameters
    ----------
    budget : float
        In prices of one answer, above 0.
    looks : mapping of name to float
        One to four verifiers, each with its price of one look, 0 to 6 prices of one answer.
    finding : str
        One sentence; it may use ``{budget}``, and ``{k_0}``, ``{k_1}``, … and ``{share_0}``, …: answers that each
        verifier leaves, and its share of the bill.

    Raises
    ------
    ValueError
        For a price outside its range, and for a budget that buys no answer or more than 60.

    Examples
    --------
    >>> verifier_tax(8, {"No look": 0, "A dear look": 3}, finding="{k_0} answers or {k_1}.")
    8 answers or 2.
    - One budget of 8; an answer costs 1.
    - No look: nothing is checked. The budget buys 8 answers.
    - A dear look: a look costs 3. The budget buys 2 answers, and 75% of the bill is for looking.
    """
    _few("verifiers", looks, 1, 4)
    shown, numbers = [], {"budget": budget}
    for i, (name, price) in enumerate(looks.items()):
        if not 0 <= price <= 6:
            raise ValueError(f"{name}: the price of a look must lie between 0 and 6 answers, got {price!r}")
        bill = ledger(1, price, budget=budget)
        k, share = int(bill.k), float(bill.share)
        if not 1 <= k <= 60:
            raise ValueError(f"{name}: a budget of {general(budget)} buys {k} answers; 1 to 60 can be drawn")
        shown.append({"name": _short("a name", name, NARROW), "price": price, "k": k, "share": share})
        numbers |= {f"k_{i}": k, f"share_{i}": share}
    return _drawing("verifier_tax", finding, numbers, looks=shown)

"""Two searches side by side on one budget, for the reader to choose: problem, verifier and both searches.

Every pair of searches is a choice among runs that were traced when the object was made; nothing is computed on the
page. Without a script the page holds the two runs shown at rest, as outlines, and all counts as a table.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..display import assets
from ..display.markup import attributes, json_script, scrolling, table
from ..display.numbers import plural
from ..display.output import Output, renderer, rounded
from ..search import Budget, SearchResult
from . import search_tree

__all__ = ["Lane", "SearchRace", "sentence", "tree"]

_CHOICES = ("problem", "verifier", "strategy")


@dataclass(frozen=True)
class Lane:
    """One search on one problem with one verifier: a traced run, and how many of `tries` runs ended right."""

    result: SearchResult
    won: int


class SearchRace(Output):
    """Searches to be set against each other.

    Parameters
    ----------
    id, title : str
    lanes : mapping of (problem, verifier, strategy) to Lane
        All combinations of three sets of names, in the order in which the page offers them.
    budget : Budget
        Steps that each search may spend; a number is needed.
    rest : tuple of str
        Problem, verifier, first and second strategy that are shown first.
    tries : int
        Runs that each count is out of.
    label : callable
        State -> short text of what was added last.
    right : callable
        Problem and state -> whether the state is good so far.
    score : str
        What the verifiers' number is called.
    words : pair of str, optional
        How a good state and one that is not are called.

    Raises
    ------
    ValueError
        For a combination that is missing, a result without a trace or with more steps than the budget, a count
        outside 0 to `tries`, or a rest that names what is not among the lanes.
    """

    kind = "race"

    def __init__(
        self,
        id: str,
        title: str,
        lanes: Mapping[tuple[str, str, str], Lane],
        budget: Budget,
        *,
        rest: tuple[str, str, str, str],
        tries: int,
        label: Callable[[Any], str],
        right: Callable[[str, Any], bool],
        score: str = "score",
        words: tuple[str, str] = ("right so far", "wrong"),
    ) -> None:
        if budget.steps is None:
            raise ValueError(f"{id}: a race needs a budget of steps, got {budget}")
        self.id, self.title, self.tries, self.score, self.words = id, title, tries, score, words
        self._limit = budget.steps
        self._names = {name: list(dict.fromkeys(key[i] for key in lanes)) for i, name in enumerate(_CHOICES)}
        problem, verifier, *sides = rest
        for name, chosen in (("problem", problem), ("verifier", verifier), *(("strategy", side) for side in sides)):
            if chosen not in self._names[name]:
                raise ValueError(f"{id}: at rest the {name} is {chosen!r}; there are {self._names[name]}")
        place = {name: {one: i for i, one in enumerate(known)} for name, known in self._names.items()}
        left, second = (place["strategy"][side] for side in sides)
        self._rest = {"problem": place["problem"][problem], "verifier": place["verifier"][verifier]}
        self._rest |= {"left": left, "right": second}
        self._runs = [
            [
                [self._run(lanes, (one, check, name), label, right) for name in self._names["strategy"]]
                for check in self._names["verifier"]
            ]
            for one in self._names["problem"]
        ]
        self._shown = [
            search_tree.shown(lanes[problem, verifier, side].result.trace, label, lambda state: right(problem, state))
            for side in sides
        ]
        self.finding = sentence(self.payload())

    def _run(
        self,
        lanes: Mapping[tuple[str, str, str], Lane],
        key: tuple[str, str, str],
        label: Callable[[Any], str],
        right: Callable[[str, Any], bool],
    ) -> dict[str, Any]:
        if key not in lanes:
            raise ValueError(f"{self.id}: there is no lane for {key}; every combination is needed")
        result, won = lanes[key].result, lanes[key].won
        if not result.trace:
            raise ValueError(f"{self.id}: the result of {key} has no trace; run the search with trace=True")
        if len(result.trace) - 1 > self._limit:
            raise ValueError(f"{self.id}: {key} drew {len(result.trace) - 1} steps; the budget is {self._limit}")
        if not 0 <= won <= self.tries:
            raise ValueError(f"{self.id}: {key} is right in {won} of {self.tries} runs; 0 to {self.tries} can be")
        nodes = search_tree.shown(result.trace, label, lambda state: right(key[0], state))
        if unfit := [node["label"] for node in nodes if set(node["label"]) & set(";,")]:
            raise ValueError(f"{self.id}: a label may hold neither comma nor semicolon, got {unfit[0]!r}")
        spent = plural(len(nodes) - 1, "step")
        said = f"{key[2]} ends {'right' if result.correct else 'wrong'} after {spent}"
        return {"nodes": _packed(rounded(nodes), result.correct), "correct": result.correct, "won": won, "said": said}

    def payload(self) -> Mapping[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "limit": self._limit,
            "tries": self.tries,
            "score": self.score,
            "words": self.words,
            "names": self._names,
            "asks": {"problem": "Problem", "verifier": "Verifier"},
            "runs": self._runs,
            "rest": self._rest,
            "shown": self._shown,
        }

    def text(self) -> str:
        head, rows = counts(rounded(self.payload()))
        return "\n".join([self.finding, self.title, "  ".join(head), *("  ".join(row) for row in rows)])

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload())))


def sentence(payload: Mapping[str, Any]) -> str:
    """Return what is said of the two runs at rest."""
    rest, names = payload["rest"], payload["names"]
    left, right = (payload["runs"][rest["problem"]][rest["verifier"]][rest[side]] for side in ("left", "right"))
    return (
        f"On “{names['problem'][rest['problem']]}” {left['said']}; {right['said']}. "
        f"Of {payload['tries']} such races the first is right in {left['won']}, the second in {right['won']}."
    )


def counts(payload: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of the table: of `tries` runs, those that ended right."""
    names = payload["names"]
    rows = [
        [problem, verifier, *(str(run["won"]) for run in payload["runs"][p][v])]
        for p, problem in enumerate(names["problem"])
        for v, verifier in enumerate(names["verifier"])
    ]
    return ["problem", "verifier", *names["strategy"]], rows


def tree(payload: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Return one of the two runs at rest as the data of a ``SearchTree``."""
    rest, at = payload["rest"], ("left", "right").index(side)
    run = payload["runs"][rest["problem"]][rest["verifier"]][rest[side]]
    shared = {"score": payload["score"], "words": payload["words"], "limit": payload["limit"]}
    name = payload["names"]["strategy"][rest[side]]
    return {"title": name, "nodes": payload["shown"][at], "correct": run["correct"], **shared}


def _packed(nodes: Sequence[Mapping[str, Any]], correct: bool) -> str:
    """Return nodes as the script takes them, in one line, for there are many.

    Per node: parent, steps spent when its fate is known, fate, label, score and 1 where it is right; the last two are
    empty where nobody knows. A node is drawn when the step of its own number is spent.
    """
    known = [0] * len(nodes)
    for step in search_tree.steps({"score": "", "words": ("", ""), "nodes": nodes, "correct": correct}):
        for i in step.decided:
            known[i] = step.spent
    return ";".join(
        f"{node['parent']},{known[i]},{node['fate']},{node['label']},{node.get('score', '')},{_bit(node.get('right'))}"
        for i, node in enumerate(nodes)
    )


def _bit(right: bool | None) -> str:
    return "" if right is None else str(int(right))


@renderer("race")
def render(payload: Mapping[str, Any]) -> str:
    """Return both runs at rest as outlines, and every count; a script draws the pictures and takes the choices."""
    data = {name: value for name, value in payload.items() if name not in ("title", "shown")}
    lanes, outlines = "", ""
    for side in ("left", "right"):
        one = tree(payload, side)
        lanes += f'<div><p class="its-lane-name">{html.escape(one["title"])}</p></div>'
        outlines += f"<div>{search_tree.outline(one, search_tree.steps(one), one['title'])}</div>"
    head, rows = counts(payload)
    return (
        f"<its-race{attributes(class_='its-race', id=payload['id'])}>{json_script(data)}"
        f'<p class="its-title">{html.escape(payload["title"])}</p>'
        f'<p class="its-says">{html.escape(sentence(payload))}</p><div class="its-lanes">{lanes}</div>'
        f'<div class="its-menu"></div><details class="its-data its-outline" open>'
        f'<summary>Every step in words</summary><div class="its-steps">{outlines}</div></details>'
        f'<details class="its-data"><summary>The numbers as a table</summary>'
        f"<p>Of {payload['tries']} races each, those that ended right:</p>"
        f"{scrolling(table(head, rows), payload['title'] + ', as numbers', 'region')}</details></its-race>"
    )

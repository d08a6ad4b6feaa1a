"""A search that the reader steps through, node by node: what was drawn, what it scored, what was kept and pruned.

One call shows the trace of any strategy of ``search`` on any puzzle. Run the strategy with ``trace=True`` on a small
budget (at most 100 steps; 12 to 40 read well) and hand the result over, last in its cell::

    budget = search.Budget(steps=24)
    result = search.beam(puzzle, verifier, budget, rng=3, width=2, expand=2, trace=True)
    SearchTree(
        "beam-24", result, budget, "Of {steps} steps {pruned} were pruned; the chosen answer is {verdict}.",
        title="A beam of 2", label=str, score="PRM product", right=lambda state: state in good,
    )

What is displayed holds everything without a script: the whole tree as nested lists and every step as an ordered
list. A script hides what is still to come and adds the buttons. The sentences are made here alone.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..display import assets
from ..display.markup import attributes, json_script
from ..display.numbers import general, minus, plural
from ..display.output import Output, renderer, rounded
from ..search import Budget, Node, SearchResult

__all__ = ["FATES", "SearchTree", "ShownStep", "steps"]

MOST = 100
# Shape and word of what became of a node; the colour comes on top. "open" is a kept node that was never expanded.
FATES = {
    "start": ("▣", "start"),
    "kept": ("●", "kept"),
    "open": ("◌", "left open"),
    "pruned": ("✕", "pruned"),
    "rollout": ("△", "rollout"),
    "finished": ("◆", "finished"),
    "chosen": ("★", "chosen"),
}
DRAWN = ("○", "drawn")


class ShownStep(NamedTuple):
    """One step of the showing.

    Parameters
    ----------
    text : str
        What happens.
    node : int or None
        The node that is drawn; None for a cut, the start and the end.
    spent, checked : int
        Steps generated and states scored so far.
    round : int
        Which round of the search it belongs to.
    decided : tuple of int
        Nodes whose fate is known from here on.
    """

    text: str
    node: int | None
    spent: int
    checked: int
    round: int
    decided: tuple[int, ...]


class SearchTree(Output):
    """The trace of one search, to be stepped through.

    Parameters
    ----------
    id : str
        Names the element on the page.
    result : SearchResult
        Of any strategy, run with ``trace=True``.
    budget : Budget
        What the strategy was given.
    finding : str
        One sentence. Format fields: ``steps``, ``calls``, ``pruned`` (counts), ``chosen`` (its label), ``verdict``
        ("right" or "wrong"), and whatever is given in `numbers`.
    title : str
    label : callable, optional
        State -> short text of what was added last, such as ``*07=95``; also called for the start.
    score : str, optional
        What the verifier's number is called.
    right : callable, optional
        State -> bool, whether the state is good so far: shown to the reader, unknown to the search.
    words : pair of str, optional
        How the two are called.
    ended : bool, optional
        Show the finished search first, for prose that speaks of it; "Start" leads to its first step.
    **numbers
        Further fields of the finding.

    Raises
    ------
    ValueError
        For a result without a trace or with more than 100 nodes, for a finding with an unknown field or without a
        number in it.
    """

    kind = "tree"

    def __init__(
        self,
        id: str,
        result: SearchResult,
        budget: Budget,
        finding: str,
        *,
        title: str,
        label: Callable[[Any], str] = str,
        score: str = "score",
        right: Callable[[Any], bool] | None = None,
        words: tuple[str, str] = ("right so far", "wrong"),
        ended: bool = False,
        **numbers: Any,
    ) -> None:
        trace = result.trace
        if not trace:
            raise ValueError(f"{id}: the result has no trace; run the search with trace=True")
        if len(trace) > MOST + 1:
            raise ValueError(f"{id}: {len(trace) - 1} nodes are too many to step through; at most {MOST}")
        self.id, self.title, self.score, self.words = id, title, score, words
        self._limit = budget.steps
        self._ended = ended
        self._correct = result.correct
        self._nodes = shown(trace, label, right)
        chosen = next((node["label"] for node in self._nodes if node["fate"] == "chosen"), "nothing")
        known = {
            "steps": result.ledger.steps,
            "calls": result.ledger.calls,
            "pruned": sum(node["fate"] == "pruned" for node in self._nodes),
            "chosen": chosen,
            "verdict": "right" if result.correct else "wrong",
        }
        try:
            self.finding = finding.format(**known, **numbers)
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"{id}: the finding names what is not given, or gives a known field again: {error}"
            ) from None
        if not any(character.isdigit() for character in self.finding):
            raise ValueError(f"{id}: a finding has a number in it, got {self.finding!r}")

    def payload(self) -> Mapping[str, Any]:
        limit = {} if self._limit is None else {"limit": self._limit}
        return {
            "id": self.id,
            "title": self.title,
            "finding": self.finding,
            "score": self.score,
            "words": self.words,
            "correct": self._correct,
            **limit,
            **({"ended": True} if self._ended else {}),
            "nodes": self._nodes,
        }

    def text(self) -> str:
        found = steps(rounded(self.payload()))
        return "\n".join([self.finding, self.title, *(f"{i}. {step.text}" for i, step in enumerate(found))])

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload())))


def shown(
    trace: Sequence[Node], label: Callable[[Any], str], right: Callable[[Any], bool] | None
) -> list[dict[str, Any]]:
    """Return the nodes of a trace as a page holds them: parent, round, fate, label, score and whether it is right."""
    parents = {node.parent for node in trace if node.fate != "rollout"}
    return [
        {
            "parent": node.parent,
            "round": node.round,
            "fate": "start" if node.parent < 0 else _fate(node.fate, node.id in parents),
            "label": label(node.state),
            **({} if node.score is None else {"score": node.score}),
            **({} if right is None or node.parent < 0 else {"right": bool(right(node.state))}),
        }
        for node in trace
    ]


def _fate(fate: str, has_children: bool) -> str:
    return "open" if fate == "kept" and not has_children else fate


def _decided(nodes: Sequence[Mapping[str, Any]]) -> list[int]:
    """The round after which each node's fate is known."""
    known = [node["round"] for node in nodes]
    # Children come after their parents, so one pass from the end carries the last round of each subtree upwards.
    for i in range(len(nodes) - 1, 0, -1):
        node, parent = nodes[i], nodes[i]["parent"]
        if node["fate"] == "rollout" or nodes[parent]["fate"] == "pruned":
            known[parent] = max(known[parent], known[i])
    return [node["round"] if node["fate"] == "rollout" else round for node, round in zip(nodes, known, strict=True)]


def steps(payload: Mapping[str, Any]) -> list[ShownStep]:
    """Return what happens, one entry a step of the showing, from the data alone.

    Parameters
    ----------
    payload : mapping
        Of a ``SearchTree``, rounded.

    Returns
    -------
    list of ShownStep
        The start, each drawn node, each cut, the end.
    """
    nodes, known = payload["nodes"], _decided(payload["nodes"])
    rounds: dict[int, list[int]] = {}
    for i, node in enumerate(nodes[1:], start=1):
        rounds.setdefault(node["round"], []).append(i)
    limit = f" The budget is {plural(payload['limit'], 'step')}." if "limit" in payload else ""
    found = [ShownStep(f"Start: {nodes[0]['label']}.{limit}", None, 0, 0, 0, (0,))]
    for number, drawn in rounds.items():
        settled = [i for i in range(1, len(nodes)) if known[i] == number]
        found += _round(payload, found[-1], number, drawn, settled)
    chosen = next((i for i, node in enumerate(nodes) if node["fate"] == "chosen"), 0)
    spent, checked = found[-1].spent, found[-1].checked
    found.append(ShownStep(_end(payload, chosen, spent, checked), None, spent, checked, len(rounds), (chosen,)))
    return found


def _round(
    payload: Mapping[str, Any], before: ShownStep, number: int, drawn: Sequence[int], settled: Sequence[int]
) -> list[ShownStep]:
    """Return the steps of one round: each node `drawn` in it, then a cut; the fates of `settled` are known after it."""
    nodes = payload["nodes"]
    cut = [i for i in settled if nodes[i]["fate"] == "pruned"]
    told = [i for i in settled if nodes[i]["fate"] != "chosen"]
    alone = bool(cut) and settled == drawn and len(drawn) == 1
    spent, checked, found = before.spent, before.checked, []
    for i in drawn:
        spent += 1
        checked += "score" in nodes[i] and nodes[i]["fate"] != "rollout"
        # Where nothing is cut a fate is told with its node, and those that waited for a rollout with the last.
        now = [j for j in told if j == i or (i == drawn[-1] and j not in drawn)] if alone or not cut else []
        text = _drawn(payload, i) + " Pruned." * alone
        found.append(ShownStep(text, i, spent, checked, number, tuple(now)))
    if cut and not alone:
        found.append(ShownStep(_cut(payload, settled, cut), None, spent, checked, number, tuple(told)))
    return found


def _score(payload: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    return minus(f"{payload['score']} {general(node['score'], 3)}") if "score" in node else ""


def _truth(payload: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    return payload["words"][not node["right"]] if "right" in node else ""


def _drawn(payload: Mapping[str, Any], i: int) -> str:
    node = payload["nodes"][i]
    said = "; ".join(filter(None, (_score(payload, node), _truth(payload, node))))
    what = "A rollout" if node["fate"] == "rollout" else "Drawn"
    return f"{what} after {payload['nodes'][node['parent']]['label']}: {node['label']}{f' ({said})' if said else ''}."


def _cut(payload: Mapping[str, Any], settled: Sequence[int], cut: Sequence[int]) -> str:
    nodes = payload["nodes"]
    held = [i for i in settled if i not in cut and nodes[i]["fate"] != "rollout"]
    kept = f"{len(held)} kept ({', '.join(nodes[i]['label'] for i in held)})" if held else "None kept"
    lost = sum(nodes[i].get("right", False) for i in cut)
    right = f", {lost} of them {payload['words'][0]}" if "right" in nodes[cut[0]] else ""
    return f"Cut: {kept}, {len(cut)} pruned{right}."


def _end(payload: Mapping[str, Any], chosen: int, spent: int, checked: int) -> str:
    node = payload["nodes"][chosen]
    verdict = "right" if payload["correct"] else "wrong"
    picked = f"Chosen: {node['label']}, {verdict}." if chosen else "Nothing was chosen."
    return f"{picked} Spent: {plural(spent, 'step')}, {plural(checked, 'check')}."


def way(nodes: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the nodes on the way from the start, which is left out, to the chosen one."""
    found, i = set(), next((i for i, node in enumerate(nodes) if node["fate"] == "chosen"), 0)
    while i > 0:
        found.add(i)
        i = nodes[i]["parent"]
    return found


def _row(payload: Mapping[str, Any], i: int, born: Sequence[int], known: Sequence[int], path: set[int]) -> str:
    node = payload["nodes"][i]
    mark, word = FATES[node["fate"]]
    truth = _truth(payload, node)
    sign = (
        f'<span class="its-truth its-{"yes" if node["right"] else "no"}">{html.escape(truth)}</span>' if truth else ""
    )
    score = f'<span class="its-score">{html.escape(_score(payload, node))}</span>' if "score" in node else ""
    children = [j for j, other in enumerate(payload["nodes"]) if other["parent"] == i]
    below = "".join(_row(payload, j, born, known, path) for j in children)
    kind = f"its-{node['fate']}" + (" its-path" if i in path else "")
    return (
        f'<li class="{kind}" data-born="{born[i]}" data-known="{known[i]}">'
        f'<span class="its-row"><span class="its-mark" data-open="{DRAWN[0]}" aria-hidden="true">{mark}</span>'
        f"<code>{html.escape(node['label'])}</code>{score}"
        f'<span class="its-fate" data-open="{DRAWN[1]}">{word}</span>{sign}</span>'
        f"{f'<ul>{below}</ul>' if below else ''}</li>"
    )


def times(payload: Mapping[str, Any], found: Sequence[ShownStep]) -> tuple[list[int], list[int]]:
    """Return for each node the step of the showing at which it is drawn, and the one after which its fate is known."""
    born, known = ([0] * len(payload["nodes"]) for _ in range(2))
    for at, step in enumerate(found):
        if step.node is not None:
            born[step.node] = at
        for i in step.decided:
            known[i] = at
    return born, known


def outline(payload: Mapping[str, Any], found: Sequence[ShownStep], name: str = "The tree") -> str:
    """Return the whole tree as nested lists, each node with the steps at which it comes and is known."""
    rows = _row(payload, 0, *times(payload, found), way(payload["nodes"]))
    return f'<ul class="its-nodes" aria-label="{html.escape(name)}">{rows}</ul>'


@renderer("tree")
def render(payload: Mapping[str, Any]) -> str:
    """Return the whole tree and every step of it; a script draws it as a picture and hides what is still to come."""
    found = steps(payload)
    born, known = times(payload, found)
    of = f" of {payload['limit']}" if "limit" in payload else ""
    items = "".join(
        f'<li data-spent="{step.spent}" data-round="{step.round}">{html.escape(step.text)}'
        f'<span class="its-spent"> Spent so far: {step.spent}{of} steps, {plural(step.checked, "check")}.</span></li>'
        for step in found
    )
    most = payload.get("limit", found[-1].spent)
    nodes = [node | {"born": born[i], "known": known[i]} for i, node in enumerate(payload["nodes"])]
    data = {"most": most, "ended": payload.get("ended", False), "nodes": nodes}
    data |= {"score": payload["score"], "words": payload["words"]}
    return (
        f"<its-tree{attributes(class_='its-tree', id=payload['id'])}>{json_script(data)}"
        f'<p class="its-title">{html.escape(payload["title"])}</p>'
        f'<p class="its-finding">{html.escape(payload["finding"])}</p>'
        f'<div class="its-stepper"></div><div class="its-branches"></div>'
        f'<details class="its-data its-outline" open><summary>The tree as an outline</summary>{outline(payload, found)}'
        f'</details><details class="its-data" open><summary>Every step in words</summary><ol start="0">{items}</ol>'
        f"</details></its-tree>"
    )

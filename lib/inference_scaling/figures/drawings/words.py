"""A drawing in words: its text form, and what the page says to those who cannot see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...display.numbers import general, grouped, plural

__all__ = ["words"]

Data = Mapping[str, Any]


def words(payload: Data) -> list[str]:
    """Return what a drawing shows, in sentences made from its rounded data alone."""
    return _FORMS[payload["form"]](payload)


def _listed(items: Sequence[Any]) -> str:
    *others, last = map(str, items)
    return f"{', '.join(others)} and {last}" if others else last


def _is(right: bool) -> str:
    return "right" if right else "wrong"


def _best_of_n(payload: Data) -> list[str]:
    return [_picked(case, payload["score"]) for case in payload["cases"]]


def _picked(case: Data, score: str) -> str:
    scores, pick = [general(value) for value in case["scores"]], case["pick"]
    right = [i + 1 for i, mark in enumerate(case["right"]) if mark and i != pick]
    one = len(right) == 1
    rest = f" {'Answer' if one else 'Answers'} {_listed(right)} {'is' if one else 'are'} right." if right else ""
    return (
        f"{case['name']}: {len(scores)} answers; {score}: {', '.join(scores)}. Answer {pick + 1} has the highest score "
        f"and is handed in; it is {_is(case['right'][pick])}.{rest}"
    )


def _vote(payload: Data) -> list[str]:
    return [_counted(case) for case in payload["cases"]]


def _counted(case: Data) -> str:
    winner, *others = case["stacks"]
    votes = ", ".join(f"{stack['votes']} for {stack['answer']}" for stack in case["stacks"])
    right = next((f"; {stack['answer']} is right" for stack in others if stack["right"]), "")
    return (
        f"{case['name']} {len(case['answers'])} answers, in the order they came: {', '.join(case['answers'])}. "
        f"Votes: {votes}. The vote hands in {winner['answer']}, which is {_is(winner['right'])}{right}."
    )


def _reward_models(payload: Data) -> list[str]:
    steps, numbers = payload["steps"], payload["numbers"]
    error = f"Step {payload['error'] + 1} is the first wrong one." if "error" in payload else "All are right."
    blind = " It does not say where the error is." if "error" in payload else ""
    scores = ", ".join(general(score) for score in payload["process"])
    return [
        f"A solution in {len(steps)} steps: {'; '.join(steps)}. {error}",
        f"An outcome reward model reads the whole answer and gives one score, {general(numbers['outcome'])}.{blind}",
        f"A process reward model gives each step a score: {scores}. The lowest is that of step {numbers['at']}. "
        f"The product, {numbers['product']:.2f}, is one score for the whole.",
    ]


def _breadth_and_depth(payload: Data) -> list[str]:
    numbers = payload["numbers"]
    ways = [f"{way['name']}: {_chains(way)}" for way in payload["ways"]]
    start = f" Each chain pays {grouped(numbers['start'])} tokens for its start." if numbers["start"] else ""
    return [f"One budget of {grouped(numbers['budget'])} tokens.{start}", *ways]


def _chains(way: Data) -> str:
    length, chains = grouped(way["length"]), way["chains"]
    if chains == 1:
        return f"1 chain of {length} tokens, right {way['one']:.0%} of the time."
    one = f"{100 * way['one']:.2g}%"
    return (
        f"{chains} chains of {length} tokens. Each is right {one} of the time, at least one of them {way['any']:.0%}."
    )


def _searches(payload: Data) -> list[str]:
    first = payload["first"]
    head = (
        f"One tree: {plural(first, 'first step')}, numbered from the left. Each search draws "
        f"{payload['numbers']['steps']} steps; scores go from 0 to 9."
    )
    return [head, *(_searched(payload, run) for run in payload["runs"])]


def _searched(payload: Data, run: Data) -> str:
    nodes = payload["nodes"]
    tops = [number for number, node in enumerate(nodes) if node["parent"] == 0]

    def top(number: int) -> int:
        return tops.index(number) + 1 if number in tops else top(nodes[number]["parent"])

    def under(level: Sequence[Data]) -> str:
        counts = Counter(sorted(top(node["node"]) for node in level))
        return _listed([f"{count} under first step {number}" for number, count in counts.items()])

    alive = [node for node in run["drawn"] if node["fate"] != "pruned"]
    first = _listed(sorted(top(node["node"]) for node in alive if node["depth"] == 1))
    levels = [f"of the first steps it keeps {first}."]
    for depth in sorted({node["depth"] for node in run["drawn"]} - {1}):
        level, kept = ([node for node in some if node["depth"] == depth] for some in (run["drawn"], alive))
        levels.append(f"At depth {depth} it draws {under(level)}, and keeps {under(kept)}.")
    chosen = next((node["score"] for node in run["drawn"] if node["fate"] == "chosen"), None)
    end = "" if chosen is None else f" It hands in the answer with the score {chosen}."
    return f"{run['name']} ({run['rule']}): {' '.join(levels)}{end}"


def _verifier_tax(payload: Data) -> list[str]:
    looks = [
        f"{look['name']}: a look costs {general(look['price'])}. The budget buys {plural(look['k'], 'answer')}, and "
        f"{look['share']:.0%} of the bill is for looking."
        if look["price"]
        else f"{look['name']}: nothing is checked. The budget buys {plural(look['k'], 'answer')}."
        for look in payload["looks"]
    ]
    return [f"One budget of {general(payload['numbers']['budget'])}; an answer costs 1.", *looks]


_FORMS = {
    "best_of_n": _best_of_n,
    "vote": _vote,
    "reward_models": _reward_models,
    "breadth_and_depth": _breadth_and_depth,
    "searches": _searches,
    "verifier_tax": _verifier_tax,
}

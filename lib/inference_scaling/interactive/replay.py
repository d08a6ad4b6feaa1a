"""Figures that draw again from recorded samples, each draw judged by several rules.

One pool of recorded samples, several rules that pick one of those drawn, and for each rule the exact chance,
over all subsets of the pool, that the pick is right. Everything is computed here; a browser only draws.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .. import estimates
from ..display import assets, line_plot
from ..display.markup import attributes, json_script, scrolling, table
from ..display.numbers import in_words
from ..display.output import Output, renderer, rounded
from ..display.palette import look
from . import prediction

__all__ = ["RecordedPool", "Rule", "SampleReplay", "in_words"]

_ROLES = {"first": "one sample", "vote": "vote", "score": "verifier", "checker": "ceiling"}
# Style and colour of each rule: those of its role; votes weighted by scores are of two roles and have their own.
FORMS = {pick: look(role, None, None) for pick, role in _ROLES.items()} | {"both": ("dashdot", 1)}


@dataclass(frozen=True)
class Rule:
    """A way to pick one of the drawn samples: `pick` is "first", "vote", "score", "both" or "checker"."""

    pick: str
    label: str


@dataclass(frozen=True, eq=False)
class RecordedPool:
    """The recorded samples of one problem, in the order in which they were drawn.

    Parameters
    ----------
    label : str
        What was asked.
    answer : array_like of int, shape (n,)
        Code of each sample's answer; -1 for none, which casts no vote.
    texts : sequence of str
        What stands on each sample's tile.
    correct : array_like of bool, shape (n,)
    scores : mapping of str to array_like, shape (n,)
        For the rules "score" and "both"; higher is better.
    note : str
        One sentence about this pool, shown with it.
    story : bool
        Whether it is offered first.
    """

    label: str
    answer: np.ndarray
    texts: Sequence[str]
    correct: np.ndarray
    scores: Mapping[str, np.ndarray]
    note: str = ""
    story: bool = True

    def chances(self, pick: str, k: Sequence[int]) -> np.ndarray:
        """Return the exact chance that the picked sample is right, for each k."""
        size = len(self.correct)
        if pick == "first":
            return np.full(len(k), np.mean(self.correct))
        if pick == "checker":
            return estimates.pass_at_k(size, int(np.sum(self.correct)), np.asarray(k))
        if pick == "vote":
            return estimates.majority_vote(self.answer, self.correct, np.asarray(k))
        return estimates.best_of_n(self.correct, self.scores[pick], np.asarray(k))


class SampleReplay(Output):
    """Recorded pools, rules and a resting state; see the module.

    Parameters
    ----------
    id : str
    finding : str
        One sentence with figures; format fields are filled from `numbers`.
    pools : sequence of RecordedPool, all of one size
    rules : sequence of Rule
    stops : sequence of int
        The k that the reader may choose.
    rest : mapping
        ``pool`` (index), ``k`` and ``rule`` of the resting figure.
    words : mapping
        ``one``, ``many`` (what is drawn), ``there`` (when a right one is among them), ``tiles``, ``pools``.
    bet : Prediction, optional
        Asked above the figure.
    table : callable, optional
        pools -> (head, rows) of the table under the figure.
    ranked : bool
        Show the tiles from the best score down, not in recorded order.
    """

    kind = "ask"

    def __init__(self, id, finding, pools, rules, stops, rest, words, bet=None, table=None, ranked=False):
        sizes = {len(pool.correct) for pool in pools}
        if len(sizes) != 1:
            raise ValueError(f"{id}: pools must be of one size, got {sorted(sizes)}")
        self.size = sizes.pop()
        if list(stops) != sorted(set(stops)) or stops[0] != 1 or stops[-1] != self.size:
            raise ValueError(f"{id}: stops must rise from 1 to {self.size}, got {list(stops)}")
        if rest["k"] not in stops or rest["rule"] not in [rule.pick for rule in rules]:
            raise ValueError(f"{id}: the resting state {dict(rest)} is not among stops and rules")
        if not 0 <= rest["pool"] < len(pools):
            raise ValueError(f"{id}: the resting pool must be one of {len(pools)}, got {rest['pool']}")
        for rule in rules:
            if rule.pick not in FORMS or (rule.pick in ("score", "both") and rule.pick not in pools[0].scores):
                raise ValueError(f"{id}: the rule {rule.pick!r} has nothing to pick by")
        self.id, self.finding, self.pools, self.rules, self.stops = id, finding, pools, rules, list(stops)
        self.rest, self.words, self.bet, self.table, self.ranked = dict(rest), dict(words), bet, table, ranked

    @cached_property
    def grid(self) -> list[int]:
        """The k at which the curves are computed: every stop, and enough between to draw them."""
        between = np.unique(np.round(np.geomspace(1, self.size, 26)).astype(int))
        return sorted({*between.tolist(), *self.stops})

    def chances(self, pool: int, pick: str) -> np.ndarray:
        return self.pools[pool].chances(pick, self.grid)

    def text(self) -> str:
        if self.bet is not None:
            # Nothing can be folded in a text, and what follows the question answers it.
            return self.bet.text()
        at = self.rest["pool"]
        rows = [["k", *map(str, self.stops)]]
        for rule in self.rules:
            values = dict(zip(self.grid, self.chances(at, rule.pick), strict=True))
            rows.append([rule.label, *(f"{values[k]:.4g}" for k in self.stops)])
        width = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, width, strict=True)).rstrip() for row in rows]
        return "\n".join([self.finding, self.pools[at].label, *lines])

    def payload(self) -> Mapping[str, Any]:
        pools = []
        for index, pool in enumerate(self.pools):
            found: dict[str, Any] = {
                "label": pool.label,
                "story": pool.story,
                "answer": np.asarray(pool.answer),
                "right": "".join("01"[int(right)] for right in pool.correct),
                "curves": {rule.pick: self._short(self.chances(index, rule.pick)) for rule in self.rules},
                "ranks": {
                    rule.pick: np.unique(pool.scores[rule.pick], return_inverse=True)[1]
                    for rule in self.rules
                    if rule.pick in pool.scores
                },
            }
            # One text for each answer where that is enough; else one for each sample.
            texts = dict(zip(np.asarray(pool.answer).tolist(), pool.texts, strict=True))
            if all(texts[a] == text for a, text in zip(np.asarray(pool.answer).tolist(), pool.texts, strict=True)):
                found["names"] = {str(code): text for code, text in texts.items()}
            else:
                found["texts"] = list(pool.texts)
            if pool.note:
                found["note"] = pool.note
            pools.append(found)
        payload: dict[str, Any] = {
            "id": self.id,
            "finding": self.finding,
            "size": self.size,
            "grid": self.grid,
            "stops": self.stops,
            "rules": [{"pick": rule.pick, "label": rule.label} for rule in self.rules],
            "words": self.words,
            "rest": self.rest,
            "ranked": self.ranked,
            "pools": pools,
        }
        if self.table is not None:
            head, rows = self.table(self.pools)
            payload["table"] = {"head": head, "rows": rows}
        if self.bet is not None:
            payload["bet"] = self.bet.payload()
        return payload

    @staticmethod
    def _short(values: np.ndarray) -> np.ndarray:
        """A constant curve needs one number; what is not certain is not rounded to certainty."""
        values = np.where(values < 1, np.minimum(values, 0.9999), values)
        return values[:1] if np.all(values == values[0]) else values

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload())))


def sample_text(pool: Mapping[str, Any], sample: int) -> str:
    """Return what stands on a sample's tile."""
    return pool["names"][str(pool["answer"][sample])] if "names" in pool else pool["texts"][sample]


def picked(pool: Mapping[str, Any], pick: str, drawn: Sequence[int]) -> int:
    """Return which of the drawn samples a rule picks; ties go to the one drawn first.

    In a random order each of several tied answers is equally likely to come first, so this agrees on
    average with ties that are shared.
    """
    if pick == "checker":
        return next((sample for sample in drawn if pool["right"][sample] == "1"), drawn[0])
    if pick == "vote":
        votes: dict[int, int] = {}
        for sample in drawn:
            answer = pool["answer"][sample]
            if answer >= 0:
                votes[answer] = votes.get(answer, 0) + 1
        if not votes:
            return drawn[0]
        winner = max(votes, key=votes.__getitem__)
        return next(sample for sample in drawn if pool["answer"][sample] == winner)
    if pick in pool["ranks"]:
        ranks = pool["ranks"][pick]
        return max(drawn, key=lambda sample: ranks[sample])
    return drawn[0]


def sentence(payload: Mapping[str, Any], state: Mapping[str, Any]) -> str:
    """Return what the figure says about a state; `static/js/ask.js` says the same."""
    pool, k, words = payload["pools"][state["pool"]], state["k"], payload["words"]
    label = next(rule["label"] for rule in payload["rules"] if rule["pick"] == state["rule"])
    chance = _at(payload, pool, state["rule"], k)
    if k == payload["size"] and state["rule"] != "first":
        verdict = "right" if chance >= 1 else "wrong" if chance <= 0 else "a tie"
        return f"All {k} {words['many']}, {label}: {verdict}. This is one recorded pool, not a chance."
    head = f"{k} {words['one'] if k == 1 else words['many']}, {label}: right {in_words(chance)}."
    if "checker" not in pool["curves"] or state["rule"] == "checker":
        return head
    return f"{head} {words['there']} {in_words(_at(payload, pool, 'checker', k))}."


def _at(payload: Mapping[str, Any], pool: Mapping[str, Any], pick: str, k: int) -> float:
    values = pool["curves"][pick]
    return values[0] if len(values) == 1 else values[payload["grid"].index(k)]


def spec(payload: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plot of a state: all rules, the chosen one strong; `static/js/ask.js` makes the same."""
    pool, grid, size = payload["pools"][state["pool"]], payload["grid"], payload["size"]
    series = []
    for rule in payload["rules"]:
        pick, strong = rule["pick"], rule["pick"] == state["rule"]
        style, colour = FORMS[pick]
        # The whole pool is one draw only: the line ends before it, and a point shows what it gave.
        ends = size if pick in ("first", "checker") else size - 1
        points = [[k, _at(payload, pool, pick, k)] for k in grid if k <= ends]
        series.append(
            {"id": pick, "label": rule["label"], "points": points, "style": style, "colour": colour, "strong": strong}
        )
        if ends < size:
            last = [[size, _at(payload, pool, pick, size)]]
            series.append(
                {
                    "id": f"{pick}-all",
                    "label": "",
                    "points": last,
                    "style": "points",
                    "colour": colour,
                    "strong": strong,
                }
            )
    chance = _at(payload, pool, state["rule"], state["k"])
    first = _at(payload, pool, state["rule"], 1)
    ticks = [k for k in payload["stops"] if k != size or size / payload["stops"][-2] > 1.3]
    return {
        "title": f"{pool['label']} {payload['words']['alt']} From {first:.2f} at k = 1 to {chance:.2f} at "
        f"k = {state['k']}. {sentence(payload, state)}",
        "x": {"label": payload["words"]["x"], "min": 1, "max": size, "log": 2, "ticks": ticks},
        "y": {"label": "chance that the picked one is right", "min": 0, "max": 1},
        "series": series,
        "marks": [{"x": state["k"], "y": chance, "label": f"{chance:.2f}"}],
    }


def order(payload: Mapping[str, Any], state: Mapping[str, Any]) -> list[int]:
    """Return the samples in the order of their tiles: as drawn, or from the best score down."""
    samples = list(range(payload["size"]))
    if not payload["ranked"]:
        return samples
    ranks = payload["pools"][state["pool"]]["ranks"]["score"]
    return sorted(samples, key=lambda sample: -ranks[sample])


def _tiles(payload: Mapping[str, Any], state: Mapping[str, Any]) -> str:
    pool, size = payload["pools"][state["pool"]], payload["size"]
    drawn = list(range(state["k"]))
    chosen = picked(pool, state["rule"], drawn)
    tiles = []
    for sample in order(payload, state):
        right = pool["right"][sample] == "1"
        kind = "its-tile" + " its-drawn" * (sample < state["k"]) + " its-picked" * (sample == chosen)
        kind += " its-good" if right else ""
        tiles.append(
            f'<span class="{kind}">{html.escape(sample_text(pool, sample))}{"<b>✓</b>" if right else ""}</span>'
        )
    label = tiles_label(payload, state, chosen)
    return (
        f'<div class="its-tiles" role="img" aria-label="{html.escape(label)}" data-size="{size}">{"".join(tiles)}</div>'
    )


def tiles_label(payload: Mapping[str, Any], state: Mapping[str, Any], chosen: int) -> str:
    pool, words = payload["pools"][state["pool"]], payload["words"]
    right = pool["right"].count("1")
    verdict = "right" if pool["right"][chosen] == "1" else "wrong"
    return (
        f"{payload['size']} {words['tiles']}, {right} right, marked with a tick. {state['k']} drawn. "
        f"Picked: {sample_text(pool, chosen)}{words['unit']}, {verdict}."
    )


def data_table(payload: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the numbers of the curves at the stops."""
    pool = payload["pools"][state["pool"]]
    head = ["k", *(rule["label"] for rule in payload["rules"])]
    rows = [
        [str(k), *(f"{_at(payload, pool, rule['pick'], k):.3f}" for rule in payload["rules"])] for k in payload["stops"]
    ]
    return head, rows


@renderer("ask")
def render(payload: Mapping[str, Any]) -> str:
    """Return the resting figure: complete without a script, taken over by one."""
    state = payload["rest"]
    pool = payload["pools"][state["pool"]]
    bet = prediction.render(payload["bet"]) if "bet" in payload else ""
    data = {key: value for key, value in payload.items() if key not in ("bet", "table")}
    story = ""
    if "table" in payload:
        story = scrolling(
            table(payload["table"]["head"], payload["table"]["rows"]), payload["words"]["pools"], "region"
        )
    curves = scrolling(table(*data_table(payload, state)), payload["words"]["numbers"], "region")
    note = html.escape(pool.get("note", ""))
    answer = (
        f'<p class="its-finding">{html.escape(payload["finding"])}</p>'
        '<div class="its-menu"></div>'
        '<div class="its-stage">'
        f'<div class="its-side"><p class="its-asked">{html.escape(pool["label"])}</p>{_tiles(payload, state)}'
        f'<p class="its-legend">{html.escape(payload["words"]["legend"])}</p></div>'
        f'<div class="its-side"><div class="its-panel"></div>'
        f'<div class="its-picture">{line_plot.figure(spec(payload, state))}</div></div></div>'
        f'<p class="its-says">{html.escape(sentence(payload, state))}</p><p class="its-note">{note}</p>'
        f'<details class="its-data"><summary>The curves as numbers</summary>'
        f"{curves}</details>{story}"
    )
    if "bet" in payload:
        answer = prediction.veiled(payload["bet"]["id"], answer)
    return f"<its-ask{attributes(class_='its-ask', id=payload['id'])}>{json_script(data)}{bet}{answer}</its-ask>"

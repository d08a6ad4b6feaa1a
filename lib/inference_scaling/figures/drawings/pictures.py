"""The pictures of drawings, made from their data: the same data give the same bytes."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from ...display.markup import attributes
from ...display.numbers import general, grouped, plural
from ...display.output import renderer
from .parts import GAP, Canvas, Piece, arranged
from .words import words

__all__ = ["panels", "svg", "to_html"]

Data = Mapping[str, Any]
# A wide panel fills a phone; two of them, or three narrow ones, fill the column of a large screen.
WIDE, NARROW = 330, 216
# How far a panel grows where it stands alone in a wider column.
GROWTH = {WIDE: 1.12, NARROW: 1.25}


def _is(right: bool) -> str:
    return "right" if right else "wrong"


# -- best-of-N ---------------------------------------------------------------------------------------------


def _best_of_n(payload: Data) -> list[Piece]:
    return [_picking(case, payload["score"]) for case in payload["cases"]]


def _picking(case: Data, score: str) -> Piece:
    sheet, top, pitch = Canvas(WIDE), 62, 30
    scores, middle = case["scores"], top + pitch * (len(case["scores"]) - 1) / 2
    sheet.text(2, 15, case["name"], bold=True)
    sheet.text(97, 40, "answer", anchor="middle", fill="muted")
    sheet.text(132, 40, score, fill="muted")
    sheet.text(296, 40, "right?", anchor="middle", fill="muted")
    # What the verifier cannot see lies behind a line.
    sheet.line(262, 28, 262, top + pitch * len(scores) - 14, dash="3 3")
    sheet.box(2, middle - 14, 48, 28)
    sheet.text(26, middle + 4.5, "task", anchor="middle")
    for i, (value, right) in enumerate(zip(scores, case["right"], strict=True)):
        y, picked = top + pitch * i, i == case["pick"]
        sheet.line(50, middle, 84, y, line="one sample")
        if picked:
            sheet.box(80, y - 13, 176, 26, fill="panel", line="verifier", stroke=2)
        sheet.dot(97, y, 10, fill="paper", line="one sample")
        sheet.text(97, y + 4.5, str(i + 1), anchor="middle")
        length = 86 * value / max(scores)
        sheet.bar(132, y - 6, length, 12, fill="verifier")
        sheet.text(132 + length + 6, y + 4.5, general(value), bold=picked)
        sheet.verdict(296, y, right)
    y = top + pitch * len(scores) + 8
    pick = case["pick"]
    sheet.text(80, y, f"handed in: answer {pick + 1}, {_is(case['right'][pick])}", bold=True)
    return sheet.panel(y + 8)


# -- vote --------------------------------------------------------------------------------------------------


def _vote(payload: Data) -> list[Piece]:
    return [_stacking(case) for case in payload["cases"]]


def _stacking(case: Data) -> Piece:
    sheet, tile, pitch = Canvas(WIDE), 32, 40
    right = {stack["answer"]: stack["right"] for stack in case["stacks"]}
    sheet.text(2, 15, case["name"], bold=True)
    sheet.text(2, 38, f"{len(case['answers'])} answers, as they came", fill="muted")
    for i, answer in enumerate(case["answers"]):
        _tile(sheet, 2 + 36.5 * i, 46, tile, 22, answer, right[answer])
    sheet.arrow(WIDE / 2, 74, WIDE / 2, 92)
    sheet.text(2, 89, "one stack an answer", fill="muted")
    floor = 104 + 22 * case["stacks"][0]["votes"]
    for i, stack in enumerate(case["stacks"]):
        x = 6 + pitch * i
        for level in range(stack["votes"]):
            _tile(sheet, x, floor - 22 * (level + 1) + 1, tile, 20, stack["answer"], stack["right"])
        if i == 0:
            high = 22 * stack["votes"]
            sheet.box(x - 4, floor - high - 3, tile + 8, high + 6, line="vote", stroke=2.6)
        sheet.text(x + tile / 2, floor + 18, str(stack["votes"]), anchor="middle", bold=i == 0)
        if i == 0 or stack["right"]:
            sheet.verdict(x + tile / 2, floor + 32, stack["right"])
    winner, after = case["stacks"][0], 6 + pitch * len(case["stacks"])
    if after + 40 < WIDE:
        sheet.text(after, floor + 18, "votes", fill="muted")
    sheet.text(2, floor + 58, f"the vote: {winner['answer']}, {_is(winner['right'])}", bold=True)
    return sheet.panel(floor + 66)


def _tile(sheet: Canvas, x: float, y: float, width: float, height: float, answer: str, right: bool) -> None:
    """Draw one answer; the right one is bold."""
    sheet.box(x, y, width, height, fill="panel" if right else None, line="right" if right else "muted")
    sheet.text(
        x + width / 2, y + height / 2 + 4.5, answer, anchor="middle", bold=right, fill="right" if right else "ink"
    )


# -- outcome and process reward models -----------------------------------------------------------------------


def _reward_models(payload: Data) -> list[Piece]:
    return [_outcome(payload), _process(payload)]


def _solution(payload: Data, title: str) -> tuple[Canvas, float, float]:
    """Return a sheet with the steps of the solution, and where its first and its last step stand."""
    sheet, top, pitch = Canvas(WIDE), 50, 32
    sheet.text(2, 15, title, bold=True)
    for i, step in enumerate(payload["steps"]):
        y, wrong = top + pitch * i, payload.get("error") == i
        sheet.box(2, y - 13, 136, 26, line="wrong" if wrong else "muted", stroke=2 if wrong else 1)
        sheet.text(10, y + 4.5, step)
        if wrong:
            sheet.verdict(127, y, False)
        if i:
            sheet.line(26, y - pitch + 13, 26, y - 13)
    return sheet, top, top + pitch * (len(payload["steps"]) - 1)


def _outcome(payload: Data) -> Piece:
    sheet, top, end = _solution(payload, "ORM: one score for the answer")
    middle, score = (top + end) / 2, payload["numbers"]["outcome"]
    sheet.path(f"M146 {top - 13}h8V{end + 13}h-8", stroke=1.4)
    sheet.arrow(154, middle, 172, middle)
    _scored(sheet, 178, middle, score)
    sheet.text(178, middle + 26, "for all of it", fill="muted")
    sheet.text(2, end + 38, f"score of the answer: {general(score, 2)}", bold=True)
    return sheet.panel(end + 46)


def _process(payload: Data) -> Piece:
    sheet, top, end = _solution(payload, "PRM: one score for every step")
    numbers = payload["numbers"]
    for i, score in enumerate(payload["process"]):
        y = top + 32 * i
        sheet.arrow(144, y, 172, y)
        length = _scored(sheet, 178, y, score)
        if i + 1 == numbers["at"] and length < 50:
            sheet.text(178 + length + 42, y + 4.5, "lowest", fill="muted")
    sheet.text(2, end + 38, f"all scores multiplied: {numbers['product']:.2f}", bold=True)
    return sheet.panel(end + 46)


def _scored(sheet: Canvas, x: float, y: float, score: float) -> float:
    length = 106 * score
    sheet.bar(x, y - 6, length, 12, fill="verifier")
    sheet.text(x + length + 6, y + 4.5, general(score, 2))
    return length


# -- breadth and depth ---------------------------------------------------------------------------------------


def _breadth_and_depth(payload: Data) -> list[Piece]:
    numbers = payload["numbers"]
    widest = 200 / numbers["budget"]
    return [_chain_key(numbers), *(_cut(way, numbers, widest) for way in payload["ways"])]


def _cut(way: Data, numbers: Data, widest: float) -> Piece:
    sheet, pitch, top = Canvas(NARROW), 8, 94
    sheet.text(2, 15, way["name"], bold=True)
    sheet.text(2, 35, f"{plural(way['chains'], 'chain')} of {grouped(way['length'])}")
    right = "right" if way["chains"] == 1 else "at least one right"
    sheet.text(2, 58, f"{right}: {way['any']:.0%}", bold=True)
    sheet.box(2, 65, 200, 9, line="muted", radius=0)
    sheet.bar(2, 65, 200 * way["any"], 9, fill="ceiling")
    start, length, low = numbers["start"] * widest, way["length"] * widest, top + pitch * way["chains"]
    for i in range(way["chains"]):
        sheet.bar(2, top + pitch * i, start, 5.6, fill="muted")
        sheet.bar(2 + start, top + pitch * i, length, 5.6, fill="search")
    end = 2 + start + length
    # Each panel names the side on which its budget is long.
    if end > low - top:
        sheet.arrow(2, low + 12, end, low + 12)
        sheet.text(2, low + 28, "depth", fill="muted")
        return sheet.panel(low + 34)
    sheet.arrow(end + 12, top, end + 12, low)
    sheet.text(end + 22, (top + low) / 2 + 4, "breadth", fill="muted")
    return sheet.panel(low + 6)


def _chain_key(numbers: Data) -> Piece:
    sheet = Canvas(WIDE)
    sheet.bar(2, 6, 16, 8, fill="search")
    sheet.text(24, 15, "tokens of a chain")
    if numbers["start"]:
        sheet.bar(162, 6, 16, 8, fill="muted")
        sheet.text(184, 15, f"start: {grouped(numbers['start'])} tokens")
    return sheet.panel(22, alone=True)


# -- searches --------------------------------------------------------------------------------------------------


def _searches(payload: Data) -> list[Piece]:
    places = _places(payload["nodes"])
    return [_search_key(), *(_grown(payload, run, places) for run in payload["runs"])]


def _places(nodes: list[Data]) -> list[tuple[float, float]]:
    """Return where each node stands: leaves side by side, every other node above the middle of its children."""
    children: list[list[int]] = [[] for _ in nodes]
    depth = [0] * len(nodes)
    for number, node in enumerate(nodes[1:], start=1):
        children[node["parent"]].append(number)
        depth[number] = depth[node["parent"]] + 1
    leaves = [number for number in range(len(nodes)) if not children[number]]
    step = (NARROW - 4) / len(leaves)
    across = [0.0] * len(nodes)
    for order, leaf in enumerate(leaves):
        across[leaf] = 2 + step * (order + 0.5)
    # Children come after their parents, so one pass from the end meets every child before its parent.
    for number in reversed(range(len(nodes))):
        if children[number]:
            across[number] = (across[children[number][0]] + across[children[number][-1]]) / 2
    return [(x, 60.0 + 50 * level) for x, level in zip(across, depth, strict=True)]


def _grown(payload: Data, run: Data, places: list[tuple[float, float]]) -> Piece:
    sheet, nodes = Canvas(NARROW), payload["nodes"]
    drawn = {node["node"]: node for node in run["drawn"]}
    low = max(y for _, y in places)
    sheet.text(2, 15, run["name"], bold=True)
    sheet.text(2, 35, run["rule"], fill="muted")
    for group, after in zip(run["groups"], run["groups"][1:], strict=False):
        x = (places[group[-1]][0] + places[after[0]][0]) / 2
        sheet.line(x, places[group[0]][1] - 16, x, low + 22, dash="3 3")
    for number, node in enumerate(nodes[1:], start=1):
        seen = number in drawn
        (x1, y1), (x2, y2) = places[node["parent"]], places[number]
        alive = seen and drawn[number]["fate"] != "pruned"
        sheet.line(
            x1, y1, x2, y2, line=("search" if alive else "muted") if seen else "grid", stroke=2.4 if alive else 1
        )
    sheet.dot(*places[0], 6, fill="ink")
    for number, (x, y) in enumerate(places[1:], start=1):
        if number in drawn:
            _step(sheet, x, y, drawn[number], leaf=y == low)
        else:
            sheet.dot(x, y, 1.8, fill="muted")
    sheet.text(2, low + 46, f"first steps left: {run['left']} of {payload['first']}", bold=True)
    return sheet.panel(low + 54)


def _step(sheet: Canvas, x: float, y: float, node: Data, *, leaf: bool) -> None:
    """Draw a step that a search drew: full where it was kept, hollow where it was dropped, a star where handed in."""
    kept, score = node["fate"] != "pruned", str(node["score"])
    if node["fate"] == "chosen":
        sheet.star(x, y, 8, fill="search")
    elif leaf:
        sheet.dot(x, y, 4.5, fill="search" if kept else "paper", line="search" if kept else "muted")
    else:
        sheet.dot(x, y, 9.5, fill="search" if kept else "paper", line="search" if kept else "muted")
        sheet.text(x, y + 4.5, score, anchor="middle", fill="paper" if kept else "ink", bold=kept)
    if leaf:
        sheet.text(x, y + 21, score, anchor="middle", bold=node["fate"] == "chosen")


def _search_key() -> Piece:
    sheet = Canvas(WIDE)
    sheet.dot(9, 10, 6.5, fill="search", line="search")
    sheet.text(20, 14.5, "kept")
    sheet.dot(69, 10, 6.5, fill="paper", line="muted")
    sheet.text(80, 14.5, "dropped")
    sheet.dot(150, 10, 1.8, fill="muted")
    sheet.text(158, 14.5, "not drawn")
    sheet.star(239, 10, 8, fill="search")
    sheet.text(251, 14.5, "handed in")
    sheet.text(2, 36, "number in a step: its score, 0 to 9", fill="muted")
    return sheet.panel(42, alone=True)


# -- the verifier tax ------------------------------------------------------------------------------------------


def _verifier_tax(payload: Data) -> list[Piece]:
    # A row holds the price of 12 answers, so that rows of dear and of cheap looks come out nearly full.
    return [_tax_key(payload["numbers"]["budget"]), *(_bill(look) for look in payload["looks"])]


def _bill(look: Data) -> Piece:
    sheet, unit, pitch = Canvas(NARROW), (NARROW - 6) / 12, 21
    sheet.text(2, 15, look["name"], bold=True)
    sheet.text(
        2, 35, f"price of a look: {general(look['price'])}" if look["price"] else "nothing is checked", fill="muted"
    )
    x, y = 0.0, 46.0
    for _ in range(look["k"]):
        if x + 1 + look["price"] > 12 + 1e-9:
            x, y = 0.0, y + pitch
        sheet.bar(2 + unit * x, y, unit - 1.6, unit - 1.6, fill="one sample")
        if look["price"]:
            sheet.bar(2 + unit * (x + 1) - 1.6, y, unit * look["price"] - 0.4, unit - 1.6, fill="verifier")
        x += 1 + look["price"]
    y += pitch + 16
    sheet.text(2, y, plural(look["k"], "answer"), bold=True)
    sheet.text(2, y + 20, f"looking takes {look['share']:.0%}" if look["price"] else "picked at random", fill="muted")
    return sheet.panel(y + 28)


def _tax_key(budget: float) -> Piece:
    sheet = Canvas(WIDE)
    sheet.text(2, 14.5, f"one budget of {general(budget)}:")
    sheet.bar(148, 4, 13, 13, fill="one sample")
    sheet.text(167, 14.5, "an answer, 1")
    sheet.bar(264, 4, 13, 13, fill="verifier")
    sheet.text(283, 14.5, "a look")
    return sheet.panel(22, alone=True)


FORMS = {
    "best_of_n": _best_of_n,
    "vote": _vote,
    "reward_models": _reward_models,
    "breadth_and_depth": _breadth_and_depth,
    "searches": _searches,
    "verifier_tax": _verifier_tax,
}


def panels(payload: Data) -> list[Piece]:
    """Return the panels of a drawing from its rounded data."""
    return FORMS[payload["form"]](payload)


def svg(payload: Data) -> str:
    """Return the picture as one SVG element, its panels side by side; its name is the finding."""
    named = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria_label": payload["finding"]}
    return arranged(panels(payload)).svg(**named)


def _shown(panel: Piece) -> str:
    most = panel.width if panel.alone else GROWTH[panel.width] * panel.width
    picture = panel.svg(
        aria_hidden="true", style=f"flex:1 1 {panel.width}px;width:100%;max-width:{most:.0f}px;height:auto"
    )
    return f'<div style="flex:1 1 100%">{picture}</div>' if panel.alone else picture


@renderer("drawing")
def to_html(payload: Data) -> str:
    """Return finding, picture and the same in words; panels stand side by side where there is room."""
    finding = html.escape(payload["finding"])
    pictures = "".join(map(_shown, panels(payload)))
    box = attributes(
        class_="its-panels",
        role="img",
        aria_label=payload["finding"],
        style=f"display:flex;flex-wrap:wrap;gap:{GAP}px;align-items:flex-start",
    )
    sentences = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in words(payload))
    return (
        f'<figure class="its-figure its-drawing"><figcaption aria-hidden="true">{finding}</figcaption>'
        f"<div{box}>{pictures}</div>"
        f'<details class="its-data"><summary>In words</summary><ul>{sentences}</ul></details></figure>'
    )

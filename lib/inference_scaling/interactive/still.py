"""The interactive parts as they stand in a notebook that nobody runs: at rest, and no answer before its question."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from ..display import line_plot
from ..display.markup import attributes
from ..display.numbers import number, tenth
from ..display.palette import TOKENS
from ..display.still import MARKDOWN, PLAIN, Block, InlineSvg, Words, blocks, escaped, image, picture, pictured, still
from . import explorable, prediction, recall, replay, search_race, search_tree, story
from .derivation import page

__all__ = ["TREE_COLOURS"]

RUN = "Run this cell to move it."


@still("prediction")
def asked(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return a question with its choices; with the plot that it is about, where there is one."""
    shown = [_asked(payload)]
    if "dot" in payload:
        spec = payload["dot"]["plot"]
        shown.append(image(picture(spec["title"], blocks(line_plot.figure(spec))), spec["title"]))
    return {PLAIN: prediction.question(payload), MARKDOWN: "\n\n".join(shown)}


def _asked(payload: Mapping[str, Any]) -> str:
    lines = [f"**{escaped(payload['question'])}**", ""]
    lines += [f"- {escaped(choice['text'])}" for choice in payload.get("choices", ())]
    if "number" in payload:
        lines.append(escaped(prediction.range_of(payload["number"])))
    return "\n".join(lines)


@still("recall")
def remembered(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the questions with their choices; a notebook that nobody runs has nowhere to hide their answers."""
    return {PLAIN: recall.question(payload), MARKDOWN: recall.question(payload, escaped)}


@still("explorable")
def moved(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the plots at the state in which the controls start, with what is said of it."""
    state = {control["name"]: control["value"] for control in payload["controls"]}
    says = explorable.sentence(payload, explorable.environment(payload, state))
    drawn = [block for spec in explorable.specs(payload, state) for block in blocks(line_plot.figure(spec))]
    rest = f"At rest: {explorable.settings(payload)}. {RUN}"
    shown = [Words(payload["title"], bold=True), *drawn, Words(says), Words(rest, size=11.5, muted=True)]
    return _after(payload, f"{payload['title']} {says}", shown)


@still("ask")
def drawn_again(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return tiles and curves of the resting state."""
    state = payload["rest"]
    pool = payload["pools"][state["pool"]]
    curves = blocks(line_plot.figure(replay.spec(payload, state)))
    shown = [
        Words(payload["finding"], bold=True),
        Words(pool["label"]),
        InlineSvg(_tiles(payload, state)),
        Words(payload["words"]["legend"], size=11.5, muted=True),
        *curves,
        Words(f"{replay.sentence(payload, state)} {pool.get('note', '')}"),
        Words(RUN, size=11.5, muted=True),
    ]
    return _after(payload, f"{payload['finding']} {replay.sentence(payload, state)}", shown)


def _after(payload: Mapping[str, Any], name: str, shown: Sequence[Block]) -> dict[str, str]:
    """Return a picture; where a question comes before it, folded below the question, which a bare picture cannot be."""
    if "bet" not in payload:
        return pictured(name, shown)
    folded = f"<details><summary>Show me</summary>\n\n{image(picture(name, shown), name)}\n\n</details>"
    return {PLAIN: prediction.question(payload["bet"]), MARKDOWN: f"{_asked(payload['bet'])}\n\n{folded}"}


def _tiles(payload: Mapping[str, Any], state: Mapping[str, Any]) -> str:
    """Return the samples as rows of tiles: filled where drawn, ringed where picked, ticked where right."""
    pool, columns, wide, high = payload["pools"][state["pool"]], 10, 42, 22
    chosen = replay.picked(pool, state["rule"], range(state["k"]))
    parts = []
    for place, sample in enumerate(replay.order(payload, state)):
        x, y = place % columns * wide + 2, place // columns * high + 2
        is_drawn, right = sample < state["k"], pool["right"][sample] == "1"
        box = {
            "x": x,
            "y": y,
            "width": wide - 4,
            "height": high - 4,
            "rx": 3,
            "fill": TOKENS["grid"].light if is_drawn else "none",
            "stroke": TOKENS["c2"].light if sample == chosen else TOKENS["muted" if is_drawn else "grid"].light,
            "stroke_width": 3 if sample == chosen else 1,
        }
        style = attributes(x=x + wide / 2 - 2, y=y + 13, text_anchor="middle", fill=TOKENS["ink"].light)
        size = attributes(font_size=11, font_weight="bold" if sample == chosen else None)
        text = html.escape(replay.sample_text(pool, sample)) + ("✓" if right else "")
        parts.append(f"<rect{attributes(**box)}/><text{style}{size}>{text}</text>")
    rows = -(-payload["size"] // columns)
    return f'<svg viewBox="0 0 {columns * wide} {rows * high}">{"".join(parts)}</svg>'


@still("derivation")
def derived(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return every line as a formula, with its reason and how it was established; and the plot of its lines."""
    shown = [f"**{escaped(payload['title'])}**"]
    for line, step in enumerate(payload["steps"], start=1):
        bound = [f"Error bound: ${step['bound']}$"] if step["bound"] else []
        reason = f"{line}\\. {escaped(step['reason'])} *({escaped(step['relation'])}: {escaped(step['how'])})*"
        shown += [reason, f"$$\n{step['tex']}\n$$", *bound]
    if payload["plot"]:
        spec = page.plot_spec(payload)
        shown.append(image(picture(spec["title"], blocks(line_plot.figure(spec))), spec["title"]))
    return {MARKDOWN: "\n\n".join(shown)}


@still("story")
def told(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return every scene with its picture, below one another as on paper."""
    shown: list[Block] = []
    for place, scene in enumerate(payload["scenes"], start=1):
        paragraphs = [Words(paragraph.replace("**", "")) for paragraph in scene["paragraphs"]]
        heading = Words(f"{place}. {scene['heading']}", size=16, bold=True)
        shown += [heading, *paragraphs, InlineSvg(story.picture(scene))]
    return pictured(payload["finding"], shown)


# Colour of a node by what became of it; the shape says it too.
TREE_COLOURS = {"pruned": "muted", "rollout": "c4", "chosen": "c2"}
_TREE, _ROW, _LETTER, _BETWEEN = 590, 16, 6.1, 24


@still("tree")
def searched(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the whole tree of a search, from left to right; the way to the chosen node is bold."""
    shapes = ", ".join(
        f"{mark} {word}"
        for fate, (mark, word) in search_tree.FATES.items()
        if any(node["fate"] == fate for node in payload["nodes"])
    )
    shown = [
        Words(payload["finding"], bold=True),
        Words(payload["title"]),
        InlineSvg(_tree(payload)),
        Words(
            f"{shapes}. Behind a node: {payload['score']}. Run this cell to go through it step by step.",
            11.5,
            muted=True,
        ),
    ]
    return pictured(f"{payload['finding']} {payload['title']}.", shown, inner=_TREE)


@still("race")
def raced(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the two searches at rest, one below the other, and what is said of them."""
    shown: list[Block] = [Words(payload["title"], bold=True), Words(search_race.sentence(payload))]
    for side in ("left", "right"):
        one = search_race.tree(payload, side)
        shown += [Words(one["title"], bold=True), InlineSvg(_tree(one))]
    shown.append(Words(f"Behind a node: {payload['score']}. Run this cell to choose others.", 11.5, muted=True))
    return pictured(f"{payload['title']}. {search_race.sentence(payload)}", shown, inner=_TREE)


def _tree(payload: Mapping[str, Any]) -> str:
    nodes = payload["nodes"]
    children: list[list[int]] = [[] for _ in nodes]
    depth = [0] * len(nodes)
    for i, node in enumerate(nodes[1:], start=1):
        children[node["parent"]].append(i)
        depth[i] = depth[node["parent"]] + 1
    rows, path = _rows(children), search_tree.way(nodes)
    starts = [8.0]
    for level in range(max(depth) + 1):
        longest = max(len(_named(payload, node)) for node, at in zip(nodes, depth, strict=True) if at == level)
        starts.append(starts[-1] + _LETTER * longest + _BETWEEN)
    lines, marks = [], []
    for i, node in enumerate(nodes):
        x, y = starts[depth[i]], 8 + _ROW * rows[i]
        bold = i in path or node["fate"] in ("start", "chosen")
        colour = TOKENS[TREE_COLOURS.get(node["fate"], "c1")].light
        if i:
            above = node["parent"]
            begin = starts[depth[above]] + _LETTER * len(_named(payload, nodes[above])) + 10
            lines.append(_branch(begin, 8 + _ROW * rows[above], x - 7, y, i in path))
        weight = ' font-weight="bold"' if bold else ""
        marks.append(
            f'<text x="{tenth(x)}" y="{tenth(y + 4)}" font-size="11" text-anchor="middle" fill="{colour}">'
            f"{search_tree.FATES[node['fate']][0]}</text>"
            f'<text x="{tenth(x + 8)}" y="{tenth(y + 4)}" font-size="11"{weight} fill="{TOKENS["ink"].light}">'
            f"{html.escape(_named(payload, node))}</text>"
        )
    size = f"{tenth(max(_TREE, starts[-1]))} {tenth(_ROW * (max(rows) + 1) + 6)}"
    return f'<svg viewBox="0 0 {size}">{"".join(lines)}{"".join(marks)}</svg>'


def _branch(x: float, y: float, to_x: float, to_y: float, chosen: bool) -> str:
    bend = tenth((x + to_x) / 2)
    style = attributes(fill="none", stroke=TOKENS["c2" if chosen else "grid"].light, stroke_width=2 if chosen else 1)
    return (
        f'<path d="M{tenth(x)} {tenth(y)}C{bend} {tenth(y)} {bend} {tenth(to_y)} {tenth(to_x)} {tenth(to_y)}"{style}/>'
    )


def _named(payload: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    score = f" {number(node['score'], 2)}" if "score" in node else ""
    return f"{node['label']}{score}"


def _rows(children: Sequence[Sequence[int]]) -> list[float]:
    """Return the row of each node: leaves below one another, others in the middle of what they lead to."""
    rows, leaves = [0.0] * len(children), iter(range(len(children)))
    # On the way down a leaf takes the next row; children have larger numbers, so parents are settled from the end.
    waiting = [0]
    while waiting:
        i = waiting.pop()
        if not children[i]:
            rows[i] = float(next(leaves))
        waiting += reversed(children[i])
    for i in range(len(children) - 1, -1, -1):
        if below := children[i]:
            rows[i] = (rows[below[0]] + rows[below[-1]]) / 2
    return rows

"""A story in scenes: one picture whose parts move, appear and leave while the reader scrolls.

Each scene has a heading, a few short paragraphs, a picture and the lesson that tells more. A picture is a list of
parts with keys; a part whose key stands in the next scene too moves there. All of it is computed here: without a
script, and on paper, the scenes stand below one another, each with its own picture.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..display import assets
from ..display.markup import attributes, json_script
from ..display.numbers import tenth
from ..display.output import Output, renderer, rounded
from ..display.palette import DASHES, ROLES

__all__ = [
    "HEIGHT",
    "WIDTH",
    "Frame",
    "Part",
    "Scene",
    "Story",
    "area",
    "bar",
    "dot",
    "gate",
    "line",
    "rule",
    "tile",
    "words",
]

# Units of a picture. Narrow, so that letters of 14 are still read on the narrowest phone.
WIDTH, HEIGHT = 320, 240
# Of a tile, at scale 1, around its middle.
TILE = (36.0, 28.0)
LOOKS = ("plain", "dim", "picked", "blank")

Part = dict[str, Any]
Points = Sequence[Sequence[float]]


def tile(
    key: str, at: tuple[float, float], text: str = "", *, right: bool = False, look: str = "plain", scale: float = 1
) -> Part:
    """Return one answer as a tile around the place `at`; a right one has a tick.

    `look` is "plain", "dim" (put aside), "picked" or "blank" (a square that counts, without its answer).
    """
    if look not in LOOKS:
        raise ValueError(f"look must be one of {LOOKS}, got {look!r}")
    return {"shape": "tile", "key": key, "at": at, "scale": scale, "text": text, "right": right, "look": look}


def words(
    key: str,
    at: tuple[float, float],
    text: str,
    *,
    size: float = 14,
    bold: bool = False,
    anchor: str = "middle",
    tone: str = "ink",
) -> Part:
    """Return one line of words; `tone` is "ink", "muted" or a role, whose colour the words take."""
    _known_tone(tone)
    return {
        **{"shape": "words", "key": key, "at": at, "scale": 1, "text": text},
        **{"size": size, "bold": bold, "anchor": anchor, "tone": tone},
    }


def line(
    key: str,
    points: Points,
    *,
    role: str = "",
    strong: bool = True,
    at: tuple[float, float] = (0, 0),
    scale: float = 1,
) -> Part:
    """Return a curve through points of the picture, in colour and dash of its role; without one, in slate."""
    if role:
        _known_tone(role)
    found = [[float(x), float(y)] for x, y in points]
    return {
        **{"shape": "line", "key": key, "at": at, "scale": scale},
        **{"points": found, "role": role, "strong": strong},
    }


def area(key: str, upper: Points, lower: Points, *, role: str) -> Part:
    """Return the area between two curves: an interval, drawn in the pale colour of its role."""
    _known_tone(role)
    edge = [[float(x), float(y)] for x, y in [*upper, *reversed(list(lower))]]
    return {"shape": "area", "key": key, "at": (0, 0), "scale": 1, "points": edge, "role": role}


def bar(key: str, at: tuple[float, float], size: tuple[float, float], *, role: str, strong: bool = True) -> Part:
    """Return a bar that stands on `at`, its middle below, with its width and height; pale unless `strong`."""
    _known_tone(role)
    return {"shape": "bar", "key": key, "at": at, "scale": 1, "size": size, "role": role, "strong": strong}


def dot(key: str, at: tuple[float, float], *, role: str) -> Part:
    """Return a point on a curve."""
    _known_tone(role)
    return {"shape": "dot", "key": key, "at": at, "scale": 1, "role": role}


def rule(key: str, at: tuple[float, float], length: float) -> Part:
    """Return a pale horizontal line that begins at `at`."""
    return {"shape": "rule", "key": key, "at": at, "scale": 1, "length": length}


def gate(key: str, at: tuple[float, float], height: float) -> Part:
    """Return a wall with an opening, through which only what passes a check goes."""
    return {"shape": "gate", "key": key, "at": at, "scale": 1, "height": height}


def _known_tone(tone: str) -> None:
    if tone not in (*ROLES, "ink", "muted"):
        raise ValueError(f"a tone must be ink, muted or one of {tuple(ROLES)}, got {tone!r}")


@dataclass(frozen=True)
class Frame:
    """The place of a plot in a picture: ranges of x and y, and the box that they fill.

    Parameters
    ----------
    x, y : (low, high)
    box : (left, top, right, bottom)
        In units of the picture.
    log : bool
        Whether x is shown on a logarithmic scale.
    """

    x: tuple[float, float]
    y: tuple[float, float] = (0, 1)
    box: tuple[float, float, float, float] = (34, 34, 306, 200)
    log: bool = False

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the data lies in the picture."""
        left, top, right, bottom = self.box
        low, high, here = (math.log(v) if self.log else v for v in (*self.x, x))
        return (
            left + (here - low) / (high - low) * (right - left),
            bottom - (y - self.y[0]) / (self.y[1] - self.y[0]) * (bottom - top),
        )

    def places(self, xs: Iterable[float], ys: Iterable[float]) -> list[tuple[float, float]]:
        return [self.place(x, y) for x, y in zip(xs, ys, strict=True)]

    def axes(self, x_ticks: Iterable[int], x_label: str, y_label: str, below: float = 34) -> list[Part]:
        """Return lines at 0, 50 and 100 of 100, ticks along x, and what both axes show.

        `y_label` stands on top, `x_label` so many units `below` the plot.
        """
        left, top, right, bottom = self.box
        found = [words("y-label", (2, top - 18), y_label, anchor="start", tone="muted")]
        for share in (0, 50, 100):
            _, y = self.place(self.x[0], share / 100)
            found.append(rule(f"rule-{share}", (left, y), right - left))
            found.append(words(f"y-{share}", (left - 5, y + 4.5), str(share), anchor="end", tone="muted"))
        for tick in x_ticks:
            x, _ = self.place(tick, 0)
            found.append(words(f"x-{tick}", (x, bottom + 17), str(tick), tone="muted"))
        found.append(words("x-label", (right, bottom + below), x_label, anchor="end", tone="muted"))
        return found


@dataclass(frozen=True)
class Scene:
    """One step of a story.

    Parameters
    ----------
    heading : str
    paragraphs : sequence of str
        One to three; ``**bold**`` is bold.
    picture : sequence of parts
        In the order in which they are drawn; each has a key of its own.
    says : str
        What the picture shows, for who cannot see it.
    lesson : (str, str)
        The page that tells more, as "part/name", and the words of its link.
    """

    heading: str
    paragraphs: Sequence[str]
    picture: Sequence[Part]
    says: str
    lesson: tuple[str, str]


class Story(Output):
    """Scenes in their order; see the module.

    Parameters
    ----------
    id : str
    finding : str
        The story as one sentence with figures.
    scenes : sequence of Scene, at least two

    Raises
    ------
    ValueError
        Naming the scene and what would be right.
    """

    kind = "story"

    def __init__(self, id: str, finding: str, scenes: Sequence[Scene]) -> None:
        if len(scenes) < 2:
            raise ValueError(f"{id}: a story has two scenes or more, got {len(scenes)}")
        for number, scene in enumerate(scenes, start=1):
            keys = [part["key"] for part in scene.picture]
            if twice := [key for key in dict.fromkeys(keys) if keys.count(key) > 1]:
                raise ValueError(f"{id}, scene {number}: each part needs a key of its own, {twice[0]!r} stands twice")
            if not 1 <= len(scene.paragraphs) <= 3:
                raise ValueError(f"{id}, scene {number}: needs 1 to 3 paragraphs, got {len(scene.paragraphs)}")
            if not (scene.heading and scene.says and keys):
                raise ValueError(f"{id}, scene {number}: needs a heading, a picture and what the picture says")
        self.id, self.finding, self.scenes = id, finding, list(scenes)

    def text(self) -> str:
        blocks = [self.finding]
        for number, scene in enumerate(self.scenes, start=1):
            told = [paragraph.replace("**", "") for paragraph in scene.paragraphs]
            blocks.append("\n".join([f"{number}. {scene.heading}", *told, f"[{scene.says}]"]))
        return "\n\n".join(blocks)

    def payload(self) -> Mapping[str, Any]:
        return {
            "id": self.id,
            "finding": self.finding,
            "scenes": [
                {
                    "heading": scene.heading,
                    "paragraphs": list(scene.paragraphs),
                    "picture": list(scene.picture),
                    "says": scene.says,
                    "lesson": list(scene.lesson),
                }
                for scene in self.scenes
            ],
        }

    def lab_html(self) -> str:
        return assets.standalone(render(rounded(self.payload())))


# What a part looks like around its own origin. Colours come from classes: one picture serves light, dark and print.


def _colour(role: str) -> int:
    return ROLES[role].colour if role in ROLES else 7


def _tile(part: Mapping[str, Any]) -> str:
    (width, height), look = TILE, part["look"]
    box = attributes(class_="its-tile-box", x=-width / 2, y=-height / 2, width=width, height=height, rx=5)
    if look == "blank":
        return f"<rect{box}/>"
    place = -4 if part["right"] else 0
    text = f'<text class="its-story-ink" x="{place}" y="5" text-anchor="middle">{html.escape(part["text"])}</text>'
    tick = '<path class="its-tick-mark" d="M8 0l3 4 5-8"/>' if part["right"] else ""
    return f"<rect{box}/>{text}{tick}"


def _words(part: Mapping[str, Any]) -> str:
    tone = part["tone"]
    kind = f"its-story-role its-s{_colour(tone)}" if tone in ROLES else f"its-story-{tone}"
    # In a style: the sheet of all plots says a size of its own, which is stronger than an attribute.
    said = [f"font-size:{part['size']:g}px"] * (part["size"] != 14) + ["font-weight:bold"] * part["bold"]
    anchor = None if part["anchor"] == "start" else part["anchor"]
    style = attributes(class_=kind, style=";".join(said) or None, text_anchor=anchor)
    return f"<text{style}>{html.escape(part['text'])}</text>"


def _path(points: Points) -> str:
    return "M" + "L".join(f"{tenth(x)} {tenth(y)}" for x, y in points)


def _line(part: Mapping[str, Any]) -> str:
    role = part["role"]
    kind = f"its-line its-s{_colour(role)}{' its-strong' if part['strong'] else ''}"
    style = ROLES[role].style if role in ROLES else "line"
    dash = attributes(stroke_dasharray=DASHES[style].svg if style in DASHES else None)
    return f'<path class="{kind}" d="{_path(part["points"])}"{dash}/>'


def _area(part: Mapping[str, Any]) -> str:
    return f'<path class="its-band its-s{_colour(part["role"])}" d="{_path(part["points"])}Z"/>'


def _bar(part: Mapping[str, Any]) -> str:
    width, height = part["size"]
    kind = f"{'its-point' if part['strong'] else 'its-band'} its-s{_colour(part['role'])}"
    box = attributes(x=tenth(-width / 2), y=tenth(-height), width=tenth(width), height=tenth(height))
    return f'<rect class="{kind}"{box}/>'


def _gate(part: Mapping[str, Any]) -> str:
    half, opening = part["height"] / 2, 16
    way = f"M0 {tenth(-half)}V{-opening}M0 {opening}V{tenth(half)}"
    return f'<path class="its-gate" d="{way}"/>'


def _dot(part: Mapping[str, Any]) -> str:
    return f'<circle class="its-point its-s{_colour(part["role"])}" r="4.5"/>'


def _rule(part: Mapping[str, Any]) -> str:
    return f'<path class="its-gridline" d="M0 0H{tenth(part["length"])}"/>'


_SHAPES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    **{
        "tile": _tile,
        "words": _words,
        "line": _line,
        "area": _area,
        "bar": _bar,
        "gate": _gate,
        "rule": _rule,
        "dot": _dot,
    },
}


def _part(part: Mapping[str, Any]) -> str:
    (x, y), scale = part["at"], part["scale"]
    grown = "" if scale == 1 else f" scale({scale:g})"
    move = f"translate({tenth(x)} {tenth(y)}){grown}"
    look = f" its-{part['look']}{' its-good' if part['right'] else ''}" if part["shape"] == "tile" else ""
    return (
        f'<g class="its-part{look}" data-key="{html.escape(part["key"])}" transform="{move}">'
        f"{_SHAPES[part['shape']](part)}</g>"
    )


def picture(scene: Mapping[str, Any]) -> str:
    """Return the picture of a scene as SVG; depends on the scene's data alone."""
    # What is no longer in the next scene lies below what stays, and words lie on top.
    parts = "".join(map(_part, scene["picture"]))
    return (
        f'<svg class="its-plot its-scene-picture" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html.escape(scene["says"])}">{parts}</svg>'
    )


def _paragraph(text: str) -> str:
    bold = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(text))
    return f"<p>{bold}</p>"


@renderer("story")
def render(payload: Mapping[str, Any]) -> str:
    """Return all scenes with their pictures: complete without a script, one picture with it."""
    scenes = []
    for number, scene in enumerate(payload["scenes"], start=1):
        page, link = scene["lesson"]
        told = "".join(map(_paragraph, scene["paragraphs"]))
        # Every lesson lies in the folder of a part, beside that of the story's own page.
        more = f'<p class="its-more"><a href="../{html.escape(page)}.html">{html.escape(link)}</a></p>'
        scenes.append(
            f'<section class="its-scene" id="scene-{number}"><div class="its-told">'
            f"<h2>{html.escape(scene['heading'])}</h2>{told}{more}</div>{picture(scene)}</section>"
        )
    data = json_script({"id": payload["id"]})
    inside = f'{data}<div class="its-scenes">{"".join(scenes)}</div>'
    return f"<its-story{attributes(class_='its-story', id=payload['id'])}>{inside}</its-story>"

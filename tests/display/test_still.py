"""A picture for viewers that know neither our style nor our variables: everything stands in it."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree

import pytest
from inference_scaling.display import line_plot, still
from inference_scaling.display.palette import DASHES, TOKENS
from inference_scaling.display.still import MARKDOWN, SVG, InlineSvg, Words, blocks, escaped, picture, pictured, stills

LINE = {"id": "a", "label": "coverage", "points": [[1, 0.1], [2, 0.2]], "style": "dash", "colour": 3}
OTHER = {"id": "b", "label": "one sample", "points": [[1, 0.1], [2, 0.1]], "strong": True, "colour": 2}
SPEC = {
    "title": "It rises.",
    "x": {"label": "k", "min": 1, "max": 2},
    "y": {"label": "chance", "min": 0, "max": 1},
    "series": [LINE, OTHER],
    "marks": [{"x": 2, "y": 0.2, "label": "0.20"}],
}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def drawn() -> ElementTree.Element:
    return ElementTree.fromstring(
        picture("It rises.", [Words("It rises.", bold=True), *blocks(line_plot.figure(SPEC))])
    )


def named(root: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return root.findall(f".//{{http://www.w3.org/2000/svg}}{tag}")


def test_picture_needs_no_style_no_script_and_no_variable() -> None:
    text = ElementTree.tostring(drawn(), encoding="unicode")
    assert not re.search(r"var\(|class=|style|<script|href=\"http", text)


def test_every_text_reads_on_the_ground_that_the_picture_brings() -> None:
    root = drawn()
    ground = named(root, "rect")[0]
    assert (ground.get("width"), ground.get("height")) == tuple(root.get("viewBox").split()[2:])
    paper = luminance(ground.get("fill"))
    texts = named(root, "text")
    assert {"It rises.", "k", "chance", "0.20", "coverage", "one sample"} <= {text.text for text in texts}
    for text in texts:
        assert (paper + 0.05) / (luminance(text.get("fill")) + 0.05) >= 4.5, text.text
        assert float(text.get("font-size")) >= 11


def test_lines_keep_the_colour_dash_and_weight_of_the_page() -> None:
    lines = {path.get("stroke"): path for path in named(drawn(), "path") if path.get("stroke-width") not in ("1", None)}
    dashed, strong = lines[TOKENS["c3"].light], lines[TOKENS["c2"].light]
    assert dashed.get("stroke-dasharray") == DASHES["dash"].svg and strong.get("stroke-dasharray") is None
    assert float(strong.get("stroke-width")) > float(dashed.get("stroke-width")) > 1
    assert dashed.get("fill") == strong.get("fill") == "none"


def test_markdown_form_holds_the_very_picture_and_its_name() -> None:
    forms = pictured('The "best" k < 3', [Words("x")])
    address = re.fullmatch(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)">', forms[MARKDOWN])
    assert address[1] == "The &quot;best&quot; k &lt; 3"
    assert base64.b64decode(address[2]).decode() == forms[SVG]


def test_long_words_break_into_lines_that_fit() -> None:
    texts = named(ElementTree.fromstring(picture("n", [Words("Wide MMMM words " * 20)])), "text")
    assert len(texts) > 5
    assert all(len(text.text) < 50 for text in texts)
    assert " ".join(text.text for text in texts) == ("Wide MMMM words " * 20).strip()


def test_a_drawing_is_made_smaller_and_never_larger() -> None:
    sizes = [
        named(ElementTree.fromstring(picture("n", [InlineSvg(f'<svg viewBox="0 0 {wide} 100"></svg>')])), "svg")[0]
        for wide in (210, 840)
    ]
    assert [(size.get("width"), size.get("height")) for size in sizes] == [("210", "100"), ("420", "50")]


def test_markdown_shows_signs_as_they_are() -> None:
    assert not re.search(r"[*_`$\[\]<>|]", escaped("*a* _b_ `c` $d$ [e] <f> |"))


def test_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="'mystery' look unrun; known"):
        stills("mystery", {})


def test_rules_inside_two_conditions_are_of_no_picture():
    sheet = "a { b: c } @media x { @media y { d { e: f } g { h: i } } j { k: l } } m { n: o } @media q { r { s: t } }"
    assert still._without_conditions(sheet).split() == ["a", "{", "b:", "c", "}", "m", "{", "n:", "o", "}"]

"""What stands in a notebook that nobody runs: pictures at rest, formulas, questions without their answers."""

from __future__ import annotations

import base64
import re
from importlib import import_module

from inference_scaling.display.output import Output, rounded
from inference_scaling.display.still import MARKDOWN, PLAIN, SVG
from inference_scaling.interactive import search_tree
from inference_scaling.interactive.prediction import Prediction
from inference_scaling.lessons.setup.replays import ANSWERS_REPLAY
from inference_scaling.lessons.theorem import predictions as theorem
from inference_scaling.site import sphinx_ext, stills

BOOK = {
    "setup": "S2 S4 S5 S6 S7 S8 S9",
    "theorem": "T1 T2 T5 T6",
    "phenomena": "P2 P3 P4 P5 P6 P9",
    "confusions": "C3 C5 C6 C7",
}


def forms(shown: Output) -> dict[str, str]:
    return stills.forms(shown.kind, rounded(shown.payload()))


def picture_in(markdown: str) -> str:
    return base64.b64decode(re.search(r"base64,([^\"]*)", markdown)[1]).decode()


def questions() -> list[Prediction]:
    modules = {part: import_module(f"inference_scaling.lessons.{part}.predictions") for part in BOOK}
    return [getattr(modules[part], name) for part, names in BOOK.items() for name in names.split()]


def test_every_kind_that_a_page_shows_has_a_form_unrun() -> None:
    assert set(stills.MODULES) == set(sphinx_ext.RENDERERS)


def test_a_question_unrun_shows_its_choices_and_no_answer() -> None:
    asked = questions()
    assert len(asked) >= 15
    for one in asked:
        payload, found = rounded(one.payload()), forms(one)
        assert found[PLAIN] == one.text()
        told = payload.get("choices") or payload["beliefs"]
        plain = found[MARKDOWN].replace("&#x27;", "'")
        assert plain.startswith("**") and plain.count("\n- ") == len(payload.get("choices", ()))
        for answer in (payload["truth"], *(each["reply"] for each in told)):
            assert answer not in found[PLAIN] + plain


def test_a_question_about_a_plot_shows_the_plot_and_asks_for_a_number() -> None:
    found = forms(theorem.T5)
    assert found[PLAIN].endswith("Your number, from 1 to 100 independent programs:")
    assert "<path" in picture_in(found[MARKDOWN])


def test_a_picture_that_answers_a_question_is_folded_below_it_and_nowhere_bare() -> None:
    found = forms(ANSWERS_REPLAY)
    question, _, folded = found[MARKDOWN].partition("<details><summary>Show me</summary>")
    assert SVG not in found and "<img" in folded and "<img" not in question
    assert found[PLAIN] == ANSWERS_REPLAY.text() == ANSWERS_REPLAY.bet.text()
    for answer in (ANSWERS_REPLAY.finding, ANSWERS_REPLAY.bet.finding):
        assert answer not in question + found[PLAIN]


def test_replay_shows_each_sample_and_rings_the_picked_one() -> None:
    svg = picture_in(forms(ANSWERS_REPLAY)[MARKDOWN])
    assert svg.count('rx="3"') == ANSWERS_REPLAY.size
    assert svg.count('stroke-width="3"') == 1
    assert svg.count("✓</text>") == int(ANSWERS_REPLAY.pools[ANSWERS_REPLAY.rest["pool"]].correct.sum())


def test_explorable_at_rest_has_its_sentence_and_its_settings() -> None:
    module = import_module("inference_scaling.lessons.theorem.explorables")
    shown = getattr(module, module.__all__[0])
    svg = forms(shown)[SVG]
    text = " ".join(re.findall(r">([^<>]*)</text>", svg))
    assert shown.finding.split()[0] in text and "At rest:" in text
    assert all(control.label.split()[0] in text for control in shown.controls)
    assert all(panel.y.label in text and panel.x.label in text for panel in shown.panels)


def test_derivation_shows_every_line_as_a_formula_with_its_reason() -> None:
    module = import_module("inference_scaling.lessons.theorem.derivations")
    shown = next(one for one in vars(module).values() if getattr(one, "kind", "") == "derivation" and one.plot)
    markdown = forms(shown)[MARKDOWN]
    assert markdown.count("$$\n") == 2 * len(shown.steps)
    assert all(f"$$\n{step.tex}\n$$" in markdown for step in shown.steps)
    assert "<path" in picture_in(markdown)


def node(parent: int, fate: str, label: str, round_: int, **more: object) -> dict[str, object]:
    return {"parent": parent, "fate": fate, "label": label, "round": round_, **more}


def test_search_shows_every_node_with_its_score_and_marks_the_way_to_the_chosen_one() -> None:
    payload = {
        "id": "x",
        "title": "A beam of 1",
        "finding": "Of 3 steps 1 is pruned.",
        "score": "PRM",
        "words": ["good", "bad"],
        "correct": True,
        "nodes": [
            node(-1, "start", "go", 0),
            node(0, "pruned", "a<b", 1, score=0.25),
            node(0, "kept", "b", 1, score=0.5),
            node(2, "chosen", "c", 2, score=0.75),
        ],
    }
    svg = stills.forms("tree", payload)[SVG]
    for text in ("go", "a&lt;b 0.25", "b 0.5", "c 0.75", "✕", "★"):
        assert f">{text}</text>" in svg
    assert search_tree.way(payload["nodes"]) == {2, 3}
    assert svg.count('stroke-width="2"') == 2

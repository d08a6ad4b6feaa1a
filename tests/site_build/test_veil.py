"""What answers a question is marked at build: the named parts, or those that follow; and only parts that are there."""

from __future__ import annotations

import re

import pytest
from docutils import nodes
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive.prediction import Choice, Prediction
from inference_scaling.lessons.setup.replays import ANSWERS_REPLAY
from inference_scaling.site import veil


def asked(*headings: str) -> nodes.raw:
    one = Prediction(
        id="X1",
        question="How many?",
        choices=(Choice("one", "Because."), Choice("two", "It is.")),
        right=1,
        truth="2 it is.",
        answered_in=headings,
    )
    return nodes.raw("", to_html(one.kind, rounded(one.payload())), format="html")


def page(question: nodes.Node, *after: str) -> nodes.document:
    """A page of four parts, each with one paragraph; the question, in a cell, stands in the second."""
    document = nodes.document(None, None)
    top = nodes.section("", nodes.title("", "A page"))
    document += top
    for name in ("First", "A question first", "See it", "State it"):
        part = nodes.section("", nodes.title("", name))
        if name == "A question first":
            part += nodes.container("", question)
            part.extend(nodes.paragraph("", text) for text in after)
        else:
            part += nodes.paragraph("", f"text of {name}")
        top += part
    return document


def covered(document: nodes.document) -> str:
    """The page as its headings and texts, with what is covered between brackets."""
    found = ""
    for node in document.findall():
        if isinstance(node, nodes.raw):
            text = node.astext()
            found += "[" if text.startswith('<div class="its-veiled"') else "]" if text == "</div>" else "? "
        elif isinstance(node, (nodes.title, nodes.paragraph)):
            found += f"{node.astext()}. "
    return found.replace(" ]", "] ").strip()


def test_without_names_the_rest_of_the_part_and_the_next_are_covered() -> None:
    document = page(asked(), "so it is")
    veil.cover(document)
    assert covered(document) == (
        "A page. First. text of First. A question first. ? [so it is.] See it. [text of See it.] "
        "State it. text of State it."
    )


def test_named_parts_alone_are_covered() -> None:
    document = page(asked("State it"), "to understand the question")
    veil.cover(document)
    assert covered(document).endswith(
        "? to understand the question. See it. text of See it. State it. [text of State it.]"
    )


def test_question_at_the_end_of_its_part_covers_nothing_empty() -> None:
    document = page(asked())
    veil.cover(document)
    assert "[]" not in covered(document)


@pytest.mark.parametrize("heading", ["Prove it", "First"])
def test_part_that_does_not_follow_is_named_with_those_that_do(heading: str) -> None:
    message = re.escape(
        f"prediction X1 is answered in '{heading}', but no part after the question has that heading; "
        "there are 'See it', 'State it'"
    )
    with pytest.raises(ValueError, match=message):
        veil.cover(page(asked(heading)))


def test_question_of_a_figure_covers_its_own_figure_alone() -> None:
    figure = to_html(ANSWERS_REPLAY.kind, rounded(ANSWERS_REPLAY.payload()))
    document = page(nodes.raw("", figure, format="html"), "after it")
    before = covered(document)
    veil.cover(document)
    assert covered(document) == before
    question, _, answer = figure.partition('<div class="its-veiled" data-question="again">')
    assert "its-question" in question and "its-tiles" in answer and ANSWERS_REPLAY.finding in answer
    assert ANSWERS_REPLAY.finding not in re.sub("<script.*?</script>", "", question)

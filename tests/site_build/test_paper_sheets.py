"""Questions on paper: asked where they stand, answered at the end of their page."""

from __future__ import annotations

from inference_scaling.display.output import rounded, to_html
from inference_scaling.lessons import recall
from inference_scaling.lessons.setup import predictions
from inference_scaling.site.paper.sheets import Chapter, sheet


def test_questions_from_memory_are_answered_behind_the_page_s_text():
    shown = [predictions.S9, recall.at("setup/pass_at_k")]
    parts = "".join(to_html(one.kind, rounded(one.payload())) for one in shown)
    markup = f'<article class="bd-article"><h1>Title</h1><p>Text.</p>{parts}</article>'
    body = sheet(markup, Chapter("Setup", "book/setup/pass_at_k"), {}).body
    answers = body.select_one(".its-answers").extract()
    asked = [one.question for one in shown[1].asked]
    assert len(answers.select(".its-answered")) == 1 + len(asked)
    assert len(body.select(".its-recall__one .its-choices li")) == sum(len(one.choices) for one in asked)
    assert body.get_text().count("The answer is on page") == 1 + len(asked)
    for reply in ("Coverage is a ceiling", "one sample drawn twice is not two tries"):
        assert reply in answers.get_text() and reply not in body.get_text()
    assert "✓" not in body.get_text() and answers.get_text().count("✓ Right.") == len(asked)
    assert not body.select("button, input, script, details")

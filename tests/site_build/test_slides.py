"""Slides of a lesson: its question before its answer, every figure by its finding, and nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from inference_scaling.display.output import payloads
from inference_scaling.site import slides
from inference_scaling.site.teaching import guide

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
ACTIVITY = guide.Activity(10, "Cards.", "A game.", "And now?")
ENTRY = guide.GuideEntry("setup/x", "Students can.", "Why <so>?", ACTIVITY)


def data(notebook, kind: str) -> list:
    return [
        found
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for one, found in payloads(output.get("data", {}))
        if one == kind
    ]


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides, "rendered", lambda kind, payload: f"<p>{kind}</p>")


def test_every_lesson_shows_its_question_its_findings_and_its_text_without_marks_of_its_source(undrawn: None) -> None:
    for path in LESSONS:
        notebook = nbformat.read(path, as_version=4)
        made = slides.slides(notebook, {}, ENTRY, [])
        headings = [one.heading for one in made]
        for asked in data(notebook, "prediction"):
            at = headings.index(asked["truth"])
            assert asked["truth"] not in made[at - 1].body and made[at - 1].heading == "A question first", path
        assert [one for one in data(notebook, "figure") if one["finding"] not in headings] == [], path
        assert "Summary" in headings or path.parent.name == "setup", path
        for one in made:
            assert not re.search(r"\]\(|\$|:::|\*\*", re.sub(r"<math.*?</math>", "", one.body, flags=re.S)), (path, one)


def test_a_lesson_becomes_slides_in_the_order_of_its_page(undrawn: None) -> None:
    notebook = nbformat.read(ROOT / "book" / "setup" / "pass_at_k.ipynb", as_version=4)
    made = slides.slides(notebook, {"thm-small-chances": "Theorem 1.6"}, ENTRY, ["S-2", "S-Q1"])
    assert [one.heading.partition(":")[0] for one in made] == [
        "pass@N",
        "A question first",
        "pass@5 is estimated as 0.778",
        "Definition. pass@k and coverage",
        "Theorem. An unbiased estimate",
        "Theorem 1.6. Two approximations and their errors",
        data(notebook, "figure")[0]["finding"].partition(":")[0],
        data(notebook, "figure")[1]["finding"].partition(":")[0],
        "In class, 10 minutes",
        "Discuss",
        "Summary",
        "Tasks",
    ]
    assert "✗" not in made[1].body and made[2].body.count("✗ ") == 3 and made[2].body.count("✓ ") == 1
    assert "<math" in made[4].body and "Chen et al., 2021" in made[4].body and "<a" not in made[4].body
    assert made[8].body == "<p>A game.</p><p><strong>Afterwards.</strong> And now?</p>"
    assert made[9].body == "<p>Why &lt;so&gt;?</p>"
    assert made[11].body == "<ul><li>S-2 · pass@k from a few samples (2 points, 5 min)</li></ul>"


def test_a_figure_keeps_the_licence_that_stands_beside_it(undrawn: None) -> None:
    notebook = nbformat.read(ROOT / "book" / "confusions" / "direct_or_step_by_step.ipynb", as_version=4)
    findings = [one["finding"] for one in data(notebook, "figure")]
    shown = [one.body for one in slides.slides(notebook, {}, None, []) if one.heading in findings]
    assert len(shown) == 3 and all("LiveCodeBench" in body and "CC BY-SA 4.0" in body for body in shown)


def test_a_file_asks_for_nothing_from_elsewhere_and_a_name_that_is_no_lesson_is_refused(
    tmp_path: Path, undrawn: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert slides.main(["book/setup/pass_at_k.ipynb", "--to", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'setup' / 'pass_at_k.html'}\n"
    text = (tmp_path / "setup" / "pass_at_k.html").read_text(encoding="utf-8")
    assert re.findall(r'<link|\bsrc="|@import|url\((?!"data:)', text) == []
    assert re.findall(r"https?://(?!www\.w3\.org/)\S+", text) == []
    assert slides.main(["setup/pass_at", "--to", str(tmp_path)]) == 2
    assert "there is no lesson 'setup/pass_at' with slides; there are setup/" in capsys.readouterr().err

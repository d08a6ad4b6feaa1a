"""What an instructor plans with: a guide that has every lesson, plans that leave nothing out and keep their hours."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from inference_scaling.lessons import registry
from inference_scaling.site import minutes, paths
from inference_scaling.site.teaching import PAGES, guide, syllabus

ROOT = Path(__file__).parents[2]
ENTRY = """[[lesson]]
page = "{page}"
aim = "Students can say it."
discuss = "Why?"

[lesson.activity]
minutes = {minutes}
bring = "Cards."
happens = "A game."
ask = "{ask}"
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of two lessons, one of them of the real book, with its guide."""
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n  - caption: Setup\n    chapters:\n"
        "      - file: book/setup/ten_minutes\n      - file: book/setup/best_of_n\n",
        encoding="utf-8",
    )
    (tmp_path / "book" / "setup").mkdir(parents=True)
    for name in ("ten_minutes.md", "best_of_n.ipynb"):
        shutil.copy(ROOT / "book" / "setup" / name, tmp_path / "book" / "setup" / name)
    write(
        tmp_path,
        *(ENTRY.format(page=f"setup/{page}", minutes=10, ask="What?") for page in ("ten_minutes", "best_of_n")),
    )
    return tmp_path


def write(root: Path, *entries: str) -> None:
    folder = root / guide.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "setup.toml").write_text("\n".join(entries), encoding="utf-8")


def test_every_lesson_of_the_book_has_its_entry_and_every_entry_its_lesson() -> None:
    assert list(guide.problems(ROOT)) == []


def test_a_missing_entry_is_named_with_what_to_write_and_where(book: Path) -> None:
    assert list(guide.problems(book)) == []
    write(book, ENTRY.format(page="setup/ten_minutes", minutes=10, ask="What?"))
    (told,) = guide.problems(book)
    assert "book/setup/best_of_n has no entry" in told
    assert 'book/teaching/guide/setup.toml a [[lesson]] with page = "setup/best_of_n", aim, discuss' in told


def test_an_entry_of_a_lesson_that_is_gone_is_named(book: Path) -> None:
    path = book / guide.FOLDER / "setup.toml"
    path.write_text(path.read_text() + ENTRY.format(page="setup/gone", minutes=10, ask="What?"), encoding="utf-8")
    (told,) = guide.problems(book)
    assert "an entry for setup/gone, which is no lesson" in told


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (ENTRY.format(page="setup/x", minutes=10, ask=" "), "setup/x: activity: ask is missing or empty"),
        (ENTRY.format(page="setup/x", minutes=20, ask="What?"), "whole number from 5 to 15, got 20"),
        (
            ENTRY.format(page="theorem/x", minutes=10, ask="What?"),
            "stands in setup.toml, and belongs into theorem.toml",
        ),
        (ENTRY.format(page="setup/x", minutes=10, ask="What?") * 2, "setup/x: has two entries"),
        (ENTRY.format(page="setup/x", minutes=10, ask="What?").replace("discuss", "talk"), "'talk' is not known"),
        (ENTRY.format(page="setup/x", minutes=10, ask="What?").replace('"Why?"', "3"), "discuss must be a text, got 3"),
        ("[[lesson]\n", "setup.toml"),
    ],
)
def test_a_malformed_entry_is_refused_by_name(tmp_path: Path, entry: str, told: str) -> None:
    write(tmp_path, entry)
    with pytest.raises(guide.GuideError, match=re.escape(told)):
        guide.read(tmp_path)


def test_difficulties_are_the_wrong_choices_and_the_slips_of_the_lesson_and_no_right_answer(book: Path) -> None:
    found = guide.difficulties(book, "book/setup/best_of_n")
    beliefs = [one.belief for one in found]
    assert beliefs[0] == "More often: honest scores pick better"
    assert "Exactly as often" not in beliefs
    slips = [one for one in found if one.source == "S-3 · Best-of-2 from a pool"]
    assert [one.belief for one in slips] == [slip.id.replace("-", " ") for slip in registry.find("S-3").misconceptions]
    assert all(re.search(r"\w", one.reply) and "{" not in one.reply for one in found)


def test_the_page_shows_a_lesson_with_its_minutes_its_difficulties_and_its_activity(book: Path) -> None:
    ten, best = PAGES["guide setup"](book, "../../")
    assert (ten.title, best.title) == ("Ten minutes: ask a model again", "Best-of-N")
    assert "no question to predict" in ten.html
    its_minutes = paths.head(ROOT, "book/setup/best_of_n").minutes
    for text in (
        "../../book/setup/best_of_n.html",
        f"{its_minutes} minutes to read",
        "In class, 10 minutes",
        "<dd>A game.</dd>",
    ):
        assert text in best.html, text
    assert "S-3 · Best-of-2 from a pool" in best.html


def test_names_of_code_in_a_reply_are_marked_as_code() -> None:
    shown = "".join(section.html for section in PAGES["guide workshop"](ROOT, "../../"))
    assert "<code>itertools.combinations</code>" in shown and "`" not in shown


@pytest.fixture(scope="module")
def plan() -> syllabus.Syllabus:
    return syllabus.load(ROOT)


@pytest.fixture(scope="module")
def on_paths() -> list[minutes.Page]:
    return minutes.pages(ROOT)[0]


def test_the_plans_leave_nothing_out_and_keep_their_hours(
    plan: syllabus.Syllabus, on_paths: list[minutes.Page]
) -> None:
    assert list(syllabus.problems(plan, on_paths)) == []


def test_a_plan_that_is_wrong_says_which_lesson_task_or_week(
    plan: syllabus.Syllabus, on_paths: list[minutes.Page]
) -> None:
    text = (ROOT / syllabus.FILE).read_text(encoding="utf-8")
    for old, new in (
        ('"setup/best_of_n", ', ""),
        ('"S-1", "S-3"', '"S-3", "S-3"'),
        ("most_hours = 4", "most_hours = 3"),
        ('  { lesson = "laboratory/your_own_data" },\n', ""),
    ):
        assert old in text
        text = text.replace(old, new)
    told = "\n".join(syllabus.problems(syllabus.plans(text, plan.lessons, plan.entries), on_paths))
    assert "book/setup/best_of_n is on the course path and stands in 0 weeks" in told
    assert "week 2 has book/setup/pass_at_k, which needs book/setup/best_of_n" in told
    assert "the task S-1 stands in 0 weeks" in told and "the task S-3 stands in 2 weeks" in told
    assert re.search(r"week 3 takes 3\.\d hours, at most 3 are promised", told)
    assert "session 3 takes 50 minutes, 60 are promised" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("setup/best_of_n", "setup/best_of", "week 2: 'setup/best_of' is no lesson"),
        ('"S-2"', '"S-99"', "week 3: there is no task 'S-99'"),
        ("talk =", "speech =", "a step has one of lesson, activity, talk"),
        ("most_hours", "most", "the entry 'most_hours' is missing"),
        ("[three_hours]", "[three_hours", "is no TOML"),
    ],
)
def test_a_plan_with_an_unknown_name_is_refused(plan: syllabus.Syllabus, old: str, new: str, told: str) -> None:
    text = (ROOT / syllabus.FILE).read_text(encoding="utf-8").replace(old, new)
    with pytest.raises(syllabus.SyllabusError, match=re.escape(told)):
        syllabus.plans(text, plan.lessons, plan.entries)


def test_the_weeks_show_their_lessons_tasks_and_sums_and_the_hours_their_minutes(
    plan: syllabus.Syllabus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syllabus, "load", lambda _: plan)
    in_all, first, *_ = PAGES["term"](ROOT, "../../")
    assert re.search(r"13 weeks, \d+\.\d hours of work", in_all.html)
    assert first.title == "Week 1" and "S-4 (6), S-6 (5)" in first.html and "11 minutes of tasks" in first.html
    hour = PAGES["three-hours"](ROOT, "../../")[0].html
    assert "Minute 0 to 10: read" in hour and re.search(r"Minute (\d+) to (?!\1\b)\d+: in class", hour)
    assert re.findall(r"Minute \d+ to (\d+):", hour)[-1] == "60"

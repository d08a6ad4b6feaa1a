"""An examination: the same for a term byte by byte, other numbers in another term, a key that stays with markers."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from inference_scaling.answers.task import Number, parameters
from inference_scaling.classroom.course import Course
from inference_scaling.grading import exam as exams
from inference_scaling.grading.report.pages import Pages
from inference_scaling.lessons import registry

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / exams.QUESTIONS).read_text(encoding="utf-8")
COURSE = Course("autumn-2026", "a-private-key")
ONE = 'title = "T"\naids = "A."\n[[question]]\ntask = "{task}"\npoint = "p"\npoints = {points}\nslips = {{ {slips} }}\n'


def pages(folder: Path, term: str = "2026-autumn", course: Course = COURSE) -> tuple[str, str]:
    paths = exams.written(exams.exam(term, course, TEXT), folder, Pages())
    return paths[0].read_text(encoding="utf-8"), paths[1].read_text(encoding="utf-8")


def drawn(made: exams.Exam) -> list[str]:
    """The statements of the questions that come with numbers of their own."""
    return [
        question.statement
        for question, answer in zip(made.questions, made.answers, strict=True)
        if registry.find(answer.task).book
    ]


def test_a_term_gives_the_same_files_and_another_one_other_numbers_in_every_question(tmp_path: Path) -> None:
    assert pages(tmp_path / "a") == pages(tmp_path / "b")
    autumn, spring = (drawn(exams.exam(term, COURSE, TEXT)) for term in ("2026-autumn", "2027-spring"))
    assert len(autumn) == 10
    assert not set(autumn) & set(spring)


def test_the_term_alone_does_not_make_the_key_of_a_course_with_a_secret() -> None:
    known, secret = (
        exams.exam("2026-autumn", course, TEXT) for course in (Course("autumn-2026", "autumn-2026"), COURSE)
    )
    assert (known.secret, secret.secret) == (False, True)
    assert set(drawn(known)) != set(drawn(secret))
    assert {answer.value for answer in known.answers} != {answer.value for answer in secret.answers}


def test_no_question_has_the_numbers_of_the_book_of_the_notebooks_or_of_the_grading() -> None:
    tasks = [registry.find(answer.task) for answer in exams.exam("x", COURSE, TEXT).answers]
    for term in ("2026-autumn", "2027-spring", "2027-autumn", "2028-spring"):
        for task in tasks:
            if task.book:
                others = [task.book, parameters(task, COURSE.cohort), parameters(task, COURSE.graded)]
                assert exams.numbers(task, term, COURSE) not in others, (term, task.id)


def test_the_key_has_the_value_the_working_and_every_slip_and_the_exam_none_of_them(tmp_path: Path) -> None:
    paper, key = (html.unescape(page) for page in pages(tmp_path))
    made = exams.exam("2026-autumn", COURSE, TEXT)
    for question, answer in zip(made.questions, made.answers, strict=True):
        task = registry.find(answer.task)
        assert question.statement in paper and question.statement in key
        assert answer.working in key and answer.working not in paper
        if isinstance(task.answer_type, Number):
            right = float(task.reference(**exams.numbers(task, "2026-autumn", COURSE)))
            assert float(answer.value.replace("−", "-")) == pytest.approx(right, rel=1e-4)
            assert f"<strong>{answer.value}</strong>" in key
        assert [slip.name for slip in answer.slips] == [one.id.replace("-", " ") for one in task.misconceptions]
        for slip in answer.slips:
            assert slip.says in key and slip.says not in paper
    assert "Working" not in paper and COURSE.graded not in paper + key
    assert made.points == sum(int(points) for points in re.findall(r"<h2>.*\((\d+) points\)", paper)) == 48


def test_an_answer_rounded_to_three_digits_is_right_and_no_slip_is() -> None:
    for term in ("2026-autumn", "2027-spring"):
        for answer in exams.exam(term, COURSE, TEXT).answers:
            found = re.fullmatch(r"From (\S+) to (\S+) is right\.", answer.accepted)
            if found:
                low, high = map(float, found.groups())
                assert low <= float(f"{float(answer.value):.3g}") <= high
                assert not [slip for slip in answer.slips if low <= float(slip.value.replace("−", "-")) <= high]


@pytest.mark.parametrize(
    ("text", "term", "told"),
    [
        (TEXT, "autumn 2026", "letters, digits, '.', '_' and '-', as 2026-autumn; got 'autumn 2026'"),
        (ONE.format(task="T-99", points=3, slips=""), "t", "question 1: there is no task 'T-99'"),
        (ONE.format(task="T-4", points=3, slips=""), "t", "question 1: T-4 asks for a function"),
        (ONE.format(task="T-1", points=0, slips=""), "t", "whole number from 1 on, got 0"),
        (
            ONE.format(task="T-1", points=3, slips="small-p = 1"),
            "t",
            "those of T-1, rounded-down, small-p; got small-p",
        ),
        (ONE.format(task="T-1", points=3, slips="small-p = 1, rounded-down = 3"), "t", "below 3, got 3"),
        ("title = 1", "t", "has no 'question'"),
        ("question = []", "t", "needs at least one [[question]]"),
        ("question = 3", "t", "needs at least one [[question]]"),
        ("[[question]", "t", "is no TOML"),
    ],
)
def test_what_cannot_be_an_exam_is_refused_by_name(text: str, term: str, told: str) -> None:
    with pytest.raises(exams.ExamError, match=re.escape(told)):
        exams.exam(term, COURSE, text)


def test_the_command_says_when_nothing_is_secret_and_when_it_wrote_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert exams.main(["2026-autumn", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "Nothing of this key is secret" in told.err and "12 questions, 48 points" in told.out
    course = tmp_path / "course.toml"
    course.write_text('cohort = "a"\ngraded = "b"\n', encoding="utf-8")
    assert exams.main(["2026-autumn", "--course", str(course), "--out", str(tmp_path / "own")]) == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "exam.html").read_text() != (tmp_path / "own" / "exam.html").read_text()
    assert exams.main(["../x", "--out", str(tmp_path / "none")]) == 2
    assert "No examination was written" in capsys.readouterr().err and not (tmp_path / "none").exists()


def test_the_key_is_accessible_and_neither_page_scrolls_sideways_on_a_phone(tmp_path: Path) -> None:
    pages(tmp_path)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme="dark")
        for name in ("exam.html", "exam_key.html"):
            page.goto((tmp_path / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        # The page for students has the same parts, and fewer.
        found = Axe().run(page).response["violations"]
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]

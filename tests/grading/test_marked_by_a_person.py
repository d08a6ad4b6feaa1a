"""A text, a proof and a figure from the instructor's file to the gradebook: they wait for a person and are never 0."""

import csv
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.answers.collect import collect
from inference_scaling.answers.judge import UNTOUCHED, WAITING, WRONG_KIND, judge, request
from inference_scaling.answers.task import Picture, Task, Written
from inference_scaling.classroom import release as exercises
from inference_scaling.classroom import session as desk
from inference_scaling.cli import main
from inference_scaling.grading import figures, marks, rubric
from inference_scaling.grading.marks import Conflict, GivenMark, Marking
from inference_scaling.grading.rubric import Item, RubricSheet
from inference_scaling.grading.tables import CourseError
from inference_scaling.lessons import registry
from marked_part import RUBRIC, hand_in, hand_out, png, project
from PIL import Image

GRADE = ("grade", "in", "--out", "report", "--cohort", "autumn")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose part was handed out."""
    monkeypatch.setattr(registry, "PRIVATE", project(tmp_path))
    monkeypatch.chdir(tmp_path)
    hand_out(tmp_path)
    return tmp_path


def test_a_part_that_a_person_marks_is_rehearsed_as_any_other(course, capsys):
    try:
        assert exercises.main(["statements"]) == 0
        assert exercises.main(["private", "--cohorts", "2"]) == 0
    finally:
        desk.start("theorem", names={})
    assert "essay: 4 tasks, 15 points: right in 2 cohorts" in capsys.readouterr().out
    cells = [cell["source"] for cell in json.loads((course / "handed-out" / "essay.ipynb").read_text())["cells"]]
    (asked,) = [cell for cell in map("".join, cells) if cell.startswith("## V-3")]
    assert "*figure · 4 points · 5 minutes*" in asked and "store its axes in `answer_3`" in asked


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def book(folder):
    return {row["student"]: row for row in rows(folder / "report" / "gradebook.csv")}


def stored(folder, student):
    result = json.loads((folder / "report" / "results" / f"{student}_essay.json").read_text(encoding="utf-8"))
    return {task["id"]: task for task in result["tasks"]}


ESSAY = {
    "V-1": 'reason = "one of them may be right"\nanswer_1 = f"Because {reason}: " + "so. " * 700',
    "V-2": 'answer_2 = r"Let $p > 0$. <script>alert(1)</script>"',
    "V-4": "def doubled(x):\n    return x + x",
}


def test_what_a_person_marks_waits_and_counts_once_it_is_marked(course, capsys):
    hand_in(course / "in", "ada", ESSAY, png())
    hand_in(course / "in", "bob", {"V-1": "More samples are more tries, so I think", "V-4": ESSAY["V-4"]})
    hand_in(course / "in", "eve")
    capsys.readouterr()
    (course / "course.toml").write_text('[parts.essay]\ncanvas = "Essay"\n', encoding="utf-8")
    run = [*GRADE, "--course", "course.toml"]
    assert main(run) == 1
    said = capsys.readouterr().out
    assert "To be marked: 2 of V-1, 1 of V-2, 1 of V-3." in said and "inference-scaling review report" in said
    ada, bob, eve = (book(course)[student] for student in ("ada", "bob", "eve"))
    assert [ada[task] for task in ("V-1", "V-2", "V-3")] == [WAITING] * 3 and float(ada["V-4"]) == 3
    # Nothing says how many points these are, so no number stands there; what nobody began is 0 without a person.
    assert (ada["essay"], ada["essay state"]) == ("", WAITING)
    assert (bob["V-1"], float(bob["V-2"]), bob["essay"]) == (WAITING, 0, "")
    assert (float(eve["essay"]), eve["essay state"]) == (0, "graded")
    listed = (course / "report" / "moodle" / "essay.csv").read_text(encoding="utf-8")
    assert "eve" in listed and "ada" not in listed and "bob" not in listed
    page = (course / "report" / "feedback" / "ada_essay.html").read_text(encoding="utf-8")
    assert "Not all of this is marked yet." in page and "worth 4 points" in page and "0 of 4" not in page
    assert "To be marked by a person" in (course / "report" / "index.html").read_text(encoding="utf-8")
    results = stored(course, "ada")
    assert results["V-1"]["text"].startswith("Because one of them may be right: so. ")
    assert len(results["V-1"]["text"]) > 2_000
    # What is no Python is still what the student wrote.
    assert stored(course, "bob")["V-1"]["code"] == "More samples are more tries, so I think"

    (course / "report" / "rubric.toml").write_text(RUBRIC, encoding="utf-8")
    (course / "report" / "marks.csv").write_text(
        "student;task;items;points;comment\nada;V-1;Reason (in part);1,0;Well =seen\n"
        "ada;V-2;;2,5;\nada;V-3;;4;\nbob;V-1;;0;No.\nnobody;V-1;;1;\n",
        encoding="utf-8",
    )
    assert main(run) == 0
    said = capsys.readouterr().out
    assert "0 graded now" in said and "Marks of students who handed nothing in: nobody." in said
    ada, bob = book(course)["ada"], book(course)["bob"]
    assert [float(ada[task]) for task in ("V-1", "V-2", "V-3", "V-4", "essay")] == [1, 2.5, 4, 3, 10.5]
    assert (float(bob["V-1"]), float(bob["essay"])) == (0, 3)
    page = (course / "report" / "feedback" / "ada_essay.html").read_text(encoding="utf-8")
    assert "Given: Reason (in part)." in page and "Well =seen" in page and "marked by a person, 1 of 4 points" in page
    moved = {(row["student"], row["task"]): row for row in rows(course / "report" / "changes.csv")}
    assert moved["ada", "V-2"]["points before"] == "" and moved["ada", "V-2"]["why"] == "mark by a person"
    # A correction by hand goes before a mark.
    with (course / "report" / "overrides.csv").open("a", encoding="utf-8") as file:
        file.write("bob,V-1,4,read again\n")
    assert main(run) == 0
    assert float(book(course)["bob"]["essay"]) == 7


def test_a_mark_whose_item_was_renamed_or_whose_answer_changed_goes_before_a_person(course, capsys):
    hand_in(course / "in", "ada", ESSAY)
    hand_in(course / "in", "bob", {**ESSAY, "V-2": "answer_2 = 'as before'"})
    report = course / "report"
    assert main(GRADE) == 1
    (report / "rubric.toml").write_text(RUBRIC, encoding="utf-8")
    for student in ("ada", "bob"):
        for task, points, items in (("V-1", 4, ("Reason", "Example")), ("V-2", 2, ("Idea",))):
            mark = GivenMark(student, task, points, items, answer=stored(course, student)[task]["answer"])
            marks.save(report / "marks.csv", student, task, mark, "")
    assert main(GRADE) == 0
    (report / "rubric.toml").write_text(RUBRIC.replace('"Example"', '"An example"'), encoding="utf-8")
    hand_in(course / "in", "bob", {**ESSAY, "V-2": "answer_2 = 'another'"})
    capsys.readouterr()
    assert main(GRADE) == 1
    assert "To be marked: 2 of V-1, 1 of V-2." in capsys.readouterr().out
    ada, bob = book(course)["ada"], book(course)["bob"]
    assert (ada["V-1"], float(ada["V-2"]), ada["essay"]) == (WAITING, 2, "")
    assert (bob["V-1"], bob["V-2"]) == (WAITING, WAITING)
    summary = (report / "index.html").read_text(encoding="utf-8")
    assert "It was marked with &#x27;Example&#x27;, and the rubric has no such item now." in summary
    assert "The answer has changed since it was marked." in summary
    # The marks themselves are kept: a name set right again brings them back.
    (report / "rubric.toml").write_text(RUBRIC, encoding="utf-8")
    assert main(GRADE) == 1
    assert float(book(course)["ada"]["V-1"]) == 4


def test_a_figure_is_drawn_anew_and_nothing_of_the_students_bytes_stays(course):
    own = png("teal", (3_000, 1_000), Comment="<script>alert(1)</script>") + b"PK\x03\x04behind the end"
    hand_in(course / "in", "ada", ESSAY, own)
    hand_in(course / "in", "bob", {}, bundle={"image/svg+xml": "<svg onload='alert(1)'/>"})
    hand_in(course / "in", "cat", {}, figure=own[:60])
    assert main(GRADE) == 1
    names = sorted(path.name for path in (course / "report" / "figures").iterdir())
    assert names == [stored(course, "ada")["V-3"]["figure"]]
    made = (course / "report" / "figures" / names[0]).read_bytes()
    assert b"script" not in made and b"PK" not in made and b"tEXt" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (1_600, 533) and image.getpixel((5, 5)) == (0, 128, 128) and not image.info
    for student, says in (("bob", "no PNG; there is image/svg+xml"), ("cat", "The figure cannot be read")):
        result = stored(course, student)["V-3"]
        assert result["verdict"] == WAITING and says in result["says"] and not result["figure"]
    # A deleted picture is drawn again.
    (course / "report" / "figures" / names[0]).unlink()
    assert main(GRADE) == 1
    assert (course / "report" / "figures" / names[0]).read_bytes() == made


# Pictures


def _claims(width, height):
    whole = png()
    return whole[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + whole[24:]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"GIF89a", "is none"),
        (b"\x89PNG\r\n\x1a\n", "is none"),
        (_claims(100_000, 100_000), "100,000 × 100,000 points"),
        (_claims(0, 5), "0 × 5 points"),
        (_claims(4_000, 4_000), "cannot be read"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_with_the_reason(data, says):
    with pytest.raises(figures.NoFigure, match=says):
        figures.redrawn(data)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_picture_is_refused_or_drawn_and_nothing_else(data):
    whole = bytearray(png(Comment="x" * 50))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        made = figures.redrawn(bytes(whole[:cut]))
    except figures.NoFigure:
        return
    with Image.open(io.BytesIO(made)) as image:
        assert image.mode == "RGB" and max(image.size) <= figures.LARGEST


def test_the_same_picture_is_the_same_answer_however_it_was_written():
    one, other = (figures.redrawn(png(**text)) for text in ({}, {"Comment": "later"}))
    assert one.digest == other.digest != figures.redrawn(png("red")).digest


# Verdicts in the notebook


def _task(form, **more):
    return Task(
        id="V-9", kind="W", title="t", points=4, minutes=5, variable="x", statement="s", answer_type=form,
        reference=lambda: "", misconceptions=(), hints=("", ""), explanation="A person reads it.", **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "answer", "verdict", "says"),
    [
        (Written(), "Because.", WAITING, "A person reads it."),
        (Written(longest=5_000), "x" * 4_000, WAITING, "A person"),
        (Written(longest=100), "x" * 101, WRONG_KIND, "101 characters; at most 100"),
        (Written(longest=5_000), "x" * 5_001, WRONG_KIND, "a text of 5001 characters"),
        (Written(), " \n", UNTOUCHED, "empty"),
        (Written(), 0.5, WRONG_KIND, "This is 0.5. Asked is one text"),
        (Picture(), object(), WAITING, "A person"),
        (Picture(), ..., UNTOUCHED, "Not started"),
    ],
)
def test_the_notebook_says_what_waits_for_a_person(form, answer, verdict, says):
    task = _task(form)
    judged = judge(task, "book", collect(request(task), answer))
    assert (judged.verdict, judged.share) == (verdict, 0)
    assert says in judged.says


# Rubric and marks


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[V-1", "Expected"),
        ("[Z-1]\nitems = []", "there is no task 'Z-1'"),
        ("[T-1]\nitems = []", "the machine judges T-1"),
        ("[W-74]\nitem = []", "'item' is not a word of a rubric; there are items, comments, start"),
        ('[W-74]\nitems = [{name = "A", points = "2"}]', "points of 'A' must be a number, got '2'"),
        ('[W-74]\nitems = [{name = "A", points = nan}]', "points of 'A' must be a number, got nan"),
        ('[W-74]\nitems = [{name = "A; B", points = 2}]', "without ';'.*got 'A; B'"),
        ('[W-74]\nitems = [{name = "A", points = 2}, {name = "A", points = 1}]', "two items are called 'A'"),
        ("[W-74]\ncomments = 5", "comments must be a list, got 5"),
        ('[W-74]\nitems = ["A"]', "a table is needed here, got 'A'"),
    ],
)
def test_a_rubric_with_a_fault_is_told_where(text, says, tmp_path):
    (tmp_path / "rubric.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=says):
        rubric.load(tmp_path / "rubric.toml")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,T-1,,2,", "line 2: the machine judges T-1; correct its points in overrides.csv"),
        ("a,Z-1,,2,", "there is no task 'Z-1'"),
        ("a,W-74,,13,", "points for W-74 must be a number from 0 to 12, got '13'"),
        ("a,W-74,,,", "got ''"),
        (",W-74,,1,", "the student is missing"),
        ("a,W-74,,1,\na,W-74,,2,", "line 3: 'a' has a mark for W-74 already"),
    ],
)
def test_a_table_of_marks_with_a_fault_is_told_where(row, says, tmp_path):
    (tmp_path / "marks.csv").write_text(f"student,task,items,points,comment\n{row}\n", encoding="utf-8")
    with pytest.raises(CourseError, match=re.escape(says)):
        marks.read(tmp_path / "marks.csv")


def test_items_of_a_rubric_that_is_not_there_are_refused(tmp_path):
    found = Marking({("a", "W-74"): GivenMark("a", "W-74", 2, ("Curve",))})
    with pytest.raises(CourseError, match="holds items of a rubric for W-74"):
        found.check(tmp_path / "marks.csv", tmp_path / "rubric.toml")


def test_of_two_windows_the_second_is_told_and_nothing_is_lost(tmp_path):
    place = tmp_path / "marks.csv"
    place.write_text("student,task,points,who\nb,W-74,5,me\n", encoding="utf-8")
    first, second = GivenMark("a", "W-74", 2, comment="=first"), GivenMark("a", "W-74", 9, comment="second")
    marks.save(place, "a", "W-74", first, "")
    with pytest.raises(Conflict) as told:
        marks.save(place, "a", "W-74", second, "")
    assert told.value.mark == first == marks.read(place)["a", "W-74"]
    marks.save(place, "a", "W-74", second, told.value.mark.version)
    assert marks.read(place)["a", "W-74"] == second
    with pytest.raises(Conflict) as told:
        marks.save(place, "a", "W-74", None, first.version)
    assert told.value.mark == second
    marks.save(place, "a", "W-74", None, second.version)
    # What others wrote stays, with columns of their own.
    assert [(row["student"], row["who"]) for row in rows(place)] == [("b", "me")]


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8)
        .map(str.strip)
        .filter(lambda name: name and ";" not in name and "'" not in name),
        st.floats(-5, 5),
        max_size=5,
    ),
    st.floats(-20, 20),
)
def test_points_of_a_sheet_are_within_the_task_and_a_mark_by_it_holds(values, adjust):
    sheet = RubricSheet(tuple(Item(name, points) for name, points in values.items()), start=1)
    points = sheet.points(values, adjust, 12)
    assert 0 <= points <= 12
    mark = GivenMark("a", "W-74", points, tuple(values), adjust, answer="d")
    task = {"id": "W-74", "of": 12, "answer": "d"}
    assert Marking({("a", "W-74"): mark}, {"W-74": sheet}).of("a", task) == (mark, "")


def test_a_mark_written_and_read_again_is_the_same(tmp_path):
    mark = GivenMark("=ann", "W-74", 2.5, ("Curve", "Limits (in part)"), -0.5, 'two "lines"\nof - it; =1', "d1")
    marks.save(tmp_path / "m.csv", "=ann", "W-74", mark, "")
    assert marks.read(tmp_path / "m.csv") == {("=ann", "W-74"): mark}


COPIED = """def doubled(x):
    parts = [x for _ in range(2)]
    total = 0
    for at, part in enumerate(parts):
        total += part if at % 2 == 0 else parts[at - 1]
    return total
"""


def test_answers_that_are_alike_are_listed_for_a_person_in_the_report(course, capsys):
    renamed = re.sub(r"\b(parts?|total|at|x)\b", lambda name: f"my_{name[0]}", COPIED)
    for student, code in {"ada": COPIED, "bob": ESSAY["V-4"], "cat": ESSAY["V-4"], "eve": f"# mine\n{renamed}"}.items():
        hand_in(course / "in", student, {"V-4": code})
    assert main(GRADE) == 0
    (row,) = rows(course / "report" / "similar.csv")
    assert (row["task"], row["what"], row["students"]) == ("V-4", "identical code", "ada; eve")
    assert (row["others alike"], row["of pairs"]) == ("1", "5")
    page = (course / "report" / "index.html").read_text(encoding="utf-8")
    assert "Answers that are alike" in page and "no verdict" in page and "1 of 5" in page
    assert stored(course, "ada")["V-4"]["earned"] == 3

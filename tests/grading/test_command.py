"""An evening with the grader, as an instructor lives it: grade, correct, grade again, export."""

import csv
import json
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.cli import main
from inference_scaling.grading import command, grade, submissions
from inference_scaling.grading.sandbox import PROTECTIONS
from inference_scaling.lessons import registry
from submissions.hostile import solved

ROOT = Path(__file__).resolve().parents[2]
FULL = sum(task.points for task in registry.part("theorem"))
ALL = sum(task.points for task in registry.part("theorem") if not task.bonus)


@pytest.fixture(scope="module")
def notebook():
    return exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")


@pytest.fixture
def course(tmp_path, notebook):
    """Three students, in the three forms in which platforms hand work over, and a course around them."""
    folder = tmp_path / "handed in"
    blank = exercises.released(notebook)
    for place, text in (
        ("adal_11_500_theorem-1.ipynb", notebook),
        ("Kim Grün_22_assignsubmission_file_/theorem.ipynb", solved(notebook, "T-1", "answer_T1 = 10")),
        ("s3/theorem/theorem.ipynb", blank),
    ):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(json.dumps(text), encoding="utf-8")
    (folder / "s3" / "theorem" / "timestamp.txt").write_text("2027-10-17 01:00:00 Europe/Berlin")
    (folder / "notes.txt").write_text("read me")
    (tmp_path / "course.toml").write_text(
        'cohort = "book"\ntimezone = "Europe/Berlin"\n[late]\nper_day = 0.25\n'
        "[parts.theorem]\ndue = 2027-10-15T23:59:00\npoints = 100\n"
    )
    (tmp_path / "roster.csv").write_text(
        "student,name,canvas,moodle,login\ns1,Ada L,11,,ada\ns2,Kim Grün,,22,kim\ns3,Lee,,,lee\ns4,Absent,,,abs\n",
        encoding="utf-8",
    )
    (tmp_path / "times.csv").write_text("student,part,submitted\ns2,theorem,2027-10-16T12:00:00\n")
    return tmp_path


def run(course, *more, folder="handed in"):
    where = ["grade", str(course / folder), "--out", str(course / "out"), "--root", str(ROOT)]
    files = {"--course": "course.toml", "--roster": "roster.csv", "--submitted": "times.csv"}
    given = [word for option, name in files.items() for word in (option, str(course / name))]
    return main([*where, *given, *more])


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_evening(course, capsys):
    assert run(course) == 0
    assert "3 submissions, 3 graded now" in capsys.readouterr().out
    out = course / "out"
    book = {row["student"]: row for row in rows(out / "gradebook.csv")}
    assert float(book["s1"]["theorem"]) == round(100 * FULL / ALL, 2)
    # One task of two points less, and a quarter off for the day begun.
    assert float(book["s2"]["theorem"]) == round(100 * (FULL - 2) / ALL * 0.75, 2)
    assert float(book["s3"]["theorem"]) == 0
    assert book["s4"]["theorem state"] == "nothing handed in"
    # Who handed nothing in is in no platform's table: an empty field would erase what stands there.
    assert [row["ID"] for row in rows(out / "canvas" / "theorem.csv")][1:] == ["11", "", ""]
    assert [row["Username"] for row in rows(out / "moodle" / "theorem.csv")] == ["ada", "kim", "lee"]
    assert [row["Identifier"] for row in rows(out / "moodle" / "theorem_worksheet.csv")] == ["Participant 22"]
    names = zipfile.ZipFile(out / "feedback_theorem.zip").namelist()
    assert "adal_11_500_theorem-1.ipynb" in names
    assert "Kim Grün_22_assignsubmission_file_/theorem-feedback.html" in names
    assert "s3/theorem/theorem.html" in names

    page = (out / "feedback" / "s2_theorem.html").read_text(encoding="utf-8")
    for told in (
        "Kim Grün",
        "Your answer: <code><bdi>10</bdi></code>",
        "16 Oct 2027, 12:00 CEST; due was 15 Oct 2027, 23:59",
        "75%",
    ):
        assert told in page
    summary = (out / "index.html").read_text(encoding="utf-8")
    for told in ("rounded-down", "notes.txt", "Nothing handed in", "s4", "no network"):
        assert told in summary
    assert "handed out" in json.loads((out / "receipt.json").read_text(encoding="utf-8"))

    # Nothing is graded twice; a correction by hand counts and is told to the student.
    with (out / "overrides.csv").open("a", encoding="utf-8") as file:
        file.write("s2,T-1,2,the statement was unclear\n")
    assert run(course) == 0
    assert "0 graded now, 3 as before" in capsys.readouterr().out
    book = {row["student"]: row for row in rows(out / "gradebook.csv")}
    assert float(book["s2"]["theorem"]) == round(100 * FULL / ALL * 0.75, 2)
    assert "the statement was unclear" in (out / "feedback" / "s2_theorem.html").read_text(encoding="utf-8")
    moved = [(row["task"], row["points before"], row["points now"], row["why"]) for row in rows(out / "changes.csv")]
    points = [f"{round(100 * part / ALL * 0.75, 2):g}" for part in (FULL - 2, FULL)]
    assert moved == [("T-1", "0", "2", "correction by hand"), ("whole part", *points, "correction by hand")]

    # One student hands in again: only that one is graded, and the table says who moved and why.
    path = course / "handed in" / "s3" / "theorem" / "theorem.ipynb"
    path.write_bytes((course / "handed in" / "adal_11_500_theorem-1.ipynb").read_bytes())
    assert run(course, "--only", "s3") == 0
    moved = rows(out / "changes.csv")[2:]
    assert {row["student"] for row in moved} == {"s3"}
    assert {row["why"] for row in moved} == {"another submission"}
    assert len(rows(out / "gradebook.csv")) == 4


def test_other_numbers_move_typed_answers_and_say_so(course, notebook):
    typed = solved(notebook, "T-1", "answer_T1 = 11")
    (course / "handed in" / "s3" / "theorem" / "theorem.ipynb").write_text(json.dumps(typed), encoding="utf-8")
    assert run(course, "--only", "s3") == 0
    assert run(course, "--cohort", "autumn", "--only", "s3") == 0
    moved = [(row["task"], row["verdict now"], row["why"]) for row in rows(course / "out" / "changes.csv")]
    why = "another check or setting"
    assert moved == [("T-1", "not yet", why), ("whole part", "", why)]


@pytest.mark.parametrize(("answer", "misconception"), [("11", "typed numbers"), ("10", "rounded-down"), ("57", None)])
def test_numbers_typed_from_ones_own_notebook_are_named(course, notebook, answer, misconception):
    typed = solved(notebook, "T-1", f"answer_T1 = {answer}")
    (course / "handed in" / "s3" / "theorem" / "theorem.ipynb").write_text(json.dumps(typed), encoding="utf-8")
    run(course, "--cohort", "autumn", "--only", "s3")
    result = json.loads((course / "out" / "results" / "s3_theorem.json").read_text(encoding="utf-8"))
    assert result["tasks"][0]["misconception"] == misconception


def test_any_executor_serves(course, capsys):
    with ProcessPoolExecutor(1) as executor:
        assert graded_by(executor, course) == {"11": FULL, "Participant 22": FULL - 2, "s3": 0}
    # The command takes over what another machine graded.
    arguments = [str(course / "handed in"), "--out", str(course / "other"), "--root", str(ROOT), "--cohort", "book"]
    assert main(["grade", *arguments]) == 0
    assert "0 graded now, 3 as before" in capsys.readouterr().out


def graded_by(executor, course):
    found, _ = submissions.find(course / "handed in", registry.parts())
    done = grade.grade(found, course / "other", grade.run_settings("book", root=ROOT), executor=executor)
    return {result["student"]: grade.earned(result) for result, _ in done}


def test_ctrl_c_is_one_line_and_the_next_run_goes_on(course, monkeypatch, capsys):
    whole = grade.grade

    def stopped(*arguments, **options):
        yield next(iter(whole(*arguments, **options)))
        raise KeyboardInterrupt

    monkeypatch.setattr(grade, "grade", stopped)
    assert run(course) == 130
    said = capsys.readouterr()
    assert said.out == "" and said.err.strip().count("\n") == 0
    assert "the same command goes on" in said.err
    monkeypatch.undo()
    assert run(course) == 0
    assert "3 submissions, 2 graded now, 1 as before" in capsys.readouterr().out


def test_the_bar_knows_how_many_and_shows_on_a_terminal_only(course, monkeypatch, capsys):
    options = {}

    def bar(finished, **given):
        options.update(given)
        return finished

    monkeypatch.setattr(command, "tqdm", bar)
    monkeypatch.setattr(grade, "_run", lambda *arguments: {})
    run(course)
    assert (options["total"], options["disable"]) == (3, None)
    monkeypatch.undo()
    monkeypatch.setattr(grade, "_run", lambda *arguments: {})
    capsys.readouterr()
    run(course, "--again")
    assert capsys.readouterr().err == ""


def test_two_names_of_one_student_are_one_submission_and_a_mended_roster_leaves_no_ghost(course, monkeypatch):
    monkeypatch.setattr(grade, "_run", lambda *arguments: {})
    text = (course / "roster.csv").read_text(encoding="utf-8")
    (course / "roster.csv").write_text(text.replace("Ada L,11", "Ada Other,"), encoding="utf-8")
    assert run(course) == 1
    assert "The roster does not know whose" in (course / "out" / "index.html").read_text(encoding="utf-8")
    (course / "roster.csv").write_text(text, encoding="utf-8")
    (course / "handed in" / "s1_theorem.ipynb").write_text("{}")
    run(course)
    assert {path.name.split("_")[0] for path in (course / "out" / "results").glob("*.json")} == {"s1", "s2", "s3"}
    assert {path.name.split("_")[0] for path in (course / "out" / "feedback").iterdir()} == {"s1", "s2", "s3"}
    assert "replaced by" in (course / "out" / "index.html").read_text(encoding="utf-8")


def test_of_two_files_that_turn_out_to_be_one_part_the_worked_one_counts_and_the_other_is_named(
    course, notebook, monkeypatch
):
    monkeypatch.setattr(grade, "_run", lambda *arguments: {})
    (course / "handed in" / "s3" / "again").mkdir()
    (course / "handed in" / "s3" / "again" / "copy.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    run(course)
    told = (course / "out" / "index.html").read_text(encoding="utf-8")
    assert "<bdi>s3/theorem/theorem.ipynb</bdi></code>: replaced by s3/again/copy.ipynb" in told


def test_a_folder_emptied_for_the_next_part_keeps_its_results_in_the_report(course, notebook, monkeypatch):
    monkeypatch.setattr(grade, "_run", lambda *arguments: {})
    run(course)
    for path in (course / "handed in").rglob("*.ipynb"):
        path.unlink()
    (course / "handed in" / "s1_theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    run(course)
    assert {row["student"] for row in rows(course / "out" / "gradebook.csv") if row["theorem"]} == {"s1", "s2", "s3"}


def test_another_folder_than_the_project_s_is_named(course, capsys):
    assert main(["grade", str(course / "handed in"), "--out", str(course / "out"), "--root", str(course)]) == 2
    assert "is not the project's folder: it has no exercises/source; say it by --root" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("course.toml", "cohort = 3", "cohort must be a text"),
        ("course.toml", "cohurt = 'x'", "'cohurt' is not known"),
        ("course.toml", "timezone = 'Mars/Base'", "no time zone 'Mars/Base'"),
        ("course.toml", "[late]\nper_day = 2", "late.per_day must be a number from 0 to 1, got 2"),
        ("course.toml", "[parts.theorems]", "no part 'theorems'"),
        ("course.toml", "[parts.theorem]\ntasks = ['T-99']", "must be some of T-1"),
        ("course.toml", "[parts.theorem]\ndue = 'Friday'", "must be a date with a time"),
        ("course.toml", "parts =", "Invalid value"),
        ("course.toml", "absent = 0", "absent must be 'blank' or 'zero', got 0"),
        ("course.toml", "[parts.theorem]\ncanvas = 12", "canvas must be the column's heading"),
        ("course.toml", "[extensions]\ns1 = 3", "extensions.s1 must say part and date"),
        ("course.toml", "[extensions.s1]\ntheory = 2027-10-15T23:59:00", "extensions.s1: there is no part 'theory'"),
        ("course.toml", "[extensions.s1]\ntheorem = 2027-10-15", "extensions.s1.theorem must be a date with a time"),
        ("course.toml", "[extensions.s9]\ntheorem = 2027-10-15T23:59:00", "the roster knows nobody called 's9'"),
        ("roster.csv", "name\nAda\n", "the column 'student' is missing"),
        ("roster.csv", "student,name\ns1,Ada\ns1,Kim\n", "line 3: the student 's1' is there twice"),
        ("roster.csv", "student,moodle\ns1,7\ns2,7\n", "line 3: '7' stands for 's1' and for 's2'"),
        ("times.csv", "student,part,submitted\ns1,theorem,soon\n", "'soon' is not a time"),
        ("times.csv", "student,part,submitted\ns9,theorem,2027-10-15T23:59:00\n", "knows nobody called 's9'"),
        ("times.csv", "student,part,submitted\ns1,theory,2027-10-15T23:59:00\n", "there is no part 'theory'"),
        ("times.csv", "Identifier,Last modified (submission)\nParticipant 22,-\n", "must say which part"),
        ("out/overrides.csv", "student,task,points,reason\nnobody,T-1,2,x\n", "line 2: nobody called 'nobody'"),
        ("out/overrides.csv", "student,task,points,reason\ns1,T-77,2,x\n", "line 2: there is no task 'T-77'"),
        (
            "out/overrides.csv",
            "student,task,points,reason\ns1,T-1,two,x\n",
            "from 0 to 2, 'excused', or empty for a comment alone, got 'two'",
        ),
        (
            "out/overrides.csv",
            "student,task,points,reason\ns1,T-1,20,x\n",
            "T-1 must be a number from 0 to 2, 'excused', or empty for a comment alone, got '20'",
        ),
        (
            "out/overrides.csv",
            "student,task,points,reason\ns1,T-1,nan,x\n",
            "from 0 to 2, 'excused', or empty for a comment alone, got 'nan'",
        ),
        ("out/overrides.csv", "student,task,points,reason\ns1,T-1,1,x\ns1,T-1,2,y\n", "line 3: 's1' has a correction"),
        ("out/overrides.csv", "student,points,reason\ns1,2,x\n", "the column 'task' is missing"),
        ("out/overrides.csv", "student,task,points,reason\ns1,T-1,2,x,y\n", "line 2: the row has not as many fields"),
        ("out/overrides.csv", "student,task,points,reason\ns1,T-1,2,\n", "line 2: a reason is missing"),
    ],
)
def test_a_slip_in_a_file_of_the_course_is_named_before_anything_is_graded(course, capsys, file, text, told):
    (course / "out").mkdir()
    (course / file).write_text(text, encoding="utf-8")
    assert run(course) == 2
    assert told in capsys.readouterr().err
    assert not (course / "out" / "results").exists()


def test_without_a_sandbox_it_refuses_and_trust_says_what_it_means(course, monkeypatch, capsys):
    monkeypatch.setattr(grade, "available", lambda: {"bubblewrap": "not installed", "unshare": "forbidden here"})
    assert run(course) == 3
    said = capsys.readouterr().err
    assert "unshare: forbidden here" in said
    assert "--trust" in said
    assert run(course, "--trust") == 0
    assert f"0 of {len(PROTECTIONS)} protections held" in capsys.readouterr().out


def test_a_fault_of_the_grader_is_told_and_stops_nobody(course, monkeypatch, capsys):
    def broken(*arguments):
        raise RuntimeError("out of order")

    monkeypatch.setattr(grade, "_run", broken)
    assert run(course) == 1
    assert "out of order" in (course / "out" / "index.html").read_text(encoding="utf-8")
    monkeypatch.undo()
    assert run(course) == 0
    assert "3 graded now" in capsys.readouterr().out


def test_feedback_never_shows_the_graded_key(course):
    run(course, "--cohort", "a-secret-key")
    for page in (course / "out" / "feedback").iterdir():
        assert "a-secret-key" not in page.read_text(encoding="utf-8")
    assert "a-secret-key" not in "".join(
        path.read_text(encoding="utf-8") for path in (course / "out" / "results").iterdir()
    )


def test_the_pages_come_from_templates_of_one_s_own(course, capsys):
    own = course / "school"
    own.mkdir()
    (own / "style.css").write_text("body{color:teal}")
    (own / "feedback.html").write_text("{{ title")
    assert run(course, "--templates", str(own)) == 2
    assert "feedback.html, line 1" in capsys.readouterr().err
    assert not (course / "out" / "results").exists()
    (own / "feedback.html").unlink()
    assert run(course, "--templates", str(own)) == 0
    assert "body{color:teal}" in (course / "out" / "feedback" / "s1_theorem.html").read_text(encoding="utf-8")

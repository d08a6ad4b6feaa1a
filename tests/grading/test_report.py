"""What instructor and students read, from results alone: no submission runs here."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.answers import judge
from inference_scaling.answers.task import fill, parameters
from inference_scaling.grading import report, tables
from inference_scaling.grading.csv_cells import csv_text
from inference_scaling.grading.report.pages import text as text_as_html
from inference_scaling.grading.report.summary import distribution
from inference_scaling.grading.tables import Course, CourseError, Late, Override, Part
from inference_scaling.lessons import registry
from results import BERLIN, DUE, NOW, RECEIPT, TASKS, WORTH, WRONG, counted, result, roster, rows, written

# Late work


def test_the_same_time_tomorrow_is_one_day_also_when_the_clocks_change():
    rule = Late(per_day=0.1)
    for due in (datetime(2027, 10, 30, 23, 59, tzinfo=BERLIN), datetime(2027, 3, 27, 23, 59, tzinfo=BERLIN)):
        tomorrow = due + timedelta(days=1)  # on the clock: 25 and 23 hours
        assert [rule.share_left(due, when) for when in (tomorrow, tomorrow.astimezone(UTC))] == [0.9, 0.9]
        assert rule.share_left(due, (tomorrow + timedelta(minutes=1)).astimezone(UTC)) == 0.8


def test_in_the_hour_that_comes_twice_late_is_late():
    due = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN)
    assert Late(per_day=0.1).share_left(due, due.replace(fold=1)) == 0.9
    assert Late(per_day=0.1, grace_minutes=60).share_left(due, due.replace(fold=1)) == 1


@given(st.integers(-3000, 3000), st.sampled_from([UTC, BERLIN, ZoneInfo("America/New_York")]))
def test_the_zone_in_which_a_time_is_written_changes_nothing(minutes, zone):
    when = (DUE.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)
    rule = Late(grace_minutes=10, per_day=0.2)
    assert rule.share_left(DUE, when) == rule.share_left(DUE.astimezone(BERLIN), when.astimezone(UTC))
    assert (rule.share_left(DUE, when) == 1) == (minutes <= 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2027-10-15 23:59:00.123456 UTC", "2027-10-15T23:59:00.123456+00:00"),
        ("2027-10-15 23:59:00 CEST", "2027-10-15T23:59:00+02:00"),
        ("2027-12-15 23:59:00 CET", "2027-12-15T23:59:00+01:00"),
        ("2027-10-31 02:30:00 CET", "2027-10-31T02:30:00+01:00"),
        ("2027-10-15T23:59:00", "2027-10-15T23:59:00+02:00"),
        ("2027-10-15T23:59:00-05:00", "2027-10-15T23:59:00-05:00"),
        ("Friday, 15 October 2027, 11:59 PM", "2027-10-15T23:59:00+02:00"),
        ("Friday, October 15, 2027, 11:59 PM", "2027-10-15T23:59:00+02:00"),
    ],
)
def test_a_time_is_read_as_nbgrader_and_moodle_write_it(text, told):
    assert tables.moment(text, BERLIN).isoformat() == told


@pytest.mark.parametrize("text", ["", None, "-", "soon", "2027-10-15 23:59:00 XYZ", "2027-13-15", "x ../../etc"])
def test_what_is_no_time_is_none(text):
    assert tables.moment(text, BERLIN) is None


def test_an_extension_moves_the_due_date_of_one_student(tmp_path):
    path = tmp_path / "course.toml"
    path.write_text(
        'timezone = "Europe/Berlin"\n[late]\nper_day = 0.5\n[parts.theorem]\ndue = 2027-10-15T23:59:00\n'
        "[extensions.s2]\ntheorem = 2027-10-17T23:59:00\n"
    )
    course = tables.load(path)
    late = "2027-10-16 12:00:00 Europe/Berlin"
    every = counted(result("s1", submitted=late), result("s2", submitted=late), course=course)
    assert [one.late_factor for one in every] == [0.5, 1]


def test_a_time_that_cannot_be_read_and_canvas_s_mark_are_for_a_person():
    course = Course(parts={"theorem": Part(due=DUE)}, late=Late(per_day=0.1))
    late = result("s2", "leekim_LATE_12_501_theorem.ipynb")
    odd = counted(result("s1", submitted="2027-10-15 23:59:00 XYZ"), late, result("s3"), course=course)
    assert ["cannot be read: '2027-10-15 23:59:00 XYZ'" in odd[0].for_a_person[0], "Canvas" in odd[1].for_a_person[0]]
    assert odd[2].for_a_person == []
    assert counted(late, course=course, times={("s2", "theorem"): DUE})[0].for_a_person == []
    assert counted(late)[0].for_a_person == []


def test_the_report_says_where_lateness_is_not_known(tmp_path):
    course = Course(parts={"theorem": Part(due=DUE)}, zone=BERLIN)
    out, _ = written(tmp_path, counted(result("s1"), course=course), course=course)
    assert "Of 1 the time of submission is not known" in (out / "index.html").read_text()


def test_moodle_s_worksheet_gives_the_times(tmp_path):
    known = roster(tmp_path, "student,name,email\ns1,Ada Löw,ada@x.org\ns2,Kim,kim@x.org\n")
    sheet = tmp_path / "Grades-CS1-Theorem exercises-99.csv"
    sheet.write_text(
        "\ufeffIdentifier,Full name,Email address,Status,Grade,Last modified (submission),Last modified (grade)\n"
        'Participant 71,Ada Löw,,Submitted,,"Friday, 15 October 2027, 11:59 PM",-\n'
        'Participant 72,Another,kim@x.org,Submitted,,"Saturday, 16 October 2027, 8:05 AM",-\n'
        "Participant 73,Nobody,,No submission,,-,-\n",
        encoding="utf-8",
    )
    times = tables.submitted(sheet, BERLIN, known)
    assert times == {("s1", "theorem"): DUE, ("s2", "theorem"): datetime(2027, 10, 16, 8, 5, tzinfo=BERLIN)}
    assert set(tables.submitted(sheet, BERLIN)) == {(f"Participant {number}", "theorem") for number in (71, 72)}
    assert set(tables.submitted(sheet, BERLIN, part="setup")) == {
        (f"Participant {number}", "setup") for number in (71, 72)
    }


# Tables written by spreadsheets


def test_semicolons_a_mark_in_front_empty_rows_and_decimal_commas_are_read(tmp_path):
    path = tmp_path / "overrides.csv"
    path.write_text("\ufeffstudent;task;points;reason\ns1;T-4;1,5;nearly, almost\n;;;\n", encoding="utf-8")
    assert tables.overrides(path, ["s1"]) == {("s1", "T-4"): Override(1.5, "nearly, almost")}


def test_a_table_in_another_encoding_says_what_to_do(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes("student,name\ns1,Grün\n".encode("latin-1"))
    with pytest.raises(CourseError, match="save it as CSV UTF-8"):
        tables.roster(path)


def test_two_students_of_one_name_are_told_apart_by_the_rest(tmp_path):
    known = roster(tmp_path, "student,name,canvas,section\ns1,Kim Lee,7,A\ns2,Kim Lee,8,A\ns3,Ada,9,A\n")
    assert [known.of("Kim Lee"), known.of("8", "Kim Lee"), known.of("adA"), known.of("A")] == [None, "s2", "s3", None]


# Platforms


def test_canvas_gets_its_heading_its_numbers_and_no_empty_field(tmp_path):
    known = roster(
        tmp_path, "student,name,login,sis,section\ns1,Ada L,ada,u1,B\ns2,Kim,kim,,A\ns3,No File,,,\ns4,Lee,,,\n"
    )
    course = Course(parts={"theorem": Part(points=50, canvas="Exercises 2 (4711)")})
    every = counted(
        result("s1", "lada_11_500_theorem-1.ipynb"),
        result("s2", T_1=WRONG),
        result("s4", state="unreadable", notes=["The file is empty."]),
        course=course,
        known=known,
    )
    out, _ = written(tmp_path, every, known, course)
    less = round(50 * (WORTH + 2 - 2) / WORTH, 2)
    assert rows(out / "canvas" / "theorem.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercises 2 (4711)"],
        ["    Points Possible", "", "", "", "", "50"],
        ["Ada L", "11", "u1", "ada", "B", f"{round(50 * (WORTH + 2) / WORTH, 2):g}"],
        ["Kim", "", "", "kim", "A", f"{less:g}"],
    ]


@pytest.mark.parametrize(
    ("columns", "heading"),
    [
        ("student,name,email\ns1,Ada,a@x\ns2,Kim,k@x\ns9,Absent,\n", ["Email address", "Full name"]),
        ("student,name,email\ns1,Ada,a@x\ns2,Kim,\n", ["ID number", "Full name"]),
        (
            "student,idnumber,login,name\ns1,77,ada,Ada\ns2,78,kim,Kim\n",
            ["ID number", "Username", "Full name"],
        ),
    ],
)
def test_moodle_s_gradebook_gets_only_identifiers_that_everybody_has(tmp_path, columns, heading):
    """Moodle gives an empty identifier's points to the student of the line before."""
    known = roster(tmp_path, columns)
    out, _ = written(tmp_path, counted(result("s1"), result("s2"), result("s7"), known=known), known)
    table = rows(out / "moodle" / "theorem.csv")
    assert table[0] == [*heading, "Theorem"]
    assert len(table) == 3
    assert all(all(row) for row in table)


def test_moodle_s_worksheet_has_the_assignment_s_own_numbers(tmp_path):
    every = counted(
        result("s1", "Kim Grün_7145_assignsubmission_file_"),
        result("s2", "Ada_7146_assignsubmission_file_theorem.ipynb"),
        result("s3", "Lee_7147_assignsubmission_file_", state="unreadable"),
        result("s4", "s4"),
    )
    out, _ = written(tmp_path, every)
    table = rows(out / "moodle" / "theorem_worksheet.csv")
    assert table[0] == ["Identifier", "Full name", "Grade", "Last modified (grade)"]
    assert [row[0] for row in table[1:]] == ["Participant 7145", "Participant 7146"]
    assert table[1][3] == "2027-10-20 12:00:00 +0200"


def test_who_handed_nothing_in_gets_a_zero_only_when_the_course_says_so_and_the_day_is_over(tmp_path):
    known = roster(tmp_path, "student,name\ns1,Ada\ns2,Kim\ns3,Lee\n")
    later = {("s3", "theorem"): NOW + timedelta(days=1)}
    course = Course(parts={"theorem": Part(due=DUE)}, absent_zero=True, extensions=later)
    for kept, zeros in ((course, ["0", ""]), (replace(course, absent_zero=False), ["", ""])):
        out, _ = written(tmp_path, counted(result("s1"), known=known), known, kept)
        book = rows(out / "gradebook.csv")
        points = book[0].index("theorem")
        assert [row[points] for row in book[2:]] == zeros
        assert len(rows(out / "moodle" / "theorem.csv")) == 2 + zeros.count("0")


def test_feedback_goes_back_under_the_names_by_which_platforms_know_it(tmp_path):
    every = counted(
        result("s1", "lada_11_500_theorem-1.ipynb", T_1=WRONG),
        result("s2", "Kim_22_assignsubmission_file_", file="in/Kim_22_assignsubmission_file_/my theorem.ipynb"),
        result("s3", "Lee_23_assignsubmission_file_theorem.ipynb"),
        result("s4", "s4", file="in/s4/theorem/theorem.ipynb"),
        result("s5", "s5_theorem.ipynb"),
        result("s6", "s6", state="unreadable", file="in/s6"),
    )
    out, _ = written(tmp_path, every)
    archive = zipfile.ZipFile(out / "feedback_theorem.zip")
    assert archive.namelist() == [
        "lada_11_500_theorem-1.ipynb",
        "Kim_22_assignsubmission_file_/theorem-feedback.html",
        "Lee_23_assignsubmission_file_theorem.html",
        "s4/theorem/theorem.html",
        "s5_theorem.html",
        "s6/theorem-feedback.html",
    ]
    notebook = nbformat.reads(archive.read("lada_11_500_theorem-1.ipynb").decode(), as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "10 is too small." in text and "## T-1 · Enough samples" in text


def test_what_students_wrote_cannot_act_in_feedback(tmp_path):
    bad = {**WRONG, "says": "<img src=x onerror=alert(1)> $x$ [a](b) `<b>` =2+2", "value": "<script>"}
    out, _ = written(tmp_path, counted(result("=s1", "=s1_11_2_theorem.ipynb", T_1=bad)))
    page = (out / "feedback" / "=s1_theorem.html").read_text()
    assert "<img" not in page and "<script>" not in page
    every = counted(result("s1", "ada_11_2_theorem.ipynb", T_1=bad))
    out, _ = written(tmp_path, every)
    notebook = json.loads(zipfile.ZipFile(out / "feedback_theorem.zip").read("ada_11_2_theorem.ipynb"))
    cell = next(cell["source"] for cell in notebook["cells"] if "T-1" in cell["source"])
    assert r"\<img src=x onerror=alert(1)\> \$x\$ \[a\](b) `<b>`" in cell


# Who moved


def moved(before, after):
    return [row[3:] for row in report.changes(report.snapshot(before), report.snapshot(after), "now")]


def test_a_correction_moves_points_and_says_so():
    one = result("s1", T_1=WRONG)
    own = {("s1", "T-1"): Override(1, "half")}
    assert moved(counted(one), counted(one)) == []
    assert moved(counted(one), counted(one, own=own)) == [
        ["T-1", 0, 1, "not yet", "not yet", "correction by hand"],
        ["whole part", WORTH, WORTH + 1, "", "", "correction by hand"],
    ]


def test_a_mended_check_and_another_submission_are_told_apart():
    before, now = result("s1", T_1=WRONG), result("s1")
    row = ["T-1", 0, 2, "not yet", "right"]
    assert moved(counted(before), counted(now))[0] == [*row, "another check or setting"]
    assert moved(counted(before), counted({**now, "submission": "other"}))[0] == [*row, "another submission"]


def test_a_due_date_and_points_of_the_course_move_too():
    one = result("s1", submitted="2027-10-16 12:00:00 Europe/Berlin")
    due = Course(parts={"theorem": Part(due=DUE)}, late=Late(per_day=0.5))
    full = float(WORTH + 2)
    assert moved(counted(one), counted(one, course=due)) == [
        ["whole part", full, full / 2, "", "", "due date, late rule or time of submission"]
    ]
    doubled = Course(parts={"theorem": Part(points=2 * WORTH)})
    assert moved(counted(one), counted(one, course=doubled)) == [
        ["whole part", full, 2 * full, "", "", "points or tasks in course.toml"]
    ]


def test_points_for_what_could_not_be_read_count_and_end_the_reminder(tmp_path):
    one = result("s1", state="unreadable", notes=["The file is empty."])
    own = {("s1", "T-1"): Override(2, "sent by mail")}
    assert counted(one)[0].for_a_person == ["The file is empty."]
    (mended,) = counted(one, own=own)
    assert (mended.points, mended.for_a_person) == (2.0, [])
    assert moved(counted(one), [mended])[1] == ["whole part", "", 2.0, "", "", "correction by hand"]
    out, _ = written(tmp_path, [mended])
    page = (out / "feedback" / "s1_theorem.html").read_text()
    assert "Points by hand: sent by mail" in page and "could not be graded" not in page


def test_a_crash_with_a_correction_needs_nobody():
    one = result("s1", T_1={**WRONG, "ended": "exit 0"})
    assert counted(one)[0].for_a_person == ["T-1: 10 is too small."]
    assert counted(one, own={("s1", "T-1"): Override(0, "seen")})[0].for_a_person == []


def test_who_moved_is_told_once_and_what_an_interruption_left_is_told_later(tmp_path):
    out, first = written(tmp_path, counted(result("s1", T_1=WRONG)))
    assert first == []
    _, second = written(tmp_path, counted(result("s1")))
    _, third = written(tmp_path, counted(result("s1")))
    assert (len(second), third) == (2, [])
    assert len(rows(out / "changes.csv")) == 3


# Pages


def test_every_student_in_the_summary_is_a_link_that_leads_somewhere(tmp_path):
    mistaken = {**WRONG, "misconception": "rounded-down"}
    crash = {**WRONG, "ended": "signal SIGSEGV", "verdict": judge.NOT_YET, "value": ""}
    every = [
        *counted(*(result(f"s{i} ü", T_1=mistaken) for i in range(12))),
        *counted(*(result(f"w{i}", T_2=WRONG) for i in range(3)), result("c", T_3=crash)),
    ]
    out, _ = written(tmp_path, every, others={"notes.txt": "not a notebook"})
    for one in every:
        (out / "results").mkdir(exist_ok=True)
        (out / "results" / f"{one.stem}.json").write_text("{}")
    page = (out / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="((?:feedback|results)/[^"]+)"', page)
    from urllib.parse import unquote

    assert {unquote(link) for link in links} >= {f"feedback/{one.stem}.html" for one in every}
    assert all((out / unquote(link)).is_file() for link in links)
    assert all(f'id="{anchor}"' in page for anchor in re.findall(r'href="#([^"]+)"', page))
    assert "and 5 more" in page
    assert "rounded-down" in page and "notes.txt" in page and "10" in page


def test_the_distribution_counts_every_submission_once():
    every = counted(result("a"), result("b", state="graded", **{t.id.replace("-", "_"): WRONG for t in TASKS}))
    bins = distribution(every)
    assert sum(row[1] for row in bins) == 2
    assert (bins[0][1], bins[-1][1]) == (1, 1)


def test_points_above_the_maximum_are_told_before_moodle_leaves_them_out(tmp_path):
    out, _ = written(tmp_path, counted(result("s1"), result("s2", T_1=WRONG)))
    told = f"The bonus task takes 1 above {WORTH} points, to {WORTH + 2} at most. Moodle leaves out"
    assert told in (out / "index.html").read_text()


def test_protections_that_did_not_hold_stand_out(tmp_path):
    out = tmp_path / "out"
    receipt = {**RECEIPT, "protections": {"no network": False, "memory limited": True}}
    report.write_all(out, counted(result("s1")), receipt, None, {}, Course(), NOW)
    assert "Did not hold: no network." in (out / "index.html").read_text()


def test_a_bonus_task_that_nobody_began_is_not_held_against_them(tmp_path):
    idle = {"verdict": judge.UNTOUCHED, "earned": 0, "value": "", "says": "Not started."}
    out, _ = written(tmp_path, counted(result("s1", T_B=idle), result("s2")))
    assert "T-B" not in (out / "feedback" / "s1_theorem.html").read_text()
    assert "T-B · How moderate is moderate? (bonus)" in (out / "feedback" / "s2_theorem.html").read_text()


def test_with_other_numbers_reasons_come_in_the_student_s_own(tmp_path):
    task = registry.find("T-2")
    course = Course(cohort="book", graded="other")
    right, mistaken = (
        [fill(text, parameters(task, key)) for key in ("other", "book")]
        for text in (task.explanation, task.misconceptions[1].feedback)
    )
    assert right[0] != right[1] and mistaken[0] != mistaken[1]
    every = counted(
        result("s1", T_2={"says": right[0]}),
        result("s2", T_2={**WRONG, "says": mistaken[0], "misconception": task.misconceptions[1].id}),
    )
    out, _ = written(tmp_path, every, course=course)
    for student, texts in (("s1", right), ("s2", mistaken)):
        page = (out / "feedback" / f"{student}_theorem.html").read_text(encoding="utf-8")
        assert text_as_html(texts[1]) in page and text_as_html(texts[0]) not in page
        assert ("With the other numbers your cell gave <code><bdi>10</bdi></code>" in page) == (student == "s2")
        assert "your cell gave <code><bdi>11</bdi></code>" not in page


def test_a_fault_of_the_grader_is_not_told_as_the_student_s(tmp_path):
    out, _ = written(tmp_path, counted(result("s1", state="failed", notes=["Grading failed: /home/me broke"])))
    page = (out / "feedback" / "s1_theorem.html").read_text()
    assert "The grader failed, not you" in page and "/home/me" not in page
    assert "/home/me" in (out / "index.html").read_text()


def test_the_pages_are_accessible_in_both_schemes_and_on_a_phone(tmp_path):
    known = roster(tmp_path, "student,name\ns1,Ada\ns2,Kim\ns3,Absent\n")
    mistaken = {**WRONG, "misconception": "rounded-down", "says": "A long sentence about the misconception. " * 4}
    every = counted(result("s1", T_1=mistaken, T_2=WRONG), result("s2", T_1=mistaken, T_2=WRONG), known=known)
    out, _ = written(tmp_path, every, known, others={"notes.txt": "not a notebook"})
    with chromium() as browser:
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740})
            for name in ("index.html", "feedback/s1_theorem.html"):
                page = context.new_page()
                page.goto((out / name).as_uri())
                found = [violation["id"] for violation in Axe().run(page).response["violations"]]
                assert found == [], (scheme, name)
                assert page.evaluate("document.documentElement.scrollWidth") <= 360
            context.close()


FORMULAS = (
    "=1+1",
    "@x",
    "+1",
    "-1+1",
    "\t=1",
    "＝1+1",
    "＋1",
    "y;=1+1;z",
    "y,=1+1",
    "y\t=1+1",
    "y|@x",
    'y";=1+1;"',
    "a\n=1",
)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_is_a_formula_wherever_fields_are_separated(name, separator):
    text = csv_text([["student", "points"], [name, 1.5], ["s2", -1.0]])
    (row,) = [row for row in csv.reader(io.StringIO(text)) if row[1] == "1.5"]
    # Apostrophes apart it is the name, read as we separate.
    assert row[0].replace("'", "") == name
    # Read with another separator, with quotation marks or as bare text, no field begins as a formula does.
    readings = [field for row in csv.reader(io.StringIO(text), delimiter=separator) for field in row]
    readings += [field for line in text.splitlines() for field in line.split(separator)]
    own = {"-1", '"-1"'}
    assert [field for field in readings if field not in own and field.lstrip(' \t"')[:1] in tuple("=+-@＝＋－＠")] == []
    assert all(line.startswith('"') and line.endswith('"') for line in csv_text([["a", 1, ""]]).splitlines())


def test_ordinary_names_stay_as_they_are():
    for name in ("Ada-Lee", "O'Neil", "Müller, Ann", "a+b@example.org", "2027-10-15 12:00:00 +0200", "x = 1"):
        assert list(csv.reader(io.StringIO(csv_text([[name]])))) == [[name]]


# A school's own templates


def school(tmp_path, **files):
    folder = tmp_path / "school"
    folder.mkdir()
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return folder


def restyled(tmp_path, every, **files):
    out = tmp_path / "out"
    pages = report.Pages(school(tmp_path, **files))
    report.write_all(out, every, RECEIPT, None, {}, Course(zone=BERLIN), NOW, pages)
    return [(out / name).read_text(encoding="utf-8") for name in ("feedback/s1_theorem.html", "index.html")]


def test_one_style_sheet_restyles_every_page(tmp_path):
    for page in restyled(tmp_path, counted(result("s1")), style_css="body{color:teal}"):
        assert "body{color:teal}" in page and "system-ui" not in page


def test_a_template_extends_the_one_it_replaces_and_the_rest_stays(tmp_path):
    own = '{% extends "default/feedback.html" %}{% block content %}<p>Our School</p>{{ super() }}{% endblock %}'
    feedback, index = restyled(tmp_path, counted(result("s1", T_1=WRONG)), feedback_html=own)
    assert "<p>Our School</p>" in feedback and "10 is too small." in feedback
    assert "Our School" not in index


def test_a_template_of_one_s_own_escapes_what_students_wrote(tmp_path):
    own = "{% for task in tasks %}{{ task.sentences }}{{ task.sentences[0] }}{{ task.sentences[0]|text }}{% endfor %}"
    bad = {**WRONG, "says": "<script>alert(1)</script>", "value": "<img src=x>"}
    feedback, _ = restyled(tmp_path, counted(result("s1", T_1=bad)), feedback_html=own)
    assert "alert(1)" in feedback and "<script" not in feedback and "<img" not in feedback


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"feedback_html": "<p>\n{{ title"}, r"feedback\.html, line 2"),
        (
            {"feedbck_html": "{{ title }}"},
            r"holds none of base\.html, code\.html, exam\.css, exam\.html",
        ),
        ({"style_css": "x", "feedbck_html": "{{ title }}"}, r"feedbck\.html.*no built-in template of this name"),
        ({}, "holds none of"),
    ],
)
def test_a_fault_in_templates_is_told_before_anything_is_graded(tmp_path, files, told):
    with pytest.raises(ValueError, match=told):
        report.Pages(school(tmp_path, **files))


def test_a_folder_that_is_not_there_and_a_name_that_no_page_has_are_told(tmp_path):
    with pytest.raises(ValueError, match="absent: there is no such folder"):
        report.Pages(tmp_path / "absent")
    with pytest.raises(ValueError, match=r"feedback\.html.*'studnt' is undefined"):
        restyled(tmp_path, counted(result("s1")), feedback_html="{{ studnt }}")

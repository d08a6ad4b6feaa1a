"""Nothing that a student wrote acts in a report, and an instructor's decisions of every kind count."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inference_scaling.answers import judge
from inference_scaling.grading import grade, report, tables
from inference_scaling.grading.csv_cells import csv_text
from inference_scaling.grading.report.feedback import feedback_notebook
from inference_scaling.grading.shown import as_file_name, visible
from inference_scaling.grading.tables import Course, CourseError, Override, Part
from markdown_it import MarkdownIt
from results import BERLIN, DUE, RECEIPT, WORTH, WRONG, counted, result, roster, rows, written

# What would be markup, an address, a formula in TeX, a sign of the terminal or another direction, if it were let.
NASTY = (
    *("\n\n# 100 of 100 points\n\n", "<h1>", "</p>", "<a href=x>", "![x](y)", "[a](b)", "`", "``", "**", "__", "~~"),
    *(
        "$x$",
        "$$",
        "\\(",
        "\\",
        "|a|b|\n|-|-|\n",
        "\n---\n",
        "\n- ",
        "\n1. ",
        "> ",
        "    ",
        "\t",
        "https://evil.example",
    ),
    *(
        "www.evil.example",
        "a@b.example",
        "&lt;b&gt;",
        "\x1b[31m",
        "\x07",
        "\u202e",
        "\u2066",
        "\x9b",
        "\u2028",
        "\ud800",
    ),
)
texts = st.lists(st.sampled_from((*NASTY, "x", " ")), max_size=8).map("".join)
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
OURS = {"p", "h1", "h2", "code", "strong"}
MARKDOWN = MarkdownIt("gfm-like")


@given(texts, texts)
@example("\n\n# 100 of 100 points", "`\n\n<h1>✓ right</h1><a href=x>")
@example("- list", "1. list")
def test_no_answer_leaves_its_place_in_a_feedback_notebook(value, says):
    bad = {**WRONG, "value": value or "x", "says": says}
    (one,) = counted(result("s1", "ada_11_2_theorem.ipynb", T_1=bad, T_7=bad))
    notebook = json.loads(feedback_notebook(one, value or "x", Course()))
    assert len(notebook["cells"]) == 2 + len(one.result["tasks"])
    for cell in notebook["cells"]:
        html = MARKDOWN.render(cell["source"])
        assert set(re.findall(r"</?([a-z0-9]+)", html)) <= OURS
        # One heading a cell, and it is ours.
        assert len(re.findall(r"<h\d>", html)) <= 1
        assert not ACTS.search(cell["source"]) and "100 of 100 points</h1>" not in html.split("feedback for")[0]


@settings(max_examples=20)
@given(texts)
def test_no_page_holds_a_sign_that_acts_or_a_tag_of_a_student(text):
    pages = report.Pages()
    bad = {**WRONG, "value": text or "x", "says": text}
    one = result("s1", T_1=bad, T_2=bad)
    one = {**one, "entry": text or "x", "code": [["T-1-answer", text], ["", text]], "notes": [text]}
    (one,) = counted(one)
    for page in (
        report.feedback(one, text, Course(), pages),
        report.code_page(one, text, pages),
        report.summary([one, replace(one, stem="other")], RECEIPT, {text: "not a notebook"}, None, pages),
    ):
        body = page.split("</style>")[1].split("<script>")[0]
        assert not ACTS.search(body)
        tags = {"h1", "h2", "p", "a", "code", "bdi", "pre", "strong", "section", "span", "i", "ul", "li", "nav", "div"}
        tags |= {"table", "caption", "thead", "tbody", "tr", "th", "td", "main", "body", "html", "head", "script"}
        assert set(re.findall(r"</?([a-z0-9]+)", body)) <= tags
        assert set(re.findall(r'href="([^"#]*)', body)) <= {
            *("", "feedback/s1_theorem.html", "feedback/other.html", "results/s1_theorem.json", "results/other.json"),
            *("code/s1_theorem.html", "code/other.html"),
        }


@given(texts)
def test_no_table_holds_a_sign_that_acts(text):
    assert not ACTS.search(csv_text([[text]]))


def test_names_keep_their_direction_to_themselves(tmp_path):
    known = roster(tmp_path, "student,name\ns1,\u05d0\u05d1 (1)\n")
    out, _ = written(tmp_path, counted(result("s1", T_1=WRONG), known=known), known)
    for page in ("index.html", "feedback/s1_theorem.html"):
        assert "<bdi>\u05d0\u05d1 (1)</bdi>" in (out / page).read_text(encoding="utf-8")
    assert "<code><bdi>10</bdi></code>" in (out / "feedback/s1_theorem.html").read_text(encoding="utf-8")


@given(st.text(max_size=30) | texts | st.sampled_from(["..", "x\\..\\..\\evil", "C:evil", "a/../b", "CON", "nul.txt"]))
def test_a_name_in_an_archive_leads_nowhere_in_any_system(name):
    made = as_file_name(name)
    assert PurePosixPath(made).parts == PureWindowsPath(made).parts == (made,)
    assert made not in (".", "..") and not PureWindowsPath(made).drive and not re.search("[\x00-\x1f\u202e]", made)


def test_archives_hold_a_page_for_everybody_under_a_harmless_name(tmp_path):
    entries = ["x\\..\\..\\evil", "C:evil.ipynb", "c_evil.ipynb", "C_evil.ipynb", "s1_theorem.zip", "ada_11_2_x.zip"]
    every = [
        replace(one, stem=str(number))
        for number, one in enumerate(counted(*(result(f"s{i}", entry) for i, entry in enumerate(entries))))
    ]
    out, _ = written(tmp_path, every)
    archive = zipfile.ZipFile(out / "feedback_theorem.zip")
    assert archive.namelist() == [
        *("x_.._.._evil/theorem-feedback.html", "C_evil.html", "c_evil (2).html", "C_evil (3).html"),
        *("s1_theorem/theorem-feedback.html", "ada_11_2_x.zip"),
    ]
    inner = zipfile.ZipFile(io.BytesIO(archive.read("ada_11_2_x.zip")))
    assert inner.namelist() == ["theorem-feedback.html"]


def test_what_is_visible_is_told_and_ordinary_text_stays():
    for text in ("Müller, Ann", "नमस्ते", "👩\u200d🔬", "می\u200cخواهم", "a\nb\tc", "x = 1"):
        assert visible(text) == text


# The instructor's page and the code


def test_two_hundred_students_are_sorted_and_searched_and_read_without_a_script(tmp_path):
    known = roster(tmp_path, "student,name\n" + "".join(f"s{i},Person {i % 7} Of{i}\n" for i in range(200)))
    wrong = {f"T_{number}": WRONG for number in (1, 2, 3)}
    results = [
        {**result(f"s{i}", **dict(list(wrong.items())[: i % 4])), "code": [["T-1-answer", f"answer_T1 = {i}"]]}
        for i in range(200)
    ]
    out, _ = written(tmp_path, counted(*results, known=known), known)
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1000, "height": 800}, java_script_enabled=False).new_page()
        page.goto((out / "index.html").as_uri())
        assert page.locator("table[data-search] tbody tr").count() == 200
        assert page.locator("button, input").count() == 0
        page = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
        page.goto((out / "index.html").as_uri())
        table = page.locator("table[data-search]")
        first = table.locator("tbody tr:visible td:first-child")
        button = table.get_by_role("button", name="points")
        button.focus()
        page.keyboard.press("Enter")
        points = [float(text) for text in table.locator("tbody td:nth-child(4)").all_inner_texts()]
        assert points == sorted(points) and len(set(points)) == 4
        page.keyboard.press("Enter")
        points = [float(text) for text in table.locator("tbody td:nth-child(4)").all_inner_texts()]
        assert points == sorted(points, reverse=True)
        table.get_by_role("button", name="student").click()
        assert first.all_inner_texts() == [f"s{i}" for i in range(200)]
        page.get_by_label("Show rows with").fill("person of17")
        assert first.all_inner_texts() == ["s17", *(f"s{i}" for i in range(170, 180))]
        assert page.locator("output").inner_text() == "11 of 200"
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        first.first.get_by_role("link").click()
        page.get_by_role("link", name="The code that was handed in").click()
        assert page.locator("section#T-1 pre").inner_text() == "answer_T1 = 17"
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize(("graded", "told"), [("book", False), ("secret", True)])
def test_with_another_key_the_page_says_when_feedback_may_go_out(graded, told):
    receipt = {**RECEIPT, "graded": graded, "handed out": "book"}
    page = report.summary(counted(result("s1")), receipt, {}, None, report.Pages())
    assert ("Give feedback back when nobody can hand in any more" in page) == told


def test_the_code_is_shown_as_text_and_not_sent_where_its_page_is_not(tmp_path):
    code = [["", "import math"], ["T-1-answer", "answer_T1 = '<script>alert(1)</script>'"], ["T-1", "check(1)"]]
    out, _ = written(tmp_path, counted({**result("s1"), "code": code}, result("s2")))
    page = (out / "code" / "s1_theorem.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page and "<script" not in page
    assert [title in page for title in ("Cell 1<", "Cell 2: answer to T-1", "Cell 3: check of T-1")] == [True] * 3
    assert 'href="../code/s1_theorem.html"' in (out / "feedback" / "s1_theorem.html").read_text(encoding="utf-8")
    assert "../code" not in (out / "feedback" / "s2_theorem.html").read_text(encoding="utf-8")
    assert b"../code" not in zipfile.ZipFile(out / "feedback_theorem.zip").read("s1_theorem.html")
    written(tmp_path, counted(result("s2")))
    assert list((out / "code").iterdir()) == []


# Decisions by hand


def decided(tmp_path, text, course=None, people="student,name\ns1,Ada\ns2,Kim\ns9,Absent\n"):
    path = tmp_path / "overrides.csv"
    path.write_text("student,task,points,reason\n" + text, encoding="utf-8")
    return tables.overrides(path, {"s1", "s2"}, roster(tmp_path, people), course)


def test_points_for_who_handed_nothing_in(tmp_path):
    own = decided(tmp_path, "s9,theorem,12.5,by word of mouth\nAbsent,T-1,1,a note\n")
    assert own == {("s9", "theorem"): Override(12.5, "by word of mouth"), ("s9", "T-1"): Override(1, "a note")}
    known = roster(tmp_path, "student,name\ns1,Ada\ns9,Absent\n")
    stem, nothing = grade.absent("s9", "theorem")
    late = Course(zone=BERLIN, parts={"theorem": Part(due=DUE, points=20)}, absent_zero=True)
    every = [
        *counted(result("s1"), course=late, known=known),
        report.counted(nothing, stem, late, own, {}, known),
    ]
    assert (every[1].points, every[1].state, every[1].for_a_person) == (12.5, "nothing handed in", [])
    out, _ = written(tmp_path, every, known, late)
    book = rows(out / "gradebook.csv")
    assert book[2][book[0].index("theorem")] == "12.5"
    page = (out / "feedback" / "s9_theorem.html").read_text(encoding="utf-8")
    assert "12.5 of 20 points" in page and "By hand: by word of mouth" in page
    assert zipfile.ZipFile(out / "feedback_theorem.zip").namelist() == ["s1_theorem.html"]
    links = re.findall(r'href="((?:feedback|results|code)/[^"]+)"', (out / "index.html").read_text(encoding="utf-8"))
    assert "results/s9_theorem.json" not in links and "feedback/s9_theorem.html" in links


def test_who_is_excused_has_no_zero_and_an_excused_task_counts_for_nobody(tmp_path):
    course = Course(zone=BERLIN, parts={"theorem": Part(due=DUE)}, absent_zero=True)
    own = decided(tmp_path, "s9,theorem,excused,ill\ns1,T-1,Excused,unclear\n")
    known = roster(tmp_path, "student,name,canvas\ns1,Ada,5\ns9,Absent,6\n")
    stem, nothing = grade.absent("s9", "theorem")
    every = [
        report.counted(result("s1", T_1=WRONG, T_B={"earned": 0}), "s1_theorem", course, own, {}, known),
        report.counted(nothing, stem, course, own, {}, known),
    ]
    # All but the excused task is right: all points.
    assert (every[0].points, every[0].task_points) == (WORTH, WORTH - 2)
    out, _ = written(tmp_path, every, known, course)
    book = rows(out / "gradebook.csv")
    at = book[0].index("theorem")
    assert book[2][at : at + 2] == ["", "excused"]
    assert [row[-1] for row in rows(out / "canvas" / "theorem.csv")][2:] == [str(WORTH), "EX"]
    assert len(rows(out / "moodle" / "theorem.csv")) == 2
    assert "You are excused from this part" in (out / "feedback" / "s9_theorem.html").read_text(encoding="utf-8")
    assert "(excused: does not count)" in (out / "feedback" / "s1_theorem.html").read_text(encoding="utf-8")


def test_a_comment_alone_changes_no_points_and_is_told(tmp_path):
    own = decided(tmp_path, "s1,T-1,,well argued\ns1,theorem,,come and see me\n")
    crash = {**WRONG, "ended": "exit 0"}
    (one,) = counted(result("s1", T_1=crash), own=own)
    (same,) = counted(result("s1", T_1=crash))
    assert one.points == same.points and same.for_a_person and one.for_a_person == []
    page = report.feedback(one, "Ada", Course(), report.Pages())
    assert "Said by hand: well argued" in page and "Said by hand: come and see me" in page
    (unread,) = counted(result("s1", state="unreadable", notes=["The file is empty."]), own=own)
    assert not unread.has_points


def test_points_above_the_maximum_only_where_the_course_allows_them(tmp_path):
    with pytest.raises(CourseError, match=r"from 0 to 2, 'excused', or empty.*above_maximum = true"):
        decided(tmp_path, "s1,T-1,3,extra\n", Course())
    path = tmp_path / "course.toml"
    path.write_text("above_maximum = true\n")
    own = decided(tmp_path, "s1,T-1,3,extra\n", tables.load(path))
    assert counted(result("s1"), own=own)[0].points == WORTH + 3
    path.write_text('above_maximum = "yes"\n')
    with pytest.raises(CourseError, match="above_maximum must be true or false, got 'yes'"):
        tables.load(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s7,T-1,1,x\n", "line 2: nobody called 's7' handed anything in, and the roster has no such student"),
        ("s1,T-99,1,x\n", "T-99.*or the name of a part"),
        ("s1,theorem,-1,x\n", "from 0 to"),
        ("s1,T-1,excuse,x\n", "got 'excuse'"),
        ("s1,T-1,excused,\n", "a reason is missing"),
        ("s1,theorem,1,x\nAda,theorem,2,y\n", "has a correction for theorem already"),
    ],
)
def test_a_decision_with_a_fault_names_its_line(tmp_path, text, told):
    with pytest.raises(CourseError, match=told):
        decided(tmp_path, text)


def test_a_decision_about_a_part_is_told_as_that():
    one = result("s1")
    before, after = counted(one), counted(one, own={("s1", "theorem"): Override(3, "agreed")})
    moved = report.changes(report.snapshot(before), report.snapshot(after), "now")
    assert [row[3:] for row in moved] == [["whole part", WORTH + 2, 3, "", "", "correction by hand"]]


# Platforms


def test_moodle_s_worksheet_is_read_in_german_and_another_language_is_told_what_to_do(tmp_path):
    known = roster(tmp_path, "student,name,email\ns1,Ada Löw,ada@x.org\n")
    sheet = tmp_path / "Bewertungen-Theorem-99.csv"
    sheet.write_text(
        "\ufeffID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Zuletzt geändert (Abgabe),"
        "Zuletzt geändert (Bewertung),Feedback als Kommentar\n"
        'Teilnehmer/in71,Ada Löw,,Abgegeben,,10,"Freitag, 15. Oktober 2027, 23:59",-,\n'
        'Teilnehmer/in72,Wer,,Abgegeben,,10,"Samstag, 6. März 2027, 08:05",-,\n'
        "Teilnehmer/in73,Nie,,Keine Abgabe,,10,-,-,\n",
        encoding="utf-8",
    )
    march = datetime(2027, 3, 6, 8, 5, tzinfo=BERLIN)
    assert tables.submitted(sheet, BERLIN, known) == {("s1", "theorem"): DUE, ("Participant 72", "theorem"): march}
    sheet.write_text("Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,Dernière modification\n")
    with pytest.raises(CourseError, match="is read in English and German: choose one of them in Moodle"):
        tables.submitted(sheet, BERLIN, known)


@pytest.mark.parametrize(
    ("people", "entry", "course", "there"),
    [
        ("student,name\ns1,Ada\n", "Ada_7_assignsubmission_file_", Course(), False),
        ("student,canvas\ns1,\n", "s1_theorem.ipynb", Course(), False),
        ("student,canvas\ns1,77\n", "s1_theorem.ipynb", Course(), True),
        ("student,name\ns1,Ada\n", "ada_7_8_theorem.ipynb", Course(), True),
        ("student,name\ns1,Ada\n", "s1_theorem.ipynb", Course(parts={"theorem": Part(canvas="T (7)")}), True),
    ],
)
def test_canvas_gets_a_table_only_where_it_is_used(tmp_path, people, entry, course, there):
    known = roster(tmp_path, people)
    out, _ = written(tmp_path, counted(result("s1", entry), course=course, known=known), known, course)
    assert (out / "canvas" / "theorem.csv").exists() == there and (out / "moodle" / "theorem.csv").exists()


def test_a_number_is_written_in_one_form():
    text = csv_text([[0, 0.0, 2.0, 2.5, "2.0", -0.0]])
    assert next(csv.reader(io.StringIO(text))) == ["0", "0", "2", "2.5", "2.0", "0"]


def test_judges_say_a_students_words_on_one_line_without_code():
    outcome = {"raised": ["ValueError"], "said": "`x`\n\n# 100 points"}
    task = next(task for task in tables.registry.part("theorem") if task.kind == "F")
    said = judge._first_difference(task, "`f(1)`", outcome, {"number": 1}).says
    assert "'x' # 100 points" in said and "\n" not in said

"""The review pages acted: a marker with a keyboard, two windows, a stranger's page, answers that try to be markup."""

import csv
import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import chromium
from inference_scaling.answers.judge import RIGHT, UNTOUCHED, WAITING
from inference_scaling.answers.task import KINDS, Task, Written
from inference_scaling.cli import main
from inference_scaling.grading import figures, marks, rubric, similar
from inference_scaling.grading.marks import GivenMark, Marking
from inference_scaling.grading.review.answers import Answers
from inference_scaling.grading.review.desk import Desk
from inference_scaling.grading.review.server import STATIC, ReviewServer
from inference_scaling.grading.review.words import set_proof, visible
from inference_scaling.lessons import registry
from marked_part import RUBRIC, png, project
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
STUDENTS = ("ada", "bob", "eve")
BAD = "<img src=x onerror=alert(1)> \u202eevil\u2066 \x1b[2J $x$ ]]> & `code`"


def task(name, student, **more):
    usual = {
        "id": name, "verdict": WAITING, "says": "", "earned": 0, "of": 4, "misconception": None, "ended": "answered",
        "value": "", "doubt": "", "code": f"answer = '{name} of somebody'", "text": "", "figure": "",
        "answer": f"digest-{name}-{student}",
    }  # fmt: skip
    return {**usual, **more}


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    return project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def report(tmp_path, private, monkeypatch):
    """A report of three students with a text, a proof, a figure and a function each."""
    monkeypatch.setattr(registry, "PRIVATE", private)
    out = tmp_path / "report"
    for folder in ("results", "figures"):
        (out / folder).mkdir(parents=True)
    for student in STUDENTS:
        name = f"{student}.png"
        (out / "figures" / name).write_bytes(figures.redrawn(png()))
        proof = r"Let $p_i > 0$. Then $$\sum_{k} \frac{p^k}{2} \to 1.$$ <b>so</b> [a](javascript:alert(1)) "
        proof += r"$\text{<script>}$"
        tasks = [
            task("V-1", student, text=f"{BAD} answer {student[0]}"),
            task("V-2", student, text=proof),
            task("V-3", student, figure=name),
            task("V-4", student, verdict=RIGHT, earned=3, of=3, code=f"def doubled(x):\n    return 2 * x  # {BAD}"),
        ]
        content = {
            "student": student,
            "part": "essay",
            "file": f"in/{student}.ipynb",
            "state": "graded",
            "tasks": tasks,
        }
        (out / "results" / f"{student}_essay.json").write_text(json.dumps(content), encoding="utf-8")
    (out / "rubric.toml").write_text(RUBRIC, encoding="utf-8")
    return out


@pytest.fixture
def server(report):
    with closing(ReviewServer(Desk(report))) as one:
        one.close = one.server_close
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


def rows(report):
    with (report / "marks.csv").open(encoding="utf-8", newline="") as file:
        return {(row["student"], row["task"]): row for row in csv.DictReader(file)}


def ask(server, place, *, data=None, **headers):
    """Return status, headers and text of the reply to a request."""
    content = None if data is None else json.dumps(data).encode()
    own = {"Content-Type": "application/json", "Origin": server.address.rsplit("/", 2)[0]} if content else {}
    address = place if place.startswith("http") else server.address + place
    request = urllib.request.Request(address, content, {**own, **headers})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, reply.headers, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def key_of(server, student, name="V-1"):
    return next(one.key for one in server.desk.answers.by_task[name] if one.student == student)


# A person with a keyboard


def test_three_answers_marked_by_keyboard_are_there_after_a_reload_and_in_the_table(server, report, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.address}mark/V-1")
    news = page.locator("#said")
    order = [one.student for one in server.desk.answers.by_task["V-1"]]
    for keys, says in (
        ("j12", "Answer 1 of 3: 4 of 4 points, saved"),
        ("j113", "Answer 2 of 3: 0 of 4 points, saved"),
        ("j0", "Answer 3 of 3: 0 of 4 points, saved"),
    ):
        for key in keys:
            page.keyboard.press(key)
        expect(news).to_have_text(says)
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.keyboard.type('=1+1 jk12 "so"')
    page.keyboard.press("Escape")
    expect(page.locator("#said")).to_contain_text("Answer 2")
    assert page.locator("#counted").inner_text() == "3 of 3"
    page.reload()
    cards = page.locator(".answer")
    assert [cards.nth(at).locator(".points").inner_text() for at in range(3)] == ["4", "0", "0"]
    assert [cards.nth(at).get_attribute("data-state") for at in range(3)] == ["marked"] * 3
    pressed = [[one.get_attribute("aria-pressed") for one in cards.nth(at).locator(".item").all()] for at in range(3)]
    assert pressed == [["true", "true", "false"], ["mixed", "false", "true"], ["false"] * 3]
    assert cards.nth(1).locator(".comment").input_value() == '=1+1 jk12 "so"'
    assert news.inner_text() == ""
    found = marks.read(report / "marks.csv")
    assert [found[student, "V-1"].items for student in order] == [
        ("Reason", "Example"),
        ("Reason (in part)", "Wrong claim"),
        (),
    ]
    assert found[order[1], "V-1"].comment == '=1+1 jk12 "so"'
    assert all(found[student, "V-1"].answer == f"digest-V-1-{student}" for student in STUDENTS)
    # What was said once may be chosen again; nothing was asked of any other place.
    page.locator(".bank").first.select_option('=1+1 jk12 "so"')
    expect(page.locator("#said")).to_contain_text("Answer 1")
    assert all(url.startswith(server.address) for url in asked)
    page.context.close()


def test_an_answer_is_not_marked_by_the_way_and_a_mark_can_be_taken_back(server, report, browser):
    page = browser.new_page()
    page.goto(f"{server.address}mark/V-3")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("Well seen.")
    page.keyboard.press("Escape")
    expect(page.locator("#said")).to_have_text("Answer 1 of 3: open, saved")
    (only,) = rows(report).values()
    assert (only["points"], only["comment"]) == ("", "Well seen.")
    page.keyboard.press("0")
    expect(page.locator("#said")).to_have_text("Answer 1 of 3: 4 of 4 points, saved")
    page.keyboard.press("1")
    expect(page.locator("#said")).to_have_text("Answer 1 of 3: 2 of 4 points, saved")
    page.locator(".take-back").first.click()
    expect(page.locator("#said")).to_have_text("Answer 1 of 3: open, saved")
    assert rows(report) == {}
    # The keys can be put off: single letters are in the way of who speaks to the computer.
    page.locator("#keys").uncheck()
    page.locator("body").press("1")
    assert page.locator(".item[aria-pressed=true]").count() == 0
    page.context.close()


def test_of_two_windows_the_second_sees_both_marks_and_chooses(server, report, browser):
    context = browser.new_context()
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.goto(f"{server.address}mark/V-1")
        page.keyboard.press("j")
    first, second = pages
    first.keyboard.press("1")
    expect(first.locator("#said")).to_contain_text("2 of 4")
    second.keyboard.press("2")
    told = second.locator(".answer").first.locator(".conflict")
    told.wait_for()
    assert "Another window has marked this answer since: 2 of 4 points: Reason." in told.inner_text()
    student = server.desk.answers.by_task["V-1"][0].student
    assert marks.read(report / "marks.csv")[student, "V-1"].items == ("Reason",)
    told.get_by_role("button", name="Save mine").click()
    expect(second.locator("#said")).to_contain_text("2 of 4 points, saved")
    assert marks.read(report / "marks.csv")[student, "V-1"].items == ("Example",)
    first.keyboard.press("3")
    told = first.locator(".answer").first.locator(".conflict")
    told.get_by_role("button", name="Keep theirs").click()
    pressed = [one.get_attribute("aria-pressed") for one in first.locator(".answer").first.locator(".item").all()]
    assert pressed == ["false", "true", "false"]
    assert marks.read(report / "marks.csv")[student, "V-1"].items == ("Example",)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_phone(server, report, browser, scheme):
    marks.save(
        report / "marks.csv", "ada", "V-1", GivenMark("ada", "V-1", 2, ("Old name",), 0, "c", "digest-V-1-ada"), ""
    )
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    for place in ("", "mark/V-1", "mark/V-2", f"student/{key_of(server, 'eve')}"):
        page = context.new_page()
        faults = []
        page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        page.on("console", lambda line, faults=faults: faults.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog, faults=faults: faults.append(dialog.message))
        page.goto(server.address + place)
        for one in page.locator("details").all():
            one.evaluate("one => { one.open = true; }")
        assert faults == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], place
        page.close()
    context.close()


def test_answers_that_are_alike_stand_side_by_side(server, report, browser):
    (report / "similar.csv").write_text(
        similar.table([similar.AlikeGroup(("ada", "eve"), 1.0, 0, 1, "V-4", similar.IDENTICAL)]), encoding="utf-8"
    )
    page = browser.new_page()
    page.goto(server.address)
    page.get_by_role("link", name="Answers that are alike").click()
    assert page.locator("h3").all_inner_texts() == ["ada", "eve"]
    assert page.locator("h2").inner_text() == "V-4 · Twice: identical code"
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    page.context.close()


# What students wrote is text


def test_answers_are_text_without_names_and_proofs_are_set_without_script(server, browser):
    page = browser.new_page()
    page.goto(f"{server.address}mark/V-1")
    shown = page.locator(".words").first.inner_text()
    assert shown.startswith("<img src=x onerror=alert(1)> ⟨U+202E⟩evil⟨U+2066⟩ ⟨U+001B⟩[2J $x$ ]]> & `code`")
    text = page.content()
    assert not any(student in text for student in STUDENTS)
    page.goto(f"{server.address}mark/V-2")
    proof = page.locator(".proof").first
    assert proof.locator("math").count() == 2 and proof.locator("code").inner_text() == r"\text{<script>}"
    assert proof.locator("mfrac").count() == 1
    assert (
        proof.locator("a, b, script, img").count() == 0 and "<b>so</b> [a](javascript:alert(1))" in proof.inner_text()
    )
    page.goto(f"{server.address}mark/V-3")
    assert page.locator(".answer img").first.evaluate("one => one.decode().then(() => one.naturalWidth)") == 40
    # The code of a class for a function, and all that one student wrote.
    page.goto(f"{server.address}read/V-4")
    assert page.locator(".answer").count() == 3 and "right, 3 of 3 points" in page.locator(".answer").first.inner_text()
    assert not any(student in page.content() for student in STUDENTS)
    page.goto(server.address)
    page.locator("summary").click()
    page.get_by_role("link", name="eve").click()
    assert page.locator("h1").inner_text() == "Answers of eve" and page.locator(".answer").count() == 4
    page.context.close()


def test_no_formula_brings_markup_or_breaks_the_page():
    for tex in (
        r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r"\text{</math><script>}",
        r"\style{background:url(http://x)}{y}", r"\class{a\" onclick=\"b}{z}", "\\frac{1}", "{" * 3_000,
        r"\begin{matrix}", r"\color{red\" onload=\"alert(1)}{x}", "&lt;script&gt;",
    ):  # fmt: skip
        made = str(set_proof(f"so ${tex}$ it is"))
        assert "<script" not in made and 'onclick="' not in made and "href" not in made.replace(r"\href", "")
        assert "so " in made and " it is" in made


def test_signs_that_hide_or_turn_words_are_shown_by_their_numbers():
    assert visible("a\u200bb\u2028c\ufeff\ud800") == "a⟨U+200B⟩b⟨U+2028⟩c⟨U+FEFF⟩⟨U+D800⟩"
    assert visible("می\u200cخواهم 👩\u200d🎓\tx\r\ny") == "می\u200cخواهم 👩\u200d🎓\tx\ny"


# Who may ask


def test_the_server_answers_its_own_pages_alone(server, report):
    assert server.server_address[0] == "127.0.0.1"
    mark = {"answer": key_of(server, "ada"), "seen": "", "items": ["Reason"], "adjust": None, "comment": ""}
    origin, root = server.address.rsplit("/", 2)[0], server.address.rsplit("/", 2)[0] + "/"
    for status, place, headers, data in (
        (404, root, {}, None),
        (404, f"{root}{'x' * 32}/", {}, None),
        (421, "", {"Host": "evil.example"}, None),
        (421, "", {"Host": f"evil.example:{server.server_port}"}, None),
        (421, "mark", {"Host": "127.0.0.1"}, mark),
        (403, "mark", {"Origin": "http://evil.example"}, mark),
        (403, "mark", {"Origin": "null"}, mark),
        (403, "mark", {"Sec-Fetch-Site": "cross-site"}, mark),
        (400, "mark", {"Content-Type": "text/plain"}, mark),
        (404, f"{root}{'x' * 32}/mark", {}, mark),
        (404, "figure/..%2f..%2fmarks.csv", {}, None),
        (404, "static/../server.py", {}, None),
        (404, "mark/V-4", {}, None),
        (404, "read/T-1", {}, None),
    ):
        assert ask(server, place, data=data, **headers)[0] == status, (place, headers)
    assert not (report / "marks.csv").exists()
    status, headers, _ = ask(server, "", Origin=origin)
    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"] and "unsafe" not in str(headers)
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers


def test_what_is_no_mark_is_refused_with_a_sentence(server, report):
    mark = {"answer": key_of(server, "ada"), "seen": "", "items": [], "adjust": 3, "comment": ""}
    for change, says in (
        ({"answer": "no"}, "There is no such answer now."),
        ({"answer": key_of(server, "ada", "V-4")}, "There is no such answer now."),
        ({"items": ["Old name"]}, "The rubric has no item 'Old name' now."),
        ({"items": ["Reason", "Reason (in part)"]}, "An item was given twice."),
        ({"items": [[]]}, "The rubric has no item [] now."),
        ({"adjust": 1e9}, "Points must be a number"),
        ({"adjust": float("nan")}, "Points must be a number"),
        ({"adjust": "2"}, "adjust is of another type"),
        ({"comment": "x" * 5_001}, "A comment has at most 5,000 characters"),
        ({"seen": None}, "seen is of another type"),
    ):
        status, _, text = ask(server, "mark", data={**mark, **change})
        assert (status, says in json.loads(text)["says"]) == (400, True), text
    assert not (report / "marks.csv").exists()
    (report / "rubric.toml").write_text("[V-1", encoding="utf-8")
    assert "rubric.toml" in json.loads(ask(server, "mark", data=mark)[2])["says"]
    assert "rubric.toml" in ask(server, "")[2]


def test_a_mark_for_what_changed_is_shown_to_be_looked_at_again(server, report):
    for student, items, answer in (("ada", ("Old name",), "digest-V-1-ada"), ("bob", ("Reason",), "another")):
        marks.save(report / "marks.csv", student, "V-1", GivenMark(student, "V-1", 2, items, 0, "", answer), "")
    page = ask(server, "mark/V-1")[2]
    assert page.count('data-state="again"') == 2 and page.count('data-state="open"') == 1
    assert "the rubric has no such item now" in page and "The answer has changed since it was marked" in page
    seen = marks.read(report / "marks.csv")["bob", "V-1"].version
    sent = {"answer": key_of(server, "bob"), "seen": seen, "items": ["Reason"], "adjust": None, "comment": ""}
    status, _, text = ask(server, "mark", data=sent)
    assert (status, json.loads(text)["state"]) == (200, "marked")
    assert marks.read(report / "marks.csv")["bob", "V-1"].answer == "digest-V-1-bob"


def test_the_order_of_answers_is_one_s_own_for_each_task_and_keys_say_nothing(report):
    one, other = Answers.of(report, b"one"), Answers.of(report, b"other")
    orders = {name: [answer.student for answer in every] for name, every in one.by_task.items()}
    assert orders == {name: [answer.student for answer in every] for name, every in other.by_task.items()}
    assert len({tuple(order) for order in orders.values()}) > 1
    assert not set(one.by_key) & set(other.by_key)


# The command


def test_the_command_says_what_is_wrong_before_a_page_is_opened(report, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.toml").write_text("[T-1]\nitems = []\n", encoding="utf-8")
    for words, says in (
        ((tmp_path / "empty",), "is no report: it has no results"),
        ((report, "--rubric", tmp_path / "none.toml"), "none.toml: No such file"),
        ((report, "--rubric", tmp_path / "bad.toml"), "the machine judges"),
        ((report, "--port", "70000"), "--port must be from 0 to 65535, got 70000"),
    ):
        assert main(["review", *map(str, words)]) == 2
        assert says in capsys.readouterr().err
    (report / "marks.csv").write_text("student,task,points\nada,V-1,9\n", encoding="utf-8")
    assert main(["review", str(report)]) == 2
    assert "points for V-1 must be a number from 0 to 4, got '9'" in capsys.readouterr().err
    old = json.loads((report / "results" / "ada_essay.json").read_text(encoding="utf-8"))
    old["tasks"] = [{"id": "V-1", "verdict": UNTOUCHED}]
    (report / "marks.csv").unlink()
    (report / "results" / "ada_essay.json").write_text(json.dumps(old), encoding="utf-8")
    assert main(["review", str(report)]) == 2
    assert "grade once more" in capsys.readouterr().err


def test_the_command_prints_its_address_and_ends_when_it_is_stopped(report, capsys, monkeypatch):
    def stopped(server, *_):
        # Somebody asks for the page, then presses Ctrl-C.
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert ask(server, "")[0] == 200
        thread.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(ReviewServer, "serve_forever", stopped)
    assert main(["review", str(report)]) == 0
    said = capsys.readouterr().out
    assert "To be marked by a person: V-1, V-2, V-3." in said and "http://127.0.0.1:" in said
    assert f"Marks are in {report / 'marks.csv'}." in said


# The page of the book that tells how


def test_what_the_page_on_marking_prints_is_taken_as_it_stands(tmp_path):
    text = (ROOT / "book" / "teaching" / "marking.md").read_text(encoding="utf-8")
    blocks = {kind: code for kind, code in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)}
    (tmp_path / "rubric.toml").write_text(blocks["toml"], encoding="utf-8")
    (tmp_path / "marks.csv").write_text(blocks[""], encoding="utf-8")
    marking = Marking(marks.read(tmp_path / "marks.csv"), rubric.load(tmp_path / "rubric.toml"))
    for student in ("s001", "s002"):
        mark, why = marking.of(student, {"id": "W-74", "of": 12, "answer": "d"})
        assert mark and not why
    shown = eval(blocks["python"].strip(), {"Task": Task, "Written": Written})
    assert shown.for_a_person and shown.kind in KINDS
    # Each command has the options that it is shown with, and every key that the page lists is one of the pages'.
    commands = re.findall(r"^inference-scaling (\w+) (.*)$", text, re.MULTILINE)
    assert [name for name, _ in commands] == ["grade", "review", "grade"]
    for name, options in commands:
        known = subprocess.run(
            [sys.executable, "-m", "inference_scaling.cli", name, "--help"], capture_output=True, text=True, check=True
        )
        assert all(option in known.stdout for option in re.findall(r"--\w+", options)), name
    script = (STATIC / "review.js").read_text(encoding="utf-8")
    for key in set(re.findall(r"<kbd>([a-z0])</kbd>", text)):
        assert re.search(rf'key === "{key}"|^ +{key}: ', script, re.MULTILINE), key
    words = set(re.findall(r"^\| `(\w+)` \|", text.split("## The rubric")[1].split("\n## ")[0], re.MULTILINE))
    assert words == {"items", "comments", "start"}

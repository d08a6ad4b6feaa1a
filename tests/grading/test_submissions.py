"""Submissions as files: whose they are, which one counts, and what is told about the others."""

import json
import os
import subprocess
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.grading import grade, submissions
from inference_scaling.grading.tables import Roster, roster
from inference_scaling.lessons import registry

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("setup", "theorem")


@pytest.fixture(scope="module")
def released():
    return {part: grade.released_notebook(part, str(ROOT)) for part in PARTS}


def notebook(part, answered=True, marked=True):
    """Return the bytes of a notebook with one answer of a part in it."""
    task = registry.part(part)[0]
    cell = {"cell_type": "code", "source": f"{task.variable} = 1" if answered else "print(1)", "metadata": {}}
    if marked:
        cell["metadata"] = {"nbgrader": {"grade_id": f"{task.id}-answer" if answered else "other"}}
    return json.dumps({"nbformat": 4, "cells": [cell]}).encode()


def put(folder, files):
    """Write files, each a second younger than the one before."""
    for number, (name, data) in enumerate(files.items()):
        path = os.path.join(os.fsencode(folder), name if isinstance(name, bytes) else name.encode())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        os.utime(path, (1_800_000_000 + number,) * 2)


def settled(folder, released, roster=None):
    found, others = submissions.find(folder, PARTS)
    if roster:
        found = [roster.named(one) for one in found]
    kept, replaced = submissions.latest_per_student(found, folder, released)
    return {(one.student, one.part): str(one.path.relative_to(folder)) for one in kept}, others | replaced


def test_the_last_file_for_a_part_counts_under_whatever_identifier(tmp_path, released):
    put(
        tmp_path,
        {
            "adal_77_5_theorem.ipynb": notebook("theorem"),
            "Ada L_88_assignsubmission_file_/work.ipynb": notebook("theorem"),
            "ada_setup.ipynb": notebook("setup"),
            "ada.ipynb": notebook("setup"),
        },
    )
    roster = Roster({}, {"ada l": "s1", "ada": "s1"}, {"canvas": {"77": "s1"}})
    kept, others = settled(tmp_path, released, roster)
    assert kept == {("s1", "theorem"): "adal_77_5_theorem.ipynb", ("s1", "setup"): "ada_setup.ipynb"}
    assert others == {
        "Ada L_88_assignsubmission_file_/work.ipynb": "replaced by adal_77_5_theorem.ipynb",
        "ada.ipynb": "replaced by ada_setup.ipynb",
    }


def test_a_file_without_an_answer_replaces_none_with_one(tmp_path, released):
    put(
        tmp_path,
        {
            "s1/theorem/theorem.ipynb": notebook("theorem"),
            "s1/theorem/notes.ipynb": notebook("theorem", answered=False),
            "s1/theorem/broken.ipynb": b"{",
            "s2/theorem/marked.ipynb": notebook("theorem"),
            "s2/theorem/without marks.ipynb": notebook("theorem", marked=False),
        },
    )
    kept, others = settled(tmp_path, released)
    assert kept == {
        ("s1", "theorem"): "s1/theorem/theorem.ipynb",
        ("s2", "theorem"): "s2/theorem/without marks.ipynb",
    }
    assert set(others) == {"s1/theorem/notes.ipynb", "s1/theorem/broken.ipynb", "s2/theorem/marked.ipynb"}


def answered(part, answers):
    """Return the bytes of a part's notebook as it was handed out, with answers to some tasks, by task."""
    notebook = exercises.released(exercises.source(part, ROOT))
    for cell in notebook.cells:
        task = exercises._id(cell).removesuffix("-answer")
        if exercises._id(cell).endswith("-answer") and task in answers:
            cell.source = answers[task]
    return json.dumps(notebook).encode()


STUBS = answered("theorem", {})
WORK = {"T-1": "answer_T1 = 11"}


@pytest.mark.parametrize("later", ["z", "theorem (1)", "theorem-2", "theorem 2027"])
def test_a_stub_never_replaces_work(tmp_path, released, later):
    put(tmp_path, {"s1/theorem/theorem.ipynb": answered("theorem", WORK), f"s1/theorem/{later}.ipynb": STUBS})
    (one,), others = submissions.latest_per_student(submissions.find(tmp_path, PARTS)[0], tmp_path, released)
    assert (one.path.name, one.doubts) == ("theorem.ipynb", ())
    assert others == {f"s1/theorem/{later}.ipynb": "replaced by s1/theorem/theorem.ipynb"}


def test_no_file_time_decides_between_two_works_and_a_person_is_asked(tmp_path, released):
    first, second = (answered("theorem", {"T-1": f"answer_T1 = {value}"}) for value in (10, 11))
    names = ("theorem.ipynb", "theorem (2).ipynb", "theorem (10).ipynb")
    for order in (names, names[::-1]):
        put(tmp_path, {f"s1/theorem/{name}": first if name == names[0] else second for name in order})
        (one,), _ = submissions.latest_per_student(submissions.find(tmp_path, PARTS)[0], tmp_path, released)
        assert one.path.name == "theorem (10).ipynb"
        (doubt,) = one.doubts
        assert "nothing says which is the later" in doubt and "`s1/theorem/theorem.ipynb`" in doubt


def test_the_same_work_twice_is_nobodys_doubt_and_canvas_numbers_its_files(tmp_path, released):
    first, second = (answered("theorem", {"T-1": f"answer_T1 = {value}"}) for value in (10, 11))
    put(tmp_path, {"s1/theorem/a.ipynb": first, "s1/theorem/b.ipynb": first})
    files = {"bo_7_900_theorem-1.ipynb": second, "bo_7_1000_theorem.ipynb": first, "bo_7_95_theorem.ipynb": second}
    put(tmp_path, files)
    kept, _ = submissions.latest_per_student(submissions.find(tmp_path, PARTS)[0], tmp_path, released)
    assert {one.student: (one.path.name, one.doubts) for one in kept} == {
        "s1": ("b.ipynb", ()),
        "7": ("bo_7_1000_theorem.ipynb", ()),
    }


def test_a_part_of_two_words_is_found_in_the_names_of_files_and_folders(tmp_path):
    parts = ("theorem", "workshop_votes", "workshop_capstone")
    put(
        tmp_path,
        {name: STUBS for name in ("s1_workshop_votes.ipynb", "s2/workshop_capstone/x.ipynb", "s3_votes.ipynb")},
    )
    found = submissions.find(tmp_path, parts)[0]
    assert [(one.student, one.part) for one in found] == [
        ("s1", "workshop_votes"),
        ("s2", "workshop_capstone"),
        ("s3_votes", None),
    ]


def test_no_folder_above_the_submission_decides_a_part(tmp_path, released):
    folder = tmp_path / "laboratory" / "setup" / "handed in"
    put(folder, {"s1/Untitled.ipynb": answered("theorem", WORK), "s2/theorem/x.ipynb": STUBS})
    found = submissions.find(folder, (*PARTS, "laboratory"))[0]
    assert [one.part for one in found] == [None, "theorem"]
    kept, _ = submissions.latest_per_student(found, folder, released)
    assert [(one.student, one.part) for one in kept] == [("s1", "theorem"), ("s2", "theorem")]


NOT_A_CLASS = {
    "parts, each with its students": (["theorem/s1.ipynb", "theorem/s2.ipynb"], "called like a part"),
    "parts and weeks": (["Week 3 Theorem/s1/x.ipynb"], "called like a part"),
    "a part of two words": (["workshop_capstone/s1.ipynb", "workshop_capstone/s2.ipynb"], "called like a part"),
    "one student": (["theorem/theorem.ipynb", "setup/setup.ipynb"], "called like a part"),
    "Moodle's folders, one deeper": (
        ["monday/A B_1_assignsubmission_file_/x.ipynb", "monday/C D_2_assignsubmission_file_/x.ipynb"],
        "holds submissions of several students, such as 'A B_1_assignsubmission_file_'",
    ),
    "Canvas's files, one deeper": (["week1/ab_1_5_x.ipynb", "week1/cd_2_6_x.ipynb"], "of several students"),
    "nbgrader's folders, one deeper": (
        ["submitted/s1/theorem/x.ipynb", "submitted/s2/theorem/x.ipynb"],
        "holds folders of several students, such as 's1'",
    ),
}


@pytest.mark.parametrize("name", NOT_A_CLASS)
def test_a_folder_that_is_no_class_is_refused(tmp_path, name):
    places, told = NOT_A_CLASS[name]
    put(tmp_path, dict.fromkeys(places, STUBS))
    with pytest.raises(ValueError, match=told) as refused:
        submissions.find(tmp_path, (*PARTS, "workshop_capstone"))
    assert "inference-scaling grade" in str(refused.value)


def test_students_with_much_in_their_folder_are_students(tmp_path, released):
    places = [
        "s1/theorem/theorem.ipynb",
        "s1/setup/setup.ipynb",
        "theo/my work/theorem.ipynb",
        "s2_theorem/a/theorem/x.ipynb",
        "Thea Setup/x.ipynb",
        "K L_1_assignsubmission_file_/theorem/x.ipynb",
    ]
    put(tmp_path, dict.fromkeys(places, STUBS))
    assert len(submissions.find(tmp_path, PARTS)[0]) == len(places)


def test_what_was_typed_into_moodle_is_told_and_takes_nobodys_time(tmp_path, released):
    put(
        tmp_path,
        {
            "A B_1_assignsubmission_file_/theorem.ipynb": answered("theorem", WORK),
            "A B_1_assignsubmission_file_/timestamp.txt": b"2020-01-01 00:00:00 UTC",
            "A B_1_assignsubmission_onlinetext_/onlinetext.html": b"<p>here it is",
        },
    )
    (one,), others = submissions.find(tmp_path, PARTS)
    assert (one.student, one.part, one.submitted) == ("Participant 1", "theorem", None)
    assert others == {"A B_1_assignsubmission_onlinetext_": "text typed into Moodle, not a notebook"}


def known(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return roster(path)


def test_a_moodle_number_never_identifies_a_student(tmp_path):
    people = known(tmp_path, "student,name\na1,Anna Alpha\n7003,Bob Beta\nc1,Kim Lee\nc2,Kim Lee\n")
    put(
        tmp_path / "in",
        {
            "Anna Alpha_7003_assignsubmission_file_/x.ipynb": STUBS,
            "Bob Beta_7004_assignsubmission_file_/x.ipynb": STUBS,
            "Kim Lee_7005_assignsubmission_file_/x.ipynb": STUBS,
            "Kim Lee_7006_assignsubmission_file_/x.ipynb": STUBS,
            "No Body_a1_assignsubmission_file_/x.ipynb": STUBS,
            "Who Ever_7003_assignsubmission_file_theorem.ipynb": STUBS,
        },
    )
    named = {one.entry: people.named(one).student for one in submissions.find(tmp_path / "in", PARTS)[0]}
    assert named["Anna Alpha_7003_assignsubmission_file_"] == "a1"
    assert named["Bob Beta_7004_assignsubmission_file_"] == "7003"
    # Two of one name, and people nobody knows: each of them stays for itself, for a person.
    rest = [student for entry, student in named.items() if not entry.startswith(("Anna", "Bob"))]
    assert len(set(rest)) == 4 and not set(rest) & set(people.rows)


def test_a_number_that_the_roster_gives_to_somebody_else_is_for_a_person(tmp_path):
    people = known(tmp_path, "student,name,moodle\na1,Anna Alpha,7001\nb1,Bob Beta,7003\nc1,Kim Lee,7005\n")
    put(
        tmp_path / "in",
        {
            "Anna Alpha_7003_assignsubmission_file_/x.ipynb": STUBS,
            "Bob Beta_7003_assignsubmission_file_/x.ipynb": STUBS,
            "Kimberly_7005_assignsubmission_file_/x.ipynb": STUBS,
        },
    )
    anna, bob, kim = (people.named(one) for one in submissions.find(tmp_path / "in", PARTS)[0])
    assert anna.student not in people.rows and "'a1'" in anna.doubts[0] and "'b1'" in anna.doubts[0]
    assert (bob.student, bob.doubts, kim.student, kim.doubts) == ("b1", (), "c1", ())


def test_a_canvas_number_identifies_by_its_own_column_only(tmp_path):
    people = known(tmp_path, "student,name,canvas\n7003,Bob Beta,12\na1,Anna Alpha,13\n")
    put(tmp_path / "in", {"alphaanna_7003_5_x.ipynb": STUBS, "betabob_12_6_x.ipynb": STUBS})
    assert [people.named(one).student for one in submissions.find(tmp_path / "in", PARTS)[0]] == ["Canvas 7003", "7003"]


def test_two_parts_whose_names_say_nothing_are_two_results(tmp_path, released):
    put(
        tmp_path,
        {"s1/a.ipynb": notebook("setup"), "s1/b.ipynb": notebook("theorem"), "s1/c.ipynb": b"", "s1/d.ipynb": b"["},
    )
    kept, others = settled(tmp_path, released)
    assert kept == {("s1", "setup"): "s1/a.ipynb", ("s1", "theorem"): "s1/b.ipynb", ("s1", None): "s1/d.ipynb"}
    assert others == {"s1/c.ipynb": "replaced by s1/d.ipynb"}
    names = [grade.result_name(*key) for key in kept]
    assert len(set(names)) == len(names)


ODD = {
    b"-rf_theorem.ipynb": "-rf",
    b"_theorem.ipynb": "_theorem",
    b"a b's \"<b>&_theorem.ipynb": "a b's \"<b>&",
    b"line\nbreak_theorem.ipynb": "line\nbreak",
    b"\xff\xfe_theorem.ipynb": "\\xff\\xfe",
    "Zoe\u0308_theorem.ipynb".encode(): "Zo\u00eb",
    "\u5b66\u751f_theorem.ipynb".encode(): "\u5b66\u751f",
    b"x" * 240 + b"_theorem.ipynb": "x" * 240,
    "\U0001d49c".encode() * 58 + b"_theorem.ipynb": "\U0001d49c" * 58,
    b"folder.ipynb/theorem.ipynb": "folder",
}


def test_odd_names_are_names(tmp_path, released):
    put(tmp_path, {name: notebook("theorem") for name in ODD})
    put(tmp_path, {b"._mac_theorem.ipynb": b"\0", b".ipynb_checkpoints/s9_theorem.ipynb": b"{}", b"__MACOSX/._s": b""})
    kept, others = settled(tmp_path, released)
    assert {student for student, _ in kept} == {*ODD.values()}
    assert others == {}
    names = [grade.result_name(*key) for key in kept]
    assert len(set(names)) == len(names)
    for name in names:
        assert len(name.encode()) < 240 and "/" not in name and not name.startswith((".", "-"))
        (tmp_path / name).write_text(name, encoding="utf-8")


def test_one_name_written_in_two_ways_is_one_student(tmp_path, released):
    put(tmp_path, {"Zoe\u0308_theorem.ipynb": notebook("theorem"), "Zo\u00eb_theorem.ipynb": notebook("theorem")})
    assert len(settled(tmp_path, released)[0]) == 1


@pytest.mark.parametrize("place", ["s1_theorem.ipynb", "s1/theorem/theorem.ipynb"])
def test_what_is_no_ordinary_file_is_told_and_not_waited_for(tmp_path, released, place):
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    for make, told in (
        (os.mkfifo, "not an ordinary file"),
        (lambda path: path.symlink_to("/dev/zero"), "symbolic link"),
        (lambda path: path.symlink_to(path), "symbolic link"),
        (lambda path: path.touch() or os.truncate(path, 10 << 30), "10240 MB"),
        (lambda path: path.write_bytes(b" \n"), "empty"),
    ):
        make(path)
        (one,), _ = submissions.latest_per_student(submissions.find(tmp_path, PARTS)[0], tmp_path, released)
        assert (one.student, one.part) == ("s1", "theorem")
        with pytest.raises(submissions.Unreadable, match=told):
            submissions.content(one.path)
        path.unlink()


def test_a_file_that_becomes_a_pipe_or_a_link_meanwhile_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "good").write_bytes(b"{}")
    was = os.lstat(tmp_path / "good")
    (tmp_path / "link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "lstat", lambda path: was)
    for name in ("link", "pipe"):
        with pytest.raises(submissions.Unreadable):
            submissions.content(tmp_path / name)


def test_folders_without_end_and_very_many_notebooks_are_cut(tmp_path, released, monkeypatch):
    deep = tmp_path / "s1"
    deep.mkdir()
    with monkeypatch.context() as patch:
        patch.chdir(deep)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    put(tmp_path, {f"s2/{number}.ipynb": b"{}" for number in range(submissions.MOST_FILES + 5)})
    kept, others = settled(tmp_path, released)
    # Python's own rmtree, with which pytest tidies up, falls into this hole.
    subprocess.run(["rm", "-r", str(deep)], check=True)
    assert [student for student, _ in kept] == ["s1", "s2"]
    assert "s2, more files" in others
    assert len(others) == submissions.MOST_FILES


def cells(*codes):
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": code} for code in codes]}).encode()


def test_brackets_without_end_take_no_memory(released):
    tracemalloc.start()
    try:
        with pytest.raises(submissions.Unreadable, match="brackets"):
            submissions.extract_answers(
                b'{"cells": [' + b"[]," * (submissions.MOST_BRACKETS) + b"[]]}", released["theorem"]
            )
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_more_code_than_anyone_writes_is_cut_and_told(released):
    task = registry.part("theorem")[0]
    reading = submissions.extract_answers(cells(*["x" * 90_000] * 40, f"{task.variable} = 1"), released["theorem"])
    assert any("characters of code" in note for note in reading.notes)
    assert sum(len(text) for answer in reading.answers.values() for text in answer.before) <= submissions.MOST_CODE


@pytest.mark.parametrize(
    "text",
    [
        *(
            "\n",
            " ",
            "def ",
            "async ",
            "def\n",
            "answer_T1 ",
            "answer_T1\n",
            "%a",
            "!",
            "a\n%\n",
            "class\t",
            "\\\n",
            "=",
        ),
        *("(", "answer_T1,", "import answer_T1,", " ...", "# answer_T1", "answer_T1(", "answer_T1 = "),
    ],
)
def test_looking_for_names_takes_time_in_proportion(text):
    # A pattern that looks back again and again would take hours here.
    for code in (
        text * (submissions.MOST_SOURCE // len(text)),
        ("x" + text) * (submissions.MOST_SOURCE // (len(text) + 1)),
    ):
        submissions._answers(code, "answer_T1")


@pytest.mark.parametrize(
    "text",
    [
        b'{"cells": [], "cells": [{"cell_type": "code", "source": "x = NaN"}], "nbformat": NaN}',
        b'\xef\xbb\xbf{"cells": [], "nbformat": 4}',
        b'{"cells": [{"cell_type": "code", "metadata": [], "source": ["a", 1, null]}], "nbformat": 4}',
        b'{"worksheets": [[], {"cells": {}}, {"cells": [[]]}], "nbformat": 3}',
    ],
)
def test_odd_json_is_read(text, released):
    assert submissions.extract_answers(text, released["theorem"]).answers == {}


@pytest.mark.parametrize(
    "text",
    [b'{"cells": ' + b"1" * 5000 + b"}", b'{"cells": 1e999}', b"\xff\xfe{\0}\0", b'{"cells": [}', b'"cells"', b"NaN"],
)
def test_what_is_no_notebook_says_so(text, released):
    with pytest.raises(submissions.Unreadable):
        submissions.extract_answers(text, released["theorem"])


def test_twenty_large_notebooks_of_one_student_are_not_read_before_the_class_is_graded(tmp_path, monkeypatch):
    notebook = json.loads(json.dumps(exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", "book")))
    (tmp_path / "ada").mkdir()
    for number in range(1, 21):
        # Keys cost a reader the most time for their size. Each file holds other work.
        notebook["metadata"]["more"] = dict.fromkeys(map(str, range(60_000)), number)
        (tmp_path / "ada" / f"notebook ({number}).ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "bob_theorem.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    read, whole = [], submissions._notebook
    monkeypatch.setattr(submissions, "_notebook", lambda data: read.append(len(data)) or whole(data))
    released = {"theorem": grade.released_notebook("theorem", str(ROOT))}
    found, _ = submissions.find(tmp_path, ["theorem"])
    kept, others = submissions.latest_per_student(found, tmp_path, released)
    assert len(read) <= 1
    assert [(one.student, one.part, one.path.name) for one in kept] == [
        ("ada", "theorem", "notebook (20).ipynb"),
        ("bob", "theorem", "bob_theorem.ipynb"),
    ]
    assert len(others) == 19
    (doubt,) = kept[0].doubts
    assert "too large together to be compared" in doubt and "notebook (1).ipynb" in doubt and not kept[1].doubts
    # By bytes alone, without being opened.
    monkeypatch.setattr(submissions, "MOST_TOGETHER", 10_000_000)
    monkeypatch.setattr(
        submissions, "content", lambda path: pytest.fail(f"{path} was read") if "ada" in str(path) else b""
    )
    named = [replace(one, part="theorem") for one in found]
    kept, _ = submissions.latest_per_student(named, tmp_path, released)
    assert kept[0].path.name == "notebook (20).ipynb"

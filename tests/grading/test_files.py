"""Every school's files and names: archives, odd endings, alphabets, and the forms of six platforms."""

import io
import json
import random
import re
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.cli import main
from inference_scaling.grading import archives, grade, names, submissions
from inference_scaling.grading.tables import CourseError, roster

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("setup", "theorem")


@pytest.fixture(scope="module")
def released():
    return {part: grade.released_notebook(part, str(ROOT)) for part in PARTS}


def notebook(answer="answer_T1 = 11", encoding="utf-8"):
    cell = {"cell_type": "code", "source": answer, "metadata": {"nbgrader": {"grade_id": "T-1-answer"}}}
    return json.dumps({"nbformat": 4, "cells": [cell]}, ensure_ascii=False).encode(encoding)


def packed(files, method=zipfile.ZIP_DEFLATED):
    """Return a zip archive of files, bytes by name; a mapping in it is an archive in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, packed(data) if isinstance(data, dict) else data)
    return out.getvalue()


def put(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(data) if isinstance(data, dict) else data)
    return folder


def known(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return roster(path)


def settled(folder, released, people=None, pattern=None):
    found, others = submissions.find(folder, PARTS, pattern=pattern and names.pattern(pattern, PARTS))
    found = [people.named(one) for one in found] if people else found
    kept, replaced = submissions.latest_per_student(found, folder, released)
    return kept, others | replaced


def whose(kept):
    return {(one.student, one.part): one.place for one in kept}


def answer_in(one, released):
    data = submissions.content(one.path, one.inside)
    return submissions.extract_answers(data, released["theorem"]).answers["T-1"].code


# Archives

ZIPPED = {
    "flat": {"s1_theorem.zip": {"theorem.ipynb": notebook()}},
    "in a student's folder": {"s1/theorem/work.zip": {"my work/theorem.ipynb": notebook()}},
    "in Moodle's folder": {"Ada L_7_assignsubmission_file_/Archiv.zip": {"a/b/theorem.ipynb": notebook()}},
    "as Moodle's file": {"Ada L_7_assignsubmission_file_theorem.zip": {"theorem.ipynb": notebook()}},
    "as Canvas's file": {"adal_7_5_theorem-1.zip": {"theorem.ipynb": notebook()}},
    "twice": {"s1_theorem.zip": {"again.zip": {"theorem.ipynb": notebook()}}},
    "with what macOS adds": {
        "s1_theorem.zip": {"__MACOSX/._x.ipynb": b"\0", "x.ipynb": notebook(), ".hidden/y.ipynb": b"{"}
    },
    "of another ending": {"s1_theorem.zip": {"theorem.ipynb.json": notebook()}},
}


@pytest.mark.parametrize("form", ZIPPED)
def test_a_notebook_in_an_archive_is_read_where_it_is(tmp_path, released, form):
    put(tmp_path, ZIPPED[form])
    (one,), others = settled(tmp_path, released)
    assert (one.part, answer_in(one, released), others) == ("theorem", "answer_T1 = 11", {})


def test_an_archive_of_a_whole_class_is_graded_as_it_came(tmp_path, released):
    moodle = {f"Student {i}_{i}_assignsubmission_file_/theorem.ipynb": notebook() for i in (1, 2)}
    moodle["Student 3_3_assignsubmission_file_/work.zip"] = {"theorem.ipynb": notebook()}
    canvas = {f"ab_{i}_{i}0_theorem.ipynb": notebook() for i in (1, 2, 3)}
    nbgrader = {f"s{i}/theorem/theorem.ipynb": notebook() for i in (1, 2, 3)}
    for number, (files, first) in enumerate(
        [
            (moodle, "Participant 1"),
            (canvas, "1"),
            (nbgrader, "s1"),
            ({f"week/{k}": v for k, v in nbgrader.items()}, "s1"),
        ]
    ):
        put(tmp_path, {f"{number}.zip": files})
        kept, others = settled(tmp_path / f"{number}.zip", released)
        assert kept[0].student == first and len(kept) == 3 and others == {}
        assert all(answer_in(one, released) == "answer_T1 = 11" for one in kept)
    # Among submissions it is none: a student's archive must not speak for others.
    with pytest.raises(ValueError, match="holds submissions of several students"):
        submissions.find(tmp_path, PARTS)


def test_an_archive_is_graded_from_the_command_line_and_its_results_stay(tmp_path, capsys):
    put(tmp_path, {"in.zip": {"s1/theorem/x.ipynb": notebook(), "s2/theorem/x.zip": {"y.ipynb": notebook()}}})
    command = ["grade", str(tmp_path / "in.zip"), "--out", str(tmp_path / "out"), "--root", str(ROOT)]
    assert main(command) == 0, capsys.readouterr()
    assert main(command) == 0
    assert "2 submissions, 0 graded now, 2 as before" in capsys.readouterr().out
    page = (tmp_path / "out" / "feedback" / "s2_theorem.html").read_text(encoding="utf-8")
    assert "right, 2 of 2 points" in page


def bomb(size):
    return packed({"theorem.ipynb": b" " * size})


def quine(depth):
    return {"theorem.zip": quine(depth - 1)} if depth else {"theorem.ipynb": notebook()}


REFUSED = {
    "shrinks too well": (bomb(archives.SMALL + 1), "shrinks to less than one 200th"),
    "too large": (bomb(archives.MOST_BYTES + 1), "at most 64 are read"),
    "a bomb in an archive": ({"inner.zip": bomb(archives.SMALL + 1)}, "shrinks to less than"),
    "an archive that shrinks": ({"inner.zip": b"\0" * (archives.SMALL + 1)}, "shrinks to less than"),
    "archives without end": (quine(6), "more than 3 deep"),
    "no archive": (b"PK\x03\x04 not really", "damaged or no zip archive"),
    "cut off": (packed({"theorem.ipynb": notebook()})[:-30], "damaged or no zip archive"),
    "empty": ({}, "no notebook in this archive"),
    "other files": ({"theorem.pdf": b"%PDF"}, "no notebook in this archive"),
    "too many files": (None, "more than 50,000 files"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_archive_that_is_refused_says_why_and_harms_nobody(tmp_path, released, name):
    data, told = REFUSED[name]
    if data is None:
        data = packed({}) + archives._ENTRY * (archives.MOST_MEMBERS + 1)
    put(tmp_path, {"s1_theorem.zip": data, "s2_theorem.ipynb": notebook()})
    bad, good = settled(tmp_path, released)[0]
    with pytest.raises(submissions.Unreadable, match=told):
        submissions.content(bad.path, bad.inside)
    assert answer_in(good, released) == "answer_T1 = 11"


def test_a_password_a_damaged_member_and_an_unknown_packing_are_told(tmp_path, released):
    plain = packed({"theorem.ipynb": notebook()})
    at = plain.index(b"PK\x01\x02")
    locked = bytearray(plain)
    locked[6] |= 1
    locked[at + 8] |= 1
    strange = bytearray(plain)
    strange[8] = strange[at + 10] = 97
    spoiled = bytearray(plain)
    spoiled[60] ^= 0xFF
    for data, told in ((locked, "password"), (strange, "packed in a way"), (spoiled, "damaged")):
        put(tmp_path, {"s1_theorem.zip": bytes(data)})
        (one,), _ = settled(tmp_path, released)
        with pytest.raises(submissions.Unreadable, match=told):
            submissions.content(one.path, one.inside)


def test_no_name_in_an_archive_leads_anywhere_and_names_of_macos_are_read(tmp_path, released):
    outside = {"../../evil.ipynb": notebook(), "/etc/evil.ipynb": notebook(), "C:\\x\\..\\evil.ipynb": notebook()}
    put(tmp_path / "in", {"s1_theorem.zip": outside})
    found, _ = submissions.find(tmp_path / "in", PARTS)
    assert {one.entry for one in found} == {"s1_theorem.zip"} and len(found) == 3
    assert [path.name for path in tmp_path.rglob("*evil*")] == []
    # UTF-8 without the flag that says so, as macOS writes it.
    data = packed({"Zo\u00eb/theorem.ipynb": notebook()})
    at = data.index(b"PK\x01\x02")
    unflagged = bytearray(data)
    unflagged[7] &= ~8
    unflagged[at + 9] &= ~8
    put(tmp_path, {"class.zip": bytes(unflagged)})
    assert [one.student for one in submissions.find(tmp_path / "class.zip", PARTS)[0]] == ["Zo\u00eb"]


@given(st.integers(0, 10_000))
def test_a_spoiled_archive_is_an_archive_that_says_so(seed):
    rng = random.Random(seed)
    data = bytearray(packed({"a.ipynb": notebook(), "b.zip": {"c.ipynb": notebook()}}))
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        for member in archives.members(io.BytesIO(data)):
            assert isinstance(archives.read(io.BytesIO(data), member.chain), bytes)
    except archives.ArchiveRefused as error:
        assert "archive" in str(error)


def test_other_archives_are_named_as_what_they_are(tmp_path):
    put(tmp_path, {"s1_theorem.rar": b"Rar!", "s2_theorem.tar.gz": b"\x1f\x8b"})
    assert set(submissions.find(tmp_path, PARTS)[1].values()) == {
        "an archive that is not read; of archives only zip is"
    }


# Endings and alphabets


@pytest.mark.parametrize(
    "ending", [".ipynb", ".IPYNB", ".ipynb.json", ".ipynb.txt", ".ipynb (1).json", ".ipynb(2)", ".Ipynb.Txt"]
)
def test_a_browsers_ending_is_still_a_notebooks(tmp_path, released, ending):
    put(tmp_path, {f"s1_theorem{ending}": notebook(), f"s2/theorem/x{ending}": notebook()})
    kept, others = settled(tmp_path, released)
    assert [(one.student, one.part) for one in kept] == [("s1", "theorem"), ("s2", "theorem")] and others == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_form_of_unicode_is_read(tmp_path, released, encoding):
    put(tmp_path, {"s1_theorem.ipynb": notebook("answer_T1 = 11  # größer \U0001d53c", encoding)})
    (one,), _ = settled(tmp_path, released)
    assert answer_in(one, released) == "answer_T1 = 11  # größer \U0001d53c"


def test_an_alphabet_that_nobody_can_know_is_told(tmp_path, released):
    put(tmp_path, {"s1_theorem.ipynb": notebook("answer_T1 = 11  # größer", "latin-1")})
    (one,), _ = settled(tmp_path, released)
    with pytest.raises(submissions.Unreadable, match="not text"):
        answer_in(one, released)


# Names

ROSTER = (
    "student,name,login,email,gradescope,d2l,ilias,canvas\n"
    "s1,Ada Lovelace,adal,ada@x.org,,301,4711,11\n"
    "s2,Kim Lee,kim_l,kim@x.org,900,,,12\n"
    "s3,Zo\u00eb Nu\u00f1ez,zoen,z@x.org,,,,\n"
)
FORMS = {
    "Moodle": ("Ada Lovelace_77_assignsubmission_file_/x.ipynb", "s1", None),
    "Moodle without folders": ("Kim Lee_78_assignsubmission_file_theorem.ipynb", "s2", None),
    "Canvas": ("lovelaceada_11_500_theorem-1.ipynb", "s1", None),
    "Canvas, late": ("leekim_LATE_12_501_theorem.ipynb", "s2", None),
    "Gradescope": ("submission_900/theorem.ipynb", "s2", None),
    "Blackboard": ("Week 2_adal_attempt_2027-10-15-23-58-01_theorem.ipynb", "s1", "2027-10-15 23:58:01"),
    "Blackboard, a login with an underscore": (
        "W_2_kim_l_attempt_2027-10-15-08-00-00_x.ipynb",
        "s2",
        "2027-10-15 08:00:00",
    ),
    "D2L": ("301-77 - Ada Lovelace - Oct 15, 2027 1158 PM/theorem.ipynb", "s1", "2027-10-15 23:58:00"),
    "D2L, flat": ("9-77 - Kim Lee - October 5, 2027 958 AM - theorem.ipynb", "s2", "2027-10-05 09:58:00"),
    "ILIAS": ("Lovelace_Ada_adal_4711/20271015235801_theorem.ipynb", "s1", "2027-10-15 23:58:01"),
    "ILIAS, without accents": ("Nunez_Zoe_zoen_4712/20271015235801_theorem.ipynb", "s3", "2027-10-15 23:58:01"),
    "an e-mail": ("ada@x.org_theorem.ipynb", "s1", None),
    "another order": ("Lovelace, Ada_theorem.ipynb", None, None),
}


@pytest.mark.parametrize("platform", FORMS)
def test_each_platforms_names_find_their_student(tmp_path, platform):
    place, student, submitted = FORMS[platform]
    put(tmp_path / "in", {place: notebook()})
    people = known(tmp_path, ROSTER)
    (one,), _ = submissions.find(tmp_path / "in", PARTS)
    one = people.named(one)
    assert (one.student if one.student in people.rows else None, one.submitted, one.doubts) == (student, submitted, ())


def test_a_roster_with_the_family_name_in_front_knows_both_orders(tmp_path):
    people = known(tmp_path, 'student,name\ns1,"Lovelace, Ada"\n')
    assert [people.of(word) for word in ("Ada Lovelace", "Lovelace, Ada", "lovelace ada")] == ["s1"] * 3


def test_gradescopes_own_list_says_who_is_behind_a_number(tmp_path):
    listed = (
        b"---\nsubmission_901:\n  :submitters:\n  - :name: Ada Lovelace\n    :sid: s1\n    :email: ada@x.org\n"
        b"  :created_at: 2027-10-15 23:58:01.5 Z\n"
    )
    files = {"submission_901/theorem.ipynb": notebook(), "submission_metadata.yml": listed}
    put(tmp_path / "in", files)
    put(tmp_path, {"export.zip": {f"assignment_1_export/{name}": data for name, data in files.items()}})
    people = known(tmp_path, ROSTER)
    for place in ("in", "export.zip"):
        (one,), others = submissions.find(tmp_path / place, PARTS)
        assert (people.named(one).student, others) == ("s1", {})
    put(tmp_path / "in", {"submission_metadata.yml": b"- [1"})
    with pytest.raises(ValueError, match=r"submission_metadata\.yml is no YAML"):
        submissions.find(tmp_path / "in", PARTS)


def test_of_several_attempts_the_last_by_the_platforms_own_time_counts(tmp_path, released):
    put(
        tmp_path,
        {
            "HW_adal_attempt_2027-10-15-23-58-01_z.ipynb": notebook("answer_T1 = 1"),
            "HW_adal_attempt_2027-10-16-00-58-01_a.ipynb": notebook("answer_T1 = 2"),
            "1-7 - Kim Lee - Oct 9, 2027 1158 PM/z.ipynb": notebook("answer_T1 = 1"),
            "1-7 - Kim Lee - Oct 10, 2027 900 AM/a.ipynb": notebook("answer_T1 = 2"),
            "Nu_Zoe_zoen_4712/20271015000000_theorem.ipynb": notebook("answer_T1 = 1"),
            "Nu_Zoe_zoen_4712/20271016000000_a.ipynb": notebook("answer_T1 = 2"),
        },
    )
    kept, _ = settled(tmp_path, released)
    assert len(kept) == 3
    assert [(answer_in(one, released), one.doubts) for one in kept] == [("answer_T1 = 2", ())] * 3


@pytest.mark.parametrize("written", ["NFC", "NFD"])
def test_marks_are_part_of_a_name_and_the_way_they_are_stored_is_not(tmp_path, written):
    text = "student,name\nr1,राम\nr2,रमा\nz1,Zoë Núñez\n"
    people = known(tmp_path, unicodedata.normalize(written, text))
    files = {
        f"{name}_7_assignsubmission_file_/x.ipynb": notebook() for name in ("राम", "रमा", "Zoe\u0308 Nu\u0301n\u0303ez")
    }
    put(tmp_path / "in", files)
    found = [people.named(one) for one in submissions.find(tmp_path / "in", PARTS)[0]]
    assert {one.entry.partition("_")[0]: one.student for one in found} == {"राम": "r1", "रमा": "r2", "Zoë Núñez": "z1"}


@given(st.text(min_size=1))
def test_a_word_is_its_own_key_however_often_it_is_made(word):
    assert names.exact(names.exact(word)) == names.exact(word)
    assert names.loose(names.exact(word)) == names.loose(word)


def test_who_share_a_name_or_all_but_its_signs_are_for_a_person(tmp_path):
    people = known(
        tmp_path, "student,name,login\ns1,Kim Lee,kim.lee\ns2,Kim Lee,kimlee\ns3,Ann O'Neil,a\ns4,Ann Oneil,b\n"
    )
    files = ["Kim Lee_1_assignsubmission_file_/x.ipynb", "Ann O-Neil_2_assignsubmission_file_/x.ipynb"]
    exact = ["Ann Oneil_3_assignsubmission_file_/x.ipynb", "kim.lee_theorem.ipynb"]
    put(tmp_path / "in", dict.fromkeys([*files, *exact], notebook()))
    found = {one.entry: people.named(one) for one in submissions.find(tmp_path / "in", PARTS)[0]}
    assert [one.student for name, one in found.items() if name.startswith(("Ann Oneil", "kim"))] == ["s4", "s1"]
    for name, both in (("Kim Lee_1", "'s1', 's2'"), ("Ann O-Neil", "'s3', 's4'")):
        (one,) = [one for entry, one in found.items() if entry.startswith(name)]
        assert one.student not in people.rows and "share" in one.doubts[0] and both in one.doubts[0]


def test_a_name_that_fits_two_students_is_for_a_person(tmp_path):
    people = known(
        tmp_path, "student,name,login,canvas\ns1,Ada Lee,adal,11\ns2,Bo Fox,leeada,12\ns3,Cy,fox_b,\ns4,Di,b,\n"
    )
    places = ["leeada_11_5_x.ipynb", "Lee_Ada_leeada_77/x.ipynb", "HW_fox_b_attempt_2027-10-15-08-00-00_x.ipynb"]
    put(tmp_path / "in", dict.fromkeys(places, notebook()))
    for one in map(people.named, submissions.find(tmp_path / "in", PARTS)[0]):
        assert one.student not in people.rows and len(one.doubts) == 1, one
        assert len(re.findall(r"'s\d'", one.doubts[0])) == 2


# A pattern of one's own


def test_a_pattern_of_ones_own_says_whose_a_file_is(tmp_path, released):
    files = {"group 1/2027_adal.theorem/final.ipynb": notebook(), "group 1/2027_kim_l.theorem/final.ipynb": notebook()}
    put(tmp_path / "in", {**files, "group 2/readme.ipynb": notebook()})
    kept, others = settled(
        tmp_path / "in", released, known(tmp_path, ROSTER), r"/\d{4}_(?P<student>[^/]+)\.(?P<part>\w+)/"
    )
    assert [(one.student, one.part) for one in kept] == [("s1", "theorem"), ("s2", "theorem")]
    assert others == {"group 2/readme.ipynb": "does not fit --pattern"}


def test_a_pattern_that_fits_two_students_in_one_name_is_for_a_person(tmp_path, released):
    put(tmp_path / "in", {"adal and kim_l theorem.ipynb": notebook()})
    (one,), _ = settled(tmp_path / "in", released, known(tmp_path, ROSTER), r"\b(?P<student>adal|kim_l)\b")
    assert one.student == "adal and kim_l theorem.ipynb" and "'adal', 'kim_l'" in one.doubts[0]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(", "is no regular expression"),
        ("(.*)", "has no group"),
        (r"(?P<student>\w+)_(?P<week>\d+)", "'week' is not known; possible are student, part, submitted"),
        (r"(?P<student>nobody)", "fits nothing in"),
    ],
)
def test_a_pattern_that_is_none_is_told_before_anything_is_graded(tmp_path, capsys, pattern, told):
    put(tmp_path / "in", {"s1_theorem.ipynb": notebook()})
    command = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--root", str(ROOT), "--pattern", pattern]
    assert main(command) == 2
    assert told in capsys.readouterr().err


def test_a_roster_with_a_student_twice_or_one_word_of_two_is_refused(tmp_path):
    for text, told in (
        ("student,name\ns1,A\ns1,B\n", "line 3: the student 's1' is there twice"),
        ("student,login\ns1,Zoe\u0308\ns2,zo\u00eb\n", "stands for 's1' and for 's2'"),
    ):
        with pytest.raises(CourseError, match=told):
            known(tmp_path, text)

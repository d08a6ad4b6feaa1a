"""Submissions as files: whose they are, which one counts, and what is told about the others."""

import json
import os
import subprocess
import tracemalloc
from pathlib import Path

import pytest
from inference_scaling.grading import grade, read
from inference_scaling.grading.course import Roster
from inference_scaling.lessons import registry as tasks

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("setup", "theorem")


@pytest.fixture(scope="module")
def cleans():
    return {part: grade.clean(part, str(ROOT)) for part in PARTS}


def notebook(part, answered=True, marked=True):
    """Return the bytes of a notebook with one answer of a part in it."""
    task = tasks.part(part)[0]
    cell = {"cell_type": "code", "source": f"{task.name} = 1" if answered else "print(1)", "metadata": {}}
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


def settled(folder, cleans, roster=None):
    found, others = read.find(folder, PARTS)
    if roster:
        found = [roster.named(one) for one in found]
    kept, replaced = read.settled(found, folder, cleans)
    return {(one.student, one.part): str(one.path.relative_to(folder)) for one in kept}, others | replaced


def test_the_last_file_for_a_part_counts_under_whatever_identifier(tmp_path, cleans):
    put(
        tmp_path,
        {
            "adal_77_5_theorem.ipynb": notebook("theorem"),
            "Ada L_88_assignsubmission_file_/work.ipynb": notebook("theorem"),
            "ada_setup.ipynb": notebook("setup"),
            "ada.ipynb": notebook("setup"),
        },
    )
    roster = Roster({}, {"77": "s1", "88": "s1", "ada": "s1"})
    kept, others = settled(tmp_path, cleans, roster)
    assert kept == {
        ("s1", "theorem"): "Ada L_88_assignsubmission_file_/work.ipynb",
        ("s1", "setup"): "ada.ipynb",
    }
    assert others == {
        "adal_77_5_theorem.ipynb": "replaced by Ada L_88_assignsubmission_file_/work.ipynb",
        "ada_setup.ipynb": "replaced by ada.ipynb",
    }


def test_a_file_without_an_answer_replaces_none_with_one(tmp_path, cleans):
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
    kept, others = settled(tmp_path, cleans)
    assert kept == {
        ("s1", "theorem"): "s1/theorem/theorem.ipynb",
        ("s2", "theorem"): "s2/theorem/without marks.ipynb",
    }
    assert set(others) == {"s1/theorem/notes.ipynb", "s1/theorem/broken.ipynb", "s2/theorem/marked.ipynb"}


def test_two_parts_whose_names_say_nothing_are_two_results(tmp_path, cleans):
    put(
        tmp_path,
        {"s1/a.ipynb": notebook("setup"), "s1/b.ipynb": notebook("theorem"), "s1/c.ipynb": b"", "s1/d.ipynb": b"["},
    )
    kept, others = settled(tmp_path, cleans)
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


def test_odd_names_are_names(tmp_path, cleans):
    put(tmp_path, {name: notebook("theorem") for name in ODD})
    put(tmp_path, {b"._mac_theorem.ipynb": b"\0", b".ipynb_checkpoints/s9_theorem.ipynb": b"{}", b"__MACOSX/._s": b""})
    kept, others = settled(tmp_path, cleans)
    assert {student for student, _ in kept} == {*ODD.values()}
    assert others == {}
    names = [grade.result_name(*key) for key in kept]
    assert len(set(names)) == len(names)
    for name in names:
        assert len(name.encode()) < 240 and "/" not in name and not name.startswith((".", "-"))
        (tmp_path / name).write_text(name, encoding="utf-8")


def test_one_name_written_in_two_ways_is_one_student(tmp_path, cleans):
    put(tmp_path, {"Zoe\u0308_theorem.ipynb": notebook("theorem"), "Zo\u00eb_theorem.ipynb": notebook("theorem")})
    assert len(settled(tmp_path, cleans)[0]) == 1


@pytest.mark.parametrize("place", ["s1_theorem.ipynb", "s1/theorem/theorem.ipynb"])
def test_what_is_no_ordinary_file_is_told_and_not_waited_for(tmp_path, cleans, place):
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
        (one,), _ = read.settled(read.find(tmp_path, PARTS)[0], tmp_path, cleans)
        assert (one.student, one.part) == ("s1", "theorem")
        with pytest.raises(read.Unreadable, match=told):
            read.content(one.path)
        path.unlink()


def test_a_file_that_becomes_a_pipe_or_a_link_meanwhile_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "good").write_bytes(b"{}")
    was = os.lstat(tmp_path / "good")
    (tmp_path / "link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "lstat", lambda path: was)
    for name in ("link", "pipe"):
        with pytest.raises(read.Unreadable):
            read.content(tmp_path / name)


def test_folders_without_end_and_very_many_notebooks_are_cut(tmp_path, cleans, monkeypatch):
    deep = tmp_path / "s1"
    deep.mkdir()
    with monkeypatch.context() as patch:
        patch.chdir(deep)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    put(tmp_path, {f"s2/{number}.ipynb": b"{}" for number in range(read.MOST_FILES + 5)})
    kept, others = settled(tmp_path, cleans)
    # Python's own rmtree, with which pytest tidies up, falls into this hole.
    subprocess.run(["rm", "-r", str(deep)], check=True)
    assert [student for student, _ in kept] == ["s1", "s2"]
    assert "s2, more files" in others
    assert len(others) == read.MOST_FILES


def cells(*codes):
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": code} for code in codes]}).encode()


def test_brackets_without_end_take_no_memory(cleans):
    tracemalloc.start()
    try:
        with pytest.raises(read.Unreadable, match="brackets"):
            read.read(b'{"cells": [' + b"[]," * (read.MOST_BRACKETS) + b"[]]}", cleans["theorem"])
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_more_code_than_anyone_writes_is_cut_and_told(cleans):
    task = tasks.part("theorem")[0]
    reading = read.read(cells(*["x" * 90_000] * 40, f"{task.name} = 1"), cleans["theorem"])
    assert any("characters of code" in note for note in reading.notes)
    assert sum(len(text) for answer in reading.answers.values() for text in answer.before) <= read.MOST_CODE


@pytest.mark.parametrize(
    "text",
    ["\n", " ", "def ", "async ", "def\n", "answer_T1 ", "answer_T1\n", "%a", "!", "a\n%\n", "class\t", "\\\n", "="],
)
def test_looking_for_names_and_magic_takes_time_in_proportion(text):
    # A pattern that looks back again and again would take hours here.
    for code in (text * (read.MOST_SOURCE // len(text)), ("x" + text) * (read.MOST_SOURCE // (len(text) + 1))):
        read._defines(code, "answer_T1")
        read._without_magic(code)


@pytest.mark.parametrize(
    "text",
    [
        b'{"cells": [], "cells": [{"cell_type": "code", "source": "x = NaN"}], "nbformat": NaN}',
        b'\xef\xbb\xbf{"cells": [], "nbformat": 4}',
        b'{"cells": [{"cell_type": "code", "metadata": [], "source": ["a", 1, null]}], "nbformat": 4}',
        b'{"worksheets": [[], {"cells": {}}, {"cells": [[]]}], "nbformat": 3}',
    ],
)
def test_odd_json_is_read(text, cleans):
    assert read.read(text, cleans["theorem"]).answers == {}


@pytest.mark.parametrize(
    "text",
    [b'{"cells": ' + b"1" * 5000 + b"}", b'{"cells": 1e999}', b"\xff\xfe{\0}\0", b'{"cells": [}', b'"cells"', b"NaN"],
)
def test_what_is_no_notebook_says_so(text, cleans):
    with pytest.raises(read.Unreadable):
        read.read(text, cleans["theorem"])

"""Situations in which users of other graders reported a wrong verdict or a lost mark: each is tried here.

The page `known_failures.md` lists them with their addresses; `HELD` says which test holds each, here or elsewhere.
"""

import json
import math
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from inference_scaling.answers import judge
from inference_scaling.answers.collect import collect
from inference_scaling.answers.task import BOOK, parameters
from inference_scaling.classroom import release as exercises
from inference_scaling.grading import grade, report, submissions
from inference_scaling.grading.marks import GivenMark, Marking
from inference_scaling.grading.sandbox import Limits
from inference_scaling.grading.tables import Course, Late, Override, Part
from inference_scaling.lessons import registry
from results import BERLIN, DUE, NOW, WORTH, WRONG, counted, result, roster, rows, written

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "teaching" / "known_failures.md"
PLAN = grade.RunSettings(BOOK, BOOK, None, Limits(), str(ROOT))
CLEAN = grade.released_notebook("theorem", str(ROOT))
T2, T4 = registry.find("T-2"), registry.find("T-4")
RIGHT = float(T2.reference(**parameters(T2, BOOK)))

SOLVED = exercises.for_cohort(exercises.source("theorem", ROOT), "theorem", BOOK)
ANSWERS = {mark.removesuffix("-answer"): code for mark, code in exercises.answers(SOLVED) if mark.endswith("-answer")}


def judged(task, answer):
    """The grader's way with an object: collected as in the child, sent as text, judged as in the grader."""
    data = collect(json.loads(json.dumps(judge.request(task, BOOK))), answer)
    reply = json.dumps({"data": data, "error": None})
    return grade._judged(task, {"id": task.id, "ended": "answered", "reply": reply}, PLAN)


# Values


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -RIGHT, RIGHT * 1.5, 0], ids=str)
def test_no_odd_number_is_right(value):
    told = judged(T2, value)
    assert told.verdict != judge.RIGHT and told.earned == 0 and told.says


@pytest.mark.parametrize("value", [RIGHT * (1 + 1e-6), RIGHT + 1e-17, round(RIGHT, 6), sum([RIGHT / 3] * 3)], ids=str)
def test_rounding_in_the_last_digits_takes_no_points(value):
    assert judged(T2, value).verdict == judge.RIGHT


class AlwaysTrue:
    def __eq__(self, other):
        return True

    __hash__ = None


def solution(name):
    """Return the function of a task's solution, as a student's own."""
    names = {"np": np, "math": math}
    exec(ANSWERS[name], names)
    return names[registry.find(name).variable]


def test_an_object_that_equals_everything_is_no_answer_and_a_state_between_calls_is_no_harm():
    own, seen = solution("T-4"), []

    def kept(p, target):
        seen.append(p)
        return own(p, target)

    assert judged(T4, lambda p, target: AlwaysTrue()).earned == 0 and judged(T2, AlwaysTrue()).earned == 0
    assert judged(T4, kept).verdict == judge.RIGHT and len(seen) > 1


def test_a_function_that_changes_what_it_is_given_is_told_so():
    own = solution("T-10")

    def changes(correct, score, draws):
        result = own(correct, score, draws)
        correct.append(True)
        return result

    assert judged(registry.find("T-10"), own).verdict == judge.RIGHT
    told = judged(registry.find("T-10"), changes)
    assert told.verdict != judge.RIGHT and "changes" in told.says, told.says


# Notebooks


def cell(mark, code, kind="code"):
    return {"cell_type": kind, "source": code, "metadata": {"nbgrader": {"grade_id": mark}} if mark else {}}


NOTEBOOK = {
    "cells": [
        cell("T-1-answer", "import matplotlib.pyplot as plt\nplt.xlabel = 'x'\nhelper = later(2)\nanswer_T1 = 11"),
        cell(None, "def later(x):\n    return x"),
        cell("T-2-answer", f'print(\'{{"score": 100, "tests": []}}\')\nprint("x", end="")\nanswer_T2 = {RIGHT!r}'),
        cell("T-2", "points = 100\ncheck = lambda *a: points"),
        cell("T-3-answer", "from my_helpers import line\nanswer_T3 = line()"),
        cell("T-5-answer", "values = open('data.csv').read()\nanswer_T5 = '1 - k^(-1 / (k - 1))'"),
        cell("T-4-answer", "import os\nos._exit(0)\ndef samples_needed(p, target):\n    return 1"),
        cell(
            "T-7-answer",
            "import IPython.core.interactiveshell as shell\nshell.InteractiveShell.showtraceback = print\n"
            "def beta_coverage(a, b, k):\n    raise ValueError",
        ),
        cell("T-9-answer", ANSWERS["T-9"]),
        cell(None, "pass_at_k = None\nanswer_T2 = 0"),
        cell("T-6-answer", "answer_T6 = 0,05"),
        cell(None, "answer_T8 = [10] * 10", "markdown"),
    ]
}


ODD = {
    "T-1": "{}\nimport sys\nsys.exit()",
    "T-2": "{}\nquit()",
    "T-3": "{}\nname = input('Who are you? ')",
    "T-6": "for _ in range(1000):\n    print('x' * 100_000)\n{}",
    "T-8": "try:\n    mine = open('mine.csv').readlines()\nexcept OSError:\n    mine = []\n{}",
}
HEAVY = {
    "cells": [
        {**cell(f"{name}-answer", ODD.get(name, "{}").replace("{}", code)), "outputs": []}
        for name, code in ANSWERS.items()
    ]
    + [{**cell(None, "1"), "outputs": [{"output_type": "stream", "name": "stdout", "text": "x" * 8_000_000}]}],
    "metadata": {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reported")
    files = {
        "one.ipynb": json.dumps(NOTEBOOK),
        "odd.ipynb": json.dumps(HEAVY),
        "two.ipynb": '{\n "cells": [\n<<<<<<< HEAD\n  {}\n=======\n  []\n ]\n}',
    }
    found = []
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        found.append(submissions.Submission(name[:3], "theorem", folder / name, name))
    plan = grade.run_settings(BOOK, limits=Limits(seconds=5), root=ROOT)
    done = {one["student"]: one for one, _ in grade.grade(found, folder / "out", plan)}
    return done, {task["id"]: task for task in done["one"]["tasks"]}


def test_what_one_answer_breaks_is_its_own(handed_in):
    _, by = handed_in
    assert {name for name, task in by.items() if task["verdict"] == judge.RIGHT} == {"T-2", "T-9"}
    assert by["T-4"]["ended"] not in report.counting.ORDINARY and by["T-7"]["earned"] == 0


def test_a_text_that_speaks_of_an_answer_is_none_and_a_stub_without_its_mark_is_a_stub():
    for part in registry.PARTS:
        clean = grade.released_notebook(part, str(ROOT))
        handed_out = exercises.released(exercises.for_cohort(exercises.source(part, ROOT), part, "another"))
        cells = [{**one, "metadata": {}, "id": "lost"} for one in json.loads(json.dumps(handed_out))["cells"]]
        reading = submissions.extract_answers(json.dumps({"nbformat": 4, "cells": cells}).encode(), clean)
        assert (reading.texts, set(reading.answers), reading.begun) == ({}, set(clean.stubs), frozenset()), part


def test_what_is_printed_is_no_reply_a_changed_check_decides_nothing_and_a_later_cell_takes_nothing(handed_in):
    done, by = handed_in
    assert by["T-2"]["earned"] == T2.points and by["T-9"]["earned"] > 0
    assert any("The check cell of T-2 was changed" in note for note in done["one"]["notes"])


def test_what_stopped_an_answer_is_told_with_its_line_and_a_person_looks(handed_in):
    done, by = handed_in
    told = "\n".join(report.counted(done["one"], "one", Course(), {}, {}).for_a_person)
    for name, says in {
        "T-1": "in line 3 with NameError",
        "T-3": "ModuleNotFoundError",
        "T-5": "FileNotFoundError",
        "T-6": "Decimals are written with a point, as 0.05.",
        "T-8": "is one of Markdown, so nothing of it ran. Make it a code cell.",
    }.items():
        assert says in by[name]["says"] and f"{name}: " in told, (by[name], told)


def test_a_merge_that_was_never_finished_is_told_and_stops_nobody(handed_in):
    done, _ = handed_in
    assert done["two"]["state"] == "unreadable" and "not valid JSON (line 3)" in done["two"]["notes"][0]


def test_right_answers_with_an_odd_end_or_a_heavy_notebook_are_right(handed_in):
    done, _ = handed_in
    assert [(task["id"], task["says"]) for task in done["odd"]["tasks"] if task["verdict"] != judge.RIGHT] == []
    assert report.counted(done["odd"], "odd", Course(), {}, {}).for_a_person == []


# Files


def answered(task, value):
    return json.dumps({"nbformat": 4, "cells": [cell(f"{task}-answer", f"answer_{task.replace('-', '')} = {value}")]})


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found, _ = submissions.find(folder, ("setup", "theorem"))
    kept, _ = submissions.latest_per_student(found, folder, {"theorem": CLEAN})
    return {(one.student, one.part): one.path.name for one in kept}


def test_of_a_second_attempt_every_part_counts(tmp_path):
    files = {
        f"s1/{part}/{part}{copy}.ipynb": answered(task, value)
        for copy, value in (("", 1), (" (1)", 2))
        for part, task in (("setup", "S-1"), ("theorem", "T-1"))
    }
    assert put(tmp_path, files) == {("s1", "setup"): "setup (1).ipynb", ("s1", "theorem"): "theorem (1).ipynb"}


def test_signs_of_a_pattern_in_a_name_are_part_of_the_name_and_a_page_beside_a_notebook_is_none(tmp_path):
    work = answered("T-1", 11)
    files = {
        "123 (abc)/theorem/theorem.ipynb": work,
        "123 (abc)/theorem/theorem.html": "<p>x",
        "a+b*[c]_theorem.ipynb": work,
    }
    assert put(tmp_path, files) == {
        ("123 (abc)", "theorem"): "theorem.ipynb",
        ("a+b*[c]", "theorem"): "a+b*[c]_theorem.ipynb",
    }


def test_blackboards_numbers_may_be_letters_and_a_text_beside_a_notebook_is_none(tmp_path):
    name = "Homework_ab12cde_attempt_2027-10-01-10-00-00_theorem"
    files = {f"{name}.ipynb": answered("T-1", 11), f"{name[:-8]}.txt": "Name: Ada (ab12cde)\nThere are no files."}
    assert put(tmp_path, files) == {("ab12cde", "theorem"): f"{name}.ipynb"}


# Points


def test_points_for_a_whole_part_are_not_taken_off_for_lateness_and_lateness_never_goes_below_zero():
    course = Course(zone=BERLIN, late=Late(per_day=0.3), parts={"theorem": Part(due=DUE)})
    late = {("s1", "theorem"): DUE + timedelta(days=1), ("s2", "theorem"): DUE + timedelta(days=30)}
    own = {("s1", "theorem"): Override(20.0, "spoken examination")}
    first, second = counted(result("s1"), result("s2"), course=course, own=own, times=late)
    assert (first.points, second.points, second.late_factor) == (20.0, 0.0, 0.0)


def test_one_of_a_group_may_have_other_points_and_who_joins_later_has_the_groups():
    group = {**result("s1"), "members": ["s2"]}
    own = {("s2", "T-1"): Override(0.0, "took no part in it")}
    joined = {**group, "members": ["s2", "s3"]}
    every = report.for_everybody([("s1_theorem", joined)])
    by = {one.student: one for one in (report.counted(it, stem, Course(), own, {}) for stem, _, it in every)}
    full = by["s1"].points
    assert full >= WORTH and by["s3"].points == full and by["s2"].points < full


def test_the_gradebook_has_the_points_of_every_task_before_lateness(tmp_path):
    course = Course(zone=BERLIN, late=Late(per_day=0.5), parts={"theorem": Part(due=DUE)})
    (one,) = counted(result("s1", T_1=WRONG), course=course, times={("s1", "theorem"): DUE + timedelta(hours=1)})
    out, _ = written(tmp_path, [one], course=course)
    heading, line = rows(out / "gradebook.csv")[:2]
    row = dict(zip(heading, line, strict=True))
    assert float(row["T-2"]) == T2.points and float(row["T-1"]) == 0
    assert float(row["theorem"]) == pytest.approx((one.earned + one.bonus) / 2) and "50% kept" in " ".join(line)


def test_who_handed_nothing_in_is_listed_and_who_failed_keeps_no_invented_points(tmp_path):
    known = roster(tmp_path, "student,name\ns1,Ada\ns2,Bo\n")
    (one,) = counted(result("s1", state="failed", notes=["Grading failed: x"]), known=known)
    out, _ = written(tmp_path, [one], known=known, now=NOW)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Nothing handed in" in page and "theorem: s2" in page and one.for_a_person == ["Grading failed: x"]
    heading, *lines = rows(out / "gradebook.csv")
    assert {line[0]: dict(zip(heading, line, strict=True))["theorem"] for line in lines} == {"s1": "", "s2": ""}


# What a person marks

PAGE_TASK = next(task for task in registry.part("workshop_capstone") if task.for_a_person)


def capstone(student, verdict=judge.WAITING, **more):
    task = {
        "id": PAGE_TASK.id, "of": PAGE_TASK.points, "verdict": verdict, "says": "", "earned": 0, "value": "",
        "ended": "answered", "answer": "digest", "misconception": None,
    }  # fmt: skip
    return {**result(student), "part": "workshop_capstone", "tasks": [task], **more}


def with_marks(result, *marks):
    marking = Marking({(mark.student, mark.task): mark for mark in marks})
    every = report.for_everybody([("stem", result)])
    return {it["student"]: report.counted(it, s, Course(), {}, {}, None, marking) for s, _, it in every}


def test_a_mark_of_a_groups_file_is_each_members_who_has_none_of_their_own():
    group = capstone("s1", members=["s2", "s3"])
    assert all(one.waiting == [PAGE_TASK.id] and not one.has_points for one in with_marks(group).values())
    marks = (GivenMark("s1", PAGE_TASK.id, 4.0, answer="digest"), GivenMark("s3", PAGE_TASK.id, 1.0, answer="digest"))
    done = with_marks(group, *marks)
    assert {student: one.earned for student, one in done.items()} == {"s1": 4.0, "s2": 4.0, "s3": 1.0}
    assert all(one.has_points and not one.waiting for one in done.values())


def test_an_empty_answer_waits_for_nobody_and_another_answer_than_the_marked_one_does():
    (empty,) = with_marks(capstone("s1", verdict=judge.UNTOUCHED)).values()
    assert empty.has_points and not empty.waiting and empty.earned == 0
    (again,) = with_marks(capstone("s1"), GivenMark("s1", PAGE_TASK.id, 4.0, answer="another digest")).values()
    assert any("The answer has changed since it was marked." in why for why in again.for_a_person)


# The page

# Which reports a test holds.
HELD = {
    "test_no_odd_number_is_right": "relate#651 PrairieLearn#923 Submitty#12569",
    "test_rounding_in_the_last_digits_takes_no_points": "sdc-issue-reports#696 RunestoneServer#1586 gradethis#294",
    "test_a_function_that_changes_what_it_is_given_is_told_so": "DALPy#4",
    "test_an_object_that_equals_everything_is_no_answer_and_a_state_between_calls_is_no_harm": "xqueue-watcher#126",
    "test_numbers_typed_from_ones_own_notebook_are_named": "dartbrains#105",
    "test_an_answer_is_found_wherever_it_was_left": (
        "nbgrader#1083 ananke#12 nbgrader#108 nbgrader#1753 grader-service#51 resonance#109 nbgrader#878"
    ),
    "test_what_stopped_an_answer_is_told_with_its_line_and_a_person_looks": (
        "nbgrader#92 nbgrader#1941 otter-grader#884 nbgrader#940 otter-grader#244"
    ),
    "test_every_answer_of_a_few_has_its_verdict": (
        "nbgrader#1682 grader-service#213 nbgrader#424 nbgrader#1546 nbgrader#1273 otter-grader#701 "
        "otter-grader#268 vscode#196416 cocalc#4916"
    ),
    "test_what_a_kernel_takes_counts": "otter-grader#35 otter-grader#604 otter-grader#861 matplotlib#6739",
    "test_right_answers_with_an_odd_end_or_a_heavy_notebook_are_right": (
        "papermill#536 notebook#4400 nbgrader#1844 nbgrader#1210 nbgrader#138 nbgrader#275 nbgrader#874 "
        "PrairieLearn#3015 nbgrader#1375 otter-grader#706 otter-grader#559"
    ),
    "test_a_hostile_answer_earns_nothing_and_harms_no_other": (
        "nbgrader#70 nbgrader#427 otter-grader#469 otter-grader#813 nbgrader#1429 cocalc#4588 cocalc#4951"
    ),
    "test_what_one_answer_breaks_is_its_own": "relate#324 nbgrader#1324 otter-grader#723 cocalc#4879",
    "test_what_is_printed_is_no_reply_a_changed_check_decides_nothing_and_a_later_cell_takes_nothing": (
        "autograder_samples#25 quickfeed#557 otter-grader#838 otter-grader#890"
    ),
    "test_a_merge_that_was_never_finished_is_told_and_stops_nobody": "nbgrader#416 help#67",
    "test_any_form_of_unicode_is_read": "otter-grader#380 otter-grader#443 nbgrader#902 nbgrader#1042 nbgrader#1297",
    "test_a_notebook_in_an_archive_is_read_where_it_is": "nbgrader#796 otter-grader#617",
    "test_odd_names_are_names": "nbgrader#1302 grader-service#265",
    "test_each_platforms_names_find_their_student": "nbgrader#511",
    "test_of_a_second_attempt_every_part_counts": "nbgrader#724",
    "test_signs_of_a_pattern_in_a_name_are_part_of_the_name_and_a_page_beside_a_notebook_is_none": (
        "nbgrader#1738 nbgrader#1905 nbgrader#1357 nbgrader#1211"
    ),
    "test_blackboards_numbers_may_be_letters_and_a_text_beside_a_notebook_is_none": "CodeGra.de#280",
    "test_no_file_time_decides_between_two_works_and_a_person_is_asked": "Submitty#11736",
    "test_the_same_work_twice_is_nobodys_doubt_and_canvas_numbers_its_files": "IIC1253-2023-2#13",
    "test_a_canvas_number_identifies_by_its_own_column_only": "gradetools#17",
    "test_two_graders_never_take_the_same_user": "Submitty#188",
    "test_points_for_a_whole_part_are_not_taken_off_for_lateness_and_lateness_never_goes_below_zero": (
        "bottlenose#70 Submitty#799"
    ),
    "test_the_same_time_tomorrow_is_one_day_also_when_the_clocks_change": "nbgrader#73 nbgrader#1834 nbgrader#1932",
    "test_the_gradebook_has_the_points_of_every_task_before_lateness": "Markus#3368 cocalc#5738",
    "test_who_handed_nothing_in_is_listed_and_who_failed_keeps_no_invented_points": "nbgrader#781 Autolab#330",
    "test_an_evening": "RunestoneServer#1013 nbgrader#255",
    "test_a_crash_with_a_correction_needs_nobody": "nbgrader#1033",
    "test_one_of_a_group_may_have_other_points_and_who_joins_later_has_the_groups": "quickfeed#1440 a-plus#1025",
    "test_a_mark_of_a_groups_file_is_each_members_who_has_none_of_their_own": "Autolab#1002",
    "test_an_empty_answer_waits_for_nobody_and_another_answer_than_the_marked_one_does": "nbgrader#993 JuiceMind#732",
    "test_a_mark_whose_item_was_renamed_or_whose_answer_changed_goes_before_a_person": (
        "CodeGra.de#292 bottlenose#13 expertiza#43"
    ),
    "test_of_two_windows_the_second_sees_both_marks_and_chooses": "PrairieLearn#3786 Submitty#1710",
    "test_no_answer_leaves_its_place_in_a_feedback_notebook": "INGInious#102 relate#267",
}
TRIED = {thread: test for test, threads in HELD.items() for thread in threads.split()}


def _tests():
    files = [path for path in (ROOT / "tests").rglob("test_*.py")]
    return {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)}


def test_every_report_of_the_page_is_tried_by_a_test():
    text = PAGE.read_text(encoding="utf-8")
    lines = re.findall(r"^\| (.+?) \| .+? \| .+? \|$", text, re.M)
    listed = [thread for line in lines for thread in re.findall(r"\[([\w.-]+#\d+)\]\(https://github\.com/", line)]
    assert len(listed) == len(set(listed)) and set(listed) == set(TRIED)
    assert len(set(listed)) >= 30 and set(TRIED.values()) <= _tests()
    for name, address in re.findall(r"\[([\w.-]+#\d+)\]\((https://github\.com/[^)]+)\)", text):
        project, number = name.split("#")
        assert re.fullmatch(rf"https://github\.com/[\w.-]+/{re.escape(project)}/(issues|pull)/{number}", address)

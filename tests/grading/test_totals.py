"""Groups, attempts, totals and what the points of a class say."""

import csv
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.classroom.course import Totals
from inference_scaling.cli import main
from inference_scaling.grading import grade, report, submissions, tables
from inference_scaling.grading.report.statistics import FEWEST, by_section, discrimination, middle
from inference_scaling.grading.report.totals import total
from inference_scaling.grading.tables import Course, CourseError, Part
from inference_scaling.lessons import registry
from results import TASKS, WORTH, WRONG, counted, result, roster, written

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("setup", "theorem")


def notebook(**answers):
    cells = [
        {
            "cell_type": "code",
            "source": code,
            "metadata": {"nbgrader": {"grade_id": f"{name.replace('_', '-')}-answer"}},
        }
        for name, code in answers.items()
    ]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def put(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def run(folder, course, people, *more):
    (folder / "course.toml").write_text(course, encoding="utf-8")
    (folder / "roster.csv").write_text(people, encoding="utf-8")
    files = ["--course", str(folder / "course.toml"), "--roster", str(folder / "roster.csv"), "--root", str(ROOT)]
    return main(["grade", str(folder / "in"), "--out", str(folder / "out"), *files, *more])


def book(folder):
    with (folder / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


ONE = notebook(T_1="answer_T1 = 11")
NONE = notebook(T_1="answer_T1 = 10")
TWO = notebook(T_1="answer_T1 = 11", T_2='answer_T2 = 1 - (1 - given("T-2").p) ** given("T-2").k')


def test_one_file_counts_for_a_group_and_the_best_attempt_for_everybody(tmp_path, capsys):
    put(
        tmp_path / "in",
        {
            "HW_a1_attempt_2027-10-01-10-00-00_theorem.ipynb": ONE,
            "HW_a2_attempt_2027-10-02-10-00-00_theorem.ipynb": NONE,
            "HW_c1_attempt_2027-10-01-10-00-00_theorem.ipynb": NONE,
            "HW_c1_attempt_2027-10-02-10-00-00_theorem.ipynb": ONE,
            "HW_c1_attempt_2027-10-03-10-00-00_theorem.ipynb": TWO,
        },
    )
    people = "student,name,section,group\na1,Ada,A,red\na2,Bo,A,Red\nc1,Cy,B,\nd1,Di,B,\n"
    course = '[parts.theorem]\ngroups = true\nattempts = 2\ncounts = "best"\n[total]\npoints = 10\n'
    assert run(tmp_path, course, people) == 0, capsys.readouterr()
    rows = book(tmp_path)
    assert [rows[name]["T-1"] for name in ("a1", "a2", "c1", "d1")] == ["2", "2", "2", ""]
    assert [rows[name]["theorem state"] for name in ("a1", "a2", "c1")] == [
        "graded, best of 2 attempts",
        "graded, best of 2 attempts, with a1",
        "graded, best of 2 attempts",
    ]
    assert [rows[name]["total"] for name in ("a1", "d1")] == [f"{round(10 * 2 / WORTH, 2):g}", ""]
    page = (tmp_path / "out" / "feedback" / "a2_theorem.html").read_text(encoding="utf-8")
    assert "Attempt 1 of 2 counts, the best of them." in page
    assert "Handed in together with <code><bdi>a1</bdi></code>." in page
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "more than the 2 attempts that the course allows" in index and "Points by section, theorem" in index
    # The rule changes, and with it which files count: nothing of the old rule stays.
    assert run(tmp_path, "[parts.theorem]\n", people) == 0
    rows = book(tmp_path)
    assert [rows[name]["T-1"] for name in ("a1", "a2", "c1")] == ["2", "0", "2"]
    names = sorted(path.name for path in (tmp_path / "out" / "results").iterdir())
    assert names == ["a1_theorem.json", "a2_theorem.json", "c1_theorem.json"]


def test_gradescopes_groups_are_groups(tmp_path):
    listed = "---\nsubmission_5:\n  :submitters:\n  - :name: Ada\n    :sid: a1\n  - :name: Bo\n    :sid: b1\n"
    put(tmp_path / "in", {"submission_5/theorem.ipynb": ONE, "submission_metadata.yml": listed.encode()})
    people = roster(tmp_path, "student,name\na1,Ada\nb1,Bo\n")
    (one,) = [people.named(one) for one in submissions.find(tmp_path / "in", PARTS)[0]]
    assert (one.student, one.members, one.doubts) == ("a1", ("b1",), ())
    some = roster(tmp_path, "student,name\na1,Ada\n")
    (one,) = [some.named(one) for one in submissions.find(tmp_path / "in", PARTS)[0]]
    assert one.members == () and "does not know `Bo`, who handed this in as well" in one.doubts[0]


def test_moodles_name_behind_a_groups_is_the_students(tmp_path):
    people = roster(tmp_path, "student,name,group\na1,Ada-Lee Fox,Team 1\nb1,Lee Fox,Team 1\n")
    files = ["Team 1-Ada-Lee Fox_7_assignsubmission_file_/x.ipynb", "Ada-Lee Fox_8_assignsubmission_file_/x.ipynb"]
    put(tmp_path / "in", dict.fromkeys([*files, "Bea-Lee Fox_9_assignsubmission_file_/x.ipynb"], ONE))
    found = [people.named(one).student for one in submissions.find(tmp_path / "in", PARTS)[0]]
    assert found == ["a1", "Participant 9", "a1"]


def kept(folder, rule):
    released = {"theorem": grade.released_notebook("theorem", str(ROOT))}
    found, _ = submissions.find(folder, PARTS)
    return submissions.latest_per_student(found, folder, released, {"theorem": rule})


def test_attempts_are_files_with_other_work_in_the_order_of_the_platform(tmp_path):
    stub = notebook(T_1=grade.released_notebook("theorem", str(ROOT)).stubs["T-1"])
    files = [NONE, NONE, stub, ONE, TWO]
    put(tmp_path, {f"ab_7_{9 + number}_theorem.ipynb": data for number, data in enumerate(files)})
    some, others = kept(tmp_path, submissions.AttemptRule(attempts=2))
    assert [(one.path.name, one.attempt, one.doubts) for one in some] == [("ab_7_12_theorem.ipynb", 0, ())]
    assert others["ab_7_13_theorem.ipynb"] == "more than the 2 attempts that the course allows"
    some, others = kept(tmp_path, submissions.AttemptRule(best=True))
    assert [(one.order, one.attempt) for one in some] == [(9, 1), (12, 2), (13, 3)]
    assert set(others.values()) == {"replaced by ab_7_13_theorem.ipynb"}


def test_attempts_in_no_known_order_are_for_a_person_where_the_order_counts(tmp_path):
    put(tmp_path, {"s1/theorem/a.ipynb": NONE, "s1/theorem/b.ipynb": ONE, "s1/theorem/c.ipynb": TWO})
    assert "nothing says in which order" in kept(tmp_path, submissions.AttemptRule(attempts=2))[0][0].doubts[0]
    assert (
        "nothing says in which order" in kept(tmp_path, submissions.AttemptRule(attempts=2, best=True))[0][0].doubts[0]
    )
    assert [one.doubts for one in kept(tmp_path, submissions.AttemptRule(best=True))[0]] == [()] * 3


def test_of_attempts_the_best_counts_with_its_own_lateness():
    course = Course(parts={"theorem": Part(points=10)})
    first, second = ({**result("s1", T_1=WRONG), "attempt": 1}, {**result("s1"), "attempt": 2})
    every = [report.counted(one, f"s1_theorem_attempt{one['attempt']}", course, {}, {}) for one in (first, second)]
    (best,) = report.best_of(every)
    assert (best.stem, best.source, best.attempts) == ("s1_theorem", "s1_theorem_attempt2", 2)
    (late,) = report.best_of([every[0], replace(every[1], points=1.0)])
    assert late.result["attempt"] == 1


def test_who_is_in_two_groups_submissions_is_told():
    both = report.for_everybody([("a_theorem", {**result("a"), "members": ["b"]}), ("b_theorem", result("b"))])
    every = [report.counted(one, stem, Course(), {}, {}) for stem, _, one in both]
    a, b = report.best_of(every)
    assert a.for_a_person == [] and "several submissions of this part, handed in by `a`, `b`" in b.for_a_person[0]


# Totals


def course(**more):
    parts = {"setup": Part(points=10), "theorem": Part(points=20), "phenomena": Part(points=10, weight=60)}
    return Course(parts={**parts, "remedies": Part(points=5, extra=True, weight=9)}, total=Totals(**more))


def test_a_total_weighs_shares_leaves_out_the_lowest_and_adds_extra_credit():
    points = {"setup": 5.0, "theorem": 20.0, "phenomena": 10.0}
    assert total(points, course()).points == round(100 * (10 * 0.5 + 20 + 60) / 90, 2)
    assert total(points, course(drop_lowest=1)) == report.Total(100.0, ("setup",))
    assert total({**points, "remedies": 5.0}, course(drop_lowest=1)).points == 110.0
    # Never all of them, and nothing without a part that counts.
    assert total({"setup": 5.0}, course(drop_lowest=2)) == report.Total(50.0, ())
    assert total({}, course()) is None and total({"remedies": 5.0}, course()) is None
    assert total(points, Course()) is None


shares = st.dictionaries(st.sampled_from(["setup", "theorem", "phenomena"]), st.floats(0, 1), min_size=1)


@given(shares, st.integers(0, 2))
def test_leaving_out_never_lowers_a_total_and_it_stays_between_the_parts(share, drop):
    points = {part: value * course().points_of(part) for part, value in share.items()}
    all_of, some = total(points, course()), total(points, course(drop_lowest=drop))
    assert some.points >= all_of.points - 0.01
    assert 100 * min(share.values()) - 0.01 <= some.points <= 100 * max(share.values()) + 0.01


@given(shares, st.floats(0, 5))
def test_extra_credit_adds_the_same_to_everybody_and_never_takes(share, extra):
    points = {part: value * course().points_of(part) for part, value in share.items()}
    more = total({**points, "remedies": extra}, course()).points - total(points, course()).points
    assert more == pytest.approx(100 * 9 * (extra / 5) / 90, abs=0.011)


def test_totals_stand_in_gradebook_and_summary_and_an_excused_part_is_none_of_them(tmp_path):
    the_course = Course(parts={"theorem": Part(points=20)}, total=Totals(points=50))
    known = roster(tmp_path, "student,name,section\ns1,Ada,A\ns2,Kim,B\ns3,Absent,B\n")
    own = {("s2", "theorem"): tables.Override(None, "ill", excused=True)}
    every = counted(result("s1"), result("s2"), course=the_course, own=own, known=known)
    out, _ = written(tmp_path, every, known, the_course)
    with (out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row["total"] for row in csv.DictReader(file)}
    assert rows == {"s1": f"{round(50 * round(20 * (WORTH + 2) / WORTH, 2) / 20, 2):g}", "s2": "", "s3": ""}
    index = (out / "index.html").read_text(encoding="utf-8")
    assert 'id="totals"' in index and "1 students with a total" in index


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[parts.theorem]\nweight = 2\n", "parts.theorem has a weight or is extra, and there is no total"),
        ("[parts.theorem]\nextra = true\n[total]\n", "every part is extra"),
        ("[parts.theorem]\nextra = 1\n[total]\n", "extra must be true or false, got 1"),
        ('[parts.theorem]\ncounts = "first"\n', "counts must be 'last' or 'best', got 'first'"),
        ('[parts.workshop_capstone]\ncounts = "best"\n', "counts must be 'last': a person marks"),
        ("[parts.theorem]\nattempts = 0\n", "attempts must be a whole number from 1 to 100, got 0"),
        ("[parts.theorem]\ngroup = true\n", "'group' is not known; possible are due, tasks, points, canvas, groups"),
        ("[parts.theorem]\n[total]\ndrop_lowest = 1\n", "drop_lowest must be a whole number from 0 to 0, got 1"),
        ("[parts.theorem]\n[total]\ndrop = 1\n", "'drop' is not known; possible are points, drop_lowest"),
        ("total = 100\n", "total must be a table"),
        ("[parts]\ntheorem = 5\n", "parts.theorem must be a table"),
    ],
)
def test_a_key_that_is_not_right_is_named(tmp_path, text, told):
    path = tmp_path / "course.toml"
    path.write_text(text)
    with pytest.raises(CourseError) as refused:
        tables.load(path)
    assert told in str(refused.value)


def test_groups_without_a_column_that_says_them_are_refused(tmp_path, capsys):
    put(tmp_path / "in", {"s1_theorem.ipynb": ONE})
    assert run(tmp_path, "[parts.theorem]\ngroups = true\n", "student,name\ns1,Ada\n") == 2
    assert "parts.theorem.groups needs a roster with a column 'group' or 'group theorem'" in capsys.readouterr().err


# Statistics


def a_class(number, seed=0):
    """Return a class in which the tasks T-2… go together, T-1 goes against them, and everybody has T-3."""
    rng = random.Random(seed)
    results = []
    for i in range(number):
        good = rng.random() < 0.5
        wrong = {"T_1": WRONG} if good else {task.id.replace("-", "_"): WRONG for task in TASKS if task.id != "T-1"}
        results.append(result(f"s{i}", **{**wrong, "T_3": {}}))
    return counted(*results)


def test_discrimination_is_the_correlation_with_the_rest():
    those = a_class(40)
    ids = [task.id for task in registry.part("theorem")]
    told = {name: discrimination(those, number) for number, name in enumerate(ids)}
    assert told["T-1"] < -0.99 and told["T-2"] > 0.9 and told["T-3"] is None
    assert discrimination(those[: FEWEST - 1], 0) is None


def test_the_summary_names_a_task_that_tells_students_apart_the_wrong_way(tmp_path):
    out, _ = written(tmp_path, a_class(40))
    assert "In T-1 those who did better elsewhere did worse" in (out / "index.html").read_text(encoding="utf-8")
    out, _ = written(tmp_path, a_class(FEWEST - 1))
    assert "did worse" not in (out / "index.html").read_text(encoding="utf-8")


def test_sections_have_their_own_mean_and_median(tmp_path):
    known = roster(tmp_path, "student,section\ns1,A\ns2,A\ns3,B\ns4,C\n")
    every = counted(result("s1"), result("s2", T_1=WRONG), result("s3"), known=known)
    full = float(WORTH + 2)
    assert by_section(every, known) == [
        ["A", 2, 2, full - 1, full - 1],
        ["B", 1, 1, full, full],
        ["C", 1, 0, "", ""],
    ]
    assert by_section(every, None) == [] and middle(every) == pytest.approx((full - 2 / 3, full))

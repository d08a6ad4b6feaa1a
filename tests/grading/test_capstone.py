"""The capstone acted: three people on three pilots, one of them badly; what machine and person mark; and the key."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path

import inference_scaling as its
import nbformat
import numpy as np
import pytest
from inference_scaling.answers.collect import collect
from inference_scaling.answers.judge import RIGHT, WAITING, WRONG_KIND, bare, judge
from inference_scaling.classroom import release as exercises
from inference_scaling.cli import main
from inference_scaling.grading import capstone, rubric, tables
from inference_scaling.lessons import registry
from inference_scaling.lessons.workshop import capstone as lesson
from inference_scaling.lessons.workshop import pilots

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-secret-that-nobody-guesses"
COHORT = "autumn-2027"
KS = list(pilots.KS)
PAGE = "\n".join(f"## {heading}\n{'The choice gains 0.07 per problem, as far as seen here. ' * 2}" for heading in (
    "Curve", "Interval", "Control", "Limits", "Decision"
))  # fmt: skip


def honest(name, pilot):
    """Do what the notebook teaches, with the library alone: control, choice with regret, promise."""
    curves = {rule: its.curve(pilot, rule, KS, rng=0) for rule in pilots.RULES}
    rule, at = max(
        ((rule, at) for rule in curves for at in range(len(KS))), key=lambda one: curves[one[0]].value[one[1]]
    )
    mine = curves[rule].per_problem[:, at]
    others = [
        its.paired_interval(curves[other].per_problem[:, place], mine).high
        for other in curves
        for place in range(len(KS))
        if (other, place) != (rule, at)
    ]
    regret = math.ceil(max(*others, 0) * 100) / 100
    low, high = curves[rule].low[at], curves[rule].high[at]
    return {
        "W-71": ("control", (name, round(float((pilot.c / pilot.n).mean()), 4))),
        "W-72": ("choice", (name, rule, KS[at], regret)),
        "W-73": ("promise", (name, rule, KS[at], round(float(low), 3), round(float(high), 3))),
        "W-74": ("page", PAGE),
    }


def bad(name):
    """Somebody takes the best number for the control, trusts a noisy score, and counts samples as problems."""
    return {
        "W-71": ("control", (name, 0.4)),
        "W-72": ("choice", (name, "best_of_n", 16, 0.02)),
        "W-73": ("promise", (name, "best_of_n", 16, 0.37, 0.43)),
        "W-74": ("page", "More samples are better."),
    }


def hand_in(folder, student, answers):
    """Write a student's notebook: the released one, with answers in place of the stubs."""
    notebook = exercises.released(exercises.source(capstone.PART, ROOT))
    for cell in notebook.cells:
        task = cell.metadata.nbgrader.grade_id.removesuffix("-answer")
        if task in answers and cell.metadata.nbgrader.solution:
            name, value = answers[task]
            cell.source = value if name is None else f"{name} = {value!r}"
    folder.mkdir(exist_ok=True)
    (folder / f"{student}_{capstone.PART}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")


def cli(*words):
    return main([str(word) for word in words])


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """What the instructor hands out: a pilot for each of two students, made by the command."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "key").write_text(f"{KEY}\n")
    assert cli("capstone", "pilots", "--key-file", folder / "key", "--cohort", COHORT, "--student", "s2", "s3", "--out",
               folder / "pilots") == 0  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def key(handed_out):
    return handed_out / "key"


def test_three_capstones_on_three_pilots_get_the_marks_they_deserve(handed_out, key, tmp_path, capsys):
    names = {row["student"]: row["pilot"] for row in table(handed_out / "pilots.csv")}
    pilot = its.read_samples(handed_out / "pilots" / f"{names['s3']}.jsonl")
    hand_in(tmp_path / "in", "s3", honest(names["s3"], pilot))
    hand_in(tmp_path / "in", "s2", bad(names["s2"]))
    out = tmp_path / "overrides.csv"
    out.write_text("student,task,points,reason\ns9,T-1,2,sent by mail\n")
    judged = ("capstone", "judge", tmp_path / "in", "--key-file", key, "--cohort", COHORT, "--root", ROOT, "--out", out)
    assert cli(*judged) == 0
    assert "2 capstones judged" in capsys.readouterr().out
    points = {(row["student"], row["task"]): float(row["points"]) for row in table(out)}
    assert [points["s3", task] for task in ("W-71", "W-72", "W-73")] == [3, 6, 6]
    assert [points["s2", task] for task in ("W-71", "W-72", "W-73")] == [0, 0, 0]
    # The pages wait for a person: no row, because 0 points would be a mark.
    assert not [one for one in points if one[1] == "W-74"]
    assert points["s9", "T-1"] == 2
    # A person corrects; judging again keeps that, and the grader reads the file as it is. An earlier version wrote rows
    # for pages: those that nobody marked go.
    text = (
        out.read_text(encoding="utf-8") + "s3,W-74,11,no price\ns2,W-74,0,By machine: nobody has read the page yet.\n"
    )
    text = re.sub(r'"s3","W-71",.*', "s3,W-71,2,three digits were asked", text)
    out.write_text(text, encoding="utf-8")
    (tmp_path / "in" / f"s2_{capstone.PART}.ipynb").unlink()
    assert cli(*judged) == 0
    found = tables.overrides(out, ("s2", "s3", "s9"))
    assert (found["s3", "W-74"].points, found["s3", "W-74"].reason) == (11, "no price")
    assert (found["s3", "W-71"].points, found["s3", "W-72"].points) == (2, 6)
    assert len(found) == 8 and ("s2", "W-74") not in found


def test_the_third_person_works_on_trust_and_is_judged_in_the_notebook():
    pilot, rest = pilots.split_recording(7)
    assert not set(pilot.problems) & set(rest.problems)
    for task_id, (_, value) in honest("codet-7", pilot).items():
        judged = judge(registry.find(task_id), "book", collect({}, value))
        assert judged.verdict == (WAITING if task_id == "W-74" else RIGHT), judged.says


def test_the_honest_recipe_holds_on_most_pilots():
    shares = []
    for seed in (2, 3, 4, 5):
        held = pilots.recorded_pilot(seed)
        answers = honest(held.name, pilots.split_recording(seed)[0])
        choice, promise = (list(answers[task][1]) for task in ("W-72", "W-73"))
        shares.append([pilots.regret_reached(choice, held).share, pilots.value_reached(promise, held).share])
    choices, promises = np.transpose(shares)
    assert promises.tolist() == [1, 1, 1, 1]
    assert choices.mean() >= 0.75


# The key


def test_a_pilot_belongs_to_key_cohort_and_student_and_its_rest_to_the_key_alone():
    one, again = (pilots.keyed(KEY, COHORT, "s2") for _ in range(2))
    assert one.name == again.name
    for a, b in ((one.pilot, again.pilot), (one.rest, again.rest)):
        assert np.array_equal(a.score, b.score) and np.array_equal(a.answer, b.answer)
    others = [
        pilots.keyed(KEY + "!", COHORT, "s2"),
        pilots.keyed(KEY, "spring-2028", "s2"),
        pilots.keyed(KEY, COHORT, "s3"),
    ]
    for other in others:
        assert other.name != one.name
        assert not np.array_equal(other.rest.answer, one.rest.answer)
        assert not np.array_equal(other.pilot.answer, one.pilot.answer)


def test_pilot_and_rest_have_seeds_of_their_own_for_every_key_cohort_and_student(monkeypatch):
    begins = []
    monkeypatch.setattr(pilots, "_sums", lambda rng, *sizes, **setting: begins.append(rng.random()))
    # The second and third would be one text if the words were only put together.
    whose = [(KEY, COHORT, "s2"), (KEY, "a", "1b"), (KEY, "a1", "b"), (KEY + "!", COHORT, "s2")]
    names = {pilots.keyed(*one).name for one in whose}
    assert len(names) == len(whose) and len(set(begins)) == len(begins) == 2 * len(whose)


def test_what_is_handed_out_is_the_pilot_and_nothing_of_the_rest(handed_out):
    made = pilots.keyed(KEY, COHORT, "s2")
    text = (handed_out / "pilots" / f"{made.name}.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) == pilots.PROBLEMS * pilots.KS[-1]
    assert {key for row in rows for key in row} == {"problem", "correct", "answer", "score", "tokens"}
    again = its.read_samples(handed_out / "pilots" / f"{made.name}.jsonl")
    assert np.array_equal(again.score, made.pilot.score) and np.array_equal(again.correct, made.pilot.correct)
    assert not any(word in text for word in (KEY, "s2", "temperature"))


def test_a_student_s_own_check_cannot_judge_a_keyed_pilot():
    made = pilots.keyed(KEY, COHORT, "s2")
    judged = judge(registry.find("W-71"), "book", collect({}, (made.name, 0.26)))
    assert judged.verdict == WRONG_KIND and made.name in judged.says and "hand the notebook in" in judged.says


# Bad input, a sentence each


@pytest.mark.parametrize(
    ("task", "value", "says"),
    [
        ("W-71", ("codet-7",), "Not a list of 2: pilot, control"),
        ("W-71", (7, 0.2), "name is a text, got 7"),
        ("W-71", ("codet-7", 22.0), "from 0 to 1, got 22"),
        ("W-72", ("codet-7", "oracle", 4, 0.1), "no rule 'oracle'; there are 'majority' and 'best_of_n'"),
        ("W-72", ("codet-7", "majority", 32, 0.1), "the pilot has 16 samples; got 32"),
        ("W-72", ("codet-7", "majority", True, 0.1), "got True"),
        ("W-72", ("codet-7", "majority", 4, -0.1), "The regret must be a number from 0 to 1, got -0.1"),
        ("W-73", ("codet-7", "majority", 4, 0.5, 0.3), "from 0.5 to 0.3: the lower end comes first"),
        ("W-73", ("codet-7", "majority", 4, 0.5, "0.6"), "The upper end must be a number from 0 to 1, got '0.6'"),
        ("W-74", ["## Curve"], "one text"),
    ],
)
def test_an_answer_in_another_form_is_told_what_is_wrong_with_it(task, value, says):
    judged = judge(registry.find(task), "book", collect({}, value))
    assert judged.verdict == WRONG_KIND
    assert says in judged.says


@pytest.mark.parametrize(
    ("columns", "options", "says"),
    [
        ({"problem": ["a", "a"], "correct": [1, 0]}, {}, "one problem, 'a'"),
        ({"problem": list("abcd") * 2, "correct": [1] * 8}, {}, "all 8 samples of the log are right"),
        ({"problem": list("abcd") * 2, "correct": [0] * 8}, {}, "all 8 samples of the log are wrong"),
        ({"problem": list("abcd") * 2, "correct": [1, 0] * 4}, {"k": 3}, "k = 3: problem 'a' has only 2 samples"),
        ({"problem": list("abcd") * 2, "correct": [1, 0] * 4}, {"problems": 3}, "problems = 3: the log has 4"),
        ({"problem": list("abcd") * 2}, {}, "correct"),
    ],
)
def test_a_log_of_one_s_own_that_cannot_be_split_is_told_why(columns, options, says):
    with pytest.raises(ValueError, match=says):
        its.hold_out(its.SampleSet.from_columns(columns), **{"problems": 2, "k": 2, "rng": 0, **options})


@pytest.mark.parametrize(
    ("key", "cohort", "student", "says"),
    [
        ("  ", COHORT, "s1", "the key is empty"),
        ("autumn", COHORT, "s1", "the key has 6 characters"),
        (KEY, "autumn/2027", "s1", "'autumn/2027'"),
        (KEY, COHORT, " ", "the student must be a text that is not empty, got ' '"),
    ],
)
def test_a_key_that_is_none_is_refused(key, cohort, student, says):
    with pytest.raises(ValueError, match=says):
        pilots.keyed(key, cohort, student)


def test_the_command_names_what_is_missing(key, tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.touch()
    for words, says in (
        (("pilots", "--key-file", key, "--cohort", COHORT, "--out", tmp_path), "nobody to make a pilot for"),
        (("pilots", "--key-file", empty, "--cohort", COHORT, "--student", "s1", "--out", tmp_path), "the key is empty"),
        (("pilots", "--key-file", tmp_path / "no", "--cohort", COHORT, "--out", tmp_path), "no: No such file"),
        (("judge", tmp_path, "--key-file", key, "--cohort", COHORT, "--root", ROOT, "--out", "m"), "holds no capstone"),
        (
            ("judge", tmp_path, "--key-file", key, "--cohort", COHORT, "--root", tmp_path, "--out", "m"),
            "not the project's",
        ),
    ):
        assert cli("capstone", *words) == 2
        assert says in capsys.readouterr().err


def test_an_answer_for_another_key_or_one_that_would_have_to_run_is_for_a_person(key, tmp_path, capsys):
    other = pilots.keyed(KEY, COHORT, "s3").name
    boom = "raise SystemExit\ncontrol = (str(open('/etc/hostname').read()), 0.2)"
    answers = {"W-71": (None, boom), "W-72": ("choice", (other, "majority", 4, 0.1))}
    hand_in(tmp_path / "in", "s2", answers)
    (tmp_path / "in" / f"s3_{capstone.PART}.ipynb").write_bytes(b"{")
    (tmp_path / "in" / "s4.ipynb").write_bytes(b"{")
    out = tmp_path / "marks.csv"
    assert (
        cli("capstone", "judge", tmp_path / "in", "--key-file", key, "--cohort", COHORT, "--root", ROOT, "--out", out)
        == 1
    )
    reasons = {(row["student"], row["task"]): row["reason"] for row in table(out)}
    assert "computed" in reasons["s2", "W-71"]
    assert repr(other) in reasons["s2", "W-72"] and pilots.keyed(KEY, COHORT, "s2").name in reasons["s2", "W-72"]
    assert reasons["s2", "W-73"] == "By machine: nothing was handed in for this task."
    assert reasons["s3", "W-71"].startswith(capstone.FOR_A_PERSON)
    out = capsys.readouterr().out
    assert "For a person: s2, s3." in out and "no part that can be told: s4.ipynb" in out


def test_what_the_machine_cannot_tell_is_said_and_a_name_like_a_formula_stays_one_student(key, tmp_path, capsys):
    folder, out = tmp_path / "in", tmp_path / "overrides.csv"
    name = pilots.keyed(KEY, COHORT, "s2").name
    hand_in(folder, "s2", {"W-71": (None, "control = ..."), "W-72": ("choice", {"k": 4}), "W-73": (None, "None")})
    notebook = nbformat.read(folder / f"s2_{capstone.PART}.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(f"promise = ({name!r}, 'majority', 4, 0.1, 0.2)"))
    (folder / f"s2_{capstone.PART}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    hand_in(folder, "@ann", {"W-71": ("control", (name, 0.2))})
    for place, value in (("a", 0.2), ("b", 0.3)):
        hand_in(tmp_path / place, "s3", {"W-71": ("control", (name, value))})
        (folder / "s3").mkdir(exist_ok=True)
        (tmp_path / place / f"s3_{capstone.PART}.ipynb").rename(folder / "s3" / f"{place}_{capstone.PART}.ipynb")
    (folder / "typed.txt").write_text("control = 1")
    out.write_text("student,task,points,reason,who\ns9,T-1,2,- late; -2,me\n")
    judged = ("capstone", "judge", folder, "--key-file", key, "--cohort", COHORT, "--root", ROOT, "--out", out)
    for _ in range(2):
        assert cli(*judged) == 1
    said = capsys.readouterr().out
    assert "For a person: @ann, s2, s3." in said and "Not judged: typed.txt, not a notebook." in said
    found = tables.overrides(out, ("s2", "s3", "s9", "@ann"))
    assert len(found) == 10 and found["s9", "T-1"].reason == "- late; -2"
    assert [row["who"] for row in table(out)] == ["me"] + [""] * 9
    reasons = {task: found["s2", task].reason for task in ("W-71", "W-72", "W-73")}
    assert reasons["W-71"] == "By machine: nothing was handed in for this task."
    assert "`choice` holds an object of type dict" in reasons["W-72"] or "computed" in reasons["W-72"]
    assert "[0.1, 0.2] did not hold" in reasons["W-73"]
    # In a table of an earlier version a person gave a page points and left the reason as it was.
    with out.open("a", encoding="utf-8") as file:
        file.write("s2,W-74,11,By machine: nobody has read the page yet.,me\n")
    assert cli(*judged) == 1
    assert tables.overrides(out, ("s2", "s3", "s9", "@ann"))["s2", "W-74"].points == 11


def test_a_pilot_made_later_leaves_the_others_in_the_list(key, tmp_path):
    for student in ("s2", "s3"):
        assert cli("capstone", "pilots", "--key-file", key, "--cohort", COHORT, "--student", student, "--out",
                   tmp_path / "out") == 0  # fmt: skip
    assert [row["student"] for row in table(tmp_path / "out.csv")] == ["s2", "s3"]
    assert not [*(tmp_path / "out").glob("*.csv")]


def test_only_typed_data_is_read_from_an_answer():
    assert capstone.typed("choice = ('a', [1, -2.5])", "choice") == collect({}, ("a", [1, -2.5]))
    assert capstone.typed("choice = 1\nchoice: tuple = ('a', 2)", "choice") == collect({}, ("a", 2))
    assert capstone.typed("x = 1", "choice") == {"undefined": True}
    assert capstone.typed("choice = (\n    ...\n)", "choice") == {"untouched": True}
    for code in (
        "choice = f()",
        "choice = (",
        "choice = " + "[" * 5_000,
        "choice = {**a}",
        "choice = 1" + "+1" * 4_000,
        "choice = " + "-" * 9_000 + "1",
        "choice = 1" + " " * 10_000,
        "choice, x = 1, 2",
        "if True:\n    choice = 1",
        "choice = 1\nchoice += 1",
        "choice = 1\ndel choice",
        "print(choice := 1)",
        "import os as choice",
        "def choice(): ...",
    ):
        with pytest.raises(ValueError, match="typed numbers"):
            capstone.typed(code, "choice")


# The page of the rubric: three graded capstones

RUBRIC = (ROOT / "book/teaching/capstone_rubric.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^### (\w): .*?^```python\n(.*?)^```\n(.*?)(?=^### |\Z)", RUBRIC, re.MULTILINE | re.DOTALL)
CRITERIA = ("Curve", "Interval", "Control", "Limits", "Decision", "Readable")


def example(letter, code):
    """Return the held-out rest of an example, its pilot, and its answers by task."""
    answers = {task.id: capstone.typed(code, task.variable) for task in lesson.TASKS}
    if letter == "A":
        return pilots.recorded_pilot(7), pilots.split_recording(7)[0], answers
    key = re.search(r"`(the-key-of-[\w-]+)`", RUBRIC)[1]
    student = re.search(rf"^### {letter}: .*student `(\w)`$", RUBRIC, re.MULTILINE)[1]
    made = pilots.keyed(key, "example", student)
    return made.held_out(), made.pilot, answers


def numbers_of(pilot, rule, k):
    """Return every number that an honest page of this choice may hold, rounded to two decimals."""
    curves = {one: its.curve(pilot, one, KS, rng=0) for one in pilots.RULES}
    at = KS.index(k)
    blind = pilot.c / pilot.n
    gain = its.paired_interval(curves[rule].per_problem[:, at], blind)
    known = [*curves["majority"].value, *curves["best_of_n"].value, blind.mean(), gain.value, gain.low, gain.high]
    known += [curves[rule].low[at], curves[rule].high[at]]
    return {f"{float(one):.{digits}f}" for one in known for digits in (2, 3)}


@pytest.mark.parametrize(("letter", "code", "marks"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_the_rubric_s_examples_have_the_marks_that_the_machine_gives(letter, code, marks):
    held, pilot, answers = example(letter, code)
    rows = dict(re.findall(r"^\| ([\w-]+) \| (\d+) \|", marks, re.MULTILINE))
    assert {*rows} == {*lesson.JUDGES, *CRITERIA}
    for task, judged in lesson.JUDGES.items():
        points = judged(bare(answers[task]), held).share * registry.find(task).points
        assert points == float(rows[task]), task
    assert all(0 <= int(rows[one]) <= 2 for one in CRITERIA)
    assert sum(int(rows[one]) for one in CRITERIA) <= registry.find("W-74").points == 2 * len(CRITERIA)
    page = bare(answers["W-74"])
    assert judge(registry.find("W-74"), "book", answers["W-74"]).verdict == WAITING
    if letter != "C":
        _, rule, k, regret = bare(answers["W-72"])
        said = set(re.findall(r"\b0\.\d+", page))
        assert said <= numbers_of(pilot, rule, k) | {f"{regret:.2f}"}


def test_the_rubric_s_page_and_the_machine_agree_on_what_is_accepted():
    assert [letter for letter, *_ in EXAMPLES] == ["A", "B", "C"]
    assert f"within {pilots.GOOD:g} of the best" in RUBRIC and f"at most {pilots.MOST_REGRET:g} " in RUBRIC
    assert f"at least {pilots.SHORTEST_KEY} characters" in RUBRIC
    for task in lesson.TASKS:
        assert re.search(rf"^\| {task.id} \|.*\| {task.points}\b", RUBRIC, re.MULTILINE), task.id
    # The rubric as a file, with which the review page marks, is the one of the page.
    lines = re.findall(r"^\| (\w+) \| ([^|]+) \|$", RUBRIC.split("## The rubric")[1].split("\n## ")[0], re.MULTILINE)
    sheet = rubric.load(ROOT / "exercises" / "rubric.toml")["W-74"]
    assert [(item.name, item.text) for item in sheet.items] == lines[1:]
    assert {(item.points, item.in_part) for item in sheet.items} == {(2, 1)}
    # A's page is the notebook's own solution.
    solved = dict(exercises.answers(exercises.source(capstone.PART, ROOT)))
    assert capstone.typed(solved["W-74-answer"], "page") == capstone.typed(EXAMPLES[0][1], "page")

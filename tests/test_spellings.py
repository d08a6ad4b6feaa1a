r"""Answers that mean the same: what a rule makes one, and what it must never make one."""

from __future__ import annotations

import json
import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling import SampleError, SampleSet, cli, curve, read_samples
from inference_scaling.samples.spellings import SAME, boxed, choice, fraction, number, text, value_set
from inference_scaling.sources import recorded

ONE = {
    text: [
        ("Paris", "paris", " PARIS. ", '"Paris"'),
        ("New York", "new  york", "New\nYork."),
    ],
    number: [
        ("1200", "1,200", "$1,200.00", "1200 dollars", r"\$1{,}200", "x = 1200", r"$1200$", r"\boxed{1200}", "1.2e3"),
        ("-7", "−7", "- 7", "-7.0", r"\(-7\)", r"-7\text{ cm}", "-7 m^2", "-7 km/h"),
        ("50", "50%", r"50\%", "50 percent", r"50^\circ", "50°", "50 degrees"),
        ("0", "-0", "0.00", "0 apples"),
    ],
    fraction: [
        ("0.5", "1/2", "2/4", r"\frac{1}{2}", r"\dfrac12", r"$\tfrac{50}{100}$", "1/2 km", r"x=\frac{1}{2}", ".5"),
        ("2.5", "5/2", "2 1/2", r"2\frac{1}{2}", r"2 \frac12"),
        ("-1/3", "-2/6", r"-\frac{1}{3}", r"\boxed{-\frac13}", "−1/3", "- 1/3"),
        ("1000", "1,000", "1,000/1", "2000/2"),
    ],
    boxed: [("7", r"so \boxed{7}", r"first \boxed{8}, then \boxed{7}.", r"\boxed 7", r"\fbox{7}")],
    choice: [
        (
            "B",
            "b",
            "(B)",
            "B.",
            "b)",
            "B) Paris",
            "Answer: B",
            "The correct answer is (B).",
            r"\boxed{\text{B}}",
            "[B]",
        ),
        ("A", "Option A", "choice: a", "(A) because it is so"),
    ],
    value_set: [
        ("{1, 2}", "1, 2", "2,1", r"\{2, 1\}", "{1;2}", "1 and 2", "2 or 1", "x = 1, x = 2", "1.0, 2, 2", r"$\{1,2\}$"),
        ("{0.5, 3}", r"\frac{1}{2}, 3", "3, 0.5", "1/2 and 3"),
        ("7", "7", "{7}", "7,"),
    ],
}
APART = {
    text: [("Paris", "Paris France"), ("7", "8"), ("a-b", "ab")],
    number: [
        ("3", "3 million"),
        ("2", "2 pi"),
        ("2", r"2\pi"),
        ("2", "2x"),
        ("7", "7 or 8"),
        ("1/2", "1"),
        ("1,5", "15"),
        ("12,34", "1234"),
        ("5 feet 3 inches", "5"),
        ("7!", "7"),
        ("2^3", "2"),
        ("10 am", "10 pm"),
        ("--7", "7"),
        ("1e3", "1"),
        ("٣", "3"),
        ("two", "2"),
    ],
    fraction: [("1/2", "1/3"), ("0.333", "1/3"), ("1/0", "1"), ("1/2/3", "1/2"), ("1/2 pi", "1/2"), ("1/2", "-1/2")],
    boxed: [(r"\boxed{1}", r"\boxed{2}")],
    choice: [("A", "A dog"), ("B", "Berlin"), ("E", "e.g. this"), ("A", "A and B"), ("A", "AB"), ("C", "42")],
    value_set: [
        ("(1, 2)", "(2, 1)"),
        ("[1, 2]", "[2, 1]"),
        ("1, 2", "1"),
        ("1, 2", "12"),
        ("f(1, 2), 3", "f(2, 1), 3"),
    ],
}


@pytest.mark.parametrize(("rule", "same"), [(rule, same) for rule, groups in ONE.items() for same in groups])
def test_spellings_of_one_answer_become_one(rule, same):
    found = {rule(spelling) for spelling in same if rule is not boxed or "box" in spelling}
    assert len(found) == 1, found
    assert rule is boxed or rule(found.copy().pop()) in found, "a rule applied twice changes nothing more"


@pytest.mark.parametrize(("rule", "pair"), [(rule, pair) for rule, pairs in APART.items() for pair in pairs])
def test_other_answers_stay_apart(rule, pair):
    assert rule(pair[0]) != rule(pair[1])


def test_a_completion_without_a_box_has_no_answer():
    assert boxed("The answer is 7.") is None
    assert boxed(r"cut off in the \boxed{middle") is None
    assert boxed(r"\boxed{\frac{1}{2}} and so") == r"\frac{1}{2}"
    assert fraction(boxed(r"hence \boxed{\dfrac{1}{2}}.")) == "0.5"


@pytest.mark.parametrize("rule", list(SAME))
@given(st.text(alphabet=string.printable + "−°€µ½", max_size=60))
def test_any_text_is_taken(rule, answer):
    found = SAME[rule](answer)
    assert found is None if rule == "boxed" and "box" not in answer else found is None or isinstance(found, str)


@given(st.integers(-(10**6), 10**6), st.integers(1, 999))
def test_every_way_to_write_a_fraction_is_one(over, under):
    minus, size = ("-" if over < 0 else ""), abs(over)
    ways = [f"{over}/{under}", rf"{minus}\frac{{{size}}}{{{under}}}", f"{minus}{size * 7}/{under * 7}"]
    if size >= under:
        ways.append(f"{minus}{size // under} {size % under}/{under}")
    assert len(set(map(fraction, ways))) == 1


def test_no_rule_takes_long():
    """The time of a rule grows with the text and not faster: a completion may be long."""
    texts = ["7 " + "a" * 20_000 + "!", "7 " + "ab " * 9_000 + "!", "1,234" * 9_000, "{" * 30_000, ", " * 9_000]
    started = time.process_time()
    for one in texts:
        for rule in SAME.values():
            rule(one)
    assert time.process_time() - started < 20


# -- in a table ---------------------------------------------------------------------------------------


@pytest.fixture
def spelled():
    """Three spellings of the right answer lose to two equal wrong ones."""
    rows = [("1/2", 1), ("0.5", 1), (r"\frac{1}{2}", 1), ("3", 0), ("3", 0)]
    columns = {"problem": ["a"] * 5, "answer": [row[0] for row in rows], "correct": [row[1] for row in rows]}
    return SampleSet.from_columns(columns)


def test_a_vote_over_meanings_is_not_a_vote_over_spellings(spelled):
    assert curve(spelled, "majority", 5, rng=0).value[0] == 0
    same = spelled.with_same_answers("fraction")
    assert (same.answers, same.answer.tolist()) == (("0.5", "3"), [0, 0, 0, 1, 1])
    assert curve(same, "majority", 5, rng=0).value[0] == 1
    assert any("several right answers" in note for note in spelled.notes)
    assert not any("several right answers" in note for note in same.notes)


def test_a_rule_of_ones_own(spelled):
    value = {"1/2": "half", "0.5": "half", r"\frac{1}{2}": "half"}
    assert spelled.with_same_answers(value.get).answer.tolist() == [0, 0, 0, -1, -1]
    pairs = spelled.with_same_answers(lambda a, b: ("3" in a) == ("3" in b))
    assert pairs.answer.tolist() == [0, 0, 0, 3, 3]
    assert spelled.with_same_answers(str.upper).n.tolist() == [5]
    assert spelled.with_same_answers(["text", "fraction"]).answers == ("0.5", "3")


def test_a_comparison_is_asked_within_a_problem_only():
    asked = []
    columns = {"problem": ["a", "a", "b", "b"], "correct": [1, 0, 1, 0], "answer": ["x", "X", "y", "Y"]}

    def same(a, b):
        asked.append({a, b})
        return a.lower() == b.lower()

    samples = SampleSet.from_columns(columns).with_same_answers(same)
    assert asked == [{"x", "X"}, {"y", "Y"}]
    assert samples.answer[0] == samples.answer[1] != samples.answer[2] == samples.answer[3]


@pytest.mark.parametrize(
    ("same", "said"),
    [
        ("fractions", "same = 'fractions': must be one of 'text', 'number', 'fraction'"),
        (["text", 3], "same = 3: must be one of"),
        ("boxed", "no sample has an answer by 'boxed'"),
        (lambda answer: 1 / 0, r"the rule failed on '1/2': ZeroDivisionError"),
        (lambda a, b: a.nothing, r"the rule failed on .*AttributeError"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(spelled, same, said):
    with pytest.raises(SampleError, match=said):
        spelled.with_same_answers(same)
    with pytest.raises(SampleError, match="the samples have no answers"):
        SampleSet.from_counts([2], [1]).with_same_answers("text")


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_line_names_the_rule_and_says_it(capsys, tmp_path):
    path = tmp_path / "spelled.csv"
    rows = [r"so \boxed{1/2}", r"\boxed{0.5}", r"\boxed{\frac{1}{2}}", r"\boxed{3}", r"\boxed{3}", "no box"]
    path.write_text("problem,correct,answer\n" + "".join(f"a,{int(i < 3)},{row}\n" for i, row in enumerate(rows)))
    code, out, _ = run(capsys, "curve", path, "--k", "6", "--selector", "majority")
    assert code == 0 and "6  0.000" in out and "several right answers" in out
    options = ("--same-answers", "boxed", "fraction")
    code, out, _ = run(capsys, "curve", path, "--k", "6", "--selector", "majority", *options)
    assert code == 0 and "6  1.000" in out and "several right answers" not in out
    assert "Note: answers are compared by boxed, then fraction" in out
    assert "Note: 1 of 6 samples (16.7 %) has no answer and casts no vote" in out
    same = read_samples(path, same=["boxed", "fraction"])
    found = json.loads(run(capsys, "curve", path, "--selector", "majority", "--json", *options)[1])
    assert found["curves"][0]["value"] == curve(same, "majority", [1, 2, 4, 6], rng=0).value.tolist()


def test_a_recorded_set_says_how_many_samples_have_no_answer(capsys, tmp_path):
    samples = recorded.load("humaneval_codet")
    share = 100 * (samples.answer < 0).mean()
    note = next(note for note in samples.notes if "no answer" in note)
    assert re.match(rf"[\d,]+ of 16,400 samples \({share:.1f} %\) have no answer and cast no vote", note)

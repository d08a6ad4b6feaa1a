"""Answers that are alike: who copied and renamed is found, who wrote the usual answer is not, and nobody is judged."""

import csv
import inspect
import random
import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.answers import judge
from inference_scaling.classroom import solutions
from inference_scaling.grading import grade, similar
from inference_scaling.lessons import registry
from lessons.right_answers import RIGHT as OF_PARTS
from lessons.workshop import RIGHT as OF_WORKSHOP

ROOT = Path(__file__).resolve().parents[2]
STUB = "def best(values, k):\n    total = given('X-1').start\n    ..."
# Twelve people who solve one task in their own ways.
WAYS = [
    f"def best(values, k):\n{body}".rstrip()
    for body in """
    ordered = sorted(values, reverse=True)
    out = []
    for at in range(k):
        out.append(ordered[at] + 1)
    return sum(out) / len(out)
--
    import heapq
    top = heapq.nlargest(k, values)
    return (sum(top) + k) / k
--
    rest = list(values)
    total = 0
    while k > 0 and rest:
        m = max(rest)
        rest.remove(m)
        total += m + 1
        k -= 1
    return total / (len(values) - len(rest))
--
    import numpy as np
    a = np.sort(np.asarray(values, dtype=float))[::-1][:k]
    return float(a.mean() + 1.0)
--
    if k < 1:
        raise ValueError('k')
    picked = [v for i, v in enumerate(sorted(values)) if i >= len(values) - k]
    return 1 + sum(picked) / k
--
    from functools import reduce
    cut = sorted(values)[-k:]
    return reduce(lambda a, b: a + b + 1, cut, 0) / max(k, 1)
--
    values = tuple(values)
    def go(left, n):
        if n == 0:
            return 0
        i = left.index(max(left))
        return left[i] + 1 + go(left[:i] + left[i + 1:], n - 1)
    return go(values, k) / k
--
    s = sorted(((v, i) for i, v in enumerate(values)), key=lambda p: (-p[0], p[1]))
    t = 0.0
    for v, _ in s[:k]:
        t = t + v
    t = t / k
    t += 1
    return t
--
    import statistics
    chosen = sorted(values)[len(values) - k:]
    return statistics.fmean(x + 1 for x in chosen)
--
    counts = {}
    for v in values:
        counts[v] = counts.get(v, 0) + 1
    total, left = 0, k
    for v in sorted(counts, reverse=True):
        take = min(left, counts[v])
        total += take * (v + 1)
        left -= take
    return total / k
--
    import pandas as pd
    return pd.Series(values).nlargest(k).add(1).mean().item()
--
    n = len(values)
    threshold = sorted(values)[n - k]
    above = [v for v in values if v > threshold]
    missing = k - len(above)
    return (sum(above) + missing * threshold) / k + 1
""".strip("\n").split("\n--\n")
]


def answers(*codes):
    return {f"s{number:03}": code for number, code in enumerate(codes)}


def groups(codes, stub=STUB):
    return similar.alike({who: similar.tokens(code, stub) for who, code in codes.items()})


def disguised(code):
    """Rename what is named here, comment, space out and document: what somebody does who copies."""
    for old, new in {
        "ordered": "zz",
        "out": "acc",
        "at": "idx",
        "total": "summe",
        "left": "rest_",
        "counts": "freq",
        "take": "n_",
    }.items():
        code = re.sub(rf"\b{old}\b", new, code)
    head, *body = code.split("\n")
    return "\n".join([head, '    """Mine."""', "    # my own idea", *(f"{line}  # so" for line in body)])


def test_a_copy_with_other_names_and_comments_is_found_and_nobody_else():
    copied = [WAYS[0], WAYS[9]]
    found = groups(answers(*WAYS, *map(disguised, copied)))
    assert [sorted(one.who) for one in found] == [["s000", "s012"], ["s009", "s013"]]
    # Of the pairs outside the group only the other copy is alike: by chance two agree here in next to none.
    assert all((one.least, one.others_alike) == (1.0, 1) and one.other_pairs == 90 for one in found)


def test_a_copy_with_a_line_more_is_nearly_identical():
    longer = disguised(WAYS[9]).replace(
        "    summe, rest_", "    seen = list(values)\n    print(len(seen))\n    summe, rest_"
    )
    (found,) = groups(answers(*WAYS, longer))
    assert sorted(found.who) == ["s009", "s012"] and similar.ALIKE <= found.least < 1


def test_the_usual_answer_accuses_nobody():
    # Half of a class write the same, and a rare pair writes another form of it: two of this class agree all the time.
    usual = [WAYS[0]] * 60 + [WAYS[1]] * 30 + [WAYS[2]] * 20 + [WAYS[3]] * 2
    assert groups(answers(*usual)) == []


def test_short_answers_accuse_nobody():
    short = ["def best(values, k):\n    return max(values)"] * 2 + WAYS
    assert groups(answers(*short)) == []


def test_what_was_handed_out_does_not_count():
    stub = WAYS[9].replace("    return total / k", "    ...")
    ends = ["return total / k", "return float(total)", "return total / max(k, 1)", "return round(total / k, 9)"]
    codes = answers(*(WAYS[9].replace("return total / k", end) for end in ends), *WAYS[:9])
    assert groups(codes, stub) == []
    assert [one.who for one in groups(codes)] == [("s000", "s001", "s002", "s003")]


@pytest.mark.parametrize("code", ["def best(", "%time 1", "x" * 20_000, "-" * 9_000 + "1", "(" * 300, "\ud800", ""])
def test_what_is_no_python_is_left_out(code):
    assert similar.tokens(code, STUB) == ()
    assert len(groups(answers(*WAYS, disguised(WAYS[0]), code, code))) == 1


def test_lines_for_jupyter_hide_nothing():
    plain = similar.tokens(WAYS[0], STUB)
    assert similar.tokens(f"%matplotlib inline\n!pip list\n{WAYS[0]}\nbest?", STUB) == plain != ()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(14)), st.integers(0, 13))
def test_the_list_does_not_depend_on_the_order_of_the_class(order, _):
    codes = answers(*WAYS, *map(disguised, (WAYS[0], WAYS[9])))
    mixed = {name: codes[name] for name in (sorted(codes)[at] for at in order)}
    assert groups(mixed) == groups(codes)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(WAYS), st.randoms(use_true_random=False))
def test_other_names_change_nothing(code, chance):
    names = {name: f"n{chance.randrange(10**6)}_{at}" for at, name in enumerate(
        {"ordered", "rest", "total", "picked", "cut", "s", "t", "chosen", "counts", "above", "missing", "n", "top", "a"}
    )}  # fmt: skip
    renamed = re.sub(r"\b[a-z]+\b", lambda match: names.get(match[0], match[0]), code)
    # A keyword of a call is no name of the student's.
    assert similar.tokens(renamed, STUB) == similar.tokens(code, STUB) or "key=" in code


def result(student, code, value="", **more):
    usual = {"id": "T-4", "verdict": judge.RIGHT, "misconception": None, "value": value, "code": code}
    return {"student": student, "part": "theorem", "state": "graded", "tasks": [{**usual, **more}]}


def test_the_same_wrong_number_that_no_slip_explains_is_listed_with_how_often_others_agree():
    wrong = {"id": "T-1", "verdict": judge.NOT_YET}
    values = ["17.2345", "17.2345", "9.1111", "8.4242", "3", "3", "0.5", "0.5", "12.75"]
    results = [result(f"s{at}", f"answer = {value}", value, **wrong) for at, value in enumerate(values)]
    results.append(result("named", "answer = 17.2345", "17.2345", **{**wrong, "misconception": "rounded-down"}))
    (found,) = similar.find(results, {})
    assert (found.task, found.what, found.who) == ("T-1", similar.SAME_VALUE, ("s0", "s1"))
    # 3 and 0.5 are given by many: they neither accuse nor count. Of the other pairs of long numbers none agrees.
    assert (found.others_alike, found.other_pairs) == (0, 9)


def test_the_book_s_own_solution_is_named_as_that():
    task = registry.find("T-4")
    own = solutions.code(task)
    results = [result(f"s{at}", code) for at, code in enumerate([own, disguised(own), *WAYS])]
    found = similar.find(results, {})
    assert all(one.like_the_book for one in found if "s0" in one.who)


def test_the_table_names_students_and_counts_and_is_read_again(tmp_path):
    found = similar.find([result(who, code) for who, code in answers(*WAYS, disguised(WAYS[0])).items()], {"T-4": STUB})
    text = similar.table(found)
    (row,) = csv.DictReader(text.splitlines())
    assert (row["task"], row["what"], row["students"]) == ("T-4", "identical code", "s000; s012")
    assert (row["others alike"], row["of pairs"], row["alike at least"]) == ("0", "77", "1")
    (tmp_path / "similar.csv").write_text(text, encoding="utf-8")
    assert similar.read(tmp_path / "similar.csv") == [("T-4", "identical code", ("s000", "s012"))]


def test_honest_answers_to_the_book_s_own_tasks_accuse_nobody():
    """Six right answers to each function task, written apart from each other, are six people of a class."""
    pairs = 0
    for name, functions in {**OF_PARTS, **OF_WORKSHOP}.items():
        written = [textwrap.dedent(inspect.getsource(one)) for one in functions if inspect.isfunction(one)]
        codes = answers(*written, solutions.code(registry.find(name)))
        stub = grade.released_notebook(registry.part_of(name), str(ROOT)).stubs.get(name, "")
        pairs += len(codes) * (len(codes) - 1) // 2
        assert groups(codes, stub) == [], name
    assert pairs > 500


def test_a_class_of_200_takes_seconds_and_two_rings_are_found():
    chance = random.Random(7)
    codes = {}
    for at in range(200):
        lines = WAYS[at % 12].split("\n")
        body = [
            f"    step_{n} = values[{chance.randrange(99)}] * {chance.random():.3f} - len(values) % {n + 2}"
            for n in range(4)
        ]
        codes[f"s{at:03}"] = "\n".join([lines[0], *body, *lines[1:]])
    for at in (3, 150):
        codes[f"s{at + 1:03}"] = disguised(codes[f"s{at:03}"])
        codes[f"s{at + 2:03}"] = disguised(codes[f"s{at:03}"])
    found = groups(codes)
    rings = [one.who for one in found if one.least == 1]
    assert rings == [("s003", "s004", "s005"), ("s150", "s151", "s152")]


def test_the_page_tells_the_limits_that_hold():
    page = (ROOT / "book" / "teaching" / "grading.md").read_text(encoding="utf-8")
    text = " ".join(page.split("## Answers that are alike")[1].split("\n## ")[0].split())
    assert "pieces of five tokens" in text and similar.SHINGLE == 5
    assert "fewer than thirty tokens" in text and similar.LEAST_TOKENS == 30
    assert "numbers of one or two digits" in text and similar.LEAST_DIGITS == 3
    assert "What a third of the class writes" in text and similar.MOST_OF_CLASS == 1 / 3
    assert "more than one pair in fifty" in text and similar.MOST_BY_CHANCE == 1 / 50

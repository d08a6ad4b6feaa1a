"""Figures that draw again: exact chances, a resting figure that is complete, words that promise no more."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import replay
from inference_scaling.interactive.replay import RecordedPool, Rule, SampleReplay
from inference_scaling.lessons.phenomena.replays import PROGRAMS_REPLAY
from inference_scaling.lessons.setup import replays
from inference_scaling.lessons.setup.replays import ANSWERS_REPLAY


@pytest.fixture(scope="module")
def again() -> dict:
    return rounded(ANSWERS_REPLAY.payload())


@pytest.fixture(scope="module")
def hundred() -> dict:
    return rounded(PROGRAMS_REPLAY.payload())


def small(**changes) -> dict:
    pool = RecordedPool(
        label="a?",
        answer=np.array([0, 1, 0, 2, -1]),
        texts=["x", "y", "x", "z", "–"],
        correct=np.array([False, True, False, False, False]),
        scores={"score": np.array([1.0, 3.0, 3.0, 2.0, 0.0])},
    )
    found = {
        "id": "small",
        "finding": "1 of 5.",
        "pools": [pool],
        "rules": [Rule("first", "first"), Rule("vote", "vote"), Rule("score", "score"), Rule("checker", "checker")],
        "stops": [1, 3, 5],
        "rest": {"pool": 0, "k": 3, "rule": "vote"},
        "words": {"one": "try", "many": "tries", "there": "There", "tiles": "tiles", "unit": "", "pools": "p",
                  "choose": "q", "numbers": "n", "more": "m", "x": "k", "alt": "c.", "legend": "l"},
    }  # fmt: skip
    return found | changes


def test_picks_agree_on_average_with_the_exact_chances() -> None:
    # Every order of five samples, so every subset and every way of breaking its ties.
    shown = SampleReplay(**small())
    payload = rounded(shown.payload())
    pool = payload["pools"][0]
    orders = list(itertools.permutations(range(5)))
    for rule, k in itertools.product(payload["rules"], (1, 2, 3, 4, 5)):
        right = np.mean([pool["right"][replay.picked(pool, rule["pick"], order[:k])] == "1" for order in orders])
        assert right == pytest.approx(shown.pools[0].chances(rule["pick"], [k])[0], abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stops": [1, 5, 3]}, "stops must rise"),
        ({"stops": [1, 3]}, "stops must rise from 1 to 5"),
        ({"rest": {"pool": 0, "k": 2, "rule": "vote"}}, "resting state"),
        ({"rest": {"pool": 1, "k": 3, "rule": "vote"}}, "resting pool"),
        ({"rules": [Rule("both", "b")], "rest": {"pool": 0, "k": 3, "rule": "both"}}, "nothing to pick by"),
    ],
)
def test_author_s_mistakes_are_named(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"small: .*{message}"):
        SampleReplay(**small(**changes))


def test_pools_of_two_sizes_are_refused() -> None:
    pool = small()["pools"][0]
    short = replace(pool, correct=pool.correct[:4])
    with pytest.raises(ValueError, match=r"small: pools must be of one size, got \[4, 5\]"):
        SampleReplay(**small(pools=[pool, short]))


def test_first_screen_tells_the_exact_numbers(again: dict) -> None:
    assert again["finding"] == (
        "Right 9 times of 64. Ask 16 times and vote: right 1 time in 100. Ask 16 times and check: 94. The same answers."
    )
    pool = again["pools"][0]
    assert pool["label"] == "Which is larger, 17 or 71?"
    assert pool["right"].count("1") == 9
    assert [pool["names"][str(a)] for a in pool["answer"]].count("17") == 32
    at = again["grid"].index(16)
    assert pool["curves"]["vote"][at] == pytest.approx(0.0128, abs=5e-5)
    # By hand: no right answer among 16 of 64 where 9 are right.
    missed = np.prod([(55 - i) / (64 - i) for i in range(16)])
    assert pool["curves"]["checker"][at] == pytest.approx(1 - missed, abs=5e-5)


def test_three_stories_stand_in_the_table(again: dict) -> None:
    rows = {row[0]: row[1:] for row in again["table"]["rows"]}
    assert rows["What is 24 + 15?"][:4] == ["21", ".64", ".83", ".98"]
    assert rows["Which is larger, 17 or 71?"][-1] == "17, wrong (32 times; then 9 and 4)"
    assert rows["There are 3 cats and 2 dogs. How many animals are there?"][-1] == "5, right (9 times; then 8 and 8)"


def test_never_rounded_to_certainty(again: dict, hundred: dict) -> None:
    for payload in (again, hundred):
        for pool in payload["pools"]:
            for k in payload["stops"]:
                chance = replay._at(payload, pool, "checker", k)
                # Certain only where fewer samples are wrong than are drawn.
                assert (chance == 1) == (pool["right"].count("0") < k)


@pytest.mark.parametrize(("shown", "tiles"), [(ANSWERS_REPLAY, 64), (PROGRAMS_REPLAY, 100)], ids=["again", "hundred"])
def test_resting_figure_is_complete_without_a_script(shown: SampleReplay, tiles: int) -> None:
    payload = rounded(shown.payload())
    page = re.sub(r"<script.*?</script>", "", to_html("ask", payload))
    assert page.count('<span class="its-tile') == tiles
    assert page.count(" its-drawn") == payload["rest"]["k"]
    assert page.count(" its-picked") == 1
    assert page.count('role="img"') == 2
    for text in (
        payload["finding"],
        replay.sentence(payload, payload["rest"]),
        *(r["label"] for r in payload["rules"]),
    ):
        assert text in page
    assert "<input" not in page and "<button" not in page


def test_alt_text_of_the_first_screen_says_what_it_shows(again: dict) -> None:
    title = replay.spec(again, again["rest"])["title"]
    for part in ("Which is larger, 17 or 71?", "From 0.14 at k = 1 to 0.01 at k = 16", "94 times in 100"):
        assert part in title


def test_at_the_pool_s_edge_no_chance_is_claimed(again: dict) -> None:
    said = replay.sentence(again, {"pool": 0, "k": 64, "rule": "vote"})
    assert said == "All 64 tries, vote: wrong. This is one recorded pool, not a chance."
    lines = {one["id"]: one for one in replay.spec(again, again["rest"])["series"]}
    assert lines["vote"]["points"][-1][0] < 64
    assert lines["vote-all"]["points"] == [[64, 0.0]]


def test_72_of_100_tells_the_recorded_story(hundred: dict) -> None:
    pool = hundred["pools"][0]
    assert hundred["finding"] == (
        "72 of 100 programs are right. Pick one of two by the model’s own tests: right 85 times in 100. "
        "Pick one of all 100: wrong."
    )
    assert "The 4 programs that pass most of the model’s tests (42 of 50) are all wrong" in pool["note"]
    assert len(hundred["pools"]) == 6
    fails = [one["label"] for one in hundred["pools"] if one["curves"]["both"][-1] == 0]
    assert len(fails) == 2


def test_missing_answer_has_a_dash_and_no_vote() -> None:
    codes, texts = replays._answers(np.array([3.0, np.nan, 3.0]))
    assert codes.tolist() == [0, -1, 0]
    assert texts == ["3", "–", "3"]

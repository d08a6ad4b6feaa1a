"""The ten-minute story: what it says is what the recordings and the library say, and its pictures hold together."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import story
from inference_scaling.interactive.story import Frame, Scene, Story
from inference_scaling.lessons.setup import story as told
from inference_scaling.sources import recorded

ROOT = Path(__file__).resolve().parents[2]
SCENES = told.TEN_MINUTES.scenes
TEXTS = [" ".join(scene.paragraphs).replace("**", "").replace("\u00a0", " ") for scene in SCENES]


def a_scene(**changed: object) -> Scene:
    parts = [story.tile("a", (20, 20), "1")]
    return Scene(
        **{"heading": "h", "paragraphs": ["p"], "picture": parts, "says": "s", "lesson": ("a/b", "c")} | changed
    )


@pytest.fixture(scope="module")
def pool() -> its.SampleSet:
    return next(recorded.load("smollm2").select(["Which is larger, 17 or 71?"]).pools())


def test_the_first_scenes_count_the_recorded_answers(pool):
    samples = recorded.load("smollm2")
    first = [samples.answers[code] for code in pool.answer[:16]]
    assert f"answers {first[0]}" in TEXTS[0]
    assert (first.count("71"), first.count("17"), int(pool.correct.sum()), len(pool.correct)) == (3, 7, 9, 64)
    assert "three of the 16 answers are 71" in TEXTS[1] and "64 answers were recorded, and 9 are right" in TEXTS[1]
    assert "17 has seven votes and 71 has three, so the vote picks 17" in TEXTS[2]
    shown = [part["text"] for part in SCENES[1].picture if part["shape"] == "tile"]
    assert shown == first


def test_vote_and_checker_are_those_of_simulated_draws(pool):
    rng = np.random.default_rng(5)
    drawn = np.array([rng.permutation(64)[:16] for _ in range(20_000)])
    answers, correct = pool.answer[drawn], pool.correct[drawn]
    check = correct.any(axis=1).mean()
    # Ties are broken by the order of the draw, which is random.
    votes = [max(dict.fromkeys(row), key=list(row).count) for row in answers.tolist()]
    right = int(pool.answer[pool.correct][0])
    vote = np.mean([one == right for one in votes])
    said = [int(re.search(r"right (\d+) times? in 100", text)[1]) for text in (TEXTS[2], TEXTS[3])]
    assert abs(vote - said[0] / 100) < 0.01 and abs(check - said[1] / 100) < 0.01


def test_the_law_is_told_with_the_numbers_of_the_formula():
    coverage = 1 - (1 - 9 / 64) ** np.arange(17)
    gains = 100 * np.diff(coverage)
    assert f"adds {gains[0]:.0f}, the second {gains[1]:.0f}, the 16th only {gains[15]:.1f}" in TEXTS[4]
    assert f"formula gives {100 * coverage[16]:.0f}" in TEXTS[4]
    left = (1 - 9 / 64) ** 5
    assert 0.4 < left < 0.55 and "about five more answers halve them" in TEXTS[4]


def test_the_benchmark_and_its_verifier_are_the_recorded_ones_with_their_intervals():
    programs = recorded.load("humaneval_codet")
    share = programs.c / programs.n
    promise = 100 * (1 - (1 - share.mean()) ** 16)
    found = its.curve(programs, "pass", [16, 100])
    low, high = 100 * found.low[0], 100 * found.high[0]
    assert f"16 programs each solve {promise:.0f} problems in 100" in TEXTS[5]
    assert f"Measured are {100 * found.value[0]:.0f} (95 % interval {low:.0f} to {high:.0f})" in TEXTS[5]
    assert f"{np.sum(share == 0)} were never solved" in TEXTS[5]
    best = its.curve(programs, "best_of_n", [1, 5, 100])
    assert f"Best of 5 is right {100 * best.value[1]:.0f} times in 100" in TEXTS[6]
    assert f"Best of 100 is right {100 * best.value[2]:.0f} times" in TEXTS[6]
    assert f"a right program is there {100 * found.value[1]:.0f} times" in TEXTS[6]


def test_what_the_verifier_scene_claims_its_intervals_carry():
    per_problem = its.curve(recorded.load("humaneval_codet"), "best_of_n", [1, 5, 100]).per_problem
    rise = its.paired_interval(per_problem[:, 1], per_problem[:, 0])
    fall = its.paired_interval(per_problem[:, 2], per_problem[:, 1])
    below = its.paired_interval(per_problem[:, 2], per_problem[:, 0])
    assert rise.low > 0 and "better than one program" in TEXTS[6]
    assert fall.high < 0 and abs(fall.value) / ((fall.high - fall.low) / 3.92) > 2.6 and "more than chance" in TEXTS[6]
    assert below.low < 0 < below.high and "worse than one program is not shown" in TEXTS[6]
    said = f"{-100 * fall.value:.0f} in 100 (95 % interval {-100 * fall.high:.0f} to {-100 * fall.low:.0f})"
    assert said in TEXTS[6]


def test_the_same_sixteen_tiles_walk_through_five_scenes():
    for scene in SCENES[1:5]:
        assert {part["key"] for part in scene.picture if part["shape"] == "tile"} == {f"answer-{i}" for i in range(16)}
    for before, after in pairwise(SCENES):
        shared = {part["key"] for part in before.picture} & {part["key"] for part in after.picture}
        assert shared, f"nothing stays from {before.heading!r} to {after.heading!r}"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.heading)
def test_every_part_lies_within_its_picture(scene):
    for part in scene.picture:
        (x, y), scale = part["at"], part["scale"]
        ends = [(x + scale * px, y + scale * py) for px, py in part.get("points", [(0, 0)])]
        if part["shape"] == "tile":
            wide, high = (scale * size / 2 for size in story.TILE)
            ends = [(x - wide, y - high), (x + wide, y + high)]
        for at, down in ends:
            assert 0 <= at <= story.WIDTH and 0 <= down <= story.HEIGHT, f"{part['key']} leaves the picture"


def test_ten_minutes_are_ten_minutes():
    page = (ROOT / "book/setup/ten_minutes.md").read_text()
    words = len(" ".join([page, *TEXTS, *(scene.heading for scene in SCENES)]).split())
    assert 7.5 <= words / 150 + 0.75 * len(SCENES) <= 12.6


def test_without_a_script_the_page_holds_every_scene_with_its_picture_and_a_lesson_that_exists():
    page = to_html("story", rounded(told.TEN_MINUTES.payload()))
    assert page.count("<svg") == page.count('role="img"') == len(SCENES) == 8
    for number, scene in enumerate(SCENES, start=1):
        assert f'id="scene-{number}"' in page and f"<h2>{scene.heading}</h2>" in page
        lesson = ROOT / "book" / scene.lesson[0]
        assert lesson.with_suffix(".ipynb").is_file() or lesson.with_suffix(".md").is_file()
    told_as_text = told.TEN_MINUTES.text()
    assert told_as_text.startswith(told.TEN_MINUTES.finding) and "**" not in told_as_text


def test_words_of_a_story_are_text_not_markup():
    shown = a_scene(heading="a < b", paragraphs=["**k** < n & more"], picture=[story.words("w", (1, 1), "<b>")])
    page = to_html("story", rounded(Story("s", "f", [shown, a_scene()]).payload()))
    assert "<h2>a &lt; b</h2><p><strong>k</strong> &lt; n &amp; more</p>" in page and "&lt;b&gt;</text>" in page


def test_a_frame_places_its_corners_and_the_middle_of_a_logarithm():
    frame = Frame(x=(1, 100), box=(10, 20, 110, 220), log=True)
    assert frame.place(1, 0) == (10, 220) and frame.place(100, 1) == pytest.approx((110, 20))
    assert frame.place(10, 0.5) == pytest.approx((60, 120))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Story("s", "f", [a_scene()]), "two scenes or more, got 1"),
        (lambda: Story("s", "f", [a_scene(), a_scene(paragraphs=[])]), "scene 2: needs 1 to 3 paragraphs, got 0"),
        (lambda: Story("s", "f", [a_scene(), a_scene(says="")]), "scene 2: needs a heading"),
        (lambda: Story("s", "f", [a_scene(picture=a_scene().picture * 2), a_scene()]), "scene 1: .*'a' stands twice"),
        (lambda: story.tile("a", (0, 0), look="red"), "look must be one of .*'red'"),
        (lambda: story.words("a", (0, 0), "x", tone="blue"), "a tone must be .*'blue'"),
        (lambda: story.line("a", [(0, 0)], role="blue"), "a tone must be .*'blue'"),
    ],
)
def test_what_no_story_can_be_is_refused_by_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()

"""A drawing of an idea shows what the library computes, says it in words, and is one picture for every page."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import search
from inference_scaling.display.output import Output, rounded, to_html
from inference_scaling.figures import drawings, finding_rests_on_data
from inference_scaling.figures.drawings import Searched, words
from inference_scaling.figures.drawings.parts import colour
from inference_scaling.figures.drawings.pictures import panels, svg
from inference_scaling.lessons.confusions import drawings as confusions
from inference_scaling.lessons.laboratory import drawings as laboratory
from inference_scaling.lessons.setup import drawings as setup
from inference_scaling.sources import recorded

BOOK = {
    "best-of-n": setup.BEST_OF_N,
    "vote": confusions.VOTE,
    "reward models": setup.REWARD_MODELS,
    "breadth and depth": setup.BREADTH_AND_DEPTH,
    "searches": laboratory.SEARCHES,
    "verifier tax": setup.VERIFIER_TAX,
}
every_drawing = pytest.mark.parametrize("drawing", BOOK.values(), ids=BOOK)


def elements(picture: str, tag: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(picture if "xmlns" in picture else picture.replace("<svg", "<svg xmlns='-'", 1))
    return [one for one in root.iter() if one.tag.rpartition("}")[2] == tag]


def painted(picture: str, name: str) -> list[ElementTree.Element]:
    """Return the bars of one colour: boxes that are full and have no line around them."""
    return [one for one in elements(picture, "rect") if one.attrib["style"] == f"fill:{colour(name)}"]


def shown(drawing: drawings.Drawing) -> list[str]:
    return [panel.svg() for panel in panels(rounded(drawing.payload()))]


def written(picture: str) -> list[str]:
    return [one.text or "" for one in elements(picture, "text")]


# -- one picture for every page ------------------------------------------------------------------------------


@every_drawing
def test_the_finding_names_the_picture_and_rests_on_its_data(drawing: drawings.Drawing) -> None:
    page = to_html("drawing", rounded(drawing.payload()))
    box = re.search(r'<div[^>]*role="img"[^>]*>', page)
    assert box and f'aria-label="{drawing.finding}"' in box[0]
    assert finding_rests_on_data(rounded(drawing.payload()))
    assert drawing.text().startswith(f"{drawing.finding}\n- ")
    (root,) = (one for one in elements(drawing.svg(), "svg") if "role" in one.attrib)
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", drawing.finding)


@every_drawing
def test_the_page_says_in_words_what_the_text_form_says(drawing: drawings.Drawing) -> None:
    page = to_html("drawing", rounded(drawing.payload()))
    told = re.search(r"<summary>In words</summary><ul>(.*?)</ul>", page)
    assert told and "".join(f"<li>{one[2:]}</li>" for one in drawing.text().split("\n")[1:]) == told[1]


@every_drawing
def test_the_words_hold_every_number_that_is_written_into_the_picture(drawing: drawings.Drawing) -> None:
    held = {f"{float(found):g}" for found in re.findall(r"\d+(?:\.\d+)?", drawing.text().replace(",", ""))}
    for word in (text.replace(",", "") for picture in shown(drawing) for text in written(picture)):
        # A digit alone numbers or scores a dot; the words sum these up.
        numbers = [] if re.fullmatch(r"\d", word) else re.findall(r"\d+(?:\.\d+)?", word)
        assert {f"{float(number):g}" for number in numbers} <= held, f"{word!r} is not told in words"


@every_drawing
def test_every_colour_is_a_variable_with_the_light_page_as_fallback(drawing: drawings.Drawing) -> None:
    picture = drawing.svg()
    assert not re.search(r"#[0-9a-f]{3,6}\b", re.sub(r"var\([^)]*\)", "", picture))
    sheet = (Path(its.__file__).parent / "display/static/css/tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--its-(\w+): (#\w+);", sheet.partition("}")[0]))
    used = set(re.findall(r"var\(--its-(\w+),(#\w+)\)", picture))
    assert used and all(light[name] == fallback for name, fallback in used)


@every_drawing
def test_the_same_data_give_the_same_bytes_and_no_id_that_could_be_met_twice(drawing: drawings.Drawing) -> None:
    payload = rounded(drawing.payload())
    assert svg(payload) == svg(payload) == drawing.svg()
    assert " id=" not in drawing.svg()


@every_drawing
def test_letters_are_large_enough_for_a_phone(drawing: drawings.Drawing) -> None:
    for panel in panels(rounded(drawing.payload())):
        assert panel.width <= 330, "a phone has 328 to 358 pixels"
        sizes = re.findall(r'font-size="([\d.]+)"', panel.svg())
        assert sizes and min(map(float, sizes)) >= 12.5


def test_a_drawing_is_shown_by_a_notebook_as_text_data_and_picture() -> None:
    bundle = BOOK["vote"]._repr_mimebundle_()
    assert isinstance(BOOK["vote"], Output)
    assert set(bundle) == {"text/plain", "application/vnd.its.drawing+json", "text/html"}
    assert "<svg" in bundle["text/html"]


# -- exact where numbers are shown ---------------------------------------------------------------------------


def test_best_of_n_hands_in_what_the_estimator_picks_and_its_bars_are_its_scores() -> None:
    programs = recorded.load("humaneval_codet")
    for problem, picture, case in zip((14, 24), shown(BOOK["best-of-n"]), BOOK["best-of-n"].data["cases"], strict=True):
        right, score = (column.reshape(164, 100)[problem, :5] for column in (programs.correct, programs.score))
        assert its.best_of_n(right, score, 5) == right[case["pick"]]
        lengths = [float(bar.attrib["width"]) for bar in painted(picture, "verifier")]
        assert lengths == pytest.approx(86 * score / score.max(), abs=0.06)
        assert (
            written(picture)[-1]
            == f"handed in: answer {score.argmax() + 1}, {'right' if case['pick'] == 2 else 'wrong'}"
        )


def test_vote_stacks_the_recorded_answers_and_hands_in_the_most_frequent() -> None:
    rows = recorded.table("smollm2_samples")
    for problem, picture in zip((3, 15), shown(BOOK["vote"]), strict=True):
        mine = rows["problem"] == problem
        answers, right = rows["answer"][mine][:9], rows["correct"][mine][:9] == 1
        votes = Counter(f"{answer:.0f}" for answer in answers)
        tiles = Counter(text for text in written(picture) if text in votes and len(text) > 1)
        assert tiles == {answer: 2 * count for answer, count in votes.items()}, (
            "each once as it came, once in its stack"
        )
        outcome = bool(its.majority_vote(answers.astype(int), right, 9))
        assert written(picture)[-1] == f"the vote: {votes.most_common(1)[0][0]}, {'right' if outcome else 'wrong'}"


def test_reward_models_show_one_score_and_one_a_step() -> None:
    whole, steps = shown(BOOK["reward models"])
    process = BOOK["reward models"].data["process"]
    assert [float(bar.attrib["width"]) for bar in painted(whole, "verifier")] == pytest.approx([106 * 0.35], abs=0.06)
    assert [float(bar.attrib["width"]) for bar in painted(steps, "verifier")] == pytest.approx(106 * process, abs=0.06)
    assert written(steps)[-1] == f"all scores multiplied: {its.aggregate([process], 'product')[0]:.2f}"


def test_breadth_and_depth_spends_one_budget_each_time() -> None:
    _, *pictures = shown(BOOK["breadth and depth"])
    for chains, picture in zip((1, 8, 25), pictures, strict=True):
        length = 6400 / chains - 200
        starts, tokens = painted(picture, "muted"), painted(picture, "search")
        assert len(starts) == len(tokens) == chains
        spent = sum(float(bar.attrib["width"]) for bar in [*starts, *tokens])
        assert spent == pytest.approx(200, abs=0.11 * chains), "the budget is 200 units of the picture"
        reached = its.chain_coverage(6400, length, 0.1, 400, 200)
        (bar,) = painted(picture, "ceiling")
        assert float(bar.attrib["width"]) == pytest.approx(200 * reached, abs=0.1)
        right = "right" if chains == 1 else "at least one right"
        assert f"{right}: {reached:.0%}" in written(picture)


def test_one_chain_is_not_said_to_be_at_least_one() -> None:
    _, deep, some, broad = BOOK["breadth and depth"].text().split("\n")[1:]
    assert deep == "- Depth: 1 chain of 6,200 tokens, right 10% of the time."
    for line, chains in ((some, 8), (broad, 25)):
        one = 0.1 * (1 - 2.718281828 ** (-(6400 / chains - 200) / 400))
        assert f"at least one of them {1 - (1 - one) ** chains:.0%}" in line


def test_verifier_tax_shows_as_many_answers_as_the_budget_buys() -> None:
    _, *pictures = shown(BOOK["verifier tax"])
    for price, picture in zip((0, 0.1, 3), pictures, strict=True):
        bill = its.verifier_tax(1, price, budget=44)
        assert len(painted(picture, "one sample")) == bill.k
        assert len(painted(picture, "verifier")) == (bill.k if price else 0)
        assert f"{bill.k} answers" in written(picture)
        if price:
            assert f"looking takes {bill.share:.0%}" in written(picture)


def kept_at(run: dict, depth: int) -> list[int]:
    return sorted(node["score"] for node in run["drawn"] if node["depth"] == depth and node["fate"] != "pruned")


def test_searches_keep_what_their_rules_say_and_spend_the_same() -> None:
    beam, dvts, rebase = BOOK["searches"].data["runs"]
    for run in (beam, dvts, rebase):
        assert [sum(node["depth"] == depth for node in run["drawn"]) for depth in (1, 2, 3)] == [4, 4, 4]
        assert sum(node["fate"] == "chosen" for node in run["drawn"]) == 1
    for depth in (1, 2, 3):
        best = sorted(node["score"] for node in beam["drawn"] if node["depth"] == depth)[-2:]
        assert kept_at(beam, depth) == best, "the beam keeps the two best of a level"
    halves = [[8, 7], [5, 2]]
    assert kept_at(dvts, 1) == sorted(max(half) for half in halves), "DVTS keeps the best of each half"
    nodes = BOOK["searches"].data["nodes"]
    draws = Counter(nodes[node["node"]]["parent"] for node in rebase["drawn"] if node["depth"] == 2)
    scores = {node["node"]: node["score"] for node in rebase["drawn"] if node["depth"] == 1}
    by_score = [draws[number] for number in sorted(scores, key=scores.__getitem__)]
    assert by_score == sorted(by_score), "REBASE never draws less from a higher score"
    assert [run["left"] for run in (beam, dvts, rebase)] == [1, 2, 2]


def test_searches_draw_each_kept_step_full_and_each_dropped_one_hollow() -> None:
    _, *pictures = shown(BOOK["searches"])
    for run, picture in zip(BOOK["searches"].data["runs"], pictures, strict=True):
        circles = elements(picture, "circle")
        full = [one for one in circles if one.attrib["style"].startswith(f"fill:{colour('search')}")]
        hollow = [one for one in circles if one.attrib["style"].startswith(f"fill:{colour('paper')}")]
        fates = Counter(node["fate"] == "pruned" for node in run["drawn"])
        assert (len(full) + len(elements(picture, "polygon")), len(hollow)) == (fates[False], fates[True])


# -- bad input -------------------------------------------------------------------------------------------------

TREE = search.Tree({"": ["a", "b"], "a": ["aa", "ab"], "b": ["ba", "bb"]}, correct=())


def searched(scores: dict[str, float] | None = None, *, steps: int = 6, trace: bool = True) -> search.SearchResult:
    known = {"a": 3, "b": 2, "aa": 1, "ab": 4, "ba": 5, "bb": 6} | (scores or {})
    judge = lambda states: [known[state] for state in states]  # noqa: E731
    return search.beam(TREE, judge, search.Budget(steps=steps), 0, width=1, expand=2, trace=trace)


def drawn(*runs: Searched, tree: search.Tree = TREE) -> drawings.Drawing:
    return drawings.searches(tree, runs or [Searched("Beam", "best 1", searched())], finding="{steps} steps.")


def chains(**more) -> drawings.Drawing:
    options = {"ceiling": 0.1, "scale": 5, "start": 10, "finding": "{best}."} | more
    return drawings.breadth_and_depth(80, options.pop("ways", {"Deep": 1}), **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: drawings.best_of_n({"A": ([1, -2], [True, False])}, finding="{n}"),
            r"A: scores must be .*\[1.0, -2.0\]",
        ),
        (lambda: drawings.best_of_n({"A": ([1, np.nan], [True, False])}, finding="{n}"), "finite"),
        (lambda: drawings.best_of_n({"A": ([2, 2], [True, False])}, finding="{n}"), "one answer's alone"),
        (lambda: drawings.best_of_n({"A": ([1, 2], [1, 0])}, finding="{n}"), "2 times True or False"),
        (lambda: drawings.best_of_n({"A": ([1, 2], [True])}, finding="{n}"), "2 times True or False"),
        (lambda: drawings.best_of_n({"A": ([1], [True])}, finding="{n}"), "2 to 8 answers, got 1"),
        (lambda: drawings.best_of_n({}, finding="{n}"), "1 to 4 cases, got 0"),
        (lambda: drawings.best_of_n({"A" * 37: ([1, 2], [True, False])}, finding="{n}"), "1 to 36 letters"),
        (lambda: drawings.best_of_n({"A": ([1, 2], [True, False])}, finding="It wins."), "at least one number"),
        (lambda: drawings.best_of_n({"A": ([1, 2], [True, False])}, finding="{gain}"), "names 'gain'"),
        (lambda: drawings.vote({"A": (["1", "2", "1"], [True, False, False])}, finding="{n}"), "wherever it occurs"),
        (lambda: drawings.vote({"A": (["1", "2", "3"], [False] * 3)}, finding="{n}"), "one winner, got 1 votes"),
        (
            lambda: drawings.vote({"A": (["12345", "2", "2"], [False] * 3)}, finding="{n}"),
            "1 to 4 letters, got '12345'",
        ),
        (lambda: drawings.vote({"A": (["1", "2"], [True, False])}, finding="{n}"), "3 to 9 answers, got 2"),
        (lambda: drawings.reward_models(["a", "b"], error=0, outcome=2, process=[0, 1], finding="{at}"), "got 2"),
        (
            lambda: drawings.reward_models(["a", "b"], error=0, outcome=1, process=[0.5], finding="{at}"),
            "each of 2 steps",
        ),
        (lambda: drawings.reward_models(["a", "b"], error=2, outcome=1, process=[0, 1], finding="{at}"), "got 2"),
        (
            lambda: drawings.reward_models(["a", "b"], error=0, outcome=np.nan, process=[0, 1], finding="{at}"),
            "got nan",
        ),
        (lambda: chains(ways={"Broad": 8}), "8 starts of 10 tokens use up the budget of 80"),
        (lambda: chains(ways={"Broad": 1.5}), "whole number from 1 to 40, got 1.5"),
        (lambda: chains(ceiling=1.5), "ceiling"),
        (lambda: drawings.verifier_tax(44, {"A": -1}, finding="{k_0}"), "between 0 and 6 answers, got -1"),
        (lambda: drawings.verifier_tax(0.5, {"A": 1}, finding="{k_0}"), "buys 0 answers"),
        (lambda: drawings.verifier_tax(700, {"A": 0}, finding="{k_0}"), "buys 700 answers"),
        (lambda: drawn(Searched("Beam", "best 1", searched(trace=False))), "trace=True"),
        (lambda: drawn(Searched("Beam", "best 1", searched({"a": 9.5}))), "whole numbers from 0 to 9, got 9.5 for 'a'"),
        (
            lambda: drawn(Searched("A", "best 1", searched()), Searched("B", "best 1", searched(steps=3))),
            r"same number of steps, got \[3, 4\]",
        ),
        (
            lambda: drawn(Searched("A", "best 1", searched(), groups=[["a"], ["b"]])),
            "of a group one first step is kept",
        ),
        (lambda: drawn(Searched("A", "best 1", searched(), groups=[["a"]])), "every first step once"),
        (lambda: drawn(tree=search.Tree({"": ["x", "y"]}, correct=())), "'a' is no state of this tree"),
        (lambda: drawn(tree=search.Tree({"": ["x", "y"], "x": ["z"]}, correct=())), "one depth"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_would_be_right(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_form_without_words_or_picture_is_no_drawing() -> None:
    with pytest.raises(KeyError):
        words({"form": "spiral"})

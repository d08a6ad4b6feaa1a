"""The tree stepper: every node and every cut is told once, the spending is the ledger's, the page needs no script."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import search
from inference_scaling.display import assets
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import search_tree
from inference_scaling.interactive.search_tree import SearchTree

STRATEGIES = {
    "best_of_n": (search.best_of_n, {"n": 3}),
    "one after the other": (search.best_of_n, {}),
    "beam": (search.beam, {"width": 2, "expand": 2}),
    "lookahead": (search.lookahead, {"width": 2, "expand": 2, "ahead": 2}),
    "dvts": (search.dvts, {"subtrees": 2, "expand": 2}),
    "rebase": (search.rebase, {"width": 5}),
    "best_first": (search.best_first, {"expand": 2}),
    "backtracking": (search.backtracking, {"patience": 2}),
    "blocks of two": (search.backtracking, {"delay": 2}),
    "particle_filter": (search.particle_filter, {"particles": 5}),
    "mcts": (search.mcts, {"expand": 2}),
    "mcts without rollouts": (search.mcts, {"rollouts": False}),
}
PUZZLE = search.Tree({"": ["a", "b", "c"], "a": ["aa", "ab"], "b": ["ba", "bb"], "c": ["ca", "cb"]}, correct={"ab"})
SCORES = {"a": 0.9, "b": 0.4, "c": 0.1, "aa": 0.2, "ab": 0.8, "ba": 0.3, "bb": 0.1, "ca": 0.6, "cb": 0.5}


def by_hand(right=None, **changes) -> SearchTree:
    budget = search.Budget(steps=9)
    verifier = lambda states: [SCORES[state] for state in states]  # noqa: E731
    result = search.beam(PUZZLE, verifier, budget, rng=0, width=2, expand=2, trace=True)
    options = {"finding": "{steps} steps, {pruned} pruned.", "title": "By hand", "right": right, **changes}
    return SearchTree("hand", result, budget, **options)


def run(name: str, seed: int, budget: int) -> tuple[search.SearchResult, SearchTree]:
    strategy, options = STRATEGIES[name]
    limit = search.Budget(steps=budget)
    verifier = search.noisy(search.Chain.check, 0.9, 0.2, rng=seed)
    result = strategy(search.Chain(4, 0.6), verifier, limit, rng=seed, trace=True, **options)
    shown = SearchTree(f"t{seed}", result, limit, "{steps} steps", title=name, right=lambda state: state[1])
    return result, shown


def test_steps_of_a_small_tree_are_those_one_writes_by_hand() -> None:
    said = [step.text for step in search_tree.steps(rounded(by_hand(label=lambda s: s or "root").payload()))]
    assert said == [
        "Start: root. The budget is 9 steps.",
        "Drawn after root: a (score 0.9).",
        "Drawn after root: b (score 0.4).",
        "Drawn after root: c (score 0.1).",
        "Cut: 2 kept (a, b), 1 pruned.",
        "Drawn after a: aa (score 0.2).",
        "Drawn after a: ab (score 0.8).",
        "Drawn after b: ba (score 0.3).",
        "Drawn after b: bb (score 0.1).",
        "Cut: 2 kept (ab, ba), 2 pruned.",
        "Chosen: ab, right. Spent: 7 steps, 7 checks.",
    ]


@given(name=st.sampled_from(sorted(STRATEGIES)), seed=st.integers(0, 10_000), budget=st.integers(3, 40))
@settings(max_examples=60, deadline=None)
def test_showing_spends_what_the_ledger_says_and_tells_each_node_once(name: str, seed: int, budget: int) -> None:
    result, shown = run(name, seed, budget)
    payload = rounded(shown.payload())
    found = search_tree.steps(payload)
    assert (found[-1].spent, found[-1].checked) == (result.ledger.steps, result.ledger.calls)
    assert [step.node for step in found if step.node is not None] == list(range(1, len(result.trace)))
    decided = [i for step in found for i in step.decided]
    assert sorted({*decided, 0}) == list(range(len(result.trace)))
    assert found[0].text.startswith("Start") and ("Chosen" in found[-1].text or "Nothing" in found[-1].text)
    # A fate is told after the node, and before anything is drawn from a kept sibling's children.
    born = {step.node: at for at, step in enumerate(found) if step.node is not None}
    for at, step in enumerate(found):
        for i in step.decided:
            assert born.get(i, 0) <= at
            if payload["nodes"][i]["fate"] == "pruned":
                below = [j for j, node in enumerate(payload["nodes"]) if node["parent"] == i]
                assert all(born[j] <= at for j in below)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_page_without_script_holds_every_node_and_step(name: str) -> None:
    _, shown = run(name, 3, 24)
    payload = rounded(shown.payload())
    page = re.sub(r"<script.*?</script>", "", to_html("tree", payload))
    assert page.count("<li class=") == len(payload["nodes"])
    for step in search_tree.steps(payload):
        assert search_tree.html.escape(step.text) in page
    for node in payload["nodes"]:
        assert search_tree.FATES[node["fate"]][1] in page
    assert "<ol" in page and "<details" in page and " open>" in page and "<button" not in page


def test_right_branch_that_is_pruned_is_counted_in_the_cut() -> None:
    shown = by_hand(right=lambda state: state in {"c", "a", "ab"})
    assert "Cut: 2 kept (a, b), 1 pruned, 1 of them right so far." in shown.text()
    assert "c</code>" in to_html("tree", rounded(shown.payload()))


def test_kept_state_that_was_never_expanded_is_left_open() -> None:
    _, shown = run("best_first", 5, 9)
    assert "left open" in to_html("tree", rounded(shown.payload()))


def test_label_cannot_break_the_page() -> None:
    shown = by_hand(label=lambda state: f"<b>{state}</b>", title="</its-tree><script>")
    page = to_html("tree", rounded(shown.payload()))
    assert "<b>" not in page and page.count("<script") == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"finding": "No number."}, "hand: a finding has a number in it"),
        ({"finding": "{colour} 1"}, "hand: the finding names what is not given.*colour"),
        ({"finding": "{steps}", "steps": 3}, "hand: the finding names.*steps"),
    ],
)
def test_author_s_mistake_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        by_hand(**changes)


def test_result_without_a_trace_or_too_long_to_step_through_is_refused() -> None:
    puzzle, budget = search.Chain(2, 0.5), search.Budget(steps=400)
    silent = search.beam(puzzle, search.Chain.check, budget, rng=0)
    with pytest.raises(ValueError, match="x: the result has no trace"):
        SearchTree("x", silent, budget, "{steps}", title="x")
    long = search.beam(puzzle, search.Chain.check, budget, rng=0, width=60, expand=2, trace=True)
    with pytest.raises(ValueError, match="x: 240 nodes are too many"):
        SearchTree("x", long, budget, "{steps}", title="x")


def test_data_script_and_style_stay_small() -> None:
    def packed(text: str) -> int:
        return len(gzip.compress(text.encode()))

    _, shown = run("beam", 1, 100)
    assert packed(json.dumps(rounded(shown.payload()))) <= 5_000
    ours = [(assets._STATIC / kind / f"tree.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")]
    assert packed("".join(ours)) <= 5_000

"""The workshop's searches: they are the library's at the same price, and a picture tells what a log holds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from inference_scaling import search
from inference_scaling.classroom import check, session
from inference_scaling.lessons.workshop import search as workshop
from inference_scaling.lessons.workshop.tree_pictures import logged, picture

VALUES = {"": 4, "*": 8, "-": 3, "*-": 7, "-*": 6, "**": 16, "--": 2}
SCORES = {"*": 0.8, "-": 0.6, "*-": 0.1, "-*": 0.9, "**": 0.2, "--": 0.3}
RIGHT = {"", "-", "-*"}


class InOrder(search.Tree):
    def expand(self, state, k, rng):
        return self.children[state][:k]


def trees(many):
    """Trees in which every state has as many children as the library is told to draw, three deep, no score twice."""
    rng = np.random.default_rng(0)
    states = ["".join(letters) for depth in (1, 2, 3) for letters in itertools.product("ab", repeat=depth)]
    children = {"": ["a", "b"], **{state: [state + "a", state + "b"] for state in states if len(state) < 3}}
    for _ in range(many):
        yield children, dict(zip(states, rng.permutation(len(states)).tolist(), strict=True))


@pytest.mark.parametrize(
    ("mine", "setting", "theirs", "options"),
    [
        (workshop.beam, 1, search.beam, {"width": 1, "expand": 2}),
        (workshop.beam, 3, search.beam, {"width": 3, "expand": 2}),
        (workshop.dvts, 2, search.dvts, {"subtrees": 2, "expand": 2}),
        (workshop.best_first, 8, search.best_first, {"expand": 2}),
    ],
)
def test_a_search_and_the_library_s_hand_in_the_same_for_the_same_steps(mine, setting, theirs, options):
    for children, scores in trees(20):
        answer, rounds = mine(children, scores, setting)
        steps = sum(map(len, rounds))
        judge = lambda states, scores=scores: [scores[state] for state in states]  # noqa: E731
        found = theirs(InOrder(children, ()), judge, search.Budget(steps=steps), 0, **options)
        assert (found.state, found.ledger.steps) == (answer, steps)


def test_copies_of_a_state_are_its_share_of_the_particles_on_average():
    states, weights = ["a", "b", "c", "d"], [0.5, 0.2, 0.25, 0.05]
    drawn = [workshop.resample(states, weights, (i + 0.5) / 1000) for i in range(1000)]
    for state, weight in zip(states, weights, strict=True):
        copies = [one.count(state) for one in drawn]
        assert np.mean(copies) == pytest.approx(4 * weight, abs=2e-3)
        assert set(copies) <= {int(4 * weight), int(4 * weight) + 1}


def test_a_picture_says_what_was_kept_and_dropped_and_what_it_cost():
    found = logged("-*", [["*", "-"], ["-*", "--"]], SCORES, RIGHT)
    assert [(node.state, node.parent, node.fate) for node in found.trace] == [
        ("", -1, "kept"),
        ("*", 0, "pruned"),
        ("-", 0, "kept"),
        ("-*", 2, "chosen"),
        ("--", 2, "finished"),
    ]
    assert found.correct and found.ledger == search.Ledger(steps=4, tokens=0, calls=4)
    text = picture("A search", found, SCORES, VALUES, RIGHT).text()
    assert text.startswith("4 steps written, 4 checks asked. The answer is ×2 → 6, right.\nA search\n0. Start: 4.")
    assert "Drawn after −1 → 3: ×2 → 6 (score 0.9; right so far)." in text


def test_looking_ahead_costs_a_step_and_no_check_and_lends_its_score():
    found = logged("-", [["*", "-"]], SCORES, RIGHT, {"*": "**", "-": "-*"})
    assert (found.ledger.steps, found.ledger.calls) == (4, 2)
    assert [(node.state, node.score, node.fate == "rollout") for node in found.trace[1:]] == [
        ("*", 0.2, False),
        ("**", 0.2, True),
        ("-", 0.9, False),
        ("-*", 0.9, True),
    ]


def test_copies_of_a_particle_go_on_in_turn():
    found = logged("-*", [["-", "-", "*"], ["-*", "--", "-*"]], SCORES, RIGHT)
    assert [node.parent for node in found.trace[4:]] == [1, 2, 1]
    assert [node.fate for node in found.trace[1:4]] == ["kept", "kept", "pruned"]


def test_a_log_that_cannot_be_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'\*-' is written before '\*'"):
        logged("*-", [["-"], ["*-"]], SCORES, RIGHT)
    with pytest.raises(ValueError, match="answer = '--': must be one of the states"):
        logged("--", [["-"]], SCORES, RIGHT)


def test_a_search_that_changes_the_tree_or_forgets_a_round_is_told_so():
    session.start("workshop_search", names={})

    def grows(children, scores, steps):
        children[""].append("z")
        return "z", []

    assert "changes its own argument" in check("W-53", grows).says
    short = check("W-51", lambda children, scores, width: (workshop.beam(children, scores, width)[0], [[]]))
    assert "item 1 gave a list of 1; asked is one of 3" in short.says
    assert "The tree, each state with its score" in short.says

"""Game of 24: exact arithmetic against another route, the recorded table, and searches over real puzzles."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from inference_scaling import search
from inference_scaling.sources import game24, recorded
from inference_scaling.sources.game24 import Game24, RecordedValues, State


def reachable(numbers):
    """Every value of every expression over ordered numbers, by splitting in two: no shared code with the puzzle."""
    if len(numbers) == 1:
        return {Fraction(numbers[0])}
    found = set()
    for cut in range(1, len(numbers)):
        for a in reachable(numbers[:cut]):
            for b in reachable(numbers[cut:]):
                found |= {a + b, a - b, a * b} | ({a / b} if b else set())
    return found


@pytest.mark.parametrize(
    "numbers", [(1, 1, 1, 1), (3, 3, 8, 8), (1, 3, 4, 6), (1, 1, 13, 13), (5, 5, 5, 1), (0, 0, 4, 6)]
)
def test_solvability_agrees_with_the_enumeration_of_expressions(numbers):
    expected = any(24 in reachable(order) for order in set(permutations(numbers)))
    assert game24.solvable([State(tuple(sorted(numbers)))])[0] == expected


def test_recorded_puzzles_are_solvable_from_their_start():
    games = game24.puzzles()
    assert len(games) == 1362
    assert game24.solvable([game.start(None) for game in games[::4]]).all()


def test_solvability_agrees_with_the_recorded_flags_of_exact_states():
    rows = recorded.table("game24_values")
    use = (rows["kind"] == "state") & (rows["legal"] == 1)
    for text, flag in list(zip(rows["state"][use].tolist(), rows["solvable"][use].tolist(), strict=True))[::7]:
        if "." not in text and "/" not in text:
            numbers = tuple(sorted(map(int, text.split())))
            assert game24.solvable([State(numbers)])[0] == flag


def test_next_states_are_exact_distinct_and_say_how_they_were_made():
    game = Game24((3, 3, 8, 8))
    states = game.expand(game.start(None), 99, np.random.default_rng(0))
    assert len({state.numbers for state in states}) == len(states) == game.branching(game.start(None))
    assert State((3, 8, Fraction(3, 8)), ("3 / 8 = 3/8",)).numbers not in {s.numbers for s in states}
    assert (Fraction(3, 8), 3, 8) in {state.numbers for state in states}
    for state in states:
        left, right = state.steps[-1].split(" = ")
        assert eval(left, {}) == pytest.approx(float(Fraction(right)))


def test_random_play_succeeds_as_often_as_the_exact_probability():
    game, runs = Game24((1, 1, 4, 6)), 1500
    p = game24.success(game.numbers)
    rng = np.random.default_rng(0)
    one = [search.best_of_n(game, game24.closeness, search.Budget(steps=3), rng, n=1).correct for _ in range(runs)]
    assert abs(np.mean(one) - p) < 4 * np.sqrt(p * (1 - p) / runs)


def test_a_beam_with_the_perfect_verifier_solves_every_puzzle_and_every_line_is_true():
    for game in game24.puzzles()[900:1000:9]:
        result = search.beam(game, game24.solvable, search.Budget(steps=400), 0, width=1, expand=40)
        assert result.correct
        assert len(result.state.steps) == 3
        assert result.state.steps[-1].endswith("= 24")


def test_verifiers_rank_as_perfect_recorded_rule_random():
    games, budget = game24.puzzles()[900:1000:3], search.Budget(steps=400)
    verifiers = [game24.solvable, RecordedValues(), game24.closeness, search.random_verifier(0)]
    found = [
        np.mean([search.beam(game, verifier, budget, 0, width=5, expand=40).correct for game in games])
        for verifier in verifiers
    ]
    assert found[0] == 1
    assert found[0] >= found[1] > found[3]
    assert found[2] > found[3]


def test_recorded_values_are_means_of_model_judgements_and_the_rest_is_handed_on():
    values = RecordedValues(otherwise=-7.0)
    states = [State((6, 9, 10)), State((1, 1, 1)), State((24,)), State((23,))]
    assert values.known(states).tolist() == [True, False, False, False]
    assert values(states).tolist() == [3.0, -7.0, 60.0, 0.0]
    assert RecordedValues(game24.closeness)(states)[1] == game24.closeness(states[1:2])[0]


def test_written_decimals_find_their_fraction():
    known = game24._recorded()
    decimal = [numbers for numbers in known if any(x != int(x) for x in numbers)]
    assert decimal
    assert game24._written((Fraction(10, 3), 4)) == (3.33, 4.0)


def test_a_division_by_zero_is_no_move():
    game = Game24((0, 5))
    assert {state.numbers for state in game.expand(State((0, 5)), 9, np.random.default_rng(0))} == {(5,), (-5,), (0,)}


@pytest.mark.parametrize("numbers", [(), (4,), (4, -1), (4, 2.5), (4, "6"), (True, 4)])
def test_a_puzzle_needs_whole_numbers(numbers):
    with pytest.raises(ValueError, match="numbers"):
        Game24(numbers)


def test_three_judgements_are_those_of_the_log_and_copies_say_the_same():
    for step in (0, 1, 2):
        found = game24.judged(step)
        said = np.array([[(row == verdict).sum() for verdict in range(3)] for row in found.verdicts])
        rows = recorded.table("game24_values")
        use = (rows["kind"] == "state") & (rows["value_source"] == "model") & (rows["step"] == step)
        counted = np.column_stack([rows[f"n_{word}"][use] for word in ("impossible", "likely", "sure")])
        np.testing.assert_array_equal(said, counted[counted.sum(axis=1) == 3])
        assert found.right.dtype == found.fresh.dtype == bool and 0 < found.fresh.sum() < len(found.fresh)
        assert (np.diff(found.verdicts, axis=1) >= 0).all()


@pytest.mark.parametrize("step", [3, -1, 0.5, True, "0", None])
def test_only_steps_with_judgements_are_given(step):
    with pytest.raises(ValueError, match="step = "):
        game24.judged(step)

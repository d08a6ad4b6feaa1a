"""The made-up problem falls in the same way as the recorded one: its counts are those of "72 of 100"."""

from inference_scaling.lessons.phenomena.busiest import HIDDEN_TESTS, OWN_TESTS, passes
from inference_scaling.sources import recorded


def earliest(counts):
    return max(range(len(counts)), key=lambda hour: (counts[hour], -hour)) if counts else None


def latest(counts):
    return max(range(len(counts)), key=lambda hour: (counts[hour], hour)) if counts else None


def test_the_made_up_tests_fall_as_the_recorded_ones_do():
    rows = recorded.table("humaneval_codet")
    mine = rows["problem"] == 12
    passed, correct = rows["n_pass"][mine], rows["correct"][mine] == 1
    assert len(OWN_TESTS) == rows["n_tests"][mine][0]
    assert passes(earliest, OWN_TESTS) == passed[correct].max()
    assert passes(latest, OWN_TESTS) == passed[~correct].max() == passed.max()


def test_hidden_tests_let_the_right_program_pass_and_no_other():
    assert passes(earliest, HIDDEN_TESTS) == len(HIDDEN_TESTS)
    assert passes(latest, HIDDEN_TESTS) < len(HIDDEN_TESTS)
    assert passes(lambda counts: 0, HIDDEN_TESTS) < len(HIDDEN_TESTS)


def test_no_two_tests_are_alike():
    assert len(set(OWN_TESTS)) == len(OWN_TESTS) and len(set(HIDDEN_TESTS)) == len(HIDDEN_TESTS)

"""A programming problem of our own with the counts of the recorded one: its tests are wrong where a program is.

The record of "72 of 100" keeps how many tests each program passes, and this book shows neither its problem nor its
programs. Here is another problem with 50 tests that fall in the same way: a right program passes 38 of them, and a
wrong one passes 42. Everything in this file is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["HIDDEN_TESTS", "OWN_TESTS", "passes"]

# A test: what the function is given, and what it should return.
Test = tuple[tuple[int, ...], int | None]
Program = Callable[[Sequence[int]], int | None]

# One hour is busiest, so right and wrong programs agree.
_NO_TIE: tuple[Test, ...] = (
    ((5,), 0),
    ((0,), 0),
    ((1, 2), 1),
    ((2, 1), 0),
    ((0, 9), 1),
    ((9, 0), 0),
    ((3, 8, 5), 1),
    ((8, 3, 5), 0),
    ((3, 5, 8), 2),
    ((0, 0, 1), 2),
    ((1, 0, 0), 0),
    ((4, 4, 6), 2),
    ((6, 4, 4), 0),
    ((4, 6, 4), 1),
    ((10, 20, 30), 2),
    ((30, 20, 10), 0),
    ((20, 30, 10), 1),
    ((1, 2, 3, 4), 3),
    ((4, 3, 2, 1), 0),
    ((2, 7, 1, 5), 1),
    ((2, 1, 7, 5), 2),
    ((12, 15, 14, 13), 1),
    ((0, 2, 0, 1), 1),
    ((5, 5, 5, 6), 3),
    ((6, 5, 5, 5), 0),
    ((100, 99, 98), 0),
    ((98, 99, 100), 2),
    ((3, 1, 4, 1, 5), 4),
    ((3, 1, 5, 1, 4), 2),
    ((9, 8, 7, 6, 5), 0),
    ((1, 3, 5, 7, 9, 8), 4),
    ((2, 2, 2, 3, 2), 3),
    ((11, 17, 16, 12, 10), 1),
    ((0, 0, 0, 0, 7), 4),
    ((), None),
)
# Several hours are equally busy, and the test asks for the earliest, as the problem says.
_EARLIEST: tuple[Test, ...] = (((7, 7), 0), ((2, 9, 9), 1), ((6, 1, 6), 0))
# The same, and the test asks for the last one: whoever wrote it misread the problem.
_LATEST: tuple[Test, ...] = (
    ((4, 4), 1),
    ((3, 8, 8), 2),
    ((5, 2, 5), 2),
    ((1, 1, 1), 2),
    ((0, 0), 1),
    ((6, 9, 9, 3), 2),
    ((8, 8, 1, 8), 3),
)
# Tests that count the hours from 1, or take an empty day for hour 0: no program here passes them.
_OTHER: tuple[Test, ...] = (((4, 7), 2), ((7, 4), 1), ((1, 2, 9), 3), ((), 0), ((), -1))

OWN_TESTS: tuple[Test, ...] = (*_NO_TIE, *_EARLIEST, *_LATEST, *_OTHER)
HIDDEN_TESTS: tuple[Test, ...] = (
    ((), None),
    ((3,), 0),
    ((2, 5, 4), 1),
    ((5, 2, 4), 0),
    ((3, 9, 9), 1),
    ((9, 9, 9), 0),
    ((0, 0, 0, 0), 0),
    ((1, 6, 2, 6), 1),
)


def passes(program: Program, tests: Sequence[Test]) -> int:
    """Return how many of `tests` a program passes.

    Examples
    --------
    >>> passes(lambda counts: 0, [((5,), 0), ((1, 2), 1)])
    1
    """
    return sum(program(counts) == expected for counts, expected in tests)

"""Words that plans, back-tests and refusals share."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

NAMES = {
    "best_of_n": "the best-scored of {}",
    "majority": "the majority of {}",
    "weighted": "a weighted vote of {}",
    "highest": "the one of {} with the highest reward",
    "certain": "a vote of at most {} that stops when the rest cannot change its answer",
    "adaptive": "a vote of at most {} that stops when its leader is ahead of the second with probability 0.95",
    "windows": "a vote of at most {}, drawn four at a time, that stops after the first four that all agree",
}
WIDTH = 100
# Between a selector and the score that it selects by, where there are several.
BY = " by "


def wrapped(text: str, mark: str = "") -> list[str]:
    """Lines of a sentence, the first behind a mark."""
    indent = " " * len(mark)
    fill = textwrap.TextWrapper(WIDTH, initial_indent=mark, subsequent_indent=indent, break_on_hyphens=False)
    return fill.wrap(text)


def listed(sentences: Sequence[str]) -> list[str]:
    """Lines of a list of sentences."""
    return [line for sentence in sentences for line in wrapped(sentence, "- ")]


def name_of(selector: str, k: int, stop_early: bool = False) -> str:
    """What is bought, in words; the selector may name its score, as in "best_of_n by prm"."""
    if selector != "pass":
        kind, by, score = selector.partition(BY)
        return "one sample, with nothing to pick" if k == 1 else NAMES[kind].format(f"{k:,}") + by + score
    if stop_early:
        return f"up to {samples_of(k)}, until a perfect check finds one right"
    return f"{samples_of(k)} and a perfect check"


def two_digits(count: int) -> int:
    """A count rounded up to two significant digits, for numbers that are not known more precisely."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit


def samples_of(k: int) -> str:
    return f"{k:,} sample" if k == 1 else f"{k:,} samples"

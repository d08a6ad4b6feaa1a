"""The figure "72 of 100": recorded programs, and five rules that pick one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..._lazy import on_demand
from ...interactive.replay import RecordedPool, Rule, SampleReplay, in_words
from ...sources import recorded

__all__ = ["PROGRAMS_REPLAY"]  # noqa: F822 (made on demand)


def _programs(problem: int, rows: Mapping[str, np.ndarray], story: bool, note: str) -> RecordedPool:
    mine = rows["problem"] == problem
    passed, correct = rows["n_pass"][mine], rows["correct"][mine] == 1
    pool = RecordedPool(
        label=f"Problem {problem}: {int(correct.sum())} of {correct.size} programs are right",
        # A program that passes no test casts no vote.
        answer=np.where(passed > 0, rows["cluster"][mine], -1),
        texts=[str(count) for count in passed],
        correct=correct,
        scores={"score": passed, "both": rows["consensus_score"][mine]},
        story=story,
    )
    top = passed == passed.max()
    numbers = {
        "most": int(passed.max()),
        "of": int(rows["n_tests"][mine][0]),
        "top": int(top.sum()),
        "good": int(correct[top].sum()),
        "two": in_words(float(pool.chances("score", [2])[0])),
        "whole": float(pool.chances("score", [correct.size])[0]),
        "second": int(passed[correct].max()),
    }
    return replace(pool, note=note.format(**numbers))


PROGRAMS = {
    12: "The {top} programs that pass most of the model’s tests ({most} of {of}) are all wrong; a right one passes "
    "{second} at most. Best-of-2 is right {two}: the tests rank most programs well, and the best-scored ones badly.",
    52: "As many right programs, and here the {top} that pass most tests ({most} of {of}) include {good} right ones.",
    43: "Best-of-2 is right {two}, and more draws help until the draw holds a wrong program with the most passes.",
    5: "The vote fails: the largest group of programs that pass the same tests is wrong. Its size times its tests "
    "finds the right ones.",
    3: "Size times tests fails here: a large group of wrong programs passes many tests. The plain vote ends right.",
    86: "Every rule but the checker fails: no group of right programs is large, and none passes most tests.",
}


def _hundred() -> SampleReplay:
    rows = recorded.table("humaneval_codet")
    pools = [_programs(problem, rows, problem == 12, note) for problem, note in PROGRAMS.items()]
    asked = pools[0]
    size, right = len(asked.correct), int(asked.correct.sum())
    last, two = (float(asked.chances("score", [k])[0]) for k in (size, 2))
    return SampleReplay(
        "hundred-programs",
        f"{right} of {size} programs are right. Pick one of two by the model’s own tests: right {in_words(two)}. "
        f"Pick one of all {size}: {'right' if last else 'wrong'}.",
        pools,
        [
            Rule("first", "one at random"),
            Rule("score", "most own tests passed"),
            Rule("vote", "vote by tests passed"),
            Rule("both", "votes times tests"),
            Rule("checker", "perfect checker"),
        ],
        stops=[1, 2, 5, 10, 20, 50, 100],
        rest={"pool": 0, "k": 10, "rule": "score"},
        words={
            "one": "program",
            "many": "programs",
            "there": "A right one was there",
            "tiles": "recorded programs, by how many of the model’s own tests they pass",
            "unit": " tests passed",
            "pools": "Problem",
            "numbers": "Chance for each problem, as numbers",
            "choose": "Problem",
            "more": "other problems",
            "x": "k, programs",
            "alt": "Chance that the picked program is right, against the number drawn, for five rules.",
            "legend": "Each tile: tests passed by one program, most first. Filled: drawn. Ring: picked. ✓: right.",
        },
        ranked=True,
    )


# Made when first asked for: an import should not compute dozens of exact curves.
__getattr__ = on_demand(__name__, {"PROGRAMS_REPLAY": _hundred})

"""The figure "Ask it again": recorded answers of a small model, and four rules that pick one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...interactive.replay import RecordedPool, Rule, SampleReplay, in_words
from ...sources import recorded

__all__ = ["ANSWERS_REPLAY"]  # noqa: F822 (made on demand)


def _answers(values: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return codes and tiles of recorded numbers; where none was given, no code and a dash."""
    texts = ["" if np.isnan(value) else f"{value:.0f}" for value in np.asarray(values, float)]
    codes = {text: code for code, text in enumerate(dict.fromkeys(filter(None, texts)))}
    return np.array([codes.get(text, -1) for text in texts]), [text or "–" for text in texts]


def _near(chance: float) -> str:
    """Return a chance with two digits, never rounded to certainty."""
    return (
        ">\u00a0.99"
        if 0.995 <= chance < 1
        else "<\u00a0.01"
        if 0 < chance < 0.005
        else f"{chance:.2f}".removeprefix("0")
    )


# The three questions that tell the story, with what must be said beside the last.
STORY = {
    15: "",
    3: "",
    20: "The right answer leads by one: another 64 answers could turn the vote. These 64 do not settle it.",
}


def _questions() -> list[RecordedPool]:
    rows, tasks = recorded.table("smollm2_samples"), recorded.table("smollm2_tasks")
    order = [*STORY, *(int(p) for p in tasks["problem"] if p not in STORY)]
    pools = []
    for problem in order:
        mine = rows["problem"] == problem
        answer, texts = _answers(rows["answer"][mine])
        pools.append(
            RecordedPool(
                label=str(tasks["question"][problem]),
                answer=answer,
                texts=texts,
                correct=rows["correct"][mine] == 1,
                scores={"score": rows["mean_logprob"][mine]},
                note=STORY.get(problem, ""),
                story=problem in STORY,
            )
        )
    return pools


def _stories(pools: Sequence[RecordedPool]) -> tuple[list[str], list[list[str]]]:
    head = [
        "question",
        "right of 64",
        "vote of 8",
        "of 16",
        "of 32",
        "perfect checker, 8",
        "16",
        "most frequent answer",
    ]
    rows = []
    for pool in pools:
        if not pool.story:
            continue
        count = {text: pool.texts.count(text) for text in dict.fromkeys(pool.texts)}
        top, second, third = sorted(count, key=count.__getitem__, reverse=True)[:3]
        right = pool.correct[pool.texts.index(top)]
        lead = f"{top}, {'right' if right else 'wrong'} ({count[top]} times; then {count[second]} and {count[third]})"
        chances = [*pool.chances("vote", [8, 16, 32]), *pool.chances("checker", [8, 16])]
        rows.append([pool.label, str(int(pool.correct.sum())), *map(_near, chances), lead])
    return head, rows


def _again() -> SampleReplay:
    pools = _questions()
    asked = pools[0]
    right, k = int(asked.correct.sum()), 16
    vote, check = float(asked.chances("vote", [k])[0]), float(asked.chances("checker", [k])[0])
    twin = pools[2]
    wrong = max(set(asked.texts), key=asked.texts.count)
    numbers = {
        "often": round(1 / np.mean(asked.correct)),
        "k": k,
        "one": 100 * float(np.mean(asked.correct)),
        "vote": 100 * vote,
        "right": right,
        "times": asked.texts.count(wrong),
        "check": 100 * check,
    }
    bet = Prediction(
        "again",
        f"“{asked.label}” The model is right 1 time in {{often:.0f}}. It answers {{k}} times and you take the most "
        "frequent answer. Are you right more often than with one answer, as often, or less often?",
        truth="Less often: {one:.0f} times in 100 with one answer, {vote:.0f} with the vote of {k}. "
        "With a perfect checker the same {k} answers give {check:.0f}.",
        choices=[
            Choice(
                "More often",
                "The right answer is indeed among {k} more often. But a vote does not find the right answer, it finds "
                f"the most frequent one, and that is {wrong}: {{times}} times, against {{right}} for the right answer. "
                "The line of the perfect checker shows what the same answers hold.",
            ),
            Choice(
                "As often",
                "Nothing about the model changes, and that is true of each single answer. The rule that picks is what "
                "changes the result: compare the four lines.",
            ),
            Choice(
                "Less often",
                "Yes. The vote settles on the most frequent answer, and here that is a wrong one. "
                f"“{twin.label}” has as many right answers, and there the vote rises: look what stands second.",
            ),
        ],
        right=2,
        numbers=numbers,
    )
    return SampleReplay(
        "ask-again",
        f"Right {right} times of {len(asked.correct)}. Ask {k} times and vote: right {in_words(vote)}. "
        f"Ask {k} times and check: {in_words(check).split(' time')[0]}. The same answers.",
        pools,
        [
            Rule("first", "first answer"),
            Rule("vote", "vote"),
            Rule("score", "the model’s own confidence"),
            Rule("checker", "perfect checker"),
        ],
        stops=[1, 2, 4, 8, 16, 32, 64],
        rest={"pool": 0, "k": k, "rule": "vote"},
        words={
            "one": "try",
            "many": "tries",
            "there": "The right answer was there",
            "tiles": "recorded answers of a small model in the order given",
            "unit": "",
            "pools": "Three questions and what became of them",
            "numbers": "Chance for each question, as numbers",
            "choose": "Question",
            "more": "other questions",
            "x": "k, tries",
            "alt": "Chance that the picked answer is right, against the number of tries, for four rules.",
            "legend": "All 64 answers, in order. Filled: drawn. Ring: picked. ✓: right.",
        },
        bet=bet,
        table=_stories,
    )


# Made when first asked for: an import should not compute dozens of exact curves.
__getattr__ = on_demand(__name__, {"ANSWERS_REPLAY": _again})

"""The recorded next-token tables of the small language model: what comes next after seven texts, and eight answers.

``.venv/bin/python benchmarks/next_tokens.py`` writes ``data/next_token_prompts.csv``, ``next_token_logits.csv`` and
``next_token_answers.csv`` anew (a minute; `make model` first). The texts, the seed and the settings stand below.

All 49,152 logits of a text would be half a megabyte. The likeliest 30 tokens are kept by name. The others are put into
bins a quarter wide, of which number and mean are kept: enough for softmax at any temperature, to four digits.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from inference_scaling.sources import language_model

DATA = Path(__file__).resolve().parents[1] / "data"
NAMED, BIN = 30, 0.25
SEED, ANSWERS, TEMPERATURE, MOST, STOP = 1, 8, 0.7, 60, "\n"

FARM = """\
Q: Ann has 2 bags with 5 apples each. How many apples does Ann have?
A: Each bag has 5 apples. 2 bags have 2 * 5 = 10 apples. The answer is 10.
Q: Ben has 7 cards and gets 6 more. How many cards does Ben have?
A: Ben starts with 7 cards. With 6 more there are 7 + 6 = 13 cards. The answer is 13.
Q: A farm has 3 cats and 2 dogs. How many animals are there?
A:"""
RIGHT = 5
CHAT = """\
<|im_start|>system
You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
<|im_start|>user
What is 24 + 15?<|im_end|>
<|im_start|>assistant
24 + 15 = 39"""
TEXTS = {
    "capital": "The capital of France is",
    "violets": "Roses are red, violets are",
    "farm": FARM,
    "farm at once": f"{FARM} The answer is ",
    "farm after a chain": f"{FARM} There are 3 + 2 = 5 animals. The answer is ",
    "farm after a wrong chain": f"{FARM} 3 cats * 2 dogs = 6 animals. The answer is ",
    "chat": CHAT,
}


def short(logits: np.ndarray) -> list[tuple[int | None, float, int]]:
    """Return rows (token, logit, how many): the likeliest by number, then bins of the others without one."""
    order = np.argsort(-logits, kind="stable")
    rows: list[tuple[int | None, float, int]] = [(int(token), float(logits[token]), 1) for token in order[:NAMED]]
    others = logits[order[NAMED:]].astype(float)
    bins = np.floor(others / BIN)
    for one in np.unique(bins)[::-1]:
        inside = others[bins == one]
        rows.append((None, float(inside.mean()), len(inside)))
    return rows


def right(text: str) -> bool:
    """Say whether an answer ends in the right number."""
    found = re.search(r"The answer is (\d+)", text)
    return found is not None and int(found[1]) == RIGHT


def write(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with open(DATA / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main() -> None:
    model = language_model.load()
    write("next_token_prompts", ("prompt", "text"), TEXTS.items())
    logits = []
    for name, text in TEXTS.items():
        for rank, (token, logit, tokens) in enumerate(short(model.logits(text)), 1):
            logits.append((name, rank, "" if token is None else model.decode([token]), f"{logit:.4f}", tokens))
    write("next_token_logits", ("prompt", "rank", "token", "logit", "tokens"), logits)
    answers = model.sample(
        FARM,
        ANSWERS,
        rng=np.random.default_rng(SEED),
        temperature=TEMPERATURE,
        stop=(STOP,),
        most_tokens=MOST,
    )
    rows = [
        (number, place, model.decode([token]), f"{log:.4f}", int(right(one.text)))
        for number, one in enumerate(answers)
        for place, (token, log) in enumerate(zip(one.drawn, one.logs, strict=True))
    ]
    write("next_token_answers", ("answer", "place", "token", "log_probability", "correct"), rows)


if __name__ == "__main__":
    main()

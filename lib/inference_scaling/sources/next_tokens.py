"""What a small language model may write next, recorded: for seven texts the logits, and eight answers token by token.

The model is the one of `language_model`; a test compares what is recorded with what it says live. Of each text the
likeliest 30 tokens are kept by name and the other 49,122 in narrow bins, which is enough for `softmax` at any
temperature. ``data/README.md`` explains the tables.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import recorded
from .language_model import distribution

__all__ = ["NextTokens", "Record", "RecordedAnswer", "after", "answers", "texts"]


class NextTokens(NamedTuple):
    """The recorded logits after one text.

    `tokens` names the likeliest tokens, the likeliest first. `logits`, shape (tokens of the vocabulary,), falls: the
    named tokens first, then the others, each with the mean logit of its bin.
    """

    text: str
    tokens: tuple[str, ...]
    logits: NDArray[np.float64]

    def likeliest(self, most: int = 10, *, temperature: float = 1.0, top_p: float = 1.0) -> list[tuple[str, float]]:
        """Return the likeliest next tokens with their probabilities, the likeliest first.

        Raises
        ------
        ValueError
            When more tokens are asked for than have a name, or for a temperature or top-p that is none.
        """
        if not 1 <= most <= len(self.tokens):
            raise ValueError(f"most is from 1 to {len(self.tokens)}, the tokens recorded by name, got {most!r}")
        chances = distribution(self.logits, temperature, top_p)
        named = zip(self.tokens[:most], chances[:most].tolist(), strict=True)
        return [(token, chance) for token, chance in named if chance > 0]


class RecordedAnswer(NamedTuple):
    """One recorded answer: its tokens, the stop included, the logarithm of each one's chance, and its verdict."""

    tokens: tuple[str, ...]
    logs: tuple[float, ...]
    correct: bool

    @property
    def text(self) -> str:
        """What a reader sees: the stop is no part of it."""
        said = self.tokens[:-1] if self.tokens[-1] in ("\n", "<|im_end|>") else self.tokens
        return "".join(said).strip()

    @property
    def log_probability(self) -> float:
        """Natural logarithm of the chance of the whole answer at temperature 1: the sum over its tokens."""
        return math.fsum(self.logs)


def texts() -> dict[str, str]:
    """Return the recorded texts by name.

    Examples
    --------
    >>> texts()["capital"]
    'The capital of France is'
    """
    table = recorded.table("next_token_prompts")
    return dict(zip(table["prompt"].tolist(), table["text"].tolist(), strict=True))


def after(name: str) -> NextTokens:
    """Return the recorded logits after one of `texts`.

    Raises
    ------
    ValueError
        For an unknown name.

    Examples
    --------
    >>> [(token, round(chance, 2)) for token, chance in after("capital").likeliest(2)]
    [(' Paris', 0.77), (' the', 0.06)]
    """
    known = texts()
    if name not in known:
        raise ValueError(f"name is one of {', '.join(map(repr, known))}, got {name!r}")
    table = recorded.table("next_token_logits")
    mine = table["prompt"] == name
    named = mine & (table["token"] != "")
    logits = np.repeat(table["logit"][mine], table["tokens"][mine].astype(np.intp))
    return NextTokens(known[name], tuple(table["token"][named].tolist()), logits)


def answers() -> list[RecordedAnswer]:
    """Return the eight recorded answers to the text ``farm``, drawn at temperature 0.7, in the order of drawing."""
    table = recorded.table("next_token_answers")
    found = []
    for number in np.unique(table["answer"]):
        mine = table["answer"] == number
        logs = tuple(table["log_probability"][mine].tolist())
        found.append(RecordedAnswer(tuple(table["token"][mine].tolist()), logs, bool(table["correct"][mine][0])))
    return found


class Record:
    """Stands in for the model where its weights are not there: it knows the recorded texts and no other.

    Examples
    --------
    >>> [token for token, _ in Record().likeliest("The capital of France is", most=2)]
    [' Paris', ' the']
    """

    def likeliest(
        self, prompt: str, most: int = 10, *, temperature: float = 1.0, top_p: float = 1.0
    ) -> list[tuple[str, float]]:
        """Return the likeliest next tokens after a recorded text.

        Raises
        ------
        ValueError
            For another text: only the model can read it, and the message says how to get the model.
        """
        for name, text in texts().items():
            if text == prompt:
                return after(name).likeliest(most, temperature=temperature, top_p=top_p)
        raise ValueError(
            f"{prompt!r} is none of the {len(texts())} recorded texts; `make model` fetches the model (93 MB), which "
            "reads any text"
        )

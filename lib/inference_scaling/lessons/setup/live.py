"""The model where its weights are, and what was recorded of it where they are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...sources import language_model, next_tokens

__all__ = ["first_token", "model_or_record"]


def model_or_record() -> language_model.LanguageModel | next_tokens.Record:
    """Return the language model, or else its record after one line that says why and how to get the model.

    Both answer `likeliest` alike for the recorded texts, so a page reads the same with either.
    """
    try:
        return language_model.load()
    except (language_model.ModelMissing, ModuleNotFoundError, MemoryError) as error:
        _note(f"Recorded values, not live: {error}.")
        return next_tokens.Record()


def first_token(text: str, forward: Callable[[Sequence[int], Any], Any]) -> tuple[str, float]:
    """Return the likeliest token after a text with its probability, by a reader's own forward pass.

    `forward` takes tokens and the model, and returns the logits after each token. Where the model is missing, the
    record answers, after the line of `model_or_record`.
    """
    model = model_or_record()
    if isinstance(model, next_tokens.Record):
        return model.likeliest(text, 1)[0]
    chances = language_model.softmax(forward(model.encode(text), model)[-1])
    return model.decode([int(chances.argmax())]), float(chances.max())


def _note(text: str) -> None:
    from IPython.display import display

    # Markdown alone: it stands below the cell and is no part of the output that is compared with the committed one.
    display({"text/markdown": text}, raw=True)  # type: ignore[no-untyped-call]

"""The model where its weights are, and what was recorded of it where they are not."""

from __future__ import annotations

from ...sources import language_model, next_tokens

__all__ = ["model_or_record"]


def model_or_record() -> language_model.LanguageModel | next_tokens.Record:
    """Return the language model, or else its record after one line that says why and how to get the model.

    Both answer `likeliest` alike for the recorded texts, so a page reads the same with either.
    """
    try:
        return language_model.load()
    except (language_model.ModelMissing, ModuleNotFoundError, MemoryError) as error:
        _note(f"Recorded values, not live: {error}.")
        return next_tokens.Record()


def _note(text: str) -> None:
    from IPython.display import display

    # Markdown alone: it stands below the cell and is no part of the output that is compared with the committed one.
    display({"text/markdown": text}, raw=True)  # type: ignore[no-untyped-call]

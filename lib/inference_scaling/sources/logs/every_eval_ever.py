"""Logs in the form of Every Eval Ever: one line a sample, whatever tool ran it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .record import JudgedSample, Opened, Origin, Reader, required, text_of, within


def _knows(log: Opened) -> bool:
    return {"schema_version", "evaluation_name", "sample_id", "evaluation"} <= log.first_line().keys()


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of ``….jsonl``; the model and the evaluation are named on each line."""
    for number, row in log.lines or ():
        place = f"{log.path.name}: line {number}"
        judged = required(row, "evaluation", place)
        score = within(judged, "score")
        yield JudgedSample(
            place,
            str(required(row, "sample_id", place)),
            {"is_correct": within(judged, "is_correct")},
            {"is_correct": _answer(row)},
            Origin(
                log.path.name,
                text_of(row.get("model_id")),
                text_of(row.get("evaluation_name")),
                text_of(row.get("evaluation_id")),
            ),
            text_of(row.get("sample_hash")),
            reward=score if isinstance(score, (int, float)) and 0 <= score <= 1 else None,
            tokens=within(row, "token_usage", "output_tokens"),
            prompt_tokens=within(row, "token_usage", "input_tokens"),
            broke=row.get("error") is not None,
        )


def _answer(row: dict[str, Any]) -> str | None:
    """The answer that was taken out of the last of a model's turns."""
    taken = row.get("answer_attribution")
    return text_of(within(taken[-1], "extracted_value")) if isinstance(taken, list) and taken else None


READER = Reader("every_eval_ever", _knows, _read)

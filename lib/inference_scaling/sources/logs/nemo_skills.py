"""Logs of NeMo-Skills: a file a run, ``output-rs0.jsonl``, with one line a problem in the same order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from .record import JudgedSample, Opened, Origin, Reader

# A judgement of each of these names, as far as a line has it.
_DIRECT = ("symbolic_correct", "is_correct", "is_correct-plus")
_VERDICT = re.compile(r"Judgement:(?!.*Judgement:)\s*(yes|no)", re.IGNORECASE | re.DOTALL)


def _knows(log: Opened) -> bool:
    first = log.first_line()
    return "generation" in first and bool({*_DIRECT, "judgement", "graded_list"} & first.keys())


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield a sample a line; the tool itself pairs the lines of several runs by their numbers."""
    origin = Origin(log.path.name)
    for place_of, (number, row) in enumerate(log.lines or ()):
        metrics = _metrics(row)
        yield JudgedSample(
            f"{log.path.name}: line {number}",
            str(row["id"]) if row.get("id") is not None else str(place_of),
            metrics,
            dict.fromkeys(metrics, row.get("predicted_answer")),
            origin,
            _question_hash(row),
            score=row.get("reward_model_score"),
            tokens=row.get("num_generated_tokens"),
        )


def _metrics(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in _DIRECT if name in row}
    if isinstance(row.get("judgement"), str):
        # As the tool counts: a judgement in another form is a no.
        verdict = _VERDICT.search(row["judgement"])
        found["judge_correct"] = verdict is not None and verdict[1].lower() == "yes"
    graded = row.get("graded_list")
    if isinstance(graded, list) and graded:
        found["graded_list"] = graded[0]
    return found


def _question_hash(row: dict[str, Any]) -> str | None:
    asked = row.get("problem", row.get("question"))
    return hashlib.sha256(asked.encode()).hexdigest() if isinstance(asked, str) else None


# Field names of NVIDIA/NeMo-Skills (nemo_skills/evaluation/metrics) at 06a354d (math_metrics.py), 02ecb34
# (code_metrics.py) and 02bdc3a (utils.py).
READER = Reader("NeMo-Skills", _knows, _read, tried=False)

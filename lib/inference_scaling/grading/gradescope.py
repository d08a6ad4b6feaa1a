"""Who is behind a number of Gradescope's: its export has a file that says it, for groups as well."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

__all__ = ["METADATA", "submitters"]

METADATA = "submission_metadata.yml"
MOST_BYTES = 32 << 20
_WORDS = ("sid", "email", "name")


def submitters(folder: Path) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return for each of Gradescope's folders the words for each person who handed it in; nothing without its file.

    Raises
    ------
    ValueError
        For a file that is not as Gradescope writes it.
    """
    text = _text(folder)
    if text is None:
        return {}
    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"{folder / METADATA} is no YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(read, dict):
        raise ValueError(f"{folder / METADATA} names no submissions")
    return {str(name): tuple(_people(one)) for name, one in read.items()}


def _people(submission: Any) -> Iterable[tuple[str, ...]]:
    for person in _of(submission, "submitters") or ():
        if words := tuple(str(word) for column in _WORDS if (word := _of(person, column))):
            yield words


def _of(mapping: Any, key: str) -> Any:
    # Keys are written as Ruby writes its symbols, with a colon in front.
    return mapping.get(f":{key}", mapping.get(key)) if isinstance(mapping, Mapping) else None


def _text(folder: Path) -> bytes | None:
    """Return the file's text, from the folder or from the archive that it came in."""
    if folder.is_dir():
        path = folder / METADATA
        return path.read_bytes() if path.is_file() and path.stat().st_size <= MOST_BYTES else None
    with zipfile.ZipFile(folder) as archive:
        # Only where Gradescope writes it: deeper it would be a student's.
        names = [name for name in archive.namelist() if name.split("/")[-1] == METADATA and name.count("/") <= 1]
        found = [name for name in names if archive.getinfo(name).file_size <= MOST_BYTES]
        return archive.read(min(found, key=len)) if found else None

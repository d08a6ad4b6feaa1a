"""Terms that are written one way in prose: the field's own best-of-N, whatever letter the code has for its number.

The notation page says it first; here it is checked, in pages, in notebooks and in what the library says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["deviations", "mended"]

# Not inside a name with hyphens, an address, a key in quotes or a name of code: those are no prose.
_WRONG = re.compile(r"""(?<![\w\-#/`])(?P<quote>["']?)(?P<b>[Bb])est-of-[nk](?![\w\-`])""")
_CODE = re.compile(r"`+[^`\n]*`+|\]\([^)\s]*|\{reference\}[^\n]*")
# What was recorded stays as it was printed until it is measured again.
RECORDED = "book/reference/evidence/"
# A correction quotes what the book said, as it said it.
_QUOTED = "said = "


def mended(text: str) -> str:
    """Return prose with its terms written as the book writes them.

    Examples
    --------
    >>> mended("Best-of-n falls; best-of-64 too, and `best-of-n` is code, [so](#best-of-n).")
    'Best-of-N falls; best-of-64 too, and `best-of-n` is code, [so](#best-of-n).'
    """
    kept, start = [], 0
    for code in _CODE.finditer(text):
        kept += [_in_prose(text[start : code.start()]), code[0]]
        start = code.end()
    return "".join(kept) + _in_prose(text[start:])


def _in_prose(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        following = text[found.end() : found.end() + 1]
        if found["quote"] and following == found["quote"]:
            return found[0]
        return f"{found['quote']}{found['b']}est-of-N"

    return _WRONG.sub(one, text)


def _pieces(path: Path) -> Iterator[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        yield "", text
        return
    for number, cell in enumerate(json.loads(text)["cells"]):
        if cell["cell_type"] == "markdown":
            yield f"cell {number}, ", "".join(cell["source"])


def deviations(path: Path) -> list[str]:
    """Return each place of a file whose prose writes a term another way: file, cell, line, and what is right."""
    found = []
    for cell, text in _pieces(path):
        for number, (was, right) in enumerate(zip(text.split("\n"), mended(text).split("\n"), strict=True), start=1):
            if was != right and not was.startswith(_QUOTED):
                found.append(f"{path.as_posix()}: {cell}line {number}: write best-of-N: {was.strip()[:90]!r}")
    return found

"""Figures that students hand in: found below the answer's cell, decoded within limits, and written anew.

No byte of what was handed in is kept: text, profiles and whatever else a PNG may carry stay behind.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image

__all__ = ["NoFigure", "Redrawn", "drawn", "redrawn"]

MOST_BYTES = 8 << 20
MOST_PIXELS = 24_000_000
# Of either side as it is shown: sharp on two answers side by side.
LARGEST = 1_600
PNG = b"\x89PNG\r\n\x1a\n"


class NoFigure(ValueError):
    """There is no figure that can be shown; the message says why, for the student and for the person who marks."""


class Redrawn(bytes):
    """A PNG of our own making."""

    @property
    def digest(self) -> str:
        """What tells this picture from others: its points, not the bytes of the file, which another version of the
        library may write otherwise."""
        with Image.open(io.BytesIO(self), formats=("PNG",)) as image:
            return hashlib.sha256(repr(image.size).encode() + image.convert("RGB").tobytes()).hexdigest()[:16]


def drawn(data: bytes, code: str) -> bytes:
    """Return the last PNG that a notebook shows below the last cell with this code.

    Parameters
    ----------
    data : bytes
        A notebook that was read before: its size and depth are known to be small enough.
    code : str
        The answer's code.

    Raises
    ------
    NoFigure
        Where there is none, or one that is too large.
    """
    below: list[dict[str, Any]] = []
    for cell in _cells(json.loads(data)):
        if _text(cell.get("source", cell.get("input"))) == code:
            below = [output for output in _list(cell.get("outputs")) if isinstance(output, dict)]
    bundles = [output["data"] for output in below if isinstance(output.get("data"), dict)]
    encoded = [_text(bundle["image/png"]) for bundle in bundles if "image/png" in bundle]
    if not encoded:
        kinds = sorted({str(kind)[:40] for bundle in bundles for kind in bundle if str(kind).startswith("image/")})
        others = f"; there is {', '.join(kinds)[:120]}" if kinds else ""
        raise NoFigure(f"Below the answer's cell is no PNG{others}. Run the cell, save the notebook, and hand that in.")
    if len(encoded[-1]) > MOST_BYTES * 4 // 3:
        raise NoFigure(f"The figure has more than {MOST_BYTES >> 20} MB. Draw it smaller or with fewer points.")
    try:
        return base64.b64decode("".join(encoded[-1].split()), validate=True)
    except ValueError:
        raise NoFigure("What stands below the answer's cell as a PNG is none.") from None


def redrawn(png: bytes) -> Redrawn:
    """Return the same picture as a new PNG, on white, neither side longer than 1,600 points.

    Raises
    ------
    NoFigure
        For what is no PNG, is damaged, or has too many points.
    """
    if not png.startswith(PNG) or len(png) < 24:
        raise NoFigure("What stands below the answer's cell as a PNG is none.")
    width, height = struct.unpack(">II", png[16:24])
    if not 0 < width * height <= MOST_PIXELS:
        raise NoFigure(f"The figure has {width:,} × {height:,} points; at most {MOST_PIXELS:,} are drawn.")
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            points = image.convert("RGBA")
    except Exception as error:
        # Whatever a damaged file makes of its reader, it is this figure's fault and no other's.
        raise NoFigure(f"The figure cannot be read: {type(error).__name__}.") from None
    sheet = Image.new("RGB", points.size, "white")
    sheet.paste(points, mask=points.getchannel("A"))
    sheet.thumbnail((LARGEST, LARGEST))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return Redrawn(file.getvalue())


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    """Yield the cells of a notebook, of version 3 too."""
    sheets = _list(notebook.get("worksheets")) if isinstance(notebook, dict) else []
    for holder in [notebook, *sheets]:
        yield from (cell for cell in _list(holder.get("cells")) if isinstance(cell, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a text that a notebook may hold as a list of lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))

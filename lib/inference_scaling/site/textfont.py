"""The book's typeface: a part of Inter, made at build from its Python package, with its licence beside it.

Inter is drawn for screens, has one width for all figures, and holds the Greek letters and raised signs that stand in
the text; its licence (SIL OFL 1.1) reserves no name. The site brings it, so that pages look alike on every system.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

__all__ = ["CHARACTERS", "FAMILY", "PAPER", "SCREEN", "face", "licence", "woff2", "write"]

FAMILY = "ITS Text"
LICENCE = "its-text-licence.txt"
_PACKAGE, _FOLDER = "fontpkg-inter", "fontpkg_inter"

_GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿᵏ₀₁₂₃₄₅₆₇₈₉"
_SIGNS = "–—‘’“”„…−×·•†‡≤≥≠≈∞→←↑↓√∑∏∂∆′″½✓✗"
# Of the letters of Latin alphabets those of Western and Central Europe, in which authors are named.
CHARACTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) + _GREEK + _RAISED + _SIGNS

# File of the package, and what of its axes stays: one size, the weights between text and titles.
_FACES: dict[str, tuple[str, dict[str, Any], str]] = {
    "normal": ("Inter[opsz,wght].ttf", {"opsz": 14, "wght": (400, 700)}, "400 700"),
    "italic": ("Inter-Italic[opsz,wght].ttf", {"opsz": 14, "wght": 400}, "400"),
    # For paper: of a face with many weights a printer makes drawings, in place of letters.
    "text": ("Inter[opsz,wght].ttf", {"opsz": 14, "wght": 400}, "400"),
    "bold": ("Inter[opsz,wght].ttf", {"opsz": 14, "wght": 700}, "700"),
}
SCREEN, PAPER = ("normal", "italic"), ("text", "bold", "italic")
# Kerning, accents, and figures of one width.
_FEATURES = ["kern", "mark", "ccmp", "locl", "tnum"]
# Of a line of Inter, as parts of its size.
_ASCENT, _DESCENT = 0.96875, 0.2412


def _source(name: str) -> Path:
    return Path(str(distribution(_PACKAGE).locate_file(f"{_FOLDER}/{name}")))


@cache
def _part(file: str) -> bytes:
    """Return the signs of `CHARACTERS` in all weights of a file."""
    # The day of the build is no part of the font.
    font = TTFont(_source(f"files/{file}"), recalcTimestamp=False)
    options = subset.Options()
    # Instructions serve screens of few pixels; who made it, its version and its licence stay in the font itself.
    options.hinting, options.layout_features = False, _FEATURES
    options.name_IDs, options.glyph_names = [0, 1, 2, 4, 5, 6, 13, 14], False
    part = subset.Subsetter(options)
    part.populate(text=CHARACTERS)
    part.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


@cache
def woff2(style: str) -> bytes:
    """Return the signs of `CHARACTERS` in one style: "normal", "italic", and for paper "text" or "bold"."""
    file, axes, _ = _FACES[style]
    # First fewer signs, then fewer weights of them: the other way round takes many times as long.
    font = TTFont(io.BytesIO(_part(file)), recalcTimestamp=False)
    instancer.instantiateVariableFont(font, axes, inplace=True)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def licence() -> str:
    """Return the font's copyright and licence, as its package brings them."""
    return _source("LICENSE").read_text(encoding="utf-8")


def write(folder: Path, styles: Sequence[str] = SCREEN) -> dict[str, str]:
    """Write the styles and the licence into `folder` unless they are there; return the file of each style."""
    names = {}
    for style in styles:
        file = _FACES[style][0]
        ground = _source(f"files/{file}").read_bytes() + Path(__file__).read_bytes()
        names[style] = f"its-text-{style}-{hashlib.sha256(ground).hexdigest()[:8]}.woff2"
        if not (folder / names[style]).is_file():
            (folder / names[style]).write_bytes(woff2(style))
    (folder / LICENCE).write_text(licence(), encoding="utf-8")
    return names


def face(names: dict[str, str]) -> str:
    """Return the style that makes the typeface known to pages, for a style sheet in the same folder as the files.

    Text is shown at once in a font of the system, stretched to the same widths, so that little moves when ours comes:
    by how much wider the book's own text is in Inter than in Arial, upright and bold.
    """
    faces = [
        f'@font-face {{ font-family: "{FAMILY}"; font-style: {"italic" if style == "italic" else "normal"}; '
        f'font-weight: {_FACES[style][2]}; src: url("{name}") format("woff2"); font-display: swap; }}\n'
        for style, name in names.items()
    ]
    return "".join(faces) + "".join(
        f'@font-face {{ font-family: "{FAMILY} at first"; font-weight: {weights}; '
        f"src: {', '.join(f'local({json.dumps(name + bold)})' for name in ('Arial', 'Liberation Sans', 'Helvetica'))}; "
        f"size-adjust: {wider:.1%}; ascent-override: {_ASCENT / wider:.1%}; descent-override: {_DESCENT / wider:.1%}; "
        "line-gap-override: 0%; }\n"
        for weights, bold, wider in (("100 500", "", 1.075), ("501 900", " Bold", 1.045))
    )

"""The font of formulas: a part of STIX Two Math, made at build from its Python package, with its licence beside it.

MathML grows brackets and sums from tables inside a font. Many systems have no font with such tables, so the
site brings one, and only the signs that formulas use.
"""

from __future__ import annotations

import hashlib
import io
import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

__all__ = ["CHARACTERS", "face", "licence", "woff2", "write"]

FAMILY = "ITS Math"
LICENCE = "its-math-licence.txt"
_PACKAGE, _FONT = "ziamath", "ziamath/fonts/STIXTwoMath-Regular.ttf"

_ITALIC_LATIN = "".join(map(chr, range(0x1D434, 0x1D468))).replace("\U0001d455", "ℎ")
_ITALIC_GREEK = "".join(map(chr, range(0x1D6FC, 0x1D71C))) + "\U0001d6e4\U0001d6e5\U0001d6f4\U0001d6f7\U0001d6fa"
# Signs that stand as a power and nowhere else: the font has shapes of them that are made for that size.
_PRIMES = "′″"
_SIGNS = "ΓΔΣΦΩ·¯…ℓℒ→⇒∏∑√∫∂∞−±×≈≠≡≤≥∼∝∈⋯⌈⌉⌊⌋ˆ\N{NO-BREAK SPACE}" + _PRIMES

# A browser slants an identifier of one letter: of Greek the slanted small letters are enough.
CHARACTERS = "".join(map(chr, range(0x20, 0x7F))) + _ITALIC_LATIN + _ITALIC_GREEK + _SIGNS


def _source() -> Path:
    return Path(str(distribution(_PACKAGE).locate_file(_FONT)))


def _script_shapes(font: TTFont) -> dict[str, str]:
    """Return for each glyph the one that the font has for powers and indices (its feature "ssty")."""
    table, found = font["GSUB"].table, {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "ssty":
            for index in record.Feature.LookupListIndex:
                for one in table.LookupList.Lookup[index].SubTable:
                    alternates = getattr(getattr(one, "ExtSubTable", one), "alternates", {})
                    found |= {glyph: shapes[0] for glyph, shapes in alternates.items()}
    return found


@cache
def woff2() -> bytes:
    """Return the font with the signs of `CHARACTERS`, all sizes of what grows among them, and its MATH table."""
    options = subset.Options()
    # Instructions serve screens of few pixels; features replace signs that no formula here asks for.
    options.hinting, options.layout_features = False, []
    # Who made it, its version and its licence stay in the font itself.
    options.name_IDs, options.glyph_names = [0, 1, 2, 4, 5, 6, 13, 14], False
    # The day of the build is no part of the font.
    font = TTFont(_source(), recalcTimestamp=False)
    usual, small = font.getBestCmap(), _script_shapes(font)
    primes = {ord(sign): small[usual[ord(sign)]] for sign in _PRIMES}
    for table in font["cmap"].tables:
        table.cmap.update(primes)
    part = subset.Subsetter(options)
    part.populate(text=CHARACTERS)
    part.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def licence() -> str:
    """Return the font's copyright, from the font, and the SIL Open Font License, from the package of fontTools.

    Raises
    ------
    FileNotFoundError
        When the installed fontTools brings no text of the licence.
    """
    names = TTFont(_source())["name"]
    paths = [path for path in distribution("fonttools").files or () if path.name == "LICENSE.external"]
    found = re.search(
        r"SIL OPEN FONT LICENSE Version 1\.1.*?OTHER DEALINGS IN THE FONT SOFTWARE\.",
        paths[0].read_text(encoding="utf-8") if paths else "",
        re.S,
    )
    if found is None:
        raise FileNotFoundError("fontTools has no file LICENSE.external with the SIL Open Font License 1.1")
    return f"{names.getDebugName(0)}\n\n{names.getDebugName(13)}\n\n{found[0]}\n"


def write(folder: Path) -> str:
    """Write font and licence into `folder` unless they are there; return the font's file name."""
    ground = _source().read_bytes() + CHARACTERS.encode() + Path(__file__).read_bytes()
    name = f"its-math-{hashlib.sha256(ground).hexdigest()[:8]}.woff2"
    if not (folder / name).is_file() or not (folder / LICENCE).is_file():
        (folder / LICENCE).write_text(licence(), encoding="utf-8")
        (folder / name).write_bytes(woff2())
    return name


def face(name: str) -> str:
    """Return the style that makes the font known to pages, for a style sheet in the same folder as the file."""
    # Formulas are laid out again when the font comes; until then the system's own is better than nothing.
    source = f'url("{name}") format("woff2")'
    return f'@font-face {{ font-family: "{FAMILY}"; src: {source}; font-display: swap; }}\n'

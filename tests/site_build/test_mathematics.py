"""Formulas are set as in print: thin spaces around names of functions, brackets that grow, a font that has it all."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from inference_scaling.display import assets
from inference_scaling.display.mathml import mathml
from inference_scaling.site import mathfont

ROOT = Path(__file__).resolve().parents[2]
THIN = "␣"


def shown(tex: str) -> str:
    """Return the signs of a formula in their order, with ␣ for a thin space."""
    text = re.sub(r'<mspace width="0.167em" />', THIN, mathml(tex))
    return re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\ln 2 / p", "ln␣2/p"),
        (r"\frac{\ln 2}{p}", "ln␣2p"),
        (r"\ln 0.01/\ln 0.9", "ln␣0.01/ln␣0.9"),
        (r"2\ln x", "2␣ln␣x"),
        (r"\ln(1-p)", "ln(1−p)"),
        (r"\ln\left(\frac12\right)", "ln(12)"),
        (r"k \ln(1-p) + \ln k", "k␣ln(1−p)+ln␣k"),
        (r"(1-p)\ln k", "(1−p)␣ln␣k"),
        (r"(1-p)^2\ln k", "(1−p)2␣ln␣k"),
        (r"\ln\ln k", "ln␣ln␣k"),
        (r"\max_k f", "maxk␣f"),
        (r"\min\{a,b\}", "min{a,b}"),
        (r"\ln^2 x", "ln2␣x"),
        (r"k\,\ln k", "k␣ln␣k"),
        (r"\frac12\ln\frac{1}{1-t}", "12␣ln␣11−t"),
        (r"p_{\max}\,x", "pmax␣x"),
        (r"-\ln k", "−ln␣k"),
        (r"p^k", "pk"),
    ],
)
def test_names_of_functions_stand_apart_as_in_print(tex, expected) -> None:
    assert shown(tex) == expected


@pytest.mark.parametrize("sign", [r"f'", r"f''", r"\lceil x \rceil", r"\lfloor x \rfloor"])
def test_signs_are_signs_and_not_variables(sign) -> None:
    assert not re.search("<mi[^>]*>[′″⌈⌉⌊⌋]</mi>", mathml(sign))
    assert re.search("<mo[^>]*>[′″⌈⌉⌊⌋]</mo>", mathml(sign))


def test_brackets_of_a_binomial_grow_with_it_and_with_nothing_else() -> None:
    found = mathml(r"\frac{x}{\frac{y}{z}} + \binom{n}{k}p^k", "inline")
    (inner,) = re.findall(r'<mrow><mo stretchy="true">\(</mo><mfrac linethickness="0">.*?</mfrac>(.*?)</mrow>', found)
    assert inner == '<mo stretchy="true">)</mo>'
    assert "minsize" not in found


def test_power_of_a_large_bracket_stands_on_the_whole_bracket() -> None:
    found = re.sub(r' (?:stretchy|fence|minsize|maxsize)="[^"]*"', "", mathml(r"2\bigl(1-\bigl(a\bigr)b\bigr)^k"))
    inside = "<mo>(</mo><mn>1</mn><mo>−</mo><mo>(</mo><mi>a</mi><mo>)</mo><mi>b</mi><mo>)</mo>"
    assert f"<mn>2</mn><msup><mrow>{inside}</mrow><mi>k</mi></msup>" in found


def test_one_upright_letter_is_upright_and_limits_stand_below() -> None:
    assert '<mi mathvariant="normal">E</mi>' in mathml(r"\mathrm{E}\,C")
    assert re.search(r'<munder><mo[^>]*movablelimits="true"[^>]*>lim</mo>', mathml(r"\lim_{k \to \infty} A_k"))
    assert "<msub><mi>p</mi>" in mathml(r"p_{\max}")


def test_a_slash_has_no_space_and_grows_where_it_is_asked_to() -> None:
    assert '<mo lspace="0" rspace="0">/</mo>' in mathml("h/(L+s)")
    (large,) = re.findall("<mo ([^>]*)>/</mo>", mathml(r"a \Big/ b"))
    assert 'stretchy="true"' in large and "minsize" in large


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(io.BytesIO(mathfont.woff2()))


def test_font_is_small_and_can_build_formulas(font: TTFont) -> None:
    assert font.flavor == "woff2"
    assert len(mathfont.woff2()) < 40_000
    variants = font["MATH"].table.MathVariants
    tall = {
        glyph: one for glyph, one in zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True)
    }
    names = font.getBestCmap()
    for sign in "()[]{}⌈⌉⌊⌋|√∑∏∫":
        assert tall[names[ord(sign)]].MathGlyphVariantRecord, f"{sign} cannot grow"


def test_font_is_the_same_bytes_each_time() -> None:
    first = mathfont.woff2()
    mathfont.woff2.cache_clear()
    assert mathfont.woff2() == first


def test_font_has_every_sign_that_formulas_of_the_book_may_use(font: TTFont) -> None:
    names = font.getBestCmap()
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
        case = "SMALL" if letter.islower() else "CAPITAL"
        slanted = "ℎ" if letter == "h" else unicodedata.lookup(f"MATHEMATICAL ITALIC {case} {letter.upper()}")
        assert {ord(letter), ord(slanted)} <= names.keys(), letter


def test_licence_travels_with_the_font() -> None:
    text = mathfont.licence()
    assert text.startswith("Copyright 2001-2020 The STIX Fonts Project Authors")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert text.rstrip().endswith("OTHER DEALINGS IN THE FONT SOFTWARE.")


def test_site_gets_font_licence_and_a_style_that_names_both(tmp_path: Path) -> None:
    name = mathfont.write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "its-math-licence.txt"])
    assert f'url("{name}")' in mathfont.face(name)
    family = re.search(r'@font-face *{[^}]*font-family: *"([^"]+)"', mathfont.face(name))[1]
    first = re.search(r"(?:^|\n)math *{[^}]*font-family: *([^;]+);", assets.style())[1]
    assert first.startswith(f'"{family}",') and first.endswith(", math"), "ours first, the system's own last"
    # A second build finds the font and does not make it again.
    before = (tmp_path / name).stat().st_mtime_ns
    assert mathfont.write(tmp_path) == name and (tmp_path / name).stat().st_mtime_ns == before


def inline_formulas() -> list[tuple[str, str]]:
    """Return the formulas that stand within a line of a page of the book, each with its page."""
    found = []
    for path in sorted((ROOT / "book").rglob("*")):
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        else:
            texts = [path.read_text(encoding="utf-8")] if path.suffix == ".md" else []
        for text in texts:
            alone = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
            found += [(path.name, formula) for formula in re.findall(r"(?<![$\\])\$([^$\n]+)\$", alone)]
    return found


def test_fractions_that_must_be_read_stand_on_a_line_of_their_own() -> None:
    # Within a line the parts of a fraction are set at two thirds; a half or a ninth can still be read.
    formulas = inline_formulas()
    assert len(formulas) > 500
    small = [(page, formula) for page, formula in formulas if re.search(r"\\(binom|[td]?frac(?! ?\d ?\d))", formula)]
    assert not small


def test_a_displayed_formula_of_a_page_is_a_paragraph_of_its_own() -> None:
    # Inside a paragraph its two dollar signs are read as the ends of two short formulas, and the words between as one.
    found = []
    for path in sorted((ROOT / "book").rglob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            lines = ["", *"".join(cell["source"]).split("\n"), ""] if cell["cell_type"] == "markdown" else []
            whole = [i for i, line in enumerate(lines) if re.fullmatch(r"\$\$.+\$\$", line.strip())]
            found += [f"{path.name}: {lines[i]}" for i in whole if lines[i - 1].strip() or lines[i + 1].strip()]
    assert not found, "leave a line free before and after: " + "; ".join(found)

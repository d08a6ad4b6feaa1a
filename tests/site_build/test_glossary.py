"""The glossary leads to lessons that explain its terms: each term, or a form of it, stands in the lesson it names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from inference_scaling.site import glossary, prose

ROOT = Path(__file__).resolve().parents[2]
TERMS = glossary.read(ROOT / glossary.GLOSSARY)


def lessons() -> list[tuple[str, Path]]:
    paths = sorted((ROOT / "book").rglob("*.ipynb"))
    return [(path.relative_to(ROOT / "book").with_suffix("").as_posix(), path) for path in paths]


@cache
def words_of(path: Path) -> str:
    """What a reader reads as text: no code, no formula, no address of a link."""
    text = "\n\n".join(prose.texts(path))
    for pattern in (r"(?ms)^ *```.*?^ *```", r"`[^`\n]*`", r"(?s)\$\$.*?\$\$", r"\$[^$\n]+\$", r"\]\([^)\n]*\)"):
        text = re.sub(pattern, " ", text)
    return " ".join(re.sub(r"[*_]{1,2}(?=\w)|(?<=\w)[*_]{1,2}", "", text).split())


def says(text: str, term: glossary.Term) -> bool:
    return any(re.search(rf"(?<![\w@-]){re.escape(form)}(?![\w@-])", text, re.I) for form in (term.name, *term.also))


@pytest.mark.parametrize("term", [term for term in TERMS if term.see], ids=lambda term: term.name)
def test_the_lesson_that_a_term_leads_to_says_the_term(term: glossary.Term) -> None:
    path = ROOT / "book" / f"{term.see}.ipynb"
    assert path.is_file(), f"glossary.toml: {term.name!r} leads to {term.see}, which does not exist"
    assert says(words_of(path), term), (
        f"glossary.toml: {term.name!r} leads to {term.see}, whose text never says it; these lessons do: "
        f"{[name for name, other in lessons() if says(words_of(other), term)]}"
    )


TOOLS = "ROC curve, AUC, odds, Bayes’ rule, Beta distribution, binomial coefficient, bootstrap, paired difference"
SEARCHES = "DVTS, lookahead, best-first, REBASE, sample, chain, confidence interval, log-odds"


@pytest.mark.parametrize("name", f"{TOOLS}, {SEARCHES}".split(", "))
def test_the_tools_and_the_searches_have_an_entry_with_a_lesson(name: str) -> None:
    assert [term.see for term in TERMS if term.name == name and term.see], name


def test_code_formulas_and_addresses_are_no_running_text(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Say **odds** `AUC` $ROC$ [here](beam.md).\n\n```\nlookahead\n```\n", encoding="utf-8")
    assert words_of(page) == "Say odds [here ."

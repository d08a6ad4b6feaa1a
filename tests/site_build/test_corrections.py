"""The page "What we got wrong": each entry names what the book has, and shows true numbers by their claims alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from inference_scaling.site import claims, corrections, reference

ROOT = Path(__file__).parents[2]
CLAIM = """[[claim]]
id = "two-tries"
page = "small"
statement = "Coverage of <two> tries"
kind = "recorded"
value = -0.4375
tolerance = 0.1
source = "s"
verdict = "open"
interval = [-0.9, 0.1]
over = "40 runs"
null = 0
"""
ENTRY = """[[correction]]
page = "small"
claim = "two-tries"
said = "Two tries gain 0.6 & more."
true = "They gain [](#two-tries), [](#two-tries 'interval'), for $p < q$."
why = "Someone divided by 2."
since = "0.2.0"
""".replace("'", '\\"')


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "book/reference").mkdir(parents=True)
    (tmp_path / "book/small.md").write_text("# Small\n")
    (tmp_path / claims.REGISTER).write_text(CLAIM)
    (tmp_path / corrections.CORRECTIONS).write_text(ENTRY)
    return tmp_path


def test_an_author_writes_an_entry_and_the_page_shows_the_claims_own_number_and_interval(book: Path) -> None:
    register = claims.read(book / claims.REGISTER)
    shown = corrections.page_html(corrections.read(book), register, {"small": "A <small> page"}, "../../")
    assert '<h2><a href="../../book/small.html">A &lt;small&gt; page</a></h2>' in shown
    assert "<blockquote><p>Two tries gain 0.6 &amp; more.</p></blockquote>" in shown
    row = '<a class="its-claim" href="../../book/reference/claims.html#claim-two-tries"'
    assert f'They gain {row} title="Coverage of &lt;two&gt; tries">−0.438</a>' in shown
    assert ">[−0.9, 0.1]</a>" in shown and "<math" in shown and "$" not in shown
    assert "Right since version 0.2.0. Claim:" in shown


def test_a_page_stands_once_above_its_entries_and_an_entry_without_a_claim_names_none(book: Path) -> None:
    second = ENTRY.replace("Two tries", "Three tries").replace('claim = "two-tries"', 'claim = "none"')
    (book / corrections.CORRECTIONS).write_text(ENTRY + second)
    shown = corrections.page_html(corrections.read(book), claims.read(book / claims.REGISTER), {}, "")
    assert shown.count("<h2>") == 1 and ">Small</a></h2>" in shown
    assert shown.count("<blockquote>") == 2 and shown.count("Claim:") == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('claim = "two-tries"', 'claim = "three-tries"', "the register has no claim 'three-tries'; .* write 'none'"),
        ("gain [](#two-tries),", "gain [](#two),", r"`true` shows \[\]\(#two\), and the register has no claim 'two'"),
        ("divided by 2", 'found [](#two-tries \\".2f\\")', "`why` shows .*: a link has no title, or 'interval'"),
        ("divided by 2", "divided by 2.5", "`why` holds a typed number at '2.5'"),
        ("divided by 2", "found [0.4](#two-tries)", "`why` holds a link with a text; write it empty"),
        ('page = "small"', 'page = "smaller"', "the book has no page 'smaller'"),
        ('since = "0.2.0"', 'since = "soon"', "`since` is a version such as 0.2.0, got 'soon'"),
        ('since = "0.2.0"', "", "the fields are page, .*; look at since"),
        ('since = "0.2.0"', 'since = "0.2.0"\nwho = "us"', "the fields are .*; look at who"),
    ],
)
def test_an_entry_that_names_what_the_book_does_not_have_is_named(book: Path, old: str, new: str, problem: str) -> None:
    path = book / corrections.CORRECTIONS
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(corrections.CorrectionError, match=rf"line 1 \('Two tries gain 0.6 & more.'\): {problem}"):
        corrections.read(book)


def test_an_entry_that_stands_twice_and_a_broken_file_are_named(book: Path) -> None:
    path = book / corrections.CORRECTIONS
    path.write_text(ENTRY * 2)
    with pytest.raises(corrections.CorrectionError, match=r"line 8 .*stands twice"):
        corrections.read(book)
    path.write_text("[[correction")
    with pytest.raises(corrections.CorrectionError, match=r"corrections\.toml"):
        corrections.read(book)


def test_a_reader_of_the_book_finds_each_correction_with_its_lesson_and_its_claim() -> None:
    found = corrections.read(ROOT)
    shown = reference.TABLES["corrections"](ROOT, "../../")
    assert len(found) >= 20 and shown.count("<blockquote>") == len(found)
    assert ">Index</a>" not in shown
    # Pages stand in the order of the book, each once.
    pages = list(dict.fromkeys(one.page for one in found))
    assert shown.count("<h2>") == len(pages)
    contents = [
        line.split("book/")[1]
        for line in (ROOT / "_toc.yml").read_text().splitlines()
        if re.match(r"( *- file|root): book/", line)
    ]
    assert pages == sorted(pages, key=contents.index)
    assert "reference/what_we_got_wrong" in contents


def test_a_correction_on_another_page_than_its_claim_leads_to_both() -> None:
    elsewhere = [one for one in corrections.read(ROOT) if one.claim != corrections.NONE]
    register = claims.read(ROOT / claims.REGISTER)
    assert {register[one.claim].page for one in elsewhere} - {one.page for one in elsewhere}
    shown = reference.TABLES["corrections"](ROOT, "../../")
    for one in elsewhere:
        assert f'href="../../book/{one.page}.html"' in shown and f"claims.html#claim-{one.claim}" in shown

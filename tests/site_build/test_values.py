"""What prose quotes is what its cell computed: old, unknown and unreadable forms are named, only texts are written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.classroom.notebook_form import METADATA
from inference_scaling.site import claims, notebooks, prose, values
from markdown_it import MarkdownIt
from nbconvert import HTMLExporter

ROOT = Path(__file__).resolve().parents[2]
THEOREM = ":::{prf:theorem} Where a vote ends\n:label: thm-vote\n\nText with $k$.\n\n:::"
PAPER = "@misc{brown2024large, author = {Brown, B. and Juravsky, J. and Ehrlich, R.}, title = {Monkeys}, year = {2024}}"
REGISTER = """
[[claim]]
id = "two-tries"
page = "theorem/small"
statement = "Two tries"
kind = "exact"
verdict = "holds"
value = 0.4375
tolerance = 0.001
format = ".2f"
source = "closed form"

[[claim]]
id = "not-yet"
page = "theorem/small"
statement = "A cell is missing"
kind = "exact"
verdict = "holds"
value = 7
tolerance = 0
source = "closed form"

[[claim]]
id = "open-question"
page = "reference/claims"
statement = "Nobody knows"
kind = "open"
verdict = "open"
source = "a measurement"
"""


def notebook(*cells: str | dict[str, object]) -> str:
    """Return a notebook: a text is a Markdown cell, a table of keys and values a cell that glued them."""
    made = nbformat.v4.new_notebook(metadata=METADATA)
    for cell in cells:
        if isinstance(cell, str):
            made.cells.append(nbformat.v4.new_markdown_cell(cell))
            continue
        stored = [{claims.GLUED: {"key": key, "value": value}, "text/plain": "x"} for key, value in cell.items()]
        outputs = [nbformat.v4.new_output("display_data", data) for data in stored]
        made.cells.append(nbformat.v4.new_code_cell("glue(key, value)", outputs=outputs, execution_count=1))
    return nbformat.writes(made) + "\n"


def project(root: Path, *cells: str | dict[str, object]) -> Path:
    """Make a project of one lesson, one page, a register and a bibliography; return the lesson."""
    lesson, page = root / "book/theorem/small.ipynb", root / "book/reference/claims.md"
    for path in (lesson, page):
        path.parent.mkdir(parents=True, exist_ok=True)
    (root / "_toc.yml").write_text("")
    (root / values.BIBLIOGRAPHY).write_text(PAPER)
    (root / claims.REGISTER).write_text(REGISTER)
    page.write_text("It is [open](#open-question).\n")
    lesson.write_text(
        notebook({"two-tries": 0.4375, "shortest-loss": -0.08308, "many": 12800, "model": "small"}, *cells)
    )
    return lesson


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("It is\n[0.45](#two-tries).", "line 2: [0.45](#two-tries) is old: it says '0.45', right is '0.44'"),
        ("[0.44](#two-trys)", "line 1: [0.44](#two-trys): no cell glues 'two-trys'; is 'two-tries' meant?"),
        ("[7](#not-yet)", "no cell glues 'not-yet', a claim of theorem/small: there write glue('not-yet', value)"),
        ("[7](#other)", "no cell glues 'other'; glue it in a code cell of this page"),
        ('[0.4](#two-tries ".1q")', "'.1q' is not a number format; right are .2f"),
        ('[2](#many ".d")', "'.d' is not a number format"),
        ('[1](#shortest-loss "d")', "the format 'd' does not fit -0.08308"),
        ('[1](#model ".2f")', "'small' is text and takes no format, got '.2f'"),
        ("[Brown et al. (2023)](#cite-brown2024large)", "right is 'Brown et al. (2024)'"),
        ("[x](#cite-brown2024larg)", "no paper 'brown2024larg'; is 'cite-brown2024large' meant?"),
        (THEOREM + "\n\n[Where it ends](#thm-vote)", "line 8: [Where it ends](#thm-vote) is old"),
        (THEOREM + "\n\n" + THEOREM, "line 8: the label 'thm-vote' has another block already"),
        (THEOREM.replace(" Where a vote ends", ""), "line 1: :::{prf:theorem} needs its title on the first line"),
        (THEOREM.replace(":label: thm-vote\n", ""), "needs a label on the second line"),
        (THEOREM.replace("\n\n:::", "\n:::"), "needs an empty line after its label and one before its end"),
        (THEOREM.removesuffix(":::"), "has no line of as many colons that ends it"),
        ("```{prf:theorem} T\n:label: t\nText\n```", "{prf:theorem} in a fence of code reads as code"),
        ("```{note}\nText\n```", "{note} in a fence of code reads as code"),
        ("It is {glue:text}`two-tries:.2f`.", "the role {glue:text} reads as raw text outside the site"),
        ("It is {claim}`two-tries`.", "the role {claim} reads as raw text"),
        ("It is [**0.44**](<#two-tries>).", "a link to an anchor is written [text](#key)"),
        ("It is [0.44][a].\n\n[a]: #two-tries", "line 3: a link to an anchor is written [text](#key)"),
        ("It is [0.44](#two-tries '.2f').", "a link to an anchor is written [text](#key)"),
        ({"two-tries": 0.4}, "cell 2: the key 'two-tries' is glued already in book/theorem/small.ipynb, cell 1"),
    ],
)
def test_what_prose_may_not_say_is_named_with_file_cell_and_line(
    tmp_path: Path, cell: str | dict, problem: str
) -> None:
    project(tmp_path, cell)
    found = list(values.problems(tmp_path))
    assert len(found) == 1 and problem in found[0], found
    assert found[0].startswith("book/theorem/small.ipynb, cell 2")


def test_a_value_of_another_page_must_be_a_claim(tmp_path: Path) -> None:
    project(tmp_path)
    other = tmp_path / "book/theorem/other.ipynb"
    other.write_text(notebook('[0.44](#two-tries), [0.438](#two-tries ".3f") and [12800](#many)'))
    (found,) = values.problems(tmp_path)
    assert found.startswith(
        "book/theorem/other.ipynb, cell 1, line 1: [12800](#many): 'many' is glued in book/theorem/"
    )


def test_more_than_eight_values_between_two_headings_are_too_many(tmp_path: Path) -> None:
    table = {f"value-{i}": i for i in range(17)}
    sentences = [f"[{i}](#value-{i})" for i in range(17)]
    eight, more = " ".join(sentences[:8]), "\n".join(sentences[8:])
    path = project(tmp_path, table, f"## One\n\n{eight}\n\n## Two\n\n{more}")
    says = "9 values are quoted here, at most 8 can be read together: draw them, or make a table"
    assert list(values.problems(tmp_path, [path])) == [
        f"book/theorem/small.ipynb, cell 3, line 15: [16](#value-16): {says}"
    ]


def test_an_author_who_renames_a_key_is_told_of_every_sentence_that_names_it(tmp_path: Path) -> None:
    lesson = project(tmp_path, 'At first [12,800](#many ",d"),\nthen [12,800](#many ",d").')
    assert not list(values.problems(tmp_path))
    lesson.write_text(lesson.read_text().replace('"key": "many"', '"key": "how-many"'))
    assert [found.split(": ")[0] for found in values.problems(tmp_path)] == [
        "book/theorem/small.ipynb, cell 2, line 1",
        "book/theorem/small.ipynb, cell 2, line 2",
    ]


GOOD = (
    'It is [0.44](#two-tries), the loss [−0.083](#shortest-loss ".3f"), of [12,800](#many ",d") the [small](#model)\n'
    "([Brown et al., 2024](#cite-brown2024large)), or as [Brown et al. (2024)](#cite-brown2024large) say,\n"
    "[[−0.08308](#shortest-loss), [0.44](#two-tries)]; see [Where a vote ends](#thm-vote) and [it](small.ipynb).\n"
    "Code is code: `[0.4](#two-tries)`, ``{claim}`two-tries` ``."
)


def test_the_command_writes_the_texts_and_shows_each_line_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = re.sub(r"\[(?:0\.44|−0\.083|12,800|small|−0\.08308|Where a vote ends)\]", "[]", GOOD)
    old = old.replace("[Brown et al., 2024]", "[x, 1999]").replace("[Brown et al. (2024)]", "[Brown]")
    lesson = project(tmp_path, THEOREM, old)
    page = tmp_path / "book/reference/claims.md"
    page.write_text("It is [](#open-question).\n")
    assert len(list(values.problems(tmp_path))) == 10
    monkeypatch.chdir(tmp_path)
    assert notebooks.main(["values"]) == 0
    shown = capsys.readouterr().out
    assert (
        "book/theorem/small.ipynb, cell 3, line 2\n  - ([x, 1999]" in shown and "\n  + ([Brown et al., 2024]" in shown
    )
    assert "book/reference/claims.md, line 1\n  - It is [](#open-question).\n  + It is [open](#open" in shown
    assert nbformat.read(lesson, as_version=4).cells[2].source == GOOD
    assert page.read_text() == "It is [open](#open-question).\n"
    before = lesson.read_bytes()
    assert notebooks.main(["values"]) == 0 and capsys.readouterr().out == "" and lesson.read_bytes() == before
    assert {path.suffix for path in lesson.parent.iterdir()} == {".ipynb"}


def test_what_cannot_be_written_is_named_and_keeps_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = project(tmp_path, "[0.4](#two-tries) and [0.5](#three-tries)")
    monkeypatch.chdir(tmp_path)
    assert notebooks.main(["values"]) == 1
    assert "cell 2, line 1: [0.5](#three-tries): no cell glues" in capsys.readouterr().err
    assert nbformat.read(lesson, as_version=4).cells[1].source == "[0.44](#two-tries) and [0.5](#three-tries)"


# The transform alone, in a project of two pages; the whole extension wants the whole book.
CONF = """
from inference_scaling.site import sphinx_ext

extensions = ["myst_nb", "sphinx_proof"]
exclude_patterns = ["_build", "book/reference/claims.md"]
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "dollarmath"]


def setup(app):
    app.add_transform(sphinx_ext.ValueLinks)
    app.connect("builder-inited", sphinx_ext._find_theorems)
"""


def built(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", ".", "_build"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_a_page_leads_to_claims_papers_and_theorems_of_any_page_and_to_nothing_else(tmp_path: Path) -> None:
    seen = "[Where a vote ends](#thm-vote), [0.44](#two-tries), [Brown et al. (2024)](#cite-brown2024large)"
    project(tmp_path, "# Small", THEOREM, f"Here: {seen}, [12,800](#many).")
    (tmp_path / "conf.py").write_text(CONF)
    unknown = "[5](#unknown-key)"
    (tmp_path / "index.md").write_text(f"# Book\n\n{seen}\n\n{unknown}\n\n```{{toctree}}\nbook/theorem/small\n```\n")
    said = built(tmp_path).stderr
    assert "unknown-key" in said and said.count("WARNING") == 1, said
    index, small = ((tmp_path / "_build" / name).read_text() for name in ("index.html", "book/theorem/small.html"))
    assert '<div class="proof theorem admonition" id="thm-vote">' in small
    for page, up, theorem in ((index, "", "book/theorem/small.html"), (small, "../../", "")):
        assert f'href="{theorem}#thm-vote">Where a vote ends</a>' in page
        assert f'href="{up}book/reference/claims.html#claim-two-tries" title="Two tries">0.44</a>' in page
        assert f'{up}book/reference/bibliography.html#cite-brown2024large" title="Monkeys">Brown et al. (2024)' in page
    assert '<span class="its-value">12,800</span>' in small


# An editor that saves while the cells run, acted by a cell: what it typed stays, and the new form lies beside it.
SAVES = """from pathlib import Path

from inference_scaling.site.claims import glue

glue("two-tries", 0.4375)
here = Path("small.ipynb")
here.write_text(here.read_text().replace("Old words", "New words"))"""


def test_tidy_never_loses_words_that_were_saved_while_it_ran(tmp_path: Path) -> None:
    lesson = project(tmp_path)
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_markdown_cell("Old words: [](#two-tries)."), nbformat.v4.new_code_cell(SAVES)]
    nbformat.write(made, lesson)
    command = [sys.executable, "-m", "inference_scaling.site.notebooks", "tidy", str(lesson)]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert first.returncode == 1 and "was saved by another program meanwhile" in first.stderr, first
    assert "New words" in lesson.read_text()
    (beside,) = lesson.parent.glob("*.new")
    assert "two-tries = 0.4375" in beside.read_text()
    beside.unlink()
    second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert second.returncode == 0 and "  + New words: [0.44](#two-tries)." in second.stdout, second
    assert "New words: [0.44](#two-tries)." in lesson.read_text()


PIECES = ["word", " ", "\n", "\n\n", "`", "``", "```", "\n```\n", "[", "]", "(", ")", "!", "\\", "$a_1$", "'", '"', "#"]
LINKS = ["[a](#b)", '[](#b ".2f")', "[0.1](#c)", "[two\nwords](#d)", "[x](page.md)", "{r}`x`", "\n:::\n", "é", "- "]
SOURCES = st.lists(st.sampled_from([*PIECES, *LINKS]), max_size=30).map("".join)


@given(SOURCES, st.text("0123456789.,−%", min_size=1, max_size=6))
def test_writing_changes_the_texts_of_links_and_not_one_other_letter(source: str, text: str) -> None:
    after = prose.rewritten(source, lambda _: text)
    links, written = prose.links(source), prose.links(after)
    assert [(link.target, link.title) for link in links] == [(link.target, link.title) for link in written]
    assert all(link.text == text for link in written)
    for one, others in ((source, links), (after, written)):
        rest, at = [], 0
        for link in others:
            rest, at = [*rest, one[at : link.start]], link.end
        rest.append(one[at:])
        if one is source:
            kept = rest
    assert rest == kept
    assert prose.rewritten(after, lambda _: text) == after
    # Where a text is right but for its line breaks, its author's stay.
    assert prose.rewritten(source, lambda link: " ".join(link.text.split())) == source


@pytest.mark.parametrize("value", [True, None, [1], float("nan"), "a [b]", ""])
def test_glue_refuses_what_no_sentence_can_quote(value: object) -> None:
    with pytest.raises((TypeError, ValueError), match=r"glue|finite"):
        claims.glue("key", value)
    with pytest.raises(ValueError, match="lower-case words joined by hyphens, as in 'gain-at-16', got 'Two tries'"):
        claims.glue("Two tries", 1)


# The committed files themselves.


def markdown(path: Path) -> list[str]:
    return [source for _, source in values.passages(path, ROOT)]


PAGES = [*values.pages(ROOT), *sorted((ROOT / "exercises/release").glob("*.ipynb"))]
RAW = re.compile(r"\{(?:claim|glue[:a-z]*|cite[:a-z]*|prf:ref|ref|numref|doc|eq)\}|^`{3,}\{prf", re.M)


def test_no_page_and_no_notebook_holds_a_role() -> None:
    left = {path.name: RAW.findall(source) for path in PAGES for source in markdown(path) if RAW.search(source)}
    assert not left


def test_what_the_committed_prose_says_is_what_the_committed_cells_computed() -> None:
    assert not list(values.problems(ROOT))


@pytest.mark.parametrize("path", [path for path in PAGES if path.suffix == ".ipynb"], ids=lambda path: path.stem)
def test_a_plain_viewer_shows_values_as_numbers_and_theorems_as_text(path: Path) -> None:
    plain = MarkdownIt("commonmark").enable("table")
    for source in markdown(path):
        html = plain.render(source)
        for link in prose.links(source):
            assert re.search(rf'<a href="#{re.escape(link.target)}"[^>]*>{re.escape(link.text)}</a>', html), link
        text = re.sub(r"<(code)>.*?</\1>|<[^>]+>", "", html, flags=re.S)
        # A fence is a first line with the title, and a last line by itself.
        for mark in re.findall(r"^.*:::.*$", text, re.M):
            assert re.fullmatch(r":::(\{prf:[a-z]+\} \S.*)?", mark), mark
        assert not re.search(r"\{[a-z][a-z:]*\}<code>", html), html


def test_the_basic_viewer_of_jupyter_shows_a_lesson_with_its_numbers() -> None:
    lesson = ROOT / "book/setup/best_of_n.ipynb"
    text, _ = HTMLExporter(template_name="basic").from_filename(str(lesson))
    shown = re.sub(r"<[^>]+>", "", text)
    gain = claims.glued(lesson)["best-of-five-gain"]
    assert f"the tests gain {gain:.3f} [" in shown
    assert f"best-of-five-gain = {gain}" in shown

"""The one style sheet: what no page can use is left out, everything else stays as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.site import finish, sheets


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (".used{a:b}.gone{a:b}", ".used{a:b}"),
        (".used .gone, p.used > a {a: b}", "p.used > a{a: b}"),
        ("#gone{a:b} p{a:b}", "p{a:b}"),
        ("p:not(.gone){a:b}", "p:not(.gone){a:b}"),
        (":is(.gone,.used) a{a:b}", ":is(.gone,.used) a{a:b}"),
        ("@media print{.gone{a:b}.used{a:b}}", "@media print{.used{a:b}}"),
        ("@media print{.gone{a:b}}", ""),
        ("@supports (a:b){@media print{p{a:b}}}", "@supports (a:b){@media print{p{a:b}}}"),
        ("@keyframes x{0%{a:b}to{a:c}}", "@keyframes x{0%{a:b}to{a:c}}"),
        ('@font-face{font-family:"Font Awesome 6";src:url(x)}@font-face{src:url(y)}', "@font-face{src:url(y)}"),
        ('p::before{content:"} .gone{"}/* .used{a:b} */', 'p::before{content:"} .gone{"}'),
        (".its-made-by-script{a:b}", ".its-made-by-script{a:b}"),
        ("a{b:url(data:image/svg+xml;base64,xx)}", "a{b:url(data:image/svg+xml;base64,xx)}"),
    ],
)
def test_rules_that_no_page_can_use_are_left_out(text: str, kept: str) -> None:
    assert sheets.trimmed(text, {"used"}) == kept


NAMES = st.sampled_from(["a", "b", "c"])


@given(st.lists(st.tuples(NAMES, NAMES), max_size=6), st.sets(NAMES))
def test_a_rule_stays_exactly_when_all_its_classes_are_known(pairs, known) -> None:
    text = "".join(f".{one} .{other}{{x:y}}" for one, other in pairs)
    kept = "".join(f".{one} .{other}{{x:y}}" for one, other in pairs if {one, other} <= known)
    assert sheets.trimmed(text, known) == kept
    assert sheets.trimmed(kept, known) == kept


def test_addresses_inside_a_sheet_are_written_for_the_place_of_the_one(tmp_path: Path) -> None:
    inner = tmp_path / "styles" / "a.css"
    inner.parent.mkdir()
    inner.write_text("p{a:url(../x.png);b:url(data:xx)}", encoding="utf-8")
    assert sheets.joined(tmp_path, [inner], set()) == 'p{a:url("styles/../x.png");b:url(data:xx)}'


def test_what_a_sheet_imports_stands_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "basic.css").write_text("p{a:b}.gone{a:b}", encoding="utf-8")
    (tmp_path / "styles" / "a.css").write_text('/* first */ @import "../basic.css";\nq{a:b}', encoding="utf-8")
    assert sheets.joined(tmp_path, [tmp_path / "styles" / "a.css"], set()) == "p{a:b}q{a:b}"


def test_scripts_wait_and_one_sheet_takes_the_place_of_all() -> None:
    head = (
        '<link rel="preload" as="script" href="a.js" /><link href="a.css?v=1" rel="stylesheet" />'
        '<link rel="stylesheet" type="text/css" href="b.css" /><script src="a.js"></script>'
        '<script defer="defer" src="b.js"></script><script>DOCUMENTATION_OPTIONS.x = 1;</script><script>let y;</script>'
    )
    light = finish.finished(f"<head>{head}</head>", sheet="../one.css?v=2")
    assert light.count("stylesheet") == 1 and 'href="../one.css?v=2"' in light
    assert '<script defer src="a.js">' in light and "preload" not in light
    assert '<script type="module">DOCUMENTATION_OPTIONS' in light and "<script>let y;" in light
    assert finish.finished(light, sheet="../one.css?v=2") == light


def test_a_sheet_of_one_page_alone_stays_its_own_when_only_other_pages_are_set_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finish, "search_script", lambda described: "")
    static = tmp_path / "_static"
    static.mkdir()
    (static / "all.css").write_text("p{a:b}", encoding="utf-8")
    (static / "own.css").write_text(".own{a:b}", encoding="utf-8")
    head = '<head><link rel="stylesheet" href="_static/all.css"></head>'
    other, alone = tmp_path / "other.html", tmp_path / "alone.html"
    for _ in range(2):
        other.write_text(f"<html>{head}<body><p>one</p></body></html>", encoding="utf-8")
        if not alone.exists():
            own = '<link rel="stylesheet" href="_static/own.css"><p class="own">two</p>'
            alone.write_text(f"<html>{head}<body>{own}</body></html>", encoding="utf-8")
        finish.finish(tmp_path)
    shown = alone.read_text(encoding="utf-8")
    assert shown.count("own.css") == 1 and "all.css" not in shown and finish.SHEET in shown
    assert (tmp_path / finish.SHEET).read_text(encoding="utf-8") == "p{a:b}"

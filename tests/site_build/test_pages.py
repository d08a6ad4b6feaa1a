"""Marked paths, claims on pages, and what the theme leaves to mend."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from inference_scaling.display import assets
from inference_scaling.site import claims, paths, sphinx_ext, your_numbers
from inference_scaling.site.header import Header
from inference_scaling.site.paths import Stop

ROOT = Path(__file__).parents[2]


def stop(name: str, *on: str) -> Stop:
    return Stop(f"book/{name}", Header(name.title(), ("a", "b"), "nothing", 10, 2, on))


STOPS = [
    stop("part/one", "afternoon", "course"),
    stop("part/two", "course"),
    stop("other/three", "afternoon", "course"),
    stop("other/four", "course"),
]


def test_each_path_has_its_own_next() -> None:
    following = paths.next_on("book/part/one", STOPS)
    assert following["course"].name == "book/part/two"
    assert following["afternoon"].name == "book/other/three"
    assert paths.next_on("book/other/four", STOPS) == {}
    assert paths.next_on("book/nowhere", STOPS) == {}


def test_links_lead_from_page_to_page() -> None:
    assert 'href="../../book/part/two.html"' in paths.next_html("book/part/one", STOPS)
    assert "2 pages, 20 minutes in all" in paths.overview_html("book/index", STOPS)


def test_each_path_has_an_end_that_says_how_to_go_on() -> None:
    last = paths.next_html("book/other/three", STOPS)
    assert "You have reached the end of the afternoon: 2 pages." in last
    assert 'The course has 2 more; the first is <a href="../../book/part/two.html">' in last
    assert 'In the course: <a href="../../book/other/four.html">' in last
    assert "You have reached the end of the course: 4 pages." in paths.next_html("book/other/four", STOPS)
    assert paths.next_html("book/nowhere", STOPS) == ""


def test_the_short_path_is_a_page_where_there_is_one() -> None:
    assert "setup/ten_minutes.html" in paths.overview_html("book/index", STOPS, short=True)
    assert "ten minutes" not in paths.overview_html("book/index", STOPS)


def test_a_part_is_listed_in_the_order_of_the_contents_and_without_pages_that_are_no_lessons() -> None:
    listed = paths.part_html("book/index", ["book/other/three", "book/reference/notes", "book/part/one"], STOPS)
    assert listed.count("<li>") == 2 and listed.index("three.html") < listed.index("one.html")


def test_the_landing_page_lists_every_part_that_has_lessons() -> None:
    """In the order of the contents: a part that is added or moved there has its place on the landing page."""
    heads = {stop.name for stop in paths.lessons(ROOT)}
    parts = [part for part, names in paths.contents(ROOT).items() if heads.intersection(names)]
    index = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"^```\{lessons\} (.+)$", index, re.M) == parts


def test_unknown_kind_of_output_is_named() -> None:
    with pytest.raises(ValueError, match="'mystery' are not drawn"):
        sphinx_ext.rendered("mystery", {})


def test_every_kind_has_a_renderer_in_the_module_that_is_named_for_it() -> None:
    from importlib import import_module

    from inference_scaling.display import output

    for kind, module in sphinx_ext.RENDERERS.items():
        import_module(module)
        assert kind in output._RENDERERS


def test_open_claim_is_shown_as_open() -> None:
    claim = claims.Claim(id="x", page="p", statement="s", kind="open", source="nobody")
    assert claim.shown == "open"


def test_script_and_style_of_ours_stay_small() -> None:
    import gzip

    shared = [assets.script(), assets.style()]
    alone = [assets.own(your_numbers.NAME, ending) for ending in ("js", "css")]
    search = (ROOT / "lib/inference_scaling/display/static/search/search.js").read_text(encoding="utf-8")
    sizes = [len(gzip.compress(text.encode(), 9)) for text in [*shared, *alone, search]]
    # What every page loads, and all that any page loads.
    assert sum(sizes[:2]) <= 52_000
    assert sum(sizes) <= 60_000


def test_what_pages_send_holds_no_remark_and_no_indent() -> None:
    for text in (assets.script(), assets.style()):
        assert not [line for line in text.splitlines() if re.match(r"\s|//|/\*|$", line)]
    assert (
        assets.sent("/* a\n   b */\n  x = 1; // kept\n\n\n// gone\ny = `a // b`;\n")
        == "x = 1; // kept\ny = `a // b`;\n"
    )


def test_script_for_a_notebook_cannot_be_closed_early() -> None:
    markup = assets.standalone("<p>x</p>")
    assert markup.count("</script>") == 1


def test_pages_are_read_and_written_on_all_cores_and_what_that_rests_on_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sphinx_ext.os, "cpu_count", lambda: 2)
    silent = {name: SimpleNamespace() for name in sphinx_ext.UNDECLARED}
    app = SimpleNamespace(parallel=1, extensions=silent)
    sphinx_ext._use_all_cores(app)
    assert app.parallel == 2 and all(one.parallel_read_safe for one in silent.values())
    sphinx_ext._write_with_all_cores(app, None)
    assert app.parallel == 3
    # What is merged by nobody must be nothing.
    assert sphinx_ext.ProofDomain.initial_data == {}
    # An extension that says so itself by now needs no word of ours.
    assert [name for name in silent if "parallel_read_safe" in inspect.getsource(import_module(name))] == []

"""Marked paths, claims on pages, and what the theme leaves to mend."""

from __future__ import annotations

import pytest
from inference_scaling.display import assets
from inference_scaling.site import claims, paths, sphinx_ext
from inference_scaling.site.header import Header
from inference_scaling.site.paths import Stop


def stop(name: str, *on: str) -> Stop:
    return Stop(f"book/{name}", Header(name.title(), ("a", "b"), "nothing", 10, 2, on))


STOPS = [
    stop("part/one", "25 minutes", "course"),
    stop("part/two", "course"),
    stop("other/three", "25 minutes", "course"),
]


def test_each_path_has_its_own_next() -> None:
    following = paths.next_on("book/part/one", STOPS)
    assert following["course"].name == "book/part/two"
    assert following["25 minutes"].name == "book/other/three"
    assert paths.next_on("book/other/three", STOPS) == {}
    assert paths.next_on("book/nowhere", STOPS) == {}


def test_links_lead_from_page_to_page() -> None:
    assert 'href="../../book/part/two.html"' in paths.next_html("book/part/one", STOPS)
    assert "2 lessons, 20 minutes in all" in paths.overview_html("book/index", STOPS)


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

    script, style = (len(gzip.compress(text.encode(), 9)) for text in (assets.script(), assets.style()))
    assert script + style <= 45_000


def test_script_for_a_notebook_cannot_be_closed_early() -> None:
    markup = assets.standalone("<p>x</p>")
    assert markup.count("</script>") == 1

"""The HTML of an output from its data, by its kind: what pages and slides draw, without Sphinx."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ..display.output import to_html

__all__ = ["RENDERERS", "rendered"]

# Kind of output -> module whose import registers its renderer.
RENDERERS = {
    "figure": "inference_scaling.figures.draw",
    "drawing": "inference_scaling.figures.drawings.pictures",
    "derivation": "inference_scaling.interactive.derivation",
    "prediction": "inference_scaling.interactive.prediction",
    "recall": "inference_scaling.interactive.recall",
    "explorable": "inference_scaling.interactive.explorable",
    "ask": "inference_scaling.interactive.replay",
    "check": "inference_scaling.classroom.session",
    "box": "inference_scaling.classroom.page_box",
    "tree": "inference_scaling.interactive.search_tree",
    "race": "inference_scaling.interactive.search_race",
    "story": "inference_scaling.interactive.story",
}


def rendered(kind: str, payload: Mapping[str, Any]) -> str:
    """Return the HTML of an output's data, after importing the module that draws its kind."""
    if kind not in RENDERERS:
        raise ValueError(f"outputs of kind {kind!r} are not drawn on pages; known: {sorted(RENDERERS)}")
    import_module(RENDERERS[kind])
    return to_html(kind, payload)

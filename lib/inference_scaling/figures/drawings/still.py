"""A drawing as it stands in a notebook that nobody runs: its finding, and below it its panels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...display.still import INNER, InlineSvg, Words, pictured, still
from .parts import arranged
from .pictures import panels, svg

__all__ = ["forms"]


@still("drawing")
def forms(payload: Mapping[str, Any]) -> dict[str, str]:
    finding = payload["finding"]
    width = arranged(panels(payload)).width
    return pictured(finding, [Words(finding, bold=True), InlineSvg(svg(payload))], inner=max(INNER, width))

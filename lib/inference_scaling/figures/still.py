"""A figure as it stands in a notebook that nobody runs: its finding, and below it the picture that the site draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..display.still import InlineSvg, Words, pictured, still
from . import draw


@still("figure")
def forms(payload: Mapping[str, Any]) -> dict[str, str]:
    finding = payload["finding"]
    return pictured(finding, [Words(finding, bold=True), InlineSvg(draw.svg(payload))])

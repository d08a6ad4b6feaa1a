"""The page "Your numbers": the reader's own counts, estimated in the browser by a script that no other page loads."""

from __future__ import annotations

import csv
import io

from ..display.markup import json_script
from ..sources import recorded

__all__ = ["NAME", "page_html"]

# The script and the style of the page, below the site's folder of assets.
NAME = "your_numbers"


def _example() -> str:
    """Counts of the small recorded model, with the names of its tasks."""
    samples = recorded.load("smollm2")
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(
        zip(samples.problems, samples.n.tolist(), samples.c.tolist(), strict=True)
    )
    return buffer.getvalue()


def page_html(up: str) -> str:
    """Return the page's component; `up` leads from the page to the site's root."""
    return (
        f'<link rel="stylesheet" href="{up}_static/{NAME}.css">'
        f"<its-your-numbers>{json_script({'example': _example()})}"
        "<p>The numbers are computed here, by a script of this page. Scripts are off in this browser; "
        "<code>inference-scaling curve FILE</code> computes the same on your machine.</p>"
        "</its-your-numbers>"
        f'<script defer src="{up}_static/{NAME}.js"></script>'
    )

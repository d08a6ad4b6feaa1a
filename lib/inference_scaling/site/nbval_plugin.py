"""What nbval leaves out of its comparison: HTML, pictures and Markdown, which are made from the compared data.

`notebooks.problems` refuses them where no such data stand beside them, so nothing goes uncompared, and
`stills.problems` compares the committed ones with what the data give.
"""

from typing import Any


def pytest_collectstart(collector: Any) -> None:
    if getattr(collector, "path", None) is not None and collector.path.suffix == ".ipynb":
        collector.skip_compare += ("text/html", "text/markdown", "image/svg+xml", "image/png")

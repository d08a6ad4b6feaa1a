"""What nbval leaves out of its comparison: pictures and HTML, which are made from the compared data.

`notebooks.problems` refuses an output that has nothing but these, so nothing goes uncompared.
"""

from typing import Any


def pytest_collectstart(collector: Any) -> None:
    if getattr(collector, "path", None) is not None and collector.path.suffix == ".ipynb":
        collector.skip_compare += ("text/html", "image/svg+xml", "image/png")

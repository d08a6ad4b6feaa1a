"""Comparison with nbval, in warm kernels, without HTML, pictures and Markdown: these are made from the compared data.

`notebooks.problems` refuses them where no such data stand beside them, so nothing goes uncompared, and
`stills.problems` compares the committed ones with what the data give.
"""

from typing import Any

from .warm_kernels import use


def pytest_configure() -> None:
    use()


def pytest_collectstart(collector: Any) -> None:
    if getattr(collector, "path", None) is not None and collector.path.suffix == ".ipynb":
        collector.skip_compare += ("text/html", "text/markdown", "image/svg+xml", "image/png")

"""The page's side of the kernel: a cell comes as a file and its answer goes as one.

Imported once, when the memory image is made; so what it imports is there when a page is opened.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from . import kernel

__all__ = ["turn", "warm"]

_FRESH = [False]


def warm() -> None:
    """Run what every first cell runs, and leave no trace of it."""
    kernel.run("import inference_scaling as its\nprint(its.coverage(0.5, 2))\nits")
    kernel.forget()


def turn(cell: str, answer: str) -> None:
    """Run the cell in the file `cell` and write what it shows into the file `answer`, as JSON."""
    if not _FRESH[0]:
        # The image holds one state of every generator: without this all readers would draw the same "random" numbers.
        random.seed()
        np.random.seed(None)  # noqa: NPY002
        _FRESH[0] = True
    Path(answer).write_text(kernel.run(Path(cell).read_text(encoding="utf-8")), encoding="utf-8")
